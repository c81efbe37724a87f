"""What other people compile against tickfold: the programs and extensions of tests/downstream, built against a package
and run. `python` is the Python that has it installed, or finds it by the PYTHONPATH in `environment`.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import corpus

DOWNSTREAM = Path(__file__).parent / "downstream"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Its output; what it had to say, where it fails. Nothing of the checkout is on its path."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "TICKFOLD_BUILD")}
    result = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=clean | environment, capture_output=True, text=True
    )
    assert result.returncode == 0, f"{command}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
    return result.stdout


def include(python: Path, **environment: str) -> str:
    """The package's folder of headers."""
    code = "import tickfold; print(tickfold.get_include())"
    return run(python, "-c", code, cwd=python.parent, **environment).strip()


def cythonized(python: Path, folder: Path, *modules: str, flags: str = "-O0", **environment: str) -> None:
    """Compiles .pyx files of a folder, in place, against the package alone."""
    (folder / "setup.py").write_text(
        "import tickfold\nfrom Cython.Build import cythonize\nfrom setuptools import Extension, setup\n"
        f"setup(ext_modules=cythonize([Extension(name, [name + '.pyx'], include_dirs=[tickfold.get_include()])"
        f" for name in {modules!r}], language_level=3))\n"
    )
    words = {"CFLAGS": flags, "LDFLAGS": flags} | environment
    run(python, "setup.py", "-q", "build_ext", "--inplace", "-j", "2", cwd=folder, **words)


def program(
    python: Path,
    source: Path,
    to: Path,
    headers: Path | None = None,
    flags: Sequence[str] = ("-O1",),
    **environment: str,
) -> dict[str, str]:
    """Compiles a C++ program that starts an interpreter; returns the environment in which that finds the package."""
    library = [f"-L{sysconfig.get_config_var('LIBDIR')}", f"-lpython{sysconfig.get_config_var('LDVERSION')}"]
    run(
        *os.environ.get("CXX", "c++").split(), "-std=c++17", *flags, "-Wall", "-Wextra", "-Werror",
        f"-I{headers or include(python, **environment)}", f"-I{sysconfig.get_path('include')}", source, "-o", to,
        *library, f"-Wl,-rpath,{sysconfig.get_config_var('LIBDIR')}", "-pthread", cwd=to.parent,
    )  # fmt: skip
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))", cwd=to.parent).strip()
    path = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), own)))
    return environment | {"PYTHONPATH": path, "PYTHONHOME": sys.base_prefix}


def decode_corpus(python: Path, folder: Path, flags: Sequence[str] = ("-O1",), **environment: str) -> int:
    """A C++ program and a Cython extension decode every stream's corpus through the C functions, without the GIL.

    Returns how many records it has, all as Python has them. `environment`: that of the program and the extension.
    """
    for name in ("door.cpp", "door_reader.pyx", "door_check.py"):
        shutil.copy(DOWNSTREAM / name, folder)
    inside = program(python, folder / "door.cpp", folder / "door", flags=flags, **environment)
    inside.pop("LD_PRELOAD", None)  # it is linked with what an extension must have loaded before it
    streams = corpus.load()
    for stream, messages in streams.items():
        payloads = folder / f"{stream}.payloads"
        payloads.write_bytes(b"".join(struct.pack("<I", len(one.payload)) + one.payload for one in messages))
        for form in ("copied", "padded"):
            words = (folder / "door", stream, payloads, *(["padded"] if form == "padded" else []))
            (folder / f"{stream}.{form}").write_text(run(*words, cwd=folder, **inside))
    cythonized(python, folder, "door_reader", flags=" ".join(flags), **environment)
    said = run(python, folder / "door_check.py", folder, cwd=folder, **environment)
    assert said.startswith("door ok: ")
    count = int(said.split()[2])
    assert count > sum(len(messages) for messages in streams.values()) // 2
    return count
