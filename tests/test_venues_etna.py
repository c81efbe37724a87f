"""The descriptions and the dialogue of ETNA's streamers."""

import asyncio
import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.venues.base import Dialogue, Opening

LOGIN = {"user": "5104:1f0c", "password": "p&w=1"}
CREATED = {"Cmd": "CreateSession.txt", "StatusCode": "Ok", "SessionId": "ab-12"}


def opened(described: tf.etna.Quotes | tf.etna.Trading, *, again: bool = False) -> Opening:
    return asyncio.run(described.open(again=again))


def quotes(**options: Any) -> tf.etna.Quotes:
    return tf.etna.Quotes("wss://host:9995", **{**LOGIN, "securities": [318, "319"], **options})


def trading(**options: Any) -> tf.etna.Trading:
    return tf.etna.Trading("wss://host:9999/", **{**LOGIN, "accounts": [611], **options})


def hears(dialogue: Dialogue, *messages: Any) -> list[dict[str, Any]]:
    answers: list[Any] = []
    for message in messages:
        for record in tf.decoder("etna").decode(json.dumps(message)):
            if isinstance(record, (tf.Ack, tf.Error, tf.SessionState)):
                answers += dialogue.record(record, 0.0)
    return [json.loads(answer) for answer in answers]


def subscribed(dialogue: Dialogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for request in hears(dialogue, CREATED):
        assert request["Cmd"] == "Subscribe.txt"
        assert request["SessionId"] == "ab-12"
        assert request["HttpClientType"] == "WebSocket"
        found.setdefault(request["EntityType"], []).append(request["Keys"])
    return found


def test_the_url_creates_the_session():
    opening = opened(quotes())
    assert opening.url == (
        "wss://host:9995/CreateSession.txt?User=5104:1f0c&Password=p%26w%3D1&HttpClientType=WebSocket"
    )
    assert opened(trading()).url.startswith("wss://host:9999/CreateSession.txt?User=")


def test_quotes_and_candles():
    dialogue = opened(quotes(candles=["MSFT|NGS|USD:5m", "KO|NYSE|USD:1D"])).dialogue
    assert dialogue.opened(0.0) == ()
    assert not dialogue.ready
    assert subscribed(dialogue) == {"Quote": ["318;319"], "Candle": ["MSFT|NGS|USD:5m;KO|NYSE|USD:1D"]}
    assert dialogue.ready
    assert hears(dialogue, CREATED) == []


def test_trading():
    everything = trading(accounts=[611, 612], user_balance=[5104], watchlists=[5104], watchlist_contents=[77])
    assert subscribed(opened(everything).dialogue) == {
        "Order": ["611", "612"],
        "Position": ["611", "612"],
        "AccountBalance": ["611", "612"],
        "UserBalance": ["5104"],
        "Watchlist": ["5104"],
        "WatchlistContent": ["77"],
    }
    assert subscribed(opened(trading(positions=False, balances=False)).dialogue) == {"Order": ["611"]}


def test_any_entity_by_name():
    dialogue = opened(quotes(securities=[], entities={"Level2": [318, "319"]})).dialogue
    assert subscribed(dialogue) == {"Level2": ["318;319"]}
    dialogue = opened(trading(accounts=[], entities={"PriceAlert": ["611"]})).dialogue
    assert subscribed(dialogue) == {"PriceAlert": ["611"]}


def test_pings_are_answered():
    dialogue = opened(quotes()).dialogue
    hears(dialogue, CREATED)
    for ping in ({"Cmd": "Ping"}, {"Cmd": "Ping", "Time": "1"}):
        assert hears(dialogue, ping) == [{"Cmd": "Pong", "StatusCode": "Ok"}]


def test_refusals():
    refusal = {"Cmd": "CreateSession.txt", "StatusCode": "Error"}
    with pytest.raises(tf.AuthError, match="REST"):
        hears(opened(quotes()).dialogue, refusal)
    with pytest.raises(tf.ConnectError):  # the session may have ended while the connection was lost
        hears(opened(quotes(), again=True).dialogue, refusal)
    dialogue = opened(quotes()).dialogue
    hears(dialogue, CREATED)
    assert hears(dialogue, {"Cmd": "Subscribe.txt", "StatusCode": "Ok", "EntityType": "Quote", "Keys": "318"}) == []
    with pytest.raises(tf.ConfigError, match="Subscribe"):
        hears(dialogue, {"Cmd": "Subscribe.txt", "StatusCode": "Error", "Message": "no such key"})


def test_credentials_from_a_callable():
    given = iter([("u", "1"), ("u", "2")])
    described = quotes(user=None, password=None, credentials=lambda: next(given))
    assert ["Password=1" in opened(described).url, "Password=2" in opened(described).url] == [True, True]
    with pytest.raises(tf.AuthError):
        opened(quotes(user=None, password=None, credentials=lambda: "u:1"))


def test_no_repr_shows_a_secret():
    described = quotes(user="U4711", password="P4711")
    opening = opened(described)
    assert "4711" not in f"{described!r} {opening!r} {opening.dialogue!r}"


@pytest.mark.parametrize(
    ("make", "options", "hint"),
    [
        (quotes, {"securities": []}, "nothing is subscribed"),
        (quotes, {"securities": ["KO"]}, "by number"),
        (quotes, {"securities": 318}, "give a list"),
        (quotes, {"candles": ["MSFT:5m"]}, "MSFT|NGS|USD:5m"),
        (quotes, {"candles": ["MSFT|NGS|USD:7m"]}, "periods are 1m"),
        (quotes, {"password": None}, "password is missing"),
        (quotes, {"credentials": lambda: ("u", "p")}, "not both"),
        (quotes, {"user": None, "password": None, "credentials": ("u", "")}, "callable"),
        (quotes, {"user": None, "password": None}, "no credentials"),
        (quotes, {"entities": {"Level 2": [1]}}, "name of an EntityType"),
        (quotes, {"entities": {"Level2": 318}}, "give a list"),
        (quotes, {"entities": {"Level2": ["1;2"]}}, "between keys"),
        (quotes, {"entities": ["Level2"]}, "give EntityTypes"),
        (trading, {"accounts": []}, "nothing is subscribed"),
        (trading, {"orders": False, "positions": False, "balances": False}, "nothing is subscribed"),
        (trading, {"watchlists": ["mine"]}, "by number"),
    ],
)
def test_wrong_arguments_say_how_to_mend_them(make, options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        make(**options)


def test_a_query_is_refused():
    with pytest.raises(tf.ConfigError, match="as arguments") as raised:
        tf.etna.Quotes("wss://host/CreateSession.txt?User=me&Password=hunter2", securities=[1], **LOGIN)
    assert "hunter2" not in str(raised.value)
