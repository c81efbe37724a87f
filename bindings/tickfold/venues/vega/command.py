"""Vega on the command line."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from tickfold.net.stream import Stream as BaseStream
from tickfold.net.stream import StreamOptions
from tickfold.schema.errors import ConfigError
from tickfold.venues.command import Command, words
from tickfold.venues.vega.dialogue import ENDPOINTS, Stream


def _watch(options: Namespace, common: StreamOptions) -> list[BaseStream]:
    filters: dict[str, Any] = {}
    for text in options.filter:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--filter {text}: write it as NAME=VALUE")
        how = ENDPOINTS[options.endpoint].get(name)
        filters[name] = words(value) if how == "many" else value == "true" if how == "flag" else value
    return [Stream(options.endpoint, url=options.url, **filters, **common)]


def _demo(url: str, names: Sequence[str]) -> list[BaseStream]:
    return [Stream("orders", url=url), Stream("markets/data", url=url, market_ids=names)]


COMMAND = Command(
    keys="A data node asks for no keys. Prices and sizes are shown as the node sends them.",
    arguments={
        "endpoint": {"choices": ENDPOINTS, "metavar": "endpoint", "help": ", ".join(ENDPOINTS)},
        "--filter": {"action": "append", "default": [], "metavar": "NAME=VALUE", "help": "may be repeated"},
    },
    watch=_watch,
    demo=_demo,
    hint="tickfold watch vega orders --url {url}",
    own_url=False,
    latency={"Quote": ""},
)
