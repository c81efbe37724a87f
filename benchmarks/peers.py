"""Compares tickfold with other libraries ("peers"), in turns, in one run.

    python -m benchmarks.peers [--quick] [--rounds N] [--count N] [--only memory|plain|deflate] [--no-docs]

benchmarks/memory.py (prepared payloads, no socket) and benchmarks/clients.py (one websocket connection on loopback) say
what is measured, benchmarks/rounds.py how results are computed. Writes docs/benchmarks.md, its plot
docs/benchmarks.svg, and all results to reports/benchmarks.json.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from benchmarks import endtoend, native, report
from benchmarks.report import Section
from benchmarks.rounds import interleave

FLOORS = [
    # section, contestant, compared with, smallest ratio allowed
    ("memory: Alpaca quote", "tickfold, no callback", "orjson + 3 reads", 5.0),
    ("memory: Alpaca quote", "tickfold, Python callback, 3 reads", "orjson + 3 reads", 2.8),
    ("memory: IBKR order, delta", "tickfold, no callback", "orjson + dict.update", 5.0),
    ("memory: IBKR order, full", "tickfold, no callback", "orjson + dict.update", 5.0),
    ("end to end, plain", "tickfold, Python callback", "picows + orjson", 3.8),
    ("end to end, plain", "tickfold, numpy batch", "picows + orjson", 8.0),
    ("end to end, permessage-deflate", "tickfold, Python callback", "aiohttp + orjson", 3.6),
]


def in_memory(processes: int) -> list[Section]:
    """Ten rounds in each of several fresh processes."""
    plan = [
        ("memory: Alpaca quote", "quotes", "orjson + 3 reads"),
        ("memory: IBKR order, delta", "deltas", "orjson + dict.update"),
        ("memory: IBKR order, full", "full", "orjson + dict.update"),
    ]
    sections = []
    for title, what, base in plan:
        figures: dict[str, list[float]] = {}
        for _ in range(processes):
            command = [sys.executable, "-m", "benchmarks.memory", what, "10"]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, text=True, timeout=120, check=True, env=endtoend.ENVIRONMENT
            )
            for name, values in json.loads(done.stdout).items():
                figures.setdefault(name, []).extend(values)
        sections.append(Section(title, "CPU ns a message", base, figures))
        print(sections[-1].text(), flush=True)
    return sections


def end_to_end(server: endtoend.Sender, modes: list[str], rounds: int, without: set[str]) -> list[Section]:
    sections = []
    for mode in modes:
        throughput: dict[str, list[float]] = {}
        measures = endtoend.measures(server, mode, throughput)
        contestants = {name: measure for name, measure in measures.items() if name not in without}
        figures = interleave(contestants, rounds)
        title, base, also = "end to end, plain", "picows + orjson", None
        if mode == "deflate":
            title, base, also = "end to end, permessage-deflate", "aiohttp + orjson", "picows + zlib + orjson"
        sections.append(Section(title, "client CPU ns a message", base, figures, throughput, also))
        print(sections[-1].text(), flush=True)
    return sections


def floors(sections: list[Section]) -> list[str]:
    """A line for each required ratio: whether it was reached."""
    by_title = {section.title: section for section in sections}
    lines = []
    for title, name, base, least in FLOORS:
        if title in by_title:
            row = next(row for row in by_title[title].rows if row.name == name)
            verdict = "reached" if row.ratio >= least else "SHORT"
            lines.append(f"  {verdict:8} {title}: {name}: {row.ratio:.2f} times less than {base} (floor {least})")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few rounds and a short stream; docs/ is left alone")
    parser.add_argument("--rounds", type=int, help="of each client, and processes in memory (default 15)")
    parser.add_argument("--count", type=int, help="messages of the stream (default 500,000)")
    parser.add_argument("--only", choices=["memory", "plain", "deflate"], help="one part; docs/ is left alone")
    parser.add_argument("--no-docs", action="store_true", help="docs/ is left alone")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 15)
    count = options.count or (50_000 if options.quick else 500_000)
    began, load = time.monotonic(), os.getloadavg()[0]
    without = set() if native.available() else {"tickfold, Cython handler"}
    sections = in_memory(rounds) if options.only in (None, "memory") else []
    facts = {"rounds": rounds, "count": count, "load": load}
    modes = [mode for mode in ("plain", "deflate") if options.only in (None, mode)]
    if modes:
        with endtoend.sender(count) as server:
            facts |= {"message_bytes": server.message_bytes, "deflated_bytes": server.deflated_bytes}
            sections += end_to_end(server, modes, rounds, without)
    print("\n".join(floors(sections)))
    report.write_raw(sections, facts)
    if not (options.quick or options.only or options.no_docs):
        said = (
            f"Measured by `python -m benchmarks.peers` on {report.machine()}. {rounds} rounds end to end with "
            f"{count:,} quotes of {facts['message_bytes']:.0f} bytes ({facts['deflated_bytes']:.0f} on the wire when "
            f"deflated), 10 rounds in each of {rounds} processes in memory; load average before it began: {load:.1f}."
        )
        verdicts = "\n".join(f"* {line.strip()}" for line in floors(sections))
        tables = [section.markdown() for section in sections]
        report.write_page("measured", [said, *tables, "The floors set for this version:\n\n" + verdicts])
        report.write_plot(sections)
    print(f"{time.monotonic() - began:.0f} s; raw figures in {report.RAW.relative_to(report.ROOT)}")


if __name__ == "__main__":
    main()
