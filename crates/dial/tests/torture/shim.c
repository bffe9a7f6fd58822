/* Stands between a program and libc (LD_PRELOAD), and lets one call of the system fail.
 *
 * Calls are counted over all threads. TORTURE_TRACE names a file that gets a line for each: its
 * name, and in how many ways it can fail. With TORTURE_CALL, only the call of that number is
 * noted, and it fails in the way TORTURE_FAULT: an errno, or what stands with a sign below.
 *
 * Names that end in ".test" are looked up as 127.0.0.1. What a kernel never does is not done here
 * either: a socket that does not block is neither interrupted nor read in part while more is
 * waiting (epoll(7), question 9, relies on it), what is reset stays so, a clock can be read, and
 * an event counter be rung. socketpair(2) is let alone: Tokio panics without, and dial asks for its
 * descriptors beforehand (row 55 of the fault table). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    SHORT = -1,      /* one byte is read or written, where there are more */
    LEAP = -2,       /* from now on it is an hour later */
    WALL_BACK = -3,  /* from now on the wall clock is ten years behind */
};

static int trace = -1, counter = -1;
static long at, way, count;
static long leap_seconds, wall_seconds;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("TORTURE_TRACE"), *call = getenv("TORTURE_CALL");
    const char *fault = getenv("TORTURE_FAULT");
    if (file) trace = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    /* High up, so that it is in nobody's way. */
    if (trace >= 0) {
        long high = syscall(SYS_fcntl, trace, F_DUPFD_CLOEXEC, 500);
        syscall(SYS_close, trace);
        trace = high;
    }
    at = call ? atol(call) : 0;
    way = fault ? atol(fault) : 0;
}

/* Counts a call. Returns how it is to fail, 0 for not at all. */
static int counted(const char *name, const int *faults, int ways) {
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    int fault = at == number ? faults[way % ways] : 0;
    if (trace >= 0 && (!at || fault)) {
        char line[80];
        int length = snprintf(line, sizeof line, "%s %d\n", name, at ? fault : ways);
        syscall(SYS_write, trace, line, length);
    }
    return fault;
}

#define COUNT(name, ...)                       \
    static const int faults[] = {__VA_ARGS__}; \
    int fault = counted(name, faults, sizeof faults / sizeof *faults)

#define REAL(type, name, params)                          \
    static type(*real) params;                            \
    if (!real) real = (type(*) params)dlsym(RTLD_NEXT, name)

/* A call that gives a value, or `bad` and an errno. */
#define CALL(type, name, bad, params, args, ...) \
    type name params {                           \
        REAL(type, #name, params);               \
        COUNT(#name, __VA_ARGS__);               \
        if (fault > 0) {                         \
            errno = fault;                       \
            return bad;                          \
        }                                        \
        return real args;                        \
    }

/* One that moves `length` bytes of a file or pipe, or fewer. */
#define MOVE(name, params, args, ...)           \
    ssize_t name params {                       \
        REAL(ssize_t, #name, params);           \
        if (fd == counter) return real args;    \
        COUNT(#name, SHORT, __VA_ARGS__);       \
        if (fault > 0) {                        \
            errno = fault;                      \
            return -1;                          \
        }                                       \
        if (fault == SHORT && length > 1) length = 1; \
        return real args;                       \
    }

typedef struct sockaddr sockaddr_t;

CALL(int, socket, -1, (int f, int t, int p), (f, t, p), EMFILE, ENOMEM)
CALL(int, connect, -1, (int s, const sockaddr_t *a, socklen_t l), (s, a, l), ECONNREFUSED, ETIMEDOUT, ENETUNREACH)
CALL(int, bind, -1, (int s, const sockaddr_t *a, socklen_t l), (s, a, l), EADDRINUSE)
CALL(int, listen, -1, (int s, int n), (s, n), EADDRINUSE)
CALL(int, accept4, -1, (int s, sockaddr_t *a, socklen_t *l, int f), (s, a, l, f), EMFILE, ECONNABORTED)
CALL(int, setsockopt, -1, (int s, int l, int n, const void *v, socklen_t c), (s, l, n, v, c), ENOPROTOOPT)
CALL(int, getsockopt, -1, (int s, int l, int n, void *v, socklen_t *c), (s, l, n, v, c), ENOBUFS)
CALL(int, getsockname, -1, (int s, sockaddr_t *a, socklen_t *l), (s, a, l), ENOBUFS)
CALL(int, getpeername, -1, (int s, sockaddr_t *a, socklen_t *l), (s, a, l), ENOTCONN)
CALL(int, shutdown, -1, (int s, int how), (s, how), ENOTCONN)

/* Those on sockets: an end of the connection is one for both directions, and lasts. */
#define SPEAK(name, params, args, ...)                              \
    ssize_t name params {                                           \
        REAL(ssize_t, #name, params);                               \
        COUNT(#name, __VA_ARGS__);                                  \
        if (fault == ECONNRESET || fault == EPIPE) syscall(SYS_shutdown, s, SHUT_RDWR); \
        if (fault > 0) {                                            \
            errno = fault;                                          \
            return -1;                                              \
        }                                                           \
        return real args;                                           \
    }

SPEAK(recv, (int s, void *b, size_t n, int f), (s, b, n, f), ECONNRESET, ENOMEM)
SPEAK(recvfrom, (int s, void *b, size_t n, int f, sockaddr_t *a, socklen_t *l), (s, b, n, f, a, l), ECONNRESET, ENOMEM)
SPEAK(send, (int s, const void *b, size_t n, int f), (s, b, n, f), ECONNRESET, EPIPE, ENOBUFS)
SPEAK(sendto, (int s, const void *b, size_t n, int f, const sockaddr_t *a, socklen_t l), (s, b, n, f, a, l), ECONNRESET, ENOBUFS)
SPEAK(readv, (int s, const struct iovec *v, int n), (s, v, n), ECONNRESET, EIO)
SPEAK(writev, (int s, const struct iovec *v, int n), (s, v, n), ECONNRESET, ENOSPC)
MOVE(read, (int fd, void *b, size_t length), (fd, b, length), EIO, EINTR)
MOVE(write, (int fd, const void *b, size_t length), (fd, b, length), EIO, ENOSPC, EINTR)

CALL(int, epoll_create1, -1, (int f), (f), EMFILE)
CALL(int, epoll_ctl, -1, (int e, int op, int fd, struct epoll_event *v), (e, op, fd, v), ENOMEM)
CALL(int, epoll_wait, -1, (int e, struct epoll_event *v, int n, int t), (e, v, n, t), EINTR)
CALL(int, poll, -1, (struct pollfd *v, nfds_t n, int t), (v, n, t), EINTR)
CALL(int, dup, -1, (int fd), (fd), EMFILE)

CALL(int, fstat64, -1, (int fd, struct stat64 *s), (fd, s), EIO)
CALL(int, stat64, -1, (const char *p, struct stat64 *s), (p, s), EIO, EACCES)
CALL(int, lstat64, -1, (const char *p, struct stat64 *s), (p, s), EIO, EACCES)
CALL(int, statx, -1, (int d, const char *restrict p, int f, unsigned m, struct statx *restrict s), (d, p, f, m, s), EIO, EACCES)
CALL(off64_t, lseek64, -1, (int fd, off64_t o, int w), (fd, o, w), ESPIPE)
CALL(int, ftruncate64, -1, (int fd, off64_t l), (fd, l), EIO)
CALL(int, fsync, -1, (int fd), (fd), EIO)
CALL(int, fchmod, -1, (int fd, mode_t m), (fd, m), EPERM)
CALL(int, fchown, -1, (int fd, uid_t u, gid_t g), (fd, u, g), EPERM)
CALL(int, futimens, -1, (int fd, const struct timespec t[2]), (fd, t), EPERM)
CALL(int, rename, -1, (const char *a, const char *b), (a, b), EIO, ENOSPC)
CALL(int, unlink, -1, (const char *p), (p), EACCES)
CALL(int, mkdir, -1, (const char *p, mode_t m), (p, m), ENOSPC)
CALL(char *, realpath, NULL, (const char *restrict p, char *restrict r), (p, r), EACCES)
CALL(char *, getcwd, NULL, (char *b, size_t n), (b, n), ENOENT)
CALL(DIR *, opendir, NULL, (const char *p), (p), EMFILE)

static int opened(const char *name, const char *path, int flags, mode_t mode) {
    static int (*real)(const char *, int, ...);
    if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    COUNT(name, EMFILE, EACCES, EINTR);
    if (fault > 0) {
        errno = fault;
        return -1;
    }
    return real(path, flags, mode);
}

#define OPEN(name)                              \
    int name(const char *path, int flags, ...) { \
        va_list more;                           \
        va_start(more, flags);                  \
        mode_t mode = va_arg(more, mode_t);     \
        va_end(more);                           \
        return opened(#name, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int eventfd(unsigned first, int flags) {
    REAL(int, "eventfd", (unsigned, int));
    COUNT("eventfd", EMFILE);
    errno = fault;
    return fault > 0 ? -1 : (counter = real(first, flags));
}

/* It is closed whatever close says. */
int close(int fd) {
    REAL(int, "close", (int));
    COUNT("close", EIO, EINTR);
    int done = real(fd);
    if (fault > 0) {
        errno = fault;
        return -1;
    }
    return done;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    REAL(int, "getaddrinfo", (const char *, const char *, const struct addrinfo *, struct addrinfo **));
    COUNT("getaddrinfo", EAI_AGAIN, EAI_MEMORY, EAI_FAIL, EAI_NONAME);
    if (fault) return fault;
    size_t length = host ? strlen(host) : 0;
    if (length > 5 && !strcmp(host + length - 5, ".test")) host = "127.0.0.1";
    return real(host, service, hints, out);
}

int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*run)(void *), void *x) {
    REAL(int, "pthread_create", (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
    COUNT("pthread_create", EAGAIN);
    return fault ? fault : real(t, a, run, x);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(int, "clock_gettime", (clockid_t, struct timespec *));
    COUNT("clock_gettime", LEAP, WALL_BACK);
    if (fault == LEAP) leap_seconds = 3600;
    if (fault == WALL_BACK) wall_seconds = -10 * 365 * 86400L;
    int done = real(clock, time);
    time->tv_sec += leap_seconds + (clock == CLOCK_REALTIME ? wall_seconds : 0);
    return done;
}
