"""Whether the event loop keeps up: a callback that takes long holds up everything else in its thread."""

import asyncio
from collections.abc import Callable
from typing import Final

__all__ = ["SLOW_AGAIN", "watch_lag"]

#: Seconds between two looks: a hold-up may be this much longer than it is measured.
STEP: Final = 0.25

#: Seconds between two tellings that the event loop is held up.
SLOW_AGAIN: Final = 10.0


async def watch_lag(slow_after: float, told: Callable[[float], None]) -> None:
    """Calls `told(seconds)` whenever the event loop was held up for longer than `slow_after` seconds. Never returns."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + STEP
        await asyncio.sleep(STEP)
        late = loop.time() - due
        if late > slow_after:
            told(late)
