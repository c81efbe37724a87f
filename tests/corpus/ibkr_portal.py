"""IBKR's older gateway: the topics md+<conid> and realtime-account-data+<account>."""

from tickfold.schema.enums import ErrorSource, LastFlag

from . import Message, message, want
from .ibkr import FIELDS, MS, ORDER, ORDER_WANT

MESSAGES: list[Message] = [
    message(
        "market data",
        '{"84":63.41,"86":63.43,"topic":"md+8894"}',
        want("Quote", "8894", None, bid="63.41", ask="63.43"),
    ),
    message(
        "market data as texts",
        '{"31":"C63.42","88":"1,200","87":"8.4M","topic":"md+8894"}',
        want("Quote", "8894", None, last="63.42", last_flag=LastFlag.PREV_CLOSE, bid_size="1200", volume="8.4E+6"),
    ),
    *(
        message(
            f"field {key}", {key: value, "topic": "md+8894"}, *([want(kind, "8894", None, **fields)] if kind else [])
        )
        for key, (value, kind, fields) in FIELDS.items()
    ),
    message(
        "orders",
        {"orders": [ORDER, {"orderId": 5}], "topic": "realtime-account-data+U7654321"},
        want("Order", "8894", 1722952931000 * MS, **ORDER_WANT),
        want("Order", None, None, order_id="5", account="U7654321"),
    ),
    message(
        "profit and loss by account",
        {"pnl": {"U7654321.Core": {"rowType": 1, "dpl": -412.5}}, "topic": "realtime-account-data+U7654321"},
        want("Pnl", None, None, account="U7654321", segment="Core", row_type=1, daily="-412.5"),
    ),
    message(
        "profit and loss as its successor has it",
        {"args": {"U1.Core": {"upl": 1}}, "topic": "realtime-account-data+U1"},
        want("Pnl", None, None, account="U1", segment="Core", unrealized="1"),
    ),
    message(
        "profit and loss, flat",
        {
            "dpl": -412.5,
            "nl": 118250.0,
            "upl": 2310.0,
            "uel": 1,
            "el": 2,
            "mv": 3,
            "rpl": 4,
            "topic": "realtime-account-data+U1",
        },
        want(
            "Pnl",
            None,
            None,
            account="U1",
            daily="-412.5",
            net_liq="118250.0",
            unrealized="2310.0",
            uncushioned="1",
            excess_liq="2",
            market_value="3",
            realized="4",
        ),
    ),
    message(
        "profit and loss, by the names of the REST API",
        {"upnl": 1.5, "realizedPnl": 2.5, "topic": "realtime-account-data+U1"},
        want("Pnl", None, None, account="U1", unrealized="1.5", realized="2.5"),
    ),
    message(
        "profit and loss, long names",
        {"unrealizedPnl": 1.5, "topic": "realtime-account-data+U1"},
        want("Pnl", None, None, account="U1", unrealized="1.5"),
    ),
    message(
        "something else",
        {"what": {"x": 1}, "topic": "realtime-account-data+U1"},
        want("Raw", topic="what", data=b'{"x":1}'),
    ),
    message(
        "system",
        {"topic": "system", "hb": 1718026215882},
        want("SessionState", None, 1718026215882 * MS, topic="system", heartbeat=1718026215882 * MS),
    ),
    message(
        "session",
        {"topic": "sts", "args": {"authenticated": False}},
        want("SessionState", topic="sts", authenticated=False),
    ),
    message(
        "keepalive",
        {"topic": "tic", "alive": True, "lastAccessed": 5},
        want("SessionState", None, 5 * MS, topic="tic", alive=True, heartbeat=5 * MS),
    ),
    message("error", {"error": "not authenticated"}, want("Error", text="not authenticated", source=ErrorSource.VENUE)),
    message(
        "error with a topic",
        {"error": "x", "code": 5, "topic": "realtime-account-data+U1"},
        want("Error", text="x", code=5, topic="realtime-account-data+U1", source=ErrorSource.VENUE),
    ),
    message(
        "error as a topic",
        {"topic": "error", "error": "x"},
        want("Error", text="x", topic="error", source=ErrorSource.VENUE),
    ),
]
