/* Past sales like a customer's: what a similarity is, counted and found. */
#ifndef ENGINE_LEARN_SIMILAR_H
#define ENGINE_LEARN_SIMILAR_H

#include "engine/learn/predict.h"
#include "engine/slice/slice.h"

/* How many sales there are of each place, gender, age band and price band, and what they answered:
 * made in one pass over sales or cells, then asked in a microsecond however many there are. At most
 * 112 bytes a combination that occurs. */
struct similar_index;
struct similar_index *similar_index_new(const struct facts *facts);
void similar_index_free(struct similar_index *index); /* NULL is fine */

/* Counts sales with the same location, gender, age band and price band as far as they are given,
 * and their answers; says in `rule` what was held to be alike. Fills prediction->similar. `facts`
 * are those that the index was made of. */
void similar_count(const struct similar_index *index, const struct facts *facts,
                   const struct customer *customer, struct prediction *prediction);

/* The same sales, at most `most` of them, the latest, by date and then by id; `facts` are sales or
 * cells. The caller frees `out` with pages_window_free. ERR_BUSY where another process has just
 * changed the sales. */
enum err similar_latest(const struct facts *facts, const struct customer *customer, size_t most,
                        struct facts *out, struct error *error);

/* Adds filters that show the same sales; false, with none added, where no sale can be alike. */
bool similar_filters(const struct facts *facts, const struct customer *customer,
                     struct slice *slice);

#endif
