"""The registry of streams: one entry for each, here or in another package.

An entry holds only import strings ("module:NAME"), so that reading it loads no venue. All lists of streams come from
here: `tf.decoder(name)`, `tf.<venue>`, `tickfold sim`, `watch` and `demo`, the pages under
docs/venues, and the tests.

A package of your own registers its stream under the entry point group `tickfold.venues`, with the stream's name and an
Entry:

    [project.entry-points."tickfold.venues"]
    "example" = "tickfold_example:ENTRY"

    ENTRY = Entry(venue="tickfold_example", table="tickfold_example.table:TABLE")

It is looked up only when a name is not registered here. Such a table has `venue=Venue.NONE`: the numbers of venues are
ours; a record says by its stream where it comes from. tests/outside is such a package, with all that an Entry names.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from tickfold.schema.errors import ConfigError, describe

if TYPE_CHECKING:
    from tickfold.schema.language import Table

__all__ = ["GROUP", "STREAMS", "VENUES", "Entry", "classes", "entry", "find", "load", "table", "venue"]

#: The group of entry points under which other packages register their streams.
GROUP = "tickfold.venues"


class Entry(NamedTuple):
    """One stream. Import strings are written "module:NAME".

    venue       the module that `tf.<venue>` gives: "tickfold.venues.alpaca"
    table       the Table of its messages
    streams     the Stream classes that connect to it; () for a table without a live side
    simulated   the class of its simulated venue; None if there is none
    command     the Command (tickfold.venues.command) of `watch`, `sim` and `demo`; None if they do not serve it
    page        the page under docs/venues that describes its table; None for other packages'
    number      that of its venue in records (tf.Venue); 0 for other packages'
    """

    venue: str
    table: str
    streams: tuple[str, ...] = ()
    simulated: str | None = None
    command: str | None = None
    page: str | None = None
    number: int = 0


def _ours(venue: str, number: int, table: str, streams: str, simulated: str, command: str, page: str) -> Entry:
    """An entry whose modules lie in tickfold.venues.<venue> and tickfold.sim.<venue>."""
    folder = f"tickfold.venues.{venue}"
    module, _, names = streams.partition(":")
    return Entry(
        venue=folder,
        table=f"{folder}.{table}:TABLE",
        streams=tuple(f"{folder}.{module}:{name}" for name in names.split(",")),
        simulated=f"tickfold.sim.{venue}.{simulated}",
        command=f"{folder}.command:{command}",
        page=page,
        number=number,
    )


#: Name of a stream → its entry. Ours: venue, number, table, stream classes, simulated venue, command, page. Numbers are
#: never given anew; `make records` then writes what follows from them.
STREAMS: Mapping[str, Entry] = {
    "alpaca.data": _ours(
        "alpaca", 3, "table_data", "dialogue_data:MarketData", "data:AlpacaMarketData", "DATA", "alpaca.md"
    ),
    "alpaca.trading": _ours(
        "alpaca", 3, "table_trading", "dialogue_trading:Trading", "trading:AlpacaTrading", "TRADING", "alpaca.md"
    ),
    "ibkr": _ours("ibkr", 2, "table", "dialogue:WebApi", "gateway:IbkrGateway", "WEB_API", "ibkr.md"),
    "ibkr.portal": _ours(
        "ibkr", 4, "table_portal", "dialogue_portal:Portal", "portal:IbkrPortal", "PORTAL", "ibkr_portal.md"
    ),
    "vega": _ours("vega", 5, "table", "dialogue:Stream", "node:VegaNode", "COMMAND", "vega.md"),
    "etna": _ours("etna", 1, "table", "dialogue:Quotes,Trading", "streamer:EtnaStreamer", "COMMAND", "etna.md"),
}

#: Name of a venue → its module, in the order of STREAMS.
VENUES: Mapping[str, str] = {name.partition(".")[0]: one.venue for name, one in STREAMS.items()}


def entry(name: str) -> Entry:
    """The entry of a stream, ours or another package's.

    Raises ConfigError if no such stream is registered, if two other packages register it, or if it cannot be loaded.
    """
    found = find(name)
    if found is None:
        raise ConfigError(f"no stream is called {name!r}; the streams are {', '.join(STREAMS)}")
    return found


def find(name: str) -> Entry | None:
    """Like `entry`, but None if no such stream is registered."""
    return STREAMS[name] if name in STREAMS else _outside(name)


def table(name: str) -> "Table":
    """The table of a stream. Raises ConfigError as `entry` does."""
    from tickfold.schema.language import Table  # importing it takes four times as long as this module

    reference = entry(name).table
    found = load(reference)
    if not isinstance(found, Table):
        raise ConfigError(f"{name}: {reference} is no Table")
    return found


def load(reference: str) -> Any:
    """The object that an import string names. Raises ConfigError if there is none."""
    module, _, name = reference.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{reference} cannot be loaded: {describe(error)}") from error


def classes(name: str) -> dict[str, str]:
    """The names of a venue's Stream classes → their modules."""
    pairs = (text.split(":") for one in STREAMS.values() if one.venue == VENUES[name] for text in one.streams)
    return {cls: module for module, cls in pairs}


def venue(name: str) -> Any:
    """The module of a venue, ours or another package's; None if no stream of it is registered."""
    if name in VENUES:
        return import_module(VENUES[name])
    for point in _entry_points():
        if point.name.partition(".")[0] == name:
            return import_module(entry(point.name).venue)
    return None


def _entry_points() -> Iterator[Any]:
    from importlib.metadata import entry_points  # imported late: it is slow, and most programs need no entry points

    yield from entry_points(group=GROUP)


def _outside(name: str) -> Entry | None:
    points = [point for point in _entry_points() if point.name == name]
    if not points:
        return None
    if len(points) > 1:
        raise ConfigError(f"several packages register the stream {name!r}: {', '.join(p.value for p in points)}")
    (point,) = points
    try:
        found = point.load()
    except Exception as error:
        raise ConfigError(f"the stream {name!r} is registered as {point.value}: {describe(error)}") from error
    if not isinstance(found, Entry):
        raise ConfigError(f"the stream {name!r} is registered as {point.value}, which is no Entry")
    return found
