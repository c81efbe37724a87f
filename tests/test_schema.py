"""The one description of the records, and what is generated from it."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tickfold
from tickfold.engine.records import KINDS
from tickfold.engine.state import Rows, State

ROOT = Path(__file__).parent.parent


@pytest.fixture
def schema(monkeypatch: pytest.MonkeyPatch) -> Any:
    """engine/schema/records.py."""
    monkeypatch.syspath_prepend(ROOT / "engine" / "schema")
    return importlib.import_module("records")


def test_generated_files_are_up_to_date() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "engine/schema/generate.py"), "--check"], capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stdout


def test_the_schema_is_sound(schema: Any) -> None:
    header = {name for name, *_ in schema.HEADER} | {"symbol_id", "stream_id"}
    reserved = header | {
        "copy",
        "decimal",
        "as_dict",
        "dtype",
        "mask",
        "known_fields",
        "changed_fields",
        "head",
        "decimals",
        "to_json",
    }
    assert len({kind.code for kind in schema.KINDS}) == len(schema.KINDS)
    codes = dict(schema.ENUMS["RecordKind"][1])
    for kind in schema.KINDS:
        assert codes[kind.slug.upper()] == kind.code
        assert len({field.name for field in kind.fields}) == len(kind.fields)
        for field in kind.fields:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
            assert field.name not in reserved
            assert field.doc, f"{kind.name}.{field.name} says nothing of itself"
            if field.type == "text":
                size = int(field.param)
                assert size in (1, 4) or size % 8 == 0, "put_slot() writes words"
            if field.type == "enum":
                assert field.param in schema.ENUMS
    for _, values in schema.ENUMS.values():
        assert [value for _, value in values] == sorted({value for _, value in values})
        assert all(0 <= value < 256 for _, value in values)
    for type_ in ("long", "data"):
        with pytest.raises(ValueError, match=f"Kept.note is of type {type_}.*kept in a row.*make it `text N`"):
            schema.kind("Kept", 99, "", f"note {type_} # x", rows=schema.MERGED)
        with pytest.raises(ValueError, match="kept in a row"):
            schema.kind("Kept", 99, "", f"note {type_} # x", rows=schema.KEPT)
        assert schema.kind("Passing", 99, "", f"note {type_} # x").fields
    with pytest.raises(ValueError, match="its masks hold 64"):
        schema.kind("Wide", 99, "", "\n".join(f"f{i} dec # x" for i in range(65)))


def test_every_kind_that_a_state_keeps_is_marked_so(schema: Any) -> None:
    """A table of a kind that the schema does not mark could be given a field that points into a message."""
    state = tickfold.State()
    tables = [getattr(state, name) for name in dir(State) if isinstance(getattr(state, name), Rows)]
    assert len(tables) >= 8
    kept = {kind.name for kind in schema.KINDS if kind.rows}
    assert {next(name for name, cls in KINDS.items() if cls.dtype() == rows.array.dtype) for rows in tables} == kept
