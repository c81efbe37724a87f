# Handler by the name that says which layout of the records it is for: cimport it from
# tickfold.engine.handler, by its plain name.
# Generated from engine/schema/records.py: change that file, then `make records`.

from tickfold.engine.structs cimport *


cdef class Handler_d835a4a027847a68:
    cdef void on_quote(self, const tf_quote *record) noexcept
    cdef void on_trade(self, const tf_trade *record) noexcept
    cdef void on_bar(self, const tf_bar *record) noexcept
    cdef void on_book_level(self, const tf_book_level *record) noexcept
    cdef void on_order(self, const tf_order *record) noexcept
    cdef void on_fill(self, const tf_fill *record) noexcept
    cdef void on_position(self, const tf_position *record) noexcept
    cdef void on_balance(self, const tf_balance *record) noexcept
    cdef void on_pnl(self, const tf_pnl *record) noexcept
    cdef void on_status(self, const tf_status *record) noexcept
    cdef void on_news(self, const tf_news *record) noexcept
    cdef void on_notice(self, const tf_notice *record) noexcept
    cdef void on_gap(self, const tf_gap *record) noexcept
    cdef void on_ack(self, const tf_ack *record) noexcept
    cdef void on_error(self, const tf_error *record) noexcept
    cdef void on_session_state(self, const tf_session_state *record) noexcept
    cdef void on_raw(self, const tf_raw *record) noexcept
    cdef void on_event(self, const tf_event *record) noexcept
    cdef void on_stats(self, const tf_stats *record) noexcept
    cdef void on_instrument(self, const tf_instrument *record) noexcept
    cdef void on_ledger(self, const tf_ledger *record) noexcept
    cdef void on_lag(self, const tf_lag *record) noexcept
    # What is learned later of a fill that on_fill was given before: a commission, a correction.
    cdef void on_fill_amended(self, const tf_fill *record) noexcept
    # A socket read is used up: nothing more comes until the next.
    cdef void on_flush(self) noexcept


# Calls the method that belongs to the record's kind.
cdef void deliver(Handler_d835a4a027847a68 handler, const tf_header *record) noexcept
