"""Interactive Brokers' streams: the Web API's websocket, of a gateway or of api.ibkr.com.

    engine = tf.Engine(tf.ibkr.WebApi("wss://localhost:5000/v1/api/ws", orders=True, fingerprint="…"))
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack
from urllib.parse import quote

from tickfold.engine.records import Ack, Error, ErrorSource, SessionState
from tickfold.errors import AuthError, ConfigError, ConnectError
from tickfold.venues.base import Asked, Dialogue, Liveness, Opening, Stream, StreamOptions, ask, header_text, quoted

__all__ = ["WebApi"]

GATEWAY = "wss://localhost:5000/v1/api/ws"

#: Market data fields asked for where none are named: last, symbol, day high and low, bid, ask size, ask, bid size,
#: availability, last size, open, prior close, volume.
FIELDS = ("31", "55", "70", "71", "84", "85", "86", "88", "6509", "7059", "7295", "7741", "7762")

#: A heartbeat comes every 10 s; 25 to 30 s without one are death.
LIVENESS = Liveness(ping_after=None, dead_after=25.0)

KEEPALIVE = 50.0  # seconds; the gateway wants tic and ech+hb at least once in 60
REFRESH = 540.0  # seconds; market data ends silently after 10 minutes (changelog of 2026-04-14)
RETRY = 5.0, 300.0  # seconds before a refused subscription of orders is tried again: at first, at most

Identify = Literal["cookie", "frame", "oauth1", "oauth2"]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class WebApi(Stream):
    """The websocket of the Web API. A brokerage session must be open already (`/iserver/auth/status`).

    orders       subscribe to orders
    quotes       contract ids to subscribe market data for, as ints or texts ("8894", "8894@NYSE")
    fields       market data field ids
    session      the id that `POST /tickle` gives, or a callable asked for it anew before each attempt
    identify     how the session is told: "cookie" (`api={"session":…}`, a gateway), "frame" (a first message),
                 "oauth1" (`?oauth_token=…` and the cookie `api=…`), "oauth2" (`?sessionToken=…`)
    cookie       a whole Cookie header instead of `session`, or a callable asked for it
    options      see StreamOptions; a gateway's certificate is self-signed, so it needs `fingerprint` or `ssl`
    """

    table: ClassVar[str] = "ibkr"

    orders: bool
    quotes: tuple[str, ...]
    fields: tuple[str, ...]
    identify: Identify
    _session: Asked[str] | None
    _cookie: Asked[str] | None

    def __init__(
        self,
        url: str = GATEWAY,
        *,
        orders: bool = False,
        quotes: Iterable[int | str] = (),
        fields: Iterable[int | str] = FIELDS,
        session: str | Asked[str] | None = None,
        identify: Identify = "cookie",
        cookie: str | Asked[str] | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        if identify not in ("cookie", "frame", "oauth1", "oauth2"):
            raise ConfigError(f'identify={identify!r}: give "cookie", "frame", "oauth1" or "oauth2"')
        if session is not None and cookie is not None:
            raise ConfigError("give session or cookie, not both")
        if session is None and cookie is None and identify != "cookie":
            raise ConfigError(f"identify={identify!r} needs session=: the id that POST /tickle gives")
        super().__init__(url, "ibkr", LIVENESS, options)
        self._put(
            orders=bool(orders),
            quotes=_conids(quotes),
            fields=_field_ids(fields),
            identify=identify,
            _session=_asked("session", session),
            _cookie=_asked("cookie", cookie),
        )
        if not orders and not self.quotes:
            raise ConfigError("nothing is subscribed: give orders=True or quotes=[conid, …]")

    async def open(self, *, again: bool) -> Opening:
        url, first = self.url, None
        headers = {"User-Agent": "ClientPortalGW/1"}
        if self._cookie is not None:
            headers["Cookie"] = header_text(await ask(self._cookie, "the cookie"), "the cookie")
        if self._session is not None:
            session = header_text(await ask(self._session, "the session id"), "the session id")
            joint = "&" if "?" in url else "?"
            match self.identify:
                case "cookie":
                    headers["Cookie"] = f"api={_json({'session': session})}"
                case "frame":
                    first = _json({"session": session})
                case "oauth1":
                    url += f"{joint}oauth_token={quote(session, safe='')}"
                    headers["Cookie"] = f"api={session}"
                case "oauth2":
                    url += f"{joint}sessionToken={quote(session, safe='')}"
        wanted = _json({"fields": list(self.fields)})
        market_data = [f"smd+{conid}+{wanted}" for conid in self.quotes]
        return Opening(url, headers, WebApiDialogue(first, market_data, self.orders, again=again))


def _conids(value: Any) -> tuple[str, ...]:
    if isinstance(value, (str, bytes, int)):
        raise ConfigError(f"quotes={value!r}: give a list of contract ids, quotes=[{value!r}]")
    conids = tuple(str(item) for item in value)
    for conid in conids:
        number, at, exchange = conid.partition("@")
        if not number.isdecimal() or (at and not exchange.isalnum()):
            raise ConfigError(
                f"quotes holds {conid!r}: IBKR names instruments by contract id, such as 265598 or 8894@NYSE; "
                "GET /iserver/secdef/search finds a symbol's"
            )
    return tuple(dict.fromkeys(conids))


def _field_ids(value: Iterable[int | str]) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(str(item) for item in value))
    if not ids or not all(id_.isdecimal() for id_ in ids):
        raise ConfigError(f"fields={list(ids)}: give field ids, such as 31 (last), 84 (bid), 86 (ask)")
    return ids


def _asked(name: str, value: str | Asked[str] | None) -> Asked[str] | None:
    if value is None or callable(value):
        return value
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{name} is neither a text nor a callable")
    given = value
    return lambda: given


class WebApiDialogue(Dialogue):
    """system, act, sts (authenticated) → subscriptions: ready; then keepalives, refreshes and retries by the clock.

    The subscriptions are ready once they are sent: not every one of them is confirmed.
    """

    def __init__(self, session: str | None, market_data: list[str], orders: bool, *, again: bool) -> None:
        self._session = session
        self._market_data = market_data
        self._orders = orders
        self._again = again
        self._keepalive = self._refresh = 0.0
        self._retry_at: float | None = None
        self._retry_wait = RETRY[0]

    def opened(self, now: float) -> Sequence[str]:
        self._keepalive = now + KEEPALIVE
        return ()

    def record(self, record: Any, now: float) -> Sequence[str]:
        if isinstance(record, SessionState):
            return self._state(record.authenticated, record.text, now)
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            self._refused(record.topic, record.text or "", now)
        elif isinstance(record, Ack) and record.action == "waiting for session":
            return self._identify()
        return ()

    def tick(self, now: float) -> Sequence[str]:
        texts = []
        if now >= self._keepalive:
            self._keepalive = now + KEEPALIVE
            texts += ["tic", "ech+hb"]
        if self.ready and now >= self._refresh:
            self._refresh = now + REFRESH
            texts += self._market_data
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            texts.append("sor+{}")
        return texts

    def _identify(self) -> Sequence[str]:
        if self._session is None:
            raise AuthError("the gateway waits for a session: give session=, the id that POST /tickle gives")
        session, self._session = self._session, None
        return (session,)

    def _state(self, authenticated: bool | None, text: str | None, now: float) -> Sequence[str]:
        if authenticated is False:
            raise self._lost(f"IBKR says that the session is not authenticated{f' ({quoted(text)})' if text else ''}")
        if authenticated is None or self.ready:
            return ()
        self.ready = True
        self._refresh = now + REFRESH
        return [*self._market_data, *(["sor+{}"] if self._orders else [])]

    def _refused(self, topic: str | None, text: str, now: float) -> None:
        if text.lower() in ("not authenticated", "no bridge"):
            raise self._lost(f"IBKR refuses: {quoted(text)}")
        if topic == "sor" and self._orders:
            self._retry_at = now + self._retry_wait
            self._retry_wait = min(self._retry_wait * 2, RETRY[1])

    def _lost(self, why: str) -> AuthError | ConnectError:
        """A session that was good once may be good again: the brokerage logs everybody in anew at night."""
        if self.ready or self._again:
            return ConnectError(why)
        return AuthError(f"{why}; log in at the gateway, or see /iserver/auth/status")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
