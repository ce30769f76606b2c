#include "cli/upgrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/db.h"

enum { UPGRADE_TOLD_BYTES = 20000000 }; /* smaller ones take less than a second */

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

enum err upgrade_first(const struct invocation *invocation, struct error *error) {
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    if (!invocation->settings.read_only)
        tell(invocation);
    interrupt_catch();
    enum err code = db_upgrade(invocation->db_path, &sink, error);
    interrupt_let_go();
    progress_line_erase(&line);
    if (code == ERR_OK && interrupt_came()) /* too late to be stopped, but the rest can be */
        code = error_set(error, ERR_CANCELLED, "cancelled");
    return code;
}
