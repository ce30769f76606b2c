/* One customer from the command line: a flag for each field. */
#ifndef CLI_CUSTOMER_OPTIONS_H
#define CLI_CUSTOMER_OPTIONS_H

#include "base/buffer.h"
#include "engine/intake/record.h"
#include "engine/learn/predict.h"

/* The text of each flag, by enum field; NULL: not given. FIELD_REFERENCE is not used. */
struct customer_options {
    const char *text[FIELD_COUNT];
};

/* A value that cannot be is ERR_USAGE, naming the flag and why; an empty one is unknown. */
enum err customer_read(struct customer *customer, const struct customer_options *options,
                       struct error *error);

/* Changes a customer by "age=30 handset=Galaxy S24 8/256 price=22000": a value runs to the next
 * "field=" or the end, or stands in quotes; an empty one makes the field unknown. ERR_USAGE names
 * what cannot be read. */
enum err customer_read_pairs(struct customer *customer, const char *text, struct error *error);

/* "age 30, price 22,000, handset Pixel 9a 8/128": what is known of the customer. */
#endif
