"""Reads the blocks of a journal, and finds what is damaged."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import zstandard

from tickfold.engine.journal import crc32c, join
from tickfold.journal.format import HEAD, BlockKind, Codec, Head, Place, unpack
from tickfold.schema.errors import JournalError


class Block(NamedTuple):
    """One block, decompressed."""

    head: Head
    data: bytes
    place: Place


def part(path: Path, number: int) -> Path:
    """day.tfj, day.1.tfj, day.2.tfj …"""
    return path if number == 0 else path.with_name(f"{path.stem}.{number}{path.suffix}")


class Told(Protocol):
    """What a journal says of its own writing."""

    @property
    def lost(self) -> int:
        """Entries that could not be kept."""

    @property
    def torn(self) -> int:
        """Bytes behind the last whole block."""

    @property
    def complete(self) -> bool:
        """It was ended in order."""


def faults(told: Told) -> list[str]:
    """What went wrong while a journal was written, a sentence each; to be asked once all of it was read."""
    found = []
    if told.lost:
        found.append(f"{told.lost:,} entries were lost when it was written")
    if told.torn:
        found.append(f"the last {told.torn:,} bytes are no whole block: its writer was killed")
    elif not told.complete:
        found.append("it was not ended in order")
    return found


class Reader:
    """A journal with all its parts, from the first block to the last.

    Where the last part ends within a block, its writer was killed while it wrote: the rest is left out, and `torn` says
    how many bytes. Anything else that is wrong is a JournalError, with the file and the byte.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.torn = 0  # bytes behind the last whole block
        self.complete = False  # its writer ended in order; known once all blocks have been read
        self.entries = 0  # in the blocks so far, with those that were lost
        self.lost = 0  # entries that the writer could not keep: their numbers are left out
        self.played = 0  # bytes that have been read
        self.total = 0  # bytes of all parts
        self._decompress = zstandard.ZstdDecompressor()
        with self._open(self.path) as file:
            self.header = self._header(file, self.path)

    def __iter__(self) -> Iterator[Block]:
        """The blocks that hold entries."""
        return self.blocks(lambda _: True)

    def blocks(self, wanted: Callable[[Head], bool]) -> Iterator[Block]:
        """The blocks that hold entries and whose head is wanted. Of the others only the heads are read."""
        self.torn, self.complete, self.entries, self.lost, self.played = 0, False, 0, 0, 0
        self.total = sum(path.stat().st_size for path in self._parts())
        for number, path in enumerate(self._parts()):
            with self._open(path) as file:
                header = self._header(file, path)
                if header["engine"] != self.header["engine"]:
                    break  # of another run, by a name that would fit
                if header["part"] != self.header["part"] + number:
                    raise Place(str(path), 0).fault(f"is part {header['part']}, not {self.header['part'] + number}")
                yield from self._entries(file, path, wanted)

    def _parts(self) -> Iterator[Path]:
        number = 0
        while (path := part(self.path, number)).exists():
            yield path
            number += 1

    def _skip_to(self, entry: int) -> None:
        """Entries that the writer has counted and not written were lost."""
        self.lost += entry - self.entries
        self.entries = entry

    def _entries(self, file: BinaryIO, path: Path, wanted: Callable[[Head], bool]) -> Iterator[Block]:
        self.complete = False
        while (found := self._head(file, path)) is not None:
            head, place = found
            entries = head.kind is BlockKind.ENTRIES
            over = entries and not wanted(head)
            block = self._pass_over(file, head, place) if over else self._body(file, head, place)
            if block is None:
                return
            if head.kind is BlockKind.END:
                self.complete = True
                self._skip_to(int(json.loads(block.data)["entries"]))
            elif entries:
                if head.first < self.entries:
                    raise place.fault(f"begins with entry {head.first}, but {self.entries} came before")
                self._skip_to(head.first)
                self.entries += head.count
                if not over:
                    yield block

    @staticmethod
    def _open(path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise JournalError(f"{path} cannot be read: {error.strerror}") from error

    def _header(self, file: BinaryIO, path: Path) -> dict[str, Any]:
        found = self._head(file, path)
        block = None if found is None else self._body(file, *found)
        if block is None or block.head.kind is not BlockKind.HEADER:
            raise Place(str(path), 0).fault("no journal: it has no header")
        try:
            header: dict[str, Any] = json.loads(block.data)
            uuid.UUID(header["engine"])
            int(header["part"])
        except (ValueError, KeyError, TypeError) as error:
            raise block.place.fault(f"the header is none: {error!r}") from None
        return header

    def _head(self, file: BinaryIO, path: Path) -> tuple[Head, Place] | None:
        """The next head, or None at the end of the file."""
        place = Place(str(path), file.tell())
        front = file.read(HEAD.size)
        if len(front) < HEAD.size:
            self.torn += len(front)
            return None
        return unpack(front, place), place

    def _pass_over(self, file: BinaryIO, head: Head, place: Place) -> Block | None:
        """Leaves out what stands behind a head; a block without data, or None where the file ends within it."""
        there = os.fstat(file.fileno()).st_size - file.tell()
        if there < head.stored:
            self.torn += HEAD.size + there
            return None
        file.seek(head.stored, os.SEEK_CUR)
        self.played += HEAD.size + head.stored
        return Block(head, b"", place)

    def _body(self, file: BinaryIO, head: Head, place: Place) -> Block | None:
        """What stands behind a head, or None where the file ends within it."""
        stored = file.read(head.stored)
        if len(stored) < head.stored:
            self.torn += HEAD.size + len(stored)
            return None
        if crc32c(stored) != head.crc:
            raise place.fault("a block is damaged (the CRC32C of its bytes differs)")
        self.played += HEAD.size + head.stored
        if head.codec is Codec.PLAIN:
            return Block(head, stored, place)
        try:
            data = self._decompress.decompress(stored, max_output_size=head.raw)
        except zstandard.ZstdError as error:
            raise place.fault(f"a block cannot be decompressed: {error}") from None
        if len(data) != head.raw:
            raise place.fault(f"a block of {head.raw} bytes decompresses to {len(data)}")
        if head.codec is Codec.COLUMNS:
            try:
                data = join(data, head.count)
            except ValueError as error:
                raise place.fault(f"a block is damaged: {error}") from None
        return Block(head, data, place)
