// The rules of orders: how an update changes an order, all of them in this file.
//
// An order is open or it has ended; every status belongs to one of the two.
//
//   from \ to     an open status                     FILLED        CANCELED REJECTED EXPIRED REPLACED
//   (nothing)     taken                              taken         taken
//   open          taken                              taken         taken
//   FILLED        stale¹                             the same      stale, but CANCELED where something is left²
//   other ended   stale¹                             stale         stale; the same word again changes nothing
//
//   ¹ unless the venue clearly begins a new order under the same id: see begins_anew().
//   ² Interactive Brokers may say Filled and then Cancelled of an order that was filled in part.
//   "taken": the order gets the new status. "stale": it keeps its status; `status_text` shows the venue's word anyway.
//   A correction (the venue takes back what it said before) may change any status to any other.
//
// Quantities (FIX 38 OrderQty, 14 CumQty, 151 LeavesQty):
//
// * `filled_qty` falls only by a correction. Any other update with a lower filled_qty is stale and not applied. If the
//   venue's updates are deltas without times, only the quantities of such an update are ignored.
// * An update whose own times are older than the row is stale, unless its filled_qty is higher and no execution was
//   ever taken back: a higher filled_qty counts more than the time.
// * While a connection was lost, a correction may have been missed: the first newer update of an order after it counts
//   as a correction if its filled_qty is lower.
// * Staleness is judged by what the update itself states. Quantities that the venue leaves out are derived afterwards:
//   leaves = qty - filled (never below zero), qty = filled + leaves, filled = qty - leaves, each if the other two are
//   stated.
// * A full record that states neither a status nor a quantity is only a note about the order: fields that it
//   leaves out stay known. Status, filled_qty and times of change always stay known when they are left out.
#pragma once

#include "fold/numbers.hpp"

namespace tickfold {

// How a venue reports orders.
struct OrderRules {
    bool promotes = false;  // the venue has no PARTIALLY_FILLED: derive it from filled_qty
    bool deltas = false;    // deltas without times: if filled_qty is lower, only the quantities are stale
    bool stops_in_price = false;  // the key of the limit price holds the stop price of a stop order
    bool reserves = false;  // filled = qty - leaves; an iceberg's leaves_qty on the wire is its visible part only
};

inline bool has_ended(uint8_t status) {
    constexpr uint32_t ended = 1u << TF_ORDER_STATUS_FILLED | 1u << TF_ORDER_STATUS_CANCELED |
                               1u << TF_ORDER_STATUS_REPLACED | 1u << TF_ORDER_STATUS_REJECTED |
                               1u << TF_ORDER_STATUS_EXPIRED;
    return status < 32 && (ended >> status & 1);
}
inline bool has_ended(const tf_order &order) { return has(order.head, TF_ORDER_STATUS) && has_ended(order.status); }

// An order whose status was never stated is open. One whose status is UNKNOWN has ended, and nobody knows how.
enum class Standing { kOpen, kUnknown, kEnded };
inline Standing standing(const tf_order &order) {
    if (!has(order.head, TF_ORDER_STATUS)) return Standing::kOpen;
    if (order.status == TF_ORDER_STATUS_UNKNOWN) return Standing::kUnknown;
    return has_ended(order.status) ? Standing::kEnded : Standing::kOpen;
}
inline bool is_open(const tf_order &order) { return standing(order) == Standing::kOpen; }

// When the order last changed, by its own times, ns UTC; INT64_MAX if it states none.
inline int64_t last_change(const tf_order &order) {
    if (has(order.head, TF_ORDER_TS_UPDATED)) return order.ts_updated;
    return has(order.head, TF_ORDER_TS_CREATED) ? order.ts_created : INT64_MAX;
}

class OrderFold {
  public:
    struct Result {
        uint64_t changed = 0;  // fields that the update altered
        bool stale = false;    // the update was applied in part or not at all
        bool anew = false;     // the update began a new order under the same id
    };

    // Merges an update into its row. `missed`: the connection was lost since the row's last update, so updates may be
    // missing.
    static Result merge(RowTable &table, uint32_t row, Entry &entry, Stage &stage, const OrderRules &rules, bool missed) {
        return OrderFold(table, row, entry, stage, rules).run(missed);
    }

  private:
    OrderFold(RowTable &table, uint32_t row, Entry &entry, Stage &stage, const OrderRules &rules)
        : table_(table), number_(row), row_(*reinterpret_cast<tf_order *>(table.at(row))), entry_(entry),
          patch_(*reinterpret_cast<tf_order *>(entry.head())), old_(row_.head), new_(patch_.head), stage_(stage),
          rules_(rules) {}

    __attribute__((hot)) Result run(bool missed) {
        Result result;
        if (rules_.deltas && has(new_, TF_ORDER_QTY) && unlikely(patch_.qty == 0)) drop_empty_quantity();
        read_quantities();
        if (unlikely(begins_anew())) {
            result.anew = true;
            start_over();
        } else if (!judge(missed)) {
            result.stale = true;
            return result;
        }
        result.stale = stale_;
        settle_prices();
        derive();
        result.stale |= !settle_status();
        if (unlikely(has(new_, TF_ORDER_PEG_REFERENCE)) && has(new_, TF_ORDER_TYPE) && patch_.type == TF_ORDER_TYPE_LIMIT)
            patch_.type = TF_ORDER_TYPE_PEGGED;
        result.changed = store();
        return result;
    }

    // An order of an amount of money has no quantity: a venue may write 0.
    __attribute__((noinline)) void drop_empty_quantity() {
        if (!has(new_, TF_ORDER_NOTIONAL) && !has(old_, TF_ORDER_NOTIONAL)) return;
        unstate(new_, TF_ORDER_QTY);
        if (has(new_, TF_ORDER_LEAVES_QTY) && patch_.leaves_qty == 0 && !has_ended(patch_)) unstate(new_, TF_ORDER_LEAVES_QTY);
    }

    // Reads qty, leaves and filled from the update itself.
    void read_quantities() {
        had_filled_ = was_filled_.read(kKind, table_, number_, TF_ORDER_FILLED_QTY);
        constexpr uint64_t quantities = bit_of(TF_ORDER_QTY) | bit_of(TF_ORDER_LEAVES_QTY) | bit_of(TF_ORDER_FILLED_QTY);
        if ((new_.known & quantities) == 0) return;
        has_qty_ = qty_.read(kKind, stage_, entry_, TF_ORDER_QTY);
        has_leaves_ = leaves_.read(kKind, stage_, entry_, TF_ORDER_LEAVES_QTY);
        has_filled_ = filled_.read(kKind, stage_, entry_, TF_ORDER_FILLED_QTY);
        if (!has_filled_) read_filled();
    }
    // What is filled, where the update says it in other quantities.
    __attribute__((noinline)) void read_filled() {
        if (entry_.alone && has_qty_ && (!has_leaves_ || leaves_.is_zero())) {
            filled_ = qty_;  // size and fills were one number, and nothing is left
            has_filled_ = true;
        } else if (rules_.reserves && has_qty_ && has_leaves_) {
            Number reserved, total;
            if (reserved.read(kKind, stage_, entry_, TF_ORDER_RESERVED_QTY) && Number::add(leaves_, reserved, total, stage_)) {
                leaves_ = total;
                leaves_.state_in(kKind, stage_, entry_, TF_ORDER_LEAVES_QTY);
            }
            has_filled_ = Number::subtract(qty_, leaves_, filled_, stage_);
        } else if (has_qty_ && has(new_, TF_ORDER_STATUS) && patch_.status == TF_ORDER_STATUS_FILLED) {
            filled_ = qty_;  // FILLED without other quantities: all of it
            has_filled_ = true;
        }
    }

    // Whether the venue uses the id of an ended order again for a new one. The new one is open, states a quantity of
    // which nothing is filled, and was created after the old one ended or is of another instrument.
    bool begins_anew() const { return has_ended(row_) && is_another(); }
    __attribute__((noinline)) bool is_another() const {
        if (new_.flags & TF_CORRECTION || !has(new_, TF_ORDER_STATUS) || has_ended(patch_.status) ||
            patch_.status == TF_ORDER_STATUS_UNKNOWN || !has_filled_ || !filled_.is_zero() || !has_qty_ || qty_.is_zero() ||
            (has_leaves_ && Number::compare(leaves_, qty_) != 0))
            return false;
        if (old_.symbol != 0 && new_.symbol != 0 && old_.symbol != new_.symbol) return true;
        int64_t end = TF_UNKNOWN_TIME, begin = TF_UNKNOWN_TIME;
        for (int64_t time : {has(old_, TF_ORDER_TS_UPDATED) ? row_.ts_updated : TF_UNKNOWN_TIME,
                             has(old_, TF_ORDER_TS_FILLED) ? row_.ts_filled : TF_UNKNOWN_TIME,
                             has(old_, TF_ORDER_TS_CANCELED) ? row_.ts_canceled : TF_UNKNOWN_TIME, old_.ts_event})
            if (time > end) end = time;
        if (has(new_, TF_ORDER_TS_CREATED))
            begin = patch_.ts_created;
        else if (rules_.deltas)
            begin = has(new_, TF_ORDER_TS_UPDATED) ? patch_.ts_updated : new_.ts_event;
        return end != TF_UNKNOWN_TIME && begin != TF_UNKNOWN_TIME && begin > end;
    }

    // Empties the row for the new order; only the key stays.
    __attribute__((cold, noinline)) void start_over() {
        table_.drop_texts(table_.side(number_), 0);
        table_.renew(number_);
        const tf_kind &kind = table_.kind();
        for (int i = 0; i < kind.count; ++i)
            if (!(kKey >> i & 1)) forget(kind, &old_, kind.fields[i]);
        old_.known &= kKey;
        old_.flags = 0;
        old_.symbol = 0;
        old_.ts_event = TF_UNKNOWN_TIME;
        Side &beside = table_.side(number_);
        beside.cut = 0;
        const int64_t now = last_change(patch_);
        beside.begun = now == INT64_MAX ? 0 : now;
        beside.reused = true;
        had_filled_ = false;
    }

    // Whether the update may be applied, in whole or without its quantities.
    bool judge(bool missed) {
        old_.flags &= static_cast<uint16_t>(~TF_STALE);
        bool correction = new_.flags & TF_CORRECTION, older = false;
        const Side &beside = table_.side(number_);
        if (unlikely(beside.reused) && last_change(patch_) < beside.begun) return reject();  // of the earlier order
        int64_t then = INT64_MAX, now = INT64_MAX;
        if (rules_.deltas) {  // told again: its time is no newer one
            if (!correction && has(new_, TF_ORDER_TS_UPDATED) && has(old_, TF_ORDER_TS_UPDATED) &&
                patch_.ts_updated < row_.ts_updated)
                unstate(new_, TF_ORDER_TS_UPDATED);
        } else {
            then = last_change(row_);
            now = last_change(patch_);
            older = then != INT64_MAX && now < then;
        }
        const int against = has_filled_ && had_filled_ ? Number::compare(filled_, was_filled_) : 0;
        if (likely(!correction && !older && against >= 0)) return true;
        return judge_late(correction, older, against, missed && (rules_.deltas || (then < now && now < INT64_MAX)));
    }
    // The same for a correction, and for an update that may be older than the order's state. `against`: above 0 if it
    // states a higher filled_qty than the order has, below 0 if a lower one. `missed`: a correction may have been missed
    // before it.
    __attribute__((noinline)) bool judge_late(bool correction, bool older, int against, bool missed) {
        if (missed && !correction && !older && against < 0) {
            correction = true;  // taken back while the connection was lost
            new_.flags |= TF_CORRECTION;
        }
        if (correction && !older) {
            old_.flags |= TF_CORRECTED;
            corrects_ = true;
        } else if (correction || (older && !(against > 0 && !(old_.flags & TF_CORRECTED)))) {
            if (against >= 0 || !rules_.deltas) return reject();
        } else if (against < 0) {
            if (!rules_.deltas) return reject();
            old_.flags |= TF_STALE;
            stale_ = true;
            has_filled_ = has_leaves_ = false;
            unstate(new_, TF_ORDER_FILLED_QTY);
            unstate(new_, TF_ORDER_LEAVES_QTY);
            unstate(new_, TF_ORDER_AVG_PRICE);
        }
        return true;
    }
    bool reject() {
        old_.flags |= TF_STALE;
        return false;
    }

    // Which price a price is.
    void settle_prices() {
        if (rules_.stops_in_price &&
            unlikely((has(new_, TF_ORDER_TYPE) ? patch_.type : has(old_, TF_ORDER_TYPE) ? row_.type : 0) ==
                     TF_ORDER_TYPE_STOP))
            settle_stop();
        if (has(new_, TF_ORDER_LIMIT_PRICE) && unlikely(patch_.limit_price == 0) && has_no_limit()) no_limit_price();
    }
    // What a venue states as the limit of a stop order is its stop price.
    __attribute__((noinline)) void settle_stop() {
        Wide price;
        if (has(new_, TF_ORDER_LIMIT_PRICE)) {
            if (!has(new_, TF_ORDER_STOP_PRICE) && read_number(stage_, entry_, TF_ORDER_LIMIT_PRICE, price))
                state_number(stage_, entry_, TF_ORDER_STOP_PRICE, price);
            no_limit_price();
        } else if (has(old_, TF_ORDER_LIMIT_PRICE)) {  // said before the type was
            if (!has(new_, TF_ORDER_STOP_PRICE) && !has(old_, TF_ORDER_STOP_PRICE) &&
                read_number(table_, number_, TF_ORDER_LIMIT_PRICE, price))
                state_number(stage_, entry_, TF_ORDER_STOP_PRICE, price);
            no_limit_price();
        }
    }
    // A pegged order that is parked, and an order at the market's price, have no limit; a venue may write 0.
    __attribute__((noinline)) bool has_no_limit() const {
        const uint8_t type = has(new_, TF_ORDER_TYPE) ? patch_.type : has(old_, TF_ORDER_TYPE) ? row_.type : 0;
        return has(new_, TF_ORDER_PEG_REFERENCE) || has(new_, TF_ORDER_PEG_OFFSET) || type == TF_ORDER_TYPE_MARKET ||
               type == TF_ORDER_TYPE_NETWORK;
    }
    void no_limit_price() {
        unstate(new_, TF_ORDER_LIMIT_PRICE);
        entry_.nulls |= bit_of(TF_ORDER_LIMIT_PRICE);
    }

    // Derives the quantities that the venue leaves out.
    void derive() {
        if (!has_filled_ && !has_leaves_ && !has_qty_) return;
        if (has_filled_ && !has(new_, TF_ORDER_FILLED_QTY)) filled_.state_in(kKind, stage_, entry_, TF_ORDER_FILLED_QTY);
        const bool takes_qty_back = (entry_.nulls | absent()) >> TF_ORDER_QTY & 1;
        Number result;
        if (has_filled_ && has_leaves_ && !has_qty_) {
            if (Number::add(filled_, leaves_, result, stage_)) result.state_in(kKind, stage_, entry_, TF_ORDER_QTY);
        } else if (!has_leaves_ && (has_qty_ || has_filled_)) {
            const bool qty = has_qty_ || (!takes_qty_back && qty_.read(kKind, table_, number_, TF_ORDER_QTY));
            if (!has_filled_ && had_filled_) filled_ = was_filled_;
            if (qty && (has_filled_ || had_filled_) && Number::subtract(qty_, filled_, result, stage_)) {
                if (unlikely(result.value < 0)) {  // filled more than ordered: nothing is left
                    result.value = 0;
                    result.text = {nullptr, 0};
                }
                result.state_in(kKind, stage_, entry_, TF_ORDER_LEAVES_QTY);
            }
        }
    }

    // Decides the status from the stated one, the quantities and the order's status so far. False if it is stale.
    bool settle_status() {
        if (rules_.promotes) {
            const bool some = has_filled_ ? filled_.is_positive() : had_filled_ && was_filled_.is_positive();
            auto waits = [](uint8_t status) { return status == TF_ORDER_STATUS_NEW || status == TF_ORDER_STATUS_ACCEPTED; };
            if (some && (has(new_, TF_ORDER_STATUS) ? waits(patch_.status) : has(old_, TF_ORDER_STATUS) && waits(row_.status))) {
                patch_.status = TF_ORDER_STATUS_PARTIALLY_FILLED;
                state(new_, TF_ORDER_STATUS);
            }
        }
        if (!has(new_, TF_ORDER_STATUS) || likely(!has_ended(row_)) || patch_.status == row_.status || corrects_) return true;
        if (row_.status == TF_ORDER_STATUS_FILLED && patch_.status == TF_ORDER_STATUS_CANCELED &&
            (has(new_, TF_ORDER_LEAVES_QTY) ? patch_.leaves_qty
             : has(old_, TF_ORDER_LEAVES_QTY) ? row_.leaves_qty : 0) > 0)
            return true;
        old_.flags |= TF_STALE;
        patch_.status = row_.status;
        return false;
    }

    // The fields that become unknown because a full record leaves them out; none if it is only a note.
    uint64_t absent() const {
        constexpr uint64_t kept = kKey | bit_of(TF_ORDER_STATUS) | bit_of(TF_ORDER_FILLED_QTY) | bit_of(TF_ORDER_TS_UPDATED) |
                                  bit_of(TF_ORDER_TS_CREATED);
        const bool whole = has(new_, TF_ORDER_STATUS) &&
                           new_.known & (bit_of(TF_ORDER_QTY) | bit_of(TF_ORDER_NOTIONAL) | bit_of(TF_ORDER_FILLED_QTY));
        return whole ? entry_.absent & ~kept : 0;
    }

    uint64_t store() {
        uint64_t nulls = (entry_.nulls & ~(kKey | bit_of(TF_ORDER_STATUS) | bit_of(TF_ORDER_FILLED_QTY))) | absent();
        if (unlikely(nulls >> TF_ORDER_QTY & 1) && !has(new_, TF_ORDER_QTY) && !has(new_, TF_ORDER_LEAVES_QTY))
            nulls |= bit_of(TF_ORDER_LEAVES_QTY);  // the numbers that it was derived from are unknown now
        const uint64_t key = kKey & old_.known;  // the row was found by these, so they are equal
        uint64_t changed = tickfold::merge(kKind, &old_, &new_, new_.known & ~key, nulls);
        if (unlikely(entry_.exact >= 0 || entry_.cut != 0 || old_.flags & (TF_INEXACT | TF_TRUNCATED)))
            changed |= table_.merge_marks(number_, entry_, stage_);
        if (has(new_, TF_ORDER_AVG_PRICE))
            old_.flags &= static_cast<uint16_t>(~TF_AVG_STALE);
        else if (changed >> TF_ORDER_FILLED_QTY & 1 && has(old_, TF_ORDER_AVG_PRICE))
            old_.flags |= TF_AVG_STALE;
        return changed;
    }

    static constexpr const tf_kind &kKind = tf_kinds[TF_RECORD_KIND_ORDER];
    static constexpr uint64_t kKey = bit_of(TF_ORDER_ORDER_ID) | bit_of(TF_ORDER_ACCOUNT);

    RowTable &table_;
    uint32_t number_;
    tf_order &row_;
    Entry &entry_;
    tf_order &patch_;
    tf_header &old_, &new_;
    Stage &stage_;
    const OrderRules &rules_;
    Number qty_, filled_, leaves_, was_filled_;
    bool has_qty_ = false, has_filled_ = false, has_leaves_ = false, had_filled_ = false;
    bool corrects_ = false, stale_ = false;
};

}  // namespace tickfold
