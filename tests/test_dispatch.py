"""Who is called, in which order, with what; and what an exception in a callback does."""

import functools
import json
from typing import Any

import numpy as np
import pytest

from tickfold.engine import probe
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.handler import Handler
from tickfold.engine.records import KINDS, Ack, Error, Fill, Order, Quote, Raw, Record, Trade
from tickfold.schema.errors import CallbackError, ConfigError


def quotes(*prices: float, symbol: str = "A") -> bytes:
    return json.dumps([{"T": "q", "S": symbol, "bp": price} for price in prices]).encode()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder("alpaca.data")


def test_callbacks_are_called_in_order(decoder: Decoder) -> None:
    calls: list[Any] = []

    @decoder.on(Quote)
    def first(quote: Quote) -> None:
        calls.append(("first", quote.bid))

    decoder.on(Quote, lambda quote: calls.append(("second", quote.bid)))
    decoder.on(Trade, lambda trade: calls.append(("trade", trade.price)))
    count = decoder.feed(b'[{"T":"q","S":"A","bp":1},{"T":"t","S":"A","p":2},{"T":"q","S":"A","bp":3},{"T":"zz"}]')
    assert calls == [("first", 1), ("second", 1), ("trade", 2), ("first", 3), ("second", 3)]
    assert count == 4, "records that nobody asked for count"
    assert first.__name__ == "first"


def test_only_when_a_field_changed(decoder: Decoder) -> None:
    bids: list[Any] = []
    both: list[Any] = []
    decoder.on(Quote, lambda quote: bids.append(quote.bid), changed=["bid"])
    decoder.on(Quote, lambda quote: both.append(quote.bid), changed=("ask", "conditions"))
    decoder.on(Quote, changed="tape")(lambda quote: both.append("tape"))
    decoder.feed(b'[{"T":"q","S":"A","bp":1,"ap":2}]')
    decoder.feed(b'[{"T":"q","S":"A","bp":1,"ap":3}]')
    decoder.feed(b'[{"T":"q","S":"A","bp":2,"ap":3,"t":"2024-08-06T14:02:11Z"}]')
    decoder.feed(b'[{"T":"q","S":"A","bp":2,"ap":3,"t":"2024-08-06T14:02:12Z"}]')
    assert bids == [1, 2]
    assert both == [1, 1]


def test_wrong_registrations(decoder: Decoder) -> None:
    with pytest.raises(ConfigError, match="Quote has no field 'nothing'"):
        decoder.on(Quote, print, changed=["nothing"])
    with pytest.raises(ConfigError, match="would never call"):
        decoder.on(Quote, print, changed=[])
    for wrong in (int, "Quote", None, Decoder):
        with pytest.raises(TypeError, match="no record class"):
            decoder.on(wrong, print)  # type: ignore[call-overload]
        with pytest.raises(TypeError, match="no record class"):
            decoder.on_batch(wrong, print)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="a function of one argument"):
        decoder.on(Quote, 5)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="subclass of"):
        decoder.attach(print)  # type: ignore[arg-type]
    decoder.feed(quotes(1))


def test_coroutine_functions_are_refused(decoder: Decoder) -> None:
    async def later(quote: Quote) -> None: ...

    class Later:
        async def __call__(self, quote: Quote) -> None: ...

    for callback in (later, functools.partial(later), Later(), Later().__call__):
        with pytest.raises(TypeError, match="coroutine function"):
            decoder.on(Quote, callback)
        with pytest.raises(TypeError, match="coroutine function"):
            decoder.on_batch(Quote, callback)


class Holder:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def quote(self, quote: Quote) -> None:
        self.seen.append(quote.bid)

    def batch(self, rows: Any) -> None:
        self.seen.append(len(rows))


def test_off(decoder: Decoder) -> None:
    holder = Holder()
    seen: list[Any] = []
    function = decoder.on(Quote, lambda quote: seen.append(quote.bid))
    decoder.on(Quote, holder.quote)
    decoder.on_batch(Quote, holder.batch)
    handler = decoder.attach(Handler())
    decoder.feed(quotes(1))
    assert holder.seen == [1, 1]
    assert seen == [1]
    for callback in (function, holder.quote, holder.batch, handler, print):
        decoder.dispatcher.off(callback)
    decoder.feed(quotes(2))
    assert holder.seen == [1, 1]
    assert seen == [1]


def test_registrations_within_a_callback(decoder: Decoder) -> None:
    calls: list[str] = []

    def late(quote: Quote) -> None:
        calls.append("late")

    def once(quote: Quote) -> None:
        calls.append("once")
        decoder.dispatcher.off(once)
        decoder.on(Quote, late)

    decoder.on(Quote, once)
    decoder.on(Quote, lambda quote: calls.append("other"))
    decoder.feed(quotes(1))
    decoder.feed(quotes(2))
    assert calls[-2:] == ["other", "late"]
    assert calls.count("once") == 1
    assert calls.count("other") == 2


def test_exceptions_come_out_after_everything_was_handed_on(decoder: Decoder) -> None:
    seen: list[Any] = []

    @decoder.on(Quote)
    def broken(quote: Quote) -> None:
        raise ValueError(f"at {quote.bid}")

    decoder.on(Quote, lambda quote: seen.append(quote.bid))
    decoder.on_batch(Quote, lambda rows: seen.append(rows["bid"].tolist()))
    with pytest.raises(CallbackError, match=r"a callback raised ValueError: at 1\.0") as caught:
        decoder.feed(quotes(1, 2, 3))
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.__cause__.__traceback__ is not None
    assert seen == [1, 2, 3, [1, 2, 3]]
    assert decoder.quotes["A"].bid == 3
    decoder.dispatcher.off(broken)
    assert decoder.feed(quotes(4)) == 1, "the next message is not touched by it"


def test_exceptions_of_batches(decoder: Decoder) -> None:
    sizes: list[int] = []

    @decoder.on_batch(Quote)
    def broken(rows: Any) -> None:
        raise KeyError("x")

    decoder.on_batch(Quote, lambda rows: sizes.append(len(rows)))
    for _ in range(2):
        with pytest.raises(CallbackError) as caught:
            decoder.feed(quotes(1, 2))
        assert isinstance(caught.value.__cause__, KeyError)
        with pytest.raises(CallbackError):
            decoder.feed(quotes(3, 4))
    assert sizes == [2] * 4


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_exception_comes_out_as_it_is(decoder: Decoder, error: type[BaseException]) -> None:
    seen: list[Any] = []

    def stop(quote: Quote) -> None:
        raise error

    decoder.on(Quote, stop)
    decoder.on(Quote, lambda quote: seen.append(quote.bid))
    with pytest.raises(error):
        decoder.feed(quotes(1, 2))
    assert seen == [1, 2]


def test_batches(decoder: Decoder) -> None:
    batches: list[Any] = []
    decoder.on_batch(Quote)(batches.append)
    decoder.feed(quotes(1, 2), flush=False)
    decoder.feed(quotes(3), flush=False)
    assert batches == []
    decoder.flush()
    decoder.flush()
    assert [batch["bid"].tolist() for batch in batches] == [[1, 2, 3]]
    assert batches[0]["seq"].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="read-only"):
        batches[0]["bid"][0] = 5
    decoder.feed(b"[]")
    decoder.feed(b'[{"T":"t","S":"A"}]')
    assert len(batches) == 1, "no call without records"


@pytest.mark.parametrize("part", [lambda rows: rows, lambda rows: rows["bid"], lambda rows: rows[:2],
lambda rows: memoryview(rows),
                                  lambda rows: rows[1:]["ask"], lambda rows: np.asarray(rows)["bid"][1:2]])  # fmt: skip
def test_batches_may_be_kept(decoder: Decoder, part: Any) -> None:
    kept: list[Any] = []
    copies: list[Any] = []

    def keep(rows: Any) -> None:
        kept.append(part(rows))
        copies.append(bytes(memoryview(np.ascontiguousarray(kept[-1])).cast("B")))

    decoder.on_batch(Quote, keep)
    for i in range(8):
        decoder.feed(quotes(i, i + 0.5, i + 0.75))
    for one, copied in zip(kept, copies, strict=True):
        assert bytes(memoryview(np.ascontiguousarray(one)).cast("B")) == copied


def test_memory_of_batches_that_nobody_keeps_is_used_again(decoder: Decoder) -> None:
    places = set()
    decoder.on_batch(Quote, lambda rows: places.add(rows.ctypes.data))
    for i in range(20):
        decoder.feed(quotes(i, i + 0.5))
    assert len(places) == 1


def test_a_batch_as_large_as_can_be(decoder: Decoder) -> None:
    sizes: list[Any] = []
    decoder.on_batch(Quote, lambda rows: sizes.append((len(rows), rows["bid"].sum())))
    for i in range(100):
        decoder.feed(quotes(*range(i * 1000, (i + 1) * 1000)), flush=False)
    decoder.flush()
    assert sizes == [(100_000, sum(range(100_000)))]
    decoder.feed(quotes(1))
    assert sizes[1] == (1, 1)


def test_a_feed_within_a_batch_callback(decoder: Decoder) -> None:
    """The rows that a callback looks at are not written over by records that come meanwhile."""
    calls: list[Any] = []
    held: list[Any] = []

    def nest(rows: Any) -> None:
        before = rows["bid"].tolist()
        calls.append(before)
        held.append(rows)
        if len(calls) < 4:
            decoder.feed(quotes(len(calls) * 10, len(calls) * 10 + 1))
            assert rows["bid"].tolist() == before

    decoder.on_batch(Quote, nest)
    decoder.feed(quotes(1, 2))
    assert calls == [[1, 2], [10, 11], [20, 21], [30, 31]]
    assert [rows["bid"].tolist() for rows in held] == calls


def test_a_feed_within_a_callback(decoder: Decoder) -> None:
    """Of another decoder that shares the dispatcher; of the same one it is refused."""
    other = Decoder("ibkr", dispatcher=decoder.dispatcher)
    calls: list[Any] = []

    def outer(quote: Quote) -> None:
        calls.append(quote.symbol)
        if quote.symbol == "A":
            assert other.feed(b'{"topic":"smd+7","84":"1"}') == 1
            (copied,) = other.decode(b'{"topic":"smd+8","84":"1"}')
            assert copied.symbol == "8"
            with pytest.raises(RuntimeError, match="from within its own callback"):
                decoder.feed(quotes(9))
            with pytest.raises(RuntimeError, match="from within its own callback"):
                decoder.decode(quotes(9))
        assert calls[-1 if quote.symbol != "A" else 0] == quote.symbol, "the view still shows its record"

    decoder.on(Quote, outer)
    assert decoder.feed(quotes(1)) == 1
    assert decoder.feed(quotes(2, symbol="B")) == 1
    assert calls == ["A", "7", "B"]


@pytest.mark.parametrize("keeps", [(), ("A",), ("7",), ("A", "7"), ("B",), ("A", "7", "B")])
def test_calls_within_calls_have_views_of_their_own(decoder: Decoder, keeps: tuple[str, ...]) -> None:
    """What one of them keeps is no longer valid after its call, and is not what a later call gets."""
    other = Decoder("ibkr", dispatcher=decoder.dispatcher)
    calls: list[Any] = []
    kept: list[Quote] = []

    def called(quote: Quote) -> None:
        symbol, seq = quote.symbol, quote.seq
        if symbol in keeps:
            kept.append(quote)
        if symbol == "A":
            other.feed(b'{"topic":"smd+7","84":"%d"}' % seq)
        calls.append((symbol, quote.symbol == symbol, quote.seq == seq))

    decoder.on(Quote, called)
    for price, symbol in enumerate("ABAB", 1):
        decoder.feed(quotes(price, symbol=symbol))
    assert calls == [(symbol, True, True) for symbol in "7AB7AB"]
    assert len(kept) == 2 * len(keeps) and len({id(quote) for quote in kept}) == len(kept)
    for quote in kept:
        with pytest.raises(ReferenceError, match="keep its copy"):
            quote.symbol  # noqa: B018


def test_a_feed_within_the_callback_of_an_error(decoder: Decoder) -> None:
    """An Error record points into the payload: feeding would take that away."""
    seen: list[Any] = []

    def on_error(error: Error) -> None:
        with pytest.raises(RuntimeError, match="from within its own callback"):
            decoder.feed(b"y" * 100_000)
        seen.append(error.data)

    decoder.on(Error, on_error)
    decoder.feed(b"x" * 100)
    assert seen == [b"x" * 100]


def test_one_dispatcher_for_several_decoders() -> None:
    dispatcher = Dispatcher()
    first, second = Decoder("alpaca.data", dispatcher=dispatcher), Decoder("ibkr", dispatcher=dispatcher)
    seen: list[Any] = []
    dispatcher.on(Quote, lambda quote: seen.append((quote.venue.name, quote.seq)))
    first.feed(quotes(1))
    second.feed(b'{"topic":"smd+7","84":"1"}')
    first.feed(quotes(2))
    assert seen == [("ALPACA", 1), ("IBKR", 2), ("ALPACA", 3)]
    assert dispatcher.last_seq == 3


def test_every_kind_reaches_its_class() -> None:
    decoder = Decoder("ibkr")
    seen: list[str] = []
    for cls in (Order, Ack, Raw, Error, Quote):
        decoder.on(cls, lambda record: seen.append(type(record).__name__))
    for message in (b'{"topic":"sor","args":[{"orderId":1}]}', b'{"message":"hello"}', b'{"what":1}', b"{", b"ech+hb"):
        decoder.feed(message)
    assert seen == ["Order", "Ack", "Raw", "Error", "Ack"]


def test_what_is_done_within_a_callback_takes_effect_with_the_next_record(decoder: Decoder) -> None:
    calls: list[str] = []

    def second(quote: Quote) -> None:
        calls.append("second")

    def late(quote: Quote) -> None:
        calls.append("late")

    def first(quote: Quote) -> None:
        calls.append("first")
        decoder.off(first)
        decoder.off(second)
        decoder.on(Quote, late)

    decoder.on(Quote, first)
    decoder.on(Quote, second)
    decoder.feed(quotes(1, 2))
    assert calls == ["first", "second", "late"]


def test_a_batch_that_is_asked_for_meanwhile_begins_with_the_next_record(decoder: Decoder) -> None:
    batches: dict[str, list[Any]] = {"early": [], "late": []}

    @decoder.on(Quote)
    def once(quote: Quote) -> None:
        if quote.bid == 2:
            decoder.on_batch(Quote, lambda rows: batches["late"].append(rows["bid"].tolist()))

    decoder.on_batch(Quote, lambda rows: batches["early"].append(rows["bid"].tolist()))
    decoder.feed(quotes(1, 2, 3))
    assert batches["early"] == [[1, 2, 3]]
    assert batches["late"][0][-1] == 3
    assert 1 not in batches["late"][0]


def test_batches_of_what_changed(decoder: Decoder) -> None:
    bids: list[Any] = []
    every: list[Any] = []
    decoder.on_batch(Quote, changed=["bid"])(lambda rows: bids.append(rows["bid"].tolist()))
    decoder.on_batch(Quote, lambda rows: every.append(len(rows)))
    decoder.feed(b'[{"T":"q","S":"A","bp":1,"ap":2},{"T":"q","S":"A","bp":1,"ap":3},{"T":"q","S":"A","bp":2,"ap":3}]')
    decoder.feed(b'[{"T":"q","S":"A","bp":2,"ap":4}]')
    assert bids == [[1, 2]]
    assert every == [3, 1]


def test_records_of_all_kinds(decoder: Decoder) -> None:
    seen: list[Any] = []
    decoder.on(Record, lambda record: seen.append(type(record).__name__))
    decoder.feed(b'[{"T":"q","S":"A","bp":1},{"T":"t","S":"A","p":2},{"T":"success","msg":"connected"},{"T":"zz"}]')
    decoder.feed(b"{")
    assert seen == ["Quote", "Trade", "Ack", "Raw", "Error"]


@pytest.mark.parametrize("method", ["on", "on_batch"])
def test_what_is_said_to_who_asks_wrongly(decoder: Decoder, method: str) -> None:
    register: Any = getattr(decoder, method)

    def on_quote(quote: Quote) -> None: ...

    with pytest.raises(TypeError, match=rf"write @engine\.{method}\(tf\.Quote\)"):
        register(on_quote)
    for kind in {*KINDS.values(), Record} - {Fill}:
        with pytest.raises(ConfigError):
            register(kind, on_quote, amendments=True)
    with pytest.raises(ConfigError):
        register(Record, on_quote, changed=["bid"])
    with pytest.raises(ConfigError, match="Quote has no field 'bidd'"):
        register(Quote, changed=["bidd"])
    decoder.feed(quotes(1))


def test_batches_have_one_kind(decoder: Decoder) -> None:
    with pytest.raises(ConfigError, match="register for each kind"):
        decoder.on_batch(Record, print)  # type: ignore[call-overload]


def test_amendments_are_for_those_who_ask() -> None:
    decoder = Decoder("alpaca.trading")
    first: list[Any] = []
    both: list[Any] = []
    rows: list[Any] = []
    message = {
        "stream": "trade_updates",
        "data": {"event": "fill", "execution_id": "e1", "price": "1.5", "qty": "2", "order": {"id": "o1"}},
    }
    (fill,) = [r for r in Decoder("alpaca.trading").decode(json.dumps(message).encode()) if isinstance(r, Fill)]
    assert not probe.amend(decoder.dispatcher, fill), "nobody has asked"
    decoder.on(Fill, lambda record: first.append(record.qty))
    assert not probe.amend(decoder.dispatcher, fill)
    decoder.on(Fill, lambda record: both.append(record.qty), amendments=True)
    decoder.on_batch(Fill, lambda array: first.extend(array["qty"].tolist()))
    decoder.on_batch(Fill, lambda array: rows.append(array["qty"].tolist()), amendments=True)
    decoder.feed(json.dumps(message).encode(), flush=False)
    assert probe.amend(decoder.dispatcher, fill)
    decoder.flush()
    assert first == [2.0, 2.0]
    assert both == [2.0, 2.0]
    assert rows == [[2.0, 2.0]]


def test_amendments_among_decoded_records(decoder: Decoder) -> None:
    (quote,) = Decoder("alpaca.data").decode(quotes(1))

    def control(record: Record) -> None:
        probe.amend(decoder.dispatcher, quote)

    decoder.control = control
    message = b'[{"T":"success","msg":"connected"}]'
    for amendments, kinds in ((False, ["Ack"]), (True, ["Quote", "Ack"]), (False, ["Ack"])):
        records = decoder.decode(message, amendments=amendments)
        assert [type(record).__name__ for record in records] == kinds


def test_silence(decoder: Decoder) -> None:
    """State is folded, and nobody is called: not even for what was gathered before."""
    seen: list[Any] = []
    decoder.on(Quote, lambda quote: seen.append(quote.bid))
    decoder.on_batch(Quote, lambda rows: seen.append(len(rows)))
    decoder.attach(Handler())
    decoder.feed(quotes(1), flush=False)
    decoder.dispatcher.silent = True
    decoder.flush()
    decoder.feed(quotes(2))
    assert seen == [1]
    assert decoder.quotes["A"].bid == 2
    decoder.dispatcher.silent = False
    decoder.feed(quotes(3))
    assert seen == [1, 3, 1]


def test_silence_from_within_a_callback(decoder: Decoder) -> None:
    seen: list[Any] = []

    def hush(quote: Quote) -> None:
        seen.append("hush")
        decoder.dispatcher.silent = True

    decoder.on(Quote, hush)
    decoder.on(Quote, lambda quote: seen.append("other"))
    decoder.feed(quotes(1, 2, 3))
    assert seen == ["hush"]
    assert decoder.quotes["A"].bid == 3


def test_control_hears_first_and_what_it_returns_comes_last(decoder: Decoder) -> None:
    order: list[Any] = []
    kept: list[Any] = []

    def control(record: Record) -> Any:
        order.append(("control", type(record).__name__))
        kept.append(record)
        return (lambda: order.append("after")) if isinstance(record, Ack) else None

    decoder.control = control
    decoder.on(Record, lambda record: order.append(type(record).__name__))
    decoder.feed(b'[{"T":"success","msg":"connected"},{"T":"q","S":"A","bp":1},{"T":"error","code":406,"msg":"x"}]')
    assert order == [("control", "Ack"), "Ack", "after", "Quote", ("control", "Error"), "Error"]
    with pytest.raises(ReferenceError):
        _ = kept[0].action
    order.clear()
    decoder.announce(True, "a stream", "ready", 0)
    assert order == ["SessionState"], "what a session tells is no news to it"


@pytest.mark.parametrize("where", ["control", "after"])
@pytest.mark.parametrize("error", [ZeroDivisionError, MemoryError, SystemExit])
def test_faults_of_our_own_are_no_callback_errors(decoder: Decoder, where: str, error: type[BaseException]) -> None:
    def fail(*_: Any) -> None:
        raise error("ours")

    decoder.control = fail if where == "control" else lambda record: fail
    seen: list[Any] = []
    decoder.on(Ack, lambda ack: seen.append(ack.action))
    with pytest.raises(error, match="ours"):
        decoder.feed(b'[{"T":"success","msg":"connected"}]')
    assert seen == ["connected"]


def test_an_exit_goes_before_an_error(decoder: Decoder) -> None:
    raised = iter([ValueError(), SystemExit(7), KeyboardInterrupt()])

    @decoder.on(Quote)
    def broken(quote: Quote) -> None:
        raise next(raised)

    with pytest.raises(SystemExit) as caught:
        decoder.feed(quotes(1, 2, 3))
    assert caught.value.code == 7
