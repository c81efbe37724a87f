"""The correct final state by the venue's own model, and the comparison of a client's tables with it.

A truth holds texts as they stand on the wire. The model keeps it; no part of it has passed through the engine. It is
made of plain dicts, so that a child process can send it as JSON.
"""

import sys
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
        "balance_type",
        "market",
        "side",
        "type",
        "tif",
        "status",
        "status_text",
        "bid_exchange",
        "ask_exchange",
    )
)

#: The key of a row of balances.
BALANCE_KEY = ("account", "currency", "name", "balance_type", "market")

#: Field → its text, or None if the field must be unknown.
Row = Mapping[str, str | None]


@dataclass
class Truth:
    """The final state of one venue.

    quotes     symbol → field → text
    orders     one mapping a row; the key is `order_id`, and `account` if the venue states it
    sent       how many records of each kind were sent to subscribers, over all connections
    fills      executions that were sent, one mapping each; the key is `exec_id`
    positions  one mapping a row; the key is `symbol`, and `account` if the venue states it
    balances   one mapping a row; the key is those fields of BALANCE_KEY that the venue states
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
        yield from row_differences("quote", quotes, symbol, expected)
    for expected in truth.orders:
        account, id_ = expected.get("account"), expected["order_id"]
        yield from row_differences("order", orders, (account, id_) if account else id_, expected)


def all_differences(truth: Truth, tables: Any) -> Iterator[str]:
    """The same for every table that the truth covers; `tables` is an engine, a decoder or a state."""
    yield from differences(truth, tables.quotes, tables.orders)
    for expected in truth.fills:
        yield from row_differences("fill", tables.fills, expected["exec_id"], expected)
    for expected in truth.positions:
        key = (expected.get("account") or "", expected["symbol"])
        yield from row_differences("position", tables.positions, key, expected)
    for expected in truth.balances:
        names = [expected.get(name) or "" for name in BALANCE_KEY]
        yield from row_differences("balance", tables.balances, tuple(names), expected)
    for account, expected in truth.pnl.items():
        yield from row_differences("pnl", tables.pnl, account, expected)
    for symbol, sides in truth.books.items():
        book = tables.books.get(symbol)
        for side, levels in sides.items():
            found = {} if book is None else {price: size for price, size, _ in getattr(book, side)}
            if found != {float(price): float(size) for price, size in levels.items()}:
                yield f"book {symbol}: {side} are {found}, the venue says {levels}"


def row_differences(name: str, table: Any, key: Any, expected: Row) -> Iterator[str]:
    """One line for each field of a row that is not as expected, or one that there is no such row."""
    try:
        row = table[key]
    except KeyError:
        yield f"{name} {_said(key)}: missing"
        return
    for field_name, text in expected.items():
        found = getattr(row, sys.intern(field_name))  # interned, so that each row does not add another copy of the name
        if text is None:
            same = found is None
        elif field_name in TEXT:
            found = getattr(found, "name", found)
            same = found == text
        else:
            found = None if found is None else row.decimal(field_name)
            same = found is not None and found == Decimal(text)
        if not same:
            yield f"{name} {_said(key)}: {field_name} is {found}, the venue says {text}"


def _said(key: Any) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)
