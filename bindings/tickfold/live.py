"""The engine: streams in, state folded, callbacks called.

    engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"]))

    @engine.on(tf.Quote)
    def on_quote(quote): ...

    engine.run()
"""

import asyncio
import contextlib
import functools
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from tickfold.engine.book import Books
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.records import Ack, Balance, Error, Fill, Order, Pnl, Position, Quote, Record, SessionState
from tickfold.engine.state import BySymbol, Keyed, State
from tickfold.net.backoff import Backoff
from tickfold.net.session import Session
from tickfold.net.stream import Stream, quoted
from tickfold.schema.errors import (
    AuthError,
    CallbackError,
    ConfigError,
    ConnectError,
    LimitError,
    TickfoldError,
    TlsError,
)

__all__ = ["Engine", "StreamStats"]

F = TypeVar("F", bound=Callable[..., Any])

log = logging.getLogger("tickfold")

#: Errors after which another attempt would end as this one did.
FATAL = (AuthError, CallbackError, ConfigError, LimitError)


@dataclass
class StreamStats:
    """What has happened to one stream since the engine began.

    attempts     connections tried
    connects     connections that became ready
    reconnects   of these, all but the first
    drops        ready connections that ended otherwise than by a close handshake of ours
    errors       Error records: what the venue complained of, and payloads that could not be decoded
    messages     messages received
    bytes        bytes received after the upgrade, as they came: compressed ones count as such
    ready        whether it is ready now
    last_error   why the last attempt or connection failed
    """

    label: str
    attempts: int = 0
    connects: int = 0
    reconnects: int = 0
    drops: int = 0
    errors: int = 0
    messages: int = 0
    bytes: int = 0
    ready: bool = False
    last_error: str | None = None


@dataclass(eq=False)
class _Feed:
    """One stream and what serves it."""

    stream: Stream
    decoder: Decoder
    stats: StreamStats
    session: Session | None = None
    task: "asyncio.Task[None] | None" = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    past: tuple[int, int] = (0, 0)  # messages and bytes of connections that are over
    deaf_since: int | None = None  # ns UTC of the last word of a connection that was lost


class Engine:
    """Runs streams, folds what they say into one state and calls callbacks with it.

    streams      what to connect to; each has its own connection, all share the state
    reconnect    how to wait between attempts; None: a connection that ends is not made again, and `run` returns once
                 every venue has closed. A first attempt is retried too, unless the credentials, the certificate or the
                 arguments were refused.
    max_symbols, max_orders
                 rows of the tables; they only reserve address space

    A stream that has become ready tells so by a SessionState record with connected=True and its label as topic; one
    that was lost by connected=False and the reason as text. What it may have missed by the time it is ready again is
    told by a Gap.

    Callbacks are called in the event loop's thread, while the bytes are read: what they take, the next message waits.
    An exception in one ends the engine: the message is folded to its end, the connections are closed in order, and
    `run`, `wait` or `async with` raises CallbackError with the exception as its cause.
    """

    def __init__(
        self,
        *streams: Stream,
        reconnect: Backoff | None = Backoff(),  # noqa: B008 - frozen
        max_symbols: int = 65_536,
        max_orders: int = 65_536,
    ) -> None:
        if not streams:
            raise ConfigError('no stream: give at least one, such as tf.alpaca.MarketData("v2/iex", quotes=["AAPL"])')
        for stream in streams:
            if not isinstance(stream, Stream):
                raise ConfigError(f"{stream!r} is no stream: see tf.alpaca and tf.ibkr")
        if len(streams) > 256:
            raise ConfigError(f"{len(streams)} streams: an engine has at most 256")
        if reconnect is not None and not isinstance(reconnect, Backoff):
            raise ConfigError(f"reconnect={reconnect!r}: give a tf.Backoff, or None not to reconnect")
        self._reconnect = reconnect
        self.state = State(max_symbols=max_symbols, max_orders=max_orders)
        self._dispatcher = Dispatcher()
        self._feeds = [self._feed(stream, number) for number, stream in enumerate(streams)]
        for kind in (Ack, Error, SessionState):
            self._dispatcher.on(kind, self._control)
        self._failure: BaseException | None = None
        self._over: asyncio.Event | None = None  # exists while the engine is started
        self._stopping = False

    # what strategies ask for

    @overload
    def on(self, kind: type[Record], callback: F, *, changed: Iterable[str] | None = None) -> F: ...
    @overload
    def on(self, kind: type[Record], *, changed: Iterable[str] | None = None) -> Callable[[F], F]: ...
    def on(self, kind: type[Record], callback: Any = None, *, changed: Iterable[str] | None = None) -> Any:
        """Has `callback(record)` called with every record of a kind; without a callback it is a decorator.

        changed   names of fields: called only if the update altered at least one of them

        The record is a view that is valid during the call; `record.copy()` keeps it.
        Raises TypeError for an `async def`: callbacks run while the bytes are read and cannot wait.
        """
        return self._dispatcher.on(kind, callback, changed=changed)

    @overload
    def on_batch(self, kind: type[Record], callback: F) -> F: ...
    @overload
    def on_batch(self, kind: type[Record]) -> Callable[[F], F]: ...
    def on_batch(self, kind: type[Record], callback: Any = None) -> Any:
        """Has `callback(array)` called once per socket read with a read-only numpy structured array of its records."""
        return self._dispatcher.on_batch(kind, callback)

    def attach(self, handler: Any) -> Any:
        """Has a Cython Handler called with the struct of every record."""
        return self._dispatcher.attach(handler)

    def off(self, callback: Any) -> None:
        """Takes back what `on`, `on_batch` or `attach` was told of this callback or handler."""
        self._dispatcher.off(callback)

    @property
    def orders(self) -> Keyed[Order]:
        """The orders as last described: `engine.orders["DU1234", "922048212"]`, `.array`."""
        return self.state.orders

    @property
    def quotes(self) -> BySymbol[Quote]:
        """The quotes as last described: `engine.quotes["AAPL"]`, `.array`."""
        return self.state.quotes

    @property
    def fills(self) -> Keyed[Fill]:
        """The latest fills: `engine.fills["0000e0d5.01"]`, `.array`."""
        return self.state.fills

    @property
    def positions(self) -> Keyed[Position]:
        """The positions: `engine.positions["DU1234", "AAPL"]`, `.array`."""
        return self.state.positions

    @property
    def balances(self) -> Keyed[Balance]:
        """The balances: `engine.balances["DU1234", "USD"]`, `.array`."""
        return self.state.balances

    @property
    def pnl(self) -> Keyed[Pnl]:
        """Profit and loss by account: `engine.pnl["DU1234.Core"]`, `.array`."""
        return self.state.pnl

    @property
    def books(self) -> Books:
        """The order books: `engine.books["ETH/USD"].bids.array`, best level first."""
        return self.state.books

    @property
    def stats(self) -> list[StreamStats]:
        """One entry a stream, in the order of the streams; they are live."""
        for feed in self._feeds:
            self._count(feed)
        return [feed.stats for feed in self._feeds]

    # running

    def run(self) -> None:
        """Runs on uvloop until every stream has ended, `close` is called, or SIGINT or SIGTERM comes.

        A first signal closes in order and `run` returns; a second one gives up waiting for the venues.
        Raises what `wait` raises.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise ConfigError("engine.run() makes an event loop, and one is running here: use `async with engine`")
        with asyncio.Runner(loop_factory=_new_event_loop) as runner:
            runner.run(self._run())

    async def _run(self) -> None:
        with self._signals():
            async with self:
                await self.wait()

    async def __aenter__(self) -> Self:
        if self._over is not None:
            raise ConfigError("the engine is running already")
        self._failure, self._stopping = None, False
        self._over = asyncio.Event()
        for feed in self._feeds:
            feed.ready = asyncio.Event()  # of this loop
            feed.task = asyncio.create_task(self._keep(feed), name=f"tickfold {feed.stats.label}")
            feed.task.add_done_callback(functools.partial(self._ended, feed))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close()
        finally:
            self._over = None
        if value is None:
            self._raise_failure()

    async def wait(self) -> None:
        """Returns once every stream has ended. Raises the TickfoldError that ended the engine, if one did."""
        over = self._over
        if over is None:
            raise ConfigError("the engine is not running: use `async with engine` or engine.run()")
        await over.wait()
        if self._failure is not None:
            await self.close()
        self._raise_failure()

    def _raise_failure(self) -> None:
        """Raises what ended the engine, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    async def wait_ready(self) -> None:
        """Returns once every stream is ready: connected, authenticated and subscribed; or the engine has ended.

        Raises as `wait` does.
        """
        over = self._over
        if over is None:
            raise ConfigError("the engine is not running: use `async with engine` or engine.run()")
        ended = asyncio.ensure_future(over.wait())
        ready = asyncio.ensure_future(_all(feed.ready for feed in self._feeds))
        try:
            await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            ready.cancel()
        if self._failure is not None:
            await self.wait()

    async def close(self) -> None:
        """Ends every stream by a close handshake and waits for it, each for its `close_timeout` at most."""
        self.stop()
        tasks = [feed.task for feed in self._feeds if feed.task is not None]
        if tasks:
            await asyncio.wait(tasks)

    def stop(self) -> None:
        """Begins to close and returns at once; may be called by a callback."""
        self._stopping = True
        for feed in self._feeds:
            if feed.session is not None:
                feed.session.close()
            elif feed.task is not None:
                feed.task.cancel()  # between two attempts

    @contextlib.contextmanager
    def _signals(self) -> Any:
        """SIGINT and SIGTERM close the engine, where this thread can handle signals."""
        loop = asyncio.get_running_loop()
        names: Sequence[signal.Signals] = ()
        if threading.current_thread() is threading.main_thread():
            names = (signal.SIGINT, signal.SIGTERM)
        for name in names:
            loop.add_signal_handler(name, self._signalled, name)
        try:
            yield
        finally:
            for name in names:
                loop.remove_signal_handler(name)

    def _signalled(self, name: signal.Signals) -> None:
        if self._stopping:
            log.warning("%s again: not waiting for the venues", name.name)
            for feed in self._feeds:
                if feed.task is not None:
                    feed.task.cancel()
            return
        log.info("%s: closing", name.name)
        self.stop()

    # streams

    def _feed(self, stream: Stream, number: int) -> _Feed:
        decoder = Decoder(
            stream.table, state=self.state, dispatcher=self._dispatcher, stream=number, **stream.decoder_options
        )
        return _Feed(stream, decoder, StreamStats(stream.label))

    def _control(self, record: Record) -> None:
        """Hands what the venue says about the connection to the session whose decoder is speaking."""
        for feed in self._feeds:
            if feed.decoder.busy:
                if isinstance(record, Error):
                    feed.stats.errors += 1
                    feed.stats.last_error = quoted(record.text)
                if feed.session is not None:
                    feed.session.record(record)

    async def _keep(self, feed: _Feed) -> None:
        """Connects a stream, and connects it again as `reconnect` says."""
        stream, stats = feed.stream, feed.stats
        again = False
        waits = iter(()) if self._reconnect is None else self._reconnect.waits()
        while True:
            stats.attempts += 1
            session = feed.session = Session(
                stream, feed.decoder, again=again, on_ready=functools.partial(self._ready, feed)
            )
            error: TickfoldError | None = None
            try:
                ending = await session.run()
            except TickfoldError as failure:
                error = failure
            finally:
                self._count(feed)
                stats.ready = False
                feed.ready.clear()
                feed.past = stats.messages, stats.bytes
                feed.session = None
            if self._stopping and not isinstance(error, CallbackError):
                return
            if error is None:
                why = "closed without a Close frame" if ending.code is None else f"closed with {ending.code}"
            else:
                why = stats.last_error = str(error)
            if session.ready and not isinstance(error, CallbackError):
                self._lost(feed, session, why)
            if error is not None:
                if self._reconnect is None or isinstance(error, FATAL):
                    raise error
                if isinstance(error, TlsError) and not again and not session.ready:
                    raise error
            if self._reconnect is None:
                return
            if session.ready:
                again = True
                waits = self._reconnect.waits()
            wait = next(waits, None)
            if wait is None:
                raise error or ConnectError(f"{stats.label}: {why}; no attempt is left")
            log.warning("%s: %s; next attempt in %.1f s", stats.label, why, wait)
            await asyncio.sleep(wait)

    def _ready(self, feed: _Feed) -> None:
        """A session has subscribed everything. An exception of a callback comes out of the decoder, as always."""
        stats, now = feed.stats, time.time_ns()
        stats.connects += 1
        stats.reconnects = stats.connects - 1
        stats.ready = True
        feed.ready.set()
        log.info("%s: ready", stats.label)
        feed.decoder.announce(True, stats.label, "ready", now)
        if feed.deaf_since is not None:
            feed.decoder.gap(feed.deaf_since, now, stats.label, "reconnected")
            feed.deaf_since = None

    def _lost(self, feed: _Feed, session: Session, why: str) -> None:
        """A connection that was ready is none any more. Raises CallbackError."""
        feed.stats.drops += 1
        listener = session.listener
        feed.deaf_since = time.time_ns() if listener is None else listener.recv_ns
        feed.decoder.announce(False, feed.stats.label, why, time.time_ns())
        feed.decoder.flush()

    def _count(self, feed: _Feed) -> None:
        """Brings messages and bytes up to date: those of past connections and of the present one."""
        listener = None if feed.session is None else feed.session.listener
        feed.stats.messages, feed.stats.bytes = feed.past
        if listener is not None:
            feed.stats.messages += listener.messages
            feed.stats.bytes += listener.octets

    def _ended(self, feed: _Feed, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            if self._failure is None:
                self._failure = error
            self.stop()  # one stream's fatal error ends all
            if self._over is not None:
                self._over.set()
        if self._over is not None and all(f.task is None or f.task.done() for f in self._feeds):
            self._over.set()


async def _all(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
