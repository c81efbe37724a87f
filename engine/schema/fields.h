/* Every field of every record. Generated from engine/schema/records.py: change that file, then `make records`. */
#ifndef TICKFOLD_FIELDS_H
#define TICKFOLD_FIELDS_H

#include <stddef.h>

#include "tickfold/records.h"

enum tf_type {
    TF_TYPE_DEC,
    TF_TYPE_TIME,
    TF_TYPE_I64,
    TF_TYPE_U64,
    TF_TYPE_I32,
    TF_TYPE_U32,
    TF_TYPE_U8,
    TF_TYPE_BOOL,
    TF_TYPE_ENUM,
    TF_TYPE_TEXT,
    TF_TYPE_LONG,
    TF_TYPE_DATA,
};

/* Whether a table keeps the records of a kind. */
enum tf_rows {
    TF_ROWS_NONE,   /* no */
    TF_ROWS_MERGED, /* every record of the kind is merged into a row */
    TF_ROWS_KEPT,   /* the latest ones are kept, each as it was told last */
};

typedef struct tf_field {
    const char *name;
    const char *doc;
    uint16_t offset;         /* bytes from the start of the record */
    uint16_t size;           /* bytes */
    uint8_t type;            /* tf_type */
    uint8_t bit;             /* in known and changed */
    uint8_t enumeration;     /* its enum: index of tf_enums, 0 = none */
} tf_field;

typedef struct tf_kind {
    const char *name;
    const char *doc;
    const tf_field *fields;  /* by bit */
    uint64_t layout;         /* TF_QUOTE_LAYOUT and so on */
    uint16_t count;          /* fields */
    uint16_t size;           /* bytes of the record */
    uint16_t decimals;       /* offset of decimals[], 0 = none */
    uint16_t dec_count;      /* fields of type dec: bits 0 to dec_count - 1 */
    uint8_t rows;            /* tf_rows */
} tf_kind;

#define TF_ENUMS 14
static const char *const tf_enums[TF_ENUMS] = {
    NULL,
    "RecordKind",
    "Venue",
    "OrderStatus",
    "Side",
    "OrderType",
    "TimeInForce",
    "LastFlag",
    "BarClass",
    "BookAction",
    "TradeAction",
    "StatusScope",
    "NoticeKind",
    "ErrorSource",
};

static const tf_field tf_quote_fields[] = {
    {"bid", "best bid price", offsetof(tf_quote, bid), sizeof(((tf_quote *)0)->bid), TF_TYPE_DEC, 0, 0},
    {"ask", "best ask price", offsetof(tf_quote, ask), sizeof(((tf_quote *)0)->ask), TF_TYPE_DEC, 1, 0},
    {"bid_size", "quantity at the best bid, in the venue's own unit (shares or lots)", offsetof(tf_quote, bid_size), sizeof(((tf_quote *)0)->bid_size), TF_TYPE_DEC, 2, 0},
    {"ask_size", "quantity at the best ask, in the venue's own unit (shares or lots)", offsetof(tf_quote, ask_size), sizeof(((tf_quote *)0)->ask_size), TF_TYPE_DEC, 3, 0},
    {"last", "price of the last trade, or what last_flag says instead", offsetof(tf_quote, last), sizeof(((tf_quote *)0)->last), TF_TYPE_DEC, 4, 0},
    {"last_size", "quantity of the last trade", offsetof(tf_quote, last_size), sizeof(((tf_quote *)0)->last_size), TF_TYPE_DEC, 5, 0},
    {"mark", "mark price: the venue's own valuation", offsetof(tf_quote, mark), sizeof(((tf_quote *)0)->mark), TF_TYPE_DEC, 6, 0},
    {"prev_close", "closing price of the previous session", offsetof(tf_quote, prev_close), sizeof(((tf_quote *)0)->prev_close), TF_TYPE_DEC, 7, 0},
    {"open", "first price of the session", offsetof(tf_quote, open), sizeof(((tf_quote *)0)->open), TF_TYPE_DEC, 8, 0},
    {"high", "highest price of the session", offsetof(tf_quote, high), sizeof(((tf_quote *)0)->high), TF_TYPE_DEC, 9, 0},
    {"low", "lowest price of the session", offsetof(tf_quote, low), sizeof(((tf_quote *)0)->low), TF_TYPE_DEC, 10, 0},
    {"volume", "quantity traded in the session", offsetof(tf_quote, volume), sizeof(((tf_quote *)0)->volume), TF_TYPE_DEC, 11, 0},
    {"open_interest", "contracts that are open", offsetof(tf_quote, open_interest), sizeof(((tf_quote *)0)->open_interest), TF_TYPE_DEC, 12, 0},
    {"change", "last minus prev_close, in price", offsetof(tf_quote, change), sizeof(((tf_quote *)0)->change), TF_TYPE_DEC, 13, 0},
    {"change_percent", "last against prev_close, in percent (1.5 is 1.5 %)", offsetof(tf_quote, change_percent), sizeof(((tf_quote *)0)->change_percent), TF_TYPE_DEC, 14, 0},
    {"last_flag", "what `last` stands for", offsetof(tf_quote, last_flag), sizeof(((tf_quote *)0)->last_flag), TF_TYPE_ENUM, 15, 7},
    {"tape", "consolidated tape that reports it: A, B or C, or O for over the counter", offsetof(tf_quote, tape), sizeof(((tf_quote *)0)->tape), TF_TYPE_TEXT, 16, 0},
    {"bid_exchange", "exchange whose bid is the best, in the venue's code", offsetof(tf_quote, bid_exchange), sizeof(((tf_quote *)0)->bid_exchange), TF_TYPE_TEXT, 17, 0},
    {"ask_exchange", "exchange whose ask is the best, in the venue's code", offsetof(tf_quote, ask_exchange), sizeof(((tf_quote *)0)->ask_exchange), TF_TYPE_TEXT, 18, 0},
    {"last_exchange", "exchange of the last trade, in the venue's code", offsetof(tf_quote, last_exchange), sizeof(((tf_quote *)0)->last_exchange), TF_TYPE_TEXT, 19, 0},
    {"conditions", "condition codes of the quote, one character each", offsetof(tf_quote, conditions), sizeof(((tf_quote *)0)->conditions), TF_TYPE_TEXT, 20, 0},
    {"availability", "the venue's letters for how live the data is (live, delayed, frozen)", offsetof(tf_quote, availability), sizeof(((tf_quote *)0)->availability), TF_TYPE_TEXT, 21, 0},
    {"ticker", "readable symbol, where `symbol` is the venue's number", offsetof(tf_quote, ticker), sizeof(((tf_quote *)0)->ticker), TF_TYPE_TEXT, 22, 0},
};

static const tf_field tf_trade_fields[] = {
    {"price", "price of the trade", offsetof(tf_trade, price), sizeof(((tf_trade *)0)->price), TF_TYPE_DEC, 0, 0},
    {"size", "quantity traded, in the venue's own unit", offsetof(tf_trade, size), sizeof(((tf_trade *)0)->size), TF_TYPE_DEC, 1, 0},
    {"action", "whether it is new, or amends orig_trade_id; NONE reads as NEW", offsetof(tf_trade, action), sizeof(((tf_trade *)0)->action), TF_TYPE_ENUM, 2, 10},
    {"side", "side of whoever took liquidity (the aggressor)", offsetof(tf_trade, side), sizeof(((tf_trade *)0)->side), TF_TYPE_ENUM, 3, 4},
    {"tape", "consolidated tape that reports it: A, B or C, or O for over the counter", offsetof(tf_trade, tape), sizeof(((tf_trade *)0)->tape), TF_TYPE_TEXT, 4, 0},
    {"exchange", "exchange where it was executed, in the venue's code", offsetof(tf_trade, exchange), sizeof(((tf_trade *)0)->exchange), TF_TYPE_TEXT, 5, 0},
    {"conditions", "condition codes of the trade, one character each", offsetof(tf_trade, conditions), sizeof(((tf_trade *)0)->conditions), TF_TYPE_TEXT, 6, 0},
    {"trade_type", "the venue's word for the kind of trade", offsetof(tf_trade, trade_type), sizeof(((tf_trade *)0)->trade_type), TF_TYPE_TEXT, 7, 0},
    {"trade_id", "the venue's id of the trade", offsetof(tf_trade, trade_id), sizeof(((tf_trade *)0)->trade_id), TF_TYPE_TEXT, 8, 0},
    {"orig_trade_id", "id of the earlier trade that this one amends", offsetof(tf_trade, orig_trade_id), sizeof(((tf_trade *)0)->orig_trade_id), TF_TYPE_TEXT, 9, 0},
    {"buyer", "party that bought", offsetof(tf_trade, buyer), sizeof(((tf_trade *)0)->buyer), TF_TYPE_TEXT, 10, 0},
    {"seller", "party that sold", offsetof(tf_trade, seller), sizeof(((tf_trade *)0)->seller), TF_TYPE_TEXT, 11, 0},
    {"buy_order_id", "id of the order that bought", offsetof(tf_trade, buy_order_id), sizeof(((tf_trade *)0)->buy_order_id), TF_TYPE_TEXT, 12, 0},
    {"sell_order_id", "id of the order that sold", offsetof(tf_trade, sell_order_id), sizeof(((tf_trade *)0)->sell_order_id), TF_TYPE_TEXT, 13, 0},
};

static const tf_field tf_bar_fields[] = {
    {"open", "first price of the interval", offsetof(tf_bar, open), sizeof(((tf_bar *)0)->open), TF_TYPE_DEC, 0, 0},
    {"high", "highest price of the interval", offsetof(tf_bar, high), sizeof(((tf_bar *)0)->high), TF_TYPE_DEC, 1, 0},
    {"low", "lowest price of the interval", offsetof(tf_bar, low), sizeof(((tf_bar *)0)->low), TF_TYPE_DEC, 2, 0},
    {"close", "last price of the interval", offsetof(tf_bar, close), sizeof(((tf_bar *)0)->close), TF_TYPE_DEC, 3, 0},
    {"volume", "quantity traded in the interval", offsetof(tf_bar, volume), sizeof(((tf_bar *)0)->volume), TF_TYPE_DEC, 4, 0},
    {"vwap", "volume-weighted average price of the interval", offsetof(tf_bar, vwap), sizeof(((tf_bar *)0)->vwap), TF_TYPE_DEC, 5, 0},
    {"notional", "value traded in the interval (price times quantity)", offsetof(tf_bar, notional), sizeof(((tf_bar *)0)->notional), TF_TYPE_DEC, 6, 0},
    {"ts_updated", "when the venue last changed the bar, ns UTC", offsetof(tf_bar, ts_updated), sizeof(((tf_bar *)0)->ts_updated), TF_TYPE_TIME, 7, 0},
    {"trade_count", "number of trades in the interval", offsetof(tf_bar, trade_count), sizeof(((tf_bar *)0)->trade_count), TF_TYPE_U64, 8, 0},
    {"interval", "length of the interval, seconds", offsetof(tf_bar, interval), sizeof(((tf_bar *)0)->interval), TF_TYPE_U32, 9, 0},
    {"bar_class", "which kind of bar it is: of a minute, of a day, an amended minute", offsetof(tf_bar, bar_class), sizeof(((tf_bar *)0)->bar_class), TF_TYPE_ENUM, 10, 8},
    {"complete", "the interval is over: the bar will change no more, but by an amendment", offsetof(tf_bar, complete), sizeof(((tf_bar *)0)->complete), TF_TYPE_BOOL, 11, 0},
};

static const tf_field tf_book_level_fields[] = {
    {"price", "price of the level", offsetof(tf_book_level, price), sizeof(((tf_book_level *)0)->price), TF_TYPE_DEC, 0, 0},
    {"size", "quantity now at the level; 0 removes it", offsetof(tf_book_level, size), sizeof(((tf_book_level *)0)->size), TF_TYPE_DEC, 1, 0},
    {"sequence", "the venue's number of this update of the book", offsetof(tf_book_level, sequence), sizeof(((tf_book_level *)0)->sequence), TF_TYPE_U64, 2, 0},
    {"prev_sequence", "the number of the update before, by which a missed one shows", offsetof(tf_book_level, prev_sequence), sizeof(((tf_book_level *)0)->prev_sequence), TF_TYPE_U64, 3, 0},
    {"orders", "number of orders at the level", offsetof(tf_book_level, orders), sizeof(((tf_book_level *)0)->orders), TF_TYPE_U32, 4, 0},
    {"row", "row of a price ladder, where the venue numbers rows instead of naming prices", offsetof(tf_book_level, row), sizeof(((tf_book_level *)0)->row), TF_TYPE_U32, 5, 0},
    {"action", "set the level, delete it, or clear the whole book first; NONE reads as SET", offsetof(tf_book_level, action), sizeof(((tf_book_level *)0)->action), TF_TYPE_ENUM, 6, 9},
    {"side", "side of the book: BUY are bids, SELL are asks", offsetof(tf_book_level, side), sizeof(((tf_book_level *)0)->side), TF_TYPE_ENUM, 7, 4},
};

static const tf_field tf_order_fields[] = {
    {"qty", "quantity ordered (FIX 38 OrderQty)", offsetof(tf_order, qty), sizeof(((tf_order *)0)->qty), TF_TYPE_DEC, 0, 0},
    {"notional", "value ordered, instead of a quantity (FIX 152 CashOrderQty)", offsetof(tf_order, notional), sizeof(((tf_order *)0)->notional), TF_TYPE_DEC, 1, 0},
    {"filled_qty", "quantity filled so far (FIX 14 CumQty); it falls only by a correction", offsetof(tf_order, filled_qty), sizeof(((tf_order *)0)->filled_qty), TF_TYPE_DEC, 2, 0},
    {"leaves_qty", "quantity that may still be filled (FIX 151 LeavesQty)", offsetof(tf_order, leaves_qty), sizeof(((tf_order *)0)->leaves_qty), TF_TYPE_DEC, 3, 0},
    {"avg_price", "average price of the fills (FIX 6 AvgPx); see flag AVG_STALE", offsetof(tf_order, avg_price), sizeof(((tf_order *)0)->avg_price), TF_TYPE_DEC, 4, 0},
    {"last_qty", "quantity of the last fill (FIX 32 LastQty)", offsetof(tf_order, last_qty), sizeof(((tf_order *)0)->last_qty), TF_TYPE_DEC, 5, 0},
    {"last_price", "price of the last fill (FIX 31 LastPx)", offsetof(tf_order, last_price), sizeof(((tf_order *)0)->last_price), TF_TYPE_DEC, 6, 0},
    {"limit_price", "limit price (FIX 44 Price)", offsetof(tf_order, limit_price), sizeof(((tf_order *)0)->limit_price), TF_TYPE_DEC, 7, 0},
    {"stop_price", "price that triggers a stop order (FIX 99 StopPx)", offsetof(tf_order, stop_price), sizeof(((tf_order *)0)->stop_price), TF_TYPE_DEC, 8, 0},
    {"trail_price", "distance of a trailing stop from its reference, in price", offsetof(tf_order, trail_price), sizeof(((tf_order *)0)->trail_price), TF_TYPE_DEC, 9, 0},
    {"trail_percent", "distance of a trailing stop from its reference, in percent", offsetof(tf_order, trail_percent), sizeof(((tf_order *)0)->trail_percent), TF_TYPE_DEC, 10, 0},
    {"high_water", "the reference of a trailing stop: the best price since it was placed", offsetof(tf_order, high_water), sizeof(((tf_order *)0)->high_water), TF_TYPE_DEC, 11, 0},
    {"display_qty", "quantity that the book shows at most (FIX 1138 DisplayQty)", offsetof(tf_order, display_qty), sizeof(((tf_order *)0)->display_qty), TF_TYPE_DEC, 12, 0},
    {"reserved_qty", "hidden quantity of an iceberg, beside the visible part", offsetof(tf_order, reserved_qty), sizeof(((tf_order *)0)->reserved_qty), TF_TYPE_DEC, 13, 0},
    {"peg_offset", "distance of a pegged order's price from its reference, in price", offsetof(tf_order, peg_offset), sizeof(((tf_order *)0)->peg_offset), TF_TYPE_DEC, 14, 0},
    {"commission", "commission so far, in `currency`; positive is paid", offsetof(tf_order, commission), sizeof(((tf_order *)0)->commission), TF_TYPE_DEC, 15, 0},
    {"ts_created", "when the venue created it, ns UTC", offsetof(tf_order, ts_created), sizeof(((tf_order *)0)->ts_created), TF_TYPE_TIME, 16, 0},
    {"ts_submitted", "when it went to the market, ns UTC", offsetof(tf_order, ts_submitted), sizeof(((tf_order *)0)->ts_submitted), TF_TYPE_TIME, 17, 0},
    {"ts_filled", "when it was filled, ns UTC", offsetof(tf_order, ts_filled), sizeof(((tf_order *)0)->ts_filled), TF_TYPE_TIME, 18, 0},
    {"ts_canceled", "when it was canceled, ns UTC", offsetof(tf_order, ts_canceled), sizeof(((tf_order *)0)->ts_canceled), TF_TYPE_TIME, 19, 0},
    {"ts_expired", "when it expired, ns UTC", offsetof(tf_order, ts_expired), sizeof(((tf_order *)0)->ts_expired), TF_TYPE_TIME, 20, 0},
    {"ts_failed", "when it was rejected, ns UTC", offsetof(tf_order, ts_failed), sizeof(((tf_order *)0)->ts_failed), TF_TYPE_TIME, 21, 0},
    {"ts_replaced", "when it was replaced, ns UTC", offsetof(tf_order, ts_replaced), sizeof(((tf_order *)0)->ts_replaced), TF_TYPE_TIME, 22, 0},
    {"ts_updated", "when the venue last changed it, ns UTC", offsetof(tf_order, ts_updated), sizeof(((tf_order *)0)->ts_updated), TF_TYPE_TIME, 23, 0},
    {"ts_expires", "when it will expire, ns UTC (FIX 126 ExpireTime)", offsetof(tf_order, ts_expires), sizeof(((tf_order *)0)->ts_expires), TF_TYPE_TIME, 24, 0},
    {"version", "the venue's revision number; it rises with each amendment", offsetof(tf_order, version), sizeof(((tf_order *)0)->version), TF_TYPE_U32, 25, 0},
    {"status", "state of the order (FIX 39 OrdStatus)", offsetof(tf_order, status), sizeof(((tf_order *)0)->status), TF_TYPE_ENUM, 26, 3},
    {"side", "side (FIX 54 Side)", offsetof(tf_order, side), sizeof(((tf_order *)0)->side), TF_TYPE_ENUM, 27, 4},
    {"type", "type (FIX 40 OrdType)", offsetof(tf_order, type), sizeof(((tf_order *)0)->type), TF_TYPE_ENUM, 28, 5},
    {"tif", "how long it is valid (FIX 59 TimeInForce)", offsetof(tf_order, tif), sizeof(((tf_order *)0)->tif), TF_TYPE_ENUM, 29, 6},
    {"extended_hours", "it may trade outside the regular session", offsetof(tf_order, extended_hours), sizeof(((tf_order *)0)->extended_hours), TF_TYPE_BOOL, 30, 0},
    {"post_only", "it must not take liquidity", offsetof(tf_order, post_only), sizeof(((tf_order *)0)->post_only), TF_TYPE_BOOL, 31, 0},
    {"reduce_only", "it must not open or enlarge a position", offsetof(tf_order, reduce_only), sizeof(((tf_order *)0)->reduce_only), TF_TYPE_BOOL, 32, 0},
    {"status_text", "the venue's word for status", offsetof(tf_order, status_text), sizeof(((tf_order *)0)->status_text), TF_TYPE_TEXT, 33, 0},
    {"type_text", "the venue's word for type", offsetof(tf_order, type_text), sizeof(((tf_order *)0)->type_text), TF_TYPE_TEXT, 34, 0},
    {"tif_text", "the venue's word for tif", offsetof(tf_order, tif_text), sizeof(((tf_order *)0)->tif_text), TF_TYPE_TEXT, 35, 0},
    {"event", "the venue's word for what happened to the order (compare FIX 150 ExecType)", offsetof(tf_order, event), sizeof(((tf_order *)0)->event), TF_TYPE_TEXT, 36, 0},
    {"ticker", "readable symbol, where `symbol` is the venue's number", offsetof(tf_order, ticker), sizeof(((tf_order *)0)->ticker), TF_TYPE_TEXT, 37, 0},
    {"currency", "currency of prices, amounts and commission", offsetof(tf_order, currency), sizeof(((tf_order *)0)->currency), TF_TYPE_TEXT, 38, 0},
    {"order_class", "the venue's word for a group of orders: simple, bracket, oco, mleg", offsetof(tf_order, order_class), sizeof(((tf_order *)0)->order_class), TF_TYPE_TEXT, 39, 0},
    {"asset_class", "the venue's word for what is traded", offsetof(tf_order, asset_class), sizeof(((tf_order *)0)->asset_class), TF_TYPE_TEXT, 40, 0},
    {"exchange", "exchange that it was sent to, in the venue's code", offsetof(tf_order, exchange), sizeof(((tf_order *)0)->exchange), TF_TYPE_TEXT, 41, 0},
    {"intent", "whether it opens or closes a position, in the venue's words", offsetof(tf_order, intent), sizeof(((tf_order *)0)->intent), TF_TYPE_TEXT, 42, 0},
    {"peg_reference", "price that a pegged order follows, in the venue's word", offsetof(tf_order, peg_reference), sizeof(((tf_order *)0)->peg_reference), TF_TYPE_TEXT, 43, 0},
    {"account", "account (FIX 1 Account)", offsetof(tf_order, account), sizeof(((tf_order *)0)->account), TF_TYPE_TEXT, 44, 0},
    {"order_id", "the venue's id of the order (FIX 37 OrderID)", offsetof(tf_order, order_id), sizeof(((tf_order *)0)->order_id), TF_TYPE_TEXT, 45, 0},
    {"parent_id", "order_id of the order that this one belongs to", offsetof(tf_order, parent_id), sizeof(((tf_order *)0)->parent_id), TF_TYPE_TEXT, 46, 0},
    {"replaces", "order_id of the order that this one replaces (compare FIX 41 OrigClOrdID)", offsetof(tf_order, replaces), sizeof(((tf_order *)0)->replaces), TF_TYPE_TEXT, 47, 0},
    {"replaced_by", "order_id of the order that replaces this one", offsetof(tf_order, replaced_by), sizeof(((tf_order *)0)->replaced_by), TF_TYPE_TEXT, 48, 0},
    {"client_order_id", "the id that its sender gave it (FIX 11 ClOrdID)", offsetof(tf_order, client_order_id), sizeof(((tf_order *)0)->client_order_id), TF_TYPE_TEXT, 49, 0},
    {"reason", "why it was rejected or canceled, in the venue's words", offsetof(tf_order, reason), sizeof(((tf_order *)0)->reason), TF_TYPE_TEXT, 50, 0},
};

static const tf_field tf_fill_fields[] = {
    {"price", "price of the execution (FIX 31 LastPx)", offsetof(tf_fill, price), sizeof(((tf_fill *)0)->price), TF_TYPE_DEC, 0, 0},
    {"qty", "quantity of the execution (FIX 32 LastQty)", offsetof(tf_fill, qty), sizeof(((tf_fill *)0)->qty), TF_TYPE_DEC, 1, 0},
    {"commission", "commission of the execution, in `currency`; positive is paid", offsetof(tf_fill, commission), sizeof(((tf_fill *)0)->commission), TF_TYPE_DEC, 2, 0},
    {"net_amount", "value of the execution with its costs, in `currency`", offsetof(tf_fill, net_amount), sizeof(((tf_fill *)0)->net_amount), TF_TYPE_DEC, 3, 0},
    {"cum_qty", "filled quantity of the order after this execution (FIX 14 CumQty)", offsetof(tf_fill, cum_qty), sizeof(((tf_fill *)0)->cum_qty), TF_TYPE_DEC, 4, 0},
    {"position", "position in the instrument after this execution; negative is short", offsetof(tf_fill, position), sizeof(((tf_fill *)0)->position), TF_TYPE_DEC, 5, 0},
    {"side", "side of the order (FIX 54 Side)", offsetof(tf_fill, side), sizeof(((tf_fill *)0)->side), TF_TYPE_ENUM, 6, 4},
    {"action", "whether it is new, or amends an earlier execution; NONE reads as NEW", offsetof(tf_fill, action), sizeof(((tf_fill *)0)->action), TF_TYPE_ENUM, 7, 10},
    {"currency", "currency of price, amounts and commission", offsetof(tf_fill, currency), sizeof(((tf_fill *)0)->currency), TF_TYPE_TEXT, 8, 0},
    {"exchange", "exchange of the execution, in the venue's code", offsetof(tf_fill, exchange), sizeof(((tf_fill *)0)->exchange), TF_TYPE_TEXT, 9, 0},
    {"liquidity", "whether it made or took liquidity, in the venue's words", offsetof(tf_fill, liquidity), sizeof(((tf_fill *)0)->liquidity), TF_TYPE_TEXT, 10, 0},
    {"account", "account (FIX 1 Account)", offsetof(tf_fill, account), sizeof(((tf_fill *)0)->account), TF_TYPE_TEXT, 11, 0},
    {"ticker", "readable symbol, where `symbol` is the venue's number", offsetof(tf_fill, ticker), sizeof(((tf_fill *)0)->ticker), TF_TYPE_TEXT, 12, 0},
    {"exec_id", "the venue's id of the execution (FIX 17 ExecID)", offsetof(tf_fill, exec_id), sizeof(((tf_fill *)0)->exec_id), TF_TYPE_TEXT, 13, 0},
    {"order_id", "the venue's id of the order (FIX 37 OrderID)", offsetof(tf_fill, order_id), sizeof(((tf_fill *)0)->order_id), TF_TYPE_TEXT, 14, 0},
    {"client_order_id", "the id that the order's sender gave it (FIX 11 ClOrdID)", offsetof(tf_fill, client_order_id), sizeof(((tf_fill *)0)->client_order_id), TF_TYPE_TEXT, 15, 0},
};

static const tf_field tf_position_fields[] = {
    {"qty", "quantity held; negative is short", offsetof(tf_position, qty), sizeof(((tf_position *)0)->qty), TF_TYPE_DEC, 0, 0},
    {"avg_price", "average price at which the position was opened", offsetof(tf_position, avg_price), sizeof(((tf_position *)0)->avg_price), TF_TYPE_DEC, 1, 0},
    {"cost_basis", "what the position cost, in `currency`", offsetof(tf_position, cost_basis), sizeof(((tf_position *)0)->cost_basis), TF_TYPE_DEC, 2, 0},
    {"market_value", "value of the position at market_price, in `currency`", offsetof(tf_position, market_value), sizeof(((tf_position *)0)->market_value), TF_TYPE_DEC, 3, 0},
    {"market_price", "price at which the venue values the position", offsetof(tf_position, market_price), sizeof(((tf_position *)0)->market_price), TF_TYPE_DEC, 4, 0},
    {"realized_pnl", "profit and loss of what was closed, in `currency`", offsetof(tf_position, realized_pnl), sizeof(((tf_position *)0)->realized_pnl), TF_TYPE_DEC, 5, 0},
    {"unrealized_pnl", "profit and loss of what is open, in `currency`", offsetof(tf_position, unrealized_pnl), sizeof(((tf_position *)0)->unrealized_pnl), TF_TYPE_DEC, 6, 0},
    {"daily_pnl", "profit and loss since the last close, in `currency`", offsetof(tf_position, daily_pnl), sizeof(((tf_position *)0)->daily_pnl), TF_TYPE_DEC, 7, 0},
    {"unrealized_percent", "unrealized_pnl against cost_basis, in percent", offsetof(tf_position, unrealized_percent), sizeof(((tf_position *)0)->unrealized_percent), TF_TYPE_DEC, 8, 0},
    {"account_percent", "share of the position in the account's value, in percent", offsetof(tf_position, account_percent), sizeof(((tf_position *)0)->account_percent), TF_TYPE_DEC, 9, 0},
    {"avg_close_price", "average price at which parts of the position were closed", offsetof(tf_position, avg_close_price), sizeof(((tf_position *)0)->avg_close_price), TF_TYPE_DEC, 10, 0},
    {"fees_paid", "fees paid so far", offsetof(tf_position, fees_paid), sizeof(((tf_position *)0)->fees_paid), TF_TYPE_DEC, 11, 0},
    {"fees_received", "fees received so far", offsetof(tf_position, fees_received), sizeof(((tf_position *)0)->fees_received), TF_TYPE_DEC, 12, 0},
    {"funding", "funding payments so far", offsetof(tf_position, funding), sizeof(((tf_position *)0)->funding), TF_TYPE_DEC, 13, 0},
    {"loss_socialization", "losses of other traders that were taken over so far", offsetof(tf_position, loss_socialization), sizeof(((tf_position *)0)->loss_socialization), TF_TYPE_DEC, 14, 0},
    {"ts_created", "when the position was opened, ns UTC", offsetof(tf_position, ts_created), sizeof(((tf_position *)0)->ts_created), TF_TYPE_TIME, 15, 0},
    {"ts_updated", "when the position last changed, ns UTC", offsetof(tf_position, ts_updated), sizeof(((tf_position *)0)->ts_updated), TF_TYPE_TIME, 16, 0},
    {"status", "the venue's word for the state of the position", offsetof(tf_position, status), sizeof(((tf_position *)0)->status), TF_TYPE_TEXT, 17, 0},
    {"asset_class", "the venue's word for what is held", offsetof(tf_position, asset_class), sizeof(((tf_position *)0)->asset_class), TF_TYPE_TEXT, 18, 0},
    {"currency", "currency of prices and amounts", offsetof(tf_position, currency), sizeof(((tf_position *)0)->currency), TF_TYPE_TEXT, 19, 0},
    {"position_id", "the venue's id of the position", offsetof(tf_position, position_id), sizeof(((tf_position *)0)->position_id), TF_TYPE_TEXT, 20, 0},
    {"account", "account (FIX 1 Account)", offsetof(tf_position, account), sizeof(((tf_position *)0)->account), TF_TYPE_TEXT, 21, 0},
    {"ticker", "readable symbol, where `symbol` is the venue's number", offsetof(tf_position, ticker), sizeof(((tf_position *)0)->ticker), TF_TYPE_TEXT, 22, 0},
};

static const tf_field tf_balance_fields[] = {
    {"total", "total amount; of an account, its cash", offsetof(tf_balance, total), sizeof(((tf_balance *)0)->total), TF_TYPE_DEC, 0, 0},
    {"available", "amount that is free to use", offsetof(tf_balance, available), sizeof(((tf_balance *)0)->available), TF_TYPE_DEC, 1, 0},
    {"settled", "cash that has settled", offsetof(tf_balance, settled), sizeof(((tf_balance *)0)->settled), TF_TYPE_DEC, 2, 0},
    {"net_cash", "the venue's figure net cash", offsetof(tf_balance, net_cash), sizeof(((tf_balance *)0)->net_cash), TF_TYPE_DEC, 3, 0},
    {"pending", "amount that has not settled yet", offsetof(tf_balance, pending), sizeof(((tf_balance *)0)->pending), TF_TYPE_DEC, 4, 0},
    {"net_liq", "net liquidation value: what the account would be worth if all were closed", offsetof(tf_balance, net_liq), sizeof(((tf_balance *)0)->net_liq), TF_TYPE_DEC, 5, 0},
    {"equity", "equity of the account", offsetof(tf_balance, equity), sizeof(((tf_balance *)0)->equity), TF_TYPE_DEC, 6, 0},
    {"excess_liq", "excess liquidity: equity above the maintenance margin", offsetof(tf_balance, excess_liq), sizeof(((tf_balance *)0)->excess_liq), TF_TYPE_DEC, 7, 0},
    {"change", "change of the account's value today", offsetof(tf_balance, change), sizeof(((tf_balance *)0)->change), TF_TYPE_DEC, 8, 0},
    {"change_percent", "change of the account's value today, in percent", offsetof(tf_balance, change_percent), sizeof(((tf_balance *)0)->change_percent), TF_TYPE_DEC, 9, 0},
    {"buying_power", "buying power; of a venue with several, that for stocks", offsetof(tf_balance, buying_power), sizeof(((tf_balance *)0)->buying_power), TF_TYPE_DEC, 10, 0},
    {"option_buying_power", "buying power for options", offsetof(tf_balance, option_buying_power), sizeof(((tf_balance *)0)->option_buying_power), TF_TYPE_DEC, 11, 0},
    {"forex_buying_power", "buying power for currencies", offsetof(tf_balance, forex_buying_power), sizeof(((tf_balance *)0)->forex_buying_power), TF_TYPE_DEC, 12, 0},
    {"day_buying_power", "buying power for positions that are closed on the same day", offsetof(tf_balance, day_buying_power), sizeof(((tf_balance *)0)->day_buying_power), TF_TYPE_DEC, 13, 0},
    {"margin_initial", "initial margin that is required", offsetof(tf_balance, margin_initial), sizeof(((tf_balance *)0)->margin_initial), TF_TYPE_DEC, 14, 0},
    {"margin_maint", "maintenance margin that is required", offsetof(tf_balance, margin_maint), sizeof(((tf_balance *)0)->margin_maint), TF_TYPE_DEC, 15, 0},
    {"option_margin_maint", "maintenance margin that is required for options", offsetof(tf_balance, option_margin_maint), sizeof(((tf_balance *)0)->option_margin_maint), TF_TYPE_DEC, 16, 0},
    {"margin_search", "the venue looks for more collateral below this amount", offsetof(tf_balance, margin_search), sizeof(((tf_balance *)0)->margin_search), TF_TYPE_DEC, 17, 0},
    {"margin_release", "the venue gives collateral back above this amount", offsetof(tf_balance, margin_release), sizeof(((tf_balance *)0)->margin_release), TF_TYPE_DEC, 18, 0},
    {"margin_order", "margin that is held for open orders", offsetof(tf_balance, margin_order), sizeof(((tf_balance *)0)->margin_order), TF_TYPE_DEC, 19, 0},
    {"margin_factor", "factor of isolated margin: a fraction of the position's value", offsetof(tf_balance, margin_factor), sizeof(((tf_balance *)0)->margin_factor), TF_TYPE_DEC, 20, 0},
    {"pending_orders", "number of pending orders", offsetof(tf_balance, pending_orders), sizeof(((tf_balance *)0)->pending_orders), TF_TYPE_DEC, 21, 0},
    {"day_trades", "number of day trades", offsetof(tf_balance, day_trades), sizeof(((tf_balance *)0)->day_trades), TF_TYPE_DEC, 22, 0},
    {"market_value", "market value of all positions", offsetof(tf_balance, market_value), sizeof(((tf_balance *)0)->market_value), TF_TYPE_DEC, 23, 0},
    {"stock_value", "market value of all stocks", offsetof(tf_balance, stock_value), sizeof(((tf_balance *)0)->stock_value), TF_TYPE_DEC, 24, 0},
    {"stock_long", "market value of long stocks", offsetof(tf_balance, stock_long), sizeof(((tf_balance *)0)->stock_long), TF_TYPE_DEC, 25, 0},
    {"stock_short", "market value of short stocks", offsetof(tf_balance, stock_short), sizeof(((tf_balance *)0)->stock_short), TF_TYPE_DEC, 26, 0},
    {"option_value", "market value of all options", offsetof(tf_balance, option_value), sizeof(((tf_balance *)0)->option_value), TF_TYPE_DEC, 27, 0},
    {"option_long", "market value of long options", offsetof(tf_balance, option_long), sizeof(((tf_balance *)0)->option_long), TF_TYPE_DEC, 28, 0},
    {"option_short", "market value of short options", offsetof(tf_balance, option_short), sizeof(((tf_balance *)0)->option_short), TF_TYPE_DEC, 29, 0},
    {"forex_long", "market value of long currencies", offsetof(tf_balance, forex_long), sizeof(((tf_balance *)0)->forex_long), TF_TYPE_DEC, 30, 0},
    {"forex_short", "market value of short currencies", offsetof(tf_balance, forex_short), sizeof(((tf_balance *)0)->forex_short), TF_TYPE_DEC, 31, 0},
    {"future_value", "market value of all futures", offsetof(tf_balance, future_value), sizeof(((tf_balance *)0)->future_value), TF_TYPE_DEC, 32, 0},
    {"bond_value", "market value of all bonds", offsetof(tf_balance, bond_value), sizeof(((tf_balance *)0)->bond_value), TF_TYPE_DEC, 33, 0},
    {"fund_value", "market value of all funds", offsetof(tf_balance, fund_value), sizeof(((tf_balance *)0)->fund_value), TF_TYPE_DEC, 34, 0},
    {"realized_pnl", "profit and loss of what was closed", offsetof(tf_balance, realized_pnl), sizeof(((tf_balance *)0)->realized_pnl), TF_TYPE_DEC, 35, 0},
    {"unrealized_pnl", "profit and loss of what is open", offsetof(tf_balance, unrealized_pnl), sizeof(((tf_balance *)0)->unrealized_pnl), TF_TYPE_DEC, 36, 0},
    {"unrealized_day", "profit and loss of what is open, since the last close", offsetof(tf_balance, unrealized_day), sizeof(((tf_balance *)0)->unrealized_day), TF_TYPE_DEC, 37, 0},
    {"unrealized_percent", "profit and loss of what is open, in percent", offsetof(tf_balance, unrealized_percent), sizeof(((tf_balance *)0)->unrealized_percent), TF_TYPE_DEC, 38, 0},
    {"total_pnl", "profit and loss of what was closed and of what is open", offsetof(tf_balance, total_pnl), sizeof(((tf_balance *)0)->total_pnl), TF_TYPE_DEC, 39, 0},
    {"interest", "interest that has accrued", offsetof(tf_balance, interest), sizeof(((tf_balance *)0)->interest), TF_TYPE_DEC, 40, 0},
    {"dividends", "dividends that have accrued", offsetof(tf_balance, dividends), sizeof(((tf_balance *)0)->dividends), TF_TYPE_DEC, 41, 0},
    {"exchange_rate", "units of the base currency for one of `currency`", offsetof(tf_balance, exchange_rate), sizeof(((tf_balance *)0)->exchange_rate), TF_TYPE_DEC, 42, 0},
    {"ts_updated", "when the balance last changed, ns UTC", offsetof(tf_balance, ts_updated), sizeof(((tf_balance *)0)->ts_updated), TF_TYPE_TIME, 43, 0},
    {"severity", "the venue's grade of how urgent the figure is", offsetof(tf_balance, severity), sizeof(((tf_balance *)0)->severity), TF_TYPE_I32, 44, 0},
    {"currency", "currency or asset that the amounts are in", offsetof(tf_balance, currency), sizeof(((tf_balance *)0)->currency), TF_TYPE_TEXT, 45, 0},
    {"balance_type", "the venue's word for the kind of account", offsetof(tf_balance, balance_type), sizeof(((tf_balance *)0)->balance_type), TF_TYPE_TEXT, 46, 0},
    {"margin_mode", "the venue's word for the margin mode", offsetof(tf_balance, margin_mode), sizeof(((tf_balance *)0)->margin_mode), TF_TYPE_TEXT, 47, 0},
    {"name", "which figure it is, where the venue names figures that have no field here", offsetof(tf_balance, name), sizeof(((tf_balance *)0)->name), TF_TYPE_TEXT, 48, 0},
    {"account", "account (FIX 1 Account)", offsetof(tf_balance, account), sizeof(((tf_balance *)0)->account), TF_TYPE_TEXT, 49, 0},
    {"market", "market that a margin account belongs to", offsetof(tf_balance, market), sizeof(((tf_balance *)0)->market), TF_TYPE_TEXT, 50, 0},
    {"parent", "owner of the account that this one is derived from", offsetof(tf_balance, parent), sizeof(((tf_balance *)0)->parent), TF_TYPE_TEXT, 51, 0},
    {"value", "the venue's text of a figure that is no number", offsetof(tf_balance, value), sizeof(((tf_balance *)0)->value), TF_TYPE_TEXT, 52, 0},
};

static const tf_field tf_pnl_fields[] = {
    {"daily", "profit and loss since the last close", offsetof(tf_pnl, daily), sizeof(((tf_pnl *)0)->daily), TF_TYPE_DEC, 0, 0},
    {"unrealized", "profit and loss of what is open", offsetof(tf_pnl, unrealized), sizeof(((tf_pnl *)0)->unrealized), TF_TYPE_DEC, 1, 0},
    {"realized", "profit and loss of what was closed", offsetof(tf_pnl, realized), sizeof(((tf_pnl *)0)->realized), TF_TYPE_DEC, 2, 0},
    {"net_liq", "net liquidation value: what the account would be worth if all were closed", offsetof(tf_pnl, net_liq), sizeof(((tf_pnl *)0)->net_liq), TF_TYPE_DEC, 3, 0},
    {"excess_liq", "excess liquidity: equity above the maintenance margin", offsetof(tf_pnl, excess_liq), sizeof(((tf_pnl *)0)->excess_liq), TF_TYPE_DEC, 4, 0},
    {"market_value", "market value of all positions", offsetof(tf_pnl, market_value), sizeof(((tf_pnl *)0)->market_value), TF_TYPE_DEC, 5, 0},
    {"uncushioned", "excess liquidity without the venue's safety cushion", offsetof(tf_pnl, uncushioned), sizeof(((tf_pnl *)0)->uncushioned), TF_TYPE_DEC, 6, 0},
    {"row_type", "the venue's number for the kind of row", offsetof(tf_pnl, row_type), sizeof(((tf_pnl *)0)->row_type), TF_TYPE_I32, 7, 0},
    {"account", "account, with its model behind a dot where there is one", offsetof(tf_pnl, account), sizeof(((tf_pnl *)0)->account), TF_TYPE_TEXT, 8, 0},
};

static const tf_field tf_status_fields[] = {
    {"limit_up", "upper price band: trades above it are not allowed", offsetof(tf_status, limit_up), sizeof(((tf_status *)0)->limit_up), TF_TYPE_DEC, 0, 0},
    {"limit_down", "lower price band: trades below it are not allowed", offsetof(tf_status, limit_down), sizeof(((tf_status *)0)->limit_down), TF_TYPE_DEC, 1, 0},
    {"price", "indicative price of an auction", offsetof(tf_status, price), sizeof(((tf_status *)0)->price), TF_TYPE_DEC, 2, 0},
    {"scope", "whether a session, a symbol or a market is meant", offsetof(tf_status, scope), sizeof(((tf_status *)0)->scope), TF_TYPE_ENUM, 3, 11},
    {"tape", "consolidated tape that reports it: A, B or C, or O for over the counter", offsetof(tf_status, tape), sizeof(((tf_status *)0)->tape), TF_TYPE_TEXT, 4, 0},
    {"indicator", "the venue's code for the state of the price band", offsetof(tf_status, indicator), sizeof(((tf_status *)0)->indicator), TF_TYPE_TEXT, 5, 0},
    {"code", "the venue's code for the status", offsetof(tf_status, code), sizeof(((tf_status *)0)->code), TF_TYPE_TEXT, 6, 0},
    {"reason", "the venue's code for the reason", offsetof(tf_status, reason), sizeof(((tf_status *)0)->reason), TF_TYPE_TEXT, 7, 0},
    {"text", "the status in the venue's words", offsetof(tf_status, text), sizeof(((tf_status *)0)->text), TF_TYPE_LONG, 8, 0},
    {"reason_text", "the reason in the venue's words", offsetof(tf_status, reason_text), sizeof(((tf_status *)0)->reason_text), TF_TYPE_LONG, 9, 0},
};

static const tf_field tf_news_fields[] = {
    {"ts_created", "when it was first published, ns UTC", offsetof(tf_news, ts_created), sizeof(((tf_news *)0)->ts_created), TF_TYPE_TIME, 0, 0},
    {"ts_updated", "when it was last changed, ns UTC", offsetof(tf_news, ts_updated), sizeof(((tf_news *)0)->ts_updated), TF_TYPE_TIME, 1, 0},
    {"news_id", "the venue's id of the article", offsetof(tf_news, news_id), sizeof(((tf_news *)0)->news_id), TF_TYPE_TEXT, 2, 0},
    {"headline", "headline", offsetof(tf_news, headline), sizeof(((tf_news *)0)->headline), TF_TYPE_LONG, 3, 0},
    {"summary", "summary", offsetof(tf_news, summary), sizeof(((tf_news *)0)->summary), TF_TYPE_LONG, 4, 0},
    {"author", "author", offsetof(tf_news, author), sizeof(((tf_news *)0)->author), TF_TYPE_LONG, 5, 0},
    {"source", "who published it", offsetof(tf_news, source), sizeof(((tf_news *)0)->source), TF_TYPE_LONG, 6, 0},
    {"url", "address of the article", offsetof(tf_news, url), sizeof(((tf_news *)0)->url), TF_TYPE_LONG, 7, 0},
    {"content", "body, as the venue sent it (may be HTML)", offsetof(tf_news, content), sizeof(((tf_news *)0)->content), TF_TYPE_LONG, 8, 0},
    {"symbols", "symbols that it is about, as the venue sent them (a JSON list)", offsetof(tf_news, symbols), sizeof(((tf_news *)0)->symbols), TF_TYPE_LONG, 9, 0},
};

static const tf_field tf_notice_fields[] = {
    {"prompt", "the venue expects an answer", offsetof(tf_notice, prompt), sizeof(((tf_notice *)0)->prompt), TF_TYPE_BOOL, 0, 0},
    {"notice_kind", "whether it is a notice, a prompt or a bulletin", offsetof(tf_notice, notice_kind), sizeof(((tf_notice *)0)->notice_kind), TF_TYPE_ENUM, 1, 12},
    {"notice_id", "the venue's id of the message", offsetof(tf_notice, notice_id), sizeof(((tf_notice *)0)->notice_id), TF_TYPE_TEXT, 2, 0},
    {"order_id", "id of the order that it is about", offsetof(tf_notice, order_id), sizeof(((tf_notice *)0)->order_id), TF_TYPE_TEXT, 3, 0},
    {"title", "title", offsetof(tf_notice, title), sizeof(((tf_notice *)0)->title), TF_TYPE_LONG, 4, 0},
    {"text", "text of the message", offsetof(tf_notice, text), sizeof(((tf_notice *)0)->text), TF_TYPE_LONG, 5, 0},
};

static const tf_field tf_gap_fields[] = {
    {"ts_from", "nothing is missing up to this moment, ns UTC", offsetof(tf_gap, ts_from), sizeof(((tf_gap *)0)->ts_from), TF_TYPE_TIME, 0, 0},
    {"ts_to", "nothing is missing from this moment on, ns UTC", offsetof(tf_gap, ts_to), sizeof(((tf_gap *)0)->ts_to), TF_TYPE_TIME, 1, 0},
    {"missed", "number of messages that are missing, where the venue numbers them", offsetof(tf_gap, missed), sizeof(((tf_gap *)0)->missed), TF_TYPE_U64, 2, 0},
    {"topic", "which stream or subscription has the gap", offsetof(tf_gap, topic), sizeof(((tf_gap *)0)->topic), TF_TYPE_TEXT, 3, 0},
    {"reason", "why data is missing", offsetof(tf_gap, reason), sizeof(((tf_gap *)0)->reason), TF_TYPE_TEXT, 4, 0},
};

static const tf_field tf_ack_fields[] = {
    {"ok", "the request was accepted", offsetof(tf_ack, ok), sizeof(((tf_ack *)0)->ok), TF_TYPE_BOOL, 0, 0},
    {"action", "which request is answered", offsetof(tf_ack, action), sizeof(((tf_ack *)0)->action), TF_TYPE_TEXT, 1, 0},
    {"topic", "which subscription it is about", offsetof(tf_ack, topic), sizeof(((tf_ack *)0)->topic), TF_TYPE_TEXT, 2, 0},
    {"text", "the answer as the venue sent it", offsetof(tf_ack, text), sizeof(((tf_ack *)0)->text), TF_TYPE_LONG, 3, 0},
};

static const tf_field tf_error_fields[] = {
    {"code", "the venue's number of the error", offsetof(tf_error, code), sizeof(((tf_error *)0)->code), TF_TYPE_I32, 0, 0},
    {"source", "who found the fault: the venue, the decoder, or a limit of this engine", offsetof(tf_error, source), sizeof(((tf_error *)0)->source), TF_TYPE_ENUM, 1, 13},
    {"topic", "which stream or subscription it is about", offsetof(tf_error, topic), sizeof(((tf_error *)0)->topic), TF_TYPE_TEXT, 2, 0},
    {"text", "what is wrong, in words", offsetof(tf_error, text), sizeof(((tf_error *)0)->text), TF_TYPE_LONG, 3, 0},
    {"data", "the message that could not be decoded, or its first 65536 bytes", offsetof(tf_error, data), sizeof(((tf_error *)0)->data), TF_TYPE_DATA, 4, 0},
};

static const tf_field tf_session_state_fields[] = {
    {"heartbeat", "time within the venue's last heartbeat, ns UTC", offsetof(tf_session_state, heartbeat), sizeof(((tf_session_state *)0)->heartbeat), TF_TYPE_TIME, 0, 0},
    {"authenticated", "the session is logged in", offsetof(tf_session_state, authenticated), sizeof(((tf_session_state *)0)->authenticated), TF_TYPE_BOOL, 1, 0},
    {"connected", "there is a connection", offsetof(tf_session_state, connected), sizeof(((tf_session_state *)0)->connected), TF_TYPE_BOOL, 2, 0},
    {"established", "the session takes requests", offsetof(tf_session_state, established), sizeof(((tf_session_state *)0)->established), TF_TYPE_BOOL, 3, 0},
    {"competing", "another session of the same user has taken over", offsetof(tf_session_state, competing), sizeof(((tf_session_state *)0)->competing), TF_TYPE_BOOL, 4, 0},
    {"paper", "the account trades simulated money", offsetof(tf_session_state, paper), sizeof(((tf_session_state *)0)->paper), TF_TYPE_BOOL, 5, 0},
    {"alive", "the venue has answered a keepalive", offsetof(tf_session_state, alive), sizeof(((tf_session_state *)0)->alive), TF_TYPE_BOOL, 6, 0},
    {"username", "name of the user or of the session", offsetof(tf_session_state, username), sizeof(((tf_session_state *)0)->username), TF_TYPE_TEXT, 7, 0},
    {"topic", "which message or stream said so", offsetof(tf_session_state, topic), sizeof(((tf_session_state *)0)->topic), TF_TYPE_TEXT, 8, 0},
    {"text", "why, in words", offsetof(tf_session_state, text), sizeof(((tf_session_state *)0)->text), TF_TYPE_LONG, 9, 0},
};

static const tf_field tf_raw_fields[] = {
    {"topic", "the message's type, where one can be told", offsetof(tf_raw, topic), sizeof(((tf_raw *)0)->topic), TF_TYPE_TEXT, 0, 0},
    {"data", "the message's bytes", offsetof(tf_raw, data), sizeof(((tf_raw *)0)->data), TF_TYPE_DATA, 1, 0},
};

static const tf_field tf_event_fields[] = {
    {"event", "the venue's word for the kind of message", offsetof(tf_event, event), sizeof(((tf_event *)0)->event), TF_TYPE_TEXT, 0, 0},
    {"action", "the venue's word for what happened", offsetof(tf_event, action), sizeof(((tf_event *)0)->action), TF_TYPE_TEXT, 1, 0},
    {"account", "account or party that it is about", offsetof(tf_event, account), sizeof(((tf_event *)0)->account), TF_TYPE_TEXT, 2, 0},
    {"event_id", "the venue's id of it", offsetof(tf_event, event_id), sizeof(((tf_event *)0)->event_id), TF_TYPE_TEXT, 3, 0},
    {"data", "the message's bytes", offsetof(tf_event, data), sizeof(((tf_event *)0)->data), TF_TYPE_DATA, 4, 0},
};

static const tf_field tf_stats_fields[] = {
    {"implied_vol", "implied volatility, in percent", offsetof(tf_stats, implied_vol), sizeof(((tf_stats *)0)->implied_vol), TF_TYPE_DEC, 0, 0},
    {"strike_vol", "implied volatility of the strike, in percent", offsetof(tf_stats, strike_vol), sizeof(((tf_stats *)0)->strike_vol), TF_TYPE_DEC, 1, 0},
    {"option_vol_30d", "implied volatility of options that expire in 30 days, in percent", offsetof(tf_stats, option_vol_30d), sizeof(((tf_stats *)0)->option_vol_30d), TF_TYPE_DEC, 2, 0},
    {"hist_vol", "historic volatility, in percent", offsetof(tf_stats, hist_vol), sizeof(((tf_stats *)0)->hist_vol), TF_TYPE_DEC, 3, 0},
    {"hist_vol_30d", "historic volatility of 30 days, in percent", offsetof(tf_stats, hist_vol_30d), sizeof(((tf_stats *)0)->hist_vol_30d), TF_TYPE_DEC, 4, 0},
    {"hist_vol_close", "historic volatility of closing prices, in percent", offsetof(tf_stats, hist_vol_close), sizeof(((tf_stats *)0)->hist_vol_close), TF_TYPE_DEC, 5, 0},
    {"put_call_interest", "open interest of puts divided by that of calls", offsetof(tf_stats, put_call_interest), sizeof(((tf_stats *)0)->put_call_interest), TF_TYPE_DEC, 6, 0},
    {"put_call_volume", "volume of puts divided by that of calls today", offsetof(tf_stats, put_call_volume), sizeof(((tf_stats *)0)->put_call_volume), TF_TYPE_DEC, 7, 0},
    {"put_call_ratio", "ratio of puts to calls, as the venue computes it", offsetof(tf_stats, put_call_ratio), sizeof(((tf_stats *)0)->put_call_ratio), TF_TYPE_DEC, 8, 0},
    {"option_volume", "contracts of options traded today", offsetof(tf_stats, option_volume), sizeof(((tf_stats *)0)->option_volume), TF_TYPE_DEC, 9, 0},
    {"option_volume_change", "option_volume against its average, in percent", offsetof(tf_stats, option_volume_change), sizeof(((tf_stats *)0)->option_volume_change), TF_TYPE_DEC, 10, 0},
    {"avg_volume", "average daily volume of 90 days", offsetof(tf_stats, avg_volume), sizeof(((tf_stats *)0)->avg_volume), TF_TYPE_DEC, 11, 0},
    {"dividend", "amount of the dividend a share", offsetof(tf_stats, dividend), sizeof(((tf_stats *)0)->dividend), TF_TYPE_DEC, 12, 0},
    {"dividend_yield", "dividend of a year against the price, in percent", offsetof(tf_stats, dividend_yield), sizeof(((tf_stats *)0)->dividend_yield), TF_TYPE_DEC, 13, 0},
    {"dividend_next", "dividends a share expected in the next 12 months", offsetof(tf_stats, dividend_next), sizeof(((tf_stats *)0)->dividend_next), TF_TYPE_DEC, 14, 0},
    {"dividend_last", "dividends a share paid in the last 12 months", offsetof(tf_stats, dividend_last), sizeof(((tf_stats *)0)->dividend_last), TF_TYPE_DEC, 15, 0},
    {"market_cap", "market capitalization", offsetof(tf_stats, market_cap), sizeof(((tf_stats *)0)->market_cap), TF_TYPE_DEC, 16, 0},
    {"pe_ratio", "price divided by the earnings per share", offsetof(tf_stats, pe_ratio), sizeof(((tf_stats *)0)->pe_ratio), TF_TYPE_DEC, 17, 0},
    {"eps", "earnings per share", offsetof(tf_stats, eps), sizeof(((tf_stats *)0)->eps), TF_TYPE_DEC, 18, 0},
    {"beta", "beta against the market's index", offsetof(tf_stats, beta), sizeof(((tf_stats *)0)->beta), TF_TYPE_DEC, 19, 0},
    {"week52_high", "highest price of the last 52 weeks", offsetof(tf_stats, week52_high), sizeof(((tf_stats *)0)->week52_high), TF_TYPE_DEC, 20, 0},
    {"week52_low", "lowest price of the last 52 weeks", offsetof(tf_stats, week52_low), sizeof(((tf_stats *)0)->week52_low), TF_TYPE_DEC, 21, 0},
    {"close", "closing price of today", offsetof(tf_stats, close), sizeof(((tf_stats *)0)->close), TF_TYPE_DEC, 22, 0},
    {"change_open", "last price minus the session's first", offsetof(tf_stats, change_open), sizeof(((tf_stats *)0)->change_open), TF_TYPE_DEC, 23, 0},
    {"delta", "delta of the option", offsetof(tf_stats, delta), sizeof(((tf_stats *)0)->delta), TF_TYPE_DEC, 24, 0},
    {"gamma", "gamma of the option", offsetof(tf_stats, gamma), sizeof(((tf_stats *)0)->gamma), TF_TYPE_DEC, 25, 0},
    {"theta", "theta of the option", offsetof(tf_stats, theta), sizeof(((tf_stats *)0)->theta), TF_TYPE_DEC, 26, 0},
    {"vega", "vega of the option", offsetof(tf_stats, vega), sizeof(((tf_stats *)0)->vega), TF_TYPE_DEC, 27, 0},
    {"shortable", "number of shares that can be borrowed", offsetof(tf_stats, shortable), sizeof(((tf_stats *)0)->shortable), TF_TYPE_DEC, 28, 0},
    {"fee_rate", "fee to borrow the share, in percent a year", offsetof(tf_stats, fee_rate), sizeof(((tf_stats *)0)->fee_rate), TF_TYPE_DEC, 29, 0},
    {"ema20", "exponential moving average of 20 days", offsetof(tf_stats, ema20), sizeof(((tf_stats *)0)->ema20), TF_TYPE_DEC, 30, 0},
    {"ema50", "exponential moving average of 50 days", offsetof(tf_stats, ema50), sizeof(((tf_stats *)0)->ema50), TF_TYPE_DEC, 31, 0},
    {"ema100", "exponential moving average of 100 days", offsetof(tf_stats, ema100), sizeof(((tf_stats *)0)->ema100), TF_TYPE_DEC, 32, 0},
    {"ema200", "exponential moving average of 200 days", offsetof(tf_stats, ema200), sizeof(((tf_stats *)0)->ema200), TF_TYPE_DEC, 33, 0},
    {"price_ema20", "price against ema20, in percent", offsetof(tf_stats, price_ema20), sizeof(((tf_stats *)0)->price_ema20), TF_TYPE_DEC, 34, 0},
    {"price_ema50", "price against ema50, in percent", offsetof(tf_stats, price_ema50), sizeof(((tf_stats *)0)->price_ema50), TF_TYPE_DEC, 35, 0},
    {"price_ema100", "price against ema100, in percent", offsetof(tf_stats, price_ema100), sizeof(((tf_stats *)0)->price_ema100), TF_TYPE_DEC, 36, 0},
    {"price_ema200", "price against ema200, in percent", offsetof(tf_stats, price_ema200), sizeof(((tf_stats *)0)->price_ema200), TF_TYPE_DEC, 37, 0},
    {"max_return", "probability that the option's greatest return is reached", offsetof(tf_stats, max_return), sizeof(((tf_stats *)0)->max_return), TF_TYPE_DEC, 38, 0},
    {"max_loss", "probability that the option's greatest loss is reached", offsetof(tf_stats, max_loss), sizeof(((tf_stats *)0)->max_loss), TF_TYPE_DEC, 39, 0},
    {"max_profit", "probability that the option ends with a profit", offsetof(tf_stats, max_profit), sizeof(((tf_stats *)0)->max_profit), TF_TYPE_DEC, 40, 0},
    {"break_even", "price at which the option breaks even", offsetof(tf_stats, break_even), sizeof(((tf_stats *)0)->break_even), TF_TYPE_DEC, 41, 0},
    {"spx_delta", "delta against the S&P 500 index, weighted by beta", offsetof(tf_stats, spx_delta), sizeof(((tf_stats *)0)->spx_delta), TF_TYPE_DEC, 42, 0},
    {"futures_interest", "open interest of futures", offsetof(tf_stats, futures_interest), sizeof(((tf_stats *)0)->futures_interest), TF_TYPE_DEC, 43, 0},
    {"last_yield", "yield of the bond at its last price, in percent", offsetof(tf_stats, last_yield), sizeof(((tf_stats *)0)->last_yield), TF_TYPE_DEC, 44, 0},
    {"bid_yield", "yield of the bond at its bid, in percent", offsetof(tf_stats, bid_yield), sizeof(((tf_stats *)0)->bid_yield), TF_TYPE_DEC, 45, 0},
    {"ask_yield", "yield of the bond at its ask, in percent", offsetof(tf_stats, ask_yield), sizeof(((tf_stats *)0)->ask_yield), TF_TYPE_DEC, 46, 0},
    {"funding_rate", "funding rate of the perpetual", offsetof(tf_stats, funding_rate), sizeof(((tf_stats *)0)->funding_rate), TF_TYPE_DEC, 47, 0},
    {"index_price", "index price of the perpetual", offsetof(tf_stats, index_price), sizeof(((tf_stats *)0)->index_price), TF_TYPE_DEC, 48, 0},
    {"target_stake", "liquidity commitment that the market wants", offsetof(tf_stats, target_stake), sizeof(((tf_stats *)0)->target_stake), TF_TYPE_DEC, 49, 0},
    {"supplied_stake", "liquidity commitment that the market has", offsetof(tf_stats, supplied_stake), sizeof(((tf_stats *)0)->supplied_stake), TF_TYPE_DEC, 50, 0},
    {"market_growth", "growth of the market, as the venue computes it", offsetof(tf_stats, market_growth), sizeof(((tf_stats *)0)->market_growth), TF_TYPE_DEC, 51, 0},
    {"indicative_price", "price of the auction if it ended now", offsetof(tf_stats, indicative_price), sizeof(((tf_stats *)0)->indicative_price), TF_TYPE_DEC, 52, 0},
    {"indicative_volume", "quantity of the auction if it ended now", offsetof(tf_stats, indicative_volume), sizeof(((tf_stats *)0)->indicative_volume), TF_TYPE_DEC, 53, 0},
    {"mid", "price in the middle between bid and ask", offsetof(tf_stats, mid), sizeof(((tf_stats *)0)->mid), TF_TYPE_DEC, 54, 0},
    {"volume_3m", "average daily volume of three months", offsetof(tf_stats, volume_3m), sizeof(((tf_stats *)0)->volume_3m), TF_TYPE_DEC, 55, 0},
    {"ts_funding", "when the next funding payment is due, ns UTC", offsetof(tf_stats, ts_funding), sizeof(((tf_stats *)0)->ts_funding), TF_TYPE_TIME, 56, 0},
};

static const tf_field tf_instrument_fields[] = {
    {"expiry", "date on which it expires, as the venue writes it", offsetof(tf_instrument, expiry), sizeof(((tf_instrument *)0)->expiry), TF_TYPE_TEXT, 0, 0},
    {"right", "right of an option: P for put, C for call", offsetof(tf_instrument, right), sizeof(((tf_instrument *)0)->right), TF_TYPE_TEXT, 1, 0},
    {"tradable", "it may be traded", offsetof(tf_instrument, tradable), sizeof(((tf_instrument *)0)->tradable), TF_TYPE_BOOL, 2, 0},
    {"permitted", "this account may trade it", offsetof(tf_instrument, permitted), sizeof(((tf_instrument *)0)->permitted), TF_TYPE_BOOL, 3, 0},
    {"shortable", "the venue's word for how hard it is to borrow", offsetof(tf_instrument, shortable), sizeof(((tf_instrument *)0)->shortable), TF_TYPE_TEXT, 4, 0},
    {"asset_class", "the venue's word for the kind of instrument", offsetof(tf_instrument, asset_class), sizeof(((tf_instrument *)0)->asset_class), TF_TYPE_TEXT, 5, 0},
    {"exchange", "exchange where it trades, in the venue's code", offsetof(tf_instrument, exchange), sizeof(((tf_instrument *)0)->exchange), TF_TYPE_TEXT, 6, 0},
    {"listing", "exchange where it is listed, in the venue's code", offsetof(tf_instrument, listing), sizeof(((tf_instrument *)0)->listing), TF_TYPE_TEXT, 7, 0},
    {"conid", "the venue's number of the contract", offsetof(tf_instrument, conid), sizeof(((tf_instrument *)0)->conid), TF_TYPE_TEXT, 8, 0},
    {"underlying", "the venue's number or name of a derivative's underlying", offsetof(tf_instrument, underlying), sizeof(((tf_instrument *)0)->underlying), TF_TYPE_TEXT, 9, 0},
    {"months", "months of the contracts, as the venue writes them", offsetof(tf_instrument, months), sizeof(((tf_instrument *)0)->months), TF_TYPE_TEXT, 10, 0},
    {"company", "name of the company", offsetof(tf_instrument, company), sizeof(((tf_instrument *)0)->company), TF_TYPE_TEXT, 11, 0},
    {"industry", "industry of the company", offsetof(tf_instrument, industry), sizeof(((tf_instrument *)0)->industry), TF_TYPE_TEXT, 12, 0},
    {"category", "category of the company within its industry", offsetof(tf_instrument, category), sizeof(((tf_instrument *)0)->category), TF_TYPE_TEXT, 13, 0},
    {"description", "description of the contract", offsetof(tf_instrument, description), sizeof(((tf_instrument *)0)->description), TF_TYPE_TEXT, 14, 0},
    {"description2", "second part of the contract's description", offsetof(tf_instrument, description2), sizeof(((tf_instrument *)0)->description2), TF_TYPE_TEXT, 15, 0},
    {"state", "the venue's word for the state of the market", offsetof(tf_instrument, state), sizeof(((tf_instrument *)0)->state), TF_TYPE_TEXT, 16, 0},
    {"trading_mode", "the venue's word for how the market trades at the moment", offsetof(tf_instrument, trading_mode), sizeof(((tf_instrument *)0)->trading_mode), TF_TYPE_TEXT, 17, 0},
    {"trigger", "the venue's word for why the market trades in that mode", offsetof(tf_instrument, trigger), sizeof(((tf_instrument *)0)->trigger), TF_TYPE_TEXT, 18, 0},
    {"note", "the venue's remark on the instrument", offsetof(tf_instrument, note), sizeof(((tf_instrument *)0)->note), TF_TYPE_TEXT, 19, 0},
    {"rating", "rating of the bond or company", offsetof(tf_instrument, rating), sizeof(((tf_instrument *)0)->rating), TF_TYPE_TEXT, 20, 0},
    {"debt_class", "class of the bond's debt", offsetof(tf_instrument, debt_class), sizeof(((tf_instrument *)0)->debt_class), TF_TYPE_TEXT, 21, 0},
    {"bond_type", "type of the bond", offsetof(tf_instrument, bond_type), sizeof(((tf_instrument *)0)->bond_type), TF_TYPE_TEXT, 22, 0},
    {"bond_state", "the venue's code of the state that issued the bond", offsetof(tf_instrument, bond_state), sizeof(((tf_instrument *)0)->bond_state), TF_TYPE_TEXT, 23, 0},
    {"organization", "type of the organization that issued the bond", offsetof(tf_instrument, organization), sizeof(((tf_instrument *)0)->organization), TF_TYPE_TEXT, 24, 0},
    {"last_trading", "last date on which it trades, as the venue writes it", offsetof(tf_instrument, last_trading), sizeof(((tf_instrument *)0)->last_trading), TF_TYPE_TEXT, 25, 0},
    {"issued", "date on which the bond was issued, as the venue writes it", offsetof(tf_instrument, issued), sizeof(((tf_instrument *)0)->issued), TF_TYPE_TEXT, 26, 0},
    {"ex_dividend", "date from which it trades without the next dividend, as the venue writes it", offsetof(tf_instrument, ex_dividend), sizeof(((tf_instrument *)0)->ex_dividend), TF_TYPE_TEXT, 27, 0},
    {"event", "name of the next corporate event", offsetof(tf_instrument, event), sizeof(((tf_instrument *)0)->event), TF_TYPE_TEXT, 28, 0},
    {"event_date", "date of the next corporate event, as the venue writes it", offsetof(tf_instrument, event_date), sizeof(((tf_instrument *)0)->event_date), TF_TYPE_TEXT, 29, 0},
    {"service", "the venue's parameters of the market data service", offsetof(tf_instrument, service), sizeof(((tf_instrument *)0)->service), TF_TYPE_TEXT, 30, 0},
};

static const tf_field tf_ledger_fields[] = {
    {"amount", "amount moved, in `asset`", offsetof(tf_ledger, amount), sizeof(((tf_ledger *)0)->amount), TF_TYPE_DEC, 0, 0},
    {"from_balance", "balance of the source after the movement", offsetof(tf_ledger, from_balance), sizeof(((tf_ledger *)0)->from_balance), TF_TYPE_DEC, 1, 0},
    {"to_balance", "balance of the target after the movement", offsetof(tf_ledger, to_balance), sizeof(((tf_ledger *)0)->to_balance), TF_TYPE_DEC, 2, 0},
    {"transfer_type", "the venue's word for why it was moved", offsetof(tf_ledger, transfer_type), sizeof(((tf_ledger *)0)->transfer_type), TF_TYPE_TEXT, 3, 0},
    {"asset", "asset or currency that was moved", offsetof(tf_ledger, asset), sizeof(((tf_ledger *)0)->asset), TF_TYPE_TEXT, 4, 0},
    {"from_account", "owner of the source", offsetof(tf_ledger, from_account), sizeof(((tf_ledger *)0)->from_account), TF_TYPE_TEXT, 5, 0},
    {"from_type", "the venue's word for the kind of the source's account", offsetof(tf_ledger, from_type), sizeof(((tf_ledger *)0)->from_type), TF_TYPE_TEXT, 6, 0},
    {"from_market", "market of the source, where it is a margin account", offsetof(tf_ledger, from_market), sizeof(((tf_ledger *)0)->from_market), TF_TYPE_TEXT, 7, 0},
    {"to_account", "owner of the target", offsetof(tf_ledger, to_account), sizeof(((tf_ledger *)0)->to_account), TF_TYPE_TEXT, 8, 0},
    {"to_type", "the venue's word for the kind of the target's account", offsetof(tf_ledger, to_type), sizeof(((tf_ledger *)0)->to_type), TF_TYPE_TEXT, 9, 0},
    {"to_market", "market of the target, where it is a margin account", offsetof(tf_ledger, to_market), sizeof(((tf_ledger *)0)->to_market), TF_TYPE_TEXT, 10, 0},
    {"transfer_id", "the venue's id of the movement", offsetof(tf_ledger, transfer_id), sizeof(((tf_ledger *)0)->transfer_id), TF_TYPE_TEXT, 11, 0},
};

#define TF_KINDS 22
static const tf_kind tf_kinds[TF_KINDS] = {
    {NULL, NULL, NULL, 0, 0, 0, 0, 0, 0},
    {"Quote", "Best prices and figures of the day of one instrument; a row for each stream and symbol.", tf_quote_fields, TF_QUOTE_LAYOUT, 23, sizeof(tf_quote), offsetof(tf_quote, decimals), 15, TF_ROWS_MERGED},
    {"Trade", "One trade in the market.", tf_trade_fields, TF_TRADE_LAYOUT, 14, sizeof(tf_trade), offsetof(tf_trade, decimals), 2, TF_ROWS_NONE},
    {"Bar", "Prices and volume of one interval of time; ts_event is when it begins.", tf_bar_fields, TF_BAR_LAYOUT, 12, sizeof(tf_bar), offsetof(tf_bar, decimals), 7, TF_ROWS_NONE},
    {"BookLevel", "A change of one level of an order book.", tf_book_level_fields, TF_BOOK_LEVEL_LAYOUT, 8, sizeof(tf_book_level), offsetof(tf_book_level, decimals), 2, TF_ROWS_NONE},
    {"Order", "An order as the venue last described it; a row for each stream, account and order id.", tf_order_fields, TF_ORDER_LAYOUT, 51, sizeof(tf_order), offsetof(tf_order, decimals), 16, TF_ROWS_MERGED},
    {"Fill", "One execution of an order; the latest ones are kept by stream, account and execution id.", tf_fill_fields, TF_FILL_LAYOUT, 16, sizeof(tf_fill), offsetof(tf_fill, decimals), 6, TF_ROWS_KEPT},
    {"Position", "A position in one instrument; a row for each stream, account and symbol.", tf_position_fields, TF_POSITION_LAYOUT, 23, sizeof(tf_position), offsetof(tf_position, decimals), 15, TF_ROWS_MERGED},
    {"Balance", "Cash and figures of an account; a row for each account, currency, name, type and market.", tf_balance_fields, TF_BALANCE_LAYOUT, 53, sizeof(tf_balance), offsetof(tf_balance, decimals), 43, TF_ROWS_MERGED},
    {"Pnl", "Profit and loss of an account; a row for each stream and account.", tf_pnl_fields, TF_PNL_LAYOUT, 9, sizeof(tf_pnl), offsetof(tf_pnl, decimals), 7, TF_ROWS_MERGED},
    {"Status", "Trading status of an instrument or a market.", tf_status_fields, TF_STATUS_LAYOUT, 10, sizeof(tf_status), offsetof(tf_status, decimals), 3, TF_ROWS_NONE},
    {"News", "A news article.", tf_news_fields, TF_NEWS_LAYOUT, 10, sizeof(tf_news), 0, 0, TF_ROWS_NONE},
    {"Notice", "A message of the venue to the user.", tf_notice_fields, TF_NOTICE_LAYOUT, 6, sizeof(tf_notice), 0, 0, TF_ROWS_NONE},
    {"Gap", "Data is missing: what was sent between two moments did not arrive.", tf_gap_fields, TF_GAP_LAYOUT, 5, sizeof(tf_gap), 0, 0, TF_ROWS_NONE},
    {"Ack", "The venue's answer to a request.", tf_ack_fields, TF_ACK_LAYOUT, 4, sizeof(tf_ack), 0, 0, TF_ROWS_NONE},
    {"Error", "A venue's error message, or a message that could not be decoded.", tf_error_fields, TF_ERROR_LAYOUT, 5, sizeof(tf_error), 0, 0, TF_ROWS_NONE},
    {"SessionState", "State of a connection or of the session behind it; a field not stated is unchanged.", tf_session_state_fields, TF_SESSION_STATE_LAYOUT, 10, sizeof(tf_session_state), 0, 0, TF_ROWS_NONE},
    {"Raw", "A message of a type that this version does not know, as it came.", tf_raw_fields, TF_RAW_LAYOUT, 2, sizeof(tf_raw), 0, 0, TF_ROWS_NONE},
    {"Event", "A known message that has no record of its own: what it is, whose it is, and its text.", tf_event_fields, TF_EVENT_LAYOUT, 5, sizeof(tf_event), 0, 0, TF_ROWS_NONE},
    {"Stats", "Figures of an instrument beyond its quote; a row for each stream and symbol.", tf_stats_fields, TF_STATS_LAYOUT, 57, sizeof(tf_stats), offsetof(tf_stats, decimals), 56, TF_ROWS_MERGED},
    {"Instrument", "What an instrument is; a row for each stream and symbol.", tf_instrument_fields, TF_INSTRUMENT_LAYOUT, 31, sizeof(tf_instrument), 0, 0, TF_ROWS_MERGED},
    {"Ledger", "A movement between two accounts.", tf_ledger_fields, TF_LEDGER_LAYOUT, 12, sizeof(tf_ledger), offsetof(tf_ledger, decimals), 3, TF_ROWS_NONE},
};

#endif
