"""A part of Autobahn's suite, on real sockets; all of it runs by `make conformance` (see docs/conformance.md)."""

import asyncio
import sys
from pathlib import Path

import pytest
import uvloop

sys.path.insert(0, str(Path(__file__).parent / "conformance"))

import client
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
