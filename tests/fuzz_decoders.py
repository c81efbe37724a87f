"""Each stream's decoder, whole, on its messages bent in every way: bytes in, records, rows and books out.

    python tests/fuzz_decoders.py --seconds 900 --stream vega --seed 7
    python tests/run_asan.py --fuzz-decoders 900 --stream vega

What must hold of any bytes: no exception; a malformed message is one Error and a count; everything that a record states
can be read, and its decimals are its numbers; limits hold, and so do views of rows that were given to others. Memory is
the sanitizers' matter: run it in their build. The test suite runs some thousand rounds (test_fuzz_decoders.py).
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
from collections.abc import Callable
from typing import Any

import corpus
from corpus.msgpack import pack, packed
from fuzz_scanner import NUMBERS, VALUES, mutate
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import KINDS, Error
from tickfold.engine.state import State
from tickfold.schema import registry
from tickfold.schema.enums import ErrorSource

RENEWED = 3000  # messages after which a decoder with other limits takes over
DECIMALS = {
    name: [field for field in cls.dtype().names or () if cls.dtype()[field].kind == "f"] for name, cls in KINDS.items()
}


def seeds(stream: str) -> list[bytes]:
    """The messages of a stream, as they are and, for Alpaca, packed; and a few in one."""
    payloads = [message.payload for message in corpus.load()[stream]]
    if stream == "alpaca.data":
        lists = [payload[1:-1] for payload in payloads]
        payloads += [b"[" + b",".join(lists[at : at + 4]) + b"]" for at in range(0, len(lists), 4)]
        payloads += [packed(payload, size) for payload in payloads for size in (8, 12)]
    elif stream == "alpaca.trading":
        payloads += [pack(json.loads(payload)) for payload in payloads]
    return payloads


def bytes_bent(dice: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """MessagePack bent by its bytes."""
    at = dice.randrange(len(data) + 1)
    match dice.randrange(6):
        case 0 if data:
            at %= len(data)
            return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        case 1 if data:
            at %= len(data)
            return (
                data[:at]
                + bytes([dice.choice([0x7F, 0x80, 0x90, 0xA0, *range(0xBF, 0xE1), 0xFF, dice.randrange(256)])])
                + data[at + 1 :]
            )
        case 2:
            return data[:at] + dice.randbytes(dice.randint(1, 9)) + data[at:]
        case 3:
            return data[:at] + data[at + dice.randint(1, 9) :]
        case 4:
            other = dice.choice(others)
            return data[:at] + other[dice.randrange(len(other) + 1) :]
    end = min(len(data), at + dice.randrange(1, 40))
    return data[:end] + data[at:end] + data[end:]


class Literal(str):
    """A value as it is written."""


def write(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return str.__str__(value) if isinstance(value, Literal) else json.dumps(value)


def nodes(value: Any) -> list[Any]:
    """The objects and lists of a message that have something in them."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if inner else []) + [node for item in inner for node in nodes(item)]


def values_bent(dice: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """A message that stays JSON: values of others, of every form, moved, left out, repeated."""
    try:
        message = json.loads(data, parse_int=Literal, parse_float=Literal)
        other = json.loads(dice.choice(others), parse_int=Literal, parse_float=Literal)
    except ValueError:
        return mutate(dice, data, others)
    for _ in range(dice.choice((1, 1, 2, 4))):
        found, strangers = nodes(message), nodes(other)
        if not found or not strangers:
            break
        node, stranger = dice.choice(found), dice.choice(strangers)
        items = list(stranger.values()) if isinstance(stranger, dict) else stranger
        value = Literal(dice.choice([*VALUES[:14], *NUMBERS[:21]])) if dice.random() < 0.4 else dice.choice(items)
        value = copy.deepcopy(value)
        if isinstance(node, list):
            node[dice.randrange(len(node))] = value
            if dice.random() < 0.4 and len(node) < 40:
                node.extend(copy.deepcopy(node[: dice.randint(1, 3)]))
            continue
        keys = list(stranger) if isinstance(stranger, dict) and dice.random() < 0.5 else list(node)
        if dice.random() < 0.2:
            del node[dice.choice(list(node))]
        else:
            node[dice.choice(keys)] = value
    return write(message).encode(errors="replace")


class Victim:
    """A decoder with limits and listeners of its own, and what must hold of what it says."""

    def __init__(self, stream: str, dice: random.Random) -> None:
        small = dice.random() < 0.5
        state = (
            State(
                max_symbols=dice.randint(1, 40),
                max_orders=dice.randint(1, 20),
                max_fills=dice.randint(1, 10),
                max_rows=dice.randint(1, 40),
                max_levels=dice.randint(1, 8),
            )
            if small
            else State()
        )
        scales = {text: (dice.randint(-9, 9), dice.randint(-9, 9)) for text in ("8894", "318", "QQQ", "9c55" * 16)}
        self.decoder = Decoder(
            stream,
            state=state,
            stream=dice.choice((0, 255)),
            synthetic_fills=dice.choice((None, True, False)),
            scales=dice.choice((None, scales)),
        )
        self.dice = dice
        self.lines = registry.table(stream).lines
        self.views: list[Any] = []
        self.batches: list[Any] = []
        for cls in KINDS.values():
            self.decoder.on(cls, self.read)
            self.decoder.on_batch(cls, self.batches.append)

    def read(self, record: Any) -> None:
        for name in record.known_fields:
            getattr(record, name)
        for name in DECIMALS[type(record).__name__]:
            number = record.decimal(name)
            assert (number is None) == (getattr(record, name) is None)
            if number is not None and number.is_finite():
                value = getattr(record, name)
                assert float(number) == value or math.isinf(value), (name, number, value)

    def check(self, data: bytes) -> None:
        decoder, state = self.decoder, self.decoder.state
        before = decoder.malformed
        if self.dice.random() < 0.5:
            records = decoder.decode(data)
            for record in records:
                self.read(record)
            if decoder.malformed != before:
                assert isinstance(records[0], Error)
                assert records[0].source is ErrorSource.DECODER
                # Where messages may come line by line, it may be lines before this message that are no JSON.
                assert self.lines or (len(records) == 1 and records[0].data == data[:65536])
        else:
            decoder.feed(data)
            self.batches.clear()
        for rows in (state.orders, state.fills, state.positions, state.balances, state.pnl, state.quotes):
            assert len(rows) <= rows.limit
        if self.dice.random() < 0.02:
            self.rows()

    def rows(self) -> None:
        """Views of rows, old ones too; books; the numpy arrays; now and then the ended orders go."""
        state = self.decoder.state
        self.views = [view for view in self.views if is_valid(view)]
        for view in self.views:
            self.read(view)
            repr(view)
        for rows in (
            state.orders,
            state.fills,
            state.positions,
            state.balances,
            state.pnl,
            state.quotes,
            state.stats,
            state.instruments,
        ):
            views = list(rows)
            for view in views[-3:]:
                self.read(view)
            self.views = (self.views + views[-1:])[-20:]
            rows.array.tobytes()
        for book in state.books:
            for side, sign in ((book.bids, -1), (book.asks, 1)):
                prices = [level[0] * sign for level in side]
                assert prices == sorted(set(prices)), book
                assert all(level[1] > 0 for level in side)
        if self.dice.random() < 0.3:
            state.orders.retire(self.dice.choice((None, 5)))


def is_valid(view: Any) -> bool:
    """Whether a row's view still shows the row that it was made for."""
    try:
        view.known  # noqa: B018
    except ReferenceError:
        return False
    return True


def run(stream: str, dice: random.Random, proceed: Callable[[int], bool]) -> tuple[int, int]:
    """Bent messages until `proceed(rounds)` says no. Returns how many there were, and how many were malformed."""
    known = seeds(stream)
    pool, rounds, malformed = list(known), 0, 0
    victim = Victim(stream, dice)
    for data in known:
        victim.check(data)
    while proceed(rounds):
        data = dice.choice(pool)
        bend = bytes_bent if data[:1] >= b"\x80" else values_bent if dice.random() < 0.6 else mutate
        for _ in range(dice.choice((1, 1, 1, 1, 2, 3, 6))):
            data = bend(dice, data, known)[:6000]
        before = victim.decoder.malformed
        try:
            victim.check(data)
        except BaseException as error:
            raise AssertionError(f"{stream}: {data!r}") from error
        rounds += 1
        if victim.decoder.malformed == before and dice.random() < 0.1:
            pool = list(known) if len(pool) > 4 * len(known) + 300 else [*pool, data]
        if rounds % RENEWED == 0:
            malformed += victim.decoder.malformed
            victim = Victim(stream, dice)
    return rounds, malformed + victim.decoder.malformed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for each stream")
    parser.add_argument("--stream", choices=corpus.load(), default=None, help="default: all, one after the other")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, printed")
    options = parser.parse_args()
    seed = random.randrange(2**32) if options.seed is None else options.seed
    for stream in [options.stream] if options.stream else corpus.load():
        end = time.monotonic() + options.seconds
        rounds, malformed = run(
            stream,
            random.Random(f"{seed} {stream}"),
            lambda rounds, end=end: rounds % 64 != 0 or time.monotonic() < end,
        )  # type: ignore[misc]
        print(f"{stream}, seed {seed}: {rounds} messages, {malformed} malformed, no finding", flush=True)


if __name__ == "__main__":
    main()
