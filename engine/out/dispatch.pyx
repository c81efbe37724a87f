"""Hands records to handlers, callbacks and batches (see dispatch.pxd).

The order of calls for one record: Cython handlers first, then C functions, then callbacks in the order of their
registration. Batches, and what is conflated, follow at the end of the socket read. on() and off() replace the lists of
callbacks instead of changing them, so within a callback they take effect with the next record.
"""

from cpython.ref cimport Py_INCREF, PyObject
from libc.stdint cimport uint8_t, uint64_t

from tickfold.engine.asked cimport check_conflate, check_kind, check_mask
from tickfold.engine.batch cimport Batch
from tickfold.engine.conflate cimport Conflated
from tickfold.engine.handler cimport Handler, deliver as to_handler
from tickfold.engine.making cimport Made
from tickfold.engine.names cimport Names, PyList_GET_ITEM, PyList_GET_SIZE
from tickfold.engine.native cimport Native, address_in, address_of, call_natives, memory_of, without
from tickfold.engine.fields cimport TF_KINDS, tf_exact
from tickfold.engine.records cimport Record, view
from tickfold.engine.structs cimport *

import logging
import sys

from tickfold.schema.callables import check_callback, registered
from tickfold.schema.errors import CallbackError, ConfigError, named

cdef extern from "Python.h":
    PyObject *PyObject_CallOneArg(PyObject *function, PyObject *argument)
    PyObject *PyTuple_GET_ITEM(PyObject *tuple, Py_ssize_t i)    # borrowed
    void Py_XDECREF(PyObject *o)
    Py_ssize_t Py_REFCNT(PyObject *o)

log = logging.getLogger("tickfold")

cdef uint64_t EVERY = ~<uint64_t>0    # the mask of a callback registered without `changed`


cdef int raised() except -1:
    """Raises the exception that is set."""
    return -1


cdef inline void gather(
        Dispatcher self, Batch batch, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
    """Adds a record to a batch that asks for it."""
    if batch.merges:
        self.pending = True
        if not (<Conflated>batch).merge(rec, symbols, exact):
            self.no_room(batch)
    elif batch.mask == EVERY or rec.changed & batch.mask:
        self.pending = True
        if not batch.append(rec):
            self.no_room(batch)


cdef class Target:
    def __cinit__(self, uint8_t kind):
        self.kind = kind
        self.callbacks = self.amended = self.batches = self.native_owners = []

    def __dealloc__(self):
        Py_XDECREF(self.view)


cdef class Dispatcher:
    """Holds the callbacks and calls them.

    Callbacks are plain functions of one argument, called in the order of their registration, in the thread of the event
    loop. If one raises, the remaining callbacks and records of the message are still handled; then the exception is
    raised: an Exception as the cause of a CallbackError; SystemExit, KeyboardInterrupt and the like as they are. Of
    several the first is raised, but one that is no Exception takes precedence.

    :param on_callback_error: "raise": as above. "report": an Exception is logged with its record and counted in
        `callback_errors`, and is not raised. What is no Exception (SystemExit, KeyboardInterrupt, CancelledError …) is
        raised all the same, as is what fails outside of callbacks
    :raises ConfigError: on_callback_error is neither
    """

    def __cinit__(self, *, str on_callback_error="raise"):
        if on_callback_error not in ("raise", "report"):
            raise ConfigError(f'on_callback_error={on_callback_error!r}: give "raise" or "report"')
        cdef int kind
        self.targets = [Target(kind) for kind in range(TF_KINDS)]
        for kind in range(TF_KINDS):
            self.by_kind[kind] = <PyObject *>self.targets[kind]
        self.batches = []
        self.reports = on_callback_error == "report"
        self.reported = {}
        self.saved = {}

    # ---- who asks

    def on(self, kind, callback=None, *, changed=None, amendments=False, native=None, context=0, conflate=False):
        """Calls `callback(record)` for every record of a class. Without `callback`, returns a decorator.

        A callback that is registered again for the same, with the same `changed`, is still called once.

        :param kind: a record class; tf.Record for the records of all kinds
        :param native: in place of `callback`, a C function `void (const tf_quote *, void *context)`, or that of another
            kind: its address, a function of ctypes, or anything with an `address` (a cfunc of numba). It is called
            before all callbacks of Python and must not keep the pointer. See also tf.numba
        :param context: its second argument: memory that it may write to, as a numpy array or a struct of ctypes, which
            is kept until off(); or an address as int, which must stay valid
        :param changed: names of fields: call only if the update changed at least one of them
        :param amendments: for fills only: also call when the venue adds to or corrects an earlier fill (a commission,
            say). The record is the same Fill with the new values; `changed_fields` names them. Without amendments each
            execution is handed on once, and the sum of `qty` is the order's filled_qty
        :param conflate: for quotes, stats and instruments: call at the end of each socket read, once for each symbol of
            each stream, with its newest state. `changed` is what all updates since the first one have altered; `extra`
            is empty. While the engine keeps pace, a read holds one message, and nothing is left out
        :raises TypeError: `kind` is no record class, or `callback` is not callable or is a coroutine function, or
            `native` and `context` are not what they should be
        :raises ConfigError: no such field; amendments of a kind other than Fill; conflation of any other kind
        """
        cdef Native call
        kinds = check_kind(kind, "on")
        mask = check_mask(kind, kinds, changed, amendments)
        if conflate:
            check_conflate(kind, kinds, native)
        if native is not None:
            if callback is not None:
                raise TypeError("on(): give a callback or native=, not both")
            call.call = <void (*)(const tf_header *, void *) noexcept nogil>address_of(native)
            memory = context if isinstance(context, int) else memory_of(context)
            if "tickfold.numba" in sys.modules:    # it knows what a cfunc was compiled for
                sys.modules["tickfold.numba"].check(native, kind, memory)
            call.context, call.mask, call.amendments = address_in(memory), mask, amendments
            for number in kinds:
                self.add_native(self.targets[number], native, memory, call)
            self.note_wanted()
            return native
        if callback is None:
            return lambda function: self.on(
                kind, function, changed=changed, amendments=amendments, conflate=conflate)
        check_callback(callback)
        if conflate:
            self.add_batched(kinds[0], mask, False, True, True, (callback, None))
            return callback
        cdef Target target
        entry = callback, None if mask == EVERY else mask
        twice = False
        for number in kinds:
            target = self.targets[number]
            twice |= entry in target.callbacks
            target.callbacks = registered(target.callbacks, entry)
            if amendments:
                target.amended = registered(target.amended, entry)
        if twice:
            log.warning("on(%s): %s is registered already", kind.__name__, callback, extra={"event": "registered"})
        self.note_wanted()
        return callback

    def on_batch(self, kind, callback=None, *, changed=None, amendments=False, conflate=False):
        """Calls `callback(rows)` once per socket read, with a read-only numpy structured array of the read's records.

        The columns are those of the C structs, see `dtype()` of the record class. A field that was never stated is NaN
        in a column of numbers, the lowest int64 (-2**63) in one of times (ns UTC), and 0 or b"" in any other; bit i of
        the column `known` says whether field i was stated (see Record.mask()). Long texts are not in the array. It may
        be kept: its memory is not used again while somebody holds it.

        :param kind: a record class
        :param changed: names of fields: only records whose update changed at least one of them
        :param amendments, conflate: see on(); conflated, the array has one row for each symbol of each stream
        :raises TypeError: `kind` is no record class, or `callback` is not callable or is a coroutine function
        :raises ConfigError: no such field; amendments of a kind other than Fill; `kind` is tf.Record, whose subclasses
            have different columns
        """
        kinds = check_kind(kind, "on_batch")
        if len(kinds) > 1:
            raise ConfigError("on_batch(tf.Record): rows of one array have one shape; register for each kind you need")
        mask = check_mask(kind, kinds, changed, amendments)
        if callback is None:
            return lambda function: self.on_batch(
                kind, function, changed=changed, amendments=amendments, conflate=conflate)
        check_callback(callback)
        if conflate:
            check_conflate(kind, kinds, None)
        self.add_batched(kinds[0], mask, amendments, conflate, False, callback)
        return callback

    def attach(self, handler):
        """Hands every record to a Cython Handler, before any Python callback."""
        if not isinstance(handler, Handler):
            raise TypeError(
                f"attach() takes a subclass of tickfold.engine.handler.Handler, not {type(handler).__name__}")
        self.handlers = [*(self.handlers or ()), handler]
        self.note_wanted()
        return handler

    def off(self, callback):
        """Removes a callback or handler from all that on(), on_batch() and attach() registered it for."""
        cdef Target target
        cdef Batch batch
        self.handlers = [handler for handler in self.handlers or () if handler is not callback] or None
        for batch in self.batches:
            batch.drop(callback)
        self.batches = [batch for batch in self.batches if batch.callbacks]
        for target in self.targets:
            target.callbacks = [(function, mask) for function, mask in target.callbacks if function != callback]
            target.amended = [(function, mask) for function, mask in target.amended if function != callback]
            target.batches = [batch for batch in target.batches if batch.callbacks]
            if target.natives is not None:
                target.natives, target.native_owners, target.natives_amended = without(
                    target.natives, target.native_owners, callback)
        self.note_wanted()

    cdef int add_batched(
            self, int kind, uint64_t mask, bint amendments, bint merges, bint views, object entry) except -1:
        """Adds a callback to the batch of such records that has none yet, or to a new one."""
        cdef Target target = self.targets[kind]
        cdef Batch batch
        for batch in target.batches:
            if (batch.mask != mask or batch.amendments != amendments or batch.merges != merges
                    or batch.views != views):
                continue
            if views and entry in batch.callbacks:    # registered again
                return 0
            if not batch.count:
                batch.callbacks = [*batch.callbacks, entry]
                break
        else:
            batch = Conflated(target.kind) if merges else Batch(target.kind)
            batch.mask, batch.amendments, batch.views, batch.callbacks = mask, amendments, views, [entry]
            target.batches = [*target.batches, batch]
            self.batches = [*self.batches, batch]
        return self.note_wanted()

    cdef int add_native(self, Target target, object function, object memory, Native native) except -1:
        target.natives = (target.natives or b"") + (<char *>&native)[:sizeof(Native)]
        target.native_owners = [*target.native_owners, (function, memory)]
        target.natives_amended |= native.amendments
        return 0

    cdef int note_wanted(self) except -1:
        cdef Target target
        cdef Batch batch
        self.wanted, self.amendments = 0, False
        if self.quiet:
            return 0
        if self.handlers is not None:
            self.wanted, self.amendments = EVERY, True
        for target in self.targets:
            target.called, target.gathered = bool(target.callbacks), bool(target.batches)
            if target.called or target.gathered or target.natives is not None:
                self.wanted |= <uint64_t>1 << target.kind
                self.amendments |= bool(target.amended) or target.natives_amended
        for batch in self.batches:
            self.amendments |= batch.amendments
        return 0

    @property
    def silent(self):
        """If set to true, nothing is called any more, and records that wait in batches are dropped."""
        return self.quiet

    @silent.setter
    def silent(self, bint quiet):
        cdef Batch batch
        self.quiet = quiet
        for batch in self.batches:
            batch.count = 0
        self.note_wanted()

    @property
    def last_seq(self):
        """The `seq` of the last record."""
        return self.seq

    # ---- calls

    cdef void record(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef PyObject *target = self.by_kind[rec.kind]
        cdef Py_ssize_t i
        if self.collected is not None:
            self.collect(rec, symbols, exact)
            return
        if self.handlers is not None and not self.quiet:
            self.to_handlers(rec)
        if self.quiet:
            return
        if (<Target>target).natives is not None:
            call_natives((<Target>target).natives, rec, False)
        if (<Target>target).called:
            self.call(<Target>target, (<Target>target).callbacks, rec, symbols, exact)
        if (<Target>target).gathered:
            batches = (<Target>target).batches
            for i in range(PyList_GET_SIZE(<PyObject *>batches)):
                gather(self, <Batch>PyList_GET_ITEM(<PyObject *>batches, i), rec, symbols, exact)

    cdef void to_handlers(self, const tf_header *rec) noexcept:
        self.pending = True
        for handler in self.handlers:
            to_handler(<Handler>handler, rec)

    cdef void amend(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef Target target
        cdef Batch batch
        if self.collected is not None:
            if self.collect_amendments:
                self.collect(rec, symbols, exact)
            return
        if self.handlers is not None and not self.quiet:
            self.pending = True
            for handler in self.handlers:
                (<Handler>handler).on_fill_amended(<const tf_fill *>rec)
        if self.quiet:
            return
        target = <Target>self.targets[rec.kind]
        if target.natives_amended:
            call_natives(target.natives, rec, True)
        if target.amended:
            self.call(target, target.amended, rec, symbols, exact)
        for batch in target.batches:
            if batch.amendments:
                gather(self, batch, rec, symbols, exact)

    cdef void controlled(self, object control, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef Record lent
        after = None
        try:
            lent = view(rec, None, symbols, exact)
            try:
                after = control(lent)
            finally:
                lent.rec = NULL
        except BaseException as error:
            self.keep(error)
        if self.wants(rec.kind):
            self.record(rec, symbols, exact)
        if after is not None:
            try:
                after()
            except BaseException as error:
                self.keep(error)

    cdef void collect(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        try:
            self.collected.append(view(rec, None, symbols, exact).copy())
        except BaseException as error:
            self.keep(error)

    cdef void no_room(self, Batch batch) noexcept:
        """Keeps a MemoryError: a batch found no memory for one more record."""
        what = "the newest states of {} symbols" if batch.merges else "a batch of {} records"
        self.keep(MemoryError("no memory for " + what.format(batch.count + 1)))

    cdef void call(
            self, Target target, list callbacks, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef PyObject *lent = target.view    # taken out, and put back at the end, without counting references
        cdef PyObject *entry
        cdef PyObject *mask
        cdef PyObject *result
        cdef Py_ssize_t i
        target.view = NULL
        if lent == NULL:    # the first record, or a record within a callback for one of its kind
            lent = self.new_view(rec, symbols, exact)
            if lent == NULL:
                return
        (<Record>lent).rec, (<Record>lent).exact = rec, exact
        if (<Record>lent).symbols is not symbols:
            (<Record>lent).symbols = symbols
        for i in range(PyList_GET_SIZE(<PyObject *>callbacks)):    # who holds the list holds what is in it
            entry = PyList_GET_ITEM(<PyObject *>callbacks, i)
            mask = PyTuple_GET_ITEM(entry, 1)
            if mask != <PyObject *>None and not rec.changed & <uint64_t><object>mask:
                continue
            result = PyObject_CallOneArg(PyTuple_GET_ITEM(entry, 0), lent)
            if result == NULL:
                self.keep_raised(<Record>lent)
            Py_XDECREF(result)
            if self.quiet:    # this callback has set `silent`
                break
        if Py_REFCNT(lent) == 1 and target.view == NULL:
            target.view = lent
        else:
            (<Record>lent).rec = NULL    # the callback kept the view: from now on it raises
            Py_XDECREF(lent)

    cdef PyObject *new_view(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        """A new reference; NULL if there was no memory."""
        try:
            made = view(rec, None, symbols, exact)
        except BaseException as error:
            self.keep(error)
            return NULL
        Py_INCREF(made)
        return <PyObject *>made

    cdef void flush(self) noexcept:
        cdef Batch batch
        if not self.pending:
            return
        self.pending = False
        if self.handlers is not None and not self.quiet:
            for handler in self.handlers:
                (<Handler>handler).on_flush()
        for batch in self.batches:
            if batch.count == 0 or self.quiet:
                continue
            try:
                self.deliver(batch)
            except BaseException as error:
                self.keep(error)

    cdef int deliver(self, Batch batch) except -1:
        array = batch.array
        cdef const char *base = batch.base
        if batch.merges:
            (<Conflated>batch).count_saved(self.saved)
            names, exacts = (<Conflated>batch).names, (<Conflated>batch).exacts
        rows = batch.take()
        if batch.views:
            self.call_for_rows(<Conflated>batch, base, len(rows), names, exacts)
        else:
            for callback in batch.callbacks:
                try:
                    callback(rows)
                except BaseException as error:
                    self.keep_callbacks(error, rows)
                if self.quiet:
                    break
        del rows
        batch.give_back(array)
        return 0

    cdef int call_for_rows(
            self, Conflated batch, const char *base, Py_ssize_t count, list names, dict exacts) except -1:
        """Calls with a record for each row; what a callback registers or takes back holds from the next one on."""
        cdef Target target = <Target>self.targets[batch.kind]
        cdef Py_ssize_t row
        cdef const tf_exact *exact
        for row in range(count):
            made = None if exacts is None else exacts.get(row)
            exact = <const tf_exact *>NULL if made is None else <const tf_exact *>(<Made>made).exact
            self.call(target, batch.callbacks, <const tf_header *>(base + row * <Py_ssize_t>batch.itemsize),
                      <Names>names[row], exact)
            if self.quiet:
                break
        return 0

    # ---- exceptions of callbacks

    cdef int keep(self, object error) except -1:
        if self.error is None or isinstance(self.error, Exception) and not isinstance(error, Exception):
            self.error = error
        return 0

    cdef int keep_callbacks(self, object error, object given) except -1:
        if isinstance(error, Exception):
            if self.reports:
                return self.report(error, given)
            caused = CallbackError(f"a callback raised {named(error)}")
            caused.__cause__ = error
            error = caused
        return self.keep(error)

    cdef void keep_raised(self, Record given) noexcept:
        """Keeps the exception that a callback has set."""
        try:
            raised()
        except BaseException as error:
            self.keep_callbacks(error, given)

    cdef int report(self, object error, object given) except -1:
        """Counts and logs an exception of a callback; `given` is what it was called with."""
        if isinstance(given, Record):
            stream, what = (<Record>given).rec.stream, f"{given!r}"
        elif isinstance(given, tuple):    # (number of a stream, what a callback of another kind was called with)
            stream, what = given
        else:
            stream, what = int(given[0]["stream"]), f"a batch of {len(given)} records"
        self.reported[stream] = self.reported.get(stream, 0) + 1
        try:
            log.error("a callback raised %s; it was called with %s", named(error), what, exc_info=error,
                      extra={"event": "callback_failed", "stream_id": stream, "reason": named(error)})
        except BaseException as failure:    # of a handler of the log: a KeyboardInterrupt, say
            self.keep(failure)
        return 0

    def callback_errors(self, int stream):
        """How many exceptions of callbacks were reported that were called with records of the stream of this number."""
        return self.reported.get(stream, 0)

    def conflated(self, int stream):
        """How many calls of callbacks with conflate=True were left out, because a later update of the same symbol came
        in the same read, for records of the stream of this number.
        """
        return self.saved.get(stream, 0)

    cdef int raise_error(self) except -1:
        if self.error is None:
            return 0
        error, self.error = self.error, None
        try:
            raise error
        finally:
            error = None    # breaks the cycle: the traceback holds this frame, the frame the error
