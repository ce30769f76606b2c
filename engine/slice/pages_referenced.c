/* A search that only a few sales can match, those with the reference that was typed: where they
 * stand is asked of each instead of looking through all. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/slice/pages.h"
#include "engine/slice/pages_parts.h"

enum { LOCATED_MAX = 64 };

void pages_forget_referenced(struct pages *pages) {
    free(pages->referenced);
    pages->referenced = NULL;
    pages->referenced_count = 0;
    pages->only_referenced = false;
}

bool pages_may_ask(const struct finder *finder) {
    return finder->referenced_count <= LOCATED_MAX && !finder->has_days;
}

static int compare_positions(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static enum err locate_all(struct pages *pages, struct error *error) {
    const struct finder *finder = pages->finder;
    int64_t *positions = xcalloc(finder->referenced_count + 1, sizeof *positions);
    size_t count = 0;
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < finder->referenced_count; i++) {
        bool found;
        err = pages_locate(pages, finder->referenced[i], &positions[count], &found, error);
        if (err == ERR_NOT_FOUND) /* it went meanwhile */
            err = ERR_OK;
        count += found;
    }
    if (err != ERR_OK) {
        free(positions);
        return err;
    }
    qsort(positions, count, sizeof *positions, compare_positions);
    pages->referenced = positions;
    pages->referenced_count = count;
    return ERR_OK;
}

enum err pages_find_referenced(struct pages *pages, int64_t from, int direction, int64_t *found,
                               struct error *error) {
    *found = -1;
    enum err err = pages->referenced == NULL ? locate_all(pages, error) : ERR_OK;
    size_t count = pages->referenced_count;
    if (err != ERR_OK || count == 0)
        return err;
    size_t at = 0; /* the first behind `from`, or with direction −1 the first not before it */
    while (at < count &&
           (direction > 0 ? pages->referenced[at] <= from : pages->referenced[at] < from))
        at++;
    if (direction < 0)
        at = at > 0 ? at - 1 : count - 1;
    *found = pages->referenced[at < count ? at : 0];
    return ERR_OK;
}
