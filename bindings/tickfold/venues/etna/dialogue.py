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
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack
from urllib.parse import quote, urlsplit

from tickfold.engine.records import Ack
from tickfold.net.subscriptions import Item, by_name
from tickfold.schema.errors import AuthError, ConfigError, ConnectError
from tickfold.venues.answers import Answered
from tickfold.venues.base import (
    Asked,
    Change,
    Liveness,
    Opening,
    Pair,
    Said,
    Stream,
    StreamOptions,
    Unconfirmed,
    asked_pair,
    check_options,
    given_pair,
    quoted,
    symbols,
)

__all__ = ["Quotes", "Trading"]

CREATE = "CreateSession.txt"

#: The streamer pings; goetna, the client that this is known from, takes 30 s of silence for death.
LIVENESS = Liveness(ping_after=10.0, dead_after=30.0)

PERIODS = ("1m", "2m", "3m", "5m", "10m", "15m", "30m", "1h", "2h", "1D")

_NAMES = ("user", "password")

#: What is subscribed with one message: an EntityType and its keys.
Subscription = tuple[str, tuple[str, ...]]

_CANDLE = re.compile(r"[^|:;]+\|[^|:;]+\|[^|:;]+:(\w+)")


class _Streamer(Stream):
    """What both streamers share: how a session is created, and what is subscribed in it."""

    table: ClassVar[str] = "etna"
    by_symbol: ClassVar[Mapping[str, str]] = {"Quote": "Quote"}

    subscriptions: tuple[Subscription, ...]
    _credentials: Asked[Pair]
    _changeable: ClassVar[frozenset[str]]
    _wanted: Callable[..., list[Subscription]]  # what arguments ask for

    def _describe(
        self,
        url: str,
        label: str,
        user: str | None,
        password: str | None,
        credentials: Pair | Asked[Pair] | None,
        subscriptions: Sequence[Subscription],
        options: StreamOptions,
    ) -> None:
        if urlsplit(url).query:
            raise ConfigError("the URL has a query: give user and password, or credentials, as arguments")
        source = given_pair(_NAMES, user, password, credentials)
        if source is None:
            raise ConfigError("no credentials: give user= and password=, or credentials=")
        Stream.__init__(self, url.rstrip("/").removesuffix(f"/{CREATE}"), label, LIVENESS, options)
        self._put(subscriptions=tuple(subscriptions), _credentials=source)

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        """By EntityType."""
        return by_name(_items(self.subscriptions))

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        unknown = set(what) - self._changeable
        if unknown:
            raise ConfigError(
                f"{', '.join(sorted(unknown))} cannot change while {self.label} runs: "
                f"{', '.join(sorted(self._changeable))} can"
            )
        have = {(entity, key) for entity, keys in self.subscriptions for key in keys}
        asked = [
            (entity, tuple(key for key in keys if ((entity, key) in have) != add))
            for entity, keys in self._wanted(**what)
        ]
        new = [(entity, keys) for entity, keys in asked if keys]
        gone = {(entity, key) for entity, keys in new for key in keys}
        left = (
            (entity, tuple(key for key in keys if (entity, key) not in gone)) for entity, keys in self.subscriptions
        )
        after = (*self.subscriptions, *new) if add else tuple((entity, keys) for entity, keys in left if keys)
        topics = [entity for entity, _ in new]
        return StreamerChange(self._but(subscriptions=after), add, what if new else {}, (), topics, subscriptions=new)

    def again(self, symbols: Collection[str] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        asked = self.asked if symbols is None else {"Quote": [key for key in self.asked["Quote"] if key in symbols]}
        return {"entities": asked}, {"entities": asked}

    async def open(self, *, again: bool) -> Opening:
        login = await asked_pair(self._credentials, _NAMES)
        user, password = (quote(part, safe=":") for part in login)
        url = f"{self.url}/{CREATE}?User={user}&Password={password}&HttpClientType=WebSocket"
        return Opening(url, {}, StreamerDialogue(self.subscriptions, again=again), (user, password, *login))


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Quotes(_Streamer):
    """The quote streamer.

    url          of the streamer, as QuoteAddresses tells it: "wss://host:9995"
    user, password
                 a login and its password; or a user id and the session's, `user="5104:1f0c…"` and the SessionId
    credentials  (user, password) instead, or a callable that returns them, asked anew before each attempt; may be a
                 coroutine function
    securities   security ids, as ints or texts: not the symbols
    candles      keys of candles: "MSFT|NGS|USD:5m"; periods: PERIODS
    entities     further subscriptions by the venue's own names, {"Level2": [318]}; what no table knows comes as Raw
    options      see StreamOptions
    """

    _changeable: ClassVar[frozenset[str]] = frozenset(("securities", "candles", "entities"))

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        credentials: Pair | Asked[Pair] | None = None,
        securities: Iterable[int | str] = (),
        candles: Iterable[str] = (),
        entities: Mapping[str, Iterable[int | str]] | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        check_options(type(self), options)
        wanted = self._wanted(securities=securities, candles=candles, entities=entities)
        if not wanted:
            raise ConfigError('nothing is subscribed: give securities=[318, …] or candles=["MSFT|NGS|USD:5m", …]')
        self._describe(url, "etna quotes", user, password, credentials, wanted, options)

    def _wanted(
        self,
        *,
        securities: Iterable[int | str] = (),
        candles: Iterable[str] = (),
        entities: Mapping[str, Iterable[int | str]] | None = None,
    ) -> list[Subscription]:
        wanted = [("Quote", _numbers("securities", securities)), ("Candle", _candles(candles)), *_entities(entities)]
        return [(entity, keys) for entity, keys in wanted if keys]


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
    entities     as those of Quotes: {"PriceAlert": ["611"]}
    options      see StreamOptions
    """

    _changeable: ClassVar[frozenset[str]] = frozenset(
        ("accounts", "user_balance", "watchlists", "watchlist_contents", "entities")
    )

    per_account: tuple[str, ...]  # what is subscribed for each account

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        credentials: Pair | Asked[Pair] | None = None,
        accounts: Iterable[int | str] = (),
        orders: bool = True,
        positions: bool = True,
        balances: bool = True,
        user_balance: Iterable[int | str] = (),
        watchlists: Iterable[int | str] = (),
        watchlist_contents: Iterable[int | str] = (),
        entities: Mapping[str, Iterable[int | str]] | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        per_account = (("Order", orders), ("Position", positions), ("AccountBalance", balances))
        self._put(per_account=tuple(entity for entity, asked in per_account if asked))
        check_options(type(self), options)
        wanted = self._wanted(
            accounts=accounts, user_balance=user_balance, watchlists=watchlists, watchlist_contents=watchlist_contents,
            entities=entities,
        )  # fmt: skip
        if not wanted:
            raise ConfigError('nothing is subscribed: give accounts=["611", …] and any of orders, positions, balances')
        self._describe(url, "etna trading", user, password, credentials, wanted, options)

    def _wanted(
        self,
        *,
        accounts: Iterable[int | str] = (),
        user_balance: Iterable[int | str] = (),
        watchlists: Iterable[int | str] = (),
        watchlist_contents: Iterable[int | str] = (),
        entities: Mapping[str, Iterable[int | str]] | None = None,
    ) -> list[Subscription]:
        wanted: list[Subscription]
        wanted = [(entity, (id_,)) for id_ in _numbers("accounts", accounts) for entity in self.per_account]
        wanted += [
            ("UserBalance", _numbers("user_balance", user_balance)),
            ("Watchlist", _numbers("watchlists", watchlists)),
            ("WatchlistContent", _numbers("watchlist_contents", watchlist_contents)),
            *_entities(entities),
        ]
        return [(entity, keys) for entity, keys in wanted if keys]


def _entities(value: Mapping[str, Iterable[int | str]] | None) -> list[Subscription]:
    if value is None:
        return []
    if not isinstance(value, Mapping):
        raise ConfigError(f'entities is a {type(value).__name__}: give EntityTypes and their keys, {{"Level2": [318]}}')
    found = []
    for entity, keys in value.items():
        if not isinstance(entity, str) or not entity.isalnum():
            raise ConfigError(f'entities holds {entity!r}: give the name of an EntityType, such as "Level2"')
        name = f"entities[{entity!r}]"
        if isinstance(keys, (str, bytes, int)):
            raise ConfigError(f"{name} is {keys!r}: give a list, [{keys!r}]")
        texts = tuple(dict.fromkeys(str(key) for key in keys))
        if not all(text and text.isprintable() and ";" not in text for text in texts):
            raise ConfigError(f"{name} holds a key that is empty, or has a ; in it, which stands between keys")
        found.append((entity, texts))
    return found


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


@dataclass(eq=False)
class StreamerChange(Change):
    """A change whose messages need the id of the session of the moment."""

    subscriptions: Sequence[Subscription] = ()


class StreamerDialogue(Answered):
    """CreateSession's answer with a session id → Subscribe, once for each kind: ready → their acknowledgments: settled.

    The acknowledgments are known from client libraries only: they are waited for, but not for long (see Answers). One
    that refuses ends the stream, or is the answer to a change. Pings are answered.
    """

    def __init__(self, subscriptions: Sequence[Subscription], *, again: bool) -> None:
        super().__init__()
        self._subscriptions = subscriptions
        self._again = again
        self._session = ""
        self._changes = Unconfirmed()
        self.standing = self._answers.standing

    def opened(self, now: float) -> Said:
        return ()  # the streamer speaks first

    def record(self, record: Any, now: float) -> Said:
        if not isinstance(record, Ack):
            return ()
        if record.action == "Ping":
            return (_json({"Cmd": "Pong", "StatusCode": "Ok"}),)
        if record.action == CREATE and not self.ready:
            return self._created(record.session if record.ok else None, now)
        if record.ok and record.action == "Subscribe.txt":
            self._answers.answered(_acknowledged(record.topic, record.text))
        if record.ok is False and record.action == "Subscribe.txt":
            error = ConfigError(f"ETNA refuses a subscription: {quoted(record.text)}")
            refused = self._changes.refused(record.topic, error)
            if refused is None:
                raise error
            assert isinstance(refused, StreamerChange)
            self._answers.ended(_items(refused.subscriptions))
        return ()

    def change(self, change: Change, now: float) -> Said:
        assert isinstance(change, StreamerChange)
        if change.add:
            self._changes.add(change, now)
            self._answers.ask(_items(change.subscriptions), now)
        else:
            self._answers.ended(_items(change.subscriptions))
            change.confirm()
        command = "Subscribe.txt" if change.add else "Unsubscribe.txt"
        return [self._request(command, entity, keys) for entity, keys in change.subscriptions]

    def tick(self, now: float) -> Said:
        self._changes.tick(now)
        self.words = self._answers.tick(now)
        return ()

    def _created(self, session: str | None, now: float) -> Said:
        if not session:
            why = "ETNA creates no session for this user and password; sessions end, the REST interface renews them"
            raise ConnectError(why) if self._again else AuthError(why)
        self.ready, self._session = True, session
        self._answers.ask(_items(self._subscriptions), now, first=True)
        return [self._request("Subscribe.txt", entity, keys) for entity, keys in self._subscriptions]

    def _request(self, command: str, entity: str, keys: Sequence[str]) -> str:
        return _json(
            {
                "Cmd": command,
                "SessionId": self._session,
                "Keys": ";".join(keys),
                "EntityType": entity,
                "HttpClientType": "WebSocket",
            }
        )


def _items(subscriptions: Sequence[Subscription]) -> list[Item]:
    return [(entity, key) for entity, keys in subscriptions for key in keys]


def _acknowledged(entity: str | None, text: str | None) -> list[Item]:
    """What an acknowledgment names: the keys of an EntityType."""
    try:
        keys = json.loads(text or "").get("Keys")
    except (ValueError, AttributeError):
        return []
    return [(entity or "", key) for key in keys.split(";")] if isinstance(keys, str) else []


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
