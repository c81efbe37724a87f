/* Records of tickfold, for C, C++ and Cython. Generated from engine/schema/records.py: change that file, then `make records`. */
#ifndef TICKFOLD_RECORDS_H
#define TICKFOLD_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tickfold's records are little-endian, and so must be the machine"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TF_UNKNOWN_TIME INT64_MIN /* a time that was never stated */

/* A hash of each record's layout, and one of all: whoever shares records compares them. They change with
   offsets, sizes, types and bits of fields, and with the numbers of enums and flags. */
#define TF_LAYOUT 0xd835a4a027847a68ull
#define TF_QUOTE_LAYOUT 0xb097cb3f97d4bc3eull
#define TF_TRADE_LAYOUT 0xb3fc32b16b3824e5ull
#define TF_BAR_LAYOUT 0x21e02f7725d65847ull
#define TF_BOOK_LEVEL_LAYOUT 0x991747d0b1bb77deull
#define TF_ORDER_LAYOUT 0x505a5a2d5bc9a36aull
#define TF_FILL_LAYOUT 0xb71859616fc66481ull
#define TF_POSITION_LAYOUT 0xef3cc2c968134f21ull
#define TF_BALANCE_LAYOUT 0x33851b52764c5536ull
#define TF_PNL_LAYOUT 0x71d8952e65d12a9bull
#define TF_STATUS_LAYOUT 0xc9c810112b8465aaull
#define TF_NEWS_LAYOUT 0x26beacde12a226e0ull
#define TF_NOTICE_LAYOUT 0xea3a54527d1254acull
#define TF_GAP_LAYOUT 0xe1d88f98536352f4ull
#define TF_ACK_LAYOUT 0x3284036c7ce4a452ull
#define TF_ERROR_LAYOUT 0xe3303539ae7cc5ebull
#define TF_SESSION_STATE_LAYOUT 0x2dc7133451d00ba9ull
#define TF_RAW_LAYOUT 0xdb2640e907803d33ull
#define TF_EVENT_LAYOUT 0x576657b87847bdedull
#define TF_STATS_LAYOUT 0x1df47db963ec3f01ull
#define TF_INSTRUMENT_LAYOUT 0xe2ab3b990433cf92ull
#define TF_LEDGER_LAYOUT 0x49ed4bc51f0ab9b0ull
#define TF_LAG_LAYOUT 0x811509ebf9b3587eull

/* What a record is. */
enum tf_RecordKind {
    TF_RECORD_KIND_NONE = 0,
    TF_RECORD_KIND_QUOTE = 1,
    TF_RECORD_KIND_TRADE = 2,
    TF_RECORD_KIND_BAR = 3,
    TF_RECORD_KIND_BOOK_LEVEL = 4,
    TF_RECORD_KIND_ORDER = 5,
    TF_RECORD_KIND_FILL = 6,
    TF_RECORD_KIND_POSITION = 7,
    TF_RECORD_KIND_BALANCE = 8,
    TF_RECORD_KIND_PNL = 9,
    TF_RECORD_KIND_STATUS = 10,
    TF_RECORD_KIND_NEWS = 11,
    TF_RECORD_KIND_NOTICE = 12,
    TF_RECORD_KIND_GAP = 13,
    TF_RECORD_KIND_ACK = 14,
    TF_RECORD_KIND_ERROR = 15,
    TF_RECORD_KIND_SESSION_STATE = 16,
    TF_RECORD_KIND_RAW = 17,
    TF_RECORD_KIND_EVENT = 18,
    TF_RECORD_KIND_STATS = 19,
    TF_RECORD_KIND_INSTRUMENT = 20,
    TF_RECORD_KIND_LEDGER = 21,
    TF_RECORD_KIND_LAG = 22,
};

/* Which protocol a record came by. */
enum tf_Venue {
    TF_VENUE_NONE = 0,
    TF_VENUE_ETNA = 1,
    TF_VENUE_IBKR = 2,
    TF_VENUE_ALPACA = 3,
    TF_VENUE_IBKR_PORTAL = 4,
    TF_VENUE_VEGA = 5,
};

/* FIX 39 OrdStatus, numbered anew. FILLED, CANCELED, REPLACED, REJECTED and EXPIRED end an order. */
enum tf_OrderStatus {
    TF_ORDER_STATUS_UNKNOWN = 0,
    TF_ORDER_STATUS_PENDING_NEW = 1,
    TF_ORDER_STATUS_ACCEPTED = 2,
    TF_ORDER_STATUS_NEW = 3,
    TF_ORDER_STATUS_PARTIALLY_FILLED = 4,
    TF_ORDER_STATUS_FILLED = 5,
    TF_ORDER_STATUS_DONE_FOR_DAY = 6,
    TF_ORDER_STATUS_PENDING_CANCEL = 7,
    TF_ORDER_STATUS_CANCELED = 8,
    TF_ORDER_STATUS_PENDING_REPLACE = 9,
    TF_ORDER_STATUS_REPLACED = 10,
    TF_ORDER_STATUS_REJECTED = 11,
    TF_ORDER_STATUS_EXPIRED = 12,
    TF_ORDER_STATUS_STOPPED = 13,
    TF_ORDER_STATUS_SUSPENDED = 14,
    TF_ORDER_STATUS_CALCULATED = 15,
    TF_ORDER_STATUS_HELD = 16,
    TF_ORDER_STATUS_INACTIVE = 17,
};

/* FIX 54 Side; of a trade, the aggressor's. */
enum tf_Side {
    TF_SIDE_NONE = 0,
    TF_SIDE_BUY = 1,
    TF_SIDE_SELL = 2,
    TF_SIDE_SELL_SHORT = 3,
    TF_SIDE_BUY_TO_COVER = 4,
    TF_SIDE_EXERCISE = 5,
};

/* FIX 40 OrdType. */
enum tf_OrderType {
    TF_ORDER_TYPE_UNKNOWN = 0,
    TF_ORDER_TYPE_MARKET = 1,
    TF_ORDER_TYPE_LIMIT = 2,
    TF_ORDER_TYPE_STOP = 3,
    TF_ORDER_TYPE_STOP_LIMIT = 4,
    TF_ORDER_TYPE_TRAIL = 5,
    TF_ORDER_TYPE_TRAIL_LIMIT = 6,
    TF_ORDER_TYPE_PEGGED = 7,
    TF_ORDER_TYPE_NETWORK = 8,
    TF_ORDER_TYPE_OCO = 9,
    TF_ORDER_TYPE_OTO = 10,
    TF_ORDER_TYPE_OTOCO = 11,
    TF_ORDER_TYPE_OTHER = 15,
};

/* FIX 59 TimeInForce. */
enum tf_TimeInForce {
    TF_TIME_IN_FORCE_UNKNOWN = 0,
    TF_TIME_IN_FORCE_DAY = 1,
    TF_TIME_IN_FORCE_GTC = 2,
    TF_TIME_IN_FORCE_OPG = 3,
    TF_TIME_IN_FORCE_IOC = 4,
    TF_TIME_IN_FORCE_FOK = 5,
    TF_TIME_IN_FORCE_GTX = 6,
    TF_TIME_IN_FORCE_GTD = 7,
    TF_TIME_IN_FORCE_CLS = 8,
    TF_TIME_IN_FORCE_GFA = 9,
    TF_TIME_IN_FORCE_GFN = 10,
};

/* What a last price stands for. */
enum tf_LastFlag {
    TF_LAST_FLAG_NONE = 0,
    TF_LAST_FLAG_TRADE = 1,
    TF_LAST_FLAG_PREV_CLOSE = 2,
    TF_LAST_FLAG_HALTED = 3,
};

/* Which kind of bar. */
enum tf_BarClass {
    TF_BAR_CLASS_UNKNOWN = 0,
    TF_BAR_CLASS_MINUTE = 1,
    TF_BAR_CLASS_DAILY = 2,
    TF_BAR_CLASS_UPDATED = 3,
    TF_BAR_CLASS_HISTORICAL = 4,
    TF_BAR_CLASS_STREAM = 5,
};

/* What a book level message does. */
enum tf_BookAction {
    TF_BOOK_ACTION_NONE = 0,
    TF_BOOK_ACTION_SET = 1,
    TF_BOOK_ACTION_DELETE = 2,
    TF_BOOK_ACTION_RESET = 3,
};

/* Whether a trade is new or amends an earlier one. */
enum tf_TradeAction {
    TF_TRADE_ACTION_NONE = 0,
    TF_TRADE_ACTION_NEW = 1,
    TF_TRADE_ACTION_CORRECTION = 2,
    TF_TRADE_ACTION_CANCEL = 3,
};

/* What a status is about. */
enum tf_StatusScope {
    TF_STATUS_SCOPE_NONE = 0,
    TF_STATUS_SCOPE_SESSION = 1,
    TF_STATUS_SCOPE_SYMBOL = 2,
    TF_STATUS_SCOPE_MARKET = 3,
};

/* What a notice asks for. */
enum tf_NoticeKind {
    TF_NOTICE_KIND_NONE = 0,
    TF_NOTICE_KIND_NOTICE = 1,
    TF_NOTICE_KIND_PROMPT = 2,
    TF_NOTICE_KIND_BULLETIN = 3,
};

/* Who found the fault. */
enum tf_ErrorSource {
    TF_ERROR_SOURCE_NONE = 0,
    TF_ERROR_SOURCE_VENUE = 1,
    TF_ERROR_SOURCE_DECODER = 2,
    TF_ERROR_SOURCE_LIMIT = 3,
};

/* Where a stream of an engine stands: docs/sessions.md says what each means. */
enum tf_StreamState {
    TF_STREAM_STATE_NONE = 0,
    TF_STREAM_STATE_CONNECTING = 1,
    TF_STREAM_STATE_AUTHENTICATING = 2,
    TF_STREAM_STATE_SUBSCRIBING = 3,
    TF_STREAM_STATE_SNAPSHOT = 4,
    TF_STREAM_STATE_LIVE = 5,
    TF_STREAM_STATE_STALE = 6,
    TF_STREAM_STATE_CLOSING = 7,
    TF_STREAM_STATE_BACKOFF = 8,
    TF_STREAM_STATE_FAILED = 9,
    TF_STREAM_STATE_CLOSED = 10,
};

/* Bits of tf_header.flags. */
enum tf_Flag {
    TF_SNAPSHOT = 0x0001, /* part of a full image of what there is (a snapshot), not of a change */
    TF_LAST_OF_SNAPSHOT = 0x0002, /* the last record of a snapshot */
    TF_REPLAY = 0x0004, /* an execution from before the stream was first ready, or before the last one ahead of a gap */
    TF_STALE = 0x0008, /* the update is older than the row: it was applied in part or not at all */
    TF_INEXACT = 0x0010, /* a number has more than 15 significant digits; decimal() gives its exact text */
    TF_SYNTHETIC = 0x0020, /* derived from an order's rising totals, not stated by the venue */
    TF_AVG_STALE = 0x0040, /* avg_price was stated with an earlier filled_qty */
    TF_TRUNCATED = 0x0080, /* a text is longer than its slot, or holds a NUL, and was cut there */
    TF_CORRECTION = 0x0100, /* the venue takes back what it said before; filled_qty may fall */
    TF_CORRECTED = 0x0200, /* an execution of the order was taken back or amended: older updates change nothing */
};

/* Text of any length beside a record; owned by whoever owns the record. */
typedef struct tf_text {
    const char *data; /* UTF-8, not NUL-terminated */
    uint64_t size;    /* bytes */
} tf_text;

/* What every record begins with. */
typedef struct tf_header {
    uint8_t kind;         /* tf_RecordKind */
    uint8_t venue;        /* tf_Venue */
    uint16_t flags;       /* tf_Flag */
    uint32_t symbol;      /* number of the instrument's name, 0 = none */
    uint16_t stream;      /* number of the stream in its engine */
    uint16_t reserved[3]; /* zero */
    int64_t ts_event;     /* the venue's time, ns UTC; TF_UNKNOWN_TIME where it stated none */
    int64_t ts_recv;      /* when the bytes were read, ns UTC */
    uint64_t seq;         /* order of arrival, over all streams of an engine */
    uint64_t known;       /* bit i: field i has been stated */
    uint64_t changed;     /* bit i: field i was altered by this update */
} tf_header;

/* Best prices and figures of the day of one instrument; a row for each stream and symbol. */
typedef struct tf_quote {
    tf_header head;
    double bid;            /* best bid price */
    double ask;            /* best ask price */
    double bid_size;       /* quantity at the best bid, in the venue's own unit (shares or lots) */
    double ask_size;       /* quantity at the best ask, in the venue's own unit (shares or lots) */
    double last;           /* price of the last trade, or what last_flag says instead */
    double last_size;      /* quantity of the last trade */
    double mark;           /* mark price: the venue's own valuation */
    double prev_close;     /* closing price of the previous session */
    double open;           /* first price of the session */
    double high;           /* highest price of the session */
    double low;            /* lowest price of the session */
    double volume;         /* quantity traded in the session */
    double open_interest;  /* contracts that are open */
    double change;         /* last minus prev_close, in price */
    double change_percent; /* last against prev_close, in percent (1.5 is 1.5 %) */
    int64_t ts_received;   /* when the venue itself received it, ns UTC */
    char availability[4];  /* the venue's letters for how live the data is (live, delayed, frozen) */
    int8_t decimals[15];   /* decimals of each number's wire text, by its bit */
    uint8_t last_flag;     /* what `last` stands for (tf_LastFlag) */
    char tape[1];          /* consolidated tape that reports it: A, B or C, or O for over the counter */
    uint8_t _pad[3];       /* zero */
    char bid_exchange[8];  /* exchange whose bid is the best, in the venue's code */
    char ask_exchange[8];  /* exchange whose ask is the best, in the venue's code */
    char last_exchange[8]; /* exchange of the last trade, in the venue's code */
    char conditions[8];    /* condition codes of the quote, one character each */
    char ticker[16];       /* readable symbol, where `symbol` is the venue's number */
} tf_quote;

enum {
    TF_QUOTE_BID = 0,
    TF_QUOTE_ASK = 1,
    TF_QUOTE_BID_SIZE = 2,
    TF_QUOTE_ASK_SIZE = 3,
    TF_QUOTE_LAST = 4,
    TF_QUOTE_LAST_SIZE = 5,
    TF_QUOTE_MARK = 6,
    TF_QUOTE_PREV_CLOSE = 7,
    TF_QUOTE_OPEN = 8,
    TF_QUOTE_HIGH = 9,
    TF_QUOTE_LOW = 10,
    TF_QUOTE_VOLUME = 11,
    TF_QUOTE_OPEN_INTEREST = 12,
    TF_QUOTE_CHANGE = 13,
    TF_QUOTE_CHANGE_PERCENT = 14,
    TF_QUOTE_LAST_FLAG = 15,
    TF_QUOTE_TAPE = 16,
    TF_QUOTE_BID_EXCHANGE = 17,
    TF_QUOTE_ASK_EXCHANGE = 18,
    TF_QUOTE_LAST_EXCHANGE = 19,
    TF_QUOTE_CONDITIONS = 20,
    TF_QUOTE_AVAILABILITY = 21,
    TF_QUOTE_TS_RECEIVED = 22,
    TF_QUOTE_TICKER = 23,
};

/* One trade in the market. */
typedef struct tf_trade {
    tf_header head;
    double price;             /* price of the trade */
    double size;              /* quantity traded, in the venue's own unit */
    double orig_price;        /* price of the earlier trade that this one amends */
    double orig_size;         /* quantity of the earlier trade that this one amends */
    double buyer_fee;         /* fees that the buyer paid in all */
    double seller_fee;        /* fees that the seller paid in all */
    int64_t ts_received;      /* when the venue itself received it, ns UTC */
    int8_t decimals[6];       /* decimals of each number's wire text, by its bit */
    uint8_t action;           /* whether it is new, or amends orig_trade_id; NONE reads as NEW (tf_TradeAction) */
    uint8_t side;             /* side of whoever took liquidity (the aggressor) (tf_Side) */
    char tape[1];             /* consolidated tape that reports it: A, B or C, or O for over the counter */
    uint8_t _pad[7];          /* zero */
    char exchange[8];         /* exchange where it was executed, in the venue's code */
    char conditions[16];      /* condition codes of the trade, one character each */
    char orig_conditions[16]; /* condition codes of the earlier trade, one character each */
    char trade_type[32];      /* the venue's word for the kind of trade */
    char trade_id[64];        /* the venue's id of the trade */
    char orig_trade_id[64];   /* id of the earlier trade that this one amends */
    char buyer[64];           /* party that bought */
    char seller[64];          /* party that sold */
    char buy_order_id[64];    /* id of the order that bought */
    char sell_order_id[64];   /* id of the order that sold */
    uint8_t _end[56];         /* zero */
} tf_trade;

enum {
    TF_TRADE_PRICE = 0,
    TF_TRADE_SIZE = 1,
    TF_TRADE_ORIG_PRICE = 2,
    TF_TRADE_ORIG_SIZE = 3,
    TF_TRADE_BUYER_FEE = 4,
    TF_TRADE_SELLER_FEE = 5,
    TF_TRADE_TS_RECEIVED = 6,
    TF_TRADE_ACTION = 7,
    TF_TRADE_SIDE = 8,
    TF_TRADE_TAPE = 9,
    TF_TRADE_EXCHANGE = 10,
    TF_TRADE_CONDITIONS = 11,
    TF_TRADE_ORIG_CONDITIONS = 12,
    TF_TRADE_TRADE_TYPE = 13,
    TF_TRADE_TRADE_ID = 14,
    TF_TRADE_ORIG_TRADE_ID = 15,
    TF_TRADE_BUYER = 16,
    TF_TRADE_SELLER = 17,
    TF_TRADE_BUY_ORDER_ID = 18,
    TF_TRADE_SELL_ORDER_ID = 19,
};

/* Prices and volume of one interval of time; ts_event is when it begins. */
typedef struct tf_bar {
    tf_header head;
    double open;          /* first price of the interval */
    double high;          /* highest price of the interval */
    double low;           /* lowest price of the interval */
    double close;         /* last price of the interval */
    double volume;        /* quantity traded in the interval */
    double vwap;          /* volume-weighted average price of the interval */
    double notional;      /* value traded in the interval (price times quantity) */
    int64_t ts_updated;   /* when the venue last changed the bar, ns UTC */
    uint64_t trade_count; /* number of trades in the interval */
    uint32_t interval;    /* length of the interval, seconds */
    int8_t decimals[7];   /* decimals of each number's wire text, by its bit */
    uint8_t bar_class;    /* which kind of bar it is: of a minute, of a day, an amended minute (tf_BarClass) */
    uint8_t complete;     /* the interval is over: the bar will change no more, but by an amendment */
    uint8_t _pad[3];      /* zero */
    char exchange[16];    /* exchange of the trades, in the venue's code */
    char currency[8];     /* currency of the prices */
    uint8_t _end[24];     /* zero */
} tf_bar;

enum {
    TF_BAR_OPEN = 0,
    TF_BAR_HIGH = 1,
    TF_BAR_LOW = 2,
    TF_BAR_CLOSE = 3,
    TF_BAR_VOLUME = 4,
    TF_BAR_VWAP = 5,
    TF_BAR_NOTIONAL = 6,
    TF_BAR_TS_UPDATED = 7,
    TF_BAR_TRADE_COUNT = 8,
    TF_BAR_INTERVAL = 9,
    TF_BAR_BAR_CLASS = 10,
    TF_BAR_COMPLETE = 11,
    TF_BAR_EXCHANGE = 12,
    TF_BAR_CURRENCY = 13,
};

/* A change of one level of an order book. */
typedef struct tf_book_level {
    tf_header head;
    double price;           /* price of the level */
    double size;            /* quantity now at the level; 0 removes it */
    uint64_t sequence;      /* the venue's number of this update of the book */
    uint64_t prev_sequence; /* the number of the update before, by which a missed one shows */
    uint32_t orders;        /* number of orders at the level */
    uint32_t row;           /* row of a price ladder, where the venue numbers rows instead of naming prices */
    int8_t decimals[2];     /* decimals of each number's wire text, by its bit */
    uint8_t action;         /* set the level, delete it, or clear the whole book first; NONE reads as SET (tf_BookAction) */
    uint8_t side;           /* side of the book: BUY are bids, SELL are asks (tf_Side) */
    uint8_t _end[28];       /* zero */
} tf_book_level;

enum {
    TF_BOOK_LEVEL_PRICE = 0,
    TF_BOOK_LEVEL_SIZE = 1,
    TF_BOOK_LEVEL_SEQUENCE = 2,
    TF_BOOK_LEVEL_PREV_SEQUENCE = 3,
    TF_BOOK_LEVEL_ORDERS = 4,
    TF_BOOK_LEVEL_ROW = 5,
    TF_BOOK_LEVEL_ACTION = 6,
    TF_BOOK_LEVEL_SIDE = 7,
};

/* An order as the venue last described it; a row for each stream, account and order id. */
typedef struct tf_order {
    tf_header head;
    double qty;                /* quantity ordered (FIX 38 OrderQty) */
    double notional;           /* value ordered, instead of a quantity (FIX 152 CashOrderQty) */
    double filled_qty;         /* quantity filled so far (FIX 14 CumQty); it falls only by a correction */
    double leaves_qty;         /* quantity that may still be filled (FIX 151 LeavesQty) */
    double avg_price;          /* average price of the fills (FIX 6 AvgPx); see flag AVG_STALE */
    double last_qty;           /* quantity of the last fill (FIX 32 LastQty) */
    double last_price;         /* price of the last fill (FIX 31 LastPx) */
    double limit_price;        /* limit price (FIX 44 Price) */
    double stop_price;         /* price that triggers a stop order (FIX 99 StopPx) */
    double trail_price;        /* distance of a trailing stop from its reference, in price */
    double trail_percent;      /* distance of a trailing stop from its reference, in percent */
    double high_water;         /* the reference of a trailing stop: the best price since it was placed */
    double display_qty;        /* quantity that the book shows at most (FIX 1138 DisplayQty) */
    double reserved_qty;       /* hidden quantity of an iceberg, beside the visible part */
    double peg_offset;         /* distance of a pegged order's price from its reference, in price */
    double commission;         /* commission so far, in `currency`; positive is paid */
    double ratio;              /* of a leg: its quantity for each package ordered */
    int64_t ts_created;        /* when the venue created it, ns UTC */
    int64_t ts_submitted;      /* when it went to the market, ns UTC */
    int64_t ts_filled;         /* when it was filled, ns UTC */
    int64_t ts_canceled;       /* when it was canceled, ns UTC */
    int64_t ts_expired;        /* when it expired, ns UTC */
    int64_t ts_failed;         /* when it was rejected, ns UTC */
    int64_t ts_replaced;       /* when it was replaced, ns UTC */
    int64_t ts_updated;        /* when the venue last changed it, ns UTC */
    int64_t ts_expires;        /* when it will expire, ns UTC (FIX 126 ExpireTime) */
    uint32_t version;          /* the venue's revision number; it rises with each amendment */
    int8_t decimals[17];       /* decimals of each number's wire text, by its bit */
    uint8_t status;            /* state of the order (FIX 39 OrdStatus) (tf_OrderStatus) */
    uint8_t side;              /* side (FIX 54 Side) (tf_Side) */
    uint8_t type;              /* type (FIX 40 OrdType) (tf_OrderType) */
    uint8_t tif;               /* how long it is valid (FIX 59 TimeInForce) (tf_TimeInForce) */
    uint8_t extended_hours;    /* it may trade outside the regular session */
    uint8_t post_only;         /* it must not take liquidity */
    uint8_t reduce_only;       /* it must not open or enlarge a position */
    uint8_t _pad[4];           /* zero */
    char status_text[32];      /* the venue's word for status */
    char type_text[24];        /* the venue's word for type */
    char side_text[16];        /* the venue's word for side */
    char tif_text[24];         /* the venue's word for tif */
    char event[24];            /* the venue's word for what happened to the order (compare FIX 150 ExecType) */
    char ticker[24];           /* readable symbol, where `symbol` is the venue's number */
    char currency[8];          /* currency of prices, amounts and commission */
    char order_class[16];      /* the venue's word for a group of orders: simple, bracket, oco, mleg */
    char asset_class[16];      /* the venue's word for what is traded */
    char exchange[16];         /* exchange that it was sent to, in the venue's code */
    char listing[16];          /* exchange where the instrument is listed, in the venue's code */
    char company[64];          /* name of the company */
    char contract[64];         /* which derivative it is, in the venue's words */
    char intent[24];           /* whether it opens or closes a position, in the venue's words */
    char peg_reference[16];    /* price that a pegged order follows, in the venue's word */
    char account[64];          /* account (FIX 1 Account) */
    char order_id[64];         /* the venue's id of the order (FIX 37 OrderID) */
    char parent_id[64];        /* order_id of the order that this one belongs to */
    char replaces[64];         /* order_id of the order that this one replaces (compare FIX 41 OrigClOrdID) */
    char replaced_by[64];      /* order_id of the order that replaces this one */
    char client_order_id[128]; /* the id that its sender gave it (FIX 11 ClOrdID) */
    char reason[128];          /* why it was rejected or canceled, in the venue's words */
    char description[128];     /* the order in the venue's words */
    uint8_t _end[24];          /* zero */
} tf_order;

enum {
    TF_ORDER_QTY = 0,
    TF_ORDER_NOTIONAL = 1,
    TF_ORDER_FILLED_QTY = 2,
    TF_ORDER_LEAVES_QTY = 3,
    TF_ORDER_AVG_PRICE = 4,
    TF_ORDER_LAST_QTY = 5,
    TF_ORDER_LAST_PRICE = 6,
    TF_ORDER_LIMIT_PRICE = 7,
    TF_ORDER_STOP_PRICE = 8,
    TF_ORDER_TRAIL_PRICE = 9,
    TF_ORDER_TRAIL_PERCENT = 10,
    TF_ORDER_HIGH_WATER = 11,
    TF_ORDER_DISPLAY_QTY = 12,
    TF_ORDER_RESERVED_QTY = 13,
    TF_ORDER_PEG_OFFSET = 14,
    TF_ORDER_COMMISSION = 15,
    TF_ORDER_RATIO = 16,
    TF_ORDER_TS_CREATED = 17,
    TF_ORDER_TS_SUBMITTED = 18,
    TF_ORDER_TS_FILLED = 19,
    TF_ORDER_TS_CANCELED = 20,
    TF_ORDER_TS_EXPIRED = 21,
    TF_ORDER_TS_FAILED = 22,
    TF_ORDER_TS_REPLACED = 23,
    TF_ORDER_TS_UPDATED = 24,
    TF_ORDER_TS_EXPIRES = 25,
    TF_ORDER_VERSION = 26,
    TF_ORDER_STATUS = 27,
    TF_ORDER_SIDE = 28,
    TF_ORDER_TYPE = 29,
    TF_ORDER_TIF = 30,
    TF_ORDER_EXTENDED_HOURS = 31,
    TF_ORDER_POST_ONLY = 32,
    TF_ORDER_REDUCE_ONLY = 33,
    TF_ORDER_STATUS_TEXT = 34,
    TF_ORDER_TYPE_TEXT = 35,
    TF_ORDER_SIDE_TEXT = 36,
    TF_ORDER_TIF_TEXT = 37,
    TF_ORDER_EVENT = 38,
    TF_ORDER_TICKER = 39,
    TF_ORDER_CURRENCY = 40,
    TF_ORDER_ORDER_CLASS = 41,
    TF_ORDER_ASSET_CLASS = 42,
    TF_ORDER_EXCHANGE = 43,
    TF_ORDER_LISTING = 44,
    TF_ORDER_COMPANY = 45,
    TF_ORDER_CONTRACT = 46,
    TF_ORDER_INTENT = 47,
    TF_ORDER_PEG_REFERENCE = 48,
    TF_ORDER_ACCOUNT = 49,
    TF_ORDER_ORDER_ID = 50,
    TF_ORDER_PARENT_ID = 51,
    TF_ORDER_REPLACES = 52,
    TF_ORDER_REPLACED_BY = 53,
    TF_ORDER_CLIENT_ORDER_ID = 54,
    TF_ORDER_REASON = 55,
    TF_ORDER_DESCRIPTION = 56,
};

/* One execution of an order; the latest ones are kept by stream, account and execution id. */
typedef struct tf_fill {
    tf_header head;
    double price;              /* price of the execution (FIX 31 LastPx) */
    double qty;                /* quantity of the execution (FIX 32 LastQty) */
    double commission;         /* commission of the execution, in `currency`; positive is paid */
    double net_amount;         /* value of the execution with its costs, in `currency` */
    double cum_qty;            /* filled quantity of the order after this execution (FIX 14 CumQty) */
    double position;           /* position in the instrument after this execution; negative is short */
    double fee_maker;          /* part of `commission` that goes to the other side of the trade */
    double fee_infrastructure; /* part of `commission` for the venue's infrastructure */
    double fee_liquidity;      /* part of `commission` for the providers of liquidity */
    double fee_treasury;       /* part of `commission` for the venue's treasury */
    double fee_buy_back;       /* part of `commission` for buying back the venue's token */
    double fee_high_volume;    /* part of `commission` for makers of high volume */
    int8_t decimals[12];       /* decimals of each number's wire text, by its bit */
    uint8_t side;              /* side of the order (FIX 54 Side) (tf_Side) */
    uint8_t action;            /* whether it is new, or amends an earlier execution; NONE reads as NEW (tf_TradeAction) */
    uint8_t _pad[2];           /* zero */
    char currency[8];          /* currency of price, amounts and commission */
    char exchange[16];         /* exchange of the execution, in the venue's code */
    char liquidity[16];        /* whether it made or took liquidity, in the venue's words */
    char side_text[16];        /* the venue's word for side */
    char account[64];          /* account (FIX 1 Account) */
    char ticker[24];           /* readable symbol, where `symbol` is the venue's number */
    char asset_class[16];      /* the venue's word for what was traded */
    char listing[16];          /* exchange where the instrument is listed, in the venue's code */
    char company[64];          /* name of the company */
    char contract[64];         /* which derivative it is, in the venue's words */
    char description[128];     /* the execution in the venue's words */
    char exec_id[64];          /* the venue's id of the execution (FIX 17 ExecID) */
    char order_id[64];         /* the venue's id of the order (FIX 37 OrderID) */
    char client_order_id[128]; /* the id that the order's sender gave it (FIX 11 ClOrdID) */
    uint8_t _end[40];          /* zero */
} tf_fill;

enum {
    TF_FILL_PRICE = 0,
    TF_FILL_QTY = 1,
    TF_FILL_COMMISSION = 2,
    TF_FILL_NET_AMOUNT = 3,
    TF_FILL_CUM_QTY = 4,
    TF_FILL_POSITION = 5,
    TF_FILL_FEE_MAKER = 6,
    TF_FILL_FEE_INFRASTRUCTURE = 7,
    TF_FILL_FEE_LIQUIDITY = 8,
    TF_FILL_FEE_TREASURY = 9,
    TF_FILL_FEE_BUY_BACK = 10,
    TF_FILL_FEE_HIGH_VOLUME = 11,
    TF_FILL_SIDE = 12,
    TF_FILL_ACTION = 13,
    TF_FILL_CURRENCY = 14,
    TF_FILL_EXCHANGE = 15,
    TF_FILL_LIQUIDITY = 16,
    TF_FILL_SIDE_TEXT = 17,
    TF_FILL_ACCOUNT = 18,
    TF_FILL_TICKER = 19,
    TF_FILL_ASSET_CLASS = 20,
    TF_FILL_LISTING = 21,
    TF_FILL_COMPANY = 22,
    TF_FILL_CONTRACT = 23,
    TF_FILL_DESCRIPTION = 24,
    TF_FILL_EXEC_ID = 25,
    TF_FILL_ORDER_ID = 26,
    TF_FILL_CLIENT_ORDER_ID = 27,
};

/* A position in one instrument; a row for each stream, account and symbol. */
typedef struct tf_position {
    tf_header head;
    double qty;                 /* quantity held; negative is short */
    double avg_price;           /* average price at which the position was opened */
    double cost_basis;          /* what the position cost, in `currency` */
    double market_value;        /* value of the position at market_price, in `currency` */
    double market_price;        /* price at which the venue values the position */
    double realized_pnl;        /* profit and loss of what was closed, in `currency` */
    double unrealized_pnl;      /* profit and loss of what is open, in `currency` */
    double daily_pnl;           /* profit and loss since the last close, in `currency` */
    double unrealized_percent;  /* unrealized_pnl against cost_basis, in percent */
    double account_percent;     /* share of the position in the account's value, in percent */
    double avg_close_price;     /* average price at which parts of the position were closed */
    double fees_paid;           /* fees paid so far */
    double fees_received;       /* fees received so far */
    double fees_taker;          /* part of fees_paid for taking liquidity */
    double fees_paid_since;     /* fees paid since the position was last flat */
    double fees_received_since; /* fees received since the position was last flat */
    double fees_taker_since;    /* part of fees_paid_since for taking liquidity */
    double funding_since;       /* funding payments since the position was last flat */
    double funding;             /* funding payments so far */
    double loss_socialization;  /* losses of other traders that were taken over so far */
    int64_t ts_created;         /* when the position was opened, ns UTC */
    int64_t ts_updated;         /* when the position last changed, ns UTC */
    int8_t decimals[20];        /* decimals of each number's wire text, by its bit */
    uint8_t _pad[4];            /* zero */
    char status[32];            /* the venue's word for the state of the position */
    char asset_class[16];       /* the venue's word for what is held */
    char currency[8];           /* currency of prices and amounts */
    char position_id[32];       /* the venue's id of the position */
    char account[64];           /* account (FIX 1 Account) */
    char ticker[24];            /* readable symbol, where `symbol` is the venue's number */
    uint8_t _end[16];           /* zero */
} tf_position;

enum {
    TF_POSITION_QTY = 0,
    TF_POSITION_AVG_PRICE = 1,
    TF_POSITION_COST_BASIS = 2,
    TF_POSITION_MARKET_VALUE = 3,
    TF_POSITION_MARKET_PRICE = 4,
    TF_POSITION_REALIZED_PNL = 5,
    TF_POSITION_UNREALIZED_PNL = 6,
    TF_POSITION_DAILY_PNL = 7,
    TF_POSITION_UNREALIZED_PERCENT = 8,
    TF_POSITION_ACCOUNT_PERCENT = 9,
    TF_POSITION_AVG_CLOSE_PRICE = 10,
    TF_POSITION_FEES_PAID = 11,
    TF_POSITION_FEES_RECEIVED = 12,
    TF_POSITION_FEES_TAKER = 13,
    TF_POSITION_FEES_PAID_SINCE = 14,
    TF_POSITION_FEES_RECEIVED_SINCE = 15,
    TF_POSITION_FEES_TAKER_SINCE = 16,
    TF_POSITION_FUNDING_SINCE = 17,
    TF_POSITION_FUNDING = 18,
    TF_POSITION_LOSS_SOCIALIZATION = 19,
    TF_POSITION_TS_CREATED = 20,
    TF_POSITION_TS_UPDATED = 21,
    TF_POSITION_STATUS = 22,
    TF_POSITION_ASSET_CLASS = 23,
    TF_POSITION_CURRENCY = 24,
    TF_POSITION_POSITION_ID = 25,
    TF_POSITION_ACCOUNT = 26,
    TF_POSITION_TICKER = 27,
};

/* Cash and figures of an account; a row for each account, currency, name, type and market. */
typedef struct tf_balance {
    tf_header head;
    double total;               /* total amount; where an account has none, its cash */
    double available;           /* amount that is free to use */
    double cash;                /* cash of the account or currency */
    double settled;             /* cash that has settled */
    double net_cash;            /* the venue's figure net cash */
    double pending;             /* amount that has not settled yet */
    double net_liq;             /* net liquidation value: what the account would be worth if all were closed */
    double equity;              /* equity of the account */
    double excess_liq;          /* excess liquidity: equity above the maintenance margin */
    double change;              /* change of the account's value today */
    double change_percent;      /* change of the account's value today, in percent */
    double buying_power;        /* buying power; of a venue with several, that for stocks */
    double option_buying_power; /* buying power for options */
    double forex_buying_power;  /* buying power for currencies */
    double day_buying_power;    /* buying power for positions that are closed on the same day */
    double margin_initial;      /* initial margin that is required */
    double margin_maint;        /* maintenance margin that is required */
    double option_margin_maint; /* maintenance margin that is required for options */
    double margin_search;       /* the venue looks for more collateral below this amount */
    double margin_release;      /* the venue gives collateral back above this amount */
    double margin_order;        /* margin that is held for open orders */
    double margin_factor;       /* factor of isolated margin: a fraction of the position's value */
    double pending_orders;      /* number of pending orders */
    double day_trades;          /* number of day trades */
    double market_value;        /* market value of all positions */
    double stock_value;         /* market value of all stocks */
    double stock_long;          /* market value of long stocks */
    double stock_short;         /* market value of short stocks */
    double option_value;        /* market value of all options */
    double option_long;         /* market value of long options */
    double option_short;        /* market value of short options */
    double forex_long;          /* market value of long currencies */
    double forex_short;         /* market value of short currencies */
    double future_value;        /* market value of all futures */
    double bond_value;          /* market value of all bonds */
    double fund_value;          /* market value of all funds */
    double realized_pnl;        /* profit and loss of what was closed */
    double unrealized_pnl;      /* profit and loss of what is open */
    double unrealized_day;      /* profit and loss of what is open, since the last close */
    double unrealized_percent;  /* profit and loss of what is open, in percent */
    double total_pnl;           /* profit and loss of what was closed and of what is open */
    double interest;            /* interest that has accrued */
    double dividends;           /* dividends that have accrued */
    double exchange_rate;       /* units of the base currency for one of `currency` */
    int64_t ts_updated;         /* when the balance last changed, ns UTC */
    int32_t severity;           /* the venue's grade of how urgent the figure is */
    int8_t decimals[44];        /* decimals of each number's wire text, by its bit */
    char currency[64];          /* currency or asset that the amounts are in */
    char balance_type[40];      /* the venue's word for the kind of account */
    char margin_mode[16];       /* the venue's word for the margin mode */
    char name[48];              /* which figure it is, where the venue names figures that have no field here */
    char account[64];           /* account (FIX 1 Account) */
    char market[64];            /* market that a margin account belongs to */
    char parent[64];            /* owner of the account that this one is derived from */
    char value[64];             /* the venue's text of a figure that is no number */
    uint8_t _end[8];            /* zero */
} tf_balance;

enum {
    TF_BALANCE_TOTAL = 0,
    TF_BALANCE_AVAILABLE = 1,
    TF_BALANCE_CASH = 2,
    TF_BALANCE_SETTLED = 3,
    TF_BALANCE_NET_CASH = 4,
    TF_BALANCE_PENDING = 5,
    TF_BALANCE_NET_LIQ = 6,
    TF_BALANCE_EQUITY = 7,
    TF_BALANCE_EXCESS_LIQ = 8,
    TF_BALANCE_CHANGE = 9,
    TF_BALANCE_CHANGE_PERCENT = 10,
    TF_BALANCE_BUYING_POWER = 11,
    TF_BALANCE_OPTION_BUYING_POWER = 12,
    TF_BALANCE_FOREX_BUYING_POWER = 13,
    TF_BALANCE_DAY_BUYING_POWER = 14,
    TF_BALANCE_MARGIN_INITIAL = 15,
    TF_BALANCE_MARGIN_MAINT = 16,
    TF_BALANCE_OPTION_MARGIN_MAINT = 17,
    TF_BALANCE_MARGIN_SEARCH = 18,
    TF_BALANCE_MARGIN_RELEASE = 19,
    TF_BALANCE_MARGIN_ORDER = 20,
    TF_BALANCE_MARGIN_FACTOR = 21,
    TF_BALANCE_PENDING_ORDERS = 22,
    TF_BALANCE_DAY_TRADES = 23,
    TF_BALANCE_MARKET_VALUE = 24,
    TF_BALANCE_STOCK_VALUE = 25,
    TF_BALANCE_STOCK_LONG = 26,
    TF_BALANCE_STOCK_SHORT = 27,
    TF_BALANCE_OPTION_VALUE = 28,
    TF_BALANCE_OPTION_LONG = 29,
    TF_BALANCE_OPTION_SHORT = 30,
    TF_BALANCE_FOREX_LONG = 31,
    TF_BALANCE_FOREX_SHORT = 32,
    TF_BALANCE_FUTURE_VALUE = 33,
    TF_BALANCE_BOND_VALUE = 34,
    TF_BALANCE_FUND_VALUE = 35,
    TF_BALANCE_REALIZED_PNL = 36,
    TF_BALANCE_UNREALIZED_PNL = 37,
    TF_BALANCE_UNREALIZED_DAY = 38,
    TF_BALANCE_UNREALIZED_PERCENT = 39,
    TF_BALANCE_TOTAL_PNL = 40,
    TF_BALANCE_INTEREST = 41,
    TF_BALANCE_DIVIDENDS = 42,
    TF_BALANCE_EXCHANGE_RATE = 43,
    TF_BALANCE_TS_UPDATED = 44,
    TF_BALANCE_SEVERITY = 45,
    TF_BALANCE_CURRENCY = 46,
    TF_BALANCE_BALANCE_TYPE = 47,
    TF_BALANCE_MARGIN_MODE = 48,
    TF_BALANCE_NAME = 49,
    TF_BALANCE_ACCOUNT = 50,
    TF_BALANCE_MARKET = 51,
    TF_BALANCE_PARENT = 52,
    TF_BALANCE_VALUE = 53,
};

/* Profit and loss of an account; a row for each stream, account and segment. */
typedef struct tf_pnl {
    tf_header head;
    double daily;        /* profit and loss since the last close */
    double unrealized;   /* profit and loss of what is open */
    double realized;     /* profit and loss of what was closed */
    double net_liq;      /* net liquidation value: what the account would be worth if all were closed */
    double excess_liq;   /* excess liquidity: equity above the maintenance margin */
    double market_value; /* market value of all positions */
    double uncushioned;  /* excess liquidity without the venue's safety cushion */
    int32_t row_type;    /* the venue's number for the kind of row */
    int8_t decimals[7];  /* decimals of each number's wire text, by its bit */
    uint8_t _pad[5];     /* zero */
    char account[64];    /* account (FIX 1 Account) */
    char segment[32];    /* part or model of the account, in the venue's word: Core */
    uint8_t _end[32];    /* zero */
} tf_pnl;

enum {
    TF_PNL_DAILY = 0,
    TF_PNL_UNREALIZED = 1,
    TF_PNL_REALIZED = 2,
    TF_PNL_NET_LIQ = 3,
    TF_PNL_EXCESS_LIQ = 4,
    TF_PNL_MARKET_VALUE = 5,
    TF_PNL_UNCUSHIONED = 6,
    TF_PNL_ROW_TYPE = 7,
    TF_PNL_ACCOUNT = 8,
    TF_PNL_SEGMENT = 9,
};

/* Trading status of an instrument or a market. */
typedef struct tf_status {
    tf_header head;
    double limit_up;     /* upper price band: trades above it are not allowed */
    double limit_down;   /* lower price band: trades below it are not allowed */
    double price;        /* indicative price of an auction */
    tf_text text;        /* the status in the venue's words */
    tf_text reason_text; /* the reason in the venue's words */
    int8_t decimals[3];  /* decimals of each number's wire text, by its bit */
    uint8_t scope;       /* whether a session, a symbol or a market is meant (tf_StatusScope) */
    char tape[1];        /* consolidated tape that reports it: A, B or C, or O for over the counter */
    uint8_t _pad[3];     /* zero */
    char indicator[8];   /* the venue's code for the state of the price band */
    char code[16];       /* the venue's code for the status */
    char reason[16];     /* the venue's code for the reason */
    uint8_t _end[32];    /* zero */
} tf_status;

enum {
    TF_STATUS_LIMIT_UP = 0,
    TF_STATUS_LIMIT_DOWN = 1,
    TF_STATUS_PRICE = 2,
    TF_STATUS_SCOPE = 3,
    TF_STATUS_TAPE = 4,
    TF_STATUS_INDICATOR = 5,
    TF_STATUS_CODE = 6,
    TF_STATUS_REASON = 7,
    TF_STATUS_TEXT = 8,
    TF_STATUS_REASON_TEXT = 9,
};

/* A news article. */
typedef struct tf_news {
    tf_header head;
    int64_t ts_created; /* when it was first published, ns UTC */
    int64_t ts_updated; /* when it was last changed, ns UTC */
    tf_text headline;   /* headline */
    tf_text summary;    /* summary */
    tf_text author;     /* author */
    tf_text source;     /* who published it */
    tf_text url;        /* address of the article */
    tf_text content;    /* body, as the venue sent it (may be HTML) */
    tf_text symbols;    /* symbols that it is about, as the venue sent them (a JSON list) */
    char news_id[32];   /* the venue's id of the article */
    uint8_t _end[40];   /* zero */
} tf_news;

enum {
    TF_NEWS_TS_CREATED = 0,
    TF_NEWS_TS_UPDATED = 1,
    TF_NEWS_NEWS_ID = 2,
    TF_NEWS_HEADLINE = 3,
    TF_NEWS_SUMMARY = 4,
    TF_NEWS_AUTHOR = 5,
    TF_NEWS_SOURCE = 6,
    TF_NEWS_URL = 7,
    TF_NEWS_CONTENT = 8,
    TF_NEWS_SYMBOLS = 9,
};

/* A message of the venue to the user. */
typedef struct tf_notice {
    tf_header head;
    tf_text title;        /* title */
    tf_text text;         /* text of the message */
    tf_text options;      /* answers that the venue offers, as it sent them (a JSON list) */
    tf_text url;          /* address that it points to */
    tf_text exchanges;    /* exchanges that it is about, as the venue sent them */
    uint8_t prompt;       /* the venue expects an answer */
    uint8_t notice_kind;  /* whether it is a notice, a prompt or a bulletin (tf_NoticeKind) */
    uint8_t _pad[6];      /* zero */
    char notice_id[32];   /* the venue's id of the message */
    char message_id[32];  /* the venue's id of the kind of message */
    char notice_type[16]; /* the venue's word for the kind of notice */
    char topic[32];       /* which topic it came under, where that is not one for notices */
    char order_id[64];    /* id of the order that it is about */
} tf_notice;

enum {
    TF_NOTICE_PROMPT = 0,
    TF_NOTICE_NOTICE_KIND = 1,
    TF_NOTICE_NOTICE_ID = 2,
    TF_NOTICE_MESSAGE_ID = 3,
    TF_NOTICE_NOTICE_TYPE = 4,
    TF_NOTICE_TOPIC = 5,
    TF_NOTICE_ORDER_ID = 6,
    TF_NOTICE_TITLE = 7,
    TF_NOTICE_TEXT = 8,
    TF_NOTICE_OPTIONS = 9,
    TF_NOTICE_URL = 10,
    TF_NOTICE_EXCHANGES = 11,
};

/* Data is missing: what was sent between two moments did not arrive. */
typedef struct tf_gap {
    tf_header head;
    int64_t ts_from;  /* nothing is missing up to this moment, ns UTC */
    int64_t ts_to;    /* nothing is missing from this moment on, ns UTC */
    uint64_t missed;  /* number of messages that are missing, where the venue numbers them */
    char topic[64];   /* which stream or subscription has the gap */
    char reason[64];  /* why data is missing */
    uint8_t _end[48]; /* zero */
} tf_gap;

enum {
    TF_GAP_TS_FROM = 0,
    TF_GAP_TS_TO = 1,
    TF_GAP_MISSED = 2,
    TF_GAP_TOPIC = 3,
    TF_GAP_REASON = 4,
};

/* The venue's answer to a request. */
typedef struct tf_ack {
    tf_header head;
    tf_text text;     /* the answer as the venue sent it */
    uint8_t ok;       /* the request was accepted */
    uint8_t _pad[7];  /* zero */
    char action[32];  /* which request is answered */
    char topic[64];   /* which subscription it is about */
    char session[64]; /* the venue's id of the session */
    uint8_t _end[16]; /* zero */
} tf_ack;

enum {
    TF_ACK_OK = 0,
    TF_ACK_ACTION = 1,
    TF_ACK_TOPIC = 2,
    TF_ACK_SESSION = 3,
    TF_ACK_TEXT = 4,
};

/* A venue's error message, or a message that could not be decoded. */
typedef struct tf_error {
    tf_header head;
    tf_text text;     /* what is wrong, in words */
    tf_text data;     /* the message that could not be decoded, or its first 65536 bytes */
    int32_t code;     /* the venue's number of the error */
    uint8_t fatal;    /* asking for the same again is of no use */
    uint8_t source;   /* who found the fault: the venue, the decoder, or a limit of this engine (tf_ErrorSource) */
    uint8_t _pad[2];  /* zero */
    char topic[64];   /* which stream or subscription it is about */
    uint8_t _end[32]; /* zero */
} tf_error;

enum {
    TF_ERROR_CODE = 0,
    TF_ERROR_FATAL = 1,
    TF_ERROR_SOURCE = 2,
    TF_ERROR_TOPIC = 3,
    TF_ERROR_TEXT = 4,
    TF_ERROR_DATA = 5,
};

/* State of a connection or of the session behind it; a field not stated is unchanged. */
typedef struct tf_session_state {
    tf_header head;
    int64_t heartbeat;     /* time within the venue's last heartbeat, ns UTC */
    tf_text text;          /* why, in words */
    uint8_t authenticated; /* the session is logged in */
    uint8_t connected;     /* there is a connection */
    uint8_t established;   /* the session takes requests */
    uint8_t competing;     /* another session of the same user has taken over */
    uint8_t paper;         /* the account trades simulated money */
    uint8_t alive;         /* the venue has answered a keepalive */
    uint8_t state;         /* where the stream stands from now on; stated by the engine, by no venue (tf_StreamState) */
    uint8_t _pad[1];       /* zero */
    char username[64];     /* name of the user or of the session */
    char topic[32];        /* which message or stream said so */
    uint8_t _end[8];       /* zero */
} tf_session_state;

enum {
    TF_SESSION_STATE_HEARTBEAT = 0,
    TF_SESSION_STATE_AUTHENTICATED = 1,
    TF_SESSION_STATE_CONNECTED = 2,
    TF_SESSION_STATE_ESTABLISHED = 3,
    TF_SESSION_STATE_COMPETING = 4,
    TF_SESSION_STATE_PAPER = 5,
    TF_SESSION_STATE_ALIVE = 6,
    TF_SESSION_STATE_STATE = 7,
    TF_SESSION_STATE_USERNAME = 8,
    TF_SESSION_STATE_TOPIC = 9,
    TF_SESSION_STATE_TEXT = 10,
};

/* A message of a type that this version does not know, as it came. */
typedef struct tf_raw {
    tf_header head;
    tf_text data;     /* the message's bytes */
    char topic[64];   /* the message's type, where one can be told */
    uint8_t _end[56]; /* zero */
} tf_raw;

enum {
    TF_RAW_TOPIC = 0,
    TF_RAW_DATA = 1,
};

/* A known message that has no record of its own: what it is, whose it is, and its text. */
typedef struct tf_event {
    tf_header head;
    tf_text data;      /* the message's bytes */
    uint32_t interval; /* of bars that follow: length of their interval, seconds */
    uint8_t _pad[4];   /* zero */
    char event[48];    /* the venue's word for the kind of message */
    char action[64];   /* the venue's word for what happened */
    char account[64];  /* account or party that it is about */
    char event_id[64]; /* the venue's id of it */
} tf_event;

enum {
    TF_EVENT_EVENT = 0,
    TF_EVENT_ACTION = 1,
    TF_EVENT_ACCOUNT = 2,
    TF_EVENT_EVENT_ID = 3,
    TF_EVENT_INTERVAL = 4,
    TF_EVENT_DATA = 5,
};

/* Figures of an instrument beyond its quote; a row for each stream and symbol. */
typedef struct tf_stats {
    tf_header head;
    double implied_vol;          /* implied volatility, in percent */
    double strike_vol;           /* implied volatility of the strike, in percent */
    double option_vol_30d;       /* implied volatility of options that expire in 30 days, in percent */
    double hist_vol;             /* historic volatility, in percent */
    double hist_vol_30d;         /* historic volatility of 30 days, in percent */
    double hist_vol_close;       /* historic volatility of closing prices, in percent */
    double put_call_interest;    /* open interest of puts divided by that of calls */
    double put_call_volume;      /* volume of puts divided by that of calls today */
    double put_call_ratio;       /* ratio of puts to calls, as the venue computes it */
    double option_volume;        /* contracts of options traded today */
    double option_volume_change; /* option_volume against its average, in percent */
    double avg_volume;           /* average daily volume of 90 days */
    double dividend;             /* amount of the dividend a share */
    double dividend_yield;       /* dividend of a year against the price, in percent */
    double dividend_next;        /* dividends a share expected in the next 12 months */
    double dividend_last;        /* dividends a share paid in the last 12 months */
    double market_cap;           /* market capitalization */
    double pe_ratio;             /* price divided by the earnings per share */
    double eps;                  /* earnings per share */
    double beta;                 /* beta against the market's index */
    double week52_high;          /* highest price of the last 52 weeks */
    double week52_low;           /* lowest price of the last 52 weeks */
    double close;                /* closing price of today */
    double change_open;          /* last price minus the session's first */
    double delta;                /* delta of the option */
    double gamma;                /* gamma of the option */
    double theta;                /* theta of the option */
    double vega;                 /* vega of the option */
    double shortable;            /* number of shares that can be borrowed */
    double fee_rate;             /* fee to borrow the share, in percent a year */
    double ema20;                /* exponential moving average of 20 days */
    double ema50;                /* exponential moving average of 50 days */
    double ema100;               /* exponential moving average of 100 days */
    double ema200;               /* exponential moving average of 200 days */
    double price_ema20;          /* price against ema20, in percent */
    double price_ema50;          /* price against ema50, in percent */
    double price_ema100;         /* price against ema100, in percent */
    double price_ema200;         /* price against ema200, in percent */
    double max_return;           /* probability that the option's greatest return is reached */
    double max_loss;             /* probability that the option's greatest loss is reached */
    double max_profit;           /* probability that the option ends with a profit */
    double break_even;           /* price at which the option breaks even */
    double spx_delta;            /* delta against the S&P 500 index, weighted by beta */
    double futures_interest;     /* open interest of futures */
    double last_yield;           /* yield of the bond at its last price, in percent */
    double bid_yield;            /* yield of the bond at its bid, in percent */
    double ask_yield;            /* yield of the bond at its ask, in percent */
    double funding_rate;         /* funding rate of the perpetual */
    double funding_payment;      /* last funding payment of the perpetual, for one contract */
    double internal_twap;        /* time-weighted average of the perpetual's own price */
    double external_twap;        /* time-weighted average of the perpetual's index price */
    double index_price;          /* index price of the perpetual */
    double target_stake;         /* liquidity commitment that the market wants */
    double supplied_stake;       /* liquidity commitment that the market has */
    double market_growth;        /* growth of the market, as the venue computes it */
    double indicative_price;     /* price of the auction if it ended now */
    double indicative_volume;    /* quantity of the auction if it ended now */
    double mid;                  /* price in the middle between bid and ask */
    double volume_3m;            /* average daily volume of three months */
    int64_t ts_funding;          /* when the next funding payment is due, ns UTC */
    int8_t decimals[59];         /* decimals of each number's wire text, by its bit */
    uint8_t _end[45];            /* zero */
} tf_stats;

enum {
    TF_STATS_IMPLIED_VOL = 0,
    TF_STATS_STRIKE_VOL = 1,
    TF_STATS_OPTION_VOL_30D = 2,
    TF_STATS_HIST_VOL = 3,
    TF_STATS_HIST_VOL_30D = 4,
    TF_STATS_HIST_VOL_CLOSE = 5,
    TF_STATS_PUT_CALL_INTEREST = 6,
    TF_STATS_PUT_CALL_VOLUME = 7,
    TF_STATS_PUT_CALL_RATIO = 8,
    TF_STATS_OPTION_VOLUME = 9,
    TF_STATS_OPTION_VOLUME_CHANGE = 10,
    TF_STATS_AVG_VOLUME = 11,
    TF_STATS_DIVIDEND = 12,
    TF_STATS_DIVIDEND_YIELD = 13,
    TF_STATS_DIVIDEND_NEXT = 14,
    TF_STATS_DIVIDEND_LAST = 15,
    TF_STATS_MARKET_CAP = 16,
    TF_STATS_PE_RATIO = 17,
    TF_STATS_EPS = 18,
    TF_STATS_BETA = 19,
    TF_STATS_WEEK52_HIGH = 20,
    TF_STATS_WEEK52_LOW = 21,
    TF_STATS_CLOSE = 22,
    TF_STATS_CHANGE_OPEN = 23,
    TF_STATS_DELTA = 24,
    TF_STATS_GAMMA = 25,
    TF_STATS_THETA = 26,
    TF_STATS_VEGA = 27,
    TF_STATS_SHORTABLE = 28,
    TF_STATS_FEE_RATE = 29,
    TF_STATS_EMA20 = 30,
    TF_STATS_EMA50 = 31,
    TF_STATS_EMA100 = 32,
    TF_STATS_EMA200 = 33,
    TF_STATS_PRICE_EMA20 = 34,
    TF_STATS_PRICE_EMA50 = 35,
    TF_STATS_PRICE_EMA100 = 36,
    TF_STATS_PRICE_EMA200 = 37,
    TF_STATS_MAX_RETURN = 38,
    TF_STATS_MAX_LOSS = 39,
    TF_STATS_MAX_PROFIT = 40,
    TF_STATS_BREAK_EVEN = 41,
    TF_STATS_SPX_DELTA = 42,
    TF_STATS_FUTURES_INTEREST = 43,
    TF_STATS_LAST_YIELD = 44,
    TF_STATS_BID_YIELD = 45,
    TF_STATS_ASK_YIELD = 46,
    TF_STATS_FUNDING_RATE = 47,
    TF_STATS_FUNDING_PAYMENT = 48,
    TF_STATS_INTERNAL_TWAP = 49,
    TF_STATS_EXTERNAL_TWAP = 50,
    TF_STATS_INDEX_PRICE = 51,
    TF_STATS_TARGET_STAKE = 52,
    TF_STATS_SUPPLIED_STAKE = 53,
    TF_STATS_MARKET_GROWTH = 54,
    TF_STATS_INDICATIVE_PRICE = 55,
    TF_STATS_INDICATIVE_VOLUME = 56,
    TF_STATS_MID = 57,
    TF_STATS_VOLUME_3M = 58,
    TF_STATS_TS_FUNDING = 59,
};

/* What an instrument is; a row for each stream and symbol. */
typedef struct tf_instrument {
    tf_header head;
    uint8_t tradable;      /* it may be traded */
    uint8_t permitted;     /* this account may trade it */
    uint8_t _pad[6];       /* zero */
    char expiry[16];       /* date on which it expires, as the venue writes it */
    char right[8];         /* right of an option: P for put, C for call */
    char shortable[16];    /* the venue's word for how hard it is to borrow */
    char asset_class[16];  /* the venue's word for the kind of instrument */
    char exchange[32];     /* exchange where it trades, in the venue's code */
    char listing[16];      /* exchange where it is listed, in the venue's code */
    char conid[32];        /* the venue's number of the contract */
    char contract[32];     /* contract and exchange, where it is of one exchange: 265598@NYSE */
    char underlying[32];   /* the venue's number or name of a derivative's underlying */
    char months[32];       /* months of the contracts, as the venue writes them */
    char company[64];      /* name of the company */
    char industry[48];     /* industry of the company */
    char category[48];     /* category of the company within its industry */
    char description[64];  /* description of the contract */
    char description2[64]; /* second part of the contract's description */
    char state[32];        /* the venue's word for the state of the market */
    char trading_mode[40]; /* the venue's word for how the market trades at the moment */
    char trigger[32];      /* the venue's word for why the market trades in that mode */
    char note[64];         /* the venue's remark on the instrument */
    char rating[32];       /* rating of the bond or company */
    char debt_class[32];   /* class of the bond's debt */
    char bond_type[32];    /* type of the bond */
    char bond_state[32];   /* the venue's code of the state that issued the bond */
    char organization[48]; /* type of the organization that issued the bond */
    char last_trading[16]; /* last date on which it trades, as the venue writes it */
    char issued[16];       /* date on which the bond was issued, as the venue writes it */
    char ex_dividend[16];  /* date from which it trades without the next dividend, as the venue writes it */
    char event[64];        /* name of the next corporate event */
    char event_date[32];   /* date of the next corporate event, as the venue writes it */
    char service[48];      /* the venue's parameters of the market data service */
    uint8_t _end[32];      /* zero */
} tf_instrument;

enum {
    TF_INSTRUMENT_EXPIRY = 0,
    TF_INSTRUMENT_RIGHT = 1,
    TF_INSTRUMENT_TRADABLE = 2,
    TF_INSTRUMENT_PERMITTED = 3,
    TF_INSTRUMENT_SHORTABLE = 4,
    TF_INSTRUMENT_ASSET_CLASS = 5,
    TF_INSTRUMENT_EXCHANGE = 6,
    TF_INSTRUMENT_LISTING = 7,
    TF_INSTRUMENT_CONID = 8,
    TF_INSTRUMENT_CONTRACT = 9,
    TF_INSTRUMENT_UNDERLYING = 10,
    TF_INSTRUMENT_MONTHS = 11,
    TF_INSTRUMENT_COMPANY = 12,
    TF_INSTRUMENT_INDUSTRY = 13,
    TF_INSTRUMENT_CATEGORY = 14,
    TF_INSTRUMENT_DESCRIPTION = 15,
    TF_INSTRUMENT_DESCRIPTION2 = 16,
    TF_INSTRUMENT_STATE = 17,
    TF_INSTRUMENT_TRADING_MODE = 18,
    TF_INSTRUMENT_TRIGGER = 19,
    TF_INSTRUMENT_NOTE = 20,
    TF_INSTRUMENT_RATING = 21,
    TF_INSTRUMENT_DEBT_CLASS = 22,
    TF_INSTRUMENT_BOND_TYPE = 23,
    TF_INSTRUMENT_BOND_STATE = 24,
    TF_INSTRUMENT_ORGANIZATION = 25,
    TF_INSTRUMENT_LAST_TRADING = 26,
    TF_INSTRUMENT_ISSUED = 27,
    TF_INSTRUMENT_EX_DIVIDEND = 28,
    TF_INSTRUMENT_EVENT = 29,
    TF_INSTRUMENT_EVENT_DATE = 30,
    TF_INSTRUMENT_SERVICE = 31,
};

/* A movement between two accounts. */
typedef struct tf_ledger {
    tf_header head;
    double amount;          /* amount moved, in `asset` */
    double from_balance;    /* balance of the source after the movement */
    double to_balance;      /* balance of the target after the movement */
    int8_t decimals[3];     /* decimals of each number's wire text, by its bit */
    uint8_t _pad[5];        /* zero */
    char transfer_type[32]; /* the venue's word for why it was moved */
    char asset[64];         /* asset or currency that was moved */
    char from_account[64];  /* owner of the source */
    char from_type[40];     /* the venue's word for the kind of the source's account */
    char from_market[64];   /* market of the source, where it is a margin account */
    char to_account[64];    /* owner of the target */
    char to_type[40];       /* the venue's word for the kind of the target's account */
    char to_market[64];     /* market of the target, where it is a margin account */
    char transfer_id[64];   /* the venue's id of the movement */
    uint8_t _end[56];       /* zero */
} tf_ledger;

enum {
    TF_LEDGER_AMOUNT = 0,
    TF_LEDGER_FROM_BALANCE = 1,
    TF_LEDGER_TO_BALANCE = 2,
    TF_LEDGER_TRANSFER_TYPE = 3,
    TF_LEDGER_ASSET = 4,
    TF_LEDGER_FROM_ACCOUNT = 5,
    TF_LEDGER_FROM_TYPE = 6,
    TF_LEDGER_FROM_MARKET = 7,
    TF_LEDGER_TO_ACCOUNT = 8,
    TF_LEDGER_TO_TYPE = 9,
    TF_LEDGER_TO_MARKET = 10,
    TF_LEDGER_TRANSFER_ID = 11,
};

/* How far the engine is behind a stream, by its own measure: callbacks take too long. */
typedef struct tf_lag {
    tf_header head;
    double loop_lag;      /* seconds for which the event loop was held up just now; 0 where it was not */
    double callback_time; /* seconds of `interval` in which the stream was read and its callbacks ran */
    double interval;      /* seconds over which callback_time was measured */
    double backlog;       /* seconds that what waits unread will take, at the pace of `interval` */
    double data_age;      /* seconds that the newest data was longer under way than the fastest */
    uint64_t unread;      /* bytes of the stream that wait in the kernel */
    tf_text text;         /* why it is told, in words */
    int8_t decimals[5];   /* decimals of each number's wire text, by its bit */
    uint8_t behind;       /* the engine is behind; false once it keeps pace again */
    uint8_t _pad[2];      /* zero */
    char topic[64];       /* label of the stream */
} tf_lag;

enum {
    TF_LAG_LOOP_LAG = 0,
    TF_LAG_CALLBACK_TIME = 1,
    TF_LAG_INTERVAL = 2,
    TF_LAG_BACKLOG = 3,
    TF_LAG_DATA_AGE = 4,
    TF_LAG_UNREAD = 5,
    TF_LAG_BEHIND = 6,
    TF_LAG_TOPIC = 7,
    TF_LAG_TEXT = 8,
};

/* Every offset and size, as every other language takes them for granted. */
#if defined(__cplusplus) && __cplusplus >= 201103L
#define TF_STATIC_ASSERT(condition, words) static_assert(condition, words);
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define TF_STATIC_ASSERT(condition, words) _Static_assert(condition, words);
#endif
#ifdef TF_STATIC_ASSERT
#define TF_ASSERT_SIZE(type, size) \
    TF_STATIC_ASSERT(sizeof(type) == (size), #type " has another size than tickfold takes for granted")
#define TF_ASSERT_MEMBER(type, member, offset, size) \
    TF_STATIC_ASSERT(offsetof(type, member) == (offset) && sizeof(((type *)0)->member) == (size), \
                     #type "." #member " stands elsewhere than tickfold takes for granted")
TF_ASSERT_SIZE(tf_header, 56)
TF_ASSERT_MEMBER(tf_header, kind, 0, 1)
TF_ASSERT_MEMBER(tf_header, venue, 1, 1)
TF_ASSERT_MEMBER(tf_header, flags, 2, 2)
TF_ASSERT_MEMBER(tf_header, symbol, 4, 4)
TF_ASSERT_MEMBER(tf_header, stream, 8, 2)
TF_ASSERT_MEMBER(tf_header, reserved, 10, 6)
TF_ASSERT_MEMBER(tf_header, ts_event, 16, 8)
TF_ASSERT_MEMBER(tf_header, ts_recv, 24, 8)
TF_ASSERT_MEMBER(tf_header, seq, 32, 8)
TF_ASSERT_MEMBER(tf_header, known, 40, 8)
TF_ASSERT_MEMBER(tf_header, changed, 48, 8)
TF_ASSERT_SIZE(tf_quote, 256)
TF_ASSERT_MEMBER(tf_quote, bid, 56, 8)
TF_ASSERT_MEMBER(tf_quote, ask, 64, 8)
TF_ASSERT_MEMBER(tf_quote, bid_size, 72, 8)
TF_ASSERT_MEMBER(tf_quote, ask_size, 80, 8)
TF_ASSERT_MEMBER(tf_quote, last, 88, 8)
TF_ASSERT_MEMBER(tf_quote, last_size, 96, 8)
TF_ASSERT_MEMBER(tf_quote, mark, 104, 8)
TF_ASSERT_MEMBER(tf_quote, prev_close, 112, 8)
TF_ASSERT_MEMBER(tf_quote, open, 120, 8)
TF_ASSERT_MEMBER(tf_quote, high, 128, 8)
TF_ASSERT_MEMBER(tf_quote, low, 136, 8)
TF_ASSERT_MEMBER(tf_quote, volume, 144, 8)
TF_ASSERT_MEMBER(tf_quote, open_interest, 152, 8)
TF_ASSERT_MEMBER(tf_quote, change, 160, 8)
TF_ASSERT_MEMBER(tf_quote, change_percent, 168, 8)
TF_ASSERT_MEMBER(tf_quote, ts_received, 176, 8)
TF_ASSERT_MEMBER(tf_quote, availability, 184, 4)
TF_ASSERT_MEMBER(tf_quote, decimals, 188, 15)
TF_ASSERT_MEMBER(tf_quote, last_flag, 203, 1)
TF_ASSERT_MEMBER(tf_quote, tape, 204, 1)
TF_ASSERT_MEMBER(tf_quote, _pad, 205, 3)
TF_ASSERT_MEMBER(tf_quote, bid_exchange, 208, 8)
TF_ASSERT_MEMBER(tf_quote, ask_exchange, 216, 8)
TF_ASSERT_MEMBER(tf_quote, last_exchange, 224, 8)
TF_ASSERT_MEMBER(tf_quote, conditions, 232, 8)
TF_ASSERT_MEMBER(tf_quote, ticker, 240, 16)
TF_ASSERT_SIZE(tf_trade, 640)
TF_ASSERT_MEMBER(tf_trade, price, 56, 8)
TF_ASSERT_MEMBER(tf_trade, size, 64, 8)
TF_ASSERT_MEMBER(tf_trade, orig_price, 72, 8)
TF_ASSERT_MEMBER(tf_trade, orig_size, 80, 8)
TF_ASSERT_MEMBER(tf_trade, buyer_fee, 88, 8)
TF_ASSERT_MEMBER(tf_trade, seller_fee, 96, 8)
TF_ASSERT_MEMBER(tf_trade, ts_received, 104, 8)
TF_ASSERT_MEMBER(tf_trade, decimals, 112, 6)
TF_ASSERT_MEMBER(tf_trade, action, 118, 1)
TF_ASSERT_MEMBER(tf_trade, side, 119, 1)
TF_ASSERT_MEMBER(tf_trade, tape, 120, 1)
TF_ASSERT_MEMBER(tf_trade, _pad, 121, 7)
TF_ASSERT_MEMBER(tf_trade, exchange, 128, 8)
TF_ASSERT_MEMBER(tf_trade, conditions, 136, 16)
TF_ASSERT_MEMBER(tf_trade, orig_conditions, 152, 16)
TF_ASSERT_MEMBER(tf_trade, trade_type, 168, 32)
TF_ASSERT_MEMBER(tf_trade, trade_id, 200, 64)
TF_ASSERT_MEMBER(tf_trade, orig_trade_id, 264, 64)
TF_ASSERT_MEMBER(tf_trade, buyer, 328, 64)
TF_ASSERT_MEMBER(tf_trade, seller, 392, 64)
TF_ASSERT_MEMBER(tf_trade, buy_order_id, 456, 64)
TF_ASSERT_MEMBER(tf_trade, sell_order_id, 520, 64)
TF_ASSERT_MEMBER(tf_trade, _end, 584, 56)
TF_ASSERT_SIZE(tf_bar, 192)
TF_ASSERT_MEMBER(tf_bar, open, 56, 8)
TF_ASSERT_MEMBER(tf_bar, high, 64, 8)
TF_ASSERT_MEMBER(tf_bar, low, 72, 8)
TF_ASSERT_MEMBER(tf_bar, close, 80, 8)
TF_ASSERT_MEMBER(tf_bar, volume, 88, 8)
TF_ASSERT_MEMBER(tf_bar, vwap, 96, 8)
TF_ASSERT_MEMBER(tf_bar, notional, 104, 8)
TF_ASSERT_MEMBER(tf_bar, ts_updated, 112, 8)
TF_ASSERT_MEMBER(tf_bar, trade_count, 120, 8)
TF_ASSERT_MEMBER(tf_bar, interval, 128, 4)
TF_ASSERT_MEMBER(tf_bar, decimals, 132, 7)
TF_ASSERT_MEMBER(tf_bar, bar_class, 139, 1)
TF_ASSERT_MEMBER(tf_bar, complete, 140, 1)
TF_ASSERT_MEMBER(tf_bar, _pad, 141, 3)
TF_ASSERT_MEMBER(tf_bar, exchange, 144, 16)
TF_ASSERT_MEMBER(tf_bar, currency, 160, 8)
TF_ASSERT_MEMBER(tf_bar, _end, 168, 24)
TF_ASSERT_SIZE(tf_book_level, 128)
TF_ASSERT_MEMBER(tf_book_level, price, 56, 8)
TF_ASSERT_MEMBER(tf_book_level, size, 64, 8)
TF_ASSERT_MEMBER(tf_book_level, sequence, 72, 8)
TF_ASSERT_MEMBER(tf_book_level, prev_sequence, 80, 8)
TF_ASSERT_MEMBER(tf_book_level, orders, 88, 4)
TF_ASSERT_MEMBER(tf_book_level, row, 92, 4)
TF_ASSERT_MEMBER(tf_book_level, decimals, 96, 2)
TF_ASSERT_MEMBER(tf_book_level, action, 98, 1)
TF_ASSERT_MEMBER(tf_book_level, side, 99, 1)
TF_ASSERT_MEMBER(tf_book_level, _end, 100, 28)
TF_ASSERT_SIZE(tf_order, 1408)
TF_ASSERT_MEMBER(tf_order, qty, 56, 8)
TF_ASSERT_MEMBER(tf_order, notional, 64, 8)
TF_ASSERT_MEMBER(tf_order, filled_qty, 72, 8)
TF_ASSERT_MEMBER(tf_order, leaves_qty, 80, 8)
TF_ASSERT_MEMBER(tf_order, avg_price, 88, 8)
TF_ASSERT_MEMBER(tf_order, last_qty, 96, 8)
TF_ASSERT_MEMBER(tf_order, last_price, 104, 8)
TF_ASSERT_MEMBER(tf_order, limit_price, 112, 8)
TF_ASSERT_MEMBER(tf_order, stop_price, 120, 8)
TF_ASSERT_MEMBER(tf_order, trail_price, 128, 8)
TF_ASSERT_MEMBER(tf_order, trail_percent, 136, 8)
TF_ASSERT_MEMBER(tf_order, high_water, 144, 8)
TF_ASSERT_MEMBER(tf_order, display_qty, 152, 8)
TF_ASSERT_MEMBER(tf_order, reserved_qty, 160, 8)
TF_ASSERT_MEMBER(tf_order, peg_offset, 168, 8)
TF_ASSERT_MEMBER(tf_order, commission, 176, 8)
TF_ASSERT_MEMBER(tf_order, ratio, 184, 8)
TF_ASSERT_MEMBER(tf_order, ts_created, 192, 8)
TF_ASSERT_MEMBER(tf_order, ts_submitted, 200, 8)
TF_ASSERT_MEMBER(tf_order, ts_filled, 208, 8)
TF_ASSERT_MEMBER(tf_order, ts_canceled, 216, 8)
TF_ASSERT_MEMBER(tf_order, ts_expired, 224, 8)
TF_ASSERT_MEMBER(tf_order, ts_failed, 232, 8)
TF_ASSERT_MEMBER(tf_order, ts_replaced, 240, 8)
TF_ASSERT_MEMBER(tf_order, ts_updated, 248, 8)
TF_ASSERT_MEMBER(tf_order, ts_expires, 256, 8)
TF_ASSERT_MEMBER(tf_order, version, 264, 4)
TF_ASSERT_MEMBER(tf_order, decimals, 268, 17)
TF_ASSERT_MEMBER(tf_order, status, 285, 1)
TF_ASSERT_MEMBER(tf_order, side, 286, 1)
TF_ASSERT_MEMBER(tf_order, type, 287, 1)
TF_ASSERT_MEMBER(tf_order, tif, 288, 1)
TF_ASSERT_MEMBER(tf_order, extended_hours, 289, 1)
TF_ASSERT_MEMBER(tf_order, post_only, 290, 1)
TF_ASSERT_MEMBER(tf_order, reduce_only, 291, 1)
TF_ASSERT_MEMBER(tf_order, _pad, 292, 4)
TF_ASSERT_MEMBER(tf_order, status_text, 296, 32)
TF_ASSERT_MEMBER(tf_order, type_text, 328, 24)
TF_ASSERT_MEMBER(tf_order, side_text, 352, 16)
TF_ASSERT_MEMBER(tf_order, tif_text, 368, 24)
TF_ASSERT_MEMBER(tf_order, event, 392, 24)
TF_ASSERT_MEMBER(tf_order, ticker, 416, 24)
TF_ASSERT_MEMBER(tf_order, currency, 440, 8)
TF_ASSERT_MEMBER(tf_order, order_class, 448, 16)
TF_ASSERT_MEMBER(tf_order, asset_class, 464, 16)
TF_ASSERT_MEMBER(tf_order, exchange, 480, 16)
TF_ASSERT_MEMBER(tf_order, listing, 496, 16)
TF_ASSERT_MEMBER(tf_order, company, 512, 64)
TF_ASSERT_MEMBER(tf_order, contract, 576, 64)
TF_ASSERT_MEMBER(tf_order, intent, 640, 24)
TF_ASSERT_MEMBER(tf_order, peg_reference, 664, 16)
TF_ASSERT_MEMBER(tf_order, account, 680, 64)
TF_ASSERT_MEMBER(tf_order, order_id, 744, 64)
TF_ASSERT_MEMBER(tf_order, parent_id, 808, 64)
TF_ASSERT_MEMBER(tf_order, replaces, 872, 64)
TF_ASSERT_MEMBER(tf_order, replaced_by, 936, 64)
TF_ASSERT_MEMBER(tf_order, client_order_id, 1000, 128)
TF_ASSERT_MEMBER(tf_order, reason, 1128, 128)
TF_ASSERT_MEMBER(tf_order, description, 1256, 128)
TF_ASSERT_MEMBER(tf_order, _end, 1384, 24)
TF_ASSERT_SIZE(tf_fill, 896)
TF_ASSERT_MEMBER(tf_fill, price, 56, 8)
TF_ASSERT_MEMBER(tf_fill, qty, 64, 8)
TF_ASSERT_MEMBER(tf_fill, commission, 72, 8)
TF_ASSERT_MEMBER(tf_fill, net_amount, 80, 8)
TF_ASSERT_MEMBER(tf_fill, cum_qty, 88, 8)
TF_ASSERT_MEMBER(tf_fill, position, 96, 8)
TF_ASSERT_MEMBER(tf_fill, fee_maker, 104, 8)
TF_ASSERT_MEMBER(tf_fill, fee_infrastructure, 112, 8)
TF_ASSERT_MEMBER(tf_fill, fee_liquidity, 120, 8)
TF_ASSERT_MEMBER(tf_fill, fee_treasury, 128, 8)
TF_ASSERT_MEMBER(tf_fill, fee_buy_back, 136, 8)
TF_ASSERT_MEMBER(tf_fill, fee_high_volume, 144, 8)
TF_ASSERT_MEMBER(tf_fill, decimals, 152, 12)
TF_ASSERT_MEMBER(tf_fill, side, 164, 1)
TF_ASSERT_MEMBER(tf_fill, action, 165, 1)
TF_ASSERT_MEMBER(tf_fill, _pad, 166, 2)
TF_ASSERT_MEMBER(tf_fill, currency, 168, 8)
TF_ASSERT_MEMBER(tf_fill, exchange, 176, 16)
TF_ASSERT_MEMBER(tf_fill, liquidity, 192, 16)
TF_ASSERT_MEMBER(tf_fill, side_text, 208, 16)
TF_ASSERT_MEMBER(tf_fill, account, 224, 64)
TF_ASSERT_MEMBER(tf_fill, ticker, 288, 24)
TF_ASSERT_MEMBER(tf_fill, asset_class, 312, 16)
TF_ASSERT_MEMBER(tf_fill, listing, 328, 16)
TF_ASSERT_MEMBER(tf_fill, company, 344, 64)
TF_ASSERT_MEMBER(tf_fill, contract, 408, 64)
TF_ASSERT_MEMBER(tf_fill, description, 472, 128)
TF_ASSERT_MEMBER(tf_fill, exec_id, 600, 64)
TF_ASSERT_MEMBER(tf_fill, order_id, 664, 64)
TF_ASSERT_MEMBER(tf_fill, client_order_id, 728, 128)
TF_ASSERT_MEMBER(tf_fill, _end, 856, 40)
TF_ASSERT_SIZE(tf_position, 448)
TF_ASSERT_MEMBER(tf_position, qty, 56, 8)
TF_ASSERT_MEMBER(tf_position, avg_price, 64, 8)
TF_ASSERT_MEMBER(tf_position, cost_basis, 72, 8)
TF_ASSERT_MEMBER(tf_position, market_value, 80, 8)
TF_ASSERT_MEMBER(tf_position, market_price, 88, 8)
TF_ASSERT_MEMBER(tf_position, realized_pnl, 96, 8)
TF_ASSERT_MEMBER(tf_position, unrealized_pnl, 104, 8)
TF_ASSERT_MEMBER(tf_position, daily_pnl, 112, 8)
TF_ASSERT_MEMBER(tf_position, unrealized_percent, 120, 8)
TF_ASSERT_MEMBER(tf_position, account_percent, 128, 8)
TF_ASSERT_MEMBER(tf_position, avg_close_price, 136, 8)
TF_ASSERT_MEMBER(tf_position, fees_paid, 144, 8)
TF_ASSERT_MEMBER(tf_position, fees_received, 152, 8)
TF_ASSERT_MEMBER(tf_position, fees_taker, 160, 8)
TF_ASSERT_MEMBER(tf_position, fees_paid_since, 168, 8)
TF_ASSERT_MEMBER(tf_position, fees_received_since, 176, 8)
TF_ASSERT_MEMBER(tf_position, fees_taker_since, 184, 8)
TF_ASSERT_MEMBER(tf_position, funding_since, 192, 8)
TF_ASSERT_MEMBER(tf_position, funding, 200, 8)
TF_ASSERT_MEMBER(tf_position, loss_socialization, 208, 8)
TF_ASSERT_MEMBER(tf_position, ts_created, 216, 8)
TF_ASSERT_MEMBER(tf_position, ts_updated, 224, 8)
TF_ASSERT_MEMBER(tf_position, decimals, 232, 20)
TF_ASSERT_MEMBER(tf_position, _pad, 252, 4)
TF_ASSERT_MEMBER(tf_position, status, 256, 32)
TF_ASSERT_MEMBER(tf_position, asset_class, 288, 16)
TF_ASSERT_MEMBER(tf_position, currency, 304, 8)
TF_ASSERT_MEMBER(tf_position, position_id, 312, 32)
TF_ASSERT_MEMBER(tf_position, account, 344, 64)
TF_ASSERT_MEMBER(tf_position, ticker, 408, 24)
TF_ASSERT_MEMBER(tf_position, _end, 432, 16)
TF_ASSERT_SIZE(tf_balance, 896)
TF_ASSERT_MEMBER(tf_balance, total, 56, 8)
TF_ASSERT_MEMBER(tf_balance, available, 64, 8)
TF_ASSERT_MEMBER(tf_balance, cash, 72, 8)
TF_ASSERT_MEMBER(tf_balance, settled, 80, 8)
TF_ASSERT_MEMBER(tf_balance, net_cash, 88, 8)
TF_ASSERT_MEMBER(tf_balance, pending, 96, 8)
TF_ASSERT_MEMBER(tf_balance, net_liq, 104, 8)
TF_ASSERT_MEMBER(tf_balance, equity, 112, 8)
TF_ASSERT_MEMBER(tf_balance, excess_liq, 120, 8)
TF_ASSERT_MEMBER(tf_balance, change, 128, 8)
TF_ASSERT_MEMBER(tf_balance, change_percent, 136, 8)
TF_ASSERT_MEMBER(tf_balance, buying_power, 144, 8)
TF_ASSERT_MEMBER(tf_balance, option_buying_power, 152, 8)
TF_ASSERT_MEMBER(tf_balance, forex_buying_power, 160, 8)
TF_ASSERT_MEMBER(tf_balance, day_buying_power, 168, 8)
TF_ASSERT_MEMBER(tf_balance, margin_initial, 176, 8)
TF_ASSERT_MEMBER(tf_balance, margin_maint, 184, 8)
TF_ASSERT_MEMBER(tf_balance, option_margin_maint, 192, 8)
TF_ASSERT_MEMBER(tf_balance, margin_search, 200, 8)
TF_ASSERT_MEMBER(tf_balance, margin_release, 208, 8)
TF_ASSERT_MEMBER(tf_balance, margin_order, 216, 8)
TF_ASSERT_MEMBER(tf_balance, margin_factor, 224, 8)
TF_ASSERT_MEMBER(tf_balance, pending_orders, 232, 8)
TF_ASSERT_MEMBER(tf_balance, day_trades, 240, 8)
TF_ASSERT_MEMBER(tf_balance, market_value, 248, 8)
TF_ASSERT_MEMBER(tf_balance, stock_value, 256, 8)
TF_ASSERT_MEMBER(tf_balance, stock_long, 264, 8)
TF_ASSERT_MEMBER(tf_balance, stock_short, 272, 8)
TF_ASSERT_MEMBER(tf_balance, option_value, 280, 8)
TF_ASSERT_MEMBER(tf_balance, option_long, 288, 8)
TF_ASSERT_MEMBER(tf_balance, option_short, 296, 8)
TF_ASSERT_MEMBER(tf_balance, forex_long, 304, 8)
TF_ASSERT_MEMBER(tf_balance, forex_short, 312, 8)
TF_ASSERT_MEMBER(tf_balance, future_value, 320, 8)
TF_ASSERT_MEMBER(tf_balance, bond_value, 328, 8)
TF_ASSERT_MEMBER(tf_balance, fund_value, 336, 8)
TF_ASSERT_MEMBER(tf_balance, realized_pnl, 344, 8)
TF_ASSERT_MEMBER(tf_balance, unrealized_pnl, 352, 8)
TF_ASSERT_MEMBER(tf_balance, unrealized_day, 360, 8)
TF_ASSERT_MEMBER(tf_balance, unrealized_percent, 368, 8)
TF_ASSERT_MEMBER(tf_balance, total_pnl, 376, 8)
TF_ASSERT_MEMBER(tf_balance, interest, 384, 8)
TF_ASSERT_MEMBER(tf_balance, dividends, 392, 8)
TF_ASSERT_MEMBER(tf_balance, exchange_rate, 400, 8)
TF_ASSERT_MEMBER(tf_balance, ts_updated, 408, 8)
TF_ASSERT_MEMBER(tf_balance, severity, 416, 4)
TF_ASSERT_MEMBER(tf_balance, decimals, 420, 44)
TF_ASSERT_MEMBER(tf_balance, currency, 464, 64)
TF_ASSERT_MEMBER(tf_balance, balance_type, 528, 40)
TF_ASSERT_MEMBER(tf_balance, margin_mode, 568, 16)
TF_ASSERT_MEMBER(tf_balance, name, 584, 48)
TF_ASSERT_MEMBER(tf_balance, account, 632, 64)
TF_ASSERT_MEMBER(tf_balance, market, 696, 64)
TF_ASSERT_MEMBER(tf_balance, parent, 760, 64)
TF_ASSERT_MEMBER(tf_balance, value, 824, 64)
TF_ASSERT_MEMBER(tf_balance, _end, 888, 8)
TF_ASSERT_SIZE(tf_pnl, 256)
TF_ASSERT_MEMBER(tf_pnl, daily, 56, 8)
TF_ASSERT_MEMBER(tf_pnl, unrealized, 64, 8)
TF_ASSERT_MEMBER(tf_pnl, realized, 72, 8)
TF_ASSERT_MEMBER(tf_pnl, net_liq, 80, 8)
TF_ASSERT_MEMBER(tf_pnl, excess_liq, 88, 8)
TF_ASSERT_MEMBER(tf_pnl, market_value, 96, 8)
TF_ASSERT_MEMBER(tf_pnl, uncushioned, 104, 8)
TF_ASSERT_MEMBER(tf_pnl, row_type, 112, 4)
TF_ASSERT_MEMBER(tf_pnl, decimals, 116, 7)
TF_ASSERT_MEMBER(tf_pnl, _pad, 123, 5)
TF_ASSERT_MEMBER(tf_pnl, account, 128, 64)
TF_ASSERT_MEMBER(tf_pnl, segment, 192, 32)
TF_ASSERT_MEMBER(tf_pnl, _end, 224, 32)
TF_ASSERT_SIZE(tf_status, 192)
TF_ASSERT_MEMBER(tf_status, limit_up, 56, 8)
TF_ASSERT_MEMBER(tf_status, limit_down, 64, 8)
TF_ASSERT_MEMBER(tf_status, price, 72, 8)
TF_ASSERT_MEMBER(tf_status, text, 80, 16)
TF_ASSERT_MEMBER(tf_status, reason_text, 96, 16)
TF_ASSERT_MEMBER(tf_status, decimals, 112, 3)
TF_ASSERT_MEMBER(tf_status, scope, 115, 1)
TF_ASSERT_MEMBER(tf_status, tape, 116, 1)
TF_ASSERT_MEMBER(tf_status, _pad, 117, 3)
TF_ASSERT_MEMBER(tf_status, indicator, 120, 8)
TF_ASSERT_MEMBER(tf_status, code, 128, 16)
TF_ASSERT_MEMBER(tf_status, reason, 144, 16)
TF_ASSERT_MEMBER(tf_status, _end, 160, 32)
TF_ASSERT_SIZE(tf_news, 256)
TF_ASSERT_MEMBER(tf_news, ts_created, 56, 8)
TF_ASSERT_MEMBER(tf_news, ts_updated, 64, 8)
TF_ASSERT_MEMBER(tf_news, headline, 72, 16)
TF_ASSERT_MEMBER(tf_news, summary, 88, 16)
TF_ASSERT_MEMBER(tf_news, author, 104, 16)
TF_ASSERT_MEMBER(tf_news, source, 120, 16)
TF_ASSERT_MEMBER(tf_news, url, 136, 16)
TF_ASSERT_MEMBER(tf_news, content, 152, 16)
TF_ASSERT_MEMBER(tf_news, symbols, 168, 16)
TF_ASSERT_MEMBER(tf_news, news_id, 184, 32)
TF_ASSERT_MEMBER(tf_news, _end, 216, 40)
TF_ASSERT_SIZE(tf_notice, 320)
TF_ASSERT_MEMBER(tf_notice, title, 56, 16)
TF_ASSERT_MEMBER(tf_notice, text, 72, 16)
TF_ASSERT_MEMBER(tf_notice, options, 88, 16)
TF_ASSERT_MEMBER(tf_notice, url, 104, 16)
TF_ASSERT_MEMBER(tf_notice, exchanges, 120, 16)
TF_ASSERT_MEMBER(tf_notice, prompt, 136, 1)
TF_ASSERT_MEMBER(tf_notice, notice_kind, 137, 1)
TF_ASSERT_MEMBER(tf_notice, _pad, 138, 6)
TF_ASSERT_MEMBER(tf_notice, notice_id, 144, 32)
TF_ASSERT_MEMBER(tf_notice, message_id, 176, 32)
TF_ASSERT_MEMBER(tf_notice, notice_type, 208, 16)
TF_ASSERT_MEMBER(tf_notice, topic, 224, 32)
TF_ASSERT_MEMBER(tf_notice, order_id, 256, 64)
TF_ASSERT_SIZE(tf_gap, 256)
TF_ASSERT_MEMBER(tf_gap, ts_from, 56, 8)
TF_ASSERT_MEMBER(tf_gap, ts_to, 64, 8)
TF_ASSERT_MEMBER(tf_gap, missed, 72, 8)
TF_ASSERT_MEMBER(tf_gap, topic, 80, 64)
TF_ASSERT_MEMBER(tf_gap, reason, 144, 64)
TF_ASSERT_MEMBER(tf_gap, _end, 208, 48)
TF_ASSERT_SIZE(tf_ack, 256)
TF_ASSERT_MEMBER(tf_ack, text, 56, 16)
TF_ASSERT_MEMBER(tf_ack, ok, 72, 1)
TF_ASSERT_MEMBER(tf_ack, _pad, 73, 7)
TF_ASSERT_MEMBER(tf_ack, action, 80, 32)
TF_ASSERT_MEMBER(tf_ack, topic, 112, 64)
TF_ASSERT_MEMBER(tf_ack, session, 176, 64)
TF_ASSERT_MEMBER(tf_ack, _end, 240, 16)
TF_ASSERT_SIZE(tf_error, 192)
TF_ASSERT_MEMBER(tf_error, text, 56, 16)
TF_ASSERT_MEMBER(tf_error, data, 72, 16)
TF_ASSERT_MEMBER(tf_error, code, 88, 4)
TF_ASSERT_MEMBER(tf_error, fatal, 92, 1)
TF_ASSERT_MEMBER(tf_error, source, 93, 1)
TF_ASSERT_MEMBER(tf_error, _pad, 94, 2)
TF_ASSERT_MEMBER(tf_error, topic, 96, 64)
TF_ASSERT_MEMBER(tf_error, _end, 160, 32)
TF_ASSERT_SIZE(tf_session_state, 192)
TF_ASSERT_MEMBER(tf_session_state, heartbeat, 56, 8)
TF_ASSERT_MEMBER(tf_session_state, text, 64, 16)
TF_ASSERT_MEMBER(tf_session_state, authenticated, 80, 1)
TF_ASSERT_MEMBER(tf_session_state, connected, 81, 1)
TF_ASSERT_MEMBER(tf_session_state, established, 82, 1)
TF_ASSERT_MEMBER(tf_session_state, competing, 83, 1)
TF_ASSERT_MEMBER(tf_session_state, paper, 84, 1)
TF_ASSERT_MEMBER(tf_session_state, alive, 85, 1)
TF_ASSERT_MEMBER(tf_session_state, state, 86, 1)
TF_ASSERT_MEMBER(tf_session_state, _pad, 87, 1)
TF_ASSERT_MEMBER(tf_session_state, username, 88, 64)
TF_ASSERT_MEMBER(tf_session_state, topic, 152, 32)
TF_ASSERT_MEMBER(tf_session_state, _end, 184, 8)
TF_ASSERT_SIZE(tf_raw, 192)
TF_ASSERT_MEMBER(tf_raw, data, 56, 16)
TF_ASSERT_MEMBER(tf_raw, topic, 72, 64)
TF_ASSERT_MEMBER(tf_raw, _end, 136, 56)
TF_ASSERT_SIZE(tf_event, 320)
TF_ASSERT_MEMBER(tf_event, data, 56, 16)
TF_ASSERT_MEMBER(tf_event, interval, 72, 4)
TF_ASSERT_MEMBER(tf_event, _pad, 76, 4)
TF_ASSERT_MEMBER(tf_event, event, 80, 48)
TF_ASSERT_MEMBER(tf_event, action, 128, 64)
TF_ASSERT_MEMBER(tf_event, account, 192, 64)
TF_ASSERT_MEMBER(tf_event, event_id, 256, 64)
TF_ASSERT_SIZE(tf_stats, 640)
TF_ASSERT_MEMBER(tf_stats, implied_vol, 56, 8)
TF_ASSERT_MEMBER(tf_stats, strike_vol, 64, 8)
TF_ASSERT_MEMBER(tf_stats, option_vol_30d, 72, 8)
TF_ASSERT_MEMBER(tf_stats, hist_vol, 80, 8)
TF_ASSERT_MEMBER(tf_stats, hist_vol_30d, 88, 8)
TF_ASSERT_MEMBER(tf_stats, hist_vol_close, 96, 8)
TF_ASSERT_MEMBER(tf_stats, put_call_interest, 104, 8)
TF_ASSERT_MEMBER(tf_stats, put_call_volume, 112, 8)
TF_ASSERT_MEMBER(tf_stats, put_call_ratio, 120, 8)
TF_ASSERT_MEMBER(tf_stats, option_volume, 128, 8)
TF_ASSERT_MEMBER(tf_stats, option_volume_change, 136, 8)
TF_ASSERT_MEMBER(tf_stats, avg_volume, 144, 8)
TF_ASSERT_MEMBER(tf_stats, dividend, 152, 8)
TF_ASSERT_MEMBER(tf_stats, dividend_yield, 160, 8)
TF_ASSERT_MEMBER(tf_stats, dividend_next, 168, 8)
TF_ASSERT_MEMBER(tf_stats, dividend_last, 176, 8)
TF_ASSERT_MEMBER(tf_stats, market_cap, 184, 8)
TF_ASSERT_MEMBER(tf_stats, pe_ratio, 192, 8)
TF_ASSERT_MEMBER(tf_stats, eps, 200, 8)
TF_ASSERT_MEMBER(tf_stats, beta, 208, 8)
TF_ASSERT_MEMBER(tf_stats, week52_high, 216, 8)
TF_ASSERT_MEMBER(tf_stats, week52_low, 224, 8)
TF_ASSERT_MEMBER(tf_stats, close, 232, 8)
TF_ASSERT_MEMBER(tf_stats, change_open, 240, 8)
TF_ASSERT_MEMBER(tf_stats, delta, 248, 8)
TF_ASSERT_MEMBER(tf_stats, gamma, 256, 8)
TF_ASSERT_MEMBER(tf_stats, theta, 264, 8)
TF_ASSERT_MEMBER(tf_stats, vega, 272, 8)
TF_ASSERT_MEMBER(tf_stats, shortable, 280, 8)
TF_ASSERT_MEMBER(tf_stats, fee_rate, 288, 8)
TF_ASSERT_MEMBER(tf_stats, ema20, 296, 8)
TF_ASSERT_MEMBER(tf_stats, ema50, 304, 8)
TF_ASSERT_MEMBER(tf_stats, ema100, 312, 8)
TF_ASSERT_MEMBER(tf_stats, ema200, 320, 8)
TF_ASSERT_MEMBER(tf_stats, price_ema20, 328, 8)
TF_ASSERT_MEMBER(tf_stats, price_ema50, 336, 8)
TF_ASSERT_MEMBER(tf_stats, price_ema100, 344, 8)
TF_ASSERT_MEMBER(tf_stats, price_ema200, 352, 8)
TF_ASSERT_MEMBER(tf_stats, max_return, 360, 8)
TF_ASSERT_MEMBER(tf_stats, max_loss, 368, 8)
TF_ASSERT_MEMBER(tf_stats, max_profit, 376, 8)
TF_ASSERT_MEMBER(tf_stats, break_even, 384, 8)
TF_ASSERT_MEMBER(tf_stats, spx_delta, 392, 8)
TF_ASSERT_MEMBER(tf_stats, futures_interest, 400, 8)
TF_ASSERT_MEMBER(tf_stats, last_yield, 408, 8)
TF_ASSERT_MEMBER(tf_stats, bid_yield, 416, 8)
TF_ASSERT_MEMBER(tf_stats, ask_yield, 424, 8)
TF_ASSERT_MEMBER(tf_stats, funding_rate, 432, 8)
TF_ASSERT_MEMBER(tf_stats, funding_payment, 440, 8)
TF_ASSERT_MEMBER(tf_stats, internal_twap, 448, 8)
TF_ASSERT_MEMBER(tf_stats, external_twap, 456, 8)
TF_ASSERT_MEMBER(tf_stats, index_price, 464, 8)
TF_ASSERT_MEMBER(tf_stats, target_stake, 472, 8)
TF_ASSERT_MEMBER(tf_stats, supplied_stake, 480, 8)
TF_ASSERT_MEMBER(tf_stats, market_growth, 488, 8)
TF_ASSERT_MEMBER(tf_stats, indicative_price, 496, 8)
TF_ASSERT_MEMBER(tf_stats, indicative_volume, 504, 8)
TF_ASSERT_MEMBER(tf_stats, mid, 512, 8)
TF_ASSERT_MEMBER(tf_stats, volume_3m, 520, 8)
TF_ASSERT_MEMBER(tf_stats, ts_funding, 528, 8)
TF_ASSERT_MEMBER(tf_stats, decimals, 536, 59)
TF_ASSERT_MEMBER(tf_stats, _end, 595, 45)
TF_ASSERT_SIZE(tf_instrument, 1152)
TF_ASSERT_MEMBER(tf_instrument, tradable, 56, 1)
TF_ASSERT_MEMBER(tf_instrument, permitted, 57, 1)
TF_ASSERT_MEMBER(tf_instrument, _pad, 58, 6)
TF_ASSERT_MEMBER(tf_instrument, expiry, 64, 16)
TF_ASSERT_MEMBER(tf_instrument, right, 80, 8)
TF_ASSERT_MEMBER(tf_instrument, shortable, 88, 16)
TF_ASSERT_MEMBER(tf_instrument, asset_class, 104, 16)
TF_ASSERT_MEMBER(tf_instrument, exchange, 120, 32)
TF_ASSERT_MEMBER(tf_instrument, listing, 152, 16)
TF_ASSERT_MEMBER(tf_instrument, conid, 168, 32)
TF_ASSERT_MEMBER(tf_instrument, contract, 200, 32)
TF_ASSERT_MEMBER(tf_instrument, underlying, 232, 32)
TF_ASSERT_MEMBER(tf_instrument, months, 264, 32)
TF_ASSERT_MEMBER(tf_instrument, company, 296, 64)
TF_ASSERT_MEMBER(tf_instrument, industry, 360, 48)
TF_ASSERT_MEMBER(tf_instrument, category, 408, 48)
TF_ASSERT_MEMBER(tf_instrument, description, 456, 64)
TF_ASSERT_MEMBER(tf_instrument, description2, 520, 64)
TF_ASSERT_MEMBER(tf_instrument, state, 584, 32)
TF_ASSERT_MEMBER(tf_instrument, trading_mode, 616, 40)
TF_ASSERT_MEMBER(tf_instrument, trigger, 656, 32)
TF_ASSERT_MEMBER(tf_instrument, note, 688, 64)
TF_ASSERT_MEMBER(tf_instrument, rating, 752, 32)
TF_ASSERT_MEMBER(tf_instrument, debt_class, 784, 32)
TF_ASSERT_MEMBER(tf_instrument, bond_type, 816, 32)
TF_ASSERT_MEMBER(tf_instrument, bond_state, 848, 32)
TF_ASSERT_MEMBER(tf_instrument, organization, 880, 48)
TF_ASSERT_MEMBER(tf_instrument, last_trading, 928, 16)
TF_ASSERT_MEMBER(tf_instrument, issued, 944, 16)
TF_ASSERT_MEMBER(tf_instrument, ex_dividend, 960, 16)
TF_ASSERT_MEMBER(tf_instrument, event, 976, 64)
TF_ASSERT_MEMBER(tf_instrument, event_date, 1040, 32)
TF_ASSERT_MEMBER(tf_instrument, service, 1072, 48)
TF_ASSERT_MEMBER(tf_instrument, _end, 1120, 32)
TF_ASSERT_SIZE(tf_ledger, 640)
TF_ASSERT_MEMBER(tf_ledger, amount, 56, 8)
TF_ASSERT_MEMBER(tf_ledger, from_balance, 64, 8)
TF_ASSERT_MEMBER(tf_ledger, to_balance, 72, 8)
TF_ASSERT_MEMBER(tf_ledger, decimals, 80, 3)
TF_ASSERT_MEMBER(tf_ledger, _pad, 83, 5)
TF_ASSERT_MEMBER(tf_ledger, transfer_type, 88, 32)
TF_ASSERT_MEMBER(tf_ledger, asset, 120, 64)
TF_ASSERT_MEMBER(tf_ledger, from_account, 184, 64)
TF_ASSERT_MEMBER(tf_ledger, from_type, 248, 40)
TF_ASSERT_MEMBER(tf_ledger, from_market, 288, 64)
TF_ASSERT_MEMBER(tf_ledger, to_account, 352, 64)
TF_ASSERT_MEMBER(tf_ledger, to_type, 416, 40)
TF_ASSERT_MEMBER(tf_ledger, to_market, 456, 64)
TF_ASSERT_MEMBER(tf_ledger, transfer_id, 520, 64)
TF_ASSERT_MEMBER(tf_ledger, _end, 584, 56)
TF_ASSERT_SIZE(tf_lag, 192)
TF_ASSERT_MEMBER(tf_lag, loop_lag, 56, 8)
TF_ASSERT_MEMBER(tf_lag, callback_time, 64, 8)
TF_ASSERT_MEMBER(tf_lag, interval, 72, 8)
TF_ASSERT_MEMBER(tf_lag, backlog, 80, 8)
TF_ASSERT_MEMBER(tf_lag, data_age, 88, 8)
TF_ASSERT_MEMBER(tf_lag, unread, 96, 8)
TF_ASSERT_MEMBER(tf_lag, text, 104, 16)
TF_ASSERT_MEMBER(tf_lag, decimals, 120, 5)
TF_ASSERT_MEMBER(tf_lag, behind, 125, 1)
TF_ASSERT_MEMBER(tf_lag, _pad, 126, 2)
TF_ASSERT_MEMBER(tf_lag, topic, 128, 64)
#undef TF_ASSERT_SIZE
#undef TF_ASSERT_MEMBER
#undef TF_STATIC_ASSERT
#endif

#ifdef __cplusplus
}
#endif
#endif
