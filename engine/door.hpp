// The C functions of tickfold.h, except open() and close(), which need Python: engine/capi.pyx.
#pragma once

#include <charconv>
#include <cstdarg>
#include <cstdio>

#include "intake.hpp"
#include "tickfold/tickfold.h"

struct tf_decoder {
    using Take = int64_t (*)(void *intake, const char *data, size_t size, int64_t recv_ns, int padded);
    struct Call {
        tf_callback function;
        void *context;
    };

    tickfold::Intake *intake = nullptr;
    tickfold::State *state = nullptr;
    Take take = nullptr;      // Intake::take(), which is compiled in another module
    void *owner = nullptr;    // the Python object that owns intake and state
    uint16_t stream = 0;

    Call calls[TF_KINDS] = {};
    Call amended = {};
    tf_flushed flushed = nullptr;
    void *flushed_context = nullptr;
    uint64_t wanted = 0;      // a bit for each kind that has a callback
    uint64_t seq = 0;         // the last number given to a record
    bool pending = false;     // something came since the last flush
    bool threw = false;       // a callback has thrown
    const tf_header *lent = nullptr;  // the record being handed on,
    const tf_exact *exact = nullptr;  // and its exact texts
    mutable char text[512] = "";      // what error() says
};

namespace tickfold {

// What error(NULL) says.
inline char *opened_text() {
    static thread_local char text[512] = "";
    return text;
}

__attribute__((format(printf, 3, 4))) inline int fault(char *text, int code, const char *format, ...) {
    va_list values;
    va_start(values, format);
    std::vsnprintf(text, 512, format, values);
    va_end(values);
    return code;
}

inline int fault_layout(uint64_t layout) {
    return fault(opened_text(), TF_FAULT_LAYOUT,
                 "this program was compiled for another layout of the records (TF_LAYOUT 0x%016llx; this tickfold's is "
                 "0x%016llx): compile it with the headers of the tickfold that is installed (tickfold.get_include())",
                 static_cast<unsigned long long>(layout), static_cast<unsigned long long>(TF_LAYOUT));
}

// Copies the options that the program knows; those that it does not know are 0.
inline int take_options(const tf_options *given, tf_options &options) {
    if (given == nullptr)
        return fault(opened_text(), TF_FAULT_ARGUMENT, "open() needs options: take them from tf_new_options()");
    if (given->size < offsetof(tf_options, label))
        return fault(opened_text(), TF_FAULT_ARGUMENT,
                     "options.size is %zu: take the options from tf_new_options(), which sets it", given->size);
    if (given->layout != TF_LAYOUT) return fault_layout(given->layout);
    for (size_t at = sizeof options; at < given->size; ++at)
        if (reinterpret_cast<const char *>(given)[at] != 0)
            return fault(opened_text(), TF_FAULT_OPTION,
                         "an option is set that this tickfold does not know: install the one that the program was "
                         "compiled with, or leave it out");
    std::memset(&options, 0, sizeof options);
    std::memcpy(&options, given, given->size < sizeof options ? given->size : sizeof options);
    options.size = sizeof options;
    if (options.synthetic_fills > TF_NO)
        return fault(opened_text(), TF_FAULT_OPTION, "synthetic_fills is %u: give TF_AS_VENUE, TF_YES or TF_NO",
                     options.synthetic_fills);
    if ((options.party_count != 0 && options.parties == nullptr) || (options.scale_count != 0 && options.scales == nullptr))
        return fault(opened_text(), TF_FAULT_OPTION, "parties or scales are counted, but not given");
    for (uint32_t i = 0; i < options.party_count; ++i)
        if (options.parties[i] == nullptr) return fault(opened_text(), TF_FAULT_OPTION, "parties[%u] is NULL", i);
    for (uint32_t i = 0; i < options.scale_count; ++i)
        if (options.scales[i].symbol == nullptr)
            return fault(opened_text(), TF_FAULT_OPTION, "scales[%u].symbol is NULL", i);
    return TF_OK;
}

// ---- records

inline void hand_to_c(void *context, const tf_header *record, const tf_exact *exact) {
    tf_decoder &decoder = *static_cast<tf_decoder *>(context);
    const tf_decoder::Call &call = decoder.calls[record->kind];
    decoder.lent = record;
    decoder.exact = exact;
    try {
        call.function(record, call.context);
    } catch (...) {
        decoder.threw = true;
    }
    decoder.lent = nullptr;
}

inline void amend_to_c(void *context, const tf_header *record, const tf_exact *exact) {
    tf_decoder &decoder = *static_cast<tf_decoder *>(context);
    if (decoder.amended.function == nullptr) return;
    decoder.lent = record;
    decoder.exact = exact;
    try {
        decoder.amended.function(record, decoder.amended.context);
    } catch (...) {
        decoder.threw = true;
    }
    decoder.lent = nullptr;
}

inline int set_call(tf_decoder *decoder, int kind, tf_callback callback, void *context) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (kind < 0 || kind >= TF_KINDS)
        return fault(decoder->text, TF_FAULT_ARGUMENT, "on(): there is no kind %d: give a tf_RecordKind", kind);
    if (decoder->intake->busy)
        return fault(decoder->text, TF_FAULT_BUSY, "on() can't be called within a callback: call it before feed()");
    for (int one = kind == 0 ? 1 : kind; one < (kind == 0 ? TF_KINDS : kind + 1); ++one) {
        decoder->calls[one] = {callback, context};
        if (callback != nullptr)
            decoder->wanted |= uint64_t{1} << one;
        else
            decoder->wanted &= ~(uint64_t{1} << one);
    }
    return TF_OK;
}

inline int set_amended(tf_decoder *decoder, tf_callback callback, void *context) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    decoder->amended = {callback, context};
    return TF_OK;
}

inline int set_flushed(tf_decoder *decoder, tf_flushed callback, void *context) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    decoder->flushed = callback;
    decoder->flushed_context = context;
    return TF_OK;
}

inline int flush(tf_decoder *decoder) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (decoder->intake->busy)
        return fault(decoder->text, TF_FAULT_BUSY, "flush() can't be called within a callback: feed() calls it itself");
    if (decoder->pending && decoder->flushed != nullptr) {
        decoder->pending = false;
        try {
            decoder->flushed(decoder->flushed_context);
        } catch (...) {
            decoder->threw = true;
        }
    }
    if (!decoder->threw) return TF_OK;
    decoder->threw = false;
    return fault(decoder->text, TF_FAULT_CALLBACK,
                 "a callback threw a C++ exception, which was dropped: callbacks must catch their own");
}

inline int64_t feed(tf_decoder *decoder, const char *data, size_t size, int64_t recv_ns, uint32_t flags) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (unlikely((data == nullptr && size != 0) || (flags & ~uint32_t{TF_PADDED | TF_MORE}) != 0))
        return fault(decoder->text, TF_FAULT_ARGUMENT, "feed(): %s",
                     data == nullptr && size != 0 ? "data is NULL" : "flags has bits that are not in tf_Feed");
    if (data == nullptr) data = "", flags &= ~uint32_t{TF_PADDED};
    const int64_t count = decoder->take(decoder->intake, data, size, recv_ns, (flags & TF_PADDED) != 0);
    if (unlikely(count < 0)) {
        if (count == Intake::kBusy)
            return fault(decoder->text, TF_FAULT_BUSY, "a decoder can't be fed from within its own callback");
        return fault(decoder->text, TF_FAULT_MEMORY, "no memory for a message of %zu bytes", size);
    }
    decoder->pending = true;
    if ((flags & TF_MORE) != 0 && likely(!decoder->threw)) return count;
    if (decoder->flushed == nullptr && likely(!decoder->threw)) return count;
    const int said = flush(decoder);
    return said < 0 ? said : count;
}

inline int tell_ready(tf_decoder *decoder, int64_t now_ns) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (decoder->intake->busy) return fault(decoder->text, TF_FAULT_BUSY, "ready() can't be called within a callback");
    decoder->intake->fold.ready(now_ns);
    return TF_OK;
}

inline int tell_lost(tf_decoder *decoder, int64_t now_ns) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (decoder->intake->busy) return fault(decoder->text, TF_FAULT_BUSY, "lost() can't be called within a callback");
    Intake &intake = *decoder->intake;
    if (intake.json.lines.under_way()) intake.lose_lines(now_ns);
    intake.fold.lost();
    return TF_OK;
}

// ---- rows

// The table of a kind, or nullptr.
inline const RowTable *table_of(const tf_decoder *decoder, int kind) {
    const State &state = *decoder->state;
    switch (kind) {
        case TF_RECORD_KIND_QUOTE: return &state.quotes;
        case TF_RECORD_KIND_STATS: return &state.stats;
        case TF_RECORD_KIND_INSTRUMENT: return &state.instruments;
        case TF_RECORD_KIND_ORDER: return &state.orders;
        case TF_RECORD_KIND_FILL: return &state.fills;
        case TF_RECORD_KIND_POSITION: return &state.positions;
        case TF_RECORD_KIND_BALANCE: return &state.balances;
        case TF_RECORD_KIND_PNL: return &state.pnl;
        default: return nullptr;
    }
}

inline const tf_header *row_by_number(const tf_decoder *decoder, int kind, uint32_t symbol) {
    if (decoder == nullptr || symbol == 0 || symbol > decoder->state->symbols.count()) return nullptr;
    if (kind != TF_RECORD_KIND_QUOTE && kind != TF_RECORD_KIND_STATS && kind != TF_RECORD_KIND_INSTRUMENT) return nullptr;
    const SymbolTable &table = static_cast<const SymbolTable &>(*table_of(decoder, kind));
    const uint32_t row = table.row_of(symbol);
    return row == 0 ? nullptr : table.at(row);
}

inline const void *rows_of(const tf_decoder *decoder, int kind, uint32_t *count) {
    const RowTable *table = decoder == nullptr ? nullptr : table_of(decoder, kind);
    const uint32_t all = table == nullptr ? 0 : table->count();
    if (count != nullptr) *count = all;
    return all == 0 ? nullptr : table->memory();
}

inline uint32_t number_of(const tf_decoder *decoder, const char *name) {
    if (decoder == nullptr || name == nullptr) return 0;
    const size_t size = std::strlen(name);
    if (size == 0 || size > Names::kLongest) return 0;
    char text[Names::kLongest + 17] = {};  // 16 bytes are read at once
    std::memcpy(text, name, size);
    return decoder->state->symbols.find(decoder->stream, text, size);
}

inline const char *name_of(const tf_decoder *decoder, uint32_t symbol, size_t *size) {
    if (decoder == nullptr || symbol == 0 || symbol > decoder->state->symbols.count()) return nullptr;
    if (size != nullptr) *size = decoder->state->symbols.size(symbol);
    return decoder->state->symbols.text(symbol);
}

// Whether the text in a row's slot is this one.
inline bool slot_is(const tf_header *row, int bit, const char *text) {
    const tf_field &field = tf_kinds[row->kind].fields[bit];
    const char *slot = reinterpret_cast<const char *>(row) + field.offset;
    const size_t size = std::strlen(text);
    return size <= field.size && std::memcmp(slot, text, size) == 0 && (size == field.size || slot[size] == 0);
}

inline int find(tf_decoder *decoder, int kind, const char *const *parts, uint32_t count, const tf_header **row) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    const RowTable *table = table_of(decoder, kind);
    if (table == nullptr)
        return fault(decoder->text, TF_FAULT_ARGUMENT, "find(): records of kind %d are kept in no rows", kind);
    static constexpr uint8_t least[TF_KINDS] = {0, 1, 0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0};
    static constexpr uint8_t most[TF_KINDS] = {0, 1, 0, 0, 0, 2, 2, 2, 5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0};
    if (parts == nullptr || row == nullptr || count < least[kind] || count > most[kind])
        return fault(decoder->text, TF_FAULT_ARGUMENT, "find(): a %s is found by %u to %u texts, not by %u",
                     tf_kinds[kind].name, least[kind], most[kind], parts == nullptr || row == nullptr ? 0 : count);
    for (uint32_t i = 0; i < count; ++i)
        if (parts[i] == nullptr) return fault(decoder->text, TF_FAULT_ARGUMENT, "find(): parts[%u] is NULL", i);
    *row = nullptr;
    const char *const last = parts[count - 1];
    Text texts[RowTable::kMostKeys] = {};
    std::vector<uint32_t> rows;
    uint32_t symbol = 0;
    const char *account = nullptr;
    try {
        switch (kind) {
            case TF_RECORD_KIND_QUOTE: case TF_RECORD_KIND_STATS: case TF_RECORD_KIND_INSTRUMENT:
                *row = row_by_number(decoder, kind, number_of(decoder, last));
                break;
            case TF_RECORD_KIND_ORDER: case TF_RECORD_KIND_FILL:
                if (count == 2) account = parts[0];
                texts[0] = {last, std::strlen(last)};
                rows = kind == TF_RECORD_KIND_FILL ? decoder->state->find_fills(texts[0]) : table->find_all(texts, 0);
                break;
            case TF_RECORD_KIND_POSITION:
                texts[0] = {parts[0], std::strlen(parts[0])};
                symbol = number_of(decoder, last);
                if (symbol != 0) rows = table->find_all(texts, symbol);
                break;
            default:
                for (uint32_t i = 0; i < count; ++i) texts[i] = {parts[i], std::strlen(parts[i])};
                rows = table->find_all(texts, 0);
        }
    } catch (...) {
        return fault(decoder->text, TF_FAULT_MEMORY, "find(): no memory");
    }
    for (const uint32_t one : rows) {
        const tf_header *found = table->at(one);
        if (found->known == 0) continue;
        if (account != nullptr && !slot_is(found, kind == TF_RECORD_KIND_ORDER ? int{TF_ORDER_ACCOUNT} : int{TF_FILL_ACCOUNT}, account))
            continue;
        if (*row != nullptr)
            return *row = nullptr, fault(decoder->text, TF_FAULT_SEVERAL,
                                         "find(): several accounts have a %s %.100s: give the account and the id",
                                         tf_kinds[kind].name, last);
        *row = found;
    }
    if (*row != nullptr) return TF_OK;
    return fault(decoder->text, TF_FAULT_MISSING, "find(): there is no %s of %.100s", tf_kinds[kind].name, last);
}

// ---- order books

inline int book_of(tf_decoder *decoder, uint32_t symbol, tf_book *out) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (out == nullptr || out->size < sizeof(size_t))
        return fault(decoder->text, TF_FAULT_ARGUMENT, "book(): set book.size to sizeof(tf_book) first");
    const bool named = symbol != 0 && symbol <= decoder->state->symbols.count();
    const Book *book = named ? decoder->state->books.find(symbol) : nullptr;
    if (book == nullptr)
        return fault(decoder->text, TF_FAULT_MISSING, "book(): there is no order book of %s",
                     named ? decoder->state->symbols.text(symbol) : "a symbol that has not come yet");
    const tf_book all{out->size, book->bids.levels, book->asks.levels, book->bids.count, book->asks.count,
                      book->sequence, symbol, book->broken};
    std::memcpy(out, &all, out->size < sizeof all ? out->size : sizeof all);
    return TF_OK;
}

// ---- numbers

// The exact texts of a record, or nullptr: those of the record being handed on, or of a row. `copy`: it is neither.
inline const tf_exact *exact_of(const tf_decoder *decoder, const tf_header *record, bool &copy) {
    copy = false;
    if (record == decoder->lent) return decoder->exact;
    const RowTable *table = table_of(decoder, record->kind);
    const uintptr_t at = reinterpret_cast<uintptr_t>(record);
    const uintptr_t base = table == nullptr ? 0 : reinterpret_cast<uintptr_t>(table->memory());
    copy = table == nullptr || at < base || at >= base + size_t{table->count()} * table->kind().size ||
           (at - base) % table->kind().size != 0;
    return copy ? nullptr : &table->side(table->number(record)).exact;
}

// A float64 and its count of decimals, as text. 340 bytes are room for any. Returns where it ends.
inline char *write_decimal(double value, int decimals, char *to) {
    const double scaled = decimals >= 0 ? value * std::pow(10.0, decimals) : value / std::pow(10.0, -decimals);
    if (!(scaled > -1e15 && scaled < 1e15)) return std::to_chars(to, to + 340, value).ptr;  // derived from a longer one
    if (std::signbit(value)) *to++ = '-';
    char digits[24];
    const long long whole = std::llabs(std::llround(scaled));
    const int count = static_cast<int>(std::to_chars(digits, digits + sizeof digits, whole).ptr - digits);
    const int before = count - (decimals > 0 ? decimals : 0);  // digits before the point
    if (before <= 0) *to++ = '0';
    for (int i = 0; i < (before > 0 ? before : 0); ++i) *to++ = digits[i];
    if (decimals > 0) {
        *to++ = '.';
        for (int i = before; i < 0; ++i) *to++ = '0';
        for (int i = before > 0 ? before : 0; i < count; ++i) *to++ = digits[i];
    }
    if (decimals >= 0) return to;
    *to++ = 'E';
    *to++ = '+';
    return std::to_chars(to, to + 8, -decimals).ptr;
}

inline int decimal(tf_decoder *decoder, const tf_header *record, int field, char *text, size_t room) {
    if (decoder == nullptr) return TF_FAULT_ARGUMENT;
    if (record == nullptr || text == nullptr || record->kind == 0 || record->kind >= TF_KINDS)
        return fault(decoder->text, TF_FAULT_ARGUMENT, "decimal(): record or text is NULL, or no record of ours");
    const tf_kind &kind = tf_kinds[record->kind];
    if (field < 0 || field >= kind.count || kind.fields[field].type != TF_TYPE_DEC)
        return fault(decoder->text, TF_FAULT_ARGUMENT, "decimal(): field %d of a %s is no number with decimals", field,
                     kind.name);
    if (!(record->known >> field & 1))
        return fault(decoder->text, TF_FAULT_MISSING, "decimal(): %s.%s was never stated", kind.name,
                     kind.fields[field].name);
    char own[400];
    const char *from = own;
    size_t size = 0;
    if (record->flags & TF_INEXACT) {
        bool copy;
        const tf_exact *exact = exact_of(decoder, record, copy);
        if (copy)
            return fault(decoder->text, TF_FAULT_COPY,
                         "decimal(): a copy of a record flagged TF_INEXACT has not its exact texts: ask within the "
                         "callback, or for the row");
        for (uint32_t i = 0; exact != nullptr && i < exact->count; ++i) {
            if (exact->texts[i].bit != static_cast<uint32_t>(field)) continue;
            from = exact->texts[i].data;
            size = exact->texts[i].size;
        }
    }
    if (from == own) {
        const char *base = reinterpret_cast<const char *>(record);
        double value;
        std::memcpy(&value, base + kind.fields[field].offset, sizeof value);
        size = static_cast<size_t>(write_decimal(value, static_cast<int8_t>(base[kind.decimals + field]), own) - own);
    }
    if (size >= room)
        return fault(decoder->text, TF_FAULT_ROOM, "decimal(): the text has %zu bytes and a NUL, but room is %zu", size,
                     room);
    std::memcpy(text, from, size);
    text[size] = 0;
    return static_cast<int>(size);
}

inline int count_up(const tf_decoder *decoder, tf_counts *counts) {
    if (decoder == nullptr || counts == nullptr || counts->size < sizeof(size_t)) return TF_FAULT_ARGUMENT;
    const Intake &intake = *decoder->intake;
    tf_counts all{counts->size, intake.messages, intake.fold.records, intake.malformed,
                  intake.json.stage.mismatches, intake.json.refused, intake.fold.limited};
    std::memcpy(counts, &all, counts->size < sizeof all ? counts->size : sizeof all);
    return TF_OK;
}

inline const char *error_text(const tf_decoder *decoder) { return decoder == nullptr ? opened_text() : decoder->text; }

// ---- what open() and close() are made of

inline char *text_of(tf_decoder *decoder) { return decoder->text; }
inline void *owner_of(tf_decoder *decoder) { return decoder->owner; }
inline void free_door(tf_decoder *decoder) { delete decoder; }

inline tf_decoder *new_door(void *intake, void *state, uint16_t stream, tf_decoder::Take take, void *owner) {
    tf_decoder *decoder = new (std::nothrow) tf_decoder;
    if (decoder == nullptr) return nullptr;
    decoder->intake = static_cast<Intake *>(intake);
    decoder->state = static_cast<State *>(state);
    decoder->stream = stream;
    decoder->take = take;
    decoder->owner = owner;
    decoder->intake->fold.redirect({decoder, hand_to_c, amend_to_c, &decoder->wanted, &decoder->seq});
    return decoder;
}

inline tf_api *api_of(int (*open)(const char *, const tf_options *, tf_decoder **), int (*close)(tf_decoder *)) {
    static tf_api api;
    api = {sizeof(tf_api), TF_API_VERSION, 0, TF_LAYOUT, open, close, error_text, set_call, set_amended, set_flushed, feed,
           flush, tell_ready, tell_lost, find, row_by_number, decimal, name_of, number_of, count_up,
           rows_of, book_of};
    return &api;
}

}  // namespace tickfold
