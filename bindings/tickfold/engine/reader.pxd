"""A websocket's events from bytes that were received elsewhere (RFC 6455, RFC 7692)."""
cimport cython

from tickfold.engine.frames cimport FrameReader


@cython.final
cdef class Message:
    cdef readonly int opcode        # OP_TEXT or OP_BINARY of messages.pxd
    cdef readonly bytes data


cdef class _Control:
    cdef readonly bytes data


@cython.final
cdef class Ping(_Control):
    pass


@cython.final
cdef class Pong(_Control):
    pass


@cython.final
cdef class Close:
    cdef readonly int code
    cdef readonly str reason


cdef class MessageReader:
    cdef:
        FrameReader _frames
        Close _close
        bint _ended

    cpdef list feed(self, const unsigned char[::1] data)
    cpdef list feed_eof(self)
