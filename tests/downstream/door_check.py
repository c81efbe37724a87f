"""Run by the Python that has tickfold and door_reader installed, with what `door` has written.

    python door_check.py FOLDER

FOLDER holds, for each stream, NAME.payloads, and what `door` wrote: NAME.copied and NAME.padded.
"""

import struct
import sys
from decimal import Decimal
from pathlib import Path

import door_reader

import tickfold as tf
from tickfold.engine.records import KINDS

NUMBERS = {
    (name, field["name"])
    for name, kind in tf.layout()["kinds"].items()
    for field in kind["fields"]
    if field["type"] == "dec"
}


def payloads_of(path):
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def value_of(record, name):
    if (type(record).__name__, name) in NUMBERS:
        return record.decimal(name).as_tuple()
    value = getattr(record, name)
    if isinstance(value, str):
        return value.encode().hex()
    return value.hex() if isinstance(value, bytes) else str(int(value))


def facts(record):
    names = record.known_fields
    known = type(record).mask(*names) if names else 0
    changed = type(record).mask(*record.changed_fields) if record.changed_fields else 0
    ts_event = -(2**63) if record.ts_event is None else record.ts_event
    header = [int(record.venue), int(record.flags), record.stream_id, (record.symbol or "").encode().hex()]
    return (
        type(record).__name__,
        [str(one) for one in (*header, ts_event, record.ts_recv, record.seq, known, changed)],
        {name: value_of(record, name) for name in names},
    )


def told(line):
    _how, kind, *words = line.split(" ")
    fields = dict(word.split("=", 1) for word in words[9:])
    for name in fields:
        if (kind, name) in NUMBERS:
            fields[name] = Decimal(fields[name]).as_tuple()
    return kind, words[:9], fields


TABLES = ("quotes", "stats", "instruments", "orders", "fills", "positions", "balances", "pnl")


def level(side, price, size, orders):
    return side, float(price), float(size), int(orders)


def told_book(line):
    _how, name, sequence, broken, *levels = line.split(" ")
    sides = [one.split(":") for one in levels]
    return (
        bytes.fromhex(name).decode(), int(sequence), broken == "1",
        [level(side, float.fromhex(price), float.fromhex(size), orders) for side, price, size, orders in sides],
    )  # fmt: skip


def book_of(book):
    sides = (("bid", book.bids), ("ask", book.asks))
    levels = [level(name, *side[i]) for name, side in sides for i in range(len(side))]
    return book.symbol, book.sequence, book.broken, levels


def check_lines(stream, payloads, path):
    decoder = tf.decoder(stream)
    expected = [
        facts(record)
        for number, payload in enumerate(payloads)
        for record in decoder.decode(payload, 1000 + number, amendments=True)
    ]
    lines = path.read_text().splitlines()
    rows = [told(line) for line in lines if line.startswith("row ")]
    assert rows == [facts(row) for name in TABLES for row in getattr(decoder.state, name)], stream
    books = [told_book(line) for line in lines if line.startswith("book ")]
    assert sorted(books) == sorted(map(book_of, decoder.books)), stream
    assert bool(books) == (stream in ("alpaca.data", "vega"))
    found = [told(line) for line in lines if line.startswith(("record ", "amended "))]
    assert len(expected) == len(found) > 0, (stream, len(expected), len(found))
    for one, other in zip(expected, found, strict=True):
        assert one == other, f"{stream}\n{one}\n{other}"
    return len(found)


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def hashes(stream, payloads):
    """{seq: hash} of the structs as numpy has them."""
    decoder, found = tf.decoder(stream), {}

    def keep(rows):
        rows = rows.copy()
        for name in rows.dtype.names:
            if name.startswith("_") and name not in ("_pad", "_end"):
                rows[name] = 0
        for row in rows:
            found[int(row["seq"])] = fnv(row.tobytes())

    for cls in KINDS.values():
        decoder.on_batch(cls, keep, amendments=cls is tf.Fill)
    for number, payload in enumerate(payloads):
        decoder.feed(payload, 1000 + number)
    return found


def main():
    folder, count = Path(sys.argv[1]), 0
    for path in sorted(folder.glob("*.payloads")):
        stream, payloads = path.stem, payloads_of(path)
        count += check_lines(stream, payloads, path.with_suffix(".copied"))
        check_lines(stream, payloads, path.with_suffix(".padded"))
        expected = hashes(stream, payloads)
        for more in (False, True):
            found, made, flushes = door_reader.read(stream, payloads, more)
            assert found == expected, stream
            assert made <= len(found)    # amendments are not counted
            assert flushes == (1 if more else len(payloads)), (stream, flushes)
    print(f"door ok: {count} records")


if __name__ == "__main__":
    main()
