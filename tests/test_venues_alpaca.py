"""Alpaca's description and dialogue; the dialogue hears records decoded from the venue's own words."""

import asyncio
import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.net.msgpack import unpack
from tickfold.venues.base import Dialogue, Opening


def opened(stream: tf.alpaca.MarketData, *, again: bool = False) -> Opening:
    return asyncio.run(stream.open(again=again))


def stream(**options: Any) -> tf.alpaca.MarketData:
    return tf.alpaca.MarketData(**{"quotes": ["AAPL"], "key": "K", "secret": "S", **options})


def hears(dialogue: Dialogue, *messages: Any) -> list[dict[str, Any]]:
    """What the dialogue says to the venue's messages."""
    answers: list[str] = []
    for message in messages:
        for record in tf.decoder("alpaca.data").decode(json.dumps([message])):
            answers += dialogue.record(record, 0.0)
    return [json.loads(answer) for answer in answers]


CONNECTED = {"T": "success", "msg": "connected"}
AUTHENTICATED = {"T": "success", "msg": "authenticated"}
SUBSCRIBED = {"T": "subscription", "trades": [], "quotes": ["AAPL"], "bars": []}


def error(code: int) -> dict[str, Any]:
    return {"T": "error", "code": code, "msg": "words of the venue"}


def test_dialogue_by_message():
    opening = opened(stream(trades=["*"], bars=["SPY", "SPY"]))
    dialogue = opening.dialogue
    assert opening.url == "wss://stream.data.alpaca.markets/v2/iex"
    assert opening.headers == {}
    assert dialogue.opened(0.0) == ()
    assert hears(dialogue, CONNECTED) == [{"action": "auth", "key": "K", "secret": "S"}]
    subscribe = {"action": "subscribe", "trades": ["*"], "quotes": ["AAPL"], "bars": ["SPY"]}
    assert hears(dialogue, AUTHENTICATED) == [subscribe]
    assert not dialogue.ready
    assert hears(dialogue, {**SUBSCRIBED, "trades": ["*"], "bars": ["SPY"]}) == []
    assert dialogue.ready
    assert hears(dialogue, CONNECTED, AUTHENTICATED, SUBSCRIBED) == []


def test_dialogue_by_headers():
    opening = opened(stream(auth="headers"))
    assert opening.headers == {"APCA-API-KEY-ID": "K", "APCA-API-SECRET-KEY": "S"}
    assert hears(opening.dialogue, CONNECTED) == []
    assert hears(opening.dialogue, AUTHENTICATED)[0]["action"] == "subscribe"


def test_the_broker_api_s_header():
    opening = opened(stream(auth="basic", key="K:", secret="S"))
    assert opening.headers == {"Authorization": "Basic Szo6Uw=="}
    assert hears(opening.dialogue, CONNECTED) == []
    assert hears(opening.dialogue, AUTHENTICATED)[0]["action"] == "subscribe"


def test_an_oauth_token():
    token = {"key": None, "secret": None, "token": lambda: "T1"}
    assert hears(opened(stream(**token)).dialogue, CONNECTED) == [{"action": "auth", "key": "oauth", "secret": "T1"}]
    assert opened(stream(**token, auth="headers")).headers == {"Authorization": "Bearer T1"}
    with pytest.raises(tf.AuthError):
        opened(stream(**{**token, "token": lambda: "T\r\nX: y"}, auth="headers"))


def test_a_pair_as_credentials():
    opening = opened(stream(key=None, secret=None, credentials=("K2", "S2")))
    assert hears(opening.dialogue, CONNECTED)[0]["key"] == "K2"


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_host_alone_keeps_the_feed(slash):
    sandbox = "wss://stream.data.sandbox.alpaca.markets"
    assert opened(stream(feed="v2/test", url=sandbox + slash)).url == f"{sandbox}/v2/test"
    assert opened(stream(url=f"{sandbox}/v2/sip")).url == f"{sandbox}/v2/sip"


def test_every_channel_of_every_feed_by_its_own_name():
    names = {
        "v2/sip": "quotes trades bars updated_bars daily_bars statuses lulds imbalances",
        "v1beta3/crypto/us": "quotes trades bars updated_bars daily_bars orderbooks",
        "v1beta1/crypto-perps": "pricing quotes trades bars updated_bars daily_bars orderbooks",
        "v1beta1/news": "news",
    }
    wire = {"updated_bars": "updatedBars", "daily_bars": "dailyBars"}
    for feed, channels in names.items():
        described = stream(feed=feed, **{"quotes": (), **{name: ["X"] for name in channels.split()}})
        dialogue = opened(described).dialogue
        hears(dialogue, CONNECTED)
        (request,) = hears(dialogue, AUTHENTICATED)
        assert request == {"action": "subscribe", **{wire.get(name, name): ["X"] for name in channels.split()}}
    with pytest.raises(tf.ConfigError, match="it has quotes"):
        stream(feed="v1beta3/crypto/us", pricing=["BTC-PERP"])


@pytest.mark.parametrize("options", [{"encoding": "msgpack"}, {"feed": "v1beta1/opra"}])
def test_messagepack_is_asked_for_and_spoken(options):
    opening = opened(stream(**options))
    assert opening.headers == {"Content-Type": "application/msgpack"}
    dialogue = opening.dialogue
    said = []
    for message in (CONNECTED, AUTHENTICATED):
        for record in tf.decoder("alpaca.data").decode(json.dumps([message])):
            said += dialogue.record(record, 0.0)
    assert all(isinstance(message, bytes) for message in said)
    assert [unpack(message) for message in said] == [
        {"action": "auth", "key": "K", "secret": "S"},
        {"action": "subscribe", "quotes": ["AAPL"]},
    ]


def test_long_lists_are_split():
    names = [f"SYM{number:05d}" for number in range(9_000)]
    dialogue = opened(stream(quotes=names, trades=["A"])).dialogue
    hears(dialogue, CONNECTED)
    requests = hears(dialogue, AUTHENTICATED)
    assert len(requests) > 2
    assert all(len(json.dumps(request, separators=(",", ":"))) < 32_768 for request in requests)
    assert [name for request in requests for name in request.get("quotes", [])] == names
    for number in range(1, len(requests)):
        listed = [name for request in requests[:number] for name in request.get("quotes", [])]
        hears(dialogue, {**SUBSCRIBED, "trades": ["A"], "quotes": listed})
        assert not dialogue.ready
        assert not dialogue.words
    hears(dialogue, {**SUBSCRIBED, "trades": ["A"], "quotes": names})
    assert dialogue.ready


@pytest.mark.parametrize("code", [402, 408, 409, 411, 412])
def test_fatal_errors(code):
    with pytest.raises(tf.AuthError, match=str(code)):
        hears(opened(stream()).dialogue, CONNECTED, error(code))


@pytest.mark.parametrize("code", [404, 406, 407, 500])
def test_passing_errors(code):
    with pytest.raises(tf.ConnectError, match=str(code)):
        hears(opened(stream()).dialogue, CONNECTED, error(code))


def test_a_refused_subscription_ends_the_attempt_and_a_later_one_does_not():
    for code, kind in {405: tf.LimitError, 400: tf.ConfigError, 410: tf.ConfigError}.items():
        with pytest.raises(kind, match=str(code)):
            hears(opened(stream()).dialogue, CONNECTED, AUTHENTICATED, error(code))
    dialogue = opened(stream()).dialogue
    assert hears(dialogue, CONNECTED, AUTHENTICATED, SUBSCRIBED, error(405), error(403), error(599))
    assert dialogue.ready


def test_faults_of_our_own_decoder_do_not_end_the_dialogue():
    dialogue = opened(stream()).dialogue
    for record in tf.decoder("alpaca.data").decode(b'[{"T":"error","code":402'):
        assert record.source is tf.ErrorSource.DECODER
        assert dialogue.record(record, 0.0) == ()


def test_credentials_from_the_environment(monkeypatch):
    monkeypatch.delenv("APCA_API_KEY_ID", raising=False)
    monkeypatch.delenv("APCA_API_SECRET_KEY", raising=False)
    with pytest.raises(tf.ConfigError, match="set APCA_API_KEY_ID and APCA_API_SECRET_KEY"):
        tf.alpaca.MarketData(quotes=["AAPL"])
    monkeypatch.setenv("APCA_API_KEY_ID", "E1")
    monkeypatch.setenv("APCA_API_SECRET_KEY", "E2")
    described = tf.alpaca.MarketData(quotes=["AAPL"])
    assert hears(opened(described).dialogue, CONNECTED)[0]["key"] == "E1"
    monkeypatch.setenv("APCA_API_KEY_ID", "E3")  # changed meanwhile: asked anew
    assert hears(opened(described).dialogue, CONNECTED)[0]["key"] == "E3"
    monkeypatch.delenv("APCA_API_KEY_ID")
    with pytest.raises(tf.AuthError):
        opened(described)


def test_credentials_from_a_callable():
    asked = []

    def credentials():
        asked.append(None)
        return f"K{len(asked)}", "S"

    async def later():
        await asyncio.sleep(0)
        return credentials()

    for source in (credentials, later):
        described = tf.alpaca.MarketData(quotes=["AAPL"], credentials=source)
        keys = [hears(opened(described).dialogue, CONNECTED)[0]["key"] for _ in range(2)]
        assert keys[0] != keys[1]
    assert len(asked) == 4


@pytest.mark.parametrize("answer", [None, ("K",), ("K", ""), "KS", ["K", "S"]])
def test_a_callable_that_does_not_answer(answer):
    with pytest.raises(tf.AuthError):
        opened(tf.alpaca.MarketData(quotes=["AAPL"], credentials=lambda: answer))


def test_a_callable_that_raises():
    def credentials():
        raise RuntimeError("vault says hunter2")

    with pytest.raises(tf.AuthError) as raised:
        opened(tf.alpaca.MarketData(quotes=["AAPL"], credentials=credentials))
    assert "hunter2" not in str(raised.value)
    assert isinstance(raised.value.__cause__, RuntimeError)


def test_a_key_cannot_break_out_of_its_header():
    with pytest.raises(tf.AuthError):
        opened(stream(auth="headers", key="K\r\nX: y"))


def test_no_repr_shows_a_secret():
    described = stream(key="KEY4711", secret="SECRET4711", url="wss://host/v2/iex?token=TOKEN4711")
    opening = opened(described)
    shown = f"{described!r} {described} {opening!r} {opening.dialogue!r}"
    assert "4711" not in shown
    assert "wss://host/v2/iex" in shown


def test_a_description_is_frozen():
    with pytest.raises(AttributeError):
        stream().url = "ws://elsewhere"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"quotes": []}, "nothing is subscribed"),
        ({"quotes": "AAPL"}, r'quotes=\["AAPL"\]'),
        ({"quotes": ["AAPL", 1]}, "symbols are texts"),
        ({"quotes": [" AAPL"]}, "blanks"),
        ({"quotes": 5}, "give a list"),
        ({"feed": "/"}, "v2/iex"),
        ({"feed": "v1beta1/opra", "encoding": "json"}, "MessagePack"),
        ({"feed": "v1beta1/opra", "quotes": ["*"]}, "name the contracts"),
        ({"feed": "v1beta3/crypto/us", "lulds": ["ETH/USD"]}, "it has quotes, trades, bars"),
        ({"feed": "v1beta1/news"}, "it has news"),
        ({"encoding": "xml"}, "msgpack"),
        ({"auth": "query"}, '"headers"'),
        ({"key": None, "secret": None, "token": "t", "auth": "basic"}, "key and secret"),
        ({"token": "t"}, "not both"),
        ({"headers": {"Host": "x"}}, "handshake"),
        ({"headers": {"X y": "x"}}, "RFC 9110"),
        ({"headers": {"X-Y": "hunter2\r\nX: y"}}, "printable"),
        ({"headers": [("X", "y")]}, "give a dict"),
        ({"secret": None}, "both"),
        ({"key": ""}, "empty"),
        ({"credentials": lambda: ("K", "S")}, "not both"),
        ({"key": None, "secret": None, "credentials": ("K",)}, "callable"),
        ({"url": "https://host"}, "wss://"),
        ({"url": "wss://"}, "host"),
        ({"url": "wss://host:port/"}, "URL"),
        ({"url": "wss://me:hunter2@host/"}, "arguments instead"),
        ({"url": "wss://host/#part"}, "fragment"),
        ({"url": "ws://host/", "fingerprint": "ab" * 32}, "not encrypted"),
        ({"fingerprint": "abc"}, "openssl"),
        ({"ssl": True}, "SSLContext"),
        ({"connect_timeout": 0}, "above 0"),
        ({"max_message_size": 5}, "1024"),
    ],
)
def test_wrong_arguments_say_how_to_mend_them(options, hint):
    with pytest.raises(tf.ConfigError, match=hint) as raised:
        stream(**options)
    assert "hunter2" not in str(raised.value)


def test_an_unknown_option():
    with pytest.raises(TypeError, match="retries"):
        stream(retries=3)


def test_spellings_of_a_fingerprint():
    plain = "0123456789abcdef" * 4
    spelled = ":".join(plain[i : i + 2] for i in range(0, 64, 2)).upper()
    assert stream(fingerprint=f"SHA256:{spelled}").fingerprint == plain


def test_liveness_is_checked():
    with pytest.raises(tf.ConfigError, match="ping_after"):
        tf.Liveness(ping_after=0, dead_after=1)
