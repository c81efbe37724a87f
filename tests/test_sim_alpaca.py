"""The simulated Alpaca stream, spoken to by an independent websocket client."""

import asyncio
import json
from decimal import Decimal

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, DeflateSettings

AUTH = {"action": "auth", "key": "SIMKEY", "secret": "SIMSECRET"}


async def told(client: ClientConnection) -> list[dict[str, object]]:
    async with asyncio.timeout(5):
        return json.loads(await client.recv(), parse_float=Decimal)


async def say(client: ClientConnection, **message: object) -> list[dict[str, object]]:
    await client.send(json.dumps(message))
    return await told(client)


async def authenticated(client: ClientConnection) -> None:
    assert await told(client) == [{"T": "success", "msg": "connected"}]
    assert await say(client, **AUTH) == [{"T": "success", "msg": "authenticated"}]


def test_dialogue():
    async def main():
        async with AlpacaMarketData() as venue, connect(venue.url) as client:
            await told(client)
            assert (await say(client, action="subscribe", quotes=["AAPL"]))[0]["code"] == 401
            assert (await say(client, action="nonsense"))[0]["code"] == 400
            await client.send("{")
            assert (await told(client))[0]["code"] == 400
            assert (await say(client, **{**AUTH, "secret": "x"}))[0]["code"] == 402
            assert await say(client, **AUTH) == [{"T": "success", "msg": "authenticated"}]
            assert (await say(client, **AUTH))[0]["code"] == 403
            state = (await say(client, action="subscribe", quotes=["AAPL", "SPY"], trades=["*"]))[0]
            assert state["T"] == "subscription"
            assert state["quotes"] == ["AAPL", "SPY"]
            assert state["trades"] == state["corrections"] == state["cancelErrors"] == ["*"]
            state = (await say(client, action="unsubscribe", quotes=["SPY"]))[0]
            assert (state["quotes"], state["trades"], state["bars"]) == (["AAPL"], ["*"], [])
            assert (await say(client, action="subscribe", orderbooks=["AAPL"]))[0]["code"] == 410
            assert (await say(client, action="subscribe", corrections=["AAPL"]))[0]["code"] == 410
            assert (await say(client, action="subscribe", quotes="AAPL"))[0]["code"] == 400

    run(main())


def test_header_authentication():
    async def main():
        headers = {"APCA-API-KEY-ID": "SIMKEY", "APCA-API-SECRET-KEY": "SIMSECRET"}
        async with AlpacaMarketData() as venue, connect(venue.url, additional_headers=headers) as client:
            assert (await told(client))[0]["msg"] == "connected"
            assert (await told(client))[0]["msg"] == "authenticated"
            assert (await say(client, **AUTH))[0]["code"] == 403

    run(main())


def test_limits():
    async def main():
        async with AlpacaMarketData(symbol_limit=2, connection_limit=1, auth_timeout=0.05) as venue:
            async with connect(venue.url) as client:
                await authenticated(client)
                assert (await say(client, action="subscribe", quotes=["A", "B", "C"]))[0]["code"] == 405
                assert (await say(client, action="subscribe", quotes=["A"], trades=["B"]))[0]["quotes"] == ["A"]
                async with connect(venue.url) as second:
                    await told(second)
                    assert (await told(second))[0]["code"] == 406
                    with pytest.raises(websockets.ConnectionClosed):
                        await second.recv()
            await until(lambda: not venue.connections)
            async with connect(venue.url) as late:
                await told(late)
                assert (await told(late))[0]["code"] == 404

    run(main())


@pytest.mark.parametrize("rate", [None, 20_000.0])
@pytest.mark.parametrize("compression", [None, "deflate"])
def test_data_agrees_with_the_truth(rate, compression):
    async def main():
        async with (
            AlpacaMarketData(seed=5, rate=rate, bar_seconds=0.01) as venue,
            connect(venue.url, compression=compression) as client,
        ):
            await authenticated(client)
            await say(client, action="subscribe", quotes=["*"], trades=["AAPL", "SPY"], bars=["*"])
            counts = {"q": 0, "t": 0, "b": 0}
            quotes = {}

            async def collect():
                while True:
                    for message in await told(client):
                        counts[message["T"]] += 1
                        if message["T"] == "q":
                            quotes[message["S"]] = message
                        elif message["T"] == "t":
                            assert message["S"] in ("AAPL", "SPY")
                        else:
                            assert message["l"] <= message["vw"] <= message["h"]

            collecting = asyncio.create_task(collect())
            await venue.play(4_000)
            await until(lambda: collecting.done() or sum(counts.values()) == sum(venue.truth().sent.values()))
            assert not collecting.done()
            collecting.cancel()
            truth = venue.truth()
            assert truth.sent == {"quotes": counts["q"], "trades": counts["t"], "bars": counts["b"]}
            assert counts["t"] > 50
            assert set(truth.quotes) == {instrument.symbol for instrument in venue.instruments}
            for symbol, fields in truth.quotes.items():
                for name, key in {"bid": "bp", "ask": "ap", "bid_size": "bs", "ask_size": "as"}.items():
                    assert Decimal(fields[name]) == quotes[symbol][key]
                assert fields["bid_exchange"] == quotes[symbol]["bx"]

    run(main())


def test_the_same_seed_gives_the_same_messages():
    async def main():
        texts = []
        for _ in range(2):
            async with AlpacaMarketData(seed=9, rate=None) as venue, connect(venue.url) as client:
                await authenticated(client)
                await say(client, action="subscribe", quotes=["*"], trades=["*"])
                await venue.play(200)
                messages = []
                while len(messages) < 200:
                    messages += await told(client)
                texts.append([{**message, "t": None} for message in messages])
        assert texts[0] == texts[1]

    run(main())


def test_faults():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_upgrade = 429
            with pytest.raises(websockets.InvalidStatus) as refused:
                await connect(venue.url)
            assert refused.value.response.status_code == 429
            venue.faults.refuse_upgrade = None
            with pytest.raises(websockets.InvalidStatus):
                await connect(venue.url.replace("iex", "nowhere"))
            venue.faults.refuse_auth = True
            async with connect(venue.url) as client:
                await told(client)
                assert (await say(client, **AUTH))[0]["code"] == 402
                venue.drop()
                with pytest.raises(websockets.ConnectionClosedError):
                    await client.recv()
            venue.faults.silent = True
            async with connect(venue.url, close_timeout=0.2) as client:
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await (await client.ping())

    run(main())


def test_close_handshakes():
    async def main():
        async with AlpacaMarketData() as venue:
            async with connect(venue.url) as client:
                await told(client)
                venue.close(1012, "restart")
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await client.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1012
            venue.faults.slow_close = 0.2
            async with connect(venue.url) as client:
                started = asyncio.get_running_loop().time()
                await client.close(4000, "bye")
                assert asyncio.get_running_loop().time() - started >= 0.15
                assert client.close_code == 4000

    run(main())


def test_deflate_policies():
    async def main():
        async with AlpacaMarketData(deflate=DeflateSettings("require")) as venue:
            with pytest.raises(websockets.InvalidStatus):
                await connect(venue.url, compression=None)
            async with connect(venue.url) as client:
                assert client.protocol.extensions
        async with AlpacaMarketData(deflate=DeflateSettings("deny")) as venue, connect(venue.url) as client:
            assert not client.protocol.extensions
        settings = DeflateSettings(no_context_takeover=True, window_bits=9)
        async with AlpacaMarketData(deflate=settings) as venue, connect(venue.url) as client:
            await authenticated(client)
            assert (await say(client, action="subscribe", quotes=["*"]))[0]["quotes"] == ["*"]

    run(main())


def test_a_slow_client_is_dropped():
    async def main():
        async with AlpacaMarketData(rate=1e6) as venue, connect(venue.url, compression=None) as client:
            await authenticated(client)
            await say(client, action="subscribe", quotes=["*"])
            venue.max_backlog = 1
            client.transport.pause_reading()
            playing = asyncio.create_task(venue.play())
            await until(lambda: not venue.connections, 10)
            playing.cancel()
            client.transport.abort()

    run(main())


def test_much_at_once_is_too_much_for_nobody_who_reads():
    async def main():
        async with AlpacaMarketData() as venue, connect(venue.url, compression=None, max_queue=None) as client:
            await authenticated(client)
            await say(client, action="subscribe", quotes=["*"])
            venue.max_backlog = 1
            for _ in range(40_000):
                venue.step(3)  # more than the sockets' buffers take
            assert venue.connections[0].transport.underlying_transport.get_write_buffer_size() > 0
            async with asyncio.timeout(10):
                while venue.connections[0].transport.underlying_transport.get_write_buffer_size():
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.6)
            assert len(venue.connections) == 1

    run(main(), 30)


@pytest.mark.parametrize("loop", LOOPS)
def test_who_asks_for_the_upgrade_while_the_venue_stops_is_refused(loop):
    async def main():
        async with AlpacaMarketData() as venue, connect(venue.url):
            reader, writer = await asyncio.open_connection(venue.host, venue.port)
            await asyncio.sleep(0.05)  # it is accepted by now
            stopping = asyncio.create_task(venue.stop())
            await asyncio.sleep(0)
            assert venue.connections
            writer.write(
                b"GET /v2/iex HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            async with asyncio.timeout(5):
                await stopping
                assert b" 101 " not in await reader.read()
            writer.close()
            assert venue.connections == []
            await venue.start()
            async with connect(venue.url) as again:
                await authenticated(again)

    run(main(), loop=loop)
