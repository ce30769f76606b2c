/* The edit distance behind a guess. */
#include "base/near.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static bool same(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours (optimal string alignment; Damerau
 * 1964, as restricted by Wagner & Lowrance 1975). */
static size_t distance(const char *a, const char *b) {
    size_t rows = strlen(a) + 1, width = strlen(b) + 1;
    size_t *table = xcalloc(rows * width, sizeof *table);
    for (size_t i = 0; i < rows; i++)
        table[i * width] = i;
    for (size_t j = 0; j < width; j++)
        table[j] = j;
    for (size_t i = 1; i < rows; i++) {
        for (size_t j = 1; j < width; j++) {
            size_t change = table[(i - 1) * width + j - 1] + !same(a[i - 1], b[j - 1]);
            size_t shift = least(table[(i - 1) * width + j], table[i * width + j - 1]) + 1;
            size_t best = least(change, shift);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                best = least(best, table[(i - 2) * width + j - 2] + 1);
            table[i * width + j] = best;
        }
    }
    size_t result = table[rows * width - 1];
    free(table);
    return result;
}

const char *near_miss(const char *text, const char *const *candidates, size_t count) {
    const char *best = NULL;
    size_t length = strlen(text);
    if (length == 0 || length > 64)
        return NULL;
    size_t closest = length <= 3 ? 1 : length <= 6 ? 2 : 3;
    for (size_t i = 0; i < count; i++) {
        if (length >= 3 && text_starts(candidates[i], text))
            return candidates[i];
        size_t far = distance(text, candidates[i]);
        if (far < closest || (far == closest && best == NULL)) {
            closest = far;
            best = candidates[i];
        }
    }
    return best;
}
