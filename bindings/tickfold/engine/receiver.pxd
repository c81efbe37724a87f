"""The seam between the wire and whatever understands its messages."""
from libc.stdint cimport int64_t


cdef class Receiver:
    # One complete message. `data` is borrowed: valid during the call only, with at least 64 readable bytes behind it.
    # `recv_ns` is when the socket was read, ns since 1970 UTC. An exception is reported and ends nothing.
    cdef int message(self, const char* data, size_t size, bint binary, int64_t recv_ns) except -1
    # Every message of one socket read has been handed over: deliver what was gathered.
    cdef int flush(self) except -1
