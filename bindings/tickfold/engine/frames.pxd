"""Frames found in raw bytes (RFC 6455 §5.2)."""
from libc.stdint cimport uint8_t, uint64_t

from tickfold.engine.messages cimport Assembler, Event


cdef class FrameReader:
    cdef:
        readonly Assembler assembler
        uint8_t _header[10]         # a header that has arrived in part
        int _have                   # octets of it
        uint64_t _left              # octets of the present payload still to come
        bint _inside                # a header has been taken and its frame is not finished

    # Reads frames from *cursor on and stops after the one that completes an event, or at `end` with NONE.
    # The event's contents stand in `assembler`, valid until the next call; they may point into the bytes passed here.
    cdef Event advance(self, const char** cursor, const char* end) noexcept
    cdef Event _early(self, const uint8_t* header, int have) noexcept
    cdef Event _faulty(self, const uint8_t* header, uint64_t size) noexcept
