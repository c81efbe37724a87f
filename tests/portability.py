"""Builds with other compilers and for other processors, and the tests of each build.

    python tests/portability.py                       everything
    python tests/portability.py clang gcc-scalar      these builds alone
    python tests/portability.py clang -- -x tests/test_state.py     and what pytest is told of a build's tests

A build NAME goes to build/portability/NAME and leaves the one in bindings/ as it is. "scalar" builds are without SSE2:
what any other processor takes. `aarch64` compiles all of the C++ for that processor, and runs the tests of numbers and
times against a program of it in qemu. What is not installed is named; Debian has all of it:

    apt install clang libc++-dev libc++abi-dev g++-aarch64-linux-gnu qemu-user
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
BASE = ROOT / "build" / "portability"

LIBCXX = "-stdlib=libc++ -Wno-unused-command-line-argument"
SCALAR = "-U__SSE2__"

#: Build → what its compilers are told. Compiler, link flags and flags go to setuptools by these names.
BUILDS = {
    "gcc": {"CC": "gcc", "CXX": "g++"},
    "gcc-scalar": {"CC": "gcc", "CXX": "g++", "CFLAGS": SCALAR},
    "clang": {"CC": "clang", "CXX": "clang++", "CFLAGS": LIBCXX, "LDFLAGS": LIBCXX},
    "clang-scalar": {"CC": "clang", "CXX": "clang++", "CFLAGS": f"{LIBCXX} {SCALAR}", "LDFLAGS": LIBCXX},
}

CROSS = "aarch64-linux-gnu-"
EMULATOR = "qemu-aarch64"


def need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)} (see the head of {Path(__file__).name})")


def run(*command: str | Path, **environment: str) -> int:
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=os.environ | environment).returncode


def build(name: str, options: list[str]) -> int:
    """One of BUILDS, and all tests but those of packaging, which compile for themselves."""
    words = dict(BUILDS[name])
    need(words["CC"], words["CXX"])
    if shutil.which("ccache"):
        words |= {"CC": f"ccache {words['CC']}", "CXX": f"ccache {words['CXX']}"}
    words["CXXFLAGS"] = words.setdefault("CFLAGS", "")
    base = BASE / name
    code = run(
        sys.executable, "setup.py", "-q", "build", "--build-base", base, **words, PYTHONPATH=str(ROOT / "bindings")
    )
    if code:
        return code
    (package,) = base.glob(f"lib.*-{sys.implementation.cache_tag}")
    if not (base / "docs").exists():
        (base / "docs").symlink_to(ROOT / "docs")  # whose pages a test compares with the package's tables
    mark = [] if options else ["-m", "not slow"]
    side_by_side = ["-n", "auto", "--dist", "loadfile", "-p", "no:benchmark", "-p", "no:cacheprovider"]
    return run(sys.executable, "-m", "pytest", "-q", *side_by_side, *mark, *options, PYTHONPATH=str(package))


def aarch64() -> int:
    """Compiles the engine's C++ and the public headers for aarch64; runs the conversions' tests in qemu."""
    need(f"{CROSS}g++", f"{CROSS}gcc", EMULATOR)
    import simdjson

    folder = BASE / "aarch64"
    folder.mkdir(parents=True, exist_ok=True)
    include = [f"-I{ROOT / 'bindings' / 'tickfold' / 'include'}", f"-I{ROOT / 'engine'}"]
    cpp = [f"{CROSS}g++", "-std=c++17", "-O2", *include]
    strict = ["-Wall", "-Wextra", "-Werror"]
    compiled = [
        [f"{CROSS}gcc", "-std=c99", *include, *strict, "-include", "tickfold/tickfold.h", "-xc", "-c", "/dev/null"],
        [*cpp, *strict, "-include", "door.hpp", "-xc++", "-c", "/dev/null"],
        [*cpp, f"-I{Path(simdjson.__file__).parent}", "-c", "engine/read/ondemand.cpp"],
        [*cpp, f"-I{Path(simdjson.__file__).parent}", "-c", "engine/read/simdjson_unit.cpp"],
    ]
    for number, command in enumerate(compiled):
        if code := run(*command, "-o", folder / f"{number}.o"):
            return code
    program = folder / "conversions"
    if code := run(*cpp, *strict, "-static", "tests/conversions.cpp", "-o", program):
        return code
    files = ("tests/test_numbers.py", "tests/test_clock.py")
    path = os.pathsep.join((str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")))
    return run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "conversions", *files,
        PYTHONPATH=path, TICKFOLD_CONVERSIONS=f"{EMULATOR} {program}",
    )  # fmt: skip


def main() -> int:
    words = sys.argv[1:]
    if {"-h", "--help"} & set(words):
        print(__doc__)
        return 0
    names, options = words, []
    if "--" in words:
        names, options = words[: words.index("--")], words[words.index("--") + 1 :]
    parts: dict[str, Callable[[list[str]], int]] = {name: lambda rest, name=name: build(name, rest) for name in BUILDS}
    parts["aarch64"] = lambda _: aarch64()
    if unknown := set(names) - parts.keys():
        raise SystemExit(f"{', '.join(sorted(unknown))}: the builds are {', '.join(parts)}")
    codes = {}
    for name in names or parts:
        print(f"---- {name}", flush=True)
        codes[name] = parts[name](options)
    print("\n".join(f"{name}: {'passed' if code == 0 else 'FAILED'}" for name, code in codes.items()))
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main())
