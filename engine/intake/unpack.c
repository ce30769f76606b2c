#include "engine/intake/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"

enum {
    GZIP_WINDOW = 15 + 16, /* zlib.h: 16 more says gzip and nothing else */
    ZSTD_WINDOW_LOG = 25   /* 32 MB to unpack into; beyond `zstd -19` somebody asked for more */
};

struct unpacker {
    ZSTD_DStream *zstd; /* NULL: gzip */
    z_stream gzip;
    bool complete; /* between two members or frames */
};

struct unpacker *unpacker_new(const void *magic, size_t length) {
    bool gzip = length >= 2 && memcmp(magic, "\x1F\x8B", 2) == 0;
    bool zstd = length >= 4 && memcmp(magic, "\x28\xB5\x2F\xFD", 4) == 0;
    if (!gzip && !zstd)
        return NULL;
    struct unpacker *unpacker = xcalloc(1, sizeof *unpacker);
    if (zstd) {
        unpacker->zstd = ZSTD_createDStream();
        ZSTD_DCtx_setParameter(unpacker->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    } else {
        inflateInit2(&unpacker->gzip, GZIP_WINDOW);
    }
    return unpacker;
}

void unpacker_free(struct unpacker *unpacker) {
    if (unpacker == NULL)
        return;
    if (unpacker->zstd != NULL)
        ZSTD_freeDStream(unpacker->zstd);
    else
        inflateEnd(&unpacker->gzip);
    free(unpacker);
}

bool unpacker_is_complete(const struct unpacker *unpacker) {
    return unpacker->complete;
}

static enum err damaged(const char *file, const char *why, struct error *error) {
    error_set(error, ERR_INPUT, "%s cannot be unpacked: %s", file, why);
    return error_hint(error, "nothing was taken from it; fetch the file again");
}

static enum err run_zstd(struct unpacker *unpacker, struct unpacking *step, const char *file,
                         struct error *error) {
    ZSTD_inBuffer in = {step->in, step->in_length, 0};
    ZSTD_outBuffer out = {step->out, step->out_size, 0};
    size_t wanted = ZSTD_decompressStream(unpacker->zstd, &out, &in);
    if (ZSTD_isError(wanted))
        return damaged(file, ZSTD_getErrorName(wanted), error);
    unpacker->complete = wanted == 0;
    step->in += in.pos;
    step->in_length -= in.pos;
    step->out += out.pos;
    step->out_size -= out.pos;
    return ERR_OK;
}

static enum err run_gzip(struct unpacker *unpacker, struct unpacking *step, const char *file,
                         struct error *error) {
    z_stream *gzip = &unpacker->gzip;
    if (unpacker->complete) /* one file may be several, one behind the other */
        inflateReset(gzip);
    unpacker->complete = false;
    gzip->next_in = (Bytef *)step->in;
    gzip->avail_in = (uInt)step->in_length;
    gzip->next_out = (Bytef *)step->out;
    gzip->avail_out = (uInt)step->out_size;
    int status = inflate(gzip, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return damaged(file, gzip->msg != NULL ? gzip->msg : "it is not gzip throughout", error);
    unpacker->complete = status == Z_STREAM_END;
    step->in = (const char *)gzip->next_in;
    step->in_length = gzip->avail_in;
    step->out = (char *)gzip->next_out;
    step->out_size = gzip->avail_out;
    return ERR_OK;
}

enum err unpacker_run(struct unpacker *unpacker, struct unpacking *step, const char *file,
                      struct error *error) {
    if (unpacker->complete && step->in_length == 0)
        return ERR_OK; /* asked again, they would expect another member or frame */
    return unpacker->zstd != NULL ? run_zstd(unpacker, step, file, error)
                                  : run_gzip(unpacker, step, file, error);
}
