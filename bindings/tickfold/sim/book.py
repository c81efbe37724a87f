"""Order books for the venues that send them: levels on a tick grid around a market's best bid and ask."""

from random import Random

from tickfold.sim.market import Instrument

Level = tuple[str, int, int, int]  # side "bid" or "ask", price in ticks, size in units, number of orders


class Book:
    """The levels of one instrument.

    bids, asks   price in ticks → (size in units, number of orders)
    """

    def __init__(self, instrument: Instrument, rng: Random, *, depth: int = 12, size: int = 4_000) -> None:
        self.instrument = instrument
        self._depth = depth
        self._size = size
        self.bids: dict[int, tuple[int, int]] = {}
        self.asks: dict[int, tuple[int, int]] = {}
        self.fill(rng)

    def fill(self, rng: Random) -> None:
        """Replaces all levels by new ones around the best bid and ask."""
        self.bids.clear()
        self.asks.clear()
        for away in range(self._depth):
            if self.instrument.bid > away:
                self.bids[self.instrument.bid - away] = self._level(rng)
            self.asks[self.instrument.ask + away] = self._level(rng)

    def change(self, rng: Random, most: int = 4) -> list[Level]:
        """Changes 1 to `most` levels, each once; a size of 0 means that the level is gone."""
        changed: dict[tuple[str, int], Level] = {}
        for _ in range(rng.randint(1, most)):
            bid = rng.random() < 0.5
            levels, side = (self.bids, "bid") if bid else (self.asks, "ask")
            touch = self.instrument.bid if bid else self.instrument.ask
            away = rng.randrange(self._depth)
            price = touch - away if bid else touch + away
            if price <= 0:
                continue
            if price in levels and rng.random() < 0.35:
                del levels[price]
                changed[side, price] = (side, price, 0, 0)
            else:
                levels[price] = self._level(rng)
                changed[side, price] = (side, price, *levels[price])
        return list(changed.values())

    def _level(self, rng: Random) -> tuple[int, int]:
        return rng.randint(1, self._size), rng.randint(1, 9)

    def truth(self) -> dict[str, dict[str, str]]:
        """Both sides as {price: size}, both as text."""
        i = self.instrument
        return {
            side: {i.price_text(price): i.size_text(size) for price, (size, _) in levels.items()}
            for side, levels in (("bids", self.bids), ("asks", self.asks))
        }
