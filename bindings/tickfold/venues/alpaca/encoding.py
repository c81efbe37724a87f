"""How requests to Alpaca are written, and what the upgrade request says of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from tickfold.net import msgpack
from tickfold.schema.errors import ConfigError

Encode = Callable[[dict[str, Any]], str | bytes]

#: Encoding → the headers that ask for it. Without any, Alpaca speaks JSON.
CONTENT_TYPE: Mapping[str, Mapping[str, str]] = {"json": {}, "msgpack": {"Content-Type": "application/msgpack"}}


def encoding_of(name: Literal["json", "msgpack"]) -> Encode:
    """What writes a request: text for JSON, bytes, which go in a binary frame, for MessagePack."""
    if name not in CONTENT_TYPE:
        raise ConfigError(f'encoding={name!r}: give "json" or "msgpack"')
    return msgpack.pack if name == "msgpack" else _json


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
