"""Views of records.

A view is a pointer into memory that another object owns. Its attributes are generated from the table of fields
(tickfold/fields.h); they read the struct in place and allocate only the value that they return.
"""

from cpython.object cimport PyObject, PyTypeObject
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from tickfold.engine.fields cimport bits_of, dtype_of, enum_member, names_of
from tickfold.engine.making cimport Made, make, number_of, pack, same
from tickfold.engine.structs cimport TF_UNKNOWN_TIME, tf_text

import json
import operator
import sys

from tickfold.engine import fields
from tickfold.schema import enums as members
from tickfold.schema.as_json import as_json

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *s, size_t maxlen)

cdef enum:
    ATTRIBUTE_SLOTS = 256    # per kind; at most 65 are used: 64 fields and the symbol

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

UNKNOWN_TIME = TF_UNKNOWN_TIME

for _name in (*fields.ENUMS, "Flag"):
    globals()[_name] = getattr(members, _name)


cdef object read_field(PyObject *self, void *closure):
    """The getter of every attribute; closure is the field's row in the table of fields."""
    cdef const tf_field *field = <const tf_field *>closure
    cdef const tf_header *rec = (<Record>self).rec
    cdef const char *at
    if not (<Record>self).alive():
        (<Record>self).gone()
    if not (rec.known >> field.bit) & 1:
        return None
    at = <const char *>rec + field.offset
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


cdef struct Attribute:
    PyObject *name           # interned, never freed
    const tf_field *field    # NULL: the symbol

# A hash table of attributes, by kind and by the address of the interned name. A read through it costs half of the usual
# lookup of a descriptor in the type. Names that are not in it take the usual way.
cdef Attribute _attributes[TF_KINDS][ATTRIBUTE_SLOTS]


cdef inline Attribute *attribute(uint8_t kind, PyObject *name) noexcept:
    cdef Attribute *slots = _attributes[kind]
    cdef size_t at = (<size_t>name >> 4) ^ (<size_t>name >> 12)
    cdef Attribute *found = &slots[at % ATTRIBUTE_SLOTS]
    while found.name != name and found.name != NULL:
        at += 1
        found = &slots[at % ATTRIBUTE_SLOTS]
    return found


cdef class Record:
    """What all records have in common. A record handed to a callback is valid during the call; `copy()` keeps it.

    A field that was never stated is None. Attributes can't be assigned to. Records are made by name:

        quote = tf.Quote(symbol="AAPL", bid=188.25, ask="188.30", flags=tf.Flag.SNAPSHOT)

    Numbers may be float, int, Decimal or text and keep the decimals that they are given with. Times are ns since 1970
    UTC or a datetime with a time zone; enums are members or their names; `stream` is a label or a number; `changed` is
    a list of field names, by default all fields that are given.

    Two records are equal if kind, symbol, stream, ts_event and all fields are equal; `seq`, `ts_recv`, `flags`,
    `changed` and the decimals of equal numbers (1.5 and 1.50) do not count. Records have no hash, because a view of a
    row changes with the row; use a tuple of fields as a key. Records can be copied and pickled. Copies and records made
    by hand never change.
    """

    __hash__ = None
    __match_args__ = ()    # match by keyword: case tf.Order(symbol="AAPL", status=status)

    def __init__(self, **values):
        if self.rec != NULL:
            raise TypeError(f"this {type(self).__name__} is made already; copy.replace() and copy() make others")
        self.hold(make(kind_of(type(self)), values))

    cdef int hold(self, Made made) except -1:
        """Makes this a view of a record in memory of its own."""
        self.rec, self.owner, self.exact = made.rec, made, made.exact
        self.named, self.label = made.symbol, made.stream
        return 0

    def __getattribute__(self, name):
        cdef Attribute *found
        cdef const tf_field *field
        if self.rec != NULL:
            found = attribute(self.rec.kind, <PyObject *>name)
            if found.name == <PyObject *>name:
                if not self.alive():    # as check(), which would be a call
                    self.gone()
                field = found.field
                if field == NULL:
                    return self.symbol_text()
                if field.type != TF_TYPE_DEC:
                    return read_field(<PyObject *>self, <void *>field)
                if (self.rec.known >> field.bit) & 1:    # a number: what is read most is read here, without a call
                    return (<const double *>(<const char *>self.rec + field.offset))[0]
                return None
        return PyObject_GenericGetAttr(self, name)

    cdef int check(self) except -1:
        return 0 if self.alive() else self.gone()

    cdef int gone(self) except -1:
        if self.rec == NULL:
            raise ReferenceError(
                f"this {type(self).__name__} was only valid during its callback: keep its copy() instead")
        raise ReferenceError(f"this row now belongs to another {type(self).__name__}: keep a copy() instead")

    cdef object symbol_text(self):
        cdef PyObject *text
        if self.symbols is None:
            return self.named
        text = self.symbols.made(self.rec.symbol)
        return <object>text if text != NULL else self.symbols.text(self.rec.symbol)

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
        return members.RecordKind(self.rec.kind)

    @property
    def venue(self):
        """Which venue's protocol the record came by."""
        self.check()
        return members.Venue(self.rec.venue)

    @property
    def flags(self):
        """Bits such as SNAPSHOT, STALE, INEXACT: see Flag."""
        self.check()
        return members.Flag(self.rec.flags)

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
        """The label of the record's stream; the stream's number if it has no label."""
        self.check()
        return self.stream_label()

    @property
    def stream_id(self):
        """The number of the stream in its engine, as in numpy columns."""
        self.check()
        return self.rec.stream

    @property
    def ts_event(self):
        """The venue's time of the event, ns since 1970 UTC; None if it was not stated."""
        self.check()
        return None if self.rec.ts_event == TF_UNKNOWN_TIME else self.rec.ts_event

    @property
    def ts_recv(self):
        """When the bytes were read from the socket, ns since 1970 UTC; 0 if unknown."""
        self.check()
        return self.rec.ts_recv

    @property
    def seq(self):
        """A number that rises with each record, over all streams of an engine: the order of arrival."""
        self.check()
        return self.rec.seq

    @property
    def known(self):
        """Bit i is set if field i has been stated: by this record, or for a row by any update so far."""
        self.check()
        return self.rec.known

    @property
    def changed(self):
        """Bit i is set if this update changed field i."""
        self.check()
        return self.rec.changed

    @property
    def known_fields(self):
        """Names of the fields that have been stated."""
        self.check()
        return names_of(self.rec.kind, self.rec.known)

    @property
    def changed_fields(self):
        """Names of the fields that this update changed."""
        self.check()
        return names_of(self.rec.kind, self.rec.changed)

    def decimal(self, str name not None):
        """The exact number of the wire as a Decimal, or None if it was never stated.

        :raises AttributeError: the record has no numeric field of that name
        """
        self.check()
        bit = bits_of(self.rec.kind).get(name)
        if bit is None or bit >= tf_kinds[self.rec.kind].dec_count:
            raise AttributeError(f"{type(self).__name__} has no number named {name!r}")
        return self.number(bit) if (self.rec.known >> <int>bit) & 1 else None

    def parsed(self, str name not None):
        """The value of a text or data field that is JSON, such as a list of symbols; None if unstated, or no JSON."""
        try:
            return json.loads(getattr(self, name))
        except (TypeError, ValueError):
            return None

    @property
    def extra(self):
        """What its message says under the keys of the stream's `extra=`: {key: text}; {} where it says nothing.

        Of a JSON text its letters, of anything else its JSON; null says nothing. They belong to the message at hand: a
        view of a row outside a callback has none, a copy made within it has.
        """
        self.check()
        cdef dict texts = self.beside()
        return {} if texts is None else dict(texts)

    cdef dict beside(self):
        if isinstance(self.owner, Made):
            return (<Made>self.owner).extra
        return _lent if self.rec == _lent_of else None

    cdef object number(self, int bit):
        """The exact Decimal of a number that has been stated."""
        return number_of(self.rec, self.exact, bit)

    def copy(self):
        """An independent copy, which stays valid after the callback and never changes."""
        self.check()
        cdef Made made = pack(self.rec, self.exact)
        made.symbol, made.stream, made.extra = self.symbol_text(), self.stream_label(), self.beside()
        cdef object cls = _classes[self.rec.kind]
        cdef Record copied = <Record>cls.__new__(cls)
        copied.hold(made)
        return copied

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __replace__(self, **values):
        """For copy.replace(): a copy with other values in these fields; None makes a field unknown."""
        return type(self)(**{**self.stated(True), **values})

    def __reduce__(self):
        return remake, (type(self).__name__, self.stated(True), self.extra)

    cdef dict stated(self, bint exact):
        """Header and fields by name, from which the record can be made again; exact: numbers as Decimal."""
        self.check()
        cdef const tf_kind *kind = &tf_kinds[self.rec.kind]
        cdef const tf_field *field
        cdef int i
        out = {"kind": self.kind, "venue": self.venue, "stream": self.stream_label(), "stream_id": self.rec.stream,
               "flags": self.flags, "symbol": self.symbol_text(), "symbol_id": self.rec.symbol,
               "ts_event": self.ts_event, "ts_recv": self.rec.ts_recv, "seq": self.rec.seq,
               "changed": names_of(self.rec.kind, self.rec.changed)}
        for i in range(kind.count):
            field = &kind.fields[i]
            if (self.rec.known >> i) & 1:
                if exact and i < kind.dec_count:
                    out[field.name.decode()] = self.number(i)
                elif field.type == TF_TYPE_TEXT and exact:    # text that is not UTF-8 stays bytes
                    out[field.name.decode()] = (<const char *>self.rec + field.offset)[:strnlen(
                        <const char *>self.rec + field.offset, field.size)]
                else:
                    out[field.name.decode()] = read_field(<PyObject *>self, <void *>field)
        return out

    def as_dict(self, *, enums="member", bint exact=False):
        """The header and every field that has been stated, by name. `tf.Quote(**d)` makes the record again.

        :param enums: "member" for enum members, "name" for their names as str
        :param exact: numbers as Decimal, not as float
        """
        cdef int i
        if enums not in ("member", "name"):
            raise ValueError(f"enums is 'member' or 'name', not {enums!r}")
        self.check()
        out = {"kind": self.kind, "venue": self.venue, "stream": self.stream_label(), "flags": self.flags,
               "symbol": self.symbol_text(), "ts_event": self.ts_event, "ts_recv": self.rec.ts_recv,
               "seq": self.rec.seq, "changed": self.changed_fields}
        for name, i in bits_of(self.rec.kind).items():
            if (self.rec.known >> i) & 1:
                out[name] = self.number(i) if exact and i < tf_kinds[self.rec.kind].dec_count else getattr(self, name)
        if enums == "name":
            for name, value in out.items():
                if hasattr(type(value), "_member_map_"):
                    out[name] = str(value)
        return out

    def to_json(self):
        """as_dict() as JSON text: enums by name, numbers with all digits of the wire, flags as "SNAPSHOT|STALE".

        Bytes that are not UTF-8 become "base64:" followed by their base64 form.
        """
        return as_json(self.as_dict(enums="name", exact=True))

    def __eq__(self, other):
        if not isinstance(other, Record):
            return NotImplemented
        cdef Record one = <Record>other
        self.check()
        one.check()
        return (self.rec.kind == one.rec.kind and self.symbol_text() == one.symbol_text()
                and self.stream_label() == one.stream_label() and same(self.rec, self.exact, one.rec, one.exact))

    @classmethod
    def dtype(cls):
        """The numpy structured dtype of the record: the columns of `array` and of on_batch().

        A field that was never stated is NaN in a column of numbers, -2**63 (the lowest int64) in one of times, and 0 or
        b"" in any other; its bit in the column `known` is 0 (see mask()). Ignore columns whose names begin with an
        underscore: they are padding and pointers of long texts, named so that numpy keeps the layout when it joins
        arrays.
        """
        return dtype_of(kind_of(cls))

    @classmethod
    def mask(cls, *wanted):
        """The bits of the named fields, as in `known` and `changed`.

        :raises ValueError: the record has no such field
        """
        cdef dict known = bits_of(kind_of(cls))
        cdef uint64_t bits = 0
        for name in wanted:
            if name not in known:
                raise ValueError(f"{cls.__name__} has no field {name!r}; it has {', '.join(known)}")
            bits |= <uint64_t>1 << <int>known[name]
        return bits

    def __repr__(self):
        if not self.alive():
            return f"<{type(self).__name__}, no longer valid>"
        shown = {"symbol": self.symbol_text(), "stream": self.stream_label(), "ts_event": self.ts_event}
        if not isinstance(shown["stream"], str):
            del shown["stream"]
        for name in self.known_fields:
            value = getattr(self, name)
            shown[name] = value if not isinstance(value, (str, bytes)) or len(value) <= 200 else value[:200] + (
                "…" if isinstance(value, str) else b"...")
        if self.rec.flags:
            shown["flags"] = self.flags
        shown = ", ".join(f"{name}={value}" for name, value in shown.items() if value is not None)
        return f"<{type(self).__name__} {shown}>"


def remake(name, values, extra=None):
    """Makes a record from its pickled form."""
    cdef Record record = KINDS[name](**values)
    (<Made>record.owner).extra = extra or None
    return record


# The record that is being handed on with texts beside it, and these; NULL and None mostly.
cdef const tf_header *_lent_of = NULL
cdef dict _lent = None


cdef dict lend_extra(const tf_header *rec, dict texts, const tf_header **outer):
    global _lent_of, _lent
    if outer != NULL:
        outer[0] = _lent_of
    before, _lent_of, _lent = _lent, rec, texts
    return before


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
        if name == "Position":    # as Pnl has them
            cls.realized = property(operator.attrgetter("realized_pnl"), doc="The same as realized_pnl.")
            cls.unrealized = property(operator.attrgetter("unrealized_pnl"), doc="The same as unrealized_pnl.")
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


cdef Record view(const tf_header *rec, object owner, Names symbols, const tf_exact *exact):
    cdef object cls = _classes[rec.kind]
    cdef Record record = <Record>cls.__new__(cls)
    record.rec, record.owner, record.symbols, record.exact = rec, owner, symbols, exact
    return record
