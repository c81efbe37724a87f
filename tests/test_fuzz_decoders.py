"""The fuzzer of the decoders, for a while; run fuzz_decoders.py itself under the sanitizers (run_asan.py)."""

import random

import pytest

import corpus
from fuzz_decoders import run

ROUNDS = 2000


@pytest.mark.parametrize("stream", corpus.load())
def test_bent_messages(stream: str) -> None:
    rounds, malformed = run(stream, random.Random(stream), lambda rounds: rounds < ROUNDS)
    assert rounds == ROUNDS
    assert 0 < malformed < ROUNDS
