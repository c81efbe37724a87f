"""How long things take: histograms of fixed size, and those of the stages that a stream's messages go through."""

from libc.stdint cimport int64_t, uint64_t

cdef enum:
    HISTOGRAM_BUCKETS = 1984    # the last ends at 2**36 ns


cdef class Histogram:
    cdef uint64_t buckets_[HISTOGRAM_BUCKETS]
    cdef uint64_t noted        # how many times
    cdef uint64_t total        # their sum, ns
    cdef int64_t longest       # ns


cdef extern from *:
    """
    #define tf_octave(ns) (63 - __builtin_clzll((unsigned long long)(ns)) - 6)
    """
    int tf_octave(int64_t ns) noexcept nogil


# Notes a time in ns.
cdef inline void note(Histogram histogram, int64_t ns) noexcept:
    cdef int octave
    if ns < 0:
        ns = 0
    histogram.noted += 1
    histogram.total += <uint64_t>ns
    if ns > histogram.longest:
        histogram.longest = ns
    if ns < 128:
        histogram.buckets_[ns] += 1
    elif ns >> 36:
        histogram.buckets_[HISTOGRAM_BUCKETS - 1] += 1
    else:
        octave = tf_octave(ns)
        histogram.buckets_[(octave << 6) + (ns >> octave)] += 1


cdef class Latency:
    cdef readonly Histogram read, fold, callback
    cdef uint64_t reads        # socket reads with a message
    cdef uint64_t due_at       # the number of the next that is looked at

    # Counts a socket read; returns whether its first message is looked at.
    cdef inline bint due(self) noexcept:
        cdef uint64_t number = self.reads
        self.reads = number + 1
        if number < self.due_at:
            return False
        self.due_at = number + (1 if number < 256 else 16)
        return True

    # Notes the times of a message (ns of CLOCK_MONOTONIC): the socket was read, the message handed to its decoder, its
    # first record handed on, the record's callbacks have returned. The last is 0 where nobody asked for a record, and
    # `handed_on` then the message's end.
    cdef inline void took(self, int64_t read, int64_t began, int64_t handed_on, int64_t returned) noexcept:
        note(self.read, began - read)
        note(self.fold, handed_on - began)
        if returned != 0:
            note(self.callback, returned - handed_on)
