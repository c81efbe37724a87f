/* tickfold in a C++ program: quotes of Alpaca's market data, without Python while payloads are read.

       c++ -std=c++17 examples/embed.cpp -o embed -I$(python -c 'import tickfold; print(tickfold.get_include())') \
           $(python3-config --includes --embed --ldflags)
       ./embed < payloads.txt              one payload a line

   docs/embedding.md describes each function. */

#include <Python.h>

#include <tickfold/tickfold.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

struct Desk {
    const tf_api *tf;
    tf_decoder *decoder;
    long quotes = 0;
};

static void on_quote(const tf_header *record, void *context) {
    Desk &desk = *static_cast<Desk *>(context);
    const tf_quote &quote = *reinterpret_cast<const tf_quote *>(record);
    ++desk.quotes;
    if (!(record->known >> TF_QUOTE_BID & 1)) return;  // never stated: unknown, not zero
    char exact[400];
    if (desk.tf->decimal(desk.decoder, record, TF_QUOTE_BID, exact, sizeof exact) < 0) return;
    std::printf("%s bid %s (as a double %g)\n", desk.tf->name(desk.decoder, record->symbol, nullptr), exact, quote.bid);
}

static void on_error(const tf_header *record, void *) {
    const tf_error &error = *reinterpret_cast<const tf_error *>(record);
    std::printf("error: %.*s\n", static_cast<int>(error.text.size), error.text.data);
}

int main() {
    Py_Initialize();
    Desk desk{tf_import(), nullptr};
    if (desk.tf == nullptr) return PyErr_Print(), 1;
    tf_options options = tf_new_options();
    options.max_symbols = 20000;
    if (desk.tf->open("alpaca.data", &options, &desk.decoder) < 0)
        return std::fprintf(stderr, "%s\n", desk.tf->error(nullptr)), 1;
    desk.tf->on(desk.decoder, TF_RECORD_KIND_QUOTE, on_quote, &desk);
    desk.tf->on(desk.decoder, TF_RECORD_KIND_ERROR, on_error, &desk);

    PyThreadState *python = PyEval_SaveThread();  // from here on without the GIL
    std::string payload;
    while (std::getline(std::cin, payload)) {
        const int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now().time_since_epoch()).count();
        if (desk.tf->feed(desk.decoder, payload.data(), payload.size(), now, 0) < 0)
            std::fprintf(stderr, "%s\n", desk.tf->error(desk.decoder));
    }
    std::printf("%ld quotes\n", desk.quotes);
    PyEval_RestoreThread(python);

    desk.tf->close(desk.decoder);
    return Py_FinalizeEx() < 0;
}
