"""What each kind of callback adds to the cost of a quote: compare with test_nobody. 1,000 quotes a round."""

import pytest

import tickfold as tf
from benchmarks import payloads
from benchmarks.native import strategy

QUOTES = payloads.quotes(20_000)


@pytest.fixture
def decoder():
    return tf.decoder("alpaca.data")


def test_nobody(feed_all, decoder):
    feed_all(decoder.feed, QUOTES)


def test_empty_callback(feed_all, decoder):
    decoder.on(tf.Quote, lambda quote: None)
    feed_all(decoder.feed, QUOTES)


def test_callback_reading_three_fields(feed_all, decoder):
    decoder.on(tf.Quote, lambda quote: (quote.symbol, quote.bid, quote.ask))
    feed_all(decoder.feed, QUOTES)


def test_two_callbacks(feed_all, decoder):
    decoder.on(tf.Quote, lambda quote: None)
    decoder.on(tf.Quote, lambda quote: None)
    feed_all(decoder.feed, QUOTES)


def test_callback_when_bid_changed(feed_all, decoder):
    decoder.on(tf.Quote, lambda quote: None, changed=["bid"])
    feed_all(decoder.feed, QUOTES)


def test_callback_that_keeps_copies(feed_all, decoder):
    kept = []
    decoder.on(tf.Quote, lambda quote: kept.append(quote.copy()))

    def feed(message):
        decoder.feed(message)
        kept.clear()

    feed_all(feed, QUOTES)


def test_batch_of_1000(benchmark, decoder):
    decoder.on_batch(tf.Quote, lambda rows: rows["bid"].sum())

    def setup():
        return (QUOTES[:1000] if setup.turn else QUOTES[1000:2000],), {}

    def loop(chunk):
        setup.turn = not setup.turn
        for message in chunk:
            decoder.feed(message, flush=False)
        decoder.flush()

    setup.turn = False
    benchmark.pedantic(loop, setup=setup, rounds=100, warmup_rounds=3)


def test_cython_handler(feed_all, decoder):
    pytest.importorskip("Cython")
    decoder.attach(strategy().Strategy())
    feed_all(decoder.feed, QUOTES)
