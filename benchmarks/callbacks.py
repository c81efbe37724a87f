"""What each kind of callback costs, and each way into a decoder from C: CPU ns a quote, in memory.

    python -m benchmarks.callbacks [--processes N] [--no-docs]

Every contestant decodes the same 4,000 payloads of a round, all different, in turns with the others. The callbacks of
the first table read three fields of each quote, symbol, bid and ask; all of them hang on a decoder that a loop in
Python feeds. In the second table a loop in C goes through payloads that lie in one block of memory: through
`Decoder.read()`, the decoder's own way in, which the listener uses, or through the C functions of tickfold.h. Writes
both tables to docs/benchmarks.md.

`python -m benchmarks.callbacks callbacks|doors` prints the ten rounds of one process as JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import orjson

import tickfold as tf
from benchmarks import endtoend, payloads, report
from benchmarks.memory import read_three
from benchmarks.native import strategy
from benchmarks.report import Costs
from benchmarks.rounds import Measure, interleave

CHUNK = 4_000
BATCH = 480  # quotes in 64 KiB
ROUNDS = 10

Last = tuple[str, float, float]  # symbol, bid and ask of the last quote

#: The context of the compiled functions.
Seen = np.dtype([("count", "u8"), ("symbol", "u8"), ("bid", "f8"), ("ask", "f8")])

CEILINGS = [
    # section, contestant, the most that it may cost more than the base: in ns, in parts of it
    ("callbacks", "numba cfunc", 20, None),
    ("doors", "C functions, no callback", None, 1.05),
]


#: What decodes a round's payloads, and what the callback saw last, if there is one.
Run = tuple[Callable[[Any], None], Callable[[], Last] | None]


def measures(prepare: Callable[[list[bytes]], Any], runs: dict[str, Run]) -> dict[str, Measure]:
    """Contestants by name. Each is given what `prepare` made of a round's payloads."""
    messages = payloads.quotes(10 * CHUNK)
    chunks = [messages[first : first + CHUNK] for first in range(0, len(messages), CHUNK)]
    prepared = [prepare(chunk) for chunk in chunks]
    truth = [(quote["S"], quote["bp"], quote["ap"]) for quote in (orjson.loads(chunk[-1])[0] for chunk in chunks)]

    def measure(run: Callable[[Any], None], last: Callable[[], Last] | None) -> Measure:
        def one(number: int) -> float:
            began = time.process_time_ns()
            run(prepared[number % 10])
            took = time.process_time_ns() - began
            assert last is None or last() == truth[number % 10]
            return took / CHUNK

        return one

    return {name: measure(*run) for name, run in runs.items()}


def callbacks() -> dict[str, Measure]:
    def fed(decoder: tf.Decoder) -> Callable[[list[bytes]], None]:
        def run(messages: list[bytes]) -> None:
            feed = decoder.feed
            for message in messages:
                feed(message)

        return run

    def fed_by_reads(decoder: tf.Decoder) -> Callable[[list[bytes]], None]:
        def run(messages: list[bytes]) -> None:
            feed, flush = decoder.feed, decoder.flush
            for first in range(0, len(messages), BATCH):
                for message in messages[first : first + BATCH]:
                    feed(message, flush=False)
                flush()

        return run

    def of_python() -> Run:
        decoder = tf.decoder("alpaca.data")
        return fed(decoder), read_three(decoder)

    def of_numpy() -> Run:
        decoder = tf.decoder("alpaca.data")
        last = (0, 0.0, 0.0)

        @decoder.on_batch(tf.Quote)
        def on_quotes(rows: Any) -> None:
            nonlocal last
            symbol, bid, ask = rows["symbol"], rows["bid"], rows["ask"]
            bid.sum()
            ask.sum()
            last = int(symbol[-1]), float(bid[-1]), float(ask[-1])

        return fed_by_reads(decoder), lambda: (decoder.symbols[last[0]], *last[1:])

    def of_cython() -> Run:
        decoder = tf.decoder("alpaca.data")
        handler: Any = decoder.attach(strategy().Strategy())
        return fed(decoder), lambda: (decoder.symbols[handler.symbol], handler.bid, handler.ask)

    def of_native(function: Any) -> Run:
        decoder, seen = tf.decoder("alpaca.data"), np.zeros(1, Seen)
        decoder.on(tf.Quote, native=function, context=seen)
        row = seen[0]
        return fed(decoder), lambda: (decoder.symbols[int(row["symbol"])], float(row["bid"]), float(row["ask"]))

    @numba.cfunc(tf.numba.signature(tf.Quote, Seen))
    def on_quote(quote: Any, seen: Any) -> None:
        seen.count += 1
        seen.symbol = quote.symbol
        seen.bid = quote.bid
        seen.ask = quote.ask

    runs = {
        "no callback": (fed(tf.decoder("alpaca.data")), None),
        "C function": of_native(strategy().ADDRESS),
        "numba cfunc": of_native(on_quote),
        "Cython Handler": of_cython(),
        "numpy batch": of_numpy(),
        "Python callback": of_python(),
    }
    return measures(lambda chunk: chunk, runs)


def doors() -> dict[str, Measure]:
    native = strategy()
    plain, called = tf.decoder("alpaca.data"), tf.decoder("alpaca.data")
    handler: Any = called.attach(native.Strategy())
    door, calling = native.Door("alpaca.data", False), native.Door("alpaca.data", True)
    runs = {
        "Decoder.read(), no callback": (lambda block: native.read_all(plain, block), None),
        "C functions, no callback": (door.read_all, None),
        "Decoder.read(), Cython Handler": (
            lambda block: native.read_all(called, block),
            lambda: (called.symbols[handler.symbol], handler.bid, handler.ask),
        ),
        "C functions, C callback": (calling.read_all, lambda: calling.last),
    }
    return measures(native.Payloads, runs)


PARTS = {"callbacks": callbacks, "doors": doors}


def costs(part: str, title: str, base: str, processes: int) -> Costs:
    """Ten rounds in each of several fresh processes: results vary with where a process has its code and data."""
    figures: dict[str, list[float]] = {}
    for _ in range(processes):
        command = [sys.executable, "-m", "benchmarks.callbacks", part]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, timeout=300, check=True, env=endtoend.ENVIRONMENT
        )
        for name, values in json.loads(done.stdout).items():
            figures.setdefault(name, []).extend(values)
    return Costs(title, "CPU ns a quote", base, figures)


def ceilings(tables: dict[str, Costs]) -> list[str]:
    """A line for each ceiling: whether it was kept."""
    lines = []
    for part, name, most_ns, most_times in CEILINGS:
        table = tables[part]
        over, times = table.over(name)
        kept = over <= most_ns if most_ns is not None else times <= (most_times or 0)
        said, asked = f"{times:.3f} times", f"{most_times} times"
        if most_ns is not None:
            said, asked = f"{over:+.1f} ns", f"{most_ns} ns"
        verdict = "kept" if kept else "MISSED"
        lines.append(f'{verdict}: {name}: {said} against "{table.base}" (at most {asked})')
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callbacks", description=__doc__.partition("\n")[0])
    parser.add_argument("part", nargs="?", choices=PARTS, help="print the rounds of one part as JSON")
    parser.add_argument("--processes", type=int, default=15, help="fresh processes of each part (default 15)")
    parser.add_argument("--no-docs", action="store_true", help="docs/ is left alone")
    options = parser.parse_args()
    if options.part:
        print(json.dumps(interleave(PARTS[options.part](), ROUNDS, warm_up=3)))
        return
    load = os.getloadavg()[0]
    strategy()  # built once, not by each process
    tables = {
        "callbacks": costs("callbacks", "What a callback costs", "no callback", options.processes),
        "doors": costs("doors", "Ways into a decoder from C", "Decoder.read(), no callback", options.processes),
    }
    verdicts = ceilings(tables)
    print("\n\n".join([*(table.text() for table in tables.values()), "\n".join(verdicts)]))
    if not options.no_docs:
        said = (
            f"By `python -m benchmarks.callbacks` on {report.machine(['numpy', 'numba', 'cython'])}: {ROUNDS} rounds "
            f"in each of {options.processes} processes; load average before it began: {load:.1f}. The callbacks read "
            "symbol, bid and ask. In the first table a loop in Python feeds the decoder, in the second one in C."
        )
        asked = "Asked:\n\n" + "\n".join(f"* {line}" for line in verdicts)
        report.write_page("callbacks", [said, *(table.markdown() for table in tables.values()), asked])


if __name__ == "__main__":
    main()
