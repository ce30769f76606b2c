/* What sales are grouped and filtered by: each dimension is a base column of the facts and a
 * look-up table from that column's codes to its own. Only price has too many values for a table. */
#include "engine/slice/dimension.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/slice/calendar.h"

static const struct {
    const char *name, *title;
    bool ordered;
} dimensions[] = {
#define X(symbol, name, title, ordered) [DIMENSION_##symbol] = {name, title, ordered},
    DIMENSION_LIST(X)
#undef X
};

static const char unknown_label[] = "unknown";

static const struct {
    int from_years;
    const char *label;
} age_bands[] = {{AGE_MIN, "under 18"}, {18, "18-24"}, {25, "25-34"}, {35, "35-44"},
                 {45, "45-54"},         {55, "55-64"}, {65, "65+"}};

/* Handset prices have a heavy tail (half of a shop's sales lie within a few thousand of each other,
 * the dearest cost ten times the median), so bands of equal width would put nearly every sale into
 * one of them and leave the others empty. These widen about as the prices do. */
static const struct {
    int64_t from_major;
    const char *label;
} price_bands[] = {{0, "under 10k"},   {10000, "10k-15k"},  {15000, "15k-20k"},
                   {20000, "20k-25k"}, {25000, "25k-30k"},  {30000, "30k-40k"},
                   {40000, "40k-60k"}, {60000, "60k-100k"}, {100000, "100k+"}};

enum {
    AGE_BANDS = sizeof age_bands / sizeof *age_bands,
    PRICE_BANDS = sizeof price_bands / sizeof *price_bands,
    ENGAGEMENT_LEVELS = 4, /* none to all three of facebook, follows, heard */
    BYTE_CODES = 256
};

const char *dimension_name(enum dimension dimension) {
    return dimensions[dimension].name;
}

const char *dimension_title(enum dimension dimension) {
    return dimensions[dimension].title;
}

bool dimension_is_ordered(enum dimension dimension) {
    return dimensions[dimension].ordered;
}

bool dimension_by_name(const char *name, enum dimension *out) {
    for (int i = 0; i < DIMENSION_COUNT; i++) {
        if (text_same(name, dimensions[i].name)) {
            *out = (enum dimension)i;
            return true;
        }
    }
    return false;
}

bool dimension_is_offered(const struct facts *facts, enum dimension dimension) {
    switch (dimension) {
    case DIMENSION_SEGMENT:
        return facts->segment_count > 0;
    case DIMENSION_SHOP:
        return facts->shops.count > 1;
    default:
        return true;
    }
}

bool dimension_answer(enum dimension dimension, enum answer *out) {
    switch (dimension) {
    case DIMENSION_FACEBOOK:
        *out = ANSWER_FACEBOOK;
        return true;
    case DIMENSION_FOLLOWS:
        *out = ANSWER_FOLLOWS;
        return true;
    case DIMENSION_RETURNING:
        *out = ANSWER_RETURNING;
        return true;
    case DIMENSION_HEARD:
        *out = ANSWER_HEARD;
        return true;
    default:
        return false;
    }
}

/* 0 unknown, 1 no, 2 yes */
static int answer_digit(int packed, enum answer answer) {
    for (int i = 0; i < (int)answer; i++)
        packed /= 3;
    return packed % 3;
}

static int engagement_code(int packed) {
    static const enum answer asked[] = {ANSWER_FACEBOOK, ANSWER_FOLLOWS, ANSWER_HEARD};
    int yes = 0;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        int digit = answer_digit(packed, asked[i]);
        if (digit == 0)
            return 0;
        yes += digit == 2;
    }
    return 1 + yes;
}

int dimension_age_band_code(int years) {
    int code = 0;
    while (code < AGE_BANDS && years >= age_bands[code].from_years)
        code++;
    return code;
}

int dimension_price_band_code(int64_t price_minor) {
    int code = 0; /* no branches: this runs once a sale */
    for (int i = 0; i < PRICE_BANDS; i++)
        code += price_minor >= price_bands[i].from_major * MONEY_MINOR;
    return code;
}

/* FNV-1a (Fowler, Noll, Vo) of the bands' edges. */
int64_t dimension_bands(void) {
    uint64_t hash = 0xCBF29CE484222325U;
    for (int i = 0; i < AGE_BANDS; i++)
        hash = (hash ^ (uint64_t)age_bands[i].from_years) * 0x100000001B3U;
    for (int i = 0; i < PRICE_BANDS; i++)
        hash = (hash ^ (uint64_t)price_bands[i].from_major) * 0x100000001B3U;
    return (int64_t)hash;
}

void dimension_price_band(int code, int64_t *from_minor, int64_t *below_minor) {
    *from_minor = price_bands[code - 1].from_major * MONEY_MINOR;
    *below_minor = code < PRICE_BANDS ? price_bands[code].from_major * MONEY_MINOR : INT64_MAX;
}

void dimension_age_band(int code, int *from_years, int *below_years) {
    *from_years = age_bands[code - 1].from_years;
    *below_years = code < AGE_BANDS ? age_bands[code].from_years : AGE_MAX + 1;
}

/* --------------------------------------------------------------- opening */

/* Years, quarters, months, weeks, days: those without a sale have their codes too. */
static void open_periods(struct dimension_view *view) {
    const struct facts *facts = view->facts;
    view->codes = 1;
    if (facts->count == 0)
        return;
    size_t days = (size_t)(facts->last_day - facts->first_day) + 1;
    view->lookup = xcalloc(days, sizeof *view->lookup);
    view->first = calendar_period(view->dimension, facts->first_day);
    day_number day = facts->first_day;
    for (int period = view->first; day <= facts->last_day; period++) {
        day_number end = calendar_end(view->dimension, period);
        for (; day < end && day <= facts->last_day; day++)
            view->lookup[day - facts->first_day] = view->codes;
        view->codes++;
    }
}

/* Weekdays and weekend: indexed by the days since the first sale, modulo 7. */
static void open_weekdays(struct dimension_view *view) {
    int first = view->facts->count != 0 ? date_weekday(view->facts->first_day) : 0;
    bool weekend = view->dimension == DIMENSION_WEEKEND;
    view->codes = weekend ? 3 : 1 + DAYS_IN_WEEK;
    view->lookup = xcalloc(DAYS_IN_WEEK, sizeof *view->lookup);
    for (int i = 0; i < DAYS_IN_WEEK; i++) {
        int weekday = (first + i) % DAYS_IN_WEEK;
        view->lookup[i] = weekend ? 1 + (facts_weekend(view->facts) >> weekday & 1) : 1 + weekday;
    }
}

static void open_locations(struct dimension_view *view, bool local_only) {
    const struct dictionary *locations = &view->facts->locations;
    view->codes = local_only ? 3 : locations->count + 1;
    view->lookup = xcalloc((size_t)locations->count + 1, sizeof *view->lookup);
    for (int id = 1; id <= locations->count; id++)
        view->lookup[id] = !local_only ? id : locations->entries[id - 1].local ? 1 : 2;
}

static void open_handsets(struct dimension_view *view) {
    view->codes = view->facts->handsets.count + 1;
    view->lookup = xcalloc((size_t)view->codes, sizeof *view->lookup);
    for (int id = 1; id < view->codes; id++)
        view->lookup[id] = id;
}

/* One even where nobody has said which there are. */
static void open_shops(struct dimension_view *view) {
    const struct shop_list *shops = &view->facts->shops;
    view->codes = 1 + (shops->count > 0 ? shops->count : 1);
    view->lookup = xcalloc((size_t)view->codes, sizeof *view->lookup);
    for (int id = 1; id < view->codes; id++)
        view->lookup[id] = id;
}

static int compare_terms_by_brand(const void *left, const void *right) {
    const struct term *const *a = left, *const *b = right;
    int order = strcasecmp((*a)->brand, (*b)->brand);
    return order != 0 ? order : (*a > *b) - (*a < *b);
}

/* Brands are numbered by their spelling without regard to case. Behind the handsets' codes the
 * table goes on with a handset of each brand, whose spelling is the label. */
static void open_brands(struct dimension_view *view) {
    const struct dictionary *handsets = &view->facts->handsets;
    size_t count = (size_t)handsets->count;
    const struct term **sorted = xcalloc(count, sizeof(const struct term *));
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (handsets->entries[i].brand != NULL && handsets->entries[i].brand[0] != '\0')
            sorted[known++] = &handsets->entries[i];
    }
    if (known > 1)
        qsort(sorted, known, sizeof(const struct term *), compare_terms_by_brand);
    view->lookup = xcalloc(2 * count + 2, sizeof *view->lookup);
    int *handset_of = view->lookup + count + 1;
    view->codes = 1;
    for (size_t i = 0; i < known; i++) {
        int id = (int)(sorted[i] - handsets->entries) + 1;
        if (i == 0 || !text_same(sorted[i]->brand, sorted[i - 1]->brand))
            handset_of[view->codes++] = id;
        view->lookup[id] = view->codes - 1;
    }
    free(sorted);
}

static const struct term *brand_handset(const struct dimension_view *view, int code) {
    const struct dictionary *handsets = &view->facts->handsets;
    return &handsets->entries[view->lookup[handsets->count + 1 + code] - 1];
}

static void open_bytes(struct dimension_view *view, int codes) {
    view->codes = codes;
    view->lookup = xcalloc(BYTE_CODES, sizeof *view->lookup);
    for (int base = 0; base < codes; base++)
        view->lookup[base] = base;
}

static void open_age_bands(struct dimension_view *view) {
    int code = 0;
    view->codes = 1 + AGE_BANDS;
    view->lookup = xcalloc(BYTE_CODES, sizeof *view->lookup);
    for (int years = 0; years < BYTE_CODES; years++) {
        while (code < AGE_BANDS && years >= age_bands[code].from_years)
            code++;
        view->lookup[years] = code;
    }
}

/* The four answers and what is made of them. */
static void open_answers(struct dimension_view *view) {
    enum answer answer = ANSWER_FACEBOOK;
    bool one = dimension_answer(view->dimension, &answer);
    view->codes = one ? 3 : 1 + ENGAGEMENT_LEVELS;
    view->lookup = xcalloc(BYTE_CODES, sizeof *view->lookup);
    for (int packed = 0; packed < ANSWER_CODES; packed++)
        view->lookup[packed] = one ? answer_digit(packed, answer) : engagement_code(packed);
}

void dimension_open(struct dimension_view *view, const struct facts *facts,
                    enum dimension dimension) {
    *view = (struct dimension_view){.dimension = dimension, .facts = facts};
    switch (dimension) {
    case DIMENSION_YEAR:
    case DIMENSION_QUARTER:
    case DIMENSION_MONTH:
    case DIMENSION_WEEK:
    case DIMENSION_DAY:
        open_periods(view);
        break;
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
        open_weekdays(view);
        break;
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        open_locations(view, dimension == DIMENSION_LOCAL);
        break;
    case DIMENSION_HANDSET:
        open_handsets(view);
        break;
    case DIMENSION_SHOP:
        open_shops(view);
        break;
    case DIMENSION_BRAND:
        open_brands(view);
        break;
    case DIMENSION_PRICE_BAND:
        view->codes = 1 + PRICE_BANDS;
        break;
    case DIMENSION_GENDER:
        open_bytes(view, 1 + GENDER_COUNT);
        break;
    case DIMENSION_AGE_BAND:
        open_age_bands(view);
        break;
    case DIMENSION_SEGMENT:
        open_bytes(view, 1 + (facts->segment_names != NULL ? facts->segment_count : 0));
        break;
    default:
        open_answers(view);
        break;
    }
}

void dimension_close(struct dimension_view *view) {
    free(view->lookup);
    *view = (struct dimension_view){0};
}

/* ----------------------------------------------------------------- codes */

bool dimension_is_known(const struct facts *facts, enum dimension dimension) {
    if (facts->sales == NULL)
        return true;
    switch (dimension) {
    case DIMENSION_WEEK:
    case DIMENSION_DAY:
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
    case DIMENSION_SEGMENT:
        return false;
    default:
        return true;
    }
}

int dimension_code(const struct dimension_view *view, size_t row) {
    uint32_t row_number = (uint32_t)row;
    int code;
    dimension_codes(view, &row_number, 1, &code);
    return code;
}

void dimension_codes(const struct dimension_view *view, const uint32_t *rows, size_t count,
                     int *codes) {
    const struct facts *facts = view->facts;
    const int *lookup = view->lookup;
#define LOOK_UP(base)                  \
    for (size_t i = 0; i < count; i++) \
        codes[i] = lookup[base];       \
    break
    switch (view->dimension) {
    case DIMENSION_YEAR:
    case DIMENSION_QUARTER:
    case DIMENSION_MONTH:
    case DIMENSION_WEEK:
    case DIMENSION_DAY:
        LOOK_UP(facts_day(facts, rows[i]) - facts->first_day);
    case DIMENSION_WEEKDAY:
    case DIMENSION_WEEKEND:
        LOOK_UP((uint32_t)(facts_day(facts, rows[i]) - facts->first_day) % DAYS_IN_WEEK);
    case DIMENSION_LOCATION:
    case DIMENSION_LOCAL:
        LOOK_UP(facts->location[facts_at(facts, rows[i])]);
    case DIMENSION_HANDSET:
    case DIMENSION_BRAND:
        LOOK_UP(facts->handset[facts_at(facts, rows[i])]);
    case DIMENSION_SHOP:
        LOOK_UP(facts_shop(facts, rows[i]));
    case DIMENSION_GENDER:
        LOOK_UP(facts->gender[facts_at(facts, rows[i])]);
    case DIMENSION_AGE_BAND:
        LOOK_UP(facts->age[facts_at(facts, rows[i])]);
    case DIMENSION_SEGMENT:
        LOOK_UP(facts->segment != NULL ? facts->segment[rows[i]] : 0);
    case DIMENSION_PRICE_BAND:
        for (size_t i = 0; i < count; i++)
            codes[i] = facts->price_band != NULL
                           ? facts->price_band[facts_at(facts, rows[i])]
                           : dimension_price_band_code(facts->price_minor[rows[i]]);
        break;
    default: /* the four answers and what is made of them */
        LOOK_UP(facts->answers[facts_at(facts, rows[i])]);
    }
#undef LOOK_UP
}

int dimension_code_of_day(const struct dimension_view *view, day_number day) {
    if (!calendar_is_period(view->dimension)) {
        int after = (day - view->facts->first_day) % DAYS_IN_WEEK;
        return view->lookup[after < 0 ? after + DAYS_IN_WEEK : after];
    }
    int code = 1 + calendar_period(view->dimension, day) - view->first;
    return code > 0 && code < view->codes ? code : 0;
}

/* ---------------------------------------------------------------- labels */

/* Cuts between code points, so that a label stays well-formed UTF-8. */
static void copy_label(char label[DIMENSION_LABEL_SIZE], const char *text) {
    size_t length = strlen(text), fits = 0;
    while (fits < length) {
        uint32_t code;
        size_t size = text_decode(text + fits, length - fits, &code);
        if (fits + size >= DIMENSION_LABEL_SIZE)
            break;
        fits += size;
    }
    memcpy(label, text, fits);
    label[fits] = '\0';
}

/* Two segments may have earned the same persona: the second is "Name (2)". */
static void segment_label(const struct facts *facts, int code, char label[DIMENSION_LABEL_SIZE]) {
    const char *name = facts->segment_names[code - 1];
    int same = 1;
    for (int i = 0; i < code - 1; i++)
        same += text_same(facts->segment_names[i], name);
    copy_label(label, name);
    if (same > 1) {
        char suffix[16];
        int length = snprintf(suffix, sizeof suffix, " (%d)", same);
        size_t at = strlen(label);
        while (at + (size_t)length >= DIMENSION_LABEL_SIZE ||
               ((unsigned char)label[at] & 0xC0) == 0x80)
            at--;
        memcpy(label + at, suffix, (size_t)length + 1);
    }
}

void dimension_label(const struct dimension_view *view, int code,
                     char label[DIMENSION_LABEL_SIZE]) {
    static const char *const genders[] = {"F", "M", "other"};
    static const char *const levels[ENGAGEMENT_LEVELS] = {"0", "1", "2", "3"};
    if (code <= 0 || code >= view->codes) {
        copy_label(label, unknown_label);
        return;
    }
    switch (view->dimension) {
    case DIMENSION_YEAR:
    case DIMENSION_QUARTER:
    case DIMENSION_MONTH:
    case DIMENSION_WEEK:
    case DIMENSION_DAY: {
        char period[PERIOD_LABEL_SIZE];
        calendar_label(view->dimension, view->first + code - 1, period);
        copy_label(label, period);
        break;
    }
    case DIMENSION_WEEKDAY:
        copy_label(label, date_weekday_name(code - 1));
        break;
    case DIMENSION_LOCATION:
        copy_label(label, view->facts->locations.entries[code - 1].name);
        break;
    case DIMENSION_SHOP:
        copy_label(label, view->facts->shops.count > 0 ? view->facts->shops.entries[code - 1].name
                                                       : shop_unnamed);
        break;
    case DIMENSION_LOCAL:
        copy_label(label, code == 1 ? "local" : "outside");
        break;
    case DIMENSION_GENDER:
        copy_label(label, genders[code - 1]);
        break;
    case DIMENSION_AGE_BAND:
        copy_label(label, age_bands[code - 1].label);
        break;
    case DIMENSION_BRAND:
        copy_label(label, brand_handset(view, code)->brand);
        break;
    case DIMENSION_HANDSET:
        copy_label(label, view->facts->handsets.entries[code - 1].name);
        break;
    case DIMENSION_PRICE_BAND:
        copy_label(label, price_bands[code - 1].label);
        break;
    case DIMENSION_ENGAGEMENT:
        copy_label(label, levels[code - 1]);
        break;
    case DIMENSION_SEGMENT:
        segment_label(view->facts, code, label);
        break;
    default:
        copy_label(label, code == 2 ? "yes" : "no");
        break;
    }
}
