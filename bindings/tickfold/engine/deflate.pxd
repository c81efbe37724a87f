"""permessage-deflate's two directions (RFC 7692 §7.2) on the system's zlib."""
from tickfold.engine.buffers cimport Buffer


cdef enum Inflation:
    INFLATED            # all input was taken
    INFLATE_BAD         # not deflate data, or a message that stops inside a block
    INFLATE_TOO_BIG     # the output has passed the limit, by one byte
    INFLATE_NO_MEMORY


cdef class Inflater:
    cdef:
        void* _stream               # z_stream, owned
        bint _empty                 # no octet of the present message has come yet
        bint _final                 # the octets so far end with a block that has BFINAL set
        readonly bint no_context_takeover

    # The next octets of a message. Output is appended to `out`, whose size never passes limit + 1.
    cdef Inflation feed(self, const char* data, size_t size, Buffer* out, size_t limit) noexcept
    # The message has ended: puts back the tail that the sender removed (§7.2.2); resets the context if that was agreed.
    cdef Inflation finish(self, Buffer* out, size_t limit) noexcept
    cdef Inflation _run(self, const char* data, size_t size, Buffer* out, size_t limit, int flush) noexcept


cdef class Deflater:
    cdef:
        void* _stream               # z_stream, owned
        readonly int window_bits
        readonly bint no_context_takeover

    cpdef bytes compress(self, const unsigned char[::1] data)
