/* --map against a header: no column is two fields, and none is one that the file has not. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/intake/csv.h"
#include "engine/intake/record.h"
#include "tests/fuzz/fuzz.h"

static void match(const char *header, const struct column_map *map, bool required_only) {
    char *headers[CSV_FIELDS_MAX];
    int count = 0;
    for (const char *at = header; count < CSV_FIELDS_MAX; at++) {
        size_t length = strcspn(at, ",\n");
        headers[count++] = text_clean(at, length);
        at += length;
        if (*at != ',')
            break;
    }
    struct columns columns = {0};
    struct error error = {0};
    enum err err = columns_match(&columns, headers, count, map, required_only, "sales.csv", &error);
    if (err == ERR_OK) {
        bool taken[CSV_FIELDS_MAX] = {false};
        for (int field = 0; field < FIELD_COUNT; field++) {
            int at = columns.at[field];
            FUZZ_MUST(at >= -1 && at < count);
            FUZZ_MUST(at < 0 || !taken[at]);
            if (at >= 0)
                taken[at] = true;
        }
        FUZZ_MUST(columns.at[FIELD_PRICE] >= 0 || required_only);
    } else {
        FUZZ_MUST(error.message[0] != '\0');
    }
    for (int i = 0; i < count; i++)
        free(headers[i]);
}

void fuzz_map(const uint8_t *data, size_t size) {
    char *text = fuzz_string(data, size);
    struct column_map map = {0};
    const char *at = text;
    while (*at != '\0' && *at != '\n') {
        size_t length = strcspn(at, "\n");
        char *argument = xstrndup(at, length);
        struct error error = {0};
        enum err err = column_map_add(&map, argument, &error);
        FUZZ_MUST(err == ERR_OK || error.message[0] != '\0');
        free(argument);
        at += length + (at[length] == '\n');
    }
    at += *at == '\n';
    match(at, &map, false);
    match(at, &map, true);
    column_map_free(&map);
    free(text);
}
