"""A piece of a journal as a journal of its own."""

import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tickfold.journal.format import PADDING, BlockKind, Head, packed
from tickfold.journal.reader import Block, Reader
from tickfold.schema.errors import ConfigError

ENTRY: Final = struct.Struct("<IHBBqQ")  # Entry of engine/journal.pxd
NESTED: Final = 1


def cut(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    since: int | None = None,
    until: int | None = None,
) -> int:
    """Writes the entries between two times, ns UTC and both included, to a new journal; returns how many.

    Its replay begins with empty rows: what came before is not in it. Raises ConfigError where `output` exists.
    """
    reader, count = Reader(path), 0
    if Path(output).exists():
        raise ConfigError(f"{output} exists, and no journal is overwritten: give another name")
    with Path(output).open("xb") as out:
        header = reader.header | {"part": 0, "cut": {"since": since, "until": until}}
        out.write(packed(Head(BlockKind.HEADER), json.dumps(header).encode()))
        for block in reader:
            kept = [
                entry for entry in _entries(block) if (since is None or entry[0] >= since)
                and (until is None or entry[0] <= until)
            ]  # fmt: skip
            if kept:
                data = b"".join(bytes_ for _, _, bytes_ in kept) + bytes(PADDING)
                head = Head(
                    BlockKind.ENTRIES, first=count, count=len(kept), began=kept[0][0], ended=kept[-1][0], seq=kept[0][1]
                )
                out.write(packed(head, data))
                count += len(kept)
        out.write(packed(Head(BlockKind.END), json.dumps({"entries": count}).encode()))
    return count


def _entries(block: Block) -> Iterator[tuple[int, int, bytes]]:
    """Time, seq and bytes of each entry; what is nested in a message counts as of the message's time."""
    at, end, time = 0, len(block.data) - PADDING, 0
    while at < end:
        size, _, _, flags, own, seq = ENTRY.unpack_from(block.data, at)
        time = time if flags & NESTED else own
        yield time, seq, block.data[at : at + ENTRY.size + size]
        at += ENTRY.size + size
