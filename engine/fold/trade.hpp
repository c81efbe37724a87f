// Trades in the market that are a party's own executions.
//
// * If a venue's trades name the parties and their orders, a trade is an execution of each of our own parties: those
//   whose orders came in this stream, or whose trades were subscribed to.
// * The executions of an order give its avg_price. A repeated trade is not counted again.
#pragma once

#include "fold/fill.hpp"

namespace tickfold {

class Trades : public Fills {
  protected:
    using Fills::Fills;

    // Handles a trade in the market. The fees of its parties are in execution records inside it; those of our own
    // parties are handed on as fills.
    __attribute__((noinline)) void trade(Entry &entry) {
        if (!fill_rules.own_trades) return pass_on(entry);
        Entry *sides[2] = {nullptr, nullptr};
        for (Entry *one = entry.next; one != nullptr && one->parent == &entry; one = one->next) {
            if (one->head()->kind != TF_RECORD_KIND_FILL) continue;
            one->settled = true;
            sides[reinterpret_cast<const tf_fill *>(one->head())->side == TF_SIDE_SELL] = one;
        }
        for (int i = 0; i < 2; ++i) {
            Wide total;
            if (sides[i] == nullptr) sides[i] = blank(TF_RECORD_KIND_FILL);
            if (sides[i] == nullptr || !total_fee(*sides[i], total)) continue;
            state_number(stage_, *sides[i], TF_FILL_COMMISSION, total);
            state_number(stage_, entry, i == 0 ? TF_TRADE_BUYER_FEE : TF_TRADE_SELLER_FEE, total);
        }
        pass_on(entry);
        for (int i = 0; i < 2; ++i)
            if (sides[i] != nullptr) own_trade(entry, *sides[i], i != 0);
    }

    // Stores the average price of an order's executions in its row; returns the bits that changed.
    uint64_t state_average(uint32_t row) {
        RowTable &table = state_.orders;
        tf_order &own = *reinterpret_cast<tf_order *>(table.at(row));
        const Traded::One *sum = state_.traded.find(stream_, own);
        if (sum == nullptr) return 0;
        Wide qty, value, filled, price;
        qty.unpack(sum->qty, sum->qty_scale, false);
        value.unpack(sum->value, sum->value_scale, false);
        if (qty.is_zero()) return 0;
        const int places = value.scale() - qty.scale() + 8;
        const int8_t decimals = static_cast<int8_t>(places < 0 ? 0 : places > 15 ? 15 : places);
        double average = value.approximate() / qty.approximate();
        if (!std::isfinite(average)) return 0;
        if (std::fabs(average) * kPow10[decimals] < 9e15)
            average = static_cast<double>(std::llround(average * kPow10[decimals])) / kPow10[decimals];
        price.set(average, decimals);
        price.trim();
        Entry *entry = blank(TF_RECORD_KIND_ORDER);
        if (entry == nullptr) return 0;
        state_number(stage_, *entry, TF_ORDER_AVG_PRICE, price);
        const uint64_t changed = merge_into(table, row, *entry);
        const bool whole = read_number(table, row, TF_ORDER_FILLED_QTY, filled) && Wide::compare(filled, qty) == 0;
        own.head.flags = static_cast<uint16_t>(whole ? own.head.flags & ~TF_AVG_STALE : own.head.flags | TF_AVG_STALE);
        return changed;
    }

  private:
    // The sum of the parts of a fee. A part that was left out is zero.
    bool total_fee(const Entry &entry, Wide &total) const {
        total.set_zero();
        for (int bit : {TF_FILL_FEE_MAKER, TF_FILL_FEE_INFRASTRUCTURE, TF_FILL_FEE_LIQUIDITY, TF_FILL_FEE_TREASURY,
                        TF_FILL_FEE_BUY_BACK, TF_FILL_FEE_HIGH_VOLUME}) {
            Wide part, sum;
            if (entry.unread >> bit & 1) return false;
            if (!read_number(stage_, entry, bit, part)) continue;
            if (!Wide::add(total, part, sum)) return false;
            total = sum;
        }
        return true;
    }

    // Makes a fill of one side of a trade, if the party is our own.
    void own_trade(const Entry &entry, Entry &execution, bool sells) {
        const tf_trade &trade = *reinterpret_cast<const tf_trade *>(entry.head());
        tf_fill &fill = *reinterpret_cast<tf_fill *>(execution.head());
        const int party_bit = sells ? TF_TRADE_SELLER : TF_TRADE_BUYER;
        const int id_bit = sells ? TF_TRADE_SELL_ORDER_ID : TF_TRADE_BUY_ORDER_ID;
        const char *party = sells ? trade.seller : trade.buyer, *id = sells ? trade.sell_order_id : trade.buy_order_id;
        if (*party == 0 || !has(trade.head, party_bit) || entry.cut & (bit_of(party_bit) | bit_of(id_bit))) return;
        tf_order wanted;
        std::memcpy(static_cast<void *>(&wanted), stage_.blank(TF_RECORD_KIND_ORDER), sizeof wanted);
        std::memcpy(wanted.account, party, sizeof wanted.account);
        std::memcpy(wanted.order_id, id, sizeof wanted.order_id);
        wanted.head.known = bit_of(TF_ORDER_ACCOUNT) | bit_of(TF_ORDER_ORDER_ID);
        RowTable &table = state_.orders;
        const uint64_t hash = table.hash(&wanted.head);
        uint32_t row = *id == 0 ? 0 : table.first(hash);
        while (row != 0 && !(table.side(row).hash == hash && table.at(row)->stream == stream_ && table.same_key(row, &wanted.head) &&
                             std::memcmp(reinterpret_cast<tf_order *>(table.at(row))->account, party, sizeof wanted.account) == 0))
            row = table.next(row);
        const char *end = party + strnlen(party, sizeof wanted.account);
        if (row == 0 && fill_rules.parties.find(party, static_cast<size_t>(end - party)) < 0) return;
        const bool takes = has(trade.head, TF_TRADE_SIDE) && trade.side == (sells ? TF_SIDE_SELL : TF_SIDE_BUY);
        auto put = [&](int bit, char *slot, const char *text, size_t size) {
            if (*text == 0) return;
            std::memcpy(slot, text, size);
            state(fill.head, bit);
        };
        put(TF_FILL_ACCOUNT, fill.account, party, sizeof fill.account);
        put(TF_FILL_ORDER_ID, fill.order_id, id, sizeof fill.order_id);
        put(TF_FILL_EXEC_ID, fill.exec_id, trade.trade_id, sizeof fill.exec_id);
        if (has(trade.head, TF_TRADE_SIDE) && trade.side != TF_SIDE_NONE) {
            static constexpr char kWords[2][16] = {"MAKER", "TAKER"};
            put(TF_FILL_LIQUIDITY, fill.liquidity, kWords[takes], sizeof fill.liquidity);
        }
        fill.side = sells ? TF_SIDE_SELL : TF_SIDE_BUY;
        state(fill.head, TF_FILL_SIDE);
        fill.head.symbol = trade.head.symbol;
        fill.head.ts_event = trade.head.ts_event;
        execution.cut = (entry.cut >> TF_TRADE_TRADE_ID & 1) << TF_FILL_EXEC_ID;
        Wide price, qty;
        const bool whole = read_number(stage_, entry, TF_TRADE_PRICE, price) && read_number(stage_, entry, TF_TRADE_SIZE, qty);
        if (has(trade.head, TF_TRADE_PRICE)) copy_number(entry, TF_TRADE_PRICE, execution, TF_FILL_PRICE);
        if (has(trade.head, TF_TRADE_SIZE)) copy_number(entry, TF_TRADE_SIZE, execution, TF_FILL_QTY);
        if (row != 0) borrow(fill, *reinterpret_cast<tf_order *>(table.at(row)));
        const bool again = execution_row(execution) != 0;
        flag_replay(fill.head);
        tell(execution, fill.head);
        if (again || !whole || *id == 0) return;
        if (!sum_up(wanted, price, qty) || row == 0) return;
        const uint64_t changed = state_average(row);
        if (changed != 0) hand_on(table, row, 0, changed);
    }
    // Adds an execution to the sums of its order.
    bool sum_up(const tf_order &order, const Wide &price, const Wide &qty) {
        Wide value, all_qty, all_value;
        if (!Wide::multiply(price, qty, value)) return false;
        Traded::One *sum = state_.traded.find(stream_, order);
        if (sum == nullptr) {
            sum = &state_.traded.add(stream_, order);
            all_qty = qty;
            all_value = value;
        } else {
            Wide then;
            then.unpack(sum->qty, sum->qty_scale, false);
            if (!Wide::add(then, qty, all_qty)) return false;
            then.unpack(sum->value, sum->value_scale, false);
            if (!Wide::add(then, value, all_value)) return false;
        }
        uint64_t a[2], b[2];
        if (all_qty.is_negative() || all_value.is_negative() || !all_qty.pack(a) || !all_value.pack(b)) return false;
        std::memcpy(sum->qty, a, sizeof a);
        std::memcpy(sum->value, b, sizeof b);
        sum->qty_scale = static_cast<int16_t>(all_qty.scale());
        sum->value_scale = static_cast<int16_t>(all_value.scale());
        return true;
    }
};

}  // namespace tickfold
