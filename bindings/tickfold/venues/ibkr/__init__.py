"""Interactive Brokers: the Web API's websocket and the older gateway's."""

from typing import TYPE_CHECKING

from tickfold.schema.lazy import loading
from tickfold.schema.registry import classes

if TYPE_CHECKING:
    from tickfold.venues.ibkr.dialogue import WebApi as WebApi
    from tickfold.venues.ibkr.dialogue_portal import Portal as Portal
    from tickfold.venues.ibkr.requests import History as History

__all__ = ["History", "Portal", "WebApi"]

__getattr__ = loading(__name__, {**classes("ibkr"), "History": "tickfold.venues.ibkr.requests"})
