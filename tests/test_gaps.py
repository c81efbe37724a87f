"""Gaps that are filled, and orders that may be out of date until they are; over real sockets, with simulated venues."""

import asyncio
import json
import urllib.request
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, AlpacaTrading, IbkrGateway, SimulatedVenue
from tickfold.sim.truth import all_differences

QUICK = tf.Backoff(initial=0.01, maximum=0.05)
ALPACA, IBKR = "/v2/orders?status=all&limit=500", "/v1/api/iserver/account/orders"


def alpaca(venue: AlpacaTrading, **options: Any) -> tf.alpaca.Trading:
    return tf.alpaca.Trading(url=venue.url, key="SIMKEY", secret="SIMSECRET", **options)


def ibkr(venue: IbkrGateway, **options: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"url": venue.url, "session": venue.session_id, "orders": True, **options})


async def ask(venue: SimulatedVenue, path: str) -> bytes:
    """What the venue's REST interface says."""
    url = f"http://{venue.host}:{venue.port}{path}"

    def get() -> bytes:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bytes(answer.read())

    return await asyncio.to_thread(get)


def wrong(venue: SimulatedVenue, engine: tf.Engine) -> list[str]:
    """What the engine does not know of the venue's orders."""
    return [line for line in all_differences(venue.truth(), engine) if line.startswith("order")]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("returned", [False, True])
def test_alpaca_s_orders_are_asked_for_after_a_loss(loop, returned):
    """What happened while nobody was connected is known once the stream is ready again, and told as SNAPSHOT."""

    async def main():
        async with AlpacaTrading(seed=4, disorder=False) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            gaps: list[tf.Gap] = []
            told: list[tuple[str, bool]] = []
            fills: dict[str, float] = {}

            @engine.on(tf.Order)
            def note(order: tf.Order) -> None:
                told.append((order.order_id or "", bool(order.flags & tf.Flag.SNAPSHOT)))

            @engine.on(tf.Fill)
            def add(fill: tf.Fill) -> None:
                fills[fill.order_id or ""] = fills.get(fill.order_id or "", 0.0) + (fill.qty or 0.0)

            @engine.on_gap
            async def resync(gap: tf.Gap) -> bytes | None:
                gaps.append(gap)
                assert not engine.stats[0].ready
                assert engine.stats[0].state == "snapshot"
                answer = await ask(venue, ALPACA)
                if returned:
                    return answer
                engine.feed_snapshot("alpaca paper", answer)
                return None

            async with engine:
                await engine.wait_ready()
                await venue.play(60)
                venue.settle()
                await until(lambda: not wrong(venue, engine))
                assert not engine.orders.stale
                assert not gaps
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
                told.clear()
                assert {order.order_id for order in engine.orders.stale} == {o.order_id for o in engine.orders.open}
                assert engine.orders.stale
                for _ in range(60):
                    venue.step(1)
                await engine.wait_ready()
                await until(lambda: engine.stats[0].connects == 2)
                await engine.wait_ready()
                assert not wrong(venue, engine)
                assert not engine.orders.stale
                assert told
                assert all(snapshot for _, snapshot in told)
                for order in engine.orders:
                    assert fills.get(order.order_id or "", 0.0) == pytest.approx(order.filled_qty or 0.0)
                (gap,) = gaps
                assert (gap.stream, gap.topic, gap.reason) == ("alpaca paper", "alpaca paper", "reconnected")
                assert gap.ts_from is not None
                assert gap.ts_to is not None
                assert gap.ts_from < gap.ts_to
                assert engine.stats[0].state == "live"
                assert engine.stats[0].last_data is None or engine.stats[0].last_data < gap.ts_to

    run(main(), 30, loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_ibkr_s_orders_are_asked_for_after_a_loss(loop):
    """Its stream repeats the orders of the day after each connection, which confirms them too."""

    async def main():
        async with IbkrGateway(seed=4) as venue:
            engine = tf.Engine(ibkr(venue, label="gateway"), reconnect=QUICK)
            made = []

            @engine.on_gap
            async def resync(gap: tf.Gap) -> None:
                made.append(engine.feed_snapshot(gap.stream, await ask(venue, IBKR)))  # type: ignore[arg-type]

            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(200)
                venue.settle()
                await until(lambda: not wrong(venue, engine))
                gateway_orders = {order.order_id for order in engine.orders.open}
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
                assert {order.order_id for order in engine.orders.stale} == gateway_orders
                for _ in range(50):
                    venue.step(1)
                await until(lambda: engine.stats[0].connects == 2)
                await engine.wait_ready()
                assert made
                await until(lambda: not wrong(venue, engine))
                assert not engine.orders.stale

    run(main(), 30, loop=loop)


def test_ibkr_s_own_list_confirms_what_has_not_changed():
    async def main():
        async with IbkrGateway(seed=4) as venue:
            engine = tf.Engine(ibkr(venue), reconnect=tf.Backoff(initial=0.2, maximum=0.2))
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(100)
                venue.settle()
                await until(lambda: not wrong(venue, engine))
                venue.drop()
                await until(lambda: bool(engine.orders.stale))
                seqs = {order.order_id: order.seq for order in engine.orders.stale}
                assert all(order.flags & tf.Flag.STALE for order in engine.orders.stale)
                await until(lambda: not engine.orders.stale)
                assert engine.stats[0].connects == 2
                assert any(order.seq == seqs.get(order.order_id) for order in engine.orders.open)

    run(main())


def test_a_rest_answer_of_long_ago_changes_nothing():
    """An order that has moved on meanwhile keeps its later state, and a fill is told once."""
    engine = tf.Engine(tf.alpaca.Trading(key="k", secret="s"))
    told: list[float | None] = []
    engine.on(tf.Fill, lambda fill: told.append(fill.qty))
    old = {
        "id": "o1", "client_order_id": "c1", "updated_at": "2026-11-28T14:30:00Z", "symbol": "AAPL", "qty": "10",
        "filled_qty": "4", "filled_avg_price": "2", "status": "partially_filled", "side": "buy", "type": "limit",
    }  # fmt: skip
    new = {**old, "filled_qty": "10", "status": "filled", "updated_at": "2026-11-28T14:31:00Z"}
    assert engine.feed_snapshot("alpaca paper", json.dumps([new])) == 2
    engine.feed_snapshot("alpaca paper", json.dumps([old]).encode())
    assert engine.feed_snapshot("alpaca paper", json.dumps(new)) == 0
    assert told == [10.0]
    (order,) = engine.orders
    assert (order.status, order.filled_qty, order.stream) == (tf.OrderStatus.FILLED, 10.0, "alpaca paper")


def test_what_is_no_answer_is_refused():
    vega = tf.vega.Stream("orders", url="ws://h/a")
    engine = tf.Engine(tf.alpaca.Trading(key="k", secret="s"), tf.ibkr.WebApi(orders=True), vega)
    for stream, payload, words in (
        ("alpaca paper", b'{"code":40110000,"message":"request is not authorized"}', "not authorized"),
        ("alpaca paper", b"<html>502</html>", "which is JSON.*502"),
        ("alpaca paper", b'["o1"]', "lists orders"),
        ("alpaca paper", b"\xff", "which is JSON"),
        ("alpaca paper", [{"id": 1}], "as bytes, not a list"),
        ("ibkr", b'{"error":"no bridge","statusCode":500}', "no bridge"),
        ("ibkr", b'{"orders":[],"snapshot":false}', "ask again"),
        ("vega orders", b"[]", "can be fed into Stream"),
        ("alpaca", b"[]", "no stream"),
    ):
        with pytest.raises(tf.ConfigError, match=words):
            engine.feed_snapshot(stream, payload)  # type: ignore[arg-type]
    assert engine.feed_snapshot("alpaca paper", b" [] ") == 0
    assert engine.feed_snapshot("ibkr", b' {"orders":[],"snapshot":true}') == 0
    assert not list(engine.orders)
    with pytest.raises(TypeError):
        engine.on_gap("resync")  # type: ignore[type-var]


@pytest.mark.parametrize("report", [False, True])
def test_a_handler_that_fails(report, caplog):
    """Raised, it ends the engine as a callback's exception does; reported, the stream is ready all the same."""

    async def main():
        async with AlpacaTrading(seed=4) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK, on_callback_error="report" if report else "raise")

            @engine.on_gap
            async def resync(gap: tf.Gap) -> None:
                await asyncio.sleep(0.01)
                raise LookupError("REST is down")

            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
                await engine.wait_ready()
                assert engine.stats[0].connects == 2
                assert engine.stats[0].callback_errors == 1

    if report:
        run(main())
        assert "LookupError: REST is down" in caplog.text
    else:
        with pytest.raises(tf.CallbackError, match="a gap of alpaca paper raised LookupError: REST is down") as caught:
            run(main())
        assert isinstance(caught.value.__cause__, LookupError)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_what_a_handler_raises_that_is_no_exception_ends_the_engine(error):
    async def main():
        async with AlpacaTrading(seed=4) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK, on_callback_error="report")

            @engine.on_gap
            async def resync(gap: tf.Gap) -> None:
                raise error

            async with engine:
                await engine.wait_ready()
                venue.drop()
                with pytest.raises(error):
                    await engine.wait()
                raise LookupError("the body goes on")

    with pytest.raises(LookupError):
        run(main())


@pytest.mark.parametrize("own", [False, True])
def test_handlers_end_with_the_engine(own):
    """A handler that would take for ever is cancelled; one that stops the engine itself is not."""

    async def main():
        async with AlpacaTrading(seed=4) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            ended: list[str] = []

            @engine.on_gap
            async def resync(gap: tf.Gap) -> None:
                try:
                    if own:
                        await engine.stop()
                        ended.append("stopped")
                    else:
                        await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    ended.append("cancelled")
                    raise

            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                if own:
                    await engine.wait()
                else:
                    assert not engine.stats[0].ready
                    with pytest.raises(TimeoutError, match="snapshot"):
                        await engine.wait_ready(timeout=0.05)
            await until(lambda: bool(ended))
            assert ended == ["stopped" if own else "cancelled"]
            assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("tickfold gap")]

    run(main())


def test_a_second_loss_while_a_gap_is_filled():
    """Each loss has a Gap and a call of its own; ready waits for all of them."""

    async def main():
        async with AlpacaTrading(seed=4) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            doors = [asyncio.Event(), asyncio.Event()]
            gaps: list[tf.Gap] = []

            @engine.on_gap
            async def resync(gap: tf.Gap) -> None:
                gaps.append(gap)
                await doors[len(gaps) - 1].wait()

            async with engine:
                await engine.wait_ready()
                for number in (1, 2):
                    venue.drop()
                    await until(lambda number=number: len(gaps) == number)
                assert engine.stats[0].state == "snapshot"
                doors[1].set()
                await asyncio.sleep(0.05)
                assert not engine.stats[0].ready
                doors[0].set()
                await engine.wait_ready()
                assert gaps[0].ts_to is not None
                assert gaps[1].ts_from is not None
                assert gaps[0].ts_from < gaps[1].ts_from

    run(main())


def test_gaps_of_books_come_too_and_hold_up_nothing():
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            stream = tf.alpaca.MarketData("v2/iex", quotes=["A"], url=venue.url, key="SIMKEY", secret="SIMSECRET")
            engine = tf.Engine(stream, reconnect=QUICK)
            gaps: list[tuple[str | None, str | None]] = []

            @engine.on_gap
            def note(gap: tf.Gap) -> None:
                gaps.append((gap.topic, gap.reason))

            def none(gap: tf.Gap) -> None:
                raise AssertionError("was taken off again")

            engine.on_gap(none)
            engine.off(none)
            async with engine:
                await engine.wait_ready()
                engine._feeds[0].decoder.gap(1, 2, "book", "an update of the order book is missing")
                assert engine.stats[0].ready
                await until(lambda: bool(gaps))
                assert gaps == [("book", "an update of the order book is missing")]

    run(main())
