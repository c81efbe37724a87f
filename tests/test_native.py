"""on(native=): C functions called with the structs, without Python in between."""

import ctypes
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

import tickfold as tf

Function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
BID = next(field["offset"] for field in tf.layout()["kinds"]["Quote"]["fields"] if field["name"] == "bid")

SOURCE = """
#include <tickfold/records.h>
struct sums { double bid; int64_t quotes; };
void add(const tf_quote *quote, void *context) {
    struct sums *sums = (struct sums *)context;
    sums->bid += quote->bid;
    ++sums->quotes;
}
"""


class Sums(ctypes.Structure):
    _fields_ = [("bid", ctypes.c_double), ("quotes", ctypes.c_int64)]


def quote(bid: float, symbol: str = "A") -> bytes:
    return f'[{{"T":"q","S":"{symbol}","bp":{bid},"ap":9}}]'.encode()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("native")
    (folder / "add.c").write_text(SOURCE)
    command = ["cc", "-std=c99", "-O2", "-shared", "-fPIC", f"-I{tf.get_include()}", "add.c", "-o", "add.so"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "add.so"))


@pytest.mark.compiles
@pytest.mark.parametrize("form", ["ctypes", "address", "numba"])
def test_a_compiled_function(library: ctypes.CDLL, form: str) -> None:
    address = ctypes.cast(library.add, ctypes.c_void_p).value
    native: Any = {"ctypes": library.add, "address": address, "numba": SimpleNamespace(address=address)}[form]
    decoder, sums = tf.decoder("alpaca.data"), Sums()
    assert decoder.on(tf.Quote, native=native, context=ctypes.addressof(sums)) is native
    for bid in (1.5, 2.25, 2.25):  # the last one repeats the one before
        decoder.feed(quote(bid))
    assert (sums.bid, sums.quotes) == (3.75, 2)
    decoder.off(native)
    decoder.feed(quote(7))
    assert sums.quotes == 2


def test_they_come_before_callbacks_in_their_order() -> None:
    decoder, order = tf.decoder("alpaca.data"), []
    first = Function(lambda record, context: order.append(("first", context)))
    second = Function(lambda record, context: order.append(("second", context)))
    decoder.on(tf.Quote, lambda record: order.append(("python", record.bid)))
    decoder.on(tf.Quote, native=first)
    decoder.on(tf.Quote, native=second, context=77)
    decoder.feed(quote(1.5))
    assert order == [("first", None), ("second", 77), ("python", 1.5)]
    order.clear()
    decoder.off(first)
    decoder.feed(quote(2.5))
    assert order == [("second", 77), ("python", 2.5)]
    order.clear()
    decoder.dispatcher.silent = True
    decoder.feed(quote(3.5))
    assert order == []


def test_they_see_the_struct_and_only_what_changed() -> None:
    decoder, bids, every = tf.decoder("alpaca.data"), [], []

    def keep(record: int, context: int) -> None:
        bids.append(ctypes.c_double.from_address(record + BID).value)

    by_bid, of_all = Function(keep), Function(lambda record, context: every.append(ctypes.string_at(record, 1)[0]))
    decoder.on(tf.Quote, native=by_bid, changed="bid")
    decoder.on(tf.Record, native=of_all)
    decoder.feed(b'[{"T":"q","S":"A","bp":1.5},{"T":"q","S":"A","bp":1.5,"ap":2},{"T":"t","S":"A","p":3,"s":1}]')
    decoder.feed(b"garbage")
    assert bids == [1.5]
    kinds = [tf.layout()["kinds"][name]["code"] for name in ("Quote", "Quote", "Trade", "Error")]
    assert every == kinds


def test_amendments_for_those_who_ask() -> None:
    def execution(commission: str) -> bytes:
        return (
            '{"topic":"str","args":[{"execution_id":"0000e0d5.01","symbol":"A","side":"B","order_id":7,"size":5,'
            f'"price":"1.5","account":"DU1"{commission}}}]}}'
        ).encode()

    decoder, plain, amended = tf.decoder("ibkr"), [], []
    one = Function(lambda record, context: plain.append(record))
    two = Function(lambda record, context: amended.append(record))
    decoder.on(tf.Fill, native=one)
    decoder.on(tf.Fill, native=two, amendments=True)
    decoder.feed(execution(""))
    decoder.feed(execution(',"commission":"0.35"'))
    assert len(plain) == 1
    assert len(amended) == 2


def test_one_may_take_itself_back() -> None:
    decoder, calls = tf.decoder("alpaca.data"), []

    def once(record: int, context: int) -> None:
        calls.append(record)
        decoder.off(native)

    native = Function(once)
    decoder.on(tf.Quote, native=native)
    decoder.on(tf.Quote, native=native)
    decoder.feed(quote(1))
    assert len(calls) == 2  # as for callbacks: from the next record on
    decoder.feed(quote(2))
    assert len(calls) == 2


def test_decode_calls_nobody() -> None:
    decoder, calls = tf.decoder("alpaca.data"), []
    native = Function(lambda record, context: calls.append(record))
    decoder.on(tf.Quote, native=native)
    assert len(decoder.decode(quote(1))) == 1
    assert calls == []


def test_an_engine_has_it() -> None:
    engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["A"], key="k", secret="s"))
    native = Function(lambda record, context: None)
    assert engine.on(tf.Quote, native=native) is native
    engine.off(native)


@pytest.mark.parametrize("wrong", [lambda record: None, "f", 1.5, True, SimpleNamespace(address="1")])
def test_what_is_no_c_function(wrong: Any) -> None:
    with pytest.raises(TypeError, match="native= takes a C function"):
        tf.decoder("alpaca.data").on(tf.Quote, native=wrong)


def test_other_mistakes() -> None:
    decoder = tf.decoder("alpaca.data")
    with pytest.raises(ValueError, match="native=0 is no address"):
        decoder.on(tf.Quote, native=0)
    with pytest.raises(TypeError, match="not both"):
        decoder.on(tf.Quote, print, native=1)  # type: ignore[call-overload]
    with pytest.raises(tf.ConfigError, match="amendments"):
        decoder.on(tf.Quote, native=1, amendments=True)
