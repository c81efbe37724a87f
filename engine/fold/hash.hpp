// Hashing of keys, and an index that grows a little at a time instead of being rebuilt.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <new>

#include "schema/likely.hpp"

namespace tickfold {

inline uint64_t mix(uint64_t a, uint64_t b) {
    const unsigned __int128 product =
        static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15u) * (b ^ 0xD6E8FEB86659FD93u);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t load64(const char *p) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    return word;
}

// The first 16 bytes of a text as two words, with zeros behind its end; 16 bytes must be readable.
inline void first_words(const char *text, size_t size, uint64_t &low, uint64_t &high) {
    low = load64(text);
    high = load64(text + 8);
    if (size < 8) {
        low &= (uint64_t{1} << (8 * size)) - 1;
        high = 0;
    } else if (size < 16) {
        high &= (uint64_t{1} << (8 * (size - 8))) - 1;
    }
}

// A text's hash. The secret seed is part of both factors of the first product: otherwise a peer could choose texts that
// make one factor zero and so give them all the same hash. Each further word is mixed with the hash so far.
inline uint64_t hash_words(uint64_t low, uint64_t high, uint64_t seed) {
    return mix(low ^ seed, high ^ (seed << 32 | seed >> 32));
}
inline uint64_t hash_rest(uint64_t hash, uint64_t seed, const char *text, size_t size) {
    size_t at = 16;
    for (; at + 8 <= size; at += 8) hash = mix(hash ^ load64(text + at), hash ^ seed);
    if (at < size) hash = mix(hash ^ load64(text + size - 8), hash ^ seed);
    return hash;
}

// Reserves address space for `count` objects of zero bytes. A page takes memory only once it is written to. Objects
// never move.
template <class T>
class Reserved {
  public:
    explicit Reserved(size_t count) : bytes_(count * sizeof(T)) {
        void *at = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED) throw std::bad_alloc();
        at_ = static_cast<T *>(at);
    }
    ~Reserved() { ::munmap(static_cast<void *>(at_), bytes_); }
    Reserved(const Reserved &) = delete;
    Reserved &operator=(const Reserved &) = delete;
    T &operator[](size_t i) { return at_[i]; }
    const T &operator[](size_t i) const { return at_[i]; }
    T *data() const { return at_; }

  private:
    T *at_;
    size_t bytes_;
};

// A hash table whose chains run through the indexed objects (linear hashing). An insertion splits at most eight
// buckets, so that no insertion is slow because the table grows, and there are enough of them for most chains to have
// one object or none. Objects are numbered from 1; `Links` gives an object's hash and the next object of its chain:
//     uint64_t &hash(uint32_t)   uint32_t &next(uint32_t)
template <class Links>
class Chains {
  public:
    explicit Chains(size_t most) : heads_(size_for(most)), most_(size_for(most)) {}

    uint32_t first(uint64_t hash) const { return heads_[bucket(hash)]; }

    void insert(Links &links, uint32_t id, uint64_t hash) {
        if (buckets_ < most_) grow(links);
        uint32_t &head = heads_[bucket(hash)];
        links.hash(id) = hash;
        links.next(id) = head;
        head = id;
    }

    void remove(Links &links, uint32_t id) {
        uint32_t *at = &heads_[bucket(links.hash(id))];
        while (*at != id) at = &links.next(*at);
        *at = links.next(id);
    }

  private:
    static constexpr size_t kFirst = 64;
    static size_t size_for(size_t most) {
        size_t size = kFirst;
        while (size < 8 * most) size *= 2;
        return size;
    }
    size_t bucket(uint64_t hash) const {
        const size_t at = hash & high_mask_, below = hash & low_mask_;
        return at < buckets_ ? at : below;
    }
    __attribute__((noinline)) void grow(Links &links) {
        for (int i = 0; i < 8 && buckets_ < most_; ++i) split(links);
    }
    // Splits one bucket: its objects go to it or to a new bucket.
    void split(Links &links) {
        const size_t from = buckets_ - half_;
        uint32_t id = heads_[from], keep = 0, give = 0;
        ++buckets_;
        while (id != 0) {
            const uint32_t next = links.next(id);
            uint32_t &list = links.hash(id) & half_ ? give : keep;
            links.next(id) = list;
            list = id;
            id = next;
        }
        heads_[from] = keep;
        heads_[buckets_ - 1] = give;
        if (buckets_ == 2 * half_) {
            half_ *= 2;
            low_mask_ = half_ - 1;
            high_mask_ = 2 * half_ - 1;
        }
    }

    Reserved<uint32_t> heads_;  // first object of each chain, 0 = none
    size_t most_;               // largest number of buckets
    size_t buckets_ = kFirst;
    size_t half_ = kFirst;      // the largest power of two that is not above buckets_
    size_t low_mask_ = kFirst - 1, high_mask_ = 2 * kFirst - 1;
};

}  // namespace tickfold
