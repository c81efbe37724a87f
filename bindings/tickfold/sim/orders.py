"""Orders and their lives: a flow of legal state changes, one order at a time, for any venue to put in its own words.

    NEW → PENDING_SUBMIT → PRE_SUBMITTED → SUBMITTED → FILL … → FILLED
     │                          │              └─────────┬────→ PENDING_CANCEL → (FILL) → CANCELED
     └── CANCELED (refused)     └────────────────────────┘
"""

import enum
from dataclasses import dataclass
from random import Random

from tickfold.sim.market import Instrument


class Stage(enum.Enum):
    """Where an order stands."""

    NEW = enum.auto()  # seen, not yet working
    PENDING_SUBMIT = enum.auto()
    PRE_SUBMITTED = enum.auto()  # accepted, waiting for a trigger or for the session
    SUBMITTED = enum.auto()  # working
    PENDING_CANCEL = enum.auto()
    FILLED = enum.auto()
    CANCELED = enum.auto()

    @property
    def terminal(self) -> bool:
        return self in (Stage.FILLED, Stage.CANCELED)


class Event(enum.Enum):
    """What has just happened to an order."""

    NEW = enum.auto()
    STAGE = enum.auto()  # the stage changed, the quantities did not
    FILL = enum.auto()  # an execution; the stage may have become FILLED with it
    REFUSED = enum.auto()  # canceled by the system before it worked


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

    @property
    def leaves(self) -> int:
        return self.qty - self.filled


class OrderFlow:
    """Keeps about `live` orders alive and advances one of them with each step.

    clip    the largest order in units; the smaller a fill is against it, the longer lives get
    """

    def __init__(
        self, rng: Random, instruments: list[Instrument], accounts: list[str], *, live: int = 24, clip: int = 2_000
    ) -> None:
        self._rng = rng
        self._instruments = instruments
        self._accounts = accounts
        self._live = live
        self._clip = clip
        self._next_id = 922_048_200
        self.alive: list[SimOrder] = []
        self.all: list[SimOrder] = []

    def step(self, now_ms: int) -> tuple[SimOrder, Event]:
        """One legal change of one order."""
        rng = self._rng
        if len(self.alive) < self._live and (not self.alive or rng.random() < 0.25):
            order = self._enter()
            event = Event.NEW
        else:
            index = rng.randrange(len(self.alive))
            order = self.alive[index]
            event = self._advance(order)
            if order.stage.terminal:
                self.alive[index] = self.alive[-1]
                self.alive.pop()
        order.changed_ms = now_ms
        return order, event

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
        self._next_id += rng.randint(1, 3)
        order = SimOrder(
            id=self._next_id,
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
        self.alive.append(order)
        self.all.append(order)
        return order

    def _advance(self, order: SimOrder) -> Event:
        rng = self._rng
        draw = rng.random()
        match order.stage:
            case Stage.NEW:
                if draw < 0.03:
                    order.stage = Stage.CANCELED
                    return Event.REFUSED
                order.stage = Stage.PENDING_SUBMIT
            case Stage.PENDING_SUBMIT:
                order.stage = Stage.SUBMITTED if order.type == "MARKET" else Stage.PRE_SUBMITTED
            case Stage.PRE_SUBMITTED:
                order.stage = Stage.PENDING_CANCEL if draw < 0.05 else Stage.SUBMITTED
            case Stage.SUBMITTED:
                if draw < 0.06 and order.type != "MARKET":
                    order.stage = Stage.PENDING_CANCEL
                else:
                    return self._fill(order)
            case _:  # PENDING_CANCEL: an execution may still win the race
                if draw < 0.15:
                    return self._fill(order)
                order.stage = Stage.CANCELED
        return Event.STAGE

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
        order.filled += quantity
        order.spent += quantity * price
        order.fills += 1
        if order.filled == order.qty:
            order.stage = Stage.FILLED
        return Event.FILL
