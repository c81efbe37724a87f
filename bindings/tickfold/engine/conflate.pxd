"""The newest state of each symbol since the last flush, as one numpy array."""

from libc.stdint cimport uint32_t

from tickfold.engine.batch cimport Batch
from tickfold.engine.fields cimport tf_exact
from tickfold.engine.names cimport Names
from tickfold.engine.structs cimport tf_header


# What belongs to a row beside its record.
cdef struct Place:
    uint32_t next           # 1 + another row with the same number of a symbol, of another stream or State; 0: none
    uint32_t updates        # that callbacks asked for and that were merged into it


# A batch with one row for each symbol of each stream: what comes later takes the earlier one's place.
cdef class Conflated(Batch):
    cdef Place *places          # of each row
    cdef size_t places_room
    cdef uint32_t *heads        # by number of a symbol: 1 + its last row. Often out of date: check the row's symbol
    cdef size_t heads_room
    cdef list names             # Names of each row
    cdef dict exacts            # {row: Made with the exact texts of its numbers}, of INEXACT rows; None: there is none
    # Takes in a record; False where there was no memory for it.
    cdef bint merge(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    # Adds to {stream: count} how many calls of callbacks the rows at hand have saved.
    cdef int count_saved(self, dict counts) except -1
    cdef uint32_t first(self, uint32_t symbol, uint32_t before) noexcept
    cdef uint32_t find(self, const tf_header *rec, Names symbols) noexcept
    cdef int make_room(self, uint32_t symbol) except -1
    cdef int note_exact(self, size_t row, const tf_header *rec, const tf_exact *exact) except -1
