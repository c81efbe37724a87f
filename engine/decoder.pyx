# distutils: language = c++
"""Payloads in; records, merged state and callbacks out.

    read (scanner, simdjson, MessagePack) ─▶ staged records ─▶ fold ─▶ rows ─▶ dispatcher

A message is read to its end before any of it is merged or handed on. One with a fault changes nothing; an Error record
names it.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from tickfold.engine.book cimport books_of
from tickfold.engine.compiler cimport compile_table
from tickfold.engine.cpp cimport DriftItem, JsonDecoder, MORE_LINES, NO_LINE, Said, WHOLE_LINES
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.fields cimport tf_exact
from tickfold.engine.fold cimport Fold, Scales, Sink
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.state cimport State
from tickfold.engine.structs cimport *

import logging
import os

from tickfold.schema import language, registry
from tickfold.schema.drift import STRANGE as _STRANGE, Drift
from tickfold.schema.errors import ConfigError

log = logging.getLogger("tickfold")

cdef size_t PADDING = 64
cdef size_t KEPT_TEXT = 65536        # bytes of a malformed message that its Error record shows
cdef size_t KEPT_BUFFER = 1 << 20    # bytes; a larger buffer is freed after the payload that needed it


@cython.final
cdef class Decoder(Receiver):
    """Turns a stream's payloads into records, merges them into the state, and calls the callbacks registered for them.

    :param table: a Table (see tickfold.schema.language), or the name of a stream
    :param state: where rows are kept; several decoders may share one
    :param dispatcher: holds the callbacks; several decoders may share one
    :param stream: number of the stream in its state, 0 to 65,535; each stream has rows of its own. None: the next free
        number
    :param label: the stream's name in records and look-ups; None: the table's name
    :param synthetic_fills: whether to derive fills from totals of orders, flagged SYNTHETIC; None: if the venue
        needs it. False is right if another topic brings the same executions
    :param parties: ids of the parties whose trades are their executions (Vega); those whose orders are told need not
        be named
    :param scales: {symbol: (price decimals, size decimals)} for venues that send raw integers (Vega)
    :raises ConfigError: no stream has that name, or `scales` holds something that is no pair of decimals
    """

    def __cinit__(self, table, *, State state=None, Dispatcher dispatcher=None, stream=None, label=None,
                  synthetic_fills=None, parties=(), scales=None):
        cdef Sink sink
        if isinstance(table, str):
            table = registry.table(table)
        if not isinstance(table, language.Table):
            raise TypeError(f"a decoder needs a Table or the name of one, not {table!r}")
        self.table = table
        self.state = State() if state is None else state
        self.dispatcher = Dispatcher() if dispatcher is None else dispatcher
        self.stream, self.label = self.state.enter(stream, table.name if label is None else label)
        self.told_limits = set()
        self.json = new JsonDecoder()
        compile_table(table, &self.json.table)
        sink.context, sink.record, sink.amend = <void *>self, hand_on, amend
        sink.wanted, sink.seq = &self.dispatcher.wanted, &self.dispatcher.seq
        self.fold = new Fold(self.state.store.c[0], self.json.stage, self.json.table.events, sink, int(table.venue),
                             self.stream)
        self.fold.order_rules.promotes = table.promotes
        self.fold.order_rules.deltas = table.deltas
        self.fold.order_rules.reserves = table.reserves
        self.fold.order_rules.stops_in_price = table.stops_in_price
        self.fold.fill_rules.derives = table.synthetic_fills if synthetic_fills is None else synthetic_fills
        self.fold.fill_rules.beside = table.fills_beside
        self.fold.fill_rules.revisions = table.revisions
        self.fold.fill_rules.own_trades = table.own_trades
        self.joins = table.lines
        for party in dict.fromkeys(parties):
            self.fold.fill_rules.parties.add(party.encode(), 0)
        if scales is not None:
            self.set_scales(dict(scales))

    def __dealloc__(self):
        del self.fold
        del self.json
        free(self.padded)

    cdef int set_scales(self, dict scales) except -1:
        cdef bytes raw
        cdef Scales *out = new Scales(
            max(1, len(scales)), self.state.symbols.limit, int.from_bytes(os.urandom(8), "little"))
        self.fold.scales.reset(out)
        for symbol, places in scales.items():
            if not (isinstance(symbol, str) and symbol and len(places) == 2
                    and all(-30 <= int(place) <= 30 for place in places)):
                raise ConfigError(
                    f"scales: {symbol!r}: {places!r} is not a symbol with (price decimals, size decimals)")
            raw = symbol.encode(errors="replace") + bytes(16)    # 16 bytes are read at once
            if not out.add(raw, len(raw) - 16, places[0], places[1]):
                raise ConfigError(f"scales: {symbol!r} is too long: a symbol has at most 383 bytes")
        return 0

    # ---- what users call

    def feed(self, payload, int64_t recv_ns=0, *, bint flush=True):
        """Decodes one message, merges it and calls the callbacks. Returns how many records it made.

        :param payload: bytes, anything with the buffer protocol, or str
        :param recv_ns: when it was read, ns since 1970 UTC; it becomes `ts_recv` of the records
        :param flush: deliver batches at once. False if more messages of the same read follow: call flush() after the
            last
        :raises CallbackError: a callback raised an Exception; the message is merged nevertheless
        """
        cdef Py_ssize_t count = self.read_object(payload, recv_ns)
        if flush and self.dispatcher.pending:
            self.dispatcher.flush()
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return count

    def decode(self, payload, int64_t recv_ns=0, *, bint amendments=False):
        """Decodes and merges one message. Returns independent copies of its records; no callback is called.

        :param amendments: whether to include amendments of earlier fills: see Dispatcher.on()
        """
        cdef list records = []
        cdef Dispatcher dispatcher = self.dispatcher
        outer, outer_amendments = dispatcher.collected, dispatcher.collect_amendments
        dispatcher.collected, dispatcher.collect_amendments = records, amendments
        self.fold.all = True
        try:
            self.read_object(payload, recv_ns)
        finally:
            self.fold.all = False
            dispatcher.collected, dispatcher.collect_amendments = outer, outer_amendments
        dispatcher.raise_error()
        return records

    def on(self, kind, callback=None, *, changed=None, amendments=False):
        """See Dispatcher.on()."""
        return self.dispatcher.on(kind, callback, changed=changed, amendments=amendments)

    def on_batch(self, kind, callback=None, *, changed=None, amendments=False):
        """See Dispatcher.on_batch()."""
        return self.dispatcher.on_batch(kind, callback, changed=changed, amendments=amendments)

    def attach(self, handler):
        """See Dispatcher.attach()."""
        return self.dispatcher.attach(handler)

    def off(self, callback):
        """See Dispatcher.off()."""
        self.dispatcher.off(callback)

    @property
    def control(self):
        """The session's own callback, or None: gets each Ack, Error and SessionState before the callbacks of users.

        If it returns a callable, that is called, without arguments, after them. The record is valid during the call.
        """
        return self.heard

    @control.setter
    def control(self, value):
        self.heard = value
        self.fold.always = 0 if value is None else (<uint64_t>1 << TF_RECORD_KIND_ACK
                                                    | <uint64_t>1 << TF_RECORD_KIND_ERROR
                                                    | <uint64_t>1 << TF_RECORD_KIND_SESSION_STATE)

    @property
    def name(self):
        """The table's name."""
        return self.table.name

    @property
    def symbols(self):
        """Names of the instruments, by the number that stands in records and in the numpy column `symbol`."""
        return self.state.symbols

    @property
    def quotes(self):
        """The latest quote of each symbol of this stream."""
        return self.state.of_stream(self.state.quotes, self.stream)

    @property
    def orders(self):
        """This stream's orders, open and ended, in their latest state."""
        return self.state.of_stream(self.state.orders, self.stream)

    @property
    def fills(self):
        """This stream's latest fills, as many as State(max_fills=) keeps."""
        return self.state.of_stream(self.state.fills, self.stream)

    @property
    def positions(self):
        """This stream's positions, by account and symbol."""
        return self.state.of_stream(self.state.positions, self.stream)

    @property
    def balances(self):
        """This stream's balances, by account, currency and name."""
        return self.state.of_stream(self.state.balances, self.stream)

    @property
    def pnl(self):
        """This stream's profit and loss, by account."""
        return self.state.of_stream(self.state.pnl, self.stream)

    @property
    def books(self):
        """This stream's order books, by symbol."""
        return books_of(&self.state.store.c.books, self.state.store, self.state.symbols, self.stream)

    @property
    def records(self):
        """How many records were made, whether or not a callback asked for them."""
        return self.fold.records

    @property
    def limited(self):
        """How many records were refused because a limit was reached. Each gave an Error record; the first one for each
        limit also a warning in the log.
        """
        return self.fold.limited

    @property
    def mismatched(self):
        """How many values were skipped because they could not be read as their field: a word for a number, say."""
        return self.json.stage.mismatches

    def drift(self):
        """What came that the table does not know: a list of Drift, in the order of their first message.

        Unknown keys of known messages, values that could not be read as their field, and words that their enum does not
        have, counted by (message type, key). The first of each is logged and handed on as a Raw record. At most 1,024
        are told apart; `drift_beyond` counts what came after that.
        """
        cdef size_t i
        cdef const DriftItem *item
        out = []
        for i in range(self.json.stage.drift.size()):
            item = &self.json.stage.drift.item(i)
            out.append(Drift(
                self.label, item.type.data()[:item.type.size()].decode(errors="replace"),
                item.key.data()[:item.key.size()].decode(errors="replace"), _STRANGE[item.what], item.count,
                <bytes>item.sample.data()[:item.sample.size()]))
        return out

    @property
    def drift_beyond(self):
        """How many strange keys, values and words found no place in drift()."""
        return self.json.stage.drift.beyond()

    @property
    def refused(self):
        """How many messages the fast scanner refused; simdjson read them instead."""
        return self.json.refused

    @property
    def synthetic_fills(self):
        """Whether fills are derived from totals of orders."""
        return self.fold.fill_rules.derives

    # ---- records of the session itself, not of a payload. A callback's exception is raised by the next flush().

    def announce(self, connected, str topic, str text, int64_t now_ns):
        """Hands on a SessionState of the stream `topic`: True = ready, False = lost, None = neither; `text`: why."""
        cdef tf_session_state state
        cdef bytes why = text.encode(errors="replace")
        memcpy(&state, self.json.stage.blank(TF_RECORD_KIND_SESSION_STATE), sizeof(state))
        state.connected = connected is True
        state.text.data, state.text.size = PyBytes_AS_STRING(why), PyBytes_GET_SIZE(why)
        fill(state.topic, sizeof(state.topic), topic)
        state.head.known = <uint64_t>1 << TF_SESSION_STATE_TEXT | <uint64_t>1 << TF_SESSION_STATE_TOPIC
        if connected is not None:
            state.head.known |= <uint64_t>1 << TF_SESSION_STATE_CONNECTED
        if connected is True:
            self.fold.ready(now_ns)
        self.announcing = True
        self.fold.say(&state.head, now_ns)
        self.announcing = False
        if connected is False:
            if self.json.lines.under_way():
                self.lose_lines(now_ns)
            self.fold.lost()

    def gap(self, int64_t ts_from, int64_t ts_to, str topic, str reason):
        """Hands on a Gap: what the stream `topic` sent between these times (ns UTC) was missed."""
        cdef tf_gap gap
        memcpy(&gap, self.json.stage.blank(TF_RECORD_KIND_GAP), sizeof(gap))
        gap.ts_from, gap.ts_to = ts_from, ts_to
        fill(gap.topic, sizeof(gap.topic), topic)
        fill(gap.reason, sizeof(gap.reason), reason)
        gap.head.known = (<uint64_t>1 << TF_GAP_TS_FROM | <uint64_t>1 << TF_GAP_TS_TO | <uint64_t>1 << TF_GAP_TOPIC
                          | <uint64_t>1 << TF_GAP_REASON)
        self.fold.say(&gap.head, ts_to)

    # ---- what the listener calls

    cdef int message(self, const char *data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.read(data, size, recv_ns)
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    cpdef int flush(self) except -1:
        """Delivers the batches, at the end of a socket read."""
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
        cdef uint64_t before = self.fold.records, limited = self.fold.limited
        if self.busy:
            raise RuntimeError("a decoder can't be fed from within its own callback")
        self.messages += 1
        self.busy = True    # an Error record, too, points into the payload while it is handed on
        if self.json.lines.under_way():
            self.read_line(data, size, recv_ns)
        elif self.json.decode(data, size) or self.json.decode_plain(data, size):
            self.fold.message(recv_ns)
        elif self.joins and not self.json.stage.full and self.begin_lines(data, size, recv_ns):
            pass    # the first line of a message that was cut into lines
        elif self.json.stage.full:
            self.fold.limit(b"a message that takes too much memory", data, min(size, KEPT_TEXT), recv_ns)
        else:
            self.malformed += 1
            self.fold.report(TF_ERROR_SOURCE_DECODER, b"neither JSON nor MessagePack", data, min(size, KEPT_TEXT),
                             recv_ns)
        if self.json.stage.drift.size() != self.told_drift:
            try:
                self.tell_drift(recv_ns)
            finally:
                self.busy = False
        self.busy = False
        if self.fold.limited != limited:
            self.log_limit()
        return <Py_ssize_t>(self.fold.records - before)

    cdef bint begin_lines(self, const char *data, size_t size, int64_t recv_ns) except -1:
        cdef Said said = self.json.lines.add(data, size)
        if said == NO_LINE:
            return False
        if said != MORE_LINES:
            self.lose_lines(recv_ns)
        return True

    cdef int read_line(self, const char *data, size_t size, int64_t recv_ns) except -1:
        """A message while another is under way that was cut into lines."""
        cdef Said said
        if size and data[0] == c'{' and self.json.decode_line(data, size):    # the rest of the other never came
            self.lose_lines(recv_ns)
            self.json.decode_line(data, size)
            self.fold.message(recv_ns)
            return 0
        said = self.json.lines.add(data, size)
        if said == MORE_LINES:
            return 0
        if said == WHOLE_LINES and self.json.decode_line(self.json.lines.data(), self.json.lines.size()):
            self.fold.message(recv_ns)
            self.json.lines.drop()
            return 0
        self.lose_lines(recv_ns)
        return 0

    cdef int lose_lines(self, int64_t recv_ns) except -1:
        """Tell that a message which was cut into lines was not whole."""
        self.malformed += 1
        self.fold.report(TF_ERROR_SOURCE_DECODER, b"a message cut into lines that is no JSON", self.json.lines.data(),
                         min(self.json.lines.size(), KEPT_TEXT), recv_ns)
        self.json.lines.drop()
        return 0

    cdef int tell_drift(self, int64_t recv_ns) except -1:
        """Log what drift() has for the first time, and hand on a Raw record of it: type of message, key and value."""
        cdef tf_raw raw
        cdef bytes data
        cdef list new = self.drift()[<Py_ssize_t>self.told_drift:]
        self.told_drift += <size_t>len(new)
        for one in new:
            log.warning("%s: %s %r in a message of type %r: %r", self.label, one.what, one.key, one.type, one.sample)
            if not one.key:
                continue    # other bodies are handed on as Raw records by themselves, each time
            data = b'"' + one.key.encode(errors="replace") + b'":' + one.sample
            memcpy(&raw, self.json.stage.blank(TF_RECORD_KIND_RAW), sizeof(raw))
            fill(raw.topic, sizeof(raw.topic), one.type)
            raw.data.data, raw.data.size = PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)
            raw.head.known = <uint64_t>1 << TF_RAW_TOPIC | <uint64_t>1 << TF_RAW_DATA
            self.fold.say(&raw.head, recv_ns)
        return 0

    cdef int log_limit(self) except -1:
        cdef bytes what = self.fold.last_limit
        if what not in self.told_limits:
            self.told_limits.add(what)
            log.warning("%s: %s: such records are refused from here on, each with an Error record", self.label,
                        what.decode())
        return 0


cdef void hand_on(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef Decoder decoder = <Decoder>context
    if decoder.heard is None or decoder.announcing or not (decoder.fold.always >> record.kind) & 1:
        decoder.dispatcher.record(record, decoder.state.symbols, exact)
    else:
        decoder.dispatcher.controlled(decoder.heard, record, decoder.state.symbols, exact)


cdef void amend(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef Decoder decoder = <Decoder>context
    decoder.dispatcher.amend(record, decoder.state.symbols, exact)


cdef int fill(char *slot, size_t size, str text) except -1:
    """Copies a text, as UTF-8, into a slot of zero bytes; one that is too long is cut between two characters."""
    cdef bytes data = text.encode(errors="replace")[:size].decode(errors="ignore").encode()
    memcpy(slot, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return 0
