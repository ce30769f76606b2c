/* The databases that retail-pulse is compared with: where their programs are, and DuckDB as one
 * that stays open and is asked statement by statement (bench/duckdb_peer.c). */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stdbool.h>

/* What is beside this program: build/bench/duckdb_peer and the like. Until the next call. */
const char *bench_sibling(const char *name);

/* $DUCKDB_LIBRARY, else the linker's, else what `make bench-duckdb` fetched; NULL: there is none.
 */
const char *duckdb_library(void);
extern const char duckdb_missing[]; /* what to say then */

struct duckdb_session;

/* Never NULL: where it cannot be opened the program ends. Two threads. */
struct duckdb_session *duckdb_open(const char *library, const char *database);

/* The first value of the first row, owned by the caller; what fails ends the program. */
char *duckdb_ask(struct duckdb_session *session, const char *sql, double *seconds);

double duckdb_close(struct duckdb_session *session); /* its peak memory in MB */

#endif
