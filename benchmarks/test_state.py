"""Lookups in the state tables."""

import json

import pytest

import tickfold as tf
from benchmarks import payloads


@pytest.fixture
def quotes():
    decoder = tf.decoder("alpaca.data")
    for message in payloads.quotes(2_000):
        decoder.feed(message)
    return decoder.quotes


@pytest.fixture
def orders():
    decoder = tf.decoder("ibkr")
    lives = payloads.orders(200)
    for message in (*lives.first, *lives.full):
        decoder.feed(message)
    return decoder.orders


def test_quote_of_a_symbol(benchmark, quotes):
    benchmark(lambda: quotes["AAPL"].bid)


def test_order_of_an_id(benchmark, orders):
    benchmark(lambda: orders["922048200"].filled_qty)


def test_order_of_an_account_and_id(benchmark, orders):
    benchmark(lambda: orders["DU1234567", "922048200"].filled_qty)


def test_array(benchmark, orders):
    benchmark(lambda: orders.array)


def test_sum_of_a_column(benchmark, orders):
    array = orders.array
    benchmark(lambda: array["filled_qty"].sum())


def test_iteration_over_200_orders(benchmark, orders):
    benchmark(lambda: sum(order.filled_qty for order in orders))


@pytest.fixture(params=[100, 10_000])
def found(request):
    """An engine's orders, of which ten are open, whatever their number."""
    engine = tf.Engine(tf.ibkr.WebApi(orders=True))
    orders = [
        {"acct": "DU1", "orderId": number, "conid": 265598, "order_ref": f"c{number}", "totalSize": 10,
         "status": "Submitted" if number < 10 else "Cancelled"}
        for number in range(request.param)
    ]  # fmt: skip
    engine.feed_snapshot("ibkr", json.dumps({"orders": orders, "snapshot": True}))
    return engine.orders


def test_order_of_a_client_s_id(benchmark, found):
    benchmark(lambda: found.by_client_id["c7"].order_id)


def test_open_orders_of_a_symbol(benchmark, found):
    benchmark(lambda: [order.order_id for order in found.open.of(symbol="265598")])
