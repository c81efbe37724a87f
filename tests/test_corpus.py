"""What must hold of every message of every stream, whatever is done to it."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import corpus
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import KINDS, UNKNOWN_TIME, Record
from tickfold.schema import registry
from tickfold.schema.enums import ErrorSource

STREAMS = corpus.load()
CASES = [
    pytest.param(stream, message, id=f"{stream}-{message.name}")
    for stream, messages in STREAMS.items()
    for message in messages
]
JSON_CASES = [case for case in CASES if case.values[1].payload[:1] in b"[{"]
# For tests that take long: each field id of IBKR's market data is like the others.
FEW = [case for case in JSON_CASES if not case.values[1].name.startswith("field ")]
RECORDS = tuple(KINDS.values())
EXECUTION = re.compile(rb'"execution_id":"[^"]*",')


class Number(str):
    """A number as it is written."""


def parse(payload: bytes) -> Any:
    return json.loads(payload, parse_int=Number, parse_float=Number)


def write(value: Any) -> str:
    match value:
        case Number():
            return str.__str__(value)
        case dict():
            return "{" + ",".join(f"{json.dumps(key)}:{write(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same objects with their keys in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        rng.shuffle(items)
        return {key: shuffled(item, rng) for key, item in items}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


def facts(record: Record) -> tuple[Any, ...]:
    """All that a record says; raw JSON within it without regard to the order of its keys."""
    fields = {}
    for name in record.known_fields:
        value = getattr(record, name)
        if corpus.is_number(record, name):
            value = record.decimal(name).as_tuple()
        elif isinstance(value, (bytes, str)) and value[:1] in (b"{", b"[", "{", "["):
            value = json.dumps(json.loads(value), sort_keys=True)
        fields[name] = value
    return (record.kind, str(record.symbol), str(record.ts_event), int(record.flags), repr(sorted(fields.items())))


def decoded(stream: str, payload: bytes) -> list[tuple[Any, ...]]:
    return sorted(map(facts, Decoder(stream).decode(payload)))


@pytest.mark.parametrize(("stream", "message"), FEW)
def test_the_order_of_keys_means_nothing(stream: str, message: corpus.Message) -> None:
    rng = random.Random(message.name)
    expected = decoded(stream, message.payload)
    warm = Decoder(stream)
    for _ in range(12):
        payload = write(shuffled(parse(message.payload), rng)).encode()
        assert decoded(stream, payload) == expected, payload
        warm.decode(payload)  # a decoder that has learned another order
    assert warm.malformed == warm.mismatched == 0


TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"(:?)')  # and the colon behind it, if it is a key


def with_escapes(text: bytes, letter: bytes) -> bytes:
    return re.sub(
        rb"\\(?:u....|.)|" + letter, lambda part: part[0] if part[0] != letter else b"\\u%04x" % ord(letter), text
    )


@pytest.mark.parametrize(("stream", "message"), FEW)
def test_blanks_and_escapes_mean_nothing(stream: str, message: corpus.Message) -> None:
    expected = decoded(stream, message.payload)
    spaced = re.sub(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]', rb" \n\g<0>\t ", message.payload)
    assert decoded(stream, spaced) == expected, spaced
    for letter in (b"a", b"e", b"1", b"/"):  # written as an escape wherever it stands in a text that is no key
        escaped = TEXT.sub(lambda text, it=letter: text[0] if text[1] else with_escapes(text[0], it), message.payload)
        assert decoded(stream, escaped) == expected, (letter, escaped)


@pytest.mark.parametrize(("stream", "message"), CASES)
def test_the_same_again_changes_nothing(stream: str, message: corpus.Message) -> None:
    """Rows stay as they are, and nobody is called again for the same fill, order, quote or balance."""
    decoder = Decoder(stream)
    decoder.decode(message.payload)
    state = decoder.state
    tables = [
        state.quotes,
        state.orders,
        state.fills,
        state.positions,
        state.balances,
        state.pnl,
        state.stats,
        state.instruments,
    ]
    before = [
        table.array[[name for name in table.array.dtype.names if name not in ("seq", "ts_recv")]].tobytes()
        for table in tables
    ]
    again = decoder.decode(message.payload)
    assert {type(record).__name__ for record in again} <= {
        "Trade",
        "Bar",
        "BookLevel",
        "Status",
        "News",
        "Notice",
        "Ack",
        "Error",
        "SessionState",
        "Raw",
        "Event",
        "Ledger",
    }
    assert [
        table.array[[name for name in table.array.dtype.names if name not in ("seq", "ts_recv")]].tobytes()
        for table in tables
    ] == before


@pytest.mark.parametrize(("stream", "message"), FEW)
def test_a_message_cut_anywhere_is_one_error_and_leaves_no_trace(stream: str, message: corpus.Message) -> None:
    decoder = Decoder(stream)
    cuts = [message.payload[:size] for size in range(len(message.payload))]
    lines = [cut for cut in cuts if cut.endswith((b"{", b"["))] if registry.table(stream).lines else []
    for cut in cuts:
        if cut in lines:
            continue
        (error,) = decoder.decode(cut)
        assert (type(error).__name__, error.source, error.data) == ("Error", ErrorSource.DECODER, cut)
    assert decoder.malformed == len(cuts) - len(lines)
    assert len(decoder.symbols) == len(decoder.orders) == len(decoder.quotes) == len(decoder.fills) == 0
    for cut in lines:  # it may be the first line of a message that is cut into lines: the next message shows the fault
        decoder = Decoder(stream)
        assert decoder.decode(cut) == []
        error, *records = decoder.decode(message.payload)
        assert (type(error).__name__, error.source, error.data) == ("Error", ErrorSource.DECODER, cut + b"\n")
        assert len(records) == len(message.records)


STRANGE = [
    "null",
    "true",
    "false",
    "{}",
    "[]",
    '""',
    '"x"',
    "0",
    "-1",
    "1e400",
    "-1e-400",
    "9" * 300,
    "1" * 40,
    "0." + "1" * 40,
    "-0",
    "1e99999999",
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"' + "x" * 500 + '"',
    '"9999999999999999999999"',
    '[{"a":[{}]}]',
    '{"a":{"b":1}}',
    "[[[[[[]]]]]]",
    '"null"',
    '"NaN"',
    '"-"',
    "[null]",
    "[1,2]",
    '["a","b"]',
    '"1e5"',
    '"é"',
    '"1/2"',
    '"20240806-14:02:11"',
    '"99/99/9999 99:99:99"',
    '"2024-13-41T99:99:99Z"',
    "1718026215882",
    "18446744073709551616",
    "[" * 30 + "]" * 30,
    '{"topic":"sor","args":[{"orderId":1}]}',
]


def spots(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from spots(item, (*at, key))


@pytest.mark.parametrize(("stream", "message"), FEW)
def test_values_of_every_other_form(stream: str, message: corpus.Message) -> None:
    """Each value in turn is replaced by each strange one: no exception, no fault of the message, and only records."""
    decoder = Decoder(stream)
    count = 0
    for spot in spots(parse(message.payload)):
        for strange in STRANGE:
            value = parse(message.payload)
            inner = value
            for key in spot[:-1]:
                inner = inner[key]
            inner[spot[-1]] = Number(strange)
            payload = write(value).encode()
            records = decoder.decode(payload)
            count += 1
            assert decoder.malformed == 0, payload
            for record in records:
                assert isinstance(record, RECORDS)
                repr(record)
                for name in record.known_fields:
                    if corpus.is_number(record, name):
                        record.decimal(name)
    assert count >= len(STRANGE)


# What an object is: the first of two says it.
SELECTING = {"T", "stream", "topic", "EntityType"}


@pytest.mark.parametrize(("stream", "message"), FEW)
def test_keys_twice(stream: str, message: corpus.Message) -> None:
    """The later one counts, as everywhere; texts of inexact numbers don't outlive their numbers."""
    expected = decoded(stream, message.payload)
    rng = random.Random(message.name)

    def doubled(value: Any) -> str:
        if isinstance(value, dict):
            items = []
            for key, item in value.items():
                if (
                    not isinstance(item, (dict, list))
                    and item is not None
                    and key not in SELECTING
                    and rng.random() < 0.7
                ):
                    items.append(
                        f"{json.dumps(key)}:{rng.choice(['1', write(item), '0.12345678901234567890', write(item)])}"
                    )
                items.append(f"{json.dumps(key)}:{doubled(item)}")
            return "{" + ",".join(items) + "}"
        return "[" + ",".join(map(doubled, value)) + "]" if isinstance(value, list) else write(value)

    for _ in range(5):
        payload = doubled(parse(message.payload)).encode()
        decoder = Decoder(stream)
        records = decoder.decode(payload)
        assert decoder.malformed == 0
        assert len(records) >= len([fact for fact in expected if fact[0].name not in ("FILL", "ERROR")]) - 1
        for record in records:
            for name in record.known_fields:
                if corpus.is_number(record, name):
                    assert float(record.decimal(name)) == getattr(record, name), payload


@pytest.mark.parametrize("stream", STREAMS)
def test_what_is_no_message_of_any_stream(stream: str) -> None:
    for payload in (
        b"",
        b"x",
        b"\x00",
        b"\xff" * 70,
        b"{",
        b"[1",
        b"nul",
        b'{"a":"\xff"}',
        b'{"a":"\xc3"}',
        b'[{"T":"q","S":"\xed\xa0\x80"}]',
        b"\xef\xbb\xbf{",
        b"[" * 2000,
        b"[" * 2000 + b"]" * 2000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"\xc1",
        b"\x93\x01",
        b"\xdd\xff\xff\xff\xff",
    ):
        decoder = Decoder(stream)
        records = decoder.decode(payload)
        if registry.table(stream).lines and payload.endswith((b"{", b"[")) and payload.isascii():
            continue  # the first line of a message, as it seems
        assert len(records) == 1, payload
        assert type(records[0]).__name__ in ("Error", "Raw")
        assert decoder.malformed == (type(records[0]).__name__ == "Error")


@pytest.mark.parametrize("stream", STREAMS)
def test_unknown_objects_are_raw_or_skipped_but_never_an_exception(stream: str) -> None:
    decoder = Decoder(stream)
    for payload in (
        b"{}",
        b"[]",
        b"[[]]",
        b'{"x":1}',
        b'[{"x":1}]',
        b"[1,null,true,{}]",
        b'{"result":1}',
        b'{"topic":5}',
        b'{"stream":{}}',
        b'{"T":[]}',
        b'{"EntityType":null}',
        b'{"result":{"events":{"id":{}}}}',
        b'{"error":[]}',
        b'{"code":"x"}',
    ):
        for record in decoder.decode(payload):
            assert type(record).__name__ in ("Raw", "Error", "Ack")
    assert decoder.malformed == 0


@pytest.mark.parametrize("stream", STREAMS)
def test_a_huge_message_of_nothing_takes_bounded_memory(stream: str) -> None:
    decoder = Decoder(stream)
    for payload in (
        b"[" + b"{}," * 400_000 + b"{}]",
        b'{"topic":"sor","args":[' + b"{}," * 400_000 + b"{}]}",
        b"\xdd\x00\x08\x00\x00" + b"\x80" * 0x80000,
    ):
        decoder.feed(payload)
    assert decoder.messages == 3


def is_blank(value: np.generic) -> bool:
    """Whether this is what an unknown field looks like in a column: NaN, the unknown time, zero, no text."""
    return bool(np.isnan(value)) if isinstance(value, np.floating) else value.item() in (UNKNOWN_TIME, 0, b"")


@pytest.mark.parametrize("stream", STREAMS)
def test_what_a_record_does_not_state_is_blank_in_columns(stream: str) -> None:
    """A batch is memory that anybody may look at: nothing of earlier messages shows where nothing is known."""
    decoder = Decoder(stream)
    dirty: set[tuple[str, str]] = set()
    seen = 0

    def check(rows: Any) -> None:
        nonlocal seen
        for row in rows:
            cls = RECORDS[row["kind"] - 1]
            seen += 1
            for name in rows.dtype.names[11:]:
                if name == "decimals" or name[0] == "_":
                    continue
                if not int(row["known"]) & cls.mask(name) and not is_blank(row[name]):
                    dirty.add((cls.__name__, name))

    for cls in RECORDS:
        decoder.on_batch(cls, check)
    for message in STREAMS[stream] * 2:
        decoder.feed(message.payload)
        if stream == "alpaca.trading":  # a fill that is known by no id is in no table
            decoder.feed(EXECUTION.sub(b"", message.payload))
    assert seen > 5
    assert not dirty
