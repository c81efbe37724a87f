"""Writes what follows from the description of the records in records.py: `python engine/schema/generate.py`.

    bindings/tickfold/include/tickfold/records.h   the structs, for C, C++ and Cython
    bindings/tickfold/engine/structs.pxd           the same structs, for cimport
    bindings/tickfold/engine/handler.pxd           Handler, with one virtual method per record
    engine/out/handler.pyx                         their empty bodies, and the switch that calls them
    engine/schema/fields.h                         name, type, bit, offset and size of every field
    bindings/tickfold/schema/enums.py               the enums
    bindings/tickfold/engine/records.pyi           attributes of the views, for type checkers
    docs/records.md                                the reference page
"""

from __future__ import annotations

import sys
from pathlib import Path

from records import ENUMS, FLAGS, KINDS, Kind

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "bindings" / "tickfold"
NOTE = "Generated from engine/schema/records.py: change that file, then `make records`."

C_TYPE = {"dec": "double", "time": "int64_t", "i64": "int64_t", "u64": "uint64_t", "i32": "int32_t", "u32": "uint32_t",
          "u8": "uint8_t", "bool": "uint8_t", "enum": "uint8_t", "text": "char", "long": "tf_text", "data": "tf_text"}
ALIGN = {"dec": 0, "time": 1, "i64": 1, "u64": 1, "long": 2, "data": 2, "i32": 3, "u32": 3}
PY_TYPE = {"dec": "float | None", "time": "int | None", "i64": "int | None", "u64": "int | None", "i32": "int | None",
           "u32": "int | None", "u8": "int | None", "bool": "bool | None", "text": "str | None", "long": "str | None",
           "data": "bytes | None"}


def members(kind: Kind) -> list[tuple[str, str, str]]:
    """(C type, declarator, comment) of a struct's own members, widest first, so that there is no padding within."""
    decs = [f for f in kind.fields if f.type == "dec"]
    out = []
    for field in sorted((f for f in kind.fields if f.type in ALIGN), key=lambda f: ALIGN[f.type]):
        out.append((C_TYPE[field.type], field.name, field.doc))
    if decs:
        out.append(("int8_t", f"decimals[{len(decs)}]", "decimals of the wire text, by bit of the field"))
    for field in (f for f in kind.fields if f.type not in ALIGN and f.type != "text"):
        out.append((C_TYPE[field.type], field.name, f"{field.doc} (tf_{field.param})" if field.param else field.doc))
    for field in (f for f in kind.fields if f.type == "text"):
        out.append(("char", f"{field.name}[{field.param}]", field.doc))
    return out


def constant(enum: str, member: str) -> str:
    words = "".join("_" + c if c.isupper() else c.upper() for c in enum)
    return f"TF{words}_{member}"


def header() -> str:
    out = [f"/* Records of tickfold, for C, C++ and Cython. {NOTE} */",
           "#ifndef TICKFOLD_RECORDS_H", "#define TICKFOLD_RECORDS_H", "", "#include <stdint.h>", "",
           "#ifdef __cplusplus", 'extern "C" {', "#endif", "",
           "#define TF_UNKNOWN_TIME INT64_MIN /* a time that was never stated */", ""]
    for name, (doc, values) in ENUMS.items():
        out.append(f"/* {doc} */")
        out.append(f"enum tf_{name} {{")
        out += [f"    {constant(name, member)} = {value}," for member, value in values]
        out += ["};", ""]
    out.append("/* Bits of tf_header.flags. */")
    out.append("enum tf_Flag {")
    out += [f"    TF_{name} = 0x{value:04x}, /* {doc} */" for name, value, doc in FLAGS]
    out += ["};", "",
            "/* Text of any length beside a record; owned by whoever owns the record. */",
            "typedef struct tf_text {",
            "    const char *data; /* UTF-8, not NUL-terminated */",
            "    uint64_t size;    /* bytes */",
            "} tf_text;", "",
            "/* What every record begins with. */",
            "typedef struct tf_header {",
            "    uint8_t kind;     /* tf_RecordKind */",
            "    uint8_t venue;    /* tf_Venue */",
            "    uint16_t flags;   /* tf_Flag */",
            "    uint32_t symbol;  /* interned instrument, 0 = none */",
            "    uint16_t stream;  /* number of the stream in its engine */",
            "    uint16_t reserved[3]; /* zero */",
            "    int64_t ts_event; /* the venue's time, ns UTC, TF_UNKNOWN_TIME */",
            "    int64_t ts_recv;  /* when the bytes were read, ns UTC */",
            "    uint64_t seq;     /* order of arrival, over all streams of an engine */",
            "    uint64_t known;   /* bit i: field i has been stated */",
            "    uint64_t changed; /* bit i: field i was altered by this update */",
            "} tf_header;", ""]
    for k in KINDS:
        rows = members(k)
        width = max(len(f"{ctype} {decl};") for ctype, decl, _ in rows)
        out.append(f"/* {k.doc} */")
        out.append(f"typedef struct {k.c_name} {{")
        out.append(f"    {'tf_header head;':<{width}}")
        out += [f"    {f'{ctype} {decl};':<{width}} /* {doc} */" for ctype, decl, doc in rows]
        out += [f"}} {k.c_name};", ""]
        out += ["enum {", *(f"    TF_{k.slug.upper()}_{f.name.upper()} = {f.bit}," for f in k.fields), "};", ""]
    out += ["#ifdef __cplusplus", "}", "#endif", "#endif", ""]
    return "\n".join(line.rstrip() for line in out)


def structs_pxd() -> str:
    out = ["# The structs of tickfold/records.h, for cimport.", f"# {NOTE}",
           "from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t", "",
           'cdef extern from "tickfold/records.h" nogil:',
           "    const int64_t TF_UNKNOWN_TIME", ""]
    for name, (_, values) in ENUMS.items():
        out.append(f"    cdef enum tf_{name}:")
        out += [f"        {constant(name, member)}" for member, _ in values]
        out.append("")
    out.append("    cdef enum tf_Flag:")
    out += [f"        TF_{name}" for name, _, _ in FLAGS]
    out += ["", "    ctypedef struct tf_text:", "        const char *data", "        uint64_t size", "",
            "    ctypedef struct tf_header:", "        uint8_t kind", "        uint8_t venue", "        uint16_t flags",
            "        uint32_t symbol", "        uint16_t stream", "        uint16_t reserved[3]",
            "        int64_t ts_event", "        int64_t ts_recv", "        uint64_t seq",
            "        uint64_t known", "        uint64_t changed", ""]
    for k in KINDS:
        out.append(f"    ctypedef struct {k.c_name}:")
        out.append("        tf_header head")
        out += [f"        {ctype} {decl}" for ctype, decl, _ in members(k)]
        out.append("")
        out.append("    cdef enum:")
        out += [f"        TF_{k.slug.upper()}_{f.name.upper()}" for f in k.fields]
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def fields_h() -> str:
    out = [f"/* Every field of every record. {NOTE} */",
           "#ifndef TICKFOLD_FIELDS_H", "#define TICKFOLD_FIELDS_H", "", "#include <stddef.h>", "",
           '#include "tickfold/records.h"', "",
           "enum tf_type {",
           *(f"    TF_TYPE_{name.upper()}," for name in C_TYPE), "};", "",
           "typedef struct tf_field {",
           "    const char *name;",
           "    const char *doc;",
           "    uint16_t offset;         /* bytes from the start of the record */",
           "    uint16_t size;           /* bytes */",
           "    uint8_t type;            /* tf_type */",
           "    uint8_t bit;             /* in known and changed */",
           "    uint8_t enumeration;     /* its enum: index of tf_enums, 0 = none */",
           "} tf_field;", "",
           "typedef struct tf_kind {",
           "    const char *name;",
           "    const char *doc;",
           "    const tf_field *fields;  /* by bit */",
           "    uint16_t count;          /* fields */",
           "    uint16_t size;           /* bytes of the record */",
           "    uint16_t decimals;       /* offset of decimals[], 0 = none */",
           "    uint16_t dec_count;      /* fields of type dec: bits 0 to dec_count - 1 */",
           "} tf_kind;", ""]
    out += [f"#define TF_ENUMS {len(ENUMS) + 1}", "static const char *const tf_enums[TF_ENUMS] = {", "    NULL,",
            *(f'    "{name}",' for name in ENUMS), "};", ""]
    for k in KINDS:
        out.append(f"static const tf_field {k.c_name}_fields[] = {{")
        for f in k.fields:
            enum = [*ENUMS].index(f.param) + 1 if f.type == "enum" else 0
            out.append(f'    {{"{f.name}", "{f.doc}", offsetof({k.c_name}, {f.name}), '
                       f"sizeof((({k.c_name} *)0)->{f.name}), TF_TYPE_{f.type.upper()}, {f.bit}, {enum}}},")
        out += ["};", ""]
    out.append(f"#define TF_KINDS {max(k.code for k in KINDS) + 1}")
    out.append("static const tf_kind tf_kinds[TF_KINDS] = {")
    out.append("    {NULL, NULL, NULL, 0, 0, 0, 0},")
    for k in KINDS:
        decs = sum(f.type == "dec" for f in k.fields)
        where = f"offsetof({k.c_name}, decimals)" if decs else "0"
        sizes = f"{len(k.fields)}, sizeof({k.c_name}), {where}, {decs}"
        out.append(f'    {{"{k.name}", "{k.doc}", {k.c_name}_fields, {sizes}}},')
    out += ["};", "", "#endif", ""]
    return "\n".join(out)


HANDLER = """A strategy without Python in the loop: subclass Handler in Cython and attach it.

    from tickfold.engine.handler cimport Handler
    from tickfold.engine.structs cimport tf_quote

    cdef class Spread(Handler):
        cdef readonly double widest

        cdef void on_quote(self, const tf_quote *quote) noexcept:
            self.widest = max(self.widest, quote.ask - quote.bid)

    dispatcher.attach(Spread())

Methods get a pointer that is valid during the call, hold the GIL, and must not raise. The masks `head.known` and
`head.changed` say which fields were ever stated and which this update altered (bit TF_QUOTE_BID and so on).
"""


def handler_pxd() -> str:
    out = [f'"""{HANDLER}"""', f"# {NOTE}", "", "from tickfold.engine.structs cimport *", "", "", "cdef class Handler:"]
    out += [f"    cdef void on_{k.slug}(self, const {k.c_name} *record) noexcept" for k in KINDS]
    out += ["    # A socket read is used up: nothing more comes until the next.",
            "    cdef void on_flush(self) noexcept", "", "",
            "# Calls the method that belongs to the record's kind.",
            "cdef void deliver(Handler handler, const tf_header *record) noexcept"]
    return "\n".join(out) + "\n"


def handler_pyx() -> str:
    out = [f'"""Cython handlers (see handler.pxd). {NOTE}"""', "", "from libc.stdint cimport uint8_t", "",
           "from tickfold.engine.structs cimport *", "", "", "cdef class Handler:",
           '    """Base of Cython handlers; tickfold/engine/handler.pxd has an example."""', ""]
    for k in KINDS:
        out += [f"    cdef void on_{k.slug}(self, const {k.c_name} *record) noexcept:", "        pass", ""]
    out += ["    cdef void on_flush(self) noexcept:", "        pass", "", "",
            "cdef void deliver(Handler handler, const tf_header *record) noexcept:",
            "    cdef uint8_t kind = record.kind"]
    for i, k in enumerate(KINDS):
        out += [f"    {'el' if i else ''}if kind == TF_RECORD_KIND_{k.slug.upper()}:",
                f"        handler.on_{k.slug}(<const {k.c_name} *>record)"]
    return "\n".join(out) + "\n"


def records_pyi() -> str:
    out = [f"# {NOTE}", "from decimal import Decimal", "from typing import Any", "",
           "import numpy as np", "",
           *(f"from tickfold.schema.enums import {name} as {name}" for name in sorted([*ENUMS, "Flag"])), "",
           "UNKNOWN_TIME: int", "KINDS: dict[str, type[Record]]", ""]
    out += ["class Record:", "    kind: RecordKind", "    venue: Venue", "    flags: Flag", "    symbol: str | None",
            "    symbol_id: int", "    stream: str | int | None", "    stream_id: int",
            "    ts_event: int | None", "    ts_recv: int", "    seq: int", "    known: int",
            "    changed: int", "    @classmethod", "    def dtype(cls) -> np.dtype[Any]: ...",
            "    @classmethod", "    def mask(cls, *names: str) -> int: ...",
            "    def copy(self) -> Record: ...", "    def decimal(self, name: str) -> Decimal | None: ...",
            "    def as_dict(self) -> dict[str, Any]: ...",
            "    @property", "    def known_fields(self) -> tuple[str, ...]: ...",
            "    @property", "    def changed_fields(self) -> tuple[str, ...]: ...", ""]
    for k in KINDS:
        out.append(f"class {k.name}(Record):")
        for f in k.fields:
            python = f"{f.param} | None" if f.type == "enum" else PY_TYPE[f.type]
            out.append(f"    {f.name}: {python}")
        out.append(f"    def copy(self) -> {k.name}: ...")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def enums_py() -> str:
    out = [f'"""The enums of the records. {NOTE}"""', "", "from enum import IntEnum, IntFlag", "", ""]
    for name, (doc, values) in ENUMS.items():
        out += [f"class {name}(IntEnum):", f'    """{doc}"""', ""]
        out += [f"    {member} = {value}" for member, value in values] + ["", ""]
    out += ["class Flag(IntFlag):", '    """Bits of Record.flags."""', ""]
    for name, value, doc in FLAGS:
        out += [f"    #: {doc}", f"    {name} = {value:#06x}"]
    return "\n".join(out) + "\n"


def reference() -> str:
    out = ["# Records", "", f"<!-- {NOTE} -->", "",
           "Every record begins with `kind venue flags symbol stream reserved ts_event ts_recv seq known changed`;",
           "times are ns UTC. An attribute that the venue never stated is `None`. `dec` is a float whose exact wire",
           "text `decimal(name)` gives back.", ""]
    for k in KINDS:
        out += [f"## {k.name}", "", k.doc, "", "| bit | field | type | meaning |", "|---|---|---|---|"]
        out += [f"| {f.bit} | `{f.name}` | {' '.join(filter(None, (f.type, f.param)))} | {f.doc} |" for f in k.fields]
        out.append("")
    for name, (doc, values) in ENUMS.items():
        out += [f"## {name}", "", doc, "", ", ".join(f"`{member}` {value}" for member, value in values), ""]
    out += ["## Flag", "", *(f"* `{name}` 0x{value:04x}: {doc}" for name, value, doc in FLAGS)]
    return "\n".join(out).rstrip() + "\n"


OUTPUTS = {
    PACKAGE / "include" / "tickfold" / "records.h": header,
    PACKAGE / "engine" / "structs.pxd": structs_pxd,
    PACKAGE / "engine" / "handler.pxd": handler_pxd,
    ROOT / "engine" / "out" / "handler.pyx": handler_pyx,
    PACKAGE / "schema" / "enums.py": enums_py,
    ROOT / "engine" / "schema" / "fields.h": fields_h,
    PACKAGE / "engine" / "records.pyi": records_pyi,
    ROOT / "docs" / "records.md": reference,
}


def main() -> int:
    """Write what is out of date; with --check write nothing and exit 1 if anything is."""
    check = "--check" in sys.argv[1:]
    stale = [path for path, make in OUTPUTS.items() if not path.exists() or path.read_text() != make()]
    for path in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(OUTPUTS[path]())
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
