"""ETNA Trader's streamer as its documentation and client libraries describe it.

    client  GET /CreateSession.txt?User=…&Password=…&HttpClientType=WebSocket
    server  {"Cmd":"CreateSession.txt", "StatusCode":"Ok", "SessionId":"…"}
    client  {"Cmd":"Subscribe.txt","SessionId":"…","Keys":"318;319","EntityType":"Quote","HttpClientType":"WebSocket"}
    server  the same with StatusCode, then data: flat objects whose values are all texts
    server  {"Cmd":"Ping"}      client  {"Cmd":"Pong","StatusCode":"Ok"}

The real venue has one streamer for quotes and candles and another for orders, positions, balances and watchlists; this
one does both. A subscription to orders, positions or balances begins with all that exist; nothing marks their end.
Times of quotes are whole seconds, too coarse to compute a latency; those of orders are milliseconds.
"""

import asyncio
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tickfold.sim.connection import Connection
from tickfold.sim.etna.orders import HABITS, OrderWords, price, size, texts
from tickfold.sim.market import Instrument, decimal_text
from tickfold.sim.orders import Event, Holding, OrderFlow
from tickfold.sim.server import SimulatedVenue
from tickfold.sim.truth import Row, Truth

#: EntityType → what its keys name.
ENTITIES = {
    "Quote": "security",
    "Candle": "candle",
    "Order": "account",
    "Position": "account",
    "AccountBalance": "account",
    "UserBalance": "user",
    "Watchlist": "user",
    "WatchlistContent": "watchlist",
}
_CANDLE_SECONDS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}
_WATCHLIST = "77"
_EXCESS = "-0.1031318408312315568923557400"


def default_market() -> list[Instrument]:
    """Six securities; `conid` is ETNA's security id."""
    rows = [
        (318, "KO", "Coca-Cola Company", 6_240),
        (319, "AAPL", "Apple Inc.", 22_710),
        (320, "MSFT", "Microsoft Corporation", 41_502),
        (321, "NVDA", "NVIDIA Corporation", 12_090),
        (322, "PFE", "Pfizer Inc.", 2_731),
        (323, "SPY", "SPDR S&P 500", 55_214),
    ]
    return [
        Instrument(symbol, bid, bid + 2, conid=number, name=name, bid_size=300, ask_size=200, lot=400)
        for number, symbol, name, bid in rows
    ]


@dataclass
class Session:
    """The state of one client."""

    id: str | None = None
    keys: dict[str, set[str]] = field(default_factory=lambda: {entity: set() for entity in ENTITIES})
    ping: asyncio.TimerHandle | None = None
    pongs: int = 0
    heard: float = 0.0  # loop time of the last Pong

    def wants(self, entity: str, key: str) -> bool:
        return key in self.keys[entity]


class EtnaStreamer(SimulatedVenue):
    """Both streamers in one.

    user, password  the only ones that are accepted; `user` may come with a session id behind a colon
    instruments     the market; default_market() if not given
    accounts        of the orders
    order_share     the share of events that are changes of orders; the others are changes of quotes
    ping            seconds between two pings
    pong_within     seconds without a Pong before the connection is dropped
    disorder        whether messages of orders are repeated
    """

    name = "etna"
    path = "/CreateSession.txt"

    @classmethod
    def default_names(cls) -> list[str]:
        return [str(instrument.conid) for instrument in default_market()]

    def __init__(
        self,
        *,
        user: str = "5104",
        password: str = "SIMPASSWORD",
        instruments: list[Instrument] | None = None,
        accounts: list[str] | None = None,
        order_share: float = 0.5,
        ping: float = 10.0,
        pong_within: float = 30.0,
        live_orders: int = 24,
        disorder: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.user = user
        self.instruments = default_market() if instruments is None else instruments
        self.accounts = accounts or ["611"]
        self.order_share = order_share
        self.ping = ping
        self.pong_within = pong_within
        self.flow = OrderFlow(self.rng, self.instruments, self.accounts, live=live_orders, habits=HABITS)
        self.words = OrderWords(self.rng, disorder=disorder)
        self._password = password
        self._quoted: set[str] = set()
        self._positions: dict[tuple[str, str], dict[str, str]] = {}
        self._cash = dict.fromkeys(self.accounts, 25_000_000_000)  # in units of 10^-5
        self._sent = {"quotes": 0, "orders": 0}

    # dialogue

    def opened(self, connection: Connection) -> None:
        session = connection.session = Session()
        query = parse_qs(connection.request.path.decode("latin-1").partition("?")[2])
        user, password = (query.get(name, [""])[0] for name in ("User", "Password"))
        known = hmac.compare_digest(user.partition(":")[0].encode(), self.user.encode()) and hmac.compare_digest(
            password.encode(), self._password.encode()
        )
        if self.faults.refuse_auth or not known:
            self._send(connection, {"Cmd": "CreateSession.txt", "StatusCode": "Error"})
            connection.close(1000)
            return
        session.id = f"{self.rng.getrandbits(32):08x}-6e1f-4d4c-9f0e-{self.accepted:012x}"
        session.heard = asyncio.get_running_loop().time()
        self._send(connection, {"Cmd": "CreateSession.txt", "StatusCode": "Ok", "SessionId": session.id})
        self._schedule_ping(connection)

    def closed(self, connection: Connection) -> None:
        if connection.session is not None and connection.session.ping is not None:
            connection.session.ping.cancel()
        super().closed(connection)

    def received(self, connection: Connection, payload: bytes) -> None:
        session: Session = connection.session
        try:
            request = json.loads(payload)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self._send(connection, {"Cmd": "", "StatusCode": "Error", "Message": "not understood"})
            return
        command = request.get("Cmd")
        if command == "Pong":
            session.pongs += 1
            session.heard = asyncio.get_running_loop().time()
        elif command in ("Subscribe.txt", "Unsubscribe.txt"):
            self._subscribe(connection, request, add=command == "Subscribe.txt")
        else:
            self._send(connection, {"Cmd": str(command), "StatusCode": "Error", "Message": "unknown command"})

    def _subscribe(self, connection: Connection, request: dict[str, Any], *, add: bool) -> None:
        session: Session = connection.session
        entity, keys = request.get("EntityType"), request.get("Keys")
        fit = session.id is not None and request.get("SessionId") == session.id
        if not fit or entity not in ENTITIES or not isinstance(keys, str) or not keys:
            why = "wrong EntityType or Keys" if fit else "wrong SessionId"
            self._send(connection, {"Cmd": request["Cmd"], "StatusCode": "Error", "Message": why})
            return
        wanted = set(keys.split(";"))
        answer = {name: request[name] for name in ("Cmd", "SessionId", "Keys", "EntityType")}
        self._send(connection, {**answer, "StatusCode": "Ok"})
        if not add:
            session.keys[entity] -= wanted
            return
        session.keys[entity] |= wanted
        for message in self._image(entity, wanted):
            self._count(message)
            self._send(connection, message)

    def _image(self, entity: str, keys: set[str]) -> list[dict[str, str]]:
        """The messages with which a subscription begins: all that exists."""
        match entity:
            case "Quote":
                return [self._quote(i) for i in self.instruments if str(i.conid) in keys]
            case "Order":
                return [self.words.order(order) for order in self.flow.all if order.account in keys]
            case "Position":
                return [told for (account, _), told in self._positions.items() if account in keys]
            case "AccountBalance":
                return [self._balance("AccountBalance", a) for a in self.accounts if a in keys]
            case "UserBalance":
                return [self._balance("UserBalance", a) for a in self.accounts] if self.user in keys else []
            case "Watchlist":
                return [self._watchlist()] if self.user in keys else []
            case "WatchlistContent":
                return [self._watchlist_content()] if _WATCHLIST in keys else []
        return []

    def _schedule_ping(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.session.ping = loop.call_later(self.ping, self._beat, connection)

    def _beat(self, connection: Connection) -> None:
        if asyncio.get_running_loop().time() - connection.session.heard > self.pong_within:
            connection.abort()
            return
        self._send(connection, {"Cmd": "Ping"})
        self._schedule_ping(connection)

    def _send(self, connection: Connection, message: dict[str, Any]) -> None:
        connection.send(texts(message).encode())

    # data

    @property
    def subscribed(self) -> bool:
        return any(any(connection.session.keys.values()) for connection in self.connections if connection.session)

    def truth(self) -> Truth:
        return Truth(
            quotes={str(i.conid): _quote_truth(i) for i in self.instruments if str(i.conid) in self._quoted},
            orders=[self.words.truth(order) for order in self.flow.all],
            sent=dict(self._sent),
            positions=[_position_truth(told) for told in self._positions.values()],
            balances=[
                {
                    "account": account,
                    "total": decimal_text(cash, 5),
                    "net_cash": decimal_text(cash, 5),
                    "excess_liq": _EXCESS,
                    "buying_power": decimal_text(cash * 2, 5),
                }
                for account, cash in self._cash.items()
            ],
        )

    def step(self, limit: int) -> int:
        if self.rng.random() < self.order_share:
            self._play_order()
        else:
            self._play_quote()
        return 1

    def settle(self) -> None:
        """Does nothing: a client that reconnects subscribes again and gets all that exists."""

    def _play_order(self) -> None:
        now = time.time_ns() // 1_000_000
        order, event = self.flow.step(now)
        for message in self.words.messages(order, event, now):
            self._tell("Order", order.account, message)
        if order.touched is None or event is not Event.FILL:
            return
        holding = self.flow.holdings[order.account, order.instrument.symbol]
        self._tell("Position", order.account, self._position(order.account, order.instrument, holding, now))
        spent = order.touched.qty * order.touched.price * 10 ** (5 - order.instrument.places)
        self._cash[order.account] += spent if order.side == "SELL" else -spent
        self._tell("AccountBalance", order.account, self._balance("AccountBalance", order.account))
        self._tell("UserBalance", self.user, self._balance("UserBalance", order.account))

    def _play_quote(self) -> None:
        instrument = self.pick()
        trade = self.rng.random() < 0.2
        if trade:
            instrument.trade(self.rng)
        else:
            instrument.move(self.rng)
        self._tell("Quote", str(instrument.conid), self._quote(instrument))
        if trade:
            for period, seconds in _CANDLE_SECONDS.items():
                key = f"{instrument.symbol}|NGS|USD:{period}"
                self._tell("Candle", key, self._candle(key, seconds, instrument))

    def _tell(self, entity: str, key: str, message: dict[str, str]) -> None:
        text = None
        for connection in list(self.connections):
            if connection.session is not None and connection.session.wants(entity, key):
                text = text or texts(message).encode()
                connection.send(text)
                self._count(message)

    def _count(self, message: dict[str, str]) -> None:
        if message["EntityType"] == "Quote":
            self._quoted.add(message["Key"])
            self._sent["quotes"] += 1
        elif message["EntityType"] == "Order":
            self._sent["orders"] += 1

    def _quote(self, i: Instrument) -> dict[str, str]:
        now = time.strftime("%m/%d/%Y %H:%M:%S", time.gmtime())
        return {
            "EntityType": "Quote",
            "Key": str(i.conid),
            "QuoteTypes": "0",
            "Bid": price(i, i.bid),
            "Ask": price(i, i.ask),
            "BidSize": str(i.bid_size),
            "AskSize": str(i.ask_size),
            "BidMarket": i.bid_exchange,
            "AskMarket": i.ask_exchange,
            "LastMarket": "",
            "BidTime": now,
            "AskTime": now,
            "Date": now if i.last else "01/01/1970 00:00:00",
            "BidUpdate": "True",
            "AskUpdate": "False",
            "Last": price(i, i.last),
            "Price": price(i, i.last),
            "Open": price(i, i.open),
            "High": price(i, i.high),
            "Low": price(i, i.low),
            "Close": price(i, i.last),
            "DayHigh": price(i, i.high),
            "DayLow": price(i, i.low),
            "PreviousClose": price(i, i.prev_close),
            "Volume": str(i.last_size),
            "TotalDailyVolume": str(i.volume),
            "AverageVolume3Month": "0",
            "OpenInterest": "0",
            "Change": price(i, i.last - i.prev_close) if i.last else "0",
            "ChangePc": "0",
            "Week52Low": "0",
            "Week52High": "0",
            "Beta": "0",
            "Sector": "",
            "TradeCondition": "0",
            "DontAffectCandle": "False",
        }

    def _candle(self, key: str, seconds: int, i: Instrument) -> dict[str, str]:
        now = int(time.time())
        return {
            "EntityType": "Candle",
            "Key": key,
            "Open": price(i, i.open),
            "High": price(i, i.high),
            "Low": price(i, i.low),
            "Close": price(i, i.last),
            "Volume": str(i.volume),
            "Time": str(now - now % seconds),
            "IsCompleted": "False",
            "IsMarket": "True",
        }

    def _position(self, account: str, i: Instrument, holding: Holding, now_ms: int) -> dict[str, str]:
        average = abs(holding.spent) * 10 ** (5 - i.places) // abs(holding.qty) if holding.qty else 0
        told = self._positions[account, i.symbol] = {
            "EntityType": "Position",
            "Id": f"9{account}{i.conid}",
            "AccountId": account,
            "SecurityId": str(i.conid),
            "Symbol": i.symbol,
            "SecurityType": "CommonStock",
            "Exchange": "XNAS",
            "Currency": "USD",
            "Name": i.name,
            "CompanyName": i.name,
            "Quantity": size(i, holding.qty),
            "CostBasis": price(i, holding.spent),
            "DailyCostBasis": price(i, holding.spent),
            "AverageOpenPrice": decimal_text(average, 5, trim=False),
            "AverageClosePrice": "0.00000",
            "RealizedProfitLoss": decimal_text(self.rng.randint(-(10**9), 10**9), 5, trim=False),
            "CreateDate": str(now_ms),
            "CreateDateOffset": "-14400000",
            "ModifyDate": str(now_ms),
            "ModifyDateOffset": "-14400000",
        }
        return told

    def _balance(self, entity: str, account: str) -> dict[str, str]:
        """Items is JSON in a text, with native numbers of up to 28 digits; the outer CashBalance may be 0."""
        cash = decimal_text(self._cash[account], 5)
        items = (
            f'[{{"Name":"cash","Value":{cash}}},{{"Name":"netCash","Value":{cash}}},'
            f'{{"Name":"excess","Value":{_EXCESS}}},'
            f'{{"Name":"stockBuyingPower","Value":{decimal_text(self._cash[account] * 2, 5)}}},'
            f'{{"Name":"pendingOrdersCount","Value":{sum(o.account == account for o in self.flow.alive)}}}]'
        )
        return {
            "EntityType": entity,
            "AccountId": account,
            "CashBalance": "0",
            "PendingCash": "0",
            "PendingOrdersCount": "0",
            "Items": items,
        }

    def _watchlist(self) -> dict[str, str]:
        return {
            "EntityType": "Watchlist",
            "id": _WATCHLIST,
            "Key": self.user,
            "CreateDate": "06/10/2024 14:30:00",
            "ModifyDate": "06/10/2024 14:30:00",
            "Description": "",
            "IsDeleted": "False",
            "Name": "Large caps",
            "Type": "0",
            "UserId": self.user,
        }

    def _watchlist_content(self) -> dict[str, str]:
        securities = ";".join(str(i.conid) for i in self.instruments)
        return {
            "EntityType": "WatchlistContent", "Key": _WATCHLIST, "AddedSymbols": securities, "RemovedSymbols": "null",
        }  # fmt: skip


def _quote_truth(i: Instrument) -> Row:
    row: dict[str, str | None] = {
        "bid": price(i, i.bid),
        "ask": price(i, i.ask),
        "bid_size": str(i.bid_size),
        "ask_size": str(i.ask_size),
        "bid_exchange": i.bid_exchange,
        "ask_exchange": i.ask_exchange,
        "prev_close": price(i, i.prev_close),
    }
    if i.last:
        row |= {"last": price(i, i.last), "volume": str(i.volume)}
    return row


def _position_truth(told: dict[str, str]) -> Row:
    return {
        "account": told["AccountId"],
        "symbol": told["SecurityId"],
        "qty": told["Quantity"],
        "avg_price": told["AverageOpenPrice"],
        "cost_basis": told["CostBasis"],
        "realized_pnl": told["RealizedProfitLoss"],
    }
