# cython: language_level=3
"""A strategy without Python in the loop, for the end-to-end benchmark."""

from libc.stdint cimport uint32_t, uint64_t

from tickfold.engine.handler cimport Handler
from tickfold.engine.structs cimport tf_quote


cdef class Strategy(Handler):
    cdef readonly uint64_t count
    cdef readonly uint32_t symbol
    cdef readonly double bid, ask, widest

    cdef void on_quote(self, const tf_quote *quote) noexcept:
        self.count += 1
        self.symbol = quote.head.symbol
        self.bid = quote.bid
        self.ask = quote.ask
        self.widest = max(self.widest, quote.ask - quote.bid)
