"""What concerns money: prices that are which, amounts, fees, positions and times, in every stream that has them."""

import json
from typing import Any

import pytest

import tickfold as tf
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Record

PARTY, OTHER, MARKET = "aa01" * 16, "bb02" * 16, "9c55" * 16
NS = 1_700_000_000_000_000_000


def of(records: list[Record], kind: str) -> list[Any]:
    return [record for record in records if type(record).__name__ == kind]


def sor(**order: Any) -> bytes:
    return json.dumps({"topic": "sor", "args": [{"acct": "DU1", "orderId": 9, **order}]}).encode()


def portal(**order: Any) -> bytes:
    return json.dumps({"topic": "realtime-account-data+DU1", "orders": [{"orderId": 9, **order}]}).encode()


# ---- the price of a stop order


@pytest.mark.parametrize(("stream", "message"), [("ibkr", sor), ("ibkr.portal", portal)])
@pytest.mark.parametrize("kind", ["Stop", "STOP", "STP"])
def test_the_price_of_a_stop_order_is_its_stop_price(stream: str, message: Any, kind: str) -> None:
    decoder = Decoder(stream)
    (order,) = decoder.decode(message(orderType=kind, price="180.50"))
    assert (order.limit_price, order.stop_price, order.type) == (None, 180.5, tf.OrderType.STOP)
    assert str(order.decimal("stop_price")) == "180.50"
    (order,) = decoder.decode(message(price="181"))  # a change does not say the type again
    assert (order.limit_price, order.stop_price, order.changed_fields) == (None, 181, ("stop_price",))


def test_a_price_that_comes_before_its_type_moves() -> None:
    decoder = Decoder("ibkr")
    decoder.decode(sor(price="180.5"))
    assert decoder.orders["9"].limit_price == 180.5
    decoder.decode(sor(orderType="Stop"))
    assert (decoder.orders["9"].limit_price, decoder.orders["9"].stop_price) == (None, 180.5)


def test_a_stop_price_of_its_own_wins_and_other_types_keep_their_limit() -> None:
    (order,) = Decoder("ibkr").decode(sor(orderType="Stop", price="180.5", auxPrice="179"))
    assert (order.limit_price, order.stop_price) == (None, 179)
    (order,) = Decoder("ibkr").decode(sor(orderType="Stop Limit", price="180.5", auxPrice="179"))
    assert (order.limit_price, order.stop_price) == (180.5, 179)
    (order,) = Decoder("ibkr").decode(sor(origOrderType="STOP", price="180.5"))
    assert (order.limit_price, order.stop_price, order.type) == (None, 180.5, tf.OrderType.STOP)
    (order,) = Decoder("ibkr").decode(sor(origOrderType="STOP", orderType="Limit", price="180.5"))
    assert (order.limit_price, order.type, order.type_text) == (180.5, tf.OrderType.LIMIT, "Limit")


def test_an_exact_stop_price_keeps_its_digits() -> None:
    (order,) = Decoder("ibkr").decode(sor(orderType="Stop", price="180.12345678901234567"))
    assert str(order.decimal("stop_price")) == "180.12345678901234567"
    assert order.limit_price is None


# ---- orders of an amount of money


@pytest.mark.parametrize(
    ("fields", "notional"),
    [
        ({"sizeAndFills": "$500"}, 500),
        ({"sizeAndFills": "€1,500.25"}, 1500.25),
        ({"sizeAndFills": "$100.10/$400.20"}, 500.3),
        ({"totalCashSize": 500.0}, 500),
        ({"totalCashSize": "750"}, 750),
    ],
)
def test_an_order_of_an_amount_has_a_notional_and_no_quantity(fields: dict[str, Any], notional: float) -> None:
    decoder = Decoder("ibkr")
    (order,) = decoder.decode(sor(totalSize=0.0, remainingQuantity=0.0, **fields))
    assert (order.notional, order.qty, order.leaves_qty) == (notional, None, None)
    assert decoder.mismatched == 0
    decoder.decode(sor(totalSize=0.0, filledQuantity=2.5, status="Submitted"))
    order = decoder.orders["9"]
    assert (order.notional, order.qty, order.filled_qty) == (notional, None, 2.5)


def test_a_quantity_of_zero_without_an_amount_is_zero() -> None:
    (order,) = Decoder("ibkr").decode(sor(totalSize=0.0))
    assert order.qty == 0


# ---- there is no price


@pytest.mark.parametrize("text", ["-1", "-1.0", '"-1"', '"-1.00"', "-1e0"])
@pytest.mark.parametrize(("stream", "topic"), [("ibkr", "smd+1"), ("ibkr.portal", "md+1")])
def test_minus_one_is_no_price_however_it_is_written(stream: str, topic: str, text: str) -> None:
    decoder = Decoder(stream)
    decoder.decode(b'{"topic":"%s","84":2,"86":3}' % topic.encode())
    (quote,) = decoder.decode(b'{"topic":"%s","84":%s,"86":%s}' % (topic.encode(), text.encode(), text.encode()))
    assert (quote.bid, quote.ask, quote.changed_fields) == (None, None, ("bid", "ask"))
    (quote,) = decoder.decode(b'{"topic":"%s","84":-2,"31":-1}' % topic.encode())
    assert (quote.bid, quote.last) == (-2, -1)  # the price of a spread may be below zero


def test_a_parked_pegged_order_has_no_limit_price() -> None:
    decoder = Decoder("vega")
    order = {"id": "o", "marketId": MARKET, "partyId": PARTY, "side": 1, "size": "5", "remaining": "5", "type": 1}
    pegged = {**order, "peggedOrder": {"reference": 2, "offset": "1"}}
    decoder.decode(updates({**pegged, "status": 1, "price": "99", "createdAt": "1"}))
    assert decoder.orders["o"].limit_price == 99
    decoder.decode(updates({**pegged, "status": 8, "createdAt": "1", "updatedAt": "2"}))
    assert decoder.orders["o"].limit_price is None
    decoder.decode(updates({**order, "status": 1, "createdAt": "1", "updatedAt": "3"}))
    assert decoder.orders["o"].limit_price == 0  # elsewhere what is left out is zero


# ---- Vega: a party's own trades


def updates(*orders: dict[str, Any]) -> bytes:
    return json.dumps({"result": {"updates": {"orders": list(orders)}}}).encode()


def vega_order(size: int, remaining: int, updated: int) -> bytes:
    return updates({"id": "O", "marketId": MARKET, "partyId": PARTY, "side": 1, "price": "9", "size": str(size),
                    "remaining": str(remaining), "type": 1, "status": 1, "reference": "mine",
                    "createdAt": "1", "updatedAt": str(updated)})  # fmt: skip


def vega_trade(number: int, size: int, price: int, **more: Any) -> bytes:
    trade = {"id": f"T{number}", "marketId": MARKET, "price": str(price), "size": str(size), "buyer": PARTY,
             "seller": OTHER, "buyOrder": "O", "sellOrder": "X", "aggressor": 2, "timestamp": str(NS), **more}
    return json.dumps({"result": {"trades": [trade]}}).encode()  # fmt: skip


def test_own_trades_are_fills_and_give_the_average_price() -> None:
    decoder = Decoder("vega")
    decoder.decode(vega_order(10, 4, 2))
    trade, fill, order = decoder.decode(vega_trade(1, 4, 5, buyerFee={"makerFee": "3", "liquidityFee": "4"}))
    assert (trade.buyer_fee, trade.seller_fee) == (7, 0)
    assert (fill.qty, fill.price, fill.side, fill.account, fill.order_id) == (4, 5, tf.Side.BUY, PARTY, "O")
    assert (fill.exec_id, fill.liquidity, fill.client_order_id) == ("T1", "MAKER", "mine")
    assert (fill.commission, fill.fee_maker, fill.fee_liquidity, fill.fee_infrastructure) == (7, 3, 4, None)
    assert (fill.symbol, fill.ts_event) == (MARKET, NS)
    assert (order.avg_price, order.flags & tf.Flag.AVG_STALE) == (5, tf.Flag.AVG_STALE)  # 6 are filled, 4 were told
    _, fill, order = decoder.decode(vega_trade(2, 2, 8))
    assert (order.avg_price, order.flags & tf.Flag.AVG_STALE) == (6, 0)
    assert sum(one.qty for one in decoder.fills) == order.filled_qty == 6


def test_a_trade_that_is_told_again_does_not_count_again() -> None:
    decoder = Decoder("vega")
    decoder.decode(vega_order(10, 4, 2))
    decoder.decode(vega_trade(1, 4, 5))
    assert [type(one).__name__ for one in decoder.decode(vega_trade(1, 4, 5))] == ["Trade"]
    decoder.decode(vega_trade(2, 2, 8))
    assert decoder.orders["O"].avg_price == 6
    decoder.decode(vega_order(10, 4, 3))
    assert decoder.orders["O"].avg_price == 6  # a full record that has no such key does not take it back


def test_trades_of_others_are_no_fills() -> None:
    assert [type(one).__name__ for one in Decoder("vega").decode(vega_trade(1, 4, 5))] == ["Trade"]


def test_a_party_whose_trades_were_asked_for_has_fills_before_its_orders_are_known() -> None:
    decoder = Decoder("vega", parties=[PARTY])
    _, fill = decoder.decode(vega_trade(1, 6, 5, sellerFee={"makerFee": "1"}))
    assert (fill.qty, fill.commission, fill.account) == (6, 0, PARTY)
    (order,) = decoder.decode(vega_order(10, 4, 2))
    assert (order.avg_price, order.flags & tf.Flag.AVG_STALE) == (5, 0)
    stream = tf.vega.Stream("trades", url="wss://node.example", party_ids=[PARTY])
    assert stream.decoder_options == {"parties": [PARTY]}


def test_a_fee_that_cannot_be_read_leaves_the_sum_unknown() -> None:
    decoder = Decoder("vega", parties=[PARTY])
    trade, fill, _ = decoder.decode(vega_trade(1, 6, 5, buyerFee={"makerFee": "x", "liquidityFee": "4"}))
    assert (trade.buyer_fee, fill.commission, fill.fee_liquidity) == (None, None, 4)


def test_fees_of_25_digits_are_exact() -> None:
    decoder = Decoder("vega", parties=[PARTY])
    fees = {"makerFee": "1234567890123456789012345", "treasuryFee": "1"}
    _, fill = decoder.decode(vega_trade(1, 6, 5, buyerFee=fees))
    assert str(fill.decimal("commission")) == "1234567890123456789012346"


def test_funding_and_index_of_a_perpetual() -> None:
    data = {"market": MARKET, "timestamp": str(NS), "midPrice": "7", "productData": {"perpetualData": {
        "fundingRate": "-0.0001", "fundingPayment": "12", "underlyingIndexPrice": "99", "internalTwap": "98",
        "externalTwap": "97"}}}  # fmt: skip
    decoder = Decoder("vega")
    (stats,) = of(decoder.decode(json.dumps({"result": {"marketData": [data]}})), "Stats")
    assert (stats.funding_rate, stats.funding_payment, stats.index_price) == (-0.0001, 12, 99)
    assert (stats.internal_twap, stats.external_twap) == (98, 97)
    data.pop("productData")
    decoder.decode(json.dumps({"result": {"marketData": [data]}}))
    assert decoder.state.stats[MARKET].funding_rate is None  # a full record without it: it is no perpetual


# ---- Alpaca: packages, positions, reasons


def package(order_legs: list[dict[str, Any]], executions: list[dict[str, Any]], **data: Any) -> str:
    order = {"id": "P", "symbol": "", "qty": "1", "filled_qty": "1", "order_class": "mleg", "side": "",
             "status": "filled", "legs": order_legs}  # fmt: skip
    return json.dumps({"stream": "trade_updates", "data": {
        "event": "fill", "timestamp": "2025-01-21T07:32:40.7Z", "order": order, "legs": executions, **data}})


LEGS = [{"id": f"L{i}", "symbol": symbol, "qty": "1", "filled_qty": "1", "status": "filled", "side": side, "legs": None}
        for i, (symbol, side) in enumerate((("PUT", "buy"), ("CALL", "sell")))]  # fmt: skip
EXECUTIONS = [{"execution_id": f"x{i}", "qty": "1", "price": "1.6", "order_id": f"L{i}", "symbol": symbol}
              for i, symbol in enumerate(("PUT", "CALL"))]  # fmt: skip


def test_the_legs_of_a_package_have_side_parent_and_position() -> None:
    decoder = Decoder("alpaca.trading")
    records = decoder.decode(package(LEGS, EXECUTIONS, position_qtys={"CALL": "-1", "PUT": 3, "OTHER": "7"}))
    fills = [one for one in of(records, "Fill") if one.exec_id]
    assert [(one.side, one.position) for one in fills] == [(tf.Side.BUY, 3), (tf.Side.SELL, -1)]
    assert [one.parent_id for one in of(records, "Order")] == [None, "P", "P"]
    (rest,) = of(records, "Position")  # of no execution in this message: told by itself
    assert (rest.symbol, rest.qty) == ("OTHER", 7)
    again = decoder.decode(package(LEGS, EXECUTIONS, position_qtys={"CALL": "-1", "PUT": "3"}))
    assert of(again, "Fill") == []


def test_legs_of_a_bracket_have_their_parent() -> None:
    decoder = Decoder("alpaca.trading")
    order = {"id": "B", "symbol": "A", "qty": "1", "filled_qty": "0", "status": "new", "order_class": "bracket",
             "legs": [{"id": "S", "symbol": "A", "qty": "1", "filled_qty": "0", "status": "held", "type": "stop"}]}
    decoder.decode(json.dumps({"stream": "trade_updates", "data": {"event": "new", "order": order}}))  # fmt: skip
    assert decoder.orders["S"].parent_id == "B"
    leg = {**order["legs"][0], "status": "new"}  # type: ignore[index]  # it is the list above
    decoder.decode(json.dumps({"stream": "trade_updates", "data": {"event": "new", "order": leg}}))
    assert (decoder.orders["S"].parent_id, decoder.orders["S"].status) == ("B", tf.OrderStatus.NEW)


def test_a_fill_without_price_still_says_the_position() -> None:
    order = {"id": "p", "symbol": "A", "filled_qty": "12", "status": "partially_filled"}
    data = {"event": "partial_fill", "position_qty": "-12", "order": order}
    records = Decoder("alpaca.trading").decode(json.dumps({"stream": "trade_updates", "data": data}))
    (fill,) = of(records, "Fill")
    assert (fill.qty, fill.price, fill.position, fill.flags & tf.Flag.SYNTHETIC) == (12, None, -12, tf.Flag.SYNTHETIC)


def test_a_reason_beside_the_order_is_the_orders() -> None:
    data = {"event": "rejected", "reason": "no funds", "order": {"id": "o", "status": "rejected", "filled_qty": "0"}}
    (order, *_) = Decoder("alpaca.trading").decode(json.dumps({"stream": "trade_updates", "data": data}))
    assert order.reason == "no funds"


def test_what_a_correction_corrects_and_when_it_was_received() -> None:
    (trade,) = Decoder("alpaca.data").decode(
        b'[{"T":"c","S":"A","oi":1,"op":178.26,"os":100,"oc":["@"],"ci":2,"cp":178.3,"cs":150}]'
    )
    assert (trade.orig_price, trade.orig_size, trade.orig_conditions) == (178.26, 100, "@")
    (trade,) = Decoder("alpaca.data").decode(b'[{"T":"t","S":"A","p":1,"s":1,"r":"2024-01-01T00:00:00Z"}]')
    assert trade.ts_received == 1704067200 * 10**9


def test_the_mark_of_a_perpetual_is_its_quotes() -> None:
    decoder = Decoder("alpaca.data")
    decoder.decode(b'[{"T":"p","S":"B","ip":1,"mp":2.5}]')
    decoder.decode(b'[{"T":"q","S":"B","bp":2,"ap":3}]')
    assert (decoder.quotes["B"].mark, decoder.quotes["B"].bid) == (2.5, 2)


# ---- accounts


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        ("ibkr", '{"topic":"spl","args":{"DU1234.Core":{"dpl":1}}}'),
        ("ibkr.portal", '{"topic":"realtime-account-data+DU1234","pnl":{"DU1234.Core":{"dpl":1}}}'),
        ("ibkr.portal", '{"topic":"realtime-account-data+DU1234","pnl":[{"acct":"DU1234.Core","dpl":1}]}'),
    ],
)
def test_profit_and_loss_is_found_under_the_account(stream: str, text: str) -> None:
    decoder = Decoder(stream)
    (pnl,) = decoder.decode(text)
    assert (pnl.account, pnl.segment, pnl.daily) == ("DU1234", "Core", 1)
    for key in ("DU1234", ("DU1234", "Core"), "DU1234.Core"):
        assert decoder.pnl[key].daily == 1
    assert "DU9" not in decoder.pnl


def test_segments_of_one_account_are_rows_of_their_own() -> None:
    decoder = Decoder("ibkr")
    decoder.decode('{"topic":"spl","args":{"DU1.Core":{"dpl":1},"DU1.Model":{"dpl":2},"DU2":{"dpl":3}}}')
    assert (decoder.pnl["DU1", "Core"].daily, decoder.pnl["DU1", "Model"].daily, decoder.pnl["DU2"].daily) == (1, 2, 3)
    with pytest.raises(tf.AmbiguousError):
        decoder.pnl["DU1"]


def test_cash_without_items_and_beside_them() -> None:
    decoder = Decoder("etna")
    (balance,) = decoder.decode('{"EntityType":"AccountBalance","AccountId":"1","CashBalance":"12.5","Items":"null"}')
    assert (balance.total, balance.cash) == (12.5, 12.5)
    items = json.dumps([{"Name": "cash", "Value": 7.25}])
    for order in (("CashBalance", "Items"), ("Items", "CashBalance")):
        values = {"CashBalance": "0.0", "Items": items}
        message = {"EntityType": "AccountBalance", "AccountId": "2", **{key: values[key] for key in order}}
        decoder.decode(json.dumps(message))
        assert decoder.balances["2"].cash == 7.25


# ---- words that a table does not know


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        ("etna", '{"EntityType":"Order","Id":"1","AccountId":"1","Side":"BuyToOpen","Type":"Iceberg"}'),
        ("ibkr", '{"topic":"sor","args":[{"acct":"D","orderId":1,"side":"BuyToOpen","orderType":"Iceberg"}]}'),
        ("ibkr.portal",
         '{"topic":"realtime-account-data+D","orders":[{"orderId":1,"side":"BuyToOpen","orderType":"Iceberg"}]}'),
        ("alpaca.trading",
         '{"stream":"trade_updates","data":{"order":{"id":"1","side":"BuyToOpen","type":"Iceberg"}}}'),
        ("vega", '{"result":{"updates":{"orders":[{"id":"1","partyId":"p","side":"BuyToOpen","type":"Iceberg"}]}}}'),
    ],
)  # fmt: skip
def test_unknown_sides_and_types_keep_their_words(stream: str, text: str) -> None:
    (order,) = of(Decoder(stream).decode(text), "Order")
    assert (order.side, order.side_text) == (tf.Side.NONE, "BuyToOpen")
    assert (order.type, order.type_text) == (tf.OrderType.OTHER, "Iceberg")


# ---- times, intervals, levels


def test_the_time_of_a_quote_is_the_newest_of_its_times() -> None:
    times = {"BidTime": "08/12/2015 10:00:00", "AskTime": "08/20/2015 20:00:00", "Date": "08/11/2015 13:51:18"}
    for keys in (("BidTime", "AskTime", "Date"), ("AskTime", "Date", "BidTime"), ("Date", "AskTime")):
        quote = {"EntityType": "Quote", "Key": "4", "Ask": "76", **{key: times[key] for key in keys}}
        assert Decoder("etna").decode(json.dumps(quote))[0].ts_event == 1440100800 * 10**9
    unset = {"EntityType": "Quote", "Key": "4", "Ask": "76", "AskTime": "01/01/1970 00:00:00"}
    assert Decoder("etna").decode(json.dumps(unset))[0].ts_event is None


def test_what_has_a_time_says_when() -> None:
    for stream, text in (
        ("ibkr", '{"topic":"sor","args":[{"acct":"D","orderId":1,"lastExecutionTime_r":5}]}'),
        ("ibkr", '{"topic":"system","hb":5}'),
        ("etna", '{"EntityType":"Order","Id":"1","AccountId":"1","TransactionDate":"5"}'),
        ("etna", '{"EntityType":"Position","Id":"1","AccountId":"1","SecurityId":"4","ModifyDate":"5"}'),
        ("vega", '{"result":{"updates":{"positions":[{"partyId":"p","marketId":"m","updatedAt":"5000000"}]}}}'),
        ("vega", '{"result":{"marginLevels":{"partyId":"p","marketId":"m","timestamp":"5000000"}}}'),
        ("alpaca.data", '[{"T":"n","id":1,"updated_at":"1970-01-01T00:00:00.005Z"}]'),
    ):
        assert Decoder(stream).decode(text)[0].ts_event == 5 * 10**6, text


def test_a_derived_fill_has_the_time_of_its_order() -> None:
    order = {"EntityType": "Order", "Id": "1", "AccountId": "1", "Quantity": "5", "ExecutedQuantity": "5",
             "LastPrice": "7", "LastQuantity": "5", "Status": "Filled", "TransactionDate": "5"}  # fmt: skip
    (fill,) = of(Decoder("etna").decode(json.dumps(order)), "Fill")
    assert fill.ts_event == 5 * 10**6


@pytest.mark.parametrize(
    ("key", "symbol", "exchange", "currency", "interval"),
    [
        ("AAPL|NGS|USD:5m", "AAPL", "NGS", "USD", 300),
        ("BRK.B|NYSE|USD:1D", "BRK.B", "NYSE", "USD", 86400),
        ("AAPL|NGS|USD:2h", "AAPL", "NGS", "USD", 7200),
        ("AAPL:1m", "AAPL", None, None, 60),
        ("AAPL|NGS|USD", "AAPL", "NGS", "USD", None),
        ("AAPL|NGS|USD:x", "AAPL", "NGS", "USD", None),
        ("AAPL|NGS|USD:99999999999999999999m", "AAPL", "NGS", "USD", None),
    ],
)
def test_a_candles_key(key: str, symbol: str, exchange: str | None, currency: str | None, interval: int | None) -> None:
    (bar,) = Decoder("etna").decode(json.dumps({"EntityType": "Candle", "Key": key, "Open": "1", "Time": "1"}))
    assert (bar.symbol, bar.exchange, bar.currency, bar.interval) == (symbol, exchange, currency, interval)


def test_bars_have_the_interval_that_stands_around_them_wherever_it_stands() -> None:
    for text in (
        '{"topic":"smh+1","barLength":300,"data":[{"t":1,"o":1}]}',
        '{"data":[{"t":1,"o":1}],"barLength":300,"topic":"smh+1"}',
    ):
        (bar,) = of(Decoder("ibkr").decode(text), "Bar")
        assert (bar.interval, bar.symbol) == (300, "1")


def test_levels_say_sequence_and_action() -> None:
    update = {"marketId": "m", "buy": [{"price": "9", "volume": "5"}, {"price": "8"}], "sell": [{"price": "10"}],
              "sequenceNumber": "11", "previousSequenceNumber": "10"}  # fmt: skip
    levels = Decoder("vega").decode(json.dumps({"result": {"update": [update]}}))
    assert [(one.sequence, one.prev_sequence, one.action.name) for one in levels] == [
        (11, 10, "SET"), (11, 10, "DELETE"), (11, 10, "DELETE")]  # fmt: skip
    levels = Decoder("alpaca.data").decode(b'[{"T":"o","S":"A","b":[{"p":1,"s":2}],"a":[{"p":3,"s":0}]}]')
    assert [one.action.name for one in levels] == ["SET", "DELETE"]


def test_a_ladder_at_one_exchange_is_of_the_contract_there() -> None:
    for topic, symbol in (("sbd+DU1+265598+NYSE", "265598@NYSE"), ("sbd+DU1+265598", "265598")):
        (row,) = Decoder("ibkr").decode(json.dumps({"topic": topic, "data": [{"row": 1, "price": "5"}]}))
        assert row.symbol == symbol


def test_asset_class_exchange_and_names_of_orders_are_kept() -> None:
    (order,) = Decoder("ibkr").decode(sor(secType="OPT", exchange="CBOE", listingExchange="CBOE2", companyName="Café",
                                          orderDesc="Buy 1", description2="SEP 19 '25 50 Put"))  # fmt: skip
    assert (order.asset_class, order.exchange, order.listing, order.company) == ("OPT", "CBOE", "CBOE2", "Café")
    assert (order.description, order.contract) == ("Buy 1", "SEP 19 '25 50 Put")
    (order,) = Decoder("ibkr").decode(sor(conidex="1@ISLAND"))
    assert order.exchange == "ISLAND"
