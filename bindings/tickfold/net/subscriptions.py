"""Which subscriptions stand: what a venue is known to have accepted on the connection of the moment.

They are named as the stream's arguments are: {"quotes": ("AAPL", "MSFT"), "orders": True}.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

__all__ = ["FLAG", "Item", "Shown", "Subscriptions", "among", "by_name", "named", "shown"]

#: A subscription: the argument's name, and the key within it.
Item = tuple[str, str]

#: The only key of an argument that is True or False.
FLAG: Final = ""

#: What stands, or is missing, as it is shown: keys, or True for an argument that has none.
Shown = dict[str, "tuple[str, ...] | bool"]

#: How many keys a message names at most.
_NAMED: Final = 10


class Subscriptions:
    """The subscriptions of one connection that stand; `version` changes with them."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, None]] = {}
        self.version = 0

    def add(self, name: str, keys: Iterable[str]) -> None:
        self._keys.setdefault(name, {}).update(dict.fromkeys(keys))
        self.version += 1

    def remove(self, name: str, keys: Iterable[str]) -> None:
        left = self._keys.get(name, {})
        for key in keys:
            left.pop(key, None)
        self.version += 1

    def put(self, all_of_them: Mapping[str, Iterable[str]]) -> None:
        """The venue has said everything that stands."""
        self._keys = {name: dict.fromkeys(keys) for name, keys in all_of_them.items()}
        self.version += 1

    def lacking(self, asked: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """What of this does not stand. "*" stands for all."""
        out = {}
        for name, keys in asked.items():
            have = self._keys.get(name, {})
            if "*" not in have:
                lacking = tuple(key for key in keys if key not in have and key.upper() not in have)
                if lacking:
                    out[name] = lacking
        return out

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """What stands."""
        return {name: tuple(keys) for name, keys in self._keys.items() if keys}


def by_name(items: Iterable[Item]) -> dict[str, list[str]]:
    """Subscriptions as {name: keys}."""
    keys: dict[str, list[str]] = {}
    for name, key in items:
        keys.setdefault(name, []).append(key)
    return keys


def among(asked: Mapping[str, Iterable[str]], symbols: Collection[str] | None) -> dict[str, list[str]]:
    """What of this is asked of these symbols; all of it where they are None."""
    return {name: [key for key in keys if symbols is None or key in symbols] for name, keys in asked.items()}


def shown(keys: Mapping[str, Iterable[str]]) -> Shown:
    """The same as users see it."""
    return {name: True if tuple(of_it) == (FLAG,) else tuple(of_it) for name, of_it in keys.items()}


def named(keys: Mapping[str, Iterable[str]]) -> str:
    """The same in words: "quotes of AAPL, MSFT, orders"; of a long list its beginning."""
    words, room = [], _NAMED
    for name, of_it in keys.items():
        given = [key for key in of_it if key != FLAG]
        first, room = given[: max(room, 1)], room - len(given)
        more = f" and {len(given) - len(first):,} more" if len(given) > len(first) else ""
        words.append(f"{name} of {', '.join(first)}{more}" if given else name)
    return ", ".join(words)
