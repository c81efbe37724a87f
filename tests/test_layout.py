"""The layout of records: Python, numpy, C, C++ and docs/records.md say the same, and other layouts are refused.

`tf.layout()` comes from the tables that the engine was compiled with; the rest is held against it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tickfold as tf
from tickfold.engine.records import KINDS
from tickfold.schema import enums

ROOT = Path(__file__).parent.parent
INCLUDE = Path(tf.get_include())
LAYOUT = tf.layout()


def struct(name: str) -> str:
    return "tf" + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def constant(name: str) -> str:
    return struct(name).upper()


def test_a_layout_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(LAYOUT)) == LAYOUT
    assert set(LAYOUT["kinds"]) == set(KINDS)
    assert re.fullmatch("[0-9a-f]{16}", LAYOUT["hash"])
    hashes = [kind["hash"] for kind in LAYOUT["kinds"].values()]
    assert len(set(hashes)) == len(hashes)
    for name, members in LAYOUT["enums"].items():
        assert members == {member.name: int(member) for member in getattr(enums, name)}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_dtype_is_what_the_layout_says(name: str) -> None:
    dtype, kind = KINDS[name].dtype(), LAYOUT["kinds"][name]
    assert dtype.itemsize == kind["size"]
    assert dtype.names is not None and dtype.fields is not None
    assert len(dtype.names) == len(kind["fields"])
    for column, field in zip(dtype.names, kind["fields"], strict=True):
        assert column in (field["name"], "_" + field["name"])
        assert dtype.fields[column][1] == field["offset"]
        assert dtype.fields[column][0] == np.dtype(field["dtype"])
        assert dtype.fields[column][0].itemsize == field["size"]
        if field["bit"] is not None:
            assert KINDS[name].mask(field["name"]) == 1 << field["bit"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_numpy_keeps_the_layout_when_it_joins_arrays(name: str) -> None:
    dtype = KINDS[name].dtype()
    rows = np.zeros(3, dtype)
    rows["seq"] = [1, 2, 3]
    joined = {
        "concatenate": np.concatenate([rows, rows]),
        "append": np.append(rows, rows),
        "stack": np.stack([rows, rows]),
        "array": np.array([rows, rows]),
        "hstack": np.hstack([rows, rows]),
        "promoted": np.zeros(2, np.promote_types(dtype, dtype)),
    }
    for how, array in joined.items():
        assert array.dtype == dtype, how
        assert array.dtype.itemsize == dtype.itemsize, how
        assert array.dtype.fields == dtype.fields, how
    assert joined["concatenate"].tobytes() == rows.tobytes() * 2


def test_batches_can_be_joined() -> None:
    decoder = tf.decoder("alpaca.data")
    kept: list[Any] = []
    decoder.on_batch(tf.Quote, kept.append)
    for price in (b"1.5", b"2"):
        decoder.feed(b'[{"T":"q","S":"A","bp":%s}]' % price)
    joined = np.concatenate(kept)
    assert joined.dtype == tf.Quote.dtype()
    assert joined["bid"].tolist() == [1.5, 2]


def expectations() -> list[tuple[str, int]]:
    """Every C expression about the layout, with what it should be."""
    out = [("TF_LAYOUT", int(LAYOUT["hash"], 16)), ("sizeof(tf_header)", LAYOUT["header"])]
    for name, kind in LAYOUT["kinds"].items():
        out.append((f"{constant(name)}_LAYOUT", int(kind["hash"], 16)))
        out.append((f"sizeof({struct(name)})", kind["size"]))
        for field in kind["fields"]:
            member = f"head.{field['name']}" if field["offset"] < LAYOUT["header"] else field["name"]
            out.append((f"offsetof({struct(name)}, {member})", field["offset"]))
            out.append((f"sizeof((({struct(name)} *)0)->{member})", field["size"]))
            if field["bit"] is not None:
                out.append((f"{constant(name)}_{field['name'].upper()}", field["bit"]))
    return out


def compile_c(
    source: Path, *flags: str, include: Path = INCLUDE, cpp: bool = False
) -> subprocess.CompletedProcess[str]:
    compiler = (sysconfig.get_config_var("CXX" if cpp else "CC") or ("c++" if cpp else "cc")).split()
    return subprocess.run(
        [*compiler, "-Wall", "-Wextra", "-Werror", f"-I{include}", *flags, str(source)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.compiles
def test_a_c_compiler_says_the_same(tmp_path: Path) -> None:
    wanted = expectations()
    source = tmp_path / "layout.c"
    lines = [f'    printf("%llu\\n", (unsigned long long)({expression}));' for expression, _ in wanted]
    source.write_text(
        "#include <stdio.h>\n#include <tickfold/records.h>\nint main(void) {\n"
        + "\n".join(lines)
        + "\n    return 0;\n}\n"
    )
    result = compile_c(source, "-std=c99", "-pedantic-errors", "-o", str(tmp_path / "layout"))
    assert result.returncode == 0, result.stderr
    out = subprocess.run([str(tmp_path / "layout")], check=True, capture_output=True, text=True, timeout=60).stdout
    assert [int(line) for line in out.split()] == [value for _, value in wanted]


@pytest.mark.compiles
@pytest.mark.parametrize(("standard", "cpp"), [("c11", False), ("c17", False), ("c++11", True), ("c++20", True)])
def test_the_header_asserts_its_layout(standard: str, cpp: bool, tmp_path: Path) -> None:
    """It compiles as it is, and does not once any field is moved or of another size."""
    source = tmp_path / ("check.cpp" if cpp else "check.c")
    source.write_text("#include <tickfold/records.h>\n")
    flags = (f"-std={standard}", "-fsyntax-only")
    result = compile_c(source, *flags, cpp=cpp)
    assert result.returncode == 0, result.stderr
    text = (INCLUDE / "tickfold" / "records.h").read_text()
    for before, after, words in (
        ("    double bid; ", "    double extra; double bid; ", "tf_quote.bid stands elsewhere"),
        ("char ticker[16]", "char ticker[8]", "tf_quote.ticker stands elsewhere"),
        ("uint16_t stream; ", "uint32_t stream; ", "tf_header.stream stands elsewhere"),
    ):
        assert before in text
        other = tmp_path / "other" / "tickfold"
        other.mkdir(parents=True, exist_ok=True)
        (other / "records.h").write_text(text.replace(before, after))
        result = compile_c(source, *flags, include=tmp_path / "other", cpp=cpp)
        assert result.returncode != 0
        assert words in result.stderr


def test_the_reference_page_says_the_same() -> None:
    page = (ROOT / "docs" / "records.md").read_text()
    header, *parts = re.split(r"^## ", page.split("## Header", 1)[1], flags=re.MULTILINE)
    told = {part.split("\n", 1)[0]: part for part in parts}
    for name, kind in LAYOUT["kinds"].items():
        assert f"`{struct(name)}`, {kind['size']} bytes, layout `{kind['hash']}`" in told[name]
        for field in kind["fields"]:
            if field["offset"] < LAYOUT["header"]:
                assert f"| `{field['name']}` | {field['offset']} | {field['size']} |" in header
                continue
            bit = "" if field["bit"] is None else f"{field['bit']} "
            row = re.compile(rf"^\| {bit}\| `{field['name']}` \|.*\| {field['offset']} \| {field['size']} \|", re.M)
            assert row.search(told[name]), (name, field)
    for name, members in LAYOUT["enums"].items():
        if name != "Flag":
            assert ", ".join(f"`{member}` {value}" for member, value in members.items()) in told[name]


HANDLER = """
from tickfold.engine.handler cimport Handler
from tickfold.engine.structs cimport tf_quote

cdef class Seen(Handler):
    cdef readonly double bid, ask

    cdef void on_quote(self, const tf_quote *quote) noexcept:
        self.bid, self.ask = quote.bid, quote.ask
"""

USE = """
import sys, tickfold as tf
sys.path.insert(0, {folder!r})
import seen_layout
seen, decoder = seen_layout.Seen(), tf.decoder("alpaca.data")
decoder.attach(seen)
decoder.feed(b'[{{"T":"q","S":"A","bp":100.25,"ap":100.5}}]')
print(seen.bid, seen.ask)
"""


def build_handler(to: Path, published: Path) -> None:
    """Builds HANDLER against the published files of a tickfold, as an extension of somebody else's would be."""
    to.mkdir()
    (to / "seen_layout.pyx").write_text(HANDLER)
    generated = to / "seen_layout.c"
    run = [sys.executable, "-m", "cython", "-3", f"-I{published}", "-o", str(generated), str(to / "seen_layout.pyx")]
    subprocess.run(run, check=True, timeout=120, env=os.environ | {"PYTHONPATH": ""})
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    compiler = (sysconfig.get_config_var("CC") or "cc").split()
    subprocess.run(
        [*compiler, "-shared", "-fPIC", "-O0", f"-I{sysconfig.get_path('include')}",
         f"-I{published / 'tickfold' / 'include'}", str(generated), "-o", str(to / f"seen_layout{suffix}")],
        check=True, timeout=120,
    )  # fmt: skip


def use_handler(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", USE.format(folder=str(folder))], capture_output=True, text=True, timeout=60
    )


@pytest.mark.compiles
def test_a_handler_of_another_layout_is_refused(tmp_path: Path) -> None:
    """Two fields change places, nothing else does: sizes are the same, and each price would be read as the other."""
    build_handler(tmp_path / "same", ROOT / "bindings")
    result = use_handler(tmp_path / "same")
    assert result.stdout == "100.25 100.5\n", result.stderr

    other = tmp_path / "other"
    shutil.copytree(ROOT / "engine" / "schema", other / "engine" / "schema")
    (other / "engine" / "out").mkdir()
    (other / "docs").mkdir()
    ignored = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(ROOT / "bindings" / "tickfold", other / "bindings" / "tickfold", ignore=ignored)
    schema = other / "engine" / "schema" / "records.py"
    bid, ask = re.findall(r"^        (?:bid|ask)  +dec .*\n", schema.read_text(), re.M)
    assert bid + ask in schema.read_text()
    schema.write_text(schema.read_text().replace(bid + ask, ask + bid))
    subprocess.run([sys.executable, "-B", str(other / "engine" / "schema" / "generate.py")], check=True, timeout=60)
    build_handler(tmp_path / "changed", other / "bindings")
    result = use_handler(tmp_path / "changed")
    assert result.returncode != 0
    assert result.stdout == ""
    last = result.stderr.strip().splitlines()[-1]
    assert "ImportError" in last
    assert re.search("compiled against layout [0-9a-f]{16} of tickfold's records", last)
    assert f"this is layout {LAYOUT['hash']}" in last
    assert "compile it again" in last


def test_the_hash_follows_what_matters(tmp_path: Path) -> None:
    """A field's place, size, type and bit and an enum's numbers change it; words do not."""

    def hashes(change: tuple[str, str] | None = None) -> dict[str, str]:
        schema = tmp_path / "schema"
        shutil.rmtree(schema, ignore_errors=True)
        shutil.copytree(ROOT / "engine" / "schema", schema, ignore=shutil.ignore_patterns("__pycache__"))
        if change:
            text = (schema / "records.py").read_text()
            assert text.count(change[0]) >= 1
            (schema / "records.py").write_text(text.replace(*change, 1))
        code = "import layout, json; print(json.dumps({k.name: layout.layout(k) for k in layout.KINDS}))"
        run = [sys.executable, "-B", "-c", code]
        return dict(json.loads(subprocess.run(run, cwd=schema, check=True, capture_output=True, timeout=60).stdout))

    real = hashes()
    assert real == {name: kind["hash"] for name, kind in LAYOUT["kinds"].items()}

    def changed(*change: str) -> set[str]:
        after = hashes((change[0], change[1]))
        return {name for name in real if after[name] != real[name]}

    assert changed("best bid price", "the best price that is bid") == set()
    assert changed("ticker          text 16          # readable", "ticker          text 32          # readable") == {
        "Quote"
    }
    assert changed('("TRADE", 1), ("PREV_CLOSE", 2)', '("PREV_CLOSE", 1), ("TRADE", 2)') == {"Quote"}
    assert changed('("BUY", 1), ("SELL", 2)', '("SELL", 1), ("BUY", 2)') == {"Trade", "BookLevel", "Order", "Fill"}
    assert changed('"STALE", 0x0008', '"STALE", 0x0800') == set(real)
