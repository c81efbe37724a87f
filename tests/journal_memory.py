"""Memory of a recording and of a replay, which must not grow with the number of messages.

    python -m tests.journal_memory --messages 10000000

Each is a process of its own: one records quotes of 48 symbols as fast as its disk takes them,
one plays them with a callback for each record and with arrays. Prints the resident memory after a tenth, a half and all
of the messages; exits with 1 where it has grown by more than LEEWAY from the tenth on.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import tickfold as tf
from crashes import begin
from soak import resident

LEEWAY = 8 << 20  # bytes
WAITING = 16  # blocks that may wait for the disk

QUOTE = '[{{"T":"q","S":"S{}","bx":"Q","bp":{}.{:02d},"bs":{},"ax":"P","ap":{}.5,"as":2,"c":["R"],"z":"C"}}]'


def messages(different: int = 4800) -> Iterator[bytes]:
    """Quotes without end: each tells another price than the one of its symbol before it."""
    return cycle([
        QUOTE.format(number % 48, 100 + number // 48, number % 100, number % 7 + 1, 300 + number // 48).encode()
        for number in range(different)
    ])  # fmt: skip


def marks(count: int) -> list[int]:
    return [count // 10, count // 2, count]


def record(path: Path, count: int, each: Callable[[bytes], object] | None = None) -> dict[int, int]:
    """Records so many messages; returns messages → bytes of the process in memory. `each` is called with each one."""
    found: dict[int, int] = {}
    writer, decoder = begin(path)
    feed, at, source = decoder.feed, time.time_ns(), messages()
    for mark in marks(count):
        for number in range(max(found, default=0), mark):
            message = next(source)
            feed(message, at + number * 1000, flush=False)
            if each is not None:
                each(message)
            if number % 1000 == 0:
                decoder.flush()
                while writer._blocks.qsize() > WAITING:
                    time.sleep(0.001)
        while writer._blocks.qsize():
            time.sleep(0.001)
        found[mark] = resident()
    writer.close()
    assert writer.log.lost == 0
    return found


def replay(path: Path, count: int, each: Callable[[tf.Quote], object] | None = None) -> dict[int, int]:
    """Plays so many messages; the same."""
    found: dict[int, int] = {}
    playing = tf.replay(path)
    left = marks(count)
    seen = 0

    @playing.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        nonlocal seen
        seen += 1
        if each is not None:
            each(quote)
        if seen == left[0]:
            found[left.pop(0)] = resident()

    playing.on_batch(tf.Quote, lambda rows: rows["bid"].sum())
    playing.run()
    assert seen == count
    return found


def growth(found: dict[int, int]) -> int:
    """Bytes from the first mark to the last."""
    return list(found.values())[-1] - next(iter(found.values()))


DOING: dict[str, Callable[..., Any]] = {"record": record, "replay": replay}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journal_memory")
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(DOING[options.child[0]](Path(options.child[1]), options.messages)))
        return 0
    grown = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.tfj"
        for name in DOING:
            done = subprocess.run(
                [sys.executable, __file__, "--child", name, str(path), "--messages", str(options.messages)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            found = {int(count): size for count, size in json.loads(done.stdout).items()}
            print(f"{name:<8}", *(f"{count:>12,}: {size / 2**20:6.1f} MiB" for count, size in found.items()))
            grown = max(grown, growth(found))
        print(f"journal of {path.stat().st_size:,} bytes; at most {grown:,} bytes more than after a tenth")
    return 1 if grown > LEEWAY else 0


if __name__ == "__main__":
    sys.exit(main())
