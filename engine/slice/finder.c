#include "engine/slice/finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "db/references.h"
#include "db/sales.h"
#include "engine/slice/calendar.h"

enum { ROWS_AT_ONCE = 1000000, DAYS_MAX = 10000 };

static bool *matching_terms(const struct dictionary *dictionary, const char *text) {
    bool *matches = xcalloc((size_t)dictionary->count + 1, sizeof *matches);
    for (int i = 0; i < dictionary->count; i++)
        matches[i + 1] = text_contains(dictionary->entries[i].name, text);
    return matches;
}

/* A whole number stands for all prices that begin with it: prices are shown without their minor
 * units. */
static void read_price(struct finder *finder, const char *text) {
    int64_t minor;
    const char *reason;
    if (!money_parse(text, &minor, &reason))
        return;
    finder->price_from_minor = minor;
    finder->price_below_minor = minor + (strchr(text, '.') != NULL ? 1 : MONEY_MINOR);
}

/* A year alone is too often another number. */
static void read_days(struct finder *finder, const char *text) {
    char canonical[PERIOD_LABEL_SIZE];
    const char *reason;
    if (strpbrk(text, "-/") == NULL)
        return;
    finder->has_days =
        calendar_read(DIMENSION_DAY, text, &finder->first_day, &finder->last_day, canonical);
    for (int format = 0; !finder->has_days && format < DATE_FORMAT_COUNT; format++) {
        if (date_format_is_detected((enum date_format)format) &&
            date_parse(text, (enum date_format)format, &finder->first_day, &reason)) {
            finder->last_day = finder->first_day;
            finder->has_days = true;
        }
    }
}

/* Where to look for them, of so many sales that looking everywhere takes long. */
static enum err read_their_days(struct finder *finder, struct db *db, struct error *error) {
    enum err err = ERR_OK;
    if (finder->referenced_count > DAYS_MAX)
        return ERR_OK;
    finder->referenced_days =
        xcalloc(finder->referenced_count + 1, sizeof *finder->referenced_days);
    for (size_t i = 0; err == ERR_OK && i < finder->referenced_count; i++) {
        struct sale sale;
        err = db_sale_get(db, finder->referenced[i], &sale, error);
        if (err != ERR_OK)
            break;
        finder->referenced_days[i] = sale.day;
        free((char *)sale.reference);
    }
    return err;
}

static enum err read_references(struct finder *finder, struct db *db, const char *text,
                                bool (*go_on)(void *), void *context, struct error *error) {
    if (finder->facts->count == 0 || db == NULL)
        return ERR_OK;
    struct id_list ids = {0};
    enum err err = db_references_find(db, text, go_on, context, &ids, error);
    finder->referenced = ids.ids;
    finder->referenced_count = ids.count;
    return err == ERR_OK ? read_their_days(finder, db, error) : err;
}

enum err finder_open(struct finder *finder, const struct facts *facts, struct db *db,
                     const char *text, bool (*go_on)(void *context), void *context,
                     struct error *error) {
    *finder = (struct finder){.facts = facts};
    finder->places = matching_terms(&facts->locations, text);
    finder->handsets = matching_terms(&facts->handsets, text);
    read_price(finder, text);
    read_days(finder, text);
    return read_references(finder, db, text, go_on, context, error);
}

void finder_close(struct finder *finder) {
    free(finder->places);
    free(finder->handsets);
    free(finder->referenced);
    free(finder->referenced_days);
    *finder = (struct finder){0};
}

static int compare_ids(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

bool finder_matches(const struct finder *finder, const struct facts *facts, uint32_t row) {
    return finder->places[facts->location[row]] || finder->handsets[facts->handset[row]] ||
           (facts->price_minor[row] >= finder->price_from_minor &&
            facts->price_minor[row] < finder->price_below_minor) ||
           (finder->has_days && facts->day[row] >= finder->first_day &&
            facts->day[row] <= finder->last_day) ||
           (finder->referenced_count > 0 &&
            bsearch(&facts->id[row], finder->referenced, finder->referenced_count,
                    sizeof *facts->id, compare_ids) != NULL);
}

long finder_next(const struct finder *finder, const uint32_t *rows, long count, long from,
                 int direction, bool (*go_on)(void *context), void *context, bool *stopped) {
    *stopped = false;
    for (long step = 1, at = from; step <= count; step++) {
        at += direction;
        at = at >= count ? 0 : at < 0 ? count - 1 : at;
        if (finder_matches(finder, finder->facts, rows[at]))
            return at;
        if (step % ROWS_AT_ONCE == 0 && go_on != NULL && !go_on(context)) {
            *stopped = true;
            break;
        }
    }
    return -1;
}
