"""Interned names: the text of an instrument becomes a small dense number once, and is compared as a number after that.

The same text in two streams is two names.
"""

from cpython.object cimport PyObject
from libc.stdint cimport uint16_t, uint32_t

cdef extern from "Python.h":
    Py_ssize_t PyList_GET_SIZE(PyObject *list)
    PyObject *PyList_GET_ITEM(PyObject *list, Py_ssize_t i)    # borrowed


cdef class Names:
    cdef void *names               # a tickfold::Names (engine/fold/names.hpp)
    cdef bint owned                # by this object; otherwise `owner` keeps it alive
    cdef object owner
    cdef list texts                # str by number, made when first asked for; may be shorter than the table
    cdef public list labels        # names of the streams, by their number; may be empty

    # The text of a number, or None.
    cdef object text(self, uint32_t id)
    # The same, borrowed, if text() has made it before; otherwise NULL.
    cdef inline PyObject *made(self, uint32_t id) noexcept:
        cdef PyObject *text = NULL
        if id < <size_t>PyList_GET_SIZE(<PyObject *>self.texts):
            text = PyList_GET_ITEM(<PyObject *>self.texts, id)
            if text == <PyObject *>None:
                return NULL
        return text
    # The label of a stream; its number as text where it has none.
    cdef object label(self, uint16_t stream)


# Names that belong to somebody else.
cdef Names lent_names(void *names, object owner)
