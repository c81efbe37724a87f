// simdjson On-Demand as a Reader for walk.hpp: for messages that the scanner refused.
//
// On-Demand only looks at what it is asked for; skip() therefore reads everything it passes, so that a message is
// accepted only if all of it is JSON. Numbers are taken as tokens and read by number.hpp, as everywhere.
#pragma once

#include <memory>

#include "read/table.hpp"

namespace tickfold {

class Stage;

class OnDemand {
  public:
    OnDemand();
    ~OnDemand();
    // Reads a message (64 readable bytes behind it) along the table into the stage; false on any fault.
    bool decode(Table &table, Stage &stage, const char *data, size_t size);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace tickfold
