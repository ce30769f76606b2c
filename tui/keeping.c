#include "tui/keeping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/finding.h"
#include "tui/app_state.h"

enum { FINDINGS_MAX = 256 };

/* ------------------------------------------------------------------------------------- a copy */

/* "/home/owner/shop-2026-01-15.db", or -2 where that is there already. */
static char *beside(const char *database) {
    enum { TRIES = 99 };
    char stamp[CLOCK_STAMP_SIZE];
    size_t length = strlen(database);
    clock_stamp(stamp);
    if (length > 3 && strcmp(database + length - 3, ".db") == 0)
        length -= 3;
    char *name = xasprintf("%.*s-%.10s.db", (int)length, database, stamp);
    for (int i = 2; i <= TRIES && access(name, F_OK) == 0; i++) {
        free(name);
        name = xasprintf("%.*s-%.10s-%d.db", (int)length, database, stamp, i);
    }
    return name;
}

/* Beside the database, or in the folder that files must stay in, where there is one. */
static char *suggested(const struct app *app) {
    struct error ignored;
    char *name = beside(app->db_path);
    if (file_check_place(name, &ignored) == ERR_OK)
        return name;
    const char *slash = strrchr(name, '/');
    char *expanded = file_expand(slash != NULL ? slash + 1 : name);
    free(name);
    return expanded;
}

static unsigned start(struct app *app, const char *path, bool replace) {
    const char *arguments[5] = {"backup", path};
    int count = 2;
    if (replace)
        arguments[count++] = "--force";
    if (app->options.read_only) /* then it goes on no record */
        arguments[count++] = "--read-only";
    return jobs_start(app, JOB_BACKUP, arguments);
}

static unsigned replace(void *state, struct app *app, const char *text) {
    (void)state;
    if (text_same(text, "y") || text_same(text, "yes"))
        return start(app, app->backup_path, true);
    app_notice(app, STYLE_DIM, "Nothing was written");
    return REACT_DRAW;
}

static unsigned ask_to_replace(struct app *app) {
    app_prompt(app, "Overwrite? y/n:", "", replace, NULL);
    snprintf(app->prompt.remark, sizeof app->prompt.remark, " %.240s exists", app->backup_path);
    return REACT_DRAW;
}

static unsigned accept(void *state, struct app *app, const char *text) {
    struct error error = {0};
    (void)state;
    if (text[0] == '\0')
        return REACT_DRAW;
    char *path = file_expand(text);
    free(app->backup_path);
    app->backup_path = path[0] == '-' ? xasprintf("./%s", path) : xstrdup(path);
    free(path);
    if (file_check_place(app->backup_path, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return REACT_DRAW;
    }
    return access(app->backup_path, F_OK) == 0 ? ask_to_replace(app)
                                               : start(app, app->backup_path, false);
}

unsigned keeping_ask_backup(struct app *app) {
    if (!jobs_may_start(app, JOB_BACKUP))
        return REACT_DRAW;
    char *name = suggested(app);
    app_prompt(app, "Back up to:", name, accept, NULL);
    snprintf(app->prompt.remark, sizeof app->prompt.remark,
             " A copy of all as it is now, read back and checked; another disk is best");
    free(name);
    return REACT_DRAW;
}

/* ------------------------------------------------------------------------------------- a look */

void checkup_free(struct checkup *checkup) {
    diagnosis_free(&checkup->diagnosis);
    *checkup = (struct checkup){0};
}

unsigned keeping_check(struct app *app) {
    if (!jobs_may_start(app, JOB_CHECK))
        return REACT_DRAW;
    checkup_free(&app->checkup);
    clock_stamp(app->checkup.at);
    unsigned reaction = jobs_start(app, JOB_CHECK, (const char *const[]){"doctor", NULL});
    app->checkup.running = app->job.running;
    app->checkup.diagnosis.path = xstrdup(app->db_path);
    return reaction;
}

/* Behind those that are as bad or worse. */
void keeping_hear(struct app *app, const char *note) {
    struct diagnosis *diagnosis = &app->checkup.diagnosis;
    struct finding finding;
    if (app->job.kind != JOB_CHECK || diagnosis->count >= FINDINGS_MAX ||
        !finding_read(note, &finding))
        return;
    diagnosis->findings =
        xreallocarray(diagnosis->findings, diagnosis->count + 1, sizeof *diagnosis->findings);
    size_t at = diagnosis->count++;
    for (; at > 0 && diagnosis->findings[at - 1].grade < finding.grade; at--)
        diagnosis->findings[at] = diagnosis->findings[at - 1];
    diagnosis->findings[at] = finding;
}

void keeping_checked(struct app *app, enum err code) {
    app->checkup.running = false;
    app->checkup.whole = code == ERR_OK;
}
