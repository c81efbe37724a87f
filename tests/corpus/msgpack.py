"""MessagePack as Alpaca writes it: numbers in their widest form, times as its timestamp extension."""

import json
import struct
from typing import Any

from . import ns


def pack(value: Any) -> bytes:
    match value:
        case bytes():  # already packed
            return value
        case None:
            return b"\xc0"
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int() if value >= 0:
            return b"\xcf" + struct.pack(">Q", value)
        case int():
            return b"\xd3" + struct.pack(">q", value)
        case float():
            return b"\xcb" + struct.pack(">d", value)
        case str():
            raw = value.encode()
            return (bytes([0xA0 | len(raw)]) if len(raw) < 32 else b"\xda" + struct.pack(">H", len(raw))) + raw
        case list():
            return (
                bytes([0x90 | len(value)]) if len(value) < 16 else b"\xdc" + struct.pack(">H", len(value))
            ) + b"".join(map(pack, value))
        case dict():
            head = bytes([0x80 | len(value)]) if len(value) < 16 else b"\xde" + struct.pack(">H", len(value))
            return head + b"".join(pack(key) + pack(item) for key, item in value.items())
    raise TypeError(value)


def timestamp(at: int, size: int) -> bytes:
    """The timestamp extension of a moment in ns, in the form of 4, 8 or 12 bytes."""
    seconds, nanos = divmod(at, 10**9)
    if size == 4:
        return b"\xd6\xff" + struct.pack(">I", seconds)
    if size == 8:
        return b"\xd7\xff" + struct.pack(">Q", nanos << 34 | seconds)
    return b"\xc7\x0c\xff" + struct.pack(">Iq", nanos, seconds)


TIMES = {"t", "r", "ft", "created_at", "updated_at"}


def packed(payload: bytes, size: int) -> bytes:
    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        if key in TIMES and isinstance(value, str):
            return timestamp(ns(value), size)
        return value

    return pack(walk(json.loads(payload)))
