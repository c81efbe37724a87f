"""A piece of a journal as a journal of its own."""

import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from tickfold.engine.journal import ENTRY_HEAD, NESTED, PADDING, EntryType
from tickfold.engine.records import Record
from tickfold.journal.format import BlockKind, Head, packed
from tickfold.journal.reader import Block, Reader
from tickfold.journal.redact import Redaction
from tickfold.journal.replay import END_OF_TIME, Replay
from tickfold.schema import registry
from tickfold.schema.errors import ConfigError, JournalError

#: Which arguments of an entry are texts.
WORDS: Final[dict[int, tuple[int, ...]]] = {
    EntryType.ANNOUNCE: (1, 2), EntryType.GAP: (2, 3), EntryType.LAG: (1, 2)
}  # fmt: skip


def cut(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    since: int | None = None,
    until: int | None = None,
    redact: bool = False,
) -> int:
    """Writes the entries between two times, ns UTC and both included, to a new journal; returns how many.

    Of blocks that begin and end outside of these times only the heads are read. The new journal's replay begins with
    empty rows: what came before is not in it. With `redact` accounts, ids and texts are replaced (see
    tickfold.journal.redact), and both are played: JournalError where other records come of it than before; the new
    journal stays. Raises ConfigError where `output` exists.
    """
    if Path(output).exists():
        raise ConfigError(f"{output} exists, and no journal is overwritten: give another name")
    if not redact:
        reader = Reader(path)
        header = reader.header | {"part": 0, "cut": {"since": since, "until": until}}
        return _write(reader, header, output, since, until)
    with tempfile.TemporaryDirectory() as folder:
        piece = Path(folder) / "piece.tfj"
        cut(path, piece, since=since, until=until)
        count = _redact(piece, output)
        _check(piece, output)
    return count


def _write(
    reader: Reader,
    header: dict[str, Any],
    output: str | os.PathLike[str],
    since: int | None = None,
    until: int | None = None,
    change: Callable[[bytes], bytes] = bytes,
) -> int:
    began, ended = (-END_OF_TIME if since is None else since), (END_OF_TIME if until is None else until)

    def wanted(head: Head) -> bool:
        return max(head.began, head.ended) >= began and min(head.began, head.ended) <= ended

    count = 0
    with Path(output).open("xb") as out:
        out.write(packed(Head(BlockKind.HEADER), json.dumps(header).encode()))
        for block in reader.blocks(wanted):
            kept = [entry for entry in _entries(block) if began <= entry[0] <= ended]
            if kept:
                data = b"".join(change(bytes_) for _, _, bytes_ in kept) + bytes(PADDING)
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
        size, _, _, flags, own, seq = ENTRY_HEAD.unpack_from(block.data, at)
        time = time if flags & NESTED else own
        yield time, seq, block.data[at : at + ENTRY_HEAD.size + size]
        at += ENTRY_HEAD.size + size


def _redact(piece: Path, output: str | os.PathLike[str]) -> int:
    reader = Reader(piece)
    streams = reader.header["streams"]
    redaction = Redaction({stream["number"]: registry.table(stream["table"]) for stream in streams})
    for stream in streams:
        for party in stream["options"].get("parties") or ():
            redaction.learn_id(party.encode())
    for block in reader:
        for _, _, entry in _entries(block):
            _, stream, type_, *_ = ENTRY_HEAD.unpack_from(entry)
            if type_ == EntryType.PAYLOAD:
                redaction.learn(stream, entry[ENTRY_HEAD.size :])

    def change(entry: bytes) -> bytes:
        _, stream, type_, *rest = ENTRY_HEAD.unpack_from(entry)
        data = entry[ENTRY_HEAD.size :]
        if type_ == EntryType.PAYLOAD:
            data = redaction.redact(stream, data)
        elif type_ in WORDS:
            arguments = json.loads(data)
            for place in WORDS[type_]:
                arguments[place] = redaction.own(arguments[place])
            data = json.dumps(arguments).encode()
        return ENTRY_HEAD.pack(len(data), stream, type_, *rest) + data

    header = _renamed(reader.header, redaction) | {"engine": str(uuid.uuid4()), "redacted": True}
    return _write(reader, header, output, change=change)


def _renamed(value: Any, redaction: Redaction) -> Any:
    """The header with the ids in it replaced."""
    if isinstance(value, str):
        return redaction.own(value)
    if isinstance(value, dict):
        return {key: _renamed(one, redaction) for key, one in value.items()}
    return [_renamed(one, redaction) for one in value] if isinstance(value, list) else value


def _check(piece: Path, output: str | os.PathLike[str]) -> None:
    for number, (before, after) in enumerate(zip_longest(_numbers(piece), _numbers(output))):
        if before != after:
            raise JournalError(
                f"{output} is redacted, but plays otherwise than before: its record {number:,} is {after}, not {before}"
            )


def _numbers(path: str | os.PathLike[str]) -> Iterator[tuple[str, int, int, dict[str, Any]]]:
    """Kind, seq, flags and all numbers of each record."""
    replay = Replay(path)
    found: list[tuple[str, int, int, dict[str, Any]]] = []

    def note(record: Record) -> None:
        numbers = {
            name: value for name, value in record.as_dict().items() if not isinstance(value, str | bytes | list)
        }
        found.append((type(record).__name__, record.seq, int(record.flags), numbers))

    replay.on(Record, note)
    while replay.step() is not None:
        yield from found
        found.clear()
    yield from found
