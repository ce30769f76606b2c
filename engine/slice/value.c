/* What the value of a filter stands for: labels of dimensions found by as little as the user types,
 * dates, years and prices checked. */
#include "engine/slice/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "engine/slice/calendar.h"

/* Longer ones cannot stand in a prompt; the bound keeps a hostile line from costing seconds. */
enum { ALTERNATIVES_MAX = 1000, LISTED_BYTES = 480 };

static void test_add(struct filter_test *test, int64_t low, int64_t high) {
    if (test == NULL)
        return;
    if (test->count == test->capacity) {
        test->capacity = test->capacity * 2 + 4;
        test->ranges = xreallocarray(test->ranges, test->capacity, sizeof *test->ranges);
    }
    test->ranges[test->count++] = (struct filter_range){low, high};
}

static bool is_of_parts(enum filter_operator op) {
    return op == FILTER_CONTAINS || op == FILTER_LACKS;
}

static bool is_comparison(enum filter_operator op) {
    return op != FILTER_IS && op != FILTER_IS_NOT && !is_of_parts(op);
}

/* What the user typed, fit to be shown inside a message; the caller frees it. */
static char *shown(const char *text) {
    char *clean = text_clean(text, strlen(text));
    clean[text_clip(clean, 60, NULL)] = '\0';
    return clean;
}

/* -------------------------------------------------------- dates, numbers */

static enum err read_date(int field, const char *text, struct filter_test *test,
                          struct buffer *canonical, struct error *error) {
    enum dimension period = field == FIELD_DATE ? DIMENSION_DAY : (enum dimension)field;
    day_number first, last;
    char label[PERIOD_LABEL_SIZE];
    if (!calendar_read(period, text, &first, &last, label)) {
        char *typed = shown(text);
        error_set(error, ERR_INPUT, "\"%s\" is not a %s: write %s", typed, filter_field_name(field),
                  calendar_example(period));
        free(typed);
        return ERR_INPUT;
    }
    test_add(test, first, last);
    buffer_text(canonical, label);
    return ERR_OK;
}

static enum err read_age(const char *text, struct filter_test *test, struct buffer *canonical,
                         struct error *error) {
    int64_t years;
    if (!number_parse_integer(text, &years) || years < 0 || years > AGE_MAX) {
        char *typed = shown(text);
        error_set(error, ERR_INPUT, "\"%s\" is not an age: write whole years up to %d, or unknown",
                  typed, AGE_MAX);
        free(typed);
        return ERR_INPUT;
    }
    test_add(test, years, years);
    buffer_printf(canonical, "%d", (int)years);
    return ERR_OK;
}

/* Major units; "20k" and "1.5k" as people say prices and as price_band's labels are written. */
static enum err read_price(const char *text, struct filter_test *test, struct buffer *canonical,
                           struct error *error) {
    size_t length = strlen(text);
    bool thousands = length > 1 && (text[length - 1] == 'k' || text[length - 1] == 'K');
    char *number = xstrndup(text, thousands ? length - 1 : length);
    int64_t minor;
    const char *reason;
    bool right = money_parse(number, &minor, &reason);
    free(number);
    if (right && thousands && minor > MONEY_MAX_MINOR / 1000) {
        right = false;
        reason = "is larger than a price can be";
    }
    if (!right) {
        char *typed = shown(text);
        error_set(error, ERR_INPUT, "price \"%s\" %s: write 20000, 20,000 or 20k", typed, reason);
        free(typed);
        return ERR_INPUT;
    }
    minor *= thousands ? 1000 : 1;
    char plain[MONEY_TEXT_SIZE];
    money_plain(minor, plain);
    test_add(test, minor, minor);
    buffer_text(canonical, plain);
    return ERR_OK;
}

/* ---------------------------------------------------------------- labels */

/* Other words that people use; found by any unique beginning of theirs. */
static const struct {
    enum dimension dimension;
    const char *word, *label;
} also_called[] = {
    {DIMENSION_GENDER, "female", "F"},       {DIMENSION_GENDER, "male", "M"},
    {DIMENSION_GENDER, "women", "F"},        {DIMENSION_GENDER, "men", "M"},
    {DIMENSION_WEEKDAY, "monday", "Mon"},    {DIMENSION_WEEKDAY, "tuesday", "Tue"},
    {DIMENSION_WEEKDAY, "wednesday", "Wed"}, {DIMENSION_WEEKDAY, "thursday", "Thu"},
    {DIMENSION_WEEKDAY, "friday", "Fri"},    {DIMENSION_WEEKDAY, "saturday", "Sat"},
    {DIMENSION_WEEKDAY, "sunday", "Sun"},
};

/* The ways in which a label can be meant, from the surest; the first that finds any decides. */
enum likeness { LIKE_EXACT, LIKE_WHOLE, LIKE_START, LIKE_ALIAS, LIKE_PART, LIKENESS_COUNT };

static bool is_like(const struct dimension_view *view, int code, const char *label,
                    const char *text, enum likeness likeness) {
    switch (likeness) {
    case LIKE_EXACT:
        return strcmp(label, text) == 0;
    case LIKE_WHOLE:
        return text_same(label, text);
    case LIKE_START:
        return *text != '\0' && text_starts(label, text);
    case LIKE_ALIAS:
        for (size_t i = 0; *text != '\0' && i < sizeof also_called / sizeof *also_called; i++) {
            if (also_called[i].dimension == view->dimension &&
                text_starts(also_called[i].word, text) && strcmp(also_called[i].label, label) == 0)
                return true;
        }
        return false;
    default:
        return *text != '\0' && code != 0 && text_contains(label, text);
    }
}

/* Says how the text missed and lists the labels that are like it, or all where none is. */
static enum err complain(const struct dimension_view *view, const char *text,
                         enum likeness likeness, struct error *error) {
    struct buffer list = {0};
    int left = 0;
    bool ambiguous = likeness < LIKENESS_COUNT;
    for (int i = 0; i < view->codes; i++) {
        int code = i + 1 < view->codes ? i + 1 : 0; /* unknown comes last */
        char label[DIMENSION_LABEL_SIZE];
        dimension_label(view, code, label);
        if (ambiguous && !is_like(view, code, label, text, likeness))
            continue;
        if (list.length + strlen(label) > LISTED_BYTES) {
            left++;
            continue;
        }
        buffer_text(&list, list.length != 0 ? ", " : "");
        char *clean = text_clean(label, strlen(label));
        buffer_text(&list, clean);
        free(clean);
    }
    if (left != 0)
        buffer_printf(&list, " and %d more", left);
    char *typed = shown(text);
    const char *name = dimension_name(view->dimension);
    if (ambiguous)
        error_set(error, ERR_INPUT, "%s \"%s\" could be %s", name, typed, list.data);
    else
        error_set(error, ERR_INPUT, "there is no %s \"%s\", only %s", name, typed, list.data);
    free(typed);
    buffer_free(&list);
    return ERR_INPUT;
}

/* From `first_code` on: 0 where "unknown" may be meant. */
static enum err read_label(const struct dimension_view *view, int first_code, const char *text,
                           bool exactly, struct filter_test *test, struct buffer *canonical,
                           struct error *error) {
    enum likeness last = exactly ? LIKE_WHOLE : LIKE_PART;
    for (enum likeness likeness = LIKE_EXACT; likeness <= last; likeness++) {
        char found[DIMENSION_LABEL_SIZE] = "", label[DIMENSION_LABEL_SIZE];
        int matches = 0;
        for (int code = first_code; code < view->codes; code++) {
            dimension_label(view, code, label);
            if (!is_like(view, code, label, text, likeness))
                continue;
            if (matches != 0 && strcmp(found, label) != 0)
                return complain(view, text, likeness, error);
            matches++;
            memcpy(found, label, sizeof found);
            if (code != 0)
                test_add(test, code, code);
            else if (test != NULL)
                test->unknown = true;
        }
        if (matches != 0) {
            filter_write_alternative(canonical, found);
            return ERR_OK;
        }
    }
    return complain(view, text, LIKENESS_COUNT, error);
}

/* ---------------------------------------------------------- whole values */

/* Whether a text is neither a name nor the beginning or part of a single one, but part of several.
 */
static bool is_part_of_several(const struct dimension_view *view, const char *text) {
    for (enum likeness likeness = LIKE_EXACT; likeness <= LIKE_PART; likeness++) {
        char found[DIMENSION_LABEL_SIZE] = "", label[DIMENSION_LABEL_SIZE];
        int matches = 0;
        for (int code = 0; code < view->codes; code++) {
            dimension_label(view, code, label);
            if (!is_like(view, code, label, text, likeness))
                continue;
            if (matches++ != 0 && strcmp(found, label) != 0)
                return likeness >= LIKE_START;
            memcpy(found, label, sizeof found);
        }
        if (matches != 0)
            return false;
    }
    return false;
}

static bool has_code(const struct filter_test *test, int code) {
    for (size_t i = 0; i < test->count; i++) {
        if (test->ranges[i].low == code)
            return true;
    }
    return false;
}

/* All names that have this part. `canonical` receives the part, or with `spelled` the names. Facts
 * that have none of them any more are no error where it is read `exactly`. */
static enum err read_part(const struct dimension_view *view, const char *text, bool exactly,
                          bool spelled, struct filter_test *test, struct buffer *canonical,
                          struct error *error) {
    char label[DIMENSION_LABEL_SIZE];
    int matches = 0;
    bool again = test != NULL && test->count != 0;
    for (int code = 1; code < view->codes; code++) {
        dimension_label(view, code, label);
        if (!text_contains(label, text))
            continue;
        if (spelled) {
            buffer_text(canonical, matches != 0 ? "|" : "");
            filter_write_alternative(canonical, label);
        }
        matches++;
        if (!again || !has_code(test, code))
            test_add(test, code, code);
    }
    if (!spelled)
        filter_write_alternative(canonical, text);
    return matches != 0 || exactly ? ERR_OK : complain(view, text, LIKENESS_COUNT, error);
}

static enum err read_one(const struct dimension_view *view, int field, enum filter_operator op,
                         const char *text, bool exactly, struct filter_test *test,
                         struct buffer *canonical, struct error *error) {
    bool compares = is_comparison(op);
    bool may_be_unknown = field < DIMENSION_COUNT || field == FIELD_AGE;
    if (may_be_unknown && text_same(text, "unknown") && compares)
        return error_set(error, ERR_INPUT, "unknown has no order: use = or != with it");
    bool labelled = view->facts != NULL;
    if (!labelled && may_be_unknown && text_same(text, "unknown")) {
        if (test != NULL)
            test->unknown = true;
        buffer_text(canonical, "unknown");
        return ERR_OK;
    }
    if (field_is_of_days(field))
        return read_date(field, text, test, canonical, error);
    if (field == FIELD_AGE)
        return read_age(text, test, canonical, error);
    if (field == FIELD_PRICE)
        return read_price(text, test, canonical, error);
    if (is_of_parts(op))
        return read_part(view, text, exactly, false, test, canonical, error);
    if (!compares && !exactly && field_is_of_names(field) && is_part_of_several(view, text))
        return read_part(view, text, false, true, test, canonical, error);
    return read_label(view, compares, text, exactly, test, canonical, error);
}

/* What is wrong with the way the value is written, if anything. */
static enum err check_end(enum alternative_end end, int field, enum filter_operator op,
                          const char *text, bool quoted, size_t alternatives, struct error *error) {
    const char *name = filter_field_name(field), *sign = filter_operator_text(op);
    if (end == ALTERNATIVE_UNCLOSED)
        return error_set(error, ERR_INPUT, "the quote behind %s%s is not closed", name, sign);
    if (*text == '\0' && !quoted)
        return error_set(error, ERR_INPUT, "%s%s needs a value behind it", name, sign);
    if (end == ALTERNATIVE_STRAY)
        return error_set(error, ERR_INPUT,
                         "behind %s%s: a value with = < > or ! in it needs quotes around it", name,
                         sign);
    if (is_of_parts(op) && *text == '\0')
        return error_set(error, ERR_INPUT, "%s%s needs a part of a name behind it", name, sign);
    if (is_comparison(op) && (alternatives > 0 || end == ALTERNATIVE_MORE))
        return error_set(error, ERR_INPUT, "%s%s takes one value, not alternatives with |", name,
                         sign);
    if (alternatives >= ALTERNATIVES_MAX)
        return error_set(error, ERR_INPUT, "%s%s has more than %d alternatives", name, sign,
                         ALTERNATIVES_MAX);
    return ERR_OK;
}

enum err filter_read_value(const struct facts *facts, int field, enum filter_operator op,
                           const char **at, bool exactly, struct buffer *canonical,
                           struct filter_test *test, struct error *error) {
    if (is_of_parts(op) && !field_is_of_names(field))
        return error_set(error, ERR_INPUT,
                         "%s holds no names: ~ is for location, brand, handset, segment and shop",
                         filter_field_name(field));
    if (is_comparison(op) && !field_is_ordered(field))
        return error_set(error, ERR_INPUT, "%s has no order: use = or != with it",
                         filter_field_name(field));
    struct dimension_view view = {0};
    struct buffer text = {0}, written = {0};
    enum err result = ERR_OK;
    if (field < DIMENSION_COUNT && !field_is_of_days(field))
        dimension_open(&view, facts, (enum dimension)field);
    if (test != NULL)
        test->op = op == FILTER_CONTAINS ? FILTER_IS : op == FILTER_LACKS ? FILTER_IS_NOT : op;
    enum alternative_end end = ALTERNATIVE_MORE;
    for (size_t count = 0; end == ALTERNATIVE_MORE && result == ERR_OK; count++) {
        bool quoted;
        end = filter_read_alternative(at, &text, &quoted);
        result = check_end(end, field, op, text.data, quoted, count, error);
        if (result != ERR_OK)
            break;
        buffer_text(&written, count != 0 ? "|" : "");
        result = read_one(&view, field, op, text.data, exactly, test, &written, error);
    }
    if (result == ERR_OK && canonical != NULL)
        buffer_append(canonical, written.data, written.length);
    buffer_free(&text);
    buffer_free(&written);
    dimension_close(&view);
    return result;
}

enum err filter_read_typed(const struct facts *facts, int field, enum filter_operator *op,
                           const char **at, struct buffer *canonical, struct error *error) {
    struct dimension_view view = {0};
    struct buffer text = {0};
    const char *ahead = *at;
    bool several = (*op == FILTER_IS || *op == FILTER_IS_NOT) && field_is_of_names(field), quoted;
    enum alternative_end end = ALTERNATIVE_MORE;
    if (several)
        dimension_open(&view, facts, (enum dimension)field);
    for (size_t i = 0; several && end == ALTERNATIVE_MORE && i < ALTERNATIVES_MAX; i++) {
        end = filter_read_alternative(&ahead, &text, &quoted);
        several = is_part_of_several(&view, text.data);
    }
    dimension_close(&view);
    buffer_free(&text);
    if (several)
        *op = *op == FILTER_IS ? FILTER_CONTAINS : FILTER_LACKS;
    return filter_read_value(facts, field, *op, at, false, canonical, NULL, error);
}
