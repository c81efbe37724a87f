"""ETNA Trader on the command line."""

import os
from argparse import Namespace
from collections.abc import Sequence

from tickfold.net.stream import Stream, StreamOptions
from tickfold.schema.errors import ConfigError
from tickfold.venues.command import Command, listed
from tickfold.venues.etna.dialogue import Quotes, Trading


def _watch(options: Namespace, common: StreamOptions) -> list[Stream]:
    if not (options.quotes or options.accounts):
        raise ConfigError("nothing is subscribed: give --quotes, --accounts or both")
    url, user, password = options.url, os.environ.get("ETNA_USER"), os.environ.get("ETNA_PASSWORD")
    streams: list[Stream] = []
    if options.quotes:
        streams.append(Quotes(url, securities=options.quotes, user=user, password=password, **common))
    if options.accounts:
        streams.append(Trading(url, accounts=options.accounts, user=user, password=password, **common))
    return streams


def _demo(url: str, names: Sequence[str]) -> list[Stream]:
    return [
        Quotes(url, securities=names, user="5104", password="SIMPASSWORD"),
        Trading(url, accounts=["611"], user="5104", password="SIMPASSWORD"),
    ]


COMMAND = Command(
    keys="User and password of the streamer: ETNA_USER and ETNA_PASSWORD in the environment.",
    arguments={"--quotes": listed("security ids"), "--accounts": listed("accounts: orders, positions, balances")},
    watch=_watch,
    demo=_demo,
    hint="ETNA_USER=5104 ETNA_PASSWORD=SIMPASSWORD tickfold watch etna --url {url} --accounts 611 --quotes 318",
    own_url=False,
)
