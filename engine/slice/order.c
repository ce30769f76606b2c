/* Keys of 64 bits, sorted by their bytes from the lowest up (Knuth, The Art of Computer
 * Programming, vol. 3, §5.2.5): stable, and bytes that all keys share are passed over. */
#include "engine/slice/order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

static const struct {
    const char *name, *words;
} orders[ORDER_COUNT] = {
#define X(symbol, name, words) {name, words},
    ORDER_LIST(X)
#undef X
};

const char *order_name(enum order_by by) {
    return orders[by].name;
}

const char *order_words(enum order_by by) {
    return orders[by].words;
}

bool order_by_name(const char *name, enum order_by *out) {
    for (int i = 0; i < ORDER_COUNT; i++) {
        if (strcmp(name, orders[i].name) == 0) {
            *out = (enum order_by)i;
            return true;
        }
    }
    return false;
}

enum err order_read(const char *text, enum order_by *by, bool *descending, struct error *error) {
    size_t length = strcspn(text, ":");
    const char *direction = text + length;
    char *name = xstrndup(text, length);
    bool known = order_by_name(name, by);
    free(name);
    if (!known) {
        char *clean = text_clean(text, length);
        error_set(error, ERR_USAGE, "there is no column '%s' to sort by", clean);
        free(clean);
        return error_hint(error, "One of:"
#define X(symbol, name, words) " " name
                          ORDER_LIST(X)
#undef X
        );
    }
    if (*direction != '\0' && strcmp(direction, ":asc") != 0 && strcmp(direction, ":desc") != 0) {
        error_set(error, ERR_USAGE, "a column is sorted asc or desc");
        return error_hint(error, "For instance: --sort price:desc");
    }
    *descending = strcmp(direction, ":desc") == 0;
    return ERR_OK;
}

/* ----------------------------------------------------------------------- keys */

static int compare_names(const void *a, const void *b, void *names) {
    const char *const *texts = names;
    int x = *(const int *)a, y = *(const int *)b;
    int order = strcasecmp(texts[x], texts[y]);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Places in the alphabet, from 1, by position plus one; 0 stays 0, the unknown. */
static uint64_t *alphabet(const char *const *names, int count) {
    int *positions = xcalloc((size_t)count + 1, sizeof *positions);
    uint64_t *ranks = xcalloc((size_t)count + 1, sizeof *ranks);
    for (int i = 0; i < count; i++)
        positions[i] = i;
    qsort_r(positions, (size_t)count, sizeof *positions, compare_names, (void *)names);
    for (int i = 0; i < count; i++)
        ranks[positions[i] + 1] = (uint64_t)i + 1;
    free(positions);
    return ranks;
}

static uint64_t *alphabet_of_dictionary(const struct dictionary *dictionary) {
    const char **names = xcalloc((size_t)dictionary->count + 1, sizeof *names);
    for (int i = 0; i < dictionary->count; i++)
        names[i] = dictionary->entries[i].name;
    uint64_t *ranks = alphabet(names, dictionary->count);
    free(names);
    return ranks;
}

uint64_t *order_ranks(const struct facts *facts, enum order_by by) {
    switch (by) {
    case ORDER_LOCATION:
        return alphabet_of_dictionary(&facts->locations);
    case ORDER_HANDSET:
        return alphabet_of_dictionary(&facts->handsets);
    case ORDER_SEGMENT:
        return alphabet((const char *const *)facts->segment_names, facts->segment_count);
    default:
        return NULL;
    }
}

/* Probabilities are not negative: their bits have their order. */
static uint64_t bits_of(double probability) {
    uint64_t bits = 0;
    if (!isnan(probability)) {
        memcpy(&bits, &probability, sizeof bits);
        bits++;
    }
    return bits;
}

uint64_t order_key(const struct facts *facts, enum order_by by, const uint64_t *ranks,
                   const double *scores, uint32_t row) {
    switch (by) {
    case ORDER_ID:
        return (uint64_t)facts->id[row];
    case ORDER_DATE:
        return (uint64_t)facts_day(facts, row) + 1;
    case ORDER_LOCATION:
        return ranks[facts->location[facts_at(facts, row)]];
    case ORDER_AGE:
        return facts->age[facts_at(facts, row)];
    case ORDER_GENDER:
        return facts->gender[facts_at(facts, row)];
    case ORDER_HANDSET:
        return ranks[facts->handset[facts_at(facts, row)]];
    case ORDER_PRICE:
        return (uint64_t)facts->price_minor[row] + 1;
    case ORDER_SEGMENT:
        return facts->segment[row] > facts->segment_count ? 0 : ranks[facts->segment[row]];
    case ORDER_SCORE_RETURNING:
    case ORDER_SCORE_FACEBOOK:
        return scores != NULL ? bits_of(scores[row]) : 0;
    default: {
        int answer = facts_answer(facts, row, (enum answer)(by - ORDER_FACEBOOK));
        return answer == UNKNOWN ? 0 : (uint64_t)answer + 1;
    }
    }
}

static_assert(ORDER_HEARD - ORDER_FACEBOOK == ANSWER_HEARD - ANSWER_FACEBOOK &&
                  ORDER_RETURNING - ORDER_FACEBOOK == (int)ANSWER_RETURNING,
              "the answers are columns in their own order");

/* -------------------------------------------------------------------- sorting */

struct keyed_row {
    uint64_t key;
    uint32_t row;
};

static void sort_by_byte(const struct keyed_row *from, struct keyed_row *to, size_t count,
                         unsigned shift) {
    size_t places[256] = {0}, at = 0;
    for (size_t i = 0; i < count; i++)
        places[from[i].key >> shift & 255]++;
    for (int byte = 0; byte < 256; byte++) {
        size_t those = places[byte];
        places[byte] = at;
        at += those;
    }
    for (size_t i = 0; i < count; i++)
        to[places[from[i].key >> shift & 255]++] = from[i];
}

void order_rows(const struct facts *facts, enum order_by by, bool descending, const double *scores,
                uint32_t *rows, size_t count) {
    if (count < 2)
        return;
    struct keyed_row *keyed = xcalloc(count, sizeof *keyed);
    uint64_t *ranks = order_ranks(facts, by), varying = 0;
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = order_key(facts, by, ranks, scores, rows[i]);
        key = key == 0 ? UINT64_MAX : descending ? UINT64_MAX - key : key;
        keyed[i] = (struct keyed_row){key, rows[i]};
        varying |= key ^ keyed[0].key;
        sorted = sorted && (i == 0 || keyed[i - 1].key <= key);
    }
    if (!sorted) {
        struct keyed_row *spare = xcalloc(count, sizeof *spare);
        for (unsigned shift = 0; shift < 64; shift += 8) {
            if ((varying >> shift & 255) == 0)
                continue;
            sort_by_byte(keyed, spare, count, shift);
            struct keyed_row *swap = keyed;
            keyed = spare;
            spare = swap;
        }
        for (size_t i = 0; i < count; i++)
            rows[i] = keyed[i].row;
        free(spare);
    }
    free(keyed);
    free(ranks);
}
