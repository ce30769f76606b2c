/* Mann and Whitney's test with the shift of Hodges and Lehmann. Values are whole numbers, so that
 * the median of n_a · n_b differences is found by narrowing their range, without making them. */
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

static struct order compare(const struct counted *a, const struct counted *b) {
    struct order order = {0, 0};
    size_t i = 0, j = 0;
    int64_t below_b = 0;
    while (i < a->count || j < b->count) {
        bool take_a = j >= b->count || (i < a->count && a->values[i] < b->values[j]);
        int64_t value = take_a ? a->values[i] : b->values[j];
        int64_t in_a = i < a->count && a->values[i] == value ? a->sales[i++] : 0;
        int64_t in_b = j < b->count && b->values[j] == value ? b->sales[j++] : 0;
        double tied = (double)(in_a + in_b);
        order.u += (double)in_a * ((double)below_b + (double)in_b / 2);
        order.ties += tied * tied * tied - tied;
        below_b += in_b;
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

/* Of the differences a − b of all pairs: how many are at most `limit`, the largest of these, and
 * the smallest of the others. */
struct at_most {
    double pairs;
    int64_t last, next;
};

static struct at_most pairs_at_most(const struct counted *a, const struct counted *b,
                                    int64_t limit) {
    struct at_most out = {0, INT64_MIN, INT64_MAX};
    size_t j = 0; /* the b below a[i] − limit */
    int64_t left = b->total;
    for (size_t i = 0; i < a->count; i++) {
        while (j < b->count && a->values[i] - b->values[j] > limit)
            left -= b->sales[j++];
        out.pairs += (double)a->sales[i] * (double)left;
        if (j < b->count && a->values[i] - b->values[j] > out.last)
            out.last = a->values[i] - b->values[j];
        if (j > 0 && a->values[i] - b->values[j - 1] < out.next)
            out.next = a->values[i] - b->values[j - 1];
    }
    return out;
}

/* Where a difference is looked for: both ends are differences that occur. */
struct range {
    int64_t low, high;
    double below, up_to; /* pairs below `low`, and up to `high` */
};

/* The rank-th smallest difference a − b, from 1. By turns where it would be if differences lay
 * evenly, which is near, and in the middle, so that no prices make it slow. */
static int64_t difference_ranked(const struct counted *a, const struct counted *b, double rank,
                                 struct range in) {
    for (bool halve = false; in.low < in.high; halve = !halve) {
        double part = halve ? 0.5 : (rank - in.below) / (in.up_to - in.below);
        int64_t middle = in.low + (int64_t)(part * (double)(in.high - in.low));
        struct at_most at = pairs_at_most(a, b, middle < in.high ? middle : in.high - 1);
        if (at.pairs >= rank) {
            in.high = at.last;
            in.up_to = at.pairs;
        } else {
            in.low = at.next;
            in.below = at.pairs;
        }
    }
    return in.low;
}

/* Hodges, J. L. & Lehmann, E. L. (1963), Ann. Math. Stat. 34, 598–611; the interval by Moses, as in
 * Hollander, M., Wolfe, D. A. & Chicken, E. (2014), Nonparametric Statistical Methods, §4.3: from
 * the rank-th smallest to the rank-th largest difference. */
static struct interval shift_of(const struct counted *a, const struct counted *b, double rank) {
    double pairs = (double)a->total * (double)b->total;
    rank = fmax(rank, 1);
    const struct range all = {a->values[0] - b->values[b->count - 1],
                              a->values[a->count - 1] - b->values[0], 0, pairs};
    int64_t median = difference_ranked(a, b, floor((pairs + 1) / 2), all);
    struct at_most at = pairs_at_most(a, b, median);
    int64_t upper = at.pairs >= ceil((pairs + 1) / 2) ? median : at.next; /* of an even number */
    double last = pairs + 1 - rank;
    int64_t low = difference_ranked(a, b, rank, (struct range){all.low, median, 0, at.pairs});
    int64_t high =
        last <= at.pairs
            ? median
            : difference_ranked(a, b, last, (struct range){at.next, all.high, at.pairs, all.up_to});
    return (struct interval){((double)median + (double)upper) / 2, (double)low, (double)high};
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
struct rank_test mann_whitney_counted(const struct counted *a, const struct counted *b) {
    if (a->total == 0 || b->total == 0)
        return (struct rank_test){NAN, NAN, false, NAN, {NAN, NAN, NAN}};
    struct order order = compare(a, b);
    double pairs = (double)a->total * (double)b->total, n = (double)(a->total + b->total), rank;
    struct rank_test out = {.u = order.u, .superiority = order.u / pairs};
    out.exact = order.ties == 0 && a->total < EXACT_BELOW && b->total < EXACT_BELOW;
    if (out.exact) {
        out.p = exact_p((size_t)a->total, (size_t)b->total, order.u, &rank);
    } else {
        double deviation = sqrt(pairs / 12 * (n + 1 - order.ties / (n * (n - 1))));
        double off = fabs(order.u - pairs / 2) - 0.5;
        out.p = deviation > 0 ? fmin(2 * gsl_cdf_ugaussian_Q(off / deviation), 1) : 1;
        rank = floor(pairs / 2 - normal_quantile(0.975) * sqrt(pairs * (n + 1) / 12));
    }
    out.shift = shift_of(a, b, rank);
    return out;
}

static struct counted count_values(const int64_t *ascending, size_t count) {
    struct counted out = {.values = xcalloc(count + 1, sizeof *out.values),
                          .sales = xcalloc(count + 1, sizeof *out.sales),
                          .total = (int64_t)count};
    for (size_t i = 0; i < count; i++) {
        if (out.count == 0 || ascending[i] > out.values[out.count - 1])
            out.values[out.count++] = ascending[i];
        out.sales[out.count - 1]++;
    }
    return out;
}

struct rank_test mann_whitney(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b) {
    struct counted of_a = count_values(a, n_a), of_b = count_values(b, n_b);
    struct rank_test out = mann_whitney_counted(&of_a, &of_b);
    counted_free(&of_a);
    counted_free(&of_b);
    return out;
}
