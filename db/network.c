#include "db/network.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "base/buffer.h"

/* Magic numbers of statfs(2): linux/magic.h, and for the rest the kernel modules' own sources. */
static const struct {
    unsigned long magic;
    const char *name;
} systems[] = {
    {0x6969, "NFS"},       {0x517B, "SMB"},       {0xFF534D42, "CIFS"},
    {0xFE534D42, "SMB"},   {0x01021997, "9p"},    {0x5346414F, "AFS"},
    {0x6B414653, "AFS"},   {0x73757245, "Coda"},  {0x564C, "NCP"},
    {0x00C36400, "Ceph"},  {0x47504653, "GPFS"},  {0x0BD00BD0, "Lustre"},
    {0x7461636F, "OCFS2"}, {0x01161970, "GFS2"},  {0x19830326, "BeeGFS"},
    {0xAAD7AAEA, "PanFS"}, {0x013111A8, "IBRIX"}, {0x786F4256, "VirtualBox share"},
};

enum { FUSE_MAGIC = 0x65735546 };

/* FUSE serves local disks (NTFS, exFAT, encrypted folders) as well as remote ones; only the type
 * beside "fuse." tells them apart, and only those known to be remote are refused. */
static const char *const remote_fuse[] = {
    "sshfs",   "rclone",     "s3fs",    "glusterfs", "davfs",    "davfs2",
    "ceph",    "ceph-fuse",  "gcsfuse", "goofys",    "smbnetfs", "curlftpfs",
    "juicefs", "gvfsd-fuse", "cvmfs2",  "seaweedfs", "geesefs",  "lizardfs",
    "mfs",     "moosefs",    "beegfs",  "hdfs",      "blobfuse", "blobfuse2",
};

static bool remote_fuse_name(const char *type, size_t length, const char **name) {
    for (size_t i = 0; i < sizeof remote_fuse / sizeof *remote_fuse; i++) {
        if (strlen(remote_fuse[i]) == length && memcmp(remote_fuse[i], type, length) == 0) {
            *name = remote_fuse[i];
            return true;
        }
    }
    return false;
}

/* One line is "36 35 98:0 /root /mount/point options optional… - type source options", proc(5). */
bool network_fuse_type(const char *mountinfo, const char *device, const char **name) {
    size_t device_length = strlen(device);
    for (const char *line = mountinfo; *line != '\0';) {
        const char *end = strchrnul(line, '\n');
        const char *field = line;
        for (int skipped = 0; skipped < 2 && field != NULL && field < end; skipped++) {
            field = memchr(field, ' ', (size_t)(end - field));
            field = field != NULL ? field + 1 : NULL;
        }
        const char *dash = memmem(line, (size_t)(end - line), " - fuse.", 8);
        if (field != NULL && dash != NULL && (size_t)(end - field) > device_length &&
            strncmp(field, device, device_length) == 0 && field[device_length] == ' ') {
            const char *type = dash + 8;
            const char *type_end = memchr(type, ' ', (size_t)(end - type));
            if (type_end == NULL)
                type_end = end;
            return remote_fuse_name(type, (size_t)(type_end - type), name);
        }
        line = *end == '\0' ? end : end + 1;
    }
    return false;
}

static bool fuse_is_remote(const char *path, const char **name) {
    struct stat status;
    FILE *file = stat(path, &status) == 0 ? fopen("/proc/self/mountinfo", "re") : NULL;
    if (file == NULL)
        return false;
    struct buffer text = {0};
    char chunk[4096];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(&text, chunk, got);
    fclose(file);
    char device[32];
    snprintf(device, sizeof device, "%u:%u", major(status.st_dev), minor(status.st_dev));
    bool remote = text.data != NULL && network_fuse_type(text.data, device, name);
    buffer_free(&text);
    return remote;
}

bool network_file_system(const char *path, const char **name) {
    struct statfs status;
    if (statfs(path, &status) != 0)
        return false;
    unsigned long magic = (unsigned long)status.f_type & 0xFFFFFFFFUL;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (systems[i].magic == magic) {
            *name = systems[i].name;
            return true;
        }
    }
    return magic == FUSE_MAGIC && fuse_is_remote(path, name);
}
