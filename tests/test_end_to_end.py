"""Each stream end to end: its simulated venue, the engine, and what the engine holds against what the venue says."""

import asyncio
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import (
    AlpacaMarketData,
    AlpacaTrading,
    DeflateSettings,
    EtnaStreamer,
    IbkrGateway,
    IbkrPortal,
    SimulatedVenue,
    VegaNode,
    all_differences,
)

QUICK = tf.Backoff(initial=0.01, maximum=0.05)
KEYS = {"key": "SIMKEY", "secret": "SIMSECRET"}
LOGIN = {"user": "5104", "password": "SIMPASSWORD"}

Streams = list[Any]


def stocks(venue: AlpacaMarketData) -> Streams:
    channels = "quotes trades bars updated_bars daily_bars statuses lulds imbalances"
    return [tf.alpaca.MarketData(url=venue.url, **KEYS, **{name: ["*"] for name in channels.split()})]


def crypto(venue: AlpacaMarketData, encoding: str = "json") -> Streams:
    channels = "quotes trades bars updated_bars daily_bars orderbooks"
    wanted = {name: ["*"] for name in channels.split()}
    return [tf.alpaca.MarketData("v1beta3/crypto/us", url=venue.url, encoding=encoding, **KEYS, **wanted)]


def packed_crypto(venue: AlpacaMarketData) -> Streams:
    return crypto(venue, "msgpack")


def options(venue: AlpacaMarketData) -> Streams:
    symbols = [i.symbol for i in venue.instruments]
    return [tf.alpaca.MarketData("v1beta1/opra", url=venue.url, quotes=symbols, trades=["*"], **KEYS)]


def trading(venue: AlpacaTrading) -> Streams:
    return [tf.alpaca.Trading(url=venue.url, **KEYS)]


def packed_trading(venue: AlpacaTrading) -> Streams:
    return [tf.alpaca.Trading(url=venue.url, encoding="msgpack", **KEYS)]


def gateway(venue: IbkrGateway) -> Streams:
    wanted = {"orders": True, "fills": True, "pnl": True, "summary": venue.accounts, "ledger": venue.accounts}
    conids = [i.conid for i in venue.instruments]
    return [tf.ibkr.WebApi(venue.url, session=venue.session_id, quotes=conids, **wanted)]


def portal(venue: IbkrPortal) -> Streams:
    return [tf.ibkr.Portal(venue.url, accounts=venue.accounts, quotes=[i.conid for i in venue.instruments])]


def vega(venue: VegaNode) -> Streams:
    markets = [i.symbol for i in venue.instruments]
    of_parties = ("orders", "positions", "accounts", "trades")
    of_markets = ("markets/data", "markets/depth")
    streams = [tf.vega.Stream(name, url=venue.url) for name in of_parties]
    return streams + [tf.vega.Stream(name, url=venue.url, market_ids=markets) for name in of_markets]


def etna(venue: EtnaStreamer) -> Streams:
    quotes = tf.etna.Quotes(venue.url, securities=[i.conid for i in venue.instruments], **LOGIN)
    return [quotes, tf.etna.Trading(venue.url, accounts=venue.accounts, **LOGIN)]


Make = Callable[..., SimulatedVenue]
CASES: dict[str, tuple[Make, Callable[[Any], Streams]]] = {
    "alpaca.stocks": (lambda **o: AlpacaMarketData(bar_seconds=0.05, **o), stocks),
    "alpaca.crypto": (lambda **o: AlpacaMarketData(path="/v1beta3/crypto/us", bar_seconds=0.05, **o), crypto),
    "alpaca.crypto.msgpack": (lambda **o: AlpacaMarketData(path="/v1beta3/crypto/us", **o), packed_crypto),
    "alpaca.options": (lambda **o: AlpacaMarketData(path="/v1beta1/opra", **o), options),
    "alpaca.trading": (AlpacaTrading, trading),
    "alpaca.trading.paper": (lambda **o: AlpacaTrading(paper=True, **o), trading),
    "alpaca.trading.msgpack": (AlpacaTrading, packed_trading),
    "ibkr": (IbkrGateway, gateway),
    "ibkr.portal": (IbkrPortal, portal),
    "vega": (VegaNode, vega),
    "vega.names": (lambda **o: VegaNode(names=True, **o), vega),
    "etna": (EtnaStreamer, etna),
}


async def agree(engine: tf.Engine, venue: SimulatedVenue) -> None:
    """Waits until what the engine holds is what the venue says; fails with the differences."""
    try:
        await until(lambda: not list(all_differences(venue.truth(), engine)), 10)
    except TimeoutError:
        raise AssertionError("\n".join(list(all_differences(venue.truth(), engine))[:10])) from None


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("rate", "deflate", "loop"), [(None, "require", "uvloop"), (5_000.0, "deny", "asyncio")])
def test_folds_to_the_truth(case, rate, deflate, loop):
    async def main():
        make, streams = CASES[case]
        async with make(seed=11, rate=rate, deflate=DeflateSettings(deflate)) as venue:
            engine = tf.Engine(*streams(venue))
            records: Counter[str] = Counter()
            told: list[str] = []
            for kind in (tf.Quote, tf.Trade, tf.Bar, tf.Order, tf.Fill, tf.Position, tf.Balance, tf.Pnl, tf.Status):
                engine.on(kind, lambda record: records.update([type(record).__name__]))
            engine.on(tf.Error, lambda error: told.append(f"error {error.text}"))
            engine.on(tf.Raw, lambda raw: told.append(f"raw {raw.topic}"))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(3_000)
                venue.settle()
                await agree(engine, venue)
                truth = venue.truth()
                assert told == []
                assert truth.quotes or truth.orders
                assert len(truth.orders) == len(engine.orders)
                assert (records["Order"] > 0) == bool(truth.orders)
                assert (records["Quote"] > 0) == bool(truth.quotes)
                for name, rows in (("Fill", truth.fills), ("Position", truth.positions), ("Balance", truth.balances),
                                   ("Pnl", truth.pnl)):  # fmt: skip
                    assert not rows or records[name] > 0, name
            assert not venue.connections

    run(main(), 40, loop)


@pytest.mark.parametrize("case", ["alpaca.trading", "ibkr", "ibkr.portal", "vega", "etna"])
@pytest.mark.parametrize("loop", LOOPS)
def test_orders_after_a_lost_connection(case, loop):
    async def main():
        make, streams = CASES[case]
        async with make(seed=12, rate=4_000.0) as venue:
            engine = tf.Engine(*streams(venue), reconnect=QUICK)
            gaps: list[str] = []
            engine.on(tf.Gap, lambda gap: gaps.append(gap.reason))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                playing = asyncio.create_task(venue.play(2_000))
                await asyncio.sleep(0.15)
                venue.drop()
                await playing
                await engine.wait_ready()
                await until(lambda: len(venue.connections) == len(streams(venue)) and venue.subscribed)
                await asyncio.sleep(0.05)
                venue.settle()
                truth = venue.truth()
                truth.fills = []  # what was executed meanwhile is told by no venue but IBKR

                def found() -> list[str]:
                    return [line for line in all_differences(truth, engine) if line.startswith(("order", "quote"))]

                try:
                    await until(lambda: not found())
                except TimeoutError:
                    raise AssertionError("\n".join(found()[:10])) from None
                assert len(gaps) >= 1
                assert all(stats.reconnects >= 1 for stats in engine.stats)

    run(main(), 30, loop)


@pytest.mark.parametrize("case", ["ibkr.portal", "etna"])
def test_derived_fills_make_up_what_was_filled(case):
    async def main():
        make, streams = CASES[case]
        async with make(seed=13, rate=None, order_share=1.0) as venue:
            engine = tf.Engine(*streams(venue))
            filled: dict[str | None, Decimal] = {}

            @engine.on(tf.Fill)
            def on_fill(fill: tf.Fill) -> None:
                assert fill.flags & tf.Flag.SYNTHETIC
                filled[fill.order_id] = filled.get(fill.order_id, Decimal(0)) + (fill.decimal("qty") or 0)

            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(3_000)
                await agree(engine, venue)
            for order in venue.truth().orders:
                assert filled.get(order["order_id"], Decimal(0)) == Decimal(order["filled_qty"] or 0)

    run(main(), 30)


@pytest.mark.parametrize("fills", [False, True])
def test_an_execution_of_ibkr_is_told_once(fills):
    """With `str` each by its id; without, each rise of a total as a derived one; never both."""

    async def main():
        async with IbkrGateway(seed=14, rate=None, order_share=1.0) as venue:
            engine = tf.Engine(tf.ibkr.WebApi(venue.url, session=venue.session_id, orders=True, fills=fills))
            told: dict[str, Decimal] = {}
            derived: list[bool] = []

            @engine.on(tf.Fill)
            def on_fill(fill: tf.Fill) -> None:
                derived.append(bool(fill.flags & tf.Flag.SYNTHETIC))
                told.setdefault(fill.exec_id or f"derived {len(derived)}", fill.decimal("qty") or Decimal(0))

            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(3_000)
                await agree(engine, venue)
            assert set(derived) == {not fills}
            total = sum(Decimal(order["filled_qty"] or 0) for order in venue.truth().orders)
            assert sum(told.values()) == total > 0

    run(main(), 30)


def test_a_gap_in_a_book_of_vega_is_told():
    async def main():
        async with VegaNode(seed=15, rate=None, order_share=0.0, gaps=0.1) as venue:
            markets = [i.symbol for i in venue.instruments]
            engine = tf.Engine(tf.vega.Stream("markets/depth/updates", url=venue.url, market_ids=markets))
            gaps: list[str | None] = []
            engine.on(tf.Gap, lambda gap: gaps.append(gap.symbol))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(500)
                await until(lambda: set(gaps) == set(markets))

    run(main())


def test_notices_and_bulletins_of_ibkr():
    async def main():
        async with IbkrGateway(seed=16, rate=None) as venue:
            engine = tf.Engine(tf.ibkr.WebApi(venue.url, session=venue.session_id, pnl=True))
            kinds: Counter[str] = Counter()
            engine.on(tf.Notice, lambda notice: kinds.update([(notice.notice_kind or tf.NoticeKind.NOTICE).name]))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(3_000)
                await until(lambda: kinds["BULLETIN"] > 0 and sum(kinds.values()) > kinds["BULLETIN"])

    run(main())


def test_news():
    async def main():
        async with AlpacaMarketData(path="/v1beta1/news", seed=17, rate=None) as venue:
            engine = tf.Engine(tf.alpaca.MarketData("v1beta1/news", url=venue.url, news=["*"], **KEYS))
            articles: list[tuple[str | None, int]] = []
            engine.on(tf.News, lambda news: articles.append((news.headline, len(news.content or ""))))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(300)
                await until(lambda: len(articles) == venue.truth().sent["news"])
            assert any(size > 100_000 for _, size in articles)
            assert all("\u201crise\u201d & fall" in (headline or "") for headline, _ in articles)

    run(main())
