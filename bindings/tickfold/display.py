"""What the command line shows of a running engine: a table on a terminal, lines elsewhere."""

import asyncio
import sys
import time
from typing import Any

from tickfold.live import Engine

ROWS = 12  # of each table
REFRESH = 0.25  # seconds


def wants_table() -> bool:
    """Whether standard output is a terminal and rich is installed."""
    if not sys.stdout.isatty():
        return False
    try:
        import rich  # noqa: F401
    except ImportError:
        return False
    return True


class Display:
    """Shows an engine until cancelled. `cpu` is the CPU time in seconds that showing it has taken."""

    def __init__(self, engine: Engine, title: str) -> None:
        self.cpu = 0.0
        self._engine = engine
        self._title = title
        self._began = time.monotonic()

    async def table(self) -> None:
        """A live table of the newest quotes and orders."""
        from rich.live import Live

        with Live(auto_refresh=False, transient=True) as live:
            while True:
                cpu = time.process_time()
                live.update(self._render(), refresh=True)
                self.cpu += time.process_time() - cpu
                await asyncio.sleep(REFRESH)

    async def lines(self) -> None:
        """A line of progress each second."""
        while True:
            await asyncio.sleep(1.0)
            print(self._summary(), flush=True)

    def _summary(self) -> str:
        engine = self._engine
        messages = sum(stats.messages for stats in engine.stats)
        return (
            f"{time.monotonic() - self._began:4.0f} s  {messages:>10,} messages  "
            f"{len(engine.quotes):>5,} quotes  {len(engine.orders):>6,} orders"
        )

    def _render(self) -> Any:
        from rich.console import Group
        from rich.table import Table

        quotes = Table(title=self._title, expand=True)
        for name in ("symbol", "bid size", "bid", "ask", "ask size", "last"):
            quotes.add_column(name, justify="left" if name == "symbol" else "right")
        for quote in _newest(self._engine.quotes):
            row = (_text(quote, name) for name in ("bid_size", "bid", "ask", "ask_size", "last"))
            quotes.add_row(quote.ticker or quote.symbol, *row)
        orders = Table(expand=True)
        for name in ("order", "account", "symbol", "side", "type", "status", "qty", "filled", "avg price", "limit"):
            orders.add_column(name, justify="right" if name in ("qty", "filled", "avg price", "limit") else "left")
        for order in _newest(self._engine.orders):
            numbers = (_text(order, name) for name in ("qty", "filled_qty", "avg_price", "limit_price"))
            words = (order.side, order.type, order.status)
            orders.add_row(
                order.order_id,
                order.account,
                order.ticker or order.symbol,
                *("" if word is None else word.name for word in words),
                *numbers,
            )
        return Group(quotes, orders, self._summary())


def _newest(rows: Any) -> list[Any]:
    """The rows that were updated last, newest first."""
    array = rows.array
    if not len(array):
        return []
    newest = array["seq"].argsort()[::-1][:ROWS]
    views = list(rows)
    return [views[index] for index in newest]


def _text(record: Any, name: str) -> str:
    value = record.decimal(name)
    return "" if value is None else f"{value:,}"
