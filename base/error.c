#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name;
    int exit_code;
} codes[] = {
#define X(symbol, text, exit) [ERR_##symbol] = {text, exit},
    ERR_LIST(X)
#undef X
};

enum err error_set(struct error *error, enum err code, const char *format, ...) {
    if (error == NULL)
        return code;
    error->code = code;
    error->hint[0] = '\0';
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return code;
}

enum err error_hint(struct error *error, const char *format, ...) {
    if (error == NULL)
        return ERR_FAILED;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    return error->code;
}

const char *error_name(enum err code) {
    return codes[code].name;
}

int error_exit_code(enum err code) {
    return codes[code].exit_code;
}
