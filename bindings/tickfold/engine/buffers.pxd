"""A growing block of bytes with readable memory behind its contents.

Inlined where it is used: there is no module to import.
"""
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset


cdef enum:
    PADDING = 64        # readable bytes behind the contents: simdjson and the scanner load whole blocks
    KEEP = 128 * 1024   # bytes; a buffer may keep this capacity between messages


cdef struct Buffer:
    char* data          # owned; NULL while nothing has been reserved
    size_t size         # bytes in use
    size_t capacity     # bytes that may be used; PADDING more are allocated


cdef inline bint reserve(Buffer* buffer, size_t extra, size_t ceiling) noexcept nogil:
    """Makes room for `extra` more bytes. Doubles, but never beyond `ceiling` unless `extra` itself asks for it.

    Returns False, and changes nothing, if there is no memory.
    """
    cdef size_t need = buffer.size + extra
    if buffer.data != NULL and need <= buffer.capacity:
        return True
    cdef size_t capacity = max(buffer.capacity * 2, <size_t>4096)
    capacity = max(need, min(capacity, ceiling))
    cdef char* data = <char*>realloc(buffer.data, capacity + PADDING)
    if data == NULL:
        return False
    buffer.data = data
    buffer.capacity = capacity
    return True


cdef inline bint append(Buffer* buffer, const char* data, size_t size, size_t ceiling) noexcept nogil:
    """Copies `size` bytes to the end; False when there is no memory."""
    if not reserve(buffer, size, ceiling):
        return False
    if size:
        memcpy(buffer.data + buffer.size, data, size)
    buffer.size += size
    return True


cdef inline void pad(Buffer* buffer) noexcept nogil:
    """Zeroes the padding behind the contents; the buffer must have been reserved."""
    memset(buffer.data + buffer.size, 0, PADDING)


cdef inline void release(Buffer* buffer) noexcept nogil:
    """Gives the memory back; the buffer is empty and usable again."""
    free(buffer.data)
    buffer.data = NULL
    buffer.size = buffer.capacity = 0
