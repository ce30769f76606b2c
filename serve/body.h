/* A JSON body into a customer, field by field, as tolerant as the service whose clients come here
 * (FastAPI with pydantic 1: numbers as text, "yes" for true), and refused in its words. */
#ifndef SERVE_BODY_H
#define SERVE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buffer.h"
#include "engine/learn/customer.h"

enum body_kind { BODY_DATE, BODY_TEXT, BODY_WHOLE, BODY_NUMBER, BODY_BOOL };

struct body_field {
    const char *name;
    const char *also; /* another name of it; NULL: none */
    enum body_kind kind;
    enum field field;
    bool required;
};

struct body_spec {
    const char *title; /* of the schema */
    const struct body_field *fields;
    size_t count;
    bool old;   /* what is unknown is passed over and null refused, as the old service did */
    bool exact; /* to be stored: the day has come, the price has no fractions of the minor unit */
};

extern const struct body_spec body_impact, body_returning, body_cluster; /* the old service's */
extern const struct body_spec body_predict, body_sale;

struct body_sale_texts {
    char reference[NAME_BYTES_MAX + 1]; /* "" where not given */
};

/* NULL where all was well, else the list of what was not, which the caller releases: {loc, msg,
 * type} each. `texts` may be NULL. */
json_t *body_read(const struct body_spec *spec, const struct buffer *bytes,
                  struct customer *customer, struct body_sale_texts *texts);

/* The same where the body is said to be something else than JSON. */
json_t *body_of_other_type(void);

#endif
