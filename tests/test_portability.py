"""What `make portability` relies on, and what is refused; tests/portability.py builds with other compilers."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import tickfold as tf
from conversions import Program
from tickfold.engine import probe

ROOT = Path(__file__).parent.parent
INCLUDE = [f"-I{tf.get_include()}", f"-I{ROOT / 'engine'}"]

pytestmark = pytest.mark.compiles


@pytest.mark.parametrize("header", ["tickfold/records.h", "tickfold/tickfold.h", "read/number.hpp"])
def test_a_big_endian_machine_is_refused(header: str) -> None:
    command = ["c++", "-x", "c++", "-std=c++17", "-fsyntax-only", *INCLUDE, "-include", header, "/dev/null"]
    subprocess.run(command, check=True)
    order = ["-Wno-builtin-macro-redefined", "-U__BYTE_ORDER__", "-D__BYTE_ORDER__=__ORDER_BIG_ENDIAN__"]
    refused = subprocess.run([*command, *order], capture_output=True, text=True)
    assert refused.returncode != 0
    assert "little-endian" in refused.stderr


@pytest.fixture(scope="module", params=[[], ["-U__SSE2__"]], ids=["SSE2", "no SSE2"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    to = tmp_path_factory.mktemp("conversions") / "conversions"
    source = ROOT / "tests" / "conversions.cpp"
    subprocess.run(["c++", "-std=c++17", "-O1", *request.param, *INCLUDE, str(source), "-o", str(to)], check=True)
    one = Program([str(to)])
    yield one
    one.close()


def test_the_program_answers_as_the_engine_does(program: Program) -> None:
    """Otherwise what another processor is asked would not be what the tests ask here."""
    rng = random.Random(1)
    texts = ["", "1.50", "-0", "C1,234.5K", "18446744073709551615", "1e400", "20240806-14:02:11", "08/06/2024 14:02:11"]
    texts += ["".join(rng.choices("0123456789.-+eCKMHBT,%", k=rng.randrange(1, 25))) for _ in range(300)]
    texts += [f"{rng.randrange(-(10**18), 10**18)}.{rng.randrange(10 ** rng.randrange(1, 9))}" for _ in range(300)]
    for text in texts:
        data = text.encode()
        for name in ("number_text", "plain", "dressed", "integer", "unsigned", "compact_date", "us_date"):
            assert str(getattr(program, name)(data)) == str(getattr(probe, name)(data)), (name, text)
        assert str(program.number(data, b"5" * 32)) == str(probe.number(data, b"5" * 32))
        assert program.epoch(data, 10**6) == probe.epoch(data, 10**6)
    mine, clock = program.Clock(), probe.Clock()
    for text in ("2024-08-06T14:02:11.900412301Z", "2024-08-06T14:02:12+05:30", "2024-08-06T14:02:1xZ"):
        assert mine.rfc3339(text.encode()) == clock.rfc3339(text.encode())
