// Order books: sorted levels in memory that never moves, updated in place.
#pragma once

#include <memory>
#include <vector>

#include "fold/hash.hpp"
#include "schema/fields.h"
#include "tickfold/tickfold.h"

namespace tickfold {

using Level = tf_level;

// One side of a book, the best level first.
struct BookSide {
    Level *levels;
    uint32_t count, limit;
    bool descending;  // true for bids, whose best price is the highest

    // Index of the first level whose price is not better than this one.
    uint32_t find(double price) const {
        uint32_t low = 0, high = count;
        while (low < high) {
            const uint32_t middle = (low + high) / 2;
            if (descending ? levels[middle].price > price : levels[middle].price < price)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // Sets a level, or removes it if the size is not above zero. False if the limit of levels is reached.
    bool put(double price, double size, uint32_t orders) {
        const uint32_t at = find(price);
        const bool there = at < count && levels[at].price == price;
        if (!(size > 0)) {
            if (there) std::memmove(levels + at, levels + at + 1, (--count - at) * sizeof(Level));
            return true;
        }
        if (!there) {
            if (count == limit) return false;
            std::memmove(levels + at + 1, levels + at, (count++ - at) * sizeof(Level));
        }
        levels[at] = {price, size, orders, 0};
        return true;
    }
};

struct Book {
    BookSide bids, asks;
    uint64_t sequence;  // the venue's number of the last update, 0 = none
    uint32_t symbol;
    bool broken;  // an update was missed: levels may be wrong until the venue sends the whole book again
    bool frozen;  // the connection was lost: levels stay as they were until the venue sends the whole book again

    // The connection that it came by is lost. The next one may number its updates anew.
    void lose() {
        broken = frozen = true;
        sequence = 0;
    }

    // Applies an update of one level. False if the limit of levels is reached.
    bool apply(const tf_book_level &level) {
        if (level.action == TF_BOOK_ACTION_RESET) {
            bids.count = asks.count = 0;
            broken = frozen = false;
            return true;
        }
        if (frozen) return true;  // a change of another connection's book
        BookSide &side = level.side == TF_SIDE_BUY ? bids : asks;
        return side.put(level.price, level.action == TF_BOOK_ACTION_DELETE ? 0 : level.size, level.orders);
    }
};

// The books by the number of their symbol.
class Books {
  public:
    Books(uint32_t symbols, uint32_t levels) : levels_(levels), by_symbol_(size_t{symbols} + 1) {}

    Book *find(uint32_t symbol) const { return by_symbol_[symbol]; }
    const std::vector<Book *> &all() const { return all_; }

    // The book of a symbol; makes it if it is new. nullptr if there is no memory.
    Book *of(uint32_t symbol) {
        Book *&book = by_symbol_.data()[symbol];
        return likely(book != nullptr) ? book : book = add(symbol);
    }

  private:
    static constexpr size_t kTogether = 64;  // books that share a memory mapping: mappings are limited in number
    Book *add(uint32_t symbol) {
        try {
            const size_t at = all_.size() % kTogether;
            if (at == 0) {
                std::unique_ptr<Reserved<Level>> levels(new Reserved<Level>(2 * kTogether * size_t{levels_}));
                std::unique_ptr<Book[]> books(new Book[kTogether]());
                level_blocks_.push_back(std::move(levels));
                book_blocks_.push_back(std::move(books));
            }
            Book *book = &book_blocks_.back()[at];
            Level *levels = level_blocks_.back()->data() + 2 * at * levels_;
            all_.push_back(book);
            book->bids = {levels, 0, levels_, true};
            book->asks = {levels + levels_, 0, levels_, false};
            book->symbol = symbol;
            return book;
        } catch (const std::bad_alloc &) {
            return nullptr;
        }
    }

    uint32_t levels_;
    Reserved<Book *> by_symbol_;
    std::vector<Book *> all_;
    std::vector<std::unique_ptr<Reserved<Level>>> level_blocks_;
    std::vector<std::unique_ptr<Book[]>> book_blocks_;
};

}  // namespace tickfold
