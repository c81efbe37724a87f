"""Finding one's orders: those that are open, those of an account, a symbol, or a client's id."""

import json
from typing import Any

import pytest

import tickfold as tf


def order(number: int, **said: Any) -> dict[str, Any]:
    made = {
        "acct": "DU1", "orderId": number, "conid": 265598, "order_ref": f"c{number}", "status": "Submitted",
        "side": "BUY", "totalSize": 10, "filledQuantity": 0, "remainingQuantity": 10,
    }  # fmt: skip
    return {**made, **said}


def tell(engine: tf.Engine, *orders: dict[str, Any], stream: str = "ibkr") -> None:
    engine.feed_snapshot(stream, json.dumps({"orders": orders, "snapshot": True}))


def ids(orders: Any) -> list[str]:
    return sorted(order.order_id for order in orders)


@pytest.fixture
def engine() -> tf.Engine:
    return tf.Engine(tf.ibkr.WebApi(orders=True), tf.ibkr.WebApi(orders=True, label="second"))


def test_open_orders_come_and_go(engine):
    found = engine.orders.open
    assert (list(found), len(found), bool(found)) == ([], 0, False)
    tell(engine, order(1), order(2), order(3, status="Filled", filledQuantity=10, remainingQuantity=0))
    tell(engine, order(1), stream="second")
    assert ids(found) == ["1", "1", "2"]
    assert (len(found), bool(found), len(engine.orders)) == (3, True, 4)
    tell(engine, order(2, status="Cancelled"))
    assert ids(found) == ["1", "1"]
    assert [one.stream for one in engine.orders if one.order_id == "2"] == ["ibkr"]
    tell(engine, order(4, status="Inactive"))
    assert "4" in ids(found)


def test_of_an_account_and_of_a_symbol(engine):
    tell(engine, order(1), order(2, acct="DU10"), order(3, conid=8894), order(4, acct="DU10", status="Cancelled"))
    orders = engine.orders
    assert ids(orders.of(account="DU1")) == ["1", "3"]
    assert ids(orders.of(account="DU10")) == ["2", "4"]
    assert ids(orders.open.of(account="DU10")) == ["2"]
    assert ids(orders.of(symbol="265598")) == ["1", "2", "4"]
    assert ids(orders.of(symbol="8894", account="DU1")) == ["3"]
    assert ids(orders.open.of(symbol="265598").of(account="DU1")) == ["1"]
    assert ids(orders.open.of(account="DU1").of(symbol="8894")) == ["3"]
    for nothing in (orders.of(account="DU"), orders.of(account="DU100"), orders.of(symbol="1"), orders.of(account="")):
        assert not nothing
    with pytest.raises(TypeError, match="texts"):
        orders.of(symbol=265598)
    assert repr(orders.open) == "<3 orders>"


def test_by_the_client_s_id(engine):
    tell(engine, order(1, order_ref="a"), order(2, order_ref="a", status="Cancelled"), order(3, order_ref="ab"))
    found = engine.orders.by_client_id
    assert found["a"].order_id == "1"
    assert found["ab"].order_id == "3"
    assert "a" in found
    assert "b" not in found
    assert "" not in found
    assert found.get("b") is None
    assert found.get("x" * 200, 7) == 7
    with pytest.raises(KeyError):
        found["abc"]
    tell(engine, order(1, order_ref="a", status="Cancelled"))
    with pytest.raises(tf.AmbiguousError, match="2 orders have the client's id 'a': order_id '1', '2'"):
        found["a"]
    tell(engine, order(4, order_ref="a"))
    assert found["a"].order_id == "4"
    tell(engine, order(5, order_ref="a"))
    with pytest.raises(tf.AmbiguousError):
        found["a"]
    long = "x" * 128
    tell(engine, order(6, order_ref=long))
    assert found[long].order_id == "6"
    assert found.get(long[:-1]) is None


def test_rows_that_are_freed_in_between_are_passed_over(engine):
    tell(engine, *(order(number, status="Cancelled") for number in range(1, 4)))
    walk = iter(engine.orders.of(account="DU1"))
    kept = next(walk)
    assert kept.order_id == "1"
    assert engine.orders.retire() == 3
    assert list(walk) == []
    with pytest.raises(ReferenceError):
        kept.order_id  # noqa: B018


def test_stale_until_mentioned(engine):
    tell(engine, order(1), order(2), order(3, status="Cancelled"))
    tell(engine, order(1), stream="second")
    engine.orders.doubt(0, engine.state.orders["ibkr", "2"].seq + 100)
    stale = engine.orders.stale
    assert ids(stale) == ["1", "2"]
    assert {one.stream for one in stale} == {"ibkr"}
    assert engine.orders["ibkr", "1"].flags & tf.Flag.STALE
    assert not engine.orders["second", "1"].flags & tf.Flag.STALE
    seq = engine.orders["ibkr", "1"].seq
    tell(engine, order(1))  # nothing new: no record, but it is confirmed
    assert ids(stale) == ["2"]
    assert engine.orders["ibkr", "1"].seq == seq
    assert ids(stale.of(account="DU1")) == ["2"]
    tell(engine, order(2, status="Filled", filledQuantity=10, remainingQuantity=0))
    assert not stale


def test_the_table_is_as_it_was(engine):
    """Orders is the table of all orders still."""
    tell(engine, order(1))
    assert engine.orders["1"].order_id == engine.orders["DU1", "1"].order_id == "1"
    assert engine.orders.array["order_id"].tolist() == [b"1"]
    assert engine.orders.array.shape == engine.state.orders.array.shape
    assert "1" in engine.orders
    assert engine.orders.get("7") is None
