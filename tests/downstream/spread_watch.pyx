"""A strategy without Python in the loop: the widest spread, fills by order, and what else came."""

from libc.stdint cimport int64_t, uint64_t

from tickfold.engine.handler cimport Handler
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.structs cimport (
    tf_error, tf_order, TF_ORDER_FILLED_QTY, TF_ORDER_STATUS_FILLED, tf_quote, TF_QUOTE_ASK, TF_QUOTE_BID)


cdef class SpreadWatch(Handler):
    cdef readonly double widest, filled
    cdef readonly int64_t quotes, changed_asks, ended, flushes
    cdef readonly bytes last_error

    cdef void on_quote(self, const tf_quote *quote) noexcept:
        cdef uint64_t both = <uint64_t>1 << TF_QUOTE_BID | <uint64_t>1 << TF_QUOTE_ASK
        self.quotes += 1
        if quote.head.known & both == both:
            self.widest = max(self.widest, quote.ask - quote.bid)
        if (quote.head.changed >> TF_QUOTE_ASK) & 1:
            self.changed_asks += 1

    cdef void on_order(self, const tf_order *order) noexcept:
        if (order.head.changed >> TF_ORDER_FILLED_QTY) & 1:
            self.filled = order.filled_qty
        if order.status == TF_ORDER_STATUS_FILLED:
            self.ended += 1

    cdef void on_error(self, const tf_error *error) noexcept:
        self.last_error = error.data.data[:error.data.size]

    cdef void on_flush(self) noexcept:
        self.flushes += 1


cdef class Sizes(Receiver):
    """The other seam: payloads in place, before anything is decoded."""

    cdef readonly uint64_t bytes

    cdef int message(self, const char *data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.bytes += size
        return 0
