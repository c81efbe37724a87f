"""ETNA: every entity type, field, status and command of the reference."""

import json
from random import Random
from typing import Any

import pytest

from corpus import Message, check_decoded, words
from corpus.etna import FIGURES, ITEMS, LONG, MESSAGES, ORDER, POSITION, QUOTE, SUBSCRIBED
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Ack, Balance, Fill, Order, Raw
from tickfold.schema.enums import Flag, OrderStatus, OrderType, Side, TimeInForce
from tickfold.venues.etna import table as etna

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
FIGURES_OF_THE_REFERENCE = """
    cash netCash excess changeAbsolute changePercent equityTotal pendingOrdersCount netLiquidity
    stockLongMarketValue stockShortMarketValue optionLongMarketValue optionShortMarketValue forexLongMarketValue
    forexShortMarketValue dayTrades stockBuyingPower optionBuyingPower forexBuyingPower dayTradingBuyingPower
    pendingCash maintenanceMargin optionMaintenanceMargin openPL openPLDay openPLPercent closePL marketValue totalPL
"""
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
    figures = cases["UserBalance"].rows["Items"].options["shape"].rows
    assert words(FIGURES_OF_THE_REFERENCE) == list(figures)
    assert {name: value.field for name, value in figures.items()} == FIGURES
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


def balance(items: Any, **fields: str) -> bytes:
    message = {"EntityType": "AccountBalance", "AccountId": "611", "Items": items, **fields}
    return json.dumps(message, separators=(",", ":")).encode()


def test_items_wherever_they_stand_and_however_they_are_written() -> None:
    expected = {field: f"{i}.5" for i, field in enumerate(FIGURES.values())}
    turned = json.dumps([dict(reversed(item.items())) for item in json.loads(ITEMS)])
    escaped = ITEMS.replace("cash", "c\\u0061sh")
    decoder = Decoder("etna")  # the later messages meet what it has learned from the earlier ones
    for items in (ITEMS, ITEMS, json.loads(ITEMS), ITEMS.replace(":", " : "), turned, escaped):
        for keys in (("AccountId", "Items"), ("Items", "AccountId")):
            values = {"AccountId": "611", "Items": items}
            payload = json.dumps({"EntityType": "AccountBalance", **{key: values[key] for key in keys}}).encode()
            for one in (decoder, Decoder("etna")):
                records = one.decode(payload)
                assert len(records) <= 1
                row = one.balances["611"]
                assert {field: str(row.decimal(field)) for field in expected} == expected
                assert len(one.balances) == 1
                assert one.mismatched == one.malformed == 0
    for items in ("null", "[]", "", None, "{}", "7"):
        decoder = Decoder("etna")
        record, *raws = decoder.decode(balance(items))
        assert record.known_fields == ("account",)
        assert decoder.mismatched == len(raws) == (items in ("{}", "7"))


@pytest.mark.parametrize("items", [ITEMS, json.loads(ITEMS)], ids=["text", "list"])
@pytest.mark.parametrize("strangers", [[0], [13], [27], [28], [0, 1, 14, 28], range(29)], ids=str)
def test_figures_of_other_names_are_rows_of_their_own(items: Any, strangers: Any) -> None:
    """Wherever they stand among those that have a field."""
    mixed: list[Any] = json.loads(ITEMS)
    for place in sorted(strangers, reverse=True):
        mixed.insert(place, {"Name": f"new {place}", "Value": place + 0.25})
    decoder = Decoder("etna")
    for _ in range(2):
        decoder.decode(balance(mixed if isinstance(items, list) else json.dumps(mixed, separators=(",", ":"))))
        row = decoder.balances["611"]
        assert {field: getattr(row, field) for field in FIGURES.values()} == {
            field: i + 0.5 for i, field in enumerate(FIGURES.values())
        }
        for place in strangers:
            assert decoder.balances["611", "", f"new {place}"].total == place + 0.25
        assert len(decoder.balances) == 1 + len(strangers)
        assert decoder.mismatched == decoder.malformed == 0


def test_any_order_and_any_part_of_the_figures() -> None:
    """What a message does not name stays; an order that was learned does not bind the next message."""
    random = Random(4)
    decoder = Decoder("etna")
    expected: dict[str, float] = {}
    for _ in range(300):
        figures = random.sample(list(FIGURES), random.randint(1, 28))
        values = {name: random.choice([-1, 1]) * random.randint(0, 10**6) / 100 for name in figures}
        items = [{"Name": name, "Value": value} for name, value in values.items()]
        decoder.decode(balance(json.dumps(items, separators=(",", ":"))))
        expected |= {FIGURES[name]: value for name, value in values.items()}
        row = decoder.balances["611"]
        assert {field: getattr(row, field) for field in expected} == expected
    assert decoder.mismatched == decoder.malformed == 0


@pytest.mark.parametrize("order", [("PendingCash", "Items"), ("Items", "PendingCash")])
def test_items_count_where_the_top_level_says_otherwise(order: tuple[str, str]) -> None:
    values = {"PendingCash": "5.0", "Items": '[{"Name":"pendingCash","Value":7}]'}
    message = {"EntityType": "AccountBalance", "AccountId": "611", **{key: values[key] for key in order}}
    decoder = Decoder("etna")
    decoder.decode(json.dumps(message).encode())
    assert decoder.balances["611"].pending == 7


def test_values_that_are_no_plain_numbers() -> None:
    """Each within figures that are."""
    for wire, known, mismatched in (
        ('"7.5"', 7.5, 0),
        ("null", None, 0),
        ('""', None, 0),
        ('"x"', None, 1),
        ("[1]", None, 1),
        ('{"Value":1}', None, 1),
        ("true", None, 1),
        ("1e3", 1000.0, 0),
        ("-0", -0.0, 0),
    ):
        decoder = Decoder("etna")
        items = f'[{{"Name":"cash","Value":1.5}},{{"Name":"netCash","Value":{wire}}},{{"Name":"excess","Value":-2.5}}]'
        for _ in range(2):
            decoder.decode(balance(items))
            row = decoder.balances["611"]
            assert (row.total, row.net_cash, row.excess_liq) == (1.5, known, -2.5), wire
        assert decoder.mismatched == 2 * mismatched
    decoder = Decoder("etna")
    decoder.decode(balance('[{"Name":"cash","Value":1.5}]'))
    (record,) = decoder.decode(balance('[{"Name":"cash","Value":null}]'))
    assert (record.total, record.changed_fields) == (None, ("total", "cash"))


@pytest.mark.parametrize(
    "name", ["Größe", "金额", "😀", 'a "b"', "a\\b", "a/b", "tab\there", "a" * 15 + '"' + "b" * 16 + '"']
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_items_with_all_characters(name: str, ascii_only: bool) -> None:
    """Escaped or not in the message, and within the items where that is needed."""
    figures = [{"Name": "cash", "Value": 2}, {"Name": name, "Value": 1.5}, {"Name": "netCash", "Value": 3}]
    items = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    message = {"EntityType": "AccountBalance", "AccountId": "1", "Items": items}
    decoder = Decoder("etna")
    assert len(decoder.decode(json.dumps(message, ensure_ascii=ascii_only).encode())) == 2
    assert decoder.balances["1", "", name].total == 1.5
    assert (decoder.balances["1"].total, decoder.balances["1"].net_cash) == (2, 3)
    assert decoder.mismatched == 0


FIRST = '{"Name":"cash","Value":1},{"Name":"pendingCash","Value":7},{"Name":"excess","Value":' + LONG + "}"


@pytest.mark.parametrize(
    "items",
    [
        '[{"Name":"cash"',
        "[",
        "x",
        "[" + FIRST,
        "[" + FIRST + ",",
        "[" + FIRST + ",]",
        "[" + FIRST + "]x",
        "[" + FIRST + ',{"Name":}]',
        "[" + FIRST + ',{"Name":"netCash","Value":1',
        "[" + FIRST + ',{"Name":"netCash","Value":1}',
        "[" + FIRST + ',{"Name":"netCash","Value":1]',
        "[" + FIRST + ',{"Name":"netCash","Value":1}}]',
        "[" + FIRST + ',{"Name":"netCash","Value":01}]',
        "[" + FIRST.replace("7}", "7]") + "]",
        "[" + FIRST.replace("},{", "}{") + "]",
        "[" + FIRST.replace("},{", "},,{") + "]",
        "[" + FIRST + '],{"Name":"netCash","Value":1}',
        "[" + FIRST + ',{"Name":"new","Value":1},{"Name":"netCash","Value":}]',
    ],
)
@pytest.mark.parametrize("pending", ["5", LONG])
def test_a_fault_within_items_is_the_fault_of_items_only(items: str, pending: str) -> None:
    """They leave no trace, not even of the figures before the fault, and take nothing that was said before them."""
    for message in (
        {"EntityType": "AccountBalance", "AccountId": "1", "Items": items, "PendingCash": pending},
        {"EntityType": "AccountBalance", "AccountId": "1", "PendingCash": pending, "Items": items},
    ):
        decoder = Decoder("etna")
        for _ in range(2):
            decoder.decode(json.dumps(message, separators=(",", ":")).encode())
        (row,) = decoder.balances
        assert row.known_fields == ("pending", "account")
        assert str(row.decimal("pending")) == pending
        assert row.flags == (Flag.INEXACT if pending == LONG else Flag(0))
        assert (decoder.mismatched, decoder.malformed) == (2, 0)


@pytest.mark.parametrize("value", ['"', '"5', '"5"', '"5"}]"'])
def test_an_unescaped_quote_ends_the_items(value: str) -> None:
    """What follows is no part of them, even where it looks like it."""
    items = r'"[{\"Name\":\"cash\",\"Value\":' + value + '}]"'
    payload = '{"EntityType":"AccountBalance","AccountId":"1","Items":' + items + "}"
    with pytest.raises(json.JSONDecodeError):
        json.loads(payload)
    decoder = Decoder("etna")
    for _ in range(2):
        decoder.decode(payload.encode())
    assert (decoder.malformed, len(decoder.balances)) == (2, 0)


def test_long_figures_keep_their_text() -> None:
    items = f'[{{"Name":"cash","Value":{LONG}}},{{"Name":"netCash","Value":1.5}},{{"Name":"new","Value":{LONG}}}]'
    decoder = Decoder("etna")
    record, new = decoder.decode(balance(items))
    assert isinstance(record, Balance)
    for one in (record, decoder.balances["611"]):
        assert (str(one.decimal("total")), str(one.decimal("net_cash"))) == (LONG, "1.5")
        assert one.flags == Flag.INEXACT
    assert (str(new.decimal("total")), new.flags) == (LONG, Flag.INEXACT)
    decoder.decode(balance('[{"Name":"cash","Value":2.25}]'))
    assert str(decoder.balances["611"].decimal("total")) == "2.25"


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
