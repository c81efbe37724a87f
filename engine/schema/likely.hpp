// Which way a condition goes for most messages. The compiler then puts what most of them run through next to one another,
// and the rest behind it: the whole should fit the processor's first cache of instructions.
#pragma once

namespace tickfold {

__attribute__((always_inline)) constexpr bool likely(bool condition) { return __builtin_expect(condition, 1); }
__attribute__((always_inline)) constexpr bool unlikely(bool condition) { return __builtin_expect(condition, 0); }

}  // namespace tickfold
