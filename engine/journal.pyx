"""The log of an engine's inputs, as blocks of entries (see journal.pxd).

All that an entry costs the thread that receives is a copy into the block at hand. Full blocks go to `deliver`, which
must not wait.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

import json
import struct
from enum import IntEnum

cdef extern from "crc32c.h" nogil:
    void tf_crc_begin()
    uint32_t tf_crc32c(const unsigned char *data, size_t size)

tf_crc_begin()

# The same for Python: the head of an entry is (size, stream, type, flags, time, seq).
ENTRY_HEAD = struct.Struct("<IHBBqQ")
NESTED = ENTRY_NESTED
BLOCK_SIZE = BLOCK_BYTES
PADDING = BLOCK_PADDING
assert ENTRY_HEAD.size == sizeof(Entry)


class EntryType(IntEnum):
    """What an entry is: see journal.pxd."""

    PAYLOAD = ENTRY_PAYLOAD
    FLUSH = ENTRY_FLUSH
    ANNOUNCE = ENTRY_ANNOUNCE
    GAP = ENTRY_GAP
    RETIRE = ENTRY_RETIRE
    DOUBT = ENTRY_DOUBT
    LAG = ENTRY_LAG


def crc32c(const unsigned char[::1] data not None):
    """The CRC32C (RFC 3720) of bytes-like `data`, as an int."""
    return tf_crc32c(&data[0] if data.shape[0] else NULL, <size_t>data.shape[0])


# Memory of blocks that are gone. The system would take it back, and each page of a new block would cost a page fault in
# the thread that receives.
cdef enum:
    SPARES = 64
cdef char *spare[SPARES]
cdef int spares = 0


cdef class Block:
    def __cinit__(self, size_t room):
        global spares
        if room == BLOCK_BYTES and spares > 0:
            spares -= 1
            self.data = spare[spares]
        else:
            self.data = <char *>malloc(room)
        if self.data == NULL:
            raise MemoryError(f"no memory for {room} bytes of a journal")
        self.room = room

    def __dealloc__(self):
        global spares
        if self.room == BLOCK_BYTES and spares < SPARES:
            spare[spares] = self.data
            spares += 1
        else:
            free(self.data)


cdef struct Split:
    const char *entries
    char *columns
    size_t size, count


def split(list blocks not None):
    """The entries of each Block as columns, which compress better: a list of bytes. Without the GIL meanwhile.

    First come the heads of all entries: byte 0 of each, then byte 1 of each, and so on. In them time and seq are
    written as differences to those of the entry before; those before the first are 0. Then comes what the entries hold.
    """
    cdef size_t i, n = len(blocks)
    cdef Block block
    cdef bytes columns
    cdef list out = []
    cdef Split *all = <Split *>malloc(n * sizeof(Split) + 1)
    if all == NULL:
        raise MemoryError(f"no memory for {n} blocks of a journal")
    try:
        for i in range(n):
            block = blocks[i]
            columns = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>block.size)
            out.append(columns)
            all[i] = Split(block.data, PyBytes_AS_STRING(columns), block.size, block.count)
        with nogil:
            for i in range(n):
                split_one(&all[i])
    finally:
        free(all)
    return out


cdef void split_one(const Split *block) noexcept nogil:
    cdef Entry entry
    cdef size_t i, k, size, at = 0
    cdef int64_t time = 0, own_time
    cdef uint64_t seq = 0, own_seq
    cdef char *data = block.columns + block.count * sizeof(Entry)
    for i in range(block.count):
        memcpy(&entry, block.entries + at, sizeof(Entry))
        size, own_time, own_seq = entry.size, entry.time, entry.seq
        entry.time, entry.seq = <int64_t>(<uint64_t>own_time - <uint64_t>time), own_seq - seq
        time, seq = own_time, own_seq
        for k in range(sizeof(Entry)):
            block.columns[k * block.count + i] = (<const char *>&entry)[k]
        memcpy(data, block.entries + at + sizeof(Entry), size)
        data += size
        at += sizeof(Entry) + size


def join(const unsigned char[::1] columns not None, uint32_t count):
    """The entries of columns that `split` has made of so many, with the padding behind them, as bytes.

    Raises ValueError where they are none.
    """
    cdef size_t size = columns.shape[0]
    if size < count * <size_t>sizeof(Entry):
        raise ValueError(f"{size} bytes cannot have {count} entries")
    cdef bytes out = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>(size + BLOCK_PADDING))
    cdef char *entries = PyBytes_AS_STRING(out)
    if not join_one(&columns[0] if size else NULL, size, count, entries):
        raise ValueError("the sizes of entries do not add up to that of their block")
    memset(entries + size, 0, BLOCK_PADDING)
    return out


cdef bint join_one(const unsigned char *columns, size_t size, size_t count, char *entries) noexcept nogil:
    cdef Entry entry
    cdef size_t i, k, at = 0, data = count * sizeof(Entry)
    cdef uint64_t time = 0, seq = 0
    for i in range(count):
        for k in range(sizeof(Entry)):
            (<unsigned char *>&entry)[k] = columns[k * count + i]
        time, seq = time + <uint64_t>entry.time, seq + entry.seq
        entry.time, entry.seq = <int64_t>time, seq
        if entry.size > size - data:
            return False
        memcpy(entries + at, &entry, sizeof(Entry))
        memcpy(entries + at + sizeof(Entry), columns + data, entry.size)
        at += sizeof(Entry) + entry.size
        data += entry.size
    return data == size


cdef class Log:
    """Collects entries into blocks.

    :param deliver: called with each Block that is full. Returns whether it has taken it; otherwise its entries are
        lost, and the number of the next block's first entry tells how many
    """

    def __cinit__(self, deliver):
        self.deliver = deliver

    cdef void add(
            self, uint8_t type, uint16_t stream, int64_t time, uint64_t seq, const char *data, size_t size) noexcept:
        cdef Entry entry
        cdef Block block = self.block
        if self.closed:
            return
        if block is None or block.room - block.size < sizeof(Entry) + size:
            if not self.make_room(sizeof(Entry) + size):
                self.lost += 1
                self.entries += 1
                return
            block = self.block
        if block.count == 0:
            block.began, block.seq = time, seq
        self.time = block.ended = time
        entry.size, entry.stream, entry.type = <uint32_t>size, stream, type
        entry.flags = ENTRY_NESTED if self.depth else 0
        entry.time, entry.seq = time, seq
        memcpy(block.data + block.size, &entry, sizeof(Entry))
        if size:
            memcpy(block.data + block.size + sizeof(Entry), data, size)
        block.size += sizeof(Entry) + size
        block.count += 1
        self.entries += 1

    cdef bint grow(self, size_t size) noexcept:
        """Makes the block at hand larger: what is nested in a message stands in the message's block."""
        cdef Block block = self.block
        cdef size_t room = max(2 * block.room, block.size + size)
        cdef char *data = <char *>realloc(block.data, room)
        if data == NULL:
            return False
        block.data, block.room = data, room
        return True

    cdef bint make_room(self, size_t size) noexcept:
        if self.depth and self.block is not None:
            return self.grow(size)
        try:
            self.cut()
            self.block = Block(max(size, <size_t>BLOCK_BYTES))
            self.block.first = self.entries
        except BaseException:    # out of memory
            self.block = None
            return False
        return True

    def cut(self):
        """Hands over what has been collected, if anything; not while a message is being handed on."""
        cdef Block block = self.block
        if self.depth:
            return
        self.block = None
        if block is not None and block.count and not self.deliver(block):
            self.lost += block.count

    def lose(self, uint32_t count):
        """Counts entries of a block that could not be written."""
        self.lost += count

    def note(self, int type, int stream, int64_t time, uint64_t seq, arguments, symbol=None):
        """An entry whose bytes are JSON: a list of arguments, and the symbol behind them where there is one."""
        if symbol is not None:
            arguments = (*arguments, symbol)
        cdef bytes words = json.dumps(arguments, ensure_ascii=False).encode(errors="replace")
        self.add(<uint8_t>type, <uint16_t>stream, time, seq, words, len(words))
