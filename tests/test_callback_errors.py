"""What on_callback_error says: exceptions of callbacks are raised, or reported while everything goes on."""

import asyncio
import json
import logging
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.sim import AlpacaMarketData, IbkrGateway

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


def quotes(*prices: float) -> bytes:
    return json.dumps([{"T": "q", "S": "A", "bp": price} for price in prices]).encode()


def test_reported_with_the_record_and_everything_goes_on(caplog):
    decoder = tf.decoder("alpaca.data", on_callback_error="report")
    seen: list[Any] = []

    @decoder.on(tf.Quote)
    def broken(quote: tf.Quote) -> None:
        raise ValueError(f"at {quote.bid}")

    decoder.on(tf.Quote, lambda quote: seen.append(quote.bid))
    decoder.on_batch(tf.Quote, lambda rows: rows["no such column"])
    decoder.on_batch(tf.Quote, lambda rows: seen.append(rows["bid"].tolist()))
    assert decoder.feed(quotes(1, 2)) == 2
    assert seen == [1, 2, [1, 2]]
    assert decoder.dispatcher.callback_errors(decoder.stream) == 3
    assert decoder.dispatcher.callback_errors(decoder.stream + 1) == 0
    first, _, batch = caplog.records
    assert first.levelno == logging.ERROR
    assert "a callback raised ValueError: at 1.0; it was called with" in first.getMessage()
    assert "bid=1.0" in first.getMessage()
    assert first.exc_info is not None
    assert "a batch of 2 records" in batch.getMessage()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit])
@pytest.mark.parametrize("batch", [False, True])
def test_what_is_no_exception_is_raised_all_the_same(error, batch):
    decoder = tf.decoder("alpaca.data", on_callback_error="report")

    def leave(_: Any) -> None:
        raise error

    (decoder.on_batch if batch else decoder.on)(tf.Quote, leave)  # type: ignore[operator]
    with pytest.raises(error):
        decoder.feed(quotes(1))
    assert decoder.dispatcher.callback_errors(decoder.stream) == 0


def test_a_log_that_fails_hides_nothing():
    """A handler that raises KeyboardInterrupt, say: logging itself swallows Exceptions of handlers only."""

    class Interrupted(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise KeyboardInterrupt

    decoder = tf.decoder("alpaca.data", on_callback_error="report")
    decoder.on(tf.Quote, lambda quote: 1 / 0)
    handler = Interrupted()
    log = logging.getLogger("tickfold")
    log.addHandler(handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            decoder.feed(quotes(1))
    finally:
        log.removeHandler(handler)


def test_a_record_that_a_reporter_keeps_is_safe_afterwards(caplog):
    """The traceback that a log handler keeps holds the view; from then on it raises instead of showing another row."""
    decoder = tf.decoder("alpaca.data", on_callback_error="report")

    @decoder.on(tf.Quote)
    def broken(quote: tf.Quote) -> None:
        raise ValueError

    decoder.feed(quotes(1))
    (record,) = caplog.records
    assert record.exc_info is not None
    trace = record.exc_info[2]
    while trace.tb_next is not None:
        trace = trace.tb_next
    with pytest.raises(ReferenceError):
        trace.tb_frame.f_locals["quote"].bid  # noqa: B018
    decoder.feed(quotes(2))
    assert decoder.quotes["A"].bid == 2


def test_wrong_values():
    for make in (
        lambda: tf.Dispatcher(on_callback_error="log"),  # type: ignore[arg-type]
        lambda: tf.decoder("ibkr", on_callback_error="ignore"),  # type: ignore[arg-type]
        lambda: tf.Engine(tf.ibkr.WebApi(orders=True), on_callback_error=None),  # type: ignore[arg-type]
        lambda: tf.decoder("ibkr", on_callback_error="report", dispatcher=tf.Dispatcher()),
    ):
        with pytest.raises(tf.ConfigError, match="on_callback_error"):
            make()
    assert tf.decoder("ibkr", on_callback_error="raise", dispatcher=tf.Dispatcher()).messages == 0


@pytest.mark.parametrize("loop", LOOPS)
def test_an_engine_goes_on_and_counts_by_stream(loop, caplog):
    async def main():
        async with AlpacaMarketData(seed=1) as stocks, IbkrGateway(seed=1) as gateway:
            engine = tf.Engine(
                tf.alpaca.MarketData("v2/iex", quotes=["*"], url=stocks.url, key="SIMKEY", secret="SIMSECRET"),
                tf.ibkr.WebApi(url=gateway.url, orders=True, session=gateway.session_id),
                reconnect=QUICK,
                on_callback_error="report",
            )
            seen = []

            @engine.on(tf.Quote)
            def broken(quote: tf.Quote) -> None:
                seen.append(quote.seq)
                raise ValueError("of a quote")

            @engine.on(tf.SessionState)
            def broken_too(state: tf.SessionState) -> None:
                if state.text == "ready":
                    raise LookupError("of a state")

            async with engine:
                await engine.wait_ready()
                await stocks.play(20)
                stocks.settle()
                await until(lambda: len(seen) >= 20)
                stocks.drop()
                await until(lambda: engine.stats[0].connects == 2)
                await until(lambda: engine.stats[0].ready)
                stats = engine.stats
                assert stats[0].callback_errors == len(seen) + 2
                assert stats[1].callback_errors == 1
                assert stats[1].drops == 0
        assert any("LookupError: of a state" in record.getMessage() for record in caplog.records)

    run(main(), loop=loop)


def test_system_exit_ends_an_engine_that_reports():
    async def main():
        async with AlpacaMarketData(seed=1) as venue:
            engine = tf.Engine(
                tf.alpaca.MarketData("v2/iex", quotes=["*"], url=venue.url, key="SIMKEY", secret="SIMSECRET"),
                on_callback_error="report",
            )

            @engine.on(tf.SessionState)
            def leave(state: tf.SessionState) -> None:
                if state.text == "ready":
                    raise SystemExit(3)

            async with engine:
                await engine.wait()

    with pytest.raises(SystemExit, match="3"):
        run(main())
