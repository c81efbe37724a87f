"""C functions in place of callbacks (see native.pxd)."""

from cpython.buffer cimport Py_buffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport uint64_t, uintptr_t

from tickfold.engine.structs cimport tf_header

cdef extern from "Python.h":
    Py_buffer *PyMemoryView_GET_BUFFER(object view)

cdef uint64_t EVERY = ~<uint64_t>0    # the mask of a function that gets every record


cdef void call_natives(bytes natives, const tf_header *rec, bint amendment) noexcept:
    cdef const Native *one = <const Native *>PyBytes_AS_STRING(natives)
    cdef const Native *end = one + PyBytes_GET_SIZE(natives) // <Py_ssize_t>sizeof(Native)
    while one < end:
        if (one.mask == EVERY or rec.changed & one.mask) and (one.amendments or not amendment):
            one.call(rec, one.context)
        one += 1


cdef tuple without(bytes natives, list owners, object function):
    cdef const Native *all_ = <const Native *>PyBytes_AS_STRING(natives)
    cdef Py_ssize_t i, size = sizeof(Native)
    kept = [i for i in range(len(owners)) if owners[i][0] != function]
    return (b"".join([natives[i * size:(i + 1) * size] for i in kept]) or None,
            [owners[i] for i in kept],
            any([all_[<Py_ssize_t>i].amendments for i in kept]))


cdef object memory_of(object context):
    try:
        memory = memoryview(context)
    except (TypeError, ValueError):
        memory = None
    if memory is None or memory.readonly or not memory.c_contiguous:
        raise TypeError("context= takes memory that the function may write to and that lies in one piece (a numpy "
                        f"array, a struct of ctypes), or an address as int, not {context!r}")
    return memory


cdef void *address_in(object memory) except? NULL:
    if isinstance(memory, memoryview):
        return PyMemoryView_GET_BUFFER(memory).buf
    return <void *><uintptr_t>memory


cdef uintptr_t address_of(object native) except 0:
    import ctypes

    address = getattr(native, "address", native)
    if isinstance(address, ctypes._CFuncPtr):
        address = ctypes.cast(address, ctypes.c_void_p).value
    if isinstance(address, bool) or not isinstance(address, int):
        raise TypeError(f"native= takes a C function (its address, one of ctypes, or a cfunc of numba), not {native!r}")
    if not 0 < address < 1 << 64:
        raise ValueError(f"native={address} is no address of a function")
    return address
