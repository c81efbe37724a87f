"""Alpaca: market data and trading updates."""

from typing import TYPE_CHECKING

from tickfold.schema.lazy import loading
from tickfold.schema.registry import classes

if TYPE_CHECKING:
    from tickfold.venues.alpaca.dialogue_data import MarketData as MarketData
    from tickfold.venues.alpaca.dialogue_trading import Trading as Trading

__all__ = ["MarketData", "Trading"]

__getattr__ = loading(__name__, classes("alpaca"))
