"""tests/conversions.cpp in the place of `tickfold.engine.probe`: the tests of numbers and times, of another processor.

    TICKFOLD_CONVERSIONS="qemu-aarch64 conversions" pytest -p conversions tests/test_numbers.py tests/test_clock.py

tests/portability.py compiles the program and runs this.
"""

from __future__ import annotations

import itertools
import os
import shlex
import subprocess
import sys
from typing import Any

COMMAND = os.environ.get("TICKFOLD_CONVERSIONS")


class Program:
    """The functions of `probe` that read numbers and times, answered by a program."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.clocks = itertools.count()

    def ask(self, operation: str, data: bytes, padding: bytes = b"", unit: int = 0) -> list[str] | None:
        to, answers = self.process.stdin, self.process.stdout
        assert to is not None
        assert answers is not None
        to.write(f"{operation} {unit} {data.hex() or '-'} {padding.hex() or '-'}\n")
        to.flush()
        said = answers.readline().split()
        assert said, "the program has ended"
        return None if said == ["none"] else said

    def close(self) -> None:
        self.process.communicate()

    def decimal(self, operation: str, data: bytes, padding: bytes = b"") -> tuple[float, int, bool] | None:
        said = self.ask(operation, data, padding)
        return None if said is None else (float.fromhex(said[0]), int(said[1]), said[2] == "1")

    def whole(self, operation: str, data: bytes, padding: bytes = b"", unit: int = 0) -> int | None:
        said = self.ask(operation, data, padding, unit)
        return None if said is None else int(said[0])

    def number(self, data: bytes, padding: bytes = bytes(32)) -> tuple[int, float, int, bool] | None:
        said = self.ask("number", data, padding)
        return None if said is None else (int(said[0]), float.fromhex(said[1]), int(said[2]), said[3] == "1")

    def number_text(self, data: bytes) -> tuple[float, int, bool] | None:
        return self.decimal("number_text", data)

    def plain(self, data: bytes, padding: bytes = bytes(32)) -> tuple[float, int, bool] | None:
        return self.decimal("plain", data, padding)

    def dressed(self, data: bytes) -> tuple[float, int, bool, str] | None:
        said = self.ask("dressed", data)
        prefix = "" if said is None or said[3] == "0" else chr(int(said[3]))
        return None if said is None else (float.fromhex(said[0]), int(said[1]), said[2] == "1", prefix)

    def integer(self, data: bytes) -> int | None:
        return self.whole("integer", data)

    def unsigned(self, data: bytes) -> int | None:
        return self.whole("unsigned", data)

    def compact_date(self, data: bytes) -> int | None:
        return self.whole("compact_date", data)

    def us_date(self, data: bytes) -> int | None:
        return self.whole("us_date", data)

    def epoch(self, data: bytes, unit: int) -> int | None:
        return self.whole("epoch", data, unit=unit)

    def Clock(self) -> Clock:  # named as `probe` has it
        return Clock(self, next(self.clocks))


class Clock:
    def __init__(self, program: Program, number: int) -> None:
        self.program = program
        self.number = number

    def rfc3339(self, data: bytes, padding: bytes = bytes(16)) -> int | None:
        return self.program.whole("rfc3339", data, padding, unit=self.number)


if COMMAND:
    import tickfold.engine

    stand_in: Any = Program(shlex.split(COMMAND))
    sys.modules["tickfold.engine.probe"] = tickfold.engine.probe = stand_in  # type: ignore[attr-defined]
