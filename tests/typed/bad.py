"""What mypy --strict must refuse: every line that ends in "# no", and no other."""

from typing import Any

import tickfold as tf

engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"]))
decoder = tf.decoder("alpaca.data")


def trade(record: tf.Trade) -> None: ...


def quote(record: tf.Quote) -> None: ...


async def later(record: tf.Quote) -> None: ...


def nothing() -> None: ...


def two(record: tf.Quote, more: int) -> None: ...


engine.on(tf.Quote, trade)  # no
engine.on(tf.Quote, later)  # no
engine.on(tf.Quote, nothing)  # no
engine.on(tf.Quote, two)  # no
engine.on(tf.Quote)(trade)  # no
engine.on(tf.Quote)(later)  # no
engine.on(tf.Record)(quote)  # no
engine.on(quote)  # no
engine.on(tf.Quote, quote, changed=["bidd"])  # no
engine.on(tf.Quote, quote, changed="status")  # no
engine.on(tf.Quote, quote, amendments=True)  # no
engine.on(tf.Engine, quote)  # no
decoder.on(tf.Quote, trade)  # no
decoder.on(tf.Quote)(later)  # no
engine.on_batch(tf.Quote, nothing)  # no
engine.on_batch(tf.Record, lambda rows: None)  # no
engine.on_batch(tf.Quote, lambda rows: None, changed=["bidd"])  # no
engine.on(tf.Order, lambda order: None, conflate=True)  # no
engine.on_batch(tf.Trade, lambda rows: None, conflate=True)  # no
engine.attach("no handler")  # no


@engine.on(tf.Quote)  # no
def wrong_record(record: tf.Trade) -> None: ...


@engine.on(tf.Quote)  # no
async def coroutine(record: tf.Quote) -> None: ...


@engine.on_batch(tf.Quote)  # no
async def rows(array: Any) -> None: ...


@engine.on  # no
def without_a_kind(record: tf.Quote) -> None: ...


def write(record: tf.Quote) -> None:
    record.bid = 3.0  # no
    record.known = 0  # no
    record.symbol = "A"  # no
    decoder.messages = 0  # no
    decoder.state = engine.state  # no
    engine.orders = decoder.orders  # no
