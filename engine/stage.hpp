// Where a message's records wait until the whole message has been read without a fault.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "clock.hpp"
#include "table.hpp"

namespace tickfold {

// A record being read; its struct follows. Bits of head.known are the fields stated by the message.
struct Entry {
    Text symbol;      // size 0 = not stated; interned only when the message is accepted
    Entry *parent;    // the record of the enclosing object, or nullptr: lends symbol and time
    Entry *main;      // the record beside which this one was made, or nullptr
    uint64_t nulls;   // fields that the message takes back
    uint32_t size;    // bytes of the entry with its record
    int32_t exact;    // its first text in Stage::exact, -1 = none
    bool moved;       // a number belongs in another field: see CONV_MOVES
    bool alone;       // size and fills was one number: if nothing else says otherwise, all of it is filled

    tf_header *head() { return reinterpret_cast<tf_header *>(this + 1); }
    char *bytes() { return reinterpret_cast<char *>(this + 1); }
};

// The wire text of a number with more than 15 digits.
struct Exact {
    Text text;      // nullptr: a later value of the same key took its place
    int32_t next;   // the entry's next, -1 = none
    uint8_t bit;
};

struct Free {
    void operator()(char *p) const { std::free(p); }
};

class Stage {
  public:
    std::vector<Exact> exact;
    MinuteCache minute;
    bool full = false;        // a message would have taken more memory than kMostChunks
    uint64_t mismatches = 0;  // values whose form was not that of their row, ever

    Stage() {
        for (int code = 1; code < TF_KINDS; ++code) {
            const tf_kind &kind = tf_kinds[code];
            blanks_[code].assign(kind.size, 0);
            char *blank = blanks_[code].data();
            reinterpret_cast<tf_header *>(blank)->kind = static_cast<uint8_t>(code);
            reinterpret_cast<tf_header *>(blank)->ts_event = TF_UNKNOWN_TIME;
            for (unsigned i = 0; i < kind.count; ++i) {
                const tf_field &field = kind.fields[i];
                double nan = NAN;
                int64_t unknown = TF_UNKNOWN_TIME;
                if (field.type == TF_TYPE_DEC) std::memcpy(blank + field.offset, &nan, 8);
                if (field.type == TF_TYPE_TIME) std::memcpy(blank + field.offset, &unknown, 8);
            }
        }
        add_chunk();
    }

    // A record in which nothing is stated: NaN, unknown times, zeros, empty texts.
    const char *blank(uint8_t kind) const { return blanks_[kind].data(); }

    // Where the stage stands, to come back to.
    struct Mark {
        size_t chunk, used, count, exact;
    };
    Mark mark() const { return {chunk_, chunks_[chunk_].used, count_, exact.size()}; }
    void reset(const Mark &mark) {
        chunks_.resize(mark.chunk + 1);
        chunk_ = mark.chunk;
        chunks_[chunk_].used = mark.used;
        count_ = mark.count;
        exact.resize(mark.exact);
    }

    // Text that the message does not hold itself, readable for 64 bytes more; kept until the next message.
    Text keep(const char *data, size_t size) {
        std::unique_ptr<char, Free> copy(static_cast<char *>(std::malloc(size + 64)));
        if (!copy) return {nullptr, 0};
        std::memcpy(copy.get(), data, size);
        std::memset(copy.get() + size, 0, 64);
        kept_.push_back(std::move(copy));
        return {kept_.back().get(), size};
    }

    // The same for the short text of a number: from memory that is used again for every message, and from more such
    // blocks for one with thousands of numbers.
    Text jot(const char *data, size_t size) {
        if (jotted_ + size + 64 > kJot) {
            std::unique_ptr<char, Free> block(static_cast<char *>(std::calloc(kJot, 1)));
            if (!block) return {nullptr, 0};
            jot_.swap(block);
            kept_.push_back(std::move(block));
            jotted_ = 0;
        }
        char *to = jot_.get() + jotted_;
        std::memcpy(to, data, size);
        jotted_ += size;
        return {to, size};
    }

    void clear() {
        exact.clear();
        kept_.clear();
        if (jot_) jotted_ = 0;
        if (chunks_.size() > 1) chunks_.resize(1);  // what a large message took is given back
        chunks_[0].used = 0;
        chunk_ = 0;
        count_ = 0;
    }

    size_t count() const { return count_; }

    // A new record of a kind with the shape's constants; nullptr when memory is out.
    Entry *begin(const Shape &shape) {
        const tf_kind &kind = tf_kinds[shape.kind];
        size_t size = (sizeof(Entry) + kind.size + 15) & ~size_t{15};
        if (chunks_[chunk_].used + size > kChunk) {
            full = chunks_.size() == kMostChunks;
            if (full || !add_chunk()) return nullptr;
        }
        Chunk &chunk = chunks_[chunk_];
        Entry *entry = reinterpret_cast<Entry *>(chunk.bytes.get() + chunk.used);
        chunk.used += size;
        ++count_;
        entry->symbol = {nullptr, 0};
        entry->parent = entry->main = nullptr;
        entry->nulls = 0;
        entry->size = static_cast<uint32_t>(size);
        entry->exact = -1;
        entry->alone = entry->moved = false;
        if (!shape.zeros.empty())
            std::memcpy(entry->bytes(), shape.zeros.data(), kind.size);
        else if (shape.blank == sizeof(tf_header))
            std::memcpy(entry->bytes(), blank(shape.kind), sizeof(tf_header));
        else
            std::memcpy(entry->bytes(), blank(shape.kind), shape.blank);
        tf_header *head = entry->head();
        head->flags = shape.flags;
        for (const Constant &constant : shape.constants) {
            std::memcpy(entry->bytes() + constant.offset, constant.bytes, constant.size);
            head->known |= uint64_t{1} << constant.bit;
        }
        return entry;
    }

    // Keeps a number's text beside it; nullptr where the number is exact. A field has one text at most: a message that
    // says the same key again and again makes no long list.
    void keep_text(Entry *entry, uint8_t bit, Text text) {
        for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
            if (exact[static_cast<size_t>(i)].bit == bit) {
                exact[static_cast<size_t>(i)].text = text;
                return;
            }
        }
        if (text.data == nullptr) return;
        exact.push_back({text, entry->exact, bit});
        entry->exact = static_cast<int32_t>(exact.size() - 1);
    }

    // The text beside a number, or nullptr.
    Exact *text_of(const Entry *entry, uint8_t bit) {
        for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
            Exact &one = exact[static_cast<size_t>(i)];
            if (one.bit == bit && one.text.data != nullptr) return &one;
        }
        return nullptr;
    }

    // The text beside a number goes where the number goes.
    void move_text(Entry *entry, uint8_t from, uint8_t to) {
        for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
            if (exact[static_cast<size_t>(i)].bit == to) exact[static_cast<size_t>(i)].text = {nullptr, 0};
            if (exact[static_cast<size_t>(i)].bit == from) exact[static_cast<size_t>(i)].bit = to;
        }
    }

    // The entries in order: first(), then next() until nullptr.
    Entry *first() {
        cursor_chunk_ = cursor_at_ = 0;
        return next();
    }
    Entry *next() {
        while (cursor_chunk_ < chunks_.size() && cursor_at_ >= chunks_[cursor_chunk_].used) {
            ++cursor_chunk_;
            cursor_at_ = 0;
        }
        if (cursor_chunk_ == chunks_.size()) return nullptr;
        Entry *entry = reinterpret_cast<Entry *>(chunks_[cursor_chunk_].bytes.get() + cursor_at_);
        cursor_at_ += entry->size;
        return entry;
    }

  private:
    static constexpr size_t kChunk = 64 * 1024;
    static constexpr size_t kMostChunks = 1024;  // 64 MiB: "{}" is 3 bytes of a message, and a record of hundreds
    struct Chunk {
        std::unique_ptr<char, Free> bytes;
        size_t used = 0;
    };
    bool add_chunk() {
        char *bytes = static_cast<char *>(std::malloc(kChunk));
        if (bytes == nullptr) return false;
        chunks_.push_back({std::unique_ptr<char, Free>(bytes), 0});
        chunk_ = chunks_.size() - 1;
        return true;
    }
    std::vector<Chunk> chunks_;
    std::vector<std::unique_ptr<char, Free>> kept_;
    static constexpr size_t kJot = 64 * 1024;
    std::unique_ptr<char, Free> jot_;
    size_t jotted_ = kJot;  // the first one takes the memory
    size_t chunk_ = 0, count_ = 0, cursor_chunk_ = 0, cursor_at_ = 0;
    std::vector<char> blanks_[TF_KINDS];
};

}  // namespace tickfold
