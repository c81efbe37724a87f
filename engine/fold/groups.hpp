// Objects that have a value in common, found by the value: those at the front of their group first.
#pragma once

#include "fold/hash.hpp"

namespace tickfold {

// Groups of objects, which are numbered from 1. A group's objects form a ring, so no call takes longer because a group
// is large. What the objects' values are, the caller knows: `same(id)` says whether the value of an object in a group is
// the one in question.
class Groups {
  public:
    // `most`: the largest number of an object.
    explicit Groups(uint32_t most) : links_(size_t{most} + 1), groups_(size_t{most} + 1), index_(most) {}

    // The first object of a value, or 0. `hash`: the value's.
    template <class Same>
    uint32_t find(uint64_t hash, Same same) const {
        return groups_[search(hash, same)].first;
    }
    // The object behind another one in its group, or 0.
    uint32_t next(uint32_t id) const {
        ++steps_;
        const Link &own = links_[id];
        return groups_[own.group].first == own.after ? 0 : own.after;
    }

    // Puts an object in the group of its value: at the front of the group or at its end.
    template <class Same>
    void put(uint32_t id, uint64_t hash, bool front, Same same) {
        Link &own = links_[id];
        if (own.group != 0 && groups_[own.group].hash == hash && same(own.after)) return move(id, front);
        remove(id);
        own.front = front;
        own.group = search(hash, same);
        if (own.group == 0) {
            own.group = add(hash);
            own.before = own.after = groups_[own.group].first = id;
        } else {
            insert(id, own);
        }
    }
    // Moves an object within its group, if it is in one: to the front or to the end.
    void move(uint32_t id, bool front) {
        Link &own = links_[id];
        if (own.group == 0 || own.front == front) return;
        own.front = front;
        Group &group = groups_[own.group];
        if (group.first != id) {
            cut(own);
            insert(id, own);
        } else if (!front) {
            group.first = own.after;  // so it is the last one of the ring
        }
    }
    // Takes an object out of its group; nothing happens if it is in none.
    void remove(uint32_t id) {
        Link &own = links_[id];
        if (own.group == 0) return;
        if (own.after == id) {
            drop(own.group);
        } else {
            if (groups_[own.group].first == id) groups_[own.group].first = own.after;
            cut(own);
        }
        own.group = 0;
    }

    // How many objects were looked at so far: what all calls have cost.
    uint64_t steps() const { return steps_; }

  private:
    struct Link {
        uint32_t group;          // 0: in none
        uint32_t before, after;  // in the ring
        bool front;
    };
    struct Group {
        uint64_t hash;
        uint32_t next;   // in the index; of a free one: the next free one
        uint32_t first;
    };
    struct Chained {
        Reserved<Group> &all;
        uint64_t &hash(uint32_t group) { return all[group].hash; }
        uint32_t &next(uint32_t group) { return all[group].next; }
    };

    // The group of a value, or 0. `same` is asked about the group's first object.
    template <class Same>
    uint32_t search(uint64_t hash, Same same) const {
        for (uint32_t group = index_.first(hash); group != 0; group = groups_[group].next) {
            if (groups_[group].hash != hash) continue;
            ++steps_;
            if (same(groups_[group].first)) return group;
        }
        return 0;
    }

    // An empty group for a new value; drop() takes one away that has no object any more.
    uint32_t add(uint64_t hash) {
        uint32_t group = free_;
        if (group != 0)
            free_ = groups_[group].next;
        else
            group = ++count_;
        Chained chained{groups_};
        index_.insert(chained, group, hash);
        return group;
    }
    void drop(uint32_t group) {
        Chained chained{groups_};
        index_.remove(chained, group);
        groups_[group].first = 0;
        groups_[group].next = free_;
        free_ = group;
    }

    // Puts an object into the ring of its group, and cut() takes it out. The group's first object is not changed by cut().
    void insert(uint32_t id, Link &own) {
        Group &group = groups_[own.group];
        own.after = group.first;
        own.before = links_[group.first].before;
        links_[own.before].after = links_[group.first].before = id;
        if (own.front) group.first = id;
    }
    void cut(const Link &own) {
        links_[own.before].after = own.after;
        links_[own.after].before = own.before;
    }

    Reserved<Link> links_;
    Reserved<Group> groups_;  // number 0 is none, and its first object is 0
    Chains<Chained> index_;
    uint32_t count_ = 0, free_ = 0;
    mutable uint64_t steps_ = 0;
};

}  // namespace tickfold
