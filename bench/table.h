/* One look for all that the benchmarks print: tables of figures, under them what the figures are
 * held to. What is missed or wrong is counted, so that it becomes the exit status. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
    int columns;
    int missed; /* goals, over all tables; wrong answers too */
};

/* `columns` end with NULL. */
void table_begin(struct table *table, const char *title, const char *const *columns);
void table_line(struct table *table, const char *name, const double *values); /* NaN: no figure */
void table_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

void table_without(struct table *table, const char *name, const char *why); /* no figures: missed */

/* Printed under the lines they are about. */
void table_at_most(struct table *table, const char *what, double value, double most);
void table_at_least(struct table *table, const char *what, double value, double least);
void table_wrong(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int table_status(const struct table *table); /* to exit with: 0, or 1 where anything was missed */

#endif
