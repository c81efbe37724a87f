"""Order lives in memory: each venue's own words of random lives, folded and held against the venue's truth.

    python -m tests.lives --lives 10000 [--venue etna] [--seed 1]

A run makes lives until there are enough of them, lets all of them end, and feeds what the venue says of them, frame by
frame, to a decoder. After each frame the invariants must hold: filled_qty falls only by a correction, what has ended
stays ended, filled and leaves make up the quantity. In the end every order must be what the venue says, executions must
have been told once each, the same frame twice must not have changed anything, and feeding the lives one after the other
in place of interleaved must end in the same state.
"""

import argparse
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import numpy

import tickfold as tf
from tickfold.sim import Truth, differences
from tickfold.sim.alpaca import orders as alpaca_orders
from tickfold.sim.alpaca.trading import order_market
from tickfold.sim.etna import orders as etna_orders
from tickfold.sim.etna import streamer as etna
from tickfold.sim.ibkr import gateway as ibkr
from tickfold.sim.ibkr import orders as ibkr_orders
from tickfold.sim.orders import Event, OrderFlow, SimOrder
from tickfold.sim.truth import Row, row_differences
from tickfold.sim.vega import markets as vega_markets
from tickfold.sim.vega import orders as vega
from tickfold.sim.vega.words import message as vega_message

Atom = tuple[int, Any]  # order, and one object that is said of it

START_NS = 1_718_026_215_882_000_000
STEP_NS = 700_000  # several events fall into a millisecond
ENDED = frozenset(("FILLED", "CANCELED", "REPLACED", "REJECTED", "EXPIRED"))


class Venue(ABC):
    """One venue's flow of orders and its words for them, without a socket."""

    table: str
    synthetic = False  # whether fills are derived from totals
    overtakes = False  # whether an order's total may come ahead of an execution that it counts
    leaves_end = False  # whether what is left is 0 once an order has ended

    def __init__(self, rng: Random, live: int) -> None:
        self.rng = rng
        self.flow = self.make_flow(live)
        self._now = START_NS

    @abstractmethod
    def make_flow(self, live: int) -> OrderFlow: ...

    @abstractmethod
    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        """The objects that an event is told by; those of one order, but for what comes again."""

    @abstractmethod
    def frame(self, objects: list[Any]) -> bytes:
        """One message that holds these objects."""

    @abstractmethod
    def truth(self, order: SimOrder) -> Row: ...

    @abstractmethod
    def key(self, said: Any) -> Any:
        """Which order an object is of."""

    def rest(self) -> list[Any]:
        """What has been held back."""
        return []

    def many(self) -> int:
        """How many objects the next frame has."""
        return 1

    def fills(self) -> list[Row]:
        """The executions that were told."""
        return []

    def objects(self, lives: int) -> Iterator[Any]:
        """Everything that is said of so many lives, from the first to the last."""
        while len(self.flow.all) < lives:
            self._now += self.rng.randint(0, 2 * STEP_NS)
            order, event = self.flow.step(self._now // 1_000_000)
            yield from self.say(order, event, self._now)
        while True:
            self._now += self.rng.randint(0, 2 * STEP_NS)
            step = self.flow.drain(self._now // 1_000_000)
            if step is None:
                break
            yield from self.say(*step, self._now)
        yield from self.rest()

    def frames(self, objects: Iterable[Any]) -> Iterator[bytes]:
        held: list[Any] = []
        many = self.many()
        for said in objects:
            held.append(said)
            if len(held) >= many:
                yield self.frame(held)
                held, many = [], self.many()
        if held:
            yield self.frame(held)


class AlpacaTrading(Venue):
    table = "alpaca.trading"
    synthetic = overtakes = True

    def make_flow(self, live: int) -> OrderFlow:
        flow = OrderFlow(self.rng, order_market(), [""], live=live, clip=400, habits=alpaca_orders.HABITS)
        self.words = alpaca_orders.OrderWords(self.rng, flow.holdings)
        return flow

    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        return list(self.words.messages(order, event, now_ns))

    def rest(self) -> list[Any]:
        return self.words.remaining()

    def frame(self, objects: list[Any]) -> bytes:
        return alpaca_orders.json_text({"stream": "trade_updates", "data": objects[0]}).encode()

    def truth(self, order: SimOrder) -> Row:
        return self.words.truth(order)

    def key(self, said: Any) -> Any:
        return said["order"]["id"]

    def fills(self) -> list[Row]:
        return list(self.words.fills.values())


class IbkrGateway(Venue):
    table = "ibkr"
    synthetic = True

    def make_flow(self, live: int) -> OrderFlow:
        self.words = ibkr_orders.OrderWords(self.rng)
        return OrderFlow(self.rng, ibkr.default_market(), ["DU1234567", "DU7654321"], live=live)

    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        return list(self.words.elements(order, event))

    def many(self) -> int:
        return self.rng.randint(1, 5)

    def frame(self, objects: list[Any]) -> bytes:
        return json.dumps({"topic": "sor", "args": objects}).encode()

    def truth(self, order: SimOrder) -> Row:
        return self.words.truth(order)

    def key(self, said: Any) -> Any:
        return said["orderId"]


class IbkrPortal(IbkrGateway):
    """Lists in which other orders come again, whole."""

    table = "ibkr.portal"

    def make_flow(self, live: int) -> OrderFlow:
        self.words = ibkr_orders.OrderWords(self.rng)
        return OrderFlow(self.rng, ibkr.default_market(), ["DU1234567"], live=live)

    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        again = self.rng.choices(self.flow.all, k=self.rng.randint(0, 3))
        return [self.words.record(other) for other in (*again, order)]

    def frame(self, objects: list[Any]) -> bytes:
        return json.dumps({"orders": objects, "topic": "realtime-account-data+DU1234567"}).encode()


class VegaNode(Venue):
    """Blocks: only the last state of an order in a block is told, and a snapshot now and then tells the live ones."""

    table = "vega"
    names = False

    def make_flow(self, live: int) -> OrderFlow:
        self.words = vega.OrderWords(self.rng)
        self._block: dict[int, SimOrder] = {}
        parties = [vega.hex64(4, 1), vega.hex64(4, 2)]
        return OrderFlow(self.rng, vega_markets.default_market(), parties, live=live, habits=vega.HABITS)

    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        self.words.change(order, event, now_ns)
        self._block[order.id] = order
        return self.rest() if self.rng.random() < 0.4 else []

    def rest(self) -> list[Any]:
        told = [self.words.order(order) for order in self._block.values()]
        self._block.clear()
        if told and self.rng.random() < 0.05:  # what happens between a snapshot and its updates may come twice
            told += [self.words.order(order) for order in self.flow.alive[:10]]
        return told

    def many(self) -> int:
        return self.rng.randint(1, 6)

    def frame(self, objects: list[Any]) -> bytes:
        body: dict[str, Any] = {"updates": {"orders": objects}}
        if self.rng.random() < 0.05:  # all live ones: an order missing here would be taken for ended
            live = [self.words.order(order) for order in reversed(self.flow.alive)]
            body = {"snapshot": {"orders": live, "lastPage": True}, **body}
        return vega_message({"result": body}, names=self.names)

    def truth(self, order: SimOrder) -> Row:
        return self.words.truth(order)

    def key(self, said: Any) -> Any:
        return said["id"]


class OlderVegaNode(VegaNode):
    names = True


class EtnaStreamer(Venue):
    table = "etna"
    synthetic = True
    leaves_end = True

    def make_flow(self, live: int) -> OrderFlow:
        self.words = etna_orders.OrderWords(self.rng)
        return OrderFlow(self.rng, etna.default_market(), ["611", "612"], live=live, habits=etna_orders.HABITS)

    def say(self, order: SimOrder, event: Event, now_ns: int) -> list[Any]:
        return list(self.words.messages(order, event, now_ns // 1_000_000))

    def frame(self, objects: list[Any]) -> bytes:
        return etna_orders.texts(objects[0]).encode()

    def truth(self, order: SimOrder) -> Row:
        return self.words.truth(order)

    def key(self, said: Any) -> Any:
        return said["Id"]


VENUES: dict[str, type[Venue]] = {
    "alpaca.trading": AlpacaTrading,
    "ibkr": IbkrGateway,
    "ibkr.portal": IbkrPortal,
    "vega": VegaNode,
    "vega.names": OlderVegaNode,
    "etna": EtnaStreamer,
}


@dataclass
class Watch:
    """Looks at every record that a decoder hands on."""

    venue: Venue
    filled: dict[str, Decimal] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    executed: dict[str, Decimal] = field(default_factory=dict)
    fills: dict[str, int] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    orders: int = 0

    def on(self, decoder: tf.Decoder) -> None:
        decoder.on(tf.Order, self.order)
        decoder.on(tf.Fill, self.fill)
        decoder.on(tf.Fill, self.hear, amendments=True)
        decoder.on(tf.Error, lambda error: self.faults.append(f"error: {error.text}"))
        decoder.on(tf.Raw, lambda raw: self.faults.append(f"raw: {raw.data!r:.200}"))

    def order(self, order: tf.Order) -> None:
        self.orders += 1
        id_ = order.order_id or ""
        corrects = bool(order.flags & tf.Flag.CORRECTION)
        filled, qty, leaves = (order.decimal(name) for name in ("filled_qty", "qty", "leaves_qty"))
        if filled is not None:
            if filled < self.filled.get(id_, Decimal(0)) and not corrects:
                self.faults.append(f"{id_}: filled fell from {self.filled[id_]} to {filled}")
            self.filled[id_] = filled
        status = "UNKNOWN" if order.status is None else order.status.name
        ended = self.status.get(id_)
        if ended in ENDED and status != ended and not corrects:
            self.faults.append(f"{id_}: {ended} became {status}")
        self.status[id_] = status
        if None not in (filled, qty, leaves) and not (self.venue.leaves_end and status in ENDED):
            assert filled is not None and leaves is not None
            if filled + leaves != qty:
                self.faults.append(f"{id_}: {filled} filled and {leaves} left are not {qty}")

    def fill(self, fill: tf.Fill) -> None:
        id_ = fill.order_id or ""
        quantity = fill.decimal("qty")
        if quantity is not None:
            self.executed[id_] = self.executed.get(id_, Decimal(0)) + quantity
        if fill.flags & tf.Flag.SYNTHETIC:
            if not self.venue.synthetic:
                self.faults.append(f"{id_}: a derived fill")
        elif fill.exec_id is not None:
            self.fills[fill.exec_id] = self.fills.get(fill.exec_id, 0) + 1

    def hear(self, fill: tf.Fill) -> None:
        """Fills and their amendments."""
        self.heard.add(fill.exec_id or "")


@dataclass
class Result:
    """What a run found."""

    venue: str
    lives: int
    frames: int
    records: int
    seconds: float
    faults: list[str]


def run(name: str, seed: int, lives: int, *, live: int = 24) -> Result:
    """So many lives of one venue. `live` is how many are alive at a time."""
    began = time.perf_counter()
    venue = VENUES[name](Random(seed), live)
    decoder = tf.decoder(venue.table, synthetic_fills=venue.synthetic)
    watch = Watch(venue)
    watch.on(decoder)
    objects: list[Any] = []
    frames = 0
    twice = Random(seed + 1)

    def noted() -> Iterator[Any]:
        for said in venue.objects(lives):
            objects.append(said)
            yield said

    for payload in venue.frames(noted()):
        frames += 1
        decoder.feed(payload, START_NS + frames)
        if twice.random() < 0.1:
            before = _state(decoder)
            decoder.feed(payload, START_NS + frames)
            if _state(decoder) != before:
                watch.faults.append(f"a frame twice is not the frame once: {payload[:300]!r}")
    faults = watch.faults
    truth = Truth(orders=[venue.truth(order) for order in venue.flow.all])
    faults += differences(truth, decoder.quotes, decoder.orders)
    faults += _fill_faults(venue, watch, decoder, truth)
    if decoder.mismatched:
        faults.append(f"{decoder.mismatched} values of an unexpected form")

    # The lives one after the other.
    second = tf.decoder(venue.table)
    lives_of: dict[Any, list[Any]] = {}
    for said in objects:
        lives_of.setdefault(venue.key(said), []).append(said)
    for life in lives_of.values():
        for payload in venue.frames(life):
            second.feed(payload)
    faults += (f"one after the other: {line}" for line in differences(truth, second.quotes, second.orders))
    return Result(name, len(venue.flow.all), frames, watch.orders, time.perf_counter() - began, faults)


def _fill_faults(venue: Venue, watch: Watch, decoder: tf.Decoder, truth: Truth) -> Iterator[str]:
    for row in venue.fills():
        id_ = row["exec_id"] or ""
        # What was derived before, of totals that came ahead of it, is not told again: its execution amends.
        if watch.fills.get(id_, 0) > 1 or id_ not in watch.heard or not (venue.overtakes or id_ in watch.fills):
            yield f"execution {id_} was handed on {watch.fills.get(id_, 0)} times"
        yield from row_differences("fill", decoder.fills, id_, row)
    if venue.synthetic:
        for row in truth.orders:
            id_, filled = row["order_id"] or "", Decimal(row["filled_qty"] or 0)
            if watch.executed.get(id_, Decimal(0)) != filled:
                yield f"{id_}: its fills make {watch.executed.get(id_)}, not {filled}"


def _state(decoder: tf.Decoder) -> bytes:
    """What the orders are, byte for byte, without what tells when and how they were last heard of."""
    rows = decoder.orders.array
    octets = rows.view(numpy.uint8).reshape(len(rows), rows.itemsize).copy()
    for name in ("flags", "ts_recv", "seq", "changed"):
        kind, at = rows.dtype.fields[name][:2]
        octets[:, at : at + kind.itemsize] = 0
    return octets.tobytes()


def main() -> int:
    parser = argparse.ArgumentParser(description="Order lives in memory, held against each venue's truth.")
    parser.add_argument("--lives", type=int, default=10_000, help="of each venue, in all (10000)")
    parser.add_argument("--batch", type=int, default=500, help="of one run; each has its own seed (500)")
    parser.add_argument("--venue", choices=VENUES, action="append", help="one of them only; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the first run (1)")
    options = parser.parse_args()
    failed = False
    for name in options.venue or VENUES:
        results: list[Result] = []
        seed = options.seed
        while sum(result.lives for result in results) < options.lives:
            missing = options.lives - sum(result.lives for result in results)
            results.append(run(name, seed, min(options.batch, missing), live=2 + seed * 7 % 60))
            for fault in results[-1].faults[:10]:
                print(f"{name} seed {seed}: {fault}")
            failed |= bool(results[-1].faults)
            seed += 1
        total = [sum(getattr(r, key) for r in results) for key in ("lives", "frames", "records", "seconds")]
        faults = sum(len(result.faults) for result in results)
        print(f"{name:<16} {total[0]:>7,} lives {total[1]:>9,} frames {total[2]:>9,} records {total[3]:6.1f} s  "
              f"{faults or 'no'} faults", flush=True)  # fmt: skip
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
