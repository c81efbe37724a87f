"""Interactive Brokers Client Portal Web API: one object a message, its type under "topic" (`smd+265598`).

Market data and orders come as changes: a key that is absent is unchanged, and "" says nothing.
"""

import dataclasses

from tickfold.schema.enums import BarClass, NoticeKind, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.schema.language import (
    Table,
    aside,
    boolean,
    compact_date,
    decimal,
    dressed,
    each,
    each_by_key,
    envelope,
    epoch,
    inside,
    instrument,
    integer,
    json,
    ladder,
    long,
    one_of,
    select,
    shape,
    sided,
    size_and_fills,
    skip,
    symbol,
    text,
)
from tickfold.venues.ibkr.table_data import ERROR, INSTRUMENT, POSITION, QUOTE, STATS

__all__ = ["INSTRUMENT", "POSITION", "SNAPSHOT_TOPIC", "STATS", "TABLE"]

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
    "PAX": TimeInForce.UNKNOWN,  # of crypto currencies: documented without its meaning
}

ORDER = shape("Order", {
    "acct": text("account"),
    "account": text("account"),
    "conid": symbol,
    "conidex": text("exchange", split="@", weak=True),
    "orderId": text("order_id"),
    "order_ref": text("client_order_id"),
    "parentId": text("parent_id"),
    "cashCcy": text("currency"),
    "sizeAndFills": size_and_fills,
    "ticker": text("ticker"),
    "remainingQuantity": dressed("leaves_qty"),
    "filledQuantity": dressed("filled_qty"),
    "totalSize": dressed("qty"),
    "totalCashSize": dressed("notional"),
    "cashQty": dressed("notional", weak=True),
    "avgPrice": dressed("avg_price"),
    "price": dressed("limit_price"),  # of a stop order: its stop price
    "auxPrice": dressed("stop_price"),
    "stop_price": dressed("stop_price"),
    "status": one_of("status", STATUS, also="status_text"),
    "origOrderType": one_of("type", TYPE, otherwise=OrderType.OTHER, weak=True),  # orderType in other words
    "orderType": one_of("type", TYPE, also="type_text", otherwise=OrderType.OTHER),
    "side": one_of("side", SIDE, also="side_text"),
    "timeInForce": one_of("tif", TIF, also="tif_text"),
    "lastExecutionTime_r": epoch("ts_updated"),
    "outsideRTH": boolean("extended_hours"),
    "order_cancellation_by_system_reason": text("reason"),
    "lastExecutionTime": skip("lastExecutionTime_r without its milliseconds"),
    "order_ccp_status": skip("another spelling of status, not to be trusted"),
    "orderDesc": text("description"),
    "description1": text("ticker", weak=True),
    "description2": text("contract"),
    "secType": text("asset_class"),
    "listingExchange": text("listing"),
    "companyName": text("company"),
    "exchange": text("exchange"),
    "supportsTaxOpt": skip("a button of IBKR's own screens"),
    "isEventTrading": skip("a mark of IBKR's own screens"),
    "taxOptimizerId": skip("a button of IBKR's own screens"),
    "warning_message": skip("of the order's preview; what is refused is told by ntf"),
    "bgColor": skip("a color of a screen"),
    "fgColor": skip("a color of a screen"),
})

#: The topic that feed_snapshot() gives the answer to GET /iserver/account/orders, which has none of its own.
SNAPSHOT_TOPIC = "GET /iserver/account/orders"

SYSTEM = shape("SessionState", {
    "success": text("username"),
    "hb": epoch("heartbeat"),
    "isFT": skip("of the login's kind, without a documented meaning"),
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
        "fail": skip("message says why"),
        "serverName": skip("of IBKR's server, of no use to a strategy"),
        "serverVersion": skip("of IBKR's server, of no use to a strategy"),
    }),
}, named=text("topic"))

# The answer to a keepalive; it comes four times.
TIC = shape("SessionState", {
    "alive": boolean("alive"),
    "id": text("username"),
    "lastAccessed": epoch("heartbeat"),
}, named=text("topic"))

FILL = shape("Fill", {
    "execution_id": text("exec_id"),
    "symbol": text("ticker"),
    "side": one_of("side", SIDE, also="side_text"),
    "order_description": text("description"),
    "trade_time": compact_date(newest=True),  # trade_time_r without its milliseconds
    "trade_time_r": epoch(newest=True),
    "size": dressed("qty"),
    "price": dressed("price"),
    "submitter": skip("the user's name"),
    "exchange": text("exchange"),
    "commission": dressed("commission"),  # missing at first
    "net_amount": dressed("net_amount"),
    "account": text("account"),
    "accountCode": text("account"),
    "account_allocation_name": skip("account says the same"),
    "company_name": text("company"),
    "contract_description_1": text("ticker", weak=True),
    "contract_description_2": text("contract"),
    "sec_type": text("asset_class"),
    "listing_exchange": text("listing"),
    "conid": symbol,
    "conidEx": text("exchange", split="@", weak=True),
    "conidex": text("exchange", split="@", weak=True),
    "clearing_id": skip("of the clearing house"),
    "clearing_name": skip("of the clearing house"),
    "liquidation_trade": skip("0 but for liquidations by IBKR, which ntf tells"),
    "is_event_trading": skip("a mark of IBKR's own screens"),
    "supports_tax_opt": skip("a button of IBKR's own screens"),
    "open_close": skip("??? in all that was seen"),
    "position": dressed("position"),
    "order_ref": text("client_order_id"),
    "order_id": text("order_id"),
})

# "DU1234.Core"
ACCOUNT_SEGMENT = text("account", split=".", rest="segment")

PNL = shape("Pnl", {
    "rowType": integer("row_type"),
    "dpl": dressed("daily"),
    "nl": dressed("net_liq"),
    "upl": dressed("unrealized"),
    "rpl": dressed("realized"),
    "uel": dressed("uncushioned"),
    "el": dressed("excess_liq"),
    "mv": dressed("market_value"),
    "acct": ACCOUNT_SEGMENT,
    "account": ACCOUNT_SEGMENT,
}, rest=ACCOUNT_SEGMENT)

# Account summary: a row a figure, by its name.
SUMMARY = shape("Balance", {
    "key": text("name"),
    "currency": text("currency"),
    "monetaryValue": dressed("total"),
    "value": text("value"),
    "severity": integer("severity"),
    "timestamp": epoch(unit="s"),
}, rest=text("account"))

# Ledger: a row a currency, LedgerListBASE the sum in the base currency.
LEDGER = shape("Balance", {
    "key": text("currency", strip="LedgerList"),
    "secondKey": skip("key says the same"),
    "acctCode": text("account", weak=True),  # the topic names it, too
    "cashbalance": dressed("total", copy="cash"),
    "settledCash": dressed("settled"),
    "netLiquidationValue": dressed("net_liq"),
    "stockMarketValue": dressed("stock_value"),
    "optionMarketValue": dressed("option_value"),
    "issueOptionsMarketValue": skip("of warrants issued by an employer; net_liq includes it"),
    "futureMarketValue": dressed("future_value"),
    "corporateBondsMarketValue": dressed("bond_value"),
    "commodityMarketValue": skip("net_liq includes it"),
    "tBillsMarketValue": skip("net_liq includes it"),
    "tBondsMarketValue": skip("net_liq includes it"),
    "warrantsMarketValue": skip("net_liq includes it"),
    "cashBalanceFXSegment": skip("a part of cashbalance"),
    "funds": dressed("fund_value"),
    "moneyFunds": skip("funds includes it"),
    "interest": dressed("interest"),
    "dividends": dressed("dividends"),
    "exchangeRate": dressed("exchange_rate"),
    "realizedPnl": dressed("realized_pnl"),
    "unrealizedPnl": dressed("unrealized_pnl"),
    "severity": integer("severity"),
    "timestamp": epoch(unit="s"),
}, rest=text("account"), balance_type="ledger")

BAR = shape("Bar", {
    "t": epoch(),
    "o": decimal("open"),
    "h": decimal("high"),
    "l": decimal("low"),
    "c": decimal("close"),
    "v": decimal("volume"),
}, rest=instrument(strip="@SMART"), bar_class=BarClass.HISTORICAL, complete=1)

# What the bars are of, and the server's id for unsubscribing.
HISTORY = shape("Event", {
    "serverId": text("event_id"),
    "symbol": text("action"),
    "data": each(BAR),
    "text": skip("of the company"),
    "priceFactor": skip("of high and low, which the bars say"),
    "startTime": compact_date(),
    "high": skip("in a form of its own; the bars say it"),
    "low": skip("in a form of its own; the bars say it"),
    "timePeriod": skip("what was asked for"),
    "barLength": integer("interval"),
    "mdAvailability": skip("smd says it of the quote"),
    "mktDataDelay": skip("smd says it of the quote"),
    "outsideRth": skip("what was asked for"),
    "volumeFactor": skip("of high and low, which the bars say"),
    "priceDisplayRule": skip("for display"),
    "priceDisplayValue": skip("for display"),
    "negativeCapable": skip("for display"),
    "messageVersion": skip("of the message's form"),
    "points": skip("how many bars there are"),
    "travelTime": skip("of IBKR's own servers"),
    **aside(ERROR),
}, rest=instrument(strip="@SMART"), event="smh")

LADDER = shape("BookLevel", {
    "row": integer("row"),
    "focus": skip("1 for the row of the last price, which the quote says"),
    "price": ladder("price"),
    "bid": sided(Side.BUY),  # the size stands here, or in price, or in both
    "ask": sided(Side.SELL),
}, tail=instrument(join="+"))  # sbd+DU1234+265598+NYSE

# A prompt says its type, or offers answers, or both.
NOTICE = shape("Notice", {
    "id": text("notice_id"),
    "title": long("title"),
    "text": long("text"),
    "url": long("url"),
    "orderId": text("order_id"),
    "reqId": text("notice_id"),
    "messageId": text("message_id"),
    "type": one_of("notice_kind", {}, also="notice_type", otherwise=NoticeKind.PROMPT),
    "prompt": boolean("prompt"),
    "dismissable": skip("for display"),
    "options": json("options"),
}, notice_kind=NoticeKind.NOTICE)

BULLETIN = shape("Notice", {
    "id": text("notice_id"),
    "message": long("text"),
    "exchanges": long("exchanges"),
}, notice_kind=NoticeKind.BULLETIN)

# A question in the course of what was asked for: {"action":"prompt","topic":"inp+exercise","data":{…}}.
PROMPT = shape("Notice", {
    "action": one_of("notice_kind", {"prompt": NoticeKind.PROMPT}, also="notice_type", otherwise=NoticeKind.NOTICE),
    "MID": text("message_id"),
    "data": inside({
        "id": text("notice_id"),
        "title": long("title"),
        "text": long("text"),
        "message": long("text"),
        "url": long("url"),
        "orderId": text("order_id"),
        "user_actions": json("options"),
        "options": json("options"),
    }),
}, rest=text("topic"))

ACT = shape("Event", {}, whole="data", event="act")

# {"topic":"error","args":{"error":"…","code":5}}, or a text in place of the object.
ERROR_ARGS = dataclasses.replace(ERROR, whole="data", rows={
    **ERROR.rows, "message": long("text"), "": long("text")})

REFUSED = envelope(aside(ERROR), loud=True)

TABLE = Table(
    name="ibkr",
    venue=Venue.IBKR,
    promotes=True,
    deltas=True,
    stops_in_price=True,
    revisions=True,
    root=select("topic", {
        SNAPSHOT_TOPIC: envelope({
            "orders": each(dataclasses.replace(ORDER, snapshot=True)),
            "snapshot": skip("whether the list is whole: each of its orders is whole"),
        }),
        "sor": envelope({"args": each(ORDER), **aside(ERROR)}),
        "smd": QUOTE,
        "smh": HISTORY,
        "sbd": envelope({"data": each(LADDER), **aside(ERROR)}),
        "str": envelope({"args": each(FILL), **aside(ERROR)}),
        "spl": envelope({"args": each_by_key(PNL), **aside(ERROR)}),
        "ssd": envelope({"result": each(SUMMARY), **aside(ERROR)}),
        "sld": envelope({"result": each(LEDGER), **aside(ERROR)}),
        "system": SYSTEM,
        "sts": STS,
        "tic": TIC,
        "ntf": envelope({"args": each(NOTICE), **aside(ERROR)}),
        "blt": envelope({"args": each(BULLETIN), **aside(ERROR)}),
        "act": ACT,
        "error": envelope({"args": each(ERROR_ARGS), **aside(ERROR)}),
        # What we ask for; they come back where it is refused.
        **dict.fromkeys(("umd", "umh", "ubd", "uor", "utr", "upl", "usd", "uld", "ech"), REFUSED),
        **dict.fromkeys(("shs", "inp"), envelope({**aside(PROMPT), **aside(ERROR)}, loud=True)),
    }, separator="+", absent={
        "error": ERROR,
        # "waiting for session", "Unsubscribed 7"
        "message": shape("Ack", {"message": text("action")}, whole="text", ok=1),
        "result": shape("Ack", {"result": text("action")}, whole="text", ok=1),
    }, unknown={"error": ERROR}),  # of a request that IBKR does not know
    plain={"ech+hb": shape("Ack", {}, ok=1, action="ech+hb")},
)
