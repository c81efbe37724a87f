// Reads numbers from their wire text. JSON numbers, quoted numbers and IBKR's formatted ("dressed") ones share one
// grammar and one rounding.
//
// A Decimal is a float64 plus how many decimals its text has. Up to 15 significant digits the two give the text back
// exactly; with more, `exact` is false and the caller keeps the text.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if !defined(__cpp_lib_to_chars)
#include <locale.h>
#include <stdlib.h>
#if __has_include(<xlocale.h>)
#include <xlocale.h>
#endif
#endif

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "schema/likely.hpp"

namespace tickfold {

struct Text {
    const char *data;
    size_t size;
};

struct Decimal {
    double value;
    int8_t decimals;
    bool exact;
};

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tickfold reads words of 8 bytes, and so needs a little-endian machine");

constexpr double kPow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr uint64_t kPow10Int[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
constexpr uint64_t kExact = uint64_t{1} << 53;  // float64 holds every whole number up to it
constexpr size_t kLongestNumber = 256;  // bytes; a longer text is not taken as a number

// The first n bytes of a word, n = 0 to 8.
constexpr uint64_t kLowBytes[] = {0,           0xFF,           0xFFFF,           0xFFFFFF,          0xFFFFFFFF,
                                  0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

inline uint64_t load8(const char *p) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    return word;
}

// Decimal digits at the start of 8 bytes, after each byte was xored with '0' (little endian).
inline unsigned leading_digits(uint64_t x) {
    // The addition sets the top bit of each byte above 9. Its carry can only change later bytes, which do not matter.
    uint64_t other = ((x + 0x7676767676767676u) | x) & 0x8080808080808080u;
    return other ? static_cast<unsigned>(__builtin_ctzll(other)) >> 3 : 8;
}

// The value of the first n (1 to 8) digits of 8 bytes that were xored with '0'.
inline uint32_t digits_value(uint64_t x, unsigned n) {
    x <<= 64 - 8 * n;
    x = x * 10 + (x >> 8);
    return static_cast<uint32_t>(
        ((x & 0x000000FF000000FFu) * 0x000F424000000064u + ((x >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u) >>
        32);
}

// The leading 64 bits of 5^q for q = -27 to 27: exact for q >= 0, rounded down for q < 0.
struct PowersOf5 {
    static constexpr int kMost = 27;
    uint64_t bits[2 * kMost + 1] = {};
    int exponent[2 * kMost + 1] = {};  // 5^q = bits * 2^exponent
    constexpr PowersOf5() {
        uint64_t five = 1;
        int size = 1;  // bits of it
        for (int q = 0; q <= kMost; ++q, five *= 5) {
            while (size < 64 && five >> size != 0) ++size;
            bits[kMost + q] = five << (64 - size);
            exponent[kMost + q] = size - 64;
            if (q == 0) continue;
            bits[kMost - q] = static_cast<uint64_t>((static_cast<unsigned __int128>(1) << (63 + size)) / five);
            exponent[kMost - q] = -63 - size;
        }
    }
};
inline constexpr PowersOf5 kPowersOf5;

// mantissa * 10^exponent as the nearest float64. False, rarely, if 64-bit arithmetic cannot decide which float64 is
// nearest. `more`: digits of the number are missing at the end of the mantissa.
inline bool nearest(uint64_t mantissa, int exponent, bool more, double &value) {
    if (mantissa < (uint64_t{1} << 53) || exponent < -PowersOf5::kMost || exponent > PowersOf5::kMost) return false;
    const int shift = __builtin_clzll(mantissa), at = PowersOf5::kMost + exponent;
    const uint64_t high = static_cast<uint64_t>(
        (static_cast<unsigned __int128>(mantissa << shift) * kPowersOf5.bits[at]) >> 64);
    // The true product lies between high and high + error: low bits of the product, of the power and of the mantissa
    // were dropped.
    const uint64_t error = 2 + (more ? UINT64_MAX / mantissa + 1 : 0);
    const int drop = high >> 63 ? 11 : 10;
    const uint64_t half = uint64_t{1} << (drop - 1), low = high & (2 * half - 1);
    if (low <= half && low + error >= half) return false;
    const uint64_t power = static_cast<uint64_t>(1023 + drop + 64 - shift + exponent + kPowersOf5.exponent[at]) << 52;
    std::memcpy(&value, &power, 8);
    value *= static_cast<double>((high >> drop) + (low > half));
    return true;
}

// The nearest float64 of a number's text, which is not zero; false if that is zero or infinite.
inline bool read_double(const char *first, const char *last, double &value) {
#if defined(__cpp_lib_to_chars)
    const auto result = std::from_chars(first, last, value);
    return result.ec == std::errc() && result.ptr == last;
#else  // libc++
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
    const size_t size = static_cast<size_t>(last - first);
    char text[kLongestNumber + 1], *end;
    if (size > kLongestNumber) return false;
    std::memcpy(text, first, size);
    text[size] = 0;
    value = strtod_l(text, &end, plain);
    return end == text + size && value != 0 && std::isfinite(value);
#endif
}

// mantissa * 10^exponent, whose text [first, last) has `digits` significant digits; false if float64 can't hold it.
inline bool finish_decimal(uint64_t mantissa, int exponent, unsigned digits, bool negative, const char *first,
                           const char *last, Decimal &out) {
    if (digits == 0) {  // zero, however it is written: the decimals of 0e-200000000 are not kept
        const bool fits = exponent >= -127 && exponent <= 127;
        out = {negative ? -0.0 : 0.0, static_cast<int8_t>(fits ? -exponent : 0), true};
        return true;
    }
    // If both operands are exact, one multiplication or division gives the nearest float64. Products over 2^53 go on.
    bool whole = digits <= 19;  // the mantissa holds all of them
    bool simple = whole && mantissa <= kExact && exponent >= -22 && exponent <= 22;
    double value = static_cast<double>(mantissa);
    if (whole && exponent == 0) {
        // rounded already
    } else if (simple && exponent < 0) {
        value = value / kPow10[-exponent];
    } else if (simple && value * kPow10[exponent] < static_cast<double>(kExact)) {
        value = value * kPow10[exponent];
    } else if (!nearest(mantissa, exponent + (whole ? 0 : static_cast<int>(digits) - 19), !whole, value)) {
        if (!read_double(first, last, value)) return false;
        negative = false;  // the sign has been read
    }
    if (negative) value = -value;
    bool fits = exponent >= -127 && exponent <= 127;
    out = {value, static_cast<int8_t>(fits ? -exponent : 0), fits && digits <= 15};
    return true;
}

// Reads the digits at p: `digits` counts the significant ones; the first 19 go into the mantissa. Returns where they
// end.
inline const char *read_digits(const char *p, const char *end, uint64_t &mantissa, unsigned &digits) {
    while (digits == 0 && p < end && *p == '0') ++p;
    for (; digits <= 11 && end - p >= 8; p += 8, digits += 8) {
        uint64_t word = load8(p) ^ 0x3030303030303030u;
        if (leading_digits(word) != 8) break;
        mantissa = mantissa * kPow10Int[8] + digits_value(word, 8);
    }
    for (; p < end && is_digit(*p); ++p, ++digits)
        if (digits < 19) mantissa = mantissa * 10 + static_cast<unsigned>(*p - '0');
    return p;
}

// Reads any number of the JSON grammar; returns where it ends, or nullptr. `leading_zeros` also accepts 007.
inline const char *parse_number_slow(const char *p, const char *end, bool leading_zeros, Decimal &out) {
    const char *first = p;
    bool negative = p < end && *p == '-';
    p += negative;
    const char *integer = p;
    uint64_t mantissa = 0;
    unsigned digits = 0;  // significant ones
    int exponent = 0;
    p = read_digits(p, end, mantissa, digits);
    if (p == integer || (!leading_zeros && *integer == '0' && p - integer > 1)) return nullptr;
    if (p < end && *p == '.') {
        const char *fraction = ++p;
        p = read_digits(p, end, mantissa, digits);
        if (p == fraction) return nullptr;
        exponent = -static_cast<int>(std::min<ptrdiff_t>(p - fraction, 1000000));  // see kLongestNumber
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        ++p;
        bool minus = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+')) ++p;
        const char *start = p;
        int stated = 0;
        while (p < end && is_digit(*p)) {
            if (stated < 100000) stated = stated * 10 + (*p - '0');
            ++p;
        }
        if (p == start) return nullptr;
        exponent += minus ? -stated : stated;
    }
    if (static_cast<size_t>(p - first) > kLongestNumber) {
        out = {NAN, 0, false};
        return p;
    }
    if (!finish_decimal(mantissa, exponent, digits, negative, first, p, out)) out = {NAN, 0, false};
    return p;
}

// The quick way for most prices and sizes: no sign, no exponent, digits and point in at most 7 bytes. Returns where it
// ends, or nullptr for any other text. The caller checks whether an exponent follows.
// 8 bytes must be readable.
__attribute__((always_inline)) inline const char *parse_short(const char *p, double &value, int8_t &decimals) {
    uint64_t word = load8(p) ^ 0x3030303030303030u;
    uint64_t other = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
    if (unlikely(other == 0)) return nullptr;
    unsigned n = static_cast<unsigned>(__builtin_ctzll(other)) >> 3;
    if (unlikely(n == 0 || (*p == '0' && n > 1))) return nullptr;
    if (p[n] != '.') {
        value = static_cast<double>(static_cast<int32_t>(digits_value(word, n)));
        decimals = 0;
        return p + n;
    }
    // Removes the point; the digits are then read as one whole number.
    other &= other - 1;
    if (unlikely(other == 0)) return nullptr;
    unsigned all = static_cast<unsigned>(__builtin_ctzll(other)) >> 3, f = all - n - 1;
    if (unlikely(f == 0)) return nullptr;
    uint64_t whole = kLowBytes[n];
    uint32_t digits = digits_value((word & whole) | ((word >> 8) & ~whole), all - 1);
    value = static_cast<double>(static_cast<int32_t>(digits)) / kPow10[f];
    decimals = static_cast<int8_t>(f);
    return p + all;
}

// The same, where its code need not stand in the caller's.
__attribute__((hot, noinline)) inline const char *parse_short_apart(const char *p, Decimal &out) {
    return parse_short(p, out.value, out.decimals);
}

// The quick way for most others: an optional sign, up to 8 digits before the point and up to 8 after it, 15 bytes in
// all. Otherwise like parse_short(). 17 bytes must be readable.
__attribute__((hot, noinline)) inline const char *parse_longer(const char *p, double &value, int8_t &decimals) {
#if defined(__SSE2__)
    const bool negative = *p == '-';
    p += negative;
    // Maps '0' to '9' to the ten lowest signed bytes, so that one comparison finds them.
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
    const __m128i bytes = _mm_add_epi8(text, _mm_set1_epi8(static_cast<char>(-128 - '0')));
    unsigned other = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(-128 + 9))));
    if (other == 0) return nullptr;
    const unsigned n = static_cast<unsigned>(__builtin_ctz(other));
    if (n == 0 || n > 8 || (*p == '0' && n > 1)) return nullptr;
    uint64_t mantissa = digits_value(load8(p) ^ 0x3030303030303030u, n);
    unsigned all = n, f = 0;
    if (p[n] == '.') {
        other &= other - 1;
        if (other == 0) return nullptr;
        all = static_cast<unsigned>(__builtin_ctz(other));
        f = all - n - 1;
        if (f == 0 || f > 8) return nullptr;
        mantissa = mantissa * kPow10Int[f] + digits_value(load8(p + n + 1) ^ 0x3030303030303030u, f);
    }
    const double magnitude = static_cast<double>(static_cast<int64_t>(mantissa)) / kPow10[f];
    value = negative ? -magnitude : magnitude;
    decimals = static_cast<int8_t>(f);
    return p + all;
#else
    static_cast<void>(p), static_cast<void>(value), static_cast<void>(decimals);
    return nullptr;
#endif
}

// Reads a JSON number at p; returns where it ends, or nullptr if there is none. 32 bytes behind `end` must be readable.
// If the text was cut at `end`, the result may lie behind it: the caller must compare. NaN for a number that float64
// can't hold (1e400) or that is longer than kLongestNumber.
__attribute__((hot)) inline const char *parse_number(const char *p, const char *end, Decimal &out) {
    const char *first = p;
    bool negative = *p == '-';
    p += negative;
    uint64_t word = load8(p) ^ 0x3030303030303030u;
    unsigned n = leading_digits(word);
    if (unlikely(n == 0)) return nullptr;
    if (unlikely(*p == '0' && n > 1)) return nullptr;
    uint64_t mantissa = digits_value(word, n);
    p += n;
    if (unlikely(n == 8)) {
        word = load8(p) ^ 0x3030303030303030u;
        const unsigned more = leading_digits(word);
        if (more == 8) return parse_number_slow(first, end, false, out);
        if (more != 0) mantissa = mantissa * kPow10Int[more] + digits_value(word, more);
        p += more;
        n += more;
    }
    double value = static_cast<double>(static_cast<int64_t>(mantissa));
    unsigned f = 0;
    if (*p == '.') {
        word = load8(++p) ^ 0x3030303030303030u;
        f = leading_digits(word);
        if (unlikely(f == 0)) return nullptr;
        mantissa = mantissa * kPow10Int[f] + digits_value(word, f);
        p += f;
        if (unlikely(f == 8)) {
            word = load8(p) ^ 0x3030303030303030u;
            const unsigned more = leading_digits(word);
            if (n + f + more > 15) return parse_number_slow(first, end, false, out);
            if (more != 0) mantissa = mantissa * kPow10Int[more] + digits_value(word, more);
            p += more;
            f += more;
        }
        if (unlikely(n + f > 15)) return parse_number_slow(first, end, false, out);
        value = static_cast<double>(static_cast<int64_t>(mantissa)) / kPow10[f];
    }
    if (unlikely((*p | 0x20) == 'e')) return parse_number_slow(first, end, false, out);
    out = {negative ? -value : value, static_cast<int8_t>(f), true};
    return p;
}

// Where a whole number of up to 16 digits ends: no sign, point or exponent. nullptr for any other text. 17 bytes must
// be readable.
inline const char *whole_number_end(const char *p) {
    unsigned n = leading_digits(load8(p) ^ 0x3030303030303030u);
    if (unlikely(n == 0 || (*p == '0' && n > 1))) return nullptr;
    if (unlikely(n == 8)) n += leading_digits(load8(p + 8) ^ 0x3030303030303030u);
    p += n;
    return is_digit(*p) || *p == '.' || (*p | 0x20) == 'e' ? nullptr : p;
}

// Reads a text that is a number from its first byte to its last: `62.40`, `+3`; but not `-.5`. Needs no padding.
inline bool parse_number_text(Text text, Decimal &out) {
    const char *p = text.data, *end = p + text.size;
    if (p < end && *p == '+') {
        ++p;
        if (p < end && *p == '-') return false;
    }
    return p < end && parse_number_slow(p, end, true, out) == end && !std::isnan(out.value);
}

// Reads a text that is a JSON number as a whole. Quick, but needs 32 readable bytes behind the text.
inline bool parse_plain(Text text, Decimal &out) {
    const char *end = text.data + text.size;
    if (likely(parse_short(text.data, out.value, out.decimals) == end)) return out.exact = true;
    return parse_number(text.data, end, out) == end && text.size != 0 && !std::isnan(out.value);
}

// Reads a text of digits only, at most 19 significant ones, as most times and ids are.
inline bool parse_digits(const char *p, const char *end, uint64_t &out) {
    unsigned digits = 0;
    out = 0;
    return read_digits(p, end, out, digits) == end && digits <= 19;
}

// Reads a whole number; false for fractions and for what 64 bits can't hold.
__attribute__((hot)) inline bool parse_integer_text(Text text, int64_t &out) {
    const char *p = text.data, *end = p + text.size;
    bool plus = p < end && *p == '+';
    p += plus;
    if (unlikely(p == end || (plus && *p == '-'))) return false;
    uint64_t value;
    if (likely(is_digit(*p) && parse_digits(p, end, value) && value <= INT64_MAX)) {
        out = static_cast<int64_t>(value);
        return true;
    }
    auto result = std::from_chars(p, end, out);
    return result.ec == std::errc() && result.ptr == end;
}

inline bool parse_unsigned_text(Text text, uint64_t &out) {
    if (text.size > 0 && parse_digits(text.data, text.data + text.size, out)) return true;
    auto result = std::from_chars(text.data, text.data + text.size, out);
    return result.ec == std::errc() && result.ptr == text.data + text.size && text.size > 0;
}

constexpr size_t kUndressed = 80;  // bytes that undress() may write

// IBKR's formatted numbers: [C|H][sign]digits[,digits…][.digits][K|M|B|T|%], rewritten as
// plain text. Returns its size, 0 if the text is no such number.
// `prefix` becomes C, H or 0 (none).
inline size_t undress(Text text, char *plain, char &prefix) {
    prefix = 0;
    const char *p = text.data, *end = p + text.size;
    if (p < end && (*p == 'C' || *p == 'H')) prefix = *p++;
    bool plus = p < end && *p == '+';
    p += plus;
    if (p == end || static_cast<size_t>(end - p) > 64 || *p == '+' || (plus && *p == '-')) return 0;
    int scale = 0;
    switch (end[-1]) {
        case 'K': scale = 3; --end; break;
        case 'M': scale = 6; --end; break;
        case 'B': scale = 9; --end; break;
        case 'T': scale = 12; --end; break;
        case '%': --end; break;
        default: break;
    }
    char *to = plain;
    bool fraction = false;
    for (const char *from = p; from < end; ++from) {
        fraction |= *from == '.' || (*from | 0x20) == 'e';
        if (*from == ',') {  // allowed only between digits of the whole part
            if (fraction || from == p || !is_digit(from[-1]) || from + 1 == end || !is_digit(from[1])) return 0;
            continue;
        }
        if (scale != 0 && (*from | 0x20) == 'e') return 0;
        *to++ = *from;
    }
    if (scale != 0) {
        *to++ = 'e';
        *to++ = static_cast<char>('0' + scale / 10);
        *to++ = static_cast<char>('0' + scale % 10);
    }
    return static_cast<size_t>(to - plain);
}

inline bool parse_dressed(Text text, Decimal &out, char &prefix) {
    char plain[kUndressed];
    return parse_number_text({plain, undress(text, plain, prefix)}, out);
}

}  // namespace tickfold
