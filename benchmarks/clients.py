"""End-to-end clients: one websocket connection on uvloop, quotes of which a Python callback reads symbol, bid and ask.

    python -m benchmarks.clients NAME PORT CONTROL plain|deflate [TIMES]

Each counts its messages and keeps the last values. After a first connection to warm up, the process measures from its
request for the stream until it has answered the server's Close, and prints one line of JSON for each connection: CPU
seconds (user and system, of this process only), wall seconds, count, the last symbol, bid and ask.

All are tuned for throughput as far as their documentation describes it: no Pings of their own, reads of 64 KiB,
payloads as bytes where that can be chosen. The peers read the fields where they decode the message, without another
function call, and do not check "T", which tickfold always does.
"""

import asyncio
import gc
import json
import os
import socket
import sys
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import orjson
import uvloop

#: Asks the sender for the stream.
Go = Callable[[], None]


#: How many messages a client has seen, and symbol, bid and ask of the last.
Seen = tuple[int, str, float, float]

#: Connects to a URL, with permessage-deflate or without, and reads until the server closes.
Client = Callable[[str, bool, Go], Awaitable[Seen]]

#: Makes a picows listener, and a function that returns at the end what it has seen.
Reader = Callable[[Go], tuple[Any, Callable[[], Seen]]]

DIALOGUE = 3  # messages before the stream: the venue's dialogue


# --- peers


async def websockets_orjson(url: str, deflate: bool, go: Go) -> Seen:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosedOK

    count, symbol, bid, ask = 0, "", 0.0, 0.0
    loads = orjson.loads
    compression = "deflate" if deflate else None
    async with connect(url, compression=compression, ping_interval=None, proxy=None, max_queue=4096) as connection:
        receive = connection.recv
        for _ in range(DIALOGUE):
            await receive()
        go()
        try:
            while True:
                for quote in loads(await receive(decode=False)):
                    count += 1
                    symbol = quote["S"]
                    bid = quote["bp"]
                    ask = quote["ap"]
        except ConnectionClosedOK:
            pass
    return count, symbol, bid, ask


async def aiohttp_orjson(url: str, deflate: bool, go: Go) -> Seen:
    import aiohttp

    count, symbol, bid, ask = 0, "", 0.0, 0.0
    loads = orjson.loads
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, compress=15 if deflate else 0, decode_text=False) as connection,
    ):
        for _ in range(DIALOGUE):
            await connection.receive()
        go()
        async for message in connection:
            for quote in loads(message.data):
                count += 1
                symbol = quote["S"]
                bid = quote["bp"]
                ask = quote["ap"]
    return count, symbol, bid, ask


def picows_client(make: Reader) -> Client:
    async def client(url: str, deflate: bool, go: Go) -> Seen:
        import picows

        reader, seen = make(go)
        headers = {"Sec-WebSocket-Extensions": "permessage-deflate"} if deflate else None
        transport, _ = await picows.ws_connect(lambda: reader, url, extra_headers=headers, read_buffer_init_size=65536)
        await transport.wait_disconnected()
        return seen()

    return client


def picows_orjson(go: Go) -> tuple[Any, Callable[[], Seen]]:
    from picows import WSFrame, WSListener, WSMsgType, WSTransport

    loads, text = orjson.loads, WSMsgType.TEXT

    count, symbol, bid, ask = 0, "", 0.0, 0.0

    class Quotes(WSListener):  # type: ignore[misc]
        def __init__(self) -> None:
            self.ahead = DIALOGUE

        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            nonlocal count, symbol, bid, ask
            if frame.msg_type != text:
                transport.send_close(1000)
                transport.disconnect()
            elif self.ahead:
                self.ahead -= 1
                if not self.ahead:
                    go()
            else:
                for quote in loads(frame.get_payload_as_bytes()):
                    count += 1
                    symbol = quote["S"]
                    bid = quote["bp"]
                    ask = quote["ap"]

    return Quotes(), lambda: (count, symbol, bid, ask)


class LeanQuote(msgspec.Struct, gc=False):
    """Only the three fields that are read: the least that a typed decoder can do."""

    S: str
    bp: float
    ap: float


def picows_msgspec(go: Go) -> tuple[Any, Callable[[], Seen]]:
    from picows import WSFrame, WSListener, WSMsgType, WSTransport

    from benchmarks.memory import Quote

    decode, text = msgspec.json.Decoder(list[Quote]).decode, WSMsgType.TEXT
    return _typed(go, decode, text, WSFrame, WSListener, WSTransport)


def picows_msgspec_lean(go: Go) -> tuple[Any, Callable[[], Seen]]:
    from picows import WSFrame, WSListener, WSMsgType, WSTransport

    decode, text = msgspec.json.Decoder(list[LeanQuote]).decode, WSMsgType.TEXT
    return _typed(go, decode, text, WSFrame, WSListener, WSTransport)


def _typed(
    go: Go, decode: Any, text: Any, WSFrame: Any, WSListener: Any, WSTransport: Any
) -> tuple[Any, Callable[[], Seen]]:
    count, symbol, bid, ask = 0, "", 0.0, 0.0

    class Quotes(WSListener):  # type: ignore[misc]
        def __init__(self) -> None:
            self.ahead = DIALOGUE

        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            nonlocal count, symbol, bid, ask
            if frame.msg_type != text:
                transport.send_close(1000)
                transport.disconnect()
            elif self.ahead:
                self.ahead -= 1
                if not self.ahead:
                    go()
            else:
                for quote in decode(frame.get_payload_as_bytes()):
                    count += 1
                    symbol = quote.S
                    bid = quote.bp
                    ask = quote.ap

    return Quotes(), lambda: (count, symbol, bid, ask)


def picows_zlib_orjson(go: Go) -> tuple[Any, Callable[[], Seen]]:
    """picows has no permessage-deflate: the shortest code that a user would write; it checks none of the rules."""
    from picows import WSFrame, WSListener, WSMsgType, WSTransport

    loads, text = orjson.loads, WSMsgType.TEXT
    inflate = zlib.decompressobj(-15).decompress

    count, symbol, bid, ask = 0, "", 0.0, 0.0

    class Quotes(WSListener):  # type: ignore[misc]
        def __init__(self) -> None:
            self.ahead = DIALOGUE

        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            nonlocal count, symbol, bid, ask
            if frame.msg_type != text:
                transport.send_close(1000)
                transport.disconnect()
                return
            payload = inflate(frame.get_payload_as_bytes() + b"\x00\x00\xff\xff")
            if self.ahead:
                self.ahead -= 1
                if not self.ahead:
                    go()
            else:
                for quote in loads(payload):
                    count += 1
                    symbol = quote["S"]
                    bid = quote["bp"]
                    ask = quote["ap"]

    return Quotes(), lambda: (count, symbol, bid, ask)


# --- tickfold: the public API


def tickfold_engine(prepare: Callable[[Any], Callable[[], Seen]]) -> Client:
    """An Engine, as a strategy uses it. `prepare` registers callbacks and returns a function to call at the end."""

    async def client(url: str, deflate: bool, go: Go) -> Seen:
        import tickfold as tf

        stream = tf.alpaca.MarketData("v2/sip", quotes=["*"], key="key", secret="secret", url=url, deflate=deflate)
        engine = tf.Engine(stream, reconnect=None)
        seen = prepare(engine)
        async with engine:
            await engine.wait_ready()
            go()
            await engine.wait()
        return seen()

    return client


def record_callback(engine: Any) -> Callable[[], Seen]:
    import tickfold as tf

    count, symbol, bid, ask = 0, "", 0.0, 0.0

    @engine.on(tf.Quote)
    def on_quote(quote: Any) -> None:
        nonlocal count, symbol, bid, ask
        count += 1
        symbol = quote.symbol
        bid = quote.bid
        ask = quote.ask

    return lambda: (count, symbol, bid, ask)


def numpy_batch(engine: Any) -> Callable[[], Seen]:
    """Sums both sides over all rows of each socket read, and keeps the last row."""
    import tickfold as tf

    count, last = 0, (0, 0.0, 0.0)

    @engine.on_batch(tf.Quote)
    def on_quotes(rows: Any) -> None:
        nonlocal count, last
        symbol, bid, ask = rows["symbol"], rows["bid"], rows["ask"]
        count += len(rows)
        bid.sum()
        ask.sum()
        last = int(symbol[-1]), float(bid[-1]), float(ask[-1])

    return lambda: (count, engine.state.symbols[last[0]], last[1], last[2])


def cython_handler(engine: Any) -> Callable[[], Seen]:
    """strategy.pyx: counts, reads the three fields from the struct, keeps the widest spread."""
    from benchmarks.native import strategy

    handler = engine.attach(strategy().Strategy())

    return lambda: (handler.count, engine.state.symbols[handler.symbol], handler.bid, handler.ask)


CLIENTS: dict[str, Client] = {
    "websockets + orjson": websockets_orjson,
    "aiohttp + orjson": aiohttp_orjson,
    "picows + orjson": picows_client(picows_orjson),
    "picows + zlib + orjson": picows_client(picows_zlib_orjson),
    "picows + msgspec, all fields": picows_client(picows_msgspec),
    "picows + msgspec, 3 fields": picows_client(picows_msgspec_lean),
    "tickfold, Python callback": tickfold_engine(record_callback),
    "tickfold, numpy batch": tickfold_engine(numpy_batch),
    "tickfold, Cython handler": tickfold_engine(cython_handler),
}


def run(name: str, port: int, control: int, mode: str, path: str = "") -> dict[str, Any]:
    """Measures one connection, from the request for the stream on."""
    marks: list[float] = []

    async def main() -> Seen:
        with socket.create_connection(("127.0.0.1", control)) as asking:

            def go() -> None:
                _sampling(True)
                marks.extend((time.process_time(), time.perf_counter()))
                asking.send(b"g")

            seen = await CLIENTS[name](f"ws://127.0.0.1:{port}/{mode}{path}", mode == "deflate", go)
            marks.extend((time.process_time(), time.perf_counter()))
            _sampling(False)
            return seen

    gc.collect()
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        seen = runner.run(main())
    gc.enable()
    cpu, wall = marks[2] - marks[0], marks[3] - marks[1]
    return {"cpu": cpu, "wall": wall, "count": seen[0], "last": seen[1:]}


def _sampling(on: bool) -> None:
    """Switches the sampling of benchmarks.profile on and off, so that it covers only the stream."""
    if "BENCH_PERF" in os.environ:
        with open(os.environ["BENCH_PERF"], "w") as switch:
            switch.write("enable\n" if on else "disable\n")
        time.sleep(0.02)  # time for perf to react


def main() -> None:
    name, port, control, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    run(name, port, control, mode, "/warm")
    for _ in range(int(sys.argv[5]) if len(sys.argv) > 5 else 1):
        print(json.dumps(run(name, port, control, mode)))


if __name__ == "__main__":
    main()
