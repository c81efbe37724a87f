"""Changes or renames any one leaf of any message of the corpus, and looks what becomes of it (test_mutants.py).

    make mutants      every mutant: counts them by what became of them, shows those without a trace

What a mutant may end as: other records than the message as it was; a count that names it (Decoder.drift); or no trace,
because the table says so. Then the key is passed over, with its reason on the venue's page, shares a field with another
key of its object, says null, which says nothing, or stands in EXPLAINED. Any other one without a trace is a fault.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import corpus
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Record
from tickfold.schema import registry
from tickfold.schema.language import Select, Shape

#: What a leaf is changed into, one after the other.
VALUES: tuple[Any, ...] = ("\u00a7odd", 987654321, -7.25, True, None, [], {}, [1], {"odd": 1})


#: Stream and key → why a change of it may leave no trace all the same.
EXPLAINED = {
    ("alpaca.data", "b"): "an empty object for an empty list of levels",
    ("alpaca.trading", "status"): "whatever is not authorized is not",
    ("alpaca.trading", "execution_id"): "of an event that is no execution, or whose legs have executions of their own",
    ("alpaca.trading", "price"): "of an event whose legs have executions of their own",
    ("alpaca.trading", "position_qty"): "of an event whose legs have executions of their own",
    ("ibkr", "args"): "an empty object for an empty list of executions",
    ("ibkr", "7184"): "true for 1",
    ("ibkr.portal", "7184"): "true for 1",
    ("ibkr", "sizeAndFills"): "the numbers under keys of their own count",
    ("ibkr.portal", "sizeAndFills"): "the numbers under keys of their own count",
    ("vega", "peggedOrder"): "an empty object for null",
    ("vega", "icebergOrder"): "an empty object for null",
    ("vega", "sellerFee"): "an empty list for an empty object",
    ("vega", "assetId"): "toAccount is of the same asset",
    ("etna", "IsCompleted"): "true for True",
    ("etna", "TrailingStopAmountType"): "whatever is not a percentage is an amount",
    ("etna", "ExtendedHours"): "whatever is not REG is in extended hours",
}


@dataclasses.dataclass(frozen=True)
class Mutant:
    stream: str
    message: str
    path: tuple[Any, ...]  # of the leaf
    what: str  # "renamed", or what the value has become
    payload: bytes


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    if not path:
        return to
    head, *rest = path
    if isinstance(value, dict):
        return {key: changed(inner, tuple(rest), to) if key == head else inner for key, inner in value.items()}
    return [changed(inner, tuple(rest), to) if place == head else inner for place, inner in enumerate(value)]


def renamed(value: Any, path: tuple[Any, ...]) -> Any:
    head, *rest = path
    if isinstance(value, dict):
        out = {}
        for key, inner in value.items():
            if key == head and not rest:
                out[f"{key}Odd"] = inner
            else:
                out[key] = renamed(inner, tuple(rest)) if key == head else inner
        return out
    return [renamed(inner, tuple(rest)) if place == head else inner for place, inner in enumerate(value)]


def mutants(stream: str, step: int = 1) -> Iterator[Mutant]:
    """Of all JSON messages of the stream; with `step`, every so many."""
    number = 0
    for message in corpus.load()[stream]:
        try:
            root = json.loads(message.payload)
        except ValueError:  # MessagePack, and what is no JSON
            continue
        for path in leaves(root):
            turns: list[tuple[str, Any]] = [(repr(to), changed(root, path, to)) for to in VALUES]
            if path and isinstance(path[-1], str):
                turns.append(("renamed", renamed(root, path)))
            for what, value in turns:
                number += 1
                if value != root and number % step == 0:
                    yield Mutant(stream, message.name, path, what, json.dumps(value, separators=(",", ":")).encode())


def shapes(stream: str) -> list[Shape]:
    """All shapes of a stream's table, each once."""
    found: dict[int, Shape] = {}

    def look(at: Any) -> None:
        if isinstance(at, Select):
            for shape in (*at.cases.values(), *at.absent.values(), *at.first.values(), *at.unknown.values()):
                look(shape)
        elif isinstance(at, Shape) and id(at) not in found:
            found[id(at)] = at
            for value in at.rows.values():
                for option in value.options.values():
                    look(option)

    look(registry.table(stream).root)
    return list(found.values())


def passed_over(stream: str) -> frozenset[str]:
    """Keys that no field of a stream's records holds."""
    return frozenset(key for shape in shapes(stream) for key, value in shape.rows.items() if value.conv == "skip")


def excused(stream: str) -> frozenset[str]:
    """Keys that the stream's table passes over, and those that share a field with another key of their object."""
    found: set[str] = set()
    for shape in shapes(stream):
        fields = Counter(value.field for value in shape.rows.values())
        for key, value in shape.rows.items():
            if value.conv == "skip" or value.options.get("weak") or (value.field and fields[value.field] > 1):
                found.add(key)
    return frozenset(found)


def said(stream: str, payload: bytes) -> tuple[list[Record], list[Any], int]:
    decoder = Decoder(stream)
    records = decoder.decode(payload)
    return records, decoder.drift(), decoder.malformed


def fate(mutant: Mutant, plain: tuple[list[Record], list[Any], int]) -> str:
    """"records", "counted", "malformed", or "" for a mutant that leaves no trace."""
    records, drift, malformed = said(mutant.stream, mutant.payload)
    if [(one.key, one.what, one.sample, one.count) for one in drift] != [
        (one.key, one.what, one.sample, one.count) for one in plain[1]
    ]:
        return "counted"
    if records != plain[0]:
        return "records"
    return "malformed" if malformed != plain[2] else ""


def faults(stream: str, step: int = 1) -> tuple[Counter[str], list[Mutant]]:
    """What became of a stream's mutants, by its name; and those that left no trace without an excuse."""
    fates: Counter[str] = Counter()
    silent = []
    keys = excused(stream)
    plain: dict[str, tuple[list[Record], list[Any], int]] = {}
    payloads = {message.name: message.payload for message in corpus.load()[stream]}
    for mutant in mutants(stream, step):
        if mutant.message not in plain:
            whole = json.dumps(json.loads(payloads[mutant.message]), separators=(",", ":"))
            plain[mutant.message] = said(stream, whole.encode())
        what = fate(mutant, plain[mutant.message])
        null = mutant.what == "None"  # null says nothing
        excuse = null or not keys.isdisjoint(mutant.path) or (stream, mutant.path[-1]) in EXPLAINED
        if not what and not excuse:
            silent.append(mutant)
        fates[what or "no trace"] += 1
    return fates, silent


def main() -> int:
    logging.disable(logging.WARNING)  # a line for each thing that a decoder meets for the first time
    left = 0
    for stream in corpus.load():
        fates, silent = faults(stream)
        left += len(silent)
        counts = ", ".join(f"{count:,} {what}" for what, count in fates.most_common())
        print(f"{stream:16} {counts}; {len(silent)} without a trace or an excuse")
        for (message, path, what), count in Counter((one.message, one.path, one.what) for one in silent).items():
            print(f"    {count} {message}: {path} {what}")
    return left


if __name__ == "__main__":
    sys.exit(main() > 0)
