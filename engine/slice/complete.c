/* What Tab offers in the filter prompt: it reads the line as slice_parse does, but only to find out
 * what stands at its end. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/slice/filter.h"

enum { OFFERS_MAX = 1000 }; /* nobody goes through more: the days of many years */

struct offer {
    const char *text;
    void (*each)(void *context, const char *completed);
    void *context;
};

/* Offers the text up to `until` with `ending` behind it, unless that is what stands there. */
static void offer(const struct offer *to, const char *until, const char *ending) {
    struct buffer line = {0};
    buffer_append(&line, to->text, (size_t)(until - to->text));
    buffer_text(&line, ending);
    if (strcmp(line.data, to->text) != 0)
        to->each(to->context, line.data);
    buffer_free(&line);
}

static void offer_fields(const struct offer *to, const char *word) {
    for (int field = 0; field < FIELD_COUNT; field++) {
        struct buffer ending = {0};
        buffer_text(&ending, filter_field_name(field));
        if (field < DIMENSION_COUNT) /* the others are as often compared */
            buffer_text(&ending, "=");
        if (text_starts(filter_field_name(field), word))
            offer(to, word, ending.data);
        buffer_free(&ending);
    }
}

/* First the labels that start with what is typed, then those that hold it somewhere. */
static void offer_labels(const struct offer *to, const struct facts *facts, int field,
                         const char *start, const char *typed) {
    bool months = field == FIELD_DATE;
    if (field == FIELD_PRICE)
        return;
    if (field == FIELD_AGE) {
        if (text_starts("unknown", typed))
            offer(to, start, "unknown");
        return;
    }
    struct dimension_view view;
    int offered = 0;
    dimension_open(&view, facts, months ? DIMENSION_MONTH : (enum dimension)field);
    for (int inner = 0; inner < 2; inner++) {
        for (int i = 0; i < view.codes && offered < OFFERS_MAX; i++) {
            int code = i + 1 < view.codes ? i + 1 : 0; /* unknown comes last */
            bool never = code == 0 && field_is_of_days(field);
            char label[DIMENSION_LABEL_SIZE];
            dimension_label(&view, code, label);
            bool starts = text_starts(label, typed);
            if (never || (inner != 0 ? starts || !text_contains(label, typed) : !starts))
                continue;
            struct buffer value = {0};
            filter_write_alternative(&value, label);
            offer(to, start, value.data);
            buffer_free(&value);
            offered++;
        }
    }
    dimension_close(&view);
}

/* Behind a complete value a blank may begin the next field: offers it where what stands before the
 * last word is a value. */
static void offer_next_field(const struct offer *to, const struct facts *facts, int field,
                             enum filter_operator op, const char *start) {
    const char *end = start + strlen(start), *word = end;
    while (word > start && word[-1] != ' ')
        word--;
    if (word == start)
        return;
    char *before = xstrndup(start, (size_t)(word - start));
    const char *at = before;
    struct error ignored;
    if (filter_read_value(facts, field, op, &at, false, NULL, NULL, &ignored) == ERR_OK)
        offer_fields(to, word);
    free(before);
}

void slice_complete(const struct facts *facts, const char *text,
                    void (*each)(void *context, const char *completed), void *context) {
    struct offer to = {text, each, context};
    struct buffer alternative = {0};
    const char *at = text;
    enum alternative_end end = ALTERNATIVE_FILTER;
    while (end == ALTERNATIVE_FILTER) {
        at = filter_skip_blanks(at);
        const char *word = at, *value, *start;
        char name[32];
        int field;
        enum filter_operator op;
        bool quoted;
        filter_read_word(&at, name, sizeof name);
        if (*at == '\0') {
            offer_fields(&to, word);
            break;
        }
        at = filter_skip_blanks(at);
        if (!filter_field_by_name(name, &field) || !filter_read_operator(&at, &op))
            break;
        value = filter_skip_blanks(at);
        do {
            start = at = filter_skip_blanks(at);
            end = filter_read_alternative(&at, &alternative, &quoted);
        } while (end == ALTERNATIVE_MORE);
        if (end == ALTERNATIVE_LAST && !quoted)
            offer_labels(&to, facts, field, start, start);
        else if (end == ALTERNATIVE_UNCLOSED)
            offer_labels(&to, facts, field, start, alternative.data);
        if (end == ALTERNATIVE_LAST)
            offer_next_field(&to, facts, field, op, value);
    }
    buffer_free(&alternative);
}
