// simdjson itself, from the pysimdjson wheel.
#include "simdjson.cpp"
