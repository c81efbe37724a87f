"""`tickfold demo`: simulated venues in a process of their own, an engine in this one, and a report on both.

First the venues play at a rate, which gives latencies; half-way through each drops its connection once without a Close
frame. Then each sends a burst of prepared messages as fast as they are read, which gives the cost of a message when the
engine is busy. At the end what the engine has folded is compared, field by field, with what the venues know to be true.
"""

import asyncio
import contextlib
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from tickfold import alpaca, ibkr
from tickfold.backoff import Backoff
from tickfold.display import Display, wants_table
from tickfold.engine.records import Quote, Venue
from tickfold.live import Engine, StreamStats
from tickfold.sim import AlpacaMarketData, IbkrGateway, Truth, differences
from tickfold.sim.ibkr import default_market
from tickfold.sim.process import VenueProcess

SETTLE = 3.0  # seconds that the last messages may take
PERCENTILES = (50.0, 90.0, 99.0, 99.9)
SHOWN = 10  # differences


@dataclass
class Measure:
    """What the strategy of the demo takes down while the venues play at a rate."""

    alpaca: "array[int]" = field(default_factory=lambda: array("q"))  # latencies of quotes, ns
    ibkr: "array[int]" = field(default_factory=lambda: array("q"))

    def __call__(self, quote: Quote) -> None:
        entry = time.time_ns()
        sent = quote.ts_event
        if sent is not None:
            (self.alpaca if quote.venue == Venue.ALPACA else self.ibkr).append(entry - sent)


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


async def demo(*, seconds: float, rate: float, burst: int, deflate: bool, drops: bool, seed: int) -> int:
    """Runs the demo and prints its report; returns the exit code, 1 where state and truth differ."""
    policy = "accept" if deflate else "deny"
    venues = [
        {"name": AlpacaMarketData.name, "seed": seed, "rate": rate, "deflate": policy, "bar_seconds": 2.0},
        {"name": IbkrGateway.name, "seed": seed, "rate": rate, "deflate": policy, "heartbeat": 1.0},
    ]
    async with VenueProcess(venues) as process:
        engine = Engine(
            alpaca.MarketData(
                url=process.urls[0], key="SIMKEY", secret="SIMSECRET", quotes=["*"], trades=["*"], bars=["*"]
            ),
            ibkr.WebApi(
                process.urls[1],
                orders=True,
                quotes=[instrument.conid for instrument in default_market()],
                session="4f1c20b1a7f04a6b9d3c0e5a",
            ),
            reconnect=Backoff(initial=0.05, maximum=1.0),
        )
        measure = Measure()
        engine.on(Quote, measure)
        print(f"Two simulated venues, {rate:,.0f} events/s each, deflate {'on' if deflate else 'off'}, seed {seed}:")
        for url in process.urls:
            print(f"  {url}", flush=True)
        async with engine:
            await engine.wait_ready()
            display = Display(engine, "tickfold demo")
            showing = asyncio.create_task(display.table() if wants_table() else display.lines())
            try:
                paced = await play(engine, process, seconds, drops)
                engine.off(measure)
                engine.on(Quote, Spreads())
                bursts = [await blast(engine, process, venue, burst) for venue in range(len(venues))] if burst else []
            finally:
                showing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await showing
            truths = await process.truths()
            found = await settled(engine, truths)
            stats = engine.stats
        report(paced, bursts, measure, stats)
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


async def settled(engine: Engine, truths: Sequence[Truth]) -> list[str]:
    """What differs once the last messages are in; asks again for a while, they may still be under way."""
    end = time.monotonic() + SETTLE
    while True:
        found = [line for truth in truths for line in differences(truth, engine.quotes, engine.orders)]
        if not found or time.monotonic() > end:
            return found
        await asyncio.sleep(0.05)


def report(paced: Cost, bursts: Sequence[Cost], measure: Measure, stats: Sequence[StreamStats]) -> None:
    print()
    for one in stats:
        print(
            f"{one.label:<16} {one.messages:>9,} messages  {one.bytes / 1e6:7.1f} MB  "
            f"{one.reconnects} reconnects  {one.drops} drops  {one.errors} errors"
        )
    print(f"{'messages/s':<16} {paced.messages / paced.wall:>9,.0f}   at the venues' rate")
    print(f"{'CPU per message':<16} {paced.cpu / max(paced.messages, 1) * 1e6:>9.2f} µs at that rate: mostly waking up")
    for one, cost in zip(stats, bursts, strict=False):
        each = cost.cpu / max(cost.messages, 1)
        print(f"{'':<16} {each * 1e6:>9.2f} µs in a burst of {cost.messages:,} messages of {one.label}")
    print(f"{'latency':<16} from the venue's stamp to the callback's first line, at that rate, µs")
    _percentiles("alpaca quotes", measure.alpaca, "")
    _percentiles("ibkr quotes", measure.ibkr, "  (stamps are cut to 1 ms: up to 1,000 too long)")


def _percentiles(name: str, values: "array[int]", note: str) -> None:
    if not values:
        print(f"  {name:<14} none")
        return
    ordered = sorted(values)
    texts = []
    for percentile in PERCENTILES:
        at = min(len(ordered) - 1, int(len(ordered) * percentile / 100))
        texts.append(f"p{percentile:g} {ordered[at] / 1e3:,.0f}")
    print(f"  {name:<14} {'  '.join(texts)}  max {ordered[-1] / 1e3:,.0f}{note}")


def verdict(engine: Engine, truths: Sequence[Truth], found: Sequence[str]) -> int:
    quotes = sum(len(truth.quotes) for truth in truths)
    orders = sum(len(truth.orders) for truth in truths)
    if not quotes or not orders:
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
