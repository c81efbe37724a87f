"""The figures of a journal, for a look at a day: rates, latency, gaps, silence, sizes, types, drift."""

import os
import re
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine import records as kinds
from tickfold.engine.records import Flag, Record
from tickfold.journal.replay import Replay
from tickfold.schema import registry
from tickfold.schema.drift import Drift
from tickfold.schema.language import Select

PERCENTS: Final = (1, 5, 25, 50, 75, 90, 95, 99, 99.9, 100)
BINS: Final = 480  # of the time line, at most
DAY: Final = 86_400_000_000_000  # ns
FIRST_STEP: Final = 1_000_000  # ns of a bin at first; doubled whenever there are too many
MOST: Final = 200  # gaps, session states, message types and silences that are kept of each stream
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
    gaps, states   the first 200 of each; `gap_count` and `state_count` are how many there were
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
    gaps: list[Moment] = field(default_factory=list)
    gap_count: int = 0
    states: list[Moment] = field(default_factory=list)
    state_count: int = 0
    silences: list[Silence] = field(default_factory=list)


class Timeline:
    """Counts what happens over time, in bins of one width for all streams: at most 480."""

    def __init__(self, streams: int) -> None:
        self.began: int | None = None  # of the first bin, ns UTC
        self.step = FIRST_STEP  # ns of a bin
        self.counts: list[list[int]] = [[] for _ in range(streams)]

    def add(self, place: int, time: int) -> None:
        """One message of a stream. Times may go back a little; what is before the first counts as of its bin."""
        if self.began is None:
            self.began = time
        while (at := max(0, time - self.began) // self.step) >= BINS:
            self.step *= 2
            self.counts = [
                [sum(counts[bin_ : bin_ + 2]) for bin_ in range(0, len(counts), 2)] for counts in self.counts
            ]
        counts = self.counts[place]
        if at >= len(counts):
            counts.extend([0] * (at + 1 - len(counts)))
        counts[at] += 1


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
    """Plays a journal and collects its figures; eight bytes of memory for each message and for each record with a time.

    Raises JournalError where the journal is damaged.
    """
    replay = Replay(path, progress=progress)
    numbers = list(replay.decoders)
    timeline = Timeline(len(numbers))
    collecting = {number: _Collecting(replay, number, place, timeline) for place, number in enumerate(numbers)}
    replay.on(Record, lambda record: collecting[record.stream_id].record(record))
    began = 0
    while (payload := replay.step()) is not None:
        began = began or replay.time
        collecting[replay.stream].message(payload, replay.time)
    ended = replay.time
    return Report(
        Path(path), str(replay.header.get("tickfold", "")), began, ended, replay.total_bytes, replay.entries,
        replay.messages, replay.lost, replay.torn, replay.complete, replay.other, replay.diverged,
        [one.figures(ended) for one in collecting.values()], timeline, replay.drift(),
    )  # fmt: skip


class _Collecting:
    """What is counted of one stream while the journal is played."""

    def __init__(self, replay: Replay, number: int, place: int, timeline: Timeline) -> None:
        described = next(stream for stream in replay.header["streams"] if stream["number"] == number)
        self._figures = Figures(described["label"], described["table"])
        self._place, self._timeline = place, timeline
        self._types = Types(registry.table(described["table"]).root)
        self._lengths = array("q")
        self._ages: dict[str, Any] = {name: array("q") for name in STAMPED}
        self._seen: dict[str, list[int]] = {}  # symbol → time of its last record, longest silence, since when, records
        self._tickers: dict[str, str] = {}
        self._names = {kind: name for name, kind in kinds.KINDS.items()}

    def message(self, payload: bytes, time: int) -> None:
        figures = self._figures
        self._timeline.add(self._place, time)
        self._lengths.append(len(payload))
        for name in self._types.of(payload):
            if name not in figures.types and len(figures.types) >= MOST:
                name = "others"
            figures.types[name] += 1

    def record(self, record: Record) -> None:
        figures, name, time = self._figures, self._names[type(record)], record.ts_recv
        figures.kinds[name] += 1
        if record.symbol:
            self._heard(record.symbol, time)
            if name == "Quote" and (ticker := getattr(record, "ticker", None)):
                self._tickers[record.symbol] = ticker
        ages = self._ages.get(name)
        if ages is not None and record.ts_event is not None and not record.flags & TOLD_AGAIN:
            ages.append(time - record.ts_event)
        elif name == "Gap":
            figures.gap_count += 1
            if len(figures.gaps) < MOST:
                figures.gaps.append(Moment(time, self._gap(record)))
        elif name == "SessionState":
            figures.state_count += 1
            if len(figures.states) < MOST:
                figures.states.append(Moment(time, self._state(record)))

    def _heard(self, symbol: str, time: int) -> None:
        seen = self._seen.get(symbol)
        if seen is None:
            self._seen[symbol] = [time, 0, time, 1]
            return
        if time - seen[0] > seen[1]:
            seen[1], seen[2] = time - seen[0], seen[0]
        seen[0] = time
        seen[3] += 1

    def figures(self, ended: int) -> Figures:
        figures, lengths = self._figures, numpy.frombuffer(self._lengths, dtype=numpy.int64)
        figures.messages, figures.bytes = len(lengths), int(lengths.sum())
        figures.sizes = _percentiles(lengths)
        power = numpy.ceil(numpy.log2(numpy.maximum(lengths, 1))).astype(int)
        counts = numpy.bincount(power) if len(power) else power
        figures.lengths = [(1 << number, int(count)) for number, count in enumerate(counts) if count]
        for kind, ages in self._ages.items():
            if ages:
                figures.latency[kind] = _percentiles(numpy.frombuffer(ages, dtype=numpy.int64))
                figures.stamped[kind] = len(ages)
        for symbol, (last, longest, since, records) in self._seen.items():
            if ended - last > longest:
                longest, since = ended - last, last
            name = " ".join(filter(None, (symbol, self._tickers.get(symbol))))
            figures.silences.append(Silence(name, longest, since, records))
        figures.silences.sort(key=lambda silence: (-silence.longest, silence.symbol))
        del figures.silences[MOST:]
        return figures

    def _gap(self, record: Any) -> str:
        words = [self._topic(record), record.reason or ""]
        if record.ts_from is not None and record.ts_to is not None:
            words.append(f"{(record.ts_to - record.ts_from) / 1e9:,.3f} s")
        if record.missed:
            words.append(f"{record.missed:,} messages")
        return ", ".join(filter(None, words))

    def _state(self, record: Any) -> str:
        """What it states, in words: a bool by its name, or "not" and its name."""
        told = [name if value else f"not {name}" for name in STATES if (value := getattr(record, name)) is not None]
        return ", ".join(filter(None, [*told, self._topic(record), record.text or ""]))

    def _topic(self, record: Any) -> str:
        """The topic, where it says more than which stream it is."""
        return record.topic if record.topic and record.topic != self._figures.label else ""


def _percentiles(values: Any) -> dict[float, int]:
    if not len(values):
        return {}
    found = numpy.percentile(values, PERCENTS, method="inverted_cdf")
    return {percent: int(value) for percent, value in zip(PERCENTS, found, strict=True)}


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
