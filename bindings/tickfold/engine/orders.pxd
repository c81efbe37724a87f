"""The orders of an engine: those that are open, that may be out of date, of an account, of a symbol."""

from libc.stdint cimport uint32_t

from tickfold.engine.state cimport Keyed
from tickfold.engine.structs cimport tf_order


cdef class Orders(Keyed):
    cdef dict lost               # stream → the last `seq` before its connection was lost
    cdef bint is_open(self, uint32_t row) noexcept
    cdef bint is_stale(self, uint32_t row) except -1
    # The numbers of the rows of open orders, in all streams.
    cdef list open_rows(self)


cdef class Selection:
    cdef Orders orders
    cdef bint only_open, only_stale
    cdef bytes account           # or None
    cdef object symbol           # or None
    cdef list numbers(self)
    cdef object candidates(self)
    cdef bint has_account(self, const tf_order *order) noexcept


cdef class ByClientId:
    cdef Orders orders
    # The number of the first row that has a client's id, an open one if there is one; 0: there is none.
    cdef uint32_t first(self, str key) except? 0
