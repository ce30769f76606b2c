#include "serve/token.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/memops.h>

static enum err check_owner(int fd, const char *file, struct error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, ERR_INPUT, "%s is no plain file", file);
    if ((status.st_mode & 077u) != 0 || (status.st_uid != geteuid() && status.st_uid != 0)) {
        error_set(error, ERR_INPUT, "%s can be read by others: that is no secret", file);
        return error_hint(error, "chmod 600 %s", file);
    }
    return ERR_OK;
}

enum err token_read(struct token *token, const char *file, struct error *error) {
    char text[TOKEN_MOST + 2];
    *token = (struct token){.needed = file != NULL};
    if (file == NULL)
        return ERR_OK;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set(error, ERR_INPUT, "cannot read %s: %s", file, strerror(errno));
    enum err err = check_owner(fd, file, error);
    ssize_t length = err == ERR_OK ? read(fd, text, sizeof text - 1) : 0;
    close(fd);
    if (err != ERR_OK)
        return err;
    text[length > 0 ? length : 0] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    size_t used = strlen(text);
    if (used < TOKEN_LEAST || used > TOKEN_MOST || text[strcspn(text, " \t")] != '\0') {
        error_set(error, ERR_INPUT, "%s: a token is one word of %d to %d characters", file,
                  TOKEN_LEAST, TOKEN_MOST);
        return error_hint(error, "openssl rand -hex 32 > %s", file);
    }
    digest_of(text, used, token->digest);
    explicit_bzero(text, sizeof text);
    return ERR_OK;
}

/* Of digests, so that neither the length nor the first wrong byte shows in the time it takes. */
bool token_admits(const struct token *token, const char *authorization) {
    static const char scheme[] = "Bearer ";
    char digest[DIGEST_TEXT_SIZE];
    if (!token->needed)
        return true;
    if (authorization == NULL || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *given = authorization + sizeof scheme - 1;
    given += strspn(given, " ");
    digest_of(given, strlen(given), digest);
    return memeql_sec(digest, token->digest, sizeof digest) != 0;
}
