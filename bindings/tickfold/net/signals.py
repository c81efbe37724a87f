"""SIGINT and SIGTERM: a first one asks to close, a second one not to wait, a third one does what it does by default."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

__all__ = ["closing_on_signals"]


@contextlib.contextmanager
def closing_on_signals(close: Callable[[str], None], give_up: Callable[[str], None]) -> Iterator[None]:
    """Has `close(name)` called in the running event loop by a first signal, and `give_up(name)` by each further one.

    Does nothing outside the main thread, which alone gets signals. The handlers are Python's own, not the event loop's:
    they run between two instructions of a callback too. So the second signal can give SIGINT and SIGTERM back what they
    do by default, even while a callback keeps the event loop from hearing of it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    defaults: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
    }
    before = {number: signal.getsignal(number) for number in defaults}
    came = 0

    def handle(number: int, _: FrameType | None) -> None:
        nonlocal came
        came += 1
        if came == 2:
            for each, default in defaults.items():
                signal.signal(each, default)
        loop.call_soon_threadsafe(close if came == 1 else give_up, signal.Signals(number).name)

    for number in defaults:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:  # None: not set by Python, which cannot set it again
                signal.signal(number, handler)
