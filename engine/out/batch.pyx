"""Collects the records of one kind in memory that numpy can view (see batch.pxd).

The array that callbacks get is a view of the batch's memory. If nobody keeps the array or a slice of it, the memory is
used again for the next batch; otherwise the keeper has it for good and the next batch gets new memory.
"""

from cpython.bytearray cimport PyByteArray_AS_STRING
from libc.stdint cimport uint8_t
from libc.string cimport memcpy

from tickfold.engine.fields cimport tf_kinds
from tickfold.engine.records cimport class_of

import numpy

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(object o)

cdef enum:
    FIRST = 64        # records a batch has room for to begin with
    LINE = 64         # bytes of a cache line
    KEPT = 65536      # if the memory holds more records than this, it is freed after the flush


cdef class Batch:
    """The records of one kind since the last flush, contiguous."""

    def __cinit__(self, uint8_t kind):
        self.kind = kind
        self.itemsize = tf_kinds[kind].size
        self.callbacks = []
        self.allocate(FIRST)

    cdef int allocate(self, size_t capacity) except -1:
        memory = bytearray(capacity * self.itemsize + LINE)
        cdef char *base = PyByteArray_AS_STRING(memory)
        cdef size_t shift = -<size_t>base & (LINE - 1)    # records begin at cache lines
        base += shift
        array = numpy.frombuffer(memory, class_of(self.kind).dtype(), capacity, shift)
        array.flags.writeable = False
        if self.count:
            memcpy(base, self.base, self.count * self.itemsize)
        # A bytearray with a numpy view can't be resized, so `base` stays valid as long as `array` exists.
        self.memory, self.array, self.base, self.capacity, self.lent = memory, array, base, capacity, False
        return 0

    cdef int drop(self, object callback) except -1:
        self.callbacks = [one for one in self.callbacks if ((<tuple>one)[0] if self.views else one) != callback]
        return 0

    cdef bint grow(self) noexcept:
        try:
            # While callbacks have the rows, a new record goes to other memory.
            self.allocate(FIRST if self.lent else 2 * self.capacity)
        except MemoryError:
            return False
        return True

    cdef object take(self):
        rows = self.array[:self.count]
        self.count = 0
        self.lent = True
        return rows

    cdef int give_back(self, object array) except -1:
        if self.array is not array:    # records came during the callbacks and have memory of their own
            return 0
        self.lent = False
        if Py_REFCNT(array) > 2 or self.capacity > KEPT:    # one reference is ours, one the caller's
            self.allocate(FIRST)
        return 0
