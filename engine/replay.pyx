# distutils: language = c++
"""Feeds the entries of a journal to decoders, as the engine that wrote it was fed."""

from libc.stdint cimport int64_t, uint64_t, uintptr_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

from tickfold.engine.decoder cimport Decoder
from tickfold.engine.dispatch cimport Dispatcher
from tickfold.engine.fields cimport TF_TYPE_LONG, tf_field, tf_kind, tf_kinds
from tickfold.engine.journal cimport (
    BLOCK_PADDING, ENTRY_ANNOUNCE, ENTRY_DOUBT, ENTRY_FLUSH, ENTRY_GAP, ENTRY_LAG, ENTRY_NESTED, ENTRY_PAYLOAD,
    ENTRY_RETIRE, Entry,
)
from tickfold.engine.orders cimport Orders
from tickfold.engine.state cimport State
from tickfold.engine.structs cimport tf_header, tf_text

import json

from tickfold.schema.errors import JournalError


cdef class Player:
    """Plays the entries of one block after another.

    :param state: that all decoders share
    :param orders: the view of its orders
    :param dispatcher: that all decoders share
    :param decoders: {number of the stream: its Decoder}
    """

    cdef State state
    cdef Orders orders
    cdef Dispatcher dispatcher
    cdef list decoders
    cdef const char *data       # the entries of the block
    cdef size_t end             # bytes of them
    cdef size_t at              # the next entry's place
    cdef object memory
    cdef list nested            # (seq, place) of entries that belong to the message at hand
    cdef readonly uint64_t entries, payloads    # played so far
    cdef readonly int stream            # of the last message that step() has played
    cdef readonly int64_t time          # ns UTC of the last entry
    cdef public bint stopping           # play() returns behind the message at hand
    # The number of the first entry before which more records had been made than when it was written; None: none.
    cdef readonly object diverged

    def __init__(self, State state not None, Orders orders not None, Dispatcher dispatcher not None, decoders):
        self.state, self.orders, self.dispatcher = state, orders, dispatcher
        self.decoders = [None] * (max(decoders, default=-1) + 1)
        for number, decoder in decoders.items():
            self.decoders[number] = decoder

    def load(self, const unsigned char[::1] block not None):
        """Takes the entries of a block, with the padding behind them. The one before must be played to its end."""
        if block.shape[0] < BLOCK_PADDING:
            raise JournalError(f"a block of {block.shape[0]} bytes is too short")
        self.memory, self.data, self.end, self.at = block, <const char *>&block[0], block.shape[0] - BLOCK_PADDING, 0

    def play(self, int64_t until=0x7FFFFFFFFFFFFFFF):
        """Plays what was written up to the time `until`, ns UTC. Returns whether the block is at its end.

        :raises CallbackError: a callback raised an Exception; the next call goes on behind its message
        :raises JournalError: an entry is damaged
        """
        cdef Entry entry
        while self.at < self.end:
            self.head(self.at, &entry)
            if entry.time > until or self.stopping:
                return False
            self.entry(&entry)
        return True

    def step(self):
        """Plays up to and with the next message. Returns its bytes, or None where the block has no other."""
        cdef Entry entry
        cdef size_t at
        while self.at < self.end:
            self.head(self.at, &entry)
            at = self.at + sizeof(Entry)
            self.entry(&entry)
            if entry.type == ENTRY_PAYLOAD:
                self.stream = entry.stream
                return self.data[at:at + entry.size]
        return None

    cdef int entry(self, const Entry *entry) except -1:
        """Plays the next entry, which has this head, with what is nested in it."""
        self.entries += 1
        self.time = entry.time
        if self.dispatcher.seq != entry.seq:
            self.moved(entry.seq)
        self.at += sizeof(Entry) + entry.size
        self.one(entry, self.data + self.at - entry.size, False)
        if self.dispatcher.error is not None:
            self.dispatcher.raise_error()
        return 0

    @property
    def next_time(self):
        """ns UTC of the next entry of the block, or of the last one where the block is at its end."""
        cdef Entry entry
        if self.at < self.end:
            self.head(self.at, &entry)
            return entry.time
        return self.time

    cdef int head(self, size_t at, Entry *entry) except -1:
        if self.end - at < sizeof(Entry):
            raise JournalError(f"{self.end - at} bytes at the end of a block are no entry")
        memcpy(entry, self.data + at, sizeof(Entry))
        if entry.size > self.end - at - sizeof(Entry):
            raise JournalError(f"an entry of {entry.size} bytes is longer than the rest of its block")
        return 0

    cdef void moved(self, uint64_t seq) noexcept:
        """Records of messages that are not in the journal moved the counter on. Down it never goes."""
        if seq > self.dispatcher.seq:
            self.dispatcher.seq = seq
        elif self.diverged is None:
            self.diverged = self.entries

    cdef int one(self, const Entry *entry, const char *data, bint within) except -1:
        cdef Decoder decoder
        if entry.type == ENTRY_RETIRE:
            scope, before_ns = json.loads(data[:entry.size])
            (self.orders if scope < 0 else self.state.of_stream(self.state.orders, scope)).retire(before_ns)
            return 0
        if entry.type == ENTRY_DOUBT:
            self.orders.doubt(*json.loads(data[:entry.size]))
            return 0
        decoder = self.decoders[entry.stream] if entry.stream < len(self.decoders) else None
        if decoder is None:
            raise JournalError(f"an entry is of stream {entry.stream}, which the journal's header does not name")
        if entry.type == ENTRY_PAYLOAD:
            self.payloads += 1
            if not within and not self.gather():
                decoder.read(data, entry.size, entry.time)
                return 0
            decoder.read_with(data, entry.size, entry.time, self.after)
            if not within:
                self.play_nested(True)
        elif entry.type == ENTRY_FLUSH:
            if not within:
                self.dispatcher.flush()
        elif entry.type == ENTRY_ANNOUNCE:
            decoder.announce(*json.loads(data[:entry.size]))
        elif entry.type == ENTRY_GAP:
            decoder.gap(*json.loads(data[:entry.size]))
        elif entry.type == ENTRY_LAG:
            *words, figures = json.loads(data[:entry.size])
            decoder.lag(*words, **figures)
        else:
            raise JournalError(f"an entry is of type {entry.type}, which this version does not know")
        return 0

    # ---- what was written while a message was being handed on

    cdef bint gather(self) except -1:
        """Notes the entries behind the message at hand that are nested in it. Returns whether there are any."""
        cdef Entry entry
        self.nested = None
        while self.at < self.end:
            self.head(self.at, &entry)
            if not entry.flags & ENTRY_NESTED:
                break
            if self.nested is None:
                self.nested = []
            self.nested.append((entry.seq, self.at))
            self.at += sizeof(Entry) + entry.size
        return self.nested is not None

    def after(self, record):
        """What Decoder.read_with() calls with each record: returns what is to be called once it was handed on."""
        return self.play_due if self.nested and self.nested[0][0] <= self.dispatcher.seq else None

    def play_due(self):
        self.play_nested(False)

    cdef int play_nested(self, bint all) except -1:
        """Plays the nested entries that were written before the next record, or all that are left."""
        cdef Entry entry
        cdef size_t at
        while self.nested and (all or self.nested[0][0] <= self.dispatcher.seq):
            at = self.nested.pop(0)[1]
            self.head(at, &entry)
            self.entries += 1
            self.one(&entry, self.data + at + sizeof(Entry), True)
        return 0


cdef struct Bytes:
    char *data
    size_t size, room
    bint failed     # there was no memory for some


cdef class Collector:
    """Collects the bytes of records, as a C function that a Dispatcher calls: on(kind, native=…, context=…).

    Of each record its header and fields, then its long texts in place of the pointers to them, which are written as
    zeros.
    """

    cdef Bytes bytes

    def __dealloc__(self):
        free(self.bytes.data)

    @property
    def address(self):
        """Of the C function."""
        return <uintptr_t>&collect

    @property
    def context(self):
        """Its second argument. This object must outlive the registration."""
        return <uintptr_t>&self.bytes

    def take(self):
        """The bytes since the last call. MemoryError where there was no memory for some."""
        if self.bytes.failed:
            raise MemoryError("no memory for the bytes of records")
        out = self.bytes.data[:self.bytes.size]
        self.bytes.size = 0
        return out


cdef bint append(Bytes *to, const void *data, size_t size) noexcept nogil:
    cdef char *grown
    if to.room - to.size < size:
        grown = <char *>realloc(to.data, 2 * to.room + size)
        if grown == NULL:
            to.failed = True
            return False
        to.data, to.room = grown, 2 * to.room + size
    if size:
        memcpy(to.data + to.size, data, size)
    to.size += size
    return True


cdef void collect(const tf_header *record, void *context) noexcept nogil:
    cdef Bytes *to = <Bytes *>context
    cdef const tf_kind *kind = &tf_kinds[record.kind]
    cdef const tf_field *field
    cdef const tf_text *text
    cdef size_t start = to.size
    cdef int i
    if not append(to, record, kind.size):
        return
    for i in range(kind.count):
        field = &kind.fields[i]
        if field.type < TF_TYPE_LONG:
            continue
        memset(to.data + start + field.offset, 0, sizeof(tf_text))
        text = <const tf_text *>(<const char *>record + field.offset)
        if (record.known >> field.bit) & 1:
            append(to, text.data, text.size)
