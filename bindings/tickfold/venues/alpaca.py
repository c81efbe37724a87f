"""Alpaca's streams: market data (`v2/iex`, `v2/sip`, `v1beta3/crypto/us` …).

    engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"], trades=["*"]))
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack

from tickfold.engine.records import Ack, Error, ErrorSource
from tickfold.errors import AuthError, ConfigError, ConnectError, LimitError
from tickfold.venues.base import (
    Asked,
    Dialogue,
    Liveness,
    Opening,
    Stream,
    StreamOptions,
    ask,
    header_text,
    quoted,
    symbols,
)

__all__ = ["MarketData"]

HOST = "wss://stream.data.alpaca.markets"

#: The official clients ping every 10 s. Outside market hours silence is normal: only pongs tell life from death.
LIVENESS = Liveness(ping_after=10.0, dead_after=20.0)

Credentials = tuple[str, str]

_VARIABLES = ("APCA_API_KEY_ID", "APCA_API_SECRET_KEY")

#: Error codes after which another attempt with the same credentials and requests is of no use.
FATAL = {
    402: "the key or secret is wrong, or the feed is not in the account's plan",
    408: "the account has no access to v2",
    409: "the feed or a channel is not in the account's plan",
    411: "the OAuth token lacks the scope `data`",
    412: "this feed speaks MessagePack only",
}
#: Error codes after which the venue closes, or cannot go on, and another attempt is of use.
PASSING = {404, 406, 407, 500}

#: Bytes of one subscribe message; longer lists are split (the official Python client does not pass 32 KiB frames).
_MESSAGE_BYTES = 30_000


@dataclass(frozen=True, init=False, eq=False, repr=False)
class MarketData(Stream):
    """A market data stream.

    feed         path of the feed: "v2/iex", "v2/sip", "v2/test", "v1beta3/crypto/us" …
    quotes, trades, bars
                 symbols, or ["*"] for all
    key, secret  of the API; where neither they nor `credentials` are given, the environment's APCA_API_KEY_ID and
                 APCA_API_SECRET_KEY, read anew before each attempt
    credentials  a callable that returns (key, secret), asked anew before each attempt; may be a coroutine function
    auth         "message" sends them in the dialogue, "headers" with the upgrade request
    url          instead of Alpaca's own host, as for the sandbox or a simulated venue
    options      see StreamOptions
    """

    table: ClassVar[str] = "alpaca.data"

    feed: str
    channels: tuple[tuple[str, tuple[str, ...]], ...]
    auth: Literal["message", "headers"]
    _credentials: Asked[Credentials]

    def __init__(
        self,
        feed: str = "v2/iex",
        *,
        quotes: Iterable[str] = (),
        trades: Iterable[str] = (),
        bars: Iterable[str] = (),
        key: str | None = None,
        secret: str | None = None,
        credentials: Asked[Credentials] | None = None,
        auth: Literal["message", "headers"] = "message",
        url: str | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        feed = feed.strip("/")
        if not feed:
            raise ConfigError('feed is empty: give a path such as "v2/iex"')
        if feed.endswith(("/opra", "/indicative")):
            raise ConfigError(f"{feed}: options speak MessagePack only, which this version does not")
        if auth not in ("message", "headers"):
            raise ConfigError(f'auth={auth!r}: give "message" or "headers"')
        asked = {"trades": trades, "quotes": quotes, "bars": bars}
        channels = tuple((channel, names) for channel, given in asked.items() if (names := symbols(channel, given)))
        if not channels:
            raise ConfigError('nothing is subscribed: give quotes=["AAPL"], trades=[…] or bars=[…]; ["*"] is all')
        super().__init__(f"{HOST}/{feed}" if url is None else url, f"alpaca {feed}", LIVENESS, options)
        self._put(feed=feed, channels=channels, auth=auth, _credentials=_source(key, secret, credentials))

    async def open(self, *, again: bool) -> Opening:
        answer = await ask(self._credentials, "Alpaca's key and secret")
        if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(p, str) and p for p in answer)):
            raise AuthError("credentials() did not return (key, secret), two texts")
        key, secret = answer
        headers = {}
        if self.auth == "headers":
            headers = {
                "APCA-API-KEY-ID": header_text(key, "the key"),
                "APCA-API-SECRET-KEY": header_text(secret, "the secret"),
            }
        message = None if self.auth == "headers" else _json({"action": "auth", "key": key, "secret": secret})
        return Opening(self.url, headers, MarketDataDialogue(message, subscriptions(self.channels)))


def _source(key: str | None, secret: str | None, credentials: Asked[Credentials] | None) -> Asked[Credentials]:
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


def subscriptions(channels: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Subscribe messages for all channels, long lists in several: subscriptions add up."""
    texts = []
    request: dict[str, Any] = {"action": "subscribe"}
    size = 0
    for channel, names in channels:
        for name in names:
            if size and size + len(name) + 3 > _MESSAGE_BYTES:
                texts.append(_json(request))
                request, size = {"action": "subscribe"}, 0
            request.setdefault(channel, []).append(name)
            size += len(name) + 3
    texts.append(_json(request))
    return texts


class MarketDataDialogue(Dialogue):
    """connected → (auth →) authenticated → subscribe → subscription, once for each subscribe: ready."""

    def __init__(self, auth: str | None, subscribe: list[str]) -> None:
        self._auth = auth
        self._subscribe = subscribe
        self._authenticated = False
        self._pending = len(subscribe)

    def opened(self, now: float) -> Sequence[str]:
        return ()  # the venue speaks first

    def record(self, record: Any, now: float) -> Sequence[str]:
        if isinstance(record, Ack):
            return self._acknowledged(record.action)
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            self._refused(record.code, record.text)
        return ()

    def _acknowledged(self, action: str | None) -> Sequence[str]:
        if action == "subscription":
            self._pending = max(0, self._pending - 1)
            self.ready = self._pending == 0
        elif action == "connected" and self._auth is not None:
            auth, self._auth = self._auth, None
            return (auth,)
        elif action == "authenticated" and not self._authenticated:
            self._authenticated = True
            return self._subscribe
        return ()

    def _refused(self, code: int | None, text: str | None) -> None:
        if code in FATAL:
            raise AuthError(f"Alpaca refuses with {code} {quoted(text)}: {FATAL[code]}")
        if code in PASSING:
            raise ConnectError(f"Alpaca ends the session with {code} {quoted(text)}")
        if self._authenticated and not self.ready:
            # The subscription stands as it was. Asking again would be refused again, for ever.
            if code == 405:
                raise LimitError(f"Alpaca refuses the subscription with {code} {quoted(text)}: fewer symbols")
            if code in (400, 410, 413):
                raise ConfigError(f"Alpaca refuses the subscription with {code} {quoted(text)}")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
