// Published with the package: see bindings/tickfold/include/tickfold/fields.h.
#include "tickfold/fields.h"
