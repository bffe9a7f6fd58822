/* Lets the clock that waits are measured by run faster (LD_PRELOAD), and the kernel wait for as much less. */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 200 };

int clock_gettime(clockid_t clock, struct timespec *now) {
    static long long first;
    int result = syscall(SYS_clock_gettime, clock, now);
    if (clock != CLOCK_MONOTONIC || result != 0)
        return result;
    long long nanos = now->tv_sec * 1000000000LL + now->tv_nsec;
    if (first == 0)
        first = nanos;
    nanos = first + (nanos - first) * TIMES;
    now->tv_sec = nanos / 1000000000;
    now->tv_nsec = nanos % 1000000000;
    return 0;
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout) {
    int less = timeout > 0 ? timeout / TIMES + 1 : timeout;
    return syscall(SYS_epoll_pwait, fd, events, max, less, NULL, 8);
}
