// What a stream's messages hold that its table does not know: counted by message type and key, each with a sample.
//
// A note is taken where a reader meets such a thing, off the fast lane, so messages that are known in full pay nothing.
// Notes count only once the whole message has been accepted. What is kept is bounded, whatever a venue sends.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "read/number.hpp"

namespace tickfold {

enum Strange : uint8_t {
    STRANGE_KEY,    // a key that the table does not have
    STRANGE_VALUE,  // a value that cannot be read as its field
    STRANGE_WORD,   // a word that its enum does not have
    STRANGE_BODY,   // a known message with another body; it becomes a Raw record as a whole
};

class Drift {
  public:
    struct Note {
        Strange what;
        Text type, key, sample;  // in the message
    };
    struct Item {
        Strange what;
        std::string type, key, sample;
        uint64_t count;
    };

    bool any() const { return any_; }  // in the message at hand
    void clear() {
        notes_.clear();
        any_ = false;
    }
    void note(Strange what, Text type, Text key, Text sample) {
        any_ = true;
        if (notes_.size() < kMostNotes)
            notes_.push_back({what, shortened(type, kMostName), shortened(key, kMostName), shortened(sample, kMostSample)});
        else
            ++beyond_;
    }

    // Counts the notes of a message that has been accepted.
    void count() {
        for (const Note &note : notes_) {
            std::string name(1, static_cast<char>(note.what));
            name.append(note.type.data, note.type.size).append(1, '\0').append(note.key.data, note.key.size);
            const auto found = places_.find(name);
            if (found != places_.end() && found->second != 0) {
                ++items_[found->second - 1].count;
            } else if (items_.size() == kMostItems) {
                ++beyond_;
            } else {
                size_t &place = places_[name];  // 0 while the item is made: each is found by its number from 1
                items_.push_back({note.what, text(note.type), text(note.key), text(note.sample), 1});
                place = items_.size();
                size_ = place;
            }
        }
        clear();
    }

    size_t size() const { return size_; }
    const Item &item(size_t i) const { return items_[i]; }
    uint64_t beyond() const { return beyond_; }  // how many found no place among the items, or in their message

  private:
    static constexpr size_t kMostNotes = 64, kMostItems = 1024, kMostName = 64, kMostSample = 200;
    static std::string text(Text text) { return std::string(text.data, text.size); }
    static Text shortened(Text text, size_t most) {
        if (text.size > most) text.size = most;
        if (text.data == nullptr) text = {"", 0};
        return text;
    }

    std::vector<Note> notes_;
    std::vector<Item> items_;
    std::unordered_map<std::string, size_t> places_;
    uint64_t beyond_ = 0;
    size_t size_ = 0;   // of `items_`
    bool any_ = false;  // there are notes
};

}  // namespace tickfold
