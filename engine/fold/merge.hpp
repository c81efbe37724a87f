// Merges an update into a row: fields that it states are stored, fields that it takes back become unknown, all others
// stay. A full record is an update that also takes back the fields that it does not state.
#pragma once

#include <cstdint>
#include <cstring>

#include "schema/fields.h"
#include "schema/likely.hpp"

namespace tickfold {

inline bool has(const tf_header &head, int bit) { return (head.known >> bit) & 1; }
inline void state(tf_header &head, int bit) { head.known |= uint64_t{1} << bit; }
inline void unstate(tf_header &head, int bit) { head.known &= ~(uint64_t{1} << bit); }
constexpr uint64_t bit_of(int bit) { return uint64_t{1} << bit; }

// 8 bytes of whatever type.
typedef uint64_t __attribute__((may_alias)) Word;

// Copies 8 bytes (no alignment needed); returns whether they differed.
inline bool replace8(char *to, const char *from) {
    uint64_t before, after;
    std::memcpy(&before, to, 8);
    std::memcpy(&after, from, 8);
    std::memcpy(to, &after, 8);
    return before != after;
}

inline bool replace4(char *to, const char *from) {
    uint32_t before, after;
    std::memcpy(&before, to, 4);
    std::memcpy(&after, from, 4);
    std::memcpy(to, &after, 4);
    return before != after;
}

// The same for a text in a slot of a multiple of 8 bytes, with zeros behind it: what is the same is read up to its end.
inline bool replace_text(char *to, const char *from, size_t size) {
    for (size_t at = 0; at < size; at += 8) {
        uint64_t before, after;
        std::memcpy(&before, to + at, 8);
        std::memcpy(&after, from + at, 8);
        if (before != after) {
            std::memcpy(to + at, from + at, size - at);
            return true;
        }
        if (after >> 56 == 0) return false;  // both end within these 8 bytes
    }
    return false;
}

// Gives a field the value of one that was never stated: NaN, TF_UNKNOWN_TIME, 0 or empty.
inline void forget(const tf_kind &kind, tf_header *row, const tf_field &field) {
    char *at = reinterpret_cast<char *>(row) + field.offset;
    std::memset(at, 0, field.size);
    if (field.type == TF_TYPE_TIME) {
        const int64_t unknown = TF_UNKNOWN_TIME;
        std::memcpy(at, &unknown, 8);
    } else if (field.type == TF_TYPE_DEC) {
        const uint64_t nan = 0x7FF8000000000000;
        std::memcpy(at, &nan, 8);
        reinterpret_cast<int8_t *>(row)[kind.decimals + field.bit] = 0;
    }
}
__attribute__((noinline)) inline void forget_all(const tf_kind &kind, tf_header *row, uint64_t bits) {
    for (; bits; bits &= bits - 1) forget(kind, row, kind.fields[__builtin_ctzll(bits)]);
}

// Stores the fields in `stated`, which `patch` states, into `row` and makes the fields in `nulls` unknown. Returns the
// bits of the fields that changed.
__attribute__((hot, noinline)) inline uint64_t merge(const tf_kind &kind, tf_header *row, const tf_header *patch,
                                                     uint64_t stated, uint64_t nulls) {
    uint64_t changed = stated & ~row->known;
    // Numbers are the first fields of the struct, in the order of their bits.
    Word *numbers = reinterpret_cast<Word *>(row + 1);
    const Word *new_numbers = reinterpret_cast<const Word *>(patch + 1);
    int8_t *decimals = reinterpret_cast<int8_t *>(row) + kind.decimals;
    const int8_t *new_decimals = reinterpret_cast<const int8_t *>(patch) + kind.decimals;
    const uint64_t all_numbers = bit_of(kind.dec_count) - 1;
    for (uint64_t rest = stated & all_numbers; rest; rest &= rest - 1) {
        const auto i = static_cast<unsigned>(__builtin_ctzll(rest));
        const uint64_t now = new_numbers[i];
        changed |= static_cast<uint64_t>(numbers[i] != now) << i;
        numbers[i] = now;
        decimals[i] = new_decimals[i];  // 1.50 after 1.5 is no change, but the count of decimals is updated
    }
    for (uint64_t rest = stated & ~all_numbers; rest; rest &= rest - 1) {
        const auto i = static_cast<unsigned>(__builtin_ctzll(rest));
        const tf_field &field = kind.fields[i];
        char *to = reinterpret_cast<char *>(row) + field.offset;
        const char *from = reinterpret_cast<const char *>(patch) + field.offset;
        if (field.size == 8) {
            changed |= static_cast<uint64_t>(replace8(to, from)) << i;
        } else if (field.size == 1) {
            changed |= static_cast<uint64_t>(*from != *to) << i;
            *to = *from;
        } else if ((field.size & 7) == 0) {  // rows hold no long text (schema/records.py), so it is a text
            changed |= static_cast<uint64_t>(replace_text(to, from, field.size)) << i;
        } else {  // 4 bytes
            changed |= static_cast<uint64_t>(replace4(to, from)) << i;
        }
    }
    const uint64_t gone = nulls & row->known & ~stated;
    row->known = (row->known | stated) & ~gone;
    if (unlikely(gone != 0)) forget_all(kind, row, gone);
    return changed | gone;
}

}  // namespace tickfold
