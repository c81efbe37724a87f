"""State tables: one row per quote, order …, as Python and numpy see them. The tables are in engine/fold/."""

from libc.stdint cimport uint32_t

from tickfold.engine.book cimport Books
from tickfold.engine.names cimport Names
from tickfold.engine.records cimport Record


# Owns the C++ state; every object that points into it holds a reference to this.
cdef class Store:
    cdef void *c                 # a tickfold::State (engine/fold/state.hpp)
    cdef object on_change        # see State.on_change
    cdef set tickers             # numbers of the streams whose quotes may have a ticker
    cdef uint32_t looked_at      # rows of quotes up to this one were looked at:
    cdef list numbered           # those of such streams


cdef class Rows:
    cdef Store store
    cdef void *table             # a tickfold::RowTable (engine/fold/rows.hpp)
    cdef Names symbols
    cdef int scope               # the stream whose rows these are; -1: all streams'
    cdef object __weakref__
    cdef Record row_view(self, uint32_t row)
    cdef bint shown(self, uint32_t row) noexcept
    cdef list numbers(self, object key)
    cdef object only(self, list rows, object key)


cdef class BySymbol(Rows):
    cdef list of_names(self, list names, object stream)


cdef class Keyed(Rows):
    cdef int key_count           # texts that make the key
    cdef bint key_symbol         # the symbol is part of it
    cdef list of_parts(self, tuple parts)
    cdef list of_ticker(self, str ticker, str account)
    cdef list of_owner(self, str account, str currency)
    cdef list of_account(self, str account)


cdef class State:
    cdef Store store
    cdef readonly Names symbols
    cdef readonly BySymbol quotes, stats, instruments
    cdef readonly Keyed orders, fills, positions, balances, pnl
    cdef readonly Books books
    # The tables as one stream sees them.
    cdef Rows of_stream(self, Rows rows, int stream)
    # Registers a stream; returns its number and its label, which must both be new.
    cdef tuple enter(self, object stream, str label)
