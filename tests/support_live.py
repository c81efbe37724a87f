"""What the tests of the live side share."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

import tickfold as tf

T = TypeVar("T")

LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


def alpaca(url: str, **options: Any) -> tf.alpaca.MarketData:
    """All quotes of the simulated market data."""
    return tf.alpaca.MarketData(**{"url": url, "key": "SIMKEY", "secret": "SIMSECRET", "quotes": ["*"], **options})


def run(main: Coroutine[Any, Any, T], limit: float = 15.0, loop: str = "asyncio") -> T:
    """Runs `main` on a loop of the given make; fails after `limit` seconds."""

    async def limited() -> T:
        async with asyncio.timeout(limit):
            return await main

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        return runner.run(limited())


async def until(condition: Any, limit: float = 5.0) -> None:
    """Waits until `condition()` is true."""
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.005)
