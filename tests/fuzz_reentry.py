"""Callbacks that do anything: register and take back others, retire rows, feed decoders, keep what they get, raise.

    python tests/fuzz_reentry.py --seconds 900 --seed 7
    python tests/run_asan.py --fuzz-reentry 900

Two or three decoders share a State, and often a Dispatcher. Each world of some hundred messages has a seed of its own,
which a finding names: `--seed 7 --world 12` runs that one again. What must hold, whatever callbacks do:

* Nothing is raised but a CallbackError whose cause is a callback's own exception, and a RuntimeError where a decoder is
  fed within its own callback.
* A copy never changes, nor does a batch that somebody keeps, nor the array of a State for those who try to write it.
* A record kept from a callback raises ReferenceError from then on. A row's view shows its own row or raises
  ReferenceError, but never shows another row.
* What was taken back is called no more after the message under way; limits hold.

Memory is the sanitizers' matter: run it in their build. The test suite runs some worlds (test_fuzz_reentry.py).
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable
from typing import Any

from fuzz_decoders import seeds
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.records import KINDS, Record
from tickfold.engine.state import State
from tickfold.schema.errors import CallbackError

STREAMS = ("alpaca.data", "alpaca.trading", "etna", "ibkr", "vega")
FEEDS = 300  # messages from outside in one world
DEPTH = 3  # callbacks within callbacks
MOST = 25  # callbacks at a time

TABLES = ("orders", "fills", "positions", "balances", "pnl", "quotes", "stats", "instruments")


class Mischief(Exception):
    """What callbacks raise."""


def churn(dice: random.Random, stream: str) -> bytes:
    """A message about one of a few orders, symbols and levels, so that rows are used again and limits are met."""
    number, symbol = dice.randrange(60), dice.randrange(60)
    size = dice.choice(("100", "100.00000000000000001", "1e2"))
    filled = dice.randrange(101)
    if stream == "ibkr":
        status = dice.choice(("Submitted", "Filled", "Cancelled"))
        return (
            f'{{"topic":"sor","args":[{{"orderId":{number},"acct":"DU{dice.randrange(2)}","conid":{symbol},'
            f'"totalSize":{size},"filledQuantity":{filled},"avgPrice":"{dice.randrange(9)}.5","status":"{status}"}},'
            f'{{"orderId":{dice.randrange(60)},"status":"Submitted"}}]}}'
        ).encode()
    if stream == "etna":
        status = dice.choice(("New", "PartiallyFilled", "Filled", "Canceled"))
        return (
            f'{{"EntityType":"Order","Id":"{number}","AccountId":"61{dice.randrange(2)}","SecurityId":"{symbol}",'
            f'"Quantity":"{size}","ExecutedQuantity":"{filled}","AveragePrice":"2.5","Status":"{status}"}}'
        ).encode()
    if stream == "vega":
        return (
            f'{{"result":{{"updates":{{"orders":[{{"id":"{number}","marketId":"{symbol}","partyId":"p","size":"100",'
            f'"remaining":"{100 - filled}","status":{dice.choice((1, 3, 5))}}}]}}}}}}'
        ).encode()
    if stream == "alpaca.trading":
        event, status = dice.choice((("new", "new"), ("fill", "filled"), ("canceled", "canceled")))
        return (
            f'{{"stream":"trade_updates","data":{{"event":"{event}","execution_id":"{dice.randrange(200)}","price":"1",'
            f'"qty":"{filled}","order":{{"id":"{number}","symbol":"S{symbol}","qty":"{size}","filled_qty":"{filled}",'
            f'"status":"{status}","side":"buy"}}}}}}'
        ).encode()
    return dice.choice(
        (
            f'[{{"T":"q","S":"S{symbol}","bp":{dice.randrange(9)}.5,"ap":2.000000000000000001,"c":["R"]}}]',
            f'[{{"T":"n","id":1,"headline":"{"h" * dice.randrange(300)}","content":"x\\u00e9","symbols":["A"]}}]',
            f'[{{"T":"o","S":"S{symbol}","b":[{{"p":{dice.randrange(30)},"s":{dice.randrange(2)}}}],"a":[],"r":false}}]',
            f"garbage {number}",
        )
    ).encode()


def key_of(view: Record) -> Any:
    """What tells a row of fills or orders from others; None for other kinds. ReferenceError once it is another's."""
    view.as_dict()
    return getattr(view, "exec_id", None) or getattr(view, "order_id", None)


class World:
    """Decoders, callbacks, and all that they kept. Every choice is the dice's."""

    def __init__(self, dice: random.Random, payloads: dict[str, list[bytes]]) -> None:
        self.dice = dice
        self.payloads = payloads
        self.state = State(
            max_symbols=dice.randint(20, 80),
            max_orders=dice.randint(1, 30),
            max_fills=dice.randint(1, 10),
            max_rows=dice.randint(1, 30),
            max_levels=dice.randint(1, 16),
        )
        shared = Dispatcher() if dice.random() < 0.7 else None
        self.decoders = [
            Decoder(
                stream,
                state=self.state,
                dispatcher=shared,
                stream=number,
                synthetic_fills=dice.choice((None, True)),
            )
            for number, stream in enumerate(dice.choices(STREAMS, k=dice.randint(2, 3)))
        ]
        self.depth = 0
        self.feeds = 0  # messages from outside so far
        self.calls = 0
        self.raised: list[BaseException] = []
        self.registered: dict[Callable[[Any], None], Dispatcher] = {}
        self.taken_back: dict[Callable[[Any], None], int] = {}  # … and during which message
        self.records: list[Record] = []  # kept from callbacks
        self.copies: list[tuple[Record, Any]] = []  # with what they said
        self.rows: list[tuple[Record, Any]] = []  # views of rows, with their keys
        self.batches: list[tuple[Any, bytes]] = []  # with their bytes
        for decoder in self.decoders:
            for cls in dice.sample(list(KINDS.values()), 8):
                self.register(decoder.dispatcher, cls, dice.random() < 0.3)

    # callbacks

    def register(self, dispatcher: Dispatcher, cls: type[Record], batch: bool) -> None:
        def callback(given: Any) -> None:
            self.called(callback, given, batch)

        self.registered[callback] = dispatcher
        conflate = cls.__name__ in ("Quote", "Stats", "Instrument") and self.dice.random() < 0.5
        on: Any = dispatcher
        if batch:
            on.on_batch(cls, callback, conflate=conflate)
        elif conflate:
            on.on(cls, callback, conflate=True)
        else:
            known = [name for name in cls.dtype().names or () if hasattr(cls, name)]
            changed = [self.dice.choice(known)] if known and self.dice.random() < 0.1 else None
            try:
                dispatcher.on(cls, callback, changed=changed)
            except ValueError:  # a name of the header, which no update changes
                dispatcher.on(cls, callback)

    def called(self, callback: Callable[[Any], None], given: Any, batch: bool) -> None:
        self.calls += 1
        assert self.taken_back.get(callback, self.feeds) == self.feeds, "a callback that was taken back is called"
        if self.depth >= DEPTH:
            return
        self.depth += 1
        try:
            if batch:
                assert len(given) and not given.flags.writeable
                if self.dice.random() < 0.2:
                    rows = given[: self.dice.randint(1, 3)]
                    self.batches.append((rows, rows.tobytes()))
                if self.dice.random() < 0.4:
                    self.act(None)
            else:
                given.as_dict()
                self.act(given)
        finally:
            self.depth -= 1

    def act(self, record: Record | None) -> None:
        """Any one thing that a callback may do."""
        dice, state = self.dice, self.state
        decoder = dice.choice(self.decoders)
        match dice.randrange(16):
            case 0 | 1 if len(self.registered) < MOST:
                self.register(decoder.dispatcher, dice.choice(list(KINDS.values())), dice.random() < 0.4)
            case 2 if self.registered:
                callback = dice.choice(list(self.registered))
                self.registered.pop(callback).off(callback)
                self.taken_back[callback] = self.feeds
            case 3:
                state.orders.retire(dice.choice((None, None, 5)))
            case 4 if record is not None:
                self.records.append(record)
            case 5 if record is not None:
                copy = record.copy()
                assert copy.as_dict() == record.as_dict()
                self.copies.append((copy, copy.as_dict()))
            case 6:
                array = getattr(state, dice.choice(TABLES)).array
                assert not array.flags.writeable
                array.tobytes()
            case 7 | 8:
                rows = list(getattr(state, dice.choice(TABLES)))[-3:]
                self.rows.extend((view, key_of(view)) for view in rows)
            case 9 | 10 | 11:
                self.feed(decoder)
            case 12:
                try:
                    records = decoder.decode(self.payload(decoder))
                except (RuntimeError, CallbackError) as error:
                    self.expected(error, decoder.busy)
                else:
                    self.copies.extend((copy, copy.as_dict()) for copy in records[:3])
            case 13:
                try:
                    decoder.flush()
                except CallbackError as error:
                    self.expected(error, False)
            case 14:
                self.look()
            case 15:
                error = Mischief(len(self.raised))
                self.raised.append(error)
                raise error

    # messages

    def payload(self, decoder: Decoder) -> bytes:
        if self.dice.random() < 0.7:
            return churn(self.dice, decoder.name)
        return self.dice.choice(self.payloads[decoder.name])

    def feed(self, decoder: Decoder) -> None:
        busy = decoder.busy
        try:
            decoder.feed(self.payload(decoder), flush=self.dice.random() < 0.7)
        except (RuntimeError, CallbackError) as error:
            self.expected(error, busy)

    def expected(self, error: Exception, busy: bool) -> None:
        """Only what a callback raised itself, and what feeding a decoder within its own callback raises."""
        cause: BaseException | None = error
        while isinstance(cause, CallbackError):
            cause = cause.__cause__
        if isinstance(error, CallbackError):
            if not any(cause is mischief for mischief in self.raised):
                raise error  # an assertion of ours, too, that failed within a callback
        elif not busy or "within its own callback" not in str(error):
            raise error

    # what was kept

    def look(self) -> None:
        """Looks at a few things that were kept earlier."""
        dice = self.dice
        for copy, said in dice.sample(self.copies, min(3, len(self.copies))):
            assert copy.as_dict() == said, "a copy has changed"
            repr(copy)
        for rows, data in dice.sample(self.batches, min(3, len(self.batches))):
            assert rows.tobytes() == data, "a batch has changed that somebody keeps"
        for view, key in dice.sample(self.rows, min(5, len(self.rows))):
            try:
                now, said = key_of(view), view.as_dict()
            except ReferenceError:
                continue
            assert now == key, f"a view of {key} shows {now}"
            assert view.copy().as_dict() == said
        for record in dice.sample(self.records, min(3, len(self.records))):
            try:
                repr(record)
                record.as_dict()
            except ReferenceError:
                continue
            assert self.depth, "a record kept from a callback can still be read"

    def check(self) -> None:
        self.look()
        for name in TABLES:
            rows = getattr(self.state, name)
            assert len(rows) <= rows.limit and len(rows.array) >= len(rows)

    def run(self) -> int:
        """Feeds from outside; returns how often callbacks were called."""
        for self.feeds in range(FEEDS):
            self.feed(self.dice.choice(self.decoders))
            self.check()
            for kept in (self.copies, self.batches, self.rows, self.records):
                if len(kept) > 100:
                    del kept[: self.dice.randrange(90)]  # type: ignore[attr-defined]
        for callback, dispatcher in self.registered.items():
            dispatcher.off(callback)
        calls = self.calls
        for decoder in self.decoders:
            decoder.feed(churn(self.dice, decoder.name))
        assert self.calls == calls, "somebody is called though all were taken back"
        return calls


def run(seed: str, proceed: Callable[[int], bool], first: int = 0) -> tuple[int, int]:
    """Worlds until `proceed(worlds)` says no. Returns how many there were and how often callbacks were called."""
    payloads = {stream: seeds(stream) for stream in STREAMS}
    number, calls = first, 0
    while proceed(number - first):
        try:
            calls += World(random.Random(f"{seed} {number}"), payloads).run()
        except BaseException as error:
            raise AssertionError(f"--seed {seed} --world {number}") from error
        number += 1
        if number % 20 == 0:
            gc.collect()
    return number - first, calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", default=None, help="default: a new one, printed")
    parser.add_argument("--world", type=int, default=None, help="only this one")
    options = parser.parse_args()
    seed = options.seed or str(random.randrange(2**32))
    end = time.monotonic() + options.seconds
    print(f"seed {seed}", flush=True)
    if options.world is not None:
        worlds, calls = run(seed, lambda worlds: worlds < 1, options.world)
    else:
        worlds, calls = run(seed, lambda _: time.monotonic() < end)
    print(f"seed {seed}: {worlds} worlds, {calls} calls, no finding", flush=True)


if __name__ == "__main__":
    main()
