"""The rows of an engine, as strategies ask for them, and what came beside them."""

from typing import TYPE_CHECKING

from tickfold.engine.book import Books
from tickfold.engine.orders import Orders
from tickfold.engine.records import Balance, Fill, Instrument, Pnl, Position, Quote
from tickfold.engine.state import BySymbol, Keyed, State
from tickfold.net.feed import Feed
from tickfold.schema.drift import Drift

if TYPE_CHECKING:
    from tickfold.engine.decoder import OnPayload

__all__ = ["Payloads", "Tables"]


class Tables:
    """The state of all streams of an engine. Rows are live: they show what was described last."""

    state: State
    _orders: Orders

    @property
    def orders(self) -> Orders:
        """The orders as last described: `engine.orders["DU1234", "922048212"]`, `.open`, `.stale`, `.array`."""
        return self._orders

    @property
    def quotes(self) -> BySymbol[Quote]:
        """The quotes as last described: `engine.quotes["AAPL"]`, `.array`."""
        return self.state.quotes

    @property
    def fills(self) -> Keyed[Fill]:
        """The latest fills: `engine.fills["0000e0d5.01"]`, `.array`."""
        return self.state.fills

    @property
    def positions(self) -> Keyed[Position]:
        """The positions: `engine.positions["DU1234", "AAPL"]`, `.array`."""
        return self.state.positions

    @property
    def balances(self) -> Keyed[Balance]:
        """The balances: `engine.balances["DU1234", "USD"]`, `.array`."""
        return self.state.balances

    @property
    def pnl(self) -> Keyed[Pnl]:
        """Profit and loss by account: `engine.pnl["DU1234.Core"]`, `.array`."""
        return self.state.pnl

    @property
    def instruments(self) -> BySymbol[Instrument]:
        """What the instruments are: `engine.instruments["265598@NYSE"].contract`, `.array`."""
        return self.state.instruments

    @property
    def books(self) -> Books:
        """The order books: `engine.books["ETH/USD"].bids.array`, best level first."""
        return self.state.books


class Payloads:
    """What the streams of an engine say as it came, and what of it no table knows."""

    _feeds: list[Feed]

    def on_payload(self, callback: "OnPayload") -> "OnPayload":
        """Calls `callback(payload, stream, recv_ns)` with every message of every stream as it came, before it is
        decoded: its bytes, the stream's label, ns since 1970 UTC. May stand above a function as `@engine.on_payload`.
        """
        for feed in self._feeds:
            feed.decoder.on_payload(callback)
        return callback

    def drift(self) -> list[Drift]:
        """What the streams' tables do not know, of all streams: see Decoder.drift."""
        return [one for feed in self._feeds for one in feed.decoder.drift()]
