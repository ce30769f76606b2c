/* Error codes and messages: the one list that every room returns from.
 *
 * A fallible function returns `enum err` and, when that is not ERR_OK, has filled its last argument
 * with a message that a person can act on. There is no global error state. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/* X(symbol, name in JSON output, exit code of the program) */
#define ERR_LIST(X)                                                                               \
    X(OK, "ok", 0)                                                                                \
    X(FAILED, "failed", 1)            /* a library failed in a way that has no name of its own */ \
    X(USAGE, "usage", 2)              /* the command line is wrong */                             \
    X(INPUT, "input", 1)              /* a file or a value given by the user cannot be used */    \
    X(IO, "io", 1)                    /* the operating system refused to read or write */         \
    X(NOT_FOUND, "not_found", 1)      /* the file, sale, model or name does not exist */          \
    X(NO_DATA, "no_data", 1)          /* too few sales for the figure asked for */                \
    X(DATABASE, "database", 1)        /* SQLite failed */                                         \
    X(NEWER, "database_newer", 1)     /* written by a newer program */                            \
    X(FOREIGN, "database_foreign", 1) /* a file, but not one of ours */                           \
    X(DAMAGED, "damaged", 1)          /* checksum or structure does not hold */                   \
    X(NETWORK_FS, "network_file_system", 1)                                                       \
    X(BUSY, "busy", 1)           /* another process is writing and we may not wait */             \
    X(READ_ONLY, "read_only", 1) /* a write was asked for under --read-only */                    \
    X(CANCELLED, "cancelled", 130)

enum err {
#define X(symbol, name, exit_code) ERR_##symbol,
    ERR_LIST(X)
#undef X
};

struct error {
    enum err code;
    char message[768]; /* what happened, naming file, line, field where there are any */
    char hint[384];    /* what to do about it; empty where the message says it all */
};

/* Fills `error` (which may be NULL) and returns `code`, so that `return error_set(...)` reads well.
 */
enum err error_set(struct error *error, enum err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to do about it; returns the code that is already there. */
enum err error_hint(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

const char *error_name(enum err code);
int error_exit_code(enum err code);

#endif
