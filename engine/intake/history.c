#include "engine/intake/history.h"

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/sales.h"

static char *copy_or_null(const char *text) {
    return text != NULL ? xstrdup(text) : NULL;
}

static bool keep_run(void *context, const struct import_run *run) {
    struct history *history = context;
    size_t count = (size_t)history->run_count;
    if ((count & (count - 1)) == 0) /* room doubles at the powers of two */
        history->runs =
            xreallocarray(history->runs, count != 0 ? count * 2 : 1, sizeof *history->runs);
    struct import_run *kept = &history->runs[history->run_count++];
    *kept = *run;
    kept->file = copy_or_null(run->file);
    kept->who = copy_or_null(run->who);
    kept->date_format = copy_or_null(run->date_format);
    return true;
}

static bool count_undone(void *context, const struct undone_run *undone) {
    (void)undone;
    ((struct history *)context)->undone_count++;
    return true;
}

static bool keep_reject(void *context, const struct import_reject *reject) {
    struct history *history = context;
    history->rejects = xreallocarray(history->rejects, (size_t)history->reject_count + 1,
                                     sizeof *history->rejects);
    struct import_reject *kept = &history->rejects[history->reject_count++];
    *kept = *reject;
    kept->field = copy_or_null(reject->field);
    kept->reason = copy_or_null(reject->reason);
    kept->raw = text_printable(reject->raw != NULL ? reject->raw : "",
                               reject->raw != NULL ? reject->raw_length : 0);
    kept->raw_length = strlen(kept->raw);
    return true;
}

static enum err read_lists(struct db *db, struct history *out, int64_t run_id, int reject_limit,
                           struct error *error) {
    enum err err = db_imports_list(db, keep_run, out, error);
    if (err == ERR_OK)
        err = db_imports_undone(db, count_undone, out, error);
    for (int i = 0; err == ERR_OK && i < out->run_count; i++) {
        if (run_id != 0 && out->runs[i].id != run_id)
            continue;
        out->rejected_total += out->runs[i].rejected;
        if (out->runs[i].rejected > 0 && out->reject_count < reject_limit)
            err = db_rejects_list(db, out->runs[i].id, 0, reject_limit - out->reject_count,
                                  keep_reject, out, error);
    }
    return err;
}

/* One state of all lists, and the file is locked once and not for each of many imports. */
enum err history_load(struct db *db, struct history *out, int64_t run_id, int reject_limit,
                      struct error *error) {
    *out = (struct history){0};
    enum err err = db_snapshot_begin(db, error);
    if (err == ERR_OK) {
        err = read_lists(db, out, run_id, reject_limit, error);
        db_snapshot_end(db);
    }
    if (err == ERR_OK)
        err = db_figures_read(db, &out->figures, error);
    if (err != ERR_OK)
        history_free(out);
    return err;
}

void history_free(struct history *history) {
    for (int i = 0; i < history->run_count; i++)
        import_run_free(&history->runs[i]);
    for (int i = 0; i < history->reject_count; i++)
        import_reject_free(&history->rejects[i]);
    free(history->runs);
    free(history->rejects);
    *history = (struct history){0};
}

bool history_writer_changed(struct db *db, const struct history *history) {
    char writer[FIGURES_WRITER_SIZE];
    db_figures_writer(db, writer);
    return strcmp(writer, history->figures.writer) != 0;
}

enum err history_of_sale(struct db *db, int64_t sale_id, struct sale_history *out,
                         struct error *error) {
    struct sale_origin origin;
    *out = (struct sale_history){0};
    enum err err = db_sale_origin(db, sale_id, &origin, error);
    if (err == ERR_OK) {
        char *reference = db_sale_reference(db, sale_id);
        const char *name = strrchr(origin.file, '/');
        snprintf(out->reference, sizeof out->reference, "%s", reference != NULL ? reference : "");
        snprintf(out->file, sizeof out->file, "%s",
                 name != NULL && name[1] != '\0' ? name + 1 : origin.file);
        memcpy(out->finished_at, origin.finished_at, sizeof out->finished_at);
        free(reference);
    }
    sale_origin_free(&origin);
    return err;
}
