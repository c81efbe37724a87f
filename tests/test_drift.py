"""What a table does not know is counted by message type and key, logged once, and handed on as a Raw record once."""

import json
import logging
from typing import Any

import pytest
from websockets.asyncio.server import serve

import corpus
import tickfold as tf
from support_live import run, until
from tickfold import Drift
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Quote, Raw, Record

STRANGE = {
    "alpaca.data": ('[{"T":"q","S":"A","bp":1,"zz":[1]}]', "q", "zz", b"[1]"),
    "alpaca.trading": (
        '{"stream":"trade_updates","data":{"event":"new","zz":"x","order":{"id":"1","status":"new"}}}',
        "trade_updates", "zz", b'"x"',
    ),
    "ibkr": ('{"topic":"smd+5","conid":5,"31":"1.5","7999":"x"}', "smd", "7999", b'"x"'),
    "ibkr.portal": ('{"topic":"md+5","31":"1.5","7999":1}', "md", "7999", b"1"),
    "vega": ('{"result":{"updates":{"orders":[{"id":"1","zz":{"a":1}}]}}}', "", "zz", b'{"a":1}'),
    "etna": ('{"EntityType":"Quote","Key":"5","Bid":"1","Zz":"x"}', "Quote", "Zz", b'"x"'),
}  # fmt: skip


@pytest.mark.parametrize("stream", STRANGE)
def test_an_unknown_key(stream: str, caplog: pytest.LogCaptureFixture) -> None:
    text, type_, key, sample = STRANGE[stream]
    decoder = Decoder(stream)
    with caplog.at_level(logging.WARNING, "tickfold"):
        records = [decoder.decode(text) for _ in range(3)]
    assert decoder.drift() == [Drift(stream, type_, key, "unknown key", 3, sample)]
    told = [one for message in records for one in message if isinstance(one, Raw)]
    assert [(one.topic or "", one.data) for one in told] == [(type_, b'"%s":%s' % (key.encode(), sample))]
    assert [one.getMessage() for one in caplog.records] == [
        f"{stream}: unknown key {key!r} in a message of type {type_!r}: {sample!r}"
    ]


def test_what_cannot_be_read_and_words_that_no_enum_has() -> None:
    decoder = Decoder("ibkr")
    decoder.feed('{"topic":"sor","args":[{"acct":"D","orderId":1,"status":"Odd","totalSize":[],"price":"abc"}]}')
    assert [(one.key, one.what, one.sample) for one in decoder.drift()] == [
        ("status", "unknown word", b'"Odd"'),
        ("totalSize", "unreadable value", b"[]"),
        ("price", "unreadable value", b'"abc"'),
    ]


def test_another_body() -> None:
    decoder = Decoder("ibkr")
    text = b'{"topic":"sor","orderId":1}'
    for _ in range(2):
        (raw,) = decoder.decode(text)
        assert raw.data == text
    assert decoder.drift() == [Drift("ibkr", "sor", "", "other body", 2, text)]


@pytest.mark.parametrize("stream", corpus.load())
def test_what_the_references_describe_is_no_drift(stream: str) -> None:
    found = []
    for message in corpus.load()[stream]:
        decoder = Decoder(stream)
        decoder.feed(message.payload)
        found += [one for one in decoder.drift() if one.what != "other body"]
    assert found == []


def test_a_message_with_a_fault_leaves_no_note() -> None:
    decoder = Decoder("alpaca.data")
    decoder.feed(b'[{"T":"q","S":"A","zz":1}')
    assert (decoder.malformed, decoder.drift()) == (1, [])


def test_both_json_readers_say_the_same() -> None:
    """A key with an escape in it leaves the message to simdjson."""
    decoder = Decoder("alpaca.data")
    decoder.feed('[{"T":"q","S":"A", "zz" : {"a": 1} ,"\\u0062p":1}]')
    assert decoder.refused == 1
    assert decoder.drift() == [Drift("alpaca.data", "q", "zz", "unknown key", 1, b'{"a": 1}')]


def test_what_is_kept_is_bounded() -> None:
    decoder = Decoder("alpaca.data")
    for first in range(0, 3000, 50):
        quote: dict[str, Any] = {"T": "q", "S": "A", "bp": 1}
        quote |= {f"{number:05}" + "k" * 1000: "v" * 1000 for number in range(first, first + 50)}
        decoder.feed(json.dumps([quote]))
    found = decoder.drift()
    assert (len(found), decoder.drift_beyond) == (1024, 3000 - 1024)
    assert {(len(one.key), len(one.sample)) for one in found} == {(64, 200)}
    decoder.feed(json.dumps([{"T": "q", "S": "A", "bp": 1} | {f"n{number}": 1 for number in range(100)}]))
    assert decoder.drift_beyond == 3000 - 1024 + 100


def test_a_callback_hears_of_it() -> None:
    decoder = Decoder("alpaca.data")
    heard: list[Record] = []
    decoder.on(Raw, lambda record: heard.append(record.copy()))
    decoder.on(Quote, lambda record: heard.append(record.copy()))
    assert decoder.feed('[{"T":"q","S":"A","bp":1,"zz":1}]') == 2
    assert [type(one) for one in heard] == [Quote, Raw]
    assert heard[1].seq == heard[0].seq + 1


def test_an_engine_tells_the_drift_of_all_its_streams() -> None:
    """A venue that speaks as a gateway does, and adds a key that nobody knows."""

    async def venue(ws: Any) -> None:
        await ws.send('{"topic":"system","success":"user"}')
        await ws.send('{"topic":"sts","args":{"authenticated":true}}')
        await ws.send('{"topic":"smd+5","conid":5,"31":"1.5","7999":"x"}')
        await ws.wait_closed()

    async def main() -> None:
        async with serve(venue, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            stream = tf.ibkr.WebApi(f"ws://127.0.0.1:{port}/v1/api/ws", quotes=[5], session="s")
            async with tf.Engine(stream) as engine:
                await until(lambda: engine.drift())
                (one,) = engine.drift()
                assert (one.type, one.key, one.count, one.sample) == ("smd", "7999", 1, b'"x"')
                assert one.stream == engine.stats[0].label
                assert engine.stats[0].drift == 1

    run(main())
