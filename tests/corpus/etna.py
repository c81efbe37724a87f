"""ETNA Trader: flat objects whose values are all texts."""

import json

from tickfold.schema.enums import BarClass, ErrorSource, Flag, OrderStatus, OrderType, Side, TimeInForce

from . import Message, message, ns, want

MS = 10**6
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

QUOTE = {
    "EntityType": "Quote",
    "Key": "318",
    "QuoteTypes": "0",
    "Bid": "62.40000",
    "Ask": "62.42000",
    "BidSize": "300",
    "AskSize": "500",
    "BidMarket": "Q",
    "AskMarket": "P",
    "LastMarket": "D",
    "BidTime": "06/10/2024 13:30:15",
    "AskTime": "01/01/1970 00:00:00",
    "Date": "06/10/2024 13:30:14",
    "BidUpdate": "True",
    "AskUpdate": "False",
    "Last": "62.41000",
    "Price": "62.41500",
    "Open": "62.00000",
    "High": "62.80000",
    "Low": "61.90000",
    "Close": "62.41000",
    "DayHigh": "62.81000",
    "DayLow": "61.89000",
    "PreviousClose": "61.95000",
    "Volume": "100",
    "TotalDailyVolume": "1234567",
    "AverageVolume3Month": "13000000",
    "OpenInterest": "0",
    "Change": "0.46000",
    "ChangePc": "0.74254",
    "Week52Low": "51.55000",
    "Week52High": "64.99000",
    "Dividend": "1.94000",
    "DividendShare": "0.48500",
    "DividendYield": "3.10000",
    "MarketCap": "268860000000",
    "Eps": "2.48000",
    "PeRatio": "25.17000",
    "Beta": "0.58000",
    "Sector": "Consumer",
    "TradeCondition": "0",
    "DontAffectCandle": "False",
}
ORDER = {
    "EntityType": "Order",
    "Id": "20417",
    "AccountId": "611",
    "ParentId": "-1",
    "SecurityId": "318",
    "Symbol": "KO",
    "Name": "Coca-Cola",
    "SecurityType": "CommonStock",
    "Exchange": "XNYS",
    "Currency": "USD",
    "Quantity": "300.00000",
    "ExecutedQuantity": "120.00000",
    "LeavesQuantity": "180.00000",
    "AveragePrice": "62.40583",
    "LastPrice": "62.41000",
    "LastQuantity": "70.00000",
    "Price": "62.40000",
    "StopPrice": "0.00000",
    "Side": "Sell",
    "Status": "PartiallyFilled",
    "ExecutionStatus": "PartiallyFilled",
    "Type": "Limit",
    "InitialType": "Limit",
    "TimeInForce": "Day",
    "CreateDate": "1718026210000",
    "Date": "1718026210000",
    "TransactionDate": "1718026215882",
    "ExpireDate": "-62135596800000",
    "DateOffset": "0",
    "DateText": "06/10/2024",
    "TransactionDateText": "06/10/2024",
    "ExecInst": "0",
    "TrailingStopAmountType": "Absolute",
    "TrailingStopAmount": "0.00000",
    "TrailingLimitAmountType": "Absolute",
    "TrailingLimitAmount": "0.00000",
    "RejectReason": "",
    "Description": "Sell 300 KO",
    "Comment": "",
    "UnderlyingSymbol": "",
    "UnderlyingId": "-1",
    "UnderlyingStrike": "0",
    "UnderlyingOptionType": "Undefined",
    "UnderlyingExpirationDate": "-62135596800000",
    "UnderlyingExpirationType": "null",
    "ExtendedHours": "REG",
    "BrokerServiceCommission": "0.50",
}
ORDER_WANT = {
    "order_id": "20417",
    "account": "611",
    "ticker": "KO",
    "asset_class": "CommonStock",
    "exchange": "XNYS",
    "currency": "USD",
    "qty": "300.00000",
    "filled_qty": "120.00000",
    "leaves_qty": "180.00000",
    "avg_price": "62.40583",
    "last_price": "62.41000",
    "last_qty": "70.00000",
    "limit_price": "62.40000",
    "side": Side.SELL,
    "side_text": "Sell",
    "description": "Sell 300 KO",
    "status": OrderStatus.PARTIALLY_FILLED,
    "status_text": "PartiallyFilled",
    "event": "PartiallyFilled",
    "type": OrderType.LIMIT,
    "type_text": "Limit",
    "tif": TimeInForce.DAY,
    "tif_text": "Day",
    "ts_created": 1718026210000 * MS,
    "ts_updated": 1718026215882 * MS,
    "reason": "",
    "extended_hours": False,
    "commission": "0.50",
}
FILL_WANT = {
    "order_id": "20417",
    "account": "611",
    "ticker": "KO",
    "side": Side.SELL,
    "qty": "120.00000",
    "cum_qty": "120.00000",
}
ORDER_MESSAGE = message(
    "order",
    ORDER,
    want("Order", "318", 1718026215882 * MS, **ORDER_WANT),
    want("Fill", "318", 1718026215882 * MS, Flag.SNAPSHOT | Flag.SYNTHETIC, **FILL_WANT, price="62.40583"),
)
POSITION = {
    "EntityType": "Position",
    "Id": "77",
    "AccountId": "611",
    "SecurityId": "318",
    "Symbol": "KO",
    "SecurityType": "CommonStock",
    "Exchange": "XNYS",
    "Currency": "USD",
    "Name": "KO",
    "CompanyName": "Coca-Cola",
    "Quantity": "-300.00000",
    "CostBasis": "-18720.00000",
    "DailyCostBasis": "0.00000",
    "AverageOpenPrice": "62.40000",
    "AverageClosePrice": "0.00000",
    "RealizedProfitLoss": "-12.50000",
    "CreateDate": "1718026210000",
    "CreateDateOffset": "0",
    "ModifyDate": "1718026215882",
    "ModifyDateOffset": "0",
    "UnderlyingSymbol": "null",
}
# Names of figures and what they are called in a Balance.
FIGURES = dict(
    line.split()
    for line in """
    cash total
    netCash net_cash
    excess excess_liq
    changeAbsolute change
    changePercent change_percent
    equityTotal equity
    pendingOrdersCount pending_orders
    netLiquidity net_liq
    stockLongMarketValue stock_long
    stockShortMarketValue stock_short
    optionLongMarketValue option_long
    optionShortMarketValue option_short
    forexLongMarketValue forex_long
    forexShortMarketValue forex_short
    dayTrades day_trades
    stockBuyingPower buying_power
    optionBuyingPower option_buying_power
    forexBuyingPower forex_buying_power
    dayTradingBuyingPower day_buying_power
    pendingCash pending
    maintenanceMargin margin_maint
    optionMaintenanceMargin option_margin_maint
    openPL unrealized_pnl
    openPLDay unrealized_day
    openPLPercent unrealized_percent
    closePL realized_pnl
    marketValue market_value
    totalPL total_pnl
""".strip().splitlines()
)
ITEMS = "[" + ",".join(f'{{"Name":"{name}","Value":{i}.5}}' for i, name in enumerate(FIGURES)) + "]"
LONG = "-0.1031318408312315568923557400"


def balance(kind: str) -> Message:
    return message(
        kind,
        {
            "EntityType": kind,
            "Key": "611",
            "AccountId": "611",
            "CashBalance": "0.00000",
            "PendingCash": "1.50000",
            "PendingOrdersCount": "2",
            "Items": ITEMS[:-1] + f',{{"Name":"x","Value":{LONG}}}]',
        },
        want("Balance", account="611", cash="0.5", **{field: f"{i}.5" for i, field in enumerate(FIGURES.values())}),
        want("Balance", flags=Flag.INEXACT, account="611", name="x", total=LONG),
    )


def command(name: str, reply: dict[str, str], **fields: object) -> Message:
    return message(name, reply, want("Ack", **fields, text=json.dumps(reply, separators=(",", ":"))))


WATCHLIST = {
    "EntityType": "Watchlist",
    "id": "5",
    "Key": "9",
    "CreateDate": "06/10/2024 13:30:14",
    "ModifyDate": "06/10/2024 13:30:14",
    "Description": "",
    "IsDeleted": "False",
    "Name": "mine",
    "Type": "0",
    "UserId": "9",
}
CONTENT = {"EntityType": "WatchlistContent", "Key": "5", "AddedSymbols": "318;319", "RemovedSymbols": "null"}
SUBSCRIBED = {
    "Cmd": "Subscribe.txt",
    "SessionId": GUID,
    "Keys": "611",
    "EntityType": "Order",
    "HttpClientType": "WebSocket",
}

MESSAGES: list[Message] = [
    command(
        "session",
        {"Cmd": "CreateSession.txt", "StatusCode": "Ok", "SessionId": GUID},
        action="CreateSession.txt",
        ok=True,
        session=GUID,
    ),
    command("no session", {"Cmd": "CreateSession.txt", "StatusCode": "Error"}, action="CreateSession.txt", ok=False),
    command("subscribed", SUBSCRIBED, action="Subscribe.txt", topic="Order", session=GUID),
    command(
        "unsubscribed",
        {"EntityType": "Quote", "Cmd": "Unsubscribe.txt", "StatusCode": "Ok", "Keys": "318"},
        action="Unsubscribe.txt",
        ok=True,
        topic="Quote",
    ),
    command("ping", {"Cmd": "Ping"}, action="Ping"),
    message(
        "refused",
        {"Cmd": "Subscribe.txt", "StatusCode": "Error", "Message": "no"},
        want(
            "Ack", action="Subscribe.txt", ok=False, text='{"Cmd":"Subscribe.txt","StatusCode":"Error","Message":"no"}'
        ),
        want("Error", text="no", source=ErrorSource.VENUE),
    ),
    message(
        "quote",
        json.dumps(QUOTE).replace('", ', '",'),
        want(
            "Quote",
            "318",
            ns("2024-06-10T13:30:15Z"),
            bid="62.40000",
            ask="62.42000",
            bid_size="300",
            ask_size="500",
            bid_exchange="Q",
            ask_exchange="P",
            last_exchange="D",
            last="62.41000",
            mark="62.41500",
            open="62.00000",
            high="62.81000",
            low="61.89000",
            prev_close="61.95000",
            last_size="100",
            volume="1234567",
            open_interest="0",
            change="0.46000",
            change_percent="0.74254",
        ),
        want(
            "Stats",
            "318",
            ns("2024-06-10T13:30:15Z"),
            close="62.41000",
            volume_3m="13000000",
            week52_low="51.55000",
            week52_high="64.99000",
            dividend="1.94000",
            dividend_yield="3.10000",
            market_cap="268860000000",
            eps="2.48000",
            pe_ratio="25.17000",
            beta="0.58000",
        ),
    ),
    message(
        "quote without prices",
        {
            "EntityType": "Quote",
            "Key": "319",
            "Bid": "0.00000",
            "Ask": "0",
            "Last": "null",
            "Price": "",
            "Date": "01/01/1970 00:00:00",
            "BidSize": "0",
        },
        want("Quote", "319", None, bid_size="0"),
    ),
    message(
        "candle",
        {
            "EntityType": "Candle",
            "Key": "MSFT|NGS|USD:5m",
            "Open": "1.1",
            "High": "1.4",
            "Low": "1.0",
            "Close": "1.2",
            "Volume": "500",
            "Time": "1718026200",
            "IsCompleted": "True",
            "IsMarket": "True",
        },
        want(
            "Bar",
            "MSFT",
            1718026200 * 10**9,
            open="1.1",
            high="1.4",
            low="1.0",
            close="1.2",
            volume="500",
            complete=True,
            bar_class=BarClass.STREAM,
            interval=300,
            exchange="NGS",
            currency="USD",
        ),
    ),
    ORDER_MESSAGE,
    message(
        "order, every other field",
        {
            **ORDER,
            "Id": "2",
            "ParentId": "1",
            "StopPrice": "61.50000",
            "ExpireDate": "1718026215882",
            "RejectReason": "no",
            "ExtendedHours": "PRE",
            "ExecutedQuantity": "0.00000",
            "AveragePrice": "0.00000",
            "LastPrice": "0",
            "LastQuantity": "0",
            "Price": "0",
            "TrailingStopAmount": "0.25000",
            "Type": "TrailingStop",
            "Status": "Rejected",
            "LeavesQuantity": "300.00000",
        },
        want(
            "Order",
            "318",
            1718026215882 * MS,
            **{
                **{
                    key: value
                    for key, value in ORDER_WANT.items()
                    if key not in ("avg_price", "last_price", "last_qty", "limit_price")
                },
                "order_id": "2",
                "parent_id": "1",
                "stop_price": "61.50000",
                "ts_expires": 1718026215882 * MS,
                "reason": "no",
                "extended_hours": True,
                "filled_qty": "0.00000",
                "leaves_qty": "300.00000",
                "trail_price": "0.25000",
                "type": OrderType.TRAIL,
                "type_text": "TrailingStop",
                "status": OrderStatus.REJECTED,
                "status_text": "Rejected",
            },
        ),
    ),
    message(
        "position",
        POSITION,
        want(
            "Position",
            "318",
            1718026215882 * MS,
            position_id="77",
            account="611",
            ticker="KO",
            asset_class="CommonStock",
            currency="USD",
            qty="-300.00000",
            cost_basis="-18720.00000",
            avg_price="62.40000",
            avg_close_price="0.00000",
            realized_pnl="-12.50000",
            ts_created=1718026210000 * MS,
            ts_updated=1718026215882 * MS,
        ),
    ),
    balance("AccountBalance"),
    balance("UserBalance"),
    message(
        "watchlist",
        WATCHLIST,
        want(
            "Event",
            None,
            ns("2024-06-10T13:30:14Z"),
            event="Watchlist",
            event_id="5",
            account="9",
            action="mine",
            data=json.dumps(WATCHLIST, separators=(",", ":")).encode(),
        ),
    ),
    message(
        "watchlist content",
        CONTENT,
        want("Event", event="WatchlistContent", event_id="5", data=json.dumps(CONTENT, separators=(",", ":")).encode()),
    ),
    message(
        "depth",
        {"EntityType": "Level2", "Key": "318"},
        want("Raw", topic="Level2", data=b'{"EntityType":"Level2","Key":"318"}'),
    ),
    message(
        "alert",
        {"EntityType": "PriceAlert", "Key": "1"},
        want("Raw", topic="PriceAlert", data=b'{"EntityType":"PriceAlert","Key":"1"}'),
    ),
]
