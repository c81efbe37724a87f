"""tf.numba: functions that numba compiles, called with the structs by on(native=)."""

import ctypes
import gc
import subprocess
import sys
import weakref
from typing import Any

import numpy as np
import pytest

import tickfold as tf
from tickfold.engine.records import KINDS

numba = pytest.importorskip("numba", reason="the extra `numba` is not installed")

TypingError = numba.core.errors.TypingError

State = np.dtype([("bid", "f8"), ("count", "i8"), ("seen", "u1", 64)])


def compiled(kind: Any, function: Any) -> Any:
    return numba.cfunc(tf.numba.signature(kind, State))(function)


def run(kind: Any, function: Any, *payloads: bytes, stream: str = "alpaca.data") -> np.void:
    """What the function left in its context."""
    decoder, state = tf.decoder(stream), np.zeros(1, State)
    decoder.on(kind, native=compiled(kind, function), context=state)
    for payload in payloads:
        decoder.feed(payload)
    return state[0]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_types_lie_as_the_layout_says(kind: Any) -> None:
    layout, record = tf.layout()["kinds"][kind.__name__], tf.numba.record(kind)
    assert record.size == layout["size"] == tf.numba.dtype(kind).itemsize
    assert list(record.fields) == [field["name"] for field in layout["fields"]]
    for field in layout["fields"]:
        assert record.offset(field["name"]) == field["offset"]
        assert tf.numba.dtype(kind)[field["name"]].itemsize == field["size"]
    signature = tf.numba.signature(kind)
    assert (signature.return_type, *signature.args) == (numba.types.void, record, numba.types.voidptr)


def test_numbers_masks_decimals_and_texts() -> None:
    V = b"V"

    def on_quote(quote, state):
        state.bid += quote.bid
        state.seen[0] = tf.numba.known(quote, "bid")
        state.seen[1] = tf.numba.known(quote, "ask")
        state.seen[2] = tf.numba.changed(quote, "bid_exchange")
        state.seen[3] = tf.numba.decimals(quote, "bid")
        state.seen[4] = quote.bid_exchange == V
        state.seen[5] = quote.ask_exchange == V
        state.seen[6] = np.isnan(quote.ask)
        state.seen[7] = quote.symbol
        state.count += 1

    first = run(tf.Quote, on_quote, b'[{"T":"q","S":"A","bp":1.50,"bx":"V"}]')
    assert (first["bid"], first["count"]) == (1.5, 1)
    assert list(first["seen"][:8]) == [1, 0, 1, 2, 1, 0, 1, 1]
    second = run(tf.Quote, on_quote, b'[{"T":"q","S":"A","bp":1.50,"bx":"V"}]', b'[{"T":"q","S":"B","bp":2,"ap":3}]')
    assert (second["bid"], second["count"]) == (1.5 + 2, 2)
    assert list(second["seen"][:8]) == [1, 1, 0, 0, 0, 0, 0, 2]


def test_every_bit() -> None:
    """The last field of the widest masks too."""
    last = tf.layout()["kinds"]["Order"]["fields"]
    name = max((field for field in last if field["bit"] is not None), key=lambda field: field["bit"])["name"]

    source = f"def asked(order):\n    return tf.numba.known(order, '{name}'), tf.numba.changed(order, '{name}')"
    namespace: dict[str, Any] = {"tf": tf}
    exec(source, namespace)
    asked = numba.njit(namespace["asked"])
    row = np.zeros(1, tf.numba.dtype(tf.Order))
    for known, changed in ((0, 0), (1, 0), (1, 1)):
        row["known"] = known * tf.Order.mask(name) | 1
        row["changed"] = changed * tf.Order.mask(name) | 1
        assert asked(row[0]) == (bool(known), bool(changed))


def test_enums() -> None:
    def on_fill(fill, state):
        state.seen[0] = fill.side == tf.Side.BUY
        state.seen[1] = fill.side == tf.Side.SELL

    payload = b'{"topic":"str","args":[{"execution_id":"1.01","symbol":"A","side":"S","order_id":7,"size":5}]}'
    assert list(run(tf.Fill, on_fill, payload, stream="ibkr")["seen"][:2]) == [0, 1]


def test_texts_of_any_length() -> None:
    def on_raw(raw, state):
        data = tf.numba.octets(raw, "data")
        state.count = data.size
        for i in range(min(data.size, 64)):
            state.seen[i] = data[i]

    payload = b'{"T":"surprise","S":"A"}'
    left = run(tf.Raw, on_raw, b"[" + payload + b"]")
    assert bytes(left["seen"][: left["count"]]) == payload


def test_the_header_of_every_kind() -> None:
    def on_record(record, state):
        state.seen[state.count] = record.kind
        state.count += 1

    left = run(tf.Record, on_record, b'[{"T":"q","S":"A","bp":1},{"T":"t","S":"A","p":3,"s":1}]', b"garbage")
    kinds = [tf.layout()["kinds"][name]["code"] for name in ("Quote", "Trade", "Error")]
    assert list(left["seen"][: left["count"]]) == kinds


def test_other_contexts() -> None:
    """None is a bare pointer; a type of numba is taken as it is."""
    signature = tf.numba.signature(tf.Quote, numba.types.CPointer(numba.types.float64))

    @numba.cfunc(signature)
    def on_quote(quote, bids):
        numba.carray(bids, 8)[quote.symbol] = quote.bid

    decoder, bids = tf.decoder("alpaca.data"), np.zeros(8)
    decoder.on(tf.Quote, native=on_quote, context=bids)
    decoder.feed(b'[{"T":"q","S":"A","bp":1.5},{"T":"q","S":"B","bp":2.5}]')
    assert list(bids) == [0, 1.5, 2.5, 0, 0, 0, 0, 0]
    with pytest.raises(TypeError, match="give a structured dtype"):
        tf.numba.signature(tf.Quote, "f8")


def test_the_context_is_kept_and_given_back() -> None:
    decoder = tf.decoder("alpaca.data")
    state = np.zeros(1, State)
    alive = weakref.ref(state)
    function = compiled(tf.Quote, lambda quote, state: None)
    decoder.on(tf.Quote, native=function, context=state)
    del state
    gc.collect()
    assert alive() is not None
    decoder.off(function)
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("context", [b"constant", "text", 1.5, None, np.zeros((4, 4))[:, 0]])
def test_what_is_no_context(context: Any) -> None:
    function = compiled(tf.Quote, lambda quote, state: None)
    with pytest.raises(TypeError, match="context= takes memory that the function may write to"):
        tf.decoder("alpaca.data").on(tf.Quote, native=function, context=context)


def test_amendments_of_fills_for_those_who_ask_alone() -> None:
    """Also behind one another: who asks for them gets them whoever else is registered."""

    def execution(commission: str) -> bytes:
        return (
            '{"topic":"str","args":[{"execution_id":"0000e0d5.01","symbol":"A","side":"B","order_id":7,"size":5,'
            f'"price":"1.5","account":"DU1"{commission}}}]}}'
        ).encode()

    def on_fill(fill, state):
        state.count += 1

    decoder = tf.decoder("ibkr")
    plain, amended = np.zeros(1, State), np.zeros(1, State)
    one, two = compiled(tf.Fill, on_fill), compiled(tf.Fill, on_fill)
    decoder.on(tf.Fill, native=one, context=plain)
    decoder.feed(execution(""))
    decoder.feed(execution(',"commission":"0.35"'))
    decoder.on(tf.Fill, native=two, context=amended, amendments=True)
    decoder.feed(execution(',"commission":"0.45"'))
    assert (plain[0]["count"], amended[0]["count"]) == (1, 1)
    decoder.off(two)
    decoder.feed(execution(',"commission":"0.55"'))
    assert (plain[0]["count"], amended[0]["count"]) == (1, 1)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda quote, state: tf.numba.known(quote, "bidd"), "a Quote has no field 'bidd'"),
        (lambda quote, state: tf.numba.decimals(quote, "tape"), "Quote.tape is of type text, not dec"),
        (lambda quote, state: tf.numba.octets(quote, "bid"), "Quote.bid is of type dec, not long or data"),
        (lambda quote, state: tf.numba.known(state, "bid"), "is no record of one kind"),
    ],
)
def test_mistakes_are_told_where_it_is_compiled(function: Any, said: str) -> None:
    with pytest.raises(TypingError, match=said):
        compiled(tf.Quote, function)


def test_a_function_of_another_kind_is_refused() -> None:
    decoder, state = tf.decoder("alpaca.data"), np.zeros(1, State)

    def nothing(record, state):
        pass

    with pytest.raises(TypeError, match=r"nothing is compiled for Trade, not for Quote: compile it with tf.numba.sig"):
        decoder.on(tf.Quote, native=compiled(tf.Trade, nothing), context=state)
    with pytest.raises(TypeError, match="compiled for Quote, not for Record"):
        decoder.on(tf.Record, native=compiled(tf.Quote, nothing), context=state)
    stale = numba.from_dtype(np.dtype([("kind", "u1"), ("bid", "f8")]))
    with pytest.raises(TypeError, match="compiled for another layout of records, not for Quote"):
        decoder.on(tf.Quote, native=numba.cfunc(numba.types.void(stale, numba.types.voidptr))(nothing))
    with pytest.raises(TypeError, match="takes 1 arguments, not a record and a context"):
        decoder.on(tf.Quote, native=numba.cfunc(numba.types.void(numba.types.voidptr))(lambda record: None))
    decoder.on(tf.Quote, native=compiled(tf.Record, nothing), context=state)  # the header is that of every kind


@pytest.mark.parametrize("context", [0, np.zeros(1), np.zeros(1, State)[:0]], ids=["none", "small", "empty"])
def test_a_context_that_is_too_small_is_refused(context: Any) -> None:
    function = compiled(tf.Quote, lambda quote, state: None)
    size = 0 if isinstance(context, int) else context.nbytes
    with pytest.raises(TypeError, match=f"has a context of {State.itemsize} bytes, but context= has {size}"):
        tf.decoder("alpaca.data").on(tf.Quote, native=function, context=context)


def test_python_reads_attributes() -> None:
    for function in (tf.numba.known, tf.numba.changed, tf.numba.decimals, tf.numba.octets):
        with pytest.raises(TypeError, match="is for functions that numba compiles"):
            function(tf.Quote(bid=1), "bid")


def test_without_numba() -> None:
    program = """
import sys
sys.modules["numba"] = None
import tickfold as tf
assert "numba" in dir(tf) and "numba" not in tf.__all__
from tickfold import *
try:
    tf.numba
except ImportError as error:
    assert str(error) == "tf.numba needs numba: pip install 'tickfold[numba]'", error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_ctypes_structs_as_contexts() -> None:
    class Count(ctypes.Structure):
        _fields_ = (("count", ctypes.c_int64),)

    @numba.cfunc(tf.numba.signature(tf.Quote, np.dtype([("count", "i8")])))
    def on_quote(quote, count):
        count.count += 1

    decoder, count = tf.decoder("alpaca.data"), Count()
    decoder.on(tf.Quote, native=on_quote, context=count)
    decoder.feed(b'[{"T":"q","S":"A","bp":1.5}]')
    assert count.count == 1
