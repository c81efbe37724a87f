// Exact decimals: the one arithmetic of quantities and prices.
//
// A Wide is a whole number, of any size that a message can state, times a power of ten. Sums and differences are exact;
// a result is rounded to float64 once, at the end. Nothing here allocates.
//
// Bounds: a number on the wire has at most 256 characters and lies within float64's range, so its digits lie between
// 10^308 and 10^-580. Sums of such numbers fit in kLimbs. What does not fit is refused, never cut.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "read/number.hpp"

namespace tickfold {

class Wide {
  public:
    static constexpr uint32_t kLimbs = 60;  // of 64 bits: 1,155 digits

    Wide() { limbs_[0] = 0; }  // limbs are not initialised: call set() first
    Wide(const Wide &other) { *this = other; }
    Wide &operator=(const Wide &other) {
        scale_ = other.scale_;
        negative_ = other.negative_;
        size_ = other.size_;
        if (size_ <= 1)
            limbs_[0] = other.limbs_[0];
        else
            std::memcpy(limbs_, other.limbs_, size_ * sizeof(uint64_t));
        return *this;
    }

    void set_zero() {
        scale_ = 0;
        size_ = 0;
        negative_ = false;
    }

    // From a float64 of at most 15 significant digits, `decimals` of them after the point.
    void set(double value, int8_t decimals) {
        negative_ = std::signbit(value);
        scale_ = decimals;
        double scaled = negative_ ? -value : value;
        if (decimals > 0)
            scaled *= decimals <= 22 ? kPow10[decimals] : std::pow(10.0, decimals);
        else if (decimals < 0)
            scaled /= decimals >= -22 ? kPow10[-decimals] : std::pow(10.0, -decimals);
        if (!(scaled < 4e15)) {  // more than 15 digits: read its shortest decimal text instead
            set_text_of(value);
            return;
        }
        put(static_cast<uint64_t>(scaled + 0.5));
    }

    // From the wire text of a number: JSON's grammar; leading zeros and a plus are allowed. False if its digits don't
    // fit.
    bool set(Text text) {
        const char *p = text.data, *const end = p + text.size;
        set_zero();
        if (p < end && (*p == '-' || *p == '+')) negative_ = *p++ == '-';
        bool point = false;
        uint64_t chunk = 0;
        unsigned in_chunk = 0;
        for (; p < end; ++p) {
            if (*p == '.' && !point) {
                point = true;
                continue;
            }
            if (!is_digit(*p)) break;
            chunk = chunk * 10 + static_cast<unsigned>(*p - '0');
            scale_ += point;
            if (++in_chunk == 18) {
                if (!multiply_add(kChunk, chunk)) return false;
                chunk = in_chunk = 0;
            }
        }
        if (in_chunk != 0 && !multiply_add(power(in_chunk), chunk)) return false;
        if (p < end && (*p | 0x20) == 'e') {
            ++p;
            const bool minus = p < end && *p == '-';
            p += p < end && (*p == '-' || *p == '+');
            int32_t exponent = 0;
            for (; p < end && is_digit(*p); ++p)
                if (exponent < 1000000) exponent = exponent * 10 + (*p - '0');
            scale_ += minus ? exponent : -exponent;
        }
        if (size_ == 0) scale_ = 0, negative_ = false;  // 0e-200000000 is zero
        if (p != end || scale_ > kMostScale || scale_ < -kMostScale) return false;
        return true;
    }

    // Moves the decimal point to the left: divides by 10^places.
    void shift(int32_t places) {
        if (size_ != 0) scale_ += places;
    }

    // Its digits as 128 bits; false where it has more.
    bool pack(uint64_t (&digits)[2]) const {
        digits[0] = size_ > 0 ? limbs_[0] : 0;
        digits[1] = size_ > 1 ? limbs_[1] : 0;
        return size_ <= 2;
    }
    void unpack(const uint64_t (&digits)[2], int32_t scale, bool negative) {
        limbs_[0] = digits[0];
        limbs_[1] = digits[1];
        size_ = digits[1] ? 2 : digits[0] != 0;
        scale_ = scale;
        negative_ = negative;
    }

    bool is_zero() const { return size_ == 0; }
    bool is_negative() const { return negative_ && size_ != 0; }
    int32_t scale() const { return scale_; }

    // Drops zeros at the end of the fraction: 1.50 becomes 1.5.
    void trim() {
        while (scale_ > 0 && size_ != 0) {
            Wide shorter = *this;
            if (shorter.divide(10) != 0) return;
            --shorter.scale_;
            *this = shorter;
        }
        if (size_ == 0) scale_ = 0;
    }

    // -1, 0 or 1 as a is less than, equal to or more than b. Numbers too far apart to be
    // brought to one scale are compared by approximate().
    static int compare(const Wide &a, const Wide &b) {
        if (a.size_ <= 1 && b.size_ <= 1 && a.scale_ == b.scale_ && !a.negative_ && !b.negative_) {
            const uint64_t x = a.size_ ? a.limbs_[0] : 0, y = b.size_ ? b.limbs_[0] : 0;
            return (x > y) - (x < y);
        }
        Wide difference;
        if (!subtract(a, b, difference)) return a.approximate() < b.approximate() ? -1 : 1;
        return difference.is_zero() ? 0 : difference.is_negative() ? -1 : 1;
    }

    // out = a + b, out = a - b; false if it does not fit. `out` must be neither a nor b.
    static bool add(const Wide &a, const Wide &b, Wide &out) { return sum(a, b, b.negative_, out); }
    static bool subtract(const Wide &a, const Wide &b, Wide &out) { return sum(a, b, !b.negative_, out); }

    // out = a * b; false if it does not fit. `out` must be neither a nor b.
    static bool multiply(const Wide &a, const Wide &b, Wide &out) {
        if (a.size_ + b.size_ > kLimbs) return false;
        out.scale_ = a.scale_ + b.scale_;
        out.negative_ = a.negative_ != b.negative_;
        out.size_ = a.size_ + b.size_;
        std::memset(out.limbs_, 0, out.size_ * sizeof(uint64_t));
        for (uint32_t i = 0; i < a.size_; ++i) {
            unsigned __int128 carry = 0;
            for (uint32_t j = 0; j < b.size_; ++j) {
                carry += static_cast<unsigned __int128>(a.limbs_[i]) * b.limbs_[j] + out.limbs_[i + j];
                out.limbs_[i + j] = static_cast<uint64_t>(carry);
                carry >>= 64;
            }
            out.limbs_[i + b.size_] = static_cast<uint64_t>(carry);
        }
        out.normalize();
        return true;
    }

    // Whether it has at most 15 digits; then it is stored exactly as `value` and its count of decimals.
    bool short_form(double &value, int8_t &decimals) const {
        if (size_ > 1 || scale_ < 0 || scale_ > 22) return false;
        const uint64_t digits = size_ ? limbs_[0] : 0;
        if (digits >= 1000000000000000u) return false;
        const double magnitude = static_cast<double>(static_cast<int64_t>(digits)) / kPow10[scale_];
        value = negative_ && digits ? -magnitude : magnitude;
        decimals = static_cast<int8_t>(scale_);
        return true;
    }

    static constexpr size_t kTextRoom = 1200;  // bytes that text() may write

    // Writes its digits to `to`, with a point or, if that is shorter, an exponent. Returns the size in bytes.
    size_t text(char *to) const {
        char digits[kTextRoom];
        size_t count = 0;
        Wide left = *this;
        while (left.size_ != 0) {
            uint64_t part = left.divide(kChunk);
            for (int i = 0; i < 18 && (part != 0 || left.size_ != 0); ++i, part /= 10)
                digits[count++] = static_cast<char>('0' + part % 10);
        }
        if (count == 0) digits[count++] = '0';
        const bool plain = scale_ >= 0 && scale_ <= 80 && count <= 160;
        size_t first = 0;  // zeros at the end of a long number become part of the exponent
        while (!plain && first + 1 < count && digits[first] == '0') ++first;
        char *at = to;
        if (is_negative()) *at++ = '-';
        if (plain && scale_ >= static_cast<int32_t>(count)) {  // 0.00012
            *at++ = '0';
            *at++ = '.';
            for (int32_t i = static_cast<int32_t>(count); i < scale_; ++i) *at++ = '0';
        }
        for (size_t i = count; i-- > first;) {
            *at++ = digits[i];
            if (plain && i != 0 && static_cast<int32_t>(i) == scale_) *at++ = '.';
        }
        if (plain) return static_cast<size_t>(at - to);
        *at++ = 'e';
        const int32_t exponent = static_cast<int32_t>(first) - scale_;
        if (exponent < 0) *at++ = '-';
        uint32_t left_exponent = static_cast<uint32_t>(exponent < 0 ? -exponent : exponent), unit = 1;
        while (left_exponent / unit >= 10) unit *= 10;
        for (; unit != 0; unit /= 10) *at++ = static_cast<char>('0' + left_exponent / unit % 10);
        return static_cast<size_t>(at - to);
    }

    // A float64 whose last digits may be wrong: good enough to compare numbers that are far apart.
    double approximate() const {
        double value = 0;
        for (uint32_t i = size_; i-- > 0;) value = value * 18446744073709551616.0 + static_cast<double>(limbs_[i]);
        value *= std::pow(10.0, -scale_);
        return negative_ ? -value : value;
    }

  private:
    static constexpr int32_t kMostScale = 700;
    static constexpr uint64_t kChunk = 1000000000000000000u;  // 10^18

    static uint64_t power(unsigned n) {
        uint64_t out = 1;
        while (n-- > 0) out *= 10;
        return out;
    }

    void put(uint64_t digits) {
        limbs_[0] = digits;
        size_ = digits != 0;
    }

    // From a float64 of more than 15 digits: takes the shortest decimal text that reads back as it.
    void set_text_of(double value) {
        char digits[40];
        auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
        if (error != std::errc() || !std::isfinite(value) || !set(Text{digits, static_cast<size_t>(end - digits)}))
            set_zero();
    }

    void normalize() {
        while (size_ != 0 && limbs_[size_ - 1] == 0) --size_;
    }

    // this = this * factor + more
    bool multiply_add(uint64_t factor, uint64_t more) {
        unsigned __int128 carry = more;
        for (uint32_t i = 0; i < size_; ++i) {
            carry += static_cast<unsigned __int128>(limbs_[i]) * factor;
            limbs_[i] = static_cast<uint64_t>(carry);
            carry >>= 64;
        }
        if (carry != 0) {
            if (size_ == kLimbs) return false;
            limbs_[size_++] = static_cast<uint64_t>(carry);
        }
        return true;
    }

    // this = this / divisor; returns what is left over.
    uint64_t divide(uint64_t divisor) {
        unsigned __int128 left = 0;
        for (uint32_t i = size_; i-- > 0;) {
            left = left << 64 | limbs_[i];
            limbs_[i] = static_cast<uint64_t>(left / divisor);
            left %= divisor;
        }
        normalize();
        return static_cast<uint64_t>(left);
    }

    // Gives the same number more decimals. False if it does not fit.
    bool line_up(int32_t scale) {
        for (; scale_ < scale && size_ != 0;) {
            const unsigned step = scale - scale_ >= 18 ? 18u : static_cast<unsigned>(scale - scale_);
            if (!multiply_add(power(step), 0)) return false;
            scale_ += static_cast<int32_t>(step);
        }
        scale_ = scale;
        return true;
    }

    static int compare_digits(const Wide &a, const Wide &b) {
        if (a.size_ != b.size_) return a.size_ < b.size_ ? -1 : 1;
        for (uint32_t i = a.size_; i-- > 0;)
            if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i] ? -1 : 1;
        return 0;
    }

    // out = a + |b|, with the sign of b given by `negative`
    static bool sum(const Wide &a, const Wide &b, bool negative, Wide &out) {
        if (likely(a.size_ <= 1 && b.size_ <= 1 && a.scale_ == b.scale_)) {
            const uint64_t x = a.size_ ? a.limbs_[0] : 0, y = b.size_ ? b.limbs_[0] : 0;
            const bool alike = a.negative_ == negative;
            uint64_t digits;
            if (!alike || !__builtin_add_overflow(x, y, &digits)) {
                if (!alike) digits = x > y ? x - y : y - x;
                out.scale_ = a.scale_;
                out.negative_ = digits != 0 && (alike || x > y ? a.negative_ : negative);
                out.put(digits);
                return true;
            }
        }
        Wide other;
        const Wide *second = &b;
        out = a;
        if (a.scale_ < b.scale_) {
            if (!out.line_up(b.scale_)) return false;
        } else if (b.scale_ < a.scale_) {
            other = b;
            if (!other.line_up(a.scale_)) return false;
            second = &other;
        }
        if (out.negative_ == negative) {
            unsigned __int128 carry = 0;
            const uint32_t most = out.size_ > second->size_ ? out.size_ : second->size_;
            for (uint32_t i = 0; i < most; ++i) {
                carry += i < out.size_ ? out.limbs_[i] : 0;
                carry += i < second->size_ ? second->limbs_[i] : 0;
                out.limbs_[i] = static_cast<uint64_t>(carry);
                carry >>= 64;
            }
            out.size_ = most;
            if (carry != 0) {
                if (most == kLimbs) return false;
                out.limbs_[out.size_++] = 1;
            }
            return true;
        }
        const int order = compare_digits(out, *second);
        const Wide &large = order < 0 ? *second : out, &small = order < 0 ? out : *second;
        uint64_t borrow = 0;
        const uint32_t size = large.size_, few = small.size_;
        for (uint32_t i = 0; i < size; ++i) {
            const unsigned __int128 take = static_cast<unsigned __int128>(i < few ? small.limbs_[i] : 0) + borrow;
            const uint64_t from = large.limbs_[i];
            borrow = take > from;
            out.limbs_[i] = static_cast<uint64_t>(from - take);
        }
        out.size_ = size;
        if (order < 0) out.negative_ = negative;
        out.normalize();
        if (out.size_ == 0) out.negative_ = false;
        return true;
    }

    int32_t scale_;
    uint32_t size_;   // limbs in use; 0 = zero
    bool negative_;
    uint64_t limbs_[kLimbs];
};

}  // namespace tickfold
