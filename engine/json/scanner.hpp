// A strict one-pass JSON reader for what feeds send: ASCII text without escapes. A Reader for walk.hpp.
//
// It refuses whatever else there is (escapes, other characters, deep nesting), and every fault; simdjson then decides
// (ondemand.hpp). Needs 64 readable bytes behind the message: before every wide load the position is compared with the
// end, so bytes behind the end may be looked at but never decide.
#pragma once

#include "../table.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tickfold {

class Scanner {
  public:
    struct Object {
        Row *last = nullptr;  // whose `next` the coming key will be
        bool fresh = true;
    };
    struct Array {
        bool fresh = true;
    };

    Scanner(const char *data, size_t size) : p_(data), end_(data + size) { space(); }

    bool finish() {
        space();
        return p_ == end_;
    }

    char peek() const {
        if (p_ >= end_) return 0;
        char c = *p_;
        return is_digit(c) || c == '-' ? '0' : c;
    }

    const char *here() const { return p_; }
    Text since(const char *start) const { return {start, static_cast<size_t>(p_ - start)}; }

    bool begin(Object &) { return take('{'); }
    bool begin(Array &) { return take('['); }

    int key(Object &at, Shape &shape, const Row *&row) {
        if (p_ >= end_) return -1;
        Row *expected = nullptr;
        if (!at.fresh) {
            if (*p_ == ',') {
                ++p_;
            } else {
                space();
                if (p_ >= end_) return -1;
                if (*p_ == '}') return ++p_, 0;
                if (*p_ != ',') return -1;
                ++p_;
            }
            space();
            if (at.last != nullptr) expected = &shape.rows[at.last->next];
        } else {
            at.fresh = false;
            space();
            if (p_ < end_ && *p_ == '}') return ++p_, 0;
            if (!shape.rows.empty()) expected = &shape.rows[shape.first];
        }
        if (p_ >= end_) return -1;
        if (expected != nullptr && matches(*expected)) {
            p_ += expected->pattern_size;
        } else {
            Text name;
            if (!name_of_key(name)) return -1;
            int i = shape.keys.find(name.data, name.size);
            Row *found = i < 0 ? nullptr : &shape.rows[static_cast<size_t>(i)];
            if (found != nullptr) (at.last == nullptr ? shape.first : at.last->next) = static_cast<uint8_t>(i);
            expected = found;
        }
        space();
        // After an unknown key the row before it stays `last`: what follows the stranger is what it expects next.
        if (expected != nullptr) at.last = expected;
        row = expected;
        return 1;
    }

    int element(Array &at) {
        space();
        if (p_ >= end_) return -1;
        if (at.fresh) {
            at.fresh = false;
            if (*p_ == ']') return ++p_, 0;
            return 1;
        }
        if (*p_ == ']') return ++p_, 0;
        if (*p_ != ',') return -1;
        ++p_;
        space();
        return p_ < end_ ? 1 : -1;
    }

    bool string(Text &out) {
        if (p_ >= end_ || *p_ != '"') return false;
        const char *start = ++p_;
        for (;;) {
            if (p_ >= end_) return false;
#if defined(__SSE2__)
            __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p_));
            // As signed bytes, everything from 0x80 on is below 0x20 too.
            __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('"')),
                                        _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\')),
                                                     _mm_cmplt_epi8(chunk, _mm_set1_epi8(0x20))));
            unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(stop));
            if (mask == 0) {
                p_ += 16;
                continue;
            }
            p_ += __builtin_ctz(mask);
#else
            if (static_cast<signed char>(*p_) >= 0x20 && *p_ != '"' && *p_ != '\\') {
                ++p_;
                continue;
            }
#endif
            if (p_ >= end_ || *p_ != '"') return false;
            out = {start, static_cast<size_t>(p_ - start)};
            ++p_;
            return true;
        }
    }

    bool number(Text &text, Decimal &value) {
        const char *start = p_, *after = parse_number(p_, end_, value);
        if (after == nullptr || after > end_) return false;
        text = {start, static_cast<size_t>(after - start)};
        p_ = after;
        return true;
    }

    bool literal(char which) {
        const char *word = which == 't' ? "true" : which == 'f' ? "false" : "null";
        size_t size = which == 'f' ? 5 : 4;
        if (std::memcmp(p_, word, size) != 0 || static_cast<size_t>(end_ - p_) < size) return false;
        p_ += size;
        return true;
    }

    bool skip() { return skip(0); }

    bool peek_text(const std::string &key, Text &text, bool &found) {
        const char *start = p_;
        found = false;
        bool ok = find(key, text, found);
        p_ = start;
        return ok;
    }

  private:
    static constexpr int kDeepest = 32;

    void space() {
        if (__builtin_expect(static_cast<unsigned char>(*p_) > ' ', 1)) return;
        while (p_ < end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
    }

    bool take(char bracket) {
        if (p_ >= end_ || *p_ != bracket) return false;
        ++p_;
        return true;
    }

    bool matches(const Row &row) const {
#if defined(__SSE2__)
        auto same = [&](int half) {
            __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p_ + half * 16));
            __m128i want = _mm_load_si128(reinterpret_cast<const __m128i *>(row.pattern + half * 16));
            uint32_t equal = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, want)));
            return (equal & row.pattern_mask[half]) == row.pattern_mask[half];
        };
        return row.pattern_size != 0 && same(0) && (row.pattern_size <= 16 || same(1));
#else
        return row.pattern_size != 0 && std::memcmp(p_, row.pattern, row.pattern_size) == 0;
#endif
    }

    // A key and its colon.
    bool name_of_key(Text &name) {
        if (!string(name)) return false;
        space();
        return take(':');
    }

    bool find(const std::string &key, Text &text, bool &found) {
        if (!take('{')) return false;
        space();
        if (take('}')) return true;
        for (;;) {
            Text name;
            if (!name_of_key(name)) return false;
            space();
            if (name.size == key.size() && std::memcmp(name.data, key.data(), name.size) == 0) {
                if (peek() != '"') return true;
                found = true;
                return string(text);
            }
            if (!skip(0)) return false;
            space();
            if (take('}')) return true;
            if (!take(',')) return false;
            space();
        }
    }

    bool skip(int depth) {
        Text text;
        Decimal number_value;
        switch (peek()) {
            case '"':
                return string(text);
            case '0':
                return number(text, number_value);
            case 't':
            case 'f':
            case 'n':
                return literal(*p_);
            case '[': {
                Array at;
                if (depth == kDeepest || !begin(at)) return false;
                int more;
                while ((more = element(at)) > 0)
                    if (!skip(depth + 1)) return false;
                return more == 0;
            }
            case '{': {
                if (depth == kDeepest) return false;
                ++p_;
                space();
                if (take('}')) return true;
                for (;;) {
                    if (!name_of_key(text)) return false;
                    space();
                    if (!skip(depth + 1)) return false;
                    space();
                    if (take('}')) return true;
                    if (!take(',')) return false;
                    space();
                }
            }
            default:
                return false;
        }
    }

    const char *p_, *end_;
};

}  // namespace tickfold
