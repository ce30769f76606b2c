#include "bench/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/number.h"

enum { NAME_WIDTH = 52, FIGURE_WIDTH = 13, FIGURE_SIZE = 32 };

/* Three digits that tell something, or all of those before the point. */
static void figure(double value, char text[FIGURE_SIZE]) {
    double size = fabs(value);
    if (!isfinite(value))
        snprintf(text, FIGURE_SIZE, "-");
    else if (size >= 1000 || size == 0)
        number_grouped(llround(value), text, FIGURE_SIZE);
    else
        snprintf(text, FIGURE_SIZE, "%.*f",
                 size >= 100  ? 0
                 : size >= 10 ? 1
                 : size >= 1  ? 2
                              : 3,
                 value);
}

void table_begin(struct table *table, const char *title, const char *const *columns) {
    printf("\n%s\n%-*s", title, NAME_WIDTH, "");
    for (table->columns = 0; columns[table->columns] != NULL; table->columns++)
        printf(" %*s", FIGURE_WIDTH, columns[table->columns]);
    printf("\n");
    fflush(stdout);
}

void table_line(struct table *table, const char *name, const double *values) {
    char text[FIGURE_SIZE];
    printf("%-*s", NAME_WIDTH, name);
    for (int i = 0; i < table->columns; i++) {
        figure(values[i], text);
        printf(" %*s", FIGURE_WIDTH, text);
    }
    printf("\n");
    fflush(stdout);
}

void table_note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("    ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
}

void table_without(struct table *table, const char *name, const char *why) {
    printf("%-*s %s\n", NAME_WIDTH, name, why);
    table->missed++;
    fflush(stdout);
}

static void goal(struct table *table, const char *what, double value, const char *bound,
                 double limit, int met) {
    char found[FIGURE_SIZE], wanted[FIGURE_SIZE];
    figure(value, found);
    figure(limit, wanted);
    table->missed += !met;
    printf("    %-*s %*s   %s%s%s\n", NAME_WIDTH - 4, what, FIGURE_WIDTH, found, bound, wanted,
           met ? "" : "  MISSED");
    fflush(stdout);
}

void table_at_most(struct table *table, const char *what, double value, double most) {
    goal(table, what, value, "at most ", most, value <= most);
}

void table_at_least(struct table *table, const char *what, double value, double least) {
    goal(table, what, value, "at least ", least, value >= least);
}

void table_wrong(struct table *table, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("    WRONG ANSWER: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    table->missed++;
    fflush(stdout);
}

int table_status(const struct table *table) {
    return table->missed != 0;
}
