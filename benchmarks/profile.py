"""Where the time of an end-to-end run goes: samples of Linux perf, counted by part of the program.

    python -m benchmarks.profile [--symbols] [NAME,MODE …]

Without names it also rewrites the table in docs/benchmarks.md.

Samples the client's process only while it receives the stream, in 15 connections.
"""

import argparse
import os
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import report
from benchmarks.endtoend import ENVIRONMENT, sender

#: First match wins: (part, shared object, symbol).
PARTS = [
    ("kernel: receive", r"kernel", r""),
    ("inflate (zlib)", r"libz", r""),
    ("merge into the row", r"tickfold|decoder|state", r"merge|forget"),
    (
        "scan and convert JSON",
        r"decoder",
        r"tf::|tickfold::|scan|walk|convert|stage|JsonDecoder|rfc3339|number|parse|key",
    ),
    ("names: intern", r"names", r""),
    ("rows and state", r"state\.", r""),
    ("decoder: accept and hand on", r"decoder", r""),
    ("dispatch", r"dispatch", r""),
    ("handler", r"handler|strategy", r""),
    ("reading attributes", r"records", r""),
    ("frames, messages, listener", r"frames|messages|listener|deflate|reader", r""),
    ("numpy", r"numpy|_multiarray", r""),
    ("event loop (uvloop, picows)", r"uvloop|loop\.cpython|picows", r""),
    ("Python: call and callback body", r"libpython|python3", r""),
    ("C library (copies)", r"libc", r""),
    ("other", r"", r""),
]
PARTS_IN_ORDER = dict.fromkeys(part for part, _, _ in PARTS)
EXPLAINED = (
    "By `python -m benchmarks.profile`: samples of the client's process while it takes the plain or deflated stream."
)
DEFAULT = ["tickfold, Python callback,plain", "tickfold, numpy batch,plain", "tickfold, Python callback,deflate"]
LINE = re.compile(r"\s*(\d+)\s+(\S+)\s+\[[.k]\]\s+(.*?)(?:\s+-)*\s*$")


def part_of(shared_object: str, symbol: str) -> str:
    return next(part for part, where, what in PARTS if re.search(where, shared_object) and re.search(what, symbol))


def samples(command: list[str]) -> Counter[tuple[str, str]]:
    """(shared object, symbol) → samples."""
    with tempfile.TemporaryDirectory() as folder:
        data, switch = str(Path(folder) / "perf.data"), str(Path(folder) / "switch")
        os.mkfifo(switch)
        options = ["-q", "-e", "cpu-clock", "-F", "4000", "-D", "-1", f"--control=fifo:{switch}", "-o", data]
        environment = {**ENVIRONMENT, "BENCH_PERF": switch}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["perf", "record", *options, *command], check=True, env=environment, **quiet)
        report = ["perf", "report", "-i", data, "--stdio", "-n", "-s", "dso,symbol", "-F", "sample,dso,symbol"]
        text = subprocess.run(report, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found: Counter[tuple[str, str]] = Counter()
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            found[match[2], match[3].strip()] += int(match[1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument("--symbols", action="store_true", help="also the 40 symbols with most samples")
    parser.add_argument("what", nargs="*", default=DEFAULT, metavar="NAME,MODE")
    options = parser.parse_args()
    columns: dict[str, dict[str, float]] = {}
    with sender(200_000) as server:
        for what in options.what:
            name, _, mode = what.rpartition(",")
            found = samples(server.command(name, mode, times=15))
            total = found.total()
            print(f"\n{name}, {mode}: {total} samples")
            parts: Counter[str] = Counter()
            for (where, symbol), count in found.items():
                parts[part_of(where, symbol)] += count
            columns[f"{name}, {mode}"] = {part: 100 * count / total for part, count in parts.items()}
            for part, count in parts.most_common():
                print(f"  {100 * count / total:5.1f} %  {part}")
            if options.symbols:
                for (where, symbol), count in found.most_common(40):
                    print(f"      {100 * count / total:5.1f} %  {where}  {symbol}")
    if options.what == DEFAULT:
        report.write_page("profile", [EXPLAINED, table(columns)])


def table(columns: dict[str, dict[str, float]]) -> str:
    """A line for each part, the largest share first."""
    parts = sorted(PARTS_IN_ORDER, key=lambda part: -max(column.get(part, 0) for column in columns.values()))
    lines = ["| % of CPU samples | " + " | ".join(columns) + " |", "|---" + "|---:" * len(columns) + "|"]
    for part in parts:
        shares = [column.get(part, 0) for column in columns.values()]
        if max(shares) >= 0.5:
            lines.append(f"| {part} | " + " | ".join(f"{share:.0f}" for share in shares) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
