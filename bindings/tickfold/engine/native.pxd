"""C functions in place of callbacks: on(native=…)."""

from libc.stdint cimport uint64_t, uintptr_t

from tickfold.engine.structs cimport tf_header


# A C function that gets the records of a kind.
cdef struct Native:
    void (*call)(const tf_header *record, void *context) noexcept nogil
    void *context
    uint64_t mask             # called if tf_header.changed has one of these bits; all bits: for every record
    bint amendments           # also called with amendments of fills


# Calls those of an array of Native that want the record.
cdef void call_natives(bytes natives, const tf_header *rec, bint amendment) noexcept
# Without these of its elements: (the array or None, those of `owners` that stay, whether one wants amendments).
cdef tuple without(bytes natives, list owners, object function)
# The memory that `context` stands for, as a memoryview, which keeps it where it is.
cdef object memory_of(object context)
cdef void *address_in(object memory) except? NULL
# The address of a C function, given as on(native=) says.
cdef uintptr_t address_of(object native) except 0
