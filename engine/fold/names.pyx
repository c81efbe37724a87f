# distutils: language = c++
"""Interned names (see names.pxd; engine/fold/names.hpp has the table itself)."""

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint16_t, uint32_t, uint64_t

import os

cdef extern from "fold/names.hpp" namespace "tickfold" nogil:
    cppclass CNames "tickfold::Names":
        CNames(uint32_t limit, uint64_t seed) except +
        uint32_t count()
        uint32_t limit()
        const char *text(uint32_t id)
        size_t size(uint32_t id)
        uint32_t find(uint16_t domain, const char *text, size_t size)

cdef bytes SIXTEEN = bytes(16)


cdef class Names:
    """Names by number: `symbols[id]` is the text, `symbols.id(stream, text)` the number.

    :param limit: how many names may be interned. Beyond it, records with new names become Error records.
    """

    def __cinit__(self, limit=None, *, bint lent=False):
        self.texts = []
        self.labels = []
        if lent:
            return
        cdef uint32_t most = 1 << 20 if limit is None else limit
        if not 1 <= most <= 1 << 24:
            raise ValueError(f"the limit of names must be 1 to {1 << 24}, not {most}")
        self.names = new CNames(most, int.from_bytes(os.urandom(8), "little"))
        self.owned = True

    def __dealloc__(self):
        cdef CNames *own = <CNames *>self.names
        if self.owned:
            del own

    cdef object text(self, uint32_t id):
        cdef CNames *names = <CNames *>self.names
        cdef PyObject *made = self.made(id)
        if made != NULL:
            return <object>made
        if id == 0 or id > names.count():
            return None
        text = PyUnicode_DecodeUTF8(names.text(id), names.size(id), b"replace")
        if id >= <size_t>len(self.texts):
            self.texts.extend([None] * (<Py_ssize_t>id + 1 - len(self.texts)))
        self.texts[id] = text
        return text

    cdef object label(self, uint16_t stream):
        return self.labels[stream] if stream < <size_t>len(self.labels) else str(stream)

    @property
    def limit(self):
        """How many names may be interned."""
        return (<CNames *>self.names).limit()

    def __len__(self):
        """How many names are interned."""
        return (<CNames *>self.names).count()

    def __getitem__(self, Py_ssize_t id):
        """The text of a number as it stands in records and in numpy columns.

        :raises IndexError: no name has that number
        """
        text = self.text(<uint32_t>id) if 1 <= id <= len(self) else None
        if text is None:
            raise IndexError(f"no name has the number {id}")
        return text

    def __iter__(self):
        """The names in the order of their numbers, the first of which is 1."""
        return iter([self.text(<uint32_t>id) for id in range(1, len(self) + 1)])

    def __array__(self, dtype=None, copy=None):
        """The names by number: `np.asarray(symbols)[rows["symbol"]]`. The number 0, of no name, is an empty text."""
        import numpy

        return numpy.array(["", *self], dtype=dtype)

    def id(self, int stream, str text not None):
        """The number of the name `text` in the stream with the number `stream`; None if it was never seen."""
        cdef bytes raw = text.encode(errors="replace")
        cdef Py_ssize_t size = len(raw)
        raw += SIXTEEN    # find() reads 16 bytes
        return (<CNames *>self.names).find(<uint16_t>stream, PyBytes_AS_STRING(raw), size) or None


cdef Names lent_names(void *names, object owner):
    cdef Names out = Names(lent=True)
    out.names, out.owner = names, owner
    return out
