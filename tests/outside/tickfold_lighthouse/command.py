"""The venue on the command line."""

from argparse import Namespace
from collections.abc import Sequence

from tickfold.net.stream import Stream, StreamOptions
from tickfold.venues.command import Command, listed
from tickfold_lighthouse.dialogue import Lamps


def _watch(options: Namespace, common: StreamOptions) -> list[Stream]:
    return [Lamps(options.url, lamps=options.lamps, **common)]


def _demo(url: str, names: Sequence[str]) -> list[Stream]:
    return [Lamps(url, lamps=names)]


COMMAND = Command(
    keys="No keys.",
    arguments={"--lamps": listed("names of lamps")},
    watch=_watch,
    demo=_demo,
    hint="tickfold watch lighthouse --url {url} --lamps red,green",
    own_url=False,
    latency={"Quote": ""},
)
