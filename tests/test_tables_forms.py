"""Messages of another form than their table's: told as what they are, never passed over without a word."""

import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.engine.decoder import Decoder


@pytest.mark.parametrize(
    ("stream", "text", "kinds"),
    [
        ("ibkr", '{"topic":"sor","orderId":1,"status":"Filled"}', ["Raw"]),
        ("ibkr", '{"topic":"sor","args":{"orders":[{"orderId":7}]}}', ["Raw"]),
        ("ibkr", '{"topic":"sor","args":"error"}', ["Raw"]),
        ("ibkr", '{"topic":"ntf","text":"x"}', ["Raw"]),
        ("ibkr", '{"topic":"str","args":{"fills":[{"execution_id":"e"}]}}', ["Raw"]),
        ("ibkr", '{"topic":"sts","args":{"logged":true}}', ["SessionState", "Raw"]),
        ("ibkr", '{"topic":"spl","args":[{"dpl":1}]}', ["Error"]),
        ("ibkr", '{"topic":"sor","args":[{"acct":"D","order_id":7}]}', ["Error", "Raw"]),
        ("ibkr", '{"topic":"ssd+U1","rows":[]}', ["Raw"]),
        ("ibkr.portal", '{"topic":"realtime-account-data+D","rows":[1]}', ["Raw"]),
        ("vega", '{"error":"x"}', ["Error"]),
        ("vega", '{"result":"x"}', ["Raw"]),
        ("vega", '{"result":{"updates":{"data":[{"id":"1"}]}}}', ["Raw"]),
        ("alpaca.trading", '{"stream":"listening","data":{"foo":1}}', ["Raw"]),
        ("alpaca.trading", '{"stream":"trade_updates","data":{"event":"fill","orders":[{"i":1}]}}', ["Error", "Raw"]),
        ("alpaca.data", '[{"T":"q","S":"A","b":1.5,"a":1.6}]', ["Raw"]),
        ("etna", '{"EntityType":"Order","OrderId":"7"}', ["Raw"]),
    ],
)
def test_a_known_envelope_with_another_body_is_told(stream: str, text: str, kinds: list[str]) -> None:
    records = Decoder(stream).decode(text)
    assert [type(one).__name__ for one in records] == kinds
    if kinds == ["Raw"] and stream == "ibkr":
        assert (records[0].data, records[0].topic) == (text.encode(), json.loads(text)["topic"])


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        ("ibkr", '{"topic":"sor"}'), ("ibkr", '{"topic":"sor","args":[]}'), ("ibkr", '{"topic":"str","args":{}}'),
        ("ibkr", '{"topic":"spl","args":{}}'), ("ibkr", '{"topic":"sor","args":{}}'), ("alpaca.data", "[]"),
        ("vega", '{"result":{"updates":{"orders":[]}}}'), ("vega", '{"result":{}}'),
    ],
)  # fmt: skip
def test_what_says_nothing_gives_nothing(stream: str, text: str) -> None:
    decoder = Decoder(stream)
    assert decoder.decode(text) == []
    assert (decoder.malformed, decoder.limited) == (0, 0)


@pytest.mark.parametrize(
    ("stream", "text", "kinds"),
    [
        ("ibkr", '{"topic":"sor","args":[{"acct":"D","orderId":1},5,{"acct":"D","orderId":2}]}',
         ["Order", "Raw", "Order"]),
        ("ibkr", '{"topic":"spl","args":{"DU1.Core":{"dpl":1},"DU2.Core":"x","DU3":{"dpl":2}}}', ["Pnl", "Raw", "Pnl"]),
        ("vega", '{"result":{"trades":["x",{"id":"1","marketId":"m"}]}}', ["Raw", "Trade"]),
        ("alpaca.data", '[5,{"T":"t","S":"A","p":1,"s":1},"x"]', ["Raw", "Trade", "Raw"]),
        ("ibkr", '{"topic":"sor","args":[{"acct":"D"},{"acct":"D","orderId":2}]}', ["Error", "Order"]),
    ],
)  # fmt: skip
def test_a_bad_element_costs_that_element(stream: str, text: str, kinds: list[str]) -> None:
    assert [type(one).__name__ for one in Decoder(stream).decode(text)] == kinds


@pytest.mark.parametrize(
    ("value", "text"), [("500", "500"), ("true", "true"), ('{"a":1}', '{"a":1}'), ("[1]", "[1]"), ("1.50", "1.50")]
)
@pytest.mark.parametrize(
    ("stream", "message"),
    [("ibkr", '{"topic":"sor","error":%s}'), ("ibkr.portal", '{"error":%s,"topic":"md+1"}'),
     ("vega", '{"error":{"code":3,"message":%s}}'), ("alpaca.data", '[{"T":"error","code":1,"msg":%s}]'),
     ("alpaca.trading", '{"stream":"listening","data":{"error":%s}}'), ("etna", '{"Cmd":"x","Message":%s}')],
)  # fmt: skip
def test_an_error_with_something_else_for_its_text_is_told(stream: str, message: str, value: str, text: str) -> None:
    (error,) = (one for one in Decoder(stream).decode(message % value) if isinstance(one, tf.Error))
    assert (error.source, error.text) == (tf.ErrorSource.VENUE, text)


def test_the_errors_of_the_trading_stream() -> None:
    (error,) = Decoder("alpaca.trading").decode('{"action":"error","data":{"error_message":"internal server error"}}')
    assert (type(error).__name__, error.topic, error.text) == ("Error", "error", "internal server error")
    (raw,) = Decoder("alpaca.trading").decode('{"what":1}')
    assert isinstance(raw, tf.Raw)


def test_errors_after_which_asking_again_is_of_no_use() -> None:
    for stream, message, fatal in (
        ("alpaca.data", [{"T": "error", "code": 402, "msg": "auth failed"}], True),
        ("alpaca.data", [{"T": "error", "code": "412", "msg": "x"}], True),
        ("alpaca.data", [{"T": "error", "code": 406, "msg": "x"}], False),
        ("vega", {"error": {"code": 3, "message": "x"}}, True),
        ("vega", {"error": {"code": 14, "message": "x"}}, False),
        ("ibkr", {"error": "x", "code": 500}, None),
    ):
        assert Decoder(stream).decode(json.dumps(message))[0].fatal is fatal


def test_prompts() -> None:
    options = ["Yes", "No"]
    for more, kind in (
        ({"options": options}, tf.NoticeKind.PROMPT), ({"type": "M"}, tf.NoticeKind.PROMPT),
        ({"prompt": True}, tf.NoticeKind.PROMPT), ({}, tf.NoticeKind.NOTICE), ({"options": []}, tf.NoticeKind.NOTICE),
    ):  # fmt: skip
        args: dict[str, Any] = {"orderId": 7, "reqId": "1", "messageId": "p12", "text": "sure?", "url": "u", **more}
        (notice,) = Decoder("ibkr").decode(json.dumps({"topic": "ntf", "args": [args]}))
        assert (notice.notice_kind, notice.order_id, notice.message_id, notice.url) == (kind, "7", "p12", "u")
    message = {"data": {"user_actions": [{"id": "c"}], "id": 7, "text": "final"}, "MID": "19", "action": "prompt"}
    (notice,) = Decoder("ibkr").decode(json.dumps({**message, "topic": "inp+exercise"}))
    assert (notice.notice_kind, notice.topic, notice.notice_id) == (tf.NoticeKind.PROMPT, "exercise", "7")
    assert (json.loads(notice.options), notice.message_id) == ([{"id": "c"}], "19")
    (error,) = Decoder("ibkr").decode('{"topic":"inp+exercise","error":"no","code":5}')
    assert (type(error).__name__, error.text, error.code) == ("Error", "no", 5)


def test_an_answer_names_its_subscription_and_its_session() -> None:
    (ack,) = Decoder("etna").decode('{"Cmd":"Subscribe.txt","SessionId":"s-1","Keys":"140","EntityType":"Order"}')
    assert (ack.action, ack.topic, ack.session) == ("Subscribe.txt", "Order", "s-1")


# ---- half of a surrogate pair


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\\ud83d", "\ufffd"), ("\\ude00", "\ufffd"), ("a\\ud83db", "a\ufffdb"), ("\\ud83d\\u0041", "\ufffdA"),
        ("\\ude00\\ud83d", "\ufffd\ufffd"), ("\\ud83d\\ud83d\\ude00", "\ufffd\U0001f600"), ("\\ud83d\\n", "\ufffd\n"),
    ],
)  # fmt: skip
def test_half_of_a_surrogate_pair_reads_as_the_replacement_character(written: str, read: str) -> None:
    for text in ('[{"T":"error","code":1,"msg":"%s"}]', '[{"T":"error","code":1,"m\\u0073g":"%s"}]'):
        (error,) = Decoder("alpaca.data").decode(text % written)
        assert error.text == read
    assert Decoder("alpaca.data").decode('[{"T":"error","msg":"\\ud83"}]')[0].source is tf.ErrorSource.DECODER


# ---- JSON cut into lines


ORDER = {"result": {"updates": {"orders": [{"id": "a" * 64, "marketId": "m", "partyId": "p", "side": "SIDE_BUY",
         "reference": 'brackets ]}{[ and a "quote"', "price": "100", "size": "5", "remaining": "5"}]}}}  # fmt: skip


@pytest.mark.parametrize("indent", [0, 1, 2, 4, "\t"])
def test_a_document_cut_into_lines_is_joined(indent: int | str) -> None:
    decoder = Decoder("vega")
    lines = json.dumps(ORDER, indent=indent).split("\n")
    for _ in range(2):
        records = [decoder.decode(line) for line in lines]
        assert not any(records[:-1])
    assert len(decoder.orders) == 1
    assert decoder.orders["a" * 64].client_order_id == 'brackets ]}{[ and a "quote"'
    assert decoder.malformed == 0


def test_a_document_whose_rest_never_comes_is_an_error() -> None:
    decoder = Decoder("vega")
    lines = json.dumps(ORDER, indent=2).split("\n")
    for line in lines[:5]:
        assert decoder.decode(line) == []
    error, order = decoder.decode(json.dumps(ORDER))
    assert (error.source, error.data) == (tf.ErrorSource.DECODER, ("\n".join(lines[:5]) + "\n").encode())
    assert order.qty == 5
    decoder.decode(lines[0])
    told: list[Any] = []
    decoder.on(tf.Error, lambda record: told.append(record.data))
    decoder.announce(False, "vega", "lost", 1)
    assert told == [b"{\n"]
    assert decoder.decode(json.dumps(ORDER)) == []  # the same again: nothing of the old lines is left
    assert decoder.malformed == 2


def test_lines_that_cannot_go_on_are_an_error_and_what_follows_is_read() -> None:
    decoder = Decoder("vega")
    for lines in (["{", '  "a": "b'], ["{", "}}"], ["{", "} x"], ["[", "1", "]}"]):
        said = [one for line in lines for one in decoder.decode(line)]
        assert [type(one).__name__ for one in said] == ["Error"], lines
        (order,) = decoder.decode(json.dumps(ORDER).replace("aaaa", f"{decoder.malformed:04}", 1))
        assert order.qty == 5
    assert decoder.malformed == 4


def test_a_document_of_lines_is_bounded() -> None:
    decoder = Decoder("vega")
    decoder.decode("{")
    line = '"x": "' + "y" * 1_000_000 + '",'
    told = [one for _ in range(6) for one in decoder.decode(line)]
    assert isinstance(told[0], tf.Error)
    assert len(told[0].data) == 65536
    assert len(decoder.decode(json.dumps(ORDER))) == 1


def test_other_streams_have_no_lines() -> None:
    (error,) = Decoder("ibkr").decode("{")
    assert error.text == "neither JSON nor MessagePack"
