// Scales the raw integers of a venue by the decimals of their market (Vega).
#pragma once

#include <memory>
#include <vector>

#include "fold/numbers.hpp"

namespace tickfold {

class Scales {
  public:
    // `scaled`: how many symbols have a scale; `symbols`: how many there may be in all, by number.
    Scales(uint32_t scaled, uint32_t symbols, uint64_t seed) : names_(scaled, seed), by_symbol_(size_t{symbols} + 1) {}

    // Decimals of a symbol's prices and sizes. False where the text is too long. 16 bytes of
    // the text must be readable.
    bool add(const char *text, size_t size, int8_t price, int8_t quantity) {
        const uint32_t id = names_.intern(0, text, size);
        if (id == 0) return false;
        if (id > places_.size()) places_.resize(id);
        places_[id - 1] = {price, quantity};
        return true;
    }

    // Scales a staged record whose symbol is known. `names` has the symbol's text.
    __attribute__((noinline)) void apply(Stage &stage, Entry &entry, const Names &names) {
        const uint32_t symbol = entry.head()->symbol;
        uint32_t &known = by_symbol_[symbol];
        if (known == 0) known = 1 + names_.find(0, names.text(symbol), names.size(symbol));
        if (known == 1) return;
        const Places &places = places_[known - 2];
        const tf_header *head = entry.head();
        for (const Scaled &field : kScaled) {
            if (field.kind != head->kind || !has(*head, field.bit)) continue;
            const int8_t shift = field.price ? places.price : places.quantity;
            Wide number;
            if (shift == 0 || !read_number(stage, entry, field.bit, number)) continue;
            number.shift(shift);
            state_number(stage, entry, field.bit, number);
        }
    }

  private:
    struct Places {
        int8_t price, quantity;
    };
    struct Scaled {
        uint8_t kind, bit;
        bool price;
    };
    // The number fields that are raw integers.
    static constexpr Scaled kScaled[] = {
        {TF_RECORD_KIND_ORDER, TF_ORDER_LIMIT_PRICE, true},
        {TF_RECORD_KIND_ORDER, TF_ORDER_PEG_OFFSET, true},
        {TF_RECORD_KIND_ORDER, TF_ORDER_QTY, false},
        {TF_RECORD_KIND_ORDER, TF_ORDER_LEAVES_QTY, false},
        {TF_RECORD_KIND_ORDER, TF_ORDER_DISPLAY_QTY, false},
        {TF_RECORD_KIND_ORDER, TF_ORDER_RESERVED_QTY, false},
        {TF_RECORD_KIND_TRADE, TF_TRADE_PRICE, true},
        {TF_RECORD_KIND_TRADE, TF_TRADE_SIZE, false},
        {TF_RECORD_KIND_BOOK_LEVEL, TF_BOOK_LEVEL_PRICE, true},
        {TF_RECORD_KIND_BOOK_LEVEL, TF_BOOK_LEVEL_SIZE, false},
        {TF_RECORD_KIND_BAR, TF_BAR_OPEN, true},
        {TF_RECORD_KIND_BAR, TF_BAR_HIGH, true},
        {TF_RECORD_KIND_BAR, TF_BAR_LOW, true},
        {TF_RECORD_KIND_BAR, TF_BAR_CLOSE, true},
        {TF_RECORD_KIND_BAR, TF_BAR_VOLUME, false},
        {TF_RECORD_KIND_POSITION, TF_POSITION_QTY, false},
        {TF_RECORD_KIND_POSITION, TF_POSITION_AVG_PRICE, true},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_BID, true},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_ASK, true},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_LAST, true},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_MARK, true},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_BID_SIZE, false},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_ASK_SIZE, false},
        {TF_RECORD_KIND_QUOTE, TF_QUOTE_OPEN_INTEREST, false},
        {TF_RECORD_KIND_STATS, TF_STATS_MID, true},
        {TF_RECORD_KIND_STATS, TF_STATS_INDICATIVE_PRICE, true},
        {TF_RECORD_KIND_STATS, TF_STATS_INDICATIVE_VOLUME, false},
    };

    Names names_;
    std::vector<Places> places_;    // by number in names_, from 1
    Reserved<uint32_t> by_symbol_;  // 0 = not looked up yet, 1 = not scaled, else the index in places_ + 1
};

}  // namespace tickfold
