"""The longest single message while a table grows to a million rows: python -m benchmarks.longest [ROWS].

Each message makes one new row. Its time is that of the thread's own CPU, page faults of new memory included, and the
shortest of three runs over the same messages: work that grows with a table comes at the same message in every run, a
moment in which the machine itself stalls does not.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from time import thread_time_ns

import tickfold as tf
from tickfold.engine.state import State


def quotes(count: int) -> Iterator[bytes]:
    """One quote of each of `count` symbols."""
    for i in range(count):
        yield b'[{"T":"q","S":"S%d","bp":100.01,"ap":100.02,"bs":1,"as":2,"t":"2024-08-06T14:15:31.5Z"}]' % i


def open_orders(count: int) -> Iterator[bytes]:
    """One open order of each of `count` numbers."""
    for i in range(count):
        yield b'{"topic":"sor","args":[{"acct":"DU1","orderId":%d,"status":"Submitted","totalSize":5,"price":1.5}]}' % i


def ended_orders(count: int) -> Iterator[bytes]:
    """One filled order of each of `count` numbers: the table has a mark from which on they leave, oldest first."""
    for i in range(count):
        yield b'{"topic":"sor","args":[{"acct":"DU1","orderId":%d,"status":"Filled","filledQuantity":5}]}' % i


RUNS = 3


def one_run(stream: str, messages: Callable[[int], Iterator[bytes]], count: int) -> tuple[list[int], int]:
    """Nanoseconds of each message, and how many rows the decoder has in the end."""
    state = State(max_symbols=count, max_orders=count, ended_orders=count // 2)
    decoder = tf.decoder(stream, state=state)
    feed, clock, took = decoder.feed, thread_time_ns, []
    for message in messages(count):
        began = clock()
        feed(message)
        took.append(clock() - began)
    return took, max(len(decoder.quotes), len(decoder.orders))


def measure(stream: str, messages: Callable[[int], Iterator[bytes]], count: int) -> tuple[list[int], int]:
    """The same, each message's time the shortest of all runs."""
    runs = [one_run(stream, messages, count) for _ in range(RUNS)]
    return list(map(min, zip(*(took for took, _ in runs), strict=True))), runs[0][1]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gc.disable()
    for name, stream, messages in (("new symbols", "alpaca.data", quotes), ("open orders", "ibkr", open_orders),
                                   ("ended orders", "ibkr", ended_orders)):
        took, rows = measure(stream, messages, count)
        took.sort()
        print(f"{name}: {count:,} messages, {rows:,} rows: median {took[count // 2] / 1e3:.2f} µs, 99.99 % within "
              f"{took[int(count * 0.9999)] / 1e3:.0f} µs, longest five "
              f"{', '.join(f'{ns / 1e3:.0f}' for ns in took[-5:])} µs")


if __name__ == "__main__":
    main()
