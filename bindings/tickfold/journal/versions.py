"""One journal under two versions of tickfold: the first message of which they do not make the same."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import Any, Final, NamedTuple, Self

from tickfold.schema.errors import ConfigError, JournalError

#: What either interpreter runs. It stands on public names alone, so that a version needs nothing of this one. It prints
#: a line for each message: a hash of it and of its records; or, of the one that is asked for, its bytes and records.
SCRIPT: Final = """
import hashlib, json, sys
import tickfold as tf

path, asked = sys.argv[1], int(sys.argv[2])
replay, found = tf.replay(path), []

def note(record):
    one = json.loads(record.to_json())
    one.pop("seq", None)
    found.append(one)

replay.on(tf.Record, note)
number = 0
while True:
    payload = replay.step()
    if payload is None:
        replay.run()
    text = json.dumps([None if payload is None else payload.decode("latin-1"), found], sort_keys=True)
    if asked < 0:
        print(hashlib.blake2b(text.encode(), digest_size=16).hexdigest())
    elif asked == number:
        print(text)
    if payload is None or 0 <= asked == number:
        break
    found.clear()
    number += 1
"""


class Versions(NamedTuple):
    """The first message that differs: its number, its bytes, and the records of each version as dicts.

    payload  None: no message, but what came behind the last one
    """

    message: int
    payload: bytes | None
    records: tuple[list[dict[str, Any]], list[dict[str, Any]]]


def diff_versions(path: str | os.PathLike[str], other: str, mine: str = sys.executable) -> Versions | None:
    """Plays a journal with two interpreters, each with a tickfold of its own; None where both make the same of it.

    other   the python of another environment, such as "/opt/old/bin/python"
    mine    the python of the first; this one

    What is compared are all records but for their `seq`; fields that one version does not have count where they have a
    value. Raises ConfigError where an interpreter cannot be started, and JournalError where it cannot play the journal.
    """
    pythons = mine, other
    with ExitStack() as stack:
        number = _first([stack.enter_context(_Running(python, path, -1)) for python in pythons])
    if number is None:
        return None
    told: list[Any] = []
    for python in pythons:
        with _Running(python, path, number) as running:
            lines = list(running.lines)
            told.append(json.loads(lines[0]) if lines else [None, [{"missing": running.complaint()}]])
    payload = next((one[0] for one in told if one[0] is not None), None)
    bytes_ = None if payload is None else payload.encode("latin-1")
    return Versions(number, bytes_, (told[0][1], told[1][1]))


class _Running:
    """An interpreter that plays a journal: `lines` are what it prints."""

    def __init__(self, python: str, path: str | os.PathLike[str], asked: int) -> None:
        self._errors = TemporaryFile()  # noqa: SIM115 - closed by __exit__
        try:
            self._process = subprocess.Popen(
                [python, "-c", SCRIPT, os.fspath(path), str(asked)], stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._errors.close()
            raise ConfigError(f"{python} cannot be started: {error.strerror}") from error
        assert self._process.stdout is not None
        self.python, self.lines = python, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self.lines.close()
        self._errors.close()

    def complaint(self) -> str:
        """The last line of what it has complained of, once it has failed; "" where it has not."""
        if self._process.wait() == 0:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it has ended with status {self._process.returncode}"


def _first(running: Sequence[_Running]) -> int | None:
    """The number of the first line that differs. Raises JournalError where an interpreter has failed before it."""
    for number, lines in enumerate(zip_longest(*(one.lines for one in running))):
        if lines[0] != lines[1]:
            _check(one for one, line in zip(running, lines, strict=True) if line is None)
            return number
    _check(running)
    return None


def _check(ended: Iterable[_Running]) -> None:
    for one in ended:
        if complaint := one.complaint():
            raise JournalError(f"{one.python}: {complaint}")
