// One stream's way in: messages are read, and what they say is folded. Both doors stand on it, the Decoder that Python
// sees and the C functions of tickfold.h. No Python object is made or needed.
#pragma once

#include "fold/fold.hpp"
#include "read/decode.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TICKFOLD_CLANG_ASAN
#endif
#endif

namespace tickfold {

constexpr size_t kPadding = 64;            // bytes behind a message that may be read
constexpr size_t kKeptText = 65536;        // bytes of a malformed message that its Error record shows
constexpr size_t kKeptBuffer = 1u << 20;   // bytes; a larger buffer is freed after the message that needed it

class Intake {
  public:
    enum : int64_t { kBusy = -1, kNoMemory = -2 };  // what take() returns in place of a count

    struct Folder : Fold {
        using Fold::Fold;
        // Records go to another sink from now on.
        void redirect(const Sink &sink) { sink_ = sink; }
        const Sink &sink() const { return sink_; }
    };

    Intake(State &state, const Sink &sink, uint8_t venue, uint16_t stream)
        : fold(state, json.stage, json.table.events, sink, venue, stream) {}
    ~Intake() { std::free(padded_); }
    Intake(const Intake &) = delete;
    Intake &operator=(const Intake &) = delete;

    JsonDecoder json;
    Folder fold;
    bool joins = false;      // messages may be cut into lines: see Table.lines
    bool busy = false;       // a message is being handed on
    uint64_t messages = 0;   // seen
    uint64_t malformed = 0;  // neither JSON nor MessagePack

    // Reads, folds and hands on one message with 64 readable bytes behind it. Returns how many records it made, or
    // kBusy from within a callback, or kNoMemory: then part of the message may have been folded.
    __attribute__((noinline)) int64_t take(const char *data, size_t size, int64_t recv_ns) noexcept {
        if (unlikely(busy)) return kBusy;
        const uint64_t before = fold.records;
        ++messages;
        busy = true;  // an Error record, too, points into the message while it is handed on
        try {
            read(data, size, recv_ns);
            if (unlikely(json.stage.drift.size() != told_)) tell_drift(recv_ns);
        } catch (...) {
            busy = false;
            return kNoMemory;
        }
        busy = false;
        return static_cast<int64_t>(fold.records - before);
    }

    // The same for a message of which nobody says that bytes behind it are readable. It is copied only if they may not be.
    int64_t take_unpadded(const char *data, size_t size, int64_t recv_ns) noexcept {
        if (likely(size != 0 && may_read_behind(data + size))) return take(data, size, recv_ns);
        return take_copied(data, size, recv_ns);
    }
    // The same for a copy of the message, with zeros behind it.
    __attribute__((noinline)) int64_t take_copied(const char *data, size_t size, int64_t recv_ns) noexcept {
        if (busy) return kBusy;
        if (room_ < size + kPadding || room_ > kKeptBuffer + kPadding) {
            std::free(padded_);
            room_ = (size < 4096 ? 4096 : size) + kPadding;
            padded_ = static_cast<char *>(std::malloc(room_));
            if (padded_ == nullptr) {
                room_ = 0;
                return kNoMemory;
            }
        }
        if (size != 0) std::memcpy(padded_, data, size);
        std::memset(padded_ + size, 0, kPadding);
        return take(padded_, size, recv_ns);
    }

    // Tells that a message which was cut into lines was not whole.
    __attribute__((cold, noinline)) void lose_lines(int64_t recv_ns) {
        ++malformed;
        fold.report(TF_ERROR_SOURCE_DECODER, "a message cut into lines that is no JSON", json.lines.data(),
                    kept(json.lines.size()), recv_ns);
        json.lines.drop();
    }

  private:
    // Whether the bytes behind a message's end surely are in memory: they are if they lie in the page of its last byte,
    // and pages have 4 KiB at least. What they hold does not matter, but tools that watch each access must not see it.
    static bool may_read_behind([[maybe_unused]] const char *end) {
#if defined(__SANITIZE_ADDRESS__) || defined(TICKFOLD_CLANG_ASAN) || defined(__ARM_FEATURE_MEMORY_TAGGING)
        return false;
#else
        constexpr uintptr_t kPage = 4096;
        return (reinterpret_cast<uintptr_t>(end) - 1) % kPage < kPage - kPadding;
#endif
    }

    static size_t kept(size_t size) { return size < kKeptText ? size : kKeptText; }

    __attribute__((hot)) void read(const char *data, size_t size, int64_t recv_ns) {
        if (unlikely(json.lines.under_way())) return read_line(data, size, recv_ns);
        if (likely(json.decode(data, size)) || json.decode_plain(data, size)) return fold.message(recv_ns);
        if (joins && !json.stage.full) {
            const Lines::Said said = json.lines.add(data, size);
            if (said == Lines::MORE) return;  // the first line of a message that was cut into lines
            if (said != Lines::NO_LINE) return lose_lines(recv_ns);
        }
        if (json.stage.full) return fold.limit("a message that takes too much memory", data, kept(size), recv_ns);
        ++malformed;
        fold.report(TF_ERROR_SOURCE_DECODER, "neither JSON nor MessagePack", data, kept(size), recv_ns);
    }

    // A message while another is under way that was cut into lines.
    __attribute__((noinline)) void read_line(const char *data, size_t size, int64_t recv_ns) {
        if (size != 0 && *data == '{' && json.decode_line(data, size)) {  // the rest of the other never came
            lose_lines(recv_ns);
            json.decode_line(data, size);
            return fold.message(recv_ns);
        }
        const Lines::Said said = json.lines.add(data, size);
        if (said == Lines::MORE) return;
        if (said == Lines::WHOLE && json.decode_line(json.lines.data(), json.lines.size())) {
            fold.message(recv_ns);
            return json.lines.drop();
        }
        lose_lines(recv_ns);
    }

    // Hands on a Raw record of each thing that was met for the first time: the message's type, and the key with its
    // value. Other bodies are Raw records by themselves, each time.
    __attribute__((noinline)) void tell_drift(int64_t recv_ns) {
        while (told_ < json.stage.drift.size()) {
            const Drift::Item &item = json.stage.drift.item(told_++);
            if (item.what == STRANGE_BODY) continue;
            const std::string text = '"' + item.key + "\":" + item.sample;
            tf_raw raw;
            std::memcpy(static_cast<void *>(&raw), json.stage.blank(TF_RECORD_KIND_RAW), sizeof raw);
            std::memcpy(raw.topic, item.type.data(), item.type.size() < sizeof raw.topic ? item.type.size() : sizeof raw.topic);
            raw.data = {text.data(), text.size()};
            raw.head.known = bit_of(TF_RAW_TOPIC) | bit_of(TF_RAW_DATA);
            fold.say(&raw.head, recv_ns);
        }
    }

    size_t told_ = 0;         // how many things of json.stage.drift have been handed on
    char *padded_ = nullptr;  // copies of messages that have no padding of their own
    size_t room_ = 0;
};

}  // namespace tickfold
