"""Interned names (see names.pxd)."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy

import os


cdef enum:
    LONGEST = 383          # bytes of a name
    FIRST_CAPACITY = 64    # slots; doubled whenever a quarter of them are taken: most names are where they are sought


cdef class Names:
    """Names by number: `symbols[id]` is the text, `symbols.id(domain, text)` the number.

    :param limit: how many names may be interned. A venue that sends more gets Error records, not more memory.
    """

    def __cinit__(self, uint32_t limit=65536):
        if not 1 <= limit <= 1 << 24:
            raise ValueError(f"the limit of names must be 1 to {1 << 24}, not {limit}")
        self.limit = limit
        self.mask = FIRST_CAPACITY - 1
        self.seed = int.from_bytes(os.urandom(8), "little")
        self.texts = [None]
        self.free_ids = []
        self.labels = []
        self.slots = <Slot *>calloc(FIRST_CAPACITY, sizeof(Slot))
        if self.slots == NULL:
            raise MemoryError("no memory for a table of names")

    def __dealloc__(self):
        cdef uint64_t i
        if self.slots != NULL:
            for i in range(self.mask + 1):
                free(self.slots[i].text)
            free(self.slots)
        free(self.hashes)

    cdef Slot *lookup(self, const char *text, uint64_t tag, uint64_t low, uint64_t high) noexcept:
        """The slot of a name: its own, or the free one where it belongs."""
        cdef uint64_t h = tf_hash(low, high, tag, self.seed)
        cdef size_t size = tag >> 8
        if size > 16:
            h = tf_hash_rest(h, self.seed, text, size)
        h |= 1
        cdef uint64_t at = (h >> 1) & self.mask
        cdef Slot *slot
        while True:
            slot = &self.slots[at]
            if slot.id == 0:
                slot.hash = h    # add() needs it; a slot counts as taken by its id
                return slot
            if (slot.hash == h and slot.low == low and slot.high == high and slot.tag == tag
                    and (size <= 16 or memcmp(slot.text, text, size) == 0)):
                return slot
            at = (at + 1) & self.mask

    cdef uint32_t find(self, uint8_t domain, const char *text, size_t size) noexcept:
        cdef uint64_t low, high
        if size == 0 or size > LONGEST:
            return 0
        tf_words(text, size, &low, &high)
        return self.lookup(text, <uint64_t>size << 8 | domain, low, high).id

    cdef uint32_t intern_fresh(self, uint8_t domain, const char *text, size_t size, bint *fresh) noexcept:
        cdef uint64_t low, high, tag = <uint64_t>size << 8 | domain
        fresh[0] = False
        if size == 0 or size > LONGEST:
            return 0
        tf_words(text, size, &low, &high)
        cdef Slot *slot = self.lookup(text, tag, low, high)
        if slot.id:
            return slot.id
        slot.low, slot.high, slot.tag = low, high, tag
        fresh[0] = True
        return self.add(slot, text)

    cdef uint32_t add(self, Slot *slot, const char *text) noexcept:
        """Takes a free slot, already filled but for text and id."""
        cdef uint32_t id = <uint32_t>(self.free_ids[len(self.free_ids) - 1] if self.free_ids else len(self.texts))
        cdef uint32_t taken = <uint32_t>(len(self.texts) - len(self.free_ids))
        if id > self.limit or taken == self.mask:    # one slot stays free: it ends every search
            return 0
        if id >= self.hash_room and not self.make_room():
            return 0
        cdef size_t size = slot.tag >> 8
        if size > 16:
            slot.text = <char *>malloc(size)
            if slot.text == NULL:
                return 0
            memcpy(slot.text, text, size)
        try:
            name = PyUnicode_DecodeUTF8(text, size, b"replace")
            if self.free_ids:
                self.texts[id] = name
                self.free_ids.pop()
            else:
                self.texts.append(name)
        except Exception:    # out of memory
            free(slot.text)
            slot.text = NULL
            return 0
        slot.id = id
        self.hashes[id] = slot.hash
        if 4 * <uint64_t>taken > self.mask:
            self.grow()
        return id

    cdef bint make_room(self) noexcept:
        cdef uint32_t room = max(2 * self.hash_room, 64)
        cdef uint64_t *hashes = <uint64_t *>realloc(self.hashes, room * sizeof(uint64_t))
        if hashes == NULL:
            return False
        self.hashes, self.hash_room = hashes, room
        return True

    cdef void forget(self, uint32_t id) noexcept:
        cdef uint64_t at, gap, home
        if id == 0 or id >= <uint32_t>len(self.texts) or self.texts[id] is None:
            return
        at = (self.hashes[id] >> 1) & self.mask
        while self.slots[at].id != id:
            at = (at + 1) & self.mask
        free(self.slots[at].text)
        # Whoever stands behind the gap and could have stood in it moves up: searches end at the first free slot.
        gap = at
        while True:
            at = (at + 1) & self.mask
            if self.slots[at].id == 0:
                break
            home = (self.slots[at].hash >> 1) & self.mask
            if ((at - home) & self.mask) >= ((at - gap) & self.mask):
                self.slots[gap] = self.slots[at]
                gap = at
        self.slots[gap].id, self.slots[gap].text = 0, NULL
        try:
            self.texts[id] = None
            self.free_ids.append(id)
        except Exception:    # out of memory: the id stays unused
            pass

    cdef void grow(self) noexcept:
        """Twice the slots; without memory for them the table stays as it is until it is full."""
        cdef uint64_t capacity = 2 * (self.mask + 1), i, at
        cdef Slot *slots = <Slot *>calloc(capacity, sizeof(Slot))
        if slots == NULL:
            return
        for i in range(self.mask + 1):
            if self.slots[i].id:
                at = (self.slots[i].hash >> 1) & (capacity - 1)
                while slots[at].id:
                    at = (at + 1) & (capacity - 1)
                slots[at] = self.slots[i]
        free(self.slots)
        self.slots, self.mask = slots, capacity - 1

    cdef object text(self, uint32_t id):
        return self.texts[id] if id < <uint32_t>len(self.texts) else None

    cdef list ids(self, uint8_t domain):
        cdef uint64_t i
        cdef list out = []
        for i in range(self.mask + 1):
            if self.slots[i].id and <uint8_t>self.slots[i].tag == domain:
                out.append(self.slots[i].id)
        return out

    def __len__(self):
        """How many names are interned."""
        return len(self.texts) - 1 - len(self.free_ids)

    def __getitem__(self, Py_ssize_t id):
        """The text of an id as it stands in records and in numpy columns."""
        text = self.texts[id] if 1 <= id < len(self.texts) else None
        if text is None:
            raise IndexError(f"no name has the id {id}")
        return text

    def id(self, int domain, str text not None):
        """The id of a name in a domain, or None if it was never seen."""
        cdef bytes raw = text.encode()
        cdef Py_ssize_t size = len(raw)
        raw += bytes(16)    # find() reads 16 bytes
        return self.find(<uint8_t>domain, raw, size) or None
