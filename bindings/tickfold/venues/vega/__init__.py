"""Vega: the streams of a data node."""

from typing import TYPE_CHECKING

from tickfold.schema.lazy import loading
from tickfold.schema.registry import classes

if TYPE_CHECKING:
    from tickfold.venues.vega.dialogue import ENDPOINTS as ENDPOINTS
    from tickfold.venues.vega.dialogue import Stream as Stream

__all__ = ["ENDPOINTS", "Stream"]

__getattr__ = loading(__name__, {**classes("vega"), "ENDPOINTS": "tickfold.venues.vega.dialogue"})
