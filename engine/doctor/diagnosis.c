/* The list of findings, and the order in which the file is looked at: from what lies around it to
 * what was learnt from it. */
#include "engine/doctor/diagnosis.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/check.h"
#include "db/surroundings.h"
#include "engine/doctor/parts.h"

enum { REPORT_MS = 100, LOG_LARGE_BYTES = 64 << 20 };

const char *const grade_names[] = {"fine", "look", "broken"};

const char *const check_keys[CHECK_COUNT] = {
#define X(symbol, key, title) key,
    CHECK_LIST(X)
#undef X
};

const char *const check_titles[CHECK_COUNT] = {
#define X(symbol, key, title) title,
    CHECK_LIST(X)
#undef X
};

const char rebuild_advice[] = "retail-pulse rebuild makes it anew from the sales";
const char salvage_advice[] =
    "retail-pulse doctor --repair saves what can be read into a new file; or bring back a backup";

void diagnosis_free(struct diagnosis *diagnosis) {
    for (size_t i = 0; i < diagnosis->count; i++) {
        free(diagnosis->findings[i].what);
        free(diagnosis->findings[i].advice);
    }
    free(diagnosis->findings);
    free(diagnosis->path);
    *diagnosis = (struct diagnosis){0};
}

enum grade diagnosis_worst(const struct diagnosis *diagnosis) {
    enum grade worst = GRADE_FINE;
    for (size_t i = 0; i < diagnosis->count; i++) {
        if (diagnosis->findings[i].grade > worst)
            worst = diagnosis->findings[i].grade;
    }
    return worst;
}

bool diagnosis_needs(const struct diagnosis *diagnosis, enum remedy remedy) {
    for (size_t i = 0; i < diagnosis->count; i++) {
        if (diagnosis->findings[i].remedy == remedy && diagnosis->findings[i].grade == GRADE_BROKEN)
            return true;
    }
    return false;
}

void found(struct examination *examination, enum check check, enum grade grade, enum remedy remedy,
           const char *advice, const char *format, ...) {
    struct diagnosis *diagnosis = examination->diagnosis;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    diagnosis->findings =
        xreallocarray(diagnosis->findings, diagnosis->count + 1, sizeof *diagnosis->findings);
    diagnosis->findings[diagnosis->count++] =
        (struct finding){.check = check,
                         .grade = grade,
                         .remedy = remedy,
                         .what = text_clean(text, strlen(text)),
                         .advice = xstrdup(advice != NULL ? advice : "")};
}

enum err found_damage(struct examination *examination, enum check check, enum remedy remedy,
                      enum err err, const struct error *why, struct error *error) {
    if (err == ERR_DAMAGED || err == ERR_DATABASE) {
        found(examination, check, GRADE_BROKEN, remedy,
              remedy == REMEDY_REBUILD   ? rebuild_advice
              : remedy == REMEDY_SALVAGE ? salvage_advice
                                         : why->hint,
              "%s", why->message);
        return ERR_OK;
    }
    if (err != ERR_OK && error != NULL)
        *error = *why;
    return err;
}

enum err examination_report(struct examination *examination, const char *phase, const char *unit,
                            int64_t done, int64_t total, struct error *error) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - examination->reported_ms < REPORT_MS)
        return ERR_OK;
    examination->reported_ms = now_ms;
    if (progress_report(examination->progress, phase, unit, (uint64_t)done, (uint64_t)total))
        return ERR_OK;
    return error_set(error, ERR_CANCELLED, "cancelled; nothing was changed");
}

/* ------------------------------------------------------------------------- around the file */

static void examine_rights(struct examination *of, const struct surroundings *around) {
    if (around->others_may_write)
        found(of, CHECK_RIGHTS, GRADE_BROKEN, REMEDY_NONE,
              "chmod o-w the file and its folder: whoever may write there can change every figure",
              "anybody on this machine may write it (mode %04o)", around->mode);
    else if (around->others_may_read)
        found(of, CHECK_RIGHTS, GRADE_LOOK, REMEDY_NONE,
              "chmod 600 (or 660 for a group) the file and what is called like it",
              "anybody on this machine may read %s (mode %04o)",
              (around->mode & 04) != 0 ? "it" : "its log", around->mode);
    else if (!around->we_may_write)
        found(of, CHECK_RIGHTS, GRADE_LOOK, REMEDY_NONE,
              "ask its owner where you are meant to import",
              "you may read it, not write it (mode %04o)", around->mode);
    else
        found(of, CHECK_RIGHTS, GRADE_FINE, REMEDY_NONE, NULL, "mode %04o", around->mode);
}

/* "7.1 MB", "1.3 GB" */
static const char *bytes_text(double bytes, char text[24]) {
    snprintf(text, 24, bytes < 1e9 ? "%.1f MB" : "%.1f GB", bytes / (bytes < 1e9 ? 1e6 : 1e9));
    return text;
}

static void examine_space(struct examination *of, const struct surroundings *around) {
    double needed = (double)around->file_bytes, room = (double)around->free_bytes;
    char size[24], left[24];
    bytes_text(needed, size);
    bytes_text(room, left);
    if (around->free_bytes >= 0 && room < needed / 10 + 10e6)
        found(of, CHECK_SPACE, GRADE_LOOK, REMEDY_NONE, "make room before the next import",
              "%s left beside a database of %s", left, size);
    else
        found(of, CHECK_SPACE, GRADE_FINE, REMEDY_NONE, NULL, "%s left beside a database of %s",
              left, size);
}

static void examine_log(struct examination *of, const struct surroundings *around) {
    char size[24];
    bytes_text((double)around->log_bytes, size);
    if (around->unfinished)
        found(of, CHECK_LOG, GRADE_LOOK, REMEDY_NONE,
              "the next import undoes it and begins again: retail-pulse import FILE.csv",
              "the first import was cut off");
    else if (around->log_bytes > LOG_LARGE_BYTES && around->writer[0] == '\0')
        found(of, CHECK_LOG, GRADE_LOOK, REMEDY_NONE,
              "the next import takes it into the file; a program that has held the database open "
              "for long may be in the way",
              "%s beside the file", size);
    else
        found(of, CHECK_LOG, GRADE_FINE, REMEDY_NONE, NULL, "%s",
              around->log_bytes == 0 ? "empty: all is in the file" : size);
}

static void examine_writer(struct examination *of, const struct surroundings *around) {
    if (around->writer[0] != '\0')
        found(of, CHECK_WRITER, GRADE_FINE, REMEDY_NONE, NULL, "%s writes just now",
              around->writer);
    else if (around->abandoned)
        found(of, CHECK_WRITER, GRADE_LOOK, REMEDY_NONE,
              "nothing to do: what it had not committed is gone, and nobody is waited for",
              "whoever wrote last did not come to an end");
    else
        found(of, CHECK_WRITER, GRADE_FINE, REMEDY_NONE, NULL, "nobody writes");
}

static void examine_surroundings(struct examination *of, const struct surroundings *around) {
    char size[24];
    if (around->network)
        found(of, CHECK_FILE, GRADE_BROKEN, REMEDY_NONE,
              "copy it to a disk of the machine that runs retail-pulse, and work there over ssh",
              "%s lies on a network file system, where several writers damage it", around->path);
    else if (!around->sound_header)
        found(of, CHECK_FILE, GRADE_BROKEN, REMEDY_SALVAGE, salvage_advice,
              "%s does not begin as a database does", around->path);
    else
        found(of, CHECK_FILE, GRADE_FINE, REMEDY_NONE, NULL, "%s, %s", around->path,
              bytes_text((double)around->file_bytes, size));
    examine_rights(of, around);
    examine_space(of, around);
    examine_log(of, around);
    examine_writer(of, around);
}

/* ------------------------------------------------------------------------------- the file */

static enum err examine_version(struct examination *of, bool *current, struct error *error) {
    struct check_identity identity;
    struct error why;
    enum err err = db_check_identity(of->db, &identity, &why);
    *current = err == ERR_OK && identity.ours && identity.schema == identity.newest;
    if (err != ERR_OK)
        return found_damage(of, CHECK_VERSION, REMEDY_SALVAGE, err, &why, error);
    if (identity.unused)
        found(of, CHECK_VERSION, GRADE_LOOK, REMEDY_NONE, "retail-pulse import FILE.csv begins it",
              "empty: nothing was ever written to it");
    else if (!identity.ours)
        found(of, CHECK_VERSION, GRADE_BROKEN, REMEDY_NONE, "name another file with --db",
              "a database, but not of this program");
    else if (identity.schema > identity.newest)
        found(of, CHECK_VERSION, GRADE_BROKEN, REMEDY_NONE, "install the newer program",
              "schema %" PRId64 " of a newer program; this one knows %" PRId64, identity.schema,
              identity.newest);
    else if (identity.schema < identity.newest)
        found(of, CHECK_VERSION, GRADE_LOOK, REMEDY_NONE,
              "open it once (retail-pulse imports), which brings it up to date, then look again",
              "schema %" PRId64 " of an older program; this one writes %" PRId64, identity.schema,
              identity.newest);
    else
        found(of, CHECK_VERSION, GRADE_FINE, REMEDY_NONE, NULL, "schema %" PRId64, identity.schema);
    return ERR_OK;
}

static void tell_lines(struct examination *of, enum check check, enum remedy remedy,
                       const struct check_result *result, const char *fine) {
    const char *advice = remedy == REMEDY_SALVAGE ? salvage_advice : NULL;
    for (int i = 0; i < result->count; i++)
        found(of, check, GRADE_BROKEN, remedy, advice, "%s", result->lines[i]);
    if (result->count == 0)
        found(of, check, GRADE_FINE, REMEDY_NONE, NULL, "%s", fine);
}

static enum err examine_pages(struct examination *of, struct error *error) {
    struct check_result result = {0};
    struct error why;
    enum err err = db_check_pages(of->db, of->progress, "checking pages", &result, &why);
    if (err == ERR_OK)
        tell_lines(of, CHECK_PAGES, REMEDY_SALVAGE, &result, "every page is whole");
    else
        err = found_damage(of, CHECK_PAGES, REMEDY_SALVAGE, err, &why, error);
    check_result_free(&result);
    return err;
}

static enum err examine_schema(struct examination *of, struct error *error) {
    struct check_result tables = {0}, references = {0};
    struct error why;
    enum err err = db_check_schema(of->db, &tables, &why);
    if (err == ERR_OK)
        tell_lines(of, CHECK_SCHEMA, REMEDY_SALVAGE, &tables, "as the program makes them");
    else
        err = found_damage(of, CHECK_SCHEMA, REMEDY_SALVAGE, err, &why, error);
    if (err == ERR_OK && (err = db_check_references(of->db, &references, &why)) == ERR_OK)
        tell_lines(of, CHECK_REFERENCES, REMEDY_SALVAGE, &references, "all lead somewhere");
    else if (err != ERR_OK)
        err = found_damage(of, CHECK_REFERENCES, REMEDY_SALVAGE, err, &why, error);
    check_result_free(&tables);
    check_result_free(&references);
    return err;
}

static enum err examine_inside(struct examination *of, struct error *error) {
    static enum err (*const steps[])(struct examination *, struct error *) = {
        examine_schema,  examine_imports, examine_dictionaries,
        examine_columns, examine_sums,    examine_learnt};
    bool current;
    enum err err = examine_version(of, &current, error);
    if (err == ERR_OK)
        err = examine_pages(of, error);
    for (size_t i = 0; err == ERR_OK && current && i < sizeof steps / sizeof *steps; i++)
        err = steps[i](of, error);
    return err;
}

enum err diagnose(const char *path, const struct progress_sink *progress, struct diagnosis *out,
                  struct error *error) {
    struct examination of = {.progress = progress, .diagnosis = out};
    struct surroundings around;
    struct error why;
    *out = (struct diagnosis){0};
    enum err err = surroundings_look(path, &around, error);
    if (err == ERR_OK) {
        out->path = xstrdup(around.path);
        examine_surroundings(&of, &around);
        /* what a first import that runs, or was cut off, leaves has nothing to be looked at */
        bool readable = around.sound_header && !around.unfinished && around.file_bytes > 0;
        if (readable && (err = db_open_to_check(path, &of.db, &why)) == ERR_OK)
            err = examine_inside(&of, error);
        else if (err != ERR_OK)
            err = found_damage(&of, CHECK_FILE, REMEDY_SALVAGE, err, &why, error);
        db_close(of.db);
    }
    surroundings_free(&around);
    if (err != ERR_OK)
        diagnosis_free(out);
    return err;
}
