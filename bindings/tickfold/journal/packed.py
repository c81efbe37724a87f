"""A message in MessagePack as the texts of its values, so that it can be redacted as a JSON text is.

    message = Packed(payload)
    message.text, message.root      all values one behind the other, and where they stand in there
    message.with_text(other)        the payload whose values are those of another text of the same length
"""

import struct
from typing import Any, Final

from tickfold.journal.nodes import Node
from tickfold.net.msgpack import pack

DEPTH: Final = 32  # levels of nesting
NUMBERS: Final = {
    0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q",
}  # fmt: skip
#: First byte → what it is (text, list, object, extension), and the form of its size.
SIZED: Final = {
    0xC4: ("s", "B"), 0xC5: ("s", "H"), 0xC6: ("s", "I"), 0xD9: ("s", "B"), 0xDA: ("s", "H"), 0xDB: ("s", "I"),
    0xC7: ("x", "B"), 0xC8: ("x", "H"), 0xC9: ("x", "I"), 0xDC: ("a", "H"), 0xDD: ("a", "I"), 0xDE: ("o", "H"),
    0xDF: ("o", "I"),
}  # fmt: skip
WORDS: Final = {0xC0: b"null", 0xC2: b"false", 0xC3: b"true"}


class Packed:
    """Raises ValueError where the payload is no MessagePack, or more than one value."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._text = bytearray()
        # Of each text and whole number: its place in the text, and in the payload.
        self._places: list[tuple[int, int, int, int, bool]] = []
        try:
            self.root, end = self._node(0, DEPTH)
        except (IndexError, struct.error) as error:
            raise ValueError("not MessagePack") from error
        if end != len(payload):
            raise ValueError("more than one value")
        self.text = bytes(self._text)

    def with_text(self, text: bytes) -> bytes:
        """The payload with other values: texts keep their size, a whole number may take more bytes or fewer."""
        out: list[bytes] = []
        done = 0
        for start, end, begin, behind, is_text in self._places:
            new = text[start:end]
            if new != self.text[start:end]:
                out += (self._payload[done:begin], new if is_text else pack(int(new)))
                done = behind
        return b"".join((*out, self._payload[done:]))

    def _leaf(self, kind: str, text: bytes, at: int = 0, end: int = 0, is_text: bool = False) -> Node:
        start = len(self._text)
        self._text += text
        if end > at:
            self._places.append((start, len(self._text), at, end, is_text))
        return Node(kind, start, len(self._text), [])

    def _number(self, form: str, at: int, end: int) -> tuple[Node, int]:
        (value,) = struct.unpack_from(f">{form}", self._payload, at)
        text = str(value).encode()
        return (self._leaf("n", text) if form in "fd" else self._leaf("n", text, at - 1, end)), end

    def _node(self, at: int, depth: int) -> tuple[Node, int]:
        if depth == 0:
            raise ValueError("nested too deeply")
        data, first = self._payload, self._payload[at]
        at += 1
        if first < 0x80 or first >= 0xE0:
            text = str(first if first < 0x80 else first - 0x100).encode()
            return self._leaf("n", text, at - 1, at), at
        if first < 0xC0:
            kind, size = ("o" if first < 0x90 else "a", first & 0x0F) if first < 0xA0 else ("s", first & 0x1F)
            return self._sized(kind, size, at, depth)
        if first in WORDS:
            return self._leaf("n", WORDS[first]), at
        if first in NUMBERS:
            form = NUMBERS[first]
            return self._number(form, at, at + struct.calcsize(form))
        if 0xD4 <= first <= 0xD8:
            return self._sized("x", 1 << first - 0xD4, at, depth)
        if first not in SIZED:
            raise ValueError("0xc1 is never used")
        kind, form = SIZED[first]
        (size,) = struct.unpack_from(f">{form}", data, at)
        return self._sized(kind, size, at + struct.calcsize(form), depth)

    def _sized(self, kind: str, size: int, at: int, depth: int) -> tuple[Node, int]:
        if size > len(self._payload) - at:
            raise ValueError("cut off")
        if kind == "s":
            return self._leaf("s", self._payload[at : at + size], at, at + size, True), at + size
        if kind == "x":  # a time: it has no text, and stays
            if at + 1 + size > len(self._payload):
                raise ValueError("cut off")
            return self._leaf("n", b""), at + 1 + size
        start, parts = len(self._text), []
        key: Any = None
        for _ in range(size):
            if kind == "o":
                key, at = self._node(at, depth - 1)
            value, at = self._node(at, depth - 1)
            parts.append((key, value))
        return Node(kind, start, len(self._text), parts), at
