"""The C functions from Cython, with the GIL released: a hash of every record."""

from libc.stdint cimport int64_t, uint64_t
from libc.string cimport memcpy, memset

from tickfold.engine.capi cimport tf_api, tf_decoder, tf_import, TF_MORE, tf_new_options, TF_OK, tf_options
from tickfold.engine.fields cimport tf_kinds, TF_TYPE_LONG
from tickfold.engine.structs cimport tf_header, tf_text

cdef const tf_api *api = tf_import()

cdef enum:
    MOST = 4096


cdef struct Sums:
    uint64_t seqs[MOST]
    uint64_t hashes[MOST]
    int64_t records, flushes


cdef Sums sums


cdef void on_record(const tf_header *record, void *context) noexcept nogil:
    """FNV-1a over the struct; pointers to texts count as 0."""
    cdef Sums *into = <Sums *>context
    cdef char copy[2048]
    cdef uint64_t hash = <uint64_t>0xcbf29ce484222325
    cdef int i
    memcpy(copy, record, tf_kinds[record.kind].size)
    for i in range(tf_kinds[record.kind].count):
        if tf_kinds[record.kind].fields[i].type >= TF_TYPE_LONG:
            memset(copy + tf_kinds[record.kind].fields[i].offset, 0, sizeof(tf_text))
    for i in range(tf_kinds[record.kind].size):
        hash = (hash ^ <unsigned char>copy[i]) * <uint64_t>0x100000001b3
    into.seqs[into.records], into.hashes[into.records] = record.seq, hash
    into.records += 1


cdef void on_flush(void *context) noexcept nogil:
    (<Sums *>context).flushes += 1


def read(str table, list payloads, bint more=False):
    """({seq: hash}, how many records feed() counted, flushes) of payloads."""
    cdef tf_options options = tf_new_options()
    cdef tf_decoder *decoder
    cdef bytes payload
    cdef const char *data
    cdef size_t size
    cdef int64_t count = 0, made, recv_ns = 1000
    memset(&sums, 0, sizeof(sums))
    if api.open(table.encode(), &options, &decoder) != TF_OK:
        raise RuntimeError(api.error(NULL).decode())
    try:
        api.on(decoder, 0, on_record, &sums)
        api.on_amended(decoder, on_record, &sums)
        api.on_flush(decoder, on_flush, &sums)
        for payload in payloads:
            data, size = payload, len(payload)
            with nogil:
                made = api.feed(decoder, data, size, recv_ns, TF_MORE if more else 0)
            if made < 0:
                raise RuntimeError(api.error(decoder).decode())
            count += made
            recv_ns += 1
        api.flush(decoder)
    finally:
        api.close(decoder)
    return {sums.seqs[i]: sums.hashes[i] for i in range(sums.records)}, count, sums.flushes
