"""What each venue's messages mean: one table a stream, plain data, compiled when a decoder is made.

    tables.load("alpaca.data")      the Table
    tables.STREAMS                  the names
"""

from importlib import import_module

from tickfold.schema.errors import ConfigError
from tickfold.schema.language import Table

__all__ = ["STREAMS", "load"]

#: Name of a stream → the module that holds its TABLE.
STREAMS = {
    "alpaca.data": "alpaca.table_data",
    "alpaca.trading": "alpaca.table_trading",
    "ibkr": "ibkr.table",
    "ibkr.portal": "ibkr.table_portal",
    "vega": "vega.table",
    "etna": "etna.table",
}


def load(name: str) -> Table:
    """The table of a stream.

    :raises ConfigError: there is no such stream
    """
    if name not in STREAMS:
        raise ConfigError(f"no stream is called {name!r}; the streams are {', '.join(STREAMS)}")
    table: Table = import_module(f"tickfold.venues.{STREAMS[name]}").TABLE
    return table
