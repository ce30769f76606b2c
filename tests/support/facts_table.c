/* The shop's file is read line by line here, without the import, which has tests of its own. */
#include "tests/support/facts_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"

static uint16_t intern(struct dictionary *dictionary, const char *name, bool handset) {
    for (int i = 0; i < dictionary->count; i++) {
        if (strcmp(dictionary->entries[i].name, name) == 0)
            return (uint16_t)(i + 1);
    }
    dictionary->entries = xreallocarray(dictionary->entries, (size_t)dictionary->count + 1,
                                        sizeof *dictionary->entries);
    dictionary->entries[dictionary->count++] = (struct term){
        .name = xstrdup(name),
        .brand = handset ? xstrndup(name, strcspn(name, " ")) : NULL,
        .local = !text_starts(name, "Outside"),
    };
    return (uint16_t)dictionary->count;
}

static void reserve(struct facts *facts, size_t count) {
    facts->id = xreallocarray(facts->id, count, sizeof *facts->id);
    facts->price_minor = xreallocarray(facts->price_minor, count, sizeof *facts->price_minor);
    facts->day = xreallocarray(facts->day, count, sizeof *facts->day);
    facts->location = xreallocarray(facts->location, count, sizeof *facts->location);
    facts->handset = xreallocarray(facts->handset, count, sizeof *facts->handset);
    facts->age = xreallocarray(facts->age, count, 1);
    facts->gender = xreallocarray(facts->gender, count, 1);
    facts->answers = xreallocarray(facts->answers, count, 1);
    facts->segment = xreallocarray(facts->segment, count, 1);
}

/* Room must have been made. */
static void add(struct facts *facts, const struct facts_row *row, day_number day) {
    size_t at = facts->count++;
    facts->id[at] = (int64_t)at + 1;
    facts->price_minor[at] = (int64_t)(row->price * 100 + 0.5);
    facts->day[at] = day;
    facts->location[at] =
        row->location != NULL ? intern(&facts->locations, row->location, false) : 0;
    facts->handset[at] = intern(&facts->handsets, row->handset, true);
    facts->age[at] = (uint8_t)row->age;
    facts->gender[at] = row->gender == 'F' ? 1 : row->gender == 'M' ? 2 : row->gender != 0 ? 3 : 0;
    int packed = 0;
    for (int answer = ANSWER_COUNT - 1; answer >= 0; answer--)
        packed = packed * 3 + (row->answers[answer] == 'y'   ? 2
                               : row->answers[answer] == 'n' ? 1
                                                             : 0);
    facts->answers[at] = (uint8_t)packed;
    facts->segment[at] = (uint8_t)row->segment;
    if (at == 0 || day < facts->first_day)
        facts->first_day = day;
    if (at == 0 || day > facts->last_day)
        facts->last_day = day;
}

static day_number day_of(const char *text, enum date_format format) {
    day_number day = 0;
    const char *reason;
    if (!date_parse(text, format, &day, &reason)) {
        fprintf(stderr, "facts_table: date \"%s\" %s\n", text, reason);
        abort();
    }
    return day;
}

void facts_table(struct facts *facts, const struct facts_row *rows, size_t count) {
    *facts = (struct facts){0};
    reserve(facts, count);
    for (size_t i = 0; i < count; i++)
        add(facts, &rows[i], day_of(rows[i].date, DATE_YMD));
}

/* Cus.ID,Date,Location,Age,Gender,Handset,Price,Facebook,Follows,Returning,Heard; no quotes. */
bool facts_table_csv(struct facts *facts, const char *path) {
    *facts = (struct facts){0};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    char line[1024];
    size_t room = 0;
    bool header = true;
    while (fgets(line, sizeof line, file) != NULL) {
        char *fields[11], *at = line;
        int count = 0;
        line[strcspn(line, "\r\n")] = '\0';
        while (count < 11 && (fields[count] = strsep(&at, ",")) != NULL)
            count++;
        if (count == 11 && !header) {
            if (facts->count == room)
                reserve(facts, room = room * 2 + 1024);
            char answers[ANSWER_COUNT + 1] = {
                fields[7][0] == 'Y' ? 'y' : 'n', fields[8][0] == 'Y' ? 'y' : 'n',
                fields[9][0] == 'Y' ? 'y' : 'n', fields[10][0] == 'Y' ? 'y' : 'n', '\0'};
            struct facts_row row = {.location = fields[2],
                                    .age = atoi(fields[3]),
                                    .gender = fields[4][0],
                                    .handset = fields[5],
                                    .price = strtod(fields[6], NULL),
                                    .answers = answers};
            add(facts, &row, day_of(fields[1], DATE_DMY_DASH));
        }
        header = false;
    }
    fclose(file);
    return true;
}

bool facts_table_shop(struct facts *facts) {
    const char *path = getenv("SHOP_CSV");
    *facts = (struct facts){0};
    if (path != NULL && facts_table_csv(facts, path))
        return true;
    printf("skipped: the real file is not at %s\n", path != NULL ? path : "$SHOP_CSV (not set)");
    return false;
}

static unsigned next(unsigned *seed, unsigned below) {
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes' quick generator */
    return (unsigned)((unsigned long long)*seed * below >> 32);
}

void facts_table_random(struct facts *facts, size_t count, unsigned seed) {
    static const char *const places[] = {"Inside Rangamati", "Outside Rangamati", "Rangamati Sadar",
                                         "O'Brien \"Corner\" | a=b <c>!"};
    static const char *const phones[] = {
        "Galaxy A55 5G 8/128",     "Galaxy M35 5G 8/128", "Pixel 7a 8/128",
        "Pixel 8 Pro 12/256",      "iPhone 16 Pro 256GB", "iPhone 16 Pro Max 1TB",
        "Redmi Note 12 Pro 8/128", "'quoted' age<30|x",   "Unknown"};
    *facts = (struct facts){0};
    reserve(facts, count);
    for (size_t i = 0; i < count; i++) {
        char answers[ANSWER_COUNT + 1] = {0};
        for (int answer = 0; answer < ANSWER_COUNT; answer++)
            answers[answer] = "yyynnnnnn-"[next(&seed, 10)];
        unsigned place = next(&seed, 13), dear = next(&seed, 20);
        struct facts_row row = {
            .location = place < 12 ? places[place % 4] : NULL,
            .age = next(&seed, 20) == 0 ? 0 : 15 + (int)next(&seed, 60),
            .gender = "FFFFMMMMo\0"[next(&seed, 10)],
            .handset = phones[next(&seed, 9)],
            .price =
                5000 + next(&seed, 25000) + (dear == 0 ? 100000 : 0) + next(&seed, 100) / 100.0,
            .answers = answers,
            .segment = (int)next(&seed, 5),
        };
        add(facts, &row, 19800 + (day_number)next(&seed, 300));
    }
}

void facts_table_segments(struct facts *facts, char **names, int count) {
    facts->segment_names = names;
    facts->segment_count = count;
}

static void free_dictionary(struct dictionary *dictionary) {
    for (int i = 0; i < dictionary->count; i++) {
        free(dictionary->entries[i].name);
        free(dictionary->entries[i].brand);
    }
    free(dictionary->entries);
}

void facts_table_free(struct facts *facts) {
    free(facts->id);
    free(facts->price_minor);
    free(facts->day);
    free(facts->location);
    free(facts->handset);
    free(facts->age);
    free(facts->gender);
    free(facts->answers);
    free(facts->segment);
    free_dictionary(&facts->locations);
    free_dictionary(&facts->handsets);
    *facts = (struct facts){0};
}
