// A strict one-pass JSON reader for the JSON that feeds send. A Reader for walk.hpp.
//
// It refuses what feeds rarely send (escapes in keys, deep nesting) and every fault; simdjson then reads the message or
// finds the fault (ondemand.hpp). Needs 64 readable bytes behind the message: wide loads may read them, but the
// position is compared with the end, so they never change the result.
//
// Longer than 500 lines: all functions share one position in the text and are inlined into one another.
#pragma once

#include "read/convert.hpp"

namespace tickfold {

// What the letter after a backslash stands for; 0 for u and for letters that may not stand there.
struct Meant {
    char of[256] = {};
    constexpr Meant() {
        of['"'] = '"', of['\\'] = '\\', of['/'] = '/';
        of['b'] = '\b', of['f'] = '\f', of['n'] = '\n', of['r'] = '\r', of['t'] = '\t';
    }
};
constexpr Meant kMeant;

class Scanner {
  public:
    struct Object {
        Row *last = nullptr;  // the row of the last known key; its `next` will be set to the row of the coming key
        bool fresh = true;
    };
    struct Array {
        bool fresh = true;
    };

    Scanner(const char *data, size_t size, Stage &stage) : p_(data), end_(data + size), stage_(stage) {
        space();
        root_ = p_;
    }

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
    Text json(const char *start) const { return since(start); }

    bool begin(Object &at, Shape &shape) {
        if (!take('{')) return false;
        if (passed_ != 0) {  // skips the select's key and text, which pass_guess() found at the beginning
            p_ += passed_;
            passed_ = 0;
            at.fresh = false;
            at.last = &shape.rows[shape.selected];
        }
        return true;
    }
    bool begin(Object &) { return take('{'); }
    bool begin(Array &) { return take('['); }
    bool timestamp(int64_t &) { return false; }

    int key(Object &at, Shape &shape, const Row *&row) {
        if (unlikely(p_ >= end_)) return -1;
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
            if (at.last != nullptr) expected = at.last->next;
        } else {
            at.fresh = false;
            space();
            if (p_ < end_ && *p_ == '}') return ++p_, 0;
            expected = shape.first;
        }
        if (p_ >= end_) return -1;
        if (expected != nullptr && expected->pattern_size != 0 && matches(p_, expected->pattern, expected->pattern_size)) {
            p_ += expected->pattern_size;
        } else if (!other_key(at, shape, expected)) {
            return -1;
        }
        space();
        // An unknown key does not move the prediction: `last` stays the row of the last known key.
        if (expected != nullptr) at.last = expected;
        row = expected;
        return 1;
    }

    // Reads a key that is not the predicted one, and predicts it for the next time.
    __attribute__((noinline)) bool other_key(Object &at, Shape &shape, Row *&found) {
        if (!name_of_key(name_)) return false;
        const int i = shape.keys.find(name_.data, name_.size);
        found = i < 0 ? nullptr : &shape.rows[static_cast<size_t>(i)];
        if (found != nullptr) (at.last == nullptr ? shape.first : at.last->next) = found;
        return true;
    }

    int any_key(Object &at) {
        space();
        if (p_ >= end_) return -1;
        if (*p_ == '}') return ++p_, 0;
        if (!at.fresh && !take(',')) return -1;
        at.fresh = false;
        space();
        if (!name_of_key(name_)) return -1;
        space();
        return 1;
    }

    // The last key that was not the predicted one.
    Text name() const { return name_; }

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
        bool escaped = false;
        return raw_string(out, escaped) && (!escaped || unescape(out));
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

    // The fast lane. It reads as long as keys come in the predicted order, without blanks, with plain values, and stops
    // before the first key that differs. True if it reached the object's end. The result is what key() and value()
    // would give; it is faster because the position and the fields' bits stay in registers.
    bool lane(Object &at, Shape &shape, const Table &table, Stage &stage, Entry *entry) {
        const char *p = p_;                               // after the last value, or at the object's beginning
        Row *row = shape.first, *last = nullptr;          // rows of the coming key and of the last one
        if (entry == nullptr || row == nullptr) return false;  // an envelope has no fields
        if (at.fresh) {
            --p;
        } else {
            if (at.last == nullptr || *p != ',') return false;
            row = at.last->next;
        }
        const char *const end = end_;
        uint64_t stated = 0;  // bits of the fields stored here, not yet set in the entry
        for (;;) {
            // The value begins before the end, so that reading it stays within the padding.
            const char *value = p + 1 + row->pattern_size;
            if (unlikely(value >= end) || !matches(p + 1, row->pattern, row->pattern_size)) break;
            const char *after = quick(*row, value, stage, entry, stated);
            if (after == nullptr) {
                settle(entry, stated);
                after = plain(*row, value, table, stage, entry);
                if (after == nullptr) break;
            }
            p = after;
            last = row;
            if (unlikely(*p != ',')) break;
            row = row->next;
        }
        settle(entry, stated);
        if (last == nullptr) return false;
        if (likely(p < end && *p == '}')) {
            p_ = p + 1;
            return true;
        }
        p_ = p < end ? p : end;  // behind the end, the message stops inside the object: key() refuses that
        at.fresh = false;
        at.last = last;
        return false;
    }

    // The fast lane for a list of pairs within a text: reads numbers as long as they come under the predicted names.
    // Returns 1 if that was the whole text; else 0, and `rest` is the unescaped part not yet read. `last` is the last
    // pair that was read.
    int pairs(Pairs &pairs, const Table &table, Stage &stage, Entry *entry, Pairs::Item *&last, Text &rest) {
        const char *p = p_ + 1, *const end = end_;
        Pairs::Item *item = pairs.first;
        uint64_t stated = 0;
        if (p < end && *p == '[') {
            for (;;) {
                const char *value = p + 1 + item->pattern_size;
                if (value >= end || item->pattern_size == 0) break;
                if (!matches_long(p + 1, item->pattern, item->pattern_size)) break;
                const char *after = nullptr;
                if (item->row->lane == LANE_DECIMAL) after = quick_decimal<true>(*item->row, value, entry, stated);
                if (after == nullptr) {
                    if (!is_digit(*value) && *value != '-') break;  // a quote would end the text itself
                    settle(entry, stated);
                    after = plain(*item->row, value, table, stage, entry);
                    if (after == nullptr) break;
                }
                if (*after != '}') break;
                p = after + 1;
                last = item;
                if (*p != ',') break;
                item = item->next;
            }
            settle(entry, stated);
        }
        if (last == nullptr) return string(rest) ? 0 : -1;
        if (p + 1 < end && p[0] == ']' && p[1] == '"') {
            p_ = p + 2;
            return 1;
        }
        p_ = p;
        bool escaped = false;
        return rest_of_string(rest, escaped) && (!escaped || unescape(rest)) ? 0 : -1;
    }

    // Reads a list of one-character texts without blanks; returns how many. -1, and nothing read, for any other value.
    int one_character_texts(char *out, int room) {
        const char *after;
        int n = one_character_texts(p_, out, room, after);
        if (n >= 0) p_ = after;
        return n;
    }

    // Whether the object here begins with the same key and text as the last one that the select saw.
    bool same_as_last(const Select &select) const {
        return p_ + 1 < end_ && select.guess_size != 0 && matches(p_ + 1, select.guess, select.guess_size);
    }

    // Lets the coming begin() skip the key and text that same_as_last() has compared.
    void pass_guess(const Select &select) {
        if (select.guess_passes && select.guess_size <= end_ - p_ - 1) passed_ = select.guess_size;
    }

    // If the object here begins with the select's key and `text`, remembers that beginning and the shape it stands for.
    void remember(Select &select, Text text, const Shape *shape) const {
        size_t before = select.key.size() + 4;  // "key":"
        // If a later key can decide the shape (Select::first), the beginning alone does not.
        if (!select.first.empty() || text.data != p_ + 1 + before || before + text.size + 1 > 32) return;
        std::memcpy(select.guess, p_ + 1, before + text.size + 1);
        select.guess_size = static_cast<uint8_t>(before + text.size + 1);
        select.guess_text = {select.guess + before, text.size};
        select.guess_shape = shape;
        int i = shape->keys.find(select.key.data(), select.key.size());
        select.guess_passes = i >= 0 && shape->rows[static_cast<size_t>(i)].conv == CONV_SKIP;
    }

    // False if the object here surely lacks a key, because the key does not stand anywhere in the rest of the message.
    // A key written with escapes is not missed by this: the scanner refuses such messages.
    bool may_have(const std::string &key) { return !sought(key) || next_ != end_; }

    bool peek_text(const std::string &key, Text &text, bool &found) {
        const char *start = p_;
        found = false;
        if (p_ == root_ && sought(key)) {
            if (next_ == end_) return true;
            found = last_of_root(key, text);
            p_ = start;
            if (found) return true;
        }
        bool ok = find(key, text, found);
        p_ = start;
        return ok;
    }

  private:
    static constexpr int kDeepest = 32;
    static constexpr size_t kNotShort = ~size_t{0};

    // Whether a character may stand in a text as it is: ASCII, neither quote, backslash nor control.
    static bool is_plain(char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; }

    // Reads a value in the form that is most usual for its row. Returns where it ends, or nullptr for any other form.
    __attribute__((always_inline)) static const char *quick(const Row &row, const char *value, Stage &stage, Entry *entry,
                                                            uint64_t &stated) {
        char *const to = entry->bytes() + row.offset;
        if (row.lane >= LANE_CHAR) {
            if (*value != '"') return quick_digits(row, value, entry, stated);
            if (row.lane == LANE_TIME) {
                int64_t ns;
                const char *after = parse_utc(value + 1, stage.minute, ns);
                if (unlikely(after == nullptr || *after != '"')) return nullptr;
                std::memcpy(to, &ns, 8);
                stated |= row.flag;
                return after + 1;
            }
            if (row.lane <= LANE_SLOT && value[2] == '"' && is_plain(value[1])) {
                // One character: its size is fixed, so the next key can be read without waiting for this one.
                const uint64_t letter = static_cast<unsigned char>(value[1]);
                if (row.lane == LANE_SLOT)
                    std::memcpy(to, &letter, 8);
                else if (row.lane == LANE_CHAR)
                    *to = value[1];
                else
                    std::memcpy(to, &letter, 4);
                stated |= row.flag;
                return value + 3;
            }
            const Text text{value + 1, short_text(value + 1)};
            if (unlikely(text.size == kNotShort)) return nullptr;
            if (row.lane <= LANE_SLOT) {
                if (unlikely(text.size > row.size)) return nullptr;
                uint64_t word = load8(text.data) & kLowBytes[text.size];
                if (row.lane == LANE_SLOT)
                    std::memcpy(to, &word, 8);
                else if (row.lane == LANE_CHAR)
                    *to = static_cast<char>(word);
                else
                    std::memcpy(to, &word, 4);
                stated |= row.flag;
            } else if (row.lane == LANE_TEXT) {
                if (unlikely(text.size > row.size)) return nullptr;
                store_text(to, row.size, text);
                stated |= row.flag;
            } else if (row.lane == LANE_SYMBOL) {
                entry->symbol = text;
            }
            return text.data + text.size + 1;
        }
        if (row.lane == LANE_DECIMAL) return quick_decimal<false>(row, value, entry, stated);
        if (row.lane == LANE_CHARS) {
            const uint64_t word = load8(value), letter = word >> 16 & 0xFF;  // ["X"]
            if ((word & 0xFFFF00FFFF) != 0x5D2200225B || !is_plain(value[2])) return nullptr;
            std::memcpy(to, &letter, 8);
            stated |= row.flag;
            return value + 5;
        }
        return nullptr;
    }

    // The digits of a whole number as a text.
    __attribute__((always_inline)) static const char *quick_digits(const Row &row, const char *value, Entry *entry,
                                                                   uint64_t &stated) {
        if (row.lane != LANE_TEXT && row.lane != LANE_SYMBOL) return nullptr;
        const char *after = whole_number_end(value);
        if (unlikely(after == nullptr)) return nullptr;
        const Text text{value, static_cast<size_t>(after - value)};  // 16 digits at most
        if (row.lane == LANE_SYMBOL) {
            entry->symbol = text;
        } else {
            store_text(entry->bytes() + row.offset, row.size, text);
            stated |= row.flag;
        }
        return after;
    }

    template <bool kLonger>
    __attribute__((always_inline)) static const char *quick_decimal(const Row &row, const char *value, Entry *entry,
                                                                    uint64_t &stated) {
        double number;
        int8_t decimals;
        const char *after = parse_short(value, number, decimals);
        if (kLonger && after == nullptr) after = parse_longer(value, number, decimals);
        if (unlikely(after == nullptr || (*after | 0x20) == 'e' || (entry->with_text & row.flag) != 0)) return nullptr;
        std::memcpy(entry->bytes() + row.offset, &number, 8);
        entry->bytes()[row.decimals] = decimals;
        stated |= row.flag;
        return after;
    }

    // Any other plain value, read as Walker::value() would. Returns where it ends, or nullptr to leave it to that.
    __attribute__((hot, noinline)) const char *plain(const Row &row, const char *value, const Table &table, Stage &stage,
                                                     Entry *entry) {
        if (unlikely(row.lane == LANE_NONE)) return nullptr;
        if (row.lane == LANE_DECIMAL && *value == '"') {
            Decimal number{0, 0, true};
            const char *after = parse_short_apart(value + 1, number);
            if (after == nullptr) after = parse_longer(value + 1, number.value, number.decimals);
            if (after != nullptr && *after == '"' && after < end_) {
                put_decimal(stage, row, entry, number, {});
                return after + 1;
            }
        }
        if (*value == '"') {
            const Text text{value + 1, short_text(value + 1)};
            if (unlikely(text.size == kNotShort || text.data + text.size >= end_)) return nullptr;
            if (row.conv == CONV_ENUM) {
                const int value = row.values.find(text.data, text.size);
                if (unlikely(value < 0)) return nullptr;  // Walker::value() takes a note
                if (row.lane == LANE_ENUM) {
                    put_enum(row, entry, text, value);
                    return text.data + text.size + 1;
                }
            }
            if (row.lane != LANE_SKIP && !put_text(table, stage, row, entry, text)) return nullptr;
            return text.data + text.size + 1;
        }
        if (is_digit(*value) || *value == '-') {
            const char *after;
            if (row.lane == LANE_DECIMAL) {
                Decimal number{0, 0, true};
                after = parse_longer(value, number.value, number.decimals);
                if (after == nullptr || (*after | 0x20) == 'e') after = parse_number(value, end_, number);
                if (after == nullptr || after > end_) return nullptr;
                return put_decimal(stage, row, entry, number, {value, static_cast<size_t>(after - value)}) ? after : nullptr;
            }
            if (row.lane == LANE_ENUM && (after = whole_number_end(value)) != nullptr) {
                if (after >= end_) return nullptr;
                const Text text{value, static_cast<size_t>(after - value)};
                const int member = row.values.find(text.data, text.size);
                if (member < 0) return nullptr;  // as above
                put_enum(row, entry, text, member);
                return after;
            }
            if (row.by_digits && (after = whole_number_end(value)) != nullptr) {
                if (after >= end_) return nullptr;
                return put_text(table, stage, row, entry, {value, static_cast<size_t>(after - value)}) ? after : nullptr;
            }
            Decimal number;
            after = parse_number(value, end_, number);
            if (after == nullptr || after > end_) return nullptr;
            const Text text{value, static_cast<size_t>(after - value)};
            if (row.conv == CONV_ENUM && row.values.find(text.data, text.size) < 0) return nullptr;  // as above
            return put_number(table, stage, row, entry, text, number) ? after : nullptr;
        }
        if (*value == '[' && row.conv == CONV_CHARS) {
            char codes[16 + 16];  // put_slot reads 16 bytes
            const char *after;
            int n = one_character_texts(value, codes, 16, after);
            if (n < 0) return nullptr;
            put_slot(entry, row.offset, row.size, row.bit, {codes, static_cast<size_t>(n)});
            return after;
        }
        return nullptr;
    }

    // Sets the bits of the stored fields in the entry.
    static void settle(Entry *entry, uint64_t &stated) {
        entry->head()->known |= stated;
        entry->nulls &= ~stated;
        stated = 0;
    }

    // Size of a text whose closing quote comes within 32 bytes, with no escape or other special byte before it.
    static size_t short_text(const char *p) {
#if defined(__SSE2__)
        for (unsigned i = 0; i < 32; i += 16) {
            unsigned mask = stops(p + i);
            if (likely(mask != 0)) {
                i += static_cast<unsigned>(__builtin_ctz(mask));
                return p[i] == '"' ? i : kNotShort;
            }
        }
#else
        for (unsigned i = 0; i < 32; ++i) {
            if (p[i] == '"') return i;
            if (!is_plain(p[i])) break;
        }
#endif
        return kNotShort;
    }

#if defined(__SSE2__)
    // A bit for each of 16 bytes that ends a run of plain text: quotes, backslashes, controls, all that is not ASCII.
    static unsigned stops(const char *p) {
        __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        // Bytes from 0x80 on are negative as signed bytes, so this finds them with the controls.
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('"')),
                                    _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\')),
                                                 _mm_cmplt_epi8(chunk, _mm_set1_epi8(0x20))));
        return static_cast<unsigned>(_mm_movemask_epi8(stop));
    }
#endif

    // Reads a text without unescaping it; `escaped` becomes true if it has escapes.
    __attribute__((always_inline)) bool raw_string(Text &out, bool &escaped) {
        return take('"') && rest_of_string(out, escaped);
    }

    __attribute__((always_inline)) bool rest_of_string(Text &out, bool &escaped) {
        const char *start = p_;
        for (;;) {
            if (p_ >= end_) return false;
#if defined(__SSE2__)
            unsigned mask = stops(p_);
            if (mask == 0) {
                p_ += 16;
                continue;
            }
            p_ += __builtin_ctz(mask);
#else
            if (is_plain(*p_)) {
                ++p_;
                continue;
            }
#endif
            if (p_ < end_ && *p_ == '"') {
                out = {start, static_cast<size_t>(p_ - start)};
                ++p_;
                return true;
            }
            if (!unusual(escaped)) return false;
        }
    }

    // Moves past an escape or a character that is not ASCII; false if it is invalid.
    __attribute__((noinline)) bool unusual(bool &escaped) {
        if (*p_ != '\\') return character();
        escaped = true;
        return escape();
    }

    // Moves past an escape, and past plain text and further \" that follow.
    bool escape() {
#if defined(__SSE2__)
        const Run run = run_of(p_);
        if (run.size > 1 && static_cast<ptrdiff_t>(run.size) <= end_ - p_) {
            p_ += run.size;
            return true;
        }
#endif
        if (end_ - p_ < 2) return false;
        unsigned code;
        const int size = kMeant.of[static_cast<unsigned char>(p_[1])] != 0 ? 2 : code_point(p_, end_, code);
        p_ += size;
        return size != 0;
    }

    // Unescapes a text into memory of the stage.
    __attribute__((noinline)) bool unescape(Text &text) {
        stage_.rewritten = true;
        char *const room = stage_.room(text.size), *to = room;
        if (room == nullptr) return false;
        for (const char *p = text.data, *const end = p + text.size; p < end;) {
#if defined(__SSE2__)
            // Copies 16 bytes at a time and starts again after each backslash. `room` has 64 bytes more than the text.
            const Run run = run_of(p);
            copy16(to, p);
            to += run.size;
            for (unsigned rest = run.backslashes; rest != 0; rest &= rest - 1, --to)
                copy16(to - run.size + __builtin_ctz(rest), p + __builtin_ctz(rest) + 1);
            p += run.size;
            if (p == end) break;
#endif
            unsigned code;
            if (*p != '\\') {
                *to++ = *p++;
            } else if (p[1] == 'u') {
                p += code_point(p, end, code);
                to += write_utf8(code, to);
            } else {
                *to++ = kMeant.of[static_cast<unsigned char>(p[1])];
                p += 2;
            }
        }
        text = {room, static_cast<size_t>(to - room)};
        return true;
    }

    // Reads \u1234, or a surrogate pair for a character beyond U+FFFF. Returns how many bytes it read, 0 if it is
    // invalid. One half of a pair alone is legal JSON (RFC 8259, section 8.2) and no character: it reads as U+FFFD.
    static int code_point(const char *p, const char *end, unsigned &code) {
        unsigned low;
        if (!hexadecimal(p, end, code)) return 0;
        if (code < 0xD800 || code > 0xDFFF) return 6;
        if (code > 0xDBFF || !hexadecimal(p + 6, end, low) || low < 0xDC00 || low > 0xDFFF) {
            code = 0xFFFD;
            return 6;
        }
        code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
        return 12;
    }

    static bool hexadecimal(const char *p, const char *end, unsigned &value) {
        if (end - p < 6 || p[0] != '\\' || p[1] != 'u') return false;
        auto result = std::from_chars(p + 2, p + 6, value, 16);
        return result.ec == std::errc() && result.ptr == p + 6;
    }

    static int write_utf8(unsigned code, char *to) {
        const int size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        for (int i = size - 1; i > 0; --i, code >>= 6) to[i] = static_cast<char>(0x80 | (code & 0x3F));
        static constexpr unsigned char kFirst[] = {0, 0, 0xC0, 0xE0, 0xF0};
        to[0] = static_cast<char>(kFirst[size] | code);
        return size;
    }

#if defined(__SSE2__)
    // How many of 16 bytes are plain ASCII text or \" (JSON within JSON is full of these), and a bit for each backslash
    // of a \". Any other escape, \\ too, ends the run, so a backslash before a quote is never itself escaped.
    struct Run {
        unsigned size, backslashes;
    };
    static Run run_of(const char *p) {
        const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        auto mask = [](__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); };
        const unsigned quotes = mask(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('"')));
        const unsigned backslashes = mask(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\'))) & (quotes >> 1);
        const unsigned rest = stops(p) & ~(backslashes | backslashes << 1);
        const unsigned size = rest == 0 ? 16 : static_cast<unsigned>(__builtin_ctz(rest));
        return {size, backslashes & ((1u << size) - 1)};
    }
    static void copy16(char *to, const char *from) {
        _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm_loadu_si128(reinterpret_cast<const __m128i *>(from)));
    }
#endif

    // Moves past a character of two to four bytes, by the table of RFC 3629, section 4: no overlong forms, no
    // surrogates, nothing above U+10FFFF. False if the bytes are invalid.
    bool character() {
        auto byte = [this](int i) { return static_cast<unsigned char>(p_[i]); };
        const unsigned first = byte(0);
        const int size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (size == 0 || end_ - p_ < size) return false;
        const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (byte(1) < low || byte(1) > high) return false;
        for (int i = 2; i < size; ++i)
            if ((byte(i) & 0xC0) != 0x80) return false;
        p_ += size;
        return true;
    }

    int one_character_texts(const char *list, char *out, int room, const char *&after) const {
        const char *p = list + 1;
        int n = 0;
        while (p + 4 <= end_ && n < room && p[0] == '"' && p[2] == '"' && is_plain(p[1])) {
            out[n++] = p[1];
            p += 4;
            if (p[-1] == ']') {
                after = p;
                return n;
            }
            if (p[-1] != ',') return -1;
        }
        return -1;
    }

    void space() {
        if (likely(static_cast<unsigned char>(*p_) > ' ')) return;
        while (p_ < end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
    }

    bool take(char bracket) {
        if (p_ >= end_ || *p_ != bracket) return false;
        ++p_;
        return true;
    }

    // Reads a key and its colon.
    bool name_of_key(Text &name) {
        bool escaped = false;
        if (!raw_string(name, escaped) || escaped) return false;
        space();
        return take(':');
    }

    // Sets next_ to the next place of `"key"`, or to the message's end. Searches for one key only, the first that is
    // asked for, and returns false for all others: so a message of many objects is searched through once.
    bool sought(const std::string &key) {
#if defined(__SSE2__)
        if (sought_ == nullptr) sought_ = &key;
        if (sought_ != &key || key.empty() || key.size() > 30) return false;
        if (next_ != nullptr && p_ <= next_) return true;
        const __m128i quote = _mm_set1_epi8('"'), letter = _mm_set1_epi8(key[0]);
        auto begins = [&](const char *at) {
            auto is = [](const char *p, __m128i what) {
                return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)), what);
            };
            return _mm_and_si128(is(at, quote), is(at + 1, letter));
        };
        auto mask_of = [](__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); };
        for (next_ = p_; next_ < end_; next_ += 16) {
            while (end_ - next_ >= 64) {  // most messages have none
                const __m128i low = _mm_or_si128(begins(next_), begins(next_ + 16));
                if (mask_of(_mm_or_si128(low, _mm_or_si128(begins(next_ + 32), begins(next_ + 48)))) != 0) break;
                next_ += 64;
            }
            for (unsigned mask = mask_of(begins(next_)); mask != 0; mask &= mask - 1) {
                const char *at = next_ + __builtin_ctz(mask);
                if (at < end_ && at[1 + key.size()] == '"' && std::memcmp(at + 1, key.data(), key.size()) == 0) {
                    next_ = at;
                    return true;
                }
            }
        }
        next_ = end_;
        return true;
#else
        static_cast<void>(key);
        return false;
#endif
    }

    // Whether next_ is the last key of the outermost object, with a text as its value: IBKR puts its topics there. The
    // answer is right for valid JSON, and anything else is refused later: a quote that follows no backslash and
    // precedes a letter begins a text, a colon after it makes it a key, and the brace at the message's end closes the
    // root.
    bool last_of_root(const std::string &key, Text &text) {
        if (next_ == end_ || next_[-1] == '\\') return false;
        p_ = next_ + key.size() + 2;
        space();
        if (!take(':')) return false;
        space();
        if (!string(text)) return false;
        space();
        return take('}') && finish();
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
        bool escaped;
        Decimal number_value;
        switch (peek()) {
            case '"':
                return raw_string(text, escaped);
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
    Stage &stage_;
    unsigned passed_ = 0;
    Text name_{nullptr, 0};
    const char *root_;                     // where the message begins
    const std::string *sought_ = nullptr;  // the key that sought() searches for
    const char *next_ = nullptr;           // its next place, or end_
};

}  // namespace tickfold
