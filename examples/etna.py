"""ETNA Trader: quotes from one streamer; orders, positions and balances from the other.

    tickfold sim etna --port 9006        in another terminal
    python examples/etna.py

The real streamers: QUOTE_URL=wss://host:9995 and DATA_URL=wss://host:9999, as GET v1.0/streamers tells them, with
ETNA_USER=… ETNA_PASSWORD=… ACCOUNT=…
"""

import os

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9006")
QUOTE_URL = os.environ.get("QUOTE_URL", URL)
DATA_URL = os.environ.get("DATA_URL", URL)
USER = os.environ.get("ETNA_USER", "5104")
PASSWORD = os.environ.get("ETNA_PASSWORD", "SIMPASSWORD")
ACCOUNT = os.environ.get("ACCOUNT", "611")
KO, AAPL = 318, 319  # security ids

engine = tf.Engine(
    tf.etna.Quotes(QUOTE_URL, user=USER, password=PASSWORD, securities=[KO, AAPL]),
    tf.etna.Trading(DATA_URL, user=USER, password=PASSWORD, accounts=[ACCOUNT]),
)


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    print(f"{quote.symbol:<8} {quote.bid} {quote.ask}", flush=True)


@engine.on(tf.Order, changed=["status", "filled_qty"])
def on_order(order: tf.Order) -> None:
    status = order.status.name if order.status else "UNKNOWN"
    print(f"{order.order_id} {order.ticker} {status} {order.filled_qty} of {order.qty}", flush=True)


@engine.on(tf.Position)
def on_position(position: tf.Position) -> None:
    print(f"position {position.ticker or position.symbol} {position.qty} at {position.avg_price}", flush=True)


engine.run()
