"""State tables: one row per quote, order …; updates are merged into rows in place."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from tickfold.engine.book cimport Books
from tickfold.engine.names cimport Names
from tickfold.engine.records cimport ExactTexts, Record, tf_field, tf_kind
from tickfold.engine.structs cimport (
    TF_ORDER_STATUS_CANCELED, TF_ORDER_STATUS_EXPIRED, TF_ORDER_STATUS_FILLED, TF_ORDER_STATUS_REJECTED,
    TF_ORDER_STATUS_REPLACED, tf_header, tf_order,
)


# What a venue's updates of orders are like.
cdef struct OrderRules:
    bint promotes    # there is no PARTIALLY_FILLED on the wire: derive it from filled_qty
    bint deltas      # changes without times: a lower filled_qty is stale, the rest of its update is not
    bint reserves    # icebergs: leaves_qty is the visible part only


# Whether a status is one that an order keeps.
cdef inline bint ended(uint8_t status) noexcept nogil:
    return (status == TF_ORDER_STATUS_FILLED or status == TF_ORDER_STATUS_CANCELED
            or status == TF_ORDER_STATUS_REPLACED or status == TF_ORDER_STATUS_REJECTED
            or status == TF_ORDER_STATUS_EXPIRED)


cdef class Rows:
    cdef readonly uint32_t limit      # rows that fit
    cdef readonly uint32_t count      # rows in use
    cdef const tf_kind *kind
    cdef char *base                   # the rows, contiguous; never moves
    cdef object memory                # the mapping behind it; pages that were never touched cost nothing
    cdef list exact                   # by row: wire texts of its INEXACT numbers, or None; may end early
    cdef Names symbols
    cdef object __weakref__

    cdef inline tf_header *at(self, uint32_t row) noexcept:
        return <tf_header *>(self.base + <size_t>row * self.kind.size)
    cdef inline size_t number(self, const tf_header *row) noexcept:
        return <size_t>(<const char *>row - self.base) // self.kind.size
    # The next free row, blank; NULL when the limit is reached.
    cdef tf_header *add(self, const char *blank) noexcept
    cdef Record row_view(self, uint32_t row)
    # The row's wire texts of INEXACT numbers, by bit: one object for good, because live views hold it.
    cdef ExactTexts texts(self, const tf_header *row)


# A row per symbol.
cdef class BySymbol(Rows):
    cdef uint32_t *by_symbol          # symbol id -> row + 1
    # The row of a symbol, made if it is new; NULL when the limit is reached.
    cdef inline tf_header *of(self, uint32_t symbol, const char *blank) noexcept:
        cdef uint32_t row = self.by_symbol[symbol]
        return self.at(row - 1) if row else self.add_symbol(symbol, blank)
    cdef tf_header *add_symbol(self, uint32_t symbol, const char *blank) noexcept


# A row per key: a text of the record, or several.
cdef class Keyed(Rows):
    cdef Names keys                   # (stream, key) -> row + 1
    cdef const tf_field *key_fields[8]    # the texts that make the key
    cdef int key_count
    cdef uint64_t key_bits            # of those texts
    cdef bint key_symbol              # the symbol is part of it
    cdef bint recycles                # when full, the oldest row makes way
    cdef uint32_t oldest              # the row that makes way next
    # The row of a record, made if it is new; NULL when the limit is reached or the record has no key.
    cdef tf_header *of(self, uint8_t stream, const tf_header *rec, const char *blank) noexcept
    cdef int forget_row(self, uint32_t row) except -1


cdef class State:
    cdef readonly Names symbols
    cdef readonly BySymbol quotes, stats, instruments
    cdef readonly Keyed orders, fills, positions, balances, pnl
    cdef readonly Books books


# Stores the fields of `patch` that it states into `row`, takes back those of `nulls`; returns the bits that changed.
cdef uint64_t merge(const tf_kind *kind, tf_header *row, const tf_header *patch, uint64_t nulls) noexcept nogil
# The same for an order, by the rules of orders; TF_STALE is set in row.flags where not all of it was applied. `missed`:
# something may have been said of it, since the row was last merged into, that was not heard.
cdef uint64_t merge_order(tf_order *row, tf_order *patch, uint64_t nulls, const OrderRules *rules,
                          bint missed) noexcept nogil
# a - b as decimals, without the noise of binary fractions.
cdef double rounded(double value, int decimals) noexcept nogil
