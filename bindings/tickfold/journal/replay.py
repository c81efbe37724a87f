"""A journal played again: the same callbacks, rows and batches as in the engine that wrote it."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tickfold.engine.callbacks import Callbacks
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.fields import layout
from tickfold.engine.orders import Orders
from tickfold.engine.records import Record
from tickfold.engine.replay import Player
from tickfold.engine.state import State
from tickfold.journal.format import Head
from tickfold.journal.reader import Block, Reader
from tickfold.journal.writer import table_hash
from tickfold.net.tables import Tables
from tickfold.schema import registry
from tickfold.schema.drift import Drift
from tickfold.schema.errors import ConfigError, JournalError

END_OF_TIME = 2**63 - 1
STEP = 0.001  # seconds of the recorded time that are played at a time, where the pace is kept


class Replay(Callbacks, Tables):
    """An engine without sockets, fed by a journal.

        replay = tf.replay("day.tfj")

        @replay.on(tf.Quote)
        def on_quote(quote): ...

        replay.run()

    path      of the journal's first part; the parts that follow it are played too
    speed     None plays as fast as it goes; 1.0 at the pace of the recording, 10.0 ten times as fast
    start     a datetime with a time zone, or ns UTC: what came before it is folded into the rows without a callback
    fold      False: what came before `start` is passed over unread, from block to block, and the rows begin empty; only
              what stands before it in its own block, 64 KiB, is folded
    progress  called about every 64 KiB with the share of the journal that has been played, 0.0 to 1.0

    Records, their `seq`, masks and flags are those of the recording, byte for byte, where the same version of tickfold
    plays it; `diverged` says whether that was so.

    Raises JournalError where it is no journal, and ConfigError for wrong arguments.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        speed: float | None = None,
        start: datetime | int | None = None,
        fold: bool = True,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        if speed is not None and not speed > 0:
            raise ConfigError(f"speed={speed}: give a factor above 0, or None to play as fast as it goes")
        if isinstance(start, datetime):
            if start.tzinfo is None:
                raise ConfigError(f"start={start!r} has no time zone: give datetime(…, tzinfo=UTC), or ns UTC")
            start = int(start.timestamp() * 1e9)
        self._reader = Reader(path)
        self._speed, self._start, self._progress = speed, start, progress
        header = self._reader.header
        try:
            self.state = State(**header["limits"])
            self._orders = Orders(self.state)
            self._dispatcher = Dispatcher()
            self.decoders: dict[int, Decoder] = {
                stream["number"]: Decoder(
                    registry.table(stream["table"]), state=self.state, dispatcher=self._dispatcher,
                    stream=stream["number"], label=stream["label"], **stream["options"],
                )
                for stream in header["streams"]
            }  # fmt: skip
        except (KeyError, TypeError) as error:
            raise JournalError(f"{path}: its header does not say all that is needed: {error!r}") from error
        #: What differs between the version that wrote the journal and this one: "" if nothing does.
        self.other = _differences(header)
        self._player = Player(self.state, self._orders, self._dispatcher, self.decoders)
        self._blocks = self._reader.blocks(self._wanted if start is not None and not fold else lambda _: True)
        self._block: Block | None = None  # that is being played
        self._reached = False  # the block with the start
        self._clock: tuple[float, int] | None = None  # a moment, and the recorded time that is played at it
        self._dispatcher.silent = start is not None
        #: All of the journal has been played.
        self.ended = False

    def run(self) -> None:
        """Plays the journal to its end, or until `stop` is called; another call goes on where this one has ended.

        Raises CallbackError where a callback raised, and JournalError where the journal is damaged: what stands before
        the damage has been played.
        """
        player = self._player
        player.stopping = False
        while not player.stopping and self._load():
            if player.play(self._until()):
                self._block = None
                if self._progress is not None:
                    self._progress(min(1.0, self._reader.played / max(1, self._reader.total)))
            elif not player.stopping:
                self._wait()
        for decoder in self.decoders.values():
            decoder.flush()  # batches that were cut off by stop(), or by the journal's end

    def step(self) -> bytes | None:
        """Plays the next message and what comes before it; returns the message, or None at the end of the journal."""
        while self._load():
            payload: bytes | None = self._player.step()
            if payload is not None:
                return payload
            self._block = None
        return None

    def _load(self) -> bool:
        """Whether a block is at hand, or there is another one."""
        if self._block is None:
            self._block = next(self._blocks, None)
            if self._block is None:
                self.ended = True
                return False
            self._player.load(self._block.data)
        return True

    def _wanted(self, head: Head) -> bool:
        """Whether a block is to be played: the one with the start, and all behind it."""
        self._reached = self._reached or self._start is None or max(head.began, head.ended) >= self._start
        return self._reached

    def stop(self) -> None:
        """Has `run` return behind the message at hand; for callbacks, and for other threads."""
        self._player.stopping = True

    def _until(self) -> int:
        """The recorded time up to which may be played now."""
        if self._start is not None:
            return self._start - 1
        if self._speed is None:
            return END_OF_TIME
        if self._clock is None:
            return self._player.time
        began, at = self._clock
        return at + int((time.monotonic() - began) * self._speed * 1e9)

    def _wait(self) -> None:
        """There is more in the block than may be played now."""
        if self._start is not None:
            self._start, self._dispatcher.silent = None, False
        elif self._clock is None:
            self._clock = time.monotonic(), self._player.next_time
        else:
            time.sleep(STEP)

    # what came of it

    @property
    def header(self) -> dict[str, Any]:
        """What the journal says of itself: version, layout, streams with their tables and options, limits."""
        return self._reader.header

    @property
    def stream(self) -> int:
        """The number of the stream whose message `step` has played last."""
        return self._player.stream

    @property
    def time(self) -> int:
        """The recorded time that has been reached, ns UTC; 0 before the first entry."""
        return self._player.time

    @property
    def entries(self) -> int:
        """How many entries have been played: messages, ends of reads, and what the sessions told."""
        return self._player.entries

    @property
    def messages(self) -> int:
        """How many messages have been played."""
        return self._player.payloads

    @property
    def total_bytes(self) -> int:
        """Bytes of all parts of the journal; 0 before anything was played."""
        return self._reader.total

    @property
    def lost(self) -> int:
        """Entries that the recording could not keep: the disk was full, or too slow."""
        return self._reader.lost

    @property
    def torn(self) -> int:
        """Bytes at the end that are no whole block: the writer was killed. They are left out."""
        return self._reader.torn

    @property
    def complete(self) -> bool:
        """Whether the journal was ended in order, once all of it has been played."""
        return self._reader.complete

    @property
    def diverged(self) -> int | None:
        """The first entry before which more records were made than in the recording; None: there is none."""
        return self._player.diverged

    def drift(self) -> list[Drift]:
        """What the tables do not know, of all streams: see Decoder.drift."""
        return [one for decoder in self.decoders.values() for one in decoder.drift()]

    def to_pandas(self, kind: str | type[Record]) -> Any:
        """Plays all, and returns the records of a kind as a pandas.DataFrame, a column a field; unknown is null."""
        return self._table(kind).to_pandas()

    def to_polars(self, kind: str | type[Record]) -> Any:
        """The same as a polars.DataFrame."""
        import polars  # type: ignore[import-not-found,unused-ignore]

        return polars.from_arrow(self._table(kind))

    def _table(self, kind: str | type[Record]) -> Any:
        from tickfold.journal.columns import collect

        return collect(self, kind)


def _differences(header: dict[str, Any]) -> str:
    found = []
    if header.get("layout") != layout()["hash"]:
        found.append("the layout of records")
    found += [
        f"the table of {stream['table']}" for stream in header["streams"]
        if stream.get("table_hash") != table_hash(registry.table(stream["table"]))
    ]  # fmt: skip
    return ", ".join(found)
