"""Values that a message states in its less usual forms, and that no record may lose."""

import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.engine.decoder import Decoder

NS = 10**9


def first(stream: str, message: Any) -> Any:
    return Decoder(stream).decode(json.dumps(message))[0]


def vega(**order: Any) -> Any:
    return {"result": {"updates": {"orders": [{"id": "o", "marketId": "m", "partyId": "p", "size": "5", **order}]}}}


def test_times_that_have_only_one_spelling() -> None:
    execution = {"execution_id": "e", "size": 1, "price": "1", "account": "D"}
    at = 1718035415 * NS
    told = {"topic": "str", "args": [{**execution, "trade_time": "20240610-16:03:35"}]}
    assert first("ibkr", told).ts_event == at
    exact = {"topic": "str", "args": [{**execution, "trade_time_r": 1718035415882, "trade_time": "20240610-16:03:35"}]}
    assert first("ibkr", exact).ts_event == at + 882_000_000
    order = {"acct": "D", "orderId": 3, "lastExecutionTime": "200708173551"}
    for more in ({}, {"lastExecutionTime": 200708173551}, {"lastExecutionTime_r": 1594229751000}):
        message = {"topic": "realtime-account-data+D", "orders": [{**order, **more}]}
        one = first("ibkr.portal", message)
        assert (one.ts_updated, one.ts_event) == (1594229751 * NS, 1594229751 * NS)
    order = {"EntityType": "Order", "Id": "1", "AccountId": "2", "Status": "New"}
    assert first("etna", {**order, "Date": "1718026215882"}).ts_updated == 1718026215882 * 10**6
    both = {**order, "Date": "1718026200000", "TransactionDate": "1718026215882"}
    assert first("etna", both).ts_updated == 1718026215882 * 10**6
    watchlist = {"EntityType": "Watchlist", "id": "5", "CreateDate": "06/10/2024 13:30:00",
                 "ModifyDate": "06/10/2024 13:31:00"}  # fmt: skip
    assert first("etna", watchlist).ts_event == 1718026260 * NS
    event = {"type": "BUS_EVENT_TYPE_TIME_UPDATE", "timeUpdate": {"timestamp": "1701340012345678000"}}
    assert first("vega", {"result": {"events": [event]}}).ts_event == 1701340012345678000


@pytest.mark.parametrize("kind", [2, "TYPE_MARKET", 3, "TYPE_NETWORK"])
def test_an_order_at_the_market_s_price_has_no_limit(kind: Any) -> None:
    for more in ({}, {"price": "0"}):
        order = first("vega", vega(type=kind, remaining="5", status=1, createdAt="1", **more))
        assert (order.limit_price, order.qty) == (None, 5)
    assert first("vega", vega(type=1)).limit_price == 0  # elsewhere what is left out is zero


def test_whose_it_is() -> None:
    balance = first("etna", {"EntityType": "UserBalance", "Key": "5008", "CashBalance": "12.5"})
    assert (balance.account, balance.cash) == ("5008", 12.5)
    balance = first("etna", {"EntityType": "UserBalance", "Key": "5008", "AccountId": "140", "CashBalance": "1"})
    assert balance.account == "140"
    row = {"key": "LedgerListEUR", "acctCode": "U9", "cashbalance": 5}
    assert first("ibkr", {"topic": "sld", "result": [row]}).account == "U9"
    assert first("ibkr", {"topic": "sld+U1", "result": [row]}).account == "U1"


@pytest.mark.parametrize(
    ("key", "value"), [("status", 12), ("side", 9), ("type", 7), ("timeInForce", 9), ("status", "STATUS_ODD")]
)
def test_an_unknown_number_of_an_enum_is_counted_as_an_unknown_word_is(key: str, value: Any) -> None:
    decoder = Decoder("vega")
    order, raw = decoder.decode(json.dumps(vega(**{key: value})))
    assert (type(order).__name__, type(raw).__name__) == ("Order", "Raw")
    assert [(one.key, one.what) for one in decoder.drift()] == [(key, "unknown word")]
    field = {"timeInForce": "tif"}.get(key, key)
    assert getattr(order, f"{field}_text") == str(value)
    decoder = Decoder("vega")
    decoder.decode(json.dumps(vega(**{key: 0 if isinstance(value, int) else "STATUS_UNSPECIFIED"})))
    assert decoder.drift() == []


def test_errors_in_all_their_forms() -> None:
    error = first("vega", {"error": {"grpc_code": 5, "http_code": 404, "message": "m", "http_status": "Not Found"}})
    assert (error.code, error.fatal, error.text) == (5, True, "m")
    for args, code, text in (({"error": "x", "code": 5}, 5, "x"), ("x", None, "x"), ({"message": "x"}, None, "x")):
        error = first("ibkr", {"topic": "error", "args": args})
        assert (type(error).__name__, error.topic, error.code, error.text) == ("Error", "error", code, text)
    error = first("ibkr", {"topic": "error", "error": "x"})
    assert (error.topic, error.text) == ("error", "x")
    for key in ("error", "Message"):
        error = first("etna", {key: "x"})
        assert (type(error).__name__, error.text) == ("Error", "x")


def test_an_error_of_null_is_none() -> None:
    for stream, message in (
        ("ibkr", {"topic": "sor", "error": None, "args": [{"acct": "D", "orderId": 1, "status": "Filled"}]}),
        ("ibkr", {"topic": "smd+1", "error": None, "31": "5"}),
        ("alpaca.trading", {"stream": "listening", "data": {"error": None, "streams": ["trade_updates"]}}),
    ):
        (record,) = Decoder(stream).decode(json.dumps(message))
        assert not isinstance(record, tf.Error)


def test_a_documented_time_in_force_without_a_meaning_is_no_drift() -> None:
    decoder = Decoder("ibkr")
    (order,) = decoder.decode('{"topic":"sor","args":[{"acct":"D","orderId":2,"timeInForce":"PAX"}]}')
    assert (order.tif_text, decoder.drift()) == ("PAX", [])


def test_a_whole_number_may_have_a_point() -> None:
    bar = first("alpaca.data", [{"T": "b", "S": "A", "o": 1, "n": 16.0}])
    assert bar.trade_count == 16
    assert first("alpaca.data", [{"T": "error", "code": 406.0, "msg": "x"}]).code == 406
    for text in ("16.5", ".0", "0.0.0", "1e", "."):
        decoder = Decoder("alpaca.data")
        decoder.decode(json.dumps([{"T": "b", "S": "A", "o": 1, "n": text}]))
        assert [one.key for one in decoder.drift()] == ["n"]
    assert first("alpaca.data", [{"T": "b", "S": "A", "o": 1, "n": "0.0"}]).trade_count == 0


def test_a_figure_without_a_name_is_nobody_s() -> None:
    for items in ([{"Name": "cash", "Value": 1}, {"Value": 3}, {"Name": "", "Value": 4}, 5, None],):
        for form in (items, json.dumps(items)):
            decoder = Decoder("etna")
            message = {"EntityType": "AccountBalance", "AccountId": "1", "CashBalance": "2", "Items": form}
            balance, *others = decoder.decode(json.dumps(message))
            assert (balance.total, balance.cash) == (1, 1)
            assert {type(one).__name__ for one in others} == {"Raw"}
            assert len(others) == 4
            assert decoder.balances["1"].total == 1


def test_what_is_no_list_of_figures_is_counted() -> None:
    decoder = Decoder("etna")
    balance, raw = decoder.decode('{"EntityType":"AccountBalance","AccountId":"1","CashBalance":"2","Items":"no list"}')
    assert (balance.cash, raw.data) == (2, b'"Items":"no list"')
    assert [(one.key, one.what) for one in decoder.drift()] == [("Items", "unreadable value")]


def test_a_condition_of_several_letters_is_counted() -> None:
    decoder = Decoder("alpaca.data")
    trade = decoder.decode('[{"T":"t","S":"A","p":1,"s":1,"c":["@","LONG","I",""]}]')[0]
    assert trade.conditions == "@I"
    assert [(one.key, one.sample) for one in decoder.drift()] == [("c", b'"LONG"')]


def test_a_page_that_is_not_the_last_does_not_end_a_snapshot() -> None:
    page = {"result": {"snapshot": {"orders": [{"id": "o", "marketId": "m", "partyId": "p"}], "lastPage": False}}}
    for record in Decoder("vega").decode(json.dumps(page)):
        assert not record.flags & tf.Flag.LAST_OF_SNAPSHOT
    page["result"]["snapshot"]["lastPage"] = True  # type: ignore[index]
    assert Decoder("vega").decode(json.dumps(page))[-1].flags & tf.Flag.LAST_OF_SNAPSHOT


def test_the_older_name_of_an_order_s_type() -> None:
    for keys in ({"order_type": "stop_limit"}, {"order_type": "stop_limit", "type": "stop_limit"}):
        message = {"stream": "trade_updates", "data": {"event": "new", "order": {"id": "o", "symbol": "A", **keys}}}
        order = first("alpaca.trading", message)
        assert (order.type, order.type_text) == (tf.OrderType.STOP_LIMIT, "stop_limit")
