// The conversions of numbers and times as a program of their own, for machines that have no Python of ours: another
// processor, emulated. Reads a request a line and answers with a line; tests/conversions.py asks.
//
//     OPERATION UNIT DATA PADDING      data and what stands behind it in hexadecimal, - for none
//
// An answer is "none", or the results with blanks between them; a float64 in hexadecimal.

#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "read/clock.hpp"

using namespace tickfold;

static std::string bytes_of(const std::string &hex) {
    std::string out;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

static std::string said(const Decimal &number) {
    char text[80];
    std::snprintf(text, sizeof text, "%a %d %d", number.value, number.decimals, number.exact);
    return text;
}

static std::string answer(const std::string &operation, int64_t unit, const std::string &data, const std::string &padding,
                          std::map<int64_t, MinuteCache> &clocks) {
    const std::string all = data + padding;
    const std::vector<char> block(all.begin(), all.end());  // on the heap, of exactly that size
    const Text text{block.data(), data.size()};
    Decimal number{};
    int64_t whole = 0;
    uint64_t natural = 0;
    char prefix = 0;
    if (operation == "number") {
        const char *after = parse_number(text.data, text.data + text.size, number);
        return after == nullptr ? "none" : std::to_string(after - text.data) + " " + said(number);
    }
    if (operation == "number_text") return parse_number_text(text, number) ? said(number) : "none";
    if (operation == "plain") return parse_plain(text, number) ? said(number) : "none";
    if (operation == "dressed")
        return parse_dressed(text, number, prefix) ? said(number) + " " + std::to_string(prefix) : "none";
    if (operation == "unsigned") return parse_unsigned_text(text, natural) ? std::to_string(natural) : "none";
    bool read = false;
    if (operation == "integer") read = parse_integer_text(text, whole);
    if (operation == "rfc3339") read = parse_rfc3339(text, clocks[unit], whole);
    if (operation == "compact_date") read = parse_compact_date(text, whole);
    if (operation == "us_date") read = parse_us_date(text, whole);
    if (operation == "epoch") read = parse_epoch(text, unit, whole);
    return read ? std::to_string(whole) : "none";
}

int main() {
    std::map<int64_t, MinuteCache> clocks;
    std::string operation, data, padding;
    int64_t unit;
    while (std::cin >> operation >> unit >> data >> padding)
        std::cout << answer(operation, unit, data == "-" ? "" : bytes_of(data), padding == "-" ? "" : bytes_of(padding), clocks)
                  << std::endl;
}
