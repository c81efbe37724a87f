"""Silence: of a peer, of its data; and what a busy event loop makes of it."""

import asyncio
import threading
import time
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, alpaca, run, until
from tickfold.net.watch import GRACE, DataWatch, PeerWatch
from tickfold.sim import AlpacaMarketData

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


@pytest.mark.parametrize(("ping_after", "dead_after"), [(1.0, 1.0), (2.0, 1.0)])
def test_a_liveness_that_cannot_work_is_refused(ping_after, dead_after):
    with pytest.raises(tf.ConfigError, match="below dead_after"):
        tf.Liveness(ping_after=ping_after, dead_after=dead_after)


def test_a_peer_is_pinged_and_declared_dead_to_the_moment():
    peer = PeerWatch(tf.Liveness(ping_after=1.0, dead_after=3.0), 100.0)
    assert peer.look(100.5, 100.0) == 101.0
    assert not peer.ping_due
    assert peer.look(101.0, 100.0) == 103.0
    assert peer.ping_due
    assert peer.look(102.9, 100.0) == 103.0
    assert (peer.ping_due, peer.dead) == (False, False)
    peer.look(103.0, 100.0)
    assert peer.dead


def test_a_pong_is_life():
    peer = PeerWatch(tf.Liveness(ping_after=1.0, dead_after=2.0), 0.0)
    for second in range(1, 20):
        peer.look(float(second), second - 1.0)
        assert peer.ping_due
        assert not peer.dead


def test_a_ping_that_went_out_late_has_its_time():
    peer = PeerWatch(tf.Liveness(ping_after=1.0, dead_after=3.0), 0.0)
    assert peer.look(10.0, 0.0) == 12.0  # held up: nobody was asked
    assert (peer.ping_due, peer.dead) == (True, False)
    peer.look(12.0, 0.0)
    assert peer.dead


def test_a_late_look_is_no_verdict_but_the_second_is():
    """However late every look is: heartbeats come unasked, so what came lies in the socket and is read by then."""
    peer = PeerWatch(tf.Liveness(ping_after=None, dead_after=3.0), 0.0)
    assert peer.look(10.0, 0.0) == 10.0 + GRACE
    assert not peer.dead
    peer.look(20.0, 0.0)
    assert peer.dead
    peer.look(20.0, 19.0)
    assert not peer.dead


def test_a_peer_that_is_never_declared_dead():
    peer = PeerWatch(tf.Liveness(ping_after=None, dead_after=None), 0.0)
    assert peer.look(1e9, 0.0) is None
    assert not peer.dead


def looks(data: DataWatch, *steps: tuple[float, int]) -> list[tuple[bool, bool]]:
    found = []
    for now, count in steps:
        data.look(now, count, now, int(now * 1e9))
        found.append((data.stale, data.changed))
    return found


def test_data_is_stale_and_comes_again():
    data = DataWatch(1.0, 0.0, 7)
    steps = [(0.3, 7), (0.5, 8), (0.8, 8), (1.1, 8), (1.4, 8), (1.6, 8), (1.8, 8), (2.0, 9)]
    told = looks(data, *steps)
    assert told[:5] == [(False, False)] * 5
    assert told[5:] == [(True, True), (True, False), (False, True)]
    assert (data.since, data.since_ns, data.was_silent) == (2.0, 2_000_000_000, 1.5)


def test_a_busy_event_loop_is_no_silence_but_does_not_hide_it():
    data = DataWatch(1.0, 0.0, 0)
    assert looks(data, (5.0, 0)) == [(False, False)]  # what came is yet to be read
    assert looks(data, (10.0, 0)) == [(True, True)]


def test_what_is_expected_can_be_learned():
    """Ten times the longest pause, 30 s at least, once data has come for a minute."""
    data = DataWatch("learn", 0.0, 0)
    times = [(float(at), at // 5) for at in range(5, 66)]  # data every 5 s
    assert looks(data, *times) == [(False, False)] * 61
    quiet = [(float(at), 13) for at in range(66, 117)]
    assert looks(data, *quiet)[-3:] == [(False, False), (True, True), (True, False)]  # 50 s after 65
    assert looks(DataWatch("learn", 0.0, 0), *((float(at), 0) for at in range(1, 200)))[-1] == (False, False)


def test_hours_are_asked_for():
    within: list[float | None] = [None]
    data = DataWatch(lambda: within[0], 0.0, 0)
    assert looks(data, (1.0, 0), (2.0, 0)) == [(False, False)] * 2
    within[0] = 1.0  # the market opens
    assert looks(data, (2.5, 0), (2.9, 0), (3.0, 0)) == [(False, False), (False, False), (True, True)]
    within[0] = None
    assert looks(data, (4.0, 0)) == [(False, True)]
    assert not data.flowed


@pytest.mark.parametrize("loop", LOOPS)
def test_pongs_are_no_data(loop):
    """Stale is told with since when, and once; then that data comes again, with a Gap."""

    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            liveness = tf.Liveness(ping_after=0.05, dead_after=5.0)
            engine = tf.Engine(alpaca(venue.url, data_within=0.5, liveness=liveness))
            told: list[Any] = []

            @engine.on(tf.SessionState)
            def note(state: tf.SessionState) -> None:
                if told or state.connected:
                    told.append((state.connected, state.text))

            engine.on(tf.Gap, lambda gap: told.append((gap.ts_from, gap.ts_to, gap.reason)))
            async with engine:
                await engine.wait_ready()
                venue.settle()
                await until(lambda: engine.stats[0].last_data is not None)
                await until(lambda: engine.stats[0].state == "stale")
                last = engine.stats[0].last_data
                await asyncio.sleep(0.6)
                assert engine.stats[0].ready
                assert engine.stats[0].last_data == last
                venue.settle()
                await until(lambda: engine.stats[0].state == "live")
            (_, ready), (none, stale), (_, again), gap = told
            assert ready == "ready"
            assert none is None
            assert stale.startswith("stale: no data since 20")
            assert again.startswith("data again after")
            assert gap[0] == last
            assert gap[0] < gap[1]
            assert gap[2] == "stale"

    run(main(), loop=loop)


def test_silence_may_cost_the_connection():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue.url, data_within=0.1, on_stale="reconnect"), reconnect=QUICK)
            async with engine:
                await until(lambda: engine.stats[0].reconnects >= 1)
                assert "no data for" in (engine.stats[0].last_error or "")

    run(main())


def test_an_error_of_the_hours_that_are_asked_for_ends_the_engine():
    async def main():
        async with AlpacaMarketData() as venue:
            with pytest.raises(ZeroDivisionError):
                async with tf.Engine(alpaca(venue.url, data_within=lambda: 1 / 0)) as engine:
                    await engine.wait()

    run(main())


def test_wrong_arguments():
    for wrong in ({"data_within": 0.0}, {"on_stale": "ignore"}):
        with pytest.raises(tf.ConfigError, match=next(iter(wrong))):
            alpaca("ws://localhost/", **wrong)


def test_a_slow_callback_of_one_stream_does_not_hide_the_death_of_another():
    """The venues run in a thread of their own: they do not wait for our callbacks."""
    began, ended = threading.Event(), threading.Event()
    urls: list[str] = []
    dead: list[AlpacaMarketData] = []

    async def serve() -> None:
        async with AlpacaMarketData(seed=1, rate=200.0) as flows, AlpacaMarketData(seed=2) as dies:
            urls.extend((flows.url, dies.url))
            dead.append(dies)
            began.set()
            while not ended.is_set():
                await flows.play(20)

    async def main() -> None:
        liveness = tf.Liveness(ping_after=0.3, dead_after=0.9)
        streams = [alpaca(url, label=label, liveness=liveness) for url, label in zip(urls, "AB", strict=True)]
        engine = tf.Engine(*streams, reconnect=tf.Backoff(initial=30.0))
        quotes = []

        def slow(quote: tf.Quote) -> None:
            quotes.append(quote.symbol)
            if len(quotes) % 200 == 0:
                time.sleep(0.7)

        engine.on(tf.Quote, slow)
        async with engine:
            await until(lambda: all(stats.connects for stats in engine.stats))
            dead[0].faults.silent = True
            await until(lambda: engine.stats[1].drops == 1, 20.0)
            assert "silent for" in (engine.stats[1].last_error or "")
            assert engine.stats[0].drops == 0

    venue = threading.Thread(target=lambda: asyncio.run(serve()))
    venue.start()
    try:
        assert began.wait(5)
        run(main(), 30)
    finally:
        ended.set()
        venue.join()
