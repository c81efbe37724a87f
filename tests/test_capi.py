"""The C functions of tickfold.h, called by their addresses: what they answer, and what they refuse in words.

That a compiler and an installed wheel are enough is tested by test_build.py.
"""

import ctypes
import subprocess
import threading
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import corpus
import tickfold as tf
from tickfold.engine import capi

OK, ARGUMENT, LAYOUT, NAME, OPTION, BUSY = 0, -1, -2, -3, -4, -6
MISSING, SEVERAL, ROOM, COPY = -8, -9, -10, -11
PADDED, MORE = 1, 2
KIND = {name: kind["code"] for name, kind in tf.layout()["kinds"].items()}
HASH = int(tf.layout()["hash"], 16)


class Header(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_uint8), ("venue", ctypes.c_uint8), ("flags", ctypes.c_uint16), ("symbol", c_uint32),
        ("stream", ctypes.c_uint16), ("reserved", ctypes.c_uint16 * 3), ("ts_event", c_int64), ("ts_recv", c_int64),
        ("seq", c_uint64), ("known", c_uint64), ("changed", c_uint64),
    ]  # fmt: skip


Row = POINTER(Header)


class Scale(ctypes.Structure):
    _fields_ = [("symbol", c_char_p), ("price", ctypes.c_int32), ("size", ctypes.c_int32)]


class Options(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t), ("layout", c_uint64), ("label", c_char_p), ("max_symbols", c_uint32),
        ("max_orders", c_uint32), ("max_fills", c_uint32), ("max_rows", c_uint32), ("max_levels", c_uint32),
        ("synthetic_fills", c_uint32), ("parties", POINTER(c_char_p)), ("scales", POINTER(Scale)),
        ("party_count", c_uint32), ("scale_count", c_uint32),
    ]  # fmt: skip


class Counts(ctypes.Structure):
    _fields_ = [("size", c_size_t)] + [
        (name, c_uint64) for name in ("messages", "records", "malformed", "mismatched", "refused", "limited")
    ]


class Level(ctypes.Structure):
    _fields_ = [("price", ctypes.c_double), ("size", ctypes.c_double), ("orders", c_uint32), ("reserved", c_uint32)]


class Book(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t), ("bids", POINTER(Level)), ("asks", POINTER(Level)), ("bid_count", c_uint32),
        ("ask_count", c_uint32), ("sequence", c_uint64), ("symbol", c_uint32), ("broken", c_uint32),
    ]  # fmt: skip


Callback = ctypes.CFUNCTYPE(None, Row, c_void_p)
Flushed = ctypes.CFUNCTYPE(None, c_void_p)


class Api(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t), ("version", c_uint32), ("reserved", c_uint32), ("layout", c_uint64),
        ("open", ctypes.CFUNCTYPE(c_int, c_char_p, POINTER(Options), POINTER(c_void_p))),
        ("close", ctypes.CFUNCTYPE(c_int, c_void_p)),
        ("error", ctypes.CFUNCTYPE(c_char_p, c_void_p)),
        ("on", ctypes.CFUNCTYPE(c_int, c_void_p, c_int, Callback, c_void_p)),
        ("on_amended", ctypes.CFUNCTYPE(c_int, c_void_p, Callback, c_void_p)),
        ("on_flush", ctypes.CFUNCTYPE(c_int, c_void_p, Flushed, c_void_p)),
        ("feed", ctypes.CFUNCTYPE(c_int64, c_void_p, c_char_p, c_size_t, c_int64, c_uint32)),
        ("flush", ctypes.CFUNCTYPE(c_int, c_void_p)),
        ("ready", ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)),
        ("lost", ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)),
        ("find", ctypes.CFUNCTYPE(c_int, c_void_p, c_int, POINTER(c_char_p), c_uint32, POINTER(Row))),
        ("by_number", ctypes.CFUNCTYPE(c_void_p, c_void_p, c_int, c_uint32)),
        ("decimal", ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_char_p, c_size_t)),
        ("name", ctypes.CFUNCTYPE(c_char_p, c_void_p, c_uint32, POINTER(c_size_t))),
        ("number", ctypes.CFUNCTYPE(c_uint32, c_void_p, c_char_p)),
        ("counts", ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Counts))),
        ("rows", ctypes.CFUNCTYPE(c_void_p, c_void_p, c_int, POINTER(c_uint32))),
        ("book", ctypes.CFUNCTYPE(c_int, c_void_p, c_uint32, POINTER(Book))),
    ]  # fmt: skip


def table() -> Api:
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = c_void_p, [ctypes.py_object, c_char_p]
    return Api.from_address(pointer(capi.table, b"tickfold.engine.capi.table"))


API = table()


def new_options(**values: Any) -> Options:
    return Options(size=ctypes.sizeof(Options), layout=HASH, **values)


class Door:
    """A decoder. Keeps the callbacks alive."""

    def __init__(self, name: str = "alpaca.data", **values: Any) -> None:
        self.it = c_void_p()
        code = API.open(name.encode(), byref(new_options(**values)), byref(self.it))
        assert code == OK, API.error(None)
        self.alive: list[Any] = []

    def on(self, kind: int, function: Callable[[Any], None]) -> int:
        self.alive.append(Callback(lambda record, context: function(record)))
        return API.on(self.it, kind, self.alive[-1], None)

    def feed(self, data: bytes, recv_ns: int = 0, flags: int = 0) -> int:
        return API.feed(self.it, data, len(data), recv_ns, flags)

    def find(self, kind: str, *parts: str) -> tuple[int, Any]:
        row = Row()
        texts = (c_char_p * len(parts))(*[part.encode() for part in parts])
        return API.find(self.it, KIND[kind], texts, len(parts), byref(row)), row

    def decimal(self, row: Any, kind: str, field: str, room: int = 400) -> str | int:
        text = ctypes.create_string_buffer(room)
        bit = next(one["bit"] for one in tf.layout()["kinds"][kind]["fields"] if one["name"] == field)
        size = API.decimal(self.it, ctypes.cast(row, c_void_p), bit, text, room)
        return size if size < 0 else text.raw[:size].decode()

    def error(self) -> str:
        return API.error(self.it).decode()


@pytest.fixture
def door() -> Iterator[Door]:
    one = Door()
    yield one
    assert API.close(one.it) == OK


def test_the_table_says_what_it_is() -> None:
    assert API.size == ctypes.sizeof(Api)
    assert API.version == 1
    assert API.layout == HASH


@pytest.mark.parametrize("stream", corpus.load())
def test_every_number_has_its_exact_text(stream: str) -> None:
    door = Door(stream)
    decoder = tf.decoder(stream)
    numbers = {
        name: [field for field in kind["fields"] if field["type"] == "dec"]
        for name, kind in tf.layout()["kinds"].items()
    }
    codes = {code: name for name, code in KIND.items()}
    found: list[Any] = []

    def keep(record: Any) -> None:
        kind = codes[record[0].kind]
        known = [field["name"] for field in numbers[kind] if record[0].known >> field["bit"] & 1]
        found.append((kind, {name: Decimal(door.decimal(record, kind, name)).as_tuple() for name in known}))

    assert door.on(0, keep) == OK
    for message in corpus.load()[stream]:
        expected = [
            (
                type(record).__name__,
                {
                    field["name"]: record.decimal(field["name"]).as_tuple()
                    for field in numbers[type(record).__name__]
                    if field["name"] in record.known_fields
                },
            )
            for record in decoder.decode(message.payload)
        ]
        found.clear()
        assert door.feed(message.payload) == len(expected)
        assert found == expected
    assert API.close(door.it) == OK


@pytest.mark.parametrize(
    "text",
    ["0", "-0", "0.00", "1", "-1.50", "0.001", "123456789012345", "1e3", "1.5e22", "-12E-7", "0e5", "1e-20",
     "0.1234567890123456789", "123456789012345678901234567890.5", "1e300", "1e-300"],
)  # fmt: skip
def test_decimals_keep_what_was_written(door: Door, text: str) -> None:
    assert door.feed(b'[{"T":"q","S":"A","bp":%s}]' % text.encode()) == 1
    _, row = door.find("Quote", "A")
    found = door.decimal(row, "Quote", "bid")
    assert isinstance(found, str)
    (expected,) = tf.decoder("alpaca.data").decode(b'[{"T":"q","S":"A","bp":%s}]' % text.encode())
    assert Decimal(found).as_tuple() == expected.decimal("bid").as_tuple(), found
    assert Decimal(found) == Decimal(text)


def test_a_copy_of_an_inexact_record_is_refused(door: Door) -> None:
    door.feed(b'[{"T":"q","S":"A","bp":1.23456789012345678901}]')
    _, row = door.find("Quote", "A")
    assert door.decimal(row, "Quote", "bid") == "1.23456789012345678901"
    copy = ctypes.create_string_buffer(ctypes.string_at(row, 2048))
    assert door.decimal(copy, "Quote", "bid") == COPY
    assert "copy" in door.error()
    door.feed(b'[{"T":"q","S":"A","bp":1.50}]')
    copy = ctypes.create_string_buffer(ctypes.string_at(row, 2048))
    assert door.decimal(copy, "Quote", "bid") == "1.50"


def test_what_decimal_refuses(door: Door) -> None:
    door.feed(b'[{"T":"q","S":"A","bp":1.50}]')
    _, row = door.find("Quote", "A")
    assert door.decimal(row, "Quote", "ask") == MISSING
    assert door.error() == "decimal(): Quote.ask was never stated"
    assert door.decimal(row, "Quote", "bid", room=4) == ROOM
    assert door.decimal(row, "Quote", "bid", room=5) == "1.50"
    assert door.decimal(None, "Quote", "bid") == ARGUMENT
    assert API.decimal(door.it, ctypes.cast(row, c_void_p), 63, ctypes.create_string_buffer(9), 9) == ARGUMENT


def test_rows_by_key(door: Door) -> None:
    door.feed(b'[{"T":"q","S":"A","bp":1.50},{"T":"q","S":"BRK.B","bp":2}]')
    code, row = door.find("Quote", "BRK.B")
    assert (code, row[0].symbol) == (OK, 2)
    assert API.by_number(door.it, KIND["Quote"], 2) == ctypes.cast(row, c_void_p).value
    assert API.by_number(door.it, KIND["Stats"], 2) is None
    assert API.by_number(door.it, KIND["Order"], 2) is None
    assert API.by_number(door.it, KIND["Quote"], 3) is None
    size = c_size_t()
    assert (API.name(door.it, 2, byref(size)), size.value) == (b"BRK.B", 5)
    assert API.name(door.it, 0, None) is API.name(door.it, 3, None) is None
    assert [API.number(door.it, name) for name in (b"A", b"BRK.B", b"C", b"", b"x" * 999)] == [1, 2, 0, 0, 0]
    assert door.find("Quote", "C")[0] == MISSING
    assert door.error() == "find(): there is no Quote of C"
    assert door.find("Trade", "A")[0] == ARGUMENT
    assert door.find("Quote", "A", "B")[0] == ARGUMENT
    assert "found by 1 to 1 texts, not by 2" in door.error()


def test_orders_positions_and_balances_by_key() -> None:
    door = Door("ibkr")
    for account in ("DU1", "DU2"):
        door.feed(
            b'{"topic":"sor","args":[{"acct":"%s","orderId":7,"totalSize":5,"status":"Submitted"}]}' % account.encode()
        )
    assert door.find("Order", "7")[0] == SEVERAL
    assert "give the account and the id" in door.error()
    code, row = door.find("Order", "DU2", "7")
    assert (code, door.decimal(row, "Order", "qty")) == (OK, "5")
    assert door.find("Order", "DU3", "7")[0] == MISSING
    assert API.close(door.it) == OK
    seen = set()
    for stream, messages in corpus.load().items():  # whatever Python finds by these keys
        door, decoder = Door(stream), tf.decoder(stream)
        for message in messages:
            door.feed(message.payload)
            decoder.feed(message.payload)
        for fill in decoder.fills:
            assert door.find("Fill", fill.account, fill.exec_id)[0] == OK if fill.account else True
            assert door.find("Fill", fill.exec_id)[0] == OK
            seen.add("fill")
        for position in decoder.positions:
            if position.account and position.symbol:
                code, row = door.find("Position", position.account, position.symbol)
                assert code == OK
                assert Decimal(door.decimal(row, "Position", "qty")) == position.decimal("qty")
                seen.add("position")
        for balance in decoder.balances:
            parts = [balance.account, balance.currency, balance.name, balance.balance_type, balance.market]
            assert door.find("Balance", *[part or "" for part in parts])[0] == OK
            seen.add("balance")
        for pnl in decoder.pnl:
            assert door.find("Pnl", pnl.account, *([pnl.segment] if pnl.segment else []))[0] == OK
            seen.add("pnl")
        assert API.close(door.it) == OK
    assert seen == {"fill", "position", "balance", "pnl"}


@pytest.mark.parametrize("stream", corpus.load())
def test_all_rows_and_all_books(stream: str) -> None:
    """After every message of the corpus: what Python's tables hold, byte for byte, and its books."""
    door, decoder, count = Door(stream), tf.decoder(stream), c_uint32()
    tables = {"Quote": "quotes", "Stats": "stats", "Instrument": "instruments", "Order": "orders", "Fill": "fills",
              "Position": "positions", "Balance": "balances", "Pnl": "pnl"}  # fmt: skip
    levels = 0
    for message in corpus.load()[stream]:
        door.feed(message.payload)
        decoder.feed(message.payload)
        for kind, name in tables.items():
            array = getattr(decoder.state, name).array
            base = API.rows(door.it, KIND[kind], byref(count))
            assert count.value == len(array)
            assert (base is None) == (count.value == 0)
            if base is not None:
                assert ctypes.string_at(base, array.nbytes) == array.tobytes(), (kind, message.name)
        for symbol in range(1, len(decoder.symbols) + 1):
            found = Book(size=ctypes.sizeof(Book))
            code = API.book(door.it, symbol, byref(found))
            book = decoder.books.get(decoder.symbols[symbol])
            assert (code == OK) == (book is not None)
            if book is not None:
                assert (found.symbol, found.sequence, bool(found.broken)) == (symbol, book.sequence, book.broken)
                sides = (found.bids[: found.bid_count], found.asks[: found.ask_count])
                told = [[(level.price, level.size, level.orders) for level in side] for side in sides]
                assert told == [[side[i] for i in range(len(side))] for side in (book.bids, book.asks)]
                levels += len(told[0]) + len(told[1])
    assert (levels > 0) == (stream in ("alpaca.data", "vega"))
    assert API.rows(door.it, KIND["Trade"], byref(count)) is None
    assert count.value == 0
    assert API.rows(door.it, 99, None) is API.rows(None, KIND["Quote"], None) is None
    assert API.close(door.it) == OK


def test_what_book_refuses(door: Door) -> None:
    door.feed(b'[{"T":"q","S":"A","bp":1.50},{"T":"o","S":"E/U","t":"2024-08-06T14:00:00Z","b":[{"p":5,"s":2}],"r":true}]')
    book = Book(size=ctypes.sizeof(Book))
    assert API.book(door.it, 1, byref(book)) == MISSING
    assert door.error() == "book(): there is no order book of A"
    assert API.book(door.it, 9, byref(book)) == API.book(door.it, 0, byref(book)) == MISSING
    assert door.error() == "book(): there is no order book of a symbol that has not come yet"
    assert API.book(door.it, 2, byref(Book())) == API.book(door.it, 2, None) == ARGUMENT
    assert door.error() == "book(): set book.size to sizeof(tf_book) first"
    assert API.book(None, 2, byref(book)) == ARGUMENT
    short = Book(size=Book.ask_count.offset, ask_count=77)
    assert API.book(door.it, 2, byref(short)) == OK
    assert (short.bid_count, short.bids[0].price, short.ask_count) == (1, 5, 77)


def test_callbacks_by_kind_and_flushes(door: Door) -> None:
    kinds, flushes = [], []
    door.alive.append(Flushed(lambda context: flushes.append(context)))
    assert API.on_flush(door.it, door.alive[-1], 77) == OK
    assert door.on(KIND["Quote"], lambda record: kinds.append(record[0].kind)) == OK
    both = b'[{"T":"q","S":"A","bp":1},{"T":"t","S":"A","p":1,"s":2}]'
    assert door.feed(both, 0, MORE) == 2
    assert (kinds, flushes) == ([KIND["Quote"]], [])
    assert API.flush(door.it) == OK
    assert API.flush(door.it) == OK
    assert flushes == [77]
    assert API.on(door.it, KIND["Quote"], Callback(), None) == OK  # NULL: nobody
    assert door.on(KIND["Trade"], lambda record: kinds.append(record[0].kind)) == OK
    block = ctypes.create_string_buffer(both.replace(b"1", b"2") + b"]" * 64)
    assert API.feed(door.it, ctypes.cast(block, c_char_p), len(both), 5, PADDED) == 2
    assert (kinds, flushes) == ([KIND["Quote"], KIND["Trade"]], [77, 77])


def test_faults_are_told_and_change_nothing(door: Door) -> None:
    errors: list[int] = []
    door.on(KIND["Error"], lambda record: errors.append(record[0].kind))
    assert door.feed(b"garbage") == 1
    assert door.feed(b"") == 1
    assert errors == [KIND["Error"]] * 2
    counts = Counts(size=ctypes.sizeof(Counts))
    assert API.counts(door.it, byref(counts)) == OK
    assert (counts.messages, counts.malformed, counts.records) == (2, 2, 2)
    short = Counts(size=16, records=99)
    assert API.counts(door.it, byref(short)) == OK
    assert (short.messages, short.records) == (2, 99)  # what the program does not know is not written
    assert API.feed(door.it, None, 5, 0, 0) == ARGUMENT
    assert door.feed(b"{}", 0, 8) == ARGUMENT
    assert "tf_Feed" in door.error()
    assert API.feed(None, b"", 0, 0, 0) == ARGUMENT
    assert door.on(99, lambda record: None) == ARGUMENT
    assert "there is no kind 99" in door.error()


def test_calls_from_within_a_callback_are_refused(door: Door) -> None:
    codes: list[int] = []

    def reenter(record: Any) -> None:
        codes.append(door.feed(b"[]"))
        codes.append(API.flush(door.it))
        codes.append(API.close(door.it))
        codes.append(API.ready(door.it, 0))
        codes.append(API.lost(door.it, 0))
        codes.append(API.on(door.it, 1, Callback(), None))

    door.on(KIND["Quote"], reenter)
    assert door.feed(b'[{"T":"q","S":"A","bp":1}]') == 1
    assert codes == [BUSY] * 6
    assert API.lost(door.it, 0) == API.ready(door.it, 0) == OK


def opening(name: bytes, options: Options | None) -> tuple[int, str]:
    it = c_void_p(1)
    code = API.open(name, None if options is None else byref(options), byref(it))
    assert it.value is None
    return code, API.error(None).decode()


def test_what_open_refuses() -> None:
    assert opening(b"nosuch", new_options())[0] == NAME
    assert "nosuch" in opening(b"nosuch", new_options())[1]
    old = Options(size=ctypes.sizeof(Options), layout=1)
    code, text = opening(b"ibkr", old)
    assert code == LAYOUT
    assert f"0x{HASH:016x}" in text
    assert "get_include()" in text
    assert opening(b"ibkr", None)[0] == ARGUMENT
    assert opening(b"ibkr", Options())[0] == ARGUMENT
    assert opening(b"ibkr", new_options(max_symbols=1 << 30)) == (
        OPTION, "max_symbols: a table has 1 to 16777216 rows, not 1073741824")  # fmt: skip
    assert opening(b"ibkr", new_options(synthetic_fills=3))[0] == OPTION
    assert opening(b"vega", new_options(party_count=1))[0] == OPTION
    scales = (Scale * 1)(Scale(b"m", 99, 0))
    code, text = opening(b"vega", new_options(scales=scales, scale_count=1))
    assert code == OPTION
    assert "'m'" in text


def test_options_of_other_sizes() -> None:
    class Newer(ctypes.Structure):
        _fields_ = [("old", Options), ("new", c_uint64)]

    it, newer = c_void_p(), Newer(old=new_options(max_symbols=1))
    newer.old.size = ctypes.sizeof(Newer)
    as_old = ctypes.cast(byref(newer), POINTER(Options))
    assert API.open(b"ibkr", as_old, byref(it)) == OK
    assert API.close(it) == OK
    newer.new = 1
    assert API.open(b"ibkr", as_old, byref(it)) == OPTION
    assert b"does not know" in API.error(None)
    older = new_options(max_levels=1 << 30)  # beyond what the program knew: not read
    older.size = Options.max_levels.offset
    assert API.open(b"ibkr", byref(older), byref(it)) == OK
    assert API.close(it) == OK


def test_options_count() -> None:
    limits = Door(max_symbols=1)
    assert limits.feed(b'[{"T":"q","S":"A","bp":1},{"T":"q","S":"B","bp":1}]') == 2
    counts = Counts(size=ctypes.sizeof(Counts))
    API.counts(limits.it, byref(counts))
    assert counts.limited == 1
    assert API.close(limits.it) == OK
    assert API.close(None) == OK
    order = (
        b'{"topic":"sor","args":'
        b'[{"orderId":7,"totalSize":5,"filledQuantity":%d,"avgPrice":1,"status":"Submitted"}]}'
    )
    made = []
    for choice in (1, 2):
        door = Door("ibkr", synthetic_fills=choice)
        made.append([door.feed(order % filled) for filled in (1, 2)])
        assert API.close(door.it) == OK
    assert made[0][1] == made[1][1] + 1


def test_threads_have_decoders_of_their_own() -> None:
    """ctypes lets go of the GIL in every call; open and close take it themselves."""
    quotes = [b'[{"T":"q","S":"S%d","bp":%d.5}]' % (number % 50, number) for number in range(500)]
    totals = []

    def work() -> None:
        for _ in range(5):
            door = Door()
            totals.append(sum(door.feed(quote) for quote in quotes))
            assert API.close(door.it) == OK

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [500] * 20


@pytest.mark.compiles
@pytest.mark.parametrize("language", ["c99", "c11", "c++11", "c++20"])
def test_the_header_compiles_by_itself(language: str, tmp_path: Path) -> None:
    source = tmp_path / f"alone.{'cpp' if '+' in language else 'c'}"
    source.write_text("#include <tickfold/tickfold.h>\nint main(void) { return tf_new_options().size == 0; }\n")
    flags = [f"-std={language}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{tf.get_include()}"]
    subprocess.run(["c++" if "+" in language else "cc", *flags, "-c", source, "-o", tmp_path / "alone.o"], check=True)
