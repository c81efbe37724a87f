"""Interactive Brokers Client Portal Web API: one object a message, its type under "topic" (`smd+265598`).

Market data and orders come as changes: a key that is absent is unchanged, and "" says nothing.
"""

from tickfold.engine._enums import ErrorSource, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.tables.language import (
    Table,
    aside,
    boolean,
    dressed,
    each,
    envelope,
    epoch,
    inside,
    integer,
    json,
    long,
    one_of,
    select,
    shape,
    size_and_fills,
    skip,
    symbol,
    text,
)

STATUS = {
    "PendingSubmit": OrderStatus.PENDING_NEW,
    "ApiPending": OrderStatus.PENDING_NEW,
    "PreSubmitted": OrderStatus.ACCEPTED,
    "Submitted": OrderStatus.NEW,
    "Filled": OrderStatus.FILLED,
    "PendingCancel": OrderStatus.PENDING_CANCEL,
    "Cancelled": OrderStatus.CANCELED,
    "ApiCancelled": OrderStatus.CANCELED,
    "Rejected": OrderStatus.REJECTED,
    "Expired": OrderStatus.EXPIRED,
    "WarnState": OrderStatus.HELD,
    "Inactive": OrderStatus.INACTIVE,  # may come back to life: it does not end an order
}

SIDE = {
    "BUY": Side.BUY, "B": Side.BUY,
    "SELL": Side.SELL, "S": Side.SELL,
    "SSHORT": Side.SELL_SHORT,
    "EXER": Side.EXERCISE,
}

TYPE = {
    "MARKET": OrderType.MARKET, "Market": OrderType.MARKET, "MKT": OrderType.MARKET,
    "LIMIT": OrderType.LIMIT, "Limit": OrderType.LIMIT, "LMT": OrderType.LIMIT,
    "STOP": OrderType.STOP, "Stop": OrderType.STOP, "STP": OrderType.STOP,
    "STOP_LIMIT": OrderType.STOP_LIMIT, "Stop Limit": OrderType.STOP_LIMIT, "STP LMT": OrderType.STOP_LIMIT,
    "TRAIL": OrderType.TRAIL, "Trail": OrderType.TRAIL,
    "TRAILLMT": OrderType.TRAIL_LIMIT,
    "REL": OrderType.PEGGED, "MIDPRICE": OrderType.PEGGED,
}

TIF = {
    "DAY": TimeInForce.DAY,
    "CLOSE": TimeInForce.DAY,  # seen for DAY orders entered out of hours
    "GTC": TimeInForce.GTC,
    "OPG": TimeInForce.OPG,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "GTD": TimeInForce.GTD,
    "AUC": TimeInForce.GFA,
}

ERROR = shape("Error", {
    "error": long("text"),
    "code": integer("code"),
}, named=text("topic"), source=ErrorSource.VENUE)

ORDER = shape("Order", {
    "acct": text("account"),
    "account": text("account"),
    "conid": symbol,
    "conidex": skip,
    "orderId": text("order_id"),
    "order_ref": text("client_order_id"),
    "parentId": text("parent_id"),
    "cashCcy": text("currency"),
    "sizeAndFills": size_and_fills,
    "ticker": text("ticker"),
    "remainingQuantity": dressed("leaves_qty"),
    "filledQuantity": dressed("filled_qty"),
    "totalSize": dressed("qty"),
    "avgPrice": dressed("avg_price"),
    "price": dressed("limit_price"),
    "auxPrice": dressed("stop_price"),
    "stop_price": dressed("stop_price"),
    "status": one_of("status", STATUS, also="status_text"),
    "origOrderType": skip,  # orderType says the same in other words
    "orderType": one_of("type", TYPE, also="type_text", otherwise=OrderType.OTHER),
    "side": one_of("side", SIDE),
    "timeInForce": one_of("tif", TIF, also="tif_text"),
    "lastExecutionTime_r": epoch("ts_updated"),
    "outsideRTH": boolean("extended_hours"),
    "order_cancellation_by_system_reason": text("reason"),
    "lastExecutionTime": skip,  # lastExecutionTime_r without its milliseconds
    "order_ccp_status": skip,  # another spelling of status, not to be trusted
    "orderDesc": skip,
    "description1": skip,
    "description2": skip,
    "secType": skip,
    "listingExchange": skip,
    "companyName": skip,
    "exchange": skip,
    "supportsTaxOpt": skip,
    "isEventTrading": skip,
    "taxOptimizerId": skip,
    "warning_message": skip,
    "bgColor": skip,
    "fgColor": skip,
})

QUOTE = shape("Quote", {
    "conid": symbol,
    "conidEx": skip,
    "_updated": epoch(),
    "server_id": skip,
    "6119": skip,
    "6509": text("availability"),
    "31": dressed("last", sets_last_flag=True),
    "55": text("ticker"),
    "70": dressed("high"),
    "71": dressed("low"),
    "82": dressed("change"),
    "83": dressed("change_percent"),
    "84": dressed("bid", none="-1"),
    "85": dressed("ask_size"),
    "86": dressed("ask", none="-1"),
    "87": skip,  # 7762 says it exactly; its raw twin is rounded too
    "87_raw": dressed("volume"),
    "88": dressed("bid_size"),
    "7057": text("ask_exchange"),
    "7058": text("last_exchange"),
    "7059": dressed("last_size"),
    "7068": text("bid_exchange"),
    "7295": dressed("open"),
    "7635": dressed("mark"),
    "7638": dressed("open_interest"),
    "7741": dressed("prev_close"),
    "7762": dressed("volume"),
    **aside(ERROR),
}, rest=symbol)

SYSTEM = shape("SessionState", {
    "success": text("username"),
    "hb": epoch("heartbeat"),
    "isFT": skip,
    "isPaper": boolean("paper"),
}, named=text("topic"))

STS = shape("SessionState", {
    "args": inside({
        "authenticated": boolean("authenticated"),
        "connected": boolean("connected"),
        "established": boolean("established"),
        "competing": boolean("competing"),
        "message": long("text"),
        "username": text("username"),
        "fail": skip,
        "serverName": skip,
        "serverVersion": skip,
    }),
}, named=text("topic"))

ERROR_TOPIC = shape("Error", {**ERROR.rows, "args": json("text")}, named=text("topic"), source=ErrorSource.VENUE)

TABLE = Table(
    name="ibkr",
    venue=Venue.IBKR,
    promotes=True,
    deltas=True,
    root=select("topic", {
        "sor": envelope({"args": each(ORDER), **aside(ERROR)}),
        "smd": QUOTE,
        "system": SYSTEM,
        "sts": STS,
        "error": ERROR_TOPIC,
    }, separator="+", absent={
        "error": ERROR,
        # "waiting for session", "Unsubscribed 7"
        "message": shape("Ack", {"message": text("action")}, whole="text", ok=1),
        "result": shape("Ack", {"result": text("action")}, whole="text", ok=1),
    }),
    plain={"ech+hb": shape("Ack", {}, ok=1, action="ech+hb")},
)
