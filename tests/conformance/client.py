"""The client under test: the live stack (connect, Listener, Assembler), echoing what it receives."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from tickfold.connection import connect
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver
from tickfold.schema.extensions import deflate_offer

AGENT = "tickfold"
CASE_LIMIT = 240  # seconds; the largest cases of group 12 and 13 take minutes on a busy machine


class Echo(Receiver):
    """Sends every message back as it came."""

    def __init__(self) -> None:
        self.listener: Listener | None = None

    def on_message(self, data: bytes, binary: bool, recv_ns: int) -> None:
        assert self.listener is not None
        if binary:
            self.listener.send_binary(data)
        else:
            self.listener.send_text(data)


class Last(Receiver):
    """Keeps the last message."""

    def __init__(self) -> None:
        self.data = b""

    def on_message(self, data: bytes, binary: bool, recv_ns: int) -> None:
        self.data = data


STOCK = deflate_offer()

#: What the second pass asks for, case by case in turn. The server sends by these parameters, so they, and not its
#: own cases, try the receiving side. A window of 8 bits is left out: the suite's zlib cannot compress with it.
STRICT = [
    deflate_offer(server_no_context_takeover=True),
    *(deflate_offer(server_max_window_bits=bits) for bits in range(9, 16)),
    *(deflate_offer(server_no_context_takeover=True, server_max_window_bits=bits) for bits in (9, 12)),
]


async def ask(url: str) -> bytes:
    last = Last()
    listener = Listener(last)
    await connect(url, listener)
    await listener.wait_disconnected()
    return last.data


async def run_case(url: str, offer: str) -> None:
    echo = Echo()
    # The suite tries sizes beyond our limits; close_timeout leaves its slow answers their time.
    echo.listener = Listener(
        echo,
        offer=offer,
        compress=True,
        close_timeout=10,
        max_write_size=None,
        write_timeout=None,
        max_message_size=None,
        max_frame_size=None,
        max_fragments=None,
    )
    async with asyncio.timeout(CASE_LIMIT):
        await connect(url, echo.listener, timeout=60)
        await echo.listener.wait_disconnected()


async def run_cases(url: str, offers: Sequence[str], progress: bool = False) -> None:
    """Every case of the server, the offers in turn."""
    count = json.loads(await ask(f"{url}/getCaseCount"))
    for case in range(1, count + 1):
        await run_case(f"{url}/runCase?case={case}&agent={AGENT}", offers[case % len(offers)])
        if progress and (case % 25 == 0 or case == count):
            print(f"  {case} of {count} cases", flush=True)
    await ask(f"{url}/updateReports?agent={AGENT}")


def results(reports: Path) -> dict[str, dict[str, str]]:
    """Case → what the suite says of it: behavior, behaviorClose and more."""
    index: dict[str, dict[str, dict[str, str]]] = json.loads((reports / "index.json").read_text())
    return index[AGENT]
