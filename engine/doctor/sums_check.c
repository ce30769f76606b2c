/* The cube against the columns that it adds up, and the summaries against the cube: all sums are
 * exact, so that what is made anew must be the same bytes. */
#include <inttypes.h>
#include <stdlib.h>

#include "db/checksum.h"
#include "db/cube.h"
#include "db/shops.h"
#include "engine/doctor/parts.h"
#include "engine/slice/cube_month.h"
#include "engine/slice/dimension.h"
#include "engine/slice/summary.h"

#include "base/memory.h"

enum { TOLD_MAX = 5 };

/* The checksum that a month's summary must have; −1: it has none. */
struct due {
    int32_t shop, month;
    int64_t generation, checksum;
};

struct sums_check {
    struct examination *of;
    struct cube_month_list months;
    struct shop_list shops;
    struct due *due;     /* one for each month */
    int next;            /* summary that is to come */
    int broken, missing; /* summaries */
    int told;
    struct buffer is, cells, summary;
};

static bool is_sums_only(const struct sums_check *check, int32_t shop) {
    return shop > 0 && shop <= check->shops.count && check->shops.entries[shop - 1].sums_only;
}

/* What stands in the database as cells, coded: of a shop of which there is nothing else. */
static enum err code_stored(struct sums_check *check, const struct cube_month *month,
                            struct error *why) {
    struct cube_cells cells;
    bool kept;
    enum err err = cube_month_read(check->of->db, month->shop, month->month, &cells, &kept, why);
    if (err == ERR_OK && kept)
        summary_encode(&cells, &check->summary);
    cube_cells_free(&cells);
    return err;
}

static void tell(struct sums_check *check, const struct cube_month *month, const char *what) {
    if (check->told++ < TOLD_MAX)
        found(check->of, CHECK_SUMS, GRADE_BROKEN, REMEDY_REBUILD, rebuild_advice,
              "%04d-%02d of shop %d: %s", month->month / 12, month->month % 12 + 1, month->shop,
              what);
}

static enum err check_month(struct sums_check *check, int at, struct error *why) {
    const struct cube_month *listed = &check->months.months[at];
    struct cube_month stored, made;
    struct db *db = check->of->db;
    const bool sums_only = is_sums_only(check, listed->shop);
    enum err err = db_cube_read(db, listed->shop, listed->month, &stored, &check->is, why);
    if (err == ERR_DAMAGED) {
        tell(check, listed, why->message);
        return ERR_OK;
    }
    if (err == ERR_OK && sums_only)
        err = code_stored(check, listed, why);
    else if (err == ERR_OK)
        err = cube_month_code(db, listed->shop, listed->month, &made, &check->cells,
                              &check->summary, why);
    if (err != ERR_OK)
        return err;
    if (!sums_only && (made.cells != stored.cells || check->cells.length != check->is.length ||
                       checksum_of(check->cells.data, check->cells.length) !=
                           checksum_of(check->is.data, check->is.length)))
        tell(check, listed, "other sums than its columns have");
    check->due[at] = (struct due){
        .shop = listed->shop,
        .month = listed->month,
        .generation = stored.generation,
        .checksum =
            stored.cells < 0 ? -1 : checksum_of(check->summary.data, check->summary.length)};
    return ERR_OK;
}

static bool compare_summary(void *context, const struct cube_month *month, const void *bytes,
                            size_t length) {
    struct sums_check *check = context;
    const struct due *due = check->due;
    int count = check->months.count;
    while (check->next < count &&
           (due[check->next].month < month->month ||
            (due[check->next].month == month->month && due[check->next].shop < month->shop))) {
        check->missing += due[check->next].checksum >= 0;
        check->next++;
    }
    if (check->next < count && due[check->next].month == month->month &&
        due[check->next].shop == month->shop) {
        bool stale = month->generation != due[check->next].generation;
        check->missing += stale;
        check->broken +=
            !stale && (bytes == NULL || checksum_of(bytes, length) != due[check->next].checksum);
        check->next++;
    }
    return true;
}

static void tell_summaries(struct sums_check *check) {
    for (; check->next < check->months.count; check->next++)
        check->missing += check->due[check->next].checksum >= 0;
    if (check->broken > 0)
        found(check->of, CHECK_SUMMARIES, GRADE_BROKEN, REMEDY_REBUILD, rebuild_advice,
              "%d months have others than their sums", check->broken);
    if (check->missing > 0)
        found(check->of, CHECK_SUMMARIES, GRADE_LOOK, REMEDY_NONE,
              "the next import makes them; opening takes longer until then", "%d months have none",
              check->missing);
    if (check->broken == 0 && check->missing == 0)
        found(check->of, CHECK_SUMMARIES, GRADE_FINE, REMEDY_NONE, NULL,
              check->months.count == 1 ? "%d month adds up to the same"
                                       : "%d months add up to the same",
              check->months.count);
}

static void tell_sums(struct sums_check *check) {
    if (check->told > TOLD_MAX)
        found(check->of, CHECK_SUMS, GRADE_BROKEN, REMEDY_REBUILD, rebuild_advice, "%d more months",
              check->told - TOLD_MAX);
    if (check->told == 0)
        found(check->of, CHECK_SUMS, GRADE_FINE, REMEDY_NONE, NULL,
              check->months.count == 1 ? "%d month adds up to the same, to the last digit"
                                       : "%d months add up to the same, to the last digit",
              check->months.count);
}

static enum err check_all(struct sums_check *check, struct error *why) {
    struct packed_state state;
    struct examination *of = check->of;
    enum err err = db_packed_state(of->db, &state, why);
    if (err == ERR_OK && state.last_sale_id != 0 && state.bands != dimension_bands()) {
        found(of, CHECK_SUMS, GRADE_LOOK, REMEDY_NONE, "the next import makes them anew",
              "made by a program with other age and price bands");
        return ERR_OK;
    }
    if (err == ERR_OK)
        err = db_shops_load(of->db, &check->shops, why);
    if (err == ERR_OK)
        err = db_cube_list(of->db, &check->months, why);
    check->due = xcalloc((size_t)check->months.count + 1, sizeof *check->due);
    for (int i = 0; err == ERR_OK && i < check->months.count; i++) {
        check->due[i] = (struct due){check->months.months[i].shop, check->months.months[i].month,
                                     check->months.months[i].generation, -1};
        err = check_month(check, i, why);
        if (err == ERR_OK)
            err = examination_report(of, "adding up", "months", i, check->months.count, why);
    }
    if (err == ERR_OK)
        err = db_summaries_read(of->db, compare_summary, check, why);
    if (err == ERR_OK) {
        tell_sums(check);
        tell_summaries(check);
    }
    return err;
}

enum err examine_sums(struct examination *of, struct error *error) {
    struct sums_check check = {.of = of};
    struct error why;
    enum err err = check_all(&check, &why);
    free(check.due);
    cube_month_list_free(&check.months);
    shop_list_free(&check.shops);
    buffer_free(&check.is);
    buffer_free(&check.cells);
    buffer_free(&check.summary);
    return found_damage(of, CHECK_SUMS, REMEDY_REBUILD, err, &why, error);
}
