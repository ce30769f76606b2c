/* 2×2 tables in strata: is there a difference among customers who are alike, and is it the same in
 * all strata? */
#ifndef ENGINE_ANALYSIS_STRATIFIED_H
#define ENGINE_ANALYSIS_STRATIFIED_H

#include "engine/analysis/statistics.h"

struct stratified {
    struct interval odds_ratio; /* Mantel-Haenszel's */
    int telling;                /* strata where both sides and both answers occur */
    double cmh, p;              /* Cochran-Mantel-Haenszel chi-square, 1 df; without correction */
    double breslow_day;         /* homogeneity of the odds ratios, with Tarone's correction */
    int breslow_day_df;         /* telling − 1; 0: not testable */
    double breslow_day_p;
};

/* tables[s] = {yes&factor, no&factor, yes&not, no&not}. Strata that do not tell are left out. */
struct stratified stratified_test(const int64_t (*tables)[4], int strata);

#endif
