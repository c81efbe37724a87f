"""Cython handlers, for one layout of the records (see versioned.pxd)."""
# Generated from engine/schema/records.py: change that file, then `make records`.

from libc.stdint cimport uint8_t

from tickfold.engine.structs cimport *


cdef class Handler_d835a4a027847a68:
    """Base of Cython handlers; tickfold/engine/handler.pxd has an example."""

    cdef void on_quote(self, const tf_quote *record) noexcept:
        pass

    cdef void on_trade(self, const tf_trade *record) noexcept:
        pass

    cdef void on_bar(self, const tf_bar *record) noexcept:
        pass

    cdef void on_book_level(self, const tf_book_level *record) noexcept:
        pass

    cdef void on_order(self, const tf_order *record) noexcept:
        pass

    cdef void on_fill(self, const tf_fill *record) noexcept:
        pass

    cdef void on_position(self, const tf_position *record) noexcept:
        pass

    cdef void on_balance(self, const tf_balance *record) noexcept:
        pass

    cdef void on_pnl(self, const tf_pnl *record) noexcept:
        pass

    cdef void on_status(self, const tf_status *record) noexcept:
        pass

    cdef void on_news(self, const tf_news *record) noexcept:
        pass

    cdef void on_notice(self, const tf_notice *record) noexcept:
        pass

    cdef void on_gap(self, const tf_gap *record) noexcept:
        pass

    cdef void on_ack(self, const tf_ack *record) noexcept:
        pass

    cdef void on_error(self, const tf_error *record) noexcept:
        pass

    cdef void on_session_state(self, const tf_session_state *record) noexcept:
        pass

    cdef void on_raw(self, const tf_raw *record) noexcept:
        pass

    cdef void on_event(self, const tf_event *record) noexcept:
        pass

    cdef void on_stats(self, const tf_stats *record) noexcept:
        pass

    cdef void on_instrument(self, const tf_instrument *record) noexcept:
        pass

    cdef void on_ledger(self, const tf_ledger *record) noexcept:
        pass

    cdef void on_lag(self, const tf_lag *record) noexcept:
        pass

    cdef void on_fill_amended(self, const tf_fill *record) noexcept:
        pass

    cdef void on_flush(self) noexcept:
        pass


cdef void deliver(Handler_d835a4a027847a68 handler, const tf_header *record) noexcept:
    cdef uint8_t kind = record.kind
    if kind == TF_RECORD_KIND_QUOTE:
        handler.on_quote(<const tf_quote *>record)
    elif kind == TF_RECORD_KIND_TRADE:
        handler.on_trade(<const tf_trade *>record)
    elif kind == TF_RECORD_KIND_BAR:
        handler.on_bar(<const tf_bar *>record)
    elif kind == TF_RECORD_KIND_BOOK_LEVEL:
        handler.on_book_level(<const tf_book_level *>record)
    elif kind == TF_RECORD_KIND_ORDER:
        handler.on_order(<const tf_order *>record)
    elif kind == TF_RECORD_KIND_FILL:
        handler.on_fill(<const tf_fill *>record)
    elif kind == TF_RECORD_KIND_POSITION:
        handler.on_position(<const tf_position *>record)
    elif kind == TF_RECORD_KIND_BALANCE:
        handler.on_balance(<const tf_balance *>record)
    elif kind == TF_RECORD_KIND_PNL:
        handler.on_pnl(<const tf_pnl *>record)
    elif kind == TF_RECORD_KIND_STATUS:
        handler.on_status(<const tf_status *>record)
    elif kind == TF_RECORD_KIND_NEWS:
        handler.on_news(<const tf_news *>record)
    elif kind == TF_RECORD_KIND_NOTICE:
        handler.on_notice(<const tf_notice *>record)
    elif kind == TF_RECORD_KIND_GAP:
        handler.on_gap(<const tf_gap *>record)
    elif kind == TF_RECORD_KIND_ACK:
        handler.on_ack(<const tf_ack *>record)
    elif kind == TF_RECORD_KIND_ERROR:
        handler.on_error(<const tf_error *>record)
    elif kind == TF_RECORD_KIND_SESSION_STATE:
        handler.on_session_state(<const tf_session_state *>record)
    elif kind == TF_RECORD_KIND_RAW:
        handler.on_raw(<const tf_raw *>record)
    elif kind == TF_RECORD_KIND_EVENT:
        handler.on_event(<const tf_event *>record)
    elif kind == TF_RECORD_KIND_STATS:
        handler.on_stats(<const tf_stats *>record)
    elif kind == TF_RECORD_KIND_INSTRUMENT:
        handler.on_instrument(<const tf_instrument *>record)
    elif kind == TF_RECORD_KIND_LEDGER:
        handler.on_ledger(<const tf_ledger *>record)
    elif kind == TF_RECORD_KIND_LAG:
        handler.on_lag(<const tf_lag *>record)


Handler = Handler_d835a4a027847a68


def __getattr__(name):
    if name.startswith("Handler_"):    # asked for by an extension that was built against another layout
        raise ImportError(
            f"a Cython handler was compiled against layout {name[8:]} of tickfold's records, but this "
            "is layout d835a4a027847a68: compile it again against the installed tickfold")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
