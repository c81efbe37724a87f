"""Tables as pages: which wire key becomes which field, written into docs/venues/ between marker comments.

python -m tickfold.venues.describe            writes what has changed
python -m tickfold.venues.describe --check    exits 1 where a page is not what the tables say
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path

from tickfold.schema import enums, registry
from tickfold.schema.language import Rows, Select, Shape, Table, Value, flat

PAGES = Path(__file__).resolve().parents[3] / "docs" / "venues"
#: Page → the streams that it describes.
STREAMS_OF = {
    page: tuple(name for name, entry in registry.STREAMS.items() if entry.page == page)
    for page in dict.fromkeys(entry.page for entry in registry.STREAMS.values())
    if page is not None
}
#: What the members of an enum field are called, by the field.
ENUMS: dict[str, type[IntEnum]] = {
    "action": enums.TradeAction,
    "bar_class": enums.BarClass,
    "notice_kind": enums.NoticeKind,
    "scope": enums.StatusScope,
    "side": enums.Side,
    "source": enums.ErrorSource,
    "status": enums.OrderStatus,
    "tif": enums.TimeInForce,
    "type": enums.OrderType,
}
MOST_WORDS = 40  # longer lists of words are left to the table

HOW = {
    "boolean": "truth value",
    "candle": "symbol, exchange, currency and period: `MSFT\\|NGS\\|USD:5m`",
    "chars": "characters",
    "compact_date": "time `YYYYMMDD-HH:MM:SS` or `YYMMDDHHMMSS`, UTC",
    "decimal": "number",
    "dressed": "formatted number",
    "integer": "whole number",
    "json": "JSON as it stands",
    "ladder": "price, or `size @ price`",
    "long": "text",
    "rfc3339": "time, RFC 3339",
    "size_fills": "`filled/remaining`, or the total",
    "symbol": "instrument",
    "text": "text",
    "us_date": "time `MM/DD/YYYY HH:MM:SS`, taken as UTC",
}
UNITS = {1: "ns", 10**6: "ms", 10**9: "s"}


def markdown(table: Table) -> str:
    """The tables of a stream: one for each kind of object, with the places where it is found."""
    places: dict[str, list[str]] = {}
    for place, shape in root_shapes(table):
        for where, inner in objects(place, shape):
            places.setdefault(body(inner, table.root.key if isinstance(table.root, Select) else ""), []).append(where)
    return "\n\n".join(f"#### {title(list(dict.fromkeys(where)))}\n\n{text}" for text, where in places.items())


def title(where: list[str]) -> str:
    """Where an object is found; a long list stands below the first of its places."""
    if len(where) <= 3:
        return "; ".join(where)
    return f"{where[0]}, and {len(where) - 1} others\n\nThe same: {'; '.join(where[1:])}."


def root_shapes(table: Table) -> Iterator[tuple[str, Shape]]:
    if isinstance(table.root, Shape):
        yield "", table.root
    else:
        yield from selected(table.root)
    for text, shape in table.plain.items():
        yield f"the plain text `{text}`", shape


def selected(select: Select) -> Iterator[tuple[str, Shape]]:
    for key, shape in select.first.items():
        yield f"with `{key}`", shape
    for text, shape in select.cases.items():
        yield f"`{select.key}` = `{text}{select.separator + '…' if has_rest(shape) else ''}`", shape
    for key, shape in select.absent.items():
        yield f"no `{select.key}`, but `{key}`", shape
    for key, shape in select.unknown.items():
        yield f"another `{select.key}`, with `{key}`", shape


def has_rest(shape: Shape) -> bool:
    inside = (inner for path, inner in children("", shape.rows) if not path.endswith(".*"))  # there it is the key
    return bool(shape.rest or shape.tail) or any(map(has_rest, inside))


def objects(place: str, shape: Shape) -> Iterator[tuple[str, Shape]]:
    """A shape that makes records, and those inside it; `place` says where it is found."""
    if shape.kind or any(value.conv in ("aside", "skip") for _, value in flat(shape.rows)):
        yield place or "the message itself", shape
    for path, inner in children("", shape.rows):
        yield from objects(f"{place}: `{path}`" if place else f"`{path}`", inner)


def children(prefix: str, rows: Rows) -> Iterator[tuple[str, Shape]]:
    for path, value in flat(rows, prefix):
        if value.conv in ("each", "map"):
            yield path + {"each": "[]", "map": ".*"}[value.conv], value.options["shape"]
        elif value.conv == "pairs":
            yield f"{path}[] of another name", value.options["others"]
        elif value.conv == "select":
            for label, inner in selected(value.options["select"]):
                yield f"{path}[] {label}", inner


def entries(shape: Shape) -> Iterator[tuple[str, str, Value]]:
    """The rows of a shape with their paths and the kind of record that each fills."""
    for path, value in flat(shape.rows):
        if value.conv != "aside":
            yield path or "a value that is no object", shape.kind, value
            if "beside" in value.options:
                second = value.options["beside"]
                yield path, second.kind, second.rows[path]
            continue
        kind, inner = value.options["shape"].kind, value.options["shape"].rows[value.options["key"]]
        if inner.conv == "object":
            yield from ((where, kind, one) for where, one in flat(inner.options["shape"].rows, f"{path}."))
        else:
            yield path, kind, inner


def body(shape: Shape, selecting: str) -> str:
    if shape.kind == "Event" and not shape.rows:
        return "An `Event` named after it, with its bytes as `data`."
    lines = ["| key | becomes | from |", "|---|---|---|"]
    for row, source in (
        (shape.topic, f"`{selecting}`"),
        (shape.rest, "what stands behind its first `+`, or the key"),
        (shape.tail, "what stands behind its second `+`"),
    ):
        if row is not None:
            lines.append(f"| | {target(shape.kind, row)} | {source} |")
    passed: dict[str, list[str]] = {}
    pairs = []
    for path, kind, value in entries(shape):
        if value.conv == "skip":
            passed.setdefault(value.options["reason"], []).append(f"`{path}`")
        elif value.conv == "pairs":
            name, number = value.options["name"], value.options["value"]
            pairs.append(f"`{path}` is a list of pairs of `{name}` and `{number}`, or a text that is such a list.")
        elif value.conv not in ("each", "map", "select"):
            lines.append(f"| `{path}` | {target(kind, value)} | {how(value)} |")
    if shape.whole:
        lines.append(f"| | `{shape.kind}.{shape.whole}` | the object as it stands |")
    for name, constant in shape.constants.items():
        lines.append(f"| | `{shape.kind}.{name}` | always {member(name, constant, shape.kind)} |")
    notes = pairs
    if len(lines) == 2:
        lines = [f"A `{shape.kind}`." if shape.kind else "It holds others."]
    if shape.replaces:
        notes.append("A full record: what it does not state is no longer known.")
    if shape.zeros:
        notes.append("What is absent is zero.")
    if shape.snapshot:
        notes.append("Flagged `SNAPSHOT`.")
    text = "\n".join(lines) + ("\n\n" + " ".join(notes) if notes else "")
    if passed:
        text += "\n\nNot kept:\n\n" + "\n".join(f"* {listed(keys)}: {reason}" for reason, keys in passed.items())
    return text


def listed(keys: list[str]) -> str:
    return ", ".join(keys) if len(keys) <= 20 else f"{', '.join(keys[:3])} and {len(keys) - 3} others of this form"


def target(kind: str, value: Value) -> str:
    if value.conv == "size_fills":
        return "`Order.filled_qty`, `Order.leaves_qty`"
    field = value.field
    if value.conv == "candle":
        return "`Bar.symbol`, `Bar.exchange`, `Bar.currency`, `Bar.interval`"
    for second in ("also", "copy", "rest", "sets"):
        if value.options.get(second):
            return f"`{kind}.{field}`, `{kind}.{value.options[second]}`"
    if value.conv == "side":
        return f"`{kind}.{field}`, `{kind}.side`"
    return f"`{kind}.{field}`"


def how(value: Value) -> str:
    options = value.options
    if value.conv == "epoch":
        text = f"time, {UNITS[options['unit']]} since 1970"
    elif value.conv == "side":
        text = f"size, of the {enums.Side(options['side']).name} side"
    elif value.conv == "moves":
        text = f"number of `{options['source']}` where it says {words(options['members'])}"
    elif value.conv == "enum":
        text = members(value)
    else:
        text = HOW[value.conv]
    if options.get("words"):
        text = f"one of {len(options['words']) // 2} words, by number or by name"
    for name, note in (("none", "{!r} = none"), ("strip", "without {!r}"), ("join", "{!r} becomes '@'"),
                       ("codes", "one of {!r} sets it"), ("having", "only with {!r} in it")):
        if options.get(name):
            text += "; " + note.format(options[name])
    if options.get("split"):
        text += f"; {'parted by' if options['rest'] else 'behind'} the last {options['split']!r}"
    for name, note in (
        ("zero_clears", "0 = none"),
        ("weak", "gives way to the field's other key"),
        ("newest", "the latest of the field's times counts"),
        ("sets_last_flag", "prefix C or H: `Quote.last_flag`"),
    ):
        if options.get(name):
            text += "; " + note
    return text


def members(value: Value) -> str:
    by_member: dict[str, list[str]] = {}
    for word, number in value.options["members"].items():
        by_member.setdefault(member(value.field, number, ""), []).append(word)
    if len(value.options["members"]) > MOST_WORDS:
        return f"one of {len(value.options['members'])} words"
    text = ", ".join(f"{words(found)} = {name}" for name, found in by_member.items())
    otherwise = value.options["otherwise"]
    if otherwise or not text:
        text += f"{', ' if text else ''}any other = {member(value.field, otherwise, '')}"
    return text


def words(found: Iterable[str]) -> str:
    return " ".join(f"`{word}`" if word else '""' for word in found)


def member(field: str, value: int | str, kind: str) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    if isinstance(value, IntEnum):
        return value.name
    enum = enums.BookAction if field == "action" and kind == "BookLevel" else ENUMS.get(field)
    return enum(value).name if enum is not None else str(bool(value)).lower() if value in (0, 1) else str(value)


def page(text: str, streams: Iterable[str]) -> str:
    """A page with its generated parts as the tables want them."""
    for stream in streams:
        start, end = f"<!-- generated: {stream} -->", f"<!-- end: {stream} -->"
        if start not in text or end not in text:
            raise ValueError(f"no marks of {stream}")
        pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
        head, tail = pattern.split(text)
        text = f"{head}{start}\n\n{markdown(registry.table(stream))}\n\n{end}{tail}"
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = 0
    for name, streams in STREAMS_OF.items():
        path = PAGES / name
        text = path.read_text()
        wanted = page(text, streams)
        if wanted != text:
            stale += 1
            print(f"{'stale' if options.check else 'written'}: docs/venues/{name}")
            if not options.check:
                path.write_text(wanted)
    return int(bool(stale and options.check))


if __name__ == "__main__":
    sys.exit(main())
