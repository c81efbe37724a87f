"""The wall clock of the engine's process jumps while its connection is lost; the venue's clock stays right."""

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

import tickfold as tf
from support_live import run, until
from tickfold.net.gaps import Moment
from tickfold.sim import simulated
from tickfold.testing import clock
from tickfold.testing.plugin import Running

HOUR = 3600 * 10**9  # ns
SESSION = "4f1c20b1a7f04a6b9d3c0e5a"  # that the simulated gateway knows


@dataclass
class Found:
    """What a process has found whose clock jumps. Times are ns UTC."""

    start: int = 0  # when it was ready first
    fills: int = 0  # of after the start
    old: int = 0  # of these, flagged as from before it
    twice: int = 0  # executions that were told twice
    gaps: list[tuple[int, int]] = field(default_factory=list)


async def listen(seconds: int) -> Found:
    """The clock jumps by so many seconds between the loss and the next connection."""
    found, told = Found(), set()
    running = Running(simulated("ibkr")(rate=600.0, seed=3, order_share=0.8), None)
    venue = running.venue
    running.start()
    try:
        stream = tf.ibkr.WebApi(running.url, orders=True, fills=True, session=SESSION)
        engine = tf.Engine(stream, reconnect=tf.Backoff(initial=0.1, maximum=0.1))

        @engine.on(tf.Fill)
        def fill(fill: tf.Fill) -> None:
            if fill.flags & tf.Flag.CORRECTION:
                return
            found.twice += fill.exec_id in told
            told.add(fill.exec_id)
            if found.start and fill.ts_event > found.start:
                found.fills += 1
                found.old += bool(fill.flags & tf.Flag.REPLAY)

        engine.on(tf.Gap, lambda gap: found.gaps.append((gap.ts_from, gap.ts_to)))
        async with engine:
            await engine.wait_ready()
            found.start = time.time_ns()
            await until(lambda: found.fills > 10)
            venue.faults.refuse_upgrade = 503
            running._loop.call_soon_threadsafe(venue.drop)
            await until(lambda: not engine.ready)
            clock.jump(seconds)
            venue.faults.refuse_upgrade = None
            await until(lambda: engine.ready)
            fills = found.fills
            await until(lambda: found.fills > fills + 10)
            clock.jump(0)
    finally:
        await asyncio.to_thread(running.stop)
    return found


@pytest.mark.compiles
@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_jumps_makes_no_execution_old_and_no_gap_too_short(seconds, tmp_path: Path):
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    preload = " ".join(filter(None, (os.environ.get("LD_PRELOAD"), str(clock.build(tmp_path)))))
    before = time.time_ns()
    child = subprocess.run(
        [sys.executable, __file__, str(seconds)], timeout=60, capture_output=True, text=True, check=False,
        env={**os.environ, "LD_PRELOAD": preload, "PYTHONPATH": paths},
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    found = Found(**json.loads(child.stdout))
    assert (found.old, found.twice) == (0, 0)
    ((since, until),) = found.gaps
    assert since < until
    now = time.time_ns() + seconds * 10**9
    if seconds > 0:  # all of the time between the two, by either clock
        assert before < since < before + HOUR < until < now
    else:
        assert before - HOUR < since
        assert until < now


def test_a_gap_begins_where_the_earlier_clock_says():
    heard = Moment(at_ns=100, ns=1000)
    assert heard.until(Moment(160, 1060)) == 1000
    assert heard.until(Moment(160, 500)) == 440  # set back: a second time from there
    assert heard.until(Moment(160, 9000)) == 1000  # set ahead
    assert heard.until(Moment(110, 5000)) == 1000  # the machine slept, and the monotonic clock with it


if __name__ == "__main__":
    print(json.dumps(asdict(run(listen(int(sys.argv[1])), loop="uvloop"))))
