"""Rows by key against a dictionary: names that come, go and come again, fills that make way, orders that retire."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tickfold.engine.decoder import Decoder
from tickfold.engine.state import State
from tickfold.schema.enums import OrderStatus

# Short and long ids (over 16 bytes they stand in memory of their own), and such that share their first 16 bytes.
IDS = [*map(str, range(24)), *(f"{'x' * 20}{i}" for i in range(24)), *(f"{i:x}" * 16 for i in range(8))]


def order(key: str, status: str, qty: int) -> bytes:
    return json.dumps({"topic": "sor", "args": [{"orderId": key, "status": status, "totalSize": qty}]}).encode()


ACTIONS = st.one_of(
    st.tuples(st.sampled_from(["Submitted", "Filled", "Cancelled"]), st.sampled_from(IDS), st.integers(1, 9)),
    st.tuples(st.just("retire"), st.just(""), st.integers(0, 3)),
)
ENDED = ("Filled", "Cancelled")


@settings(max_examples=300)
@given(actions=st.lists(ACTIONS, max_size=120), limit=st.integers(1, 40))
def test_orders_come_retire_and_come_again(actions: list[tuple[str, str, int]], limit: int) -> None:
    """An open order is refused only where all are open; an order that has ended makes way, the first one first."""
    decoder = Decoder("ibkr", state=State(max_orders=limit, ended_orders=limit))
    model: dict[str, tuple[str, int]] = {}
    ended: list[str] = []  # in the order of their ending
    refused = 0
    for action, key, number in actions:
        if action == "retire":
            assert decoder.orders.retire() == len(ended)
            for one in ended:
                del model[one]
            ended.clear()
            continue
        decoder.feed(order(key, action, number))
        if key not in model and len(model) == limit:
            if not ended:
                refused += 1
                assert decoder.limited == refused
                continue
            del model[ended.pop(0)]
        status = model[key][0] if key in model and model[key][0] in ENDED else action
        if key in model and model[key][0] == "Filled" and action == "Cancelled":
            status = "Filled"
        model[key] = (status, number)
        if status in ENDED and key not in ended:
            ended.append(key)
    names = {"Submitted": OrderStatus.NEW, "Filled": OrderStatus.FILLED, "Cancelled": OrderStatus.CANCELED}
    for key in IDS:
        row = decoder.orders.get(key)
        assert (row is None) == (key not in model), key
        if row is not None:
            assert row.order_id == key
            if row.status is not OrderStatus.PARTIALLY_FILLED:
                assert row.status in (names[model[key][0]], OrderStatus.CANCELED)
    assert sorted(row.order_id for row in decoder.orders) == sorted(model)
    assert len(decoder.orders) <= limit


def test_ids_of_every_length() -> None:
    """An id is looked up in its slot of 64 bytes, where it may end anywhere."""
    decoder = Decoder("ibkr")
    ids = [letter * size for letter in "ab" for size in range(1, 65)]
    for i, key in enumerate(ids):
        decoder.feed(order(key, "Submitted", i + 1))
    assert len(decoder.orders) == len(ids)
    for i, key in enumerate(ids):
        assert decoder.orders[key].qty == i + 1
        decoder.feed(order(key, "Submitted", i + 2))
    assert len(decoder.orders) == len(ids)
    (error,) = decoder.decode(order("a" * 65, "Submitted", 500))  # refused: cut, it would be another's
    assert error.text.startswith("an order whose id or account is longer than 64 bytes")
    assert decoder.orders["a" * 64].qty == 65
    assert len(decoder.orders) == len(ids)


@settings(max_examples=100)
@given(
    rows=st.lists(
        st.tuples(*[st.sampled_from(["", "1", *("x" * size for size in (7, 8, 9, 16, 64))])] * 4), max_size=20
    )
)
def test_keys_of_several_texts(rows: list[tuple[str, str, str, str]]) -> None:
    decoder = Decoder("vega")
    model = {}
    for i, (owner, asset, kind, market) in enumerate(rows):
        account = {"owner": owner, "asset": asset, "type": f"ACCOUNT_TYPE_{kind}"[:53], "marketId": market}
        account["balance"] = str(i + 1)
        (record,) = decoder.decode(json.dumps({"result": {"updates": {"accounts": [account]}}}).encode())
        if len(kind) > 39:  # the slot has 40 bytes
            assert record.text == "a key that is longer than its field, or holds a NUL"
            continue
        key = (record.account or "", record.currency or "", "", record.balance_type or "", record.market or "")
        model[key] = i
    assert len(decoder.balances) == len(model)
    for key, i in model.items():
        assert decoder.balances[key].total == i + 1


@settings(max_examples=200)
@given(ids=st.lists(st.sampled_from(IDS), max_size=150), limit=st.integers(1, 12))
def test_the_oldest_fills_make_way(ids: list[str], limit: int) -> None:
    decoder = Decoder("ibkr", state=State(max_fills=limit))
    model: list[str] = []  # in the order of their coming
    for key in ids:
        payload = json.dumps({"topic": "str", "args": [{"execution_id": key, "price": "1", "size": 1}]}).encode()
        told = decoder.decode(payload)
        assert len(told) == (key not in model)
        if key not in model:
            model = [*model[-limit + 1 :], key] if limit > 1 else [key]
        assert decoder.decode(payload) == []
    for key in IDS:
        assert (key in decoder.fills) == (key in model)
        if key in model:
            assert decoder.fills[key].exec_id == key
    assert decoder.limited == 0


@settings(max_examples=100)
@given(
    updates=st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ba"), st.integers(0, 3)), max_size=80),
    limit=st.integers(1, 12),
)
def test_books_against_dictionaries(updates: list[tuple[int, str, int]], limit: int) -> None:
    decoder = Decoder("alpaca.data", state=State(max_levels=limit))
    sides: dict[str, dict[float, float]] = {"b": {}, "a": {}}
    refused = 0
    for price, side, size in updates:
        decoder.feed(json.dumps([{"T": "o", "S": "X", side: [{"p": price / 2, "s": size}]}]).encode())
        if size == 0:
            sides[side].pop(price / 2, None)
        elif price / 2 in sides[side] or len(sides[side]) < limit:
            sides[side][price / 2] = size
        else:
            refused += 1
    assert decoder.limited == refused
    book: Any = decoder.books.get("X")
    if book is None:
        assert updates == []
        return
    assert [level[:2] for level in book.bids] == sorted(sides["b"].items(), reverse=True)
    assert [level[:2] for level in book.asks] == sorted(sides["a"].items())
    assert book.bids.array["price"].tolist() == sorted(sides["b"], reverse=True)
