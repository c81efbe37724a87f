"""Which of IBKR's topics have been answered: messages name the topic of the request that they answer.

    smd+265598+{"fields":["31"]}    {"31":"188.25", …, "topic":"smd+265598"}
    sor+{}                          {"topic":"sor","args":[…]}, or an empty list, or nothing where there are no orders
    s+md+8894                       {"84":63.41, …, "topic":"md+8894"}
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Final

from tickfold.venues.answers import Answers, Item

__all__ = ["Heard"]

_TOPIC: Final = re.compile(rb'"topic"\s*:\s*"([^"\\]+)"')


class Heard:
    """Looks for answers in the messages that come.

    item   which subscription a topic is that of
    """

    def __init__(self, item: Callable[[str], Item]) -> None:
        self.answers = Answers()
        self._item = item
        # A contract at one exchange ("8894@NYSE") may be answered under its number.
        self._elsewhere: dict[Item, dict[Item, None]] = {}

    def hears(self, payload: bytes) -> bool:
        """Whether this message answers what was not answered before."""
        for match in _TOPIC.finditer(payload):
            item = self._item(match[1].decode(errors="replace"))
            items = [one for one in (item, *self._elsewhere.get(item, ())) if self.answers.awaits(one)]
            if items and not _is_error(payload):
                self.answers.answered(items)
                return True
        return False

    def ask(self, topics: Iterable[str], now: float, *, first: bool = False) -> None:
        """These are asked for now: see Answers."""
        items = [self._item(topic) for topic in topics]
        self.answers.ask(items, now, first=first)
        for name, key in items:
            number, at, _ = key.partition("@")
            if at:
                self._elsewhere.setdefault((name, number), {})[name, key] = None

    def ended(self, topics: Iterable[str]) -> None:
        """They were refused, or unsubscribed."""
        self.answers.ended(self._item(topic) for topic in topics)


def _is_error(payload: bytes) -> bool:
    try:
        message = json.loads(payload)
    except ValueError:
        return False
    return isinstance(message, dict) and "error" in message
