"""IBKR's Web API: every topic, field id, status and key of the reference, and how changes fold."""

import itertools
import json
from decimal import Decimal
from typing import Any

import pytest

from corpus import Message, check_all, check_decoded, message, want, words
from corpus.ibkr import EXECUTION, FIELDS, LEDGER, MESSAGES, MS, ORDER, SMH, SUMMARY
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Error, Raw
from tickfold.schema.enums import ErrorSource, Flag, LastFlag, NoticeKind, OrderStatus, OrderType, Side, TimeInForce
from tickfold.venues.ibkr import table as ibkr

FIELD_IDS = words("""
    31 55 58 70 71 73 74 75 76 77 78 79 80 82 83 84 85 86 87 88 201 6004 6008 6070 6072 6073 6119 6457 6508 6509
    7051 7057 7058 7059 7068 7084 7085 7086 7087 7088 7089 7094 7184 7219 7220 7221 7280 7281 7282 7283 7284 7285
    7286 7287 7288 7289 7290 7291 7292 7293 7294 7295 7296 7308 7309 7310 7311 7607 7633 7635 7636 7637 7638 7639
    7644 7655 7671 7672 7674 7675 7676 7677 7678 7679 7681 7682 7683 7684 7685 7686 7687 7688 7689 7690 7694 7695
    7696 7697 7698 7699 7702 7703 7704 7705 7706 7707 7708 7714 7715 7718 7720 7724 7741 7762 7768 7920 7921
""")
TOPICS = words("smd smh sbd sor str spl ssd sld tic system act sts ntf blt error")
ORDER_KEYS = words("""
    acct account conid conidex orderId order_ref parentId cashCcy sizeAndFills orderDesc description1 ticker secType
    listingExchange companyName remainingQuantity filledQuantity totalSize avgPrice price auxPrice stop_price status
    order_ccp_status origOrderType orderType side timeInForce lastExecutionTime lastExecutionTime_r supportsTaxOpt
    isEventTrading bgColor fgColor description2 order_cancellation_by_system_reason warning_message taxOptimizerId
    exchange outsideRTH
""")
EXECUTION_KEYS = words("""
    execution_id symbol company_name contract_description_1 contract_description_2 side order_description trade_time
    trade_time_r size price commission net_amount order_ref order_id submitter exchange account accountCode
    account_allocation_name sec_type listing_exchange conid conidEx conidex clearing_id clearing_name
    liquidation_trade open_close is_event_trading supports_tax_opt position
""")
HISTORY_KEYS = words("""
    serverId symbol text priceFactor startTime high low timePeriod barLength mdAvailability mktDataDelay outsideRth
    volumeFactor priceDisplayRule priceDisplayValue negativeCapable messageVersion data points topic
""")
LEDGER_KEYS = words("""
    key secondKey acctCode cashbalance cashBalanceFXSegment commodityMarketValue corporateBondsMarketValue dividends
    exchangeRate funds interest issueOptionsMarketValue moneyFunds netLiquidationValue optionMarketValue realizedPnl
    unrealizedPnl settledCash severity stockMarketValue futureMarketValue timestamp
""")
SUMMARY_NAMES = words("""
    AccountCode AccountType AccruedCash AccruedCash-S AccruedCash-C AvailableFunds BuyingPower Cushion
    EquityWithLoanValue ExcessLiquidity FullInitMarginReq GrossPositionValue InitMarginReq Leverage
    LookAheadAvailableFunds MaintMarginReq NetLiquidation PASharesValue SMA TotalCashValue
""")
STATUSES = {
    "Inactive": OrderStatus.INACTIVE,
    "ApiPending": OrderStatus.PENDING_NEW,
    "PendingSubmit": OrderStatus.PENDING_NEW,
    "PreSubmitted": OrderStatus.ACCEPTED,
    "Submitted": OrderStatus.NEW,
    "PendingCancel": OrderStatus.PENDING_CANCEL,
    "Cancelled": OrderStatus.CANCELED,
    "ApiCancelled": OrderStatus.CANCELED,
    "Filled": OrderStatus.FILLED,
    "WarnState": OrderStatus.HELD,
    "Rejected": OrderStatus.REJECTED,
    "Expired": OrderStatus.EXPIRED,
}
TYPES = {
    "Limit": 2,
    "LIMIT": 2,
    "LMT": 2,
    "Market": 1,
    "MARKET": 1,
    "MKT": 1,
    "Stop": 3,
    "STOP": 3,
    "STP": 3,
    "Stop Limit": 4,
    "STOP_LIMIT": 4,
    "TRAIL": 5,
    "TRAILLMT": 6,
    "REL": 7,
    "MIDPRICE": 7,
    "MIT": 15,
    "LIT": 15,
}
TIFS = {
    "DAY": TimeInForce.DAY,
    "GTC": TimeInForce.GTC,
    "OPG": TimeInForce.OPG,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "GTD": TimeInForce.GTD,
    "AUC": TimeInForce.GFA,
    "CLOSE": TimeInForce.DAY,
    "PAX": TimeInForce.UNKNOWN,
}


def sor(**order: Any) -> bytes:
    return json.dumps({"topic": "sor", "args": [{"orderId": 1, **order}]}).encode()


def quoted(text: str, field: int = 84) -> Any:
    """The decoder and the records of one field with one text."""
    decoder = Decoder("ibkr")
    return decoder, decoder.decode(json.dumps({"topic": "smd+1", str(field): text}).encode())


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_message(message: Message) -> None:
    check_decoded("ibkr", message.payload, message.records)


def test_all_fields_topics_and_keys_of_the_reference_have_a_row_and_a_message() -> None:
    assert set(FIELD_IDS) <= set(ibkr.QUOTE.rows)
    assert set(FIELD_IDS) == set(FIELDS)
    assert set(TOPICS) <= set(ibkr.TABLE.root.cases)
    assert set(ORDER_KEYS) <= set(ibkr.ORDER.rows)
    assert set(EXECUTION_KEYS) <= set(ibkr.FILL.rows)
    assert set(HISTORY_KEYS) - {"topic"} <= set(ibkr.HISTORY.rows)
    assert set(LEDGER_KEYS) <= set(ibkr.LEDGER.rows)
    assert {"rowType", "dpl", "nl", "upl", "uel", "el", "mv", "rpl", "acct", "account"} == set(ibkr.PNL.rows)
    assert set(ORDER_KEYS) - {"stop_price"} == set(ORDER)
    assert set(EXECUTION_KEYS) == set(EXECUTION)
    assert set(HISTORY_KEYS) <= set(SMH)
    assert set(LEDGER_KEYS) == set(LEDGER)
    assert (
        {"key", "timestamp", "severity", "currency", "monetaryValue", "value"}
        == set().union(*SUMMARY)
        == set(ibkr.SUMMARY.rows)
    )
    seen = {
        message.payload.split(b'"topic":"')[1].split(b'"')[0].split(b"+")[0].decode()
        for message in MESSAGES
        if b'"topic"' in message.payload
    }
    assert set(TOPICS) <= seen


@pytest.mark.parametrize("name", SUMMARY_NAMES)
def test_summary_figures_are_told_apart_by_their_name(name: str) -> None:
    decoder = Decoder("ibkr")
    decoder.decode(
        json.dumps({"topic": "ssd+U1", "result": [{"key": name, "currency": "USD", "monetaryValue": 5}]}).encode()
    )
    assert decoder.balances["U1", "USD", name].total == 5


@pytest.mark.parametrize("word", STATUSES)
def test_statuses(word: str) -> None:
    (order,) = Decoder("ibkr").decode(sor(status=word))
    assert (order.status, order.status_text) == (STATUSES[word], word)


def test_an_unknown_status() -> None:
    decoder = Decoder("ibkr")
    order, *told = decoder.decode(sor(status="Odd", orderType="Odd", timeInForce="Odd", side="Odd"))
    assert [one.key for one in decoder.drift()] == ["status", "orderType", "timeInForce", "side"]
    assert len(told) == 4
    assert (order.status, order.status_text, order.type, order.type_text) == (
        OrderStatus.UNKNOWN,
        "Odd",
        OrderType.OTHER,
        "Odd",
    )
    assert (order.tif, order.tif_text, order.side) == (TimeInForce.UNKNOWN, "Odd", Side.NONE)


def test_types_times_in_force_and_sides() -> None:
    for word, value in TYPES.items():
        assert Decoder("ibkr").decode(sor(orderType=word))[0].type == OrderType(value)
    for word, tif in TIFS.items():
        assert Decoder("ibkr").decode(sor(timeInForce=word))[0].tif is tif
    for word, side in {
        "BUY": Side.BUY,
        "B": Side.BUY,
        "SELL": Side.SELL,
        "S": Side.SELL,
        "SSHORT": Side.SELL_SHORT,
        "EXER": Side.EXERCISE,
    }.items():
        assert Decoder("ibkr").decode(sor(side=word))[0].side is side


NUMBERS = {
    "63.42": "63.42",
    "1,200": "1200",
    "1,234,567.80": "1234567.80",
    "8.4M": "8.4E+6",
    "1.2K": "1.2E+3",
    "3B": "3E+9",
    "2T": "2E+12",
    "-1.20%": "-1.20",
    "+0.5": "0.5",
    "+5%": "5",
    "1.22E7": "1.22E+7",
    "-0.0": "-0.0",
    "0": "0",
    "1,000.5K": "1000.5E+3",
    ".": None,
    "": None,
    "N/A": None,
    "-": None,
    "•": None,
    "-1": None,
    "C": None,
    "1,2,3.4,5": None,
    "abc": None,
    "1 000": None,
    "--1": None,
    "+-1": None,
    "1,": None,
    ",1": None,
    "1..2": None,
    "0x10": None,
    "1K2": None,
    "%": None,
    "KM": None,
    "1KK": None,
    "12345678901234567.25": "12345678901234567.25",
    "12,345,678,901,234,567.25": "12345678901234567.25",
    "1,234,567.8901234567K": "1234567.8901234567E+3",
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_the_grammar_of_numbers(text: str, value: str | None) -> None:
    decoder, records = quoted(text)
    if value is None:
        assert all(isinstance(record, Raw) or record.bid is None for record in records)
        assert decoder.mismatched == (text not in ("", "N/A", "-", "•", "-1"))
    else:
        assert records[0].decimal("bid") == Decimal(value)
        assert bool(records[0].flags & Flag.INEXACT) == (len(value.replace(".", "").split("E")[0]) > 15)


def test_prefixes_of_the_last_price() -> None:
    for text, flag in {
        "C154.2": LastFlag.PREV_CLOSE,
        "H154.2": LastFlag.HALTED,
        "154.2": LastFlag.TRADE,
        "C1,154.2": LastFlag.PREV_CLOSE,
    }.items():
        _, (quote,) = quoted(text, 31)
        assert quote.last_flag is flag
    (quote,) = Decoder("ibkr").decode(b'{"topic":"smd+1","31":154.25}')
    assert (quote.last, quote.last_flag) == (154.25, LastFlag.TRADE)


@pytest.mark.parametrize("code", ["R", "D", "Z", "Y", "N", "O", "RpB", "ZB", "Ri", "RP", "S", "v", "dRB", "?"])
def test_availability_is_kept_letter_by_letter(code: str) -> None:
    _, (quote,) = quoted(code, 6509)
    assert quote.availability == code


def test_absent_means_unchanged_and_no_side_takes_the_price_back() -> None:
    decoder = Decoder("ibkr")
    decoder.decode(b'{"topic":"smd+1","84":"1.5","86":"1.6","31":"1.55"}')
    (quote,) = decoder.decode(b'{"topic":"smd+1","84":"-1","31":""}')
    assert (quote.bid, quote.ask, quote.last) == (None, 1.6, 1.55)
    assert quote.changed_fields == ("bid",)


@pytest.mark.parametrize(
    ("rounded", "exact", "field", "table"),
    [
        ("87", "7762", "volume", "quotes"),
        ("78", "7920", "daily_pnl", "positions"),
        ("7292", "7921", "cost_basis", "positions"),
    ],
)
def test_the_exact_figure_wins_wherever_it_stands(rounded: str, exact: str, field: str, table: str) -> None:
    for keys in ((rounded, exact), (exact, rounded)):
        values = {rounded: "8.4M", exact: "8412345.25"}
        decoder = Decoder("ibkr")
        (record, *_) = [
            one
            for one in decoder.decode(json.dumps({"topic": "smd+1", **{key: values[key] for key in keys}}).encode())
            if field in one.known_fields
        ]
        assert str(record.decimal(field)) == "8412345.25"
    (record, *_) = [
        one
        for one in decoder.decode(json.dumps({"topic": "smd+1", rounded: "9M"}).encode())
        if field in one.known_fields
    ]
    assert getattr(record, field) == 9e6


# ---- orders


@pytest.mark.parametrize(
    ("text", "filled", "leaves", "qty"),
    [
        ("0/150", 0, 150, 150),
        ("50/100", 50, 100, 150),
        ("1,000/2,500", 1000, 2500, 3500),
        ("150", 150, 0, 150),
        ("0.5/1.25", 0.5, 1.25, 1.75),
        ("150/0", 150, 0, 150),
    ],
)
def test_size_and_fills(text: str, filled: float, leaves: float, qty: float) -> None:
    decoder = Decoder("ibkr")
    (order,) = decoder.decode(sor(sizeAndFills=text))
    assert (order.filled_qty, order.leaves_qty, order.qty) == (filled, leaves, qty)
    assert decoder.mismatched == 0


@pytest.mark.parametrize(
    "keys", list(itertools.permutations(["sizeAndFills", "filledQuantity", "remainingQuantity", "totalSize"]))
)
def test_numbers_of_their_own_win_over_size_and_fills(keys: tuple[str, ...]) -> None:
    values = {"sizeAndFills": "150", "filledQuantity": 20.5, "remainingQuantity": "129.5", "totalSize": 150}
    (order,) = Decoder("ibkr").decode(sor(**{key: values[key] for key in keys}))
    assert (order.filled_qty, order.leaves_qty, order.qty) == (20.5, 129.5, 150)


def test_one_number_is_all_filled_unless_something_is_left() -> None:
    (order,) = Decoder("ibkr").decode(sor(sizeAndFills="150", remainingQuantity=0))
    assert (order.filled_qty, order.leaves_qty) == (150, 0)
    (order,) = Decoder("ibkr").decode(sor(sizeAndFills="150", remainingQuantity=150.0))
    assert (order.filled_qty, order.leaves_qty) == (None, 150)


@pytest.mark.parametrize("text", ["$x", "", "/", "x", "1/x", "x/1", "1/2/3", "C1/2", "-"])
def test_other_size_and_fills_are_counted_and_change_nothing(text: str) -> None:
    decoder = Decoder("ibkr")
    decoder.decode(sor(totalSize=10, filledQuantity=1))
    decoder.decode(sor(sizeAndFills=text))
    assert (decoder.mismatched, decoder.orders["1"].qty, decoder.orders["1"].filled_qty) == (1, 10, 1)


def test_the_captured_life_of_an_order() -> None:
    decoder = Decoder("ibkr")
    seen = []
    decoder.on(
        type(decoder.decode(sor())[0]), lambda order: seen.append((order.status, order.filled_qty, order.leaves_qty))
    )
    full = {
        "acct": "DU1",
        "conid": 8894,
        "totalSize": 100.0,
        "filledQuantity": 0.0,
        "remainingQuantity": 100.0,
        "price": "41.20",
    }
    decoder.feed(sor(**full, status="Inactive"))
    decoder.feed(sor(conid=8894, conidex="8894", isEventTrading="0"))
    for status in ("PendingSubmit", "PreSubmitted", "Submitted", "Submitted"):
        decoder.feed(sor(status=status, order_ccp_status="0"))
    decoder.feed(sor(filledQuantity=40.0, remainingQuantity=60.0, sizeAndFills="40/60", avgPrice="41.19"))
    decoder.feed(sor(sizeAndFills="70/30"))
    assert decoder.orders["DU1", "1"].flags & Flag.AVG_STALE
    decoder.feed(sor(avgPrice="41.18"))
    assert not decoder.orders["DU1", "1"].flags & Flag.AVG_STALE
    decoder.feed(sor(**{**full, "filledQuantity": 70, "remainingQuantity": 30}, status="PendingCancel"))
    decoder.feed(sor(status="Cancelled"))
    decoder.feed(sor(status="Submitted"))
    assert [status for status, *_ in seen] == [
        OrderStatus.INACTIVE,
        OrderStatus.PENDING_NEW,
        OrderStatus.ACCEPTED,
        OrderStatus.NEW,
        *[OrderStatus.PARTIALLY_FILLED] * 3,
        OrderStatus.PENDING_CANCEL,
        OrderStatus.CANCELED,
        OrderStatus.CANCELED,
    ]
    order = decoder.orders["1"]
    assert (order.filled_qty, order.leaves_qty, order.qty, str(order.decimal("avg_price"))) == (70, 30, 100, "41.18")
    assert order.flags == Flag.STALE
    assert (order.status_text, order.symbol) == ("Submitted", "8894")


def test_a_trade_is_counted_once_and_its_commission_comes_later() -> None:
    decoder = Decoder("ibkr")
    bare = {key: value for key, value in EXECUTION.items() if key != "commission"}
    payload = json.dumps({"topic": "str", "args": [bare, bare]}).encode()
    (fill,) = decoder.decode(payload)
    assert fill.commission is None
    for _ in range(277):
        assert decoder.decode(payload) == []
    assert decoder.decode(json.dumps({"topic": "str", "args": [EXECUTION]}).encode()) == []  # an amendment
    (fill,) = decoder.fills
    assert (fill.changed_fields, str(fill.decimal("commission"))) == (("commission",), "1.01")


def test_profit_and_loss_of_several_accounts() -> None:
    decoder = Decoder("ibkr")
    decoder.decode(b'{"topic":"spl","args":{"U1.Core":{"dpl":1,"nl":2},"U2.Core":{"dpl":3}}}')
    decoder.decode(b'{"topic":"spl","args":{"U1.Core":{"dpl":5,"upl":""}}}')
    assert (decoder.pnl["U1.Core"].daily, decoder.pnl["U1.Core"].net_liq, decoder.pnl["U2.Core"].daily) == (5, 2, 3)
    assert decoder.pnl["U1.Core"].unrealized is None


def test_a_currency_without_figures_keeps_its_numbers() -> None:
    decoder = Decoder("ibkr")
    decoder.decode(message("", {"topic": "sld+U1", "result": [LEDGER]}).payload)
    assert decoder.decode(b'{"topic":"sld+U1","result":[{"key":"LedgerListUSD","timestamp":1718026225}]}') == []
    assert decoder.balances["U1", "USD", "", "ledger"].settled == 1.52e8


def test_four_answers_to_a_keepalive_are_one() -> None:
    decoder = Decoder("ibkr")
    payload = b'{"topic":"tic","alive":true,"id":"s","lastAccessed":%d}'
    assert [len(decoder.decode(payload % at)) for at in (1, 1, 1, 1, 2, 2)] == [1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    "topic",
    [
        "smd+1",
        "smh+1",
        "sbd+DU1+1",
        "sor",
        "str",
        "spl",
        "ssd+DU1",
        "sld+DU1",
        "ntf",
        "blt",
        "umd+1",
        "umh+1",
        "uor",
        "utr",
        "upl",
        "usd+1",
        "uld+1",
        "ubd+1",
    ],
)
def test_errors_of_every_topic(topic: str) -> None:
    records = Decoder("ibkr").decode(json.dumps({"error": "no", "code": 500, "topic": topic}).encode())
    (error,) = [record for record in records if isinstance(record, Error)]
    assert (error.text, error.code, error.topic, error.source) == ("no", 500, topic, ErrorSource.VENUE)


def test_unknown_topics_are_raw() -> None:
    for payload in (b'{"topic":"new+1","x":1}', b'{"x":1}', b"{}"):
        (raw,) = Decoder("ibkr").decode(payload)
        assert isinstance(raw, Raw)
        assert raw.data == payload


def test_prompts_and_notices() -> None:
    for text, kind in {'"id":"1"': NoticeKind.NOTICE, '"type":"M","prompt":true': NoticeKind.PROMPT}.items():
        (notice,) = Decoder("ibkr").decode(b'{"topic":"ntf","args":[{%s}]}' % text.encode())
        assert notice.notice_kind is kind


def test_the_topic_of_market_data_may_be_bare_and_conid_a_number_or_a_text() -> None:
    for text in (
        '"topic":"smd+5"',
        '"topic":"smd","conid":5',
        '"conid":"5","topic":"smd"',
        '"conid":5,"topic":"smd+5"',
    ):
        (quote,) = Decoder("ibkr").decode(b'{"84":"1",%s}' % text.encode())
        check_all([quote], [want("Quote", "5", None, bid="1")])
    assert FIELDS and MS == 10**6


@pytest.mark.parametrize(
    "text",
    [
        '"topic":"smd+5@NYSE"',
        '"conidEx":"5@NYSE","conid":5,"topic":"smd+5@NYSE"',
        '"conid":5,"conidEx":"5@NYSE","topic":"smd+5@NYSE"',
        '"conid":"5","conidEx":"5@NYSE","topic":"smd"',
        '"topic":"smd+5@NYSE","conid":5',
    ],
)
def test_a_contract_at_one_exchange_is_an_instrument_of_its_own(text: str) -> None:
    decoder = Decoder("ibkr")
    decoder.feed(b'{"84":"2","conid":5,"conidEx":"5","topic":"smd+5"}')
    quote, *others = decoder.decode(b'{"84":"1",%s}' % text.encode())
    check_all([quote], [want("Quote", "5@NYSE", None, bid="1")])
    check_all(others, [want("Instrument", "5@NYSE", None, contract="5@NYSE")] if "conidEx" in text else [])
    assert (decoder.quotes["5"].bid, decoder.quotes["5@NYSE"].bid) == (2, 1)
