"""IBKR's description and dialogue; the dialogue hears records decoded from the gateway's own words."""

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest

import tickfold as tf
from tickfold.venues.base import Dialogue, Opening

SYSTEM = {"topic": "system", "success": "trader", "isFT": False, "isPaper": True}


def opened(stream: tf.ibkr.WebApi, *, again: bool = False) -> Opening:
    opening = asyncio.run(stream.open(again=again))
    assert opening.dialogue.opened(0.0) == ()
    return opening


def stream(**options: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"orders": True, **options})


def status(**args: Any) -> dict[str, Any]:
    return {"topic": "sts", "args": args}


def hears(dialogue: Dialogue, *messages: Any, now: float = 1.0) -> list[str]:
    answers: list[str] = []
    for message in messages:
        for record in tf.decoder("ibkr").decode(json.dumps(message)):
            answers += dialogue.record(record, now)
    return answers


def ready(described: tf.ibkr.WebApi) -> Dialogue:
    dialogue = opened(described).dialogue
    hears(dialogue, SYSTEM, status(authenticated=True))
    assert dialogue.ready
    return dialogue


def test_dialogue():
    dialogue = opened(stream(quotes=[8894, "265598@NYSE"], fields=[31, "84"])).dialogue
    assert hears(dialogue, SYSTEM, status(competing=False), {"topic": "system", "hb": 1}) == []
    assert not dialogue.ready
    assert hears(dialogue, status(authenticated=True, connected=True)) == [
        'smd+8894+{"fields":["31","84"]}',
        'smd+265598@NYSE+{"fields":["31","84"]}',
        "sor+{}",
    ]
    assert dialogue.ready
    assert hears(dialogue, status(authenticated=True)) == []


def test_every_topic():
    described = stream(
        fills=True, days=3, pnl=True, summary=["DU1", "DU2"], ledger=["DU1"], ladders=[("DU1", 8894), ("DU2", "8894")]
    )
    assert hears(opened(described).dialogue, status(authenticated=True)) == [
        'sor+{"days":3}',
        'str+{"days":3}',
        "spl+{}",
        "ssd+DU1+{}",
        "ssd+DU2+{}",
        "sld+DU1+{}",
        "sbd+DU1+8894",
        "sbd+DU2+8894",
    ]


def test_everything_that_can_go_with_a_request():
    described = stream(
        fills=True, days=2, order_filters=["Submitted", "Filled"], realtime_only=True, summary=["DU1"],
        summary_keys=["NetLiquidation", "Cushion"], summary_fields=["currency"], ledger=["DU1"],
        ledger_keys=["LedgerListUSD"], ladders=[("DU1", 8894, "NYSE")], quotes={8894: [31], "8894@NYSE": ["84"]},
        history=[
            tf.ibkr.History(8894, period="1d", bar="5min", exchange="NYSE", outside_rth=False, source="trades",
                            format="%o/%c/%h/%l/%v"),
            tf.ibkr.History("8894", period="30min", bar="1min"),
        ],
        requests=['smd+1+{"fields":["31"],"tempo":500}', "sxx"],
    )  # fmt: skip
    dialogue = opened(described).dialogue
    assert hears(dialogue, status(authenticated=True)) == [
        'smd+8894+{"fields":["31"]}',
        'smd+8894@NYSE+{"fields":["84"]}',
        'smd+1+{"fields":["31"],"tempo":500}',
        'sor+{"filters":["Submitted","Filled"],"days":2}',
        'str+{"realtimeUpdatesOnly":true,"days":2}',
        'ssd+DU1+{"keys":["NetLiquidation","Cushion"],"fields":["currency"]}',
        'sld+DU1+{"keys":["LedgerListUSD"]}',
        "sbd+DU1+8894+NYSE",
        'smh+8894+{"exchange":"NYSE","period":"1d","bar":"5min","outsideRth":false,"source":"trades",'
        '"format":"%o/%c/%h/%l/%v"}',
        'smh+8894+{"period":"30min","bar":"1min"}',
        "sxx",
    ]
    refreshed = [text for text in dialogue.tick(600.0) if text.startswith("s")]
    assert [text.partition("+{")[0] for text in refreshed] == ["smd+8894", "smd+8894@NYSE", "smd+1"]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"period": "31min"}, "30min"),
        ({"period": "0d"}, "1000d"),
        ({"bar": "7min"}, "1min"),
        ({"source": "last"}, "midpoint"),
        ({"format": "o/c"}, "%o"),
        ({"contract": "AAPL"}, "contract id"),
    ],
)
def test_history_that_ibkr_would_not_answer(options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        tf.ibkr.History(**{"contract": 8894, "period": "1d", "bar": "5min", **options})


def test_a_host_alone_gets_the_path():
    assert opened(stream(url="wss://api.ibkr.com")).url == "wss://api.ibkr.com/v1/api/ws"
    assert tf.ibkr.Portal("wss://localhost:5001", quotes=[1]).url == "wss://localhost:5001/v1/portal/ws"


def test_fills_are_derived_where_no_executions_are_subscribed():
    assert stream().decoder_options == {"synthetic_fills": True}
    assert stream(fills=True).decoder_options == {"synthetic_fills": False}


def test_other_refused_topics_are_asked_for_again():
    dialogue = ready(stream(fills=True, summary=["DU1", "DU2"]))
    for topic, again in (("str", ["str+{}"]), ("ssd+DU1", ["ssd+DU1+{}", "ssd+DU2+{}"])):
        assert hears(dialogue, {"error": "unable to subscribe", "code": 500, "topic": topic}, now=1.0) == []
        assert [text for text in dialogue.tick(7.0) if text not in ("tic", "ech+hb")] == again
    assert hears(dialogue, {"error": "unable to subscribe", "code": 500, "topic": "spl"}, now=8.0) == []
    assert [text for text in dialogue.tick(20.0) if text not in ("tic", "ech+hb")] == []


def test_only_what_was_asked_for_is_subscribed():
    assert hears(opened(stream()).dialogue, status(authenticated=True)) == ["sor+{}"]
    quotes = hears(opened(stream(orders=False, quotes=[1])).dialogue, status(authenticated=True))
    assert [text.partition("+")[0] for text in quotes] == ["smd"]


@pytest.mark.parametrize(
    ("options", "suffix", "cookie"),
    [
        ({"session": "s1"}, "", 'api={"session":"s1"}'),
        ({"session": "s1", "access_token": "t1", "identify": "oauth1"}, "?oauth_token=t1", "api=s1"),
        ({"access_token": "t/1", "identify": "oauth2"}, "?sessionToken=t%2F1", None),
        ({"session": "s1", "access_token": "t1", "identify": "oauth2"}, "?sessionToken=t1", "api=s1"),
        ({"cookie": "x-sess-uuid=0.1; a=b"}, "", "x-sess-uuid=0.1; a=b"),
        ({}, "", None),
    ],
)
def test_ways_to_name_the_session(options, suffix, cookie):
    opening = opened(stream(**options))
    assert opening.url == "wss://localhost:5000/v1/api/ws" + suffix
    assert opening.headers.get("Cookie") == cookie


def test_the_session_as_a_frame():
    opening = opened(stream(session="s1", identify="frame"))
    assert "Cookie" not in opening.headers
    assert hears(opening.dialogue, {"message": "waiting for session"}) == ['{"session":"s1"}']
    with pytest.raises(tf.AuthError, match="POST /tickle"):
        hears(opening.dialogue, {"message": "waiting for session"})


def test_a_session_from_a_callable_is_asked_anew():
    given = iter(["s1", "s2"])
    described = stream(session=lambda: next(given))
    assert [opened(described).headers["Cookie"] for _ in range(2)] == [
        'api={"session":"s1"}',
        'api={"session":"s2"}',
    ]


def test_a_session_cannot_break_out_of_its_header():
    with pytest.raises(tf.AuthError):
        opened(stream(cookie="a=b\r\nX: y"))


@pytest.mark.parametrize(
    "message",
    [status(authenticated=False), {"error": "Not authenticated"}, {"error": "no bridge", "code": 500}],
)
def test_refused_at_first_passing_later(message):
    with pytest.raises(tf.AuthError, match="log in"):
        hears(opened(stream()).dialogue, message)
    with pytest.raises(tf.ConnectError):  # was good once: the nightly login may be under way
        hears(opened(stream(), again=True).dialogue, message)
    with pytest.raises(tf.ConnectError):
        hears(ready(stream()), message)


def test_keepalives_and_refreshes():
    dialogue = ready(stream(quotes=[8894], fields=[31]))
    said = {now: list(dialogue.tick(float(now))) for now in range(1, 1_200)}
    keepalives = [now for now, texts in said.items() if "tic" in texts and "ech+hb" in texts]
    refreshes = [now for now, texts in said.items() if 'smd+8894+{"fields":["31"]}' in texts]
    assert keepalives[0] < 60
    assert all(later - sooner < 60 for sooner, later in pairwise(keepalives))
    assert [later - sooner for sooner, later in pairwise([1, *refreshes])] == [540, 540]
    assert not any("sor+{}" in texts for texts in said.values())


def test_refused_orders_are_asked_for_again():
    dialogue = ready(stream())
    refusal = {"error": "unable to subscribe", "code": 500, "topic": "sor"}
    now, waits = 1.0, []
    for _ in range(9):
        assert hears(dialogue, refusal, now=now) == []
        began = now
        while "sor+{}" not in dialogue.tick(now):
            now += 1.0
        waits.append(now - began)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert hears(dialogue, {"error": "unable to subscribe", "code": 500, "topic": "smd"}, now=now) == []
    assert not any("sor+{}" in dialogue.tick(now + later) for later in range(1_000))


def test_no_repr_shows_the_session():
    described = stream(session="s4711")
    opening = opened(described)
    assert "4711" not in f"{described!r} {opening!r} {opening.dialogue!r}"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"orders": False}, "nothing is subscribed"),
        ({"quotes": ["AAPL"]}, "contract id"),
        ({"quotes": ["1@"]}, "contract id"),
        ({"summary": ["DU1+x"]}, "account ids"),
        ({"ledger": "DU1"}, "give a list"),
        ({"ladders": ["DU1"]}, "account and contract id"),
        ({"ladders": [("DU1", 8894, "NY SE")]}, "an exchange"),
        ({"history": tf.ibkr.History(1, period="1d", bar="1h")}, "give a list"),
        ({"history": [8894]}, "ibkr.History"),
        ({"requests": ["uor+{}"]}, "begin with s"),
        ({"requests": ["inp+exercise+{}"]}, "begin with s"),
        ({"requests": ["sor+{}\n"]}, "blanks"),
        ({"requests": "sor+{}"}, "give a list"),
        ({"order_filters": "Filled"}, "give a list"),
        ({"quotes": {8894: 31}}, "give a list"),
        ({"quotes": {"KO": [31]}}, "contract id"),
        ({"quotes": None}, "give a list"),
        ({"access_token": "t"}, "oauth1"),
        ({"identify": "oauth1", "session": "s"}, "access_token="),
        ({"identify": "oauth2", "session": "s"}, "access_token="),
        ({"identify": "oauth1", "access_token": "t"}, "session="),
        ({"ladders": [("DU1", "KO")]}, "contract id"),
        ({"days": 8}, "1 to 7"),
        ({"quotes": 8894}, r"quotes=\[8894\]"),
        ({"quotes": "8894"}, "give a list"),
        ({"fields": []}, "field ids"),
        ({"fields": ["bid"]}, "84"),
        ({"identify": "name"}, "oauth1"),
        ({"identify": "frame"}, "session="),
        ({"session": "s", "cookie": "c"}, "not both"),
        ({"session": ""}, "session"),
        ({"url": "localhost:5000"}, "wss://"),
    ],
)
def test_wrong_arguments_say_how_to_mend_them(options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        stream(**options)
