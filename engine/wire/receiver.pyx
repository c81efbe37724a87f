"""The interface between a connection and whatever reads its messages.

`listener` calls it; the decoder implements it. A Cython subclass overrides the two C methods and reads payloads in
place. A Python subclass overrides `on_message` and `on_flush`, which costs one copy per message.
"""
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t


cdef class Receiver:
    """Gets complete messages: the base class of the decoder, or of a class of yours."""

    cdef int message(self, const char* data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.on_message(PyBytes_FromStringAndSize(data, <Py_ssize_t>size), binary, recv_ns)
        return 0

    cdef int first(self, const char* data, size_t size, bint binary, int64_t recv_ns, int64_t read_ns) except -1:
        return self.message(data, size, binary, recv_ns)

    cdef int flush(self) except -1:
        self.on_flush()
        return 0

    def on_message(self, bytes data, bint binary, int64_t recv_ns):
        """One complete message.

        data: its payload, inflated and with all fragments joined; text has been checked to be UTF-8.
        binary: whether it came as a binary message.
        recv_ns: when the socket was read, ns since 1970 UTC; 0 when unknown.
        """

    def on_flush(self):
        """Called after the last message of one socket read."""
