"""State tables: one row per quote, order …; updates are merged into rows in place."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from tickfold.engine.names cimport Names
from tickfold.engine.records cimport Record, tf_kind
from tickfold.engine.structs cimport tf_header, tf_order


# What a venue's updates of orders are like.
cdef struct OrderRules:
    bint promotes    # there is no PARTIALLY_FILLED on the wire: derive it from filled_qty
    bint deltas      # changes without times: a lower filled_qty is stale, the rest of its update is not


cdef class Rows:
    cdef readonly uint32_t limit      # rows that fit
    cdef readonly uint32_t count      # rows in use
    cdef const tf_kind *kind
    cdef char *base                   # the rows, contiguous; never moves
    cdef object memory                # the mapping behind it; pages that were never touched cost nothing
    cdef dict exact                   # row -> {bit: wire text} of INEXACT numbers
    cdef Names symbols
    cdef object __weakref__

    cdef inline tf_header *at(self, uint32_t row) noexcept:
        return <tf_header *>(self.base + <size_t>row * self.kind.size)
    # The next free row, blank; NULL when the limit is reached.
    cdef tf_header *add(self, const char *blank) noexcept
    cdef Record row_view(self, uint32_t row)


cdef class Quotes(Rows):
    cdef uint32_t *by_symbol          # symbol id -> row + 1
    # The row of a symbol, made if it is new; NULL when the limit is reached.
    cdef tf_header *of(self, uint32_t symbol, const char *blank) noexcept


cdef class Orders(Rows):
    cdef Names ids                    # order ids by (stream, id); row = number - 1
    # The row of an order, made if it is new; NULL when the limit is reached. 16 bytes of `id` must be readable.
    cdef tf_header *of(self, uint8_t stream, const char *id, size_t size, const char *blank) noexcept


cdef class State:
    cdef readonly Names symbols
    cdef readonly Quotes quotes
    cdef readonly Orders orders


# Stores the fields of `patch` that it states into `row`, takes back those of `nulls`; returns the bits that changed.
cdef uint64_t merge(const tf_kind *kind, tf_header *row, const tf_header *patch, uint64_t nulls) noexcept nogil
# The same for an order, by the rules of orders; TF_STALE is set in row.flags where not all of it was applied.
cdef uint64_t merge_order(tf_order *row, tf_order *patch, uint64_t nulls, const OrderRules *rules) noexcept nogil
