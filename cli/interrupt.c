/* Catches the signals that ask for an end. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t came;

/* A kill of a process group may come twice; whoever sends a third one means it. */
static void note(int signal_number) {
    if (came < 2) {
        came = came + 1;
        return;
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void interrupt_catch(void) {
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction before;
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN)
            continue; /* nohup, or a shell's background: whoever started us wants it so */
        /* No SA_RESTART: a read that waits for standard input has to come back. */
        struct sigaction action = {.sa_handler = note};
        sigemptyset(&action.sa_mask);
        sigaction(signals[i], &action, NULL);
    }
}

void interrupt_let_go(void) {
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == note)
            signal(signals[i], SIG_DFL);
    }
}

static bool pass_on(void *context, const struct progress *progress) {
    const struct progress_sink *through = context;
    return through->report(through->context, progress) && !interrupt_came();
}

struct progress_sink interrupt_sink(struct progress_sink *through) {
    return (struct progress_sink){pass_on, through};
}

bool interrupt_came(void) {
    return came != 0;
}
