/* A customer as the form, the command line and batches give it: one reading of each field. */
#ifndef ENGINE_LEARN_CUSTOMER_H
#define ENGINE_LEARN_CUSTOMER_H

#include "base/buffer.h"
#include "engine/intake/record.h"
#include "engine/slice/dimension.h"

/* What is left out is unknown. */
struct customer {
    bool has_day, has_price;
    day_number day;
    int64_t price_minor;
    int age_years; /* UNKNOWN where not given */
    int gender;    /* UNKNOWN or enum gender */
    int answers[ANSWER_COUNT];
    char location[DIMENSION_LABEL_SIZE]; /* "" where not given; need not be in the dictionary */
    char handset[DIMENSION_LABEL_SIZE];
};

void customer_init(struct customer *customer); /* everything unknown */

/* The customer of a sale. */
void customer_of_sale(struct customer *customer, const struct facts *facts, size_t row);

/* One field from text as a person writes it: dates day-first or ISO, money with or without commas;
 * an empty text makes the field unknown. False, the customer unchanged, with a static reason that
 * completes "age '200' …". FIELD_REFERENCE is passed over. */
bool customer_set(struct customer *customer, enum field field, const char *text,
                  const char **reason);

/* "30", "female", "22,000", "22 Mar 2025", "yes", "unknown" */
void customer_say(const struct customer *customer, enum field field,
                  char text[DIMENSION_LABEL_SIZE]);

/* A line a field, to be read back by this very program: nothing is lost, whatever the names. */
void customer_write_lines(const struct customer *customer, struct buffer *lines);
const char *customer_read_lines(struct customer *customer, const char *lines); /* what follows */

bool customer_knows(const struct customer *customer, enum field field);
bool customers_differ(const struct customer *a, const struct customer *b, enum field field);

/* The question that a field asks; false for the others. */
bool field_answer(enum field field, enum answer *answer);

/* "Age", "Handset", "From Facebook": how a person reads a field. */
const char *field_title(enum field field);

#endif
