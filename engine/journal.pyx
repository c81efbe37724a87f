"""The log of an engine's inputs, as blocks of entries (see journal.pxd).

All that an entry costs the thread that receives is a copy into the block at hand. Full blocks go to `deliver`, which
must not wait.
"""

from cpython.buffer cimport PyBUF_READ
from cpython.memoryview cimport PyMemoryView_FromMemory
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
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


def crc32c(const unsigned char[::1] data not None):
    """The CRC32C (RFC 3720) of bytes-like `data`, as an int."""
    return tf_crc32c(&data[0] if data.shape[0] else NULL, <size_t>data.shape[0])


cdef class Block:
    def __cinit__(self, size_t room):
        self.data = <char *>calloc(1, room + BLOCK_PADDING)
        if self.data == NULL:
            raise MemoryError(f"no memory for {room} bytes of a journal")
        self.room = room

    def __dealloc__(self):
        free(self.data)

    def bytes(self):
        """The entries with the padding behind them, as a memoryview that is valid as long as the block."""
        memset(self.data + self.size, 0, BLOCK_PADDING)
        return PyMemoryView_FromMemory(self.data, <Py_ssize_t>(self.size + BLOCK_PADDING), PyBUF_READ)


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
        cdef char *data = <char *>realloc(block.data, room + BLOCK_PADDING)
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

    def note(self, int type, int stream, int64_t time, uint64_t seq, arguments):
        """An entry whose bytes are JSON."""
        cdef bytes words = json.dumps(arguments, ensure_ascii=False).encode(errors="replace")
        self.add(<uint8_t>type, <uint16_t>stream, time, seq, words, len(words))
