"""Makes records in memory of their own (see making.pxd).

Numbers keep the decimals that they are given with: 1.50 as a Decimal or a text has two, 1.5 as a float has one (the
shortest text that gives the float back), 2 as an int none.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.math cimport isfinite, llround, NAN, pow, signbit
from libc.stdint cimport INT64_MAX, INT64_MIN, int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from tickfold.engine.fields cimport (
    bits_of, has_text, TF_TYPE_BOOL, TF_TYPE_DATA, TF_TYPE_DEC, TF_TYPE_ENUM, TF_TYPE_I32, TF_TYPE_I64,
    TF_TYPE_LONG, TF_TYPE_TEXT, TF_TYPE_TIME, TF_TYPE_U32, TF_TYPE_U64, tf_enums, tf_exact, tf_exact_text, tf_field,
    tf_kind, tf_kinds)
from tickfold.engine.structs cimport TF_INEXACT, TF_UNKNOWN_TIME, tf_header, tf_text

import datetime
import difflib
from decimal import Decimal, InvalidOperation

from tickfold.schema import enums

cdef tuple HEADER = (
    "kind", "venue", "stream", "stream_id", "flags", "symbol", "symbol_id", "ts_event", "ts_recv", "seq", "changed")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


cdef Made pack(const tf_header *rec, const tf_exact *exact):
    cdef const tf_kind *kind = &tf_kinds[rec.kind]
    cdef size_t size = kind.size, at = kind.size
    cdef int i
    cdef uint32_t n, count = exact.count if exact != NULL else 0
    cdef const tf_text *text
    cdef tf_exact *own
    cdef tf_exact_text *texts
    cdef Made made = Made.__new__(Made)
    if count:
        size += sizeof(tf_exact) + count * sizeof(tf_exact_text)
        for n in range(count):
            size += exact.texts[n].size
    for i in range(kind.count):
        if has_text(rec, &kind.fields[i]):
            size += (<const tf_text *>(<const char *>rec + kind.fields[i].offset)).size
    made.memory = PyBytes_FromStringAndSize(NULL, size)
    cdef char *to = PyBytes_AS_STRING(made.memory)
    memcpy(to, rec, kind.size)
    if count:    # directly after the record, whose size is a multiple of 8
        own = <tf_exact *>(to + at)
        texts = <tf_exact_text *>(own + 1)
        own.texts, own.count = texts, count
        at += sizeof(tf_exact) + count * sizeof(tf_exact_text)
        for n in range(count):
            texts[n] = exact.texts[n]
            memcpy(to + at, texts[n].data, texts[n].size)
            texts[n].data = to + at
            at += texts[n].size
        made.exact = own
    for i in range(kind.count):
        if has_text(rec, &kind.fields[i]):
            text = <const tf_text *>(<const char *>rec + kind.fields[i].offset)
            memcpy(to + at, text.data, text.size)
            (<tf_text *>(to + kind.fields[i].offset)).data = to + at
            at += text.size
    made.rec = <const tf_header *>to
    return made


cdef Made make(int code, dict values):
    cdef const tf_kind *kind = &tf_kinds[code]
    cdef bytes room = PyBytes_FromStringAndSize(NULL, kind.size)
    cdef char *base = PyBytes_AS_STRING(room)
    cdef tf_header *head = <tf_header *>base
    cdef tf_exact_text texts[64]
    cdef tf_exact exact
    cdef dict bits = bits_of(code)
    cdef list alive = []    # keeps alive what `texts` and long texts point to
    cdef int i
    cdef Made made
    memset(base, 0, kind.size)
    head.kind, head.ts_event = <uint8_t>code, TF_UNKNOWN_TIME
    for i in range(kind.count):
        if kind.fields[i].type == TF_TYPE_DEC:
            (<double *>(base + kind.fields[i].offset))[0] = NAN
        elif kind.fields[i].type == TF_TYPE_TIME:
            (<int64_t *>(base + kind.fields[i].offset))[0] = TF_UNKNOWN_TIME
    exact.texts, exact.count = texts, 0
    symbol = stream = changed = None
    for name, value in values.items():
        if value is None and (name in bits or name in HEADER):
            continue
        where = f"{kind.name.decode()}.{name}"
        if name in bits:
            i = bits[name]
            put(base, &kind.fields[i], kind, value, where, alive, &exact, texts)
            head.known |= <uint64_t>1 << i
        elif name == "kind":
            if integer(member(enums.RecordKind, value, where), 0, 255, where) != code:
                raise ValueError(f"{where} is {value!r}: that is another class of records")
        elif name == "venue":
            head.venue = <uint8_t>integer(member(enums.Venue, value, where), 0, 255, where)
        elif name == "flags":
            head.flags |= <uint16_t>integer(flags(value, where), 0, 0xFFFF, where)
        elif name == "symbol":
            symbol = plain(value, str, where)
        elif name == "stream":
            stream = value if isinstance(value, str) else integer(value, 0, 0xFFFF, where)
            if not isinstance(stream, str):
                head.stream = stream
        elif name == "stream_id":
            head.stream = integer(value, 0, 0xFFFF, where)
        elif name == "symbol_id":
            head.symbol = integer(value, 0, 0xFFFFFFFF, where)
        elif name == "ts_event":
            head.ts_event = moment(value, where)
        elif name == "ts_recv":
            head.ts_recv = moment(value, where)
        elif name == "seq":
            head.seq = integer(value, 0, 0xFFFFFFFFFFFFFFFF, where)
        elif name == "changed":
            changed = value
        else:
            raise TypeError(unknown(kind.name.decode(), name, bits))
    head.changed = head.known if changed is None else mask_of(kind.name.decode(), changed, bits)
    if exact.count:
        head.flags |= TF_INEXACT
    else:
        head.flags &= ~<uint16_t>TF_INEXACT
    made = pack(head, &exact)
    made.symbol, made.stream = symbol, stream
    return made


cdef int put(char *base, const tf_field *field, const tf_kind *kind, object value, str where, list alive,
             tf_exact *exact, tf_exact_text *texts) except -1:
    """Stores a Python value in its field."""
    cdef char *at = base + field.offset
    cdef bytes raw
    if field.type == TF_TYPE_DEC:
        raw = put_number(<double *>at, <int8_t *>base + kind.decimals + field.bit, value, where)
        if raw is not None:
            alive.append(raw)
            texts[exact.count].data, texts[exact.count].size = PyBytes_AS_STRING(raw), <uint32_t>PyBytes_GET_SIZE(raw)
            texts[exact.count].bit = field.bit
            exact.count += 1
    elif field.type == TF_TYPE_TIME:
        (<int64_t *>at)[0] = moment(value, where)
    elif field.type == TF_TYPE_I64:
        (<int64_t *>at)[0] = integer(value, INT64_MIN, INT64_MAX, where)
    elif field.type == TF_TYPE_U64:
        (<uint64_t *>at)[0] = integer(value, 0, 0xFFFFFFFFFFFFFFFF, where)
    elif field.type == TF_TYPE_I32:
        (<int32_t *>at)[0] = integer(value, -0x80000000, 0x7FFFFFFF, where)
    elif field.type == TF_TYPE_U32:
        (<uint32_t *>at)[0] = integer(value, 0, 0xFFFFFFFF, where)
    elif field.type == TF_TYPE_ENUM:
        value = member(getattr(enums, tf_enums[field.enumeration].decode()), value, where)
        (<uint8_t *>at)[0] = integer(value, 0, 255, where)
    elif field.type == TF_TYPE_BOOL:
        (<uint8_t *>at)[0] = integer(value, 0, 1, where)
    elif field.type == TF_TYPE_TEXT:
        raw = value if isinstance(value, bytes) else plain(value, str, where).encode()
        if PyBytes_GET_SIZE(raw) > field.size:
            raise ValueError(f"{where} has room for {field.size} bytes of UTF-8, not for {PyBytes_GET_SIZE(raw)}")
        if b"\0" in raw:
            raise ValueError(f"{where} can't hold a NUL: {value!r}")
        memcpy(at, PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    elif field.type == TF_TYPE_LONG or field.type == TF_TYPE_DATA:
        if field.type == TF_TYPE_DATA:
            raw = bytes(plain(value, (bytes, bytearray, memoryview), where))
        else:
            raw = value if isinstance(value, bytes) else plain(value, str, where).encode()
        alive.append(raw)
        (<tf_text *>at).data, (<tf_text *>at).size = PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw)
    else:
        (<uint8_t *>at)[0] = integer(value, 0, 255, where)
    return 0


cdef bytes put_number(double *to, int8_t *decimals, object value, str where):
    """Stores a number; returns its text if float64 and count of decimals do not hold it exactly."""
    number = exact_number(value, where)
    _, digits, exponent = number.as_tuple()
    to[0] = float(number)
    if not isfinite(to[0]):
        raise ValueError(f"{where}: {value!r} is beyond what a float64 holds")
    decimals[0] = <int8_t>min(127, max(-127, -exponent))
    if len(digits) <= 15 and -22 <= exponent <= 22 and str(exact_value(to[0], decimals[0])) == str(number):
        return None
    return str(number).encode()


cdef object exact_value(double value, int decimals):
    # At most 15 digits: scaling by a power of ten is off by less than half a unit, so rounding gives them back.
    cdef double scaled = value * pow(10, decimals) if decimals >= 0 else value / pow(10, -decimals)
    if not -1e15 < scaled < 1e15:    # derived from an INEXACT number
        return Decimal(repr(value))
    cdef int64_t digits = llround(scaled)
    text = str(abs(digits))
    return Decimal((1 if signbit(value) else 0, tuple(map(int, text)), -decimals))


cdef object number_of(const tf_header *rec, const tf_exact *exact, int bit):
    cdef const tf_kind *kind = &tf_kinds[rec.kind]
    cdef uint32_t n
    if exact != NULL:
        for n in range(exact.count):
            if exact.texts[n].bit == <uint32_t>bit:
                return Decimal(PyUnicode_DecodeUTF8(exact.texts[n].data, exact.texts[n].size, NULL))
    return exact_value((<const double *>(<const char *>rec + kind.fields[bit].offset))[0],
                       (<const int8_t *>rec)[kind.decimals + bit])


cdef bint same(const tf_header *one, const tf_exact *exact, const tf_header *other,
               const tf_exact *other_exact) except -1:
    cdef const tf_kind *kind = &tf_kinds[one.kind]
    cdef const tf_field *field
    cdef const char *a
    cdef const char *b
    cdef int i
    if one.known != other.known or one.ts_event != other.ts_event:
        return False
    for i in range(kind.count):
        if not (one.known >> i) & 1:
            continue
        field = &kind.fields[i]
        a, b = <const char *>one + field.offset, <const char *>other + field.offset
        if field.type == TF_TYPE_DEC:
            if (<const double *>a)[0] != (<const double *>b)[0]:
                return False
            # Two INEXACT numbers can differ and have the same float64.
            if (exact != NULL or other_exact != NULL) and (
                    number_of(one, exact, i) != number_of(other, other_exact, i)):
                return False
        elif field.type >= TF_TYPE_LONG:
            if ((<const tf_text *>a).size != (<const tf_text *>b).size
                    or memcmp((<const tf_text *>a).data, (<const tf_text *>b).data, (<const tf_text *>a).size)):
                return False
        elif memcmp(a, b, field.size):
            return False
    return True


cdef object exact_number(object value, str where):
    """A float, int, Decimal or text as a Decimal."""
    if isinstance(value, bool):
        raise TypeError(f"{where} is a number, not {value!r}")
    try:
        if isinstance(value, (str, int, Decimal)):
            number = Decimal(value)
        elif hasattr(type(value), "__index__"):    # numpy's integers
            number = Decimal(value.__index__())
        else:
            number = Decimal(float.__repr__(float(value)))
    except (InvalidOperation, TypeError, ValueError):
        raise TypeError(f"{where} is a number (a float, an int, a Decimal or the text of one), not {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"{where} can't be {value!r}: a number that is not known is left out")
    return number


cdef object integer(object value, object low, object high, str where):
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        raise TypeError(f"{where} is a whole number, not {value!r}") from None
    if not low <= number <= high:
        raise ValueError(f"{where} is from {low} to {high}, not {value!r}")
    return number


cdef object moment(object value, str where):
    """ns UTC of an int or of a datetime that knows its time zone."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{where}: {value!r} says no time zone")
        since = value - EPOCH
        value = ((since.days * 86400 + since.seconds) * 1000000 + since.microseconds) * 1000
    return integer(value, INT64_MIN + 1, INT64_MAX, where)


cdef object member(object enum, object value, str where):
    """An enum member (or a number that has none), given as a member, a name or a number."""
    if isinstance(value, str):
        try:
            return enum[value]
        except KeyError:
            names = ", ".join(enum.__members__)
            raise ValueError(f"{where}: {enum.__name__} has no {value!r}; it has {names}") from None
    if hasattr(type(value), "_member_map_") and not isinstance(value, enum):
        raise TypeError(f"{where} is a member of {enum.__name__}, not {value!r}")
    return value


cdef object flags(object value, str where):
    """Flags, given as Flag, as a number, or as names with | between them."""
    if not isinstance(value, str):
        return value
    out = enums.Flag(0)
    for name in value.split("|"):
        if name not in ("", "NONE"):
            out |= member(enums.Flag, name, where)
    return out


cdef object plain(object value, object type, str where):
    if not isinstance(value, type):
        raise TypeError(f"{where} is {'a text' if type is str else 'bytes'}, not {value!r}")
    return value


cdef str unknown(str kind, object name, dict bits):
    if name == "known":
        return f"{kind}.known follows from the fields that are given"
    close = difflib.get_close_matches(name, [*bits, *HEADER], 1)
    return f"{kind} has no field {name!r}" + (f"; did you mean {close[0]!r}?" if close else "")


cdef object mask_of(str kind, object changed, dict bits):
    """A mask, given as a number or as names of fields."""
    if hasattr(type(changed), "__index__"):
        return integer(changed, 0, (1 << len(bits)) - 1, f"{kind}.changed")
    mask = 0
    for name in (changed,) if isinstance(changed, str) else changed:
        if name not in bits:
            raise TypeError(unknown(kind, name, bits))
        mask |= 1 << bits[name]
    return mask
