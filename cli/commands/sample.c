/* `retail-pulse sample`: the synthetic shop as CSV. */
#include "engine/intake/sample.h"

#include <stdio.h>

#include "cli/command.h"

struct options {
    int64_t rows, seed;
    bool no_effects;
};

static const struct option_spec specs[] = {
    {"rows", OPTION_INTEGER, offsetof(struct options, rows), "N", "how many sales (9000)", 1,
     1000000000, NULL},
    {"seed", OPTION_INTEGER, offsetof(struct options, seed), "S",
     "the same seed gives the same bytes (2024)", 0, INT64_MAX, NULL},
    {"no-effects", OPTION_FLAG, offsetof(struct options, no_effects), NULL,
     "plant nothing: every answer is independent of everything", 0, 0, NULL},
};

static void init(void *options) {
    *(struct options *)options = (struct options){.rows = 9000, .seed = 2024};
}

static bool write_out(void *context, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, context) == length;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (invocation->settings.format == FORMAT_JSON)
        return error_set(error, ERR_USAGE, "sample writes CSV only");
    struct sample_options sample = {
        .rows = options->rows, .seed = (uint64_t)options->seed, .no_effects = options->no_effects};
    enum err code = sample_write(&sample, write_out, stdout, error);
    if (code == ERR_OK || code == ERR_IO) /* the stream knows better what went wrong */
        code = stream_check(stdout, "standard output", error);
    return code;
}

const struct subcommand subcommand_sample = {
    .about = sample_effects_text,
    .more = "Without options it is the sample that comes with the program (data/sample.csv). Every "
            "sale's id begins with SYN-, by which the program knows it as synthetic.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};
