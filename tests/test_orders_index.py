"""The index of orders answers what a walk over all of them answers, and looks at no more rows than it answers with."""

import itertools
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tickfold as tf
from test_orders import order
from tickfold.engine.decoder import Decoder
from tickfold.engine.orders import Orders
from tickfold.engine.probe import steps
from tickfold.engine.state import State

CLIENTS = ("a", "b", "bb", "x" * 128)
ACCOUNTS = ("DU1", "DU10", "p")
SYMBOLS = ("8894", "265598", "9")
NOT_OPEN = {
    tf.OrderStatus.FILLED, tf.OrderStatus.CANCELED, tf.OrderStatus.REPLACED, tf.OrderStatus.REJECTED,
    tf.OrderStatus.EXPIRED, tf.OrderStatus.UNKNOWN,
}  # fmt: skip

Key = tuple[str | None, str | None, str | None]


def key(order: tf.Order) -> Key:
    return order.stream, order.account, order.order_id


class Found:
    """Everything that the index is asked for, compared with what a walk over all orders says."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders

    def compare(self) -> None:
        all_of_them = list(self.orders)
        still_open = [order for order in all_of_them if order.status not in NOT_OPEN]
        for client in CLIENTS:
            self.by_client(client, all_of_them, still_open)
        for account, symbol in itertools.product((None, *ACCOUNTS), (None, *SYMBOLS)):
            for selection, rows in ((self.orders, all_of_them), (self.orders.open, still_open)):
                wanted = [
                    order for order in rows if account in (None, order.account) and symbol in (None, order.symbol)
                ]
                got = selection.of(account=account, symbol=symbol)
                assert Counter(map(key, got)) == Counter(map(key, wanted)), (account, symbol)

    def by_client(self, client: str, all_of_them: list[tf.Order], still_open: list[tf.Order]) -> None:
        found = self.orders.by_client_id
        having = [order for order in all_of_them if order.client_order_id == client]
        best = [order for order in still_open if order.client_order_id == client] or having
        assert (client in found) == bool(having)
        if len(best) > 1:
            with pytest.raises(tf.AmbiguousError, match=f"^{len(best)} orders"):
                found[client]
        else:
            got = found.get(client)
            assert (got and key(got)) == (best[0] and key(best[0]) if best else None)


def of_ibkr(dice: random.Random) -> dict[str, Any]:
    """Orders of few ids; of each anything may be said, or left out."""
    orders = []
    for _ in range(dice.randint(1, 3)):
        order: dict[str, Any] = {"orderId": dice.randrange(8)}
        if dice.random() < 0.7:
            order |= {"acct": dice.choice(ACCOUNTS[:2])}
        if dice.random() < 0.6:
            order |= {"conid": int(dice.choice(SYMBOLS))}
        if dice.random() < 0.6:
            order |= {"order_ref": dice.choice((*CLIENTS, "y" * 129, None, ""))}
        if dice.random() < 0.7:
            status = dice.choice(("Submitted", "Submitted", "Filled", "Cancelled", "Inactive", "PreSubmitted"))
            filled = 10 if status == "Filled" else dice.choice((0, 0, 3))
            order |= {"status": status, "totalSize": 10, "filledQuantity": filled, "remainingQuantity": 10 - filled}
        orders.append(order)
    return {"topic": "sor", "args": orders}


def of_vega(dice: random.Random) -> dict[str, Any]:
    """The same of Vega, whose snapshots say which orders are open still."""
    orders = [
        {
            "id": str(dice.randrange(8)),
            "partyId": "p",
            "marketId": dice.choice(SYMBOLS),
            "size": "10",
            "remaining": "10",
            "status": dice.choice((1, 1, 3)),
            **({"reference": dice.choice(CLIENTS)} if dice.random() < 0.6 else {}),
        }
        for _ in range(dice.randint(0, 3))
    ]
    if dice.random() < 0.2:
        return {"result": {"snapshot": {"orders": orders, "lastPage": dice.random() < 0.7}}}
    return {"result": {"updates": {"orders": orders}}}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_index_says_what_a_walk_says(seed: int) -> None:
    dice = random.Random(seed)
    state = State(max_orders=dice.randint(1, 16), ended_orders=dice.choice((0, 1, 4, 16)))
    orders = Orders(state)
    found = Found(orders)
    decoders = [Decoder(name, state=state, stream=number) for number, name in enumerate(("ibkr", "ibkr", "vega"))]

    def callback(order: tf.Order) -> None:
        match dice.randrange(8):
            case 0:
                orders.retire()
            case 1:
                found.compare()
            case 2:
                other = dice.choice(decoders)
                if not other.busy:
                    feed(other)

    def feed(decoder: Decoder) -> None:
        message = of_vega(dice) if decoder.name == "vega" else of_ibkr(dice)
        decoder.feed(json.dumps(message).encode())

    for decoder in decoders:
        decoder.on(tf.Order, callback)
    for _ in range(60):
        feed(dice.choice(decoders))
        if dice.random() < 0.05:
            orders.retire()
        found.compare()
    for _ in range(3):
        orders.retire()
    found.compare()


ENDED = {"status": "Cancelled"}


class Book:
    """`count` orders of IBKR, of which each but a few have ended, as `said` by number."""

    def __init__(self, count: int, **limits: Any) -> None:
        self.state = State(**limits)
        self.decoder = Decoder("ibkr", state=self.state)
        self.orders = Orders(self.state)
        self.say(*(order(number, **(ENDED if number >= 10 else {}), acct=f"DU{number % 2}") for number in range(count)))

    def say(self, *orders: dict[str, Any]) -> None:
        for one in orders:
            self.decoder.feed(json.dumps({"topic": "sor", "args": [one]}).encode())


def cost(orders: Orders, look: Any) -> tuple[int, ...]:
    """How many rows were looked at: by client's id, by account, by symbol."""
    before = steps(orders)
    look()
    return tuple(now - then for now, then in zip(steps(orders), before, strict=True))


@pytest.mark.parametrize("count", [40, 4_000])
def test_a_look_up_visits_what_it_answers(count: int) -> None:
    """The same, or nearly the same where two values share a chain of the index, whatever the table holds."""
    orders = Book(count).orders
    found = orders.by_client_id
    assert cost(orders, lambda: found["c7"])[0] <= 4
    assert cost(orders, lambda: found["c33"])[0] <= 4
    assert cost(orders, lambda: found.get("nobody's"))[0] <= 4
    assert cost(orders, lambda: len(orders.open.of(account="DU1")))[1] <= 5 + 4
    assert cost(orders, lambda: len(orders.open.of(symbol="265598")))[2] <= 10 + 4
    assert cost(orders, lambda: len(orders.open.of(account="DU1", symbol="265598")))[2] <= 10 + 4
    assert cost(orders, lambda: len(orders.of(account="DU1")))[1] <= count // 2 + 4
    assert cost(orders, lambda: len(orders.open)) == (0, 0, 0)


def test_one_id_for_all_orders_is_no_burden() -> None:
    """Every order has the same client's id, such as a strategy's name: to file and to find one costs no more."""
    book = Book(0, max_orders=5_000, ended_orders=4_000)
    said = [order(number, order_ref="bot", **ENDED) for number in range(5_000)]  # of which the last 4,000 are kept
    assert max(cost(book.orders, lambda: book.say(*said))) < 10 * len(said)
    assert len(book.orders) == 4_000
    book.say(order(7_000, order_ref="bot"))
    assert cost(book.orders, lambda: book.orders.by_client_id["bot"])[0] <= 4
    assert book.orders.by_client_id["bot"].order_id == "7000"
    book.say(order(7_001, order_ref="bot"))
    with pytest.raises(tf.AmbiguousError, match="2 orders have the client's id 'bot': order_id '7000', '7001'"):
        book.orders.by_client_id["bot"]
    assert cost(book.orders, book.orders.retire)[0] < 10 * 4_000


def test_updates_that_neither_open_nor_end_an_order_are_not_filed() -> None:
    book = Book(20)
    said = [order(3, filledQuantity=filled, remainingQuantity=10 - filled, acct="DU1") for filled in (1, 2, 3)]
    assert cost(book.orders, lambda: book.say(*said)) == (0, 0, 0)
    assert book.orders["3"].status == tf.OrderStatus.PARTIALLY_FILLED
    assert book.orders.by_client_id["c3"].filled_qty == 3


def test_what_an_order_is_found_by_changes() -> None:
    book = Book(3)
    orders, found = book.orders, book.orders.by_client_id
    book.say({"orderId": 1, "order_ref": "new"}, {"orderId": 2, "conid": 8894})
    assert (found["new"].order_id, found.get("c1"), "c1" in found) == ("1", None, False)
    assert [one.order_id for one in orders.of(symbol="8894")] == ["2"]
    assert [one.order_id for one in orders.open.of(symbol="265598")] == ["0", "1"]
    book.say({"orderId": 5, "order_ref": "five", "status": "Submitted"})  # of an account that is told later
    assert "5" not in [one.order_id for one in orders.of(account="DU9")]
    book.say({"orderId": 5, "acct": "DU9"})
    assert [one.order_id for one in orders.open.of(account="DU9")] == ["5"]


def test_an_order_that_is_freed_after_its_callback_is_found_in_it() -> None:
    book = Book(1)
    seen = []

    @book.decoder.on(tf.Order)
    def on_order(one: tf.Order) -> None:
        book.orders.retire()
        seen.append(book.orders.by_client_id.get("c0") is not None)

    book.say(order(0, **ENDED, acct="DU0"))
    assert seen == [True]
    assert book.orders.by_client_id.get("c0") is None
    assert not book.orders.of(account="DU0")
    assert "0" not in book.orders
