"""A TCP proxy on loopback that does to connections what networks do. It knows nothing of what passes, TLS included.

    proxy = FaultProxy(venue_port, Random(1))
    async with proxy:
        ... connect to 127.0.0.1:proxy.port ...
        proxy.fault("cut")

Each fault hits all connections that are open:

    cut     ends within the next piece of what the venue sends, at any byte
    reset   the same, by RST
    stall   nothing passes for a while, then everything that was held back
    drip    byte by byte for a while
    half    half open: the venue has lost the client, and the client hears nothing any more
"""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from random import Random
from typing import Final, Self

FAULTS: Final = ("cut", "reset", "stall", "drip", "half")

PIECE: Final = 65536  # bytes read at a time
DRIPS: Final = 400  # bytes of a piece that are written one by one
NO_LINGER: Final = struct.pack("ii", 1, 0)  # close() sends RST


class Pair:
    """One connection: the client's side and the venue's."""

    def __init__(self, client: asyncio.StreamWriter, venue: asyncio.StreamWriter) -> None:
        self.client, self.venue = client, venue
        self.fault = ""
        self.flows = asyncio.Event()
        self.flows.set()

    def end(self, abort: bool = False) -> None:
        if abort:
            self.client.transport.abort()
            self.venue.transport.abort()
        sock = self.client.get_extra_info("socket")
        if self.fault == "reset" and sock is not None:
            with contextlib.suppress(OSError, ValueError):  # it is closed
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.client.transport.abort()
        self.client.close()
        self.venue.close()
        self.flows.set()


class FaultProxy:
    """Hands connections through to `port` of 127.0.0.1. `counts` has how often each fault was brought about."""

    def __init__(self, port: int, rng: Random) -> None:
        self.port = 0
        self.counts: Counter[str] = Counter()
        self._to = port
        self._rng = rng
        self._pairs: set[Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        while self._tasks:
            for pair in self._pairs:
                pair.end(abort=True)
            await asyncio.wait(self._tasks, timeout=0.1)

    def fault(self, kind: str) -> None:
        """Brings a fault about."""
        for pair in list(self._pairs):
            if pair.fault:
                continue
            self.counts[kind] += 1
            pair.fault = kind
            if kind == "half":
                pair.venue.transport.abort()
            elif kind in ("stall", "drip"):
                if kind == "stall":
                    pair.flows.clear()
                asyncio.get_running_loop().call_later(self._rng.uniform(0.2, 2.5), self._over, pair, kind)

    def heal(self) -> None:
        """Ends all faults; connections that are half open end."""
        for pair in list(self._pairs):
            if pair.fault:
                pair.end()

    @staticmethod
    def _over(pair: Pair, kind: str) -> None:
        if pair.fault == kind:
            pair.fault = ""
        pair.flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._hand_through(reader, writer)
        except OSError:
            writer.close()
        finally:
            self._tasks.discard(task)

    async def _hand_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        pair = Pair(writer, far_writer)
        self._pairs.add(pair)
        ways = [asyncio.create_task(self._outwards(reader, pair)), asyncio.create_task(self._inwards(far_reader, pair))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if pair.fault == "half":
                await asyncio.wait(ways[:1])  # until the client gives up
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            pair.end()
            for side in (writer, far_writer):
                with contextlib.suppress(OSError):
                    await side.wait_closed()
            self._pairs.discard(pair)

    async def _outwards(self, reader: asyncio.StreamReader, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(PIECE):
                await pair.flows.wait()
                if pair.fault != "half":
                    pair.venue.write(data)
                    await pair.venue.drain()

    async def _inwards(self, reader: asyncio.StreamReader, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(PIECE):
                await pair.flows.wait()
                if pair.fault in ("cut", "reset"):
                    pair.client.write(data[: self._rng.randrange(len(data))])
                    return
                if pair.fault == "half":
                    return
                if pair.fault == "drip":
                    for byte in data[:DRIPS]:
                        pair.client.write(bytes((byte,)))
                        await asyncio.sleep(0)
                    data = data[DRIPS:]
                pair.client.write(data)
                await pair.client.drain()
