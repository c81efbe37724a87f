"""The fuzzers' targets on fixed inputs: every seed, every past finding, and some thousand mutations of the seeds.

`make fuzz` runs the same targets under libFuzzer with sanitizers: see tests/fuzz/fuzz.py.
"""

import random
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "fuzz"
sys.path.insert(0, str(HERE))

import targets  # noqa: E402

MUTATIONS = 3000


def mutated(seed: bytes, dice: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = dice.choice([0, 1, 0x7E, 0x7F, 0x80, 0x88, 0xC1, 0xFE, 0xFF])
        elif kind == 2:
            data[at:at] = dice.randbytes(dice.randint(1, 8))
        elif kind == 3:
            del data[at : at + dice.randint(1, 8)]
        else:
            data[at:at] = data[: dice.randrange(len(data) + 1)]
    return bytes(data[:2048])


@pytest.mark.parametrize("name", targets.TARGETS)
def test_seeds_and_their_mutations(name: str) -> None:
    seeds = list(targets.seeds(name))
    dice = random.Random(name)
    for seed in seeds:
        targets.TARGETS[name](seed)
    for _ in range(MUTATIONS):
        data = mutated(dice.choice(seeds), dice)
        try:
            targets.TARGETS[name](data)
        except Exception as error:
            raise AssertionError(f"input {data.hex()}") from error


@pytest.mark.parametrize("name", targets.TARGETS)
def test_past_findings(name: str) -> None:
    findings = sorted((HERE / "regressions" / name).glob("*"))
    for finding in findings:
        targets.TARGETS[name](finding.read_bytes())
    assert findings
