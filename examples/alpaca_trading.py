"""Alpaca trading updates: what happens to the account's orders, each execution once.

    tickfold sim alpaca.trading --port 9002 --rate 20        in another terminal
    python examples/alpaca_trading.py

The real stream: URL=wss://paper-api.alpaca.markets/stream APCA_API_KEY_ID=… APCA_API_SECRET_KEY=…
"""

import os

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9002/stream")
KEY = os.environ.get("APCA_API_KEY_ID", "SIMKEY")
SECRET = os.environ.get("APCA_API_SECRET_KEY", "SIMSECRET")

engine = tf.Engine(tf.alpaca.Trading(url=URL, key=KEY, secret=SECRET))


@engine.on(tf.Order, changed=["status"])
def on_order(order: tf.Order) -> None:
    status = order.status.name if order.status else "UNKNOWN"
    print(f"{order.client_order_id:<16} {order.symbol:<8} {status:<16} {order.filled_qty} of {order.qty}", flush=True)


@engine.on(tf.Fill)
def on_fill(fill: tf.Fill) -> None:
    print(f"{fill.client_order_id:<16} {fill.symbol:<8} {fill.decimal('qty')} @ {fill.decimal('price')}", flush=True)


@engine.on(tf.Gap)
def on_gap(gap: tf.Gap) -> None:
    print("connection was lost: ask GET /v2/orders what happened meanwhile", flush=True)


engine.run()
