"""Credentials stay out of what is raised, logged and shown.

Reporters of errors print the locals of every frame, and the attributes of every exception of a chain. So what fails
while a connection is made loses the frames that held the credentials, and the exceptions that hold the request or what
the server made of it; and of our own words, those that quote the venue lose what it may have echoed.
"""

from collections.abc import Collection
from typing import Final, TypeVar

from picows import WSError

from tickfold.schema.errors import TickfoldError

__all__ = ["hidden", "without_echo", "without_frames"]

E = TypeVar("E", bound=BaseException)

#: Characters from which on a credential is looked for: shorter ones would be found in other words.
SHORTEST: Final = 6


def hidden(text: str, secrets: Collection[str]) -> str:
    """`text` with "…" in place of each secret."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, "…")
    return text


def without_echo(error: E, secrets: Collection[str]) -> E:
    """`error`, whose message is without the secrets, if it is one of ours."""
    if isinstance(error, TickfoldError):
        error.args = tuple(hidden(one, secrets) if isinstance(one, str) else one for one in error.args)
    return error


def without_frames(error: E) -> E:
    """`error`, if it is one of ours, without the frames that it and its causes were raised in, and without causes that
    hold an answer of HTTP. To be raised outside of any `except`, which would add a context."""
    if isinstance(error, TickfoldError):
        one: BaseException | None = error
        while one is not None:
            one.__traceback__ = None
            cause = one.__cause__
            one.__cause__ = None if isinstance(cause, WSError) else cause
            one.__context__ = None
            one = one.__cause__
    return error
