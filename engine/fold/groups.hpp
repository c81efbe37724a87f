// Objects that have a value in common, found by the value: those at the front of their group first.
#pragma once

#include "fold/hash.hpp"

namespace tickfold {

// Groups of objects, which are numbered from 1. A group is a ring, and the index leads to one of its objects, the first;
// so no call takes longer because a group is large. What the objects' values are, the caller knows: `same(id)` says
// whether the value of an object in a group is the one in question.
class Groups {
  public:
    // `most`: the largest number of an object.
    explicit Groups(uint32_t most) : links_(size_t{most} + 1), index_(most) {}

    // The first object of a value, or 0. `hash`: the value's.
    template <class Same>
    uint32_t find(uint64_t hash, Same same) const {
        uint32_t id = index_.first(hash);
        while (id != 0 && !(step(id).hash == hash && same(id))) id = links_[id].next;
        return id;
    }
    // The object behind another one in its group, or 0.
    uint32_t next(uint32_t id) const {
        const uint32_t after = step(id).after;
        return links_[after].first ? 0 : after;
    }

    // Puts an object in the group of its value, or moves it there: to the front of the group or to its end.
    template <class Same>
    void put(uint32_t id, uint64_t hash, bool front, Same same) {
        Link &own = links_[id];
        if (own.after != 0 && own.hash == hash && own.front == front && same(own.after)) return;
        remove(id);
        own.front = front;
        const uint32_t first = find(hash, same);
        Chained links{links_};
        if (first == 0) {
            own.before = own.after = id;
            own.first = true;
            return index_.insert(links, id, hash);
        }
        own.hash = hash;
        own.before = links_[first].before;
        own.after = first;
        links_[own.before].after = links_[first].before = id;
        if (front) lead(first, id);
    }
    // Takes an object out of its group; nothing happens if it is in none.
    void remove(uint32_t id) {
        Link &own = links_[id];
        if (own.after == 0) return;
        Chained links{links_};
        if (own.after == id)
            index_.remove(links, id);
        else if (own.first)
            lead(id, own.after);
        links_[own.before].after = own.after;
        links_[own.after].before = own.before;
        own.before = own.after = 0;
        own.first = false;
    }

    // How many objects were looked at so far: what all calls have cost.
    uint64_t steps() const { return steps_; }

  private:
    struct Link {
        uint64_t hash;
        uint32_t next;           // in the index, if it is the first of its group
        uint32_t before, after;  // in the ring; 0: in no group
        bool first, front;
    };
    struct Chained {
        Reserved<Link> &all;
        uint64_t &hash(uint32_t id) { return all[id].hash; }
        uint32_t &next(uint32_t id) { return all[id].next; }
    };

    // The index leads to another object of a group from now on.
    void lead(uint32_t from, uint32_t to) {
        Chained links{links_};
        index_.replace(links, from, to);
        links_[from].first = false;
        links_[to].first = true;
    }
    const Link &step(uint32_t id) const {
        ++steps_;
        return links_[id];
    }

    Reserved<Link> links_;
    Chains<Chained> index_;
    mutable uint64_t steps_ = 0;
};

}  // namespace tickfold
