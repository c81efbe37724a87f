"""What a recording costs the thread that receives, and how fast a journal is played: CPU time of that thread.

    python -m benchmarks.journal [--quotes 400000] [--rounds 7]

Recording: a decoder is fed the same quotes with a journal and without one, in turns; the difference is what the journal
costs. Compressing and writing is done by another thread, whose time is not in it. Playing: without callbacks, with a
numpy array for each batch, and with a Python callback that reads three fields of each quote.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median

import tickfold as tf
from benchmarks.payloads import quotes
from benchmarks.rounds import interleave
from benchmarks.sizes import received
from tickfold.journal.writer import Writer, describe

HEAD = describe([{"number": 0, "label": "feed", "table": "alpaca.data", "table_hash": "", "options": {}}], {}, "0")
READ = 64  # messages of a socket read


def feed(messages: list[bytes], path: Path | None) -> float:
    """ns a message, recorded if there is a path."""
    decoder = tf.decoder("alpaca.data", label="feed")
    writer = None
    if path is not None:
        writer = Writer(tf.Journal(path), HEAD)
        writer.open()
        decoder.journal = writer.log
    took = 0
    for begin in range(0, len(messages), 4096):  # the writer must keep up: nothing may be lost
        began = time.thread_time_ns()
        for number, message in enumerate(messages[begin : begin + 4096], begin):
            decoder.feed(message, received(number), flush=number % READ == 0)
        took += time.thread_time_ns() - began
        while writer is not None and writer._blocks.qsize() > 64:
            time.sleep(0.001)
    if writer is not None:
        writer.close()
        assert writer.log.lost == 0
    return took / len(messages)


def play(path: Path, prepare: Callable[[tf.Replay], object]) -> float:
    """ns a message."""
    replay = tf.replay(path)
    prepare(replay)
    began = time.thread_time_ns()
    replay.run()
    return (time.thread_time_ns() - began) / replay.messages


def batches(replay: tf.Replay) -> None:
    @replay.on_batch(tf.Quote)
    def on_quotes(rows: object) -> None:
        pass


def callbacks(replay: tf.Replay) -> None:
    @replay.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        quote.symbol, quote.bid, quote.ask  # noqa: B018


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal")
    parser.add_argument("--quotes", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    messages = quotes(options.quotes)
    with tempfile.TemporaryDirectory() as folder:
        numbers = count()
        day = Path(folder) / "day.tfj"
        feed(messages, day)

        def record(_: int) -> float:
            path = Path(folder) / f"{next(numbers)}.tfj"
            took = feed(messages, path)
            path.unlink()
            return took

        found = interleave({
            "decode": lambda _: feed(messages, None), "decode and record": record,
            "replay": lambda _: play(day, lambda replay: None), "replay, batches": lambda _: play(day, batches),
            "replay, callback of three fields": lambda _: play(day, callbacks),
        }, options.rounds)  # fmt: skip
        for name, values in found.items():
            ns, least = median(values), min(values)
            print(f"{name:<34} {ns:7.1f} ns a message ({1000 / ns:.2f} M/s), least {least:.1f}")
        cost = median(b - a for a, b in zip(found["decode"], found["decode and record"], strict=True))
        least = min(found["decode and record"]) - min(found["decode"])
        print(f"a recording costs {cost:.1f} ns a message; {least:.1f} by the least of each")


if __name__ == "__main__":
    main()
