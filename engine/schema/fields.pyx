"""What follows from the tables of the schema: names, bits, enums, numpy columns, the layout (see fields.pxd)."""

from libc.stdint cimport uint8_t, uint64_t

from tickfold.engine.structs cimport TF_LAYOUT, tf_header

from tickfold.schema import enums

cdef list TYPE_NAMES = ["dec", "time", "i64", "u64", "i32", "u32", "u8", "bool", "enum", "text", "long", "data"]
cdef list HEADER = [
    ("kind", "u1"), ("venue", "u1"), ("flags", "<u2"), ("symbol", "<u4"), ("stream", "<u2"), ("reserved", "<u2", (3,)),
    ("ts_event", "<i8"), ("ts_recv", "<i8"), ("seq", "<u8"), ("known", "<u8"), ("changed", "<u8")]

cdef list _members = [()] * TF_ENUMS     # members by value, by index of tf_enums; gaps hold the first member
cdef list _dtypes = [None] * TF_KINDS
cdef list _bits = [None] * TF_KINDS


cdef int _find_enums() except -1:
    cdef int i
    for i in range(1, TF_ENUMS):
        enum = getattr(enums, tf_enums[i].decode())
        values = {int(member): member for member in enum}
        _members[i] = tuple([values.get(value, next(iter(enum))) for value in range(max(values) + 1)])
    return 0


_find_enums()

ENUMS = tuple([tf_enums[i].decode() for i in range(1, TF_ENUMS)])


cdef object enum_member(uint8_t enumeration, uint8_t value):
    cdef tuple members = <tuple>_members[enumeration]
    return members[value] if value < len(members) else members[0]


cdef dict bits_of(int code):
    cdef int i
    if _bits[code] is None:
        _bits[code] = {tf_kinds[code].fields[i].name.decode(): i for i in range(tf_kinds[code].count)}
    return <dict>_bits[code]


cdef tuple names_of(int code, uint64_t bits):
    cdef const tf_kind *kind = &tf_kinds[code]
    cdef int i
    return tuple([kind.fields[i].name.decode() for i in range(kind.count) if (bits >> i) & 1])


cdef object dtype_of(int code):
    import numpy

    if _dtypes[code] is None:
        _dtypes[code] = numpy.dtype(columns(code))
    return _dtypes[code]


cdef tuple column(const tf_field *field):
    """(name, dtype), or (name, dtype, shape)."""
    name = field.name.decode()
    if field.type == TF_TYPE_TEXT:
        return name, f"S{field.size}"
    if field.type >= TF_TYPE_LONG:
        return f"_{name}", "u1", (field.size,)
    letter = {TF_TYPE_DEC: "f", TF_TYPE_TIME: "i", TF_TYPE_I64: "i", TF_TYPE_I32: "i"}.get(field.type, "u")
    return name, f"{'<' if field.size > 1 else ''}{letter}{field.size}"


cdef list columns(int code):
    """All columns of a kind, in the order of their offsets, without a gap."""
    cdef const tf_kind *kind = &tf_kinds[code]
    cdef int i
    cdef size_t end = sizeof(tf_header)
    placed = []
    for i in range(kind.count):
        placed.append((kind.fields[i].offset, column(&kind.fields[i])))
    if kind.dec_count:
        placed.append((kind.decimals, ("decimals", "i1", (kind.dec_count,))))
    placed.sort()
    out = list(HEADER)
    for offset, one in [*placed, (kind.size, None)]:
        if offset > end:
            out.append(("_end" if one is None else "_pad", "u1", (offset - end,)))
        if one is not None:
            out.append(one)
            end = offset + width(one)
    return out


cdef size_t width(tuple column) except 0:
    """Bytes of a column."""
    return int(column[1].lstrip("<")[1:]) * (column[2][0] if len(column) > 2 else 1)


def layout():
    """How records are laid out in memory, as a dict that json.dumps() takes.

    `hash` is that of all kinds together (TF_LAYOUT in C), `kinds[name]["hash"]` that of one (TF_QUOTE_LAYOUT and so
    on). A kind has its size in bytes, and its fields in the order of their offsets: name, offset and size in bytes,
    type (see docs/records.md), numpy dtype, bit in `known` and `changed`, and the enum of those that are one. Type and
    bit are None for the header's members and for what is no field of its own (`decimals`, `_pad`, `_end`).
    """
    cdef int code, i = 0
    cdef const tf_kind *kind
    kinds = {}
    for code in range(1, TF_KINDS):
        kind = &tf_kinds[code]
        fields = bits_of(code)
        out, at = [], 0
        for one in columns(code):
            name, bit = one[0], None
            if at >= sizeof(tf_header):
                bit = fields.get(name, fields.get(name[1:]) if name[0] == "_" else None)
            if bit is not None:
                i = bit
                name = kind.fields[i].name.decode()
            form = one[1] if len(one) == 2 else f"({one[2][0]},){one[1]}"
            entry = {"name": name, "offset": at, "size": width(one), "dtype": form, "bit": bit,
                     "type": TYPE_NAMES[kind.fields[i].type] if bit is not None else None}
            if bit is not None and kind.fields[i].enumeration:
                entry["enum"] = tf_enums[kind.fields[i].enumeration].decode()
            out.append(entry)
            at += width(one)
        kinds[kind.name.decode()] = {
            "code": code, "hash": f"{kind.layout:016x}", "size": kind.size, "fields": out}
    members = {name: {member.name: int(member) for member in getattr(enums, name)} for name in (*ENUMS, "Flag")}
    return {"hash": f"{TF_LAYOUT:016x}", "header": sizeof(tf_header), "kinds": kinds, "enums": members}
