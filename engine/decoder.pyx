# distutils: language = c++
"""Payloads in; records, merged state and callbacks out.

    read (scanner, simdjson, MessagePack) ─▶ staged records ─▶ fold ─▶ rows ─▶ dispatcher

A message is read to its end before any of it is merged or handed on. One with a fault changes nothing; an Error record
names it.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from tickfold.engine.beside cimport drift_of, tell_payload, texts_beside
from tickfold.engine.book cimport books_of
from tickfold.engine.compiler cimport compile_table
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.fields cimport tf_exact
from tickfold.engine.fold cimport CState, Fold, Scales, Sink
from tickfold.engine.histogram cimport Latency
from tickfold.engine.intake cimport Intake, INTAKE_BUSY, INTAKE_NO_MEMORY, Sampling
from tickfold.engine.journal cimport ENTRY_ANNOUNCE, ENTRY_FLUSH, ENTRY_GAP, ENTRY_LAG, ENTRY_PAYLOAD, Log
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.records cimport lend_extra
from tickfold.engine.state cimport State
from tickfold.engine.structs cimport *
from tickfold.engine.tell cimport tell_gap, tell_lag, tell_state

import logging
import os

from tickfold.schema import language, registry
from tickfold.schema.errors import ConfigError

log = logging.getLogger("tickfold")


cdef inline Intake *own(Decoder decoder) noexcept:
    return <Intake *>decoder.intake


@cython.final
cdef class Decoder(Receiver):
    """Turns a stream's payloads into records, merges them into the state, and calls the callbacks registered for them.

    :param table: a Table (see tickfold.schema.language), or the name of a stream
    :param state: where rows are kept; several decoders may share one
    :param dispatcher: holds the callbacks; several decoders may share one
    :param stream: number of the stream in its state, 0 to 65,535, which has its own rows; None: the next free one
    :param label: the stream's name in records and look-ups; None: the table's name
    :param synthetic_fills: whether to derive fills from totals of orders, flagged SYNTHETIC; None: if the venue
        needs it. False is right if another topic brings the same executions
    :param parties: ids of parties whose trades are their executions (Vega), beside those whose orders are told
    :param extra: keys whose text is kept beside the records of their messages: see Record.extra
    :param scales: {symbol: (price decimals, size decimals)} for venues that send raw integers (Vega)
    :raises ConfigError: no stream has that name, or `scales` holds something that is no pair of decimals
    """

    def __cinit__(self, table, *, State state=None, Dispatcher dispatcher=None, stream=None, label=None,
                  synthetic_fills=None, parties=(), scales=None, extra=()):
        cdef Sink sink
        if isinstance(table, str):
            table = registry.table(table)
        if not isinstance(table, language.Table):
            raise TypeError(f"a decoder needs a Table or the name of one, not {table!r}")
        self.table = table
        self.state = State() if state is None else state
        self.dispatcher = Dispatcher() if dispatcher is None else dispatcher
        self.stream, self.label = self.state.enter(stream, table.name if label is None else label)
        self.latency, self.told_limits = Latency(), set()
        if isinstance(extra, str) or not all(isinstance(key, str) and key for key in extra):
            raise ConfigError(f"extra={extra!r}: give a list of keys")
        sink.context, sink.record, sink.amend = <void *>self, hand_on, amend
        if extra:
            sink.record, sink.amend = hand_on_beside, amend_beside
        sink.wanted, sink.seq = &self.dispatcher.wanted, &self.dispatcher.seq
        self.intake = new Intake((<CState *>self.state.store.c)[0], sink, int(table.venue), self.stream)
        compile_table(table, &own(self).json.table, tuple(dict.fromkeys(extra)))
        if own(self).json.table.stated[<int>TF_RECORD_KIND_QUOTE] >> TF_QUOTE_TICKER & 1:
            self.state.store.tickers.add(self.stream)
        own(self).joins = table.lines
        cdef Fold *fold = &own(self).fold
        fold.order_rules.promotes = table.promotes
        fold.order_rules.deltas = table.deltas
        fold.order_rules.reserves = table.reserves
        fold.order_rules.stops_in_price = table.stops_in_price
        fold.fill_rules.derives = table.synthetic_fills if synthetic_fills is None else synthetic_fills
        fold.fill_rules.beside = table.fills_beside
        fold.fill_rules.revisions = table.revisions
        fold.fill_rules.own_trades = table.own_trades
        for party in dict.fromkeys(parties):
            fold.fill_rules.parties.add(party.encode(), 0)
        if scales is not None:
            self.set_scales(dict(scales))

    def __dealloc__(self):
        cdef Intake *intake = own(self)
        del intake

    cdef int set_scales(self, dict scales) except -1:
        cdef bytes raw
        cdef Scales *out = new Scales(
            max(1, len(scales)), self.state.symbols.limit, int.from_bytes(os.urandom(8), "little"))
        own(self).fold.scales.reset(out)
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

        :param payload: bytes, anything with the buffer protocol, or str; a buffer is read in place, so a callback must
            not write to it
        :param recv_ns: when it was read, ns since 1970 UTC; it becomes `ts_recv` of the records
        :param flush: deliver batches at once. False if more messages of the same read follow: call flush() after the
            last
        :raises CallbackError: a callback raised an Exception; the message is merged nevertheless
        """
        cdef Py_ssize_t count
        if PyBytes_CheckExact(payload):    # read_object() would ask the same; this saves most callers the call
            count = self.read_unpadded(PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload), recv_ns)
        else:
            count = self.read_object(payload, recv_ns)
        if flush:
            if self.log is not None:
                self.log.add(ENTRY_FLUSH, self.stream, self.log.time, self.dispatcher.seq, NULL, 0)
            if self.dispatcher.pending:
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
        own(self).fold.all = True
        try:
            self.read_object(payload, recv_ns)
        finally:
            own(self).fold.all = False
            dispatcher.collected, dispatcher.collect_amendments = outer, outer_amendments
        dispatcher.raise_error()
        return records

    def on(self, kind, callback=None, *, changed=None, amendments=False, native=None, context=0, conflate=False):
        """See Dispatcher.on()."""
        return self.dispatcher.on(kind, callback, changed=changed, amendments=amendments, native=native,
                                  context=context, conflate=conflate)

    def on_batch(self, kind, callback=None, *, changed=None, amendments=False, conflate=False):
        """See Dispatcher.on_batch()."""
        return self.dispatcher.on_batch(kind, callback, changed=changed, amendments=amendments, conflate=conflate)

    def attach(self, handler):
        """See Dispatcher.attach()."""
        return self.dispatcher.attach(handler)

    def off(self, callback):
        """See Dispatcher.off(); also ends on_payload()."""
        self.payloads = [one for one in self.payloads or () if one != callback] or None
        self.dispatcher.off(callback)

    @property
    def control(self):
        """The session's own callback, or None: gets each Ack, Error, Event and SessionState before those of users.

        If it returns a callable, that is called, without arguments, after them. The record is valid during the call.
        """
        return self.heard

    @control.setter
    def control(self, value):
        self.heard = value
        own(self).fold.always = 0 if value is None else (
            <uint64_t>1 << TF_RECORD_KIND_ACK | <uint64_t>1 << TF_RECORD_KIND_ERROR
            | <uint64_t>1 << TF_RECORD_KIND_EVENT | <uint64_t>1 << TF_RECORD_KIND_SESSION_STATE)

    @property
    def journal(self):
        """The Log of tickfold.engine.journal that gets what comes in, or None. See also `hushed`."""
        return self.log

    @journal.setter
    def journal(self, Log log):
        if own(self).busy:
            raise RuntimeError("a decoder's journal can't be changed from within its own callback")
        self.log = log

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
        return books_of(&(<CState *>self.state.store.c).books, self.state.store, self.state.symbols, self.stream)

    @property
    def messages(self):
        """How many payloads were seen."""
        return own(self).messages

    @property
    def malformed(self):
        """How many payloads were neither JSON nor MessagePack."""
        return own(self).malformed

    @property
    def busy(self):
        """Whether a message is being handed on: true within a callback."""
        return own(self).busy

    @property
    def records(self):
        """How many records were made, whether or not a callback asked for them."""
        return own(self).fold.records

    @property
    def limited(self):
        """How many records a limit refused. Each gave an Error record, the first of each limit a warning in the log."""
        return own(self).fold.limited

    @property
    def mismatched(self):
        """How many values were skipped because they could not be read as their field: a word for a number, say."""
        return own(self).json.stage.mismatches

    def drift(self):
        """What came that the table does not know: a list of Drift, in the order of their first message.

        Unknown keys of known messages, values that could not be read as their field, and words that their enum does not
        have, counted by (message type, key). The first of each is logged and handed on as a Raw record. At most 1,024
        are told apart; `drift_beyond` counts what came after that.
        """
        return drift_of(&own(self).json.stage, self.label)

    @property
    def drift_beyond(self):
        """How many strange keys, values and words found no place in drift()."""
        return own(self).json.stage.drift.beyond()

    @property
    def refused(self):
        """How many messages the fast scanner refused; simdjson read them instead."""
        return own(self).json.refused

    @property
    def synthetic_fills(self):
        """Whether fills are derived from totals of orders."""
        return own(self).fold.fill_rules.derives

    # ---- records of the session itself, not of a payload. A callback's exception is raised by the next flush().
    # `symbol`: which instrument it is about; the record names it where the stream has named it before.

    def announce(self, connected, str topic, str text, int64_t now_ns, uint8_t state=0, str symbol=None):
        """Hands on a SessionState: True = ready, False = lost, None = neither; `state`: StreamState, 0 = as it was."""
        if self.log is not None:
            said = connected, topic, text, now_ns, state
            self.log.note(ENTRY_ANNOUNCE, self.stream, now_ns, self.dispatcher.seq, said, symbol)
        self.announcing = True
        tell_state(own(self), connected, topic, text, now_ns, state, self.named(symbol))
        self.announcing = False

    def gap(self, int64_t ts_from, int64_t ts_to, str topic, str reason, str symbol=None):
        """Hands on a Gap: what the stream `topic` sent between these times (ns UTC) was missed."""
        if self.log is not None:
            self.log.note(ENTRY_GAP, self.stream, ts_to, self.dispatcher.seq, (ts_from, ts_to, topic, reason), symbol)
        tell_gap(own(self), ts_from, ts_to, topic, reason, self.named(symbol))

    def lag(self, bint behind, str topic, str text, int64_t now_ns, **figures):
        """Hands on a Lag of the stream `topic`. `figures`: its other fields by name, None for what is not known."""
        if self.log is not None:
            self.log.note(
                ENTRY_LAG, self.stream, now_ns, self.dispatcher.seq, (bool(behind), topic, text, now_ns, figures))
        tell_lag(own(self), behind, topic, text, now_ns, figures)

    def newest(self):
        """(ts_event, ts_recv) of the newest quote, trade or book level of the last message; None where it has none."""
        cdef int64_t event, received
        return (event, received) if own(self).fold.newest(&event, &received) else None

    # ---- what the listener calls

    cdef int message(self, const char *data, size_t size, bint binary, int64_t recv_ns) except -1:
        self.read(data, size, recv_ns)
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    cdef int first(self, const char *data, size_t size, bint binary, int64_t recv_ns, int64_t read_ns) except -1:
        cdef Sampling times
        if not self.latency.due():
            return self.message(data, size, binary, recv_ns)
        times.begin(own(self)[0])
        self.read(data, size, recv_ns)
        times.end()
        self.latency.took(read_ns, times.began, times.handed_on, times.returned)
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    cpdef int flush(self) except -1:
        """Delivers the batches, at the end of a socket read."""
        if self.log is not None:
            self.log.add(ENTRY_FLUSH, self.stream, self.log.time, self.dispatcher.seq, NULL, 0)
        self.dispatcher.flush()
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    # ---- inside

    cdef uint32_t named(self, str symbol) except? 0:
        return 0 if symbol is None else self.state.symbols.id(self.stream, symbol) or 0

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

    cdef bint begin_log(self, const char *data, size_t size, int64_t recv_ns) noexcept:
        if self.log is None or self.hushed or own(self).busy:
            return False
        self.log.add(ENTRY_PAYLOAD, self.stream, recv_ns, self.dispatcher.seq, data, size)
        self.log.depth += 1
        return True

    cdef Py_ssize_t read_with(self, const char *data, size_t size, int64_t recv_ns, object after) except -1:
        cdef uint64_t always = own(self).fold.always
        heard, self.heard = self.heard, after
        own(self).fold.always = ~<uint64_t>0
        try:
            return self.read(data, size, recv_ns)
        finally:
            self.heard = heard
            own(self).fold.always = always

    def on_payload(self, callback):
        """Calls `callback(payload, label, recv_ns)` with each message's bytes, before they are decoded, until off()."""
        if not callable(callback):
            raise ConfigError(f"on_payload({callback!r}): give a function of (payload, stream, recv_ns)")
        self.payloads = [*(self.payloads or []), callback]
        return callback

    cdef Py_ssize_t read_unpadded(self, const char *data, size_t size, int64_t recv_ns) except -1:
        if self.payloads is not None:
            tell_payload(self.payloads, self.dispatcher, self.stream, self.label, data, size, recv_ns)
        cdef uint64_t limited = own(self).fold.limited
        cdef bint logged = self.begin_log(data, size, recv_ns)
        cdef int64_t count = own(self).take_unpadded(data, size, recv_ns)
        if logged:
            self.log.depth -= 1
        if count < 0 or own(self).fold.limited != limited or own(self).json.stage.drift.size() != self.told_drift:
            return self.taken(count, size, limited)
        return <Py_ssize_t>count

    cdef Py_ssize_t read(self, const char *data, size_t size, int64_t recv_ns) except -1:
        cdef uint64_t limited = own(self).fold.limited
        if self.payloads is not None:
            tell_payload(self.payloads, self.dispatcher, self.stream, self.label, data, size, recv_ns)
        cdef bint logged = self.begin_log(data, size, recv_ns)
        cdef int64_t count = own(self).take(data, size, recv_ns)
        if logged:
            self.log.depth -= 1
        if count < 0 or own(self).fold.limited != limited or own(self).json.stage.drift.size() != self.told_drift:
            return self.taken(count, size, limited)
        return <Py_ssize_t>count

    cdef Py_ssize_t taken(self, int64_t count, size_t size, uint64_t limited) except -1:
        """What is rare after a message: it was refused, reached a limit, or held what its table does not know."""
        if count == INTAKE_BUSY:
            raise RuntimeError("a decoder can't be fed from within its own callback")
        if count == INTAKE_NO_MEMORY:
            raise MemoryError(f"no memory for a message of {size} bytes")
        if own(self).fold.limited != limited:
            self.log_limit()
        if own(self).json.stage.drift.size() != self.told_drift:
            self.log_drift()
        return <Py_ssize_t>count

    cdef int log_drift(self) except -1:
        cdef list new = self.drift()[<Py_ssize_t>self.told_drift:]
        self.told_drift += <size_t>len(new)
        for one in new:
            log.warning("%s: %s %r in a message of type %r: %r", self.label, one.what, one.key, one.type, one.sample,
                        extra={"event": "drift", "stream": self.label, "what": one.what, "type": one.type,
                               "key": one.key, "sample": one.sample.decode(errors="replace")})
        return 0

    cdef int log_limit(self) except -1:
        cdef bytes what = own(self).fold.last_limit
        if what not in self.told_limits:
            self.told_limits.add(what)
            log.warning("%s: %s: such records are refused from here on, each with an Error record", self.label,
                        what.decode(), extra={"event": "limit", "stream": self.label, "reason": what.decode()})
        return 0


cdef void hand_on(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef Decoder decoder = <Decoder>context
    if decoder.heard is None or decoder.announcing or not (own(decoder).fold.always >> record.kind) & 1:
        decoder.dispatcher.record(record, decoder.state.symbols, exact)
    else:
        decoder.dispatcher.controlled(decoder.heard, record, decoder.state.symbols, exact)


cdef void amend(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef Decoder decoder = <Decoder>context
    decoder.dispatcher.amend(record, decoder.state.symbols, exact)


# The same where texts may stand beside a record.
cdef void hand_on_beside(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef const tf_header *outer_of = NULL
    outer = lend_extra(record, beside(<Decoder>context), &outer_of)
    hand_on(context, record, exact)
    lend_extra(outer_of, outer, NULL)


cdef void amend_beside(void *context, const tf_header *record, const tf_exact *exact) noexcept:
    cdef const tf_header *outer_of = NULL
    outer = lend_extra(record, beside(<Decoder>context), &outer_of)
    amend(context, record, exact)
    lend_extra(outer_of, outer, NULL)


cdef dict beside(Decoder decoder):
    try:
        return texts_beside(&own(decoder).json.stage, own(decoder).fold.at_hand)
    except BaseException as error:    # out of memory
        decoder.dispatcher.keep(error)


cdef int64_t take(void *intake, const char *data, size_t size, int64_t recv_ns, bint padded) noexcept nogil:
    if padded:
        return (<Intake *>intake).take(data, size, recv_ns)
    return (<Intake *>intake).take_unpadded(data, size, recv_ns)
