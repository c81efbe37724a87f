// Holds a message's records until the whole message has been read without a fault.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "read/clock.hpp"
#include "read/drift.hpp"
#include "read/table.hpp"

namespace tickfold {

// A record being read; its struct follows in memory. head.known has the bits of the fields that the message states.
struct alignas(64) Entry {
    Text symbol{nullptr, 0};  // size 0 = not stated; interned only once the message has been accepted
    Entry *parent = nullptr;  // the enclosing object's record, whose symbol and time are used if this has none; or nullptr
    Entry *main = nullptr;    // the record beside which this one was made, or nullptr
    Entry *next = nullptr;    // the following record of the message, or nullptr
    uint64_t nulls = 0;       // fields that the message states as "none" (null)
    uint64_t absent = 0;      // a full record: fields that it does not state
    uint64_t with_text = 0;   // fields that have, or had, a text in Stage::exact
    uint64_t cut = 0;         // fields whose text did not fit its slot, or holds a NUL
    uint64_t unread = 0;      // fields whose value could not be read: neither stated nor taken back
    int32_t exact = -1;       // its first text in Stage::exact, -1 = none
    bool settled = false;     // a fill that was handled together with its order
    bool moved = false;       // a number must be moved to another field: see CONV_MOVES
    bool alone = false;       // CONV_SIZE_FILLS read one number: all of it is filled, unless another key says otherwise

    tf_header *head() { return reinterpret_cast<tf_header *>(this + 1); }
    const tf_header *head() const { return reinterpret_cast<const tf_header *>(this + 1); }
    char *bytes() { return reinterpret_cast<char *>(this + 1); }
};

// The wire text of a number with more than 15 digits.
struct Exact {
    Text text;      // nullptr: a later value of the same key replaced it
    int32_t next;   // the entry's next, -1 = none
    uint8_t bit;
};

// What stands under a key that is kept beside its record: the letters of a text, of anything else its JSON.
struct Extra {
    const Entry *entry;      // nullptr: it belongs to all records of the message
    const std::string *key;
    Text text;
};

struct Free {
    void operator()(char *p) const { std::free(p); }
};

class Stage {
  public:
    std::vector<Exact> exact;
    std::vector<Extra> extras;
    MinuteCache minute;
    Drift drift;
    bool full = false;        // a message needed more memory than kMostChunks, or than there is
    bool rewritten = false;   // texts were unescaped or generated, so they may hold a NUL
    uint64_t mismatches = 0;  // values so far that could not be read as their row's field
    uint32_t strange = 0;     // what the message at hand has that its table does not know: keys, and forms of values

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

    // A position to which reset() can bring the stage back.
    struct Mark {
        size_t chunks;
        char *at;
        Entry *last;
        size_t exact, extras;
    };
    Mark mark() const { return {chunks_.size(), at_, last_, exact.size(), extras.size()}; }
    void reset(const Mark &mark) {
        if (chunks_.size() > mark.chunks) {
            chunks_.resize(mark.chunks);
            end_ = chunks_.back().get() + kChunk;
        }
        at_ = mark.at;
        last_ = mark.last;
        (last_ == nullptr ? first_ : last_->next) = nullptr;
        exact.resize(mark.exact);
        extras.resize(mark.extras);
    }

    // Memory for a text that does not stand in the message as it is, with 64 bytes of padding; valid until the next
    // message. Short texts share a block that every message uses again; a message with many of them gets more blocks.
    char *room(size_t size) {
        if (size > kJot / 8) {
            std::unique_ptr<char, Free> alone(static_cast<char *>(std::calloc(size + 64, 1)));
            if (!alone) return nullptr;
            kept_.push_back(std::move(alone));
            return kept_.back().get();
        }
        if (jotted_ + size + 64 > kJot) {
            std::unique_ptr<char, Free> block(static_cast<char *>(std::calloc(kJot, 1)));
            if (!block) return nullptr;
            jot_.swap(block);
            kept_.push_back(std::move(block));
            jotted_ = 0;
        }
        jotted_ += size;
        return jot_.get() + jotted_ - size;
    }
    Text keep(const char *data, size_t size) {
        char *to = room(size);
        if (to == nullptr) return {nullptr, 0};
        std::memcpy(to, data, size);
        return {to, size};
    }

    // Whether the message at hand says nothing that a table knows, but for names of instruments.
    bool is_silent() const {
        for (const Entry *entry = first_; entry != nullptr; entry = entry->next)
            if (entry->head()->known != 0) return false;
        return true;
    }

    __attribute__((always_inline)) void clear() {
        rewritten = false;
        strange = 0;
        exact.clear();
        extras.clear();
        if (unlikely(drift.any())) drift.clear();
        if (jot_) jotted_ = 0;
        if (unlikely(chunks_.size() > 1 || !kept_.empty())) free_large();
        at_ = chunks_[0].get();
        first_ = last_ = nullptr;
    }

    // Memory for a record of a kind; nullptr if there is none.
    __attribute__((always_inline)) Entry *take(uint8_t kind) {
        const size_t size = sizeof(Entry) + tf_kinds[kind].size;  // a multiple of 64
        if (unlikely(size > static_cast<size_t>(end_ - at_))) {
            full = chunks_.size() == kMostChunks || !add_chunk();
            if (full) return nullptr;
        }
        Entry *entry = reinterpret_cast<Entry *>(at_);
        at_ += size;
        return entry;
    }

    // A new record of the shape's kind, with the shape's constants; nullptr if there is no memory.
    __attribute__((always_inline)) Entry *begin(const Shape &shape) {
        Entry *entry = take(shape.kind);
        if (entry == nullptr) return nullptr;
        new (entry) Entry;  // gcc would clear it by `rep stos`, which takes longer than reading a short object
        (last_ == nullptr ? first_ : last_->next) = entry;
        last_ = entry;
        if (likely(shape.blank == sizeof(tf_header)))
            std::memcpy(entry->bytes(), blank(shape.kind), sizeof(tf_header));
        else
            std::memcpy(entry->bytes(), shape.zeros.empty() ? blank(shape.kind) : shape.zeros.data(), shape.blank);
        tf_header *head = entry->head();
        head->flags = shape.flags;
        for (const Constant &constant : shape.constants) {
            std::memcpy(entry->bytes() + constant.offset, constant.bytes, constant.size);
            head->known |= uint64_t{1} << constant.bit;
        }
        return entry;
    }

    // A copy of a record and of its numbers' texts, to restore them. Made after a mark, to be used before the reset to
    // it.
    struct Copy {
        Entry *entry = nullptr;
        std::vector<Exact> exact;
    };
    // False if there is no memory.
    bool copy(const Entry *entry, Copy &out) {
        const uint8_t kind = entry->head()->kind;
        out.entry = take(kind);
        if (out.entry == nullptr) return false;
        std::memcpy(static_cast<void *>(out.entry), entry, sizeof(Entry) + tf_kinds[kind].size);
        for (int32_t i = entry->exact; i >= 0; i = out.exact.back().next) out.exact.push_back(exact[static_cast<size_t>(i)]);
        return true;
    }
    void restore(Entry *entry, const Copy &copy) {
        std::memcpy(static_cast<void *>(entry), copy.entry, sizeof(Entry) + tf_kinds[copy.entry->head()->kind].size);
        int32_t i = entry->exact;
        for (const Exact &one : copy.exact) {
            exact[static_cast<size_t>(i)] = one;
            i = one.next;
        }
    }

    // Keeps the wire text of a number; nullptr if the number is exact. A field has at most one text, so a message that
    // repeats a key makes no long list.
    void keep_text(Entry *entry, uint8_t bit, Text text) {
        const uint64_t flag = uint64_t{1} << bit;
        if (entry->with_text & flag) {
            for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
                if (exact[static_cast<size_t>(i)].bit == bit) {
                    exact[static_cast<size_t>(i)].text = text;
                    return;
                }
            }
        }
        if (text.data == nullptr) return;
        exact.push_back({text, entry->exact, bit});
        entry->exact = static_cast<int32_t>(exact.size() - 1);
        entry->with_text |= flag;
    }

    // The wire text kept for a number, or nullptr.
    const Exact *text_of(const Entry *entry, uint8_t bit) const {
        return const_cast<Stage *>(this)->text_of(entry, bit);
    }
    Exact *text_of(const Entry *entry, uint8_t bit) {
        for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
            Exact &one = exact[static_cast<size_t>(i)];
            if (one.bit == bit && one.text.data != nullptr) return &one;
        }
        return nullptr;
    }

    // Moves a number's text with the number to another field.
    void move_text(Entry *entry, uint8_t from, uint8_t to) {
        for (int32_t i = entry->exact; i >= 0; i = exact[static_cast<size_t>(i)].next) {
            if (exact[static_cast<size_t>(i)].bit == to) exact[static_cast<size_t>(i)].text = {nullptr, 0};
            if (exact[static_cast<size_t>(i)].bit == from) exact[static_cast<size_t>(i)].bit = to;
        }
        entry->with_text |= uint64_t{1} << to;
    }

    // The first record of the message, or nullptr; the others follow by `next`.
    Entry *first() { return first_; }

  private:
    static constexpr size_t kChunk = 64 * 1024;
    static constexpr size_t kMostChunks = 1024;  // 64 MiB. 3 bytes, "{},", can make a record of hundreds
    // Frees what a large message needed.
    __attribute__((noinline)) void free_large() {
        kept_.clear();
        chunks_.resize(1);
        end_ = chunks_[0].get() + kChunk;
    }
    __attribute__((noinline)) bool add_chunk() {
        std::unique_ptr<char, Free> chunk(static_cast<char *>(std::aligned_alloc(64, kChunk)));
        if (!chunk) return false;
        chunks_.push_back(std::move(chunk));
        at_ = chunks_.back().get();
        end_ = at_ + kChunk;
        return true;
    }
    std::vector<std::unique_ptr<char, Free>> chunks_;
    char *at_ = nullptr, *end_ = nullptr;  // room in the last chunk
    Entry *first_ = nullptr, *last_ = nullptr;
    std::vector<std::unique_ptr<char, Free>> kept_;
    static constexpr size_t kJot = 64 * 1024;
    std::unique_ptr<char, Free> jot_;
    size_t jotted_ = kJot;  // the first text allocates the block
    std::vector<char> blanks_[TF_KINDS];
};

}  // namespace tickfold
