"""How long to wait before the next attempt to connect: what the user sets, and what no setting exceeds."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from tickfold.schema.errors import ConfigError

#: Attempts of one stream in any 60 seconds, whatever the settings.
ATTEMPTS_A_MINUTE: Final = 30

#: Seconds between attempts that are refused: the first wait, doubled up to the second.
REFUSED: Final = 1.0, 300.0


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Exponential waiting with jitter.

    initial    seconds before the second attempt
    maximum    the longest wait
    factor     each wait is this much longer than the one before
    jitter     part of each wait that is left to chance: 0.25 waits between 75 % and 100 % of it, so that many clients
               do not come back in step
    attempts   attempts in a row that may fail before the stream is given up; None never gives up
    refusals   of a stream that was ready once: refusals in a row (wrong credentials, wrong arguments, limits) before it
               is given up; None never gives up
    healthy_after
               seconds for which a connection must be ready to count as a success: only then waits and counts begin
               anew

    Whatever is given here, a stream makes at most ATTEMPTS_A_MINUTE attempts in any 60 s, waits for as long as the
    venue asks (Retry-After, for up to an hour), and waits from 1 s up to 5 minutes, twice as long each time, where it
    was refused.
    """

    initial: float = 0.5
    maximum: float = 60.0
    factor: float = 2.0
    jitter: float = 0.25
    attempts: int | None = None
    refusals: int | None = 60
    healthy_after: float = 30.0

    def __post_init__(self) -> None:
        if not 0 <= self.initial <= self.maximum:
            raise ConfigError(f"initial={self.initial}, maximum={self.maximum}: give 0 <= initial <= maximum seconds")
        if not self.factor >= 1:
            raise ConfigError(f"factor={self.factor}: give 1 or more, so that waits do not shrink")
        if not 0 <= self.jitter <= 1:
            raise ConfigError(f"jitter={self.jitter}: give a part between 0 and 1")
        for name in ("attempts", "refusals"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ConfigError(f"{name}={value}: give 1 or more, or None to try for ever")
        if not self.healthy_after >= 0:
            raise ConfigError(f"healthy_after={self.healthy_after}: give 0 seconds or more")

    def waits(self, random: Random | None = None) -> Iterator[float]:
        """The waits between the attempts, in seconds; ends where no further attempt is allowed."""
        random = random or Random()
        wait, attempt = self.initial, 1
        while self.attempts is None or attempt < self.attempts:
            yield wait * (1 - self.jitter * random.random())
            wait = min(wait * self.factor, self.maximum)
            attempt += 1


class Pace:
    """One stream's attempts: when the next one is due, and whether there is any. Lives as long as the stream.

    backoff   None: no attempt follows another
    clock     seconds of a monotonic clock
    """

    def __init__(
        self,
        backoff: Backoff | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._backoff = backoff
        self._clock = clock
        self._random = random or Random().random
        self._began: deque[float] = deque(maxlen=ATTEMPTS_A_MINUTE)  # when the latest attempts were made
        self.restart()

    def restart(self) -> None:
        """The engine is started: counts begin anew. The attempts of the last minute still count."""
        self._failed = self._refused = 0
        self._wait = 0.0

    def due(self) -> float:
        """Seconds until an attempt may be made without exceeding ATTEMPTS_A_MINUTE."""
        if len(self._began) < ATTEMPTS_A_MINUTE:
            return 0.0
        return max(0.0, self._began[0] + 60.0 - self._clock())

    def begin(self) -> None:
        """An attempt begins."""
        self._began.append(self._clock())

    def after(self, *, ready_for: float | None, refused: bool, retry_after: float | None) -> float | None:
        """Seconds to wait after an attempt or a connection has ended; None where none is to follow.

        ready_for     seconds for which it was ready; None: it never was
        refused       the venue refused the credentials or the request
        retry_after   seconds for which the venue wants to be left alone
        """
        backoff = self._backoff
        if backoff is None:
            return None
        if ready_for is not None and ready_for >= backoff.healthy_after:
            self.restart()
        else:
            self._failed += 1
        self._refused = self._refused + 1 if refused else 0
        if backoff.attempts is not None and self._failed >= backoff.attempts:
            return None
        if backoff.refusals is not None and self._refused > backoff.refusals:
            return None
        self._wait = min(self._wait * backoff.factor, backoff.maximum) if self._wait else backoff.initial
        wait = self._wait * (1 - backoff.jitter * self._random())
        if refused:
            first, longest = REFUSED
            wait = max(wait, min(first * 2.0 ** min(self._refused - 1, 30), longest))
        return max(wait, retry_after or 0.0, self.due())
