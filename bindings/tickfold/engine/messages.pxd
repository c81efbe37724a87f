"""Frames to messages: every rule that RFC 6455 §5-7 and RFC 7692 have for a receiver, in one place."""
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from tickfold.engine.buffers cimport Buffer
from tickfold.engine.deflate cimport Inflater
from tickfold.engine.utf8 cimport Utf8


cdef enum Event:
    NONE = 0            # nothing to hand on yet
    MESSAGE = 1         # data, size, opcode
    PING = 2            # data, size
    PONG = 3            # data, size
    CLOSE = 4           # close_code, reason; nothing follows
    FAILED = 5          # close_code is the code to send, failure the error; nothing follows

cdef enum State:
    READY               # between messages
    INSIDE              # a message has begun: in fragments, or with a frame that is still arriving
    OVER                # CLOSE or FAILED has been returned

cdef enum Opcode:       # RFC 6455 §5.2
    OP_CONTINUATION = 0x0
    OP_TEXT = 0x1
    OP_BINARY = 0x2
    OP_CLOSE = 0x8
    OP_PING = 0x9
    OP_PONG = 0xA


cdef inline bint may_be_sent(int code) noexcept:
    """Whether a Close frame may carry this code: §7.4 and IANA's registry (1012 to 1014)."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


cdef class Assembler:
    cdef:
        # The event's contents, valid until the next call. At least 64 bytes behind `data` may be read, unless it points
        # into a payload that `push` was given with fewer.
        const char* data
        size_t size
        uint8_t opcode              # OP_TEXT or OP_BINARY
        readonly int close_code     # 1005 for an empty Close
        readonly bytes reason       # UTF-8
        readonly object failure     # ProtocolError or None
        readonly size_t mended      # text messages in which U+FFFD stands for what was no UTF-8

        # limits
        readonly size_t max_message_size
        readonly size_t max_frame_size
        readonly size_t max_fragments
        bint _mends_text
        size_t _plain_limit         # octets that an uncompressed message in a single frame may have

        # the present state
        State state
        Inflater _inflater          # None where nothing was negotiated
        Buffer _message             # the message under way: fragments, or inflated data
        Utf8 _utf8
        bint _compressed            # the message under way is
        size_t _fragments
        uint8_t _head               # first octet of the frame under way
        size_t _control_size
        char _control[256]          # payload of a control frame, at most 125, with its padding
        int _idle                   # small messages since a large one: see _start_message

    # A whole frame. `head` is its first octet as on the wire: FIN, RSV1-3, opcode.
    cdef Event push(self, uint8_t head, const char* payload, size_t size) noexcept
    # The same for a frame that arrives in parts: begin() once, body() for each part, finish() at the end.
    cdef Event begin(self, uint8_t head, uint64_t length) noexcept
    cdef Event body(self, const char* payload, size_t size) noexcept
    cdef Event finish(self) noexcept
    # Checks the first octet of a frame: FAILED or NONE. `begin` and `push` call it themselves.
    cdef Event check(self, uint8_t head) noexcept
    # Ends the stream for a fault that the caller found, in the frame header or in the meaning of a message.
    cdef Event fail(self, int code, str text) noexcept

    cdef Event _close(self) noexcept
    cdef bint _start_message(self) noexcept
    cdef Event _mend(self) noexcept
    cdef Event _inflated(self, int outcome, size_t before) noexcept
