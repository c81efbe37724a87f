"""What has happened to a stream."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tickfold.net.subscriptions import FLAG, Shown, named

__all__ = ["StreamStats", "not_ready"]


@dataclass
class StreamStats:
    """What has happened to one stream since the engine began.

    attempts     connections tried
    connects     connections that became ready
    reconnects   of these, all but the first
    drops        ready connections that ended otherwise than by a close handshake of ours
    gaps         Gap records: times in which messages may have been missed
    errors       Error records: what the venue complained of, and payloads that could not be decoded
    drift        things that came and that the stream's table does not know: `engine.drift()` names them
    callback_errors
                 exceptions of callbacks that were called with its records, and of handlers of its gaps, where they are
                 reported instead of raised
    conflated    calls of callbacks with conflate=True that were left out, since a later update of the same symbol came
                 in the same read
    messages     messages received
    bytes        bytes received after the upgrade, as they came: compressed ones count as such
    mended       text messages that were not UTF-8, where the venue is known for such: U+FFFD stands for what was not
    last_message ns UTC of the last byte that was read; None before the first
    last_data    ns UTC of the last record that was data, known to within a second; None before the first
    unread       bytes that came in and wait in the kernel until they are read, as of when `stats` was asked for
    lag          the longest time in seconds for which the event loop was held up, of those above `slow_after`
    busy         seconds that went into reading the stream: frames, messages and all callbacks of what was read
    busy_share   of the event loop's time in the last second, what part that was; None where `slow_after` is None
    data_age     seconds that the newest data was longer under way, from the venue's time of it to its receipt, than the
                 fastest of the connection, so that clocks which differ do not count; None where data has no time
    behind       how the engine is behind the stream, as the last Lag record says; None where it keeps pace, and while
                 no connection is ready
    ready        whether it is ready now, as Engine.wait_ready says
    state        "idle" before the start, then the name of a tf.StreamState in lower case: "connecting",
                 "authenticating", "subscribing", "snapshot", "live", "stale", "closing", "backoff", "failed",
                 "closed"
    retry_in     in "backoff": seconds that the wait for the next attempt takes, counted from its beginning; else None
    last_error   why the last attempt or connection failed
    subscribed   what stands on the connection of the moment, by the names of the stream's arguments, as of when `stats`
                 was asked for: {"quotes": ("AAPL", "MSFT"), "orders": True}. It is what the venue has listed or
                 answered; where it says nothing of subscriptions, what was asked for. ETNA: by EntityType
    missing      what was asked for and does not stand: refused, left out, or not answered yet
    silent       with `symbol_within`: the symbols of which no data comes, and the time of the last record of each, ns
                 UTC; None: it had none
    """

    label: str
    attempts: int = 0
    connects: int = 0
    reconnects: int = 0
    drops: int = 0
    gaps: int = 0
    errors: int = 0
    drift: int = 0
    callback_errors: int = 0
    conflated: int = 0
    messages: int = 0
    bytes: int = 0
    mended: int = 0
    last_message: int | None = None
    last_data: int | None = None
    unread: int = 0
    lag: float = 0.0
    busy: float = 0.0
    busy_share: float | None = None
    data_age: float | None = None
    behind: str | None = None
    ready: bool = False
    state: str = "idle"
    retry_in: float | None = None
    last_error: str | None = None
    subscribed: Shown = field(default_factory=dict)
    missing: Shown = field(default_factory=dict)
    silent: dict[str, int | None] = field(default_factory=dict)


def not_ready(all_stats: Iterable[StreamStats]) -> str:
    """The streams that are not ready, and why."""
    late = [stats for stats in all_stats if not stats.ready]
    return ", ".join(f"{stats.label} ({stats.last_error or _missing(stats) or stats.state})" for stats in late)


def _missing(stats: StreamStats) -> str:
    keys = {name: [FLAG] if isinstance(of_it, bool) else of_it for name, of_it in stats.missing.items()}
    return f"missing: {named(keys)}" if stats.state == "snapshot" and keys else ""
