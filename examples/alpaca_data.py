"""Alpaca market data: the best bid and ask of every symbol as they change, and a line for each trade.

    tickfold sim alpaca.data --port 9001        in another terminal
    python examples/alpaca_data.py

The real feed: URL=wss://stream.data.alpaca.markets/v2/iex APCA_API_KEY_ID=… APCA_API_SECRET_KEY=…
"""

import os

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9001/v2/iex")
KEY = os.environ.get("APCA_API_KEY_ID", "SIMKEY")
SECRET = os.environ.get("APCA_API_SECRET_KEY", "SIMSECRET")

engine = tf.Engine(tf.alpaca.MarketData(url=URL, key=KEY, secret=SECRET, quotes=["*"], trades=["*"]))


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    print(f"{quote.symbol:<8} {quote.bid:>10} {quote.ask:>10}", flush=True)


@engine.on(tf.Trade)
def on_trade(trade: tf.Trade) -> None:
    print(f"{trade.symbol:<8} {trade.decimal('price'):>10} x {trade.decimal('size')}", flush=True)


engine.run()
