"""ETNA Trader: quotes and candles, orders, positions and balances."""

from typing import TYPE_CHECKING

from tickfold.schema.lazy import loading
from tickfold.schema.registry import classes

if TYPE_CHECKING:
    from tickfold.venues.etna.dialogue import Quotes as Quotes
    from tickfold.venues.etna.dialogue import Trading as Trading

__all__ = ["Quotes", "Trading"]

__getattr__ = loading(__name__, classes("etna"))
