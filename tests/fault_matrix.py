"""Every scripted fault × every venue: docs/faults.md.

    python -m tests.fault_matrix [--venue ibkr] [--script night] [--write]

In each cell a simulated venue runs in a thread of its own, does what a file of tests/faults says, then stands still and
says again what its clients may have missed. After that the engine must be right in all of this:

* every quote and order is what the venue knows to be true;
* each loss of a connection was told, once, and has a Gap once the stream is connected again;
* no execution was told twice, but for those that are flagged REPLAY; none of after the start is flagged as old;
* the fills that were told of an order add up to what is filled of it;
* no more attempts were made than ATTEMPTS;
* a connection was lost where the fault is one of connections, and none where it is not (QUIET);
* nothing was given up, and all streams are ready.

The scripts `clock` and `forward` run in a process of their own, whose wall clock they move; tickfold.testing.clock says
how. The venue's clock stays right.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop

import tickfold as tf
from tickfold.cli import VENUES
from tickfold.demo import settled
from tickfold.demo_streams import STREAMS
from tickfold.sim import simulated
from tickfold.sim.certificate import self_signed
from tickfold.testing import Script, clock
from tickfold.testing.plugin import Running

FOLDER = Path(__file__).parent / "faults"
PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
SCRIPTS = {path.stem: Script.read(path) for path in sorted(FOLDER.glob("*.faults"))}

#: Scripts that are no reason to lose a connection.
QUIET = {"mute", "symbol", "drip", "clock"}

#: Scripts that move the wall clock.
CLOCKS = {"clock", "forward"}

#: Script → the venues that it says something to, if not to all: the others have no quotes, or confirm nothing.
APPLIES = {
    "symbol": {name for name in VENUES if name != "alpaca.trading"},
    "empty": {"alpaca.data", "alpaca.trading"},
}

JUMP = 1_000 * 10**9  # ns between two records that only a clock that jumps puts there
ATTEMPTS = 12  # of one stream in one cell: a script takes 2 s at most
RATE = 300.0  # events a second
BACKOFF = tf.Backoff(initial=0.1, maximum=0.5)
LIVENESS = tf.Liveness(ping_after=0.2, dead_after=0.6)
READY = 20.0  # seconds; refusals are asked again after 1, 2, 4 s

HEAD = f"""\
# Faults and what came of them

Written by `make faults`. Each line is a script of tests/faults, each column a simulated venue, to all of whose streams
an engine listens as `tickfold demo` does, at {RATE:.0f} events a second. A cell says how many connections were lost,
and how many attempts the stream made that made the most, the first one included; "stale" is silence of data that was
told, "a symbol" that of one symbol, with `symbol_within`.

A script that says nothing to a venue has no cell there. Where a cell does not say WRONG, all of this was right once the
venue had said again what was missed: every quote and order was what the venue knew; each loss was told once and had its
Gap; no execution was told twice; fills added up to what was filled; all streams were ready; connections were lost where
the fault is one of connections, and only there. alpaca.data has no orders; the demo's streams of vega bring no fills.
"""


@dataclass
class Cell:
    """What one script did to the streams of one venue."""

    losses: int = 0
    attempts: int = 0  # of the stream that made the most
    told: int = 0  # losses that were told
    gaps: int = 0  # that came of losses
    stale: int = 0  # times that silence of data was told
    symbols: int = 0  # of which no data was told
    jumps: int = 0  # of the wall clock, between two records
    fills: int = 0
    old: int = 0  # fills that are flagged as from before the start, and are not
    orders: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.wrong:
            return "WRONG: " + "; ".join(self.wrong[:2])
        stale = f", {self.stale} × stale" if self.stale else ""
        symbols = f", {self.symbols} × a symbol" if self.symbols else ""
        return f"{self.losses} lost, {self.attempts} attempts{stale}{symbols}"


def verdict(found: Cell, script: str) -> list[str]:
    """What is wrong with a cell by its counts."""
    wrong = []
    if found.told != found.losses or found.gaps != found.losses:
        wrong.append(f"{found.losses} losses, {found.told} told, {found.gaps} gaps")
    if found.attempts > ATTEMPTS:
        wrong.append(f"{found.attempts} attempts")
    if (found.losses > 0) == (script in QUIET):
        wrong.append(f"{found.losses} losses by {script}")
    if (found.attempts > 1) == (script in QUIET):
        wrong.append(f"{found.attempts} attempts by {script}")
    if script == "mute" and not found.stale:
        wrong.append("silence was not told")
    if (found.symbols == 1) != (script == "symbol"):
        wrong.append(f"silence of {found.symbols} symbols was told")
    if (found.jumps > 0) != (script in CLOCKS):
        wrong.append(f"the wall clock jumped {found.jumps} times")
    if found.old:
        wrong.append(f"{found.old} fills of after the start are flagged as old")
    if script in ("clock", "drip") and found.stale:
        wrong.append(f"{found.stale} × stale by {script}")
    return wrong


async def cell(name: str, script: Script, seed: int = 5) -> Cell:
    """Runs one cell."""
    options: dict[str, Any] = {}
    changes: dict[str, Any] = {"liveness": LIVENESS, "data_within": 0.8}
    if any(step.word == "certificate" for step in script.steps):
        with tempfile.TemporaryDirectory() as folder:
            certificate = self_signed(Path(folder))
            options["tls"] = certificate.server_context()
        changes["fingerprint"] = certificate.fingerprint
    running = Running(simulated(name)(rate=RATE, seed=seed, **options), script)
    running.start()
    found = Cell()
    try:
        streams = [stream._but(**changes) for stream in STREAMS[name](running.url)]
        if script.name == "symbol":
            streams = [stream._but(symbol_within=0.8) if stream.by_symbol else stream for stream in streams]
        engine = tf.Engine(*streams, reconnect=BACKOFF)
        executions: Counter[tuple[Any, ...]] = Counter()
        filled: dict[tuple[Any, ...], float] = {}

        @engine.on(tf.SessionState)
        def state(state: tf.SessionState) -> None:
            if state.topic in labels:
                found.told += state.connected is False
                found.stale += state.state is tf.StreamState.STALE
                found.symbols += (state.text or "").startswith("stale: no data of")

        @engine.on(tf.Record)
        def stamp(record: tf.Record) -> None:
            found.jumps += abs(record.ts_recv - last[0]) > JUMP and last[0] > 0
            last[0] = record.ts_recv

        @engine.on(tf.Gap)
        def gap(gap: tf.Gap) -> None:
            found.gaps += gap.reason == "reconnected"

        @engine.on(tf.Fill)
        def fill(fill: tf.Fill) -> None:
            found.fills += 1
            since = fill.ts_event is not None and 0 < began[0] < fill.ts_event
            found.old += since and bool(fill.flags & (tf.Flag.REPLAY | tf.Flag.SNAPSHOT))
            if fill.exec_id and not fill.flags & (tf.Flag.REPLAY | tf.Flag.CORRECTION):
                executions[fill.stream, fill.account, fill.exec_id] += 1
            order = (fill.stream, fill.order_id)
            filled[order] = filled.get(order, 0.0) + (fill.qty or 0.0)

        last, began = [0], [0]
        labels = {stream.label for stream in streams}
        async with engine:
            await engine.wait_ready(READY)
            began[0] = time.time_ns()  # no script begins with a jump of the clock
            await asyncio.to_thread(running.wait_done)
            await asyncio.sleep(0.5)  # what the last step has done is seen by then
            async with asyncio.timeout(READY):
                while not all(stats.ready for stats in engine.stats):
                    await asyncio.sleep(0.02)
            truth = await asyncio.to_thread(running.truth)
            found.wrong += await settled(engine, {name: truth})
            found.losses = sum(stats.drops for stats in engine.stats)
            found.attempts = max(stats.attempts for stats in engine.stats)
            found.orders = len(engine.orders)
            found.wrong += verdict(found, script.name)
            twice = [key for key, count in executions.items() if count > 1]
            if twice:
                found.wrong.append(f"{len(twice)} executions were told twice, {twice[0]} among them")
            for row in engine.orders:
                sum_ = filled.get((row.stream, row.order_id), 0.0)
                if filled and abs(sum_ - (row.filled_qty or 0.0)) > 1e-6:
                    found.wrong.append(f"order {row.order_id}: {row.filled_qty} is filled, its fills add up to {sum_}")
                    break
    except (tf.TickfoldError, TimeoutError) as error:
        found.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        await asyncio.to_thread(running.stop)
    return found


def applies(script: str, name: str) -> bool:
    return name in APPLIES.get(script, VENUES)


def run(name: str, script: Script) -> Cell:
    """Runs one cell, in another process where its clock is to jump."""
    if any(step.word == "clock" for step in script.steps) and not clock.can_jump():
        return run_elsewhere(name, script)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(cell(name, script))


def run_elsewhere(name: str, script: Script) -> Cell:
    """The same in a process whose wall clock the script can move."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "cell"
        command = ["-m", "tests.fault_matrix", "--venue", name, "--script", script.name, "--cell", str(out)]
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        preload = " ".join(filter(None, (os.environ.get("LD_PRELOAD"), str(clock.build(Path(folder))))))
        child = subprocess.run(
            [sys.executable, *command], cwd=FOLDER.parents[1], timeout=60, capture_output=True, text=True, check=False,
            env={**os.environ, "LD_PRELOAD": preload, "PYTHONPATH": paths},
        )  # fmt: skip
        with contextlib.suppress(OSError):
            return Cell(**json.loads(out.read_text()))
        return Cell(wrong=[f"it ended with {child.returncode}: {child.stderr[-300:]}"])


def page(cells: dict[str, dict[str, Cell]]) -> str:
    """The page of docs."""
    lines = [HEAD, f"| fault | {' | '.join(VENUES)} |", f"|---|{'---|' * len(VENUES)}"]
    for script, row in cells.items():
        told = (str(row[name]) if name in row else "" for name in VENUES)
        lines.append(f"| **{script}**: {SCRIPTS[script].about} | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.fault_matrix", description=about)
    parser.add_argument("--venue", choices=VENUES, action="append", help="one only; may be repeated (all)")
    parser.add_argument("--script", choices=SCRIPTS, action="append", help="one only; may be repeated (all)")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    parser.add_argument("--cell", type=Path, help=argparse.SUPPRESS)  # where to write the one cell, as JSON
    options = parser.parse_args()
    logging.getLogger("tickfold").setLevel(logging.CRITICAL)
    cells: dict[str, dict[str, Cell]] = {}
    for script in options.script or SCRIPTS:
        cells[script] = {}
        for name in options.venue or VENUES:
            if not applies(script, name):
                continue
            cells[script][name] = found = run(name, SCRIPTS[script])
            print(f"{script:<10} {name:<16} {found.orders:>5} orders {found.fills:>6} fills  {found}", flush=True)
            if options.cell:
                options.cell.write_text(json.dumps(asdict(found)))
    if options.write:
        PAGE.write_text(page(cells))
    return any(found.wrong for row in cells.values() for found in row.values())


if __name__ == "__main__":
    sys.exit(main())
