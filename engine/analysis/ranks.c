/* Mann and Whitney's test with the shift of Hodges and Lehmann. Values are whole numbers, so that
 * the median of n_a · n_b differences is found by halving their range, without making them. */
#include "engine/analysis/ranks.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"

enum { EXACT_BELOW = 50 };

struct order {
    double u;
    double ties; /* Σ (t³ − t) over groups of equal values in both together */
};

static struct order compare(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b) {
    struct order order = {0, 0};
    size_t i = 0, j = 0;
    while (i < n_a || j < n_b) {
        int64_t value = j >= n_b || (i < n_a && a[i] < b[j]) ? a[i] : b[j];
        size_t from_a = i, from_b = j;
        while (i < n_a && a[i] == value)
            i++;
        while (j < n_b && b[j] == value)
            j++;
        double in_a = (double)(i - from_a), in_b = (double)(j - from_b), tied = in_a + in_b;
        order.u += in_a * ((double)from_b + in_b / 2);
        order.ties += tied * tied * tied - tied;
    }
    return order;
}

/* How many of the orders of n_a and n_b values have U = 0 … largest: the coefficients of the
 * Gaussian binomial (Mann & Whitney 1947, §3). The caller frees. */
static double *orders_by_u(size_t n_a, size_t n_b, size_t largest) {
    double *ways = xcalloc(largest + 1, sizeof *ways);
    ways[0] = 1;
    for (size_t i = 1; i <= n_a; i++) {
        for (size_t u = largest; u >= n_b + i; u--)
            ways[u] -= ways[u - n_b - i];
        for (size_t u = i; u <= largest; u++)
            ways[u] += ways[u - i];
    }
    return ways;
}

/* Pairs whose difference a − b is at most `limit`. */
static double pairs_at_most(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b,
                            int64_t limit) {
    double pairs = 0;
    size_t j = 0; /* the b below a[i] − limit */
    for (size_t i = 0; i < n_a; i++) {
        while (j < n_b && a[i] - b[j] > limit)
            j++;
        pairs += (double)(n_b - j);
    }
    return pairs;
}

/* The rank-th smallest difference a − b, from 1. */
static double difference_ranked(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b,
                                double rank) {
    int64_t low = a[0] - b[n_b - 1], high = a[n_a - 1] - b[0];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (pairs_at_most(a, n_a, b, n_b, middle) >= rank)
            high = middle;
        else
            low = middle + 1;
    }
    return (double)low;
}

/* Hodges, J. L. & Lehmann, E. L. (1963), Ann. Math. Stat. 34, 598–611; the interval by Moses, as in
 * Hollander, M., Wolfe, D. A. & Chicken, E. (2014), Nonparametric Statistical Methods, §4.3: from
 * the rank-th smallest to the rank-th largest difference. */
static struct interval shift_of(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b,
                                double rank) {
    double pairs = (double)n_a * (double)n_b;
    rank = fmax(rank, 1);
    double below = difference_ranked(a, n_a, b, n_b, floor((pairs + 1) / 2));
    double above = difference_ranked(a, n_a, b, n_b, ceil((pairs + 1) / 2));
    return (struct interval){(below + above) / 2, difference_ranked(a, n_a, b, n_b, rank),
                             difference_ranked(a, n_a, b, n_b, pairs + 1 - rank)};
}

/* The p from all orders, and the rank for the interval: the smallest u with P(U ≤ u) ≥ 2.5 %. */
static double exact_p(size_t n_a, size_t n_b, double u, double *rank) {
    double pairs = (double)n_a * (double)n_b, all = 1, sum = 0, tail = 0;
    double less = fmin(u, pairs - u);
    size_t largest = (size_t)(pairs / 2);
    double *ways = orders_by_u(n_a, n_b, largest);
    for (size_t i = 1; i <= n_a; i++)
        all *= (double)(n_b + i) / (double)i;
    *rank = 0;
    for (size_t i = 0; i <= largest; i++) {
        if (sum < 0.025 * all)
            *rank = (double)i + (sum + ways[i] < 0.025 * all);
        sum += ways[i];
        if ((double)i <= less)
            tail = sum;
    }
    free(ways);
    return fmin(2 * tail / all, 1);
}

/* Mann, H. B. & Whitney, D. R. (1947), Ann. Math. Stat. 18, 50–60; ties as in Lehmann, E. L.
 * (1975), Nonparametrics, §1.4. */
struct rank_test mann_whitney(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b) {
    if (n_a == 0 || n_b == 0)
        return (struct rank_test){NAN, NAN, false, NAN, {NAN, NAN, NAN}};
    struct order order = compare(a, n_a, b, n_b);
    double pairs = (double)n_a * (double)n_b, n = (double)(n_a + n_b), rank;
    struct rank_test out = {.u = order.u, .superiority = order.u / pairs};
    out.exact = order.ties == 0 && n_a < EXACT_BELOW && n_b < EXACT_BELOW;
    if (out.exact) {
        out.p = exact_p(n_a, n_b, order.u, &rank);
    } else {
        double deviation = sqrt(pairs / 12 * (n + 1 - order.ties / (n * (n - 1))));
        double off = fabs(order.u - pairs / 2) - 0.5;
        out.p = deviation > 0 ? fmin(2 * gsl_cdf_ugaussian_Q(off / deviation), 1) : 1;
        rank = floor(pairs / 2 - normal_quantile(0.975) * sqrt(pairs * (n + 1) / 12));
    }
    out.shift = shift_of(a, n_a, b, n_b, rank);
    return out;
}
