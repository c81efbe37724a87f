"""The language of the tables: functions that say what the keys of a venue's messages mean.

A *shape* maps the keys of one kind of object to fields of a record: with `{"bp": decimal("bid")}` the number under "bp"
is stored in the field `bid` of the object's record. One such key and value is a *row*. A *select* picks the shape of an
object by the text of one of its keys. A *table* has the shape or select of a whole message. A value that cannot be read
as its row says is skipped and counted; unknown keys are skipped; unknown objects become Raw records.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tickfold.schema.enums import OrderStatus, Venue
from tickfold.schema.errors import ConfigError

__all__ = [
    "Rows",
    "Select",
    "Shape",
    "Table",
    "Value",
    "aside",
    "beside",
    "boolean",
    "candle_key",
    "chars",
    "choose",
    "coded",
    "compact_date",
    "decimal",
    "dressed",
    "each",
    "each_by_key",
    "envelope",
    "epoch",
    "inside",
    "instrument",
    "integer",
    "json",
    "ladder",
    "long",
    "moves",
    "one_of",
    "pairs",
    "rfc3339",
    "select",
    "shape",
    "sided",
    "size_and_fills",
    "skip",
    "symbol",
    "text",
    "us_date",
    "weak_symbol",
]


@dataclasses.dataclass(frozen=True)
class Value:
    """How the value under a key is converted into a field."""

    conv: str
    field: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)


Rows = Mapping[str, Value]


@dataclasses.dataclass(frozen=True)
class Shape:
    """What the keys of one kind of object mean."""

    kind: str  # the kind of its record; "" = an envelope, which only holds other objects
    rows: Rows
    whole: str = ""  # the `long` or `data` field that gets the object as it stands on the wire
    topic: Value | None = None  # stores the select's text
    rest: Value | None = None  # stores the part of that text after the separator
    tail: Value | None = None  # stores the part after the next separator
    replaces: bool = False  # a full record: fields that it does not state become unknown
    zeros: bool = False  # the protocol omits zeros: an absent field is 0, and known
    loud: bool = False  # an unknown key of this envelope makes a Raw record
    snapshot: bool = False  # its records carry Flag.SNAPSHOT
    last: bool = False  # an Ack that, if `ok`, ends a snapshot of open orders: LAST_OF_SNAPSHOT
    constants: Mapping[str, int | str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Select:
    """Picks an object's shape by the text under `key`, up to the separator."""

    key: str
    cases: Mapping[str, Shape]
    separator: str = ""
    absent: Mapping[str, Shape] = dataclasses.field(default_factory=dict)  # without `key`: by these keys
    first: Mapping[str, Shape] = dataclasses.field(default_factory=dict)  # by these keys, before `key`
    unknown: Mapping[str, Shape] = dataclasses.field(default_factory=dict)  # of another text: by these keys


@dataclasses.dataclass(frozen=True)
class Table:
    """What the messages of a stream mean, and how its orders and fills behave."""

    name: str
    venue: Venue
    root: Select | Shape
    plain: Mapping[str, Shape] = dataclasses.field(default_factory=dict)  # messages that are no JSON, by text
    null_text: str = ""  # a text that stands for null
    null_clears: bool = False  # null makes a field unknown again; False: null and "" change nothing
    promotes: bool = False  # the venue has no status PARTIALLY_FILLED: derive it from filled_qty
    reserves: bool = False  # icebergs: leaves_qty = the visible part + the reserve
    synthetic_fills: bool = False  # only totals come, or executions may be missed: derive fills
    fills_beside: bool = False  # an update of an order comes with its execution in one message
    revisions: bool = False  # the last part of exec_id counts corrections: 0000e0d5.01.02
    events: Mapping[str, OrderStatus] = dataclasses.field(default_factory=dict)  # the status that an event implies
    corrections: tuple[str, ...] = ()  # events after which filled_qty may fall
    stops_in_price: bool = False  # the limit price's key holds the stop price of a stop order
    own_trades: bool = False  # trades in the market that name a party and its order are that party's executions
    lines: bool = False  # a message may be cut into the lines of indented JSON
    deltas: bool = False  # orders come as deltas without times: applied in the order of arrival


def flat(rows: Rows, prefix: str = "") -> Iterator[tuple[str, Value]]:
    """All rows with their paths, including those of nested objects and pairs."""
    for key, value in rows.items():
        if value.conv != "object":
            yield prefix + key, value
        if value.conv in ("object", "pairs"):
            yield from flat(value.options["shape"].rows, f"{prefix}{key}.")


#: Text or number: the instrument.
symbol = Value("symbol", "symbol")
#: The same, but only if neither another key nor the message's topic names the instrument.
weak_symbol = Value("symbol", "symbol", {"weak": True})
#: ETNA's "AAPL|NGS|USD:5m": symbol, exchange, currency and interval of a bar.
candle_key = Value("candle", "symbol")
#: IBKR's "filled/remaining" or "total"; "$500" is the notional.
size_and_fills = Value("size_fills")


def skip(reason: str) -> Value:
    """A known key that no field holds, and why: the venue's page says so. `extra=` keeps it all the same.

    Raises ConfigError without a reason.
    """
    if not isinstance(reason, str) or not reason.strip():
        raise ConfigError('skip() needs a reason: skip("a color of a screen")')
    return Value("skip", "", {"reason": reason})


def instrument(*, strip: str = "", join: str = "") -> Value:
    """Text or number: the instrument, where it is not written as records have it.

    `strip` is a suffix to leave out; `join` is what the venue writes instead of the @ between contract and exchange.
    """
    return Value("symbol", "symbol", {"strip": strip, "join": join})


def decimal(
    field: str, *, none: str = "", zero_clears: bool = False, optional: bool = False, weak: bool = False, copy: str = ""
) -> Value:
    """A JSON number, or a text that is a number, kept exactly.

    `copy` is a second field that means the same; `none` is a number that says that there is none; with `zero_clears`
    any zero says so; `optional` is for shapes with zeros left out: absent means absent; `weak` gives way to another key
    of the same message that fills the field.
    """
    return Value("decimal", field, {
        "none": none, "zero_clears": zero_clears, "optional": optional, "weak": weak, "copy": copy})


def dressed(
    field: str, *, none: str = "", sets_last_flag: bool = False, weak: bool = False, copy: str = ""
) -> Value:
    """IBKR's formatted number: prefix C or H, thousands separators, suffix K M B T %; "" and N/A are ignored.

    `weak` is for a rounded number: it is ignored if another key of the message fills the field. `none` and
    `copy` are those of decimal().
    """
    return Value("dressed", field, {"none": none, "sets_last_flag": sets_last_flag, "weak": weak, "copy": copy})


def ladder(field: str) -> Value:
    """A row of IBKR's price ladder: "63.45", or "200 @ 63.41" with the size."""
    return Value("ladder", field)


def sided(side: int, field: str = "size") -> Value:
    """A size in a price ladder, on the given side; the venue has a key for each side."""
    return Value("side", field, {"side": side})


def moves(source: str, to: str, words: tuple[str, ...]) -> Value:
    """If the text is one of `words`, the number in the field `source` moves to the field `to`."""
    return Value("moves", to, {"source": source, "members": words})


def integer(field: str) -> Value:
    """A whole number, or a text that is one."""
    return Value("integer", field)


def coded(field: str, sets: str, codes: tuple[int, ...]) -> Value:
    """A whole number of a list of codes: `sets` is a bool field that tells whether it is one of `codes`."""
    return Value("integer", field, {"sets": sets, "codes": codes})


def rfc3339(field: str = "ts_event") -> Value:
    """2024-08-06T14:02:11.900412301Z, with 0 to 9 decimals and any offset."""
    return Value("rfc3339", field)


def epoch(
    field: str = "ts_event", *, unit: Literal["s", "ms", "ns"] = "ms", none: str = "", newest: bool = False
) -> Value:
    """A count of units since 1970, as number or text; `none` is how the venue writes that there is no time.

    `newest`: of several keys of the message that fill the field, the latest time counts.
    """
    return Value("epoch", field, {
        "unit": {"s": 10**9, "ms": 10**6, "ns": 1}[unit], "none": none, "newest": newest})


def compact_date(field: str = "ts_event", *, newest: bool = False) -> Value:
    """20240806-14:02:11, or 240806140211, UTC; `newest` is that of epoch()."""
    return Value("compact_date", field, {"newest": newest})


def us_date(field: str = "ts_event", *, none: str = "01/01/1970 00:00:00", newest: bool = False) -> Value:
    """08/06/2024 14:02:11, taken as UTC; `none` and `newest` are those of epoch()."""
    return Value("us_date", field, {"none": none, "newest": newest})


def text(
    field: str, *, none: str = "", strip: str = "", words: Mapping[str, str] | None = None, optional: bool = False,
    weak: bool = False, split: str = "", rest: str = "", having: str = ""
) -> Value:
    """A text, or a number as it is written, into a slot of fixed width.

    `strip`: a prefix to remove. `words`: texts to replace, and their replacements. What stands behind the last
    `split` goes into the text field `rest`; without `rest` it is all that counts, and a text without `split` says
    nothing. `having`: a text without this character says nothing. `weak` gives way to another key of the same message
    that fills the field.
    """
    return Value("text", field, {
        "none": none, "strip": strip, "words": words or {}, "optional": optional, "weak": weak, "split": split,
        "rest": rest, "having": having})


def long(field: str) -> Value:
    """A text of any length; any other value as it stands on the wire."""
    return Value("long", field)


def json(field: str) -> Value:
    """Any value, as it stands on the wire."""
    return Value("json", field)


def chars(field: str) -> Value:
    """A list of one-character texts, or one text, stored as one text."""
    return Value("chars", field)


def boolean(field: str) -> Value:
    """true, "True", "1" or 1; false, "False", "0" or 0."""
    return Value("boolean", field)


def one_of(
    field: str, members: Mapping[str, int], *, also: str = "", otherwise: int = 0, optional: bool = False,
    weak: bool = False
) -> Value:
    """A word of a list; `also` names the text field that keeps the word itself. A bool field takes 0 and 1.

    `weak` gives way to another key of the same message that fills the field.
    """
    return Value("enum", field, {
        "members": members, "also": also, "otherwise": otherwise, "optional": optional, "weak": weak})


def inside(rows: Rows, *, loud: bool = False) -> Value:
    """An object whose keys belong to the enclosing record, or to the enclosing envelope."""
    return Value("object", "", {"shape": Shape("", rows, loud=loud)})


def each(shape: Shape) -> Value:
    """An object or a list of objects, a record each.

    What stands in place of an object is a message of its own that nobody knows (Raw), unless the shape has a row
    without a key: {"": long("text")}.
    """
    return Value("each", "", {"shape": shape})


def each_by_key(shape: Shape) -> Value:
    """An object of objects, a record each; the key goes where the shape's `rest` says. A list is read as by each()."""
    return Value("map", "", {"shape": shape})


def pairs(name: str, value: str, rows: Rows, *, others: Shape) -> Value:
    """A list of {name: key, value: value} objects, or a text that is such a list as JSON.

    Each pair is read like a key and value of the record itself; a pair whose key is not in `rows` becomes a record of
    the shape `others`.
    """
    return Value("pairs", "", {"name": name, "value": value, "shape": Shape("", rows), "others": others})


def choose(select: Select) -> Value:
    """An object or a list of objects whose shapes are picked by a select."""
    return Value("select", "", {"select": select})


def aside(shape: Shape) -> Rows:
    """Keys of a second record, which an object may hold beside its own (an error, say). Add them to its rows."""
    return {key: Value("aside", "", {"shape": shape, "key": key}) for key in shape.rows if key}


def beside(value: Value, shape: Shape) -> Value:
    """A text that means `value`, and what the row of the same key of `shape` says to a second record.

    That record stands beside the object's own, as those of aside() do. It is made only for a text that its row keeps.
    """
    return dataclasses.replace(value, options={**value.options, "beside": shape})


def shape(
    kind: str,
    rows: Rows,
    *,
    whole: str = "",
    named: Value | None = None,
    rest: Value | None = None,
    tail: Value | None = None,
    replaces: bool = False,
    zeros: bool = False,
    snapshot: bool = False,
    last: bool = False,
    **constants: int | str,
) -> Shape:
    """An object that becomes a record of a kind.

    `named`, `rest` and `tail` store the select's text, the part after its separator, and the part after the next one.
    `whole`: the field that gets the whole object as it stands on the wire. `constants`: fields that are always set.
    """
    return Shape(kind, rows, whole, named, rest, tail, replaces, zeros, False, snapshot, last, constants)


def envelope(rows: Rows, *, loud: bool = False) -> Shape:
    """An object that holds others and is no record itself; `loud`: an unknown key in it makes a Raw record."""
    return Shape("", rows, loud=loud)


def select(key: str, cases: Mapping[str, Shape], *, separator: str = "",
           absent: Mapping[str, Shape] | None = None, first: Mapping[str, Shape] | None = None,
           unknown: Mapping[str, Shape] | None = None) -> Select:
    """Objects whose shape is picked by the text under `key`; without that key, by the keys of `absent`.

    An object with a key of `first` has that key's shape, even if it has `key` too. One whose text is none of the cases
    has the shape of the first key of `unknown` that it has; with none of these it is Raw.
    """
    return Select(key, cases, separator, absent or {}, first or {}, unknown or {})
