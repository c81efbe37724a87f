"""Handing records to whoever asked for them (see dispatch.pxd)."""

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.handler cimport Handler, deliver as to_handler
from tickfold.engine.names cimport Names
from tickfold.engine.records cimport Record, class_of, kind_of, TF_KINDS, tf_exact, tf_kinds, view
from tickfold.engine.structs cimport *

import inspect

import numpy

from tickfold.schema.errors import CallbackError, ConfigError

cdef extern from "Python.h":
    PyObject *PyObject_CallOneArg(PyObject *function, PyObject *argument)
    void Py_XDECREF(PyObject *o)
    Py_ssize_t Py_REFCNT(object o)

cdef size_t FIRST_BATCH = 64      # records a batch has room for to begin with


cdef int raised() except -1:
    """Raises the exception that is set."""
    return -1


cdef class Batch:
    """The records of one kind since the last flush, contiguous."""

    def __cinit__(self, uint8_t kind):
        self.kind = kind
        self.itemsize = tf_kinds[kind].size
        self.callbacks = []
        self.allocate(FIRST_BATCH)

    cdef int allocate(self, size_t capacity) except -1:
        memory = bytearray(capacity * self.itemsize)
        array = numpy.frombuffer(memory, dtype=class_of(self.kind).dtype())
        array.flags.writeable = False
        cdef char *base = PyByteArray_AS_STRING(memory)
        if self.count:
            memcpy(base, self.base, self.count * self.itemsize)
        # A bytearray that a numpy array looks at can't be resized, so `base` holds as long as `array` does.
        self.memory, self.array, self.base, self.capacity, self.lent = memory, array, base, capacity, False
        return 0

    cdef bint grow(self, Dispatcher to) noexcept:
        """Makes room for more; where there is none, `to` keeps the MemoryError."""
        try:
            # While callbacks look at the rows, a record that comes meanwhile goes elsewhere.
            self.allocate(FIRST_BATCH if self.lent else 2 * self.capacity)
        except BaseException as error:
            to.keep(error)
            return False
        return True

    cdef int deliver(self, Dispatcher to) except -1:
        if self.count == 0:
            return 0
        array = self.array
        rows = array[:self.count]
        self.count = 0
        self.lent = True
        for callback in self.callbacks:
            try:
                callback(rows)
            except BaseException as error:
                to.keep(error)
        del rows
        if self.array is not array:    # records came meanwhile: they have memory of their own
            return 0
        self.lent = False
        if Py_REFCNT(array) > 2 or self.capacity > 65536:
            # Somebody kept the rows: they stay as they are, the next batch gets memory of its own.
            self.allocate(FIRST_BATCH)
        return 0


cdef class Target:
    """Who wants the records of one kind."""

    def __cinit__(self, uint8_t kind):
        self.kind = kind
        self.callbacks = []


cdef class Dispatcher:
    """Who wants which records.

    Callbacks are plain functions of one argument, called in the order of their registration, in the thread of the event
    loop. An exception in one is kept, the others and all further records of the message still get their call, and then
    it comes out as the cause of a CallbackError.
    """

    def __cinit__(self):
        self.targets = [None] * TF_KINDS
        self.batches = []

    cdef Target target(self, object cls):
        cdef int kind = kind_of(cls)
        if self.targets[kind] is None:
            self.targets[kind] = Target(<uint8_t>kind)
        return <Target>self.targets[kind]

    def on(self, cls, callback=None, *, changed=None):
        """Call `callback(record)` for every record of a class; without callback, a decorator.

        :param changed: names of fields; then only when the update altered at least one of them
        :raises TypeError: no record class, not callable, or a coroutine function
        :raises ConfigError: no such field
        """
        if callback is None:
            return lambda function: self.on(cls, function, changed=changed)
        cdef uint64_t mask = ~<uint64_t>0
        cdef Target target = self.target(check_callback(cls, callback))
        if changed is not None:
            if isinstance(changed, str):
                changed = [changed]
            try:
                mask = cls.mask(*changed)
            except ValueError as error:
                raise ConfigError(str(error)) from None
            if mask == 0:
                raise ConfigError("changed=[] would never call; leave it out to be called for every record")
        target.callbacks.append((callback, None if changed is None else mask))
        self.note_wanted()
        return callback

    def on_batch(self, cls, callback=None):
        """Call `callback(rows)` once per socket read, with a read-only numpy structured array of its records.

        The array may be kept: memory that somebody still looks at is not used again. Long texts are not in it.
        """
        if callback is None:
            return lambda function: self.on_batch(cls, function)
        cdef Target target = self.target(check_callback(cls, callback))
        if target.batch is None:
            target.batch = Batch(target.kind)
            self.batches.append(target.batch)
        target.batch.callbacks.append(callback)
        self.note_wanted()
        return callback

    def attach(self, handler):
        """Hand every record to a Cython Handler, before any Python callback."""
        if not isinstance(handler, Handler):
            raise TypeError(
                f"attach() takes a subclass of tickfold.engine.handler.Handler, not {type(handler).__name__}")
        self.handlers = [*(self.handlers or ()), handler]
        self.note_wanted()
        return handler

    def off(self, callback):
        """Take back whatever on(), on_batch() or attach() was told of this callback or handler."""
        cdef Target target
        self.handlers = [handler for handler in self.handlers or () if handler is not callback] or None
        for target in self.targets:
            if target is None:
                continue
            target.callbacks = [(function, mask) for function, mask in target.callbacks if function != callback]
            if target.batch is not None:
                target.batch.callbacks = [function for function in target.batch.callbacks if function != callback]
        self.note_wanted()

    cdef int note_wanted(self) except -1:
        cdef Target target
        self.wanted = 0 if self.handlers is None else ~<uint64_t>0
        for target in self.targets:
            if target is not None and (target.callbacks or target.batch is not None and target.batch.callbacks):
                self.wanted |= <uint64_t>1 << target.kind
        return 0

    @property
    def last_seq(self):
        """The number of the last record."""
        return self.seq

    cdef void record(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef Target target
        if self.collected is not None:
            try:
                self.collected.append(view(rec, None, symbols, exact).copy())
            except BaseException as error:
                self.keep(error)
            return
        if self.handlers is not None:
            self.pending = True
            for handler in self.handlers:
                to_handler(<Handler>handler, rec)
        target = <Target>self.targets[rec.kind]
        if target is None:
            return
        if target.callbacks:
            self.call(target, rec, symbols, exact)
        if target.batch is not None:
            target.batch.append(rec, self)
            self.pending = True

    cdef void call(self, Target target, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept:
        cdef Record lent = target.view
        cdef list callbacks = target.callbacks
        cdef PyObject *result
        if lent is None:    # the first record, or a record within a callback for one of its kind
            try:
                lent = view(rec, None, symbols, exact)
            except BaseException as error:    # out of memory
                self.keep(error)
                return
        else:
            target.view = None
            lent.rec, lent.symbols, lent.exact = rec, symbols, exact
        for entry in callbacks:
            mask = (<tuple>entry)[1]
            if mask is not None and not rec.changed & <uint64_t>mask:
                continue
            result = PyObject_CallOneArg(<PyObject *>(<tuple>entry)[0], <PyObject *>lent)
            if result == NULL:
                self.keep_raised()
            Py_XDECREF(result)
        if Py_REFCNT(lent) == 1:
            target.view = lent
        else:
            lent.rec = NULL    # somebody kept it: it says so from now on, and shows no other record

    cdef void flush(self) noexcept:
        cdef Batch batch
        if not self.pending:
            return
        self.pending = False
        if self.handlers is not None:
            for handler in self.handlers:
                (<Handler>handler).on_flush()
        for batch in self.batches:
            try:
                batch.deliver(self)
            except BaseException as error:
                self.keep(error)

    cdef int keep(self, object error) except -1:
        if self.error is None:
            self.error = error
        return 0

    cdef void keep_raised(self) noexcept:
        """Keeps the exception that is set."""
        try:
            raised()
        except BaseException as error:
            self.keep(error)

    cdef int raise_error(self) except -1:
        if self.error is None:
            return 0
        error, self.error = self.error, None
        if not isinstance(error, Exception):    # KeyboardInterrupt, SystemExit
            raise error
        raise CallbackError(f"a callback raised {type(error).__name__}: {error}") from error


cdef object check_callback(object cls, object callback):
    kind_of(cls)
    if not callable(callback):
        raise TypeError(f"a callback is a function of one argument, not {callback!r}")
    if inspect.iscoroutinefunction(callback) or inspect.iscoroutinefunction(getattr(callback, "__call__", None)):
        raise TypeError(
            f"{getattr(callback, '__name__', callback)} is a coroutine function, but callbacks are plain functions: "
            "they run while the bytes are read. Start a task from it, or put a copy() of the record on a queue.")
    return cls
