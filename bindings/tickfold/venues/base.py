"""What a venue's stream is written with: the shapes of tickfold.net.stream, and the checks that all venues share.

A venue of your own imports from here: Stream, Dialogue, Opening, Liveness, StreamOptions, Said, Asked,
Change.
"""

import inspect
import json
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from tickfold.net.stream import (
    Asked,
    Change,
    Dialogue,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    check_options,
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
    "answer_of",
    "ask",
    "asked_pair",
    "check_options",
    "check_url",
    "given",
    "given_pair",
    "header_text",
    "plain_fingerprint",
    "quoted",
    "symbols",
    "with_path",
]

T = TypeVar("T")

#: Two texts that belong together: a key and its secret, a user and the password.
Pair = tuple[str, str]

#: Seconds after which a venue that confirms nothing counts as having accepted what it has not refused.
UNREFUSED: Final = 1.0


def symbols(name: str, value: Any) -> tuple[str, ...]:
    """A list of symbols as a tuple, each once. Raises ConfigError unless it is an iterable of texts."""
    if isinstance(value, (str, bytes)):
        raise ConfigError(f'{name}={value!r}: give a list, {name}=["{value!s}"]')
    try:
        items = tuple(value)
    except TypeError:
        raise ConfigError(f"{name} is a {type(value).__name__}: give a list of symbols") from None
    for item in items:
        if not isinstance(item, str):
            raise ConfigError(f"{name} holds {item!r}, which is no text but {type(item).__name__}: symbols are texts")
        if not item or item != item.strip():
            raise ConfigError(f"{name} holds {item!r}: symbols are texts without blanks around them")
    return tuple(dict.fromkeys(items))


class Unconfirmed:
    """Changes of subscriptions at a venue that confirms none: what it has not refused in time counts as accepted."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Change, float]] = []  # and until when each may be refused

    def add(self, change: Change, now: float) -> None:
        """It has been asked for now."""
        self._waiting.append((change, now + UNREFUSED))

    def tick(self, now: float) -> None:
        """Confirms those that were not refused."""
        for change, until in [one for one in self._waiting if now >= one[1]]:
            self._waiting.remove((change, until))
            change.confirm()

    def refused(self, topic: str | None, error: TickfoldError) -> Change | None:
        """The venue refuses this topic, or does not name it (None). Returns the change that it is about, if any."""
        for one in self._waiting:
            if topic is None or any(asked == topic or asked.startswith(f"{topic}+") for asked in one[0].topics):
                self._waiting.remove(one)
                one[0].refuse(error)
                return one[0]
        return None


def with_path(url: str, path: str) -> str:
    """`url`, with this path where it names no more than the host, as "wss://stream.data.sandbox.alpaca.markets"."""
    check_url(url)
    parts = urlsplit(url)
    return url if parts.path.strip("/") else parts._replace(path=path).geturl()


def given(name: str, value: str | Asked[str] | None) -> Asked[str] | None:
    """What is asked for a credential before each attempt: a text says itself. Raises ConfigError for anything else."""
    if value is None or callable(value):
        return value
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{name} is neither a text nor a callable that returns one")
    text = value
    return lambda: text


def given_pair(
    names: tuple[str, str], first: str | None, second: str | None, credentials: Pair | Asked[Pair] | None
) -> Asked[Pair] | None:
    """The same for two that belong together, given one by one or both as `credentials`. None: neither is given."""
    what = f"({names[0]}, {names[1]})"
    if credentials is not None:
        if first is not None or second is not None:
            raise ConfigError(f"give {names[0]} and {names[1]}, or credentials, not both")
        if callable(credentials):
            return credentials
        if not _is_pair(credentials):
            raise ConfigError(f"credentials is neither {what}, two texts, nor a callable that returns them")
        both = credentials
        return lambda: both
    if first is None and second is None:
        return None
    if first is None or second is None:
        raise ConfigError(f"{names[1] if second is None else names[0]} is missing: give both {names[0]} and {names[1]}")
    if not _is_pair((first, second)):
        raise ConfigError(f"{names[0]} or {names[1]} is no text, or empty")
    texts = first, second
    return lambda: texts


async def asked_pair(source: Asked[Pair], names: tuple[str, str]) -> Pair:
    """What `source` says now, known to be two texts that are not empty. Raises AuthError otherwise."""
    answer = await ask(source, f"{names[0]} and {names[1]}")
    if not _is_pair(answer):
        raise AuthError(f"credentials() did not return ({names[0]}, {names[1]}), two texts")
    return answer


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, str) and part for part in value)


def answer_of(payload: bytes, what: str) -> Any:
    """The JSON value of a REST answer. Raises ConfigError where it is none; `what` names the request."""
    try:
        return json.loads(payload)
    except ValueError:
        raise ConfigError(f"no answer to {what}, which is JSON: {quoted(payload.decode(errors='replace'))}") from None


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
