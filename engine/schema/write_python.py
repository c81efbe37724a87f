"""What is generated for Python: the enums, and the records' attributes for type checkers."""

from __future__ import annotations

from records import ENUMS, FLAGS, KINDS

PY_TYPE = {"dec": "float | None", "time": "int | None", "i64": "int | None", "u64": "int | None", "i32": "int | None",
           "u32": "int | None", "u8": "int | None", "bool": "bool | None", "text": "str | None", "long": "str | None",
           "data": "bytes | None"}


NAMED = '''\
from enum import IntEnum, IntFlag

_NUMERIC = frozenset("bcdoxXneEfFgG%")  # what a format of numbers ends with


class Named(IntEnum):
    """An integer that is written as its name: f"{order.status}" is FILLED, f"{order.status:d}" is 5."""

    def __str__(self) -> str:
        return self.name

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec[-1:] in _NUMERIC else format(self.name, spec)

'''
FLAG = '''\

    def __str__(self) -> str:
        return "|".join(flag.name or "" for flag in self) or "NONE"

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec[-1:] in _NUMERIC else format(str(self), spec)
'''


def enums_py(note: str) -> str:
    out = [f'"""The enums of the records. {note}"""', "", NAMED]
    for name, (doc, values) in ENUMS.items():
        out += [f"class {name}(Named):", f'    """{doc}"""', ""]
        out += [f"    {member} = {value}" for member, value in values] + ["", ""]
    out += ["class Flag(IntFlag):",
            '    """Bits of Record.flags. As a text: their names with | between them, or NONE."""', ""]
    for name, value, doc in FLAGS:
        out += [f"    #: {doc}", f"    {name} = {value:#06x}"]
    return "\n".join([*out, FLAG])


RECORD = """\
_Number = float | Decimal | str
_Time = int | datetime
_Changed = int | str | Iterable[str]

class Record:
    __hash__: ClassVar[None]  # type: ignore[assignment]
    __match_args__: ClassVar[tuple[()]]
    @property
    def kind(self) -> RecordKind: ...
    @property
    def venue(self) -> Venue: ...
    @property
    def flags(self) -> Flag: ...
    @property
    def symbol(self) -> str | None: ...
    @property
    def symbol_id(self) -> int: ...
    @property
    def stream(self) -> str | int | None: ...
    @property
    def stream_id(self) -> int: ...
    @property
    def ts_event(self) -> int | None: ...
    @property
    def ts_recv(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def known_fields(self) -> tuple[str, ...]: ...
    @property
    def changed_fields(self) -> tuple[str, ...]: ...
    @property
    def extra(self) -> dict[str, str]: ...
    @classmethod
    def dtype(cls) -> np.dtype[Any]: ...
    @classmethod
    def mask(cls, *names: str) -> int: ...
    def copy(self) -> Self: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any) -> Self: ...
    def __replace__(self, **values: Any) -> Self: ...
    def decimal(self, name: str) -> Decimal | None: ...
    def parsed(self, name: str) -> Any: ...
    def as_dict(self, *, enums: Literal["member", "name"] = ..., exact: bool = ...) -> dict[str, Any]: ...
    def to_json(self) -> str: ...
"""

# What a constructor takes for the header.
HEADER = """\
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,"""
TAKES = {"dec": "_Number", "time": "_Time", "i64": "int", "u64": "int", "i32": "int", "u32": "int", "u8": "int",
         "bool": "bool", "text": "str", "long": "str", "data": "bytes | bytearray | memoryview"}


def records_pyi(note: str) -> str:
    out = [f"# {note}", "from collections.abc import Iterable", "from datetime import datetime",
           "from decimal import Decimal", "from typing import Any, ClassVar, Literal, Self", "",
           "import numpy as np", "",
           *(f"from tickfold.schema.enums import {name} as {name}" for name in sorted([*ENUMS, "Flag"])), "",
           "UNKNOWN_TIME: int", "KINDS: dict[str, type[Record]]", "", RECORD]
    for kind in KINDS:
        out += [f"class {kind.name}(Record):", "    def __init__(", "        self,", "        *,", HEADER]
        for field in kind.fields:
            takes = f"{field.param} | str" if field.type == "enum" else TAKES[field.type]
            out.append(f"        {field.name}: {takes} | None = ...,")
        out.append("    ) -> None: ...")
        for field in kind.fields:
            python = f"{field.param} | None" if field.type == "enum" else PY_TYPE[field.type]
            out += ["    @property", f"    def {field.name}(self) -> {python}: ..."]
        if kind.name == "Position":
            for name in ("realized", "unrealized"):
                out += ["    @property", f"    def {name}(self) -> float | None: ..."]
        out.append("")
    return "\n".join(out).rstrip() + "\n"
