"""State tables and the merging of updates into them.

There is one way to merge: fields that an update states are stored, fields that it takes back are forgotten, all others
stay. What venues call replace is an update that takes back whatever it does not state (`replaces` in its table).

Orders, on top of that:

* `filled_qty` never falls, but by a correction; an update that is older than the row raises it all the same, unless
  there was a correction, which it may not know of;
* after a lost connection a correction may have been missed: the next update of an order, newer than the row, is taken
  for one where its `filled_qty` is lower;
* an order that has ended (FILLED, CANCELED, REPLACED, REJECTED, EXPIRED) stays ended, whatever word comes later;
* an update that would break either is stale: flagged, and not applied (of a change without times, only that part);
* `avg_price` that came with an older `filled_qty` is flagged AVG_STALE until a new one comes;
* `qty` and `leaves_qty` are derived where the venue states only the others.
"""

from libc.math cimport llround
from libc.stdint cimport INT64_MAX, int8_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp, memcpy, memset

from tickfold.engine.book cimport Books
from tickfold.engine.names cimport Names
from tickfold.engine.records cimport (
    ExactTexts, Record, kind_of, tf_field, tf_kind, tf_kinds, TF_TYPE_DEC, TF_TYPE_TIME, view)
from tickfold.engine.structs cimport *

import mmap
from types import GenericAlias

import numpy

from tickfold.engine import records
from tickfold.schema.errors import ConfigError

cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif
    static inline int tf_lowest_bit(unsigned long long bits) { return __builtin_ctzll(bits); }
    /* Copies 8 bytes, which may stand anywhere; says whether they were others. */
    static inline int tf_replace8(char *to, const char *from) {
        unsigned long long before, after;
        memcpy(&before, to, 8);
        memcpy(&after, from, 8);
        memcpy(to, &after, 8);
        return before != after;
    }
    /* The same for a slot of a multiple of 8 bytes. */
    static inline int tf_replace_slot(char *to, const char *from, size_t size) {
        int changed = 0;
        size_t at = 0;
    #if defined(__SSE2__)
        __m128i same = _mm_set1_epi8(-1);
        for (; at + 16 <= size; at += 16) {
            __m128i after = _mm_loadu_si128((const __m128i *)(from + at));
            same = _mm_and_si128(same, _mm_cmpeq_epi8(after, _mm_loadu_si128((const __m128i *)(to + at))));
            _mm_storeu_si128((__m128i *)(to + at), after);
        }
        changed = _mm_movemask_epi8(same) != 0xFFFF;
    #endif
        for (; at < size; at += 8) changed |= tf_replace8(to + at, from + at);
        return changed;
    }
    /* The bytes of a word that stand before its first zero byte. */
    static inline unsigned tf_before_zero(unsigned long long word) {
        unsigned long long zeros = (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
        return zeros ? (unsigned)__builtin_ctzll(zeros) >> 3 : 8;
    }
    /* Bytes of the text in a slot, whose own are a multiple of 8. */
    static inline size_t tf_slot_text(const char *slot, size_t bytes) {
        size_t at, n;
        for (at = 0; at < bytes; at += 8) {
            unsigned long long word;
            memcpy(&word, slot + at, 8);
            if ((n = tf_before_zero(word)) < 8) return at + n;
        }
        return bytes;
    }
    /* The same, and copies it; up to 7 bytes behind it are written too. */
    static inline size_t tf_copy_slot(char *to, const char *slot, size_t bytes) {
        size_t at, n;
        for (at = 0; at < bytes; at += 8) {
            unsigned long long word;
            memcpy(&word, slot + at, 8);
            memcpy(to + at, &word, 8);
            if ((n = tf_before_zero(word)) < 8) return at + n;
        }
        return bytes;
    }
    static const double tf_powers[19] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
                                         1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    """
    int tf_lowest_bit(uint64_t bits) noexcept nogil
    bint tf_replace8(char *to, const char *src) noexcept nogil
    bint tf_replace_slot(char *to, const char *src, size_t size) noexcept nogil
    size_t tf_slot_text(const char *slot, size_t bytes) noexcept nogil
    size_t tf_copy_slot(char *to, const char *slot, size_t bytes) noexcept nogil
    const double tf_powers[19]


cdef uint64_t merge(const tf_kind *kind, tf_header *row, const tf_header *patch, uint64_t nulls) noexcept nogil:
    cdef uint64_t stated = patch.known, rest
    cdef uint64_t changed = stated & ~row.known
    cdef const tf_field *field
    # Numbers stand in front, in the order of their bits.
    cdef uint64_t *numbers = <uint64_t *>(row + 1)
    cdef const uint64_t *new_numbers = <const uint64_t *>(patch + 1)
    cdef int8_t *decimals = <int8_t *>row + kind.decimals
    cdef const int8_t *new_decimals = <const int8_t *>patch + kind.decimals
    cdef char *to
    cdef const char *src
    cdef int i
    rest = stated & ((<uint64_t>1 << kind.dec_count) - 1)
    while rest:
        i = tf_lowest_bit(rest)
        rest &= rest - 1
        changed |= <uint64_t>(numbers[i] != new_numbers[i]) << i
        numbers[i] = new_numbers[i]
        decimals[i] = new_decimals[i]    # 1.50 after 1.5 is no change, but it is what the wire says now
    rest = stated >> kind.dec_count << kind.dec_count
    while rest:
        i = tf_lowest_bit(rest)
        rest &= rest - 1
        field = &kind.fields[i]
        to = <char *>row + field.offset
        src = <const char *>patch + field.offset
        if field.size == 8:
            changed |= <uint64_t>tf_replace8(to, src) << i
        elif field.size == 1:
            changed |= <uint64_t>(src[0] != to[0]) << i
            to[0] = src[0]
        elif field.size & 7 == 0:
            changed |= <uint64_t>tf_replace_slot(to, src, field.size) << i
        elif memcmp(to, src, field.size) != 0:
            changed |= <uint64_t>1 << i
            memcpy(to, src, field.size)
    rest = nulls & row.known & ~stated
    changed |= rest
    row.known = (row.known | stated) & ~rest
    while rest:
        i = tf_lowest_bit(rest)
        rest &= rest - 1
        forget(kind, row, &kind.fields[i])
    return changed


cdef void forget(const tf_kind *kind, tf_header *row, const tf_field *field) noexcept nogil:
    """Back to what a field looks like that was never stated."""
    cdef char *at = <char *>row + field.offset
    memset(at, 0, field.size)
    if field.type == TF_TYPE_TIME:
        (<int64_t *>at)[0] = TF_UNKNOWN_TIME
    if field.type == TF_TYPE_DEC:
        (<uint64_t *>at)[0] = 0x7FF8000000000000    # NaN
        (<int8_t *>row)[kind.decimals + field.bit] = 0


cdef inline bint has(const tf_header *head, int bit) noexcept nogil:
    return (head.known >> bit) & 1


cdef double rounded(double value, int decimals) noexcept nogil:
    """What a sum of two decimals is, without the noise of binary fractions."""
    if decimals < 0 or decimals > 15 or value > 1e15 or value < -1e15:
        return value
    cdef double scaled = value * tf_powers[decimals]
    if scaled > 9e15 or scaled < -9e15:
        return value
    return llround(scaled) / tf_powers[decimals]


cdef inline void state(tf_header *head, int bit) noexcept nogil:
    head.known |= <uint64_t>1 << bit


cdef inline void unstate(tf_header *head, int bit) noexcept nogil:
    head.known &= ~(<uint64_t>1 << bit)


cdef inline int64_t last_change(const tf_order *order) noexcept nogil:
    """When an order was last changed, as it says itself; the end of time where it does not say."""
    if has(&order.head, TF_ORDER_TS_UPDATED):
        return order.ts_updated
    return order.ts_created if has(&order.head, TF_ORDER_TS_CREATED) else INT64_MAX


cdef uint64_t merge_order(tf_order *row, tf_order *patch, uint64_t nulls, const OrderRules *rules,
                          bint missed) noexcept nogil:
    cdef tf_header *old = &row.head
    cdef tf_header *new = &patch.head
    cdef bint correction = (new.flags & TF_CORRECTION) != 0
    cdef bint older
    cdef double filled
    cdef int8_t decimals
    cdef uint64_t changed
    old.flags &= ~TF_STALE

    # "150" alone as size and fills: all of it is filled when the status says so.
    if (has(new, TF_ORDER_STATUS) and patch.status == TF_ORDER_STATUS_FILLED and has(new, TF_ORDER_QTY)
            and not has(new, TF_ORDER_FILLED_QTY)):
        patch.filled_qty, patch.decimals[TF_ORDER_FILLED_QTY] = patch.qty, patch.decimals[TF_ORDER_QTY]
        state(new, TF_ORDER_FILLED_QTY)

    # Stale?
    older = not rules.deltas and last_change(row) != INT64_MAX and last_change(patch) < last_change(row)
    if (missed and not correction and not older and has(new, TF_ORDER_FILLED_QTY) and has(old, TF_ORDER_FILLED_QTY)
            and patch.filled_qty < row.filled_qty
            and (rules.deltas or last_change(row) < last_change(patch) < INT64_MAX)):
        correction = True    # what took it back was said while nobody listened
        new.flags |= TF_CORRECTION
    if correction:
        if older:    # the same correction once more
            old.flags |= TF_STALE
            return 0
        old.flags |= TF_CORRECTED
    else:
        if has(new, TF_ORDER_FILLED_QTY) and has(old, TF_ORDER_FILLED_QTY) and patch.filled_qty < row.filled_qty:
            old.flags |= TF_STALE
            if not rules.deltas:
                return 0
            unstate(new, TF_ORDER_FILLED_QTY)
            unstate(new, TF_ORDER_LEAVES_QTY)
            unstate(new, TF_ORDER_AVG_PRICE)
        elif older and not (has(new, TF_ORDER_FILLED_QTY) and has(old, TF_ORDER_FILLED_QTY)
                            and patch.filled_qty > row.filled_qty and not old.flags & TF_CORRECTED):
            old.flags |= TF_STALE
            return 0

    # Quantities that the venue leaves to its reader.
    if rules.reserves and has(new, TF_ORDER_FILLED_QTY):
        pass    # derived beforehand, from numbers that float64 does not hold
    elif rules.reserves and has(new, TF_ORDER_QTY) and has(new, TF_ORDER_LEAVES_QTY):
        decimals = max(patch.decimals[TF_ORDER_QTY], patch.decimals[TF_ORDER_LEAVES_QTY])
        if has(new, TF_ORDER_RESERVED_QTY):    # an iceberg's leaves_qty is what can be seen of it
            decimals = max(decimals, patch.decimals[TF_ORDER_RESERVED_QTY])
            patch.decimals[TF_ORDER_LEAVES_QTY] = decimals
            patch.leaves_qty = rounded(patch.leaves_qty + patch.reserved_qty, decimals)
        patch.filled_qty = rounded(patch.qty - patch.leaves_qty, decimals)
        patch.decimals[TF_ORDER_FILLED_QTY] = decimals
        state(new, TF_ORDER_FILLED_QTY)
    elif (has(new, TF_ORDER_FILLED_QTY) and has(new, TF_ORDER_LEAVES_QTY) and not has(new, TF_ORDER_QTY)):
        decimals = max(patch.decimals[TF_ORDER_FILLED_QTY], patch.decimals[TF_ORDER_LEAVES_QTY])
        patch.qty = rounded(patch.filled_qty + patch.leaves_qty, decimals)
        patch.decimals[TF_ORDER_QTY] = decimals
        state(new, TF_ORDER_QTY)
    elif not has(new, TF_ORDER_LEAVES_QTY) and (has(new, TF_ORDER_QTY) or has(new, TF_ORDER_FILLED_QTY)):
        if not has(new, TF_ORDER_QTY):
            patch.qty, patch.decimals[TF_ORDER_QTY] = row.qty, row.decimals[TF_ORDER_QTY]
        if not has(new, TF_ORDER_FILLED_QTY):
            patch.filled_qty, patch.decimals[TF_ORDER_FILLED_QTY] = row.filled_qty, row.decimals[TF_ORDER_FILLED_QTY]
        if (has(new, TF_ORDER_QTY) or (has(old, TF_ORDER_QTY) and not (nulls >> TF_ORDER_QTY) & 1)) and (
                has(new, TF_ORDER_FILLED_QTY) or has(old, TF_ORDER_FILLED_QTY)):
            decimals = max(patch.decimals[TF_ORDER_QTY], patch.decimals[TF_ORDER_FILLED_QTY])
            # Overfilled: nothing is left.
            patch.leaves_qty = max(0.0, rounded(patch.qty - patch.filled_qty, decimals))
            patch.decimals[TF_ORDER_LEAVES_QTY] = decimals
            state(new, TF_ORDER_LEAVES_QTY)

    if (nulls >> TF_ORDER_QTY) & 1 and not has(new, TF_ORDER_QTY) and not has(new, TF_ORDER_LEAVES_QTY):
        nulls |= <uint64_t>1 << TF_ORDER_LEAVES_QTY    # what it was derived from is gone

    # The status, in the light of what has been filled.
    if rules.promotes:
        filled = patch.filled_qty if has(new, TF_ORDER_FILLED_QTY) else (
            row.filled_qty if has(old, TF_ORDER_FILLED_QTY) else 0)
        if has(new, TF_ORDER_STATUS):
            if filled > 0 and (patch.status == TF_ORDER_STATUS_NEW or patch.status == TF_ORDER_STATUS_ACCEPTED):
                patch.status = TF_ORDER_STATUS_PARTIALLY_FILLED
        elif (filled > 0 and has(old, TF_ORDER_STATUS)
                and (row.status == TF_ORDER_STATUS_NEW or row.status == TF_ORDER_STATUS_ACCEPTED)):
            patch.status = TF_ORDER_STATUS_PARTIALLY_FILLED
            state(new, TF_ORDER_STATUS)
    if (has(new, TF_ORDER_STATUS) and has(old, TF_ORDER_STATUS) and ended(row.status)
            and patch.status != row.status and not correction):
        # IBKR may say Filled and then Cancelled: with something left, it was canceled.
        if not (row.status == TF_ORDER_STATUS_FILLED and patch.status == TF_ORDER_STATUS_CANCELED
                and (patch.leaves_qty if has(new, TF_ORDER_LEAVES_QTY)
                     else row.leaves_qty if has(old, TF_ORDER_LEAVES_QTY) else 0) > 0):
            old.flags |= TF_STALE
            patch.status = row.status    # status_text keeps the venue's word

    if has(new, TF_ORDER_PEG_REFERENCE) and has(new, TF_ORDER_TYPE) and patch.type == TF_ORDER_TYPE_LIMIT:
        patch.type = TF_ORDER_TYPE_PEGGED

    if has(old, TF_ORDER_ORDER_ID):    # the row was found by it
        unstate(new, TF_ORDER_ORDER_ID)
    changed = merge(&tf_kinds[<int>TF_RECORD_KIND_ORDER], old, new, nulls & ~(<uint64_t>1 << TF_ORDER_ORDER_ID))
    state(new, TF_ORDER_ORDER_ID)    # a fill beside the order borrows it

    if has(new, TF_ORDER_AVG_PRICE):
        old.flags &= ~TF_AVG_STALE
    elif (changed >> TF_ORDER_FILLED_QTY) & 1 and has(old, TF_ORDER_AVG_PRICE):
        old.flags |= TF_AVG_STALE
    return changed


cdef class Rows:
    """Rows of one kind of record, contiguous in memory that never moves.

    `rows.array` is a numpy view without a copy; `rows[key]` and iteration give live views of single rows.
    """

    def __cinit__(self, kind, uint32_t limit, Names symbols, *args, **options):
        if not 1 <= limit <= 1 << 24:
            raise ConfigError(f"a table has 1 to {1 << 24} rows, not {limit}")
        self.kind = &tf_kinds[kind_of(kind)]
        self.limit = limit
        self.symbols = symbols
        self.exact = []
        # Anonymous and private: address space only, until a row is used.
        self.memory = mmap.mmap(-1, <size_t>limit * self.kind.size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        cdef unsigned char[::1] bytes_ = self.memory    # holds the mapping's address for good
        self.base = <char *>&bytes_[0]
        self.memory = bytes_

    @classmethod
    def __class_getitem__(cls, item):    # Keyed[Order], for annotations
        return GenericAlias(cls, item)

    cdef tf_header *add(self, const char *blank) noexcept:
        if self.count == self.limit:
            return NULL
        cdef tf_header *row = self.at(self.count)
        memcpy(row, blank, self.kind.size)
        self.count += 1
        return row

    cdef Record row_view(self, uint32_t row):
        return view(self.at(row), self, self.symbols, &self.texts(self.at(row)).c)

    cdef ExactTexts texts(self, const tf_header *row):
        cdef size_t at = self.number(row)
        cdef Py_ssize_t missing = <Py_ssize_t>at + 1 - len(self.exact)
        if missing > 0:
            self.exact.extend([None] * missing)
        texts = self.exact[at]
        if texts is None:
            texts = self.exact[at] = ExactTexts()
        return <ExactTexts>texts

    @property
    def array(self):
        """The rows as a read-only numpy structured array, live, without a copy. Rows with `known` 0 are free."""
        array = numpy.frombuffer(self.memory, dtype=records.KINDS[self.kind.name.decode()].dtype(), count=self.count)
        array.flags.writeable = False
        return array

    def __len__(self):
        return self.count

    def __iter__(self):
        """Live views of all rows that are not free."""
        cdef uint32_t row = 0
        while row < self.count:
            if self.at(row).known:
                yield self.row_view(row)
            row += 1

    def get(self, key, default=None):
        """The row of a key, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        return self.get(key) is not None


cdef class BySymbol(Rows):
    """A row per symbol: `quotes["AAPL"]`, or `quotes[Venue.ALPACA, "AAPL"]` where venues share names."""

    def __cinit__(self, kind, uint32_t limit, Names symbols, *args, **options):
        self.by_symbol = <uint32_t *>calloc(<size_t>symbols.limit + 1, sizeof(uint32_t))
        if self.by_symbol == NULL:
            raise MemoryError("no memory for the index of a table")

    def __dealloc__(self):
        free(self.by_symbol)

    cdef tf_header *add_symbol(self, uint32_t symbol, const char *blank) noexcept:
        cdef tf_header *head = self.add(blank)
        if head != NULL:
            head.symbol = symbol
            self.by_symbol[symbol] = self.count
        return head

    def __getitem__(self, key):
        for symbol in symbol_ids(self.symbols, key):
            if self.by_symbol[<uint32_t>symbol]:
                return self.row_view(self.by_symbol[<uint32_t>symbol] - 1)
        raise KeyError(key)


cdef list symbol_ids(Names symbols, key):
    """The ids that a symbol, or (venue, symbol), may have: one a venue."""
    cdef uint32_t id
    cdef list ids = []
    venues = VENUES
    if isinstance(key, tuple) and len(key) == 2 and isinstance(key[0], records.Venue):
        venues, key = (int(key[0]),), key[1]
    if not isinstance(key, str):
        raise TypeError(f"an instrument is given as its symbol or as (venue, symbol), not as {key!r}")
    cdef bytes raw = (<str>key).encode()
    cdef Py_ssize_t size = len(raw)
    raw += SIXTEEN    # find() reads 16 bytes
    for venue in venues:
        id = symbols.find(<uint8_t>venue, raw, size)
        if id:
            ids.append(id)
    return ids


cdef tuple VENUES = tuple([int(venue) for venue in records.Venue])
cdef bytes SIXTEEN = bytes(16)

cdef enum:
    LONGEST_KEY = 383    # bytes of all texts that make a key, with what parts them


cdef class Keyed(Rows):
    """A row per key, which is one text of the record or several.

        orders["922048212"]                 or with the account: orders["DU1234", "922048212"]
        fills["0000e0d5.01"]                or with the account
        positions["DU1234", "AAPL"]
        balances["DU1234", "USD"]           account, currency, name, balance_type, market: what the venue states
        pnl["DU1234.Core"]
    """

    def __cinit__(self, kind, uint32_t limit, Names symbols, tuple key, bint by_symbol=False, bint recycles=False):
        cdef int i
        self.keys = Names(limit)
        self.recycles = recycles
        self.key_symbol = by_symbol
        self.key_count = len(key)
        for i, name in enumerate(key):
            self.key_fields[i] = &self.kind.fields[kind.mask(name).bit_length() - 1]
        self.key_bits = kind.mask(*key)

    cdef tf_header *of(self, uint8_t stream, const tf_header *rec, const char *blank) noexcept:
        cdef char room[LONGEST_KEY + 16]
        cdef const char *key = room
        cdef bint fresh
        cdef uint32_t number
        cdef size_t size
        if self.key_count == 1 and not self.key_symbol:    # it is looked up where it stands
            key = <const char *>rec + self.key_fields[0].offset
            size = tf_slot_text(key, self.key_fields[0].size) if has(rec, self.key_fields[0].bit) else 0
        else:
            size = joined(self, rec, room)
        if size == 0:
            return NULL
        number = self.keys.known(stream, key, size)
        if number:
            return self.at(number - 1)
        number = self.keys.intern_fresh(stream, key, size, &fresh)
        if number == 0 and self.recycles:
            try:
                self.forget_row(self.oldest)
            except Exception:    # out of memory
                return NULL
            self.oldest = (self.oldest + 1) % self.limit
            number = self.keys.intern_fresh(stream, key, size, &fresh)
        if number == 0:
            return NULL
        if not fresh:
            return self.at(number - 1)
        if number > self.count:
            return self.add(blank)
        memcpy(self.at(number - 1), blank, self.kind.size)
        return self.at(number - 1)

    cdef int forget_row(self, uint32_t row) except -1:
        self.keys.forget(row + 1)
        cdef ExactTexts texts = self.texts(self.at(row))
        texts.texts.clear()
        texts.refresh()
        self.at(row).known = 0
        return 0

    def retire(self, before_ns=None):
        """Frees the rows of orders that have ended; returns how many. Their views will show others then.

        :param before_ns: only those whose last update was received before it, ns UTC
        """
        cdef uint32_t row, freed = 0
        if self.kind != &tf_kinds[<int>TF_RECORD_KIND_ORDER]:
            raise TypeError("only orders end")
        for row in range(self.count):
            if (self.at(row).known and ended((<tf_order *>self.at(row)).status)
                    and (before_ns is None or self.at(row).ts_recv < <int64_t>before_ns)):
                self.forget_row(row)
                freed += 1
        return freed

    def __getitem__(self, key):
        parts = key if isinstance(key, tuple) else (key,)
        if not parts or not all(isinstance(part, str) for part in parts):
            raise TypeError(f"rows are found by texts, not by {key!r}")
        account = None
        if self.key_count == 1 and not self.key_symbol and len(parts) == 2:
            account, *parts = parts
        tails = [b""]
        if self.key_symbol:
            *parts, symbol = parts
            tails = [b"\0" + int(id).to_bytes(4, "little") for id in symbol_ids(self.symbols, symbol)]
            parts = parts or [""]
        head = b"\0".join([part.encode() for part in parts] + [b""] * (self.key_count - len(parts)))
        for tail in tails:
            raw = head + tail
            size = len(raw)
            raw += SIXTEEN    # find() reads 16 bytes
            for stream in range(256):
                number = self.keys.find(<uint8_t>stream, raw, size)
                if number:
                    found = self.row_view(number - 1)
                    if account is None or found.account == account:
                        return found
        raise KeyError(key)


cdef size_t joined(Keyed rows, const tf_header *rec, char *key) noexcept nogil:
    """Puts together what tells a record from others of its kind; 0 where it does not say.

    `key` has room for LONGEST_KEY bytes and 16 more.
    """
    cdef const tf_field *field
    cdef size_t at = 0, said = 0, size
    cdef int i
    for i in range(rows.key_count):
        if i:
            key[at] = 0
            at += 1
        field = rows.key_fields[i]
        if has(rec, field.bit):
            size = tf_copy_slot(key + at, <const char *>rec + field.offset, field.size)
            at += size
            said += size
    if rows.key_symbol:
        key[at] = 0
        memcpy(key + at + 1, &rec.symbol, sizeof(rec.symbol))
        at += 1 + sizeof(rec.symbol)
        said = rec.symbol
    return at if said else 0


cdef class State:
    """What the streams of one engine have told so far.

    :param max_symbols: instruments, and so quotes, of all streams together
    :param max_orders: orders of all streams together; `orders.retire()` makes room
    :param max_fills: fills that are remembered, to know them again; the oldest make way
    :param max_rows: rows of each other table
    :param max_levels: levels of each side of an order book

    All of them only reserve address space. What goes beyond them comes as an Error record with source LIMIT.
    """

    def __cinit__(self, *, uint32_t max_symbols=65536, uint32_t max_orders=65536, uint32_t max_fills=65536,
                  uint32_t max_rows=65536, uint32_t max_levels=16384):
        self.symbols = Names(max_symbols)
        self.quotes = BySymbol(records.Quote, max_symbols, self.symbols)
        self.stats = BySymbol(records.Stats, max_symbols, self.symbols)
        self.instruments = BySymbol(records.Instrument, max_symbols, self.symbols)
        self.orders = Keyed(records.Order, max_orders, self.symbols, ("order_id",))
        self.fills = Keyed(records.Fill, max_fills, self.symbols, ("exec_id",), recycles=True)
        self.positions = Keyed(records.Position, max_rows, self.symbols, ("account",), by_symbol=True)
        self.balances = Keyed(records.Balance, max_rows, self.symbols,
                              ("account", "currency", "name", "balance_type", "market"))
        self.pnl = Keyed(records.Pnl, max_rows, self.symbols, ("account",))
        self.books = Books(self.symbols, max_levels)
