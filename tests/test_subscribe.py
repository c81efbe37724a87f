"""Subscriptions that change while the engine runs; over real sockets, with the simulated venues."""

import asyncio
import json
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, EtnaStreamer, IbkrGateway, IbkrPortal, VegaNode

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


def alpaca(venue: AlpacaMarketData, **options: Any) -> tf.alpaca.MarketData:
    wanted = {"url": venue.url, "key": "SIMKEY", "secret": "SIMSECRET"}
    return tf.alpaca.MarketData(**{**wanted, **options})


def ibkr(venue: IbkrGateway, **options: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"url": venue.url, "session": venue.session_id, **options})


def channels(venue: AlpacaMarketData) -> dict[str, set[str]]:
    """What the venue's only connection has subscribed."""
    (connection,) = venue.connections
    return {name: set(given) for name, given in connection.session.channels.items() if given}


def symbols(engine: tf.Engine) -> set[str | None]:
    return {quote.symbol for quote in engine.quotes}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("encoding", ["json", "msgpack"])
def test_alpaca_symbols_come_and_go(loop, encoding):
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            one, two, three = [instrument.symbol for instrument in venue.instruments][:3]
            stream = alpaca(venue, quotes=[one], encoding=encoding)
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                await engine.subscribe(stream, quotes=[one, two], trades=[two])
                assert channels(venue)["quotes"] == {one, two}
                assert two in channels(venue)["trades"]
                venue.settle()
                await until(lambda: symbols(engine) == {one, two})
                await engine.unsubscribe("alpaca v2/iex", quotes=[one])
                assert channels(venue)["quotes"] == {two}
                venue.drop()  # what is subscribed now is subscribed again, and nothing else
                await until(lambda: engine.stats[0].connects == 2)
                assert channels(venue)["quotes"] == {two}
                await asyncio.gather(engine.subscribe(stream, quotes=[three]), engine.subscribe(stream, quotes=[one]))
                assert channels(venue)["quotes"] == {one, two, three}
            assert engine.stats[0].drops == 1

    run(main(), loop=loop)


def test_alpaca_refuses_too_many_and_goes_on():
    async def main():
        async with AlpacaMarketData(symbol_limit=2) as venue:
            stream = alpaca(venue, quotes=["A", "B"])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                with pytest.raises(tf.LimitError, match="405"):
                    await engine.subscribe(stream, quotes=["C"])
                assert engine.stats[0].ready
                await engine.unsubscribe(stream, quotes=["A"])
                await engine.subscribe(stream, quotes=["D"])
                assert channels(venue)["quotes"] == {"B", "D"}
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                assert channels(venue)["quotes"] == {"B", "D"}

    run(main())


def test_between_two_connections():
    """Kept, and confirmed by the next one; refused there, taken back, and the one after is as before."""

    async def main():
        async with AlpacaMarketData(symbol_limit=2) as venue:
            stream = alpaca(venue, quotes=["A"])
            engine = tf.Engine(stream, reconnect=tf.Backoff(initial=0.3, maximum=0.3, jitter=0.0))
            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].state == "backoff")
                await engine.subscribe(stream, quotes=["B"])
                assert engine.stats[0].connects == 2
                assert channels(venue)["quotes"] == {"A", "B"}
                venue.drop()
                await until(lambda: engine.stats[0].state == "backoff")
                with pytest.raises(tf.LimitError, match="405"):
                    await engine.subscribe(stream, quotes=["C"])
                await engine.wait_ready()
                assert channels(venue)["quotes"] == {"A", "B"}

    run(main())


def test_everything_may_be_unsubscribed():
    async def main():
        async with AlpacaMarketData() as venue:
            stream = alpaca(venue, quotes=["A"])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                await engine.unsubscribe(stream, quotes=["A"])
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                await engine.subscribe(stream, quotes=["B"])
                assert channels(venue) == {"quotes": {"B"}}

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_ibkr_contracts_and_orders_come_and_go(loop):
    async def main():
        async with IbkrGateway(seed=1) as venue:
            stream = ibkr(venue, quotes=[265598])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                await engine.subscribe(stream, quotes=[272093], orders=True)
                (connection,) = venue.connections
                assert set(map(int, connection.session.fields)) == {265598, 272093}
                assert connection.session.orders
                await engine.unsubscribe(stream, quotes=[265598], orders=True)
                await until(lambda: not connection.session.orders)
                assert set(map(int, connection.session.fields)) == {272093}
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                await until(lambda: bool(venue.connections[0].session.fields))
                assert set(map(int, venue.connections[0].session.fields)) == {272093}
                assert not venue.connections[0].session.orders

    run(main(), loop=loop)


def test_ibkr_refuses_a_contract_and_goes_on():
    async def main():
        async with IbkrGateway() as venue:
            stream = ibkr(venue, quotes=[265598])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                with pytest.raises(tf.ConfigError, match="unable to subscribe"):
                    await engine.subscribe(stream, quotes=[1])
                await engine.subscribe(stream, quotes=[272093])
                assert engine.stats[0].drops == 0

    run(main())


def messages(change: Any) -> list[str]:
    return list(change.messages)


def test_what_ibkr_is_told():
    stream = tf.ibkr.WebApi(orders=True, pnl=True, ledger=["DU1"], ladders=[("DU1", 8894)], fields=[31], quotes=[8894])
    change = stream.changed(True, {"quotes": [1], "summary": ["DU1"]})
    assert messages(change) == ['smd+1+{"fields":["31"]}', "ssd+DU1+{}"]
    everything = {"quotes": [8894], "orders": True, "pnl": True, "ledger": ["DU1"], "ladders": [("DU1", 8894)]}
    change = stream.changed(False, everything)
    assert messages(change) == ["umd+8894+{}", "uor+{}", "upl+{}", "uld+DU1+{}", "ubd+DU1"]
    assert (change.stream.requests, change.stream.quotes, change.stream.orders) == ((), {}, False)  # type: ignore[attr-defined]
    assert stream.quotes == {"8894": ("31",)}
    assert messages(stream.changed(True, everything)) == []
    for wrong in ({"fills": True}, {"qoutes": [1]}, {"quotes": ["AAPL"]}):
        with pytest.raises(tf.ConfigError):
            stream.changed(True, wrong)


def test_fields_of_a_contract_add_up():
    stream = tf.ibkr.WebApi(quotes={8894: [31], "8894@NYSE": [31, 84]})
    change = stream.changed(True, {"quotes": {8894: [31, 86]}})
    assert messages(change) == ['smd+8894+{"fields":["86"]}']
    assert change.what == {"quotes": {"8894": ["86"]}}
    assert change.stream.quotes == {"8894": ("31", "86"), "8894@NYSE": ("31", "84")}  # type: ignore[attr-defined]
    back = change.stream.changed(False, change.what)  # IBKR takes no single field back
    assert messages(back) == []
    assert back.stream.quotes == stream.quotes  # type: ignore[attr-defined]
    assert messages(back.stream.changed(False, {"quotes": [8894]})) == ["umd+8894+{}"]


def test_history_is_taken_back_by_the_id_that_came_with_it():
    day, week = (tf.ibkr.History(8894, period=period, bar="1h") for period in ("1d", "1w"))
    stream = tf.ibkr.WebApi(history=[day, week])
    dialogue: Any = asyncio.run(stream.open(again=False)).dialogue
    decoder = tf.decoder("ibkr")
    for number in (7, 8, 8):
        answer = {"topic": "smh+8894", "serverId": f"s{number}", "data": [], "symbol": "X"}
        for record in decoder.decode(json.dumps(answer)):
            dialogue.record(record, 0.0)
    change = stream.changed(False, {"history": [week]})
    assert list(dialogue.change(change, 0.0)) == ["umh+s8"]
    assert change.stream.requests == (day.text,)  # type: ignore[attr-defined]
    other = stream.changed(True, {"history": [tf.ibkr.History(1, period="1d", bar="1h")]})
    assert list(dialogue.change(other, 0.0)) == ['smh+1+{"period":"1d","bar":"1h"}']
    gone = other.stream.changed(False, {"history": [tf.ibkr.History(1, period="1d", bar="1h")]})
    assert list(dialogue.change(gone, 0.0)) == []  # its bars have not come: there is nothing to name


def test_the_portal_s_contracts_come_and_go():
    async def main():
        async with IbkrPortal(seed=1) as venue:
            stream = tf.ibkr.Portal(venue.url, quotes=[265598])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                await engine.subscribe(stream, quotes=[272093])
                await until(lambda: set(venue.connections[0].session.fields) == {"265598", "272093"})
                await engine.unsubscribe(stream, quotes=[265598])
                await until(lambda: set(venue.connections[0].session.fields) == {"272093"})
                with pytest.raises(tf.ConfigError, match="cannot change"):
                    await engine.subscribe(stream, fields=[31])

    run(main())


def test_etna_s_securities_come_and_go():
    async def main():
        async with EtnaStreamer(seed=1) as venue:
            stream = tf.etna.Quotes(venue.url, user="5104", password="SIMPASSWORD", securities=[318, 319])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                await engine.subscribe(stream, securities=[319, 320])
                (connection,) = venue.connections
                quotes = connection.session.keys["Quote"]
                await until(lambda: quotes == {"318", "319", "320"})
                await engine.unsubscribe(stream, securities=[318])
                await until(lambda: quotes == {"319", "320"})
                with pytest.raises(tf.ConfigError, match="cannot change"):
                    await engine.subscribe(stream, accounts=["611"])
                with pytest.raises(tf.ConfigError, match="ETNA refuses"):
                    await engine.subscribe(stream, entities={"Level2": [318]})
                assert engine.stats[0].ready

    run(main())


def markets_of(venue: VegaNode) -> list[list[str]]:
    return [connection.session.filters["marketIds"] for connection in venue.connections]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("reconnect", [QUICK, None])
def test_vega_s_markets_come_and_go_with_a_new_connection(loop, reconnect):
    """One connection for all changes that are asked for at once; told as a Gap, not as a loss of the venue's."""

    async def main():
        async with VegaNode(seed=1) as venue:
            one, two = [instrument.symbol for instrument in venue.instruments]
            stream = tf.vega.Stream("markets/data", url=venue.url, market_ids=[one])
            engine = tf.Engine(stream, reconnect=reconnect)
            said: list[str | None] = []
            gaps: list[str | None] = []
            engine.on(tf.SessionState, lambda state: said.append(state.text), changed=["connected"])
            engine.on(tf.Gap, lambda gap: gaps.append(gap.reason))
            async with engine:
                await engine.wait_ready()
                await asyncio.gather(
                    engine.subscribe(stream, market_ids=[one, two]),
                    engine.unsubscribe("vega markets/data", market_ids=[one]),
                    engine.subscribe(stream, market_ids=[one]),
                )
                assert markets_of(venue) == [[two, one]]
                await until(lambda: symbols(engine) == {one, two})
                await engine.unsubscribe(stream, market_ids=[one])
                assert markets_of(venue) == [[two]]
                await engine.subscribe(stream, market_ids=[two])  # it has it
                assert (engine.stats[0].connects, engine.stats[0].drops, engine.stats[0].attempts) == (3, 0, 3)
            changed = "the subscriptions change: connecting anew"
            assert said == ["ready", changed, "ready", changed, "ready"]
            assert gaps == ["reconnected", "reconnected"]

    run(main(), loop=loop)


def test_vega_refuses_a_market_and_the_others_go_on():
    async def main():
        async with VegaNode(seed=1) as venue:
            market = venue.instruments[0].symbol
            stream = tf.vega.Stream("markets/data", url=venue.url, market_ids=[market])
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                with pytest.raises(tf.ConfigError, match="no market data"):
                    await engine.subscribe(stream, market_ids=["ee" * 32])
                await until(lambda: engine.stats[0].ready and markets_of(venue) == [[market]])

    run(main())


def test_what_cannot_change_of_vega():
    a, b = "a1" * 32, "b2" * 32
    orders = tf.vega.Stream("orders", url="ws://h", party_ids=[a], exclude_liquidity=True)
    trades = tf.vega.Stream("trades", url="ws://h", party_ids=[a])
    scaled = tf.vega.Stream("markets/data", url="ws://h", market_ids=[a], scales={a: (1, 2)})
    for stream, add, what, words in (
        (orders, True, {"exclude_liquidity": False}, "cannot change"),
        (orders, True, {"market_ids": [a]}, "gets all of them already"),
        (orders, False, {"party_ids": [a]}, "everything without a filter"),
        (orders, True, {"parties": [a]}, "has no filter"),
        (trades, True, {"party_ids": [b]}, "cannot change"),
        (scaled, True, {"market_ids": [b]}, "scales has no"),
    ):
        with pytest.raises(tf.ConfigError, match=words):
            stream.changed(add, what)
    after: Any = orders.changed(True, {"party_ids": [a, b]}).stream
    assert dict(after.filters)["party_ids"] == [a, b]


def test_what_alpaca_has_left_out():
    stream = tf.alpaca.MarketData("v2/iex", quotes=["A"], key="k", secret="s")
    change = stream.changed(True, {"quotes": ["B"], "daily_bars": ["C"]})
    dialogue: Any = asyncio.run(change.stream.open(again=False)).dialogue
    dialogue.ready = True
    said = [json.loads(message) for message in dialogue.change(change, 0.0)]
    assert said == [{"action": "subscribe", "quotes": ["B"], "dailyBars": ["C"]}]
    answer = {"T": "subscription", "quotes": ["A"], "dailyBars": ["C"]}
    for record in tf.decoder("alpaca.data").decode(json.dumps([answer])):
        dialogue.record(record, 0.0)
    assert change.done
    assert isinstance(change.error, tf.ConfigError)
    assert "quotes of B" in str(change.error)
    assert "C" not in str(change.error)


def test_wrong_calls():
    async def main():
        async with AlpacaMarketData() as venue:
            stream = alpaca(venue, quotes=["A"])
            engine = tf.Engine(stream, tf.vega.Stream("orders", url=venue.url))
            with pytest.raises(tf.ConfigError, match="not running"):
                await engine.subscribe(stream, quotes=["B"])
            async with engine:
                for wrong in ({"qoutes": ["B"]}, {"quotes": "B"}, {}):
                    with pytest.raises(tf.ConfigError):
                        await engine.subscribe(stream, **wrong)
                with pytest.raises(tf.ConfigError, match="no stream"):
                    await engine.subscribe("alpaca", quotes=["B"])
                with pytest.raises(tf.ConfigError, match="gets all of them already"):
                    await engine.subscribe("vega orders", party_ids=["b2" * 32])
                engine.stop()
                with pytest.raises(tf.ConfigError, match="not running"):
                    await engine.subscribe(stream, quotes=["B"])

    run(main())
