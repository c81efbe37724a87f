"""Records made by hand, copied, compared, pickled, and turned into dicts and JSON."""

import copy
import json
import pickle
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tickfold as tf
from tickfold.engine.records import KINDS
from tickfold.schema import enums
from tickfold.schema.enums import Flag, OrderStatus, Side, Venue

QUOTE = (
    b'[{"T":"q","S":"AMD","bx":"U","bp":87.660,"bs":1,"ap":-0.5,"c":["R","4"],"t":"2021-02-22T15:51:45.335689322Z"}]'
)
LONG_NUMBER = "0.12345678901234567890"


def decoded(payload: bytes = QUOTE, stream: str = "alpaca.data") -> Any:
    (record,) = tf.decoder(stream).decode(payload, recv_ns=5)
    return record


def sample(field: dict[str, Any]) -> Any:
    """A value of a field's type."""
    match field["type"]:
        case "dec":
            return Decimal("12.340")
        case "time":
            return 1_700_000_000_123_456_789
        case "bool":
            return True
        case "enum":
            return list(getattr(enums, field["enum"]))[1]
        case "text":
            return "é" if field["size"] > 1 else "x"
        case "long":
            return "a text of any length, ünd so on " * 9
        case "data":
            return b"\xff\x00any bytes"
        case _:
            return 7


def whole(name: str) -> tuple[Any, dict[str, Any]]:
    """A record with every field stated, and its values."""
    values = {f["name"]: sample(f) for f in tf.layout()["kinds"][name]["fields"] if f["bit"] is not None}
    header = {"symbol": "AAPL", "stream": "alpaca v2/sip", "venue": Venue.ALPACA, "flags": Flag.SNAPSHOT,
              "ts_event": 3, "ts_recv": 4, "seq": 5}  # fmt: skip
    return KINDS[name](**header, **values), values


def test_a_quote_made_by_hand() -> None:
    quote = tf.Quote(symbol="AAPL", bid=188.25, ask="188.30", bid_size=3, ask_size=Decimal("2.0"), last_flag="HALTED")
    assert isinstance(quote, tf.Quote)
    assert (quote.symbol, quote.bid, quote.ask, quote.bid_size, quote.ask_size) == ("AAPL", 188.25, 188.3, 3, 2)
    assert [str(quote.decimal(name)) for name in ("bid", "ask", "bid_size", "ask_size")] == [
        "188.25", "188.30", "3", "2.0"]  # fmt: skip
    assert quote.last_flag is tf.LastFlag.HALTED
    assert (quote.last, quote.decimal("last"), quote.tape) == (None, None, None)
    assert quote.known == quote.changed == tf.Quote.mask("bid", "ask", "bid_size", "ask_size", "last_flag")
    assert (quote.kind, quote.venue, quote.stream, quote.stream_id) == (tf.RecordKind.QUOTE, Venue.NONE, None, 0)
    assert (quote.ts_event, quote.ts_recv, quote.seq, quote.flags, quote.symbol_id) == (None, 0, 0, Flag(0), 0)
    assert repr(quote) == "<Quote symbol=AAPL, bid=188.25, ask=188.3, bid_size=3.0, ask_size=2.0, last_flag=HALTED>"
    assert tf.Quote().known == 0


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_field_of_every_kind(name: str) -> None:
    record, values = whole(name)
    for field, value in values.items():
        got = getattr(record, field)
        assert got == (float(value) if isinstance(value, Decimal) else value), field
        if isinstance(value, Decimal):
            assert str(record.decimal(field)) == str(value)
    assert len(record.known_fields) == len(values)
    twins = [
        record.copy(),
        copy.copy(record),
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),
        KINDS[name](**record.as_dict()),
        KINDS[name](**record.as_dict(enums="name")),
        KINDS[name](**record.as_dict(exact=True)),
    ]
    for twin in twins:
        assert type(twin) is KINDS[name]
        assert twin == record
        assert twin.as_dict() == record.as_dict()
        assert (twin.stream, twin.symbol, twin.flags, twin.seq) == ("alpaca v2/sip", "AAPL", Flag.SNAPSHOT, 5)
    for field in values:  # each field counts
        other = {**values}
        del other[field]
        assert KINDS[name](symbol="AAPL", stream="alpaca v2/sip", ts_event=3, **other) != record


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"), (0.1, "0.1"), (1e-7, "1E-7"), (1e22, "1E+22"), (-0.0, "-0.0"), (2, "2"), (10**20, str(10**20)),
        ("1.50", "1.50"), ("-3", "-3"), ("1.22E7", "1.22E+7"), (Decimal("0.00003"), "0.00003"),
        (LONG_NUMBER, LONG_NUMBER), (Decimal("9007199254740993"), "9007199254740993"),
        (np.float64(0.25), "0.25"), (np.int64(7), "7"), ("0e-200000000", "0E-200000000"), ("1e300", "1E+300"),
    ],
)  # fmt: skip
def test_numbers_keep_their_decimals(value: Any, text: str) -> None:
    trade = tf.Trade(price=value, size=1)
    for one in (trade, trade.copy(), pickle.loads(pickle.dumps(trade))):
        assert one.decimal("price") == Decimal(text)
        assert str(one.decimal("price")) == str(Decimal(text)) == text
        assert one.price == float(Decimal(text))
        assert bool(one.flags & Flag.INEXACT) == (text not in ("1.5", "0.1", "1E-7", "1E+22", "-0.0", "2", "1.50", "-3",
                                                               "1.22E+7", "0.00003", "0.25", "7"))  # fmt: skip
        assert str(one.decimal("size")) == "1"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_any_decimal_comes_back(number: Decimal) -> None:
    trade = tf.Trade(price=number)
    assert str(trade.decimal("price")) == str(number)
    assert trade == tf.Trade(price=str(number)) == pickle.loads(pickle.dumps(trade))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_comes_back(number: float) -> None:
    trade = tf.Trade(price=number)
    assert trade.price == number
    assert float(trade.decimal("price") or 0) == number
    assert json.loads(trade.to_json())["price"] == number


def test_times_and_enums() -> None:
    at = datetime(2026, 11, 28, 14, 30, 0, 250001, tzinfo=UTC)
    ns = 1795876200250001000
    there = at.astimezone(timezone(timedelta(hours=-5)))
    order = tf.Order(ts_event=at, ts_created=ns, ts_filled=there, status="FILLED", side=Side.SELL, type=2,
                     venue="IBKR", flags="SNAPSHOT|STALE")  # fmt: skip
    assert (order.ts_event, order.ts_created, order.ts_filled) == (ns, ns, ns)
    assert (order.status, order.side, order.type) == (OrderStatus.FILLED, Side.SELL, tf.OrderType.LIMIT)
    assert (order.venue, order.flags) == (Venue.IBKR, Flag.SNAPSHOT | Flag.STALE)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tf.Quote(bidd=1), TypeError, "Quote has no field 'bidd'; did you mean 'bid'"),
        (lambda: tf.Quote(order_id="1"), TypeError, "Quote has no field 'order_id'"),
        (lambda: tf.Quote(bidd=None), TypeError, "Quote has no field 'bidd'"),
        (lambda: tf.Quote(known=1), TypeError, "Quote.known follows from"),
        (lambda: tf.Quote(changed=["bid", "nothing"]), TypeError, "Quote has no field 'nothing'"),
        (lambda: tf.Quote(1.5), TypeError, "positional"),
        (lambda: tf.Record(), TypeError, "no record class"),
        (lambda: tf.Quote(bid="one"), TypeError, "Quote.bid is a number"),
        (lambda: tf.Quote(bid=True), TypeError, "Quote.bid is a number"),
        (lambda: tf.Quote(bid=[1]), TypeError, "Quote.bid is a number"),
        (lambda: tf.Quote(bid=float("nan")), ValueError, "Quote.bid can't be nan"),
        (lambda: tf.Quote(bid="1e999"), ValueError, "Quote.bid.*beyond"),
        (lambda: tf.Quote(symbol=7), TypeError, "Quote.symbol is a text"),
        (lambda: tf.Quote(ticker="x" * 17), ValueError, "Quote.ticker has room for 16 bytes"),
        (lambda: tf.Quote(ticker="a\0b"), ValueError, "Quote.ticker can't hold a NUL"),
        (lambda: tf.Quote(ts_event=datetime(2026, 1, 1)), ValueError, "Quote.ts_event.*no time zone"),
        (lambda: tf.Quote(ts_event=1.5), TypeError, "Quote.ts_event is a whole number"),
        (lambda: tf.Quote(kind=tf.RecordKind.ORDER), ValueError, "another class"),
        (lambda: tf.Order(status="FILLD"), ValueError, "OrderStatus has no 'FILLD'; it has UNKNOWN"),
        (lambda: tf.Order(status=Side.BUY), TypeError, "Order.status is a member of OrderStatus"),
        (lambda: tf.Order(status=256), ValueError, "Order.status is from 0 to 255"),
        (lambda: tf.Order(version=-1), ValueError, "Order.version is from 0"),
        (lambda: tf.Order(post_only=2), ValueError, "Order.post_only is from 0 to 1"),
        (lambda: tf.Raw(data="text"), TypeError, "Raw.data is bytes"),
        (lambda: tf.Quote(bid=1).__init__(bid=2), TypeError, "made already"),
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


def test_what_equality_means() -> None:
    def quote(**other: Any) -> Any:
        return tf.Quote(**{"symbol": "A", "stream": "s", "ts_event": 1, "bid": 1.5, **other})

    assert quote() == quote(bid="1.50") == quote(seq=9, ts_recv=7, changed=[], flags=Flag.STALE)
    for other in ({"symbol": "B"}, {"stream": "t"}, {"ts_event": 2}, {"bid": 1.25}, {"bid": None}, {"ask": 1.5}):
        assert quote() != quote(**other), other
    assert quote() != quote(symbol=None)
    assert quote() != tf.Trade(symbol="A")
    assert quote() != 1
    assert quote() != "quote"
    assert tf.Trade(price=LONG_NUMBER) != tf.Trade(price=float(LONG_NUMBER)), "one float64, two numbers"
    assert tf.Trade(price=LONG_NUMBER) == tf.Trade(price=LONG_NUMBER)
    assert tf.Raw(data=b"a") != tf.Raw(data=b"b") != tf.Raw(data=b"bb")
    for one in (quote(), decoded()):
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)


def test_what_was_decoded_equals_what_is_made() -> None:
    got = decoded()
    assert got == got.copy() == copy.copy(got) == pickle.loads(pickle.dumps(got))
    made = tf.Quote(symbol="AMD", stream="alpaca.data", ts_event=1614009105335689322, bid="87.660", bid_size=1,
                    ask=-0.5, bid_exchange="U", conditions="R4")  # fmt: skip
    assert got == made
    seen: list[bool] = []
    decoder = tf.decoder("alpaca.data")
    decoder.on(tf.Quote, lambda view: seen.append(view == made and made == view and view == view.copy()))
    decoder.feed(QUOTE)
    assert seen == [True]
    assert decoder.quotes["AMD"] == made
    decoder.feed(QUOTE.replace(b"87.660", b"87.67"))
    assert decoder.quotes["AMD"] != made


def test_a_view_that_is_gone_is_equal_to_nothing() -> None:
    kept: list[Any] = []
    decoder = tf.decoder("alpaca.data")
    decoder.on(tf.Quote, kept.append)
    decoder.feed(QUOTE)
    for use in (lambda: kept[0] == decoded(), lambda: pickle.dumps(kept[0]), lambda: kept[0].to_json(),
                lambda: copy.copy(kept[0]), lambda: decoded() == kept[0]):  # fmt: skip
        with pytest.raises(ReferenceError):
            use()


def test_records_are_matched_by_keyword() -> None:
    match decoded():
        case tf.Order():
            raise AssertionError("a quote is no order")
        case tf.Quote(symbol="AMD", bid=bid, last=None):
            assert bid == 87.66
        case _:
            raise AssertionError("no match")


def test_attributes_cannot_be_assigned_to() -> None:
    for record in (decoded(), tf.Quote(bid=1)):
        for name in ("bid", "ask", "symbol", "stream", "seq", "kind", "flags", "nothing"):
            with pytest.raises(AttributeError):
                setattr(record, name, 1)
            with pytest.raises(AttributeError):
                delattr(record, name)
    assert tf.Quote(bid=1).bid == 1


def test_a_dict_holds_everything() -> None:
    record = decoded()
    assert record.as_dict() == {
        "kind": tf.RecordKind.QUOTE, "venue": Venue.ALPACA, "stream": "alpaca.data", "flags": Flag(0), "symbol": "AMD",
        "ts_event": 1614009105335689322, "ts_recv": 5, "seq": 1, "changed": record.known_fields, "bid": 87.66,
        "ask": -0.5, "bid_size": 1.0, "bid_exchange": "U", "conditions": "R4",
    }  # fmt: skip
    assert record.as_dict()["venue"] is Venue.ALPACA
    named = tf.Order(status="NEW", side="BUY", flags="STALE|INEXACT", venue="IBKR").as_dict(enums="name")
    assert (named["status"], named["side"], named["flags"], named["venue"], named["kind"]) == (
        "NEW", "BUY", "STALE", "IBKR", "ORDER")  # fmt: skip
    assert str(record.as_dict(exact=True)["bid"]) == "87.660"
    with pytest.raises(ValueError, match="'member' or 'name'"):
        record.as_dict(enums="number")


def test_json() -> None:
    text = decoded().to_json()
    assert '"bid":87.660,' in text
    values = json.loads(text, parse_float=Decimal)
    assert values["kind"] == "QUOTE"
    assert (values["venue"], values["flags"], values["symbol"]) == ("ALPACA", "NONE", "AMD")
    assert str(values["bid"]) == "87.660"
    assert values["changed"] == ["bid", "ask", "bid_size", "bid_exchange", "conditions"]
    assert "last" not in values
    assert f'"price":{LONG_NUMBER}' in tf.Trade(price=LONG_NUMBER).to_json()
    assert json.loads(tf.Raw(data=b'{"a":"\xc3\xa9"}').to_json())["data"] == '{"a":"é"}'
    assert json.loads(tf.Raw(data=b"\xff").to_json())["data"] == "base64:/w=="
    assert json.loads(tf.Error(text='"quoted"\n').to_json())["text"] == '"quoted"\n'
    assert json.loads(tf.Order(post_only=False, flags="STALE|SNAPSHOT").to_json())["flags"] == "SNAPSHOT|STALE"
    for name in KINDS:
        record, _ = whole(name)
        assert json.loads(record.to_json())["symbol"] == "AAPL"


def test_replace_makes_another() -> None:
    record = decoded()
    changed = record.__replace__(bid="88.0", ask=None)
    assert (str(changed.decimal("bid")), changed.ask, changed.symbol, changed.conditions) == ("88.0", None, "AMD", "R4")
    assert (record.bid, record.ask) == (87.66, -0.5)


def test_exact_texts_and_odd_bytes_survive_pickling() -> None:
    record = decoded(b'[{"T":"t","S":"A","p":%s,"s":1}]' % LONG_NUMBER.encode())
    again = pickle.loads(pickle.dumps(record))
    assert str(again.decimal("price")) == LONG_NUMBER
    assert again == record
    assert again.flags == record.flags
    decoder = tf.decoder("alpaca.data")
    (odd,) = decoder.decode(b'[{"T":"t","S":"A","i":"' + "é".encode() * 40 + b'"}]')
    assert pickle.loads(pickle.dumps(odd)) == odd
    assert pickle.loads(pickle.dumps(odd)).flags & Flag.TRUNCATED


def test_names_of_enums() -> None:
    assert f"{OrderStatus.PARTIALLY_FILLED}" == str(OrderStatus.PARTIALLY_FILLED) == "PARTIALLY_FILLED"
    assert f"{tf.Order(status='NEW').status}" == "NEW"
    assert f"{Side.BUY:>5}|{Side.BUY:<5}|{Side.BUY:d}|{Side.BUY:03d}|{Side.SELL:s}" == "  BUY|BUY  |1|001|SELL"
    assert "{} {:d}".format(*[Side.BUY] * 2) == "BUY 1"
    assert Side.BUY == 1
    assert json.dumps(Side.BUY) == "1"
    assert f"{Flag.SNAPSHOT | Flag.STALE}" == "SNAPSHOT|STALE"
    assert f"{Flag(0)} {Flag.STALE:#06x}" == "NONE 0x0008"
    assert re.search("BUY", repr(Side.BUY))
