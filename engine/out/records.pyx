"""Views of records.

A view is a pointer into memory that somebody else owns. Its attributes are made from the one table of fields
(engine/schema/fields.h), read the struct in place and allocate nothing but the value they return.
"""

from cpython.object cimport PyObject, PyTypeObject
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.math cimport llround, pow, signbit
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.structs cimport TF_LAYOUT, TF_UNKNOWN_TIME, tf_header, tf_text

import sys
from decimal import Decimal

from tickfold.schema import enums

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *s, size_t maxlen)

cdef enum:
    ATTRIBUTE_SLOTS = 256    # per kind; at most 64 fields and the symbol are in them

cdef extern from "Python.h":
    object PyObject_GenericGetAttr(object o, object name)
    ctypedef struct PyGetSetDef:
        const char *name
        void *get
        void *set
        const char *doc
        void *closure
    object PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *getset)
    object PyBytes_FromStringAndSize(const char *v, Py_ssize_t len)
    char *PyBytes_AS_STRING(object string)

UNKNOWN_TIME = TF_UNKNOWN_TIME

cdef list _members = [()] * TF_ENUMS     # members by value, by index of tf_enums; gaps hold the first member


cdef int _make_enums() except -1:
    cdef int i
    for i in range(1, TF_ENUMS):
        name = tf_enums[i].decode()
        enum = globals()[name] = getattr(enums, name)
        values = {int(member): member for member in enum}
        _members[i] = tuple([values.get(value, next(iter(enum))) for value in range(max(values) + 1)])
    return 0


_make_enums()
Flag = enums.Flag


cdef object read_field(PyObject *self, void *closure):
    """The getter behind every attribute; closure is the field's row."""
    cdef const tf_field *field = <const tf_field *>closure
    cdef Record record = <Record>self
    cdef const char *at = <const char *>record.rec
    if not record.alive():
        record.gone()
    if not (record.rec.known >> field.bit) & 1:
        return None
    at += field.offset
    cdef uint8_t type = field.type
    if type == TF_TYPE_DEC:
        return (<const double *>at)[0]
    if type == TF_TYPE_ENUM:
        return enum_member(field.enumeration, <uint8_t>at[0])
    if type == TF_TYPE_TEXT:
        return PyUnicode_DecodeUTF8(at, strnlen(at, field.size), b"replace")
    if type == TF_TYPE_TIME or type == TF_TYPE_I64:
        return (<const int64_t *>at)[0]
    if type == TF_TYPE_U64:
        return (<const uint64_t *>at)[0]
    if type == TF_TYPE_I32:
        return (<const int32_t *>at)[0]
    if type == TF_TYPE_U32:
        return (<const uint32_t *>at)[0]
    if type == TF_TYPE_BOOL:
        return at[0] != 0
    if type == TF_TYPE_LONG:
        return PyUnicode_DecodeUTF8((<const tf_text *>at).data, (<const tf_text *>at).size, b"replace")
    if type == TF_TYPE_DATA:
        return PyBytes_FromStringAndSize((<const tf_text *>at).data, (<const tf_text *>at).size)
    return <uint8_t>at[0]


cdef inline object enum_member(uint8_t enumeration, uint8_t value):
    cdef tuple members = <tuple>_members[enumeration]
    return members[value] if value < len(members) else members[0]


cdef struct Attribute:
    PyObject *name           # interned, never freed
    const tf_field *field    # NULL: the symbol

# Attributes by kind and by the address of their interned name: a read then costs half of what the interpreter's way
# through type and descriptor costs. Whatever is not here goes that way.
cdef Attribute _attributes[TF_KINDS][ATTRIBUTE_SLOTS]


cdef inline Attribute *attribute(uint8_t kind, PyObject *name) noexcept:
    cdef size_t at = (<size_t>name >> 4) ^ (<size_t>name >> 12)
    while True:
        at &= ATTRIBUTE_SLOTS - 1
        if _attributes[kind][at].name == name or _attributes[kind][at].name == NULL:
            return &_attributes[kind][at]
        at += 1


cdef class Record:
    """What all records have in common. A record handed to a callback is valid during the call; `copy()` keeps it."""

    def __init__(self):
        raise TypeError("records come from a decoder; they are not made by hand")

    def __getattribute__(self, name):
        cdef Attribute *found
        if self.rec != NULL:
            found = attribute(self.rec.kind, <PyObject *>name)
            if found.name != NULL:
                if found.field != NULL:
                    return read_field(<PyObject *>self, <void *>found.field)
                self.check()
                return self.symbol_text()
        return PyObject_GenericGetAttr(self, name)

    cdef int check(self) except -1:
        return 0 if self.alive() else self.gone()

    cdef int gone(self) except -1:
        if self.rec == NULL:
            raise ReferenceError(
                f"this {type(self).__name__} was only valid during its callback: keep its copy() instead")
        raise ReferenceError(f"this row now belongs to another {type(self).__name__}: keep a copy() instead")

    cdef object symbol_text(self):
        return self.named if self.symbols is None else self.symbols.text(self.rec.symbol)

    cdef object stream_label(self):
        cdef list labels
        if self.symbols is None:
            return self.label
        labels = self.symbols.labels
        return labels[self.rec.stream] if self.rec.stream < len(labels) else self.rec.stream

    @property
    def kind(self):
        """What the record is."""
        self.check()
        return enums.RecordKind(self.rec.kind)

    @property
    def venue(self):
        """Which protocol it came by."""
        self.check()
        return enums.Venue(self.rec.venue)

    @property
    def flags(self):
        """SNAPSHOT, STALE, INEXACT …"""
        self.check()
        return Flag(self.rec.flags)

    @property
    def symbol(self):
        """The instrument as the venue names it, or None."""
        self.check()
        return self.symbol_text()

    @property
    def symbol_id(self):
        """The interned number of `symbol`, as in numpy columns; 0 = none."""
        self.check()
        return self.rec.symbol

    @property
    def stream(self):
        """The label of the stream that it came by; its number where the stream has no label."""
        self.check()
        return self.stream_label()

    @property
    def stream_id(self):
        """The number of the stream in its engine, as in numpy columns."""
        self.check()
        return self.rec.stream

    @property
    def ts_event(self):
        """The venue's time, ns UTC, or None."""
        self.check()
        return None if self.rec.ts_event == TF_UNKNOWN_TIME else self.rec.ts_event

    @property
    def ts_recv(self):
        """When the bytes were read, ns UTC."""
        self.check()
        return self.rec.ts_recv

    @property
    def seq(self):
        """Order of arrival over all streams of an engine."""
        self.check()
        return self.rec.seq

    @property
    def known(self):
        """Bit i: field i has been stated."""
        self.check()
        return self.rec.known

    @property
    def changed(self):
        """Bit i: field i was altered by this update."""
        self.check()
        return self.rec.changed

    @property
    def known_fields(self):
        """Names of the fields that have been stated."""
        self.check()
        return names(self.rec.kind, self.rec.known)

    @property
    def changed_fields(self):
        """Names of the fields that this update altered."""
        self.check()
        return names(self.rec.kind, self.rec.changed)

    def decimal(self, str name not None):
        """The exact Decimal of the wire, or None where it was never stated.

        :raises AttributeError: the record has no numeric field of that name
        """
        self.check()
        cdef const tf_kind *kind = &tf_kinds[self.rec.kind]
        cdef int i
        cdef bytes wanted = name.encode()
        for i in range(kind.dec_count):
            if kind.fields[i].name == wanted:
                break
        else:
            raise AttributeError(f"{type(self).__name__} has no number named {name!r}")
        if not (self.rec.known >> i) & 1:
            return None
        cdef uint32_t n
        if self.exact != NULL:
            for n in range(self.exact.count):
                if self.exact.texts[n].bit == <uint32_t>i:
                    return Decimal(PyUnicode_DecodeUTF8(self.exact.texts[n].data, self.exact.texts[n].size, NULL))
        cdef double value = (<const double *>(<const char *>self.rec + kind.fields[i].offset))[0]
        cdef int decimals = (<const int8_t *>self.rec)[kind.decimals + i]
        # At most 15 digits: scaling by a power of ten is off by less than half a unit, so rounding gives them back.
        cdef double scaled = value * pow(10, decimals) if decimals >= 0 else value / pow(10, -decimals)
        if not -1e15 < scaled < 1e15:    # derived from an INEXACT number
            return Decimal(repr(value))
        cdef int64_t digits = llround(scaled)
        text = str(abs(digits))
        return Decimal((1 if signbit(value) else 0, tuple(map(int, text)), -decimals))

    def copy(self):
        """An independent copy, valid as long as it is referenced."""
        self.check()
        cdef const tf_kind *kind = &tf_kinds[self.rec.kind]
        cdef size_t size = kind.size, at = kind.size
        cdef int i
        cdef uint32_t n, count = self.exact.count if self.exact != NULL else 0
        cdef const tf_text *text
        cdef tf_exact *exact = NULL
        cdef tf_exact_text *texts
        if count:
            size += sizeof(tf_exact) + count * sizeof(tf_exact_text)
            for n in range(count):
                size += self.exact.texts[n].size
        for i in range(kind.count):
            if has_text(self.rec, &kind.fields[i]):
                size += (<const tf_text *>(<const char *>self.rec + kind.fields[i].offset)).size
        memory = PyBytes_FromStringAndSize(NULL, size)
        cdef char *to = PyBytes_AS_STRING(memory)
        memcpy(to, self.rec, kind.size)
        if count:    # right behind the record, whose size is a multiple of 8
            exact = <tf_exact *>(to + at)
            texts = <tf_exact_text *>(exact + 1)
            exact.texts, exact.count = texts, count
            at += sizeof(tf_exact) + count * sizeof(tf_exact_text)
            for n in range(count):
                texts[n] = self.exact.texts[n]
                memcpy(to + at, texts[n].data, texts[n].size)
                texts[n].data = to + at
                at += texts[n].size
        for i in range(kind.count):
            if has_text(self.rec, &kind.fields[i]):
                text = <const tf_text *>(<const char *>self.rec + kind.fields[i].offset)
                memcpy(to + at, text.data, text.size)
                (<tf_text *>(to + kind.fields[i].offset)).data = to + at
                at += text.size
        copied = view(<const tf_header *>to, memory, None, exact)
        copied.named, copied.label = self.symbol_text(), self.stream_label()
        return copied

    def as_dict(self):
        """Every field that has been stated, by name, after `symbol` and `ts_event`."""
        self.check()
        out = {"symbol": self.symbol, "ts_event": self.ts_event}
        for name in self.known_fields:
            out[name] = getattr(self, name)
        return out

    @classmethod
    def dtype(cls):
        """The numpy structured dtype of the record: the columns of `array` and of on_batch().

        What was never stated is NaN in a column of numbers, -2**63 in one of times, and 0 or b"" in all others, with
        its bit in the column `known` clear (see mask()). Every byte has a name, so that numpy keeps the layout when it
        joins arrays. Names that begin with an underscore mean nothing: padding, and the pointers of long texts.
        """
        import numpy

        return numpy.dtype(columns(kind_of(cls)))

    @classmethod
    def mask(cls, *wanted):
        """The bits of the named fields, as in `known` and `changed`.

        :raises ValueError: the record has no such field
        """
        cdef const tf_kind *kind = &tf_kinds[kind_of(cls)]
        cdef uint64_t bits = 0
        cdef int i
        known = {kind.fields[i].name.decode(): i for i in range(kind.count)}
        for name in wanted:
            if name not in known:
                raise ValueError(f"{cls.__name__} has no field {name!r}; it has {', '.join(known)}")
            bits |= <uint64_t>1 << <int>known[name]
        return bits

    def __repr__(self):
        if not self.alive():
            return f"<{type(self).__name__}, no longer valid>"
        shown = ", ".join(
            f"{name}={getattr(value, 'name', value)}" for name, value in self.as_dict().items() if value is not None)
        return f"<{type(self).__name__} {shown}>"


cdef inline bint has_text(const tf_header *rec, const tf_field *field) noexcept:
    return field.type >= TF_TYPE_LONG and (rec.known >> field.bit) & 1


cdef list TYPE_NAMES = ["dec", "time", "i64", "u64", "i32", "u32", "u8", "bool", "enum", "text", "long", "data"]
cdef list HEADER = [
    ("kind", "u1"), ("venue", "u1"), ("flags", "<u2"), ("symbol", "<u4"), ("stream", "<u2"), ("reserved", "<u2", (3,)),
    ("ts_event", "<i8"), ("ts_recv", "<i8"), ("seq", "<u8"), ("known", "<u8"), ("changed", "<u8")]


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
    cdef size_t end
    out = []
    for i in range(kind.count):
        out.append((kind.fields[i].offset, column(&kind.fields[i])))
    if kind.dec_count:
        out.append((kind.decimals, ("decimals", "i1", (kind.dec_count,))))
    out.sort()
    offset, last = out[len(out) - 1]
    end = offset + width(last)
    return [*HEADER, *[one for _, one in out], *([("_pad", "u1", (kind.size - end,))] if end < kind.size else [])]


cdef size_t width(tuple column) except 0:
    """Bytes of a column."""
    return int(column[1].lstrip("<")[1:]) * (column[2][0] if len(column) > 2 else 1)


def layout():
    """How records are laid out in memory, as a dict that json.dumps() takes.

    `hash` is that of all kinds together (TF_LAYOUT in C), `kinds[name]["hash"]` that of one (TF_QUOTE_LAYOUT and so
    on). A kind has its size in bytes, and its fields in the order of their offsets: name, offset and size in bytes, type
    (see docs/records.md), numpy dtype, bit in `known` and `changed`, and the enum of those that are one. Type and bit
    are None for the header's members and for what is no field of its own (`decimals`, `_pad`).
    """
    cdef int code, i
    cdef const tf_kind *kind
    kinds = {}
    for code in range(1, TF_KINDS):
        kind = &tf_kinds[code]
        fields = {kind.fields[i].name.decode(): i for i in range(kind.count)}
        out, at = [], 0
        for one in columns(code):
            name = one[0]
            bit = None
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
    names_ = [tf_enums[i].decode() for i in range(1, TF_ENUMS)] + ["Flag"]
    members = {name: {member.name: int(member) for member in getattr(enums, name)} for name in names_}
    return {"hash": f"{TF_LAYOUT:016x}", "header": sizeof(tf_header), "kinds": kinds, "enums": members}


cdef tuple names(uint8_t code, uint64_t bits):
    cdef const tf_kind *kind = &tf_kinds[code]
    cdef int i
    return tuple([kind.fields[i].name.decode() for i in range(kind.count) if (bits >> i) & 1])


cdef object _classes = [None] * TF_KINDS
KINDS = {}
cdef PyGetSetDef _getset[TF_KINDS][64]


cdef list _interned = []      # keeps the names in _attributes alive


cdef int remember(uint8_t kind, str name, const tf_field *field) except -1:
    name = sys.intern(name)
    _interned.append(name)
    cdef Attribute *slot = attribute(kind, <PyObject *>name)
    slot.name, slot.field = <PyObject *>name, field
    return 0


cdef int _make_classes() except -1:
    """Quote, Trade …: a subclass of Record for each kind, with an attribute for each field."""
    cdef int code, i
    cdef const tf_kind *kind
    cdef const tf_field *field
    for code in range(1, TF_KINDS):
        kind = &tf_kinds[code]
        name = kind.name.decode()
        cls = type(name, (Record,), {"__slots__": (), "__doc__": kind.doc.decode(), "__module__": "tickfold"})
        for i in range(kind.count):
            field = &kind.fields[i]
            _getset[code][i].name = field.name
            _getset[code][i].get = <void *>read_field
            _getset[code][i].set = NULL
            _getset[code][i].doc = field.doc
            _getset[code][i].closure = <void *>field
            setattr(cls, field.name.decode(), PyDescr_NewGetSet(<PyTypeObject *>cls, &_getset[code][i]))
            remember(<uint8_t>code, field.name.decode(), field)
        remember(<uint8_t>code, "symbol", NULL)
        _classes[code] = KINDS[name] = globals()[name] = cls
    return 0


_make_classes()


cdef object class_of(uint8_t kind):
    return _classes[kind]


cdef int kind_of(object cls) except -1:
    for code in range(1, TF_KINDS):
        if _classes[code] is cls:
            return code
    raise TypeError(f"{cls!r} is no record class; the record classes are {', '.join(KINDS)}")


cdef class ExactTexts:

    def __cinit__(self):
        self.texts = {}
        self.c.texts = self.room

    cdef int refresh(self) except -1:
        cdef tf_exact_text *one
        cdef Py_ssize_t size
        self.c.count = 0
        for bit, text in self.texts.items():
            one = &self.room[self.c.count]
            one.data = PyUnicode_AsUTF8AndSize(text, &size)
            one.size, one.bit = <uint32_t>size, bit
            self.c.count += 1
        return 0


cdef Record view(const tf_header *rec, object owner, Names symbols, const tf_exact *exact):
    cdef object cls = _classes[rec.kind]
    cdef Record record = <Record>cls.__new__(cls)
    record.rec, record.owner, record.symbols, record.exact = rec, owner, symbols, exact
    return record
