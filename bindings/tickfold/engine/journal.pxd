"""The log of an engine's inputs, as blocks of entries (see tickfold.journal.format for their bytes)."""
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef enum:
    ENTRY_PAYLOAD = 1       # a message that the venue has sent
    ENTRY_FLUSH = 2         # the end of a socket read
    ENTRY_ANNOUNCE = 3      # the session is ready, lost, stale …: a JSON list, the arguments of Decoder.announce
    ENTRY_GAP = 4           # a JSON list, the arguments of Decoder.gap
    ENTRY_RETIRE = 5        # rows of ended orders were retired: a JSON list, stream or -1 and before_ns
    ENTRY_DOUBT = 6         # open orders may be out of date: a JSON list, the arguments of Orders.doubt
    ENTRY_LAG = 7           # a JSON list: the arguments of Decoder.lag, those by name as an object

    ENTRY_NESTED = 1        # flag: made while a message was being handed on

    BLOCK_BYTES = 65536     # entries of a block, about; a larger one holds one large message
    BLOCK_PADDING = 64      # zeros behind a block's entries: readers of messages may look so far


# What stands in front of each entry's bytes; little-endian.
cdef packed struct Entry:
    uint32_t size           # bytes of the entry without this
    uint16_t stream
    uint8_t type
    uint8_t flags
    int64_t time            # ns UTC: of a payload when it was received
    uint64_t seq            # of the last record before it


# One block on its way to the file.
cdef class Block:
    cdef char *data
    cdef size_t room
    cdef readonly size_t size       # bytes of its entries
    cdef readonly uint64_t first    # number of its first entry in the journal
    cdef readonly uint32_t count
    cdef readonly int64_t began, ended      # times of the first and the last entry
    cdef readonly uint64_t seq      # of the last record before its first entry


# Collects entries. Used in one thread: that of the event loop; cut() also in that of the writer (both hold the GIL).
cdef class Log:
    cdef Block block
    cdef object deliver             # called with each Block that is full
    cdef readonly uint64_t entries  # so far, with those that were lost
    cdef readonly uint64_t lost     # could not be kept: the numbers of blocks leave them out
    cdef readonly int depth         # messages that are being handed on
    cdef int64_t time               # of the last entry
    cdef public bint closed         # takes nothing any more
    cdef void add(
        self, uint8_t type, uint16_t stream, int64_t time, uint64_t seq, const char *data, size_t size) noexcept
    cdef bint make_room(self, size_t size) noexcept
    cdef bint grow(self, size_t size) noexcept
