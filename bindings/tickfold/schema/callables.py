"""What may be registered as a callback."""

import inspect
from typing import Any

from tickfold.schema.errors import ConfigError

__all__ = ["check_callback", "check_new"]


def check_callback(callback: Any) -> None:
    """Raises TypeError unless it is a plain callable."""
    if not callable(callback):
        raise TypeError(f"a callback is a function of one argument, not {callback!r}")
    if inspect.iscoroutinefunction(callback) or inspect.iscoroutinefunction(getattr(callback, "__call__", None)):  # noqa: B004
        raise TypeError(
            f"{getattr(callback, '__name__', callback)} is a coroutine function, but callbacks are plain functions: "
            "they run while the bytes are read. Start a task from it, or put a copy() of the record on a queue."
        )


def check_new(callbacks: list[list[Any]], entry: tuple[Any, Any], kind: type) -> None:
    """Raises ConfigError where a callback would be called twice for a record: it is registered for the same already.

    callbacks   those of each kind, each with the mask of `changed`
    """
    if any(entry in registered for registered in callbacks):
        name = getattr(entry[0], "__name__", repr(entry[0]))
        raise ConfigError(
            f"on({kind.__name__}): {name} is registered already and would be called twice for a record; off() takes it "
            "away"
        )
