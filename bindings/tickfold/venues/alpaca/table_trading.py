"""Alpaca trading updates: objects with their stream under "stream"; each order event holds the whole order."""

import dataclasses

from tickfold.schema.enums import ErrorSource, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.schema.language import (
    Table,
    aside,
    boolean,
    decimal,
    each,
    each_by_key,
    envelope,
    inside,
    integer,
    json,
    long,
    one_of,
    rfc3339,
    select,
    shape,
    skip,
    symbol,
    text,
)

STATUS = {
    "new": OrderStatus.NEW,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "done_for_day": OrderStatus.DONE_FOR_DAY,
    "canceled": OrderStatus.CANCELED,
    "expired": OrderStatus.EXPIRED,
    "replaced": OrderStatus.REPLACED,
    "pending_cancel": OrderStatus.PENDING_CANCEL,
    "pending_replace": OrderStatus.PENDING_REPLACE,
    "pending_review": OrderStatus.HELD,
    "accepted": OrderStatus.ACCEPTED,
    "pending_new": OrderStatus.PENDING_NEW,
    "accepted_for_bidding": OrderStatus.ACCEPTED,
    "stopped": OrderStatus.STOPPED,  # a trade is guaranteed: the order is open
    "rejected": OrderStatus.REJECTED,
    "suspended": OrderStatus.SUSPENDED,
    "calculated": OrderStatus.CALCULATED,
    "held": OrderStatus.HELD,
}

# What an event says of the order where the order does not say it itself.
EVENTS = {
    **{word: status for word, status in STATUS.items() if word not in ("partially_filled", "filled")},
    "fill": OrderStatus.FILLED,
    "partial_fill": OrderStatus.PARTIALLY_FILLED,
}

SIDE = {"buy": Side.BUY, "sell": Side.SELL}

TYPE = {
    "market": OrderType.MARKET,
    "limit": OrderType.LIMIT,
    "stop": OrderType.STOP,
    "stop_limit": OrderType.STOP_LIMIT,
    "trailing_stop": OrderType.TRAIL,
}

TIF = {
    "day": TimeInForce.DAY,
    "gtc": TimeInForce.GTC,
    "opg": TimeInForce.OPG,
    "cls": TimeInForce.CLS,
    "ioc": TimeInForce.IOC,
    "fok": TimeInForce.FOK,
    "gtd": TimeInForce.GTD,
}

_TYPE = one_of("type", TYPE, also="type_text", otherwise=OrderType.OTHER)

ORDER_ROWS = {
    "id": text("order_id"),
    "client_order_id": text("client_order_id"),
    "created_at": rfc3339("ts_created"),
    "updated_at": rfc3339("ts_updated"),
    "submitted_at": rfc3339("ts_submitted"),
    "filled_at": rfc3339("ts_filled"),
    "expired_at": rfc3339("ts_expired"),
    "canceled_at": rfc3339("ts_canceled"),
    "failed_at": rfc3339("ts_failed"),
    "replaced_at": rfc3339("ts_replaced"),
    "expires_at": rfc3339("ts_expires"),
    "cancel_requested_at": skip("the status pending_cancel tells it"),
    "replaced_by": text("replaced_by"),
    "replaces": text("replaces"),
    "asset_id": skip("symbol names the same asset"),
    "symbol": symbol,  # null on the parent of a multi-leg order
    "asset_class": text("asset_class"),
    "notional": decimal("notional"),
    "qty": decimal("qty"),
    "filled_qty": decimal("filled_qty"),
    "filled_avg_price": decimal("avg_price"),
    "order_class": text("order_class"),
    "order_type": _TYPE,  # the older name; type, which comes after it, says the same
    "type": _TYPE,
    "side": one_of("side", SIDE, also="side_text"),
    "position_intent": text("intent"),
    "time_in_force": one_of("tif", TIF, also="tif_text"),
    "limit_price": decimal("limit_price"),
    "stop_price": decimal("stop_price"),
    "trail_price": decimal("trail_price"),
    "trail_percent": decimal("trail_percent"),
    "hwm": decimal("high_water"),
    "status": one_of("status", STATUS, also="status_text"),
    "extended_hours": boolean("extended_hours"),
    "ratio_qty": decimal("ratio"),
    "subtag": skip("a mark of brokers, without a documented meaning"),
    "source": skip("which program has sent the order: documented nowhere"),
    "commission": decimal("commission"),
}

LEG = shape("Order", {**ORDER_ROWS, "legs": skip("legs have no legs of their own")}, replaces=True)

# The execution that an event tells of; events that tell of none leave price and qty out.
FILL = shape("Fill", {
    "execution_id": text("exec_id"),
    "price": decimal("price"),
    "qty": decimal("qty"),
    "position_qty": decimal("position"),
})

LEG_FILL = shape("Fill", {
    "execution_id": text("exec_id"),
    "order_id": text("order_id"),
    "symbol": symbol,
    "qty": decimal("qty"),
    "price": decimal("price"),
    "timestamp": rfc3339(),
})

# Positions after an execution of several legs: {"AAPL250321C00380000": "-1"}. Its executions say them.
POSITION = shape("Position", {"qty": decimal("qty"), "": decimal("qty")}, rest=symbol)

UPDATE = shape("Order", {
    "reason": text("reason"),
    "data": inside({
        "reason": text("reason"),
        "position_qtys": each_by_key(POSITION),
        "event": text("event"),
        "event_id": skip("orders its replays; execution_id tells them apart"),
        "timestamp": rfc3339(),  # of the fill beside the order too
        "at": rfc3339(),  # its older name
        **aside(FILL),
        "legs": each(LEG_FILL),
        "order": inside({**ORDER_ROWS, "legs": each(LEG)}),
    }),
}, replaces=True)

# An order of GET /v2/orders, which feed_snapshot() brings.
SNAPSHOT = shape("Order", {**ORDER_ROWS, "legs": each(dataclasses.replace(LEG, snapshot=True))}, replaces=True,
                 snapshot=True)

AUTHORIZATION = shape("Ack", {
    "data": inside({
        "status": one_of("ok", {"authorized": 1}),
        "action": long("text"),
    }),
}, action="authorization")

ERROR = shape("Error", {
    "error": long("text"),
    "error_message": long("text"),
    "code": integer("code"),
}, named=text("topic"), source=ErrorSource.VENUE)

# {"action":"error","data":{"error_message":"internal server error"}}
ACTION = shape("Error", {
    "action": text("topic"),
    "code": integer("code"),
    "message": long("text"),
    "error_message": long("text"),
    "data": inside({
        "error_message": long("text"),
        "message": long("text"),
        "error": long("text"),
        "code": integer("code"),
    }),
}, source=ErrorSource.VENUE)

STREAMS = shape("Ack", {"streams": json("text")}, action="listening", ok=1)

TABLE = Table(
    name="alpaca.trading",
    venue=Venue.ALPACA,
    null_clears=True,
    root=select("stream", {
        "trade_updates": UPDATE,
        "authorization": AUTHORIZATION,
        "listening": envelope({"data": inside({**aside(STREAMS), **aside(ERROR)})}),
    }, absent={"error": ERROR, "action": ACTION, "client_order_id": SNAPSHOT}, unknown={"error": ERROR}),
    events=EVENTS,
    corrections=("trade_bust", "trade_correct"),
    synthetic_fills=True,
    fills_beside=True,
)

