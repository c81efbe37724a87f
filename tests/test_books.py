"""Order books over a lost connection: what they show is old until the venue says the whole of it again."""

import json
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, VegaNode
from tickfold.sim.truth import all_differences

SLOW = tf.Backoff(initial=0.3, maximum=0.3)
LOST = 1_700_000_000_000_000_000


def levels(price: float, *, whole: bool = False, symbol: str = "ETH/USD") -> bytes:
    said: dict[str, Any] = {"T": "o", "S": symbol, "b": [{"p": price, "s": 1}], "a": []}
    return json.dumps([{**said, "r": True} if whole else said]).encode()


@pytest.mark.parametrize("loop", LOOPS)
def test_alpaca_s_books_are_broken_from_the_loss_to_the_next_whole_one(loop):
    async def main():
        async with AlpacaMarketData(path="/v1beta3/crypto/us", seed=3) as venue:
            symbols = [instrument.symbol for instrument in venue.instruments][:2]
            keys = {"url": venue.url, "key": "SIMKEY", "secret": "SIMSECRET"}
            engine = tf.Engine(tf.alpaca.MarketData("v1beta3/crypto/us", orderbooks=symbols, **keys), reconnect=SLOW)
            broken: list[set[bool]] = []

            @engine.on(tf.SessionState)
            def note(state: tf.SessionState) -> None:
                if state.connected is False:
                    broken.append({book.broken for book in engine.books})

            async with engine:
                await engine.wait_ready()
                await venue.play(50)
                await until(lambda: len(engine.books) == 2 and not list(all_differences(venue.truth(), engine)))
                assert not any(book.broken for book in engine.books)
                venue.drop()
                await until(lambda: engine.stats[0].state == "backoff")
                assert all(book.broken for book in engine.books)
                for _ in range(20):
                    venue.step(1)
                await until(lambda: not any(book.broken for book in engine.books))
                assert engine.stats[0].connects == 2
                await until(lambda: not list(all_differences(venue.truth(), engine)))
            assert len(broken) == 1

    run(main(), loop=loop)


def test_vega_s_changes_alone_never_mend_a_book():
    """A node's `markets/depth/updates` says no whole book: the levels stay as they were, and broken."""

    async def main():
        async with VegaNode(seed=15, order_share=0.0) as venue:
            markets = [instrument.symbol for instrument in venue.instruments]
            stream = tf.vega.Stream("markets/depth/updates", url=venue.url, market_ids=markets)
            engine = tf.Engine(stream, reconnect=tf.Backoff(initial=0.01, maximum=0.05))
            told: list[str | None] = []
            engine.on(tf.BookLevel, lambda level: told.append(level.symbol))
            async with engine:
                await engine.wait_ready()
                await venue.play(200)
                await until(lambda: len(engine.books) == len(markets))
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                before = {book.symbol: (list(book.bids), list(book.asks)) for book in engine.books}
                told.clear()
                await venue.wait_subscribed()
                await venue.play(200)
                await until(lambda: len(told) > 20)
                assert {book.symbol: (list(book.bids), list(book.asks)) for book in engine.books} == before
                assert all(book.broken for book in engine.books)

    run(main())


def test_a_change_of_another_connection_is_handed_on_and_changes_no_book():
    decoder = tf.decoder("alpaca.data")
    decoder.feed(levels(1.0, whole=True))
    decoder.feed(levels(2.0))
    decoder.announce(False, "alpaca", "lost", LOST)
    book = decoder.books["ETH/USD"]
    assert book.broken
    decoder.announce(True, "alpaca", "ready", LOST)
    assert book.broken
    (record,) = decoder.decode(levels(3.0))
    assert record.price == 3.0
    assert [price for price, _, _ in book.bids] == [2.0, 1.0]
    decoder.feed(levels(4.0, whole=True))
    decoder.feed(levels(5.0))
    assert not book.broken
    assert [price for price, _, _ in book.bids] == [5.0, 4.0]


def test_only_the_books_of_the_stream_that_was_lost():
    state = tf.State()
    one, two = (tf.decoder("alpaca.data", state=state, label=label) for label in ("one", "two"))
    for decoder in (one, two):
        decoder.feed(levels(1.0, whole=True))
    one.announce(False, "one", "lost", LOST)
    assert (one.books["ETH/USD"].broken, two.books["ETH/USD"].broken) == (True, False)
    one.feed(levels(1.0, whole=True, symbol="BTC/USD"))
    assert not one.books["BTC/USD"].broken


def test_numbers_of_updates_begin_anew_with_a_connection():
    """A node that was restarted counts from one again: its whole book is not taken for an old one."""
    decoder = tf.decoder("vega")

    def depth(sequence: int, price: str) -> bytes:
        sides = {"buy": [{"price": price, "volume": "1", "numberOfOrders": "1"}], "sell": []}
        book = {"marketId": "m", "sequenceNumber": str(sequence), **sides}
        return json.dumps({"result": {"marketDepth": [book]}}).encode()

    decoder.feed(depth(900, "10"))
    decoder.announce(False, "vega", "lost", LOST)
    assert decoder.books["m"].broken
    decoder.feed(depth(1, "20"))
    book = decoder.books["m"]
    assert (book.sequence, book.broken) == (1, False)
    assert [price for price, _, _ in book.bids] == [20.0]
