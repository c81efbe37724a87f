"""What a slow callback leaves unread, and how it is told; over real sockets, the venue in a thread of its own."""

import asyncio
import threading
import time
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from test_journal import collected
from tickfold.net.lag import LOOKS, ONE_READ, SLOW_AGAIN, STEP, Behind, Look, PaceWatch, unread
from tickfold.sim import AlpacaMarketData
from tickfold.sim.certificate import self_signed

KEYS: dict[str, Any] = {"key": "SIMKEY", "secret": "SIMSECRET"}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("encrypted", [False, True])
def test_bytes_wait_in_the_kernel_while_a_callback_runs(loop, encrypted, faulty_venue, tmp_path):
    certificate = self_signed(tmp_path) if encrypted else None
    running = faulty_venue("alpaca.data", rate=2_000.0, tls=certificate.server_context() if certificate else None)
    stream = tf.alpaca.MarketData(
        url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"],
        fingerprint=certificate.fingerprint if certificate else None,
    )  # fmt: skip
    engine = tf.Engine(stream, slow_after=None)
    waited: list[int] = []

    @engine.on(tf.Quote)
    def slow(quote: tf.Quote) -> None:
        end = time.monotonic() + 5.0
        while not waited and time.monotonic() < end:
            time.sleep(0.01)
            if engine.stats[0].unread:
                waited.append(engine.stats[0].unread)

    async def main() -> None:
        async with engine:
            await until(lambda: bool(waited), 10.0)
            assert engine.stats[0].drops == 0
        assert engine.stats[0].unread == 0

    run(main(), loop=loop)


def test_without_a_connection_nothing_waits():
    assert unread(None) == 0


# what a watch makes of its looks


class Looks:
    """Looks at a stream of which `rate` bytes are handled in a second of work."""

    def __init__(self, slow_after: float = 1.0, rate: int = 100_000) -> None:
        self.slow_after, self.rate = slow_after, rate
        self.at, self.bytes, self.busy = 100.0, 0, 0.0
        self.watch = PaceWatch(Look(self.at, 0, 0.0, 0))

    def look(
        self, waiting: int = 0, busy: float = STEP, held_up: float = 0.0, offset: float | None = None
    ) -> Behind | None:
        self.at += STEP + held_up
        self.busy += busy + held_up
        self.bytes += int((busy + held_up) * self.rate)
        look = Look(self.at, self.bytes, self.busy, waiting)
        return self.watch.look(look, self.slow_after, held_up, offset)


def test_a_busy_stream_of_which_little_waits_is_kept_pace_with():
    looks = Looks()
    assert [looks.look(waiting=(n % 3) * 20_000) for n in range(40)] == [None] * 40
    assert looks.watch.busy_share == pytest.approx(1.0)
    assert not looks.watch.behind


def test_a_hold_up_is_told_and_that_it_is_over():
    looks = Looks()
    looks.look()
    assert looks.look(held_up=0.9) is None
    told = looks.look(held_up=2.6, waiting=12_345)
    assert told is not None
    assert (told.behind, told.loop_lag, told.unread) == (True, 2.6, 12_345)
    assert told.text == "the event loop was held up for 2.6 s, and nothing was read meanwhile; 12,345 bytes wait unread"
    assert told.backlog == pytest.approx(0.12345, rel=1e-4)
    assert looks.look() is None
    over = looks.look()
    assert over is not None
    assert (over.behind, over.loop_lag, over.text) == (False, 0.0, "keeps pace again")
    assert looks.look() is None


def test_what_takes_long_to_read_is_told_though_nothing_holds_up_the_loop():
    looks = Looks(slow_after=1.0, rate=20_000)
    assert [looks.look(waiting=waiting) for waiting in (5_000, 10_000, 15_000)] == [None] * 3
    told = looks.look(waiting=20_100)
    assert told is not None
    assert (told.behind, told.loop_lag, told.unread) == (True, 0.0, 20_100)
    assert told.backlog == pytest.approx(1.005, rel=1e-4)
    assert told.text == "20,100 bytes wait unread, which take 1.0 s at the pace of the last second"
    assert (told.callback_time, told.interval) == (pytest.approx(1.0), pytest.approx(1.0))
    assert [looks.look(waiting=10_100) for _ in range(9)] == [None] * 9, "too much to do to keep pace again"
    assert looks.look(waiting=5_000) is None
    assert looks.look(waiting=5_000) is not None


def test_what_grows_and_grows_is_told_though_it_is_read_fast():
    looks = Looks(rate=1 << 30)
    counts = [ONE_READ + 1_000 * n for n in range(1, LOOKS + 1)]
    told = [looks.look(waiting=count) for count in counts]
    assert told[:-1] == [None] * (LOOKS - 1)
    assert told[-1] is not None
    assert told[-1].text == f"more and more bytes wait unread, {counts[-1]:,} by now"
    steady = Looks(rate=1 << 30)
    assert [steady.look(waiting=ONE_READ * (2 + n % 2)) for n in range(40)] == [None] * 40


def test_it_is_told_again_after_a_while_and_its_end_only_where_its_beginning_was():
    looks = Looks()
    first = [looks.look(held_up=2.0) is not None for _ in range(3)]
    assert first == [True, False, False]
    looks.look()
    assert looks.look() is not None
    looks.look(held_up=2.0)
    assert looks.watch.behind
    assert [looks.look(), looks.look()] == [None, None]
    assert not looks.watch.behind
    looks.at += SLOW_AGAIN
    assert looks.look(held_up=2.0) is not None


def test_the_age_of_data_does_not_depend_on_clocks():
    looks = Looks()
    for offset, age in ((None, None), (-3600.0, 0.0), (-3599.5, 0.5), (-3601.0, 0.0), (-3590.0, 11.0), (None, 11.0)):
        looks.look(offset=offset)
        assert looks.watch.data_age == age


def test_the_newest_data_of_a_message():
    decoder = tf.decoder("alpaca.data")
    assert decoder.newest() is None
    at = 1_722_953_731_000_000_000
    decoder.feed(
        '[{"T":"q","S":"A","bp":1,"t":"2024-08-06T14:15:31Z"},{"T":"t","S":"A","p":1,"t":"2024-08-06T14:15:30Z"},'
        '{"T":"n","id":1,"headline":"x","created_at":"2025-01-01T00:00:00Z"}]',
        recv_ns=at + 5,
    )
    assert decoder.newest() == (at, at + 5)
    decoder.feed('[{"T":"q","S":"A","bp":1,"t":"2024-08-06T14:15:31Z"}]', recv_ns=at + 9)
    assert decoder.newest() == (at, at + 5), "what repeats the last one is no newer"
    decoder.feed('[{"T":"t","S":"A","p":1,"t":"2024-08-06T14:15:32Z"}]', recv_ns=at + 2_000_000_000)
    decoder.announce(None, "alpaca", "later", at + 3_000_000_000)
    assert decoder.newest() == (at + 1_000_000_000, at + 2_000_000_000)
    for other in ('[{"T":"success","msg":"connected"}]', "garbage", '[{"T":"q","S":"A","bp":2}]'):
        decoder.feed(other)
    assert decoder.newest() == (at, 0) or decoder.newest() is None


def test_a_lag_has_what_is_known():
    decoder = tf.decoder("ibkr")
    told: list[tf.Lag] = []
    decoder.on(tf.Lag, lambda lag: told.append(lag.copy()))
    decoder.lag(True, "é" * 40, "why", 7, loop_lag=1.23456789, unread=3, data_age=None)
    (lag,) = told
    assert (lag.behind, lag.text, lag.loop_lag, lag.unread, lag.ts_recv) == (True, "why", 1.234568, 3, 7)
    assert (lag.backlog, lag.data_age, lag.topic) == (None, None, "é" * 32)
    assert decoder.journal is None


# what an engine tells


@pytest.mark.parametrize("loop", LOOPS)
def test_a_callback_that_holds_up_the_event_loop_is_told(loop):
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            stream = tf.alpaca.MarketData(url=venue.url, quotes=["*"], label="slow", **KEYS)
            engine = tf.Engine(stream, slow_after=0.2, reconnect=tf.Backoff(initial=30.0))
            told: list[tf.Record] = []
            engine.on(tf.SessionState, lambda state: told.append(state.copy()), changed=["connected"])
            engine.on(tf.Lag, lambda lag: told.append(lag.copy()))
            shown: list[str | None] = []
            engine.on(tf.Lag, lambda lag: shown.append(engine.stats[0].behind))
            quotes: list[str | None] = []

            def slow(quote: tf.Quote) -> None:
                quotes.append(quote.symbol)
                if len(quotes) == 1:
                    time.sleep(0.8)

            engine.on(tf.Quote, slow)
            async with engine:
                await engine.wait_ready()
                venue.settle()
                await until(lambda: len(told) == 3)
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
            ready, behind, again, lost = told
            assert isinstance(ready, tf.SessionState)
            assert isinstance(behind, tf.Lag)
            assert isinstance(again, tf.Lag)
            assert isinstance(lost, tf.SessionState)
            assert (ready.connected, lost.connected) == (True, False)
            assert (behind.behind, again.behind, behind.topic, behind.stream) == (True, False, "slow", "slow")
            assert " (the event loop had been held up for " in (lost.text or "")
            assert (behind.text or "").startswith("the event loop was held up for ")
            assert behind.loop_lag is not None
            assert 0.2 < behind.loop_lag <= engine.stats[0].lag + 1e-6
            assert (behind.callback_time or 0.0) > 0.2
            assert again.text == "keeps pace again"
            assert again.loop_lag is not None
            assert again.loop_lag <= 0.2
            assert engine.stats[0].busy > 0.2
            assert shown == [behind.text, None]

    run(main(), loop=loop)


def test_what_a_callback_raises_about_slowness_ends_the_engine():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(tf.alpaca.MarketData(url=venue.url, quotes=["*"], **KEYS), slow_after=0.2)

            @engine.on(tf.Lag)
            def on_lag(lag: tf.Lag) -> None:
                raise ZeroDivisionError

            with pytest.raises(tf.CallbackError):
                async with engine:
                    await engine.wait_ready()
                    time.sleep(0.8)
                    await engine.wait()

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_many_small_callbacks_that_together_are_too_slow_are_told(loop, faulty_venue, monkeypatch):
    monkeypatch.setattr("tickfold.net.lag.SLOW_AGAIN", 0.3)  # where the machine itself holds us up at first
    running = faulty_venue("alpaca.data", rate=2_000.0)
    stream = tf.alpaca.MarketData(url=running.url, quotes=["*"], deflate=False, **KEYS)
    engine = tf.Engine(stream, slow_after=0.4)
    told: list[tf.Lag] = []
    engine.on(tf.Lag, lambda lag: told.append(lag.copy()))

    @engine.on(tf.Quote)
    def slow(quote: tf.Quote) -> None:
        if not found():
            time.sleep(0.002)

    def found() -> bool:
        """What waits is told, how long it will take, and that what is read now has waited, too."""
        return any(lag.behind and lag.unread and lag.backlog and lag.data_age for lag in told)

    async def main() -> None:
        async with engine:
            await until(found, 20.0)
            assert engine.stats[0].busy_share is not None
            await until(lambda: told[-1].behind is False, 20.0)
            assert engine.stats[0].drops == 0

    run(main(), 30.0, loop)


def test_nothing_is_looked_at_where_nobody_wants_it():
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            engine = tf.Engine(tf.alpaca.MarketData(url=venue.url, quotes=["*"], **KEYS), slow_after=None)
            told: list[Any] = []
            engine.on(tf.Lag, lambda lag: told.append(lag.text))
            async with engine:
                await engine.wait_ready()
                assert "tickfold lag" not in {task.get_name() for task in asyncio.all_tasks()}
                venue.settle()
                await until(lambda: engine.stats[0].messages > 3)
                assert (engine.stats[0].busy_share, engine.stats[0].lag) == (None, 0.0)
                assert engine.stats[0].busy > 0.0
        assert told == []

    run(main())


def test_a_venue_that_hangs_up_during_a_callback_finds_the_callback_named():
    """The venue closes while a callback runs: the loss says why, though nothing could be told before."""
    began, go, ended = threading.Event(), threading.Event(), threading.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with AlpacaMarketData(seed=1, rate=200.0) as venue:
            urls.append(venue.url)
            began.set()
            while not go.is_set():
                await venue.play(5)
            venue.drop()
            while not ended.is_set():
                await asyncio.sleep(0.01)

    async def main() -> None:
        stream = tf.alpaca.MarketData(url=urls[0], quotes=["*"], **KEYS)
        engine = tf.Engine(stream, slow_after=0.5, reconnect=tf.Backoff(initial=30.0))
        lost: list[str | None] = []
        engine.on(tf.SessionState, lambda state: lost.append(state.text), changed=["connected"])

        @engine.on(tf.Quote)
        def slow(quote: tf.Quote) -> None:
            if not go.is_set():
                go.set()
                time.sleep(1.5)

        async with engine:
            await until(lambda: len(lost) == 2, 10.0)
        assert "a slow callback may be the cause" in (lost[1] or "")

    venue = threading.Thread(target=lambda: asyncio.run(serve()))
    venue.start()
    try:
        assert began.wait(5)
        run(main(), 30.0, "uvloop")
    finally:
        ended.set()
        venue.join()


@pytest.mark.parametrize("alone", [True, False])
def test_a_lag_in_a_journal_is_the_same_record_again(alone, tmp_path):
    path = tmp_path / "day.tfj"

    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            engine = tf.Engine(
                tf.alpaca.MarketData(url=venue.url, quotes=["*"], **KEYS), slow_after=0.2, journal=path
            )
            _, found = collected(engine)
            told: list[tf.Lag] = []

            @engine.on(tf.Lag)
            def on_lag(lag: tf.Lag) -> None:
                told.append(lag.copy())

            async with engine:
                await engine.wait_ready()
                venue.settle()
                await until(lambda: engine.stats[0].messages > 3)
                time.sleep(0.8)
                await until(lambda: len(told) == (1 if alone else 2))
            return found, told

    live, told = run(main())
    replay = tf.replay(path)
    _, played = collected(replay)
    again: list[tf.Lag] = []
    replay.on(tf.Lag, lambda lag: again.append(lag.copy()))
    replay.run()
    assert replay.diverged is None
    assert again == told
    assert [lag.as_dict() for lag in again] == [lag.as_dict() for lag in told]
    for lag in told:
        assert played[lag.seq] == live[lag.seq]
