/* Settings files: read and applied as the program does it at its start, or refused with a reason.
 * All that is for the whole process goes back to what it was. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/money.h"
#include "base/number.h"
#include "cli/preferences.h"
#include "tests/fuzz/fuzz.h"
#include "tui/actions.h"

static const char *settings_file(void) {
    static char *path;
    if (path == NULL) {
        char *home = fuzz_path("config"), *folder = fuzz_path("config/retail-pulse");
        path = fuzz_path("config/retail-pulse/config");
        mkdir(home, 0700);
        mkdir(folder, 0700);
        setenv("XDG_CONFIG_HOME", home, 1);
        free(home);
        free(folder);
    }
    return path;
}

void fuzz_settings(const uint8_t *data, size_t size) {
    struct preferences preferences;
    struct error error = {0};
    fuzz_write(settings_file(), data, size);
    enum err err = preferences_load(&preferences, NULL, &error);
    FUZZ_MUST_ABOUT(err == ERR_OK || (err == ERR_INPUT && error.message[0] != '\0'), error.message);
    FUZZ_MUST(err != ERR_OK || actions_check(&error) == ERR_OK);
    preferences_free(&preferences);
    actions_reset();
    money_set_sign("");
    number_set_digits(DIGITS_COMMA);
    date_set_look(DATE_LOOK_WORDS);
}
