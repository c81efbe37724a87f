"""The bytes of a journal.

A journal is one file, or several parts: day.tfj, day.1.tfj, day.2.tfj … A part is a row of blocks:

    HEADER   JSON: who wrote it, its streams, their tables and options, the limits of the tables of rows
    ENTRIES  what came in, as engine/journal.pyx lays it out
    …
    END      JSON: how many entries there are. Missing where the writer did not end in order

Each block is 64 bytes (HEAD), then what it holds, as its Codec says. All integers are little-endian. Both CRCs are
CRC32C: one over the stored bytes, one over the head in front of it. Blocks hold about 64 KiB of entries.

Why no index: heads say how long their block is and when it begins, so a reader finds a time by going from head to head.
"""

import struct
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, NamedTuple

from tickfold.engine.journal import crc32c
from tickfold.schema.errors import JournalError

MAGIC: Final = b"TFJB"
VERSION: Final = 1
HEAD: Final = struct.Struct("<4sBBHIIQIIqqQII")
MOST: Final = 64 << 20  # bytes that a block may hold: more than any message an engine takes


class BlockKind(IntEnum):
    HEADER = 0
    ENTRIES = 1
    END = 2


class Codec(IntEnum):
    PLAIN = 0  # entries with 64 zeros behind them
    ZSTD = 1  # the same as a zstd frame
    COLUMNS = 2  # a zstd frame; the heads of entries are in front, byte by byte: engine.journal.split


@dataclass(frozen=True)
class Head:
    """What stands in front of a block. Times are ns UTC, 0 where a block has no entries."""

    kind: BlockKind
    codec: Codec = Codec.PLAIN
    stored: int = 0  # bytes in the file
    raw: int = 0  # bytes once decompressed
    first: int = 0  # number of the first entry, counted over all parts
    count: int = 0  # entries
    began: int = 0  # time of the first entry
    ended: int = 0  # time of the last entry
    seq: int = 0  # of the last record before the first entry
    crc: int = 0  # of the stored bytes

    def pack(self) -> bytes:
        front = HEAD.pack(
            MAGIC, VERSION, self.kind, self.codec, self.stored, self.raw, self.first, self.count, 0, self.began,
            self.ended, self.seq, self.crc, 0,
        )[:-4]  # fmt: skip
        return front + struct.pack("<I", crc32c(front))


class Place(NamedTuple):
    """Where in a journal something is wrong."""

    path: str
    offset: int

    def fault(self, what: str) -> JournalError:
        return JournalError(f"{self.path}, byte {self.offset:,}: {what}")


def packed(head: Head, data: bytes) -> bytes:
    """A block as it stands in a file, not compressed."""
    return replace(head, codec=Codec.PLAIN, stored=len(data), raw=len(data), crc=crc32c(data)).pack() + data


def unpack(data: bytes, place: Place) -> Head:
    """The head of a block; raises JournalError where it is damaged or none."""
    if data[:4] != MAGIC:
        raise place.fault("no block begins here; the file is damaged, or no journal of tickfold")
    if struct.unpack_from("<I", data, HEAD.size - 4)[0] != crc32c(data[: HEAD.size - 4]):
        raise place.fault("the head of a block is damaged (its CRC32C differs)")
    _, version, kind, codec, stored, raw, first, count, _, began, ended, seq, crc, _ = HEAD.unpack(data)
    if version != VERSION:
        raise place.fault(f"a journal of version {version}; this tickfold reads version {VERSION}")
    try:
        kind, codec = BlockKind(kind), Codec(codec)
    except ValueError as error:
        raise place.fault(f"a block of an unknown form ({error})") from None
    if raw > MOST or stored > MOST:
        raise place.fault(f"a block of {max(raw, stored):,} bytes, more than the {MOST:,} that one may have")
    return Head(kind, codec, stored, raw, first, count, began, ended, seq, crc)
