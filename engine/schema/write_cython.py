"""What is generated for Cython: the structs for cimport, and Handler with one method per record.

A handler is compiled against one layout of the records. The name of its base class ends in the hash of that layout, so
an extension that was built against another one asks for a class that is not there, and its import fails with words
(`__getattr__` below). Nothing has to be remembered by whoever writes a handler: `Handler` is another name for it.
"""

from __future__ import annotations

import layout
from records import ENUMS, FLAGS, KINDS
from write_c import constant

BASE = f"Handler_{layout.layout_of_all()}"


def structs_pxd(note: str) -> str:
    out = ["# The structs of tickfold/records.h, for cimport.", f"# {note}",
           "from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t", "",
           'cdef extern from "tickfold/records.h" nogil:',
           "    const int64_t TF_UNKNOWN_TIME", "", "    const uint64_t TF_LAYOUT",
           *(f"    const uint64_t TF_{kind.slug.upper()}_LAYOUT" for kind in KINDS), ""]
    for name, (_, values) in ENUMS.items():
        out.append(f"    cdef enum tf_{name}:")
        out += [f"        {constant(name, member)}" for member, _ in values]
        out.append("")
    out.append("    cdef enum tf_Flag:")
    out += [f"        TF_{name}" for name, _, _ in FLAGS]
    out += ["", "    ctypedef struct tf_text:", "        const char *data", "        uint64_t size", "",
            "    ctypedef struct tf_header:",
            *(f"        {member.declaration}" for member in layout.header()), ""]
    for kind in KINDS:
        out.append(f"    ctypedef struct {kind.c_name}:")
        out.append("        tf_header head")
        out += [f"        {member.declaration}" for member in layout.members(kind) if member.name[0] != "_"]
        out.append("")
        out.append("    cdef enum:")
        out += [f"        TF_{kind.slug.upper()}_{field.name.upper()}" for field in kind.fields]
        out.append("")
    return "\n".join(out).rstrip() + "\n"


HANDLER = """A strategy without Python in the loop: subclass Handler in Cython and attach it.

    from tickfold.engine.handler cimport Handler
    from tickfold.engine.structs cimport tf_quote

    cdef class Spread(Handler):
        cdef readonly double widest

        cdef void on_quote(self, const tf_quote *quote) noexcept:
            self.widest = max(self.widest, quote.ask - quote.bid)

    dispatcher.attach(Spread())

Methods get a pointer that is valid during the call, hold the GIL, and must not raise. The masks `head.known` and
`head.changed` say which fields were ever stated and which this update altered (bit TF_QUOTE_BID and so on). A field
that was never stated is NaN, TF_UNKNOWN_TIME, 0 or an empty text.

An extension module that was compiled against another layout of the records cannot be imported: ImportError says to
build it again. `tf.layout()` shows the layout at hand.
"""


def handler_pxd(note: str) -> str:
    out = [f'"""{HANDLER}"""', f"# {note}", "",
           f"from tickfold.engine.versioned cimport {BASE} as Handler, deliver", ""]
    return "\n".join(out)


def handler_pyx(note: str) -> str:
    out = ['"""The base of Cython handlers (see handler.pxd)."""', f"# {note}", "",
           "from tickfold.engine import versioned", "", 'globals()["Handler"] = versioned.Handler', ""]
    return "\n".join(out)


def versioned_pxd(note: str) -> str:
    out = ["# Handler by the name that says which layout of the records it is for: cimport it from",
           "# tickfold.engine.handler, by its plain name.", f"# {note}", "",
           "from tickfold.engine.structs cimport *", "", "", f"cdef class {BASE}:"]
    out += [f"    cdef void on_{kind.slug}(self, const {kind.c_name} *record) noexcept" for kind in KINDS]
    out += ["    # What is learned later of a fill that on_fill was given before: a commission, a correction.",
            "    cdef void on_fill_amended(self, const tf_fill *record) noexcept",
            "    # A socket read is used up: nothing more comes until the next.",
            "    cdef void on_flush(self) noexcept", "", "",
            "# Calls the method that belongs to the record's kind.",
            f"cdef void deliver({BASE} handler, const tf_header *record) noexcept"]
    return "\n".join(out) + "\n"


def versioned_pyx(note: str) -> str:
    out = ['"""Cython handlers, for one layout of the records (see versioned.pxd)."""', f"# {note}", "",
           "from libc.stdint cimport uint8_t", "", "from tickfold.engine.structs cimport *", "", "",
           f"cdef class {BASE}:",
           '    """Base of Cython handlers; tickfold/engine/handler.pxd has an example."""', ""]
    for kind in KINDS:
        out += [f"    cdef void on_{kind.slug}(self, const {kind.c_name} *record) noexcept:", "        pass", ""]
    out += ["    cdef void on_fill_amended(self, const tf_fill *record) noexcept:", "        pass", "",
            "    cdef void on_flush(self) noexcept:", "        pass", "", "",
            f"cdef void deliver({BASE} handler, const tf_header *record) noexcept:",
            "    cdef uint8_t kind = record.kind"]
    for i, kind in enumerate(KINDS):
        out += [f"    {'el' if i else ''}if kind == TF_RECORD_KIND_{kind.slug.upper()}:",
                f"        handler.on_{kind.slug}(<const {kind.c_name} *>record)"]
    out += ["", "", f"Handler = {BASE}", "", "",
            "def __getattr__(name):",
            '    if name.startswith("Handler_"):    # asked for by an extension that was built against another layout',
            "        raise ImportError(",
            "            f\"a Cython handler was compiled against layout {name[8:]} of tickfold's records, but this \"",
            f'            "is layout {layout.layout_of_all()}: compile it again against the installed tickfold")',
            '    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")']
    return "\n".join(out) + "\n"
