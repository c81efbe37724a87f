"""The orders of an engine: those that are open, that may be out of date, of an account, of a symbol."""

from libc.stdint cimport uint32_t

from tickfold.engine.state cimport Keyed


cdef class Orders(Keyed):
    cdef dict lost               # stream → the last `seq` before its connection was lost
    cdef bint is_open(self, uint32_t row) noexcept
    cdef bint is_stale(self, uint32_t row) except -1
    # The numbers of the rows of open orders, in all streams.
    cdef list open_rows(self)
    # The numbers of the rows, open or ended, that have a client's id.
    cdef list of_client(self, bytes key, list rows)


cdef class Selection:
    cdef Orders orders
    cdef bint only_open, only_stale
    cdef bytes account           # or None
    cdef object symbol           # or None
    cdef list numbers(self)


cdef class ByClientId:
    cdef Orders orders
