"""How long to wait before the next attempt to connect."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tickfold.schema.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Exponential waiting with jitter.

    initial    seconds before the second attempt
    maximum    the longest wait
    factor     each wait is this much longer than the one before
    jitter     part of each wait that is left to chance: 0.25 waits between 75 % and 100 % of it, so that many clients
               do not come back in step
    attempts   attempts in a row that may fail before the engine gives up; None never gives up

    A connection that became ready begins the count anew.
    """

    initial: float = 0.5
    maximum: float = 60.0
    factor: float = 2.0
    jitter: float = 0.25
    attempts: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.initial <= self.maximum:
            raise ConfigError(f"initial={self.initial}, maximum={self.maximum}: give 0 <= initial <= maximum seconds")
        if not self.factor >= 1:
            raise ConfigError(f"factor={self.factor}: give 1 or more, so that waits do not shrink")
        if not 0 <= self.jitter <= 1:
            raise ConfigError(f"jitter={self.jitter}: give a part between 0 and 1")
        if self.attempts is not None and self.attempts < 1:
            raise ConfigError(f"attempts={self.attempts}: give 1 or more, or None to try for ever")

    def waits(self, random: Random | None = None) -> Iterator[float]:
        """The waits between the attempts, in seconds; ends where no further attempt is allowed."""
        random = random or Random()
        wait, attempt = self.initial, 1
        while self.attempts is None or attempt < self.attempts:
            yield wait * (1 - self.jitter * random.random())
            wait = min(wait * self.factor, self.maximum)
            attempt += 1
