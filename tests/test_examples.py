"""Every example as it stands: against its simulated venue, on a terminal's behalf, ended by Ctrl-C."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support_live import run, until
from tickfold.sim import VENUES

EXAMPLES = Path(__file__).parent.parent / "examples"

#: Script → its stream, as its first lines say: "tickfold sim etna --port 9006".
OF = {
    path.stem: "".join(re.findall(r"^ +tickfold sim (\S+) --port \d+ ", path.read_text(), re.MULTILINE))
    for path in sorted(EXAMPLES.glob("*.py"))
}
RESYNC = {"alpaca_trading", "ibkr"}


def test_every_venue_has_one():
    assert set(OF.values()) == VENUES.keys()


@pytest.mark.parametrize("script", OF)
def test_example(script):
    if script == "alpaca_numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")

    async def main():
        async with VENUES[OF[script]](rate=500.0, seed=3) as venue:
            rest = f"http://{venue.host}:{venue.port}" + ("/v1/api" if script == "ibkr" else "")
            inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
            asked: list[str] = []
            answer = venue.answer
            venue.answer = lambda path: note(path) or answer(path)  # type: ignore[method-assign]

            def note(path: str) -> None:
                if path.partition("?")[0].endswith("orders"):
                    asked.append(path)

            child = await asyncio.create_subprocess_exec(
                sys.executable, "-W", "error", str(EXAMPLES / f"{script}.py"),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**inherited, "URL": venue.url, "REST": rest},
            )  # fmt: skip
            playing = None
            try:
                assert child.stdout is not None
                await venue.wait_subscribed()
                playing = asyncio.create_task(venue.play())
                lines = {(await child.stdout.readline()).decode().split(" ")[0] for _ in range(100)}
                if script in RESYNC:
                    venue.drop()
                    while await child.stdout.readline() != b"connection was lost: asking for the orders\n":
                        pass
                    await venue.wait_subscribed()
                    await until(lambda: bool(asked), 10)
                    await child.stdout.readline()
                child.send_signal(signal.SIGINT)
                _, errors = await child.communicate()
                assert child.returncode == 0, errors
                assert [line for line in errors.splitlines() if b"; next attempt in " not in line] == []
                assert bool(asked) == (script in RESYNC)
                assert "" not in lines
                assert len(lines) > 1
            finally:
                if playing is not None:
                    playing.cancel()
                if child.returncode is None:
                    child.kill()
                    await child.wait()

    run(main(), 40)
