"""What an engine is told of its journal, and what it tells."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from tickfold.schema.errors import ConfigError


@dataclass(frozen=True)
class Journal:
    """Where and how an engine writes its journal: `Engine(…, journal=tf.Journal("day.tfj"))`.

    path    of the first part. strftime's directives are filled in with the time of the start in UTC, so that each start
            has a name of its own: "day-%Y%m%d-%H%M%S.tfj". A file that exists is never overwritten
    rotate  begin a new part (day.1.tfj, day.2.tfj …) once a part has so many bytes, or with each "day" (UTC); None: one
            part
    sync    seconds within which what has come is written and the disk is made to keep it (fdatasync). None: written
            every second and left to the operating system

    Raises ConfigError where a value is none of these.
    """

    path: str | os.PathLike[str]
    rotate: int | Literal["day"] | None = None
    sync: float | None = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.path, (str, os.PathLike)):
            raise ConfigError(f'journal={self.path!r}: give a path, such as "day.tfj", or a tf.Journal')
        if self.rotate not in ("day", None) and not (isinstance(self.rotate, int) and self.rotate >= 1 << 16):
            raise ConfigError(f'rotate={self.rotate!r}: give 65,536 bytes or more, "day", or None')
        if self.sync is not None and not self.sync > 0:
            raise ConfigError(f"sync={self.sync}: give seconds above 0, or None")


class JournalStats(NamedTuple):
    """How the journal of an engine fares.

    path     of its first part
    entries  messages, ends of reads and what the sessions told, so far
    lost     of those, how many could not be kept
    bytes    in the files, all parts together
    failure  why nothing can be written at the moment; None: it is written
    """

    path: Path
    entries: int
    lost: int
    bytes: int
    failure: str | None
