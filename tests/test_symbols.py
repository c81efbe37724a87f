"""The silence of single symbols, what follows from it, and the hours of a market."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.net.hours import Hours
from tickfold.net.symbols import AT_ONCE, SymbolWatch
from tickfold.sim import AlpacaMarketData, EtnaStreamer, IbkrGateway, IbkrPortal, VegaNode

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


class Venue:
    """Alpaca market data that says what the test wants it to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.connections: list[ServerConnection] = []
        self.listed: dict[str, list[str]] = {}
        self.url = ""
        self.said = 0

    async def talk(self, ws: ServerConnection) -> None:
        self.connections.append(ws)
        self.listed = {}
        await ws.send('[{"T":"success","msg":"connected"}]')
        await ws.recv()
        await ws.send('[{"T":"success","msg":"authenticated"}]')
        while True:
            try:
                message = await ws.recv()
            except ConnectionClosed:
                return
            request = json.loads(message)
            self.asked.append(request)
            add = request.pop("action") == "subscribe"
            for channel, symbols in request.items():
                have = [one for one in self.listed.get(channel, []) if one not in symbols]
                self.listed[channel] = have + symbols if add else have
            await ws.send(json.dumps([{"T": "subscription", **self.listed}]))

    async def say(self, kind: str, symbol: str) -> None:
        self.said += 1
        body = {"q": {"bp": 1.5, "ap": 1.6 + self.said}, "t": {"i": self.said, "p": 1.5, "s": 3}}[kind]
        await self.connections[-1].send(json.dumps([{"T": kind, "S": symbol, **body}]))

    def stream(self, **options: Any) -> tf.alpaca.MarketData:
        wanted: dict[str, Any] = {"quotes": ["AAPL", "MSFT"], "key": "K", "secret": "S", "url": self.url}
        return tf.alpaca.MarketData("v2/iex", **{**wanted, **options})


async def with_venue(body: Any) -> None:
    venue = Venue()
    async with serve(venue.talk, "127.0.0.1", 0) as server:
        venue.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2/iex"
        await body(venue)


def told(engine: tf.Engine) -> list[tuple[str, str | None]]:
    """What is told of single symbols: texts without their times, and the symbol that the record names."""
    said: list[tuple[str, str | None]] = []

    def note(state: tf.SessionState) -> None:
        text = state.text or ""
        if "data of" in text:
            said.append((text.partition(" since")[0].partition(" after")[0], state.symbol))

    engine.on(tf.SessionState, note)
    engine.on(tf.Gap, lambda gap: said.append((f"gap {gap.reason}", gap.symbol)))
    return said


async def keep_saying(venue: Venue, kind: str, symbol: str) -> None:
    while True:
        await venue.say(kind, symbol)
        await asyncio.sleep(0.03)


@pytest.mark.parametrize("loop", LOOPS)
def test_one_symbol_is_silent_and_the_other_flows(loop):
    """Told once; data again is told with a Gap that names the symbol."""

    async def body(venue: Venue) -> None:
        engine = tf.Engine(venue.stream(symbol_within=0.4))
        said = told(engine)
        gaps: list[Any] = []
        engine.on(tf.Gap, lambda gap: gaps.append(gap.copy()))
        async with engine:
            await engine.wait_ready()
            await venue.say("q", "AAPL")
            flow = asyncio.create_task(keep_saying(venue, "q", "MSFT"))
            await until(lambda: bool(said))
            last = engine.quotes["AAPL"].ts_recv
            assert engine.stats[0].silent == {"AAPL": last}
            assert engine.stats[0].state == "live"
            await asyncio.sleep(0.5)
            assert said == [("stale: no data of AAPL", "AAPL")]
            await venue.say("q", "AAPL")
            await until(lambda: len(said) == 3)
            assert said[1:] == [("data of AAPL again", "AAPL"), ("gap stale", "AAPL")]
            assert gaps[0].ts_from == last
            assert gaps[0].ts_from < gaps[0].ts_to
            assert engine.stats[0].silent == {}
            flow.cancel()

    run(with_venue(body), loop=loop)


def test_a_symbol_that_never_came():
    async def body(venue: Venue) -> None:
        engine = tf.Engine(venue.stream(symbol_within={"MSFT": 0.2}))
        said = told(engine)
        async with engine:
            await until(lambda: engine.stats[0].silent == {"MSFT": None})
            await venue.say("q", "MSFT")
            await until(lambda: not engine.stats[0].silent)
            assert said == [("stale: no data of MSFT", None), ("data of MSFT again", "MSFT")]

    run(with_venue(body))


def test_trades_and_all_symbols():
    """Kinds without rows count as well; of "*" the symbols that were heard of are watched."""

    async def body(venue: Venue) -> None:
        engine = tf.Engine(venue.stream(quotes=["AAPL"], trades=["*"], symbol_within=0.4))
        async with engine:
            await engine.wait_ready()
            flow = asyncio.create_task(keep_saying(venue, "t", "AAPL"))
            await venue.say("t", "NEW")
            await until(lambda: list(engine.stats[0].silent) == ["NEW"])
            flow.cancel()
            await until(lambda: set(engine.stats[0].silent) == {"AAPL", "NEW"})

    run(with_venue(body))


def test_what_is_unsubscribed_is_not_watched():
    async def body(venue: Venue) -> None:
        stream = venue.stream(symbol_within=0.3)
        engine = tf.Engine(stream)
        async with engine:
            await until(lambda: set(engine.stats[0].silent) == {"AAPL", "MSFT"})
            await engine.unsubscribe(stream, quotes=["AAPL"])
            await engine.subscribe(stream, quotes=["NEW"])
            await until(lambda: set(engine.stats[0].silent) == {"MSFT", "NEW"})

    run(with_venue(body))


def test_what_is_silent_is_asked_for_again_once():
    async def body(venue: Venue) -> None:
        stream = venue.stream(quotes=["AAPL", "MSFT"], trades=["AAPL"], symbol_within=0.3, on_stale="resubscribe")
        engine = tf.Engine(stream)
        async with engine:
            await engine.wait_ready()
            flow = asyncio.create_task(keep_saying(venue, "q", "MSFT"))
            await until(lambda: len(venue.asked) == 3)
            again = {"trades": ["AAPL"], "quotes": ["AAPL"]}
            assert venue.asked[1:] == [again, again]
            await until(lambda: engine.stats[0].subscribed == {"trades": ("AAPL",), "quotes": ("MSFT", "AAPL")})
            await asyncio.sleep(0.7)
            assert len(venue.asked) == 3
            assert list(engine.stats[0].silent) == ["AAPL"]
            flow.cancel()

    run(with_venue(body))


def test_a_silent_stream_is_asked_for_again():
    async def body(venue: Venue) -> None:
        engine = tf.Engine(venue.stream(data_within=0.2, on_stale="resubscribe"))
        async with engine:
            await until(lambda: len(venue.asked) == 3)
            assert venue.asked == [{"quotes": ["AAPL", "MSFT"]}] * 3
            assert engine.stats[0].drops == 0

    run(with_venue(body))


def test_a_silent_symbol_may_cost_the_connection_once():
    async def body(venue: Venue) -> None:
        stream = venue.stream(symbol_within={"AAPL": 0.2}, on_stale="reconnect")
        engine = tf.Engine(stream, reconnect=QUICK)
        said = told(engine)
        async with engine:
            await until(lambda: engine.stats[0].connects == 2)
            assert "no data of AAPL" in (engine.stats[0].last_error or "")
            await asyncio.sleep(0.5)
            assert engine.stats[0].connects == 2
            assert said[0] == ("stale: no data of AAPL", None)
            assert said[-1] == ("gap reconnected", None)
            assert sum(text.startswith("stale") for text, _ in said) == 1
            assert engine.stats[0].silent == {"AAPL": None}

    run(with_venue(body))


def asked_by_ibkr(venue: IbkrGateway) -> tf.ibkr.WebApi:
    quotes: Any = {265598: [31, 84], 272093: [31]}
    return tf.ibkr.WebApi(
        venue.url, session=venue.session_id, quotes=quotes, symbol_within=0.3, on_stale="resubscribe"
    )


@pytest.mark.parametrize(
    ("make", "describe", "symbols"),
    [
        (IbkrGateway, asked_by_ibkr, {"265598", "272093"}),
        (
            IbkrPortal,
            lambda venue: tf.ibkr.Portal(venue.url, quotes=[265598], symbol_within=0.3, on_stale="resubscribe"),
            {"265598"},
        ),
        (
            EtnaStreamer,
            lambda venue: tf.etna.Quotes(
                venue.url, user="5104", password="SIMPASSWORD", securities=[318], symbol_within=0.3,
                on_stale="resubscribe",
            ),
            {"318"},
        ),
        (
            VegaNode,
            lambda venue: tf.vega.Stream(
                "markets/data", url=venue.url, market_ids=[venue.instruments[0].symbol], symbol_within=0.3
            ),
            {VegaNode.default_names()[0]},
        ),
    ],
)  # fmt: skip
def test_symbols_of_other_venues(make, describe, symbols):
    """They are found in their rows."""

    async def main() -> None:
        async with make(seed=1) as venue:
            engine = tf.Engine(describe(venue))
            said: list[str] = []
            engine.on(tf.SessionState, lambda state: said.append(state.text or ""))
            async with engine:
                await engine.wait_ready()
                await until(lambda: {text.split()[4] for text in said if text.startswith("stale: no data")} == symbols)
                await until(lambda: not engine.stats[0].missing)
                venue.settle()
                await venue.play(200)
                await until(lambda: sum("again after" in text for text in said) >= len(symbols))
                assert engine.stats[0].drops == 0

    run(main())


def test_wrong_arguments():
    for wrong in ({"symbol_within": 0.0}, {"symbol_within": {"AAPL": "often"}}, {"on_stale": "ask"}):
        with pytest.raises(tf.ConfigError, match=next(iter(wrong))):
            tf.alpaca.MarketData("v2/iex", quotes=["A"], key="K", secret="S", **wrong)
    with pytest.raises(tf.ConfigError, match="asks for no symbols"):
        tf.alpaca.Trading(key="K", secret="S", symbol_within=1.0)
    with pytest.raises(tf.ConfigError, match="cannot change while it runs"):
        tf.alpaca.Trading(key="K", secret="S", on_stale="resubscribe")
    with pytest.raises(tf.ConfigError, match="cannot change while it runs"):
        tf.vega.Stream("orders", url="ws://h", on_stale="resubscribe")
    with pytest.raises(tf.ConfigError, match="asks for no symbols"):
        tf.vega.Stream("orders", url="ws://h", symbol_within=3.0)


def test_an_error_of_what_is_asked_for_seconds_ends_the_engine():
    async def main() -> None:
        async with AlpacaMarketData() as venue:
            stream = tf.alpaca.MarketData(
                url=venue.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"], symbol_within=lambda: 1 / 0
            )
            with pytest.raises(ZeroDivisionError):
                async with tf.Engine(stream) as engine:
                    await engine.wait()

    run(main())


# the watch by itself


def quotes(*symbols: str, bid: float = 1.5) -> str:
    return json.dumps([{"T": "q", "S": symbol, "bp": bid} for symbol in symbols])


def test_forty_thousand_symbols():
    names = [f"S{number}" for number in range(40_000)]
    decoder = tf.decoder("alpaca.data")
    stream = tf.alpaca.MarketData("v2/sip", quotes=names, key="K", secret="S", symbol_within=10.0)
    watch = SymbolWatch(stream, decoder)
    watch.ready(stream, 0.0)
    decoder.feed(quotes(*names), 1)
    assert watch.look(stream, 1.0) == (2.0, [])
    for at in range(2, 11):
        decoder.feed(quotes(*names[500:], bid=at), at)
        assert watch.look(stream, float(at)) == (at + 1.0, [])
    first, second = watch.look(stream, 11.0)[1], watch.look(stream, 12.0)[1]
    assert [len(first), len(second)] == [AT_ONCE, 500 - AT_ONCE]
    assert [one.symbol for one in (*first, *second)] == names[:500]
    assert (first[0].since_ns, first[0].seconds) == (1, 10.0)
    decoder.feed(quotes("S7", bid=13), 13)
    (again,) = watch.look(stream, 13.0)[1]
    assert (again.symbol, again.silent, again.since_ns, again.seconds) == ("S7", False, 1, 12.0)


def test_a_look_that_comes_late_says_nothing():
    decoder = tf.decoder("alpaca.data")
    stream = tf.alpaca.MarketData("v2/sip", quotes=["A"], key="K", secret="S", symbol_within=4.0)
    watch = SymbolWatch(stream, decoder)
    watch.ready(stream, 0.0)
    assert watch.look(stream, 1.0)[1] == []
    assert watch.look(stream, 20.0)[1] == []
    assert [one.symbol for one in watch.look(stream, 21.0)[1]] == ["A"]


def test_a_wall_clock_that_jumps_back_is_no_silence():
    decoder = tf.decoder("alpaca.data")
    stream = tf.alpaca.MarketData("v2/sip", quotes=["A"], trades=["A"], key="K", secret="S", symbol_within=3.0)
    watch = SymbolWatch(stream, decoder)
    watch.ready(stream, 0.0)
    for at in range(1, 10):
        stamp = 10_000 + at if at < 4 else at  # ns UTC, of which the clock loses 10,000
        decoder.feed(quotes("A", bid=at), stamp)
        assert watch.look(stream, float(at))[1] == []
    for at in range(10, 20):
        decoder.feed('[{"T":"t","S":"A","i":1,"p":1.5,"s":3}]', at)
        assert watch.look(stream, float(at))[1] == []


def test_hours_of_a_symbol():
    within: list[float | None] = [4.0]
    decoder = tf.decoder("alpaca.data")
    stream = tf.alpaca.MarketData(
        "v2/sip", quotes=["A", "B"], key="K", secret="S", symbol_within={"A": lambda: within[0], "B": lambda: None}
    )
    watch = SymbolWatch(stream, decoder)
    watch.ready(stream, 0.0)
    found = [watch.look(stream, at)[1] for at in (1.0, 2.0, 3.0, 4.0)]
    assert [[one.silent for one in each] for each in found] == [[], [], [], [True]]
    within[0] = None
    (ended,) = watch.look(stream, 5.0)[1]
    assert (ended.silent, ended.flowed) == (False, False)
    assert watch.look(stream, 6.0)[1] == []
    within[0] = 3.0
    found = [watch.look(stream, at)[1] for at in (7.0, 8.0, 9.0)]
    assert [[one.symbol for one in each] for each in found] == [[], [], ["A"]]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours():
    day: Hours = tf.hours("09:30", "16:00", tz="America/New_York", within=30.0, holidays=[date(2026, 11, 26)])
    for at, seconds in (
        ("2026-11-25T14:29", None),  # Wednesday
        ("2026-11-25T14:30", 30.0),
        ("2026-11-25T20:59", 30.0),
        ("2026-11-25T21:00", None),
        ("2026-11-26T15:00", None),  # a holiday
        ("2026-11-28T15:00", None),  # Saturday
        ("2026-07-01T13:30", 30.0),  # summer time
    ):
        assert day.at(moment(at)) == seconds, at
    night = tf.hours("17:00", "16:00", tz="America/Chicago", within=5.0, days="sun-thu")
    for at, seconds in (
        ("2026-11-29T22:59", None),  # Sunday, 16:59
        ("2026-11-29T23:00", 5.0),
        ("2026-12-04T21:59", 5.0),  # Friday, opened on Thursday
        ("2026-12-04T22:30", None),
        ("2026-12-05T00:00", None),
    ):
        assert night.at(moment(at)) == seconds, at
    assert tf.hours("00:00", "23:59", tz="UTC", within=1.0, days="mon-sun")() in (1.0, None)
    for wrong in (
        {"opens": "9.30"}, {"closes": "09:30"}, {"tz": "Mars/Base"}, {"within": 0}, {"days": "daily"},
        {"holidays": ["2026-11-26"]},
    ):  # fmt: skip
        given: dict[str, Any] = {"opens": "09:30", "closes": "16:00", "tz": "UTC", "within": 1.0, **wrong}
        with pytest.raises(tf.ConfigError):
            tf.hours(given.pop("opens"), given.pop("closes"), **given)
