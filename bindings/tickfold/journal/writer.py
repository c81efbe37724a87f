"""Writes a journal: compresses blocks and writes them in a thread of its own."""

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

import zstandard

from tickfold.engine.fields import layout
from tickfold.engine.journal import BLOCK_SIZE, Block, Log, crc32c, split
from tickfold.journal.format import BlockKind, Codec, Head
from tickfold.journal.reader import part
from tickfold.journal.settings import Journal
from tickfold.net.logs import fields
from tickfold.schema.errors import ConfigError

log = logging.getLogger("tickfold")

WAITING: Final = 1024  # blocks that may wait for the disk: 64 MiB and what they hold above 64 KiB each
TOGETHER: Final = 256  # blocks that are compressed and written at once, without the GIL
LEVEL: Final = 1  # of zstd
AGAIN: Final = 1.0  # seconds until a write that has failed is tried again


def describe(streams: list[dict[str, Any]], limits: Mapping[str, int | None], version: str) -> dict[str, Any]:
    """What the header of a journal says besides its part.

    streams  number, label, table, table_hash and options of each
    limits   the arguments of State
    version  of tickfold
    """
    return {
        "format": 1, "tickfold": version, "layout": layout()["hash"], "engine": str(uuid.uuid4()),
        "limits": dict(limits), "streams": streams,
    }  # fmt: skip


def table_hash(table: object) -> str:
    """16 hexadecimal digits that change with a stream's table."""
    return hashlib.blake2b(repr(table).encode(), digest_size=8).hexdigest()


class Writer:
    """Writes the blocks of one Log. `failure` says why nothing can be written at the moment, or is None.

    Nothing here waits for the disk but the thread. Where the disk is slower than what comes, where it is full, or where
    its folder is gone, blocks are lost: that is logged, counted by the Log, and told by the numbers of the blocks that
    are written later, which leave the lost entries out.
    """

    def __init__(self, journal: Journal, header: dict[str, Any]) -> None:
        self.log = Log(self._deliver)
        self.path = Path(datetime.now(UTC).strftime(os.fspath(journal.path)))
        self.failure: str | None = None
        self.bytes = 0  # in all parts
        self.blocks = 0
        self.parts = 0
        self.synced = 0  # entries that the disk has been made to keep
        self._written = 0  # entries that are in the file, or were lost before it
        self._journal = journal
        self._header = header
        rotate = journal.rotate if isinstance(journal.rotate, int) else TOGETHER * BLOCK_SIZE
        self._together = max(1, min(TOGETHER, rotate // BLOCK_SIZE))  # a part ends between two writes
        self._blocks: SimpleQueue[Block | None] = SimpleQueue()
        self._compress = zstandard.ZstdCompressor(level=LEVEL)
        self._file: int | None = None
        self._part_size = 0
        self._part_day = 0  # days since 1970 UTC
        self._failed_at = 0.0
        self._synced_at = time.monotonic()
        self._dirty = False
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Begins the journal or, after `close`, its next part. Raises ConfigError where it cannot be written."""
        if self._thread is not None:
            if not self.log.closed:
                return
            self.close()  # it was ended, and nobody has waited for that
        try:
            self._begin_part()
        except FileExistsError:
            raise ConfigError(
                f"{part(self.path, self.parts)} exists, and no journal is overwritten: give another name, or one with "
                f"the time in it, such as {self.path.stem}-%Y%m%d-%H%M%S{self.path.suffix}"
            ) from None
        except OSError as error:
            raise ConfigError(f"the journal {self.path} cannot be written: {error.strerror}") from error
        self.log.closed = False
        self._thread = threading.Thread(target=self._run, name="tickfold journal", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Takes nothing more. `close` waits until what was taken is written."""
        if self._thread is not None and not self.log.closed:
            self.log.cut()
            self.log.closed = True
            self._blocks.put(None)

    def close(self) -> None:
        """Writes what is left and ends the journal in order. May be called twice."""
        self.end()
        thread = self._thread
        if thread is not None:
            thread.join()
            if self._thread is thread:  # nobody has opened it again meanwhile
                self._thread = None

    # in the thread of the engine

    def _deliver(self, block: Block) -> bool:
        if self._blocks.qsize() >= WAITING:
            self._fail(f"the disk is too slow: {WAITING} blocks wait")
            return False
        self._blocks.put(block)
        return True

    # in the thread of its own

    def _run(self) -> None:
        period = 1.0 if self._journal.sync is None else min(1.0, self._journal.sync)
        while True:
            try:
                block = self._blocks.get(timeout=period)
            except Empty:
                self.log.cut()
                self._sync()
                continue
            blocks = []
            while block is not None:
                blocks.append(block)
                if len(blocks) == self._together or self._blocks.empty():
                    break
                block = self._blocks.get()
            if blocks:
                self._write(blocks)
            if block is None:
                break
            if time.monotonic() - self._synced_at >= period:
                self.log.cut()
                self._sync()
        self._end()

    def _write(self, blocks: list[Block]) -> None:
        if self.failure is not None and time.monotonic() - self._failed_at < AGAIN:
            self._lose(blocks)
            return
        try:
            self._rotate(blocks[0])
            self._put(*(
                (data, Head(BlockKind.ENTRIES, Codec.COLUMNS, first=block.first, count=block.count, began=block.began,
                            ended=block.ended, seq=block.seq))
                for block, data in zip(blocks, split(blocks), strict=True)
            ))  # fmt: skip
        except OSError as error:
            self._lose(blocks)
            self._fail(error.strerror or str(error))
            return
        self.blocks += len(blocks)
        self._written = blocks[-1].first + blocks[-1].count
        self._dirty = True
        if self.failure is not None:
            lost, told = self.log.lost, fields("journal", path=str(self.path), lost=self.log.lost)
            log.warning("journal %s: it is written again; %d entries were lost so far", self.path, lost, extra=told)
            self.failure = None

    def _lose(self, blocks: list[Block]) -> None:
        for block in blocks:
            self.log.lose(block.count)

    def _put(self, *blocks: tuple[bytes, Head]) -> None:
        """Writes blocks: what they hold, and what their heads say of it. After an OSError the file ends as before.

        All are compressed at once and written at once: each time that this thread gets the GIL back may take 5 ms.
        """
        stored = self._compress.multi_compress_to_buffer([data for data, _ in blocks])
        pieces: list[Any] = []
        for number, (data, head) in enumerate(blocks):
            packed = stored[number]
            whole = replace(head, stored=len(packed), raw=len(data), crc=crc32c(packed))
            pieces += (whole.pack(), packed)
        assert self._file is not None
        out = memoryview(b"".join(pieces))
        done = 0
        try:
            while done < len(out):
                done += os.write(self._file, out[done:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._part_size)
                os.lseek(self._file, self._part_size, os.SEEK_SET)
            raise
        self._part_size += done
        self.bytes += done

    def _rotate(self, block: Block) -> None:
        """Begins a new part where it is time to, or where the file of the last one is gone."""
        rotate = self._journal.rotate
        if self._file is None or (rotate == "day" and _day(block.began) > self._part_day) or (
            isinstance(rotate, int) and self._part_size >= rotate
        ):
            if self._file is not None:
                self._finish(block.first)
            self._begin_part()

    def _begin_part(self) -> None:
        path = part(self.path, self.parts)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._part_size, self._part_day = 0, _day(time.time_ns())
        self.parts += 1
        header = self._header | {"part": self.parts - 1, "began_ns": time.time_ns()}
        self._put((json.dumps(header).encode(), Head(BlockKind.HEADER, Codec.ZSTD)))

    def _sync(self) -> None:
        """Makes the disk keep what has been written, and sees whether the file is still there."""
        self._synced_at = time.monotonic()
        if self._file is None or not self._dirty:
            return
        try:
            if self._journal.sync is not None:
                os.fdatasync(self._file)
                self.synced = self._written
            if os.fstat(self._file).st_nlink == 0:
                os.close(self._file)
                self._file = None
                self._fail("its file has been removed")
        except OSError as error:
            self._fail(error.strerror or str(error))
        self._dirty = False

    def _finish(self, entries: int) -> None:
        """Ends the part at hand in order, once there are so many entries, lost ones included."""
        assert self._file is not None
        try:
            self._put((json.dumps({"entries": entries}).encode(), Head(BlockKind.END, Codec.ZSTD)))
            if self._journal.sync is not None:
                os.fdatasync(self._file)
        finally:
            os.close(self._file)
            self._file = None

    def _end(self) -> None:
        if self._file is not None:
            try:
                self._finish(self.log.entries)
            except OSError as error:
                self._fail(error.strerror or str(error))

    def _fail(self, why: str) -> None:
        self._failed_at = time.monotonic()
        if self.failure is None:
            told = fields("journal", path=str(self.path), reason=why)
            log.error("journal %s: %s; what comes is lost until it can be written again", self.path, why, extra=told)
        self.failure = why


def _day(ns: int) -> int:
    return ns // 86_400_000_000_000
