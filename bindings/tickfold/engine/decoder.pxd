"""Payloads in; records, merged state and callbacks out."""

cimport cython
from libc.stdint cimport int64_t, uint16_t, uint64_t

from tickfold.engine.cpp cimport JsonDecoder
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.fold cimport Fold
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.state cimport State


@cython.final
cdef class Decoder(Receiver):
    cdef JsonDecoder *json
    cdef Fold *fold
    cdef readonly State state
    cdef readonly Dispatcher dispatcher
    cdef object table              # tickfold.schema.language.Table
    cdef object heard              # see `control`
    cdef bint joins                # messages may be cut into lines: see Table.lines
    cdef bint announcing           # the record comes from the session itself: `control` does not get it
    cdef readonly str label        # the stream's name
    cdef readonly uint16_t stream  # its number in the state
    cdef set told_limits           # limits that were reached and logged
    cdef size_t told_drift         # how many kinds of drift have been logged
    cdef readonly bint busy        # a message is being handed on
    cdef char *padded              # copies of payloads that have no padding of their own
    cdef size_t padded_size
    cdef readonly uint64_t messages    # payloads seen
    cdef readonly uint64_t malformed   # payloads that were neither JSON nor MessagePack

    cpdef int flush(self) except -1
    cdef int set_scales(self, dict scales) except -1
    # Decodes, merges and hands on one payload with 64 readable bytes behind it. Returns the count of records handed on.
    # The only exception is RuntimeError, for a call from within its own callback. What callbacks raise is kept:
    # see Dispatcher.raise_error().
    cdef Py_ssize_t read(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef Py_ssize_t read_object(self, object payload, int64_t recv_ns) except -1
    cdef Py_ssize_t read_unpadded(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef bint begin_lines(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef int read_line(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef int lose_lines(self, int64_t recv_ns) except -1
    cdef int log_limit(self) except -1
    cdef int tell_drift(self, int64_t recv_ns) except -1
