/* The bearer token of RFC 6750: read from a file that only its owner can read, compared in a time
 * that tells nothing of it. */
#ifndef SERVE_TOKEN_H
#define SERVE_TOKEN_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/error.h"

struct token {
    bool needed;
    char digest[DIGEST_TEXT_SIZE];
};

enum { TOKEN_LEAST = 16, TOKEN_MOST = 512 };

/* The file's first line. ERR_INPUT where others can read it, or it is too short to be secret. NULL:
 * none is needed. */
enum err token_read(struct token *token, const char *file, struct error *error);

/* The header's value; NULL where there is none. */
bool token_admits(const struct token *token, const char *authorization);

#endif
