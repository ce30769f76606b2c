/* Sales against what was said of them: by the imports that brought them, and by the columns that
 * were derived from them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/check.h"
#include "db/imports.h"
#include "db/pack_columns.h"
#include "db/packs.h"
#include "db/sales.h"
#include "engine/doctor/parts.h"

enum { SALES_BETWEEN_LOOKS = 4096, TOLD_MAX = 5 };

/* ---------------------------------------------------------------------------------- imports */

/* Sales of a run: those that are there, and those that it says it brought. */
struct run_count {
    int64_t run_id, sales, imported;
    char *file; /* NULL: there is no such import, or it was taken back */
};

struct run_counts {
    struct run_count *runs;
    size_t count;
};

static struct run_count *count_of(struct run_counts *counts, int64_t run_id) {
    for (size_t i = 0; i < counts->count; i++) {
        if (counts->runs[i].run_id == run_id)
            return &counts->runs[i];
    }
    counts->runs = xreallocarray(counts->runs, counts->count + 1, sizeof *counts->runs);
    counts->runs[counts->count] = (struct run_count){.run_id = run_id};
    return &counts->runs[counts->count++];
}

static void add_sales(void *context, int64_t run_id, int64_t sales) {
    count_of(context, run_id)->sales = sales;
}

static bool add_run(void *context, const struct import_run *run) {
    struct run_count *count = count_of(context, run->id);
    count->imported = run->imported;
    count->file = xstrdup(run->file);
    return true;
}

static void tell_counts(struct examination *of, const struct run_counts *counts) {
    int told = 0;
    for (size_t i = 0; i < counts->count; i++) {
        const struct run_count *run = &counts->runs[i];
        if (run->sales == run->imported || told++ >= TOLD_MAX)
            continue;
        if (run->file == NULL)
            found(of, CHECK_IMPORTS, GRADE_BROKEN, REMEDY_SALVAGE, salvage_advice,
                  "%" PRId64 " sales are of import %" PRId64 ", which is not there", run->sales,
                  run->run_id);
        else
            found(of, CHECK_IMPORTS, GRADE_BROKEN, REMEDY_SALVAGE,
                  "bring back a backup, or take this import back (import --undo) and import its "
                  "file again",
                  "import %" PRId64 " (%s) brought %" PRId64 " sales, and %" PRId64 " are there",
                  run->run_id, run->file, run->imported, run->sales);
    }
    if (told > TOLD_MAX)
        found(of, CHECK_IMPORTS, GRADE_BROKEN, REMEDY_SALVAGE, salvage_advice,
              "%d more imports have not the sales that they brought", told - TOLD_MAX);
}

enum err examine_imports(struct examination *of, struct error *error) {
    struct run_counts counts = {0};
    struct error why;
    int64_t unended = 0, undone = 0;
    size_t before = of->diagnosis->count;
    enum err err = db_sales_by_run(of->db, 0, add_sales, &counts, &why);
    if (err == ERR_OK)
        err = db_imports_list(of->db, add_run, &counts, &why);
    if (err == ERR_OK)
        tell_counts(of, &counts);
    if (err == ERR_OK)
        err = db_check_imports(of->db, &unended, &undone, &why);
    if (err == ERR_OK && unended > 0)
        found(of, CHECK_IMPORTS, GRADE_BROKEN, REMEDY_NONE, "take them back: import --undo ID",
              "%" PRId64 " imports never ended", unended);
    if (err == ERR_OK && of->diagnosis->count == before)
        found(of, CHECK_IMPORTS, GRADE_FINE, REMEDY_NONE, NULL,
              counts.count == 1 ? "%zu import has the sales that it brought"
                                : "%zu imports have the sales that they brought",
              counts.count);
    for (size_t i = 0; i < counts.count; i++)
        free(counts.runs[i].file);
    free(counts.runs);
    return found_damage(of, CHECK_IMPORTS, REMEDY_SALVAGE, err, &why, error);
}

/* ----------------------------------------------------------------------------- dictionaries */

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names that are the same but for spaces, signs and case: one shop's spelling of one thing twice.
 */
static int count_alike(const struct dictionary *names) {
    enum { KEY_SIZE = 256 };
    char **keys = xcalloc((size_t)names->count + 1, sizeof *keys);
    int alike = 0;
    for (int i = 0; i < names->count; i++) {
        keys[i] = xcalloc(1, KEY_SIZE);
        text_key(names->entries[i].name, keys[i], KEY_SIZE);
    }
    qsort(keys, (size_t)names->count, sizeof *keys, compare_texts);
    for (int i = 0; i < names->count; i++)
        alike += i > 0 && keys[i][0] != '\0' && strcmp(keys[i], keys[i - 1]) == 0;
    for (int i = 0; i < names->count; i++)
        free(keys[i]);
    free(keys);
    return alike;
}

static void tell_names(struct examination *of, const struct dictionary *names, const char *kind) {
    int unclean = 0, alike = count_alike(names);
    for (int i = 0; i < names->count; i++) {
        char *clean = text_clean(names->entries[i].name, strlen(names->entries[i].name));
        unclean += strcmp(clean, names->entries[i].name) != 0;
        free(clean);
    }
    if (unclean > 0)
        found(of, CHECK_DICTIONARIES, GRADE_BROKEN, REMEDY_SALVAGE, salvage_advice,
              "%d of %d %s have names that no import writes", unclean, names->count, kind);
    if (alike > 0)
        found(of, CHECK_DICTIONARIES, GRADE_LOOK, REMEDY_NONE,
              "figures count them apart; write them alike in the files to come",
              "%d of %d %s are another one but for spaces and signs", alike, names->count, kind);
    if (unclean == 0 && alike == 0)
        found(of, CHECK_DICTIONARIES, GRADE_FINE, REMEDY_NONE, NULL, "%d %s", names->count, kind);
}

enum err examine_dictionaries(struct examination *of, struct error *error) {
    struct dictionary names = {0};
    struct error why;
    enum err err = db_locations_load(of->db, &names, &why);
    if (err == ERR_OK)
        tell_names(of, &names, "places");
    dictionary_free(&names);
    names = (struct dictionary){0};
    if (err == ERR_OK)
        err = db_handsets_load(of->db, &names, &why);
    if (err == ERR_OK)
        tell_names(of, &names, "handsets");
    dictionary_free(&names);
    return found_damage(of, CHECK_DICTIONARIES, REMEDY_SALVAGE, err, &why, error);
}

/* ---------------------------------------------------------------------------------- columns */

/* Of all sales of a month of a shop: how many, what they took, and a sum of hashes that is the same
 * in any order and another where any field of any sale is another. */
struct month_sum {
    int32_t shop, month;
    int64_t sales, revenue_minor;
    uint64_t hashes;
};

struct month_sums {
    struct month_sum *sums;
    size_t count, last; /* `last` was asked for last: the next one is near */
};

static struct month_sum *sum_of(struct month_sums *sums, int32_t shop, int32_t month) {
    struct month_sum *last = sums->sums != NULL ? &sums->sums[sums->last] : NULL;
    if (last != NULL && last->shop == shop && last->month == month)
        return last;
    for (size_t i = 0; last != NULL && i < sums->count; i++) {
        if (sums->sums[i].shop == shop && sums->sums[i].month == month) {
            sums->last = i;
            return &sums->sums[i];
        }
    }
    sums->sums = xreallocarray(sums->sums, sums->count + 1, sizeof *sums->sums);
    sums->sums[sums->count] = (struct month_sum){.shop = shop, .month = month};
    sums->last = sums->count++;
    return &sums->sums[sums->last];
}

/* The finalizer of MurmurHash3 (Appleby 2011). */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCDU;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53U;
    return x ^ x >> 33;
}

static void add_row(struct month_sum *sum, int64_t id, uint64_t day_of_month, uint64_t location,
                    uint64_t handset, uint64_t age, uint64_t gender, uint64_t answers,
                    int64_t price_minor, uint64_t identity) {
    uint64_t hash = mix((uint64_t)id);
    hash = mix(hash ^ (location << 48 | handset << 32 | age << 24 | gender << 16 | answers << 8 |
                       day_of_month));
    hash = mix(hash ^ (uint64_t)price_minor);
    sum->sales++;
    sum->revenue_minor = (int64_t)((uint64_t)sum->revenue_minor + (uint64_t)price_minor);
    sum->hashes += mix(hash ^ identity);
}

struct column_check {
    struct examination *of;
    struct month_sums facts, packs;
    struct packed_state state;
    bool later; /* there are sales that stand in no column yet */
    int64_t looks;
    enum err err;
    struct error *error;
};

static bool add_sale(void *context, const struct sale *sale) {
    struct column_check *check = context;
    check->later = sale->id > check->state.last_sale_id;
    if (check->later)
        return false;
    int year, month, day;
    date_to_civil(sale->day, &year, &month, &day);
    add_row(sum_of(&check->facts, sale->shop, year * 12 + month - 1), sale->id, (uint64_t)day,
            (uint64_t)sale->location, (uint64_t)sale->handset,
            sale->age_years == UNKNOWN ? 0 : (uint64_t)sale->age_years,
            (uint64_t)(1 + sale->gender), sale_pack_answers(sale), sale->price_minor,
            sale_identity(sale));
    if (++check->looks % SALES_BETWEEN_LOOKS == 0)
        check->err = examination_report(check->of, "reading sales", "sales", sale->id,
                                        check->state.last_sale_id, check->error);
    return check->err == ERR_OK;
}

static enum err add_pack(struct column_check *check, const struct pack *pack,
                         const struct pack_rows *rows, struct error *why) {
    struct month_sum *sum = sum_of(&check->packs, pack->shop, pack->month);
    enum err err = db_pack_read(check->of->db, pack, rows, why);
    for (int32_t i = 0; err == ERR_OK && i < pack->sales; i++)
        add_row(sum, rows->id[i], rows->day_of_month[i], rows->location[i], rows->handset[i],
                rows->age[i], rows->gender[i], rows->answers[i], rows->price_minor[i],
                rows->identity[i]);
    return err;
}

static enum err add_packs(struct column_check *check, struct error *why) {
    struct pack_list packs = {0};
    struct pack_rows rows = {0};
    enum err err = db_packs_list(check->of->db, &packs, why);
    pack_rows_reserve(&rows, PACK_SALES_MAX);
    for (size_t i = 0; err == ERR_OK && i < packs.count; i++) {
        err = add_pack(check, &packs.packs[i], &rows, why);
        if (err == ERR_OK)
            err = examination_report(check->of, "reading columns", "packs", (int64_t)i,
                                     (int64_t)packs.count, why);
    }
    pack_rows_free(&rows);
    pack_list_free(&packs);
    return err;
}

static void tell_months(struct examination *of, struct column_check *check) {
    int told = 0;
    int64_t sales = 0;
    for (size_t i = 0; i < check->packs.count; i++) /* so that a month in packs alone is told */
        sum_of(&check->facts, check->packs.sums[i].shop, check->packs.sums[i].month);
    for (size_t i = 0; i < check->facts.count; i++) {
        const struct month_sum *is = &check->facts.sums[i];
        const struct month_sum *said = sum_of(&check->packs, is->shop, is->month);
        sales += is->sales;
        if (is->sales == said->sales && is->hashes == said->hashes)
            continue;
        if (told++ < TOLD_MAX)
            found(of, CHECK_COLUMNS, GRADE_BROKEN, REMEDY_REBUILD, rebuild_advice,
                  "%04d-%02d of shop %d: %" PRId64 " sales, and in columns %" PRId64 "%s",
                  is->month / 12, is->month % 12 + 1, is->shop, is->sales, said->sales,
                  is->sales == said->sales ? " that say something else" : "");
    }
    if (told > TOLD_MAX)
        found(of, CHECK_COLUMNS, GRADE_BROKEN, REMEDY_REBUILD, rebuild_advice, "%d more months",
              told - TOLD_MAX);
    if (told == 0)
        found(of, CHECK_COLUMNS, GRADE_FINE, REMEDY_NONE, NULL,
              "%" PRId64 " sales say the same, field by field%s", sales,
              check->later ? "; later ones come in with the next import" : "");
}

enum err examine_columns(struct examination *of, struct error *error) {
    struct error why;
    struct column_check check = {.of = of, .error = &why};
    enum err err = db_packed_state(of->db, &check.state, &why);
    if (err != ERR_OK)
        return found_damage(of, CHECK_COLUMNS, REMEDY_REBUILD, err, &why, error);
    err = db_sales_scan(of->db, 0, add_sale, &check, &why);
    if (err == ERR_OK)
        err = check.err;
    if (err != ERR_OK) { /* the sales themselves */
        err = found_damage(of, CHECK_PAGES, REMEDY_SALVAGE, err, &why, error);
    } else {
        err = add_packs(&check, &why);
        if (err == ERR_OK)
            tell_months(of, &check);
        err = found_damage(of, CHECK_COLUMNS, REMEDY_REBUILD, err, &why, error);
    }
    free(check.facts.sums);
    free(check.packs.sums);
    return err;
}
