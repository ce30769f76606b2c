#include "tui/share.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/slice/slice_sql.h"
#include "report/export.h"
#include "report/save.h"
#include "tui/app_state.h"
#include "tui/clipboard.h"
#include "tui/terminal.h"

/* NULL, with a notice, where there is nothing to share. */
static struct document *document_of(struct app *app) {
    const struct view *view = app_top(app);
    struct document *document = NULL;
    if (app_facts(app)->count == 0 && !view->ops->works_empty)
        app_notice(app, STYLE_DIM, "There are no sales yet");
    else if (!view->fresh || view->code != ERR_OK || view->ops->document == NULL)
        app_notice(app, STYLE_PROBLEM, "This screen has nothing to share");
    else {
        struct error *error = xcalloc(1, sizeof *error);
        document = view->ops->document(view->state, app, error);
        if (document == NULL)
            app_notice(app, STYLE_PROBLEM, "%s", error->message);
        free(error);
    }
    return document;
}

/* ------------------------------------------------------------------------------------------ a file
 */

static void slug_append(struct buffer *out, const char *text) {
    for (; *text != '\0' && out->length < 60; text++) {
        if (isalnum((unsigned char)*text))
            buffer_append(out, (char[]){(char)tolower((unsigned char)*text)}, 1);
        else if (out->length > 0 && out->data[out->length - 1] != '-')
            buffer_text(out, "-");
    }
}

/* "overview-location-outside-town.csv": the screen and its filters. */
static char *suggested(const struct app *app) {
    struct buffer name = {0};
    char *filters = slice_text(&app->slice);
    slug_append(&name, app_top(app)->ops->title);
    if (filters[0] != '\0')
        buffer_text(&name, "-");
    slug_append(&name, filters);
    while (name.length > 0 && name.data[name.length - 1] == '-')
        name.data[--name.length] = '\0';
    buffer_text(&name, ".csv");
    free(filters);
    return buffer_take(&name);
}

static enum err write_rows(void *context, FILE *stream, struct error *error) {
    struct reading reading = app_reading(context);
    return report_export(&reading, stream, "the file", NULL, error);
}

static unsigned overwrite(void *state, struct app *app, const char *text);
static unsigned accept_path(void *state, struct app *app, const char *text);

/* Sales go out as `export` writes them, ready to be imported again. */
static enum err save(struct app *app, const char *path, bool replace, size_t *rows,
                     struct error *error) {
    enum format format;
    enum err code = report_format_of(path, &format, error);
    if (code != ERR_OK)
        return code;
    if (app_top(app)->ops == &sales_screen && format == FORMAT_CSV) {
        *rows = app->selection.count;
        return file_write(path, replace, write_rows, app, error);
    }
    struct document *document = document_of(app);
    if (document == NULL)
        return error_set(error, ERR_NOT_FOUND, "%s", app->notice);
    return report_save(document, path, replace, rows, error);
}

static unsigned write_to(struct app *app, const char *path, bool replace) {
    struct error error = {0};
    size_t rows = 0;
    if (file_check_place(path, &error) != ERR_OK) {
        app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return REACT_DRAW;
    }
    if (!replace && access(path, F_OK) == 0) {
        char question[SHARE_PATH_MAX + 32];
        snprintf(app->share.path, sizeof app->share.path, "%s", path);
        app_prompt(app, "Overwrite? y/n:", "", overwrite, NULL);
        snprintf(question, sizeof question, "%s exists", path);
        snprintf(app->prompt.remark, sizeof app->prompt.remark, " %.250s", question);
        return REACT_DRAW;
    }
    if (save(app, path, replace, &rows, &error) != ERR_OK) {
        if (replace) /* what is wrong is the path then, not the answer */
            app_prompt(app, "Write to:", path, accept_path, NULL);
        if (error.hint[0] != '\0') /* what to do comes first: a long path may not leave room */
            app_notice(app, STYLE_PROBLEM, "%s (%s)", error.hint, error.message);
        else
            app_notice(app, STYLE_PROBLEM, "%s", error.message);
        return REACT_DRAW;
    }
    char count[NUMBER_TEXT_SIZE];
    number_grouped((int64_t)rows, count, sizeof count);
    char *whole = realpath(path, NULL);
    app_notice(app, STYLE_HIGHER, "%s %s written to %s", count, rows == 1 ? "row" : "rows",
               whole != NULL ? whole : path);
    free(whole);
    return REACT_DRAW;
}

static unsigned overwrite(void *state, struct app *app, const char *text) {
    (void)state;
    if (strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0)
        return write_to(app, app->share.path, true);
    app_notice(app, STYLE_DIM, "Nothing was written");
    return REACT_DRAW;
}

static unsigned accept_path(void *state, struct app *app, const char *text) {
    (void)state;
    if (text[0] == '\0')
        return REACT_DRAW;
    char *path = file_expand(text);
    unsigned reaction = write_to(app, path, false);
    free(path);
    return reaction;
}

unsigned share_export(struct app *app) {
    char *name = suggested(app);
    app_prompt(app, "Write to:", name, accept_path, NULL);
    snprintf(app->prompt.remark, sizeof app->prompt.remark,
             " The ending says the format: .csv .json .md .html .txt");
    free(name);
    return REACT_DRAW;
}

/* ----------------------------------------------------------------------------------- the clipboard
 */

static unsigned copy(struct app *app, const char *text, const char *what) {
    size_t length = strlen(text);
    if (length > CLIPBOARD_MAX) {
        app_notice(app, STYLE_WARNING,
                   "Too much to copy: %zu kB, and terminals take 74; e writes a file",
                   length / 1000);
        return REACT_DRAW;
    }
    struct buffer out = {0};
    clipboard_sequence(&out, clipboard_way(), text, length);
    if (terminal_send(out.data, out.length))
        app_notice(app, STYLE_HIGHER, "%s copied, where the terminal allows it (OSC 52)", what);
    else
        app_notice(app, STYLE_DIM, "There is no terminal to copy to");
    buffer_free(&out);
    return REACT_DRAW;
}

unsigned share_copy(struct app *app) {
    struct document *document = document_of(app);
    if (document == NULL)
        return REACT_DRAW;
    char *text = report_text(document, app->options.ascii);
    unsigned reaction = copy(app, text, app_top(app)->ops->title);
    free(text);
    return reaction;
}

/* ------------------------------------------------------------------------- what is behind a screen
 */

/* In quotes that a shell takes for one word. */
static void quote(struct buffer *out, const char *text) {
    buffer_text(out, "'");
    for (; *text != '\0'; text++)
        buffer_text(out, *text == '\'' ? "'\\''" : (char[]){*text, '\0'});
    buffer_text(out, "'");
}

static char *command_line(const struct app *app) {
    const struct view *view = app_top(app);
    struct buffer out = {0};
    char *own = view->ops->command(view->state, app), *filters = slice_text(&app->slice);
    bool sliced =
        view->ops != &models_screen && view->ops != &whatif_screen && view->ops != &data_screen;
    buffer_printf(&out, "retail-pulse %s", own);
    if (filters[0] != '\0' && sliced) {
        buffer_text(&out, " --where ");
        quote(&out, filters);
    }
    free(own);
    free(filters);
    return buffer_take(&out);
}

void share_close(struct share *share) {
    free(share->command);
    free(share->sql);
    *share = (struct share){.open = false};
}

unsigned share_source(struct app *app) {
    const struct view *view = app_top(app);
    if (!view->fresh || view->code != ERR_OK || app_facts(app)->count == 0 ||
        view->ops->command == NULL) {
        app_notice(app, STYLE_DIM, "There is no command behind this screen");
        return REACT_DRAW;
    }
    share_close(&app->share);
    app->share.open = true;
    app->share.command = command_line(app);
    char *own = view->ops->command(view->state, app);
    char words[2][32];
    enum dimension by[2];
    int count = sscanf(own, "explore --by %31[a-z_],%31[a-z_]", words[0], words[1]);
    for (int i = 0; i < count; i++) {
        if (!dimension_by_name(words[i], &by[i]))
            count = i;
    }
    app->share.sql = slice_sql(&app->slice, app_facts(app), by, count > 0 ? count : 0);
    free(own);
    return REACT_DRAW;
}

unsigned share_key(struct app *app, const struct key *key) {
    struct buffer both = {0};
    if (key->kind == KEY_KIND_CHARACTER && action_of_key(key) == ACTION_COPY) {
        buffer_printf(&both, "%s\n\n%s\n", app->share.command, app->share.sql);
        copy(app, both.data, "Command and SQL");
        buffer_free(&both);
    }
    share_close(&app->share);
    return REACT_DRAW;
}

void share_draw(const struct share *share, struct pane body) {
    struct pane text = pane_after(body, 1);
    draw_text(text, 0, 0, STYLE_TITLE, "The same on the command line");
    int row = draw_paragraph(text, 1, 0, STYLE_STRONG, share->command) + 1;
    draw_text(text, row++, 0, STYLE_TITLE, "The slice's key figures in SQL (retail-pulse sql '…')");
    for (const char *at = share->sql; *at != '\0' && row < body.height - 1;) {
        size_t length = strcspn(at, "\n");
        char *line = xstrndup(at, length);
        row = draw_paragraph(text, row, 0, STYLE_TEXT, line);
        free(line);
        at += length + (at[length] == '\n');
    }
    draw_text(body, body.height - 1, 1, STYLE_DIM, "y copies both; any other key closes this.");
}
