"""What its messages mean."""

from tickfold.schema.enums import OrderStatus, Venue
from tickfold.tables.language import Table, decimal, epoch, one_of, select, shape, skip, symbol, text

STATES = {"docked": OrderStatus.NEW, "sailing": OrderStatus.PARTIALLY_FILLED, "home": OrderStatus.FILLED}

TABLE = Table(
    name="lighthouse",
    venue=Venue.NONE,
    root=select("say", {
        "welcome": shape("Ack", {}, action="welcome"),
        "lit": shape("Ack", {"lamps": skip("they are told by Quote")}, action="lit"),
        "glow": shape("Quote", {
            "lamp": symbol, "low": decimal("bid"), "high": decimal("ask"), "at": epoch(unit="ns"),
        }),
        "ship": shape("Order", {
            "id": text("order_id"), "lamp": symbol, "wants": decimal("qty"), "has": decimal("filled_qty"),
            "state": one_of("status", STATES, also="status_text"), "at": epoch(unit="ns"),
        }),
    }),
)  # fmt: skip
