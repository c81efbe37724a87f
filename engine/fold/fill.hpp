// Fills that can be added up: the plain sum of `qty` over all Fill records of an order is its filled_qty.
//
// * An execution gives one Fill. What the venue says of it later (a commission) updates its row and is handed on as an
//   amendment, only to callbacks that ask for amendments.
// * A correction or a bust gives a Fill of the difference in quantity, which may be negative: flag CORRECTION.
// * Some updates of an order come with their execution. The rise of filled_qty (FIX CumQty) says how much of the
//   execution is new: nothing, if it was counted before. A rise beyond it means that executions were missed: a Fill of
//   the rest is derived.
// * If a venue sends totals only, each rise of filled_qty gives a derived Fill: flag SYNTHETIC. If the order is new to
//   us and the fill is old, it also has the flag SNAPSHOT.
// * Old is what happened before the stream was first ready, or before the last new execution that was told by the time
//   it is ready again. An execution that is old and was not told before has the flag REPLAY. Only the first of the two
//   is by our clock: how it is set later makes no execution old that happens from then on.
// * A multi-leg order as a whole gives no Fill: the executions of its legs do.
#pragma once

#include "fold/hand.hpp"

namespace tickfold {

// How a venue reports executions.
struct FillRules {
    bool derives = false;    // the venue sends only totals, or executions may be missed: derive fills from filled_qty
    bool beside = false;     // an update of an order comes with its execution in the same message
    bool own_trades = false; // trades in the market are executions of the parties that they name
    Index parties;           // whose trades were asked for
    bool revisions = false;  // the last part of exec_id counts corrections: 0000e0d5.01.02 corrects ….01.01
};

class Fills : public Hand {
  public:
    FillRules fill_rules;

    void ready(int64_t now_ns) {
        if (now_ns < first_ready_ns_) first_ready_ns_ = now_ns;
        old_ns_ = last_ns_ > first_ready_ns_ ? last_ns_ : first_ready_ns_;
    }

  protected:
    using Hand::Hand;

    // The state of an order before an update.
    struct Before {
        Wide filled, avg_price;
        bool has_avg;
        bool first;  // the order is new to us
        void reset() {
            filled.set_zero();
            has_avg = first = false;
        }
    };

    __attribute__((noinline)) void take(Before &before, const tf_order &order, uint32_t row) const {
        const RowTable &table = state_.orders;
        before.reset();
        if (RowTable::is_new(table.at(row))) {
            before.first = !state_.gone.find(order, stream_, before.filled);
            return;
        }
        if (!read_number(table, row, TF_ORDER_FILLED_QTY, before.filled)) before.filled.set_zero();
        before.has_avg = !(table.at(row)->flags & TF_AVG_STALE) && read_number(table, row, TF_ORDER_AVG_PRICE, before.avg_price);
    }

    // Hands on the fills of an order's update, after the update was merged into its row.
    __attribute__((noinline)) void tell_fills(Entry &entry, uint32_t row, const Before &before) {
        const tf_order &order = *reinterpret_cast<tf_order *>(state_.orders.at(row));
        beside_ = nullptr;
        Entry *execution = fill_rules.beside ? execution_of(entry) : nullptr;
        if (is_package(order)) return;  // a multi-leg order: its legs' executions count
        Wide after, rise;
        if (!fill_rules.derives || !read_number(state_.orders, row, TF_ORDER_FILLED_QTY, after)) {
            if (execution != nullptr) tell(*execution, *execution->head());
            return;
        }
        if (!Wide::subtract(after, before.filled, rise)) return;
        const uint16_t corrects = entry.head()->flags & TF_CORRECTION;
        if (execution != nullptr)
            tell_beside(*execution, order, row, before, after, rise, corrects);
        else if (!rise.is_zero())
            derive(row, before, after, rise, nullptr, corrects);
    }

    // An execution that comes without its order.
    __attribute__((noinline)) void fill(Entry &entry) {
        tf_fill &fill = *reinterpret_cast<tf_fill *>(entry.head());
        if (entry.settled || (fill_rules.beside && has_order(entry))) return;
        if (entry.main != nullptr && entry.main->head()->kind == TF_RECORD_KIND_ORDER) {  // its order was refused
            borrow(fill, *reinterpret_cast<const tf_order *>(entry.main->head()));
            if (!has(fill.head, TF_FILL_QTY) || !has(fill.head, TF_FILL_PRICE)) return;  // no execution
        }
        if (fill_rules.beside) lend_position(entry);
        flag_replay(fill.head);
        tell(entry, fill.head);
    }

    void flag_replay(tf_header &head) const {
        if (head.ts_event != TF_UNKNOWN_TIME && head.ts_event < old_ns_ && old_ns_ != INT64_MAX) head.flags |= TF_REPLAY;
    }

    // A record that no message states.
    Entry *blank(uint8_t kind) {
        Entry *entry = stage_.take(kind);
        if (entry == nullptr) return nullptr;
        new (entry) Entry;
        std::memcpy(static_cast<void *>(entry->head()), stage_.blank(kind), tf_kinds[kind].size);
        return entry;
    }

    void copy_number(const Entry &from, int from_bit, Entry &to, int to_bit) {
        Wide number;
        if (read_number(stage_, from, from_bit, number)) state_number(stage_, to, to_bit, number);
    }

    // Whether a position is that of an execution of the same message, which says it.
    __attribute__((noinline)) bool is_lent(const Entry &position) const {
        for (const Entry *one = stage_.first(); one != nullptr; one = one->next)
            if (one->head()->kind == TF_RECORD_KIND_FILL && same_text(one->symbol, position.symbol)) return true;
        return false;
    }

  private:
    // An execution of a message that says positions by their symbols has that of its own.
    void lend_position(Entry &execution) {
        tf_fill &fill = *reinterpret_cast<tf_fill *>(execution.head());
        if (has(fill.head, TF_FILL_POSITION) || execution.symbol.size == 0) return;
        for (Entry *one = stage_.first(); one != nullptr; one = one->next) {
            if (one->head()->kind != TF_RECORD_KIND_POSITION || !same_text(one->symbol, execution.symbol)) continue;
            copy_number(*one, TF_POSITION_QTY, execution, TF_FILL_POSITION);
        }
    }

    // The execution that came with an order's update, or nullptr. It states a price and a quantity.
    Entry *execution_of(const Entry &order) {
        for (Entry *one = stage_.first(); one != nullptr; one = one->next) {
            if (one->head()->kind != TF_RECORD_KIND_FILL) continue;
            if (!(one->main == &order || (one->main == nullptr && same_order(*one, order)))) continue;
            one->settled = true;
            beside_ = one;
            lend_position(*one);
            borrow(*reinterpret_cast<tf_fill *>(one->head()), *reinterpret_cast<const tf_order *>(order.head()));
            if (has(*one->head(), TF_FILL_QTY) && has(*one->head(), TF_FILL_PRICE)) return one;
        }
        return nullptr;
    }
    // Whether its order is in the same message; the order's update then hands it on.
    bool has_order(const Entry &execution) {
        for (Entry *one = stage_.first(); one != nullptr; one = one->next)
            if (execution.main == nullptr && one->head()->kind == TF_RECORD_KIND_ORDER && same_order(execution, *one)) return true;
        return false;
    }
    static bool same_order(const Entry &execution, const Entry &order) {
        const tf_fill &a = *reinterpret_cast<const tf_fill *>(execution.head());
        const tf_order &b = *reinterpret_cast<const tf_order *>(order.head());
        return has(a.head, TF_FILL_ORDER_ID) && has(b.head, TF_ORDER_ORDER_ID) &&
               std::memcmp(a.order_id, b.order_id, sizeof a.order_id) == 0;
    }
    static bool is_package(const tf_order &order) {
        return order.head.symbol == 0 && has(order.head, TF_ORDER_ORDER_CLASS) &&
               std::strncmp(order.order_class, "mleg", sizeof order.order_class) == 0;
    }

  protected:
    // Copies ids, account, ticker and side from the order where the fill does not state them.
    static void borrow(tf_fill &fill, const tf_order &order) {
        auto take = [&](int to, char *slot, int from, const char *text, size_t size) {
            if (has(fill.head, to) || !has(order.head, from)) return;
            std::memcpy(slot, text, size);
            state(fill.head, to);
        };
        take(TF_FILL_ORDER_ID, fill.order_id, TF_ORDER_ORDER_ID, order.order_id, sizeof fill.order_id);
        take(TF_FILL_CLIENT_ORDER_ID, fill.client_order_id, TF_ORDER_CLIENT_ORDER_ID, order.client_order_id,
             sizeof fill.client_order_id);
        take(TF_FILL_ACCOUNT, fill.account, TF_ORDER_ACCOUNT, order.account, sizeof fill.account);
        take(TF_FILL_TICKER, fill.ticker, TF_ORDER_TICKER, order.ticker, sizeof fill.ticker);
        if (!has(fill.head, TF_FILL_SIDE) && has(order.head, TF_ORDER_SIDE)) {
            fill.side = order.side;
            state(fill.head, TF_FILL_SIDE);
        }
        if (fill.head.symbol == 0) fill.head.symbol = order.head.symbol;
        if (fill.head.ts_event == TF_UNKNOWN_TIME) fill.head.ts_event = order.head.ts_event;
    }

  private:
    static void amends(tf_header &head) {
        tf_fill &fill = reinterpret_cast<tf_fill &>(head);
        head.flags |= TF_CORRECTION;
        fill.action = TF_TRADE_ACTION_CORRECTION;
        state(head, TF_FILL_ACTION);
    }

    void tell_beside(Entry &execution, const tf_order &order, uint32_t row, const Before &before, const Wide &after,
                     const Wide &rise, uint16_t corrects) {
        borrow(*reinterpret_cast<tf_fill *>(execution.head()), order);
        Wide qty, missed;
        if (!read_number(stage_, execution, TF_FILL_QTY, qty)) return;
        if (corrects) amends(*execution.head());
        const bool known = execution_row(execution) != 0;
        if (known || rise.is_zero()) {
            keep(execution);
            if (!rise.is_zero()) derive(row, before, after, rise, nullptr, corrects);
            return;
        }
        const int against = Wide::compare(qty, rise);
        if (!corrects && against < 0 && Wide::subtract(rise, qty, missed))
            derive(row, before, after, missed, &execution, corrects);
        else if (against != 0)
            state_number(stage_, execution, TF_FILL_QTY, rise);
        tell(execution, *execution.head());
    }

    // Derives one fill for the executions that must have happened between two states of an order, `qty` in all. `told`:
    // an execution that is not part of it and is handed on next; nullptr if there is none.
    void derive(uint32_t row, const Before &before, const Wide &after, const Wide &qty, const Entry *told, uint16_t corrects) {
        const RowTable &table = state_.orders;
        const tf_order &order = *reinterpret_cast<tf_order *>(table.at(row));
        const Stage::Mark mark = stage_.mark();
        Entry *entry = blank(TF_RECORD_KIND_FILL);
        if (entry == nullptr) return refuse("no memory for a fill that an order's total shows");
        tf_fill &fill = *reinterpret_cast<tf_fill *>(entry->head());
        fill.head.flags = TF_SYNTHETIC;
        if (corrects || qty.is_negative()) amends(fill.head);
        borrow(fill, order);
        const int64_t then = order.head.ts_event;
        if (before.first && (then == TF_UNKNOWN_TIME || then < old_ns_)) fill.head.flags |= TF_SNAPSHOT;
        was_told(fill.head);
        state_number(stage_, *entry, TF_FILL_QTY, qty);
        Wide total;
        if (told == nullptr)
            state_number(stage_, *entry, TF_FILL_CUM_QTY, after);
        else if (Wide::add(before.filled, qty, total))
            state_number(stage_, *entry, TF_FILL_CUM_QTY, total);
        derive_price(*entry, row, before, after, qty, told);
        // An execution whose price or quantity is not said may say the position after it.
        if (told == nullptr && beside_ != nullptr && has(*beside_->head(), TF_FILL_POSITION))
            copy_number(*beside_, TF_FILL_POSITION, *entry, TF_FILL_POSITION);
        pass_on(*entry);
        stage_.reset(mark);
    }

    void derive_price(Entry &entry, uint32_t row, const Before &before, const Wide &after, const Wide &qty, const Entry *told) {
        const RowTable &table = state_.orders;
        Wide last_qty, price, average, a, b;
        if (told == nullptr && read_number(table, row, TF_ORDER_LAST_QTY, last_qty) && Wide::compare(last_qty, qty) == 0 &&
            read_number(table, row, TF_ORDER_LAST_PRICE, price))
            return state_number(stage_, entry, TF_FILL_PRICE, price);
        if (table.at(row)->flags & TF_AVG_STALE || !read_number(table, row, TF_ORDER_AVG_PRICE, average)) return;
        if (before.filled.is_zero() && told == nullptr) return state_number(stage_, entry, TF_FILL_PRICE, average);
        if (!before.filled.is_zero() && !before.has_avg) return;
        // Venues round averages, so a price derived from them is no more exact than they are.
        average.trim();
        int32_t decimals = average.scale();
        if (!Wide::multiply(average, after, a)) return;
        if (!before.filled.is_zero()) {
            Wide then = before.avg_price;
            then.trim();
            if (then.scale() > decimals) decimals = then.scale();
            if (!Wide::multiply(then, before.filled, b) || !Wide::subtract(a, b, price)) return;
            a = price;
        }
        if (told != nullptr) {
            Wide told_qty, told_price;
            if (!read_number(stage_, *told, TF_FILL_QTY, told_qty) || !read_number(stage_, *told, TF_FILL_PRICE, told_price) ||
                !Wide::multiply(told_qty, told_price, b) || !Wide::subtract(a, b, price))
                return;
            a = price;
        }
        double value = a.approximate() / qty.approximate();
        if (!std::isfinite(value)) return;
        if (decimals < 0) decimals = 0;
        if (decimals <= 15 && std::fabs(value) * kPow10[decimals] < 9e15)
            value = static_cast<double>(std::llround(value * kPow10[decimals])) / kPow10[decimals];
        price.set(value, static_cast<int8_t>(decimals <= 15 ? decimals : 15));
        state_number(stage_, entry, TF_FILL_PRICE, price);
    }

    // ---- recognising executions that were handed on before

    static bool has_id(const tf_header &head) {
        return has(head, TF_FILL_EXEC_ID) && *reinterpret_cast<const tf_fill &>(head).exec_id != 0;
    }

    // The part of exec_id that an execution shares with its corrections; `revision`: the number of the correction.
    Text base_of(const tf_fill &fill, uint64_t &revision) const {
        Text id{fill.exec_id, strnlen(fill.exec_id, sizeof fill.exec_id)};
        revision = 0;
        if (!fill_rules.revisions) return id;
        size_t at = id.size;
        while (at > 0 && is_digit(id.data[at - 1])) --at;
        if (at < 2 || at == id.size || id.data[at - 1] != '.' || id.size - at > 18) return id;
        for (size_t i = at; i < id.size; ++i) revision = revision * 10 + static_cast<unsigned>(id.data[i] - '0');
        return {id.data, at - 1};
    }

    uint64_t hash_of(const Entry &entry) const {
        const tf_header *head = entry.head();
        const tf_fill &fill = *reinterpret_cast<const tf_fill *>(head);
        uint64_t revision;
        if (has_id(*head)) {
            const Text base = base_of(fill, revision);
            return state_.fills.hash(&base, 0);
        }
        // An execution without an id is the same if all its fields are the same.
        const tf_kind &kind = tf_kinds[TF_RECORD_KIND_FILL];
        uint64_t hash = mix(head->known ^ stream_, static_cast<uint64_t>(head->ts_event));
        for (int i = 0; i < kind.count; ++i)
            if (has(*head, i))
                hash = mix(hash, kind.fields[i].size >= 8 ? load64(reinterpret_cast<const char *>(head) + kind.fields[i].offset)
                                                          : *(reinterpret_cast<const uint8_t *>(head) + kind.fields[i].offset));
        return mix(hash, head->symbol);
    }

    bool same(uint32_t row, const Entry &entry) const {
        const tf_header *own = state_.fills.at(row), *head = entry.head();
        if (own->stream != stream_) return false;
        if (has_id(*own) != has_id(*head)) return false;
        const tf_fill &a = *reinterpret_cast<const tf_fill *>(own), &b = *reinterpret_cast<const tf_fill *>(head);
        if (has_id(*head)) {
            uint64_t revision;
            const Text x = base_of(a, revision), y = base_of(b, revision);
            if (x.size != y.size || std::memcmp(x.data, y.data, x.size) != 0) return false;
            return !has(*own, TF_FILL_ACCOUNT) || !has(*head, TF_FILL_ACCOUNT) ||
                   std::memcmp(a.account, b.account, sizeof a.account) == 0;
        }
        if (own->known != head->known || own->ts_event != head->ts_event || own->symbol != head->symbol) return false;
        const tf_kind &kind = tf_kinds[TF_RECORD_KIND_FILL];
        for (int i = 0; i < kind.count; ++i)
            if (has(*head, i) && std::memcmp(reinterpret_cast<const char *>(own) + kind.fields[i].offset,
                                             reinterpret_cast<const char *>(head) + kind.fields[i].offset,
                                             kind.fields[i].size) != 0)
                return false;
        return true;
    }

    uint32_t find(const Entry &entry, uint64_t hash) const {
        const RowTable &table = state_.fills;
        uint32_t row = table.first(hash);
        while (row != 0 && !(table.side(row).hash == hash && same(row, entry))) row = table.next(row);
        return row;
    }
  protected:
    uint32_t execution_row(const Entry &entry) const {
        return has_id(*entry.head()) ? find(entry, hash_of(entry)) : 0;
    }

  protected:
    // Hands on an execution; one that was handed on before gives an amendment, a correction or nothing.
    void tell(Entry &entry, tf_header &head) {
        if (unlikely((entry.cut & (bit_of(TF_FILL_EXEC_ID) | bit_of(TF_FILL_ACCOUNT))) != 0))
            return refuse("an execution whose id or account is longer than 64 bytes, or holds a NUL");
        if (has(head, TF_FILL_ACCOUNT) && *reinterpret_cast<tf_fill &>(head).account == 0) unstate(head, TF_FILL_ACCOUNT);
        const uint64_t hash = hash_of(entry);
        uint32_t row = find(entry, hash);
        if (row != 0) return again(entry, row);
        if (!has(head, TF_FILL_QTY))
            return report(TF_ERROR_SOURCE_DECODER, "an execution without a quantity", nullptr, 0, recv_ns_);
        was_told(head);
        row = add(entry, hash);
        if (row == 0) return pass_on(entry);  // no row is free: a repetition will not be recognised
        const uint64_t changed = merge_into(state_.fills, row, entry);
        tf_header *own = state_.fills.at(row);
        own->symbol = head.symbol;
        own->ts_event = head.ts_event;
        hand_on(state_.fills, row, head.flags, changed);
    }

  private:
    void was_told(const tf_header &head) {
        if (head.ts_event != TF_UNKNOWN_TIME && !(head.flags & (TF_REPLAY | TF_SNAPSHOT))) last_ns_ = head.ts_event;
    }

    uint32_t add(Entry &entry, uint64_t hash) {
        RowTable &table = state_.fills;
        for (uint32_t oldest = state_.fills_by_age.first; table.used() == table.limit() && oldest != 0;) {
            const uint32_t after = table.side(oldest).after;
            if (table.side(oldest).pins == 0) table.remove(oldest);
            oldest = after;
        }
        const uint32_t row = table.add(stream_, entry.head(), hash, stage_.blank(TF_RECORD_KIND_FILL));
        if (row != 0) table.enlist(row, state_.fills_by_age);
        return row;
    }

    // An execution that was handed on before: a repetition, an amendment or a correction.
    void again(Entry &entry, uint32_t row) {
        tf_header *own = state_.fills.at(row);
        tf_fill &fill = *reinterpret_cast<tf_fill *>(entry.head()), &old = *reinterpret_cast<tf_fill *>(own);
        uint64_t revision, was;
        base_of(fill, revision);
        base_of(old, was);
        if (revision < was) return;
        Wide before, now, rise;
        const bool counts = read_number(state_.fills, row, TF_FILL_QTY, before) && read_number(stage_, entry, TF_FILL_QTY, now) &&
                            Wide::subtract(now, before, rise) && !rise.is_zero();
        const uint64_t changed = merge_into(state_.fills, row, entry);
        if (revision > was) std::memcpy(old.exec_id, fill.exec_id, sizeof old.exec_id);
        if (changed == 0 && revision == was) return;
        if (counts || revision > was) amends(fill.head);
        if (entry.head()->ts_event != TF_UNKNOWN_TIME) own->ts_event = entry.head()->ts_event;
        amend(row, fill.head.flags, changed | (revision > was ? bit_of(TF_FILL_EXEC_ID) : 0));
        if (!counts) return;
        borrow_row(fill, old);
        state_number(stage_, entry, TF_FILL_QTY, rise);
        pass_on(entry);
    }
    // Copies symbol, side and order id from the row where a correction does not state them.
    static void borrow_row(tf_fill &fill, const tf_fill &row) {
        if (fill.head.symbol == 0) fill.head.symbol = row.head.symbol;
        if (!has(fill.head, TF_FILL_SIDE) && has(row.head, TF_FILL_SIDE)) {
            fill.side = row.side;
            state(fill.head, TF_FILL_SIDE);
        }
        if (!has(fill.head, TF_FILL_ORDER_ID) && has(row.head, TF_FILL_ORDER_ID)) {
            std::memcpy(fill.order_id, row.order_id, sizeof fill.order_id);
            state(fill.head, TF_FILL_ORDER_ID);
        }
    }

    // Keeps an execution whose quantity a derived fill has counted already; it is handed on as an amendment.
    void keep(Entry &entry) {
        if (!has_id(*entry.head()) || entry.cut & (bit_of(TF_FILL_EXEC_ID) | bit_of(TF_FILL_ACCOUNT))) return;
        const uint64_t hash = hash_of(entry);
        uint32_t row = find(entry, hash);
        if (row == 0 && (row = add(entry, hash)) == 0) return;
        const uint64_t changed = merge_into(state_.fills, row, entry);
        tf_header *own = state_.fills.at(row);
        own->symbol = entry.head()->symbol;
        if (changed == 0) return;
        own->ts_event = entry.head()->ts_event;
        amend(row, entry.head()->flags, changed);
    }

    Entry *beside_ = nullptr;       // the execution beside the order at hand, whatever it states

  protected:
    int64_t first_ready_ns_ = INT64_MAX;  // when the stream was first ready, by our clock
    int64_t last_ns_ = TF_UNKNOWN_TIME;   // the venue's time of the last new execution that was told
    int64_t old_ns_ = INT64_MAX;          // what is from before this time is old
};

}  // namespace tickfold
