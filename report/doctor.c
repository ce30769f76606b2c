#include "report/doctor.h"

#include "report/document.h"

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

static void add_incomplete(struct document *document, const struct salvaged *salvaged) {
    static const struct column columns[] = {
        {.key = "import", .title = "Import", .kind = KIND_NUMBER},
        {.key = "file", .title = "File"},
        {.key = "brought", .title = "Brought", .kind = KIND_COUNT},
        {.key = "saved", .title = "Saved", .kind = KIND_COUNT},
    };
    struct table *table = document_table(document, "incomplete", "Imports that are not complete",
                                         columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < salvaged->incomplete_count; i++) {
        const struct salvaged_run *run = &salvaged->incomplete[i];
        table_integer(table, run->id);
        table_text(table, run->file);
        table_integer(table, run->brought);
        table_integer(table, run->saved);
    }
}

struct document *report_salvaged(const struct salvaged *salvaged, const char *into) {
    static const struct column file = {.key = "file", .title = "New file", .kind = KIND_TEXT};
    const struct {
        struct column column;
        int64_t value;
    } figures[] = {
        {{.key = "sales", .title = "Sales saved", .kind = KIND_COUNT}, salvaged->sales},
        {{.key = "expected", .title = "Brought by the imports", .kind = KIND_COUNT},
         salvaged->expected},
        {{.key = "from_columns", .title = "Only in columns", .kind = KIND_COUNT},
         salvaged->from_columns},
        {{.key = "without_reference", .title = "Without their number", .kind = KIND_COUNT},
         salvaged->without_reference},
        {{.key = "corrected", .title = "Corrected by columns", .kind = KIND_COUNT},
         salvaged->corrected},
        {{.key = "imports_lost", .title = "Imports without record", .kind = KIND_COUNT},
         salvaged->runs_lost},
        {{.key = "names_lost", .title = "Names lost", .kind = KIND_COUNT}, salvaged->names_lost},
        {{.key = "models", .title = "Models saved", .kind = KIND_COUNT}, salvaged->models},
        {{.key = "models_lost", .title = "Models lost", .kind = KIND_COUNT}, salvaged->models_lost},
        {{.key = "pages", .title = "Pages", .kind = KIND_COUNT}, salvaged->reading.pages},
        {{.key = "pages_unread", .title = "Pages not readable", .kind = KIND_COUNT},
         salvaged->reading.unread},
        {{.key = "pages_orphaned", .title = "Pages without a table", .kind = KIND_COUNT},
         salvaged->reading.orphaned},
    };
    struct document *document = document_new();
    struct table *table = document_figures(document);
    table_column(table, &file);
    table_text(table, into);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        table_column(table, &figures[i].column);
        table_integer(table, figures[i].value);
    }
    add_incomplete(document, salvaged);
    document_sentence(document, "The damaged file was only read and stays where it is. Look at the "
                                "new one, then let it take the place of the other.");
    if (salvaged->incomplete_count > 0)
        document_sentence(document, "The file of an import that is not complete may be imported "
                                    "again: what is there already is left out.");
    if (salvaged->without_reference > 0)
        document_sentence(document, "Of sales without their number the columns remain: a file that "
                                    "has them would bring them twice. Where it is at hand, take "
                                    "the import back (import --undo) and import it again.");
    return document;
}
