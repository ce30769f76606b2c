/* What a key can mean: one list, from which the key map, the footer and the help screen are made.
 */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include "base/error.h"
#include "tui/keys.h"

/* X(symbol, keys separated by blanks, word for the footer, what it does) */
#define ACTION_LIST(X)                                                            \
    X(OVERVIEW, "1", "overview", "Overview: who buys, when, where, what")         \
    X(SEGMENTS, "2", "segments", "Segments: the kinds of customer")               \
    X(MARKETING, "3", "marketing", "Marketing: who differs in an outcome")        \
    X(MODELS, "4", "models", "Models: what can be predicted, and what cannot")    \
    X(WHATIF, "5", "what-if", "What-if: one customer, predicted as you type")     \
    X(SALES, "6", "sales", "Sales: the rows of the slice")                        \
    X(DATA, "7", "data", "Data: imports, rows set aside, quality")                \
    X(LINKED, "0", "all bars", "All dimensions as lists, side by side")              \
    X(NEWS, "W", "new", "What is new since the last visit")                       \
    X(NEXT, "Tab", "next", "Next pane or field")                                  \
    X(PREVIOUS, "S-Tab", "before", "Previous pane or field")                      \
    X(UP, "Up k", "move", "Up")                                                   \
    X(DOWN, "Down j", "move", "Down")                                             \
    X(LEFT, "Left h", "change", "Left, or the value before")                      \
    X(RIGHT, "Right l", "change", "Right, or the value after")                    \
    X(PAGE_UP, "PgUp", "page", "A page up")                                       \
    X(PAGE_DOWN, "PgDn Space", "page", "A page down")                             \
    X(FIRST, "Home g", "first", "First row")                                      \
    X(LAST, "End G", "last", "Last row")                                          \
    X(OPEN, "Enter", "drill", "Drill into what is under the cursor")              \
    X(BACK, "Backspace", "back", "Back out, cursor and filters restored")         \
    X(FILTER, "f", "filter", "Type a filter: location=out age<30")                \
    X(KEEP, "=", "keep", "Keep only the value under the cursor")                  \
    X(EXCLUDE, "-", "exclude", "Exclude the value under the cursor")              \
    X(MARK, "v", "range", "Mark one end of a range, then the other")              \
    X(DROP, "x", "drop", "Drop the last filter")                                  \
    X(CLEAR, "X", "clear", "Drop all filters")                                    \
    X(SLICES, "F", "slices", "Slices by name: load, save, forget")                \
    X(COMPARE, "c", "compare", "Two slices side by side, with their differences") \
    X(UNDO, "u", "undo", "Undo: filters, screens, choices")                       \
    X(REDO, "C-r", "redo", "Redo it")                                             \
    X(SEARCH, "/", "search", "Search")                                            \
    X(SEARCH_NEXT, "n", "next", "Next match")                                     \
    X(SEARCH_PREVIOUS, "N", "previous", "Match before")                           \
    X(SORT, "s", "sort", "Sort by the next column")                               \
    X(INVERT, "I", "invert", "Turn the order round")                              \
    X(OUTCOME, "o", "outcome", "Switch between returning and from Facebook")      \
    X(MEASURE, "m", "measure", "Show the next measure")                           \
    X(BY, "b", "by", "Choose the dimensions to explore by")                       \
    X(DISTRIBUTION, "d", "spread", "Distribution of numbers and categories")      \
    X(LOG, "L", "log", "A logarithmic axis, or an ordinary one")                  \
    X(STRATA, "a", "alike", "Choose in what customers are alike")                 \
    X(NEEDED, "D", "points", "How many sales would show a difference?")           \
    X(RESET, "r", "reset", "Reset the form")                                      \
    X(PIN, "p", "pin", "Pin this customer, to compare")                           \
    X(UNPIN, "P", "unpin", "Take the last pinned customer back")                  \
    X(RENAME, "R", "rename", "Call a segment by another name")                    \
    X(TRAIN, "T", "train", "Train, tune or score, on all sales")                  \
    X(IMPORT, "i", "import", "Import a file of sales")                            \
    X(TAKE_BACK, "Delete", "take back", "Take an import back, with all its sales") \
    X(BACKUP, "B", "back up", "Back up: a checked copy of the database") \
    X(CHECK, "C", "check", "Check the database (doctor), and what to do") \
    X(EXPORT, "e", "export", "Write this screen to a file")                       \
    X(COPY, "y", "copy", "Copy this screen to the clipboard")                     \
    X(SOURCE, "S", "source", "The command and the SQL behind this screen")        \
    X(USE, "U", "use", "Let the model under the cursor answer in the form")       \
    X(PALETTE, ":", "all", "Search all that can be done by typing")               \
    X(HELP, "?", "help", "Help for this screen")                                  \
    X(REDRAW, "C-l", "redraw", "Draw the screen anew")                            \
    X(CANCEL, "C-c", "cancel", "Cancel the running work or the prompt")           \
    X(QUIT, "q", "quit", "Close the topmost layer; at the top, quit")

enum action {
    ACTION_NONE,
#define X(symbol, ...) ACTION_##symbol,
    ACTION_LIST(X)
#undef X
        ACTION_COUNT
};

const char *action_name(enum action action); /* in settings: "search-next" */
const char *action_keys(enum action action); /* "Up k" */
const char *action_word(enum action action); /* "filter" */
const char *action_help(enum action action);
bool action_by_name(const char *name, enum action *out);

/* The action that a key is bound to, ACTION_NONE where it is bound to nothing. */
enum action action_of_key(const struct key *key);

/* Binds an action to other keys than the list's: names parted by blanks, "" for none. For the whole
 * process, before the dashboard starts. ERR_INPUT where a name is no key's, or where the keys are
 * too many. */
enum err action_bind(enum action action, const char *keys, struct error *error);

/* ERR_INPUT where one key is bound to two actions, or nothing leaves the program any more. */
enum err actions_check(struct error *error);

void actions_reset(void); /* back to the list */

#endif
