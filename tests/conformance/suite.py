"""Getting Autobahn's test suite to run: it needs a CPython 2.7, and a server process that lives for one run only.

`python27` finds the interpreter, `install` makes an environment of it (once, about 30 s), `serve` starts the server.
The suite keeps every octet of every case in memory, hence a fresh process each time.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITE = "autobahntestsuite==25.10.1"  # 517 cases; pins its own dependencies
VIRTUALENV = "virtualenv==20.15.1"  # the last one that makes environments of Python 2.7
ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / "build" / "autobahn"
SERVER = Path(__file__).parent / "fuzzing_server.py"


class Unavailable(Exception):
    """Autobahn cannot run here; the message says what is missing."""


def python27() -> str:
    """A CPython 2.7 with pip: $PYTHON27, python2.7 on PATH, or one of pyenv's."""
    candidates = [os.environ.get("PYTHON27"), shutil.which("python2.7")]
    # A shim of pyenv may stand on PATH and refuse to run; the versions behind it are asked too.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(map(str, pyenv.glob("versions/2.7.*/bin/python2.7")), reverse=True)
    for candidate in filter(None, candidates):
        check = [candidate, "-c", "import sys, pip; sys.exit(sys.version_info[:2] != (2, 7))"]
        try:
            if subprocess.run(check, capture_output=True, timeout=60).returncode == 0:
                return candidate
        except (OSError, subprocess.TimeoutExpired):
            continue
    raise Unavailable("Autobahn needs a CPython 2.7 with pip: none in $PYTHON27, on PATH or in pyenv")


def install(target: Path = ENVIRONMENT) -> Path:
    """The python of an environment that holds the suite, made where it is not there yet. Needs a C compiler and pip."""
    python = target / "bin" / "python"
    if (target / "complete").exists():
        return python
    base = python27()
    shutil.rmtree(target, ignore_errors=True)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")},
        "PYTHONNOUSERSITE": "1",
        "PYTHONWARNINGS": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    with tempfile.TemporaryDirectory() as tools:
        _run([base, "-m", "pip", "install", "-q", "--target", tools, VIRTUALENV], environment)
        make = [base, "-m", "virtualenv", "-q", "--no-download", "--no-periodic-update", str(target)]
        _run(make, {**environment, "PYTHONPATH": tools})
    _run([str(python), "-m", "pip", "install", "-q", SUITE], environment)
    (target / "complete").touch()
    return python


def _run(command: list[str], environment: dict[str, str]) -> None:
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    if outcome.returncode:
        raise Unavailable(f"{' '.join(command[:6])} … failed:\n{outcome.stderr[-2000:]}")


@contextmanager
def serve(reports: Path, cases: str) -> Iterator[str]:
    """A fuzzing server for these cases, as its URL; results come to reports/index.json when a client asks for them."""
    python = install()
    reports.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python), str(SERVER), str(port), str(reports), cases]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    with open(reports / "server.log", "w") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        try:
            assert server.stdout is not None
            if server.stdout.readline() != "ready\n":
                raise Unavailable(f"the fuzzing server did not start, see {reports / 'server.log'}")
            yield f"ws://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:  # it holds everything in memory, and takes its time to let go
                server.kill()
                server.wait()
            if server.stdout is not None:
                server.stdout.close()


if __name__ == "__main__":
    try:
        print(install())
    except Unavailable as reason:
        sys.exit(str(reason))
