"""Handing records to whoever asked for them: callbacks, numpy batches, Cython handlers."""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.names cimport Names
from tickfold.engine.records cimport Record, tf_exact
from tickfold.engine.structs cimport tf_header


cdef class Dispatcher


cdef class Batch:
    cdef object memory        # bytearray that holds the records
    cdef object array         # numpy view of all of it
    cdef char *base
    cdef size_t count, capacity, itemsize
    cdef uint8_t kind
    cdef bint lent            # callbacks look at the memory
    cdef list callbacks
    cdef int allocate(self, size_t capacity) except -1
    cdef inline void append(self, const tf_header *rec, Dispatcher to) noexcept:
        if (self.lent or self.count == self.capacity) and not self.grow(to):
            return
        memcpy(self.base + self.count * self.itemsize, rec, self.itemsize)
        self.count += 1
    cdef bint grow(self, Dispatcher to) noexcept
    cdef int deliver(self, Dispatcher to) except -1


cdef class Target:
    cdef uint8_t kind
    cdef list callbacks       # of (callable, mask)
    cdef Record view          # lent to callbacks; None while a callback runs
    cdef Batch batch          # or None


cdef class Dispatcher:
    cdef list targets         # Target or None, by kind
    cdef list handlers        # or None
    cdef list batches         # the batches of all targets
    cdef uint64_t wanted      # bit per kind that anybody asked for; a handler asks for all
    cdef bint pending         # records were handed to a batch or a handler since the last flush
    cdef uint64_t seq         # the last number given to a record
    cdef object error         # the first exception of a callback since raise_error()
    cdef list collected       # where decode() wants copies, or None

    # Whether anybody wants a record of this kind: else record() would do nothing.
    cdef inline bint wants(self, uint8_t kind) noexcept:
        return (self.wanted >> kind) & 1 or self.collected is not None
    # Hands a record on; never raises: an exception of a callback is kept in `error`.
    cdef void record(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    # Hands the batches on.
    cdef void flush(self) noexcept
    # Raises CallbackError if a callback has raised.
    cdef int raise_error(self) except -1
    cdef Target target(self, object cls)
    cdef int note_wanted(self) except -1
    cdef void call(self, Target target, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    cdef int keep(self, object error) except -1
    cdef void keep_raised(self) noexcept
