"""A live connection: a picows connection whose messages go to a Receiver."""
from libc.stdint cimport int64_t, uint64_t

from picows.picows cimport WSFrame, WSListener, WSTransport

from tickfold.engine.closing cimport Sender
from tickfold.engine.frames cimport FrameReader
from tickfold.engine.messages cimport Assembler, Event
from tickfold.engine.receiver cimport Receiver


cdef class Listener(WSListener):
    cdef:
        readonly Receiver receiver
        readonly WSTransport transport      # None until the handshake is done
        readonly Assembler assembler        # replaced once the extensions are agreed
        readonly object offer               # str or None
        readonly object deflate             # DeflateParams or None
        readonly object failure             # ProtocolError; LimitError or StaleError if a limit was reached; or None
        readonly int close_code             # 0 while open
        readonly str close_reason
        readonly int sent_close_code        # 0 until we have sent a Close
        readonly bint connected
        readonly uint64_t messages          # delivered
        readonly uint64_t octets            # received: payloads; on a client also frame headers
        readonly uint64_t pings             # received; each is answered unless the peer does not read
        readonly uint64_t pongs             # received
        readonly int64_t recv_ns            # the last socket read, ns since 1970 UTC; 0 before
        readonly int64_t last_receive_ns    # the same read, by time.monotonic_ns()
        readonly int64_t whole_ns           # the last read that ended a message, Ping or Pong, ns since 1970 UTC
        readonly int64_t last_whole_ns      # the same read, by time.monotonic_ns()
        readonly int64_t busy_ns            # spent on what a client read: frames, messages, callbacks
        public double close_timeout
        public object woken                 # called once, without arguments, by the event loop's next read; or None

        char* _buffer                       # what the socket is read into; owned by _view
        object _view                        # memoryview of a bytearray, without the padding behind it
        size_t _read_size
        FrameReader _frames
        Sender _sender                      # None until the handshake is done
        tuple _write_bounds                 # max_write_size, write_timeout
        dict _limits
        bint _compress
        bint _require_deflate
        bint _gathered                      # messages were delivered since the last flush
        bint _between_reads                 # the next frame from picows is the first of a new socket read
        object _loop
        object _done                        # asyncio.Future of wait_disconnected
        object _raised                      # what wait_disconnected will raise: SystemExit and the like, or None
        object _on_connected, _on_disconnected, _on_close, _on_pong, _on_error

    # So many bytes of the socket were read into _buffer, of _read_size.
    cdef void received(self, size_t size) noexcept
    # Reads the frames in the bytes of one socket read. 64 bytes behind them must be readable.
    cdef void read(self, const char* data, size_t size) noexcept
    cpdef bint send_text(self, object message) except -1
    cpdef bint send_binary(self, object message) except -1
    cpdef bint send_ping(self, object data=*) except -1
    cpdef bint close(self, int code=*, str reason=*) except -1

    cdef int _read_by(self, size_t size) except -1
    cdef void _stamp(self) noexcept
    cdef void _heard(self) noexcept
    cdef int _frames_of(self, const char** at, const char* end) except -1
    cdef int _handle(self, Event event) except -1
    cdef void _flush(self) noexcept
    cdef bint _open(self) noexcept
    cdef int _answer_close(self) except -1
    cdef int _fail(self) except -1
    cdef int _leave(self) except -1
    cdef bint _send_close(self, int code, bytes frame) except -1
