"""A live connection: a picows connection whose messages go to a Receiver. The only module that knows picows.

picows shakes hands and keeps the transport. Reading is ours on a client: `Protocol` takes the socket's bytes from
picows' own protocol object as soon as the handshake is over. picows looks at the next frame before it delivers the one
before, so that a fault would close the connection ahead of the messages in front of it; it keeps a frame until it is
whole, so that no fault inside could be seen before; and some rules it does not know. Where picows does find the frames
(a server's side, or `ws_connect` called by others), `on_ws_frame` takes them, with its own faults left to it.

How a connection ends, each step bounded by `close_timeout` seconds, after which the socket is aborted:

* The peer sends Close: it is answered with its own code (an empty one with an empty one). A client then waits for the
  server to end the TCP connection (RFC 6455 §7.1.1), a server ends it.
* We send Close: messages are delivered until the peer's Close comes.
* The peer breaks a rule: Close with the failure's code goes out, nothing more is delivered, and the socket is read
  until it ends, lest a reset destroy the Close on its way.
* The peer does not read what it is sent: the socket is aborted, and `failure` says which bound was met (see closing).

Hooks, each optional and looked up once: on_connected(listener), on_close(code, reason) for the peer's Close,
on_pong(data), on_error(exception) for what a receiver or a hook raised, on_disconnected(listener), which is the last.
No exception gets into the event loop: SystemExit and the like close the connection and come out of `wait_disconnected`.
"""
import asyncio
import contextlib

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint8_t
from picows.picows cimport WSCloseInfo, WSFrame, WSListener, WSTransport
from posix.time cimport CLOCK_MONOTONIC, CLOCK_REALTIME, clock_gettime, timespec

from tickfold.engine.buffers cimport PADDING
from tickfold.engine.closing cimport Sender
from tickfold.engine.frames cimport FrameReader
from tickfold.engine.messages cimport (
    CLOSE, FAILED, MESSAGE, NONE, OP_BINARY, OP_PING, OP_TEXT, PING, Assembler, Event,
)
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.writer cimport MessageWriter

from picows.picows import WSAutoPingStrategy, WSProtocol

from tickfold.engine.closing import checked_bounds
from tickfold.schema.errors import HandshakeError, NegotiationError, ProtocolError
from tickfold.schema.extensions import negotiate


cdef enum:
    READ_SIZE = 64 * 1024           # octets asked of the socket at a time, to begin with
    MAX_READ_SIZE = 1024 * 1024     # and at most, doubled while it gives as many: a read costs as much as 500 messages
    MAX_WRITE_SIZE = 4 * 1024 * 1024


cdef inline int64_t clock_ns(int clock) noexcept:
    cdef timespec now
    clock_gettime(clock, &now)
    return <int64_t>now.tv_sec * 1_000_000_000 + now.tv_nsec


cdef class Listener(WSListener):
    """One connection, from its handshake to its end.

    receiver: what complete messages are handed to.
    offer: the value of Sec-WebSocket-Extensions that the request carries (see `tickfold.deflate_offer`), or
        None; whatever else the server answers fails the handshake with NegotiationError.
    deflate: for a server's side, what was agreed; a client learns it from the answer.
    require_deflate: whether a server that declines the offer is refused, with NegotiationError.
    compress: whether to send compressed where that was agreed.
    max_message_size, max_frame_size, max_fragments: see MessageReader.
    close_timeout: seconds that each step of closing may take.
    max_write_size: octets that may wait until the peer reads them (default: 4 MiB). A message or Ping that would exceed
        it ends the connection, with LimitError in `failure` where it is too large by itself and StaleError where the
        peer has left too much unread. None lifts the limit.
    write_timeout: seconds that nothing may leave while more than 64 KiB wait; then the connection ends with StaleError.
        None lifts the limit.
    """

    def __init__(
        self,
        Receiver receiver not None,
        *,
        str offer=None,
        deflate=None,
        bint require_deflate=False,
        bint compress=False,
        double close_timeout=5.0,
        max_write_size=MAX_WRITE_SIZE,
        write_timeout=5.0,
        on_connected=None,
        on_close=None,
        on_pong=None,
        on_error=None,
        on_disconnected=None,
        **limits,
    ):
        self._read_by(READ_SIZE)
        self.receiver = receiver
        self.offer = offer
        self.close_timeout = close_timeout
        self.close_reason = ""
        self._require_deflate = require_deflate
        self._compress = compress
        self._write_bounds = checked_bounds(max_write_size, write_timeout)
        self._limits = limits
        self._between_reads = True
        self._on_connected = on_connected
        self._on_close = on_close
        self._on_pong = on_pong
        self._on_error = on_error
        self._on_disconnected = on_disconnected
        self._agree(deflate, server=False)

    def accept(self, request, response):
        """picows' listener factory for a client: checks what the server answered, and returns this listener."""
        extensions = "Sec-WebSocket-Extensions"
        self._agree(negotiate(header(request, extensions), header(response, extensions)))
        if self.deflate is None and self._require_deflate:
            raise NegotiationError("the server declined permessage-deflate, which is required")
        chosen = header(response, "Sec-WebSocket-Protocol")
        offered = header(request, "Sec-WebSocket-Protocol") or ""
        if chosen is not None and chosen not in [name.strip() for name in offered.split(",")]:
            raise HandshakeError(f"the server chose a subprotocol that was not offered: {chosen!r}")
        return self

    def _agree(self, deflate, bint server=False):
        self.deflate = deflate
        self.assembler = Assembler(deflate, server=server, **self._limits)
        self._frames = FrameReader(self.assembler)

    # What picows calls

    cpdef on_ws_connected(self, WSTransport transport):
        self.transport = transport
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        self.connected = True
        if not transport.is_client_side and self.deflate is not None:
            self._agree(self.deflate, server=True)
        writer = MessageWriter(self.deflate, compress=self._compress, server=not transport.is_client_side)
        self._sender = Sender(transport.underlying_transport, writer, *self._write_bounds)
        self._stamp()
        self._call(self._on_connected, self)

    cpdef on_ws_frame(self, WSTransport transport, WSFrame frame):
        cdef uint8_t head = (
            frame.fin << 7 | frame.rsv1 << 6 | frame.rsv2 << 5 | frame.rsv3 << 4 | <uint8_t>frame.msg_type
        )
        if self._between_reads:
            self._stamp()
            self._between_reads = False
        self.octets += frame.payload_size
        try:
            self._handle(self.assembler.push(head, frame.payload_ptr, frame.payload_size))
        except BaseException as error:
            self._report(error)
        if frame.last_in_buffer:
            self._between_reads = True
            self._flush()

    cpdef on_ws_disconnected(self, WSTransport transport):
        cdef WSCloseInfo verdict
        self.connected = False
        if self._sender is not None:
            self._sender.ended()
            if self.failure is None:
                self.failure = self._sender.failure
        if self.failure is None and transport.is_close_frame_sent and not self.sent_close_code:
            verdict = transport.close_handshake.sent
            said = verdict.reason or "a frame that picows could not read"       # a fault that it found by itself
            self.failure = ProtocolError(<int>verdict.code, said)
            self.sent_close_code = <int>verdict.code
        if not self.close_code:
            self.close_code = 1006
        self._call(self._on_disconnected, self)
        if not self._done.done():
            self._done.set_result(None)

    cpdef pause_writing(self):
        if self._sender is not None:
            self._sender.pause()

    cpdef resume_writing(self):
        if self._sender is not None:
            self._sender.resume()

    # Receiving

    cdef void _stamp(self) noexcept:
        self.recv_ns = clock_ns(CLOCK_REALTIME)
        self.last_receive_ns = clock_ns(CLOCK_MONOTONIC)

    cdef int _read_by(self, size_t size) except -1:
        """Makes a read buffer of this size. The old one lives on while an event loop holds its view."""
        memory = bytearray(size + PADDING)
        self._buffer = PyByteArray_AS_STRING(memory)
        self._view = memoryview(memory)[:size]
        self._read_size = size
        return 0

    cdef void read(self, const char* data, size_t size) noexcept:
        cdef:
            const char* at = data
            const char* end = data + size
        self._stamp()
        self.octets += size
        while at < end:
            try:
                self._frames_of(&at, end)
            except BaseException as error:  # a receiver's: what comes behind that message is not its fault
                self._report(error)
        self._flush()

    cdef int _frames_of(self, const char** at, const char* end) except -1:
        cdef:
            FrameReader frames = self._frames
            Assembler assembler = self.assembler
            Receiver receiver = self.receiver
            Event event
        while at[0] < end:
            event = frames.advance(at, end)
            if event == MESSAGE:
                self.messages += 1
                self._gathered = True
                receiver.message(assembler.data, assembler.size, assembler.opcode == OP_BINARY, self.recv_ns)
            elif event != NONE:
                self._handle(event)
        return 0

    cdef int _handle(self, Event event) except -1:
        cdef Assembler assembler = self.assembler
        if event == MESSAGE:
            self.messages += 1
            self._gathered = True
            self.receiver.message(assembler.data, assembler.size, assembler.opcode == OP_BINARY, self.recv_ns)
        elif event == CLOSE:
            self._answer_close()
        elif event == FAILED:
            self._fail()
        elif event != NONE:
            data = PyBytes_FromStringAndSize(assembler.data, <Py_ssize_t>assembler.size)
            if event == PING:
                self.pings += 1
                if not self.transport.is_close_frame_sent:
                    self._sender.pong(data)
            else:
                self.pongs += 1
                self._call(self._on_pong, data)
        return 0

    cdef void _flush(self) noexcept:
        if not self._gathered:
            return
        self._gathered = False
        try:
            self.receiver.flush()
        except BaseException as error:
            self._report(error)

    # Sending. Each says whether the frame was handed to the transport. False once Close was sent, the socket has ended,
    # or where a bound was met: `failure` says which once the connection has ended, which it then does at once.

    cpdef bint send_text(self, object message) except -1:
        """A text message: str, or bytes of UTF-8 that are sent as they are."""
        return self._open() and self._sender.message(OP_TEXT, message)

    cpdef bint send_binary(self, object message) except -1:
        """A binary message: any bytes-like object."""
        return self._open() and self._sender.message(OP_BINARY, message)

    cpdef bint send_ping(self, object data=b"") except -1:
        """A Ping with up to 125 octets, which the Pong will carry back. ConfigError for more."""
        return self._open() and self._sender.message(OP_PING, data)

    cpdef bint close(self, int code=1000, str reason="") except -1:
        """Begins the close handshake; `wait_disconnected` sees its end. Does nothing the second time.

        code: 1000 to 1003, 1007 to 1014 or 3000 to 4999 (RFC 6455 §7.4). reason: up to 123 octets of UTF-8.
        ConfigError for others.
        """
        if not self._open():
            return False
        return self._send_close(code, self._sender.writer.close(code, reason))

    cdef bint _open(self) noexcept:
        """Whether anything may be sent."""
        return self.connected and not self.transport.is_close_frame_sent and self._sender.failure is None

    def abort(self):
        """Ends the connection without a word."""
        if self.connected:
            self.transport.disconnect(False)

    async def wait_disconnected(self):
        """Returns when the connection has ended and every hook has been called.

        Raises, once, the first SystemExit, KeyboardInterrupt or other exception that is no Exception, if the receiver
        or a hook raised one.
        """
        if self._done is not None:
            await asyncio.shield(self._done)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    # Closing

    cdef bint _send_close(self, int code, bytes frame) except -1:
        self.sent_close_code = code
        self._sender.close(frame, self.close_timeout)
        self.transport.is_close_frame_sent = True       # or picows would write more
        return True

    cdef int _answer_close(self) except -1:
        self.close_code = self.assembler.close_code
        self.close_reason = self.assembler.reason.decode()
        if self._open():
            code = None if self.close_code == 1005 else self.close_code         # 1005: its frame had no code
            self._send_close(self.close_code, self._sender.writer.close(code))
        self._leave()
        self._call(self._on_close, self.close_code, self.close_reason)
        return 0

    cdef int _fail(self) except -1:
        self.failure = self.assembler.failure
        if self._open():
            self._send_close(self.failure.code, self._sender.writer.fail(self.failure))
        self._leave()
        return 0

    cdef int _leave(self) except -1:
        """The close handshake is done, or cannot be: a server ends the TCP connection, a client waits for that."""
        if self.transport.is_client_side:
            self._sender.bound(self.close_timeout)
        else:
            self.transport.disconnect(True)
        return 0

    # What users' code raises

    def _call(self, hook, *args):
        if hook is not None:
            try:
                hook(*args)
            except BaseException as error:
                self._report(error)

    def _report(self, error):
        """Hands on what a receiver or a hook raised; without a hook for it, to the event loop's handler.

        SystemExit, KeyboardInterrupt and whatever else is no Exception must not reach the event loop, which would end
        at once and close nothing: it begins the close handshake, and `wait_disconnected` raises it.
        """
        self._keep(error)
        if self._on_error is not None:
            try:
                self._on_error(error)
                return
            except BaseException as another:
                error = another
                self._keep(error)
        if not isinstance(error, Exception):
            return
        context = {"message": "a tickfold receiver or hook raised", "exception": error}
        if self._loop is not None:
            self._loop.call_exception_handler(context)

    def _keep(self, error):
        if isinstance(error, Exception):
            return
        if self._raised is None:
            self._raised = error
        self.close(1000)


cdef str header(message, name):
    """A header's value, several lines joined (RFC 9110 §5.3); None where there is none."""
    values = message.headers.getall(name, None)
    return None if values is None else ", ".join(values)


class Protocol(WSProtocol):
    """picows' protocol up to the end of the handshake; from there the socket's bytes go to the listener.

    The header of the answer is handed to picows whole, and no octet of a frame ever is.

    host, path: for the request. headers: further (name, value) pairs for it. handshake_timeout: seconds.
    max_header_size: octets of the answer; picows itself takes up to 16 KiB.
    """

    def __init__(self, Listener listener, str host, str path, headers, logger, handshake_timeout, max_header_size):
        self._reader = listener
        self._gathered = 0              # octets of the answer's header so far; -1 once it is whole
        self._max_header_size = max_header_size
        self.refusal = None             # HandshakeError for a header that is too long
        super().__init__(
            host, path, True, listener.accept, logger,
            False, handshake_timeout,                                       # disconnect_on_exception
            False, 10, 10, WSAutoPingStrategy.PING_WHEN_IDLE, False,        # no automatic Ping, no automatic Pong
            1, headers, 2048,                                               # max_frame_size, read_buffer_init_size
        )

    def get_buffer(self, size_hint):
        view = (<Listener>self._reader)._view
        return view if self._gathered <= 0 else view[self._gathered:]

    def buffer_updated(self, Py_ssize_t size):
        cdef Listener listener = self._reader
        if self._gathered < 0:
            listener.read(listener._buffer, size)
            if <size_t>size == listener._read_size < MAX_READ_SIZE:
                with contextlib.suppress(MemoryError):
                    listener._read_by(2 * size)
            return
        cdef Py_ssize_t have = self._gathered + size
        cdef Py_ssize_t end = PyBytes_FromStringAndSize(listener._buffer, have).find(b"\r\n\r\n") + 4
        if self.refusal is not None:
            return
        if end < 4 and have < self._max_header_size:
            self._gathered = have
            return
        if end < 4 or end > self._max_header_size:
            self.refusal = HandshakeError(f"the answer's header is longer than {self._max_header_size} octets")
            self.transport.disconnect(False)
            return
        self._gathered = -1
        cdef bytes answer = plain_upgrade(PyBytes_FromStringAndSize(listener._buffer, end))
        cdef Py_ssize_t at = 0
        while at < len(answer):
            spare = super().get_buffer(-1)
            step = min(len(spare), len(answer) - at)
            spare[:step] = answer[at:at + step]
            at += step
            super().buffer_updated(step)
        if listener.connected and have > end:
            listener.read(listener._buffer + end, have - end)


cdef bytes plain_upgrade(bytes answer):
    """The header of a server's answer, with what RFC 6455 §4.1 allows and picows refuses written as picows wants it.

    Connection is a list of tokens, in one line or several, of which one must be "upgrade"; picows compares one line's
    whole value. The status line may end behind its code. Whatever else an answer holds, and any answer that does not
    upgrade, is left to picows' own judgement.
    """
    cdef list lines = answer.split(b"\r\n")
    cdef list rest = [line for line in lines if line[:11].lower() != b"connection:"]
    if lines[0].count(b" ") == 1:
        rest[0] += b" "
    tokens = b",".join(line[11:] for line in lines if line[:11].lower() == b"connection:").lower().split(b",")
    if b"upgrade" not in [token.strip(b" \t") for token in tokens]:
        return b"\r\n".join([rest[0], *lines[1:]])
    return b"\r\n".join([rest[0], b"Connection: Upgrade", *rest[1:]])
