"""Tables (tickfold.schema.language), compiled for the decoder."""

from tickfold.engine.cpp cimport CTable


# `extra`: keys whose text is kept beside their records, in Stage::extras.
cdef int compile_table(object table, CTable *out, tuple extra=*) except -1
