// Hands a stream's records on: each gets its `seq` and goes to the sink if somebody wants its kind.
#pragma once

#include "fold/state.hpp"

namespace tickfold {

// Receives the records. `wanted` has a bit for each kind that a callback asked for. `amend` is always called and checks
// itself whether a callback asked for amendments.
struct Sink {
    void *context;
    void (*record)(void *context, const tf_header *record, const tf_exact *exact);
    void (*amend)(void *context, const tf_header *record, const tf_exact *exact);
    const uint64_t *wanted;
    uint64_t *seq;  // the `seq` of the last record, counted over all streams of an engine
};

class Hand {
  public:
    uint64_t records = 0;              // handed on
    uint64_t limited = 0;              // refused because a limit was reached; each gave an Error record
    const char *last_limit = nullptr;  // which limit was reached last
    bool all = false;                  // hand on all kinds, whatever `wanted` says,
    uint64_t always = 0;               // or these kinds as well, a bit each
    const Entry *at_hand = nullptr;    // the message's record that is being folded: what is handed on follows from it

    // Hands on a record that comes from no message: of the session, or an Error.
    void say(tf_header *head, int64_t recv_ns) {
        recv_ns_ = recv_ns;
        head->changed = head->known;
        send(head, nullptr);
    }

    // Hands on an Error record made here. `data`: the bytes that caused it, or nullptr.
    __attribute__((cold, noinline)) void report(uint8_t source, const char *what, const char *data, size_t size,
                                                int64_t recv_ns) {
        tf_error error;
        std::memcpy(static_cast<void *>(&error), stage_.blank(TF_RECORD_KIND_ERROR), sizeof error);
        error.source = source;
        error.text = {what, std::strlen(what)};
        error.head.known = bit_of(TF_ERROR_SOURCE) | bit_of(TF_ERROR_TEXT);
        if (data != nullptr) {
            error.data = {data, size};
            error.head.known |= bit_of(TF_ERROR_DATA);
        }
        say(&error.head, recv_ns);
    }
    __attribute__((cold, noinline)) void limit(const char *what, const char *data, size_t size, int64_t recv_ns) {
        ++limited;
        last_limit = what;
        report(TF_ERROR_SOURCE_LIMIT, what, data, size, recv_ns);
    }

  protected:
    Hand(State &state, Stage &stage, const Sink &sink, uint8_t venue, uint16_t stream)
        : state_(state), stage_(stage), sink_(sink), venue_(venue), stream_(stream) {}

    __attribute__((always_inline)) void send(tf_header *head, const tf_exact *exact) {
        // Most records are rows, which have both since they were handed on first.
        if (unlikely(head->venue != venue_ || head->stream != stream_)) {
            head->venue = venue_;
            head->stream = stream_;
        }
        head->ts_recv = recv_ns_;
        head->seq = ++*sink_.seq;
        ++records;
        if (all || (*sink_.wanted | always) >> head->kind & 1) sink_.record(sink_.context, head, exact);
    }

    // Hands on a record that is kept in no row: all that it states counts as changed.
    __attribute__((noinline)) void pass_on(Entry &entry) {
        tf_header *head = entry.head();
        head->changed = head->known;
        if (unlikely(entry.exact >= 0)) return pass_on_inexact(entry);
        send(head, nullptr);
    }
    __attribute__((noinline)) void pass_on_inexact(Entry &entry) {
        tf_exact exact;
        tf_exact_text texts[64];
        exact_of(entry, exact, texts);
        send(entry.head(), &exact);
    }
    void exact_of(const Entry &entry, tf_exact &exact, tf_exact_text (&texts)[64]) const {
        exact = {texts, 0};
        for (int32_t i = entry.exact; i >= 0 && exact.count < 64; i = stage_.exact[static_cast<size_t>(i)].next) {
            const Exact &one = stage_.exact[static_cast<size_t>(i)];
            if (one.text.data != nullptr)
                texts[exact.count++] = {one.text.data, static_cast<uint32_t>(one.text.size), one.bit};
        }
    }

    // Sets a row's `changed` and flags. Flags that describe the row (STALE, INEXACT …) stay as they are, all others are
    // those of the update.
    static void flag(tf_header *head, uint16_t flags, uint64_t changed) {
        constexpr uint16_t own = TF_STALE | TF_AVG_STALE | TF_CORRECTED | TF_TRUNCATED | TF_INEXACT;
        head->changed = changed;
        const auto now = static_cast<uint16_t>((head->flags & own) | (flags & ~(TF_INEXACT | TF_TRUNCATED)));
        if (now != head->flags) head->flags = now;
    }

    // Hands on a row after a merge.
    void hand_on(RowTable &table, uint32_t row, uint16_t flags, uint64_t changed) {
        tf_header *head = table.at(row);
        flag(head, flags, changed);
        table.pin(row);
        send(head, head->flags & TF_INEXACT ? &table.side(row).exact : nullptr);
        table.unpin(row);
    }

    // The same for a row that is pinned, or whose table never frees any.
    __attribute__((always_inline)) void hand_on_kept(RowTable &table, uint32_t row, uint16_t flags, uint64_t changed) {
        tf_header *head = table.at(row);
        flag(head, flags, changed);
        send(head, unlikely(head->flags & TF_INEXACT) ? &table.side(row).exact : nullptr);
    }

    // Hands on an amendment: the row of a fill that was handed on before, with new values.
    __attribute__((noinline)) void amend(uint32_t row, uint16_t flags, uint64_t changed) {
        RowTable &table = state_.fills;
        tf_header *head = table.at(row);
        flag(head, flags, changed);
        head->ts_recv = recv_ns_;
        head->seq = ++*sink_.seq;
        table.pin(row);
        sink_.amend(sink_.context, head, head->flags & TF_INEXACT ? &table.side(row).exact : nullptr);
        table.unpin(row);
    }

    __attribute__((cold, noinline)) void refuse(const char *what, Text data) { limit(what, data.data, data.size, recv_ns_); }
    __attribute__((cold, noinline)) void refuse(const char *what) { limit(what, nullptr, 0, recv_ns_); }

    // Merges a record, other than an order, into its row. Returns the bits of the fields that changed.
    __attribute__((always_inline)) uint64_t merge_into(RowTable &table, uint32_t row, Entry &entry) {
        tf_header *head = table.at(row), *patch = entry.head();
        const uint64_t key = table.key_bits() & head->known;  // the row was found by these, so they are equal
        uint64_t changed = merge(table.kind(), head, patch, patch->known & ~key, entry.nulls | entry.absent);
        if (unlikely(entry.exact >= 0 || entry.cut != 0 || head->flags & (TF_INEXACT | TF_TRUNCATED)))
            changed |= table.merge_marks(row, entry, stage_);
        return changed;
    }

    State &state_;
    Stage &stage_;
    Sink sink_;
    uint8_t venue_;
    uint16_t stream_;
    int64_t recv_ns_ = 0;
};

}  // namespace tickfold
