"""What ties an engine to its journal."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence

from tickfold.engine.decoder import Decoder
from tickfold.engine.journal import EntryType
from tickfold.journal.settings import Journal, JournalStats
from tickfold.net.stream import Stream
from tickfold.schema import registry


class Recording:
    """Writes what comes into the decoders of an engine to its journal, while it is open."""

    def __init__(
        self,
        journal: str | os.PathLike[str] | Journal,
        streams: Sequence[tuple[Stream, Decoder]],
        limits: Mapping[str, int | None],
    ) -> None:
        from importlib.metadata import version  # who writes no journal need not wait for these at the start

        from tickfold.journal.writer import Writer, describe, table_hash

        if not isinstance(journal, Journal):
            journal = Journal(journal)
        described = [
            {
                "number": decoder.stream, "label": decoder.label, "table": stream.table,
                "table_hash": table_hash(registry.table(stream.table)), "options": dict(stream.decoder_options),
            }
            for stream, decoder in streams
        ]  # fmt: skip
        self._writer = Writer(journal, describe(described, limits, version("tickfold")))
        self._decoders = [decoder for _, decoder in streams]
        self._state = self._decoders[0].state

    def open(self) -> None:
        """Begins the journal or its next part. Raises ConfigError where it cannot be written."""
        self._writer.open()
        self._state.on_change = self._changed
        for decoder in self._decoders:
            decoder.journal = self._writer.log

    async def close(self) -> None:
        """Ends the journal in order, once nothing comes any more."""
        for decoder in self._decoders:
            decoder.journal = None
        self._state.on_change = None
        self._writer.end()
        await asyncio.shield(asyncio.to_thread(self._writer.close))

    def _changed(self, what: str, *arguments: int | None) -> None:
        """Rows are about to be changed otherwise than by a message."""
        seq = self._decoders[0].dispatcher.last_seq
        self._writer.log.note(EntryType[what.upper()], 0, time.time_ns(), seq, arguments)

    @property
    def stats(self) -> JournalStats:
        """As it stands now."""
        writer = self._writer
        return JournalStats(writer.path, writer.log.entries, writer.log.lost, writer.bytes, writer.failure)
