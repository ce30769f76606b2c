/* Keys of the file picker. Letters are typed search here, so only named keys move. */
#include "tui/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/app_state.h"

static const char remembered[] = "import-folder";

/* ------------------------------------------------------------------------------------ the list */

static void search(struct picker *picker) {
    const struct folder *folder = &picker->folder;
    free(picker->shown);
    picker->shown = xcalloc((size_t)folder->count + 1, sizeof *picker->shown);
    picker->shown_count = 0;
    for (int wanted = 0; wanted < 2; wanted++) { /* what begins so, then what has it inside */
        for (int i = 0; i < folder->count; i++) {
            const char *name = folder->entries[i].name;
            bool begins = text_starts(name, picker->query);
            if (wanted == 0 ? begins : !begins && text_contains(name, picker->query))
                picker->shown[picker->shown_count++] = i;
        }
    }
    picker->table = (struct table){0};
}

/* Stays where it is, and says why, where the folder cannot be read. */
static bool enter(struct picker *picker, const char *path) {
    struct folder folder;
    struct error error;
    if (folder_read(path, picker->all_files, &folder, &error) != ERR_OK) {
        snprintf(picker->problem, sizeof picker->problem, "%s", error.message);
        return false;
    }
    folder_free(&picker->folder);
    picker->folder = folder;
    picker->problem[0] = '\0';
    picker->query[0] = '\0';
    search(picker);
    return true;
}

/* The folder above, with the cursor on where we came from. */
static void go_up(struct picker *picker) {
    char *from = xstrdup(strrchr(picker->folder.path, '/') + 1);
    char *parent = folder_parent(&picker->folder);
    if (enter(picker, parent)) {
        for (int i = 0; i < picker->shown_count; i++) {
            if (strcmp(picker->folder.entries[picker->shown[i]].name, from) == 0)
                picker->table.cursor = i;
        }
    }
    free(parent);
    free(from);
}

static const struct folder_entry *chosen(const struct picker *picker) {
    return picker->shown_count == 0 ? NULL
                                    : &picker->folder.entries[picker->shown[picker->table.cursor]];
}

static void choose(struct picker *picker) {
    const struct folder_entry *entry = chosen(picker);
    if (entry == NULL)
        return;
    char *path = folder_join(&picker->folder, entry->name);
    if (entry->is_folder) {
        enter(picker, path);
        free(path);
        return;
    }
    free(picker->file);
    picker->file = path;
    picker->title = entry->shown;
    preview_free(&picker->preview);
    picker->refusal = (struct error){0};
    if (preview_read(path, &picker->preview, &picker->refusal) != ERR_OK &&
        picker->refusal.code == ERR_OK)
        picker->refusal.code = ERR_FAILED;
    picker->step = PICKER_PREVIEW;
}

/* '/' goes on as in a path: to the root, or into the folder whose name was typed. */
static void slash(struct picker *picker) {
    if (picker->query[0] == '\0') {
        enter(picker, "/");
        return;
    }
    char *name = xstrdup(picker->query);
    char *path = folder_join(&picker->folder, name);
    if (!enter(picker, path))
        search(picker);
    free(path);
    free(name);
}

static void type(struct picker *picker, uint32_t character) {
    char bytes[4];
    size_t used = strlen(picker->query), length = text_encode(character, bytes);
    if (character == '/') {
        slash(picker);
    } else if (character == '~' && used == 0) {
        char *home = folder_home();
        enter(picker, home);
        free(home);
    } else if (character >= ' ' && character != 0x7F && used + length < sizeof picker->query) {
        memcpy(picker->query + used, bytes, length);
        picker->query[used + length] = '\0';
        search(picker);
    }
}

static void erase(struct picker *picker) {
    size_t length = strlen(picker->query);
    if (length == 0) {
        go_up(picker);
        return;
    }
    do
        length--;
    while (length > 0 && ((unsigned char)picker->query[length] & 0xC0) == 0x80);
    picker->query[length] = '\0';
    search(picker);
}

static enum action movement(const struct key *key) {
    switch (key->kind) {
    case KEY_KIND_UP:
        return ACTION_UP;
    case KEY_KIND_DOWN:
        return ACTION_DOWN;
    case KEY_KIND_PAGE_UP:
        return ACTION_PAGE_UP;
    case KEY_KIND_PAGE_DOWN:
        return ACTION_PAGE_DOWN;
    case KEY_KIND_HOME:
        return ACTION_FIRST;
    case KEY_KIND_END:
        return ACTION_LAST;
    default:
        return ACTION_NONE;
    }
}

static bool is_way_out(const struct key *key) {
    return key->kind == KEY_KIND_ESCAPE || (key->kind == KEY_KIND_CONTROL && key->character == 'c');
}

static void key_in_list(struct picker *picker, const struct app *app, const struct key *key) {
    if (is_way_out(key)) {
        picker_close(picker);
    } else if (key->kind == KEY_KIND_ENTER) {
        choose(picker);
    } else if (key->kind == KEY_KIND_BACKSPACE) {
        erase(picker);
    } else if (key->kind == KEY_KIND_TAB) {
        char *here = xstrdup(picker->folder.path);
        picker->all_files = !picker->all_files;
        enter(picker, here);
        free(here);
    } else if (key->kind == KEY_KIND_CHARACTER || key->kind == KEY_KIND_PASTE) {
        type(picker, key->character);
    } else {
        table_move(&picker->table, movement(key), picker->shown_count, app_body_height(app) - 4);
    }
}

/* --------------------------------------------------------------------------------- the preview */

static unsigned import(struct picker *picker, struct app *app) {
    const char *arguments[4] = {"import"};
    int count = 1;
    if (picker->refusal.code != ERR_OK)
        return REACT_NONE;
    if (picker->strict)
        arguments[count++] = "--strict";
    arguments[count] = picker->file;
    if (app->recall != NULL)
        recall_set(app->recall, remembered, picker->folder.path);
    unsigned reaction = jobs_start(app, JOB_IMPORT, arguments);
    picker_close(picker);
    return reaction;
}

static unsigned key_in_preview(struct picker *picker, struct app *app, const struct key *key) {
    if (key->kind == KEY_KIND_ENTER)
        return import(picker, app);
    if (key->kind == KEY_KIND_CHARACTER && key->character == 's')
        picker->strict = !picker->strict;
    else if (key->kind == KEY_KIND_BACKSPACE || is_way_out(key) ||
             (key->kind == KEY_KIND_CHARACTER && key->character == 'q'))
        picker->step = PICKER_FILES;
    return REACT_DRAW;
}

/* --------------------------------------------------------------------------------------- both */

unsigned picker_open(struct picker *picker, struct app *app) {
    if (!jobs_may_start(app, JOB_IMPORT))
        return REACT_DRAW;
    const char *last = app->recall != NULL ? recall_get(app->recall, remembered) : NULL;
    char *start = folder_start();
    picker_close(picker);
    picker->step = PICKER_FILES;
    if ((last == NULL || !enter(picker, last)) && !enter(picker, start) && !enter(picker, "/"))
        picker->step = PICKER_CLOSED;
    free(start);
    return REACT_DRAW;
}

unsigned picker_key(struct picker *picker, struct app *app, const struct key *key) {
    if (picker->step == PICKER_PREVIEW)
        return key_in_preview(picker, app, key);
    key_in_list(picker, app, key);
    return REACT_DRAW;
}

void picker_close(struct picker *picker) {
    folder_free(&picker->folder);
    preview_free(&picker->preview);
    free(picker->shown);
    free(picker->file);
    *picker = (struct picker){0};
}
