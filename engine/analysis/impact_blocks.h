/* Inside engine/analysis/impact*: what its blocks share, and the blocks themselves. */
#ifndef ENGINE_ANALYSIS_IMPACT_BLOCKS_H
#define ENGINE_ANALYSIS_IMPACT_BLOCKS_H

#include "engine/analysis/impact.h"

enum { OTHER_ANSWERS = 3, TWO_VALUED = 5 };

/* What each outcome is compared by. */
struct outcome_words {
    const char *name, *title, *verb, *verb_one; /* as a sentence says it of many, of one */
    enum answer answer;
    enum dimension dimension;
    enum dimension answers[OTHER_ANSWERS]; /* in the order of the shop's questions */
};
const struct outcome_words *outcome_words(enum outcome outcome);

/* The two sides of a factor: which codes of the dimension stand for yes and for no. */
struct side {
    enum dimension factor;
    int yes, no;
    const char *yes_label, *no_label;
    const char *people; /* how a sentence calls those who are yes */
};
const struct side *side_of(enum dimension factor);

/* The two-valued factors of an outcome. */
void two_valued_factors(enum outcome outcome, enum dimension factors[TWO_VALUED]);

/* The sales by each dimension that the blocks ask about, counted together: a pass for each block
 * would take many times as long. */
enum { SALES_BY_MAX = IMPACT_TESTS_MAX };
struct sales_by {
    enum dimension dimensions[SALES_BY_MAX];
    struct grouping groups[SALES_BY_MAX];
    int count;
};
void sales_by_count(const struct facts *facts, const struct selection *selection,
                    enum outcome outcome, struct sales_by *out);
void sales_by_free(struct sales_by *by);

/* NULL where rows are cells that do not know the dimension. */
const struct grouping *sales_by(const struct sales_by *by, enum dimension dimension);

/* The cells of both sides. */
void split_sides(const struct sales_by *by, const struct side *side, struct cell *yes,
                 struct cell *no);

/* Whether the slice's filters leave this day in. */
bool day_is_covered(const struct selection *selection, day_number first_day, day_number day);
int64_t days_covered(const struct facts *facts, const struct selection *selection);

/* Each fills its part of `out`, whose outcome, known and base_rate are set. */
void impact_tests(const struct facts *facts, const struct selection *selection,
                  const struct sales_by *by, struct impact *out);
void impact_differences(const struct sales_by *by, struct impact *out);
void impact_money(const struct facts *facts, const struct selection *selection,
                  const struct sales_by *by, struct impact *out);
void impact_adjust(const struct facts *facts, const struct selection *selection,
                   const struct impact_options *options, struct impact *out);
void impact_months(const struct facts *facts, const struct selection *selection,
                   struct impact *out);
void impact_power_compute(double difference, struct impact *out); /* after impact_differences */

#endif
