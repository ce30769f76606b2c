/* Trees as an array of nodes, read from the text that XGBoost writes of them. */
#include "engine/learn/forest.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LEAF = -1, NODES_MAX = 1 << 20 };

struct node {
    float value;    /* what is added up at a leaf; else below it one goes to `yes` */
    int16_t column; /* LEAF, else what is compared */
    bool unknown_yes;
    int32_t yes, no; /* positions in the array */
};

struct forest {
    struct node *nodes;
    size_t count;
    int32_t *roots;
    size_t trees;
    float start;
};

/* ------------------------------------------------------------------ reading */

struct reading {
    const char *at;
    bool sound;
};

static void expect(struct reading *reading, const char *words) {
    size_t length = strlen(words);
    reading->sound = reading->sound && strncmp(reading->at, words, length) == 0;
    reading->at += reading->sound ? length : 0;
}

static long read_whole(struct reading *reading, long below) {
    char *end = NULL;
    long value = reading->sound ? strtol(reading->at, &end, 10) : 0;
    reading->sound = reading->sound && end != reading->at && value >= 0 && value < below;
    reading->at = reading->sound ? end : reading->at;
    return reading->sound ? value : 0;
}

static float read_float(struct reading *reading) {
    char *end = NULL;
    float value = reading->sound ? strtof(reading->at, &end) : 0;
    reading->sound = reading->sound && end != reading->at && isfinite(value);
    reading->at = reading->sound ? end : reading->at;
    return value;
}

/* One line; the places of its branches are numbers within the tree, still. */
static long read_node(struct reading *reading, int columns, struct node *node) {
    while (*reading->at == '\t')
        reading->at++;
    long number = read_whole(reading, NODES_MAX);
    *node = (struct node){.column = LEAF};
    if (reading->sound && strncmp(reading->at, ":leaf=", 6) == 0) {
        expect(reading, ":leaf=");
        node->value = read_float(reading);
    } else {
        expect(reading, ":[f");
        node->column = (int16_t)read_whole(reading, columns);
        expect(reading, "<");
        node->value = read_float(reading);
        expect(reading, "] yes=");
        node->yes = (int32_t)read_whole(reading, NODES_MAX);
        expect(reading, ",no=");
        node->no = (int32_t)read_whole(reading, NODES_MAX);
        expect(reading, ",missing=");
        long missing = read_whole(reading, NODES_MAX);
        node->unknown_yes = missing == node->yes;
        reading->sound = reading->sound && (missing == node->yes || missing == node->no);
    }
    expect(reading, "\n");
    return number;
}

static size_t count_lines(const char *text) {
    size_t lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines;
}

/* Branches lead to nodes that are there, and never back. */
static bool link_nodes(struct forest *forest, size_t from, const int32_t *place, size_t numbers) {
    for (size_t i = from; i < forest->count; i++) {
        struct node *node = &forest->nodes[i];
        if (node->column == LEAF)
            continue;
        if ((size_t)node->yes >= numbers || (size_t)node->no >= numbers)
            return false;
        node->yes = place[node->yes];
        node->no = place[node->no];
        if (node->yes <= (int32_t)i || node->no <= (int32_t)i)
            return false;
    }
    return true;
}

/* XGBoost writes a node before what is below it. */
static bool read_tree(struct forest *forest, const char *text, int columns) {
    struct reading reading = {text, true};
    size_t lines = count_lines(text), from = forest->count, numbers = 0;
    if (lines == 0 || lines >= NODES_MAX || from + lines >= INT32_MAX)
        return false;
    forest->nodes = xreallocarray(forest->nodes, from + lines, sizeof *forest->nodes);
    long *number = xcalloc(lines, sizeof *number);
    for (size_t i = 0; reading.sound && i < lines; i++) {
        number[i] = read_node(&reading, columns, &forest->nodes[from + i]);
        numbers = (size_t)number[i] >= numbers ? (size_t)number[i] + 1 : numbers;
    }
    bool sound = reading.sound && *reading.at == '\0' && number[0] == 0;
    int32_t *place = xcalloc(numbers + 1, sizeof *place);
    for (size_t i = 0; sound && i < lines; i++)
        place[number[i]] = (int32_t)(from + i);
    forest->count = sound ? from + lines : from;
    sound = sound && link_nodes(forest, from, place, numbers);
    forest->roots[forest->trees++] = (int32_t)from;
    free(place);
    free(number);
    return sound;
}

struct forest *forest_read(const char *const *trees, size_t count, int columns, float start) {
    struct forest *forest = xcalloc(1, sizeof *forest);
    forest->roots = xcalloc(count + 1, sizeof *forest->roots);
    forest->start = start;
    bool sound = columns < INT16_MAX && isfinite(start);
    for (size_t i = 0; sound && i < count; i++)
        sound = read_tree(forest, trees[i], columns);
    if (sound)
        return forest;
    forest_free(forest);
    return NULL;
}

void forest_free(struct forest *forest) {
    if (forest == NULL)
        return;
    free(forest->nodes);
    free(forest->roots);
    free(forest);
}

/* ------------------------------------------------------------------ asking */

static float leaf_of(const struct node *nodes, int32_t at, const float *row) {
    const struct node *node = &nodes[at];
    while (node->column != LEAF) {
        float value = row[node->column];
        bool yes = isnan(value) ? node->unknown_yes : value < node->value;
        node = &nodes[yes ? node->yes : node->no];
    }
    return node->value;
}

void forest_margins(const struct forest *forest, const float *values, size_t rows, int columns,
                    float *margins) {
    for (size_t i = 0; i < rows; i++) {
        float margin = forest->start;
        for (size_t tree = 0; tree < forest->trees; tree++)
            margin += leaf_of(forest->nodes, forest->roots[tree], values + i * (size_t)columns);
        margins[i] = margin;
    }
}
