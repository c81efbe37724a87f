"""Alpaca's market data stream as Alpaca's documentation and official clients describe it.

    server  [{"T":"success","msg":"connected"}]
    client  {"action":"auth","key":…,"secret":…}          not needed with the headers APCA-API-KEY-ID, -SECRET-KEY
    server  [{"T":"success","msg":"authenticated"}]
    client  {"action":"subscribe","quotes":["AAPL"],"trades":["*"]}
    server  [{"T":"subscription","trades":["*"],"quotes":["AAPL"], …every channel, always the whole state}]
    server  data: arrays of mixed types and symbols

`t` is taken from the clock when the event is sent, to the nanosecond, so that `now - t` in a callback is the latency.
A client whose Content-Type asks for MessagePack gets it; the options feed sends nothing else.
"""

import asyncio
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tickfold.net import msgpack
from tickfold.sim.alpaca.feeds import CHANNELS, FOLLOWERS, Extras, Message, Print, feed_of, market_of, packed
from tickfold.sim.connection import Connection
from tickfold.sim.market import Instrument, decimal_text
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Truth

ERRORS = {
    400: "invalid syntax",
    401: "not authenticated",
    402: "auth failed",
    403: "already authenticated",
    404: "auth timeout",
    405: "symbol limit exceeded",
    406: "connection limit exceeded",
    407: "slow client",
    409: "insufficient subscription",
    410: "invalid subscribe action for this feed",
    412: "option messages are only available in MsgPack format",
    413: "star subscription is not allowed for option quotes",
    500: "internal error",
}


def default_market() -> list[Instrument]:
    """Eight stocks near round prices, sizes in round lots."""
    prices = {
        "AAPL": 22_710,
        "AMD": 15_843,
        "MSFT": 41_502,
        "NVDA": 12_090,
        "PFE": 2_731,
        "QQQ": 48_105,
        "SPY": 55_214,
        "TSLA": 20_077,
    }
    return [Instrument(symbol, bid, bid + 2) for symbol, bid in prices.items()]


@dataclass
class Bar:
    """The current minute of one symbol; prices in ticks."""

    start: int  # ns
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    spent: int = 0
    count: int = 0


@dataclass
class Session:
    """The state of one client."""

    channels: dict[str, set[str]]
    msgpack: bool = False
    authenticated: bool = False
    rare: bool = False  # wants other channels than quotes, trades and bars
    batch: list[str] = field(default_factory=list)
    timeout: asyncio.TimerHandle | None = None

    def wants(self, channel: str, symbol: str) -> bool:
        symbols = self.channels[channel]
        return symbol in symbols or "*" in symbols


class AlpacaMarketData(SimulatedVenue):
    """One feed: of stocks (v2/iex, v2/sip …), crypto (v1beta3/crypto/us), options (v1beta1/opra) or news.

    key, secret       the only credentials that are accepted
    path              of the feed
    instruments       the market; the feed's own if not given
    array_max         the most events in one array
    bar_seconds       length of a bar; the real venue's is 60
    symbol_limit      symbols over trades and quotes before error 405; None: no limit
    connection_limit  sessions before error 406; None: no limit
    auth_timeout      seconds before error 404
    amendments        the share of trades that are corrected or canceled afterwards
    resets            the share of order book messages that send the whole book again
    """

    name = "alpaca.data"
    says_too_many = True
    path = "/v2/iex"

    @classmethod
    def default_names(cls) -> list[str]:
        return ["*"]

    def __init__(
        self,
        *,
        key: str = "SIMKEY",
        secret: str = "SIMSECRET",
        path: str = "/v2/iex",
        instruments: list[Instrument] | None = None,
        array_max: int = 3,
        bar_seconds: float = 60.0,
        symbol_limit: int | None = None,
        connection_limit: int | None = None,
        auth_timeout: float = 10.0,
        amendments: float = 0.0,
        resets: float = 0.02,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.path = path  # type: ignore[misc]  # the class holds the default
        self.feed = feed_of(path)
        own = default_market() if self.feed in ("stocks", "news") else market_of(self.feed)
        self.instruments = own if instruments is None else instruments
        self.amendments = amendments
        self.resets = resets
        self.array_max = array_max
        self.symbol_limit = symbol_limit
        self.connection_limit = connection_limit
        self.auth_timeout = auth_timeout
        self._key = key
        self._secret = secret
        self._bar_ns = int(bar_seconds * 1e9)
        self._bars: dict[str, Bar] = {}
        self._extras = Extras(self.rng)
        self._channels = CHANNELS[self.feed]
        self._rare = [c for c in self._channels if c not in ("quotes", "trades", "bars", *FOLLOWERS)]
        self._truth = Truth(sent={"quotes": 0, "trades": 0, "bars": 0})
        self._second = -1
        self._second_text = ""
        self._trade_id = 71_000

    # dialogue

    def opened(self, connection: Connection) -> None:
        packs = "msgpack" in connection.request.headers.get("Content-Type", "")
        session = connection.session = Session({name: set() for name in self._channels}, packs)
        if self.feed == "options" and not packs:
            self._error(connection, 412)
            connection.close(1008)
            return
        self._reply(connection, T="success", msg="connected")
        many = self.connection_limit is not None and len(self.connections) > self.connection_limit
        if many or self.faults.half_open:
            self._error(connection, 406)
            connection.close(1008)
            return
        headers = connection.request.headers
        if "APCA-API-KEY-ID" in headers:
            self._authenticate(connection, headers["APCA-API-KEY-ID"], headers.get("APCA-API-SECRET-KEY", ""))
        else:
            loop = asyncio.get_running_loop()
            session.timeout = loop.call_later(self.auth_timeout, self._auth_timed_out, connection)

    def closed(self, connection: Connection) -> None:
        if connection.session is not None and connection.session.timeout is not None:
            connection.session.timeout.cancel()
        super().closed(connection)

    def received(self, connection: Connection, payload: bytes) -> None:
        session: Session = connection.session
        try:
            request = msgpack.unpack(payload) if session.msgpack else json.loads(payload)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self._error(connection, 400)
            return
        action = request.get("action")
        if action == "auth":
            if session.authenticated:
                self._error(connection, 403)
            else:
                self._authenticate(connection, request.get("key"), request.get("secret"))
        elif action not in ("subscribe", "unsubscribe"):
            self._error(connection, 400)
        elif not session.authenticated:
            self._error(connection, 401)
        else:
            self._subscribe(connection, action == "subscribe", request)

    def on_slow(self, connection: Connection) -> None:
        self._error(connection, 407)
        connection.abort()

    def _authenticate(self, connection: Connection, key: Any, secret: Any) -> None:
        known = (
            isinstance(key, str)
            and isinstance(secret, str)
            and hmac.compare_digest(key.encode(), self._key.encode())
            and hmac.compare_digest(secret.encode(), self._secret.encode())
        )
        if self.faults.refuse_auth or not known:
            self._error(connection, 402)
            return
        session: Session = connection.session
        session.authenticated = True
        if session.timeout is not None:
            session.timeout.cancel()
        self._reply(connection, T="success", msg="authenticated")

    def _auth_timed_out(self, connection: Connection) -> None:
        self._error(connection, 404)
        connection.close(1008)

    def _subscribe(self, connection: Connection, add: bool, request: dict[str, Any]) -> None:
        session: Session = connection.session
        wanted = {name: set(symbols) for name, symbols in session.channels.items()}
        for channel, symbols in request.items():
            if channel == "action":
                continue
            if channel not in self._channels or channel in FOLLOWERS:
                self._error(connection, 410)
                return
            if self.feed == "options" and channel == "quotes" and symbols == ["*"]:
                self._error(connection, 413)
                return
            if not isinstance(symbols, list) or not all(isinstance(symbol, str) for symbol in symbols):
                self._error(connection, 400)
                return
            if add:
                wanted[channel].update(symbols)
            else:
                wanted[channel].difference_update(symbols)
        if self.feed == "stocks":
            for follower in FOLLOWERS:
                wanted[follower] = set(wanted["trades"])
        counted = sum(len(wanted.get(channel, ())) for channel in ("trades", "quotes"))
        if self.symbol_limit is not None and counted > self.symbol_limit:
            self._error(connection, 405)
            return
        if self.faults.empty:
            wanted = {name: set() for name in wanted}
        begun = wanted.get("orderbooks", set()) - session.channels.get("orderbooks", set())
        session.channels = wanted
        session.rare = any(wanted[name] for name in self._rare)
        self._reply(connection, T="subscription", **{name: sorted(symbols) for name, symbols in wanted.items()})
        for instrument in self.instruments:
            if begun & {instrument.symbol, "*"}:  # a subscription begins with the whole book
                session.batch.append(self._extras.book(instrument, time.time_ns(), whole=True)[2])
                self._truth.sent["orderbooks"] = self._truth.sent.get("orderbooks", 0) + 1
        self._flush()

    def _reply(self, connection: Connection, **message: Any) -> None:
        if connection.session.msgpack:
            connection.send(msgpack.pack([message]), binary=True)
        else:
            connection.send(json.dumps([message], separators=(",", ":")).encode())

    def _error(self, connection: Connection, code: int) -> None:
        self._reply(connection, T="error", code=code, msg=ERRORS[code])

    # data

    @property
    def subscribed(self) -> bool:
        return any(any(connection.session.channels.values()) for connection in self.connections if connection.session)

    def truth(self) -> Truth:
        self._truth.books = {symbol: book.truth() for symbol, book in self._extras.books.items()}
        return self._truth

    def step(self, limit: int) -> int:
        count = min(limit, self.rng.randint(1, self.array_max))
        for _ in range(count):
            instrument = self.pick()
            now = time.time_ns()
            wanted = self._wanted_rare(instrument.symbol)
            if wanted and (self.feed == "news" or self.rng.random() < 0.2):
                self._publish(*self._rarity(self.rng.choice(wanted), instrument, now))
            elif self.feed == "news":
                continue
            elif self.rng.random() < 0.2:
                instrument.trade(self.rng)
                self._print(instrument, now)
            else:
                instrument.move(self.rng)
                self._publish("quotes", instrument.symbol, self._quote(instrument, now))
                self._note(instrument)
        self._flush()
        return count

    def settle(self) -> None:
        """Sends every symbol's quote once more: Alpaca replays nothing to a client that comes back."""
        for instrument in self.instruments if self.feed != "news" else ():
            self._publish("quotes", instrument.symbol, self._quote(instrument, time.time_ns()))
            self._note(instrument)
        self._flush()

    def _wanted_rare(self, symbol: str) -> list[str]:
        """The rarer channels to which any client has subscribed for a symbol."""
        sessions = [c.session for c in self.connections if c.session is not None and c.session.rare]
        return [name for name in self._rare if any(s.wants(name, symbol) or name == "news" for s in sessions)]

    def _rarity(self, channel: str, instrument: Instrument, now: int) -> Message:
        extras = self._extras
        match channel:
            case "orderbooks":
                return extras.book(instrument, now, whole=self.rng.random() < self.resets)
            case "news":
                return extras.news([i.symbol for i in self.instruments], now)
            case "updatedBars" | "dailyBars":
                return extras.bar(instrument, channel, now)
        return extras.stock(instrument, channel, now)

    def _publish(self, channel: str, symbol: str, text: str) -> None:
        for connection in self.connections:
            session: Session = connection.session
            if session is not None and session.wants(channel, symbol):
                session.batch.append(text)
                self._truth.sent[channel] = self._truth.sent.get(channel, 0) + 1

    def _flush(self) -> None:
        for connection in list(self.connections):
            session: Session = connection.session
            if session is not None and session.batch:
                if session.msgpack:
                    connection.send(packed(session.batch), binary=True)
                else:
                    connection.send(f"[{','.join(session.batch)}]".encode())
                session.batch.clear()

    def _note(self, instrument: Instrument) -> None:
        """Adds a quote to the truth if it was sent to any client."""
        symbol = instrument.symbol
        if any(c.session is not None and c.session.wants("quotes", symbol) for c in self.connections):
            self._truth.quotes[symbol] = {
                "symbol": symbol,
                "bid": instrument.price_text(instrument.bid),
                "ask": instrument.price_text(instrument.ask),
                "bid_size": instrument.size_text(instrument.bid_size),
                "ask_size": instrument.size_text(instrument.ask_size),
                "bid_exchange": None if self.feed == "crypto" else instrument.bid_exchange,
                "ask_exchange": None if self.feed == "crypto" else instrument.ask_exchange,
            }

    def _quote(self, i: Instrument, now: int) -> str:
        touch = (
            f'"bp":{i.price_text(i.bid)},"bs":{i.size_text(i.bid_size)},"ap":{i.price_text(i.ask)},'
            f'"as":{i.size_text(i.ask_size)}'
        )
        start, end = f'{{"T":"q","S":"{i.symbol}",', f'"t":"{self._time(now)}"}}'
        if self.feed == "crypto":
            return f"{start}{touch},{end}"
        exchanges = f'"bx":"{i.bid_exchange}","ax":"{i.ask_exchange}"'
        if self.feed == "options":
            return f'{start}{exchanges},{touch},"c":"A",{end}'
        return f'{start}{exchanges},{touch},"c":["R"],"z":"C",{end}'

    def _print(self, i: Instrument, now: int) -> None:
        """A trade; before it the bar that it ends, after it perhaps its correction or cancel."""
        start = now - now % self._bar_ns
        bar = self._bars.get(i.symbol)
        if bar is not None and bar.start != start:
            if "bars" in self._channels:
                self._publish("bars", i.symbol, self._bar(i, bar))
            bar = None
        if bar is None:
            bar = self._bars[i.symbol] = Bar(start, i.last, i.last, i.last, i.last)
        bar.high = max(bar.high, i.last)
        bar.low = min(bar.low, i.last)
        bar.close = i.last
        bar.volume += i.last_size
        bar.spent += i.last_size * i.last
        bar.count += 1
        self._trade_id += 1
        self._publish("trades", i.symbol, self._trade(i, now))
        if self.feed == "stocks" and self.amendments and self.rng.random() < self.amendments:
            self._publish(*self._extras.amended(i, Print(i.symbol, self._trade_id, i.last, i.last_size), now))

    def _trade(self, i: Instrument, now: int) -> str:
        start = f'{{"T":"t","S":"{i.symbol}",'
        traded = f'"p":{i.price_text(i.last)},"s":{i.size_text(i.last_size)},"t":"{self._time(now)}"'
        if self.feed == "crypto":  # ids of 19 digits
            taker = "B" if i.last == i.ask else "S"
            return f'{start}{traded},"i":{7_000_000_000_000_000_000 + self._trade_id},"tks":"{taker}"}}'
        if self.feed == "options":
            return f'{start}{traded},"x":"C","c":"I"}}'
        odd = ',"I"' if i.last_size < 100 else ""
        return f'{start}"i":{self._trade_id},"x":"V",{traded},"c":["@"{odd}],"z":"C"}}'

    def _bar(self, i: Instrument, bar: Bar) -> str:
        average = decimal_text(bar.spent * 10_000 // bar.volume, i.places + 4)  # sizes cancel out
        return (
            f'{{"T":"b","S":"{i.symbol}","o":{i.price_text(bar.open)},"h":{i.price_text(bar.high)},'
            f'"l":{i.price_text(bar.low)},"c":{i.price_text(bar.close)},"v":{i.size_text(bar.volume)},'
            f'"t":"{self._time(bar.start)}","n":{bar.count},"vw":{average}}}'
        )

    def _time(self, ns: int) -> str:
        """RFC 3339 in UTC with trailing zeros dropped, as Go prints it."""
        second, fraction = divmod(ns, 1_000_000_000)
        if second != self._second:
            self._second = second
            self._second_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        digits = f"{fraction:09d}".rstrip("0")
        return f"{self._second_text}.{digits}Z" if digits else f"{self._second_text}Z"
