#include "engine/intake/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/short_text.h"
#include "base/text.h"

enum {
    VALUE_SIZE = 64,   /* longest number, date or answer that is looked at */
    SHOWN_COLUMNS = 40 /* of a value in a message */
};

/* --------------------------------------------------------------------------------- single values
 */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool field_read_age(const char *text, int *age_years, const char **reason) {
    const char *at = text + (*text == '-' || *text == '+');
    int age = 0;
    bool digits = is_digit(*at);
    for (; is_digit(*at); at++)
        age = age > AGE_MAX ? age : age * 10 + (*at - '0');
    if (*at == '.') /* a table program writes a column with gaps as 34.0 */
        at += 1 + strspn(at + 1, "0");
    if (!digits || *at != '\0') {
        *reason = "is not a whole number";
        return false;
    }
    if (*text == '-' || age < AGE_MIN || age > AGE_MAX) {
        *reason = "is outside 1–130";
        return false;
    }
    *age_years = age;
    return true;
}

struct word {
    const char *text;
    int value;
};

static bool read_word(const char *text, const struct word *words, size_t count, int *value) {
    for (size_t i = 0; i < count; i++) {
        if (text_same(text, words[i].text)) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

bool field_read_gender(const char *text, int *gender, const char **reason) {
    static const struct word words[] = {
        {"F", GENDER_FEMALE}, {"female", GENDER_FEMALE}, {"woman", GENDER_FEMALE},
        {"M", GENDER_MALE},   {"male", GENDER_MALE},     {"man", GENDER_MALE},
        {"O", GENDER_OTHER},  {"other", GENDER_OTHER},   {"X", GENDER_OTHER}};
    *reason = "is not F, M or other";
    return read_word(text, words, sizeof words / sizeof *words, gender);
}

bool field_read_answer(const char *text, int *answer, const char **reason) {
    static const struct word words[] = {{"yes", 1},  {"no", 0},    {"y", 1}, {"n", 0},
                                        {"true", 1}, {"false", 0}, {"1", 1}, {"0", 0}};
    *reason = "is not yes or no";
    return read_word(text, words, sizeof words / sizeof *words, answer);
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool location_is_local(const char *name) {
    static const char word[] = "outside";
    for (const char *at = name; (at = strcasestr(at, word)) != NULL; at++) {
        if ((at == name || !is_letter(at[-1])) && !is_letter(at[sizeof word - 1]))
            return false;
    }
    return true;
}

char *handset_brand(const char *name) {
    static const struct {
        const char *first_word, *brand;
    } rules[] = {
        {"Galaxy", "Samsung"},  {"iPhone", "Apple"},      {"Pixel", "Google"},
        {"Moto", "Motorola"},   {"Redmi", "Xiaomi"},      {"Note", "Xiaomi"},
        {"Poco", "Xiaomi"},     {"Mi", "Xiaomi"},         {"Narzo", "Realme"},
        {"R-70", "Realme"},     {"iQOO", "iQOO"},         {"Vivo", "Vivo"},
        {"OnePlus", "OnePlus"}, {"Samsung", "Samsung"},   {"Apple", "Apple"},
        {"Google", "Google"},   {"Motorola", "Motorola"}, {"Xiaomi", "Xiaomi"},
        {"Realme", "Realme"},   {"Oppo", "Oppo"},         {"Xperia", "Sony"},
    };
    size_t length = strcspn(name, " ");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        size_t rule_length = strlen(rules[i].first_word);
        /* "iPhone15" is an iPhone, too. */
        if (text_starts(name, rules[i].first_word) &&
            (length == rule_length || is_digit(name[rule_length])))
            return xstrdup(rules[i].brand);
    }
    return xstrndup(name, length);
}

/* ------------------------------------------------------------------------------------- a record */

/* Most values are plain ASCII without double spaces, which text_clean would leave as they are. */
static bool is_plain(const char *bytes, size_t length) {
    if (short_visible(bytes, length))
        return true;
    char before = ' ';
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < ' ' || bytes[i] > '~' || (bytes[i] == ' ' && before == ' '))
            return false;
        before = bytes[i];
    }
    return before != ' ' || length == 0;
}

static bool refuse(struct record *record, enum field field, const char *value, const char *reason) {
    record->bad_field = field;
    if (value == NULL)
        snprintf(record->reason, sizeof record->reason, "%s %s", field_name(field), reason);
    else {
        size_t length = text_clip(value, SHOWN_COLUMNS, NULL);
        /* Combining marks take no columns, but room. */
        if (length > 96)
            length = 0;
        snprintf(record->reason, sizeof record->reason, "%s '%.*s%s' %s", field_name(field),
                 (int)length, value, value[length] != '\0' ? "…" : "", reason);
    }
    return false;
}

static struct raw_field raw_of(const struct raw_field *fields, const struct columns *columns,
                               enum field field) {
    int at = columns->at[field];
    return at >= 0 ? fields[at] : (struct raw_field){.bytes = "", .length = 0};
}

/* The cleaned text of a number, date or answer; "" where it is empty. */
static bool short_text(struct record *record, enum field field, struct raw_field raw,
                       char text[VALUE_SIZE]) {
    if (raw.length < VALUE_SIZE && is_plain(raw.bytes, raw.length)) {
        if (raw.length != 0)
            memcpy(text, raw.bytes, raw.length);
        text[raw.length] = '\0';
        return true;
    }
    char *whole = text_clean(raw.bytes, raw.length);
    bool fits = strlen(whole) < VALUE_SIZE;
    if (fits)
        snprintf(text, VALUE_SIZE, "%s", whole);
    else
        refuse(record, field, whole, "is too long");
    free(whole);
    return fits;
}

/* The cleaned text of a name; NULL where it is empty. */
static bool name_text(struct record *record, enum field field, struct raw_field raw,
                      char room[NAME_BYTES_MAX + 1], const char **text) {
    *text = NULL;
    if (raw.length == 0)
        return true;
    if (raw.length <= NAME_BYTES_MAX && is_plain(raw.bytes, raw.length)) {
        memcpy(room, raw.bytes, raw.length);
        room[raw.length] = '\0';
        *text = room;
        return true;
    }
    char *whole = text_clean(raw.bytes, raw.length);
    size_t length = strlen(whole);
    bool fits = length <= NAME_BYTES_MAX;
    if (!fits)
        refuse(record, field, whole, "is longer than 160 bytes");
    else
        memcpy(room, whole, length + 1);
    if (fits && length != 0)
        *text = room;
    free(whole);
    return fits;
}

static bool read_day(struct record *record, struct raw_field raw, enum date_format dates,
                     day_number today) {
    char text[VALUE_SIZE];
    if (memo_find(record->memo, MEMO_DAY, raw.bytes, raw.length, &record->sale.day))
        return true;
    if (!short_text(record, FIELD_DATE, raw, text))
        return false;
    if (*text == '\0')
        return refuse(record, FIELD_DATE, NULL, "is missing");
    const char *reason = "is not a date as dd-mm-yyyy, dd/mm/yyyy or yyyy-mm-dd";
    if (dates == DATE_FORMAT_COUNT || !date_parse(text, dates, &record->sale.day, &reason))
        return refuse(record, FIELD_DATE, text, reason);
    if (record->sale.day > today)
        return refuse(record, FIELD_DATE, text, "lies in the future");
    memo_keep(record->memo, MEMO_DAY, raw.bytes, raw.length, record->sale.day);
    return true;
}

static bool read_price(struct record *record, struct raw_field raw) {
    char text[VALUE_SIZE];
    const char *reason;
    if (money_parse_whole(raw.bytes, raw.length, &record->sale.price_minor))
        return true;
    if (!short_text(record, FIELD_PRICE, raw, text))
        return false;
    if (*text == '\0')
        return refuse(record, FIELD_PRICE, NULL, "is missing");
    return money_parse(text, &record->sale.price_minor, &reason) ||
           refuse(record, FIELD_PRICE, text, reason);
}

/* A value that may be unknown. */
static bool read_optional(struct record *record, enum field field, struct raw_field raw,
                          enum memo_kind kind, bool (*read)(const char *, int *, const char **),
                          int *value) {
    char text[VALUE_SIZE];
    const char *reason;
    *value = UNKNOWN;
    if (raw.length == 0 || memo_find(record->memo, kind, raw.bytes, raw.length, value))
        return true;
    if (!short_text(record, field, raw, text))
        return false;
    if (*text != '\0' && !read(text, value, &reason))
        return refuse(record, field, text, reason);
    memo_keep(record->memo, kind, raw.bytes, raw.length, *value);
    return true;
}

static bool read_name(struct record *record, const struct raw_field *fields,
                      const struct columns *columns, enum field field, int32_t *number,
                      const char **text) {
    struct raw_field raw = raw_of(fields, columns, field);
    char *room = record->names[field == FIELD_LOCATION];
    if (record->known != NULL && raw.length != 0 &&
        (*number = record->known(record->context, field, raw)) != 0)
        return true;
    return name_text(record, field, raw, room, text);
}

static bool read_names(struct record *record, const struct raw_field *fields,
                       const struct columns *columns) {
    struct sale *sale = &record->sale;
    if (!name_text(record, FIELD_REFERENCE, raw_of(fields, columns, FIELD_REFERENCE),
                   record->names[2], &record->reference) ||
        !read_name(record, fields, columns, FIELD_LOCATION, &sale->location, &record->location) ||
        !read_name(record, fields, columns, FIELD_HANDSET, &sale->handset, &record->handset))
        return false;
    return record->handset != NULL || sale->handset != 0 ||
           refuse(record, FIELD_HANDSET, NULL, "is missing");
}

bool record_read(struct record *record, const struct raw_field *fields, int field_count,
                 const struct columns *columns, enum date_format dates, day_number today) {
    static const struct {
        enum field field;
        enum answer answer;
    } answers[ANSWER_COUNT] = {{FIELD_FACEBOOK, ANSWER_FACEBOOK},
                               {FIELD_FOLLOWS, ANSWER_FOLLOWS},
                               {FIELD_RETURNING, ANSWER_RETURNING},
                               {FIELD_HEARD, ANSWER_HEARD}};
    record->sale = (struct sale){0};
    record->reference = record->location = record->handset = NULL;
    record->bad_field = FIELD_REFERENCE;
    record->reason[0] = '\0';
    if (field_count != columns->count) {
        record->bad_field = FIELD_COUNT;
        snprintf(record->reason, sizeof record->reason, "row has %d field%s, the header %d",
                 field_count, field_count == 1 ? "" : "s", columns->count);
        return false;
    }
    int age, gender;
    if (!read_day(record, raw_of(fields, columns, FIELD_DATE), dates, today) ||
        !read_names(record, fields, columns) ||
        !read_price(record, raw_of(fields, columns, FIELD_PRICE)) ||
        !read_optional(record, FIELD_AGE, raw_of(fields, columns, FIELD_AGE), MEMO_AGE,
                       field_read_age, &age) ||
        !read_optional(record, FIELD_GENDER, raw_of(fields, columns, FIELD_GENDER), MEMO_GENDER,
                       field_read_gender, &gender))
        return false;
    for (int i = 0; i < ANSWER_COUNT; i++) {
        int answer;
        if (!read_optional(record, answers[i].field, raw_of(fields, columns, answers[i].field),
                           MEMO_ANSWER, field_read_answer, &answer))
            return false;
        record->sale.answers[answers[i].answer] = (int8_t)answer;
    }
    record->sale.reference = record->reference;
    record->sale.age_years = (int16_t)age;
    record->sale.gender = (int8_t)gender;
    return true;
}
