"""A Vega data node: a party's orders and own trades, and the data of a market in real prices.

    tickfold sim vega --port 9005        in another terminal
    python examples/vega.py

A real node: URL=wss://node.example:3008 PARTY=… MARKET=… (ids of 64 hex digits; decimals from GET /api/v2/market/{id})
"""

import os

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9005")
PARTY = os.environ.get("PARTY", "9e3779b97f4a7c19000000000000000400000000000000000000000000000001")
MARKET = os.environ.get("MARKET", "9e3779b97f4a7c18000000000000000300000000000000000000000000000001")
SCALES = {MARKET: (2, 3)}  # decimals of prices, decimals of sizes

engine = tf.Engine(
    tf.vega.Stream("markets/data", url=URL, market_ids=[MARKET], scales=SCALES),
    tf.vega.Stream("orders", url=URL, party_ids=[PARTY], market_ids=[MARKET], scales=SCALES),
    tf.vega.Stream("trades", url=URL, party_ids=[PARTY], market_ids=[MARKET], scales=SCALES),
)


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    print(f"{quote.symbol:.8} {quote.decimal('bid')} {quote.decimal('ask')}", flush=True)


@engine.on(tf.Order, changed=["status", "filled_qty"])
def on_order(order: tf.Order) -> None:
    status = order.status.name if order.status else "UNKNOWN"
    print(f"{order.client_order_id} {status} {order.filled_qty} of {order.qty}", flush=True)


@engine.on(tf.Trade)
def on_trade(trade: tf.Trade) -> None:
    side = "bought" if trade.buyer == PARTY else "sold"
    print(f"{side} {trade.decimal('size')} @ {trade.decimal('price')}", flush=True)


engine.run()
