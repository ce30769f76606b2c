/* The naming rule of persona.h. */
#include "engine/learn/persona.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"

static const double elite_price = 6, ambitious_price = 1.5, clear_age = 0.25;

/* Differences smaller than this many standard deviations do not earn a name. */
static const double clear_difference = 0.1;

/* A season is the direction of the mean (sin, cos) of its days; shorter than this it has none. */
static const double clear_season = 0.3;

/* −1 where the segments do not look at this field. */
static int column_of(const struct features *features, enum feature_field field) {
    for (int column = 0; column < features->width; column++)
        if (features->field_of[column] == field)
            return column;
    return -1;
}

/* 0, the shop's own, where the segments do not look at the field. */
static double value_of(const struct features *features, const double *centroid,
                       enum feature_field field) {
    int column = column_of(features, field);
    return column < 0 ? 0 : centroid[column];
}

enum rule_name { ALL, ELITE, AMBITIOUS, YOUNGSTERS, PROFESSIONALS, MAINSTREAM };

static const char *const rule_names[] = {[ALL] = "All Customers",
                                         [ELITE] = "Elite Tech Aficionados",
                                         [AMBITIOUS] = "Ambitious Tech Enthusiasts",
                                         [YOUNGSTERS] = "Budget-Conscious Youngsters",
                                         [PROFESSIONALS] = "Practical Professionals",
                                         [MAINSTREAM] = "Mainstream Shoppers"};

static const char *base_name(const struct features *features, const double *centroid, int k) {
    if (k == 1)
        return rule_names[ALL];
    double price = value_of(features, centroid, FEATURE_PRICE);
    double age = value_of(features, centroid, FEATURE_AGE);
    if (price >= elite_price)
        return rule_names[ELITE];
    if (price >= ambitious_price)
        return rule_names[AMBITIOUS];
    if (age < -clear_age)
        return rule_names[YOUNGSTERS];
    return age > clear_age ? rule_names[PROFESSIONALS] : rule_names[MAINSTREAM];
}

/* Standard deviation over all sales of a column whose values are 0 and 1, from its mean. */
static double share_sd(double share) {
    return sqrt(fmax(share * (1 - share), 1e-12));
}

struct trait {
    char words[PERSONA_SIZE / 2];
    double strength;
};

enum { TRAITS_MAX = FEATURES_WIDTH_MAX };

static int by_falling_strength(const void *a, const void *b) {
    double x = ((const struct trait *)a)->strength, y = ((const struct trait *)b)->strength;
    return (x < y) - (x > y);
}

static void add_trait(struct trait *traits, int *count, double strength, const char *words) {
    if (strength < clear_difference || strlen(words) >= sizeof traits->words)
        return;
    traits[*count].strength = strength;
    snprintf(traits[*count].words, sizeof traits->words, "%s", words);
    (*count)++;
}

static void add_season(const struct features *features, const double *own, const double *others,
                       struct trait *traits, int *count) {
    int at = column_of(features, FEATURE_DATE);
    if (at < 0 || hypot(own[at], own[at + 1]) < clear_season)
        return;
    double apart = hypot(own[at] - others[at], own[at + 1] - others[at + 1]);
    double turn = atan2(own[at], own[at + 1]) / (2 * M_PI);
    int month = (int)((turn < 0 ? turn + 1 : turn) * 12) % 12 + 1;
    char words[32];
    snprintf(words, sizeof words, "around %s", date_month_name(month));
    add_trait(traits, count, apart / M_SQRT1_2, words);
}

/* What sets `own` apart from the mean of `others`, strongest first. */
static int describe(const struct features *features, const double *own, const double *others,
                    struct trait *traits) {
    static const struct {
        enum feature_field field;
        const char *more, *less;
    } words[] = {
        {FEATURE_LOCATION, "local", "from outside"},
        {FEATURE_GENDER, "women", "men"},
        {FEATURE_FACEBOOK, "from Facebook", "not from Facebook"},
        {FEATURE_FOLLOWS, "followers", "not following"},
        {FEATURE_HEARD, "knew the shop", "had not heard of us"},
        {FEATURE_RETURNING, "returning", "first purchase"},
    };
    int count = 0;
    double age = value_of(features, own, FEATURE_AGE) - value_of(features, others, FEATURE_AGE);
    add_trait(traits, &count, fabs(age), age > 0 ? "older" : "younger");
    double price =
        value_of(features, own, FEATURE_PRICE) - value_of(features, others, FEATURE_PRICE);
    add_trait(traits, &count, fabs(price), price > 0 ? "dearer phones" : "cheaper phones");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int column = column_of(features, words[i].field);
        if (column < 0)
            continue;
        double apart = (own[column] - others[column]) / share_sd(features->known_mean[column]);
        add_trait(traits, &count, fabs(apart), apart > 0 ? words[i].more : words[i].less);
    }
    add_season(features, own, others, traits, &count);
    int first = column_of(features, FEATURE_HANDSET); /* −1 without handsets too */
    for (int i = 0; first >= 0 && i < features->handset_count;
         i++) { /* a segment is known by what it buys */
        double apart =
            (own[first + i] - others[first + i]) / share_sd(features->known_mean[first + i]);
        add_trait(traits, &count, own[first + i] >= 0.5 ? apart : 0, features->handsets[i]);
    }
    qsort(traits, (size_t)count, sizeof *traits, by_falling_strength);
    return count;
}

static bool taken(char (*names)[PERSONA_SIZE], int k, const char *name) {
    for (int i = 0; i < k; i++)
        if (text_same(names[i], name))
            return true;
    return false;
}

/* The mean centroid of the segments that share segment `own`'s base name, itself left out. */
static void mean_of_namesakes(const struct features *features, const double *centroids,
                              const int64_t *sales, const char *const *base, int k, int own,
                              double *mean) {
    int64_t total = 0;
    memset(mean, 0, (size_t)features->width * sizeof *mean);
    for (int i = 0; i < k; i++)
        if (i != own && strcmp(base[i], base[own]) == 0)
            total += sales[i];
    for (int i = 0; i < k; i++)
        for (int column = 0;
             i != own && strcmp(base[i], base[own]) == 0 && column < features->width; column++)
            mean[column] += centroids[i * features->width + column] * (double)sales[i] /
                            (double)(total > 0 ? total : 1);
}

void personas_name(const struct features *features, const double *centroids, const int64_t *sales,
                   int k, char (*names)[PERSONA_SIZE]) {
    const char **base = xcalloc((size_t)k, sizeof *base);
    int *namesakes = xcalloc((size_t)k, sizeof *namesakes);
    for (int i = 0; i < k; i++) {
        base[i] = base_name(features, centroids + i * features->width, k);
        names[i][0] = '\0';
    }
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++)
            namesakes[i] += strcmp(base[i], base[j]) == 0;
    for (int i = 0; i < k; i++) {
        char name[PERSONA_SIZE];
        if (namesakes[i] == 1) {
            snprintf(names[i], PERSONA_SIZE, "%s", base[i]);
            continue;
        }
        double others[FEATURES_WIDTH_MAX];
        struct trait traits[TRAITS_MAX];
        mean_of_namesakes(features, centroids, sales, base, k, i, others);
        int count = describe(features, centroids + i * features->width, others, traits);
        name[0] = '\0';
        for (int t = 0; t < count && (!name[0] || taken(names, k, name)); t++)
            snprintf(name, sizeof name, "%.40s (%.47s)", base[i], traits[t].words);
        for (int number = 1; !name[0] || taken(names, k, name); number++)
            snprintf(name, sizeof name, "%.40s %d", base[i], number);
        snprintf(names[i], PERSONA_SIZE, "%s", name);
    }
    free(namesakes);
    free(base);
}

bool persona_is_of_rule(const char *name) {
    for (size_t i = 0; i < sizeof rule_names / sizeof *rule_names; i++) {
        if (!text_starts(name, rule_names[i]))
            continue;
        const char *rest = name + strlen(rule_names[i]);
        size_t digits = *rest == ' ' ? strspn(rest + 1, "0123456789") : 0;
        if (*rest == '\0' || strncmp(rest, " (", 2) == 0 ||
            (digits > 0 && rest[1 + digits] == '\0'))
            return true;
    }
    return false;
}
