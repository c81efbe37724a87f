"""The records of one kind since the last flush, as one numpy array."""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.structs cimport tf_header


cdef class Batch:
    cdef object memory        # bytearray that holds the records
    cdef object array         # read-only numpy view of all of it
    cdef char *base           # its first byte
    cdef size_t count         # records gathered since take()
    cdef size_t capacity      # records that fit into `memory`
    cdef size_t itemsize      # bytes of one record
    cdef uint8_t kind         # tf_RecordKind
    cdef bint lent            # between take() and give_back()
    cdef bint amendments      # whether amendments of fills are gathered too
    cdef bint merges          # it is a Conflated, which has one row for each symbol
    cdef bint views           # its callbacks get a record for each row; they stand in `callbacks` as (callable, None)
    cdef uint64_t mask        # a record is added if tf_header.changed has one of these bits; all bits: every record
    cdef list callbacks       # callables that get the rows; the list is replaced, never changed
    cdef int drop(self, object callback) except -1
    cdef int allocate(self, size_t capacity) except -1
    # Adds a record; False where there was no memory for it.
    cdef inline bint append(self, const tf_header *rec) noexcept:
        if (self.lent or self.count == self.capacity) and not self.grow():
            return False
        memcpy(self.base + self.count * self.itemsize, rec, self.itemsize)
        self.count += 1
        return True
    cdef bint grow(self) noexcept
    # The rows gathered since the last take(), as a read-only structured array.
    cdef object take(self)
    # The callbacks have seen what take() returned; the caller has dropped its own reference to it.
    cdef int give_back(self, object lent) except -1
