"""The event loop that an engine makes for itself, and waiting on any."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import Any

from tickfold.schema.errors import ConfigError

__all__ = ["Later", "all_set", "being_cancelled", "linger_of", "new_event_loop"]


def new_event_loop() -> asyncio.AbstractEventLoop:
    """One of uvloop's."""
    import uvloop

    return uvloop.new_event_loop()


def linger_of(spin: bool | float) -> float | None:
    """For how many seconds after the last bytes an event loop does not sleep. None: it never sleeps.

    :param spin: as of Engine.run
    :raises ConfigError: it is neither a bool nor a number of seconds above 0
    """
    if isinstance(spin, bool):
        return None
    if not isinstance(spin, (int, float)) or not 0 < spin < math.inf:
        raise ConfigError(f"spin={spin!r}: give True, False, or seconds above 0, as 200e-6")
    return float(spin)


async def all_set(events: Iterable[asyncio.Event]) -> None:
    """Returns once all of the events are set at the same time."""
    events = list(events)
    while not all(event.is_set() for event in events):
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
