"""One stream of a running engine: it is connected, connected again, and given up where that is of no use.

Its states, and what may follow which, stand in tickfold.net.states.

How a connection's end is judged:

    what ended it                                before the stream was ever ready     afterwards
    the venue refuses the login or the request   failed                               backoff, `refusals` times at most
    HTTP 400 to 499 but 401, 403, 408 and 429    failed                               backoff
    the certificate                              failed                               backoff
    a change that needs a new connection         connecting, at once                  the same
    any other failure, the venue's own Close     backoff, `attempts` times at most    the same
    an exception of a callback or of our own      the engine ends

A stream has been ready where one of its connections was, unless that one was refused within PROOF seconds: some streams
are ready as soon as they are open, before the venue has judged anything.
"""

import asyncio
import functools
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Error, Event, Record
from tickfold.net.backoff import Backoff, Pace
from tickfold.net.changes import Changes
from tickfold.net.faults import REFUSALS, hopeless
from tickfold.net.gaps import RECONNECTED, Moment
from tickfold.net.host import Host
from tickfold.net.lag import Lagging, unread
from tickfold.net.logs import fields
from tickfold.net.loop import being_cancelled
from tickfold.net.session import Session
from tickfold.net.states import FOLLOWS, Standing
from tickfold.net.stats import StreamStats
from tickfold.net.stream import Stream, quoted
from tickfold.net.subscribed import Subscribed
from tickfold.net.symbols import SymbolSilence
from tickfold.net.watch import DataWatch
from tickfold.schema.enums import StreamState
from tickfold.schema.errors import CallbackError, ConnectError, StaleError, TickfoldError

log = logging.getLogger("tickfold")

#: Seconds for which a connection must have been ready, where it ends with a refusal, to prove that it was accepted.
PROOF: Final = 5.0

#: Why a stream has ended.
STOPPED: Final = "the engine stops"

#: Why a connection has ended that the venue would not have changed the subscriptions of.
CHANGED: Final = "the subscriptions change: connecting anew"

#: Why one has ended that nobody was told of meanwhile.
STARTED: Final = "the engine was stopped and is started again"


class Feed:
    """One stream, its decoder, its statistics, and the session of the moment."""

    def __init__(self, stream: Stream, decoder: Decoder, reconnect: Backoff | None, host: "Host[Feed]") -> None:
        self.given = stream  # as the user has described it
        self.changes = Changes(stream)
        self.decoder = decoder
        self.stats = StreamStats(stream.label)
        self._subscribed = Subscribed(self.stats, decoder)
        self.session: Session | None = None
        self.task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.proven = False  # a connection since the engine's start was accepted
        self.failure: TickfoldError | None = None  # why it was given up
        self._host = host
        self._reconnect = reconnect
        self._pace = Pace(reconnect)
        self._past: tuple[int, int, int, float] = 0, 0, 0, 0.0  # messages, bytes, mended texts, busy: of what is over
        self._lagging = Lagging(decoder, self.stats)
        self._heard: Moment | None = None  # when the connection that is over was last heard
        self._told_ready = False  # that it is connected was told, and that it is lost was not
        self.unfilled = 0  # exceptions of handlers of gaps that were reported
        self._said = 0  # records that are no data: what the venue or we say of the session
        self._silent_since: Moment | None = None  # while the stream is stale: when the last data came
        self._deaf_since: Moment | None = None  # when the connection that was lost was last heard
        self._standing = Standing(self.stats, self._announce)
        self._in_part = False  # something was told to be missing of the subscriptions
        self._filling = False  # handlers of on_gap() are filling the gap before this connection
        self._why = ""  # what has ended the last attempt or connection
        self._symbols = None
        if stream.symbol_within is not None:
            self._symbols = SymbolSilence(stream, decoder, self.stats, self._announce, self._gap)
        decoder.control = self._control

    # what the engine calls

    def start(self, ended: Callable[["Feed", "asyncio.Task[None]"], None]) -> None:
        """Begins to connect. `ended` is called once the task has ended."""
        self.ready = asyncio.Event()  # of this loop
        self.proven, self.failure, self._why = False, None, ""
        self._standing.begin()
        self._pace.restart()
        if self._told_ready:
            self._tell_lost(STARTED)
        self.task = asyncio.create_task(self._keep(), name=f"tickfold {self.stats.label}")
        self.task.add_done_callback(functools.partial(ended, self))

    @property
    def over(self) -> bool:
        """It is not running, or will not connect any more."""
        return self.failure is not None or self.task is None or self.task.done()

    def close(self) -> None:
        """Begins the close handshake, or ends the wait for the next attempt."""
        self._not_ready()
        if self.session is not None:
            self.session.close()
            if self._standing.state is not StreamState.CLOSING:
                self._move(StreamState.CLOSING, STOPPED)
        elif self.task is not None:
            self.task.cancel()

    def count(self) -> None:
        """Brings messages and bytes up to date: those of past connections and of the present one."""
        listener = None if self.session is None else self.session.listener
        self.stats.messages, self.stats.bytes, self.stats.mended, self.stats.busy = self._past
        self.stats.callback_errors = self.decoder.dispatcher.callback_errors(self.decoder.stream) + self.unfilled
        self.stats.conflated = self.decoder.dispatcher.conflated(self.decoder.stream)
        self.stats.drift = sum(one.count for one in self.decoder.drift()) + self.decoder.drift_beyond
        self.stats.unread = unread(listener)
        if listener is not None:
            self.stats.messages += listener.messages
            self.stats.bytes += listener.octets
            self.stats.mended += listener.mended
            self.stats.busy += listener.busy_ns / 1e9
            self.stats.last_message = listener.recv_ns
        if self.session is not None and self.session.data is not None and self.session.data.came:
            self.stats.last_data = self.session.data.since_ns
        self._subscribed.count(self.changes.stream, self.session, self.connected)

    def look_at_pace(self, held_up: float, slow_after: float) -> None:
        """Whether the stream is kept pace with: see Lagging.look. Raises what a callback raised."""
        listener = self.session.listener if self.session is not None and self.connected else None
        if self._lagging.look(listener, held_up, slow_after):
            self._said += 1
            self._flush()

    @property
    def connected(self) -> bool:
        """Everything is subscribed, whether or not a gap is still being filled."""
        return self._standing.connected

    def feed_snapshot(self, payload: bytes) -> int:
        """Folds an answer of REST. Returns how many records it made; raises what a callback raised."""
        before = self.decoder.records
        hushed, self.decoder.hushed = self.decoder.hushed, False  # it holds no credential, whoever is logged in
        try:
            return self.decoder.feed(self.given.snapshot(payload), time.time_ns())
        finally:
            self.decoder.hushed = hushed
            self._said += self.decoder.records - before  # the stream itself has brought no data

    # one attempt after the other

    async def _keep(self) -> None:
        wait: float | None = 0.0
        try:
            while wait is not None:
                await self._pause(max(wait, self._pace.due()))
                wait = await self._attempt()
        finally:
            if not isinstance(sys.exception(), GeneratorExit):  # of an event loop that was closed, perhaps long ago
                self._over()

    def _over(self) -> None:
        if self.failure is None:
            why = STOPPED if self._host.stopping else self._why or "cancelled"
            if StreamState.CLOSED not in FOLLOWS[self._standing.state]:  # the task was cancelled
                self._move(StreamState.CLOSING, why)
            self._move(StreamState.CLOSED, why)
        self.changes.over(ConnectError(f"{self.stats.label}: it has ended before the venue answered"))

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            why = f"{self._why}; " if self._why else ""
            self.stats.retry_in = seconds
            self._move(StreamState.BACKOFF, f"{why}next attempt in {seconds:.1f} s")
            try:
                await asyncio.sleep(seconds)
            finally:
                self.stats.retry_in = None

    async def _attempt(self) -> float | None:
        """Makes one connection and lives it to its end. Returns seconds to wait for the next; None ends the stream."""
        stats = self.stats
        stats.attempts += 1
        self._silent_since, self._in_part = None, False
        self._pace.begin()
        self.changes.opening()
        self.decoder.hushed = True
        self._move(StreamState.CONNECTING, f"attempt {stats.attempts}")
        if self._host.stopping:
            return None
        session = self.session = Session(
            self.changes.stream,
            self.decoder,
            again=self.proven,
            on_open=self._opened,
            on_ready=self._on_ready,
            on_failed=self._failed,
            on_stale=self._stale,
            on_changed=self.changes.answered,
            on_settled=self._on_settled,
            on_missing=self._missing,
            on_look=None if self._symbols is None else self._look,
            count_data=lambda: self.decoder.records - self._said,
        )
        error: BaseException | None = None
        try:
            ending = await session.run()
        except BaseException as failure:
            if isinstance(failure, asyncio.CancelledError) and being_cancelled():
                raise
            error = failure
        finally:
            self.count()
            self._not_ready()
            self._past = stats.messages, stats.bytes, stats.mended, stats.busy
            self._heard = Moment.heard_by(session.listener)
            self.session = None
        if error is not None and not isinstance(error, TickfoldError):
            self._host.die(stats.label, error)
        if self._host.stopping:
            return None
        if error is None and session.outdated:
            why = CHANGED
        elif error is None:
            why = "closed without a Close frame" if ending.code is None else f"closed with {ending.code}"
        else:
            why = stats.last_error = str(error)
        if (error is None or session.ready) and why != CHANGED:
            why += self._lagging.cause()
        self._why = why
        if self._told_ready:
            self._tell_lost(why)
        elif self._standing.state not in (StreamState.CONNECTING, StreamState.CLOSING):
            self._move(StreamState.CLOSING, why)
        if self._host.stopping:
            return None
        return self._judge(session, error if isinstance(error, TickfoldError) else None, why)

    def _judge(self, session: Session, error: TickfoldError | None, why: str) -> float | None:
        """What follows a connection's end: seconds to wait, or None where nothing does."""
        ready_for, refused = session.ready_for, isinstance(error, REFUSALS)
        if ready_for is not None and not (refused and ready_for < PROOF):
            self.proven = True
        if isinstance(error, CallbackError):
            self._host.die(self.stats.label, error)
            return None
        if error is None and session.outdated:
            return 0.0
        if error is not None and refused and not session.ready and self.changes.refused(error):
            refused = False  # what was added is taken back: the next attempt asks for what was accepted before
        if error is not None and (self._reconnect is None or (not self.proven and hopeless(error))):
            self._give_up(error, why)
            return None
        if self._reconnect is None or self._host.stopping:
            return None
        wait = self._pace.after(
            ready_for=ready_for, refused=refused, retry_after=None if error is None else error.retry_after
        )
        if wait is None:
            if error is None:
                error = ConnectError(f"{self.stats.label}: {why}; no attempt is left")
            self._give_up(error, why)
            return None
        said = fields("retry", self.stats.label, state=self.stats.state, reason=why, wait=wait)
        log.warning("%s: %s; next attempt in %.1f s", self.stats.label, why, wait, extra=said)
        return wait

    def _give_up(self, error: TickfoldError, why: str) -> None:
        self.failure = error
        self.stats.last_error = str(error)
        try:
            self._standing.go(StreamState.FAILED, f"given up: {why}", False)
            self.decoder.flush()
        except BaseException as failure:
            self._host.die(self.stats.label, failure)
            return
        self._host.given_up(self, error)

    # what a session tells

    def _control(self, record: Record) -> Callable[[], None] | None:
        """Hands what the venue says about the connection to its session: what Decoder.control is."""
        if not isinstance(record, Event):  # an event is data, too
            self._said += 1
        if isinstance(record, Error):
            self.stats.errors += 1
            said = quoted(record.text)
            self.stats.last_error = said if self.session is None else self.session.hidden(said)
        if self.session is None:
            return None
        session = self.session
        after = session.record(record)
        self.decoder.hushed = not session.accepted
        if session.failure is not None:  # what it told of that stands before this record
            return functools.partial(self._closing, str(session.failure))
        return self._accepted if after is None else after

    def _opened(self) -> None:
        """The websocket is open; the dialogue begins."""
        accepted = self.session is not None and self.session.accepted
        self.decoder.hushed = not accepted
        if self.session is not None and self.session.listener is not None:
            self._host.opened(self.session.listener)
        state = StreamState.SUBSCRIBING if accepted else StreamState.AUTHENTICATING
        self._move(state, "the websocket is open")

    def _accepted(self) -> None:
        """Perhaps the venue has accepted the login."""
        session = self.session
        if session is not None and session.accepted and self._standing.state is StreamState.AUTHENTICATING:
            self._standing.go(StreamState.SUBSCRIBING, "the login is accepted")

    def _not_ready(self) -> None:
        self.stats.ready = False
        self.ready.clear()

    def _closing(self, why: str) -> None:
        """The connection is being given up."""
        self._not_ready()
        if self._standing.state is not StreamState.CLOSING:
            self._standing.go(StreamState.CLOSING, why)

    def _on_ready(self) -> None:
        """A session has subscribed everything. Within a message, what a callback raises comes out at its end."""
        if self._standing.state is StreamState.CLOSING:  # the engine was stopped meanwhile
            return
        stats, now, self._told_ready = self.stats, Moment.now(), True
        stats.connects += 1
        stats.reconnects = stats.connects - 1
        deaf_since, self._deaf_since = self._deaf_since, None
        session = self.session
        whole = session is None or session.settled
        self._filling = deaf_since is not None and self._host.fills_gaps
        stats.ready = whole and not self._filling
        if stats.ready:
            self.ready.set()
        if session is not None and session.listener is not None:
            self._lagging.begin(session.listener)
        why = "ready but for its gap" if self._filling else "ready"
        if not whole:
            why = "subscribed in part" if self._in_part else "subscribed"
        log.info("%s: %s", stats.label, why, extra=fields("ready", stats.label, connects=stats.connects, reason=why))
        self._accepted()
        self._standing.go(StreamState.LIVE if stats.ready else StreamState.SNAPSHOT, why, True, now.ns)
        if deaf_since is not None:
            self._gap(deaf_since.until(now), now.ns, RECONNECTED)
            self._host.after_gap(stats.label, functools.partial(self._resumed, session))
        self._flush()
        if session is not None:
            self.changes.ready(session)
        if self._symbols is not None:
            self._symbols.ready(self.changes.stream, time.monotonic())

    def _on_settled(self) -> None:
        """What a strategy takes for granted has come."""
        self._perhaps_ready("ready")

    def _resumed(self, session: Session | None) -> None:
        """Nobody fills a gap any more that came from the loss of the connection before this session's."""
        if self.session is session:
            self._filling = False
            self._perhaps_ready("ready: nobody fills its gap any more")

    def _perhaps_ready(self, why: str) -> None:
        whole = self.session is not None and self.session.settled
        if whole and not self._filling and self.connected and not self.stats.ready:
            self.stats.ready = True
            self.ready.set()
            log.info("%s: %s", self.stats.label, why, extra=fields("ready", self.stats.label, reason=why))
            if self._standing.state is StreamState.SNAPSHOT:
                self._move(StreamState.LIVE, why)

    def _stale(self, data: DataWatch) -> None:
        """Data has stopped to come, or comes again. Raises what a callback raised."""
        now, go = Moment.now(), self._standing.go
        if data.stale:
            since = datetime.fromtimestamp(data.since_ns / 1e9, UTC).isoformat(timespec="milliseconds")
            why = f"stale: no data since {since}"
            log.warning("%s: %s", self.stats.label, why, extra=fields("stale", self.stats.label, reason=why))
            self._silent_since = Moment(round(data.since * 1e9), data.since_ns)
            go(StreamState.STALE, why, now=now.ns)
            if self.given.on_stale == "resubscribe" and self.session is not None:
                self.changes.again(None, self.session, self._missing)
        else:
            state = StreamState.LIVE if self.stats.ready else StreamState.SNAPSHOT
            why = f"data again after {data.was_silent:.1f} s" if data.flowed else "no data is expected any more"
            go(state, why, now=now.ns)
            silent_since, self._silent_since = self._silent_since, None
            if data.flowed and silent_since is not None:
                self._gap(silent_since.until(now), now.ns, "stale")
        self._flush()

    def _look(self, now: float) -> float:
        """Looks at single symbols; returns when to look again. Raises what a callback raised."""
        assert self._symbols is not None
        again, silent = self._symbols.look(self.changes.stream, now)
        self._flush()
        if silent and self.session is not None and self.given.on_stale == "reconnect":
            self.session.fail(StaleError(f"{self.stats.label}: no data of {', '.join(silent[:10])}"))
        elif silent and self.session is not None and self.given.on_stale == "resubscribe":
            self.changes.again(silent, self.session, self._missing)
        return again

    def _missing(self, words: str) -> None:
        """What of the subscriptions the venue has not accepted. Raises what a callback raised."""
        why, self._in_part = f"missing of {self.stats.label}: {words}", True
        log.warning("%s", why, extra=fields("unanswered", self.stats.label, reason=why))
        self._announce(None, why, time.time_ns())
        self._flush()

    def _announce(
        self,
        connected: bool | None,
        why: str,
        now: int,
        state: StreamState = StreamState.NONE,
        symbol: str | None = None,
    ) -> None:
        """Tells something of the session. Nothing is told once the engine is stopping."""
        if not self._host.stopping:
            self._said += 1
            self.decoder.announce(connected, self.stats.label, why, now, int(state), symbol)

    def _move(self, state: StreamState, why: str) -> None:
        """Changes the state; what a callback raises ends the engine."""
        try:
            self._standing.go(state, why)
            self._flush()
        except BaseException as failure:
            self._host.die(self.stats.label, failure)

    def _gap(self, since: int, until: int, reason: str, symbol: str | None = None) -> None:
        self._said += 1
        self.decoder.gap(since, until, self.stats.label, reason, symbol)

    def _flush(self) -> None:
        """Hands batches on, unless a message does so at its end."""
        if not self.decoder.busy:
            self.decoder.flush()

    def _lost(self, why: str) -> None:
        """A connection that was ready is none any more. Raises what a callback raised."""
        self._told_ready = False
        self.stats.drops += why not in (CHANGED, STARTED)
        heard = self._heard if self.session is None else Moment.heard_by(self.session.listener)
        assert heard is not None  # it was ready
        self._deaf_since = heard if self._silent_since is None else min(heard, self._silent_since)
        self._host.lost(self)
        if self.connected:
            self._standing.go(StreamState.CLOSING, why, False)
        else:
            self._announce(False, why, time.time_ns())
        self.decoder.flush()

    def _tell_lost(self, why: str) -> None:
        """The same; what a callback raises ends the engine."""
        try:
            self._lost(why)
        except BaseException as failure:
            self._host.die(self.stats.label, failure)

    def _failed(self, error: BaseException) -> None:
        """A session ends with an error. What a callback raised ends the engine before another one is called.

        Silence is told at once: nothing comes any more, and a busy event loop may take long to close the connection.
        """
        if isinstance(error, CallbackError) or not isinstance(error, TickfoldError):
            self._host.die(self.stats.label, error)
            return
        try:
            if isinstance(error, StaleError) and self.connected:
                self.stats.last_error = str(error)
                self._not_ready()
                self._lost(str(error) + self._lagging.cause())
            elif not self.decoder.busy:  # else _control tells it behind the record
                self._closing(str(error))
                self._flush()
        except BaseException as failure:
            self._host.die(self.stats.label, failure)
