# The structs of tickfold/records.h, for cimport.
# Generated from engine/schema/records.py: change that file, then `make records`.
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "tickfold/records.h" nogil:
    const int64_t TF_UNKNOWN_TIME

    const uint64_t TF_LAYOUT
    const uint64_t TF_QUOTE_LAYOUT
    const uint64_t TF_TRADE_LAYOUT
    const uint64_t TF_BAR_LAYOUT
    const uint64_t TF_BOOK_LEVEL_LAYOUT
    const uint64_t TF_ORDER_LAYOUT
    const uint64_t TF_FILL_LAYOUT
    const uint64_t TF_POSITION_LAYOUT
    const uint64_t TF_BALANCE_LAYOUT
    const uint64_t TF_PNL_LAYOUT
    const uint64_t TF_STATUS_LAYOUT
    const uint64_t TF_NEWS_LAYOUT
    const uint64_t TF_NOTICE_LAYOUT
    const uint64_t TF_GAP_LAYOUT
    const uint64_t TF_ACK_LAYOUT
    const uint64_t TF_ERROR_LAYOUT
    const uint64_t TF_SESSION_STATE_LAYOUT
    const uint64_t TF_RAW_LAYOUT
    const uint64_t TF_EVENT_LAYOUT
    const uint64_t TF_STATS_LAYOUT
    const uint64_t TF_INSTRUMENT_LAYOUT
    const uint64_t TF_LEDGER_LAYOUT
    const uint64_t TF_LAG_LAYOUT

    cdef enum tf_RecordKind:
        TF_RECORD_KIND_NONE
        TF_RECORD_KIND_QUOTE
        TF_RECORD_KIND_TRADE
        TF_RECORD_KIND_BAR
        TF_RECORD_KIND_BOOK_LEVEL
        TF_RECORD_KIND_ORDER
        TF_RECORD_KIND_FILL
        TF_RECORD_KIND_POSITION
        TF_RECORD_KIND_BALANCE
        TF_RECORD_KIND_PNL
        TF_RECORD_KIND_STATUS
        TF_RECORD_KIND_NEWS
        TF_RECORD_KIND_NOTICE
        TF_RECORD_KIND_GAP
        TF_RECORD_KIND_ACK
        TF_RECORD_KIND_ERROR
        TF_RECORD_KIND_SESSION_STATE
        TF_RECORD_KIND_RAW
        TF_RECORD_KIND_EVENT
        TF_RECORD_KIND_STATS
        TF_RECORD_KIND_INSTRUMENT
        TF_RECORD_KIND_LEDGER
        TF_RECORD_KIND_LAG

    cdef enum tf_Venue:
        TF_VENUE_NONE
        TF_VENUE_ETNA
        TF_VENUE_IBKR
        TF_VENUE_ALPACA
        TF_VENUE_IBKR_PORTAL
        TF_VENUE_VEGA

    cdef enum tf_OrderStatus:
        TF_ORDER_STATUS_UNKNOWN
        TF_ORDER_STATUS_PENDING_NEW
        TF_ORDER_STATUS_ACCEPTED
        TF_ORDER_STATUS_NEW
        TF_ORDER_STATUS_PARTIALLY_FILLED
        TF_ORDER_STATUS_FILLED
        TF_ORDER_STATUS_DONE_FOR_DAY
        TF_ORDER_STATUS_PENDING_CANCEL
        TF_ORDER_STATUS_CANCELED
        TF_ORDER_STATUS_PENDING_REPLACE
        TF_ORDER_STATUS_REPLACED
        TF_ORDER_STATUS_REJECTED
        TF_ORDER_STATUS_EXPIRED
        TF_ORDER_STATUS_STOPPED
        TF_ORDER_STATUS_SUSPENDED
        TF_ORDER_STATUS_CALCULATED
        TF_ORDER_STATUS_HELD
        TF_ORDER_STATUS_INACTIVE

    cdef enum tf_Side:
        TF_SIDE_NONE
        TF_SIDE_BUY
        TF_SIDE_SELL
        TF_SIDE_SELL_SHORT
        TF_SIDE_BUY_TO_COVER
        TF_SIDE_EXERCISE

    cdef enum tf_OrderType:
        TF_ORDER_TYPE_UNKNOWN
        TF_ORDER_TYPE_MARKET
        TF_ORDER_TYPE_LIMIT
        TF_ORDER_TYPE_STOP
        TF_ORDER_TYPE_STOP_LIMIT
        TF_ORDER_TYPE_TRAIL
        TF_ORDER_TYPE_TRAIL_LIMIT
        TF_ORDER_TYPE_PEGGED
        TF_ORDER_TYPE_NETWORK
        TF_ORDER_TYPE_OCO
        TF_ORDER_TYPE_OTO
        TF_ORDER_TYPE_OTOCO
        TF_ORDER_TYPE_OTHER

    cdef enum tf_TimeInForce:
        TF_TIME_IN_FORCE_UNKNOWN
        TF_TIME_IN_FORCE_DAY
        TF_TIME_IN_FORCE_GTC
        TF_TIME_IN_FORCE_OPG
        TF_TIME_IN_FORCE_IOC
        TF_TIME_IN_FORCE_FOK
        TF_TIME_IN_FORCE_GTX
        TF_TIME_IN_FORCE_GTD
        TF_TIME_IN_FORCE_CLS
        TF_TIME_IN_FORCE_GFA
        TF_TIME_IN_FORCE_GFN

    cdef enum tf_LastFlag:
        TF_LAST_FLAG_NONE
        TF_LAST_FLAG_TRADE
        TF_LAST_FLAG_PREV_CLOSE
        TF_LAST_FLAG_HALTED

    cdef enum tf_BarClass:
        TF_BAR_CLASS_UNKNOWN
        TF_BAR_CLASS_MINUTE
        TF_BAR_CLASS_DAILY
        TF_BAR_CLASS_UPDATED
        TF_BAR_CLASS_HISTORICAL
        TF_BAR_CLASS_STREAM

    cdef enum tf_BookAction:
        TF_BOOK_ACTION_NONE
        TF_BOOK_ACTION_SET
        TF_BOOK_ACTION_DELETE
        TF_BOOK_ACTION_RESET

    cdef enum tf_TradeAction:
        TF_TRADE_ACTION_NONE
        TF_TRADE_ACTION_NEW
        TF_TRADE_ACTION_CORRECTION
        TF_TRADE_ACTION_CANCEL

    cdef enum tf_StatusScope:
        TF_STATUS_SCOPE_NONE
        TF_STATUS_SCOPE_SESSION
        TF_STATUS_SCOPE_SYMBOL
        TF_STATUS_SCOPE_MARKET

    cdef enum tf_NoticeKind:
        TF_NOTICE_KIND_NONE
        TF_NOTICE_KIND_NOTICE
        TF_NOTICE_KIND_PROMPT
        TF_NOTICE_KIND_BULLETIN

    cdef enum tf_ErrorSource:
        TF_ERROR_SOURCE_NONE
        TF_ERROR_SOURCE_VENUE
        TF_ERROR_SOURCE_DECODER
        TF_ERROR_SOURCE_LIMIT

    cdef enum tf_StreamState:
        TF_STREAM_STATE_NONE
        TF_STREAM_STATE_CONNECTING
        TF_STREAM_STATE_AUTHENTICATING
        TF_STREAM_STATE_SUBSCRIBING
        TF_STREAM_STATE_SNAPSHOT
        TF_STREAM_STATE_LIVE
        TF_STREAM_STATE_STALE
        TF_STREAM_STATE_CLOSING
        TF_STREAM_STATE_BACKOFF
        TF_STREAM_STATE_FAILED
        TF_STREAM_STATE_CLOSED

    cdef enum tf_Flag:
        TF_SNAPSHOT
        TF_LAST_OF_SNAPSHOT
        TF_REPLAY
        TF_STALE
        TF_INEXACT
        TF_SYNTHETIC
        TF_AVG_STALE
        TF_TRUNCATED
        TF_CORRECTION
        TF_CORRECTED

    ctypedef struct tf_text:
        const char *data
        uint64_t size

    ctypedef struct tf_header:
        uint8_t kind
        uint8_t venue
        uint16_t flags
        uint32_t symbol
        uint16_t stream
        uint16_t reserved[3]
        int64_t ts_event
        int64_t ts_recv
        uint64_t seq
        uint64_t known
        uint64_t changed

    ctypedef struct tf_quote:
        tf_header head
        double bid
        double ask
        double bid_size
        double ask_size
        double last
        double last_size
        double mark
        double prev_close
        double open
        double high
        double low
        double volume
        double open_interest
        double change
        double change_percent
        int64_t ts_received
        char availability[4]
        int8_t decimals[15]
        uint8_t last_flag
        char tape[1]
        char bid_exchange[8]
        char ask_exchange[8]
        char last_exchange[8]
        char conditions[8]
        char ticker[16]

    cdef enum:
        TF_QUOTE_BID
        TF_QUOTE_ASK
        TF_QUOTE_BID_SIZE
        TF_QUOTE_ASK_SIZE
        TF_QUOTE_LAST
        TF_QUOTE_LAST_SIZE
        TF_QUOTE_MARK
        TF_QUOTE_PREV_CLOSE
        TF_QUOTE_OPEN
        TF_QUOTE_HIGH
        TF_QUOTE_LOW
        TF_QUOTE_VOLUME
        TF_QUOTE_OPEN_INTEREST
        TF_QUOTE_CHANGE
        TF_QUOTE_CHANGE_PERCENT
        TF_QUOTE_LAST_FLAG
        TF_QUOTE_TAPE
        TF_QUOTE_BID_EXCHANGE
        TF_QUOTE_ASK_EXCHANGE
        TF_QUOTE_LAST_EXCHANGE
        TF_QUOTE_CONDITIONS
        TF_QUOTE_AVAILABILITY
        TF_QUOTE_TS_RECEIVED
        TF_QUOTE_TICKER

    ctypedef struct tf_trade:
        tf_header head
        double price
        double size
        double orig_price
        double orig_size
        double buyer_fee
        double seller_fee
        int64_t ts_received
        int8_t decimals[6]
        uint8_t action
        uint8_t side
        char tape[1]
        char exchange[8]
        char conditions[16]
        char orig_conditions[16]
        char trade_type[32]
        char trade_id[64]
        char orig_trade_id[64]
        char buyer[64]
        char seller[64]
        char buy_order_id[64]
        char sell_order_id[64]

    cdef enum:
        TF_TRADE_PRICE
        TF_TRADE_SIZE
        TF_TRADE_ORIG_PRICE
        TF_TRADE_ORIG_SIZE
        TF_TRADE_BUYER_FEE
        TF_TRADE_SELLER_FEE
        TF_TRADE_TS_RECEIVED
        TF_TRADE_ACTION
        TF_TRADE_SIDE
        TF_TRADE_TAPE
        TF_TRADE_EXCHANGE
        TF_TRADE_CONDITIONS
        TF_TRADE_ORIG_CONDITIONS
        TF_TRADE_TRADE_TYPE
        TF_TRADE_TRADE_ID
        TF_TRADE_ORIG_TRADE_ID
        TF_TRADE_BUYER
        TF_TRADE_SELLER
        TF_TRADE_BUY_ORDER_ID
        TF_TRADE_SELL_ORDER_ID

    ctypedef struct tf_bar:
        tf_header head
        double open
        double high
        double low
        double close
        double volume
        double vwap
        double notional
        int64_t ts_updated
        uint64_t trade_count
        uint32_t interval
        int8_t decimals[7]
        uint8_t bar_class
        uint8_t complete
        char exchange[16]
        char currency[8]

    cdef enum:
        TF_BAR_OPEN
        TF_BAR_HIGH
        TF_BAR_LOW
        TF_BAR_CLOSE
        TF_BAR_VOLUME
        TF_BAR_VWAP
        TF_BAR_NOTIONAL
        TF_BAR_TS_UPDATED
        TF_BAR_TRADE_COUNT
        TF_BAR_INTERVAL
        TF_BAR_BAR_CLASS
        TF_BAR_COMPLETE
        TF_BAR_EXCHANGE
        TF_BAR_CURRENCY

    ctypedef struct tf_book_level:
        tf_header head
        double price
        double size
        uint64_t sequence
        uint64_t prev_sequence
        uint32_t orders
        uint32_t row
        int8_t decimals[2]
        uint8_t action
        uint8_t side

    cdef enum:
        TF_BOOK_LEVEL_PRICE
        TF_BOOK_LEVEL_SIZE
        TF_BOOK_LEVEL_SEQUENCE
        TF_BOOK_LEVEL_PREV_SEQUENCE
        TF_BOOK_LEVEL_ORDERS
        TF_BOOK_LEVEL_ROW
        TF_BOOK_LEVEL_ACTION
        TF_BOOK_LEVEL_SIDE

    ctypedef struct tf_order:
        tf_header head
        double qty
        double notional
        double filled_qty
        double leaves_qty
        double avg_price
        double last_qty
        double last_price
        double limit_price
        double stop_price
        double trail_price
        double trail_percent
        double high_water
        double display_qty
        double reserved_qty
        double peg_offset
        double commission
        double ratio
        int64_t ts_created
        int64_t ts_submitted
        int64_t ts_filled
        int64_t ts_canceled
        int64_t ts_expired
        int64_t ts_failed
        int64_t ts_replaced
        int64_t ts_updated
        int64_t ts_expires
        uint32_t version
        int8_t decimals[17]
        uint8_t status
        uint8_t side
        uint8_t type
        uint8_t tif
        uint8_t extended_hours
        uint8_t post_only
        uint8_t reduce_only
        char status_text[32]
        char type_text[24]
        char side_text[16]
        char tif_text[24]
        char event[24]
        char ticker[24]
        char currency[8]
        char order_class[16]
        char asset_class[16]
        char exchange[16]
        char listing[16]
        char company[64]
        char contract[64]
        char intent[24]
        char peg_reference[16]
        char account[64]
        char order_id[64]
        char parent_id[64]
        char replaces[64]
        char replaced_by[64]
        char client_order_id[128]
        char reason[128]
        char description[128]

    cdef enum:
        TF_ORDER_QTY
        TF_ORDER_NOTIONAL
        TF_ORDER_FILLED_QTY
        TF_ORDER_LEAVES_QTY
        TF_ORDER_AVG_PRICE
        TF_ORDER_LAST_QTY
        TF_ORDER_LAST_PRICE
        TF_ORDER_LIMIT_PRICE
        TF_ORDER_STOP_PRICE
        TF_ORDER_TRAIL_PRICE
        TF_ORDER_TRAIL_PERCENT
        TF_ORDER_HIGH_WATER
        TF_ORDER_DISPLAY_QTY
        TF_ORDER_RESERVED_QTY
        TF_ORDER_PEG_OFFSET
        TF_ORDER_COMMISSION
        TF_ORDER_RATIO
        TF_ORDER_TS_CREATED
        TF_ORDER_TS_SUBMITTED
        TF_ORDER_TS_FILLED
        TF_ORDER_TS_CANCELED
        TF_ORDER_TS_EXPIRED
        TF_ORDER_TS_FAILED
        TF_ORDER_TS_REPLACED
        TF_ORDER_TS_UPDATED
        TF_ORDER_TS_EXPIRES
        TF_ORDER_VERSION
        TF_ORDER_STATUS
        TF_ORDER_SIDE
        TF_ORDER_TYPE
        TF_ORDER_TIF
        TF_ORDER_EXTENDED_HOURS
        TF_ORDER_POST_ONLY
        TF_ORDER_REDUCE_ONLY
        TF_ORDER_STATUS_TEXT
        TF_ORDER_TYPE_TEXT
        TF_ORDER_SIDE_TEXT
        TF_ORDER_TIF_TEXT
        TF_ORDER_EVENT
        TF_ORDER_TICKER
        TF_ORDER_CURRENCY
        TF_ORDER_ORDER_CLASS
        TF_ORDER_ASSET_CLASS
        TF_ORDER_EXCHANGE
        TF_ORDER_LISTING
        TF_ORDER_COMPANY
        TF_ORDER_CONTRACT
        TF_ORDER_INTENT
        TF_ORDER_PEG_REFERENCE
        TF_ORDER_ACCOUNT
        TF_ORDER_ORDER_ID
        TF_ORDER_PARENT_ID
        TF_ORDER_REPLACES
        TF_ORDER_REPLACED_BY
        TF_ORDER_CLIENT_ORDER_ID
        TF_ORDER_REASON
        TF_ORDER_DESCRIPTION

    ctypedef struct tf_fill:
        tf_header head
        double price
        double qty
        double commission
        double net_amount
        double cum_qty
        double position
        double fee_maker
        double fee_infrastructure
        double fee_liquidity
        double fee_treasury
        double fee_buy_back
        double fee_high_volume
        int8_t decimals[12]
        uint8_t side
        uint8_t action
        char currency[8]
        char exchange[16]
        char liquidity[16]
        char side_text[16]
        char account[64]
        char ticker[24]
        char asset_class[16]
        char listing[16]
        char company[64]
        char contract[64]
        char description[128]
        char exec_id[64]
        char order_id[64]
        char client_order_id[128]

    cdef enum:
        TF_FILL_PRICE
        TF_FILL_QTY
        TF_FILL_COMMISSION
        TF_FILL_NET_AMOUNT
        TF_FILL_CUM_QTY
        TF_FILL_POSITION
        TF_FILL_FEE_MAKER
        TF_FILL_FEE_INFRASTRUCTURE
        TF_FILL_FEE_LIQUIDITY
        TF_FILL_FEE_TREASURY
        TF_FILL_FEE_BUY_BACK
        TF_FILL_FEE_HIGH_VOLUME
        TF_FILL_SIDE
        TF_FILL_ACTION
        TF_FILL_CURRENCY
        TF_FILL_EXCHANGE
        TF_FILL_LIQUIDITY
        TF_FILL_SIDE_TEXT
        TF_FILL_ACCOUNT
        TF_FILL_TICKER
        TF_FILL_ASSET_CLASS
        TF_FILL_LISTING
        TF_FILL_COMPANY
        TF_FILL_CONTRACT
        TF_FILL_DESCRIPTION
        TF_FILL_EXEC_ID
        TF_FILL_ORDER_ID
        TF_FILL_CLIENT_ORDER_ID

    ctypedef struct tf_position:
        tf_header head
        double qty
        double avg_price
        double cost_basis
        double market_value
        double market_price
        double realized_pnl
        double unrealized_pnl
        double daily_pnl
        double unrealized_percent
        double account_percent
        double avg_close_price
        double fees_paid
        double fees_received
        double fees_taker
        double fees_paid_since
        double fees_received_since
        double fees_taker_since
        double funding_since
        double funding
        double loss_socialization
        int64_t ts_created
        int64_t ts_updated
        int8_t decimals[20]
        char status[32]
        char asset_class[16]
        char currency[8]
        char position_id[32]
        char account[64]
        char ticker[24]

    cdef enum:
        TF_POSITION_QTY
        TF_POSITION_AVG_PRICE
        TF_POSITION_COST_BASIS
        TF_POSITION_MARKET_VALUE
        TF_POSITION_MARKET_PRICE
        TF_POSITION_REALIZED_PNL
        TF_POSITION_UNREALIZED_PNL
        TF_POSITION_DAILY_PNL
        TF_POSITION_UNREALIZED_PERCENT
        TF_POSITION_ACCOUNT_PERCENT
        TF_POSITION_AVG_CLOSE_PRICE
        TF_POSITION_FEES_PAID
        TF_POSITION_FEES_RECEIVED
        TF_POSITION_FEES_TAKER
        TF_POSITION_FEES_PAID_SINCE
        TF_POSITION_FEES_RECEIVED_SINCE
        TF_POSITION_FEES_TAKER_SINCE
        TF_POSITION_FUNDING_SINCE
        TF_POSITION_FUNDING
        TF_POSITION_LOSS_SOCIALIZATION
        TF_POSITION_TS_CREATED
        TF_POSITION_TS_UPDATED
        TF_POSITION_STATUS
        TF_POSITION_ASSET_CLASS
        TF_POSITION_CURRENCY
        TF_POSITION_POSITION_ID
        TF_POSITION_ACCOUNT
        TF_POSITION_TICKER

    ctypedef struct tf_balance:
        tf_header head
        double total
        double available
        double cash
        double settled
        double net_cash
        double pending
        double net_liq
        double equity
        double excess_liq
        double change
        double change_percent
        double buying_power
        double option_buying_power
        double forex_buying_power
        double day_buying_power
        double margin_initial
        double margin_maint
        double option_margin_maint
        double margin_search
        double margin_release
        double margin_order
        double margin_factor
        double pending_orders
        double day_trades
        double market_value
        double stock_value
        double stock_long
        double stock_short
        double option_value
        double option_long
        double option_short
        double forex_long
        double forex_short
        double future_value
        double bond_value
        double fund_value
        double realized_pnl
        double unrealized_pnl
        double unrealized_day
        double unrealized_percent
        double total_pnl
        double interest
        double dividends
        double exchange_rate
        int64_t ts_updated
        int32_t severity
        int8_t decimals[44]
        char currency[64]
        char balance_type[40]
        char margin_mode[16]
        char name[48]
        char account[64]
        char market[64]
        char parent[64]
        char value[64]

    cdef enum:
        TF_BALANCE_TOTAL
        TF_BALANCE_AVAILABLE
        TF_BALANCE_CASH
        TF_BALANCE_SETTLED
        TF_BALANCE_NET_CASH
        TF_BALANCE_PENDING
        TF_BALANCE_NET_LIQ
        TF_BALANCE_EQUITY
        TF_BALANCE_EXCESS_LIQ
        TF_BALANCE_CHANGE
        TF_BALANCE_CHANGE_PERCENT
        TF_BALANCE_BUYING_POWER
        TF_BALANCE_OPTION_BUYING_POWER
        TF_BALANCE_FOREX_BUYING_POWER
        TF_BALANCE_DAY_BUYING_POWER
        TF_BALANCE_MARGIN_INITIAL
        TF_BALANCE_MARGIN_MAINT
        TF_BALANCE_OPTION_MARGIN_MAINT
        TF_BALANCE_MARGIN_SEARCH
        TF_BALANCE_MARGIN_RELEASE
        TF_BALANCE_MARGIN_ORDER
        TF_BALANCE_MARGIN_FACTOR
        TF_BALANCE_PENDING_ORDERS
        TF_BALANCE_DAY_TRADES
        TF_BALANCE_MARKET_VALUE
        TF_BALANCE_STOCK_VALUE
        TF_BALANCE_STOCK_LONG
        TF_BALANCE_STOCK_SHORT
        TF_BALANCE_OPTION_VALUE
        TF_BALANCE_OPTION_LONG
        TF_BALANCE_OPTION_SHORT
        TF_BALANCE_FOREX_LONG
        TF_BALANCE_FOREX_SHORT
        TF_BALANCE_FUTURE_VALUE
        TF_BALANCE_BOND_VALUE
        TF_BALANCE_FUND_VALUE
        TF_BALANCE_REALIZED_PNL
        TF_BALANCE_UNREALIZED_PNL
        TF_BALANCE_UNREALIZED_DAY
        TF_BALANCE_UNREALIZED_PERCENT
        TF_BALANCE_TOTAL_PNL
        TF_BALANCE_INTEREST
        TF_BALANCE_DIVIDENDS
        TF_BALANCE_EXCHANGE_RATE
        TF_BALANCE_TS_UPDATED
        TF_BALANCE_SEVERITY
        TF_BALANCE_CURRENCY
        TF_BALANCE_BALANCE_TYPE
        TF_BALANCE_MARGIN_MODE
        TF_BALANCE_NAME
        TF_BALANCE_ACCOUNT
        TF_BALANCE_MARKET
        TF_BALANCE_PARENT
        TF_BALANCE_VALUE

    ctypedef struct tf_pnl:
        tf_header head
        double daily
        double unrealized
        double realized
        double net_liq
        double excess_liq
        double market_value
        double uncushioned
        int32_t row_type
        int8_t decimals[7]
        char account[64]
        char segment[32]

    cdef enum:
        TF_PNL_DAILY
        TF_PNL_UNREALIZED
        TF_PNL_REALIZED
        TF_PNL_NET_LIQ
        TF_PNL_EXCESS_LIQ
        TF_PNL_MARKET_VALUE
        TF_PNL_UNCUSHIONED
        TF_PNL_ROW_TYPE
        TF_PNL_ACCOUNT
        TF_PNL_SEGMENT

    ctypedef struct tf_status:
        tf_header head
        double limit_up
        double limit_down
        double price
        tf_text text
        tf_text reason_text
        int8_t decimals[3]
        uint8_t scope
        char tape[1]
        char indicator[8]
        char code[16]
        char reason[16]

    cdef enum:
        TF_STATUS_LIMIT_UP
        TF_STATUS_LIMIT_DOWN
        TF_STATUS_PRICE
        TF_STATUS_SCOPE
        TF_STATUS_TAPE
        TF_STATUS_INDICATOR
        TF_STATUS_CODE
        TF_STATUS_REASON
        TF_STATUS_TEXT
        TF_STATUS_REASON_TEXT

    ctypedef struct tf_news:
        tf_header head
        int64_t ts_created
        int64_t ts_updated
        tf_text headline
        tf_text summary
        tf_text author
        tf_text source
        tf_text url
        tf_text content
        tf_text symbols
        char news_id[32]

    cdef enum:
        TF_NEWS_TS_CREATED
        TF_NEWS_TS_UPDATED
        TF_NEWS_NEWS_ID
        TF_NEWS_HEADLINE
        TF_NEWS_SUMMARY
        TF_NEWS_AUTHOR
        TF_NEWS_SOURCE
        TF_NEWS_URL
        TF_NEWS_CONTENT
        TF_NEWS_SYMBOLS

    ctypedef struct tf_notice:
        tf_header head
        tf_text title
        tf_text text
        tf_text options
        tf_text url
        tf_text exchanges
        uint8_t prompt
        uint8_t notice_kind
        char notice_id[32]
        char message_id[32]
        char notice_type[16]
        char topic[32]
        char order_id[64]

    cdef enum:
        TF_NOTICE_PROMPT
        TF_NOTICE_NOTICE_KIND
        TF_NOTICE_NOTICE_ID
        TF_NOTICE_MESSAGE_ID
        TF_NOTICE_NOTICE_TYPE
        TF_NOTICE_TOPIC
        TF_NOTICE_ORDER_ID
        TF_NOTICE_TITLE
        TF_NOTICE_TEXT
        TF_NOTICE_OPTIONS
        TF_NOTICE_URL
        TF_NOTICE_EXCHANGES

    ctypedef struct tf_gap:
        tf_header head
        int64_t ts_from
        int64_t ts_to
        uint64_t missed
        char topic[64]
        char reason[64]

    cdef enum:
        TF_GAP_TS_FROM
        TF_GAP_TS_TO
        TF_GAP_MISSED
        TF_GAP_TOPIC
        TF_GAP_REASON

    ctypedef struct tf_ack:
        tf_header head
        tf_text text
        uint8_t ok
        char action[32]
        char topic[64]
        char session[64]

    cdef enum:
        TF_ACK_OK
        TF_ACK_ACTION
        TF_ACK_TOPIC
        TF_ACK_SESSION
        TF_ACK_TEXT

    ctypedef struct tf_error:
        tf_header head
        tf_text text
        tf_text data
        int32_t code
        uint8_t fatal
        uint8_t source
        char topic[64]

    cdef enum:
        TF_ERROR_CODE
        TF_ERROR_FATAL
        TF_ERROR_SOURCE
        TF_ERROR_TOPIC
        TF_ERROR_TEXT
        TF_ERROR_DATA

    ctypedef struct tf_session_state:
        tf_header head
        int64_t heartbeat
        tf_text text
        uint8_t authenticated
        uint8_t connected
        uint8_t established
        uint8_t competing
        uint8_t paper
        uint8_t alive
        uint8_t state
        char username[64]
        char topic[32]

    cdef enum:
        TF_SESSION_STATE_HEARTBEAT
        TF_SESSION_STATE_AUTHENTICATED
        TF_SESSION_STATE_CONNECTED
        TF_SESSION_STATE_ESTABLISHED
        TF_SESSION_STATE_COMPETING
        TF_SESSION_STATE_PAPER
        TF_SESSION_STATE_ALIVE
        TF_SESSION_STATE_STATE
        TF_SESSION_STATE_USERNAME
        TF_SESSION_STATE_TOPIC
        TF_SESSION_STATE_TEXT

    ctypedef struct tf_raw:
        tf_header head
        tf_text data
        char topic[64]

    cdef enum:
        TF_RAW_TOPIC
        TF_RAW_DATA

    ctypedef struct tf_event:
        tf_header head
        tf_text data
        uint32_t interval
        char event[48]
        char action[64]
        char account[64]
        char event_id[64]

    cdef enum:
        TF_EVENT_EVENT
        TF_EVENT_ACTION
        TF_EVENT_ACCOUNT
        TF_EVENT_EVENT_ID
        TF_EVENT_INTERVAL
        TF_EVENT_DATA

    ctypedef struct tf_stats:
        tf_header head
        double implied_vol
        double strike_vol
        double option_vol_30d
        double hist_vol
        double hist_vol_30d
        double hist_vol_close
        double put_call_interest
        double put_call_volume
        double put_call_ratio
        double option_volume
        double option_volume_change
        double avg_volume
        double dividend
        double dividend_yield
        double dividend_next
        double dividend_last
        double market_cap
        double pe_ratio
        double eps
        double beta
        double week52_high
        double week52_low
        double close
        double change_open
        double delta
        double gamma
        double theta
        double vega
        double shortable
        double fee_rate
        double ema20
        double ema50
        double ema100
        double ema200
        double price_ema20
        double price_ema50
        double price_ema100
        double price_ema200
        double max_return
        double max_loss
        double max_profit
        double break_even
        double spx_delta
        double futures_interest
        double last_yield
        double bid_yield
        double ask_yield
        double funding_rate
        double funding_payment
        double internal_twap
        double external_twap
        double index_price
        double target_stake
        double supplied_stake
        double market_growth
        double indicative_price
        double indicative_volume
        double mid
        double volume_3m
        int64_t ts_funding
        int8_t decimals[59]

    cdef enum:
        TF_STATS_IMPLIED_VOL
        TF_STATS_STRIKE_VOL
        TF_STATS_OPTION_VOL_30D
        TF_STATS_HIST_VOL
        TF_STATS_HIST_VOL_30D
        TF_STATS_HIST_VOL_CLOSE
        TF_STATS_PUT_CALL_INTEREST
        TF_STATS_PUT_CALL_VOLUME
        TF_STATS_PUT_CALL_RATIO
        TF_STATS_OPTION_VOLUME
        TF_STATS_OPTION_VOLUME_CHANGE
        TF_STATS_AVG_VOLUME
        TF_STATS_DIVIDEND
        TF_STATS_DIVIDEND_YIELD
        TF_STATS_DIVIDEND_NEXT
        TF_STATS_DIVIDEND_LAST
        TF_STATS_MARKET_CAP
        TF_STATS_PE_RATIO
        TF_STATS_EPS
        TF_STATS_BETA
        TF_STATS_WEEK52_HIGH
        TF_STATS_WEEK52_LOW
        TF_STATS_CLOSE
        TF_STATS_CHANGE_OPEN
        TF_STATS_DELTA
        TF_STATS_GAMMA
        TF_STATS_THETA
        TF_STATS_VEGA
        TF_STATS_SHORTABLE
        TF_STATS_FEE_RATE
        TF_STATS_EMA20
        TF_STATS_EMA50
        TF_STATS_EMA100
        TF_STATS_EMA200
        TF_STATS_PRICE_EMA20
        TF_STATS_PRICE_EMA50
        TF_STATS_PRICE_EMA100
        TF_STATS_PRICE_EMA200
        TF_STATS_MAX_RETURN
        TF_STATS_MAX_LOSS
        TF_STATS_MAX_PROFIT
        TF_STATS_BREAK_EVEN
        TF_STATS_SPX_DELTA
        TF_STATS_FUTURES_INTEREST
        TF_STATS_LAST_YIELD
        TF_STATS_BID_YIELD
        TF_STATS_ASK_YIELD
        TF_STATS_FUNDING_RATE
        TF_STATS_FUNDING_PAYMENT
        TF_STATS_INTERNAL_TWAP
        TF_STATS_EXTERNAL_TWAP
        TF_STATS_INDEX_PRICE
        TF_STATS_TARGET_STAKE
        TF_STATS_SUPPLIED_STAKE
        TF_STATS_MARKET_GROWTH
        TF_STATS_INDICATIVE_PRICE
        TF_STATS_INDICATIVE_VOLUME
        TF_STATS_MID
        TF_STATS_VOLUME_3M
        TF_STATS_TS_FUNDING

    ctypedef struct tf_instrument:
        tf_header head
        uint8_t tradable
        uint8_t permitted
        char expiry[16]
        char right[8]
        char shortable[16]
        char asset_class[16]
        char exchange[32]
        char listing[16]
        char conid[32]
        char contract[32]
        char underlying[32]
        char months[32]
        char company[64]
        char industry[48]
        char category[48]
        char description[64]
        char description2[64]
        char state[32]
        char trading_mode[40]
        char trigger[32]
        char note[64]
        char rating[32]
        char debt_class[32]
        char bond_type[32]
        char bond_state[32]
        char organization[48]
        char last_trading[16]
        char issued[16]
        char ex_dividend[16]
        char event[64]
        char event_date[32]
        char service[48]

    cdef enum:
        TF_INSTRUMENT_EXPIRY
        TF_INSTRUMENT_RIGHT
        TF_INSTRUMENT_TRADABLE
        TF_INSTRUMENT_PERMITTED
        TF_INSTRUMENT_SHORTABLE
        TF_INSTRUMENT_ASSET_CLASS
        TF_INSTRUMENT_EXCHANGE
        TF_INSTRUMENT_LISTING
        TF_INSTRUMENT_CONID
        TF_INSTRUMENT_CONTRACT
        TF_INSTRUMENT_UNDERLYING
        TF_INSTRUMENT_MONTHS
        TF_INSTRUMENT_COMPANY
        TF_INSTRUMENT_INDUSTRY
        TF_INSTRUMENT_CATEGORY
        TF_INSTRUMENT_DESCRIPTION
        TF_INSTRUMENT_DESCRIPTION2
        TF_INSTRUMENT_STATE
        TF_INSTRUMENT_TRADING_MODE
        TF_INSTRUMENT_TRIGGER
        TF_INSTRUMENT_NOTE
        TF_INSTRUMENT_RATING
        TF_INSTRUMENT_DEBT_CLASS
        TF_INSTRUMENT_BOND_TYPE
        TF_INSTRUMENT_BOND_STATE
        TF_INSTRUMENT_ORGANIZATION
        TF_INSTRUMENT_LAST_TRADING
        TF_INSTRUMENT_ISSUED
        TF_INSTRUMENT_EX_DIVIDEND
        TF_INSTRUMENT_EVENT
        TF_INSTRUMENT_EVENT_DATE
        TF_INSTRUMENT_SERVICE

    ctypedef struct tf_ledger:
        tf_header head
        double amount
        double from_balance
        double to_balance
        int8_t decimals[3]
        char transfer_type[32]
        char asset[64]
        char from_account[64]
        char from_type[40]
        char from_market[64]
        char to_account[64]
        char to_type[40]
        char to_market[64]
        char transfer_id[64]

    cdef enum:
        TF_LEDGER_AMOUNT
        TF_LEDGER_FROM_BALANCE
        TF_LEDGER_TO_BALANCE
        TF_LEDGER_TRANSFER_TYPE
        TF_LEDGER_ASSET
        TF_LEDGER_FROM_ACCOUNT
        TF_LEDGER_FROM_TYPE
        TF_LEDGER_FROM_MARKET
        TF_LEDGER_TO_ACCOUNT
        TF_LEDGER_TO_TYPE
        TF_LEDGER_TO_MARKET
        TF_LEDGER_TRANSFER_ID

    ctypedef struct tf_lag:
        tf_header head
        double loop_lag
        double callback_time
        double interval
        double backlog
        double data_age
        uint64_t unread
        tf_text text
        int8_t decimals[5]
        uint8_t behind
        char topic[64]

    cdef enum:
        TF_LAG_LOOP_LAG
        TF_LAG_CALLBACK_TIME
        TF_LAG_INTERVAL
        TF_LAG_BACKLOG
        TF_LAG_DATA_AGE
        TF_LAG_UNREAD
        TF_LAG_BEHIND
        TF_LAG_TOPIC
        TF_LAG_TEXT
