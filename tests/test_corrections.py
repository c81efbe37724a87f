"""Executions that are taken back, and what comes late after it."""

import json
from typing import Any

import tickfold as tf


def update(event: str, at: int, filled: str, **order: Any) -> bytes:
    """An event of one order of 100 at second `at`; `execution_id` tells events apart."""
    known = {"id": "o1", "client_order_id": "c1", "symbol": "PFE", "qty": "100", "filled_qty": filled, "side": "buy",
             "updated_at": f"2024-05-14T13:31:{at:02d}Z", **order}  # fmt: skip
    data = {"event": event, "execution_id": f"e{at}", "timestamp": known["updated_at"], "order": known}
    if event in ("partial_fill", "fill", "trade_bust"):
        data |= {"price": "27.31", "qty": "40", "position_qty": filled}
    return json.dumps({"stream": "trade_updates", "data": data}).encode()


NEW = update("new", 1, "0", status="new")
FIRST = update("partial_fill", 2, "40", status="partially_filled")
HALT = update("suspended", 3, "40", status="suspended")
BUST = update("trade_bust", 4, "0", status="new")
AGAIN = update("partial_fill", 5, "40", status="partially_filled", limit_price="27.31")
MORE = update("partial_fill", 5, "80", status="partially_filled")


def test_a_bust_takes_back_and_late_duplicates_do_not_bring_it_again():
    decoder = tf.decoder("alpaca.trading")
    for message in (NEW, FIRST, HALT, BUST):
        decoder.feed(message)
    order = decoder.orders["o1"]
    assert (order.filled_qty, order.leaves_qty, order.status) == (0.0, 100.0, tf.OrderStatus.NEW)
    for late in (FIRST, HALT, NEW, BUST):
        decoder.feed(late)
        assert (order.filled_qty, order.status) == (0.0, tf.OrderStatus.NEW)
    decoder.feed(AGAIN)
    assert (order.filled_qty, order.status) == (40.0, tf.OrderStatus.PARTIALLY_FILLED)
    decoder.feed(BUST)
    assert order.filled_qty == 40.0
    assert order.flags & tf.Flag.STALE
    assert order.flags & tf.Flag.CORRECTED


def test_without_a_correction_an_older_fill_still_counts():
    """A cancel request may be stamped before the execution that overtakes it."""
    decoder = tf.decoder("alpaca.trading")
    for message in (NEW, update("pending_cancel", 6, "0", status="pending_cancel"), FIRST):
        decoder.feed(message)
    assert decoder.orders["o1"].filled_qty == 40.0


def test_fills_name_their_order():
    decoder = tf.decoder("alpaca.trading")
    decoder.feed(NEW)
    fills = [record for message in (FIRST, MORE) for record in decoder.decode(message) if isinstance(record, tf.Fill)]
    assert [(fill.order_id, fill.client_order_id, fill.symbol, fill.side) for fill in fills] == [
        ("o1", "c1", "PFE", tf.Side.BUY)
    ] * 2
    assert [fill.ts_event for fill in fills] == [1_715_693_462_000_000_000, 1_715_693_465_000_000_000]
    assert decoder.orders["o1"].ts_event == 1_715_693_465_000_000_000


def test_an_order_in_dollars_has_no_quantity_after_its_bust():
    decoder = tf.decoder("alpaca.trading")
    decoder.feed(update("new", 1, "0", status="new", qty=None, notional="500"))
    decoder.feed(update("fill", 2, "40", status="filled", qty="40", notional="500"))
    order = decoder.orders["o1"]
    assert (order.qty, order.leaves_qty) == (40.0, 0.0)
    decoder.feed(update("trade_bust", 3, "0", status="new", qty=None, notional="500"))
    assert (order.qty, order.leaves_qty, order.filled_qty, order.notional) == (None, None, 0.0, 500.0)


def test_a_pegged_order_of_vega():
    pegged = {"id": "a" * 64, "marketId": "b" * 64, "partyId": "c" * 64, "size": "5", "remaining": "5", "type": 1,
              "status": 8, "side": 1, "peggedOrder": {"reference": 2, "offset": "15"}}  # fmt: skip
    decoder = tf.decoder("vega")
    decoder.feed(json.dumps({"result": {"updates": {"orders": [pegged]}}}))
    order = decoder.orders["a" * 64]
    assert (order.type, order.status) == (tf.OrderType.PEGGED, tf.OrderStatus.SUSPENDED)
    assert (order.peg_reference, order.peg_offset) == ("BEST_BID", 15.0)


FILLED = update("fill", 5, "100", status="filled")
ENDED = update("canceled", 7, "60", status="canceled")


def test_a_bust_that_was_missed_shows_in_the_next_update():
    decoder = tf.decoder("alpaca.trading")
    for message in (NEW, FILLED, ENDED):  # nothing was missed: it can't be true
        decoder.feed(message)
    order = decoder.orders["o1"]
    assert (order.filled_qty, order.status, order.flags) == (100, tf.OrderStatus.FILLED, tf.Flag.STALE)
    decoder.announce(False, "orders", "lost", 0)
    decoder.feed(FIRST)  # from before the row's last update
    assert (order.filled_qty, order.status) == (100, tf.OrderStatus.FILLED)
    (told,) = [record for record in decoder.decode(ENDED) if isinstance(record, tf.Order)]
    assert (told.filled_qty, told.leaves_qty, told.status) == (60, 40, tf.OrderStatus.CANCELED)
    assert told.flags == tf.Flag.CORRECTION | tf.Flag.CORRECTED


def test_only_what_was_known_before_the_connection_was_lost_may_be_taken_back():
    decoder = tf.decoder("alpaca.trading")
    decoder.feed(NEW)
    decoder.announce(False, "orders", "lost", 0)
    for message in (FILLED, ENDED):
        decoder.feed(message)
    order = decoder.orders["o1"]
    assert (order.filled_qty, order.status, order.flags) == (100, tf.OrderStatus.FILLED, tf.Flag.STALE)


def test_a_lower_quantity_after_a_lost_connection_where_updates_have_no_times():
    decoder = tf.decoder("ibkr")

    def say(filled: float, remaining: float) -> None:
        element = {"orderId": 7, "status": "Submitted", "filledQuantity": filled, "remainingQuantity": remaining}
        decoder.feed(json.dumps({"topic": "sor", "args": [element]}))

    say(80.0, 20.0)
    order = decoder.orders["7"]
    say(30.0, 70.0)
    assert (order.filled_qty, order.leaves_qty) == (80, 20)
    decoder.announce(False, "orders", "lost", 0)
    say(30.0, 70.0)
    assert (order.filled_qty, order.leaves_qty) == (30, 70)
    assert order.flags & tf.Flag.CORRECTED
    say(20.0, 80.0)
    assert (order.filled_qty, order.leaves_qty) == (30, 70)
