"""`tickfold demo`: simulated venues in a process of their own, an engine in this one, and a report on both.

First the venues play at a rate, which gives latencies; half-way through each drops its connection once without a Close
frame. Then each sends a burst of prepared messages as fast as they are read, which gives the cost of a message when the
engine is busy. At the end what the engine has folded is compared, field by field, with what the venues know to be true.
"""

import asyncio
import contextlib
import time
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tickfold.cli.demo_streams import streams as listeners
from tickfold.cli.display import Display, wants_table
from tickfold.cli.watch import command
from tickfold.engine.records import Order, Quote
from tickfold.live import Engine, StreamStats
from tickfold.net.backoff import Backoff
from tickfold.net.stream import Stream
from tickfold.sim import Truth, differences
from tickfold.sim.process import VenueProcess

SETTLE = 3.0  # seconds that the last messages may take
PERCENTILES = (50.0, 90.0, 99.0, 99.9)
SHOWN = 10  # differences
DEFAULT = ("alpaca.data", "ibkr")  # venues


@dataclass
class Latencies:
    """How long after the venue's stamp records of a kind and a stream came to the callback, in ns."""

    called: str
    note: str  # what there is to say of it
    values: "array[int]" = field(default_factory=lambda: array("q"))


class Measure:
    """What the strategy of the demo takes down while the venues play at a rate."""

    def __init__(self, streams: Mapping[str, Sequence[Stream]]) -> None:
        self.latencies: list[Latencies] = []
        self._of: dict[tuple[str | int | None, str], Latencies] = {}  # by a stream's label and a kind
        for name, listening in streams.items():
            for kind, note in command(name).latency.items():
                self.latencies.append(Latencies(f"{name} {kind.lower()}s", note))
                self._of |= {(stream.label, kind): self.latencies[-1] for stream in listening}

    def watch(self, engine: Engine) -> None:
        engine.on(Quote, self.record)
        engine.on(Order, self.record)

    def end(self, engine: Engine) -> None:
        engine.off(self.record)

    def record(self, record: Quote | Order) -> None:
        entry = time.time_ns()
        sent = record.ts_event
        of = self._of.get((record.stream, type(record).__name__))
        if sent is not None and of is not None:
            of.values.append(entry - sent)


class Spreads:
    """A strategy as small as they come: it reads three fields of every quote."""

    def __init__(self) -> None:
        self.widest: dict[str | None, float] = {}

    def __call__(self, quote: Quote) -> None:
        bid, ask = quote.bid, quote.ask
        if bid is not None and ask is not None and ask - bid > self.widest.get(quote.symbol, 0.0):
            self.widest[quote.symbol] = ask - bid


@dataclass
class Cost:
    """Messages that were received in some time, and the CPU time of this process meanwhile."""

    messages: int
    cpu: float
    wall: float


class _Watch:
    """Measures a Cost from now on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._messages = self._count()
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def _count(self) -> int:
        return sum(stats.messages for stats in self._engine.stats)

    def stop(self) -> Cost:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return Cost(self._count() - self._messages, cpu, wall)


async def demo(
    *, names: Sequence[str] = DEFAULT, seconds: float, rate: float, burst: int, deflate: bool, drops: bool, seed: int
) -> int:
    """Runs the demo and prints its report; returns the exit code, 1 where state and truth differ."""
    policy = "accept" if deflate else "deny"
    common = {"seed": seed, "rate": rate, "deflate": policy}
    venues = [{"name": name, **common, **command(name).simulation} for name in names]
    async with VenueProcess(venues) as process:
        streams = {name: listeners(name, url) for name, url in zip(names, process.urls, strict=True)}
        engine = Engine(*chain(*streams.values()), reconnect=Backoff(initial=0.05, maximum=1.0))
        measure = Measure(streams)
        measure.watch(engine)
        print(f"Simulated venues, {rate:,.0f} events/s each, deflate {'on' if deflate else 'off'}, seed {seed}:")
        for url in process.urls:
            print(f"  {url}", flush=True)
        async with engine:
            await engine.wait_ready()
            display = Display(engine, "tickfold demo")
            showing = asyncio.create_task(display.table() if wants_table() else display.lines())
            try:
                paced = await play(engine, process, seconds, drops)
                measure.end(engine)
                engine.on(Quote, Spreads())
                bursts = [await blast(engine, process, venue, burst) for venue in range(len(venues))] if burst else []
            finally:
                showing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await showing
            truths = await process.truths()
            found = await settled(engine, dict(zip(names, truths, strict=True)))
            stats = engine.stats
        report(paced, dict(zip(names, bursts, strict=False)), measure, stats)
        return verdict(engine, truths, found)


async def play(engine: Engine, process: VenueProcess, seconds: float, drops: bool) -> Cost:
    """Has the venues play at their rate, and drop their connections half-way."""
    watch = _Watch(engine)
    await process.call("play", events=None)
    await asyncio.sleep(seconds / 2)
    if drops:
        for venue in range(len(process.urls)):
            await process.call("drop", venue=venue)
    await asyncio.sleep(seconds / 2)
    cost = watch.stop()
    await process.call("halt")
    return cost


async def blast(engine: Engine, process: VenueProcess, venue: int, events: int) -> Cost:
    """Has one venue send its prepared messages; counts until no more come."""
    watch = _Watch(engine)
    await process.call("burst", venue=venue, events=events)
    cost = watch.stop()
    while True:
        await asyncio.sleep(0.05)
        later = watch.stop()
        if later.messages == cost.messages:
            return cost
        cost = later


class _Quotes:
    """The quotes of some streams: others may have instruments of the same names."""

    def __init__(self, engine: Engine, labels: Collection[str]) -> None:
        self._quotes, self._labels = engine.quotes, labels

    def __getitem__(self, symbol: str) -> Quote:
        for label in self._labels:
            if (label, symbol) in self._quotes:
                return self._quotes[label, symbol]
        raise KeyError(symbol)


class _Orders:
    """The orders of some streams: others may use the same ids."""

    def __init__(self, engine: Engine, labels: Collection[str]) -> None:
        self._orders = {order.order_id: order for order in engine.orders if order.stream in labels}

    def __getitem__(self, key: str | tuple[str, str]) -> Order:
        if isinstance(key, str):
            return self._orders[key]
        order = self._orders[key[1]]
        if order.account != key[0]:
            raise KeyError(key)
        return order


async def settled(engine: Engine, truths: Mapping[str, Truth]) -> list[str]:
    """What differs once the last messages are in; asks again for a while, they may still be under way.

    truths   name of a stream → what its venue knows
    """
    end = time.monotonic() + SETTLE
    while True:
        found: list[str] = []
        for name, truth in truths.items():
            labels = [stream.label for stream in engine.streams if stream.table == name]
            found += differences(truth, _Quotes(engine, labels), _Orders(engine, labels))
        if not found or time.monotonic() > end:
            return found
        await asyncio.sleep(0.05)


def report(paced: Cost, bursts: dict[str, Cost], measure: Measure, stats: Sequence[StreamStats]) -> None:
    print()
    for one in stats:
        print(
            f"{one.label:<16} {one.messages:>9,} messages  {one.bytes / 1e6:7.1f} MB  "
            f"{one.reconnects} reconnects  {one.drops} drops  {one.errors} errors"
        )
    print(f"{'messages/s':<16} {paced.messages / paced.wall:>9,.0f}   at the venues' rate")
    print(f"{'CPU per message':<16} {paced.cpu / max(paced.messages, 1) * 1e6:>9.2f} µs at that rate: mostly waking up")
    for name, cost in bursts.items():
        each = cost.cpu / max(cost.messages, 1)
        print(f"{'':<16} {each * 1e6:>9.2f} µs in a burst of {cost.messages:,} messages of {name}")
    measured = [one for one in measure.latencies if one.values]
    if measured:
        print(f"{'latency':<16} from the venue's stamp to the callback's first line, at that rate, µs")
    for latencies in measured:
        _percentiles(latencies.called, latencies.values, latencies.note)


def _percentiles(name: str, values: "array[int]", note: str) -> None:
    ordered = sorted(values)
    texts = []
    for percentile in PERCENTILES:
        at = min(len(ordered) - 1, int(len(ordered) * percentile / 100))
        texts.append(f"p{percentile:g} {ordered[at] / 1e3:,.0f}")
    print(f"  {name:<18} {'  '.join(texts)}  max {ordered[-1] / 1e3:,.0f}{note}")


def verdict(engine: Engine, truths: Sequence[Truth], found: Sequence[str]) -> int:
    quotes = sum(len(truth.quotes) for truth in truths)
    orders = sum(len(truth.orders) for truth in truths)
    if not all(truth.quotes or truth.orders for truth in truths):
        print("FAILED: nothing was folded")
        return 1
    if found:
        print(f"FAILED: {len(found)} fields are not what the venues say:")
        for line in found[:SHOWN]:
            print(f"  {line}")
        if len(found) > SHOWN:
            print(f"  … and {len(found) - SHOWN} more")
        return 1
    fields = sum(len(row) for truth in truths for row in [*truth.quotes.values(), *truth.orders])
    print(f"checked          {orders:,} orders and {quotes} quotes, {fields:,} fields: all equal to the venues' truth")
    return 0
