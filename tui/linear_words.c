#include "tui/linear_words.h"

#include <string.h>
#include <strings.h>

#include "tui/keys.h"

enum { LEAST_BEGINNING = 2 };

/* The screens' titles where the action is called otherwise, and what one would rather type. */
static const struct {
    const char *word;
    enum action action;
} others[] = {{"what-if", ACTION_WHATIF}, {"quit", ACTION_QUIT},
              {"exit", ACTION_QUIT},      {"page", ACTION_NEXT},
              {"tab", ACTION_NEXT},       {"lists", ACTION_LINKED},
              {"explore", ACTION_BY},     {"spread", ACTION_DISTRIBUTION},
              {"row", ACTION_OPEN},       {"more", ACTION_PAGE_DOWN}};

/* Those that want eyes. */
static bool is_of_the_screen(enum action action) {
    return action == ACTION_COPY || action == ACTION_REDRAW || action == ACTION_PALETTE ||
           action == ACTION_CANCEL;
}

enum action linear_action(const char *word, size_t length) {
    struct key key;
    if (key_from_name(word, length, &key)) {
        enum action action = action_of_key(&key);
        if (action != ACTION_NONE)
            return action;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strlen(others[i].word) == length && strncasecmp(others[i].word, word, length) == 0)
            return others[i].action;
    }
    enum action found = ACTION_NONE;
    int count = 0;
    for (int i = 1; i < ACTION_COUNT; i++) {
        const char *name = action_name((enum action)i);
        if (strncasecmp(name, word, length) != 0)
            continue;
        if (strlen(name) == length)
            return (enum action)i;
        found = (enum action)i;
        count++;
    }
    return count == 1 && length >= LEAST_BEGINNING ? found : ACTION_NONE;
}

void linear_help(struct buffer *out) {
    buffer_text(
        out,
        "\nType one of these, then Enter. Nothing typed: what is left of the screen, or the screen "
        "again.\n"
        "A screen's number or name: 3, marketing.\n"
        "A filter, added to those there are: location=out age<30 month>=2025-01. x drops the last "
        "one, X all.\n"
        "On What-if, the customer instead: age=30 price=22000 location=out; age= for unknown.\n"
        "A key of the dashboard or its name, with what it would ask for: export sales.csv, "
        "compare facebook=no, by location,gender, search redmi.\n"
        "row 3 opens the third row of the list; next turns the page; back goes back.\n");
    for (int i = 1; i < ACTION_COUNT; i++) {
        enum action action = (enum action)i;
        if (!is_of_the_screen(action))
            buffer_printf(out, "%s, key %s: %s\n", action_name(action), action_keys(action),
                          action_help(action));
    }
}
