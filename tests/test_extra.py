"""Keys of one's own choice, kept as text beside the records of their messages; and payloads as they came."""

import copy
import json
import pickle
from typing import Any

import pytest
from websockets.asyncio.server import serve

import corpus
import tickfold as tf
from support_live import run, until
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Order, Record
from tickfold.net.msgpack import pack

ORDER = {"acct": "D", "orderId": 7, "companyName": "APPLE \"INC\" é", "bgColor": "#000000", "status": "Submitted"}


def extras(table: str, keys: list[str], *payloads: Any) -> list[tuple[str, dict[str, str]]]:
    decoder = Decoder(table, extra=keys)
    found = []
    for payload in payloads:
        text = payload if isinstance(payload, bytes) else json.dumps(payload)
        found += [(type(record).__name__, record.extra) for record in decoder.decode(text)]
    return found


def test_known_keys_skipped_keys_and_keys_that_nobody_knows() -> None:
    message = {"topic": "sor", "args": [ORDER | {"zz": 1.50}, {"acct": "D", "orderId": 8, "zz": {"a": [1, None]}}]}
    decoder = Decoder("ibkr", extra=["companyName", "bgColor", "zz"])
    one, other = decoder.decode(json.dumps(message))
    assert one.extra == {"companyName": 'APPLE "INC" é', "bgColor": "#000000", "zz": "1.5"}
    assert other.extra == {"zz": '{"a": [1, null]}'}
    assert isinstance(one, Order)
    assert one.company == 'APPLE "INC" é'  # the field has it all the same
    assert decoder.drift() == []  # it was asked for


def test_null_says_nothing_and_an_update_says_its_own() -> None:
    decoder = Decoder("ibkr", extra=["zz"])
    texts = []
    for value in ("a", None, True):
        status = {"a": "Submitted", None: "PreSubmitted", True: "Filled"}[value]
        order = ORDER | {"zz": value, "status": status}
        records = decoder.decode(json.dumps({"topic": "sor", "args": [order]}))
        texts += [record.extra for record in records if isinstance(record, Order)]
    assert texts == [{"zz": "a"}, {}, {"zz": "true"}]
    assert decoder.orders["D", "7"].extra == {}  # of a message, not of the row


def test_of_an_object_around_the_record() -> None:
    update = {"stream": "trade_updates", "zz": "m", "data": {"event": "fill", "yy": 2, "price": "1", "qty": "1",
              "execution_id": "e", "order": {"id": "1", "status": "filled", "zz": "o"}}}  # fmt: skip
    found = extras("alpaca.trading", ["zz", "yy"], update)
    assert found == [("Order", {"zz": "o", "yy": "2"}), ("Fill", {"zz": "o", "yy": "2"})]
    book = {"topic": "sbd+D+5", "zz": "t", "data": [{"row": 1, "price": "2"}, {"row": 2, "price": "3", "zz": "own"}]}
    assert extras("ibkr", ["zz", "topic"], book) == [
        ("BookLevel", {"zz": "t", "topic": "sbd+D+5"}),
        ("BookLevel", {"zz": "own", "topic": "sbd+D+5"}),
    ]


def test_every_reader_keeps_the_same() -> None:
    quote = {"T": "q", "S": "A", "bp": 1.5, "zz": {"a": "b"}, "bx": "Q"}
    texts = {"zz": '{"a":"b"}', "bx": "Q", "T": "q"}
    escaped = json.dumps([quote], separators=(",", ":")).replace('"bp"', '"\\u0062p"').encode()  # simdjson reads it
    for payload in (json.dumps([quote], separators=(",", ":")).encode(), escaped, pack([quote])):
        assert extras("alpaca.data", ["zz", "bx", "T"], payload) == [("Quote", texts)]


@pytest.mark.parametrize("stream", corpus.load())
def test_records_are_what_they_are_without(stream: str) -> None:
    """With every key of the corpus kept aside that its shapes have room for, records and drift stay the same."""
    for message in corpus.load()[stream]:
        plain = Decoder(stream)
        expected = plain.decode(message.payload)
        decoder = Decoder(stream, extra=["price", "id", "status", "data", "args", "31", "T", "key", "Items", "S"])
        assert decoder.decode(message.payload) == expected
        assert (decoder.mismatched, decoder.malformed) == (plain.mismatched, plain.malformed)


def test_copies_and_pickles_keep_them() -> None:
    kept: list[Record] = []
    decoder = Decoder("ibkr", extra=["bgColor"])
    decoder.on(Order, lambda one: kept.extend((one.copy(), copy.copy(one.copy()), pickle.loads(pickle.dumps(one)))))
    decoder.feed(json.dumps({"topic": "sor", "args": [ORDER]}))
    assert [one.extra for one in kept] == [{"bgColor": "#000000"}] * 3
    assert tf.Order(order_id="1").extra == {}


def test_within_a_callback_another_decoder_is_fed() -> None:
    outer, inner = Decoder("ibkr", extra=["zz"]), Decoder("ibkr", extra=["zz"])
    texts = []

    def callback(order: Order) -> None:
        inner.feed(json.dumps({"topic": "sor", "args": [ORDER | {"zz": "in"}]}))
        texts.append(order.extra)

    outer.on(Order, callback)
    inner.on(Order, lambda order: texts.append(order.extra))
    outer.feed(json.dumps({"topic": "sor", "args": [ORDER | {"zz": "out"}]}))
    assert texts == [{"zz": "in"}, {"zz": "out"}]


@pytest.mark.parametrize("keys", ["zz", [1], [""], ['a"b']])
def test_wrong_keys(keys: Any) -> None:
    with pytest.raises(tf.ConfigError):
        Decoder("ibkr", extra=keys)
    if keys != ['a"b']:
        with pytest.raises(tf.ConfigError, match="keys"):
            tf.ibkr.WebApi(orders=True, extra=keys)


# ---- payloads as they came


def test_a_decoder_tells_payloads_before_it_decodes_them() -> None:
    decoder = Decoder("ibkr", label="mine")
    heard: list[Any] = []
    callback = decoder.on_payload(lambda *what: heard.append(what))
    decoder.on(Record, lambda record: heard.append(type(record)))
    for payload in (b'{"topic":"sor","args":[{"acct":"D","orderId":7}]}', b"no JSON"):
        decoder.feed(payload, 5)
        assert heard == [(payload, "mine", 5), Order if payload[:1] == b"{" else tf.Error]
        heard.clear()
    decoder.off(callback)
    decoder.feed(b"no JSON")
    assert heard == [tf.Error]
    with pytest.raises(tf.ConfigError, match="function"):
        decoder.on_payload("print")  # type: ignore[type-var]


def test_what_a_callback_of_payloads_raises() -> None:
    decoder = Decoder("ibkr")
    decoder.on_payload(lambda *_: 1 / 0)
    with pytest.raises(tf.CallbackError, match="ZeroDivisionError"):
        decoder.feed(json.dumps({"topic": "sor", "args": [ORDER]}))
    assert decoder.orders["D", "7"].status == tf.OrderStatus.NEW  # it was decoded all the same


@pytest.mark.parametrize("policy", ["raise", "report"])
def test_an_engine_s_payloads_and_extras(policy: Any) -> None:
    async def venue(ws: Any) -> None:
        assert ws.request.headers["X-Mine"] == "1"
        for text in ('{"topic":"sts","args":{"authenticated":true}}', json.dumps({"topic": "sor", "args": [ORDER]})):
            await ws.send(text)
        await ws.wait_closed()

    async def main() -> None:
        async with serve(venue, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"ws://127.0.0.1:{port}"
            stream = tf.ibkr.WebApi(url, orders=True, session="s", extra=["bgColor"], headers={"X-Mine": "1"})
            engine = tf.Engine(stream, on_callback_error=policy)
            payloads: list[bytes] = []
            texts: list[dict[str, str]] = []

            @engine.on_payload
            def on_payload(payload: bytes, label: str, recv_ns: int) -> None:
                assert (label, recv_ns > 1_700_000_000 * 10**9) == ("ibkr", True)
                payloads.append(payload)
                if policy == "report":
                    raise RuntimeError("of a callback")

            engine.on(tf.Order, lambda order: texts.append(order.extra))
            async with engine:
                await until(lambda: texts)
                assert [json.loads(one)["topic"] for one in payloads] == ["sts", "sor"]
                assert texts == [{"bgColor": "#000000"}]
                assert engine.stats[0].callback_errors == (2 if policy == "report" else 0)
                engine.off(on_payload)

    run(main())
