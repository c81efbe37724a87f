"""One connection of one stream: upgrade, dialogue, life signs, close handshake; every step has a time limit.

    Session(stream, decoder, again=…).run()

`run` returns when the connection has ended in order, with how it ended, and raises a TickfoldError where it did not:

    AuthError         the venue refused the credentials, in HTTP (401, 403) or in its own words
    LimitError        it refused what was asked for as too much
    ConfigError       it refused what was asked for as wrong
    HandshakeError    the server refused or garbled the upgrade
    TlsError          the certificate or the TLS handshake failed
    ConnectError      no connection, or it ended before the stream was ready
    NegotiationError  the answer to our offer of permessage-deflate cannot be lived up to
    ProtocolError     the venue broke RFC 6455 or RFC 7692
    StaleError        the venue went silent, or does not read what is sent to it
    CallbackError     a callback raised an Exception
    anything else     a callback raised it, and it is no Exception (SystemExit, KeyboardInterrupt, CancelledError …), or
                      it is a fault of our own
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from tickfold.engine.decoder import Decoder
from tickfold.engine.listener import Listener
from tickfold.engine.records import Record
from tickfold.net.connection import open_websocket
from tickfold.net.faults import connect_error, dialogue_error
from tickfold.net.logs import fields
from tickfold.net.secrets import given_secrets, hidden, hide, without_echo, without_frames
from tickfold.net.stream import Change, Dialogue, Opening, Said, Stream, quoted
from tickfold.net.subscriptions import Subscriptions
from tickfold.net.tls import pinned_context
from tickfold.net.url import path_of, server_of
from tickfold.net.watch import DataWatch, PeerWatch
from tickfold.schema.errors import ConnectError, StaleError, TickfoldError
from tickfold.schema.extensions import deflate_offer

TICK = 1.0  # seconds between two calls of Dialogue.tick

log = logging.getLogger("tickfold")


@dataclass(frozen=True)
class Ending:
    """How a connection ended in order. `code` is the venue's; None where it sent no Close frame."""

    code: int | None
    reason: str


class Session:
    """One attempt to connect, and the life of the connection.

    decoder    what complete messages are handed to
    again      an earlier connection of the stream had become ready
    on_open    called once, when the websocket is open and the dialogue begins
    on_ready   called once, when everything has been subscribed
    on_settled called once, at or after that: what a strategy takes for granted has come, or is not waited for any more
    on_failed  called at once with what `run` will raise, while the connection is still to be closed
    on_stale   called when data has stopped to come as often as `data_within` says, and when it comes again
    on_changed called with each Change that the venue has confirmed or refused
    on_missing called with what of the subscriptions is missing, in words
    on_look    called with the time now while it is ready; returns when to be called again
    count_data the number of records so far that are data
    """

    def __init__(
        self,
        stream: Stream,
        decoder: Decoder,
        *,
        again: bool = False,
        on_open: Callable[[], None] | None = None,
        on_ready: Callable[[], None] | None = None,
        on_settled: Callable[[], None] | None = None,
        on_failed: Callable[[BaseException], None] | None = None,
        on_stale: Callable[[DataWatch], None] | None = None,
        on_changed: Callable[[Change], None] | None = None,
        on_missing: Callable[[str], None] | None = None,
        on_look: Callable[[float], float] | None = None,
        count_data: Callable[[], int] | None = None,
    ) -> None:
        self.stream = stream
        self.ready = False  # has ever been
        self.settled = False  # the same
        self.outdated = False  # it ends because another connection is to be made, with other subscriptions
        self.listener: Listener | None = None
        self.opened_ns = 0  # when the websocket was opened, ns UTC
        self._decoder = decoder
        self._again = again
        self._on_open = on_open
        self._on_ready = on_ready
        self._on_settled = on_settled
        self._ready_at: float | None = None
        self._ended_at: float | None = None
        self._on_failed = on_failed
        self._on_stale = on_stale
        self._on_changed = on_changed
        self._on_missing = on_missing
        self._missing: list[str] = []  # what is yet to be told with it
        self._listening = False  # to payloads
        self._heard = False  # `_settle_heard` is due
        self._changes: list[Change] = []  # that wait for the venue's answer
        self._on_look = on_look
        self._count_data = count_data
        self.data: DataWatch | None = None  # once it is ready
        self._dialogue: Dialogue | None = None
        self._failure: BaseException | None = None
        self._secrets: Collection[str] = ()
        self._stopped = asyncio.Event()  # we want to end it
        self._over = asyncio.Event()  # it has ended, or must

    # what others call

    async def run(self) -> Ending:
        """Connects, talks and lives until either side closes. See the module for what it raises."""
        try:
            return await self._run()
        finally:
            self._listen(False)

    async def _run(self) -> Ending:
        connecting = asyncio.ensure_future(self._open())
        stopping = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._give_up(connecting)
            raise
        finally:
            stopping.cancel()
        if not connecting.done():
            await self._give_up(connecting)
            if self._failure is not None:
                raise self._failure
            return Ending(None, "")
        if self._failure is not None and connecting.exception() is not None:
            raise self._failure
        dialogue, listener = connecting.result()
        try:
            await self._live(dialogue, listener)
        except asyncio.CancelledError:
            listener.abort()
            raise
        finally:
            await self._hang_up(listener)
        return self._ending(listener)

    def record(self, record: Record) -> Callable[[], None] | None:
        """An Ack, Error, Event or SessionState of this connection's venue: what Decoder.control is. Never raises.

        Where there is something to tell, such as that the stream is ready, it returns what does: to be called once the
        record is handed on.
        """
        dialogue = self._dialogue
        if dialogue is None or self.listener is None or self._failure is not None:
            return None
        became_ready = self._talk(self.listener, dialogue, partial(dialogue.record, record, time.monotonic()))
        return partial(self._tell, became_ready) if became_ready or self._missing or self._settles else None

    @property
    def standing(self) -> Subscriptions | None:
        """Which subscriptions stand on this connection; None where the venue says nothing of them."""
        return None if self._dialogue is None else self._dialogue.standing

    @property
    def accepted(self) -> bool:
        """The venue has accepted the credentials."""
        return self._dialogue is not None and self._dialogue.accepted

    def change(self, change: Change) -> None:
        """Asks the venue for a change, or ends, so that the next connection has it; the session is ready."""
        if change.anew:
            self.outdated = True
            self._end()
            return
        dialogue = self._dialogue
        if dialogue is not None and self.listener is not None and self._failure is None:
            self._changes.append(change)
            self._say(self.listener, dialogue, partial(dialogue.change, change, time.monotonic()))

    def opened_with(self, change: Change) -> None:
        """This connection was opened with a change; `on_changed` is called once the venue takes it, or not."""
        dialogue = self._dialogue
        if dialogue is not None and self._failure is None:
            self._changes.append(change)
            dialogue.opened_with(change, time.monotonic())
            self._settle()

    def fail(self, error: BaseException) -> None:
        """Ends the connection; `run` raises `error`. Of several errors the first, but SystemExit and others that are
        no Exception go before those that are."""
        if self._failure is None or (isinstance(self._failure, Exception) and not isinstance(error, Exception)):
            self._failure = without_echo(error, self._secrets)
            if self._on_failed is not None:
                self._on_failed(error)
        self._end()

    @property
    def ready_for(self) -> float | None:
        """Seconds for which it has been, or was, ready before it failed or ended; None: it never was."""
        if self._ready_at is None:
            return None
        return (time.monotonic() if self._ended_at is None else self._ended_at) - self._ready_at

    def hidden(self, text: str) -> str:
        """What the venue says, without the credentials, which it may have echoed."""
        return hidden(text, self._secrets)

    @property
    def failure(self) -> BaseException | None:
        """What `run` raises or has raised."""
        return self._failure

    def close(self) -> None:
        """Begins the close handshake; `run` returns when it is done."""
        self._stopped.set()
        self._end()

    def _end(self) -> None:
        if self._ended_at is None:
            self._ended_at = time.monotonic()
        self._over.set()

    # connecting

    async def _give_up(self, connecting: asyncio.Future[tuple[Dialogue, Listener]]) -> None:
        """Ends an attempt to connect, however far it has come: the upgrade may be done before the task is."""
        connecting.cancel()
        try:
            await asyncio.wait((connecting,))
        finally:
            if self.listener is not None:
                self.listener.abort()
        if not connecting.cancelled():
            connecting.exception()  # nobody else asks for it
        if self.listener is not None:
            await self._gone(self.listener)

    async def _open(self) -> tuple[Dialogue, Listener]:
        opening = await self._ask()
        stream = self.stream
        self._secrets = {*opening.secrets, *given_secrets(stream.headers, stream.url, stream.proxy)}
        self._dialogue = opening.dialogue
        return opening.dialogue, await self._connect(opening)

    async def _ask(self) -> Opening:
        limit = self.stream.connect_timeout
        try:
            async with asyncio.timeout(limit):
                return await self.stream.open(again=self._again)
        except TimeoutError:
            raise ConnectError(f"{self.stream.label}: no credentials within {limit} s") from None
        except TickfoldError as error:
            fault = error
        except (KeyboardInterrupt, SystemExit) as error:  # a task that raises these ends its event loop: `run` does
            self.fail(error)
            raise ConnectError(f"{self.stream.label}: no credentials") from None
        raise fault.with_traceback(None)  # its frames hold what the user's callables returned

    async def _connect(self, opening: Opening) -> Listener:
        stream = self.stream
        server = server_of(opening.url)
        listener = Listener(
            self._decoder,
            offer=deflate_offer() if stream.deflate else None,
            close_timeout=stream.close_timeout,
            max_message_size=stream.max_message_size,
            mends_text=stream.mends_text,
            on_connected=self._connected,
            on_error=self.fail,
            on_disconnected=lambda _: self._end(),
        )
        context = stream.ssl if stream.fingerprint is None else pinned_context(stream.fingerprint)
        try:
            async with asyncio.timeout(stream.connect_timeout):
                await open_websocket(
                    opening.url, listener, headers=stream.with_headers(opening.headers), ssl=context, proxy=stream.proxy
                )
        except Exception as error:
            fault = connect_error(
                error, server, stream.connect_timeout, path=path_of(opening.url), tls=opening.url.startswith("wss")
            )
            if fault is not error:
                fault.__cause__ = error
        else:
            return listener
        raise without_echo(without_frames(fault), self._secrets)

    def _connected(self, listener: Listener) -> None:
        self.listener, self.opened_ns = listener, time.time_ns()
        if self._on_open is not None:
            self._on_open()
        dialogue = self._dialogue
        if dialogue is not None:
            self._say(listener, dialogue, partial(dialogue.opened, time.monotonic()))

    # living

    def _talk(self, listener: Listener, dialogue: Dialogue, say: Callable[[], Said]) -> bool:
        """Sends what the dialogue says now. Returns whether this has made the stream ready."""
        try:
            for message in say():
                if isinstance(message, bytes):
                    listener.send_binary(message)
                else:
                    listener.send_text(message)
        except TickfoldError as error:
            self.fail(error.with_traceback(None))  # its frames hold what the venue said, a credential perhaps
        except MemoryError as error:
            self.fail(error)
        except Exception as error:
            self._dialogue_failed(error)
        if self._changes:
            self._settle()
        if dialogue.words:
            self._missing += dialogue.words
            dialogue.words = ()
        self._listen(dialogue.listening and self._failure is None)
        if not dialogue.ready or self.ready:
            return False
        self.ready, self._ready_at = True, time.monotonic()
        self.data = DataWatch(self.stream.data_within, self._ready_at, self._counted())
        return True

    def _dialogue_failed(self, error: Exception) -> None:
        label = self.stream.label
        hide(error, self._secrets)
        log.exception("%s: the dialogue failed", label, extra=fields("fault", label))
        self.fail(dialogue_error(error, label))

    def _settle(self) -> None:
        """Tells which changes are confirmed or refused."""
        for change in [change for change in self._changes if change.done]:
            self._changes.remove(change)
            if change.error is not None:
                without_echo(change.error, self._secrets)
            if self._on_changed is not None:
                self._on_changed(change)

    def _counted(self) -> int:
        return 0 if self._count_data is None else self._count_data()

    def _say(self, listener: Listener, dialogue: Dialogue, say: Callable[[], Said]) -> None:
        """Sends and tells what the dialogue says outside of any message: nobody above us would see what is raised."""
        became_ready = self._talk(listener, dialogue, say)
        try:
            self._tell(became_ready)
        except BaseException as error:
            self.fail(error)

    def _tell(self, became_ready: bool) -> None:
        """Tells what is missing, and that the stream is ready, or settled. Raises what a callback raised."""
        settles = self._settles
        self.settled |= settles
        missing, self._missing = self._missing, []
        for words in missing:
            if self._on_missing is not None:
                self._on_missing(words)
        if became_ready and self._on_ready is not None:
            self._on_ready()
        if settles and self._on_settled is not None:
            self._on_settled()

    @property
    def _settles(self) -> bool:
        """It is settled, and that is yet to be told."""
        return self.ready and not self.settled and self._dialogue is not None and self._dialogue.settled

    def _listen(self, listening: bool) -> None:
        """Begins or ends to show each message to the dialogue."""
        if listening != self._listening:
            self._listening = listening
            if listening:
                self._decoder.on_payload(self._hear)
            else:
                self._decoder.off(self._hear)

    def _hear(self, payload: bytes, label: str, recv_ns: int) -> None:
        """A message has come and is yet to be read."""
        dialogue = self._dialogue
        try:
            wanted = dialogue is not None and dialogue.hears(payload)
        except Exception as error:
            self._dialogue_failed(error)
            return
        if wanted and not self._heard:
            self._heard = True
            asyncio.get_running_loop().call_soon(self._settle_heard)

    def _settle_heard(self) -> None:
        """What the messages said that the dialogue has heard is in the state by now."""
        self._heard = False
        dialogue, listener = self._dialogue, self.listener
        if dialogue is not None and listener is not None and self._failure is None and not self._over.is_set():
            self._say(listener, dialogue, lambda: ())

    async def _live(self, dialogue: Dialogue, listener: Listener) -> None:
        """Until something ends the connection: looks at the clocks when one of them is due."""
        stream = self.stream
        began = time.monotonic()
        tick_at = began + TICK
        peer = PeerWatch(stream.liveness, began)
        late = False  # `ready_timeout` is over
        look_at = began
        while not self._over.is_set():
            now = time.monotonic()
            due = [tick_at]
            again = peer.look(now, listener.last_receive_ns / 1e9)
            if not late and not self.settled:
                due.append(began + stream.ready_timeout)
            if not late and not self.settled and now - began >= stream.ready_timeout:
                late = True
                self._say(listener, dialogue, partial(dialogue.overdue, now))
                if not self.ready:
                    self.fail(ConnectError(f"{stream.label}: not ready within {stream.ready_timeout} s"))
            elif peer.dead:
                self.fail(StaleError(f"{stream.label}: silent for {now - peer.heard:.1f} s"))
            if self._failure is not None:
                break
            if peer.ping_due:
                listener.send_ping(b"tickfold")
            if again is not None:
                due.append(again)
            if self.ready:
                due.append(self._look_at_data(now, listener))
            if self.ready and self._on_look is not None:
                look_at = self._look(now) if now >= look_at else look_at
                due.append(look_at)
            if now >= tick_at:
                tick_at = now + TICK
                due[0] = tick_at
                self._say(listener, dialogue, partial(dialogue.tick, now))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(due) - now)):
                    await self._over.wait()

    def _look_at_data(self, now: float, listener: Listener) -> float:
        """Whether data flows; returns when to look again."""
        try:
            assert self.data is not None  # it is ready
            data = self.data
            again = data.look(now, self._counted(), listener.last_receive_ns / 1e9, listener.recv_ns)
            if data.changed and self._on_stale is not None:
                self._on_stale(data)
        except BaseException as error:  # of a callback, or of what the user gave for data_within
            self.fail(error)
            return now
        if data.stale and self.stream.on_stale == "reconnect":
            self.fail(StaleError(f"{self.stream.label}: no data for {now - data.since:.1f} s"))
        return again

    def _look(self, now: float) -> float:
        try:
            return now + TICK if self._on_look is None else self._on_look(now)
        except BaseException as error:  # of a callback, or of what the user gave for symbol_within
            self.fail(error)
            return now

    # ending

    async def _hang_up(self, listener: Listener) -> None:
        """The close handshake; the listener bounds its steps by `close_timeout` and aborts where one fails."""
        if isinstance(self._failure, StaleError):
            listener.abort()  # nobody is there to answer
        else:
            listener.close(1000)
        await self._gone(listener)

    async def _gone(self, listener: Listener) -> None:
        """Waits for its end; who is cancelled meanwhile drops it. What a callback raised, `run` raises, not this."""
        try:
            await listener.wait_disconnected()
        except BaseException as error:
            if error is not self._failure:
                listener.abort()
                raise

    def _ending(self, listener: Listener) -> Ending:
        if self._failure is not None:
            raise self._failure
        if listener.failure is not None:
            raise listener.failure
        code = None if listener.close_code in (0, 1006) else listener.close_code
        if not self.ready and not self._stopped.is_set():
            raise self._closed_early(code, listener.close_reason)
        return Ending(code, listener.close_reason)

    def _closed_early(self, code: int | None, reason: str) -> ConnectError:
        said = "without a Close frame" if code is None else f"with {code} {self.hidden(quoted(reason))}"
        return ConnectError(f"{self.stream.label}: the venue closed {said} before the stream was ready")
