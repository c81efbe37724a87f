"""A record's values as JSON text."""

import base64
import json
from decimal import Decimal
from typing import Any

__all__ = ["as_json"]


def as_json(values: dict[str, Any]) -> str:
    """An object of these values by name. A Decimal keeps its digits; bytes that are not UTF-8 become "base64:…"."""
    return "{" + ",".join(f'"{name}":{text_of(value)}' for name, value in values.items()) + "}"


def text_of(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if not isinstance(value, bytes):
        return json.dumps(value)
    try:
        return json.dumps(value.decode())
    except UnicodeDecodeError:
        return json.dumps("base64:" + base64.b64encode(value).decode())
