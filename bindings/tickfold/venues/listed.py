"""All venues, for type checkers.

Generated from tickfold/schema/registry.py: change that file, then `make records`.
"""

from tickfold.venues import alpaca as alpaca
from tickfold.venues import etna as etna
from tickfold.venues import ibkr as ibkr
from tickfold.venues import vega as vega

__all__ = [
    "alpaca",
    "etna",
    "ibkr",
    "vega",
]
