"""Two feeds of the same symbols: which of them says the same prices first, and by how much.

Both journals are played twice, beside one another in recorded time: once to see what they have in common and how far
the one is usually behind the other, and once to pair their quotes (tickfold.journal.pairs). What is held at a time are
some times 65,536 quotes of each, and at most 262,144 that may still be paired; per symbol the last prices and counts.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine.records import Flag, Quote
from tickfold.engine.replay import Collector
from tickfold.journal.histogram import Histogram
from tickfold.journal.pairs import END, NO_PRICES, Match, Prices, Waiting, changes, lone, nearest, where
from tickfold.journal.replay import Replay
from tickfold.journal.report import Timeline, tickers_of
from tickfold.schema.errors import ConfigError

PERCENTS: Final = (5, 25, 50, 75, 95)
PARTS: Final = 4  # of a power of two, by which leads are counted
WITHIN: Final = 1.0  # seconds that equal quotes may lie apart
ROWS: Final = 65_536  # quotes that are read at a time
NO_RACE: Final = int(Flag.SNAPSHOT | Flag.REPLAY | Flag.STALE)  # told again, or too late: not when it came up
COLUMNS: Final = ("stream", "symbol", "bid", "ask", "ts_recv", "ticker")
BOTH: Final = numpy.uint64(Quote.mask("bid", "ask"))


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


@dataclass
class Comparison:
    """What `gather` has found.

    names        of both feeds: the file, and the stream where one is meant
    everything   the race of all symbols
    races        that of each symbol, most equal quotes first
    lag          ns by which the second feed is usually behind the first
    ahead        {k: equal quotes that the first feed had first by 2 ** (k / 4) ns or less, but more than the k before}
    behind       the same of those that it had later
    timeline     when those came that the first feed had first, the second, and both at the same ns
    ended        of the time that both feeds cover, ns UTC
    given_up     quotes that could not wait `within` seconds for an equal one: too many waited
    """

    names: tuple[str, str]
    everything: Race
    races: list[Race]
    lag: int
    ahead: dict[int, int]
    behind: dict[int, int]
    timeline: Timeline
    ended: int
    given_up: int


def compare(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    streams: tuple[str | None, str | None] = (None, None),
    within: float = WITHIN,
) -> tuple[Race, list[Race]]:
    """The race of all symbols, and that of each, most equal quotes first: see `gather`."""
    found = gather(a, b, streams=streams, within=within)
    return found.everything, found.races


def gather(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    streams: tuple[str | None, str | None] = (None, None),
    within: float = WITHIN,
) -> Comparison:
    """Compares the quotes of two journals.

    streams  labels of one stream of each journal, where only its quotes are meant; `a` and `b` may be the same journal
    within   seconds that two quotes may lie apart to be the same one

    What counts is when a quote was received, by the clock of the machine that wrote the journal: two machines must have
    the same time. A symbol goes by its ticker where the venue numbers symbols. An update that changes neither bid nor
    ask is left out, and so is what a venue tells again, and what came before both feeds had begun or after one ended.

    Prices come back: of several equal quotes, those are paired which are nearest to the feeds' usual distance (the
    median of those that can be paired in one way only), each quote once.

    The time it takes grows with the number of quotes, and not faster. Memory does not grow with the journals: some
    times 65,536 quotes of each, at most 262,144 that wait for an equal one, 40 bytes for each symbol of each stream,
    and a Histogram for each symbol.

    Raises ConfigError where the feeds have no symbol in common, and JournalError where a journal is damaged.
    """
    if not within > 0:
        raise ConfigError(f"within={within}: give seconds above 0")
    margin = int(within * 1e9)
    numbers: dict[str, int] = {}
    feeds = [_Feed(path, label, numbers, {}) for path, label in zip((a, b), streams, strict=True)]
    lags = Histogram()
    for match in _matches(feeds, Waiting(lone, margin)):
        lags.add(match.lead)
    for feed in feeds:
        feed.check()
    lag = lags.percentiles((50,)).get(50, 0)
    shared = set.intersection(*({feed.number(symbol) for symbol in feed.seen} for feed in feeds))
    if not shared:
        raise ConfigError(f"{a} and {b} have quotes of no symbol in common")
    began, ended = max(feed.began for feed in feeds), min(feed.ended for feed in feeds)
    again = [
        _Feed(path, label, numbers, feed.tickers, frozenset(shared), (began - margin, ended + margin))
        for path, label, feed in zip((a, b), streams, feeds, strict=True)
    ]
    leads, timeline = Histogram(), Timeline(3)
    timeline.began = began
    counts = numpy.zeros((3, len(numbers)), dtype=numpy.int64)  # first, second, together
    waiting = Waiting(nearest, margin, lag)
    for match in _matches(again, waiting):
        leads.add(match.lead, match.symbol)
        for place, chosen in enumerate((match.lead > 0, match.lead < 0, match.lead == 0)):
            counts[place] += numpy.bincount(match.symbol[chosen], minlength=len(numbers))
            timeline.add(place, match.time[chosen])
    names = {number: name for name, number in numbers.items()}
    told = [feed.told for feed in again]
    races = [
        _race(names[number], counts[:, number], [count.get(number, 0) for count in told], leads, number)
        for number in sorted(shared)
    ]
    races.sort(key=lambda race: (-race.equal, race.symbol))
    everything = _race("", counts.sum(axis=1), [sum(count.values()) for count in told], leads, None)
    return Comparison(
        (_named(a, streams[0]), _named(b, streams[1])), everything, races, lag, leads.exponents(PARTS),
        leads.exponents(PARTS, -1), timeline, ended, waiting.given_up,
    )  # fmt: skip


def _named(path: str | os.PathLike[str], label: str | None) -> str:
    return Path(path).name + (f", {label}" if label else "")


def _race(symbol: str, counts: Any, told: list[int], leads: Histogram, number: int | None) -> Race:
    first, second, together = counts.tolist()
    equal = first + second + together
    only = told[0] - equal, told[1] - equal
    return Race(symbol, equal, (first, second), together, only, leads.percentiles(PERCENTS, number))


def _matches(feeds: list["_Feed"], waiting: Waiting) -> Iterator[Match]:
    """Pairs the quotes of both feeds, some at a time: of the one that is behind, as many as half of what waits."""
    while min(feed.reached for feed in feeds) < END:
        more = 0
        while more <= len(waiting) // 2 and min(feed.reached for feed in feeds) < END:
            second = int(feeds[1].reached < feeds[0].reached)
            prices = feeds[second].next()
            waiting.add(prices, second)
            more += len(prices.time)
        yield waiting.match(min(feed.reached for feed in feeds))


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
        self._replay = Replay(path, progress=self._take)
        self._numbers, self._shared, self._span = numbers, shared, span
        labels = {decoder.label: stream for stream, decoder in self._replay.decoders.items()}
        if label is not None and label not in labels:
            raise ConfigError(f"{path} has no stream {label!r}: give one of {', '.join(sorted(labels))}")
        self._stream = None if label is None else labels[label]
        self._last: dict[tuple[int, int], Any] = {}  # stream and symbol → bid and ask
        self._pieces: list[dict[str, Any]] = []  # columns of what has been played
        self._held = 0
        self._records = Collector()
        self._replay.on(Quote, native=self._records.address, context=self._records.context)

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
        if self._held < ROWS and not self._replay.ended:
            self._replay.run()
        found = NO_PRICES
        if self._held:
            whole = {name: numpy.concatenate([piece[name] for piece in self._pieces]) for name in COLUMNS}
            rest = {name: column[ROWS:] for name, column in whole.items()}
            self._pieces, self._held = [rest], len(rest["ts_recv"])
            rows = {name: column[:ROWS] for name, column in whole.items()}
            self.reached = max(self.reached, int(rows["ts_recv"].max()))
            found = self._changes(**rows)
        if (self._replay.ended and not self._held) or self.reached > self._span[1]:
            self.reached = END
        return found

    def _take(self, _: float) -> None:
        """Called with each block that has been played."""
        rows = numpy.frombuffer(self._records.take(), dtype=Quote.dtype())
        chosen = (rows["known"] & BOTH == BOTH) & (rows["flags"] & NO_RACE == 0)
        if self._stream is not None:
            chosen &= rows["stream"] == self._stream
        rows = rows[chosen]
        self._pieces.append({name: rows[name].copy() for name in COLUMNS})
        self._held += len(rows)
        if self._held >= ROWS:
            self._replay.stop()

    def _changes(self, stream: Any, symbol: Any, bid: Any, ask: Any, ts_recv: Any, ticker: Any) -> Prices:
        self.tickers |= tickers_of(symbol, ticker)
        order = numpy.lexsort((symbol, stream))  # stable: in the order of arrival
        stream, symbol, bid, ask, time = (column[order] for column in (stream, symbol, bid, ask, ts_recv))
        first = numpy.append(True, changes(stream) | changes(symbol))
        new = first.copy()
        new[1:] |= changes(bid) | changes(ask)
        heads = numpy.flatnonzero(first)
        tails = numpy.append(heads[1:], len(time)) - 1
        for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
            feed = int(stream[head]), int(symbol[head])
            new[head] = self._last.get(feed) != (bid[head], ask[head])
            self._last[feed] = bid[tail], ask[tail]
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
        return where(Prices(mine, bid, ask, time), new)
