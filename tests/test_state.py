"""State tables and merging: the rules in engine/fold/state.pyx, and the invariants of the canonical model."""

import json
import random
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickfold.engine.decoder import Decoder
from tickfold.engine.records import UNKNOWN_TIME, Error, Order, Quote, Raw
from tickfold.engine.state import State
from tickfold.schema import language as lang
from tickfold.schema.enums import ErrorSource, Flag, OrderStatus, Side, Venue
from tickfold.schema.errors import ConfigError

# ---- orders as IBKR tells them: changes, "sor"


def sor(*orders: dict[str, Any]) -> bytes:
    return json.dumps({"topic": "sor", "args": list(orders)}).encode()


def order_of(*updates: dict[str, Any]) -> Any:
    """The order 7 after these updates, a message each."""
    decoder = Decoder("ibkr")
    for update in updates:
        decoder.feed(sor({"orderId": 7} | update))
    return decoder.orders["7"]


def told(order: Any) -> dict[str, Any]:
    """All that a row says of its order, with numbers as they stood on the wire, but for when it was told."""
    out: dict[str, Any] = order.as_dict(exact=True)
    for name in ("ts_recv", "seq", "changed"):
        del out[name]
    return out


def columns(array: Any) -> dict[str, bytes]:
    """All that a table holds, by column."""
    return {name: array[name].tobytes() for name in array.dtype.names}


@st.composite
def full_orders(draw: st.DrawFn) -> dict[str, Any]:
    """A full record that does not contradict itself: filled + remaining = total."""
    total = draw(st.integers(1, 10**6))
    filled = draw(st.integers(0, total))
    scale = draw(st.sampled_from([1, 10, 1000]))
    status = (
        "Filled" if filled == total else draw(st.sampled_from(["Submitted", "PreSubmitted", "Cancelled", "Inactive"]))
    )
    order = {
        "acct": "DU1",
        "conid": draw(st.integers(1, 10**9)),
        "orderId": draw(st.integers(1, 5)),
        "order_ref": draw(st.text("abc-123", min_size=1, max_size=20)),
        "ticker": draw(st.sampled_from(["KO", "BRK B"])),
        "totalSize": total / scale,
        "filledQuantity": filled / scale,
        "remainingQuantity": (total - filled) / scale,
        "status": status,
        "side": draw(st.sampled_from(["BUY", "SELL"])),
        "orderType": draw(st.sampled_from(["Limit", "Stop", "Mid"])),
        "timeInForce": draw(st.sampled_from(["DAY", "GTC"])),
        "lastExecutionTime_r": draw(st.integers(10**12, 2 * 10**12)),
        "avgPrice": draw(st.decimals("0.01", 999, places=4).map(str)),
    }
    if draw(st.booleans()):
        order["price"] = draw(st.decimals("0.01", 999, places=2).map(str))
    return order


@given(full_orders(), st.randoms(use_true_random=False))
def test_a_record_split_into_deltas_is_the_record(full: dict[str, Any], rng: random.Random) -> None:
    """Any split, in any order of its parts, in one message or in several."""
    whole = Decoder("ibkr")
    whole.feed(sor(full))
    keys = [key for key in full if key != "orderId"]
    rng.shuffle(keys)
    parts = []
    while keys:
        size = rng.randint(1, len(keys))
        parts.append({"orderId": full["orderId"]} | {key: full[key] for key in keys[:size]})
        keys = keys[size:]
    split = Decoder("ibkr")
    if rng.random() < 0.5:
        split.feed(sor(*parts))
    else:
        for part in parts:
            split.feed(sor(part))
    (expected,), (got,) = list(whole.orders), list(split.orders)
    assert told(got) | {"flags": 0} == told(expected) | {"flags": 0}


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    """Any update of an order, sense or none."""
    quantity = st.one_of(st.integers(0, 9), st.sampled_from(["", "3", "2.5", None, "x", "1.0000000000000000001"]))
    return draw(
        st.fixed_dictionaries(
            {"orderId": st.integers(1, 3)},
            optional={
                "totalSize": quantity,
                "filledQuantity": quantity,
                "remainingQuantity": quantity,
                "sizeAndFills": st.sampled_from(["0/9", "4/5", "9/0", "9", "4", "", "/", "x", "1/x"]),
                "status": st.sampled_from(
                    [
                        "Submitted",
                        "PreSubmitted",
                        "Filled",
                        "Cancelled",
                        "PendingCancel",
                        "Inactive",
                        "Rejected",
                        "?",
                        "",
                        5,
                        None,
                    ]
                ),
                "avgPrice": st.sampled_from(["1.5", "2", "", None, []]),
                "price": st.sampled_from(["41.20", 41.2, "", {}]),
                "acct": st.sampled_from(["DU1", ""]),
                "lastExecutionTime_r": st.integers(0, 3),
            },
        )
    )


ENDED = {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.REPLACED, OrderStatus.REJECTED, OrderStatus.EXPIRED}


def begins(update: dict[str, Any]) -> bool:
    """Whether an update may tell of a new order under an id: open, with a quantity, nothing filled, and with a time."""
    nothing = update.get("filledQuantity") == 0 or str(update.get("sizeAndFills")).startswith("0/")
    return nothing and bool(update.get("totalSize")) and "lastExecutionTime_r" in update


@settings(max_examples=100)
@given(st.lists(updates(), min_size=1, max_size=12))
def test_what_holds_of_any_updates(sequence: list[dict[str, Any]]) -> None:
    decoder = Decoder("ibkr")
    calls: list[Any] = []
    decoder.on(Order, lambda order: calls.append(order.copy()))
    before: dict[str, Any] = {}
    for update in sequence:
        decoder.feed(sor(update))
        key = str(update["orderId"])
        order = decoder.orders[key]
        old = before.get(key)
        if old is not None and not (old["status"] in ENDED and begins(update)):
            if old["filled_qty"] is not None:
                assert order.filled_qty >= old["filled_qty"]  # never falls
            if old["status"] in ENDED:  # stays ended
                assert order.status is old["status"] or (
                    old["status"] is OrderStatus.FILLED and order.status is OrderStatus.CANCELED
                )
        # Unknown is None, never 0; known is never None.
        for name in set(Order.dtype().names[11:]) - {"decimals", "_pad", "_end"}:
            value = getattr(order, name)
            assert (value is None) == (name not in order.known_fields)
            if isinstance(value, float):
                assert value == value
                assert value >= 0
        row = decoder.orders.array[int(list(before).index(key)) if key in before else len(before)]
        for name in ("qty", "filled_qty", "leaves_qty", "avg_price"):
            assert np.isnan(row[name]) == (getattr(order, name) is None)
        # The same once more changes nothing, and calls nobody.
        image, count = columns(decoder.orders.array), len(calls)
        decoder.feed(sor(update))
        assert columns(decoder.orders.array) == image
        assert len(calls) == count
        before[key] = {"filled_qty": order.filled_qty, "status": order.status}


@settings(max_examples=60)
@given(st.lists(updates(), min_size=2, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_different_orders_does_not_matter(sequence: list[dict[str, Any]], rng: random.Random) -> None:
    by_order: dict[int, list[dict[str, Any]]] = {}
    for update in sequence:
        by_order.setdefault(update["orderId"], []).append(update)
    one, other = Decoder("ibkr"), Decoder("ibkr")
    for update in sequence:
        one.feed(sor(update))
    queues = [list(queue) for queue in by_order.values()]
    while queues:  # any interleaving that keeps each order's own sequence
        queue = rng.choice(queues)
        other.feed(sor(queue.pop(0)))
        queues = [left for left in queues if left]
    for number in by_order:
        assert told(one.orders[str(number)]) == told(other.orders[str(number)])


def test_filled_and_leaves_follow_from_one_another() -> None:
    order = order_of({"totalSize": "0.00003", "filledQuantity": "0.00002"})
    assert order.leaves_qty == 0.00001
    assert order.decimal("leaves_qty") == Decimal("0.00001")
    order = order_of({"filledQuantity": "0.1", "remainingQuantity": "0.2"})
    assert order.qty == 0.3
    order = order_of({"totalSize": 10}, {"filledQuantity": 4})
    assert (order.qty, order.filled_qty, order.leaves_qty) == (10, 4, 6)
    order = order_of({"sizeAndFills": "1,000/2,500"})
    assert (order.qty, order.filled_qty, order.leaves_qty) == (3500, 1000, 2500)
    order = order_of({"totalSize": 10}, {"filledQuantity": 12})
    assert (order.qty, order.filled_qty, order.leaves_qty) == (10, 12, 0)


def test_leaves_of_a_quantity_with_many_digits() -> None:
    order = order_of({"totalSize": "0.1234567890123456789", "filledQuantity": "0"})
    assert order.decimal("qty") == Decimal("0.1234567890123456789")
    assert order.leaves_qty == 0.12345678901234568
    assert order.decimal("leaves_qty") == Decimal("0.1234567890123456789")


def test_size_and_fills_alone() -> None:
    order = order_of({"sizeAndFills": "150", "status": "Filled"})
    assert (order.qty, order.filled_qty, order.leaves_qty) == (150, 150, 0)
    order = order_of({"sizeAndFills": "0/150", "filledQuantity": 3, "remainingQuantity": 147})
    assert (order.qty, order.filled_qty, order.leaves_qty) == (150, 3, 147)
    order = order_of({"sizeAndFills": "$500"})
    assert order.qty is None


def test_a_smaller_total_of_a_filled_order_takes_nothing_back() -> None:
    order = order_of({"filledQuantity": 7, "totalSize": 10}, {"sizeAndFills": "5", "status": "Filled"})
    assert order.filled_qty == 7
    assert order.flags & Flag.STALE


def test_partial_fills_of_a_venue_without_a_word_for_them() -> None:
    assert order_of({"status": "Submitted"}).status is OrderStatus.NEW
    assert order_of({"status": "Submitted", "filledQuantity": 1}).status is OrderStatus.PARTIALLY_FILLED
    assert order_of({"status": "PreSubmitted", "filledQuantity": 1}).status is OrderStatus.PARTIALLY_FILLED
    assert order_of({"status": "Submitted"}, {"filledQuantity": 1}).status is OrderStatus.PARTIALLY_FILLED
    assert order_of({"filledQuantity": 1}, {"status": "Submitted"}).status is OrderStatus.PARTIALLY_FILLED
    assert order_of({"filledQuantity": 0}, {"status": "Submitted"}).status is OrderStatus.NEW
    assert order_of({"status": "PendingCancel", "filledQuantity": 1}).status is OrderStatus.PENDING_CANCEL
    assert order_of({"status": "Submitted", "filledQuantity": 1}).status_text == "Submitted"


def test_what_has_ended_stays_ended() -> None:
    order = order_of({"status": "Cancelled"}, {"status": "Submitted"})
    assert order.status is OrderStatus.CANCELED
    assert order.status_text == "Submitted"
    assert order.flags & Flag.STALE
    order = order_of({"status": "Inactive"}, {"status": "Submitted"})
    assert order.status is OrderStatus.NEW
    assert not order.flags & Flag.STALE
    # Filled, then Cancelled: the rest of it was canceled, if there was one.
    order = order_of({"status": "Filled", "totalSize": 5, "filledQuantity": 5}, {"status": "Cancelled"})
    assert order.status is OrderStatus.FILLED
    order = order_of({"status": "Filled", "totalSize": 5, "filledQuantity": 3}, {"status": "Cancelled"})
    assert order.status is OrderStatus.CANCELED


def test_a_stale_update_is_handed_on_once() -> None:
    decoder = Decoder("ibkr")
    seen: list[Any] = []
    decoder.on(Order, lambda order: seen.append(order.copy()))
    decoder.feed(sor({"orderId": 7, "filledQuantity": 5, "price": 1}))
    for _ in range(3):
        decoder.feed(sor({"orderId": 7, "filledQuantity": 3, "price": 2}))
    assert [bool(order.flags & Flag.STALE) for order in seen] == [False, True]
    assert seen[1].filled_qty == 5
    assert seen[1].limit_price == 2, "of a change without times only the stale part is left out"
    for _ in range(3):
        decoder.feed(sor({"orderId": 7, "filledQuantity": 3}))
    assert len(seen) == 2


def test_an_average_price_that_lags_is_flagged() -> None:
    assert not order_of({"filledQuantity": 1, "avgPrice": "2.5"}).flags & Flag.AVG_STALE
    order = order_of({"filledQuantity": 1, "avgPrice": "2.5"}, {"filledQuantity": 2})
    assert order.flags & Flag.AVG_STALE
    assert order.avg_price == 2.5
    order = order_of({"filledQuantity": 1, "avgPrice": "2.5"}, {"filledQuantity": 2}, {"avgPrice": "2.6"})
    assert not order.flags & Flag.AVG_STALE
    assert not order_of({"filledQuantity": 0}).flags & Flag.AVG_STALE


def test_empty_texts_say_nothing() -> None:
    order = order_of({"price": "41.20", "avgPrice": "N/A"}, {"price": ""}, {"price": None})
    assert order.limit_price == 41.2
    assert order.avg_price is None


# ---- full records: a venue that states everything, takes back what it does not state, and has times

FULL = lang.Table(
    name="full",
    venue=Venue.ALPACA,
    null_clears=True,
    root=lang.select("T", {"o": lang.shape("Order", {
        "id": lang.text("order_id"),
        "S": lang.symbol,
        "q": lang.decimal("qty"),
        "f": lang.decimal("filled_qty"),
        "p": lang.decimal("limit_price"),
        "s": lang.one_of("status", {"new": OrderStatus.NEW, "filled": OrderStatus.FILLED}, also="status_text"),
        "t": lang.rfc3339("ts_updated"),
        "x": lang.rfc3339("ts_expires"),
        "v": lang.integer("version"),
        "r": lang.text("reason"),
    }, replaces=True, side=Side.BUY)}),
)  # fmt: skip


def full(**values: Any) -> bytes:
    return json.dumps([{"T": "o", "id": "a"} | values]).encode()


def test_a_full_record_takes_back_what_it_does_not_state() -> None:
    decoder = Decoder(FULL)
    decoder.feed(full(q="5", p=1.25, s="new", t="2024-08-06T14:02:11Z", x="2024-08-07T00:00:00Z", v=3, r="why", S="A"))
    order = decoder.orders["a"]
    assert (order.limit_price, order.ts_expires, order.version, order.reason) == (1.25, 1722988800 * 10**9, 3, "why")
    (change,) = decoder.decode(full(q="5", p=None, s="new", t="2024-08-06T14:02:12Z"))
    assert set(change.changed_fields) == {"limit_price", "ts_expires", "version", "reason", "ts_updated"}
    assert (order.limit_price, order.ts_expires, order.version, order.reason) == (None, None, None, None)
    row = decoder.orders.array[0]
    assert np.isnan(row["limit_price"])
    assert row["ts_expires"] == UNKNOWN_TIME
    assert (row["version"], row["reason"], row["decimals"][Order.mask("limit_price").bit_length() - 1]) == (0, b"", 0)
    assert order.side is Side.BUY
    assert order.order_id == "a"


def test_an_older_full_record_is_not_applied() -> None:
    decoder = Decoder(FULL)
    seen: list[Any] = []
    decoder.on(Order, lambda order: seen.append(order.copy()))
    decoder.feed(full(q="5", f="2", s="new", t="2024-08-06T14:02:11Z"))
    decoder.feed(full(q="5", f="1", s="new", t="2024-08-06T14:02:12Z", p=9))  # filled_qty falls
    decoder.feed(full(q="5", f="2", s="new", t="2024-08-06T14:02:10Z", p=9))  # an older time
    assert [bool(order.flags & Flag.STALE) for order in seen] == [False, True]
    assert seen[1].changed == 0
    assert decoder.orders["a"].limit_price is None
    decoder.feed(full(q="5", f="3", s="new", t="2024-08-06T14:02:10Z", p=9))  # an older time, but a later fill
    assert decoder.orders["a"].filled_qty == 3
    assert not decoder.orders["a"].flags & Flag.STALE


# ---- quotes


def quote(**values: Any) -> bytes:
    return json.dumps([{"T": "q", "S": "A"} | values]).encode()


def test_quotes_replace() -> None:
    decoder = Decoder("alpaca.data")
    seen: list[Any] = []
    decoder.on(Quote, lambda record: seen.append(record.copy()))
    decoder.feed(quote(bp=1.5, ap=2, c=["R"], t="2024-08-06T14:02:11Z"))
    decoder.feed(quote(bp=1.5, ap=2, c=["R"], t="2024-08-06T14:02:11Z"))
    assert len(seen) == 1
    decoder.feed(quote(bp=1.5, ap=2, c=["R"], t="2024-08-06T14:02:12Z"))
    assert seen[1].changed == 0, "only its time is new"
    decoder.feed(quote(bp=1.50, ap=3, t="2024-08-06T14:02:13Z"))
    assert set(seen[2].changed_fields) == {"ask", "conditions"}
    assert seen[2].conditions is None
    assert decoder.quotes["A"].ask == 3
    assert decoder.quotes[Venue.ALPACA, "A"].ask == 3
    assert "B" not in decoder.quotes
    assert decoder.quotes.get("B") is None
    with pytest.raises(KeyError):
        decoder.quotes[Venue.IBKR, "A"]
    with pytest.raises(KeyError):
        decoder.quotes[7]
    with pytest.raises(TypeError):
        decoder.quotes[7.5]  # type: ignore[index]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from(["1", "1.0", "2", "0.1234567890123456789", None])), max_size=12
    )
)
def test_only_changes_of_quotes_call(steps: list[tuple[str, str | None]]) -> None:
    decoder = Decoder("alpaca.data")
    calls: list[Any] = []
    decoder.on(Quote, lambda record: calls.append(record.symbol))
    last: dict[str, Decimal | None] = {}
    expected = []
    for symbol, price in steps:
        decoder.feed(f'[{{"T":"q","S":"{symbol}","bp":{price or "null"}}}]'.encode())
        value = None if price is None else Decimal(price)
        if last.get(symbol) != value:
            expected.append(symbol)
        last[symbol] = value
        assert decoder.quotes[symbol].decimal("bid") == value
    assert calls == expected


def test_numbers_that_differ_beyond_float64() -> None:
    decoder = Decoder("alpaca.data")
    view = None
    for text in ("0.1", "0.1000000000000000055", "0.10000000000000000551", "0.1"):
        (record,) = decoder.decode(f'[{{"T":"q","S":"A","bp":{text}}}]'.encode())
        assert str(record.decimal("bid")) == text
        assert record.changed_fields == ("bid",)
        view = view or decoder.quotes["A"]
        assert str(view.decimal("bid")) == text, "a live view shows what came after it was made"
        assert bool(view.flags & Flag.INEXACT) == (len(text) > 15)
        assert decoder.decode(f'[{{"T":"q","S":"A","bp":{text}}}]'.encode()) == []


# ---- limits


def test_more_symbols_than_the_limit() -> None:
    decoder = Decoder("alpaca.data", state=State(max_symbols=3))
    errors = [
        error
        for i in range(10)
        for error in decoder.decode(f'[{{"T":"q","S":"S{i}","bp":1}},{{"T":"t","S":"S{i}","p":1}}]'.encode())
        if isinstance(error, Error)
    ]
    assert len(errors) == 14
    assert {error.source for error in errors} == {ErrorSource.LIMIT}
    assert errors[0].text == "more symbols than max_symbols"
    assert errors[0].data == b"S3"
    assert decoder.limited == 14
    assert len(decoder.quotes) == 3
    assert decoder.decode(quote(S="S1", bp=2))[0].symbol == "S1", "what is known goes on"


def test_more_orders_than_the_limit() -> None:
    decoder = Decoder("ibkr", state=State(max_orders=3))
    records = decoder.decode(sor(*({"orderId": i, "status": "Submitted"} for i in range(1, 6))))
    assert [type(record).__name__ for record in records] == ["Order"] * 3 + ["Error"] * 2
    assert records[3].source is ErrorSource.LIMIT
    assert records[3].data == b"4"
    assert len(decoder.orders) == 3
    assert decoder.decode(sor({"orderId": 3, "status": "Filled"}))[0].status is OrderStatus.FILLED


def test_names_that_are_none() -> None:
    decoder = Decoder("alpaca.data")
    (error,) = decoder.decode(quote(S="x" * 384))
    assert (error.source, error.text) == (ErrorSource.LIMIT, "a symbol over 383 bytes")
    (error,) = decoder.decode(quote(S="", bp=1))
    assert error.text == "a record without a symbol"
    (error,) = Decoder("ibkr").decode(b'{"topic":"sor","args":[{"status":"Filled"}]}')
    assert error.text == "an order without an id"


def test_a_message_with_too_many_records() -> None:
    decoder = Decoder("ibkr")
    (error,) = decoder.decode(b'{"topic":"sor","args":[' + b"{}," * 200_000 + b"{}]}")
    assert (error.source, error.text) == (ErrorSource.LIMIT, "a message that takes too much memory")
    assert decoder.malformed == 0
    assert decoder.decode(sor({"orderId": 1}))[0].order_id == "1"


@pytest.mark.parametrize("limits", [{"max_symbols": 0}, {"max_orders": 0}, {"max_orders": 1 << 25}])
def test_limits_that_are_none(limits: dict[str, int]) -> None:
    with pytest.raises((ConfigError, ValueError)):
        State(**limits)


# ---- rows


def test_arrays_are_live_and_read_only() -> None:
    decoder = Decoder("alpaca.data")
    assert len(decoder.quotes.array) == 0
    decoder.feed(quote(bp=1.5))
    array = decoder.quotes.array
    assert array["bid"].tolist() == [1.5]
    assert decoder.symbols[int(array["symbol"][0])] == "A"
    decoder.feed(quote(bp=2.5))
    assert array["bid"].tolist() == [2.5]
    with pytest.raises(ValueError, match="read-only"):
        array["bid"][0] = 7
    for i in range(1000):
        decoder.feed(quote(S=f"S{i}", bp=i))
    assert len(array) == 1
    assert array["bid"].tolist() == [2.5], "rows never move"
    assert decoder.quotes.array["bid"].tolist() == [2.5, *range(1000)]
    row = decoder.quotes["S7"]
    del decoder
    assert row.bid == 7, "a view keeps its table alive"
    assert array["bid"][0] == 2.5


def test_rows_of_two_streams() -> None:
    """Orders of two logins may share an id; quotes of two venues may share a name."""
    state = State()
    first, second = Decoder("ibkr", state=state, stream=1), Decoder("ibkr", state=state, stream=2)
    first.feed(sor({"orderId": 7, "acct": "A", "price": 1}))
    second.feed(sor({"orderId": 7, "acct": "B", "price": 2}))
    assert len(state.orders) == 2
    assert state.orders["A", "7"].limit_price == 1
    assert state.orders["B", "7"].limit_price == 2
    assert [order.account for order in state.orders] == ["A", "B"]
    with pytest.raises(KeyError):
        state.orders["C", "7"]
    for wrong in ("8", "", "x" * 500, "\0"):
        assert wrong not in state.orders
    data = Decoder("alpaca.data", state=state)
    data.feed(quote(S="265598", bp=1))
    first.feed(b'{"topic":"smd+265598","84":"2"}')
    assert state.quotes[Venue.ALPACA, "265598"].bid == 1
    assert state.quotes[Venue.IBKR, "265598"].bid == 2


@settings(max_examples=80)
@given(
    st.lists(st.one_of(st.binary(max_size=60), updates().map(sor), st.text(max_size=20).map(str.encode)), max_size=6)
)
def test_any_bytes_give_records_and_never_an_exception(messages: list[bytes]) -> None:
    for table in ("ibkr", "alpaca.data"):
        decoder = Decoder(table)
        for message in messages:
            for record in decoder.decode(message):
                assert repr(record)
                assert isinstance(record, (Order, Quote, Error, Raw)) or record.known
