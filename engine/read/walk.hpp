// Walks through a message as its table says and fills records; the same code for every format.
// Longer than 500 lines: one class, whose functions call each other in a circle as objects stand within objects.
//
// A format is a Reader:
//
//     char peek()                        what the next value is: { [ " 0 (number) t f n, x (time) b e (other
//                                      binary values), or 0 for a fault
//     Object, Array                      the position in an object or list
//     bool begin(Object &, Shape &)  int key(Object &, Shape &, const Row *&)    1 = a key (row: nullptr if unknown), 0 = end,
//     bool begin(Array &)   int element(Array &)                        1 = a value is at hand, 0 = end, -1 = fault
//     bool string(Text &)                unescaped
//     bool number(Text &, Decimal &)     wire text and value
//     bool lane(...)  int pairs(...)     optional fast lanes, which may read as far as the object's end; see Scanner
//     bool timestamp(int64_t &)          for x: a time of its own type, ns UTC
//     Text name()                        the key that key() or any_key() has just read
//     int any_key(Object &)              like key(), without a shape
//     bool literal(char)                 true, false or null whole
//     bool skip()                        skips any value, checked by the full grammar
//     const char *here()  Text since(const char *)    the bytes that were read between the two
//     Text json(const char *)          the same as JSON text, whatever the format
//     bool may_have(const std::string &key)   false if it is quick to tell that this object lacks a key
//     bool peek_text(const std::string &key, Text &, bool &found)   a text of this object, without moving on
//
// Every function returns false on the first fault; the caller then discards the whole message.
#pragma once

#include "read/scanner.hpp"

namespace tickfold {

template <class Reader>
class Walker {
  public:
    Walker(Reader &reader, Table &table, Stage &stage) : in_(reader), table_(table), stage_(stage) {}

    bool root() {
        char what = in_.peek();
        if (what != '{' && what != '[') return false;
        const char *const start = in_.here();
        if (!(table_.root != nullptr ? each(*table_.root) : records(*table_.root_shape))) return false;
        if (unlikely(stage_.strange != 0 || stage_.drift.any())) return strange(start);
        return in_.finish();
    }

  private:
    template <class>
    friend class Walker;

    static constexpr Text kTrue{"true\0\0\0\0\0\0\0\0\0\0\0\0", 4}, kFalse{"false\0\0\0\0\0\0\0\0\0\0\0", 5};

    // The select's text, for the objects below it: the whole text, and the parts after its separators.
    struct Heading {
        Text topic{nullptr, 0}, rest{nullptr, 0}, tail{nullptr, 0};
    };

    // Done at an object's end: numbers move to where another key says they belong, and a full record takes back the
    // fields that it has not stated.
    __attribute__((always_inline)) static bool complete(const Shape &shape, Stage &stage, Entry *entry) {
        if (unlikely(shape.moves != nullptr) && entry->moved) move_decimal(stage, *shape.moves, entry);
        if (shape.replaces) entry->absent |= shape.replaces & ~(entry->head()->known | entry->unread);
        return true;
    }

    // Records made beside an object's own (CONV_ASIDE): at most four.
    struct Sides {
        int count = 0;
        const Shape *shapes[4];
        Entry *entries[4];
        Entry **of(const Shape *shape) {
            for (int i = 0; i < count; ++i)
                if (shapes[i] == shape) return &entries[i];
            if (count == 4) return nullptr;
            shapes[count] = shape;
            entries[count] = nullptr;
            return &entries[count++];
        }
        bool complete(Stage &stage) {
            if (unlikely(count != 0)) complete_all(stage);
            return true;
        }
        __attribute__((noinline)) void complete_all(Stage &stage) {
            for (int i = 0; i < count; ++i)
                if (entries[i] != nullptr) Walker::complete(*shapes[i], stage, entries[i]);
        }
    };

    // An object, or a list of objects; anything else is treated as an unknown object (Raw).
    __attribute__((hot)) bool each(const Select &select) {
        if (in_.peek() != '[') return selected(select);
        typename Reader::Array array;
        if (!in_.begin(array)) return false;
        int more;
        while ((more = in_.element(array)) > 0)
            if (!selected(select)) return false;
        return more == 0;
    }

    __attribute__((always_inline)) bool selected(const Select &select) {
        if (unlikely(in_.peek() != '{' || !in_.same_as_last(select))) return select_shape(select, false);
        in_.pass_guess(select);
        last_topic_ = select.guess_text;
        return select.guess_shape->simple ? record(*select.guess_shape) : select_shape(select, true);
    }

    // `again`: the object begins like the last one, so it has the same shape.
    __attribute__((hot, noinline)) bool select_shape(const Select &select, bool again) {
        const Heading outer = heading_;
        const Shape *shape = select.otherwise;
        heading_ = Heading();
        if (again) {
            heading_.topic = select.guess_text;
            shape = select.guess_shape;
        } else if (in_.peek() == '{') {
            bool found = false;
            Text text;
            if (!by_key(select.first, shape, found)) {
                return false;
            } else if (!found) {
                if (!in_.peek_text(select.key, text, found)) return false;
                if (found) {
                    shape = of_text(select, text);
                    last_topic_ = text;
                    // The beginning decides alone only if no later key can decide otherwise.
                    if (shape == select.otherwise && !select.unknown.empty()) {
                        bool told = false;
                        if (!by_key(select.unknown, shape, told)) return false;
                    } else if (heading_.rest.data == nullptr && select.first.empty()) {
                        in_.remember(const_cast<Select &>(select), text, shape);
                    }
                } else if (!by_key(select.absent, shape, found)) {
                    return false;
                }
            }
        }
        bool ok = record(*shape);
        heading_ = outer;
        return ok;
    }

    // Finds the first of these keys that the object has with a text as its value, and that key's shape.
    bool by_key(const std::vector<Select::Absent> &keys, const Shape *&shape, bool &found) {
        Text text;
        for (size_t i = 0; !found && i < keys.size(); ++i) {
            if (!in_.may_have(keys[i].key)) continue;
            if (!in_.peek_text(keys[i].key, text, found)) return false;
            if (found) shape = keys[i].shape;
        }
        return true;
    }

    // The shape that the select's text stands for. Stores the text in the heading.
    const Shape *of_text(const Select &select, Text text) {
        heading_.topic = text;
        if (select.separator) {
            const void *at = std::memchr(text.data, select.separator, text.size);
            if (at != nullptr) {
                size_t size = static_cast<size_t>(static_cast<const char *>(at) - text.data);
                heading_.rest = {text.data + size + 1, text.size - size - 1};
                text.size = size;
                at = std::memchr(heading_.rest.data, select.separator, heading_.rest.size);
                if (at != nullptr) {
                    size = static_cast<size_t>(static_cast<const char *>(at) - heading_.rest.data);
                    heading_.tail = {heading_.rest.data + size + 1, heading_.rest.size - size - 1};
                    heading_.rest.size = size;
                }
            }
        }
        int i = select.cases.find(text.data, text.size);
        return i < 0 ? select.otherwise : select.shapes[static_cast<size_t>(i)];
    }

    __attribute__((always_inline)) Entry *begin(const Shape &shape) {
        Entry *entry = stage_.begin(shape);
        if (entry == nullptr) return nullptr;
        entry->parent = parent_;
        if (unlikely(shape.topic != nullptr) && heading_.topic.size) put_text(table_, stage_, *shape.topic, entry, heading_.topic);
        if (unlikely(shape.rest != nullptr) && heading_.rest.size) put_text(table_, stage_, *shape.rest, entry, heading_.rest);
        if (unlikely(shape.tail != nullptr) && heading_.tail.size) put_text(table_, stage_, *shape.tail, entry, heading_.tail);
        return entry;
    }

    // Makes a record of the next value: an object, or any value if the shape has no rows.
    __attribute__((hot)) bool record(const Shape &shape) {
        Entry *entry = nullptr;
        if (shape.kind != 0 && (entry = begin(shape)) == nullptr) return false;
        if (likely(shape.whole == nullptr)) return object(shape, entry) && complete(shape, stage_, entry);
        return whole(shape, entry);
    }

    // A record that keeps its object as it stands, beside what it reads of it.
    __attribute__((noinline)) bool whole(const Shape &shape, Entry *entry) {
        const char *start = in_.here();
        const bool outer = kept_;
        kept_ = true;
        if (!(shape.rows.empty() || in_.peek() != '{' ? in_.skip() : object(shape, entry))) return false;
        kept_ = outer;
        put_long(*shape.whole, entry, since(*shape.whole, start));
        return complete(shape, stage_, entry);
    }

    __attribute__((hot)) bool object(const Shape &shape, Entry *entry) {
        typename Reader::Object at;
        if (!in_.begin(at, const_cast<Shape &>(shape))) return false;
        const Row *row;
        Sides sides;
        int more;
        for (;;) {
            if (in_.lane(at, const_cast<Shape &>(shape), table_, stage_, entry)) return sides.complete(stage_);
            if ((more = in_.key(at, const_cast<Shape &>(shape), row)) <= 0) return more == 0 && sides.complete(stage_);
            if (unlikely(row == nullptr)) {
                // What holds nothing that is known is another message; only a change of a quote may be of any field.
                if (shape.unknown == nullptr && (shape.kind != TF_RECORD_KIND_QUOTE || shape.replaces != 0)) ++stage_.strange;
                if (!(shape.unknown == nullptr ? unknown_key() : unknown(*shape.unknown, in_.name()))) return false;
            } else if (row->conv == CONV_ASIDE) {
                if (!aside(*row, sides, entry)) return false;
            } else if (row->conv == CONV_EXTRA) {
                if (!extra(*row, sides, entry)) return false;
            } else if (row->conv == CONV_BESIDE) {
                if (!beside(*row, sides, entry)) return false;
            } else if (!value(*row, entry)) {
                return false;
            }
        }
    }

    __attribute__((noinline)) bool unknown_key() {
        const Text name = in_.name();
        const char *const start = in_.here();
        if (!in_.skip()) return false;
        if (!kept_) note(STRANGE_KEY, name, start);
        return true;
    }

    // Stores a key that belongs to a second record beside the object's own. The record is made at its first such key.
    // There may be several, one for each shape; the keys of one shape mostly follow each other.
    __attribute__((noinline)) bool aside(const Row &row, Sides &sides, Entry *main) {
        Entry **side = sides.of(row.shape);
        if (side == nullptr) return mismatch();
        if (*side == nullptr && row.shape->kind == TF_RECORD_KIND_ERROR && in_.peek() == 'n') return in_.skip();  // no error
        return begin_side(row, side, main) && value(row.shape->rows[row.inner], *side);
    }

    bool begin_side(const Row &row, Entry **side, Entry *main) {
        if (*side != nullptr) return true;
        *side = begin(*row.shape);
        if (*side == nullptr) return false;
        (*side)->main = main;
        if (main != nullptr) (*side)->parent = main;
        return true;
    }

    // Stores a text that a second record holds, too; that one is made only if its row keeps something of this text.
    __attribute__((noinline)) bool beside(const Row &row, Sides &sides, Entry *entry) {
        if (in_.peek() != '"') return value(*row.other, entry);
        const char *const start = in_.here();
        Text text;
        if (!in_.string(text)) return false;
        if (!put_text(table_, stage_, *row.other, entry, text)) return misread(*row.other, entry, start);
        const Row *second = &row.shape->rows[row.inner];
        if (second->conv == CONV_EXTRA) second = second->other;
        if (second->split != 0 && std::memchr(text.data, second->split, text.size) == nullptr) return true;
        Entry **side = sides.of(row.shape);
        if (side == nullptr) return true;
        if (!begin_side(row, side, entry)) return false;
        return put_text(table_, stage_, *second, *side, text) || misread(*second, *side, start);
    }

    // Keeps what stands under a key beside its record, whatever else the key means.
    __attribute__((noinline)) bool extra(const Row &row, Sides &sides, Entry *entry) {
        const char *const start = in_.here();
        const Conv conv = row.other->conv;
        if (!(conv == CONV_ASIDE ? aside(*row.other, sides, entry) : conv == CONV_BESIDE ? beside(*row.other, sides, entry)
                                                                   : value(*row.other, entry)))
            return false;
        Text text = in_.json(start);
        if (text.data == nullptr) return false;
        if (is_text(text, "null")) return true;
        if (*text.data == '"' && !Scanner(text.data, text.size, stage_).string(text)) return false;
        stage_.extras.push_back({entry, &row.key, text});
        return true;
    }

    // An unknown key of an envelope: makes a Raw record, as for an unknown message.
    bool unknown(const Shape &raw, Text name) {
        const Heading outer = heading_;
        heading_.topic = name;
        bool ok = record(raw);
        heading_ = outer;
        return ok;
    }

    // The wire's bytes since `start`: unchanged for a `data` field, as JSON for a text.
    Text since(const Row &row, const char *start) {
        return row.type == TF_TYPE_LONG ? in_.json(start) : in_.since(start);
    }

    bool mismatch() {
        ++stage_.mismatches;
        ++stage_.strange;
        return in_.skip();
    }

    // The end of a message that holds something its table does not know.
    __attribute__((noinline)) bool strange(const char *start) {
        // A known envelope whose body is another than its own is a message that nobody knows.
        const bool whole = stage_.strange != 0 && stage_.is_silent();
        if (whole && !raw(last_topic_, start)) return false;
        if (!in_.finish()) return false;
        if (whole) {  // told as it stands: its single keys need no note
            stage_.drift.clear();
            note(STRANGE_BODY, {nullptr, 0}, start);
        }
        stage_.drift.count();
        return true;
    }

    // Notes something that the table does not know, read since `start`.
    __attribute__((noinline)) void note(Strange what, Text key, const char *start) {
        Text type = last_topic_;
        for (size_t i = 0; i < type.size; ++i)
            if (type.data[i] == '+') type.size = i;  // smd+265598: the instrument is no part of the type
        stage_.drift.note(what, type, key, in_.since(start));
    }

    // A value that is neither an object nor a list, where the table has one of these.
    __attribute__((noinline)) bool odd(const Row &row) {
        const char *const start = in_.here();
        if (!mismatch()) return false;
        note(STRANGE_VALUE, {row.key.data(), row.key.size()}, start);
        return true;
    }

    // What was read since `start`, as a record of its own.
    bool raw(Text topic, const char *start) {
        Entry *entry = stage_.begin(*table_.raw);
        if (entry == nullptr) return false;
        if (topic.size != 0) put_text(table_, stage_, *table_.raw->topic, entry, topic);
        return put_long(*table_.raw->whole, entry, since(*table_.raw->whole, start));
    }

    // A value in place of an object: what the shape says of such, or something that nobody knows.
    bool no_object(const Shape &shape) {
        if (shape.plain != nullptr && in_.peek() != '[') {
            Entry *entry = begin(shape);
            return entry != nullptr && value(*shape.plain, entry);
        }
        if (in_.peek() == 'n') return mismatch();
        const char *const start = in_.here();
        return mismatch() && raw(heading_.topic, start);
    }

    // For a value that could not be read: its field is neither stated, nor taken back, nor zero.
    __attribute__((noinline)) bool misread(const Row &row, Entry *entry, const char *start) {
        ++stage_.mismatches;
        note(STRANGE_VALUE, {row.key.data(), row.key.size()}, start);
        if (entry == nullptr) return true;
        entry->unread |= row.flag;
        entry->head()->known &= ~row.flag;
        return true;
    }

    // Notes a word, or its number, that no enum of the table has.
    __attribute__((noinline)) void note_word(const Row &row, Entry *entry, Text text, const char *start) {
        if (row.type == TF_TYPE_ENUM && text.size != 0 && !row.values.empty() && entry->head()->known & row.flag &&
            row.values.find(text.data, text.size) < 0)
            note(STRANGE_WORD, {row.key.data(), row.key.size()}, start);
    }

    // An object, a list, or null in place of one.
    bool may_hold_objects() const {
        const char what = in_.peek();
        return what == '{' || what == '[' || what == 'n';
    }

    bool as_json(const Row &row, Entry *entry) {
        const char *start = in_.here();
        return in_.skip() && put_long(row, entry, since(row, start));
    }

    __attribute__((hot)) bool value(const Row &row, Entry *entry) {
        switch (row.conv) {
            case CONV_SKIP:
                return in_.skip();
            case CONV_EXTRA:
            case CONV_BESIDE:
                return value(*row.other, entry);
            case CONV_OBJECT:
                return in_.peek() == '{' ? object(*row.shape, entry) : in_.peek() == 'n' ? in_.skip() : odd(row);
            case CONV_PAIRS:
                if (!may_hold_objects() && in_.peek() != '"') return odd(row);
                return in_.peek() == '"' ? pairs_in_text(row, entry) : pairs(row, entry);
            case CONV_EACH: {
                if (!may_hold_objects() && row.shape->plain == nullptr) return odd(row);
                Entry *const outer = parent_;
                if (entry != nullptr) parent_ = entry;
                bool ok = records(*row.shape);
                parent_ = outer;
                return ok;
            }
            case CONV_MAP:
                if (!may_hold_objects() && row.shape->plain == nullptr) return odd(row);
                return in_.peek() == '{' ? map(*row.shape) : records(*row.shape);
            case CONV_SELECT:
                return in_.peek() == '{' || in_.peek() == '[' ? each(*row.select) : odd(row);
            case CONV_JSON:
                return as_json(row, entry);
            default:
                break;
        }
        Text text;
        const char *const start = in_.here();
        switch (in_.peek()) {
            case '0': {
                Decimal number;
                if (!in_.number(text, number)) return false;
                if (!put_number(table_, stage_, row, entry, text, number)) return misread(row, entry, start);
                if (unlikely(row.conv == CONV_ENUM)) note_word(row, entry, text, start);
                return true;
            }
            case '"':
                if (!in_.string(text)) return false;
                if (!put_text(table_, stage_, row, entry, text)) return misread(row, entry, start);
                if (unlikely(row.conv == CONV_ENUM)) note_word(row, entry, text, start);
                return true;
            case 'n':
                put_null(table_, row, entry);
                return in_.literal('n');
            case 'x': {
                int64_t ns;
                if (!in_.timestamp(ns)) return false;
                if (ns == TF_UNKNOWN_TIME || row.conv < CONV_RFC3339 || row.conv > CONV_US_DATE) return misread(row, entry, start);
                return put_time(row, entry, ns);
            }
            case 't':
            case 'f': {
                char which = in_.peek();
                if (row.conv == CONV_ENUM || row.conv == CONV_TEXT || row.conv == CONV_LONG)
                    put_text(table_, stage_, row, entry, which == 't' ? kTrue : kFalse);
                else if (row.conv == CONV_BOOL)
                    put_bool(row, entry, which == 't');
                else
                    return in_.skip() && misread(row, entry, start);
                return in_.literal(which);
            }
            case '[':
                if (row.conv == CONV_LONG) return as_json(row, entry);
                return row.conv == CONV_CHARS ? chars(row, entry) : in_.skip() && misread(row, entry, start);
            case '{':
                if (row.conv == CONV_LONG) return as_json(row, entry);
                return in_.skip() && misread(row, entry, start);
            case 'b':
            case 'e':
                return in_.skip() && misread(row, entry, start);
            default:
                return false;
        }
    }

    // A list of objects, or one object, a record each.
    __attribute__((hot)) bool records(const Shape &shape) {
        char what = in_.peek();
        if (what == '{') return record(shape);
        if (what == 'n') return in_.skip();
        if (what != '[') return shape.plain != nullptr ? no_object(shape) : mismatch();
        typename Reader::Array array;
        if (!in_.begin(array)) return false;
        int more;
        while ((more = in_.element(array)) > 0)
            if (!(in_.peek() == '{' ? record(shape) : no_object(shape))) return false;
        return more == 0;
    }

    // An object of objects: a record each; the key is stored where the shape's `rest` says.
    bool map(const Shape &shape) {
        const Heading outer = heading_;
        typename Reader::Object at;
        if (!in_.begin(at)) return false;
        int more;
        while ((more = in_.any_key(at)) > 0) {
            heading_.rest = in_.name();
            if (!(in_.peek() == '{' ? record(shape) : no_object(shape))) return false;
        }
        heading_ = outer;
        return more == 0;
    }

    // A list of pairs. A pair whose name the shape knows becomes a field of the record, any other a record of its own.
    bool pairs(const Row &row, Entry *entry) {
        if (in_.peek() == 'n') return in_.skip();
        if (in_.peek() != '[') return odd(row);
        typename Reader::Array array;
        return in_.begin(array) && pairs(array, *row.shape, entry, nullptr);
    }

    // The same, continued inside the list after `last`.
    bool pairs(typename Reader::Array &array, const Shape &shape, Entry *entry, Pairs::Item *last) {
        Pairs &pairs = *shape.pairs;
        int more;
        while ((more = in_.element(array)) > 0) {
            Text name{nullptr, 0};
            bool found = false;
            if (in_.peek() == '{' && !in_.peek_text(pairs.name, name, found)) return false;
            if (!found || name.size == 0) {  // no pair: whose value it is cannot be told
                const char *const start = in_.here();
                if (!mismatch() || !raw(heading_.topic, start)) return false;
                continue;
            }
            const int i = shape.keys.find(name.data, name.size);
            if (i < 0) {
                Entry *const outer = parent_;
                parent_ = entry;
                bool ok = record(*pairs.others);
                parent_ = outer;
                if (!ok) return false;
                continue;
            }
            Pairs::Item *item = &pairs.items[static_cast<size_t>(i)];
            (last == nullptr ? pairs.first : last->next) = item;
            last = item;
            if (!pair(pairs.value, *item->row, entry)) return false;
        }
        return more == 0;
    }

    // The value of a pair whose name is the row's key.
    bool pair(const std::string &key, const Row &row, Entry *entry) {
        typename Reader::Object at;
        if (!in_.begin(at)) return false;
        int more;
        while ((more = in_.any_key(at)) > 0)
            if (!(is_text(in_.name(), key) ? value(row, entry) : in_.skip())) return false;
        return more == 0;
    }

    // A list of pairs as JSON within a text. If it is malformed, it changes nothing and counts as a mismatch; the
    // message around it is still accepted.
    bool pairs_in_text(const Row &row, Entry *entry) {
        const Shape &shape = *row.shape;
        const char *const start = in_.here();
        const Stage::Mark mark = stage_.mark();
        const uint64_t mismatches = stage_.mismatches;
        Stage::Copy before;
        if (!stage_.copy(entry, before)) return false;
        Pairs::Item *last = nullptr;
        Text rest;
        const int read = in_.pairs(*shape.pairs, table_, stage_, entry, last, rest);
        if (read != 0) return read > 0;
        if (rest.size == 0 && last == nullptr) return true;  // "" says nothing
        Scanner scanner(rest.data, rest.size, stage_);
        Walker<Scanner> inner(scanner, table_, stage_);
        inner.last_topic_ = last_topic_;
        inner.heading_.topic = heading_.topic;
        inner.heading_.rest = heading_.rest;
        Scanner::Array array{last == nullptr};
        const bool ok = last == nullptr ? inner.pairs(row, entry) : inner.pairs(array, shape, entry, last);
        if (ok && scanner.finish()) return true;
        stage_.restore(entry, before);
        stage_.reset(mark);
        stage_.mismatches = mismatches + 1;
        note(STRANGE_VALUE, {row.key.data(), row.key.size()}, start);
        return true;
    }

    // Stores the first characters of a list of texts in one slot.
    bool chars(const Row &row, Entry *entry) {
        char codes[64 + 16];  // put_slot reads 16 bytes
        size_t n = 0;
        int quick = in_.one_character_texts(codes, 64);
        if (quick >= 0) return put_slot(entry, row.offset, row.size, row.bit, {codes, static_cast<size_t>(quick)});
        typename Reader::Array array;
        if (!in_.begin(array)) return false;
        int more;
        while ((more = in_.element(array)) > 0) {
            Text text;
            if (in_.peek() != '"') {
                if (!odd(row)) return false;
                continue;
            }
            const char *const start = in_.here();
            if (!in_.string(text)) return false;
            const bool one = text.size == 1 && *text.data != 0;
            if (one && n < 64) codes[n++] = *text.data;
            if (!one && text.size != 0) note(STRANGE_VALUE, {row.key.data(), row.key.size()}, start);
        }
        return more == 0 && put_slot(entry, row.offset, row.size, row.bit, {codes, n});
    }

    Reader &in_;
    Table &table_;
    Stage &stage_;
    Heading heading_;
    bool kept_ = false;            // the record at hand, or one around it, keeps all of its object as it stands
    Text last_topic_{nullptr, 0};  // the text of the last select
    Entry *parent_ = nullptr;
};

}  // namespace tickfold
