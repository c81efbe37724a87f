"""A realistic message of every type of every stream, with the records that it must become.

    load()["alpaca.data"]      list of Message(name, payload, records)

Tests compare all of it (test_tables_*.py), fuzzers bend it (fuzz/decoders.py), benchmarks time it.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import json
from importlib import import_module
from typing import Any

from tickfold.engine.decoder import Decoder
from tickfold.schema import registry
from tickfold.schema.enums import Flag

PLAIN = Flag(0)


@dataclasses.dataclass(frozen=True)
class Want:
    """A record to be: its kind, its header, and every field that it states. Numbers are given as their decimal text."""

    kind: str
    symbol: str | None
    ts: int | None
    flags: Flag
    fields: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Message:
    """A payload as the venue sends it."""

    name: str
    payload: bytes
    records: list[Want]


def want(kind: str, symbol: str | None = None, ts: int | None = None, flags: Flag = PLAIN, **fields: Any) -> Want:
    return Want(kind, symbol, ts, flags, fields)


def message(name: str, payload: Any, *records: Want) -> Message:
    """`payload` is text as it stands on the wire, or what json.dumps makes of an object."""
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    return Message(name, text.encode(), list(records))


def words(text: str) -> list[str]:
    """The words of a list as a reference has it."""
    return text.split()


def ns(text: str) -> int:
    """RFC 3339 as ns UTC, by datetime and the digits behind its point."""
    whole, _, rest = text.replace("Z", "+00:00").partition(".")
    digits = ""
    while rest[:1].isdigit():
        digits, rest = digits + rest[0], rest[1:]
    moment = datetime.datetime.fromisoformat(whole + rest)
    seconds = int((moment - datetime.datetime.fromisoformat("1970-01-01T00:00:00+00:00")).total_seconds())
    return seconds * 10**9 + int((digits + "0" * 9)[:9])


def is_number(record: Any, name: str) -> bool:
    try:
        record.decimal(name)
    except AttributeError:
        return False
    return True


def check(record: Any, expected: Want) -> None:
    """The record states what it must, and nothing else."""
    assert type(record).__name__ == expected.kind
    assert record.symbol == expected.symbol
    assert record.ts_event == expected.ts
    assert record.flags == expected.flags, (record.flags, expected.flags)
    assert {name: getattr(record, name) for name in record.known_fields if name not in expected.fields} == {}
    for name, value in expected.fields.items():
        got = getattr(record, name)
        if is_number(record, name):
            exact = record.decimal(name)
            assert exact is not None, f"{name} is unknown, not {value}"
            assert exact.as_tuple() == decimal.Decimal(value).as_tuple(), (name, exact, value)
            assert got == float(decimal.Decimal(value)), (name, got, value)
        else:
            assert got == value and type(got) is type(value), (name, got, value)


def check_all(records: list[Any], expected: list[Want]) -> None:
    assert [type(record).__name__ for record in records] == [one.kind for one in expected], records
    for record, one in zip(records, expected, strict=True):
        check(record, one)


def stated(records: list[Any]) -> list[Any]:
    """What the venue states: without fills that are derived of an order that is seen for the first time."""
    return [one for one in records if one.flags & (Flag.SYNTHETIC | Flag.SNAPSHOT) != Flag.SYNTHETIC | Flag.SNAPSHOT]


def check_decoded(stream: str, payload: bytes, expected: list[Want]) -> None:
    """The message gives these records and no others, and nothing of it was passed over."""
    decoder = Decoder(stream)
    check_all(stated(decoder.decode(payload)) if stream == "alpaca.trading" else decoder.decode(payload), expected)
    assert (decoder.mismatched, decoder.malformed, decoder.limited) == (0, 0, 0)


def load() -> dict[str, list[Message]]:
    """All messages, by stream: those of "alpaca.data" are in the module alpaca_data."""
    return {name: import_module(f".{name.replace('.', '_')}", __package__).MESSAGES for name in registry.STREAMS}
