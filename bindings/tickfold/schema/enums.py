"""The enums of the records. Generated from engine/schema/records.py: change that file, then `make records`."""

from enum import IntEnum, IntFlag

_NUMERIC = frozenset("bcdoxXneEfFgG%")  # what a format of numbers ends with


class Named(IntEnum):
    """An integer that is written as its name: f"{order.status}" is FILLED, f"{order.status:d}" is 5."""

    def __str__(self) -> str:
        return self.name

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec[-1:] in _NUMERIC else format(self.name, spec)


class RecordKind(Named):
    """What a record is."""

    NONE = 0
    QUOTE = 1
    TRADE = 2
    BAR = 3
    BOOK_LEVEL = 4
    ORDER = 5
    FILL = 6
    POSITION = 7
    BALANCE = 8
    PNL = 9
    STATUS = 10
    NEWS = 11
    NOTICE = 12
    GAP = 13
    ACK = 14
    ERROR = 15
    SESSION_STATE = 16
    RAW = 17
    EVENT = 18
    STATS = 19
    INSTRUMENT = 20
    LEDGER = 21
    LAG = 22


class Venue(Named):
    """Which protocol a record came by."""

    NONE = 0
    ETNA = 1
    IBKR = 2
    ALPACA = 3
    IBKR_PORTAL = 4
    VEGA = 5


class OrderStatus(Named):
    """FIX 39 OrdStatus, numbered anew. FILLED, CANCELED, REPLACED, REJECTED and EXPIRED end an order."""

    UNKNOWN = 0
    PENDING_NEW = 1
    ACCEPTED = 2
    NEW = 3
    PARTIALLY_FILLED = 4
    FILLED = 5
    DONE_FOR_DAY = 6
    PENDING_CANCEL = 7
    CANCELED = 8
    PENDING_REPLACE = 9
    REPLACED = 10
    REJECTED = 11
    EXPIRED = 12
    STOPPED = 13
    SUSPENDED = 14
    CALCULATED = 15
    HELD = 16
    INACTIVE = 17


class Side(Named):
    """FIX 54 Side; of a trade, the aggressor's."""

    NONE = 0
    BUY = 1
    SELL = 2
    SELL_SHORT = 3
    BUY_TO_COVER = 4
    EXERCISE = 5


class OrderType(Named):
    """FIX 40 OrdType."""

    UNKNOWN = 0
    MARKET = 1
    LIMIT = 2
    STOP = 3
    STOP_LIMIT = 4
    TRAIL = 5
    TRAIL_LIMIT = 6
    PEGGED = 7
    NETWORK = 8
    OCO = 9
    OTO = 10
    OTOCO = 11
    OTHER = 15


class TimeInForce(Named):
    """FIX 59 TimeInForce."""

    UNKNOWN = 0
    DAY = 1
    GTC = 2
    OPG = 3
    IOC = 4
    FOK = 5
    GTX = 6
    GTD = 7
    CLS = 8
    GFA = 9
    GFN = 10


class LastFlag(Named):
    """What a last price stands for."""

    NONE = 0
    TRADE = 1
    PREV_CLOSE = 2
    HALTED = 3


class BarClass(Named):
    """Which kind of bar."""

    UNKNOWN = 0
    MINUTE = 1
    DAILY = 2
    UPDATED = 3
    HISTORICAL = 4
    STREAM = 5


class BookAction(Named):
    """What a book level message does."""

    NONE = 0
    SET = 1
    DELETE = 2
    RESET = 3


class TradeAction(Named):
    """Whether a trade is new or amends an earlier one."""

    NONE = 0
    NEW = 1
    CORRECTION = 2
    CANCEL = 3


class StatusScope(Named):
    """What a status is about."""

    NONE = 0
    SESSION = 1
    SYMBOL = 2
    MARKET = 3


class NoticeKind(Named):
    """What a notice asks for."""

    NONE = 0
    NOTICE = 1
    PROMPT = 2
    BULLETIN = 3


class ErrorSource(Named):
    """Who found the fault."""

    NONE = 0
    VENUE = 1
    DECODER = 2
    LIMIT = 3


class StreamState(Named):
    """Where a stream of an engine stands: docs/sessions.md says what each means."""

    NONE = 0
    CONNECTING = 1
    AUTHENTICATING = 2
    SUBSCRIBING = 3
    SNAPSHOT = 4
    LIVE = 5
    STALE = 6
    CLOSING = 7
    BACKOFF = 8
    FAILED = 9
    CLOSED = 10


class Flag(IntFlag):
    """Bits of Record.flags. As a text: their names with | between them, or NONE."""

    #: part of a full image of what there is (a snapshot), not of a change
    SNAPSHOT = 0x0001
    #: the last record of a snapshot
    LAST_OF_SNAPSHOT = 0x0002
    #: an execution from before the stream was first ready, or before the last one ahead of a gap
    REPLAY = 0x0004
    #: the update is older than the row: it was applied in part or not at all
    STALE = 0x0008
    #: a number has more than 15 significant digits; decimal() gives its exact text
    INEXACT = 0x0010
    #: derived from an order's rising totals, not stated by the venue
    SYNTHETIC = 0x0020
    #: avg_price was stated with an earlier filled_qty
    AVG_STALE = 0x0040
    #: a text is longer than its slot, or holds a NUL, and was cut there
    TRUNCATED = 0x0080
    #: the venue takes back what it said before; filled_qty may fall
    CORRECTION = 0x0100
    #: an execution of the order was taken back or amended: older updates change nothing
    CORRECTED = 0x0200

    def __str__(self) -> str:
        return "|".join(flag.name or "" for flag in self) or "NONE"

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec[-1:] in _NUMERIC else format(str(self), spec)
