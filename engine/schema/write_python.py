"""What is generated for Python: the enums, and the records' attributes for type checkers."""

from __future__ import annotations

from records import ENUMS, FLAGS, KINDS

PY_TYPE = {"dec": "float | None", "time": "int | None", "i64": "int | None", "u64": "int | None", "i32": "int | None",
           "u32": "int | None", "u8": "int | None", "bool": "bool | None", "text": "str | None", "long": "str | None",
           "data": "bytes | None"}


def enums_py(note: str) -> str:
    out = [f'"""The enums of the records. {note}"""', "", "from enum import IntEnum, IntFlag", "", ""]
    for name, (doc, values) in ENUMS.items():
        out += [f"class {name}(IntEnum):", f'    """{doc}"""', ""]
        out += [f"    {member} = {value}" for member, value in values] + ["", ""]
    out += ["class Flag(IntFlag):", '    """Bits of Record.flags."""', ""]
    for name, value, doc in FLAGS:
        out += [f"    #: {doc}", f"    {name} = {value:#06x}"]
    return "\n".join(out) + "\n"


RECORD = """\
class Record:
    kind: RecordKind
    venue: Venue
    flags: Flag
    symbol: str | None
    symbol_id: int
    stream: str | int | None
    stream_id: int
    ts_event: int | None
    ts_recv: int
    seq: int
    known: int
    changed: int
    @classmethod
    def dtype(cls) -> np.dtype[Any]: ...
    @classmethod
    def mask(cls, *names: str) -> int: ...
    def copy(self) -> Record: ...
    def decimal(self, name: str) -> Decimal | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    @property
    def known_fields(self) -> tuple[str, ...]: ...
    @property
    def changed_fields(self) -> tuple[str, ...]: ...
"""


def records_pyi(note: str) -> str:
    out = [f"# {note}", "from decimal import Decimal", "from typing import Any", "",
           "import numpy as np", "",
           *(f"from tickfold.schema.enums import {name} as {name}" for name in sorted([*ENUMS, "Flag"])), "",
           "UNKNOWN_TIME: int", "KINDS: dict[str, type[Record]]", "", "def layout() -> dict[str, Any]: ...", "", RECORD]
    for kind in KINDS:
        out.append(f"class {kind.name}(Record):")
        for field in kind.fields:
            python = f"{field.param} | None" if field.type == "enum" else PY_TYPE[field.type]
            out.append(f"    {field.name}: {python}")
        out.append(f"    def copy(self) -> {kind.name}: ...")
        out.append("")
    return "\n".join(out).rstrip() + "\n"
