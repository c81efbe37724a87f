"""ETNA: every entity type, field, status and command of the reference."""

import json
from typing import Any

import pytest

from corpus import Message, check_decoded, words
from corpus.etna import ITEM_NAMES, ITEMS, LONG, MESSAGES, ORDER, POSITION, QUOTE, SUBSCRIBED
from tickfold.engine._enums import Flag, OrderStatus, OrderType, Side, TimeInForce
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Ack, Balance, Fill, Order, Raw
from tickfold.tables import etna

QUOTE_KEYS = words("""
    Key QuoteTypes Bid Ask BidSize AskSize BidMarket AskMarket LastMarket BidTime AskTime Date BidUpdate AskUpdate
    Last Price Open High Low Close DayHigh DayLow PreviousClose Volume TotalDailyVolume AverageVolume3Month
    OpenInterest Change ChangePc Week52Low Week52High Dividend DividendShare DividendYield MarketCap Eps PeRatio
    Beta Sector TradeCondition DontAffectCandle
""")
CANDLE_KEYS = words("Key Open High Low Close Volume Time IsCompleted IsMarket")
ORDER_KEYS = words("""
    Id AccountId ParentId SecurityId Symbol Name SecurityType Exchange Currency Quantity ExecutedQuantity
    LeavesQuantity AveragePrice LastPrice LastQuantity Price StopPrice Side Status ExecutionStatus Type InitialType
    TimeInForce CreateDate Date TransactionDate ExpireDate DateOffset DateText TransactionDateText ExecInst
    TrailingStopAmountType TrailingStopAmount TrailingLimitAmountType TrailingLimitAmount RejectReason Description
    Comment UnderlyingSymbol UnderlyingId UnderlyingStrike UnderlyingOptionType UnderlyingExpirationDate
    UnderlyingExpirationType ExtendedHours BrokerServiceCommission
""")
POSITION_KEYS = words("""
    Id AccountId SecurityId Symbol SecurityType Exchange Currency Name CompanyName Quantity CostBasis DailyCostBasis
    AverageOpenPrice AverageClosePrice RealizedProfitLoss CreateDate CreateDateOffset ModifyDate ModifyDateOffset
""")
ENTITIES = ["Quote", "Candle", "Order", "Position", "AccountBalance", "UserBalance", "Watchlist", "WatchlistContent"]
STATUSES = [
    "New",
    "PartiallyFilled",
    "Filled",
    "DoneForDay",
    "Canceled",
    "Replaced",
    "PendingCancel",
    "Stopped",
    "Rejected",
    "Suspended",
    "PendingNew",
    "Calculated",
    "Expired",
    "AcceptedForBidding",
    "PendingReplace",
    "Error",
]  # by number
CANONICAL = [
    OrderStatus.NEW,
    OrderStatus.PARTIALLY_FILLED,
    OrderStatus.FILLED,
    OrderStatus.DONE_FOR_DAY,
    OrderStatus.CANCELED,
    OrderStatus.REPLACED,
    OrderStatus.PENDING_CANCEL,
    OrderStatus.STOPPED,
    OrderStatus.REJECTED,
    OrderStatus.SUSPENDED,
    OrderStatus.PENDING_NEW,
    OrderStatus.CALCULATED,
    OrderStatus.EXPIRED,
    OrderStatus.ACCEPTED,
    OrderStatus.PENDING_REPLACE,
    OrderStatus.REJECTED,
]
TYPES = {
    "Market": OrderType.MARKET,
    "Limit": OrderType.LIMIT,
    "Stop": OrderType.STOP,
    "StopLimit": OrderType.STOP_LIMIT,
    "Stop Limit": OrderType.STOP_LIMIT,
    "Pegged": OrderType.PEGGED,
    "TrailingStop": OrderType.TRAIL,
    "TrailingStopLimit": OrderType.TRAIL_LIMIT,
    "OneCancelOther": OrderType.OCO,
    "OneTriggerOther": OrderType.OTO,
    "OneTriggerOneCancelOther": OrderType.OTOCO,
    "External": OrderType.NETWORK,
    "Odd": OrderType.OTHER,
}
TIFS = {
    "Day": TimeInForce.DAY,
    "GoodTillCancel": TimeInForce.GTC,
    "AtTheOpening": TimeInForce.OPG,
    "ImmediateOrCancel": TimeInForce.IOC,
    "FillOrKill": TimeInForce.FOK,
    "GoodTillCrossing": TimeInForce.GTX,
    "GoodTillDate": TimeInForce.GTD,
    "GoodTillTime": TimeInForce.GTD,
    "Odd": TimeInForce.UNKNOWN,
}
SIDES = {
    "Buy": Side.BUY,
    "Sell": Side.SELL,
    "SellShort": Side.SELL_SHORT,
    "BuyToCover": Side.BUY_TO_COVER,
    "Odd": Side.NONE,
}


def order(**fields: Any) -> bytes:
    return json.dumps({**ORDER, **fields}).encode()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_message(message: Message) -> None:
    check_decoded("etna", message.payload, message.records)


def test_all_types_and_fields_of_the_reference_have_a_row_and_a_message() -> None:
    cases = etna.TABLE.root.cases
    assert set(ENTITIES) == set(cases)
    for name, keys in {
        "Quote": QUOTE_KEYS,
        "Candle": CANDLE_KEYS,
        "Order": ORDER_KEYS,
        "Position": POSITION_KEYS,
    }.items():
        assert set(keys) <= set(cases[name].rows), name
    assert set(QUOTE_KEYS) <= set(QUOTE)
    assert set(ORDER_KEYS) <= set(ORDER)
    assert set(POSITION_KEYS) <= set(POSITION)
    assert {"AccountId", "CashBalance", "PendingCash", "PendingOrdersCount", "Items"} <= set(cases["UserBalance"].rows)
    assert len(ITEM_NAMES) == 28
    assert set(STATUSES) | {"Held"} | {str(number) for number in range(16)} == set(etna.STATUS)


@pytest.mark.parametrize("number", range(16))
def test_statuses_by_name_and_number(number: int) -> None:
    for word in (STATUSES[number], str(number)):
        (record, *_) = Decoder("etna").decode(order(Status=word))
        assert (record.status, record.status_text) == (CANONICAL[number], word)
    assert Decoder("etna").decode(order(Status="Held"))[0].status is OrderStatus.HELD
    assert Decoder("etna").decode(order(Status="Odd"))[0].status is OrderStatus.UNKNOWN


def test_types_times_in_force_and_sides() -> None:
    for word, kind in TYPES.items():
        assert Decoder("etna").decode(order(Type=word))[0].type is kind
    for word, tif in TIFS.items():
        assert Decoder("etna").decode(order(TimeInForce=word))[0].tif is tif
    for word, side in SIDES.items():
        assert Decoder("etna").decode(order(Side=word))[0].side is side
    for word, extended in {"PRE": True, "POST": True, "REGPOST": True, "ALL": True, "REG": False}.items():
        assert Decoder("etna").decode(order(ExtendedHours=word))[0].extended_hours is extended


def test_an_amount_in_percent_is_no_price() -> None:
    for said in ({"TrailingStopAmountType": "Persentage"}, {"TrailingStopAmountType": "Percentage"}):
        for fields in ({**said, "TrailingStopAmount": "1.50000"}, {"TrailingStopAmount": "1.50000", **said}):
            rest = {key: value for key, value in ORDER.items() if key not in fields}
            (record, *_) = Decoder("etna").decode(json.dumps({**rest, **fields}).encode())
            assert (record.trail_price, str(record.decimal("trail_percent"))) == (None, "1.50000")
    decoder = Decoder("etna")
    decoder.decode(order(TrailingStopAmount="2"))
    (record,) = decoder.decode(order(TrailingStopAmount="3", TrailingStopAmountType="Persentage"))
    assert (record.trail_price, record.trail_percent) == (None, 3)
    assert set(record.changed_fields) == {"trail_price", "trail_percent"}


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("first", ["Cmd", "EntityType"])
def test_the_answer_to_a_subscription_is_no_data(entity: str, first: str) -> None:
    reply = {first: "", **SUBSCRIBED, "EntityType": entity}
    decoder = Decoder("etna")
    for _ in range(2):  # the second time the decoder knows what comes
        (ack,) = decoder.decode(json.dumps(reply).encode())
        assert isinstance(ack, Ack)
        assert ack.action == "Subscribe.txt"
        (ack,) = decoder.decode(json.dumps(reply, separators=(",", ":")).encode())
        assert isinstance(ack, Ack)
        if entity not in ("AccountBalance", "UserBalance"):
            decoder.decode(
                next(one.payload for one in MESSAGES if entity.encode() in one.payload and b"Cmd" not in one.payload)
            )
    assert decoder.limited == 0


def test_items_wherever_they_stand_and_whatever_they_are() -> None:
    for keys in (("AccountId", "Items"), ("Items", "AccountId")):
        for items in (ITEMS, json.loads(ITEMS), ITEMS.replace(":", " : ")):
            values = {"AccountId": "611", "Items": items}
            decoder = Decoder("etna")
            records = decoder.decode(
                json.dumps({"EntityType": "AccountBalance", **{key: values[key] for key in keys}}).encode()
            )
            assert [record.account for record in records] == ["611"] * 29
            assert decoder.balances["611", "", "cash"].total == 0.5
    for items in ("null", "[]", "", None):
        decoder = Decoder("etna")
        assert (
            len(decoder.decode(json.dumps({"EntityType": "AccountBalance", "AccountId": "1", "Items": items}).encode()))
            == 1
        )
        assert decoder.mismatched == (items == "")


@pytest.mark.parametrize(
    "name", ["Größe", "金额", "😀", 'a "b"', "a\\b", "a/b", "tab\there", "a" * 15 + '"' + "b" * 16 + '"']
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_items_with_all_characters(name: str, ascii_only: bool) -> None:
    """Escaped or not in the message, and within the items where that is needed."""
    items = json.dumps([{"Name": name, "Value": 1.5}, {"Name": "cash", "Value": 2}], ensure_ascii=False)
    message = {"EntityType": "AccountBalance", "AccountId": "1", "Items": items}
    decoder = Decoder("etna")
    assert len(decoder.decode(json.dumps(message, ensure_ascii=ascii_only).encode())) == 3
    assert decoder.balances["1", "", name].total == 1.5
    assert decoder.balances["1", "", "cash"].total == 2
    assert decoder.mismatched == 0


@pytest.mark.parametrize(
    "items", ['[{"Name":"cash"', "[", "x", '[{"Name":"cash","Value":1}]x', '[{"Name":"cash","Value":1},{"Name":}]']
)
def test_a_fault_within_items_is_the_fault_of_items_only(items: str) -> None:
    decoder = Decoder("etna")
    records = decoder.decode(
        json.dumps({"EntityType": "AccountBalance", "AccountId": "1", "Items": items, "PendingCash": "5"}).encode()
    )
    (balance,) = records
    assert isinstance(balance, Balance)
    assert (balance.pending, decoder.mismatched, decoder.malformed) == (5, 1, 0)


def test_long_figures_keep_their_text() -> None:
    payload = json.dumps(
        {"EntityType": "UserBalance", "AccountId": "1", "Items": f'[{{"Name":"cash","Value":{LONG}}}]'}
    ).encode()
    decoder = Decoder("etna")
    record = decoder.decode(payload)[-1]
    assert (str(record.decimal("total")), record.flags) == (LONG, Flag.INEXACT)
    assert str(decoder.balances["1", "", "cash"].decimal("total")) == LONG


def test_synthetic_fills() -> None:
    decoder = Decoder("etna")
    decoder.decode(order(ExecutedQuantity="0", AveragePrice="0"))
    steps = [
        (
            ("120.00000", "62.40000", "62.39000", "70.00000"),
            ("120.00000", "62.40000"),
        ),  # more than the last one: from averages
        (("190.00000", "62.40368", "62.41000", "70.00000"), ("70.00000", "62.41000")),  # the last one
        (("190.00000", "62.40368", "62.41000", "70.00000"), None),  # the same again
        (("180.00000", "62.40368", "62.41000", "70.00000"), None),  # less: stale
        (("300.00000", "0.00000", "62.50000", "5.00000"), ("110.00000", None)),  # no price can be told
    ]
    for (executed, average, last_price, last_qty), fill in steps:
        fills = [
            record
            for record in decoder.decode(
                order(ExecutedQuantity=executed, AveragePrice=average, LastPrice=last_price, LastQuantity=last_qty)
            )
            if isinstance(record, Fill)
        ]
        if fill is None:
            assert fills == []
        else:
            (got,) = fills
            assert (str(got.decimal("qty")), None if got.price is None else str(got.decimal("price"))) == fill
            assert (got.flags, got.cum_qty, got.order_id, got.exec_id) == (
                Flag.SYNTHETIC,
                float(executed),
                "20417",
                None,
            )
    assert Decoder("etna", synthetic_fills=False).decode(order())[1:] == []


def test_after_expiry_nothing_is_left_and_filled_stays() -> None:
    decoder = Decoder("etna")
    decoder.decode(order())
    (record,) = decoder.decode(order(Status="Expired", LeavesQuantity="0.00000", TransactionDate="1718026215999"))
    assert (record.filled_qty, record.leaves_qty, record.qty, record.status) == (120, 0, 300, OrderStatus.EXPIRED)


def test_native_types_are_taken_too() -> None:
    native = {
        "EntityType": "Order",
        "Id": 20417,
        "Quantity": 300.5,
        "TransactionDate": 1718026215882,
        "ParentId": -1,
        "SecurityId": 318,
        "Status": 1,
        "Price": 0,
        "RejectReason": None,
    }
    decoder = Decoder("etna")
    (record,) = decoder.decode(json.dumps(native).encode())
    assert isinstance(record, Order)
    assert (record.order_id, record.qty, record.ts_updated, record.parent_id, record.symbol, record.limit_price) == (
        "20417",
        300.5,
        1718026215882000000,
        None,
        "318",
        None,
    )
    assert record.status is OrderStatus.PARTIALLY_FILLED
    assert decoder.mismatched == 0


def test_unknown_entities_and_commands() -> None:
    for payload in (b'{"EntityType": "News","x":"1"}', b'{"x":"1"}', b"{}"):
        (raw,) = Decoder("etna").decode(payload)
        assert isinstance(raw, Raw)
    (ack,) = Decoder("etna").decode(b'{"Cmd": "Something"}')
    assert (ack.action, ack.ok) == ("Something", None)
