"""The channels of Alpaca's data feeds besides quotes, trades and minute bars, and their messages.

Every message is the text of its JSON object; `packed` makes the MessagePack of a batch of them.
"""

import calendar
import json
import re
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tickfold.net import msgpack
from tickfold.sim.book import Book
from tickfold.sim.market import Instrument, decimal_text

#: Feed → channel → the `T` of its messages. Corrections and cancels follow `trades` and cannot be asked for.
CHANNELS = {
    "stocks": {
        "trades": "t", "quotes": "q", "bars": "b", "updatedBars": "u", "dailyBars": "d", "statuses": "s", "lulds": "l",
        "imbalances": "i", "corrections": "c", "cancelErrors": "x",
    },
    "crypto": {"trades": "t", "quotes": "q", "bars": "b", "updatedBars": "u", "dailyBars": "d", "orderbooks": "o"},
    "options": {"trades": "t", "quotes": "q"},
    "news": {"news": "n"},
}  # fmt: skip
FOLLOWERS = ("corrections", "cancelErrors")

Message = tuple[str, str, str]  # channel, symbol, text

_TIMES = ("t", "r", "ft", "created_at", "updated_at")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def feed_of(path: str) -> str:
    """The feed that a URL path belongs to."""
    if "crypto" in path:
        return "crypto"
    if path.endswith(("/opra", "/indicative")):
        return "options"
    return "news" if path.endswith("/news") else "stocks"


def market_of(feed: str) -> list[Instrument]:
    """The instruments of a feed that does not have the stocks."""
    if feed == "crypto":
        return [
            Instrument("BTC/USD", 9_123_450, 9_123_480, size_places=8, lot=10**6),
            Instrument("ETH/USD", 312_045, 312_052, size_places=9, lot=10**7),
            Instrument("DOGE/USD", 29_205_707, 29_205_815, places=9, size_places=4, lot=10**6),
        ]
    strikes = ("SPY251219P00650000", "SPY251219C00650000", "AAPL260116C00230000")
    return [Instrument(symbol, 512 + n, 515 + n) for n, symbol in enumerate(strikes)]


def time_text(ns: int, *, offset_hours: int = 0) -> str:
    """RFC 3339 with trailing zeros dropped, as Go prints it."""
    second, fraction = divmod(ns + offset_hours * 3_600_000_000_000, 1_000_000_000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
    digits = f"{fraction:09d}".rstrip("0")
    zone = f"{offset_hours:+03d}:00" if offset_hours else "Z"
    return f"{text}.{digits}{zone}" if digits else f"{text}{zone}"


def packed(texts: list[str]) -> bytes:
    """A batch of messages as one array in MessagePack; times become timestamps, numbers keep their values."""
    return msgpack.pack([_timed(json.loads(text)) for text in texts])


def _timed(value: dict[str, Any]) -> dict[str, Any]:
    for key in _TIMES:
        text = value.get(key)
        match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
        if match is not None:
            seconds = time.strptime(match[1], "%Y-%m-%dT%H:%M:%S")
            ns = calendar.timegm(seconds) * 1_000_000_000 + int((match[2] or "0").ljust(9, "0"))
            value[key] = msgpack.Timestamp(ns)
    return value


@dataclass
class Print:
    """What an amendment must repeat of the trade that it corrects or cancels."""

    symbol: str
    id: int
    price: int
    size: int


@dataclass
class Extras:
    """Makes the messages of the rarer channels.

    books  symbol → order book, for crypto
    """

    rng: Random
    books: dict[str, Book] = field(default_factory=dict)
    _news: list[dict[str, Any]] = field(default_factory=list)

    def amended(self, i: Instrument, printed: Print, now: int) -> Message:
        """A correction of a trade, or its cancel."""
        common = f'"S":"{i.symbol}","x":"V","z":"C","t":"{time_text(now)}"'
        price, size = i.price_text(printed.price), i.size_text(printed.size)
        if self.rng.random() < 0.5:
            action = self.rng.choice("CE")
            text = f'{{"T":"x",{common},"i":{printed.id},"p":{price},"s":{size},"a":"{action}"}}'
            return "cancelErrors", i.symbol, text
        corrected = i.price_text(printed.price + 1)
        text = (
            f'{{"T":"c",{common},"oi":{printed.id},"op":{price},"os":{size},"oc":["@"],'
            f'"ci":{printed.id + 10**6},"cp":{corrected},"cs":{size},"cc":["@"]}}'
        )
        return "corrections", i.symbol, text

    def stock(self, i: Instrument, channel: str, now: int) -> Message:
        """A status, price band or imbalance."""
        time_, s = time_text(now), i.symbol
        match channel:
            case "statuses":
                code, text, reason, why = self.rng.choice(
                    (("H", "Trading Halt", "T12", "Trading Halted; For information requested by NASDAQ"),
                     ("T", "Trading Resumption", "LUDP", "Volatility Trading Pause"),
                     ("2", "Trading Halt", "", ""))
                )  # fmt: skip
                body = f'"sc":"{code}","sm":"{text}","rc":"{reason}","rm":"{why}","t":"{time_}","z":"C"'
                return channel, s, f'{{"T":"s","S":"{s}",{body}}}'
            case "lulds":
                up, down = i.price_text(i.ask * 21 // 20), i.price_text(i.bid * 19 // 20)
                return channel, s, f'{{"T":"l","S":"{s}","u":{up},"d":{down},"i":"B","t":"{time_}","z":"C"}}'
            case _:
                return channel, s, f'{{"T":"i","S":"{s}","p":{i.price_text(i.bid)},"z":"C","t":"{time_}"}}'

    def bar(self, i: Instrument, channel: str, now: int) -> Message:
        """A daily or an amended minute bar of the day's trades; without trades, from bid and ask, with volume 0."""
        kind = {"updatedBars": "u", "dailyBars": "d"}[channel]
        length = 60_000_000_000 if kind == "u" else 86_400_000_000_000
        low, high = (i.low, i.high) if i.trades else (i.bid, i.ask)
        first, last = (i.open, i.last) if i.trades else (i.bid, i.ask)
        volume = i.size_text(i.volume) if i.trades else "0"
        average = decimal_text((low + high) * 5, i.places + 1) if i.trades else "0"
        return channel, i.symbol, (
            f'{{"T":"{kind}","S":"{i.symbol}","o":{i.price_text(first)},"h":{i.price_text(high)},'
            f'"l":{i.price_text(low)},"c":{i.price_text(last)},"v":{volume},'
            f'"t":"{time_text(now - now % length)}","n":{i.trades},"vw":{average}}}'
        )  # fmt: skip

    def book(self, i: Instrument, now: int, *, whole: bool) -> Message:
        """The levels that changed; with `whole` all of them, as a reset."""
        book = self.books.get(i.symbol)
        if book is None:
            book = self.books[i.symbol] = Book(i, self.rng, size=10**7)
        if whole:
            levels = [("bid", p, size, 0) for p, (size, _) in book.bids.items()]
            levels += [("ask", p, size, 0) for p, (size, _) in book.asks.items()]
            self.rng.shuffle(levels)  # the venue promises no order
        else:
            levels = book.change(self.rng)

        def side(name: str) -> str:
            texts = (f'{{"p":{i.price_text(p)},"s":{i.size_text(size)}}}' for s, p, size, _ in levels if s == name)
            return ",".join(texts)

        sides = "".join(f',"{key}":[{side(name)}]' for key, name in (("b", "bid"), ("a", "ask")))
        reset = ',"r":true' if whole else ""
        return "orderbooks", i.symbol, f'{{"T":"o","S":"{i.symbol}","t":"{time_text(now)}"{sides}{reset}}}'

    def news(self, symbols: list[str], now: int) -> Message:
        """An article, or a recent one again with a later time; some are long."""
        rng = self.rng
        if self._news and rng.random() < 0.2:
            article = rng.choice(self._news[-8:])
            article["updated_at"] = time_text(now)
            article["headline"] += " (updated)"
        else:
            long = "lorem ipsum " * (20_000 if rng.random() < 0.02 else 5)
            article = {
                "T": "n",
                "id": 24_918_784 + len(self._news),
                "headline": "Stocks \u201crise\u201d & fall",
                "summary": rng.choice(("", "A summary.")),
                "author": "A. Writer",
                "created_at": time_text(now),
                "updated_at": time_text(now),
                "url": rng.choice((None, "https://news.example/1")),
                "content": f"<p>{long}</p>",
                "symbols": rng.sample(symbols, rng.randint(0, 2)),
                "source": "benzinga",
            }
            self._news.append(article)
        text = json.dumps(article, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")
        about = article["symbols"][0] if article["symbols"] else "*"
        return "news", about, text
