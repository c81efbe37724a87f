"""A flow of orders: legal state changes, one order at a time, which each venue then writes in its own format.

    NEW → PENDING_SUBMIT → PRE_SUBMITTED → SUBMITTED → FILL … → FILLED
     │                          │              └─────────┬────→ PENDING_CANCEL → (FILL) → CANCELED
     └── CANCELED (refused)     └────────────────────────┘

A venue's `Habits` add further events: rejections, expiries, replaces under a new id, amends under the same one,
refused cancels and replaces, and executions that are taken back or corrected afterwards.
"""

import enum
from collections import deque
from dataclasses import dataclass, field
from random import Random

from tickfold.sim.market import Instrument


class Stage(enum.Enum):
    """The state of an order."""

    NEW = enum.auto()  # seen, not yet working
    PENDING_SUBMIT = enum.auto()
    PRE_SUBMITTED = enum.auto()  # accepted, waiting for a trigger or for the session
    SUBMITTED = enum.auto()  # working
    PENDING_CANCEL = enum.auto()
    PENDING_REPLACE = enum.auto()
    FILLED = enum.auto()
    CANCELED = enum.auto()
    REJECTED = enum.auto()
    EXPIRED = enum.auto()
    REPLACED = enum.auto()

    @property
    def terminal(self) -> bool:
        return self in _TERMINAL


_TERMINAL = frozenset((Stage.FILLED, Stage.CANCELED, Stage.REJECTED, Stage.EXPIRED, Stage.REPLACED))


class Event(enum.Enum):
    """What has just happened to an order."""

    NEW = enum.auto()
    STAGE = enum.auto()  # the stage changed, the quantities did not
    FILL = enum.auto()  # an execution; the stage may have become FILLED with it
    REFUSED = enum.auto()  # canceled by the system before it worked
    REJECTED = enum.auto()
    EXPIRED = enum.auto()
    REPLACED = enum.auto()  # ended; the order `replaced_by` is entered next
    AMENDED = enum.auto()  # quantity or limit changed under the same id
    CANCEL_REFUSED = enum.auto()  # the order keeps working
    REPLACE_REFUSED = enum.auto()
    BUST = enum.auto()  # the execution `touched` is taken back
    CORRECTED = enum.auto()  # `touched` has another price now
    IDLE = enum.auto()  # nothing changed, but the venue may send a message


@dataclass(frozen=True)
class Habits:
    """How often each event happens, 0 to 1, as a share of the changes of working orders unless another share is named.

    reject         share of new orders
    refuse         share of cancels and replaces
    bust, correct  share of steps, once any order has an execution
    """

    reject: float = 0.0
    refuse: float = 0.0
    expire: float = 0.0
    replace: float = 0.0
    amend: float = 0.0
    bust: float = 0.0
    correct: float = 0.0
    idle: float = 0.0


@dataclass
class Execution:
    """One fill; quantity in units, price in ticks."""

    number: int  # counted over all orders of a flow, from 1
    qty: int
    price: int


@dataclass
class Holding:
    """An account's position in an instrument."""

    qty: int = 0  # signed
    spent: int = 0  # sum of signed quantity x price, in ticks


@dataclass
class SimOrder:
    """One order; quantities in whole units, prices in the instrument's ticks."""

    id: int
    ref: str
    account: str
    instrument: Instrument
    side: str  # "BUY" or "SELL"
    type: str  # "LIMIT", "MARKET" or "STOP_LIMIT"
    tif: str
    qty: int
    limit: int | None
    stop: int | None
    stage: Stage = Stage.NEW
    filled: int = 0
    spent: int = 0  # sum of quantity x price of all fills, in ticks
    fills: int = 0
    changed_ms: int = 0  # Unix time of the last change
    created_ms: int = 0
    replaces: int | None = None
    replaced_by: int | None = None
    amends: int = 0
    executions: list[Execution] = field(default_factory=list)  # without those that were busted
    touched: Execution | None = None  # the execution that the last event was about

    @property
    def leaves(self) -> int:
        return self.qty - self.filled


class OrderFlow:
    """Keeps about `live` orders alive and advances one of them with each step.

    clip      the largest order in units; the smaller fills are compared with it, the more fills an order takes
    habits    see Habits
    holdings  (account, symbol) → the position from all executions that were not busted
    """

    def __init__(
        self,
        rng: Random,
        instruments: list[Instrument],
        accounts: list[str],
        *,
        live: int = 24,
        clip: int = 2_000,
        habits: Habits | None = None,
    ) -> None:
        self._rng = rng
        self._instruments = instruments
        self._accounts = accounts
        self._live = live
        self._clip = clip
        self._habits = habits or Habits()
        self._next_id = 922_048_200
        self._executed = 0
        self._successors: deque[SimOrder] = deque()  # orders that replace others and are not entered yet
        self._filled: deque[SimOrder] = deque(maxlen=16)  # filled lately; may still be busted
        self.alive: list[SimOrder] = []
        self.all: list[SimOrder] = []
        self.holdings: dict[tuple[str, str], Holding] = {}

    def step(self, now_ms: int) -> tuple[SimOrder, Event]:
        """One legal change of one order."""
        order, event = self._step()
        order.changed_ms = now_ms
        order.created_ms = order.created_ms or now_ms
        return order, event

    def _step(self) -> tuple[SimOrder, Event]:
        rng, habits = self._rng, self._habits
        if self._successors:
            return self._add(self._successors.popleft()), Event.NEW
        if habits.bust + habits.correct > 0 and self._filled:
            draw = rng.random()
            if draw < habits.bust + habits.correct:
                order = rng.choice(self._filled)
                if order.executions and order.stage in (Stage.SUBMITTED, Stage.FILLED):
                    return order, self._take_back(order, bust=draw < habits.bust)
        if len(self.alive) < self._live and (not self.alive or rng.random() < 0.25):
            return self._add(self._enter()), Event.NEW
        index = rng.randrange(len(self.alive))
        order = self.alive[index]
        event = self._advance(order)
        if order.stage.terminal:
            self.alive[index] = self.alive[-1]
            self.alive.pop()
        return order, event

    def drain(self, now_ms: int) -> tuple[SimOrder, Event] | None:
        """One legal change towards the end of an order; None once all orders have ended."""
        if not self.alive and not self._successors:
            return None
        live, self._live = self._live, 0
        habits, self._habits = self._habits, Habits()
        try:
            return self.step(now_ms)
        finally:
            self._live, self._habits = live, habits

    def _add(self, order: SimOrder) -> SimOrder:
        self.alive.append(order)
        self.all.append(order)
        return order

    def _enter(self) -> SimOrder:
        rng = self._rng
        instrument = rng.choice(self._instruments)
        side = rng.choice(("BUY", "SELL"))
        type_ = rng.choices(("LIMIT", "MARKET", "STOP_LIMIT"), (75, 15, 10))[0]
        away = rng.randrange(4)
        near = instrument.bid - away if side == "BUY" else instrument.ask + away
        limit = None if type_ == "MARKET" else max(1, near)
        stop = None
        if type_ == "STOP_LIMIT" and limit is not None:
            stop = max(1, limit - 2 if side == "BUY" else limit + 2)
        return SimOrder(
            id=self._id(),
            ref=f"mm-{len(self.all):06d}",
            account=rng.choice(self._accounts),
            instrument=instrument,
            side=side,
            type=type_,
            tif="DAY" if type_ == "MARKET" else rng.choice(("DAY", "GTC")),
            qty=rng.randint(1, self._clip // 10) * 10,
            limit=limit,
            stop=stop,
        )

    def _id(self) -> int:
        self._next_id += self._rng.randint(1, 3)
        return self._next_id

    def _advance(self, order: SimOrder) -> Event:
        rng, habits = self._rng, self._habits
        draw = rng.random()
        match order.stage:
            case Stage.NEW:
                if draw < 0.03:
                    order.stage = Stage.CANCELED
                    return Event.REFUSED
                if draw < 0.03 + habits.reject:
                    order.stage = Stage.REJECTED
                    return Event.REJECTED
                order.stage = Stage.PENDING_SUBMIT
            case Stage.PENDING_SUBMIT:
                order.stage = Stage.SUBMITTED if order.type == "MARKET" else Stage.PRE_SUBMITTED
            case Stage.PRE_SUBMITTED:
                order.stage = Stage.PENDING_CANCEL if draw < 0.05 else Stage.SUBMITTED
            case Stage.SUBMITTED:
                return self._work(order, draw)
            case Stage.PENDING_REPLACE:
                if draw < 0.15:
                    return self._fill(order)
                if draw < 0.15 + habits.refuse:
                    order.stage = Stage.SUBMITTED
                    return Event.REPLACE_REFUSED
                return self._replace(order)
            case _:  # PENDING_CANCEL: an execution may still come first
                if draw < 0.15:
                    return self._fill(order)
                if draw < 0.15 + habits.refuse:
                    order.stage = Stage.SUBMITTED
                    return Event.CANCEL_REFUSED
                order.stage = Stage.CANCELED
        return Event.STAGE

    def _work(self, order: SimOrder, draw: float) -> Event:
        """The next event of a working order."""
        habits = self._habits
        if order.type == "MARKET":
            return self._fill(order)
        if draw < (bound := 0.06):
            order.stage = Stage.PENDING_CANCEL
            return Event.STAGE
        if draw < (bound := bound + habits.expire):
            order.stage = Stage.EXPIRED
            return Event.EXPIRED
        if draw < (bound := bound + habits.replace):
            order.stage = Stage.PENDING_REPLACE
            return Event.STAGE
        if draw < (bound := bound + habits.amend):
            return self._amend(order)
        if draw < bound + habits.idle:
            return Event.IDLE
        return self._fill(order)

    def _replace(self, order: SimOrder) -> Event:
        rng = self._rng
        successor = SimOrder(
            id=self._id(),
            ref=f"{order.ref[:9]}-r{len(self.all)}",
            account=order.account,
            instrument=order.instrument,
            side=order.side,
            type=order.type,
            tif=order.tif,
            qty=order.leaves,
            limit=None if order.limit is None else max(1, order.limit + rng.choice((-1, 1))),
            stop=order.stop,
            replaces=order.id,
        )
        order.replaced_by = successor.id
        order.stage = Stage.REPLACED
        self._successors.append(successor)
        return Event.REPLACED

    def _amend(self, order: SimOrder) -> Event:
        rng = self._rng
        if order.limit is not None and rng.random() < 0.5:
            order.limit = max(1, order.limit + rng.choice((-1, 1)))
        else:
            order.qty += rng.randint(1, 10) * 10
        order.amends += 1
        return Event.AMENDED

    def _fill(self, order: SimOrder) -> Event:
        rng = self._rng
        left = order.leaves
        quantity = left if left <= 10 or rng.random() < 0.1 else rng.randint(1, max(1, left // 2))
        market = order.instrument
        touch = market.ask if order.side == "BUY" else market.bid
        if order.limit is None:
            price = touch
        else:  # at the limit or better
            price = min(order.limit, touch) if order.side == "BUY" else max(order.limit, touch)
        self._executed += 1
        order.touched = Execution(self._executed, quantity, price)
        order.executions.append(order.touched)
        order.fills += 1
        self._book(order, quantity, price)
        self._filled.append(order)
        if order.filled == order.qty:
            order.stage = Stage.FILLED
        return Event.FILL

    def _take_back(self, order: SimOrder, *, bust: bool) -> Event:
        """Busts the last execution, or corrects its price by a tick."""
        execution = order.touched = order.executions[-1]
        if not bust:
            self._book(order, -execution.qty, execution.price)
            execution.price = max(1, execution.price + self._rng.choice((-1, 1)))
            self._book(order, execution.qty, execution.price)
            return Event.CORRECTED
        order.executions.pop()
        self._book(order, -execution.qty, execution.price)
        if order.stage is Stage.FILLED:
            order.stage = Stage.SUBMITTED
            self.alive.append(order)
        return Event.BUST

    def _book(self, order: SimOrder, quantity: int, price: int) -> None:
        order.filled += quantity
        order.spent += quantity * price
        signed = quantity if order.side == "BUY" else -quantity
        holding = self.holdings.setdefault((order.account, order.instrument.symbol), Holding())
        holding.qty += signed
        holding.spent += signed * price
