"""What may be registered as a callback."""

import inspect
from typing import Any

__all__ = ["check_callback", "registered"]


def check_callback(callback: Any) -> None:
    """Raises TypeError unless it is a plain callable."""
    if not callable(callback):
        raise TypeError(f"a callback is a function of one argument, not {callback!r}")
    if inspect.iscoroutinefunction(callback) or inspect.iscoroutinefunction(getattr(callback, "__call__", None)):  # noqa: B004
        raise TypeError(
            f"{getattr(callback, '__name__', callback)} is a coroutine function, but callbacks are plain functions: "
            "they run while the bytes are read. Start a task from it, or put a copy() of the record on a queue."
        )


def registered(callbacks: list[Any], entry: tuple[Any, Any]) -> list[Any]:
    """The callbacks of a kind with one more; one that is there already, with the same `changed`, stays what it is."""
    return callbacks if entry in callbacks else [*callbacks, entry]
