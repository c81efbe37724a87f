"""Views of records: what Python sees of the structs in tickfold/records.h.

The structs themselves are in tickfold.engine.structs.
"""

from libc.stdint cimport uint8_t, uint16_t, uint64_t

from tickfold.engine.structs cimport tf_header
from tickfold.engine.names cimport Names


cdef extern from "schema/fields.h" nogil:
    cdef enum tf_type:
        TF_TYPE_DEC
        TF_TYPE_TIME
        TF_TYPE_I64
        TF_TYPE_U64
        TF_TYPE_I32
        TF_TYPE_U32
        TF_TYPE_U8
        TF_TYPE_BOOL
        TF_TYPE_ENUM
        TF_TYPE_TEXT
        TF_TYPE_LONG
        TF_TYPE_DATA

    ctypedef struct tf_field:
        const char *name
        const char *doc
        uint16_t offset
        uint16_t size
        uint8_t type
        uint8_t bit
        uint8_t enumeration

    ctypedef struct tf_kind:
        const char *name
        const char *doc
        const tf_field *fields
        uint16_t count
        uint16_t size
        uint16_t decimals
        uint16_t dec_count

    enum:
        TF_KINDS
        TF_ENUMS
    const char **tf_enums
    const tf_kind *tf_kinds


cdef class Record:
    # The record. NULL once a callback has returned: a view that was kept must say so, not show another record.
    cdef const tf_header *rec
    cdef object owner        # keeps the record's memory alive
    cdef Names symbols     # resolves rec.symbol; may be None
    cdef dict exact          # wire text of INEXACT numbers by bit, or None

    cdef int check(self) except -1


# A new view of a record, of the class that belongs to its kind.
cdef Record view(const tf_header *rec, object owner, Names symbols, dict exact)
# The class of a kind: Quote, Order …
cdef object class_of(uint8_t kind)
# The kind's number of a class; TypeError where it is no record class.
cdef int kind_of(object cls) except -1
