"""Alpaca market data with machine code in the loop: a function that numba compiles folds every quote into averages, and
Python, which hears the trades, says where each lies against them.

    pip install 'tickfold[numba]'
    tickfold sim alpaca.data --port 9001        in another terminal
    python examples/alpaca_numba.py

The real feed: URL=wss://stream.data.alpaca.markets/v2/iex APCA_API_KEY_ID=… APCA_API_SECRET_KEY=…
"""

import os

import numba
import numpy as np

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9001/v2/iex")
KEY = os.environ.get("APCA_API_KEY_ID", "SIMKEY")
SECRET = os.environ.get("APCA_API_SECRET_KEY", "SIMSECRET")

SYMBOLS = 16_384  # symbols are numbered from 1, in the order in which they come
WEIGHT = 0.05  # of the newest quote in the averages

Averages = np.dtype([("mid", "f8", SYMBOLS), ("spread", "f8", SYMBOLS), ("quotes", "i8", SYMBOLS)])
averages = np.zeros(1, Averages)
mid, spread = averages[0]["mid"], averages[0]["spread"]

engine = tf.Engine(
    tf.alpaca.MarketData(url=URL, key=KEY, secret=SECRET, quotes=["*"], trades=["*"]), max_symbols=SYMBOLS - 1
)


@numba.cfunc(tf.numba.signature(tf.Quote, Averages))
def on_quote(quote: tf.Quote, averages: np.void) -> None:
    if not quote.ask >= quote.bid:  # crossed; or one was never stated, and is NaN
        return
    i = quote.symbol
    weight = WEIGHT if averages.quotes[i] else 1.0
    averages.mid[i] += weight * ((quote.bid + quote.ask) / 2 - averages.mid[i])
    averages.spread[i] += weight * (quote.ask - quote.bid - averages.spread[i])
    averages.quotes[i] += 1


engine.on(tf.Quote, native=on_quote, context=averages)


@engine.on(tf.Trade)
def on_trade(trade: tf.Trade) -> None:
    i = trade.symbol_id
    if trade.price is not None and spread[i] > 0:
        spreads = (trade.price - mid[i]) / spread[i]
        print(f"{trade.symbol:<8} {trade.decimal('price'):>10} {spreads:+.2f} spreads from {mid[i]:.4f}", flush=True)


engine.run()
