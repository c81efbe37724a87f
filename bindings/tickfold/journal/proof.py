"""Whether two runs are the same: hashes of all records and rows."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from tickfold.engine import records as kinds
from tickfold.engine.callbacks import Callbacks
from tickfold.engine.records import Fill, Record
from tickfold.engine.replay import Collector
from tickfold.engine.state import State
from tickfold.journal.reader import faults
from tickfold.journal.replay import Replay

BLOCKS: Final = 1000  # blocks from one hash to the next


class RecordHash:
    """The hash of every record that an Engine, a Replay or a Decoder hands on, in their order; `of`: of these kinds."""

    def __init__(self, host: Callbacks, of: Iterable[type[Record]] | None = None) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self._records = Collector()
        on: Any = host.on
        for kind in kinds.KINDS.values() if of is None else of:
            amended = {"amendments": True} if kind is Fill else {}
            on(kind, native=self._records.address, context=self._records.context, **amended)

    def take(self) -> bytes:
        """The bytes of the records since the last call, which are hashed too."""
        data: bytes = self._records.take()
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """Of all records so far; 32 hexadecimal digits."""
        self.take()
        return self._hash.hexdigest()


def hash_of_rows(state: State) -> str:
    """Of all rows of all tables and of all levels of the books; 32 hexadecimal digits."""
    found = hashlib.blake2b(digest_size=16)
    for table in (state.quotes, state.stats, state.instruments, state.orders, state.fills, state.positions,
                  state.balances, state.pnl):  # fmt: skip
        found.update(table.array.tobytes())
    for book in state.books:
        found.update(f"{book.stream}\0{book.symbol}\0".encode())
        for side in (book.bids, book.asks):
            found.update(side.array.tobytes())
    return found.hexdigest()


class Proof(NamedTuple):
    """Hashes after so many blocks. `faults` says, at the end, what went wrong when the journal was written."""

    blocks: int
    entries: int
    records: str
    rows: str
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.blocks:>8} blocks  {self.entries:>12} entries  records {self.records}  rows {self.rows}"


def verify(
    path: str | os.PathLike[str], *, of: Iterable[type[Record]] | None = None, **options: Any
) -> Iterator[Proof]:
    """Plays a journal; gives a Proof each 1,000 blocks, and one of the whole at the end.

    `of` are the kinds of records that are hashed; None: all. `options` are those of Replay. Raises JournalError where
    the journal is damaged.
    """
    blocks = 0

    def count(share: float) -> None:
        nonlocal blocks
        blocks += 1
        hashed.take()
        if blocks % BLOCKS == 0:
            replay.stop()

    replay = Replay(path, progress=count, **options)
    hashed = RecordHash(replay, of)
    while not replay.ended:
        replay.run()
        if replay.ended or blocks % BLOCKS == 0:
            wrong = tuple(faults(replay)) if replay.ended else ()
            yield Proof(blocks, replay.entries, hashed.hexdigest(), hash_of_rows(replay.state), wrong)


class Difference(NamedTuple):
    """The first message at which two journals differ: its number, and what each made of it."""

    message: int
    payloads: tuple[bytes | None, bytes | None]
    records: tuple[list[Record], list[Record]]


def diff(a: str | os.PathLike[str], b: str | os.PathLike[str]) -> Difference | None:
    """The first message at which two journals differ, or None where they do not.

    What is compared is what was received and what becomes of it; times of receipt and `seq` are not.
    """
    for number, (one, other) in enumerate(zip_longest(messages(a), messages(b))):
        if one is None or other is None:
            given = one or other
            assert given is not None
            left, right = (one[0], None) if one is not None else (None, given[0])
            return Difference(number, (left, right), (one[1] if one else [], other[1] if other else []))
        if one[0] != other[0] or [_plain(record) for record in one[1]] != [_plain(record) for record in other[1]]:
            return Difference(number, (one[0], other[0]), (one[1], other[1]))
    return None


def _plain(record: Record) -> dict[str, Any]:
    return record.as_dict(exact=True) | {"ts_recv": None, "seq": None}


def messages(path: str | os.PathLike[str]) -> Iterator[tuple[bytes, list[Record]]]:
    """Every payload of a journal with the records that it makes."""
    replay = Replay(path)
    found: list[Record] = []
    replay.on(Record, lambda record: found.append(record.copy()))
    while (payload := replay.step()) is not None:
        made, found[:] = list(found), []
        yield payload, made

