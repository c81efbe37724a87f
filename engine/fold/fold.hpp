// Folds one stream's staged records into the state of its engine and hands on what is new.
//
// Every input of an engine (a message, a connection ready or lost, rows retired) comes through here. State and records
// depend on these inputs and their order and on nothing else. No Python object is made or needed.
#pragma once

#include "fold/scale.hpp"
#include "fold/trade.hpp"

namespace tickfold {

constexpr uint32_t kEventStatus = 0xFF;       // parts of a value in Table::events: the status that an event stands for,
constexpr uint32_t kEventCorrects = 0x100;    // and whether the event is a correction or a bust

class Fold : public Trades {
  public:
    Fold(State &state, Stage &stage, const Index &events, const Sink &sink, uint8_t venue, uint16_t stream)
        : Trades(state, stage, sink, venue, stream), events_(events) {}

    OrderRules order_rules;
    std::unique_ptr<Scales> scales;

    // Folds the records of one message, after all of it was read.
    void message(int64_t recv_ns) {
        recv_ns_ = recv_ns;
        for (Entry *entry = stage_.first(); entry != nullptr; entry = entry->next) {
            at_hand = entry;
            accept(*entry);
        }
        at_hand = nullptr;
        if (unlikely(last_page_ != nullptr)) close_snapshot();
    }

    // The venue's time and the receipt of the newest quote, trade or book level of the last message, both ns UTC; false
    // where it has none. What is told again and snapshots do not count.
    bool newest(int64_t *event, int64_t *received) {
        *event = *received = 0;
        for (Entry *entry = stage_.first(); entry != nullptr; entry = entry->next) {
            const tf_header *head = entry->head();
            if (head->kind == TF_RECORD_KIND_QUOTE) {
                if (head->symbol == 0 || state_.quotes.by_symbol[head->symbol] == 0) continue;
                head = state_.quotes.at(state_.quotes.by_symbol[head->symbol]);
            } else if (head->kind != TF_RECORD_KIND_TRADE && head->kind != TF_RECORD_KIND_BOOK_LEVEL) {
                continue;
            }
            if (head->flags & (TF_SNAPSHOT | TF_REPLAY) || head->ts_event <= *event || head->ts_recv == 0) continue;
            *event = head->ts_event;
            *received = head->ts_recv;
        }
        return *event != 0;
    }

    // To be called when the stream's connection is lost, and when it is ready.
    void lost() {
        deaf_seq_ = *sink_.seq;
        ++snapshot_;  // connection lost in the middle of a snapshot: forget which orders it listed
        named_ = false;
        for (Book *book : state_.books.all())
            if (state_.symbols.domain(book->symbol) == stream_) book->lose();
    }
  private:
    // ---- one record

    void accept(Entry &entry) {
        tf_header *head = entry.head();
        if (entry.symbol.size != 0) {
            head->symbol = state_.symbols.intern(stream_, entry.symbol.data, entry.symbol.size);
            if (unlikely(head->symbol == 0))
                return refuse(entry.symbol.size <= Names::kLongest ? "more symbols than max_symbols"
                                                                   : "a symbol over 383 bytes", entry.symbol);
        }
        if (unlikely(entry.parent != nullptr)) {  // a record from inside another object, or made beside it
            const tf_header *parent = entry.parent->head();
            if (head->symbol == 0) head->symbol = parent->symbol;
            if (head->ts_event == TF_UNKNOWN_TIME) head->ts_event = parent->ts_event;
        }
        if (unlikely(scales != nullptr && head->symbol != 0)) scales->apply(stage_, entry, state_.symbols);
        if (head->ts_event == TF_UNKNOWN_TIME) head->ts_event = time_of(head);
        if (unlikely(head->known == 0) && entry.symbol.size == 0 && entry.main == nullptr &&
            (keyed_kinds >> head->kind & 1))
            return;  // {} in place of a list says nothing
        switch (head->kind) {
            case TF_RECORD_KIND_TRADE: return trade(entry);
            case TF_RECORD_KIND_BAR:
                borrow_interval(entry);
                return pass_on(entry);
            case TF_RECORD_KIND_NOTICE:
                settle_prompt(*reinterpret_cast<tf_notice *>(head));
                return pass_on(entry);
            case TF_RECORD_KIND_QUOTE: return by_symbol(state_.quotes, entry);
            case TF_RECORD_KIND_STATS: return by_symbol(state_.stats, entry);
            case TF_RECORD_KIND_INSTRUMENT: return by_symbol(state_.instruments, entry);
            case TF_RECORD_KIND_ORDER: return order(entry);
            case TF_RECORD_KIND_BOOK_LEVEL: return book_level(entry);
            case TF_RECORD_KIND_FILL: return fill(entry);
            case TF_RECORD_KIND_POSITION:
                if (fill_rules.beside && is_lent(entry)) return;
                snapshot_of_others_ |= (head->flags & TF_SNAPSHOT) != 0;
                return by_key(state_.positions, entry);
            case TF_RECORD_KIND_BALANCE:
                snapshot_of_others_ |= (head->flags & TF_SNAPSHOT) != 0;
                borrow_account(entry);
                return by_key(state_.balances, entry);
            case TF_RECORD_KIND_PNL: return by_key(state_.pnl, entry);
            case TF_RECORD_KIND_SESSION_STATE:
                if (!seen_before(*reinterpret_cast<tf_session_state *>(head))) pass_on(entry);
                return;
            case TF_RECORD_KIND_ACK:
                if (head->flags & TF_LAST_OF_SNAPSHOT && reinterpret_cast<tf_ack *>(head)->ok && last_page_ == nullptr) {
                    last_page_ = &entry;  // the snapshot is closed after the message's other records are merged
                    return;
                }
                if (!reinterpret_cast<tf_ack *>(head)->ok) head->flags &= static_cast<uint16_t>(~TF_LAST_OF_SNAPSHOT);
                return pass_on(entry);
            default: return pass_on(entry);
        }
    }

    __attribute__((hot)) void by_symbol(SymbolTable &table, Entry &entry) {
        tf_header *head = entry.head();
        if (unlikely(head->symbol == 0)) {
            if (head->known) refuse("a record without a symbol");
            return;
        }
        uint32_t &row = table.by_symbol[head->symbol];
        if (unlikely(row == 0) && (row = table.add_unlisted(stage_.blank(head->kind), stream_, head->symbol)) == 0)
            return refuse("more symbols than rows");
        tf_header *own = table.at(row);
        const uint64_t changed = merge_into(table, row, entry);
        if (head->ts_event != TF_UNKNOWN_TIME && head->ts_event != own->ts_event)
            own->ts_event = head->ts_event;
        else if (unlikely(changed == 0))
            return;  // repeats the last one
        hand_on_kept(table, row, head->flags, changed);
    }

    // Whether a record states its key in full (nothing missing, nothing cut). If not, it is refused with an Error.
    bool key_holds(const RowTable &table, const Entry &entry, const char *missing, const char *too_long) {
        if (unlikely((entry.cut & table.key_bits()) != 0)) {
            refuse(too_long);
            return false;
        }
        if (table.has_key(entry.head())) return true;
        refuse(missing);
        return false;
    }

    __attribute__((noinline)) void by_key(RowTable &table, Entry &entry) {
        tf_header *head = entry.head();
        if (!key_holds(table, entry, "a record without a key", "a key that is longer than its field, or holds a NUL")) return;
        const uint64_t hash = table.hash(head);
        uint32_t row = table.find(stream_, head, hash);
        if (row == 0 && (row = table.add(stream_, head, hash, stage_.blank(head->kind))) == 0)
            return refuse("more records than their table has rows");
        const uint64_t changed = merge_into(table, row, entry);
        if (head->symbol != 0) table.at(row)->symbol = head->symbol;
        if (changed == 0) return;  // nothing new
        if (head->ts_event != TF_UNKNOWN_TIME) table.at(row)->ts_event = head->ts_event;
        hand_on(table, row, head->flags, changed);
    }

    // A record inside an account's message that states no account gets that account.
    __attribute__((noinline)) static void borrow_account(Entry &entry) {
        if (entry.parent == nullptr || entry.parent->head()->kind != TF_RECORD_KIND_BALANCE) return;
        tf_balance &own = *reinterpret_cast<tf_balance *>(entry.head());
        const tf_balance &parent = *reinterpret_cast<tf_balance *>(entry.parent->head());
        if (has(own.head, TF_BALANCE_ACCOUNT) || !has(parent.head, TF_BALANCE_ACCOUNT)) return;
        std::memcpy(own.account, parent.account, sizeof own.account);
        state(own.head, TF_BALANCE_ACCOUNT);
        entry.cut |= entry.parent->cut & bit_of(TF_BALANCE_ACCOUNT);
    }

    static constexpr uint32_t keyed_kinds = 1u << TF_RECORD_KIND_ORDER | 1u << TF_RECORD_KIND_FILL |
                                            1u << TF_RECORD_KIND_POSITION | 1u << TF_RECORD_KIND_BALANCE |
                                            1u << TF_RECORD_KIND_PNL;

    // The time of what a record tells, where only a field of its own says it.
    __attribute__((hot, noinline)) static int64_t time_of(const tf_header *head) {
        switch (head->kind) {
            case TF_RECORD_KIND_ORDER: return either(head, TF_ORDER_TS_UPDATED, TF_ORDER_TS_CREATED);
            case TF_RECORD_KIND_POSITION: return either(head, TF_POSITION_TS_UPDATED, TF_POSITION_TS_CREATED);
            case TF_RECORD_KIND_BALANCE: return either(head, TF_BALANCE_TS_UPDATED, TF_BALANCE_TS_UPDATED);
            case TF_RECORD_KIND_NEWS: return either(head, TF_NEWS_TS_UPDATED, TF_NEWS_TS_CREATED);
            case TF_RECORD_KIND_SESSION_STATE:
                return either(head, TF_SESSION_STATE_HEARTBEAT, TF_SESSION_STATE_HEARTBEAT);
            default: return TF_UNKNOWN_TIME;
        }
    }
    static int64_t either(const tf_header *head, int first, int second) {
        const int bit = has(*head, first) ? first : second;
        int64_t time = TF_UNKNOWN_TIME;
        if (has(*head, bit))
            std::memcpy(&time, reinterpret_cast<const char *>(head) + tf_kinds[head->kind].fields[bit].offset, 8);
        return time;
    }

    // Bars have the interval that the message around them states.
    __attribute__((noinline)) static void borrow_interval(Entry &entry) {
        tf_bar &bar = *reinterpret_cast<tf_bar *>(entry.head());
        if (entry.parent == nullptr || entry.parent->head()->kind != TF_RECORD_KIND_EVENT || has(bar.head, TF_BAR_INTERVAL)) return;
        const tf_event &event = *reinterpret_cast<const tf_event *>(entry.parent->head());
        if (!has(event.head, TF_EVENT_INTERVAL)) return;
        bar.interval = event.interval;
        state(bar.head, TF_BAR_INTERVAL);
    }

    // A notice that wants or offers an answer is a prompt, whatever its venue calls it.
    __attribute__((noinline)) static void settle_prompt(tf_notice &notice) {
        const bool offers = has(notice.head, TF_NOTICE_OPTIONS) && notice.options.size > 2 && *notice.options.data == '[';
        if (!offers && !(has(notice.head, TF_NOTICE_PROMPT) && notice.prompt)) return;
        notice.notice_kind = TF_NOTICE_KIND_PROMPT;
        state(notice.head, TF_NOTICE_NOTICE_KIND);
    }

    // Whether the answer to a keepalive repeats the one before: Interactive Brokers sends each four times.
    __attribute__((noinline)) bool seen_before(const tf_session_state &now) {
        if (!has(now.head, TF_SESSION_STATE_ALIVE) || !has(now.head, TF_SESSION_STATE_HEARTBEAT)) return false;
        if (keepalive_known_ == now.head.known && keepalive_ == now.heartbeat) return true;
        keepalive_known_ = now.head.known;
        keepalive_ = now.heartbeat;
        return false;
    }

    // ---- orders

    // The row of an order. A delta without an account belongs to the one order of its stream with that id; if there are
    // several, `several` is set.
    uint32_t row_of(const tf_order &order, uint64_t hash, bool &several) const {
        const RowTable &table = state_.orders;
        const bool accounted = has(order.head, TF_ORDER_ACCOUNT);
        uint32_t found = 0, unnamed = 0;
        several = false;
        for (uint32_t row = table.first(hash); row != 0; row = table.next(row)) {
            if (!table.is_row(row, stream_, hash, order.order_id, sizeof order.order_id)) continue;
            const tf_order &own = *reinterpret_cast<const tf_order *>(table.at(row));
            if (accounted && has(own.head, TF_ORDER_ACCOUNT)) {
                if (std::memcmp(own.account, order.account, sizeof own.account) == 0) return row;
            } else if (accounted) {
                unnamed = row;
            } else {
                several |= found != 0;
                found = row;
            }
        }
        return found != 0 ? found : unnamed;
    }

    __attribute__((hot)) void order(Entry &entry) {
        tf_order &order = *reinterpret_cast<tf_order *>(entry.head());
        tf_header *head = &order.head;
        RowTable &table = state_.orders;
        if (unlikely(!has(*head, TF_ORDER_ORDER_ID) || *order.order_id == 0)) return refuse("an order without an id");
        if (unlikely((entry.cut & (bit_of(TF_ORDER_ORDER_ID) | bit_of(TF_ORDER_ACCOUNT))) != 0))
            return refuse("an order whose id or account is longer than 64 bytes, or holds a NUL",
                          {order.order_id, strnlen(order.order_id, sizeof order.order_id)});
        if (unlikely(entry.parent != nullptr)) borrow_parent(order, *entry.parent);
        if (unlikely(has(*head, TF_ORDER_ACCOUNT) && *order.account == 0)) unstate(*head, TF_ORDER_ACCOUNT);  // "" = not stated
        const uint64_t hash = table.hash_text(order.order_id, sizeof order.order_id);
        bool several;
        uint32_t row = row_of(order, hash, several);
        bool renamed = row == 0;  // what it is found by is new or has changed
        if (unlikely(several))
            return refuse("an update without an account, and several accounts have an order of its id",
                          {order.order_id, strnlen(order.order_id, sizeof order.order_id)});
        if (unlikely(row == 0) && (row = add_order(order, hash)) == 0)
            return refuse("more open orders than max_orders",
                          {order.order_id, strnlen(order.order_id, sizeof order.order_id)});
        tf_order &own = *reinterpret_cast<tf_order *>(table.at(row));
        read_event(order);
        const bool tells_fills = fill_rules.derives || fill_rules.beside;
        Before before;
        if (tells_fills) take(before, order, row);
        const uint16_t was_stale = own.head.flags & TF_STALE;
        const Standing was = standing(own);
        OrderFold::Result result =
            OrderFold::merge(table, row, entry, stage_, order_rules, own.head.seq <= deaf_seq_);
        if (unlikely(result.anew)) before.reset();
        renamed |= result.anew || (head->symbol != 0 && head->symbol != own.head.symbol) ||
                   result.changed & (bit_of(TF_ORDER_CLIENT_ORDER_ID) | bit_of(TF_ORDER_ACCOUNT));
        if (head->symbol != 0) own.head.symbol = head->symbol;
        if (unlikely(fill_rules.own_trades)) result.changed |= state_average(row);
        if (unlikely(head->flags & TF_SNAPSHOT)) named_ = true;
        if (unlikely(named_ || head->flags & TF_SNAPSHOT)) name_in_snapshot(row);
        if (unlikely(renamed) || (result.changed >> TF_ORDER_STATUS & 1 && standing(own) != was)) state_.file(row, renamed);
        table.pin(row);
        if (likely(result.changed != 0) || (result.stale && !was_stale)) {
            const bool again = order_rules.deltas && head->ts_event < own.head.ts_event && !(head->flags & TF_CORRECTION);
            if (head->ts_event != TF_UNKNOWN_TIME && !again && !(result.stale && result.changed == 0))
                own.head.ts_event = head->ts_event;
            hand_on_kept(table, row, head->flags, result.changed);  // it is pinned here
        }
        if (tells_fills) tell_fills(entry, row, before);
        if (unlikely(state_.ended_count > state_.most_ended)) state_.drop_ended(state_.most_ended);
        table.unpin(row);
    }

    // A row for an order that is new, or 0: where the table is full, an order that has ended leaves it first.
    __attribute__((noinline)) uint32_t add_order(const tf_order &order, uint64_t hash) {
        RowTable &table = state_.orders;
        if (table.used() == table.limit()) state_.drop_ended(state_.ended_count ? state_.ended_count - 1 : 0);
        return table.add(stream_, &order.head, hash, stage_.blank(TF_RECORD_KIND_ORDER));
    }

    // A leg within its order belongs to it.
    __attribute__((noinline)) static void borrow_parent(tf_order &leg, const Entry &outer) {
        const tf_order &order = *reinterpret_cast<const tf_order *>(outer.head());
        if (order.head.kind != TF_RECORD_KIND_ORDER || !has(order.head, TF_ORDER_ORDER_ID) || has(leg.head, TF_ORDER_PARENT_ID)) return;
        std::memcpy(leg.parent_id, order.order_id, sizeof leg.parent_id);
        state(leg.head, TF_ORDER_PARENT_ID);
    }

    // Takes the status from the event ("fill", "canceled" …) if the order does not state one itself.
    void read_event(tf_order &order) const {
        if (has(order.head, TF_ORDER_EVENT) && !events_.empty()) read_word(order);
    }
    __attribute__((noinline)) void read_word(tf_order &order) const {
        const int event = events_.find(order.event, strnlen(order.event, sizeof order.event));
        if (event < 0) return;
        if (event & static_cast<int>(kEventCorrects)) order.head.flags |= TF_CORRECTION;
        if (event & static_cast<int>(kEventStatus) && !has(order.head, TF_ORDER_STATUS)) {
            order.status = static_cast<uint8_t>(event & static_cast<int>(kEventStatus));
            state(order.head, TF_ORDER_STATUS);
        }
    }

    // ---- snapshots

    __attribute__((noinline)) void name_in_snapshot(uint32_t row) {
        Side &side = state_.orders.side(row);
        if (side.listed == snapshot_) return;
        side.listed = snapshot_;
        if (side.list != nullptr && side.list != &state_.ended) state_.orders.enlist(row, *side.list);
    }

    // The end of a snapshot of open orders: an order that it did not list has ended, and its status becomes UNKNOWN,
    // because the venue has not said how it ended. Snapshots of other things (positions, say) end with the same
    // message, and an empty snapshot does not say what it is of: it counts as one of orders if this stream has sent no
    // others.
    __attribute__((noinline)) void close_snapshot() {
        if (named_ || !snapshot_of_others_) mark_ended();
        ++snapshot_;
        named_ = false;
        pass_on(*last_page_);
        last_page_ = nullptr;
    }
    void mark_ended() {
        RowTable &table = state_.orders;
        uint32_t row = state_.open_of(stream_).first;
        while (row != 0 && table.side(row).listed != snapshot_) {
            tf_order &order = *reinterpret_cast<tf_order *>(table.at(row));
            table.pin(row);
            if (has(order.head, TF_ORDER_STATUS) && order.status != TF_ORDER_STATUS_UNKNOWN) {
                order.status = TF_ORDER_STATUS_UNKNOWN;
                state_.file(row, false);
                hand_on(table, row, TF_SNAPSHOT, bit_of(TF_ORDER_STATUS));
            }
            const uint32_t after = table.side(row).list == &state_.open_of(stream_) ? table.side(row).after : 0;
            table.unpin(row);
            row = after;
        }
    }

    // ---- books

    // A level of a book, or the object that holds levels: that states RESET, the number of the update, or nothing.
    __attribute__((noinline)) void book_level(Entry &entry) {
        tf_book_level &level = *reinterpret_cast<tf_book_level *>(entry.head());
        tf_header *head = &level.head;
        const bool ladder = has(*head, TF_BOOK_LEVEL_ROW), resets = level.action == TF_BOOK_ACTION_RESET;
        if (entry.parent != nullptr && entry.parent->head()->flags & TF_STALE) return;
        if (head->symbol == 0) return refuse("a book level without a symbol");
        if (ladder) return pass_on(entry);  // a numbered row of a price ladder, which is kept in no book
        Book *book = state_.books.of(head->symbol);
        if (book == nullptr) return refuse("no memory for another order book");
        if (has(*head, TF_BOOK_LEVEL_SEQUENCE)) {
            if (!resets && book->sequence && level.sequence <= book->sequence) {
                head->flags |= TF_STALE;  // the levels inside are then ignored
                return;
            }
            if (!resets && has(*head, TF_BOOK_LEVEL_PREV_SEQUENCE) && book->sequence &&
                level.prev_sequence != book->sequence && !book->broken) {
                book->broken = true;
                missed(head->symbol, "book", "an update of the order book is missing");
            }
            book->sequence = level.sequence;
        }
        if (!has(*head, TF_BOOK_LEVEL_PRICE) && !resets) return;
        if (entry.parent != nullptr) borrow_update(level, *entry.parent);
        if (!has(*head, TF_BOOK_LEVEL_ACTION) || level.action == TF_BOOK_ACTION_NONE) {
            level.action = has(*head, TF_BOOK_LEVEL_SIZE) && level.size > 0 ? TF_BOOK_ACTION_SET : TF_BOOK_ACTION_DELETE;
            state(*head, TF_BOOK_LEVEL_ACTION);
        }
        if (!book->apply(level)) return refuse("more levels than max_levels");
        pass_on(entry);
    }

    // Which update a level is of, the object around it says.
    static void borrow_update(tf_book_level &level, const Entry &outer) {
        const tf_book_level &update = *reinterpret_cast<const tf_book_level *>(outer.head());
        if (update.head.kind != TF_RECORD_KIND_BOOK_LEVEL) return;
        if (has(update.head, TF_BOOK_LEVEL_SEQUENCE)) {
            level.sequence = update.sequence;
            state(level.head, TF_BOOK_LEVEL_SEQUENCE);
        }
        if (has(update.head, TF_BOOK_LEVEL_PREV_SEQUENCE)) {
            level.prev_sequence = update.prev_sequence;
            state(level.head, TF_BOOK_LEVEL_PREV_SEQUENCE);
        }
    }

    __attribute__((cold, noinline)) void missed(uint32_t symbol, const char *topic, const char *reason) {
        tf_gap gap;
        std::memcpy(static_cast<void *>(&gap), stage_.blank(TF_RECORD_KIND_GAP), sizeof gap);
        gap.head.symbol = symbol;
        std::memcpy(gap.topic, topic, std::strlen(topic));
        std::memcpy(gap.reason, reason, std::strlen(reason));
        gap.head.known = gap.head.changed = bit_of(TF_GAP_TOPIC) | bit_of(TF_GAP_REASON);
        send(&gap.head, nullptr);
    }

    const Index &events_;
    uint64_t deaf_seq_ = 0;             // the last `seq` before the connection was last lost
    uint32_t snapshot_ = 1;             // number of the snapshot that is under way or comes next
    bool named_ = false;                // that snapshot has listed an order
    bool snapshot_of_others_ = false;   // a snapshot of something other than orders has come
    Entry *last_page_ = nullptr;        // the Ack in this message that ends a snapshot, or nullptr
    uint64_t keepalive_known_ = 0;
    int64_t keepalive_ = 0;
};

}  // namespace tickfold
