"""Text frames that are not UTF-8 fail the connection, or are mended and counted where the venue is known for them."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.server import serve

import tickfold as tf
from support_live import run, until
from tickfold.engine.frames import encode_frame

BAD = b'{"topic":"sor","args":[{"acct":"D","orderId":5,"companyName":"L\x99OREAL"},{"acct":"D","orderId":6}]}'
READY = '{"topic":"sts","args":{"authenticated":true}}'


async def of(stream: Any, *frames: bytes, then: str) -> tuple[tf.Engine, list[Any], int]:
    """Runs a stream whose venue sends these frames, and this text after them; for as long as the first connection."""
    connections = 0

    async def venue(ws: Any) -> None:
        nonlocal connections
        connections += 1
        await ws.send(READY)
        for frame in frames:
            ws.transport.write(frame)
            await asyncio.sleep(0.01)
        await ws.send(then)
        await ws.wait_closed()

    heard: list[Any] = []
    async with serve(venue, "127.0.0.1", 0, compression=None) as server:
        engine = tf.Engine(stream(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"), reconnect=None)
        engine.on(tf.Order, lambda order: heard.append((order.order_id, order.company)))
        async with engine:
            await until(lambda: len(heard) == 3)
    return engine, heard, connections


def web_api(url: str) -> Any:
    return tf.ibkr.WebApi(url, orders=True, session="s")


LAST = '{"topic":"sor","args":[{"acct":"D","orderId":7}]}'


@pytest.mark.parametrize(
    "frames",
    [
        [encode_frame(1, BAD)],
        [encode_frame(1, BAD[:62], fin=False), encode_frame(0, BAD[62:])],
        [encode_frame(1, BAD[:64], fin=False), encode_frame(0, BAD[64:])],
    ],
)
def test_interactive_brokers_names(frames: list[bytes]) -> None:
    async def main() -> None:
        engine, heard, connections = await of(web_api, *frames, then=LAST)
        assert heard == [("5", "L\ufffdOREAL"), ("6", None), ("7", None)]
        assert (engine.stats[0].mended, engine.stats[0].errors, connections) == (1, 0, 1)

    run(main())


def test_another_venue_s_connection_fails() -> None:
    class Strict(tf.ibkr.WebApi):
        mends_text = False

    async def main() -> None:
        with pytest.raises(tf.ProtocolError, match="UTF-8"):
            await of(lambda url: Strict(url, orders=True, session="s"), encode_frame(1, BAD), then=LAST)

    run(main())
    assert tf.ibkr.WebApi.mends_text
    assert tf.ibkr.Portal.mends_text
    for strict in (tf.alpaca.MarketData, tf.alpaca.Trading, tf.vega.Stream, tf.etna.Quotes, tf.etna.Trading):
        assert not strict.mends_text


def test_a_mended_message_may_not_pass_the_limit() -> None:
    async def main() -> None:
        frame = encode_frame(1, b'{"topic":"' + b"\x99" * 1000 + b'"}')
        with pytest.raises(tf.ProtocolError, match="max_message_size"):
            await of(lambda url: tf.ibkr.WebApi(url, orders=True, max_message_size=2048), frame, then=LAST)

    run(main())
