"""What the command line shows of a running engine: a table on a terminal, lines of progress elsewhere.

The table is drawn by a process of its own (`python -m tickfold.cli.display`), which is sent the rows as lines of JSON.
Drawing takes tens of milliseconds, during which an engine in the same process would hear nothing.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from decimal import Decimal
from typing import Any

from tickfold.live import Engine

REFRESH = 0.25  # seconds
CHROME = 12  # lines of a terminal that titles, heads and frames of both tables take

QUOTES = ("venue", "symbol", "bid size", "bid", "ask", "ask size", "last")
ORDERS = ("order", "symbol", "side", "type", "status", "qty", "filled", "avg price", "limit")
WORDS = {"venue", "symbol", "order", "side", "type", "status"}  # columns that stand to the left


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
    """Shows an engine until cancelled."""

    def __init__(self, engine: Engine, title: str) -> None:
        self._engine = engine
        self._title = title
        self._began = time.monotonic()

    async def table(self) -> None:
        """A live table of the newest quotes and orders. Standard output must be a terminal."""
        screen = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tickfold.cli.display", stdin=asyncio.subprocess.PIPE
        )
        pipe = screen.stdin
        assert pipe is not None
        try:
            while True:
                rows = max(2, (os.get_terminal_size(sys.stdout.fileno()).lines - CHROME) // 2)
                with contextlib.suppress(ConnectionError):
                    pipe.write(json.dumps(self._rows(rows)).encode() + b"\n")
                    await pipe.drain()
                await asyncio.sleep(REFRESH)
        finally:
            pipe.close()
            await screen.wait()

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

    def _rows(self, count: int) -> dict[str, Any]:
        quotes = [
            [
                _word(quote.venue),
                quote.ticker or quote.symbol or "",
                _size(quote, "bid_size"),
                _price(quote, "bid"),
                _price(quote, "ask"),
                _size(quote, "ask_size"),
                _price(quote, "last"),
            ]
            for quote in _newest(self._engine.quotes, count)
        ]
        orders = [
            [
                order.order_id or "",
                order.ticker or order.symbol or "",
                _word(order.side),
                _word(order.type),
                _word(order.status),
                _size(order, "qty"),
                _size(order, "filled_qty"),
                _price(order, "avg_price"),
                _price(order, "limit_price"),
            ]
            for order in _newest(self._engine.orders, count)
        ]
        return {"title": self._title, "quotes": quotes, "orders": orders, "summary": self._summary()}


def _newest(table: Any, count: int) -> list[Any]:
    """The rows that were updated last, newest first."""
    newest = set(table.array["seq"].argsort()[::-1][:count].tolist())
    rows = [row for number, row in enumerate(table) if number in newest]
    return sorted(rows, key=lambda row: row.seq, reverse=True)


def _word(member: Any) -> str:
    return "" if member is None else member.name.lower().replace("_", " ")


def _price(record: Any, name: str) -> str:
    """As many decimals as the venue wrote."""
    value: Decimal | None = record.decimal(name)
    return "" if value is None else f"{value:,}"


def _size(record: Any, name: str) -> str:
    value: Decimal | None = record.decimal(name)
    return "" if value is None else f"{value.normalize():,f}"


def screen() -> None:
    """Draws what comes on standard input until it ends."""
    from rich.console import Group
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends our input
    with Live(auto_refresh=False, transient=True) as live:
        for line in sys.stdin:
            sent = json.loads(line)
            tables = []
            for title, names, rows in ((sent["title"], QUOTES, sent["quotes"]), (None, ORDERS, sent["orders"])):
                table = Table(title=title, expand=True)
                for name in names:
                    table.add_column(name, justify="left" if name in WORDS else "right", no_wrap=True)
                for row in rows:
                    table.add_row(*map(Text, row))
                tables.append(table)
            live.update(Group(*tables, Text(sent["summary"])), refresh=True)


if __name__ == "__main__":
    screen()
