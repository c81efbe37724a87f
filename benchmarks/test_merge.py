"""Orders parsed and merged into their rows. A round has all updates of 100 orders and a new state."""

import pytest

import tickfold as tf
from benchmarks import payloads
from benchmarks.conftest import note

LIVES = payloads.orders(100)


def lives(benchmark, updates):
    def setup():
        decoder = tf.decoder("ibkr")
        for message in LIVES.first:
            decoder.feed(message)
        return (decoder.feed,), {}

    def loop(feed):
        for message in updates:
            feed(message)

    benchmark.pedantic(loop, setup=setup, rounds=50, warmup_rounds=2)
    note(benchmark, len(updates))


@pytest.mark.parametrize("kind", ["deltas", "full"])
def test_updates(benchmark, kind):
    lives(benchmark, getattr(LIVES, kind))


def test_the_same_again(benchmark):
    """Updates that change nothing: merged, but not handed on."""
    lives(benchmark, LIVES.first)


def test_first_records(benchmark):
    """New rows: ids and symbols are interned, pages are touched for the first time."""

    def setup():
        return (tf.decoder("ibkr").feed,), {}

    def loop(feed):
        for message in LIVES.first:
            feed(message)

    benchmark.pedantic(loop, setup=setup, rounds=50, warmup_rounds=2)
    note(benchmark, len(LIVES.first))
