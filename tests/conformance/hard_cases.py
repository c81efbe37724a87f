"""Hard cases that Autobahn does not try, against websockets, aiohttp, picows and tickfold, on loopback sockets.

usage: hard_cases.py [--table FILE] [CLIENT …]      clients: websockets, aiohttp, picows, tickfold (default: all)

A server writes the octets of a case by hand and records what comes back; the client, with a message limit of LIMIT,
reports the messages that it was given. Right is a case whose messages and answer are both as RFC 6455 and RFC 7692
have them. Writes its table into docs/conformance.md; exits 1 where tickfold is not right.

picows stands here with its `picows.websockets` face: its core leaves compression and most of these rules to the caller.
"""

import argparse
import asyncio
import base64
import hashlib
import logging
import sys
import warnings
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tickfold.connection import connect
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver
from tickfold.schema.extensions import deflate_offer

LIMIT = 64 * 1024
PATIENCE = 1.0  # seconds that the server waits for an answer to what it wrote
REFUSED = "refused the handshake"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TAIL = b"\x00\x00\xff\xff"
PMD = "permessage-deflate"
OPEN_END = 1000  # the code with which the server closes where a case does not end by itself


@dataclass
class Case:
    """What the server sends, and what is right.

    codes: close codes of which one is to come back. A Close is usually answered by its own code, but need not be
    (RFC 6455 §5.5.1), so 1000 counts as well.
    """

    name: str
    data: bytes = b""
    messages: Sequence[bytes] = ()
    codes: Sequence[int | str] = (1002,)
    extensions: str | None = None
    refused: bool = False
    header: str = ""


# Octets


def text(payload: bytes, **more: bool) -> bytes:
    return encode_frame(1, payload, **more)


def close(code: int | None = OPEN_END, reason: bytes = b"") -> bytes:
    return encode_frame(8, b"" if code is None else code.to_bytes(2, "big") + reason)


def flushed(compressor: "zlib._Compress", data: bytes) -> bytes:
    return compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)


def compressed(data: bytes) -> bytes:
    return flushed(zlib.compressobj(wbits=-15), data)[:-4]


def finished(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush(zlib.Z_FINISH)


def deflate(name: str, data: bytes, messages: Sequence[bytes] = (), codes: Sequence[int | str] = (1002,)) -> Case:
    return Case(name, data, messages, codes, extensions=PMD)


def cases() -> list[Case]:
    ping = encode_frame(9, b"p")
    before = text(b"before")
    bomb = compressed(bytes(64 << 20))
    context = zlib.compressobj(wbits=-15)
    first, second = flushed(context, b"context " * 20)[:-4], flushed(context, b"context " * 20)[:-4]
    filling = zlib.compressobj(wbits=-15)
    full = flushed(filling, bytes(LIMIT))
    rest = flushed(filling, bytes(64 << 20))[:-4]
    window = zlib.compressobj(wbits=-15, zdict=b"context " * 20)
    after_final = flushed(window, b"context " * 20)[:-4]
    bad = (1002, 1007)  # RFC 7692 names no code for data that cannot be inflated
    done = (OPEN_END,)
    return [
        Case("a message of exactly the limit", text(bytes(LIMIT)) + close(), [bytes(LIMIT)], done),
        Case("a message of one byte more", text(bytes(LIMIT + 1)), [], (1009,)),
        Case(
            "fragments that pass the limit together",
            text(bytes(LIMIT), fin=False) + encode_frame(0, b"x"),
            [],
            (1009,),
        ),
        Case(
            "pings inside a message at the limit",
            text(bytes(LIMIT), fin=False) + encode_frame(9, bytes(125)) * 20 + encode_frame(0, b"") + close(),
            [bytes(LIMIT)],
            done,
        ),
        Case(
            "5000 fragments",
            text(b"", fin=False) + encode_frame(0, b"x", fin=False) * 4998 + encode_frame(0, b"x") + close(),
            [b"x" * 4999],
            done,
        ),
        Case("a frame announced with 2^62 octets", before + b"\x82\x7f\x40" + bytes(7), [b"before"], (1009,)),
        deflate("a bomb: 64 MiB in 64 KiB", text(b"before") + text(bomb, rsv1=True), [b"before"], (1009,)),
        deflate(
            "a bomb behind a fragment that fills the limit exactly",
            text(full, rsv1=True, fin=False) + encode_frame(0, rest),
            [],
            (1009,),
        ),
        deflate(
            "fragments that fill the limit exactly, then end",
            text(full[:-4], rsv1=True, fin=False) + encode_frame(0, b"") + close(),
            [bytes(LIMIT)],
            done,
        ),
        deflate(
            "a final block, then another message",
            text(finished(b"one") + b"\x00", rsv1=True) + text(compressed(b"two"), rsv1=True) + close(),
            [b"one", b"two"],
            done,
        ),
        deflate(
            "final blocks inside a message",
            text(finished(b"one") + finished(b"two") + b"\x00", rsv1=True) + close(),
            [b"onetwo"],
            done,
        ),
        deflate(
            "a window that outlives a final block",
            text(finished(b"context " * 20) + b"\x00", rsv1=True) + text(after_final, rsv1=True) + close(),
            [b"context " * 20] * 2,
            done,
        ),
        deflate(
            "pings between compressed fragments",
            text(first[:5], rsv1=True, fin=False)
            + ping
            + encode_frame(0, first[5:])
            + ping
            + text(second[:2], rsv1=True, fin=False)
            + ping
            + encode_frame(0, second[2:])
            + close(),
            [b"context " * 20] * 2,
            done,
        ),
        deflate(
            "a plain message between compressed ones",
            text(first, rsv1=True) + text(b"plain") + text(second, rsv1=True) + close(),
            [b"context " * 20, b"plain", b"context " * 20],
            done,
        ),
        deflate(
            "empty compressed messages",
            (text(b"\x00", rsv1=True) + text(b"\x02\x00", rsv1=True)) + text(first, rsv1=True) + close(),
            [b"", b"", b"context " * 20],
            done,
        ),
        deflate("a reserved block type", before + text(b"\xff\xff", rsv1=True), [b"before"], bad),
        deflate("a message that stops inside a block", before + text(first[:6], rsv1=True), [b"before"], bad),
        deflate("a distance before the beginning", before + text(second, rsv1=True), [b"before"], bad),
        deflate("RSV1 on a Ping", before + encode_frame(9, b"", rsv1=True), [b"before"]),
        deflate("RSV1 on a Close", before + encode_frame(8, b"\x03\xe8", rsv1=True), [b"before"]),
        deflate(
            "RSV1 on a continuation",
            before + text(b"", fin=False) + encode_frame(0, b"", rsv1=True),
            [b"before"],
        ),
        deflate("inflated text that is not UTF-8", text(compressed(b"\xff"), rsv1=True), [], (1007,)),
        Case("RSV1 without compression", before + text(compressed(b"x"), rsv1=True), [b"before"]),
        Case("RSV2", before + b"\xa1\x00", [b"before"]),
        Case("a masked frame", before + encode_frame(1, b"masked", mask=b"mask"), [b"before"]),
        Case("a length of 16 bits for 5", before + b"\x81\x7e\x00\x05hello", [b"before"]),
        Case("a length of 64 bits for 5", before + b"\x81\x7f" + bytes(7) + b"\x05hello", [b"before"]),
        Case("a length with its highest bit set", before + b"\x82\x7f\x80" + bytes(7), [b"before"]),
        Case("a reserved opcode behind a message", before + b"\x83\x00", [b"before"]),
        Case("a bad octet in text that is still arriving", before + b"\x81\x7d\xff", [b"before"], (1007,)),
        Case("data after Close", before + close(1001) + text(b"late") + ping, [b"before"], (1001, 1000)),
        Case("an empty Close", before + close(None), [b"before"], ("empty", 1000)),
        Case("a Close of one octet", before + encode_frame(8, b"\x03"), [b"before"]),
        *(Case(f"close code {code}", before + close(code), [b"before"]) for code in (0, 1005, 1006, 1015, 2999)),
        Case("a reason that is not UTF-8", before + close(1000, b"\xff"), [b"before"], (1002, 1007)),
        Case("a Close inside a message", text(b"half", fin=False) + close(1001), [], (1001, 1000)),
        *(
            Case(f"answer `{answer}`", text(b"x") + close(), refused=True, extensions=answer)
            for answer in (
                f"{PMD}; unknown",
                f"{PMD}; server_no_context_takeover; server_no_context_takeover",
                f"{PMD}; server_no_context_takeover=1",
                f"{PMD}; server_max_window_bits",
                f"{PMD}; server_max_window_bits=7",
                f"{PMD}; server_max_window_bits=16",
                f"{PMD}; client_max_window_bits",
                f"{PMD}; client_max_window_bits=017",
                f"{PMD}, {PMD}",
                f"{PMD}; server_max_window_bits=",
                "x-not-offered",
            )
        ),
        Case("an answer's header of 1 MiB", text(b"x") + close(), refused=True, header="X: " + "x" * (1 << 20)),
    ]


# Clients: each returns the messages it was given, or raises where it did not connect.


async def by_websockets(url: str) -> list[bytes]:
    from websockets.asyncio.client import connect as open_
    from websockets.exceptions import ConnectionClosed

    messages = []
    async with open_(url, max_size=LIMIT, close_timeout=1, proxy=None) as socket:
        try:
            while True:
                message = await socket.recv()
                messages.append(message.encode() if isinstance(message, str) else message)
        except ConnectionClosed:
            return messages


async def by_picows(url: str) -> list[bytes]:
    from picows.websockets import ConnectionClosed
    from picows.websockets import connect as open_

    messages = []
    async with open_(url, max_size=LIMIT, close_timeout=1, proxy=None) as socket:
        try:
            while True:
                message = await socket.recv()
                messages.append(message.encode() if isinstance(message, str) else bytes(message))
        except ConnectionClosed:
            return messages


async def by_aiohttp(url: str) -> list[bytes]:
    import aiohttp

    messages = []
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, max_msg_size=LIMIT, compress=15, timeout=aiohttp.ClientWSTimeout(ws_close=1)) as socket,
    ):
        async for message in socket:
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                messages.append(message.data.encode() if isinstance(message.data, str) else message.data)
    return messages


class Keeper(Receiver):
    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def on_message(self, data: bytes, binary: bool, recv_ns: int) -> None:
        self.messages.append(data)


async def by_tickfold(url: str) -> list[bytes]:
    keeper = Keeper()
    listener = Listener(keeper, offer=deflate_offer(), max_message_size=LIMIT, close_timeout=1)
    await connect(url, listener)
    await listener.wait_disconnected()
    return keeper.messages


CLIENTS: dict[str, Callable[[str], Awaitable[list[bytes]]]] = {
    "websockets": by_websockets,
    "aiohttp": by_aiohttp,
    "picows": by_picows,
    "tickfold": by_tickfold,
}


# The server and the verdict


async def observe(case: Case, client: Callable[[str], Awaitable[list[bytes]]]) -> str:
    """What this client made of a case: "right", or what was wrong."""
    closes: list[int | str] = []
    served = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(request, case) + case.data)
            async with asyncio.timeout(PATIENCE):
                while True:
                    head, payload = await frame(reader)
                    if head & 15 == 8:
                        closes.append(int.from_bytes(payload[:2], "big") if payload else "empty")
                        break
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            served.set_result(None)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        async with asyncio.timeout(10):
            messages = await client(url)
            await served
    except TimeoutError:
        return "hangs"
    except Exception as error:
        return "right" if case.refused else f"raises {type(error).__name__}"
    finally:
        server.close()
    if case.refused:
        return "connects"
    wrong = []
    if messages != list(case.messages):
        wrong.append(difference(messages, list(case.messages)))
    if not closes:
        wrong.append("sends no Close")
    elif closes[0] not in case.codes:
        wrong.append(f"closes with {closes[0]}" if closes[0] != "empty" else "closes without a code")
    return ", ".join(wrong) or "right"


def difference(messages: list[bytes], right: list[bytes]) -> str:
    if len(messages) < len(right):
        return f"loses {len(right) - len(messages)} of {len(right)} messages"
    if len(messages) > len(right):
        return f"delivers {len(messages) - len(right)} too many"
    return "delivers something else"


def answer(request: bytes, case: Case) -> bytes:
    key = next(line.split(b":")[1].strip() for line in request.split(b"\r\n") if b"websocket-key" in line.lower())
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()}",
        *([f"Sec-WebSocket-Extensions: {case.extensions}"] if case.extensions else []),
        *([case.header] if case.header else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head, length = await reader.readexactly(2)
    length &= 0x7F
    if length > 125:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
    mask = await reader.readexactly(4)
    return head, bytes(octet ^ mask[i & 3] for i, octet in enumerate(await reader.readexactly(length)))


async def all_verdicts(clients: Sequence[str]) -> dict[str, dict[str, str]]:
    return {case.name: {name: await observe(case, CLIENTS[name]) for name in clients} for case in cases()}


def table(verdicts: dict[str, dict[str, str]], clients: Sequence[str]) -> str:
    versions = [f"{name} {version(name)}" if name != "tickfold" else name for name in clients]
    rows = [f"| case | {' | '.join(versions)} |", "|---|" + "---|" * len(clients)]
    for case, row in verdicts.items():
        rows.append(f"| {case} | {' | '.join('✓' if row[name] == 'right' else row[name] for name in clients)} |")
    right = [f"{sum(row[name] == 'right' for row in verdicts.values())}" for name in clients]
    rows.append(f"| **right, of {len(verdicts)}** | {' | '.join(right)} |")
    return "\n".join(rows)


def main() -> int:
    import run

    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("clients", nargs="*", default=list(CLIENTS))
    options.add_argument("--table", type=Path, default=run.TABLE)
    chosen = options.parse_args()
    logging.disable(logging.CRITICAL)  # the peers log what they are put through
    warnings.simplefilter("ignore")
    verdicts = asyncio.run(all_verdicts(chosen.clients))
    text_ = table(verdicts, chosen.clients)
    print(text_)
    if chosen.clients == list(CLIENTS):
        run.write_table(chosen.table, text_, "hard cases")
    return int(any(row.get("tickfold", "right") != "right" for row in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
