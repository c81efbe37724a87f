"""Two clocks of one connection, sans-I/O: whether its peer is alive, and whether its data flows. All times in seconds.

A look that comes late, because a callback or the machine held up the event loop, says nothing by itself: what was sent
meanwhile may lie unread in the socket, and a Ping that should have gone out may not have. So a peer is dead only

    * `dead_after` after its last byte, and
    * `dead_after - ping_after` after the Ping that it did not answer, and
    * where the look was late, once the event loop has had GRACE to read what lies there.

The grace is given once a silence: however often the event loop is held up, a dead peer is found.
"""

import time
from typing import Final, Literal

from tickfold.net.stream import Cadence, Liveness

__all__ = ["GRACE", "DataWatch", "PeerWatch"]

#: What data_within="learn" makes of what it has seen: see DataWatch.
LEARNED_TIMES: Final = 10.0
LEARNED_FLOOR: Final = 30.0  # seconds
LEARNED_AFTER: Final = 60.0  # seconds

#: Seconds that the event loop is given to read what came in while it was held up.
GRACE: Final = 0.2


class PeerWatch:
    """Whether the peer is alive.

    began   when the connection was opened
    """

    def __init__(self, liveness: Liveness, began: float) -> None:
        self._ping_after, self._dead_after = liveness.ping_after, liveness.dead_after
        self._heard = began
        self._pinged: float | None = None  # since it was last heard
        self._grace: float | None = None  # until when its silence is no verdict
        self.ping_due = self.dead = False  # what the last look has found

    def look(self, now: float, heard: float) -> float | None:
        """Finds out about `ping_due` (send one now) and `dead`. Returns when to look again; None: no need to.

        heard   when its last byte was read
        """
        self.ping_due = self.dead = False
        if heard > self._heard:
            self._heard, self._pinged, self._grace = heard, None, None
        if self._ping_after is not None and self._pinged is None and now >= self._heard + self._ping_after:
            self.ping_due, self._pinged = True, now
        times = []
        if self._ping_after is not None and self._pinged is None:
            times.append(self._heard + self._ping_after)
        if self._dead_after is not None:
            verdict = self._heard + self._dead_after
            if self._pinged is not None and self._ping_after is not None:
                verdict = max(verdict, self._pinged + self._dead_after - self._ping_after)
            if now > verdict + GRACE and self._grace is None:
                self._grace = now + GRACE
            if self._grace is not None:
                verdict = max(verdict, self._grace)
            self.dead = now >= verdict
            times.append(verdict)
        return min(times, default=None)

    @property
    def heard(self) -> float:
        """When its last byte was read, or the connection was opened."""
        return self._heard


class DataWatch:
    """Whether data comes as often as the user expects. It starts when the stream is ready.

    The count of data is looked at eight times within the expected seconds, and at least once a second: so exactly is it
    known when the last of it came.

    cadence   seconds, a callable that is asked for them, None, or "learn": LEARNED_TIMES the longest pause that this
              connection has had, LEARNED_FLOOR seconds at least, once data has come for LEARNED_AFTER seconds
    """

    def __init__(self, cadence: Cadence | Literal["learn"] | None, now: float, count: int) -> None:
        self._cadence: Cadence | None = self._learned if cadence == "learn" else cadence
        self._first: float | None = None  # when the first data came
        self._longest = 0.0  # pause between data and data
        self._count = count
        self._looked = now
        self._late = False
        self._expected = now  # since when data is expected
        self.since = now  # when the last data came, or the stream was ready
        self.since_ns = time.time_ns()  # the same, ns UTC
        self.came = False  # any data at all
        self.stale = False
        self.changed = False  # `stale`, by the last look
        self.flowed = False  # data had come by the last look
        self.was_silent = 0.0  # seconds without data before the data that the last look has found

    def look(self, now: float, count: int, received: float, received_ns: int) -> float:
        """Finds out about `stale` and `changed`. Returns when to look again.

        count      of data records so far
        received   when the last byte was read; received_ns: the same in ns UTC
        """
        within = self._cadence() if callable(self._cadence) else self._cadence
        stale, self.flowed = self.stale, count != self._count
        if self.flowed:
            self.was_silent = received - self.since
            if self._first is None:
                self._first = received
            else:
                self._longest = max(self._longest, self.was_silent)
            self._count, self.came, stale = count, True, False
            self.since, self.since_ns, self._expected = received, received_ns, received
        elif within is None:
            self._expected, stale = now, False
        step = 1.0 if within is None else min(1.0, within / 8)
        late = now > self._looked + 2 * step + GRACE and not self._late
        if within is not None and not self.flowed and not late:  # else what came meanwhile is yet to be read
            stale = stale or now - self._expected >= within
        self.changed, self.stale = stale != self.stale, stale
        self._looked, self._late = now, late
        return now + step if within is None or late or stale else min(now + step, max(self._expected + within, now))

    def _learned(self) -> float | None:
        if self._first is None or self.since - self._first < LEARNED_AFTER:
            return None
        return max(LEARNED_FLOOR, LEARNED_TIMES * self._longest)
