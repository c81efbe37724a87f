"""The description and dialogue of Vega's data-node streams."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import tickfold as tf
from tickfold.sim.vega.node import FILTERS
from tickfold.venues.base import Opening
from tickfold.venues.vega import ENDPOINTS

A, B = "a1" * 32, "B2" * 32
NODE = "wss://node.example:3008"


def stream(endpoint: str = "orders", **options: Any) -> tf.vega.Stream:
    return tf.vega.Stream(endpoint, **{"url": NODE, **options})


def opened(described: tf.vega.Stream, *, again: bool = False) -> Opening:
    return asyncio.run(described.open(again=again))


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))


@pytest.mark.parametrize(
    ("endpoint", "filters", "query"),
    [
        ("orders", {}, {}),
        ("orders", {"party_ids": [A, B], "market_ids": [A]}, {"partyIds": [A, B], "marketIds": [A]}),
        ("orders", {"exclude_liquidity": True}, {"excludeLiquidity": ["true"]}),
        ("accounts", {"party_id": A, "type": "ACCOUNT_TYPE_MARGIN"}, {"partyId": [A], "type": ["ACCOUNT_TYPE_MARGIN"]}),
        ("positions", {"party_id": A, "include_derived_parties": False},
         {"partyId": [A], "includeDerivedParties": ["false"]}),
        ("markets/depth/updates", {"market_ids": [A]}, {"marketIds": [A]}),
        ("candle/data", {"candle_id": "trades_candle_1_minute_x"}, {"candleId": ["trades_candle_1_minute_x"]}),
        ("votes", {"proposal_id": A}, {"proposalId": [A]}),
        ("ledger/movements", {}, {}),
        ("accounts", {"party_id": "network"}, {"partyId": ["network"]}),
    ],
)  # fmt: skip
def test_the_url_says_everything(endpoint, filters, query):
    opening = opened(stream(endpoint, **filters))
    parts = urlsplit(opening.url)
    assert (parts.scheme, parts.netloc, parts.path) == ("wss", "node.example:3008", f"/api/v2/stream/{endpoint}")
    assert parse_qs(parts.query) == query
    assert opening.dialogue.opened(0.0) == ()
    assert opening.dialogue.ready


def test_the_filters_are_those_of_the_node():
    for endpoint, filters in ENDPOINTS.items():
        known = {camel(name) for name in filters} | ({"type", "batchSize"} if endpoint == "event/bus" else set())
        assert known - {"types"} == set(FILTERS[endpoint])
    assert ENDPOINTS.keys() == FILTERS.keys()


def test_the_first_message_of_the_event_bus():
    opening = opened(stream("event/bus", types=["order", "BUS_EVENT_TYPE_TRADE"], market_id=A))
    assert urlsplit(opening.url).query == ""
    (first,) = opening.dialogue.opened(0.0)
    assert json.loads(first) == {"type": ["BUS_EVENT_TYPE_ORDER", "BUS_EVENT_TYPE_TRADE"], "marketId": A}


@pytest.mark.parametrize(
    "url",
    [NODE, NODE + "/", NODE + "/api/v2/stream", NODE + "/api/v2/stream/", NODE + "/api/v2/stream/orders"],
)
def test_spellings_of_a_node(url):
    assert opened(stream(url=url)).url == f"{NODE}/api/v2/stream/orders"


def test_scales_go_to_the_decoder():
    assert stream().decoder_options == {}
    assert stream(scales={A: (5, 3)}).decoder_options == {"scales": {A: (5, 3)}}


@pytest.mark.parametrize(
    ("code", "again", "raises"),
    [
        (3, False, tf.ConfigError),
        (5, False, tf.ConfigError),
        (8, False, tf.LimitError),
        (8, True, tf.ConnectError),
        (13, False, tf.ConnectError),
        (14, True, tf.ConnectError),
    ],
)
def test_an_error_ends_the_stream(code, again, raises):
    dialogue = opened(stream(), again=again).dialogue
    message = {"error": {"code": code, "message": "words of the node"}}
    with pytest.raises(raises, match="words of the node"):
        for record in tf.decoder("vega").decode(json.dumps(message)):
            dialogue.record(record, 0.0)


@pytest.mark.parametrize(
    ("endpoint", "options", "hint"),
    [
        ("order", {}, "the endpoints are accounts, orders"),
        ("orders", {"party_id": A}, "it has market_ids, party_ids"),
        ("orders", {"partyIds": [A]}, "would ignore it and send everything"),
        ("trades", {"party_id": A}, "party_ids"),
        ("ledger/movements", {"party_id": A}, "it has none"),
        ("orders", {"party_ids": A}, "give a list"),
        ("orders", {"party_ids": ["abc"]}, "64 hex digits"),
        ("accounts", {"party_id": [A]}, "64 hex digits"),
        ("accounts", {"type": ""}, "give a text"),
        ("orders", {"exclude_liquidity": "yes"}, "True or False"),
        ("markets/data", {}, "needs market_ids"),
        ("markets/depth", {"market_ids": []}, "needs market_ids"),
        ("votes", {}, "party_id or proposal_id"),
        ("margin/levels", {"market_id": A}, "needs party_id"),
        ("candle/data", {}, "candle_id"),
        ("event/bus", {}, "types"),
        ("orders", {"url": NODE + "/?partyIds=x"}, "as arguments"),
        ("orders", {"url": "https://node.example"}, "wss://"),
        ("orders", {"url": NODE + "/api/v2/stream/trades"}, "that of 'trades'"),
    ],
)
def test_wrong_arguments_say_how_to_mend_them(endpoint, options, hint):
    with pytest.raises(tf.ConfigError, match=hint):
        stream(endpoint, **options)


def test_common_options_are_no_filters():
    described = stream(label="mine", connect_timeout=3.0, max_message_size=1 << 22)
    assert (described.label, described.connect_timeout, described.max_message_size) == ("mine", 3.0, 1 << 22)
    assert stream().max_message_size > 20 << 20
