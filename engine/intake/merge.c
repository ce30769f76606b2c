#include "engine/intake/merge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/cube.h"
#include "db/sales.h"
#include "engine/intake/merge_parts.h"

enum { REPORT_MS = 100, NAME_COLUMNS = 80 };

void merge_result_free(struct merge_result *result) {
    for (int i = 0; i < result->count; i++)
        free(result->shops[i].name);
    free(result->shops);
    *result = (struct merge_result){0};
}

enum err merge_report(struct merger *merger, const char *unit, int64_t done, int64_t total) {
    int64_t now_ms = clock_elapsed_ms();
    if (now_ms - merger->reported_ms < REPORT_MS)
        return ERR_OK;
    merger->reported_ms = now_ms;
    if (progress_report(merger->progress, merger->phase, unit, (uint64_t)done, (uint64_t)total))
        return ERR_OK;
    error_set(merger->error, ERR_CANCELLED, "cancelled");
    return error_hint(merger->error, "nothing of the file was kept");
}

/* ----------------------------------------------------------------------------- dictionaries */

static enum err no_such_term(struct merger *merger, const char *what, int32_t id) {
    error_set(merger->error, ERR_DAMAGED, "%s is damaged: a sale has a %s that is not there (%d)",
              db_path(merger->other), what, (int)id);
    return error_hint(merger->error, "nothing was taken from it; ask for another copy");
}

enum err merge_location(struct merger *merger, int32_t other_id, int32_t *id) {
    *id = 0;
    if (other_id == 0)
        return ERR_OK;
    if (other_id < 0 || other_id > merger->locations.count)
        return no_such_term(merger, "location", other_id);
    const struct term *term = &merger->locations.entries[other_id - 1];
    int32_t *known = &merger->location_ids[other_id];
    enum err err = ERR_OK;
    if (*known == 0)
        err = db_location_intern(merger->db, term->name, term->local != 0, known, merger->error);
    *id = *known;
    return err;
}

enum err merge_handset(struct merger *merger, int32_t other_id, int32_t *id) {
    *id = 0;
    if (other_id <= 0 || other_id > merger->handsets.count)
        return no_such_term(merger, "handset", other_id);
    const struct term *term = &merger->handsets.entries[other_id - 1];
    int32_t *known = &merger->handset_ids[other_id];
    enum err err = ERR_OK;
    if (*known == 0)
        err = db_handset_intern(merger->db, term->name, term->brand, known, merger->error);
    *id = *known;
    return err;
}

static enum err count_terms(struct merger *merger, int sign) {
    struct dictionary locations = {0}, handsets = {0};
    enum err err = db_locations_load(merger->db, &locations, merger->error);
    if (err == ERR_OK)
        err = db_handsets_load(merger->db, &handsets, merger->error);
    merger->result->new_locations += sign * locations.count;
    merger->result->new_handsets += sign * handsets.count;
    dictionary_free(&locations);
    dictionary_free(&handsets);
    return err;
}

/* ------------------------------------------------------------------------------------ shops */

/* "/srv/east.db" → "east" */
static char *name_of_file(const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t length = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
    return text_clean(base, length);
}

static char *name_of_shop(const struct merger *merger, const struct shop_entry *entry) {
    const char *given = merger->options->shop;
    char *name;
    if (entry->id == SHOP_OWN && given != NULL)
        name = text_clean(given, strlen(given));
    else if (entry->id == SHOP_OWN && strcmp(entry->name, shop_unnamed) == 0)
        name = name_of_file(db_path(merger->other));
    else
        name = text_clean(entry->name, strlen(entry->name));
    name[text_clip(name, NAME_COLUMNS, NULL)] = '\0';
    return name;
}

static bool has_runs(const struct merger *merger, int32_t other_shop) {
    for (int i = 0; i < merger->run_count; i++) {
        if (merger->runs[i].run.shop == other_shop)
            return true;
    }
    return false;
}

/* Which of our shops has an import of the other's shop already. */
struct namesake {
    const struct merger *merger;
    int32_t other_shop;
    int32_t stands_in;
    bool has_own; /* our shop `target` has imports at all */
    int32_t target;
};

static bool look_for_namesake(void *context, const struct import_run *run) {
    struct namesake *search = context;
    search->has_own = search->has_own || run->shop == search->target;
    for (int i = 0; i < search->merger->run_count; i++) {
        const struct import_run *other = &search->merger->runs[i].run;
        if (other->shop == search->other_shop && other->sha256[0] != '\0' &&
            strcmp(other->sha256, run->sha256) == 0)
            search->stands_in = run->shop;
    }
    return true;
}

static enum err refuse_other_name(struct merger *merger, const struct shop_list *ours,
                                  const char *name, int32_t stands_in) {
    error_set(merger->error, ERR_INPUT,
              "the sales of \"%s\" in %s stand here already, as those of \"%s\"", name,
              db_path(merger->other), ours->entries[stands_in - 1].name);
    return error_hint(merger->error, "--shop '%s' adds what is new to that shop",
                      ours->entries[stands_in - 1].name);
}

/* Whether the shop may come the way it is meant to. */
static enum err check_shop(struct merger *merger, const struct shop_list *ours,
                           const struct shop_entry *entry, const struct merged_shop *shop) {
    const struct shop_entry *here = shop_list_find(ours, shop->name);
    struct namesake search = {
        .merger = merger, .other_shop = entry->id, .target = here != NULL ? here->id : 0};
    enum err err = db_imports_list(merger->db, look_for_namesake, &search, merger->error);
    if (err != ERR_OK)
        return err;
    if (search.stands_in != 0 && search.stands_in != search.target &&
        (merger->options->shop == NULL || entry->id != SHOP_OWN))
        return refuse_other_name(merger, ours, shop->name, search.stands_in);
    if (shop->sums_only && search.has_own) {
        error_set(merger->error, ERR_INPUT,
                  "the sales of \"%s\" are here one by one; sums cannot take their place",
                  shop->name);
        return error_hint(merger->error, "merge the database with its sales, without --cubes");
    }
    return ERR_OK;
}

static enum err choose_shop(struct merger *merger, const struct shop_list *ours,
                            const struct shop_entry *entry) {
    struct merged_shop *shop = &merger->result->shops[entry->id - 1];
    if (!entry->sums_only && !has_runs(merger, entry->id))
        return ERR_OK; /* the empty shop of a file that others were merged into */
    shop->name = name_of_shop(merger, entry);
    if (shop->name[0] == '\0')
        return error_set(merger->error, ERR_INPUT, "a shop needs a name: --shop NAME");
    shop->sums_only = entry->sums_only || merger->options->cubes_only;
    const struct shop_entry *here = shop_list_find(ours, shop->name);
    shop->is_new = here == NULL;
    shop->had_sums = here != NULL && here->sums_only && !shop->sums_only;
    enum err err = check_shop(merger, ours, entry, shop);
    if (err == ERR_OK)
        err = db_shop_intern(merger->db, shop->name, &merger->targets[entry->id], merger->error);
    for (int32_t id = 1; err == ERR_OK && id < entry->id; id++) {
        if (merger->targets[id] == merger->targets[entry->id])
            err = error_set(merger->error, ERR_INPUT, "%s has two shops that would be \"%s\" here",
                            db_path(merger->other), shop->name);
    }
    if (err == ERR_OK && shop->had_sums) {
        merger->changed = true;
        err = db_cube_clear_shop(merger->db, merger->targets[entry->id], merger->error);
    }
    return err;
}

static enum err choose_shops(struct merger *merger) {
    struct shop_list ours;
    int count = merger->shops.count, taken = 0;
    enum err err = db_shops_load(merger->db, &ours, merger->error);
    merger->result->shops = xcalloc((size_t)count + 1, sizeof *merger->result->shops);
    merger->result->count = count;
    merger->targets = xcalloc((size_t)count + 1, sizeof *merger->targets);
    for (int i = 0; err == ERR_OK && i < count; i++) {
        err = choose_shop(merger, &ours, &merger->shops.entries[i]);
        taken += err == ERR_OK && merger->targets[i + 1] != 0;
    }
    shop_list_free(&ours);
    if (err == ERR_OK && taken == 0)
        err = error_set(merger->error, ERR_NO_DATA, "%s has no sales", db_path(merger->other));
    if (err == ERR_OK && merger->options->shop != NULL && merger->targets[SHOP_OWN] == 0)
        err = error_set(merger->error, ERR_INPUT,
                        "--shop names a database's own shop, and %s has only other shops' sales",
                        db_path(merger->other));
    return err;
}

static enum err say_merged(struct merger *merger) {
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < merger->shops.count; i++) {
        const struct merged_shop *shop = &merger->result->shops[i];
        if (merger->targets[i + 1] == 0 || shop->sums_only) /* those are said by merge_sums */
            continue;
        struct shop_entry entry = {.id = merger->targets[i + 1]};
        clock_stamp(entry.merged_at);
        err = db_shop_merged(merger->db, &entry, merger->error);
    }
    return err;
}

/* -------------------------------------------------------------------------------- the whole */

static enum err read_other(struct merger *merger) {
    enum err err = db_shops_load(merger->other, &merger->shops, merger->error);
    if (err == ERR_OK)
        err = db_locations_load(merger->other, &merger->locations, merger->error);
    if (err == ERR_OK)
        err = db_handsets_load(merger->other, &merger->handsets, merger->error);
    if (err != ERR_OK)
        return err;
    merger->location_ids =
        xcalloc((size_t)merger->locations.count + 1, sizeof *merger->location_ids);
    merger->handset_ids = xcalloc((size_t)merger->handsets.count + 1, sizeof *merger->handset_ids);
    return merge_read_runs(merger);
}

static enum err say_on_record(struct merger *merger) {
    int64_t added = 0;
    for (int i = 0; i < merger->result->count; i++)
        added += merger->result->shops[i].added;
    return db_audit(merger->db, AUDIT_MERGE, db_path(merger->other), merger->error,
                    "%lld sales in, of %d shops", (long long)added, merger->result->count);
}

static enum err within_transaction(struct merger *merger) {
    enum err err = count_terms(merger, -1);
    if (err == ERR_OK)
        err = choose_shops(merger);
    if (err == ERR_OK)
        err = merge_sales(merger);
    if (err == ERR_OK && merger->changed)
        err = say_merged(merger);
    if (err == ERR_OK)
        err = merge_sums(merger);
    if (err == ERR_OK && merger->changed)
        err = say_on_record(merger);
    return err == ERR_OK ? count_terms(merger, 1) : err;
}

/* Shops of which nothing was to be taken leave the result. */
static void drop_untaken(struct merge_result *result) {
    int kept = 0;
    for (int i = 0; i < result->count; i++) {
        if (result->shops[i].name != NULL)
            result->shops[kept++] = result->shops[i];
    }
    result->count = kept;
}

static enum err merge_opened(struct merger *merger) {
    enum err err = db_snapshot_begin(merger->other, merger->error);
    if (err != ERR_OK)
        return err;
    err = read_other(merger);
    if (err == ERR_OK)
        err = db_begin_trusting(merger->db, merger->error);
    if (err == ERR_OK) {
        err = within_transaction(merger);
        merger->result->nothing_new = !merger->changed;
        if (err == ERR_OK && merger->changed && !merger->options->dry_run)
            err = db_commit(merger->db, merger->error);
        else
            db_rollback(merger->db);
    }
    db_snapshot_end(merger->other);
    return err;
}

static enum err refuse_itself(const struct db *db, const char *path, struct error *error) {
    struct stat ours, theirs;
    if (stat(db_path(db), &ours) != 0 || stat(path, &theirs) != 0 || ours.st_dev != theirs.st_dev ||
        ours.st_ino != theirs.st_ino)
        return ERR_OK;
    return error_set(error, ERR_INPUT, "%s is this database itself", path);
}

static void merger_free(struct merger *merger) {
    for (int i = 0; i < merger->run_count; i++)
        import_run_free(&merger->runs[i].run);
    free(merger->runs);
    free(merger->targets);
    free(merger->location_ids);
    free(merger->handset_ids);
    free(merger->phase);
    shop_list_free(&merger->shops);
    dictionary_free(&merger->locations);
    dictionary_free(&merger->handsets);
    db_close(merger->other);
}

enum err merge_file(struct db *writer, const char *path, const struct merge_options *options,
                    const struct progress_sink *progress, struct merge_result *out,
                    struct error *error) {
    int64_t started_ms = clock_elapsed_ms();
    struct error found = {0};
    *out = (struct merge_result){0};
    struct merger merger = {
        .db = writer, .options = options, .progress = progress, .result = out, .error = &found};
    enum err err = refuse_itself(writer, path, &found);
    if (err == ERR_OK)
        err = db_open_unchanged(path, &merger.other, &found);
    if (err == ERR_OK) {
        const char *slash = strrchr(path, '/');
        merger.phase = xasprintf("reading %s", slash != NULL ? slash + 1 : path);
        err = merge_opened(&merger);
    }
    merger_free(&merger);
    drop_untaken(out);
    out->seconds = (double)(clock_elapsed_ms() - started_ms) / 1000.0;
    if (err != ERR_OK) {
        merge_result_free(out);
        if (error != NULL)
            *error = found;
    }
    return err;
}
