// Published with the package: see bindings/tickfold/include/tickfold/exact.h.
#include "tickfold/exact.h"
