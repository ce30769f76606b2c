/* `retail-pulse rebuild`: columns and sums, anew from the sales. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/intake/fold.h"

static void tell(struct document *document, const struct rebuilt *rebuilt) {
    static const struct column columns[] = {
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "packs", .title = "Packs", .kind = KIND_COUNT},
        {.key = "months", .title = "Months", .kind = KIND_COUNT},
        {.key = "cells", .title = "Sums", .kind = KIND_COUNT},
    };
    struct table *figures = document_figures(document);
    const int64_t values[] = {rebuilt->sales, rebuilt->packs, rebuilt->months, rebuilt->cells};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        table_column(figures, &columns[i]);
        table_integer(figures, values[i]);
    }
    document_sentence(document, "The sales as columns by month, and what they add up to, were made "
                                "anew from the sales themselves.");
}

static enum err run(struct invocation *invocation, struct error *error) {
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct rebuilt rebuilt;
    struct db *db = NULL;
    interrupt_catch();
    enum err err = db_open_writer(invocation->db_path, &sink, &db, error);
    if (err == ERR_OK)
        err = sales_rebuild(db, &sink, &rebuilt, error);
    db_close(db);
    progress_line_erase(&line);
    if (err != ERR_OK)
        return err;
    struct document *document = document_new();
    tell(document, &rebuilt);
    struct look look = invocation_look(invocation);
    err = document_print(document, &look, stdout, error);
    document_free(document);
    return err;
}

const struct subcommand subcommand_rebuild = {
    .about =
        "Keeps the sales, the imports and the models, and makes anew what every import derives "
        "from the sales for speed: the columns by month and their sums. Needed only where a "
        "message says that these are damaged. Cancelled, it leaves everything as it was.\n",
    .run = run,
};
