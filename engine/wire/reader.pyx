"""Reads a websocket from bytes that you received yourself: bytes in, events out (RFC 6455, RFC 7692), no I/O.

    reader = MessageReader(extensions=answer_of_the_server, max_message_size=1 << 20)
    for event in reader.feed(data): …
    reader.feed_eof()

Guarantees:

* `feed` takes bytes cut anywhere, and the events are the same for any cut.
* Events come in the order in which they were completed. Those before a fault are returned by the call that finds it.
* `feed` does not raise for a fault of the peer. `failure` holds it afterwards; its `.code` is the close code to send.
* After a Close or a fault `feed` ignores its argument and returns no events.
* The caller answers (Pong for Ping, Close for Close), for instance with a MessageWriter: the reader writes nothing.
"""
cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize

from tickfold.engine.frames cimport FrameReader
from tickfold.engine.messages cimport CLOSE, FAILED, MESSAGE, NONE, PING, Assembler, Event

from tickfold.engine.messages import DEFAULT_MAX_FRAGMENTS, DEFAULT_MAX_FRAME_SIZE, DEFAULT_MAX_MESSAGE_SIZE
from tickfold.schema.extensions import answered_params


@cython.final
@cython.freelist(64)
cdef class Message:
    """A whole message. opcode: 1 for text (UTF-8, checked), 2 for binary. data: its payload as bytes."""
    __match_args__ = ("opcode", "data")

    def __cinit__(self, int opcode, bytes data not None):
        self.opcode = opcode
        self.data = data

    @property
    def text(self):
        """The payload of a text message as str."""
        return self.data.decode()

    def __eq__(self, other):
        if type(other) is not Message:
            return NotImplemented
        return self.opcode == (<Message>other).opcode and self.data == (<Message>other).data

    def __hash__(self):
        return hash((Message, self.opcode, self.data))

    def __repr__(self):
        return f"Message(opcode={self.opcode}, data={self.data!r})"

    def __reduce__(self):
        return Message, (self.opcode, self.data)


cdef class _Control:
    __match_args__ = ("data",)

    def __cinit__(self, bytes data not None=b""):
        self.data = data

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self.data == (<_Control>other).data

    def __hash__(self):
        return hash((type(self), self.data))

    def __repr__(self):
        return f"{type(self).__name__}(data={self.data!r})"

    def __reduce__(self):
        return type(self), (self.data,)


@cython.final
cdef class Ping(_Control):
    """A Ping: to be answered by a Pong with the same data (RFC 6455 §5.5.3)."""


@cython.final
cdef class Pong(_Control):
    """A Pong, whether or not a Ping asked for it."""


@cython.final
cdef class Close:
    """The peer's Close. code: 1005 if its frame had none, 1006 if the bytes ended without a Close."""
    __match_args__ = ("code", "reason")

    def __cinit__(self, int code, str reason not None=""):
        self.code = code
        self.reason = reason

    def __eq__(self, other):
        if type(other) is not Close:
            return NotImplemented
        return self.code == (<Close>other).code and self.reason == (<Close>other).reason

    def __hash__(self):
        return hash((Close, self.code, self.reason))

    def __repr__(self):
        return f"Close(code={self.code}, reason={self.reason!r})"

    def __reduce__(self):
        return Close, (self.code, self.reason)


cdef class MessageReader:
    """Reads what a server sent, from bytes.

    extensions: the value of Sec-WebSocket-Extensions in the server's answer, a DeflateParams, or None if nothing was
        negotiated. NegotiationError if it is not acceptable. To check an answer against the offer made, call
        `negotiate` and pass what it returns.
    max_message_size: bytes of a message after inflating; max_frame_size: octets of a payload on the wire;
    max_fragments: frames of one message. None means no limit. Exceeding a limit is a failure with code 1009.
    """
    def __init__(
        self,
        extensions=None,
        *,
        max_message_size=DEFAULT_MAX_MESSAGE_SIZE,
        max_frame_size=DEFAULT_MAX_FRAME_SIZE,
        max_fragments=DEFAULT_MAX_FRAGMENTS,
    ):
        if extensions is None or isinstance(extensions, str):
            extensions = answered_params(extensions)
        self._frames = FrameReader(
            Assembler(
                extensions,
                max_message_size=max_message_size,
                max_frame_size=max_frame_size,
                max_fragments=max_fragments,
            )
        )

    cpdef list feed(self, const unsigned char[::1] data):
        """Returns the events that these bytes complete, in order. `data`: any bytes-like object; it is not kept."""
        if self._ended:
            raise ValueError("feed() after feed_eof()")
        cdef:
            list events = []
            Assembler assembler = self._frames.assembler
            const char* at = <const char*>&data[0] if data.shape[0] else NULL
            const char* end = at + data.shape[0]
            Event event
            bytes payload
        while at < end:
            event = self._frames.advance(&at, end)
            if event == NONE or event == FAILED:
                break
            if event == CLOSE:
                self._close = Close(assembler.close_code, assembler.reason.decode())
                events.append(self._close)
                break
            payload = PyBytes_FromStringAndSize(assembler.data, <Py_ssize_t>assembler.size)
            if event == MESSAGE:
                events.append(Message(assembler.opcode, payload))
            else:
                events.append(Ping(payload) if event == PING else Pong(payload))
        return events

    cpdef list feed_eof(self):
        """To be called at the end of the bytes (EOF). Returns the last events.

        Without a Close before it, this is an abnormal closure (RFC 6455 §7.1.5): returns one Close with code 1006 and
        sets `failure` with that code, which must not be sent. After a Close or a fault it does nothing.
        """
        self._ended = True
        if self._close is not None or self._frames.assembler.failure is not None:
            return []
        self._frames.assembler.fail(1006, "the connection ended without a Close")
        self._close = Close(1006)
        return [self._close]

    @property
    def failure(self):
        """The ProtocolError that ended the stream, or None. Its `.code` is the close code to send."""
        return self._frames.assembler.failure

    @property
    def buffered(self):
        """Bytes of memory allocated for messages, whether in use or not."""
        return self._frames.assembler.buffered

    @property
    def close(self):
        """The Close that ended the stream, or None."""
        return self._close
