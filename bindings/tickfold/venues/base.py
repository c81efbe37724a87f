"""What a venue's stream is written with: the shapes of tickfold.net.stream, and the checks that all venues share.

A venue of your own imports from here: Stream, Dialogue, Opening, Liveness, StreamOptions, Said, Asked,
Change.
"""

import inspect
from typing import Any, TypeVar

from tickfold.net.stream import (
    Asked,
    Change,
    Dialogue,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    quoted,
)
from tickfold.net.url import check_url, plain_fingerprint
from tickfold.schema.errors import AuthError, ConfigError, TickfoldError

__all__ = [
    "Asked",
    "Change",
    "Dialogue",
    "Liveness",
    "Opening",
    "Said",
    "Stream",
    "StreamOptions",
    "ask",
    "check_url",
    "header_text",
    "plain_fingerprint",
    "quoted",
    "symbols",
]

T = TypeVar("T")


def symbols(name: str, value: Any) -> tuple[str, ...]:
    """A list of symbols as a tuple, each once. Raises ConfigError unless it is an iterable of texts."""
    if isinstance(value, (str, bytes)):
        raise ConfigError(f'{name}={value!r}: give a list, {name}=["{value!s}"]')
    try:
        items = tuple(value)
    except TypeError:
        raise ConfigError(f"{name} is a {type(value).__name__}: give a list of symbols") from None
    for item in items:
        if not isinstance(item, str) or not item or item != item.strip():
            raise ConfigError(f"{name} holds {item!r}: symbols are texts without blanks around them")
    return tuple(dict.fromkeys(items))


async def ask(source: Asked[T], what: str) -> T:
    """What `source` says now. Raises AuthError if it raises: without credentials there is no attempt."""
    try:
        answer = source()
        if inspect.isawaitable(answer):
            answer = await answer
    except TickfoldError:
        raise
    except Exception as error:
        raise AuthError(f"the callable that was to give {what} raised {type(error).__name__}") from error
    return answer


def header_text(value: Any, what: str) -> str:
    """`value`, if it can stand in a header line without breaking out of it; raises AuthError otherwise."""
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise AuthError(f"{what} is not a text of printable ASCII characters")
    return value
