"""IBKR's Web API: quotes by contract id, orders folded from full records and changes, executions and P&L.

    tickfold sim ibkr --port 9003        in another terminal
    python examples/ibkr.py

The real gateway: URL=wss://localhost:5000/v1/api/ws REST=https://localhost:5000/v1/api IBKR_SESSION=… (the id
that POST /tickle gives) FINGERPRINT=… (of the gateway's self-signed certificate)
"""

import asyncio
import os
import ssl
import urllib.request

import tickfold as tf

URL = os.environ.get("URL", "ws://127.0.0.1:9003/v1/api/ws")
REST = os.environ.get("REST", "http://127.0.0.1:9003/v1/api")
SESSION = os.environ.get("IBKR_SESSION", "4f1c20b1a7f04a6b9d3c0e5a")
FINGERPRINT = os.environ.get("FINGERPRINT")  # None: the system's authorities vouch for the server
KO, AAPL = 8894, 265598

gateway = tf.ibkr.WebApi(
    URL, session=SESSION, fingerprint=FINGERPRINT, quotes=[KO, AAPL], orders=True, fills=True, pnl=True
)
engine = tf.Engine(gateway)


@engine.on(tf.Quote, changed=["bid", "ask"])
def on_quote(quote: tf.Quote) -> None:
    print(f"{quote.ticker or quote.symbol:<8} {quote.bid} {quote.ask}", flush=True)


@engine.on(tf.Order, changed=["status", "filled_qty"])
def on_order(order: tf.Order) -> None:
    status = order.status.name if order.status else "UNKNOWN"
    print(f"{order.account} {order.order_id} {order.ticker} {status} {order.filled_qty} of {order.qty}", flush=True)


@engine.on(tf.Fill)
def on_fill(fill: tf.Fill) -> None:
    print(f"{fill.exec_id} {fill.qty} @ {fill.price} commission {fill.commission}", flush=True)


@engine.on(tf.Pnl)
def on_pnl(pnl: tf.Pnl) -> None:
    print(f"{pnl.account} daily {pnl.daily} net liquidation {pnl.net_liq}", flush=True)


def ask_for_orders() -> bytes:
    request = urllib.request.Request(f"{REST}/iserver/account/orders", headers={"Cookie": f"api={SESSION}"})
    unverified = ssl._create_unverified_context() if REST.startswith("https://localhost:") else None  # self-signed
    with urllib.request.urlopen(request, timeout=10, context=unverified) as answer:
        return bytes(answer.read())


@engine.on_gap
async def resync(gap: tf.Gap) -> bytes:
    """The stream repeats its orders after each connection, but says nothing of when they are complete."""
    print("connection was lost: asking for the orders", flush=True)
    return await asyncio.to_thread(ask_for_orders)


engine.run()
