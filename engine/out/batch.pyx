"""Gathering the records of one kind in memory that numpy looks at (see batch.pxd).

The array that callbacks get is a view of the batch's memory. Memory that nobody else holds any more is used again for
the next batch; where somebody kept the array, or a part of it, the memory is theirs and the next batch gets its own.
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
    KEPT = 65536      # room for more records than this is given back after the flush


cdef class Batch:
    """The records of one kind since the last flush, contiguous."""

    def __cinit__(self, uint8_t kind):
        self.kind = kind
        self.itemsize = tf_kinds[kind].size
        self.callbacks = []
        self.allocate(FIRST)

    cdef int allocate(self, size_t capacity) except -1:
        memory = bytearray(capacity * self.itemsize)
        array = numpy.frombuffer(memory, dtype=class_of(self.kind).dtype())
        array.flags.writeable = False
        cdef char *base = PyByteArray_AS_STRING(memory)
        if self.count:
            memcpy(base, self.base, self.count * self.itemsize)
        # A bytearray that a numpy array looks at can't be resized, so `base` holds as long as `array` does.
        self.memory, self.array, self.base, self.capacity, self.lent = memory, array, base, capacity, False
        return 0

    cdef bint grow(self) noexcept:
        try:
            # While callbacks look at the rows, a record that comes meanwhile goes elsewhere.
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
        if self.array is not array:    # records came meanwhile: they have memory of their own
            return 0
        self.lent = False
        if Py_REFCNT(array) > 2 or self.capacity > KEPT:    # one reference is ours, one the caller's
            self.allocate(FIRST)
        return 0
