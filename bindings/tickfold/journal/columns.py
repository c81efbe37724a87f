"""Records as columns: pyarrow's tables, with nulls for what was never stated. Needs the extra `export` (pyarrow)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import numpy

from tickfold.engine import records
from tickfold.engine.decoder import Decoder
from tickfold.engine.fields import layout
from tickfold.engine.records import Record
from tickfold.engine.state import State
from tickfold.schema import enums
from tickfold.schema.errors import ConfigError

ROWS: Final = 65_536  # of a batch
HEADER: Final = ("symbol", "stream", "flags", "ts_event", "ts_recv", "seq")
UNKNOWN_TIME: Final = numpy.iinfo(numpy.int64).min


class Source(Protocol):
    """What records are taken from: a Replay."""

    state: State
    ended: bool

    @property
    def decoders(self) -> Mapping[int, Decoder]:
        """Number of a stream → its decoder."""

    def run(self) -> None:
        """Plays on, to the end or until `stop`."""

    def stop(self) -> None:
        """Has `run` return."""


def kind_of(kind: str | type[Record]) -> type[Record]:
    """A record class by its name, in any case: "quote", "Quote", tf.Quote."""
    name = kind if isinstance(kind, str) else kind.__name__
    for known, found in records.KINDS.items():
        if known.lower() == name.replace("_", "").lower():
            return found
    raise ConfigError(f"{name!r} is no kind of record: give one of {', '.join(sorted(records.KINDS))}")


def collect(replay: Source, kind: str | type[Record]) -> Any:
    """Plays all of it; returns a pyarrow.Table of the records of a kind."""
    arrow = arrow_module()
    batches = list(batches_of(replay, kind))
    return arrow.Table.from_batches(batches, schema_of(kind))


def arrow_module() -> Any:
    """pyarrow; ConfigError where it is not installed."""
    try:
        import pyarrow  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ConfigError("export needs pyarrow: pip install 'tickfold[export]'") from None
    return pyarrow


def _fields(kind: type[Record]) -> list[dict[str, Any]]:
    return [field for field in layout()["kinds"][kind.__name__]["fields"] if field["bit"] is not None]


def schema_of(kind: str | type[Record]) -> Any:
    """The pyarrow.Schema of a kind's columns."""
    arrow, kind = arrow_module(), kind_of(kind)
    time, words = arrow.timestamp("ns", tz="UTC"), arrow.dictionary(arrow.int32(), arrow.string())
    types = {"symbol": arrow.string(), "stream": words, "flags": arrow.uint16(), "ts_event": time, "ts_recv": time,
             "seq": arrow.uint64()}  # fmt: skip
    columns = [(name, types[name]) for name in HEADER]
    of_type = {
        "dec": arrow.float64(), "time": time, "i64": arrow.int64(), "u64": arrow.uint64(), "i32": arrow.int32(),
        "u32": arrow.uint32(), "u8": arrow.uint8(), "bool": arrow.bool_(), "enum": words, "text": arrow.string(),
        "long": arrow.string(), "data": arrow.binary(),
    }  # fmt: skip
    columns += [(field["name"], of_type[field["type"]]) for field in _fields(kind)]
    return arrow.schema(columns)


def batches_of(replay: Source, kind: str | type[Record]) -> Iterator[Any]:
    """Plays a journal; gives a pyarrow.RecordBatch for every 65,536 records of a kind, and one for the rest."""
    arrow, kind = arrow_module(), kind_of(kind)
    long = [field["name"] for field in _fields(kind) if field["type"] in ("long", "data")]
    rows: list[Any] = []
    texts: dict[str, list[Any]] = {name: [] for name in long}
    count = 0

    def take(array: Any) -> None:
        nonlocal count
        rows.append(array.copy())
        count += len(array)
        if count >= ROWS:
            replay.stop()

    def read(record: Record) -> None:
        for name in long:
            texts[name].append(getattr(record, name))

    source: Any = replay
    source.on_batch(kind, take)
    if long:
        source.on(kind, read)
    while not replay.ended:
        replay.run()
        if rows:
            yield _batch(arrow, replay, kind, numpy.concatenate(rows), texts)
            rows.clear()
            count = 0
            for kept in texts.values():
                kept.clear()


def _batch(arrow: Any, replay: Source, kind: type[Record], rows: Any, texts: dict[str, list[Any]]) -> Any:
    schema = schema_of(kind)
    symbols = replay.state.symbols
    names = numpy.array([None, *(symbols[number] for number in range(1, len(symbols) + 1))], dtype=object)
    labels = [replay.decoders[number].label if number in replay.decoders else "" for number in range(
        max(replay.decoders) + 1)]  # fmt: skip
    known = rows["known"]
    columns = [
        arrow.array(names[rows["symbol"]], arrow.string()),
        arrow.DictionaryArray.from_arrays(rows["stream"].astype(numpy.int32), labels),
        arrow.array(rows["flags"]),
        _times(arrow, rows["ts_event"], None),
        _times(arrow, rows["ts_recv"], None),
        arrow.array(rows["seq"]),
    ]
    for field in _fields(kind):
        unknown = (known >> numpy.uint64(field["bit"])) & numpy.uint64(1) == 0
        columns.append(_column(arrow, field, rows, unknown, texts))
    return arrow.RecordBatch.from_arrays(columns, schema=schema)


def _times(arrow: Any, values: Any, unknown: Any) -> Any:
    none = values == UNKNOWN_TIME
    return arrow.array(values, arrow.timestamp("ns", tz="UTC"), mask=none if unknown is None else none | unknown)


def _column(arrow: Any, field: dict[str, Any], rows: Any, unknown: Any, texts: dict[str, list[Any]]) -> Any:
    name, type_ = field["name"], field["type"]
    if type_ in ("long", "data"):
        return arrow.array(texts[name], arrow.string() if type_ == "long" else arrow.binary())
    values = rows[name]
    if type_ == "time":
        return _times(arrow, values, unknown)
    if type_ == "text":
        return arrow.array(numpy.char.decode(values, "utf-8", "replace"), arrow.string(), mask=unknown)
    if type_ == "enum":
        members = getattr(enums, field["enum"])
        words = [member.name for member in members]
        place = numpy.zeros(256, dtype=numpy.int32)
        for number, member in enumerate(members):
            place[int(member)] = number
        return arrow.DictionaryArray.from_arrays(arrow.array(place[values], mask=unknown), words)
    if type_ == "bool":
        return arrow.array(values.astype(bool), mask=unknown)
    return arrow.array(values, mask=unknown)
