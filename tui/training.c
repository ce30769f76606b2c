/* Training beside the interface: a worker process, its progress line, its end as a notice. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tui/app_state.h"

unsigned app_train(struct app *app) {
    if (app->options.read_only) {
        app_notice(app, STYLE_WARNING, "Opened read-only: training would write models");
        return REACT_DRAW;
    }
    if (app->working) {
        app_notice(app, STYLE_DIM, "Training is running already; Ctrl-C cancels it");
        return REACT_DRAW;
    }
    if (app_facts(app)->count == 0) {
        app_notice(app, STYLE_DIM, "There are no sales to train on yet");
        return REACT_DRAW;
    }
    const char *const arguments[] = {"train-worker", "--db", app->db_path, NULL};
    struct error error;
    if (worker_start(&app->worker, arguments, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return REACT_DRAW;
    }
    app->working = true;
    app->worker_started_ms = clock_elapsed_ms();
    return REACT_DRAW;
}

void training_cancel(struct app *app) {
    worker_cancel(&app->worker);
    app_notice(app, STYLE_DIM, "Cancelling …");
}

void training_tick(struct app *app, unsigned *reaction) {
    if (!app->working || !worker_poll(&app->worker))
        return;
    *reaction |= REACT_DRAW;
    if (!app->worker.finished)
        return;
    app->working = false;
    if (app->worker.result.code == ERR_OK)
        app_notice(app, STYLE_HIGHER, "Trained: the figures are on screens 2, 4 and 5");
    else if (app->worker.result.code == ERR_CANCELLED)
        app_notice(app, STYLE_WARNING, "Training cancelled; what was there before is unchanged");
    else
        app_notice(app, STYLE_PROBLEM, "Training failed: %s", app->worker.result.message);
    worker_close(&app->worker);
}

void training_line(const struct app *app, char *text, size_t size) {
    const struct worker *worker = &app->worker;
    if (worker->total == 0) {
        snprintf(text, size, "%s …  Ctrl-C cancels",
                 worker->phase[0] != '\0' ? worker->phase : "Training");
        return;
    }
    int64_t elapsed_ms = clock_elapsed_ms() - app->worker_started_ms;
    double share = (double)worker->done / (double)worker->total;
    double left_s = share > 0 ? (double)elapsed_ms / 1000 * (1 - share) / share : 0;
    snprintf(text, size,
             "%s  %.0f%%  %" PRIu64 " of %" PRIu64 " %s  about %.0f s left  Ctrl-C cancels",
             worker->phase, share * 100, worker->done, worker->total, worker->unit, left_s);
}
