"""What a venue knows to be true at the end, and the comparison of a client's tables with it.

A truth holds texts, as they stand on the wire, and is kept by the venue's own model: no part of it has passed through
the engine. Being made of plain dicts it travels as JSON from a child process.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

#: Fields that are text in the record; all others are compared as exact decimals.
TEXT = frozenset(
    (
        "symbol",
        "order_id",
        "client_order_id",
        "parent_id",
        "replaces",
        "replaced_by",
        "exec_id",
        "account",
        "ticker",
        "currency",
        "name",
        "side",
        "type",
        "tif",
        "status",
        "status_text",
        "bid_exchange",
        "ask_exchange",
    )
)

#: What a field is said to be: text, or None where it must be unknown.
Row = Mapping[str, str | None]


@dataclass
class Truth:
    """The final state of one venue.

    quotes     symbol → field → text
    orders     one mapping a row; `order_id` names the row, and `account` where the venue states it
    sent       how many records of each kind were sent to subscribers, over all connections
    fills      executions that were told, one mapping each; `exec_id` names them
    positions  one mapping a row; `account`, where the venue states it, and `symbol` name the row
    balances   one mapping a row; `account` and `name` name the row
    pnl        account → field → text
    books      symbol → {"bids": {price: size}, "asks": {price: size}}
    """

    quotes: dict[str, Row] = field(default_factory=dict)
    orders: Sequence[Row] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    fills: Sequence[Row] = field(default_factory=list)
    positions: Sequence[Row] = field(default_factory=list)
    balances: Sequence[Row] = field(default_factory=list)
    pnl: Mapping[str, Row] = field(default_factory=dict)
    books: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Truth":
        return cls(**value)


def differences(truth: Truth, quotes: Any, orders: Any) -> Iterator[str]:
    """One line for each field of the client's quotes and orders that is not what the venue says."""
    for symbol, expected in truth.quotes.items():
        yield from row_differences(f"quote {symbol}", _found(quotes, symbol), expected)
    for expected in truth.orders:
        account, id_ = expected.get("account"), expected["order_id"]
        name = f"order {id_}" if account is None else f"order {account}/{id_}"
        yield from row_differences(name, _found(orders, id_ if account is None else (account, id_)), expected)


def _found(table: Any, key: Any) -> Any:
    try:
        return table[key]
    except KeyError:
        return None


def row_differences(name: str, row: Any, expected: Mapping[str, str | None]) -> Iterator[str]:
    """The same for one record; `row` is None where there is none."""
    if row is None:
        yield f"{name}: missing"
        return
    for key, text in expected.items():
        found = getattr(row, key)
        if text is None:
            same = found is None
        elif key in TEXT:
            found = getattr(found, "name", found)
            same = found == text
        else:
            found = None if found is None else row.decimal(key)
            same = found is not None and found == Decimal(text)
        if not same:
            yield f"{name}: {key} is {found}, the venue says {text}"
