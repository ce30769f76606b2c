#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "base/memory.h"

struct digest {
    struct sha256_ctx context;
};

struct digest *digest_new(void) {
    struct digest *digest = xmalloc(sizeof *digest);
    sha256_init(&digest->context);
    return digest;
}

void digest_add(struct digest *digest, const void *bytes, size_t length) {
    sha256_update(&digest->context, length, bytes);
}

void digest_end(struct digest *digest, char text[DIGEST_TEXT_SIZE]) {
    uint8_t sum[SHA256_DIGEST_SIZE];
    sha256_digest(&digest->context, sizeof sum, sum);
    base16_encode_update(text, sizeof sum, sum);
    text[DIGEST_TEXT_SIZE - 1] = '\0';
    free(digest);
}

void digest_of(const void *bytes, size_t length, char text[DIGEST_TEXT_SIZE]) {
    struct digest *digest = digest_new();
    digest_add(digest, bytes, length);
    digest_end(digest, text);
}

void digest_of_texts(const char *const *texts, size_t count, char text[DIGEST_TEXT_SIZE]) {
    struct digest *digest = digest_new();
    for (size_t i = 0; i < count; i++)
        digest_add(digest, texts[i], strlen(texts[i]) + 1);
    digest_end(digest, text);
}
