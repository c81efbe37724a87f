# distutils: language = c++
"""A door for the tests into the C++ of the engine. For tests only: nothing of it is public, nothing of it is stable.

Everything here works on blocks of exactly the size that the code under test may touch, so that a sanitizer sees each
byte too many; and with a padding of the test's choice, so that a test can show that bytes behind the end never decide.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from tickfold.engine.compiler cimport compile_table
from tickfold.engine.cpp cimport Entry, Exact, JsonDecoder, Text
from tickfold.engine.decoder cimport Decoder
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.fields cimport (
    tf_field, tf_kind, tf_kinds, TF_TYPE_DATA, TF_TYPE_DEC, TF_TYPE_I32, TF_TYPE_I64, TF_TYPE_LONG, TF_TYPE_TEXT,
    TF_TYPE_TIME, TF_TYPE_U32, TF_TYPE_U64)
from tickfold.engine.handler cimport Handler
from tickfold.engine.orders cimport Orders
from tickfold.engine.records cimport Record
from tickfold.engine.structs cimport tf_book_level, tf_fill, tf_header, tf_order, tf_quote, tf_text

from tickfold.schema import registry

cdef extern from "read/clock.hpp" namespace "tickfold" nogil:
    cppclass Decimal:
        double value
        int8_t decimals
        bint exact

    cppclass MinuteCache:
        pass

    const char *parse_number(const char *p, const char *end, Decimal &out)
    bint parse_number_text(Text text, Decimal &out)
    bint parse_plain(Text text, Decimal &out)
    bint parse_dressed(Text text, Decimal &out, char &prefix)
    bint parse_integer_text(Text text, int64_t &out)
    bint parse_unsigned_text(Text text, uint64_t &out)
    bint parse_rfc3339(Text text, MinuteCache &cache, int64_t &out)
    bint parse_compact_date(Text text, int64_t &out)
    bint parse_us_date(Text text, int64_t &out)
    bint parse_epoch(Text text, int64_t unit, int64_t &out)

cdef extern from "fold/state.hpp" namespace "tickfold" nogil:
    cppclass Groups:
        uint64_t steps()

    cppclass OrderIndex:
        Groups by_client, by_account, by_symbol

    cppclass IndexedState "tickfold::State":
        OrderIndex order_index

cdef extern from *:
    """
    /* Counts what is asked of Python's allocators, in both domains that objects and their memory come from. */
    static size_t tf_asked;
    static PyMemAllocatorEx tf_inner[2];
    static void *tf_malloc(void *inner, size_t size) {
        ++tf_asked;
        return ((PyMemAllocatorEx *)inner)->malloc(((PyMemAllocatorEx *)inner)->ctx, size);
    }
    static void *tf_calloc(void *inner, size_t count, size_t size) {
        ++tf_asked;
        return ((PyMemAllocatorEx *)inner)->calloc(((PyMemAllocatorEx *)inner)->ctx, count, size);
    }
    static void *tf_realloc(void *inner, void *at, size_t size) {
        ++tf_asked;
        return ((PyMemAllocatorEx *)inner)->realloc(((PyMemAllocatorEx *)inner)->ctx, at, size);
    }
    static void tf_free(void *inner, void *at) {
        ((PyMemAllocatorEx *)inner)->free(((PyMemAllocatorEx *)inner)->ctx, at);
    }
    static void tf_watch(int on) {
        static const PyMemAllocatorDomain domains[2] = {PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
        for (int i = 0; i < 2; ++i) {
            if (on) {
                PyMemAllocatorEx counting = {&tf_inner[i], tf_malloc, tf_calloc, tf_realloc, tf_free};
                PyMem_GetAllocator(domains[i], &tf_inner[i]);
                PyMem_SetAllocator(domains[i], &counting);
            } else {
                PyMem_SetAllocator(domains[i], &tf_inner[i]);
            }
        }
    }
    """
    size_t tf_asked
    void tf_watch(int on)

PADDING = 64


cdef class Block:
    """`data` on the heap, `padding` behind it, and nothing behind that."""

    cdef char *at
    cdef size_t size

    def __cinit__(self, bytes data not None, bytes padding not None):
        self.size = PyBytes_GET_SIZE(data)
        cdef size_t padded = self.size + <size_t>PyBytes_GET_SIZE(padding)
        self.at = <char *>malloc(padded or 1)
        if self.at == NULL:
            raise MemoryError
        memcpy(self.at, PyBytes_AS_STRING(data), self.size)
        memcpy(self.at + self.size, PyBytes_AS_STRING(padding), PyBytes_GET_SIZE(padding))

    def __dealloc__(self):
        free(self.at)

    cdef Text text(self) noexcept:
        cdef Text out
        out.data, out.size = self.at, self.size
        return out


def number(bytes data, bytes padding=bytes(32)):
    """parse_number(): (bytes read, value, decimals, exact), or None where no number begins."""
    cdef Block block = Block(data, padding)
    cdef Decimal out
    cdef const char *after = parse_number(block.at, block.at + block.size, out)
    return None if after == NULL else (after - block.at, out.value, out.decimals, out.exact)


def number_text(bytes data):
    """parse_number_text(): (value, decimals, exact), or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef Decimal out
    return (out.value, out.decimals, out.exact) if parse_number_text(block.text(), out) else None


def plain(bytes data, bytes padding=bytes(32)):
    """parse_plain(): (value, decimals, exact), or None."""
    cdef Block block = Block(data, padding)
    cdef Decimal out
    return (out.value, out.decimals, out.exact) if parse_plain(block.text(), out) else None


def dressed(bytes data):
    """parse_dressed(): (value, decimals, exact, prefix), or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef Decimal out
    cdef char prefix = 0
    if not parse_dressed(block.text(), out, prefix):
        return None
    return out.value, out.decimals, out.exact, chr(prefix) if prefix else ""


def integer(bytes data):
    """parse_integer_text(): an int64, or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef int64_t out = 0
    return out if parse_integer_text(block.text(), out) else None


def unsigned(bytes data):
    """parse_unsigned_text(): an uint64, or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef uint64_t out = 0
    return out if parse_unsigned_text(block.text(), out) else None


cdef class Clock:
    """The conversions of times, with the cache of the last minute that feeds share."""

    cdef MinuteCache cache

    def rfc3339(self, bytes data, bytes padding=bytes(16)):
        """parse_rfc3339(): ns UTC, or None."""
        cdef Block block = Block(data, padding)
        cdef int64_t out = 0
        return out if parse_rfc3339(block.text(), self.cache, out) else None


def compact_date(bytes data):
    """parse_compact_date(): ns UTC, or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef int64_t out = 0
    return out if parse_compact_date(block.text(), out) else None


def us_date(bytes data):
    """parse_us_date(): ns UTC, or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef int64_t out = 0
    return out if parse_us_date(block.text(), out) else None


def epoch(bytes data, int64_t unit):
    """parse_epoch(): ns UTC, or None. No padding."""
    cdef Block block = Block(data, b"")
    cdef int64_t out = 0
    return out if parse_epoch(block.text(), unit, out) else None


cdef class Probe:
    """A table with both of its readers, each by itself, and what they put on the stage.

    fast() is the scanner alone, slow() simdjson alone, msgpack() the reader of MessagePack; each returns a list of
    records as plain tuples

        (kind, symbol, ts_event, flags, known, nulls, {field: value}, {field: exact wire text})

    or None where it refuses the message. The dictionary holds the fields that the message stated: a number as
    (float.hex(), decimals), a slot as all its bytes, everything else as int or bytes.
    """

    cdef JsonDecoder *json

    def __cinit__(self, table):
        self.json = new JsonDecoder()
        compile_table(registry.table(table) if isinstance(table, str) else table, &self.json.table)

    def __dealloc__(self):
        del self.json

    @property
    def mismatches(self):
        """Values so far whose form was not that of their row."""
        return self.json.stage.mismatches

    def fast(self, bytes data, bytes padding=bytes(PADDING)):
        """What the scanner reads in `data`."""
        cdef Block block = Block(data, padding)
        return self.staged() if self.json.decode_fast(block.at, block.size) else self.nothing()

    def slow(self, bytes data, bytes padding=bytes(PADDING)):
        """What simdjson reads in `data`."""
        cdef Block block = Block(data, padding)
        return self.staged() if self.json.decode_slow(block.at, block.size) else self.nothing()

    def msgpack(self, bytes data, bytes padding=bytes(PADDING)):
        """What the reader of MessagePack reads in `data`."""
        cdef Block block = Block(data, padding)
        return self.staged() if self.json.decode_msgpack(block.at, block.size) else self.nothing()

    cdef object nothing(self):
        if self.json.stage.first() != NULL:
            raise AssertionError("a refused message left records on the stage")
        return None

    cdef list staged(self):
        cdef Entry *entry = self.json.stage.first()
        out = []
        while entry != NULL:
            out.append(self.record(entry))
            entry = entry.next
        return out

    cdef tuple record(self, Entry *entry):
        cdef const tf_header *head = entry.head()
        cdef const tf_kind *kind = &tf_kinds[head.kind]
        cdef const tf_field *field
        cdef int i
        fields = {}
        for i in range(kind.count):
            field = &kind.fields[i]
            if (head.known >> i) & 1:
                fields[field.name.decode()] = value_of(head, kind, field)
        return (
            kind.name.decode(),
            PyBytes_FromStringAndSize(entry.symbol.data, entry.symbol.size) if entry.symbol.size else None,
            head.ts_event, head.flags, head.known, entry.nulls | entry.absent, fields, self.texts(entry, kind),
        )

    cdef dict texts(self, const Entry *entry, const tf_kind *kind):
        cdef int32_t i = entry.exact
        cdef const Exact *exact
        out = {}
        while i >= 0:
            exact = &self.json.stage.exact[<size_t>i]
            if exact.text.data != NULL:
                out[kind.fields[exact.bit].name.decode()] = PyBytes_FromStringAndSize(exact.text.data, exact.text.size)
            i = exact.next
        return out


cdef object value_of(const tf_header *head, const tf_kind *kind, const tf_field *field):
    cdef const char *at = <const char *>head + field.offset
    if field.type == TF_TYPE_DEC:
        return (<const double *>at)[0].hex(), (<const int8_t *>head)[kind.decimals + field.bit]
    if field.type == TF_TYPE_TIME or field.type == TF_TYPE_I64:
        return (<const int64_t *>at)[0]
    if field.type == TF_TYPE_U64:
        return (<const uint64_t *>at)[0]
    if field.type == TF_TYPE_I32:
        return (<const int32_t *>at)[0]
    if field.type == TF_TYPE_U32:
        return (<const uint32_t *>at)[0]
    if field.type == TF_TYPE_TEXT:
        return PyBytes_FromStringAndSize(at, field.size)
    if field.type == TF_TYPE_LONG or field.type == TF_TYPE_DATA:
        return PyBytes_FromStringAndSize((<const tf_text *>at).data, (<const tf_text *>at).size)
    return <uint8_t>at[0]


def amend(Dispatcher dispatcher not None, Record record not None):
    """Hands a record on as an amendment, if anybody wants one. Returns whether anybody did."""
    if not dispatcher.wants_amendments():
        return False
    dispatcher.amend(record.rec, record.symbols, record.exact)
    dispatcher.raise_error()
    return True


cdef class Counter(Handler):
    """Counts quotes, book levels, orders and fills, in C."""

    cdef readonly uint64_t records

    cdef void on_quote(self, const tf_quote *record) noexcept:
        self.records += 1

    cdef void on_book_level(self, const tf_book_level *record) noexcept:
        self.records += 1

    cdef void on_order(self, const tf_order *record) noexcept:
        self.records += 1

    cdef void on_fill(self, const tf_fill *record) noexcept:
        self.records += 1


def allocations(Decoder decoder not None, bytes data not None):
    """What one message, read in place as a listener hands it over, asks of Python's allocators."""
    cdef Block block = Block(data, bytes(PADDING))
    cdef size_t before
    tf_watch(1)
    before = tf_asked
    decoder.read(block.at, block.size, 0)
    before = tf_asked - before
    tf_watch(0)
    return before


def steps(Orders orders not None):
    """How many rows were looked at so far to file orders and to find them: by client's id, by account, by symbol."""
    cdef OrderIndex *index = &(<IndexedState *>orders.store.c).order_index
    return index.by_client.steps(), index.by_account.steps(), index.by_symbol.steps()
