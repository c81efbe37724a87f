"""Latency: one message at a time, from the sender's send() to the callback, waiting and spinning.

    python -m benchmarks.latency [--quick] [--rounds N] [--count N] [--gap µs] [--no-docs]

A sender in C++ (latency.cpp) takes the time, sends one quote of Alpaca's on a loopback connection, and lets 300 to 600
µs pass before the next, asleep but for the last 80 µs. A client takes the time once its callback has read symbol, bid
and ask. Both clocks are CLOCK_MONOTONIC, so the difference is all that lies between: the kernel's way from send() to
the receiving socket, waking up, reading, decoding, the callback. Each client runs in a fresh process; its first 2,000
messages do not count. Contestants run in turns; a figure is the median over the rounds of the round's percentile.

    C++, waiting / spinning     epoll_wait and recv, or recv again and again; finds the three fields and checks nothing
    picows + orjson             as in benchmarks/clients.py, on uvloop
    tickfold                    an Engine; a Python callback, or a Cython handler; run(), or run(spin=True)

Where the machine has two cores or more, the sender is kept on one and the client on another.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks import native, payloads, report
from benchmarks.endtoend import ENVIRONMENT
from benchmarks.sender import DIALOGUE, frame, upgrade

HERE = Path(__file__).parent
TARGET = HERE.parent / "build" / "benchmarks"
WARM_UP = 2_000
ASKED = 1.15

CPP = {"C++, waiting": "wait", "C++, blocking in recv": "block", "C++, spinning": "spin"}


def compiled() -> Path:
    """latency.cpp as a program; compiled anew where it has changed."""
    source, program = HERE / "latency.cpp", TARGET / "latency"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = (os.environ.get("CXX") or sysconfig.get_config_var("CXX") or "c++").split()
        if shutil.which(compiler[0]) is None:
            raise SystemExit(f"{compiler[0]}: no C++ compiler")
        TARGET.mkdir(parents=True, exist_ok=True)
        subprocess.run([*compiler, "-std=c++17", "-O3", "-Wall", str(source), "-o", str(program)], check=True)
    return program


# --- clients in Python

#: Symbol, bid and ask of the last quote.
Seen = tuple[str, float, float]

#: Connects to a port and fills an array with the times, until the server closes.
Client = Callable[[int, Any], Seen]


def picows_orjson(port: int, stamps: Any) -> Seen:
    import orjson
    import picows
    import uvloop

    loads, text = orjson.loads, picows.WSMsgType.TEXT
    place, symbol, bid, ask = 0, "", 0.0, 0.0
    clock = time.monotonic_ns

    class Quotes(picows.WSListener):  # type: ignore[misc]
        def __init__(self) -> None:
            self.ahead = len(DIALOGUE)

        def on_ws_frame(self, transport: Any, frame: Any) -> None:
            nonlocal place, symbol, bid, ask
            if frame.msg_type != text:
                transport.send_close(1000)
                transport.disconnect()
            elif self.ahead:
                self.ahead -= 1
            else:
                for quote in loads(frame.get_payload_as_bytes()):
                    symbol = quote["S"]
                    bid = quote["bp"]
                    ask = quote["ap"]
                    stamps[place] = clock()
                    place += 1

    async def main() -> None:
        transport, _ = await picows.ws_connect(Quotes, f"ws://127.0.0.1:{port}/plain")
        await transport.wait_disconnected()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
    return symbol, bid, ask


def engine_of(port: int) -> Any:
    import tickfold as tf

    stream = tf.alpaca.MarketData(
        "v2/sip", quotes=["*"], key="key", secret="secret", url=f"ws://127.0.0.1:{port}/plain", deflate=False
    )
    return tf.Engine(stream, reconnect=None)


def tickfold_python(spin: bool) -> Client:
    def client(port: int, stamps: Any) -> Seen:
        import tickfold as tf

        place, symbol, bid, ask = 0, "", 0.0, 0.0
        engine, clock = engine_of(port), time.monotonic_ns

        @engine.on(tf.Quote)
        def on_quote(quote: Any) -> None:
            nonlocal place, symbol, bid, ask
            symbol = quote.symbol
            bid = quote.bid
            ask = quote.ask
            stamps[place] = clock()
            place += 1

        engine.run(spin=spin)
        return symbol, bid, ask

    return client


def tickfold_cython(spin: bool) -> Client:
    def client(port: int, stamps: Any) -> Seen:
        engine = engine_of(port)
        handler = engine.attach(native.strategy().Stamps(len(stamps)))
        engine.run(spin=spin)
        stamps[:] = handler.taken()
        return engine.state.symbols[handler.symbol], handler.bid, handler.ask

    return client


PYTHON: dict[str, Client] = {
    "picows + orjson": picows_orjson,
    "tickfold, Python callback, waiting": tickfold_python(False),
    "tickfold, Cython handler, waiting": tickfold_cython(False),
    "tickfold, Python callback, spinning": tickfold_python(True),
    "tickfold, Cython handler, spinning": tickfold_cython(True),
}

CONTESTANTS = [
    "C++, waiting", "C++, blocking in recv", "picows + orjson", "tickfold, Python callback, waiting",
    "tickfold, Cython handler, waiting", "C++, spinning", "tickfold, Python callback, spinning",
    "tickfold, Cython handler, spinning",
]  # fmt: skip


def as_client(name: str, port: int, count: int, path: str) -> None:
    """The process of one client that is written in Python."""
    stamps = array("q", bytes(8 * count))
    symbol, bid, ask = PYTHON[name](port, stamps)
    Path(path).write_bytes(stamps.tobytes())
    print(f"{symbol[:4]} {bid:.10g} {ask:.10g}")


# --- one run


def pin(core: int) -> Callable[[], None] | None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return None
    return lambda: os.sched_setaffinity(0, {cores[core]})


def measure(name: str, folder: Path, count: int, gap: float, expected: str) -> np.ndarray:
    """The latencies of one run, in ns."""
    stamps, arrivals = folder / "stamps", folder / "arrivals"
    quiet: dict[str, Any] = {"env": ENVIRONMENT, "stdout": subprocess.PIPE, "text": True}
    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.ExitStack() as stack:
        port = listening.getsockname()[1]
        if name in CPP:
            ours = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            command = [str(compiled()), CPP[name], str(ours.fileno()), str(count), str(arrivals)]
            client = subprocess.Popen(command, pass_fds=[ours.fileno()], preexec_fn=pin(0), **quiet)
        else:
            command = [sys.executable, "-m", "benchmarks.latency", "--client", name]
            command += [str(port), str(count), str(arrivals)]
            client = subprocess.Popen(command, preexec_fn=pin(0), **quiet)
        stack.callback(client.kill)
        listening.settimeout(30)
        connection, _ = listening.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(30)
            if name not in CPP:
                upgrade(connection)
                for said in DIALOGUE:
                    connection.sendall(frame(said, False))
                time.sleep(0.3)  # the client is ready
            connection.setblocking(True)
            command = [str(compiled()), "send", str(connection.fileno()), str(folder / "frames"), str(stamps), str(gap)]
            subprocess.run(command, pass_fds=[connection.fileno()], preexec_fn=pin(1), check=True, timeout=300)
            connection.sendall(b"\x88\x02\x03\xe8")  # Close, 1000
            connection.shutdown(socket.SHUT_WR)
            said, _ = client.communicate(timeout=30)
    if client.returncode != 0 or said.strip() != expected:
        raise RuntimeError(f"{name} ended with {client.returncode} and saw {said.strip()!r}, not {expected!r}")
    sent, came = (np.fromfile(path, dtype=np.int64) for path in (stamps, arrivals))
    if len(sent) != count or len(came) != count:
        raise RuntimeError(f"{name}: {len(sent)} messages were sent, {len(came)} came")
    return (came - sent)[WARM_UP:]


def table(figures: dict[str, list[tuple[float, float]]]) -> list[list[str]]:
    lines = [["", "p50, µs", "p99, µs", "p50 against C++, spinning"]]
    base = median(p50 for p50, _ in figures["C++, spinning"])
    for name, runs in figures.items():
        p50, p99 = (median(values) for values in zip(*runs, strict=True))
        lines.append([name, f"{p50 / 1000:.2f}", f"{p99 / 1000:.1f}", f"{p50 / base:.2f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few rounds; docs/ is left alone")
    parser.add_argument("--rounds", type=int, help="of each client (default 9)")
    parser.add_argument("--count", type=int, default=20_000, help="messages of a run that count (20,000)")
    parser.add_argument("--gap", type=float, default=300.0, help="µs between two messages, at least (300)")
    parser.add_argument("--no-docs", action="store_true", help="docs/ is left alone")
    parser.add_argument("--client", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        name, port, count, path = options.client
        as_client(name, int(port), int(count), path)
        return
    rounds, count, load = options.rounds or (2 if options.quick else 9), options.count + WARM_UP, os.getloadavg()[0]
    names = [name for name in CONTESTANTS if "Cython" not in name or native.available()]
    messages = payloads.quotes(count)
    last = json.loads(messages[-1])[0]
    expected = f"{last['S'][:4]} {last['bp']:.10g} {last['ap']:.10g}"
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        framed = [frame(message, False) for message in messages]
        (folder / "frames").write_bytes(b"".join(struct.pack("<I", len(one)) + one for one in framed))
        for number in range(rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                took = measure(name, folder, count, options.gap, expected)
                figures[name].append((float(np.percentile(took, 50)), float(np.percentile(took, 99))))
    lines = table(figures)
    for line in lines:
        print("  ".join(cell.rjust(10) if column else cell.ljust(38) for column, cell in enumerate(line)))
    reached = []
    base = median(p50 for p50, _ in figures["C++, spinning"])
    for name in names:
        if name.startswith("tickfold") and name.endswith("spinning"):
            ratio = median(p50 for p50, _ in figures[name]) / base
            verdict = "reached" if ratio <= ASKED else "SHORT"
            reached.append(f"* {verdict}: {name}: {ratio:.2f} times C++, spinning (asked: at most {ASKED})")
    print("\n".join(reached))
    if not (options.quick or options.no_docs):
        head, *body = lines
        rows = ["| " + " | ".join(head) + " |", "|---|---:|---:|---:|"]
        rows += ["| " + " | ".join(row) + " |" for row in body]
        said = (
            f"By `python -m benchmarks.latency` on {report.machine(['picows', 'uvloop', 'orjson'])}: {rounds} rounds "
            f"of {options.count:,} messages each, {options.gap:.0f} to {2 * options.gap:.0f} µs apart; load average "
            f"before it began: {load:.1f}."
        )
        report.write_page("latency", [said, "\n".join(rows), "\n".join(reached)])


if __name__ == "__main__":
    main()
