"""One client's connection, seen from the simulated venue: frames in, messages to the venue, frames out.

Everything that is sent passes through one queue: with context takeover, messages must be sent in the order in which
they were compressed.
"""

import asyncio
import sys
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest

from tickfold.sim.deflate import Deflate

if TYPE_CHECKING:
    from tickfold.sim.server import SimulatedVenue

BLOCK = 1 << 16  # bytes of one write at full speed
PATIENCE = 0.5  # seconds in which a client that has left too much unread must have read some of it
MAX_MESSAGE = 1 << 20  # bytes that a client may send in one message

_FIN = 0x80  # RFC 6455 §5.2
_RSV1 = 0x40


def frame(first: int, payload: bytes) -> bytes:
    """An unmasked frame as a server sends it (RFC 6455 §5.2); `first` holds FIN, RSV and the opcode."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


class Connection(WSListener):
    """The picows listener of one client; a venue keeps its own state of the client in `session`."""

    def __init__(self, venue: "SimulatedVenue", request: WSUpgradeRequest, deflate: Deflate | None) -> None:
        self.venue = venue
        self.request = request
        self.deflate = deflate
        self.session: Any = None
        self.transport: WSTransport | None = None
        self.sent = 0  # messages
        self.frozen = False  # it says and answers nothing any more
        self._writable = asyncio.Event()
        self._writable.set()
        self._holding = False
        self._slow = False
        self._aborted = False
        self._block = bytearray()
        self._blocks: deque[bytes] = deque()
        self._fragments: list[bytes] = []
        self._compressed = False

    # outwards

    @property
    def open(self) -> bool:
        transport = self.transport
        return (
            transport is not None
            and not self._aborted
            and not transport.is_disconnected
            and not transport.is_close_frame_sent
        )

    @property
    def silent(self) -> bool:
        return self.frozen or self.venue.faults.silent

    def send(self, payload: bytes, *, binary: bool = False) -> None:
        """Sends one message now, or queues it while the connection is held."""
        transport = self.transport
        if transport is None or not self.open or self.silent:
            return
        self.sent += 1
        if self.deflate is not None:
            payload = self.deflate.compress(payload)
        opcode = WSMsgType.BINARY if binary else WSMsgType.TEXT
        if self.venue.faults.drip and not self._holding:
            for byte in frame(_FIN | (_RSV1 if self.deflate is not None else 0) | opcode.value, payload):
                transport.underlying_transport.write(bytes((byte,)))
            return
        if not self._holding:
            transport.send(opcode, payload, rsv1=self.deflate is not None)
            backlog = transport.underlying_transport.get_write_buffer_size()
            if backlog > self.venue.max_backlog and not self._slow:
                self._slow = True  # what the venue sends until then must not lead back here
                asyncio.get_running_loop().call_later(PATIENCE, self._look, sys.maxsize)
            return
        self._block += frame(_FIN | (_RSV1 if self.deflate is not None else 0) | opcode.value, payload)
        if len(self._block) >= BLOCK:
            self._blocks.append(bytes(self._block))
            self._block.clear()

    def _look(self, backlog: int) -> None:
        """Whether a client that had left so much unread reads on: all orders at once are too much for nobody."""
        transport = self.transport
        if transport is None or not self.open:
            return
        now = transport.underlying_transport.get_write_buffer_size()
        self._slow = now > self.venue.max_backlog
        if self._slow and now < backlog:
            asyncio.get_running_loop().call_later(PATIENCE, self._look, now)
        elif self._slow:
            self.venue.on_slow(self)

    def hold(self) -> None:
        """Makes `send` queue messages until `release`."""
        self._holding = True

    async def release(self) -> None:
        """Writes what was queued, in blocks of 64 KiB, as fast as the client reads."""
        if self._block:
            self._blocks.append(bytes(self._block))
            self._block.clear()
        while self._blocks and self.open and self.transport is not None:
            self.transport.underlying_transport.write(self._blocks.popleft())
            await self._writable.wait()
            await asyncio.sleep(0)
        self.spill()

    def spill(self) -> None:
        """Writes what is queued without waiting for the client, and stops queueing."""
        if self._block:
            self._blocks.append(bytes(self._block))
            self._block.clear()
        if self.open and self.transport is not None:
            self.transport.underlying_transport.writelines(self._blocks)
        self._blocks.clear()
        self._holding = False

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begins the close handshake; the client's own Close frame ends the connection."""
        if self.transport is not None:
            self.transport.send_close(WSCloseCode(code), reason)

    def cut(self) -> None:
        """Sends half of a frame and drops the connection."""
        if self.open and self.transport is not None:
            self.transport.underlying_transport.write(frame(_FIN | 1, b"{" * 100)[:50])
            self._aborted = True  # nothing else may follow
            self.transport.underlying_transport.close()

    def abort(self) -> None:
        """Drops the connection without a Close frame."""
        self._aborted = True
        if self.transport is not None:
            self.transport.disconnect(graceful=False)

    # inwards

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self.venue.opened(self)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._writable.set()
        self.venue.closed(self)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.PING:
            if not self.silent:
                transport.send_pong(frame.get_payload_as_bytes())
        elif kind == WSMsgType.CLOSE:
            self._on_close(transport, frame)
        elif kind != WSMsgType.PONG:
            self._on_data(frame)

    def _on_data(self, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.CONTINUATION:
            self._fragments.clear()
            self._compressed = frame.rsv1
        self._fragments.append(frame.get_payload_as_bytes())
        if not frame.fin:
            return
        payload = b"".join(self._fragments)
        self._fragments.clear()
        if self._compressed:
            if self.deflate is None:
                self.close(1002, "RSV1 without permessage-deflate")
                return
            try:
                payload = self.deflate.inflate(payload, MAX_MESSAGE)
            except (zlib.error, ValueError):
                self.close(1007, "cannot inflate")
                return
        if not self.silent:
            self.venue.received(self, payload)

    def _on_close(self, transport: WSTransport, frame: WSFrame) -> None:
        delay = self.venue.faults.slow_close
        if delay is None:
            return  # never answered
        if not transport.is_close_frame_sent:
            code = frame.get_close_code() if frame.payload_size >= 2 else WSCloseCode.OK
            if delay:
                asyncio.get_running_loop().call_later(delay, self._finish, code)
                return
            transport.send_close(code)
        transport.disconnect()

    def _finish(self, code: WSCloseCode) -> None:
        self.close(code.value)
        if self.transport is not None:
            self.transport.disconnect()
