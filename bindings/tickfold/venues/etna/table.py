"""ETNA Trader: flat objects with their type under "EntityType", every value a text; commands under "Cmd"."""

from tickfold.schema.enums import BarClass, ErrorSource, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.schema.language import (
    Table,
    aside,
    boolean,
    candle_key,
    decimal,
    epoch,
    long,
    moves,
    one_of,
    pairs,
    select,
    shape,
    skip,
    symbol,
    text,
    us_date,
)

NO_DATE = "-62135596800000"  # .NET's first moment
NO_ID = "-1"

STATUS = {
    "New": OrderStatus.NEW,
    "PartiallyFilled": OrderStatus.PARTIALLY_FILLED,
    "Filled": OrderStatus.FILLED,
    "DoneForDay": OrderStatus.DONE_FOR_DAY,
    "Canceled": OrderStatus.CANCELED,
    "Replaced": OrderStatus.REPLACED,
    "PendingCancel": OrderStatus.PENDING_CANCEL,
    "Stopped": OrderStatus.STOPPED,  # a trade is guaranteed: the order is open
    "Rejected": OrderStatus.REJECTED,
    "Suspended": OrderStatus.SUSPENDED,
    "PendingNew": OrderStatus.PENDING_NEW,
    "Calculated": OrderStatus.CALCULATED,
    "Expired": OrderStatus.EXPIRED,
    "AcceptedForBidding": OrderStatus.ACCEPTED,
    "PendingReplace": OrderStatus.PENDING_REPLACE,
    "Error": OrderStatus.REJECTED,
    "Held": OrderStatus.HELD,
}
STATUS |= {str(number): status for number, status in enumerate(list(STATUS.values())[:16])}  # FIX's order

SIDE = {
    "Buy": Side.BUY,
    "Sell": Side.SELL,
    "SellShort": Side.SELL_SHORT,
    "BuyToCover": Side.BUY_TO_COVER,
}

TYPE = {
    "Market": OrderType.MARKET,
    "Limit": OrderType.LIMIT,
    "Stop": OrderType.STOP,
    "StopLimit": OrderType.STOP_LIMIT,
    "Stop Limit": OrderType.STOP_LIMIT,
    "Pegged": OrderType.PEGGED,
    "TrailingStop": OrderType.TRAIL,
    "TrailingStopLimit": OrderType.TRAIL_LIMIT,
    "OneCancelOther": OrderType.OCO,
    "OneTriggerOther": OrderType.OTO,
    "OneTriggerOneCancelOther": OrderType.OTOCO,
    "External": OrderType.NETWORK,
}

TIF = {
    "Day": TimeInForce.DAY,
    "GoodTillCancel": TimeInForce.GTC,
    "AtTheOpening": TimeInForce.OPG,
    "ImmediateOrCancel": TimeInForce.IOC,
    "FillOrKill": TimeInForce.FOK,
    "GoodTillCrossing": TimeInForce.GTX,
    "GoodTillDate": TimeInForce.GTD,
    "GoodTillTime": TimeInForce.GTD,
}

STATS = shape("Stats", {
    "AverageVolume3Month": decimal("volume_3m", zero_clears=True),
    "Week52Low": decimal("week52_low", zero_clears=True),
    "Week52High": decimal("week52_high", zero_clears=True),
    "Dividend": decimal("dividend", zero_clears=True),
    "DividendShare": skip("Dividend says the same"),
    "DividendYield": decimal("dividend_yield", zero_clears=True),
    "MarketCap": decimal("market_cap", zero_clears=True),
    "Eps": decimal("eps", zero_clears=True),
    "PeRatio": decimal("pe_ratio", zero_clears=True),
    "Beta": decimal("beta", zero_clears=True),
    "Close": decimal("close", zero_clears=True),
})

# A zero price is one that is not known.
QUOTE = shape("Quote", {
    "Key": symbol,
    "QuoteTypes": skip("flags whose meaning is not published"),
    "Bid": decimal("bid", zero_clears=True),
    "Ask": decimal("ask", zero_clears=True),
    "BidSize": decimal("bid_size"),
    "AskSize": decimal("ask_size"),
    "BidMarket": text("bid_exchange"),
    "AskMarket": text("ask_exchange"),
    "LastMarket": text("last_exchange"),
    "BidTime": us_date(newest=True),
    "AskTime": us_date(newest=True),
    "Date": us_date(newest=True),  # of the last trade
    "BidUpdate": skip("bid is what changed: changed says it"),
    "AskUpdate": skip("ask is what changed: changed says it"),
    "Last": decimal("last", zero_clears=True),  # of the regular session
    "Price": decimal("mark", zero_clears=True),  # follows extended hours
    "Open": decimal("open", zero_clears=True),
    "High": skip("of a bar that is not specified; DayHigh is the day's"),
    "Low": skip("of a bar that is not specified; DayLow is the day's"),
    "DayHigh": decimal("high", zero_clears=True),
    "DayLow": decimal("low", zero_clears=True),
    "PreviousClose": decimal("prev_close", zero_clears=True),
    "Volume": decimal("last_size"),  # of the last trade
    "TotalDailyVolume": decimal("volume"),
    "OpenInterest": decimal("open_interest"),
    "Change": decimal("change"),
    "ChangePc": decimal("change_percent"),
    "Sector": skip("of the company, not of the market"),
    "TradeCondition": skip("a code whose table is not published"),
    "DontAffectCandle": skip("concerns ETNA's own candles"),
    **aside(STATS),
}, replaces=True)

CANDLE = shape("Bar", {
    "Key": candle_key,
    "Open": decimal("open"),
    "High": decimal("high"),
    "Low": decimal("low"),
    "Close": decimal("close"),
    "Volume": decimal("volume"),
    "Time": epoch(unit="s"),
    "IsCompleted": boolean("complete"),
    "IsMarket": skip("a client's field, without a documented meaning"),
}, bar_class=BarClass.STREAM)

ORDER = shape("Order", {
    "Id": text("order_id"),
    "AccountId": text("account"),
    "ParentId": text("parent_id", none=NO_ID),
    "SecurityId": symbol,
    "Symbol": text("ticker"),
    "Name": skip("of the company; Symbol and SecurityId name the instrument"),
    "SecurityType": text("asset_class"),
    "Exchange": text("exchange"),
    "Currency": text("currency"),
    "Quantity": decimal("qty"),
    "ExecutedQuantity": decimal("filled_qty"),
    "LeavesQuantity": decimal("leaves_qty"),
    "AveragePrice": decimal("avg_price", zero_clears=True),
    "LastPrice": decimal("last_price", zero_clears=True),
    "LastQuantity": decimal("last_qty", zero_clears=True),
    "Price": decimal("limit_price", zero_clears=True),
    "StopPrice": decimal("stop_price", zero_clears=True),
    "Side": one_of("side", SIDE, also="side_text"),
    "Status": one_of("status", STATUS, also="status_text"),
    "ExecutionStatus": text("event"),
    "Type": one_of("type", TYPE, also="type_text", otherwise=OrderType.OTHER),
    "InitialType": skip("Type is what it is now"),
    "TimeInForce": one_of("tif", TIF, also="tif_text"),
    "CreateDate": epoch("ts_created", none=NO_DATE),
    "Date": epoch("ts_updated", none=NO_DATE, newest=True),
    "TransactionDate": epoch("ts_updated", none=NO_DATE, newest=True),  # of the last change
    "ExpireDate": epoch("ts_expires", none=NO_DATE),
    "DateOffset": skip("of a time zone, for display"),
    "DateText": skip("a time for display"),
    "TransactionDateText": skip("a time for display"),
    "ExecInst": skip("bit flags whose meaning is not published"),
    "TrailingStopAmountType": moves("trail_price", "trail_percent", ("Persentage", "Percentage")),  # sic
    "TrailingStopAmount": decimal("trail_price", zero_clears=True),
    "TrailingLimitAmountType": skip("of a second trailing amount, which no field holds"),
    "TrailingLimitAmount": skip("a second trailing amount: trail_price is the first"),
    "RejectReason": text("reason"),
    "Description": text("description"),
    "Comment": skip("free text of the broker"),
    "UnderlyingSymbol": skip("of an option; SecurityId names the contract"),
    "UnderlyingId": skip("of an option; SecurityId names the contract"),
    "UnderlyingStrike": skip("of an option; SecurityId names the contract"),
    "UnderlyingOptionType": skip("of an option; SecurityId names the contract"),
    "UnderlyingExpirationDate": skip("of an option; SecurityId names the contract"),
    "UnderlyingExpirationType": skip("of an option; SecurityId names the contract"),
    "ExtendedHours": one_of("extended_hours", {"REG": 0, "": 0}, otherwise=1),  # PRE REG POST REGPOST ALL
    "BrokerServiceCommission": decimal("commission"),
}, replaces=True)

POSITION = shape("Position", {
    "UnderlyingSymbol": skip("of an option; SecurityId names the contract"),
    "Id": text("position_id"),
    "AccountId": text("account"),
    "SecurityId": symbol,
    "Symbol": text("ticker"),
    "SecurityType": text("asset_class"),
    "Exchange": skip("of the security; SecurityId names it"),
    "Currency": text("currency"),
    "Name": skip("of the company; Symbol and SecurityId name the instrument"),
    "CompanyName": skip("of the company; Symbol and SecurityId name the instrument"),
    "Quantity": decimal("qty"),
    "CostBasis": decimal("cost_basis"),
    "DailyCostBasis": skip("of the day; CostBasis is that of the position"),
    "AverageOpenPrice": decimal("avg_price"),
    "AverageClosePrice": decimal("avg_close_price"),
    "RealizedProfitLoss": decimal("realized_pnl"),
    "CreateDate": epoch("ts_created", none=NO_DATE),
    "CreateDateOffset": skip("of a time zone, for display"),
    "ModifyDate": epoch("ts_updated", none=NO_DATE),
    "ModifyDateOffset": skip("of a time zone, for display"),
}, replaces=True)

FIGURES = {
    "cash": decimal("total", copy="cash"),
    "netCash": decimal("net_cash"),
    "excess": decimal("excess_liq"),
    "changeAbsolute": decimal("change"),
    "changePercent": decimal("change_percent"),
    "equityTotal": decimal("equity"),
    "pendingOrdersCount": decimal("pending_orders"),
    "netLiquidity": decimal("net_liq"),
    "stockLongMarketValue": decimal("stock_long"),
    "stockShortMarketValue": decimal("stock_short"),
    "optionLongMarketValue": decimal("option_long"),
    "optionShortMarketValue": decimal("option_short"),
    "forexLongMarketValue": decimal("forex_long"),
    "forexShortMarketValue": decimal("forex_short"),
    "dayTrades": decimal("day_trades"),
    "stockBuyingPower": decimal("buying_power"),
    "optionBuyingPower": decimal("option_buying_power"),
    "forexBuyingPower": decimal("forex_buying_power"),
    "dayTradingBuyingPower": decimal("day_buying_power"),
    "pendingCash": decimal("pending"),
    "maintenanceMargin": decimal("margin_maint"),
    "optionMaintenanceMargin": decimal("option_margin_maint"),
    "openPL": decimal("unrealized_pnl"),
    "openPLDay": decimal("unrealized_day"),
    "openPLPercent": decimal("unrealized_percent"),
    "closePL": decimal("realized_pnl"),
    "marketValue": decimal("market_value"),
    "totalPL": decimal("total_pnl"),
}

FIGURE = shape("Balance", {
    "Name": text("name"),
    "Value": decimal("total"),
})

# The figures stand in Items, a text that is JSON. They count where the top level says something else: its cash may be
# 0 while theirs is right.
BALANCE = shape("Balance", {
    "Key": text("account", weak=True),  # where there is no AccountId: the user's
    "AccountId": text("account"),
    "CashBalance": decimal("total", weak=True, copy="cash"),
    "PendingCash": decimal("pending", weak=True),
    "PendingOrdersCount": decimal("pending_orders", weak=True),
    "Items": pairs("Name", "Value", FIGURES, others=FIGURE),
})

WATCHLIST = shape("Event", {
    "id": text("event_id"),
    "Key": text("account"),
    "Name": text("action"),
    "CreateDate": us_date(newest=True),
    "ModifyDate": us_date(newest=True),
}, whole="data", event="Watchlist")
CONTENT = shape("Event", {"Key": text("event_id")}, whole="data", event="WatchlistContent")

ERROR = shape("Error", {"Message": long("text")}, source=ErrorSource.VENUE)
REST_ERROR = shape("Error", {"error": long("text"), "Message": long("text")}, source=ErrorSource.VENUE)

COMMAND = shape("Ack", {
    "Cmd": text("action"),
    "StatusCode": one_of("ok", {"Ok": 1}),
    "SessionId": text("session"),
    "EntityType": text("topic"),
    **aside(ERROR),
}, whole="text")

TABLE = Table(
    name="etna",
    venue=Venue.ETNA,
    null_clears=True,
    null_text="null",
    synthetic_fills=True,
    root=select("EntityType", {
        "Quote": QUOTE,
        "Candle": CANDLE,
        "Order": ORDER,
        "Position": POSITION,
        "AccountBalance": BALANCE,
        "UserBalance": BALANCE,
        "Watchlist": WATCHLIST,
        "WatchlistContent": CONTENT,
    }, absent={"error": REST_ERROR, "Message": REST_ERROR},
        first={"Cmd": COMMAND}),  # the echo of a Subscribe has an EntityType too
)

