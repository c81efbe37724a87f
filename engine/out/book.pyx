# distutils: language = c++
"""Order books: sorted levels, updated in place (see engine/fold/book.hpp)."""

from cpython.buffer cimport PyBUF_WRITABLE, PyBuffer_FillInfo
from libc.stdint cimport uint32_t

from tickfold.engine.fold cimport CBook, CBooks, CBookSide, CNames, Level
from tickfold.engine.names cimport Names

import numpy

from tickfold.schema.errors import AmbiguousError

LEVEL = numpy.dtype({"names": ["price", "size", "orders", "reserved"], "formats": ["<f8", "<f8", "<u4", "<u4"],
                     "offsets": [0, 8, 16, 20], "itemsize": sizeof(Level)})


cdef inline CBookSide *side_of(BookSide side) noexcept:
    return <CBookSide *>side.side


cdef inline CBook *book_of(Book book) noexcept:
    return <CBook *>book.book


cdef inline CBooks *table_of(Books books) noexcept:
    return <CBooks *>books.books


cdef class Memory:
    def __getbuffer__(self, Py_buffer *buffer, int flags):
        if flags & PyBUF_WRITABLE:
            raise BufferError("this memory is read-only")
        PyBuffer_FillInfo(buffer, self, self.base, self.size, True, flags)


cdef object array_of(object owner, void *base, Py_ssize_t count, object dtype):
    cdef Memory memory = Memory()
    memory.owner, memory.base, memory.size = owner, <char *>base, count * <Py_ssize_t>dtype.itemsize
    if count == 0:    # numpy refuses an empty buffer
        array = numpy.empty(0, dtype)
        array.flags.writeable = False
        return array
    return numpy.frombuffer(memory, dtype=dtype)


cdef class BookSide:
    """One side of a book, the best level first.

    `side.array` is a live numpy view of (price, size, orders); `side[0]` the best level as a tuple.
    """

    @property
    def limit(self):
        """How many levels this side can hold: State(max_levels=)."""
        return side_of(self).limit

    @property
    def array(self):
        """The levels as a read-only numpy structured array (price, size, orders), best first, live, without a copy.

        `orders` is 0 where the venue does not count them.
        """
        return array_of(self.owner, side_of(self).levels, side_of(self).count, LEVEL)

    def __len__(self):
        return side_of(self).count

    def __getitem__(self, Py_ssize_t i):
        """(price, size, orders) of a level; level 0 is the best.

        :raises IndexError: the side has fewer levels
        """
        if i < 0:
            i += side_of(self).count
        if not 0 <= i < side_of(self).count:
            raise IndexError(f"the side has {side_of(self).count} levels")
        return side_of(self).levels[i].price, side_of(self).levels[i].size, side_of(self).levels[i].orders


cdef class Book:
    """The latest order book of one instrument in one stream."""

    @property
    def symbol(self):
        """The instrument as the venue names it."""
        return self.symbols.text(book_of(self).symbol)

    @property
    def stream(self):
        """The label of the book's stream."""
        return self.symbols.label((<CNames *>self.symbols.names).domain(book_of(self).symbol))

    @property
    def sequence(self):
        """The venue's number of the last update; 0 where it has none."""
        return book_of(self).sequence

    @property
    def broken(self):
        """Whether the levels may be wrong, until the venue sends the whole book again.

        An update was missed; or the stream's connection was lost: the levels then stay as they were, and changes of a
        later connection are handed on as records only.
        """
        return book_of(self).broken

    def __repr__(self):
        return (f"<Book {self.symbol}: {len(self.bids)} bids, {len(self.asks)} asks"
                f"{', broken' if book_of(self).broken else ''}>")


cdef class Books:
    """The books by symbol: `books["ETH/USD"].bids[0]`; `books["alpaca v1beta3/crypto/us", "ETH/USD"]` if several
    streams have a book of that symbol.
    """

    cdef Book of(self, void *found):
        cdef CBook *book = <CBook *>found
        cdef Book out = <Book>self.seen.get(book.symbol)
        if out is None:
            out = Book()
            out.book, out.owner, out.symbols = book, self.owner, self.symbols
            out.bids, out.asks = BookSide(), BookSide()
            out.bids.side, out.asks.side = &book.bids, &book.asks
            out.bids.owner = out.asks.owner = self.owner
            self.seen[book.symbol] = out
        return out

    cdef bint shown(self, void *book) noexcept:
        return self.scope < 0 or (<CNames *>self.symbols.names).domain((<CBook *>book).symbol) == self.scope

    def __getitem__(self, key):
        """The book of a symbol, or of (stream's label, symbol).

        :raises KeyError: there is none
        :raises AmbiguousError: several streams have one
        """
        cdef list found = []
        cdef CBook *book
        stream = None
        if isinstance(key, tuple) and len(key) == 2:
            stream, symbol = key
        else:
            symbol = key
        if not isinstance(symbol, str):
            raise TypeError(f"a book is found by its symbol or by (stream, symbol), not by {key!r}")
        for number in numbers_of(self.symbols, symbol):
            book = table_of(self).find(<uint32_t>number)
            if book != NULL and self.shown(book) and (
                    stream is None or self.symbols.label((<CNames *>self.symbols.names).domain(book.symbol)) == stream):
                found.append(self.of(book))
        if not found:
            raise KeyError(key)
        if len(found) > 1:
            streams = ", ".join(repr(one.stream) for one in found)
            raise AmbiguousError(f"{symbol!r} has a book in {len(found)} streams: {streams}; ask for "
                                 f"books[{found[0].stream!r}, {symbol!r}]")
        return found[0]

    def __iter__(self):
        """Iterates over the books, in the order in which they were first updated."""
        cdef size_t i
        for i in range(table_of(self).all().size()):
            if self.shown(table_of(self).all()[i]):
                yield self.of(table_of(self).all()[i])

    def __len__(self):
        return table_of(self).all().size() if self.scope < 0 else sum(1 for _ in self)

    def get(self, key, default=None):
        """The book of a symbol, or `default`.

        :raises AmbiguousError: several streams have one
        """
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        try:
            return self.get(key) is not None
        except AmbiguousError:
            return True


cdef list numbers_of(Names symbols, str text):
    """The numbers of a symbol: one for each stream that has named it."""
    cdef bytes raw = text.encode(errors="replace")
    cdef size_t size = len(raw)
    cdef CNames *names = <CNames *>symbols.names
    cdef list out = []
    raw += bytes(16)    # 16 bytes are read at once
    cdef uint32_t id = names.first_of_text(raw, size)
    while id:
        out.append(id)
        id = names.next_of_text(id)
    return out


cdef Books books_of(void *books, object owner, Names symbols, int scope):
    cdef Books out = Books()
    out.books, out.owner, out.symbols, out.scope, out.seen = books, owner, symbols, scope, {}
    return out
