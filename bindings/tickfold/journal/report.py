"""The figures of a journal, for a look at a day: rates, latency, gaps, silence, sizes, types, drift."""

import os
import re
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine import records as kinds
from tickfold.engine.records import Flag, Record
from tickfold.journal.columns import UNKNOWN_TIME
from tickfold.journal.histogram import Histogram
from tickfold.journal.replay import Replay
from tickfold.schema import registry
from tickfold.schema.drift import Drift
from tickfold.schema.language import Select

PERCENTS: Final = (1, 5, 25, 50, 75, 90, 95, 99, 99.9, 100)
BINS: Final = 480  # of the time line, at most
DAY: Final = 86_400_000_000_000  # ns
FIRST_STEP: Final = 1_000_000  # ns of a bin at first; doubled whenever there are too many
ROWS: Final = 16_384  # messages, or records, that are counted at once
MOST: Final = 200  # gaps, lags, session states, message types and silences that are kept of each stream
STAMPED: Final = ("Quote", "Trade", "BookLevel", "Order", "Fill")  # ts_event is when it happened
STATES: Final = ("authenticated", "connected", "established", "competing", "paper", "alive")  # of a SessionState
TOLD_AGAIN: Final = int(Flag.SNAPSHOT | Flag.REPLAY | Flag.STALE)


class Moment(NamedTuple):
    """A gap, or a word of a session: when it was told (ns UTC), and what."""

    time: int
    what: str


class Silence(NamedTuple):
    """The longest time without a record of a symbol, ns; from when on; and how many records it has.

    `symbol` is followed by the ticker where the venue numbers symbols: "265598 AAPL".
    """

    symbol: str
    longest: int
    since: int
    records: int


@dataclass
class Figures:
    """Of one stream.

    label, table   as in the journal's header
    messages       how many, and `bytes` in all
    sizes          {percent: bytes of a message, or less}
    lengths        [(bytes, messages of that size or less, but more than the size before)], sizes are powers of 2
    types          messages (of a list: its elements) by the venue's word for their type
    kinds          records by kind
    latency        {kind: {percent: ns from the venue's time to the receipt, or less}}, of records that were not told
                   again; `stamped` how many of each kind
    ages           [(ns, records of that latency or less, but more than the ns before)], of all kinds, ns are powers of
                   2; `ahead` are those whose stamp is not before their receipt
    gaps, states, lags
                   the first 200 of each; `gap_count`, `state_count` and `lag_count` are how many there were
    silences       of each symbol the longest, the longest first; at most 200
    """

    label: str
    table: str
    messages: int = 0
    bytes: int = 0
    sizes: dict[float, int] = field(default_factory=dict)
    lengths: list[tuple[int, int]] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    latency: dict[str, dict[float, int]] = field(default_factory=dict)
    stamped: dict[str, int] = field(default_factory=dict)
    ages: list[tuple[int, int]] = field(default_factory=list)
    ahead: int = 0
    gaps: list[Moment] = field(default_factory=list)
    gap_count: int = 0
    states: list[Moment] = field(default_factory=list)
    state_count: int = 0
    lags: list[Moment] = field(default_factory=list)
    lag_count: int = 0
    silences: list[Silence] = field(default_factory=list)


class Timeline:
    """Counts what happens over time, in bins of one width for all streams: at most 480."""

    def __init__(self, streams: int) -> None:
        self.began: int | None = None  # of the first bin, ns UTC
        self.step = FIRST_STEP  # ns of a bin
        self.counts: list[Any] = [numpy.zeros(BINS, dtype=numpy.int64) for _ in range(streams)]
        self.bins = 0  # how many of them are used

    def add(self, place: int, times: Any) -> None:
        """Messages of a stream. What is before the first one counts as of its bin."""
        if not len(times):
            return
        if self.began is None:
            self.began = int(times[0])
        since = numpy.maximum(times - self.began, 0)
        last = int(since.max())
        while last // self.step >= BINS:
            self.step *= 2
            self.bins = (self.bins + 1) // 2
            for counts in self.counts:
                counts[: BINS // 2] = counts[::2] + counts[1::2]
                counts[BINS // 2 :] = 0
        self.counts[place] += numpy.bincount(since // self.step, minlength=BINS)
        self.bins = max(self.bins, last // self.step + 1)


@dataclass
class Report:
    """What `gather` has found. Times are ns UTC; `began` and `ended` are 0 where nothing was received."""

    path: Path
    version: str
    began: int
    ended: int
    size: int  # bytes of all parts of the journal
    entries: int
    messages: int
    lost: int
    torn: int
    complete: bool
    other: str
    diverged: int | None
    streams: list[Figures]
    timeline: Timeline
    drift: list[Drift]

    @property
    def one_day(self) -> bool:
        """Whether it begins and ends on the same day, UTC."""
        return self.began // DAY == self.ended // DAY


def gather(path: str | os.PathLike[str], progress: Callable[[float], object] | None = None) -> Report:
    """Plays a journal and collects its figures. Percentiles are at most a 128th too high (see Histogram).

    What it takes in memory does not grow with the journal: rows of the tables, 32 bytes for each symbol of each stream,
    counts in buckets, and 16,384 records at a time.

    Raises JournalError where the journal is damaged.
    """
    replay = Replay(path, progress=progress)
    numbers = list(replay.decoders)
    timeline = Timeline(len(numbers))
    collecting = {number: _Collecting(replay, number, place, timeline) for place, number in enumerate(numbers)}
    rows = _Rows(replay, collecting)
    for kind in (kinds.Gap, kinds.SessionState, kinds.Lag):
        replay.on(kind, lambda record: collecting[record.stream_id].told(record))
    began = 0
    while (payload := replay.step()) is not None:
        began = began or replay.time
        collecting[replay.stream].message(payload, replay.time)
    replay.run()  # what is left in batches
    rows.count()
    ended = replay.time
    return Report(
        Path(path), str(replay.header.get("tickfold", "")), began, ended, replay.total_bytes, replay.entries,
        replay.messages, replay.lost, replay.torn, replay.complete, replay.other, replay.diverged,
        [one.figures(ended) for one in collecting.values()], timeline, replay.drift(),
    )  # fmt: skip


def tickers_of(symbols: Any, tickers: Any) -> dict[int, str]:
    """The tickers of symbols by their numbers, from two columns of Quotes; symbols without one are left out."""
    named = tickers != b""
    found = zip(*numpy.unique(symbols[named], return_index=True), strict=True)
    return {int(symbol): tickers[named][at].decode(errors="replace") for symbol, at in found}


class _Rows:
    """Collects records of all kinds as they are played, and gives them to their streams many at once."""

    def __init__(self, replay: Replay, collecting: dict[int, "_Collecting"]) -> None:
        self._collecting = collecting
        self._pieces: dict[str, list[Any]] = {name: [] for name in kinds.KINDS}
        self._held = 0
        on_batch: Any = replay.on_batch
        for name, kind in kinds.KINDS.items():
            on_batch(kind, partial(self._take, self._pieces[name]))

    def _take(self, pieces: list[Any], rows: Any) -> None:
        pieces.append(rows.copy())
        self._held += len(rows)
        if self._held >= ROWS:
            self.count()

    def count(self) -> None:
        """Counts what is held."""
        self._held = 0
        heard: dict[int, list[Any]] = {number: [] for number in self._collecting}
        for name, pieces in self._pieces.items():
            if not pieces:
                continue
            rows = pieces[0] if len(pieces) == 1 else numpy.concatenate(pieces)
            pieces.clear()
            for number, one in self._collecting.items():
                mine = rows[rows["stream"] == number]
                if len(mine):
                    one.records(name, mine)
                    heard[number].append((mine["symbol"], mine["ts_recv"]))
        for number, columns in heard.items():
            if columns:
                symbols, times = (numpy.concatenate(column) for column in zip(*columns, strict=True))
                self._collecting[number].silences.add(symbols[symbols > 0], times[symbols > 0])


class _Silences:
    """The longest time between two records of each symbol."""

    def __init__(self) -> None:
        # By the number of the symbol: time of its last record, longest silence, since when, records.
        self._last, self._longest, self._since, self._records = (numpy.zeros(0, dtype=numpy.int64) for _ in range(4))

    def add(self, symbols: Any, times: Any) -> None:
        """Records, whose order is that of their times."""
        if not len(symbols):
            return
        self._reach(int(symbols.max()) + 1)
        order = numpy.lexsort((times, symbols))
        symbols, times = symbols[order], times[order]
        first = numpy.concatenate(([True], symbols[1:] != symbols[:-1]))
        heads = symbols[first]
        new = heads[self._records[heads] == 0]
        self._last[new] = self._since[new] = times[first][self._records[heads] == 0]
        before = numpy.empty_like(times)
        before[1:] = times[:-1]
        before[first] = self._last[heads]
        silence = times - before
        most = numpy.maximum.reduceat(silence, numpy.flatnonzero(first))
        longer = most > self._longest[heads]
        for symbol, longest in zip(heads[longer].tolist(), most[longer].tolist(), strict=True):
            at = numpy.searchsorted(symbols, symbol)
            at += int((silence[at:] == longest).argmax())
            self._longest[symbol], self._since[symbol] = longest, before[at]
        self._last[symbols] = times  # of several, the last one stays
        self._records += numpy.bincount(symbols, minlength=len(self._records))

    def _reach(self, size: int) -> None:
        if size > len(self._last):
            more = numpy.zeros(max(size, 2 * len(self._last)) - len(self._last), dtype=numpy.int64)
            self._last, self._longest, self._since, self._records = (
                numpy.concatenate((column, more)) for column in (self._last, self._longest, self._since, self._records)
            )

    def longest(self, ended: int) -> list[tuple[int, int, int, int]]:
        """Number of the symbol, silence, since when, records; the longest first; the journal's end counts too."""
        at_end = numpy.where(self._records > 0, ended - self._last, 0)
        longest = numpy.maximum(self._longest, at_end)
        since = numpy.where(at_end > self._longest, self._last, self._since)
        known = numpy.flatnonzero(self._records)
        columns = (known, longest[known], since[known], self._records[known])
        return sorted(zip(*(column.tolist() for column in columns), strict=True), key=lambda row: -row[1])


class _Collecting:
    """What is counted of one stream while the journal is played."""

    def __init__(self, replay: Replay, number: int, place: int, timeline: Timeline) -> None:
        described = next(stream for stream in replay.header["streams"] if stream["number"] == number)
        self._figures = Figures(described["label"], described["table"])
        self._place, self._timeline = place, timeline
        self._types = Types(registry.table(described["table"]).root)
        self._sizes, self._ages = Histogram(), Histogram()
        self._lengths, self._times = array("q"), array("q")  # of messages that are not counted yet
        self.silences = _Silences()
        self._symbols = replay.state.symbols
        self._tickers: dict[int, str] = {}

    def message(self, payload: bytes, time: int) -> None:
        figures = self._figures
        self._lengths.append(len(payload))
        self._times.append(time)
        if len(self._times) >= ROWS:
            self._count()
        for name in self._types.of(payload):
            if name not in figures.types and len(figures.types) >= MOST:
                name = "others"
            figures.types[name] += 1

    def _count(self) -> None:
        lengths, times = (numpy.array(column, dtype=numpy.int64) for column in (self._lengths, self._times))
        self._lengths, self._times = array("q"), array("q")
        self._sizes.add(lengths)
        self._figures.messages += len(lengths)
        self._figures.bytes += int(lengths.sum())
        self._timeline.add(self._place, times)

    def records(self, name: str, rows: Any) -> None:
        """Rows of a kind."""
        self._figures.kinds[name] += len(rows)
        if name in STAMPED:
            told = rows[(rows["ts_event"] != UNKNOWN_TIME) & (rows["flags"] & TOLD_AGAIN == 0)]
            self._ages.add(told["ts_recv"] - told["ts_event"], STAMPED.index(name))
        if name == "Quote":
            self._tickers |= tickers_of(rows["symbol"], rows["ticker"])

    def told(self, record: Record) -> None:
        """A Gap, a SessionState or a Lag."""
        figures = self._figures
        if isinstance(record, kinds.Gap):
            figures.gap_count += 1
            if len(figures.gaps) < MOST:
                figures.gaps.append(Moment(record.ts_recv, self._gap(record)))
        elif isinstance(record, kinds.Lag):
            figures.lag_count += 1
            if len(figures.lags) < MOST:
                figures.lags.append(Moment(record.ts_recv, self._lag(record)))
        else:
            figures.state_count += 1
            if len(figures.states) < MOST:
                figures.states.append(Moment(record.ts_recv, self._state(record)))

    def figures(self, ended: int) -> Figures:
        self._count()
        figures = self._figures
        figures.sizes = self._sizes.percentiles(PERCENTS)
        figures.lengths = self._sizes.powers()
        for number, kind in enumerate(STAMPED):
            if found := self._ages.percentiles(PERCENTS, number):
                figures.latency[kind] = found
                figures.stamped[kind] = self._ages.count(number)
        figures.ages = self._ages.powers()
        figures.ahead = sum(figures.stamped.values()) - sum(count for _, count in figures.ages)
        for symbol, *silence in self.silences.longest(ended)[:MOST]:
            name = " ".join(filter(None, (self._symbols[symbol], self._tickers.get(symbol))))
            figures.silences.append(Silence(name, *silence))
        figures.silences.sort(key=lambda silence: (-silence.longest, silence.symbol))
        return figures

    def _gap(self, record: Any) -> str:
        words = [self._topic(record), record.reason or ""]
        if record.ts_from is not None and record.ts_to is not None:
            words.append(f"{(record.ts_to - record.ts_from) / 1e9:,.3f} s")
        if record.missed:
            words.append(f"{record.missed:,} messages")
        return ", ".join(filter(None, words))

    def _lag(self, record: Any) -> str:
        words = [record.text or ""]
        if record.callback_time is not None and record.interval is not None:
            words.append(f"busy for {record.callback_time:.2f} s of {record.interval:.2f} s")
        if record.data_age is not None:
            words.append(f"data {record.data_age:.2f} s late")
        return ", ".join(filter(None, words))

    def _state(self, record: Any) -> str:
        """What it states, in words: a bool by its name, or "not" and its name."""
        told = [name if value else f"not {name}" for name in STATES if (value := getattr(record, name)) is not None]
        state = "" if record.state is None else record.state.name.lower()
        return ", ".join(filter(None, [state, *told, self._topic(record), record.text or ""]))

    def _topic(self, record: Any) -> str:
        """The topic, where it says more than which stream it is."""
        return record.topic if record.topic and record.topic != self._figures.label else ""


class Types:
    """The venue's words for what a message is: the text by which its table picks a shape, else its outermost keys."""

    def __init__(self, root: Any) -> None:
        self._json = self._packed = None
        self._separator = b""
        if isinstance(root, Select):
            key = root.key.encode()
            self._separator = root.separator.encode()
            self._json = re.compile(rb'"%s"\s*:\s*"([^"]*)"' % re.escape(key))
            packed = re.escape(bytes([0xA0 + len(key)]) + key)
            self._packed = re.compile(packed + b"([\xa0-\xbf])([^\x80-\xff]{1,31})", re.DOTALL)

    def of(self, payload: bytes) -> list[str]:
        """One for a message, or one for each element of a list of them."""
        payload = payload.lstrip(b" \t\r\n")
        if payload[:1] in (b"{", b"["):
            found = self._json.findall(payload) if self._json else []
            if payload[:1] == b"{":
                del found[1:]  # what lies deeper is of its parts
            if found:
                return [self._text(one) for one in found]
            outer = OUTER.match(payload)
            return [".".join(key.decode(errors="replace") for key in outer.groups() if key)] if outer else ["[]"]
        if self._packed and payload[:1] >= b"\x80":
            found = [text[: size[0] - 0xA0] for size, text in self._packed.findall(payload)]
            if found:
                return [self._text(one) for one in found]
        return ["no object"]

    def _text(self, found: bytes) -> str:
        if self._separator:
            found = found.split(self._separator, 1)[0]
        return found.decode(errors="replace")[:64]


OUTER: Final = re.compile(rb'[\s\[]*\{\s*"([^"]{0,64})"\s*:\s*(?:\{\s*"([^"]{0,64})")?')
