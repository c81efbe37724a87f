"""The C++ side of decoding: engine/read/table.hpp, stage.hpp and decode.hpp."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint64_t
from libcpp cimport bool as cbool
from libcpp.string cimport string
from libcpp.vector cimport vector

from tickfold.engine.structs cimport tf_header

cdef extern from "read/decode.hpp" namespace "tickfold" nogil:
    ctypedef struct Text:
        const char *data
        size_t size

    ctypedef enum Conv:
        CONV_SKIP, CONV_DECIMAL, CONV_DRESSED, CONV_INTEGER, CONV_RFC3339, CONV_EPOCH, CONV_COMPACT_DATE, CONV_US_DATE
        CONV_TEXT, CONV_LONG, CONV_JSON, CONV_CHARS, CONV_SYMBOL, CONV_ENUM, CONV_BOOL, CONV_OBJECT, CONV_EACH
        CONV_SELECT, CONV_SIZE_FILLS, CONV_ASIDE, CONV_MAP, CONV_PAIRS, CONV_LADDER
        CONV_SIDE, CONV_MOVES, CONV_CANDLE, CONV_EXTRA, CONV_BESIDE

    ctypedef enum Lane:
        LANE_NONE

    cppclass Index:
        void add(const string &text, uint16_t value)
        int find(const char *text, size_t size)
        cbool empty()

    cppclass Row:
        Conv conv
        uint8_t type, bit, also, otherwise
        cbool special, nullable, sets_last_flag, zero_clears, weak, newest, behind, whole
        char split
        double none_value
        string none, strip
        uint16_t decimals, offset, size, also_offset, also_size, inner
        int64_t unit
        const Row *other
        Lane lane
        const Shape *shape
        const Select *select
        Index values
        vector[string] words
        string key

    cppclass Constant:
        uint16_t offset, size
        uint8_t bit
        char bytes[128]

    cppclass Rows_ "std::deque<tickfold::Row>":
        Row &emplace_back()
        Row &emplace_back(const Row &row)

    cppclass Shape:
        uint8_t kind
        uint16_t blank, flags, selected
        uint64_t replaces
        string zeros
        const Shape *unknown
        vector[Row] rows
        Index keys
        vector[Constant] constants
        const Row *moves
        const Row *plain
        const Row *whole
        const Row *topic
        const Row *rest
        const Row *tail
        Rows_ extra

    cppclass Absent "tickfold::Select::Absent":
        string key
        const Shape *shape

    cppclass Select:
        string key
        char separator
        Index cases
        vector[const Shape *] shapes
        vector[Absent] first
        vector[Absent] absent
        vector[Absent] unknown
        const Shape *otherwise

    cppclass Shapes_ "std::deque<tickfold::Shape>":
        Shape &emplace_back()

    cppclass Selects_ "std::deque<tickfold::Select>":
        Select &emplace_back()

    cppclass CTable "tickfold::Table":
        uint8_t venue
        cbool null_clears
        string null_text
        const Select *root
        const Shape *root_shape
        const Shape *raw
        Index events
        Index plain
        vector[const Shape *] plain_shapes
        Shapes_ shapes
        Selects_ selects
        uint64_t *stated

    cppclass Entry:
        Text symbol
        Entry *parent
        Entry *main
        Entry *next
        uint64_t nulls, absent
        int32_t exact
        cbool alone
        tf_header *head()

    cppclass Exact:
        Text text
        int32_t next
        uint8_t bit

    cppclass Extra:
        const Entry *entry
        const string *key
        Text text

    cppclass DriftItem "tickfold::Drift::Item":
        int what
        string type, key, sample
        uint64_t count

    cppclass CDrift "tickfold::Drift":
        size_t size()
        const DriftItem &item(size_t i)
        uint64_t beyond()

    cppclass Stage:
        vector[Exact] exact
        vector[Extra] extras
        CDrift drift
        Text keep(const char *data, size_t size)
        void keep_text(Entry *entry, uint8_t bit, Text text)
        cbool full
        uint64_t mismatches
        const char *blank(uint8_t kind)
        Text keep(const char *data, size_t size)
        Exact *text_of(const Entry *entry, uint8_t bit)
        Entry *first()

    ctypedef enum Said "tickfold::Lines::Said":
        NO_LINE "tickfold::Lines::NO_LINE", MORE_LINES "tickfold::Lines::MORE", WHOLE_LINES "tickfold::Lines::WHOLE"
        BROKEN_LINES "tickfold::Lines::BROKEN"

    cppclass Lines:
        cbool under_way()
        const char *data()
        size_t size()
        Said add(const char *line, size_t size) except +
        void drop()

    cppclass JsonDecoder:
        CTable table
        Stage stage
        Lines lines
        uint64_t refused
        cbool decode(const char *data, size_t size)
        cbool decode_line(const char *data, size_t size)
        cbool decode_fast(const char *data, size_t size)
        cbool decode_slow(const char *data, size_t size)
        cbool decode_msgpack(const char *data, size_t size)
        cbool decode_plain(const char *data, size_t size)

    void finish_row(Row &row)
    void finish_shape(Shape &shape)
    void finish_pairs(Shape &shape, const string &name, const string &value, const Shape *others)
