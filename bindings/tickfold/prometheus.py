"""The figures of an engine for Prometheus: `pip install tickfold[prometheus]`.

    import prometheus_client
    from tickfold.prometheus import Collector

    prometheus_client.REGISTRY.register(Collector(engine))
    prometheus_client.start_http_server(9100)
    engine.run()

docs/metrics.md lists the names.
"""

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector as Base

from tickfold.engine.histogram import BOUNDS, Histogram
from tickfold.live import Engine
from tickfold.net.stats import StreamStats
from tickfold.schema.enums import StreamState

__all__ = ["Collector"]

#: Seconds that a scrape waits for the event loop.
PATIENCE: Final = 1.0

#: The bounds of the buckets, in ns: powers of two, at which buckets of Histogram end, so that no count is a guess.
EDGES: Final = tuple(1 << power for power in range(7, 34))
PLACES: Final = tuple(int(np.searchsorted(BOUNDS, edge)) for edge in EDGES)

STATES: Final = ("idle", *(state.name.lower() for state in StreamState if state))

#: Name, what it is, and its value: each a counter of a stream.
COUNTERS: Final[tuple[tuple[str, str, Callable[[StreamStats], float]], ...]] = (
    ("connection_attempts", "Connections tried", lambda stats: stats.attempts),
    ("connections", "Connections that became ready", lambda stats: stats.connects),
    ("connection_drops", "Ready connections that were lost", lambda stats: stats.drops),
    ("gaps", "Times in which messages may have been missed", lambda stats: stats.gaps),
    ("errors", "Error records: of the venue, and of payloads that could not be read", lambda stats: stats.errors),
    ("drift", "Keys, values and words that no table knows", lambda stats: stats.drift),
    ("callback_errors", "Exceptions of callbacks that were reported", lambda stats: stats.callback_errors),
    ("messages", "Messages received", lambda stats: stats.messages),
    ("received_bytes", "Bytes received, as they came", lambda stats: stats.bytes),
    ("conflated_calls", "Calls of callbacks that conflate=True left out", lambda stats: stats.conflated),
    ("busy_seconds", "Seconds that went into reading and into the callbacks", lambda stats: stats.busy),
    ("mended_messages", "Text messages that were not UTF-8 and were mended", lambda stats: stats.mended),
)

#: The same for gauges; None: not known, and left out.
GAUGES: Final[tuple[tuple[str, str, Callable[[StreamStats], float | None]], ...]] = (
    ("ready", "1: everything is subscribed, and no gap is being filled", lambda stats: float(stats.ready)),
    ("last_message_timestamp_seconds", "When the last byte was read", lambda stats: _seconds(stats.last_message)),
    ("last_data_timestamp_seconds", "When the last record came that was data", lambda stats: _seconds(stats.last_data)),
    ("unread_bytes", "Bytes that wait in the kernel until they are read", lambda stats: stats.unread),
    ("longest_lag_seconds", "The longest time that the event loop was held up", lambda stats: stats.lag),
    ("behind", "1: the engine is behind, says its last Lag record", lambda stats: float(stats.behind is not None)),
    ("busy_ratio", "Part of the last second that went into the stream", lambda stats: stats.busy_share),
    ("data_age_seconds", "How much later the newest data came than the fastest", lambda stats: stats.data_age),
    ("retry_wait_seconds", "The wait for the next attempt, while it lasts", lambda stats: stats.retry_in),
)


class Collector(Base):
    """Gives a registry of prometheus_client what an engine knows of its streams, each time it is asked.

    The figures are taken in the thread of the engine's event loop, between two callbacks. Where that does not answer
    within a second, as a callback holds it up, those of the scrape before are given, and `tickfold_up` is 0.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering asks for no figures."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The metrics of now."""
        up = 1.0
        try:
            self._last = self._asked()
        except TimeoutError:
            up = 0.0
        yield GaugeMetricFamily("tickfold_up", "1: the engine's event loop answered the scrape", value=up)
        yield from self._last

    def _asked(self) -> list[Metric]:
        """The figures, taken in the event loop's thread. TimeoutError where that is busy."""
        loop = self._engine.loop
        if loop is None or loop.is_closed() or not loop.is_running() or _is_in(loop):
            return list(self._figures())
        answer: concurrent.futures.Future[list[Metric]] = concurrent.futures.Future()

        def take() -> None:
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(list(self._figures()))
                except Exception as error:
                    answer.set_exception(error)

        try:
            loop.call_soon_threadsafe(take)
        except RuntimeError:  # it was closed meanwhile
            return list(self._figures())
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            answer.cancel()
            raise

    def _figures(self) -> Iterator[Metric]:
        all_stats = self._engine.stats
        for name, what, value in COUNTERS:
            counter = CounterMetricFamily(f"tickfold_{name}", what, labels=["stream"])
            for stats in all_stats:
                counter.add_metric([stats.label], value(stats))
            yield counter
        for name, what, measure in GAUGES:
            gauge = GaugeMetricFamily(f"tickfold_{name}", what, labels=["stream"])
            for stats in all_stats:
                known = measure(stats)
                if known is not None:
                    gauge.add_metric([stats.label], known)
            yield gauge
        state = GaugeMetricFamily("tickfold_state", "1 for the state that it is in", labels=["stream", "state"])
        for stats in all_stats:
            for one in STATES:
                state.add_metric([stats.label, one], float(stats.state == one))
        yield state
        took = HistogramMetricFamily(
            "tickfold_stage_duration_seconds",
            "How long messages take on their way, of those that are looked at",
            labels=["stream", "stage"],
        )
        for label, latency in self._engine.latency.items():
            for stage in ("read", "fold", "callback"):
                histogram: Histogram = getattr(latency, stage)
                took.add_metric([label, stage], _buckets(histogram), histogram.sum / 1e9)
        yield took


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    """Upper bounds, in seconds, and how many times lay below them."""
    sums = np.cumsum(histogram.counts)
    below = [(repr(edge / 1e9), float(sums[place - 1])) for edge, place in zip(EDGES, PLACES, strict=True)]
    return [*below, ("+Inf", float(sums[-1]))]


def _seconds(ns: int | None) -> float | None:
    return None if ns is None else ns / 1e9


def _is_in(loop: Any) -> bool:
    with contextlib.suppress(RuntimeError):
        return asyncio.get_running_loop() is loop
    return False
