/* What lies outside of the past: a model answers there too, and nobody should believe it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/near.h"
#include "base/text.h"
#include "engine/learn/predictor.h"

enum {
    WARNING_SIZE = sizeof((struct prediction *)0)->warnings[0],
    NAME_COLUMNS = 60 /* of a name in a warning */
};

/* Where the next warning goes; there is room for more of them than predictor_warn has. */
static char *next_warning(struct prediction *out) {
    return out->warnings[out->warning_count++];
}

static int clipped(const char *name) {
    int used;
    return (int)text_clip(name, NAME_COLUMNS, &used);
}

/* Whether some model was trained on the handset; true where there is no model. */
static bool handset_known(const struct predictor *predictor, const char *name) {
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        if (predictor->available[outcome] &&
            features_handset(&predictor->models[outcome].features, name) == HANDSET_UNSEEN)
            return false;
    return true;
}

bool predictor_outside(const struct predictor *predictor, const struct customer *customer,
                       enum field field) {
    const struct facts *facts = predictor->facts;
    if (!customer_knows(customer, field) || facts->count == 0)
        return false;
    switch (field) {
    case FIELD_AGE:
        return predictor->past.age_max > 0 && (customer->age_years < predictor->past.age_min ||
                                               customer->age_years > predictor->past.age_max);
    case FIELD_PRICE:
        return customer->price_minor < predictor->past.price_min_minor ||
               customer->price_minor > predictor->past.price_max_minor;
    case FIELD_DATE:
        return !predictor->past.seasons[date_day_of_year(customer->day) - 1];
    case FIELD_HANDSET:
        return !predictor_term(&facts->handsets, customer->handset) ||
               !handset_known(predictor, customer->handset);
    case FIELD_LOCATION:
        return !predictor_term(&facts->locations, customer->location);
    default:
        return false;
    }
}

/* The name in the dictionary that was probably meant; NULL where none is near. */
static const char *meant(const struct dictionary *dictionary, const char *name) {
    const char **names = xcalloc((size_t)dictionary->count + 1, sizeof *names);
    for (int i = 0; i < dictionary->count; i++)
        names[i] = dictionary->entries[i].name;
    const char *near = near_miss(name, names, (size_t)dictionary->count);
    free(names);
    return near;
}

static void warn_of_handset(const struct predictor *predictor, const char *name,
                            struct prediction *out) {
    const struct dictionary *handsets = &predictor->facts->handsets;
    if (predictor_term(handsets, name)) {
        snprintf(next_warning(out), WARNING_SIZE,
                 "handset \"%.*s\" is too new or too rare for the models to know", clipped(name),
                 name);
        return;
    }
    const char *near = meant(handsets, name);
    if (near)
        snprintf(next_warning(out), WARNING_SIZE,
                 "handset \"%.*s\" was never sold here; is \"%.*s\" meant?", clipped(name), name,
                 clipped(near), near);
    else
        snprintf(next_warning(out), WARNING_SIZE, "handset \"%.*s\" was never sold here",
                 clipped(name), name);
}

static void warn_of_location(const struct predictor *predictor, const char *name,
                             struct prediction *out) {
    const char *near = meant(&predictor->facts->locations, name);
    const char *taken = location_is_local(name) ? "local" : "outside";
    if (near)
        snprintf(next_warning(out), WARNING_SIZE,
                 "location \"%.*s\" was never seen here; is \"%.*s\" meant? Taken to be %s",
                 clipped(name), name, clipped(near), near, taken);
    else
        snprintf(next_warning(out), WARNING_SIZE,
                 "location \"%.*s\" was never seen here; taken to be %s", clipped(name), name,
                 taken);
}

void predictor_warn(const struct predictor *predictor, const struct customer *customer,
                    struct prediction *out) {
    if (predictor_outside(predictor, customer, FIELD_HANDSET))
        warn_of_handset(predictor, customer->handset, out);
    if (predictor_outside(predictor, customer, FIELD_LOCATION))
        warn_of_location(predictor, customer->location, out);
    if (predictor_outside(predictor, customer, FIELD_AGE))
        snprintf(next_warning(out), WARNING_SIZE, "age %d lies outside %d\u2013%d",
                 customer->age_years, predictor->past.age_min, predictor->past.age_max);
    if (predictor_outside(predictor, customer, FIELD_PRICE)) {
        char price[MONEY_TEXT_SIZE], low[MONEY_TEXT_SIZE], high[MONEY_TEXT_SIZE];
        money_grouped(customer->price_minor, price);
        money_grouped(predictor->past.price_min_minor, low);
        money_grouped(predictor->past.price_max_minor, high);
        snprintf(next_warning(out), WARNING_SIZE, "price %s lies outside %s\u2013%s", price, low,
                 high);
    }
    if (predictor_outside(predictor, customer, FIELD_DATE)) {
        int year, month, day;
        date_to_civil(customer->day, &year, &month, &day);
        snprintf(next_warning(out), WARNING_SIZE,
                 "date: no past sale was made around %d %s, in any year", day,
                 date_month_name(month));
    }
}
