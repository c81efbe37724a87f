"""Whose a row is: streams, accounts and ids never meet, in any interleaving; keys that could meet are refused."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tickfold as tf
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.state import State


def sor(**order: Any) -> bytes:
    return json.dumps({"topic": "sor", "args": [order]}).encode()


def book(price: int, **more: Any) -> bytes:
    level = [{"p": price, "s": 1}]
    return json.dumps([{"T": "o", "S": "BTC/USD", "t": "2024-08-06T14:02:11Z", "b": level, "a": [], **more}]).encode()


def quote(price: float) -> bytes:
    return json.dumps([{"T": "q", "S": "AAPL", "bp": price, "ap": price + 1}]).encode()


def two(table: str, **options: Any) -> tuple[State, Decoder, Decoder]:
    state, dispatcher = State(), Dispatcher()
    return state, *(
        Decoder(table, state=state, dispatcher=dispatcher, label=label, **options) for label in ("east", "west")
    )


def test_two_feeds_of_one_venue_share_neither_quotes_nor_books() -> None:
    state, east, west = two("alpaca.data")
    east.feed(quote(188.25))
    west.feed(quote(187.5))
    east.feed(book(60000, r=True))
    west.feed(book(59900, r=True))
    east.feed(book(60001))
    assert (east.quotes["AAPL"].bid, west.quotes["AAPL"].bid) == (188.25, 187.5)
    assert [level[0] for level in east.books["BTC/USD"].bids] == [60001, 60000]
    assert [level[0] for level in west.books["BTC/USD"].bids] == [59900]
    assert (state.quotes["west", "AAPL"].stream, state.books["east", "BTC/USD"].stream) == ("west", "east")
    assert len(state.quotes) == len(state.books) == 2
    assert len(east.quotes) == len(east.books) == 1
    for rows, symbol in ((state.quotes, "AAPL"), (state.books, "BTC/USD")):
        with pytest.raises(tf.AmbiguousError, match=r"'east'.*'west'|'west'.*'east'"):
            rows[symbol]
        assert symbol in rows
        with pytest.raises(KeyError):
            rows["north", symbol]


def test_one_order_id_of_two_streams() -> None:
    state, east, west = two("ibkr")
    east.feed(sor(orderId=7, acct="DU1", totalSize=100, status="Filled"))
    west.feed(sor(orderId=7, acct="DU1", totalSize=5, status="Submitted"))
    assert (east.orders["7"].qty, west.orders["7"].qty) == (100, 5)
    assert west.orders["DU1", "7"].status is tf.OrderStatus.NEW
    assert state.orders["east", "DU1", "7"].stream == "east"
    assert state.orders["west", "7"].qty == 5
    with pytest.raises(tf.AmbiguousError, match="2 streams"):
        state.orders["7"]
    assert sorted(state.orders.array["stream"].tolist()) == [0, 1]


def test_one_order_id_of_two_accounts() -> None:
    decoder = Decoder("ibkr")
    decoder.feed(sor(orderId=7, acct="DU1", totalSize=100, status="Submitted"))
    decoder.feed(sor(orderId=7, filledQuantity=40))  # of the one order with that id
    assert decoder.orders["7"].filled_qty == 40
    decoder.feed(sor(orderId=7, acct="DU2", totalSize=50, filledQuantity=0, status="Submitted"))
    told = [(order.account, order.qty, order.filled_qty) for order in decoder.orders]
    assert told == [("DU1", 100, 40), ("DU2", 50, 0)]
    (error,) = decoder.decode(sor(orderId=7, filledQuantity=50))
    assert isinstance(error, tf.Error)
    assert (error.source, error.data) == (tf.ErrorSource.LIMIT, b"7")
    assert error.text is not None
    assert "several accounts" in error.text
    assert (decoder.orders["DU1", "7"].filled_qty, decoder.orders["DU2", "7"].filled_qty) == (40, 0)
    with pytest.raises(tf.AmbiguousError, match="'DU1', 'DU2'"):
        decoder.orders["7"]


def test_an_order_keeps_its_row_when_its_account_is_learned() -> None:
    decoder = Decoder("ibkr")
    decoder.feed(sor(orderId=7, totalSize=100, status="Submitted"))
    decoder.feed(sor(orderId=7, acct="DU1", filledQuantity=40))
    decoder.feed(sor(orderId=7, acct="", filledQuantity=60))
    (order,) = decoder.orders
    assert (order.account, order.filled_qty) == ("DU1", 60)


@pytest.mark.parametrize("wrong", ["x" * 65, "A\0B", "A\0", "\0"])
def test_ids_that_could_be_another_s_are_refused(wrong: str) -> None:
    decoder = Decoder("ibkr")
    (error,) = decoder.decode(sor(orderId=wrong, totalSize=1, status="Submitted"))
    assert isinstance(error, tf.Error)
    (error,) = decoder.decode(sor(orderId="1", acct=wrong, totalSize=1, status="Submitted"))
    assert isinstance(error, tf.Error)
    execution = {"execution_id": wrong, "size": 1, "price": "1"}
    records = decoder.decode(json.dumps({"topic": "str", "args": [execution]}).encode())
    assert isinstance(records[0], tf.Error)
    assert decoder.limited == 3
    assert len(decoder.orders) == len(decoder.fills) == 0


def test_an_id_is_used_again() -> None:
    """The venue begins a new order under the id of one that has ended: later, open, nothing filled."""
    decoder = Decoder("ibkr", synthetic_fills=True)
    day = 1_764_340_000_000
    first = sor(acct="DU1", orderId=7, conid=1, totalSize=100, filledQuantity=100, remainingQuantity=0, status="Filled",
                side="BUY", lastExecutionTime_r=day)  # fmt: skip
    decoder.feed(first)
    held = decoder.orders["7"]
    again = sor(acct="DU1", orderId=7, conid=1, totalSize=50, filledQuantity=0, remainingQuantity=50, side="SELL",
                status="Submitted", lastExecutionTime_r=day + 86_400_000)  # fmt: skip
    (order,) = decoder.decode(again)
    assert (order.qty, order.filled_qty, order.status, order.side) == (50, 0, tf.OrderStatus.NEW, tf.Side.SELL)
    with pytest.raises(ReferenceError):
        held.qty  # noqa: B018
    order, fill = decoder.decode(sor(acct="DU1", orderId=7, filledQuantity=50, remainingQuantity=0, status="Filled"))
    assert (order.status, fill.qty, fill.side) == (tf.OrderStatus.FILLED, 50, tf.Side.SELL)
    # Late copies of either begin nothing.
    for late in (first, again):
        decoder.feed(late)
        assert decoder.orders["7"].status is tf.OrderStatus.FILLED
        assert decoder.orders["7"].filled_qty >= 50


LOGS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["DU1", "DU2"]), st.integers(0, 9), st.integers(0, 9),
              st.sampled_from(["Submitted", "Filled", "Cancelled"])), max_size=14)  # fmt: skip


@settings(max_examples=150)
@given(logs=st.tuples(LOGS, LOGS), seed=st.integers(0, 2**32))
def test_any_interleaving_of_two_logs_is_each_alone(logs: tuple[list[Any], list[Any]], seed: int) -> None:
    def payload(entry: Any) -> bytes:
        number, account, filled, left, status = entry
        return sor(orderId=number, acct=account, conid=number, filledQuantity=filled, remainingQuantity=left,
                   status=status)  # fmt: skip

    def told(decoder: Decoder) -> list[Any]:
        return [(one.account, one.order_id, one.symbol, one.qty, one.filled_qty, one.leaves_qty, one.status, one.flags)
                for one in decoder.orders]  # fmt: skip

    _, east, west = two("ibkr", synthetic_fills=True)
    fills: dict[str, list[Any]] = {"east": [], "west": []}
    east.on(tf.Fill, lambda fill: fills[str(fill.stream)].append((fill.order_id, fill.account, fill.qty)))
    queues = [(one, list(log)) for one, log in zip((east, west), logs, strict=True)]
    dice = random.Random(seed)
    while any(queue for _, queue in queues):
        one, queue = dice.choice([pair for pair in queues if pair[1]])
        one.feed(payload(queue.pop(0)))
    for one, log in zip((east, west), logs, strict=True):
        alone = Decoder("ibkr", synthetic_fills=True, label=one.label)
        expected: list[Any] = []
        alone.on(tf.Fill, lambda fill, out=expected: out.append((fill.order_id, fill.account, fill.qty)))
        for entry in log:
            alone.feed(payload(entry))
        assert told(one) == told(alone)
        assert fills[one.label] == expected
