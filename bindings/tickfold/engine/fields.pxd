"""The tables of the schema (tickfold/fields.h): which fields a record has, and where they stand."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from tickfold.engine.structs cimport tf_header


cdef extern from "tickfold/exact.h" nogil:
    ctypedef struct tf_exact_text:
        const char *data
        uint32_t size
        uint32_t bit

    ctypedef struct tf_exact:
        const tf_exact_text *texts
        uint32_t count

cdef extern from "tickfold/fields.h" nogil:
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

    cdef enum tf_rows:
        TF_ROWS_NONE
        TF_ROWS_MERGED
        TF_ROWS_KEPT

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
        uint64_t layout
        uint16_t count
        uint16_t size
        uint16_t decimals
        uint16_t dec_count
        uint8_t rows

    enum:
        TF_KINDS
        TF_ENUMS
    const char **tf_enums
    const tf_kind *tf_kinds


# Whether a text or bytes stand beside the record.
cdef inline bint has_text(const tf_header *rec, const tf_field *field) noexcept nogil:
    return field.type >= TF_TYPE_LONG and (rec.known >> field.bit) & 1

# The member of an enum that has a value; its first one where none has.
cdef object enum_member(uint8_t enumeration, uint8_t value)
# {name: bit} of a kind.
cdef dict bits_of(int code)
# The names of the fields whose bits are set.
cdef tuple names_of(int code, uint64_t bits)
# The numpy dtype of a kind.
cdef object dtype_of(int code)
