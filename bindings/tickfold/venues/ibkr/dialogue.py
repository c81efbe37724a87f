"""Interactive Brokers' streams: the Web API's websocket, of a gateway or of api.ibkr.com, and the older gateway's.

    engine = tf.Engine(tf.ibkr.WebApi("wss://localhost:5000/v1/api/ws", orders=True, fingerprint="…"))
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack
from urllib.parse import quote

from tickfold.engine.records import Ack, Error, ErrorSource, SessionState
from tickfold.schema.errors import AuthError, ConfigError, ConnectError, cooled
from tickfold.venues.base import (
    Asked,
    Change,
    Dialogue,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    ask,
    header_text,
    quoted,
)
from tickfold.venues.ibkr.arguments import account_conids, accounts, conids, field_ids, given

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

UNREFUSED = 1.0  # seconds in which a refusal of a changed subscription is expected
COMPETING = 60.0  # seconds to stay away from a user's other session, which ours would end

Identify = Literal["cookie", "frame", "oauth1", "oauth2"]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class WebApi(Stream):
    """The websocket of the Web API. A brokerage session must be open already (`/iserver/auth/status`).

    orders       subscribe to orders
    fills        subscribe to executions; without, fills are derived from the totals of orders
    days         of orders and executions to begin with, 1 to 7
    pnl          subscribe to profit and loss
    summary, ledger
                 accounts to subscribe the summary and the ledger of
    quotes       contract ids to subscribe market data for, as ints or texts ("8894", "8894@NYSE")
    fields       market data field ids
    ladders      (account, contract id) to subscribe the price ladder for
    session      the id that `POST /tickle` gives, or a callable asked for it anew before each attempt
    identify     how the session is told: "cookie" (`api={"session":…}`, a gateway), "frame" (a first message),
                 "oauth1" (`?oauth_token=…` and the cookie `api=…`), "oauth2" (`?sessionToken=…`)
    cookie       a whole Cookie header instead of `session`, or a callable asked for it
    options      see StreamOptions; a gateway's certificate is self-signed, so it needs `fingerprint` or `ssl`
    """

    table: ClassVar[str] = "ibkr"

    orders: bool
    fills: bool
    quotes: tuple[str, ...]
    fields: tuple[str, ...]
    requests: tuple[str, ...]
    identify: Identify
    _since: str
    _session: Asked[str] | None
    _cookie: Asked[str] | None

    def __init__(
        self,
        url: str = GATEWAY,
        *,
        orders: bool = False,
        fills: bool = False,
        days: int | None = None,
        pnl: bool = False,
        summary: Iterable[str] = (),
        ledger: Iterable[str] = (),
        quotes: Iterable[int | str] = (),
        fields: Iterable[int | str] = FIELDS,
        ladders: Iterable[tuple[str, int | str]] = (),
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
        if days is not None and days not in range(1, 8):
            raise ConfigError(f"days={days}: IBKR keeps 1 to 7")
        super().__init__(url, "ibkr", LIVENESS, options)
        since = _json({} if days is None else {"days": days})
        requests = _requests(since, orders, fills, pnl, summary, ledger, ladders)
        self._put(
            orders=bool(orders),
            fills=bool(fills),
            quotes=conids(quotes),
            fields=field_ids(fields),
            requests=tuple(requests),
            _since=since,
            identify=identify,
            _session=given("session", session),
            _cookie=given("cookie", cookie),
        )
        if not requests and not self.quotes:
            raise ConfigError("nothing is subscribed: give orders=True, fills=True, pnl=True or quotes=[conid, …]")

    @property
    def decoder_options(self) -> Mapping[str, Any]:
        return {"synthetic_fills": not self.fills}  # the same execution is never told twice

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        unknown = set(what) - {"orders", "pnl", "summary", "ledger", "quotes", "ladders"}
        if unknown:
            raise ConfigError(
                f"{', '.join(sorted(unknown))} cannot change while {self.label} runs: orders, pnl, summary, ledger, "
                "quotes and ladders can"
            )
        rest = {name: value for name, value in what.items() if name != "quotes"}
        asked = _requests(self._since, **rest)
        requests = [request for request in asked if (request in self.requests) != add]
        quotes = [conid for conid in conids(what.get("quotes", ())) if (conid in self.quotes) != add]
        if add:
            after = self._but(quotes=(*self.quotes, *quotes), requests=(*self.requests, *requests))
            messages = [*after.market_data(quotes), *requests]
        else:
            after = self._but(
                quotes=tuple(conid for conid in self.quotes if conid not in quotes),
                requests=tuple(request for request in self.requests if request not in requests),
            )
            messages = [*(f"umd+{conid}+{{}}" for conid in quotes), *map(_ending, requests)]
        after._put(orders=any(request.startswith("sor+") for request in after.requests))
        topics = [*(f"smd+{conid}" for conid in quotes), *(_topic(request) for request in requests)]
        return Change(after, add, what if messages else {}, messages, topics)

    def market_data(self, quotes: Iterable[str]) -> list[str]:
        """The requests for the market data of these contracts."""
        wanted = _json({"fields": list(self.fields)})
        return [f"smd+{conid}+{wanted}" for conid in quotes]

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
                    first = _json({"session": session})  # for a gateway that asks all the same
                case "frame":
                    first = _json({"session": session})
                case "oauth1":
                    url += f"{joint}oauth_token={quote(session, safe='')}"
                    headers["Cookie"] = f"api={session}"
                case "oauth2":
                    url += f"{joint}sessionToken={quote(session, safe='')}"
        market_data = self.market_data(self.quotes)
        return Opening(url, headers, WebApiDialogue(first, market_data, self.requests, again=again))


def _requests(
    since: str,
    orders: bool = False,
    fills: bool = False,
    pnl: bool = False,
    summary: Iterable[str] = (),
    ledger: Iterable[str] = (),
    ladders: Iterable[tuple[str, int | str]] = (),
) -> list[str]:
    """All requests but those for market data."""
    requests = [f"sor+{since}"] if orders else []
    if fills:
        requests.append(f"str+{since}")
    if pnl:
        requests.append("spl+{}")
    requests += [f"ssd+{account}+{{}}" for account in accounts("summary", summary)]
    requests += [f"sld+{account}+{{}}" for account in accounts("ledger", ledger)]
    requests += [f"sbd+{account}+{conid}" for account, conid in account_conids(ladders)]
    return requests


def _topic(request: str) -> str:
    """What an error may name where it is about this request: "sor", "ssd+DU1234567"."""
    return request.partition("+{")[0]


def _ending(request: str) -> str:
    """What takes a request back: "uor+{}" for "sor+{}"; a ladder's ends by its account alone."""
    topic = _topic(request)
    if topic.startswith("sbd+"):
        return f"ubd+{topic.split('+')[1]}"
    return f"u{topic[1:]}+{{}}"


class WebApiDialogue(Dialogue):
    """system, act, sts (authenticated) → subscriptions: ready; then keepalives, refreshes and retries by the clock.

    The subscriptions are ready once they are sent: not every one of them is confirmed. So a change of them, too, counts
    as confirmed where no refusal comes within UNREFUSED seconds; one that is refused is not tried again.
    """

    def __init__(
        self, session: str | None, market_data: Sequence[str], requests: Sequence[str], *, again: bool
    ) -> None:
        self._session = session
        self._market_data = market_data
        self._requests = requests
        self._again = again
        self._keepalive = self._refresh = 0.0
        self._retry_at: dict[str, float] = {}  # topic → when it is asked for again
        self._retry_wait: dict[str, float] = {}
        self._changes: list[tuple[Change, float]] = []  # that may still be refused, and until when

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
        return ()

    def change(self, change: Change, now: float) -> Said:
        texts = [text for text in change.messages if isinstance(text, str)]
        data = [text for text in texts if text.startswith("smd+")]
        if change.add:
            self._market_data = [*self._market_data, *data]
            self._requests = [*self._requests, *(text for text in texts if text not in data)]
            self._changes.append((change, now + UNREFUSED))
        else:
            self._forget(change)
            change.confirm()
        return change.messages

    def _forget(self, change: Change) -> None:
        """What is not subscribed any more is neither refreshed nor tried again."""
        self._market_data = [text for text in self._market_data if _topic(text) not in change.topics]
        self._requests = [text for text in self._requests if _topic(text) not in change.topics]

    def _refuses_change(self, topic: str, text: str) -> bool:
        """Whether an error is about a change that was asked for just now."""
        for item in self._changes:
            change = item[0]
            if any(asked == topic or asked.startswith(f"{topic}+") for asked in change.topics):
                self._changes.remove(item)
                self._forget(change)
                change.refuse(ConfigError(f"IBKR refuses {topic}: {quoted(text)}"))
                return True
        return False

    def tick(self, now: float) -> Said:
        for item in list(self._changes):
            if now >= item[1]:
                self._changes.remove(item)
                item[0].confirm()
        texts: list[str] = []
        if now >= self._keepalive:
            self._keepalive = now + KEEPALIVE
            texts += ["tic", "ech+hb"]
        if self.ready and now >= self._refresh:
            self._refresh = now + REFRESH
            texts += self._market_data
        for topic, at in list(self._retry_at.items()):
            if now >= at:
                del self._retry_at[topic]
                texts += self._asking_for(topic)
        return texts

    def _asking_for(self, topic: str) -> list[str]:
        """The requests that a topic of an error may be about."""
        return [request for request in self._requests if request.partition("+")[0] == topic.partition("+")[0]]

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
        self.ready = True
        self._refresh = now + REFRESH
        return [*self._market_data, *self._requests]

    def _refused(self, topic: str | None, text: str, now: float) -> None:
        if text.lower() in ("not authenticated", "no bridge"):
            raise self._lost(f"IBKR refuses: {quoted(text)}")
        if topic is not None and self._refuses_change(topic, text):
            return
        if topic is not None and self._asking_for(topic):
            wait = self._retry_wait.get(topic, RETRY[0])
            self._retry_at[topic] = now + wait
            self._retry_wait[topic] = min(wait * 2, RETRY[1])

    def _lost(self, why: str) -> AuthError | ConnectError:
        """A session that was good once may be good again: the brokerage logs everybody in anew at night."""
        if self.ready or self._again:
            return ConnectError(why)
        return AuthError(f"{why}; log in at the gateway, or see /iserver/auth/status")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
