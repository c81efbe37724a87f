"""Interned names: a text becomes a small dense number once, and is compared as a number from then on.

Used for instruments (`domain` is the venue) and for the ids that key state tables (`domain` is the stream).
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    /* The first 16 bytes of a text as two words, zero-padded; 16 bytes must be readable. */
    static inline void tf_words(const char *text, size_t size, uint64_t *low, uint64_t *high) {
        uint64_t a, b;
        memcpy(&a, text, 8);
        memcpy(&b, text + 8, 8);
        if (size < 8) { a &= (1ull << (8 * size)) - 1; b = 0; }
        else if (size < 16) { b &= (1ull << (8 * (size - 8))) - 1; }
        *low = a;
        *high = b;
    }
    static inline uint64_t tf_mix(uint64_t a, uint64_t b) {
        unsigned __int128 product =
            (unsigned __int128)(a ^ 0x9E3779B97F4A7C15ull) * (b ^ 0xD6E8FEB86659FD93ull);
        return (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    /* The hash of a name of up to 16 bytes, or the beginning of a longer one's. The seed is in both factors: else a
       peer could make one of them zero, and all such names the same. */
    static inline uint64_t tf_hash(uint64_t low, uint64_t high, uint64_t tag, uint64_t seed) {
        return tf_mix(low ^ seed, high ^ tag ^ (seed << 32 | seed >> 32));
    }
    /* Goes on with what stands behind the first 16 bytes; the last step may overlap the one before. The hash, which
       nobody outside knows, is mixed into each word first. */
    static inline uint64_t tf_hash_rest(uint64_t hash, uint64_t seed, const char *text, size_t size) {
        uint64_t word;
        size_t at;
        for (at = 16; at + 8 <= size; at += 8) {
            memcpy(&word, text + at, 8);
            hash = tf_mix(hash ^ word, hash ^ seed);
        }
        if (at < size) {
            memcpy(&word, text + size - 8, 8);
            hash = tf_mix(hash ^ word, hash ^ seed);
        }
        return hash;
    }
    """
    void tf_words(const char *text, size_t size, uint64_t *low, uint64_t *high) noexcept nogil
    uint64_t tf_hash(uint64_t low, uint64_t high, uint64_t tag, uint64_t seed) noexcept nogil
    uint64_t tf_hash_rest(uint64_t hash, uint64_t seed, const char *text, size_t size) noexcept nogil


cdef struct Slot:
    uint64_t hash
    uint64_t low     # the first 16 bytes, zero-padded
    uint64_t high
    uint64_t tag     # bytes of the text, and its domain: the same text in two domains is two names
    uint32_t id      # 0 = free
    char *text       # owned; only where it is longer than 16 bytes


cdef class Names:
    cdef readonly uint32_t limit    # how many names may be interned
    cdef Slot *slots
    cdef uint64_t mask              # capacity - 1, capacity a power of two
    cdef uint64_t seed              # keeps a peer from choosing names that collide
    cdef list texts                 # str by id; None for 0 and for ids that are free again
    cdef uint64_t *hashes           # by id
    cdef uint32_t hash_room         # ids that fit in `hashes`
    cdef list free_ids              # forgotten ones, to be used again
    cdef public list labels         # names of the streams, by their number; may be empty

    # The id of a name of up to 16 bytes, or 0: it was never seen, or it is a longer one.
    # `text` must have 16 readable bytes, here and below.
    cdef inline uint32_t known(self, uint8_t domain, const char *text, size_t size) noexcept:
        cdef uint64_t low, high, at, tag = <uint64_t>size << 8 | domain
        cdef Slot *slot
        if size > 16:
            return 0
        tf_words(text, size, &low, &high)
        at = (tf_hash(low, high, tag, self.seed) >> 1) & self.mask
        slot = &self.slots[at]
        while slot.id:
            if slot.low == low and slot.high == high and slot.tag == tag:
                return slot.id
            at = (at + 1) & self.mask
            slot = &self.slots[at]
        return 0

    # The id of a name, made if it is new; 0 where it is empty, over 383 bytes, or the limit is reached.
    cdef inline uint32_t intern(self, uint8_t domain, const char *text, size_t size) noexcept:
        cdef bint fresh
        cdef uint32_t id = self.known(domain, text, size)
        return id if id else self.intern_fresh(domain, text, size, &fresh)

    # The same; `fresh` says whether it was made just now.
    cdef uint32_t intern_fresh(self, uint8_t domain, const char *text, size_t size, bint *fresh) noexcept
    # Frees an id: its name is new when it comes again.
    cdef void forget(self, uint32_t id) noexcept
    # The id of a name, or 0.
    cdef uint32_t find(self, uint8_t domain, const char *text, size_t size) noexcept
    cdef object text(self, uint32_t id)
    # All ids of a domain, in no order.
    cdef list ids(self, uint8_t domain)
    cdef Slot *lookup(self, const char *text, uint64_t tag, uint64_t low, uint64_t high) noexcept
    cdef uint32_t add(self, Slot *slot, const char *text) noexcept
    cdef void grow(self) noexcept
    cdef bint make_room(self) noexcept
