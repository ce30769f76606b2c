/* A customer as one line of text, for scenarios and for whoever types without a form. */
#ifndef ENGINE_LEARN_CUSTOMER_PAIRS_H
#define ENGINE_LEARN_CUSTOMER_PAIRS_H

#include "base/error.h"
#include "engine/learn/customer.h"

/* Changes a customer by "age=30 handset=Galaxy S24 8/256 price=22000": a value runs to the next
 * "field=" or the end, or stands in quotes; an empty one makes the field unknown. ERR_USAGE names
 * what cannot be read. */
enum err customer_read_pairs(struct customer *customer, const char *text, struct error *error);

#endif
