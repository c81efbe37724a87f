"""Which of IBKR's topics have been answered: messages name the topic of the request that they answer.

    smd+265598+{"fields":["31"]}    {"31":"188.25", …, "topic":"smd+265598"}
    sor+{}                          {"topic":"sor","args":[…]}, or an empty list, or nothing where there are no orders
    s+md+8894                       {"84":63.41, …, "topic":"md+8894"}
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Final

from tickfold.net.subscriptions import Item
from tickfold.venues.answers import Answered, Answers

__all__ = ["Heard", "Hearing"]

_TOPIC: Final = re.compile(rb'"topic"\s*:\s*"([^"\\]+)"')


class Heard:
    """Looks for answers in the messages that come.

    answers   is told of them
    item      which subscription a topic is that of
    """

    def __init__(self, answers: Answers, item: Callable[[str], Item]) -> None:
        self._answers = answers
        self._item = item
        # A contract at one exchange ("8894@NYSE") may be answered under its number.
        self._elsewhere: dict[Item, dict[Item, None]] = {}

    def hears(self, payload: bytes) -> bool:
        """Whether this message answers what was not answered before."""
        for match in _TOPIC.finditer(payload):
            item = self._item(match[1].decode(errors="replace"))
            items = [one for one in (item, *self._elsewhere.get(item, ())) if self._answers.awaits(one)]
            if items and not _is_error(payload):
                self._answers.answered(items)
                return True
        return False

    def ask(self, topics: Iterable[str], now: float, *, first: bool = False) -> None:
        """These are asked for now: see Answers."""
        items = [self._item(topic) for topic in topics]
        self._answers.ask(items, now, first=first)
        for name, key in items:
            number, at, _ = key.partition("@")
            if at:
                self._elsewhere.setdefault((name, number), {})[name, key] = None

    def ended(self, topics: Iterable[str]) -> None:
        """They were refused, or unsubscribed."""
        self._answers.ended(self._item(topic) for topic in topics)


class Hearing(Answered):
    """A dialogue whose messages are looked at until all is answered.

    :param item: as of Heard
    """

    def __init__(self, item: Callable[[str], Item]) -> None:
        super().__init__()
        self._heard = Heard(self._answers, item)
        self.standing = self._answers.standing

    @property
    def listening(self) -> bool:
        return self._answers.open

    def hears(self, payload: bytes) -> bool:
        return self._heard.hears(payload)


def _is_error(payload: bytes) -> bool:
    try:
        message = json.loads(payload)
    except ValueError:
        return False
    return isinstance(message, dict) and "error" in message
