"""The engine end to end: real sockets, both simulated venues, under uvloop and plain asyncio."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, DeflateSettings, IbkrGateway, SimulatedVenue, differences
from tickfold.sim.certificate import Certificate, self_signed

CONIDS = [265598, 272093, 4815747, 8894, 11031, 756733]
QUICK = tf.Backoff(initial=0.01, maximum=0.05)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"))


def alpaca(venue: AlpacaMarketData, **options: Any) -> tf.alpaca.MarketData:
    wanted = {"quotes": ["*"], "trades": ["*"], "bars": ["*"]}
    return tf.alpaca.MarketData(**{"url": venue.url, "key": "SIMKEY", "secret": "SIMSECRET", **wanted, **options})


def ibkr(venue: IbkrGateway, **options: Any) -> tf.ibkr.WebApi:
    wanted = {"orders": True, "quotes": CONIDS, "session": venue.session_id}
    return tf.ibkr.WebApi(**{"url": venue.url, **wanted, **options})


async def agree(engine: tf.Engine, *venues: SimulatedVenue) -> None:
    """Waits until what the engine holds is what the venues say; fails with the differences."""

    def found() -> list[str]:
        return [line for venue in venues for line in differences(venue.truth(), engine.quotes, engine.orders)]

    try:
        await until(lambda: not found())
    except TimeoutError:
        raise AssertionError("\n".join(found()[:10])) from None


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("rate", [None, 20_000.0])
@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("tls", [False, True])
def test_both_venues_fold_to_the_truth(certificate, loop, rate, deflate, tls):
    async def main():
        context = certificate.server_context() if tls else None
        settings = DeflateSettings("require" if deflate else "deny")
        pin = {"fingerprint": certificate.fingerprint} if tls else {}
        async with (
            AlpacaMarketData(seed=3, rate=rate, tls=context, deflate=settings, bar_seconds=0.05) as stocks,
            IbkrGateway(seed=4, rate=rate, tls=context, deflate=settings) as gateway,
        ):
            engine = tf.Engine(alpaca(stocks, **pin), ibkr(gateway, **pin))
            counts = {tf.Quote: 0, tf.Trade: 0, tf.Bar: 0, tf.Order: 0, tf.Error: 0}
            rows = []
            for kind in counts:

                def count(record, kind=kind):
                    assert type(record) is kind
                    counts[kind] += 1

                engine.on(kind, count)
            engine.on_batch(tf.Order, lambda array: rows.append(len(array)))
            async with engine:
                await engine.wait_ready()
                await asyncio.gather(stocks.play(4_000), gateway.play(4_000))
                await agree(engine, stocks, gateway)
                assert counts[tf.Trade] == stocks.truth().sent["trades"] > 0
                assert counts[tf.Bar] == stocks.truth().sent["bars"]
                assert counts[tf.Order] == sum(rows)
                assert counts[tf.Error] == 0
                assert len(engine.orders) == len(gateway.truth().orders) == len(engine.orders.array)
                for stats, venue in zip(engine.stats, (stocks, gateway), strict=True):
                    assert stats.messages == venue.connections[0].sent
                    assert stats.bytes > 0
                    assert (stats.ready, stats.connects, stats.drops) == (True, 1, 0)
            assert not stocks.connections
            assert not gateway.connections
            assert not any(stats.ready for stats in engine.stats)

    run(main(), 30, loop)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("how", ["drop", "close", "silence"])
def test_a_lost_connection_is_made_again(loop, how):
    async def main():
        live = tf.Liveness(ping_after=0.1, dead_after=0.3)
        async with (
            AlpacaMarketData(seed=5, rate=2_000) as stocks,
            IbkrGateway(seed=6, rate=2_000) as gateway,
        ):
            engine = tf.Engine(alpaca(stocks, liveness=live), ibkr(gateway, liveness=live), reconnect=QUICK)
            told: dict[str, list[Any]] = {"alpaca v2/iex": [], "ibkr": []}

            def note(state: tf.SessionState) -> None:
                if state.topic in told and state.connected is not None:
                    told[state.topic].append(state.copy())

            engine.on(tf.SessionState, note)
            engine.on(tf.Gap, lambda gap: told[gap.topic].append(gap.copy()))
            async with engine:
                await engine.wait_ready()
                for venue in (stocks, gateway):
                    playing = asyncio.create_task(venue.play(1_000))
                    await asyncio.sleep(0.1)
                    if how == "drop":
                        venue.drop()
                    elif how == "close":
                        venue.close(1001, "going away")
                    else:
                        venue.faults.silent = True
                        await until(lambda venue=venue: not venue.connections)
                        venue.faults.silent = False
                    await playing
                await until(lambda: stocks.subscribed and gateway.subscribed and all(s.ready for s in engine.stats))
                stocks.settle()
                await agree(engine, stocks, gateway)
                for stats in engine.stats:
                    assert stats.reconnects == stats.connects - 1 >= 1
                    assert stats.attempts >= stats.connects
                    up, down, again, gap, *_ = told[stats.label]
                    assert [state.connected for state in (up, down, again)] == [True, False, True]
                    assert {"drop": "without", "close": "1001", "silence": "silent"}[how] in down.text
                    assert up.ts_recv <= gap.ts_from <= down.ts_recv <= again.ts_recv == gap.ts_to
                    assert stats.drops >= 1
                assert stocks.accepted >= 2

    run(main(), 30, loop)


def test_a_venue_that_is_not_there_yet():
    async def main():
        async with AlpacaMarketData() as venue:
            stream = alpaca(venue)
            await venue.stop()
            engine = tf.Engine(stream, reconnect=QUICK)
            async with engine:
                await until(lambda: engine.stats[0].attempts > 2)
                assert engine.stats[0].last_error is not None
                await venue.start()
                await engine.wait_ready()

    run(main())


def test_attempts_run_out():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_upgrade = 503
            engine = tf.Engine(alpaca(venue), reconnect=tf.Backoff(initial=0.01, attempts=3))
            async with engine:
                with pytest.raises(tf.HandshakeError, match="503"):
                    await engine.wait()
            assert engine.stats[0].attempts == 3  # and what was told once is not raised again

    run(main())


@pytest.mark.parametrize("reconnect", [None, QUICK])
def test_refused_credentials_end_all(reconnect):
    async def main():
        async with AlpacaMarketData() as stocks, IbkrGateway() as gateway:
            stocks.faults.refuse_auth = True
            engine = tf.Engine(alpaca(stocks), ibkr(gateway), reconnect=reconnect)
            with pytest.raises(tf.AuthError):
                async with engine:
                    await engine.wait()
            await until(lambda: not gateway.connections)
            assert engine.stats[0].attempts == 1

    run(main())


def test_a_refused_subscription_ends_all():
    async def main():
        async with AlpacaMarketData(symbol_limit=1) as venue:
            engine = tf.Engine(alpaca(venue, quotes=["A", "B"]), reconnect=QUICK)
            with pytest.raises(tf.LimitError, match="405"):
                async with engine:
                    await engine.wait()
            assert venue.accepted == 1

    run(main())


def test_a_certificate_that_is_not_accepted(certificate):
    async def main():
        async with IbkrGateway(tls=certificate.server_context()) as gateway:
            engine = tf.Engine(ibkr(gateway), reconnect=QUICK)
            with pytest.raises(tf.TlsError, match="fingerprint="):
                async with engine:
                    await engine.wait_ready()

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_without_reconnecting_run_returns_when_all_have_closed(loop):
    async def main():
        async with AlpacaMarketData(seed=1) as stocks, IbkrGateway(seed=2) as gateway:
            engine = tf.Engine(alpaca(stocks), ibkr(gateway), reconnect=None)
            async with engine:
                await engine.wait_ready()
                await asyncio.gather(stocks.play(100), gateway.play(100))
                waiting = asyncio.create_task(engine.wait())
                stocks.close(1000)
                await until(lambda: not stocks.connections)
                await asyncio.sleep(0.05)
                assert not waiting.done()
                gateway.drop()
                await waiting
                await agree(engine, stocks, gateway)

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("batch", [False, True])
def test_an_exception_of_a_callback_ends_the_engine(loop, batch):
    async def main():
        async with AlpacaMarketData(seed=1, array_max=8) as stocks, IbkrGateway(seed=2) as gateway:
            engine = tf.Engine(alpaca(stocks), ibkr(gateway, quotes=[]))
            seen = []

            def broken(_: Any) -> None:
                raise ZeroDivisionError("in the strategy")

            (engine.on_batch if batch else engine.on)(tf.Quote, broken)
            engine.on(tf.Quote, lambda quote: seen.append(quote.symbol))
            with pytest.raises(tf.CallbackError) as raised:
                async with engine:
                    await engine.wait_ready()
                    stocks.settle()  # eight quotes in one message
                    await engine.wait()
            assert isinstance(raised.value.__cause__, ZeroDivisionError)
            assert set(seen) >= {instrument.symbol for instrument in stocks.instruments}
            assert {quote.symbol for quote in engine.quotes} >= set(stocks.truth().quotes)
            await until(lambda: not stocks.connections and not gateway.connections)

    run(main(), loop=loop)


@pytest.mark.parametrize("connected", [True, False])
def test_an_exception_about_the_connection_ends_the_engine(connected):
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)

            @engine.on(tf.SessionState)
            def on_state(state):
                if state.connected is connected:
                    raise ZeroDivisionError

            with pytest.raises(tf.CallbackError) as raised:
                async with engine:
                    await engine.wait_ready()
                    venue.drop()
                    await engine.wait()
            assert isinstance(raised.value.__cause__, ZeroDivisionError)
            assert venue.accepted == 1

    run(main())


def test_a_callback_may_stop_the_engine():
    async def main():
        async with AlpacaMarketData(rate=5_000) as venue:
            engine = tf.Engine(alpaca(venue))
            engine.on(tf.Quote, lambda _: engine.stop())
            async with engine:
                await engine.wait_ready()
                playing = asyncio.create_task(venue.play(500))
                await engine.wait()
                await playing

    run(main())


def test_closing_between_attempts_and_before_the_first():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_upgrade = 503
            engine = tf.Engine(alpaca(venue), reconnect=tf.Backoff(initial=60.0))
            async with engine:
                await until(lambda: engine.stats[0].last_error is not None)
                await engine.close()
                await engine.close()
            async with engine:
                pass
            async with engine:
                with pytest.raises(tf.ConfigError, match="running already"):
                    async with engine:
                        raise AssertionError("entered")

    run(main())


def test_an_engine_may_run_again_on_another_loop():
    venue = AlpacaMarketData(seed=1)
    engines: list[tf.Engine] = []

    async def main():
        async with venue:
            if not engines:  # the venue has a port now, and keeps it
                engines.append(tf.Engine(alpaca(venue), reconnect=QUICK))
            async with engines[0]:
                await engines[0].wait_ready()
                venue.settle()
                await agree(engines[0], venue)

    for _ in range(2):
        run(main())
    assert engines[0].stats[0].connects == 2


def test_waiting_for_an_engine_that_does_not_run():
    async def main():
        engine = tf.Engine(tf.ibkr.WebApi(orders=True))
        for wait in (engine.wait, engine.wait_ready):
            with pytest.raises(tf.ConfigError, match="not running"):
                await wait()
        await engine.close()

    run(main())


def test_changed_fields_and_taking_back():
    async def main():
        async with IbkrGateway(seed=3, rate=None, order_share=1.0) as gateway:
            engine = tf.Engine(ibkr(gateway))
            every, some = [], []
            engine.on(tf.Order, lambda order: every.append(order.order_id))

            @engine.on(tf.Order, changed=["status", "filled_qty"])
            def on_change(order):
                assert {"status", "filled_qty"} & set(order.changed_fields)
                some.append(order.order_id)

            async with engine:
                await engine.wait_ready()
                await gateway.play(500)
                await agree(engine, gateway)
                assert 0 < len(some) < len(every)
                engine.off(on_change)
                before = len(some)
                await gateway.play(500)
                await agree(engine, gateway)
                assert len(some) == before

    run(main())


def test_what_cannot_be_a_callback():
    engine = tf.Engine(tf.ibkr.WebApi(orders=True))

    async def later(quote):
        pass

    for register in (engine.on, engine.on_batch):
        with pytest.raises(TypeError, match="coroutine function"):
            register(tf.Quote, later)
        with pytest.raises(TypeError):
            register(tf.Quote, 5)
    with pytest.raises(tf.ConfigError):
        engine.on(tf.Quote, print, changed=["no_such_field"])
    with pytest.raises(TypeError):
        engine.attach(object())


@pytest.mark.parametrize(
    ("streams", "options", "hint"),
    [
        ([], {}, "at least one"),
        (["wss://host"], {}, "tf.alpaca"),
        ([tf.ibkr.WebApi(orders=True)], {"reconnect": True}, "tf.Backoff"),
        ([tf.ibkr.WebApi(orders=True)] * 257, {}, "256"),
    ],
)
def test_wrong_arguments(streams, options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        tf.Engine(*streams, **options)


def test_two_logins_of_one_venue_stay_apart():
    async def main():
        async with (
            IbkrGateway(seed=3, rate=None, accounts=["DU1"], order_share=1.0) as one,
            IbkrGateway(seed=3, rate=None, accounts=["DU2"], order_share=1.0) as two,
        ):
            engine = tf.Engine(ibkr(one, label="one"), ibkr(two, label="two"))
            async with engine:
                await engine.wait_ready()
                await asyncio.gather(one.play(500), two.play(900))
                await until(lambda: len(engine.orders) == len(one.truth().orders) + len(two.truth().orders))
                await until(lambda: not [*differences(tf_orders(one), engine.quotes, engine.orders)])
                await until(lambda: not [*differences(tf_orders(two), engine.quotes, engine.orders)])
                two.faults.refuse_auth = True
                one.drop()  # its session alone is told of its own dialogue
                await until(lambda: engine.stats[0].connects == 2)
                assert engine.stats[1].connects == 1

    def tf_orders(venue):
        truth = venue.truth()
        truth.quotes.clear()  # the two share symbols, and with them quotes
        return truth

    run(main())


PROGRAM = """
    import asyncio, sys
    import tickfold as tf

    stream = tf.alpaca.MarketData(url=sys.argv[1], key="SIMKEY", secret="SIMSECRET", quotes=["*"], close_timeout=30.0)
    engine = tf.Engine(stream)

    @engine.on(tf.Quote)
    def first(quote):
        print(type(asyncio.get_running_loop()).__module__, flush=True)
        engine.off(first)

    engine.run()
    print("returned", flush=True)
"""


@pytest.mark.parametrize(("name", "twice"), [("SIGINT", False), ("SIGTERM", False), ("SIGTERM", True)])
def test_signals(name, twice):
    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            if twice:
                venue.faults.slow_close = None  # a first signal would wait for the venue's Close
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                textwrap.dedent(PROGRAM),
                venue.url,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            assert child.stdout is not None
            try:
                await venue.wait_subscribed()
                playing = asyncio.create_task(venue.play())
                assert await child.stdout.readline() == b"uvloop\n"
                child.send_signal(signal.Signals[name])
                if twice:
                    await asyncio.sleep(0.3)
                    assert child.returncode is None
                    child.send_signal(signal.Signals[name])
                out, err = await child.communicate()
                playing.cancel()
                assert out.endswith(b"returned\n"), err
                assert child.returncode == 0
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()

    run(main(), 30)


def test_run_where_a_loop_is_running():
    async def main():
        with pytest.raises(tf.ConfigError, match="async with engine"):
            tf.Engine(tf.ibkr.WebApi(orders=True)).run()

    run(main())


def test_run_outside_the_main_thread():
    failures: list[BaseException] = []

    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            engine = tf.Engine(alpaca(venue))
            engine.on(tf.Quote, lambda _: engine.stop())

            def work() -> None:
                try:
                    engine.run()
                except BaseException as error:
                    failures.append(error)

            thread = threading.Thread(target=work)
            thread.start()
            await venue.wait_subscribed()
            await venue.play(50)
            await until(lambda: not thread.is_alive())
            thread.join()

    run(main())
    assert failures == []
