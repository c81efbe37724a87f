"""Credentials stay out of what is raised, logged and shown.

Reporters of errors print the locals of every frame, and the attributes of every exception of a chain. So what fails
while a connection is made loses the frames that held the credentials, and the exceptions that hold the request or what
the server made of it; and of our own words, those that quote the venue lose what it may have echoed.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from picows import WSError

from tickfold.schema.errors import TickfoldError

__all__ = ["given_secrets", "hidden", "hide", "without_echo", "without_frames"]

E = TypeVar("E", bound=BaseException)

#: Characters from which on a credential is looked for: shorter ones would be found in other words.
SHORTEST: Final = 6


#: Headers whose values are credentials, whole and word by word: a venue may echo the token without "Bearer".
CREDENTIALS: Final = re.compile(r"auth|cookie|key|token|secret|session|passw|credential|signature", re.IGNORECASE)


def hidden(text: str, secrets: Collection[str]) -> str:
    """`text` with "…" in place of each secret, also where it is written as in a repr, or cut at the end of a quote."""
    known = sorted((secret for secret in secrets if len(secret) >= SHORTEST), key=len, reverse=True)
    for secret in known:
        for written in (repr(secret)[1:-1], secret):
            text = text.replace(written, "…")
    for secret in known:
        text = re.sub(f"(?:{_beginnings(secret)})(?=…['\"])", "", text)
    return text


def _beginnings(secret: str) -> str:
    """A pattern of what may be left of a secret that was cut: four characters or more."""
    return "|".join(re.escape(secret[:size]) for size in range(len(secret) - 1, 3, -1))


def given_secrets(headers: Mapping[str, str], *urls: str | None) -> Iterator[str]:
    """What of a stream's description may be a credential: values of headers; of URLs the queries' values and the
    password."""
    for name, value in headers.items():
        yield value
        if CREDENTIALS.search(name):
            yield from re.split(r"[\s;,=]+", value)
    for url in urls:
        if url is not None:
            parts = urlsplit(url)
            yield from (part.partition("=")[2] for part in parts.query.split("&"))
            yield from (value for _, value in parse_qsl(parts.query))
            yield from (parts.password or "", unquote(parts.password or ""))


def without_echo(error: E, secrets: Collection[str]) -> E:
    """`error`, whose message is without the secrets, if it is one of ours."""
    if isinstance(error, TickfoldError):
        hide(error, secrets)
    return error


def hide(error: BaseException, secrets: Collection[str]) -> None:
    """Takes the secrets out of its texts."""
    error.args = tuple(hidden(one, secrets) if isinstance(one, str) else one for one in error.args)


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
