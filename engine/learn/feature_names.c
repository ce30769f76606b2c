/* Fields and columns of the features by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "engine/learn/features.h"

static enum err complain(struct error *error, const char *before, const char *word,
                         const char *behind) {
    bool all[FEATURE_FIELD_COUNT];
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        all[field] = true;
    char *clean = text_clean(word, strlen(word)), *names = features_fields_text(all);
    clean[text_clip(clean, 60, NULL)] = '\0';
    error_set(error, ERR_USAGE, "%s \"%s\"%s", before, clean, behind);
    error_hint(error, "the features are %s", names);
    free(names);
    free(clean);
    return ERR_USAGE;
}

static int field_named(const char *word) {
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        if (text_same(feature_field_name((enum feature_field)field), word))
            return field;
    return FEATURE_FIELD_COUNT;
}

enum err features_read_fields(const char *text, bool has[FEATURE_FIELD_COUNT],
                              struct error *error) {
    memset(has, 0, FEATURE_FIELD_COUNT * sizeof *has);
    enum err err = ERR_OK;
    for (const char *at = text; err == ERR_OK && at != NULL;) {
        const char *comma = strchr(at, ',');
        char *word = text_clean(at, comma != NULL ? (size_t)(comma - at) : strlen(at));
        int field = field_named(word);
        if (field == FEATURE_FIELD_COUNT)
            err = complain(error, "there is no feature", word, "");
        else if (has[field])
            err = complain(error, "the feature", word, " is named twice");
        else
            has[field] = true;
        free(word);
        at = comma != NULL ? comma + 1 : NULL;
    }
    return err;
}

char *features_fields_text(const bool has[FEATURE_FIELD_COUNT]) {
    struct buffer text = {0};
    for (int field = 0; field < FEATURE_FIELD_COUNT; field++)
        if (has[field])
            buffer_printf(&text, "%s%s", text.length != 0 ? "," : "",
                          feature_field_name((enum feature_field)field));
    return buffer_take(&text);
}

void features_column_name(const struct features *features, int column,
                          char name[FEATURES_COLUMN_SIZE]) {
    enum feature_field field = features->field_of[column];
    int first = column;
    while (first > 0 && features->field_of[first - 1] == field)
        first--;
    switch (field) {
    case FEATURE_HANDSET: {
        const char *handset = features->handsets[column - first];
        size_t room = FEATURES_COLUMN_SIZE - sizeof "handset ";
        size_t fits = strlen(handset);
        if (fits > room)
            for (fits = room; fits > 0 && ((unsigned char)handset[fits] & 0xC0) == 0x80;)
                fits--; /* not within a character */
        snprintf(name, FEATURES_COLUMN_SIZE, "handset %.*s", (int)fits, handset);
        break;
    }
    case FEATURE_LOCATION:
        snprintf(name, FEATURES_COLUMN_SIZE, "local");
        break;
    case FEATURE_GENDER:
        snprintf(name, FEATURES_COLUMN_SIZE, "female");
        break;
    case FEATURE_DATE:
        snprintf(name, FEATURES_COLUMN_SIZE, "date %s", column == first ? "sin" : "cos");
        break;
    default:
        snprintf(name, FEATURES_COLUMN_SIZE, "%s", feature_field_name(field));
    }
}
