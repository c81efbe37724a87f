"""Vega's data-node streams: one endpoint and one set of filters a connection.

    node = "wss://node.example:3008"
    engine = tf.Engine(
        tf.vega.Stream("orders", url=node, party_ids=["aa01…77"]),
        tf.vega.Stream("markets/data", url=node, market_ids=["9c55…0a"], scales={"9c55…0a": (5, 3)}),
    )

A node ignores filters that it does not know and sends everything; here they are checked before a word is sent.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from tickfold.engine.records import Ack, Error, ErrorSource
from tickfold.net.subscriptions import FLAG
from tickfold.schema.errors import ConfigError, ConnectError, LimitError, cooled
from tickfold.venues.answers import Answered
from tickfold.venues.base import Change, Liveness, Opening, Said, StreamOptions, Unconfirmed, quoted
from tickfold.venues.base import Stream as BaseStream

__all__ = ["ENDPOINTS", "Stream"]

ROOT = "/api/v2/stream/"

#: The node answers pings and sends none; a quiet market is silent.
LIVENESS = Liveness(ping_after=10.0, dead_after=30.0)

_MANY, _ONE, _FLAG = "many", "one", "flag"

#: Endpoint → filter → whether it takes a list, one value or True and False.
ENDPOINTS: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "market_id": _ONE, "party_id": _ONE, "asset": _ONE, "type": _ONE, "include_derived_parties": _FLAG,
    },
    "orders": {"market_ids": _MANY, "party_ids": _MANY, "exclude_liquidity": _FLAG},
    "positions": {"party_id": _ONE, "market_id": _ONE, "include_derived_parties": _FLAG},
    "trades": {"market_ids": _MANY, "party_ids": _MANY},
    "markets/depth": {"market_ids": _MANY},
    "markets/depth/updates": {"market_ids": _MANY},
    "markets/data": {"market_ids": _MANY},
    "candle/data": {"candle_id": _ONE},
    "votes": {"party_id": _ONE, "proposal_id": _ONE},
    "margin/levels": {"party_id": _ONE, "market_id": _ONE},
    "liquidity-provisions": {"market_id": _ONE, "party_id": _ONE},
    "governance": {"party_id": _ONE},
    "ledger/movements": {},
    "transaction-results": {"party_ids": _MANY, "hashes": _MANY, "status": _ONE},
    "event/bus": {"types": _MANY, "market_id": _ONE, "party_id": _ONE},
}  # fmt: skip

#: Endpoint → filters of which one must be given.
NEEDED = {
    "markets/depth": ("market_ids",),
    "markets/depth/updates": ("market_ids",),
    "markets/data": ("market_ids",),
    "candle/data": ("candle_id",),
    "votes": ("party_id", "proposal_id"),
    "margin/levels": ("party_id",),
    "event/bus": ("types",),
}

#: Endpoints that begin with a snapshot.
SNAPSHOTS = frozenset(("orders", "positions", "accounts"))

#: Endpoint → the kind of record that each market brings.
KINDS = {
    "markets/data": "Quote", "markets/depth": "BookLevel", "markets/depth/updates": "BookLevel", "trades": "Trade",
}  # fmt: skip

#: Filters whose values are ids of the chain.
_IDS = frozenset(("market_id", "market_ids", "party_id", "party_ids", "asset", "proposal_id", "hashes"))

#: gRPC codes of errors after which asking the same again is of no use: InvalidArgument, NotFound.
_WRONG = (3, 5)
_TOO_MANY = 8  # ResourceExhausted
COOL_DOWN = 15.0  # seconds in which the node notices that connections are gone

Filter = Any  # a text, a list of texts, or a bool: as ENDPOINTS says


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Stream(BaseStream):
    """One endpoint of a data node.

    endpoint   a key of ENDPOINTS: "orders", "markets/data" …
    url        of the node, "wss://node.example:3008", or of the endpoint, "wss://node.example/api/v2/stream/trades"
    filters    as ENDPOINTS says, in Python's spelling: party_ids=["aa01…77"]; types=["ORDER", "TRADE"] of event/bus
    scales     {market id: (decimals of prices, decimals of sizes)}, as GET /api/v2/market/{id} tells them: records of
               these markets hold real prices and sizes. Without them they hold the whole numbers of the wire.
    options    see StreamOptions
    """

    table: ClassVar[str] = "vega"

    endpoint: str
    filters: tuple[tuple[str, Any], ...]
    scales: Mapping[str, tuple[int, int]]

    def __init__(
        self,
        endpoint: str,
        *,
        url: str,
        scales: Mapping[str, tuple[int, int]] | None = None,
        **arguments: Any,
    ) -> None:
        endpoint = endpoint.strip("/")
        if endpoint not in ENDPOINTS:
            raise ConfigError(f"Vega has no endpoint {endpoint!r}; the endpoints are {', '.join(ENDPOINTS)}")
        options: StreamOptions = {"max_message_size": 21 << 20}  # the node's limit is 20 MiB
        filters: dict[str, Any] = {}
        for name, value in arguments.items():
            if name in StreamOptions.__annotations__:
                options[name] = value  # type: ignore[literal-required]  # it is one of them
            else:
                filters[name] = value
        checked = tuple((name, _checked(endpoint, name, value)) for name, value in filters.items())
        needed = NEEDED.get(endpoint, ())
        if needed and not any(value for name, value in checked if name in needed):
            raise ConfigError(f"{endpoint} needs {' or '.join(needed)}: the node sends nothing without")
        self._put(endpoint=endpoint, filters=checked, scales=dict(scales or {}))
        super().__init__(_node(url, endpoint), f"vega {endpoint}", LIVENESS, options)

    @property
    def decoder_options(self) -> Mapping[str, Any]:
        named = dict(self.filters)
        parties = [*named.get("party_ids", ()), *filter(None, (named.get("party_id"),))]
        return {**({"scales": self.scales} if self.scales else {}), **({"parties": parties} if parties else {})}

    @property
    def by_symbol(self) -> Mapping[str, str]:  # type: ignore[override]  # it depends on the endpoint
        kind = KINDS.get(self.endpoint)
        return {} if kind is None else {"market_ids": kind}

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in self.filters}

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        """Ids are added to a filter that takes a list, or taken away: the next connection says the whole list."""
        have, new = dict(self.filters), {}
        for name, value in what.items():
            given = _checked(self.endpoint, name, value)
            before = have.get(name)
            if ENDPOINTS[self.endpoint][name] != _MANY or (self.endpoint == "trades" and name == "party_ids"):
                raise ConfigError(f"{name} cannot change while {self.label} runs: make another stream")
            if not before:
                raise ConfigError(f"{self.label} has no {name}, so it gets all of them already: nothing to change")
            unscaled = [id_ for id_ in given if self.scales and name == "market_ids" and id_ not in self.scales]
            if add and unscaled:
                raise ConfigError(f"scales has no {unscaled[0]}: its numbers would not be those of the other markets")
            new[name] = [id_ for id_ in given if (id_ in before) != add]
            have[name] = [*before, *new[name]] if add else [id_ for id_ in before if id_ not in new[name]]
            if not have[name]:
                raise ConfigError(f"nothing would be left of {name}, and the node sends everything without a filter")
        new = {name: ids for name, ids in new.items() if ids}
        return Change(self._but(filters=tuple(have.items())), add, new, (), anew=True)

    async def open(self, *, again: bool) -> Opening:
        url, first = f"{self.url}{ROOT}{self.endpoint}", None
        if self.endpoint == "event/bus":
            first = json.dumps({_camel(name): value for name, value in self.filters}, separators=(",", ":"))
            first = first.replace('"types":', '"type":', 1)
        elif self.filters:
            pairs = [(_camel(name), value) for name, value in self.filters]
            url += f"?{urlencode(pairs, doseq=True)}"
        return Opening(url, {}, StreamDialogue(first, self.endpoint, again=again))


def _node(url: str, endpoint: str) -> str:
    """The node's URL without the path that belongs to the endpoint. Raises ConfigError where it is another one's."""
    if urlsplit(url).query:
        raise ConfigError("the URL has a query: give filters as arguments, party_ids=[…]")
    node, root, path = f"{url.rstrip('/')}/".partition(ROOT)
    if root and path.strip("/") not in ("", endpoint):
        raise ConfigError(
            f"the URL is that of {path.strip('/')!r}, and the endpoint is {endpoint!r}: give the node's URL without a "
            "path, or the same endpoint"
        )
    return node.rstrip("/")


def _checked(endpoint: str, name: str, value: Filter) -> Any:
    known = ENDPOINTS[endpoint]
    if name not in known:
        offer = f"it has {', '.join(known)}" if known else "it has none"
        raise ConfigError(f"{endpoint} has no filter {name!r}: {offer}; the node would ignore it and send everything")
    if known[name] == _FLAG:
        if not isinstance(value, bool):
            raise ConfigError(f"{name}={value!r}: give True or False")
        return "true" if value else "false"
    if known[name] == _ONE:
        return _text(name, value)
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise ConfigError(f"{name}={value!r}: give a list, {name}=[{value!r}]")
    return [_text(name, item) for item in value]


def _text(name: str, value: Any) -> str:
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if name in _IDS and text != "network" and not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ConfigError(f"{name} holds {value!r}: ids are 64 hex digits")
    if not text:
        raise ConfigError(f"{name} holds {value!r}: give a text")
    if name == "types":
        text = text.upper()
        return text if text.startswith("BUS_EVENT_TYPE_") else f"BUS_EVENT_TYPE_{text}"
    return text


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


class StreamDialogue(Answered):
    """The URL has said everything: ready; event/bus wants a first message → a whole snapshot, if there is any: settled.

    An endpoint that begins with a snapshot does so always, if only with an empty page; one that is not whole in time is
    told. A change of the filters is a new connection, which counts as accepted where no error comes within a second. An
    error ends a stream.
    """

    def __init__(self, first: str | None, endpoint: str, *, again: bool) -> None:
        super().__init__()
        self._first = first
        self._endpoint = endpoint
        self._again = again
        self._unconfirmed = Unconfirmed()

    def opened(self, now: float) -> Said:
        if self._endpoint in SNAPSHOTS:
            self._answers.ask(((f"the snapshot of {self._endpoint}", FLAG),), now, first=True)
        self.ready = True
        return () if self._first is None else (self._first,)

    def record(self, record: Any, now: float) -> Said:
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            why = f"Vega ends {self._endpoint} with {record.code} {quoted(record.text)}"
            if record.code != _TOO_MANY:
                self._unconfirmed.refused(None, ConfigError(why))
            if record.code in _WRONG:
                raise ConfigError(why)
            if record.code == _TOO_MANY and not self._again:  # later, the node may still count the lost connection
                raise LimitError(f"{why}: a node takes so many connections from one address")
            raise cooled(ConnectError(why), COOL_DOWN if record.code == _TOO_MANY else None)
        if isinstance(record, Ack) and record.action == "snapshot" and record.ok:
            self._answers.answered(self._answers.waiting)
        return ()

    def opened_with(self, change: Change, now: float) -> None:
        self._unconfirmed.add(change, now)

    def tick(self, now: float) -> Said:
        self._unconfirmed.tick(now)
        self.words = self._answers.tick(now)
        return ()
