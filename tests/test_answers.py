"""What a venue answers to subscriptions, held against what was asked for; and when a stream is ready."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.net.subscriptions import Subscriptions, named, shown
from tickfold.sim import AlpacaMarketData, AlpacaTrading, EtnaStreamer, IbkrGateway, IbkrPortal, VegaNode
from tickfold.venues.alpaca import dialogue_data
from tickfold.venues.answers import ANSWERED_WITHIN, LISTED_WITHIN, Answers
from tickfold.venues.ibkr import dialogue, dialogue_portal

QUICK = tf.Backoff(initial=0.01, maximum=0.05)
LATER = tf.Backoff(initial=0.3, maximum=0.3, jitter=0.0)

Talk = Callable[[ServerConnection], Coroutine[Any, Any, None]]
Body = Callable[[tf.Engine], Coroutine[Any, Any, None]]


def told(engine: tf.Engine) -> list[tuple[bool | None, str]]:
    """What the engine tells of its sessions."""
    said: list[tuple[bool | None, str]] = []

    def note(state: tf.SessionState) -> None:
        text = state.text or ""
        if text.startswith("subscribed") or text == "ready" or text.startswith("missing"):
            said.append((state.connected, text))

    engine.on(tf.SessionState, note)
    return said


async def against(talk: Talk, make: Callable[[str], Any], body: Body, reconnect: tf.Backoff = QUICK) -> None:
    """An engine against a venue that says what `talk` does."""
    async with serve(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        engine = tf.Engine(make(f"ws://127.0.0.1:{port}"), reconnect=reconnect)
        async with engine:
            await body(engine)


def alpaca(url: str, **options: Any) -> tf.alpaca.MarketData:
    wanted: dict[str, Any] = {"quotes": ["AAPL", "MSFT"], "trades": ["AAPL"], "key": "K", "secret": "S"}
    return tf.alpaca.MarketData("v2/iex", url=f"{url}/v2/iex", **{**wanted, **options})


async def logged_in(ws: ServerConnection) -> None:
    await ws.send('[{"T":"success","msg":"connected"}]')
    await ws.recv()
    await ws.send('[{"T":"success","msg":"authenticated"}]')


# Alpaca lists all that is subscribed


@pytest.mark.parametrize("loop", LOOPS)
def test_alpaca_leaves_out_and_is_asked_again(loop):
    asked: list[Any] = []

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        asked.append(json.loads(await ws.recv()))
        await ws.send('[{"T":"subscription","trades":[],"quotes":["MSFT"]}]')
        asked.append(json.loads(await ws.recv()))
        await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"]}]')
        await ws.wait_closed()

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        await until(lambda: len(said) == 2)
        stats = engine.stats[0]
        missing = "missing of alpaca v2/iex: trades of AAPL, quotes of AAPL"
        missing += ": not in the venue's list of what is subscribed"
        assert said == [(None, missing), (True, "subscribed in part")]
        assert (stats.ready, stats.state, stats.connects) == (False, "snapshot", 1)
        with pytest.raises(TimeoutError, match="missing: trades of AAPL, quotes of AAPL"):
            await engine.wait_ready(0.01)
        assert stats.subscribed == {"quotes": ("MSFT",)}
        assert stats.missing == {"trades": ("AAPL",), "quotes": ("AAPL",)}
        await engine.wait_ready(5.0)
        assert asked[1] == {"action": "subscribe", "trades": ["AAPL"], "quotes": ["AAPL"]}
        assert engine.stats[0].subscribed == {"trades": ("AAPL",), "quotes": ("AAPL", "MSFT")}
        assert engine.stats[0].missing == {}

    run(against(talk, alpaca, body), loop=loop)


def test_a_part_of_what_was_asked_for(monkeypatch):
    """One symbol that the venue does not know keeps no other from being traded, and is still asked for."""
    monkeypatch.setattr(dialogue_data, "LISTED_WITHIN", 0.2)
    asked: list[Any] = []

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        while True:
            asked.append(json.loads(await ws.recv()))
            await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"]}]')

    async def body(engine: tf.Engine) -> None:
        await engine.wait_ready(5.0)
        assert engine.stats[0].missing == {"quotes": ("MSFT",)}
        await until(lambda: len(asked) == 2)
        assert asked[1] == {"action": "subscribe", "quotes": ["MSFT"]}

    run(against(talk, alpaca, body))


def test_alpaca_lists_nothing(monkeypatch):
    """Not ready, but connected: nothing is dropped for it."""
    monkeypatch.setattr(dialogue_data, "LISTED_WITHIN", 0.2)

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        await ws.recv()
        await ws.send('[{"T":"subscription","trades":[],"quotes":[]}]')
        await ws.wait_closed()

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        with pytest.raises(TimeoutError, match="missing: trades of AAPL, quotes of AAPL, MSFT"):
            await engine.wait_ready(1.5)
        assert [text.partition(":")[0] for _, text in said] == ["missing of alpaca v2/iex", "subscribed in part"]
        assert (engine.stats[0].attempts, engine.stats[0].state) == (1, "snapshot")
        assert engine.stats[0].subscribed == {}

    run(against(talk, lambda url: alpaca(url, ready_timeout=0.5), body))


def test_what_is_missing_may_be_refused():
    """Asked for again, it is refused as too much: told, and not asked for again."""
    asked: list[str | bytes] = []

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        await ws.recv()
        await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"]}]')
        async for message in ws:
            asked.append(message)
            await ws.send('[{"T":"error","code":405,"msg":"symbol limit exceeded"}]')

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        await until(lambda: len(said) == 3)
        assert said[2] == (None, "missing of alpaca v2/iex: quotes of MSFT: refused with 405 'symbol limit exceeded'")
        await asyncio.sleep(1.5)
        assert len(asked) == 1
        assert (engine.stats[0].drops, engine.stats[0].state) == (0, "snapshot")

    run(against(talk, alpaca, body))


def test_alpaca_lists_less_later():
    """Without having been asked: the venue has ended a subscription."""

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        await ws.recv()
        await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"]}]')
        await ws.recv()
        await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":["A"]}]')
        await ws.wait_closed()

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        await engine.wait_ready(5.0)
        await engine.subscribe("alpaca v2/iex", bars=["A"])
        await until(lambda: len(said) == 2)
        text = "missing of alpaca v2/iex: quotes of MSFT: not in the venue's list of what is subscribed"
        assert said[1] == (None, text)
        assert engine.stats[0].subscribed == {"trades": ("AAPL",), "quotes": ("AAPL",), "bars": ("A",)}
        assert engine.stats[0].missing == {"quotes": ("MSFT",)}

    run(against(talk, alpaca, body))


def test_what_is_asked_for_between_two_connections_is_left_out():
    """The one who asked for it is told, and it is not asked for any more."""
    asked: list[Any] = []

    async def talk(ws: ServerConnection) -> None:
        await logged_in(ws)
        asked.append(json.loads(await ws.recv()))
        await ws.send('[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL","MSFT"]}]')
        if len(asked) == 1:
            await asyncio.sleep(0.1)
            await ws.close(1001)
        await ws.wait_closed()

    async def body(engine: tf.Engine) -> None:
        await until(lambda: engine.stats[0].state == "backoff")
        with pytest.raises(tf.ConfigError, match="left out quotes of NEW"):
            await engine.subscribe("alpaca v2/iex", quotes=["NEW"])
        assert asked[1]["quotes"] == ["AAPL", "MSFT", "NEW"]
        await engine.wait_ready(5.0)
        assert engine.stats[0].missing == {}

    run(against(talk, alpaca, body, LATER))


def test_what_stands_follows_the_changes():
    async def main() -> None:
        async with AlpacaMarketData(symbol_limit=3) as venue:
            stream = tf.alpaca.MarketData(
                "v2/iex", url=venue.url, key="SIMKEY", secret="SIMSECRET", quotes=["A"], daily_bars=["*"]
            )
            engine = tf.Engine(stream, reconnect=LATER)
            assert engine.stats[0].missing == {"quotes": ("A",), "daily_bars": ("*",)}
            async with engine:
                await engine.wait_ready()
                assert engine.stats[0].subscribed == {"quotes": ("A",), "daily_bars": ("*",)}
                await engine.subscribe(stream, quotes=["B"], trades=["C"])
                assert engine.stats[0].subscribed == {"quotes": ("A", "B"), "trades": ("C",), "daily_bars": ("*",)}
                with pytest.raises(tf.LimitError):
                    await engine.subscribe(stream, trades=["D"])
                await engine.unsubscribe(stream, quotes=["A"])
                assert engine.stats[0].subscribed == {"quotes": ("B",), "trades": ("C",), "daily_bars": ("*",)}
                assert engine.stats[0].missing == {}
                venue.drop()
                await until(lambda: engine.stats[0].state == "backoff")
                assert engine.stats[0].subscribed == {}
                assert engine.stats[0].missing == {"quotes": ("B",), "trades": ("C",), "daily_bars": ("*",)}

    run(main())


def test_what_stands_of_trading_updates():
    async def main() -> None:
        async with AlpacaTrading() as venue:
            engine = tf.Engine(tf.alpaca.Trading(url=venue.url, key="SIMKEY", secret="SIMSECRET"))
            assert engine.stats[0].missing == {"trade_updates": True}
            async with engine:
                await engine.wait_ready()
                assert (engine.stats[0].subscribed, engine.stats[0].missing) == ({"trade_updates": True}, {})

    run(main())


# IBKR answers by the first data of each


def ibkr(venue: IbkrGateway, **options: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"url": venue.url, "session": venue.session_id, **options})


@pytest.mark.parametrize("loop", LOOPS)
def test_ibkr_s_orders_are_in_when_it_is_ready(loop):
    async def main() -> None:
        async with IbkrGateway(seed=3) as venue:
            for _ in range(300):
                venue.step(1)
            orders = len(venue.truth().orders)
            assert orders > 20
            engine = tf.Engine(ibkr(venue, orders=True, quotes=[265598], pnl=True), reconnect=LATER)
            said = told(engine)
            async with engine:
                await engine.wait_ready()
                assert len(engine.orders) == orders
                assert said == [(True, "subscribed"), (None, "ready")]
                await until(lambda: engine.stats[0].subscribed.get("quotes") == ("265598",))
                assert engine.stats[0].subscribed["orders"] is True
                venue.drop()
                await until(lambda: engine.stats[0].state == "backoff")
                assert engine.stats[0].missing == {"quotes": ("265598",), "orders": True, "pnl": True}
                await engine.wait_ready()
                assert engine.stats[0].subscribed["orders"] is True

    run(main(), loop=loop)


def test_an_empty_list_of_orders_counts():
    async def main() -> None:
        async with IbkrGateway() as venue:
            engine = tf.Engine(ibkr(venue, orders=True))
            async with engine:
                await engine.wait_ready()
                assert engine.stats[0].subscribed == {"orders": True}
                assert len(engine.orders) == 0

    run(main())


async def silent_gateway(ws: ServerConnection) -> None:
    await ws.send('{"topic":"sts","args":{"authenticated":true}}')
    await ws.wait_closed()


def test_a_gateway_that_lists_no_orders():
    """Told as missing after `ready_timeout`, and the stream is ready without."""

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        await until(lambda: engine.stats[0].state == "snapshot")
        assert not engine.stats[0].ready
        await engine.wait_ready(5.0)
        text = "missing of ibkr: no answer to orders yet: going on without"
        assert said == [(True, "subscribed"), (None, text), (None, "ready")]
        assert engine.stats[0].missing == {"orders": True}
        assert engine.stats[0].connects == 1

    run(against(silent_gateway, lambda url: tf.ibkr.WebApi(url, orders=True, ready_timeout=0.3), body))


def test_ibkr_s_refusal_is_no_answer(monkeypatch):
    monkeypatch.setattr(dialogue, "RETRY", (0.3, 1.0))

    async def main() -> None:
        async with IbkrGateway() as venue:
            venue.refuse_orders = 1
            engine = tf.Engine(ibkr(venue, orders=True, quotes=[265598]))
            said = told(engine)
            async with engine:
                await until(lambda: engine.stats[0].errors == 1)
                assert engine.stats[0].state == "snapshot"
                await engine.wait_ready(9.0)
                assert engine.stats[0].missing == {}
            assert said[0] == (True, "subscribed")

    run(main())


def test_the_older_gateway_s_orders_are_in_when_it_is_ready():
    async def main() -> None:
        async with IbkrPortal(seed=3) as venue:
            for _ in range(300):
                venue.step(1)
            engine = tf.Engine(tf.ibkr.Portal(venue.url, accounts=["DU1234567"], quotes=[265598]))
            async with engine:
                await engine.wait_ready()
                assert len(engine.orders) == len(venue.truth().orders) > 20
                await until(lambda: not engine.stats[0].missing)
                assert engine.stats[0].subscribed == {"accounts": ("DU1234567",), "quotes": ("265598",)}

    run(main())


def test_no_bridge(monkeypatch):
    """The older gateway refuses everything for a while: not ready, and what is refused is asked for again."""
    monkeypatch.setattr(dialogue_portal, "RETRY", (1.0, 1.0))
    asked: list[str] = []

    async def talk(ws: ServerConnection) -> None:
        async for message in ws:
            asked.append(str(message))
            await ws.send('{"error":"no bridge"}' if len(asked) == 1 else '{"31":1.5,"topic":"md+8894"}')

    async def body(engine: tf.Engine) -> None:
        said = told(engine)
        await until(lambda: bool(engine.stats[0].errors))
        await asyncio.sleep(0.5)
        assert (engine.stats[0].ready, engine.stats[0].state) == (False, "snapshot")
        await engine.wait_ready(9.0)
        assert [text.partition(":")[0] for _, text in said] == ["subscribed", "missing of ibkr portal", "ready"]
        assert engine.stats[0].subscribed == {"quotes": ("8894",)}

    run(against(talk, lambda url: tf.ibkr.Portal(url, quotes=[8894], ready_timeout=0.2), body))


# ETNA acknowledges, Vega says a snapshot


def test_etna_acknowledges_each_kind():
    async def main() -> None:
        async with EtnaStreamer(seed=1) as venue:
            login = {"user": "5104", "password": "SIMPASSWORD"}
            quotes = tf.etna.Quotes(venue.url, **login, securities=[318, 319], candles=["MSFT|NGS|USD:5m"])
            trading = tf.etna.Trading(venue.url, **login, accounts=["611"])
            engine = tf.Engine(quotes, trading)
            async with engine:
                await engine.wait_ready()
                assert engine.stats[0].subscribed == {"Quote": ("318", "319"), "Candle": ("MSFT|NGS|USD:5m",)}
                assert engine.stats[1].subscribed == dict.fromkeys(("Order", "Position", "AccountBalance"), ("611",))
                with pytest.raises(tf.ConfigError):
                    await engine.subscribe(quotes, entities={"Level2": [318]})
                await engine.unsubscribe(quotes, securities=[318])
                await engine.subscribe(quotes, securities=[320])
                assert engine.stats[0].subscribed["Quote"] == ("319", "320")
                assert engine.stats[0].missing == {}

    run(main())


@pytest.mark.parametrize("endpoint", ["orders", "positions", "accounts"])
def test_vega_is_ready_with_a_whole_snapshot(endpoint):
    async def talk(ws: ServerConnection) -> None:
        for number in range(2):
            await ws.send(json.dumps({"result": {"snapshot": {endpoint: []}}}))
            await asyncio.sleep(0.05 * (number + 1))
        assert not ready
        await ws.send(json.dumps({"result": {"snapshot": {endpoint: [], "lastPage": True}}}))
        await ws.wait_closed()

    ready: list[bool] = []

    async def body(engine: tf.Engine) -> None:
        await engine.wait_ready(5.0)
        ready.append(True)
        assert engine.stats[0].connects == 1

    run(against(talk, lambda url: tf.vega.Stream(endpoint, url=url), body))


def test_vega_s_filters_stand():
    async def main() -> None:
        async with VegaNode(seed=1) as venue:
            market = venue.instruments[0].symbol
            engine = tf.Engine(tf.vega.Stream("markets/data", url=venue.url, market_ids=[market]))
            async with engine:
                await engine.wait_ready()
                assert engine.stats[0].subscribed == {"market_ids": (market,)}
            assert engine.stats[0].subscribed == {}

    run(main())


# the parts


def test_what_is_answered_in_time():
    answers = Answers()
    answers.ask([("orders", ""), ("quotes", "1"), ("quotes", "2")], 0.0)
    answers.ask([("orders", "")], 0.0, first=True)
    assert not answers.settled
    answers.answered([("quotes", "1")])
    assert answers.tick(LISTED_WITHIN - 0.1) == ()
    assert answers.tick(LISTED_WITHIN) == ("no answer to orders yet: going on without",)
    assert answers.settled
    answers.ended([("quotes", "3")])
    assert answers.tick(ANSWERED_WITHIN) == ("no answer to orders, quotes of 2 within 10 s",)
    assert not answers.open
    assert answers.tick(2 * ANSWERED_WITHIN) == ()
    assert shown(answers.standing.keys) == {"quotes": ("1",)}


def test_words_and_lists():
    standing = Subscriptions()
    standing.put({"quotes": ["*"], "trades": ["AAPL"]})
    assert standing.lacking({"quotes": ["A"], "trades": ["aapl", "B"], "bars": ["C"]}) == {
        "trades": ("B",),
        "bars": ("C",),
    }
    many = {"quotes": [f"S{number}" for number in range(12)], "trades": ["A", "B"], "orders": [""]}
    ten = ", ".join(f"S{number}" for number in range(10))
    assert named(many) == f"quotes of {ten} and 2 more, trades of A and 1 more, orders"
