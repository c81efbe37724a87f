"""Two feeds of the same symbols: which of them says the same prices first, and by how much.

Both journals are played twice, beside one another in recorded time: once to see what they have in common and how far
the one is usually behind the other, and once to pair their quotes. What is held at a time are the quotes of some
seconds; per symbol the last prices and counts stay.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine.fields import layout
from tickfold.engine.records import Flag, Quote
from tickfold.journal.histogram import Histogram
from tickfold.journal.replay import Replay
from tickfold.schema.errors import ConfigError

PERCENTS: Final = (5, 25, 50, 75, 95)
WITHIN: Final = 1.0  # seconds that equal quotes may lie apart
ROWS: Final = 65_536  # quotes that are read at a time
END: Final = 2**62  # a time behind all
NO_RACE: Final = int(Flag.SNAPSHOT | Flag.REPLAY | Flag.STALE)  # told again, or too late: not when it came up


class Race(NamedTuple):
    """How two feeds fared, for one symbol or for all.

    symbol    its name, "" for all together
    equal     quotes that both have: same symbol, bid and ask, within so many seconds
    first     of those, how many the first feed had first, and how many the second
    together  of those, how many came at the same ns
    only      quotes that only the first feed has, and those that only the second has
    lead      {percent: ns}: in so many percent of the equal quotes the first feed was ahead by this much or less;
              negative where it was behind; at most a 128th too high (see Histogram). Empty where none is equal
    """

    symbol: str
    equal: int
    first: tuple[int, int]
    together: int
    only: tuple[int, int]
    lead: dict[float, int]


class Prices(NamedTuple):
    """Changes of bid or ask that a feed has told, a row each."""

    symbol: Any  # a number, equal in both feeds
    bid: Any
    ask: Any
    time: Any  # of receipt, ns UTC


NONE: Final = Prices(numpy.empty(0, numpy.int64), numpy.empty(0), numpy.empty(0), numpy.empty(0, numpy.int64))


def compare(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    streams: tuple[str | None, str | None] = (None, None),
    within: float = WITHIN,
) -> tuple[Race, list[Race]]:
    """Compares the quotes of two journals; returns the race of all symbols, and that of each, most equal quotes first.

    streams  labels of one stream of each journal, where only its quotes are meant; `a` and `b` may be the same journal
    within   seconds that two quotes may lie apart to be the same one

    What counts is when a quote was received, by the clock of the machine that wrote the journal: two machines must have
    the same time. A symbol goes by its ticker where the venue numbers symbols. An update that changes neither bid nor
    ask is left out, and so is what a venue tells again, and what came before both feeds had begun or after one ended.

    Prices come back: of several equal quotes, those are paired which are nearest to the feeds' usual distance (the
    median of those that can be paired in one way only), each quote once.

    Memory does not grow with the journals: 65,536 quotes of each and those of 4 × `within` seconds, 40 bytes for each
    symbol of each stream, and a Histogram for each symbol.

    Raises ConfigError where the feeds have no symbol in common, and JournalError where a journal is damaged.
    """
    if not within > 0:
        raise ConfigError(f"within={within}: give seconds above 0")
    margin = int(within * 1e9)
    numbers: dict[str, int] = {}
    feeds = tuple(_Feed(path, label, numbers, {}) for path, label in zip((a, b), streams, strict=True))
    lags = Histogram()
    for match in _matches(feeds, margin, 0):
        lags.add(match.lead[match.alone])
    for feed in feeds:
        feed.check()
    lag = lags.percentiles((50,)).get(50, 0)
    shared = set.intersection(*({feed.number(symbol) for symbol in feed.seen} for feed in feeds))
    if not shared:
        raise ConfigError(f"{a} and {b} have quotes of no symbol in common")
    span = max(feed.began for feed in feeds) - margin, min(feed.ended for feed in feeds) + margin
    again = tuple(
        _Feed(path, label, numbers, feed.tickers, frozenset(shared), span)
        for path, label, feed in zip((a, b), streams, feeds, strict=True)
    )
    leads = Histogram()
    counts = numpy.zeros((3, len(numbers)), dtype=numpy.int64)  # first, second, together
    for match in _matches(again, margin, lag):
        leads.add(match.lead, match.symbol)
        for row, chosen in zip(counts, (match.lead > 0, match.lead < 0, match.lead == 0), strict=True):
            row += numpy.bincount(match.symbol[chosen], minlength=len(numbers))
    names = {number: name for name, number in numbers.items()}
    told = [feed.told for feed in again]
    races = [
        _race(names[number], counts[:, number], [count.get(number, 0) for count in told], leads, number)
        for number in sorted(shared)
    ]
    races.sort(key=lambda race: (-race.equal, race.symbol))
    return _race("", counts.sum(axis=1), [sum(count.values()) for count in told], leads, None), races


def _race(symbol: str, counts: Any, told: list[int], leads: Histogram, number: int | None) -> Race:
    first, second, together = counts.tolist()
    equal = first + second + together
    only = told[0] - equal, told[1] - equal
    return Race(symbol, equal, (first, second), together, only, leads.percentiles(PERCENTS, number))


class _Feed:
    """Plays a journal; gives the changes of bid or ask of its quotes, some at a time.

    numbers   names of symbols → their numbers; names are added
    tickers   number of a symbol in the journal → its ticker, where that is known before
    shared    numbers of the symbols that are meant; None: all
    span      times of the first and the last quote that are meant
    """

    def __init__(
        self, path: str | os.PathLike[str], label: str | None, numbers: dict[str, int], tickers: Mapping[int, str],
        shared: frozenset[int] | None = None, span: tuple[int, int] = (-END, END),
    ) -> None:  # fmt: skip
        self.path, self.label = path, label
        self.tickers = dict(tickers)
        self.seen: set[int] = set()  # numbers of symbols in the journal
        self.told: dict[int, int] = {}  # number of a symbol → changes of its prices
        self.began, self.ended = END, -END  # times of the first and the last change
        self.reached = -END  # time up to which there is nothing more to come
        self._replay = Replay(path)
        self._numbers, self._shared, self._span = numbers, shared, span
        labels = {decoder.label: stream for stream, decoder in self._replay.decoders.items()}
        if label is not None and label not in labels:
            raise ConfigError(f"{path} has no stream {label!r}: give one of {', '.join(sorted(labels))}")
        self._stream = None if label is None else labels[label]
        fields = layout()["kinds"]["Quote"]["fields"]
        bits = {field["name"]: field["bit"] for field in fields if field["bit"] is not None}
        self._both = numpy.uint64(1 << bits["bid"] | 1 << bits["ask"])
        self._last: dict[int, Any] = {}  # stream → bid and ask of each symbol
        self._pieces: list[Any] = []
        self._held = 0
        self._replay.on_batch(Quote, self._take)

    def check(self) -> None:
        """Raises ConfigError where there was no quote."""
        if not self.seen:
            of = f" of stream {self.label!r}" if self.label else ""
            raise ConfigError(f"{self.path} has no quote with bid and ask{of}")

    def number(self, symbol: int) -> int:
        """Of a symbol by its number in the journal."""
        name = self.tickers.get(symbol) or self._replay.state.symbols[symbol] or ""
        return self._numbers.setdefault(name, len(self._numbers))

    def next(self) -> Prices:
        """The next ones, in the order of receipt within a symbol; maybe none. `reached` is END behind the last."""
        self._replay.run()
        rows = numpy.concatenate(self._pieces) if self._pieces else None
        self._pieces.clear()
        self._held = 0
        found = NONE
        if rows is not None and len(rows):
            self.reached = max(self.reached, int(rows["ts_recv"].max()))
            found = self._changes(rows)
        if self._replay.ended or self.reached > self._span[1]:
            self.reached = END
        return found

    def _take(self, rows: Any) -> None:
        chosen = (rows["known"] & self._both == self._both) & (rows["flags"] & NO_RACE == 0)
        if self._stream is not None:
            chosen &= rows["stream"] == self._stream
        self._pieces.append(rows[chosen])
        self._held += len(self._pieces[-1])
        if self._held >= ROWS:
            self._replay.stop()

    def _changes(self, rows: Any) -> Prices:
        rows = rows[numpy.lexsort((rows["symbol"], rows["stream"]))]  # stable: in the order of arrival
        named = rows[rows["ticker"] != b""]
        for number, at in zip(*numpy.unique(named["symbol"], return_index=True), strict=True):
            self.tickers[int(number)] = named["ticker"][at].decode(errors="replace")
        symbol, bid, ask, time = (rows[name].copy() for name in ("symbol", "bid", "ask", "ts_recv"))
        first = numpy.ones(len(rows), dtype=bool)
        first[1:] = _differ(rows["stream"]) | _differ(symbol)
        new = numpy.ones(len(rows), dtype=bool)
        new[1:] = first[1:] | _differ(bid) | _differ(ask)
        heads = numpy.flatnonzero(first)
        tails = numpy.append(heads[1:], len(rows)) - 1
        for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
            last = self._last.setdefault((int(rows["stream"][head]) << 32) | int(symbol[head]), (None, None))
            new[head] = last != (bid[head], ask[head])
            self._last[(int(rows["stream"][head]) << 32) | int(symbol[head])] = bid[tail], ask[tail]
        known, place = numpy.unique(symbol, return_inverse=True)
        self.seen.update(known.tolist())
        mine = numpy.array([self.number(number) for number in known.tolist()], dtype=numpy.int64)[place]
        if new.any():
            self.began, self.ended = min(self.began, int(time[new].min())), max(self.ended, int(time[new].max()))
        new &= (time >= self._span[0]) & (time <= self._span[1])
        if self._shared is not None:
            new &= numpy.isin(mine, list(self._shared))
        for number, count in zip(*numpy.unique(mine[new], return_counts=True), strict=True):
            self.told[int(number)] = self.told.get(int(number), 0) + int(count)
        return _where(Prices(mine, bid, ask, time), new)


def _where(feed: Prices, chosen: Any) -> Prices:
    return Prices(*(column[chosen] for column in feed))


def _differ(column: Any) -> Any:
    """Whether each value but the first differs from the one before it."""
    return column[1:] != column[:-1]


class Match(NamedTuple):
    """Pairs of equal quotes."""

    symbol: Any
    lead: Any  # ns by which the first feed had it earlier
    alone: Any  # whether it could be paired in one way only


def _matches(feeds: tuple["_Feed", ...], within: int, lag: int) -> Iterator[Match]:
    """Pairs the quotes of both feeds, a slice of time after another.

    A slice ends 2 × `within` before what has been read: its last quotes wait for what they may be paired with.
    """
    held = [NONE, NONE]
    while any(len(prices.time) for prices in held) or min(feed.reached for feed in feeds) < END:
        if min(feed.reached for feed in feeds) < END:
            behind = 0 if feeds[0].reached <= feeds[1].reached else 1
            more = feeds[behind].next()
            held[behind] = Prices(*(numpy.concatenate(pair) for pair in zip(held[behind], more, strict=True)))
        reached = min(feed.reached for feed in feeds)
        safe = reached - 2 * within if reached < END else END
        one, other = (_where(prices, prices.time <= reached) for prices in held)
        left, right, alone = _pairs(one, other, within, lag)
        done = (one.time[left] <= safe) & (other.time[right] <= safe)
        left, right = left[done], right[done]
        yield Match(one.symbol[left], other.time[right] - one.time[left], alone[done])
        for place, (part, paired) in enumerate(((one, left), (other, right))):
            gone = part.time <= (safe - within if safe < END else END)
            gone[paired] = True
            later = _where(held[place], held[place].time > reached)
            held[place] = Prices(*(numpy.concatenate(pair) for pair in zip(_where(part, ~gone), later, strict=True)))


def _pairs(one: Prices, other: Prices, within: int, lag: int) -> tuple[Any, Any, Any]:
    """Rows of both that are the same quote, and which of the pairs can be paired in one way only."""
    left, right, alone = _neighbours(one, other, within, lag)
    apart = other.time[right] - one.time[left]
    kept = alone & (numpy.abs(apart) <= within)
    free = numpy.ones(len(one.time), dtype=bool), numpy.ones(len(other.time), dtype=bool)
    rest = numpy.flatnonzero(~alone & (numpy.abs(apart) <= within))
    for pair in rest[numpy.argsort(numpy.abs(apart[rest] - lag), kind="stable")].tolist():
        i, j = left[pair], right[pair]
        if free[0][i] and free[1][j]:
            kept[pair], free[0][i], free[1][j] = True, False, False
    return left[kept], right[kept], alone[kept]


def _neighbours(one: Prices, other: Prices, within: int, lag: int) -> tuple[Any, Any, Any]:
    """Equal quotes that follow one another in time once `lag` is taken off the second feed, and which have no third."""
    count = len(one.time)
    symbol, bid, ask = (numpy.concatenate(pair) for pair in zip(one[:3], other[:3], strict=True))
    time = numpy.concatenate((one.time, other.time - lag))
    order = numpy.lexsort((time, ask, bid, symbol))
    time, second = time[order], order >= count
    near = ~(_differ(symbol[order]) | _differ(bid[order]) | _differ(ask[order])) & (time[1:] - time[:-1] <= 2 * within)
    pairs = numpy.flatnonzero(near & (second[1:] != second[:-1]))
    edged = numpy.concatenate(([False], near, [False]))  # edged[k] is near[k - 1]
    alone = ~edged[pairs] & ~edged[pairs + 2]
    first, then = order[pairs], order[pairs + 1]
    swapped = first >= count
    return numpy.where(swapped, then, first), numpy.where(swapped, first, then) - count, alone
