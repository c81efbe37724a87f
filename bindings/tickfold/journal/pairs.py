"""Which quotes of two feeds are the same one: pairs of equal prices, found while both are read.

Equal prices of a symbol, in the order of their times, make a chain; `lag`, by which the second feed is usually behind,
is taken off its times before. Only neighbours in a chain are paired, one of each feed, and of several possible pairs
those first whose times are nearest. A chain is settled as far as nothing that may still come can change it: of most
only the last quote waits, and only until what comes is too far apart.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import numpy

END: Final = 2**62  # a time behind all
MOST: Final = 1 << 18  # quotes that wait


class Prices(NamedTuple):
    """Changes of bid or ask that a feed has told, a row each."""

    symbol: Any  # a number, equal in both feeds
    bid: Any
    ask: Any
    time: Any  # of receipt, ns UTC


NO_PRICES: Final = Prices(
    numpy.empty(0, numpy.int64), numpy.empty(0), numpy.empty(0), numpy.empty(0, numpy.int64)
)  # fmt: skip


class Match(NamedTuple):
    """Pairs of equal quotes."""

    symbol: Any
    lead: Any  # ns by which the first feed had it earlier
    time: Any  # ns UTC when the first feed had it


class Rows(NamedTuple):
    """Quotes of both feeds that wait."""

    symbol: Any
    bid: Any
    ask: Any
    time: Any  # without the lag
    second: Any  # whether it is of the second feed
    behind: Any  # whether another one stood near before it, which waits no longer


class Chains(NamedTuple):
    """Rows sorted by chain and time, and what lies between each and the next: one less than there are rows.

    near   both are of one chain, and no more than 2 × `within` apart
    pair   they may be paired: one of each feed, no more than `within` apart
    gap    ns between them, without the lag
    open   for each row: it is the last one of its chain, and another may still come near it; so many ns after it at
           least. Else -1
    """

    rows: Rows
    near: Any
    pair: Any
    gap: Any
    open: Any


#: Says which pairs are settled, by the number of their first row, and which rows wait.
Decides = Callable[[Chains], tuple[Any, Any]]


class Waiting:
    """What of two feeds may still be paired.

    decides   `lone` or `nearest`
    within    ns that a pair may lie apart
    lag       ns by which the second feed is usually behind
    """

    def __init__(self, decides: Decides, within: int, lag: int = 0) -> None:
        self.given_up = 0  # quotes that waited no longer because too many did
        self._decides, self._within, self._lag = decides, within, lag
        self._pieces: list[Rows] = []

    def __len__(self) -> int:
        return sum(len(piece.time) for piece in self._pieces)

    def add(self, prices: Prices, second: int) -> None:
        """More of a feed: 0 is the first, 1 the second."""
        mine, none = numpy.full(len(prices.time), bool(second)), numpy.zeros(len(prices.time), dtype=bool)
        self._pieces.append(Rows(*prices[:3], prices.time - self._lag * second, mine, none))

    def match(self, reached: int) -> Match:
        """What is settled once both feeds have come to a time of receipt; all of it where that is END."""
        held = joined(self._pieces)
        frontier = reached if reached == END else reached - max(self._lag, 0)
        chains = self._chains(where(held, held.time < frontier), frontier)
        paired, waits = self._decides(chains)
        rows = chains.rows
        kept = where(rows, waits)
        if len(kept.time) > MOST:
            newest = numpy.argpartition(kept.time, len(kept.time) - MOST)[-MOST:]
            self.given_up += len(kept.time) - MOST
            kept = where(kept, numpy.sort(newest))
        self._pieces = [kept, where(held, held.time >= frontier)]
        lead = numpy.where(rows.second[paired], self._lag - chains.gap[paired], self._lag + chains.gap[paired])
        time = numpy.where(rows.second[paired], rows.time[1:][paired], rows.time[paired])
        return Match(rows.symbol[paired], lead, time)

    def _chains(self, rows: Rows, frontier: int) -> Chains:
        # Of two at the same time the first feed's comes first.
        rows = where(rows, numpy.lexsort((rows.second, rows.time, rows.ask, rows.bid, rows.symbol)))
        same = ~(changes(rows.symbol) | changes(rows.bid) | changes(rows.ask))
        gap = rows.time[1:] - rows.time[:-1]
        lead = numpy.where(rows.second[1:], self._lag + gap, self._lag - gap)
        pair = same & changes(rows.second) & (numpy.abs(lead) <= self._within)
        room = frontier - rows.time
        open_ = numpy.where(room <= 2 * self._within, room, -1)
        open_[:-1][same] = -1
        return Chains(rows, same & (gap <= 2 * self._within), pair, gap, open_)


def lone(chains: Chains) -> tuple[Any, Any]:
    """Pairs that have no third quote near: they can be paired in one way only. See Decides."""
    rows, near = chains.rows, chains.near
    before, after = _shifted(near, 1), _shifted(near, -1)
    waits = chains.open >= 0
    settled = chains.pair & ~before & ~rows.behind[:-1] & ~after & ~waits[1:]
    last = numpy.flatnonzero(waits[1:] & near)
    rows.behind[:-1][last] |= before[last]
    waits[last] = True
    return numpy.flatnonzero(settled), waits


def nearest(chains: Chains) -> tuple[Any, Any]:
    """Of pairs that share a quote, those that are nearest in time; of two that are as near, the earlier. See Decides.

    Taking the nearest of all, again and again, needs no loop: from the least gap on, each second pair is taken as long
    as gaps grow; a pair at which they cease to grow is taken where neither of its neighbours is.
    """
    pair, gap = chains.pair, chains.gap
    place = numpy.arange(len(pair))
    less_before, less_after = numpy.zeros(len(pair), dtype=bool), numpy.zeros(len(pair), dtype=bool)
    both = pair[1:] & pair[:-1]
    less_before[1:] = both & (gap[:-1] <= gap[1:])
    less_after[:-1] = both & (gap[1:] < gap[:-1])
    begins = numpy.maximum.accumulate(numpy.where(less_before, 0, place))
    ends = numpy.minimum.accumulate(numpy.where(less_after, len(pair), place)[::-1])[::-1]
    taken = pair & ((place - begins) % 2 == 0) & ((ends - place) % 2 == 0)
    # What may still come nearer than the last pair of a chain changes that pair, and those before it while gaps grow.
    waits = chains.open >= 0
    unsettled = pair & waits[1:] & (gap > chains.open[1:])
    unsettled = pair & unsettled[ends] if len(pair) else pair
    taken &= ~unsettled
    waits[:-1] |= unsettled
    waits[1:] |= unsettled
    waits[:-1] &= ~taken
    waits[1:] &= ~taken
    return numpy.flatnonzero(taken), waits


def _shifted(flags: Any, by: int) -> Any:
    """Flags of the one before (1), or of the next (-1)."""
    found = numpy.zeros_like(flags)
    if by > 0:
        found[1:] = flags[:-1]
    else:
        found[:-1] = flags[1:]
    return found


Columns = TypeVar("Columns", Prices, Rows)


def where(columns: Columns, chosen: Any) -> Columns:
    """The chosen rows of a named tuple of columns."""
    return type(columns)(*(column[chosen] for column in columns))


def joined(pieces: list[Rows]) -> Rows:
    """All of them, one behind the other."""
    return Rows(*(numpy.concatenate(columns) for columns in zip(*pieces, strict=True)))


def changes(column: Any) -> Any:
    """Whether each value but the first differs from the one before it."""
    return column[1:] != column[:-1]
