// What Swift cannot import from glibc by itself: functions that glibc declares only under
// _GNU_SOURCE, and macros with arguments. Declarations and one-line wrappers; no logic.
#ifndef LOADLINE_CLINUX_H
#define LOADLINE_CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// One record of getdents64(2): `reclen` bytes, the name is NUL-terminated at offset 19.
static inline long ll_getdents64(int fd, void *buffer, unsigned long count) {
  return syscall(SYS_getdents64, fd, buffer, count);
}

// sched_getaffinity(2) without glibc's cpu_set_t: returns the bytes written to `mask`, or -1.
static inline long ll_sched_getaffinity(pid_t pid, unsigned long bytes, void *mask) {
  return syscall(SYS_sched_getaffinity, pid, bytes, mask);
}
static inline long ll_sched_setaffinity(pid_t pid, unsigned long bytes, const void *mask) {
  return syscall(SYS_sched_setaffinity, pid, bytes, mask);
}

// Whether something that was printed could not be written: `stdout` is a variable of C's.
static inline int ll_stdout_has_failed(void) { return ferror(stdout); }

static inline int ll_pidfd_open(pid_t pid, unsigned int flags) {
  return (int)syscall(SYS_pidfd_open, pid, flags);
}

// pidfd_send_signal(2): reaches the process that the descriptor was opened for, or nobody.
static inline int ll_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0u);
}

// setfsuid(2): the identity with which the calling thread opens files.
static inline int ll_setfsuid(uid_t uid) { return (int)syscall(SYS_setfsuid, uid); }

// ioprio_get(2) and ioprio_set(2) of one thread (IOPRIO_WHO_PROCESS is 1); glibc has neither.
static inline int ll_ioprio_get(pid_t tid) { return (int)syscall(SYS_ioprio_get, 1, tid); }
static inline int ll_ioprio_set(pid_t tid, int priority) {
  return (int)syscall(SYS_ioprio_set, 1, tid, priority);
}

// memfd_create(2), closed on exec.
static inline int ll_memfd_create(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1u /* MFD_CLOEXEC */);
}

static inline unsigned int ll_major(unsigned long long device) { return major(device); }
static inline unsigned int ll_minor(unsigned long long device) { return minor(device); }

// A pipe of which no end is inherited by programs that are started.
static inline int ll_pipe_cloexec(int ends[2]) {
  return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

// The name of the calling thread, as `top -H` shows it; cut at 15 bytes by the kernel.
static inline int ll_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

// The signal that this process gets when the thread that started it ends.
static inline int ll_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

static inline int ll_getrusage_self(struct rusage *usage) { return getrusage(RUSAGE_SELF, usage); }

// Wait status macros, which Swift does not import.
static inline int ll_wifexited(int status) { return WIFEXITED(status); }
static inline int ll_wexitstatus(int status) { return WEXITSTATUS(status); }
static inline int ll_wifsignaled(int status) { return WIFSIGNALED(status); }
static inline int ll_wtermsig(int status) { return WTERMSIG(status); }

// memrchr(3), which glibc declares for _GNU_SOURCE only.
extern void *memrchr(const void *bytes, int byte, unsigned long count);
#endif
