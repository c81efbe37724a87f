"""What the tests of the live wire share: a server of raw bytes on loopback, a receiver that keeps what comes."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
import uvloop

from tickfold.connection import connect
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver

LOOPS = [
    pytest.param(asyncio.new_event_loop, id="asyncio"),
    pytest.param(uvloop.new_event_loop, id="uvloop"),
]

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
Script = Callable[["Peer"], Awaitable[None]]


class Peer:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.request = b""
        self.masks: list[bytes] = []

    async def shake(self, *headers: str, then: bytes = b"") -> None:
        """Reads the request and agrees; `then` goes out in the same write as the answer."""
        self.writer.write(self.answer(await self.read_request(), *headers) + then)

    async def read_request(self) -> bytes:
        self.request = await self.reader.readuntil(b"\r\n\r\n")
        return self.request

    @staticmethod
    def answer(request: bytes, *headers: str) -> bytes:
        key = next(
            line[18:].strip() for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()}",
            *headers,
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self) -> tuple[int, bytes]:
        """The client's next frame: its first octet and its payload, unmasked."""
        head, length = await self.reader.readexactly(2)
        assert length & 0x80, "a client masks"
        length &= 0x7F
        if length > 125:
            length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
        mask = await self.reader.readexactly(4)
        self.masks.append(mask)
        payload = await self.reader.readexactly(length)
        return head, bytes(octet ^ mask[i & 3] for i, octet in enumerate(payload))

    async def rest(self) -> bytes:
        return await self.reader.read()


class Keeper(Receiver):
    """Keeps every message as (data, binary) and None for every flush."""

    def __init__(self) -> None:
        self.items: list[tuple[bytes, bool] | None] = []
        self.stamps: list[int] = []

    def on_message(self, data: bytes, binary: bool, recv_ns: int) -> None:
        self.items.append((data, binary))
        self.stamps.append(recv_ns)

    def on_flush(self) -> None:
        self.items.append(None)

    @property
    def data(self) -> list[bytes]:
        return [item[0] for item in self.items if item is not None]


def run(loop: Callable[[], asyncio.AbstractEventLoop], main: Coroutine[Any, Any, None], limit: float = 20) -> None:
    async def limited() -> None:
        async with asyncio.timeout(limit):
            await main

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(limited())


async def talk(script: Script, listener: Listener, **options: Any) -> None:
    """Connects the listener to a server that follows the script, and waits for both ends."""
    outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(Peer(reader, writer))
        except BaseException as error:
            if not outcome.done():
                outcome.set_exception(error)
        else:
            if not outcome.done():
                outcome.set_result(None)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        await connect(f"ws://127.0.0.1:{port}/feed?x=1", listener, **options)
        await outcome
        await listener.wait_disconnected()
    finally:
        server.close()


def text(payload: bytes | str) -> bytes:
    return encode_frame(1, payload.encode() if isinstance(payload, str) else payload)


def close(code: int | None = 1000, reason: str = "") -> bytes:
    return encode_frame(8, b"" if code is None else code.to_bytes(2, "big") + reason.encode())
