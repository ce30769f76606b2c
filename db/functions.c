/* Between SQLite's calling convention and the engine's. */
#include "db/functions.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "db/connection.h"

enum { ARGUMENTS_MAX = 127 }; /* SQLite's own limit */

struct binding {
    const struct db_function *function;
    void *context;
};

static int read_arguments(sqlite3_value **values, int count, struct db_value *out) {
    for (int i = 0; i < count; i++) {
        out[i] = (struct db_value){.kind = VALUE_NULL, .bytes = ""};
        switch (sqlite3_value_type(values[i])) {
        case SQLITE_INTEGER:
            out[i].kind = VALUE_INTEGER;
            out[i].integer = sqlite3_value_int64(values[i]);
            out[i].real = (double)out[i].integer;
            break;
        case SQLITE_FLOAT:
            out[i].kind = VALUE_REAL;
            out[i].real = sqlite3_value_double(values[i]);
            break;
        case SQLITE_TEXT:
            out[i].kind = VALUE_TEXT;
            out[i].bytes = (const char *)sqlite3_value_text(values[i]);
            if (out[i].bytes == NULL)
                return SQLITE_NOMEM;
            out[i].length = (size_t)sqlite3_value_bytes(values[i]);
            break;
        case SQLITE_BLOB:
            out[i].kind = VALUE_BYTES;
            out[i].length = (size_t)sqlite3_value_bytes(values[i]);
            if (out[i].length != 0)
                out[i].bytes = sqlite3_value_blob(values[i]);
            if (out[i].bytes == NULL)
                return SQLITE_NOMEM;
            break;
        default:
            break;
        }
    }
    return SQLITE_OK;
}

static void give_result(sqlite3_context *context, const struct db_value *result) {
    switch (result->kind) {
    case VALUE_NULL:
        sqlite3_result_null(context);
        break;
    case VALUE_INTEGER:
        sqlite3_result_int64(context, result->integer);
        break;
    case VALUE_REAL: /* a NaN becomes NULL */
        sqlite3_result_double(context, result->real);
        break;
    case VALUE_TEXT:
        sqlite3_result_text64(context, result->bytes, result->length, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
        break;
    case VALUE_BYTES:
        sqlite3_result_blob64(context, result->bytes, result->length, SQLITE_TRANSIENT);
        break;
    }
}

static void give_error(sqlite3_context *context, enum err code, const struct error *error) {
    struct buffer text = {0};
    buffer_text(&text, error->message);
    if (error->hint[0] != '\0')
        buffer_printf(&text, "; %s", error->hint);
    sqlite3_result_error(context, text.data, -1);
    if (code == ERR_CANCELLED)
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    buffer_free(&text);
}

static void call(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct binding *binding = sqlite3_user_data(context);
    struct db_value arguments[ARGUMENTS_MAX], result = {.kind = VALUE_NULL};
    struct error error = {0};
    int status = read_arguments(values, count, arguments);
    if (status != SQLITE_OK) {
        sqlite3_result_error_code(context, status);
        return;
    }
    enum err err = binding->function->call(binding->context, arguments, count, &result, &error);
    if (err == ERR_OK)
        give_result(context, &result);
    else
        give_error(context, err, &error);
}

static void step(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct binding *binding = sqlite3_user_data(context);
    struct db_value arguments[ARGUMENTS_MAX];
    struct error error = {0};
    void *state = sqlite3_aggregate_context(context, (int)binding->function->state_size);
    int status = state == NULL ? SQLITE_NOMEM : read_arguments(values, count, arguments);
    if (status != SQLITE_OK) {
        sqlite3_result_error_code(context, status);
        return;
    }
    enum err err = binding->function->step(binding->context, state, arguments, count, &error);
    if (err != ERR_OK)
        give_error(context, err, &error);
}

/* SQLite calls this for every group, also to clean up after an error. */
static void finish(sqlite3_context *context) {
    const struct binding *binding = sqlite3_user_data(context);
    const struct db_function *function = binding->function;
    struct db_value result = {.kind = VALUE_NULL};
    struct error error = {0};
    void *state = sqlite3_aggregate_context(context, 0);
    void *none = state == NULL ? xcalloc(1, function->state_size) : NULL; /* a group of no rows */
    state = state == NULL ? none : state;
    enum err err = function->final(binding->context, state, &result, &error);
    if (err == ERR_OK)
        give_result(context, &result);
    else
        give_error(context, err, &error);
    if (function->release != NULL)
        function->release(state);
    free(none);
}

enum err db_functions_add(struct db *db, const struct db_function *functions, size_t count,
                          void *context, struct error *error) {
    for (size_t i = 0; i < count; i++) {
        const struct db_function *function = &functions[i];
        struct binding *binding = xmalloc(sizeof *binding);
        *binding = (struct binding){function, context};
        bool aggregate = function->call == NULL;
        int flags = SQLITE_UTF8 | (function->direct_only ? SQLITE_DIRECTONLY
                                                         : SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC);
        /* releases the binding on failure too */
        int status = sqlite3_create_function_v2(
            db->handle, function->name, function->arguments, flags, binding,
            aggregate ? NULL : call, aggregate ? step : NULL, aggregate ? finish : NULL, free);
        if (status != SQLITE_OK)
            return db_failure(db, status, error);
    }
    return ERR_OK;
}
