"""What an engine tells of its streams' connections, held against what it promises.

    ready (lost ready Gap)*        of each stream, in this order

A stream may be lost at any time, also while nothing is wrong with the network: a machine under load may keep a venue
from answering in time. The Gap comes with the next connection that is ready. So who counts waits for `engine.ready`
first: until then the last loss may have none.
"""

import tickfold as tf


class Continuity:
    """Listens to all streams of an engine, from before its start."""

    def __init__(self, engine: tf.Engine) -> None:
        self._told: dict[str, list[tf.SessionState | tf.Gap]] = {stream.label: [] for stream in engine.streams}
        engine.on(tf.SessionState, self._note, changed=["connected"])
        engine.on(tf.Gap, self._note)

    def _note(self, record: tf.SessionState | tf.Gap) -> None:
        if record.topic in self._told and not (isinstance(record, tf.Gap) and record.reason != "reconnected"):
            self._told[record.topic].append(record.copy())

    def words(self, label: str) -> list[str]:
        """What was told of a stream: "ready", "lost" and "gap"."""
        return [self._word(record) for record in self._told[label]]

    @staticmethod
    def _word(record: tf.SessionState | tf.Gap) -> str:
        return "gap" if isinstance(record, tf.Gap) else "ready" if record.connected else "lost"

    @property
    def losses(self) -> int:
        """Of all streams."""
        return sum(self.words(label).count("lost") for label in self._told)

    @property
    def gaps(self) -> int:
        """That came of losses, of all streams."""
        return sum(self.words(label).count("gap") for label in self._told)

    def wrong(self, stats: list[tf.StreamStats]) -> list[str]:
        """What is wrong with it, as of when all streams are ready.

        stats   the engine's: no more connections may have been lost than were told
        """
        found = []
        for one in stats:
            words, told = self.words(one.label), self._told[one.label]
            cycles = words.count("lost")
            if words != ["ready", *["lost", "ready", "gap"] * cycles] or one.drops > cycles:
                why = [record.text for record in told if isinstance(record, tf.SessionState) and not record.connected]
                found.append(f"{one.label}: {one.drops} drops, told {' '.join(words[-8:])}; the last: {why[-1:]}")
                continue
            for lost, gap in zip(told[1::3], told[3::3], strict=True):
                assert isinstance(gap, tf.Gap)
                if not (gap.ts_from or 0) <= lost.ts_recv <= (gap.ts_to or 0):
                    found.append(f"{one.label}: lost at {lost.ts_recv}, which is not in {gap!r}")
        return found
