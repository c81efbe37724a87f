"""Memory of a recording and of a replay; ten million messages are `make memory`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from journal_memory import growth, record, replay

COUNT = 100_000
LEEWAY = 4 << 20  # bytes: 46 of each message behind the first tenth


def run(what: str, folder: Path) -> int:
    """Records and plays in a process of its own; returns the bytes that one of the two has grown by."""
    done = subprocess.run([sys.executable, __file__, what, str(folder / "day.tfj")], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("what", ["record", "replay"])
def test_memory_does_not_grow_with_messages(what, tmp_path):
    assert run(what, tmp_path) < LEEWAY
    (tmp_path / "day.tfj").unlink()
    assert run(f"{what} and keep", tmp_path) > LEEWAY  # so it would be seen


def main(what: str, path: Path) -> int:
    what, keeps, _ = what.partition(" and keep")
    kept: list[object] = []
    each = (lambda one: kept.append(bytes(80))) if keeps else None
    if what == "record":
        return growth(record(path, COUNT, each))
    record(path, COUNT)
    return growth(replay(path, COUNT, each))


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2])))
