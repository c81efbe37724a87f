"""The venues as bindings/tickfold/schema/registry.py has them: their numbers in records, and imports by their names."""

from __future__ import annotations

import sys
from os.path import commonpath
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings"))

from tickfold.schema import registry

del sys.path[0]


def numbers() -> tuple[tuple[str, int], ...]:
    """Members of the enum Venue. Streams of one number are of one venue, which is called what their names share."""
    streams: dict[int, list[str]] = {}
    for name, entry in registry.STREAMS.items():
        streams.setdefault(entry.number, []).append(name.replace(".", "/"))
    return ("NONE", 0), *((commonpath(streams[it]).replace("/", "_").upper(), it) for it in sorted(streams))


def listed(note: str, what: str, imports: dict[str, str]) -> str:
    """A module that imports names: name → the module that has it."""
    pairs = sorted((module, name) for name, module in imports.items())
    lines = [f"from {module} import {name} as {name}" for module, name in pairs]
    names = [f'    "{name}",' for name in sorted(imports)]
    return "\n".join([f'"""{what}', "", note, '"""', "", *lines, "", "__all__ = [", *names, "]", ""])


def venues_py(note: str) -> str:
    return listed(note, "All venues, for type checkers.", dict.fromkeys(registry.VENUES, "tickfold.venues"))


def simulated_py(note: str) -> str:
    references = [entry.simulated.partition(":") for entry in registry.STREAMS.values() if entry.simulated is not None]
    return listed(note, "All simulated venues.", {name: module for module, _, name in references})
