"""What a venue has answered of what it was asked for, where it answers each subscription by the first data of it.

    asked for      an answer is waited for
    answered       it stands
    refused        it does not stand; the venue's Error has said so
    no answer      told once, ANSWERED_WITHIN seconds after it was asked for

Of some of it a stream waits for the answer before it counts as settled, LISTED_WITHIN seconds at most: a venue may have
nothing to say. What is not answered by then is told, and the stream goes on without it.
"""

from collections.abc import Iterable
from typing import Final

from tickfold.net.subscriptions import Item, Subscriptions, by_name, named
from tickfold.venues.base import Dialogue, Said

__all__ = ["ANSWERED_WITHIN", "LISTED_WITHIN", "Answered", "Answers"]

#: Seconds after which a subscription that was not answered is told.
ANSWERED_WITHIN: Final = 10.0

#: Seconds for which a stream waits for what must be answered first.
LISTED_WITHIN: Final = 5.0


class Answers:
    """The answers of one connection. `now` is in seconds of any monotonic clock."""

    def __init__(self) -> None:
        self.standing = Subscriptions()
        self._waiting: dict[Item, float] = {}  # until when it should be answered
        self._first: dict[Item, None] = {}  # what the stream waits for
        self._until = 0.0  # until when it waits

    def ask(self, items: Iterable[Item], now: float, *, first: bool = False) -> None:
        """These are asked for now. `first`: the stream waits for their answers."""
        for item in items:
            self._waiting[item] = now + ANSWERED_WITHIN
            if first:
                self._first[item] = None
                self._until = now + LISTED_WITHIN

    def answered(self, items: Iterable[Item]) -> None:
        for item in items:
            self._waiting.pop(item, None)
            self._first.pop(item, None)
            self.standing.add(item[0], (item[1],))

    def ended(self, items: Iterable[Item]) -> None:
        """They were refused, or unsubscribed: no answer is waited for."""
        for item in items:
            self._waiting.pop(item, None)
            self._first.pop(item, None)
            self.standing.remove(item[0], (item[1],))

    def awaits(self, item: Item) -> bool:
        """Whether it is not answered yet."""
        return item in self._waiting

    @property
    def waiting(self) -> list[Item]:
        """What is not answered yet."""
        return list(self._waiting)

    @property
    def open(self) -> bool:
        """Whether anything is not answered yet."""
        return bool(self._waiting)

    @property
    def settled(self) -> bool:
        """Whether everything has been answered that the stream waits for, or it waits no longer."""
        return not self._first

    def tick(self, now: float) -> tuple[str, ...]:
        """What is to be told by now, in words."""
        if self._first and now >= self._until:
            return self.overdue()
        late = [item for item, until in self._waiting.items() if now >= until]
        for item in late:
            del self._waiting[item]
        return (f"no answer to {_words(late)} within {ANSWERED_WITHIN:.0f} s",) if late else ()

    def enough(self) -> None:
        """The stream waits no longer: it has what it needs."""
        self._first.clear()

    def overdue(self) -> tuple[str, ...]:
        """The stream waits no longer. What is missing, in words."""
        late = list(self._first)
        self._first.clear()
        return (f"no answer to {_words(late)} yet: going on without",) if late else ()


class Answered(Dialogue):
    """A dialogue of such a venue: it is settled when the answers have come that the stream waits for."""

    def __init__(self) -> None:
        self._answers = Answers()

    @property
    def settled(self) -> bool:
        return self._answers.settled

    def overdue(self, now: float) -> Said:
        self.words = self._answers.overdue()
        return ()


def _words(items: Iterable[Item]) -> str:
    return named(by_name(items))
