"""The C++ side of folding: engine/fold/."""

from libc.stdint cimport int8_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libcpp cimport bool as cbool
from libcpp.memory cimport unique_ptr
from libcpp.vector cimport vector

from tickfold.engine.cpp cimport Entry, Index, Stage, Text
from tickfold.engine.fields cimport tf_exact, tf_kind
from tickfold.engine.structs cimport tf_book_level, tf_header

cdef extern from "fold/fold.hpp" namespace "tickfold" nogil:
    ctypedef struct List:
        uint32_t first, last

    ctypedef struct Side:
        uint32_t generation, after, pins
        tf_exact exact
        cbool used, leaving

    cppclass CNames "tickfold::Names":
        uint32_t count()
        uint16_t domain(uint32_t id)
        uint32_t find(uint16_t domain, const char *text, size_t size)
        uint32_t first_of_text(const char *text, size_t size)
        uint32_t next_of_text(uint32_t id)

    cppclass CTable_ "tickfold::RowTable":
        const tf_kind &kind()
        uint32_t limit()
        uint32_t count()
        uint32_t used()
        char *memory()
        tf_header *at(uint32_t row)
        Side &side(uint32_t row)
        vector[uint32_t] find_all(const Text *texts, uint32_t symbol)

    cppclass SymbolTable(CTable_):
        uint32_t row_of(uint32_t symbol)

    ctypedef struct Level:
        double price, size
        uint32_t orders

    ctypedef struct CBookSide "tickfold::BookSide":
        Level *levels
        uint32_t count, limit

    ctypedef struct CBook "tickfold::Book":
        CBookSide bids, asks
        uint64_t sequence
        uint32_t symbol
        cbool broken

    cppclass CBooks "tickfold::Books":
        CBook *find(uint32_t symbol)
        const vector[CBook *] &all()

    ctypedef struct Limits:
        uint32_t symbols, orders, ended_orders, fills, rows, levels

    cppclass CState "tickfold::State":
        CState(const Limits &limits, uint64_t seed) except +
        CNames symbols
        SymbolTable quotes, stats, instruments
        CTable_ orders, fills, positions, balances, pnl
        CBooks books
        List ended
        uint32_t ended_count
        void retire(uint32_t row)
        vector[uint32_t] find_fills(Text id)

    cppclass Scales:
        Scales(uint32_t scaled, uint32_t symbols, uint64_t seed) except +
        cbool add(const char *text, size_t size, int8_t price, int8_t quantity) except +

    ctypedef struct Sink:
        void *context
        void (*record)(void *context, const tf_header *record, const tf_exact *exact) noexcept
        void (*amend)(void *context, const tf_header *record, const tf_exact *exact) noexcept
        const uint64_t *wanted
        uint64_t *seq

    ctypedef struct OrderRules:
        cbool promotes, deltas, reserves, stops_in_price

    cppclass FillRules:
        cbool derives, beside, revisions, own_trades
        Index parties

    cppclass Fold:
        Fold(CState &state, Stage &stage, const Index &events, const Sink &sink, uint8_t venue, uint16_t stream)
        OrderRules order_rules
        FillRules fill_rules
        unique_ptr[Scales] scales
        uint64_t records, limited
        const char *last_limit
        cbool all
        uint64_t always
        const Entry *at_hand
        void message(int64_t recv_ns)
        void say(tf_header *head, int64_t recv_ns)
        cbool newest(int64_t *event, int64_t *received)
        void lost()
        void ready(int64_t now_ns)
        void report(uint8_t source, const char *what, const char *data, size_t size, int64_t recv_ns)
        void limit(const char *what, const char *data, size_t size, int64_t recv_ns)
