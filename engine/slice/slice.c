/* The slice itself: a list of filters with its text form, and the reading of a line of them. */
#include "engine/slice/slice.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/slice/filter.h"

/* Far beyond any question a person asks; the bounds keep a hostile line from costing seconds. */
enum { TEXT_BYTES_MAX = 65536, FILTERS_MAX = 256 };

static void filter_free(struct filter *filter) {
    free(filter->field);
    free(filter->value);
}

static bool filter_equal(const struct filter *a, const struct filter *b) {
    return a->operator== b->operator&& strcmp(a->field, b->field) == 0 &&
           strcmp(a->value, b->value) == 0;
}

/* Takes the filter over; one that is there already is released instead. */
static void take(struct slice *slice, struct filter filter) {
    for (size_t i = 0; i < slice->count; i++) {
        if (filter_equal(&slice->filters[i], &filter)) {
            filter_free(&filter);
            return;
        }
    }
    slice->filters = xreallocarray(slice->filters, slice->count + 1, sizeof *slice->filters);
    slice->filters[slice->count++] = filter;
}

static struct filter make_filter(int field, enum filter_operator op, char *value) {
    return (struct filter){xstrdup(filter_field_name(field)), op, value};
}

void slice_add(struct slice *slice, enum dimension dimension, enum filter_operator op,
               const char *label) {
    struct buffer value = {0};
    filter_write_alternative(&value, label);
    take(slice, make_filter((int)dimension, op, buffer_take(&value)));
}

void slice_remove(struct slice *slice, size_t index) {
    filter_free(&slice->filters[index]);
    slice->count--;
    memmove(slice->filters + index, slice->filters + index + 1,
            (slice->count - index) * sizeof *slice->filters);
}

void slice_pop(struct slice *slice) {
    if (slice->count != 0)
        slice_remove(slice, slice->count - 1);
}

void slice_clear(struct slice *slice) {
    while (slice->count != 0)
        slice_pop(slice);
}

struct slice slice_copy(const struct slice *slice) {
    struct slice copy = {xcalloc(slice->count, sizeof *copy.filters), slice->count};
    for (size_t i = 0; i < slice->count; i++) {
        const struct filter *filter = &slice->filters[i];
        copy.filters[i] =
            (struct filter){xstrdup(filter->field), filter->operator, xstrdup(filter->value)};
    }
    return copy;
}

void slice_free(struct slice *slice) {
    slice_clear(slice);
    free(slice->filters);
    *slice = (struct slice){0};
}

bool slice_equal(const struct slice *a, const struct slice *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!filter_equal(&a->filters[i], &b->filters[i]))
            return false;
    }
    return true;
}

bool slice_contains(const struct slice *slice, const struct slice *part) {
    for (size_t i = 0; i < part->count; i++) {
        bool found = false;
        for (size_t k = 0; k < slice->count; k++)
            found = found || filter_equal(&slice->filters[k], &part->filters[i]);
        if (!found)
            return false;
    }
    return true;
}

char *slice_text(const struct slice *slice) {
    struct buffer text = {0};
    for (size_t i = 0; i < slice->count; i++) {
        const struct filter *filter = &slice->filters[i];
        buffer_text(&text, i != 0 ? " " : "");
        buffer_text(&text, filter->field);
        buffer_text(&text, filter_operator_text(filter->operator));
        buffer_text(&text, filter->value);
    }
    return buffer_take(&text);
}

size_t filter_values(const struct filter *filter) {
    struct buffer text = {0};
    const char *at = filter->value;
    bool quoted;
    size_t count = 1;
    while (filter_read_alternative(&at, &text, &quoted) == ALTERNATIVE_MORE)
        count++;
    buffer_free(&text);
    return count;
}

size_t filter_names(const struct filter *filter, const struct facts *facts) {
    struct filter_test test = {0};
    const char *at = filter->value;
    int field;
    if ((filter->operator!= FILTER_CONTAINS && filter->operator!= FILTER_LACKS) ||
        !filter_field_by_name(filter->field, &field))
        return 0;
    filter_read_value(facts, field, filter->operator, & at, true, NULL, &test, NULL);
    size_t count = test.count;
    filter_test_free(&test);
    return count;
}

/* --------------------------------------------------------------- reading */

static enum err no_such_field(const char *word, bool bare, struct error *error) {
    struct buffer list = {0};
    for (int field = 0; field < FIELD_COUNT; field++) {
        buffer_text(&list, field != 0 ? ", " : "");
        buffer_text(&list, filter_field_name(field));
    }
    if (*word == '\0')
        error_set(error, ERR_INPUT, "a filter begins with a field, like location=out or age<30");
    else
        error_set(error, ERR_INPUT, "no field%s \"%s\"; write location=out, age<30",
                  bare ? " or name" : "", word);
    error_hint(error,
               "For example: location=out facebook=yes age<30 month>=2025-01. The fields are %s",
               list.data);
    buffer_free(&list);
    return ERR_INPUT;
}

/* A name by itself, as handset, place and the like have it: the whole text up to the next filter,
 * or its first word. False, `*at` unmoved, where nothing is called so. */
static bool read_bare(const struct facts *facts, const char **at, struct filter *out) {
    static const int fields[] = {DIMENSION_LOCATION, DIMENSION_HANDSET, DIMENSION_BRAND,
                                 DIMENSION_GENDER, DIMENSION_SEGMENT};
    enum { LEAST = 2 };
    struct buffer text = {0}, written = {0};
    const char *end = *at;
    bool quoted, found = false;
    enum alternative_end ended = filter_read_alternative(&end, &text, &quoted);
    if (ended != ALTERNATIVE_LAST && ended != ALTERNATIVE_FILTER)
        buffer_clear(&text);
    for (int words = 0; words < 2 && !found && text.length >= LEAST; words++) {
        if (words == 1) {
            size_t first = strcspn(*at, " \t");
            if (quoted || first < LEAST || first >= text.length)
                break;
            end = *at + first;
            buffer_clear(&text);
            buffer_append(&text, *at, first);
        }
        buffer_clear(&written);
        filter_write_alternative(&written, text.data);
        for (size_t i = 0; i < sizeof fields / sizeof *fields && !found; i++) {
            enum filter_operator op = FILTER_IS;
            const char *value = written.data;
            struct buffer canonical = {0};
            found = !text_same(text.data, "unknown") &&
                    filter_read_typed(facts, fields[i], &op, &value, &canonical, NULL) == ERR_OK;
            if (found)
                *out = make_filter(fields[i], op, buffer_take(&canonical));
            buffer_free(&canonical);
        }
    }
    if (found)
        *at = end;
    buffer_free(&text);
    buffer_free(&written);
    return found;
}

static enum err read_filter(const struct facts *facts, const char **at, struct filter *out,
                            struct error *error) {
    char word[32];
    int field;
    enum filter_operator op;
    const char *start = *at;
    filter_read_word(at, word, sizeof word);
    *at = filter_skip_blanks(*at);
    bool is_field = filter_field_by_name(word, &field);
    bool bare = !filter_read_operator(at, &op);
    if (bare && !is_field) {
        *at = start;
        return read_bare(facts, at, out) ? ERR_OK : no_such_field(word, true, error);
    }
    if (!is_field)
        return no_such_field(word, false, error);
    if (bare)
        return error_set(error, ERR_INPUT, "behind %s comes one of = != < <= > >= ~ !~ and a value",
                         filter_field_name(field));
    struct buffer value = {0};
    enum err result = filter_read_typed(facts, field, &op, at, &value, error);
    if (result == ERR_OK)
        *out = make_filter(field, op, buffer_take(&value));
    buffer_free(&value);
    return result;
}

enum err slice_parse(struct slice *slice, const struct facts *facts, const char *text,
                     struct error *error) {
    if (strnlen(text, TEXT_BYTES_MAX + 1) > TEXT_BYTES_MAX)
        return error_set(error, ERR_INPUT, "filters of more than %d characters", TEXT_BYTES_MAX);
    struct slice added = {0};
    enum err result = ERR_OK;
    for (const char *at = filter_skip_blanks(text); *at != '\0' && result == ERR_OK;
         at = filter_skip_blanks(at)) {
        struct filter filter;
        result = read_filter(facts, &at, &filter, error);
        if (result == ERR_OK)
            take(&added, filter);
        if (added.count > FILTERS_MAX)
            result = error_set(error, ERR_INPUT, "more than %d filters", FILTERS_MAX);
    }
    for (size_t i = 0; i < added.count && result == ERR_OK; i++) {
        take(slice, added.filters[i]);
        added.filters[i] = (struct filter){0};
    }
    slice_free(&added);
    return result;
}
