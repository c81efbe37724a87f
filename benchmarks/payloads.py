"""Messages as the venues send them, each different from the one before: a random walk of quotes, lives of orders.

tickfold drops a message that repeats what is known, so a repeated message would be measured as cheaper than it is.
Everything here is seeded: the same call gives the same bytes.
"""

import json
from dataclasses import dataclass
from random import Random

from tickfold.sim.market import Instrument, decimal_text

#: 2024-08-06 14:02:11 UTC
BEGIN_NS = 1_722_952_931_000_000_000

# fmt: off
SYMBOLS = (
    "AAPL", "MSFT", "NVDA", "AMZN", "GOOG", "META", "TSLA", "AVGO", "COST", "NFLX", "ADBE", "QCOM", "INTU", "AMAT",
    "MU", "INTC", "JPM", "BAC", "WFC", "GS", "MS", "C", "V", "MA", "KO", "PEP", "PFE", "MRK", "LLY", "ABBV", "JNJ",
    "UNH", "XOM", "CVX", "CAT", "BA", "GE", "HON", "UPS", "FDX", "DIS", "CMCSA", "T", "VZ", "SPY", "QQQ", "IWM",
    "DIA",
)
# fmt: on


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _market(rng: Random) -> list[Instrument]:
    """Prices between 100 and 600, so that texts have the usual lengths."""
    market = []
    for number, symbol in enumerate(SYMBOLS):
        bid = rng.randrange(10_000, 60_000)
        market.append(Instrument(symbol, bid, bid + 2, conid=265_598 + 7 * number, name=f"{symbol} INC", lot=40))
    return market


def _timestamp(ns: int) -> str:
    """RFC 3339 of a time within a day of BEGIN_NS, trailing zeros of the fraction dropped as Alpaca does."""
    seconds, fraction = divmod(ns - BEGIN_NS, 1_000_000_000)
    of_day = 14 * 3600 + 2 * 60 + 11 + seconds
    days, of_day = divmod(of_day, 86_400)
    text = decimal_text(1_000_000_000 + fraction, 9)[1:]
    return f"2024-08-{6 + days:02d}T{of_day // 3600:02d}:{of_day // 60 % 60:02d}:{of_day % 60:02d}{text}Z"


def quotes(count: int, seed: int = 1) -> list[bytes]:
    """Alpaca quotes, one in an array as a quiet feed sends them; about 135 bytes each.

    48 symbols in random order, times about 40 µs apart, so that two quotes of a symbol always differ.
    """
    rng = Random(seed)
    market = _market(rng)
    tapes = dict.fromkeys(SYMBOLS[:16], "C") | dict.fromkeys(SYMBOLS[44:], "B")
    now, texts = BEGIN_NS, []
    for _ in range(count):
        i = rng.choice(market)
        i.move(rng)
        now += int(rng.expovariate(1 / 40_000)) + 1
        texts.append(
            (
                f'[{{"T":"q","S":"{i.symbol}","bx":"{i.bid_exchange}","bp":{i.price_text(i.bid)},"bs":{i.bid_size},'
                f'"ax":"{i.ask_exchange}","ap":{i.price_text(i.ask)},"as":{i.ask_size},"c":["R"],'
                f'"z":"{tapes.get(i.symbol, "A")}","t":"{_timestamp(now)}"}}]'
            ).encode()
        )
    return texts


def trades(count: int, seed: int = 2) -> list[bytes]:
    """Alpaca trades, one in an array."""
    rng = Random(seed)
    market = _market(rng)
    now, texts = BEGIN_NS, []
    for number in range(count):
        i = rng.choice(market)
        i.move(rng)
        i.trade(rng)
        now += int(rng.expovariate(1 / 40_000)) + 1
        odd = ["@", "I"] if i.last_size < 100 else ["@"]
        message = {"T": "t", "S": i.symbol, "i": 71_675 + number, "x": rng.choice("QPVKZND"), "p": i.last / 100}
        message |= {"s": i.last_size, "c": odd, "z": "C", "t": _timestamp(now)}
        texts.append(_json([message]))
    return texts


def bars(count: int, seed: int = 3) -> list[bytes]:
    """Alpaca minute bars, one in an array."""
    rng = Random(seed)
    market = _market(rng)
    texts = []
    for number in range(count):
        i = market[number % len(market)]
        low, high = i.bid - rng.randrange(30), i.bid + rng.randrange(30)
        message = {"T": "b", "S": i.symbol, "o": i.bid / 100, "h": high / 100, "l": low / 100, "c": i.ask / 100}
        message |= {"v": rng.randrange(1_000_000), "n": rng.randrange(9_000), "vw": rng.randrange(low, high + 1) / 100}
        message["t"] = _timestamp(BEGIN_NS - 11_000_000_000 + number // len(market) * 60_000_000_000)
        texts.append(_json([message]))
    return texts


def smd(count: int, seed: int = 4) -> list[bytes]:
    """IBKR market data: one full frame for each contract, then only changes."""
    rng = Random(seed)
    market = _market(rng)
    now, texts = BEGIN_NS // 1_000_000, []
    seen: set[str] = set()
    while len(texts) < count:
        i = rng.choice(market)
        i.move(rng)
        now += rng.randrange(1, 9)
        values = {"84": i.price_text(i.bid, trim=False), "88": f"{i.bid_size * 100:,}"}
        values |= {"86": i.price_text(i.ask, trim=False), "85": f"{i.ask_size * 100:,}"}
        if i.symbol in seen:
            side = rng.choice((("84", "88"), ("86", "85"), ("84", "86"), ("88",), ("85",)))
            values = {key: values[key] for key in side}
        else:
            values = {"31": f"C{i.price_text(i.bid, trim=False)}", **values, "6509": "RpB"}
            seen.add(i.symbol)
        head = {"server_id": "q12", "conidEx": str(i.conid), "conid": i.conid, "_updated": now, "6119": "q12"}
        texts.append(_json({**head, **values, "topic": f"smd+{i.conid}"}))
    return texts


@dataclass
class Orders:
    """Updates of orders as in IBKR's `sor` topic, one element a message.

    first   the first full record of each order
    full    the following updates as full records, those of different orders interleaved at random
    deltas  the same updates as the gateway usually sends them: only the keys that changed
    """

    first: list[bytes]
    full: list[bytes]
    deltas: list[bytes]


def orders(lives: int, seed: int = 5) -> Orders:
    """`lives` orders of about a dozen updates each: accepted, submitted, filled in steps."""
    rng = Random(seed)
    market = _market(rng)
    result = Orders([], [], [])
    running = [_Life(rng, rng.choice(market), number) for number in range(lives)]
    now = BEGIN_NS // 1_000_000
    for life in running:
        now += 1
        result.first.append(_sor(life.full(now)))
    while running:
        index = rng.randrange(len(running))
        life = running[index]
        now += rng.randrange(1, 5)
        delta = life.step(rng)
        result.full.append(_sor(life.full(now)))
        result.deltas.append(_sor(delta))
        if life.status == "Filled":
            running[index] = running[-1]
            running.pop()
    return result


def _sor(element: dict[str, object]) -> bytes:
    return _json({"topic": "sor", "args": [element]})


class _Life:
    """One order: PreSubmitted, Submitted, fills, Filled."""

    def __init__(self, rng: Random, instrument: Instrument, number: int) -> None:
        self.instrument = instrument
        self.id = 922_048_200 + 3 * number
        self.ref = f"mm-{number:06d}"
        self.side = rng.choice(("BUY", "SELL"))
        self.qty = 10 * rng.randrange(20, 200)
        self.price = instrument.bid
        self.status = "PendingSubmit"
        self.filled = 0
        self.paid = 0

    @property
    def sizes(self) -> str:
        return f"{self.filled}/{self.qty - self.filled}" if self.filled < self.qty else str(self.qty)

    @property
    def average(self) -> str:
        return decimal_text(round(100 * self.paid / self.filled), 4, trim=False)

    def step(self, rng: Random) -> dict[str, object]:
        """Makes one change; returns the keys that the gateway sends for it."""
        fills = self.status == "Submitted"
        if self.status == "PendingSubmit":
            self.status = "PreSubmitted"
        elif self.status == "PreSubmitted":
            self.status = "Submitted"
        else:
            left = self.qty - self.filled
            quantity = left if left <= 20 else rng.randint(1, max(1, self.qty // 5))
            quantity = min(quantity, left)
            self.filled += quantity
            self.paid += quantity * (self.price - rng.randrange(3))
            if self.filled == self.qty:
                self.status = "Filled"
        delta = {"orderId": self.id, **self._status()}
        if fills:
            delta["filledQuantity"] = float(self.filled)
            delta["remainingQuantity"] = float(self.qty - self.filled)
            delta["sizeAndFills"] = self.sizes
            delta["avgPrice"] = self.average
        return delta

    def _status(self) -> dict[str, object]:
        colours = ("#00F000", "#FFFFFF") if self.status == "Filled" else ("#FFFFFF", "#0000CC")
        return {"status": self.status, "order_ccp_status": self.status, "fgColor": colours[1], "bgColor": colours[0]}

    def full(self, now_ms: int) -> dict[str, object]:
        i = self.instrument
        price = i.price_text(self.price, trim=False)
        record: dict[str, object] = {
            "acct": "DU1234567",
            "conidex": str(i.conid),
            "conid": i.conid,
            "account": "DU1234567",
            "orderId": self.id,
            "cashCcy": "USD",
            "sizeAndFills": self.sizes,
            "orderDesc": f"{self.side.title()} {self.qty} Limit {price} GTC",
            "description1": i.symbol,
            "ticker": i.symbol,
            "secType": "STK",
            "listingExchange": "NASDAQ.NMS",
            "remainingQuantity": float(self.qty - self.filled),
            "filledQuantity": float(self.filled),
            "totalSize": float(self.qty),
            "companyName": i.name,
            **self._status(),
            "origOrderType": "LIMIT",
            "supportsTaxOpt": "1",
            "lastExecutionTime": f"2408061402{now_ms // 1000 % 60:02d}",
            "orderType": "Limit",
            "order_ref": self.ref,
            "timeInForce": "GTC",
            "lastExecutionTime_r": now_ms,
            "side": self.side,
            "price": price,
            "isEventTrading": "0",
        }
        if self.filled:
            record["avgPrice"] = self.average
        return record
