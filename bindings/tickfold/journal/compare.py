"""Two feeds of the same symbols: which of them says the same prices first, and by how much."""

import os
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine.fields import layout
from tickfold.engine.records import Flag, Quote
from tickfold.journal.replay import Replay
from tickfold.schema.errors import ConfigError

PERCENTS: Final = (5, 25, 50, 75, 95)
WITHIN: Final = 1.0  # seconds that equal quotes may lie apart
NO_RACE: Final = int(Flag.SNAPSHOT | Flag.REPLAY | Flag.STALE)  # told again, or too late: not when it came up


class Race(NamedTuple):
    """How two feeds fared, for one symbol or for all.

    symbol    its name, "" for all together
    equal     quotes that both have: same symbol, bid and ask, within so many seconds
    first     of those, how many the first feed had first, and how many the second
    together  of those, how many came at the same ns
    only      quotes that only the first feed has, and those that only the second has
    lead      {percent: ns}: in so many percent of the equal quotes the first feed was ahead by this much or less;
              negative where it was behind. Empty where none is equal
    """

    symbol: str
    equal: int
    first: tuple[int, int]
    together: int
    only: tuple[int, int]
    lead: dict[float, int]


class Prices(NamedTuple):
    """The changes of bid or ask that a feed has told, a row each."""

    symbol: Any  # a number, equal in both feeds
    bid: Any
    ask: Any
    time: Any  # of receipt, ns UTC


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

    Raises ConfigError where the feeds have no symbol in common, and JournalError where a journal is damaged.
    """
    if not within > 0:
        raise ConfigError(f"within={within}: give seconds above 0")
    numbers: dict[str, int] = {}
    feeds = [_prices(path, label, numbers) for path, label in zip((a, b), streams, strict=True)]
    shared = numpy.intersect1d(feeds[0].symbol, feeds[1].symbol)
    if not len(shared):
        raise ConfigError(f"{a} and {b} have quotes of no symbol in common")
    margin = int(within * 1e9)
    since = max(int(feed.time.min()) for feed in feeds) - margin
    until = min(int(feed.time.max()) for feed in feeds) + margin
    one, other = (
        _where(feed, numpy.isin(feed.symbol, shared) & (feed.time >= since) & (feed.time <= until)) for feed in feeds
    )
    left, right = _pairs(one, other, margin)
    names = {number: name for name, number in numbers.items()}
    symbols, leads = one.symbol[left], other.time[right] - one.time[left]
    races = [
        _race(names[number], leads[symbols == number], (one.symbol == number).sum(), (other.symbol == number).sum())
        for number in shared.tolist()
    ]
    races.sort(key=lambda race: (-race.equal, race.symbol))
    return _race("", leads, len(one.time), len(other.time)), races


def _race(symbol: str, leads: Any, of_one: int, of_other: int) -> Race:
    values = numpy.percentile(leads, PERCENTS, method="inverted_cdf") if len(leads) else ()
    return Race(
        symbol, len(leads), (int((leads > 0).sum()), int((leads < 0).sum())), int((leads == 0).sum()),
        (int(of_one) - len(leads), int(of_other) - len(leads)),
        {percent: int(value) for percent, value in zip(PERCENTS, values, strict=False)},
    )  # fmt: skip


def _where(feed: Prices, chosen: Any) -> Prices:
    return Prices(*(column[chosen] for column in feed))


def _prices(path: str | os.PathLike[str], label: str | None, numbers: dict[str, int]) -> Prices:
    """The quotes of a journal, sorted by instrument; `numbers` gives symbols their numbers."""
    replay = Replay(path)
    labels = {decoder.label: stream for stream, decoder in replay.decoders.items()}
    if label is not None and label not in labels:
        raise ConfigError(f"{path} has no stream {label!r}: give one of {', '.join(sorted(labels))}")
    bits = {field["name"]: field["bit"] for field in layout()["kinds"]["Quote"]["fields"] if field["bit"] is not None}
    both = numpy.uint64(1 << bits["bid"] | 1 << bits["ask"])
    tickers: dict[int, str] = {}
    pieces: list[tuple[Any, ...]] = []

    def take(rows: Any) -> None:
        chosen = (rows["known"] & both == both) & (rows["flags"] & NO_RACE == 0)
        if label is not None:
            chosen &= rows["stream"] == labels[label]
        rows = rows[chosen]
        named = rows[rows["ticker"] != b""]
        for number, at in zip(*numpy.unique(named["symbol"], return_index=True), strict=True):
            tickers[int(number)] = named["ticker"][at].decode(errors="replace")
        pieces.append(tuple(rows[name].copy() for name in ("stream", "symbol", "bid", "ask", "ts_recv")))

    replay.on_batch(Quote, take)
    replay.run()
    if not sum(len(piece[0]) for piece in pieces):
        raise ConfigError(f"{path} has no quote with bid and ask" + (f" of stream {label!r}" if label else ""))
    stream, symbol, bid, ask, time = (numpy.concatenate(column) for column in zip(*pieces, strict=True))
    order = numpy.lexsort((symbol, stream))  # stable: in the order of arrival within an instrument
    stream, symbol, bid, ask, time = (column[order] for column in (stream, symbol, bid, ask, time))
    new = numpy.ones(len(time), dtype=bool)
    new[1:] = _differ(stream) | _differ(symbol) | _differ(bid) | _differ(ask)
    known, place = numpy.unique(symbol, return_inverse=True)
    names = replay.state.symbols
    mine = [
        numbers.setdefault(tickers.get(number) or names[number] or "", len(numbers)) for number in known.tolist()
    ]
    return _where(Prices(numpy.array(mine)[place], bid, ask, time), new)


def _differ(column: Any) -> Any:
    """Whether each value but the first differs from the one before it."""
    return column[1:] != column[:-1]


def _pairs(one: Prices, other: Prices, within: int) -> tuple[Any, Any]:
    """Rows of both that are the same quote."""
    left, right, alone = _neighbours(one, other, within, 0)
    lag = int(numpy.median(other.time[right[alone]] - one.time[left[alone]])) if alone.any() else 0
    left, right, _ = _neighbours(one, other, within, lag)
    distance = numpy.abs(other.time[right] - one.time[left] - lag)
    free = numpy.ones(len(one.time), dtype=bool), numpy.ones(len(other.time), dtype=bool)
    kept = numpy.zeros(len(left), dtype=bool)
    for pair in numpy.argsort(distance, kind="stable").tolist():
        i, j = left[pair], right[pair]
        if free[0][i] and free[1][j] and abs(other.time[j] - one.time[i]) <= within:
            kept[pair], free[0][i], free[1][j] = True, False, False
    return left[kept], right[kept]


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
