"""How the command line serves a stream; each venue describes its own in a module `command`."""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tickfold.net.stream import Stream, StreamOptions

__all__ = ["Command", "flag", "listed", "words"]

#: `tickfold watch`: its options, and what is common to all streams → the streams that they ask for.
Watch = Callable[[Namespace, StreamOptions], list[Stream]]

#: `tickfold demo`: the simulated venue's URL, and what its instruments are subscribed by → streams for all it says.
Demo = Callable[[str, Sequence[str]], list[Stream]]


@dataclass(frozen=True, kw_only=True)
class Command:
    """What `tickfold watch`, `sim` and `demo` know of a stream.

    keys        a sentence: where `watch` reads the keys from
    arguments   of `watch`: name → keywords of argparse's add_argument
    watch       makes the streams of `watch`
    demo        makes the streams of `demo`
    hint        how to watch the simulated venue, with {url} where its URL goes
    own_url     the venue has a URL of its own, so that --url may be left out
    simulation  further arguments of the simulated venue in the demo
    latency     records whose times tell a latency: "Quote", "Order" → what there is to say of it
    """

    keys: str
    arguments: Mapping[str, Mapping[str, Any]]
    watch: Watch
    demo: Demo
    hint: str
    own_url: bool = True
    simulation: Mapping[str, Any] = field(default_factory=dict)
    latency: Mapping[str, str] = field(default_factory=dict)


def words(text: str) -> list[str]:
    """The items of a list with commas between them."""
    return [item.strip() for item in text.split(",") if item.strip()]


def listed(what: str) -> dict[str, Any]:
    """An argument that is such a list."""
    return {"type": words, "default": [], "help": f"{what}, with commas between them"}


def flag(what: str) -> dict[str, Any]:
    """An argument that is given or not."""
    return {"action": "store_true", "help": what}
