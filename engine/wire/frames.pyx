"""Frames found in raw bytes (RFC 6455 §5.2), and frames written.

The bytes may be cut anywhere. A frame that has arrived whole is handed on in place, without a copy. The parts of any
other frame go to the assembler as they arrive, so that only the message itself is ever kept. Every fault is found at
the first octet that shows it, and is the same fault however the bytes were cut.

This is a client's reader: frames of a server are not masked (§5.1).
"""
cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy

from tickfold.engine.messages cimport FAILED, NONE, OVER, Assembler, Event

from tickfold.schema.errors import ConfigError


cdef enum:
    MASKED = 0x80
    CONTROL = 0x08
    FIN = 0x80
    RSV1 = 0x40
    LENGTH_16 = 126
    LENGTH_64 = 127


cdef inline uint64_t big_endian(const uint8_t* data, int count) noexcept:
    cdef uint64_t value = 0
    cdef int i
    for i in range(count):
        value = value << 8 | data[i]
    return value


@cython.final
cdef class FrameReader:
    """Cuts one direction of a connection into frames and pushes them into `assembler`."""

    def __cinit__(self, Assembler assembler not None):
        self.assembler = assembler

    cdef Event advance(self, const char** cursor, const char* end) noexcept:
        cdef:
            Assembler assembler = self.assembler
            const char* at = cursor[0]
            const uint8_t* header
            Event event
            int need, length
            uint64_t size
            size_t take
        if assembler.state == OVER:
            cursor[0] = end
            return NONE
        while True:
            if self._inside:
                take = min(<uint64_t>(end - at), self._left)
                event = assembler.body(at, take) if take else NONE
                at += take
                self._left -= take
                if event == NONE and not self._left:
                    self._inside = False
                    event = assembler.finish()
                if event != NONE or at == end:
                    break
                continue

            if at == end:
                event = NONE
                break
            # The header lies in the input, or is gathered in self._header where it was cut.
            header = <const uint8_t*>at
            if self._have == 0 and end - at >= 2 and end - at >= header_size(header[1]):
                need = header_size(header[1])
                at += need
            else:
                need = header_size(self._header[1]) if self._have >= 2 else 2
                while self._have < need and at < end:
                    self._header[self._have] = <uint8_t>at[0]
                    self._have += 1
                    at += 1
                    if self._have == 2:
                        need = header_size(self._header[1])
                header = self._header
                if self._have < need:
                    event = self._early(header, self._have)
                    break
                self._have = 0

            length = header[1] & 0x7F
            size = length if length < LENGTH_16 else big_endian(header + 2, need - 2)
            if header[1] & MASKED or (length >= LENGTH_16 and (header[0] & CONTROL or not shortest(size, length))):
                event = self._faulty(header, size)
                break
            if size <= <uint64_t>(end - at):
                event = assembler.push(header[0], at, <size_t>size)
                at += size
                if event != NONE:
                    break
            else:
                event = assembler.begin(header[0], size)
                if event != NONE:
                    break
                self._inside = True
                self._left = size
        # Whatever follows a Close or a fault is ignored.
        cursor[0] = end if assembler.state == OVER else at
        return event

    cdef Event _early(self, const uint8_t* header, int have) noexcept:
        """Checks the first octets of a header before the rest has arrived: FAILED, or NONE if they may stand."""
        if self.assembler.check(header[0]) == FAILED:
            return FAILED
        if have > 1:
            if header[1] & MASKED:
                return self.assembler.fail(1002, "a masked frame from a server")
            if header[0] & CONTROL and header[1] > 125:
                return self.assembler.fail(1002, "a control frame of more than 125 octets")
        return NONE

    cdef Event _faulty(self, const uint8_t* header, uint64_t size) noexcept:
        """Fails for a header that is known to be wrong; of several faults it names the one that comes first."""
        if self._early(header, 2) == FAILED:
            return FAILED
        if size >> 63:
            return self.assembler.fail(1002, "a 64-bit length with its highest bit set")
        return self.assembler.fail(1002, f"a length of {size} not written in the shortest way")


cdef inline bint shortest(uint64_t size, int length) noexcept:
    """Whether a payload length needs the 16 or 64 bits it was written in, as §5.2 demands."""
    return size >= LENGTH_16 if length == LENGTH_16 else size > 0xFFFF and not size >> 63


cdef inline int header_size(uint8_t second) noexcept:
    """Octets of an unmasked header: 2, 4 or 10, as its second octet says."""
    second &= 0x7F
    return 10 if second == LENGTH_64 else 4 if second == LENGTH_16 else 2


def encode_frame(int opcode, const unsigned char[::1] payload, *, bint fin=True, bint rsv1=False, bytes mask=None):
    """One frame, as bytes.

    mask: the four octets of a client's masking key, which must be random for each frame (RFC 6455 §5.3); None writes
    a server's frame. Only the arguments' ranges are checked, because tests also need frames that break the rules.
    """
    if not 0 <= opcode <= 15:
        raise ConfigError(f"an opcode has four bits: {opcode}")
    if mask is not None and len(mask) != 4:
        raise ConfigError(f"a masking key has four octets, not {len(mask)}")
    cdef size_t size = payload.shape[0]
    cdef int extended = 8 if size > 0xFFFF else 2 if size > 125 else 0
    cdef size_t start = 2 + extended + (4 if mask is not None else 0)
    cdef bytes frame = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>(start + size))
    cdef uint8_t* out = <uint8_t*>PyBytes_AS_STRING(frame)
    cdef const uint8_t* key
    cdef uint64_t word, keys        # eight octets at a time
    cdef size_t i
    out[0] = (FIN if fin else 0) | (RSV1 if rsv1 else 0) | opcode
    out[1] = (MASKED if mask is not None else 0) | (LENGTH_64 if extended == 8 else LENGTH_16 if extended else size)
    for i in range(<size_t>extended):
        out[2 + i] = size >> 8 * (extended - 1 - i) & 0xFF
    if mask is None:
        if size:
            memcpy(out + start, &payload[0], size)
    else:
        key = <const uint8_t*>PyBytes_AS_STRING(mask)
        memcpy(out + start - 4, key, 4)
        memcpy(&keys, key, 4)
        memcpy(<char*>&keys + 4, key, 4)
        i = 0
        while size - i >= 8:
            memcpy(&word, &payload[i], 8)
            word ^= keys
            memcpy(out + start + i, &word, 8)
            i += 8
        while i < size:
            out[start + i] = payload[i] ^ key[i & 3]
            i += 1
    return frame
