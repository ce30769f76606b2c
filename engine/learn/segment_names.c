/* What people call the segments: names given to personas, kept by the rule's names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/learn/segments_inside.h"

enum { NAME_COLUMNS_MAX = 40 };

static bool take(void *context, const char *persona, const char *name) {
    struct segmentation *segmentation = context;
    for (int i = 0; i < segmentation->record.k; i++)
        if (strcmp(segmentation_persona(segmentation, i), persona) == 0 &&
            strlen(name) < PERSONA_SIZE)
            snprintf(segmentation->names[i], PERSONA_SIZE, "%s", name);
    return true;
}

enum err segmentation_take_names(struct segmentation *segmentation, struct db *db,
                                 struct error *error) {
    for (int i = 0; i < segmentation->record.k; i++)
        snprintf(segmentation->names[i], PERSONA_SIZE, "%s", segmentation_persona(segmentation, i));
    return db_persona_names(db, take, segmentation, error);
}

/* ------------------------------------------------------------------ renaming */

/* A persona that is meant by its name or by the rule's, among the segments and among the names that
 * were given to personas of earlier trainings. */
struct search {
    const char *which;
    char *persona; /* found; owned */
};

static bool look(void *context, const char *persona, const char *name) {
    struct search *search = context;
    if (!text_same(name, search->which) && !text_same(persona, search->which))
        return true;
    search->persona = xstrdup(persona);
    return false;
}

static enum err find(struct db *db, const struct segmentation *segmentation, const char *which,
                     char **persona, struct error *error) {
    struct search search = {which, NULL};
    for (int i = 0; search.persona == NULL && i < segmentation->record.k; i++)
        if (text_same(segmentation->names[i], which))
            search.persona = xstrdup(segmentation_persona(segmentation, i));
    for (int i = 0; search.persona == NULL && i < segmentation->record.k; i++)
        if (text_same(segmentation_persona(segmentation, i), which))
            search.persona = xstrdup(segmentation_persona(segmentation, i));
    *persona = search.persona;
    if (search.persona != NULL)
        return ERR_OK;
    enum err err = db_persona_names(db, look, &search, error);
    *persona = search.persona;
    if (err != ERR_OK || search.persona != NULL)
        return err;
    error_set(error, ERR_INPUT, "there is no segment \"%.100s\"", which);
    char list[256] = "";
    for (int i = 0; i < segmentation->record.k; i++) {
        size_t used = strlen(list), length = strlen(segmentation->names[i]);
        if (used + length + 3 < sizeof list)
            snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "",
                     segmentation->names[i]);
    }
    return error_hint(error, "the segments are %s", list);
}

/* Whether another persona has it already, the database tells. */
static enum err check_name(const char *name, struct error *error) {
    if (strstr(name, "\xEF\xBF\xBD") != NULL) /* U+FFFD, what scrubbing leaves */
        return error_set(error, ERR_INPUT, "the name holds characters that cannot be shown");
    if (text_width(name) > NAME_COLUMNS_MAX || strlen(name) >= PERSONA_SIZE)
        return error_set(error, ERR_INPUT, "the name is too long: at most %d characters",
                         NAME_COLUMNS_MAX);
    if (text_width(name) == 0 || text_same(name, "unknown"))
        return error_set(error, ERR_INPUT, "a segment cannot be called \"%s\"", name);
    if (strchr(name, '=') != NULL) /* --rename OLD=NEW could not take it back */
        return error_set(error, ERR_INPUT, "a segment's name cannot hold \"=\"");
    if (persona_is_of_rule(name))
        return error_set(error, ERR_INPUT,
                         "\"%s\" is a name that the program gives: another segment may have it "
                         "after the next training",
                         name);
    return ERR_OK;
}

static enum err rename_persona(const struct segmentation *segmentation, struct db *writer,
                               const char *which, const char *name, struct error *error) {
    char *persona = NULL, *meant = text_clean(which, strlen(which));
    char *clean = text_clean(name, strlen(name));
    enum err err = find(writer, segmentation, meant, &persona, error);
    bool back = err == ERR_OK && (clean[0] == '\0' || text_same(clean, persona));
    if (err == ERR_OK && !back)
        err = check_name(clean, error);
    if (err == ERR_OK)
        err = db_persona_rename(writer, persona, back ? NULL : clean, error);
    free(persona);
    free(clean);
    free(meant);
    return err;
}

enum err segments_rename(const char *db_path, const struct progress_sink *waiting,
                         const char *which, const char *name, struct error *error) {
    struct db *db;
    enum err err = db_open_reader(db_path, &db, error); /* a writer would make a missing file */
    if (err != ERR_OK)
        return err;
    db_close(db);
    err = db_open_writer(db_path, waiting, &db, error);
    if (err != ERR_OK)
        return err;
    struct segmentation *segmentation;
    err = segmentation_load(db, &segmentation, error);
    if (err == ERR_OK)
        err = rename_persona(segmentation, db, which, name, error);
    segmentation_free(segmentation);
    db_close(db);
    return err;
}
