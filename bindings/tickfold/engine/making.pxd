"""Records in memory of their own: copies of what a decoder made, and records made by hand."""

from tickfold.engine.fields cimport tf_exact
from tickfold.engine.structs cimport tf_header


# A record in one block of memory: its bytes, followed by whatever it points to.
cdef class Made:
    cdef bytes memory
    cdef const tf_header *rec       # into `memory`
    cdef const tf_exact *exact      # into `memory`; NULL: it has no INEXACT number
    cdef object symbol              # its text, or None
    cdef object stream              # its label, its number, or None
    cdef dict extra                 # see Record.extra; None: nothing


# A copy of a record with all that it points to.
cdef Made pack(const tf_header *rec, const tf_exact *exact)
# A record made from values by field name.
cdef Made make(int code, dict values)
# The exact Decimal of a number that has been stated.
cdef object number_of(const tf_header *rec, const tf_exact *exact, int bit)
# Whether two records of one kind have the same ts_event, the same fields stated, and the same values.
cdef bint same(const tf_header *one, const tf_exact *exact, const tf_header *other,
               const tf_exact *other_exact) except -1
