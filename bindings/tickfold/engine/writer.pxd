"""Frames to send (RFC 6455 §5), as bytes."""
from tickfold.engine.deflate cimport Deflater


cdef class MessageWriter:
    cdef:
        readonly bint server        # frames are not masked (§5.1)
        readonly bint closed        # a Close has been written
        Deflater _deflater          # None where messages go out as they are

    cpdef bytes text(self, object message)
    cpdef bytes binary(self, object message)
    cpdef bytes ping(self, object data=*)
    cpdef bytes pong(self, object data=*)
    cpdef bytes close(self, object code=*, str reason=*)
    cpdef bytes fail(self, object failure)
    cdef bytes _message(self, int opcode, object message)
    cdef bytes _frame(self, int opcode, object payload, bint rsv1)
    cdef bytes _control(self, int opcode, object data, str name)
