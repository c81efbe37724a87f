"""Alpaca on the command line."""

from argparse import Namespace
from collections.abc import Sequence

from tickfold.net.stream import Stream, StreamOptions
from tickfold.venues.alpaca.dialogue_data import MarketData
from tickfold.venues.alpaca.dialogue_trading import Trading
from tickfold.venues.command import Command, flag, listed

_KEYS = "Key and secret: APCA_API_KEY_ID and APCA_API_SECRET_KEY in the environment."
_SIMULATED = "APCA_API_KEY_ID=SIMKEY APCA_API_SECRET_KEY=SIMSECRET"
_LISTS = ("quotes", "trades", "bars", "statuses", "orderbooks", "news")


def _watch_data(options: Namespace, common: StreamOptions) -> list[Stream]:
    lists = {name: getattr(options, name) for name in _LISTS}
    return [MarketData(options.feed, url=options.url, **lists, **common)]


def _demo_data(url: str, names: Sequence[str]) -> list[Stream]:
    return [MarketData(url=url, quotes=names, trades=names, bars=names, key="SIMKEY", secret="SIMSECRET")]


def _watch_trading(options: Namespace, common: StreamOptions) -> list[Stream]:
    return [Trading(paper=not options.live, url=options.url, **common)]


def _demo_trading(url: str, names: Sequence[str]) -> list[Stream]:
    return [Trading(url=url, key="SIMKEY", secret="SIMSECRET")]


DATA = Command(
    keys=_KEYS,
    arguments={"--feed": {"default": "v2/iex", "help": "(v2/iex)"}}
    | {f"--{name}": listed("symbols (* is all)") for name in _LISTS},
    watch=_watch_data,
    demo=_demo_data,
    hint=f"{_SIMULATED} tickfold watch alpaca.data --url {{url}} --quotes '*'",
    simulation={"bar_seconds": 2.0},
    latency={"Quote": ""},
)
TRADING = Command(
    keys=_KEYS,
    arguments={"--live": flag("the account with real money, not the paper one")},
    watch=_watch_trading,
    demo=_demo_trading,
    hint=f"{_SIMULATED} tickfold watch alpaca.trading --url {{url}}",
    simulation={"disorder": False},  # what is held back on purpose would count as latency
    latency={"Order": ""},
)
