"""Venues in a child process."""

import asyncio
import os

import pytest

from support_live import run, until
from tickfold.sim.process import VenueProcess


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_commands():
    async def main():
        async with VenueProcess([{"name": "alpaca.data", "rate": 500}, {"name": "ibkr", "deflate": "deny"}]) as process:
            assert [url.partition("://")[2].partition(":")[0] for url in process.urls] == ["127.0.0.1"] * 2
            await process.call("play", events=10)
            await process.call("drop", venue=1)
            assert (await process.call("halt"))["played"] > 0
            stocks, gateway = await process.truths()
            assert stocks.sent == {"quotes": 0, "trades": 0, "bars": 0}
            assert gateway.orders == []
            with pytest.raises(RuntimeError, match="no command"):
                await process.call("dance")
            with pytest.raises(RuntimeError, match="IndexError"):
                await process.call("drop", venue=7)

    run(main(), 30)


def test_wrong_venues_leave_no_process():
    async def main():
        process = VenueProcess([{"name": "nasdaq"}])
        with pytest.raises(RuntimeError, match="nasdaq"):
            await process.__aenter__()
        with pytest.raises(RuntimeError):
            await process.call("truth")

    run(main(), 30)


def test_a_child_ends_with_its_parents_pipe():
    async def main():
        async with VenueProcess([{"name": "ibkr"}]) as process:
            child = process._process
            assert child is not None
            assert child.stdin is not None
            child.stdin.close()
            async with asyncio.timeout(5):
                await child.wait()
            await until(lambda: gone(child.pid))
            with pytest.raises(RuntimeError, match="ended"):
                await process.call("truth")

    run(main(), 30)
