# distutils: language = c++
"""Compiles tables (tickfold.schema.language, plain Python data) into what the C++ driver walks (read/table.hpp)."""

from libc.stdint cimport uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy, memset

from tickfold.engine.cpp cimport *
from tickfold.engine.fields cimport tf_field, TF_KINDS, tf_kinds, TF_ROWS_MERGED
from tickfold.engine.structs cimport (
    tf_header, TF_LAST_OF_SNAPSHOT, TF_RECORD_KIND_BAR, TF_RECORD_KIND_BOOK_LEVEL, TF_RECORD_KIND_ORDER,
    TF_RECORD_KIND_QUOTE, TF_SNAPSHOT)

from tickfold.schema.errors import ConfigError
from tickfold.schema import language

cdef dict CONVERSIONS = {
    "skip": CONV_SKIP, "decimal": CONV_DECIMAL, "dressed": CONV_DRESSED, "integer": CONV_INTEGER,
    "rfc3339": CONV_RFC3339, "epoch": CONV_EPOCH, "compact_date": CONV_COMPACT_DATE, "us_date": CONV_US_DATE,
    "text": CONV_TEXT, "long": CONV_LONG,
    "json": CONV_JSON, "chars": CONV_CHARS, "symbol": CONV_SYMBOL, "enum": CONV_ENUM,
    "boolean": CONV_BOOL,
    "object": CONV_OBJECT, "each": CONV_EACH, "select": CONV_SELECT, "size_fills": CONV_SIZE_FILLS, "aside": CONV_ASIDE,
    "map": CONV_MAP, "pairs": CONV_PAIRS, "ladder": CONV_LADDER, "side": CONV_SIDE, "moves": CONV_MOVES,
    "candle": CONV_CANDLE,
}
# Number of a kind of record by its name.
cdef dict KINDS = {tf_kinds[code].name.decode(): code for code in range(1, TF_KINDS)}
cdef tuple TIMES = ("rfc3339", "epoch", "compact_date", "us_date")
# The row of a key that a shape has no row for, and that is not unknown: the select's, and those of `extra`.
PASSED = language.skip("read elsewhere")
# The shape of objects that a table does not know.
RAW = language.shape("Raw", {}, whole="data", named=language.text("topic"))
# Which types of field a conversion can fill.
cdef dict FILLS = {
    "decimal": {"dec"}, "dressed": {"dec"}, "integer": {"i64", "u64", "i32", "u32", "u8"}, "rfc3339": {"time"},
    "epoch": {"time"}, "compact_date": {"time"}, "us_date": {"time"}, "text": {"text"}, "long": {"long", "data"},
    "json": {"long", "data"}, "chars": {"text"}, "enum": {"enum", "bool"}, "boolean": {"bool"},
    "ladder": {"dec"}, "side": {"dec"}, "moves": {"dec"},
}
cdef list TYPE_NAMES = ["dec", "time", "i64", "u64", "i32", "u32", "u8", "bool", "enum", "text", "long", "data"]


cdef bytes blank_of(int kind):
    """A record in which nothing is stated."""
    cdef Stage stage
    return stage.blank(<uint8_t>kind)[:tf_kinds[kind].size]


cdef const tf_field *field_of(int kind, str name, str where) except NULL:
    cdef int i
    if kind == 0:
        raise ConfigError(f"{where}: an envelope has no field {name!r}")
    for i in range(tf_kinds[kind].count):
        if tf_kinds[kind].fields[i].name == name.encode():
            return &tf_kinds[kind].fields[i]
    raise ConfigError(f"{where}: {tf_kinds[kind].name.decode()} has no field {name!r}")


cdef bytes plain_key(str key, str where):
    """A key as bytes. ConfigError if JSON would escape a character of it: keys are compared with the wire's bytes."""
    for letter in key:
        if letter in '"\\' or letter < " ":
            raise ConfigError(f"{where}: the key {key!r} holds {letter!r}")
    return key.encode()


cdef bytes constant_bytes(const tf_field *field, object value):
    """The bytes that a constant has in its field, or None if the field cannot hold it."""
    cdef str type = TYPE_NAMES[field.type]
    if type == "text" and isinstance(value, str):
        return value.encode()
    if type in ("dec", "text", "long", "data") or isinstance(value, str):
        return None
    try:
        return int(value).to_bytes(field.size, "little", signed=type in ("time", "i64", "i32"))
    except OverflowError:
        return None


cdef class Compiler:
    """Turns a Table into the C++ one. A fault in a table raises ConfigError, which names its place."""

    cdef CTable *out
    cdef str name
    cdef dict shapes       # (id of a language.Shape, kind) -> address; the same shape is compiled once
    cdef list kept         # keeps those ids valid
    cdef tuple extra       # keys that are kept as text beside their records
    cdef str key           # the key of the enclosing select, which all shapes below it accept

    def __cinit__(self):
        self.shapes = {}
        self.kept = []

    cdef int run(self, object table, CTable *out) except -1:
        self.out, self.name = out, table.name
        out.venue, out.null_clears = int(table.venue), table.null_clears
        out.null_text = table.null_text.encode()
        if not table.null_text.isalpha() and table.null_text:
            raise ConfigError(f"table {table.name}: what stands for null is a word, not {table.null_text!r}")
        for word in {**table.events, **dict.fromkeys(table.corrections)}:
            out.events.add(word.encode(), int(table.events.get(word, 0)) | (0x100 if word in table.corrections else 0))
        out.raw = self.shape(RAW)
        if isinstance(table.root, language.Select):
            out.root = self.select(table.root)
        else:
            out.root_shape = self.shape(table.root)
        for text, shape in table.plain.items():
            out.plain.add(text.encode(), <uint16_t>out.plain_shapes.size())
            out.plain_shapes.push_back(self.shape(shape))
        return 0

    cdef const Select *select(self, object source) except NULL:
        cdef Select *select = &self.out.selects.emplace_back()
        cdef Absent absent
        outer, self.key = self.key, source.key
        select.key = source.key.encode()
        if source.separator:
            if len(source.separator) != 1 or not source.separator.isascii():
                raise ConfigError(f"table {self.name}: a separator is one ASCII character, not {source.separator!r}")
            select.separator = <char>ord(source.separator)
        for text, shape in source.cases.items():
            select.cases.add(text.encode(), <uint16_t>select.shapes.size())
            select.shapes.push_back(self.shape(shape))
        for text, shape in source.absent.items():
            absent.key, absent.shape = text.encode(), self.shape(shape)
            select.absent.push_back(absent)
        for text, shape in source.first.items():
            absent.key, absent.shape = text.encode(), self.shape(shape)
            select.first.push_back(absent)
        for text, shape in source.unknown.items():
            absent.key, absent.shape = text.encode(), self.shape(shape)
            select.unknown.push_back(absent)
        select.otherwise = self.shape(RAW)
        self.key = outer
        return select

    cdef const Shape *shape(self, object source, int kind=0) except NULL:
        """Compiles a shape. kind: the enclosing record's, if the shape fills that (inside()); otherwise 0."""
        cdef Shape *shape
        cdef Constant constant
        cdef const tf_field *field
        cdef Row *row
        if source.kind and source.kind not in KINDS:
            raise ConfigError(f"table {self.name}: no record is called {source.kind!r}")
        if source.kind:
            kind = KINDS[source.kind]
        if (id(source), kind) in self.shapes:
            return <const Shape *><size_t>self.shapes[id(source), kind]
        shape = &self.out.shapes.emplace_back()
        self.shapes[id(source), kind] = <size_t>shape
        self.kept.append(source)
        where = f"table {self.name}, {source.kind or 'envelope'}"
        shape.kind = <uint8_t>kind if source.kind else 0
        if source.loud:
            shape.unknown = self.shape(RAW)
        shape.flags = (TF_SNAPSHOT if source.snapshot else 0) | (TF_LAST_OF_SNAPSHOT if source.last else 0)
        # Of a record that is merged into a row, only fields with their bit in `known` are read.
        shape.blank = <uint16_t>(
            sizeof(tf_header) if source.kind and tf_kinds[kind].rows == TF_ROWS_MERGED else tf_kinds[kind].size)
        rows = dict(source.rows)
        if self.key is not None:
            rows.setdefault(self.key, PASSED)
        if source is not RAW:
            for key in self.extra:
                rows.setdefault(key, PASSED)
        if len(rows) > 255:
            raise ConfigError(f"{where} has {len(rows)} keys, at most 255 fit")
        shape.rows.resize(len(rows))
        for i, (key, value) in enumerate(rows.items()):
            self.row(&shape.rows[<size_t>i], key, value, kind, f"{where}, key {key!r}")
            if not key:
                shape.plain = &shape.rows[<size_t>i]
                continue
            shape.keys.add(key.encode(), i)
            if "beside" in value.options:
                self.keep_second(shape, &shape.rows[<size_t>i], key, value.options["beside"])
            if key in self.extra and source is not RAW:
                keep_beside(shape, &shape.rows[<size_t>i])
            if shape.rows[<size_t>i].conv == CONV_MOVES:
                shape.moves = &shape.rows[<size_t>i]
            elif shape.rows[<size_t>i].conv == CONV_EXTRA and shape.rows[<size_t>i].other.conv == CONV_MOVES:
                shape.moves = shape.rows[<size_t>i].other
        if self.key is not None:
            shape.selected = <uint16_t>list(rows).index(self.key)
        for place in ("whole", "topic", "rest", "tail"):
            value = getattr(source, place)
            if not value:
                continue
            row = &shape.extra.emplace_back()
            self.row(row, "", language.long(value) if place == "whole" else value, kind, f"{where}, {place}")
            if place == "whole":
                shape.whole = row
            elif place == "topic":
                shape.topic = row
            elif place == "rest":
                shape.rest = row
            else:
                shape.tail = row
        for name, value in source.constants.items():
            field = field_of(kind, name, where)
            raw = constant_bytes(field, value)
            if raw is None or len(raw) > <int>sizeof(constant.bytes) or len(raw) > field.size:
                raise ConfigError(f"{where}: the constant {name} does not fit")
            memset(constant.bytes, 0, sizeof(constant.bytes))
            memcpy(constant.bytes, <const char *>raw, len(raw))
            constant.offset, constant.bit, constant.size = field.offset, field.bit, field.size
            shape.constants.push_back(constant)
        if source.replaces:
            shape.replaces = bits_of(shape)
            for name in source.constants:
                shape.replaces |= <uint64_t>1 << field_of(kind, name, where).bit
        self.out.stated[kind] |= bits_of(shape)
        if source.zeros:
            self.fill_zeros(shape, source.rows, kind, where)
        finish_shape(shape[0])
        return shape

    cdef int fill_zeros(self, Shape *shape, object rows, int kind, str where) except -1:
        """For protocols that omit zeros: sets the record's initial bytes, with every field of its rows stated as 0."""
        cdef const tf_field *field
        cdef tf_header head
        cdef bytearray image = bytearray(blank_of(kind))
        cdef uint64_t known = 0
        for _, value in language.flat(rows):
            if value.field in ("", "symbol", "ts_event") or value.conv in TIMES:
                continue    # an absent time is unknown, not 0
            if value.options.get("optional"):
                continue
            field = field_of(kind, value.field, where)
            image[field.offset:field.offset + field.size] = bytes(field.size)
            known |= <uint64_t>1 << field.bit
        memcpy(&head, <char *>image, sizeof(head))
        head.known = known
        memcpy(<char *>image, &head, sizeof(head))
        shape.zeros.assign(<char *>image, len(image))
        shape.blank = <uint16_t>len(image)
        return 0

    cdef int keep_second(self, Shape *shape, Row *row, str key, object beside) except -1:
        """Makes a row one that the shape of a second record has a row for, too."""
        cdef Row *other = &shape.extra.emplace_back(row[0])
        row.conv, row.lane, row.other = CONV_BESIDE, LANE_NONE, other
        row.shape, row.inner = self.shape(beside), <uint16_t>list(beside.rows).index(key)
        return 0

    cdef int row(self, Row *row, str key, object value, int kind, str where) except -1:
        self.fill_row(row, key, value, kind, where)
        if key:
            finish_row(row[0])
        return 0

    cdef int fill_row(self, Row *row, str key, object value, int kind, str where) except -1:
        cdef const tf_field *field
        cdef tf_header head
        if not isinstance(value, language.Value):
            raise ConfigError(f'{where}: {value!r} is no Value: call the function of the language, as skip("why")')
        options = value.options
        row.key = plain_key(key, where)
        if value.conv not in CONVERSIONS:
            raise ConfigError(f"{where}: there is no conversion {value.conv!r}")
        if value.conv in FILLS and not value.field:
            raise ConfigError(f"{where}: {value.conv} needs a field")
        if value.conv == "size_fills" and kind != TF_RECORD_KIND_ORDER:
            raise ConfigError(f"{where}: size_and_fills is for orders")
        if value.conv in ("ladder", "side") and kind != TF_RECORD_KIND_BOOK_LEVEL:
            raise ConfigError(f"{where}: {value.conv} is for book levels")
        row.conv = <Conv><int>CONVERSIONS[value.conv]
        if value.conv == "aside":
            row.shape = self.shape(options["shape"])
            row.inner = <uint16_t>list(options["shape"].rows).index(options["key"])
        elif value.conv == "select":
            row.select = self.select(options["select"])
        elif value.conv == "pairs":
            if kind == 0:
                raise ConfigError(f"{where}: an envelope has no fields for pairs")
            if not options["shape"].rows:
                raise ConfigError(f"{where}: pairs need the names of some")
            extra, self.extra = self.extra, ()    # what has another name than these is a record of its own
            row.shape = self.shape(options["shape"], kind)
            self.extra = extra
            finish_pairs((<Shape *>row.shape)[0], plain_key(options["name"], where),
                         plain_key(options["value"], where), self.shape(options["others"]))
        elif value.conv in ("each", "object", "map"):
            row.shape = self.shape(options["shape"], kind if value.conv == "object" else 0)
        if not value.field:
            return 0
        if kind == 0:
            raise ConfigError(f"{where}: an envelope has no field {value.field!r}")
        if value.conv == "candle" and kind != TF_RECORD_KIND_BAR:
            raise ConfigError(f"{where}: candle_key is for bars")
        if (value.field == "symbol") != (value.conv in ("symbol", "candle")) or (
                value.field == "ts_event" and FILLS.get(value.conv) != {"time"}):
            raise ConfigError(f"{where}: {value.conv} can't fill {value.field}")
        if value.field == "symbol":
            row.nullable = not self.out.null_text.empty()
            row.strip = options.get("strip", "").encode()
            row.weak = options.get("weak", False)
            row.split = <char>ord(options.get("join") or "\0")
            row.special = not row.strip.empty() or row.split != 0 or value.conv == "candle"
            return 0
        if value.field == "ts_event":
            row.offset, row.size = <uint16_t>(<char *>&head.ts_event - <char *>&head), sizeof(head.ts_event)
        else:
            field = field_of(kind, value.field, where)
            if TYPE_NAMES[field.type] not in FILLS[value.conv]:
                raise ConfigError(f"{where}: {value.conv} can't fill {value.field}, which is {TYPE_NAMES[field.type]}")
            row.type, row.bit, row.offset, row.size = field.type, field.bit, field.offset, field.size
            row.decimals = tf_kinds[kind].decimals + field.bit
        row.none, row.strip = options.get("none", "").encode(), options.get("strip", "").encode()
        row.zero_clears, row.sets_last_flag = options.get("zero_clears", False), options.get("sets_last_flag", False)
        if row.sets_last_flag and kind != TF_RECORD_KIND_QUOTE:
            raise ConfigError(f"{where}: only a quote has a last_flag")
        row.weak = options.get("weak", False)
        row.newest = options.get("newest", False)
        row.nullable = not self.out.null_text.empty()
        row.special = (not row.none.empty() or not row.strip.empty() or row.zero_clears or row.sets_last_flag
                       or row.weak or row.newest)
        if value.conv in ("decimal", "dressed") and not row.none.empty():
            row.none_value = float(options["none"])
        for name, types in (("copy", ("dec",)), ("rest", ("text",)), ("sets", ("bool",))):
            if not options.get(name):
                continue
            field = field_of(kind, options[name], where)
            if TYPE_NAMES[field.type] not in types:
                raise ConfigError(f"{where}: {options[name]} can't take it, it is {TYPE_NAMES[field.type]}")
            row.also, row.also_offset, row.also_size, row.special = field.bit, field.offset, field.size, True
            if name == "copy":
                row.also_size = tf_kinds[kind].decimals + field.bit
        for code in options.get("codes", ()):
            row.values.add(str(code).encode(), 0)
        if options.get("split"):
            row.split, row.behind, row.special = <char>ord(options["split"]), not options.get("rest"), True
        if options.get("having"):
            row.split, row.whole, row.special = <char>ord(options["having"]), True, True
        for i, (text, word) in enumerate(options.get("words", {}).items()):
            if len(word.encode()) > row.size:
                raise ConfigError(f"{where}: the word {word!r} does not fit into {value.field}")
            row.values.add(text.encode(), <uint16_t>i)
            row.words.push_back(word.encode() + bytes(16))
            row.special = True
        if value.conv == "epoch":
            row.unit = options["unit"]
        elif value.conv == "side":
            field = field_of(kind, "side", where)
            row.also, row.also_offset, row.otherwise = field.bit, field.offset, <uint8_t>int(options["side"])
        elif value.conv == "moves":
            field = field_of(kind, options["source"], where)
            if TYPE_NAMES[field.type] != "dec":
                raise ConfigError(f"{where}: {options['source']} is no number")
            row.also, row.also_offset, row.also_size = field.bit, field.offset, tf_kinds[kind].decimals + field.bit
            for word in options["members"]:
                row.values.add(word.encode(), 0)
        elif value.conv == "enum":
            if not all(0 <= int(member) <= 255 for member in (options["otherwise"], *options["members"].values())):
                raise ConfigError(f"{where}: members of enums are 0 to 255")
            row.otherwise = <uint8_t>options["otherwise"]
            for text, member in options["members"].items():
                row.values.add(text.encode(), <uint16_t>int(member))
            if options["also"]:
                field = field_of(kind, options["also"], where)
                if TYPE_NAMES[field.type] != "text":
                    raise ConfigError(f"{where}: {options['also']} can't keep a word, it is {TYPE_NAMES[field.type]}")
                row.also, row.also_offset, row.also_size = field.bit, field.offset, field.size
        return 0


cdef int keep_beside(Shape *shape, Row *row) except -1:
    """Makes a row one whose text is kept beside its record, too."""
    cdef Row *other = &shape.extra.emplace_back(row[0])
    row.conv, row.lane, row.other = CONV_EXTRA, LANE_NONE, other
    return 0


cdef uint64_t bits_of(const Shape *shape) noexcept:
    """The bits of the fields that a shape's rows can state."""
    cdef uint64_t bits = 0
    cdef size_t i
    cdef Conv conv
    for i in range(shape.rows.size()):
        conv = shape.rows[i].conv
        if conv == CONV_EXTRA:
            conv = shape.rows[i].other.conv
        if conv == CONV_OBJECT or conv == CONV_PAIRS:
            bits |= bits_of(shape.rows[i].shape)
        if shape.rows[i].bit < 64:
            bits |= <uint64_t>1 << shape.rows[i].bit
        if shape.rows[i].also < 64:
            bits |= <uint64_t>1 << shape.rows[i].also
    return bits


cdef int compile_table(object table, CTable *out, tuple extra=()) except -1:
    cdef Compiler compiler = Compiler()
    compiler.extra = extra
    return compiler.run(table, out)
