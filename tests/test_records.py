"""Views of records: their attributes, how long they hold, and that Python and numpy see the same bytes."""

import gc
import json
import weakref
from decimal import Decimal
from enum import IntEnum
from typing import Any

import numpy as np
import pytest

import tickfold
from tickfold.engine import records
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import KINDS, Order, Quote, Raw, Record, Trade
from tickfold.schema import enums
from tickfold.schema.enums import Flag, OrderStatus, OrderType, RecordKind, Side, Venue

QUOTE = (
    b'[{"T":"q","S":"AMD","bx":"U","bp":87.660,"bs":1,"ax":"Q","ap":-0.5,"as":4,"c":["R","4"],"z":"C",'
    b'"t":"2021-02-22T15:51:45.335689322Z"}]'
)
ORDER = json.dumps({"topic": "sor", "args": [{
    "acct": "DU1", "conid": 8894, "orderId": 922048212, "ticker": "KO",
    "totalSize": 150, "filledQuantity": 0, "side": "SELL",
    "status": "PreSubmitted", "orderType": "Odd", "lastExecutionTime_r": 1722952931000, "outsideRTH": True,
}]}).encode()  # fmt: skip

HEADER = (
    "kind", "venue", "flags", "symbol", "stream", "reserved", "ts_event", "ts_recv", "seq", "known", "changed",
)  # fmt: skip


def quote() -> Any:
    (record,) = Decoder("alpaca.data").decode(QUOTE, recv_ns=99)
    return record


def test_fields_that_are_json():
    news = '[{"T":"n","id":7,"headline":"[1","symbols":["AAPL","BRK.B"],"source":"x"}]'
    (record,) = Decoder("alpaca.data").decode(news)
    assert record.parsed("symbols") == ["AAPL", "BRK.B"]
    assert record.parsed("headline") is None
    assert record.parsed("author") is None
    with pytest.raises(AttributeError):
        record.parsed("symbol_list")
    (answer,) = Decoder("alpaca.data").decode('[{"T":"subscription","quotes":["AAPL"],"trades":[]}]')
    assert answer.parsed("text")["quotes"] == ["AAPL"]
    (act,) = Decoder("ibkr").decode('{"topic":"act","args":{"accounts":["DU1"]}}')
    assert act.parsed("data")["args"] == {"accounts": ["DU1"]}


def order() -> Any:
    return Decoder("ibkr").decode(ORDER)[0]


def test_header() -> None:
    record = quote()
    assert record.kind is RecordKind.QUOTE
    assert record.venue is Venue.ALPACA
    assert record.flags == Flag(0)
    assert isinstance(record.flags, Flag)
    assert (record.symbol, record.symbol_id, record.ts_recv, record.seq) == ("AMD", 1, 99, 1)
    assert record.ts_event == 1614009105335689322
    assert record.known == Quote.mask(*record.known_fields)
    assert record.changed == record.known
    assert (record.stream, record.stream_id) == ("alpaca.data", 0)
    (raw,) = Decoder("alpaca.data").decode(b'[{"T":"zz"}]')
    assert (raw.symbol, raw.ts_event, raw.symbol_id) == (None, None, 0)
    assert raw.topic == "zz"
    assert raw.data == b'{"T":"zz"}'


def test_a_record_says_its_stream() -> None:
    decoder = Decoder("alpaca.data", stream=3)
    seen: list[Any] = []
    rows: list[Any] = []
    decoder.on(Quote, lambda record: seen.append((record.stream, record.stream_id)))
    decoder.on_batch(Quote, rows.append)
    decoder.feed(QUOTE)
    decoder.symbols.labels = ["a", "b", "c", "alpaca v2/sip"]
    decoder.feed(QUOTE.replace(b"87.660", b"88"))
    assert seen == [("alpaca.data", 3), ("alpaca v2/sip", 3)]
    assert [int(row["stream"]) for batch in rows for row in batch] == [3, 3]
    assert decoder.quotes["AMD"].stream == "alpaca v2/sip"
    copied = decoder.quotes["AMD"].copy()
    del decoder
    gc.collect()
    assert (copied.stream, copied.stream_id, copied.symbol) == ("alpaca v2/sip", 3, "AMD")
    assert copied.copy().stream == "alpaca v2/sip"


def test_fields() -> None:
    record = quote()
    assert (record.bid, record.ask, record.bid_size) == (87.66, -0.5, 1.0)
    assert (record.bid_exchange, record.conditions, record.tape) == ("U", "R4", "C")
    assert record.last is None
    assert record.ticker is None
    other = order()
    assert other.status is OrderStatus.ACCEPTED
    assert other.side is Side.SELL
    assert other.type is OrderType.OTHER
    assert (other.type_text, other.status_text) == ("Odd", "PreSubmitted")
    assert other.extended_hours is True
    assert other.ts_updated == 1722952931000 * 10**6
    assert (other.order_id, other.account, other.symbol) == ("922048212", "DU1", "8894")


def test_decimals() -> None:
    record = quote()
    assert str(record.decimal("bid")) == "87.660"
    assert str(record.decimal("ask")) == "-0.5"
    assert record.decimal("last") is None
    for name in ("symbol", "conditions", "nothing", "", "decimals"):
        with pytest.raises(AttributeError, match="no number named"):
            record.decimal(name)
    with pytest.raises(TypeError):
        record.decimal(None)


def test_unknown_names() -> None:
    record = quote()
    with pytest.raises(AttributeError):
        record.nothing  # noqa: B018
    with pytest.raises(AttributeError):
        record.order_id  # noqa: B018
    with pytest.raises(AttributeError):
        record.bid = 1
    with pytest.raises(AttributeError):
        record.new = 1
    name = "".join(["b", "id"])  # a name that is not interned
    assert getattr(record, name) == 87.66


def test_a_view_of_nothing() -> None:
    blank = Quote.__new__(Quote)
    with pytest.raises(ReferenceError):
        blank.bid  # noqa: B018
    assert repr(blank) == "<Quote, no longer valid>"


@pytest.mark.parametrize("batch", [1, 3])
def test_a_view_is_valid_during_its_callback(batch: int) -> None:
    decoder = Decoder("alpaca.data")
    kept: list[Any] = []
    copies: list[Any] = []

    def keep(record: Any) -> None:
        kept.append(record)
        copies.append(record.copy())

    decoder.on(Quote, keep)
    for i in range(batch):
        decoder.feed(QUOTE.replace(b"87.660", b"%d" % i))
    for record in kept:
        for read in (
            lambda r: r.bid, lambda r: r.symbol, lambda r: r.kind, lambda r: r.flags, lambda r: r.seq,
            lambda r: r.copy(),
            lambda r: r.decimal("bid"), lambda r: r.as_dict(), lambda r: r.known_fields, lambda r: r.ts_event,
            lambda r: r.known, lambda r: r.changed, lambda r: r.changed_fields, lambda r: r.venue,
            lambda r: r.symbol_id,
            lambda r: r.ts_recv,
        ):  # fmt: skip
            with pytest.raises(ReferenceError, match="copy"):
                read(record)
        assert "no longer valid" in repr(record)
    assert [record.bid for record in copies] == list(range(batch))


def test_views_that_nobody_keeps_are_used_again() -> None:
    decoder = Decoder("alpaca.data")
    seen = set()
    decoder.on(Quote, lambda record: seen.add(id(record)))
    for i in range(10):
        decoder.feed(QUOTE.replace(b"87.660", b"%d" % i))
    assert len(seen) == 1


def test_copies_are_independent() -> None:
    decoder = Decoder("ibkr")
    (error,) = decoder.decode(b'{"error":"long text \\u00e9","code":7,"topic":"sor"}')
    (ack,) = decoder.decode(b'{"message":"waiting for session"}')
    (malformed,) = decoder.decode(b"no json \xff")
    first = decoder.decode(ORDER)[0]
    again = first.copy().copy()
    decoder.feed(ORDER.replace(b"150", b"99"))
    for _ in range(50):
        decoder.decode(b'{"message":"' + b"x" * 5000 + b'"}')
    assert (error.text, error.code, error.topic) == ("long text é", 7, "sor")
    assert ack.text == '{"message":"waiting for session"}'
    assert malformed.data == b"no json \xff"
    assert first.qty == again.qty == 150
    assert decoder.orders["922048212"].qty == 99
    copied = decoder.orders["922048212"].copy()
    symbols = weakref.ref(decoder.orders)
    del decoder
    gc.collect()
    assert copied.qty == 99
    assert copied.symbol == "8894"
    assert symbols() is None, "a copy keeps no table alive"


def test_exact_texts_go_with_copies() -> None:
    (record,) = Decoder("alpaca.data").decode(b'[{"T":"t","S":"A","p":0.12345678901234567890,"s":1}]')
    assert record.flags & Flag.INEXACT
    for one in (record, record.copy(), record.copy().copy()):
        assert one.decimal("price") == Decimal("0.12345678901234567890")
        assert one.decimal("size") == 1
    decoder = Decoder("ibkr")
    sizes = "12345678901234567.5", "3", "0.98765432109876543210"
    rows = [decoder.decode(b'{"topic":"sor","args":[{"acct":"D","orderId":1,"totalSize":%s,"filledQuantity":0}]}'
                           % size.encode())[0] for size in sizes]  # fmt: skip
    live = decoder.orders["1"]
    assert [str(row.decimal("qty")) for row in [*rows, live]] == [*sizes, sizes[-1]]
    decoder.decode(b'{"topic":"sor","args":[{"acct":"D","orderId":1,"totalSize":7}]}')
    assert str(live.decimal("qty")) == "7"


def test_texts_longer_than_their_slot_are_cut_between_characters() -> None:
    decoder = Decoder("alpaca.data")
    (trade,) = decoder.decode(
        b'[{"T":"t","S":"A","i":"' + "é".encode() * 40 + b'","x":"1234567\xc3\xa9","z":"\xc3\xa9"}]'
    )
    assert trade.flags & Flag.TRUNCATED
    assert trade.trade_id == "é" * 32
    assert trade.exchange == "1234567"
    assert trade.tape == ""
    (trade,) = decoder.decode(b'[{"T":"t","S":"A","i":"' + b"x" * 64 + b'","x":"12345678","z":"A"}]')
    assert not trade.flags & Flag.TRUNCATED
    assert (trade.trade_id, trade.exchange, trade.tape) == ("x" * 64, "12345678", "A")


def test_as_dict_and_repr() -> None:
    record = quote()
    values = record.as_dict()
    assert list(values)[:10] == [
        "kind", "venue", "stream", "flags", "symbol", "ts_event", "ts_recv", "seq", "changed", "bid"]  # fmt: skip
    assert values["bid"] == 87.66
    assert "last" not in values
    assert repr(record) == (
        "<Quote symbol=AMD, stream=alpaca.data, ts_event=1614009105335689322, bid=87.66, ask=-0.5, bid_size=1.0, "
        "ask_size=4.0, tape=C, bid_exchange=U, ask_exchange=Q, conditions=R4>"
    )
    assert "status=ACCEPTED" in repr(order())


def test_masks() -> None:
    assert Quote.mask() == 0
    assert Quote.mask("bid", "ask") == 3
    assert Order.mask("qty") == 1
    with pytest.raises(ValueError, match="Quote has no field 'nothing'; it has bid"):
        Quote.mask("bid", "nothing")
    with pytest.raises(TypeError):
        Record.mask("bid")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind(name: str) -> None:
    cls = KINDS[name]
    dtype = cls.dtype()
    assert cls.__name__ == name
    assert cls.__doc__
    assert cls is getattr(records, name) is getattr(tickfold, name)
    assert issubclass(cls, Record)
    assert dtype.names is not None
    assert dtype.names[:11] == HEADER
    for column in dtype.names[11:]:
        if column != "decimals" and column[0] != "_":
            assert cls.mask(column)
            assert getattr(cls, column).__doc__


def test_rows_and_copies_are_the_same_bytes() -> None:
    decoder = Decoder("alpaca.data")
    rows: list[Any] = []
    decoder.on_batch(Quote, rows.append)
    (copied,) = decoder.decode(QUOTE)
    decoder.feed(QUOTE.replace(b"87.660", b"88"))
    table = decoder.quotes.array[0]
    assert rows[0].dtype == Quote.dtype()
    assert rows[0]["bid"].tolist() == [88] == [table["bid"]]
    assert table["bid_exchange"] == b"U"
    assert table["decimals"][0] == 0
    assert copied.bid == 87.66
    assert np.isnan(table["last"])


def test_zero_says_that_nothing_was_stated() -> None:
    for value in vars(enums).values():
        if isinstance(value, type) and issubclass(value, IntEnum) and len(value):
            assert value(0).name in ("NONE", "UNKNOWN"), value
    rows: list[Any] = []
    decoder = Decoder("alpaca.data")
    decoder.on_batch(Quote, rows.append)
    decoder.feed(QUOTE)
    assert rows[0]["last_flag"].tolist() == [enums.LastFlag.NONE]


def test_enums() -> None:
    assert OrderStatus.PARTIALLY_FILLED == 4
    assert records.Side is enums.Side
    assert Raw in KINDS.values()
    assert Trade.dtype().itemsize > 0
