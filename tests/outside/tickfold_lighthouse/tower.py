"""The venue, simulated."""

import json
import time
from typing import Any

from tickfold.sim import SimulatedVenue, Truth
from tickfold.sim.connection import Connection
from tickfold.sim.market import decimal_text

LAMPS = ("red", "green", "white")


class Tower(SimulatedVenue):
    name = "lighthouse"
    path = "/lamps"

    @classmethod
    def default_names(cls) -> list[str]:
        return list(LAMPS)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._low = dict.fromkeys(LAMPS, 100)
        self._quotes: dict[str, dict[str, str | None]] = {}
        self._ships: list[dict[str, Any]] = []
        self._sent = {"quotes": 0, "orders": 0}

    @property
    def subscribed(self) -> bool:
        return any(connection.session for connection in self.connections)

    def opened(self, connection: Connection) -> None:
        connection.session = ()
        self._send(connection, {"say": "welcome"})

    def received(self, connection: Connection, payload: bytes) -> None:
        connection.session = tuple(json.loads(payload)["lamps"])
        self._send(connection, {"say": "lit", "lamps": connection.session})

    def step(self, limit: int) -> int:
        if self.rng.random() < 0.2:
            self._sail()
        else:
            lamp = self.rng.choice(LAMPS)
            self._low[lamp] = max(1, self._low[lamp] + self.rng.choice((-1, 1)))
            self._glow(lamp)
        return 1

    def settle(self) -> None:
        for lamp in list(self._quotes):
            self._glow(lamp)
        for ship in self._ships:
            self._publish("orders", self._told(ship))

    def truth(self) -> Truth:
        status = {"docked": "NEW", "sailing": "PARTIALLY_FILLED", "home": "FILLED"}
        orders = [
            {"order_id": ship["id"], "symbol": ship["lamp"], "qty": str(ship["wants"]), "filled_qty": str(ship["has"]),
             "status": status[ship["state"]], "status_text": ship["state"]}
            for ship in self._ships
        ]  # fmt: skip
        return Truth(quotes=dict(self._quotes), orders=orders, sent=dict(self._sent))

    def _glow(self, lamp: str) -> None:
        low, high = (decimal_text(self._low[lamp] + more, 2, trim=False) for more in (0, 2))
        self._quotes[lamp] = {"symbol": lamp, "bid": low, "ask": high}
        self._publish("quotes", {"say": "glow", "lamp": lamp, "low": low, "high": high, "at": time.time_ns()})

    def _sail(self) -> None:
        if not self._ships or self._ships[-1]["state"] == "home":
            number, lamp = str(len(self._ships) + 1), self.rng.choice(LAMPS)
            ship = {"id": number, "lamp": lamp, "wants": self.rng.randint(2, 9), "has": 0, "state": "docked"}
            self._ships.append(ship)
        else:
            ship = self._ships[-1]
            ship["has"] += 1
            ship["state"] = "home" if ship["has"] == ship["wants"] else "sailing"
        self._publish("orders", self._told(ship))

    def _told(self, ship: dict[str, Any]) -> dict[str, Any]:
        return {"say": "ship", **ship, "at": time.time_ns()}

    def _publish(self, kind: str, message: dict[str, Any]) -> None:
        for connection in list(self.connections):
            if message["lamp"] in (connection.session or ()):
                self._sent[kind] += 1
                self._send(connection, message)

    def _send(self, connection: Connection, message: dict[str, Any]) -> None:
        connection.send(json.dumps(message).encode())
