/* Cubes of one slice: the cells of the sales that pass filters which no cell can pass as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/slice/cube.h"
#include "engine/slice/cube_cells.h"
#include "engine/slice/packed.h"
#include "engine/slice/sale_columns.h"
#include "engine/slice/stream.h"
#include "engine/slice/tables.h"

enum err cube_fine_filters(const struct facts *facts, const struct slice *slice, struct slice *fine,
                           struct error *error) {
    *fine = (struct slice){xcalloc(slice->count + 1, sizeof *fine->filters), 0};
    enum err err = ERR_OK;
    for (size_t i = 0; i < slice->count && err == ERR_OK; i++) {
        struct tables tables;
        tables_open(&tables, facts);
        err = tables_add(&tables, &slice->filters[i], error);
        if (err == ERR_OK && !tables_fit_cells(&tables))
            fine->filters[fine->count++] = slice->filters[i];
        tables_close(&tables);
    }
    return err;
}

/* A month's cells on their way into the rows, as the database has them. */
struct derived_months {
    struct cube_span *spans;
    struct buffer *bytes;
    size_t count;
};

struct deriving {
    struct facts *window; /* the rows that pass, together */
    int month, shop;      /* of the sales in the builder */
    struct cube_builder *builder;
    struct derived_months made;
};

static void end_month(struct deriving *deriving) {
    struct cube_cells cells = {0};
    struct derived_months *made = &deriving->made;
    size_t count = made->count;
    if (cube_builder_count(deriving->builder) > 0) {
        if ((count & (count - 1)) == 0) { /* room doubles at the powers of two */
            size_t room = count != 0 ? 2 * count : 1;
            made->spans = xreallocarray(made->spans, room, sizeof *made->spans);
            made->bytes = xreallocarray(made->bytes, room, sizeof *made->bytes);
        }
        cube_builder_cells(deriving->builder, &cells);
        made->spans[count] = (struct cube_span){
            .month = deriving->month, .shop = deriving->shop, .count = cells.count};
        made->bytes[count] = (struct buffer){0};
        cube_encode(&cells, &made->bytes[count]);
        made->count++;
        cube_cells_free(&cells);
    }
    cube_builder_clear(deriving->builder);
}

static enum err read_made(void *context, const struct cube_span *span, struct buffer *bytes,
                          struct error *error) {
    const struct derived_months *made = context;
    const struct buffer *from = &made->bytes[span - made->spans];
    (void)error;
    buffer_clear(bytes);
    buffer_append(bytes, from->data, from->length);
    return ERR_OK;
}

static void made_free(struct derived_months *made) {
    for (size_t i = 0; i < made->count; i++)
        buffer_free(&made->bytes[i]);
    free(made->bytes);
    free(made->spans);
}

/* The tail may have given a month cells of its own: a month can be there twice. */
static enum err order_made(struct derived_months *made, struct facts *out, struct cube_rows *rows,
                           struct error *error) {
    const struct facts no_tail = {0};
    const struct cube_source source = {read_made, made};
    bool *here = xcalloc(made->count + 1, sizeof *here);
    enum err err =
        cube_rows_update(out, rows, made->spans, here, made->count, &no_tail, &source, error);
    free(here);
    return err;
}

static void add_rows(struct deriving *deriving, size_t count) {
    const struct facts *window = deriving->window;
    const struct pack_rows rows = {.location = window->location,
                                   .handset = window->handset,
                                   .gender = window->gender,
                                   .age = window->age,
                                   .answers = window->answers,
                                   .price_minor = window->price_minor};
    cube_builder_add_rows(deriving->builder, &rows, 0, count);
}

/* A pack is of one month and shop, the tail of any. */
static void derive_rows(void *context, const struct facts *window, const uint32_t *rows,
                        size_t count) {
    struct deriving *deriving = context;
    struct facts *to = deriving->window;
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        day_number day = window->day[row];
        int shop = facts_shop(window, row);
        if (i == 0 || day != window->day[rows[i - 1]] || shop != deriving->shop) {
            int month = date_month_index(day);
            if (month != deriving->month || shop != deriving->shop) {
                add_rows(deriving, taken);
                end_month(deriving);
                taken = 0;
            }
            deriving->month = month;
            deriving->shop = shop;
        }
        to->location[taken] = window->location[row];
        to->handset[taken] = window->handset[row];
        to->gender[taken] = window->gender[row];
        to->age[taken] = window->age[row];
        to->answers[taken] = window->answers[row];
        to->price_minor[taken++] = window->price_minor[row];
    }
    add_rows(deriving, taken);
}

static enum err derive_streamed(const struct facts *facts, const struct slice *fine,
                                struct facts *out, struct cube_rows *rows, struct error *error) {
    struct facts window = packed_window(facts);
    struct deriving deriving = {.window = &window, .builder = cube_builder_new()};
    enum err err =
        stream_slice(facts, fine, PACKED_ALL & ~PACKED_ID, derive_rows, &deriving, error);
    end_month(&deriving);
    cube_builder_free(deriving.builder);
    packed_window_free(&window);
    if (err == ERR_OK)
        err = order_made(&deriving.made, out, rows, error);
    made_free(&deriving.made);
    return err;
}

enum err cube_derive(const struct facts *facts, const struct slice *fine, struct facts *out,
                     struct error *error) {
    *out = (struct facts){.locations = facts->locations,
                          .handsets = facts->handsets,
                          .shops = facts->shops,
                          .first_day = facts->first_day,
                          .last_day = facts->last_day,
                          .weekend = facts->weekend,
                          .synthetic = facts->synthetic,
                          .segment_rule = facts->segment_rule};
    facts_name_segments(out, (const char *const *)facts->segment_names, facts->segment_count);
    struct cube_rows rows = {0};
    struct tables tables;
    enum err err = ERR_OK;
    tables_open(&tables, facts);
    for (size_t i = 0; i < fine->count && err == ERR_OK; i++)
        err = tables_add(&tables, &fine->filters[i], error);
    const struct sale_columns *columns = facts->cube->columns;
    bool held = columns != NULL && (tables.segments == NULL || columns->by_segment);
    if (err == ERR_OK && held)
        err = cube_sieve(columns, facts->cube, &tables, out, &rows, error);
    else if (err == ERR_OK)
        err = derive_streamed(facts, fine, out, &rows, error);
    tables_close(&tables);
    if (err != ERR_OK) {
        cube_derived_free(out);
        return err;
    }
    if (out->count == 0) /* a shop that has sales, though none of these */
        cube_rows_add_nothing(out, &rows);
    out->cube = xcalloc(1, sizeof *out->cube);
    *out->cube = *facts->cube; /* borrows the packs and the tail */
    out->cube->months = NULL;
    out->cube->rows = rows;
    out->cube->applied = slice_copy(fine);
    return ERR_OK;
}

void cube_derived_free(struct facts *derived) {
    if (derived->cube != NULL) {
        slice_free(&derived->cube->applied);
        cube_rows_free(&derived->cube->rows);
        free(derived->cube);
        derived->cube = NULL;
    }
    derived->locations = derived->handsets = (struct dictionary){0};
    derived->shops = (struct shop_list){0};
    facts_free(derived);
}

bool cube_has_passed(const struct facts *facts, const struct filter *filter) {
    const struct slice one = {(struct filter *)filter, 1};
    return facts->cube != NULL && slice_contains(&facts->cube->applied, &one);
}

enum err cube_refuse(struct error *error) {
    error_set(
        error, ERR_INPUT,
        "these filters cut through months or bands of the sums that so many sales are held as");
    return error_hint(error, "choose whole months, age bands and price bands");
}
