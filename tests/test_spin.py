"""A loop that never sleeps: everything else works beside it; over real sockets, the venue in a thread of its own."""

import asyncio
import contextlib
import os
import signal
import socket
import threading

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.engine.decoder import Decoder
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener
from tickfold.engine.spin import Spinner
from tickfold.net.connection import connect
from tickfold.sim.certificate import self_signed
from wire import Peer

SPINS = [True, 200e-6]


def engine_of(url: str, fingerprint: str | None = None, spin: bool | float = False) -> tf.Engine:
    stream = tf.alpaca.MarketData(
        url=url, key="SIMKEY", secret="SIMSECRET", quotes=["*"], fingerprint=fingerprint, close_timeout=2.0
    )
    return tf.Engine(stream, slow_after=None, spin=spin)


@pytest.mark.parametrize("wrong", [0, -1.0, float("nan"), float("inf"), "yes", 0.0])
def test_what_spin_takes(wrong):
    for given in (lambda: engine_of("ws://127.0.0.1:9/").run(spin=wrong), lambda: engine_of("ws://a/", spin=wrong)):
        with pytest.raises(tf.ConfigError, match="give True, False, or seconds above 0"):
            given()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("spin", [False, True])
def test_an_engine_keeps_a_loop_from_sleeping_that_others_made(loop, started, spin, faulty_venue):
    engine = engine_of(faulty_venue("alpaca.data", rate=500.0).url, spin=spin)
    seen: list[float] = []
    engine.on(tf.Quote, lambda quote: seen.append(quote.bid))

    async def once() -> None:
        seen.clear()
        async with contextlib.AsyncExitStack() as stack:
            if started:
                await engine.start()
                stack.push_async_callback(engine.close)
            else:
                await stack.enter_async_context(engine)
            await until(lambda: len(seen) > 20, 10.0)
            assert spins() is spin
        await until(lambda: not spins())

    def spins() -> bool:
        return engine._spinner is not None and engine._spinner.spinning

    async def main() -> None:
        await once()
        await once()

    run(main(), loop=loop)


def test_what_run_is_given_is_for_that_run(faulty_venue):
    engine = engine_of(faulty_venue("alpaca.data", rate=500.0).url, spin=True)
    spun: list[bool] = []

    @engine.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        spun.append(engine._spinner is not None)
        engine.stop()

    for spin in (None, False, None):
        engine.run(spin=spin)
    assert spun == [True, False, True]


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("spin", [False, *SPINS])
def test_an_engine_runs_beside_timers_threads_and_other_sockets(spin, encrypted, faulty_venue, tmp_path):
    certificate = self_signed(tmp_path) if encrypted else None
    running = faulty_venue("alpaca.data", rate=500.0, tls=certificate.server_context() if certificate else None)
    engine = engine_of(running.url, certificate.fingerprint if certificate else None)
    done: list[str] = []
    seen: list[float] = []
    ours, theirs = socket.socketpair()

    async def others() -> None:
        loop = asyncio.get_running_loop()
        reader, writer = await asyncio.open_connection(sock=ours)
        await asyncio.sleep(0.01)
        done.append("timer")
        theirs.send(b"x")
        await reader.readexactly(1)
        done.append("socket")
        await loop.run_in_executor(None, lambda: None)
        done.append("thread")
        writer.close()
        await until(lambda: len(seen) > 20, 10.0)
        threading.Thread(target=engine.stop).start()

    @engine.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        if not seen:
            tasks.append(asyncio.get_running_loop().create_task(others()))
        seen.append(quote.bid)

    tasks: list[asyncio.Task[None]] = []
    engine.run(spin=spin)
    theirs.close()
    assert done == ["timer", "socket", "thread"]
    assert engine.stats[0].drops == 0 and engine.stats[0].state == "closed"


@pytest.mark.parametrize("spin", SPINS)
def test_a_signal_ends_it(spin, faulty_venue):
    running = faulty_venue("alpaca.data", rate=200.0)
    engine = engine_of(running.url)
    killers: list[threading.Timer] = []

    @engine.on(tf.SessionState)
    def on_state(state: tf.SessionState) -> None:
        if state.connected and not killers:
            killers.append(threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)))
            killers[0].start()

    engine.run(spin=spin)
    assert killers and engine.stats[0].state == "closed"


def test_what_a_callback_raises_comes_out(faulty_venue):
    engine = engine_of(faulty_venue("alpaca.data", rate=500.0).url)
    engine.on(tf.Quote, lambda quote: 1 / 0)
    with pytest.raises(tf.CallbackError) as raised:
        engine.run(spin=True)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_it_lives_through_a_lost_connection_and_starts_again(faulty_venue):
    running = faulty_venue("alpaca.data", "faults/lost.faults", rate=500.0)
    engine = engine_of(running.url)
    gaps: list[str | None] = []

    @engine.on(tf.Gap)
    def on_gap(gap: tf.Gap) -> None:
        gaps.append(gap.reason)
        engine.stop()

    engine.run(spin=True)
    assert gaps and engine.stats[0].connects == 2


async def session(data: list[bytes], receiver: Decoder, linger: float | None, hold: asyncio.Event) -> Spinner:
    """A connection on which these come, one after another is read, and then its end; returns its spinner."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(Peer.answer(await reader.readuntil(b"\r\n\r\n")))
        for number, piece in enumerate(data):
            await until(lambda number=number: listener.octets == sum(map(len, data[:number])))
            if number == 1:
                await hold.wait()
            writer.write(piece)
        await until(lambda: listener.octets == sum(map(len, data)))
        writer.close()

    listener = Listener(receiver)
    spinner = Spinner(asyncio.get_running_loop(), linger)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        await connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", listener)
        spinner.add(listener)
        assert spinner.spinning
        if linger is not None:
            await until(lambda: not spinner.spinning)
        hold.set()
        await listener.wait_disconnected()
        await until(lambda: not spinner.spinning)
    assert listener.failure is None and listener.octets == sum(map(len, data))
    return spinner


def quote(number: int) -> bytes:
    return encode_frame(1, b'[{"T":"q","S":"AAPL","bp":%d}]' % number)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("linger", [None, 1e-3])
def test_all_bytes_are_read_once_and_in_order(loop, linger):
    """A frame in pieces, many at once, more than the buffer holds; after the loop has slept, it wakes up again."""
    decoder = Decoder("alpaca.data")
    seen: list[float] = []
    decoder.on(tf.Quote, lambda record: seen.append(record.bid))
    first, many = quote(0), b"".join(map(quote, range(1, 20_000)))
    run(session([first, many, quote(7)[:5], quote(7)[5:]], decoder, linger, asyncio.Event()), loop=loop)
    assert seen == [*range(20_000), 7]


def test_a_connection_that_is_closed_within_a_callback_is_left_alone():
    """Its descriptor may be another's at once: what comes there is not ours."""
    decoder = Decoder("alpaca.data")

    async def main() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(Peer.answer(await reader.readuntil(b"\r\n\r\n")) + quote(1))
            await reader.read()
            writer.close()

        listener = Listener(decoder)
        decoder.on(tf.Quote, lambda record: listener.abort())
        spinner = Spinner(asyncio.get_running_loop())
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            await connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", listener)
            spinner.add(listener)
            await until(lambda: not listener.connected)
            ours, theirs = socket.socketpair()
            with ours, theirs:
                theirs.send(b"not for us")
                await asyncio.sleep(0.01)
                assert ours.recv(100) == b"not for us"
        assert not spinner.spinning

    run(main(), loop="uvloop")


def test_stop_lets_the_loop_sleep():
    decoder = Decoder("alpaca.data")

    async def main() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(Peer.answer(await reader.readuntil(b"\r\n\r\n")))
            await reader.read()
            writer.close()

        listener = Listener(decoder)
        spinner = Spinner(asyncio.get_running_loop())
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            await connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", listener)
            spinner.add(listener)
            await asyncio.sleep(0)
            assert spinner.spinning
            spinner.stop()
            await until(lambda: not spinner.spinning)
            listener.abort()
            await listener.wait_disconnected()

    run(main())
