"""decoder.feed of each kind of message without a callback: parse, intern, merge. 1,000 messages a round."""

import json

import pytest

import tickfold as tf
from benchmarks import payloads

COUNT = 20_000


def requoted(change):
    """Quotes with one thing changed in each message's object."""
    for number, text in enumerate(payloads.quotes(COUNT)):
        quote = json.loads(text)[0]
        change(quote, number)
        yield json.dumps([quote], separators=(",", ":"), ensure_ascii=False).encode()


def with_minutes(quote, number):
    """Each message in another minute, so that the cache of the last minute never helps."""
    quote["t"] = f"2024-08-06T14:{number % 60:02d}:11.900412301Z"


def with_long_numbers(quote, number):
    quote["bp"] = 64_012.123_456_7 + number
    quote["ap"] = 64_013.765_432_1 + number


def with_escape(quote, number):
    """A string that the scanner refuses: On-Demand reads the whole message."""
    quote["c"] = ["\u00e9"]


def merged(texts, size):
    """Messages of `size` elements."""
    elements = [text[1:-1] for text in texts]
    return [b"[" + b",".join(elements[at : at + size]) + b"]" for at in range(0, len(elements), size)]


ALPACA = {
    "quote": lambda: payloads.quotes(COUNT),
    "quote, minute changes": lambda: list(requoted(with_minutes)),
    "quote, long numbers": lambda: list(requoted(with_long_numbers)),
    "quote, refused by the scanner": lambda: list(requoted(with_escape)),
    "quotes, ten a message": lambda: merged(payloads.quotes(10 * COUNT), 10),
    "trade": lambda: payloads.trades(COUNT),
    "bar": lambda: payloads.bars(COUNT),
    "success": lambda: [b'[{"T":"success","msg":"authenticated"}]'] * COUNT,
    "unknown type": lambda: [b'[{"T":"zz","S":"AAPL","n":%d}]' % number for number in range(COUNT)],
    "malformed": lambda: [text[:-3] for text in payloads.quotes(COUNT)],
}


@pytest.mark.parametrize("kind", ALPACA)
def test_alpaca(feed_all, kind):
    feed_all(tf.decoder("alpaca.data").feed, ALPACA[kind]())


def test_ibkr_market_data(feed_all):
    feed_all(tf.decoder("ibkr").feed, payloads.smd(COUNT))


def test_ibkr_heartbeat(feed_all):
    beats = [b'{"topic":"system","hb":%d}' % (1_718_026_215_882 + 10_000 * number) for number in range(COUNT)]
    feed_all(tf.decoder("ibkr").feed, beats)


def test_copies(feed_all):
    """decode(): a list of independent copies in place of callbacks."""
    feed_all(tf.decoder("alpaca.data").decode, payloads.quotes(COUNT))
