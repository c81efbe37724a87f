"""Every message type of every stream: what decoding and merging it costs, against orjson.loads of the same bytes alone.

    python -m benchmarks.messages            prints the table
    python -m benchmarks.messages --write    and writes it to docs/benchmarks_messages.md

One interleaved run. A round has 2,000 messages, made from the message of tests/corpus with other digits in prices and
sizes, so that each changes its row. orjson only makes dictionaries; tickfold's decoder also converts the values, merges
them into rows and hands records on, without any callback.
"""

from __future__ import annotations

import argparse
import platform
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

import tickfold as tf
from benchmarks.rounds import interleave, rows

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks_messages.md"
COUNT = 2_000
ROUNDS = 9
# Numbers of two digits or more; keys of ids, and of totals that may only grow, are left out.
NUMBER = re.compile(rb'("(\w+)\\?":"?-?\d{0,11}\.?\d{0,8}\d)(\d)(?=["},\]])')
FIXED = re.compile(
    rb"(?i)id$|id_r$|conid|fill|execut|remaining|leaves|version|batch|row|level|updated|accessed|\bhb\b|^t$|time"
)


def variants(payload: bytes) -> list[bytes]:
    """COUNT copies of the message, with 0 to 9 in turn as the last digit of its numbers."""

    def turn(digit: int) -> bytes:
        return NUMBER.sub(lambda found: found[0] if FIXED.search(found[2]) else found[1] + b"%d" % digit, payload)

    made = [turn(number % 10) for number in range(10)]
    return (made * (COUNT // 10 + 1))[:COUNT]


def timed(function: Callable[[bytes], object], messages: list[bytes]) -> Callable[[int], float]:
    def measure(_: int) -> float:
        start = time.thread_time_ns()  # CPU time: other programs do not count
        for message in messages:
            function(message)
        return (time.thread_time_ns() - start) / len(messages)

    return measure


def measure(
    stream: str, payload: bytes, theirs: Callable[[bytes], object] = orjson.loads
) -> tuple[float, float, float]:
    """ns a message of tickfold, of orjson (the function `theirs`), and the median ratio of the rounds."""
    messages = variants(payload)
    decoder = tf.decoder(stream)
    decoder.feed(payload)
    contestants = {"tickfold": timed(decoder.feed, messages), "orjson": timed(theirs, messages)}
    mine, other = rows(interleave(contestants, ROUNDS, warm_up=2), base="orjson")
    return mine.median, other.median, mine.paired


def with_items(payload: bytes) -> Any:
    """Also parses the items of ETNA's balances, which are JSON in a text that orjson.loads leaves a text."""
    return orjson.loads(orjson.loads(payload)["Items"])


def items() -> str:
    """The sentence with orjson's time if it parses the items of a balance too."""
    (message,) = (message for message in corpus.load()["etna"] if message.name == "AccountBalance")
    mine, theirs, _ = measure("etna", message.payload, with_items)
    return (
        f"ETNA's balances hold {len(with_items(message.payload))} figures as JSON in a text, which orjson.loads leaves "
        f"as it is and tickfold reads. With a second loads for it orjson takes {theirs:.0f} ns, "
        f"tickfold {mine:.0f} ns."
    )


def table() -> tuple[str, list[str]]:
    """The page's table, and the messages that cost more than orjson.loads."""
    lines = [
        "| stream | message | bytes | tickfold, ns | orjson.loads, ns | orjson / tickfold |",
        "|---|---|---:|---:|---:|---:|",
    ]
    slower = []
    for stream, messages in corpus.load().items():
        for message in messages:
            if message.name.startswith("field ") or message.payload[:1] not in b"[{":
                continue
            mine, theirs, ratio = measure(stream, message.payload)
            if ratio < 1:
                slower.append(f"{stream}: {message.name} ({ratio:.2f})")
            figures = f"{len(message.payload)} | {mine:.0f} | {theirs:.0f} | {ratio:.1f}"
            lines.append(f"| {stream} | {message.name} | {figures} |")
    return "\n".join(lines), slower


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text, slower = table()
    verdict = "Slower than orjson.loads: " + (", ".join(slower) if slower else "none") + "."
    page = f"""# The cost of every message

What it costs to decode one message of each type and to merge it into rows, in ns, against `orjson.loads` of the same
bytes alone, which makes dictionaries and nothing else. One interleaved run of `python -m benchmarks.messages --write`,
medians of {ROUNDS} rounds of {COUNT:,} messages; the last column is the median of the rounds' ratios. Nobody is called
back: what a callback costs stands in [benchmarks.md](benchmarks.md). The messages are those of `tests/corpus`, with
other digits in each.

Python {platform.python_version()}, orjson {orjson.__version__}, {platform.machine()}, two cores shared with others: the
ratios are worth more than the figures.

{verdict}
{items()}

{text}
"""
    print(f"{verdict}\n\n{text}")
    if options.write:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
