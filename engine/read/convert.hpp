// Converts values into fields. Every reader (JSON scanner, simdjson, MessagePack) uses these converters, so that a
// value means the same in all of them.
//
// A converter returns false if the value does not have the form that the table's row expects (a word for a number,
// say). The caller counts it as a mismatch and goes on.
#pragma once

#include "read/slot.hpp"

namespace tickfold {

inline void put_null(const Table &table, const Row &row, Entry *entry, bool always = false) {
    if (row.bit == kNoBit || !(always || table.null_clears)) return;
    entry->nulls |= uint64_t{1} << row.bit;
    entry->head()->known &= ~(uint64_t{1} << row.bit);
    if (row.also != kNoBit) {
        entry->nulls |= uint64_t{1} << row.also;
        entry->head()->known &= ~(uint64_t{1} << row.also);
    }
}

// The message says that there is none, whatever null means in its table.
inline bool put_none(const Row &row, Entry *entry) {
    uint64_t bits = uint64_t{1} << row.bit;
    if (row.also != kNoBit) bits |= uint64_t{1} << row.also;
    entry->nulls |= bits;
    entry->head()->known &= ~bits;
    return true;
}

// Where a number is stored.
struct DecimalField {
    uint8_t bit;
    uint16_t offset, decimals;
};

// `text` is what the number was read from; it is kept if the float64 is not exact. False for NaN.
__attribute__((hot)) inline bool put_decimal(Stage &stage, DecimalField field, Entry *entry, const Decimal &value, Text text) {
    if (std::isnan(value.value)) return false;
    std::memcpy(entry->bytes() + field.offset, &value.value, 8);
    entry->bytes()[field.decimals] = static_cast<char>(value.decimals);
    if (unlikely(!value.exact)) {
        entry->head()->flags |= TF_INEXACT;
        stage.keep_text(entry, field.bit, text);
    } else if (unlikely((entry->with_text >> field.bit) & 1)) {  // the key came twice: the later one counts
        stage.keep_text(entry, field.bit, {nullptr, 0});
    }
    mark(entry, field.bit);
    return true;
}

__attribute__((hot)) inline bool put_decimal(Stage &stage, const Row &row, Entry *entry, const Decimal &value, Text text) {
    if (unlikely(value.value == row.none_value)) return put_none(row, entry);
    if (unlikely(row.also != kNoBit) && row.conv <= CONV_DRESSED)  // a second field that means the same
        put_decimal(stage, DecimalField{row.also, row.also_offset, row.also_size}, entry, value, text);
    return put_decimal(stage, DecimalField{row.bit, row.offset, row.decimals}, entry, value, text);
}

// CONV_MOVES: another key has said that a number belongs elsewhere. Moves it from the field `row.also` to the row's
// own.
inline void move_decimal(Stage &stage, const Row &row, Entry *entry) {
    uint64_t from = uint64_t{1} << row.also;
    if ((entry->head()->known & from) == 0) return;
    std::memcpy(entry->bytes() + row.offset, entry->bytes() + row.also_offset, 8);
    entry->bytes()[row.decimals] = entry->bytes()[row.also_size];
    entry->head()->known &= ~from;
    mark(entry, row.bit);
    stage.move_text(entry, row.also, row.bit);
}

// 16.0 is a whole number: leaves the zeros behind its point out. False where there are none.
inline bool cut_zeros(Text &text) {
    size_t size = text.size;
    while (size > 0 && text.data[size - 1] == '0') --size;
    if (size < 2 || text.data[size - 1] != '.' || std::memchr(text.data, '.', size - 1) != nullptr) return false;
    text.size = size - 1;
    return true;
}

inline bool put_integer(const Row &row, Entry *entry, Text text) {
    char *to = entry->bytes() + row.offset;
    int64_t value;
    if (row.type == TF_TYPE_U64) {
        uint64_t wide;
        if (!parse_unsigned_text(text, wide)) return cut_zeros(text) && put_integer(row, entry, text);
        std::memcpy(to, &wide, 8);
    } else if (!parse_integer_text(text, value)) {
        return cut_zeros(text) && put_integer(row, entry, text);
    } else if (row.type == TF_TYPE_I64) {
        std::memcpy(to, &value, 8);
    } else if (row.type == TF_TYPE_I32) {
        int32_t narrow = static_cast<int32_t>(value);
        if (narrow != value) return false;
        std::memcpy(to, &narrow, 4);
    } else if (row.type == TF_TYPE_U32) {
        uint32_t narrow = static_cast<uint32_t>(value);
        if (narrow != value) return false;
        std::memcpy(to, &narrow, 4);
    } else {
        if (value < 0 || value > 255) return false;
        *to = static_cast<char>(value);
    }
    mark(entry, row.bit);
    if (row.also != kNoBit) {  // some codes mean something more
        entry->bytes()[row.also_offset] = row.values.find(text.data, text.size) >= 0;
        mark(entry, row.also);
    }
    return true;
}

__attribute__((hot)) inline bool put_time(const Row &row, Entry *entry, int64_t ns) {
    if (row.newest) {
        int64_t before;
        std::memcpy(&before, entry->bytes() + row.offset, 8);
        if ((row.bit == kNoBit || (entry->head()->known & row.flag) != 0) && before > ns) return true;
    }
    std::memcpy(entry->bytes() + row.offset, &ns, 8);
    if (row.bit != kNoBit) mark(entry, row.bit);
    return true;
}

inline bool put_bool(const Row &row, Entry *entry, bool value) {
    entry->bytes()[row.offset] = value;
    mark(entry, row.bit);
    return true;
}

// A text in a slot ends at its first NUL, and zeros follow it (merge() relies on that). Cuts the text there; false if
// it holds none.
__attribute__((noinline)) inline bool end_at_nul(Text &text) {
    const void *const nul = text.size != 0 ? std::memchr(text.data, 0, text.size) : nullptr;
    if (nul != nullptr) text.size = static_cast<size_t>(static_cast<const char *>(nul) - text.data);
    return nul != nullptr;
}

// A word whose member is `value`, -1 = none; and the word itself where the row says so.
__attribute__((always_inline)) inline bool put_enum(const Row &row, Entry *entry, Text text, int value) {
    entry->bytes()[row.offset] = static_cast<char>(value < 0 ? row.otherwise : value);
    mark(entry, row.bit);
    return row.also == kNoBit || put_slot(entry, row.also_offset, row.also_size, row.also, text);
}

inline bool put_long(const Row &row, Entry *entry, Text text) {
    tf_text value = {text.data, text.size};
    std::memcpy(entry->bytes() + row.offset, &value, sizeof value);
    mark(entry, row.bit);
    return true;
}

inline bool is_text(Text text, const char *what) {
    return text.size == std::strlen(what) && std::memcmp(text.data, what, text.size) == 0;
}

inline bool is_text(Text text, const std::string &what) {
    return text.size == what.size() && std::memcmp(text.data, what.data(), text.size) == 0;
}

// Whether to ignore a value: it stands for "none" in this row, or the row is weak and another key filled the field.
inline bool says_none(const Table &table, const Row &row, Entry *entry, Text text) {
    if (row.weak && (entry->head()->known >> row.bit) & 1) return true;
    if (!row.none.empty() && is_text(text, row.none)) {
        put_null(table, row, entry, true);
        return true;
    }
    return false;  // zero_clears is checked later, once the number has been read
}

// Reads a number formatted by IBKR (see undress()). If it is inexact, `text` becomes its plain form, which is kept. False
// if it is no number, or there is no memory.
__attribute__((noinline)) inline bool undress_number(Stage &stage, Text &text, Decimal &value, char &prefix) {
    if (!parse_dressed(text, value, prefix)) return false;
    if (value.exact) return true;
    char plain[kUndressed];
    const Text kept = stage.keep(plain, undress(text, plain, prefix));
    if (kept.data == nullptr) return false;
    text = kept;
    return true;
}
// The same for a number that may be plain.
inline bool read_dressed(Stage &stage, Text &text, Decimal &value, char &prefix) {
    prefix = 0;
    return parse_plain(text, value) || undress_number(stage, text, value, prefix);
}

// "$500", "$100/$400": an order of an amount of money. The signs of currencies are one to three bytes.
__attribute__((noinline)) inline bool put_cash(Stage &stage, Entry *entry, Text text) {
    Decimal total{0, 0, true};
    if ((entry->head()->known >> TF_ORDER_NOTIONAL) & 1) return true;
    for (int i = 0; i < 2; ++i) {
        const char *slash = static_cast<const char *>(std::memchr(text.data, '/', text.size));
        Text part{text.data, slash == nullptr ? text.size : static_cast<size_t>(slash - text.data)};
        Decimal value;
        char prefix;
        while (part.size > 0 && !is_digit(*part.data)) ++part.data, --part.size;
        if (!read_dressed(stage, part, value, prefix) || !value.exact || prefix) return false;
        if (value.decimals > total.decimals) total.decimals = value.decimals;
        total.value += value.value;
        if (slash == nullptr) break;
        text = {slash + 1, text.size - part.size - static_cast<size_t>(part.data - text.data) - 1};
    }
    if (total.decimals > 0 && total.decimals <= 15 && total.value < 1e9)
        total.value = static_cast<double>(std::llround(total.value * kPow10[total.decimals])) / kPow10[total.decimals];
    const DecimalField field{TF_ORDER_NOTIONAL, offsetof(tf_order, notional), offsetof(tf_order, decimals) + TF_ORDER_NOTIONAL};
    return put_decimal(stage, field, entry, total, {nullptr, 0});
}

// IBKR's "0/150" means filled/remaining. "150" alone is the total, all of it filled unless the message says otherwise.
// Numbers under keys of their own take precedence.
__attribute__((hot)) inline bool put_size_fills(Stage &stage, Entry *entry, Text text) {
    auto put = [&](uint8_t bit, size_t offset, const Decimal &value, Text part) {
        if ((entry->head()->known >> bit) & 1) return true;
        DecimalField field{bit, static_cast<uint16_t>(offset), static_cast<uint16_t>(offsetof(tf_order, decimals) + bit)};
        return put_decimal(stage, field, entry, value, part);
    };
    auto read = [&](uint8_t bit, size_t offset, Text part) {
        Decimal value;
        char prefix;
        return read_dressed(stage, part, value, prefix) && !prefix && put(bit, offset, value, part);
    };
    constexpr size_t filled_qty = offsetof(tf_order, filled_qty), leaves_qty = offsetof(tf_order, leaves_qty);
    Decimal filled{0, 0, true}, leaves{0, 0, true};
    const char *const end = text.data + text.size, *slash = parse_short_apart(text.data, filled);
    if (likely(slash != nullptr && slash < end && *slash == '/' && parse_short_apart(slash + 1, leaves) == end))
        return put(TF_ORDER_FILLED_QTY, filled_qty, filled, {}) && put(TF_ORDER_LEAVES_QTY, leaves_qty, leaves, {});
    if (text.size > 1 && (*text.data == '$' || static_cast<signed char>(*text.data) < 0)) return put_cash(stage, entry, text);
    slash = static_cast<const char *>(std::memchr(text.data, '/', text.size));
    if (slash == nullptr) return entry->alone = read(TF_ORDER_QTY, offsetof(tf_order, qty), text);
    const size_t before = static_cast<size_t>(slash - text.data);
    return read(TF_ORDER_FILLED_QTY, filled_qty, {text.data, before}) &&
           read(TF_ORDER_LEAVES_QTY, leaves_qty, {slash + 1, text.size - before - 1});
}

// "63.45" is the price of a row of a price ladder, "200 @ 63.41" its size and price.
__attribute__((noinline)) inline bool put_ladder(Stage &stage, const Row &row, Entry *entry, Text text) {
    Decimal value;
    char prefix;
    const char *at = static_cast<const char *>(std::memchr(text.data, '@', text.size));
    if (at != nullptr) {
        Text size{text.data, static_cast<size_t>(at - text.data)};
        text.size -= size.size + 1;
        text.data = at + 1;
        while (size.size > 0 && size.data[size.size - 1] == ' ') --size.size;
        while (text.size > 0 && *text.data == ' ') ++text.data, --text.size;
        if (!read_dressed(stage, size, value, prefix) || prefix) return false;
        DecimalField field{TF_BOOK_LEVEL_SIZE, offsetof(tf_book_level, size),
                           offsetof(tf_book_level, decimals) + TF_BOOK_LEVEL_SIZE};
        if (!put_decimal(stage, field, entry, value, size)) return false;
    }
    return read_dressed(stage, text, value, prefix) && put_decimal(stage, row, entry, value, text);
}

__attribute__((hot)) inline bool put_dressed(const Table &table, Stage &stage, const Row &row, Entry *entry, Text text) {
    Decimal value;
    char prefix;
    if (unlikely(!read_dressed(stage, text, value, prefix))) {
        if (text.size != 0 && !is_text(text, "N/A") && !is_text(text, "-") && !is_text(text, "\u2022")) return false;
        put_null(table, row, entry);
        return true;
    }
    if (row.sets_last_flag) {
        entry->bytes()[offsetof(tf_quote, last_flag)] = static_cast<char>(
            prefix == 'C' ? TF_LAST_FLAG_PREV_CLOSE : prefix == 'H' ? TF_LAST_FLAG_HALTED : TF_LAST_FLAG_TRADE);
        mark(entry, TF_QUOTE_LAST_FLAG);
    }
    return put_decimal(stage, row, entry, value, text);
}

// "DU1234.Core": what stands behind the last `split` goes to a field of its own. False: nothing is left to store.
__attribute__((noinline)) inline bool put_split(const Row &row, Entry *entry, Text &text) {
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] != row.split) --at;
    if (row.whole) return at != 0;
    if (row.behind) {
        if (at == 0) return false;
        text = {text.data + at, text.size - at};
    } else if (at > 1) {
        put_slot(entry, row.also_offset, row.also_size, row.also, {text.data + at, text.size - at});
        text.size = at - 1;
    }
    return true;
}

// The name of an instrument. "265598@NYSE" may be written 265598+NYSE in a topic; a suffix that `strip` names is left out.
__attribute__((noinline)) inline bool put_symbol(Stage &stage, const Row &row, Entry *entry, Text text) {
    if (row.weak && entry->symbol.size != 0) return true;
    if (text.size > row.strip.size() && !row.strip.empty() &&
        std::memcmp(text.data + text.size - row.strip.size(), row.strip.data(), row.strip.size()) == 0)
        text.size -= row.strip.size();
    if (row.split != 0 && std::memchr(text.data, row.split, text.size) != nullptr) {
        char *own = stage.room(text.size);
        if (own == nullptr) return false;
        for (size_t i = 0; i < text.size; ++i) own[i] = text.data[i] == row.split ? '@' : text.data[i];
        text.data = own;
    }
    entry->symbol = text;
    return true;
}

// "AAPL|NGS|USD:5m": symbol, exchange, currency and interval of a bar.
__attribute__((noinline)) inline bool put_candle(Entry *entry, Text text) {
    size_t end = text.size;
    while (end > 0 && text.data[end - 1] != ':') --end;
    if (end > 1) {
        uint64_t count = 0;
        const char *p = text.data + end, *const last = text.data + text.size - 1;
        while (p < last && is_digit(*p) && count < 100000) count = count * 10 + static_cast<unsigned>(*p++ - '0');
        const uint64_t unit = p != last ? 0 : *p == 's' ? 1 : *p == 'm' ? 60 : *p == 'h' || *p == 'H' ? 3600
                              : *p == 'D' || *p == 'd' ? 86400 : *p == 'W' || *p == 'w' ? 604800 : 0;
        const uint64_t seconds = count * unit;
        if (seconds != 0 && seconds <= UINT32_MAX) {
            const uint32_t interval = static_cast<uint32_t>(seconds);
            std::memcpy(entry->bytes() + offsetof(tf_bar, interval), &interval, sizeof interval);
            mark(entry, TF_BAR_INTERVAL);
        }
        text.size = end - 1;
    }
    Text parts[3] = {{text.data, 0}, {text.data, 0}, {text.data, 0}};
    int count = 0;
    for (const char *p = text.data, *start = p;; ++p) {
        if (p != text.data + text.size && (*p != '|' || count == 2)) continue;
        parts[count++] = {start, static_cast<size_t>(p - start)};
        if (p == text.data + text.size) break;
        start = p + 1;
    }
    entry->symbol = parts[0];
    if (parts[1].size != 0) put_slot(entry, offsetof(tf_bar, exchange), sizeof(tf_bar::exchange), TF_BAR_EXCHANGE, parts[1]);
    if (parts[2].size != 0) put_slot(entry, offsetof(tf_bar, currency), sizeof(tf_bar::currency), TF_BAR_CURRENCY, parts[2]);
    return true;
}

// False for a text that is no truth value.
__attribute__((noinline)) inline bool put_bool_text(const Row &row, Entry *entry, Text text) {
    if (is_text(text, "True") || is_text(text, "true") || is_text(text, "1")) return put_bool(row, entry, true);
    if (is_text(text, "False") || is_text(text, "false") || is_text(text, "0")) return put_bool(row, entry, false);
    return false;
}

// Stores a text value, already unescaped. 16 bytes behind it must be readable.
__attribute__((hot)) inline bool put_text(const Table &table, Stage &stage, const Row &row, Entry *entry, Text text) {
    int64_t ns;
    if (unlikely(row.special) && says_none(table, row, entry, text)) return true;
    if (!table.null_text.empty() && is_text(text, table.null_text)) {
        put_null(table, row, entry);
        return true;
    }
    switch (row.conv) {
        case CONV_TEXT:
            if (unlikely(stage.rewritten) && end_at_nul(text)) entry->cut |= row.flag;
            if (unlikely(!row.strip.empty()) && text.size >= row.strip.size() &&
                std::memcmp(text.data, row.strip.data(), row.strip.size()) == 0) {
                text.data += row.strip.size();
                text.size -= row.strip.size();
            }
            if (unlikely(row.split != 0) && !put_split(row, entry, text)) return true;
            if (unlikely(!row.words.empty())) {
                int i = row.values.find(text.data, text.size);
                if (i >= 0) text = {row.words[static_cast<size_t>(i)].data(), row.words[static_cast<size_t>(i)].size() - 16};
            }
            return put_slot(entry, row.offset, row.size, row.bit, text);
        case CONV_CHARS:
            if (unlikely(stage.rewritten)) end_at_nul(text);
            return put_slot(entry, row.offset, row.size, row.bit, text);
        case CONV_LONG:
            return put_long(row, entry, text);
        case CONV_SYMBOL:
            return put_symbol(stage, row, entry, text);
        case CONV_CANDLE:
            return put_candle(entry, text);
        case CONV_DECIMAL: {
            Decimal value;
            if (text.size == 0) {
                put_null(table, row, entry);
                return true;
            }
            if (!parse_plain(text, value) && !parse_number_text(text, value)) return false;
            if (row.zero_clears && value.value == 0) {
                put_null(table, row, entry, true);
                return true;
            }
            return put_decimal(stage, row, entry, value, text);
        }
        case CONV_DRESSED:
            return put_dressed(table, stage, row, entry, text);
        case CONV_SIZE_FILLS:
            return put_size_fills(stage, entry, text);
        case CONV_INTEGER:
            return put_integer(row, entry, text);
        case CONV_RFC3339:
            return parse_rfc3339(text, stage.minute, ns) && put_time(row, entry, ns);
        case CONV_COMPACT_DATE:
            return parse_compact_date(text, ns) && put_time(row, entry, ns);
        case CONV_US_DATE:
            return parse_us_date(text, ns) && put_time(row, entry, ns);
        case CONV_EPOCH:
            return parse_epoch(text, row.unit, ns) && put_time(row, entry, ns);
        case CONV_LADDER:
            return put_ladder(stage, row, entry, text);
        case CONV_ENUM: {
            const int value = row.values.find(text.data, text.size);
            if (unlikely(stage.rewritten)) end_at_nul(text);
            return put_enum(row, entry, text, value);
        }
        case CONV_SIDE:
            if (text.size == 0) return true;
            entry->bytes()[row.also_offset] = static_cast<char>(row.otherwise);
            mark(entry, row.also);
            return put_dressed(table, stage, row, entry, text);
        case CONV_MOVES:
            entry->moved = row.values.find(text.data, text.size) >= 0;
            return true;
        case CONV_BOOL:
            return put_bool_text(row, entry, text);
        default:
            return false;
    }
}

// Stores a number, given by its text, and by its value if the reader has parsed it already.
inline bool put_number(const Table &table, Stage &stage, const Row &row, Entry *entry, Text text,
                       const Decimal &value) {
    if (row.special && says_none(table, row, entry, text)) return true;
    if (row.zero_clears && value.value == 0) {
        put_null(table, row, entry, true);
        return true;
    }
    switch (row.conv) {
        case CONV_DRESSED:
            if (row.sets_last_flag) {
                entry->bytes()[offsetof(tf_quote, last_flag)] = TF_LAST_FLAG_TRADE;
                mark(entry, TF_QUOTE_LAST_FLAG);
            }
            return put_decimal(stage, row, entry, value, text);
        case CONV_DECIMAL:
            return put_decimal(stage, row, entry, value, text);
        case CONV_INTEGER:
        case CONV_EPOCH:
        case CONV_COMPACT_DATE:
        case CONV_TEXT:
        case CONV_LONG:
        case CONV_SYMBOL:
        case CONV_CANDLE:
        case CONV_SIZE_FILLS:
        case CONV_ENUM:
        case CONV_LADDER:
        case CONV_SIDE:
        case CONV_MOVES:
            return put_text(table, stage, row, entry, text);
        case CONV_BOOL:
            return (value.value == 0 || value.value == 1) && put_bool(row, entry, value.value == 1);
        case CONV_SKIP:
            return true;
        default:
            return false;
    }
}

// Defaults for a Reader (see walk.hpp) that finds keys by name only and has no fast lane.
template <class Reader>
class Unhurried {
  public:
    template <class Object>
    int key(Object &at, Shape &shape, const Row *&row) {
        Reader &self = static_cast<Reader &>(*this);
        const int more = self.any_key(at);
        if (more > 0) {
            const Text name = self.name();
            const int i = shape.keys.find(name.data, name.size);
            row = i < 0 ? nullptr : &shape.rows[static_cast<size_t>(i)];
        }
        return more;
    }
    template <class Object>
    bool lane(Object &, Shape &, const Table &, Stage &, Entry *) { return false; }
    int pairs(Pairs &, const Table &, Stage &, Entry *, Pairs::Item *&, Text &rest) {
        return static_cast<Reader &>(*this).string(rest) ? 0 : -1;
    }
    int one_character_texts(char *, int) { return -1; }
    bool same_as_last(const Select &) const { return false; }
    void pass_guess(const Select &) {}
    void remember(Select &, Text, const Shape *) const {}
    bool may_have(const std::string &) const { return true; }
};

}  // namespace tickfold
