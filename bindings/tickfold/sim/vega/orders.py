"""Writes orders as Vega does: the whole order once for each block in which it changed, and trades separately.

`remaining` of an iceberg order is only its visible part. A limit order that ends unfilled on arrival is STOPPED, an IOC
order that filled in part is PARTIALLY_FILLED; both have ended.
"""

from random import Random
from typing import Any

from tickfold.sim.orders import Event, Execution, Habits, SimOrder, Stage
from tickfold.sim.truth import Row
from tickfold.sim.vega.words import PEGGED, REASON, SIDE, STATUS, TIF, TRADE_TYPE, TYPE, Enum

#: Vega amends orders in place; it has no replaces, busts or corrections.
HABITS = Habits(reject=0.04, expire=0.03, amend=0.06)

_ENDS = {Stage.FILLED: "FILLED", Stage.EXPIRED: "EXPIRED", Stage.REJECTED: "REJECTED"}
#: Vega's status → the canonical status (FIX 39), if it does not depend on quantities.
_CANONICAL = {
    "EXPIRED": "EXPIRED",
    "CANCELLED": "CANCELED",
    "STOPPED": "CANCELED",
    "FILLED": "FILLED",
    "REJECTED": "REJECTED",
    "PARTIALLY_FILLED": "CANCELED",
    "PARKED": "SUSPENDED",
}
_CANONICAL_TIF = {"GTT": "GTD"}
_MARKET_TIFS = ("IOC", "FOK")
_LIMIT_TIFS = ("GTC", "GTC", "GTC", "GTT", "IOC", "GFA", "GFN")


def hex64(kind: int, number: int) -> str:
    """A unique id that looks like those of the chain."""
    return f"{(number * 0x9E3779B97F4A7C15 + kind) & (1 << 64) - 1:016x}{kind:016x}{number:032x}"


class OrderWords:
    """Makes the messages of orders and executions."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._tif: dict[int, str] = {}
        self._pegged: dict[int, int] = {}  # order id → offset
        self._peak: dict[int, int] = {}
        self._refused: set[int] = set()
        self._created: dict[int, int] = {}
        self._updated: dict[int, int] = {}

    def change(self, order: SimOrder, event: Event, now_ns: int) -> None:
        """Records an event; `order` returns the state after all events."""
        rng = self._rng
        if order.id not in self._created:
            self._created[order.id] = now_ns
            market = order.type == "MARKET"
            self._tif[order.id] = rng.choice(_MARKET_TIFS if market else _LIMIT_TIFS)
            if not market and rng.random() < 0.1:
                self._pegged[order.id] = rng.randint(0, 20)
                self._tif[order.id] = "GTC"
            elif not market and rng.random() < 0.15:
                self._peak[order.id] = max(1, order.qty // 4)
        else:
            self._updated[order.id] = now_ns
        if event is Event.REFUSED:
            self._refused.add(order.id)

    def order(self, order: SimOrder) -> dict[str, Any]:
        """The order in its present state."""
        tif = self._tif[order.id]
        number = order.id
        visible, reserved = self._parts(order)
        status = self._status(order)
        told: dict[str, Any] = {
            "id": hex64(1, number),
            "marketId": order.instrument.symbol,
            "partyId": order.account,
            "side": SIDE[order.side],
            "price": "" if order.limit is None or status == "PARKED" else str(order.limit),
            "size": order.qty,
            "remaining": visible,
            "timeInForce": TIF[tif],
            "type": TYPE["MARKET" if order.type == "MARKET" else "LIMIT"],
            "createdAt": self._created[number],
            "status": STATUS[status],
            "expiresAt": self._created[number] + 3_600_000_000_000 if tif == "GTT" else 0,
            "reference": order.ref,
            "updatedAt": self._updated.get(number, 0),
            "version": 1 + order.amends,
            "batchId": 1 + number % 50,
            "peggedOrder": None,
            "liquidityProvisionId": "",
            "postOnly": number % 7 == 0,
            "reduceOnly": number % 11 == 0,
        }
        if number in self._pegged:
            reference = PEGGED["BEST_BID" if order.side == "BUY" else "BEST_ASK"]
            told["peggedOrder"] = {"reference": reference, "offset": str(self._pegged[number])}
        if number in self._peak:
            told["icebergOrder"] = {
                "peakSize": self._peak[number],
                "minimumVisibleSize": 1,
                "reservedRemaining": reserved,
            }
        reason = self._reason(order)
        if reason is not None:
            told["reason"] = reason
        return told

    def truth(self, order: SimOrder) -> Row:
        """The fields that a client must have for an order that was sent to it."""
        status = self._status(order)
        canonical = _CANONICAL.get(status) or ("PARTIALLY_FILLED" if order.filled else "NEW")
        tif = self._tif[order.id]
        row: dict[str, str | None] = {
            "order_id": hex64(1, order.id),
            "client_order_id": order.ref,
            "account": order.account,
            "symbol": order.instrument.symbol,
            "side": order.side,
            "type": "PEGGED" if order.id in self._pegged else "MARKET" if order.type == "MARKET" else "LIMIT",
            "tif": _CANONICAL_TIF.get(tif, tif),
            "status": canonical,
            "qty": str(order.qty),
            "filled_qty": str(order.filled),
            "leaves_qty": str(order.leaves),
        }
        if order.limit is not None and status != "PARKED":
            row["limit_price"] = str(order.limit)
        return row

    def trade(self, order: SimOrder, execution: Execution, now_ns: int) -> dict[str, Any]:
        """A trade for an execution; the counterparty is made up."""
        buys = order.side == "BUY"
        mine, other = hex64(1, order.id), hex64(5, execution.number)
        stranger = hex64(6, execution.number % 40)
        fee = {"makerFee": execution.qty * 2, "infrastructureFee": execution.qty * 5, "liquidityFee": 0}
        return {
            "id": hex64(2, execution.number),
            "marketId": order.instrument.symbol,
            "price": str(execution.price),
            "size": execution.qty,
            "buyer": order.account if buys else stranger,
            "seller": stranger if buys else order.account,
            "aggressor": SIDE[order.side if execution.number % 3 else "UNSPECIFIED"],
            "buyOrder": mine if buys else other,
            "sellOrder": other if buys else mine,
            "timestamp": now_ns,
            "type": TRADE_TYPE["DEFAULT"],
            "buyerFee": fee if buys else {},
            "sellerFee": {} if buys else fee,
            "buyerAuctionBatch": 0,
            "sellerAuctionBatch": 0,
            "assetPrice": f"{execution.price}0000000000",
        }

    def _parts(self, order: SimOrder) -> tuple[int, int]:
        """The remaining quantity: its visible part, and the reserve."""
        if order.id not in self._peak:
            return order.leaves, 0
        visible = min(self._peak[order.id], order.leaves)
        return visible, order.leaves - visible

    def _status(self, order: SimOrder) -> str:
        if order.stage in _ENDS:
            return _ENDS[order.stage]
        if order.stage is Stage.CANCELED:
            if self._tif[order.id] in ("IOC", "FOK"):
                return "PARTIALLY_FILLED" if order.filled else "STOPPED"
            return "STOPPED" if order.id in self._refused else "CANCELLED"
        parked = order.id in self._pegged and order.stage in (Stage.NEW, Stage.PENDING_SUBMIT)
        return "PARKED" if parked else "ACTIVE"

    def _reason(self, order: SimOrder) -> Enum | None:
        status = self._status(order)
        if status == "REJECTED":
            return REASON["MARGIN_CHECK_FAILED" if order.id % 2 else "POST_ONLY_ORDER_WOULD_TRADE"]
        return REASON["SELF_TRADING"] if status == "STOPPED" else None
