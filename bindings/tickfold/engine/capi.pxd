"""The engine's C functions, for Cython. `tf_import()` gives the table; the rest is as tickfold/tickfold.h says.

    cdef const tf_api *tf = tf_import()
    cdef tf_options options = tf_new_options()
    cdef tf_decoder *decoder
    if tf.open(b"alpaca.data", &options, &decoder) < 0:
        raise RuntimeError(tf.error(NULL).decode())
    with nogil:
        tf.feed(decoder, data, size, recv_ns, 0)
"""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from tickfold.engine.structs cimport tf_header

cdef extern from "tickfold/tickfold.h" nogil:
    enum:
        TF_API_VERSION
        TF_PADDING
    const char *TF_API_CAPSULE

    cdef enum tf_Result:
        TF_OK
        TF_FAULT_ARGUMENT
        TF_FAULT_LAYOUT
        TF_FAULT_NAME
        TF_FAULT_OPTION
        TF_FAULT_MEMORY
        TF_FAULT_BUSY
        TF_FAULT_CALLBACK
        TF_FAULT_MISSING
        TF_FAULT_SEVERAL
        TF_FAULT_ROOM
        TF_FAULT_COPY
        TF_FAULT_PYTHON

    cdef enum tf_Feed:
        TF_PADDED
        TF_MORE

    cdef enum tf_Choice:
        TF_AS_VENUE
        TF_YES
        TF_NO

    ctypedef struct tf_decoder:
        pass

    ctypedef void (*tf_callback)(const tf_header *record, void *context) noexcept nogil
    ctypedef void (*tf_flushed)(void *context) noexcept nogil

    ctypedef struct tf_scale:
        const char *symbol
        int32_t price
        int32_t size

    ctypedef struct tf_options:
        size_t size
        uint64_t layout
        const char *label
        uint32_t max_symbols
        uint32_t max_orders
        uint32_t max_fills
        uint32_t max_rows
        uint32_t max_levels
        uint32_t synthetic_fills
        const char **parties
        const tf_scale *scales
        uint32_t party_count
        uint32_t scale_count

    ctypedef struct tf_counts:
        size_t size
        uint64_t messages
        uint64_t records
        uint64_t malformed
        uint64_t mismatched
        uint64_t refused
        uint64_t limited

    ctypedef struct tf_level:
        double price
        double size
        uint32_t orders

    ctypedef struct tf_book:
        size_t size
        const tf_level *bids
        const tf_level *asks
        uint32_t bid_count
        uint32_t ask_count
        uint64_t sequence
        uint32_t symbol
        uint32_t broken

    ctypedef struct tf_api:
        size_t size
        uint32_t version
        uint64_t layout
        int (*open)(const char *table, const tf_options *options, tf_decoder **decoder) noexcept nogil
        int (*close)(tf_decoder *decoder) noexcept nogil
        const char *(*error)(const tf_decoder *decoder) noexcept nogil
        int (*on)(tf_decoder *decoder, int kind, tf_callback callback, void *context) noexcept nogil
        int (*on_amended)(tf_decoder *decoder, tf_callback callback, void *context) noexcept nogil
        int (*on_flush)(tf_decoder *decoder, tf_flushed callback, void *context) noexcept nogil
        int64_t (*feed)(
            tf_decoder *decoder, const char *data, size_t size, int64_t recv_ns, uint32_t flags) noexcept nogil
        int (*flush)(tf_decoder *decoder) noexcept nogil
        int (*ready)(tf_decoder *decoder, int64_t now_ns) noexcept nogil
        int (*lost)(tf_decoder *decoder, int64_t now_ns) noexcept nogil
        int (*find)(
            tf_decoder *decoder, int kind, const char **parts, uint32_t count, const tf_header **row) noexcept nogil
        const tf_header *(*by_number)(const tf_decoder *decoder, int kind, uint32_t symbol) noexcept nogil
        int (*decimal)(tf_decoder *decoder, const tf_header *record, int field, char *text, size_t room) noexcept nogil
        const char *(*name)(const tf_decoder *decoder, uint32_t symbol, size_t *size) noexcept nogil
        uint32_t (*number)(const tf_decoder *decoder, const char *name) noexcept nogil
        int (*counts)(const tf_decoder *decoder, tf_counts *counts) noexcept nogil
        const void *(*rows)(const tf_decoder *decoder, int kind, uint32_t *count) noexcept nogil
        int (*book)(tf_decoder *decoder, uint32_t symbol, tf_book *book) noexcept nogil

    tf_options tf_new_options()

cdef extern from "tickfold/tickfold.h":
    const tf_api *tf_import() except NULL
