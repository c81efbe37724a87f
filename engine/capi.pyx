# distutils: language = c++
"""The capsule with the engine's C functions: see tickfold/tickfold.h. What needs Python, open() and close(), is here;
all else is in engine/door.hpp.
"""

from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.stdint cimport int64_t, uint16_t, uint32_t

from tickfold.engine.decoder cimport Decoder, take
from tickfold.engine.state cimport State

from tickfold.schema import registry
from tickfold.schema.errors import ConfigError, named

cdef extern from "door.hpp" namespace "tickfold" nogil:
    ctypedef int64_t (*Take)(void *intake, const char *data, size_t size, int64_t recv_ns, bint padded) noexcept
    int take_options(const tf_options *given, tf_options &options)
    int fault(char *text, int code, const char *format, ...)
    char *opened_text()
    char *text_of(tf_decoder *decoder)
    void *owner_of(tf_decoder *decoder)
    void free_door(tf_decoder *decoder)
    tf_decoder *new_door(void *intake, void *state, uint16_t stream, Take take, void *owner)
    tf_api *api_of(int (*open)(const char *, const tf_options *, tf_decoder **) noexcept,
                   int (*close)(tf_decoder *) noexcept)


cdef int open_decoder(const char *table, const tf_options *given, tf_decoder **out) noexcept with gil:
    cdef tf_options options
    cdef int code
    if table == NULL or out == NULL:
        return fault(opened_text(), TF_FAULT_ARGUMENT, "open(): table or decoder is NULL")
    out[0] = NULL
    code = take_options(given, options)
    if code < 0:
        return code
    try:
        try:
            found = registry.table(table.decode(errors="replace"))
        except ConfigError as error:
            return refused(TF_FAULT_NAME, str(error))
        try:
            out[0] = opened(found, options)
        except (ValueError, TypeError) as error:
            return refused(TF_FAULT_OPTION, str(error))
        except MemoryError:
            return refused(TF_FAULT_MEMORY, "no memory for a decoder")
    except BaseException as error:
        return refused(TF_FAULT_PYTHON, named(error))
    return TF_OK


cdef int refused(int code, str why) noexcept:
    cdef bytes text
    try:
        text = why.encode(errors="replace")
        fault(opened_text(), code, "%.500s", <const char *>text)
    except BaseException:
        fault(opened_text(), code, "no memory")
    return code


cdef tf_decoder *opened(object table, const tf_options &options) except NULL:
    cdef uint32_t i
    cdef dict limits = {}
    for name, limit in (("max_symbols", options.max_symbols), ("max_orders", options.max_orders),
                        ("max_fills", options.max_fills), ("max_rows", options.max_rows),
                        ("max_levels", options.max_levels)):
        if limit:
            limits[name] = limit
    cdef list parties = [options.parties[i].decode() for i in range(options.party_count)]
    cdef dict scales = {options.scales[i].symbol.decode(): (options.scales[i].price, options.scales[i].size)
                        for i in range(options.scale_count)}
    cdef Decoder decoder = Decoder(
        table,
        state=State(**limits),
        label=None if options.label == NULL else options.label.decode(errors="replace"),
        synthetic_fills=None if options.synthetic_fills == TF_AS_VENUE else options.synthetic_fills == TF_YES,
        parties=parties,
        scales=scales or None)
    cdef tf_decoder *out = new_door(decoder.intake, decoder.state.store.c, decoder.stream, take, <void *>decoder)
    if out == NULL:
        raise MemoryError
    Py_INCREF(decoder)    # close_decoder() gives it back
    return out


cdef int close_decoder(tf_decoder *decoder) noexcept with gil:
    if decoder == NULL:
        return TF_OK
    cdef Decoder owner = <Decoder>owner_of(decoder)
    if owner.busy:
        return fault(text_of(decoder), TF_FAULT_BUSY, "close() can't be called within a callback")
    free_door(decoder)
    Py_DECREF(owner)
    return TF_OK


#: A capsule with a tf_api: what tf_import() of tickfold.h gives.
table = PyCapsule_New(<void *>api_of(&open_decoder, &close_decoder), "tickfold.engine.capi.table", NULL)
