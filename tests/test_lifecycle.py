"""How an engine ends: exceptions of callbacks, stop(), the body of `async with`, signals; over real sockets."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import textwrap
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.connection import connect
from tickfold.engine.listener import Listener
from tickfold.sim import AlpacaMarketData
from tickfold.sim.connection import Connection

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


class Odd(BaseException):
    """Neither an Exception nor anything that asyncio knows, as pytest's own outcomes are."""


ENDINGS: list[type[BaseException]] = [SystemExit, KeyboardInterrupt, asyncio.CancelledError, Odd, ValueError]


def market_data(venue: AlpacaMarketData, **options: Any) -> tf.alpaca.MarketData:
    wanted = {"quotes": ["*"], "key": "SIMKEY", "secret": "SIMSECRET"}
    return tf.alpaca.MarketData(**{"url": venue.url, **wanted, **options})


class Venue(AlpacaMarketData):
    """Notes the code of the Close frame that each connection has sent; None where it sent none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.codes: list[int | None] = []

    def closed(self, connection: Connection) -> None:
        assert connection.transport is not None
        received = connection.transport.close_handshake.recv
        self.codes.append(None if received is None else int(received.code))
        super().closed(connection)


def raises(kind: type[BaseException]) -> type[BaseException]:
    return tf.CallbackError if issubclass(kind, Exception) else kind


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("batch", [False, True])
def test_what_a_callback_raises_ends_the_engine_in_order(loop, ending, batch):
    """It comes out of `async with`, with the connection closed and all that was read folded."""
    calls: list[Any] = []
    cleaned = []

    async def main():
        async with Venue(seed=1, array_max=8) as venue:
            engine = tf.Engine(market_data(venue))

            def broken(_: Any) -> None:
                calls.append(None)
                raise ending("enough")

            (engine.on_batch if batch else engine.on)(tf.Quote, broken)
            try:
                async with engine:
                    await engine.wait_ready()
                    for _ in range(3):
                        venue.settle()  # a message with a quote of each instrument
                    await asyncio.sleep(3600)
            finally:
                cleaned.append(sys.exc_info()[0])
                await until(lambda: venue.codes == [1000])
                assert {quote.symbol for quote in engine.quotes} == {i.symbol for i in venue.instruments}

    async def caught() -> BaseException | None:
        try:
            await main()
        except BaseException as error:
            return error
        return None

    error = run(caught(), loop=loop)
    assert type(error) is raises(ending)
    assert cleaned == [type(error)]
    assert len(calls) == (1 if batch else 8), "nobody is called after the message that ended it"
    assert "enough" in str(error)


PROGRAM = """
    import asyncio, sys, time
    import tickfold as tf

    stream = tf.alpaca.MarketData(url=sys.argv[1], key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    engine = tf.Engine(stream)

    @engine.on(tf.Quote)
    def quote(record):
        {body}

    try:
        engine.run()
        print("returned", flush=True)
    except BaseException as error:
        print("raised", repr(error), flush=True)
        raise
    finally:
        print("cleaned", flush=True)
"""


async def program(venue: AlpacaMarketData, body: str, signals: tuple[signal.Signals, ...] = ()) -> Any:
    """Runs PROGRAM against a venue, with signals sent as soon as it says "called"; returns (status, stdout, stderr)."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(PROGRAM).replace("{body}", body), venue.url,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    try:
        await venue.wait_subscribed()
        playing = asyncio.create_task(venue.play())
        out = b""
        if signals:
            assert child.stdout is not None
            out = await child.stdout.readline()
        for each in signals:
            child.send_signal(each)
            await asyncio.sleep(0.3)
        rest, err = await asyncio.wait_for(child.communicate(), 20)
        playing.cancel()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode, out + rest, err


@pytest.mark.parametrize(
    ("body", "status", "shown"),
    [
        ("sys.exit(3)", 3, b"raised SystemExit(3)\ncleaned\n"),
        ("sys.exit()", 0, b"raised SystemExit()\ncleaned\n"),
        ("raise KeyboardInterrupt", -signal.SIGINT, b"raised KeyboardInterrupt()\ncleaned\n"),
        ("raise asyncio.CancelledError", 1, b"raised CancelledError()\ncleaned\n"),
        ("raise ValueError('x')", 1, b"raised CallbackError('a callback raised ValueError: x')\ncleaned\n"),
        ("engine.stop()", 0, b"returned\ncleaned\n"),
    ],
)
def test_run_lets_it_out_and_finally_blocks_run(body, status, shown):
    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            code, out, err = await program(venue, body)
            assert (code, out) == (status, shown), err
            assert b"Traceback" not in err or status != 0

    run(main(), 30)


def test_a_signal_in_a_callback_that_does_not_come_back():
    """The first two cannot be heeded; the third does what SIGINT does by default, even there."""
    interrupt = signal.SIGINT

    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            body = "print('called', flush=True)\n    while True: time.sleep(0.05)"
            code, out, err = await program(venue, body, (interrupt, interrupt, interrupt))
            assert (code, out) == (-interrupt, b"called\nraised KeyboardInterrupt()\ncleaned\n"), err

    run(main(), 30)


def test_the_default_of_sigterm_comes_back_too():
    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            body = "print('called', flush=True)\n    while True: time.sleep(0.05)"
            code, out, err = await program(venue, body, (signal.SIGTERM,) * 3)
            assert (code, out) == (-signal.SIGTERM, b"called\n"), err

    run(main(), 30)


def test_handlers_of_signals_are_given_back():
    async def main():
        async with AlpacaMarketData(rate=500) as venue:
            before = "signal.signal(signal.SIGTERM, mine); "
            body = "engine.stop()"
            text = textwrap.dedent(PROGRAM).replace("{body}", body)
            text = text.replace("import tickfold", f"import signal\nmine = lambda *a: None\n{before}\nimport tickfold")
            text += "\nassert signal.getsignal(signal.SIGTERM) is mine\n"
            text += "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\nprint('as before')\n"
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", text, venue.url, stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
            await venue.wait_subscribed()
            playing = asyncio.create_task(venue.play(500))
            out, _ = await child.communicate()
            assert out.endswith(b"as before\n")
            await playing

    run(main(), 30)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("connected", [True, False])
def test_what_is_raised_about_the_connection(loop, ending, connected):
    """In the callback of a SessionState of our own: outside of any message."""

    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(market_data(venue), reconnect=QUICK)

            @engine.on(tf.SessionState)
            def on_state(state):
                if state.connected is connected:
                    raise ending

            try:
                async with engine:
                    await engine.wait_ready()
                    venue.drop()
                    await asyncio.sleep(3600)
            except BaseException as error:
                return type(error), venue.accepted
            return None

    assert run(main(), loop=loop) == (raises(ending), 1)


def test_the_first_error_counts_but_none_hides_an_exit():
    async def main():
        async with AlpacaMarketData(seed=1, array_max=8) as venue:
            engine = tf.Engine(market_data(venue))
            raised = iter([ValueError("first"), KeyError("second"), SystemExit("third"), KeyboardInterrupt()])

            @engine.on(tf.Quote)
            def broken(_):
                error = next(raised, None)
                if error is not None:
                    raise error

            try:
                async with engine:
                    await engine.wait_ready()
                    venue.settle()
                    await asyncio.sleep(3600)
            except BaseException as error:
                return repr(error)
            return None

    assert run(main()) == "SystemExit('third')"


@pytest.mark.parametrize("loop", LOOPS)
def test_the_body_is_cancelled_when_the_engine_dies(loop, caplog):
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_auth = True
            engine = tf.Engine(market_data(venue))
            with pytest.raises(tf.AuthError):
                async with engine:
                    try:
                        await asyncio.sleep(3600)
                    except asyncio.CancelledError:
                        body.append("cancelled")
                        raise
            task = asyncio.current_task()
            assert task is not None
            assert task.cancelling() == 0

    body: list[str] = []
    with caplog.at_level(logging.ERROR, "tickfold"):
        run(main(), loop=loop)
    assert body == ["cancelled"]
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "the engine ends" in record.getMessage()
    assert "refuses" in record.getMessage()


def test_a_body_that_waits_hears_it_itself():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_auth = True
            engine = tf.Engine(market_data(venue))
            async with engine:
                for wait in (engine.wait_ready, engine.wait):
                    with pytest.raises(tf.AuthError):
                        await wait()
                await asyncio.sleep(0)  # the body goes on
                heard.append(True)

    heard: list[bool] = []
    run(main())
    assert heard == [True]


def test_an_error_of_the_body_comes_out():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_auth = True
            engine = tf.Engine(market_data(venue))
            with pytest.raises(LookupError):
                async with engine:
                    try:
                        await asyncio.sleep(3600)
                    finally:
                        raise LookupError

    run(main())


def test_who_cancels_the_body_is_not_mistaken_for_the_engine():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(market_data(venue))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2), engine:
                    await asyncio.sleep(3600)
            assert not venue.connections

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("how", ["stop", "close"])
def test_nobody_is_called_after_stop(loop, how):
    async def main():
        async with AlpacaMarketData(rate=20_000) as venue:
            venue.faults.slow_close = 0.3  # the venue goes on talking meanwhile
            engine = tf.Engine(market_data(venue, trades=["*"]), reconnect=None)
            calls: list[str] = []
            stopped = asyncio.Event()

            def stop(kind: str) -> None:
                calls.append(kind)
                if len(calls) == 20:
                    if how == "stop":
                        engine.stop()
                    else:
                        tasks.append(asyncio.ensure_future(engine.close()))
                        engine.stop()
                    stopped.set()

            tasks: list[Any] = []
            engine.on(tf.Record, lambda record: stop(type(record).__name__))
            engine.on(tf.Quote, lambda _: stop("after it, of the same record"))
            engine.on_batch(tf.Trade, lambda _: stop("batch"))
            async with engine:
                await engine.wait_ready()
                playing = asyncio.create_task(venue.play(10_000))
                await stopped.wait()
                before = engine.stats[0].messages, dict_of(engine)
                await engine.wait()
                playing.cancel()
                assert len(calls) == 20
                assert engine.stats[0].messages > before[0]
                assert dict_of(engine) != before[1], "what still came is in the state"

    def dict_of(engine: tf.Engine) -> dict[str | None, Any]:
        return {quote.symbol: quote.seq for quote in engine.quotes}

    run(main(), loop=loop)


def test_an_engine_that_was_stopped_calls_again_when_it_runs_again():
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            engine = tf.Engine(market_data(venue))
            calls: list[int] = []

            @engine.on(tf.Quote)
            def on_quote(quote):
                calls.append(quote.seq)
                engine.stop()

            for times in (1, 2):
                async with engine:
                    await engine.wait_ready()
                    venue.settle()
                    await engine.wait()
                assert len(calls) == times

    run(main())


def test_ready_comes_after_what_made_it_ready():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(market_data(venue))
            told: list[Any] = []
            engine.on(tf.Ack, lambda ack: told.append(ack.action))
            engine.on(tf.SessionState, lambda state: told.append(f"{state.state}"))
            async with engine:
                await engine.wait_ready()
                await until(lambda: told[-1] == "LIVE")
            assert told == [
                "CONNECTING", "AUTHENTICATING", "connected", "authenticated", "SUBSCRIBING", "subscription", "LIVE",
            ]  # fmt: skip

    run(main())


def test_the_dialogue_goes_on_whatever_is_taken_back():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(market_data(venue))
            for feed in engine._feeds:
                engine.off(feed.decoder.control)
            async with engine:
                await engine.wait_ready()

    run(main())


def test_a_fault_of_our_own_is_no_callback_error():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(market_data(venue))
            engine._feeds[0].decoder.control = lambda record: 1 / 0
            with pytest.raises(ZeroDivisionError):
                async with engine:
                    await engine.wait()

    run(main())


def test_equal_labels_are_refused():
    def stream(**options: Any) -> Any:
        return tf.ibkr.WebApi(orders=True, **options)

    with pytest.raises(tf.ConfigError, match='label="ibkr 1"'):
        tf.Engine(stream(), stream())
    with pytest.raises(tf.ConfigError, match="label="):
        tf.Engine(stream(label="a"), stream(label="b"), stream(label="a"))
    engine = tf.Engine(stream(), stream(label="other"))
    assert [feed.decoder.label for feed in engine._feeds] == ["ibkr", "other"]


def test_feeds_of_one_venue_have_different_names():
    feeds = [
        tf.alpaca.MarketData(feed, quotes=["A"], key="k", secret="s")
        for feed in ("v2/iex", "v2/sip", "v1beta3/crypto/us")
    ]
    engine = tf.Engine(*feeds, tf.alpaca.Trading(paper=True, key="k", secret="s"))
    labels = [stats.label for stats in engine.stats]
    assert labels[:3] == ["alpaca v2/iex", "alpaca v2/sip", "alpaca v1beta3/crypto/us"]
    assert len(set(labels)) == 4


# The listener alone


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("hook", [False, True])
def test_a_listener_lets_nothing_into_the_event_loop(loop, ending, hook):
    async def main():
        heard: list[BaseException] = []
        unhandled: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context["exception"]))
        async with AlpacaMarketData(seed=1) as venue:
            decoder = tf.decoder("alpaca.data")

            @decoder.on(tf.Ack)
            def broken(ack):
                raise ending

            listener = Listener(decoder, on_error=heard.append if hook else None)
            await connect(venue.url, listener)
            if issubclass(ending, Exception):
                await until(lambda: heard or unhandled)
                assert listener.connected
                listener.close()
            else:
                with pytest.raises(ending):
                    await listener.wait_disconnected()
                assert listener.sent_close_code == 1000
            await listener.wait_disconnected()  # what was raised is not raised again
        assert [type(error) for error in heard] == ([raises(ending)] if hook else [])
        assert len(unhandled) == (not hook and issubclass(ending, Exception))

    run(main(), loop=loop)
