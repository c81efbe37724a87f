"""Handing records to whoever asked for them: callbacks, numpy batches, Cython handlers."""

from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint64_t

from tickfold.engine.batch cimport Batch
from tickfold.engine.conflate cimport Conflated
from tickfold.engine.fields cimport TF_KINDS, tf_exact
from tickfold.engine.names cimport Names
from tickfold.engine.native cimport Native
from tickfold.engine.records cimport Record
from tickfold.engine.structs cimport tf_header


cdef class Target:
    """The callbacks for one kind of record. Lists are replaced, never changed, so that one may be iterated over
    meanwhile.
    """
    cdef uint8_t kind
    cdef bint called          # whether there are callbacks,
    cdef bint gathered        # and batches: found without reading the lists
    cdef list callbacks       # of (callable, mask or None)
    cdef list amended         # those of them that asked for amendments of fills
    cdef list batches         # of Batch
    cdef bytes natives        # an array of Native, or None; replaced like the lists
    cdef list native_owners   # (function, context) as registered, in the same order: they keep both alive
    cdef bint natives_amended    # whether one of them asked for amendments of fills
    cdef PyObject *view       # the Record that callbacks get, owned; NULL before the first, and while one has it


cdef class Dispatcher:
    cdef list targets         # of Target, by kind
    cdef PyObject *by_kind[<int>TF_KINDS]    # the same, borrowed from that list: found without reading it
    cdef list handlers        # or None
    cdef list batches         # the batches of all targets
    cdef uint64_t wanted      # a bit for each kind that a callback asked for; a handler asks for all
    cdef bint amendments      # somebody asked for amendments of fills
    cdef bint quiet           # nobody is called: see the property `silent`
    cdef bint pending         # records were handed to a batch or a handler since the last flush
    cdef uint64_t seq         # the last number given to a record
    cdef object error         # what raise_error() will raise, or None
    cdef list collected       # where decode() wants copies, or None
    cdef bint reports         # exceptions of callbacks are logged and counted, not raised
    cdef dict reported        # how many were, by the number of the record's stream
    cdef dict saved           # calls that conflated batches have saved, by the number of the stream
    cdef bint collect_amendments    # whether it wants amendments too

    # Whether any callback wants this kind. If not, record() would do nothing.
    cdef inline bint wants(self, uint8_t kind) noexcept:
        return (self.wanted >> kind) & 1 or self.collected is not None
    # The same for amend().
    cdef inline bint wants_amendments(self) noexcept:
        return self.amendments or self.collected is not None and self.collect_amendments
    # Hands a record on; never raises: what a callback raises is kept in `error`.
    cdef void record(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    # Hands on an amendment (a fill that record() got before, with new values) to the callbacks that asked for them.
    cdef void amend(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    # record(), but `control` sees the record first. What it returns, if anything, is called after all others.
    cdef void controlled(self, object control, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    # Hands the batches on.
    cdef void flush(self) noexcept
    # Raises what keep() kept: CallbackError if a callback raised an Exception; SystemExit and the like as they are.
    cdef int raise_error(self) except -1
    # Keeps an exception of our own or of a callback; raise_error() will raise the first.
    cdef int keep(self, object error) except -1
    cdef int keep_callbacks(self, object error, object given) except -1
    cdef void keep_raised(self, Record given) noexcept
    cdef int report(self, object error, object given) except -1
    cdef int add_native(self, Target target, object function, object memory, Native native) except -1
    cdef int note_wanted(self) except -1
    cdef void call(
            self, Target target, list callbacks, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    cdef PyObject *new_view(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    cdef void to_handlers(self, const tf_header *rec) noexcept
    cdef void collect(self, const tf_header *rec, Names symbols, const tf_exact *exact) noexcept
    cdef int add_batched(
            self, int kind, uint64_t mask, bint amendments, bint merges, bint views, object entry) except -1
    cdef void no_room(self, Batch batch) noexcept
    cdef int deliver(self, Batch batch) except -1
    cdef int call_for_rows(
            self, Conflated batch, const char *base, Py_ssize_t count, list names, dict exacts) except -1
