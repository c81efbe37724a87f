// Reads numbers of records as exact decimals, and stores exact decimals in records.
#pragma once

#include "fold/rows.hpp"
#include "fold/wide.hpp"

namespace tickfold {

// Whether two texts are the same; one of no bytes may have no memory.
inline bool same_text(Text a, Text b) {
    return a.size == b.size && (a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0);
}

// A number of an order. With up to 15 digits it is a float64 and a count of decimals, on which most operations are one
// or two instructions. A longer one is kept as text and goes through a Wide. It has no value before read() or set().
struct Number {
    double value;
    Text text;  // of more than 15 digits
    int8_t decimals;

    bool is_zero() const { return value == 0 && text.data == nullptr; }
    bool is_positive() const { return value > 0; }

    // `kind`: that of the record. Where it is a constant, the compiler knows where the field is.
    bool read(const tf_kind &kind, const RowTable &table, uint32_t row, int bit) {
        const tf_header *head = table.at(row);
        if (!has(*head, bit)) return false;
        text = {nullptr, 0};
        if (unlikely(head->flags & TF_INEXACT)) text = text_of(table.side(row).exact, bit);
        take(head, kind, bit);
        return true;
    }
    bool read(const tf_kind &kind, const Stage &stage, const Entry &entry, int bit) {
        const tf_header *head = entry.head();
        if (!has(*head, bit)) return false;
        text = {nullptr, 0};
        if (unlikely(entry.with_text >> bit & 1)) text = text_of(stage, entry, bit);
        take(head, kind, bit);
        return true;
    }
    // Stores the number as stated in a staged record.
    __attribute__((hot)) void state_in(const tf_kind &kind, Stage &stage, Entry &entry, int bit) const {
        tf_header *head = entry.head();
        std::memcpy(entry.bytes() + kind.fields[bit].offset, &value, 8);
        entry.bytes()[kind.decimals + bit] = static_cast<char>(decimals);
        state(*head, bit);
        if (unlikely(text.data != nullptr || (entry.with_text >> bit & 1))) {
            if (text.data != nullptr) head->flags |= TF_INEXACT;
            stage.keep_text(&entry, static_cast<uint8_t>(bit), text);
        }
    }

    static int compare(const Number &a, const Number &b) {
        if (likely(a.text.data == nullptr && b.text.data == nullptr))  // exact: compare as float64
            return (a.value > b.value) - (a.value < b.value);
        return compare_slowly(a, b);
    }
    // out = a + b, out = a - b. False if the result can't be held. The text of a long result is in the stage's memory.
    __attribute__((hot, noinline)) static bool add(const Number &a, const Number &b, Number &out, Stage &stage) {
        return quick(a, b, 1, out) || slowly(a, b, false, out, stage);
    }
    __attribute__((hot, noinline)) static bool subtract(const Number &a, const Number &b, Number &out, Stage &stage) {
        return quick(a, b, -1, out) || slowly(a, b, true, out, stage);
    }

    bool widen(Wide &out) const {
        if (text.data != nullptr) return out.set(text);
        out.set(value, decimals);
        return true;
    }

  private:
    // Short code for what is usual stays together: the texts of inexact numbers are looked up elsewhere.
    __attribute__((noinline)) static Text text_of(const tf_exact &exact, int bit) {
        for (uint32_t i = 0; i < exact.count; ++i)
            if (exact.texts[i].bit == static_cast<uint32_t>(bit)) return {exact.texts[i].data, exact.texts[i].size};
        return {nullptr, 0};
    }
    __attribute__((noinline)) static Text text_of(const Stage &stage, const Entry &entry, int bit) {
        const Exact *exact = stage.text_of(&entry, static_cast<uint8_t>(bit));
        return exact != nullptr ? exact->text : Text{nullptr, 0};
    }
    __attribute__((noinline)) static int compare_slowly(const Number &a, const Number &b) {
        Wide x, y;
        return a.widen(x) && b.widen(y) ? Wide::compare(x, y) : (a.value > b.value) - (a.value < b.value);
    }
    void take(const tf_header *head, const tf_kind &kind, int bit) {
        std::memcpy(&value, reinterpret_cast<const char *>(head) + kind.fields[bit].offset, 8);
        decimals = reinterpret_cast<const int8_t *>(head)[kind.decimals + bit];
    }
    // For numbers of up to 15 digits: as whole numbers of the smaller decimal unit, which float64 holds exactly.
    static bool quick(const Number &a, const Number &b, double sign, Number &out) {
        if (unlikely(a.text.data != nullptr || b.text.data != nullptr)) return false;
        const int8_t places = a.decimals > b.decimals ? a.decimals : b.decimals;
        if (unlikely(places < 0 || places > 15 || a.decimals < 0 || b.decimals < 0)) return false;
        const double unit = kPow10[places];
        double x = a.value, y = b.value;
        if (places != 0) {
            x = whole(x * unit);
            y = whole(y * unit);
        }
        const double sum = x + sign * y;
        if (unlikely(!(std::fabs(x) < 1e15 && std::fabs(y) < 1e15 && std::fabs(sum) < 1e15))) return false;
        out.value = places == 0 ? sum : sum / unit;
        out.decimals = places;
        out.text = {nullptr, 0};
        return true;
    }
    // The nearest whole number, where it is below 2^51: adding 1.5 * 2^52 leaves no bit for a fraction.
    static double whole(double x) { return x + 6755399441055744.0 - 6755399441055744.0; }
    __attribute__((noinline)) static bool slowly(const Number &a, const Number &b, bool minus, Number &out, Stage &stage) {
        Wide x, y, result;
        if (!a.widen(x) || !b.widen(y) || !(minus ? Wide::subtract(x, y, result) : Wide::add(x, y, result))) return false;
        return out.set(result, stage);
    }

  public:
    // False if there is no memory or float64 can't hold it.
    bool set(const Wide &number, Stage &stage) {
        text = {nullptr, 0};
        if (number.short_form(value, decimals)) return true;
        char room[Wide::kTextRoom];
        Decimal parsed;
        text = stage.keep(room, number.text(room));
        if (text.data == nullptr || !parse_number_text(text, parsed)) return false;
        value = parsed.value;
        decimals = parsed.decimals;
        if (parsed.exact) text = {nullptr, 0};
        return true;
    }
};

// Reads a number of a row or of a staged record as an exact decimal; false if it is not stated.
inline bool read_number(const RowTable &table, uint32_t row, int bit, Wide &out) {
    Number number;
    return number.read(table.kind(), table, row, bit) && number.widen(out);
}
inline bool read_number(const Stage &stage, const Entry &entry, int bit, Wide &out) {
    Number number;
    return number.read(tf_kinds[entry.head()->kind], stage, entry, bit) && number.widen(out);
}

// Stores a derived number as stated in a staged record. Without memory it stays unstated.
inline void state_number(Stage &stage, Entry &entry, int bit, const Wide &number) {
    Number out;
    if (out.set(number, stage)) out.state_in(tf_kinds[entry.head()->kind], stage, entry, bit);
}

}  // namespace tickfold
