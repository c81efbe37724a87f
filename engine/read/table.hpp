// A venue's table, compiled: which key of which object goes to which field of which record, and how.
//
// Compiled once from a venue's table.py. Afterwards only predictions change (`next`, `first`, `guess`): they remember
// which key came next, or first, the last time.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "read/number.hpp"

namespace tickfold {

// How a value becomes a field. The names are those of tickfold/schema/language.py.
enum Conv : uint8_t {
    // Those that a text can fill; after -> the types of field they can fill
    CONV_DECIMAL,      // number or numeric text -> dec
    CONV_DRESSED,      // IBKR's formatted number -> dec; C or H sets Quote.last_flag where the row says so
    CONV_INTEGER,      // number or numeric text -> i64 u64 i32 u32 u8
    CONV_RFC3339,      // -> time
    CONV_EPOCH,        // number or numeric text of `unit` ns -> time
    CONV_COMPACT_DATE, // YYYYMMDD-HH:MM:SS -> time
    CONV_US_DATE,      // MM/DD/YYYY HH:MM:SS -> time
    CONV_TEXT,         // text or number -> text
    CONV_LONG,         // text -> long
    CONV_CHARS,        // list of texts, or text -> text, one character each
    CONV_SYMBOL,       // text or number -> symbol
    CONV_ENUM,         // text -> enum, and the text itself -> `also`
    CONV_BOOL,         // true false "True" "1" 0 -> bool
    CONV_SIZE_FILLS,   // IBKR's filled/remaining -> filled_qty, leaves_qty
    CONV_LADDER,       // a row of IBKR's price ladder: "price" or "size @ price"
    CONV_SIDE,         // a size whose key says on which side it is
    CONV_MOVES,        // a word that says in which of two fields a number belongs
    CONV_CANDLE,       // ETNA's SYMBOL|EXCHANGE|CURRENCY:PERIOD -> symbol, exchange, currency and interval of a bar
    // The others
    CONV_SKIP,         // a known key that is ignored
    CONV_JSON,         // any value, as it stands on the wire -> long, data
    CONV_PAIRS,        // a list of {"Name": key, "Value": value}, or a text that is one: an object's keys and values
    CONV_OBJECT,       // an object whose keys belong to the same record
    CONV_EACH,         // an object, or a list of objects: a record each
    CONV_MAP,          // an object of objects: a record each; its key goes where the shape's `rest` says
    CONV_SELECT,       // an object, or a list of objects, whose kind is decided by the text of one key
    CONV_ASIDE,        // a key that belongs to a second record, made beside the object's own
    CONV_EXTRA,        // a key that is kept as text beside its record, too; `other` says what it means
    CONV_BESIDE,       // a key that a second record has a row for, too; `other` says what it means to the first
};

constexpr uint8_t kNoBit = 255;
constexpr uint16_t kSymbolField = 0xFFFF;  // the header's symbol as a target

// Maps texts to small numbers. Hashes and compares the first and the last 8 bytes, which are all of most texts.
class Index {
  public:
    void add(const std::string &text, uint16_t value) {
        const std::string padded = text + std::string(8, '\0');
        entries_.push_back({Ends(padded.data(), text.size()), text, value});
        rebuild();
    }
    bool empty() const { return entries_.empty(); }
    // The value of a text, or -1. 8 bytes must be readable.
    __attribute__((hot)) int find(const char *text, size_t size) const {
        const Ends ends(text, size);
        for (size_t at = ends.hash() & mask_;; at = (at + 1) & mask_) {
            const int16_t slot = slots_[at];
            if (slot < 0) return -1;
            const Entry &entry = entries_[static_cast<size_t>(slot)];
            if (likely(entry.ends == ends && (size <= 16 || std::memcmp(entry.text.data(), text, size) == 0))) return entry.value;
        }
    }

  private:
    struct Ends {
        uint64_t first, last;  // 8 bytes each; zeros where the text has none of its own
        size_t size;
        Ends(const char *text, size_t bytes)
            : first(bytes == 0 ? 0 : load8(text) & kLowBytes[bytes < 8 ? bytes : 8]),
              last(bytes > 8 ? load8(text + bytes - 8) : 0), size(bytes) {}
        size_t hash() const { return static_cast<size_t>(((first ^ last * 31 ^ size) * 0x9E3779B97F4A7C15u) >> 40); }
        bool operator==(const Ends &other) const {
            return first == other.first && last == other.last && size == other.size;
        }
    };
    struct Entry {
        Ends ends;
        std::string text;
        uint16_t value;
    };
    void rebuild() {
        size_t capacity = 8;
        while (capacity < entries_.size() * 4) capacity *= 2;
        mask_ = capacity - 1;
        slots_.assign(capacity, -1);
        for (size_t i = 0; i < entries_.size(); ++i) {
            size_t at = entries_[i].ends.hash() & mask_;
            while (slots_[at] >= 0) at = (at + 1) & mask_;
            slots_[at] = static_cast<int16_t>(i);
        }
    }
    std::vector<Entry> entries_;
    std::vector<int16_t> slots_{-1};  // -1: free; there is always a free one, where a search ends
    size_t mask_ = 0;
};

struct Shape;
struct Select;

// What the scanner's fast lane does with a row; see Scanner::lane.
enum Lane : uint8_t {
    LANE_NONE,     // not for the fast lane
    LANE_ANY,      // any text or number, by put_text and put_number
    LANE_ENUM,     // a word
    LANE_DECIMAL,  // a number
    LANE_CHARS,    // a list of one text into a slot of 8 bytes
    // Texts
    LANE_CHAR,     // into a slot of 1 byte
    LANE_HALF,     // into a slot of 4 bytes
    LANE_SLOT,     // into a slot of 8 bytes
    LANE_TEXT,     // into a wider slot
    LANE_TIME,     // RFC 3339
    LANE_SYMBOL,
    LANE_SKIP,     // a key to ignore
};

struct alignas(64) Row {
    // What the fast lane reads, in one cache line.
    alignas(16) char pattern[32] = {};  // `"key":`, compared in one or two loads; empty if longer
    Row *next = nullptr;                // the row whose key followed this one last time
    uint64_t flag = 0;                  // the field's bit in `known`; 0: a field of the header
    uint8_t pattern_size = 0;
    Lane lane = LANE_NONE;
    uint8_t bit = kNoBit;               // of the field; kNoBit: a field of the header
    Conv conv = CONV_SKIP;
    uint16_t decimals = 0;              // offset of the field's count of decimals
    uint16_t offset = 0;                // of the field
    uint16_t size = 0;                  // bytes of the field
    bool special = false;               // a value may stand for another one: see below
    bool nullable = false;              // a text may stand for null
    bool by_digits = false;             // the digits of a whole number are stored as text

    uint8_t type = 0;                   // tf_type of the field
    uint8_t also = kNoBit;              // bit of the text field that keeps an enum's own word
    uint8_t otherwise = 0;              // CONV_ENUM: the member for a text that is not listed
    bool sets_last_flag = false;        // CONV_DRESSED: the prefix C or H goes to Quote.last_flag
    bool zero_clears = false;           // zero means that there is none
    bool weak = false;                  // gives way to another key of the same message that fills the field
    bool newest = false;                // times: keep the latest one of the message
    bool behind = false;                // CONV_TEXT: store only the part after `split`
    bool whole = false;                 // CONV_TEXT: store all of a text that has a `split`, nothing of one that has none
    char split = 0;                     // CONV_TEXT: what stands behind the last one goes to `also`; CONV_SYMBOL: see there
    double none_value = NAN;            // a number that means that there is none, however it is written
    // Of `also`: a text, or a number with its count of decimals. CONV_MOVES: of the field that it leaves.
    uint16_t also_offset = 0, also_size = 0;
    uint16_t inner = 0;                 // CONV_ASIDE, CONV_BESIDE: index of the row within `shape`
    int64_t unit = 0;                   // CONV_EPOCH: ns a unit
    const Row *other = nullptr;         // CONV_EXTRA, CONV_BESIDE: what the key means otherwise
    const Shape *shape = nullptr;       // CONV_OBJECT, CONV_EACH, CONV_MAP, CONV_PAIRS, CONV_ASIDE, CONV_BESIDE
    const Select *select = nullptr;     // CONV_SELECT
    std::string none;                   // a text or number, as written, that means that there is none
    std::string strip;                  // CONV_TEXT: a prefix to leave out
    Index values;                       // CONV_ENUM; CONV_INTEGER: those that set `also`; CONV_TEXT: texts that stand for others,
    std::vector<std::string> words;     // and their replacements, each with 16 bytes of padding
    std::string key;
};

// A list of (name, value) pairs, whose names are the keys of a shape.
struct Pairs {
    struct alignas(16) Item {
        char pattern[64] = {};      // what precedes the value in a text: {\"Name\":\"cash\",\"Value\":
        unsigned pattern_size = 0;  // 0: it is longer
        const Row *row = nullptr;
        Item *next = nullptr;       // the item that followed this one last time
    };
    std::string name, value;        // the keys of a pair
    const Shape *others = nullptr;  // for pairs whose name is no key of the shape: a record each
    std::vector<Item> items;        // by row
    Item *first = nullptr;          // the item that came first last time
};

// A field that a shape always sets: Bar.bar_class = MINUTE.
struct Constant {
    uint16_t offset;
    uint8_t bit;
    uint16_t size;
    char bytes[128];  // the widest slot
};

struct Shape {
    uint8_t kind = 0;                // tf_RecordKind; 0 = an envelope, which makes no record of its own
    uint16_t blank = 0;              // bytes to initialise; only the header if the record is merged into a row
    bool simple = false;             // all values are plain, and the select's text is not used
    Row *first = nullptr;            // the row whose key came first last time; nullptr where there are no rows
    uint16_t selected = 0;           // index of the row of the select's own key
    uint16_t flags = 0;              // tf_Flag of the records
    uint64_t replaces = 0;           // fields that become unknown if the record does not state them (full records)
    std::string zeros;               // initial bytes if the protocol omits zeros (absent means 0); else empty
    const Shape *unknown = nullptr;  // an envelope in which an unknown key is an unknown message: the Raw shape
    std::vector<Row> rows;
    Index keys;
    std::vector<Constant> constants;
    const Row *moves = nullptr;      // its row of CONV_MOVES, if it has one
    const Row *plain = nullptr;      // its row without a key, if it has one: what a value that is no object means
    const Row *whole = nullptr;      // gets the object itself, as it stands on the wire
    const Row *topic = nullptr;      // gets the select's text
    const Row *rest = nullptr;       // gets the part of the select's text after the separator
    const Row *tail = nullptr;       // gets the part after the next separator
    std::deque<Row> extra;           // owns `whole`, `topic`, `rest` and `tail`
    std::unique_ptr<Pairs> pairs;    // if the shape's keys are names of pairs
};

struct Select {
    std::string key;                 // the key whose text decides
    char separator = 0;              // the text ends here: smd+265598
    Index cases;
    std::vector<const Shape *> shapes;
    struct Absent {
        std::string key;
        const Shape *shape;
    };
    std::vector<Absent> first;       // an object with one of these keys has that shape, whatever `key` says
    std::vector<Absent> absent;      // objects without `key`: the first of these keys that holds a text decides
    std::vector<Absent> unknown;     // the same for objects whose text under `key` is none of the cases
    // First key and text of the last object, if that key was `key`: after {"T":"q" the next object often begins so too.
    alignas(16) char guess[48] = {};  // 32 used at most; 16 bytes must be readable at `guess_text`
    uint8_t guess_size = 0;
    Text guess_text{nullptr, 0};     // within `guess`
    bool guess_passes = false;       // the shape does not need that key itself, so it may be skipped
    const Shape *guess_shape = nullptr;
    const Shape *otherwise = nullptr;    // a Raw shape
};

struct Table {
    uint8_t venue = 0;
    bool null_clears = false;        // null makes a field unknown again; else null changes nothing
    std::string null_text;           // a text that stands for null
    const Select *root = nullptr;    // the shape of a message: by a select,
    const Shape *root_shape = nullptr;  // or always the same
    const Shape *raw = nullptr;      // of what is not as the table says
    Index events;                    // words of Order.event: the status they stand for, | 0x100 for a correction
    Index plain;                     // messages that are no JSON, by their whole text
    std::vector<const Shape *> plain_shapes;
    std::deque<Shape> shapes;        // deque: addresses stay
    std::deque<Select> selects;
    uint64_t stated[TF_KINDS] = {};  // by kind: the bits of the fields that its keys can state
};

// Whether a pattern of up to 32 bytes (zero-padded, 16-byte aligned) stands at p, where 32 bytes are readable.
inline bool matches(const char *p, const char *pattern, size_t size) {
    if (size <= 8) return ((load8(p) ^ load8(pattern)) & kLowBytes[size]) == 0;
#if defined(__SSE2__)
    auto differs = [&](int half) {
        __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p + half));
        __m128i want = _mm_load_si128(reinterpret_cast<const __m128i *>(pattern + half));
        return ~static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, want)));
    };
    if (size <= 16) return (differs(0) & ((1u << size) - 1)) == 0;
    return (differs(0) & 0xFFFF) == 0 && (differs(16) & ((1u << (size - 16)) - 1)) == 0;
#else
    return std::memcmp(p, pattern, size) == 0;
#endif
}

// The same for a pattern of 16 to 64 bytes, where 64 bytes are readable.
inline bool matches_long(const char *p, const char *pattern, size_t size) {
#if defined(__SSE2__)
    auto same = [&](size_t at) {
        return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + at)),
                              _mm_loadu_si128(reinterpret_cast<const __m128i *>(pattern + at)));
    };
    __m128i all = _mm_and_si128(same(0), same(size - 16));
    for (size_t at = 16; at < size - 16; at += 16) all = _mm_and_si128(all, same(at));
    return _mm_movemask_epi8(all) == 0xFFFF;
#else
    return std::memcmp(p, pattern, size) == 0;
#endif
}

// Sets what follows from a row's key, conversion and field (pattern, lane …).
inline void finish_row(Row &row) {
    row.flag = row.bit == kNoBit ? 0 : uint64_t{1} << row.bit;
    row.by_digits = !row.special && (row.conv == CONV_TEXT || row.conv == CONV_SYMBOL || row.conv == CONV_INTEGER ||
                                     row.conv == CONV_EPOCH);
    std::string text = '"' + row.key + "\":";
    if (text.size() <= sizeof row.pattern) {
        row.pattern_size = static_cast<uint8_t>(text.size());
        std::memcpy(row.pattern, text.data(), text.size());
    }
    auto lane = [&] {
        if (row.pattern_size == 0 || row.conv > CONV_SKIP) return LANE_NONE;
        if (row.conv == CONV_SKIP) return LANE_SKIP;
        if (row.special) return LANE_ANY;
        // Texts that stand for null are no numbers and no times: rows of numbers and times need no check for them.
        if (row.nullable && row.conv != CONV_DECIMAL && row.conv != CONV_RFC3339) return LANE_ANY;
        switch (row.conv) {
            case CONV_DECIMAL:
            case CONV_DRESSED: return LANE_DECIMAL;
            case CONV_RFC3339: return LANE_TIME;
            case CONV_SYMBOL: return row.weak ? LANE_ANY : LANE_SYMBOL;
            case CONV_TEXT: 
                return row.size == 1 ? LANE_CHAR : row.size == 4 ? LANE_HALF : row.size == 8 ? LANE_SLOT : LANE_TEXT;
            case CONV_CHARS: return row.size == 8 ? LANE_CHARS : LANE_ANY;
            case CONV_ENUM: return LANE_ENUM;
            default: return LANE_ANY;
        }
    };
    row.lane = lane();
}

// Sets what follows from all rows of a shape. From here on their addresses must not change.
inline void finish_shape(Shape &shape) {
    const size_t count = shape.rows.size();
    bool plain = true;
    for (size_t i = 0; i < count; ++i) {
        shape.rows[i].next = &shape.rows[(i + 1) % count];
        plain = plain && shape.rows[i].conv <= CONV_SKIP;
    }
    shape.first = count ? &shape.rows[0] : nullptr;
    shape.simple = plain && count && shape.kind != 0 && shape.whole == nullptr && shape.topic == nullptr &&
                   shape.rest == nullptr && shape.tail == nullptr && shape.unknown == nullptr;
}

// Makes a finished shape the shape of a list of pairs, whose names are its keys.
inline void finish_pairs(Shape &shape, const std::string &name, const std::string &value, const Shape *others) {
    shape.pairs = std::make_unique<Pairs>();
    Pairs &pairs = *shape.pairs;
    pairs.name = name;
    pairs.value = value;
    pairs.others = others;
    const size_t count = shape.rows.size();
    pairs.items.resize(count);
    for (size_t i = 0; i < count; ++i) {
        Pairs::Item &item = pairs.items[i];
        item.row = &shape.rows[i];
        item.next = &pairs.items[(i + 1) % count];
        const std::string text = "{\\\"" + name + "\\\":\\\"" + item.row->key + "\\\",\\\"" + value + "\\\":";
        if (text.size() > sizeof item.pattern) continue;
        item.pattern_size = static_cast<unsigned>(text.size());
        std::memcpy(item.pattern, text.data(), text.size());
    }
    pairs.first = count ? &pairs.items[0] : nullptr;
}

}  // namespace tickfold
