"""The engine's tests under AddressSanitizer and UndefinedBehaviorSanitizer, in a build of its own.

    python tests/run_asan.py                         the engine's test files, and the embedders of tests/downstream
    python tests/run_asan.py --embedders             the embedders alone: a C++ program, a Cython extension
    python tests/run_asan.py --fuzz 600              the fuzzer of the JSON readers instead, for so many seconds
    python tests/run_asan.py --fuzz-decoders 600     that of the decoders, for so many seconds each [--stream vega]
    python tests/run_asan.py --fuzz-reentry 600      that of callbacks which do anything
    python tests/run_asan.py --fuzz-sequences 600    that of logs of orders, for so many seconds each venue
    python tests/run_asan.py tests/test_state.py -x  what pytest is told

The build goes to build/asan and leaves the one in bindings/ as it is.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
BASE = ROOT / "build" / "asan"

# Those that hand bytes to C, or look at memory that C has written. Not here: what compiles, or is about other programs.
FILES = [
    "test_allocations.py",
    "test_capi.py",
    "test_clock.py",
    "test_corpus.py",
    "test_conflate.py",
    "test_decoder.py",
    "test_deflate.py",
    "test_corrections.py",
    "test_differential.py",
    "test_dispatch.py",
    "test_exactness.py",
    "test_fills.py",
    "test_frames.py",
    "test_fuzz_decoders.py",
    "test_fuzz_reentry.py",
    "test_fuzz_sequences.py",
    "test_identity.py",
    "test_journal.py",
    "test_keyed_rows.py",
    "test_messages.py",
    "test_msgpack.py",
    "test_names.py",
    "test_native.py",
    "test_numba.py",
    "test_numbers.py",
    "test_orders_index.py",
    "test_records.py",
    "test_scanner.py",
    "test_state.py",
    "test_texts.py",
    "test_unpadded.py",
    "test_writer.py",
    *sorted(path.name for path in Path(__file__).parent.glob("test_tables*.py")),
]


def build() -> Path:
    """Builds what is out of date; returns the folder that holds the package."""
    environment = os.environ | {"TICKFOLD_BUILD": "asan", "PYTHONPATH": str(ROOT / "bindings")}
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build", "--build-base", str(BASE)], cwd=ROOT, env=environment, check=True
    )
    (package,) = BASE.glob(f"lib.*-{sys.implementation.cache_tag}")
    return package


def library(name: str) -> str:
    """The path of one of the compiler's own libraries."""
    compiler = os.environ.get("CC", "gcc").split()
    path = subprocess.run(
        [*compiler, f"-print-file-name={name}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    if not Path(path).is_absolute():
        raise SystemExit(f"{compiler[0]} has no {name}: install the compiler's sanitizers")
    return path


def environment(package: Path) -> dict[str, str]:
    """What a Python needs that loads such modules."""
    return os.environ | {
        "PYTHONPATH": str(package),
        "PYTHONMALLOC": "malloc",  # or the sanitizer does not see Python's own blocks
        # libstdc++ too: the sanitizer takes over exceptions, and must find them before simdjson's module is loaded.
        "LD_PRELOAD": f"{library('libasan.so')} {library('libstdc++.so')}",
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself keeps what it has; test_memory.py looks for leaks
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def embedders(package: Path) -> int:
    """A C++ program and a Cython extension, compiled with sanitizers themselves, decode every stream's corpus."""
    from embedders import decode_corpus

    flags = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    names = ("PYTHONPATH", "PYTHONMALLOC", "LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS")
    with tempfile.TemporaryDirectory() as folder:
        words = {name: value for name, value in environment(package).items() if name in names}
        count = decode_corpus(Path(sys.executable), Path(folder), flags, **words)
    print(f"embedders under the sanitizers: {count} records as Python has them")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzz", type=float, metavar="SECONDS")
    parser.add_argument("--fuzz-decoders", type=float, metavar="SECONDS")
    parser.add_argument("--fuzz-reentry", type=float, metavar="SECONDS")
    parser.add_argument("--fuzz-sequences", type=float, metavar="SECONDS")
    parser.add_argument("--embedders", action="store_true")
    parser.add_argument("--stream", default=None)
    parser.add_argument("--seed", default=None)
    parser.add_argument("--no-build", action="store_true", help="take the build that is there")
    options, rest = parser.parse_known_args()
    package = next(BASE.glob(f"lib.*-{sys.implementation.cache_tag}")) if options.no_build else build()
    seed = [] if options.seed is None else ["--seed", options.seed]
    if options.fuzz_decoders:
        stream = [] if options.stream is None else ["--stream", options.stream]
        command = [sys.executable, "tests/fuzz_decoders.py", "--seconds", str(options.fuzz_decoders), *seed, *stream]
    elif options.fuzz_reentry:
        command = [sys.executable, "tests/fuzz_reentry.py", "--seconds", str(options.fuzz_reentry), *seed]
    elif options.fuzz_sequences:
        command = [sys.executable, "tests/fuzz_sequences.py", "--seconds", str(options.fuzz_sequences), *seed]
    elif options.fuzz:
        command = [sys.executable, "tests/fuzz_scanner.py", "--seconds", str(options.fuzz), *seed]
    elif options.embedders:
        return embedders(package)
    else:
        files = [str(ROOT / "tests" / name) for name in FILES if (ROOT / "tests" / name).exists()]
        # Only Python's own output is captured: what a sanitizer says last must be seen.
        marks = ["-m", "not slow and not compiles", "-p", "no:cacheprovider", "--capture=sys", "-q"]
        side_by_side = [] if rest else ["-n", "auto", "--dist", "loadfile", "-p", "no:benchmark"]
        command = [sys.executable, "-m", "pytest", *marks, *side_by_side, *(rest or files)]
    code = subprocess.run(command, cwd=ROOT, env=environment(package)).returncode
    fuzzes = options.fuzz or options.fuzz_decoders or options.fuzz_reentry or options.fuzz_sequences
    return code if code or rest or fuzzes else embedders(package)


if __name__ == "__main__":
    sys.exit(main())
