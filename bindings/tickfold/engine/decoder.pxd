"""Payloads in; records, state and calls out."""

cimport cython
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from tickfold.engine.cpp cimport Entry, JsonDecoder
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.records cimport tf_exact, tf_exact_text
from tickfold.engine.state cimport BySymbol, Keyed, OrderRules, Rows, State
from tickfold.engine.structs cimport tf_header, tf_order, tf_session_state


@cython.final
cdef class Decoder(Receiver):
    cdef JsonDecoder *json
    cdef readonly State state
    cdef readonly Dispatcher dispatcher
    cdef object table              # tickfold.schema.language.Table
    cdef OrderRules rules
    cdef readonly str label        # the stream's name
    # None, or called with each Ack, Error and SessionState of the venue before those who asked for them. What it
    # returns, unless None, is called without arguments after them. The record is valid during the call.
    cdef public object control
    cdef readonly bint synthetic_fills    # derive fills from rising totals of orders
    cdef object scales             # symbol -> (price decimals, size decimals), or None
    cdef tf_session_state last_state      # the last answer to a keepalive
    cdef set listed                # rows of orders that the snapshot under way holds
    cdef bint snapshot_of_others   # a snapshot has held something else than orders
    cdef Entry *last_page          # the Ack of the message at hand that ends a snapshot, or NULL
    cdef uint64_t deaf_seq         # the last number given before the connection was last lost
    cdef uint8_t venue
    cdef uint8_t stream            # which stream of the engine: keeps the order ids of two logins apart
    cdef readonly bint busy        # a message is being handed on
    cdef tf_exact exact            # of the staged record at hand, in exact_texts
    cdef tf_exact_text exact_texts[64]
    cdef char *padded              # copies of payloads that have no padding of their own
    cdef size_t padded_size
    cdef readonly uint64_t messages    # payloads seen
    cdef readonly uint64_t records     # records handed on
    cdef readonly uint64_t malformed   # payloads that were no JSON
    cdef readonly uint64_t limited     # records lost to a limit; each gave an Error record

    cpdef int flush(self) except -1
    # Decodes, merges and hands on one payload with 64 readable bytes behind it. Returns the count of records handed on.
    # Raises nothing but RuntimeError (called from within its own callback): see Dispatcher.raise_error().
    cdef Py_ssize_t read(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef Py_ssize_t read_object(self, object payload, int64_t recv_ns) except -1
    cdef Py_ssize_t read_unpadded(self, const char *data, size_t size, int64_t recv_ns) except -1
    cdef void accept(self, Entry *entry, int64_t recv_ns) noexcept
    cdef void pass_on(self, Entry *entry, int64_t recv_ns) noexcept
    cdef void merge_symbol(self, BySymbol rows, Entry *entry, int64_t recv_ns) noexcept
    cdef void merge_key(self, Keyed rows, Entry *entry, int64_t recv_ns) noexcept
    cdef void merge_order(self, Entry *entry, int64_t recv_ns) noexcept
    cdef void derive_fill(self, const tf_order *before, const tf_order *after, int64_t recv_ns) noexcept
    cdef void list_order(self, Keyed rows, const tf_order *row) noexcept
    cdef void close_snapshot(self, int64_t recv_ns) noexcept
    cdef void mark_ended(self, int64_t recv_ns) noexcept
    cdef void book_level(self, Entry *entry, int64_t recv_ns) noexcept
    cdef void missed(self, uint32_t symbol, const char *topic, const char *reason, int64_t recv_ns) noexcept
    cdef bint seen_before(self, const tf_session_state *now) noexcept
    cdef void scale(self, Entry *entry) noexcept
    cdef void derive_exactly(self, Entry *entry, const tf_order *row) noexcept
    cdef int state_exactly(self, Entry *entry, int bit, double *field, object number) except -1
    cdef void hand_on(self, Rows rows, tf_header *row, uint16_t flags, uint64_t changed, int64_t recv_ns) noexcept
    cdef uint64_t merge_texts(self, Rows rows, tf_header *row, Entry *entry) noexcept
    cdef void number(self, tf_header *head, int64_t recv_ns) noexcept
    cdef void send(self, tf_header *head, const tf_exact *exact, int64_t recv_ns) noexcept
    cdef void send_controlled(self, tf_header *head, const tf_exact *exact, int64_t recv_ns) noexcept
    cdef void limit(self, const char *what, const char *data, size_t size, int64_t recv_ns) noexcept
    cdef void report(self, uint8_t source, const char *what, const char *data, size_t size, int64_t recv_ns) noexcept
