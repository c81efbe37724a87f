"""What type checkers make of the public face: which lines mypy --strict refuses, and that the stubs are true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy", reason="comes with the extra `lint`")

ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "typed"


@pytest.mark.parametrize("name", ["good", "bad"])
def test_what_is_refused(name):
    """As many lines as end in `# no`, and those."""
    path = HERE / f"{name}.py"
    expected = [number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# no")]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert not done.stderr
    refused = {int(found[1]) for found in re.finditer(rf"{name}\.py:(\d+): error", done.stdout)}
    shown = "\n".join(line for line in done.stdout.splitlines() if ": error" in line)
    assert sorted(refused) == expected, shown
    assert bool(expected) == (name == "bad")
