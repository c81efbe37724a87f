"""start, stop, wait_ready; other threads; an event loop that is held up."""

import asyncio
import threading
import time
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData

NOBODY = "ws://127.0.0.1:1/v2/iex"


def alpaca(url: str, **options: Any) -> tf.alpaca.MarketData:
    return tf.alpaca.MarketData(**{"url": url, "key": "SIMKEY", "secret": "SIMSECRET", "quotes": ["*"], **options})


@pytest.mark.parametrize("loop", LOOPS)
def test_start_and_stop_may_be_called_twice_and_again(loop):
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue.url))
            for _ in range(2):
                await engine.start()
                await engine.start()
                await engine.wait_ready()
                assert len(venue.connections) == 1
                await engine.stop()
                await engine.stop()
                assert not venue.connections
                with pytest.raises(tf.ConfigError, match="not running"):
                    await engine.wait()
            assert engine.stats[0].connects == 2

    run(main(), loop=loop)


def test_what_ends_a_started_engine_comes_out_of_wait():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_auth = True
            engine = tf.Engine(alpaca(venue.url))
            await engine.start()
            with pytest.raises(tf.AuthError):
                await engine.wait()
            venue.faults.refuse_auth = False
            await engine.start()
            await engine.wait_ready()
            await engine.stop()

    run(main())


def test_an_engine_whose_loop_was_closed_can_be_started_again():
    engine = tf.Engine(alpaca(NOBODY))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(engine.start())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.05))
    loop.close()

    async def main():
        async with AlpacaMarketData() as venue:
            engine.stop()
            await engine.close()
            await engine.start()
            with pytest.raises(TimeoutError):
                await engine.wait_ready(timeout=0.05)
            await engine.stop()
            assert not venue.connections

    run(main())


def test_ready_in_time_or_told_why_not():
    async def main():
        async with tf.Engine(alpaca(NOBODY)) as engine:
            with pytest.raises(TimeoutError, match=r"alpaca v2/iex .*refused"):
                await engine.wait_ready(timeout=0.5)

    run(main())


@pytest.mark.parametrize("connected", [False, True])
def test_stop_from_another_thread(connected):
    """Heard at once: between two attempts, of which the next is a minute away, and on a quiet connection."""
    running = threading.Event()
    ended: list[float] = []

    async def main() -> None:
        async with AlpacaMarketData() as venue:
            url = venue.url if connected else NOBODY
            engine = tf.Engine(alpaca(url), reconnect=tf.Backoff(initial=60.0))

            def other() -> None:
                assert running.wait(10)
                engine.stop()

            thread = threading.Thread(target=other)
            thread.start()
            async with engine:
                await until(lambda: engine.stats[0].state == ("live" if connected else "backoff"))
                running.set()
                await asyncio.wait_for(engine.wait(), 10)
                ended.append(time.monotonic())
            thread.join()

    run(main())
    assert ended


def test_run_in_a_thread_and_stop_outside():
    engine = tf.Engine(alpaca(NOBODY), reconnect=tf.Backoff(initial=60.0))
    thread = threading.Thread(target=engine.run)
    thread.start()
    deadline = time.monotonic() + 10
    while engine.stats[0].state != "backoff" and time.monotonic() < deadline:
        time.sleep(0.01)
    engine.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_wrong_arguments():
    with pytest.raises(tf.ConfigError, match="slow_after"):
        tf.Engine(alpaca(NOBODY), slow_after=0.0)
