"""What a gateway tells again, of an order that has ended, begins no new one."""

import json

import pytest

from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Fill, Order, OrderStatus

PORTAL = {"topic": "realtime-account-data+DU1"}
EARLY, LATE, END = 1718026215910, 1718026215911, 1718026215912


def order(status: str, filled: int, time: int) -> dict[str, object]:
    return {"acct": "DU1", "orderId": 7, "conid": 5, "status": status, "totalSize": 10, "filledQuantity": filled,
            "remainingQuantity": 10 - filled if status != "Cancelled" else 0, "lastExecutionTime_r": time}  # fmt: skip


@pytest.mark.parametrize("stream", ["ibkr", "ibkr.portal"])
@pytest.mark.parametrize(("last", "filled"), [("Filled", 10), ("Cancelled", 0)])
def test_a_life_told_again(stream: str, last: str, filled: int) -> None:
    """The earlier words come with earlier times, one after the other: none of them makes the order's end fall back."""
    life = [order("PreSubmitted", 0, EARLY), order("Submitted", 0, LATE), order(last, filled, END)]
    text = json.dumps({"topic": "sor", "args": life} if stream == "ibkr" else PORTAL | {"orders": life})
    decoder = Decoder(stream)
    heard: list[tuple[OrderStatus, int | None]] = []
    filled_in_all = 0.0

    def on_order(record: Order) -> None:
        heard.append((record.status, record.ts_updated))

    def on_fill(record: Fill) -> None:
        nonlocal filled_in_all
        filled_in_all += record.qty

    decoder.on(Order, on_order)
    decoder.on(Fill, on_fill)
    decoder.feed(text)
    ended = heard[-1]
    for _ in range(3):
        heard.clear()
        decoder.feed(text)
        assert set(heard) <= {ended}
    row = decoder.orders["7"]
    assert (row.status, row.filled_qty, row.ts_event) == (ended[0], filled, END * 10**6)
    assert filled_in_all == (filled if decoder.synthetic_fills else 0)
