"""Reading attributes of a record, one at a time."""

import pytest

import tickfold as tf
from benchmarks import payloads

ORDER = ["order_id", "status", "side", "qty", "filled_qty", "avg_price", "ts_updated", "status_text", "reason"]
QUOTE = ["symbol", "bid", "bid_exchange", "ts_event", "seq", "last"]  # `last` was never stated: None


@pytest.fixture
def quote():
    decoder = tf.decoder("alpaca.data")
    return decoder.decode(payloads.quotes(1)[0])[0]


@pytest.fixture
def order():
    decoder = tf.decoder("ibkr")
    lives = payloads.orders(1)
    for message in (*lives.first, *lives.full):
        decoder.feed(message)
    return next(iter(decoder.orders))


@pytest.mark.parametrize("name", QUOTE)
def test_quote(benchmark, quote, name):
    benchmark(getattr, quote, name)


@pytest.mark.parametrize("name", ORDER)
def test_order(benchmark, order, name):
    benchmark(getattr, order, name)


def test_decimal(benchmark, quote):
    benchmark(quote.decimal, "bid")


def test_copy(benchmark, order):
    benchmark(order.copy)


def test_repr(benchmark, order):
    benchmark(repr, order)
