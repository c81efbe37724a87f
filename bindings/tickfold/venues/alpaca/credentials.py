"""Alpaca's key and secret, from where the user keeps them."""

import os

from tickfold.schema.errors import AuthError, ConfigError
from tickfold.venues.base import Asked, ask

Credentials = tuple[str, str]

_VARIABLES = ("APCA_API_KEY_ID", "APCA_API_SECRET_KEY")


def source(key: str | None, secret: str | None, credentials: Asked[Credentials] | None) -> Asked[Credentials]:
    """What is asked for them before each attempt: the arguments, the callable, or the environment."""
    if credentials is not None:
        if key is not None or secret is not None:
            raise ConfigError("give key and secret, or credentials, not both")
        if not callable(credentials):
            raise ConfigError("credentials is not callable: give a function that returns (key, secret)")
        return credentials
    if (key is None) != (secret is None):
        raise ConfigError("one of key and secret is missing: give both, or neither to use the environment")
    if key is not None and secret is not None:
        if not key or not secret:
            raise ConfigError("key or secret is empty")
        given = key, secret
        return lambda: given
    missing = [name for name in _VARIABLES if name not in os.environ]
    if missing:
        raise ConfigError(f"no credentials: give key= and secret=, or credentials=, or set {' and '.join(missing)}")
    return _environment


def _environment() -> Credentials:
    key, secret = (os.environ.get(name, "") for name in _VARIABLES)
    return key, secret


async def asked(credentials: Asked[Credentials]) -> Credentials:
    """(key, secret), both known to be texts that are not empty. Raises AuthError otherwise."""
    answer = await ask(credentials, "Alpaca's key and secret")
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(p, str) and p for p in answer)):
        raise AuthError("credentials() did not return (key, secret), two texts")
    return answer
