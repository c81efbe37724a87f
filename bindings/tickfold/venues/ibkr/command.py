"""Interactive Brokers on the command line."""

import os
from argparse import Namespace
from collections.abc import Sequence

from tickfold.net.stream import Stream, StreamOptions
from tickfold.venues.command import Command, flag, listed
from tickfold.venues.ibkr import dialogue, dialogue_portal
from tickfold.venues.ibkr.dialogue import WebApi
from tickfold.venues.ibkr.dialogue_portal import Portal

_SIMULATED = "4f1c20b1a7f04a6b9d3c0e5a"


def _watch_web_api(options: Namespace, common: StreamOptions) -> list[Stream]:
    return [
        WebApi(
            options.url or dialogue.GATEWAY,
            orders=options.orders,
            fills=options.fills,
            pnl=options.pnl,
            quotes=options.quotes,
            session=os.environ.get("IBKR_SESSION") or None,
            **common,
        )
    ]


def _demo_web_api(url: str, names: Sequence[str]) -> list[Stream]:
    return [WebApi(url, orders=True, quotes=names, session=_SIMULATED)]


def _watch_portal(options: Namespace, common: StreamOptions) -> list[Stream]:
    cookie = os.environ.get("IBKR_COOKIE") or None
    url = options.url or dialogue_portal.GATEWAY
    return [Portal(url, accounts=options.accounts, quotes=options.quotes, cookie=cookie, **common)]


def _demo_portal(url: str, names: Sequence[str]) -> list[Stream]:
    return [Portal(url, accounts=["DU1234567"], quotes=names)]


WEB_API = Command(
    keys="Session id, as POST /tickle gives it: IBKR_SESSION in the environment.",
    arguments={
        "--quotes": listed("contract ids"),
        "--orders": flag("orders"),
        "--fills": flag("executions"),
        "--pnl": flag("profit and loss"),
    },
    watch=_watch_web_api,
    demo=_demo_web_api,
    hint=f"IBKR_SESSION={_SIMULATED} tickfold watch ibkr --url {{url}} --orders --quotes 265598,272093",
    simulation={"heartbeat": 1.0},
    latency={"Quote": "  (stamps are cut to 1 ms: up to 1,000 too long)"},
)
PORTAL = Command(
    keys="The gateway's cookie, where it asks for one: IBKR_COOKIE in the environment.",
    arguments={"--quotes": listed("contract ids"), "--accounts": listed("accounts: orders and P&L")},
    watch=_watch_portal,
    demo=_demo_portal,
    hint="tickfold watch ibkr.portal --url {url} --accounts DU1234567 --quotes 265598,272093",
)
