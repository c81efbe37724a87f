// Numbers of records as exact decimals, and back.
#pragma once

#include "fold/rows.hpp"
#include "fold/wide.hpp"

namespace tickfold {

// A number of a row; false where it was never stated.
inline bool read_number(const RowTable &table, uint32_t row, int bit, Wide &out) {
    const tf_header *head = table.at(row);
    if (!has(*head, bit)) return false;
    const char *at = reinterpret_cast<const char *>(head);
    if (__builtin_expect(head->flags & TF_INEXACT, 0)) {
        const tf_exact &exact = table.side(row).exact;
        for (uint32_t i = 0; i < exact.count; ++i)
            if (exact.texts[i].bit == static_cast<uint32_t>(bit)) return out.set({exact.texts[i].data, exact.texts[i].size});
    }
    double value;
    std::memcpy(&value, at + table.kind().fields[bit].offset, 8);
    out.set(value, reinterpret_cast<const int8_t *>(head)[table.kind().decimals + bit]);
    return true;
}

// A number of a staged record; false where the message does not state it.
inline bool read_number(const Stage &stage, const Entry &entry, int bit, Wide &out) {
    const tf_header *head = entry.head();
    if (!has(*head, bit)) return false;
    if (__builtin_expect(entry.with_text >> bit & 1, 0)) {
        const Exact *exact = stage.text_of(&entry, static_cast<uint8_t>(bit));
        if (exact != nullptr) return out.set(exact->text);
    }
    const tf_kind &kind = tf_kinds[head->kind];
    double value;
    std::memcpy(&value, reinterpret_cast<const char *>(head) + kind.fields[bit].offset, 8);
    out.set(value, reinterpret_cast<const int8_t *>(head)[kind.decimals + bit]);
    return true;
}

// Has a staged record state a number that was derived; where memory is out it states nothing.
inline void state_number(Stage &stage, Entry &entry, int bit, const Wide &number) {
    tf_header *head = entry.head();
    const tf_kind &kind = tf_kinds[head->kind];
    Decimal value{0, 0, true};
    Text text{nullptr, 0};
    if (__builtin_expect(!number.short_form(value.value, value.decimals), 0)) {
        char room[Wide::kTextRoom];
        text = stage.keep(room, number.text(room));
        if (text.data == nullptr || !parse_number_text(text, value)) return;
        if (value.exact) text.data = nullptr;
    }
    std::memcpy(entry.bytes() + kind.fields[bit].offset, &value.value, 8);
    entry.bytes()[kind.decimals + bit] = static_cast<char>(value.decimals);
    state(*head, bit);
    if (text.data != nullptr || (entry.with_text >> bit & 1)) {
        if (text.data != nullptr) head->flags |= TF_INEXACT;
        stage.keep_text(&entry, static_cast<uint8_t>(bit), text);
    }
}

}  // namespace tickfold
