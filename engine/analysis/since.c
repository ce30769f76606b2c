/* Every sentence is one function: it says nothing where there is nothing to say. Revenue a day is
 * compared by all sales of the days that the new ones fall on, so that a day which was half known
 * at the last visit counts whole. */
#include "engine/analysis/since.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/analysis/recent.h"
#include "engine/slice/stream.h"

enum { NAME_COLUMNS = 24, NAME_SIZE = 128, MONEY_SIZE = MONEY_TEXT_SIZE + 8 };

/* What one pass over all sales finds, apart for those that were there (0) and the new ones (1). */
struct found {
    int64_t sales[2];
    int64_t revenue_minor[2];
    int64_t dearest_minor[2]; /* −1: there is none */
    int64_t dearest_id;       /* of the new; the earliest of those at that price */
    day_number dearest_day;
    day_number first, last; /* of the new */
    int64_t yes[ANSWER_COUNT][2], known[ANSWER_COUNT][2];
    int64_t *by_day[2];                  /* revenue, from the first day on */
    int64_t *handset_ids, *location_ids; /* by code: the earliest new sale's; 0: an old one has it,
                                            INT64_MAX: none has */
};

struct work {
    const struct facts *facts;
    const struct since_visit *visit;
    struct since *out;
    struct found found;
};

/* Cuts between characters where a sentence is too long. */
static void cut(char *text, size_t size, int length) {
    if (length < 0 || (size_t)length < size)
        return;
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && (unsigned char)text[end - 1] >= 0xC0)
        end--;
    text[end] = '\0';
}

__attribute__((format(printf, 2, 3))) static void say(struct since *out, const char *format, ...) {
    if (out->count == SINCE_SENTENCES)
        return;
    char *text = out->sentences[out->count++];
    va_list arguments;
    va_start(arguments, format);
    cut(text, SINCE_SENTENCE_SIZE, vsnprintf(text, SINCE_SENTENCE_SIZE, format, arguments));
    va_end(arguments);
}

static const char *money(double minor, char text[MONEY_SIZE]) {
    char amount[MONEY_TEXT_SIZE];
    money_short(minor, amount);
    snprintf(text, MONEY_SIZE, "%s%s", money_sign(), amount);
    return text;
}

static const char *grouped(int64_t value, char text[NUMBER_TEXT_SIZE]) {
    number_grouped(value, text, NUMBER_TEXT_SIZE);
    return text;
}

/* ------------------------------------------------------------------------ one pass */

static void note_name(int64_t *ids, uint16_t code, int64_t id, bool is_new) {
    if (!is_new)
        ids[code] = 0;
    else if (id < ids[code])
        ids[code] = id;
}

static void note_sales(void *context, const struct facts *window, const uint32_t *rows,
                       size_t count) {
    struct work *work = context;
    struct found *found = &work->found;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        int64_t id = window->id[row], price = window->price_minor[row];
        bool is_new = id > work->visit->sale_id;
        day_number day = window->day[row];
        if (is_new) {
            found->first = found->sales[1] == 0 || day < found->first ? day : found->first;
            found->last = found->sales[1] == 0 || day > found->last ? day : found->last;
            if (price > found->dearest_minor[1] ||
                (price == found->dearest_minor[1] && id < found->dearest_id)) {
                found->dearest_id = id;
                found->dearest_day = day;
            }
        }
        found->sales[is_new]++;
        found->revenue_minor[is_new] += price;
        found->by_day[is_new][day - work->facts->first_day] += price;
        if (price > found->dearest_minor[is_new])
            found->dearest_minor[is_new] = price;
        note_name(found->handset_ids, window->handset[row], id, is_new);
        note_name(found->location_ids, window->location[row], id, is_new);
        for (int of = 0; of < ANSWER_COUNT; of++) {
            int answer = facts_answer(window, row, (enum answer)of);
            found->known[of][is_new] += answer == 0 || answer == 1;
            found->yes[of][is_new] += answer == 1;
        }
    }
}

static enum err find(struct work *work, struct error *error) {
    const struct facts *facts = work->facts;
    struct found *found = &work->found;
    const struct slice all = {0};
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    *found = (struct found){.dearest_minor = {-1, -1}};
    for (int i = 0; i < 2; i++)
        found->by_day[i] = xcalloc(days, sizeof *found->by_day[i]);
    found->handset_ids = xcalloc((size_t)UINT16_MAX + 1, sizeof *found->handset_ids);
    found->location_ids = xcalloc((size_t)UINT16_MAX + 1, sizeof *found->location_ids);
    for (size_t code = 1; code <= UINT16_MAX; code++) /* 0 is no name */
        found->handset_ids[code] = found->location_ids[code] = INT64_MAX;
    if (facts->cube != NULL)
        return stream_slice(facts, &all,
                            PACKED_ID | PACKED_DAY | PACKED_PRICE | PACKED_HANDSET |
                                PACKED_LOCATION | PACKED_ANSWERS,
                            note_sales, work, error);
    if (facts->sales != NULL)
        return error_set(error, ERR_INPUT, "single sales are needed, and only sums are here");
    for (uint32_t row = 0; row < facts->count; row++)
        note_sales(work, facts, &row, 1);
    return ERR_OK;
}

static void found_free(struct found *found) {
    free(found->by_day[0]);
    free(found->by_day[1]);
    free(found->handset_ids);
    free(found->location_ids);
}

/* -------------------------------------------------------------- the sales that came */

static int64_t sales_during(const struct facts *facts, const struct selection *selection,
                            const struct since *out) {
    static const enum dimension by = DIMENSION_DAY;
    struct grouping grouping;
    int64_t sales = 0;
    group_by(facts, selection, &by, 1, &grouping);
    for (int i = 0; i < grouping.count; i++) {
        day_number day = facts->first_day + grouping.groups[i].code[0] - 1;
        sales += day >= out->first && day <= out->last ? grouping.groups[i].cell.sales : 0;
    }
    grouping_free(&grouping);
    return sales;
}

/* Those days against as many before; false where the data do not go back that far, or where most of
 * what those days have was there already. */
static bool compare_days(const struct work *work, struct recent *recent) {
    const struct facts *facts = work->facts;
    const struct since *out = work->out;
    const struct found *found = &work->found;
    int days = out->last - out->first + 1;
    if (out->first - facts->first_day < days)
        return false;
    struct slice span = {0};
    struct selection both = {0};
    char from[DATE_ISO_SIZE], to[DATE_ISO_SIZE], filters[2 * DATE_ISO_SIZE + 16];
    date_iso(out->first - days, from);
    date_iso(out->last, to);
    snprintf(filters, sizeof filters, "date>=%s date<=%s", from, to);
    bool mostly_new = false;
    if (slice_parse(&span, facts, filters, NULL) == ERR_OK &&
        (facts->sales != NULL ? slice_cover : slice_select)(&span, facts, &both, NULL) == ERR_OK) {
        recent_compute_days(facts, &both, out->first, days, recent);
        mostly_new = found->sales[1] * 2 > sales_during(facts, &both, out);
        selection_free(&both);
    }
    slice_free(&span);
    return mostly_new;
}

static const struct recent_figure *revenue_of(const struct recent *recent) {
    for (int i = 0; i < RECENT_FIGURES; i++)
        if (recent->figures[i].measure == MEASURE_REVENUE_PER_DAY)
            return &recent->figures[i];
    return NULL;
}

static void tell_sales(const struct work *work) {
    struct since *out = work->out;
    int64_t revenue = work->found.revenue_minor[1];
    char first[DATE_SHORT_SIZE], last[DATE_SHORT_SIZE], count[NUMBER_TEXT_SIZE], text[MONEY_SIZE];
    char days[2 * DATE_SHORT_SIZE + 8];
    date_short(out->first, first);
    date_short(out->last, last);
    snprintf(days, sizeof days, out->first == out->last ? "%s" : "%s to %s", first, last);
    grouped(out->sales, count);
    const char *plural = out->sales == 1 ? "" : "s";
    struct recent recent;
    const struct recent_figure *figure = NULL;
    if (compare_days(work, &recent))
        figure = revenue_of(&recent);
    if (figure == NULL || !(figure->before > 0)) {
        money((double)revenue, text);
        snprintf(out->brief, sizeof out->brief, "%s sale%s, revenue %s", count, plural, text);
        say(out, "%s new sale%s, %s: revenue %s in all.", count, plural, days, text);
        return;
    }
    double percent = figure->difference.estimate / figure->before * 100;
    const char *verdict = verdict_name(figure->verdict);
    snprintf(out->brief, sizeof out->brief, "%s sale%s, revenue a day %+.1f%% %s", count, plural,
             percent, verdict);
    char before[32] = "day";
    if (recent.days > 1)
        snprintf(before, sizeof before, "%d days", recent.days);
    say(out, "%s new sale%s, %s: revenue %s a day, %+.1f%% (%s) against the %s before.", count,
        plural, days, money(figure->recent, text), percent, verdict, before);
}

/* -------------------------------------------------------- names never seen before */

static void short_name(const char *name, char text[NAME_SIZE]) {
    int used;
    size_t bytes = text_clip(name, NAME_COLUMNS, &used);
    if (bytes > NAME_SIZE - 8) /* marks upon marks */
        bytes = 0;
    snprintf(text, NAME_SIZE, "%.*s%s", (int)bytes, name, name[bytes] != '\0' ? "…" : "");
}

struct named {
    int64_t id;
    int code;
};

static int compare_named(const void *left, const void *right) {
    const struct named *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/* "A, B and 3 more": entries of the dictionary that only new sales have, in the order of these.
 * Returns how many. */
static int name_the_new(const int64_t *ids, const struct dictionary *dictionary, char *text,
                        size_t size) {
    enum { NAMED = 2 };
    struct named *named = xcalloc((size_t)dictionary->count + 1, sizeof *named);
    int found = 0;
    size_t used = 0;
    for (int code = 1; code <= dictionary->count; code++) {
        if (ids[code] != 0 && ids[code] != INT64_MAX)
            named[found++] = (struct named){ids[code], code};
    }
    qsort(named, (size_t)found, sizeof *named, compare_named);
    text[0] = '\0';
    for (int i = 0; i < found && i < NAMED; i++) {
        char name[NAME_SIZE];
        short_name(dictionary->entries[named[i].code - 1].name, name);
        int length = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", name);
        if (length > 0 && (size_t)length < size - used)
            used += (size_t)length;
    }
    if (found > NAMED)
        snprintf(text + used, size - used, " and %d more", found - NAMED);
    free(named);
    return found;
}

static void tell_names(const struct work *work) {
    const struct facts *facts = work->facts;
    char handsets[3 * NAME_SIZE], places[3 * NAME_SIZE];
    int new_handsets =
        name_the_new(work->found.handset_ids, &facts->handsets, handsets, sizeof handsets);
    int new_places =
        name_the_new(work->found.location_ids, &facts->locations, places, sizeof places);
    if (new_handsets > 0 && new_places > 0)
        say(work->out, "Never seen before: handsets %s; places %s.", handsets, places);
    else if (new_handsets > 0)
        say(work->out, "Handset%s never sold before: %s.", new_handsets == 1 ? "" : "s", handsets);
    else if (new_places > 0)
        say(work->out, "Place%s never sold to before: %s.", new_places == 1 ? "" : "s", places);
}

/* ------------------------------------------------------------------------- records */

/* The day of the most revenue by the old sales (and the new ones), and that revenue. */
static day_number best_day(const struct work *work, bool with_new, int64_t *revenue) {
    const struct facts *facts = work->facts;
    day_number best = facts->first_day;
    for (day_number day = facts->first_day; day <= facts->last_day; day++) {
        size_t at = (size_t)(day - facts->first_day);
        int64_t sum = work->found.by_day[0][at] + (with_new ? work->found.by_day[1][at] : 0);
        if (day == facts->first_day || sum > *revenue) {
            *revenue = sum;
            best = day;
        }
    }
    return best;
}

static void tell_records(const struct work *work) {
    const struct found *found = &work->found;
    int64_t revenue = 0, revenue_before = 0;
    day_number day = best_day(work, true, &revenue);
    best_day(work, false, &revenue_before);
    char sale_text[80] = "", day_text[80] = "", date[DATE_SHORT_SIZE], amount[MONEY_TEXT_SIZE];
    if (found->dearest_minor[1] > found->dearest_minor[0]) {
        date_short(found->dearest_day, date);
        money_grouped(found->dearest_minor[1], amount);
        snprintf(sale_text, sizeof sale_text, "the dearest sale, %s%s on %s", money_sign(), amount,
                 date);
    }
    if (revenue > revenue_before) {
        date_short(day, date);
        money_grouped(revenue, amount);
        snprintf(day_text, sizeof day_text, "the best day, %s%s on %s", money_sign(), amount, date);
    }
    if (sale_text[0] != '\0' || day_text[0] != '\0')
        say(work->out, "A record: %s%s%s.", sale_text,
            sale_text[0] != '\0' && day_text[0] != '\0' ? "; " : "", day_text);
}

/* -------------------------------------------------------------------------- shares */

struct moved {
    const char *name;
    enum answer answer;
    int64_t yes[2], known[2]; /* of the old sales, of the new */
    struct interval difference;
    double p;
};

static void count_share(const struct work *work, struct moved *moved) {
    for (int i = 0; i < 2; i++) {
        moved->yes[i] = work->found.yes[moved->answer][i];
        moved->known[i] = work->found.known[moved->answer][i];
    }
    moved->p = NAN;
    if (moved->known[0] == 0 || moved->known[1] == 0)
        return;
    moved->difference =
        difference_newcombe(moved->yes[1], moved->known[1], moved->yes[0], moved->known[0]);
    int64_t counts[4] = {moved->yes[1], moved->known[1] - moved->yes[1], moved->yes[0],
                         moved->known[0] - moved->yes[0]};
    moved->p = chi_square_test(counts, 2, 2).p;
}

/* Only what both the interval (Newcombe 1998b) and the test adjusted for their number (Benjamini &
 * Hochberg 1995) hold to be more than chance. */
static void tell_shares(const struct work *work) {
    enum { SHARES = 2 };
    struct moved shares[SHARES] = {{.name = "are returning", .answer = ANSWER_RETURNING},
                                   {.name = "came from Facebook", .answer = ANSWER_FACEBOOK}};
    double p[SHARES], adjusted[SHARES];
    for (int i = 0; i < SHARES; i++) {
        count_share(work, &shares[i]);
        p[i] = shares[i].p;
    }
    adjust_benjamini_hochberg(p, adjusted, SHARES);
    char text[SINCE_SENTENCE_SIZE] = "";
    size_t used = 0;
    for (int i = 0; i < SHARES; i++) {
        const struct moved *moved = &shares[i];
        if (!(adjusted[i] < 0.05) || verdict_of(moved->difference) == VERDICT_UNCLEAR)
            continue;
        int length =
            snprintf(text + used, sizeof text - used,
                     "%s%.1f%% %s, not %.1f%% (%+.1f points [%.1f to %.1f])", used > 0 ? "; " : "",
                     100.0 * (double)moved->yes[1] / (double)moved->known[1], moved->name,
                     100.0 * (double)moved->yes[0] / (double)moved->known[0],
                     moved->difference.estimate * 100, moved->difference.low * 100,
                     moved->difference.high * 100);
        used += (size_t)length;
    }
    if (used > 0)
        say(work->out, "Of the new sales %s.", text);
}

/* --------------------------------------------------------------- what is to be done */

static void tell_work(const struct work *work) {
    const struct since_visit *visit = work->visit;
    /* Sales without the answer teach nothing and are none that a model could know. */
    const int64_t *of = work->found.known[ANSWER_RETURNING];
    int64_t known = of[0] + of[1];
    char models[120] = "", rows[80] = "", a[NUMBER_TEXT_SIZE], b[NUMBER_TEXT_SIZE];
    if (visit->trained_on > 0 && visit->trained_on < known)
        snprintf(models, sizeof models, "The models know %s of %s sales%s%s%s.",
                 grouped(visit->trained_on, a), grouped(known, b),
                 visit->train_key != NULL ? ": " : "",
                 visit->train_key != NULL ? visit->train_key : "",
                 visit->train_key != NULL ? " trains anew" : "");
    if (visit->set_aside > 0)
        snprintf(rows, sizeof rows, "%s row%s set aside: Data tells why.",
                 grouped(visit->set_aside, a), visit->set_aside == 1 ? " was" : "s were");
    if (models[0] != '\0' || rows[0] != '\0')
        say(work->out, "%s%s%s", models, models[0] != '\0' && rows[0] != '\0' ? " " : "", rows);
}

static void tell_nothing(const struct since_visit *visit, struct since *out) {
    char date[DATE_SHORT_SIZE], count[NUMBER_TEXT_SIZE];
    date_short(out->visit, date);
    if (visit->set_aside > 0) {
        snprintf(out->brief, sizeof out->brief, "%s row%s set aside",
                 grouped(visit->set_aside, count), visit->set_aside == 1 ? "" : "s");
        say(out, "No new sale since %s, but %s row%s set aside: Data tells why.", date, count,
            visit->set_aside == 1 ? " was" : "s were");
    } else {
        say(out, "Nothing new since %s.", date);
    }
}

bool since_begin(const struct facts *facts, const struct since_visit *visit, struct since *out) {
    *out = (struct since){.set_aside = visit->set_aside};
    char iso[DATE_ISO_SIZE];
    const char *reason;
    snprintf(iso, sizeof iso, "%.10s", visit->at != NULL ? visit->at : "");
    if (!date_parse(iso, DATE_YMD, &out->visit, &reason))
        return false;
    out->returning = true;
    if (facts->count > 0 && facts_last_id(facts) > visit->sale_id)
        return true;
    tell_nothing(visit, out);
    return false;
}

enum err since_compute(const struct facts *facts, const struct since_visit *visit,
                       struct since *out, struct error *error) {
    if (!since_begin(facts, visit, out))
        return ERR_OK;
    struct work work = {.facts = facts, .visit = visit, .out = out};
    enum err err = find(&work, error);
    out->sales = work.found.sales[1];
    if (err == ERR_OK && out->sales == 0) {
        tell_nothing(visit, out);
    } else if (err == ERR_OK) {
        out->first = work.found.first;
        out->last = work.found.last;
        tell_sales(&work);
        if (work.found.sales[0] > 0) { /* in a shop that had nothing, everything would be news */
            tell_names(&work);
            tell_records(&work);
            tell_shares(&work);
        }
        tell_work(&work);
    }
    found_free(&work.found);
    return err;
}
