"""Vega's JSON in both of its encodings, from one description of a message.

    message({"status": Enum("STATUS_", "ACTIVE", 1), "remaining": 0, "reference": ""}, names=False)  → {"status":1}
    message({"status": Enum("STATUS_", "ACTIVE", 1), "remaining": 0, "reference": ""}, names=True)
        → {"status":"STATUS_ACTIVE","remaining":"0","reference":""}

Whole numbers stand for 64-bit integers, which become texts in JSON. Fields of the protocol's type `string` are str here
and are omitted only if empty. An absent `optional` field has no key in the description.
"""

import json
from typing import Any, NamedTuple


class Enum(NamedTuple):
    """A member of an enum: the prefix of its names, its name and its number."""

    prefix: str
    name: str
    number: int


def message(value: Any, *, names: bool) -> bytes:
    """The text of a message; `names` picks the encoding with names of enums and with zeros."""
    return json.dumps(encoded(value, names=names), separators=(",", ":"), ensure_ascii=False).encode()


def encoded(value: Any, *, names: bool) -> Any:
    if isinstance(value, Enum):
        return value.prefix + value.name if names else value.number
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [encoded(item, names=names) for item in value]
    return {key: encoded(item, names=names) for key, item in value.items() if names or not _empty(item)}


def _empty(value: Any) -> bool:
    if isinstance(value, Enum):
        return value.number == 0
    return value is None or value is False or (isinstance(value, (int, str, list)) and not value)


def _members(prefix: str, names: str, first: int = 0) -> dict[str, Enum]:
    return {name: Enum(prefix, name, number) for number, name in enumerate(names.split(), first)}


SIDE = _members("SIDE_", "UNSPECIFIED BUY SELL")
STATUS = _members(
    "STATUS_", "UNSPECIFIED ACTIVE EXPIRED CANCELLED STOPPED FILLED REJECTED PARTIALLY_FILLED PARKED"
)
TIF = _members("TIME_IN_FORCE_", "UNSPECIFIED GTC GTT IOC FOK GFA GFN")
TYPE = _members("TYPE_", "UNSPECIFIED LIMIT MARKET NETWORK")
TRADE_TYPE = _members("TYPE_", "UNSPECIFIED DEFAULT NETWORK_CLOSE_OUT_GOOD NETWORK_CLOSE_OUT_BAD")
PEGGED = _members("PEGGED_REFERENCE_", "UNSPECIFIED MID BEST_BID BEST_ASK")
REASON = {
    "MARGIN_CHECK_FAILED": Enum("ORDER_ERROR_", "MARGIN_CHECK_FAILED", 14),
    "SELF_TRADING": Enum("ORDER_ERROR_", "SELF_TRADING", 20),
    "POST_ONLY_ORDER_WOULD_TRADE": Enum("ORDER_ERROR_", "POST_ONLY_ORDER_WOULD_TRADE", 49),
}
ACCOUNT = {
    "MARGIN": Enum("ACCOUNT_TYPE_", "MARGIN", 3),
    "GENERAL": Enum("ACCOUNT_TYPE_", "GENERAL", 4),
}
TRANSFER = {
    "MTM_LOSS": Enum("TRANSFER_TYPE_", "MTM_LOSS", 4),
    "MTM_WIN": Enum("TRANSFER_TYPE_", "MTM_WIN", 5),
}
TRADING_MODE = _members("TRADING_MODE_", "UNSPECIFIED CONTINUOUS BATCH_AUCTION OPENING_AUCTION MONITORING_AUCTION")
MARKET_STATE = _members("STATE_", "UNSPECIFIED PROPOSED REJECTED PENDING CANCELLED ACTIVE SUSPENDED")
AUCTION_TRIGGER = _members("AUCTION_TRIGGER_", "UNSPECIFIED BATCH OPENING PRICE LIQUIDITY")
MARGIN_MODE = _members("MARGIN_MODE_", "UNSPECIFIED CROSS_MARGIN ISOLATED_MARGIN")
POSITION_STATUS = _members("POSITION_STATUS_", "UNSPECIFIED ORDERS_CLOSED CLOSED_OUT")
LIQUIDITY_STATUS = _members("STATUS_", "UNSPECIFIED ACTIVE STOPPED CANCELLED REJECTED UNDEPLOYED PENDING")
VOTE = _members("VALUE_", "UNSPECIFIED NO YES")
PROPOSAL_STATE = _members("STATE_", "UNSPECIFIED FAILED OPEN PASSED REJECTED DECLINED ENACTED WAITING_FOR_NODE_VOTE")
TRANSACTION = _members("STATUS_", "UNSPECIFIED SUCCESS PARTIAL_SUCCESS FAILURE")
BUS_EVENT = {
    "ORDER": Enum("BUS_EVENT_TYPE_", "ORDER", 5),
    "ACCOUNT": Enum("BUS_EVENT_TYPE_", "ACCOUNT", 6),
    "TRADE": Enum("BUS_EVENT_TYPE_", "TRADE", 8),
}
