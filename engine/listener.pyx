"""A live connection: a picows connection whose messages go to a Receiver. The only module that knows picows.

picows does the handshake and owns the transport. A client does not use picows' frame parser: once the handshake is
over, `Protocol` takes the socket's bytes and our own reader parses them. There are three reasons. picows parses a frame
before it delivers the one before it, so a fault would close the connection before earlier messages are delivered. It
keeps a frame until it is whole, so a fault inside is found late. And it does not check all rules. Where picows does
parse the frames (on a server, or after a plain `ws_connect`), `on_ws_frame` takes them and picows handles their
faults.

How a connection ends, each step bounded by `close_timeout` seconds, after which the socket is aborted:

* The peer sends Close: we answer with the same code (none if it had none). A client then waits for the server to
  close the TCP connection (RFC 6455 §7.1.1); a server closes it.
* We send Close: messages are delivered until the peer's Close comes.
* The peer breaks a rule: Close with the failure's code goes out, nothing more is delivered, and the socket is read
  until it ends: closing it with unread data would send a TCP reset, which may destroy our Close on its way.
* The peer does not read what it is sent: the socket is aborted, and `failure` says which limit was reached
  (see closing).

Hooks, each optional and looked up once: on_connected(listener), on_close(code, reason) for the peer's Close,
on_pong(data), on_error(exception) for what a receiver or a hook raised, on_disconnected(listener), always the last
call. No exception reaches the event loop. SystemExit, KeyboardInterrupt and the like close the connection and are
raised by `wait_disconnected`.
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
    MAX_READ_SIZE = 1024 * 1024     # the most; doubled whenever a read fills it: one read costs as much as 500 messages
    MAX_WRITE_SIZE = 4 * 1024 * 1024


cdef inline int64_t clock_ns(int clock) noexcept:
    cdef timespec now
    clock_gettime(clock, &now)
    return <int64_t>now.tv_sec * 1_000_000_000 + now.tv_nsec


cdef class Listener(WSListener):
    """One connection, from its handshake to its end.

    receiver: the Receiver that gets complete messages.
    offer: the value of Sec-WebSocket-Extensions that the request carries (see `tickfold.deflate_offer`), or
        None. An answer that does not fit it fails the handshake with NegotiationError.
    deflate: for a server, the DeflateParams that were agreed; a client takes them from the server's answer.
    require_deflate: whether a server that declines the offer is refused, with NegotiationError.
    compress: whether to send compressed messages if compression was agreed.
    max_message_size, max_frame_size, max_fragments: see MessageReader; mends_text: see Assembler.
    close_timeout: seconds that each step of closing may take.
    max_write_size: octets that may wait until the peer reads them (default: 4 MiB). A message or Ping that would exceed
        this ends the connection; `failure` is LimitError if it is too large by itself, StaleError if the peer has left
        too much unread. None: no limit.
    write_timeout: if more than 64 KiB wait and the peer takes nothing for so many seconds, the connection ends with
        StaleError. None: no limit.
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

    @property
    def mended(self):
        """How many text messages were not UTF-8 and were mended: see Assembler."""
        return self.assembler.mended

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
        self._heard()
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
            said = verdict.reason or "a frame that picows could not read"       # a fault that picows found
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

    cdef void _heard(self) noexcept:
        self.whole_ns, self.last_whole_ns = self.recv_ns, self.last_receive_ns

    cdef int _read_by(self, size_t size) except -1:
        """Allocates a read buffer of this size. The old one stays alive while the event loop holds its memoryview."""
        memory = bytearray(size + PADDING)
        self._buffer = PyByteArray_AS_STRING(memory)
        self._view = memoryview(memory)[:size]
        self._read_size = size
        return 0

    cdef void received(self, size_t size) noexcept:
        """So many octets of the socket are in the buffer."""
        self.read(self._buffer, size)
        if size == self._read_size < MAX_READ_SIZE:
            with contextlib.suppress(MemoryError):
                self._read_by(2 * size)

    cdef void read(self, const char* data, size_t size) noexcept:
        cdef:
            const char* at = data
            const char* end = data + size
        self._stamp()
        self.octets += size
        while at < end:
            try:
                self._frames_of(&at, end)
            except BaseException as error:  # raised by the receiver: later messages are delivered nevertheless
                self._report(error)
        self._flush()
        self.busy_ns += clock_ns(CLOCK_MONOTONIC) - self.last_receive_ns

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
                if not self._gathered:
                    self._gathered = True
                    receiver.first(assembler.data, assembler.size, assembler.opcode == OP_BINARY, self.recv_ns,
                                   self.last_receive_ns)
                    continue
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
            self._heard()
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
        self._heard()
        try:
            self.receiver.flush()
        except BaseException as error:
            self._report(error)

    # Sending. Each returns whether the frame was handed to the transport: False after a Close was sent, after the
    # socket has ended, or if a limit was reached, which ends the connection at once; `failure` says which limit.

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
        """Begins the close handshake; await `wait_disconnected` for its end. A second call does nothing.

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
        """Ends the TCP connection at once, without a Close frame."""
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
        self.transport.is_close_frame_sent = True       # keeps picows from sending frames of its own
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
        """The close handshake is over or impossible: a server closes the TCP connection, a client waits for that."""
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
        """Calls on_error with what a receiver or a hook raised; without that hook, the event loop's exception handler.

        SystemExit, KeyboardInterrupt and whatever else is no Exception would stop the event loop at once, with the
        connection open. They begin the close handshake instead, and `wait_disconnected` raises them.
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
    """The value of a header field, several lines joined by commas (RFC 9110 §5.3); None if there is none."""
    values = message.headers.getall(name, None)
    return None if values is None else ", ".join(values)


class Protocol(WSProtocol):
    """picows' protocol during the handshake; afterwards the socket's bytes go to the listener.

    picows gets the header of the server's answer in one piece, and nothing of the frames that follow it.

    host, path: of the request. headers: its further (name, value) pairs. handshake_timeout: seconds.
    max_header_size: octets of the answer; picows itself takes up to 16 KiB.
    """

    def __init__(self, Listener listener, str host, str path, headers, logger, handshake_timeout, max_header_size):
        self._reader = listener
        self._gathered = 0              # octets of the answer's header so far; -1 once it is whole
        self._max_header_size = max_header_size
        self.refusal = None             # HandshakeError if the header is too long
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
            if listener.woken is not None:
                woken, listener.woken = listener.woken, None
                woken()
            listener.received(size)
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
    """The header of a server's answer, rewritten where RFC 6455 §4.1 allows more than picows accepts.

    Connection is a list of tokens, on one line or several, and one of them must be "upgrade"; picows wants the whole
    value of one line to be that. The status line may lack its reason phrase. Everything else, and any answer that does
    not upgrade, is passed to picows unchanged.
    """
    cdef list lines = answer.split(b"\r\n")
    cdef list rest = [line for line in lines if line[:11].lower() != b"connection:"]
    if lines[0].count(b" ") == 1:
        rest[0] += b" "
    tokens = b",".join(line[11:] for line in lines if line[:11].lower() == b"connection:").lower().split(b",")
    if b"upgrade" not in [token.strip(b" \t") for token in tokens]:
        return b"\r\n".join([rest[0], *lines[1:]])
    return b"\r\n".join([rest[0], b"Connection: Upgrade", *rest[1:]])
