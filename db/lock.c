#include "db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "db/place.h"

enum { POLL_MS = 200, NOTE_SIZE = 512, COMMAND_SIZE = 96, HOLDER_SIZE = 256 };

/* "retail-pulse import": the program and its subcommand, without the rest of the command line,
 * which is nobody else's business. */
static void own_command(char command[COMMAND_SIZE]) {
    static const char *const with_value[] = {"--db", "--format"};
    char line[2048] = "";
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
    if (fd >= 0)
        close(fd);
    const char *end = line + (length > 0 ? length : 0), *subcommand = "";
    const char *word = line + strlen(line) + 1;
    while (word < end) {
        const char *next = word + strlen(word) + 1;
        if (*word != '-') {
            if (word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] == '\0')
                subcommand = word;
            break;
        }
        for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++) {
            if (strcmp(word, with_value[i]) == 0 && next < end)
                next += strlen(next) + 1;
        }
        word = next;
    }
    snprintf(command, COMMAND_SIZE, "%.40s%s%.40s", program_invocation_short_name,
             *subcommand != '\0' ? " " : "", subcommand);
}

static void write_note(int fd) {
    char command[COMMAND_SIZE], note[NOTE_SIZE];
    own_command(command);
    const struct passwd *user = getpwuid(geteuid());
    int length =
        snprintf(note, sizeof note, "pid %ld\ncommand %s\nuser %.64s\nsince %lld\n", (long)getpid(),
                 command, user != NULL ? user->pw_name : "unknown", (long long)time(NULL));
    /* The note is for people; the lock holds without it. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, note, (size_t)length, 0) != length)
        return;
}

static bool note_line(const char *note, const char *key, char *value, size_t size) {
    const char *at = strstr(note, key);
    if (at == NULL)
        return false;
    at += strlen(key);
    char *clean = text_clean(at, strcspn(at, "\n"));
    snprintf(value, size, "%s", clean);
    free(clean);
    return *value != '\0';
}

/* "retail-pulse import (user anna, since 14:05, process 4711)" */
static void read_holder(int fd, char holder[HOLDER_SIZE]) {
    char note[NOTE_SIZE], command[COMMAND_SIZE], user[72], since[32], process[32];
    ssize_t length = pread(fd, note, sizeof note - 1, 0);
    note[length > 0 ? length : 0] = '\0';
    snprintf(holder, HOLDER_SIZE, "another program");
    if (!note_line(note, "command ", command, sizeof command) ||
        !note_line(note, "user ", user, sizeof user) ||
        !note_line(note, "since ", since, sizeof since) ||
        !note_line(note, "pid ", process, sizeof process))
        return;
    time_t seconds = (time_t)strtoll(since, NULL, 10);
    struct tm local;
    char clock[16] = "?";
    if (localtime_r(&seconds, &local) != NULL)
        strftime(clock, sizeof clock, time(NULL) - seconds < 86400 ? "%H:%M" : "%d %b", &local);
    snprintf(holder, HOLDER_SIZE, "%s (user %s, since %s, process %s)", command, user, clock,
             process);
}

static enum err open_lock_file(const char *database, const char *path, int *fd,
                               struct error *error) {
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return place_failure(error, errno, "open the lock file", path);
    /* Whoever may write the database may take its lock, as with SQLite's own side files. */
    struct stat of_database, of_lock;
    mode_t mode = stat(database, &of_database) == 0 ? of_database.st_mode & 0666u : file_mode();
    if (fstat(*fd, &of_lock) == 0 && of_lock.st_uid == geteuid() &&
        (of_lock.st_mode ^ mode) & 0666u)
        (void)fchmod(*fd, mode);
    return ERR_OK;
}

/* False where somebody removed or replaced the file between our open and our lock. */
static bool still_there(int fd, const char *path) {
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

static enum err wait_turn(int fd, const char *database, const struct progress_sink *waiting,
                          int64_t deadline_ms, struct error *error) {
    char holder[HOLDER_SIZE], phase[HOLDER_SIZE + 16];
    read_holder(fd, holder);
    if (deadline_ms >= 0 && clock_elapsed_ms() >= deadline_ms) {
        error_set(error, ERR_BUSY, "%s is being written by %s", database, holder);
        error_hint(error, "try again when that has finished");
        return ERR_BUSY;
    }
    snprintf(phase, sizeof phase, LOCK_WAITING "%s", holder);
    if (!progress_report(waiting, phase, "", 0, 0))
        return error_set(error, ERR_CANCELLED, "cancelled while waiting for %s", holder);
    const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
    nanosleep(&pause, NULL);
    return ERR_OK;
}

enum err lock_take(const char *database, const struct progress_sink *waiting, int64_t patience_ms,
                   int *fd, struct error *error) {
    char *path = xasprintf("%s.lock", database);
    int64_t deadline_ms = patience_ms < 0 ? -1 : clock_elapsed_ms() + patience_ms;
    *fd = -1;
    enum err err = open_lock_file(database, path, fd, error);
    while (err == ERR_OK) {
        if (flock(*fd, LOCK_EX | LOCK_NB) == 0) {
            if (still_there(*fd, path))
                break;
            close(*fd);
            err = open_lock_file(database, path, fd, error);
        } else if (errno == EWOULDBLOCK) {
            err = wait_turn(*fd, database, waiting, deadline_ms, error);
        } else if (errno != EINTR) {
            err = place_failure(error, errno, "lock", path);
        }
    }
    if (err == ERR_OK) {
        write_note(*fd);
    } else if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    free(path);
    return err;
}

/* Whoever lets go of the lock empties the note, so that it is tried only where there is one: a
 * process that died leaves its note. Being tried, even shared, the lock could make a writer that
 * comes at this very moment wait a fifth of a second. */
void lock_holder(const char *database, char *holder, size_t size) {
    char *path = xasprintf("%s.lock", database), text[HOLDER_SIZE];
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    snprintf(holder, size, "%s", "");
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > 0 &&
        flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        read_holder(fd, text);
        snprintf(holder, size, "%s", text);
    }
    if (fd >= 0)
        close(fd);
    free(path);
}

void lock_release(int fd) {
    if (fd < 0)
        return;
    /* An old note would name us to whoever waits for the next writer. */
    int status = ftruncate(fd, 0);
    (void)status;
    close(fd);
}
