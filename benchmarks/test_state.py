"""Lookups in the state tables."""

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
