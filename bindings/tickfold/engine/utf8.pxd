"""UTF-8 (RFC 3629) checked as it arrives: in pieces of any size, failing at the first byte that cannot stand there.

Inlined where it is used: there is no module to import. ASCII is checked sixteen bytes at a time; all else is rare in
market data and is checked byte by byte.
"""
from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy


cdef struct Utf8:
    uint8_t need        # continuation bytes still to come
    uint8_t low         # the next continuation byte must lie in low..high
    uint8_t high


cdef inline bint is_ascii(const char* data, size_t size) noexcept nogil:
    cdef:
        const char* end = data + size
        uint64_t seen = 0
        uint64_t word, other
    if size < 8:
        while data < end:
            seen |= <uint8_t>data[0]
            data += 1
        return not seen & 0x80
    while end - data >= 16:
        memcpy(&word, data, 8)
        memcpy(&other, data + 8, 8)
        seen |= word | other
        data += 16
    if end - data >= 8:
        memcpy(&word, data, 8)
        seen |= word
    memcpy(&word, end - 8, 8)    # the last 8 bytes; some of them were checked before
    return not (seen | word) & 0x8080808080808080ULL


cdef inline bint utf8_feed(Utf8* state, const char* text, size_t size) noexcept nogil:
    """Takes the next bytes of a text whose state began as zeroes; False at the first bad byte."""
    cdef:
        const uint8_t* data = <const uint8_t*>text
        const uint8_t* end = data + size
        uint64_t word, other
        uint8_t byte
    while data < end:
        byte = data[0]
        if state.need:
            if byte < state.low or byte > state.high:
                return False
            state.low, state.high = 0x80, 0xBF
            state.need -= 1
            data += 1
        elif byte < 0x80:
            data += 1
            while end - data >= 16:
                memcpy(&word, data, 8)
                memcpy(&other, data + 8, 8)
                if (word | other) & 0x8080808080808080ULL:
                    break
                data += 16
        else:
            # The table of RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF.
            state.low, state.high = 0x80, 0xBF
            if byte < 0xC2:
                return False
            elif byte < 0xE0:
                state.need = 1
            elif byte < 0xF0:
                state.need = 2
                if byte == 0xE0:
                    state.low = 0xA0
                elif byte == 0xED:
                    state.high = 0x9F
            elif byte < 0xF5:
                state.need = 3
                if byte == 0xF0:
                    state.low = 0x90
                elif byte == 0xF4:
                    state.high = 0x8F
            else:
                return False
            data += 1
    return True


cdef inline bint is_utf8(const char* text, size_t size) noexcept nogil:
    """Whether these bytes are a whole, valid text."""
    if is_ascii(text, size):
        return True
    cdef Utf8 state
    state.need = 0
    return utf8_feed(&state, text, size) and not state.need
