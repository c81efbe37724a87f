// Interned names: the text of an instrument becomes a small dense number once, and is compared as a number from then
// on. The same text in two domains (streams) is two names; all names of one text can be found without trying
// each domain.
#pragma once

#include <cstdlib>

#include "fold/hash.hpp"

namespace tickfold {

class Names {
  public:
    static constexpr size_t kLongest = 383;  // bytes of a name

    // `limit`: largest number of names. `seed`: a secret random number for the hash.
    Names(uint32_t limit, uint64_t seed)
        : limit_(limit), seed_(seed), names_(size_t{limit} + 1), by_name_(limit), by_text_(limit) {}
    ~Names() {
        for (uint32_t id = 1; id <= count_; ++id) std::free(names_[id].text);
    }

    uint32_t count() const { return count_; }
    uint32_t limit() const { return limit_; }
    uint16_t domain(uint32_t id) const { return names_[id].domain; }
    const char *text(uint32_t id) const { return names_[id].text; }
    size_t size(uint32_t id) const { return names_[id].size; }

    // The number of a name, or 0 if it is unknown. 16 bytes must be readable at the text, here and below.
    uint32_t find(uint16_t domain, const char *text, size_t size) const {
        const Key key(domain, text, size, seed_);
        return size == 0 || size > kLongest ? 0 : search(key, text);
    }

    // The same, but adds a name that is new. 0 if the text is empty or too long, the limit is reached, or there is no
    // memory.
    uint32_t intern(uint16_t domain, const char *text, size_t size) {
        uint64_t low, high;
        first_words(text, size, low, high);
        Recent &recent = recent_[((low + domain) * 0x9E3779B97F4A7C15u ^ high * 0xD6E8FEB86659FD93u) >> kRecentShift];
        if (likely(recent.low == low && recent.high == high && recent.size == size && recent.domain == domain))
            return recent.id;
        return search_or_add(domain, text, size, recent);
    }

    // The first name that has this text, in any domain, or 0. next_of_text() gives the others, newest first.
    uint32_t first_of_text(const char *text, size_t size) const {
        if (size == 0 || size > kLongest) return 0;
        const Key key(0, text, size, seed_);
        return first_of_text(key, text);
    }
    uint32_t next_of_text(uint32_t id) const { return names_[id].same_text; }

  private:
    // Names of up to 16 bytes that were met lately: found by one load, whatever the size of the table.
    struct alignas(32) Recent {
        uint64_t low, high;
        uint32_t id;
        uint16_t domain, size;
    };
    static constexpr int kRecentShift = 64 - 12;
    struct alignas(64) Name {  // one cache line
        uint64_t low, high;  // the first 16 bytes, zero-padded
        uint32_t next;       // in by_name_
        uint16_t domain, size;
        char *text;          // owned, with a NUL behind it
        uint64_t hash;       // of domain and text
        uint64_t text_hash;
        uint32_t text_next;  // in by_text_, where this name is its text's first
        uint32_t same_text;  // the next name of the same text
    };
    struct Key {
        uint64_t low, high, text_hash, hash;
        size_t size;
        uint16_t domain;
        Key(uint16_t of, const char *text, size_t bytes, uint64_t seed) : size(bytes), domain(of) {
            first_words(text, bytes, low, high);
            text_hash = hash_words(low, high ^ bytes, seed);
            if (unlikely(bytes > 16 && bytes <= kLongest)) text_hash = hash_rest(text_hash, seed, text, bytes);
            hash = text_hash + of * 0x9E3779B97F4A7C15u;
        }
    };
    struct ByName {
        Reserved<Name> &names;
        uint64_t &hash(uint32_t id) { return names[id].hash; }
        uint32_t &next(uint32_t id) { return names[id].next; }
    };
    struct ByText {
        Reserved<Name> &names;
        uint64_t &hash(uint32_t id) { return names[id].text_hash; }
        uint32_t &next(uint32_t id) { return names[id].text_next; }
    };

    bool is(const Name &name, const Key &key, const char *text) const {
        return name.low == key.low && name.high == key.high && name.size == key.size &&
               (key.size <= 16 || std::memcmp(name.text, text, key.size) == 0);
    }
    uint32_t search(const Key &key, const char *text) const {
        uint32_t id = by_name_.first(key.hash);
        while (id != 0 && !(names_[id].domain == key.domain && is(names_[id], key, text))) id = names_[id].next;
        return id;
    }
    uint32_t first_of_text(const Key &key, const char *text) const {
        uint32_t id = by_text_.first(key.text_hash);
        while (id != 0 && !is(names_[id], key, text)) id = names_[id].text_next;
        return id;
    }
    // The same as intern(), for a name that is not in `recent`; from then on it is.
    __attribute__((noinline)) uint32_t search_or_add(uint16_t domain, const char *text, size_t size, Recent &recent) {
        const Key key(domain, text, size, seed_);
        uint32_t id = search(key, text);
        if (id == 0 && (id = add(key, text)) == 0) return 0;
        if (size <= 16) recent = {key.low, key.high, id, domain, static_cast<uint16_t>(size)};
        return id;
    }
    __attribute__((noinline)) uint32_t add(const Key &key, const char *text) {
        if (key.size == 0 || key.size > kLongest || count_ == limit_) return 0;
        char *const own = static_cast<char *>(std::malloc(key.size + 17));  // 16 bytes are read at once
        if (own == nullptr) return 0;
        std::memcpy(own, text, key.size);
        std::memset(own + key.size, 0, 17);
        const uint32_t id = ++count_;
        Name &name = names_[id];
        name.low = key.low;
        name.high = key.high;
        name.text = own;
        name.size = static_cast<uint16_t>(key.size);
        name.domain = key.domain;
        const uint32_t other = first_of_text(key, text);
        ByText by_text{names_};
        if (other == 0) {
            by_text_.insert(by_text, id, key.text_hash);
        } else {  // inserted after the first one, to which the index refers
            name.same_text = names_[other].same_text;
            names_[other].same_text = id;
        }
        ByName by_name{names_};
        by_name_.insert(by_name, id, key.hash);
        return id;
    }

    uint32_t limit_, count_ = 0;
    uint64_t seed_;
    Reserved<Recent> recent_{size_t{1} << (64 - kRecentShift)};
    Reserved<Name> names_;  // by number; number 0 is unused
    Chains<ByName> by_name_;
    Chains<ByText> by_text_;
};

}  // namespace tickfold
