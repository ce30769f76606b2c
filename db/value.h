/* A value as SQL has it: what functions are given and give back, and what queries answer. */
#ifndef DB_VALUE_H
#define DB_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_TEXT, VALUE_BYTES };

struct db_value {
    enum value_kind kind;
    int64_t integer;
    double real;       /* of an integer too, rounded */
    const char *bytes; /* of a text (any bytes, with a NUL behind them) and of bytes */
    size_t length;
};

#endif
