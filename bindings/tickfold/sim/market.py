"""Instruments whose quotes and trades come from a model: a random walk of the best bid and ask on a tick grid.

All prices are whole ticks and all sizes whole units, so that their texts are exact.
"""

from dataclasses import dataclass, field
from random import Random

MAX_SPREAD = 6  # ticks


def decimal_text(units: int, places: int, *, trim: bool = True) -> str:
    """`units` of 10^-places as text; `trim` drops trailing zeros the way JSON encoders print numbers.

    >>> decimal_text(48110, 2), decimal_text(48110, 2, trim=False), decimal_text(-5, 2)
    ('481.1', '481.10', '-0.05')
    """
    if places == 0:
        return str(units)
    sign = "-" if units < 0 else ""
    digits = f"{abs(units):0{places + 1}d}"
    whole, fraction = digits[:-places], digits[-places:]
    if trim:
        fraction = fraction.rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


@dataclass
class Instrument:
    """One instrument's market. Prices count ticks of 10^-places, sizes count units of 10^-size_places."""

    symbol: str
    bid: int
    ask: int
    places: int = 2
    size_places: int = 0
    conid: int = 0
    name: str = ""
    bid_size: int = 3
    ask_size: int = 3
    lot: int = 1  # the largest step of a size
    last: int = 0
    last_size: int = 0
    volume: int = 0
    prev_close: int = 0
    open: int = 0
    high: int = 0
    low: int = 0
    bid_exchange: str = "Q"
    ask_exchange: str = "P"
    trades: int = 0
    _venues: str = field(default="QPVKZN", repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.bid < self.ask:
            raise ValueError(f"{self.symbol}: bid {self.bid} and ask {self.ask} are no market")
        self.prev_close = self.prev_close or self.bid

    def move(self, rng: Random) -> tuple[str, ...]:
        """Changes the best bid and ask once; returns the names of the fields that may have changed."""
        draw = rng.random()
        if draw < 0.5:  # only sizes at the best prices change
            if draw < 0.25:
                self.bid_size = self._size(rng)
                return ("bid_size",)
            self.ask_size = self._size(rng)
            return ("ask_size",)
        step = 1 if rng.random() < 0.5 else -1
        if draw < 0.8:  # one side's price moves
            if draw < 0.65:
                bid = self.bid + step
                if 0 < bid < self.ask and self.ask - bid <= MAX_SPREAD:
                    self.bid = bid
                self.bid_size = self._size(rng)
                self.bid_exchange = rng.choice(self._venues)
                return "bid", "bid_size", "bid_exchange"
            ask = self.ask + step
            if 0 < ask - self.bid <= MAX_SPREAD:
                self.ask = ask
            self.ask_size = self._size(rng)
            self.ask_exchange = rng.choice(self._venues)
            return "ask", "ask_size", "ask_exchange"
        if self.bid + step > 0:  # both prices move
            self.bid += step
            self.ask += step
        self.bid_size = self._size(rng)
        self.ask_size = self._size(rng)
        return "bid", "ask", "bid_size", "ask_size"

    def trade(self, rng: Random) -> tuple[str, ...]:
        """One trade at the bid or the ask; returns the names of the fields that may have changed."""
        size = 1 + rng.randrange(self._size(rng))
        self.last = self.bid if rng.random() < 0.5 else self.ask
        self.last_size = size
        self.volume += size
        self.trades += 1
        self.open = self.open or self.last
        self.high = max(self.high, self.last)
        self.low = min(self.low or self.last, self.last)
        return "last", "last_size", "volume", "open", "high", "low"

    def _size(self, rng: Random) -> int:
        return max(1, int(rng.paretovariate(1.3)) * rng.randint(1, self.lot)) % 1_000_000 or 1

    def price_text(self, units: int, *, trim: bool = True) -> str:
        return decimal_text(units, self.places, trim=trim)

    def size_text(self, units: int) -> str:
        return decimal_text(units, self.size_places)
