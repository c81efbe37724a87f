"""tickfold: brokers' websocket streams folded into fixed-layout records, in compiled code.

    import tickfold as tf

    engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"]))

    @engine.on(tf.Quote)
    def on_quote(quote):
        print(quote.symbol, quote.bid, quote.ask)

    engine.run()

Three doors: `Engine` connects and runs; `decoder` takes payloads from a transport of yours; `MessageReader` takes its
bytes, and `MessageWriter` makes those that it sends. Names are loaded when they are first used, so that a program that
only needs the decoder loads no networking.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tickfold.schema import registry
from tickfold.schema.errors import (
    AmbiguousError,
    AuthError,
    CallbackError,
    ConfigError,
    ConnectError,
    HandshakeError,
    JournalError,
    LimitError,
    NegotiationError,
    ProtocolError,
    StaleError,
    TickfoldError,
    TlsError,
)

if TYPE_CHECKING:
    from tickfold import numba as numba
    from tickfold.engine.decoder import Decoder as Decoder
    from tickfold.engine.dispatch import Dispatcher as Dispatcher
    from tickfold.engine.fields import layout as layout
    from tickfold.engine.handler import Handler as Handler
    from tickfold.engine.reader import Close as Close
    from tickfold.engine.reader import Message as Message
    from tickfold.engine.reader import MessageReader as MessageReader
    from tickfold.engine.reader import Ping as Ping
    from tickfold.engine.reader import Pong as Pong
    from tickfold.engine.records import Ack as Ack
    from tickfold.engine.records import Balance as Balance
    from tickfold.engine.records import Bar as Bar
    from tickfold.engine.records import BarClass as BarClass
    from tickfold.engine.records import BookAction as BookAction
    from tickfold.engine.records import BookLevel as BookLevel
    from tickfold.engine.records import Error as Error
    from tickfold.engine.records import ErrorSource as ErrorSource
    from tickfold.engine.records import Event as Event
    from tickfold.engine.records import Fill as Fill
    from tickfold.engine.records import Flag as Flag
    from tickfold.engine.records import Gap as Gap
    from tickfold.engine.records import Instrument as Instrument
    from tickfold.engine.records import Lag as Lag
    from tickfold.engine.records import LastFlag as LastFlag
    from tickfold.engine.records import Ledger as Ledger
    from tickfold.engine.records import News as News
    from tickfold.engine.records import Notice as Notice
    from tickfold.engine.records import NoticeKind as NoticeKind
    from tickfold.engine.records import Order as Order
    from tickfold.engine.records import OrderStatus as OrderStatus
    from tickfold.engine.records import OrderType as OrderType
    from tickfold.engine.records import Pnl as Pnl
    from tickfold.engine.records import Position as Position
    from tickfold.engine.records import Quote as Quote
    from tickfold.engine.records import Raw as Raw
    from tickfold.engine.records import Record as Record
    from tickfold.engine.records import RecordKind as RecordKind
    from tickfold.engine.records import SessionState as SessionState
    from tickfold.engine.records import Side as Side
    from tickfold.engine.records import Stats as Stats
    from tickfold.engine.records import Status as Status
    from tickfold.engine.records import StatusScope as StatusScope
    from tickfold.engine.records import StreamState as StreamState
    from tickfold.engine.records import TimeInForce as TimeInForce
    from tickfold.engine.records import Trade as Trade
    from tickfold.engine.records import TradeAction as TradeAction
    from tickfold.engine.records import Venue as Venue
    from tickfold.engine.state import State as State
    from tickfold.engine.writer import MessageWriter as MessageWriter
    from tickfold.journal.replay import Replay as Replay
    from tickfold.journal.settings import Journal as Journal
    from tickfold.journal.settings import JournalStats as JournalStats
    from tickfold.live import Engine as Engine
    from tickfold.live import StreamStats as StreamStats
    from tickfold.net.backoff import Backoff as Backoff
    from tickfold.net.hours import Hours as Hours
    from tickfold.net.hours import hours as hours
    from tickfold.net.stream import Liveness as Liveness
    from tickfold.schema.drift import Drift as Drift
    from tickfold.schema.extensions import DeflateParams as DeflateParams
    from tickfold.schema.extensions import deflate_offer as deflate_offer
    from tickfold.schema.extensions import negotiate as negotiate
    from tickfold.venues.listed import *  # noqa: F403 - all of them

__version__ = "0.1.0"

_RECORDS = (
    "Ack Balance Bar BarClass BookAction BookLevel Error ErrorSource Event Fill Flag Gap Instrument Lag LastFlag "
    "Ledger News Notice NoticeKind Order OrderStatus OrderType Pnl Position Quote Raw Record RecordKind SessionState "
    "Side Stats Status StatusScope StreamState TimeInForce Trade TradeAction Venue"
)

# Public name → the module that it comes from.
_WHERE = {
    **dict.fromkeys(_RECORDS.split(), "tickfold.engine.records"),
    "Backoff": "tickfold.net.backoff",
    "Hours": "tickfold.net.hours",
    "hours": "tickfold.net.hours",
    "Close": "tickfold.engine.reader",
    "Decoder": "tickfold.engine.decoder",
    "DeflateParams": "tickfold.schema.extensions",
    "Dispatcher": "tickfold.engine.dispatch",
    "Drift": "tickfold.schema.drift",
    "Engine": "tickfold.live",
    "Handler": "tickfold.engine.handler",
    "Journal": "tickfold.journal.settings",
    "JournalStats": "tickfold.journal.settings",
    "Liveness": "tickfold.net.stream",
    "Message": "tickfold.engine.reader",
    "MessageReader": "tickfold.engine.reader",
    "MessageWriter": "tickfold.engine.writer",
    "Ping": "tickfold.engine.reader",
    "Pong": "tickfold.engine.reader",
    "Replay": "tickfold.journal.replay",
    "State": "tickfold.engine.state",
    "StreamStats": "tickfold.live",
    "deflate_offer": "tickfold.schema.extensions",
    "layout": "tickfold.engine.fields",
    "negotiate": "tickfold.schema.extensions",
}
__all__ = [
    "AmbiguousError",
    "AuthError",
    "CallbackError",
    "ConfigError",
    "ConnectError",
    "HandshakeError",
    "JournalError",
    "LimitError",
    "NegotiationError",
    "ProtocolError",
    "StaleError",
    "TickfoldError",
    "TlsError",
    "decoder",
    "get_include",
    "replay",
    *_WHERE,
    *registry.VENUES,
]


if not TYPE_CHECKING:  # a checker knows the names above, and no others

    def __getattr__(name: str) -> Any:
        value: Any = None
        if name in _WHERE:
            value = getattr(import_module(_WHERE[name]), name)
        elif name == "numba":  # of the extra `numba`: not in __all__, for not everybody can have it
            value = import_module("tickfold.numba")
        elif not name.startswith("_"):
            value = registry.venue(name)
        if value is None:
            raise AttributeError(f"module 'tickfold' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE, *registry.VENUES, "numba"})


def decoder(table: str, *, on_callback_error: Literal["raise", "report"] = "raise", **options: Any) -> "Decoder":
    """A decoder of one stream's payloads, sans-I/O: "alpaca.data" or "ibkr".

        decoder = tf.decoder("ibkr")
        decoder.on(tf.Order, callback)
        decoder.feed(payload)

    on_callback_error is that of Dispatcher; see Decoder for the other options. Raises ConfigError if there is no such
    stream.
    """
    from tickfold.engine.decoder import Decoder
    from tickfold.engine.dispatch import Dispatcher

    if on_callback_error != "raise":
        if options.get("dispatcher") is not None:
            raise ConfigError("on_callback_error: the dispatcher has one of its own, give it there")
        options["dispatcher"] = Dispatcher(on_callback_error=on_callback_error)
    return Decoder(table, **options)


def replay(
    path: str | PathLike[str],
    *,
    speed: float | None = None,
    start: datetime | int | None = None,
    fold: bool = True,
    progress: Callable[[float], object] | None = None,
) -> "Replay":
    """An engine without sockets that plays a journal: see Replay.

        replay = tf.replay("day.tfj")
        replay.on(tf.Quote, callback)
        replay.run()
    """
    from tickfold.journal.replay import Replay

    return Replay(path, speed=speed, start=start, fold=fold, progress=progress)


def get_include() -> str:
    """The folder to hand to a C compiler for `#include <tickfold/records.h>`."""
    return str(Path(__file__).parent / "include")
