"""Interactive Brokers Client Portal Web API: one object a message, its type under "topic" (`smd+265598`).

Market data and orders come as changes: a key that is absent is unchanged, and "" says nothing.
"""

from tickfold.schema.enums import BarClass, ErrorSource, NoticeKind, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.schema.language import (
    Table,
    aside,
    boolean,
    decimal,
    dressed,
    each,
    each_by_key,
    envelope,
    epoch,
    inside,
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
    weak_symbol,
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

# Market data by field id. What a quote does not hold goes to records beside it.
POSITION = shape("Position", {
    "73": dressed("market_value"),
    "74": dressed("avg_price"),
    "75": dressed("unrealized_pnl"),
    "76": dressed("qty"),
    "78": dressed("daily_pnl", weak=True),
    "79": dressed("realized_pnl"),
    "80": dressed("unrealized_percent"),
    "7292": dressed("cost_basis", weak=True),
    "7639": dressed("account_percent"),
    "7920": dressed("daily_pnl"),  # 78 unformatted
    "7921": dressed("cost_basis"),  # 7292 unformatted
})

STATS = shape("Stats", {
    "7084": dressed("implied_vol"),
    "7085": dressed("put_call_interest"),
    "7086": dressed("put_call_volume"),
    "7087": dressed("hist_vol_30d"),
    "7088": dressed("hist_vol_close"),
    "7089": dressed("option_volume"),
    "7282": dressed("avg_volume"),
    "7283": dressed("option_vol_30d"),
    "7284": dressed("hist_vol"),
    "7285": dressed("put_call_ratio"),
    "7286": dressed("dividend"),
    "7287": dressed("dividend_yield"),
    "7289": dressed("market_cap"),
    "7290": dressed("pe_ratio"),
    "7291": dressed("eps"),
    "7293": dressed("week52_high"),
    "7294": dressed("week52_low"),
    "7296": dressed("close"),
    "7308": dressed("delta"),
    "7309": dressed("gamma"),
    "7310": dressed("theta"),
    "7311": dressed("vega"),
    "7607": dressed("option_volume_change"),
    "7633": dressed("strike_vol"),
    "7636": dressed("shortable"),
    "7637": dressed("fee_rate"),
    "7671": dressed("dividend_next"),
    "7672": dressed("dividend_last"),
    "7674": dressed("ema200"),
    "7675": dressed("ema100"),
    "7676": dressed("ema50"),
    "7677": dressed("ema20"),
    "7678": dressed("price_ema200"),
    "7679": dressed("price_ema100"),
    "7724": dressed("price_ema50"),
    "7681": dressed("price_ema20"),
    "7682": dressed("change_open"),
    "7694": dressed("max_return"),
    "7695": dressed("break_even"),
    "7696": dressed("spx_delta"),
    "7697": dressed("futures_interest"),
    "7698": dressed("last_yield"),
    "7699": dressed("bid_yield"),
    "7702": dressed("max_loss"),
    "7703": dressed("max_profit"),
    "7718": dressed("beta"),
    "7720": dressed("ask_yield"),
})

INSTRUMENT = shape("Instrument", {
    "58": text("note"),
    "201": text("right"),
    "6004": text("exchange"),
    "6008": text("conid"),
    "6070": text("asset_class"),
    "6072": text("months"),
    "6073": text("expiry"),
    "6457": text("underlying"),
    "6508": text("service"),
    "7051": text("company"),
    "7094": skip,  # conid@exchange: both have ids of their own
    "7184": boolean("tradable"),
    "7219": text("description"),
    "7220": text("description2"),
    "7221": text("listing"),
    "7280": text("industry"),
    "7281": text("category"),
    "7288": text("ex_dividend"),
    "7644": text("shortable"),
    "7655": text("rating"),
    "7683": text("event"),
    "7684": text("event_date"),
    "7685": skip,  # further corporate events: the next one is what a strategy waits for
    "7686": skip,
    "7687": skip,
    "7688": skip,
    "7689": skip,
    "7690": skip,
    "7704": text("organization"),
    "7705": text("debt_class"),
    "7706": text("rating"),
    "7707": text("bond_state"),
    "7708": text("bond_type"),
    "7714": text("last_trading"),
    "7715": text("issued"),
    "7768": boolean("permitted"),
})

# Its instrument is what was asked for, 265598 or 265598@NYSE: topic and conidEx say so, conid leaves the exchange out.
QUOTE = shape("Quote", {
    "conid": weak_symbol,
    "conidEx": symbol,
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
    "77": skip,  # 75 with its formatting
    "87": dressed("volume", weak=True),  # rounded to K and M; 7762 says it exactly
    **{f"{field}_raw": skip for field in ("31", "73", "75", "78", "79", "82", "83", "84", "86", "87", "7282", "7289")},
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
    **aside(POSITION),
    **aside(STATS),
    **aside(INSTRUMENT),
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

# The answer to a keepalive; it comes four times.
TIC = shape("SessionState", {
    "alive": boolean("alive"),
    "id": text("username"),
    "lastAccessed": epoch("heartbeat"),
}, named=text("topic"))

FILL = shape("Fill", {
    "execution_id": text("exec_id"),
    "symbol": text("ticker"),
    "side": one_of("side", SIDE),
    "order_description": skip,
    "trade_time": skip,  # trade_time_r without its milliseconds
    "trade_time_r": epoch(),
    "size": dressed("qty"),
    "price": dressed("price"),
    "submitter": skip,
    "exchange": text("exchange"),
    "commission": dressed("commission"),  # missing at first
    "net_amount": dressed("net_amount"),
    "account": text("account"),
    "accountCode": text("account"),
    "account_allocation_name": skip,
    "company_name": skip,
    "contract_description_1": skip,
    "contract_description_2": skip,
    "sec_type": skip,
    "listing_exchange": skip,
    "conid": symbol,
    "conidEx": skip,
    "conidex": skip,
    "clearing_id": skip,
    "clearing_name": skip,
    "liquidation_trade": skip,
    "is_event_trading": skip,
    "supports_tax_opt": skip,
    "open_close": skip,
    "position": dressed("position"),
    "order_ref": text("client_order_id"),
    "order_id": text("order_id"),
})

PNL = shape("Pnl", {
    "rowType": integer("row_type"),
    "dpl": dressed("daily"),
    "nl": dressed("net_liq"),
    "upl": dressed("unrealized"),
    "rpl": dressed("realized"),
    "uel": dressed("uncushioned"),
    "el": dressed("excess_liq"),
    "mv": dressed("market_value"),
}, rest=text("account"))

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
    "secondKey": skip,
    "acctCode": skip,
    "cashbalance": dressed("total"),
    "settledCash": dressed("settled"),
    "netLiquidationValue": dressed("net_liq"),
    "stockMarketValue": dressed("stock_value"),
    "optionMarketValue": dressed("option_value"),
    "issueOptionsMarketValue": skip,
    "futureMarketValue": dressed("future_value"),
    "corporateBondsMarketValue": dressed("bond_value"),
    "commodityMarketValue": skip,
    "cashBalanceFXSegment": skip,
    "funds": dressed("fund_value"),
    "moneyFunds": skip,
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
}, rest=symbol, bar_class=BarClass.HISTORICAL, complete=1)

# What the bars are of, and the server's id for unsubscribing.
HISTORY = shape("Event", {
    "serverId": text("event_id"),
    "symbol": text("action"),
    "data": each(BAR),
    "text": skip,
    "priceFactor": skip,
    "startTime": skip,
    "high": skip,
    "low": skip,
    "timePeriod": skip,
    "barLength": skip,
    "mdAvailability": skip,
    "mktDataDelay": skip,
    "outsideRth": skip,
    "volumeFactor": skip,
    "priceDisplayRule": skip,
    "priceDisplayValue": skip,
    "negativeCapable": skip,
    "messageVersion": skip,
    "points": skip,
    "travelTime": skip,
    **aside(ERROR),
}, rest=symbol, event="smh")

LADDER = shape("BookLevel", {
    "row": integer("row"),
    "focus": skip,  # 1 = the row of the last price
    "price": ladder("price"),
    "bid": sided(Side.BUY),  # the size stands here, or in price, or in both
    "ask": sided(Side.SELL),
}, tail=symbol)

# A prompt, unlike a notice, says its type.
NOTICE = shape("Notice", {
    "id": text("notice_id"),
    "title": long("title"),
    "text": long("text"),
    "url": skip,
    "orderId": text("order_id"),
    "reqId": text("notice_id"),
    "messageId": skip,
    "type": one_of("notice_kind", {}, otherwise=NoticeKind.PROMPT),
    "prompt": boolean("prompt"),
    "dismissable": skip,
    "options": skip,
}, notice_kind=NoticeKind.NOTICE)

BULLETIN = shape("Notice", {
    "id": text("notice_id"),
    "message": long("text"),
    "exchanges": skip,
}, notice_kind=NoticeKind.BULLETIN)

ACT = shape("Event", {}, whole="data", event="act")

ERROR_TOPIC = shape("Error", {
    **ERROR.rows,
    "args": json("text"),
}, named=text("topic"), source=ErrorSource.VENUE)

REFUSED = envelope(aside(ERROR), loud=True)

TABLE = Table(
    name="ibkr",
    venue=Venue.IBKR,
    promotes=True,
    deltas=True,
    revisions=True,
    root=select("topic", {
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
        "error": ERROR_TOPIC,
        # What we ask for; they come back where it is refused.
        **dict.fromkeys(("umd", "umh", "ubd", "uor", "utr", "upl", "usd", "uld", "ech", "shs", "inp"), REFUSED),
    }, separator="+", absent={
        "error": ERROR,
        # "waiting for session", "Unsubscribed 7"
        "message": shape("Ack", {"message": text("action")}, whole="text", ok=1),
        "result": shape("Ack", {"result": text("action")}, whole="text", ok=1),
    }),
    plain={"ech+hb": shape("Ack", {}, ok=1, action="ech+hb")},
)
