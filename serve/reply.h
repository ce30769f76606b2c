/* What a request is answered: a status, a type and bytes; errors as {"detail": …}. */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/error.h"
#include "report/look.h"

struct document;

enum { REPLY_HEADERS_MAX = 3 };

struct reply {
    unsigned status; /* 0: not answered yet */
    const char *type;
    struct buffer body;
    struct {
        const char *name;
        char value[160];
    } headers[REPLY_HEADERS_MAX];
    int header_count;
};

void reply_free(struct reply *reply);

void reply_header(struct reply *reply, const char *name, const char *value);

/* Takes the reference over. */
void reply_json(struct reply *reply, unsigned status, json_t *json);

/* Takes the document over. */
void reply_document(struct reply *reply, struct document *document, enum format format);

/* {"detail": "…"} */
void reply_problem(struct reply *reply, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What an engine's error means to who asked: 400 where the question was wrong, 404, else 503. */
void reply_error(struct reply *reply, const struct error *error);

/* 422 with {"detail": [{loc, msg, type}]}; takes the reference to the list over. */
void reply_invalid(struct reply *reply, json_t *details);

#endif
