# distutils: language = c++
"""What is told beside records (see beside.pxd)."""

from libc.stdint cimport int64_t, uint16_t

from tickfold.engine.cpp cimport DriftItem, Entry, Extra, Stage
from tickfold.engine.dispatch cimport Dispatcher

from tickfold.schema.drift import STRANGE, Drift


cdef dict texts_beside(Stage *stage, const Entry *entry):
    if entry == NULL or stage.extras.empty():
        return None
    cdef dict texts = {}
    add_texts(texts, stage, NULL)    # what is nearer to the record goes before what is said of the whole message
    if entry.main != NULL:
        add_texts(texts, stage, entry.main)
    add_texts(texts, stage, entry)
    return texts


cdef int add_texts(dict texts, Stage *stage, const Entry *entry) except -1:
    cdef const Extra *one
    cdef size_t i
    for i in range(stage.extras.size()):
        one = &stage.extras.at(i)
        if one.entry == entry:
            texts[one.key.data()[:one.key.size()].decode()] = one.text.data[:one.text.size].decode(errors="replace")
    return 0


cdef int tell_payload(list callbacks, Dispatcher dispatcher, uint16_t stream, str label, const char *data, size_t size,
                      int64_t recv_ns) except -1:
    cdef bytes payload = data[:size]
    for callback in callbacks:
        if dispatcher.quiet:
            break
        try:
            callback(payload, label, recv_ns)
        except BaseException as error:
            dispatcher.keep_callbacks(error, (stream, f"a payload of {size} bytes"))
    return 0


cdef list drift_of(Stage *stage, str label):
    cdef const DriftItem *item
    cdef size_t i
    cdef list found = []
    for i in range(stage.drift.size()):
        item = &stage.drift.item(i)
        found.append(Drift(
            label, item.type.data()[:item.type.size()].decode(errors="replace"),
            item.key.data()[:item.key.size()].decode(errors="replace"), STRANGE[item.what], item.count,
            <bytes>item.sample.data()[:item.sample.size()]))
    return found
