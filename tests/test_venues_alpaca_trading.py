"""The description and dialogue of Alpaca's trading updates."""

import asyncio
import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.net.msgpack import unpack
from tickfold.venues.base import Dialogue, Opening

AUTHENTICATE = {"action": "authenticate", "data": {"key_id": "K", "secret_key": "S"}}
LISTEN = {"action": "listen", "data": {"streams": ["trade_updates"]}}
LISTENING = {"stream": "listening", "data": {"streams": ["trade_updates"]}}


def stream(**options: Any) -> tf.alpaca.Trading:
    return tf.alpaca.Trading(**{"key": "K", "secret": "S", **options})


def opened(described: tf.alpaca.Trading, *, again: bool = False) -> Opening:
    return asyncio.run(described.open(again=again))


def authorization(status: str) -> dict[str, Any]:
    return {"stream": "authorization", "data": {"status": status, "action": "authenticate"}}


def hears(dialogue: Dialogue, *messages: Any) -> list[Any]:
    answers: list[Any] = []
    for message in messages:
        for record in tf.decoder("alpaca.trading").decode(json.dumps(message)):
            if isinstance(record, (tf.Ack, tf.Error, tf.SessionState)):
                answers += dialogue.record(record, 0.0)
    return [json.loads(answer) for answer in answers]


@pytest.mark.parametrize(("paper", "host"), [(True, "paper-api"), (False, "api")])
def test_dialogue(paper, host):
    opening = opened(stream(paper=paper))
    dialogue = opening.dialogue
    assert opening.url == f"wss://{host}.alpaca.markets/stream"
    assert opening.headers == {}
    assert [json.loads(text) for text in dialogue.opened(0.0)] == [AUTHENTICATE]
    assert hears(dialogue, authorization("authorized")) == [LISTEN]
    assert not dialogue.ready
    assert hears(dialogue, LISTENING) == []
    assert dialogue.ready


def test_an_oauth_token():
    described = stream(key=None, secret=None, token="T1")
    (said,) = opened(described).dialogue.opened(0.0)
    assert json.loads(said) == {"action": "authenticate", "data": {"oauth_token": "T1"}}


def test_a_host_alone_keeps_the_path():
    assert opened(stream(url="ws://127.0.0.1:9")).url == "ws://127.0.0.1:9/stream"


def test_messagepack():
    opening = opened(stream(encoding="msgpack"))
    assert opening.headers == {"Content-Type": "application/msgpack"}
    (said,) = opening.dialogue.opened(0.0)
    assert isinstance(said, bytes)
    assert unpack(said) == AUTHENTICATE


def test_refusals():
    with pytest.raises(tf.AuthError, match="paper and live"):
        hears(opened(stream()).dialogue, authorization("unauthorized"))
    with pytest.raises(tf.AuthError, match="trade_updates"):
        hears(opened(stream()).dialogue, authorization("authorized"), {"stream": "listening", "data": {"streams": []}})


def test_a_second_authentication_is_harmless_once_ready():
    dialogue = opened(stream()).dialogue
    hears(dialogue, authorization("authorized"), LISTENING)
    error = {"stream": "listening", "data": {"error": "your connection is already authenticated"}}
    assert hears(dialogue, LISTENING, error, authorization("authorized")) == []
    assert dialogue.ready
    records = tf.decoder("alpaca.trading").decode(json.dumps(error))
    assert "already authenticated" in " ".join(record.text or "" for record in records)


def test_no_repr_shows_a_secret():
    described = stream(key="KEY4711", secret="SECRET4711")
    opening = opened(described)
    assert "4711" not in f"{described!r} {opening!r} {opening.dialogue!r}"


@pytest.mark.parametrize(
    ("options", "hint"), [({"encoding": "xml"}, "msgpack"), ({"secret": None}, "both"), ({"url": "http://x"}, "wss://")]
)
def test_wrong_arguments_say_how_to_mend_them(options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        stream(**options)
