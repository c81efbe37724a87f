"""Tables (tickfold.schema.language), compiled for the decoder."""

from tickfold.engine.cpp cimport CTable


cdef int compile_table(object table, CTable *out) except -1
