"""What all simulated venues share: a websocket server on loopback, the rate of its events, and faults to switch on.

A venue derives from `SimulatedVenue` and implements what happens when a client connects, when it sends a message, and
when the model makes another event. All randomness comes from `random.Random(seed)`: the same seed and the same
subscriptions give the same messages except for their times.
"""

import asyncio
import ssl
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from types import TracebackType
from typing import Any, ClassVar, Self

from picows import WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

from tickfold.sim.connection import Connection
from tickfold.sim.deflate import Deflate, DeflateSettings, agree
from tickfold.sim.truth import Truth

TICK = 0.001  # seconds between two batches when playing at a rate
SLICE = 50_000  # events prepared at a time at full speed
BREATH = 2_000  # events after which the event loop runs other tasks (heartbeats, Pongs)


@dataclass
class Faults:
    """The faults that are switched on; may be changed at any time.

    refuse_auth      refuse every credential
    refuse_upgrade   answer upgrades with this HTTP status
    silent           send nothing and answer nothing, pings included, while the connection stays up
    mute             no events happen while a venue plays; everything is answered
    mute_symbol      the first instrument has no quotes and trades; orders for it go on
    drip             every byte is written on its own
    half_open        connections of before are silent, and those that come are too many
    empty            what is subscribed is confirmed as nothing, and nothing comes of it
    slow_close       seconds before a client's Close is answered; None: never
    """

    refuse_auth: bool = False
    refuse_upgrade: int | None = None
    silent: bool = False
    mute: bool = False
    mute_symbol: bool = False
    drip: bool = False
    half_open: bool = False
    empty: bool = False
    slow_close: float | None = 0.0


class SimulatedVenue(ABC):
    """A venue on 127.0.0.1.

    seed        seed of all randomness
    rate        events a second; None is full speed: many events are prepared, then written at once; their times are
                those of the preparation, so latencies have no meaning
    tls         the server's context for wss; None is ws
    deflate     what to do with offers of permessage-deflate
    port        0 takes a free one; see `url` after `start`
    """

    name: ClassVar[str]  # the stream it simulates: "alpaca.data", "ibkr" …
    path: ClassVar[str]  # the path of the URL
    says_too_many: ClassVar[bool] = False  # a connection too many is refused in the venue's own words, not by HTTP 503
    instruments: Any  # a sequence of them

    @classmethod
    def default_names(cls) -> list[str]:
        """The names by which a client subscribes to the default market; [] if it needs no names."""
        return []

    def __init__(
        self,
        *,
        seed: int = 1,
        rate: float | None = 1_000.0,
        tls: ssl.SSLContext | None = None,
        deflate: DeflateSettings | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if rate is not None and not rate > 0:
            raise ValueError(f"rate is {rate}: give events a second, or None for full speed")
        self.rng = Random(seed)
        self.rate = rate
        self.faults = Faults()
        self.connections: list[Connection] = []
        self.accepted = 0  # upgrades since the start
        self.max_backlog = 1 << 24  # bytes that a client may leave unread, see on_slow
        self.host = host
        self.port = port
        self._tls = self._own_tls = tls
        self._deflate = deflate or DeflateSettings()
        self._server: asyncio.Server | None = None

    # implemented by a venue

    @abstractmethod
    def opened(self, connection: Connection) -> None:
        """A client has connected: greet it, set its `session`."""

    @abstractmethod
    def received(self, connection: Connection, payload: bytes) -> None:
        """A client has sent a complete message; `payload` is untrusted."""

    @abstractmethod
    def step(self, limit: int) -> int:
        """Advances the model by 1 to `limit` events, sends them to those who subscribed; returns how many."""

    @abstractmethod
    def truth(self) -> Truth:
        """The state that a client that missed nothing must have now."""

    def settle(self) -> None:  # noqa: B027 - most venues repeat nothing
        """Sends again what a client that was disconnected has missed."""

    def answer(self, path: str) -> bytes | None:
        """What a plain GET of this path, which has its query, is answered with, in JSON; None: there is nothing."""
        return None

    def admit(self, request: WSUpgradeRequest) -> int | None:
        """An HTTP status to refuse the upgrade with, or None."""
        return None if request.path.decode("latin-1").partition("?")[0] == self.path else 404

    def closed(self, connection: Connection) -> None:
        """A connection has ended."""
        self.connections.remove(connection)

    def on_slow(self, connection: Connection) -> None:
        """A client has left more than `max_backlog` bytes unread, and they become no fewer."""
        connection.abort()

    @property
    @abstractmethod
    def subscribed(self) -> bool:
        """Whether anybody would receive an event."""

    # the server

    @property
    def url(self) -> str:
        return f"{'wss' if self._tls else 'ws'}://{self.host}:{self.port}{self.path}"

    async def start(self) -> None:
        """Listens. Raises OSError if the port is taken."""
        self._server = await ws_create_server(
            self._listener,
            self.host,
            self.port,
            ssl=self._tls,
            enable_auto_pong=False,  # a silent venue answers no pings
            use_aiofastnet=self._tls is None,  # aiofastnet 1.2.0 raises while it reports a failed TLS handshake
            max_frame_size=1 << 20,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drops every connection and stops listening."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            while self.connections:
                for connection in list(self.connections):
                    connection.abort()
                await asyncio.sleep(TICK)
            await server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def change_certificate(self, tls: ssl.SSLContext | None) -> None:
        """Restarts with another certificate; None is the one of the beginning."""
        await self.stop()
        self._tls = tls or self._own_tls
        await self.start()

    def go_half_open(self) -> None:
        """Says nothing any more on the connections that are open, and counts them: those that come are too many."""
        self.faults.half_open = True
        for connection in self.connections:
            connection.frozen = True

    def forget(self) -> None:
        """Ends that."""
        self.faults.half_open = False
        for connection in list(self.connections):
            if connection.frozen:
                connection.abort()

    def pick(self) -> Any:
        """The instrument of the next quote or trade."""
        return self.rng.choice(self.instruments[1:] if self.faults.mute_symbol else self.instruments)

    def drop(self) -> None:
        """Drops every connection as a broken network would: no Close frame."""
        for connection in list(self.connections):
            connection.abort()

    def cut(self) -> None:
        """Drops every connection in the middle of a frame."""
        for connection in list(self.connections):
            connection.cut()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begins the close handshake with every client."""
        for connection in list(self.connections):
            connection.close(code, reason)

    def _listener(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        plain = request.method == b"GET" and "Upgrade" not in request.headers
        body = self.answer(request.path.decode("latin-1")) if plain else None
        if body is not None:
            response = WSUpgradeResponse.create_error_response(400, body, {"Content-Type": "application/json"})
            response.status = HTTPStatus.OK
            return WSUpgradeResponseWithListener(response, None)
        # Who had connected before `stop`, and asks for the upgrade only now, finds nobody.
        status = self.faults.refuse_upgrade or (503 if self._server is None else self.admit(request))
        if self.faults.half_open and not self.says_too_many:
            status = status or 503
        offers = ",".join(request.headers.getall("Sec-WebSocket-Extensions", []))
        agreement = agree(offers, self._deflate)
        if status is None and agreement is None and self._deflate.policy == "require":
            status = 400
        if status is not None:
            response = WSUpgradeResponse.create_error_response(status, b"refused")
            return WSUpgradeResponseWithListener(response, None)
        deflate, headers = None, {}
        if agreement is not None:
            deflate = Deflate(agreement, self._deflate.level)
            headers["Sec-WebSocket-Extensions"] = agreement.response
        connection = Connection(self, request, deflate)
        self.connections.append(connection)
        self.accepted += 1
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_101_response(headers), connection)

    # the rate of events

    async def wait_subscribed(self) -> None:
        """Returns once somebody has subscribed."""
        while not self.subscribed:
            await asyncio.sleep(TICK)

    async def play(self, events: int | None = None) -> None:
        """Sends `events` events, or endlessly, at the venue's rate."""
        if self.rate is None:
            await self._play_at_full_speed(events)
        else:
            await self._play_at_rate(events, self.rate)

    async def _play_at_rate(self, events: int | None, rate: float) -> None:
        started = time.perf_counter()
        done = 0
        while events is None or done < events:
            while self.faults.mute:
                await asyncio.sleep(TICK)
                started = time.perf_counter() - done / rate
            due = int((time.perf_counter() - started) * rate) + 1
            if events is not None:
                due = min(due, events)
            due = min(due, done + BREATH)  # a rate too high for us must not block the event loop
            while done < due:
                done += self.step(due - done)
            ahead = started + done / rate - time.perf_counter()
            await asyncio.sleep(max(TICK, ahead) if ahead > -TICK else 0)

    async def _play_at_full_speed(self, events: int | None) -> None:
        done = 0
        while events is None or done < events:
            held = list(self.connections)
            for connection in held:
                connection.hold()
            end = done + SLICE if events is None else min(done + SLICE, events)
            breath = done
            try:
                while done < end:
                    done += self.step(end - done)
                    if done - breath >= BREATH:
                        breath = done
                        await asyncio.sleep(0)
                for connection in held:
                    await connection.release()
            finally:
                for connection in held:
                    connection.spill()
