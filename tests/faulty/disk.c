/* A file system for SQLite over the one it has, in which calls fail as the plan says
 * (sqlite.org/vfs.html). It becomes the default before main, so that the program opens its files
 * through it without knowing. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/faulty/plan.h"
#include "tests/faulty/unsynced.h"

struct faulty_file {
    sqlite3_file base;
    const char *path; /* SQLite keeps it as long as the file is open; NULL of a temporary one */
    sqlite3_file *real;
};

/* The default, and the one without locks that copies are written through. */
enum { DEFAULT, UNLOCKED, SYSTEMS };
static sqlite3_vfs faulty[SYSTEMS], *real_vfs[SYSTEMS];

static sqlite3_vfs *under(const sqlite3_vfs *vfs) {
    return real_vfs[vfs - faulty];
}

static struct faulty_file *of(sqlite3_file *file) {
    return (struct faulty_file *)file;
}

static sqlite3_file *real(sqlite3_file *file) {
    return of(file)->real;
}

static _Noreturn void lose_power(void) {
    unsynced_lose();
    plan_die();
}

/* Where what is not synced may be lost, it is remembered. */
static bool remembers(const struct faulty_file *file) {
    return file->path != NULL && plan_kind() == FAULT_POWER;
}

/* A call that changes nothing on the disk. */
static bool fails(void) {
    return plan_count(CALLS_DISK) != FAULT_NONE;
}

/* One that does: what strikes, of the kinds that leave the process alive. */
static enum fault_kind strikes(void) {
    enum fault_kind kind = plan_count(CALLS_DISK);
    if (kind == FAULT_NONE)
        kind = plan_count(CALLS_CHANGES);
    else
        plan_count(CALLS_CHANGES);
    if (kind == FAULT_KILL)
        plan_die();
    if (kind == FAULT_POWER)
        lose_power();
    return kind;
}

static int close_file(sqlite3_file *file) {
    int status =
        real(file)->pMethods != NULL ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    file->pMethods = NULL;
    return status;
}

static int read_file(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
    return fails() ? SQLITE_IOERR_READ
                   : real(file)->pMethods->xRead(real(file), bytes, length, offset);
}

static int put(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    return real(file)->pMethods->xWrite(real(file), bytes, length, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    switch (strikes()) {
    case FAULT_NONE:
        break;
    case FAULT_TORN:
        put(file, bytes, length / 2, offset);
        plan_die();
    case FAULT_SHORT:
        put(file, bytes, length / 2, offset);
        return SQLITE_IOERR_WRITE;
    case FAULT_FULL:
        return SQLITE_FULL;
    default:
        return SQLITE_IOERR_WRITE;
    }
    if (remembers(of(file)))
        unsynced_write(of(file)->path, bytes, length, offset);
    return put(file, bytes, length, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    enum fault_kind kind = strikes();
    if (kind == FAULT_NONE && remembers(of(file)))
        unsynced_truncate(of(file)->path, size);
    if (kind != FAULT_NONE && kind != FAULT_TORN && kind != FAULT_FULL)
        return SQLITE_IOERR_TRUNCATE;
    int status = real(file)->pMethods->xTruncate(real(file), size);
    if (kind == FAULT_TORN)
        plan_die();
    return status;
}

static int sync_file(sqlite3_file *file, int flags) {
    enum fault_kind kind = strikes();
    if (kind != FAULT_NONE && kind != FAULT_TORN && kind != FAULT_FULL)
        return SQLITE_IOERR_FSYNC;
    int status = real(file)->pMethods->xSync(real(file), flags);
    if (kind == FAULT_TORN)
        plan_die();
    if (remembers(of(file)))
        unsynced_forget(of(file)->path);
    return status;
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *size) {
    return fails() ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int lock_file(sqlite3_file *file, int level) {
    return fails() ? SQLITE_IOERR_LOCK : real(file)->pMethods->xLock(real(file), level);
}

static int unlock_file(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int check_reserved(sqlite3_file *file, int *reserved) {
    return fails() ? SQLITE_IOERR_CHECKRESERVEDLOCK
                   : real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

static int control(sqlite3_file *file, int what, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}

static int sector_size(sqlite3_file *file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

static int characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return fails() ? SQLITE_IOERR_SHMMAP
                   : real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    if ((flags & SQLITE_SHM_LOCK) != 0 && fails())
        return SQLITE_IOERR_SHMLOCK;
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void barrier(sqlite3_file *file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

static int unmap_shared(sqlite3_file *file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap_shared,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *got) {
    struct faulty_file *opened = of(file);
    *opened = (struct faulty_file){.path = name, .real = (sqlite3_file *)(opened + 1)};
    if (fails())
        return SQLITE_CANTOPEN;
    int status = under(vfs)->xOpen(under(vfs), name, opened->real, flags, got);
    if (status == SQLITE_OK)
        opened->base.pMethods = &methods;
    return status;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync) {
    enum fault_kind kind = strikes();
    if (kind != FAULT_NONE && kind != FAULT_TORN && kind != FAULT_FULL)
        return SQLITE_IOERR_DELETE;
    int status = under(vfs)->xDelete(under(vfs), name, sync);
    if (kind == FAULT_TORN)
        plan_die();
    unsynced_forget(name);
    return status;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    return fails() ? SQLITE_IOERR_ACCESS : under(vfs)->xAccess(under(vfs), name, flags, result);
}

static void stand_before(int system, sqlite3_vfs *real) {
    real_vfs[system] = real;
    faulty[system] = *real;
    faulty[system].szOsFile = (int)sizeof(struct faulty_file) + real->szOsFile;
    faulty[system].xOpen = open_file;
    faulty[system].xDelete = delete_file;
    faulty[system].xAccess = access_file;
    sqlite3_vfs_unregister(real);
    sqlite3_vfs_register(&faulty[system], system == DEFAULT);
}

__attribute__((constructor)) static void take_over(void) {
    if (getenv("FAULT") == NULL)
        return;
    stand_before(DEFAULT, sqlite3_vfs_find(NULL));
    stand_before(UNLOCKED, sqlite3_vfs_find("unix-none"));
}

/* A file that the program itself syncs, whoever wrote it. */
__attribute__((visibility("default"))) int fsync(int fd) {
    char link[64], path[4096];
    if (plan_kind() == FAULT_POWER) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        path[length > 0 ? length : 0] = '\0';
        unsynced_forget(path);
    }
    return (int)syscall(SYS_fsync, fd);
}

__attribute__((destructor)) static void end(void) {
    if (plan_at_end(FAULT_POWER))
        unsynced_lose();
}
