"""The pages of the venues say what the tables say."""

import dataclasses

import pytest

from tickfold import tables
from tickfold.schema.language import Select, Shape, Table, Value
from tickfold.venues import describe


@pytest.mark.parametrize("name", describe.STREAMS_OF)
def test_a_page_is_what_its_tables_say(name: str) -> None:
    text = (describe.PAGES / name).read_text()
    assert describe.page(text, describe.STREAMS_OF[name]) == text, "run python -m tickfold.venues.describe"


def test_every_stream_has_a_page() -> None:
    assert sorted(stream for streams in describe.STREAMS_OF.values() for stream in streams) == sorted(tables.STREAMS)


def rows(shape: Shape) -> list[tuple[str, Value]]:
    found = []
    for key, value in shape.rows.items():
        found.append((key, value))
        if isinstance(value.options.get("shape"), Shape) and value.conv != "aside":
            found += rows(value.options["shape"])
    return found


def roots(table: Table) -> list[Shape]:
    if isinstance(table.root, Shape):
        return [table.root]
    return [*table.root.cases.values(), *table.root.absent.values(), *table.root.first.values()]


@pytest.mark.parametrize("stream", tables.STREAMS)
def test_every_key_is_on_the_page(stream: str) -> None:
    table = tables.load(stream)
    text = describe.markdown(table)
    keys = {key for shape in roots(table) for key, value in rows(shape) if value.conv != "skip"}
    assert len(keys) > 10
    for key in keys:
        assert f"{key}`" in text or f"{key}." in text or f"{key}[]" in text or f"{key} (JSON" in text, key


@pytest.mark.parametrize("stream", tables.STREAMS)
def test_what_is_not_kept_stands_there_with_its_reason(stream: str) -> None:
    table = tables.load(stream)
    text = describe.markdown(table)
    every = (row for shape in roots(table) for row in rows(shape))
    skipped = {(key, value.options["reason"]) for key, value in every if value.conv == "skip"}
    for key, reason in skipped:
        assert f"{key}`" in text or key.endswith("_raw")
        assert f": {reason}" in text


def test_a_change_of_a_table_makes_its_page_stale() -> None:
    table = tables.load("alpaca.data")
    assert isinstance(table.root, Select)
    less = dataclasses.replace(table.root, cases={key: shape for key, shape in table.root.cases.items() if key != "q"})
    assert describe.markdown(dataclasses.replace(table, root=less)) != describe.markdown(table)
    with pytest.raises(ValueError, match=r"no marks of alpaca\.data"):
        describe.page("nothing", ["alpaca.data"])
