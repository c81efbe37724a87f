"""Interactive Brokers' older gateway: the topics `md+<conid>` and `realtime-account-data+<account>`.

One page describes it; the records are those of its successor (tables/ibkr.py), which the page's samples agree with.
"""

import dataclasses

from tickfold.schema.enums import ErrorSource, Venue
from tickfold.schema.language import (
    Table,
    aside,
    compact_date,
    dressed,
    each,
    each_by_key,
    envelope,
    epoch,
    select,
    shape,
    skip,
    text,
)
from tickfold.venues.ibkr.table import ORDER, PNL, SNAPSHOT_TOPIC, STS, SYSTEM, TIC
from tickfold.venues.ibkr.table_data import ERROR, QUOTE

# What its page lists of an order has no lastExecutionTime_r.
ORDERS = dataclasses.replace(ORDER, rest=text("account"), rows={
    **ORDER.rows,
    "lastExecutionTime": compact_date("ts_updated", newest=True),
    "lastExecutionTime_r": epoch("ts_updated", newest=True),
})

# P&L comes under the same topic; its form is not documented. Both forms of the successor are read, and the names that
# the REST API of the same gateway has.
ACCOUNT_PNL = dataclasses.replace(PNL, rows={
    **{key: row for key, row in PNL.rows.items() if key != "rowType"},
    "upnl": dressed("unrealized"),
    "unrealizedPnl": dressed("unrealized"),
    "realizedPnl": dressed("realized"),
})

TABLE = Table(
    name="ibkr.portal",
    venue=Venue.IBKR_PORTAL,
    promotes=True,
    deltas=True,
    stops_in_price=True,
    root=select("topic", {
        SNAPSHOT_TOPIC: envelope({
            "orders": each(dataclasses.replace(ORDERS, snapshot=True)),
            "snapshot": skip("whether the list is whole: each of its orders is whole"),
        }),
        "md": QUOTE,
        "realtime-account-data": envelope({
            "orders": each(ORDERS),
            "pnl": each_by_key(PNL),
            "args": each_by_key(PNL),
            **aside(ACCOUNT_PNL),
            **aside(ERROR),
        }, loud=True),
        "system": SYSTEM,
        "sts": STS,
        "tic": TIC,
        "error": shape("Error", ERROR.rows, named=text("topic"), source=ErrorSource.VENUE),
    }, separator="+", absent={"error": ERROR}, unknown={"error": ERROR}),
)
