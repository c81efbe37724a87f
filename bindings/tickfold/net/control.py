"""What a user asks of an engine's streams: how they fare, other subscriptions, what fills their gaps."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.histogram import Latency
from tickfold.engine.records import Gap
from tickfold.net.feed import Feed
from tickfold.net.gaps import Gaps, H
from tickfold.net.stats import StreamStats
from tickfold.net.stream import Stream
from tickfold.schema.errors import ConfigError

__all__ = ["StreamControl"]


class StreamControl:
    """The part of an engine that speaks of single streams."""

    _feeds: list[Feed]
    _dispatcher: Dispatcher
    _gaps: Gaps
    _over: asyncio.Event | None  # exists while the engine is started
    _stopping: bool
    _loop: asyncio.AbstractEventLoop | None  # that it runs on, or ran on
    _thread: int  # of that loop

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams, as they were given."""
        return tuple(feed.given for feed in self._feeds)

    @property
    def stats(self) -> list[StreamStats]:
        """One entry a stream, in the order of the streams; they are live."""
        for feed in self._feeds:
            feed.count()
        return [feed.stats for feed in self._feeds]

    @property
    def ready(self) -> bool:
        """Whether the engine runs and every stream is ready now: what `wait_ready` waits for."""
        running = self._over is not None and not self._stopping and not self._abandoned
        return running and all(feed.stats.ready for feed in self._feeds)

    def _count_gap(self, gap: Gap) -> None:
        """Counts a Gap in the statistics of the stream that it belongs to."""
        for feed in self._feeds:
            feed.stats.gaps += feed.decoder.stream == gap.stream_id

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop that it runs on, or ran on last; None before."""
        return self._loop

    @property
    def latency(self) -> dict[str, Latency]:
        """How long messages take on their way, by the stream's label: `engine.latency["alpaca v2/sip"].fold`.

        The histograms are live and cover the streams' whole life; see Latency.
        """
        return {feed.given.label: feed.decoder.latency for feed in self._feeds}

    # filling gaps

    def on_gap(self, handler: H) -> H:
        """Has `handler(gap)` called once for each Gap: `@engine.on_gap`.

        It is a coroutine function, run as a task beside the streams, or a plain one; `gap` is a copy of the record:
        its `reason`, its `stream`, and from when to when nothing was heard where that is known. What it learns by REST
        goes into `feed_snapshot`, or is returned as bytes, which does the same. A stream that was connected again is
        ready once all handlers have ended. An exception counts as one of a callback.
        """
        if not callable(handler):
            raise TypeError(f"on_gap takes a function of one argument, not {handler!r}")
        self._dispatcher.off(self._gaps.hear)
        self._dispatcher.on(Gap, self._gaps.hear)
        self._gaps.handlers.append(handler)
        return handler

    def off(self, callback: object) -> None:
        for feed in self._feeds:
            feed.decoder.off(callback)
        self._gaps.handlers = [handler for handler in self._gaps.handlers if handler != callback]

    def feed_snapshot(self, stream: Stream | str, payload: bytes | str) -> int:
        """Folds what the venue's REST interface says of the orders, as if the stream had said it.

        stream    as it was given to the engine, or its label
        payload   the body as it came: of `GET /v2/orders` of Alpaca, of `GET /iserver/account/orders` of IBKR

        The records have Flag.SNAPSHOT. Where an order has moved on meanwhile, its later state stays. Returns how many
        records were made; raises ConfigError where it is no such answer, CallbackError where a callback raised.
        """
        feed = self._find(stream)
        if self._over is not None and not self._abandoned and threading.get_ident() != self._thread:
            raise ConfigError("feed_snapshot() is called in the event loop's thread: use call_soon_threadsafe()")
        if not isinstance(payload, (str, bytes, bytearray, memoryview)):
            raise ConfigError(f"feed_snapshot() takes the body as it came, as bytes, not a {type(payload).__name__}")
        return feed.feed_snapshot(payload.encode() if isinstance(payload, str) else bytes(payload))

    async def subscribe(self, stream: Stream | str, **what: Any) -> None:
        """Adds to the subscriptions of a running stream: `await engine.subscribe(stream, quotes=["MSFT"])`.

        stream   as it was given to the engine, or its label
        what     by the names of the stream's own arguments

        Returns once the venue has confirmed it. Between two connections that is when the next one is ready; what was
        subscribed is kept for all connections to come. Raises ConfigError, LimitError or AuthError with the venue's
        reason where it refuses; the stream then goes on as before. Raises ConnectError where the stream ends first.
        """
        await self._change(stream, True, what)

    async def unsubscribe(self, stream: Stream | str, **what: Any) -> None:
        """Takes away from the subscriptions of a running stream, as `subscribe` adds. Rows stay as they were last."""
        await self._change(stream, False, what)

    async def _change(self, stream: Stream | str, add: bool, what: Mapping[str, Any]) -> None:
        feed = self._find(stream)
        if self._over is None or self._stopping or feed.over:
            raise ConfigError(f"{feed.given.label} is not running")
        await feed.changes.make(add, what, feed.session)

    def _find(self, stream: Stream | str) -> Feed:
        feed = next((feed for feed in self._feeds if stream in (feed.given, feed.given.label)), None)
        if feed is None:
            labels = ", ".join(repr(feed.given.label) for feed in self._feeds)
            raise ConfigError(f"the engine has no stream {stream!r}: give one of its streams, or a label: {labels}")
        return feed

    @property
    def _abandoned(self) -> bool:
        """The event loop that it ran on was closed under it."""
        return self._loop is not None and self._loop.is_closed()
