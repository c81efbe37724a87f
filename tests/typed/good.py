"""What mypy --strict must let pass."""

from typing import Any

import tickfold as tf

engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"]))
decoder = tf.decoder("alpaca.data")
prices: list[float] = []


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    if quote.bid is not None and quote.ask is not None:
        prices.append((quote.bid + quote.ask) / 2)


@engine.on(tf.Order, changed="status")
@decoder.on(tf.Order)
def on_order(order: tf.Order) -> None:
    prices.append(order.filled_qty or 0.0)


@engine.on(tf.Record)
@engine.on(tf.Trade)
def on_any(record: tf.Record) -> None:
    print(record.kind, record.seq)


@engine.on(tf.Fill, amendments=True)
def on_fill(fill: tf.Fill) -> None:
    print(fill.commission)


@engine.on(tf.Stats, conflate=True)
@decoder.on(tf.Stats, conflate=True, changed="delta")
def on_stats(stats: tf.Stats) -> None:
    print(stats.delta)


@engine.on(tf.Lag)
def on_lag(lag: tf.Lag) -> None:
    print(lag.behind, lag.unread, (lag.backlog or 0.0) + (lag.data_age or 0.0), lag.text)


@engine.on_batch(tf.Quote, conflate=True)
@engine.on_batch(tf.Trade, changed=["price"])
def on_rows(rows: Any) -> None:
    print(rows["price"].sum())


class Strategy:
    def __init__(self, engine: tf.Engine) -> None:
        engine.on(tf.Quote, self.quote)
        engine.on(tf.Quote, lambda quote: prices.append(quote.last or 0.0))
        engine.on_batch(tf.Fill, self.fills, amendments=True)

    def quote(self, quote: tf.Quote) -> None: ...

    def fills(self, rows: Any) -> None: ...


on_quote(tf.decoder("alpaca.data").quotes["AAPL"])  # a decorated function keeps its type
engine.off(on_quote)
