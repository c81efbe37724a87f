"""End to end: a sender in a process of its own, and clients one at a time, each in a fresh process, in turns.

Compared is the client's own CPU time (user and system) from its request for the stream until it has answered the
server's Close; messages/s by wall clock are given as well. On loopback most of the kernel's work, even of receiving, is
done in the sender's process and not counted.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.rounds import Measure

PLAIN = [
    "websockets + orjson",
    "aiohttp + orjson",
    "picows + orjson",
    "picows + msgspec, all fields",
    "picows + msgspec, 3 fields",
    "tickfold, Python callback",
    "tickfold, numpy batch",
    "tickfold, Cython handler",
]
DEFLATE = [
    "websockets + orjson",
    "aiohttp + orjson",
    "picows + zlib + orjson",
    "tickfold, Python callback",
    "tickfold, numpy batch",
    "tickfold, Cython handler",
]
CONTESTANTS = {"plain": PLAIN, "deflate": DEFLATE}

#: One thread: OpenBLAS' threads, started by numpy, spin before they sleep, which would count as CPU time.
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Sender:
    """The running server."""

    port: int
    control: int
    count: int
    last: list[Any]  # symbol, bid and ask of the last quote
    message_bytes: float
    deflated_bytes: float

    def command(self, name: str, mode: str, times: int = 1) -> list[str]:
        """The command line of a client."""
        return [sys.executable, "-m", "benchmarks.clients", name, str(self.port), str(self.control), mode, str(times)]


@contextlib.contextmanager
def sender(count: int) -> Iterator[Sender]:
    """A server with a stream of `count` quotes."""
    command = [sys.executable, "-m", "benchmarks.sender", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            quote = json.loads(ready["last"])[0]
            last = [quote["S"], quote["bp"], quote["ap"]]
            sizes = ready["message_bytes"], ready["deflated_bytes"]
            yield Sender(ready["port"], ready["control"], count, last, *sizes)
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def measures(server: Sender, mode: str, throughput: dict[str, list[float]]) -> dict[str, Measure]:
    """Name → a round's CPU ns a message; the messages/s of each round are added to `throughput`."""

    def measure(name: str) -> Measure:
        def one(number: int) -> float:
            done = subprocess.run(
                server.command(name, mode), stdout=subprocess.PIPE, text=True, timeout=120, check=True, env=ENVIRONMENT
            )
            result = json.loads(done.stdout)
            if result["count"] != server.count or result["last"] != server.last:
                raise RuntimeError(f"{name} saw {result['count']} messages, the last {result['last']}")
            if number >= 0:
                throughput.setdefault(name, []).append(server.count / result["wall"])
            return float(result["cpu"]) * 1e9 / server.count

        return one

    return {name: measure(name) for name in CONTESTANTS[mode]}
