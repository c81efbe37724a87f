"""The event loop that an engine makes for itself, and waiting for several events on any."""

import asyncio
from collections.abc import Iterable

__all__ = ["all_set", "new_event_loop"]


def new_event_loop() -> asyncio.AbstractEventLoop:
    """One of uvloop's."""
    import uvloop

    return uvloop.new_event_loop()


async def all_set(events: Iterable[asyncio.Event]) -> None:
    """Returns once each of the events has been set."""
    for event in events:
        await event.wait()
