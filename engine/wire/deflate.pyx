"""permessage-deflate's two directions (RFC 7692 §7.2) on the system's zlib.

An `Inflater` lives as long as its connection. A message may come in any number of pieces:

    feed(piece) …  finish()

After any result but INFLATED nothing that follows can be inflated, and the connection must be failed.

Close code of bad data: RFC 7692 names none. It is 1007 here (RFC 6455 §7.4.1, "data within a message that was not
consistent with the type of the message"), the code for text that is not UTF-8, because the frames are in order and
their contents are not.

Where the standards leave room:

* A message may hold blocks with BFINAL set, at its end or before further blocks (RFC 7692 §7.2.3.4). The window
  lives on across them. zlib ends its stream there, so it is told to begin another without forgetting the window.
* A message that ends right behind such a block, without the padding octet that the RFC has senders add, is accepted.
* The window is always the largest (15 bits), even where the sender agreed to a smaller one. zlib checks distances
  against its window only when a message arrives in several calls, so with a smaller window the same message could
  pass or fail depending on how it was cut. Old zlibs also compress with 9 bits when they are asked for 8.
* An empty message is one octet, 0x00 (§7.2.3.6). No octets at all also mean an empty message; the context is kept.
"""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.limits cimport UINT_MAX
from libc.stdlib cimport calloc, free

from tickfold.engine.buffers cimport Buffer, release, reserve

from tickfold.schema.errors import ConfigError, LimitError, ProtocolError


cdef extern from "zlib.h" nogil:
    ctypedef struct z_stream:
        unsigned char* next_in
        unsigned int avail_in
        unsigned char* next_out
        unsigned int avail_out
        int data_type

    const int Z_OK, Z_STREAM_END, Z_MEM_ERROR, Z_BUF_ERROR
    const int Z_SYNC_FLUSH, Z_BLOCK, Z_DEFLATED, Z_DEFAULT_STRATEGY

    int inflateInit2(z_stream* stream, int window_bits)
    int inflate(z_stream* stream, int flush)
    int inflateReset(z_stream* stream)
    int inflateResetKeep(z_stream* stream)      # inflateReset that leaves the window in place
    int inflateEnd(z_stream* stream)

    int deflateInit2(z_stream* stream, int level, int method, int window_bits, int mem_level, int strategy)
    unsigned long deflateBound(z_stream* stream, unsigned long size)
    int deflate(z_stream* stream, int flush)
    int deflateReset(z_stream* stream)
    int deflateEnd(z_stream* stream)


cdef enum:
    MAX_BITS = 15
    BLOCK = 16 * 1024           # bytes by which the output grows: a bomb costs at most this beyond the limit
    AT_BLOCK_END = 128          # in z_stream.data_type, after inflate with Z_BLOCK

cdef bytes TAIL = b"\x00\x00\xff\xff"       # an empty stored block's LEN and NLEN: cut off by senders (§7.2.1)


cdef class Inflater:
    """The receiving direction of one connection.

    no_context_takeover: whether the window is emptied after each message.
    """

    def __cinit__(self, bint no_context_takeover=False):
        self.no_context_takeover = no_context_takeover
        self._empty = True
        cdef z_stream* stream = <z_stream*>calloc(1, sizeof(z_stream))
        if stream == NULL:
            raise MemoryError
        if inflateInit2(stream, -MAX_BITS) != Z_OK:
            free(stream)
            raise MemoryError
        self._stream = stream

    def __dealloc__(self):
        if self._stream != NULL:
            inflateEnd(<z_stream*>self._stream)
            free(self._stream)

    cdef Inflation feed(self, const char* data, size_t size, Buffer* out, size_t limit) noexcept:
        if not size:
            return INFLATED
        self._empty = False
        return self._run(data, size, out, limit, Z_SYNC_FLUSH)

    cdef Inflation finish(self, Buffer* out, size_t limit) noexcept:
        cdef Inflation outcome
        if not self._empty and not self._final:
            outcome = self._run(PyBytes_AS_STRING(TAIL), 4, out, limit, Z_BLOCK)
            if outcome != INFLATED:
                return outcome
            # The tail completes an empty stored block if the sender removed just that. Otherwise zlib is now
            # inside a block, and without this check the fault would be found in the next message or never.
            if not self._final and not (<z_stream*>self._stream).data_type & AT_BLOCK_END:
                return INFLATE_BAD
        self._empty = True
        self._final = False
        if self.no_context_takeover:
            inflateReset(<z_stream*>self._stream)
        return INFLATED

    cdef Inflation _run(self, const char* data, size_t size, Buffer* out, size_t limit, int flush) noexcept:
        cdef:
            z_stream* stream = <z_stream*>self._stream
            size_t most = limit + 1     # one byte more than allowed tells "full" from "too big"
            size_t room
            size_t left = size
            int outcome
        stream.next_in = <unsigned char*>data
        self._final = False
        while True:
            if out.capacity - out.size < BLOCK and not reserve(out, min(<size_t>BLOCK, most - out.size), most):
                return INFLATE_NO_MEMORY
            room = min(min(out.capacity, most) - out.size, <size_t>UINT_MAX)
            stream.avail_in = <unsigned int>min(left, <size_t>UINT_MAX)
            left -= stream.avail_in
            stream.next_out = <unsigned char*>out.data + out.size
            stream.avail_out = <unsigned int>room
            outcome = inflate(stream, flush)
            left += stream.avail_in
            out.size += room - stream.avail_out
            if out.size > limit:
                return INFLATE_TOO_BIG
            if outcome == Z_STREAM_END:
                inflateResetKeep(stream)
                if not left:
                    self._final = True
                    return INFLATED
            elif outcome == Z_MEM_ERROR:
                return INFLATE_NO_MEMORY
            elif outcome != Z_OK and outcome != Z_BUF_ERROR:
                return INFLATE_BAD
            elif not left and stream.avail_out:
                return INFLATED

    def inflate(self, const unsigned char[::1] data, *, size_t limit=16 << 20):
        """Inflates one whole message, given as the payload octets of its frames.

        Raises ProtocolError with code 1007 for bad data, 1009 for more than `limit` bytes of output. After either the
        Inflater cannot be used any more.
        """
        cdef Buffer out
        out.data = NULL
        out.size = out.capacity = 0
        cdef Inflation outcome
        try:
            outcome = self.feed(<const char*>&data[0] if data.shape[0] else NULL, data.shape[0], &out, limit)
            if outcome == INFLATED:
                outcome = self.finish(&out, limit)
            if outcome == INFLATE_BAD:
                raise ProtocolError(1007, "bad deflate data")
            if outcome == INFLATE_TOO_BIG:
                raise ProtocolError(1009, f"the message inflates to more than {limit} bytes")
            if outcome == INFLATE_NO_MEMORY:
                raise MemoryError
            return PyBytes_FromStringAndSize(out.data, <Py_ssize_t>out.size)
        finally:
            release(&out)


cdef class Deflater:
    """The sending direction of one connection.

    window_bits: 9 to 15. zlib has no window of 8 bits: an endpoint that agreed to 8 sends uncompressed.
    level: zlib's, 1 (fast) to 9.
    """

    def __cinit__(self, int window_bits=15, bint no_context_takeover=False, int level=6):
        if not 9 <= window_bits <= 15:
            raise ConfigError(f"window_bits must be 9 to 15, not {window_bits}")
        if not 1 <= level <= 9:
            raise ConfigError(f"level must be 1 to 9, not {level}")
        self.window_bits = window_bits
        self.no_context_takeover = no_context_takeover
        cdef z_stream* stream = <z_stream*>calloc(1, sizeof(z_stream))
        if stream == NULL:
            raise MemoryError
        if deflateInit2(stream, level, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK:
            free(stream)
            raise MemoryError
        self._stream = stream

    def __dealloc__(self):
        if self._stream != NULL:
            deflateEnd(<z_stream*>self._stream)
            free(self._stream)

    cpdef bytes compress(self, const unsigned char[::1] data):
        """The octets of one message, to be sent with RSV1 set on its first frame (RFC 7692 §7.2.1)."""
        cdef z_stream* stream = <z_stream*>self._stream
        cdef size_t size = data.shape[0]
        if not size:
            return b"\x00"          # §7.2.3.6; for empty input zlib would write nothing at its second flush
        if size > UINT_MAX // 2:
            raise LimitError(f"a message of {size} bytes cannot be compressed at once")
        # deflateBound is for a finished stream; a sync flush may write up to ten octets more.
        cdef size_t room = deflateBound(stream, size) + 16
        cdef bytes out = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>room)
        stream.next_in = <unsigned char*>&data[0]
        stream.avail_in = <unsigned int>size
        stream.next_out = <unsigned char*>PyBytes_AS_STRING(out)
        stream.avail_out = <unsigned int>room
        if deflate(stream, Z_SYNC_FLUSH) != Z_OK or stream.avail_in or not stream.avail_out:
            raise MemoryError
        cdef Py_ssize_t written = <Py_ssize_t>(room - stream.avail_out) - 4
        if self.no_context_takeover:
            deflateReset(stream)
        return out[:written]
