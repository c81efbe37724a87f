"""What users install: sdist, wheel, editable, an extension of theirs built against the wheel. Takes minutes."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from embedders import DOWNSTREAM, cythonized, decode_corpus, include, program, run

ROOT = Path(__file__).parent.parent
TOOLS = ("setuptools>=77", "cython>=3.1,<3.4", "picows>=2.3,<2.4")

#: The C++ inside the engine and what tests alone use: not in wheels.
INSIDE = {"beside.pxd", "compiler.pxd", "cpp.pxd", "fold.pxd", "intake.pxd", "probe.pyi", "tell.pxd"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def fresh_venv(path: Path) -> Path:
    """A virtual environment; returns its Python."""
    venv.create(path, with_pip=True)
    return path / "bin" / "python"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a checkout has it, without what was built."""
    to = tmp_path_factory.mktemp("source") / "tickfold"
    ignored = shutil.ignore_patterns(
        ".git", ".venv*", "build", "dist", "*.so", "*.egg-info", "__pycache__", ".hypothesis", ".*_cache"
    )
    shutil.copytree(ROOT, to, ignore=ignored)
    return to


@pytest.fixture(scope="module")
def dist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """sdist, and the wheel that is built from it."""
    to = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", to, source, cwd=to)
    return to


@pytest.fixture(scope="module")
def python(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel installed, and nothing of the checkout."""
    python = fresh_venv(tmp_path_factory.mktemp("wheel") / "venv")
    (wheel,) = dist.glob("*.whl")
    run(python, "-m", "pip", "install", "-q", wheel, cwd=dist)
    return python


def test_the_sdist_holds_what_a_build_needs(source: Path, dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for path in source.glob("engine/**/*"):
        if path.suffix in (".pyx", ".hpp", ".cpp", ".h"):
            assert str(path.relative_to(source)) in names
    assert {"setup.py", "pyproject.toml", "LICENSE", "README.md"} <= names
    assert not [name for name in names if name.endswith((".so", ".pyc"))]


def test_the_wheel_holds_what_users_bind_to(source: Path, dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tickfold"}
    assert {"tickfold/py.typed", "tickfold/include/tickfold/records.h", "tickfold/engine/handler.pxd"} <= names
    package = source / "bindings" / "tickfold"
    for path in package.glob("**/*"):
        if path.suffix in (".py", ".pyi", ".pxd", ".h") and "__pycache__" not in path.parts:
            assert (f"tickfold/{path.relative_to(package)}" in names) == (path.name not in INSIDE), path.name
    for path in source.glob("engine/**/*.pyx"):
        there = any(name.startswith(f"tickfold/engine/{path.stem}.cpython") for name in names)
        assert there == (path.stem != "probe"), path.stem
    assert not [name for name in names if name.endswith((".pyx", ".hpp", ".cpp", ".c"))]


def test_the_wheel_works(python: Path, tmp_path: Path) -> None:
    code = """
import sys, pathlib, tickfold as tf
assert "site-packages" in tf.__file__, tf.__file__
assert pathlib.Path(tf.get_include(), "tickfold", "records.h").exists()
(quote,) = tf.decoder("alpaca.data").decode(b'[{"T":"q","S":"A","bp":1.50}]')
print(quote.symbol, quote.decimal("bid"))
for name in ("engine", "bindings"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise AssertionError(f"a module named {name} was installed")
"""
    assert run(python, "-c", code, cwd=tmp_path) == "A 1.50\n"
    assert "usage" in run(python.parent / "tickfold", "--help", cwd=tmp_path).lower()


def test_somebody_elses_extension(python: Path, tmp_path: Path) -> None:
    copied = tmp_path / "downstream"
    shutil.copytree(DOWNSTREAM, copied)
    run(python, "-m", "pip", "install", "-q", *TOOLS, cwd=tmp_path)
    run(python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", copied, cwd=tmp_path)
    assert run(python, copied / "check.py", cwd=tmp_path) == "downstream ok\n"


def test_the_c_functions(python: Path, tmp_path: Path) -> None:
    """A C++ program and a Cython extension decode every stream's messages without the GIL, as Python does."""
    run(python, "-m", "pip", "install", "-q", *TOOLS, cwd=tmp_path)
    assert decode_corpus(python, tmp_path) > 0


def test_the_example_in_cpp(python: Path, tmp_path: Path) -> None:
    environment = program(python, ROOT / "examples" / "embed.cpp", tmp_path / "embed")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        [tmp_path / "embed"], input=b'[{"T":"q","S":"AAPL","bp":188.50}]\ngarbage\n', env=clean | environment,
        capture_output=True, check=True,
    )  # fmt: skip
    assert result.stdout == b"AAPL bid 188.50 (as a double 188.5)\nerror: neither JSON nor MessagePack\n1 quotes\n"


def test_a_program_of_another_layout_is_refused(python: Path, tmp_path: Path) -> None:
    shutil.copytree(include(python), tmp_path / "include")
    header = tmp_path / "include" / "tickfold" / "records.h"
    text = re.sub(r"(#define TF_LAYOUT) 0x\w+", r"\1 0x1ull", header.read_text())
    assert text != header.read_text()
    header.write_text(text)
    environment = program(python, ROOT / "examples" / "embed.cpp", tmp_path / "embed", tmp_path / "include")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run([tmp_path / "embed"], env=clean | environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert "ImportError: this program was compiled for another layout of tickfold's records" in result.stderr
    assert "tickfold.get_include()" in result.stderr


def test_every_published_pxd_compiles(python: Path, tmp_path: Path) -> None:
    """Against the installed wheel alone, each in a module of its own."""
    folder = Path(include(python)).parent / "engine"
    names = sorted(path.stem for path in folder.glob("*.pxd"))
    assert {"capi", "decoder", "dispatch", "handler", "messages", "reader", "records", "state", "writer"} <= set(names)
    for name in names:
        (tmp_path / f"uses_{name}.pyx").write_text(f"from tickfold.engine.{name} cimport *\n")
    run(python, "-m", "pip", "install", "-q", *TOOLS, cwd=tmp_path)
    cythonized(python, tmp_path, *[f"uses_{name}" for name in names])
    run(python, "-c", "".join(f"import uses_{name}\n" for name in names), cwd=tmp_path)


def test_editable(source: Path, tmp_path: Path) -> None:
    """A change of a Python file shows at once."""
    python = fresh_venv(tmp_path / "venv")
    run(python, "-m", "pip", "install", "-q", "-e", source, cwd=tmp_path, TICKFOLD_BUILD="debug")
    code = 'import tickfold as tf; print(len(tf.decoder("ibkr").decode(b"{}")), tf.__version__)'
    before = run(python, "-c", code, cwd=tmp_path)
    assert before.startswith("1 ")
    face = source / "bindings" / "tickfold" / "__init__.py"
    face.write_text(face.read_text().replace('__version__ = "', '__version__ = "9.'))
    assert run(python, "-c", code, cwd=tmp_path).startswith("1 9.")


def test_an_unknown_build_kind_is_refused(source: Path) -> None:
    result = subprocess.run(
        [sys.executable, "setup.py", "--version"],
        cwd=source,
        env=os.environ | {"TICKFOLD_BUILD": "fast"},
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert "TICKFOLD_BUILD='fast' is not one of" in result.stderr
