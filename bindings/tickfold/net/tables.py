"""The rows of an engine, as strategies ask for them."""

from tickfold.engine.book import Books
from tickfold.engine.orders import Orders
from tickfold.engine.records import Balance, Fill, Pnl, Position, Quote
from tickfold.engine.state import BySymbol, Keyed, State

__all__ = ["Tables"]


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
    def books(self) -> Books:
        """The order books: `engine.books["ETH/USD"].bids.array`, best level first."""
        return self.state.books
