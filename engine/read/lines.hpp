// Joins indented JSON that comes as one message for each line.
//
// Only what cannot be a message by itself begins such a document: an open brace or bracket at the end of a line. What is put together is bounded; what is larger is given up.
#pragma once

#include <cstddef>
#include <string>

namespace tickfold {

class Lines {
  public:
    enum Said {
        NO_LINE,   // no document is under way, and this line begins none
        MORE,      // taken: the document goes on
        WHOLE,     // taken: data() and size() are the document
        BROKEN     // invalid or too large: data() and size() are what has come so far
    };
    static constexpr size_t kMost = 4u << 20;  // bytes of a document

    bool under_way() const { return depth_ > 0; }
    const char *data() const { return text_.data(); }
    size_t size() const { return depth_ > 0 ? text_.size() : size_; }

    Said add(const char *line, size_t size) {
        if (depth_ == 0) {
            if (!begins(line, size)) return NO_LINE;
            text_.clear();
        }
        if (text_.size() + size + 1 > kMost) return end(BROKEN);
        text_.append(line, size);
        text_ += '\n';
        const bool closes = count(line, size);
        if (depth_ < 0 || open_text_ || (depth_ == 0) != closes) return end(BROKEN);
        return depth_ == 0 ? end(WHOLE) : MORE;
    }

    // Forgets what is under way.
    void drop() {
        depth_ = 0;
        open_text_ = false;
        size_ = 0;
        std::string().swap(text_);
    }

  private:
    static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

    bool begins(const char *line, size_t size) {
        while (size > 0 && blank(line[size - 1])) --size;
        if (size == 0 || (*line != '{' && *line != '[')) return false;
        const char last = line[size - 1];
        if (last != '{' && last != '[') return false;
        count(line, size);
        const bool goes_on = depth_ > 0 && !open_text_;
        depth_ = 0;
        open_text_ = false;
        return goes_on;
    }

    // Counts brackets outside of texts; whether the last one closed the document, and nothing follows it.
    bool count(const char *line, size_t size) {
        bool escaped = false, closed = false;
        for (size_t i = 0; i < size; ++i) {
            const char c = line[i];
            if (escaped) {
                escaped = false;
            } else if (open_text_) {
                escaped = c == '\\';
                open_text_ = c != '"';
            } else if (c == '"') {
                open_text_ = true;
                closed = false;
            } else if (c == '{' || c == '[') {
                ++depth_;
                closed = false;
            } else if (c == '}' || c == ']') {
                if (--depth_ < 0) return false;
                closed = depth_ == 0;
            } else if (!blank(c)) {
                closed = false;
            }
        }
        return closed;
    }

    Said end(Said said) {
        size_ = text_.size();
        text_.append(64, '\0');  // padding: readers may read behind a message
        depth_ = 0;
        open_text_ = false;
        return said;
    }

    std::string text_;
    size_t size_ = 0;
    int depth_ = 0;  // brackets that are open
    bool open_text_ = false;
};

}  // namespace tickfold
