# cython: language_level=3
"""Strategies without Python in the loop, and the two ways into a decoder from C, for the benchmarks."""

from libc.stdint cimport int64_t, uint32_t, uint64_t, uintptr_t
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

from tickfold.engine.capi cimport tf_api, tf_decoder, tf_import, TF_OK, tf_options, tf_new_options, TF_PADDED
from tickfold.engine.decoder cimport Decoder
from tickfold.engine.handler cimport Handler
from tickfold.engine.structs cimport tf_header, tf_quote, TF_RECORD_KIND_QUOTE

from array import array

cdef const tf_api *api = tf_import()


cdef class Strategy(Handler):
    cdef readonly uint64_t count
    cdef readonly uint32_t symbol
    cdef readonly double bid, ask, widest

    cdef void on_quote(self, const tf_quote *quote) noexcept:
        self.count += 1
        self.symbol = quote.head.symbol
        self.bid = quote.bid
        self.ask = quote.ask
        self.widest = max(self.widest, quote.ask - quote.bid)


cdef class Stamps(Handler):
    """Reads the same three fields, and takes the time (ns of CLOCK_MONOTONIC) of each quote, of the first so many."""
    cdef readonly uint32_t symbol
    cdef readonly double bid, ask
    cdef object stamps
    cdef int64_t[::1] places
    cdef Py_ssize_t place

    def __init__(self, Py_ssize_t count):
        self.stamps = array("q", bytes(8 * count))
        self.places = self.stamps

    def taken(self):
        """The times."""
        return self.stamps[:self.place]

    cdef void on_quote(self, const tf_quote *quote) noexcept:
        cdef timespec now
        self.symbol = quote.head.symbol
        self.bid = quote.bid
        self.ask = quote.ask
        clock_gettime(CLOCK_MONOTONIC, &now)
        if self.place < self.places.shape[0]:
            self.places[self.place] = <int64_t>now.tv_sec * 1_000_000_000 + now.tv_nsec
            self.place += 1


cdef struct Seen:
    uint64_t count
    uint64_t symbol
    double bid, ask


cdef void see(const tf_header *record, void *context) noexcept nogil:
    """Reads the same three fields."""
    cdef const tf_quote *quote = <const tf_quote *>record
    cdef Seen *seen = <Seen *>context
    seen.count += 1
    seen.symbol = quote.head.symbol
    seen.bid = quote.bid
    seen.ask = quote.ask


#: see(), for on(native=); its context is a Seen: count, symbol, bid, ask.
ADDRESS = <uintptr_t>&see


cdef class Payloads:
    """Payloads one after the other in one block, with 64 bytes behind the last."""
    cdef bytes block
    cdef list sizes

    def __init__(self, list payloads):
        self.block = b"".join(payloads) + bytes(64)
        self.sizes = [len(payload) for payload in payloads]


def read_all(Decoder decoder, Payloads payloads):
    """All payloads through Decoder.read()."""
    cdef const char *data = payloads.block
    cdef size_t size
    for size in payloads.sizes:
        decoder.read(data, size, 0)
        data += size


cdef class Door:
    """A decoder opened by the C functions, without a callback or with see()."""
    cdef tf_decoder *decoder
    cdef Seen seen

    def __init__(self, str stream, bint calls):
        cdef tf_options options = tf_new_options()
        if api.open(stream.encode(), &options, &self.decoder) != TF_OK:
            raise RuntimeError(api.error(NULL).decode())
        if calls:
            api.on(self.decoder, TF_RECORD_KIND_QUOTE, see, &self.seen)

    def __dealloc__(self):
        api.close(self.decoder)

    def read_all(self, Payloads payloads):
        """All payloads through feed(), as part of one socket read."""
        cdef const char *data = payloads.block
        cdef size_t size
        for size in payloads.sizes:
            api.feed(self.decoder, data, size, 0, TF_PADDED)
            data += size

    @property
    def last(self):
        """(symbol's name, bid, ask) of the last quote that see() was called with."""
        return api.name(self.decoder, <uint32_t>self.seen.symbol, NULL).decode(), self.seen.bid, self.seen.ask
