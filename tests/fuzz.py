"""Every fuzzer for a while each: `python -m tests.fuzz --seconds 600`. A finding ends it with its message."""

import argparse
import subprocess
import sys
from pathlib import Path

FUZZERS = ["fuzz_scanner.py"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    for name in FUZZERS:
        subprocess.run(
            [sys.executable, str(Path(__file__).parent / name), "--seconds", str(options.seconds)], check=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
