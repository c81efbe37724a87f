"""Every record, field, enum and flag: the data. generate.py writes what follows from it.

Longer than 500 lines: it is one list, and the order of the kinds and their fields is the layout.

A field has one of these types:

    dec     float64, with the count of decimals of the wire text in `decimals[bit]`
    time    int64, ns UTC
    i64 u64 i32 u32 u8
    bool    u8, 0 or 1
    enum X  u8, a member of enum X
    text N  N bytes, UTF-8, NUL-padded
    long    tf_text: text of any length beside the record, valid as long as the record
    data    the same, but bytes rather than text

A kind that is kept in rows has neither: such a text belongs to its message, and a row outlives that.

Bits are given in the order of the declaration, `dec` fields first: they stand right behind the header in the order of
their bits, and `decimals` has no holes.
"""

from __future__ import annotations

from dataclasses import dataclass

# In every enum 0 says that nothing was stated: it is what a blank record and a numpy column hold.
ENUMS: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "RecordKind": ("What a record is.", (
        ("NONE", 0), ("QUOTE", 1), ("TRADE", 2), ("BAR", 3), ("BOOK_LEVEL", 4), ("ORDER", 5), ("FILL", 6),
        ("POSITION", 7), ("BALANCE", 8), ("PNL", 9), ("STATUS", 10), ("NEWS", 11), ("NOTICE", 12), ("GAP", 13),
        ("ACK", 14), ("ERROR", 15), ("SESSION_STATE", 16), ("RAW", 17), ("EVENT", 18), ("STATS", 19),
        ("INSTRUMENT", 20), ("LEDGER", 21))),
    "Venue": ("Which protocol a record came by.", (
        ("NONE", 0), ("ETNA", 1), ("IBKR", 2), ("ALPACA", 3), ("IBKR_PORTAL", 4), ("VEGA", 5))),
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
}

FLAGS = (
    ("SNAPSHOT", 0x0001, "part of a full image, not of a change"),
    ("LAST_OF_SNAPSHOT", 0x0002, "the last record of a full image"),
    ("REPLAY", 0x0004, "told again by the venue, after a reconnect or at the start of a day"),
    ("STALE", 0x0008, "the update was older than the state and was not, or not wholly, applied"),
    ("INEXACT", 0x0010, "a number has more than 15 significant digits; decimal() gives its exact text"),
    ("SYNTHETIC", 0x0020, "derived from totals, not stated by the venue"),
    ("AVG_STALE", 0x0040, "avg_price belongs to an earlier filled_qty"),
    ("TRUNCATED", 0x0080, "a text was longer than its slot"),
    ("CORRECTION", 0x0100, "the venue takes back what it said before; filled_qty may fall"),
    ("CORRECTED", 0x0200, "an execution of this order was taken back or amended: older updates count no more"),
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
KEPT = "kept"      # the latest ones are kept in a table, each as it was told last


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
    kind("Quote", 1, "Best prices and the day's figures of one instrument; a row per symbol.", """
        bid             dec              # best bid price
        ask             dec              # best ask price
        bid_size        dec              # size at the bid, in the venue's own unit
        ask_size        dec              # size at the ask, in the venue's own unit
        last            dec              # price of the last trade; see last_flag
        last_size       dec              # size of the last trade
        mark            dec              # mark price
        prev_close      dec              # previous session's close
        open            dec              # first price of the session
        high            dec              # highest price of the session
        low             dec              # lowest price of the session
        volume          dec              # volume of the session
        open_interest   dec              # open interest
        change          dec              # last against prev_close, in price
        change_percent  dec              # last against prev_close, in percent
        last_flag       enum LastFlag    # what `last` stands for
        tape            text 1           # consolidated tape: A, B, C, O
        bid_exchange    text 8           # where the bid is
        ask_exchange    text 8           # where the ask is
        last_exchange   text 8           # where the last trade was
        conditions      text 8           # condition codes, one character each
        availability    text 8           # the venue's word on how live the data is
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
    """, rows=MERGED),
    kind("Trade", 2, "One execution on the tape.", """
        price           dec              # price
        size            dec              # quantity
        action          enum TradeAction # new, or amends orig_trade_id
        side            enum Side        # the aggressor's side
        tape            text 1           # consolidated tape: A, B, C, O
        exchange        text 8           # where it was printed
        conditions      text 16          # condition codes, one character each
        trade_type      text 32          # the venue's word for the kind of trade
        trade_id        text 64          # the venue's id
        orig_trade_id   text 64          # the id of the trade that this one amends
        buyer           text 64          # party that bought
        seller          text 64          # party that sold
        buy_order_id    text 64          # order that bought
        sell_order_id   text 64          # order that sold
    """),
    kind("Bar", 3, "Open, high, low, close of one interval; ts_event is its start.", """
        open            dec              # first price
        high            dec              # highest price
        low             dec              # lowest price
        close           dec              # last price
        volume          dec              # traded quantity
        vwap            dec              # volume-weighted average price
        notional        dec              # traded value
        ts_updated      time             # when it last changed
        trade_count     u64              # trades in the interval
        interval        u32              # length, seconds
        bar_class       enum BarClass    # minute, daily, an amended minute …
        complete        bool             # the interval is over
    """),
    kind("BookLevel", 4, "One level of an order book changed.", """
        price           dec              # price of the level
        size            dec              # size now at the level
        sequence        u64              # the venue's number of the update
        prev_sequence   u64              # the venue's number of the update before
        orders          u32              # number of orders at the level
        row             u32              # row of a price ladder, where levels are numbered
        action          enum BookAction  # set, delete, or clear the book first
        side            enum Side        # BUY = bids, SELL = asks
    """),
    kind("Order", 5, "An order as the venue last described it; a row per order.", """
        qty             dec              # FIX 38 OrderQty
        notional        dec              # FIX 152 CashOrderQty
        filled_qty      dec              # FIX 14 CumQty: never falls but by a correction
        leaves_qty      dec              # FIX 151 LeavesQty
        avg_price       dec              # FIX 6 AvgPx; flag AVG_STALE when it lags filled_qty
        last_qty        dec              # FIX 32 LastQty
        last_price      dec              # FIX 31 LastPx
        limit_price     dec              # FIX 44 Price
        stop_price      dec              # FIX 99 StopPx
        trail_price     dec              # trailing amount in price
        trail_percent   dec              # trailing amount in percent
        high_water      dec              # the price that a trailing stop trails
        display_qty     dec              # FIX 1138 DisplayQty: what the book shows of it
        reserved_qty    dec              # what an iceberg holds back, beside leaves_qty's visible part
        peg_offset      dec              # distance of a pegged order from its reference
        commission      dec              # commission so far
        ts_created      time             # when the venue made it
        ts_submitted    time             # when it went to the market
        ts_filled       time             # when it was filled
        ts_canceled     time             # when it was canceled
        ts_expired      time             # when it expired
        ts_failed       time             # when it was rejected
        ts_replaced     time             # when it was replaced
        ts_updated      time             # when the venue last changed it
        ts_expires      time             # FIX 126 ExpireTime
        version         u32              # the venue's revision number
        status          enum OrderStatus # FIX 39 OrdStatus
        side            enum Side        # FIX 54 Side
        type            enum OrderType   # FIX 40 OrdType
        tif             enum TimeInForce # FIX 59 TimeInForce
        extended_hours  bool             # may trade outside the regular session
        post_only       bool             # must not take
        reduce_only     bool             # must not open or add
        status_text     text 32          # the venue's word for status
        type_text       text 24          # the venue's word for type
        tif_text        text 24          # the venue's word for tif
        event           text 24          # the venue's word for what happened (FIX 150 ExecType)
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
        currency        text 8           # currency of the amounts
        order_class     text 16          # simple, bracket, oco …
        asset_class     text 16          # the venue's word for what is traded
        exchange        text 16          # where it is
        intent          text 24          # whether it opens or closes, in the venue's words
        peg_reference   text 16          # what a pegged order follows
        account         text 64          # FIX 1 Account
        order_id        text 64          # FIX 37 OrderID
        parent_id       text 64          # id of the parent order
        replaces        text 64          # id of the order that this one replaces (FIX 41)
        replaced_by     text 64          # id of the order that replaces this one
        client_order_id text 128         # FIX 11 ClOrdID
        reason          text 128         # why it was rejected or canceled
    """, rows=MERGED),
    kind("Fill", 6, "One execution of an order.", """
        price           dec              # FIX 31 LastPx
        qty             dec              # FIX 32 LastQty
        commission      dec              # commission, positive = paid
        net_amount      dec              # value with costs
        cum_qty         dec              # FIX 14 CumQty after this fill
        position        dec              # position after this fill, signed
        side            enum Side        # FIX 54 Side
        action          enum TradeAction # new, or amends an earlier fill
        currency        text 8           # currency of the amounts
        exchange        text 16          # where it was executed
        liquidity       text 16          # maker or taker, in the venue's words
        account         text 64          # FIX 1 Account
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
        exec_id         text 64          # FIX 17 ExecID
        order_id        text 64          # FIX 37 OrderID
        client_order_id text 128         # FIX 11 ClOrdID
    """, rows=KEPT),
    kind("Position", 7, "A position; a row per account and symbol.", """
        qty             dec              # signed quantity
        avg_price       dec              # average open price
        cost_basis      dec              # cost
        market_value    dec              # value at the market
        market_price    dec              # price at the market
        realized_pnl    dec              # realized profit and loss
        unrealized_pnl  dec              # unrealized profit and loss
        daily_pnl       dec              # profit and loss since the last close
        unrealized_percent dec           # unrealized profit and loss, percent
        account_percent dec              # share of the account's value, percent
        avg_close_price dec              # average closing price
        fees_paid       dec              # fees so far
        fees_received   dec              # fees received so far
        funding         dec              # funding payments so far
        loss_socialization dec           # losses taken over from others
        ts_created      time             # when it was opened
        ts_updated      time             # when it last changed
        status          text 32          # the venue's word for its state
        asset_class     text 16          # the venue's word for what is held
        currency        text 8           # currency of the amounts
        position_id     text 32          # the venue's id
        account         text 64          # account
        ticker          text 24          # readable symbol, where `symbol` is the venue's number
    """, rows=MERGED),
    kind("Balance", 8, "Cash and figures of an account; a row per account, currency, name, type and market.", """
        total           dec              # amount; cash
        available       dec              # free to use
        settled         dec              # settled cash
        net_cash        dec              # the venue's net cash
        pending         dec              # not yet settled
        net_liq         dec              # net liquidation value
        equity          dec              # equity
        excess_liq      dec              # excess liquidity
        change          dec              # change of the day
        change_percent  dec              # the same, percent
        buying_power    dec              # buying power; of a venue with several, that for stocks
        option_buying_power dec          # for options
        forex_buying_power dec           # for currencies
        day_buying_power dec             # for day trades
        margin_initial  dec              # initial margin
        margin_maint    dec              # maintenance margin
        option_margin_maint dec          # maintenance margin of options
        margin_search   dec              # below it the venue looks for collateral
        margin_release  dec              # above it the venue gives collateral back
        margin_order    dec              # margin for open orders
        margin_factor   dec              # factor of isolated margin
        pending_orders  dec              # count of pending orders
        day_trades      dec              # count of day trades
        market_value    dec              # market value of all positions
        stock_value     dec              # market value of stocks
        stock_long      dec              # of long ones
        stock_short     dec              # of short ones
        option_value    dec              # market value of options
        option_long     dec              # of long ones
        option_short    dec              # of short ones
        forex_long      dec              # market value of long currencies
        forex_short     dec              # of short ones
        future_value    dec              # market value of futures
        bond_value      dec              # market value of bonds
        fund_value      dec              # value of funds
        realized_pnl    dec              # realized profit and loss
        unrealized_pnl  dec              # unrealized profit and loss
        unrealized_day  dec              # the same, of the day
        unrealized_percent dec           # the same, percent
        total_pnl       dec              # profit and loss, realized or not
        interest        dec              # accrued interest
        dividends       dec              # accrued dividends
        exchange_rate   dec              # to the base currency
        ts_updated      time             # when it last changed
        severity        i32              # the venue's grade
        currency        text 64          # asset or currency
        balance_type    text 40          # the venue's word for the kind of account
        margin_mode     text 16          # the venue's word for the margin mode
        name            text 48          # which figure, where the venue sends figures by name and it has no field here
        account         text 64          # account
        market          text 64          # market that a margin account belongs to
        parent          text 64          # owner that a derived account belongs to
        value           text 64          # the venue's text of a figure that is no number
    """, rows=MERGED),
    kind("Pnl", 9, "Profit and loss of an account; a row per account.", """
        daily           dec              # since the last close
        unrealized      dec              # of open positions
        realized        dec              # of closed positions
        net_liq         dec              # net liquidation value
        excess_liq      dec              # excess liquidity
        market_value    dec              # value of positions
        uncushioned     dec              # excess liquidity without the venue's cushion
        row_type        i32              # the venue's kind of row
        account         text 64          # account, with its model where there is one
    """, rows=MERGED),
    kind("Status", 10, "Trading status of an instrument or a market.", """
        limit_up        dec              # upper price band
        limit_down      dec              # lower price band
        price           dec              # indicative price
        scope           enum StatusScope # what it is about
        tape            text 1           # consolidated tape: A, B, C, O
        indicator       text 8           # of a price band
        code            text 16          # the venue's status code
        reason          text 16          # the venue's reason code
        text            long             # the venue's words
        reason_text     long             # the venue's words for the reason
    """),
    kind("News", 11, "A news article.", """
        ts_created      time             # first published
        ts_updated      time             # last changed
        news_id         text 32          # the venue's id
        headline        long             # headline
        summary         long             # summary
        author          long             # author
        source          long             # source
        url             long             # link
        content         long             # body, as the venue sent it
        symbols         long             # symbols as the venue sent them
    """),
    kind("Notice", 12, "A message of the venue to the user.", """
        prompt          bool             # an answer is expected
        notice_kind     enum NoticeKind  # notice, prompt, bulletin
        notice_id       text 32          # the venue's id
        order_id        text 64          # the order that it is about
        title           long             # title
        text            long             # text
    """),
    kind("Gap", 13, "Data is missing: what was sent between two moments did not arrive.", """
        ts_from         time             # the last moment that is known to be whole
        ts_to           time             # the first moment that is known to be whole again
        missed          u64              # messages missed, where the venue numbers them
        topic           text 64          # which stream or subscription
        reason          text 64          # why
    """),
    kind("Ack", 14, "The venue's answer to a request.", """
        ok              bool             # accepted
        action          text 32          # which request
        topic           text 64          # which subscription
        text            long             # the answer as the venue sent it
    """),
    kind("Error", 15, "A venue's error message, or a message that could not be decoded.", """
        code            i32              # the venue's number
        source          enum ErrorSource # the venue, the decoder, or a limit of this engine
        topic           text 64          # which stream or subscription
        text            long             # what is wrong
        data            data             # the message that could not be decoded
    """),
    kind("SessionState", 16, "State of a connection or of the session behind it; a field not stated is unchanged.", """
        heartbeat       time             # the venue's heartbeat
        authenticated   bool             # logged in
        connected       bool             # connected to the venue's servers
        established     bool             # ready for requests
        competing       bool             # another session took over
        paper           bool             # simulated money
        alive           bool             # keepalive answered
        username        text 64          # user or session name
        topic           text 32          # which message said so
        text            long             # message
    """),
    kind("Event", 18, "A known message that has no record of its own: what it is, whose it is, and its text.", """
        event           text 48          # what it is
        action          text 64          # what it says
        account         text 64          # account or party
        event_id        text 64          # the venue's id
        data            data             # the message as it came
    """),
    kind("Stats", 19, "Figures of an instrument beyond its quote; a row per symbol.", """
        implied_vol     dec              # implied volatility, percent
        strike_vol      dec              # implied volatility of the strike, percent
        option_vol_30d  dec              # implied volatility of 30-day options, percent
        hist_vol        dec              # historic volatility, percent
        hist_vol_30d    dec              # historic volatility of 30 days, percent
        hist_vol_close  dec              # historic volatility by closes, percent
        put_call_interest dec            # put/call open interest
        put_call_volume dec              # put/call volume
        put_call_ratio  dec              # put/call ratio
        option_volume   dec              # volume of options
        option_volume_change dec         # its change, percent
        avg_volume      dec              # average daily volume of 90 days
        dividend        dec              # dividend amount
        dividend_yield  dec              # dividend yield, percent
        dividend_next   dec              # dividends of the next 12 months
        dividend_last   dec              # dividends of the last 12 months
        market_cap      dec              # market capitalization
        pe_ratio        dec              # price/earnings
        eps             dec              # earnings per share
        beta            dec              # beta
        week52_high     dec              # high of 52 weeks
        week52_low      dec              # low of 52 weeks
        close           dec              # today's close
        change_open     dec              # change since the open
        delta           dec              # option delta
        gamma           dec              # option gamma
        theta           dec              # option theta
        vega            dec              # option vega
        shortable       dec              # shortable shares
        fee_rate        dec              # fee to borrow, percent
        ema20           dec              # exponential moving average of 20 days
        ema50           dec              # of 50 days
        ema100          dec              # of 100 days
        ema200          dec              # of 200 days
        price_ema20     dec              # price against ema20, percent
        price_ema50     dec              # price against ema50, percent
        price_ema100    dec              # price against ema100, percent
        price_ema200    dec              # price against ema200, percent
        max_return      dec              # probability of the greatest return
        max_loss        dec              # probability of the greatest loss
        max_profit      dec              # probability of profit
        break_even      dec              # break-even price
        spx_delta       dec              # delta against the index
        futures_interest dec             # open interest of futures
        last_yield      dec              # yield of the last price
        bid_yield       dec              # yield of the bid
        ask_yield       dec              # yield of the ask
        funding_rate    dec              # funding rate of a perpetual
        index_price     dec              # index price of a perpetual
        target_stake    dec              # stake that a market wants
        supplied_stake  dec              # stake that a market has
        market_growth   dec              # growth of a market
        indicative_price dec             # price of an auction so far
        indicative_volume dec            # volume of an auction so far
        mid             dec              # middle of the book
        volume_3m       dec              # average volume of three months
        ts_funding      time             # next funding
    """, rows=MERGED),
    kind("Instrument", 20, "What an instrument is; a row per symbol.", """
        expiry          text 16          # expiry
        right           text 8           # P or C
        tradable        bool             # may be traded
        permitted       bool             # this account may trade it
        shortable       text 16          # how hard it is to borrow
        asset_class     text 16          # security type
        exchange        text 32          # exchange
        listing         text 16          # listing exchange
        conid           text 32          # the venue's number
        underlying      text 32          # of a derivative
        months          text 32          # contract months
        company         text 64          # name
        industry        text 48          # industry
        category        text 48          # category
        description     text 64          # contract
        description2    text 64          # contract, continued
        state           text 32          # state of the market
        trading_mode    text 40          # how the market trades
        trigger         text 32          # why it does so
        note            text 64          # the venue's words
        rating          text 32          # rating
        debt_class      text 32          # of a bond
        bond_type       text 32          # of a bond
        bond_state      text 32          # of a bond
        organization    text 48          # of a bond
        last_trading    text 16          # last trading date
        issued          text 16          # issue date
        ex_dividend     text 16          # ex-dividend date
        event           text 64          # next corporate event
        event_date      text 32          # its date
        service         text 48          # service parameters
    """, rows=MERGED),
    kind("Ledger", 21, "A movement between two accounts.", """
        amount          dec              # amount moved
        from_balance    dec              # balance of the source afterwards
        to_balance      dec              # balance of the target afterwards
        transfer_type   text 32          # the venue's word for why
        asset           text 64          # asset
        from_account    text 64          # owner of the source
        from_type       text 40          # kind of account of the source
        from_market     text 64          # market of the source
        to_account      text 64          # owner of the target
        to_type         text 40          # kind of account of the target
        to_market       text 64          # market of the target
        transfer_id     text 64          # the venue's id
    """),
    kind("Raw", 17, "A message of a type that this version does not know, as it came.", """
        topic           text 64          # its type, where one can be told
        data            data             # its bytes
    """),
)

KINDS = tuple(sorted(KINDS, key=lambda kind: kind.code))
