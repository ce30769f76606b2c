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

enum { NAME_COLUMNS = 24, NAME_SIZE = 128, MONEY_SIZE = MONEY_TEXT_SIZE + 8 };

/* One pass over the work: the sales from `first_new` on are new. */
struct work {
    const struct facts *facts;
    const struct since_visit *visit;
    size_t first_new;
    struct since *out;
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

static size_t first_after(const struct facts *facts, int64_t id) {
    size_t low = 0, high = facts->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (facts->id[middle] <= id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* -------------------------------------------------------------- the sales that came */

/* Those days against as many before; false where the data do not go back that far, or where most of
 * what those days have was there already. */
static bool compare_days(const struct work *work, struct recent *recent) {
    const struct facts *facts = work->facts;
    const struct since *out = work->out;
    int days = out->last - out->first + 1;
    if (out->first - facts->first_day < days)
        return false;
    struct selection both = {.rows = xcalloc(facts->count, sizeof *both.rows)};
    int64_t during = 0;
    for (size_t row = 0; row < facts->count; row++) {
        if (facts->day[row] < out->first - days || facts->day[row] > out->last)
            continue;
        during += facts->day[row] >= out->first;
        both.rows[both.count++] = (uint32_t)row;
    }
    bool mostly_new = out->sales * 2 > during;
    if (mostly_new)
        recent_compute_days(facts, &both, out->first, days, recent);
    selection_free(&both);
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
    int64_t revenue = 0;
    for (size_t row = work->first_new; row < work->facts->count; row++)
        revenue += work->facts->price_minor[row];
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

/* "A, B and 3 more": entries of the dictionary that only new sales have. Returns how many. */
static int name_the_new(const struct work *work, const uint16_t *codes,
                        const struct dictionary *dictionary, char *text, size_t size) {
    enum { NAMED = 2, OLD = 1, NEW = 2 };
    int found = 0;
    size_t used = 0;
    uint8_t *seen = xcalloc((size_t)UINT16_MAX + 1, 1);
    for (size_t row = 0; row < work->first_new; row++)
        seen[codes[row]] = OLD;
    text[0] = '\0';
    for (size_t row = work->first_new; row < work->facts->count; row++) {
        uint16_t code = codes[row];
        if (code == 0 || seen[code] != 0)
            continue;
        seen[code] = NEW;
        if (++found > NAMED)
            continue;
        char name[NAME_SIZE];
        short_name(dictionary->entries[code - 1].name, name);
        int length = snprintf(text + used, size - used, "%s%s", found > 1 ? ", " : "", name);
        if (length > 0 && (size_t)length < size - used)
            used += (size_t)length;
    }
    if (found > NAMED)
        snprintf(text + used, size - used, " and %d more", found - NAMED);
    free(seen);
    return found;
}

static void tell_names(const struct work *work) {
    const struct facts *facts = work->facts;
    char handsets[3 * NAME_SIZE], places[3 * NAME_SIZE];
    int new_handsets =
        name_the_new(work, facts->handset, &facts->handsets, handsets, sizeof handsets);
    int new_places = name_the_new(work, facts->location, &facts->locations, places, sizeof places);
    if (new_handsets > 0 && new_places > 0)
        say(work->out, "Never seen before: handsets %s; places %s.", handsets, places);
    else if (new_handsets > 0)
        say(work->out, "Handset%s never sold before: %s.", new_handsets == 1 ? "" : "s", handsets);
    else if (new_places > 0)
        say(work->out, "Place%s never sold to before: %s.", new_places == 1 ? "" : "s", places);
}

/* ------------------------------------------------------------------------- records */

/* The dearest of the rows from `from` to below `to`; `to` where there is none. */
static size_t dearest(const struct facts *facts, size_t from, size_t to) {
    size_t best = to;
    for (size_t row = from; row < to; row++)
        if (best == to || facts->price_minor[row] > facts->price_minor[best])
            best = row;
    return best;
}

/* The day of the most revenue by the sales below `to`, and that revenue. */
static day_number best_day(const struct facts *facts, size_t to, int64_t *revenue) {
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1, best = 0;
    int64_t *sums = xcalloc(days, sizeof *sums);
    for (size_t row = 0; row < to; row++)
        sums[facts->day[row] - facts->first_day] += facts->price_minor[row];
    for (size_t day = 1; day < days; day++)
        if (sums[day] > sums[best])
            best = day;
    *revenue = sums[best];
    free(sums);
    return facts->first_day + (day_number)best;
}

static void tell_records(const struct work *work) {
    const struct facts *facts = work->facts;
    size_t sale = dearest(facts, work->first_new, facts->count);
    size_t before = dearest(facts, 0, work->first_new);
    int64_t revenue, revenue_before;
    day_number day = best_day(facts, facts->count, &revenue);
    best_day(facts, work->first_new, &revenue_before);
    char sale_text[80] = "", day_text[80] = "", date[DATE_SHORT_SIZE], amount[MONEY_TEXT_SIZE];
    if (facts->price_minor[sale] > facts->price_minor[before]) {
        date_short(facts->day[sale], date);
        money_grouped(facts->price_minor[sale], amount);
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
    for (size_t row = 0; row < work->facts->count; row++) {
        int answer = facts_answer(work->facts, row, moved->answer);
        if (answer != 0 && answer != 1)
            continue;
        bool is_new = row >= work->first_new;
        moved->known[is_new]++;
        moved->yes[is_new] += answer;
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

/* Sales without the answer teach nothing and are none that a model could know. */
static int64_t learnable(const struct facts *facts) {
    int64_t count = 0;
    for (size_t row = 0; row < facts->count; row++) {
        int answer = facts_answer(facts, row, ANSWER_RETURNING);
        count += answer == 0 || answer == 1;
    }
    return count;
}

static void tell_work(const struct work *work) {
    const struct since_visit *visit = work->visit;
    int64_t known = learnable(work->facts);
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

void since_compute(const struct facts *facts, const struct since_visit *visit, struct since *out) {
    *out = (struct since){.set_aside = visit->set_aside};
    char iso[DATE_ISO_SIZE], date[DATE_SHORT_SIZE], count[NUMBER_TEXT_SIZE];
    const char *reason;
    snprintf(iso, sizeof iso, "%.10s", visit->at != NULL ? visit->at : "");
    if (!date_parse(iso, DATE_YMD, &out->visit, &reason))
        return;
    out->returning = true;
    struct work work = {facts, visit, first_after(facts, visit->sale_id), out};
    out->sales = (int64_t)(facts->count - work.first_new);
    if (out->sales == 0) {
        date_short(out->visit, date);
        if (visit->set_aside > 0) {
            snprintf(out->brief, sizeof out->brief, "%s row%s set aside",
                     grouped(visit->set_aside, count), visit->set_aside == 1 ? "" : "s");
            say(out, "No new sale since %s, but %s row%s set aside: Data tells why.", date, count,
                visit->set_aside == 1 ? " was" : "s were");
        } else {
            say(out, "Nothing new since %s.", date);
        }
        return;
    }
    out->first = out->last = facts->day[work.first_new];
    for (size_t row = work.first_new; row < facts->count; row++) {
        out->first = facts->day[row] < out->first ? facts->day[row] : out->first;
        out->last = facts->day[row] > out->last ? facts->day[row] : out->last;
    }
    tell_sales(&work);
    if (work.first_new > 0) { /* in a shop that had nothing, everything would be news */
        tell_names(&work);
        tell_records(&work);
        tell_shares(&work);
    }
    tell_work(&work);
}
