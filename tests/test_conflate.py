"""Conflation: of each symbol the newest state of a read, with what all updates altered; and what is refused."""

import json
import logging
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.state import State
from tickfold.schema.errors import CallbackError, ConfigError

KEYS: dict[str, Any] = {"key": "SIMKEY", "secret": "SIMSECRET"}


def quote(symbol: str, bid: float, ask: float = 9) -> str:
    return json.dumps({"T": "q", "S": symbol, "bp": bid, "ap": ask})


def read(decoder: Decoder, *quotes: str) -> None:
    """Messages of one quote each that one read of the socket brings."""
    for one in quotes:
        decoder.feed(f"[{one}]", flush=False)
    decoder.flush()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder("alpaca.data")


def test_the_newest_state_of_each_symbol_with_all_that_was_altered(decoder: Decoder) -> None:
    calls: list[Any] = []
    decoder.on(tf.Quote, lambda q: calls.append((q.symbol, q.bid, q.ask, q.changed_fields)), conflate=True)
    read(decoder, quote("A", 1), quote("B", 5), quote("A", 1))
    calls.clear()
    read(decoder, quote("A", 1, 2), quote("B", 6), quote("A", 3, 2), quote("B", 7), quote("A", 4, 2))
    assert calls == [("A", 4, 2, ("bid", "ask")), ("B", 7, 9, ("bid",))]
    calls.clear()
    read(decoder, quote("B", 8), quote("A", 5, 2))
    assert calls == [("B", 8, 9, ("bid",)), ("A", 5, 2, ("bid",))], "a read knows nothing of the one before"
    assert decoder.dispatcher.conflated(decoder.stream) == 3


def test_while_reads_hold_one_message_nothing_is_left_out(decoder: Decoder) -> None:
    calls: list[Any] = []
    decoder.on(tf.Quote, conflate=True)(lambda q: calls.append(q.bid))
    for price in range(50):
        read(decoder, quote("A", price))
    assert calls == list(range(50))
    assert decoder.dispatcher.conflated(decoder.stream) == 0


def test_a_callback_that_is_registered_again_is_called_once(decoder: Decoder) -> None:
    calls: list[Any] = []

    def note(q: tf.Quote) -> None:
        calls.append(q.bid)

    for changed in (None, None, "bid", "bid"):
        decoder.on(tf.Quote, note, changed=changed, conflate=True)  # type: ignore[call-overload]
    read(decoder, quote("A", 1))
    decoder.off(note)
    read(decoder, quote("A", 2))
    assert calls == [1, 1], "once for each `changed`"


def test_many_symbols_in_one_read(decoder: Decoder) -> None:
    calls: dict[str, float] = {}
    decoder.on(tf.Quote, lambda q: calls.__setitem__(q.symbol, q.bid), conflate=True)
    for price in (1, 2, 3):
        for number in range(0, 1000, price):
            decoder.feed(f"[{quote(f'S{number}', price)}]", flush=False)
    decoder.flush()
    assert calls == {f"S{n}": 3 if n % 3 == 0 else 2 if n % 2 == 0 else 1 for n in range(1000)}
    assert decoder.dispatcher.conflated(decoder.stream) == 500 + 334


def test_only_where_a_field_changed(decoder: Decoder) -> None:
    calls: list[Any] = []
    decoder.on(tf.Quote, lambda q: calls.append((q.symbol, q.bid, q.ask)), changed=["bid"], conflate=True)
    read(decoder, quote("A", 1), quote("B", 1))
    calls.clear()
    read(decoder, quote("A", 1, 2), quote("A", 2, 2), quote("A", 2, 3), quote("B", 1, 4))
    assert calls == [("A", 2, 3)], "it is asked for by the bid, and then shows the newest state"
    assert decoder.dispatcher.conflated(decoder.stream) == 0
    read(decoder, quote("A", 3, 3), quote("A", 4, 3), quote("A", 4, 5))
    assert calls[1:] == [("A", 4, 5)]
    assert decoder.dispatcher.conflated(decoder.stream) == 1


def test_batches(decoder: Decoder) -> None:
    batches: list[Any] = []
    decoder.on_batch(tf.Quote, batches.append, conflate=True)
    whole: list[Any] = []
    decoder.on_batch(tf.Quote)(whole.append)
    read(decoder, quote("A", 1), quote("B", 2), quote("A", 3))
    read(decoder, quote("A", 4), quote("A", 4, 5))
    assert [rows["bid"].tolist() for rows in batches] == [[3, 2], [4]]
    assert [rows["bid"].tolist() for rows in whole] == [[1, 2, 3], [4, 4]]
    assert batches[1]["changed"].tolist() == [tf.Quote.mask("bid", "ask")]
    assert not batches[0].flags.writeable


def test_what_has_no_newest_state_is_refused(decoder: Decoder) -> None:
    for kind in (tf.Order, tf.Fill, tf.Trade, tf.BookLevel, tf.Bar, tf.Position, tf.Balance, tf.Gap, tf.Raw, tf.Record):
        with pytest.raises(ConfigError, match=f"every {kind.__name__} counts"):
            decoder.on(kind, print, conflate=True)  # type: ignore[call-overload]
    for kind in (tf.Order, tf.Fill, tf.Trade):
        with pytest.raises(ConfigError, match=f"every {kind.__name__} counts"):
            decoder.on_batch(kind, conflate=True)(print)  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match="callbacks of Python"):
        decoder.on(tf.Quote, native=1, conflate=True)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="function of one argument"):
        decoder.on(tf.Quote, 5, conflate=True)  # type: ignore[call-overload]
    for kind in (tf.Quote, tf.Stats, tf.Instrument):
        decoder.on(kind, print, conflate=True)  # type: ignore[call-overload]


def test_figures_and_instruments() -> None:
    decoder = Decoder("ibkr")
    calls: list[Any] = []
    decoder.on(tf.Stats, lambda s: calls.append(s.changed_fields), conflate=True)
    decoder.on(tf.Instrument, lambda i: calls.append((i.company, i.changed_fields)), conflate=True)
    for body in ('"7633":"1.5%"', '"7051":"APPLE"', '"7084":"2"', '"7051":"APPLE INC"'):
        decoder.feed(f'{{"topic":"smd+265598","conid":265598,{body}}}', flush=False)
    assert calls == []
    decoder.flush()
    assert ("APPLE INC", ("company",)) in calls
    assert len(calls) == 2


def test_all_digits_of_the_newest_state(decoder: Decoder) -> None:
    long = "188.123456789012345678"
    calls: list[Any] = []
    decoder.on(tf.Quote, lambda q: calls.append((q.copy(), q.decimal("bid"))), conflate=True)
    exact = [f'{{"T":"q","S":"{symbol}","bp":{long}}}' for symbol in "AB"]
    read(decoder, quote("A", 1), *exact, quote("B", 2))
    read(decoder, quote("A", 1), f'{{"T":"q","S":"A","bp":{long}9}}')
    assert [digits for _, digits in calls] == [Decimal(long), Decimal(2), Decimal(long + "9")]
    assert [record.decimal("bid") for record, _ in calls] == [Decimal(long), Decimal(2), Decimal(long + "9")]
    assert [bool(record.flags & tf.Flag.INEXACT) for record, _ in calls] == [True, False, True]


@pytest.mark.parametrize("shared", [True, False])
def test_symbols_of_several_streams_stay_apart(shared: bool) -> None:
    dispatcher, state = Dispatcher(), State()
    first, second = (
        Decoder("alpaca.data", state=state if shared else None, dispatcher=dispatcher, label=label)
        for label in ("first", "second")
    )
    calls: list[Any] = []
    dispatcher.on(tf.Quote, lambda q: calls.append((q.stream, q.symbol, q.bid)), conflate=True)
    for _ in range(2):
        for decoder, symbol, price in (
            (first, "A", 1), (second, "X", 2), (first, "B", 3), (second, "A", 4), (first, "A", 5), (second, "X", 6)
        ):  # fmt: skip
            decoder.feed(f"[{quote(symbol, price + 50)}]", flush=False)
            decoder.feed(f"[{quote(symbol, price)}]", flush=False)
        first.flush()
        assert calls == [("first", "A", 5), ("second", "X", 6), ("first", "B", 3), ("second", "A", 4)]
        calls.clear()


def test_the_order_of_calls(decoder: Decoder) -> None:
    calls: list[Any] = []
    decoder.on(tf.Quote, lambda q: calls.append("newest"), conflate=True)
    decoder.on_batch(tf.Quote, lambda rows: calls.append("rows"))
    decoder.on(tf.Quote, lambda q: calls.append("every"))
    decoder.on(tf.Trade, lambda t: calls.append("trade"))
    decoder.feed('[{"T":"q","S":"A","bp":1},{"T":"t","S":"A","p":1},{"T":"q","S":"A","bp":2}]')
    assert calls == ["every", "trade", "every", "newest", "rows"]


def test_off_and_registrations_within_a_callback(decoder: Decoder) -> None:
    calls: list[Any] = []

    def late(q: tf.Quote) -> None:
        calls.append(("late", q.symbol))

    def once(q: tf.Quote) -> None:
        calls.append(("once", q.symbol))
        decoder.off(once)
        decoder.on(tf.Quote, late, conflate=True)

    decoder.on(tf.Quote, once, conflate=True)
    read(decoder, quote("A", 1), quote("B", 1))
    assert calls == [("once", "A")]
    read(decoder, quote("A", 2), quote("A", 3))
    assert calls == [("once", "A"), ("late", "A")]
    decoder.off(late)
    read(decoder, quote("A", 4))
    assert len(calls) == 2


def test_what_is_asked_for_in_the_middle_of_a_read_begins_with_the_next_record(decoder: Decoder) -> None:
    first: list[Any] = []
    second: list[Any] = []
    decoder.on(tf.Quote, lambda q: first.append((q.symbol, q.changed_fields)), conflate=True)
    decoder.feed(f"[{quote('A', 1)},{quote('B', 1)}]", flush=False)
    decoder.on(tf.Quote, lambda q: second.append((q.symbol, q.changed_fields)), conflate=True)
    decoder.feed(f"[{quote('A', 1, 2)}]")
    assert first == [("A", ("bid", "ask")), ("B", ("bid", "ask"))]
    assert second == [("A", ("ask",))]


def test_exceptions_come_out_after_everything_was_handed_on(decoder: Decoder) -> None:
    calls: list[Any] = []

    def fails(q: tf.Quote) -> None:
        calls.append(q.symbol)
        raise ZeroDivisionError

    decoder.on(tf.Quote, fails, conflate=True)
    decoder.on_batch(tf.Quote, lambda rows: calls.append(len(rows)), conflate=True)
    with pytest.raises(CallbackError) as caught:
        read(decoder, quote("A", 1), quote("B", 1), quote("A", 2))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert calls == ["A", "B", 2]


def test_exceptions_that_are_reported(caplog: pytest.LogCaptureFixture) -> None:
    decoder = Decoder("alpaca.data", dispatcher=Dispatcher(on_callback_error="report"))
    decoder.on(tf.Quote, lambda q: 1 // 0, conflate=True)  # type: ignore[arg-type,return-value]
    with caplog.at_level(logging.ERROR):
        read(decoder, quote("A", 1), quote("B", 1), quote("A", 2.5))
    assert decoder.dispatcher.callback_errors(decoder.stream) == 2
    assert "bid=2.5" in caplog.text


def test_silence(decoder: Decoder) -> None:
    calls: list[Any] = []

    def first(q: tf.Quote) -> None:
        calls.append(q.symbol)
        decoder.dispatcher.silent = True

    decoder.on(tf.Quote, first, conflate=True)
    read(decoder, quote("A", 1), quote("B", 1))
    assert calls == ["A"]
    decoder.dispatcher.silent = False
    decoder.feed(f"[{quote('C', 1)}]", flush=False)
    decoder.dispatcher.silent = True
    decoder.flush()
    decoder.dispatcher.silent = False
    decoder.flush()
    assert calls == ["A"], "what waited is dropped"
    read(decoder, quote("D", 1))
    assert calls == ["A", "D"]


def test_a_feed_within_a_callback(decoder: Decoder) -> None:
    calls: list[Any] = []

    def again(q: tf.Quote) -> None:
        calls.append((q.symbol, q.bid))
        if q.bid == 1:
            for price in (2, 3):
                decoder.feed(f"[{quote('A', price)},{quote('C', price)}]", flush=False)
        assert q.bid in (1, 3), "what came within the callback has its own memory"

    decoder.on(tf.Quote, again, conflate=True)
    read(decoder, quote("A", 1), quote("B", 1))
    decoder.flush()
    assert calls[:2] == [("A", 1), ("B", 1)]
    assert calls[2:] == [("A", 3), ("C", 3)]


def test_a_record_that_is_kept_is_no_longer_valid_and_rows_that_are_kept_stay(decoder: Decoder) -> None:
    kept: list[Any] = []
    rows: list[Any] = []
    decoder.on(tf.Quote, kept.append, conflate=True)
    decoder.on_batch(tf.Quote, rows.append, conflate=True)
    read(decoder, quote("A", 1), quote("B", 2))
    for price in range(3, 200):
        read(decoder, quote("A", price))
    for record in kept:
        with pytest.raises(ReferenceError):
            _ = record.bid
    assert rows[0]["bid"].tolist() == [1, 2]


def test_decoders_that_are_gone_before_the_flush() -> None:
    dispatcher = Dispatcher()
    calls: list[Any] = []
    dispatcher.on(tf.Quote, lambda q: calls.append((q.symbol, str(q.decimal("bid")))), conflate=True)
    gone = Decoder("alpaca.data", dispatcher=dispatcher)
    gone.feed('[{"T":"q","S":"A","bp":1.00000000000000000001}]', flush=False)
    del gone
    Decoder("alpaca.data", dispatcher=dispatcher).flush()
    assert calls == [("A", "1.00000000000000000001")]


# over sockets, and from a journal


@pytest.mark.parametrize("loop", LOOPS)
def test_a_slow_callback_gets_what_is_newest_and_what_is_left_out_is_counted(
    loop: str, faulty_venue: Any, tmp_path: Path
) -> None:
    running = faulty_venue("alpaca.data", rate=2_000.0)
    path = tmp_path / "day.tfj"
    stream = tf.alpaca.MarketData(url=running.url, quotes=["*"], trades=["*"], **KEYS)
    engine = tf.Engine(stream, journal=path)
    every: list[int] = []
    newest: list[tuple[Any, ...]] = []
    engine.on(tf.Quote, lambda q: every.append(q.seq))

    @engine.on(tf.Quote, conflate=True)
    def slow(q: tf.Quote) -> None:
        assert q == engine.quotes[q.symbol or ""]
        newest.append((q.seq, q.symbol, q.bid, q.ask, q.changed))
        if len(newest) < 100:
            time.sleep(0.01)

    async def main() -> None:
        async with engine:
            await until(lambda: len(newest) > 150 and engine.stats[0].conflated > 20, 20.0)

    run(main(), 40.0, loop)
    assert len(newest) + engine.stats[0].conflated == len(every)
    assert {seq for seq, *_ in newest} < set(every)

    replay = tf.replay(path)
    again: list[tuple[Any, ...]] = []
    replay.on(tf.Quote, lambda q: again.append((q.seq, q.symbol, q.bid, q.ask, q.changed)), conflate=True)
    replay.run()
    assert again[: len(newest)] == newest
