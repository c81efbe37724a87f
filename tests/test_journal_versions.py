"""One journal under two versions of tickfold: `tickfold diff day.tfj --python …`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tickfold as tf
from test_journal_compare import feed, quote
from tickfold.cli.commands import main
from tickfold.journal.versions import diff_versions

#: Makes of a tickfold one that does not know the sizes of bids.
OTHER = """
import dataclasses
from tickfold.schema import registry
known = registry.table
def table(name):
    table = known(name)
    shape = table.root.cases["q"]
    shape = dataclasses.replace(shape, rows={key: row for key, row in shape.rows.items() if key != "bs"})
    root = dataclasses.replace(table.root, cases={**table.root.cases, "q": shape})
    return dataclasses.replace(table, root=root)
registry.table = table
"""


def python(folder: Path, site: str = "") -> str:
    """An interpreter with this sitecustomize."""
    (folder / "sitecustomize.py").write_text(site)
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def day(tmp_path):
    trade = '[{"T":"t","S":"AAPL","p":1,"s":1}]'
    return feed(tmp_path / "day.tfj", (0, trade), (1, trade), (2, quote(1, 2)), (3, quote(1, 3)))


def test_versions_that_agree(day, tmp_path, capsys):
    other = python(tmp_path)
    assert diff_versions(day, other) is None
    assert main(["diff", str(day), "--python", other]) == 0
    assert capsys.readouterr().out == "no difference\n"


def test_the_first_message_that_differs_is_shown_with_what_each_made_of_it(day, tmp_path, capsys):
    other = python(tmp_path, OTHER)
    found = diff_versions(day, other)
    assert found is not None
    assert (found.message, found.payload) == (2, quote(1, 2).encode())
    (mine,), (theirs, raw) = found.records
    assert mine["bid_size"] == 1
    assert "bid_size" not in theirs
    assert mine["bid"] == theirs["bid"] == 1
    assert (raw["kind"], raw["data"]) == ("RAW", '"bs":1')
    assert main(["diff", str(day), "--python", other]) == 1
    out = capsys.readouterr().out
    assert "message 2 is the first that differs" in out
    assert other in out


def test_what_cannot_be_compared(day, tmp_path, capsys):
    with pytest.raises(tf.ConfigError, match="cannot be started: No such file"):
        diff_versions(day, str(tmp_path / "none"))
    with pytest.raises(tf.JournalError, match=r"python: .*Error: .*tickfold"):
        diff_versions(day, python(tmp_path, "import sys\nsys.modules['tickfold'] = None\n"))
    assert main(["diff", str(day)]) == 1
    assert "give another journal, or --python" in capsys.readouterr().err


def test_the_hash_of_a_table_is_the_same_in_every_process() -> None:
    code = (
        "from tickfold.journal.writer import table_hash; from tickfold.schema import registry;"
        "print([table_hash(registry.table(name)) for name in registry.STREAMS])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": str(seed)},
            stdout=subprocess.PIPE, text=True, check=True,
        ).stdout
        for seed in range(6)
    }  # fmt: skip
    assert len(said) == 1
