"""What it costs to decode exactly the bytes of a journal, against JSON libraries; and how old data was on receipt."""

import gc
import os
import time
from array import array
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

import numpy

from tickfold.engine.records import Record
from tickfold.journal.histogram import Histogram
from tickfold.journal.replay import Replay
from tickfold.schema.errors import ConfigError

ROUNDS: Final = 9
PERCENTS: Final = (50, 90, 99, 99.9, 100)
BINS: Final = 60  # of a Spread

#: A payload with the number of its stream and the time of its receipt, ns UTC.
Message = tuple[int, bytes, int]


class Cost(NamedTuple):
    """Of one contestant: median ns a message, and how many times that of tickfold, the median of all rounds."""

    name: str
    ns: float
    times: float


class Spread(NamedTuple):
    """How many messages took how long.

    edges    ns, one more than there are bins; each is the same multiple of the one before
    shares   {contestant: the share of messages in each bin, 0 to 1}; those beyond an edge are in the bin beside it
    """

    edges: list[float]
    shares: dict[str, list[float]]


class Bench(NamedTuple):
    """What `bench` has measured.

    messages   how many, those that are JSON
    bytes      of them, on average
    costs      tickfold first
    ages       {percent of records: ns from the venue's time to the receipt, or less}; empty where no record says when
    aged       [(ns, records of that age or less, but more than the ns before)], ns are powers of 2
    each       {contestant: {percent of messages: wall-clock ns that one took, or less}}; reading the clock is in it
    spread     the same as a histogram
    clock      median ns that reading the clock takes
    """

    messages: int
    bytes: float
    costs: list[Cost]
    ages: dict[float, int]
    aged: list[tuple[int, int]]
    each: dict[str, dict[float, int]]
    spread: Spread
    clock: int


def bench(path: str | os.PathLike[str], most: int = 100_000) -> Bench:
    """Measures the first `most` messages of a journal, in turns, by the CPU time of this thread.

    tickfold reads every message, converts the values and merges them into rows, without any callback. The libraries
    only make dictionaries; those that are installed take part: orjson, msgspec, and json of the standard library.

    Raises ConfigError where the journal has no message.
    """
    messages, ages = _read(path, most)
    if not messages:
        raise ConfigError(f"{path} has no message that is JSON")
    payloads = [payload for _, payload, _ in messages]
    contestants: dict[str, Callable[[], float]] = {"tickfold": _tickfold(path, messages)}
    contestants |= {name: _library(loads, payloads) for name, loads in _libraries().items()}
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(ROUNDS + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(contestants[name]() / len(messages))
    rounds = {name: values[1:] for name, values in taken.items()}  # the first warms up
    costs = [
        Cost(name, median(values), median(a / b for a, b in zip(values, rounds["tickfold"], strict=True)))
        for name, values in rounds.items()
    ]
    singly = {"tickfold": _tickfold_singly(path, messages)}
    singly |= {name: _singly(loads, payloads) for name, loads in _libraries().items()}
    old = Histogram()
    old.add(ages)
    return Bench(
        len(messages), sum(map(len, payloads)) / len(payloads), costs, _percentiles(ages), old.powers(),
        {name: _percentiles(values) for name, values in singly.items()}, _spread(singly),
        int(numpy.median(_singly(lambda _: None, payloads))),
    )  # fmt: skip


def _percentiles(values: Any) -> dict[float, int]:
    if not len(values):
        return {}
    found = numpy.percentile(values, PERCENTS, method="higher")
    return {percent: int(value) for percent, value in zip(PERCENTS, found, strict=True)}


def _spread(taken: dict[str, Any]) -> Spread:
    """From what the fastest contestant needs at least to what 99 in a hundred of the slowest's messages take."""
    least = max(1.0, min(float(values.min()) for values in taken.values()))
    most = max(float(numpy.percentile(values, 99)) for values in taken.values())
    edges = numpy.geomspace(least, max(most, 2 * least), BINS + 1)
    shares = {
        name: (numpy.histogram(numpy.clip(values, edges[0], edges[-1]), edges)[0] / len(values)).tolist()
        for name, values in taken.items()
    }
    return Spread(edges.tolist(), shares)


def _read(path: str | os.PathLike[str], most: int) -> tuple[list[Message], Any]:
    replay = Replay(path)
    found: list[int] = []

    def age(record: Record) -> None:
        if record.ts_event is not None and record.ts_recv:
            found.append(record.ts_recv - record.ts_event)

    replay.on(Record, age)
    messages: list[Message] = []
    while len(messages) < most and (payload := replay.step()) is not None:
        if payload[:1] in (b"{", b"["):
            messages.append((replay.stream, payload, replay.time))
    return messages, numpy.array(found, dtype=numpy.int64)


def _timed(run: Callable[[], object]) -> Callable[[], float]:
    def one() -> float:
        gc.collect()
        gc.disable()
        try:
            began = time.thread_time_ns()
            run()
            return float(time.thread_time_ns() - began)
        finally:
            gc.enable()

    return one


def _tickfold(path: str | os.PathLike[str], messages: list[Message]) -> Callable[[], float]:
    feeds = {number: decoder.feed for number, decoder in Replay(path).decoders.items()}

    def run() -> None:
        for stream, payload, recv_ns in messages:
            feeds[stream](payload, recv_ns)

    return _timed(run)


def _library(loads: Callable[[bytes], object], payloads: list[bytes]) -> Callable[[], float]:
    def run() -> None:
        for payload in payloads:
            loads(payload)

    return _timed(run)


def _tickfold_singly(path: str | os.PathLike[str], messages: list[Message]) -> Any:
    feeds = {number: decoder.feed for number, decoder in Replay(path).decoders.items()}
    return _singly(lambda message: feeds[message[0]](message[1], message[2]), messages)


def _singly(one: Callable[[Any], object], given: Sequence[Any]) -> Any:
    """Wall-clock ns that each call takes, with the reading of the clock."""
    taken = array("q", bytes(8 * len(given)))
    clock = time.perf_counter_ns
    gc.collect()
    gc.disable()
    try:
        for number, value in enumerate(given):
            began = clock()
            one(value)
            taken[number] = clock() - began
    finally:
        gc.enable()
    return numpy.frombuffer(taken, dtype=numpy.int64)


def _libraries() -> dict[str, Callable[[bytes], Any]]:
    import json

    found: dict[str, Callable[[bytes], Any]] = {}
    try:
        import orjson

        found["orjson.loads"] = orjson.loads
    except ImportError:
        pass
    try:
        import msgspec  # type: ignore[import-not-found,unused-ignore]

        found["msgspec.json.decode"] = msgspec.json.decode
    except ImportError:
        pass
    return found | {"json.loads": json.loads}
