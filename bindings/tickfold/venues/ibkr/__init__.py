"""Interactive Brokers: the Web API's websocket and the older gateway's."""

from typing import TYPE_CHECKING

from tickfold.schema.lazy import loading

if TYPE_CHECKING:
    from tickfold.venues.ibkr.dialogue import GATEWAY as GATEWAY
    from tickfold.venues.ibkr.dialogue import WebApi as WebApi
    from tickfold.venues.ibkr.dialogue_portal import Portal as Portal

__all__ = ["GATEWAY", "Portal", "WebApi"]

__getattr__ = loading(
    __name__,
    {
        "GATEWAY": "tickfold.venues.ibkr.dialogue",
        "Portal": "tickfold.venues.ibkr.dialogue_portal",
        "WebApi": "tickfold.venues.ibkr.dialogue",
    },
)
