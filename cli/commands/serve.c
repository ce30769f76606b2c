/* `retail-pulse serve`: predictions, figures and the till's sales over HTTP. */
#include "serve/serve.h"

#include <stddef.h>

#include "cli/command.h"

struct options {
    int64_t port; /* −1: the default */
    const char *socket, *listen, *token_file;
    bool allow_sales;
};

enum { PORT_DEFAULT = 8000 };

static void init(void *target) {
    ((struct options *)target)->port = -1;
}

static const struct option_spec specs[] = {
    {"port", OPTION_INTEGER, offsetof(struct options, port), "N",
     "on this machine's port N (8000; 0: any that is free)", 0, 65535, NULL},
    {"socket", OPTION_TEXT, offsetof(struct options, socket), "PATH",
     "on a Unix socket instead of a port", 0, 0, NULL},
    {"listen", OPTION_TEXT, offsetof(struct options, listen), "ADDRESS",
     "on this address instead of 127.0.0.1; beyond this machine only with --token-file", 0, 0,
     NULL},
    {"token-file", OPTION_TEXT, offsetof(struct options, token_file), "FILE",
     "every request must bear this file's first line (Authorization: Bearer …)", 0, 0, NULL},
    {"allow-sales", OPTION_FLAG, offsetof(struct options, allow_sales), NULL,
     "take sales from the till (POST /api/sales); without it nothing is written", 0, 0, NULL},
};

static enum err check(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->socket != NULL && (options->port >= 0 || options->listen != NULL))
        return error_set(error, ERR_USAGE, "--socket stands instead of --port and --listen");
    if (options->allow_sales && invocation->settings.read_only) {
        error_set(error, ERR_READ_ONLY, "--allow-sales would write, which --read-only refuses");
        return error_hint(error, "Leave one of them out.");
    }
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (check(invocation, error) != ERR_OK)
        return error->code;
    const struct serve_options serve = {
        .db_path = invocation->db_path,
        .port = options->port >= 0 ? (int)options->port : PORT_DEFAULT,
        .socket = options->socket,
        .listen = options->listen,
        .token_file = options->token_file,
        .allow_sales = options->allow_sales,
        .quiet = invocation->settings.quiet,
        .weekend = invocation->weekend,
    };
    return serve_run(&serve, error);
}

const struct subcommand subcommand_serve = {
    .about = "Answers predictions (POST /api/predict…), figures (GET /api/overview, impact, "
             "segments, models, sales) and, with --allow-sales, stores the till's sales. GET / "
             "lists all of it for people, GET /openapi.json for programs.\n\n"
             "Other machines reach it only where --listen says so, and then every request must "
             "bear the token. A socket that a service manager passes on (LISTEN_FDS) stands "
             "instead of port and address. SIGTERM ends it when what was begun is answered. "
             "Requests are told on standard error, a line each: method, path, status, "
             "microseconds; nothing of customers. --quiet leaves them out.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
