"""The simulated Alpaca feeds beside quotes, trades and bars, in JSON and in MessagePack, heard by another client."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from support_live import run
from tickfold.net.msgpack import Timestamp, pack, unpack
from tickfold.sim import AlpacaMarketData
from tickfold.sim.alpaca.feeds import packed

AUTH = {"action": "auth", "key": "SIMKEY", "secret": "SIMSECRET"}
MSGPACK = {"Content-Type": "application/msgpack"}


async def told(client: ClientConnection) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        data = await client.recv()
    return unpack(data) if isinstance(data, bytes) else json.loads(data, parse_float=Decimal)


async def say(client: ClientConnection, msgpack: bool, **message: Any) -> list[dict[str, Any]]:
    await client.send(pack(message) if msgpack else json.dumps(message))
    return await told(client)


async def collected(client: ClientConnection, venue: AlpacaMarketData, events: int) -> list[dict[str, Any]]:
    """What comes of some events; the reply to a last request says that all of it has come."""
    await venue.play(events)
    messages: list[dict[str, Any]] = []
    while len(messages) < sum(venue.truth().sent.values()):
        messages += await told(client)
    return messages


async def subscribed(client: ClientConnection, msgpack: bool, **channels: list[str]) -> dict[str, Any]:
    assert (await told(client))[0]["msg"] == "connected"
    assert (await say(client, msgpack, **AUTH))[0]["msg"] == "authenticated"
    return (await say(client, msgpack, action="subscribe", **channels))[0]


KEYS = {
    "t": {"S", "p", "s", "t"},
    "q": {"S", "bp", "bs", "ap", "as", "t"},
    "b": {"S", "o", "h", "l", "c", "v", "t", "n", "vw"},
    "u": {"S", "o", "h", "l", "c", "v", "t", "n", "vw"},
    "d": {"S", "o", "h", "l", "c", "v", "t", "n", "vw"},
    "s": {"S", "sc", "sm", "rc", "rm", "t", "z"},
    "l": {"S", "u", "d", "i", "t", "z"},
    "i": {"S", "p", "z", "t"},
    "c": {"S", "x", "oi", "op", "os", "oc", "ci", "cp", "cs", "cc", "t", "z"},
    "x": {"S", "i", "x", "p", "s", "a", "t", "z"},
}


@pytest.mark.parametrize("msgpack", [False, True])
def test_every_channel_of_stocks(msgpack):
    async def main():
        async with (
            AlpacaMarketData(rate=None, amendments=0.3, bar_seconds=0.01) as venue,
            connect(venue.url, additional_headers=MSGPACK if msgpack else {}) as client,
        ):
            names = ["trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "imbalances"]
            state = await subscribed(client, msgpack, **{name: ["*"] for name in names})
            assert state["corrections"] == state["cancelErrors"] == ["*"]
            messages = await collected(client, venue, 3_000)
            found = {message["T"] for message in messages}
            assert found - {"b"} == KEYS.keys() - {"b"}
            for message in messages:
                assert KEYS[message["T"]] <= message.keys()
                assert isinstance(message["t"], Timestamp if msgpack else str)
            trades = {m["i"] for m in messages if m["T"] == "t"}
            assert {m["oi"] for m in messages if m["T"] == "c"} <= trades
            assert {m["i"] for m in messages if m["T"] == "x"} <= trades

    run(main())


@pytest.mark.parametrize("msgpack", [False, True])
def test_order_books_of_crypto_fold_to_the_truth(msgpack):
    async def main():
        async with (
            AlpacaMarketData(rate=None, path="/v1beta3/crypto/us", resets=0.1) as venue,
            connect(venue.url, additional_headers=MSGPACK if msgpack else {}) as client,
        ):
            await subscribed(client, msgpack, orderbooks=["*"], trades=["*"])
            books: dict[str, dict[str, dict[Decimal, Decimal]]] = {}
            resets = 0
            for message in await collected(client, venue, 3_000):
                if message["T"] == "t":
                    assert message["i"] > 1 << 53
                    assert message["tks"] in ("B", "S")
                    continue
                if message.get("r"):
                    resets += 1
                    books[message["S"]] = {"b": {}, "a": {}}
                book = books[message["S"]]  # the first message of a book begins it
                for side in "ba":
                    for level in message[side]:
                        price, size = (Decimal(str(level[key])) for key in "ps")
                        book[side][price] = size
                        if not size:
                            del book[side][price]
            assert resets > 3
            truth = venue.truth().books
            assert truth.keys() == books.keys() == {i.symbol for i in venue.instruments}
            for symbol, sides in truth.items():
                for side, name in (("b", "bids"), ("a", "asks")):
                    true = {Decimal(price): Decimal(size) for price, size in sides[name].items()}
                    assert books[symbol][side] == true

    run(main())


def test_options_speak_messagepack_only():
    async def main():
        async with AlpacaMarketData(rate=None, path="/v1beta1/opra") as venue:
            async with connect(venue.url) as client:
                assert (await told(client))[0]["code"] == 412
            async with connect(venue.url, additional_headers=MSGPACK) as client:
                await told(client)
                await say(client, True, **AUTH)
                assert (await say(client, True, action="subscribe", bars=["*"]))[0]["code"] == 410
                assert (await say(client, True, action="subscribe", quotes=["*"]))[0]["code"] == 413
                symbol = venue.instruments[0].symbol
                state = (await say(client, True, action="subscribe", quotes=[symbol], trades=["*"]))[0]
                assert state == {"T": "subscription", "trades": ["*"], "quotes": [symbol]}
                for message in await collected(client, venue, 500):
                    assert isinstance(message["c"], str)
                    assert isinstance(message["t"], Timestamp)
                await client.send(b"\xc1")
                assert (await told(client))[0]["code"] == 400

    run(main())


def test_news():
    async def main():
        async with (
            AlpacaMarketData(rate=None, path="/v1beta1/news") as venue,
            connect(venue.url, max_size=None) as client,
        ):
            assert await subscribed(client, False, news=["*"]) == {"T": "subscription", "news": ["*"]}
            articles = await collected(client, venue, 300)
            assert any(len(article["content"]) > 100_000 for article in articles)
            assert any(article["url"] is None for article in articles)
            assert any(article["symbols"] == [] for article in articles)
            ids = [article["id"] for article in articles]
            assert len(set(ids)) < len(ids)  # some come again
            assert all(article["updated_at"] >= article["created_at"] for article in articles)

    run(main())


def test_packed_times_keep_their_nanoseconds():
    text = '{"T":"q","t":"2024-08-06T14:02:11.900412301Z","p":29.205707815,"i":7000000000000000001}'
    (message,) = unpack(packed([text]))
    assert message == {"T": "q", "t": Timestamp(1722952931900412301), "p": 29.205707815, "i": 7000000000000000001}
