"""Whether each symbol of a stream brings data as often as the user expects.

Nothing is done per message: once a second, or more often where less is expected, the times at which the rows of quotes
were last heard of are looked at, all at once. Kinds of records that have no rows, trades, bars and levels of books, are
watched by batches, where the stream asks for them.

    expected   a record came within the given time, or nothing is expected now
    silent     told once, with since when; acted on once, as the stream's `on_stale` says
               a record of the symbol → told, with a Gap that names it: expected

What is silent stays so over a lost connection, until the symbol is heard of.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from tickfold.engine import records
from tickfold.engine.decoder import Decoder
from tickfold.net.stats import StreamStats
from tickfold.net.stream import Cadence, Stream
from tickfold.net.watch import GRACE
from tickfold.schema.enums import StreamState

__all__ = ["Heard", "SymbolWatch"]

#: How many symbols one look tells at most; the others follow at the next looks.
AT_ONCE: Final = 256

_UNSEEN, _OTHER = -2, -1  # a symbol's number that was not met before; one that is not watched


@dataclass(frozen=True)
class Heard:
    """A symbol whose silence began or ended. `since_ns`: its last record before, ns UTC; None: it had none."""

    symbol: str
    since_ns: int | None
    silent: bool
    seconds: float  # of silence
    flowed: bool = True  # a record came; False: nothing is expected any more


class SymbolWatch:
    """The symbols of one stream. Times are seconds of the monotonic clock, but those of records: ns UTC."""

    def __init__(self, stream: Stream, decoder: Decoder) -> None:
        assert stream.symbol_within is not None
        self._within: Cadence | Mapping[str, Cadence] = stream.symbol_within
        self._decoder = decoder
        self._stream: Stream | None = None
        self._every = False  # all symbols that are heard of are watched
        self._names: list[str] = []
        self._slots: dict[str, int] = {}
        self._slot_of = np.full(64, _UNSEEN, np.int32)  # by the symbol's number
        self._beside = np.zeros(64, np.int64)  # by the symbol's number: time of the last record of a kind without rows
        self._times = np.zeros((2, 0), np.int64)  # by slot: time of the last record with a row, and of one without
        self._last = np.zeros(0, np.int64)  # by slot: the later of both
        self._heard = np.zeros(0)  # by slot: when it was found, or since when one is expected
        self._silent = np.zeros(0, bool)
        self._watched = np.zeros(0, bool)
        self._looked = float("-inf")
        self._late = False
        self._kinds = tuple(sorted({kind for kind in stream.by_symbol.values() if kind != "Quote"}))
        for kind in self._kinds:
            decoder.on_batch(getattr(records, kind), self._batch)

    def ready(self, stream: Stream, now: float) -> None:
        """The stream is ready: data is expected from now on."""
        self._follow(stream, now)
        self._heard[:] = now
        self._looked = now

    def look(self, stream: Stream, now: float) -> tuple[float, list[Heard]]:
        """When to look again, and whose silence began or ended."""
        if stream is not self._stream:
            self._follow(stream, now)
        came = self._came(now)
        limits, shortest = self._limits()
        step = min(1.0, shortest / 4)
        late = now > self._looked + 2 * step + GRACE and not self._late
        out: list[Heard] = []
        for slot in np.flatnonzero(came & self._silent).tolist():
            out.append(self._of(slot, now, silent=False))
            self._silent[slot] = False
        self._last, self._heard[came] = self._times.max(axis=0), now
        idle = np.isinf(limits)
        for slot in np.flatnonzero(idle & self._silent).tolist():
            out.append(self._of(slot, now, silent=False, flowed=False))
            self._silent[slot] = False
        self._heard[idle] = now
        if not late:
            for slot in np.flatnonzero(~self._silent & (now - self._heard >= limits)).tolist()[:AT_ONCE]:
                self._silent[slot] = True
                out.append(self._of(slot, now, silent=True))
        self._looked, self._late = now, late
        return now + step, out

    @property
    def silent(self) -> dict[str, int | None]:
        """The symbols that are silent, and the time of the last record of each, ns UTC; None: there was none."""
        return {self._names[slot]: int(self._last[slot]) or None for slot in np.flatnonzero(self._silent).tolist()}

    def close(self) -> None:
        if self._kinds:
            self._decoder.off(self._batch)

    def _of(self, slot: int, now: float, *, silent: bool, flowed: bool = True) -> Heard:
        since = int(self._last[slot]) or None
        return Heard(self._names[slot], since, silent, now - float(self._heard[slot]), flowed)

    # which symbols there are

    def _follow(self, stream: Stream, now: float) -> None:
        """Watches what the stream asks for now."""
        self._stream = stream
        asked = dict.fromkeys(key for name in stream.by_symbol for key in stream.asked.get(name, ()))
        self._every = "*" in asked
        if isinstance(self._within, Mapping):
            names = [name for name in self._within if self._every or name in asked]
        else:
            names = [name for name in asked if name != "*"]
        for name in names:
            self._add(name)
        self._slot_of[self._slot_of == _OTHER] = _UNSEEN  # it may be watched by now
        self._grow(now)
        self._watched[:] = self._every and not isinstance(self._within, Mapping)
        self._watched[[self._slots[name] for name in names]] = True
        self._silent &= self._watched

    def _add(self, name: str) -> int:
        if name not in self._slots:
            self._slots[name] = len(self._names)
            self._names.append(name)
        return self._slots[name]

    def _grow(self, now: float) -> None:
        more = len(self._names) - len(self._last)
        if more:
            self._last = np.concatenate((self._last, np.zeros(more, np.int64)))
            self._times = np.concatenate((self._times, np.zeros((2, more), np.int64)), axis=1)
            self._heard = np.concatenate((self._heard, np.full(more, now)))
            self._silent = np.concatenate((self._silent, np.zeros(more, bool)))
            self._watched = np.concatenate((self._watched, np.ones(more, bool)))

    def _meet(self, numbers: Any, now: float) -> None:
        """Symbols that were not met before: finds out which of them are watched."""
        for number in numbers.tolist():
            name = self._decoder.symbols[number]
            if self._every and not isinstance(self._within, Mapping):
                self._add(name)
            self._slot_of[number] = self._slots.get(name, _OTHER)
        self._grow(now)

    def _limits(self) -> tuple[Any, float]:
        """Seconds by slot, infinite where nothing is expected; and the shortest, of those yet to come too."""
        within = self._within
        if isinstance(within, Mapping):
            asked: dict[int, float] = {}
            limits = np.full(len(self._names), np.inf)
            for name, cadence in within.items():
                if name in self._slots:
                    key = id(cadence)
                    if key not in asked:
                        asked[key] = _seconds(cadence)
                    limits[self._slots[name]] = asked[key]
            shortest = min(asked.values(), default=np.inf)
        else:
            shortest = _seconds(within)
            limits = np.full(len(self._names), shortest)
        limits[~self._watched] = np.inf
        return limits, shortest

    # when they were heard of

    def _came(self, now: float) -> Any:
        """Whether a record has come since the last look, by slot. The wall clock that stamps them may jump."""
        rows = self._decoder.quotes.array
        mine = rows["stream"] == self._decoder.stream
        if not mine.all():
            rows = rows[mine]
        numbers, times = rows["symbol"].copy(), rows["ts_recv"].copy()
        self._room(int(numbers.max(initial=0)))
        beside = np.flatnonzero(self._beside) if self._kinds else numbers[:0]
        for some in (numbers, beside):
            unseen = some[self._slot_of[some] == _UNSEEN]
            self._meet(unseen[unseen > 0], now)
        now_at = np.zeros((2, len(self._names)), np.int64)
        for at, some, stamps in ((0, numbers, times), (1, beside, self._beside[beside])):
            slots = self._slot_of[some]
            now_at[at][slots[slots >= 0]] = stamps[slots >= 0]
        came = (now_at != self._times).any(axis=0)
        self._times = now_at
        return came

    def _batch(self, array: Any) -> None:
        """Records of a kind that has no rows have come, of this stream and others."""
        mine = array[array["stream"] == self._decoder.stream]
        if len(mine):
            numbers = mine["symbol"]
            self._room(int(numbers.max()))
            self._beside[numbers] = mine["ts_recv"]

    def _room(self, number: int) -> None:
        while number >= len(self._slot_of):
            self._slot_of = np.concatenate((self._slot_of, np.full(len(self._slot_of), _UNSEEN, np.int32)))
        if len(self._beside) < len(self._slot_of):
            more = len(self._slot_of) - len(self._beside)
            self._beside = np.concatenate((self._beside, np.zeros(more, np.int64)))


def _seconds(cadence: Cadence) -> float:
    seconds = cadence() if callable(cadence) else cadence
    return float("inf") if seconds is None else seconds


class Announce(Protocol):
    def __call__(
        self, connected: bool | None, why: str, now: int, state: StreamState = ..., symbol: str | None = ...
    ) -> None: ...


class SymbolSilence:
    """Tells whose silence has begun or ended.

    announce, gap   what tells a SessionState and a Gap
    """

    def __init__(
        self,
        stream: Stream,
        decoder: Decoder,
        stats: StreamStats,
        announce: Announce,
        gap: Callable[[int, int, str, str], None],
    ) -> None:
        self._watch = SymbolWatch(stream, decoder)
        self._stats = stats
        self._announce, self._gap = announce, gap

    def ready(self, stream: Stream, now: float) -> None:
        """The stream is ready: data is expected from now on."""
        self._watch.ready(stream, now)

    def look(self, stream: Stream, now: float) -> tuple[float, list[str]]:
        """When to look again, and whose silence has begun. Raises what a callback raised."""
        again, heard = self._watch.look(stream, now)
        if not heard:
            return again, []
        self._stats.silent = self._watch.silent
        now_ns = time.time_ns()
        for one in heard:
            if one.silent:
                why = f"stale: no data of {one.symbol} since {_utc(one.since_ns, one.seconds)}"
            elif one.flowed:
                why = f"data of {one.symbol} again after {one.seconds:.1f} s"
            else:
                why = f"no data of {one.symbol} is expected any more"
            self._announce(None, why, now_ns, symbol=one.symbol)
            if one.flowed and not one.silent and one.since_ns is not None:
                self._gap(min(one.since_ns, now_ns - round(one.seconds * 1e9)), now_ns, "stale", one.symbol)
        return again, [one.symbol for one in heard if one.silent]


def _utc(since_ns: int | None, seconds: float) -> str:
    """When it was last heard of; where it was not, since when that is expected."""
    moment = time.time() - seconds if since_ns is None else since_ns / 1e9
    whole, thousandths = divmod(round(moment * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{thousandths:03d}+00:00"
