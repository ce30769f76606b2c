/* `retail-pulse report`: all that a slice has to say as one document, for cron, e-mail and paper.
 */
#include "report/whole.h"

#include "cli/session.h"

enum { TEXT_COLUMNS = 80 };

struct options {
    struct texts where;
    int outcome;
};

/* In the order of enum outcome, then both. */
static const char *const outcome_names[] = {"returning", "facebook", "both", NULL};

static const struct option_spec specs[] = {
    {"outcome", OPTION_CHOICE, offsetof(struct options, outcome), "O",
     "returning, facebook or both (the default)", 0, 0, outcome_names},
    OPTION_WHERE(struct options),
};

static void init(void *options) {
    ((struct options *)options)->outcome = OUTCOME_COUNT;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct look look = invocation_look(invocation);
    if (look.format == FORMAT_CSV || look.format == FORMAT_JSON) {
        error_set(error, ERR_USAGE, "a report is text, markdown or html");
        return error_hint(error, "Each part of it has the other formats too: retail-pulse overview "
                                 "--format json.");
    }
    if (look.columns == 0 && !look.linear)
        look.columns = TEXT_COLUMNS; /* a mail has no terminal to ask */
    look.narrow = look.columns > 0;
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        int outcome = options->outcome == OUTCOME_COUNT ? WHOLE_BOTH : options->outcome;
        code = report_whole(&reading, outcome, &look, stdout, error);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_report = {
    .about = "Chapters: the overview; months, places and handsets; segments; who differs in each "
             "outcome; the models; where the data come from. The figures are those of the commands "
             "of these names.\n\n"
             "HTML is one file without scripts that loads nothing from elsewhere: to attach, to "
             "read on a phone, to print. Text keeps to 80 columns. Every Monday by mail:\n"
             "  0 7 * * 1  retail-pulse report | mail -s 'The shop' owner@example.org\n",
    .more = filters_about,
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
