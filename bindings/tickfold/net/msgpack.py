"""MessagePack for what is cold: a client's requests and a simulated venue's messages.

The engine reads MessagePack by itself (engine/); nothing here runs per message of a real venue.

    pack({"action": "auth", "at": Timestamp(1_722_952_931_900_412_301)})
    unpack(data)
"""

import struct
from dataclasses import dataclass
from typing import Any

__all__ = ["Timestamp", "pack", "unpack"]

_DEPTH = 32  # levels of nesting that unpack() follows


@dataclass(frozen=True)
class Timestamp:
    """Extension type -1: nanoseconds since 1970, UTC."""

    ns: int


def pack(value: Any) -> bytes:
    """`value` in its shortest form; floats in 64 bits. Raises TypeError or OverflowError for what has none."""
    out = bytearray()
    _pack(value, out)
    return bytes(out)


def _pack(value: Any, out: bytearray) -> None:
    if value is None:
        out.append(0xC0)
    elif value is True or value is False:
        out.append(0xC3 if value else 0xC2)
    elif isinstance(value, int):
        _pack_int(value, out)
    elif isinstance(value, float):
        out += struct.pack(">Bd", 0xCB, value)
    elif isinstance(value, str):
        data = value.encode()
        _pack_head(len(data), out, 0xA0, 32, (0xD9, 0xDA, 0xDB))
        out += data
    elif isinstance(value, bytes):
        _pack_head(len(value), out, 0, 0, (0xC4, 0xC5, 0xC6))
        out += value
    elif isinstance(value, (list, tuple)):
        _pack_head(len(value), out, 0x90, 16, (None, 0xDC, 0xDD))
        for item in value:
            _pack(item, out)
    elif isinstance(value, dict):
        _pack_head(len(value), out, 0x80, 16, (None, 0xDE, 0xDF))
        for key, item in value.items():
            _pack(key, out)
            _pack(item, out)
    elif isinstance(value, Timestamp):
        out += _timestamp(value.ns)
    else:
        raise TypeError(f"a {type(value).__name__} has no form in MessagePack")


def _pack_int(value: int, out: bytearray) -> None:
    if -32 <= value < 128:
        out += struct.pack("b" if value < 0 else "B", value)
        return
    forms = ((0xCC, "B"), (0xCD, "H"), (0xCE, "I"), (0xCF, "Q"))
    if value < 0:
        forms = ((0xD0, "b"), (0xD1, "h"), (0xD2, "i"), (0xD3, "q"))
    for first, form in forms:
        bits = struct.calcsize(form) * 8
        if (-1 << bits - 1) <= value < 0 or 0 <= value < 1 << bits:
            out += struct.pack(f">B{form}", first, value)
            return
    raise OverflowError("an integer has 64 bits at most")


def _pack_head(size: int, out: bytearray, fixed: int, below: int, forms: tuple[int | None, int, int]) -> None:
    if size < below:
        out.append(fixed | size)
        return
    for first, form in zip(forms, "BHI", strict=True):
        if first is not None and size < 1 << struct.calcsize(form) * 8:
            out += struct.pack(f">B{form}", first, size)
            return
    raise OverflowError("more than 2^32 - 1 elements")


def _timestamp(ns: int) -> bytes:
    seconds, rest = divmod(ns, 1_000_000_000)
    if 0 <= seconds < 1 << 34:
        if rest == 0 and seconds < 1 << 32:
            return struct.pack(">BbI", 0xD6, -1, seconds)
        return struct.pack(">BbQ", 0xD7, -1, rest << 34 | seconds)
    return struct.pack(">BBbIq", 0xC7, 12, -1, rest, seconds)


def unpack(data: bytes) -> Any:
    """The one value that `data` holds, extension type -1 as Timestamp. Raises ValueError for anything else."""
    try:
        value, end = _unpack(data, 0, _DEPTH)
    except (IndexError, struct.error, UnicodeDecodeError, TypeError) as error:
        raise ValueError("not MessagePack") from error
    if end != len(data):
        raise ValueError("more than one value")
    return value


_NUMBERS = {
    0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q",
}  # fmt: skip
_SIZES = {
    0xC4: "B", 0xC5: "H", 0xC6: "I", 0xC7: "B", 0xC8: "H", 0xC9: "I", 0xD9: "B", 0xDA: "H", 0xDB: "I",
    0xDC: "H", 0xDD: "I", 0xDE: "H", 0xDF: "I",
}  # fmt: skip


def _unpack(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth == 0:
        raise ValueError("nested too deeply")
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    if first >= 0xE0:
        return first - 0x100, at
    if first < 0xC0:
        family, size = (first & 0xF0, first & 0x0F) if first < 0xA0 else (0xA0, first & 0x1F)
        return _container(data, at, family, size, depth)
    if first in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[first], at
    if first in _NUMBERS:
        form = _NUMBERS[first]
        return struct.unpack_from(f">{form}", data, at)[0], at + struct.calcsize(form)
    if 0xD4 <= first <= 0xD8:
        return _extension(data, at, 1 << first - 0xD4)
    if first not in _SIZES:
        raise ValueError("0xc1 is never used")
    form = _SIZES[first]
    size = struct.unpack_from(f">{form}", data, at)[0]
    at += struct.calcsize(form)
    if 0xC7 <= first <= 0xC9:
        return _extension(data, at, size)
    family = 0xA0 if first in (0xD9, 0xDA, 0xDB) else 0x90 if first in (0xDC, 0xDD) else 0x80
    return _container(data, at, 0xC4 if first <= 0xC6 else family, size, depth)


def _container(data: bytes, at: int, family: int, size: int, depth: int) -> tuple[Any, int]:
    if size > len(data) - at:
        raise ValueError("cut off")
    if family in (0xA0, 0xC4):
        text = data[at : at + size]
        return (text.decode() if family == 0xA0 else text), at + size
    items = []
    for _ in range(size if family == 0x90 else 2 * size):
        item, at = _unpack(data, at, depth - 1)
        items.append(item)
    return (items if family == 0x90 else dict(zip(items[::2], items[1::2], strict=True))), at


def _extension(data: bytes, at: int, size: int) -> tuple[Timestamp, int]:
    (kind,) = struct.unpack_from("b", data, at)
    body = data[at + 1 : at + 1 + size]
    if kind != -1 or len(body) != size or size not in (4, 8, 12):
        raise ValueError(f"extension type {kind} of {size} bytes")
    if size == 12:
        rest, seconds = struct.unpack(">Iq", body)
    else:
        both = int.from_bytes(body, "big")
        rest, seconds = (both >> 34, both & (1 << 34) - 1) if size == 8 else (0, both)
    return Timestamp(seconds * 1_000_000_000 + rest), at + 1 + size
