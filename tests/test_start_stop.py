"""start, stop, wait_ready; other threads; an event loop that is held up."""

import asyncio
import threading
import time

import pytest
from websockets.asyncio.server import ServerConnection, serve

import tickfold as tf
from support_live import LOOPS, alpaca, run, until
from tickfold.sim import AlpacaMarketData

NOBODY = "ws://127.0.0.1:1/v2/iex"


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


@pytest.mark.parametrize("loop", LOOPS)
def test_who_is_cancelled_twice_leaves_no_task_behind(loop, tmp_path):
    """The venue never answers our Close; a second cancellation ends the wait for it."""
    over = asyncio.Event()

    async def deaf(ws: ServerConnection) -> None:
        await ws.send('[{"T":"success","msg":"connected"}]')
        await ws.recv()
        await ws.send('[{"T":"success","msg":"authenticated"}]')
        await ws.recv()
        await ws.send('[{"T":"subscription","quotes":["AAPL"]}]')
        ws.transport.pause_reading()
        await over.wait()
        ws.transport.abort()

    async def go() -> None:
        server = await serve(deaf, "127.0.0.1", 0)
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2/iex"
        stream = tf.alpaca.MarketData("v2/iex", url=url, quotes=["AAPL"], key="K", secret="S", close_timeout=60.0)
        engine = tf.Engine(stream, journal=tmp_path / "day.tfj")

        async def user() -> None:
            async with engine:
                await asyncio.sleep(60)

        task = asyncio.create_task(user())
        await until(lambda: engine.stats[0].ready)
        task.cancel()
        await until(lambda: engine.stats[0].state == "closing")
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not [other.get_name() for other in asyncio.all_tasks() if other.get_name().startswith("tickfold")]
        assert engine.stats[0].state == "closed"
        over.set()
        server.close()

    run(go(), loop=loop)
    replay = tf.replay(tmp_path / "day.tfj")
    replay.run()
    assert replay.complete


def test_who_is_cancelled_twice_leaves_a_journal_in_order_and_an_engine_that_starts(tmp_path):
    """The second time it waits for a handler of a gap, which takes its time to end."""

    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue.url), journal=tmp_path / "day.tfj", reconnect=tf.Backoff(initial=0.01))
            ends, works = asyncio.Event(), asyncio.Event()

            @engine.on_gap
            async def fill(_: tf.Gap) -> None:
                works.set()
                try:
                    await asyncio.sleep(60)
                finally:
                    await ends.wait()

            await engine.start()
            await until(lambda: engine.ready)
            venue.drop()
            await works.wait()
            closing = asyncio.ensure_future(engine.close())
            await until(lambda: engine.stats[0].state == "closed")
            for _ in range(2):
                closing.cancel()
                await asyncio.sleep(0.02)
            with pytest.raises(asyncio.CancelledError):
                await closing
            ends.set()
            await engine.start()
            await until(lambda: engine.stats[0].connects == 3)
            await engine.stop()

    run(main())
    replay = tf.replay(tmp_path / "day.tfj")
    replay.run()
    assert replay.complete


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
