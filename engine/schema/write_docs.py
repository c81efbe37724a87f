"""docs/records.md, the reference page."""

from __future__ import annotations

import layout
from records import ENUMS, FLAGS, KINDS

HEAD = """\
# Records

<!-- {note} -->

Every record begins with the same header, which is described first. Its own fields follow. The tables give the bit of
each field in `known` and `changed`, and its offset and size in bytes, in C as in numpy.

| type | in C and numpy | in Python |
|---|---|---|
| dec | float64, and the count of decimals of the wire text in `decimals[bit]` | float; exact: `decimal(name)` |
| time | int64, ns since 1970 UTC | int |
| i64 u64 i32 u32 u8 | an integer of that size | int |
| bool | uint8, 0 or 1 | bool |
| enum | uint8 | a member of the enum |
| text | UTF-8 in a slot of fixed size, NUL-padded; cut where it does not fit, and at a NUL (flag TRUNCATED) | str |
| long, data | `tf_text`: pointer and size, valid with the record; none in numpy | str, bytes; JSON: `parsed(name)` |

If a field was never stated, or the venue took its value back, its bit in `known` is 0. In Python its attribute is
`None`. In C, in `.array` and in the arrays of `on_batch()` it is NaN for dec, the lowest int64, -2^63
(`TF_UNKNOWN_TIME`), for time, and 0 or an empty text for all other types. A stated 0 differs from these only by its bit
in `known`. In every enum 0 means "never stated".

Every byte of a record has a name, so that numpy keeps the layout when it joins arrays. Ignore names that begin with an
underscore. `tf.layout()` gives all of this as a dict that can be written as JSON, with a hash for each kind
(`TF_QUOTE_LAYOUT` and so on in C). All numbers are little-endian.
"""


def records_md(note: str) -> str:
    out = [HEAD.format(note=note), "## Header", "", "| field | offset | size | meaning |", "|---|---|---|---|"]
    out += [f"| `{member.name}` | {member.offset} | {member.size} | {member.doc} |" for member in layout.header()]
    out.append("")
    for kind in KINDS:
        at = {member.name: member for member in layout.members(kind)}
        out += [f"## {kind.name}", "", kind.doc, "",
                f"`{kind.c_name}`, {layout.size(kind)} bytes, layout `{layout.layout(kind)}`", "",
                "| bit | field | type | offset | size | meaning |", "|---|---|---|---|---|---|"]
        out += [f"| {field.bit} | `{field.name}` | {' '.join(filter(None, (field.type, field.param)))} | "
                f"{at[field.name].offset} | {at[field.name].size} | {field.doc} |" for field in kind.fields]
        out += [f"| | `{name}` | | {at[name].offset} | {at[name].size} | {at[name].doc} |"
                for name in ("decimals", "_pad", "_end") if name in at]
        out.append("")
    for name, (doc, values) in ENUMS.items():
        out += [f"## {name}", "", doc, "", ", ".join(f"`{member}` {value}" for member, value in values), ""]
    out += ["## Flag", "", "Bits of `flags`.", "", *(f"* `{name}` 0x{value:04x}: {doc}" for name, value, doc in FLAGS)]
    return "\n".join(out).rstrip() + "\n"
