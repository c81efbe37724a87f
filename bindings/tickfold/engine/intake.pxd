"""The C++ side of a stream: engine/intake.hpp."""

from libc.stdint cimport int64_t, uint16_t, uint64_t, uint8_t
from libcpp cimport bool as cbool

from tickfold.engine.cpp cimport JsonDecoder
from tickfold.engine.fold cimport CState, Fold, Sink

cdef extern from "intake.hpp" namespace "tickfold" nogil:
    cppclass Folder "tickfold::Intake::Folder"(Fold):
        void redirect(const Sink &sink)

    cppclass Intake:
        Intake(CState &state, const Sink &sink, uint8_t venue, uint16_t stream) except +
        JsonDecoder json
        Folder fold
        cbool joins, busy
        uint64_t messages, malformed
        int64_t take(const char *data, size_t size, int64_t recv_ns) noexcept
        int64_t take_unpadded(const char *data, size_t size, int64_t recv_ns) noexcept
        void lose_lines(int64_t recv_ns)
    const int64_t INTAKE_BUSY "tickfold::Intake::kBusy"
    const int64_t INTAKE_NO_MEMORY "tickfold::Intake::kNoMemory"

cdef extern from "sampling.hpp" namespace "tickfold" nogil:
    cppclass Sampling:
        int64_t began, handed_on, returned
        void begin(Intake &intake) noexcept
        void end() noexcept
