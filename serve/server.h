/* The inside of the server, for the files of this folder. */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include "serve/desk.h"
#include "serve/figures.h"
#include "serve/listening.h"
#include "serve/serve.h"
#include "serve/till.h"
#include "serve/token.h"

struct MHD_Daemon;
struct visitor;

struct server {
    const struct serve_options *options;
    struct listening listening;
    struct token token;
    struct MHD_Daemon *daemon;
    struct desk *desk;
    struct figures *figures;
    struct till *till;        /* NULL without --allow-sales */
    struct visitor *visitors; /* every connection */
    bool ending;
    int wake_fd; /* an eventfd: another thread has answered */
};

#endif
