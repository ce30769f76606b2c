/* `retail-pulse overview`: the shop at a glance. */
#include "report/overview.h"

#include "cli/session.h"

struct options {
    struct texts where;
};

static const struct option_spec specs[] = {OPTION_WHERE(struct options)};

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct session session;
    enum err code = session_open(&session, invocation, &options->where, error);
    if (code == ERR_OK) {
        struct reading reading = session_reading(&session);
        code = invocation_print(invocation, report_overview(&reading), error);
    }
    session_close(&session);
    return code;
}

const struct subcommand subcommand_overview = {
    .about = filters_about,
    .more = "Shares stand with their 95% intervals (Wilson). A partial month is one that the data "
            "or the filters cut; compare revenue per day. The last days are 28 where there are 56 "
            "days at least, else half of them; each side has the same weekdays.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
