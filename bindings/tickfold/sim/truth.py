"""What a venue knows to be true at the end, and the comparison of a client's tables with it.

A truth holds texts, as they stand on the wire, and is kept by the venue's own model: no part of it has passed through
the engine. Being made of plain dicts it travels as JSON from a child process.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

#: Fields that are text in the record; all others are compared as exact decimals.
TEXT = frozenset(
    (
        "symbol",
        "order_id",
        "client_order_id",
        "account",
        "ticker",
        "side",
        "type",
        "tif",
        "status",
        "status_text",
        "bid_exchange",
        "ask_exchange",
    )
)


@dataclass
class Truth:
    """The final state of one venue.

    quotes   symbol → field → text
    orders   one mapping a row, field → text; `account` and `order_id` name the row
    sent     how many records of each kind were sent to subscribers, over all connections
    """

    quotes: dict[str, dict[str, str]] = field(default_factory=dict)
    orders: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Truth":
        return cls(quotes=value["quotes"], orders=value["orders"], sent=value["sent"])


def differences(truth: Truth, quotes: Any, orders: Any) -> Iterator[str]:
    """One line for each field of the client's tables that is not what the venue says."""
    for symbol, expected in truth.quotes.items():
        try:
            row = quotes[symbol]
        except KeyError:
            yield f"quote {symbol}: missing"
            continue
        yield from _row(f"quote {symbol}", row, expected)
    for expected in truth.orders:
        name = f"order {expected['account']}/{expected['order_id']}"
        try:
            row = orders[expected["account"], expected["order_id"]]
        except KeyError:
            yield f"{name}: missing"
            continue
        yield from _row(name, row, expected)


def _row(name: str, row: Any, expected: Mapping[str, str]) -> Iterator[str]:
    for key, text in expected.items():
        found = getattr(row, key)
        if key in TEXT:
            found = getattr(found, "name", found)
            same = found == text
        else:
            found = None if found is None else row.decimal(key)
            same = found is not None and found == Decimal(text)
        if not same:
            yield f"{name}: {key} is {found}, the venue says {text}"
