"""From a payload to a record in a C callback no Python object is made: Python's allocators are asked for nothing."""

import json
from typing import Any

import pytest

from tickfold.engine.decoder import Decoder
from tickfold.engine.probe import Counter, allocations


def quote(number: int, price: str) -> bytes:
    return f'[{{"T":"q","S":"S{number % 3}","bp":{price},"bs":{number},"ap":2.5,"c":["R"]}}]'.encode()


def order(number: int, price: str) -> bytes:
    size = "1000." + "0" * 20 if number % 2 else "1000"  # the same in more digits
    return (
        f'{{"topic":"sor","args":[{{"acct":"DU1","orderId":{number % 3},"totalSize":"{size}",'
        f'"filledQuantity":{number},"avgPrice":{price},"status":"Submitted"}}]}}'
    ).encode()


def level(number: int, price: str) -> bytes:
    side = [{"price": price, "volume": str(number + 1)}]
    depth = {"marketId": "m", "buy": side, "sell": [], "sequenceNumber": str(number + 1),
             "previousSequenceNumber": str(number)}  # fmt: skip
    return json.dumps({"result": {"update": [depth]}}).encode()


CASES = [
    ("alpaca.data", quote, "188.{}", {}),
    ("alpaca.data", quote, "188.25333333333333{}", {}),
    ("alpaca.data", quote, "1882533333333333312345678901234567890.{}", {}),
    ("ibkr", order, "188.{}", {"synthetic_fills": True}),
    ("ibkr", order, "188.25333333333333{}", {"synthetic_fills": True}),
    ("vega", level, "188{}", {}),
    ("vega", level, "188{}", {"scales": {"m": (5, 3)}}),
    ("vega", level, "18825333333333331234{}", {"scales": {"m": (5, 3)}}),
]


@pytest.mark.parametrize(("table", "make", "price", "options"), CASES)
def test_nothing_is_asked_of_python(table: str, make: Any, price: str, options: Any) -> None:
    decoder = Decoder(table, **options)
    counter = decoder.attach(Counter())
    for number in range(6):  # first sights: names, rows, books
        decoder.feed(make(number, price.format(number + 1)))
    before = counter.records
    asked = [allocations(decoder, make(number, price.format(number + 1))) for number in range(6, 60)]
    assert counter.records - before >= len(asked)
    assert asked == [0] * len(asked)


def test_the_count_can_tell() -> None:
    """A Python callback makes objects: then the allocators are asked."""
    decoder = Decoder("alpaca.data")
    kept: list[Any] = []
    from tickfold.engine.records import Quote

    decoder.on(Quote, lambda record: kept.append((record.copy(), str(record.bid))))
    assert allocations(decoder, quote(1, "1.5")) > 0
