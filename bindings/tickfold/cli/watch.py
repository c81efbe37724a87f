"""`tickfold watch`: what a venue says, as a table of quotes and orders, or as a line a record."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tickfold import alpaca, etna, ibkr, vega
from tickfold.engine.records import KINDS, Error
from tickfold.schema.errors import ConfigError
from tickfold.venues.base import Stream, StreamOptions
from tickfold.venues.ibkr import dialogue_portal
from tickfold.venues.vega import ENDPOINTS


def words(text: str) -> list[str]:
    """The items of a list with commas between them."""
    return [item.strip() for item in text.split(",") if item.strip()]


def _listed(what: str) -> dict[str, Any]:
    return {"type": words, "default": [], "help": f"{what}, with commas between them"}


def _flag(what: str) -> dict[str, Any]:
    return {"action": "store_true", "help": what}


def _alpaca_data(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    lists = {name: getattr(options, name) for name in ("quotes", "trades", "bars", "statuses", "orderbooks", "news")}
    return [alpaca.MarketData(options.feed, url=options.url, **lists, **common)]


def _alpaca_trading(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    return [alpaca.Trading(paper=not options.live, url=options.url, **common)]


def _ibkr(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    return [
        ibkr.WebApi(
            options.url or ibkr.GATEWAY,
            orders=options.orders,
            fills=options.fills,
            pnl=options.pnl,
            quotes=options.quotes,
            session=os.environ.get("IBKR_SESSION") or None,
            **common,
        )
    ]


def _portal(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    cookie = os.environ.get("IBKR_COOKIE") or None
    url = options.url or dialogue_portal.GATEWAY
    return [ibkr.Portal(url, accounts=options.accounts, quotes=options.quotes, cookie=cookie, **common)]


def _vega(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    filters: dict[str, Any] = {}
    for text in options.filter:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--filter {text}: write it as NAME=VALUE")
        how = ENDPOINTS[options.endpoint].get(name)
        filters[name] = words(value) if how == "many" else value == "true" if how == "flag" else value
    return [vega.Stream(options.endpoint, url=options.url, **filters, **common)]


def _etna(options: argparse.Namespace, common: StreamOptions) -> list[Stream]:
    if not (options.quotes or options.accounts):
        raise ConfigError("nothing is subscribed: give --quotes, --accounts or both")
    url, user, password = options.url, os.environ.get("ETNA_USER"), os.environ.get("ETNA_PASSWORD")
    streams: list[Stream] = []
    if options.quotes:
        streams.append(etna.Quotes(url, securities=options.quotes, user=user, password=password, **common))
    if options.accounts:
        streams.append(etna.Trading(url, accounts=options.accounts, user=user, password=password, **common))
    return streams


@dataclass(frozen=True)
class _Venue:
    keys: str  # where its keys are read from
    arguments: dict[str, dict[str, Any]]
    streams: Callable[[argparse.Namespace, StreamOptions], list[Stream]]
    own_url: bool = True  # it has one


_SYMBOLS = _listed("symbols (* is all)")
VENUES = {
    "alpaca.data": _Venue(
        "Key and secret: APCA_API_KEY_ID and APCA_API_SECRET_KEY in the environment.",
        {"--feed": {"default": "v2/iex", "help": "(v2/iex)"}}
        | {f"--{name}": _SYMBOLS for name in ("quotes", "trades", "bars", "statuses", "orderbooks", "news")},
        _alpaca_data,
    ),
    "alpaca.trading": _Venue(
        "Key and secret: APCA_API_KEY_ID and APCA_API_SECRET_KEY in the environment.",
        {"--live": _flag("the account with real money, not the paper one")},
        _alpaca_trading,
    ),
    "ibkr": _Venue(
        "Session id, as POST /tickle gives it: IBKR_SESSION in the environment.",
        {
            "--quotes": _listed("contract ids"),
            "--orders": _flag("orders"),
            "--fills": _flag("executions"),
            "--pnl": _flag("profit and loss"),
        },
        _ibkr,
    ),
    "ibkr.portal": _Venue(
        "The gateway's cookie, where it asks for one: IBKR_COOKIE in the environment.",
        {"--quotes": _listed("contract ids"), "--accounts": _listed("accounts: orders and P&L")},
        _portal,
    ),
    "vega": _Venue(
        "A data node asks for no keys. Prices and sizes are shown as the node sends them.",
        {
            "endpoint": {"choices": ENDPOINTS, "metavar": "endpoint", "help": ", ".join(ENDPOINTS)},
            "--filter": {"action": "append", "default": [], "metavar": "NAME=VALUE", "help": "may be repeated"},
        },
        _vega,
        own_url=False,
    ),
    "etna": _Venue(
        "User and password of the streamer: ETNA_USER and ETNA_PASSWORD in the environment.",
        {"--quotes": _listed("security ids"), "--accounts": _listed("accounts: orders, positions, balances")},
        _etna,
        own_url=False,
    ),
}


def add(venues: Any, seconds: Callable[[str], float]) -> None:
    """Adds the venues' parsers to the command's."""
    for name, known in VENUES.items():
        venue = venues.add_parser(name, description=known.keys)
        for argument, how in known.arguments.items():
            venue.add_argument(argument, **how)
        venue.add_argument("--url", required=not known.own_url, help="instead of the venue's own" * known.own_url)
        venue.add_argument("--fingerprint", help="SHA-256 of the server's certificate, to pin it")
        venue.add_argument("--no-deflate", action="store_true", help="without permessage-deflate")
        venue.add_argument("--lines", action="store_true", help="a line a record, also on a terminal")
        venue.add_argument("--seconds", type=seconds, help="end after so long")
        venue.set_defaults(venue=name)


async def watch(options: argparse.Namespace) -> int:
    """Shows what the venue says until Ctrl-C, the end of the time, or a failure that no new attempt mends."""
    from tickfold.cli.display import wants_table  # half of what every command would take to start
    from tickfold.live import Engine

    common: StreamOptions = {"deflate": not options.no_deflate}
    if options.fingerprint is not None:
        common["fingerprint"] = options.fingerprint
    streams = VENUES[options.venue].streams(options, common)
    engine = Engine(*streams)
    table = wants_table() and not options.lines
    if not table:
        for kind in KINDS.values():
            if kind is not Error:
                engine.on(kind, _print)
    engine.on(Error, _complain)
    await _show(engine, streams, options.seconds, table)
    return 0


async def _show(engine: Any, streams: Sequence[Stream], seconds: float | None, table: bool) -> None:
    from tickfold.cli.display import Display

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, engine.stop)
    if seconds is not None:
        loop.call_later(seconds, engine.stop)
    async with engine:
        title = ", ".join(stream.label for stream in streams)
        showing = asyncio.create_task(Display(engine, title).table()) if table else None
        try:
            await engine.wait()
        finally:
            if showing is not None:
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)


def _print(record: Any) -> None:
    stated = (f"{name}={_value(getattr(record, name))}" for name in record.known_fields)
    print(type(record).__name__.lower(), record.symbol or "", *stated, flush=True)


def _complain(error: Any) -> None:
    print(f"error {error.code or ''} {error.topic or ''} {error.text or ''}", file=sys.stderr)


def _value(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(getattr(value, "name", value))
