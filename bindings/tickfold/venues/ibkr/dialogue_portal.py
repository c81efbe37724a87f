"""Interactive Brokers' older gateway websocket, `/v1/portal/ws`.

    engine = tf.Engine(tf.ibkr.Portal(accounts=["DU1234567"], quotes=[8894], fingerprint="…"))
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack
from urllib.parse import urlsplit

from tickfold.engine.records import Error, ErrorSource
from tickfold.net.subscriptions import Item, among, by_name
from tickfold.schema.errors import AuthError, ConfigError, ConnectError
from tickfold.venues.base import (
    Asked,
    Change,
    Liveness,
    Opening,
    Said,
    Stream,
    StreamOptions,
    ask,
    given,
    header_text,
    quoted,
    with_path,
)
from tickfold.venues.ibkr.arguments import accounts as account_ids
from tickfold.venues.ibkr.arguments import conids, field_ids, snapshot_message
from tickfold.venues.ibkr.heard import Hearing

__all__ = ["Portal"]

GATEWAY = "wss://localhost:5000/v1/portal/ws"

#: Fields asked for where none are named: last, day high and low, bid, ask size, ask, bid size.
FIELDS = ("31", "70", "71", "84", "85", "86", "88")

#: No heartbeat is documented: only pongs tell life from death.
LIVENESS = Liveness(ping_after=10.0, dead_after=30.0)

#: Seconds before subscriptions are sent again that the gateway could not pass on: at first, at most.
RETRY = 5.0, 300.0


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Portal(Stream):
    """The older gateway. Its session must be logged in, and `GET /iserver/accounts` called once.

    url        of the gateway; one that names no more than the host gets the path
    accounts   whose orders and P&L to subscribe
    quotes     contract ids to subscribe market data for
    fields     market data field ids; None: the gateway's own choice
    tempo      milliseconds in which the gateway collects changes; None: every change
    snapshot   True: all that is known of a contract comes first; False: it does not; None: the gateway's own choice
    cookie     a Cookie header that names the login's session, or a callable asked for it before each attempt
    options    see StreamOptions; a gateway's certificate is self-signed, so it needs `fingerprint` or `ssl`
    """

    table: ClassVar[str] = "ibkr.portal"
    by_symbol: ClassVar[Mapping[str, str]] = {"quotes": "Quote"}
    mends_text: ClassVar[bool] = True  # names with a byte of another encoding (0x99) were seen in orders and trades

    requests: tuple[str, ...]
    _market_data: str
    _cookie: Asked[str] | None

    def __init__(
        self,
        url: str = GATEWAY,
        *,
        accounts: Iterable[str] = (),
        quotes: Iterable[int | str] = (),
        fields: Iterable[int | str] | None = FIELDS,
        tempo: int | None = None,
        snapshot: bool | None = True,
        cookie: str | Asked[str] | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        if tempo is not None and not tempo > 0:
            raise ConfigError(f"tempo={tempo}: give milliseconds above 0, or None")
        address = with_path(url, urlsplit(GATEWAY).path)
        if urlsplit(address).path.endswith("/api/ws"):
            raise ConfigError("the URL is that of the Web API, which tf.ibkr.WebApi listens to")
        super().__init__(address, "ibkr portal", LIVENESS, options)
        names = None if fields is None else ",".join(field_ids(fields))
        asked = {"tempo": tempo, "snapshot": snapshot, "fields": names}
        wanted = {name: value for name, value in asked.items() if value is not None}
        market_data = f"+{json.dumps(wanted, separators=(',', ':'))}" if wanted else ""
        requests = _requests(market_data, quotes, accounts)
        if not requests:
            raise ConfigError('nothing is subscribed: give accounts=["DU1234567"] or quotes=[conid, …]')
        self._put(requests=tuple(requests), _market_data=market_data, _cookie=given("cookie", cookie))

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        return by_name(map(_argument, self.requests))

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        unknown = set(what) - {"quotes", "accounts"}
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ConfigError(f"{names} cannot change while {self.label} runs: quotes and accounts can")
        asked = _requests(self._market_data, **what)
        requests = [request for request in asked if (request in self.requests) != add]
        if add:
            after = self._but(requests=(*self.requests, *requests))
            return Change(after, add, what if requests else {}, requests)
        after = self._but(requests=tuple(request for request in self.requests if request not in requests))
        return Change(after, add, what if requests else {}, [_ending(request) for request in requests])

    @property
    def decoder_options(self) -> Mapping[str, Any]:
        return {"synthetic_fills": True}  # it tells totals only

    def again(self, symbols: Collection[str] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        what = among(self.asked, symbols)
        return what, what

    def snapshot(self, payload: bytes) -> bytes:
        return snapshot_message(payload)

    async def open(self, *, again: bool) -> Opening:
        headers = {}
        if self._cookie is not None:
            headers["Cookie"] = header_text(await ask(self._cookie, "the cookie"), "the cookie")
        return Opening(self.url, headers, PortalDialogue(self.requests, again=again), list(headers.values()))


def _requests(market_data: str, quotes: Iterable[int | str] = (), accounts: Iterable[str] = ()) -> list[str]:
    requests = [f"s+md+{conid}{market_data}" for conid in conids(quotes)]
    return requests + [f"s+realtime-account-data+{account}" for account in account_ids("accounts", accounts)]


def _argument(name: str) -> Item:
    """Which argument of Portal asks for a topic, or makes a request, and the key within it."""
    verb, _, rest = name.removeprefix("s+").partition("+")
    return "quotes" if verb == "md" else "accounts", rest.partition("+")[0]


def _ending(request: str) -> str:
    """What takes a request back."""
    return f"u+{request.removeprefix('s+').partition('+{')[0]}"


class PortalDialogue(Hearing):
    """Subscriptions are sent at once: ready → the orders of each account, or any quote if none is asked for: settled.

    A subscription is answered by its first data: see Answers. "no bridge" says that the gateway is not connected to the
    brokerage yet: all are sent again later, and the stream is not settled before one of them is answered.
    """

    def __init__(self, requests: Sequence[str], *, again: bool) -> None:
        super().__init__(_argument)
        self._requests = requests
        self._again = again
        self._retry_at: float | None = None
        self._retry_wait = RETRY[0]
        self._refused = False  # "no bridge" was the last word
        self._accounts: list[str] = []

    @property
    def listening(self) -> bool:
        return super().listening or self._refused

    def opened(self, now: float) -> Said:
        self._heard.ask(self._requests, now)
        self._accounts = [request for request in self._requests if _argument(request)[0] == "accounts"]
        self._heard.ask(self._accounts or self._requests, now, first=True)
        self.ready = True
        return self._requests

    def hears(self, payload: bytes) -> bool:
        if not super().hears(payload):
            return False
        self._refused = False
        if not self._accounts:
            self._answers.enough()
        return True

    def overdue(self, now: float) -> Said:
        return () if self._refused else super().overdue(now)

    def record(self, record: Any, now: float) -> Said:
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            text = record.text or ""
            if "not authenticated" in text.lower():
                why = f"IBKR refuses: {quoted(text)}"
                raise ConnectError(why) if self._again else AuthError(f"{why}; log in at the gateway")
            if "no bridge" in text.lower():
                if not self._refused:
                    self.words = ('the gateway is not connected to the brokerage ("no bridge"): asking again',)
                self._refused = True
                if self._retry_at is None:
                    self._retry_at = now + self._retry_wait
                    self._retry_wait = min(self._retry_wait * 2, RETRY[1])
            elif record.topic:
                self._heard.ended((record.topic,))
        return ()

    def change(self, change: Change, now: float) -> Said:
        self._requests = getattr(change.stream, "requests", self._requests)  # what is sent again after "no bridge"
        topics = [str(message).removeprefix("u+") for message in change.messages]
        if change.add:
            self._heard.ask(topics, now)
        else:
            self._heard.ended(topics)
        return super().change(change, now)

    def tick(self, now: float) -> Said:
        if not self._refused:
            self.words = self._answers.tick(now)
        if self._retry_at is None or now < self._retry_at:
            return ()
        self._retry_at = None
        return self._requests
