"""Interactive Brokers' older gateway websocket (`/v1/portal/ws`), as far as its one public page describes it.

    client  s+md+8894+{"tempo":500,"snapshot":true,"fields":"31,84,86"}      s+realtime-account-data+DU1234567
    server  {"84":63.41,"86":63.43,"topic":"md+8894"}
    server  {"orders":[{…},{…}],"topic":"realtime-account-data+DU1234567"}

A map of market data holds what has changed. A list of orders holds all orders of the day or only some: an order that is
not in it is unchanged. Field shapes are those of the newer gateway; the P&L of an account comes under the same topic.
The page does not show its form, so the two likely forms are sent in turn.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from tickfold.sim.connection import Connection
from tickfold.sim.ibkr.gateway import FIELDS, default_market
from tickfold.sim.ibkr.orders import OrderWords
from tickfold.sim.market import Instrument
from tickfold.sim.orders import OrderFlow, SimOrder
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Row, Truth

_MOST = 200  # the most orders in a whole list that is repeated


@dataclass
class Session:
    """The state of one client."""

    fields: dict[str, list[str]] = field(default_factory=dict)  # conid → field ids asked for
    accounts: set[str] = field(default_factory=set)


class IbkrPortal(SimulatedVenue):
    """The older gateway. It identifies its client by a cookie.

    cookie        the value of the cookie `api` that is accepted; None accepts every client, as behind a gateway's login
    instruments   the market; default_market() of the newer gateway if not given
    accounts      of the orders
    order_share   the share of events that are changes of orders; the others are changes of quotes
    """

    name = "ibkr.portal"
    path = "/v1/portal/ws"

    @classmethod
    def default_names(cls) -> list[str]:
        return [str(instrument.conid) for instrument in default_market()]

    def __init__(
        self,
        *,
        cookie: str | None = None,
        instruments: list[Instrument] | None = None,
        accounts: list[str] | None = None,
        order_share: float = 0.5,
        live_orders: int = 24,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.instruments = default_market() if instruments is None else instruments
        self.accounts = accounts or ["DU1234567"]
        self.order_share = order_share
        self.flow = OrderFlow(self.rng, self.instruments, self.accounts, live=live_orders)
        self._cookie = cookie
        self._words = OrderWords(self.rng)
        self._by_conid = {str(i.conid): i for i in self.instruments}
        self._quoted: dict[str, set[str]] = {}
        self._pnl = {account: {"dpl": 0, "nl": 11_825_000, "upl": 0} for account in self.accounts}
        self._told_pnl: dict[str, dict[str, int]] = {}
        self._sent = {"quotes": 0, "orders": 0}

    # dialogue

    def opened(self, connection: Connection) -> None:
        connection.session = Session()
        named = connection.request.headers.get("Cookie", "")
        if self.faults.refuse_auth or (self._cookie is not None and f"api={self._cookie}" not in named):
            self._send(connection, {"error": "not authenticated"})
            connection.close(1000)

    def received(self, connection: Connection, payload: bytes) -> None:
        session: Session = connection.session
        verb, _, rest = payload.decode("utf-8", "replace").partition("+")
        topic, _, rest = rest.partition("+")
        key, _, options = rest.partition("+")
        if verb not in ("s", "u") or topic not in ("md", "realtime-account-data"):
            self._send(connection, {"error": "unknown topic", "topic": topic})
        elif topic == "md":
            if key not in self._by_conid:
                self._send(connection, {"error": "unknown contract", "topic": f"md+{key}"})
            elif verb == "u":
                session.fields.pop(key, None)
            else:
                self._subscribe_quotes(connection, key, options)
        elif key not in self.accounts:
            self._send(connection, {"error": "unknown account", "topic": f"realtime-account-data+{key}"})
        elif verb == "u":
            session.accounts.discard(key)
        else:
            session.accounts.add(key)
            self._tell_orders(key, [order for order in self.flow.all if order.account == key], [connection])

    def _subscribe_quotes(self, connection: Connection, conid: str, options: str) -> None:
        try:
            asked = json.loads(options or "{}")
        except ValueError:
            asked = {}
        fields = asked.get("fields") if isinstance(asked, dict) else None
        ids = fields.split(",") if isinstance(fields, str) else list(FIELDS)
        connection.session.fields[conid] = ids
        if isinstance(asked, dict) and asked.get("snapshot"):
            self._send_quote(connection, self._by_conid[conid], ids)

    def _send(self, connection: Connection, message: dict[str, Any]) -> None:
        connection.send(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())

    # data

    @property
    def subscribed(self) -> bool:
        sessions = [connection.session for connection in self.connections if connection.session is not None]
        return any(session.accounts or session.fields for session in sessions)

    def truth(self) -> Truth:
        quotes: dict[str, Row] = {}
        for conid, ids in self._quoted.items():
            values = _values(self._by_conid[conid])
            quotes[conid] = {FIELDS[id_]: str(values[id_]) for id_ in sorted(ids)}
        names = {"dpl": "daily", "nl": "net_liq", "upl": "unrealized"}
        pnl: dict[str, Row] = {
            name: {field: json.dumps(figures[key] / 100) for key, field in names.items()}
            for name, figures in self._told_pnl.items()
        }
        orders = [self._words.truth(order) for order in self.flow.all]
        return Truth(quotes, orders, dict(self._sent), pnl=pnl)

    def step(self, limit: int) -> int:
        rng = self.rng
        if rng.random() >= self.order_share:
            self._move_quote()
            return 1
        order, _ = self.flow.step(time.time_ns() // 1_000_000)
        told = [order]
        if rng.random() < 0.05:  # other orders are repeated, or all of them
            mine = [other for other in self.flow.all if other.account == order.account]
            told = mine if len(mine) <= _MOST else [*rng.sample(mine, 3), order]
        self._tell_orders(order.account, told, self.connections)
        if rng.random() < 0.02:
            self._tell_pnl(order.account)
        return 1

    def _tell_orders(self, account: str, orders: list[SimOrder], connections: list[Connection]) -> None:
        listening = [c for c in connections if c.session is not None and account in c.session.accounts]
        if not listening:
            return
        records = [self._words.record(order) for order in orders]
        text = json.dumps({"orders": records, "topic": f"realtime-account-data+{account}"}, separators=(",", ":"))
        for connection in listening:
            connection.send(text.encode())
            self._sent["orders"] += len(records)

    def _tell_pnl(self, account: str) -> None:
        figures = self._pnl[account]
        for key in figures:
            figures[key] += self.rng.randint(-5_000, 5_000)
        row = {key: value / 100 for key, value in figures.items()}
        flat = self.rng.random() < 0.5
        body: dict[str, Any] = row if flat else {"pnl": {f"{account}.Core": {"rowType": 1, **row}}}
        message = {**body, "topic": f"realtime-account-data+{account}"}
        for connection in list(self.connections):
            if connection.session is not None and account in connection.session.accounts:
                self._told_pnl[account if flat else f"{account}.Core"] = dict(figures)
                self._send(connection, message)

    def _move_quote(self) -> None:
        instrument = self.pick()
        changed = instrument.trade(self.rng) if self.rng.random() < 0.2 else instrument.move(self.rng)
        conid = str(instrument.conid)
        for connection in list(self.connections):
            session: Session | None = connection.session
            if session is not None and conid in session.fields:
                ids = [id_ for id_ in session.fields[conid] if FIELDS.get(id_) in changed]
                if ids:
                    self._send_quote(connection, instrument, ids)

    def _send_quote(self, connection: Connection, instrument: Instrument, ids: list[str]) -> None:
        values = _values(instrument)
        known = {id_: values[id_] for id_ in ids if id_ in values}
        self._quoted.setdefault(str(instrument.conid), set()).update(known)
        self._sent["quotes"] += 1
        self._send(connection, {**known, "topic": f"md+{instrument.conid}"})


def _values(i: Instrument) -> dict[str, Any]:
    """Field ids and their values: numbers, as on the page."""
    scale = 10**i.places
    values: dict[str, Any] = {
        "84": i.bid / scale, "86": i.ask / scale, "88": i.bid_size, "85": i.ask_size, "7741": i.prev_close / scale,
    }  # fmt: skip
    if i.last:
        values |= {
            "31": i.last / scale, "70": i.high / scale, "71": i.low / scale, "7295": i.open / scale,
            "7059": i.last_size, "7762": i.volume,
        }  # fmt: skip
    return values
