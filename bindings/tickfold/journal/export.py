"""Records of a journal as Parquet, CSV or Arrow files."""

import os
from collections.abc import Callable
from typing import Any, Literal

from tickfold.engine.records import Record
from tickfold.journal.columns import arrow_module, batches_of, schema_of
from tickfold.journal.replay import Replay
from tickfold.schema.errors import ConfigError


def export(
    path: str | os.PathLike[str],
    kind: str | type[Record],
    to: Literal["parquet", "csv", "arrow"],
    output: str | os.PathLike[str],
    progress: Callable[[float], object] | None = None,
) -> int:
    """Writes the records of a kind to a file, a batch at a time; returns how many.

    Columns are those of the record: header, then fields. What was never stated is null; times are timestamps in ns UTC;
    enums and streams are words. Raises ConfigError for a wrong kind or form.
    """
    arrow = arrow_module()
    schema, count = schema_of(kind), 0
    with _writer(arrow, to, os.fspath(output), schema) as writer:
        for batch in batches_of(Replay(path, progress=progress), kind):
            writer.write_batch(batch) if to != "csv" else writer.write(arrow.Table.from_batches([batch]))
            count += batch.num_rows
    return count


def _writer(arrow: Any, to: str, output: str, schema: Any) -> Any:
    if to == "parquet":
        from pyarrow import parquet  # type: ignore[import-untyped,unused-ignore]

        return parquet.ParquetWriter(output, schema, compression="zstd")
    if to == "csv":
        from pyarrow import csv  # type: ignore[import-untyped,unused-ignore]

        return csv.CSVWriter(output, schema)
    if to == "arrow":
        return arrow.ipc.new_file(output, schema)
    raise ConfigError(f'to={to!r}: give "parquet", "csv" or "arrow"')
