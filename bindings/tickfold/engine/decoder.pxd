"""Payloads in; records, merged state and callbacks out."""

cimport cython
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t

from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.histogram cimport Latency
from tickfold.engine.journal cimport Log
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.state cimport State


@cython.final
cdef class Decoder(Receiver):
    cdef void *intake              # a tickfold::Intake (engine/intake.hpp)
    cdef readonly State state
    cdef readonly Dispatcher dispatcher
    cdef object table              # tickfold.schema.language.Table
    cdef object heard              # see `control`
    cdef bint announcing           # the record comes from the session itself: `control` does not get it
    cdef readonly str label        # the stream's name
    cdef readonly uint16_t stream  # its number in the state
    cdef set told_limits           # limits that were reached and logged
    cdef size_t told_drift         # how many kinds of drift have been logged
    cdef Log log                   # the journal's, or None
    cdef public bint hushed        # payloads are not to be in the journal: the venue has not accepted the login
    cdef readonly Latency latency  # how long messages take that come from a listener
    cdef list payloads             # callbacks of on_payload(), or None

    cpdef int flush(self) except -1
    cdef int set_scales(self, dict scales) except -1
    # Decodes, merges and hands on one payload with 64 readable bytes behind it. Returns the count of records handed on.
    # The only exceptions are RuntimeError, for a call from within its own callback, and MemoryError. What callbacks
    # raise is kept: see Dispatcher.raise_error().
    cdef Py_ssize_t read(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef Py_ssize_t read_object(self, object payload, int64_t recv_ns) except -1
    cdef Py_ssize_t read_unpadded(self, const char *data, size_t size, int64_t recv_ns) except -1
    # Writes a payload to the journal; returns whether it stands there. If so, `log.depth` is to be taken back.
    cdef bint begin_log(self, const char *data, size_t size, int64_t recv_ns) noexcept
    # The same as read() while `after(record)` gets every record; what it returns is called after the callbacks.
    cdef Py_ssize_t read_with(self, const char *data, size_t size, int64_t recv_ns, object after) except -1
    cdef Py_ssize_t taken(self, int64_t count, size_t size, uint64_t limited) except -1
    cdef int log_limit(self) except -1
    # The number of a symbol of this stream; 0 where it was never named, or for None.
    cdef uint32_t named(self, str symbol) except? 0
    cdef int log_drift(self) except -1


# Decodes, merges and hands on one message: tickfold::Intake::take(), or take_unpadded() unless 64 bytes behind the
# message are readable. For those who read without the GIL and have redirected the sink.
cdef int64_t take(void *intake, const char *data, size_t size, int64_t recv_ns, bint padded) noexcept nogil
