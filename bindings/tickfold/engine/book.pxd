"""Order books: sorted levels, updated in place."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from tickfold.engine.names cimport Names
from tickfold.engine.structs cimport tf_book_level, tf_header


cdef struct Level:
    double price
    double size
    uint32_t orders    # 0 where the venue does not count them
    uint32_t reserved


cdef class BookSide:
    cdef readonly uint32_t limit
    cdef uint32_t count
    cdef bint descending      # bids: the best price is the highest
    cdef Level *levels        # best first; never moves
    cdef object memory
    cdef bint put(self, double price, double size, uint32_t orders) noexcept
    cdef uint32_t find(self, double price) noexcept


cdef class Book:
    cdef readonly BookSide bids, asks
    cdef readonly uint64_t sequence      # the venue's number of the last update, 0 = none
    cdef readonly bint broken            # an update was missed: the levels are not to be trusted until a reset
    cdef object symbol_text
    # Applies a level; False where a limit kept it out.
    cdef bint apply(self, const tf_book_level *level) noexcept
    cdef void reset(self) noexcept


cdef class Books:
    cdef Names symbols
    cdef uint32_t max_levels
    cdef dict by_symbol                  # symbol id -> Book
    cdef Book of(self, uint32_t symbol)
