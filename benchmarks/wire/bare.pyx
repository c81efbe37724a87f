"""The baseline: a picows listener that checks no rules, and a receiver that counts."""
from libc.stdint cimport int64_t
from picows.picows cimport WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from tickfold.engine.listener cimport Listener
from tickfold.engine.receiver cimport Receiver


cdef class Counter(Receiver):
    """Counts messages and socket reads."""
    cdef readonly long messages
    cdef readonly long reads

    cdef int message(self, const char* data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.messages += 1
        return 0

    cdef int flush(self) except -1:
        self.reads += 1
        return 0


cdef class BareListener(WSListener):
    """Hands every payload on as it comes: no UTF-8, no fragments, no limits, no reserved bits."""
    cdef Receiver receiver

    def __init__(self, Receiver receiver):
        self.receiver = receiver

    cpdef on_ws_frame(self, WSTransport transport, WSFrame frame):
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
            return
        self.receiver.message(frame.payload_ptr, frame.payload_size, frame.msg_type == WSMsgType.BINARY, 0)
        if frame.last_in_buffer:
            self.receiver.flush()


def read(Listener listener, bytes data, size_t size, int times):
    """Lets a listener read the same octets `times` times, as if from its socket."""
    cdef const char* start = data
    cdef int _
    for _ in range(times):
        listener.read(start, size)
