"""All six simulated venues behind a proxy that breaks connections, for a long time, with TLS and compression.

    python -m tests.soak_faults --seconds 1800 [--rate 300] [--episode 60] [--venue vega] [--seed 1]

Runs in episodes. In each the venues play in a process of their own, with TLS and permessage-deflate, while one Engine
listens to all of them. Every 2 to 5 s the connections of one venue meet a fault (tests/fault_proxy.py: cut, reset,
stall, drip, half), and all the while subscriptions are taken away and added again. At the end of an episode no fault is
left, all streams must be ready again, every quote and order is what its venue knows, and each loss was told once and
has its Gap (tests/continuity.py). A venue may be lost once more while it works out what it knows, which keeps it from
answering Pings; so what was told is looked at when all streams are ready after that. Then everything is closed: no
task, no descriptor and no warning may be left, and from the third episode on the process may be no larger than after
the second by more than LEEWAY of tests/soak.py. Prints a line an episode; exits with 1 at the first that fails.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from tests.continuity import Continuity
from tests.fault_proxy import FAULTS, FaultProxy
from tests.soak import grown, resident

import tickfold as tf
from tickfold.cli import VENUES
from tickfold.demo import settled
from tickfold.demo_streams import STREAMS
from tickfold.sim.certificate import Certificate, self_signed
from tickfold.sim.process import VenueProcess

READY = 30.0  # seconds for all streams to be ready, at the beginning and once no fault is left
SEEN = 5.0  # seconds within which a connection that is half open is given up
EVERY = 2.0, 5.0  # seconds between two faults
BACKOFF = tf.Backoff(initial=0.05, maximum=1.0)
PATIENCE: dict[str, Any] = {
    "liveness": tf.Liveness(ping_after=1.0, dead_after=4.0),  # venues that work out the truth are silent meanwhile
    "connect_timeout": 4.0,
    "ready_timeout": 4.0,
    "close_timeout": 1.0,
}

#: Label of a stream → what is taken away and added again.
CHANGES: dict[str, dict[str, Any]] = {
    "alpaca v2/iex": {"bars": ["*"]},
    "ibkr": {"pnl": True},
    "ibkr portal": {"quotes": [265598]},
    "etna quotes": {"securities": [318]},
    "vega markets/data": {"market_ids": ["9e3779b97f4a7c18000000000000000300000000000000000000000000000001"]},
}


async def change(engine: tf.Engine, label: str, what: dict[str, Any], seen: Counter[str]) -> None:
    """Takes a subscription away and adds it again, over and over. Cancelled, it leaves it added."""
    here = "pnl" not in what
    try:
        while True:
            await asyncio.sleep(random.uniform(1.0, 3.0))
            await (engine.unsubscribe if here else engine.subscribe)(label, **what)
            here = not here
            seen["changes"] += 1
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await (engine.unsubscribe if "pnl" in what else engine.subscribe)(label, **what)


async def ready(engine: tf.Engine) -> None:
    """Returns while all streams are ready at once."""
    async with asyncio.timeout(READY):
        while not engine.ready:
            await asyncio.sleep(0.02)


async def episode(
    names: list[str], seconds: float, rate: float, seed: int, own: Certificate
) -> tuple[Counter[str], list[str]]:
    """Counts of what came, and what was wrong."""
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    files = [str(own.certificate), str(own.key)]
    venues = [{"name": name, "rate": rate, "seed": seed, "tls": files, "deflate": "require"} for name in names]
    async with VenueProcess(venues) as process, contextlib.AsyncExitStack() as stack:
        proxies, streams = [], []
        for name, url in zip(names, process.urls, strict=True):
            port = urlsplit(url).port
            assert port is not None
            proxies.append(await stack.enter_async_context(FaultProxy(port, rng)))
            through = url.replace(f":{port}", f":{proxies[-1].port}")
            streams += [stream._but(fingerprint=own.fingerprint, **PATIENCE) for stream in STREAMS[name](through)]
        engine = tf.Engine(*streams, reconnect=BACKOFF)
        labels = {stream.label for stream in streams}
        told = Continuity(engine)
        engine.on(tf.Order, lambda order: seen.update(("orders",)))
        engine.on(tf.Quote, lambda quote: seen.update(("quotes",)))
        async with engine:
            await engine.wait_ready(READY)
            await process.call("play", events=None)
            changing = [
                asyncio.create_task(change(engine, label, what, seen))
                for label, what in CHANGES.items() if label in labels
            ]  # fmt: skip
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.sleep(rng.uniform(*EVERY))
                rng.choice(proxies).fault(rng.choice(FAULTS))
            for proxy in proxies:
                proxy.heal()
            wrong = [repr(task.exception()) for task in changing if task.done() and not task.cancelled()]
            for task in changing:
                task.cancel()
            async with asyncio.timeout(READY):
                wrong += [
                    repr(found) for found in await asyncio.gather(*changing, return_exceptions=True)
                    if isinstance(found, Exception)
                ]  # fmt: skip
            await asyncio.sleep(SEEN)
            await ready(engine)
            await process.call("halt")
            wrong += await settled(engine, dict(zip(names, await process.truths(), strict=True)))
            await ready(engine)
            wrong += told.wrong(engine.stats)
            seen["lost"], seen["gaps"] = told.losses, told.gaps
            seen["drops"] = sum(stats.drops for stats in engine.stats)
            seen["messages"] = sum(stats.messages for stats in engine.stats)
            seen["faults"] = sum(proxy.counts.total() for proxy in proxies)
            if not seen["drops"] or not seen["changes"]:
                wrong.append("nothing was broken, or nothing changed")
    left = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if left:
        wrong.append(f"tasks are left: {left}")
    return seen, wrong


class _Noting(logging.Handler):
    """Notes what asyncio warns of."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._notes = notes

    def emit(self, record: logging.LogRecord) -> None:
        failure = "" if record.exc_info is None else f": {record.exc_info[1]!r}"
        self._notes.append(f"asyncio: {record.getMessage()}{failure}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak_faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1800.0, help="in all (1800)")
    parser.add_argument("--episode", type=float, default=60.0, help="seconds of an episode (60)")
    parser.add_argument("--rate", type=float, default=300.0, help="events a second of each venue (300)")
    parser.add_argument("--venue", choices=VENUES, action="append", help="one only; may be repeated (all)")
    parser.add_argument("--seed", type=int, default=1, help="of the first episode (1)")
    options = parser.parse_args()
    names = list(options.venue or VENUES)
    logging.getLogger("tickfold").setLevel(logging.CRITICAL)  # every lost connection is a warning
    warned: list[str] = []
    logging.getLogger("asyncio").addHandler(_Noting(warned))
    logging.getLogger("asyncio").propagate = False
    warnings.simplefilter("always", ResourceWarning)
    warnings.showwarning = lambda message, *_: warned.append(str(message))  # type: ignore[assignment]
    end, number, settled_size, descriptors = time.monotonic() + options.seconds, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end or number < 3:
            number += 1
            own = self_signed(Path(folder))  # it is valid for an hour
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                seed = options.seed + number - 1
                seen, wrong = runner.run(episode(names, options.episode, options.rate, seed, own))
            gc.collect()
            size, opened = resident(), len(os.listdir("/proc/self/fd"))
            if number == 2:
                settled_size, descriptors = size, opened
            elif number > 2:
                wrong += grown(size, settled_size)
            if number > 2 and opened > descriptors:
                wrong.append(f"{opened} descriptors are open, after the second episode it was {descriptors}")
            wrong += warned
            print(
                f"{number:>4}  {seen['messages']:>9,} messages  {seen['orders']:>7,} orders  "
                f"{seen['quotes']:>7,} quotes  {seen['faults']:>3} faults  {seen['drops']:>3} drops  "
                f"{seen['lost']:>3} losses  {seen['gaps']:>3} gaps  {seen['changes']:>3} changes  "
                f"{size / 2**20:6.1f} MiB  {opened} descriptors  {'; '.join(wrong[:5]) or 'equal to the truth'}",
                flush=True,
            )
            if wrong:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
