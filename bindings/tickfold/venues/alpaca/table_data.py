"""Alpaca market data: arrays of objects, each with its type under "T"; JSON or MessagePack."""

from tickfold.schema.enums import BarClass, BookAction, ErrorSource, Side, StatusScope, TradeAction, Venue
from tickfold.schema.language import (
    Table,
    aside,
    chars,
    coded,
    decimal,
    each,
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

TRADE = shape("Trade", {
    "S": symbol,
    "i": text("trade_id"),
    "x": text("exchange"),
    "p": decimal("price"),
    "s": decimal("size"),
    "c": chars("conditions"),
    "t": rfc3339(),
    "z": text("tape"),
    "tks": one_of("side", {"B": Side.BUY, "S": Side.SELL}),  # crypto: the taker's side
    "r": rfc3339("ts_received"),
})

QUOTE = shape("Quote", {
    "S": symbol,
    "bx": text("bid_exchange"),
    "bp": decimal("bid"),
    "bs": decimal("bid_size"),  # round lots on the SIP, shares elsewhere: kept as sent
    "ax": text("ask_exchange"),
    "ap": decimal("ask"),
    "as": decimal("ask_size"),
    "c": chars("conditions"),
    "z": text("tape"),
    "t": rfc3339(),
    "r": rfc3339("ts_received"),
    "x": skip("the exchange of crypto, which the feed's path names"),
}, replaces=True)

BAR_ROWS = {
    "S": symbol,
    "o": decimal("open"),
    "h": decimal("high"),
    "l": decimal("low"),
    "c": decimal("close"),
    "v": decimal("volume"),
    "t": rfc3339(),
    "n": integer("trade_count"),
    "vw": decimal("vwap"),
    "x": skip("the exchange of crypto, which the feed's path names"),
}

CORRECTION = shape("Trade", {
    "S": symbol,
    "x": text("exchange"),
    "oi": text("orig_trade_id"),
    "op": decimal("orig_price"),
    "os": decimal("orig_size"),
    "oc": chars("orig_conditions"),
    "ci": text("trade_id"),
    "cp": decimal("price"),
    "cs": decimal("size"),
    "cc": chars("conditions"),
    "t": rfc3339(),
    "z": text("tape"),
}, action=TradeAction.CORRECTION)

CANCEL = shape("Trade", {
    "S": symbol,
    "i": text("orig_trade_id"),
    "x": text("exchange"),
    "p": decimal("price"),
    "s": decimal("size"),
    "a": text("trade_type"),  # C canceled, E erroneous
    "t": rfc3339(),
    "z": text("tape"),
}, action=TradeAction.CANCEL)

STATUS = shape("Status", {
    "S": symbol,
    "sc": text("code"),
    "sm": long("text"),
    "rc": text("reason"),
    "rm": long("reason_text"),
    "t": rfc3339(),
    "z": text("tape"),
}, scope=StatusScope.SYMBOL)

LULD = shape("Status", {
    "S": symbol,
    "u": decimal("limit_up"),
    "d": decimal("limit_down"),
    "i": text("indicator"),
    "t": rfc3339(),
    "z": text("tape"),
}, scope=StatusScope.SYMBOL, code="LULD")

IMBALANCE = shape("Status", {
    "S": symbol,
    "p": decimal("price"),
    "t": rfc3339(),
    "z": text("tape"),
}, scope=StatusScope.SYMBOL, code="IMBALANCE")

LEVEL_ROWS = {"p": decimal("price"), "s": decimal("size")}  # size 0 removes the level

BOOK = shape("BookLevel", {
    "S": symbol,
    "t": rfc3339(),
    "b": each(shape("BookLevel", LEVEL_ROWS, side=Side.BUY)),
    "a": each(shape("BookLevel", LEVEL_ROWS, side=Side.SELL)),
    # RESET: the levels in here are the whole book.
    "r": one_of("action", {"true": BookAction.RESET}, otherwise=BookAction.SET),
    "x": skip("the exchange of crypto, which the feed's path names"),
})

MARK = shape("Quote", {"mp": decimal("mark")})

PERPETUAL = shape("Stats", {
    "S": symbol,
    "t": rfc3339(),
    "x": skip("the exchange of crypto, which the feed's path names"),
    "ip": decimal("index_price"),
    **aside(MARK),
    "fr": decimal("funding_rate"),
    "oi": decimal("futures_interest"),
    "ft": rfc3339("ts_funding"),
})

NEWS = shape("News", {
    "id": text("news_id"),
    "headline": long("headline"),
    "summary": long("summary"),
    "author": long("author"),
    "created_at": rfc3339("ts_created"),
    "updated_at": rfc3339("ts_updated"),
    "url": long("url"),
    "content": long("content"),
    "symbols": json("symbols"),
    "source": long("source"),
})

SUCCESS = shape("Ack", {"msg": text("action")}, ok=1)
SUBSCRIPTION = shape("Ack", {}, whole="text", ok=1, action="subscription")
# Asking for the same again is of no use: a wrong key, a plan or a token that does not hold it, options as JSON.
ERROR = shape("Error", {
    "code": coded("code", "fatal", (402, 408, 409, 411, 412)),
    "msg": long("text"),
}, source=ErrorSource.VENUE)

TABLE = Table(
    name="alpaca.data",
    venue=Venue.ALPACA,
    null_clears=True,
    root=select("T", {
        "q": QUOTE,
        "t": TRADE,
        "b": shape("Bar", BAR_ROWS, bar_class=BarClass.MINUTE, interval=60, complete=1),
        "u": shape("Bar", BAR_ROWS, bar_class=BarClass.UPDATED, interval=60, complete=1),
        "d": shape("Bar", BAR_ROWS, bar_class=BarClass.DAILY, interval=86400),
        "c": CORRECTION,
        "x": CANCEL,
        "s": STATUS,
        "l": LULD,
        "i": IMBALANCE,
        "o": BOOK,
        "p": PERPETUAL,
        "n": NEWS,
        "success": SUCCESS,
        "subscription": SUBSCRIPTION,
        "error": ERROR,
    }),
)
