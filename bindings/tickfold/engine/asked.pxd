"""What on() and on_batch() may be asked for."""

from libc.stdint cimport uint64_t


# The numbers of the kinds that a record class stands for. TypeError if `kind` is no record class.
cdef list check_kind(object kind, str method)
# The bits of the fields that `changed` names; all bits if it is None. ConfigError for an unknown name.
cdef uint64_t check_mask(object cls, list kinds, object changed, object amendments) except? 0
# ConfigError unless records of these kinds can be conflated.
cdef int check_conflate(object cls, list kinds, object native) except -1
