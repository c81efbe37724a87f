"""What the command line shows of a running engine: tables on a terminal, lines of progress elsewhere.

    stream   state, and how the engine is behind if it is; rates over the last 2 s, time since the last byte and the
             last data, gaps, lost connections, Error records, bytes that wait in the kernel, the longest time that the
             event loop was held up, how late the newest data is, which part of the last second went into the stream,
             and the percentiles of the stages of Latency, all three added up
    quote    its values, and how long ago it was told
    order    its values

A narrow terminal shows the columns that matter most (columns.py): numbers are never cut.

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
from collections import deque
from decimal import Decimal
from typing import Any, Literal

from tickfold.cli.columns import ORDERS, QUOTES, STREAMS, Fitting
from tickfold.live import Engine
from tickfold.net.stats import StreamStats

REFRESH = 0.25  # seconds
CHROME = 18  # lines of a terminal that titles, heads and frames of the tables take, without the streams' own

SPAN = 2.0  # seconds over which rates are taken


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
        self._rates = {stats.label: Rate() for stats in engine.stats}

    async def table(self) -> None:
        """Live tables of the streams and of the newest quotes and orders. Standard output must be a terminal."""
        screen = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tickfold.cli.display", stdin=asyncio.subprocess.PIPE
        )
        pipe = screen.stdin
        assert pipe is not None
        try:
            while True:
                told = sum(stats.retry_in is not None or stats.behind is not None for stats in self._engine.stats)
                chrome = CHROME + len(self._rates) + told
                rows = max(2, (os.get_terminal_size(sys.stdout.fileno()).lines - chrome) // 2)
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

    def _stream(self, stats: StreamStats, now: float, now_ns: int) -> list[str]:
        """A stream's row. A time that is not known is an empty cell."""
        messages, octets = self._rates[stats.label].of(now, stats.messages, stats.bytes)
        latency = self._engine.latency[stats.label]
        stages = (latency.read, latency.fold, latency.callback)
        return [
            stats.label,
            _state(stats),
            f"{messages:,.0f}",
            f"{octets / 1000:,.1f}",
            _ago(stats.last_message, now_ns),
            _ago(stats.last_data, now_ns),
            f"{stats.gaps:,}",
            f"{stats.drops:,}",
            f"{stats.errors:,}",
            f"{stats.unread:,}",
            f"{stats.lag:.1f} s" if stats.lag else "",
            "" if stats.data_age is None else f"{stats.data_age:.1f} s",
            "" if stats.busy_share is None else f"{stats.busy_share:.0%}",
            *(_micros([stage.percentile(percent) for stage in stages]) for percent in (50, 99)),
        ]

    def _rows(self, count: int) -> dict[str, Any]:
        now, now_ns = time.monotonic(), time.time_ns()
        streams = [self._stream(stats, now, now_ns) for stats in self._engine.stats]
        quotes = [
            [
                _word(quote.venue),
                quote.ticker or quote.symbol or "",
                _size(quote, "bid_size"),
                _price(quote, "bid"),
                _price(quote, "ask"),
                _size(quote, "ask_size"),
                _price(quote, "last"),
                _ago(quote.ts_recv, now_ns),
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
        return {
            "title": self._title, "streams": streams, "quotes": quotes, "orders": orders, "summary": self._summary(),
        }  # fmt: skip


class Rate:
    """How fast two counts grow, over the last SPAN seconds."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, int, int]] = deque()

    def of(self, now: float, first: int, second: int) -> tuple[float, float]:
        """Both, a second; 0 at the first call."""
        self._past.append((now, first, second))
        while len(self._past) > 2 and self._past[1][0] <= now - SPAN:
            self._past.popleft()
        then, first_then, second_then = self._past[0]
        if now <= then:
            return 0.0, 0.0
        return (first - first_then) / (now - then), (second - second_then) / (now - then)


def _state(stats: StreamStats) -> str:
    """A stream's state; what it waits for; how the engine is behind it."""
    if stats.retry_in is not None:
        return f"{stats.state} ({stats.retry_in:.0f} s): {stats.last_error}"
    return stats.state if stats.behind is None else f"{stats.state}, behind: {stats.behind}"


def _ago(ns: int | None, now_ns: int) -> str:
    """How long ago a time was, ns UTC."""
    if not ns:
        return ""
    seconds = max(0.0, (now_ns - ns) / 1e9)
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:,.0f} min"


def _micros(parts: list[int | None]) -> str:
    """The sum of what is known of these, ns, in µs."""
    known = [part for part in parts if part is not None]
    return f"{sum(known) / 1000:,.1f}" if known else ""


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
    fittings = {"streams": Fitting(STREAMS), "quotes": Fitting(QUOTES), "orders": Fitting(ORDERS)}
    with Live(auto_refresh=False, transient=True) as live:
        for line in sys.stdin:
            sent = json.loads(line)
            tables: list[Table | Text] = []
            for name, fitting in fittings.items():
                if not sent[name]:
                    continue
                table = Table(title=sent["title"] if name == "streams" else None, expand=True)
                shown = fitting.fit(sent[name], live.console.width)
                for number, width in shown:
                    column = fitting.columns[number]
                    justify: Literal["left", "right"] = "right" if column.words is None else "left"
                    table.add_column(column.name, justify=justify, no_wrap=True, width=width)
                for row in sent[name]:
                    table.add_row(*(Text(fitting.columns[number].cut(row[number], width)) for number, width in shown))
                tables.append(table)
                if name == "streams":  # states that do not fit, in whole
                    tables += [Text(f"{row[0]}: {row[1]}") for row in sent[name] if len(row[1]) > dict(shown).get(1, 0)]
            live.update(Group(*tables, Text(sent["summary"])), refresh=True)


if __name__ == "__main__":
    screen()
