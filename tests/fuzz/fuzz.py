"""Builds and runs the fuzzers: libFuzzer with coverage, AddressSanitizer and UBSan, over the modules of the wire.

usage: fuzz.py [--seconds N] [--runs N] [--jobs N] [TARGET …]        targets: frames, messages, negotiation (all)

Needs clang and its runtime (Debian: clang, libclang-rt-14-dev or the like; $CLANG names another). What is fuzzed is
built apart, under build/fuzz/. Corpora grow in build/fuzz/corpus/TARGET; an input that breaks a promise is written to
build/fuzz/findings/ and belongs, mended, into tests/fuzz/regressions/TARGET/. Exits 1 on a finding, 2 without clang.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "fuzz"
PACKAGE = BUILD / "package" / "tickfold"
MODULES = ["deflate", "messages", "frames", "reader"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
COMPILE = ["-g", "-O1", "-fno-omit-frame-pointer", "-fwrapv", "-w", *SANITIZE]


def clang() -> str | None:
    names = [os.environ.get("CLANG"), "clang", *(f"clang-{version}" for version in range(21, 12, -1))]
    return next((path for name in names if name and (path := shutil.which(name))), None)


def run(command: list[str]) -> None:
    outcome = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if outcome.returncode:
        raise SystemExit(f"{' '.join(command)}\n{outcome.stdout}{outcome.stderr}")


def build(compiler: str) -> Path:
    """The package with coverage and sanitizers, and the program that drives it."""
    shutil.rmtree(PACKAGE, ignore_errors=True)
    for folder in (PACKAGE, PACKAGE / "engine", PACKAGE / "schema"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / "bindings" / "tickfold" / "schema" / "errors.py", PACKAGE / "schema")
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    include = f"-I{sysconfig.get_path('include')}"
    # extensions.py too, so that the fuzzer sees its branches.
    sources = [(f"engine/wire/{name}.pyx", f"engine/{name}", f"tickfold.engine.{name}") for name in MODULES]
    sources.append(("bindings/tickfold/schema/extensions.py", "schema/extensions", "tickfold.schema.extensions"))
    for source, target, module in sources:
        generated = BUILD / f"{module}.c"
        cython = [sys.executable, "-m", "cython", "-3", "-I", "bindings", "--module-name", module]
        if source.endswith(".pyx"):  # as setup.py has it
            cython += ["-X", "boundscheck=False,wraparound=False,cdivision=True,initializedcheck=False"]
        run([*cython, source, "-o", str(generated)])
        output = f"{PACKAGE / target}{suffix}"
        flags = [*COMPILE, "-fsanitize=fuzzer-no-link", "-fPIC", "-shared", include]
        run([compiler, *flags, str(generated), "-o", output, "-lz"])
    program = BUILD / "fuzzer"
    library = sysconfig.get_config_var("LIBDIR")
    python = f"python{sysconfig.get_config_var('LDVERSION')}"
    link = [f"-L{library}", f"-Wl,-rpath,{library}", f"-l{python}", "-rdynamic", "-ldl", "-lm"]
    run([compiler, *COMPILE, "-fsanitize=fuzzer", include, str(HERE / "driver.c"), "-o", str(program), *link])
    return program


def environment(target: str) -> dict[str, str]:
    site = sysconfig.get_path("stdlib")
    return {
        **os.environ,
        "TICKFOLD_FUZZ_TARGET": target,
        "PYTHONHOME": sys.base_prefix,
        "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), str(HERE), site]),
        "PYTHONMALLOC": "malloc",  # so that the sanitizer sees the ends of Python's own objects
        "ASAN_OPTIONS": "detect_leaks=0",
    }


def fuzz(program: Path, target: str, seconds: int, runs: int) -> bool:
    """Whether a run came to its end without a finding."""
    corpus, findings = BUILD / "corpus" / target, BUILD / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    write_seeds = (
        "import sys, targets, pathlib\n"
        "for i, seed in enumerate(targets.seeds(sys.argv[1])):\n"
        "    pathlib.Path(sys.argv[2], f'seed-{i}').write_bytes(seed)\n"
    )
    path = os.pathsep.join([str(ROOT / "bindings"), str(HERE)])
    command = [sys.executable, "-c", write_seeds, target, str(corpus)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})
    regressions = HERE / "regressions" / target
    command = [
        str(program),
        f"-max_total_time={seconds}",
        f"-runs={runs}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=2048",
        "-print_final_stats=1",
        f"-artifact_prefix={findings}/{target}-",
        str(corpus),
        *([str(regressions)] if regressions.is_dir() else []),
    ]
    log = BUILD / f"{target}.log"
    with open(log, "w") as output:
        outcome = subprocess.run(command, env=environment(target), stdout=output, stderr=subprocess.STDOUT)
    text = log.read_text(errors="replace")
    covered = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", text)
    executed = re.search(r"number_of_executed_units:\s*(\d+)", text)
    state = "no finding" if outcome.returncode == 0 else f"FINDING, see {log}"
    print(
        f"{target}: {executed[1] if executed else '?'} inputs, edges {covered[-1][0] if covered else '?'}, "
        f"features {covered[-1][1] if covered else '?'}, corpus {covered[-1][2] if covered else '?'}: {state}",
        flush=True,
    )
    return outcome.returncode == 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("targets", nargs="*", default=["frames", "messages", "negotiation"])
    options.add_argument("--seconds", type=int, default=60, help="for each target; 0 for no limit")
    options.add_argument("--runs", type=int, default=-1, help="inputs for each target; -1 for no limit")
    options.add_argument("--jobs", type=int, default=1, help="targets at once")
    chosen = options.parse_args()
    compiler = clang()
    if compiler is None:
        print("the fuzzers need clang (Debian: apt install clang libclang-rt-14-dev), or $CLANG", file=sys.stderr)
        return 2
    program = build(compiler)
    with ThreadPoolExecutor(chosen.jobs) as jobs:
        sound = jobs.map(lambda target: fuzz(program, target, chosen.seconds, chosen.runs), chosen.targets)
        return int(not all(list(sound)))


if __name__ == "__main__":
    sys.exit(main())
