// Finds orders by the client's id, the account and the symbol, those that are open first. A look-up costs in proportion
// to its answer, whatever else the table holds.
#pragma once

#include "fold/groups.hpp"
#include "fold/order.hpp"

namespace tickfold {

class OrderIndex {
  public:
    explicit OrderIndex(RowTable &orders)
        : by_client(orders.limit()), by_account(orders.limit()), by_symbol(orders.limit()), orders_(orders) {
        for (Groups *groups : {&by_client, &by_account, &by_symbol}) orders.grouped(*groups);
    }

    // To be called when an order's row is new, and when what it is found by has changed. The table takes out the rows
    // that it frees.
    void file(uint32_t row) {
        const tf_order &own = at(row);
        file(by_client, row, TF_ORDER_CLIENT_ORDER_ID, &tf_order::client_order_id);
        file(by_account, row, TF_ORDER_ACCOUNT, &tf_order::account);
        if (own.head.symbol == 0) return by_symbol.remove(row);
        by_symbol.put(row, hash_of(own.head.symbol), is_open(own), HasSymbol{this, own.head.symbol});
    }

    // To be called when an order is open no longer, or again.
    void move(uint32_t row) {
        const bool open = is_open(at(row));
        for (Groups *groups : {&by_client, &by_account, &by_symbol}) groups->move(row, open);
    }

    // The first row, or 0; the others follow by Groups::next().
    uint32_t of_client(Text id) const { return find(by_client, id, &tf_order::client_order_id); }
    uint32_t of_account(Text account) const { return find(by_account, account, &tf_order::account); }
    uint32_t of_symbol(uint32_t symbol) const { return by_symbol.find(hash_of(symbol), HasSymbol{this, symbol}); }

    Groups by_client, by_account, by_symbol;

  private:
    template <size_t Size>
    using Slot = char (tf_order::*)[Size];
    struct HasSymbol {
        const OrderIndex *index;
        uint32_t symbol;
        bool operator()(uint32_t row) const { return index->at(row).head.symbol == symbol; }
    };
    template <size_t Size>
    struct HasText {
        const OrderIndex *index;
        Slot<Size> slot;
        const char *text;  // a slot, too
        bool operator()(uint32_t row) const { return RowTable::same_slot(index->at(row).*slot, text, Size); }
    };

    const tf_order &at(uint32_t row) const { return *reinterpret_cast<const tf_order *>(orders_.at(row)); }
    uint64_t hash_of(uint32_t symbol) const {
        const uint64_t word = symbol;
        return orders_.hash_text(reinterpret_cast<const char *>(&word), sizeof word);
    }

    template <size_t Size>
    void file(Groups &groups, uint32_t row, int bit, Slot<Size> slot) {
        const tf_order &own = at(row);
        if (!has(own.head, bit)) return groups.remove(row);
        groups.put(row, orders_.hash_text(own.*slot, Size), is_open(own), HasText<Size>{this, slot, own.*slot});
    }
    template <size_t Size>
    uint32_t find(const Groups &groups, Text text, Slot<Size> slot) const {
        char wanted[Size] = {};
        if (text.size > Size) return 0;
        if (text.size != 0) std::memcpy(wanted, text.data, text.size);
        return groups.find(orders_.hash_text(wanted, Size), HasText<Size>{this, slot, wanted});
    }

    const RowTable &orders_;
};

}  // namespace tickfold
