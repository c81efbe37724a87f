/* The wire texts of a record's numbers that a float64 does not hold exactly (flag TF_INEXACT). */
#ifndef TICKFOLD_EXACT_H
#define TICKFOLD_EXACT_H

#include <stdint.h>

/* One number's text. */
typedef struct tf_exact_text {
    const char *data; /* as on the wire, or as Python's str(Decimal) writes it; not NUL-terminated; the record's */
    uint32_t size;    /* bytes */
    uint32_t bit;     /* the field that it belongs to */
} tf_exact_text;

/* All such texts of one record. */
typedef struct tf_exact {
    const tf_exact_text *texts; /* at most one a field, in no order */
    uint32_t count;             /* texts */
} tf_exact;

#endif
