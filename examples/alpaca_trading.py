"""Alpaca trading updates: what happens to the account's orders, each execution once, over lost connections too.

    tickfold sim alpaca.trading --port 9002 --rate 20        in another terminal
    python examples/alpaca_trading.py

The real stream: URL=wss://paper-api.alpaca.markets/stream REST=https://paper-api.alpaca.markets
APCA_API_KEY_ID=… APCA_API_SECRET_KEY=…
"""

import asyncio
import os
import urllib.request

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9002/stream")
REST = os.environ.get("REST", "http://127.0.0.1:9002")
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


def ask_for_orders() -> bytes:
    keys = {"APCA-API-KEY-ID": KEY, "APCA-API-SECRET-KEY": SECRET}
    request = urllib.request.Request(f"{REST}/v2/orders?status=all&limit=500&nested=true", headers=keys)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


@engine.on_gap
async def resync(gap: tf.Gap) -> bytes:
    """Alpaca repeats nothing of what was missed: its REST interface says how the orders stand."""
    print("connection was lost: asking for the orders", flush=True)
    return await asyncio.to_thread(ask_for_orders)


engine.run()
