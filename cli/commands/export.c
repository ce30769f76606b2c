/* `retail-pulse export`: the slice's sales as CSV under the headers that `import` reads. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "db/sales.h"
#include "engine/intake/record.h"

struct options {
    struct texts where;
    const char *output;
    bool force;
};

static const struct option_spec specs[] = {
    {"output", OPTION_TEXT, offsetof(struct options, output), "FILE",
     "write there instead of to standard output", 0, 0, NULL},
    {"force", OPTION_FLAG, offsetof(struct options, force), NULL,
     "with --output: replace a file that exists", 0, 0, NULL},
    OPTION_WHERE(struct options),
};

struct writer {
    FILE *stream;
    const struct facts *facts;
    const struct selection *selection;
    size_t next; /* of the selection's rows, which ascend like the ids */
    struct buffer line;
};

static void text_append(struct buffer *line, const char *text) {
    char *clean = text_printable(text, strlen(text));
    csv_field(line, clean);
    free(clean);
}

static const char *answer_text(int answer) {
    return answer == UNKNOWN ? "" : answer != 0 ? "Yes" : "No";
}

/* In the order of FIELD_LIST. */
static void line_make(struct buffer *line, const struct facts *facts, uint32_t row,
                      const char *reference) {
    static const char *const genders[] = {"", "F", "M", "Other"};
    char date[DATE_ISO_SIZE], price[MONEY_TEXT_SIZE];
    buffer_clear(line);
    text_append(line, reference != NULL ? reference : "");
    date_iso(facts->day[row], date);
    buffer_printf(line, ",%s,", date);
    text_append(line, facts->location[row] != 0 ? facts_location(facts, row) : "");
    if (facts->age[row] != 0)
        buffer_printf(line, ",%d", facts->age[row]);
    else
        buffer_text(line, ",");
    buffer_printf(line, ",%s,", genders[facts->gender[row]]);
    text_append(line, facts_handset(facts, row));
    money_plain(facts->price_minor[row], price);
    buffer_printf(line, ",%s", price);
    for (int answer = 0; answer < ANSWER_COUNT; answer++)
        buffer_printf(line, ",%s", answer_text(facts_answer(facts, row, (enum answer)answer)));
    buffer_text(line, "\n");
}

static bool sale_write(void *context, const struct sale *sale) {
    struct writer *writer = context;
    const struct facts *facts = writer->facts;
    if (writer->next == writer->selection->count || interrupt_came())
        return false;
    uint32_t row = writer->selection->rows[writer->next];
    if (sale->id != facts->id[row])
        return true;
    writer->next++;
    line_make(&writer->line, facts, row, sale->reference);
    return fwrite(writer->line.data, 1, writer->line.length, writer->stream) == writer->line.length;
}

static enum err write_all(struct session *session, FILE *stream, const char *name,
                          struct error *error) {
    struct writer writer = {
        .stream = stream, .facts = session->facts, .selection = &session->selection};
    for (int field = 0; field < FIELD_COUNT; field++) {
        buffer_text(&writer.line, field != 0 ? "," : "");
        csv_field(&writer.line, field_header((enum field)field));
    }
    buffer_text(&writer.line, "\n");
    fputs(writer.line.data, stream);
    enum err code = ERR_OK;
    if (session->selection.count != 0)
        code = db_sales_scan(shop_db(session->shop),
                             session->facts->id[session->selection.rows[0]] - 1, sale_write,
                             &writer, error);
    buffer_free(&writer.line);
    if (code == ERR_OK)
        code = stream_check(stream, name, error);
    if (code == ERR_OK && writer.next != session->selection.count)
        code = error_set(error, ERR_DAMAGED, "some of the sales are no longer in the database");
    return code;
}

/* Whole or not at all: written beside the file under another name, synced, then renamed. */
static enum err write_file(struct session *session, const char *path, bool force,
                           struct error *error) {
    struct stat status;
    if (!force && lstat(path, &status) == 0) {
        error_set(error, ERR_INPUT, "%s exists already", path);
        return error_hint(error, "--force replaces it.");
    }
    interrupt_catch(); /* the other name must not stay behind */
    char *temporary = xasprintf("%s.XXXXXX", path);
    int descriptor = mkostemp(temporary, O_CLOEXEC);
    if (descriptor < 0) {
        error_set(error, ERR_IO, "cannot write to %s: %s", path, strerror(errno));
        free(temporary);
        return ERR_IO;
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
    FILE *stream = fdopen(descriptor, "w");
    enum err code = stream != NULL ? write_all(session, stream, path, error)
                                   : error_set(error, ERR_IO, "cannot write to %s", path);
    if (code == ERR_OK && fsync(descriptor) != 0 && errno != EINVAL)
        code = error_set(error, ERR_IO, "cannot write to %s: %s", path, strerror(errno));
    if (stream != NULL)
        fclose(stream);
    else
        close(descriptor);
    if (code == ERR_OK) {
        int failed = renameat2(AT_FDCWD, temporary, AT_FDCWD, path, force ? 0 : RENAME_NOREPLACE);
        if (failed != 0 && errno == EINVAL) /* a file system that cannot promise it */
            failed = rename(temporary, path);
        if (failed != 0)
            code = error_set(error, ERR_IO, "cannot write to %s: %s", path, strerror(errno));
    }
    if (code != ERR_OK)
        unlink(temporary);
    free(temporary);
    return code;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->settings.format == FORMAT_JSON) {
        error_set(error, ERR_USAGE, "export writes CSV only");
        return error_hint(error, "retail-pulse sales --limit 0 --format json gives JSON.");
    }
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK && options->output != NULL)
        code = write_file(&session, options->output, options->force, error);
    else if (code == ERR_OK)
        code = write_all(&session, stdout, "standard output", error);
    session_close(&session);
    return code;
}

const struct subcommand subcommand_export = {
    .about = "Dates are written yyyy-mm-dd, unknown fields are left empty. Text that a spreadsheet "
             "would run as a formula (it starts with = + - @) gets an apostrophe before it; "
             "numbers stay as they are.\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
