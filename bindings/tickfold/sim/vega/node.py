"""A Vega data node's websocket streams as the node's source code makes them.

    ws://host:3008/api/v2/stream/orders?partyIds=…&marketIds=…

One subscription is one socket, defined by path and query. A client sends no messages, except for `event/bus`.
`orders`, `positions` and `accounts` begin with a snapshot in pages of 50, the last of which says lastPage. Updates
follow, sent block by block, with only the last state in each block. Unknown filters are ignored, as by a real node.
With `names` the node uses the older encoding: names of enums, and zeros printed.

A real node does not say which orders ended while a client was disconnected. So that a client can be checked, `settle`
sends the last state of all orders once more.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from picows import WSUpgradeRequest

from tickfold.sim.connection import Connection
from tickfold.sim.market import Instrument
from tickfold.sim.orders import Event, OrderFlow, SimOrder
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Row, Truth
from tickfold.sim.vega.markets import (
    ASSET,
    MarketWords,
    PartyWords,
    default_market,
    governance,
    liquidity_provision,
    transaction_result,
    vote,
)
from tickfold.sim.vega.orders import HABITS, OrderWords, hex64
from tickfold.sim.vega.words import BUS_EVENT, message

ROOT = "/api/v2/stream/"
PAGE = 50  # rows of a page of a snapshot, and of a frame of updates
DEFAULT_PARTY = hex64(4, 1)

#: Endpoint → its filters; those that end in s may be repeated.
FILTERS: dict[str, tuple[str, ...]] = {
    "accounts": ("marketId", "partyId", "asset", "type", "includeDerivedParties"),
    "orders": ("marketIds", "partyIds", "excludeLiquidity"),
    "positions": ("partyId", "marketId", "includeDerivedParties"),
    "trades": ("marketIds", "partyIds"),
    "markets/depth": ("marketIds",),
    "markets/depth/updates": ("marketIds",),
    "markets/data": ("marketIds",),
    "candle/data": ("candleId",),
    "votes": ("partyId", "proposalId"),
    "margin/levels": ("partyId", "marketId"),
    "liquidity-provisions": ("marketId", "partyId"),
    "governance": ("partyId",),
    "ledger/movements": (),
    "transaction-results": ("partyIds", "hashes", "status"),
    "event/bus": ("type", "marketId", "partyId", "batchSize"),
}
_NEEDED = {"votes": ("partyId", "proposalId"), "margin/levels": ("partyId",), "candle/data": ("candleId",)}
_MARKETS_NEEDED = ("markets/depth", "markets/depth/updates", "markets/data")


@dataclass
class Session:
    """The subscription of one client."""

    endpoint: str
    filters: dict[str, list[str]]
    active: bool = False
    timeout: asyncio.TimerHandle | None = None

    def passes(self, **values: Iterable[str]) -> bool:
        """Whether an object with these values passes the filters; an absent filter lets all pass."""
        for name, found in values.items():
            wanted = self.filters.get(name) or self.filters.get(f"{name}s")
            if wanted and not any(value in wanted for value in found):
                return False
        return True


class VegaNode(SimulatedVenue):
    """A data node.

    names         the encoding of older nodes: names of enums, zeros printed
    instruments   the markets; default_market() if not given
    parties       of the orders
    order_share   the share of events that are changes of orders; the others are changes of markets
    block         the most order events in one block
    gaps          the share of book updates that are lost
    max_subscriptions
                  sockets before error 8; None: no limit
    """

    name = "vega"
    says_too_many = True
    path = ""

    @classmethod
    def default_names(cls) -> list[str]:
        return [instrument.symbol for instrument in default_market()]

    def __init__(
        self,
        *,
        names: bool = False,
        instruments: list[Instrument] | None = None,
        parties: list[str] | None = None,
        order_share: float = 0.5,
        block: int = 4,
        gaps: float = 0.0,
        max_subscriptions: int | None = None,
        live_orders: int = 24,
        bus_timeout: float = 5.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.names = names
        self.instruments = default_market() if instruments is None else instruments
        self.parties = parties or [DEFAULT_PARTY, hex64(4, 2)]
        self.order_share = order_share
        self.block = block
        self.gaps = gaps
        self.max_subscriptions = max_subscriptions
        self.bus_timeout = bus_timeout
        self.flow = OrderFlow(self.rng, self.instruments, self.parties, live=live_orders, habits=HABITS)
        self.words = OrderWords(self.rng)
        self.party_words = PartyWords(self.rng)
        self.markets = {i.symbol: MarketWords(i, self.rng) for i in self.instruments}
        self._told: dict[int, SimOrder] = {}
        self._quoted: set[str] = set()
        self._booked: set[str] = set()
        self._sent = {"orders": 0, "trades": 0, "quotes": 0}

    # dialogue

    def admit(self, request: WSUpgradeRequest) -> int | None:
        path = request.path.decode("latin-1").partition("?")[0]
        return None if path.startswith(ROOT) and path.removeprefix(ROOT) in FILTERS else 404

    def opened(self, connection: Connection) -> None:
        path, _, query = connection.request.path.decode("latin-1").partition("?")
        filters = {_camel(key): values for key, values in parse_qs(query).items()}
        endpoint = path.removeprefix(ROOT)
        # Unknown filters are ignored, so a misspelt filter lets everything pass.
        known = {name: values for name, values in filters.items() if name in FILTERS[endpoint]}
        session = connection.session = Session(endpoint, known)
        many = self.max_subscriptions is not None and len(self.connections) > self.max_subscriptions
        if many or self.faults.half_open:
            self._fail(connection, 8, "client reached max subscription allowed")
        elif endpoint == "event/bus":
            loop = asyncio.get_running_loop()
            session.timeout = loop.call_later(self.bus_timeout, self._fail, connection, 3, "no request received")
        else:
            self._begin(connection)

    def closed(self, connection: Connection) -> None:
        if connection.session is not None and connection.session.timeout is not None:
            connection.session.timeout.cancel()
        super().closed(connection)

    def received(self, connection: Connection, payload: bytes) -> None:
        """The request of event/bus; anything else that a client says is ignored."""
        session: Session = connection.session
        if session.endpoint != "event/bus" or session.active:
            return
        try:
            request = json.loads(payload)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self._fail(connection, 3, "invalid request")
            return
        if session.timeout is not None:
            session.timeout.cancel()
        for key, value in request.items():
            session.filters[_camel(key)] = [str(item) for item in (value if isinstance(value, list) else [value])]
        session.active = True

    def _begin(self, connection: Connection) -> None:
        session: Session = connection.session
        needed = _NEEDED.get(session.endpoint, ())
        if needed and not any(session.filters.get(name) for name in needed):
            self._fail(connection, 3, f"{' or '.join(needed)} needed")
            return
        if session.endpoint in _MARKETS_NEEDED:
            unknown = set(session.filters.get("marketIds", ())) - self.markets.keys()
            if unknown:
                self._fail(connection, 13, "no market data for this id", 10000)
                return
        session.active = True
        now = time.time_ns()
        match session.endpoint:
            case "orders":
                live = [order for order in reversed(self.flow.alive) if self._asked(session, order)]
                self._told.update((order.id, order) for order in live)
                self._sent["orders"] += len(live)
                self._snapshot(connection, "orders", [self.words.order(order) for order in live])
            case "positions":
                rows = [p for p in self.party_words.positions.values() if _position_asked(p, session)]
                self._snapshot(connection, "positions", rows)
            case "accounts":
                accounts = [self.party_words.account_now(*key) for key in self.party_words.balances]
                self._snapshot(connection, "accounts", [a for a in accounts if _account_asked(a, session)])
            case "markets/data":
                for market in self._markets_of(session):
                    self._quoted.add(market.instrument.symbol)
                    self._sent["quotes"] += 1
                    self._result(connection, {"marketData": [market.data(now)]})
            case "markets/depth":
                for market in self._markets_of(session):
                    self._booked.add(market.instrument.symbol)
                    self._result(connection, {"marketDepth": [market.depth()]})

    def _snapshot(self, connection: Connection, kind: str, rows: list[dict[str, Any]]) -> None:
        for first in range(0, max(len(rows), 1), PAGE):
            page = {kind: rows[first : first + PAGE], "lastPage": first + PAGE >= len(rows)}
            self._result(connection, {"snapshot": page})

    def _result(self, connection: Connection, result: dict[str, Any]) -> None:
        connection.send(message({"result": result}, names=self.names))

    def _fail(self, connection: Connection, code: int, text: str, detail: int | None = None) -> None:
        """Sends an error, which ends the stream."""
        error: dict[str, Any] = {"code": code, "message": text}
        if detail is not None:
            error["details"] = [
                {"@type": "type.googleapis.com/vega.ErrorDetail", "code": detail, "message": text, "inner": "not found"}
            ]
        connection.send(json.dumps({"error": error}, separators=(",", ":")).encode())
        if connection.session is not None:
            connection.session.active = False
        connection.close(1000)

    # data

    @property
    def subscribed(self) -> bool:
        return any(connection.session.active for connection in self.connections if connection.session)

    def truth(self) -> Truth:
        party = self.party_words
        return Truth(
            quotes={symbol: self.markets[symbol].truth() for symbol in self._quoted},
            orders=[self.words.truth(order) for order in self._told.values()],
            sent=dict(self._sent),
            positions=[party.position_truth(told) for told in party.positions.values()],
            balances=[self._balance_truth(*key) for key in party.balances],
            books={symbol: self.markets[symbol].book.truth() for symbol in self._booked},
        )

    def _balance_truth(self, owner: str, market: str) -> Row:
        balance = str(self.party_words.balances[owner, market])
        row = {"account": owner, "currency": ASSET, "total": balance, "balance_type": "MARGIN" if market else "GENERAL"}
        return {**row, "market": market} if market else row

    def step(self, limit: int) -> int:
        draw = self.rng.random()
        if draw < self.order_share:
            return self._play_block(min(limit, self.rng.randint(1, self.block)))
        if draw < self.order_share + 0.01:
            self._play_chain()
        else:
            self._play_market()
        return 1

    def settle(self) -> None:
        """Sends the last state of everything; with a real node a client would use REST."""
        self._tell_orders(list(self._told.values()))
        now = time.time_ns()
        for market in self.markets.values():
            self._tell_market(market, now)

    def _play_block(self, events: int) -> int:
        """One block of order events: sends the last state of each order, and every trade."""
        now = time.time_ns()
        changed: dict[int, SimOrder] = {}
        trades, holders = [], {}
        for _ in range(events):
            order, event = self.flow.step(now // 1_000_000)
            self.words.change(order, event, now)
            changed[order.id] = order
            if event is Event.FILL and order.touched is not None:
                trades.append(self.words.trade(order, order.touched, now))
                holders[order.account, order.instrument.symbol] = now
        self._tell_orders(list(changed.values()))
        for trade in trades:
            told = self._tell("trades", {"trades": [trade]}, partial(_trade_asked, trade))
            self._sent["trades"] += told
            self._bus("TRADE", "trade", trade, now)
        for (account, market), at in holders.items():
            self._tell_party(account, market, at)
        return events

    def _tell_orders(self, orders: list[SimOrder]) -> None:
        for connection in list(self.connections):
            session: Session = connection.session
            if session is None or not session.active or session.endpoint != "orders":
                continue
            asked = [order for order in orders if self._asked(session, order)]
            self._told.update((order.id, order) for order in asked)
            self._sent["orders"] += len(asked)
            for first in range(0, len(asked), PAGE):
                rows = [self.words.order(order) for order in asked[first : first + PAGE]]
                self._result(connection, {"updates": {"orders": rows}})
        for order in orders:
            self._bus("ORDER", "order", self.words.order(order), time.time_ns())

    def _tell_party(self, party: str, market: str, now: int) -> None:
        words = self.party_words
        position = words.position(party, market, self.flow.holdings[party, market], now)
        self._tell("positions", {"updates": {"positions": [position]}}, partial(_position_asked, position))
        accounts = [words.account(party, market), words.account(party, "")]
        for account in accounts:
            self._tell("accounts", {"updates": {"accounts": [account]}}, partial(_account_asked, account))
            self._bus("ACCOUNT", "account", account, now)
        levels = words.margin_levels(party, market, now)
        keys = {"partyId": (party,), "marketId": (market,)}
        self._tell("margin/levels", {"marginLevels": levels}, lambda s: s.passes(**keys))
        self._tell("ledger/movements", {"ledgerMovement": words.ledger_movement(party, market, now)})

    def _play_market(self) -> None:
        instrument = self.pick()
        now = time.time_ns()
        market = self.markets[instrument.symbol]
        if self.rng.random() < 0.2:
            instrument.trade(self.rng)
            self._tell("candle/data", {"candle": market.candle(now)})
        else:
            instrument.move(self.rng)
        levels = market.book.change(self.rng)
        if levels:
            update = market.depth_update(levels, now)
            if self.rng.random() >= self.gaps:
                self._tell("markets/depth/updates", {"update": [update]}, lambda s: _market_asked(s, instrument.symbol))
        self._tell_market(market, now)

    def _tell_market(self, market: MarketWords, now: int) -> None:
        symbol = market.instrument.symbol
        told = self._tell("markets/data", {"marketData": [market.data(now)]}, lambda s: _market_asked(s, symbol))
        self._sent["quotes"] += told
        if told:
            self._quoted.add(symbol)
        if self._tell("markets/depth", {"marketDepth": [market.depth()]}, lambda s: _market_asked(s, symbol)):
            self._booked.add(symbol)

    def _play_chain(self) -> None:
        party, now = self.rng.choice(self.parties), time.time_ns()
        market = self.rng.choice(self.instruments).symbol
        keys = {"partyId": (party,)}
        cast = vote(party, now, self.rng.choice(("NO", "YES")))
        self._tell("votes", {"vote": cast}, lambda s: s.passes(partyId=(party,), proposalId=(cast["proposalId"],)))
        provision = liquidity_provision(party, market, now)
        self._tell(
            "liquidity-provisions",
            {"liquidityProvisions": [provision]},
            lambda s: s.passes(marketId=(market,), partyId=(party,)),
        )
        self._tell("governance", {"data": governance(party, now)}, lambda s: s.passes(**keys))
        result = transaction_result(party, self.rng.getrandbits(32), failed=self.rng.random() < 0.3)
        self._tell("transaction-results", {"transactionResults": [result]}, lambda s: s.passes(**keys))

    def _tell(
        self, endpoint: str, result: dict[str, Any], asked: Callable[[Session], bool] = lambda _: True
    ) -> int:
        """Sends to the subscribers of an endpoint whose filters let it pass; returns how many."""
        text, told = None, 0
        for connection in list(self.connections):
            session: Session = connection.session
            if session is not None and session.active and session.endpoint == endpoint and asked(session):
                text = text or message({"result": result}, names=self.names)
                connection.send(text)
                told += 1
        return told

    def _bus(self, kind: str, member: str, value: dict[str, Any], now: int) -> None:
        event = {
            "id": f"{now // 10**9}-{self.rng.randrange(100)}",
            "block": hex64(11, now // 10**9).upper(),
            "type": BUS_EVENT[kind],
            member: value,
            "version": 1,
            "chainId": "vega-sim-1",
            "txHash": "",
        }
        wanted = ("BUS_EVENT_TYPE_ALL", f"BUS_EVENT_TYPE_{kind}", str(BUS_EVENT[kind].number), "1")
        self._tell("event/bus", {"events": [event]}, lambda s: s.passes(type=wanted))

    def _asked(self, session: Session, order: SimOrder) -> bool:
        return session.passes(marketId=(order.instrument.symbol,), partyId=(order.account,))

    def _markets_of(self, session: Session) -> list[MarketWords]:
        """The markets that the client named. An empty list is accepted, and delivers nothing."""
        return [self.markets[id_] for id_ in session.filters.get("marketIds", ())]


def _market_asked(session: Session, symbol: str) -> bool:
    return symbol in session.filters.get("marketIds", ())


def _trade_asked(trade: dict[str, Any], session: Session) -> bool:
    return session.passes(marketId=(trade["marketId"],), partyId=(trade["buyer"], trade["seller"]))


def _position_asked(position: dict[str, Any], session: Session) -> bool:
    return session.passes(marketId=(position["marketId"],), partyId=(position["partyId"],))


def _account_asked(account: dict[str, Any], session: Session) -> bool:
    kinds = (account["type"].name, account["type"].prefix + account["type"].name, str(account["type"].number))
    return session.passes(
        marketId=(account["marketId"],), partyId=(account["owner"],), asset=(account["asset"],), type=kinds
    )


def _camel(name: str) -> str:
    """market_ids → marketIds: the node accepts both."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
