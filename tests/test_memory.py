"""Memory stays flat over millions of messages, and a record on its way takes none from the heap."""

import gc
import os
import subprocess
import sys
import sysconfig
import tracemalloc
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from fuzz_scanner import CORPUS, EVERYTHING
from tickfold.engine.decoder import Decoder
from tickfold.engine.handler import Handler
from tickfold.engine.records import KINDS

PAGE = os.sysconf("SC_PAGE_SIZE")

asan = pytest.mark.skipif("libasan" in os.environ.get("LD_PRELOAD", ""), reason="the sanitizer keeps freed memory")


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def changing(count: int) -> list[bytes]:
    """Quotes of a few symbols that differ from one another, and trades."""
    out = []
    for i in range(count):
        bid, ask = 100 + i * 0.01, 100.02 + i * 0.01
        time = f"2024-08-06T14:02:11.{i:09}Z"
        out.append(
            f'[{{"T":"q","S":"S{i % 7}","bp":{bid:.2f},"bs":{i},"ap":{ask:.2f},"c":["R"],"t":"{time}"}}]'.encode()
        )
        out.append(f'[{{"T":"t","S":"S{i % 7}","i":{i},"p":{bid:.2f},"s":1,"t":"{time}"}}]'.encode())
    return out


def orders(count: int) -> list[bytes]:
    """Changes of a few orders."""
    return [
        b'{"topic":"sor","args":[{"orderId":%d,"remainingQuantity":%d,"price":"%d.25","status":"PendingCancel"}]}'
        % (i % 5, i, i)
        for i in range(count)
    ]


@asan
@pytest.mark.parametrize("name", ["alpaca.data", "ibkr", "everything"])
@pytest.mark.parametrize("how", ["callbacks", "batches", "copies"])
def test_resident_memory_is_flat(name: str, how: str) -> None:
    """Messages of all kinds, whole and cut; a leak of 8 bytes a message would show as 3 MB."""
    decoder = Decoder(EVERYTHING if name == "everything" else name)
    if how == "callbacks":
        for cls in KINDS.values():
            decoder.on(cls, lambda record: record.as_dict() if record.seq % 64 == 0 else None)
    elif how == "batches":
        for cls in KINDS.values():
            decoder.on_batch(cls, len)
    messages = [*CORPUS[name], *(data[: len(data) // 2] for data in CORPUS[name]), b"", b"x" * 3000]
    if name == "alpaca.data":
        messages += changing(50)
    elif name == "ibkr":
        messages += orders(100)
    read: Any = decoder.decode if how == "copies" else decoder.feed

    def feed(rounds: int) -> None:
        for payload in chain.from_iterable(repeat(messages, rounds)):
            read(payload)
        gc.collect()

    rounds = (60_000 if how == "copies" else 400_000) // len(messages)
    feed(rounds // 4)
    before, blocks = resident(), sys.getallocatedblocks()
    feed(rounds)
    assert resident() - before < 1 << 20
    assert sys.getallocatedblocks() - blocks < 1000


@asan
def test_large_messages_give_their_memory_back() -> None:
    decoder = Decoder("alpaca.data")
    decoder.feed(changing(1)[0])
    before = resident()
    many = b"[" + b",".join(message[1:-1] for message in changing(30_000)) + b"]"
    for _ in range(3):
        assert decoder.feed(many) >= 59_999  # the first quote is there already
        decoder.feed(b"\xff" * 5_000_000)
    del many
    decoder.feed(changing(1)[0])
    gc.collect()
    assert resident() - before < 64 << 20


@pytest.mark.parametrize("listener", ["handler", "callback", "nobody"])
@pytest.mark.parametrize("messages", [changing(500), orders(1000)], ids=["quotes", "orders"])
def test_nothing_of_python_is_allocated_on_the_way(messages: list[bytes], listener: str) -> None:
    decoder = Decoder("ibkr" if messages[0].startswith(b'{"topic') else "alpaca.data")
    if listener == "handler":
        decoder.attach(Handler())
    elif listener == "callback":
        for cls in KINDS.values():
            decoder.on(cls, lambda record: None)
    feed = decoder.feed
    for payload in messages:
        feed(payload)
    tracemalloc.start()
    try:
        for payload in messages:
            feed(payload)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        for payload in messages:
            feed(payload)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 256
    assert peak - before < 1024, "objects that come and go show in the peak"


def with_malloc(source: str, script: str, directory: Path, **variables: str) -> str:
    """What a Python prints that runs `script` with an allocator of its own, written in C."""
    file, shared = directory / "malloc.c", directory / "malloc.so"
    file.write_text(source)
    compiler = (sysconfig.get_config_var("CC") or "cc").split()
    subprocess.run([*compiler, "-O1", "-fPIC", "-shared", str(file), "-o", str(shared)], check=True, timeout=60)
    path = os.pathsep.join(filter(None, sys.path))
    environment = os.environ | {"LD_PRELOAD": str(shared), "PYTHONPATH": path} | variables
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=100
    ).stdout


COUNTER = """
#include <stddef.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static long calls;
long tf_calls(void) { return calls; }
void *malloc(size_t size) { ++calls; return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { ++calls; return __libc_calloc(count, size); }
void *realloc(void *at, size_t size) { ++calls; return __libc_realloc(at, size); }
"""
SCRIPT = """
import ctypes, sys
sys.path.insert(0, {tests!r})
from itertools import chain, repeat
from test_memory import changing, orders
from tickfold.engine.decoder import Decoder
from tickfold.engine.handler import Handler
from tickfold.engine.records import KINDS

calls = ctypes.CDLL(None).tf_calls
calls.restype = ctypes.c_long
for table, messages in (("alpaca.data", changing(500)), ("ibkr", orders(1000))):
    for listener in ("handler", "callback", "nobody"):
        decoder = Decoder(table)
        if listener == "handler":
            decoder.attach(Handler())
        elif listener == "callback":
            for cls in KINDS.values():
                decoder.on(cls, lambda record: None)
        feed = decoder.feed
        for payload in messages:
            feed(payload)
        payloads = chain.from_iterable(repeat(messages, 10))
        before = calls()
        for payload in payloads:
            feed(payload)
        print(table, listener, calls() - before, decoder.records)
"""


@asan
@pytest.mark.compiles
def test_nothing_at_all_is_allocated_on_the_way(tmp_path: Path) -> None:
    """Every malloc() of a process counted, Python's own included, over 10,000 messages each."""
    script = SCRIPT.format(tests=str(Path(__file__).parent))
    out = with_malloc(COUNTER, script, tmp_path, PYTHONMALLOC="malloc")
    lines = [line.split() for line in out.splitlines()]
    assert len(lines) == 6
    for table, listener, calls, records in lines:
        assert int(records) >= 10_000, (table, listener)
        assert int(calls) < 100, (table, listener, calls)


FAILING = """
#include <stddef.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static long left = -1;
void tf_fail(long after) { left = after; }
static int fails(void) { return left >= 0 && left-- == 0; }
void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void *realloc(void *at, size_t size) { return fails() ? NULL : __libc_realloc(at, size); }
"""
FAILING_SCRIPT = """
import ctypes, json
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Error

fail = ctypes.CDLL(None).tf_fail
trade = {"T": "t", "S": "A", "p": 1, "s": 1}
long = json.dumps([trade] * 500).replace('"p": 1', '"p": 12345678901234567890.25').encode()
items = json.dumps([{"Name": "note", "Value": "\\u00e9" * 9000}])
nested = json.dumps({"EntityType": "AccountBalance", "AccountId": "6", "Items": items}).encode()
rare = b'{"result":{"data":[{"proposal":{"\\\\u0069d":"p1"}}]}}'    # a key with an escape: for simdjson
missed = 0
for table, message in (("alpaca.data", long), ("etna", nested), ("vega", rare)):
    for after in range(60):
        decoder = Decoder(table)
        errors = []
        decoder.on(Error, lambda error: errors.append((error.source.name, error.text)))
        fail(after)
        try:
            decoder.feed(message)
        except MemoryError:
            missed += 1
        fail(-1)
        assert all(source in ("LIMIT", "DECODER") for source, text in errors), errors
        missed += len(errors)
        errors.clear()
        decoder.feed(message)
        assert decoder.records and not errors and not decoder.busy, (table, after)
print(missed)
"""


@asan
@pytest.mark.compiles
def test_memory_that_is_not_there_costs_a_message_and_no_more(tmp_path: Path) -> None:
    """Each of the first allocations that a large message asks for fails once."""
    out = with_malloc(FAILING, FAILING_SCRIPT, tmp_path)
    assert int(out) > 10
