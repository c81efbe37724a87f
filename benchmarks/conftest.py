"""Fixtures of the layers' benchmarks. A round has MESSAGES messages; `ns_per_message` is in the extra info."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

MESSAGES = 1_000
ROUNDS = 100

Feed = Callable[..., object]


@pytest.fixture
def feed_all(benchmark: Any) -> Callable[[Feed, Sequence[bytes]], None]:
    """Times `feed(message)` over a slice of the messages, the next slice in each round.

    Give several rounds' worth of messages, so that a slice is used again only after all others.
    """

    def run(feed: Feed, messages: Sequence[bytes]) -> None:
        slices = [messages[at : at + MESSAGES] for at in range(0, len(messages) - MESSAGES + 1, MESSAGES)]
        turn = 0

        def setup() -> tuple[tuple[Sequence[bytes]], dict[str, Any]]:
            nonlocal turn
            turn += 1
            return (slices[turn % len(slices)],), {}

        def loop(chunk: Sequence[bytes]) -> None:
            for message in chunk:
                feed(message)

        benchmark.pedantic(loop, setup=setup, rounds=ROUNDS, warmup_rounds=3)
        note(benchmark, MESSAGES)

    return run


def note(benchmark: Any, messages: int) -> None:
    """Adds the cost of one message to the extra info."""
    if benchmark.stats is not None:  # None under --benchmark-disable
        benchmark.extra_info["ns_per_message"] = round(benchmark.stats.stats.median * 1e9 / messages, 1)
