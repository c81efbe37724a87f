"""How long things take: histograms of fixed size, and those of the stages that a stream's messages go through."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t
from libc.string cimport memset

import numpy as np

cdef int LINEAR = 64    # buckets from one power of two to the next, beyond 128 ns


cdef int64_t low_of(int number) noexcept:
    """The least time, in ns, that a bucket counts."""
    cdef int octave = number // LINEAR - 1
    if octave <= 0:
        return number
    return <int64_t>(number - octave * LINEAR) << octave


#: The least times of all buckets, and one more: the end of the last bucket.
BOUNDS = np.array([low_of(number) for number in range(HISTOGRAM_BUCKETS + 1)], dtype=np.int64)
BOUNDS.flags.writeable = False


cdef class Histogram:
    """How often something took how long, from 0 ns to a minute.

    Times up to 127 ns have a bucket each; beyond, 64 buckets lie between one power of two and the next, so that a time
    is known to within 1.6 % of itself. Longer times than 68.7 s count in the last bucket. The memory is fixed, 16 KiB.
    """

    @property
    def count(self):
        """How many times were noted."""
        return self.noted

    @property
    def sum(self):
        """All of them added up, in ns."""
        return self.total

    @property
    def max(self):
        """The longest, in ns, exactly; None before the first."""
        return self.longest if self.noted else None

    @property
    def counts(self):
        """How many times fell in each bucket: an array of uint64, a copy. Bucket i begins at `BOUNDS[i]` ns and ends
        before `BOUNDS[i + 1]`."""
        memory = PyBytes_FromStringAndSize(<const char *>self.buckets_, sizeof(self.buckets_))
        return np.frombuffer(memory, dtype=np.uint64)

    @property
    def buckets(self):
        """The buckets that are not empty: a structured array of `low` and `high`, in ns, and `count`, a copy.

        A bucket counts times of at least `low` and less than `high`.
        """
        counts = self.counts
        filled = np.flatnonzero(counts)
        rows = np.zeros(len(filled), dtype=[("low", np.int64), ("high", np.int64), ("count", np.uint64)])
        rows["low"], rows["high"], rows["count"] = BOUNDS[filled], BOUNDS[filled + 1], counts[filled]
        return rows

    def percentile(self, double percent):
        """The time, in ns, that so many percent of all did not exceed: the middle of its bucket. None before the first.

        :param percent: 0 to 100; 100 gives `max`
        :raises ValueError: it is none of these
        """
        if not 0 <= percent <= 100:
            raise ValueError(f"percentile({percent}): give 0 to 100")
        if self.noted == 0:
            return None
        if percent == 100:
            return self.longest
        sums = np.cumsum(self.counts)
        rank = max(1, int(np.ceil(percent / 100 * self.noted)))
        number = int(np.searchsorted(sums, rank))
        return min(int(BOUNDS[number] + BOUNDS[number + 1]) // 2, self.longest)

    def add(self, int64_t ns):
        """Notes a time in ns; one below 0 counts as 0."""
        note(self, ns)

    def reset(self):
        """Forgets all."""
        memset(self.buckets_, 0, sizeof(self.buckets_))
        self.noted = self.total = 0
        self.longest = 0

    def __repr__(self):
        if self.noted == 0:
            return "<nothing noted>"
        return f"<{self.noted:,} noted: p50 {self.percentile(50):,} ns, p99 {self.percentile(99):,}, max {self.max:,}>"


cdef class Latency:
    """How long a stream's messages take on their way, as a Histogram for each stage.

    Taken of one message a socket read: the first that the read makes whole. Every read is looked at until 256 have
    been, then each sixteenth one, so that all of it costs a busy stream next to nothing. All times are of
    CLOCK_MONOTONIC.

    * `read`: from the moment at which the event loop has handed us the bytes until the message goes to its decoder:
      frames, inflating, UTF-8. Of a message that came in several reads, from the last of them.
    * `fold`: from there until its first record is handed on: decoding all of the message and merging this record;
      callbacks of on_payload() and the journal's copy are in it. Until the end of the message, where no callback asked
      for any of its records.
    * `callback`: until all callbacks of that record have returned. A batch only gathers it: what batches and the
      records that follow take is not counted.

    So a callback is entered `read` + `fold` after the bytes were handed to us. How long they lay in the kernel before
    is not known: asyncio's transports do not give the kernel's receive stamps (SO_TIMESTAMPNS). `unread` and `lag` of
    `engine.stats` tell whether bytes had to wait.
    """

    def __cinit__(self):
        self.read, self.fold, self.callback = Histogram(), Histogram(), Histogram()

    def reset(self):
        """Forgets all, and looks at every read again for the next 256."""
        for histogram in (self.read, self.fold, self.callback):
            histogram.reset()
        self.reads = self.due_at = 0

    def __repr__(self):
        return f"<read {self.read!r}, fold {self.fold!r}, callback {self.callback!r}>"
