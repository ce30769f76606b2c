/* The grammar of filters below the level of a whole line: names of fields, operators, alternatives
 * with their quotes. Nothing here looks at facts, and no text whatever makes it fail. */
#include "engine/slice/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/slice/calendar.h"

static const char *const operators[] = {
    [FILTER_IS] = "=",   [FILTER_IS_NOT] = "!=",   [FILTER_LESS] = "<",     [FILTER_AT_MOST] = "<=",
    [FILTER_MORE] = ">", [FILTER_AT_LEAST] = ">=", [FILTER_CONTAINS] = "~", [FILTER_LACKS] = "!~",
};

const char *filter_field_name(int field) {
    switch (field) {
    case FIELD_DATE:
        return "date";
    case FIELD_AGE:
        return "age";
    case FIELD_PRICE:
        return "price";
    default:
        return dimension_name((enum dimension)field);
    }
}

bool filter_field_by_name(const char *name, int *field) {
    for (*field = 0; *field < FIELD_COUNT; ++*field) {
        if (text_same(name, filter_field_name(*field)))
            return true;
    }
    return false;
}

bool field_is_ordered(int field) {
    return field >= DIMENSION_COUNT || dimension_is_ordered((enum dimension)field);
}

bool field_is_of_days(int field) {
    return field == FIELD_DATE ||
           (field < DIMENSION_COUNT && calendar_is_period((enum dimension)field));
}

bool field_is_of_names(int field) {
    return field == DIMENSION_LOCATION || field == DIMENSION_BRAND || field == DIMENSION_HANDSET ||
           field == DIMENSION_SEGMENT || field == DIMENSION_SHOP;
}

const char *filter_sign(enum filter_operator op) {
    return filter_operator_text(op);
}

const char *filter_operator_text(enum filter_operator op) {
    return operators[op];
}

static bool is_blank(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_name(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_operator(const char *at) {
    return *at == '=' || *at == '<' || *at == '>' || *at == '~' ||
           (*at == '!' && (at[1] == '=' || at[1] == '~'));
}

const char *filter_skip_blanks(const char *at) {
    while (is_blank(*at))
        at++;
    return at;
}

bool filter_read_word(const char **at, char *word, size_t size) {
    size_t length = 0;
    while (is_name((*at)[length]))
        length++;
    size_t kept = length < size ? length : size - 1;
    memcpy(word, *at, kept);
    word[kept] = '\0';
    *at += length;
    return length != 0;
}

bool filter_read_operator(const char **at, enum filter_operator *op) {
    size_t longest = 0;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t length = strlen(operators[i]);
        if (length > longest && strncmp(*at, operators[i], length) == 0) {
            longest = length;
            *op = (enum filter_operator)i;
        }
    }
    *at += longest;
    return longest != 0;
}

/* Behind a quoted alternative: a quote within is written twice. */
static enum alternative_end after_quotes(const char **at) {
    const char *next = filter_skip_blanks(*at);
    bool apart = next > *at;
    *at = next;
    if (*next == '\0')
        return ALTERNATIVE_LAST;
    if (*next == '|') {
        ++*at;
        return ALTERNATIVE_MORE;
    }
    return apart && is_name(*next) ? ALTERNATIVE_FILTER : ALTERNATIVE_STRAY;
}

static enum alternative_end read_quoted(const char **at, struct buffer *text) {
    char quote = *(*at)++;
    for (;;) {
        const char *end = strchr(*at, quote);
        if (end == NULL) {
            buffer_text(text, *at);
            *at += strlen(*at);
            return ALTERNATIVE_UNCLOSED;
        }
        bool doubled = end[1] == quote;
        buffer_append(text, *at, (size_t)(end - *at) + doubled);
        *at = end + 1 + doubled;
        if (!doubled)
            return after_quotes(at);
    }
}

/* An operator ends the value before the word that it follows: "Outside Rangamati age" < "30". */
static enum alternative_end read_bare(const char **at, struct buffer *text) {
    const char *start = *at, *end = start;
    while (*end != '\0' && *end != '|' && !is_operator(end))
        end++;
    enum alternative_end how = ALTERNATIVE_LAST;
    *at = end;
    if (*end == '|') {
        how = ALTERNATIVE_MORE;
        ++*at;
    } else if (*end != '\0') {
        const char *word_end = end;
        while (word_end > start && is_blank(word_end[-1]))
            word_end--;
        const char *word = word_end;
        while (word > start && is_name(word[-1]))
            word--;
        bool apart = word == start || is_blank(word[-1]);
        how = word < word_end && apart ? ALTERNATIVE_FILTER : ALTERNATIVE_STRAY;
        if (how == ALTERNATIVE_FILTER)
            *at = end = word;
    }
    while (end > start && is_blank(end[-1]))
        end--;
    buffer_append(text, start, (size_t)(end - start));
    return how;
}

enum alternative_end filter_read_alternative(const char **at, struct buffer *text, bool *quoted) {
    buffer_clear(text);
    buffer_append(text, "", 0); /* so that `data` is a string */
    *at = filter_skip_blanks(*at);
    *quoted = **at == '\'' || **at == '"';
    return *quoted ? read_quoted(at, text) : read_bare(at, text);
}

void filter_write_alternative(struct buffer *out, const char *text) {
    size_t length = strlen(text);
    bool plain = length != 0 && strpbrk(text, "=<>|'\"!~@") == NULL && !is_blank(text[0]) &&
                 !is_blank(text[length - 1]);
    if (plain) {
        buffer_append(out, text, length);
        return;
    }
    char quote = strchr(text, '\'') != NULL && strchr(text, '"') == NULL ? '"' : '\'';
    buffer_append(out, &quote, 1);
    for (; *text != '\0'; text++) {
        buffer_append(out, text, 1);
        if (*text == quote)
            buffer_append(out, text, 1);
    }
    buffer_append(out, &quote, 1);
}

void filter_test_free(struct filter_test *test) {
    free(test->ranges);
    *test = (struct filter_test){0};
}

bool filter_test_holds(const struct filter_test *test, int64_t value, bool known) {
    bool among = false;
    if (test->op == FILTER_IS || test->op == FILTER_IS_NOT) {
        if (!known)
            among = test->unknown;
        for (size_t i = 0; known && !among && i < test->count; i++)
            among = value >= test->ranges[i].low && value <= test->ranges[i].high;
        return among == (test->op == FILTER_IS);
    }
    if (!known || test->count == 0)
        return false;
    switch (test->op) {
    case FILTER_LESS:
        return value < test->ranges[0].low;
    case FILTER_AT_MOST:
        return value <= test->ranges[0].high;
    case FILTER_MORE:
        return value > test->ranges[0].high;
    default:
        return value >= test->ranges[0].low;
    }
}
