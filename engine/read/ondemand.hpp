// simdjson On-Demand as a Reader for walk.hpp: for messages that the scanner refused.
//
// On-Demand checks only the parts that are asked for. skip() therefore reads all that it skips, so that a message is
// accepted only if the whole of it is valid JSON. Numbers are taken as text and read by number.hpp, as in every reader.
#pragma once

#include <memory>

#include "read/table.hpp"

namespace tickfold {

class Stage;

class OnDemand {
  public:
    OnDemand();
    ~OnDemand();
    // Reads a message into the stage as the table says; false on any fault. 64 bytes behind `data` must be readable.
    bool decode(Table &table, Stage &stage, const char *data, size_t size);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace tickfold
