// Reads a message into the stage, as its table says: with the scanner, or with simdjson if the scanner refuses it.
#pragma once

#include <new>

#include "read/lines.hpp"
#include "read/ondemand.hpp"
#include "read/scanner.hpp"
#include "read/msgpack.hpp"
#include "read/walk.hpp"

namespace tickfold {

struct JsonDecoder {
    Table table;
    Stage stage;
    Lines lines;
    OnDemand ondemand;
    uint64_t refused = 0;  // messages that the scanner refused and simdjson read

    // False if the message has a fault or the stage is full; the stage is then empty. 64 bytes behind `data` must be
    // readable.
    __attribute__((always_inline)) bool decode(const char *data, size_t size) {
        stage.full = false;
        try {
            // MessagePack's maps and lists begin with a byte of 0x80 or more, JSON never does.
            if (size != 0 && static_cast<signed char>(*data) < 0) return decode_msgpack(data, size);
            return decode_fast(data, size) || (!stage.full && decode_slow(data, size));
        } catch (const std::bad_alloc &) {
            stage.clear();
            stage.full = true;
            return false;
        }
    }
    // The same, where its code need not stand in the caller's.
    __attribute__((noinline)) bool decode_line(const char *data, size_t size) { return decode(data, size); }
    __attribute__((always_inline)) bool decode_fast(const char *data, size_t size) {
        stage.clear();
        Scanner scanner(data, size, stage);
        return Walker<Scanner>(scanner, table, stage).root() || nothing();
    }
    __attribute__((noinline)) bool decode_slow(const char *data, size_t size) {
        stage.clear();
        stage.rewritten = true;
        ++refused;
        return (size != 0 && ondemand.decode(table, stage, data, size)) || nothing();
    }
    // Empties the stage after a message that was refused.
    __attribute__((noinline)) bool nothing() {
        stage.clear();
        return false;
    }
    __attribute__((noinline)) bool decode_msgpack(const char *data, size_t size) {
        stage.clear();
        stage.rewritten = true;
        MsgPack reader(data, size, stage);
        return Walker<MsgPack>(reader, table, stage).root() || nothing();
    }
    // A message that is no JSON but that the table knows as a whole ("plain"): makes one record and returns true.
    __attribute__((noinline)) bool decode_plain(const char *data, size_t size) {
        int i = size < 256 ? table.plain.find(data, size) : -1;
        if (i < 0) return false;
        stage.clear();
        return stage.begin(*table.plain_shapes[static_cast<size_t>(i)]) != nullptr;
    }
};

}  // namespace tickfold
