/* A synthetic shop with known truth, for demonstrations and tests. Entirely made up. */
#ifndef ENGINE_INTAKE_SAMPLE_H
#define ENGINE_INTAKE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Every sale of a sample carries a reference that begins like this, so that the program can say
 * "synthetic" wherever such sales are shown. */
#define SAMPLE_REFERENCE_PREFIX "SYN-"

struct sample_options {
    int64_t rows; /* 1 … 1,000,000,000 */
    uint64_t seed;
    bool no_effects; /* plant nothing: every answer is independent of everything */
};

/* What is planted, in words with sizes; part of the command's help. */
extern const char sample_effects_text[];

/* The truth that no model can beat: the probabilities by which a sale's answers were drawn. */
double sample_facebook_probability(const struct sample_options *options, int age_years);
double sample_returning_probability(const struct sample_options *options, int64_t price,
                                    bool follows, bool heard);

/* Writes CSV in the eleven columns, dates ascending, byte for byte the same for the same options.
 * `write` returns false to stop (ERR_IO). */
enum err sample_write(const struct sample_options *options,
                      bool (*write)(void *context, const char *bytes, size_t length), void *context,
                      struct error *error);

#endif
