# distutils: language = c++
"""Records of the session itself, not of a payload (see tell.pxd)."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.intake cimport Intake
from tickfold.engine.making cimport Made, make
from tickfold.engine.structs cimport *


cdef int tell_state(Intake *intake, object connected, str topic, str text, int64_t now_ns, uint8_t state,
                    uint32_t symbol) except -1:
    cdef tf_session_state record
    cdef bytes why = text.encode(errors="replace")
    memcpy(&record, intake.json.stage.blank(TF_RECORD_KIND_SESSION_STATE), sizeof(record))
    record.head.symbol = symbol
    record.connected, record.state = connected is True, state
    record.text.data, record.text.size = PyBytes_AS_STRING(why), PyBytes_GET_SIZE(why)
    fill(record.topic, sizeof(record.topic), topic)
    record.head.known = (<uint64_t>1 << TF_SESSION_STATE_TEXT | <uint64_t>1 << TF_SESSION_STATE_TOPIC
                         | <uint64_t>(connected is not None) << TF_SESSION_STATE_CONNECTED
                         | <uint64_t>(state != 0) << TF_SESSION_STATE_STATE)
    if connected is True:
        intake.fold.ready(now_ns)
    intake.fold.say(&record.head, now_ns)
    if connected is False:
        if intake.json.lines.under_way():
            intake.lose_lines(now_ns)
        intake.fold.lost()
    return 0


cdef int tell_gap(Intake *intake, int64_t ts_from, int64_t ts_to, str topic, str reason, uint32_t symbol) except -1:
    cdef tf_gap gap
    memcpy(&gap, intake.json.stage.blank(TF_RECORD_KIND_GAP), sizeof(gap))
    gap.head.symbol = symbol
    gap.ts_from, gap.ts_to = ts_from, ts_to
    fill(gap.topic, sizeof(gap.topic), topic)
    fill(gap.reason, sizeof(gap.reason), reason)
    gap.head.known = (<uint64_t>1 << TF_GAP_TS_FROM | <uint64_t>1 << TF_GAP_TS_TO | <uint64_t>1 << TF_GAP_TOPIC
                      | <uint64_t>1 << TF_GAP_REASON)
    intake.fold.say(&gap.head, ts_to)
    return 0


cdef int tell_lag(Intake *intake, bint behind, str topic, str text, int64_t now_ns, dict figures) except -1:
    cdef dict values = {name: round(value, 6) if isinstance(value, float) else value for name, value in figures.items()}
    cdef Made made = make(TF_RECORD_KIND_LAG, {**values, "behind": behind, "text": text.encode(errors="replace")})
    cdef tf_lag *lag = <tf_lag *>made.rec    # nobody else has it yet
    fill(lag.topic, sizeof(lag.topic), topic)
    lag.head.known |= <uint64_t>1 << TF_LAG_TOPIC
    intake.fold.say(&lag.head, now_ns)
    return 0


cdef int fill(char *slot, size_t size, str text) except -1:
    """Copies a text, as UTF-8, into a slot of zero bytes; one that is too long is cut between two characters."""
    cdef bytes data = text.encode(errors="replace")[:size].decode(errors="ignore").encode()
    memcpy(slot, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return 0
