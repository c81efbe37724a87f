"""Writes an order's events as IBKR's `sor` topic: full records, and deltas split in every way that was seen.

`filledQuantity`, `remainingQuantity`, `sizeAndFills` and `avgPrice` are totals. A fill is sent as one of: a full
record; one delta with all four; one without the average; two or three deltas with a part each; `sizeAndFills` alone.
"""

import time
from random import Random
from typing import Any

from tickfold.sim.market import decimal_text
from tickfold.sim.orders import Event, SimOrder, Stage

STATUS = {
    Stage.NEW: "Inactive",
    Stage.PENDING_SUBMIT: "PendingSubmit",
    Stage.PRE_SUBMITTED: "PreSubmitted",
    Stage.SUBMITTED: "Submitted",
    Stage.PENDING_CANCEL: "PendingCancel",
    Stage.FILLED: "Filled",
    Stage.CANCELED: "Cancelled",
}

#: IBKR's status → the canonical status (FIX 39) while nothing is filled.
CANONICAL = {
    Stage.NEW: "INACTIVE",
    Stage.PENDING_SUBMIT: "PENDING_NEW",
    Stage.PRE_SUBMITTED: "ACCEPTED",
    Stage.SUBMITTED: "NEW",
    Stage.PENDING_CANCEL: "PENDING_CANCEL",
    Stage.FILLED: "FILLED",
    Stage.CANCELED: "CANCELED",
}

_COLOURS = {
    Stage.NEW: ("#FFFFFF", "#0000CC"),
    Stage.PENDING_SUBMIT: ("#FFFFFF", "#0000CC"),
    Stage.FILLED: ("#00F000", "#FFFFFF"),
    Stage.CANCELED: ("#FFFFFF", "#CC0000"),
    Stage.PENDING_CANCEL: ("#FFFFFF", "#CC0000"),
}
_ORDER_TYPE = {"LIMIT": "Limit", "MARKET": "Market", "STOP_LIMIT": "Stop Limit"}


class OrderWords:
    """Makes the messages. Remembers the average prices it has sent, because they may lag behind the fills."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._average: dict[int, str] = {}  # order id → the average price that was last stated

    def elements(self, order: SimOrder, event: Event) -> list[dict[str, Any]]:
        """The elements of `args` for one event, split in one of the ways that the gateway was seen to use."""
        draw = self._rng.random()
        if event is Event.NEW:
            marker = {**self._identity(order), "isEventTrading": "0"}
            return [self.record(order), marker] if draw < 0.6 else [self.record(order)]
        if event is Event.REFUSED:
            reason = "Order rejected by the system: no trading permission"
            return [{**self._status(order), "order_cancellation_by_system_reason": reason}]
        if event is Event.FILL:
            return self._fill_elements(order, draw)
        if order.stage is Stage.PENDING_CANCEL or draw < 0.08:  # full records are repeated
            return [self.record(order)] * (2 if draw < 0.02 else 1)
        return [self._status(order)]

    def _fill_elements(self, order: SimOrder, draw: float) -> list[dict[str, Any]]:
        filled, leaves = _quantity(order.filled, draw), _quantity(order.leaves, draw)
        quantities = {"filledQuantity": filled, "remainingQuantity": leaves}
        if draw < 0.25:
            return [self.record(order)]
        if draw < 0.5:
            sizes = {"sizeAndFills": _size_and_fills(order)}
            return [{**self._status(order), **quantities, **sizes, "avgPrice": self._state_average(order)}]
        if draw < 0.65:  # the average is left out
            return [{**self._status(order), **quantities}]
        if draw < 0.8:  # in two pieces
            first = {"orderId": order.id, **quantities}
            return [first, {**self._status(order), "avgPrice": self._state_average(order)}]
        if draw < 0.9:
            average = {"avgPrice": self._state_average(order)}
            return [self._status(order), {"orderId": order.id, **quantities}, {"orderId": order.id, **average}]
        return [{**self._status(order), "sizeAndFills": _size_and_fills(order)}]  # sizeAndFills alone

    def _identity(self, order: SimOrder) -> dict[str, Any]:
        conid = order.instrument.conid
        return {"orderId": order.id, "conid": conid, "conidex": str(conid), "acct": order.account}

    def _status(self, order: SimOrder) -> dict[str, Any]:
        background, foreground = _COLOURS.get(order.stage, ("#FFFFFF", "#0000CC"))
        status = STATUS[order.stage]
        return {
            "orderId": order.id,
            "status": status,
            "order_ccp_status": "Pending Submit" if status == "PendingSubmit" else status,
            "fgColor": foreground,
            "bgColor": background,
        }

    def record(self, order: SimOrder) -> dict[str, Any]:
        """A full record: 23 keys and more."""
        i = order.instrument
        price = "" if order.limit is None else i.price_text(order.limit, trim=False)
        record = {
            "acct": order.account,
            "conidex": str(i.conid),
            "conid": i.conid,
            "account": order.account,
            "orderId": order.id,
            "cashCcy": "USD",
            "sizeAndFills": _size_and_fills(order),
            "orderDesc": _description(order),
            "description1": i.symbol,
            "ticker": i.symbol,
            "secType": "STK",
            "listingExchange": "NASDAQ.NMS",
            "remainingQuantity": float(order.leaves),
            "filledQuantity": float(order.filled),
            "totalSize": float(order.qty),
            "companyName": i.name,
            **self._status(order),
            "origOrderType": order.type,
            "supportsTaxOpt": "1",
            "lastExecutionTime": time.strftime("%y%m%d%H%M%S", time.gmtime(order.changed_ms // 1000)),
            "orderType": _ORDER_TYPE[order.type],
            "order_ref": order.ref,
            "timeInForce": order.tif,
            "lastExecutionTime_r": order.changed_ms,
            "side": order.side,
            "price": price,
            "isEventTrading": "0",
        }
        if order.stop is not None:
            record["stop_price"] = i.price_text(order.stop, trim=False)
        if order.filled:
            record["avgPrice"] = self._state_average(order)
        return record

    def _state_average(self, order: SimOrder) -> str:
        text = self._average[order.id] = _average(order)
        return text

    def truth(self, order: SimOrder) -> dict[str, str]:
        """The fields that a client that missed nothing must have, as text."""
        status = CANONICAL[order.stage]
        if order.filled and order.stage in (Stage.SUBMITTED, Stage.PRE_SUBMITTED):
            status = "PARTIALLY_FILLED"
        true = {
            "account": order.account,
            "order_id": str(order.id),
            "client_order_id": order.ref,
            "symbol": str(order.instrument.conid),
            "ticker": order.instrument.symbol,
            "side": order.side,
            "type": order.type,
            "tif": order.tif,
            "status": status,
            "status_text": STATUS[order.stage],
            "qty": str(order.qty),
            "filled_qty": str(order.filled),
            "leaves_qty": str(order.leaves),
        }
        if order.limit is not None:
            true["limit_price"] = order.instrument.price_text(order.limit)
        if order.stop is not None:
            true["stop_price"] = order.instrument.price_text(order.stop)
        if order.id in self._average:
            true["avg_price"] = self._average[order.id]
        return true


def _average(order: SimOrder) -> str:
    """The average fill price, rounded down to a hundredth of a tick."""
    return decimal_text(order.spent * 100 // order.filled, order.instrument.places + 2, trim=True)


def _size_and_fills(order: SimOrder) -> str:
    return f"{order.filled:,}/{order.leaves:,}" if order.leaves else f"{order.qty:,}"


def _description(order: SimOrder) -> str:
    done = order.stage is Stage.FILLED
    verb = {"BUY": "Bought" if done else "Buy", "SELL": "Sold" if done else "Sell"}[order.side]
    price = "" if order.limit is None else f" {order.instrument.price_text(order.limit, trim=False)}"
    return f"{verb} {order.qty} {_ORDER_TYPE[order.type]}{price} {order.tif}"


def _quantity(value: int, draw: float) -> int | float:
    """A total as an integer or as a float: the gateway sends either."""
    return value if int(draw * 100) % 2 else float(value)
