"""A day of all six simulated venues with faults: recorded live, then played again by one interpreter or two.

    python -m tests.day --seconds 1200 [--rate 10000] [--orders 100] [--other PYTHON] [--folder FOLDER] [--seed 1]

The venues play in a process of their own, each with a script of random faults: lost and cut connections, restarts,
refused logins and upgrades, silence, floods, history that is said again. At every 1,000 blocks of the journal the
engine's records and rows are hashed. Then

* a replay must have the same hashes at the same blocks. Of the records those kinds are left out that a venue may send
  before it has accepted a login, which no journal has: SESSION;
* `tickfold verify` must print the same lines, of all kinds, with this interpreter and with PYTHON, the interpreter of
  another environment that has tickfold;
* what the engine holds at the end must be what the venues know to be true.

Prints what it has found, and exits with 1 where any of it differs.
"""

import argparse
import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import uvloop

import tickfold as tf
import tickfold.journal.writer as writing
from tickfold.cli import VENUES
from tickfold.demo import settled
from tickfold.demo_streams import STREAMS
from tickfold.engine import records
from tickfold.engine.journal import Block
from tickfold.journal.proof import BLOCKS, RecordHash, hash_of_rows, verify
from tickfold.sim import Truth, simulated
from tickfold.testing import Script
from tickfold.testing.plugin import Running

DATA = {"alpaca.data"}  # those that have no orders
SESSION = {tf.Ack, tf.SessionState, tf.Event, tf.Error}
KINDS = [kind for kind in records.KINDS.values() if kind not in SESSION]
BACKOFF = tf.Backoff(initial=0.1, maximum=0.5)
LIVENESS = tf.Liveness(ping_after=1.0, dead_after=5.0)
QUIET = 5.0  # seconds at the beginning and at the end without a fault
READY = 120.0  # seconds within which all streams are ready
ORDERS = 1 << 18  # rows: more orders than the venues enter, so that none that has ended leaves
#: Faults; seconds stand behind the one before.
FAULTS = (
    ("0 drop",), ("0 drop",), ("0 cut",), ("0 close 1001",), ("0 restart",), ("0 flood 20000",),
    ("0 mute", "0.8 speak"), ("0 silence", "6 speak", "0 drop"), ("0 refuse 503", "0 drop", "0.8 accept"),
    ("0 refuse login", "0 drop", "0.8 accept"), ("0 refuse 401", "0 drop", "0.8 accept"),
    ("0 flood 20000", "0 drop"), ("0 repeat",),
)  # fmt: skip


class Point(NamedTuple):
    """Hashes after so many blocks."""

    blocks: int
    entries: int
    records: str
    rows: str


def script(seconds: float, seed: str) -> Script:
    """Random faults until QUIET before the end, one in 8 to 40 seconds."""
    rng, at, lines = Random(seed), QUIET, [f"at {QUIET / 2} accept"]
    while at < seconds - QUIET:
        for step in rng.choice(FAULTS):
            after, _, what = step.partition(" ")
            at += float(after)
            lines.append(f"at {at:.3f} {what}")
        at += rng.uniform(8.0, 40.0)
    return Script.parse("\n".join(lines), seed)


def serve(seconds: float, rate: float, orders: float, seed: int) -> None:
    """The process of the venues. Prints their URLs; at a line of input, once all scripts have ended, an empty list; at
    another one the venues' truths, and they stand still. Ends with its input.
    """
    logging.disable(logging.CRITICAL)  # each write to a lost connection is a warning
    with ExitStack() as stack:
        all_running = []
        for name in VENUES:
            venue = simulated(name)(rate=rate if name in DATA else orders, seed=seed)
            running = Running(venue, script(seconds, f"{name} {seed}"))
            running.start()
            stack.callback(running.stop)
            all_running.append(running)
        print(json.dumps([running.url for running in all_running]), flush=True)
        if sys.stdin.readline():
            for running in all_running:
                running.wait_done(READY)
            print("[]", flush=True)
            sys.stdin.readline()
            print(json.dumps([running.truth(READY).to_json() for running in all_running]), flush=True)
        sys.stdin.read()


class Watched(writing.Writer):
    """A journal's writer that says when so many blocks are full, in the thread of the engine."""

    at: Any = None  # called with blocks and entries so far

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.full = 0
        self._mine = threading.get_ident()

    def _deliver(self, block: Block) -> bool:
        taken = super()._deliver(block)
        self.full += 1
        # The thread that writes cuts a block each second. The engine may be changing rows meanwhile: no hash then.
        if self.full % BLOCKS == 0 and threading.get_ident() == self._mine:
            type(self).at(self.full, block.first + block.count)
        return taken


async def record(path: Path, options: argparse.Namespace) -> tuple[list[Point], list[str], Counter[str]]:
    """Runs the engine; returns its hashes, what was wrong, and counts."""
    points: list[Point] = []
    seen: Counter[str] = Counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.day", "--venues", "--seconds", str(options.seconds), "--rate", str(options.rate),
        "--orders", str(options.orders), "--seed", str(options.seed), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, limit=1 << 30,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    urls = json.loads(await process.stdout.readline())
    streams = [
        stream._but(liveness=LIVENESS, data_within=5.0) for name, url in zip(VENUES, urls, strict=True)
        for stream in STREAMS[name](url)
    ]  # fmt: skip
    writing.Writer = Watched  # type: ignore[misc]
    engine = tf.Engine(*streams, reconnect=BACKOFF, journal=path, max_orders=ORDERS)
    hashed = RecordHash(engine, KINDS)

    def at(blocks: int, entries: int) -> None:
        points.append(Point(blocks, entries, hashed.hexdigest(), hash_of_rows(engine.state)))
        print(*points[-1], flush=True)

    Watched.at = at
    began = time.monotonic()
    async with engine:
        await engine.wait_ready(READY)
        while (left := options.seconds - (time.monotonic() - began)) > 0:
            await asyncio.sleep(min(1.0, left))
            hashed.take()
            if int(left) % 30 == 0:
                tell(engine, time.monotonic() - began)
        process.stdin.write(b"end\n")
        if not await process.stdout.readline():
            raise RuntimeError("the process of the venues has ended")
        async with asyncio.timeout(READY):
            while not all(stats.ready for stats in engine.stats):
                await asyncio.sleep(0.02)
        process.stdin.write(b"truth\n")
        truths = [Truth.from_json(value) for value in json.loads(await process.stdout.readline())]
        end = time.monotonic() + READY
        while (wrong := await settled(engine, dict(zip(VENUES, truths, strict=True)))) and time.monotonic() < end:
            pass
        known = sum(len(truth.orders) for truth in truths)
        print(f"the truth: {known:,} orders, {len(wrong)} differences", flush=True)
        for name in ("messages", "drops", "attempts"):
            seen[name] = sum(getattr(stats, name) for stats in engine.stats)
        seen["orders"], seen["fields"] = len(engine.orders), sum(len(row) for truth in truths for row in truth.orders)
    at(0, engine._recording._writer.log.entries)
    process.stdin.close()
    await process.wait()
    if engine.journal.lost:
        wrong.append(f"{engine.journal.lost} entries were lost")
    return points, wrong, seen


def tell(engine: tf.Engine, seconds: float) -> None:
    messages = sum(stats.messages for stats in engine.stats)
    print(f"{seconds:6.0f} s  {messages:>11,} messages  {sum(stats.drops for stats in engine.stats):>4} losses  "
          f"{sum(stats.ready for stats in engine.stats)} of {len(engine.stats)} ready  "
          f"{len(engine.orders):>7,} orders  {engine.journal.bytes / 1e6:8.1f} MB", flush=True)  # fmt: skip


def replayed(path: Path, points: list[Point]) -> list[str]:
    """Plays the journal and holds it against the hashes of the engine."""
    proofs = list(verify(path, of=KINDS))
    found = {proof.blocks: Point(*proof[:4]) for proof in proofs[:-1]}
    last = proofs[-1]
    found[0] = Point(0, *last[1:4])
    wrong = [
        f"replay: {found.get(point.blocks)}, live: {point}" for point in points if found.get(point.blocks) != point
    ]
    print(f"live and replay: {len(points)} of {len(proofs)} points have been compared, {len(wrong)} differ", flush=True)
    return wrong + list(last.faults)


def verified(python: str, path: Path) -> list[str]:
    """What `tickfold verify` prints with an interpreter."""
    began = time.monotonic()
    done = subprocess.run([python, "-m", "tickfold", "verify", str(path)], capture_output=True, text=True, check=False)
    version = subprocess.run([python, "-VV"], capture_output=True, text=True, check=True).stdout.split("(")[0]
    lines = [*done.stdout.splitlines(), f"status {done.returncode}"]
    took = time.monotonic() - began
    last = lines[-2] if len(lines) > 1 else done.stderr
    print(f"{version}: {len(lines) - 1} lines in {took:.0f} s; {last}", flush=True)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.day", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1200.0, help="(1200)")
    parser.add_argument("--rate", type=float, default=10_000.0, help="events a second of a venue of data (10000)")
    parser.add_argument(
        "--orders", type=float, default=100.0,
        help="of a venue that has orders: it takes time to tell all of them to each new connection (100)",
    )
    parser.add_argument("--other", help="python of another environment that has tickfold")
    parser.add_argument("--folder", type=Path, help="where the journal is kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--venues", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.venues:
        serve(options.seconds, options.rate, options.orders, options.seed)
        return 0
    logging.getLogger("tickfold").setLevel(logging.CRITICAL)  # every fault is told
    with tempfile.TemporaryDirectory() as temporary:
        path = (options.folder or Path(temporary)) / "day.tfj"
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            points, wrong, seen = runner.run(record(path, options))
        print(json.dumps(seen), flush=True)
        wrong += replayed(path, points)
        mine = verified(sys.executable, path)
        if mine[-1] != "status 0":
            wrong.append(f"tickfold verify: {mine[-1]}")
        if options.other:
            other = verified(options.other, path)
            differ = [pair for pair in zip_longest(mine, other) if pair[0] != pair[1]]
            print(f"{len(mine) - 1} lines of both interpreters, {len(differ)} differ")
            wrong += [f"this interpreter: {one}\nthe other:        {two}" for one, two in differ]
    print("\n".join(wrong[:10]) or "all equal")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
