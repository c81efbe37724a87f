// MessagePack as a Reader for walk.hpp.
//
// Every length is checked against the bytes that are left before it is used. Integers become their decimal text, floats
// the shortest text that reads back the same, so that numbers mean what they mean in JSON. The timestamp extension
// (type -1, 4, 8 or 12 bytes) is a time of its own.
#pragma once

#include <limits>
#include <string>

#include "read/convert.hpp"

namespace tickfold {

class MsgPack : public Unhurried<MsgPack> {
  public:
    struct Object {
        uint32_t left = 0;
    };
    using Array = Object;

    MsgPack(const char *data, size_t size, Stage &stage)
        : p_(reinterpret_cast<const unsigned char *>(data)), end_(p_ + size), stage_(stage) {}

    bool finish() const { return p_ == end_; }

    char peek() const {
        if (p_ >= end_) return 0;
        unsigned char c = *p_;
        if (c <= 0x7F || c >= 0xE0) return '0';
        if (c <= 0x8F) return '{';
        if (c <= 0x9F) return '[';
        if (c <= 0xBF) return '"';
        switch (c) {
            case 0xC0: return 'n';
            case 0xC2: return 'f';
            case 0xC3: return 't';
            case 0xC4: case 0xC5: case 0xC6: return 'b';  // binary
            case 0xC7: case 0xC8: case 0xC9: case 0xD4: case 0xD5: case 0xD6: case 0xD7: case 0xD8:
                return extension_type() == -1 ? 'x' : 'e';
            case 0xCA: case 0xCB: case 0xCC: case 0xCD: case 0xCE: case 0xCF: case 0xD0: case 0xD1: case 0xD2: case 0xD3:
                return '0';
            case 0xD9: case 0xDA: case 0xDB: return '"';
            case 0xDC: case 0xDD: return '[';
            case 0xDE: case 0xDF: return '{';
            default: return 0;
        }
    }

    const char *here() const { return reinterpret_cast<const char *>(p_); }
    Text since(const char *start) const { return {start, static_cast<size_t>(here() - start)}; }
    Text json(const char *start) {
        std::string out;
        MsgPack again(start, static_cast<size_t>(here() - start), stage_);
        if (!again.write(out, 0)) out = "null";
        Text text = stage_.keep(out.data(), out.size());
        return text.data != nullptr ? text : Text{"", 0};
    }

    bool begin(Object &at, Shape &) { return open('{', at); }
    bool begin(Object &at) { return peek() == '{' ? open('{', at) : open('[', at); }

    int any_key(Object &at) {
        if (at.left == 0) return 0;
        --at.left;
        if (peek() != '"') return -1;
        return string(name_) ? 1 : -1;
    }

    Text name() const { return name_; }

    int element(Array &at) {
        if (at.left == 0) return 0;
        --at.left;
        return p_ < end_ ? 1 : -1;
    }

    // Text is not checked to be UTF-8: invalid bytes are replaced when Python reads the text.
    bool string(Text &out) {
        unsigned char c = *p_;
        uint64_t size;
        if (c >= 0xA0 && c <= 0xBF) {
            size = c & 0x1F;
            ++p_;
        } else if (c < 0xD9 || c > 0xDB || !length(1u << (c - 0xD9), size)) {
            return false;
        }
        return take(size, out);
    }

    bool number(Text &text, Decimal &value) {
        char digits[40];
        size_t size = 0;
        if (!digits_of(digits, size)) return false;
        if (size == 0) {  // NaN, infinity
            static constexpr char kNothing[16] = {};  // 16 bytes must be readable at a text
            text = {kNothing, 0};
            value = {NAN, 0, false};
            return true;
        }
        text = stage_.keep(digits, size);
        return text.data != nullptr && parse_number_slow(text.data, text.data + text.size, false, value) != nullptr;
    }

    bool literal(char) {
        ++p_;
        return true;
    }

    // ns becomes TF_UNKNOWN_TIME if int64 ns cannot hold the time.
    bool timestamp(int64_t &ns) {
        const unsigned char *body;
        uint64_t size;
        if (!extension(body, size)) return false;
        uint64_t seconds = 0, nanos = 0;
        if (size == 4) {
            seconds = big(body, 4);
        } else if (size == 8) {
            uint64_t both = big(body, 8);
            nanos = both >> 34;
            seconds = both & ((uint64_t{1} << 34) - 1);
        } else if (size == 12) {
            nanos = big(body, 4);
            seconds = big(body + 4, 8);  // signed, in two's complement
        } else {
            nanos = ~uint64_t{0};  // no timestamp has this length
        }
        int64_t whole;
        if (nanos >= 1000000000u || __builtin_mul_overflow(static_cast<int64_t>(seconds), kSecond, &whole) ||
            __builtin_add_overflow(whole, static_cast<int64_t>(nanos), &ns))
            ns = TF_UNKNOWN_TIME;
        return true;
    }

    bool skip() { return skip(0); }

    bool peek_text(const std::string &key, Text &text, bool &found) {
        const unsigned char *start = p_;
        Object at;
        found = false;
        bool ok = begin(at);
        int more;
        while (ok && !found && (more = any_key(at)) != 0) {
            ok = more > 0;
            if (!ok) break;
            if (name_.size == key.size() && std::memcmp(name_.data, key.data(), key.size()) == 0) {
                if (peek() != '"') break;
                ok = found = string(text);
            } else {
                ok = skip(0);
            }
        }
        p_ = start;
        return ok;
    }

  private:
    static constexpr int kDeepest = 64;

    static uint64_t big(const unsigned char *p, unsigned bytes) {
        uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) value = value << 8 | p[i];
        return value;
    }

    // Reads the big-endian number of `bytes` bytes that follows the type byte.
    bool length(unsigned bytes, uint64_t &out) {
        if (static_cast<size_t>(end_ - p_) < 1 + bytes) return false;
        out = big(p_ + 1, bytes);
        p_ += 1 + bytes;
        return true;
    }

    bool take(uint64_t size, Text &out) {
        if (size > static_cast<uint64_t>(end_ - p_)) return false;
        out = {here(), static_cast<size_t>(size)};
        p_ += size;
        return true;
    }

    // Writes the current number as decimal text; size 0 for NaN and infinity.
    bool digits_of(char (&digits)[40], size_t &size) {
        char *last = digits;
        unsigned char c = *p_;
        uint64_t raw;
        if (c <= 0x7F) {
            last = std::to_chars(digits, digits + sizeof digits, static_cast<unsigned>(c)).ptr;
            ++p_;
        } else if (c >= 0xE0) {
            last = std::to_chars(digits, digits + sizeof digits, static_cast<int>(static_cast<signed char>(c))).ptr;
            ++p_;
        } else if (c >= 0xCC && c <= 0xCF) {
            if (!length(1u << (c - 0xCC), raw)) return false;
            last = std::to_chars(digits, digits + sizeof digits, raw).ptr;
        } else if (c >= 0xD0 && c <= 0xD3) {
            unsigned bytes = 1u << (c - 0xD0);
            if (!length(bytes, raw)) return false;
            unsigned unused = 64 - 8 * bytes;
            int64_t number = static_cast<int64_t>(raw << unused) >> unused;
            last = std::to_chars(digits, digits + sizeof digits, number).ptr;
        } else if (c == 0xCA) {
            if (!length(4, raw)) return false;
            uint32_t bits = static_cast<uint32_t>(raw);
            float number;
            std::memcpy(&number, &bits, 4);
            last = shortest(digits, sizeof digits, number);
        } else if (c == 0xCB) {
            if (!length(8, raw)) return false;
            double number;
            std::memcpy(&number, &raw, 8);
            last = shortest(digits, sizeof digits, number);
        } else {
            return false;
        }
        size = static_cast<size_t>(last - digits);
        return true;
    }

    static void quote(std::string &out, Text text) {
        static constexpr char kHex[] = "0123456789abcdef";
        out += '"';
        for (size_t i = 0; i < text.size; ++i) {
            char c = text.data[i];
            if (c == '"' || c == '\\') out += '\\';
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += kHex[c >> 4];
                out += kHex[c & 15];
            } else {
                out += c;
            }
        }
        out += '"';
    }

    // Writes the current value as JSON without blanks. Binary values and unknown extensions become null.
    bool write(std::string &out, int depth) {
        Text text;
        switch (char what = peek()) {
            case '"':
                if (!string(text)) return false;
                quote(out, text);
                return true;
            case '0': {
                char digits[40];
                size_t size = 0;
                if (!digits_of(digits, size)) return false;
                if (size == 0)
                    out += "null";
                else
                    out.append(digits, size);
                return true;
            }
            case 'x': {
                int64_t ns;
                char moment[32];
                if (!timestamp(ns)) return false;
                if (ns == TF_UNKNOWN_TIME)
                    out += "null";
                else
                    quote(out, {moment, write_rfc3339(ns, moment)});
                return true;
            }
            case 't':
            case 'f':
            case 'n':
                out += what == 't' ? "true" : what == 'f' ? "false" : "null";
                return literal(what);
            case '[':
            case '{': {
                Object at;
                if (depth == kDeepest || !open(what, at)) return false;
                out += what;
                for (bool first = true; at.left > 0; --at.left, first = false) {
                    if (!first) out += ',';
                    if (what == '{') {
                        if (peek() != '"' || !string(name_)) return false;
                        quote(out, name_);
                        out += ':';
                    }
                    if (!write(out, depth + 1)) return false;
                }
                out += what == '{' ? '}' : ']';
                return true;
            }
            default:
                out += "null";
                return skip(depth);
        }
    }

    // The fewest digits that read back as the same float; nothing for NaN and infinity. They are written out as in JSON
    // from 0.0001 to where that would show digits that the float does not have: 10 to the power of digits10.
    template <class Float>
    static char *shortest(char *digits, size_t room, Float number) {
        if (!std::isfinite(number)) return digits;
        constexpr Float least = static_cast<Float>(0.0001);
        constexpr Float most = static_cast<Float>(std::numeric_limits<Float>::digits10 == 6 ? 1e6 : 1e15);
        const Float size = std::fabs(number);
        if (size >= least && size < most)
            return std::to_chars(digits, digits + room, number, std::chars_format::fixed).ptr;
        if (size < 1e15) return std::to_chars(digits, digits + room, number).ptr;
        return std::to_chars(digits, digits + room, number, std::chars_format::scientific).ptr;
    }

    bool open(char what, Object &at) {
        if (peek() != what) return false;
        unsigned char c = *p_;
        uint64_t count;
        if (c <= 0x9F) {
            count = c & 0x0F;
            ++p_;
        } else if (!length(c == 0xDC || c == 0xDE ? 2 : 4, count)) {
            return false;
        }
        // Every element takes at least one byte, so a count larger than what is left is a fault.
        if (count > static_cast<uint64_t>(end_ - p_)) return false;
        at.left = static_cast<uint32_t>(count);
        return true;
    }

    // Finds where an extension's body begins and how long it is, and moves p_ past it.
    bool extension(const unsigned char *&body, uint64_t &size) {
        unsigned char c = *p_;
        if (c >= 0xD4) {
            size = uint64_t{1} << (c - 0xD4);
            ++p_;
        } else if (!length(1u << (c - 0xC7), size)) {
            return false;
        }
        if (static_cast<uint64_t>(end_ - p_) < 1 + size) return false;
        body = p_ + 1;
        p_ += 1 + size;
        return true;
    }

    int extension_type() const {
        size_t at = *p_ >= 0xD4 ? 1 : 1 + (size_t{1} << (*p_ - 0xC7));
        return static_cast<size_t>(end_ - p_) > at ? static_cast<signed char>(p_[at]) : 0;
    }

    // Skips a number.
    bool pass_number() {
        unsigned char c = *p_;
        uint64_t unused;
        if (c <= 0x7F || c >= 0xE0) return ++p_, true;
        return length(c == 0xCA ? 4 : c == 0xCB ? 8 : 1u << (c - (c >= 0xD0 ? 0xD0 : 0xCC)), unused);
    }

    bool skip(int depth) {
        Text text;
        uint64_t size;
        const unsigned char *body;
        switch (peek()) {
            case '"': return string(text);
            case '0': return pass_number();
            case 'n': case 't': case 'f': return literal(0);
            case 'b': return length(1u << (*p_ - 0xC4), size) && take(size, text);
            case 'x': case 'e': return extension(body, size);
            case '[': {
                Array at;
                if (depth == kDeepest || !begin(at)) return false;
                while (at.left-- > 0)
                    if (!skip(depth + 1)) return false;
                return true;
            }
            case '{': {
                Object at;
                if (depth == kDeepest || !begin(at)) return false;
                while (at.left-- > 0)
                    if (!skip(depth + 1) || !skip(depth + 1)) return false;
                return true;
            }
            default: return false;
        }
    }

    const unsigned char *p_, *end_;
    Stage &stage_;
    Text name_{nullptr, 0};
};

}  // namespace tickfold
