"""Gaps and those who fill them: a task for each handler and each Gap, and who waits for them."""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol, TypeVar

from tickfold.engine.listener import Listener
from tickfold.engine.records import Gap
from tickfold.net.logs import fields
from tickfold.schema.errors import CallbackError, named

#: Fills a gap: a coroutine function, or a plain one. It feeds what it has learnt, or returns it as bytes.
Handler = Callable[[Gap], Awaitable[bytes | str | None] | bytes | str | None]
H = TypeVar("H", bound=Handler)

RECONNECTED = "reconnected"  # the reason of a Gap that came from the loss of a connection

log = logging.getLogger("tickfold")


class Moment(NamedTuple):
    """When a stream was last heard, by two clocks, since the wall clock may be set meanwhile. The earlier is less."""

    at_ns: int  # of the monotonic clock
    ns: int  # UTC

    @classmethod
    def heard_by(cls, listener: Listener | None) -> "Moment | None":
        """When the last message, Ping or Pong was whole; None where there is no connection."""
        return None if listener is None else cls(listener.last_whole_ns, listener.whole_ns)

    @classmethod
    def now(cls) -> "Moment":
        at_ns = time.monotonic_ns()  # read first, so that `until` gives `ns` itself where no clock was set
        return cls(at_ns, time.time_ns())

    def until(self, now: "Moment") -> int:
        """Where a Gap begins that ends now, ns UTC: the earlier of what both clocks say, so that it holds it all."""
        return min(self.ns, now.ns - (now.at_ns - self.at_ns))


class Host(Protocol):
    """What is asked of the engine."""

    def feed_snapshot(self, stream: str, payload: bytes | str) -> int:
        """Folds an answer of REST."""

    def gap_failed(self, label: str, error: BaseException) -> None:
        """A handler has raised."""


class Gaps:
    """The handlers of one engine, and their tasks."""

    def __init__(self, host: Host) -> None:
        self.handlers: list[Handler] = []
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()
        self._enders: set[asyncio.Task[None]] = set()  # tasks that have ended the engine themselves
        self._filling: dict[str, set[asyncio.Task[None]]] = {}  # stream → tasks that its readiness waits for

    def hear(self, record: Gap) -> None:
        """A Gap has come: the callback of the engine."""
        if not self.handlers:
            return
        gap = record.copy()
        label = str(gap.stream)
        for handler in self.handlers:
            task = asyncio.get_running_loop().create_task(self._fill(handler, gap, label), name=f"tickfold gap {label}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if gap.reason == RECONNECTED and gap.topic == label:
                self._filling.setdefault(label, set()).add(task)

    def then(self, label: str, call: Callable[[], None]) -> None:
        """Calls `call` once no handler works any more on a gap from the loss of a connection of this stream."""
        working = self._filling.setdefault(label, set())

        def ended(task: asyncio.Task[None]) -> None:
            working.discard(task)
            if not working:
                call()

        if not working:
            call()
        for task in working:
            task.add_done_callback(ended)

    def cancel(self) -> None:
        """Ends all handlers, but for one that itself ends the engine."""
        others = self._others()
        self._enders = self._tasks - set(others) | self._enders
        for task in others:
            if task not in self._enders:
                task.cancel()

    async def wait(self, seconds: float) -> None:
        """Waits for their end."""
        tasks = self._others()
        if tasks:
            _, working = await asyncio.wait(tasks, timeout=seconds)
            for task in working:
                name = task.get_name()
                log.warning("%s does not end although it was cancelled", name, extra=fields("hangs", task=name))
        self._filling.clear()
        self._enders.clear()

    def _others(self) -> list[asyncio.Task[None]]:
        working = [task for task in self._tasks if not task.done()]
        return [task for task in working if task is not asyncio.current_task(task.get_loop())]

    async def _fill(self, handler: Handler, gap: Gap, label: str) -> None:
        try:
            given = handler(gap)
            if inspect.isawaitable(given):
                given = await given
            if given is not None:
                self._host.feed_snapshot(label, given)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self._host.gap_failed(label, error)
        except BaseException as error:
            # A task that raised SystemExit would end the event loop before the engine has closed.
            if isinstance(error, Exception) and not isinstance(error, CallbackError):
                caused = CallbackError(f"a handler of a gap of {label} raised {named(error)}")
                caused.__cause__ = error
                self._host.gap_failed(label, caused)
            else:
                self._host.gap_failed(label, error)
