#include "tests/support/small_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

/* Root of a user namespace of our own where we are not root: that is allowed to mount as well. */
static int own_mounts(void) {
    static bool own;
    char map[64];
    if (own)
        return 0;
    unsigned user = geteuid();
    if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return -1;
    int length = snprintf(map, sizeof map, "0 %u 1", user);
    int fd = user != 0 ? open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        ssize_t written = write(fd, map, (size_t)length);
        close(fd);
        if (written != length)
            return -1;
    }
    own = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    return own ? 0 : -1;
}

void small_disk_mount(const char *folder, size_t bytes) {
    char *options = xasprintf("size=%zu", bytes);
    bool mounted = own_mounts() == 0 && mount("none", folder, "tmpfs", 0, options) == 0;
    free(options);
    if (!mounted) {
        printf("skipped: no disk can be mounted here (%s)\n", strerror(errno));
        skip();
    }
}

void small_disk_unmount(const char *folder) {
    (void)umount2(folder, MNT_DETACH);
}

static char *filler(const char *folder) {
    return xasprintf("%s/zeros", folder);
}

void small_disk_fill(const char *folder, size_t left) {
    struct statvfs disk;
    char *path = filler(folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(statvfs(folder, &disk), 0);
    size_t room = (size_t)disk.f_bavail * disk.f_frsize;
    assert_true(room >= left);
    assert_int_equal(posix_fallocate(fd, 0, (off_t)(room - left)), 0);
    close(fd);
    free(path);
}

void small_disk_make_room(const char *folder) {
    char *path = filler(folder);
    assert_int_equal(unlink(path), 0);
    free(path);
}
