"""Whether the event loop keeps up: a callback that takes long holds up everything else in its thread."""

import asyncio
import fcntl
import struct
import termios
from collections.abc import Callable
from typing import Final

from tickfold.engine.listener import Listener

__all__ = ["SLOW_AGAIN", "unread", "watch_lag"]

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


def unread(listener: Listener | None) -> int:
    """Bytes that came in and that the kernel still keeps, under TLS those of its records; 0 without a connection."""
    transport = None if listener is None or not listener.connected else listener.transport
    sock = None if transport is None else transport.underlying_transport.get_extra_info("socket")
    if sock is None:
        return 0
    try:
        (count,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.FIONREAD, struct.pack("i", 0)))
    except (OSError, ValueError):  # it is being closed
        return 0
    return int(count)
