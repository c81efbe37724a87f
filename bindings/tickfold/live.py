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
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Literal, Self

from tickfold.engine.callbacks import Callbacks
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.listener import Listener
from tickfold.engine.orders import Orders
from tickfold.engine.records import Gap
from tickfold.engine.spin import Spinner
from tickfold.engine.state import State
from tickfold.journal.recording import Recording
from tickfold.journal.settings import Journal, JournalStats
from tickfold.net.backoff import Backoff
from tickfold.net.control import StreamControl
from tickfold.net.feed import Feed
from tickfold.net.gaps import Gaps
from tickfold.net.lag import watch_lag
from tickfold.net.logs import fields
from tickfold.net.loop import Later, all_set, linger_of, new_event_loop
from tickfold.net.signals import closing_on_signals
from tickfold.net.stats import StreamStats, not_ready
from tickfold.net.stream import Stream, check_streams
from tickfold.net.tables import Payloads, Tables
from tickfold.schema.errors import CallbackError, ConfigError, TickfoldError

__all__ = ["Engine", "StreamStats"]

log = logging.getLogger("tickfold")

HANDLERS_END = 2.0  # seconds that handlers of gaps have to end once they are cancelled


class Engine(StreamControl, Callbacks, Tables, Payloads):
    """Runs streams, folds what they say into one state and calls callbacks with it.

    streams      what to connect to; each has its own connection, all share the state
    reconnect    how to wait between attempts; None: a connection that ends is not made again, and `run` returns once
                 every venue has closed. A first attempt is retried too, unless the credentials, the certificate or the
                 arguments were refused, or HTTP 400 to 499 came (but 408 and 429): such a stream is given up. Once a
                 stream was ready, a refusal counts as passing, and is tried again as Backoff says
    on_stream_error
                 what the end of a stream that is given up does to the others: "stop" ends the engine, "continue" leaves
                 them running until the last one has ended. None: "stop" for a stream that was never ready, which is a
                 mistake in what was given, "continue" for one that was
    on_callback_error
                 "raise": an exception in a callback ends the engine. "report": it is logged with its record and counted
                 in `stats`, and the engine goes on
    slow_after   seconds: where the event loop is held up for longer, by a callback or other tasks, or what waits unread
                 will take longer, each ready stream that it concerns tells so by a Lag record, every 10 s at most, and
                 by another one once the engine keeps pace again; None never looks
    spin         how an event loop is kept from sleeping while a stream is connected, whoever made it: `run`, `start` or
                 `async with`. False: not at all. True: always, which takes all of a core and saves the time to wake up.
                 Seconds, as 200e-6: for so long after the last bytes came. Timers, other sockets, signals and `stop`
                 work as ever, at most 0.1 ms later. ConfigError for anything else
    max_symbols, max_orders
                 rows of the tables; they only reserve address space
    ended_orders how many orders that have ended are kept, half of max_orders if None; the first ones leave first
    journal      a path, or a tf.Journal: everything that comes in is written there from the moment a venue has accepted
                 the login, and tf.replay() plays it again. Nothing that is sent, and no credential, is in it

    Each change of a stream's state (tf.StreamState) is a SessionState record with `state`, the stream's label as topic
    and the reason as text: LIVE means that the stream is ready. `connected` is True in the one that says that
    everything was asked for, and False where such a connection is lost. What a stream may have missed by the time it is
    ready again is told by a Gap.

    Callbacks are called in the event loop's thread, while the bytes are read: what they take, the next message waits.

    What ends the engine, and how:

    * `stop`, `close` and leaving `async with` begin the close handshake. From then on no callback is called; what still
      arrives until the venues have answered is folded into the state.
    * An exception in a callback: its message is handed on to its end, then the same happens. An Exception comes out of
      `run`, `wait` or `async with` as the cause of a CallbackError (with on_callback_error="report" it ends nothing);
      SystemExit, KeyboardInterrupt, CancelledError and others that are no Exception come out as they are.
    * A stream that is given up, as `on_stream_error` says, or the last one of all: its error comes out of them as it
      is.

    The body of `async with engine` is cancelled when an error ends the engine, as that of asyncio.TaskGroup is, unless
    it is waiting in `wait` or `wait_ready`, which raise the error themselves.
    """

    def __init__(
        self,
        *streams: Stream,
        reconnect: Backoff | None = Backoff(),  # noqa: B008 - frozen
        on_stream_error: Literal["continue", "stop"] | None = None,
        on_callback_error: Literal["raise", "report"] = "raise",
        slow_after: float | None = 1.0,
        spin: bool | float = False,
        max_symbols: int = 1 << 20,
        max_orders: int = 1 << 17,
        ended_orders: int | None = None,
        journal: str | os.PathLike[str] | Journal | None = None,
    ) -> None:
        check_streams(streams)
        if reconnect is not None and not isinstance(reconnect, Backoff):
            raise ConfigError(f"reconnect={reconnect!r}: give a tf.Backoff, or None not to reconnect")
        if on_stream_error not in ("continue", "stop", None):
            raise ConfigError(f'on_stream_error={on_stream_error!r}: give "continue", "stop" or None')
        if slow_after is not None and not slow_after > 0:
            raise ConfigError(f"slow_after={slow_after}: give seconds above 0, or None")
        self._slow_after = slow_after
        linger_of(spin)
        self._spin = spin
        self._reconnect = reconnect
        self._on_stream_error = on_stream_error
        limits: dict[str, Any] = {"max_symbols": max_symbols, "max_orders": max_orders, "ended_orders": ended_orders}
        self.state = State(**limits)
        self._orders = Orders(self.state)
        self._reports = on_callback_error == "report"
        self._gaps = Gaps(_Host(self))
        self._dispatcher = Dispatcher(on_callback_error=on_callback_error)
        self._dispatcher.on(Gap, self._count_gap)
        self._feeds = [self._feed(stream, number) for number, stream in enumerate(streams)]
        fed = [(feed.given, feed.decoder) for feed in self._feeds]
        self._recording = None if journal is None else Recording(journal, fed, limits)
        self._failure: BaseException | None = None  # what has ended the engine
        self._told = False  # `wait` has raised it
        self._over: asyncio.Event | None = None  # exists while the engine is started
        self._changed: asyncio.Event | None = None  # a stream has been given up
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None  # that it runs on, or ran on
        self._thread = 0  # of that loop
        self._by_start = False  # it was started by `start`
        self._spinner: Spinner | None = None  # what keeps the loop from sleeping
        self._lag: asyncio.Task[None] | None = None
        self._body: asyncio.Task[Any] | None = None  # the task inside `async with`
        self._body_cancelled = False  # by us
        self._waiters: set[asyncio.Task[Any] | None] = set()  # tasks inside wait() or wait_ready()

    @property
    def journal(self) -> JournalStats | None:
        """How the journal fares; None without one."""
        return None if self._recording is None else self._recording.stats

    # running

    def run(self, *, spin: bool | float | None = None) -> None:
        """Runs on uvloop until every stream has ended, `close` is called, or SIGINT or SIGTERM comes.

        spin   as the engine's argument, which it replaces for this run; None leaves that

        A first signal closes in order and `run` returns. A second one gives up waiting for the venues, and gives SIGINT
        and SIGTERM back what they do by default: a third ends the process, or raises KeyboardInterrupt, even in a
        callback that does not come back.
        Raises what `wait` raises.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise ConfigError("engine.run() makes an event loop, and one is running here: use `async with engine`")
        own = self._spin
        if spin is not None:
            linger_of(spin)
            self._spin = spin
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                failure = runner.run(self._run())
        finally:
            self._spin = own
        if failure is not None:
            raise failure

    async def _run(self) -> BaseException | None:
        """Returns what must not be raised within an event loop: it would end before it has cleaned up."""
        with closing_on_signals(self._close_on, self._give_up_on):
            try:
                async with self:
                    await self.wait()
            except (KeyboardInterrupt, SystemExit) as failure:
                return failure
        return None

    async def __aenter__(self) -> Self:
        if self._over is not None and not self._abandoned:
            raise ConfigError("the engine is running already")
        if self._recording is not None:
            self._recording.open()
        self._by_start = False
        self._failure, self._told, self._stopping = None, False, False
        self._body, self._body_cancelled = asyncio.current_task(), False
        self._dispatcher.silent = False
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._over, self._changed = asyncio.Event(), asyncio.Event()
        self._spinner = None if self._spin is False else Spinner(self._loop, linger_of(self._spin))
        for feed in self._feeds:
            feed.start(self._ended)
        if self._slow_after is not None:
            look = functools.partial(self._look_at_pace, self._slow_after)
            self._lag = asyncio.create_task(watch_lag(look), name="tickfold lag")
        return self

    async def start(self) -> None:
        """Begins to connect and returns at once; `stop` or `close` ends it. Does nothing where the engine runs.

        No task is cancelled when an error ends the engine: `wait` and `wait_ready` raise it.
        """
        if self._over is None or self._abandoned:
            await self.__aenter__()
            self._body, self._by_start = None, True

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        body, self._body = self._body, None
        cancelled = self._body_cancelled
        if cancelled and body is not None:
            body.uncancel()
        try:
            await self.close()
        finally:
            self._over = None
        if isinstance(value, asyncio.CancelledError) or (value is None and (cancelled or not self._told)):
            self._raise_failure()

    async def wait(self) -> None:
        """Returns once every stream has ended. Raises what ended the engine, if an error or a callback did."""
        over = self._over
        if over is None:
            raise ConfigError("the engine is not running: use `async with engine` or engine.run()")
        with self._waiting():
            await over.wait()
            if self._failure is not None:
                await self.close()
            self._raise_failure()

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        """The task at hand will hear from us what ends the engine."""
        task = asyncio.current_task()
        self._waiters.add(task)
        try:
            yield
        finally:
            self._waiters.discard(task)

    def _raise_failure(self) -> None:
        """Raises what ended the engine, if anything did."""
        failure = self._failure
        if failure is not None:
            self._told = True
            try:
                raise failure
            finally:
                del failure

    async def wait_ready(self, timeout: float | None = None) -> None:
        """Returns once every stream is ready, or the engine has ended.

        A stream is ready once it is connected, the venue has accepted the login, everything is asked for, the first
        list of orders or the snapshot is in where the venue sends one (5 s are waited for it), and no handler of
        `on_gap` still learns what was missed.

        timeout   seconds; TimeoutError then says which streams are not ready, and why. None waits for ever

        Raises as `wait` does, and what ended a stream that has been given up.
        """
        over = self._over
        if over is None:
            raise ConfigError("the engine is not running: use `async with engine` or engine.run()")
        assert self._changed is not None
        ended = asyncio.ensure_future(over.wait())
        changed = asyncio.ensure_future(self._changed.wait())
        ready = asyncio.ensure_future(all_set(feed.ready for feed in self._feeds))
        with self._waiting():
            try:
                done, _ = await asyncio.wait(
                    (ended, changed, ready), timeout=timeout, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                for waiting in (ended, changed, ready):
                    waiting.cancel()
            if self._failure is not None:
                await self.wait()
            for feed in self._feeds:
                if feed.failure is not None:
                    raise feed.failure
            if not done:
                raise TimeoutError(f"not ready within {timeout} s: {not_ready(self.stats)}")

    async def close(self) -> None:
        """Ends every stream by a close handshake and waits for it, each for its `close_timeout` at most.

        Where it is cancelled meanwhile, the connections are dropped without their handshakes.
        """
        self.stop()
        if self._abandoned:
            self._over = None
            return
        tasks = [task for task in (*(feed.task for feed in self._feeds), self._lag) if task is not None]
        try:
            if tasks:
                await asyncio.wait(tasks)
        except asyncio.CancelledError:  # whoever waits here waits for the venues no longer
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            raise
        finally:
            if self._spinner is not None:
                self._spinner.stop()
            try:
                await self._gaps.wait(HANDLERS_END)
            finally:
                if self._by_start:
                    self._over, self._by_start = None, False
                if self._recording is not None:
                    await self._recording.close()

    def stop(self) -> Awaitable[None]:
        """Begins to close and returns at once; may be called by a callback, and from any thread.

        No callback is called any more. `await engine.stop()` waits as `close` does.
        """
        self._stopping = self._dispatcher.silent = True
        loop = self._loop
        if loop is not None and not loop.is_closed():
            if threading.get_ident() == self._thread:
                self._stop()
            else:
                with contextlib.suppress(RuntimeError):  # it is closed by now
                    loop.call_soon_threadsafe(self._stop)
        return Later(self.close)

    def _stop(self) -> None:
        if self._stopping:  # it may have been started again before another thread's stop() was heard
            for feed in self._feeds:
                feed.close()
            self._gaps.cancel()
            if self._lag is not None:
                self._lag.cancel()

    def _look_at_pace(self, slow_after: float, held_up: float) -> None:
        """Whether the streams are kept pace with; the event loop could do nothing else for so many seconds."""
        for feed in self._feeds:
            try:
                feed.look_at_pace(held_up, slow_after)
            except BaseException as failure:
                self._die(feed.stats.label, failure)

    def _close_on(self, name: str) -> None:
        log.info("%s: closing", name, extra=fields("signal", signal=name))
        self.stop()

    def _give_up_on(self, name: str) -> None:
        log.warning("%s again: not waiting for the venues", name, extra=fields("signal", signal=name))
        for feed in self._feeds:
            if feed.task is not None:
                feed.task.cancel()

    # streams

    def _feed(self, stream: Stream, number: int) -> Feed:
        decoder = Decoder(
            stream.table,
            state=self.state,
            dispatcher=self._dispatcher,
            stream=number,
            label=stream.label,
            extra=stream.extra,
            **stream.decoder_options,
        )
        return Feed(stream, decoder, self._reconnect, _Host(self))

    def _given_up(self, feed: Feed, error: TickfoldError) -> None:
        """A stream has failed for good: ends the engine, or tells those who wait for it."""
        stop = not feed.proven if self._on_stream_error is None else self._on_stream_error == "stop"
        if stop or all(other.over for other in self._feeds):
            self._die(feed.stats.label, error)
            return
        label, told = feed.stats.label, fields("given_up", feed.stats.label, state="failed", reason=str(error))
        log.error("%s: given up, the other streams go on: %s", label, error, extra=told)
        if self._changed is not None:
            self._changed.set()

    def _die(self, label: str, error: BaseException) -> None:
        """Ends all streams, because of an error of one; it will come out of run(), wait() or `async with`."""
        if self._failure is not None and (not isinstance(self._failure, Exception) or isinstance(error, Exception)):
            return  # the first counts, but SystemExit and the like before any Exception
        self._failure = error
        if isinstance(error, (SystemExit, KeyboardInterrupt, asyncio.CancelledError)):
            log.info("%s: the engine ends: %r", label, error, extra=fields("ends", label, reason=repr(error)))
        else:
            cause = error.__cause__ if isinstance(error, CallbackError) else error
            shown = None if isinstance(cause, TickfoldError) else cause
            why = str(error) or repr(error)
            told = fields("ends", label, reason=why)
            log.error("%s: the engine ends: %s", label, why, exc_info=shown, extra=told)
        self.stop()
        if self._over is not None:
            self._over.set()
        body = self._body
        if body is not None and body not in self._waiters and not self._body_cancelled:
            self._body_cancelled = body.cancel()

    def _ended(self, feed: Feed, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._die(feed.stats.label, error)
        if self._over is not None and all(f.task is None or f.task.done() for f in self._feeds):
            failures = [f.failure for f in self._feeds if f.failure is not None]
            if failures and not self._stopping:  # those that had not failed were closed by their venues
                self._die(feed.stats.label, failures[0])
            self._over.set()


class _Host:
    """What an engine does for its feeds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def stopping(self) -> bool:
        return self._engine._stopping

    @property
    def fills_gaps(self) -> bool:
        return bool(self._engine._gaps.handlers)

    def die(self, label: str, error: BaseException) -> None:
        self._engine._die(label, error)

    def given_up(self, feed: Feed, error: TickfoldError) -> None:
        self._engine._given_up(feed, error)

    def opened(self, listener: Listener) -> None:
        if self._engine._spinner is not None:
            self._engine._spinner.add(listener)

    def lost(self, feed: Feed) -> None:
        self._engine._orders.doubt(feed.decoder.stream, self._engine._dispatcher.last_seq)

    def after_gap(self, label: str, call: Callable[[], None]) -> None:
        self._engine._gaps.then(label, call)

    def feed_snapshot(self, stream: str, payload: bytes | str) -> int:
        return self._engine.feed_snapshot(stream, payload)

    def gap_failed(self, label: str, error: BaseException) -> None:
        if self._engine._reports and isinstance(error, Exception):
            self._engine._find(label).unfilled += 1
            told = fields("unfilled", label, reason=str(error))
            log.error("%s: a gap may not be filled: %s", label, error, exc_info=error.__cause__ or error, extra=told)
        else:
            self._engine._die(label, error)
