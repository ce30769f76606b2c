/* The socket that requests come in by: made here, or passed on by a service manager. */
#ifndef SERVE_LISTENING_H
#define SERVE_LISTENING_H

#include "serve/serve.h"

struct listening {
    int fd;
    char *path;      /* of a Unix socket that is to be removed; NULL: none */
    char place[128]; /* "http://127.0.0.1:8000/", for people */
    bool loopback;   /* a port that only this machine reaches, whoever uses it */
};

/* ERR_USAGE where an address beyond this machine lacks a token, ERR_INPUT where one cannot be
 * listened on. The caller ends it with listening_end. */
enum err listening_begin(struct listening *listening, const struct serve_options *options,
                         struct error *error);
void listening_end(struct listening *listening);

#endif
