"""ETNA Trader's streamers: quotes and candles from one, orders, positions and balances from another.

    engine = tf.Engine(
        tf.etna.Quotes(quote_url, credentials=quote_session, securities=[318, 319]),
        tf.etna.Trading(data_url, credentials=data_session, accounts=["611"]),
    )

`GET <base>/v1.0/streamers` of the REST interface tells the URLs, the user and the sessions; a session that has ended is
renewed by `PUT <base>/v1.0/streamers/session/recover`, which is why `credentials` may be a callable.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack
from urllib.parse import quote, urlsplit

from tickfold.engine.records import Ack
from tickfold.schema.errors import AuthError, ConfigError, ConnectError
from tickfold.venues.base import (
    Asked,
    Dialogue,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    ask,
    quoted,
    symbols,
)

__all__ = ["Quotes", "Trading"]

CREATE = "CreateSession.txt"

#: The streamer pings; goetna, the client that this is known from, takes 30 s of silence for death.
LIVENESS = Liveness(ping_after=10.0, dead_after=30.0)

PERIODS = ("1m", "2m", "3m", "5m", "10m", "15m", "30m", "1h", "2h", "1D")

Credentials = tuple[str, str]

_CANDLE = re.compile(r"[^|:;]+\|[^|:;]+\|[^|:;]+:(\w+)")


class _Streamer(Stream):
    """What both streamers share: how a session is created, and what is subscribed in it."""

    table: ClassVar[str] = "etna"

    subscriptions: tuple[tuple[str, tuple[str, ...]], ...]
    _credentials: Asked[Credentials]

    def _describe(
        self,
        url: str,
        label: str,
        user: str | None,
        password: str | None,
        credentials: Asked[Credentials] | None,
        subscriptions: Sequence[tuple[str, tuple[str, ...]]],
        options: StreamOptions,
    ) -> None:
        if urlsplit(url).query:
            raise ConfigError("the URL has a query: give user and password, or credentials, as arguments")
        wanted = tuple((entity, keys) for entity, keys in subscriptions if keys)
        Stream.__init__(self, url.rstrip("/").removesuffix(f"/{CREATE}"), label, LIVENESS, options)
        self._put(subscriptions=wanted, _credentials=_source(user, password, credentials))

    async def open(self, *, again: bool) -> Opening:
        answer = await ask(self._credentials, "ETNA's user and password")
        if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(p, str) and p for p in answer)):
            raise AuthError("credentials() did not return (user, password), two texts")
        user, password = (quote(part, safe="") for part in answer)
        url = f"{self.url}/{CREATE}?User={user}&Password={password}&HttpClientType=WebSocket"
        return Opening(url, {}, StreamerDialogue(self.subscriptions, again=again))


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Quotes(_Streamer):
    """The quote streamer.

    url          of the streamer, as QuoteAddresses tells it: "wss://host:9995"
    user, password
                 a login and its password; or a user id and the session's, `user="5104:1f0c…"` and the SessionId
    credentials  a callable that returns the two, asked anew before each attempt; may be a coroutine function
    securities   security ids, as ints or texts: not the symbols
    candles      keys of candles: "MSFT|NGS|USD:5m"; periods: PERIODS
    options      see StreamOptions
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        credentials: Asked[Credentials] | None = None,
        securities: Iterable[int | str] = (),
        candles: Iterable[str] = (),
        **options: Unpack[StreamOptions],
    ) -> None:
        wanted = [("Quote", _numbers("securities", securities)), ("Candle", _candles(candles))]
        if not any(keys for _, keys in wanted):
            raise ConfigError('nothing is subscribed: give securities=[318, …] or candles=["MSFT|NGS|USD:5m", …]')
        self._describe(url, "etna quotes", user, password, credentials, wanted, options)


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Trading(_Streamer):
    """The data streamer.

    url          of the streamer, as DataAddresses tells it: "wss://host:9999"
    user, password, credentials
                 as those of Quotes
    accounts     trading account ids: their orders, positions and balances
    orders, positions, balances
                 which of these
    user_balance, watchlists
                 user ids
    watchlist_contents
                 watchlist ids
    options      see StreamOptions
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        credentials: Asked[Credentials] | None = None,
        accounts: Iterable[int | str] = (),
        orders: bool = True,
        positions: bool = True,
        balances: bool = True,
        user_balance: Iterable[int | str] = (),
        watchlists: Iterable[int | str] = (),
        watchlist_contents: Iterable[int | str] = (),
        **options: Unpack[StreamOptions],
    ) -> None:
        ids = _numbers("accounts", accounts)
        per_account = (("Order", orders), ("Position", positions), ("AccountBalance", balances))
        wanted: list[tuple[str, tuple[str, ...]]]
        wanted = [(entity, (id_,)) for id_ in ids for entity, asked in per_account if asked]
        wanted += [
            ("UserBalance", _numbers("user_balance", user_balance)),
            ("Watchlist", _numbers("watchlists", watchlists)),
            ("WatchlistContent", _numbers("watchlist_contents", watchlist_contents)),
        ]
        if not any(keys for _, keys in wanted):
            raise ConfigError('nothing is subscribed: give accounts=["611", …] and any of orders, positions, balances')
        self._describe(url, "etna trading", user, password, credentials, wanted, options)


def _source(user: str | None, password: str | None, credentials: Asked[Credentials] | None) -> Asked[Credentials]:
    if credentials is not None:
        if user is not None or password is not None:
            raise ConfigError("give user and password, or credentials, not both")
        if not callable(credentials):
            raise ConfigError("credentials is not callable: give a function that returns (user, password)")
        return credentials
    if not user or not password:
        raise ConfigError("no credentials: give user= and password=, or credentials=")
    given = user, password
    return lambda: given


def _numbers(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, (str, bytes, int)):
        raise ConfigError(f"{name}={value!r}: give a list, {name}=[{value!r}]")
    ids = tuple(dict.fromkeys(str(item) for item in value))
    for id_ in ids:
        if not id_.isdecimal():
            raise ConfigError(f"{name} holds {id_!r}: ETNA names them by number, such as 318")
    return ids


def _candles(value: Iterable[str]) -> tuple[str, ...]:
    keys = symbols("candles", value)
    for key in keys:
        match = _CANDLE.fullmatch(key)
        if match is None or match[1] not in PERIODS:
            raise ConfigError(f'candles holds {key!r}: give "MSFT|NGS|USD:5m"; periods are {", ".join(PERIODS)}')
    return keys


class StreamerDialogue(Dialogue):
    """CreateSession's answer with a session id → Subscribe, once for each kind: ready. Pings are answered.

    The acknowledgments are known from client libraries only, so none is waited for; one that refuses ends the stream.
    """

    def __init__(self, subscriptions: Sequence[tuple[str, tuple[str, ...]]], *, again: bool) -> None:
        self._subscriptions = subscriptions
        self._again = again

    def opened(self, now: float) -> Said:
        return ()  # the streamer speaks first

    def record(self, record: Any, now: float) -> Said:
        if not isinstance(record, Ack):
            return ()
        if record.action == "Ping":
            return (_json({"Cmd": "Pong", "StatusCode": "Ok"}),)
        if record.action == CREATE and not self.ready:
            return self._created(record.session if record.ok else None)
        if record.ok is False and record.action == "Subscribe.txt":
            raise ConfigError(f"ETNA refuses a subscription: {quoted(record.text)}")
        return ()

    def _created(self, session: str | None) -> Said:
        if not session:
            why = "ETNA creates no session for this user and password; sessions end, the REST interface renews them"
            raise ConnectError(why) if self._again else AuthError(why)
        self.ready = True
        return [
            _json(
                {
                    "Cmd": "Subscribe.txt",
                    "SessionId": session,
                    "Keys": ";".join(keys),
                    "EntityType": entity,
                    "HttpClientType": "WebSocket",
                }
            )
            for entity, keys in self._subscriptions
        ]


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
