"""Alpaca market data: arrays of objects, each with its type under "T"."""

from tickfold.engine._enums import BarClass, ErrorSource, Venue
from tickfold.tables.language import (
    Table,
    chars,
    decimal,
    integer,
    long,
    rfc3339,
    select,
    shape,
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
}

SUCCESS = shape("Ack", {"msg": text("action")}, ok=1)
SUBSCRIPTION = shape("Ack", {}, whole="text", ok=1, action="subscription")
ERROR = shape("Error", {"code": integer("code"), "msg": long("text")}, source=ErrorSource.VENUE)

TABLE = Table(
    name="alpaca.data",
    venue=Venue.ALPACA,
    null_clears=True,
    root=select("T", {
        "q": QUOTE,
        "t": TRADE,
        "b": shape("Bar", BAR_ROWS, bar_class=BarClass.MINUTE, interval=60, complete=1),
        "success": SUCCESS,
        "subscription": SUBSCRIPTION,
        "error": ERROR,
    }),
)
