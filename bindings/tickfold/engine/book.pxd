"""Order books, as Python and numpy see them. The books are in engine/fold/book.hpp."""

from tickfold.engine.names cimport Names


# Memory of a table or a book, as a read-only buffer; `owner` keeps it alive.
cdef class Memory:
    cdef object owner
    cdef char *base
    cdef Py_ssize_t size


# A read-only numpy array of such memory.
cdef object array_of(object owner, void *base, Py_ssize_t count, object dtype)


cdef class BookSide:
    cdef void *side              # a tickfold::BookSide
    cdef object owner            # keeps the levels alive


cdef class Book:
    cdef void *book              # a tickfold::Book
    cdef object owner
    cdef Names symbols
    cdef readonly BookSide bids, asks


cdef class Books:
    cdef void *books             # a tickfold::Books
    cdef object owner
    cdef Names symbols
    cdef int scope               # the stream whose books these are; -1: all streams'
    cdef dict seen               # Book by the number of its symbol
    cdef Book of(self, void *book)
    cdef bint shown(self, void *book) noexcept


# The books of a state that `owner` keeps alive, of one stream or with scope -1 of all.
cdef Books books_of(void *books, object owner, Names symbols, int scope)
# The numbers of a symbol: one for each stream that has named it.
cdef list numbers_of(Names symbols, str text)
