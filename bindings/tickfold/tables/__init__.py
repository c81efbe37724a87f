"""What each venue's messages mean, under the names that scripts import. The registry is tickfold.schema.registry.

    tables.load("alpaca.data")      the Table
    tables.STREAMS                  the names of our own streams
"""

from tickfold.schema.registry import STREAMS
from tickfold.schema.registry import table as load

__all__ = ["STREAMS", "load"]
