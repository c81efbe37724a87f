"""In memory: prepared payloads, no socket. CPU time a message, the loop around it included, in ns.

    python -m benchmarks.memory quotes|deltas|full ROUNDS

prints the results of one process as JSON. They vary by a few percent with where the process has its code and data, so
peers.py combines several processes.

Quotes: every contestant runs through the same 4,000 payloads of a round, all different, and reads the fields symbol,
bid and ask of each. What each does beyond that:

* json, orjson: the whole message becomes dicts, numbers become floats, the time stays text.
* msgspec: a typed Struct with all ten fields, the time as text; and, as the leanest that a peer can do, a Struct that
  has only the three fields that are read.
* tickfold: every field of the quote into its struct, the time to the nanosecond, the symbol interned, merged into the
  row of its symbol, with the masks of what is known and what changed; then no callback, or a Python callback
  that reads the three, or a callback that gets a numpy array for each 64 KiB and sums bid and ask over all rows.

The peers' reads are in the loop itself: no function is called but the decoder.

Orders: lives of 200 orders, about 2,500 updates, interleaved. The first record of each order is known beforehand.
orjson + dict.update overwrites the keys of the order's dict and nothing else; tickfold parses the formatted numbers
and times, maps the venue's words, and merges by the rules of engine/fold/order.hpp. The state is new in every round, so
that filled quantities rise in every round.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec
import orjson

import tickfold as tf
from benchmarks import payloads
from benchmarks.rounds import Measure, interleave

CHUNK = 4_000
BATCH = 480  # quotes in 64 KiB

Quote3 = tuple[str, float, float]


class Quote(msgspec.Struct, gc=False):
    """All fields of a quote."""

    T: str
    S: str
    bx: str
    bp: float
    bs: float
    ax: str
    ap: float
    as_: float = msgspec.field(name="as")
    c: list[str]
    z: str
    t: str


class LeanQuote(msgspec.Struct, gc=False):
    """The three fields that are read."""

    S: str
    bp: float
    ap: float


def clock() -> int:
    return time.process_time_ns()


def with_json(messages: list[bytes]) -> tuple[int, Quote3]:
    loads = json.loads
    symbol, bid, ask = "", 0.0, 0.0
    began = clock()
    for message in messages:
        quote = loads(message)[0]
        symbol = quote["S"]
        bid = quote["bp"]
        ask = quote["ap"]
    return clock() - began, (symbol, bid, ask)


def with_orjson(messages: list[bytes]) -> tuple[int, Quote3]:
    loads = orjson.loads
    symbol, bid, ask = "", 0.0, 0.0
    began = clock()
    for message in messages:
        quote = loads(message)[0]
        symbol = quote["S"]
        bid = quote["bp"]
        ask = quote["ap"]
    return clock() - began, (symbol, bid, ask)


def with_msgspec(model: Any) -> Callable[[list[bytes]], tuple[int, Quote3]]:
    decode = msgspec.json.Decoder(list[model]).decode

    def run(messages: list[bytes]) -> tuple[int, Quote3]:
        symbol, bid, ask = "", 0.0, 0.0
        began = clock()
        for message in messages:
            quote = decode(message)[0]
            symbol = quote.S
            bid = quote.bp
            ask = quote.ap
        return clock() - began, (symbol, bid, ask)

    return run


def tickfold_silent() -> Callable[[list[bytes]], tuple[int, Quote3]]:
    decoder = tf.decoder("alpaca.data")

    def run(messages: list[bytes]) -> tuple[int, Quote3]:
        feed = decoder.feed
        seen = decoder.dispatcher.last_seq
        began = clock()
        for message in messages:
            feed(message)
        took = clock() - began
        assert decoder.dispatcher.last_seq - seen == len(messages)
        last = max(decoder.quotes, key=lambda quote: quote.seq)
        return took, (last.symbol, last.bid, last.ask)

    return run


def read_three(decoder: tf.Decoder) -> Callable[[], Quote3]:
    """Has a callback read three fields of each quote; what is returned gives those of the last one."""
    symbol, bid, ask = "", 0.0, 0.0

    @decoder.on(tf.Quote)
    def on_quote(quote: Any) -> None:
        nonlocal symbol, bid, ask
        symbol = quote.symbol
        bid = quote.bid
        ask = quote.ask

    return lambda: (symbol, bid, ask)


def tickfold_callback() -> Callable[[list[bytes]], tuple[int, Quote3]]:
    decoder = tf.decoder("alpaca.data")
    last = read_three(decoder)

    def run(messages: list[bytes]) -> tuple[int, Quote3]:
        feed = decoder.feed
        seen = decoder.dispatcher.last_seq
        began = clock()
        for message in messages:
            feed(message)
        took = clock() - began
        assert decoder.dispatcher.last_seq - seen == len(messages)
        return took, last()

    return run


def tickfold_batch() -> Callable[[list[bytes]], tuple[int, Quote3]]:
    decoder = tf.decoder("alpaca.data")
    count, last = 0, ("", 0.0, 0.0)

    @decoder.on_batch(tf.Quote)
    def on_quotes(rows: Any) -> None:
        nonlocal count, last
        count += len(rows)
        symbol, bid, ask = rows["symbol"], rows["bid"], rows["ask"]
        bid.sum()
        ask.sum()
        last = int(symbol[-1]), float(bid[-1]), float(ask[-1])

    def run(messages: list[bytes]) -> tuple[int, Quote3]:
        nonlocal count
        feed, flush = decoder.feed, decoder.flush
        count = 0
        began = clock()
        for first in range(0, len(messages), BATCH):
            for message in messages[first : first + BATCH]:
                feed(message, flush=False)
            flush()
        took = clock() - began
        assert count == len(messages)
        return took, (decoder.symbols[last[0]], last[1], last[2])

    return run


def quote_contestants() -> dict[str, Measure]:
    """Name → a round's ns a message. Each asserts that it saw the last quote of the round."""
    messages = payloads.quotes(10 * CHUNK)

    def measure(run: Callable[[list[bytes]], tuple[int, Quote3]]) -> Measure:
        def one(number: int) -> float:
            first = number % 10 * CHUNK
            chunk = messages[first : first + CHUNK]
            took, last = run(chunk)
            quote = orjson.loads(chunk[-1])[0]
            assert last == (quote["S"], quote["bp"], quote["ap"]), last
            return took / CHUNK

        return one

    return {
        "json + 3 reads": measure(with_json),
        "orjson + 3 reads": measure(with_orjson),
        "msgspec typed, all fields + 3 reads": measure(with_msgspec(Quote)),
        "msgspec typed, 3 fields + 3 reads": measure(with_msgspec(LeanQuote)),
        "tickfold, no callback": measure(tickfold_silent()),
        "tickfold, Python callback, 3 reads": measure(tickfold_callback()),
        "tickfold, numpy batch": measure(tickfold_batch()),
    }


def merged_by_dict(first: list[bytes], updates: list[bytes]) -> tuple[int, dict[str, float]]:
    loads = orjson.loads
    orders: dict[int, dict[str, Any]] = {}
    for message in first:
        for order in loads(message)["args"]:
            orders[order["orderId"]] = order
    began = clock()
    for message in updates:
        for order in loads(message)["args"]:
            orders[order["orderId"]].update(order)
    took = clock() - began
    return took, {str(id_): order["filledQuantity"] for id_, order in orders.items()}


def merged_by_tickfold(
    callback: Callable[[Any], None] | None = None,
) -> Callable[[list[bytes], list[bytes]], tuple[int, dict[str, float]]]:
    def run(first: list[bytes], updates: list[bytes]) -> tuple[int, dict[str, float]]:
        decoder = tf.decoder("ibkr")
        if callback is not None:
            decoder.on(tf.Order, callback)
        feed = decoder.feed
        for message in first:
            feed(message)
        seen = decoder.dispatcher.last_seq
        began = clock()
        for message in updates:
            feed(message)
        took = clock() - began
        assert decoder.dispatcher.last_seq - seen == len(updates)
        return took, {order.order_id: order.filled_qty for order in decoder.orders}

    return run


def read_order(order: Any) -> None:
    """A callback that reads three fields."""
    order.order_id, order.filled_qty, order.avg_price  # noqa: B018


def order_contestants(kind: str) -> dict[str, Measure]:
    """Name → a round's ns a message; `kind` is "full" or "deltas". Each asserts every order's filled quantity."""
    lives = payloads.orders(200)
    updates: list[bytes] = getattr(lives, kind)
    truth: dict[str, float] = {}
    for message in lives.full:
        order = orjson.loads(message)["args"][0]
        truth[str(order["orderId"])] = order["filledQuantity"]

    def measure(run: Callable[[list[bytes], list[bytes]], tuple[int, dict[str, float]]]) -> Measure:
        def one(number: int) -> float:
            took, filled = run(lives.first, updates)
            assert filled == truth
            return took / len(updates)

        return one

    return {
        "orjson + dict.update": measure(merged_by_dict),
        "tickfold, no callback": measure(merged_by_tickfold()),
        "tickfold, Python callback, 3 reads": measure(merged_by_tickfold(read_order)),
    }


def main() -> None:
    what, rounds = sys.argv[1], int(sys.argv[2])
    contestants = quote_contestants() if what == "quotes" else order_contestants(what)
    print(json.dumps(interleave(contestants, rounds, warm_up=3)))


if __name__ == "__main__":
    main()
