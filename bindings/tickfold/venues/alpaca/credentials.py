"""Alpaca's key and secret, or an OAuth token, from where the user keeps them."""

import os

from tickfold.schema.errors import ConfigError
from tickfold.venues.base import Asked, Pair, ask, asked_pair, given, given_pair, header_text

NAMES = ("key", "secret")

_VARIABLES = ("APCA_API_KEY_ID", "APCA_API_SECRET_KEY")


class Credentials:
    """What is asked for before each attempt: a key and its secret, or the token of an OAuth application.

    Raises ConfigError unless exactly one of them is given, or the environment has a key and a secret.
    """

    def __init__(
        self,
        key: str | None,
        secret: str | None,
        credentials: Pair | Asked[Pair] | None,
        token: str | Asked[str] | None,
    ) -> None:
        self._pair = given_pair(NAMES, key, secret, credentials)
        self._token = given("token", token)
        if self._token is not None:
            if self._pair is not None:
                raise ConfigError("give key and secret, or an OAuth token, not both")
        elif self._pair is None:
            missing = [name for name in _VARIABLES if name not in os.environ]
            if missing:
                raise ConfigError(
                    f"no credentials: give key= and secret=, or credentials=, or token=, or set {' and '.join(missing)}"
                )
            self._pair = _environment

    async def asked(self) -> tuple[str | None, str]:
        """(key, secret), or (None, token). Raises AuthError where these are no texts."""
        if self._token is not None:
            return None, header_text(await ask(self._token, "Alpaca's token"), "the token")
        assert self._pair is not None
        return await asked_pair(self._pair, NAMES)

    @property
    def is_token(self) -> bool:
        """Whether it is a token."""
        return self._token is not None


def _environment() -> Pair:
    key, secret = (os.environ.get(name, "") for name in _VARIABLES)
    return key, secret
