// Tables of rows: contiguous records of one kind that never move, found by a key.
//
// A key is the stream's number, some texts of the record, and for some kinds its symbol. What belongs to a row but not
// to its record (links of the index, wire texts of INEXACT numbers, the generation) is in a Side of the same number.
// Nothing here needs Python, and the time of a call does not depend on the size of the table.
#pragma once

#include <cstdlib>
#include <vector>

#include "fold/groups.hpp"
#include "fold/merge.hpp"
#include "fold/names.hpp"
#include "read/stage.hpp"
#include "schema/exact.h"

namespace tickfold {

// Neighbours in a list of rows, by number; 0 = none.
struct List {
    uint32_t first = 0, last = 0;
};

struct alignas(64) Side {
    // What every update needs: one cache line.
    uint64_t hash;        // of the key
    uint64_t words[2];    // the first 16 bytes of the key's first text
    uint32_t next;        // next row of its chain in the index; in a free row: the next free row
    uint32_t generation;  // incremented whenever the row is freed or gets another record
    List *list;           // the one list that the row is in, or nullptr
    uint32_t before, after;  // neighbours in `list`
    uint32_t pins;        // how many calls are handing the row on; it is not freed before they return
    uint32_t listed;      // number of the last snapshot that listed it
    uint16_t stream;
    bool used, leaving;   // `leaving`: to be freed when `pins` is 0
    bool reused;          // an earlier order had the same id: `begun` is set
    // What few updates need.
    uint64_t cut;         // bits of the fields whose text did not fit its slot
    int64_t begun;        // if `reused`: when this order began, ns UTC, or 0 if that is unknown
    uint32_t exact_room;  // how many texts fit in exact.texts
    tf_exact exact;       // texts of INEXACT numbers
};

class RowTable {
  public:
    static constexpr int kMostKeys = 8;

    RowTable(uint8_t kind, uint32_t limit, uint64_t seed)
        : kind_(tf_kinds[kind]), limit_(limit), seed_(seed), rows_(size_t{limit} * kind_.size), sides_(size_t{limit} + 1),
          index_(limit) {}
    ~RowTable() {
        for (uint32_t row = 1; row <= count_; ++row) drop_texts(sides_[row], 0);
    }

    // Sets which text fields form the key; `symbol`: the header's symbol is part of it too.
    void key(const int *bits, int count, bool symbol) {
        key_count_ = count;
        key_symbol_ = symbol;
        for (int i = 0; i < count; ++i) {
            key_fields_[i] = &kind_.fields[bits[i]];
            key_bits_ |= bit_of(bits[i]);
        }
    }

    // Rows that are freed leave these groups from now on.
    void grouped(Groups &groups) { groups_.push_back(&groups); }

    const tf_kind &kind() const { return kind_; }
    uint64_t key_bits() const { return key_bits_; }
    uint32_t limit() const { return limit_; }
    uint32_t count() const { return count_; }  // rows that have been used at some time
    uint32_t used() const { return used_; }    // rows in use
    char *memory() const { return rows_.data(); }

    // Rows are numbered from 1.
    tf_header *at(uint32_t row) const { return reinterpret_cast<tf_header *>(rows_.data() + size_t{row - 1} * kind_.size); }
    Side &side(uint32_t row) const { return sides_.data()[row]; }
    uint32_t number(const tf_header *row) const {
        return static_cast<uint32_t>((reinterpret_cast<const char *>(row) - rows_.data()) / kind_.size) + 1;
    }

    // The hash of a record's key. The stream is not part of it, so one lookup finds a key's rows in all streams.
    uint64_t hash(const tf_header *record) const {
        uint64_t hash = key_symbol_ ? mix(seed_ ^ record->symbol, seed_) : seed_;
        for (int i = 0; i < key_count_; ++i) hash = hash_slot(hash, slot(record, i), key_fields_[i]->size);
        return hash;
    }
    // The same for a slot, where the key is one text.
    uint64_t hash_text(const char *slot, size_t size) const { return hash_slot(seed_, slot, size); }
    // The same for texts, for lookups by a user. `texts[i]` may be longer than its slot.
    uint64_t hash(const Text *texts, uint32_t symbol) const {
        uint64_t hash = key_symbol_ ? mix(seed_ ^ symbol, seed_) : seed_;
        char room[192];
        for (int i = 0; i < key_count_; ++i) {
            const size_t size = key_fields_[i]->size, n = texts[i].size < size ? texts[i].size : size;
            std::memset(room, 0, sizeof room);
            if (n != 0) std::memcpy(room, texts[i].data, n);
            hash = hash_slot(hash, room, size);
        }
        return hash;
    }

    uint32_t first(uint64_t hash) const { return index_.first(hash); }
    uint32_t next(uint32_t row) const { return sides_[row].next; }

    bool same_key(uint32_t row, const tf_header *record) const {
        const tf_header *own = at(row);
        if (key_symbol_ && own->symbol != record->symbol) return false;
        for (int i = 0; i < key_count_; ++i) {
            const char *a = slot(own, i), *b = slot(record, i);
            if (!same_slot(a, b, key_fields_[i]->size)) return false;
        }
        return true;
    }
    bool same_key(uint32_t row, const Text *texts, uint32_t symbol) const {
        const tf_header *own = at(row);
        if (key_symbol_ && own->symbol != symbol) return false;
        for (int i = 0; i < key_count_; ++i) {
            const char *text = slot(own, i);
            const size_t size = key_fields_[i]->size, n = texts[i].size;
            if (n > size || (n != 0 && std::memcmp(text, texts[i].data, n) != 0) || (n < size && text[n] != 0)) return false;
        }
        return true;
    }

    // The rows of a key in all streams, for lookups by a user.
    std::vector<uint32_t> find_all(const Text *texts, uint32_t symbol) const {
        std::vector<uint32_t> rows;
        const uint64_t wanted = hash(texts, symbol);
        for (uint32_t row = index_.first(wanted); row != 0; row = sides_[row].next)
            if (sides_[row].hash == wanted && same_key(row, texts, symbol)) rows.push_back(row);
        return rows;
    }

    // Whether a row, of a table whose key is one text, has this key. Mostly decided without reading the row itself.
    bool is_row(uint32_t row, uint16_t stream, uint64_t hash, const char *key, size_t size) const {
        const Side &beside = sides_[row];
        if (unlikely(beside.hash != hash || beside.stream != stream || beside.words[0] != load64(key) ||
                     beside.words[1] != load64(key + 8)))
            return false;
        return likely(beside.words[1] >> 56 == 0) ||
               same_slot(reinterpret_cast<const char *>(at(row)) + key_fields_[0]->offset, key, size);
    }

    // The row that has a record's key in a stream, or 0.
    uint32_t find(uint16_t stream, const tf_header *record, uint64_t hash) const {
        uint32_t row = index_.first(hash);
        while (row != 0 && !(sides_[row].hash == hash && at(row)->stream == stream && same_key(row, record)))
            row = sides_[row].next;
        return row;
    }

    // Adds a row: a copy of `blank` with the stream and the key of a record. 0 if the limit is reached.
    uint32_t add(uint16_t stream, const tf_header *record, uint64_t hash, const char *blank) {
        uint32_t row = free_;
        if (row != 0)
            free_ = sides_[row].next;
        else if (count_ < limit_)
            row = ++count_;
        else
            return 0;
        ++used_;
        tf_header *head = at(row);
        std::memcpy(static_cast<void *>(head), blank, kind_.size);
        head->stream = stream;
        if (key_symbol_) head->symbol = record->symbol;
        for (int i = 0; i < key_count_; ++i) {
            const tf_field &field = *key_fields_[i];
            if (!has(*record, field.bit)) continue;
            std::memcpy(reinterpret_cast<char *>(head) + field.offset, slot(record, i), field.size);
        }
        Side &beside = sides_[row];
        beside.used = true;
        beside.stream = stream;
        if (key_count_ != 0) std::memcpy(beside.words, slot(record, 0), sizeof beside.words);
        Links links{sides_};
        index_.insert(links, row, hash);
        return row;
    }

    // Adds a row that is not in the index.
    uint32_t add_unlisted(const char *blank, uint16_t stream, uint32_t symbol) {
        if (count_ == limit_) return 0;
        const uint32_t row = ++count_;
        ++used_;
        tf_header *head = at(row);
        std::memcpy(static_cast<void *>(head), blank, kind_.size);
        head->stream = stream;
        head->symbol = symbol;
        sides_[row].used = true;
        return row;
    }

    // Whether a record states any part of its key.
    bool has_key(const tf_header *record) const {
        if (key_symbol_) return record->symbol != 0;
        for (int i = 0; i < key_count_; ++i)
            if (*slot(record, i) != 0) return true;
        return false;
    }

    // Whether nothing but the key has been stored in a row yet.
    static bool is_new(const tf_header *row) { return row->known == 0; }

    // Frees a row: at once, or after the calls that are handing it on have returned.
    void remove(uint32_t row) {
        Side &beside = sides_[row];
        if (beside.pins != 0) {
            beside.leaving = true;
            return;
        }
        unlist(row);
        Links links{sides_};
        index_.remove(links, row);
        for (Groups *groups : groups_) groups->remove(row);
        drop_texts(beside, 0);
        renew(row);
        at(row)->known = 0;
        beside.used = beside.leaving = false;
        beside.listed = 0;
        beside.reused = false;
        beside.cut = 0;
        beside.next = free_;
        free_ = row;
        --used_;
    }
    // The row gets another record: existing views of it raise ReferenceError from now on.
    void renew(uint32_t row) { ++sides_[row].generation; }

    void pin(uint32_t row) { ++sides_[row].pins; }
    void unpin(uint32_t row) {
        Side &beside = sides_[row];
        if (--beside.pins == 0 && unlikely(beside.leaving)) remove(row);
    }

    // A row is in one list at most.
    void unlist(uint32_t row) {
        Side &beside = sides_[row];
        if (beside.list == nullptr) return;
        (beside.before ? sides_[beside.before].after : beside.list->first) = beside.after;
        (beside.after ? sides_[beside.after].before : beside.list->last) = beside.before;
        beside.list = nullptr;
        beside.before = beside.after = 0;
    }
    void enlist(uint32_t row, List &list) {
        unlist(row);
        Side &beside = sides_[row];
        beside.list = &list;
        beside.before = list.last;
        (list.last ? sides_[list.last].after : list.first) = row;
        list.last = row;
    }

    // Whether two slots of a text hold the same one.
    static bool same_slot(const char *a, const char *b, size_t size) {
#pragma GCC unroll 1  // most texts end in the first or second word
        for (size_t at = 0; at < size; at += 8) {
            const uint64_t word = load64(a + at);
            if (word != load64(b + at)) return false;
            if (word >> 56 == 0) return true;
        }
        return true;
    }

    // ---- wire texts of INEXACT numbers, and cut texts

    // Merges what is kept beside a row: the wire texts of INEXACT numbers, and which texts are cut. To be called after
    // merge(); returns the bits of the numbers whose text changed. Two such numbers can have the same float64.
    __attribute__((noinline)) uint64_t merge_marks(uint32_t row, const Entry &entry, const Stage &stage) {
        tf_header *head = at(row);
        Side &beside = sides_[row];
        const uint64_t stated = entry.head()->known;
        uint64_t changed = 0, with = 0;
        for (int32_t i = entry.exact; i >= 0; i = stage.exact[static_cast<size_t>(i)].next) {
            const Exact &one = stage.exact[static_cast<size_t>(i)];
            if (one.text.data == nullptr || !((stated & head->known) >> one.bit & 1)) continue;
            with |= bit_of(one.bit);
            if (put(beside, one.bit, one.text)) changed |= bit_of(one.bit);
        }
        for (uint32_t i = beside.exact.count; i-- > 0;) {  // numbers that are exact or unknown now
            const uint32_t bit = beside.exact.texts[i].bit;
            if (with >> bit & 1 || (!(stated >> bit & 1) && head->known >> bit & 1)) continue;
            changed |= bit_of(static_cast<int>(bit));
            take_out(beside, i);
        }
        beside.cut = ((beside.cut & ~stated) | (entry.cut & stated)) & head->known;
        head->flags = static_cast<uint16_t>((head->flags & ~(TF_INEXACT | TF_TRUNCATED)) |
                                            (beside.exact.count ? TF_INEXACT : 0) | (beside.cut ? TF_TRUNCATED : 0));
        return changed;
    }

    void drop_texts(Side &beside, uint32_t keep) {
        while (beside.exact.count > keep) take_out(beside, beside.exact.count - 1);
        if (keep == 0) {
            std::free(const_cast<tf_exact_text *>(beside.exact.texts));
            beside.exact.texts = nullptr;
            beside.exact_room = 0;
        }
    }

  private:
    struct Links {
        Reserved<Side> &sides;
        uint64_t &hash(uint32_t row) { return sides[row].hash; }
        uint32_t &next(uint32_t row) { return sides[row].next; }
    };

    const char *slot(const tf_header *record, int i) const {
        return has(*record, key_fields_[i]->bit) || in_rows(record)
                   ? reinterpret_cast<const char *>(record) + key_fields_[i]->offset : kEmpty;
    }
    bool in_rows(const tf_header *record) const {  // a new row's key is not `known` yet
        const char *at = reinterpret_cast<const char *>(record);
        return at >= rows_.data() && at < rows_.data() + size_t{count_} * kind_.size;
    }
    static uint64_t hash_slot(uint64_t hash, const char *slot, size_t size) {
        size_t at = 0;
#pragma GCC unroll 1  // as above
        do {
            const uint64_t word = load64(slot + at);
            hash = mix(hash ^ word, hash + at);
            at += 8;
            if (word >> 56 == 0) break;  // the text ends within this word
        } while (at < size);
        return hash;
    }

    // Texts are allocated with their capacity in front of them.
    static size_t &room_of(char *text) { return *reinterpret_cast<size_t *>(text - sizeof(size_t)); }
    static bool put(Side &beside, uint32_t bit, Text text) {
        tf_exact_text *texts = const_cast<tf_exact_text *>(beside.exact.texts);
        uint32_t i = 0;
        while (i < beside.exact.count && texts[i].bit != bit) ++i;
        if (i < beside.exact.count && texts[i].size == text.size && std::memcmp(texts[i].data, text.data, text.size) == 0)
            return false;
        if (i == beside.exact.count) {
            if (i == beside.exact_room) {
                const uint32_t room = i ? 2 * i : 2;
                void *more = std::realloc(texts, room * sizeof(tf_exact_text));
                if (more == nullptr) return false;
                beside.exact.texts = texts = static_cast<tf_exact_text *>(more);
                beside.exact_room = room;
            }
            texts[i] = {nullptr, 0, bit};
            ++beside.exact.count;
        }
        char *own = const_cast<char *>(texts[i].data);
        if (own == nullptr || room_of(own) < text.size) {
            const size_t room = text.size + 24;
            char *block = static_cast<char *>(std::malloc(room + sizeof(size_t)));
            if (block == nullptr) {
                if (own == nullptr) --beside.exact.count;
                return false;
            }
            if (own != nullptr) std::free(own - sizeof(size_t));
            own = block + sizeof(size_t);
            room_of(own) = room;
        }
        std::memcpy(own, text.data, text.size);
        texts[i].data = own;
        texts[i].size = static_cast<uint32_t>(text.size);
        return true;
    }
    static void take_out(Side &beside, uint32_t i) {
        tf_exact_text *texts = const_cast<tf_exact_text *>(beside.exact.texts);
        std::free(const_cast<char *>(texts[i].data) - sizeof(size_t));
        texts[i] = texts[--beside.exact.count];
    }

    alignas(8) static constexpr char kEmpty[192] = {};

    const tf_kind &kind_;
    uint32_t limit_, count_ = 0, used_ = 0, free_ = 0;
    uint64_t seed_;
    int key_count_ = 0;
    bool key_symbol_ = false;
    const tf_field *key_fields_[kMostKeys];
    uint64_t key_bits_ = 0;
    Reserved<char> rows_;
    Reserved<Side> sides_;
    Chains<Links> index_;
    std::vector<Groups *> groups_;
};

}  // namespace tickfold
