"""Payloads in, records out: the public contract, whatever the payload is made of."""

import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tickfold as tf
from fuzz_scanner import CORPUS
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Ack, Bar, Error, Order, Quote, Raw, SessionState, Trade
from tickfold.schema.enums import ErrorSource, LastFlag, Venue

QUOTE = b'[{"T":"q","S":"AMD","bp":87.66,"ap":87.68,"t":"2021-02-22T15:51:45.335689322Z"}]'


def test_the_public_contract() -> None:
    decoder = tf.decoder("ibkr")
    seen: list[Any] = []
    decoder.on(tf.Order, lambda order: seen.append(order.status))
    payload = b'{"topic":"sor","args":[{"acct":"DU1234","orderId":922048212,"status":"Submitted"}]}'
    (record,) = decoder.decode(payload, recv_ns=5)
    assert isinstance(record, tf.Order)
    assert record.ts_recv == 5
    assert seen == [], "decode() calls nobody"
    assert decoder.feed(payload) == 0, "the same again"
    assert decoder.feed(payload.replace(b"Submitted", b"Filled")) == 1
    assert seen == [tf.OrderStatus.FILLED]
    assert decoder.orders["DU1234", "922048212"].status is tf.OrderStatus.FILLED
    assert record.status is tf.OrderStatus.NEW
    assert (decoder.messages, decoder.records, decoder.malformed, decoder.limited) == (3, 2, 0, 0)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, bytes.decode, lambda raw: array.array("b", raw),
                                  lambda raw: memoryview(bytearray(b"xx" + raw + b"9"))[2:-1]])  # fmt: skip
def test_kinds_of_payload(kind: Any) -> None:
    decoder = Decoder("alpaca.data")
    (quote,) = decoder.decode(kind(QUOTE))
    assert (quote.symbol, quote.bid) == ("AMD", 87.66)
    payload = bytearray(b'[{"T":"error","code":1,"msg":"a long text"}]')
    (error,) = decoder.decode(payload)
    payload[:] = b"x" * len(payload)
    assert error.text == "a long text"


@pytest.mark.parametrize("payload", [None, 5, ["x"], object()])
def test_what_is_no_payload(payload: Any) -> None:
    decoder = Decoder("alpaca.data")
    with pytest.raises(TypeError):
        decoder.feed(payload)
    with pytest.raises(TypeError):
        decoder.decode(payload)
    with pytest.raises(BufferError):
        decoder.feed(memoryview(b"abcdef")[::2])
    assert decoder.messages == 0
    assert len(decoder.decode(QUOTE)) == 1


MALFORMED = [b"", b" ", b"{", b"[", b"]", b"x", b"5", b'"x"', b"null", b"true", b"{]", b'{"a"}', b'{"a":}', b"[1,]",
b'{"a":1,}',
             b"[1 2]", b'[{"T":"q"}', b'[{"T":"q"}]x', b'[{"T":"q","S":"A"}{}]', b"\xff\xfe",
             b'["\xff"]', b'["\x00"]', b"\x00" * 99,
             b'[{"T":"q","S":"A","bp":01}]', b'[{"T":"q","S":"A","bp":1.}]', b'["\\ud80"]', b"[NaN]", b"ech+h",
             b"\xef\xbb\xbf"]  # fmt: skip


@pytest.mark.parametrize("payload", MALFORMED)
@pytest.mark.parametrize("table", ["alpaca.data", "ibkr"])
def test_malformed_messages(table: str, payload: bytes) -> None:
    """One Error record, a count, and no trace in the state."""
    decoder = Decoder(table)
    (error,) = decoder.decode(payload)
    assert isinstance(error, Error)
    assert error.source is ErrorSource.DECODER
    assert error.text == "neither JSON nor MessagePack"
    assert error.data == payload
    assert error.venue is decoder.decode(b"{")[0].venue
    assert decoder.malformed == 2
    assert len(decoder.quotes) == len(decoder.orders) == len(decoder.symbols) == 0


def test_a_message_with_a_fault_leaves_no_trace() -> None:
    decoder = Decoder("alpaca.data")
    good = b'{"T":"q","S":"A","bp":1},'
    assert [type(record) for record in decoder.decode(b"[" + good * 1000 + b'{"T":"q","S":"B","bp":1]')] == [Error]
    assert len(decoder.quotes) == 0
    assert len(decoder.symbols) == 0


def test_large_malformed_messages_are_cut() -> None:
    decoder = Decoder("alpaca.data")
    (error,) = decoder.decode(b"x" * 200_000)
    assert error.data == b"x" * 65536


def test_unknown_messages_are_raw() -> None:
    decoder = Decoder("alpaca.data")
    records = decoder.decode(b'[{"T":"zz","x":[1,2]},{"x":1}, 5 ,"text",null,[1, 2],{}]')
    assert [type(record) for record in records] == [Raw] * 7
    assert [record.data for record in records] == [
        b'{"T":"zz","x":[1,2]}', b'{"x":1}', b"5", b'"text"', b"null", b"[1, 2]", b"{}",
    ]  # fmt: skip
    assert [record.topic for record in records] == ["zz"] + [None] * 6
    (raw,) = decoder.decode('[{"T":"zé","x":"é\\n"} ]'.encode())
    assert (raw.topic, raw.data.decode()) == ("zé", '{"T":"zé","x":"é\\n"}')


def test_values_of_the_wrong_type_are_counted() -> None:
    decoder = Decoder("alpaca.data")
    quote, *told = decoder.decode(
        b'[{"T":"q","S":"A","bp":true,"ap":[1],"bs":{"a":1},"as":"x","t":"yesterday","z":7,"c":"R"}]'
    )
    assert decoder.mismatched == 5
    assert [one.data for one in told] == [b'"bp":true', b'"ap":[1]', b'"bs":{"a":1}', b'"as":"x"', b'"t":"yesterday"']
    assert (quote.bid, quote.ask, quote.bid_size, quote.ask_size, quote.ts_event) == (None, None, None, None, None)
    assert (quote.tape, quote.conditions) == ("7", "R")


def test_what_the_scanner_refuses_goes_to_simdjson() -> None:
    decoder = Decoder("alpaca.data")
    decoder.decode(QUOTE)
    assert decoder.refused == 0
    (quote,) = decoder.decode(QUOTE.replace(b"AMD", b"\\u0041AA"))
    assert (quote.symbol, decoder.refused) == ("AAA", 0)
    (quote,) = decoder.decode(QUOTE.replace(b'"S"', b'"\\u0053"').replace(b"AMD", b"BBB"))
    assert (quote.symbol, decoder.refused) == ("BBB", 1)


def test_alpaca() -> None:
    decoder = Decoder("alpaca.data")
    records = [record for data in CORPUS["alpaca.data"][:8] for record in decoder.decode(data)]
    assert [type(record) for record in records] == [Quote, Quote, Trade, Bar, Ack, Ack, Error, Error]
    quote, _, trade, bar, success, subscription, error, escaped = records
    assert (quote.bid_exchange, quote.ask_size, quote.venue) == ("U", 4, Venue.ALPACA)
    assert (trade.trade_id, trade.price, trade.conditions, trade.ts_event) == (
        "96921",
        126.55,
        "@I",
        1614009104208000000,
    )
    assert (bar.open, bar.vwap, bar.trade_count, bar.interval, bar.complete) == (388.985, 389.062639, 461, 60, True)
    assert (success.ok, success.action) == (True, "authenticated")
    assert subscription.text.startswith('{"T":"subscription","trades":["AAPL"]')
    assert (error.code, error.text, error.source) == (406, "connection limit exceeded", ErrorSource.VENUE)
    assert escaped.text == 'bad "sub\\scribe" é😀 message \n'


def test_ibkr() -> None:
    decoder = Decoder("ibkr")
    records = [record for data in CORPUS["ibkr"] for record in decoder.decode(data)]
    quote = records[0]
    assert isinstance(quote, Quote)
    assert (quote.symbol, quote.last, quote.last_flag, quote.bid, quote.ask) == (
        "8894",
        63.42,
        LastFlag.PREV_CLOSE,
        63.41,
        None,
    )
    assert (quote.bid_size, quote.ask_size, quote.volume, quote.availability) == (1200, 900, 8400000, "RpB")
    assert str(quote.decimal("volume")) == "8.4E+6"
    assert quote.ts_event == 1718026215882 * 10**6
    assert {type(record) for record in records} >= {Quote, Order, Error, SessionState, Ack}
    (echo,) = decoder.decode(b"ech+hb")
    assert (echo.ok, echo.action) == (True, "ech+hb")


@settings(max_examples=200)
@given(st.binary(max_size=100) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(payload: bytes) -> None:
    decoder = Decoder("ibkr")
    for record in decoder.decode(payload):
        repr(record)
        record.as_dict()
    assert decoder.messages == 1


def test_decode_gives_back_what_feed_counts() -> None:
    for table, messages in CORPUS.items():
        if table == "everything":
            continue
        one, other = Decoder(table), Decoder(table)
        for message in messages:
            assert len(one.decode(message)) == other.feed(message)


def test_wrong_arguments() -> None:
    with pytest.raises(TypeError):
        Decoder()  # type: ignore[call-arg]
    with pytest.raises((OverflowError, ValueError)):
        Decoder("ibkr", stream=65536)
    with pytest.raises(TypeError):
        Decoder("ibkr", state=5)  # type: ignore[arg-type]
    with pytest.raises(tf.ConfigError):
        tf.decoder("nothing")
