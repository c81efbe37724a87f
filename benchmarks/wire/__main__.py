"""What it costs to check RFC 6455's rules in an ordinary message: `python -m benchmarks.wire`.

Alpaca quotes of 134 octets as text, to a receiver in C that counts them, CPU time per message:

  end to end   one loopback connection on uvloop, a sender in another process writing 64 KiB at a time; interleaved runs
               of picows with a listener that checks nothing, our listener on picows' frames, and our own reader
  in memory    our own reader alone: text (checked to be UTF-8) and binary

With --callgrind also instructions per message in memory; needs valgrind.
"""

import argparse
import asyncio
import importlib
import multiprocessing
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import picows
import uvloop

from tickfold.connection import connect
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "benchmarks"
QUOTE = (
    b'[{"T":"q","S":"AAPL","bx":"V","bp":189.%02d,"bs":3,"ax":"Q","ap":189.47,"as":2,'
    b'"c":["R"],"z":"C","t":"2024-01-31T14:30:00.123456789Z"}]'
)
BLOCK = 46_000  # messages that the sender repeats
PER_READ = 450  # messages of 64 KiB


def build() -> ModuleType:
    """bare.pyx, compiled beside what else is built."""
    from Cython.Build import cythonize
    from setuptools import Extension, setup

    extension = Extension("bare", [str(Path(__file__).with_name("bare.pyx"))], extra_compile_args=["-O3"])
    include = [str(ROOT / "bindings"), str(Path(picows.__file__).parents[1])]
    extensions = cythonize([extension], include_path=include, build_dir=str(BUILD), language_level=3, quiet=True)
    arguments = ["-q", "build_ext", "--build-lib", str(BUILD), "--build-temp", str(BUILD)]
    setup(name="bare", ext_modules=extensions, script_args=arguments)
    sys.path.insert(0, str(BUILD))
    return importlib.import_module("bare")


def frames(opcode: int, count: int) -> bytes:
    return b"".join(encode_frame(opcode, QUOTE % (i % 100)) for i in range(count))


def send(listening: socket.socket, messages: int) -> None:
    """The server's process: the same block again and again, then Close."""
    sys.path.insert(0, str(ROOT / "tests"))
    from wire import Peer

    block = memoryview(frames(1, BLOCK))
    while True:
        connection, _ = listening.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(4096)
        connection.sendall(Peer.answer(request))
        for _ in range(messages // BLOCK):
            for at in range(0, len(block), 1 << 16):
                connection.sendall(block[at : at + (1 << 16)])
        connection.sendall(encode_frame(8, b"\x03\xe8"))
        while connection.recv(4096):
            pass
        connection.close()


async def receive(bare: ModuleType, kind: str, url: str) -> float:
    """CPU nanoseconds per message of one connection."""
    counter = bare.Counter()
    if kind == "picows, no rules":
        listener = bare.BareListener(counter)
        transport, _ = await picows.ws_connect(lambda: listener, url, enable_auto_pong=False)
        started = time.process_time_ns()
        await transport.wait_disconnected()
    else:
        ours = Listener(counter)
        if kind == "our reader":
            await connect(url, ours)
        else:
            await picows.ws_connect(ours.accept, url, enable_auto_pong=False)
        started = time.process_time_ns()
        await ours.wait_disconnected()
        assert ours.failure is None
    return (time.process_time_ns() - started) / counter.messages


def end_to_end(bare: ModuleType, messages: int, rounds: int) -> dict[str, float]:
    """Medians of interleaved rounds."""
    kinds = ["picows, no rules", "picows' frames, our rules", "our reader"]
    figures: dict[str, list[float]] = {kind: [] for kind in kinds}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"ws://127.0.0.1:{listening.getsockname()[1]}/"
        sender = multiprocessing.Process(target=send, args=(listening, messages), daemon=True)
        sender.start()
        for _ in range(rounds):
            for kind in kinds:
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    figures[kind].append(runner.run(receive(bare, kind, url)))
        sender.terminate()
        sender.join()
    return {kind: statistics.median(figure) for kind, figure in figures.items()}


def in_memory(bare: ModuleType, opcode: int, times: int) -> float:
    """Nanoseconds per message, the best of seven."""
    data = frames(opcode, PER_READ)
    listener = Listener(bare.Counter())
    best = float("inf")
    for _ in range(7):
        started = time.perf_counter_ns()
        bare.read(listener, data + bytes(64), len(data), times)
        best = min(best, (time.perf_counter_ns() - started) / (times * PER_READ))
    assert listener.failure is None
    return best


def instructions(opcode: int) -> float:
    """Instructions per message by callgrind, from the difference between a long and a short run."""
    totals = []
    for times in (10, 110):
        program = [sys.executable, "-m", "benchmarks.wire", "--once", str(opcode), str(times)]
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *program]
        output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stderr
        collected = re.search(r"Collected : (\d+)", output)
        assert collected is not None
        totals.append(int(collected[1]))
    return (totals[1] - totals[0]) / (100 * PER_READ)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--messages", type=int, default=2_000_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--callgrind", action="store_true")
    options.add_argument("--once", nargs=2, type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.once:
        sys.path.insert(0, str(BUILD))
        bare = importlib.import_module("bare")
        data = frames(chosen.once[0], PER_READ)
        bare.read(Listener(bare.Counter()), data + bytes(64), len(data), chosen.once[1])
        return
    bare = build()
    for kind, figure in end_to_end(bare, chosen.messages, chosen.rounds).items():
        print(f"end to end, {kind}: {figure:.0f} ns CPU a message")
    for opcode, name in ((1, "text"), (2, "binary")):
        line = f"in memory, {name}: {in_memory(bare, opcode, 200):.1f} ns a message"
        if chosen.callgrind and shutil.which("valgrind"):
            line += f", {instructions(opcode):.0f} instructions"
        print(line)


if __name__ == "__main__":
    main()
