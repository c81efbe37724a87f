"""Kills a process that writes a journal, again and again: `python tests/crashes.py --kills 200`.

Each time the journal must open, what is in it must verify, and at most what had not been synced may be gone: the child
says the number of messages that its writer has made the disk keep.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import tickfold as tf
from tickfold.journal.proof import verify
from tickfold.journal.writer import Writer, describe

QUOTE = b'[{"T":"q","S":"AAPL","bp":%d.25,"ap":188.5,"bs":1,"as":2,"t":"2024-08-06T14:15:31.5Z"}]'
STREAM = {"number": 0, "label": "feed", "table": "alpaca.data", "table_hash": "", "options": {}}


class Killed(NamedTuple):
    """What a killed writer has left."""

    kept: int  # messages that it said the disk had
    found: int  # messages that the journal has
    torn: int  # bytes behind the last whole block


def begin(path: Path, table: str = "alpaca.data", **settings: Any) -> tuple[Writer, tf.Decoder]:
    """A journal without an engine: its open writer, and a decoder whose messages stand in it."""
    writer = Writer(tf.Journal(path, **settings), describe([{**STREAM, "table": table}], {}, "0"))
    writer.open()
    decoder = tf.decoder(table, label="feed")
    decoder.journal = writer.log
    return writer, decoder


def child(path: str) -> None:
    """Writes quotes until it is killed; says what has been synced, a number a line."""
    writer, decoder = begin(Path(path), sync=0.02)
    said = number = 0
    sys.stdout.write("0\n")
    sys.stdout.flush()
    while True:
        decoder.feed(QUOTE % (number % 100_000), time.time_ns(), flush=False)
        number += 1
        if writer.synced > said:
            said = writer.synced
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()


def kill_one(path: Path, seconds: float) -> Killed:
    """Starts a writer, kills it after so long, plays what it has left. Raises JournalError where that is damaged."""
    process = subprocess.Popen([sys.executable, __file__, "--child", str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split(b"\n")[:-1]  # the last line may be half a one
    process.wait()
    process.stdout.close()
    list(verify(path))
    replay = tf.replay(path)
    replay.run()
    return Killed(int(said[-1]) if said else 0, replay.entries, replay.torn)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    rng, torn, entries = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.kills):
            killed = kill_one(Path(folder, f"{number}.tfj"), rng.uniform(0.0, 0.5))
            if killed.found < killed.kept:
                raise SystemExit(f"seed {seed}, kill {number}: {killed.kept} entries synced, {killed.found} found")
            torn += killed.torn > 0
            entries += killed.found
            Path(folder, f"{number}.tfj").unlink()
    print(json.dumps({"seed": seed, "kills": options.kills, "torn": torn, "entries": entries}))


if __name__ == "__main__":
    main()
