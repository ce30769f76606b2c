#include "report/doctor.h"

static void add_verdict(struct document *document, enum grade worst) {
    static const struct column column = {
        .key = "verdict", .title = "Verdict", .kind = KIND_TEXT, .hidden = NOT_IN_TEXT};
    struct table *figures = document_figures(document);
    table_column(figures, &column);
    table_text(figures, grade_names[worst]);
}

struct document *report_diagnosis(const struct diagnosis *diagnosis) {
    static const struct column columns[] = {
        {.key = "check", .title = "Check", .hidden = NOT_IN_TEXT},
        {.key = "title", .title = "Looked at", .hidden = NOT_IN_JSON | NOT_IN_CSV},
        {.key = "grade", .title = "Is"},
        {.key = "found", .title = "Found"},
        {.key = "advice", .title = "What to do", .hidden = NOT_IN_TEXT},
    };
    static const char *const verdicts[] = {
        "The database is whole: all that can be checked holds.",
        "Nothing is broken; what is marked \"look\" deserves a look.",
        "Something is broken.",
    };
    struct document *document = document_new();
    enum grade worst = diagnosis_worst(diagnosis);
    add_verdict(document, worst);
    struct table *table =
        document_table(document, "findings", NULL, columns, sizeof columns / sizeof *columns);
    document->csv = table;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct finding *finding = &diagnosis->findings[i];
        table_text(table, check_keys[finding->check]);
        table_text(table, check_titles[finding->check]);
        table_text(table, grade_names[finding->grade]);
        table_text(table, finding->what);
        table_text(table, finding->advice);
    }
    document_sentence(document, "%s", verdicts[worst]);
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct finding *finding = &diagnosis->findings[i];
        bool again = i > 0 && finding->check == finding[-1].check;
        if (finding->grade != GRADE_FINE && finding->advice[0] != '\0' && !again)
            document_sentence(document, "%s: %s.", check_titles[finding->check], finding->advice);
    }
    return document;
}
