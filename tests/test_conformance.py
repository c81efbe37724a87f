"""The hard cases, and a part of Autobahn's suite, on real sockets: see docs/conformance.md."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from wire import LOOPS

sys.path.insert(0, str(Path(__file__).parent / "conformance"))

import bomb_memory
import client
import hard_cases
import run
import suite

#: Everything but sizes and speeds (9) and compression, of which a few cases stand for all.
CASES = "1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*,12.1.1,12.1.2,12.1.3,12.2.1,13.1.1,13.3.1"
COMPRESSED = "12.1.1,12.1.2,12.1.3,12.1.4,13.1.1,13.2.1,13.3.1,13.4.1,13.5.1,13.7.1"


@pytest.mark.timeout(300)  # the first run installs the suite
@pytest.mark.parametrize("offers", run.PASSES.values(), ids=run.PASSES)
def test_autobahn(offers: list[str], tmp_path: Path) -> None:
    cases = (
        CASES if offers == [client.STOCK] else "12.1.1,12.1.2,12.1.3,12.1.4,13.1.1,13.2.1,13.3.1,13.4.1,13.5.1,13.7.1"
    )
    try:
        suite.install()
    except suite.Unavailable as reason:
        pytest.skip(str(reason))
    with suite.serve(tmp_path, cases) as url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(client.run_cases(url, offers))
    results = client.results(tmp_path)
    assert len(results) >= 10
    assert run.faults(results) == []
    assert run.count(results)["NON-STRICT"] == 0


@pytest.mark.parametrize("loop", LOOPS)
def test_hard_cases(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        verdicts = runner.run(hard_cases.all_verdicts(["tickfold"]))
    assert {name: row for name, row in verdicts.items() if row["tickfold"] != "right"} == {}
    assert len(verdicts) > 50


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="a sanitizer's own memory would be measured")
def test_a_bomb_takes_little_memory() -> None:
    rises = asyncio.run(bomb_memory.all_rises(["tickfold"]))
    assert all(row["tickfold"] < bomb_memory.ALLOWED for row in rises.values()), rises
