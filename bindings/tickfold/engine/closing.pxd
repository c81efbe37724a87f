"""What goes out on one live connection, in bounded memory, and how the connection is ended."""
from tickfold.engine.writer cimport MessageWriter


cdef class Sender:
    cdef:
        readonly object transport           # asyncio.Transport
        readonly MessageWriter writer
        readonly object failure             # why this side gave the connection up: LimitError, StaleError or None
        readonly size_t max_write_size      # octets that may wait to be written
        readonly bint paused                # the transport holds more than its high-water mark
        object write_timeout                # seconds or None
        bytes _pong                         # the Pong that waits until writing goes on; None
        size_t _handed                      # octets given to the transport so far
        Py_ssize_t _left                    # octets that had left the transport at the last look
        object _loop
        object _deadline                    # timer of the closing's present step
        object _stall                       # timer that looks whether anything leaves

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
