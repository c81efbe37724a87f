"""Records of the session itself, not of a payload: each is made and handed on, and the state follows it."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from tickfold.engine.intake cimport Intake


# See Decoder.announce, .gap and .lag. `symbol`: the number of the instrument that it is about, or 0.
cdef int tell_state(Intake *intake, object connected, str topic, str text, int64_t now_ns, uint8_t state,
                    uint32_t symbol) except -1
cdef int tell_gap(Intake *intake, int64_t ts_from, int64_t ts_to, str topic, str reason, uint32_t symbol) except -1
cdef int tell_lag(Intake *intake, bint behind, str topic, str text, int64_t now_ns, dict figures) except -1
