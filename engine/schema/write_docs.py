"""docs/records.md, the reference page."""

from __future__ import annotations

import layout
from records import ENUMS, FLAGS, KINDS

HEAD = """\
# Records

<!-- {note} -->

Every record begins with the same header, which is described first. Its own fields follow: the tables say the bit of
each in `known` and `changed`, and where it stands in C and numpy (offset and size in bytes).

| type | in C and numpy | in Python |
|---|---|---|
| dec | float64, and the count of decimals of the wire text in `decimals[bit]` | float; exact: `decimal(name)` |
| time | int64, ns UTC | int |
| i64 u64 i32 u32 u8 | an integer of that size | int |
| bool | uint8, 0 or 1 | bool |
| enum | uint8 | a member of the enum |
| text | UTF-8 in a slot of fixed size, NUL-padded; cut where it does not fit (flag TRUNCATED) | str |
| long, data | `tf_text`: a pointer and a size, valid as long as the record; no column in numpy | str, bytes |

A field that was never stated, or was taken back, has its bit in `known` clear. Python gives `None`. C and numpy hold
NaN for dec, -2^63 (`TF_UNKNOWN_TIME`) for times, and 0 or an empty text for all others: where 0 may also be stated,
`known` tells the two apart. In every enum 0 says that nothing was stated.

Every byte of a record has a name, so that numpy keeps the layout when it joins arrays; names that begin with an
underscore are of no use to readers. `tf.layout()` gives all of this as a dict that can be written as JSON, with a hash
a kind (`TF_QUOTE_LAYOUT` and so on in C). All numbers are little-endian.
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
                for name in ("decimals", "_pad") if name in at]
        out.append("")
    for name, (doc, values) in ENUMS.items():
        out += [f"## {name}", "", doc, "", ", ".join(f"`{member}` {value}" for member, value in values), ""]
    out += ["## Flag", "", "Bits of `flags`.", "", *(f"* `{name}` 0x{value:04x}: {doc}" for name, value, doc in FLAGS)]
    return "\n".join(out).rstrip() + "\n"
