"""What is told beside records: texts of keys of one's own choice, payloads as they came, what no table knows."""

from libc.stdint cimport int64_t, uint16_t

from tickfold.engine.cpp cimport Entry, Stage
from tickfold.engine.dispatch cimport Dispatcher


# What a message says under the keys of `extra`, as far as it is said beside the record of this entry; None: nothing.
cdef dict texts_beside(Stage *stage, const Entry *entry)
# Calls the callbacks of on_payload(). What they raise is kept by the dispatcher.
cdef int tell_payload(list callbacks, Dispatcher dispatcher, uint16_t stream, str label, const char *data, size_t size,
                      int64_t recv_ns) except -1
# What a stage has met that its table does not know, as Drift objects.
cdef list drift_of(Stage *stage, str label)
