/* `retail-pulse log`: who wrote what into the database. A command of its own beside `imports`,
 * which tells of files: here stands every write, whatever it was. */
#include "cli/command.h"
#include "report/audit.h"

struct options {
    int64_t limit;
};

static void init(void *options) {
    ((struct options *)options)->limit = 100;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct document *document = NULL;
    struct db *db = NULL;
    enum err err = db_open_reader(invocation->db_path, &db, error);
    if (err == ERR_OK)
        err = report_audit(db, options->limit, &document, error);
    db_close(db);
    return err == ERR_OK ? invocation_print(invocation, document, error) : err;
}

static const struct option_spec specs[] = {
    {"limit", OPTION_INTEGER, offsetof(struct options, limit), "N",
     "how many at most, newest first (100; 0: all of them)", 0, INT64_MAX, NULL},
};

const struct subcommand subcommand_log = {
    .about = "Every import, one taken back, merge, training, scoring, rename, rebuild, upgrade and "
             "backup is on record from the moment it was written, with the user, the machine or "
             "ssh address, the process and the program's version. Times are UTC.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
