"""The event loop that an engine makes for itself, and waiting on any."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import Any

__all__ = ["Later", "all_set", "being_cancelled", "new_event_loop"]


def new_event_loop() -> asyncio.AbstractEventLoop:
    """One of uvloop's."""
    import uvloop

    return uvloop.new_event_loop()


async def all_set(events: Iterable[asyncio.Event]) -> None:
    """Returns once each of the events has been set."""
    for event in events:
        await event.wait()


def being_cancelled() -> bool:
    """Whether somebody has cancelled the task at hand; a CancelledError that a callback raised is another matter."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Later:
    """What need not be awaited: awaited, it does what a coroutine function does."""

    def __init__(self, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._function = function

    def __await__(self) -> Generator[Any, None, None]:
        return self._function().__await__()
