"""Writes an order's events as ETNA's streamer: the whole order with every change, every value a text.

When an order has ended, LeavesQuantity is 0 and ExecutedQuantity stays. A replaced order ends; its successor has a new
Id.
"""

import json
from collections import deque
from random import Random
from typing import Any

from tickfold.sim.market import Instrument, decimal_text
from tickfold.sim.orders import Event, Habits, SimOrder, Stage
from tickfold.sim.truth import Row

HABITS = Habits(reject=0.04, refuse=0.1, expire=0.03, replace=0.06, idle=0.03)

STATUS = {
    Stage.NEW: "PendingNew",
    Stage.PENDING_SUBMIT: "AcceptedForBidding",
    Stage.PRE_SUBMITTED: "Held",
    Stage.SUBMITTED: "New",
    Stage.PENDING_CANCEL: "PendingCancel",
    Stage.PENDING_REPLACE: "PendingReplace",
    Stage.FILLED: "Filled",
    Stage.CANCELED: "Canceled",
    Stage.REJECTED: "Rejected",
    Stage.EXPIRED: "Expired",
    Stage.REPLACED: "Replaced",
}

#: ETNA's status → the canonical status (FIX 39).
CANONICAL = {
    "New": "NEW",
    "PartiallyFilled": "PARTIALLY_FILLED",
    "Filled": "FILLED",
    "DoneForDay": "DONE_FOR_DAY",
    "Canceled": "CANCELED",
    "Replaced": "REPLACED",
    "PendingCancel": "PENDING_CANCEL",
    "Stopped": "STOPPED",
    "Rejected": "REJECTED",
    "Suspended": "SUSPENDED",
    "PendingNew": "PENDING_NEW",
    "Calculated": "CALCULATED",
    "Expired": "EXPIRED",
    "AcceptedForBidding": "ACCEPTED",
    "PendingReplace": "PENDING_REPLACE",
    "Error": "REJECTED",
    "Held": "HELD",
}
_IDLE = ("DoneForDay", "Stopped", "Suspended", "Calculated")
_TYPE = {"LIMIT": ("Limit",), "MARKET": ("Market",), "STOP_LIMIT": ("StopLimit", "Stop Limit")}
_TIF = {"DAY": "Day", "GTC": "GoodTillCancel"}
_UNSET_MS = "-62135596800000"  # .NET's DateTime.MinValue


class OrderWords:
    """Makes the messages of each event, and keeps the truth of the orders."""

    def __init__(self, rng: Random, *, disorder: bool = True) -> None:
        self._rng = rng
        self._disorder = disorder
        self._said: dict[int, str] = {}
        self._changed: dict[int, int] = {}  # order id → TransactionDate
        self._past: deque[dict[str, str]] = deque(maxlen=32)

    def messages(self, order: SimOrder, event: Event, now_ms: int) -> list[dict[str, str]]:
        """The messages for one event, repetitions included."""
        rng = self._rng
        self._said[order.id] = self._status(order, event)
        self._changed[order.id] = max(now_ms, self._changed.get(order.id, 0) + 1)
        told = [self.order(order)]
        if self._disorder:
            if rng.random() < 0.05:
                told.append(told[0])
            if self._past and rng.random() < 0.03:
                told.append(rng.choice(self._past))
            self._past.append(told[0])
        return told

    def _status(self, order: SimOrder, event: Event) -> str:
        if event is Event.IDLE:
            return self._rng.choice(_IDLE)
        if event is Event.REJECTED:
            return "Error" if order.id % 3 == 0 else "Rejected"
        status = STATUS[order.stage]
        return "PartiallyFilled" if status == "New" and order.filled else status

    def order(self, order: SimOrder) -> dict[str, str]:
        """The order in its present state."""
        i, last = order.instrument, order.touched
        status = self._said[order.id]
        changed = str(self._changed[order.id])
        types = _TYPE[order.type]
        return {
            "EntityType": "Order",
            "Id": str(order.id),
            "AccountId": order.account,
            "ParentId": "-1",
            "SecurityId": str(i.conid),
            "Symbol": i.symbol,
            "Name": i.name,
            "SecurityType": "CommonStock",
            "Exchange": "XNAS",
            "Currency": "USD",
            "Quantity": size(i, order.qty),
            "ExecutedQuantity": size(i, order.filled),
            "LeavesQuantity": size(i, 0 if order.stage.terminal else order.leaves),
            "AveragePrice": average(order) or "0.00000",
            "LastPrice": price(i, last.price) if last else "0.00000",
            "LastQuantity": size(i, last.qty) if last else "0.00000",
            "Price": price(i, order.limit or 0),
            "StopPrice": price(i, order.stop or 0),
            "Side": order.side.capitalize(),
            "Status": status,
            "ExecutionStatus": status,
            "Type": types[order.id % len(types)],
            "InitialType": types[0],
            "TimeInForce": _TIF[order.tif],
            "CreateDate": str(order.created_ms),
            "Date": changed,
            "DateOffset": "-14400000",
            "TransactionDate": changed,
            "ExpireDate": _UNSET_MS,
            "ExecInst": "0",
            "TrailingStopAmountType": "Absolute",
            "TrailingStopAmount": "0.00000",
            "RejectReason": "Not enough buying power" if order.stage is Stage.REJECTED else "",
            "Description": "",
            "Comment": order.ref,
            "UnderlyingOptionType": "Undefined",
            "ExtendedHours": "REG",
        }

    def truth(self, order: SimOrder) -> Row:
        """The fields that a client must have for an order that was sent to it."""
        i = order.instrument
        status = self._said[order.id]
        row: dict[str, str | None] = {
            "order_id": str(order.id),
            "account": order.account,
            "side": order.side,
            "type": order.type,
            "tif": order.tif,
            "status": CANONICAL[status],
            "status_text": status,
            "qty": i.size_text(order.qty),
            "filled_qty": i.size_text(order.filled),
            "leaves_qty": i.size_text(0 if order.stage.terminal else order.leaves),
        }
        if order.filled:
            row["avg_price"] = average(order)
        if order.limit is not None:
            row["limit_price"] = price(i, order.limit)
        if order.stop is not None:
            row["stop_price"] = price(i, order.stop)
        return row


def price(instrument: Instrument, units: int) -> str:
    """A price with the five decimals that ETNA writes."""
    return decimal_text(units * 10 ** (5 - instrument.places), 5, trim=False)


def size(instrument: Instrument, units: int) -> str:
    return decimal_text(units * 10 ** (5 - instrument.size_places), 5, trim=False)


def average(order: SimOrder) -> str | None:
    if not order.filled:
        return None
    return decimal_text(order.spent * 10 ** (5 - order.instrument.places) // order.filled, 5, trim=False)


def texts(message: dict[str, Any]) -> str:
    """A message as ETNA writes it: with a blank after the colon of the first key."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).replace(":", ": ", 1)
