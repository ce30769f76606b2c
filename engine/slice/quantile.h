/* Quantiles of the prices of a slice whose sales are held as cells. */
#ifndef ENGINE_SLICE_QUANTILE_H
#define ENGINE_SLICE_QUANTILE_H

#include "engine/slice/slice.h"

/* Above this many sales to be read a quantile would take more than a tenth of a second: it is
 * estimated from the cells' price bands. */
enum { QUANTILE_SALES_EXACT = 12000000 };

/* The quantile lies within low and high; where it was read from the sales, they are equal to it. */
struct price_quantile {
    double minor, low_minor, high_minor; /* NaN: no sales */
};

/* Hyndman & Fan's type 7, as quantile_sorted. The cells tell the bands in which it lies, one pass
 * over the sales counts the prices of these; beyond QUANTILE_SALES_EXACT the prices of a band are
 * taken to lie evenly in it, and its edges are the bounds. */
enum err quantile_price(const struct facts *cells, const struct selection *selection,
                        double probability, struct price_quantile *out, struct error *error);

#endif
