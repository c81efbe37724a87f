"""All records, fields, enums and flags, as data from which generate.py writes code and docs.

Longer than 500 lines: it is one list, whose order determines the layout.

A field has one of these types:

    dec     float64, with the count of decimals of the wire text in `decimals[bit]`
    time    int64, ns UTC
    i64 u64 i32 u32 u8
    bool    u8, 0 or 1
    enum X  u8, a member of enum X
    text N  N bytes, UTF-8, NUL-padded
    long    tf_text: text of any length beside the record, valid as long as the record
    data    the same, but bytes rather than text

A kind that is kept in rows has neither: such a text is valid only as long as its message, and a row lives longer.

Bits are numbered in the order of declaration, `dec` fields first: they directly follow the header in the order of their
bits, so that `decimals` has one entry for each, without gaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import venues

# In every enum 0 means "never stated": a blank record and a numpy column hold it.
ENUMS: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "RecordKind": ("What a record is.", (
        ("NONE", 0), ("QUOTE", 1), ("TRADE", 2), ("BAR", 3), ("BOOK_LEVEL", 4), ("ORDER", 5), ("FILL", 6),
        ("POSITION", 7), ("BALANCE", 8), ("PNL", 9), ("STATUS", 10), ("NEWS", 11), ("NOTICE", 12), ("GAP", 13),
        ("ACK", 14), ("ERROR", 15), ("SESSION_STATE", 16), ("RAW", 17), ("EVENT", 18), ("STATS", 19),
        ("INSTRUMENT", 20), ("LEDGER", 21), ("LAG", 22))),
    "Venue": ("Which protocol a record came by.", venues.numbers()),
    "OrderStatus": ("FIX 39 OrdStatus, numbered anew. FILLED, CANCELED, REPLACED, REJECTED and EXPIRED end an order.", (
        ("UNKNOWN", 0), ("PENDING_NEW", 1), ("ACCEPTED", 2), ("NEW", 3), ("PARTIALLY_FILLED", 4), ("FILLED", 5),
        ("DONE_FOR_DAY", 6), ("PENDING_CANCEL", 7), ("CANCELED", 8), ("PENDING_REPLACE", 9), ("REPLACED", 10),
        ("REJECTED", 11), ("EXPIRED", 12), ("STOPPED", 13), ("SUSPENDED", 14), ("CALCULATED", 15), ("HELD", 16),
        ("INACTIVE", 17))),
    "Side": ("FIX 54 Side; of a trade, the aggressor's.", (
        ("NONE", 0), ("BUY", 1), ("SELL", 2), ("SELL_SHORT", 3), ("BUY_TO_COVER", 4), ("EXERCISE", 5))),
    "OrderType": ("FIX 40 OrdType.", (
        ("UNKNOWN", 0), ("MARKET", 1), ("LIMIT", 2), ("STOP", 3), ("STOP_LIMIT", 4), ("TRAIL", 5),
        ("TRAIL_LIMIT", 6), ("PEGGED", 7), ("NETWORK", 8), ("OCO", 9), ("OTO", 10), ("OTOCO", 11), ("OTHER", 15))),
    "TimeInForce": ("FIX 59 TimeInForce.", (
        ("UNKNOWN", 0), ("DAY", 1), ("GTC", 2), ("OPG", 3), ("IOC", 4), ("FOK", 5), ("GTX", 6), ("GTD", 7),
        ("CLS", 8), ("GFA", 9), ("GFN", 10))),
    "LastFlag": ("What a last price stands for.", (
        ("NONE", 0), ("TRADE", 1), ("PREV_CLOSE", 2), ("HALTED", 3))),
    "BarClass": ("Which kind of bar.", (
        ("UNKNOWN", 0), ("MINUTE", 1), ("DAILY", 2), ("UPDATED", 3), ("HISTORICAL", 4), ("STREAM", 5))),
    "BookAction": ("What a book level message does.", (
        ("NONE", 0), ("SET", 1), ("DELETE", 2), ("RESET", 3))),
    "TradeAction": ("Whether a trade is new or amends an earlier one.", (
        ("NONE", 0), ("NEW", 1), ("CORRECTION", 2), ("CANCEL", 3))),
    "StatusScope": ("What a status is about.", (
        ("NONE", 0), ("SESSION", 1), ("SYMBOL", 2), ("MARKET", 3))),
    "NoticeKind": ("What a notice asks for.", (
        ("NONE", 0), ("NOTICE", 1), ("PROMPT", 2), ("BULLETIN", 3))),
    "ErrorSource": ("Who found the fault.", (
        ("NONE", 0), ("VENUE", 1), ("DECODER", 2), ("LIMIT", 3))),
    "StreamState": ("Where a stream of an engine stands: docs/sessions.md says what each means.", (
        ("NONE", 0), ("CONNECTING", 1), ("AUTHENTICATING", 2), ("SUBSCRIBING", 3), ("SNAPSHOT", 4), ("LIVE", 5),
        ("STALE", 6), ("CLOSING", 7), ("BACKOFF", 8), ("FAILED", 9), ("CLOSED", 10))),
}

FLAGS = (
    ("SNAPSHOT", 0x0001, "part of a full image of what there is (a snapshot), not of a change"),
    ("LAST_OF_SNAPSHOT", 0x0002, "the last record of a snapshot"),
    ("REPLAY", 0x0004, "an execution from before the stream was first ready, or before the last one ahead of a gap"),
    ("STALE", 0x0008, "the update is older than the row: it was applied in part or not at all"),
    ("INEXACT", 0x0010, "a number has more than 15 significant digits; decimal() gives its exact text"),
    ("SYNTHETIC", 0x0020, "derived from an order's rising totals, not stated by the venue"),
    ("AVG_STALE", 0x0040, "avg_price was stated with an earlier filled_qty"),
    ("TRUNCATED", 0x0080, "a text is longer than its slot, or holds a NUL, and was cut there"),
    ("CORRECTION", 0x0100, "the venue takes back what it said before; filled_qty may fall"),
    ("CORRECTED", 0x0200, "an execution of the order was taken back or amended: older updates change nothing"),
)

# What every record begins with: (name, C type, count of an array or 0, doc).
HEADER = (
    ("kind", "uint8_t", 0, "tf_RecordKind"),
    ("venue", "uint8_t", 0, "tf_Venue"),
    ("flags", "uint16_t", 0, "tf_Flag"),
    ("symbol", "uint32_t", 0, "number of the instrument's name, 0 = none"),
    ("stream", "uint16_t", 0, "number of the stream in its engine"),
    ("reserved", "uint16_t", 3, "zero"),
    ("ts_event", "int64_t", 0, "the venue's time, ns UTC; TF_UNKNOWN_TIME where it stated none"),
    ("ts_recv", "int64_t", 0, "when the bytes were read, ns UTC"),
    ("seq", "uint64_t", 0, "order of arrival, over all streams of an engine"),
    ("known", "uint64_t", 0, "bit i: field i has been stated"),
    ("changed", "uint64_t", 0, "bit i: field i was altered by this update"),
)


@dataclass(frozen=True)
class Field:
    name: str
    type: str       # dec time i64 u64 i32 u32 u8 bool enum text long
    doc: str
    param: str = ""  # the enum's name or the slot's size
    bit: int = -1


MERGED = "merged"  # every record of the kind is merged into a row of a table
KEPT = "kept"      # the latest ones are kept in a table, each in its last state


@dataclass(frozen=True)
class Kind:
    name: str       # Python class
    code: int
    doc: str
    fields: tuple[Field, ...]
    rows: str = ""  # MERGED, KEPT, or "": no table holds it

    @property
    def c_name(self) -> str:
        words = "".join("_" + c.lower() if c.isupper() else c for c in self.name)
        return "tf" + words

    @property
    def slug(self) -> str:
        return self.c_name[3:]


def kind(name: str, code: int, doc: str, text: str, rows: str = "") -> Kind:
    """A record from lines of `name type [parameter]  # comment`."""
    fields = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head, _, comment = line.partition("#")
        words = head.split()
        fields.append(Field(words[0], words[1], comment.strip(), words[2] if len(words) > 2 else ""))
    fields.sort(key=lambda field: field.type != "dec")
    if len(fields) > 64:
        raise ValueError(f"{name} has {len(fields)} fields; its masks hold 64")
    for field in fields:
        if rows and field.type in ("long", "data"):
            raise ValueError(
                f"{name}.{field.name} is of type {field.type}, which points into the message at hand, but a {name} is "
                "kept in a row after the message is gone: make it `text N`, a slot of N bytes within the record")
    return Kind(name, code, doc, tuple(Field(f.name, f.type, f.doc, f.param, i) for i, f in enumerate(fields)), rows)


KINDS = (
    kind("Quote", 1, "Best prices and figures of the day of one instrument; a row for each stream and symbol.", """
        bid             dec              # best bid price
        ask             dec              # best ask price
        bid_size        dec              # quantity at the best bid, in the venue's own unit (shares or lots)
        ask_size        dec              # quantity at the best ask, in the venue's own unit (shares or lots)
        last            dec              # price of the last trade, or what last_flag says instead
        last_size       dec              # quantity of the last trade
        mark            dec              # mark price: the venue's own valuation
        prev_close      dec              # closing price of the previous session
        open            dec              # first price of the session
        high            dec              # highest price of the session
        low             dec              # lowest price of the session
        volume          dec              # quantity traded in the session
        open_interest   dec              # contracts that are open
        change          dec              # last minus prev_close, in price
        change_percent  dec              # last against prev_close, in percent (1.5 is 1.5 %)
        last_flag       enum LastFlag    # what `last` stands for
        tape            text 1           # consolidated tape that reports it: A, B or C, or O for over the counter
        bid_exchange    text 8           # exchange whose bid is the best, in the venue's code
        ask_exchange    text 8           # exchange whose ask is the best, in the venue's code
        last_exchange   text 8           # exchange of the last trade, in the venue's code
        conditions      text 8           # condition codes of the quote, one character each
        availability    text 4           # the venue's letters for how live the data is (live, delayed, frozen)
        ts_received     time             # when the venue itself received it, ns UTC
        ticker          text 16          # readable symbol, where `symbol` is the venue's number
    """, rows=MERGED),
    kind("Trade", 2, "One trade in the market.", """
        price           dec              # price of the trade
        size            dec              # quantity traded, in the venue's own unit
        orig_price      dec              # price of the earlier trade that this one amends
        orig_size       dec              # quantity of the earlier trade that this one amends
        buyer_fee       dec              # fees that the buyer paid in all
        seller_fee      dec              # fees that the seller paid in all
        ts_received     time             # when the venue itself received it, ns UTC
        action          enum TradeAction # whether it is new, or amends orig_trade_id; NONE reads as NEW
        side            enum Side        # side of whoever took liquidity (the aggressor)
        tape            text 1           # consolidated tape that reports it: A, B or C, or O for over the counter
        exchange        text 8           # exchange where it was executed, in the venue's code
        conditions      text 16          # condition codes of the trade, one character each
        orig_conditions text 16          # condition codes of the earlier trade, one character each
        trade_type      text 32          # the venue's word for the kind of trade
        trade_id        text 64          # the venue's id of the trade
        orig_trade_id   text 64          # id of the earlier trade that this one amends
        buyer           text 64          # party that bought
        seller          text 64          # party that sold
        buy_order_id    text 64          # id of the order that bought
        sell_order_id   text 64          # id of the order that sold
    """),
    kind("Bar", 3, "Prices and volume of one interval of time; ts_event is when it begins.", """
        open            dec              # first price of the interval
        high            dec              # highest price of the interval
        low             dec              # lowest price of the interval
        close           dec              # last price of the interval
        volume          dec              # quantity traded in the interval
        vwap            dec              # volume-weighted average price of the interval
        notional        dec              # value traded in the interval (price times quantity)
        ts_updated      time             # when the venue last changed the bar, ns UTC
        trade_count     u64              # number of trades in the interval
        interval        u32              # length of the interval, seconds
        bar_class       enum BarClass    # which kind of bar it is: of a minute, of a day, an amended minute
        complete        bool             # the interval is over: the bar will change no more, but by an amendment
        exchange        text 16          # exchange of the trades, in the venue's code
        currency        text 8           # currency of the prices
    """),
    kind("BookLevel", 4, "A change of one level of an order book.", """
        price           dec              # price of the level
        size            dec              # quantity now at the level; 0 removes it
        sequence        u64              # the venue's number of this update of the book
        prev_sequence   u64              # the number of the update before, by which a missed one shows
        orders          u32              # number of orders at the level
        row             u32              # row of a price ladder, where the venue numbers rows instead of naming prices
        action          enum BookAction  # set the level, delete it, or clear the whole book first; NONE reads as SET
        side            enum Side        # side of the book: BUY are bids, SELL are asks
    """),
    kind("Order", 5, "An order as the venue last described it; a row for each stream, account and order id.", """
        qty             dec              # quantity ordered (FIX 38 OrderQty)
        notional        dec              # value ordered, instead of a quantity (FIX 152 CashOrderQty)
        filled_qty      dec              # quantity filled so far (FIX 14 CumQty); it falls only by a correction
        leaves_qty      dec              # quantity that may still be filled (FIX 151 LeavesQty)
        avg_price       dec              # average price of the fills (FIX 6 AvgPx); see flag AVG_STALE
        last_qty        dec              # quantity of the last fill (FIX 32 LastQty)
        last_price      dec              # price of the last fill (FIX 31 LastPx)
        limit_price     dec              # limit price (FIX 44 Price)
        stop_price      dec              # price that triggers a stop order (FIX 99 StopPx)
        trail_price     dec              # distance of a trailing stop from its reference, in price
        trail_percent   dec              # distance of a trailing stop from its reference, in percent
        high_water      dec              # the reference of a trailing stop: the best price since it was placed
        display_qty     dec              # quantity that the book shows at most (FIX 1138 DisplayQty)
        reserved_qty    dec              # hidden quantity of an iceberg, beside the visible part
        peg_offset      dec              # distance of a pegged order's price from its reference, in price
        commission      dec              # commission so far, in `currency`; positive is paid
        ratio           dec              # of a leg: its quantity for each package ordered
        ts_created      time             # when the venue created it, ns UTC
        ts_submitted    time             # when it went to the market, ns UTC
        ts_filled       time             # when it was filled, ns UTC
        ts_canceled     time             # when it was canceled, ns UTC
        ts_expired      time             # when it expired, ns UTC
        ts_failed       time             # when it was rejected, ns UTC
        ts_replaced     time             # when it was replaced, ns UTC
        ts_updated      time             # when the venue last changed it, ns UTC
        ts_expires      time             # when it will expire, ns UTC (FIX 126 ExpireTime)
        version         u32              # the venue's revision number; it rises with each amendment
        status          enum OrderStatus # state of the order (FIX 39 OrdStatus)
        side            enum Side        # side (FIX 54 Side)
        type            enum OrderType   # type (FIX 40 OrdType)
        tif             enum TimeInForce # how long it is valid (FIX 59 TimeInForce)
        extended_hours  bool             # it may trade outside the regular session
        post_only       bool             # it must not take liquidity
        reduce_only     bool             # it must not open or enlarge a position
        status_text     text 32          # the venue's word for status
        type_text       text 24          # the venue's word for type
        side_text       text 16          # the venue's word for side
        tif_text        text 24          # the venue's word for tif
        event           text 24          # the venue's word for what happened to the order (compare FIX 150 ExecType)
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
        currency        text 8           # currency of prices, amounts and commission
        order_class     text 16          # the venue's word for a group of orders: simple, bracket, oco, mleg
        asset_class     text 16          # the venue's word for what is traded
        exchange        text 16          # exchange that it was sent to, in the venue's code
        listing         text 16          # exchange where the instrument is listed, in the venue's code
        company         text 64          # name of the company
        contract        text 64          # which derivative it is, in the venue's words
        intent          text 24          # whether it opens or closes a position, in the venue's words
        peg_reference   text 16          # price that a pegged order follows, in the venue's word
        account         text 64          # account (FIX 1 Account)
        order_id        text 64          # the venue's id of the order (FIX 37 OrderID)
        parent_id       text 64          # order_id of the order that this one belongs to
        replaces        text 64          # order_id of the order that this one replaces (compare FIX 41 OrigClOrdID)
        replaced_by     text 64          # order_id of the order that replaces this one
        client_order_id text 128         # the id that its sender gave it (FIX 11 ClOrdID)
        reason          text 128         # why it was rejected or canceled, in the venue's words
        description     text 128         # the order in the venue's words
    """, rows=MERGED),
    kind("Fill", 6, "One execution of an order; the latest ones are kept by stream, account and execution id.", """
        price           dec              # price of the execution (FIX 31 LastPx)
        qty             dec              # quantity of the execution (FIX 32 LastQty)
        commission      dec              # commission of the execution, in `currency`; positive is paid
        net_amount      dec              # value of the execution with its costs, in `currency`
        cum_qty         dec              # filled quantity of the order after this execution (FIX 14 CumQty)
        position        dec              # position in the instrument after this execution; negative is short
        fee_maker       dec              # part of `commission` that goes to the other side of the trade
        fee_infrastructure dec           # part of `commission` for the venue's infrastructure
        fee_liquidity   dec              # part of `commission` for the providers of liquidity
        fee_treasury    dec              # part of `commission` for the venue's treasury
        fee_buy_back    dec              # part of `commission` for buying back the venue's token
        fee_high_volume dec              # part of `commission` for makers of high volume
        side            enum Side        # side of the order (FIX 54 Side)
        action          enum TradeAction # whether it is new, or amends an earlier execution; NONE reads as NEW
        currency        text 8           # currency of price, amounts and commission
        exchange        text 16          # exchange of the execution, in the venue's code
        liquidity       text 16          # whether it made or took liquidity, in the venue's words
        side_text       text 16          # the venue's word for side
        account         text 64          # account (FIX 1 Account)
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
        asset_class     text 16          # the venue's word for what was traded
        listing         text 16          # exchange where the instrument is listed, in the venue's code
        company         text 64          # name of the company
        contract        text 64          # which derivative it is, in the venue's words
        description     text 128         # the execution in the venue's words
        exec_id         text 64          # the venue's id of the execution (FIX 17 ExecID)
        order_id        text 64          # the venue's id of the order (FIX 37 OrderID)
        client_order_id text 128         # the id that the order's sender gave it (FIX 11 ClOrdID)
    """, rows=KEPT),
    kind("Position", 7, "A position in one instrument; a row for each stream, account and symbol.", """
        qty             dec              # quantity held; negative is short
        avg_price       dec              # average price at which the position was opened
        cost_basis      dec              # what the position cost, in `currency`
        market_value    dec              # value of the position at market_price, in `currency`
        market_price    dec              # price at which the venue values the position
        realized_pnl    dec              # profit and loss of what was closed, in `currency`
        unrealized_pnl  dec              # profit and loss of what is open, in `currency`
        daily_pnl       dec              # profit and loss since the last close, in `currency`
        unrealized_percent dec           # unrealized_pnl against cost_basis, in percent
        account_percent dec              # share of the position in the account's value, in percent
        avg_close_price dec              # average price at which parts of the position were closed
        fees_paid       dec              # fees paid so far
        fees_received   dec              # fees received so far
        fees_taker      dec              # part of fees_paid for taking liquidity
        fees_paid_since dec              # fees paid since the position was last flat
        fees_received_since dec          # fees received since the position was last flat
        fees_taker_since dec             # part of fees_paid_since for taking liquidity
        funding_since   dec              # funding payments since the position was last flat
        funding         dec              # funding payments so far
        loss_socialization dec           # losses of other traders that were taken over so far
        ts_created      time             # when the position was opened, ns UTC
        ts_updated      time             # when the position last changed, ns UTC
        status          text 32          # the venue's word for the state of the position
        asset_class     text 16          # the venue's word for what is held
        currency        text 8           # currency of prices and amounts
        position_id     text 32          # the venue's id of the position
        account         text 64          # account (FIX 1 Account)
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
    """, rows=MERGED),
    kind("Balance", 8, "Cash and figures of an account; a row for each account, currency, name, type and market.", """
        total           dec              # total amount; where an account has none, its cash
        available       dec              # amount that is free to use
        cash            dec              # cash of the account or currency
        settled         dec              # cash that has settled
        net_cash        dec              # the venue's figure net cash
        pending         dec              # amount that has not settled yet
        net_liq         dec              # net liquidation value: what the account would be worth if all were closed
        equity          dec              # equity of the account
        excess_liq      dec              # excess liquidity: equity above the maintenance margin
        change          dec              # change of the account's value today
        change_percent  dec              # change of the account's value today, in percent
        buying_power    dec              # buying power; of a venue with several, that for stocks
        option_buying_power dec          # buying power for options
        forex_buying_power dec           # buying power for currencies
        day_buying_power dec             # buying power for positions that are closed on the same day
        margin_initial  dec              # initial margin that is required
        margin_maint    dec              # maintenance margin that is required
        option_margin_maint dec          # maintenance margin that is required for options
        margin_search   dec              # the venue looks for more collateral below this amount
        margin_release  dec              # the venue gives collateral back above this amount
        margin_order    dec              # margin that is held for open orders
        margin_factor   dec              # factor of isolated margin: a fraction of the position's value
        pending_orders  dec              # number of pending orders
        day_trades      dec              # number of day trades
        market_value    dec              # market value of all positions
        stock_value     dec              # market value of all stocks
        stock_long      dec              # market value of long stocks
        stock_short     dec              # market value of short stocks
        option_value    dec              # market value of all options
        option_long     dec              # market value of long options
        option_short    dec              # market value of short options
        forex_long      dec              # market value of long currencies
        forex_short     dec              # market value of short currencies
        future_value    dec              # market value of all futures
        bond_value      dec              # market value of all bonds
        fund_value      dec              # market value of all funds
        realized_pnl    dec              # profit and loss of what was closed
        unrealized_pnl  dec              # profit and loss of what is open
        unrealized_day  dec              # profit and loss of what is open, since the last close
        unrealized_percent dec           # profit and loss of what is open, in percent
        total_pnl       dec              # profit and loss of what was closed and of what is open
        interest        dec              # interest that has accrued
        dividends       dec              # dividends that have accrued
        exchange_rate   dec              # units of the base currency for one of `currency`
        ts_updated      time             # when the balance last changed, ns UTC
        severity        i32              # the venue's grade of how urgent the figure is
        currency        text 64          # currency or asset that the amounts are in
        balance_type    text 40          # the venue's word for the kind of account
        margin_mode     text 16          # the venue's word for the margin mode
        name            text 48          # which figure it is, where the venue names figures that have no field here
        account         text 64          # account (FIX 1 Account)
        market          text 64          # market that a margin account belongs to
        parent          text 64          # owner of the account that this one is derived from
        value           text 64          # the venue's text of a figure that is no number
    """, rows=MERGED),
    kind("Pnl", 9, "Profit and loss of an account; a row for each stream, account and segment.", """
        daily           dec              # profit and loss since the last close
        unrealized      dec              # profit and loss of what is open
        realized        dec              # profit and loss of what was closed
        net_liq         dec              # net liquidation value: what the account would be worth if all were closed
        excess_liq      dec              # excess liquidity: equity above the maintenance margin
        market_value    dec              # market value of all positions
        uncushioned     dec              # excess liquidity without the venue's safety cushion
        row_type        i32              # the venue's number for the kind of row
        account         text 64          # account (FIX 1 Account)
        segment         text 32          # part or model of the account, in the venue's word: Core
    """, rows=MERGED),
    kind("Status", 10, "Trading status of an instrument or a market.", """
        limit_up        dec              # upper price band: trades above it are not allowed
        limit_down      dec              # lower price band: trades below it are not allowed
        price           dec              # indicative price of an auction
        scope           enum StatusScope # whether a session, a symbol or a market is meant
        tape            text 1           # consolidated tape that reports it: A, B or C, or O for over the counter
        indicator       text 8           # the venue's code for the state of the price band
        code            text 16          # the venue's code for the status
        reason          text 16          # the venue's code for the reason
        text            long             # the status in the venue's words
        reason_text     long             # the reason in the venue's words
    """),
    kind("News", 11, "A news article.", """
        ts_created      time             # when it was first published, ns UTC
        ts_updated      time             # when it was last changed, ns UTC
        news_id         text 32          # the venue's id of the article
        headline        long             # headline
        summary         long             # summary
        author          long             # author
        source          long             # who published it
        url             long             # address of the article
        content         long             # body, as the venue sent it (may be HTML)
        symbols         long             # symbols that it is about, as the venue sent them (a JSON list)
    """),
    kind("Notice", 12, "A message of the venue to the user.", """
        prompt          bool             # the venue expects an answer
        notice_kind     enum NoticeKind  # whether it is a notice, a prompt or a bulletin
        notice_id       text 32          # the venue's id of the message
        message_id      text 32          # the venue's id of the kind of message
        notice_type     text 16          # the venue's word for the kind of notice
        topic           text 32          # which topic it came under, where that is not one for notices
        order_id        text 64          # id of the order that it is about
        title           long             # title
        text            long             # text of the message
        options         long             # answers that the venue offers, as it sent them (a JSON list)
        url             long             # address that it points to
        exchanges       long             # exchanges that it is about, as the venue sent them
    """),
    kind("Gap", 13, "Data is missing: what was sent between two moments did not arrive.", """
        ts_from         time             # nothing is missing up to this moment, ns UTC
        ts_to           time             # nothing is missing from this moment on, ns UTC
        missed          u64              # number of messages that are missing, where the venue numbers them
        topic           text 64          # which stream or subscription has the gap
        reason          text 64          # why data is missing
    """),
    kind("Ack", 14, "The venue's answer to a request.", """
        ok              bool             # the request was accepted
        action          text 32          # which request is answered
        topic           text 64          # which subscription it is about
        session         text 64          # the venue's id of the session
        text            long             # the answer as the venue sent it
    """),
    kind("Error", 15, "A venue's error message, or a message that could not be decoded.", """
        code            i32              # the venue's number of the error
        fatal           bool             # asking for the same again is of no use
        source          enum ErrorSource # who found the fault: the venue, the decoder, or a limit of this engine
        topic           text 64          # which stream or subscription it is about
        text            long             # what is wrong, in words
        data            data             # the message that could not be decoded, or its first 65536 bytes
    """),
    kind("SessionState", 16, "State of a connection or of the session behind it; a field not stated is unchanged.", """
        heartbeat       time             # time within the venue's last heartbeat, ns UTC
        authenticated   bool             # the session is logged in
        connected       bool             # there is a connection
        established     bool             # the session takes requests
        competing       bool             # another session of the same user has taken over
        paper           bool             # the account trades simulated money
        alive           bool             # the venue has answered a keepalive
        state           enum StreamState # where the stream stands from now on; stated by the engine, by no venue
        username        text 64          # name of the user or of the session
        topic           text 32          # which message or stream said so
        text            long             # why, in words
    """),
    kind("Event", 18, "A known message that has no record of its own: what it is, whose it is, and its text.", """
        event           text 48          # the venue's word for the kind of message
        action          text 64          # the venue's word for what happened
        account         text 64          # account or party that it is about
        event_id        text 64          # the venue's id of it
        interval        u32              # of bars that follow: length of their interval, seconds
        data            data             # the message's bytes
    """),
    kind("Stats", 19, "Figures of an instrument beyond its quote; a row for each stream and symbol.", """
        implied_vol     dec              # implied volatility, in percent
        strike_vol      dec              # implied volatility of the strike, in percent
        option_vol_30d  dec              # implied volatility of options that expire in 30 days, in percent
        hist_vol        dec              # historic volatility, in percent
        hist_vol_30d    dec              # historic volatility of 30 days, in percent
        hist_vol_close  dec              # historic volatility of closing prices, in percent
        put_call_interest dec            # open interest of puts divided by that of calls
        put_call_volume dec              # volume of puts divided by that of calls today
        put_call_ratio  dec              # ratio of puts to calls, as the venue computes it
        option_volume   dec              # contracts of options traded today
        option_volume_change dec         # option_volume against its average, in percent
        avg_volume      dec              # average daily volume of 90 days
        dividend        dec              # amount of the dividend a share
        dividend_yield  dec              # dividend of a year against the price, in percent
        dividend_next   dec              # dividends a share expected in the next 12 months
        dividend_last   dec              # dividends a share paid in the last 12 months
        market_cap      dec              # market capitalization
        pe_ratio        dec              # price divided by the earnings per share
        eps             dec              # earnings per share
        beta            dec              # beta against the market's index
        week52_high     dec              # highest price of the last 52 weeks
        week52_low      dec              # lowest price of the last 52 weeks
        close           dec              # closing price of today
        change_open     dec              # last price minus the session's first
        delta           dec              # delta of the option
        gamma           dec              # gamma of the option
        theta           dec              # theta of the option
        vega            dec              # vega of the option
        shortable       dec              # number of shares that can be borrowed
        fee_rate        dec              # fee to borrow the share, in percent a year
        ema20           dec              # exponential moving average of 20 days
        ema50           dec              # exponential moving average of 50 days
        ema100          dec              # exponential moving average of 100 days
        ema200          dec              # exponential moving average of 200 days
        price_ema20     dec              # price against ema20, in percent
        price_ema50     dec              # price against ema50, in percent
        price_ema100    dec              # price against ema100, in percent
        price_ema200    dec              # price against ema200, in percent
        max_return      dec              # probability that the option's greatest return is reached
        max_loss        dec              # probability that the option's greatest loss is reached
        max_profit      dec              # probability that the option ends with a profit
        break_even      dec              # price at which the option breaks even
        spx_delta       dec              # delta against the S&P 500 index, weighted by beta
        futures_interest dec             # open interest of futures
        last_yield      dec              # yield of the bond at its last price, in percent
        bid_yield       dec              # yield of the bond at its bid, in percent
        ask_yield       dec              # yield of the bond at its ask, in percent
        funding_rate    dec              # funding rate of the perpetual
        funding_payment dec              # last funding payment of the perpetual, for one contract
        internal_twap   dec              # time-weighted average of the perpetual's own price
        external_twap   dec              # time-weighted average of the perpetual's index price
        index_price     dec              # index price of the perpetual
        target_stake    dec              # liquidity commitment that the market wants
        supplied_stake  dec              # liquidity commitment that the market has
        market_growth   dec              # growth of the market, as the venue computes it
        indicative_price dec             # price of the auction if it ended now
        indicative_volume dec            # quantity of the auction if it ended now
        mid             dec              # price in the middle between bid and ask
        volume_3m       dec              # average daily volume of three months
        ts_funding      time             # when the next funding payment is due, ns UTC
    """, rows=MERGED),
    kind("Instrument", 20, "What an instrument is; a row for each stream and symbol.", """
        expiry          text 16          # date on which it expires, as the venue writes it
        right           text 8           # right of an option: P for put, C for call
        tradable        bool             # it may be traded
        permitted       bool             # this account may trade it
        shortable       text 16          # the venue's word for how hard it is to borrow
        asset_class     text 16          # the venue's word for the kind of instrument
        exchange        text 32          # exchange where it trades, in the venue's code
        listing         text 16          # exchange where it is listed, in the venue's code
        conid           text 32          # the venue's number of the contract
        contract        text 32          # contract and exchange, where it is of one exchange: 265598@NYSE
        underlying      text 32          # the venue's number or name of a derivative's underlying
        months          text 32          # months of the contracts, as the venue writes them
        company         text 64          # name of the company
        industry        text 48          # industry of the company
        category        text 48          # category of the company within its industry
        description     text 64          # description of the contract
        description2    text 64          # second part of the contract's description
        state           text 32          # the venue's word for the state of the market
        trading_mode    text 40          # the venue's word for how the market trades at the moment
        trigger         text 32          # the venue's word for why the market trades in that mode
        note            text 64          # the venue's remark on the instrument
        rating          text 32          # rating of the bond or company
        debt_class      text 32          # class of the bond's debt
        bond_type       text 32          # type of the bond
        bond_state      text 32          # the venue's code of the state that issued the bond
        organization    text 48          # type of the organization that issued the bond
        last_trading    text 16          # last date on which it trades, as the venue writes it
        issued          text 16          # date on which the bond was issued, as the venue writes it
        ex_dividend     text 16          # date from which it trades without the next dividend, as the venue writes it
        event           text 64          # name of the next corporate event
        event_date      text 32          # date of the next corporate event, as the venue writes it
        service         text 48          # the venue's parameters of the market data service
    """, rows=MERGED),
    kind("Ledger", 21, "A movement between two accounts.", """
        amount          dec              # amount moved, in `asset`
        from_balance    dec              # balance of the source after the movement
        to_balance      dec              # balance of the target after the movement
        transfer_type   text 32          # the venue's word for why it was moved
        asset           text 64          # asset or currency that was moved
        from_account    text 64          # owner of the source
        from_type       text 40          # the venue's word for the kind of the source's account
        from_market     text 64          # market of the source, where it is a margin account
        to_account      text 64          # owner of the target
        to_type         text 40          # the venue's word for the kind of the target's account
        to_market       text 64          # market of the target, where it is a margin account
        transfer_id     text 64          # the venue's id of the movement
    """),
    kind("Lag", 22, "How far the engine is behind a stream, by its own measure: callbacks take too long.", """
        loop_lag        dec              # seconds for which the event loop was held up just now; 0 where it was not
        callback_time   dec              # seconds of `interval` in which the stream was read and its callbacks ran
        interval        dec              # seconds over which callback_time was measured
        backlog         dec              # seconds that what waits unread will take, at the pace of `interval`
        data_age        dec              # seconds that the newest data was longer under way than the fastest
        unread          u64              # bytes of the stream that wait in the kernel
        behind          bool             # the engine is behind; false once it keeps pace again
        topic           text 64          # label of the stream
        text            long             # why it is told, in words
    """),
    kind("Raw", 17, "A message of a type that this version does not know, as it came.", """
        topic           text 64          # the message's type, where one can be told
        data            data             # the message's bytes
    """),
)

KINDS = tuple(sorted(KINDS, key=lambda kind: kind.code))
