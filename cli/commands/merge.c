/* `retail-pulse merge`: other shops' databases into this one, each in one transaction. */
#include "engine/intake/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "db/audit.h"
#include "db/shops.h"

struct options {
    bool cubes, dry_run;
    const char *shop, *own;
};

static const struct option_spec specs[] = {
    {"shop", OPTION_TEXT, offsetof(struct options, shop), "NAME",
     "whose sales they are, for one file; else the name in it, or the file's", 0, 0, NULL},
    {"cubes", OPTION_FLAG, offsetof(struct options, cubes), NULL,
     "only the sums by month: no single sales, a few megabytes", 0, 0, NULL},
    {"dry-run", OPTION_FLAG, offsetof(struct options, dry_run), NULL,
     "say what would come, keep nothing", 0, 0, NULL},
    {"own", OPTION_TEXT, offsetof(struct options, own), "NAME",
     "what the shop of this database itself is called from now on", 0, 0, NULL},
};

static struct table *shops_table(struct document *document) {
    static const struct column columns[] = {
        {.key = "shop", .title = "Shop"},
        {.key = "file", .title = "File"},
        {.key = "sales", .title = "Sales", .kind = KIND_COUNT},
        {.key = "added", .title = "Added", .kind = KIND_COUNT},
        {.key = "present", .title = "Present", .kind = KIND_COUNT},
        {.key = "imports", .title = "Imports", .kind = KIND_COUNT},
        {.key = "set_aside", .title = "Set aside", .kind = KIND_COUNT},
        {.key = "sums_only", .title = "Sums only", .kind = KIND_FLAG},
        {.key = "months", .title = "Months", .kind = KIND_COUNT, .hidden = NOT_IN_TEXT},
        {.key = "cells", .title = "Cells", .kind = KIND_COUNT},
        {.key = "cell_bytes", .title = "Bytes", .kind = KIND_COUNT},
        {.key = "new", .title = "New", .kind = KIND_FLAG, .hidden = NOT_IN_TEXT},
    };
    return document_table(document, "shops", NULL, columns, sizeof columns / sizeof *columns);
}

static void add_shop(struct table *table, const char *file, const struct merged_shop *shop) {
    table_text(table, shop->name);
    table_text(table, file);
    table_integer(table, shop->sales);
    table_integer(table, shop->added);
    table_integer(table, shop->sales - shop->added);
    table_integer(table, shop->runs);
    table_integer(table, shop->rejects);
    table_flag(table, shop->sums_only);
    table_integer(table, shop->months);
    table_integer(table, shop->cells);
    table_integer(table, shop->bytes);
    table_flag(table, shop->is_new);
}

/* What was taken, over all files. */
struct sum {
    int64_t added, present;
    int locations, handsets;
    bool sums_only, had_sums;
    double seconds;
};

static void add_up(struct sum *sum, const struct merge_result *result) {
    for (int i = 0; i < result->count; i++) {
        const struct merged_shop *shop = &result->shops[i];
        sum->added += shop->added;
        sum->present += shop->sales - shop->added;
        sum->sums_only = sum->sums_only || shop->sums_only;
        sum->had_sums = sum->had_sums || shop->had_sums;
    }
    sum->locations += result->new_locations;
    sum->handsets += result->new_handsets;
    sum->seconds += result->seconds;
}

static void tell(struct document *document, const struct sum *sum, bool dry_run) {
    char added[NUMBER_TEXT_SIZE], present[NUMBER_TEXT_SIZE];
    number_grouped(sum->added, added, sizeof added);
    number_grouped(sum->present, present, sizeof present);
    document_sentence(document,
                      "%s sales %s, %s were present already; %d places and %d handsets "
                      "are new; %.1f s.",
                      added, dry_run ? "would be added" : "were added", present, sum->locations,
                      sum->handsets, sum->seconds);
    if (sum->sums_only)
        document_sentence(
            document, "Of a shop with sums only, totals, means and shares by month and by every "
                      "list are exact; what needs each sale leaves the shop out and says so: "
                      "medians, days and weekdays, exact ages and prices, segments, the list of "
                      "sales, training.");
    if (sum->had_sums)
        document_sentence(document, "Sales took the place of a shop's sums.");
}

static enum err rename_own(struct db *db, const char *name, struct error *error) {
    char *clean = text_clean(name, strlen(name));
    enum err err =
        clean[0] != '\0' ? db_begin(db, error) : error_set(error, ERR_USAGE, "--own needs a name");
    if (err == ERR_OK) {
        err = db_shop_rename(db, SHOP_OWN, clean, error);
        if (err == ERR_OK)
            err = db_audit(db, AUDIT_RENAME, "this shop", error, "is called %s", clean);
        if (err == ERR_OK)
            err = db_commit(db, error);
        else
            db_rollback(db);
    }
    free(clean);
    return err;
}

static enum err check_usage(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->operand_count == 0 && options->own == NULL) {
        error_set(error, ERR_USAGE, "merge needs a database");
        return error_hint(error, "For example: retail-pulse merge east.db west.db");
    }
    if (options->shop != NULL && invocation->operand_count != 1)
        return error_set(error, ERR_USAGE, "--shop is for one file");
    if (options->dry_run && access(invocation->db_path, F_OK) != 0) {
        error_set(error, ERR_NOT_FOUND, "there is no database %s yet", invocation->db_path);
        return error_hint(error, "a dry run does not make one");
    }
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    enum err code = check_usage(invocation, error);
    if (code != ERR_OK)
        return code;
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct merge_options merge = {
        .shop = options->shop, .cubes_only = options->cubes, .dry_run = options->dry_run};
    struct db *db = NULL;
    struct document *document = document_new();
    struct table *shops = shops_table(document);
    struct sum sum = {0};
    document->csv = shops;
    interrupt_catch();
    code = db_open_writer(invocation->db_path, &sink, &db, error);
    if (code == ERR_OK && options->own != NULL && !options->dry_run)
        code = rename_own(db, options->own, error);
    for (int i = 0; i < invocation->operand_count && code == ERR_OK; i++) {
        struct merge_result result = {0};
        code = merge_file(db, invocation->operands[i], &merge, &sink, &result, error);
        progress_line_erase(&line);
        for (int shop = 0; shop < result.count; shop++)
            add_shop(shops, invocation->operands[i], &result.shops[shop]);
        add_up(&sum, &result);
        merge_result_free(&result);
    }
    progress_line_erase(&line);
    db_close(db);
    if (shops->value_count == 0) {
        document_free(document);
        return code;
    }
    /* What went in before a file that failed is in. */
    tell(document, &sum, options->dry_run);
    struct error printing = {0};
    enum err printed = invocation_print(invocation, document, &printing);
    if (code == ERR_OK && printed != ERR_OK)
        *error = printing;
    return code == ERR_OK ? printed : code;
}

const struct subcommand subcommand_merge = {
    .operands = "DATABASE...",
    .about = "Adds the sales of other shops' databases, which are only read. Every file goes in "
             "whole or "
             "not at all; the same file again, or a newer copy of it, adds only what is new. Its "
             "imports "
             "come along, with the rows that were set aside; its models and segments do not. The "
             "dimension shop tells the shops apart: --where 'shop=East', explore --by shop.\n",
    .more =
        "With --cubes only sums by month come: exact totals, means and shares, no single sales. To "
        "send as little as possible, make a database of sums beside the shop's and send that one:\n"
        "  retail-pulse --db east-sums.db merge --cubes --shop East shop.db\n"
        "  retail-pulse merge east-sums.db\n"
        "Merging such a shop again replaces its sums; merging its sales replaces them for good.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .run = run,
};
