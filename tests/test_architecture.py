"""The rooms of the house: every import, cimport and include points down, none makes a circle, no module grows large.

Read from the sources alone. A room knows itself and what is below it (ROOMS); what is inside a room forms no circle.
Imports within functions count like all others. Imports by text are made in three places only (BY_TEXT), and what they
name is tested by test_registry and test_public.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / "bindings" / "tickfold"
ENGINE = ROOT / "engine"

#: From the ground up. "face" is tickfold/__init__.py; "doors" are modules that only keep old names importable.
ROOMS = (
    "schema", "wire", "read", "fold", "out", "floor", "net", "journal", "venues", "sim", "testing", "live", "face",
    "cli", "doors",
)  # fmt: skip

#: The simulated venues are a room at the side: they must not know the code that they are there to test.
SIM_KNOWS = {"schema", "wire", "net", "sim"}

#: Doors: modules and packages of tickfold that hold nothing of their own.
DOORS = {"__main__", "connection", "demo", "demo_streams", "tables"}

#: .pxd files without a module of their own → the room whose interface they are.
INTERFACES = {
    "buffers": "wire", "cpp": "read", "fields": "schema", "fold": "fold", "intake": "floor", "structs": "schema",
    "utf8": "wire",
}  # fmt: skip

#: Modules that import by text: `import_module` and the like.
BY_TEXT = {"tickfold", "tickfold.schema.lazy", "tickfold.schema.registry"}

#: Imports that point up today and are to go: (who, whom).
OWED: set[tuple[str, str]] = set()

#: Modules that are too long today and are to be cut.
TOO_LONG: set[str] = set()

#: Circles of imports that only type checkers follow: the modules of each.
CIRCLES_OF_TYPES: list[set[str]] = [{"tickfold.sim.connection", "tickfold.sim.server"}]

LINES = 500


class Import(NamedTuple):
    who: str
    whom: str
    path: Path
    line: int
    for_types: bool = False  # under `if TYPE_CHECKING`, or in a stub

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.who} imports {self.whom}"


def sources(*suffixes: str) -> list[Path]:
    found = [path for folder in (PYTHON, ENGINE) for path in folder.rglob("*") if path.suffix in suffixes]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def module_of(path: Path) -> str:
    """The name that a source is imported or included by."""
    if path.suffix in (".h", ".hpp", ".cpp"):
        return path.relative_to(ENGINE if path.is_relative_to(ENGINE) else PYTHON / "include").as_posix()
    if path.is_relative_to(ENGINE):
        return f"tickfold.engine.{path.stem}" if path.suffix == ".pyx" else f"engine.{path.parent.name}.{path.stem}"
    parts = path.relative_to(PYTHON.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rooms() -> dict[str, str]:
    """Every module, header and interface → its room. Raises KeyError for one that has none."""
    found: dict[str, str] = {}
    for path in sources(".pyx", ".hpp", ".cpp", ".h"):
        name = module_of(path)
        inside = path.relative_to(ENGINE).parts if path.is_relative_to(ENGINE) else ("schema", path.name)
        found[name] = inside[0] if len(inside) > 1 else "floor"
    for path in sources(".pxd", ".pyi"):
        name = module_of(path)
        if name not in found:
            found[name] = INTERFACES[path.stem]
    for path in sources(".py"):
        name = module_of(path)
        if path.is_relative_to(ENGINE):  # the data and what writes from it: part of no program
            found[name] = "schema"
            continue
        parts = name.split(".")[1:]
        if not parts:
            found[name] = "face"
        elif parts[0] in DOORS:
            found[name] = "doors"
        elif name == "tickfold.engine":
            found[name] = "schema"  # an empty package
        elif name == "tickfold.engine.callbacks":
            found[name] = "out"  # generated; beside the stub of the dispatcher, which it types
        elif name == "tickfold.numba":
            found[name] = "out"  # the records, as numba has them
        elif name == "tickfold.prometheus":
            found[name] = "live"  # an engine's figures, as Prometheus has them
        elif parts[0] in ROOMS:
            found[name] = parts[0]
        else:
            raise KeyError(f"{name} lies in no room: add it to one, or to DOORS")
    return found


def of_python(path: Path) -> Iterator[Import]:
    who = module_of(path)
    tree = ast.parse(path.read_text())
    for node, for_types in walk(tree, path.suffix == ".pyi"):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(who, alias.name, path, node.lineno, for_types)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports in full"
            for alias in node.names:
                yield Import(who, f"{node.module}.{alias.name}", path, node.lineno, for_types)


def walk(node: ast.AST, for_types: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        typing = for_types or (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING")
        yield child, typing
        yield from walk(child, typing)


PROSE = re.compile(r'"""(?:\\.|[^\\])*?"""|#[^\n]*', re.DOTALL)
FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+c?import[ \t]+(\([^)]*\)|[^\n]*(?:\\\n[^\n]*)*)", re.MULTILINE)
PLAIN = re.compile(r"^[ \t]*c?import[ \t]+([\w., \t]+)$", re.MULTILINE)
EXTERN = re.compile(r'^[ \t]*cdef extern from "([^"]+)"', re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)


def of_cython(path: Path) -> Iterator[Import]:
    who = module_of(path)
    text = PROSE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), path.read_text())

    def line(match: re.Match[str]) -> int:
        return text.count("\n", 0, match.start(1)) + 1

    for match in FROM.finditer(text):
        assert not match[1].startswith("."), f"{path}:{line(match)}: write imports in full"
        for name in re.sub(r"[()\\\s]+", " ", match[2]).split(","):
            if name.strip():
                yield Import(who, f"{match[1]}.{name.split()[0]}", path, line(match))
    for match in PLAIN.finditer(text):
        for name in match[1].split(","):
            yield Import(who, name.split()[0], path, line(match))
    for match in EXTERN.finditer(text):
        yield Import(who, match[1], path, line(match))


def of_headers(path: Path) -> Iterator[Import]:
    text = path.read_text()
    for match in INCLUDE.finditer(text):
        yield Import(module_of(path), match[1], path, text.count("\n", 0, match.start(1)) + 1)


READERS: dict[str, Callable[[Path], Iterator[Import]]] = {
    ".py": of_python, ".pyi": of_python, ".pyx": of_cython, ".pxd": of_cython,
    ".h": of_headers, ".hpp": of_headers, ".cpp": of_headers,
}  # fmt: skip


def imports(known: Mapping[str, str]) -> list[Import]:
    """Every import of something of ours, named by its module."""
    found: list[Import] = []
    for path in sources(*READERS):
        for one in READERS[path.suffix](path):
            whom = one.whom
            if whom not in known and whom.rpartition(".")[0] in known:
                whom = whom.rpartition(".")[0]  # a name of the module, not a module
            if whom in known and whom != one.who:
                found.append(one._replace(whom=whom))
            elif whom not in known:
                assert not whom.startswith("tickfold."), f"{one}, which there is not"
    return list(dict.fromkeys(found))


ROOM_OF = rooms()
IMPORTS = imports(ROOM_OF)


def points_up(one: Import) -> bool:
    here, there = ROOM_OF[one.who], ROOM_OF[one.whom]
    if here == "sim" and there not in SIM_KNOWS:
        return True
    return ROOMS.index(there) > ROOMS.index(here)


def circles(edges: set[tuple[str, str]]) -> list[set[str]]:
    """Modules that import one another, directly or through others: Tarjan's strongly connected components."""
    after: dict[str, list[str]] = {}
    for who, whom in sorted(edges):
        after.setdefault(who, []).append(whom)
        after.setdefault(whom, [])
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in after[name]:
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            members = {stack.pop()}
            while name not in members:
                members.add(stack.pop())
            if len(members) > 1:
                found.append(members)

    for name in after:
        if name not in number:
            visit(name)
    return found


def test_imports_point_down():
    up = [one for one in IMPORTS if points_up(one) and (one.who, one.whom) not in OWED]
    assert not up, "\n".join(map(str, up))


def test_no_circle():
    found = circles({(one.who, one.whom) for one in IMPORTS if not one.for_types})
    assert not found, found
    found = circles({(one.who, one.whom) for one in IMPORTS if one.path.suffix != ".pyi"})
    assert found == CIRCLES_OF_TYPES


def test_the_engine_imports_no_python_but_the_schema():
    """What runs per message needs the ground of the Python side alone."""
    engine = {"wire", "read", "fold", "out", "floor"}
    for one in IMPORTS:
        if ROOM_OF[one.who] in engine:
            assert ROOM_OF[one.whom] in engine | {"schema"}, one


@pytest.mark.parametrize("path", sources(".py"), ids=module_of)
def test_imports_by_text(path):
    if not path.is_relative_to(ENGINE) and module_of(path) not in BY_TEXT:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Name | ast.Attribute) and "import_module" in ast.unparse(node))
            assert not (isinstance(node, ast.Name) and node.id == "__import__")


def test_the_readers_of_imports_see_what_is_there(tmp_path, monkeypatch):
    """A test of this test: what each of them must find, and what they must pass over."""
    monkeypatch.setitem(globals(), "PYTHON", tmp_path / "bindings" / "tickfold")
    monkeypatch.setitem(globals(), "ENGINE", tmp_path / "engine")
    python, engine = tmp_path / "bindings" / "tickfold" / "net", tmp_path / "engine" / "wire"
    for folder in (python, engine):
        folder.mkdir(parents=True)
    (python / "a.py").write_text(
        "import tickfold.b, os\nif TYPE_CHECKING:\n    from tickfold import c\n"
        "def f():\n    from tickfold.d import (\n  e)\n"
    )
    assert [(one.whom, one.line, one.for_types) for one in of_python(python / "a.py")] == [
        ("tickfold.b", 1, False), ("os", 1, False), ("tickfold.c", 3, True), ("tickfold.d.e", 5, False),
    ]  # fmt: skip
    (engine / "a.pyx").write_text(
        '"""from tickfold.prose cimport x\n"""\n# from tickfold.comment cimport x\n'
        "from tickfold.b cimport (\n    one, two as three,\n)\ncimport tickfold.c as d\nfrom tickfold import e\n"
        'cdef extern from "read/f.hpp" nogil:\n    pass\ndef g():\n    from tickfold.h import i\n'
    )
    assert {(one.whom, one.line) for one in of_cython(engine / "a.pyx")} == {
        ("tickfold.b.one", 4), ("tickfold.b.two", 4), ("tickfold.c", 7), ("tickfold.e", 8), ("read/f.hpp", 9),
        ("tickfold.h.i", 12),
    }  # fmt: skip
    (engine / "a.hpp").write_text('#pragma once\n#include <string>\n#include "read/b.hpp"\n')
    assert [(one.whom, one.line) for one in of_headers(engine / "a.hpp")] == [("read/b.hpp", 3)]
    assert circles({("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "d")}) == [{"b", "c"}]


@pytest.mark.parametrize("path", sources(*READERS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_is_large(path):
    """Unless its first lines say that it is generated, or why it is (`Longer than 500 lines: …`)."""
    lines = path.read_text().splitlines()
    reason = re.search(r"Generated (by|from) |Longer than 500 lines: ", "\n".join(lines[:15]))
    if path.relative_to(ROOT).as_posix() not in TOO_LONG:
        assert len(lines) <= LINES or reason, f"{len(lines)} lines: cut it, or say in its first lines why not"
