/* Data's page of the doctor: what the last look of this visit found, and what to do about it. */
#include <stdio.h>

#include "report/doctor.h"
#include "tui/keeping.h"
#include "tui/screens/data_parts.h"

enum { CHECK_TITLE, CHECK_IS, CHECK_FOUND, CHECK_COLUMN_COUNT };

static const struct table_column columns[CHECK_COLUMN_COUNT] = {
    [CHECK_TITLE] = {"Looked at", 24, false, 0},
    [CHECK_IS] = {"Is", 6, false, 0},
    [CHECK_FOUND] = {"Found", 0, false, 1}};

static enum style style_of(enum grade grade) {
    return grade == GRADE_BROKEN ? STYLE_PROBLEM : grade == GRADE_LOOK ? STYLE_WARNING : STYLE_TEXT;
}

static void cell(const void *data, long row, int column, struct pane pane, char *text, size_t size,
                 enum style *style) {
    const struct checkup *checkup = ((const struct data_state *)data)->checkup;
    const struct finding *finding = &checkup->diagnosis.findings[row];
    (void)pane;
    *style = style_of(finding->grade);
    snprintf(text, size, "%s",
             column == CHECK_TITLE ? check_titles[finding->check]
             : column == CHECK_IS  ? grade_names[finding->grade]
                                   : finding->what);
}

/* The finding under the cursor in full, at the pane's end. */
static void draw_finding(const struct finding *finding, struct pane pane) {
    char text[2048];
    snprintf(text, sizeof text, "%s: %s", check_titles[finding->check], finding->what);
    int row = draw_paragraph(pane, 0, 1, STYLE_STRONG, text);
    if (finding->advice[0] == '\0')
        return;
    snprintf(text, sizeof text, "What to do: %s", finding->advice);
    draw_paragraph(pane, row, 1, style_of(finding->grade), text);
}

static const char *verdict(const struct checkup *checkup) {
    static const char *const verdicts[] = {"the database is whole",
                                           "nothing is broken, something deserves a look",
                                           "something is broken"};
    return checkup->running ? "looking …"
           : checkup->whole ? verdicts[diagnosis_worst(&checkup->diagnosis)]
                            : "the look did not come to its end";
}

void data_draw_check(const struct data_state *state, struct pane pane, bool focused) {
    const struct checkup *checkup = state->checkup;
    const struct table *table = &state->tables[DATA_CHECK];
    if (checkup->at[0] == '\0') {
        draw_text(pane, 0, 1, STYLE_TITLE, "Check");
        draw_paragraph(pane, 1, 1, STYLE_TEXT,
                       "Nobody has looked on this visit. C looks at everything: the file and who "
                       "may read and write it, every page, reference and import, columns and sums "
                       "against the sales, models by their checksums. It changes nothing, and Esc "
                       "ends it.");
        return;
    }
    draw_format(pane, 0, 1, STYLE_TITLE, "Check of %.10s %.5s UTC: %s", checkup->at,
                checkup->at + 11, verdict(checkup));
    if (checkup->diagnosis.count == 0)
        return;
    int detail = pane.height >= DATA_DETAIL_FROM ? DATA_DETAIL_ROWS : 0;
    table_draw(table, pane_top(pane_below(pane, 1), pane.height - 1 - detail), columns,
               CHECK_COLUMN_COUNT, (long)checkup->diagnosis.count, focused, cell, state);
    if (detail > 0)
        draw_finding(&checkup->diagnosis.findings[table->cursor],
                     pane_below(pane, pane.height - detail + 1));
}

/* The findings so far, as `doctor` tells them. */
struct document *data_check_document(const struct data_state *state, struct error *error) {
    if (state->checkup->diagnosis.count > 0)
        return report_diagnosis(&state->checkup->diagnosis);
    error_set(error, ERR_NOT_FOUND, "nobody has looked on this visit; C looks at everything");
    return NULL;
}
