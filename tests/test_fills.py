"""Fills that can be added up: the plain sum of `qty` over Fill callbacks is what the order says has been filled."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tickfold as tf
from tickfold.engine.decoder import Decoder
from tickfold.engine.state import State


def sor(*orders: dict[str, Any]) -> bytes:
    return json.dumps({"topic": "sor", "args": list(orders)}).encode()


def executions(*them: dict[str, Any]) -> bytes:
    return json.dumps({"topic": "str", "args": list(them)}).encode()


def ibkr(filled: Any, qty: Any = 100, status: str = "Submitted", **more: Any) -> bytes:
    return sor({"acct": "DU1", "orderId": 7, "conid": 1, "totalSize": qty, "filledQuantity": filled, "side": "BUY",
                "remainingQuantity": qty - filled, "status": status, "avgPrice": "10", **more})  # fmt: skip


def etna(filled: int, status: str = "PartiallyFilled", **more: Any) -> bytes:
    return json.dumps({"EntityType": "Order", "Id": "7", "AccountId": "611", "Quantity": "100", "Side": "Buy",
                       "ExecutedQuantity": str(filled), "Status": status, **more}).encode()  # fmt: skip


def alpaca(event: str, at: int, filled: str, execution: dict[str, Any] | None = None, **order: Any) -> bytes:
    whole = {"id": "o1", "symbol": "PFE", "qty": "100", "filled_qty": filled, "side": "buy", "status": "new",
             "updated_at": f"2024-05-14T13:31:{at:02d}Z", **order}  # fmt: skip
    data = {"event": event, "timestamp": whole["updated_at"], **(execution or {}), "order": whole}
    return json.dumps({"stream": "trade_updates", "data": data}).encode()


class Adder:
    """A position keeper of the plainest kind."""

    def __init__(self, decoder: Decoder) -> None:
        self.total = 0.0
        self.fills: list[Any] = []
        self.amended: list[Any] = []
        decoder.on(tf.Fill, self.add)
        decoder.on(tf.Fill, lambda fill: self.amended.append(fill.copy()), amendments=True)

    def add(self, fill: tf.Fill) -> None:
        assert fill.qty is not None
        self.total += fill.qty
        self.fills.append(fill.copy())

    @property
    def amendments(self) -> list[Any]:
        told = [fill.seq for fill in self.fills]
        return [fill for fill in self.amended if fill.seq not in told]


def test_a_commission_that_comes_later_amends() -> None:
    decoder = Decoder("ibkr")
    adder = Adder(decoder)
    bare = {"execution_id": "0000e0d5.67a1.01.01", "size": 5, "price": "12.5", "account": "DU1", "side": "B"}
    for message in (bare, bare | {"commission": "1.05"}, bare | {"commission": "1.05"}):
        decoder.feed(executions(message))
    assert adder.total == 5
    (amendment,) = adder.amendments
    assert (amendment.changed_fields, amendment.commission) == (("commission",), 1.05)
    assert decoder.fills["0000e0d5.67a1.01.01"].commission == 1.05


def test_a_corrected_execution_is_told_as_the_difference() -> None:
    decoder = Decoder("ibkr")
    adder = Adder(decoder)
    one = {"size": 5, "price": "12.5", "account": "DU1", "side": "B", "order_id": 7}
    decoder.feed(executions(one | {"execution_id": "0000e0d5.67a1.01.01"}))
    decoder.feed(executions(one | {"execution_id": "0000e0d5.67a1.01.02", "size": 3}))
    decoder.feed(executions(one | {"execution_id": "0000e0d5.67a1.01.01"}))  # the first again: it counts no more
    assert [(fill.qty, bool(fill.flags & tf.Flag.CORRECTION)) for fill in adder.fills] == [(5, False), (-2, True)]
    assert adder.fills[1].side is tf.Side.BUY
    assert adder.total == 3
    assert len(decoder.fills) == 1
    assert decoder.fills["0000e0d5.67a1.01.02"].qty == decoder.fills["0000e0d5.67a1.01.01"].qty == 3
    decoder.feed(executions(one | {"execution_id": "0000e0d5.67a1.01.03", "size": 3, "price": "12.4"}))
    assert adder.total == 3
    assert adder.amendments[-1].price == 12.4


def test_an_execution_without_an_id_that_is_repeated() -> None:
    decoder = Decoder("ibkr")
    adder = Adder(decoder)
    one = {"size": 5, "price": "12.5", "account": "DU1", "side": "B", "trade_time_r": 1_764_340_000_000}
    for message in (one, one, one | {"trade_time_r": 1_764_340_000_001}, one):
        decoder.feed(executions(message))
    assert adder.total == 10


@pytest.mark.parametrize("table", ["ibkr", "etna"])
@pytest.mark.parametrize("retires", [False, True])
def test_a_derived_fill_has_its_order_s_words_whatever_callbacks_do(table: str, retires: bool) -> None:
    decoder = Decoder(table, synthetic_fills=True)
    adder = Adder(decoder)
    if retires:
        decoder.on(tf.Order, lambda order: decoder.orders.retire() if order.status is tf.OrderStatus.FILLED else None)
    part, whole = (ibkr(40), ibkr(100, status="Filled")) if table == "ibkr" else (etna(40), etna(100, "Filled"))
    decoder.feed(part)
    decoder.feed(whole)
    assert [fill.qty for fill in adder.fills] == [40, 60]
    for fill in adder.fills:
        assert (fill.order_id, fill.account, fill.side) == ("7", "DU1" if table == "ibkr" else "611", tf.Side.BUY)
        assert fill.flags & tf.Flag.SYNTHETIC
    assert len(decoder.orders) == (0 if retires else 1)
    decoder.feed(whole)  # the venue tells the day once more
    assert adder.total == 100


def test_after_a_restart_the_day_is_told_as_a_snapshot() -> None:
    decoder = Decoder("ibkr", synthetic_fills=True)
    adder = Adder(decoder)
    decoder.announce(True, "ibkr", "ready", 1_764_340_005_000_000_000)
    decoder.feed(ibkr(100, status="Filled", lastExecutionTime_r=1_764_340_000_000))
    (fill,) = adder.fills
    assert (fill.qty, fill.flags) == (100, tf.Flag.SNAPSHOT | tf.Flag.SYNTHETIC)


def test_which_executions_are_old() -> None:
    """By the venue's time and what was told before; the wall clock counts once, when the stream is first ready."""
    first, hour = 1_764_340_000, 3600  # seconds since 1970 UTC
    decoder = Decoder("ibkr")
    adder = Adder(decoder)

    def ready(at: int) -> None:
        decoder.announce(False, "ibkr", "lost", 1)
        decoder.announce(True, "ibkr", "ready", at * 10**9)

    def says(id_: str, at: int) -> tf.Flag | None:
        before = len(adder.fills)
        one = {"execution_id": id_, "side": "B", "size": 1.0, "price": "10", "account": "DU1", "conid": 1}
        decoder.feed(executions({**one, "trade_time_r": at * 1000}))
        return adder.fills[-1].flags if len(adder.fills) > before else None

    assert says("nobody was ever connected", first) == tf.Flag(0)
    ready(first)
    assert says("yesterday", first - 24 * hour) == tf.Flag.REPLAY
    assert says("a", first + 10) == tf.Flag(0)
    ready(first + hour)  # the clock was set an hour ahead, and is 20 s later what it was
    assert says("a", first + 10) is None
    assert says("late", first + 5) == tf.Flag.REPLAY
    assert says("b", first + 15) == tf.Flag(0), "of the gap"
    assert says("c", first + 20) == tf.Flag(0)
    ready(first - hour)  # it was set back
    assert says("late again", first + 17) == tf.Flag.REPLAY
    assert says("d", first + 30) == tf.Flag(0)
    assert says("yesterday", first - 24 * hour) is None


def test_a_clock_that_was_wrong_at_first_and_is_right_later() -> None:
    decoder = Decoder("ibkr")
    adder = Adder(decoder)
    for at in (1_764_343_600, 1_764_340_010):  # an hour ahead; right
        decoder.announce(True, "ibkr", "ready", at * 10**9)
        decoder.feed(executions({"execution_id": str(at), "side": "B", "size": 1.0, "price": "10",
                                 "trade_time_r": 1_764_340_020_000}))  # fmt: skip
    assert [fill.flags for fill in adder.fills] == [tf.Flag.REPLAY, tf.Flag(0)]


def test_what_was_filled_while_nobody_listened() -> None:
    decoder = Decoder("ibkr", synthetic_fills=True)
    adder = Adder(decoder)
    for message in (ibkr(0), ibkr(20)):
        decoder.feed(message)
    decoder.announce(False, "ibkr", "lost", 1)
    decoder.announce(True, "ibkr", "ready", 2)
    for message in (ibkr(20), ibkr(60), ibkr(60)):
        decoder.feed(message)
    assert [(fill.qty, fill.flags) for fill in adder.fills[1:]] == [(40, tf.Flag.SYNTHETIC)]
    assert adder.total == decoder.orders["7"].filled_qty == 60


def test_a_correction_that_was_missed_takes_back() -> None:
    decoder = Decoder("ibkr", synthetic_fills=True)
    adder = Adder(decoder)
    decoder.feed(ibkr(80))
    decoder.announce(False, "ibkr", "lost", 1)
    for message in (ibkr(30), ibkr(100)):
        decoder.feed(message)
        assert adder.total == decoder.orders["7"].filled_qty
    assert [fill.qty for fill in adder.fills] == [80, -50, 70]
    assert adder.fills[1].flags & tf.Flag.CORRECTION


def test_a_partial_fill_that_was_missed_is_derived() -> None:
    """Alpaca tells 60 at 151, and 100 at 150.6 in all: 40 at 150 were missed."""
    decoder = Decoder("alpaca.trading")
    adder = Adder(decoder)
    decoder.feed(alpaca("new", 1, "0"))
    decoder.feed(alpaca("fill", 2, "100", {"execution_id": "e9", "price": "151", "qty": "60"}, status="filled",
                        filled_avg_price="150.6"))  # fmt: skip
    missed, told = adder.fills
    assert (missed.qty, missed.price, missed.exec_id, missed.flags) == (40, 150, None, tf.Flag.SYNTHETIC)
    assert (told.qty, told.price, told.exec_id, told.flags) == (60, 151, "e9", tf.Flag(0))
    # The missed one comes after all: its quantity has been told.
    decoder.feed(alpaca("partial_fill", 1, "40", {"execution_id": "e8", "price": "150", "qty": "40"}))
    assert adder.total == 100
    assert [fill.exec_id for fill in adder.amendments] == ["e8"]


def test_a_bust_is_a_negative_fill() -> None:
    decoder = Decoder("alpaca.trading")
    adder = Adder(decoder)
    decoder.feed(alpaca("new", 1, "0"))
    decoder.feed(alpaca("partial_fill", 2, "40", {"execution_id": "e2", "price": "27", "qty": "40"}))
    bust = alpaca("trade_bust", 3, "0", {"execution_id": "e3", "price": "27", "qty": "40"})
    for _ in range(2):
        decoder.feed(bust)
        assert adder.total == 0
    assert (adder.fills[1].qty, adder.fills[1].flags) == (-40, tf.Flag.CORRECTION)


def test_a_package_counts_by_its_legs() -> None:
    decoder = Decoder("alpaca.trading")
    adder = Adder(decoder)
    legs = [{"id": leg, "symbol": symbol, "qty": "2", "filled_qty": "2", "side": side, "status": "filled"}
            for leg, symbol, side in (("l1", "A1", "buy"), ("l2", "A2", "sell"))]  # fmt: skip
    told = [{"execution_id": f"x{leg}", "order_id": leg, "symbol": symbol, "qty": "2", "price": "1"}
            for leg, symbol in (("l1", "A1"), ("l2", "A2"))]  # fmt: skip
    message = alpaca("fill", 2, "2", {"price": "1", "qty": "2", "legs": told}, symbol=None, side="", status="filled",
                     order_class="mleg", legs=legs, qty="2")  # fmt: skip
    for _ in range(3):
        decoder.feed(message)
    assert [(fill.order_id, fill.symbol, fill.side, fill.qty) for fill in adder.fills] == [
        ("l1", "A1", tf.Side.BUY, 2),
        ("l2", "A2", tf.Side.SELL, 2),
    ]


def test_the_oldest_ended_orders_leave_and_come_back_without_a_fill() -> None:
    decoder = Decoder("alpaca.trading", state=State(max_orders=20, ended_orders=8))
    adder = Adder(decoder)

    def filled(number: int) -> bytes:
        return alpaca("fill", 2, "100", {"execution_id": f"e{number}", "price": "1", "qty": "100"}, id=f"o{number}",
                      status="filled")  # fmt: skip

    open_order = alpaca("new", 1, "0", id="open")
    decoder.feed(open_order)
    for number in range(500):
        decoder.feed(filled(number))
    assert [order.order_id for order in decoder.orders if order.status is not tf.OrderStatus.FILLED] == ["open"]
    assert sorted(str(order.order_id) for order in decoder.orders)[:-1] == [f"o{number}" for number in range(492, 500)]
    assert (adder.total, decoder.limited) == (50_000, 0)
    decoder.feed(filled(491))
    assert adder.total == 50_000


def test_open_orders_are_refused_only_where_all_are_open() -> None:
    decoder = Decoder("ibkr", state=State(max_orders=3))
    for number in range(3):
        decoder.feed(sor({"orderId": number, "status": "Submitted"}))
    (error,) = decoder.decode(sor({"orderId": 9, "status": "Submitted"}))
    assert error.text == "more open orders than max_orders"
    decoder.feed(sor({"orderId": 1, "status": "Cancelled"}))
    decoder.feed(sor({"orderId": 9, "status": "Submitted"}))
    assert sorted(str(order.order_id) for order in decoder.orders) == ["0", "2", "9"]


WORDS = st.sampled_from(["exact", "longer", "text", "exponent"])


def written(value: int, how: str) -> Any:
    """A number of the wire, in one of the ways that mean the same."""
    if how == "longer":
        return f"{value}.00000000000000000000"
    if how == "exponent":
        return f"{value * 10}e-1"
    return str(value)


STEPS = st.lists(
    st.fixed_dictionaries({}, optional={
        "totalSize": st.integers(0, 9), "filledQuantity": st.integers(0, 9), "remainingQuantity": st.integers(0, 9),
        "avgPrice": st.integers(1, 9),
        "status": st.sampled_from(["Submitted", "PreSubmitted", "Filled", "Cancelled", "PendingSubmit"]),
    }), min_size=1, max_size=6)  # fmt: skip


@settings(max_examples=600)
@given(steps=STEPS, how=WORDS, lost=st.integers(0, 6))
def test_the_same_numbers_written_otherwise_give_the_same_state(steps: list[Any], how: str, lost: int) -> None:
    one, other = (Decoder("ibkr", synthetic_fills=True) for _ in range(2))
    sums = [Adder(one), Adder(other)]

    def said(step: dict[str, Any], how: str) -> bytes:
        parts = [f'"{key}":' + (json.dumps(value) if key == "status" else
                                f'"{written(value, how)}"' if how == "text" else written(value, how))
                 for key, value in step.items()]  # fmt: skip
        return ('{"topic":"sor","args":[{"orderId":7,' + ",".join(parts) + "}]}").encode().replace(b",}", b"}")

    ignored = tf.Flag.INEXACT
    for number, step in enumerate(steps):
        if number == lost:
            for decoder in (one, other):
                decoder.announce(False, "ibkr", "lost", 1)
        one.feed(said(step, "exact"))
        other.feed(said(step, how))
        a, b = one.orders["7"], other.orders["7"]
        assert [getattr(a, name) for name in ("qty", "filled_qty", "leaves_qty", "avg_price", "status")] == [
            getattr(b, name) for name in ("qty", "filled_qty", "leaves_qty", "avg_price", "status")
        ]
        assert a.flags & ~ignored == b.flags & ~ignored
        assert sums[0].total == sums[1].total == (a.filled_qty or 0)
        assert [fill.price for fill in sums[0].fills] == [fill.price for fill in sums[1].fills]
