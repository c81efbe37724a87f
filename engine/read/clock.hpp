// Reads times as venues write them, as ns since 1970 UTC.
#pragma once

#include <cstdint>
#include <cstring>

#include "read/number.hpp"

namespace tickfold {

constexpr int64_t kSecond = 1000000000;

// Days from 1970-01-01 to a date of the Gregorian calendar.
constexpr int64_t days_from_civil(int64_t y, unsigned m, unsigned d) {
    y -= m <= 2;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const unsigned yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + static_cast<int64_t>(yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

inline bool two_digits(const char *p, unsigned &out) {
    unsigned tens = static_cast<unsigned char>(p[0] - '0'), units = static_cast<unsigned char>(p[1] - '0');
    out = tens * 10 + units;
    return tens < 10 && units < 10;
}

inline bool civil_to_ns(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second,
                        int64_t &out) {
    static constexpr unsigned char kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > kDays[month - 1] + (month == 2 && leap ? 1u : 0u)) return false;
    if (year < 1678 || year > 2261) return false;  // what int64 ns can hold
    out = (days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * kSecond;
    return true;
}

// Remembers the last minute read: feeds repeat it thousands of times.
struct MinuteCache {
    char text[17] = "1970-01-01T00:00";  // the minute as text; at first the one that `ns` = 0 stands for
    int64_t ns = 0;
};

// Reads `:SS[.fraction]` and adds it to ns. Returns where it ends, or nullptr if there is none. Digits beyond
// nanoseconds are dropped. 16 bytes must be readable at p; digits beyond those are read up to `end` at most.
__attribute__((always_inline)) inline const char *parse_seconds(const char *p, const char *end, int64_t &ns) {
    unsigned second;
    if (*p != ':' || !two_digits(p + 1, second) || second > 60) return nullptr;
    ns += second * kSecond;
    p += 3;
    if (*p != '.') return p;
    uint64_t word = load8(++p) ^ 0x3030303030303030u;
    unsigned n = leading_digits(word);
    if (n == 0) return nullptr;
    int64_t fraction = digits_value(word, n) * static_cast<int64_t>(kPow10Int[8 - n]) * 10;
    p += n;
    if (n == 8 && is_digit(*p)) {
        fraction += *p++ - '0';
        while (p < end && is_digit(*p)) ++p;
    }
    ns += fraction;
    return p;
}

// The quick way for most times: UTC, and in the same minute as the one before. Returns where it ends, or nullptr for
// any other text; parse_rfc3339() then reads it. 32 bytes must be readable.
__attribute__((always_inline)) inline const char *parse_utc(const char *p, const MinuteCache &cache, int64_t &out) {
    if (std::memcmp(p, cache.text, 16) != 0) return nullptr;
    int64_t ns = cache.ns;
    p = parse_seconds(p + 16, p + 31, ns);
    if (p == nullptr || *p != 'Z') return nullptr;
    out = ns;
    return p + 1;
}

// RFC 3339: 2024-08-06T14:02:11[.fraction](Z|±hh:mm). 16 bytes behind the text must be readable.
inline bool parse_rfc3339(Text text, MinuteCache &cache, int64_t &out) {
    const char *p = text.data, *end = p + text.size;
    if (text.size < 20) return false;
    int64_t ns;
    if (std::memcmp(p, cache.text, 16) == 0) {
        ns = cache.ns;
    } else {
        unsigned century, year, month, day, hour, minute;
        if (!two_digits(p, century) || !two_digits(p + 2, year) || p[4] != '-' || !two_digits(p + 5, month) ||
            p[7] != '-' || !two_digits(p + 8, day) || (p[10] != 'T' && p[10] != 't' && p[10] != ' ') ||
            !two_digits(p + 11, hour) || p[13] != ':' || !two_digits(p + 14, minute) ||
            !civil_to_ns(century * 100 + year, month, day, hour, minute, 0, ns))
            return false;
        std::memcpy(cache.text, p, 16);
        cache.ns = ns;
    }
    p = parse_seconds(p + 16, end, ns);
    if (p == nullptr) return false;
    if (end - p == 1 && (*p == 'Z' || *p == 'z')) {
        out = ns;
        return true;
    }
    unsigned hour, minute;
    if (end - p != 6 || (*p != '+' && *p != '-') || !two_digits(p + 1, hour) || p[3] != ':' ||
        !two_digits(p + 4, minute) || hour > 23 || minute > 59)
        return false;
    int64_t offset = (hour * 3600 + minute * 60) * kSecond;
    out = *p == '+' ? ns - offset : ns + offset;
    return true;
}

// `YYYYMMDD-HH:MM:SS`, UTC (IBKR).
__attribute__((noinline)) inline bool parse_compact_date(Text text, int64_t &out) {
    const char *p = text.data;
    unsigned century, year, month, day, hour, minute, second;
    if (text.size == 12)  // 240806140211
        return two_digits(p, year) && two_digits(p + 2, month) && two_digits(p + 4, day) && two_digits(p + 6, hour) &&
               two_digits(p + 8, minute) && two_digits(p + 10, second) &&
               civil_to_ns(2000 + year, month, day, hour, minute, second, out);
    return text.size == 17 && two_digits(p, century) && two_digits(p + 2, year) && two_digits(p + 4, month) &&
           two_digits(p + 6, day) && p[8] == '-' && two_digits(p + 9, hour) && p[11] == ':' &&
           two_digits(p + 12, minute) && p[14] == ':' && two_digits(p + 15, second) &&
           civil_to_ns(century * 100 + year, month, day, hour, minute, second, out);
}

// `MM/DD/YYYY HH:MM:SS`, taken as UTC (ETNA).
__attribute__((noinline)) inline bool parse_us_date(Text text, int64_t &out) {
    const char *p = text.data;
    unsigned century, year, month, day, hour, minute, second;
    return text.size == 19 && two_digits(p, month) && p[2] == '/' && two_digits(p + 3, day) && p[5] == '/' &&
           two_digits(p + 6, century) && two_digits(p + 8, year) && p[10] == ' ' && two_digits(p + 11, hour) &&
           p[13] == ':' && two_digits(p + 14, minute) && p[16] == ':' && two_digits(p + 17, second) &&
           civil_to_ns(century * 100 + year, month, day, hour, minute, second, out);
}

// A count of units since 1970 (unit = ns per unit: 1 s, 1 ms, 1 ns); fails where int64 ns can't hold it.
inline bool parse_epoch(Text text, int64_t unit, int64_t &out) {
    int64_t count;
    return parse_integer_text(text, count) && !__builtin_mul_overflow(count, unit, &out) && out != INT64_MIN;
}

// Writes ns UTC as RFC 3339, without trailing zeros in the fraction. Returns the size, at most 30 bytes.
inline size_t write_rfc3339(int64_t ns, char *out) {
    int64_t seconds = ns / kSecond, nanos = ns % kSecond;
    if (nanos < 0) nanos += kSecond, --seconds;
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) rest += 86400, --days;
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const unsigned doe = static_cast<unsigned>(days - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned shifted = (5 * doy + 2) / 153, day = doy - (153 * shifted + 2) / 5 + 1;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const unsigned year = static_cast<unsigned>(yoe + era * 400 + (month <= 2));
    char *to = out;
    auto put = [&](unsigned value, unsigned digits, char after) {
        for (unsigned i = digits; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
        to += digits;
        *to++ = after;
    };
    put(year, 4, '-');
    put(month, 2, '-');
    put(day, 2, 'T');
    put(static_cast<unsigned>(rest / 3600), 2, ':');
    put(static_cast<unsigned>(rest / 60 % 60), 2, ':');
    put(static_cast<unsigned>(rest % 60), 2, '.');
    if (nanos == 0) {
        --to;
    } else {
        put(static_cast<unsigned>(nanos), 9, 'Z');
        --to;
        while (to[-1] == '0') --to;
    }
    *to++ = 'Z';
    return static_cast<size_t>(to - out);
}

}  // namespace tickfold
