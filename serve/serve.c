/* The server's life: everything is opened, requests are read until a signal asks for the end, what
 * was begun is answered, everything is closed. */
#include "serve/serve.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "serve/reception.h"
#include "serve/server.h"
#include "serve/visitors.h"

enum {
    CONNECTIONS_MOST = 256,
    CONNECTIONS_OF_ADDRESS = 128, /* all that come through a proxy have its address */
    HEADERS_MOST = 32 * 1024,     /* bytes of a connection's memory */
    TICK_MS = 250,
    GRACE_MS = 10000 /* at the end, for what was begun */
};

static void exit_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

/* Every thread that is started later leaves them to us, too. */
static enum err catch_signals(int *fd, int *wake_fd, struct error *error) {
    sigset_t set;
    exit_signals(&set);
    signal(SIGPIPE, SIG_IGN);
    *wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (*wake_fd >= 0 && pthread_sigmask(SIG_BLOCK, &set, NULL) == 0 &&
        (*fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) >= 0)
        return ERR_OK;
    return error_set(error, ERR_FAILED, "cannot wait for signals: %s", strerror(errno));
}

/* Once nothing but the answers that were begun is waited for: whoever is tired of that may kill.
 * The database does not mind. */
static void let_signals_kill(void) {
    sigset_t set;
    exit_signals(&set);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static enum err start_daemon(struct server *server, struct error *error) {
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, reception_take, server,
        MHD_OPTION_LISTEN_SOCKET, server->listening.fd, MHD_OPTION_URI_LOG_CALLBACK,
        reception_begin, server, MHD_OPTION_NOTIFY_COMPLETED, reception_complete, server,
        MHD_OPTION_NOTIFY_CONNECTION, reception_visit, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MOST, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_OF_ADDRESS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MOST,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    return server->daemon != NULL ? ERR_OK
                                  : error_set(error, ERR_FAILED, "the HTTP library did not start");
}

/* A database that is not there yet can be made only by who may write it. */
static enum err make_database(const struct serve_options *options, struct error *error) {
    struct db *db = NULL;
    if (!options->allow_sales || access(options->db_path, F_OK) == 0)
        return ERR_OK;
    enum err err = db_open_writer(options->db_path, NULL, &db, error);
    db_close(db);
    return err;
}

static enum err open_all(struct server *server, struct error *error) {
    const struct serve_options *options = server->options;
    enum err err = token_read(&server->token, options->token_file, error);
    if (err == ERR_OK)
        err = make_database(options, error);
    if (err == ERR_OK)
        err = desk_open(options->db_path, &server->desk, error);
    if (err == ERR_OK)
        err = figures_start(options->db_path, options->weekend, &server->figures, error);
    if (err == ERR_OK && options->allow_sales)
        err = till_start(options->db_path, &server->till, error);
    if (err == ERR_OK)
        err = listening_begin(&server->listening, options, error);
    return err == ERR_OK ? start_daemon(server, error) : err;
}

/* ------------------------------------------------------------------ the loop */

static int patience_ms(struct server *server) {
    MHD_UNSIGNED_LONG_LONG wanted;
    if (MHD_get_timeout(server->daemon, &wanted) == MHD_YES && wanted < TICK_MS)
        return (int)wanted;
    return TICK_MS;
}

/* True where a signal came. */
static bool run_once(struct server *server, int signal_fd, int64_t *ticked_ms) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd fds[] = {{.fd = info->epoll_fd, .events = POLLIN},
                           {.fd = signal_fd, .events = POLLIN},
                           {.fd = server->wake_fd, .events = POLLIN}};
    uint64_t woken;
    poll(fds, sizeof fds / sizeof *fds, patience_ms(server));
    if ((fds[2].revents & POLLIN) != 0 && read(server->wake_fd, &woken, sizeof woken) < 0)
        return false;
    MHD_run(server->daemon);
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - *ticked_ms >= TICK_MS) {
        *ticked_ms = now_ms;
        visitors_sweep(server, false);
        desk_tick(server->desk);
    }
    struct signalfd_siginfo came;
    return (fds[1].revents & POLLIN) != 0 &&
           read(signal_fd, &came, sizeof came) == (ssize_t)sizeof came;
}

/* Nobody is let in any more; who has begun to ask gets an answer. A second signal
 * means that no more of a request is waited for. */
static void finish(struct server *server, int signal_fd, int64_t *ticked_ms) {
    enum { LAST_LOOKS = 3 };
    for (int i = 0; i < LAST_LOOKS; i++) /* who knocked before the signal came */
        MHD_run(server->daemon);
    server->ending = true;
    MHD_quiesce_daemon(server->daemon);
    listening_end(&server->listening);
    int64_t until_ms = clock_elapsed_ms() + GRACE_MS;
    while (server->visitors != NULL && clock_elapsed_ms() < until_ms) {
        visitors_sweep(server, true);
        if (run_once(server, signal_fd, ticked_ms))
            break;
    }
}

enum err serve_run(const struct serve_options *options, struct error *error) {
    struct server server = {.options = options, .listening = {.fd = -1}, .wake_fd = -1};
    int signal_fd = -1;
    int64_t ticked_ms = clock_elapsed_ms();
    enum err err = catch_signals(&signal_fd, &server.wake_fd, error);
    if (err == ERR_OK)
        err = open_all(&server, error);
    if (err == ERR_OK) {
        fprintf(stderr, "retail-pulse: serving %s on %s%s\n", options->db_path,
                server.listening.place, server.till != NULL ? ", taking sales" : "");
        while (!run_once(&server, signal_fd, &ticked_ms)) {
        }
        finish(&server, signal_fd, &ticked_ms);
    }
    let_signals_kill();
    figures_end(server.figures); /* who still waits for them is answered */
    server.figures = NULL;       /* a request's last bytes may still come */
    till_end(server.till);
    server.till = NULL;
    if (server.daemon != NULL) {
        MHD_run(server.daemon);
        MHD_run(server.daemon);
        MHD_stop_daemon(server.daemon);
    }
    listening_end(&server.listening);
    desk_close(server.desk);
    if (signal_fd >= 0)
        close(signal_fd);
    if (server.wake_fd >= 0)
        close(server.wake_fd);
    return err;
}

const char *serve_http_version(void) {
    return MHD_get_version();
}
