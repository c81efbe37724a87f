"""Alpaca's trading updates stream as Alpaca's documentation and official clients describe it.

    client  {"action":"authenticate","data":{"key_id":…,"secret_key":…}}     or {"action":"auth","key":…,"secret":…}
    server  {"stream":"authorization","data":{"status":"authorized","action":"authenticate"}}
    client  {"action":"listen","data":{"streams":["trade_updates"]}}
    server  {"stream":"listening","data":{"streams":["trade_updates"]}}
    server  {"stream":"trade_updates","data":{"event":"fill",…,"order":{…}}}

The live venue sends JSON in text frames, the paper venue the same JSON in binary ones; a client that asks for it by its
Content-Type gets MessagePack. Nothing is replayed after a reconnect: a real client would ask for its orders by REST.
In place of that, `settle` sends every order once more; and GET /v2/orders at the same port lists them.
"""

import asyncio
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from tickfold.net import msgpack
from tickfold.sim.alpaca.data import default_market
from tickfold.sim.alpaca.orders import HABITS, OrderWords, json_text
from tickfold.sim.connection import Connection
from tickfold.sim.market import Instrument
from tickfold.sim.orders import OrderFlow
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Truth

UPDATES = "trade_updates"


def order_market() -> list[Instrument]:
    """The stocks of the data stream, and two coins in billionths."""
    coins = [
        Instrument("SOL/USD", 18_512, 18_514, size_places=9),
        Instrument("BTC/USD", 9_123_450, 9_123_480, size_places=8),
    ]
    return default_market() + coins


@dataclass
class Session:
    """The state of one client."""

    msgpack: bool
    authorized: bool = False
    listening: bool = False


class AlpacaTrading(SimulatedVenue):
    """The stream of one account.

    key, secret   the only credentials that are accepted
    paper         send binary frames, as the paper venue does
    instruments   the market; order_market() if not given
    live_orders   how many orders are open at a time
    disorder      whether messages are repeated and overtake one another
    """

    name = "alpaca.trading"
    path = "/stream"

    def __init__(
        self,
        *,
        key: str = "SIMKEY",
        secret: str = "SIMSECRET",
        paper: bool = False,
        instruments: list[Instrument] | None = None,
        live_orders: int = 24,
        disorder: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.paper = paper
        self.instruments = order_market() if instruments is None else instruments
        self.flow = OrderFlow(self.rng, self.instruments, [""], live=live_orders, clip=400, habits=HABITS)
        self.words = OrderWords(self.rng, self.flow.holdings, disorder=disorder)
        self._key = key
        self._secret = secret
        self._sent = {"orders": 0}

    # dialogue

    def opened(self, connection: Connection) -> None:
        asked = connection.request.headers.get("Content-Type", "")
        connection.session = Session(msgpack="msgpack" in asked)

    def received(self, connection: Connection, payload: bytes) -> None:
        session: Session = connection.session
        request = _read(payload)
        action = request.get("action")
        data = request.get("data")
        if action == "authenticate":
            data = data if isinstance(data, dict) else {}
            self._authorize(connection, data.get("key_id"), data.get("secret_key"))
        elif action == "auth":
            self._authorize(connection, request.get("key"), request.get("secret"))
        elif action == "listen":
            if not session.authorized:
                self._refuse(connection, "listen")
                return
            streams = data.get("streams") if isinstance(data, dict) else None
            wanted = [name for name in streams if name == UPDATES] if isinstance(streams, list) else []
            wanted = [] if self.faults.empty else wanted
            session.listening = bool(wanted)
            self._send(connection, "listening", {"streams": wanted[:1]})
        else:
            self._refuse(connection, str(action))

    def _authorize(self, connection: Connection, key: Any, secret: Any) -> None:
        session: Session = connection.session
        if session.authorized:
            self._send(connection, "listening", {"error": "your connection is already authenticated"})
            return
        known = (
            isinstance(key, str)
            and isinstance(secret, str)
            and hmac.compare_digest(key.encode(), self._key.encode())
            and hmac.compare_digest(secret.encode(), self._secret.encode())
        )
        if self.faults.refuse_auth or not known:
            self._refuse(connection, "authenticate")
            return
        session.authorized = True
        self._send(connection, "authorization", {"status": "authorized", "action": "authenticate"})

    def _refuse(self, connection: Connection, action: str) -> None:
        self._send(connection, "authorization", {"status": "unauthorized", "action": action})
        if action == "authenticate":
            asyncio.get_running_loop().call_soon(connection.close, 1008)

    def _send(self, connection: Connection, stream: str, data: dict[str, Any]) -> None:
        message = {"stream": stream, "data": data}
        if connection.session.msgpack:
            connection.send(msgpack.pack(message), binary=True)
        else:
            connection.send(json_text(message).encode(), binary=self.paper)

    # data

    @property
    def subscribed(self) -> bool:
        return any(connection.session.listening for connection in self.connections if connection.session)

    def truth(self) -> Truth:
        orders = [self.words.truth(order) for order in self.flow.all]
        return Truth(orders=orders, sent=dict(self._sent), fills=list(self.words.fills.values()))

    def step(self, limit: int) -> int:
        now = time.time_ns()
        order, event = self.flow.step(now // 1_000_000)
        for message in self.words.messages(order, event, now):
            self._publish(message)
        return 1

    def settle(self) -> None:
        """Sends what was held back, and every order in its present state."""
        for message in self.words.remaining():
            self._publish(message)
        now = time.time_ns()
        for order in self.flow.all:
            self._publish(self.words.restated(order, now))

    def answer(self, path: str) -> bytes | None:
        """GET /v2/orders: all orders, whatever the query asks for."""
        if path.partition("?")[0] != "/v2/orders":
            return None
        now = time.time_ns()
        return json_text([self.words.restated(order, now)["order"] for order in self.flow.all]).encode()

    def _publish(self, data: dict[str, Any]) -> None:
        for connection in list(self.connections):
            if connection.session is not None and connection.session.listening:
                self._sent["orders"] += 1
                self._send(connection, UPDATES, data)


def _read(payload: bytes) -> dict[str, Any]:
    """A request in JSON, in a text or binary frame, or in MessagePack."""
    try:
        value = json.loads(payload) if payload[:1] == b"{" else msgpack.unpack(payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
