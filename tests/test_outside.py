"""A venue of made-up messages in a package of its own (tests/outside), installed by pip: what is run of it, and how.

No line of tickfold knows of it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tickfold.schema import registry

SOURCE = Path(__file__).parent / "outside"

ENGINE = """
import asyncio
import tickfold as tf
from tickfold.demo import settled
from tickfold.sim import simulated

async def main():
    async with simulated("lighthouse")(seed=4, rate=None) as tower:
        engine = tf.Engine(tf.lighthouse.Lamps(tower.url, lamps=["red", "green", "white"]))
        async with engine:
            await engine.wait_ready()
            await tower.play(3000)
            assert await settled(engine, {"lighthouse": tower.truth()}) == []
            red = engine.quotes["lighthouse lamps", "red"]
            print(red.stream, red.venue, len(engine.orders) > 20, engine.drift())

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """That of a Python which has the package installed."""
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(SOURCE, folder / "source")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target"]
    subprocess.run([*command, folder / "site", folder / "source"], check=True)
    path = [str(folder / "site"), *(part for part in sys.path if part)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path), "PYTHONWARNINGS": "error"}


def said(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tower(environment: dict[str, str]) -> Iterator[str]:
    """`tickfold sim lighthouse`: its URL."""
    command = [sys.executable, "-m", "tickfold", "sim", "lighthouse", "--rate", "200", "--seed", "3"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        assert running.stdout.readline().strip() == f"tickfold watch lighthouse --url {url} --lamps red,green"
        yield url
        running.terminate()
        assert running.wait(20) == 0


def test_this_python_does_not_have_it() -> None:
    assert registry.find("lighthouse") is None


def test_sim_and_watch(environment: dict[str, str], tower: str) -> None:
    options = ("--url", tower, "--lamps", "red,white", "--lines", "--seconds", "1")
    lines = said(environment, "-m", "tickfold", "watch", "lighthouse", *options).splitlines()
    quotes = [line for line in lines if re.fullmatch(r"quote (red|white) bid=\d\.\d+ ask=\d\.\d+", line)]
    orders = [line for line in lines if re.match(r"order (red|white) qty=\d", line)]
    assert len(quotes) > 5
    assert len(orders) > 2
    assert any("status=PARTIALLY_FILLED" in line and "status_text=sailing" in line for line in orders)
    assert "ack  action=lit" in " ".join(lines)


def test_demo(environment: dict[str, str]) -> None:
    options = ("--seconds", "1.5", "--rate", "300", "--burst", "1000")
    out = said(environment, "-m", "tickfold", "demo", "--venue", "lighthouse", "--venue", "ibkr", *options)
    assert re.search(r"lighthouse lamps .* 1 reconnects  1 drops  0 errors", out)
    assert re.search(r"burst of [\d,]+ messages of lighthouse", out)
    assert re.search(r"lighthouse quotes +p50 ", out)
    assert "all equal to the venues' truth" in out


def test_an_engine(environment: dict[str, str]) -> None:
    assert said(environment, "-c", ENGINE) == "lighthouse lamps NONE True []\n"


def test_a_decoder(environment: dict[str, str]) -> None:
    program = """
import tickfold as tf
decoder = tf.decoder("lighthouse")
(quote,) = decoder.decode(b'{"say":"glow","lamp":"red","low":"1.250","high":"1.27","at":1722952931900412301}')
print(quote.symbol, quote.decimal("bid"), quote.ts_event)
"""
    assert said(environment, "-c", program) == "red 1.250 1722952931900412301\n"
