"""IBKR's older gateway (`/v1/portal/ws`): quotes and the day's orders.

    tickfold sim ibkr.portal --port 9004        in another terminal
    python examples/ibkr_portal.py

The real gateway: URL=wss://localhost:5000/v1/portal/ws ACCOUNT=… COOKIE=… FINGERPRINT=…
"""

import os

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9004/v1/portal/ws")
ACCOUNT = os.environ.get("ACCOUNT", "DU1234567")
KO, AAPL = 8894, 265598

gateway = tf.ibkr.Portal(
    URL,
    accounts=[ACCOUNT],
    quotes=[KO, AAPL],
    cookie=os.environ.get("COOKIE"),
    fingerprint=os.environ.get("FINGERPRINT"),
)
engine = tf.Engine(gateway)


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    print(f"{quote.symbol:<8} {quote.bid} {quote.ask}", flush=True)


@engine.on(tf.Order, changed=["status", "filled_qty"])
def on_order(order: tf.Order) -> None:
    status = order.status.name if order.status else "UNKNOWN"
    print(f"{order.account} {order.order_id} {order.ticker} {status} {order.filled_qty} of {order.qty}", flush=True)


engine.run()
