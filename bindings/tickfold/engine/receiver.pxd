"""The interface between a connection and whatever reads its messages."""
from libc.stdint cimport int64_t


cdef class Receiver:
    # One complete message. `data` is borrowed: valid during the call only, with at least 64 readable bytes behind it.
    # `recv_ns` is when the socket was read, ns since 1970 UTC. An exception goes to the listener's on_error hook and
    # the connection stays open; one that is no Exception (SystemExit, KeyboardInterrupt …) closes it.
    cdef int message(self, const char* data, size_t size, bint binary, int64_t recv_ns) except -1
    # The same for the first message that a socket read makes whole, for who measures latency. `read_ns` is
    # when the socket was read, by CLOCK_MONOTONIC. Calls message() where it is not overridden.
    cdef int first(self, const char* data, size_t size, bint binary, int64_t recv_ns, int64_t read_ns) except -1
    # Called after the last message of one socket read: time to deliver batches.
    cdef int flush(self) except -1
