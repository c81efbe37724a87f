"""Interned names: a text becomes a small dense number once, and is compared as a number from then on.

Used for instruments (`domain` is the venue) and for the ids that key state tables (`domain` is the stream).
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t


cdef struct Slot:
    uint64_t hash
    uint64_t low     # the first 16 bytes, zero-padded
    uint64_t high
    uint32_t size    # bytes of the text
    uint32_t id      # 0 = free
    uint8_t domain   # the same text in two domains is two names
    char *text       # owned; only where size > 16


cdef class Names:
    cdef readonly uint32_t limit    # how many names may be interned
    cdef Slot *slots
    cdef uint64_t mask              # capacity - 1, capacity a power of two
    cdef uint64_t seed              # keeps a peer from choosing names that collide
    cdef list texts                 # str by id; None for 0 and for ids that are free again
    cdef uint64_t *hashes           # by id
    cdef uint32_t hash_room         # ids that fit in `hashes`
    cdef list free_ids              # forgotten ones, to be used again

    # The id of a name, made if it is new; 0 where it is empty, over 383 bytes, or the limit is reached.
    # `text` must have 16 readable bytes.
    cdef uint32_t intern(self, uint8_t domain, const char *text, size_t size) noexcept
    # The same; `fresh` says whether it was made just now.
    cdef uint32_t intern_fresh(self, uint8_t domain, const char *text, size_t size, bint *fresh) noexcept
    # Frees an id: its name is new when it comes again.
    cdef void forget(self, uint32_t id) noexcept
    # The id of a name, or 0.
    cdef uint32_t find(self, uint8_t domain, const char *text, size_t size) noexcept
    cdef object text(self, uint32_t id)
    cdef Slot *lookup(self, uint8_t domain, const char *text, size_t size, uint64_t low, uint64_t high) noexcept
    cdef uint32_t add(self, Slot *slot, const char *text) noexcept
    cdef void grow(self) noexcept
    cdef bint make_room(self) noexcept
