"""What is generated for C and C++: tickfold/records.h, and the tables of tickfold/fields.h."""

from __future__ import annotations

import layout
from layout import C_TYPE
from records import ENUMS, FLAGS, KEPT, KINDS, MERGED, Kind

CONSTANTS_OF_ROWS = {"": "TF_ROWS_NONE", MERGED: "TF_ROWS_MERGED", KEPT: "TF_ROWS_KEPT"}


def constant(enum: str, member: str) -> str:
    words = "".join("_" + c if c.isupper() else c.upper() for c in enum)
    return f"TF{words}_{member}"


def members_of(members: list[layout.Member], first: str = "") -> list[str]:
    width = max(len(f"{member.declaration};") for member in members)
    out = [f"    {first}"] if first else []
    return out + [f"    {f'{member.declaration};':<{width}} /* {member.doc} */" for member in members]


def asserts(struct: str, members: list[layout.Member], size: int) -> list[str]:
    return [f"TF_ASSERT_SIZE({struct}, {size})",
            *(f"TF_ASSERT_MEMBER({struct}, {m.name}, {m.offset}, {m.size})" for m in members)]


ASSERTS = """\
/* Every offset and size, as every other language takes them for granted. */
#if defined(__cplusplus) && __cplusplus >= 201103L
#define TF_STATIC_ASSERT(condition, words) static_assert(condition, words);
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define TF_STATIC_ASSERT(condition, words) _Static_assert(condition, words);
#endif
#ifdef TF_STATIC_ASSERT
#define TF_ASSERT_SIZE(type, size) \\
    TF_STATIC_ASSERT(sizeof(type) == (size), #type " has another size than tickfold takes for granted")
#define TF_ASSERT_MEMBER(type, member, offset, size) \\
    TF_STATIC_ASSERT(offsetof(type, member) == (offset) && sizeof(((type *)0)->member) == (size), \\
                     #type "." #member " stands elsewhere than tickfold takes for granted")
"""


def records_h(note: str) -> str:
    out = [f"/* Records of tickfold, for C, C++ and Cython. {note} */",
           "#ifndef TICKFOLD_RECORDS_H", "#define TICKFOLD_RECORDS_H", "",
           "#include <stddef.h>", "#include <stdint.h>", "",
           "#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__",
           '#error "tickfold\'s records are little-endian, and so must be the machine"', "#endif", "",
           "#ifdef __cplusplus", 'extern "C" {', "#endif", "",
           "#define TF_UNKNOWN_TIME INT64_MIN /* a time that was never stated */", "",
           "/* A hash of each record's layout, and one of all: whoever shares records compares them. They change with",
           "   offsets, sizes, types and bits of fields, and with the numbers of enums and flags. */",
           f"#define TF_LAYOUT 0x{layout.layout_of_all()}ull",
           *(f"#define TF_{kind.slug.upper()}_LAYOUT 0x{layout.layout(kind)}ull" for kind in KINDS), ""]
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
            "typedef struct tf_header {", *members_of(layout.header()), "} tf_header;", ""]
    for kind in KINDS:
        out += [f"/* {kind.doc} */", f"typedef struct {kind.c_name} {{",
                *members_of(layout.members(kind), "tf_header head;"), f"}} {kind.c_name};", "",
                "enum {", *(f"    TF_{kind.slug.upper()}_{f.name.upper()} = {f.bit}," for f in kind.fields), "};", ""]
    out += [ASSERTS + "\n".join(asserts("tf_header", layout.header(), layout.HEADER_SIZE))]
    for kind in KINDS:
        out += asserts(kind.c_name, layout.members(kind), layout.size(kind))
    out += ["#undef TF_ASSERT_SIZE", "#undef TF_ASSERT_MEMBER", "#undef TF_STATIC_ASSERT", "#endif", "",
            "#ifdef __cplusplus", "}", "#endif", "#endif", ""]
    return "\n".join(line.rstrip() for line in out)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def kind_row(kind: Kind) -> str:
    numbers = sum(field.type == "dec" for field in kind.fields)
    where = f"offsetof({kind.c_name}, decimals)" if numbers else "0"
    return (f"    {{{quoted(kind.name)}, {quoted(kind.doc)}, {kind.c_name}_fields, TF_{kind.slug.upper()}_LAYOUT, "
            f"{len(kind.fields)}, sizeof({kind.c_name}), {where}, {numbers}, {CONSTANTS_OF_ROWS[kind.rows]}}},")


def fields_h(note: str) -> str:
    out = [f"/* Every field of every record. {note} */",
           "#ifndef TICKFOLD_FIELDS_H", "#define TICKFOLD_FIELDS_H", "", "#include <stddef.h>", "",
           '#include "tickfold/records.h"', "",
           "enum tf_type {",
           *(f"    TF_TYPE_{name.upper()}," for name in C_TYPE), "};", "",
           "/* Whether a table keeps the records of a kind. */",
           "enum tf_rows {",
           "    TF_ROWS_NONE,   /* no */",
           "    TF_ROWS_MERGED, /* every record of the kind is merged into a row */",
           "    TF_ROWS_KEPT,   /* the latest ones are kept, each as it was told last */",
           "};", "",
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
           "    uint64_t layout;         /* TF_QUOTE_LAYOUT and so on */",
           "    uint16_t count;          /* fields */",
           "    uint16_t size;           /* bytes of the record */",
           "    uint16_t decimals;       /* offset of decimals[], 0 = none */",
           "    uint16_t dec_count;      /* fields of type dec: bits 0 to dec_count - 1 */",
           "    uint8_t rows;            /* tf_rows */",
           "} tf_kind;", ""]
    out += [f"#define TF_ENUMS {len(ENUMS) + 1}", "static const char *const tf_enums[TF_ENUMS] = {", "    NULL,",
            *(f'    "{name}",' for name in ENUMS), "};", ""]
    for kind in KINDS:
        out.append(f"static const tf_field {kind.c_name}_fields[] = {{")
        for field in kind.fields:
            enum = [*ENUMS].index(field.param) + 1 if field.type == "enum" else 0
            out.append(f"    {{{quoted(field.name)}, {quoted(field.doc)}, offsetof({kind.c_name}, {field.name}), "
                       f"sizeof((({kind.c_name} *)0)->{field.name}), TF_TYPE_{field.type.upper()}, {field.bit}, "
                       f"{enum}}},")
        out += ["};", ""]
    out.append(f"#define TF_KINDS {max(kind.code for kind in KINDS) + 1}")
    out.append("static const tf_kind tf_kinds[TF_KINDS] = {")
    out.append("    {NULL, NULL, NULL, 0, 0, 0, 0, 0, 0},")
    out += [kind_row(kind) for kind in KINDS]
    out += ["};", "", "#endif", ""]
    return "\n".join(out)
