// A C++ program that knows tickfold by its public headers alone. It decodes a file of payloads (each with its length in
// front, 4 bytes, little endian) with the GIL released, in a thread that Python does not know, and writes what every
// record says; at the end, what every row and every order book says.
//
//     door TABLE FILE [padded]

#include <Python.h>

#include <tickfold/fields.h>
#include <tickfold/tickfold.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static const tf_api *tf;
static tf_decoder *decoder;

static void need(bool holds, const char *what) {
    if (holds) return;
    std::fprintf(stderr, "door: %s; %s; %s\n", what, tf == nullptr ? "" : tf->error(decoder), tf == nullptr ? "" : tf->error(nullptr));
    std::exit(1);
}

static void hex(const char *data, size_t size) {
    for (size_t i = 0; i < size; ++i) std::printf("%02x", static_cast<unsigned char>(data[i]));
}

template <typename T> static T at(const tf_header *record, size_t offset) {
    T value;
    std::memcpy(&value, reinterpret_cast<const char *>(record) + offset, sizeof value);
    return value;
}

static void tell(const tf_header *record, const char *how) {
    const tf_kind &kind = tf_kinds[record->kind];
    const char *name = tf->name(decoder, record->symbol, nullptr);
    std::printf("%s %s %u %u %u ", how, kind.name, record->venue, record->flags, record->stream);
    if (name != nullptr) hex(name, std::strlen(name));
    std::printf(" %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64, record->ts_event, record->ts_recv,
                record->seq, record->known, record->changed);
    for (int i = 0; i < kind.count; ++i) {
        if (!(record->known >> i & 1)) continue;
        const tf_field &field = kind.fields[i];
        const char *slot = reinterpret_cast<const char *>(record) + field.offset;
        std::printf(" %s=", field.name);
        switch (field.type) {
            case TF_TYPE_DEC: {
                char text[400];
                need(tf->decimal(decoder, record, i, text, sizeof text) > 0, "decimal");
                std::printf("%s", text);
                break;
            }
            case TF_TYPE_TIME: case TF_TYPE_I64: std::printf("%" PRId64, at<int64_t>(record, field.offset)); break;
            case TF_TYPE_U64: std::printf("%" PRIu64, at<uint64_t>(record, field.offset)); break;
            case TF_TYPE_I32: std::printf("%d", at<int32_t>(record, field.offset)); break;
            case TF_TYPE_U32: std::printf("%u", at<uint32_t>(record, field.offset)); break;
            case TF_TYPE_TEXT: hex(slot, strnlen(slot, field.size)); break;
            case TF_TYPE_LONG: case TF_TYPE_DATA: {
                const tf_text text = at<tf_text>(record, field.offset);
                hex(text.data, text.size);
                break;
            }
            default: std::printf("%u", at<uint8_t>(record, field.offset));
        }
    }
    std::printf("\n");
}

static void on_record(const tf_header *record, void *context) {
    ++*static_cast<int64_t *>(context);
    need(!PyGILState_Check(), "the thread holds the GIL");
    tell(record, "record");
}

static void on_amended(const tf_header *record, void *) { tell(record, "amended"); }

// A loop over the table of one kind, as a program does that knows the kind.
template <typename Struct> static void tell_rows(int kind) {
    uint32_t count = 0;
    const Struct *rows = static_cast<const Struct *>(tf->rows(decoder, kind, &count));
    need((rows == nullptr) == (count == 0), "rows");
    for (uint32_t i = 0; i < count; ++i)
        if (rows[i].head.known != 0) tell(&rows[i].head, "row");
}

static void tell_state() {
    tell_rows<tf_quote>(TF_RECORD_KIND_QUOTE);
    tell_rows<tf_stats>(TF_RECORD_KIND_STATS);
    tell_rows<tf_instrument>(TF_RECORD_KIND_INSTRUMENT);
    tell_rows<tf_order>(TF_RECORD_KIND_ORDER);
    tell_rows<tf_fill>(TF_RECORD_KIND_FILL);
    tell_rows<tf_position>(TF_RECORD_KIND_POSITION);
    tell_rows<tf_balance>(TF_RECORD_KIND_BALANCE);
    tell_rows<tf_pnl>(TF_RECORD_KIND_PNL);
    for (uint32_t symbol = 1; tf->name(decoder, symbol, nullptr) != nullptr; ++symbol) {
        const tf_header *quote = tf->by_number(decoder, TF_RECORD_KIND_QUOTE, symbol);
        need(quote == nullptr || quote->symbol == symbol, "by_number");
        tf_book book;
        book.size = sizeof book;
        if (tf->book(decoder, symbol, &book) != TF_OK) continue;
        std::printf("book ");
        const char *name = tf->name(decoder, book.symbol, nullptr);
        hex(name, std::strlen(name));
        std::printf(" %" PRIu64 " %u", book.sequence, book.broken);
        for (uint32_t i = 0; i < book.bid_count; ++i)
            std::printf(" bid:%a:%a:%u", book.bids[i].price, book.bids[i].size, book.bids[i].orders);
        for (uint32_t i = 0; i < book.ask_count; ++i)
            std::printf(" ask:%a:%a:%u", book.asks[i].price, book.asks[i].size, book.asks[i].orders);
        std::printf("\n");
    }
}

static void decode(const std::string &all, bool padded) {
    int64_t told = 0, made = 0, recv_ns = 1000;
    need(tf->on(decoder, TF_RECORD_KIND_NONE, on_record, &told) == TF_OK, "on");
    need(tf->on_amended(decoder, on_amended, nullptr) == TF_OK, "on_amended");
    for (size_t from = 0; from + 4 <= all.size();) {
        uint32_t size;
        std::memcpy(&size, all.data() + from, 4);
        from += 4;
        int64_t count;
        if (padded) {  // what follows is the next payload, and it may be anything
            count = tf->feed(decoder, all.data() + from, size, recv_ns, TF_PADDED);
        } else {
            std::vector<char> own(all.data() + from, all.data() + from + size);  // a sanitizer sees each byte behind it
            count = tf->feed(decoder, own.data(), own.size(), recv_ns, 0);
        }
        need(count >= 0, "feed");
        made += count;
        from += size;
        ++recv_ns;
    }
    need(told == made, "feed() counts other records than the callback");
    tell_state();
}

int main(int count, char **words) {
    if (count < 3) return 2;
    std::ifstream file(words[2], std::ios::binary);
    std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const bool padded = count > 3;
    if (padded) all.reserve(all.size() + TF_PADDING);

    Py_Initialize();
    tf = tf_import();
    if (tf == nullptr) PyErr_Print();
    need(tf != nullptr, "tf_import");
    const tf_options options = tf_new_options();
    need(tf->open(words[1], &options, &decoder) == TF_OK, "open");
    PyThreadState *saved = PyEval_SaveThread();
    std::thread([&] { decode(all, padded); }).join();
    need(tf->close(decoder) == TF_OK, "close");  // takes the GIL itself
    decoder = nullptr;
    PyEval_RestoreThread(saved);
    return Py_FinalizeEx() < 0;
}
