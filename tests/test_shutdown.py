"""The engine is stopped in every state of its streams: within 2 s, or 5 s with a dead peer, and nothing is left."""

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, alpaca, run, until
from tickfold.sim import AlpacaMarketData
from tickfold.sim.connection import Connection

S = tf.StreamState
NOBODY = "ws://127.0.0.1:1/v2/iex"
LATER = tf.Backoff(initial=60.0)
PROMPT, DEAD = 2.0, 5.0  # seconds
SLACK = 1.0  # seconds that a busy machine may take


class Venue(AlpacaMarketData):
    """May leave a subscription without an answer."""

    answers = True

    def received(self, connection: Connection, payload: bytes) -> None:
        if self.answers or b"subscribe" not in payload:
            super().received(connection, payload)


async def forever(_: object = None) -> Any:
    await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def at(state: str) -> AsyncIterator[tuple[tf.Engine, Callable[[], bool]]]:
    """An engine that is started, and what says that its first stream has come into the state."""
    async with Venue() as venue, contextlib.AsyncExitStack() as stack:
        options: dict[str, Any] = {}
        reconnect: tf.Backoff | None = tf.Backoff(initial=0.01, maximum=0.05)
        url, wanted = venue.url, state.split()[0]
        streams: list[tf.alpaca.MarketData] = []

        def reached() -> bool:
            return engine.stats[0].state == wanted

        match state:
            case "connecting: no credentials":
                options.update(credentials=forever, key=None, secret=None)
            case "connecting: no upgrade" | "connecting: no proxy":
                mute = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                place = f"127.0.0.1:{mute.getsockname()[1]}"
                if state.endswith("upgrade"):
                    url = f"ws://{place}/v2/iex"
                else:
                    options["proxy"] = f"socks5://{place}"
            case "authenticating":
                venue.faults.silent = True
            case "subscribing":
                venue.answers = False
            case "stale":
                options["data_within"] = 0.1
            case "closing: the peer is dead":
                venue.faults.slow_close = None
                venue.faults.refuse_auth = True
                options["close_timeout"] = 1.5
            case "live: the peer is dead":
                options["close_timeout"] = 1.5
            case "backoff":
                url, reconnect = NOBODY, LATER
            case "failed":
                venue.faults.refuse_auth = True
                streams = [alpaca(NOBODY, label="another")]
            case "closed":
                reconnect = None
        engine = tf.Engine(
            alpaca(url, **options), *streams, reconnect=reconnect, on_stream_error="continue" if streams else None
        )
        wanted = wanted.rstrip(":")
        if state == "snapshot":
            engine.on_gap(forever)
        await engine.start()
        if state == "snapshot":
            await engine.wait_ready()
            venue.drop()
        if state == "closed":
            await engine.wait_ready()
            venue.close(1001)
        await until(reached)
        if state == "live: the peer is dead":
            venue.faults.silent, venue.faults.slow_close = True, None
        yield engine, reached
        venue.faults.slow_close = 0.0


STATES = [
    "connecting: no credentials", "connecting: no upgrade", "connecting: no proxy", "authenticating", "subscribing",
    "snapshot", "live", "live: the peer is dead", "stale", "closing: the peer is dead", "backoff", "failed", "closed",
]  # fmt: skip


def test_all_states_are_walked():
    assert {state.partition(":")[0] for state in STATES} == {state.name.lower() for state in S if state is not S.NONE}


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(scope="module", autouse=True)
def loops_keep_what_they_open_once() -> None:
    for loop in LOOPS:
        run(_started_once(), loop=loop)


async def _started_once() -> None:
    async with at("live") as (engine, _):
        await engine.stop()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("state", STATES)
def test_stopped_in_every_state(loop, state, caplog):
    async def main() -> int:
        before = asyncio.all_tasks()
        async with at(state) as (engine, reached):
            assert reached()
            own = [task for task in asyncio.all_tasks() if task.get_name().startswith("tickfold")]
            async with asyncio.timeout((DEAD if state.endswith("dead") else PROMPT) + SLACK):
                await engine.stop()
            assert all(task.done() for task in own)
            assert engine.stats[0].state == ("failed" if state == "failed" else "closed")
            assert not engine.ready
            await engine.stop()
        assert asyncio.all_tasks() == before
        return len(before)

    opened = descriptors()
    assert run(main(), loop=loop) == 1
    assert descriptors() == opened
    assert not [record for record in caplog.records if record.name == "asyncio" and record.levelname != "DEBUG"]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("state", ["connecting: no upgrade", "authenticating", "live", "snapshot", "backoff"])
def test_its_event_loop_was_ended_under_it(loop, state):
    """All tasks are cancelled, as asyncio.run does at its end, and the loop is closed. The engine can start again."""
    kept: list[tf.Engine] = []

    async def main() -> None:
        stack = contextlib.AsyncExitStack()
        engine, _ = await stack.enter_async_context(at(state))
        kept.append(engine)

    opened = descriptors()
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(main())
    (engine,) = kept

    async def again() -> None:
        engine.stop()
        async with asyncio.timeout(PROMPT + SLACK):
            await engine.close()
            await engine.start()
            await engine.stop()

    run(again(), loop=loop)
    assert descriptors() <= opened + 1  # the socket that the venue listens on was left to the garbage
