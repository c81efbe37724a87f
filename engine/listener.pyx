"""The live door: a picows connection whose messages go to a Receiver. The only module that knows picows.

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

Hooks, each optional and looked up once: on_connected(listener), on_close(code, reason) for the peer's Close,
on_pong(data), on_error(exception) for what a receiver or a hook raised, on_disconnected(listener), which is the last.
"""
import asyncio
import contextlib
import os

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint8_t
from picows.picows cimport WSCloseInfo, WSFrame, WSListener, WSMsgType, WSTransport
from posix.time cimport CLOCK_MONOTONIC, CLOCK_REALTIME, clock_gettime, timespec

from tickfold.engine.buffers cimport PADDING
from tickfold.engine.deflate cimport Deflater
from tickfold.engine.frames cimport FrameReader
from tickfold.engine.messages cimport (
    CLOSE, FAILED, MESSAGE, NONE, OP_BINARY, OP_CLOSE, OP_PING, OP_PONG, OP_TEXT, PING,
    Assembler, Event, may_be_sent,
)
from tickfold.engine.receiver cimport Receiver

from picows.picows import WSAutoPingStrategy, WSProtocol

from tickfold.engine.frames import encode_frame
from tickfold.schema.errors import ConfigError, HandshakeError, NegotiationError, ProtocolError
from tickfold.schema.extensions import negotiate


cdef enum:
    READ_SIZE = 64 * 1024           # octets asked of the socket at a time, to begin with
    MAX_READ_SIZE = 1024 * 1024     # and at most, doubled while it gives as many: a read costs as much as 500 messages
    MAX_REASON = 123                # octets of a Close's reason (RFC 6455 §5.5)
    MAX_CONTROL = 125


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
        if deflate is None or not self._compress:
            self._deflater = None
        else:
            bits = deflate.server_max_window_bits if server else deflate.client_max_window_bits
            takeover = deflate.server_no_context_takeover if server else deflate.client_no_context_takeover
            self._deflater = Deflater(bits, takeover) if bits > 8 else None     # zlib has no window of 8 bits

    # What picows calls

    cpdef on_ws_connected(self, WSTransport transport):
        self.transport = transport
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        self.connected = True
        if not transport.is_client_side and self.deflate is not None:
            self._agree(self.deflate, server=True)
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
        except Exception as error:
            self._report(error)
        if frame.last_in_buffer:
            self._between_reads = True
            self._flush()

    cpdef on_ws_disconnected(self, WSTransport transport):
        cdef WSCloseInfo verdict
        self.connected = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.failure is None and transport.is_close_frame_sent and not self.sent_close_code:
            verdict = transport.close_handshake.sent
            self.failure = ProtocolError(<int>verdict.code, verdict.reason)      # of picows itself, on a frame
            self.sent_close_code = <int>verdict.code
        if not self.close_code:
            self.close_code = 1006
        self._call(self._on_disconnected, self)
        if not self._done.done():
            self._done.set_result(None)

    cpdef pause_writing(self):
        pass

    cpdef resume_writing(self):
        pass

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
            except Exception as error:      # a receiver's: what comes behind that message is not its fault
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
                    self._write(OP_PONG, data, False)
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
        except Exception as error:
            self._report(error)

    # Sending. Each says whether the message was handed to the transport: False once Close was sent or the socket ended.

    cpdef bint send_text(self, object message) except -1:
        """A text message: str, or bytes of UTF-8 that are sent as they are."""
        return self._send(OP_TEXT, message.encode() if isinstance(message, str) else message)

    cpdef bint send_binary(self, object message) except -1:
        """A binary message: any bytes-like object."""
        return self._send(OP_BINARY, message)

    cdef bint _send(self, int opcode, object message) except -1:
        if not self.connected or self.transport.is_close_frame_sent:
            return False
        if self._deflater is None:
            self._write(opcode, message, False)
        else:
            self._write(opcode, self._deflater.compress(message), True)
        return True

    cdef int _write(self, int opcode, object payload, bint rsv1) except -1:
        """One frame. A client's is masked by a key nobody can foresee (§5.3): picows takes its keys from rand()."""
        if self.transport.is_client_side:
            frame = encode_frame(opcode, payload, rsv1=rsv1, mask=os.urandom(4))
            self.transport.underlying_transport.write(frame)
        else:
            self.transport.send(<WSMsgType>opcode, payload, True, rsv1)
        return 0

    cpdef bint send_ping(self, object data=b"") except -1:
        """A Ping with up to 125 octets, which the Pong will carry back."""
        if not self.connected or self.transport.is_close_frame_sent:
            return False
        if len(data) > MAX_CONTROL:
            raise ConfigError(f"a Ping carries up to {MAX_CONTROL} octets, not {len(data)}")
        self._write(OP_PING, data, False)
        return True

    cpdef bint close(self, int code=1000, str reason="") except -1:
        """Begins the close handshake; `wait_disconnected` sees its end. Does nothing the second time.

        code: 1000 to 1003, 1007 to 1014 or 3000 to 4999 (RFC 6455 §7.4). reason: up to 123 octets of UTF-8.
        """
        cdef bytes text = reason.encode()
        if not may_be_sent(code):
            raise ConfigError(f"{code} is not a close code that may be sent")
        if len(text) > MAX_REASON:
            raise ConfigError(f"a Close carries up to {MAX_REASON} octets of reason, not {len(text)}")
        return self._send_close(code, text)

    def abort(self):
        """Ends the connection without a word."""
        if self.connected:
            self.transport.disconnect(False)

    async def wait_disconnected(self):
        """Returns when the connection has ended and every hook has been called."""
        if self._done is not None:
            await asyncio.shield(self._done)

    # Closing

    cdef bint _send_close(self, object code, bytes reason) except -1:
        if not self.connected or self.transport.is_close_frame_sent:
            return False
        self.sent_close_code = code
        self._write(OP_CLOSE, b"" if code == 1005 else code.to_bytes(2, "big") + reason, False)
        self.transport.is_close_frame_sent = True       # what picows' own send_close sets; it writes no empty ones
        self._deadline()
        return True

    cdef int _answer_close(self) except -1:
        self.close_code = self.assembler.close_code
        self.close_reason = self.assembler.reason.decode()
        self._send_close(self.close_code, b"")
        if self.transport.is_client_side:
            self._deadline()
        else:
            self.transport.disconnect(True)
        self._call(self._on_close, self.close_code, self.close_reason)
        return 0

    cdef int _fail(self) except -1:
        self.failure = self.assembler.failure
        # A reason is cut at a character: its octets must stay UTF-8.
        reason = str(self.failure).encode()[:MAX_REASON].decode(errors="ignore").encode()
        self._send_close(self.failure.code, reason)
        if self.transport.is_client_side:
            self._deadline()
        else:
            self.transport.disconnect(True)
        return 0

    cdef int _deadline(self) except -1:
        """Gives the next step of closing its time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self.close_timeout, self.abort)
        return 0

    # What users' code raises

    def _call(self, hook, *args):
        if hook is not None:
            try:
                hook(*args)
            except Exception as error:
                self._report(error)

    def _report(self, error):
        """Hands on what a receiver or a hook raised; without a hook for it, to the event loop's handler."""
        if self._on_error is not None:
            try:
                self._on_error(error)
                return
            except Exception as another:
                error = another
        context = {"message": "a tickfold receiver or hook raised", "exception": error}
        if self._loop is not None:
            self._loop.call_exception_handler(context)


cdef str header(message, name):
    """A header's value, several lines joined (RFC 9110 §5.3); None where there is none."""
    values = message.headers.getall(name, None)
    return None if values is None else ", ".join(values)


class Protocol(WSProtocol):
    """picows' protocol up to the end of the handshake; from there the socket's bytes go to the listener.

    The header of the answer is handed to picows to the octet, and no octet of a frame ever is.

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
        cdef Py_ssize_t at = 0
        while at < end:
            spare = super().get_buffer(-1)
            step = min(len(spare), end - at)
            spare[:step] = listener._view[at:at + step]
            at += step
            super().buffer_updated(step)
        if listener.connected and have > end:
            listener.read(listener._buffer + end, have - end)
