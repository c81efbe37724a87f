"""The models behind the simulated venues: quotes on a tick grid, orders that live legal lives."""

from random import Random

import pytest

from tickfold.sim.ibkr.gateway import default_market
from tickfold.sim.market import MAX_SPREAD, Instrument, decimal_text
from tickfold.sim.orders import Event, OrderFlow, Stage

LEGAL = {
    Stage.NEW: {Stage.PENDING_SUBMIT, Stage.CANCELED},
    Stage.PENDING_SUBMIT: {Stage.PRE_SUBMITTED, Stage.SUBMITTED},
    Stage.PRE_SUBMITTED: {Stage.SUBMITTED, Stage.PENDING_CANCEL},
    Stage.SUBMITTED: {Stage.SUBMITTED, Stage.PENDING_CANCEL, Stage.FILLED},
    Stage.PENDING_CANCEL: {Stage.PENDING_CANCEL, Stage.CANCELED, Stage.FILLED},
}


@pytest.mark.parametrize(
    ("units", "places", "trim", "text"),
    [
        (48105, 2, True, "481.05"),
        (48110, 2, True, "481.1"),
        (48100, 2, True, "481"),
        (48100, 2, False, "481.00"),
        (5, 2, True, "0.05"),
        (-5, 2, True, "-0.05"),
        (0, 2, False, "0.00"),
        (1200, 0, True, "1200"),
        (123456789, 9, True, "0.123456789"),
    ],
)
def test_decimal_text(units, places, trim, text):
    assert decimal_text(units, places, trim=trim) == text


def test_a_market_stays_a_market():
    rng = Random(3)
    market = Instrument("AAPL", 3, 5)
    for _ in range(20_000):
        market.move(rng)
        market.trade(rng)
        assert 0 < market.bid < market.ask <= market.bid + MAX_SPREAD
        assert market.bid_size > 0
        assert market.ask_size > 0
        assert market.low <= market.last <= market.high
        assert market.last in (market.bid, market.ask)


def test_a_crossed_market_is_refused():
    with pytest.raises(ValueError, match="no market"):
        Instrument("AAPL", 5, 5)


def test_orders_live_legal_lives():
    flow = OrderFlow(Random(11), default_market(), ["DU1", "DU2"], live=10)
    before = {}
    seen = set()
    for step in range(30_000):
        order, event = flow.step(step)
        seen.add((order.stage, event))
        if event is Event.NEW:
            assert order.id not in before
        else:
            stage, filled = before[order.id]
            assert order.stage in LEGAL[stage]
            assert (order.filled > filled) == (event is Event.FILL)
        assert 0 <= order.filled <= order.qty
        assert (order.stage is Stage.FILLED) == (order.filled == order.qty)
        if order.limit is not None and order.filled:
            average = order.spent / order.filled
            assert average <= order.limit if order.side == "BUY" else average >= order.limit
        before[order.id] = order.stage, order.filled
    assert len(flow.alive) <= 10
    assert {(Stage.CANCELED, Event.REFUSED), (Stage.PENDING_CANCEL, Event.FILL), (Stage.FILLED, Event.FILL)} <= seen
