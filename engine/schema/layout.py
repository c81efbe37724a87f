"""The offset of each field of a record, and a hash of the whole layout.

Members are ordered from the widest to the narrowest, then the texts of 8 bytes and more, which are copied and compared
as words of 8 bytes and stand where such words do. A record is a whole number of cache lines. The padding in front of
the texts, and that at the end, is a member of its own, `_pad` and `_end`, so that every byte of a record has a name, in
C and in numpy.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from records import ENUMS, FLAGS, HEADER, KINDS, Field, Kind

C_TYPE = {"dec": "double", "time": "int64_t", "i64": "int64_t", "u64": "uint64_t", "i32": "int32_t", "u32": "uint32_t",
          "u8": "uint8_t", "bool": "uint8_t", "enum": "uint8_t", "text": "char", "long": "tf_text", "data": "tf_text"}
SIZE = {"double": 8, "int64_t": 8, "uint64_t": 8, "tf_text": 16, "int32_t": 4, "uint32_t": 4, "uint16_t": 2,
        "int8_t": 1, "uint8_t": 1, "char": 1}
ORDER = {"dec": 0, "time": 1, "i64": 1, "u64": 1, "long": 2, "data": 2, "i32": 3, "u32": 3}    # the widest first
LINE = 64    # bytes of a cache line


@dataclass(frozen=True)
class Member:
    """One member of a struct."""

    name: str
    ctype: str
    count: int     # elements of an array; 0 = no array
    offset: int    # bytes from the start of the record
    doc: str
    field: Field | None = None

    @property
    def size(self) -> int:
        return SIZE[self.ctype] * (self.count or 1)

    @property
    def declaration(self) -> str:
        return f"{self.ctype} {self.name}{f'[{self.count}]' if self.count else ''}"


def header() -> list[Member]:
    """Members of tf_header."""
    out: list[Member] = []
    at = 0
    for name, ctype, count, doc in HEADER:
        out.append(Member(name, ctype, count, at, doc))
        at += out[-1].size
    return out


HEADER_SIZE = sum(member.size for member in header())


def members(kind: Kind) -> list[Member]:
    """Members of a record's struct after the header."""
    numbers = [field for field in kind.fields if field.type == "dec"]
    widest = sorted(
        (field for field in kind.fields if ORDER.get(field.type, 3) < 3), key=lambda field: ORDER[field.type])
    wide = [field for field in kind.fields if ORDER.get(field.type) == 3]
    bytes_ = [field for field in kind.fields if field.type not in ORDER and field.type != "text"]
    texts = [field for field in kind.fields if field.type == "text"]
    slots = [field for field in texts if int(field.param) % 8 == 0]    # copied and compared as words of 8 bytes
    halves = [field for field in texts if int(field.param) == 4]
    letters = [field for field in texts if int(field.param) == 1]
    if len(slots) + len(halves) + len(letters) != len(texts):
        raise ValueError(f"{kind.name}: a text has 1 byte, 4, or a multiple of 8")
    wanted: list[tuple[str, str, int, str, Field | None]] = [
        *((field.name, C_TYPE[field.type], 0, field.doc, field) for field in wide),
        *((field.name, "char", 4, field.doc, field) for field in halves)]
    if numbers:
        wanted.append(("decimals", "int8_t", len(numbers), "decimals of each number's wire text, by its bit", None))
    for field in bytes_:
        doc = f"{field.doc} (tf_{field.param})" if field.param else field.doc
        wanted.append((field.name, C_TYPE[field.type], 0, doc, field))
    wanted += [(field.name, "char", 1, field.doc, field) for field in letters]
    rest = -sum(SIZE[ctype] * (count or 1) for _, ctype, count, _, _ in wanted) % 8
    if rest and slots:
        wanted.append(("_pad", "uint8_t", rest, "zero", None))
    wanted += [(field.name, "char", int(field.param), field.doc, field) for field in slots]
    out: list[Member] = []
    at = HEADER_SIZE
    for name, ctype, count, doc, owner in [
            *((field.name, C_TYPE[field.type], 0, field.doc, field) for field in widest), *wanted]:
        if at % (8 if owner in slots else min(SIZE[ctype], 8)):
            raise ValueError(f"{kind.name}.{name} would stand at byte {at}, behind padding without a name")
        out.append(Member(name, ctype, count, at, doc, owner))
        at += out[-1].size
    if at % LINE:
        out.append(Member("_end", "uint8_t", LINE - at % LINE, at, "zero"))
    return out


def size(kind: Kind) -> int:
    """Bytes of a record."""
    last = members(kind)[-1]
    return last.offset + last.size


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def layout(kind: Kind) -> str:
    """A hash, 16 hexadecimal digits, of all that a program compiled against the kind relies on.

    That is offset, size, type and bit of every member, including the header's, and the numbers of enums and flags.
    """
    lines = [f"{kind.name} {kind.code} {size(kind)}", *(f"{name} {value}" for name, value, _ in FLAGS)]
    for member in (*header(), *members(kind)):
        field = member.field
        what = f"{field.type} {field.param} {field.bit}" if field else ""
        lines.append(f"{member.offset} {member.declaration} {what}")
        if field and field.type == "enum":
            lines += [f"{name} {value}" for name, value in ENUMS[field.param][1]]
    return digest(lines)


def layout_of_all() -> str:
    """The same for all kinds together."""
    return digest([layout(kind) for kind in KINDS])
