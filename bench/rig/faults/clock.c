/* Stands in front of the C library (LD_PRELOAD): the wall clock is the machine's one plus what
 * the file named by EKC_BENCH_CLOCK holds, a count of seconds of eight bytes. Waits until a
 * moment of the wall clock are waits on the monotonic clock of the same length. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t none = 0;
static const volatile int64_t *offset = &none;

/* An uptime of thirty years is none: such a moment is of the wall clock. */
#define LONG_UPTIME_S 1000000000

__attribute__((constructor)) static void open_clock(void)
{
    const char *path = getenv("EKC_BENCH_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED)
        offset = page;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *offset;
    return result;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    if (now == NULL)
        return 0;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != NULL)
        *now = exact.tv_sec;
    return exact.tv_sec;
}

/* The same moment on the monotonic clock. */
static const struct timespec *moment(const struct timespec *until, struct timespec *converted)
{
    struct timespec wall, steady;
    if (until->tv_sec < LONG_UPTIME_S)
        return until;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    int64_t left = (int64_t)(until->tv_sec - wall.tv_sec) * 1000000000 + until->tv_nsec - wall.tv_nsec;
    int64_t at = (int64_t)steady.tv_sec * 1000000000 + steady.tv_nsec + (left > 0 ? left : 0);
    converted->tv_sec = at / 1000000000;
    converted->tv_nsec = at % 1000000000;
    return converted;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    struct timespec own;
    return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, moment(until, &own));
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    struct timespec own;
    return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, moment(until, &own));
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
    struct timespec own;
    return sem_clockwait(semaphore, CLOCK_MONOTONIC, moment(until, &own));
}
