#include "cli/upgrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/db.h"
#include "db/lock.h"

enum { UPGRADE_TOLD_BYTES = 20000000 }; /* smaller ones take less than a second */

struct telling {
    const struct invocation *invocation;
    struct progress_line line;
    struct progress_sink sink; /* draws the line */
    bool told;
};

/* A large database of an older program seems to hang otherwise. */
static void tell(const struct invocation *invocation) {
    int64_t bytes = db_upgrade_bytes(invocation->db_path);
    char *backup = db_upgrade_backup(invocation->db_path);
    if (backup == NULL || invocation->settings.quiet) {
        free(backup);
        return;
    }
    char *path = text_printable(invocation->db_path, strlen(invocation->db_path)),
         *copy = text_printable(backup, strlen(backup));
    fprintf(stderr,
            "retail-pulse: bringing %s (%.0f MB) up to date first%s\n"
            "  a copy of it as it is now stays beside it: %s\n",
            path, (double)bytes / 1e6,
            bytes < UPGRADE_TOLD_BYTES ? ""
                                       : "; this happens once, takes about twice as long as "
                                         "copying it, and Ctrl-C leaves it whole",
            copy);
    free(copy);
    free(path);
    free(backup);
}

/* Not before the lock is taken and the work begun: of whom one waits for may have done it, and who
 * may not write it does not. */
static bool tell_and_draw(void *context, const struct progress *progress) {
    struct telling *telling = context;
    if (!telling->told && strncmp(progress->phase, LOCK_WAITING, strlen(LOCK_WAITING)) != 0) {
        telling->told = true;
        progress_line_erase(&telling->line);
        tell(telling->invocation);
    }
    return telling->sink.report(telling->sink.context, progress);
}

enum err upgrade_first(const struct invocation *invocation, struct error *error) {
    struct telling telling = {.invocation = invocation};
    telling.sink = progress_line_open(&telling.line, invocation->settings.quiet);
    const struct progress_sink sink = {tell_and_draw, &telling};
    interrupt_catch();
    enum err code = db_upgrade(invocation->db_path, &sink, error);
    interrupt_let_go();
    progress_line_erase(&telling.line);
    if (code == ERR_OK && interrupt_came()) /* too late to be stopped, but the rest can be */
        code = error_set(error, ERR_CANCELLED, "cancelled");
    return code;
}
