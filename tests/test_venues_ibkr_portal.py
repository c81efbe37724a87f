"""The description and dialogue of IBKR's older gateway."""

import asyncio
import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.venues.base import Opening


def stream(**options: Any) -> tf.ibkr.Portal:
    return tf.ibkr.Portal(**{"accounts": ["DU1"], "quotes": [8894], **options})


def opened(described: tf.ibkr.Portal, *, again: bool = False) -> Opening:
    return asyncio.run(described.open(again=again))


def test_everything_is_asked_for_at_once():
    opening = opened(stream(accounts=["DU1", "DU2"], fields=[31, "84"], tempo=500, cookie="api=s1"))
    assert opening.url == "wss://localhost:5000/v1/portal/ws"
    assert opening.headers == {"Cookie": "api=s1"}
    assert list(opening.dialogue.opened(0.0)) == [
        's+md+8894+{"tempo":500,"snapshot":true,"fields":"31,84"}',
        "s+realtime-account-data+DU1",
        "s+realtime-account-data+DU2",
    ]
    assert opening.dialogue.ready
    assert opening.dialogue.tick(100.0) == ()


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"snapshot": False, "fields": [22, 23]}, '+{"snapshot":false,"fields":"22,23"}'),
        ({"snapshot": None, "fields": None, "tempo": 1000}, '+{"tempo":1000}'),
        ({"snapshot": None, "fields": None}, ""),
    ],
)
def test_what_goes_with_a_contract(options, asked):
    (request,) = opened(stream(accounts=[], **options)).dialogue.opened(0.0)
    assert request == f"s+md+8894{asked}"


def test_fills_are_derived():
    assert stream().decoder_options == {"synthetic_fills": True}


def test_without_a_login():
    message = json.dumps({"error": "not authenticated"})
    for again, raises in ((False, tf.AuthError), (True, tf.ConnectError)):
        dialogue = opened(stream(), again=again).dialogue
        with pytest.raises(raises, match="not authenticated"):
            for record in tf.decoder("ibkr.portal").decode(message):
                dialogue.record(record, 0.0)


def test_other_errors_end_nothing():
    dialogue = opened(stream()).dialogue
    for record in tf.decoder("ibkr.portal").decode(json.dumps({"error": "unknown contract", "topic": "md+1"})):
        assert isinstance(record, tf.Error)
        assert dialogue.record(record, 0.0) == ()


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"accounts": [], "quotes": []}, "nothing is subscribed"),
        ({"accounts": ["DU1+x"]}, "account ids"),
        ({"accounts": "DU1"}, "give a list"),
        ({"quotes": ["KO"]}, "contract id"),
        ({"fields": []}, "field ids"),
        ({"tempo": 0}, "above 0"),
        ({"cookie": ""}, "cookie"),
    ],
)
def test_wrong_arguments_say_how_to_mend_them(options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        stream(**options)
