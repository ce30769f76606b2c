/* The one list of what can be asked: the server, /openapi.json and the page are made from it. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "serve/body.h"
#include "serve/request.h"

/* Whose thread answers. */
enum answerer {
    BY_READER,  /* at once, in microseconds */
    BY_FIGURES, /* the thread of serve/figures.c */
    BY_TILL     /* the thread of serve/till.c */
};

struct parameter_spec {
    const char *name;
    const char *help;
    const char *const *choices; /* NULL-terminated; NULL: any text */
    bool number;                /* a whole one */
    bool repeated;
};

struct route {
    const char *method, *path;
    const char *summary;
    enum answerer by;
    bool open;                    /* needs no token: tells nothing of the shop */
    bool csv;                     /* also as CSV */
    bool strict_type;             /* the body's type must be said: no web page's form can send it */
    const struct body_spec *body; /* NULL: none */
    const struct parameter_spec *parameters; /* ended by one without a name; NULL: none */
    const char *answer;                      /* what a good answer is, for the description */
    void (*handle)(struct request *request); /* of BY_READER and BY_FIGURES */
};

extern const struct route routes[];
extern const size_t route_count;

/* NULL where there is none; `allowed`, of room for it, then says with which methods there is one:
 * "" where the path is unknown. HEAD is GET. */
enum { ALLOWED_SIZE = 32 };
const struct route *route_find(const char *method, const char *path, char allowed[ALLOWED_SIZE]);

/* Whether all parameters are the route's and can be read; else the request is answered with 400. */
bool route_check_parameters(struct request *request);

#endif
