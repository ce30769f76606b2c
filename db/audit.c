#include "db/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/user.h"
#include "db/connection.h"

static const char *const names[] = {
#define X(symbol, name) name,
    AUDIT_LIST(X)
#undef X
};

/* "shop-server", or "10.0.0.7 by ssh to shop-server": sshd says where its client is
 * (sshd(8), ENVIRONMENT). */
static char *origin(void) {
    char host[256] = "unknown";
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "unknown");
    const char *client = getenv("SSH_CONNECTION");
    size_t length = client != NULL ? strcspn(client, " ") : 0;
    char *said = length > 0 && length < 64
                     ? xasprintf("%.*s by ssh to %s", (int)length, client, host)
                     : xstrdup(host);
    char *clean = text_clean(said, strlen(said));
    free(said);
    return clean;
}

enum err db_audit(struct db *db, enum audit_action action, const char *subject, struct error *error,
                  const char *outcome, ...) {
    char said[512], stamp[CLOCK_STAMP_SIZE];
    va_list arguments;
    va_start(arguments, outcome);
    vsnprintf(said, sizeof said, outcome, arguments);
    va_end(arguments);
    clock_stamp(stamp);
    char *clean_subject = text_clean(subject, strlen(subject)),
         *clean_outcome = text_clean(said, strlen(said)), *who = user_name(), *from = origin();
    struct statement *add = statement_get(db, SQL_AUDIT_ADD);
    statement_bind_text(add, "at", stamp);
    statement_bind_text(add, "action", names[action]);
    statement_bind_text(add, "subject", clean_subject);
    statement_bind_text(add, "outcome", clean_outcome);
    statement_bind_text(add, "who", who);
    statement_bind_text(add, "origin", from);
    statement_bind_integer(add, "pid", getpid());
    statement_bind_text(add, "program", RETAIL_PULSE_VERSION);
    enum err err = statement_run(add, error);
    free(from);
    free(who);
    free(clean_outcome);
    free(clean_subject);
    return err;
}

void audit_entry_free(struct audit_entry *entry) {
    free(entry->action);
    free(entry->subject);
    free(entry->outcome);
    free(entry->who);
    free(entry->origin);
    free(entry->program);
    *entry = (struct audit_entry){0};
}

static enum err each_entry(struct statement *list, audit_each *each, void *context,
                           struct error *error) {
    bool row, more = true;
    enum err err = ERR_OK;
    while (more && (err = statement_step(list, &row, error)) == ERR_OK && row) {
        struct audit_entry entry = {.id = statement_integer(list, 0),
                                    .action = statement_copy(list, 2),
                                    .subject = statement_copy(list, 3),
                                    .outcome = statement_copy(list, 4),
                                    .who = statement_copy(list, 5),
                                    .origin = statement_copy(list, 6),
                                    .pid = statement_integer(list, 7),
                                    .program = statement_copy(list, 8)};
        statement_copy_into(list, 1, entry.at, sizeof entry.at);
        more = each(context, &entry);
        audit_entry_free(&entry);
    }
    statement_end(list);
    return more ? err : ERR_OK;
}

enum err db_audit_list(struct db *db, int64_t before, int64_t limit, audit_each *each,
                       void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_AUDIT);
    statement_bind_integer(list, "before", before);
    statement_bind_integer(list, "limit", limit > 0 ? limit : -1);
    return each_entry(list, each, context, error);
}

enum err db_audit_list_newer(struct db *db, int64_t after, int64_t limit, audit_each *each,
                             void *context, struct error *error) {
    struct statement *list = statement_get(db, SQL_AUDIT_NEWER);
    statement_bind_integer(list, "after", after);
    statement_bind_integer(list, "limit", limit > 0 ? limit : -1);
    return each_entry(list, each, context, error);
}

enum err db_audit_count(struct db *db, int64_t after, int64_t *count, struct error *error) {
    struct statement *statement = statement_get(db, SQL_AUDIT_COUNT);
    statement_bind_integer(statement, "after", after);
    return statement_run_integer(statement, count, error);
}
