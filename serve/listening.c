#include "serve/listening.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

enum { BACKLOG = 128, PASSED_FD = 3 };

static bool is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static enum err refuse_open(struct error *error) {
    error_set(error, ERR_USAGE, "other machines could read the sales without a token");
    return error_hint(error, "Add --token-file FILE, or listen on this machine only.");
}

/* What a socket that listens already is called, and whether it may be used without a token. */
static enum err describe(struct listening *listening, const struct serve_options *options,
                         struct error *error) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    char host[64] = "", port[16] = "";
    if (getsockname(listening->fd, (struct sockaddr *)&address, &size) != 0)
        return error_set(error, ERR_IO, "cannot tell what the socket listens on: %s",
                         strerror(errno));
    if (address.ss_family == AF_UNIX) {
        const char *path = ((const struct sockaddr_un *)&address)->sun_path;
        snprintf(listening->place, sizeof listening->place, "%.100s",
                 *path != '\0' ? path : "a Unix socket");
        return ERR_OK;
    }
    listening->loopback = is_loopback((const struct sockaddr *)&address);
    if (!listening->loopback && options->token_file == NULL)
        return refuse_open(error);
    if (getnameinfo((const struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return error_set(error, ERR_IO, "cannot tell what the socket listens on");
    snprintf(listening->place, sizeof listening->place,
             address.ss_family == AF_INET6 ? "http://[%s]:%s/" : "http://%s:%s/", host, port);
    return ERR_OK;
}

static enum err failure(const char *what, struct error *error) {
    error_set(error, ERR_INPUT, "cannot listen on %s: %s", what, strerror(errno));
    return errno == EADDRINUSE ? error_hint(error, "Does another program serve there already?")
                               : error->code;
}

/* ------------------------------------------------------------------ passed on */

/* sd_listen_fds(3): sockets from descriptor 3 on, for the process that LISTEN_PID names. */
static bool was_passed(int *count) {
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    int64_t number = 0, of = 0;
    if (pid == NULL || fds == NULL || !number_parse_integer(pid, &of) || of != getpid() ||
        !number_parse_integer(fds, &number) || number < 1 || number > 1024)
        return false;
    *count = (int)number;
    return true;
}

static enum err take_passed(struct listening *listening, int count,
                            const struct serve_options *options, struct error *error) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (count != 1)
        return error_set(error, ERR_USAGE, "the service manager passed %d sockets on, not one",
                         count);
    if (getsockopt(PASSED_FD, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens)
        return error_set(error, ERR_USAGE,
                         "what the service manager passed on is no socket that listens");
    listening->fd = PASSED_FD;
    fcntl(PASSED_FD, F_SETFD, FD_CLOEXEC);
    fcntl(PASSED_FD, F_SETFL, O_NONBLOCK);
    return describe(listening, options, error);
}

/* ------------------------------------------------------------------ Unix sockets */

/* A server that died leaves its socket's file behind. */
static bool is_left_over(const struct sockaddr_un *address) {
    struct stat status;
    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool dead = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                errno == ECONNREFUSED;
    close(fd);
    return dead;
}

static enum err listen_unix(struct listening *listening, const struct serve_options *options,
                            struct error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(options->socket) >= sizeof address.sun_path)
        return error_set(error, ERR_INPUT, "%s: a socket's path has at most %zu bytes",
                         options->socket, sizeof address.sun_path - 1);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", options->socket);
    if (is_left_over(&address))
        unlink(address.sun_path);
    listening->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening->fd < 0)
        return failure(options->socket, error);
    /* Who may read the database may ask; nobody else, from the first moment on. */
    mode_t mode = (file_mode() & 0060u) != 0 ? 0660 : 0600;
    mode_t before = umask(0777 & ~mode);
    int bound = bind(listening->fd, (const struct sockaddr *)&address, sizeof address);
    umask(before);
    if (bound != 0)
        return failure(options->socket, error);
    listening->path = xstrdup(options->socket);
    if (listen(listening->fd, BACKLOG) != 0)
        return failure(options->socket, error);
    return describe(listening, options, error);
}

/* ------------------------------------------------------------------ ports */

static enum err listen_port(struct listening *listening, const struct serve_options *options,
                            struct error *error) {
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    const char *host = options->listen != NULL ? options->listen : "127.0.0.1";
    char port[16], what[128];
    struct addrinfo *found = NULL;
    const int on = 1;
    snprintf(port, sizeof port, "%d", options->port);
    snprintf(what, sizeof what, "%.100s port %s", host, port);
    if (getaddrinfo(host, port, &wanted, &found) != 0) {
        error_set(error, ERR_USAGE, "--listen takes an address, not '%.100s'", host);
        return error_hint(error, "For example 192.168.1.10, or 0.0.0.0 for all of this machine's.");
    }
    enum err err = ERR_OK;
    if (!is_loopback(found->ai_addr) && options->token_file == NULL)
        err = refuse_open(error);
    if (err == ERR_OK)
        listening->fd =
            socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (err == ERR_OK &&
        (listening->fd < 0 ||
         setsockopt(listening->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
         bind(listening->fd, found->ai_addr, found->ai_addrlen) != 0 ||
         listen(listening->fd, BACKLOG) != 0))
        err = failure(what, error);
    freeaddrinfo(found);
    return err == ERR_OK ? describe(listening, options, error) : err;
}

enum err listening_begin(struct listening *listening, const struct serve_options *options,
                         struct error *error) {
    int count;
    enum err err;
    *listening = (struct listening){.fd = -1};
    if (was_passed(&count))
        err = take_passed(listening, count, options, error);
    else if (options->socket != NULL)
        err = listen_unix(listening, options, error);
    else
        err = listen_port(listening, options, error);
    if (err != ERR_OK)
        listening_end(listening);
    return err;
}

void listening_end(struct listening *listening) {
    if (listening->fd >= 0)
        close(listening->fd);
    if (listening->path != NULL)
        unlink(listening->path);
    free(listening->path);
    *listening = (struct listening){.fd = -1};
}
