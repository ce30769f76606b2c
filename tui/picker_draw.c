/* How the file picker and its preview look. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/number.h"
#include "base/text.h"
#include "tui/picker.h"

static void size_text(int64_t bytes, char *text, size_t size) {
    if (bytes < 10000)
        snprintf(text, size, "%lld B", (long long)bytes);
    else if (bytes < 10000000)
        snprintf(text, size, "%.0f kB", (double)bytes / 1e3);
    else
        snprintf(text, size, "%.0f MB", (double)bytes / 1e6);
}

static void cell(const void *context, long row, int column, struct pane pane, char *text,
                 size_t size, enum style *style) {
    const struct picker *picker = context;
    const struct folder_entry *entry = &picker->folder.entries[picker->shown[row]];
    struct tm local;
    (void)pane;
    if (column == 0) {
        snprintf(text, size, "%s%s", entry->shown, entry->is_folder ? "/" : "");
        *style = entry->is_folder ? STYLE_STRONG : STYLE_TEXT;
    } else if (column == 1 && !entry->is_folder) {
        size_text(entry->size_bytes, text, size);
    } else if (column == 2 && localtime_r(&entry->modified, &local) != NULL) {
        strftime(text, size, "%Y-%m-%d", &local);
        *style = STYLE_DIM;
    }
}

static void draw_list(const struct picker *picker, struct pane body) {
    static const struct table_column columns[] = {
        {"Name", 0, false, 0}, {"Size", 8, true, 0}, {"Changed", 10, false, 1}};
    int column = draw_text(body, 0, 1, STYLE_TITLE, "Import a file from ");
    draw_field(body, 0, column, body.width - column - 1, STYLE_STRONG, picker->folder.shown);
    column = draw_text(body, 1, 1, STYLE_DIM, "Search: ");
    column = draw_text(body, 1, column, STYLE_STRONG, picker->query);
    draw_text(body, 1, column, STYLE_CURSOR, " ");
    struct pane list = pane_top(pane_below(body, 2), body.height - 4);
    if (picker->shown_count > 0)
        table_draw(&picker->table, list, columns, 3, picker->shown_count, true, cell, picker);
    else if (picker->query[0] != '\0')
        draw_text(list, 1, 1, STYLE_TEXT, "Nothing here is called that.");
    else if (picker->folder.files_left_out > 0)
        draw_text(list, 1, 1, STYLE_TEXT, "No folder, .csv or .txt here; Tab shows all files.");
    else
        draw_text(list, 1, 1, STYLE_TEXT, "This folder is empty; Backspace goes up.");
    if (picker->problem[0] != '\0')
        draw_field(body, body.height - 2, 1, body.width - 2, STYLE_PROBLEM, picker->problem);
    else if (picker->folder.files_left_out > 0)
        draw_format(body, body.height - 2, 1, STYLE_DIM, "%d other file%s not shown",
                    picker->folder.files_left_out, picker->folder.files_left_out == 1 ? "" : "s");
    draw_field(body, body.height - 1, 1, body.width - 2, STYLE_DIM,
               picker->all_files ? "Enter opens  Backspace up  ~ home  Tab only sales files  Esc "
                                   "closes"
                                 : "Enter opens  Backspace up  ~ home  Tab all files  Esc closes");
}

/* "date: Date  handset: Mobile Name …", a field's meaning before the file's own name for it. */
static int draw_columns(const struct preview *preview, struct pane body, int row) {
    int column = 1;
    for (int i = 0; i < FIELD_COUNT; i++) {
        char text[96];
        snprintf(text, sizeof text, "%s = %.60s", field_name((enum field)i),
                 preview->headers[i] != NULL ? preview->headers[i] : "(no column: unknown)");
        int room = body.width >= 72 ? (body.width - 4) / 2 : body.width - 2;
        if (column + room > body.width) {
            column = 1;
            row++;
        }
        draw_field(body, row, column, room,
                   preview->headers[i] != NULL ? STYLE_TEXT : STYLE_WARNING, text);
        column += room + 2;
    }
    return row + 1;
}

static int draw_verdict(const struct picker *picker, struct pane body, int row) {
    const struct preview *preview = &picker->preview;
    char rows[NUMBER_TEXT_SIZE], usable[NUMBER_TEXT_SIZE], text[320];
    if (picker->refusal.code != ERR_OK) {
        row = draw_paragraph(body, row, 1, STYLE_PROBLEM, picker->refusal.message);
        return draw_paragraph(body, row, 1, STYLE_TEXT, picker->refusal.hint);
    }
    number_grouped(preview->rows, rows, sizeof rows);
    number_grouped(preview->usable, usable, sizeof usable);
    snprintf(text, sizeof text, "Dates are read as %s. Of %s %s rows, %s can be taken.",
             preview->dates != NULL ? preview->dates : "nothing: none could be read",
             preview->whole ? "its" : "the first", rows, usable);
    row = draw_paragraph(body, row, 1,
                         preview->usable == preview->rows ? STYLE_STRONG : STYLE_WARNING, text);
    if (preview->bad_line == 0)
        return row;
    snprintf(text, sizeof text, "Line %lld would be set aside, %s: %s",
             (long long)preview->bad_line, preview->bad_field, preview->bad_reason);
    return draw_paragraph(body, row, 1, STYLE_WARNING, text);
}

static void draw_preview(const struct picker *picker, struct pane body) {
    const struct preview *preview = &picker->preview;
    char size[32];
    size_text(preview->size_bytes, size, sizeof size);
    int column = draw_text(body, 0, 1, STYLE_TITLE, "Import ");
    draw_field(body, 0, column, body.width - column - 12, STYLE_STRONG, picker->title);
    draw_right(body, 0, body.width - 1, STYLE_TEXT, size);
    int row = draw_verdict(picker, pane_top(body, body.height - 1), 1);
    if (preview->headers[FIELD_DATE] != NULL)
        row = draw_columns(preview, pane_top(body, body.height - 1), row);
    for (int i = 0; i < preview->line_count && row < body.height - 1; i++)
        draw_field(body, row++, 1, body.width - 2, STYLE_DIM, preview->lines[i]);
    draw_field(body, body.height - 1, 1, body.width - 2, STYLE_DIM,
               picker->refusal.code != ERR_OK
                   ? "Backspace goes back to the files; retail-pulse import --help has --map"
               : picker->strict
                   ? "Enter imports  Backspace back  s strict: yes (a bad row refuses the file)"
                   : "Enter imports  Backspace back  s strict: no (bad rows are set aside)");
}

void picker_draw(const struct picker *picker, struct pane body) {
    if (picker->step == PICKER_PREVIEW)
        draw_preview(picker, body);
    else
        draw_list(picker, body);
}
