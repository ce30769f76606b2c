/* `retail-pulse serve`: predictions, figures and sales over HTTP.
 *
 * One thread reads requests and answers predictions; figures that take longer, and sales that have
 * to reach the disk, are a thread's each, so that nobody waits for somebody else's report. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct serve_options {
    const char *db_path;
    int port;               /* 0: any that is free */
    const char *socket;     /* a Unix socket's path instead of a port; NULL: none */
    const char *listen;     /* an address; NULL: loopback */
    const char *token_file; /* whose first line every request must bear; NULL: none must */
    bool allow_sales;
    bool quiet;      /* no line a request */
    uint8_t weekend; /* days as bits; 0: the default */
};

/* Listens where the options say or, where a service manager passed a socket on (LISTEN_FDS), on
 * that; says so on standard error, then serves until SIGTERM, SIGINT or SIGHUP, answers what was
 * begun, and returns. ERR_USAGE for an address beyond loopback without a token. */
enum err serve_run(const struct serve_options *options, struct error *error);

const char *serve_http_version(void); /* of libmicrohttpd, static */

#endif
