"""Changes of one stream's subscriptions that wait for the venue's answer, over as many connections as it takes.

    asked for while the stream is ready       sent at once; confirmed or refused by the dialogue
    the same, and it takes a new connection   this one is closed, and the next one is opened with it
    asked for otherwise                       part of the next connection's subscriptions; confirmed when it is ready,
                                              refused where the venue refuses that connection, or leaves it out
    the connection ends before the answer     as if it had been asked for between two connections
    refused                                   taken out of the description again
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tickfold.net.logs import fields
from tickfold.net.session import Session
from tickfold.net.stream import Change, Stream
from tickfold.schema.errors import TickfoldError

__all__ = ["Changes"]

log = logging.getLogger("tickfold")


@dataclass(eq=False)
class _Waiting:
    change: Change
    future: "asyncio.Future[None]"
    covered: bool = False  # the connection of the moment was opened with it


class Changes:
    """The description of a stream as it is now, and what of it the venue has not answered yet."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._waiting: list[_Waiting] = []

    def make(self, add: bool, what: Mapping[str, Any], session: Session | None) -> "asyncio.Future[None]":
        """Changes the subscriptions. The future is done when the venue has confirmed it, and raises its reason if not.

        session   of the moment; None between two connections
        """
        change = self.stream.changed(add, what)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not change.what:
            future.set_result(None)
            return future
        self.stream = change.stream
        self._waiting.append(_Waiting(change, future))
        if session is not None and session.ready:
            session.change(change)
        return future

    def again(
        self, symbols: Collection[str] | None, session: Session, missing: Callable[[str], None]
    ) -> None:
        """Unsubscribes these symbols and subscribes them again; None: everything.

        missing   called with words where the venue refuses them now
        """
        gone, back = self.stream.again(symbols)
        gone = {name: keys for name, keys in gone.items() if keys}
        if not gone:
            label, why = self.stream.label, "what is silent was not asked for by name, so not asked for again"
            log.warning("%s: %s", label, why, extra=fields("resubscribe", label, reason=why))
            return

        def done(future: "asyncio.Future[None]") -> None:
            if not future.cancelled() and (error := future.exception()) is not None:
                missing(f"what was asked for again: {error}")

        label, why = self.stream.label, "asking again for what is silent"
        log.info("%s: %s", label, why, extra=fields("resubscribe", label, reason=why))
        self.make(False, gone, session).add_done_callback(done)
        self.make(True, {name: back[name] for name in gone}, session).add_done_callback(done)

    def opening(self) -> None:
        """A connection is opened with the description as it is now."""
        for one in self._waiting:
            one.covered = True

    def ready(self, session: Session) -> None:
        """The connection is ready: what it was opened with is confirmed or refused, what came later is asked for."""
        for one in list(self._waiting):
            if one.covered:
                session.opened_with(one.change)
            else:
                session.change(one.change)

    def answered(self, change: Change) -> None:
        """The venue has confirmed or refused it on a connection that was ready."""
        for one in list(self._waiting):
            if one.change is change:
                self._end(one, change.error)

    def refused(self, error: TickfoldError) -> bool:
        """The venue has refused a connection: what was new in it may be why, and is taken back. False: nothing was."""
        covered = [one for one in self._waiting if one.covered]
        for one in covered:
            self._end(one, error)
        return bool(covered)

    def over(self, error: TickfoldError) -> None:
        """No further connection is made. What was asked for is kept for when the engine is started again."""
        for one in self._waiting:
            if not one.future.done():
                one.future.set_exception(error)
        self._waiting.clear()

    def _end(self, one: _Waiting, error: TickfoldError | None) -> None:
        self._waiting.remove(one)
        if error is not None:
            self.stream = self.stream.changed(not one.change.add, one.change.what).stream
        if one.future.done():  # nobody waits for it any more
            return
        if error is None:
            one.future.set_result(None)
        else:
            one.future.set_exception(error)
