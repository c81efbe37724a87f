"""Alpaca market data: every message type and field of the reference, and both encodings alike."""

import json
import struct

import pytest

from corpus import Message, check_all, check_decoded, want
from corpus.alpaca_data import CRYPTO_BOOK, MESSAGES, QUOTE, TRADE
from corpus.msgpack import pack, packed, timestamp
from tickfold.engine.decoder import Decoder
from tickfold.schema.enums import BookAction, ErrorSource
from tickfold.venues.alpaca import table_data as alpaca_data

# Message types and keys as the reference lists them.
TYPES = {
    "t": "T S i x p s c t z r tks",
    "q": "T S bx bp bs ax ap as c t z r x",
    "b": "T S o h l c v t n vw",
    "u": "T S o h l c v t n vw",
    "d": "T S o h l c v t n vw",
    "c": "T S x oi op os oc ci cp cs cc t z",
    "x": "T S i x p s a t z",
    "s": "T S sc sm rc rm t z",
    "l": "T S u d i t z",
    "i": "T S p z t",
    "o": "T S t b a r",
    "p": "T S t x ip mp fr oi ft",
    "n": "T id headline summary author created_at updated_at url content symbols source",
    "success": "T msg",
    "subscription": "T",
    "error": "T code msg",
}
CHANNELS = [
    "trades",
    "quotes",
    "bars",
    "updatedBars",
    "dailyBars",
    "statuses",
    "lulds",
    "imbalances",
    "corrections",
    "cancelErrors",
    "orderbooks",
    "news",
]
ERRORS = [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 500]
STATUS_CODES = ["2", "3", "5", "6", "7", "8", "9", "A", "C", "D", "E", "F", "H", "Q", "T", "P"]
REASONS = [
    "D",
    "I",
    "M",
    "P",
    "X",
    "Y",
    "1",
    "2",
    "3",
    "T1",
    "T2",
    "T3",
    "T5",
    "T6",
    "T7",
    "T8",
    "T12",
    "H4",
    "H9",
    "H10",
    "H11",
    "O1",
    "IPO1",
    "IPOQ",
    "IPOE",
    "M1",
    "M2",
    "LUDP",
    "LUDS",
    "MWC0",
    "MWC1",
    "MWC2",
    "MWC3",
    "MWCQ",
    "R",
    "R1",
    "R4",
    "R9",
    "C3",
    "C4",
    "C9",
    "C11",
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_message(message: Message) -> None:
    check_decoded("alpaca.data", message.payload, message.records)


def test_all_types_and_keys_of_the_reference_have_a_row_and_a_message() -> None:
    root = alpaca_data.TABLE.root
    seen: dict[str, set[str]] = {}
    for message in MESSAGES:
        for item in json.loads(message.payload):
            seen.setdefault(item["T"], set()).update(item)
    for kind, keys in TYPES.items():
        rows = set(root.cases[kind].rows) | {"T"}
        assert set(keys.split()) <= rows, kind
        if kind in "bud":
            continue  # one shape, shown once for each
        assert set(keys.split()) <= seen[kind], kind
    assert {"b", "u", "d"} <= seen.keys()
    assert set(root.cases) == set(TYPES)
    (subscription,) = (message for message in MESSAGES if message.name == "subscription")
    assert set(CHANNELS) < json.loads(subscription.payload)[0].keys()


@pytest.mark.parametrize("code", ERRORS)
def test_error_codes(code: int) -> None:
    (error,) = Decoder("alpaca.data").decode(b'[{"T":"error","code":%d,"msg":"whatever it says"}]' % code)
    assert (error.code, error.text, error.source) == (code, "whatever it says", ErrorSource.VENUE)


def test_status_and_reason_codes_are_kept_as_they_are() -> None:
    decoder = Decoder("alpaca.data")
    for code in STATUS_CODES:
        for reason in REASONS:
            (status,) = decoder.decode(b'[{"T":"s","S":"A","sc":"%s","rc":"%s"}]' % (code.encode(), reason.encode()))
            assert (status.code, status.reason) == (code, reason)


def test_a_book_is_reset_wherever_r_stands_and_changed_by_what_follows() -> None:
    for text in (
        b'"r":true,"b":[{"p":1,"s":2}],"a":[{"p":3,"s":4}]',
        b'"b":[{"p":1,"s":2}],"a":[{"p":3,"s":4}],"r":true',
    ):
        decoder = Decoder("alpaca.data")
        decoder.decode(b'[{"T":"o","S":"A","b":[{"p":9,"s":9}],"a":[{"p":10,"s":1}],"r":true}]')
        records = decoder.decode(b'[{"T":"o","S":"A",' + text + b"}]")
        assert [record.action for record in records] == [BookAction.RESET, BookAction.SET, BookAction.SET]
        book = decoder.books["A"]
        assert (list(book.bids), list(book.asks)) == ([(1, 2, 0)], [(3, 4, 0)])
    decoder.decode(b'[{"T":"o","S":"A","a":[{"p":3,"s":0},{"p":2,"s":1}]}]')
    assert list(book.asks) == [(2, 1, 0)]
    decoder.decode(b'[{"T":"o","S":"A","b":[],"a":[],"r":true}]')
    assert len(book.bids) == len(book.asks) == 0
    decoder.decode(b'[{"T":"o","S":"A","b":[{"p":1,"s":1}],"r":false},{"T":"o","S":"A","b":[{"p":2,"s":1}]}]')
    assert [level[0] for level in book.bids] == [2, 1]


def test_mixed_types_in_one_array() -> None:
    payload = (
        b"["
        + TRADE.payload[1:-1]
        + b","
        + QUOTE.payload[1:-1]
        + b',{"T":"new","x":1},'
        + CRYPTO_BOOK.payload[1:-1]
        + b"]"
    )
    raw = want("Raw", topic="new", data=b'{"T":"new","x":1}')
    check_all(Decoder("alpaca.data").decode(payload), [*TRADE.records, *QUOTE.records, raw, *CRYPTO_BOOK.records])


def test_a_quote_replaces_the_one_before() -> None:
    decoder = Decoder("alpaca.data")
    decoder.decode(QUOTE.payload)
    (quote,) = decoder.decode(b'[{"T":"q","S":"QQQ","bp":1}]')
    assert quote.known_fields == ("bid",)
    assert {"ask", "tape", "conditions"} < set(quote.changed_fields)
    assert decoder.decode(b'[{"T":"q","S":"QQQ","bp":1.0}]') == []


# ---- MessagePack: a client of options gets nothing else


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
@pytest.mark.parametrize("size", [8, 12])
def test_msgpack_gives_the_same_records(message: Message, size: int) -> None:
    check_decoded("alpaca.data", packed(message.payload, size), message.records)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (struct.pack(">I", 1722952931), 1722952931 * 10**9),
        (struct.pack(">I", 2**32 - 1), (2**32 - 1) * 10**9),
        (struct.pack(">Q", 999_999_999 << 34 | 5), 5_999_999_999),
        (struct.pack(">Q", 2**34 - 1 & 9_000_000_000), (2**34 - 1 & 9_000_000_000) * 10**9),
        (struct.pack(">Iq", 1, -1), -999_999_999),
        (struct.pack(">Iq", 0, 9_000_000_000), 9_000_000_000 * 10**9),
    ],
)
def test_the_timestamp_extension(body: bytes, at: int) -> None:
    heads = {
        4: [b"\xd6\xff", b"\xc7\x04\xff", b"\xc8\x00\x04\xff", b"\xc9\x00\x00\x00\x04\xff"],
        8: [b"\xd7\xff", b"\xc7\x08\xff"],
        12: [b"\xc7\x0c\xff", b"\xc8\x00\x0c\xff"],
    }
    for head in heads[len(body)]:
        (quote,) = Decoder("alpaca.data").decode(pack([{"T": "q", "S": "A", "bp": 1, "t": head + body}]))
        assert quote.ts_event == at


@pytest.mark.parametrize(
    "body",
    [
        b"\xd7\xff" + struct.pack(">Q", 1_000_000_000 << 34),  # 10**9 ns are no part of a second
        b"\xc7\x0c\xff" + struct.pack(">Iq", 1_000_000_000, 0),
        b"\xc7\x0c\xff" + struct.pack(">Iq", 0, 2**40),  # beyond int64 ns
        b"\xd5\xff\x00\x00",
        b"\xd4\xff\x00",
        b"\xc7\x05\xff\x00\x00\x00\x00\x00",
        b"\xc7\x00\xff",
    ],
)
def test_an_impossible_timestamp_is_a_fault_or_skipped_but_no_time(body: bytes) -> None:
    decoder = Decoder("alpaca.data")
    records = decoder.decode(pack([{"T": "q", "S": "A", "bp": 1, "t": body}]))
    assert decoder.malformed + decoder.mismatched == 1
    assert [type(one).__name__ for one in records] == (["Quote", "Raw"] if decoder.mismatched else ["Error"])
    assert records[0].ts_event is None


INTEGERS = [
    (b"\x00", 0),
    (b"\x7f", 127),
    (b"\xff", -1),
    (b"\xe0", -32),
    (b"\xcc\xff", 255),
    (b"\xcd\xff\xff", 65535),
    (b"\xce\xff\xff\xff\xff", 2**32 - 1),
    (b"\xcf" + b"\xff" * 8, 2**64 - 1),
    (b"\xd0\x80", -128),
    (b"\xd1\x80\x00", -32768),
    (b"\xd2\x80\x00\x00\x00", -(2**31)),
    (b"\xd3\x80" + b"\x00" * 7, -(2**63)),
    (b"\xd0\x7f", 127),
    (b"\xd3\x7f" + b"\xff" * 7, 2**63 - 1),
    (b"\xcc\x05", 5),
    (b"\xcd\x00\x05", 5),
    (b"\xce\x00\x00\x00\x05", 5),
    (b"\xcf" + b"\x00" * 7 + b"\x05", 5),
]


@pytest.mark.parametrize(("raw", "value"), INTEGERS, ids=lambda part: part.hex() if isinstance(part, bytes) else "")
def test_integers_of_all_widths(raw: bytes, value: int) -> None:
    decoder = Decoder("alpaca.data")
    quote, trade = decoder.decode(pack([{"T": "q", "S": "A", "bp": raw}, {"T": "t", "S": raw, "i": raw}]))
    assert quote.decimal("bid") == value
    assert (trade.trade_id, trade.symbol) == (str(value), str(value))


@pytest.mark.parametrize("value", [0.1, -0.0, 1.5, 87.66, 1e-7, 29.205707815, 123456789.123456, 1e22, 5e-324])
def test_floats_are_their_shortest_text(value: float) -> None:
    (quote,) = Decoder("alpaca.data").decode(pack([{"T": "q", "S": "A", "bp": value}]))
    assert quote.bid == value
    assert float(quote.decimal("bid")) == value
    assert len(quote.decimal("bid").as_tuple().digits) <= len(repr(value))
    (quote,) = Decoder("alpaca.data").decode(pack([{"T": "q", "S": "A", "bp": b"\xca" + struct.pack(">f", 87.66)}]))
    assert str(quote.decimal("bid")) == "87.66"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_none(value: float) -> None:
    decoder = Decoder("alpaca.data")
    quote, raw = decoder.decode(pack([{"T": "q", "S": "A", "bp": value, "ap": 1}]))
    assert (raw.topic, raw.data[:5]) == ("q", b'"bp":')
    assert (quote.bid, quote.ask, decoder.mismatched) == (None, 1, 1)


@pytest.mark.parametrize(
    "strange",
    [
        b"\xc4\x03abc",
        b"\xc5\x00\x03abc",
        b"\xc6\x00\x00\x00\x03abc",
        b"\xd4\x05x",
        b"\xd8\x07" + bytes(16),
        b"\xc7\x03\x01abc",
        b"\xc8\x00\x01\x01a",
        b"\xc9\x00\x00\x00\x01\x01a",
    ],
)
def test_binary_values_and_unknown_extensions_are_passed_over(strange: bytes) -> None:
    decoder = Decoder("alpaca.data")
    quote, *told = decoder.decode(
        pack([{"T": "q", "S": "A", "new": strange, "list": [strange, {"k": strange}], "bp": strange, "ap": 1}])
    )
    assert (quote.bid, quote.ask, decoder.mismatched, decoder.malformed) == (None, 1, 1, 0)
    assert [(one.key, one.what) for one in decoder.drift()] == [
        ("new", "unknown key"), ("list", "unknown key"), ("bp", "unreadable value")]  # fmt: skip
    assert len(told) == 3


def test_texts_of_all_widths() -> None:
    for head in (b"\xa4", b"\xd9\x04", b"\xda\x00\x04", b"\xdb\x00\x00\x00\x04"):
        decoder = Decoder("alpaca.data")
        quote, raw = decoder.decode(pack([{"T": "q", "S": head + b"AAPL", head + b"key1": 1, "bp": 1}]))
        assert (quote.symbol, raw.data, decoder.drift()[0].key) == ("AAPL", b'"key1":' + pack(1), "key1")
    for size in (0, 31, 32, 255, 256, 65535, 65536, 300_000):
        text = b"x" * size
        (news,) = Decoder("alpaca.data").decode(pack([{"T": "n", "content": b"\xdb" + struct.pack(">I", size) + text}]))
        assert news.content == text.decode()
    (quote,) = Decoder("alpaca.data").decode(
        b"\xdc\x00\x01\xde\x00\x03" + pack("T") + pack("q") + pack("S") + pack("A") + pack("bp") + b"\x05"
    )
    assert (quote.symbol, quote.bid) == ("A", 5)


def test_msgpack_cut_anywhere_is_malformed() -> None:
    for message in MESSAGES:
        data = packed(message.payload, 8)
        for size in range(1, len(data)):
            decoder = Decoder("alpaca.data")
            (error,) = decoder.decode(data[:size])
            assert (error.source, decoder.malformed, len(decoder.symbols)) == (ErrorSource.DECODER, 1, 0)


def test_msgpack_counts_that_lie_take_no_memory() -> None:
    for head in (
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdc\xff\xff",
        b"\x91\xdb\xff\xff\xff\xff",
        b"\x91\xc9\xff\xff\xff\xff",
    ):
        decoder = Decoder("alpaca.data")
        assert len(decoder.decode(head)) == decoder.malformed == 1
    deep = b"\x91" * 100_000 + b"\xc0"
    assert Decoder("alpaca.data").decode(deep)[0].kind.name in ("ERROR", "RAW")


def test_subscriptions_and_news_read_as_json_in_both_encodings() -> None:
    ack = Decoder("alpaca.data").decode(
        pack(
            [
                {
                    "T": "subscription",
                    "trades": ['A"B'],
                    "quotes": [],
                    "n": -5,
                    "f": 1.5,
                    "x": None,
                    "y": True,
                    "t": timestamp(10**18, 8),
                    "bin": b"\xc4\x01\x80",
                }
            ]
        )
    )[0]
    assert json.loads(ack.text) == {
        "T": "subscription",
        "trades": ['A"B'],
        "quotes": [],
        "n": -5,
        "f": 1.5,
        "x": None,
        "y": True,
        "t": "2001-09-09T01:46:40Z",
        "bin": None,
    }
