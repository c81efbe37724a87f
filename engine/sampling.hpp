// The times of one message on its way, for the histograms of a stream.
#pragma once

#include <ctime>

#include "intake.hpp"

namespace tickfold {

inline int64_t monotonic_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Stands between an Intake and its sink while one message is taken, until the first record has been handed on. All other
// messages go to the sink as ever, and cost nothing.
class Sampling {
  public:
    Sampling() = default;
    Sampling(const Sampling &) = delete;
    Sampling &operator=(const Sampling &) = delete;
    ~Sampling() { leave(); }

    int64_t began = 0, handed_on = 0, returned = 0;  // ns of CLOCK_MONOTONIC; `returned`: 0 = nobody asked for a record

    void begin(Intake &intake) {
        fold_ = &intake.fold;
        sink_ = fold_->sink();
        Sink between = sink_;
        between.context = this;
        between.record = record;
        between.amend = amend;
        fold_->redirect(between);
        began = monotonic_ns();
    }
    void end() {
        if (handed_on == 0) handed_on = monotonic_ns();
        leave();
    }

  private:
    static void record(void *context, const tf_header *record, const tf_exact *exact) {
        Sampling &self = *static_cast<Sampling *>(context);
        const Sink sink = self.sink_;
        self.leave();
        self.handed_on = monotonic_ns();
        sink.record(sink.context, record, exact);
        self.returned = monotonic_ns();
    }
    static void amend(void *context, const tf_header *record, const tf_exact *exact) {
        const Sink &sink = static_cast<Sampling *>(context)->sink_;
        sink.amend(sink.context, record, exact);
    }
    void leave() {
        if (fold_ != nullptr) fold_->redirect(sink_);
        fold_ = nullptr;
    }

    Intake::Folder *fold_ = nullptr;
    Sink sink_{};
};

}  // namespace tickfold
