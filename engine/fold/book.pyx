"""Order books: sorted levels, updated in place."""

from libc.stdint cimport uint32_t
from libc.string cimport memmove

from tickfold.engine.names cimport Names
from tickfold.engine.structs cimport *

import mmap

import numpy

LEVEL = numpy.dtype({"names": ["price", "size", "orders"], "formats": ["<f8", "<f8", "<u4"], "offsets": [0, 8, 16],
                     "itemsize": sizeof(Level)})


cdef class BookSide:
    """One side of a book, the best level first.

    `side.array` is a live numpy view of (price, size, orders); `side[0]` the best level as a tuple.
    """

    def __cinit__(self, bint descending, uint32_t limit):
        self.descending, self.limit = descending, limit
        # Address space only, until levels are used; the levels never move.
        memory = mmap.mmap(-1, limit * sizeof(Level), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        cdef unsigned char[::1] bytes_ = memory
        self.levels = <Level *>&bytes_[0]
        self.memory = bytes_

    cdef uint32_t find(self, double price) noexcept:
        """The first level that is not better than a price."""
        cdef uint32_t low = 0, high = self.count, middle
        while low < high:
            middle = (low + high) // 2
            if self.levels[middle].price > price if self.descending else self.levels[middle].price < price:
                low = middle + 1
            else:
                high = middle
        return low

    cdef bint put(self, double price, double size, uint32_t orders) noexcept:
        cdef uint32_t at = self.find(price)
        cdef bint there = at < self.count and self.levels[at].price == price
        if not size > 0:
            if there:
                self.count -= 1
                memmove(&self.levels[at], &self.levels[at + 1], (self.count - at) * sizeof(Level))
            return True
        if not there:
            if self.count == self.limit:
                return False
            memmove(&self.levels[at + 1], &self.levels[at], (self.count - at) * sizeof(Level))
            self.count += 1
        self.levels[at].price, self.levels[at].size, self.levels[at].orders = price, size, orders
        return True

    @property
    def array(self):
        """The levels as a read-only numpy structured array (price, size, orders), best first, live, without a copy."""
        array = numpy.frombuffer(self.memory, dtype=LEVEL, count=self.count)
        array.flags.writeable = False
        return array

    def __len__(self):
        return self.count

    def __getitem__(self, Py_ssize_t i):
        """(price, size, orders) of a level, 0 = best."""
        if i < 0:
            i += self.count
        if not 0 <= i < self.count:
            raise IndexError(f"the side has {self.count} levels")
        return self.levels[i].price, self.levels[i].size, self.levels[i].orders


cdef class Book:
    """An order book as last described.

    `broken` says that an update is known to be missing: its levels are not to be trusted until the venue sends all.
    """

    def __cinit__(self, symbol, uint32_t limit):
        self.symbol_text = symbol
        self.bids, self.asks = BookSide(True, limit), BookSide(False, limit)

    cdef void reset(self) noexcept:
        self.bids.count = self.asks.count = 0
        self.broken = False

    cdef bint apply(self, const tf_book_level *level) noexcept:
        if level.action == TF_BOOK_ACTION_RESET:
            self.reset()
            return True
        cdef BookSide side = self.bids if level.side == TF_SIDE_BUY else self.asks
        return side.put(level.price, 0 if level.action == TF_BOOK_ACTION_DELETE else level.size, level.orders)

    @property
    def symbol(self):
        """The instrument as the venue names it."""
        return self.symbol_text

    def __repr__(self):
        return (f"<Book {self.symbol_text}: {len(self.bids)} bids, {len(self.asks)} asks"
                f"{', broken' if self.broken else ''}>")


cdef class Books:
    """The books by symbol: `books["ETH/USD"].bids[0]`."""

    def __cinit__(self, Names symbols, uint32_t max_levels):
        self.symbols, self.max_levels, self.by_symbol = symbols, max_levels, {}

    cdef Book of(self, uint32_t symbol):
        book = self.by_symbol.get(symbol)
        if book is None:
            book = self.by_symbol[symbol] = Book(self.symbols.text(symbol), self.max_levels)
        return book

    def __getitem__(self, str symbol not None):
        for id, book in self.by_symbol.items():
            if self.symbols.text(id) == symbol:
                return book
        raise KeyError(symbol)

    def __iter__(self):
        return iter(self.by_symbol.values())

    def __len__(self):
        return len(self.by_symbol)

    def get(self, symbol, default=None):
        """The book of a symbol, or `default`."""
        try:
            return self[symbol]
        except KeyError:
            return default

    def __contains__(self, symbol):
        return self.get(symbol) is not None
