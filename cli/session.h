/* What most reading subcommands start from: the opened shop, the slice that --where gives, and its
 * sales. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/command.h"
#include "engine/shop.h"
#include "engine/slice/slice.h"
#include "report/reading.h"

struct session {
    const char *db_path; /* the invocation's */
    struct shop *shop;
    const struct facts *facts;
    struct slice slice;
    struct selection selection;
};

/* The sales one by one or, of many, as cells: what these do not tell is streamed, so that a
 * subcommand takes the memory of a dashboard. `where` is an OPTION_TEXTS. The caller closes, on
 * errors too. */
enum err session_open(struct session *session, const struct invocation *invocation,
                      const struct texts *where, struct error *error);
void session_close(struct session *session);

/* Says, where session_open has not, of which shops there are only sums: for answers that look at
 * each sale. */
void session_needs_sales(const struct session *session, const struct invocation *invocation);

/* Adds what a second OPTION_TEXTS of filters says to `slice`, which the caller frees, on errors
 * too. */
enum err session_slice(const struct session *session, const struct texts *filters,
                       struct slice *slice, struct error *error);

/* The same for the builders of report/; holds as long as the session does not move. */
struct reading session_reading(const struct session *session);

/* The options of a struct that has a `struct texts where`. */
#define OPTION_WHERE(type)                                                             \
    {                                                                                  \
        "where", OPTION_TEXTS, offsetof(type, where), "FILTERS",                       \
            "only these sales: 'location=Lakeside age>=40 month>=2025-01'", 0, 0, NULL \
    }

extern const char filters_about[]; /* explains filters, for --help */

#endif
