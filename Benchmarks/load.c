// Load for the benchmarks: jobs in cgroups, loose commands, spinners. See usage().
//
// Prints one line when everything is up and ends all of it on a signal or the end of its input.
// What it starts dies with it, even if it is killed; groups that are left then, the next start removes.
#define _GNU_SOURCE
#include "cgroups.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <dirent.h>
#include <unistd.h>

#define JOBS "loadline"
#define LOOSE "loadline-bench"

static sigset_t no_signals;

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

// MARK: Groups

static int put(const char *directory, const char *file, const char *text) {
  char path[2 * PATH];
  snprintf(path, sizeof path, "%s/%s", directory, file);
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  ssize_t done = write(descriptor, text, strlen(text));
  close(descriptor);
  return done < 0 ? -1 : 0;
}

static void inherit(const char *directory, const char *file) {
  char path[2 * PATH], text[4096];
  snprintf(path, sizeof path, "%s/../%s", directory, file);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = descriptor < 0 ? 0 : read(descriptor, text, sizeof text - 1);
  if (descriptor >= 0) close(descriptor);
  if (got <= 0) return;
  text[got] = 0;
  put(directory, file, text);
}

// Makes the group `name` in every hierarchy there is; false when it cannot be made in any.
static int make_group(const char *name) {
  int made = 0;
  for (int i = 0; i < HIERARCHIES; i++) {
    char path[2 * PATH];
    if (!mounted[i][0]) continue;
    snprintf(path, sizeof path, "%s/%s", mounted[i], name);
    if (mkdir(path, 0755) < 0 && errno != EEXIST) continue;
    made++;
    if (i == CPUSET) inherit(path, "cpuset.cpus"), inherit(path, "cpuset.mems");
  }
  return made;
}

// On v2 a group's children have only the controllers that it passes on.
static void pass_controllers(const char *name) {
  char path[2 * PATH];
  snprintf(path, sizeof path, "%s/%s", mounted[UNIFIED], name);
  if (!is_legacy())
    for (const char *const *each = (const char *[]){"+cpu", "+memory", "+io", "+cpuset", "+pids", 0};
         *each; each++)
      put(path, "cgroup.subtree_control", *each);
}

static void enter(const char *name) {
  for (int i = 0; i < HIERARCHIES; i++) {
    char path[2 * PATH];
    if (!mounted[i][0]) continue;
    snprintf(path, sizeof path, "%s/%s", mounted[i], name);
    if (put(path, "cgroup.procs", "0") < 0 && errno != ENOENT) die(path);
  }
}

// Limits that are there to be read, and never reached unless `quota` (percent of a core) is low.
static void limit(const char *name, int quota) {
  char path[2 * PATH], text[64];
  if (quota && is_legacy()) {
    snprintf(path, sizeof path, "%s/%s", mounted[CPU], name);
    snprintf(text, sizeof text, "%d", quota * 1000);
    put(path, "cpu.cfs_quota_us", text);
  } else if (quota) {
    snprintf(path, sizeof path, "%s/%s", mounted[UNIFIED], name);
    snprintf(text, sizeof text, "%d 100000", quota * 1000);
    put(path, "cpu.max", text);
  }
  snprintf(path, sizeof path, "%s/%s", mounted[is_legacy() ? MEMORY : UNIFIED], name);
  put(path, is_legacy() ? "memory.limit_in_bytes" : "memory.max", "1073741824");
}

// Removes the group and those below it whose names begin with `prefix`; others' stay, and so does a
// group that still holds something.
static void remove_group(const char *path, const char *prefix) {
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    char child[2 * PATH];
    if (entry->d_type != DT_DIR || strncmp(entry->d_name, prefix, strlen(prefix))) continue;
    snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
    if (rmdir(child) < 0 && errno != ENOENT) fprintf(stderr, "load: %s: %s\n", child, strerror(errno));
  }
  if (directory) closedir(directory);
  rmdir(path);
}

static void remove_groups(void) {
  for (int i = 0; i < HIERARCHIES; i++) {
    char path[2 * PATH];
    if (!mounted[i][0]) continue;
    snprintf(path, sizeof path, "%s/" JOBS, mounted[i]);
    remove_group(path, "bench-");
    snprintf(path, sizeof path, "%s/" LOOSE, mounted[i]);
    remove_group(path, "session-");
  }
}

// MARK: Processes

// Forks a process that dies with its parent.
static pid_t start(void) {
  pid_t parent = getpid(), child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &no_signals, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
  }
  return child;
}

static void rest(void) {
  for (;;) pause();
}

// Works for `duty` permille of every 100 ms, out of step with the other burners.
static void burn(int duty) {
  if (duty <= 0) rest();
  unsigned seed = (unsigned)getpid();
  struct timespec phase = {0, (long)(rand_r(&seed) % 100) * 1000000};
  nanosleep(&phase, NULL);
  for (;;) {
    struct timespec used, pause = {0, (long)(1000 - duty) * 100000};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    long long end = used.tv_sec * 1000000000LL + used.tv_nsec + duty * 100000LL;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec * 1000000000LL + used.tv_nsec < end);
    nanosleep(&pause, NULL);
  }
}

static void hold(size_t mebibytes) {
  // Filled by the kernel, as a compiler would leave out memory that nobody reads.
  mmap(NULL, mebibytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

// One job: a leader with some memory that works a little, and processes that sleep.
static void job(const char *name, int processes, int duty) {
  enter(name);
  for (int i = 1; i < processes; i++)
    if (start() == 0) rest();
  hold(1);
  write(STDOUT_FILENO, "", 1);
  burn(duty);
}

// Becomes a process that looks like `arguments`, and goes on in part() below.
static void become(const char *part, char *argument0, char *argument1) {
  char variable[64];
  snprintf(variable, sizeof variable, "BENCH_PART=%s", part);
  execve("/proc/self/exe", (char *[]){argument0, argument1, NULL}, (char *[]){variable, NULL});
  die("exec");
}

// What a command of several levels is made of: launcher, ranks, their loaders, one helper.
static void part(const char *name) {
  int duty;
  if (sscanf(name, "shell %d", &duty) == 1) {
    char next[32];
    prctl(PR_SET_NAME, "bash");
    snprintf(next, sizeof next, "launcher %d", duty);
    if (start() == 0) {
      setpgid(0, 0);
      become(next, "torchrun", "train.py");
    }
  } else if (sscanf(name, "launcher %d", &duty) == 1) {
    prctl(PR_SET_NAME, "torchrun");
    for (int rank = 0; rank < 3; rank++) {
      if (start()) continue;
      prctl(PR_SET_NAME, "python");
      if (start() == 0) {
        prctl(PR_SET_NAME, "loader");
        if (rank == 0 && start() == 0) write(STDOUT_FILENO, "", 1);
        rest();
      }
      if (rank) rest();
      // The session must hold a gibibyte, or nobody looks at what is in it.
      hold(24);
      burn(duty);
    }
  }
  rest();
}
enum { TREE = 9 };  // the shell and its eight processes

// Notes a command's launcher as `loadline run` does for a job without a cgroup, so that it is a job
// whatever it uses.
static void record(const char *directory, int number, pid_t pid, char *path, size_t size) {
  char text[1024];
  snprintf(text, sizeof text, "/proc/%d/stat", pid);
  FILE *file = fopen(text, "re");
  size_t got = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file) fclose(file);
  text[got] = 0;
  char *field = strrchr(text, ')');
  for (int skipped = 0; field && skipped < 20; skipped++) field = strchr(field + 1, ' ');
  if (!field) return;
  unsigned long long started = strtoull(field, NULL, 10);
  snprintf(path, size, "%s/%d-%llu", directory, pid, started);
  if (!(file = fopen(path, "we"))) return;
  fprintf(file, "loadline-run 1\nname=bench-%d\nuid=%d\npid=%d\nstart=%llu\ntime=%lld\n", number,
          getuid(), pid, started, (long long)time(NULL));
  fclose(file);
}

// The first child of a process.
static pid_t child_of(pid_t pid) {
  char path[64];
  int child = 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
  FILE *file = fopen(path, "re");
  if (file && fscanf(file, "%d", &child) != 1) child = 0;
  if (file) fclose(file);
  return child;
}

// MARK: Cases

static int jobs(int count, int processes, int duty, int quota, int *ready) {
  char name[64];
  if (!make_group(JOBS)) return errno = EACCES, -1;
  pass_controllers(JOBS);
  for (int i = 0; i < count; i++) {
    snprintf(name, sizeof name, JOBS "/bench-%03d", i);
    if (!make_group(name)) return -1;
    limit(name, quota ? quota : i % 2 ? 200 : 0);
    if (processes > 0 && start() == 0) job(name, processes, duty);
  }
  *ready = processes > 0 ? count : 0;
  return 0;
}

// One session: everything below a terminal multiplexer, as people leave it.
static int loose(int processes, int trees, int duty, int *ready, pid_t *shells) {
  const char *scope = LOOSE "/session-1.scope";
  if (!make_group(LOOSE)) return errno = EACCES, -1;
  pass_controllers(LOOSE);
  if (!make_group(scope)) return -1;
  int line[2];
  if (pipe2(line, O_CLOEXEC) < 0) return -1;
  if (start() == 0) {
    char next[32];
    enter(scope);
    prctl(PR_SET_NAME, "tmux: server");
    setsid();
    snprintf(next, sizeof next, "shell %d", duty);
    for (int i = 0; i < trees; i++) {
      pid_t shell = start();
      if (shell == 0) {
        setsid();
        become(next, "-bash", NULL);
      }
      write(line[1], &shell, sizeof shell);
    }
    for (int i = 0; i < processes - 1 - trees * TREE; i++) {
      if (start()) continue;
      setpgid(0, 0);
      prctl(PR_SET_NAME, "command");
      rest();
    }
    write(STDOUT_FILENO, "", 1);
    rest();
  }
  for (int i = 0; i < trees; i++)
    if (read(line[0], &shells[i], sizeof *shells) != sizeof *shells) return -1;
  *ready = trees + 1;
  return 0;
}

static int usage(void) {
  fputs("usage: load jobs COUNT PROCESSES DUTY QUOTA   cgroups with so many processes each\n"
        "       load loose PROCESSES TREES DUTY        commands in one session\n"
        "       load spin COUNT                        threads of work that never wait\n"
        "DUTY is permille of a core for each job or tree; QUOTA percent of a core, 0 for none.\n", stderr);
  return 2;
}

int main(int count, char **arguments) {
  if (getenv("BENCH_PART")) part(getenv("BENCH_PART"));
  int number[4] = {0};
  if (count < 3) return usage();
  for (int i = 2; i < count && i < 6; i++) number[i - 2] = atoi(arguments[i]);

  // Everything below reports on this pipe; the original output is for the one line at the end.
  int reports[2], output = dup(STDOUT_FILENO);
  if (pipe2(reports, O_CLOEXEC) < 0 || dup2(reports[1], STDOUT_FILENO) < 0) die("pipe");
  struct rlimit all;
  if (getrlimit(RLIMIT_NPROC, &all) == 0) all.rlim_cur = all.rlim_max, setrlimit(RLIMIT_NPROC, &all);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int *each = (const int[]){SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0}; *each; each++)
    sigaddset(&signals, *each);
  sigprocmask(SIG_BLOCK, &signals, &no_signals);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  find_hierarchies();
  remove_groups();

  int failed = 0, ready = 0, trees = number[1] > 1000 ? 1000 : number[1];
  pid_t shells[1000];
  char records[PATH] = "", (*paths)[PATH] = calloc(1000, PATH);
  if (!strcmp(arguments[1], "jobs"))
    failed = jobs(number[0], number[1], number[2], number[3], &ready);
  else if (!strcmp(arguments[1], "loose"))
    failed = loose(number[0], trees, number[2], &ready, shells);
  else if (!strcmp(arguments[1], "spin"))
    for (int i = 0; i < number[0]; i++) {
      if (start() == 0) for (;;);
    }
  else return usage();
  if (failed) fprintf(stderr, "load: no groups can be made: %s\n", strerror(errno));

  // Until everything is up, and then until the end: a signal, or whoever started us is gone.
  struct pollfd events[] = {
      {.fd = signalfd(-1, &signals, SFD_CLOEXEC), .events = POLLIN},
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = reports[0], .events = POLLIN},
  };
  char byte;
  while (ready > 0 && !failed) {
    poll(events, 3, -1);
    failed = events[0].revents || events[1].revents || read(reports[0], &byte, 1) != 1;
    ready--;
  }
  int made_records = 0;
  if (!failed && !strcmp(arguments[1], "loose")) {
    if (getuid() == 0) strcpy(records, "/run/loadline");
    else snprintf(records, sizeof records, "/tmp/loadline-%d", getuid());
    made_records = mkdir(records, 0755) == 0;
    for (int i = 0; i < trees; i++) record(records, i, child_of(shells[i]), paths[i], PATH);
  }
  if (!failed) {
    dprintf(output, "ready\n");
    poll(events, 2, -1);
  }

  // Killing the direct children takes every level below with it; what is orphaned comes to us.
  for (pid_t child; (child = child_of(getpid())) > 0;) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
  }
  while (wait(NULL) > 0 || errno == EINTR);
  for (int i = 0; i < trees && records[0]; i++)
    if (paths[i][0]) unlink(paths[i]);
  if (made_records) rmdir(records);
  remove_groups();
  return failed ? 1 : 0;
}
