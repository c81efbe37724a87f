"""What to say to it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Unpack

from tickfold.engine.records import Ack
from tickfold.venues.base import Dialogue, Liveness, Opening, Said, Stream, StreamOptions, symbols

LIVENESS = Liveness(ping_after=10.0, dead_after=30.0)


class Lamps(Stream):
    """The quotes of lamps, and the ships on their way to them."""

    table: ClassVar[str] = "lighthouse"
    lamps: tuple[str, ...]

    def __init__(self, url: str, *, lamps: Iterable[str], **options: Unpack[StreamOptions]) -> None:
        super().__init__(url, "lighthouse lamps", LIVENESS, options)
        self._put(lamps=symbols("lamps", lamps))

    async def open(self, *, again: bool) -> Opening:
        return Opening(self.url, {}, LampsDialogue(self.lamps))


class LampsDialogue(Dialogue):
    """Welcome → light → lit: ready."""

    def __init__(self, lamps: Sequence[str]) -> None:
        self._lamps = lamps

    def opened(self, now: float) -> Said:
        return ()  # the tower speaks first

    def record(self, record: Any, now: float) -> Said:
        if not isinstance(record, Ack):
            return ()
        if record.action == "welcome":
            return (json.dumps({"do": "light", "lamps": self._lamps}),)
        self.ready = record.action == "lit"
        return ()
