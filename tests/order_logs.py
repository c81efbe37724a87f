"""What each venue says of orders, as logs of messages: made from a truth, or wild.

A truth is an order with its executions; a `Script` lets one happen step by step and writes what the venue says of each
step. A wild message states anything, contradictions too. Numbers stand in messages as Decimals, and are written at the
end, by a `Spelling`: the same log can so be written in many ways.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

Message = dict[str, Any]
Spelling = Callable[[Decimal], str]

NOON = 1_764_331_200_000  # ms UTC; every log begins then
MARKET = "9c" * 32
PARTIES = ("aa" * 32, "bb" * 32)


def plain(number: Decimal) -> str:
    return f"{number:f}"


def digits(number: Decimal) -> str:
    """With so many zeros behind that float64 does not hold the digits."""
    text = plain(number)
    return (text if "." in text else text + ".") + "0" * 20


def exponent(number: Decimal) -> str:
    _, figures, power = number.as_tuple()
    return f"{int(''.join(map(str, figures)))}e{power}"


def shifted(number: Decimal) -> str:
    return f"{plain(number.scaleb(3))}E-3"


def quoted(spell: Spelling) -> Spelling:
    return lambda number: f'"{spell(number)}"'


BARE = {"plain": plain, "digits": digits, "exponent": exponent, "shifted": shifted}
SPELLINGS: dict[str, Spelling] = BARE | {f"{name}, as text": quoted(spell) for name, spell in BARE.items()}


def write(value: Any, spell: Spelling) -> str:
    """JSON in which a Decimal is whatever `spell` makes of it, quotes included where it is to be a text."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{write(item, spell)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(item, spell) for item in value) + "]"
    return spell(value) if isinstance(value, Decimal) else json.dumps(value)


def rfc3339(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Execution:
    number: int
    qty: Decimal
    price: Decimal
    version: int = 1
    commission: Decimal | None = None


@dataclass
class Truth:
    """An order as it really is."""

    order_id: str
    account: str
    symbol: str
    qty: Decimal
    limit: Decimal
    executions: list[Execution] = field(default_factory=list)
    nameless: bool = False  # its executions are told without an id
    busted: Execution | None = None  # the last that was taken back
    canceled: bool = False
    at: int = NOON  # ms of the last change

    @property
    def filled(self) -> Decimal:
        return sum((execution.qty for execution in self.executions), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.qty - self.filled

    @property
    def average(self) -> Decimal | None:
        value = sum((execution.qty * execution.price for execution in self.executions), Decimal(0))
        return round(value / self.filled, 6) if self.filled else None

    @property
    def ended(self) -> bool:
        return self.canceled or not self.left

    @property
    def last(self) -> Execution | None:
        return self.executions[-1] if self.executions else None


class Venue:
    """What a venue says of a truth. `options` are those of its decoder."""

    table: str
    options: ClassVar[dict[str, Any]] = {}
    #: Fills are derived from the order's totals, so that their sum is right after every message.
    derived = True
    #: What may happen to an order here beside being filled and canceled.
    steps: tuple[str, ...] = ()
    #: After a reconnect it tells every order of the day again.
    replays = True
    whole = True  # quantities are whole numbers

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        """What is said of the order when this step has happened; "image" where it is told again."""
        raise NotImplementedError

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        """A message that states anything of this order."""
        raise NotImplementedError


def some(dice: random.Random) -> Decimal:
    return Decimal(dice.choice(("0", "40", "60", "100", "100", "150", "0.00003", "0.1", "29.205707815")))


def executed(dice: random.Random) -> Decimal:
    return Decimal(dice.choice(("1", "40", "60", "0.1")))


def price(dice: random.Random) -> Decimal:
    return Decimal(dice.choice(("0", "188.25", "27.31", "0.00002", "188.25333333333333")))


class Ibkr(Venue):
    """Orders only: fills are derived."""

    table = "ibkr"
    options: ClassVar[dict[str, Any]] = {"synthetic_fills": True}
    steps = ("amend",)

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        status = "Cancelled" if truth.canceled else "Submitted" if truth.left else "Filled"
        element: Message = {"orderId": int(truth.order_id)}
        parts: Message = {
            "acct": truth.account,
            "conid": int(truth.symbol),
            "totalSize": truth.qty,
            "filledQuantity": truth.filled,
            "remainingQuantity": truth.left,
            "side": "BUY",
            "price": truth.limit,
            "status": status,
        }
        if truth.average is not None:
            parts["avgPrice"] = truth.average
        if step in ("new", "image") or dice.random() < 0.3:
            element |= parts
        elif step == "cancel":
            element |= {"status": status}
        elif step == "amend":
            element |= {"totalSize": truth.qty, "remainingQuantity": truth.left}
        else:
            element |= {"filledQuantity": truth.filled, "remainingQuantity": truth.left, "status": status}
            if dice.random() < 0.2:
                del element["filledQuantity"], element["remainingQuantity"]
                element["sizeAndFills"] = f"{truth.filled:f}/{truth.left:f}"
            if dice.random() < 0.5 and truth.average is not None:
                element["avgPrice"] = truth.average
            if dice.random() < 0.5:
                element["acct"] = truth.account
        return [{"topic": "sor", "args": [element]}]

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        element: Message = {"orderId": int(order_id), "acct": account}
        names = ["totalSize", "filledQuantity", "remainingQuantity", "avgPrice", "price", "status"]
        for name in dice.sample(names, dice.randint(1, 5)):
            element[name] = price(dice) if name.endswith("rice") else some(dice)
            if name == "status":
                element[name] = dice.choice(("Submitted", "PreSubmitted", "Filled", "Cancelled", "PendingSubmit"))
        return {"topic": "sor", "args": [element]}


class IbkrBoth(Ibkr):
    """Orders and executions; those come before or after their order, with a commission later, and corrected."""

    options: ClassVar[dict[str, Any]] = {"synthetic_fills": False}
    derived = False
    steps = ("amend", "commission", "correct")

    def execution(self, truth: Truth, execution: Execution) -> Message:
        element: Message = {
            "execution_id": f"0000e0d5.{truth.order_id}.{execution.number:02d}.{execution.version:02d}",
            "order_id": truth.order_id,
            "account": truth.account,
            "conid": int(truth.symbol),
            "side": "B",
            "size": execution.qty,
            "price": execution.price,
            "trade_time_r": NOON + execution.number,
        }
        if execution.commission is not None:
            element["commission"] = execution.commission
        if truth.nameless:
            del element["execution_id"]
        return element

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        said = super().order(truth, dice, "fill" if step == "correct" else step)
        told: list[Message] = []
        if step == "image":
            told = [{"topic": "str", "args": [self.execution(truth, one) for one in truth.executions]}]
        elif step in ("fill", "commission", "correct") and truth.last is not None:
            told = [{"topic": "str", "args": [self.execution(truth, truth.last)]}]
        if step == "commission":
            return told
        return said + told if dice.random() < 0.5 else told + said

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        if dice.random() < 0.6:
            return super().wild(dice, order_id, account)
        truth = Truth(order_id, account, "8894", some(dice), price(dice))
        one = Execution(dice.randrange(4), executed(dice), price(dice), dice.randint(1, 2))
        return {"topic": "str", "args": [self.execution(truth, one)]}


class Etna(Venue):
    table = "etna"
    whole = False

    STATUSES = ("New", "PartiallyFilled", "Filled", "Canceled", "Expired", "PendingCancel")

    def message(self, order_id: str, account: str, at: int, parts: Message) -> Message:
        return {
            "EntityType": "Order",
            "Id": order_id,
            "AccountId": account,
            "SecurityId": "318",
            "Side": "Buy",
            "CreateDate": str(NOON),
            "TransactionDate": str(at),
        } | parts

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        status = "Filled" if not truth.left else "PartiallyFilled" if truth.filled else "New"
        parts: Message = {
            "Quantity": truth.qty,
            "ExecutedQuantity": truth.filled,
            "LeavesQuantity": Decimal(0) if truth.canceled else truth.left,
            "AveragePrice": truth.average or Decimal(0),
            "Price": truth.limit,
            "LastQuantity": truth.last.qty if truth.last else Decimal(0),
            "LastPrice": truth.last.price if truth.last else Decimal(0),
            "Status": "Canceled" if truth.canceled else status,
        }
        return [self.message(truth.order_id, truth.account, truth.at, parts)]

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        parts: Message = {"Status": dice.choice(self.STATUSES)}
        for name in ("Quantity", "ExecutedQuantity", "LeavesQuantity", "LastQuantity"):
            if dice.random() < 0.7:
                parts[name] = some(dice)
        for name in ("AveragePrice", "LastPrice", "Price"):
            if dice.random() < 0.5:
                parts[name] = price(dice)
        return self.message(order_id, account, NOON + dice.randrange(5), parts)


class Vega(Venue):
    """Sizes are whole numbers, zeros may be left out, and an amended order stays the same one."""

    table = "vega"
    options: ClassVar[dict[str, Any]] = {"synthetic_fills": True}
    steps = ("amend",)

    def message(self, order_id: str, account: str, at: int, parts: Message) -> Message:
        return {
            "id": order_id,
            "marketId": MARKET,
            "partyId": account,
            "side": 1,
            "type": 1,
            "timeInForce": 1,
            "createdAt": f"{NOON}000000",
            "updatedAt": f"{at}000000",
        } | parts

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        status = 5 if not truth.left else 3 if truth.canceled else 1
        parts: Message = {"price": truth.limit, "size": truth.qty, "remaining": truth.left, "status": status}
        if not truth.left and dice.random() < 0.7:
            del parts["remaining"]
        said = self.message(truth.order_id, truth.account, truth.at, parts)
        return [{"result": {"updates": {"orders": [said]}}}]

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        parts: Message = {"status": dice.choice((1, 1, 2, 3, 5, 7, 8)), "price": Decimal(dice.choice((1, 3120450)))}
        size = dice.choice((0, 40, 60, 100, 100, 150))
        remaining = dice.choice([number for number in (0, 20, 40, 60, 100, 150) if number <= size])
        hidden = min(dice.choice((0, 0, 20)), size - remaining)
        parts |= {"size": Decimal(size)} if size or dice.random() < 0.5 else {}
        parts |= {"remaining": Decimal(remaining)} if remaining or dice.random() < 0.5 else {}
        if hidden or dice.random() < 0.1:
            parts["icebergOrder"] = {"peakSize": Decimal(5), "reservedRemaining": Decimal(hidden)}
        said = self.message(order_id, account, NOON + dice.randrange(5), parts)
        return {"result": {"updates": {"orders": [said]}}}


class Alpaca(Venue):
    """Each event holds the whole order and the execution that it tells of. Nothing is told again after a reconnect."""

    table = "alpaca.trading"
    steps = ("bust", "correct")
    derived = False
    replays = False
    whole = False

    EVENTS = (
        ("new", "new"),
        ("partial_fill", "partially_filled"),
        ("fill", "filled"),
        ("canceled", "canceled"),
        ("pending_cancel", "pending_cancel"),
        ("replaced", "replaced"),
    )

    def message(self, event: str, number: int, order_id: str, at: int, parts: Message, said: Message) -> Message:
        data: Message = {"event": event, "execution_id": f"{order_id}-{number}", "timestamp": rfc3339(at)} | said
        order = {
            "id": order_id,
            "symbol": "AAPL",
            "side": "buy",
            "type": "limit",
            "created_at": rfc3339(NOON),
            "updated_at": rfc3339(at),
        }
        return {"stream": "trade_updates", "data": data | {"order": order | parts}}

    def order(self, truth: Truth, dice: random.Random, step: str) -> list[Message]:
        status = "canceled" if truth.canceled else "partially_filled" if truth.filled else "new"
        status = status if truth.left else "filled"
        said: Message = {}
        event = {"new": "new", "cancel": "canceled", "bust": "trade_bust", "correct": "trade_correct"}.get(step, status)
        if step == "fill":
            event = "partial_fill" if truth.left else "fill"
        one = truth.busted if step == "bust" else truth.last
        if step not in ("new", "cancel") and one is not None:
            said = {"price": one.price, "qty": one.qty}
        parts: Message = {
            "qty": truth.qty,
            "filled_qty": truth.filled,
            "filled_avg_price": truth.average,
            "limit_price": truth.limit,
            "status": status,
        }
        return [self.message(event, truth.at - NOON, truth.order_id, truth.at, parts, said)]

    def wild(self, dice: random.Random, order_id: str, account: str) -> Message:
        event, status = dice.choice(self.EVENTS)
        parts: Message = {"status": status}
        for name in ("qty", "filled_qty"):
            if dice.random() < 0.8:
                parts[name] = some(dice)
        for name in ("filled_avg_price", "limit_price"):
            if dice.random() < 0.6:
                parts[name] = dice.choice((None, price(dice)))
        said: Message = {"price": price(dice), "qty": executed(dice)} if "fill" in event else {}
        at = dice.randrange(5)
        return self.message(event, at, order_id, NOON + at, parts, said)


VENUES: dict[str, Venue] = {
    "ibkr": Ibkr(),
    "ibkr with executions": IbkrBoth(),
    "etna": Etna(),
    "vega": Vega(),
    "alpaca.trading": Alpaca(),
}


class Script:
    """Lets something happen to a truth, and writes what its venue says."""

    def __init__(self, venue: Venue, dice: random.Random, truth: Truth) -> None:
        self.venue, self.dice, self.truth = venue, dice, truth

    def begin(self) -> list[Message]:
        return self.venue.order(self.truth, self.dice, "new")

    def image(self) -> list[Message]:
        return self.venue.order(self.truth, self.dice, "image")

    def proceed(self) -> list[Message]:
        """The next step; nothing where the order has ended and nothing can be taken back of it."""
        truth, dice = self.truth, self.dice
        step = dice.choice((*self.venue.steps, "fill", "fill", "fill", "cancel"))
        late = ("commission", "correct", "bust")  # may come after the end
        if (truth.ended and step not in late) or (step in late and truth.last is None):
            return []
        if truth.nameless and step in ("commission", "correct"):
            return []  # nothing says of which execution
        truth.at += dice.randint(1, 1000)
        if step == "fill":
            unit = Decimal(1) if self.venue.whole else Decimal("0.1")
            most = int(truth.left / unit)
            qty = dice.choice((truth.left, unit * dice.randint(1, most))) if most else truth.left
            at = Decimal(dice.randint(100, 999)) / 100
            truth.executions.append(Execution(len(truth.executions) + 1, qty, at))
        elif step == "cancel":
            truth.canceled = True
        elif step == "amend":
            truth.qty += dice.randint(1, 50)
        else:
            assert truth.last is not None
            if step == "commission":
                if truth.last.commission is not None:
                    return []
                truth.last.commission = Decimal(dice.randint(1, 200)) / 100
            elif step == "correct":
                truth.last.version += 1
                truth.last.price += Decimal("0.01")
                if dice.random() < 0.3 and truth.left and not truth.canceled:
                    truth.last.qty += min(truth.left, Decimal(1))
            else:
                if truth.canceled or not truth.last.qty:
                    return []
                truth.busted = truth.executions.pop()
        return self.venue.order(truth, dice, step)
