# distutils: language = c++
"""Payloads in; records, state and calls out.

    scanner / simdjson ─▶ stage ─▶ merge into rows ─▶ dispatcher

A message is read whole before anything of it is merged or handed on: one with a fault leaves no trace but an Error
record that names it.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memcpy, memset, strlen

from tickfold.engine.book cimport Book
from tickfold.engine.compiler cimport compile_table
from tickfold.engine.cpp cimport Entry, Exact, JsonDecoder, Text
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.receiver cimport Receiver
from tickfold.engine.records cimport ExactTexts, tf_exact, tf_exact_text, tf_kind, tf_kinds, view
from tickfold.engine.state cimport (
    BySymbol, ended, Keyed, merge, merge_order as fold_order, OrderRules, rounded, Rows, State)
from tickfold.engine.structs cimport *

from decimal import Context, Decimal

from tickfold.schema.errors import ConfigError
from tickfold.schema import language, registry

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *s, size_t maxlen)

cdef extern from *:
    int count_bits "__builtin_popcountll" (unsigned long long bits) noexcept nogil

cdef size_t PADDING = 64
cdef size_t KEPT_TEXT = 65536     # bytes of a malformed message that its Error record shows
EXACTLY = Context(prec=1000)    # room for every digit that a message may send
cdef size_t KEPT_BUFFER = 1 << 20    # a buffer that a large payload needed is given back when it is larger


@cython.final
cdef class Decoder(Receiver):
    """Turns a stream's payloads into records, keeps the state that they describe, and calls who asked for them.

    :param table: a Table, or the name of a stream (tickfold.schema.registry)
    :param state: where rows are kept; several decoders may share one
    :param dispatcher: who is called; several decoders may share one
    :param stream: number of the stream, 0 to 255; order ids of two streams never meet
    :param synthetic_fills: whether to derive fills from rising totals of orders, flagged SYNTHETIC; None: as the venue
        needs it. Not where the same executions come by another topic too.
    :param scales: {symbol: (price decimals, size decimals)} for venues that send raw integers (Vega)
    :param label: the stream's name; None: the table's
    """

    def __cinit__(self, table, *, State state=None, Dispatcher dispatcher=None, uint8_t stream=0,
                  synthetic_fills=None, scales=None, str label=None):
        if isinstance(table, str):
            table = registry.table(table)
        if not isinstance(table, language.Table):
            raise TypeError(f"a decoder needs a Table or the name of one, not {table!r}")
        self.table = table
        self.label = table.name if label is None else label
        self.state = State() if state is None else state
        self.dispatcher = Dispatcher() if dispatcher is None else dispatcher
        self.venue, self.stream = int(table.venue), stream
        self.rules = OrderRules(promotes=table.promotes, deltas=table.deltas, reserves=table.reserves)
        self.synthetic_fills = table.synthetic_fills if synthetic_fills is None else synthetic_fills
        self.scales = check_scales(scales)
        self.listed = set()
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

    def decode(self, payload, int64_t recv_ns=0, *, bint amendments=False):
        """Decode and merge one message. Returns independent copies of its records; no callback is called.

        :param amendments: whether what is learned later of a fill that was told before is among them
        """
        cdef list records = []
        cdef Dispatcher dispatcher = self.dispatcher
        outer, outer_amendments = dispatcher.collected, dispatcher.collect_amendments
        dispatcher.collected, dispatcher.collect_amendments = records, amendments
        try:
            self.read_object(payload, recv_ns)
        finally:
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
    def fills(self):
        """The latest fills."""
        return self.state.fills

    @property
    def positions(self):
        """The positions, by account and symbol."""
        return self.state.positions

    @property
    def balances(self):
        """The balances, by account, currency and name."""
        return self.state.balances

    @property
    def pnl(self):
        """Profit and loss, by account."""
        return self.state.pnl

    @property
    def books(self):
        """The order books, by symbol."""
        return self.state.books

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
        self.send(&state.head, NULL, now_ns)
        if not connected:
            self.deaf_seq = self.dispatcher.seq
            self.listed.clear()    # a snapshot that was cut off

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
        self.send(&gap.head, NULL, ts_to)

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
        self.busy = True    # also while an Error is handed on, which points into the payload
        if self.json.decode(data, size) or self.json.decode_plain(data, size):
            entry = self.json.stage.first()
            while entry != NULL:
                self.accept(entry, recv_ns)
                entry = entry.next
            if self.last_page != NULL:
                self.close_snapshot(recv_ns)
        elif self.json.stage.full:
            self.limit(b"a message that takes too much memory", data, min(size, KEPT_TEXT), recv_ns)
        else:
            self.malformed += 1
            self.report(TF_ERROR_SOURCE_DECODER, b"neither JSON nor MessagePack", data, min(size, KEPT_TEXT), recv_ns)
        self.busy = False
        return <Py_ssize_t>(self.records - before)

    cdef void accept(self, Entry *entry, int64_t recv_ns) noexcept:
        """Merges a staged record, or takes it as it is, and hands it on."""
        cdef tf_header *head = entry.head()
        cdef uint8_t kind = head.kind
        if entry.symbol.size:
            head.symbol = self.state.symbols.intern(self.venue, entry.symbol.data, entry.symbol.size)
            if head.symbol == 0:
                self.limit(b"more symbols than max_symbols" if entry.symbol.size <= 383 else b"a symbol over 383 bytes",
                           entry.symbol.data, entry.symbol.size, recv_ns)
                return
        if entry.parent != NULL:    # what stands inside another object, or beside it
            if head.symbol == 0:
                head.symbol = entry.parent.head().symbol
            if head.ts_event == TF_UNKNOWN_TIME:
                head.ts_event = entry.parent.head().ts_event
        if self.scales is not None and head.symbol:
            self.scale(entry)
        if kind == TF_RECORD_KIND_QUOTE or kind == TF_RECORD_KIND_STATS or kind == TF_RECORD_KIND_INSTRUMENT:
            self.merge_symbol(self.state.quotes if kind == TF_RECORD_KIND_QUOTE
                              else self.state.stats if kind == TF_RECORD_KIND_STATS
                              else self.state.instruments, entry, recv_ns)
        elif kind == TF_RECORD_KIND_ORDER:
            self.merge_order(entry, recv_ns)
        elif kind == TF_RECORD_KIND_BOOK_LEVEL:
            self.book_level(entry, recv_ns)
        elif kind == TF_RECORD_KIND_FILL:
            if entry.main != NULL and entry.main.head().kind == TF_RECORD_KIND_ORDER:
                borrow(<tf_fill *>head, <const tf_order *>entry.main.head())
                if entry.main.head().flags & TF_CORRECTION:
                    (<tf_fill *>head).action = TF_TRADE_ACTION_CORRECTION
                    head.known |= <uint64_t>1 << TF_FILL_ACTION
                if not (head.known >> TF_FILL_QTY) & 1 or not (head.known >> TF_FILL_PRICE) & 1:
                    return    # an event of an order, but no execution
            if (head.known >> TF_FILL_EXEC_ID) & 1:
                self.merge_key(self.state.fills, entry, recv_ns)
            else:    # nothing to know it again by
                self.pass_on(entry, recv_ns)
        elif kind == TF_RECORD_KIND_POSITION:
            self.snapshot_of_others |= head.flags & TF_SNAPSHOT != 0
            self.merge_key(self.state.positions, entry, recv_ns)
        elif kind == TF_RECORD_KIND_BALANCE:
            self.snapshot_of_others |= head.flags & TF_SNAPSHOT != 0
            if (entry.parent != NULL and entry.parent.head().kind == kind
                    and not (head.known >> TF_BALANCE_ACCOUNT) & 1):    # a figure within an account's message
                memcpy((<tf_balance *>head).account, (<tf_balance *>entry.parent.head()).account,
                       sizeof((<tf_balance *>head).account))
                head.known |= entry.parent.head().known & <uint64_t>1 << TF_BALANCE_ACCOUNT
            self.merge_key(self.state.balances, entry, recv_ns)
        elif kind == TF_RECORD_KIND_PNL:
            self.merge_key(self.state.pnl, entry, recv_ns)
        elif kind == TF_RECORD_KIND_SESSION_STATE and self.seen_before(<const tf_session_state *>head):
            return
        else:
            if head.flags & TF_LAST_OF_SNAPSHOT and (<tf_ack *>head).ok and self.last_page == NULL:
                self.last_page = entry    # until the message's other records are merged
                return
            self.pass_on(entry, recv_ns)

    cdef void pass_on(self, Entry *entry, int64_t recv_ns) noexcept:
        """Hands on a record that is kept in no row: all that it states is new."""
        cdef tf_header *head = entry.head()
        cdef const tf_exact *exact = exact_of(self, entry)
        head.changed = head.known
        if head.kind in (TF_RECORD_KIND_ACK, TF_RECORD_KIND_ERROR, TF_RECORD_KIND_SESSION_STATE):
            self.send_controlled(head, exact, recv_ns)
        else:
            self.send(head, exact, recv_ns)

    cdef void merge_symbol(self, BySymbol rows, Entry *entry, int64_t recv_ns) noexcept:
        cdef tf_header *head = entry.head()
        cdef tf_header *row
        cdef uint64_t changed
        if head.symbol == 0:
            if head.known:
                self.limit(b"a record without a symbol", NULL, 0, recv_ns)
            return
        row = rows.of(head.symbol, self.json.stage.blank(head.kind))
        if row == NULL:
            self.limit(b"more symbols than rows", NULL, 0, recv_ns)
            return
        changed = merge(rows.kind, row, head, entry.nulls)
        if entry.exact >= 0 or row.flags & TF_INEXACT:
            changed |= self.merge_texts(rows, row, entry)
        if head.ts_event != TF_UNKNOWN_TIME and head.ts_event != row.ts_event:
            row.ts_event = head.ts_event
        elif changed == 0:
            return    # the same again
        self.hand_on(rows, row, head.flags, changed, recv_ns)

    cdef void merge_key(self, Keyed rows, Entry *entry, int64_t recv_ns) noexcept:
        cdef tf_header *head = entry.head()
        cdef tf_header *row = rows.of(self.stream, head, self.json.stage.blank(head.kind))
        cdef uint64_t changed, said = head.known
        if row == NULL:
            self.limit(b"a record without a key, or more than its table has rows", NULL, 0, recv_ns)
            return
        head.known &= ~(rows.key_bits & row.known)    # the row was found by them
        changed = merge(rows.kind, row, head, entry.nulls)
        head.known = said
        if entry.exact >= 0 or row.flags & TF_INEXACT:
            changed |= self.merge_texts(rows, row, entry)
        if head.symbol:
            row.symbol = head.symbol
        if changed == 0:
            return    # the same again
        if head.ts_event != TF_UNKNOWN_TIME:
            row.ts_event = head.ts_event
        self.hand_on(rows, row, head.flags, changed, recv_ns)

    cdef void merge_order(self, Entry *entry, int64_t recv_ns) noexcept:
        cdef tf_header *head = entry.head()
        cdef tf_order *order = <tf_order *>head
        cdef Keyed rows = self.state.orders
        cdef tf_order *row
        cdef tf_order before
        cdef uint64_t changed
        cdef uint16_t stale
        cdef int event
        if not (head.known >> TF_ORDER_ORDER_ID) & 1:
            self.limit(b"an order without an id", NULL, 0, recv_ns)
            return
        row = <tf_order *>rows.of(self.stream, head, self.json.stage.blank(TF_RECORD_KIND_ORDER))
        if row == NULL:
            self.limit(b"more orders than max_orders, or an empty id", order.order_id,
                       strnlen(order.order_id, sizeof(order.order_id)), recv_ns)
            return
        if (head.known >> TF_ORDER_EVENT) & 1 and not self.json.table.events.empty():
            event = self.json.table.events.find(order.event, strnlen(order.event, sizeof(order.event)))
            if event >= 0:
                if event & EVENT_CORRECTS:
                    head.flags |= TF_CORRECTION
                if event & EVENT_STATUS and not (head.known >> TF_ORDER_STATUS) & 1:
                    order.status = <uint8_t>(event & EVENT_STATUS)
                    head.known |= <uint64_t>1 << TF_ORDER_STATUS
        if head.symbol:
            row.head.symbol = head.symbol
        if head.flags & TF_SNAPSHOT:
            self.list_order(rows, row)
        if self.synthetic_fills:
            memcpy(&before, row, sizeof(before))
        if entry.alone and not (head.known >> TF_ORDER_FILLED_QTY) & 1 and (
                not (head.known >> TF_ORDER_LEAVES_QTY) & 1 or order.leaves_qty == 0):
            order.filled_qty, order.decimals[TF_ORDER_FILLED_QTY] = order.qty, order.decimals[TF_ORDER_QTY]
            head.known |= <uint64_t>1 << TF_ORDER_FILLED_QTY
        if entry.exact >= 0 or row.head.flags & TF_INEXACT:
            self.derive_exactly(entry, row)
        stale = row.head.flags & TF_STALE
        changed = fold_order(row, order, entry.nulls, &self.rules, row.head.seq <= self.deaf_seq)
        if (entry.exact >= 0 or row.head.flags & TF_INEXACT) and (
                changed or self.rules.deltas or not row.head.flags & TF_STALE):
            changed |= self.merge_texts(rows, &row.head, entry)
        if changed == 0 and (stale or not row.head.flags & TF_STALE):
            return    # the same again
        if head.ts_event != TF_UNKNOWN_TIME:
            row.head.ts_event = head.ts_event
        self.hand_on(rows, &row.head, head.flags, changed, recv_ns)
        if self.synthetic_fills and (changed >> TF_ORDER_FILLED_QTY) & 1:
            self.derive_fill(&before, row, recv_ns)

    cdef void derive_exactly(self, Entry *entry, const tf_order *row) noexcept:
        """What the fold would derive of quantities, where float64 does not hold them: stated beforehand, exactly."""
        cdef tf_header *head = entry.head()
        cdef tf_order *order = <tf_order *>head
        try:
            stated = view(head, None, None, exact_of(self, entry))
            before = view(&row.head, None, None, &self.state.orders.texts(<tf_header *>&row.head).c
                          if row.head.flags & TF_INEXACT else NULL)
            qty, filled, leaves = [stated.decimal(name) for name in ("qty", "filled_qty", "leaves_qty")]
            if (filled is None and qty is not None and (head.known >> TF_ORDER_STATUS) & 1
                    and order.status == TF_ORDER_STATUS_FILLED and not self.rules.reserves):
                filled = qty    # all of it
                self.state_exactly(entry, TF_ORDER_FILLED_QTY, &order.filled_qty, filled)
            if self.rules.reserves and qty is not None and leaves is not None:
                leaves = EXACTLY.add(leaves, stated.decimal("reserved_qty") or 0)
                self.state_exactly(entry, TF_ORDER_LEAVES_QTY, &order.leaves_qty, leaves)
                self.state_exactly(entry, TF_ORDER_FILLED_QTY, &order.filled_qty, EXACTLY.subtract(qty, leaves))
            elif qty is None and filled is not None and leaves is not None:
                self.state_exactly(entry, TF_ORDER_QTY, &order.qty, EXACTLY.add(filled, leaves))
            elif leaves is None and (qty is not None or filled is not None):
                if qty is None and not (entry.nulls >> TF_ORDER_QTY) & 1:
                    qty = before.decimal("qty")
                    if qty is not None:    # or it would be derived from what is derived from it
                        self.state_exactly(entry, TF_ORDER_QTY, &order.qty, qty)
                filled = before.decimal("filled_qty") if filled is None else filled
                if qty is not None and filled is not None and qty >= filled:
                    self.state_exactly(entry, TF_ORDER_LEAVES_QTY, &order.leaves_qty, EXACTLY.subtract(qty, filled))
        except Exception as error:    # out of memory
            self.dispatcher.error = error

    cdef int state_exactly(self, Entry *entry, int bit, double *field, object number) except -1:
        cdef bytes text = f"{number:f}".encode()
        cdef bint exact = len(number.as_tuple().digits) <= 15
        field[0] = float(number)
        (<tf_order *>entry.head()).decimals[bit] = <int8_t>min(127, max(-127, -number.as_tuple().exponent))
        entry.head().known |= <uint64_t>1 << bit
        if not exact:
            entry.head().flags |= TF_INEXACT
            self.json.stage.keep_text(entry, <uint8_t>bit, self.json.stage.keep(text, len(text)))
        elif entry.exact >= 0:
            self.json.stage.keep_text(entry, <uint8_t>bit, Text(NULL, 0))
        return 0

    cdef void derive_fill(self, const tf_order *before, const tf_order *after, int64_t recv_ns) noexcept:
        """The execution that must have happened between two states of an order whose venue only gives totals."""
        cdef tf_fill fill
        cdef double old = before.filled_qty if (before.head.known >> TF_ORDER_FILLED_QTY) & 1 else 0
        cdef int8_t decimals = max(before.decimals[TF_ORDER_FILLED_QTY], after.decimals[TF_ORDER_FILLED_QTY])
        cdef double qty = rounded(after.filled_qty - old, decimals)
        if not qty > 0:
            return
        memcpy(&fill, self.json.stage.blank(TF_RECORD_KIND_FILL), sizeof(fill))
        borrow(&fill, after)
        fill.head.flags = TF_SYNTHETIC
        fill.head.symbol, fill.head.ts_event = after.head.symbol, after.head.ts_event
        fill.qty, fill.decimals[TF_FILL_QTY] = qty, decimals
        fill.cum_qty, fill.decimals[TF_FILL_CUM_QTY] = after.filled_qty, after.decimals[TF_ORDER_FILLED_QTY]
        fill.head.known |= <uint64_t>1 << TF_FILL_QTY | <uint64_t>1 << TF_FILL_CUM_QTY
        if ((after.head.known >> TF_ORDER_LAST_QTY) & 1 and (after.head.known >> TF_ORDER_LAST_PRICE) & 1
                and after.last_qty == qty):
            fill.price, fill.decimals[TF_FILL_PRICE] = after.last_price, after.decimals[TF_ORDER_LAST_PRICE]
            fill.head.known |= <uint64_t>1 << TF_FILL_PRICE
        elif ((after.head.known >> TF_ORDER_AVG_PRICE) & 1 and not (after.head.flags | before.head.flags) & TF_AVG_STALE
                and (old == 0 or (before.head.known >> TF_ORDER_AVG_PRICE) & 1)):
            # Averages are rounded by their venue: the price is no more exact than they are.
            decimals = after.decimals[TF_ORDER_AVG_PRICE]
            fill.price = after.avg_price if old == 0 else rounded(
                (after.avg_price * after.filled_qty - before.avg_price * old) / qty, decimals)
            fill.decimals[TF_FILL_PRICE] = decimals
            fill.head.known |= <uint64_t>1 << TF_FILL_PRICE
        fill.head.changed = fill.head.known
        self.send(&fill.head, NULL, recv_ns)

    cdef void list_order(self, Keyed rows, const tf_order *row) noexcept:
        try:
            self.listed.add(rows.number(&row.head))
        except Exception as error:    # out of memory
            self.dispatcher.error = error

    cdef void close_snapshot(self, int64_t recv_ns) noexcept:
        if self.listed or not self.snapshot_of_others:
            self.mark_ended(recv_ns)
        self.listed.clear()
        self.pass_on(self.last_page, recv_ns)
        self.last_page = NULL

    cdef void mark_ended(self, int64_t recv_ns) noexcept:
        """A snapshot of what is open is complete: an order that it does not hold has ended, nobody said how.

        Snapshots of other things end with the same words, and an empty one does not say of what it is: it counts where
        this stream has shown none but those of orders.
        """
        cdef Keyed rows = self.state.orders
        cdef tf_order *row
        try:
            for number in sorted(rows.keys.ids(self.stream)):
                row = <tf_order *>rows.at(<uint32_t>number - 1)
                if (number - 1 not in self.listed and (row.head.known >> TF_ORDER_STATUS) & 1
                        and row.status != TF_ORDER_STATUS_UNKNOWN and not ended(row.status)):
                    row.status = TF_ORDER_STATUS_UNKNOWN
                    self.hand_on(rows, &row.head, TF_SNAPSHOT, <uint64_t>1 << TF_ORDER_STATUS, recv_ns)
        except Exception as error:    # out of memory
            self.dispatcher.error = error

    cdef void book_level(self, Entry *entry, int64_t recv_ns) noexcept:
        """A level, or the object around levels: that says RESET, or which update it is, or nothing."""
        cdef tf_book_level *level = <tf_book_level *>entry.head()
        cdef tf_header *head = &level.head
        cdef bint priced = (head.known >> TF_BOOK_LEVEL_PRICE) & 1 and not (head.known >> TF_BOOK_LEVEL_ROW) & 1
        cdef bint resets = level.action == TF_BOOK_ACTION_RESET
        cdef Book book
        if entry.parent != NULL and entry.parent.head().flags & TF_STALE:
            return
        if head.symbol == 0:
            self.limit(b"a book level without a symbol", NULL, 0, recv_ns)
            return
        if (head.known >> TF_BOOK_LEVEL_ROW) & 1:    # a ladder's row: no level of a book
            self.pass_on(entry, recv_ns)
            return
        try:
            book = self.state.books.of(head.symbol)
        except Exception:    # out of memory, or of mappings
            self.limit(b"no memory for another order book", NULL, 0, recv_ns)
            return
        if (head.known >> TF_BOOK_LEVEL_SEQUENCE) & 1:
            if not resets and book.sequence and level.sequence <= book.sequence:
                head.flags |= TF_STALE    # and so are the levels inside
                return
            if (not resets and (head.known >> TF_BOOK_LEVEL_PREV_SEQUENCE) & 1 and book.sequence
                    and level.prev_sequence != book.sequence and not book.broken):
                book.broken = True
                self.missed(head.symbol, b"book", b"an update of the order book is missing", recv_ns)
            book.sequence = level.sequence
        if not priced and not resets:
            return
        if not book.apply(level):
            self.limit(b"more levels than max_levels", NULL, 0, recv_ns)
            return
        self.pass_on(entry, recv_ns)

    cdef void missed(self, uint32_t symbol, const char *topic, const char *reason, int64_t recv_ns) noexcept:
        cdef tf_gap gap
        memcpy(&gap, self.json.stage.blank(TF_RECORD_KIND_GAP), sizeof(gap))
        gap.head.symbol = symbol
        memcpy(gap.topic, topic, strlen(topic))
        memcpy(gap.reason, reason, strlen(reason))
        gap.head.known = gap.head.changed = <uint64_t>1 << TF_GAP_TOPIC | <uint64_t>1 << TF_GAP_REASON
        self.send(&gap.head, NULL, recv_ns)

    cdef bint seen_before(self, const tf_session_state *now) noexcept:
        """Whether a keepalive's answer is the last one again: IBKR sends each four times."""
        cdef tf_session_state *last = &self.last_state
        if not (now.head.known >> TF_SESSION_STATE_ALIVE) & 1 or not (now.head.known >> TF_SESSION_STATE_HEARTBEAT) & 1:
            return False
        if last.head.known == now.head.known and last.heartbeat == now.heartbeat:
            return True
        last.head.known, last.heartbeat = now.head.known, now.heartbeat
        return False

    cdef void scale(self, Entry *entry) noexcept:
        """Applies a market's decimals to its raw integers."""
        cdef tf_header *head = entry.head()
        cdef const tf_kind *kind = &tf_kinds[head.kind]
        cdef Exact *exact
        cdef double *number
        cdef int8_t *decimals
        cdef int bit, shift
        try:
            places = self.scales.get(self.state.symbols.text(head.symbol))
            fields = SCALED.get(head.kind)
            if places is None or fields is None:
                return
            for bit, unit in fields:
                shift = places[unit]
                if (head.known >> bit) & 1 and shift:
                    number = <double *>(<char *>head + kind.fields[bit].offset)
                    decimals = <int8_t *>head + kind.decimals + bit
                    if -100 <= decimals[0] + shift <= 100:
                        decimals[0] += shift
                        exact = self.json.stage.text_of(entry, <uint8_t>bit)
                        if exact == NULL:    # the nearest float64 to the shifted decimal
                            number[0] = float(moved(repr(number[0]), shift))
                            continue
                        shifted = moved(PyUnicode_DecodeUTF8(exact.text.data, exact.text.size, NULL), shift)
                        number[0] = float(shifted)
                        text = str(shifted).encode()
                        exact.text = self.json.stage.keep(text, len(text))
        except Exception as error:
            self.dispatcher.error = error

    cdef void hand_on(self, Rows rows, tf_header *row, uint16_t flags, uint64_t changed, int64_t recv_ns) noexcept:
        """Hands on a row that was merged into."""
        row.changed = changed
        # STALE, AVG_STALE and CORRECTED are the merge's; TRUNCATED and INEXACT stay with what the row holds.
        row.flags = ((row.flags & (TF_STALE | TF_AVG_STALE | TF_CORRECTED | TF_TRUNCATED | TF_INEXACT))
                     | (flags & ~TF_INEXACT))
        self.send(row, &rows.texts(row).c if row.flags & TF_INEXACT else NULL, recv_ns)

    cdef uint64_t merge_texts(self, Rows rows, tf_header *row, Entry *entry) noexcept:
        """Merges the wire texts of INEXACT numbers; returns the bits of those that changed.

        Two such numbers can have the same float64: then their texts are all that tells them apart.
        """
        cdef uint64_t stated = 0, changed = 0, both = row.known & entry.head().known, one
        cdef int32_t i = entry.exact
        cdef const Exact *exact
        cdef ExactTexts texts
        cdef dict kept
        try:
            texts = rows.texts(row)
            kept = texts.texts
            while i >= 0:
                exact = &self.json.stage.exact[<size_t>i]
                i = exact.next
                if exact.text.data == NULL:
                    continue
                one = <uint64_t>1 << exact.bit
                stated |= one
                if both & one and not is_text(kept.get(exact.bit), exact.text):
                    kept[exact.bit] = text_of(exact.text)
                    changed |= one
            if len(kept) > count_bits(stated & both):    # others have texts, and may be exact now, or taken back
                for bit in list(kept):
                    one = <uint64_t>1 << <int>bit
                    if not stated & one and (entry.head().known & one or not row.known & one):
                        del kept[bit]
                        changed |= one
            texts.refresh()
            row.flags = row.flags | TF_INEXACT if kept else row.flags & ~TF_INEXACT
        except Exception as error:    # out of memory
            self.dispatcher.error = error
        return changed

    cdef inline void number(self, tf_header *head, int64_t recv_ns) noexcept:
        head.venue, head.stream = self.venue, self.stream
        head.ts_recv = recv_ns
        self.dispatcher.seq += 1
        head.seq = self.dispatcher.seq
        self.records += 1

    cdef void send(self, tf_header *head, const tf_exact *exact, int64_t recv_ns) noexcept:
        self.number(head, recv_ns)
        if self.dispatcher.wants(head.kind):
            self.dispatcher.record(head, self.state.symbols, exact)

    cdef void send_controlled(self, tf_header *head, const tf_exact *exact, int64_t recv_ns) noexcept:
        """What the venue says of the connection: `control` hears it before those who asked for records."""
        if self.control is None:
            self.send(head, exact, recv_ns)
            return
        self.number(head, recv_ns)
        self.dispatcher.controlled(self.control, head, self.state.symbols, exact)

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
        self.send_controlled(&error.head, NULL, recv_ns)


cdef int fill(char *slot, size_t size, str text) except -1:
    """Puts a text into a slot of zeros, cut where a character ends."""
    cdef bytes data = text.encode(errors="replace")[:size].decode(errors="ignore").encode()
    memcpy(slot, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return 0


cdef enum:
    EVENT_STATUS = 0xFF       # values of Table.events: the status that an event stands for,
    EVENT_CORRECTS = 0x100    # and whether it takes back what was said before

# Numbers that are raw integers of their market, by kind: (bit, 0 = price or 1 = size).
cdef dict SCALED = {
    TF_RECORD_KIND_ORDER: [(TF_ORDER_LIMIT_PRICE, 0), (TF_ORDER_PEG_OFFSET, 0), (TF_ORDER_QTY, 1),
                           (TF_ORDER_LEAVES_QTY, 1), (TF_ORDER_DISPLAY_QTY, 1), (TF_ORDER_RESERVED_QTY, 1)],
    TF_RECORD_KIND_TRADE: [(TF_TRADE_PRICE, 0), (TF_TRADE_SIZE, 1)],
    TF_RECORD_KIND_BOOK_LEVEL: [(TF_BOOK_LEVEL_PRICE, 0), (TF_BOOK_LEVEL_SIZE, 1)],
    TF_RECORD_KIND_BAR: [(TF_BAR_OPEN, 0), (TF_BAR_HIGH, 0), (TF_BAR_LOW, 0), (TF_BAR_CLOSE, 0), (TF_BAR_VOLUME, 1)],
    TF_RECORD_KIND_POSITION: [(TF_POSITION_QTY, 1), (TF_POSITION_AVG_PRICE, 0)],
    TF_RECORD_KIND_QUOTE: [(TF_QUOTE_BID, 0), (TF_QUOTE_ASK, 0), (TF_QUOTE_LAST, 0), (TF_QUOTE_MARK, 0),
                           (TF_QUOTE_BID_SIZE, 1), (TF_QUOTE_ASK_SIZE, 1), (TF_QUOTE_OPEN_INTEREST, 1)],
    TF_RECORD_KIND_STATS: [(TF_STATS_MID, 0), (TF_STATS_INDICATIVE_PRICE, 0), (TF_STATS_INDICATIVE_VOLUME, 1)],
}


cdef object check_scales(scales):
    if scales is None:
        return None
    for symbol, places in dict(scales).items():
        if not (isinstance(symbol, str) and len(places) == 2 and all(-30 <= int(place) <= 30 for place in places)):
            raise ConfigError(f"scales: {symbol!r}: {places!r} is not a symbol with (price decimals, size decimals)")
    return dict(scales)


cdef void borrow(tf_fill *fill, const tf_order *order) noexcept:
    """What a fill does not say of itself but its order does."""
    cdef uint64_t known = fill.head.known
    if not (known >> TF_FILL_ORDER_ID) & 1 and (order.head.known >> TF_ORDER_ORDER_ID) & 1:
        memcpy(fill.order_id, order.order_id, sizeof(fill.order_id))
        known |= <uint64_t>1 << TF_FILL_ORDER_ID
    if not (known >> TF_FILL_CLIENT_ORDER_ID) & 1 and (order.head.known >> TF_ORDER_CLIENT_ORDER_ID) & 1:
        memcpy(fill.client_order_id, order.client_order_id, sizeof(fill.client_order_id))
        known |= <uint64_t>1 << TF_FILL_CLIENT_ORDER_ID
    if not (known >> TF_FILL_ACCOUNT) & 1 and (order.head.known >> TF_ORDER_ACCOUNT) & 1:
        memcpy(fill.account, order.account, sizeof(fill.account))
        known |= <uint64_t>1 << TF_FILL_ACCOUNT
    if not (known >> TF_FILL_TICKER) & 1 and (order.head.known >> TF_ORDER_TICKER) & 1:
        memcpy(fill.ticker, order.ticker, sizeof(fill.ticker))
        known |= <uint64_t>1 << TF_FILL_TICKER
    if not (known >> TF_FILL_SIDE) & 1 and (order.head.known >> TF_ORDER_SIDE) & 1:
        fill.side = order.side
        known |= <uint64_t>1 << TF_FILL_SIDE
    fill.head.known = known
    if fill.head.symbol == 0:
        fill.head.symbol = order.head.symbol


cdef object moved(str text, int places):
    """A decimal with its point moved to the left, to its last digit."""
    sign, digits, exponent = Decimal(text).as_tuple()
    return Decimal((sign, digits, exponent - places))


cdef inline str text_of(Text text):
    return PyUnicode_DecodeUTF8(text.data, text.size, NULL)


cdef inline bint is_text(object kept, Text text) except -1:
    """Whether a kept text, or None, is this one."""
    cdef Py_ssize_t size
    cdef const char *data
    if kept is None:
        return False
    data = PyUnicode_AsUTF8AndSize(kept, &size)    # of ASCII: its own bytes
    return <size_t>size == text.size and memcmp(data, text.data, text.size) == 0


cdef const tf_exact *exact_of(Decoder decoder, const Entry *entry) noexcept:
    """The wire texts of an entry's INEXACT numbers; NULL where it has none. Valid until the next call."""
    cdef int32_t i = entry.exact
    cdef Exact *exact
    cdef tf_exact_text *one
    if i < 0:
        return NULL
    decoder.exact.texts, decoder.exact.count = decoder.exact_texts, 0
    while i >= 0:
        exact = &decoder.json.stage.exact[<size_t>i]
        if exact.text.data != NULL:
            one = &decoder.exact_texts[decoder.exact.count]
            one.data, one.size, one.bit = exact.text.data, <uint32_t>exact.text.size, exact.bit
            decoder.exact.count += 1
        i = exact.next
    return &decoder.exact
