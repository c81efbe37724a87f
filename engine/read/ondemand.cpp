#include "read/ondemand.hpp"

#include "read/walk.hpp"
#include "simdjson.h"

namespace tickfold {

namespace {

namespace od = simdjson::ondemand;

constexpr int kDeepest = 256;

// The token without the blanks after it, which simdjson includes.
std::string_view trimmed(std::string_view token) {
    size_t size = token.size();
    while (size > 0 && (token[size - 1] == ' ' || token[size - 1] == '\n' || token[size - 1] == '\r' ||
                        token[size - 1] == '\t'))
        --size;
    return token.substr(0, size);
}

// Memory for unescaped texts and keys. simdjson's own buffer won't do: simdjson does not check whether it could be
// allocated, and it has room for each text once, while the text of a select's key is read twice.
class Texts {
  public:
    explicit Texts(size_t message = 0) : size_(2 * message + simdjson::SIMDJSON_PADDING) {}
    bool unescape(od::parser &parser, od::raw_json_string raw, Text &out) {
        if (bytes_ == nullptr) {
            bytes_.reset(new (std::nothrow) uint8_t[size_]);
            if (bytes_ == nullptr) return false;
            to_ = bytes_.get();
        }
        std::string_view text;
        if (parser.unescape(raw, to_, true).get(text)) return false;  // half of a surrogate pair: U+FFFD
        out = {text.data(), text.size()};
        return true;
    }

  private:
    size_t size_;
    std::unique_ptr<uint8_t[]> bytes_;
    uint8_t *to_ = nullptr;
};

class Reader : public Unhurried<Reader> {
  public:
    struct Object {
        od::object object;
        od::object_iterator at, end;
        bool fresh = true;
    };
    struct Array {
        od::array array;
        od::array_iterator at, end;
        bool fresh = true;
    };

    Reader(od::parser &parser, od::document &document, Texts &texts, const char *end)
        : parser_(parser), document_(document), texts_(texts), end_(end) {}

    bool open() { return document_.get_value().get(value_) == simdjson::SUCCESS; }

    bool finish() { return document_.at_end(); }

    char peek() {
        if (pending_) return '{';
        od::json_type type;
        if (value_.type().get(type)) return 0;
        switch (type) {
            case od::json_type::object: return '{';
            case od::json_type::array: return '[';
            case od::json_type::string: return '"';
            case od::json_type::number: return '0';
            case od::json_type::null: return 'n';
            case od::json_type::boolean: return value_.raw_json_token()[0];
            default: return 0;
        }
    }

    const char *here() {
        const char *at;
        if (pending_) return pending_at_;
        return document_.current_location().get(at) ? end_ : at;
    }

    // From `start` to the last byte before the next token that belongs to the value just read.
    Text since(const char *start) {
        const char *at;
        if (document_.current_location().get(at)) at = end_;
        if (at < number_end_) at = number_end_;
        while (at > start && (at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\r' || at[-1] == '\t')) --at;
        return {start, static_cast<size_t>(at - start)};
    }

    Text json(const char *start) { return since(start); }

    bool begin(Object &out, Shape &) { return begin(out); }
    bool begin(Object &out) {
        if (pending_) {
            out.object = pending_object_;
            pending_ = false;
        } else if (value_.get_object().get(out.object)) {
            return false;
        }
        return !out.object.begin().get(out.at) && !out.object.end().get(out.end);
    }

    int any_key(Object &in) { return next(in, name_); }
    Text name() const { return name_; }
    bool timestamp(int64_t &) { return false; }

    bool begin(Array &out) {
        return !value_.get_array().get(out.array) && !out.array.begin().get(out.at) && !out.array.end().get(out.end);
    }

    int element(Array &in) {
        if (!in.fresh) ++in.at;
        in.fresh = false;
        if (in.at == in.end) return 0;
        return (*in.at).get(value_) ? -1 : 1;
    }

    bool string(Text &out) {
        od::raw_json_string raw;
        return !value_.get_raw_json_string().get(raw) && texts_.unescape(parser_, raw, out);
    }

    bool number(Text &out, Decimal &value) {
        std::string_view token = trimmed(value_.raw_json_token());
        const char *end = token.data() + token.size();
        if (parse_number_slow(token.data(), end, false, value) != end) return false;
        out = {token.data(), token.size()};
        number_end_ = end;  // simdjson's own cursor is still before the number
        return true;
    }

    bool literal(char which) {
        bool truth;
        if (which == 'n') {
            bool null;
            return !value_.is_null().get(null) && null;
        }
        return !value_.get_bool().get(truth) && truth == (which == 't');
    }

    bool skip() { return skip(0); }

    bool peek_text(const std::string &key, Text &out, bool &found) {
        if (!pending_) {
            if (document_.current_location().get(pending_at_) || value_.get_object().get(pending_object_)) return false;
            pending_ = true;
        }
        od::value value;
        found = false;
        auto error = pending_object_.find_field_unordered(key).get(value);
        if (!error) {
            od::json_type type;
            if (value.type().get(type)) return false;
            if (type == od::json_type::string) {
                std::string_view token = trimmed(value.raw_json_token());
                od::raw_json_string raw;
                if (token.size() < 2 || token.back() != '"' || value.get_raw_json_string().get(raw)) return false;
                out = {token.data() + 1, token.size() - 2};
                if (token.find('\\') != token.npos && !texts_.unescape(parser_, raw, out)) return false;
                found = true;
            }
        } else if (error != simdjson::NO_SUCH_FIELD) {
            return false;
        }
        bool not_empty;
        return !pending_object_.reset().get(not_empty);
    }

  private:
    int next(Object &in, Text &name) {
        if (!in.fresh) ++in.at;
        in.fresh = false;
        if (in.at == in.end) return 0;
        od::field field;
        if ((*in.at).get(field) || !texts_.unescape(parser_, field.key(), name)) return -1;
        value_ = field.value();
        return 1;
    }

    bool skip(int depth) {
        Text text;
        Decimal value;
        if (depth == kDeepest) return false;
        switch (char what = peek()) {
            case '{': {
                Object at;
                if (!begin(at)) return false;
                int more;
                while ((more = next(at, text)) > 0)
                    if (!skip(depth + 1)) return false;
                return more == 0;
            }
            case '[': {
                Array at;
                if (!begin(at)) return false;
                int more;
                while ((more = element(at)) > 0)
                    if (!skip(depth + 1)) return false;
                return more == 0;
            }
            case '"': return string(text);
            case '0': return number(text, value);
            case 't':
            case 'f':
            case 'n': return literal(what);
            default: return false;
        }
    }

    od::parser &parser_;
    od::document &document_;
    Texts &texts_;
    const char *end_;
    od::value value_;
    od::object pending_object_;
    const char *pending_at_ = nullptr, *number_end_ = nullptr;
    bool pending_ = false;
    Text name_{nullptr, 0};
};

}  // namespace

struct OnDemand::Parser {
    od::parser parser;
    Texts texts;  // must live as long as the stage points into it
};

OnDemand::OnDemand() : parser_(std::make_unique<Parser>()) {}
OnDemand::~OnDemand() = default;

bool OnDemand::decode(Table &table, Stage &stage, const char *data, size_t size) {
    static_assert(simdjson::SIMDJSON_PADDING <= 64, "messages have 64 readable bytes behind them");
    od::document document;
    if (parser_->parser.iterate(data, size, size + simdjson::SIMDJSON_PADDING).get(document)) return false;
    parser_->texts = Texts(size);
    Reader reader(parser_->parser, document, parser_->texts, data + size);
    return reader.open() && Walker<Reader>(reader, table, stage).root();
}

}  // namespace tickfold
