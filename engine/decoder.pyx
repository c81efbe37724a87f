# distutils: language = c++
"""Payloads in; records, state and calls out.

    scanner / simdjson ─▶ stage ─▶ merge into rows ─▶ dispatcher

A message is read whole before anything of it is merged or handed on: one with a fault leaves no trace but an Error
record that names it.
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset, strlen

from tickfold.engine.compiler cimport compile_table
from tickfold.engine.cpp cimport Entry, Exact, JsonDecoder
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.records cimport tf_kinds
from tickfold.engine.state cimport merge, merge_order, OrderRules, Rows, State
from tickfold.engine.structs cimport *

from tickfold import tables
from tickfold.tables import language

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *s, size_t maxlen)

cdef size_t PADDING = 64
cdef size_t KEPT_TEXT = 65536     # bytes of a malformed message that its Error record shows
cdef size_t KEPT_BUFFER = 1 << 20    # a buffer that a large payload needed is given back when it is larger


cdef class Decoder(Receiver):
    """Turns a stream's payloads into records, keeps the state that they describe, and calls who asked for them.

    :param table: a Table of tickfold.tables, or its name
    :param state: where rows are kept; several decoders may share one
    :param dispatcher: who is called; several decoders may share one
    :param stream: number of the stream, 0 to 255; order ids of two streams never meet
    """

    def __cinit__(self, table, *, State state=None, Dispatcher dispatcher=None, uint8_t stream=0):
        if isinstance(table, str):
            table = tables.load(table)
        if not isinstance(table, language.Table):
            raise TypeError(f"a decoder needs a Table or the name of one, not {table!r}")
        self.table = table
        self.state = State() if state is None else state
        self.dispatcher = Dispatcher() if dispatcher is None else dispatcher
        self.venue, self.stream = int(table.venue), stream
        self.rules = OrderRules(promotes=table.promotes, deltas=table.deltas)
        self.json = new JsonDecoder()
        compile_table(table, &self.json.table)

    def __dealloc__(self):
        del self.json
        free(self.padded)

    # ---- what users call

    def feed(self, payload, int64_t recv_ns=0, *, bint flush=True):
        """Decode one message, merge it, call whoever asked. Returns the count of records handed on.

        :param payload: bytes, anything with the buffer protocol, or str
        :param recv_ns: when it was read, ns UTC
        :param flush: deliver batches at once; False if more messages of the same read follow, then call flush()
        :raises CallbackError: a callback raised; the message was merged and handed on nevertheless
        """
        cdef Py_ssize_t count = self.read_object(payload, recv_ns)
        if flush and self.dispatcher.pending:
            self.dispatcher.flush()
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return count

    def decode(self, payload, int64_t recv_ns=0):
        """Decode and merge one message. Returns independent copies of its records; no callback is called."""
        cdef list records = []
        outer, self.dispatcher.collected = self.dispatcher.collected, records
        try:
            self.read_object(payload, recv_ns)
        finally:
            self.dispatcher.collected = outer
        self.dispatcher.raise_error()
        return records

    def on(self, cls, callback=None, *, changed=None):
        """See Dispatcher.on()."""
        return self.dispatcher.on(cls, callback, changed=changed)

    def on_batch(self, cls, callback=None):
        """See Dispatcher.on_batch()."""
        return self.dispatcher.on_batch(cls, callback)

    def attach(self, handler):
        """See Dispatcher.attach()."""
        return self.dispatcher.attach(handler)

    @property
    def name(self):
        """The table's name."""
        return self.table.name

    @property
    def symbols(self):
        """Names of the instruments by the number in records and numpy columns."""
        return self.state.symbols

    @property
    def quotes(self):
        """The latest quote of each symbol."""
        return self.state.quotes

    @property
    def orders(self):
        """The orders, as last described."""
        return self.state.orders

    @property
    def mismatched(self):
        """Values that were skipped because their form was not that of their field."""
        return self.json.stage.mismatches

    @property
    def refused(self):
        """Messages that the fast scanner left to simdjson."""
        return self.json.refused

    # ---- what a session tells, which no payload says. A callback's exception comes out of the next flush().

    def announce(self, bint connected, str topic, str text, int64_t now_ns):
        """Hand on a SessionState: the stream `topic` is ready, or has been lost, and why."""
        cdef tf_session_state state
        cdef bytes why = text.encode(errors="replace")
        memcpy(&state, self.json.stage.blank(TF_RECORD_KIND_SESSION_STATE), sizeof(state))
        state.connected = connected
        state.text.data, state.text.size = PyBytes_AS_STRING(why), PyBytes_GET_SIZE(why)
        fill(state.topic, sizeof(state.topic), topic)
        state.head.known = (<uint64_t>1 << TF_SESSION_STATE_CONNECTED | <uint64_t>1 << TF_SESSION_STATE_TEXT
                            | <uint64_t>1 << TF_SESSION_STATE_TOPIC)
        state.head.changed = state.head.known
        self.send(&state.head, None, now_ns)

    def gap(self, int64_t ts_from, int64_t ts_to, str topic, str reason):
        """Hand on a Gap: what the stream `topic` said between these times (ns UTC) was not heard."""
        cdef tf_gap gap
        memcpy(&gap, self.json.stage.blank(TF_RECORD_KIND_GAP), sizeof(gap))
        gap.ts_from, gap.ts_to = ts_from, ts_to
        fill(gap.topic, sizeof(gap.topic), topic)
        fill(gap.reason, sizeof(gap.reason), reason)
        gap.head.known = (<uint64_t>1 << TF_GAP_TS_FROM | <uint64_t>1 << TF_GAP_TS_TO | <uint64_t>1 << TF_GAP_TOPIC
                          | <uint64_t>1 << TF_GAP_REASON)
        gap.head.changed = gap.head.known
        self.send(&gap.head, None, ts_to)

    # ---- what the listener calls

    cdef int message(self, const char *data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.read(data, size, recv_ns)
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    cpdef int flush(self) except -1:
        """Deliver the batches: what was read so far is a whole."""
        self.dispatcher.flush()
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    # ---- inside

    cdef Py_ssize_t read_object(self, object payload, int64_t recv_ns) except -1:
        cdef Py_buffer buffer
        if PyBytes_CheckExact(payload):
            return self.read_unpadded(PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload), recv_ns)
        if isinstance(payload, str):
            payload = (<str>payload).encode()
        PyObject_GetBuffer(payload, &buffer, PyBUF_SIMPLE)
        try:
            return self.read_unpadded(<const char *>buffer.buf, buffer.len, recv_ns)
        finally:
            PyBuffer_Release(&buffer)

    cdef Py_ssize_t read_unpadded(self, const char *data, size_t size, int64_t recv_ns) except -1:
        if self.busy:
            raise RuntimeError("a decoder can't be fed from within its own callback")
        if self.padded_size < size + PADDING or self.padded_size > KEPT_BUFFER + PADDING:
            free(self.padded)
            self.padded_size = 0
            self.padded = <char *>malloc(max(size, 4096) + PADDING)
            if self.padded == NULL:
                raise MemoryError(f"no memory for a message of {size} bytes")
            self.padded_size = max(size, 4096) + PADDING
        memcpy(self.padded, data, size)
        memset(self.padded + size, 0, PADDING)
        return self.read(self.padded, size, recv_ns)

    cdef Py_ssize_t read(self, const char *data, size_t size, int64_t recv_ns) except -1:
        cdef Entry *entry
        cdef uint64_t before = self.records
        if self.busy:
            raise RuntimeError("a decoder can't be fed from within its own callback")
        self.messages += 1
        if not self.json.decode(data, size) and not self.json.decode_plain(data, size):
            self.malformed += 1
            self.report(TF_ERROR_SOURCE_DECODER, "not valid JSON", data, min(size, KEPT_TEXT), recv_ns)
            return <Py_ssize_t>(self.records - before)
        self.busy = True
        entry = self.json.stage.first()
        while entry != NULL:
            self.accept(entry, recv_ns)
            entry = self.json.stage.next()
        self.busy = False
        return <Py_ssize_t>(self.records - before)

    cdef void accept(self, Entry *entry, int64_t recv_ns) noexcept:
        """Merges a staged record, or takes it as it is, and hands it on."""
        cdef tf_header *head = entry.head()
        cdef uint8_t kind = head.kind
        cdef uint32_t symbol = 0
        cdef tf_header *row
        cdef tf_order *order
        cdef uint64_t changed
        if entry.symbol.size:
            symbol = self.state.symbols.intern(self.venue, entry.symbol.data, entry.symbol.size)
            if symbol == 0:
                self.limit(b"more symbols than max_symbols", entry.symbol.data, entry.symbol.size, recv_ns)
                return
        if kind == TF_RECORD_KIND_QUOTE:
            if symbol == 0:
                self.limit(b"a quote without a symbol", NULL, 0, recv_ns)
                return
            row = self.state.quotes.of(symbol, self.json.stage.blank(kind))
            changed = merge(&tf_kinds[kind], row, head, entry.nulls)
            if head.ts_event != TF_UNKNOWN_TIME and head.ts_event != row.ts_event:
                row.ts_event = head.ts_event
            elif changed == 0:
                return    # the same again
            self.hand_on(self.state.quotes, row, entry, head.flags, changed, recv_ns)
        elif kind == TF_RECORD_KIND_ORDER:
            order = <tf_order *>head
            if not (head.known >> TF_ORDER_ORDER_ID) & 1 or order.order_id[0] == 0:
                self.limit(b"an order without an id", NULL, 0, recv_ns)
                return
            row = self.state.orders.of(self.stream, order.order_id, strnlen(order.order_id, sizeof(order.order_id)),
                                       self.json.stage.blank(kind))
            if row == NULL:
                self.limit(b"more orders than max_orders", order.order_id, strlen(order.order_id), recv_ns)
                return
            if symbol:
                row.symbol = symbol
            changed = merge_order(<tf_order *>row, order, entry.nulls, &self.rules)
            if changed == 0 and not row.flags & TF_STALE:
                return    # the same again
            if head.ts_event != TF_UNKNOWN_TIME:
                row.ts_event = head.ts_event
            self.hand_on(self.state.orders, row, entry, head.flags, changed, recv_ns)
        else:
            head.symbol = symbol
            head.changed = head.known
            self.send(head, exact_of(self, entry) if entry.inexact else None, recv_ns)

    cdef void hand_on(self, Rows rows, tf_header *row, Entry *entry, uint16_t flags, uint64_t changed,
                      int64_t recv_ns) noexcept:
        """Hands on a row that was merged into."""
        cdef dict exact = None
        row.changed = changed
        # STALE and AVG_STALE are the merge's; TRUNCATED and INEXACT stay with what the row holds.
        row.flags = (row.flags & (TF_STALE | TF_AVG_STALE | TF_TRUNCATED | TF_INEXACT)) | (flags & ~TF_INEXACT)
        if entry.inexact or row.flags & TF_INEXACT:
            try:
                exact = self.keep_exact(rows, row, entry)
            except Exception as error:    # out of memory
                self.dispatcher.error = error
        self.send(row, exact, recv_ns)

    cdef dict keep_exact(self, Rows rows, tf_header *row, Entry *entry):
        """Updates the wire texts that belong to a row; numbers that changed to exact ones lose theirs."""
        cdef uint32_t at = <uint32_t>(<size_t>(<char *>row - rows.base) // rows.kind.size)
        cdef dict exact = rows.exact.setdefault(at, {})
        for bit in list(exact):
            if (entry.head().known >> <int>bit) & 1 or not (row.known >> <int>bit) & 1:
                del exact[bit]
        if entry.inexact:
            exact.update(exact_of(self, entry))
        if exact:
            row.flags |= TF_INEXACT
            return exact
        del rows.exact[at]
        row.flags &= ~TF_INEXACT
        return None

    cdef void send(self, tf_header *head, dict exact, int64_t recv_ns) noexcept:
        head.venue = self.venue
        head.ts_recv = recv_ns
        self.dispatcher.seq += 1
        head.seq = self.dispatcher.seq
        self.records += 1
        self.dispatcher.record(head, self.state.symbols, exact)

    cdef void limit(self, const char *what, const char *data, size_t size, int64_t recv_ns) noexcept:
        self.limited += 1
        self.report(TF_ERROR_SOURCE_LIMIT, what, data, size, recv_ns)

    cdef void report(self, uint8_t source, const char *what, const char *data, size_t size, int64_t recv_ns) noexcept:
        """An Error record of our own making."""
        cdef tf_error error
        memcpy(&error, self.json.stage.blank(TF_RECORD_KIND_ERROR), sizeof(error))
        error.source = source
        error.text.data, error.text.size = what, strlen(what)
        error.head.known = <uint64_t>1 << TF_ERROR_SOURCE | <uint64_t>1 << TF_ERROR_TEXT
        if data != NULL:
            error.data.data, error.data.size = data, size
            error.head.known |= <uint64_t>1 << TF_ERROR_DATA
        error.head.changed = error.head.known
        self.send(&error.head, None, recv_ns)


cdef int fill(char *slot, size_t size, str text) except -1:
    """Puts a text into a slot of zeros, cut where a character ends."""
    cdef bytes data = text.encode(errors="replace")[:size].decode(errors="ignore").encode()
    memcpy(slot, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return 0


cdef dict exact_of(Decoder decoder, const Entry *entry):
    """The wire texts of an entry's INEXACT numbers, by bit."""
    cdef size_t i
    cdef Exact *exact
    out = {}
    for i in range(decoder.json.stage.exact.size()):
        exact = &decoder.json.stage.exact[i]
        if exact.entry == entry:
            out[exact.bit] = PyUnicode_DecodeUTF8(exact.text.data, exact.text.size, NULL)
    return out
