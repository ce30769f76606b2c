#include "report/audit.h"

#include "db/audit.h"
#include "report/document.h"

static bool add(void *context, const struct audit_entry *entry) {
    struct table *table = context;
    table_integer(table, entry->id);
    table_text(table, entry->at);
    table_text(table, entry->action);
    table_text(table, entry->subject);
    table_text(table, entry->outcome);
    table_text(table, entry->who);
    table_text(table, entry->origin);
    table_integer(table, entry->pid);
    table_text(table, entry->program);
    return true;
}

enum err report_audit(struct db *db, int64_t limit, struct document **out, struct error *error) {
    static const struct column columns[] = {
        {.key = "id", .title = "Entry", .kind = KIND_NUMBER, .hidden = NOT_IN_TEXT},
        {.key = "at", .title = "When"},
        {.key = "action", .title = "What"},
        {.key = "subject", .title = "Of"},
        {.key = "outcome", .title = "Outcome"},
        {.key = "who", .title = "Who"},
        {.key = "origin", .title = "From", .minor = true},
        {.key = "pid", .title = "Process", .kind = KIND_NUMBER, .minor = true},
        {.key = "program", .title = "Version", .minor = true},
    };
    *out = document_new();
    struct table *table =
        document_table(*out, "log", NULL, columns, sizeof columns / sizeof *columns);
    enum err err = db_audit_list(db, INT64_MAX, limit, add, table, error);
    if (err == ERR_OK)
        return ERR_OK;
    document_free(*out);
    *out = NULL;
    return err;
}
