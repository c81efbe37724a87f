"""Frames to messages: every rule that RFC 6455 §5-7 and RFC 7692 have for a receiver, in one place.

Frames come from two modules: from `listener`, read from a socket, and from `reader`, which is given raw bytes. Masking
and the length of a frame are checked in `frames`, everything else here:

* RSV1 only on the first frame of a compressed message, RSV2 and RSV3 never; no reserved opcodes;
* control frames are not fragmented, have at most 125 octets, and may come between the fragments of a message;
* a continuation frame only after a first fragment, a new message only when the one before is complete;
* text is UTF-8, checked as it arrives: an invalid octet fails the connection at once, not at the message's end;
* Close: no body, or a code that may be sent followed by a reason in UTF-8;
* limits on a frame, a message after inflating, and its number of fragments. Control frames count towards none.

States: READY (between messages), INSIDE (a fragmented or partly received message), OVER. OVER is entered with CLOSE or
FAILED and never left: whatever is pushed afterwards is ignored, as §1.4 and §7.1.7 ask.
"""
cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport SIZE_MAX, uint8_t, uint64_t
from libc.string cimport memcpy, memset

from tickfold.engine.buffers cimport KEEP, PADDING, append, pad, release, reserve
from tickfold.engine.deflate cimport INFLATE_BAD, INFLATE_TOO_BIG, INFLATED, Inflater
from tickfold.engine.utf8 cimport is_utf8, utf8_feed

from tickfold.schema.errors import ConfigError, ProtocolError


cdef enum:
    FIN = 0x80
    RSV1 = 0x40
    RSV23 = 0x30
    OPCODE = 0x0F
    TEXT_ALONE = FIN | OP_TEXT
    BINARY_ALONE = FIN | OP_BINARY
    MAX_CONTROL = 125           # §5.5
    PATIENCE = 64               # so many small messages after a large one, its memory is given back

DEFAULT_MAX_MESSAGE_SIZE = 16 << 20
DEFAULT_MAX_FRAME_SIZE = 16 << 20
DEFAULT_MAX_FRAGMENTS = 1 << 16


cdef size_t limit(str name, object value) except 0:
    """A limit as a number; None is no limit."""
    if value is None:
        return SIZE_MAX - PADDING - 1
    if value < 1:
        raise ConfigError(f"{name} must be at least 1 or None, not {value}")
    return min(value, SIZE_MAX - PADDING - 1)


@cython.final
cdef class Assembler:
    """Assembles the messages of one direction of one connection from its frames.

    deflate: tickfold.schema.extensions.DeflateParams, or None where no compression was negotiated.
    max_message_size: bytes of a message after inflating; checked while it inflates.
    max_frame_size: octets of a frame's payload on the wire.
    max_fragments: frames of a message. Each limit may be None.
    mends_text: what of a text message is no UTF-8 becomes U+FFFD, and `mended` counts it; otherwise it ends the stream,
        as §8.1 wants.
    server: this is a server's end: the frames come from a client, so the client_* parameters of `deflate` apply.
    """

    def __cinit__(
        self,
        deflate=None,
        *,
        max_message_size=DEFAULT_MAX_MESSAGE_SIZE,
        max_frame_size=DEFAULT_MAX_FRAME_SIZE,
        max_fragments=DEFAULT_MAX_FRAGMENTS,
        bint mends_text=False,
        bint server=False,
    ):
        self.max_message_size = limit("max_message_size", max_message_size)
        self.max_frame_size = limit("max_frame_size", max_frame_size)
        self.max_fragments = limit("max_fragments", max_fragments)
        self._mends_text = mends_text
        self._plain_limit = min(self.max_message_size, self.max_frame_size)
        self.state = READY
        if deflate is not None:
            self._inflater = Inflater(
                deflate.client_no_context_takeover if server else deflate.server_no_context_takeover
            )

    def __dealloc__(self):
        release(&self._message)

    @property
    def buffered(self):
        """Bytes of memory allocated for messages, whether in use or not."""
        return self._message.capacity

    cdef Event push(self, uint8_t head, const char* payload, size_t size) noexcept:
        if (head == TEXT_ALONE or head == BINARY_ALONE) and self.state == READY and size <= self._plain_limit:
            # Nearly all frames: handed on in place. Text that is not UTF-8 takes the long way, which names the fault.
            if head == BINARY_ALONE or is_utf8(payload, size):
                self.data = payload
                self.size = size
                self.opcode = head & OPCODE
                return MESSAGE
        cdef Event event = self.begin(head, size)
        if event == NONE and size:
            event = self.body(payload, size)
        if event == NONE:
            event = self.finish()
        return event

    cdef Event check(self, uint8_t head) noexcept:
        cdef uint8_t opcode = head & OPCODE
        if self.state == OVER:
            return NONE
        if head & RSV23:
            return self.fail(1002, "RSV2 or RSV3 is set, and no extension gives it a meaning")
        if head & RSV1 and (self._inflater is None or (opcode != OP_TEXT and opcode != OP_BINARY)):
            if self._inflater is None:
                return self.fail(1002, "RSV1 is set, and no compression was negotiated")
            return self.fail(1002, "RSV1 is set on a frame that does not begin a message")
        if opcode >= OP_CLOSE:
            if opcode > OP_PONG:
                return self.fail(1002, f"reserved opcode {opcode:#x}")
            if not head & FIN:
                return self.fail(1002, "a control frame is fragmented")
        elif opcode > OP_BINARY:
            return self.fail(1002, f"reserved opcode {opcode:#x}")
        elif opcode == OP_CONTINUATION:
            if self.state == READY:
                return self.fail(1002, "a continuation without a message to continue")
        elif self.state == INSIDE:
            return self.fail(1002, "a new message before the last fragment of the one under way")
        return NONE

    cdef Event begin(self, uint8_t head, uint64_t length) noexcept:
        cdef uint8_t opcode = head & OPCODE
        if self.state == OVER:
            return NONE
        if self.check(head) == FAILED:
            return FAILED
        self._head = head
        if opcode >= OP_CLOSE:
            self._control_size = 0
            if length > MAX_CONTROL:
                return self.fail(1002, f"a control frame of {length} octets: §5.5 allows {MAX_CONTROL}")
            return NONE
        if length > self.max_frame_size:
            return self.fail(1009, f"a frame of {length} octets: max_frame_size is {self.max_frame_size}")
        if opcode != OP_CONTINUATION:
            if not self._start_message():
                return self.fail(1011, "out of memory")
            self.state = INSIDE
            self.opcode = opcode
            self._compressed = head & RSV1 != 0
        self._fragments += 1
        if self._fragments > self.max_fragments:
            return self.fail(1009, f"a message of more than {self.max_fragments} frames: max_fragments")
        if not self._compressed and length > self.max_message_size - self._message.size:
            return self.fail(1009, f"a message of more than {self.max_message_size} bytes: max_message_size")
        return NONE

    cdef Event body(self, const char* payload, size_t size) noexcept:
        cdef size_t before = self._message.size
        if self.state == OVER:
            return NONE
        if self._head & OP_CLOSE:
            if size > MAX_CONTROL - self._control_size:
                return self.fail(1002, f"a control frame of more than {MAX_CONTROL} octets")
            memcpy(&self._control[self._control_size], payload, size)
            self._control_size += size
            return NONE
        if self._compressed:
            return self._inflated(self._inflater.feed(payload, size, &self._message, self.max_message_size), before)
        if not append(&self._message, payload, size, self.max_message_size):
            return self.fail(1011, "out of memory")
        return self._inflated(INFLATED, before)

    cdef Event finish(self) noexcept:
        if self.state == OVER:
            return NONE
        if self._head & OP_CLOSE:
            self.data = self._control
            self.size = self._control_size
            memset(&self._control[self._control_size], 0, PADDING)
            if self._head & OPCODE == OP_CLOSE:
                return self._close()
            return PING if self._head & OPCODE == OP_PING else PONG
        if not self._head & FIN:
            return NONE
        cdef size_t before = self._message.size
        if self._compressed and self._inflated(
            self._inflater.finish(&self._message, self.max_message_size), before
        ) == FAILED:
            return FAILED
        if self.opcode == OP_TEXT and self._utf8.need:
            return self.fail(1007, "a text message ends inside a character")
        if self._mends_text and self.opcode == OP_TEXT and not is_utf8(self._message.data, self._message.size):
            if self._mend() == FAILED:
                return FAILED
        pad(&self._message)
        self.state = READY
        self.data = self._message.data
        self.size = self._message.size
        return MESSAGE

    cdef Event fail(self, int code, str text) noexcept:
        if self.state == OVER:
            return NONE
        self.state = OVER
        self.close_code = code
        self.reason = b""
        self.failure = ProtocolError(code, text)
        release(&self._message)
        return FAILED

    cdef bint _start_message(self) noexcept:
        # A large message leaves a large buffer. Free it when only small messages have followed for a while.
        if self._message.capacity > KEEP:
            self._idle = self._idle + 1 if self._message.size <= KEEP else 0
            if self._idle >= PATIENCE:
                release(&self._message)
                self._idle = 0
        self._message.size = 0
        self._utf8.need = 0
        self._fragments = 0
        return reserve(&self._message, 0, self.max_message_size)

    cdef Event _mend(self) noexcept:
        """Puts U+FFFD in place of what is no UTF-8."""
        cdef bytes text
        try:
            text = PyBytes_FromStringAndSize(self._message.data, <Py_ssize_t>self._message.size)
            text = text.decode(errors="replace").encode()
        except MemoryError:
            return self.fail(1011, "out of memory")
        if <size_t>len(text) > self.max_message_size:
            return self.fail(1009, f"a message of more than {self.max_message_size} bytes: max_message_size")
        self._message.size = 0
        if not append(&self._message, text, <size_t>len(text), self.max_message_size):
            return self.fail(1011, "out of memory")
        self.mended += 1
        return NONE

    cdef Event _inflated(self, int outcome, size_t before) noexcept:
        """Checks the text inflated since `before`, then the inflater's result: the first fault is the one named."""
        if self.opcode == OP_TEXT and not self._mends_text and self._message.size > before and not utf8_feed(
            &self._utf8, self._message.data + before, self._message.size - before
        ):
            return self.fail(1007, "a text message is not UTF-8")
        if outcome == INFLATED:
            return NONE
        if outcome == INFLATE_TOO_BIG:
            return self.fail(1009, f"a message of more than {self.max_message_size} bytes: max_message_size")
        if outcome == INFLATE_BAD:
            return self.fail(1007, "bad deflate data")
        return self.fail(1011, "out of memory")

    cdef Event _close(self) noexcept:
        """Reads a Close (§5.5.1): no body, or a code and a reason in UTF-8."""
        cdef const uint8_t* body = <const uint8_t*>self.data
        if self.size == 0:
            self.close_code = 1005
        elif self.size == 1:
            return self.fail(1002, "a Close with half a code")
        else:
            self.close_code = body[0] << 8 | body[1]
            if not may_be_sent(self.close_code):
                return self.fail(1002, f"a Close with code {self.close_code}, which may not be sent")
            if not is_utf8(self.data + 2, self.size - 2):
                return self.fail(1007, "a Close whose reason is not UTF-8")
        self.reason = PyBytes_FromStringAndSize(self.data + 2, <Py_ssize_t>self.size - 2) if self.size else b""
        self.state = OVER
        return CLOSE
