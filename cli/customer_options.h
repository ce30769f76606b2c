/* One customer from the command line: a flag for each field. */
#ifndef CLI_CUSTOMER_OPTIONS_H
#define CLI_CUSTOMER_OPTIONS_H

#include "engine/intake/record.h"
#include "engine/learn/predict.h"

/* The text of each flag, by enum field; NULL: not given. FIELD_REFERENCE is not used. */
struct customer_options {
    const char *text[FIELD_COUNT];
};

/* A value that cannot be is ERR_USAGE, naming the flag and why; an empty one is unknown. */
enum err customer_read(struct customer *customer, const struct customer_options *options,
                       struct error *error);

#endif
