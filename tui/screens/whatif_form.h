/* The form of the What-if screen: one customer, edited by typing, stepping and choosing from lists.
 * For the files of that screen alone. */
#ifndef TUI_SCREENS_WHATIF_FORM_H
#define TUI_SCREENS_WHATIF_FORM_H

#include "engine/learn/customer.h"
#include "engine/learn/past.h"
#include "engine/slice/facts.h"
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/widgets/prompt.h"

enum { FORM_FIELDS = FIELD_COUNT - 1, FORM_MATCHES_MAX = 256 };

struct whatif_form {
    bool filled; /* it has been given its typical values */
    struct customer customer;
    int typical_age; /* where stepping begins while none is told; UNKNOWN: nobody's is known */
    unsigned told;         /* a bit for each field that was told, not only taken as typical */
    int focus;             /* position in the form */
    enum answer predicted; /* the question that is being predicted takes no answer */

    bool editing;
    struct prompt entry;
    struct customer before; /* what Esc brings back */
    unsigned told_before;
    const char *reason; /* why the entry cannot be taken, completes "'200' …"; NULL: it can */

    /* of place and handset, while editing: names that match, and the text itself as the last */
    int matches[FORM_MATCHES_MAX]; /* positions in the dictionary */
    int match_count;
    int chosen; /* "unknown" stands first where the text is empty, else the text itself last */
};

/* The customer that is most usual: medians, the commonest place and handset, "no" to each question
 * but the one that is being predicted, the day of the last sale. */
void form_set_typical(struct whatif_form *form, const struct facts *facts,
                      const struct past *past);

/* Another customer instead, from elsewhere, told as a whole; the cursor stays. */
void form_set(struct whatif_form *form, const struct customer *customer);

enum field form_field(const struct whatif_form *form); /* under the cursor */

/* Whether the field under the cursor is what is being predicted. */
bool form_is_predicted(const struct whatif_form *form);

/* How many fields of those that say something are typical values nobody has told. */
int form_typical(const struct whatif_form *form);

/* Puts the cursor on the field that many fields away, round and round. */
void form_move(struct whatif_form *form, int step);

/* One value before or after; a step of several is a coarse one of numbers. */
void form_step(struct whatif_form *form, const struct facts *facts, int step);

/* Takes a key as text or as editing; false where it is a command. */
bool form_key(struct whatif_form *form, const struct facts *facts, const struct key *key);

/* A list of names is open. */
bool form_lists(const struct whatif_form *form);

/* As many rows of fields as the pane has, the focused one among them. */
void form_draw(const struct whatif_form *form, struct pane pane, int columns);
void form_draw_list(const struct whatif_form *form, const struct facts *facts, struct pane pane);

/* Why the entry cannot be taken; returns the row after it. */
int form_draw_reason(const struct whatif_form *form, struct pane pane, int row);

#endif
