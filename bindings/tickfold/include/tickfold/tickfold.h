/* The engine's C functions, for C99 and C++: payloads in, records and rows out, without Python in the loop.

   Include Python.h first, and this header after it. Then

       const tf_api *tf = tf_import();         with the GIL: imports tickfold.engine.capi
       tf_options options = tf_new_options();
       tf_decoder *decoder;
       if (tf->open("alpaca.data", &options, &decoder) < 0) puts(tf->error(NULL));
       tf->on(decoder, TF_RECORD_KIND_QUOTE, on_quote, context);
       tf->feed(decoder, data, size, recv_ns, 0);      from here on the GIL is not needed
       tf->close(decoder);

   open() and close() take the GIL if the thread does not hold it: both need a running interpreter, so close decoders
   before Py_Finalize(). All other functions need no GIL and do not take it.

   Threads: a decoder is used by one thread at a time; which one may change. Decoders share nothing, so that several
   threads may each use one of their own.

   Errors: a function that can fail returns a negative tf_Result, and error() says in words what was wrong and how to
   mend it. No C++ or Python exception leaves these functions.

   Records and rows: the structs are in records.h. What a callback gets is valid until it returns. A row that find(),
   by_number() or rows() gives shows the newest values; it stays valid until close(), except that rows of ended orders
   and of old fills get other records in time, during feed(). The levels of a book stay where they are until close(). */
#ifndef TICKFOLD_H
#define TICKFOLD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tickfold/records.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TF_API_VERSION 1 /* rises when a program must be changed; new functions are added at the end without that */
#define TF_API_CAPSULE "tickfold.engine.capi.table"
#define TF_PADDING 64 /* bytes behind a payload that must be readable where TF_PADDED is given */

/* What functions return. Values from 0 on are no errors. */
enum tf_Result {
    TF_OK = 0,
    TF_FAULT_ARGUMENT = -1, /* an argument makes no sense */
    TF_FAULT_LAYOUT = -2,   /* the program was compiled for another layout of the records */
    TF_FAULT_NAME = -3,     /* no table of that name */
    TF_FAULT_OPTION = -4,   /* an option has a value that it can't have */
    TF_FAULT_MEMORY = -5,   /* no memory */
    TF_FAULT_BUSY = -6,     /* called from within a callback of the same decoder */
    TF_FAULT_CALLBACK = -7, /* a callback threw a C++ exception; it was dropped and the payload read to its end */
    TF_FAULT_MISSING = -8,  /* there is no such row, name or number */
    TF_FAULT_SEVERAL = -9,  /* several accounts have a row of that key: name the account as well */
    TF_FAULT_ROOM = -10,    /* the text does not fit */
    TF_FAULT_COPY = -11,    /* a copy of a record flagged TF_INEXACT: its exact texts are beside the original alone */
    TF_FAULT_PYTHON = -12   /* Python raised something else; error() has it */
};

/* Flags of feed(). */
enum tf_Feed {
    TF_PADDED = 1, /* TF_PADDING bytes behind the payload may be read, whatever they hold: it is never copied */
    TF_MORE = 2    /* more payloads of the same socket read follow: on_flush is not called after this one */
};

/* Whether fills are derived from totals of orders. */
enum tf_Choice { TF_AS_VENUE = 0, TF_YES = 1, TF_NO = 2 };

typedef struct tf_decoder tf_decoder;

typedef void (*tf_callback)(const tf_header *record, void *context);
typedef void (*tf_flushed)(void *context);

/* How many decimals the raw integers of a symbol have (Vega). */
typedef struct tf_scale {
    const char *symbol; /* UTF-8, NUL-terminated, as are all names here */
    int32_t price;      /* -30 to 30 */
    int32_t size;
} tf_scale;

/* Options of open(). Take them from tf_new_options(), which sets the first two members; 0 and NULL mean the default. */
typedef struct tf_options {
    size_t size;           /* bytes of this struct as the program knows it */
    uint64_t layout;       /* TF_LAYOUT of the records.h that the program was compiled with */
    const char *label;     /* the stream's name; default: the table's */
    uint32_t max_symbols;  /* 1,048,576; at most 16,777,216, as the other limits. A limit reserves address space only */
    uint32_t max_orders;   /* 131,072 */
    uint32_t max_fills;    /* 131,072: fills that are kept, also to recognise repetitions */
    uint32_t max_rows;     /* 65,536: rows of each other table */
    uint32_t max_levels;   /* 16,384: levels of each side of an order book */
    uint32_t synthetic_fills;   /* tf_Choice */
    const char *const *parties; /* ids of the parties whose trades are their executions (Vega) */
    const tf_scale *scales;     /* see tf_scale */
    uint32_t party_count;
    uint32_t scale_count;
} tf_options;

/* A level of an order book. As float64: the tf_book_level record that set it has the decimals too. */
typedef struct tf_level {
    double price;
    double size;
    uint32_t orders;   /* 0 where the venue does not count them */
    uint32_t reserved; /* zero */
} tf_level;

/* An order book at this moment. Its levels change in place with the next feed(); ask for it again after that. */
typedef struct tf_book {
    size_t size;          /* set it to sizeof(tf_book) */
    const tf_level *bids; /* the highest price first */
    const tf_level *asks; /* the lowest price first */
    uint32_t bid_count;   /* levels of each side */
    uint32_t ask_count;
    uint64_t sequence;    /* the venue's number of the last update; 0 where it has none */
    uint32_t symbol;      /* the number of the instrument's name */
    uint32_t broken;      /* 1: an update or the connection was lost; levels may be wrong until a whole book comes */
} tf_book;

/* What a decoder has counted so far. */
typedef struct tf_counts {
    size_t size;         /* set it to sizeof(tf_counts) */
    uint64_t messages;   /* payloads seen */
    uint64_t records;    /* records made, whether or not a callback wants them */
    uint64_t malformed;  /* payloads that were neither JSON nor MessagePack; each gave a tf_error */
    uint64_t mismatched; /* values skipped because they could not be read as their field */
    uint64_t refused;    /* payloads that the fast reader left to simdjson */
    uint64_t limited;    /* records refused because a limit was reached; each gave a tf_error */
} tf_counts;

typedef struct tf_api {
    size_t size;      /* bytes of this table: one function more in a newer tickfold */
    uint32_t version; /* TF_API_VERSION of the tickfold that is installed */
    uint32_t reserved;
    uint64_t layout;  /* its TF_LAYOUT */

    /* Opens a decoder by the name of a stream: "alpaca.data", "ibkr" and so on. Takes the GIL. */
    int (*open)(const char *table, const tf_options *options, tf_decoder **decoder);
    /* Frees it, with all of its rows and names. Takes the GIL. NULL is allowed; TF_FAULT_BUSY within a callback. */
    int (*close)(tf_decoder *decoder);
    /* What was wrong: with the last call for this decoder that failed, or with NULL with the last open() of this
       thread. Empty if nothing was. Valid until the next call. */
    const char *(*error)(const tf_decoder *decoder);

    /* Calls `callback` for each record of a kind (tf_RecordKind; TF_RECORD_KIND_NONE: of every kind), in place of the
       one that was set before; NULL: nobody is called. Kinds without a callback cost least. Callbacks are called by
       feed(), in its thread, and must not throw. */
    int (*on)(tf_decoder *decoder, int kind, tf_callback callback, void *context);
    /* The same for what is learned later of a fill that was handed on before: a commission, a correction. */
    int (*on_amended)(tf_decoder *decoder, tf_callback callback, void *context);
    /* Called when a socket read is used up: after a feed() without TF_MORE, or by flush(). */
    int (*on_flush)(tf_decoder *decoder, tf_flushed callback, void *context);

    /* Reads one payload (JSON, MessagePack where the venue sends it), merges it into the rows and calls the callbacks.
       Returns how many records it made, or an error. A payload with a fault is no error here: it changes nothing and
       gives a tf_error record. `recv_ns`: when it was read, ns since 1970 UTC; `flags`: of tf_Feed. */
    int64_t (*feed)(tf_decoder *decoder, const char *data, size_t size, int64_t recv_ns, uint32_t flags);
    /* Calls on_flush, if anything came since it was called last. */
    int (*flush)(tf_decoder *decoder);
    /* To be told: the stream's connection is ready (subscriptions are made), and it is lost. Snapshots, replays and
       gaps are recognised by these. */
    int (*ready)(tf_decoder *decoder, int64_t now_ns);
    int (*lost)(tf_decoder *decoder, int64_t now_ns);

    /* The row of a key. `parts`, by kind:
           quotes, stats, instruments   symbol
           orders, fills                id; or account, id
           positions                    account, symbol
           balances                     account, currency, name, type, market; those at the end may be left out
           pnl                          account, segment; the segment may be left out */
    int (*find)(tf_decoder *decoder, int kind, const char *const *parts, uint32_t count, const tf_header **row);
    /* The row of a symbol's number, for quotes, stats and instruments; NULL: there is none. */
    const tf_header *(*by_number)(const tf_decoder *decoder, int kind, uint32_t symbol);

    /* The exact decimal text of a number, with the decimals that the venue wrote: "188.50", "12E+3". `record`: the one
       being handed on, a row, or a copy; `field`: its bit, TF_QUOTE_BID and so on. Returns the text's length without
       the NUL that ends it. 400 bytes are room for any number. TF_FAULT_MISSING: it was never stated. */
    int (*decimal)(tf_decoder *decoder, const tf_header *record, int field, char *text, size_t room);

    /* The name of a symbol's number, NUL-terminated, valid until close(); NULL: there is none. `size` may be NULL. */
    const char *(*name)(const tf_decoder *decoder, uint32_t symbol, size_t *size);
    /* The number of a symbol's name; 0: it has not come yet. */
    uint32_t (*number)(const tf_decoder *decoder, const char *name);

    int (*counts)(const tf_decoder *decoder, tf_counts *counts);

    /* All rows of a kind that find() knows, one behind the other, and how many they are, for programs that go over all of
       them:

           uint32_t count;
           const tf_order *orders = (const tf_order *)tf->rows(decoder, TF_RECORD_KIND_ORDER, &count);

       A row whose head.known is 0 is empty: pass it over. More may be appended by feed(); those that are there do not
       move. NULL: there are none, or records of that kind are kept in no rows. */
    const void *(*rows)(const tf_decoder *decoder, int kind, uint32_t *count);
    /* The order book of a symbol's number. TF_FAULT_MISSING: it has none. */
    int (*book)(tf_decoder *decoder, uint32_t symbol, tf_book *book);
} tf_api;

/* Options that say nothing but what the program was compiled with. */
static inline tf_options tf_new_options(void) {
    tf_options options;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.layout = TF_LAYOUT;
    return options;
}

#ifdef Py_PYTHON_H
/* The table of functions; NULL with a Python exception set where there is none that this program can use. Needs the
   GIL. */
static inline const tf_api *tf_import(void) {
    const tf_api *api;
    PyObject *module = PyImport_ImportModule("tickfold.engine.capi");
    if (module == NULL) return NULL;
    api = (const tf_api *)PyCapsule_Import(TF_API_CAPSULE, 0);
    Py_DECREF(module); /* sys.modules keeps it */
    if (api == NULL) return NULL;
    if (api->version != TF_API_VERSION || api->size < sizeof(tf_api)) {
        PyErr_Format(PyExc_ImportError,
                     "tickfold's C functions have version %u and %zu bytes, this program was compiled for version %u "
                     "and %zu bytes: compile it with the headers of the tickfold that is installed "
                     "(tickfold.get_include())",
                     (unsigned)api->version, api->size, (unsigned)TF_API_VERSION, sizeof(tf_api));
        return NULL;
    }
    if (api->layout != TF_LAYOUT) {
        PyErr_SetString(PyExc_ImportError,
                        "this program was compiled for another layout of tickfold's records: compile it with the "
                        "headers of the tickfold that is installed (tickfold.get_include())");
        return NULL;
    }
    return api;
}
#endif

#ifdef __cplusplus
}
#endif
#endif
