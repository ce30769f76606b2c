#include "engine/intake/log_window.h"

#include <stdlib.h>

#include "base/memory.h"

void log_window_close(struct log_window *window) {
    for (int i = 0; i < window->count; i++)
        audit_entry_free(&window->entries[i]);
    free(window->entries);
    *window = (struct log_window){0};
}

static char *copy(const char *text) {
    return xstrdup(text != NULL ? text : "");
}

static bool keep(void *context, const struct audit_entry *entry) {
    struct log_window *window = context;
    struct audit_entry *kept = &window->entries[window->count++];
    *kept = *entry;
    kept->action = copy(entry->action);
    kept->subject = copy(entry->subject);
    kept->outcome = copy(entry->outcome);
    kept->who = copy(entry->who);
    kept->origin = copy(entry->origin);
    kept->program = copy(entry->program);
    return true;
}

static void turn_round(struct audit_entry *entries, int count) {
    for (int low = 0, high = count - 1; low < high; low++, high--) {
        struct audit_entry entry = entries[low];
        entries[low] = entries[high];
        entries[high] = entry;
    }
}

/* Up to a side of those above `id`, then of the rest: what is read in two parts is one list. */
static enum err read_around(struct log_window *window, struct db *db, int64_t id,
                            struct error *error) {
    window->entries = xcalloc(2 * (size_t)LOG_WINDOW_SIDE, sizeof *window->entries);
    enum err err = id == INT64_MAX
                       ? ERR_OK
                       : db_audit_list_newer(db, id, LOG_WINDOW_SIDE, keep, window, error);
    turn_round(window->entries, window->count);
    if (err == ERR_OK)
        err =
            db_audit_list(db, id == INT64_MAX ? id : id + 1, LOG_WINDOW_SIDE, keep, window, error);
    return err;
}

enum err log_window_open(struct log_window *window, struct db *db, int64_t id,
                         struct error *error) {
    int64_t total, above = 0;
    log_window_close(window);
    enum err err = db_audit_count(db, INT64_MIN, &total, error);
    if (err == ERR_OK && id != 0)
        err = db_audit_count(db, id, &above, error);
    if (err == ERR_OK)
        err = read_around(window, db, id != 0 ? id : INT64_MAX, error);
    if (err != ERR_OK) {
        log_window_close(window);
        return err;
    }
    window->total = total;
    window->first = above > LOG_WINDOW_SIDE ? above - LOG_WINDOW_SIDE : 0;
    return ERR_OK;
}

static bool holds(const struct log_window *window, int64_t place, int64_t around) {
    int64_t from = place > around ? place - around : 0, to = place + around + 1;
    return from >= window->first &&
           (to < window->total ? to : window->total) <= window->first + window->count;
}

enum err log_window_move(struct log_window *window, struct db *db, int64_t place, int64_t around,
                         struct error *error) {
    struct log_window next = {.total = window->total};
    if (holds(window, place, around))
        return ERR_OK;
    const struct audit_entry *known = log_window_at(window, place);
    enum err err = read_around(&next, db,
                               known != NULL                   ? known->id
                               : place < window->total - place ? INT64_MAX
                                                               : 0,
                               error);
    if (err != ERR_OK) {
        log_window_close(&next);
        return err;
    }
    if (known != NULL)
        next.first = place > LOG_WINDOW_SIDE ? place - LOG_WINDOW_SIDE : 0;
    else if (place >= window->total - place) /* its oldest, of which there are a side */
        next.first = window->total - next.count;
    log_window_close(window);
    *window = next;
    return ERR_OK;
}

const struct audit_entry *log_window_at(const struct log_window *window, int64_t place) {
    return place >= window->first && place < window->first + window->count
               ? &window->entries[place - window->first]
               : NULL;
}
