// The state of all streams of one engine: all tables, and what is remembered of orders whose rows were freed.
#pragma once

#include <deque>

#include "fold/book.hpp"
#include "fold/order_index.hpp"

namespace tickfold {

// Remembers filled_qty of orders whose rows were freed, so that a venue that sends such an order again causes no second
// fill. A ring buffer: the oldest entries are overwritten.
class Gone {
  public:
    Gone(uint32_t limit, uint64_t seed) : limit_(limit), seed_(seed), all_(size_t{limit} + 1), index_(limit) {}

    void put(const tf_order &order, const Wide &filled) {
        uint64_t digits[2];
        if (!filled.pack(digits)) return;
        uint64_t key[2];
        key_of(order, order.head.stream, key);
        uint32_t id = search(key);
        Links links{all_};
        if (id == 0) {
            id = next_;
            next_ = next_ == limit_ ? 1 : next_ + 1;
            if (all_[id].used) index_.remove(links, id);
            all_[id].used = true;
            all_[id].key[0] = key[0];
            all_[id].key[1] = key[1];
            index_.insert(links, id, key[0]);
        }
        One &one = all_[id];
        one.digits[0] = digits[0];
        one.digits[1] = digits[1];
        one.scale = static_cast<int16_t>(filled.scale());
        one.negative = filled.is_negative();
    }
    bool find(const tf_order &order, uint16_t stream, Wide &filled) const {
        uint64_t key[2];
        key_of(order, stream, key);
        const uint32_t id = search(key);
        if (id != 0) filled.unpack(all_[id].digits, all_[id].scale, all_[id].negative);
        return id != 0;
    }

  private:
    struct One {
        uint64_t hash, key[2], digits[2];  // 128 bits of a keyed hash stand for stream, account and id
        uint32_t next;
        int16_t scale;
        bool negative, used;
    };
    struct Links {
        Reserved<One> &all;
        uint64_t &hash(uint32_t id) { return all[id].hash; }
        uint32_t &next(uint32_t id) { return all[id].next; }
    };
    void key_of(const tf_order &order, uint16_t stream, uint64_t (&key)[2]) const {
        uint64_t a = mix(seed_ ^ stream, seed_), b = mix(~seed_, seed_ ^ stream);
        auto take = [&](const char *slot, size_t size) {
            for (size_t at = 0; at < size; at += 8) {
                const uint64_t word = load64(slot + at);
                a = mix(a ^ word, a ^ seed_);
                b = mix(b ^ word, b + 0x9E3779B97F4A7C15u);
            }
        };
        take(order.order_id, sizeof order.order_id);
        if (has(order.head, TF_ORDER_ACCOUNT)) take(order.account, sizeof order.account);
        key[0] = a;
        key[1] = b;
    }
    uint32_t search(const uint64_t (&key)[2]) const {
        uint32_t id = index_.first(key[0]);
        while (id != 0 && !(all_[id].key[0] == key[0] && all_[id].key[1] == key[1])) id = all_[id].next;
        return id;
    }

    uint32_t limit_, next_ = 1;
    uint64_t seed_;
    Reserved<One> all_;
    Chains<Links> index_;
};

// Sums of each order's executions, for venues whose orders state no average price. A ring buffer, like Gone.
class Traded {
  public:
    struct One {
        uint64_t hash, key[2], qty[2], value[2];  // 128 bits of a keyed hash stand for stream, account and id
        uint32_t next;
        int16_t qty_scale, value_scale;
        bool used;
    };
    Traded(uint32_t limit, uint64_t seed) : limit_(limit), seed_(seed), all_(size_t{limit} + 1), index_(limit) {}

    One *find(uint16_t stream, const tf_order &order) {
        uint64_t key[2];
        key_of(order, stream, key);
        uint32_t id = index_.first(key[0]);
        while (id != 0 && !(all_[id].key[0] == key[0] && all_[id].key[1] == key[1])) id = all_[id].next;
        return id == 0 ? nullptr : &all_[id];
    }
    // One with nothing in it.
    One &add(uint16_t stream, const tf_order &order) {
        const uint32_t id = next_;
        next_ = next_ == limit_ ? 1 : next_ + 1;
        Links links{all_};
        One &one = all_[id];
        if (one.used) index_.remove(links, id);
        one = One{};
        one.used = true;
        key_of(order, stream, one.key);
        index_.insert(links, id, one.key[0]);
        return one;
    }

  private:
    struct Links {
        Reserved<One> &all;
        uint64_t &hash(uint32_t id) { return all[id].hash; }
        uint32_t &next(uint32_t id) { return all[id].next; }
    };
    void key_of(const tf_order &order, uint16_t stream, uint64_t (&key)[2]) const {
        key[0] = mix(seed_ ^ stream, seed_);
        key[1] = mix(~seed_, seed_ ^ stream);
        auto take = [&](const char *slot, size_t size) {
            for (size_t at = 0; at < size; at += 8) {
                const uint64_t word = load64(slot + at);
                key[0] = mix(key[0] ^ word, key[0] ^ seed_);
                key[1] = mix(key[1] ^ word, key[1] + 0x9E3779B97F4A7C15u);
            }
        };
        take(order.order_id, sizeof order.order_id);
        take(order.account, sizeof order.account);
    }
    uint32_t limit_, next_ = 1;
    uint64_t seed_;
    Reserved<One> all_;
    Chains<Links> index_;
};

// A table with a row per symbol.
struct SymbolTable : RowTable {
    SymbolTable(uint8_t kind, uint32_t limit, uint64_t seed) : RowTable(kind, limit, seed), by_symbol(size_t{limit} + 1) {}
    uint32_t row_of(uint32_t symbol) const { return by_symbol[symbol]; }
    Reserved<uint32_t> by_symbol;
};

struct Limits {
    uint32_t symbols, orders, ended_orders, fills, rows, levels;
};

struct State {
    State(const Limits &limits, uint64_t seed)
        : symbols(limits.symbols, seed), quotes(TF_RECORD_KIND_QUOTE, limits.symbols, seed),
          stats(TF_RECORD_KIND_STATS, limits.symbols, seed), instruments(TF_RECORD_KIND_INSTRUMENT, limits.symbols, seed),
          orders(TF_RECORD_KIND_ORDER, limits.orders, seed), fills(TF_RECORD_KIND_FILL, limits.fills, seed),
          positions(TF_RECORD_KIND_POSITION, limits.rows, seed), balances(TF_RECORD_KIND_BALANCE, limits.rows, seed),
          pnl(TF_RECORD_KIND_PNL, limits.rows, seed), books(limits.symbols, limits.levels),
          gone(limits.orders < (1u << 20) ? 4 * limits.orders : limits.orders, seed), traded(limits.orders, seed), most_ended(limits.ended_orders) {
        const int order[] = {TF_ORDER_ORDER_ID}, fill[] = {TF_FILL_EXEC_ID}, position[] = {TF_POSITION_ACCOUNT},
                  balance[] = {TF_BALANCE_ACCOUNT, TF_BALANCE_CURRENCY, TF_BALANCE_NAME, TF_BALANCE_BALANCE_TYPE,
                               TF_BALANCE_MARKET},
                  profit[] = {TF_PNL_ACCOUNT, TF_PNL_SEGMENT};
        orders.key(order, 1, false);
        fills.key(fill, 1, false);
        positions.key(position, 1, true);
        balances.key(balance, 5, false);
        pnl.key(profit, 2, false);
    }

    Names symbols;
    SymbolTable quotes, stats, instruments;
    RowTable orders, fills, positions, balances, pnl;
    OrderIndex order_index{orders};
    Books books;
    Gone gone;
    Traded traded;
    List ended;              // orders that have ended, those that ended first in front
    uint32_t ended_count = 0, most_ended;
    List fills_by_age;
    std::deque<List> open;   // by stream: open orders; those that the present snapshot has listed are at the end

    List &open_of(uint16_t stream) {
        if (open.size() <= stream) open.resize(size_t{stream} + 1);
        return open[stream];
    }

    // Moves an order to the list, open or ended, that fits its status, and to where it is found. To be called when its
    // status has changed, or (`renamed`) what it is found by.
    __attribute__((noinline)) void file(uint32_t row, bool renamed) {
        const tf_order &order = *reinterpret_cast<tf_order *>(orders.at(row));
        Side &side = orders.side(row);
        if (has_ended(order)) {
            if (side.list != &ended) {
                orders.enlist(row, ended);
                ++ended_count;
            }
        } else {
            if (side.list == &ended) --ended_count;
            if (side.list == nullptr || side.list == &ended) orders.enlist(row, open_of(order.head.stream));
        }
        if (renamed)
            order_index.file(row);
        else
            order_index.move(row);
    }

    // Frees an order's row; `gone` remembers its filled_qty.
    void retire(uint32_t row) {
        const tf_order &order = *reinterpret_cast<tf_order *>(orders.at(row));
        Side &side = orders.side(row);
        if (side.leaving) return;
        Wide filled;
        if (read_number(orders, row, TF_ORDER_FILLED_QTY, filled)) gone.put(order, filled);
        if (side.list == &ended) --ended_count;
        orders.unlist(row);
        orders.remove(row);
    }

    // The rows of an exec_id in all streams. A correction counts as the same execution: the last part of its id may
    // differ.
    std::vector<uint32_t> find_fills(Text id) const {
        std::vector<uint32_t> rows = fills.find_all(&id, 0);
        size_t base = id.size;
        while (base > 0 && is_digit(id.data[base - 1])) --base;
        if (!rows.empty() || base < 2 || base == id.size || id.data[base - 1] != '.') return rows;
        const Text beginning{id.data, base - 1};
        const uint64_t hash = fills.hash(&beginning, 0);
        for (uint32_t row = fills.first(hash); row != 0; row = fills.next(row)) {
            const tf_fill &fill = *reinterpret_cast<const tf_fill *>(fills.at(row));
            if (fills.side(row).hash == hash && std::memcmp(fill.exec_id, id.data, base < 64 ? base : 64) == 0)
                rows.push_back(row);
        }
        return rows;
    }

    // Frees the orders that ended first until no more than `most` ended ones are left. Skips those being handed on.
    __attribute__((noinline)) void drop_ended(uint32_t most) {
        uint32_t row = ended.first;
        while (ended_count > most && row != 0) {
            const uint32_t after = orders.side(row).after;
            if (orders.side(row).pins == 0) retire(row);
            row = after;
        }
    }
};

}  // namespace tickfold
