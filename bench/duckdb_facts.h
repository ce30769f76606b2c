/* The sales in DuckDB as it likes them best: every dimension a column of its own, an enumeration in
 * the order of the program's codes, made beforehand from the CSV file. */
#ifndef BENCH_DUCKDB_FACTS_H
#define BENCH_DUCKDB_FACTS_H

#include "bench/ours.h"
#include "bench/peers.h"
#include "bench/random_slice.h"

/* Table fact. Labels, bands and brands are those of `facts`, the sales those of the file. Segments
 * are left out: no SQL makes them. */
void duckdb_facts_make(struct duckdb_session *session, const struct facts *facts, const char *csv);

/* The linked lists of a slice, one GROUP BY each; a line each is appended to `answers`, as
 * list_answer has them. Returns the seconds of all. */
double duckdb_facts_lists(struct duckdb_session *session, const struct random_slice *random,
                          struct buffer *answers);

#endif
