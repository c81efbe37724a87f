"""Writes an order's events as Alpaca's `trade_updates`: the whole order with every event.

    {"event":"partial_fill","execution_id":…,"price":"27.31","qty":"40","position_qty":"140","timestamp":…,"order":{…}}

Quantities and prices are texts or null, sometimes numbers as in old captures; UTC offsets differ within one object. An
event may be repeated, at once or after later events of the same order; `pending_new` may come after `new`, and two
executions in either order. An order in dollars (`notional`) has no `qty` before it has filled.
"""

import json
from collections import deque
from random import Random
from typing import Any

from tickfold.sim.alpaca.feeds import time_text
from tickfold.sim.market import Instrument, decimal_text
from tickfold.sim.orders import Event, Habits, Holding, SimOrder, Stage
from tickfold.sim.truth import Row

#: All events that an order at Alpaca can have.
HABITS = Habits(reject=0.03, refuse=0.1, expire=0.02, replace=0.06, bust=0.01, correct=0.01, idle=0.04)

STATUS = {
    Stage.NEW: "pending_new",
    Stage.PENDING_SUBMIT: "accepted",
    Stage.PRE_SUBMITTED: "held",
    Stage.SUBMITTED: "new",
    Stage.PENDING_CANCEL: "pending_cancel",
    Stage.PENDING_REPLACE: "pending_replace",
    Stage.FILLED: "filled",
    Stage.CANCELED: "canceled",
    Stage.REJECTED: "rejected",
    Stage.EXPIRED: "expired",
    Stage.REPLACED: "replaced",
}

#: Alpaca's status → the canonical status (FIX 39).
CANONICAL = {
    "pending_new": "PENDING_NEW",
    "accepted": "ACCEPTED",
    "accepted_for_bidding": "ACCEPTED",
    "held": "HELD",
    "pending_review": "HELD",
    "new": "NEW",
    "partially_filled": "PARTIALLY_FILLED",
    "filled": "FILLED",
    "pending_cancel": "PENDING_CANCEL",
    "pending_replace": "PENDING_REPLACE",
    "canceled": "CANCELED",
    "rejected": "REJECTED",
    "expired": "EXPIRED",
    "replaced": "REPLACED",
    "stopped": "STOPPED",
    "suspended": "SUSPENDED",
    "calculated": "CALCULATED",
    "done_for_day": "DONE_FOR_DAY",
}

_EVENT = {
    Event.REFUSED: "canceled",
    Event.REJECTED: "rejected",
    Event.EXPIRED: "expired",
    Event.REPLACED: "replaced",
    Event.CANCEL_REFUSED: "order_cancel_rejected",
    Event.REPLACE_REFUSED: "order_replace_rejected",
    Event.BUST: "trade_bust",
    Event.CORRECTED: "trade_correct",
}
#: Events, with their status, that Alpaca may send for a working order without any change.
_IDLE = ("stopped", "suspended", "calculated", "done_for_day", "pending_review", "restated")

_TYPE = {"LIMIT": "limit", "MARKET": "market", "STOP_LIMIT": "stop_limit"}
_NAMESPACE = 0x0C7D2A40_1F1B_4C33


class OrderWords:
    """Makes the `data` of a message for each event, and keeps the truth of the orders.

    disorder   whether messages are repeated and overtake one another
    holdings   the flow's positions, for `position_qty`
    """

    def __init__(
        self, rng: Random, holdings: dict[tuple[str, str], Holding] | None = None, *, disorder: bool = True
    ) -> None:
        self._rng = rng
        self._holdings = {} if holdings is None else holdings
        self._disorder = disorder
        self._said: dict[int, str] = {}  # order id → the last status that was sent
        self._wordless: set[int] = set()  # orders whose last message had an event but no status
        self._told_at: dict[int, tuple[int, int]] = {}  # order id → first and last time, ns
        self._notional: dict[int, str] = {}  # order id → dollars
        self._held: dict[int, dict[str, Any]] = {}  # order id → a message that the next one overtakes
        self._past: deque[dict[str, Any]] = deque(maxlen=32)
        self._serial = 0
        self.fills: dict[str, Row] = {}  # execution id → what was sent of it

    def messages(self, order: SimOrder, event: Event, now_ns: int) -> list[dict[str, Any]]:
        """The messages for one event, repetitions included."""
        rng = self._rng
        message = self._message(order, event, now_ns)
        held = self._held.pop(order.id, None)
        if not self._disorder:
            return [message]
        taken_back = event in (Event.BUST, Event.CORRECTED)
        may_wait = message["event"] in ("pending_new", "partial_fill") and held is None
        if may_wait and not order.stage.terminal and rng.random() < 0.06:
            self._held[order.id] = message
            return []
        told = [message] if held is None else [held, message] if taken_back else [message, held]
        if rng.random() < 0.05:
            told += [message] * rng.randint(1, 2)
        if self._past and rng.random() < 0.03:
            told.append(rng.choice(self._past))
        if "execution_id" in message:
            self._past.append(message)
        return told

    def remaining(self) -> list[dict[str, Any]]:
        """The messages that were held back to be overtaken."""
        held = list(self._held.values())
        self._held.clear()
        return held

    def restated(self, order: SimOrder, now_ns: int) -> dict[str, Any]:
        """The order in its present state, with the event `restated`."""
        self._wordless.discard(order.id)
        _, last = self._told_at[order.id]
        now_ns = max(now_ns, last + 1)
        self._told_at[order.id] = (self._told_at[order.id][0], now_ns)
        timestamp = time_text(now_ns)
        return {
            "event": "restated",
            "execution_id": self._uuid(),
            "timestamp": timestamp,
            "order": self._order(order, now_ns),
        }

    def _message(self, order: SimOrder, event: Event, now_ns: int) -> dict[str, Any]:
        rng = self._rng
        i = order.instrument
        if event is Event.NEW and order.type == "MARKET" and rng.random() < 0.3:
            self._notional[order.id] = decimal_text(order.qty * i.ask, i.places + i.size_places)
        word = self._word(order, event)
        created, last = self._told_at.get(order.id, (now_ns, 0))
        now_ns = max(now_ns, last + 1)
        self._told_at[order.id] = (created, now_ns)
        message: dict[str, Any] = {"event": word}
        old = rng.random() < 0.02 and event is not Event.FILL and not self._takes_back(event)
        if not old:
            message["execution_id"] = self._uuid()
        message["at" if old else "timestamp"] = time_text(now_ns)
        if event is Event.FILL or self._takes_back(event):
            self._execution(message, order, event)
        message["order"] = self._order(order, now_ns)
        self._wordless.discard(order.id)
        if old and word in CANONICAL:
            del message["order"]["status"]  # old captures have no status: it follows from the event
            self._wordless.add(order.id)
        return message

    @staticmethod
    def _takes_back(event: Event) -> bool:
        return event in (Event.BUST, Event.CORRECTED)

    def _word(self, order: SimOrder, event: Event) -> str:
        """The event; notes the status that goes with it."""
        status = STATUS[order.stage]
        if status == "new" and order.filled:
            status = "partially_filled"
        if event is Event.FILL:
            word = "fill" if order.stage is Stage.FILLED else "partial_fill"
        elif event is Event.IDLE:
            word = self._rng.choice(_IDLE)
            if word in CANONICAL:
                status = word
        elif event in _EVENT:
            word = _EVENT[event]
        else:
            word = STATUS[order.stage]
        self._said[order.id] = status
        return word

    def _execution(self, message: dict[str, Any], order: SimOrder, event: Event) -> None:
        i, execution = order.instrument, order.touched
        assert execution is not None
        holding = self._holdings.get((order.account, i.symbol), Holding())
        message["price"] = i.price_text(execution.price)
        message["qty"] = i.size_text(execution.qty)
        message["position_qty"] = i.size_text(holding.qty)
        if event is Event.FILL:
            self.fills[message["execution_id"]] = {
                "exec_id": message["execution_id"],
                "order_id": self.id(order.id),
                "symbol": i.symbol,
                "side": order.side,
                "price": message["price"],
                "qty": message["qty"],
            }

    def _order(self, order: SimOrder, now_ns: int) -> dict[str, Any]:
        i, filled = order.instrument, order.filled
        numbers = self._rng.random() < 0.03  # as old captures have them
        created, _ = self._told_at[order.id]
        qty = self._qty(order)

        def number(text: str | None) -> Any:
            return _number(text) if numbers and text is not None else text

        def when(stage: Stage) -> str | None:
            return time_text(now_ns) if order.stage is stage else None

        return {
            "id": self.id(order.id),
            "client_order_id": order.ref,
            "created_at": time_text(created),
            "updated_at": time_text(now_ns),
            "submitted_at": time_text(created, offset_hours=-4),
            "filled_at": when(Stage.FILLED),
            "expired_at": when(Stage.EXPIRED),
            "canceled_at": when(Stage.CANCELED),
            "failed_at": when(Stage.REJECTED),
            "replaced_at": when(Stage.REPLACED),
            "cancel_requested_at": when(Stage.PENDING_CANCEL),
            "expires_at": time_text(created + 86_400_000_000_000),
            "replaced_by": None if order.replaced_by is None else self.id(order.replaced_by),
            "replaces": None if order.replaces is None else self.id(order.replaces),
            "asset_id": "b28f4066-5c6d-479b-a2af-85dc1a8f16fb",
            "symbol": i.symbol,
            "asset_class": "crypto" if i.size_places else "us_equity",
            "notional": self._notional.get(order.id),
            "qty": number(qty),
            "filled_qty": number(i.size_text(filled)),
            "filled_avg_price": number(average(order)),
            "order_class": "",
            "order_type": _TYPE[order.type],
            "type": _TYPE[order.type],
            "side": order.side.lower(),
            "position_intent": None,
            "time_in_force": order.tif.lower(),
            "limit_price": number(price(i, order.limit)),
            "stop_price": number(price(i, order.stop)),
            "status": self._said[order.id],
            "extended_hours": False,
            "legs": None,
            "trail_percent": None,
            "trail_price": None,
            "hwm": None,
        }

    def _qty(self, order: SimOrder) -> str | None:
        """The stated quantity: None for an order in dollars that has not filled yet."""
        whole = order.id not in self._notional or order.stage is Stage.FILLED
        return order.instrument.size_text(order.qty) if whole else None

    def id(self, number: int) -> str:
        """The id of an order."""
        return f"{_NAMESPACE >> 32:08x}-{_NAMESPACE >> 16 & 0xFFFF:04x}-4c33-a1a5-{number:012x}"

    def _uuid(self) -> str:
        self._serial += 1
        bits = self._rng.getrandbits(64)
        return f"{bits >> 32:08x}-{bits >> 16 & 0xFFFF:04x}-4{bits & 0xFFF:03x}-8d52-{self._serial:012x}"

    def truth(self, order: SimOrder) -> Row:
        """The fields that a client must have for an order that was sent to it."""
        i = order.instrument
        status = self._said[order.id]
        qty = self._qty(order)
        return {
            "order_id": self.id(order.id),
            "client_order_id": order.ref,
            "symbol": i.symbol,
            "side": order.side,
            "type": order.type,
            "tif": order.tif,
            "status": CANONICAL[status],
            "status_text": None if order.id in self._wordless else status,
            "qty": qty,
            "notional": self._notional.get(order.id),
            "filled_qty": i.size_text(order.filled),
            "leaves_qty": None if qty is None else i.size_text(order.leaves),
            "avg_price": average(order),
            "limit_price": price(i, order.limit),
            "stop_price": price(i, order.stop),
            "replaces": None if order.replaces is None else self.id(order.replaces),
            "replaced_by": None if order.replaced_by is None else self.id(order.replaced_by),
        }


def json_text(message: dict[str, Any] | list[Any]) -> str:
    """`message` as JSON without blanks."""
    return json.dumps(message, separators=(",", ":"))


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def price(instrument: Instrument, units: int | None) -> str | None:
    return None if units is None else instrument.price_text(units)


def average(order: SimOrder) -> str | None:
    """The average price of the executions that were not busted, rounded down to a hundredth of a tick."""
    if not order.filled:
        return None
    return decimal_text(order.spent * 100 // order.filled, order.instrument.places + 2)
