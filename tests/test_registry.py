"""The registry: what is derived from its entries, and the streams of other packages."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tickfold as tf
from tickfold import tables
from tickfold.cli import VENUES, main
from tickfold.cli.commands import known
from tickfold.demo_streams import STREAMS
from tickfold.net.stream import Stream
from tickfold.schema import registry
from tickfold.schema.language import Table
from tickfold.sim import VENUES as SIMULATED
from tickfold.sim import simulated
from tickfold.venues import listed

# A venue as another package writes it: a table, and an entry that names it.
PACKAGE = {
    "__init__.py": """
from tickfold.schema.registry import Entry

ENTRY = Entry(venue="tickfold_elsewhere", table="tickfold_elsewhere.table:TABLE")
SERVED = Entry(
    venue="tickfold_elsewhere", table="tickfold_elsewhere.table:TABLE", command="tickfold_elsewhere.command:COMMAND"
)
PLAYED = Entry(
    venue="tickfold_elsewhere",
    table="tickfold_elsewhere.table:TABLE",
    simulated="tickfold.sim.alpaca.trading:AlpacaTrading",
)
LOST = Entry(venue="tickfold_elsewhere", table="tickfold_elsewhere.table:TABEL")
BARE = "no entry"
""",
    "table.py": """
from tickfold.tables.language import Table, select, shape, decimal, symbol
from tickfold.schema.enums import Venue

TABLE = Table(
    name="elsewhere",
    venue=Venue.NONE,
    root=select("T", {"q": shape("Quote", {"s": symbol, "b": decimal("bid")})}),
)
""",
    "command.py": """
from tickfold.venues.command import Command

def none(*_):
    return []

COMMAND = Command(keys="No keys.", arguments={}, watch=none, demo=none, hint="")
""",
}
POINTS = """[tickfold.venues]
elsewhere = tickfold_elsewhere:ENTRY
elsewhere.served = tickfold_elsewhere:SERVED
elsewhere.bare = tickfold_elsewhere:BARE
elsewhere.played = tickfold_elsewhere:PLAYED
elsewhere.wrong = tickfold_elsewhere:LOST
elsewhere.lost = tickfold_elsewhere.nowhere:ENTRY
ibkr = tickfold_elsewhere:BARE
"""


def install(folder: Path, name: str = "tickfold-elsewhere", points: str = POINTS) -> None:
    """What pip leaves behind of a package with entry points."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    package = tmp_path / "tickfold_elsewhere"
    package.mkdir()
    for name, text in PACKAGE.items():
        (package / name).write_text(text)
    install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("tickfold_elsewhere")]:
        del sys.modules[name]
    vars(tf).pop("elsewhere", None)


@pytest.mark.parametrize("name", registry.STREAMS)
def test_every_import_string_names_what_it_says(name):
    entry = registry.entry(name)
    assert isinstance(registry.table(name), Table)
    assert registry.table(name).name == name
    for reference in entry.streams:
        cls = registry.load(reference)
        assert issubclass(cls, Stream)
        assert cls.table == name
        assert getattr(registry.venue(name.partition(".")[0]), cls.__name__) is cls
    assert simulated(name).name == name
    assert all(isinstance(stream, Stream) and stream.table == name for stream in STREAMS[name]("ws://127.0.0.1:1"))


def test_all_lists_come_from_the_registry():
    assert list(tables.STREAMS) == list(VENUES) == list(STREAMS) == list(SIMULATED) == list(registry.STREAMS)
    assert set(registry.VENUES) <= set(tf.__all__)


@pytest.mark.parametrize("venue", registry.VENUES)
def test_a_type_checker_is_told_of_all_that_a_venue_gives(venue):
    """It reads imports only: what is registered must stand there too."""
    module = registry.venue(venue)
    tree = ast.parse(Path(module.__file__).read_text())
    told = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tickfold.venues.")
        for alias in node.names
    }
    assert registry.classes(venue).keys() <= told
    assert told == set(module.__all__)
    root = ast.parse(Path(str(tf.__file__)).read_text())
    stars = [node.module for node in ast.walk(root) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    assert stars == ["tickfold.venues.listed"]
    assert listed.__all__ == sorted(registry.VENUES)


def test_a_venue_is_named_in_its_folders_and_the_registry_alone():
    """So that another one of ours is a line there, and what is generated from it."""
    root = Path(str(tf.__file__)).parent
    named = re.compile(rf"\b(?:venues|sim)\.(?:{'|'.join(registry.VENUES)})\b|\bVenue\.[A-Z]")
    found = set()
    for path in root.rglob("*.py"):
        inside = path.relative_to(root)
        ours = len(inside.parts) > 2 and inside.parts[0] in ("venues", "sim")
        if not ours and named.search(path.read_text()) and "Generated from " not in path.read_text()[:200]:
            found.add(inside.as_posix())
    assert found == {"schema/registry.py"}


def test_the_registry_loads_no_venue():
    program = """
import sys, tickfold.schema.registry as registry
assert not [name for name in sys.modules if name.startswith(("tickfold.venues", "tickfold.sim", "tickfold.engine"))]
registry.table("ibkr")
assert not [name for name in sys.modules if name.startswith(("tickfold.sim", "tickfold.net", "tickfold.engine"))]
assert "importlib.metadata" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_stream_of_another_package(elsewhere):
    (quote,) = tf.decoder("elsewhere").decode(b'{"T":"q","s":"ABC","b":1.25}')
    assert (quote.symbol, quote.bid) == ("ABC", 1.25)
    assert tf.elsewhere.__name__ == "tickfold_elsewhere"
    assert registry.find("elsewhere.nothing") is None
    with pytest.raises(tf.ConfigError, match="elsewhere has no simulated venue"):
        simulated("elsewhere")


def test_a_name_of_our_own_is_never_looked_up(elsewhere, monkeypatch):
    def looked_up(**_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(importlib.metadata, "entry_points", looked_up)
    assert registry.table("ibkr").name == "ibkr"
    assert tf.ibkr.__name__ == "tickfold.venues.ibkr"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("elsewhere.bare", "tickfold_elsewhere:BARE, which is no Entry"),
        ("elsewhere.lost", "tickfold_elsewhere.nowhere:ENTRY: No module named 'tickfold_elsewhere.nowhere'"),
        ("elsewhere.wrong", "tickfold_elsewhere.table:TABEL cannot be loaded: module 'tickfold_elsewhere"),
        ("elsewhere.nothing", "no stream is called 'elsewhere.nothing'; the streams are alpaca.data"),
    ],
)
def test_what_cannot_be_loaded(elsewhere, name, said):
    with pytest.raises(tf.ConfigError) as raised:
        tf.decoder(name)
    assert said in str(raised.value)


def test_a_name_that_two_packages_register(elsewhere):
    install(elsewhere, "tickfold-third", "[tickfold.venues]\nelsewhere = third:ENTRY\n")
    with pytest.raises(tf.ConfigError, match=r"several packages register the stream 'elsewhere': .*third:ENTRY"):
        registry.entry("elsewhere")


def test_the_command_line_knows_streams_of_other_packages(elsewhere, capsys):
    assert known(["watch", "elsewhere.served", "--lines"]) == [*VENUES, "elsewhere.served"]
    assert known(["demo", "--venue", "ibkr", "--venue", "nothing"]) == list(VENUES)
    assert main(["watch", "elsewhere.served", "--lines"]) == 1
    assert "no stream" in capsys.readouterr().err  # its `watch` asks for none
    assert main(["watch", "elsewhere"]) == 1
    assert "elsewhere has no command" in capsys.readouterr().err
    assert main(["sim", "elsewhere.played", "--seconds", "0.1"]) == 0
    assert capsys.readouterr().out.startswith("ws://127.0.0.1:")
    assert main(["sim", "elsewhere.lost"]) == 1
    assert "No module named" in capsys.readouterr().err
