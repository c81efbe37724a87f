"""Views of records: what Python sees of the structs in tickfold/records.h.

The structs themselves are in tickfold.engine.structs.
"""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from tickfold.engine.fields cimport (
    TF_ENUMS, tf_enums, tf_exact, tf_exact_text, tf_field, tf_kind, tf_kinds, TF_KINDS, TF_ROWS_KEPT, TF_ROWS_MERGED,
    TF_ROWS_NONE, TF_TYPE_BOOL, TF_TYPE_DATA, TF_TYPE_DEC, TF_TYPE_ENUM, TF_TYPE_I32, TF_TYPE_I64, TF_TYPE_LONG,
    TF_TYPE_TEXT, TF_TYPE_TIME, TF_TYPE_U8, TF_TYPE_U32, TF_TYPE_U64)
from tickfold.engine.making cimport Made
from tickfold.engine.names cimport Names
from tickfold.engine.structs cimport tf_header


cdef class Record:
    # The record. NULL after the callback it was handed to: a view that was kept raises, and shows no other record.
    cdef const tf_header *rec
    cdef object owner        # keeps the record's memory alive
    cdef Names symbols       # names for rec.symbol and rec.stream; None for a copy, which has `named` and `label`
    cdef object named        # the symbol of a copy, or None
    cdef object label        # the stream of a copy
    cdef const tf_exact *exact            # wire texts of INEXACT numbers, or NULL; lives as long as `rec`
    # For a view of a row: once generation_at[0] differs from `generation`, the row holds another record. NULL: no row.
    cdef const uint32_t *generation_at
    cdef uint32_t generation

    cdef int check(self) except -1
    # Raises ReferenceError: the view's record is no longer there.
    cdef int gone(self) except -1
    cdef inline bint alive(self) noexcept:
        return self.rec != NULL and (self.generation_at == NULL or self.generation_at[0] == self.generation)
    cdef int hold(self, Made made) except -1
    cdef object number(self, int bit)
    cdef dict beside(self)
    cdef dict stated(self, bint exact)
    cdef object symbol_text(self)
    cdef object stream_label(self)


# From now on `extra` of views of this record gives these texts; NULL: of none. Returns those before; `outer`, where it
# is given, gets the record that had them.
cdef dict lend_extra(const tf_header *rec, dict texts, const tf_header **outer)
# A new view of a record, of the class that belongs to its kind.
cdef Record view(const tf_header *rec, object owner, Names symbols, const tf_exact *exact)
# The class of a kind: Quote, Order …
cdef object class_of(uint8_t kind)
# The kind's number of a class; TypeError where it is no record class.
cdef int kind_of(object cls) except -1
