"""Keeps the newest state of each symbol until the end of the socket read (see conflate.pxd).

When the engine keeps pace, a read holds one message, and every update is handed on. When it is behind, a read holds
many, and of each symbol only the newest state is. What the updates in between altered is in the `changed` of that one.

Rows of earlier reads are not cleared away: a symbol's head counts only if it names a row of this read that is the
symbol's own.
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

from tickfold.engine.batch cimport Batch
from tickfold.engine.fields cimport tf_exact
from tickfold.engine.making cimport pack
from tickfold.engine.names cimport Names
from tickfold.engine.structs cimport TF_INEXACT, tf_header


cdef class Conflated(Batch):
    """The newest state of each symbol since the last flush."""

    def __cinit__(self, kind):
        self.merges = True
        self.names = []

    def __dealloc__(self):
        free(self.places)
        free(self.heads)

    cdef bint merge(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef bint asked = self.mask == ~<uint64_t>0 or rec.changed & self.mask != 0
        cdef tf_header *own
        cdef uint64_t changed
        cdef uint32_t at
        try:
            if self.lent and not self.grow():    # callbacks have the rows
                return False
            if self.count == 0:
                self.names, self.exacts = [], None
            at = self.find(rec, symbols)
            if at != 0:
                own = <tf_header *>(self.base + (at - 1) * self.itemsize)
                changed = own.changed | rec.changed
                memcpy(own, rec, self.itemsize)
                own.changed = changed
                self.places[at - 1].updates += asked
            elif asked:
                self.make_room(rec.symbol)
                self.names.append(symbols)
                if not self.append(rec):
                    self.names.pop()
                    return False
                at = <uint32_t>self.count
                self.places[at - 1].next = self.first(rec.symbol, at)
                self.places[at - 1].updates = 1
                self.heads[rec.symbol] = at
            if at != 0 and (rec.flags & TF_INEXACT or self.exacts is not None):
                self.note_exact(at - 1, rec, exact)
        except BaseException:    # out of memory
            return False
        return True

    cdef uint32_t first(self, uint32_t symbol, uint32_t before) noexcept:
        """1 + the last row with a symbol's number in front of row `before - 1`; 0: there is none."""
        cdef uint32_t at = self.heads[symbol] if symbol < self.heads_room else 0
        if at == 0 or at >= before or (<tf_header *>(self.base + (at - 1) * self.itemsize)).symbol != symbol:
            return 0
        return at

    cdef uint32_t find(self, const tf_header *rec, Names symbols) noexcept:
        """1 + the row of a record's symbol; 0: it has none yet."""
        cdef uint32_t at = self.first(rec.symbol, <uint32_t>self.count + 1)
        while at != 0:
            if ((<tf_header *>(self.base + (at - 1) * self.itemsize)).stream == rec.stream
                    and self.names[at - 1] is symbols):
                break
            at = self.places[at - 1].next
        return at

    cdef int make_room(self, uint32_t symbol) except -1:
        """Has room for one more row, and for this number of a symbol."""
        cdef size_t room
        cdef void *grown
        if self.count == self.places_room:
            room = 2 * self.count + 64
            grown = realloc(self.places, room * sizeof(Place))
            if grown == NULL:
                raise MemoryError
            self.places, self.places_room = <Place *>grown, room
        if symbol >= self.heads_room:
            room = 2 * <size_t>symbol + 64
            grown = realloc(self.heads, room * sizeof(uint32_t))
            if grown == NULL:
                raise MemoryError
            self.heads = <uint32_t *>grown
            memset(self.heads + self.heads_room, 0, (room - self.heads_room) * sizeof(uint32_t))
            self.heads_room = room
        return 0

    cdef int note_exact(self, size_t row, const tf_header *rec, const tf_exact *exact) except -1:
        if self.exacts is None:
            self.exacts = {}
        if rec.flags & TF_INEXACT:
            self.exacts[row] = pack(rec, exact)
        else:
            self.exacts.pop(row, None)
        return 0

    cdef int count_saved(self, dict counts) except -1:
        cdef size_t row
        cdef int stream
        for row in range(self.count):
            if self.places[row].updates > 1:
                stream = (<tf_header *>(self.base + row * self.itemsize)).stream
                counts[stream] = counts.get(stream, 0) + (self.places[row].updates - 1) * len(self.callbacks)
        return 0
