#include "engine/intake/dates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { DATE_SIZE = 32 };

void date_choice_init(struct date_choice *choice, const enum date_format *given) {
    *choice = (struct date_choice){.format = given != NULL ? *given : DATE_FORMAT_COUNT,
                                   .given = given != NULL};
}

static bool reads(const char *text, enum date_format format) {
    day_number day;
    const char *reason;
    return date_parse(text, format, &day, &reason);
}

/* The format that reads most of those that are (or are not) detected by themselves. */
static enum date_format best(const struct date_choice *choice, bool detected) {
    enum date_format best = DATE_FORMAT_COUNT;
    for (int format = 0; format < DATE_FORMAT_COUNT; format++) {
        if (date_format_is_detected((enum date_format)format) == detected &&
            choice->read[format] > (best == DATE_FORMAT_COUNT ? 0 : choice->read[best]))
            best = (enum date_format)format;
    }
    return best;
}

void date_choice_see(struct date_choice *choice, struct raw_field date) {
    if (choice->given || date.length == 0)
        return;
    int32_t known;
    if (memo_find(choice->memo, MEMO_DATE_FORMATS, date.bytes, date.length, &known)) {
        for (int format = 0; format < DATE_FORMAT_COUNT; format++)
            choice->read[format] += known >> format & 1;
        return;
    }
    char text[DATE_SIZE];
    if (date.length < sizeof text && date.bytes[0] > ' ' && date.bytes[date.length - 1] > ' ') {
        memcpy(text, date.bytes, date.length);
        text[date.length] = '\0';
    } else {
        char *whole = text_clean(date.bytes, date.length);
        snprintf(text, sizeof text, "%s", whole);
        free(whole);
    }
    bool detected = false, month_first = false;
    int32_t readable = 0;
    for (int format = 0; format < DATE_FORMAT_COUNT; format++) {
        if (!reads(text, (enum date_format)format))
            continue;
        choice->read[format]++;
        readable |= 1 << format;
        if (date_format_is_detected((enum date_format)format))
            detected = true;
        else
            month_first = true;
    }
    if (month_first && !detected && choice->example[0] == '\0')
        snprintf(choice->example, sizeof choice->example, "%s", text);
    memo_keep(choice->memo, MEMO_DATE_FORMATS, date.bytes, date.length, readable);
}

void date_choice_decide(struct date_choice *choice) {
    if (choice->format == DATE_FORMAT_COUNT)
        choice->format = best(choice, true);
}

enum err date_choice_check(const struct date_choice *choice, const char *file,
                           struct error *error) {
    enum date_format month_first = best(choice, false);
    enum date_format taken =
        choice->format != DATE_FORMAT_COUNT ? choice->format : best(choice, true);
    int64_t read = taken != DATE_FORMAT_COUNT ? choice->read[taken] : 0;
    if (choice->given || month_first == DATE_FORMAT_COUNT || choice->read[month_first] <= read)
        return ERR_OK;
    error_set(error, ERR_INPUT, "%s: its dates seem to begin with the month, such as '%s'", file,
              choice->example);
    error_hint(error, "if they do, say so with --date-format %s; nothing was imported",
               date_format_name(month_first));
    return ERR_INPUT;
}
