/* The loop: waits for keys, the worker and signals; only here keys become pictures. Idle, it sends
 * nothing and wakes once a second to ask whether another process changed the data. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/app.h"
#include "tui/terminal.h"
#include "tui/tui.h"

/* What is done ahead of keys waits until the picture is on its way: whoever carries it may need the
 * same processor. */
enum { TICK_MS = 1000, WORKER_TICK_MS = 250, AHEAD_MS = 8 };

bool tui_possible(void) {
    const char *type = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && type != NULL && type[0] != '\0' &&
           strcmp(type, "dumb") != 0;
}

/* Readable, and yet without a byte: the line was dropped. */
static bool terminal_is_gone(const struct pollfd *input) {
    int waiting = 0;
    if (input->revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return (input->revents & POLLIN) && ioctl(input->fd, FIONREAD, &waiting) == 0 && waiting == 0;
}

/* Until the user, a signal or the terminal's end says so. */
static void run(struct app *app) {
    unsigned reaction = REACT_DRAW;
    int held_ms = 0; /* a picture is due by then */
    while (!(reaction & REACT_QUIT)) {
        if (held_ms > 0 || (reaction & (REACT_DRAW | REACT_RELOAD)))
            held_ms = app_draw_or_hold(app);
        struct pollfd watched[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                   {.fd = terminal_signal_fd(), .events = POLLIN},
                                   {.fd = app_worker_fd(app), .events = POLLIN},
                                   {.fd = app_reading_fd(app), .events = POLLIN},
                                   {.fd = app_late_fd(app), .events = POLLIN}};
        int patience = app_is_due(app)                                    ? AHEAD_MS
                       : !app_is_idle(app)                                ? 0
                       : app_worker_fd(app) >= 0 || app_late_fd(app) >= 0 ? WORKER_TICK_MS
                                                                          : TICK_MS;
        if (held_ms > 0 && held_ms < patience)
            patience = held_ms;
        int news = poll(watched, 5, patience);
        if (news == 0 && (app_is_due(app) || !app_is_idle(app))) {
            reaction = app_begin_late(app);
            continue;
        }
        if (news > 0 && (watched[1].revents & POLLIN))
            return;
        if (news > 0 && terminal_is_gone(&watched[0]))
            return;
        reaction = REACT_NONE;
        struct key key;
        /* keys that waited together are answered by one picture: held keys do not queue up */
        while (!(reaction & REACT_QUIT) && terminal_key(&key)) {
            app_prepare(app);
            reaction |= app_key(app, &key);
        }
        reaction |= app_tick(app);
    }
}

enum err tui_run(const struct tui_options *options, struct error *error) {
    struct app *app;
    struct tui_options own = *options;
    own.beside = true;
    enum err code = app_open(&own, &app, error);
    if (code != ERR_OK)
        return code;
    struct terminal_options terminal = {.ascii = options->ascii,
                                        .no_color = options->no_color,
                                        .mouse = options->mouse,
                                        .theme = options->theme};
    code = terminal_open(&terminal, error);
    if (code == ERR_OK) {
        run(app);
        terminal_close();
    }
    app_close(app);
    return code;
}
