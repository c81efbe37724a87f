"""Peak memory of a client that is sent a bomb: 64 MiB of zeros in 64 KiB, at a message limit of 1 MiB.

usage: bomb_memory.py [--table FILE]

Each client runs in a process of its own, against a server in this one: first a small message, so that all is loaded and
warm, then the bomb. The figure is the rise of the resident set's high-water mark (VmHWM, Linux) above what was resident
before. Writes its table into docs/conformance.md; exits 1 where tickfold takes 4 MiB or more.
"""

import argparse
import asyncio
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import hard_cases
from hard_cases import Case, close, compressed, text

LIMIT = 1 << 20
BOMB = 64 << 20
ALLOWED = 4 << 20

CASES = {
    "one frame": lambda octets: text(octets, rsv1=True),
    "fragments of 1 KiB": lambda octets: b"".join(
        hard_cases.encode_frame(0 if at else 1, octets[at : at + 1024], fin=at + 1024 >= len(octets), rsv1=not at)
        for at in range(0, len(octets), 1024)
    ),
}


def resident(field: str) -> int:
    """VmRSS or VmHWM of this process, in bytes."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def measure(name: str, small: str, bomb: str) -> int:
    """In the client's process: the rise of the high-water mark, in bytes."""
    hard_cases.LIMIT = LIMIT
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")

    async def main() -> int:
        await hard_cases.CLIENTS[name](small)
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
        before = resident("VmRSS")
        messages = await hard_cases.CLIENTS[name](bomb)
        assert messages == [], "the bomb was delivered"
        return resident("VmHWM") - before

    return asyncio.run(main())


async def rise(name: str, data: bytes) -> int:
    """Of one client at one bomb."""
    payloads = [
        Case("", text(b"small") + close(), extensions=hard_cases.PMD),
        Case("", data, extensions=hard_cases.PMD),
    ]

    async def serve(case: Case, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(hard_cases.answer(await reader.readuntil(b"\r\n\r\n"), case) + case.data)
            async with asyncio.timeout(5):
                await reader.read()
        except (TimeoutError, OSError):
            pass
        finally:
            writer.close()

    servers = [
        await asyncio.start_server(lambda reader, writer, case=case: serve(case, reader, writer), "127.0.0.1", 0)
        for case in payloads
    ]
    urls = [f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/" for server in servers]
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--measure", name, *urls, stdout=subprocess.PIPE
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    for server in servers:
        server.close()
    if process.returncode:
        raise SystemExit(f"{name} failed")
    return int(output)


async def all_rises(clients: Sequence[str]) -> dict[str, dict[str, int]]:
    octets = compressed(bytes(BOMB))
    return {case: {name: await rise(name, make(octets)) for name in clients} for case, make in CASES.items()}


def main() -> int:
    import run

    if sys.argv[1:2] == ["--measure"]:
        print(measure(*sys.argv[2:5]))
        return 0
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--table", type=Path, default=run.TABLE)
    chosen = options.parse_args()
    clients = list(hard_cases.CLIENTS)
    rises = asyncio.run(all_rises(clients))
    rows = [f"| 64 MiB in | {' | '.join(clients)} |", "|---|" + "---:|" * len(clients)]
    for case, row in rises.items():
        rows.append(f"| {case} | {' | '.join(f'{row[name] / (1 << 20):.1f} MiB' for name in clients)} |")
    print("\n".join(rows))
    run.write_table(chosen.table, "\n".join(rows), "bomb")
    return int(any(row["tickfold"] >= ALLOWED for row in rises.values()))


if __name__ == "__main__":
    sys.exit(main())
