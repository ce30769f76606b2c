#include "engine/slice/place_views.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/column_cells.h"
#include "engine/slice/cube.h"

enum { PLACES_A_SALE = 4 }; /* added in the time that one sale is */

void place_answers_fill(place_answers answers[ANSWER_CODES]) {
    for (int code = 0; code < ANSWER_CODES; code++) {
        int rest = code;
        for (int answer = 0; answer < ANSWER_COUNT; answer++, rest /= 3) {
            answers[code][answer] = rest % 3 == 2;
            answers[code][ANSWER_COUNT + answer] = rest % 3 != 0;
        }
    }
}

static size_t key_of(enum place_grouping by, const struct combination *of) {
    switch (by) {
    case PLACES_BY_PERSON:
        return ((size_t)of->location * PERSON_GENDERS + of->gender % PERSON_GENDERS) *
                   ANSWER_CODES +
               of->answers;
    case PLACES_BY_HANDSET:
        return of->handset;
    case PLACES_BY_AGE_BAND:
        return of->age_band;
    case PLACES_BY_PRICE_BAND:
        return of->price_band;
    default:
        return 0;
    }
}

/* Groups are numbered as they come; false where they are too many. */
static bool number_groups(struct place_view *view, enum place_grouping by,
                          const struct cube_rows *rows, size_t most) {
    size_t keys = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t key = key_of(by, &rows->combinations[i]);
        keys = key >= keys ? key + 1 : keys;
    }
    uint16_t *number = xcalloc(keys + 1, sizeof *number); /* + 1; 0: none yet */
    view->group = xcalloc(rows->count + 1, sizeof *view->group);
    view->same_answers = xcalloc(most + 1, 1);
    for (size_t i = 0; i < rows->count; i++) {
        uint16_t *of = &number[key_of(by, &rows->combinations[i])];
        if (*of == 0 && view->groups == most) {
            view->groups = 0;
            break;
        }
        if (*of == 0)
            *of = (uint16_t)++view->groups;
        view->group[i] = (uint16_t)(*of - 1);
        view->same_answers[*of - 1] = rows->combinations[i].answers;
    }
    free(number);
    return view->groups != 0;
}

static void view_free(struct place_view *view) {
    free(view->group);
    free(view->money);
    free(view->answers);
    free(view->same_answers);
    *view = (struct place_view){.groups = 0};
}

static void view_make(struct place_views *views, enum place_grouping by,
                      const struct sale_columns *columns, const place_answers *answers,
                      size_t most) {
    struct place_view *view = &views->by[by];
    const struct cube_rows *rows = &columns->cells->cube->rows;
    if (!number_groups(view, by, rows, by == PLACES_OF_ALL ? 1 : most)) {
        view_free(view);
        return;
    }
    view->money = xcalloc(view->groups * views->places, sizeof *view->money);
    if (by != PLACES_BY_PERSON)
        view->answers = xcalloc(view->groups * views->places, sizeof *view->answers);
    for (size_t i = 0; i < rows->count; i++) {
        const size_t first = view->group[i] * views->places;
        const place_answers of = answers[rows->combinations[i].answers];
        for (uint32_t at = columns->from[i]; at < columns->from[i + 1]; at++) {
            const struct held_sale *sale = &columns->sales[at];
            const uint64_t price = sale->price_minor;
            const size_t place = first + sale->segment * columns->days + sale->day;
            view->money[place] += (place_money){price + PLACE_ONE_SALE, price * price};
            if (view->answers != NULL)
                view->answers[place] += of;
        }
    }
}

enum err place_views_make(const struct sale_columns *columns, size_t sales_a_place,
                          struct place_views **out, struct error *error) {
    place_answers answers[ANSWER_CODES];
    enum err err = ERR_OK;
    *out = NULL;
    if (!columns->packs)
        return ERR_OK;
    struct place_views *views = xcalloc(1, sizeof *views);
    views->places = columns->days * columns->segments;
    views->group_sales = views->places / PLACES_A_SALE;
    place_answers_fill(answers);
    size_t groups = UINT16_MAX;
    if (sales_a_place != 0 && columns->count / sales_a_place / views->places < groups)
        groups = columns->count / sales_a_place / views->places;
    for (int by = 0; by < PLACE_GROUPINGS && err == ERR_OK; by++) {
        view_make(views, (enum place_grouping)by, columns, answers, groups);
        groups -= by != PLACES_OF_ALL ? views->by[by].groups : 0;
        err = cube_go_on(columns->cells->cube, error);
    }
    if (err == ERR_OK)
        *out = views;
    else
        place_views_free(views);
    return err;
}

void place_views_free(struct place_views *views) {
    if (views == NULL)
        return;
    for (int by = 0; by < PLACE_GROUPINGS; by++)
        view_free(&views->by[by]);
    free(views);
}

void place_views_add(const struct place_views *views, enum place_grouping by, size_t group,
                     const place_answers *answers, struct packed_place *places) {
    const struct place_view *view = &views->by[by];
    const place_money *money = &view->money[group * views->places];
    if (view->answers != NULL) {
        const place_answers *of = &view->answers[group * views->places];
        for (size_t place = 0; place < views->places; place++) {
            places[place].money += money[place];
            places[place].answers += of[place];
        }
        return;
    }
    const place_answers same = answers[view->same_answers[group]];
    for (size_t place = 0; place < views->places; place++) {
        places[place].money += money[place];
        places[place].answers += same * (uint16_t)(money[place][0] >> PLACE_SALES_SHIFT);
    }
}
