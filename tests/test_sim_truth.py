"""The comparison of a client's tables with what a venue knows."""

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import tickfold as tf
from tickfold.sim import Truth, differences


def row(**fields: Any) -> SimpleNamespace:
    def decimal(name: str) -> Decimal | None:
        return None if fields[name] is None else Decimal(fields[name])

    return SimpleNamespace(**fields, decimal=decimal)


TRUE_QUOTE = {"symbol": "AAPL", "bid": "1.10", "bid_exchange": "Q"}
TRUE_ORDER = {"account": "DU1", "order_id": "7", "status": "FILLED", "filled_qty": "10", "avg_price": "1.5"}


def found(quote: dict[str, Any], order: dict[str, Any]) -> list[str]:
    truth = Truth({"AAPL": TRUE_QUOTE}, [TRUE_ORDER])
    orders = {("DU1", "7"): row(**{**TRUE_ORDER, "status": tf.OrderStatus.FILLED, **order})}
    return list(differences(truth, {"AAPL": row(**{**TRUE_QUOTE, **quote})}, orders))


def test_equal():
    assert found({}, {}) == []
    assert found({"bid": "1.1"}, {"avg_price": "1.500"}) == []


@pytest.mark.parametrize(
    ("quote", "order", "line"),
    [
        ({"bid": "1.11"}, {}, "quote AAPL: bid is 1.11, the venue says 1.10"),
        ({"bid": None}, {}, "quote AAPL: bid is None, the venue says 1.10"),
        ({"bid_exchange": "P"}, {}, "quote AAPL: bid_exchange is P, the venue says Q"),
        ({}, {"status": tf.OrderStatus.NEW}, "order DU1/7: status is NEW, the venue says FILLED"),
        ({}, {"filled_qty": "9"}, "order DU1/7: filled_qty is 9, the venue says 10"),
    ],
)
def test_different(quote, order, line):
    assert found(quote, order) == [line]


def test_missing():
    truth = Truth({"AAPL": TRUE_QUOTE}, [TRUE_ORDER])
    assert list(differences(truth, {}, {})) == ["quote AAPL: missing", "order DU1/7: missing"]


def test_a_truth_travels_as_json():
    truth = Truth({"AAPL": TRUE_QUOTE}, [TRUE_ORDER], {"quotes": 3})
    assert Truth.from_json(json.loads(json.dumps(truth.to_json()))) == truth
