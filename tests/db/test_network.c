/* db/network: a database on a network file system is refused before anything is made there.
 *
 * This program's own statfs stands in for the C library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "db/db.h"
#include "db/network.h"
#include "tests/support/scratch.h"

static unsigned long pretended;

int statfs(const char *path, struct statfs *status) {
    (void)path;
    *status = (struct statfs){0};
    memcpy(&status->f_type, &pretended, sizeof status->f_type);
    return 0;
}

enum { EXT4 = 0xEF53, NFS = 0x6969, FUSE = 0x65735546 };

static void a_network_file_system_is_refused_by_writer_and_reader(void **state) {
    static const struct {
        unsigned long magic;
        const char *name;
    } systems[] = {{NFS, "NFS"}, {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB"}, {0x01021997, "9p"}};
    char *path = scratch_path(state, "shop.db"), *lock = scratch_path(state, "shop.db.lock");
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        pretended = systems[i].magic;
        struct db *db;
        struct error error = {0};
        assert_int_equal(db_open_writer(path, NULL, &db, &error), ERR_NETWORK_FS);
        assert_non_null(strstr(error.message, systems[i].name));
        assert_true(error.hint[0] != '\0');
        assert_int_equal(access(path, F_OK), -1);
        assert_int_equal(access(lock, F_OK), -1);
    }
    pretended = EXT4;
    db_close(scratch_writer(path));
    pretended = NFS;
    struct db *db;
    struct error error = {0};
    assert_int_equal(db_open_reader(path, &db, &error), ERR_NETWORK_FS);
    free(lock);
    free(path);
}

static void a_local_fuse_file_system_is_not_refused(void **state) {
    char *path = scratch_path(state, "shop.db");
    pretended = FUSE; /* and the mount table says that the folder is on none */
    db_close(scratch_writer(path));
    free(path);
}

static void only_fuse_types_known_to_be_remote_count(void **state) {
    (void)state;
    static const char mounts[] = "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
                                 "40 27 0:50 / /home/a/far rw shared:9 - fuse.sshfs a@b:/ rw\n"
                                 "41 27 0:51 / /media/disk rw - fuse.exfat /dev/sdb1 rw\n"
                                 "42 27 10:50 / /media/other rw - fuseblk /dev/sdc1 rw\n"
                                 "43 27 0:52 / /cloud rw - fuse.rclone remote: rw";
    const char *name = NULL;
    assert_true(network_fuse_type(mounts, "0:50", &name));
    assert_string_equal(name, "sshfs");
    assert_true(network_fuse_type(mounts, "0:52", &name));
    assert_string_equal(name, "rclone");
    assert_false(network_fuse_type(mounts, "0:51", &name));
    assert_false(network_fuse_type(mounts, "10:50", &name));
    assert_false(network_fuse_type(mounts, "0:5", &name));
    assert_false(network_fuse_type("", "0:50", &name));
    assert_false(network_fuse_type("garbage\n\n1 2 ", "0:50", &name));
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(a_network_file_system_is_refused_by_writer_and_reader),
        SCRATCH_TEST(a_local_fuse_file_system_is_not_refused),
        cmocka_unit_test(only_fuse_types_known_to_be_remote_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
