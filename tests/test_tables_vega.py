"""Vega: every endpoint, result key, enum and bus event of the reference, in both encodings."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus import Message, check_decoded, words
from corpus.vega import ENTRY, ID, MARKET, MARKET_DATA, MESSAGES, NAMED, ORDER, PARTY, POSITION, TRADE, UPDATED
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Error, Event, Gap, Raw
from tickfold.schema.enums import BookAction, Flag, OrderStatus, OrderType, Side, TimeInForce
from tickfold.venues.vega import table as vega

RESULT_KEYS = [
    "snapshot",
    "updates",
    "trades",
    "marketDepth",
    "update",
    "marketData",
    "candle",
    "vote",
    "marginLevels",
    "liquidityProvisions",
    "data",
    "ledgerMovement",
    "transactionResults",
    "events",
]
ORDER_KEYS = words("""
    id marketId partyId side price size remaining timeInForce type createdAt status expiresAt reference reason
    updatedAt version batchId peggedOrder liquidityProvisionId postOnly reduceOnly icebergOrder
""")
TRADE_KEYS = words("""
    id marketId price size buyer seller aggressor buyOrder sellOrder timestamp type buyerFee sellerFee
    buyerAuctionBatch sellerAuctionBatch assetPrice
""")
POSITION_KEYS = words("""
    marketId partyId openVolume realisedPnl unrealisedPnl averageEntryPrice updatedAt lossSocialisationAmount
    positionStatus takerFeesPaid makerFeesReceived feesPaid takerFeesPaidSince makerFeesReceivedSince feesPaidSince
    fundingPaymentAmount fundingPaymentAmountSince
""")
MARKET_KEYS = words("""
    markPrice bestBidPrice bestBidVolume bestOfferPrice bestOfferVolume bestStaticBidPrice bestStaticBidVolume
    bestStaticOfferPrice bestStaticOfferVolume midPrice staticMidPrice market timestamp openInterest auctionStart
    auctionEnd indicativePrice indicativeVolume marketTradingMode trigger extensionTrigger targetStake suppliedStake
    priceMonitoringBounds marketValueProxy liquidityProviderFeeShare marketState nextMarkToMarket lastTradedPrice
    marketGrowth productData liquidityProviderSla nextNetworkCloseout markPriceType markPriceState
    activeProtocolAutomatedPurchase
""")
MARGIN_KEYS = words("""
    maintenanceMargin searchLevel initialMargin collateralReleaseLevel partyId marketId asset timestamp orderMargin
    marginMode marginFactor
""")
STATUSES = {
    "ACTIVE": (1, OrderStatus.NEW),
    "EXPIRED": (2, OrderStatus.EXPIRED),
    "CANCELLED": (3, OrderStatus.CANCELED),
    "STOPPED": (4, OrderStatus.CANCELED),
    "FILLED": (5, OrderStatus.FILLED),
    "REJECTED": (6, OrderStatus.REJECTED),
    "PARTIALLY_FILLED": (7, OrderStatus.CANCELED),
    "PARKED": (8, OrderStatus.SUSPENDED),
}
TIFS = {
    "GTC": (1, TimeInForce.GTC),
    "GTT": (2, TimeInForce.GTD),
    "IOC": (3, TimeInForce.IOC),
    "FOK": (4, TimeInForce.FOK),
    "GFA": (5, TimeInForce.GFA),
    "GFN": (6, TimeInForce.GFN),
}
TYPES = {"LIMIT": (1, OrderType.LIMIT), "MARKET": (2, OrderType.MARKET), "NETWORK": (3, OrderType.NETWORK)}
# The numbers of the reference, to be found with their names: those it leaves out do not exist.
REASONS = {*range(1, 38), *range(40, 56)}
ACCOUNT_TYPES = {*range(1, 8), *range(9, 24), *range(25, 35)}
TRANSFERS = {1, 2, *range(4, 17), *range(18, 40), *range(44, 56)}
EVENT_NUMBERS = {*range(1, 97), 101, 201}
# Bus events that come as records of their own kinds, or as the same Event under a name of their own.
TYPED = {"ORDER", "TRADE", "ACCOUNT", "MARGIN_LEVELS", "MARKET_DATA", "LEDGER_MOVEMENTS"}


def updates(**order: Any) -> bytes:
    return json.dumps({"result": {"updates": {"orders": [{**ORDER, **order}]}}}).encode()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_message(message: Message) -> None:
    check_decoded("vega", message.payload, message.records)


def test_all_result_keys_and_fields_of_the_reference_have_a_row_and_a_message() -> None:
    result = vega.TABLE.root.rows["result"].options["shape"].rows
    assert set(RESULT_KEYS) == set(result)
    assert set(RESULT_KEYS) <= set().union(*(json.loads(message.payload).get("result", {}) for message in MESSAGES))
    for shape, keys in (
        (vega.ORDER, ORDER_KEYS),
        (vega.TRADE, TRADE_KEYS),
        (vega.POSITION, POSITION_KEYS),
        (vega.MARKET_DATA, MARKET_KEYS),
        (vega.MARGIN, MARGIN_KEYS),
    ):
        assert set(keys) <= set(shape.rows)
    assert set(ORDER_KEYS) == set(NAMED)
    assert set(TRADE_KEYS) == set(TRADE)
    assert set(POSITION_KEYS) == set(POSITION)
    assert set(MARKET_KEYS) == set(MARKET_DATA)
    assert {"from", "to"} == {
        key[: key.index("Account")] for key in ENTRY if "Account" in key and not key.endswith("Balance")
    }


@pytest.mark.parametrize("name", STATUSES)
def test_statuses(name: str) -> None:
    number, status = STATUSES[name]
    for word in (number, f"STATUS_{name}"):
        (order,) = Decoder("vega").decode(updates(status=word, remaining="250"))
        assert (order.status, order.status_text) == (status, str(word))


def test_an_order_that_was_filled_in_part_and_ended_is_canceled_with_its_fills() -> None:
    (order,) = Decoder("vega").decode(updates(status=7))
    assert (order.status, order.filled_qty, order.leaves_qty) == (OrderStatus.CANCELED, 70, 180)


def test_times_in_force_types_and_sides() -> None:
    for name, (number, tif) in TIFS.items():
        for word in (number, f"TIME_IN_FORCE_{name}"):
            assert Decoder("vega").decode(updates(timeInForce=word))[0].tif is tif
    for name, (number, kind) in TYPES.items():
        for word in (number, f"TYPE_{name}"):
            assert Decoder("vega").decode(updates(type=word))[0].type is kind
    for word, side in {1: Side.BUY, 2: Side.SELL, "SIDE_BUY": Side.BUY, "SIDE_SELL": Side.SELL, 3: Side.NONE}.items():
        assert Decoder("vega").decode(updates(side=word))[0].side is side
    order, *raws = Decoder("vega").decode(updates(status=99, timeInForce=98, type=97))
    assert len(raws) == 3  # each unknown number is told once
    assert (order.status, order.status_text, order.tif, order.tif_text) == (
        OrderStatus.UNKNOWN,
        "99",
        TimeInForce.UNKNOWN,
        "98",
    )
    assert (order.type, order.type_text) == (OrderType.OTHER, "97")


@pytest.mark.parametrize(
    ("listed", "numbers", "prefix"),
    [
        (vega.REASONS, REASONS, "ORDER_ERROR_"),
        (vega.ACCOUNTS, ACCOUNT_TYPES, "ACCOUNT_TYPE_"),
        (vega.TRANSFERS, TRANSFERS, "TRANSFER_TYPE_"),
        (vega.TRADE_TYPES, {1, 2, 3}, "TYPE_"),
        (vega.POSITIONS, {1, 2, 4}, "POSITION_STATUS_"),
        (vega.PEGS, {1, 2, 3}, "PEGGED_REFERENCE_"),
        (vega.MARGIN_MODES, {1, 2}, "MARGIN_MODE_"),
        (vega.MARKET_STATES, set(range(1, 11)), "STATE_"),
        (vega.TRADING_MODES, set(range(1, 9)), "TRADING_MODE_"),
        (vega.TRIGGERS, set(range(1, 10)), "AUCTION_TRIGGER_"),
    ],
)
def test_words_by_number_and_by_name(listed: dict[str, str], numbers: set[int], prefix: str) -> None:
    assert {int(key) for key in listed if key.isdigit()} == numbers
    assert {key for key in listed if not key.isdigit()} == {prefix + name for name in listed.values()}
    assert len(set(listed.values())) == len(numbers)


def test_words_reach_the_records_in_both_encodings_and_unknown_ones_stay() -> None:
    for number, name in ((key, name) for key, name in vega.REASONS.items() if key.isdigit()):
        for word in (int(number), f"ORDER_ERROR_{name}"):
            assert Decoder("vega").decode(updates(reason=word))[0].reason == name
    for number, name in ((key, name) for key, name in vega.ACCOUNTS.items() if key.isdigit()):
        for word in (int(number), f"ACCOUNT_TYPE_{name}"):
            (balance,) = Decoder("vega").decode(
                json.dumps({"result": {"updates": {"accounts": [{"owner": "p", "type": word}]}}}).encode()
            )
            assert balance.balance_type == name
    for number, name in ((key, name) for key, name in vega.TRANSFERS.items() if key.isdigit()):
        for word in (int(number), f"TRANSFER_TYPE_{name}"):
            (ledger,) = Decoder("vega").decode(
                json.dumps({"result": {"ledgerMovement": {"entries": [{**ENTRY, "type": word}]}}}).encode()
            )
            assert ledger.transfer_type == name
    for listed, key, field, prefix in (
        (vega.MARKET_STATES, "marketState", "state", "STATE_"),
        (vega.TRADING_MODES, "marketTradingMode", "trading_mode", "TRADING_MODE_"),
        (vega.TRIGGERS, "trigger", "trigger", "AUCTION_TRIGGER_"),
    ):
        for number, name in ((key, name) for key, name in listed.items() if key.isdigit()):
            for word in (int(number), prefix + name):
                records = Decoder("vega").decode(
                    json.dumps({"result": {"marketData": [{"market": "m", key: word}]}}).encode()
                )
                assert getattr(records[-1], field) == name
    (position,) = Decoder("vega").decode(
        json.dumps({"result": {"updates": {"positions": [{**POSITION, "positionStatus": 100}]}}}).encode()
    )
    assert position.status == "100"


def test_all_bus_events_are_known() -> None:
    bus = vega.BUS_EVENT.rows
    assert len(vega.EVENT_TYPES) == len(set(vega.EVENT_TYPES)) == len(EVENT_NUMBERS) - 1  # all but ALL
    for name in vega.EVENT_TYPES:
        for key in {vega.member(name), vega.MEMBERS.get(name, vega.member(name))}:
            assert key in bus
            decoder = Decoder("vega")
            body = b'{"ledgerMovements":[]}' if key == "ledgerMovements" else b'{"x":1}' if name not in TYPED else b"{}"
            records = decoder.decode(b'{"result":{"events":[{"id":"1-1","type":5,"%s":%s}]}}' % (key.encode(), body))
            assert not any(isinstance(record, Raw) for record in records), (name, records)
            if name not in TYPED:
                (event,) = records
                assert isinstance(event, Event)
                assert (event.event, event.data) == (name, b'{"x":1}')


# ---- rules


def test_absent_is_zero() -> None:
    (order,) = Decoder("vega").decode(
        json.dumps({"result": {"updates": {"orders": [{"id": ID, "size": "5"}]}}}).encode()
    )
    assert (
        order.leaves_qty,
        order.filled_qty,
        order.limit_price,
        order.post_only,
        order.side,
        order.client_order_id,
    ) == (0, 5, 0, False, Side.NONE, "")
    assert (order.reason, order.reserved_qty, order.peg_reference, order.ts_updated) == (None, None, None, None)
    assert order.status is OrderStatus.UNKNOWN


def test_a_record_replaces_the_one_before() -> None:
    decoder = Decoder("vega")
    decoder.decode(updates(reason=14, peggedOrder={"reference": 1, "offset": "5"}, updatedAt=UPDATED))
    (order,) = decoder.decode(updates(updatedAt="1701340099000001001"))
    assert (order.reason, order.peg_reference, order.peg_offset) == (None, None, None)
    assert {"reason", "peg_reference", "peg_offset", "type", "ts_updated"} == set(order.changed_fields)
    assert order.type is OrderType.LIMIT


def test_icebergs() -> None:
    (order,) = Decoder("vega").decode(
        updates(icebergOrder={"peakSize": "20", "reservedRemaining": "100"}, remaining="20")
    )
    assert (order.leaves_qty, order.filled_qty, order.reserved_qty) == (120, 130, 100)


def test_an_iceberg_of_finer_parts_than_its_whole() -> None:
    (order,) = Decoder("vega").decode(
        updates(size="25E3", remaining="18E3", icebergOrder={"reservedRemaining": "150.5"})
    )
    assert [str(order.decimal(name)) for name in ("leaves_qty", "filled_qty")] == ["18150.5", "6849.5"]
    assert (order.leaves_qty, order.filled_qty) == (18150.5, 6849.5)


def test_the_older_of_two_is_stale() -> None:
    decoder = Decoder("vega")
    decoder.decode(updates(updatedAt="1701340099000001000", remaining="100"))
    (order,) = decoder.decode(updates(updatedAt="1701340099000000000", remaining="180"))
    assert (order.flags, order.leaves_qty) == (Flag.STALE, 100)


def test_sizes_beyond_float64_are_exact() -> None:
    """uint64 sizes: what is derived of them is as exact as they are."""
    decoder = Decoder("vega")
    (order,) = decoder.decode(updates(size="18446744073709551615", remaining="18446744073709551610"))
    assert [str(order.decimal(name)) for name in ("qty", "leaves_qty", "filled_qty")] == [
        "18446744073709551615",
        "18446744073709551610",
        "5",
    ]
    assert (order.filled_qty, order.flags, order.status) == (5, Flag.INEXACT, OrderStatus.PARTIALLY_FILLED)
    row = decoder.orders[ID]
    for _ in range(2):
        assert decoder.decode(updates(size="18446744073709551615", remaining="18446744073709551610")) == []
    decoder.decode(
        updates(size="18446744073709551615", remaining="10000000000000000001", icebergOrder={"reservedRemaining": "3"})
    )
    assert [str(row.decimal(name)) for name in ("leaves_qty", "filled_qty")] == [
        "10000000000000000004",
        "8446744073709551611",
    ]
    decoder.decode(updates(size="250", remaining="0"))
    assert (row.flags, str(row.decimal("filled_qty"))) == (Flag.STALE | Flag.INEXACT, "8446744073709551611")


def test_scales() -> None:
    decoder = Decoder("vega", scales={MARKET: (5, 2)})
    (order,) = decoder.decode(updates(price="3120450", size="250", remaining="180"))
    assert [str(order.decimal(name)) for name in ("limit_price", "qty", "leaves_qty", "filled_qty")] == [
        "31.20450",
        "2.50",
        "1.80",
        "0.70",
    ]
    assert (order.limit_price, order.qty, order.filled_qty) == (31.2045, 2.5, 0.7)
    (other,) = decoder.decode(updates(id="x", marketId="other"))
    assert str(other.decimal("limit_price")) == "3120450"
    (big,) = decoder.decode(updates(id="y", price="123456789012345678901", size="18446744073709551615", remaining="0"))
    assert [str(big.decimal(name)) for name in ("limit_price", "qty", "filled_qty")] == [
        "1234567890123456.78901",
        "184467440737095516.15",
        "184467440737095516.15",
    ]
    assert big.limit_price == 1234567890123456.78901
    depth = {"marketDepth": [{"marketId": MARKET, "buy": [{"price": "311890", "volume": "41"}], "sequenceNumber": "1"}]}
    level = decoder.decode(json.dumps({"result": depth}).encode())[1]
    assert (str(level.decimal("price")), str(level.decimal("size"))) == ("3.11890", "0.41")
    assert decoder.books[MARKET].bids[0] == (3.1189, 0.41, 0)
    negative = Decoder("vega", scales={MARKET: (0, -3)})
    (order,) = negative.decode(updates(size="250"))
    assert (order.qty, order.decimal("qty")) == (250000, 250000)


def depth(buy: list[Any], sequence: int, previous: int | None = None, whole: bool = False) -> bytes:
    update = {
        "marketId": MARKET,
        "buy": buy,
        "sequenceNumber": str(sequence),
        **({} if previous is None else {"previousSequenceNumber": str(previous)}),
    }
    return json.dumps({"result": {"marketDepth" if whole else "update": [update]}}).encode()


def test_books_by_sequence() -> None:
    decoder = Decoder("vega")
    decoder.decode(depth([{"price": "5", "volume": "1"}, {"price": "6", "volume": "2"}], 10, whole=True))
    book = decoder.books[MARKET]
    decoder.decode(depth([{"price": "6"}, {"price": "4", "volume": "7", "numberOfOrders": "3"}], 20, 10))
    assert list(book.bids) == [(5, 1, 0), (4, 7, 3)]
    assert decoder.decode(depth([{"price": "5"}], 20, 10)) == []  # seen
    assert decoder.decode(depth([{"price": "5"}], 15, 10)) == []
    assert not book.broken
    records = decoder.decode(depth([{"price": "3", "volume": "1"}], 40, 30))
    assert isinstance(records[0], Gap)
    assert (book.broken, len(records)) == (True, 2)
    assert len(decoder.decode(depth([{"price": "3", "volume": "2"}], 50, 40))) == 1  # told of once
    records = decoder.decode(depth([{"price": "9", "volume": "1"}], 45, whole=True))
    assert (records[0].action, book.broken, list(book.bids)) == (BookAction.RESET, False, [(9, 1, 0)])


def test_market_data_of_an_empty_side() -> None:
    decoder = Decoder("vega")
    decoder.decode(json.dumps({"result": {"marketData": [MARKET_DATA]}}).encode())
    quote, stats, instrument = decoder.decode(
        json.dumps(
            {
                "result": {
                    "marketData": [
                        {
                            "market": MARKET,
                            "timestamp": "1701340099000001001",
                            "bestBidPrice": "0",
                            "midPrice": "0",
                            "marketState": 6,
                        }
                    ]
                }
            }
        ).encode()
    )
    assert (quote.bid, quote.bid_size, quote.ask, quote.ask_size, quote.mark) == (None, 0, None, 0, None)
    assert (stats.mid, stats.indicative_price, stats.indicative_volume) == (None, None, 0)
    assert (instrument.state, instrument.trigger) == ("SUSPENDED", None)


def test_errors_with_and_without_details() -> None:
    for payload in (
        b'{"error":{"code":13,"message":"m"}}',
        b'{"code":13,"message":"m"}',
        b'{"error":{"code":13,"message":"m","details":[]}}',
    ):
        (error,) = Decoder("vega").decode(payload)
        assert isinstance(error, Error)
        assert (error.code, error.text) == (13, "m")


def test_the_words_of_the_table_are_the_references() -> None:
    """The reference's section of enums, where it lies beside the repository: `1 NAME, 2 NAME …` after each title."""
    path = Path(__file__).parents[2] / "shared" / "venues" / "vega.md"
    if not path.exists():
        pytest.skip("the reference is not here")
    text = path.read_text()
    for title, listed in {
        "AccountType": vega.ACCOUNTS,
        "TransferType": vega.TRANSFERS,
        "Order reason (OrderError)": vega.REASONS,
        "AuctionTrigger": vega.TRIGGERS,
    }.items():
        line = re.search(rf"^\* {re.escape(title)}: (.*)$", text, re.MULTILINE)[1]
        assert dict(re.findall(r"(\d+) ([A-Z_0-9]+)", line)) == {
            key: name for key, name in listed.items() if key.isdigit()
        }
    line = re.search(r"^\* BusEventType: 1 ALL, (.*)$", text, re.MULTILINE)[1]
    assert tuple(re.findall(r"\d+ ([A-Z_0-9]+)", line)) == vega.EVENT_TYPES
    assert PARTY


def order(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "marketId": "m", "partyId": "p", "side": 1, "price": "5", "size": "3", "remaining": "3",
            "createdAt": "1701340012345678000", "status": 1, **more}  # fmt: skip


def told(decoder: Decoder, **result: Any) -> list[tuple[str, str, OrderStatus | None]]:
    """(kind, id, status) of the records of a message."""
    records = decoder.decode(json.dumps({"result": result}))
    return [(type(r).__name__, getattr(r, "order_id", ""), getattr(r, "status", None)) for r in records]


def test_an_order_that_a_new_snapshot_does_not_hold_has_ended_nobody_said_how():
    decoder = Decoder("vega")
    told(decoder, snapshot={"orders": [order("a"), order("b")]})
    told(decoder, snapshot={"orders": [order("c"), order("d")], "lastPage": True})
    told(decoder, updates={"orders": [order("d", status=5, updatedAt="1701340012345679000"), order("e")]})
    # after a reconnect, in two pages; the last one says so before it says anything else
    assert told(decoder, snapshot={"orders": [order("c", remaining="1")]}) == [
        ("Order", "c", OrderStatus.PARTIALLY_FILLED)
    ]
    assert told(decoder, snapshot={"lastPage": True, "orders": [order("a")]}) == [
        ("Order", "b", OrderStatus.UNKNOWN),
        ("Order", "e", OrderStatus.UNKNOWN),
        ("Ack", "", None),
    ]
    assert {o.order_id: o.status for o in decoder.orders} == {
        "a": OrderStatus.NEW,
        "b": OrderStatus.UNKNOWN,
        "c": OrderStatus.PARTIALLY_FILLED,
        "d": OrderStatus.FILLED,
        "e": OrderStatus.UNKNOWN,
    }
    # what is heard of it afterwards counts
    ended = order("b", status=3, updatedAt="1701340012345679000")
    assert told(decoder, updates={"orders": [ended]}) == [("Order", "b", OrderStatus.CANCELED)]
    assert told(decoder, snapshot={"orders": [order("a"), order("c", remaining="1")], "lastPage": True}) == [
        ("Ack", "", None)
    ]


def test_an_order_that_a_snapshot_does_not_hold_is_handed_on_as_part_of_it():
    decoder = Decoder("vega")
    told(decoder, snapshot={"orders": [order("a"), order("b")], "lastPage": True})
    gone, ack = decoder.decode(json.dumps({"result": {"snapshot": {"orders": [order("b")], "lastPage": True}}}))
    assert (gone.order_id, gone.changed_fields, gone.flags) == ("a", ("status",), Flag.SNAPSHOT)
    assert (gone.qty, gone.leaves_qty, gone.status_text) == (3, 3, "1")
    assert ack.flags == Flag.LAST_OF_SNAPSHOT


def test_pages_that_are_not_the_last_end_nothing():
    decoder = Decoder("vega")
    told(decoder, snapshot={"orders": [order("a")], "lastPage": True})
    assert told(decoder, snapshot={"orders": [], "lastPage": False}) == [("Ack", "", None)]
    assert told(decoder, updates={"orders": [order("b")]}) == [("Order", "b", OrderStatus.NEW)]
    assert decoder.orders["a"].status is OrderStatus.NEW


def test_an_empty_snapshot_ends_the_orders_of_its_own_stream_only():
    first = Decoder("vega", stream=0)
    second = Decoder("vega", stream=1, state=first.state, dispatcher=first.dispatcher)
    for decoder, id_ in ((first, "a"), (second, "b")):
        told(decoder, snapshot={"orders": [order(id_)], "lastPage": True})
    assert told(first, snapshot={"lastPage": True}) == [("Order", "a", OrderStatus.UNKNOWN), ("Ack", "", None)]
    assert second.orders["b"].status is OrderStatus.NEW


def test_an_empty_snapshot_of_something_else_ends_no_order():
    decoder = Decoder("vega")
    account = {"owner": "p", "balance": "7", "asset": "t", "type": 4}
    told(decoder, updates={"orders": [order("a")]})
    told(decoder, snapshot={"accounts": [account], "lastPage": True})
    assert told(decoder, snapshot={"lastPage": True}) == [("Ack", "", None)]
    assert decoder.orders["a"].status is OrderStatus.NEW


def test_what_a_snapshot_listed_that_was_cut_off_counts_no_more():
    decoder = Decoder("vega")
    told(decoder, updates={"orders": [order("a"), order("b")]})
    told(decoder, snapshot={"orders": [order("a")]})
    decoder.announce(False, "orders", "lost", 0)
    assert told(decoder, snapshot={"orders": [order("b")], "lastPage": True}) == [
        ("Order", "a", OrderStatus.UNKNOWN),
        ("Ack", "", None),
    ]
