/* Filters on time and segments leave of a combination what its shares or whole months say, but for
 * the months whose days they cut otherwise: these sales alone are looked at, and added or taken
 * away, whichever are fewer. Whole numbers: all ways are the same. */
#include "engine/slice/linked_sums.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/cube.h"

/* Of all months: whether the days that `wanted` has are `some` or all of them. */
struct month_passing {
    bool some, all, as_weekdays; /* … what the weekdays that pass anywhere leave */
};

struct reading {
    struct linked_sums *sums;
    const struct facts *facts;
    const uint16_t *month_at; /* by day */
    size_t days, months;
    struct month_passing *passing;
    size_t wholes, parts, unlike_weekdays; /* months */
    bool every_weekday, tells_months;
};

static size_t weekday_of(const struct reading *reading, size_t day) {
    return (size_t)date_weekday(reading->facts->first_day + (day_number)day);
}

static void read_days(struct reading *reading, const uint32_t *failed) {
    struct linked_sums *sums = reading->sums;
    sums->filter.days = xcalloc(reading->days, sizeof *sums->filter.days);
    for (size_t day = 0; day < reading->days; day++) {
        sums->filter.days[day] = failed[day] == 0 ? UINT64_MAX : 0;
        sums->weekdays[weekday_of(reading, day)] |= sums->filter.days[day];
    }
    for (size_t month = 0; month < reading->months; month++)
        reading->passing[month] = (struct month_passing){.all = true, .as_weekdays = true};
    for (size_t day = 0; day < reading->days; day++) {
        struct month_passing *month = &reading->passing[reading->month_at[day]];
        bool passes = failed[day] == 0;
        month->some = month->some || passes;
        month->all = month->all && passes;
        month->as_weekdays =
            month->as_weekdays && passes == (sums->weekdays[weekday_of(reading, day)] != 0);
    }
    reading->every_weekday = true;
    for (size_t weekday = 0; weekday < DAYS_IN_WEEK; weekday++)
        reading->every_weekday = reading->every_weekday && sums->weekdays[weekday] != 0;
    for (size_t month = 0; month < reading->months; month++) {
        const struct month_passing *of = &reading->passing[month];
        reading->wholes += of->all;
        reading->parts += of->some && !of->all;
        reading->unlike_weekdays += !of->as_weekdays;
    }
}

/* Those months that are wanted, as few runs. */
static struct month_runs runs_of(const struct reading *reading, const bool *wanted) {
    struct month_runs runs = {.count = 0};
    runs.runs = xcalloc(reading->months + 1, sizeof *runs.runs);
    for (size_t month = 0; month < reading->months; month++) {
        if (!wanted[month])
            continue;
        if (runs.count > 0 && runs.runs[runs.count - 1].below == month)
            runs.runs[runs.count - 1].below++;
        else
            runs.runs[runs.count++] = (struct month_range){month, month + 1};
    }
    runs.all = runs.count > 0 && !reading->tells_months;
    return runs;
}

/* Corrects a base, of whose days `has` says which it has, in the months that are `wanted`; the
 * base has none of the others' days too few or too many. */
static void correct(struct reading *reading, struct correction *correction, const uint64_t *has,
                    const bool *wanted, bool take_away) {
    const uint64_t *passes = reading->sums->filter.days;
    correction->filter = reading->sums->filter;
    correction->filter.days = xcalloc(reading->days, sizeof *correction->filter.days);
    for (size_t day = 0; day < reading->days; day++)
        correction->filter.days[day] =
            take_away ? has[day] & ~passes[day] : passes[day] & ~has[day];
    correction->runs = runs_of(reading, wanted);
}

/* Months that pass as wholes, and the days of the others. */
static void take_months(struct reading *reading, uint64_t *has, bool *wanted) {
    struct linked_sums *sums = reading->sums;
    sums->base = BASE_MONTHS;
    sums->whole = xcalloc(reading->days, sizeof *sums->whole);
    for (size_t day = 0; day < reading->days; day++) {
        bool whole = reading->passing[reading->month_at[day]].all;
        sums->whole[day] = !whole;
        has[day] = whole ? UINT64_MAX : 0;
    }
    for (size_t month = 0; month < reading->months; month++)
        wanted[month] = reading->passing[month].some && !reading->passing[month].all;
    correct(reading, &sums->added, has, wanted, false);
    sums->time = month_ranges_of(reading->facts, &reading->facts->cube->rows, sums->whole);
}

/* Weekdays that pass anywhere, but for the days of other months on these. */
static void take_weekdays(struct reading *reading, uint64_t *has, bool *wanted) {
    struct linked_sums *sums = reading->sums;
    sums->base = BASE_WEEKDAYS;
    sums->asked |= ASK_DAY;
    for (size_t day = 0; day < reading->days; day++)
        has[day] = sums->weekdays[weekday_of(reading, day)];
    for (size_t month = 0; month < reading->months; month++)
        wanted[month] = !reading->passing[month].as_weekdays;
    correct(reading, &sums->taken_away, has, wanted, true);
}

/* Periods of which fewer months would have to be taken away than added, but for their months that
 * do not pass, and the others' that do. */
static void take_segments(struct reading *reading, uint64_t *has, bool *wanted) {
    struct linked_sums *sums = reading->sums;
    const struct sale_shares *shares = sums->columns->shares;
    const size_t periods = shares->periods;
    uint16_t *period_of = xcalloc(reading->months + 1, sizeof *period_of);
    int *gain = xcalloc(periods + 1, sizeof *gain);
    sums->base = BASE_SEGMENTS;
    for (size_t day = 0; day < reading->days; day++)
        period_of[reading->month_at[day]] = shares->period_at[day];
    for (size_t month = 0; month < reading->months; month++)
        gain[period_of[month]] += reading->passing[month].some - !reading->passing[month].all;
    sums->periods = xcalloc(periods + 1, sizeof *sums->periods);
    for (size_t period = 0; period < periods; period++) {
        if (gain[period] <= 0)
            continue;
        if (sums->period_count > 0 && sums->periods[sums->period_count - 1].below == period)
            sums->periods[sums->period_count - 1].below++;
        else
            sums->periods[sums->period_count++] = (struct period_range){period, period + 1};
    }
    for (size_t day = 0; day < reading->days; day++)
        has[day] = gain[shares->period_at[day]] > 0 ? UINT64_MAX : 0;
    for (size_t month = 0; month < reading->months; month++)
        wanted[month] = gain[period_of[month]] > 0 && !reading->passing[month].all;
    correct(reading, &sums->taken_away, has, wanted, true);
    for (size_t month = 0; month < reading->months; month++)
        wanted[month] = gain[period_of[month]] <= 0 && reading->passing[month].some;
    correct(reading, &sums->added, has, wanted, false);
    free(period_of);
    free(gain);
}

/* Which way looks at fewest months. */
static void choose_base(struct reading *reading) {
    struct linked_sums *sums = reading->sums;
    const bool shares = sums->columns->shares != NULL;
    const size_t others = reading->months - reading->wholes;
    const size_t months = reading->wholes < others ? reading->wholes : others;
    const bool segments = (sums->asked & ASK_SEGMENT) != 0;
    if (segments && !shares)
        return;
    uint64_t *has = xcalloc(reading->days + 1, sizeof *has);
    bool *wanted = xcalloc(reading->months + 1, sizeof *wanted);
    if (segments)
        take_segments(reading, has, wanted);
    else if (shares && !reading->every_weekday &&
             reading->unlike_weekdays < months + reading->parts)
        take_weekdays(reading, has, wanted);
    else
        take_months(reading, has, wanted);
    free(has);
    free(wanted);
}

static void open_time(struct linked_sums *sums, const struct facts *facts, const uint32_t *failed) {
    const struct cube_sums *cube_sums = &facts->cube->rows.sums;
    struct reading reading = {.sums = sums,
                              .facts = facts,
                              .month_at = cube_sums->month_at,
                              .days = sums->columns->days,
                              .months = (size_t)cube_sums->months.count,
                              .tells_months = cube_sums->month_bits != NULL};
    reading.passing = xcalloc(reading.months + 1, sizeof *reading.passing);
    read_days(&reading, failed);
    bool *some = xcalloc(reading.months + 1, sizeof *some);
    for (size_t month = 0; month < reading.months; month++)
        some[month] = reading.passing[month].some;
    sums->passing = runs_of(&reading, some);
    free(some);
    if (reading.parts > 0 || !reading.tells_months) /* else months decide as wholes */
        sums->asked |= ASK_DAY;
    choose_base(&reading);
    free(reading.passing);
}

static void take_all_segments(struct linked_sums *sums) {
    sums->base = BASE_SEGMENTS;
    sums->periods = xcalloc(1, sizeof *sums->periods);
    sums->periods[0].below = sums->columns->shares->periods;
    sums->period_count = 1;
}

void linked_sums_open(struct linked_sums *sums, const struct facts *facts,
                      const struct linked_masks *masks, const struct sale_columns *columns) {
    struct sale_filter *filter = &sums->filter;
    *sums = (struct linked_sums){.columns = columns, .passing = {.all = true}};
    if (columns == NULL) {
        sums->time = month_ranges_of(facts, &facts->cube->rows, masks->days);
        return;
    }
    sums->time = month_ranges_of(facts, &facts->cube->rows, NULL);
    filter->columns = columns;
    sale_filter_set_prices(filter, masks->prices);
    for (int code = 0; code < BYTE_CODES; code++) {
        filter->ages[code] = masks->ages == NULL || masks->ages[code] == 0 ? UINT64_MAX : 0;
        filter->segments[code] =
            masks->segments == NULL || masks->segments[code] == 0 ? UINT64_MAX : 0;
    }
    if (masks->segments != NULL)
        sums->asked |= ASK_SEGMENT;
    if (masks->days != NULL) {
        open_time(sums, facts, masks->days);
        return;
    }
    if (masks->segments == NULL)
        sums->base = BASE_MONTHS;
    else if (columns->shares != NULL)
        take_all_segments(sums);
}

void linked_sums_close(struct linked_sums *sums) {
    free(sums->filter.days);
    free(sums->added.filter.days);
    free(sums->added.runs.runs);
    free(sums->taken_away.filter.days);
    free(sums->taken_away.runs.runs);
    free(sums->periods);
    free(sums->passing.runs);
    free(sums->whole);
}

/* ------------------------------------------------------------------- one combination */

static void add_sums(struct combination_sums *sums, const struct combination_sums *more) {
    sums->sales += more->sales;
    sums->revenue_minor += more->revenue_minor;
    sums->squares += more->squares;
}

struct sale_run {
    uint32_t at, end;
};

/* Calls for the combination's sales of these months. */
static inline __attribute__((always_inline)) void
each_run(const struct linked_sums *sums, const struct month_runs *runs, size_t combination,
         void (*each)(void *context, const struct sale_run *run), void *context) {
    const struct sale_columns *columns = sums->columns;
    struct sale_run run;
    if (runs->all) {
        run = (struct sale_run){columns->from[combination], columns->from[combination + 1]};
        each(context, &run);
        return;
    }
    if (runs->count == 0)
        return;
    const struct cube_rows *rows = &columns->cells->cube->rows;
    const uint64_t *bits = &rows->sums.month_bits[combination * rows->sums.month_words];
    const uint32_t *ends = &columns->row_end[rows->combinations[combination].from];
    for (size_t i = 0; i < runs->count; i++) {
        size_t from = month_ranges_before(bits, runs->runs[i].from);
        size_t below = month_ranges_before(bits, runs->runs[i].below);
        if (from == below)
            continue;
        run.at = from == 0 ? columns->from[combination] : ends[from - 1];
        run.end = ends[below - 1];
        each(context, &run);
    }
}

struct looking {
    const struct sale_filter *filter;
    unsigned asked;
    struct combination_sums sums;
};

static inline void look_at(void *context, const struct sale_run *run) {
    struct looking *looking = context;
    const struct combination_sums more =
        sale_sums(looking->filter, looking->asked, run->at, run->end);
    add_sums(&looking->sums, &more);
}

/* Of its sales in these months. */
static struct combination_sums look(const struct linked_sums *sums,
                                    const struct sale_filter *filter, unsigned asked,
                                    const struct month_runs *runs, size_t combination) {
    struct looking looking = {.filter = filter, .asked = asked};
    each_run(sums, runs, combination, look_at, &looking);
    return looking.sums;
}

static struct combination_sums base_of(const struct linked_sums *sums, size_t combination) {
    const struct sale_shares *shares = sums->columns->shares;
    if (sums->base == BASE_MONTHS)
        return month_ranges_sums(&sums->time, combination);
    if (sums->base == BASE_WEEKDAYS)
        return sale_shares_of_weekdays(shares, combination, sums->weekdays);
    return sale_shares_of_segments(shares, combination, sums->filter.segments, sums->periods,
                                   sums->period_count);
}

struct combination_sums linked_sums_of(const struct linked_sums *sums, size_t combination,
                                       unsigned asked) {
    const struct sale_columns *columns = sums->columns;
    if (columns == NULL)
        return month_ranges_sums(&sums->time, combination);
    if (columns->from[combination] == columns->from[combination + 1])
        return (struct combination_sums){.sales = 0}; /* of a shop of which only sums are here */
    if (asked != 0 || sums->base == BASE_NOTHING)
        return look(sums, &sums->filter, asked | sums->asked, &sums->passing, combination);
    struct combination_sums all = base_of(sums, combination);
    if (sums->added.runs.count > 0) {
        const struct combination_sums more =
            look(sums, &sums->added.filter, sums->asked, &sums->added.runs, combination);
        add_sums(&all, &more);
    }
    if (sums->taken_away.runs.count > 0) {
        const struct combination_sums less =
            look(sums, &sums->taken_away.filter, sums->asked, &sums->taken_away.runs, combination);
        all.sales -= less.sales;
        all.revenue_minor -= less.revenue_minor;
        all.squares -= less.squares;
    }
    return all;
}

/* ----------------------------------------------------------------- several combinations */

static inline void expect_run(void *context, const struct sale_run *run) {
    const struct sale_columns *columns = context;
    expect_bytes(&columns->sales[run->at], (run->end - run->at) * sizeof *columns->sales);
}

/* Where it is, which may be to be read from memory itself. */
static void expect_places(const struct linked_sums *sums, size_t combination) {
    const struct cube_rows *rows = sums->time.rows;
    month_ranges_expect_bits(rows, combination);
    if (sums->columns != NULL)
        expect_line(&sums->columns->from[combination]);
}

static void expect_ends(const struct linked_sums *sums, size_t combination) {
    const struct cube_rows *rows = sums->time.rows;
    const struct combination *of = &rows->combinations[combination];
    const uint32_t *ends = &sums->columns->row_end[of->from];
    expect_bytes(ends, (of[1].from - of->from) * sizeof *ends);
}

/* Whether sales are looked at where nothing else is asked. */
static bool corrects(const struct linked_sums *sums) {
    return sums->base == BASE_NOTHING || sums->added.runs.count > 0 ||
           sums->taken_away.runs.count > 0;
}

static bool looks(const struct linked_sums *sums, unsigned asked) {
    return sums->columns != NULL && (asked != 0 || corrects(sums));
}

static void expect_base(const struct linked_sums *sums, size_t combination) {
    const struct sale_shares *shares = sums->columns != NULL ? sums->columns->shares : NULL;
    if (sums->columns == NULL || sums->base == BASE_MONTHS)
        month_ranges_expect(&sums->time, combination);
    else if (sums->base == BASE_WEEKDAYS)
        sale_shares_expect_weekdays(shares, combination);
    else
        sale_shares_expect_segments(shares, combination, sums->periods, sums->period_count);
}

static void expect_sums(const struct linked_sums *sums, size_t combination, unsigned asked) {
    const bool based = sums->columns == NULL || (asked == 0 && sums->base != BASE_NOTHING);
    if (sums->columns != NULL &&
        sums->columns->from[combination] == sums->columns->from[combination + 1])
        return;
    if (based)
        expect_base(sums, combination);
    if (!looks(sums, asked))
        return;
    if (!based) {
        each_run(sums, &sums->passing, combination, expect_run, (void *)sums->columns);
        return;
    }
    each_run(sums, &sums->added.runs, combination, expect_run, (void *)sums->columns);
    each_run(sums, &sums->taken_away.runs, combination, expect_run, (void *)sums->columns);
}

void linked_sums_batch(const struct linked_sums *sums, struct linked_batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        expect_places(sums, batch->combinations[i]);
    for (size_t i = 0; i < batch->count; i++) {
        if (looks(sums, batch->asked[i]))
            expect_ends(sums, batch->combinations[i]);
    }
    for (size_t i = 0; i < batch->count; i++)
        expect_sums(sums, batch->combinations[i], batch->asked[i]);
    for (size_t i = 0; i < batch->count; i++)
        batch->sums[i] = linked_sums_of(sums, batch->combinations[i], batch->asked[i]);
}
