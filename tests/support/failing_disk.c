/* A disk that fails at the Nth call: preloaded into a process (LD_PRELOAD), told what to do through a mapped file.
 *
 * Counts write, pwrite, fsync, fdatasync, rename and ftruncate on files below one folder. See failing_disk.py, which has
 * the same structure. Linux only: Windows has no preloading, and its twin would be a driver.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#define SHORT (-1)

struct orders {
    int64_t at;      /* the first call that fails, from 1; 0: none does */
    int64_t lasts;   /* how many calls fail from there on */
    int64_t kind;    /* an errno, or SHORT: half of what should be written is */
    int64_t count;   /* calls until now */
    int64_t failed;  /* calls that failed */
    char below[4072];
};

static struct orders *orders;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("KAODIAN_FAILING_DISK");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0)
        return;
    void *mapped = mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    orders = mapped == MAP_FAILED ? NULL : mapped;
}

static int is_below(const char *path)
{
    size_t length = strlen(orders->below);
    return length > 0 && strncmp(path, orders->below, length) == 0;
}

/* Count a call, and say whether it is one that fails. */
static int fails(void)
{
    int64_t number = __sync_add_and_fetch(&orders->count, 1);
    if (orders->at == 0 || number < orders->at || number >= orders->at + orders->lasts)
        return 0;
    __sync_add_and_fetch(&orders->failed, 1);
    return 1;
}

static int fails_on(int file)
{
    char name[64], path[4096];
    if (orders == NULL || orders->below[0] == 0)
        return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return is_below(path) && fails();
}

static int refuse(void)
{
    errno = (int)orders->kind;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count)
{
    if (fails_on(file)) {
        if (orders->kind != SHORT)
            return refuse();
        count = (count + 1) / 2;
    }
    return REAL(write)(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    if (fails_on(file)) {
        if (orders->kind != SHORT)
            return refuse();
        count = (count + 1) / 2;
    }
    return REAL(pwrite)(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    if (fails_on(file)) {
        if (orders->kind != SHORT)
            return refuse();
        count = (count + 1) / 2;
    }
    return REAL(pwrite64)(file, bytes, count, at);
}

/* What is not a write cannot be short. */
static int refused(int file)
{
    return fails_on(file) && orders->kind != SHORT;
}

int fsync(int file)
{
    return refused(file) ? refuse() : REAL(fsync)(file);
}

int fdatasync(int file)
{
    return refused(file) ? refuse() : REAL(fdatasync)(file);
}

int ftruncate(int file, off_t size)
{
    return refused(file) ? refuse() : REAL(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size)
{
    return refused(file) ? refuse() : REAL(ftruncate64)(file, size);
}

int rename(const char *from, const char *to)
{
    if (orders != NULL && is_below(to) && fails() && orders->kind != SHORT)
        return refuse();
    return REAL(rename)(from, to);
}
