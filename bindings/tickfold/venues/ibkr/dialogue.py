"""Interactive Brokers' streams: the Web API's websocket, of a gateway or of api.ibkr.com, and the older gateway's.

    engine = tf.Engine(tf.ibkr.WebApi("wss://localhost:5000/v1/api/ws", orders=True, fingerprint="…"))
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack
from urllib.parse import quote, urlsplit

from tickfold.engine.records import Ack, Error, ErrorSource, Event, SessionState
from tickfold.net.subscriptions import by_name
from tickfold.schema.errors import AuthError, ConfigError, ConnectError, cooled
from tickfold.venues.base import (
    Asked,
    Change,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    Unconfirmed,
    ask,
    given,
    header_text,
    quoted,
    with_path,
)
from tickfold.venues.ibkr.arguments import field_ids, snapshot_message
from tickfold.venues.ibkr.heard import Hearing
from tickfold.venues.ibkr.requests import History, Requests, argument, ending, fields_of, market_data, topic

__all__ = ["WebApi"]

GATEWAY = "wss://localhost:5000/v1/api/ws"

#: Market data fields asked for where none are named: last, symbol, day high and low, bid, ask size, ask, bid size,
#: availability, last size, open, prior close, volume.
FIELDS = ("31", "55", "70", "71", "84", "85", "86", "88", "6509", "7059", "7295", "7741", "7762")

#: A heartbeat comes every 10 s; 25 to 30 s without one are death.
LIVENESS = Liveness(ping_after=None, dead_after=25.0)

KEEPALIVE = 50.0  # seconds; the gateway wants tic and ech+hb at least once in 60
REFRESH = 540.0  # seconds; market data ends silently after 10 minutes (changelog of 2026-04-14)
RETRY = 5.0, 300.0  # seconds before a refused subscription is tried again: at first, at most

COMPETING = 60.0  # seconds to stay away from a user's other session, which ours would end

#: Arguments of WebApi that may change while it runs.
_CHANGEABLE = frozenset(("orders", "pnl", "summary", "ledger", "quotes", "ladders", "history", "requests"))

Identify = Literal["cookie", "frame", "oauth1", "oauth2"]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class WebApi(Stream):
    """The websocket of the Web API. A brokerage session must be open already (`/iserver/auth/status`).

    url          of the gateway, or "wss://api.ibkr.com"; one that names no more than the host gets the path
    orders       subscribe to orders
    order_filters
                 only orders of these statuses: ["Submitted", "Filled"]
    fills        subscribe to executions; without, fills are derived from the totals of orders
    realtime_only
                 executions: True leaves out those before the subscription
    days         of orders and executions to begin with, 1 to 7
    pnl          subscribe to profit and loss
    summary, ledger
                 accounts to subscribe the summary and the ledger of
    summary_keys, summary_fields, ledger_keys, ledger_fields
                 only these rows of them ("NetLiquidation", "LedgerListUSD"), only these fields ("currency")
    quotes       contract ids to subscribe market data for, as ints or texts ("8894", "8894@NYSE"), or a dict of them
                 with each one's own fields, {8894: [31, 84, 86]}
    fields       market data field ids, for the contracts that have none of their own
    ladders      (account, contract id) or (account, contract id, exchange) to subscribe the price ladder for
    history      bars of the past: [tf.ibkr.History(8894, period="1d", bar="5min")]
    requests     subscriptions of your own as text, for what there is no argument for: ['smd+8894+{"fields":["31"]}'].
                 Those for market data are sent again in time, as all are
    session      the id that `POST /tickle` gives, or a callable asked for it anew before each attempt
    access_token of OAuth, or a callable asked for it anew before each attempt
    identify     how the session is told: "cookie" (`api={"session":…}`, a gateway), "frame" (a first message), "oauth1"
                 (OAuth 1.0a: `?oauth_token=` the access token, and the session in the cookie `api=…`), "oauth2"
                 (`?sessionToken=` the access token; the cookie only where a session is given)
    cookie       a whole Cookie header instead of `session`, or a callable asked for it
    options      see StreamOptions; a gateway's certificate is self-signed, so it needs `fingerprint` or `ssl`
    """

    table: ClassVar[str] = "ibkr"
    by_symbol: ClassVar[Mapping[str, str]] = {"quotes": "Quote"}
    mends_text: ClassVar[bool] = True  # names with a byte of another encoding (0x99) were seen in orders and trades
    instead: ClassVar[Mapping[str, str]] = {
        "positions": "this websocket has none; the fields 73 to 80 of quotes= are the position in a contract",
        "account": "orders and profit and loss come of all accounts of the session",
        "accounts": "orders and profit and loss come of all accounts of the session; summary= and ledger= take some",
    }

    orders: bool
    fills: bool
    quotes: Mapping[str, tuple[str, ...]]  # contract → its fields
    fields: tuple[str, ...]
    requests: tuple[str, ...]  # all others
    identify: Identify
    _common: Requests
    _session: Asked[str] | None
    _access_token: Asked[str] | None
    _cookie: Asked[str] | None

    def __init__(
        self,
        url: str = GATEWAY,
        *,
        orders: bool = False,
        order_filters: Iterable[str] = (),
        fills: bool = False,
        realtime_only: bool | None = None,
        days: int | None = None,
        pnl: bool = False,
        summary: Iterable[str] = (),
        summary_keys: Iterable[str] = (),
        summary_fields: Iterable[str] = (),
        ledger: Iterable[str] = (),
        ledger_keys: Iterable[str] = (),
        ledger_fields: Iterable[str] = (),
        quotes: Iterable[int | str] | Mapping[int | str, Iterable[int | str]] = (),
        fields: Iterable[int | str] = FIELDS,
        ladders: Iterable[tuple[str, int | str] | tuple[str, int | str, str]] = (),
        history: Iterable[History] = (),
        requests: Iterable[str] = (),
        session: str | Asked[str] | None = None,
        access_token: str | Asked[str] | None = None,
        identify: Identify = "cookie",
        cookie: str | Asked[str] | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        if identify not in ("cookie", "frame", "oauth1", "oauth2"):
            raise ConfigError(f'identify={identify!r}: give "cookie", "frame", "oauth1" or "oauth2"')
        if session is not None and cookie is not None:
            raise ConfigError("give session or cookie, not both")
        if session is None and cookie is None and identify in ("frame", "oauth1"):
            raise ConfigError(f"identify={identify!r} needs session=: the id that POST /tickle gives")
        if access_token is None and identify in ("oauth1", "oauth2"):
            raise ConfigError(f"identify={identify!r} needs access_token=: OAuth's token, which is not the session")
        if access_token is not None and identify not in ("oauth1", "oauth2"):
            raise ConfigError(f'access_token goes with identify="oauth1" or "oauth2", not {identify!r}')
        address = with_path(url, urlsplit(GATEWAY).path)
        if urlsplit(address).path.endswith("/portal/ws"):
            raise ConfigError("the URL is that of the older gateway, which tf.ibkr.Portal listens to")
        super().__init__(address, "ibkr", LIVENESS, options)
        common = Requests.of(
            days=days, order_filters=order_filters, realtime_only=realtime_only, summary_keys=summary_keys,
            summary_fields=summary_fields, ledger_keys=ledger_keys, ledger_fields=ledger_fields,
        )  # fmt: skip
        made = common.made(
            orders=orders, fills=fills, pnl=pnl, summary=summary, ledger=ledger, ladders=ladders, history=history,
            requests=requests,
        )  # fmt: skip
        ids = field_ids(fields)
        self._put(
            orders=bool(orders),
            fills=bool(fills),
            quotes=fields_of(quotes, ids),
            fields=ids,
            requests=tuple(made),
            _common=common,
            identify=identify,
            _session=given("session", session),
            _access_token=given("access_token", access_token),
            _cookie=given("cookie", cookie),
        )
        if not made and not self.quotes:
            raise ConfigError("nothing is subscribed: give orders=True, fills=True, pnl=True or quotes=[conid, …]")

    @property
    def decoder_options(self) -> Mapping[str, Any]:
        return {"synthetic_fills": not self.fills}  # the same execution is never told twice

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        quotes = (("quotes", one) for one in self.quotes)
        return by_name((*quotes, *(argument(topic(request)) for request in self.requests)))

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        unknown = set(what) - _CHANGEABLE
        if unknown:
            raise ConfigError(
                f"{', '.join(sorted(unknown))} cannot change while {self.label} runs: "
                f"{', '.join(sorted(_CHANGEABLE))} can"
            )
        rest = {name: value for name, value in what.items() if name != "quotes"}
        requests = [request for request in self._common.made(**rest) if (request in self.requests) != add]
        asked = fields_of(what.get("quotes", ()), self.fields)
        if add:
            have = self.quotes
            new = {one: [id_ for id_ in ids if id_ not in have.get(one, ())] for one, ids in asked.items()}
            quotes = {one: ids for one, ids in new.items() if ids}
            joined = dict(have) | {one: (*have.get(one, ()), *ids) for one, ids in quotes.items()}
            after = self._but(quotes=joined, requests=(*self.requests, *requests))
            messages = [*market_data(quotes), *requests]
            topics = [f"smd+{one}" for one in quotes]
        else:
            named = what.get("quotes", ())
            quotes = {one: list(ids) for one, ids in asked.items() if one in self.quotes}
            left = {
                one: tuple(id_ for id_ in ids if isinstance(named, Mapping) and id_ not in quotes.get(one, ids))
                if one in quotes else ids
                for one, ids in self.quotes.items()
            }  # fmt: skip
            after = self._but(
                quotes={one: ids for one, ids in left.items() if ids},
                requests=tuple(request for request in self.requests if request not in requests),
            )
            ended = [one for one in quotes if not left[one]]
            # What takes history back needs an id that only the dialogue knows.
            messages = [*(f"umd+{one}+{{}}" for one in ended), *(ending(one) or one for one in requests)]
            topics = [f"smd+{one}" for one in ended]
        after._put(orders=any(request.startswith("sor+") for request in after.requests))
        done = {**what, "quotes": quotes} if quotes else {name: value for name, value in rest.items() if requests}
        return Change(after, add, done, messages, [*topics, *map(topic, requests)])

    def again(self, symbols: Collection[str] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        quotes = {one: ids for one, ids in self.quotes.items() if symbols is None or one in symbols}
        return {"quotes": list(quotes)}, {"quotes": quotes}

    def snapshot(self, payload: bytes) -> bytes:
        return snapshot_message(payload)

    async def open(self, *, again: bool) -> Opening:
        url, first = self.url, None
        secrets: list[str] = []
        headers = {"User-Agent": "ClientPortalGW/1"}
        if self._cookie is not None:
            headers["Cookie"] = header_text(await ask(self._cookie, "the cookie"), "the cookie")
            secrets.append(headers["Cookie"])
        if self._session is not None:
            session = header_text(await ask(self._session, "the session id"), "the session id")
            secrets.append(session)
            if self.identify in ("cookie", "frame"):
                first = _json({"session": session})  # for a gateway that asks, even where the cookie says it
            if self.identify != "frame":
                headers["Cookie"] = f"api={first or session}"
        if self._access_token is not None:
            token = header_text(await ask(self._access_token, "the access token"), "the access token")
            secrets.append(token)
            name = "oauth_token" if self.identify == "oauth1" else "sessionToken"
            url += f"{'&' if '?' in url else '?'}{name}={quote(token, safe='')}"
        dialogue = WebApiDialogue(first, market_data(self.quotes), self.requests, again=again)
        return Opening(url, headers, dialogue, secrets)


class WebApiDialogue(Hearing):
    """system, act, sts (authenticated) → subscriptions: ready → the first list of orders, if asked for: settled. Then
    keepalives, refreshes and retries by the clock.

    A subscription is answered by its first data: see Answers. Not every one is, so a change of them counts as confirmed
    where no refusal comes in time (see Unconfirmed); one that is refused is not tried again.
    """

    def __init__(
        self, session: str | None, market_data: Sequence[str], requests: Sequence[str], *, again: bool
    ) -> None:
        super().__init__(argument)
        self.accepted = False
        self._session = session
        own = [request for request in requests if request.startswith("smd+")]
        self._market_data = [*market_data, *own]
        self._requests = [request for request in requests if request not in own]
        self._server_ids: dict[str, str] = {}  # request for history → the id that its bars came with
        self._again = again
        self._keepalive = self._refresh = 0.0
        self._retry_at: dict[str, float] = {}  # topic → when it is asked for again
        self._retry_wait: dict[str, float] = {}
        self._changes = Unconfirmed()

    def opened(self, now: float) -> Said:
        self._keepalive = now + KEEPALIVE
        return ()

    def record(self, record: Any, now: float) -> Said:
        if isinstance(record, SessionState):
            return self._state(record.authenticated, record.competing, record.text, now)
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            self._refused(record.topic, record.text or "", now)
        elif isinstance(record, Ack) and record.action == "waiting for session":
            return self._identify()
        elif isinstance(record, Event) and record.event == "smh" and record.event_id:
            self._history(record.symbol, record.event_id)
        return ()

    def _history(self, contract: str | None, server_id: str) -> None:
        """Bars have come. Answers come in the order of the requests."""
        if server_id not in self._server_ids.values():
            for request in self._requests:
                if topic(request) == f"smh+{contract}" and request not in self._server_ids:
                    self._server_ids[request] = server_id
                    return

    def change(self, change: Change, now: float) -> Said:
        texts = [text for text in change.messages if isinstance(text, str)]
        if change.add:
            data = [text for text in texts if text.startswith("smd+")]
            self._market_data = [*self._market_data, *data]
            self._requests = [*self._requests, *(text for text in texts if text not in data)]
            self._changes.add(change, now)
            self._heard.ask(map(topic, texts), now)
            return texts
        self._forget(change)
        self._heard.ended(change.topics)
        change.confirm()
        history = [text for text in texts if text.startswith("smh+")]
        endings = (ending(text, server_id=self._server_ids.pop(text, None)) for text in history)
        return [text for text in (*texts, *endings) if text is not None and text not in history]

    def _forget(self, change: Change) -> None:
        """What is not subscribed any more is neither refreshed nor tried again."""
        ended = {text for text in change.messages if isinstance(text, str)}
        data = set() if change.add else set(change.topics)
        left = [text for text in self._market_data if text not in ended and topic(text) not in data]
        self._market_data = left
        self._requests = [text for text in self._requests if text not in ended and ending(text) not in ended]

    def tick(self, now: float) -> Said:
        self._changes.tick(now)
        self.words = self._answers.tick(now)
        texts: list[str] = []
        if now >= self._keepalive:
            self._keepalive = now + KEEPALIVE
            texts += ["tic", "ech+hb"]
        if self.ready and now >= self._refresh:
            self._refresh = now + REFRESH
            texts += self._market_data
        for name, at in list(self._retry_at.items()):
            if now >= at:
                del self._retry_at[name]
                texts += self._asking_for(name)
        return texts

    def _asking_for(self, name: str) -> list[str]:
        """The requests that a topic of an error may be about."""
        return [request for request in self._requests if request.partition("+")[0] == name.partition("+")[0]]

    def _identify(self) -> Said:
        if self._session is None:
            raise AuthError("the gateway waits for a session: give session=, the id that POST /tickle gives")
        session, self._session = self._session, None
        return (session,)  # where it came with the request too, the gateway has passed it over

    def _state(self, authenticated: bool | None, competing: bool | None, text: str | None, now: float) -> Said:
        if authenticated is False and competing:
            why = "IBKR says that another session of the same user has taken over"
            raise cooled(self._lost(why), COMPETING)
        if authenticated is False:
            raise self._lost(f"IBKR says that the session is not authenticated{f' ({quoted(text)})' if text else ''}")
        if authenticated is None or self.ready:
            return ()
        self.ready = self.accepted = True
        self._refresh = now + REFRESH
        asked = [*self._market_data, *self._requests]
        topics = [topic(request) for request in asked]
        self._heard.ask(topics, now)
        self._heard.ask([name for name in topics if name == "sor"], now, first=True)
        return asked

    def _refused(self, name: str | None, text: str, now: float) -> None:
        if text.lower() in ("not authenticated", "no bridge"):
            raise self._lost(f"IBKR refuses: {quoted(text)}")
        if name is None:
            return
        change = self._changes.refused(name, ConfigError(f"IBKR refuses {name}: {quoted(text)}"))
        if change is not None:
            self._forget(change)
            self._heard.ended(change.topics)
        elif self._asking_for(name):
            wait = self._retry_wait.get(name, RETRY[0])
            self._retry_at[name] = now + wait
            self._retry_wait[name] = min(wait * 2, RETRY[1])

    def _lost(self, why: str) -> AuthError | ConnectError:
        """A session that was good once may be good again: the brokerage logs everybody in anew at night."""
        if self.ready or self._again:
            return ConnectError(why)
        return AuthError(f"{why}; log in at the gateway, or see /iserver/auth/status")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
