"""All six simulated venues for a long time: dropped connections, and memory that must not grow.

    python -m tests.soak --seconds 1800 [--rate 1000] [--episode 30] [--venue vega] [--seed 1] [--journal FOLDER]

Runs in episodes. In each the venues play at a rate in a process of their own while one Engine listens to all of them on
uvloop; every second or two one venue drops its connections without a Close frame. At the end of an episode every quote
and every order is compared with what the venues know to be true, each lost connection must have been found again and
said so by a Gap, and everything is closed. From the third episode on the process may be no larger than after the second
by more than LEEWAY. With --journal each episode is recorded and played again, and the rows that come of it must be
those of the engine. Prints a line an episode; exits with 1 at the first that fails.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import uvloop

import tickfold as tf
from tickfold.cli import VENUES
from tickfold.demo import settled
from tickfold.demo_streams import STREAMS
from tickfold.journal.proof import hash_of_rows
from tickfold.sim.process import VenueProcess

LEEWAY = 16 << 20  # bytes
PAUSE = 5.0  # seconds within which all streams are ready again


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def episode(
    names: list[str], seconds: float, rate: float, seed: int, journal: Path | None
) -> tuple[Counter[str], list[str]]:
    """Counts of what came, and what was wrong."""
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    venues = [{"name": name, "rate": rate, "seed": seed} for name in names]
    async with VenueProcess(venues) as process:
        streams = [stream for name, url in zip(names, process.urls, strict=True) for stream in STREAMS[name](url)]
        engine = tf.Engine(*streams, reconnect=tf.Backoff(initial=0.02, maximum=0.5), journal=journal)

        def count(record: Any) -> None:
            seen[type(record).__name__] += 1

        for cls in (tf.Quote, tf.Order, tf.Fill, tf.Gap, tf.Error):
            engine.on(cls, count)
        engine.on_batch(tf.Quote, lambda rows: seen.update(rows=len(rows)))
        async with engine:
            await engine.wait_ready()
            await process.call("play", events=None)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.sleep(rng.uniform(0.5, 2.0))
                await process.call("drop", venue=rng.randrange(len(names)))
            await asyncio.sleep(1.0)  # the last drop has been seen by then
            async with asyncio.timeout(PAUSE):
                while not all(stats.ready for stats in engine.stats):
                    await asyncio.sleep(0.02)
            await process.call("halt")
            wrong = await settled(engine, dict(zip(names, await process.truths(), strict=True)))
            drops = sum(stats.drops for stats in engine.stats)
            seen["messages"] = sum(stats.messages for stats in engine.stats)
            seen["drops"] = drops
            if seen["Gap"] < drops:
                wrong.append(f"{drops} connections were lost, {seen['Gap']} gaps told")
            if seen["Error"]:
                wrong.append(f"{seen['Error']} Error records; the last: {[stats.last_error for stats in engine.stats]}")
            if seen["rows"] != seen["Quote"]:
                wrong.append(f"{seen['Quote']} quotes one by one, {seen['rows']} in batches")
        if journal is not None:
            wrong += played(journal, engine)
    return seen, wrong


def played(journal: Path, engine: tf.Engine) -> list[str]:
    """Plays a journal; what is wrong with it, held against the engine that wrote it."""
    replay = tf.replay(journal)
    replay.run()
    wrong = []
    if not (replay.complete and replay.lost == 0 and replay.diverged is None):
        wrong.append(f"journal: complete {replay.complete}, lost {replay.lost}, diverged at {replay.diverged}")
    if hash_of_rows(replay.state) != hash_of_rows(engine.state):
        wrong.append("journal: its rows are not those of the engine")
    return wrong


def grown(size: int, before: int) -> list[str]:
    """What is wrong with the size of the process in bytes, which was `before` after the second episode."""
    if size <= before + LEEWAY:
        return []
    return [f"{size / 2**20:.0f} MiB, after the second episode it was {before / 2**20:.0f}"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1800.0, help="in all (1800)")
    parser.add_argument("--episode", type=float, default=30.0, help="seconds of an episode (30)")
    parser.add_argument("--rate", type=float, default=1000.0, help="events a second of each venue (1000)")
    parser.add_argument("--venue", choices=VENUES, action="append", help="one only; may be repeated (all)")
    parser.add_argument("--seed", type=int, default=1, help="of the first episode (1)")
    parser.add_argument("--journal", type=Path, help="folder for a journal of each episode")
    options = parser.parse_args()
    names = list(options.venue or VENUES)
    logging.getLogger("tickfold").setLevel(logging.ERROR)  # every lost connection is a warning
    end, number, settled_size = time.monotonic() + options.seconds, 0, 0
    while time.monotonic() < end or number < 3:
        number += 1
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            journal = None if options.journal is None else options.journal / f"{number}.tfj"
            seed = options.seed + number - 1
            seen, wrong = runner.run(episode(names, options.episode, options.rate, seed, journal))
        gc.collect()
        size = resident()
        if number == 2:
            settled_size = size
        elif number > 2:
            wrong += grown(size, settled_size)
        print(
            f"{number:>4}  {seen['messages']:>9,} messages  {seen['Order']:>8,} orders  {seen['Quote']:>8,} quotes  "
            f"{seen['drops']:>3} drops  {size / 2**20:6.1f} MiB  {'; '.join(wrong[:5]) or 'equal to the truth'}",
            flush=True,
        )
        if wrong:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
