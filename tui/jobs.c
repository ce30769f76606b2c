#include "tui/jobs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"
#include "tui/app_state.h"

enum { ARGUMENTS_MAX = 16 };

static const struct {
    const char *name, *done;
} kinds[] = {
#define X(symbol, name, done) {name, done},
    JOB_LIST(X)
#undef X
};

static bool only_reads(enum job_kind kind) {
    return kind == JOB_BACKUP || kind == JOB_CHECK;
}

bool jobs_may_start(struct app *app, enum job_kind kind) {
    if (app->options.read_only && !only_reads(kind))
        app_notice(app, STYLE_WARNING, "Opened read-only: %s would change the database",
                   kinds[kind].name);
    else if (app->job.running)
        app_notice(app, STYLE_WARNING, "%s is still running, one at a time; Ctrl-C cancels it",
                   kinds[app->job.kind].name);
    else if (kind != JOB_IMPORT && !only_reads(kind) && app_facts(app)->count == 0)
        app_notice(app, STYLE_WARNING, "There are no sales yet; i imports the shop's file");
    else
        return true;
    return false;
}

unsigned jobs_start(struct app *app, enum job_kind kind, const char *const *arguments) {
    const char *all[ARGUMENTS_MAX + 3] = {arguments[0], "--db", app->db_path};
    struct error error;
    if (!jobs_may_start(app, kind))
        return REACT_DRAW;
    for (int i = 1; i < ARGUMENTS_MAX && arguments[i] != NULL; i++)
        all[i + 2] = arguments[i];
    app->job = (struct job){.kind = kind};
    if (worker_start(&app->job.worker, all, &error) != ERR_OK)
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
    else
        app->job.running = true;
    return REACT_DRAW;
}

void jobs_cancel(struct app *app) {
    worker_cancel(&app->job.worker);
    app_notice(app, STYLE_DIM, "Cancelling …");
}

/* As db/lock.h begins what it reports. */
static const char waiting[] = "waiting for ";

bool jobs_is_waiting(const struct app *app) {
    return app->job.running && strncmp(app->job.worker.phase, waiting, sizeof waiting - 1) == 0;
}

bool jobs_ends_by_escape(const struct app *app) {
    return jobs_is_waiting(app) || (app->job.running && only_reads(app->job.kind));
}

const char *jobs_name(const struct app *app) {
    return kinds[app->job.kind].name;
}

static void tell_end(struct app *app) {
    const struct worker *worker = &app->job.worker;
    const char *name = jobs_name(app), *done = kinds[app->job.kind].done;
    /* work whose note is its end has been done, even where the process was killed just after */
    bool told = done == NULL && worker->notes > 0;
    if (worker->result.code == ERR_OK || (told && worker->result.code == ERR_CANCELLED))
        app_notice(app, STYLE_HIGHER, "%s", done != NULL ? done : told ? worker->note : "Done");
    else if (worker->result.code == ERR_CANCELLED)
        app_notice(
            app, STYLE_WARNING,
            app->job.kind == JOB_TUNE     ? "%s cancelled; trials are kept, the same resumes them"
            : app->job.kind == JOB_BACKUP ? "%s cancelled; nothing is left of the copy"
                                          : "%s cancelled; what was there before is unchanged",
            name);
    else if (worker->result.hint[0] != '\0')
        app_notice(app, STYLE_PROBLEM, "%s failed: %s. %s", name, worker->result.message,
                   worker->result.hint);
    else
        app_notice(app, STYLE_PROBLEM, "%s failed: %s", name, worker->result.message);
}

static void hear(void *app, const char *note) {
    keeping_hear(app, note);
}

unsigned jobs_tick(struct app *app) {
    struct job *job = &app->job;
    if (!job->running)
        return REACT_NONE;
    bool news = worker_poll_notes(&job->worker, hear, app);
    if (news && job->worker.total > 0)
        pace_see(&job->pace, job->worker.unit, job->worker.done, clock_elapsed_ms());
    if (news && job->worker.finished) {
        job->running = false;
        tell_end(app);
        if (job->kind == JOB_CHECK)
            keeping_checked(app, job->worker.result.code);
        worker_close(&job->worker);
    }
    return news ? REACT_DRAW : REACT_NONE;
}

static void amount(char *text, size_t size, double value, const char *unit) {
    char number[NUMBER_TEXT_SIZE];
    if (strcmp(unit, "bytes") == 0) {
        snprintf(text, size, "%.1f MB", value / 1e6);
        return;
    }
    number_grouped((int64_t)value, number, sizeof number);
    snprintf(text, size, "%s%s%s", number, unit[0] != '\0' ? " " : "", unit);
}

void jobs_line(const struct app *app, int width, char *text, size_t size) {
    const struct worker *worker = &app->job.worker;
    const char *phase = worker->phase[0] != '\0' ? worker->phase : "starting";
    if (jobs_is_waiting(app)) {
        snprintf(text, size, "%s: Esc ends the waiting for %s", jobs_name(app),
                 phase + sizeof waiting - 1);
        return;
    }
    if (worker->total == 0) {
        snprintf(text, size, "%s: %s …", jobs_name(app), phase);
        return;
    }
    int64_t now_ms = clock_elapsed_ms();
    uint64_t done = worker->done < worker->total ? worker->done : worker->total;
    double rate = pace_rate(&app->job.pace, now_ms);
    double left_s = pace_left_s(&app->job.pace, done, worker->total, now_ms);
    char counted[64], speed[64] = "", left[48] = "", duration[24];
    snprintf(counted, sizeof counted, "  ");
    amount(counted + 2, sizeof counted - 2, (double)done, worker->unit);
    if (rate >= 1) {
        char number[48];
        amount(number, sizeof number, rate, strcmp(worker->unit, "bytes") == 0 ? "bytes" : "");
        snprintf(speed, sizeof speed, ", %s/s", number);
    }
    if (left_s >= 0) {
        pace_duration(left_s, duration, sizeof duration);
        snprintf(left, sizeof left, ", about %s left", duration);
    }
    for (int dropped = 0; dropped <= 3; dropped++) {
        snprintf(text, size, "%s%s%s  %.0f%%%s%s%s", jobs_name(app), dropped < 2 ? ": " : "",
                 dropped < 2 ? phase : "", 100 * (double)done / (double)worker->total,
                 dropped < 1 ? counted : "", dropped < 3 ? speed : "", left);
        if (text_width(text) <= width)
            break;
    }
}
