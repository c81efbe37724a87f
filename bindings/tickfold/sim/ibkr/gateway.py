"""Interactive Brokers' Web API websocket (`/v1/api/ws`) as its documentation and captures of it describe it.

    server  {"message":"waiting for session"}             only where no cookie or token named the session
    client  {"session":"…"}
    server  system, act, sts                               in this order, at once
    client  smd+8894+{"fields":["31","84",…]}    sor+{}
    server  smd+8894: a full frame, then what changed;  sor: today's orders, then full records and deltas mixed
    server  {"topic":"system","hb":…} every 10 s;  four answers to a tic;  ech+hb comes back as it is

`_updated` of a quote and `lastExecutionTime_r` of an order are taken from the clock when the frame is sent. They are
rounded down to milliseconds, so a latency computed from them is too long by 0.5 ms on average, 1 ms at most.
The real venue collects the changes of 500 ms in one smd frame; this one sends each change, so that rates can be high.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tickfold.sim.connection import Connection
from tickfold.sim.ibkr.orders import OrderWords
from tickfold.sim.ibkr.topics import UNSOLICITED, Frame, Subscriptions, Topics, frame_text
from tickfold.sim.market import Instrument
from tickfold.sim.orders import Event, OrderFlow
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Row, Truth

#: Field ids of `smd` and the field of a quote that states the same.
FIELDS = {
    "31": "last",
    "55": "ticker",
    "70": "high",
    "71": "low",
    "84": "bid",
    "85": "ask_size",
    "86": "ask",
    "88": "bid_size",
    "7059": "last_size",
    "7295": "open",
    "7741": "prev_close",
    "7762": "volume",
}
_IDS = {name: id_ for id_, name in FIELDS.items()}

def default_market() -> list[Instrument]:
    """Six contracts, sizes in shares."""
    rows = [
        (265598, "AAPL", "APPLE INC", 22_710),
        (272093, "MSFT", "MICROSOFT CORP", 41_502),
        (4815747, "NVDA", "NVIDIA CORP", 12_090),
        (8894, "KO", "COCA-COLA CO/THE", 6_341),
        (11031, "PFE", "PFIZER INC", 2_731),
        (756733, "SPY", "SS SPDR S&P 500 ETF TRUST-US", 55_214),
    ]
    return [
        Instrument(symbol, bid, bid + 2, conid=conid, name=name, bid_size=300, ask_size=200, lot=400)
        for conid, symbol, name, bid in rows
    ]


@dataclass
class Session:
    """The state of one client."""

    authenticated: bool = False
    fields: dict[int, list[str]] = field(default_factory=dict)  # conid → field ids asked for
    orders: bool = False
    others: Subscriptions = field(default_factory=Subscriptions)
    heartbeat: asyncio.TimerHandle | None = None


class IbkrGateway(SimulatedVenue):
    """The individual client's gateway.

    session        the only session id that is accepted, as `Cookie: api=` or as a first frame
    access_token   the only token of OAuth that is accepted: `?oauth_token=` beside the cookie, `?sessionToken=` without
    instruments    the market; default_market() if not given
    accounts       of the orders
    order_share    the share of events that are changes of orders; the others are changes of quotes
    args_max       the most order events in one `sor` frame
    heartbeat      seconds between two heartbeats
    refuse_orders  how many subscriptions of `sor` are refused with error 500 before one is accepted
    """

    name = "ibkr"
    path = "/v1/api/ws"

    @classmethod
    def default_names(cls) -> list[str]:
        return [str(instrument.conid) for instrument in default_market()]

    def __init__(
        self,
        *,
        session: str = "4f1c20b1a7f04a6b9d3c0e5a",
        access_token: str = "SIMTOKEN",
        instruments: list[Instrument] | None = None,
        accounts: list[str] | None = None,
        order_share: float = 0.5,
        args_max: int = 3,
        heartbeat: float = 10.0,
        refuse_orders: int = 0,
        live_orders: int = 24,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.session_id = session
        self.access_token = access_token
        self.instruments = default_market() if instruments is None else instruments
        self.accounts = accounts or ["DU1234567"]
        self.order_share = order_share
        self.args_max = args_max
        self.heartbeat = heartbeat
        self.refuse_orders = refuse_orders
        self.tics = 0  # keepalives received
        self.flow = OrderFlow(self.rng, self.instruments, self.accounts, live=live_orders)
        self._by_conid = {instrument.conid: instrument for instrument in self.instruments}
        self._words = OrderWords(self.rng)
        self._topics = Topics(self.rng, self.accounts, self.instruments)
        self._quoted: dict[int, set[str]] = {}  # conid → field ids that were sent to any client
        self._sent = {"quotes": 0, "orders": 0}

    # dialogue

    def opened(self, connection: Connection) -> None:
        connection.session = Session()
        named = self._session_of(connection)
        if named is None:
            self._send(connection, {"message": "waiting for session"})
        else:
            self._begin(connection, named)

    def closed(self, connection: Connection) -> None:
        session: Session | None = connection.session
        if session is not None and session.heartbeat is not None:
            session.heartbeat.cancel()
        super().closed(connection)

    def received(self, connection: Connection, payload: bytes) -> None:
        session: Session = connection.session
        text = payload.decode("utf-8", "replace")
        if text.startswith("{"):
            named = _json(text).get("session")
            if not session.authenticated and isinstance(named, str):
                self._begin(connection, named)
            return
        topic, _, rest = text.partition("+")
        if topic == "tic":
            self.tics += 1
            answer = {"topic": "tic", "alive": True, "id": self.session_id, "lastAccessed": _now_ms()}
            for _ in range(4):
                self._send(connection, answer)
        elif text == "ech+hb":
            connection.send(b"ech+hb")
        elif not session.authenticated:
            self._send(connection, {"error": "Not authenticated", "code": 401, "topic": topic})
        elif topic == "smd":
            self._subscribe_quotes(connection, rest)
        elif topic == "umd":
            session.fields.pop(_conid(rest), None)
        elif topic == "sor":
            self._subscribe_orders(connection)
        elif topic == "uor":
            session.orders = False
        else:
            answers = self._topics.request(session.others, topic, rest, _now_ms())
            unknown: list[Frame] = [{"error": "Unknown topic", "topic": topic}]
            for answer in unknown if answers is None else answers:
                self._send(connection, answer)

    def _session_of(self, connection: Connection) -> str | None:
        """The session that the upgrade request names by cookie, or by the token of OAuth 2."""
        query = parse_qs(connection.request.path.decode("latin-1").partition("?")[2])
        for key in ("oauth_token", "sessionToken"):
            if key in query and query[key][0] != self.access_token:
                return ""
        if "sessionToken" in query:
            return self.session_id
        for header in connection.request.headers.getall("Cookie", []):
            for part in header.split(";"):
                name, _, value = part.strip().partition("=")
                if name == "api":
                    return str(_json(value).get("session", "")) if value.startswith("{") else value
                if name == "x-sess-uuid":
                    return value
        return None

    def _begin(self, connection: Connection, named: str) -> None:
        accepted = named == self.session_id and not self.faults.refuse_auth
        session: Session = connection.session
        session.authenticated = accepted
        if accepted:
            self._send(connection, {"topic": "system", "success": "simtrader", "isFT": False, "isPaper": True})
            self._send(connection, self._act())
            self._schedule_heartbeat(connection)
        status = {
            "authenticated": accepted,
            "competing": False,
            "connected": accepted,
            "established": accepted,
            "message": "",
            "fail": "" if accepted else "no such session",
            "serverName": "JifN1234",
            "serverVersion": "Build 10.46.2d, Aug 3, 2026 5:12:09 PM",
            "username": "simtrader" if accepted else "",
        }
        self._send(connection, {"topic": "sts", "args": status})

    def _act(self) -> dict[str, Any]:
        properties = {"hasChildAccounts": False, "supportsCashQty": True, "supportsFractions": True}
        return {
            "topic": "act",
            "args": {
                "accounts": self.accounts,
                "acctProps": dict.fromkeys(self.accounts, properties),
                "aliases": {account: account for account in self.accounts},
                "allowFeatures": {"showGFIS": True, "allowedAssetTypes": "STK,CFD,OPT,FOP,FUT,CRYPTO"},
                "chartPeriods": {"STK": ["*"]},
                "groups": [],
                "profiles": [],
                "selectedAccount": self.accounts[0],
                "serverInfo": {"serverName": "JifN1234", "serverVersion": "Build 10.46.2d"},
                "sessionId": "6a1f.0000a1b2",
                "isFT": False,
                "isPaper": True,
            },
        }

    def _schedule_heartbeat(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.session.heartbeat = loop.call_later(self.heartbeat, self._beat, connection)

    def _beat(self, connection: Connection) -> None:
        self._send(connection, {"topic": "system", "hb": _now_ms()})
        self._schedule_heartbeat(connection)

    def _subscribe_quotes(self, connection: Connection, rest: str) -> None:
        conid = _conid(rest)
        instrument = self._by_conid.get(conid)
        if instrument is None:
            self._send(connection, {"error": "unable to subscribe", "code": 500, "topic": "smd"})
            return
        wanted = _json(rest.partition("+")[2]).get("fields")
        fields = connection.session.fields.setdefault(conid, [])
        for id_ in wanted if isinstance(wanted, list) else ():
            if str(id_) not in fields:
                fields.append(str(id_))
        self._send_quote(connection, instrument, fields, first=True)

    def _subscribe_orders(self, connection: Connection) -> None:
        if self.refuse_orders:
            self.refuse_orders -= 1
            self._send(connection, {"error": "unable to subscribe", "code": 500, "topic": "sor"})
            return
        connection.session.orders = True
        self._send(connection, {"topic": "sor", "args": [self._words.record(order) for order in self.flow.all]})
        self._sent["orders"] += len(self.flow.all)

    def answer(self, path: str) -> bytes | None:
        """GET /iserver/account/orders: today's orders."""
        if path.partition("?")[0] != "/v1/api/iserver/account/orders":
            return None
        orders = [self._words.record(order) for order in self.flow.all]
        return json.dumps({"orders": orders, "snapshot": True}).encode()

    def _send(self, connection: Connection, message: dict[str, Any]) -> None:
        connection.send(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())

    # data

    @property
    def subscribed(self) -> bool:
        sessions = [connection.session for connection in self.connections if connection.session is not None]
        return any(session.orders or session.fields or session.others.topics for session in sessions)

    @property
    def _followed(self) -> set[str]:
        """The topics besides quotes and orders to which any client has subscribed."""
        return {topic for c in self.connections if c.session is not None for topic in c.session.others.topics}

    def _tell(self, frame: Frame) -> None:
        """Sends a frame to the clients that subscribed to its topic; unsolicited topics go to all."""
        topic, text = frame["topic"], frame_text(frame)
        for connection in list(self.connections):
            session: Session | None = connection.session
            if session is not None and (topic in session.others.topics or topic in UNSOLICITED):
                connection.send(text)

    def step(self, limit: int) -> int:
        followed = self._followed
        if followed and self.rng.random() < 0.02:
            for frame in self._topics.now(followed):
                self._tell(frame)
        if self.rng.random() >= self.order_share:
            self._move_quote()
            return 1
        count = min(limit, self.rng.randint(1, self.args_max))
        args: list[dict[str, Any]] = []
        for _ in range(count):
            order, event = self.flow.step(_now_ms())
            args += self._words.elements(order, event)
            if event is Event.FILL and order.touched is not None and "str" in followed:
                self._tell(self._topics.filled(order, order.touched, order.changed_ms))
        text = frame_text({"topic": "sor", "args": args})
        for connection in list(self.connections):
            if connection.session is not None and connection.session.orders:
                connection.send(text)
                self._sent["orders"] += len(args)
        return count

    def truth(self) -> Truth:
        quotes: dict[str, Row] = {}
        for conid, ids in self._quoted.items():
            values = self._values(self._by_conid[conid])
            quotes[str(conid)] = {
                FIELDS[id_]: values[id_] if id_ == "55" else values[id_].lstrip("C").replace(",", "")
                for id_ in sorted(ids)
                if id_ in FIELDS
            }
        account = self._topics.account
        return Truth(
            quotes,
            [self._words.truth(order) for order in self.flow.all],
            dict(self._sent),
            fills=self._topics.executions.truth(),
            balances=account.balances_truth(),
            pnl=account.pnl_truth(),
        )

    def _move_quote(self) -> None:
        instrument = self.pick()
        changed = instrument.trade(self.rng) if self.rng.random() < 0.2 else instrument.move(self.rng)
        ids = [_IDS[name] for name in changed if name in _IDS]
        for connection in list(self.connections):
            session: Session | None = connection.session
            if session is not None and instrument.conid in session.fields:
                asked = [id_ for id_ in ids if id_ in session.fields[instrument.conid]]
                if asked:
                    self._send_quote(connection, instrument, asked)

    def _send_quote(self, connection: Connection, instrument: Instrument, ids: list[str], first: bool = False) -> None:
        values = self._values(instrument)
        known = [id_ for id_ in ids if values.get(id_)]
        self._quoted.setdefault(instrument.conid, set()).update(known)
        message: dict[str, Any] = {
            "server_id": "q12",
            "conidEx": str(instrument.conid),
            "conid": instrument.conid,
            "_updated": _now_ms(),
            "6119": "q12",
            **{id_: values[id_] for id_ in known},
        }
        if first:
            message["6509"] = "RpB"
        message["topic"] = f"smd+{instrument.conid}"
        self._sent["quotes"] += 1
        self._send(connection, message)

    def _values(self, i: Instrument) -> dict[str, str]:
        """Field ids and their texts as the gateway formats them; "" is not sent."""

        def price(units: int) -> str:
            return i.price_text(units, trim=False) if units else ""

        return {
            "31": price(i.last) if i.last else f"C{price(i.prev_close)}",
            "55": i.symbol,
            "70": price(i.high),
            "71": price(i.low),
            "84": price(i.bid),
            "85": f"{i.ask_size:,}",
            "86": price(i.ask),
            "88": f"{i.bid_size:,}",
            "7059": f"{i.last_size:,}" if i.last else "",
            "7295": price(i.open),
            "7741": price(i.prev_close),
            "7762": str(i.volume) if i.last else "",
        }


def _conid(text: str) -> int:
    head = text.partition("+")[0].partition("@")[0]
    return int(head) if head.isdecimal() else -1


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
