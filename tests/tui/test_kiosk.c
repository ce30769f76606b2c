/* A kiosk: whoever has only the dashboard, under an administrator's settings, reaches no shell, no
 * file outside the export folder, and no write. Random keys and what an attacker would try first;
 * afterwards the database's bytes and all that lies around it are what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <gsl/gsl_rng.h>
#include <locale.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "engine/learn/random.h"
#include "tests/support/dashboard.h"
#include "tests/support/pty.h"
#include "tests/support/scratch.h"

enum { ROUNDS = 60, KEYS_A_ROUND = 25, SILENCE_MS = 1 };

static char *shop, *exports, *outside, *settings, *trace, *home;

/* Everything below the folder that nobody may change: names, sizes, bytes. Not what SQLite's
 * readers share, and not what is meant to be written to. */
static void list(const char *folder, struct buffer *out) {
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *path = xasprintf("%s/%s", folder, name), digest[DIGEST_TEXT_SIZE] = "";
        struct stat status;
        bool dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (!dots && strcmp(path, exports) != 0 && strcmp(path, trace) != 0 &&
            lstat(path, &status) == 0) {
            size_t length = 0;
            char *bytes = S_ISREG(status.st_mode) ? scratch_read(path, &length) : NULL;
            if (bytes != NULL && strstr(name, "-shm") == NULL)
                digest_of(bytes, length, digest);
            free(bytes);
            buffer_printf(out, "%s %o %s\n", path, status.st_mode, digest);
            if (S_ISDIR(status.st_mode))
                list(path, out);
        }
        free(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static char *surroundings(const char *folder) {
    struct buffer out = {0};
    list(folder, &out);
    return buffer_take(&out);
}

static int set_up(void **state) {
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || scratch_setup(state) != 0)
        return -1;
    char *real = realpath(*state, NULL); /* what the kernel calls it */
    shop = xasprintf("%s/shop.db", real);
    exports = xasprintf("%s/exports", real);
    outside = xasprintf("%s/outside", real);
    settings = xasprintf("%s/held", real);
    trace = xasprintf("%s/trace", real);
    home = xasprintf("%s/home", real);
    free(real);
    mkdir(exports, 0700);
    mkdir(outside, 0700);
    mkdir(home, 0700);
    char *link = xasprintf("%s/way-out", exports);
    if (symlink(outside, link) != 0)
        return -1;
    free(link);
    char *text = xasprintf("read-only = yes\nremember = no\nexport-folder = \"%s\"\n", exports);
    scratch_write_text(settings, text);
    free(text);
    dashboard_database(shop, true);
    db_close(scratch_reader(shop)); /* what SQLite's readers share is there from now on */
    setenv("HOME", home, 1);
    setenv("XDG_STATE_HOME", home, 1);
    setenv("XDG_CONFIG_HOME", home, 1);
    return 0;
}

static int tear_down(void **state) {
    char *const all[] = {shop, exports, outside, settings, trace, home};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    return scratch_teardown(state);
}

/* The program, under strace where there is one: every program that is started and every file that
 * is opened for writing is then on record. */
static struct pty *start(bool traced) {
    char *arguments = xasprintf("--settings %s --db %s", settings, shop);
    const char *program = getenv("PROGRAM");
    char *own = xstrdup(program != NULL ? program : "build/retail-pulse");
    if (traced) {
        char *own_arguments = arguments;
        arguments = xasprintf("-f -qq -A -e trace=execve,execveat,open,openat,creat -o %s %s %s",
                              trace, own, own_arguments);
        free(own_arguments);
        setenv("PROGRAM", "/usr/bin/strace", 1);
    }
    struct pty *pty = pty_start(arguments, "xterm-256color", 24, 80);
    setenv("PROGRAM", own, 1);
    free(own);
    free(arguments);
    return pty;
}

static void press(struct pty *pty, const char *keys) {
    pty_type(pty, keys, SILENCE_MS);
}

/* Ctrl-U empties the prompt of what it proposes. */
static void try_to_write(struct pty *pty, const char *path) {
    press(pty, "e");
    press(pty, "\025");
    press(pty, path);
    press(pty, "\r");
    press(pty, "y");
    press(pty, "\r");
    press(pty, "\033");
    press(pty, "\033");
}

static void try_everything(struct pty *pty) {
    static const char *const keys[] = {
        "\032",      "\034",         "\003",        "\004",
        "\026",      "!sh\r",        ":!sh\r",      ":shell\r",
        ":import\r", ":train\r",     "i",           "/etc/passwd\r",
        "\033",      "7\177",        "7\033[3~y\r", "T\r\r",
        "4U\ry\r",   "2Rname\r",     "Fs../x\r",    "Fssome\r",
        "f$(id)\r",  "f`id`\r",      "f;sh\r",      "\033[200~sh\r\033[201~",
        "5\r\r",     "\033[24~\033", "\030\005",    "\033]52;c;?",
        "\033\033"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        press(pty, keys[i]);
        press(pty, "\033");
        press(pty, "\033");
    }
}

static bool has_ended(const struct pty *pty) {
    siginfo_t about = {0};
    return waitid(P_PID, (id_t)pty_pid(pty), &about, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           about.si_pid != 0;
}

/* Out of every layer, until it ends; that is allowed, and ends the visit of whoever came by SSH.
 * Crashing is not. */
static void must_end_well(struct pty *pty) {
    for (int i = 0; i < 40 && !has_ended(pty); i++) {
        press(pty, i % 2 == 0 ? "\033" : "q");
        usleep(300000); /* longer than a q that closed a layer is guarded */
    }
    char *screen = pty_screen(pty);
    int status = pty_end(pty);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("it ended with status %x:\n%s", (unsigned)status, screen);
    free(screen);
}

static int rounds(void) {
    const char *wanted = getenv("KIOSK_ROUNDS");
    return wanted != NULL ? atoi(wanted) : ROUNDS;
}

static struct pty *press_at_random(struct pty *pty, bool traced, int *visits) {
    gsl_rng *dice = random_new(11, 0);
    for (int round = 0; round < rounds(); round++) {
        char keys[KEYS_A_ROUND + 1] = "";
        for (int i = 0; i < KEYS_A_ROUND; i++)
            keys[i] = (char)(1 + gsl_rng_uniform_int(dice, 126));
        if (pty_is_cooked(pty)) {
            must_end_well(pty);
            pty = start(traced);
            assert_true(pty_shows(pty, "Overview", 30));
            ++*visits;
        }
        press(pty, keys);
    }
    gsl_rng_free(dice);
    return pty;
}

/* What was started, and what was opened to be written. */
static void look_at_trace(void) {
    size_t length;
    char *text = scratch_read(trace, &length);
    int opened = 0, started = 0;
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (strstr(line, "exec") != NULL && strchr(line, '"') != NULL) {
            started++;
            if (strstr(line, "retail-pulse\"") == NULL &&
                strstr(line, "\"/proc/self/exe\"") == NULL)
                fail_msg("started: %s", line);
        }
        if (strstr(line, "O_WRONLY") == NULL && strstr(line, "O_RDWR") == NULL &&
            strstr(line, "O_CREAT") == NULL)
            continue;
        opened++;
        const char *folder = strstr(line, "AT_FDCWD");
        bool allowed = strstr(line, exports) != NULL || strstr(line, "\"/dev/") != NULL ||
                       strstr(line, "shop.db-shm\"") != NULL ||
                       strstr(line, "shop.db-wal\"") != NULL ||
                       /* whose bytes are compared */ strstr(line, "ENOENT") != NULL ||
                       /* counts of lines, where it is built to write them */
                       strstr(line, ".gcda\"") != NULL ||
                       (folder == NULL && strstr(line, "\".retail-pulse.") != NULL);
        if (!allowed)
            fail_msg("opened to be written: %s", line);
    }
    free(text);
    assert_true(started >= 1);
    print_message("%d programs started, %d openings that may write\n", started, opened);
}

static bool is_there(const char *name) {
    char *path = xasprintf("%s/%s", exports, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void no_key_leads_to_a_shell_a_file_elsewhere_or_a_write(void **state) {
    bool traced = access("/usr/bin/strace", X_OK) == 0;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    traced = false; /* they trace themselves */
#endif
    char *before = surroundings(*state);
    struct pty *pty = start(traced);
    assert_true(pty_shows(pty, "Overview", 30));
    try_to_write(pty, "mine.csv");
    char *elsewhere = xasprintf("%s/a.csv", outside);
    try_to_write(pty, elsewhere);
    try_to_write(pty, "../outside/b.csv");
    try_to_write(pty, "way-out/c.csv");
    try_to_write(pty, "~/d.csv");
    try_to_write(pty, "/dev/shm/retail-pulse-e.csv");
    free(elsewhere);
    try_everything(pty);
    assert_true(is_there("mine.csv")); /* the keys did what they are for */
    int visits = 1;
    pty = press_at_random(pty, traced, &visits);
    must_end_well(pty);
    print_message("%d random keys in %d visits\n", rounds() * KEYS_A_ROUND, visits);
    assert_int_not_equal(access("/dev/shm/retail-pulse-e.csv", F_OK), 0);
    char *after = surroundings(*state);
    assert_string_equal(before, after);
    free(before);
    free(after);
    if (traced)
        look_at_trace();
    else
        print_message("strace is not installed or cannot be used: nothing was traced\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_leads_to_a_shell_a_file_elsewhere_or_a_write),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
