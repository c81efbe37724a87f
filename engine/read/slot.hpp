// Stores texts in the slots of a staged record: fields of fixed size, padded with zeros.
#pragma once

#include "read/stage.hpp"

namespace tickfold {

inline void mark(Entry *entry, uint8_t bit) {
    entry->head()->known |= uint64_t{1} << bit;
    entry->nulls &= ~(uint64_t{1} << bit);
}

// Clears a multiple of 8 bytes.
__attribute__((always_inline)) inline void clear(char *at, char *end) {
    for (; end - at >= 32; at += 32) std::memset(at, 0, 32);
    if (end - at >= 16) {
        std::memset(at, 0, 16);
        at += 16;
    }
    if (at != end) std::memset(at, 0, 8);
}

// Stores a text of up to 16 bytes, padded with zeros, in a slot that is no smaller and a multiple of 8 bytes. 16 bytes
// must be readable at the text.
__attribute__((always_inline)) inline void store_short(char *to, size_t size, Text text) {
    const size_t n = text.size;
    const uint64_t low = load8(text.data) & kLowBytes[n < 8 ? n : 8];
    std::memcpy(to, &low, 8);
    if (size == 8) return;
    const uint64_t high = n > 8 ? load8(text.data + 8) & kLowBytes[n - 8] : 0;
    std::memcpy(to + 8, &high, 8);
    clear(to + 16, to + size);
}

// The same for a text of up to 32 bytes and a slot of 16 or more. 32 bytes must be readable at the text.
__attribute__((always_inline)) inline void store_text(char *to, size_t size, Text text) {
#if defined(__SSE2__)
    alignas(64) static constexpr unsigned char kMask[64] = {  // 32 bytes of ones, 32 of zeros
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    auto half = [&](size_t at) {  // 16 bytes of the text from `at` on, zeros behind its end
        return _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i *>(text.data + at)),
                             _mm_loadu_si128(reinterpret_cast<const __m128i *>(kMask + 32 + at - text.size)));
    };
    _mm_storeu_si128(reinterpret_cast<__m128i *>(to), half(0));
    if (size == 16) return;
    if (size == 24) return _mm_storel_epi64(reinterpret_cast<__m128i *>(to + 16), half(16));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(to + 16), half(16));
    clear(to + 32, to + size);
#else
    std::memcpy(to, text.data, text.size);
    std::memset(to + text.size, 0, size - text.size);
#endif
}

// Stores a text in a slot of 1 byte, of 4, or a multiple of 8. 16 bytes must be readable at the text.
__attribute__((hot)) inline bool put_slot(Entry *entry, uint16_t offset, uint16_t size, uint8_t bit, Text text) {
    size_t n = text.size;
    char *to = entry->bytes() + offset;
    if (n <= 16 && n <= size) {
        if (size >= 8) {
            store_short(to, size, text);
        } else {
            const uint64_t word = load8(text.data) & kLowBytes[n];
            std::memcpy(to, &word, size == 4 ? 4 : 1);
        }
        mark(entry, bit);
        return true;
    }
    if (unlikely(n > size)) {  // too long: cut between two characters
        n = size;
        while (n > 0 && (text.data[n] & 0xC0) == 0x80) --n;
        entry->head()->flags |= TF_TRUNCATED;
        entry->cut |= uint64_t{1} << bit;
    }
    std::memcpy(to, text.data, n);
    std::memset(to + n, 0, size - n);
    mark(entry, bit);
    return true;
}

}  // namespace tickfold
