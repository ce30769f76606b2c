/* SQL functions that the engine brings: it hands in callbacks and never sees SQLite. */
#ifndef DB_FUNCTIONS_H
#define DB_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "db/db.h"
#include "db/value.h"

enum { FUNCTION_ARGUMENTS_ANY = -1 };

/* A result's bytes must live until the same thread calls anything of the function again. */
typedef enum err function_call(void *context, const struct db_value *arguments, int count,
                               struct db_value *result, struct error *error);

struct db_function {
    const char *name;
    int arguments;       /* or FUNCTION_ARGUMENTS_ANY */
    bool direct_only;    /* refused in views and triggers, which another's file may bring along */
    function_call *call; /* of one row; NULL where it is an aggregate: */
    size_t state_size;   /* bytes of a group's state, all zero before its first row */
    enum err (*step)(void *context, void *state, const struct db_value *arguments, int count,
                     struct error *error);
    enum err (*final)(void *context, void *state, struct db_value *result, struct error *error);
    void (*release)(void *state); /* after the result was taken, and where there was none */
};

/* Both `functions` and `context` must live as long as the connection. An error that a function
 * returns ends the query with its message. */
enum err db_functions_add(struct db *db, const struct db_function *functions, size_t count,
                          void *context, struct error *error);

#endif
