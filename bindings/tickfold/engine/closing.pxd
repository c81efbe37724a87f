"""Sends on one live connection, in bounded memory, and ends the connection."""
from tickfold.engine.writer cimport MessageWriter


cdef class Sender:
    cdef:
        readonly object transport           # asyncio.Transport
        readonly MessageWriter writer
        readonly object failure             # why this side ended the connection: LimitError, StaleError or None
        readonly size_t max_write_size      # octets that may wait to be written
        readonly bint paused                # the transport holds more than its high-water mark
        object write_timeout                # seconds or None
        bytes _pong                         # the Pong that waits while the transport is paused, or None
        size_t _handed                      # octets given to the transport so far
        Py_ssize_t _left                    # octets that had left the transport when the timer last ran
        object _loop
        object _deadline                    # timer of the present step of closing
        object _stall                       # timer that checks whether anything leaves the transport

    cdef bint message(self, int opcode, object payload) except -1
    cdef int pong(self, bytes data) except -1
    cdef bint close(self, bytes frame, double timeout) except -1
    cdef int bound(self, double timeout) except -1
    cdef int pause(self) except -1
    cdef int resume(self) except -1
    cdef int ended(self) except -1

    cdef int _put(self, bytes frame) except -1
    cdef Py_ssize_t _progress(self) except? -1
    cdef int _watch(self) except -1
    cdef int _give_up(self, object failure) except -1
