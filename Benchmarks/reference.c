// The peer of the sampler: what it reads, at the same rate, in plain C.
//
// Same files on kept descriptors, read with one call where the kernel prints a file in one piece;
// numbers taken by a scanner written for it; no allocation at a tick. Jobs are the groups below
// `loadline/` and the commands that `loadline run` noted; everything else is loose or other. It prints
// the same sums as SamplerBenchmark, so that a difference in what is read would show.
#define _GNU_SOURCE
#include "cgroups.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;

// MARK: Files

static char text[1 << 18];
static char *at;

static int keep(const char *directory, const char *file) {
  char path[2 * PATH];
  if (!directory || !*directory) return -1;
  snprintf(path, sizeof path, "%s/%s", directory, file);
  return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

// Reads a file that the kernel prints in one piece.
static int once(int descriptor) {
  ssize_t got = descriptor < 0 ? -1 : pread(descriptor, text, sizeof text - 1, 0);
  at = text;
  text[got > 0 ? got : 0] = 0;
  return got > 0;
}

// Reads a file that is printed record by record, until there is no more.
static int whole(int descriptor) {
  ssize_t got, count = 0;
  if (descriptor < 0) return 0;
  while ((got = pread(descriptor, text + count, sizeof text - 1 - count, count)) > 0) count += got;
  at = text;
  text[count] = 0;
  return got == 0;
}

static int open_read(int base, const char *path, int all) {
  int descriptor = openat(base, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int ok = all ? whole(descriptor) : once(descriptor);
  if (descriptor >= 0) close(descriptor);
  return ok;
}

static u64 number(void) {
  u64 value = 0;
  while (*at == ' ' || *at == '\t') at++;
  if (*at == '-') at++;
  while ((unsigned)(*at - '0') <= 9) value = value * 10 + (u64)(*at++ - '0');
  return value;
}

static void next_line(void) {
  at = strchrnul(at, '\n');
  if (*at) at++;
}

static void next_word(void) {
  while ((unsigned char)*at > ' ') at++;
  while (*at == ' ') at++;
}

static int skip(const char *word, size_t length) {
  if (strncmp(at, word, length)) return 0;
  at += length;
  return 1;
}
#define SKIP(word) skip(word, sizeof word - 1)

static u64 single(int descriptor) { return once(descriptor) ? number() : 0; }

static u64 nanoseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (u64)time.tv_sec * 1000000000u + (u64)time.tv_nsec;
}

// MARK: Block devices, asked once

static struct { u64 device; int counts; } devices[256];
static int device_count;

static int counts(u64 major, u64 minor) {
  u64 device = major << 32 | minor;
  for (int i = 0; i < device_count; i++)
    if (devices[i].device == device) return devices[i].counts;
  char path[128], link[PATH] = "";
  snprintf(path, sizeof path, "/sys/dev/block/%u:%u/partition", (unsigned)major, (unsigned)minor);
  int partition = access(path, F_OK) == 0;
  *strrchr(path, '/') = 0;
  ssize_t length = readlink(path, link, sizeof link - 1);
  const char *name = length > 0 ? strrchr(link, '/') + 1 : "";
  int found = !partition && strncmp(name, "loop", 4) && strncmp(name, "ram", 3) && strncmp(name, "zram", 4);
  if (device_count < 256) devices[device_count].device = device, devices[device_count++].counts = found;
  return found;
}

// MARK: Groups

struct pressure { u64 some, full; };

struct counters {
  int usage, charged, statistics, events, failures, kernel, io, pressures[3], tasks;
  u64 used, used_then, memory_at, memory, anonymous, shared, file, kernel_memory, unevictable, oom_kills, hits, read, written, threads;
  struct pressure stalls[3];
};

struct level { int quota, period, throttling, maximum, high, io, io_write, has_quota; u64 periods, throttled; };

struct thread { int tid, descriptor; u64 total, grown, read_at; };
struct threads { int count, cursor; struct thread *all; u64 listed, said, used, used_at; };

struct job {
  char path[PATH];
  struct counters now;
  struct level levels[8];
  int level_count, cpus, weight, peak, processes, uncounted, needs_refresh, is_held;
  u64 counted_threads, last_throttled, last_stalled, stalled_at;
  struct threads threads;
};

static struct job **jobs;
static int job_count;
static const char *accounting;

static void keep_counters(struct counters *now, const char *group) {
  char unified[PATH * 2] = "", directory[PATH * 2];
  if (mounted[UNIFIED][0]) snprintf(unified, sizeof unified, "%s%s", mounted[UNIFIED], group);
#define V1(i, file) (mounted[i][0] ? (snprintf(directory, sizeof directory, "%s%s", mounted[i], group), keep(directory, file)) : -1)
  now->usage = is_legacy() ? V1(CPUACCT, "cpuacct.usage") : keep(unified, "cpu.stat");
  now->failures = now->kernel = -1;
  now->statistics = keep(unified, "memory.stat");
  if (now->statistics >= 0) {
    now->charged = keep(unified, "memory.current");
    now->events = keep(unified, "memory.events");
  } else {
    now->charged = V1(MEMORY, "memory.usage_in_bytes");
    now->statistics = V1(MEMORY, "memory.stat");
    now->events = V1(MEMORY, "memory.oom_control");
    now->failures = V1(MEMORY, "memory.failcnt");
    now->kernel = V1(MEMORY, "memory.kmem.usage_in_bytes");
  }
  now->io = keep(unified, "io.stat");
  if (is_legacy()) now->io = V1(BLKIO, "blkio.throttle.io_service_bytes_recursive");
  now->pressures[0] = keep(unified, "cpu.pressure");
  now->pressures[1] = keep(unified, "memory.pressure");
  now->pressures[2] = keep(unified, "io.pressure");
  now->tasks = keep(unified, "pids.current");
  if (now->tasks < 0) now->tasks = V1(PIDS, "pids.current");
}

static struct pressure read_pressure(int descriptor) {
  struct pressure read = {0, 0};
  if (!once(descriptor)) return read;
  while (*at) {
    int some = SKIP("some ");
    if (some || SKIP("full ")) {
      for (int i = 0; i < 3; i++) next_word();
      if (SKIP("total=")) *(some ? &read.some : &read.full) = number();
    }
    next_line();
  }
  return read;
}

static void parse_memory(struct counters *now) {
  u64 kernel = 0, reclaimable = 0;
  int has_kernel = 0;
  while (*at) {
    if (SKIP("anon ") || SKIP("total_rss ")) now->anonymous = number();
    else if (SKIP("file ") || SKIP("total_cache ")) now->file = number();
    else if (SKIP("shmem ") || SKIP("total_shmem ")) now->shared = number();
    else if (SKIP("kernel ")) kernel = number(), has_kernel = 1;
    else if (SKIP("slab_reclaimable ")) reclaimable = number();
    else if (SKIP("unevictable ") || SKIP("total_unevictable ")) now->unevictable = number();
    next_line();
  }
  if (has_kernel) now->kernel_memory = kernel - reclaimable;
}

// What has used no CPU time has allocated nothing.
static void read_memory(struct counters *now, u64 time) {
  now->memory_at = time;
  now->used_then = now->used;
  now->memory = single(now->charged);
  if (once(now->statistics)) parse_memory(now);
  if (now->kernel >= 0) now->kernel_memory = single(now->kernel);
  if (once(now->events)) {
    now->hits = 0;
    while (*at) {
      if (SKIP("oom_kill ")) now->oom_kills = number();
      else if (SKIP("max ") || SKIP("high ")) now->hits += number();
      next_line();
    }
  }
  if (now->failures >= 0) now->hits = single(now->failures);
}

static int read_counters(struct counters *now) {
  if (!once(now->usage)) return 0;
  if (is_legacy()) now->used = number();
  else while (*at) {
    if (SKIP("usage_usec ")) { now->used = number() * 1000; break; }
    next_line();
  }
  u64 time = nanoseconds(CLOCK_MONOTONIC);
  if (!now->memory_at || now->used != now->used_then || time - now->memory_at > 4500000000u) read_memory(now, time);
  if (once(now->io)) {
    now->read = now->written = 0;
    while (*at) {
      char *line = at;
      u64 major = number(), minor = *at == ':' ? (at++, number()) : 0;
      if (at > line && counts(major, minor))
        while (*at && *at != '\n') {
          if (SKIP("rbytes=") || SKIP("Read ")) now->read += number();
          else if (SKIP("wbytes=") || SKIP("Write ")) now->written += number();
          next_word();
        }
      next_line();
    }
  }
  for (int i = 0; i < 3; i++) now->stalls[i] = read_pressure(now->pressures[i]);
  now->threads = single(now->tasks);
  return 1;
}

static void keep_limits(struct job *job) {
  char path[PATH], unified[PATH * 2], directory[PATH * 2];
  strcpy(path, job->path);
  for (; path[0] && job->level_count < 8; *strrchr(path, '/') = 0) {
    const char *group = path;
    struct level *level = &job->levels[job->level_count++];
    snprintf(unified, sizeof unified, "%s%s", mounted[UNIFIED], group);
    level->quota = keep(unified, "cpu.max");
    level->period = -1;
    if (level->quota >= 0) level->throttling = keep(unified, "cpu.stat");
    else {
      level->quota = V1(CPU, "cpu.cfs_quota_us");
      level->period = V1(CPU, "cpu.cfs_period_us");
      level->throttling = V1(CPU, "cpu.stat");
    }
    level->maximum = keep(unified, "memory.max");
    if (level->maximum < 0) level->maximum = V1(MEMORY, "memory.limit_in_bytes");
    level->high = keep(unified, "memory.high");
    level->io = keep(unified, "io.max");
    level->io_write = -1;
    if (level->io < 0) {
      level->io = V1(BLKIO, "blkio.throttle.read_bps_device");
      level->io_write = V1(BLKIO, "blkio.throttle.write_bps_device");
    }
    if (group == path && job->level_count == 1) {
      job->cpus = keep(unified, "cpuset.cpus.effective");
      if (job->cpus < 0) job->cpus = V1(CPUSET, "cpuset.effective_cpus");
      job->weight = keep(unified, "cpu.weight");
      if (job->weight < 0) job->weight = V1(CPU, "cpu.shares");
      job->peak = keep(unified, "memory.peak");
      if (job->peak < 0) job->peak = V1(MEMORY, "memory.max_usage_in_bytes");
    }
  }
}

// A limit by device: `MAJ:MIN N` or `MAJ:MIN rbps=N wbps=N`.
static u64 read_rates(int descriptor) {
  u64 sum = 0;
  if (!once(descriptor)) return 0;
  while (*at) {
    char *line = at;
    u64 major = number(), minor = *at == ':' ? (at++, number()) : 0;
    if (at > line && counts(major, minor))
      while (*at && *at != '\n') {
        (void)(SKIP(" ") || SKIP("rbps=") || SKIP("wbps="));
        sum += number();
        next_word();
      }
    next_line();
  }
  return sum;
}

static int count_lines(void) {
  int count = 0;
  for (; *at; next_line()) count += number() > 0;
  return count;
}

static u64 limits;  // what was parsed of them, so that it is not for nothing

static void refresh(struct job *job) {
  if (!job->counted_threads || job->now.threads != job->counted_threads || job->uncounted++ >= 6) {
    char path[2 * PATH];
    snprintf(path, sizeof path, "%s%s/cgroup.procs", accounting, job->path);
    job->processes = open_read(AT_FDCWD, path, 1) ? count_lines() : 0;
    job->counted_threads = job->now.threads;
    job->uncounted = 0;
  }
  for (int i = 0; i < job->level_count; i++) {
    struct level *level = &job->levels[i];
    level->has_quota = 0;
    if (once(level->quota) && (unsigned)(*at - '0') <= 9) {
      limits += number();
      limits += level->period >= 0 ? single(level->period) : number();
      level->has_quota = 1;
    }
    limits += single(level->maximum);
    if (level->high >= 0) limits += single(level->high);
    limits += read_rates(level->io);
    if (level->io_write >= 0) limits += read_rates(level->io_write);
  }
  if (once(job->cpus)) for (; *at && *at != '\n'; at++) limits += number();
  limits += single(job->weight) + single(job->peak);
  job->needs_refresh = 0;
}

static void read_throttling(struct job *job) {
  u64 throttled = 0;
  for (int i = 0; i < job->level_count; i++) {
    struct level *level = &job->levels[i];
    if (!level->has_quota || !once(level->throttling)) continue;
    while (*at) {
      if (SKIP("nr_periods ")) level->periods = number();
      else if (SKIP("nr_throttled ")) level->throttled = number();
      next_line();
    }
    throttled += level->throttled;
  }
  u64 now = nanoseconds(CLOCK_MONOTONIC), stalled = job->now.stalls[0].some;
  double seconds = (now - job->stalled_at) / 1e9;
  job->is_held = job->stalled_at && (throttled > job->last_throttled || (stalled - job->last_stalled) / 1e6 / seconds >= 0.02);
  job->last_throttled = throttled;
  job->last_stalled = stalled;
  job->stalled_at = now;
}

// MARK: Demand

static int proc;
static u64 demanded;
static int thread_budget;

static u64 look_at_thread(struct thread *thread, u64 now) {
  if (thread_budget-- <= 0 || !once(thread->descriptor)) return thread->grown;
  u64 total = number() + number();
  thread->grown = thread->read_at ? total - thread->total : 1;
  thread->total = total;
  thread->read_at = now;
  return thread->grown;
}

// Threads that are awake or new, a tenth of those that sleep, and all if that does not explain what
// the job used.
static void read_demand(struct threads *threads, u64 used, u64 said, int (*list)(void *, int *, int), void *whose) {
  static int tids[8192];
  u64 now = nanoseconds(CLOCK_MONOTONIC), sum = 0;
  if (now - threads->listed > (said == threads->said ? 30000000000u : 5000000000u)) {
    threads->listed = now;
    threads->said = said;
    int count = list(whose, tids, 8192), same = count == threads->count;
    for (int i = 0; same && i < count; i++) same = tids[i] == threads->all[i].tid;
    if (!same) {
      for (int i = 0; i < threads->count; i++) close(threads->all[i].descriptor);
      threads->all = realloc(threads->all, sizeof *threads->all * (size_t)count);
      threads->count = count;
      for (int i = 0; i < count; i++) {
        char path[32];
        snprintf(path, sizeof path, "%d/schedstat", tids[i]);
        threads->all[i] = (struct thread){tids[i], openat(proc, path, O_RDONLY | O_CLOEXEC), 0, 1, 0};
      }
    }
  }
  int end = threads->cursor + threads->count / 10 + 1;
  for (int i = 0; i < threads->count; i++)
    if (threads->all[i].grown || (i >= threads->cursor && i < end)) sum += look_at_thread(&threads->all[i], now);
  threads->cursor = end < threads->count ? end : 0;
  if (threads->used_at && sum < (used - threads->used) * 0.9 - (now - threads->used_at) * 0.02)
    for (int i = 0; i < threads->count; i++)
      if (threads->all[i].read_at != now) sum += look_at_thread(&threads->all[i], now);
  threads->used = used;
  threads->used_at = now;
  demanded += sum;
}

static int parse_ids(int *ids, int count, int most) {
  for (; *at && count < most; next_line()) ids[count++] = (int)number();
  return count;
}

static int list_job(void *whose, int *tids, int most) {
  struct job *job = whose;
  char path[2 * PATH];
  snprintf(path, sizeof path, "%s%s/%s", accounting, job->path, is_legacy() ? "tasks" : "cgroup.threads");
  return open_read(AT_FDCWD, path, 1) ? parse_ids(tids, 0, most) : 0;
}

// MARK: Finding groups

struct loose { char path[PATH]; int processes, is_active; struct counters activity; u64 used, time; };
static struct loose loose_groups[4096];
static int loose_count, notifier;

struct group { u64 inode; char path[PATH]; int children; };
static struct group groups[1 << 13];  // by inode
static int group_count;

static struct group *group_of(u64 inode) {
  u64 slot = inode;
  while (groups[slot %= 1 << 13].inode && groups[slot].inode != inode) slot++;
  return &groups[slot];
}

static void adopt(const char *path, const char *directory) {
  inotify_add_watch(notifier, directory, IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR);
  if (!strncmp(path, "/loadline/", 10)) {
    struct job *job = calloc(1, sizeof *job);
    strcpy(job->path, path);
    keep_counters(&job->now, path);
    keep_limits(job);
    job->needs_refresh = 1;
    jobs = realloc(jobs, sizeof *jobs * (size_t)(job_count + 1));
    jobs[job_count++] = job;
  } else if (loose_count < 4096) {
    struct loose *loose = &loose_groups[loose_count++];
    strcpy(loose->path, path);
    loose->processes = keep(directory, "cgroup.procs");
    loose->is_active = 1;
    keep_counters(&loose->activity, path);
  }
}

// Looks at every group; lists only those whose number of children changed. Jobs lie directly below
// `loadline`.
static void walk(const char *path, int depth) {
  char directory[2 * PATH], child[PATH], buffer[1 << 15];
  struct stat status;
  snprintf(directory, sizeof directory, "%s%s", accounting, path);
  if (lstat(directory, &status) < 0) return;
  struct group *group = group_of(status.st_ino);
  if (!group->inode && group_count++ < 8000) {
    group->inode = status.st_ino;
    strcpy(group->path, path);
    group->children = -1;
    adopt(path, directory);
  }
  if (group->children == (int)status.st_nlink - 2) {
    for (int i = 0; group->children && i < 1 << 13; i++) {
      const char *name = groups[i].inode ? strrchr(groups[i].path, '/') : NULL;
      size_t length = path[1] ? strlen(path) : 0;
      if (name && name[1] && name == groups[i].path + length && !strncmp(path, groups[i].path, length))
        walk(groups[i].path, depth + 1);
    }
    return;
  }
  group->children = 0;
  int list = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ssize_t got;
  while (list >= 0 && (got = getdents64(list, buffer, sizeof buffer)) > 0)
    for (ssize_t offset = 0; offset < got;) {
      struct dirent64 *entry = (struct dirent64 *)(buffer + offset);
      offset += entry->d_reclen;
      if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || depth > 32) continue;
      group->children++;
      snprintf(child, sizeof child, "%s/%s", path[1] ? path : "", entry->d_name);
      walk(child, depth + 1);
    }
  if (list >= 0) close(list);
}

// A group that is quiet holds nothing worth a look, unless a command in it is a job.
static void assess(struct loose *loose, int is_root) {
  u64 now = nanoseconds(CLOCK_MONOTONIC), used = single(loose->activity.usage);
  if (!is_legacy()) used = 0;
  u64 charged = single(loose->activity.charged);
  if (loose->time)
    loose->is_active = is_root || charged >= 1u << 30 || (used - loose->used) / (double)(now - loose->time) >= 0.5;
  loose->used = used;
  loose->time = now;
}

// MARK: Loose processes

struct process {
  int pid, parent, group, descriptor, io, schedule, tree, rests, quiet, has_run;
  u64 ran, start, own, children, resident, threads, seen, read, written;
};
struct tree { int root, every; u64 start; u64 used, resident, memory, threads, asked, read, written; struct threads demand; int members, index; };

static struct process processes[1 << 15];
static int by_pid[1 << 22];  // slot + 1
static struct tree trees[1024];
static int process_count, tree_count, cursor, pending[1 << 15], pending_count;
static u64 tick, ticks;

// `/proc/PID/stat`, from the last bracket on.
static int parse_stat(struct process *process) {
  u64 field[24];
  process->pid = (int)number();
  if (!(at = strrchr(text, ')'))) return 0;
  at += 4;
  for (int i = 4; i <= 24; i++) field[i - 1] = number();
  if (process->start && process->start != field[21]) return 0;
  process->parent = (int)field[3];
  process->group = (int)field[4];
  process->own = field[13] + field[14];
  process->children = field[15] + field[16];
  process->threads = field[19];
  process->start = field[21];
  process->resident = field[23];
  return 1;
}

// What has not run since the last look has nothing new in its stat file.
static int has_rested(struct process *process) {
  process->has_run = -1;
  if (process->schedule < 0 || process->threads != 1 || !once(process->schedule)) return 0;
  u64 ran = number();
  process->has_run = !ran || ran != process->ran;
  int rests = ran && ran == process->ran && process->rests < 10;
  process->rests = rests ? process->rests + 1 : 0;
  process->ran = ran;
  return rests;
}

static int look(struct process *process) {
  if (process->descriptor >= 0)
    return has_rested(process) || (once(process->descriptor) && parse_stat(process));
  char path[24], *end = path + sizeof path - 6;
  memcpy(end, "/stat", 6);
  for (int pid = process->pid; pid; pid /= 10) *--end = (char)('0' + pid % 10);
  return open_read(proc, end, 0) && parse_stat(process);
}

static void join(struct process *process, int tree) {
  char path[32];
  process->tree = tree;
  snprintf(path, sizeof path, "%d/stat", process->pid);
  process->descriptor = openat(proc, path, O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "%d/io", process->pid);
  process->io = openat(proc, path, O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "%d/schedstat", process->pid);
  process->schedule = openat(proc, path, O_RDONLY | O_CLOEXEC);
}

static void drop(int slot) {
  struct process *process = &processes[slot];
  if (process->descriptor >= 0) close(process->descriptor);
  if (process->io >= 0) close(process->io);
  if (process->schedule >= 0) close(process->schedule);
  by_pid[process->pid] = 0;
  if (slot != --process_count) {
    *process = processes[process_count];
    by_pid[process->pid] = slot + 1;
  }
}

// Only what ran can have moved something; where only its time can tell, what moved something not long ago.
static void read_io(struct process *process, int has_used) {
  if (process->has_run < 0 ? !has_used && process->quiet >= 20 : !process->has_run) return;
  u64 read = process->read, written = process->written;
  if (!once(process->io)) return;
  for (; *at; next_line())
    if (SKIP("read_bytes:")) process->read = number();
    else if (SKIP("write_bytes:")) process->written = number();
  process->quiet = read == process->read && written == process->written ? process->quiet + 1 : 0;
}

// Every process whose ancestor is the root of a command becomes a member of it.
static void sort_into_trees(void) {
  DIR *directory = opendir(getuid() ? "/nonexistent" : "/run/loadline");
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    int pid, known = 0;
    unsigned long long start;
    char path[PATH];
    if (sscanf(entry->d_name, "%d-%llu", &pid, &start) != 2 || tree_count == 1024) continue;
    snprintf(path, sizeof path, "/run/loadline/%s", entry->d_name);
    if (!open_read(AT_FDCWD, path, 1) || !by_pid[pid] || processes[by_pid[pid] - 1].start != start) continue;
    for (int i = 0; i < tree_count; i++) known |= trees[i].root == pid;
    if (!known) trees[tree_count] = (struct tree){.root = pid, .start = start, .index = tree_count}, tree_count++;
  }
  if (directory) closedir(directory);
  for (int i = 0; i < process_count; i++) {
    int pid = processes[i].pid, found = -1;
    for (int depth = 0; processes[i].tree < 0 && found < 0 && depth < 64 && pid && by_pid[pid]; depth++) {
      found = processes[by_pid[pid] - 1].tree;
      for (int t = 0; found < 0 && t < tree_count; t++) if (trees[t].root == pid) found = t;
      pid = processes[by_pid[pid] - 1].parent;
    }
    if (found >= 0) join(&processes[i], found);
  }
}

static u64 forks, forks_listed, groups_listed, listed;

// As long as nothing was forked, there is nobody new.
static void list_loose(u64 now) {
  forks_listed = forks;
  groups_listed = (u64)group_count;
  listed = now;
  tick++;
  for (int i = 0; i < loose_count; i++) {
    // v1 hands a kept descriptor the list of a moment ago: there it is opened anew.
    char path[2 * PATH];
    snprintf(path, sizeof path, "%s%s/cgroup.procs", accounting, loose_groups[i].path);
    if (!loose_groups[i].is_active) continue;
    if (!(is_legacy() ? open_read(AT_FDCWD, path, 1) : whole(loose_groups[i].processes))) continue;
    for (; *at; next_line()) {
      int pid = (int)number();
      if (pid <= 0 || pid >= 1 << 22) continue;
      if (by_pid[pid]) processes[by_pid[pid] - 1].seen = tick;
      else if (pending_count < 1 << 15) pending[pending_count++] = pid;
    }
  }
}

// What is in no job, looked at closely only while it uses enough for a part of it to be worth a row.
static struct { u64 used, time, held; int is_awake, is_waking, quiet; } others = {.is_awake = 1};
static double passed;

static void note_others(u64 used, u64 held, double worth) {
  u64 now = nanoseconds(CLOCK_MONOTONIC);
  double seconds = (now - others.time) / 1e9;
  others.is_waking = 0;
  if (others.time && seconds < 5) return;
  double cores = !others.time ? worth : used > others.used ? (used - others.used) / 1e9 / seconds : 0;
  int grown = held >= others.held + (1u << 28);
  others.used = used;
  others.time = now;
  if (cores >= worth / 2 || grown || held < others.held) others.held = held;
  if (cores >= worth / 2 || grown) others.is_waking = !others.is_awake, others.is_awake = 1, others.quiet = 0;
  else if (++others.quiet >= 3) others.is_awake = 0;
}

static void sample_loose(int is_new) {
  u64 now = nanoseconds(CLOCK_MONOTONIC);
  if (is_new || forks != forks_listed || groups_listed != (u64)group_count || now - listed >= 5000000000u) list_loose(now);
  for (int i = 0; i < tree_count; i++) trees[i].resident = trees[i].threads = 0, trees[i].members = 0;
  for (int i = 0; i < process_count; i++) {
    struct process *process = &processes[i];
    if (process->tree < 0 || process->seen != tick) continue;
    u64 own = process->own, children = process->children;
    if (!look(process)) { process->seen = 0; continue; }
    struct tree *tree = &trees[process->tree];
    u64 used = process->own - own + process->children - children;
    tree->used += used;
    tree->resident += process->resident;
    tree->threads += process->threads;
    tree->members++;
    read_io(process, used > 0);
  }
  for (int i = process_count - 1; i >= 0; i--) if (processes[i].seen != tick) drop(i);
  for (; pending_count > 0; pending_count--) {
    struct process process = {.pid = pending[pending_count - 1], .descriptor = -1, .io = -1, .schedule = -1, .tree = -1, .seen = tick};
    if (process_count == 1 << 15 || !look(&process)) continue;
    processes[process_count++] = process;
    by_pid[process.pid] = process_count;
  }
  int all = is_new || others.is_waking, part = others.is_awake ? 10 : 60;
  int share = all ? process_count : (process_count + part - 1) / part;
  for (int passed = 0; share > 0 && passed < process_count; passed++) {
    cursor = (cursor + 1) % process_count;
    struct process *process = &processes[cursor];
    if (process->tree >= 0 || process->parent == 2 || process->pid == 2) continue;
    share--;
    if (!look(process)) process->seen = 0;
  }
  passed += all ? 1 : 1.0 / part;
  if (passed > 0.999) passed = 0, sort_into_trees();
}

static int list_tree(void *whose, int *tids, int most) {
  struct tree *tree = whose;
  int count = 0;
  for (int i = 0; i < process_count; i++) {
    if (processes[i].tree != tree->index) continue;
    if (processes[i].threads == 1) {
      tids[count++] = processes[i].pid;
      continue;
    }
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/task", processes[i].pid);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && count < most && (entry = readdir(directory));)
      if (entry->d_name[0] != '.') tids[count++] = atoi(entry->d_name);
    if (directory) closedir(directory);
  }
  return count;
}

// Proportional sizes are read on a thread of their own, as they can block.
struct question { int tree, count, pids[64]; };

static int questions[2];

static void weigh(struct question *question) {
  static char bytes[1 << 14];
  u64 sum = 0;
  for (int i = 0; i < question->count; i++) {
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", question->pids[i]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, bytes, sizeof bytes - 1);
    bytes[got > 0 ? got : 0] = 0;
    if (file >= 0) close(file);
    char *found = strstr(bytes, "\nPss:");
    if (found) sum += strtoull(found + 5, NULL, 10) * 1024;
    snprintf(path, sizeof path, "/proc/%d/stat", question->pids[i]);
    if ((file = open(path, O_RDONLY | O_CLOEXEC)) < 0) continue;
    got = read(file, bytes, sizeof bytes - 1);
    close(file);
  }
  // Less often while nothing changes.
  struct tree *tree = &trees[question->tree];
  u64 last = tree->memory, apart = last > sum ? last - sum : sum - last;
  int least = 30 + question->tree % 16;
  tree->every = last && apart < sum / 100 + (1 << 20) ? (tree->every < 120 ? 2 * tree->every : 240) : least;
  tree->memory = sum;
  free(question);
}

static void *answer(void *unused) {
  struct question *question;
  while (read(questions[0], &question, sizeof question) == sizeof question) weigh(question);
  return unused;
}

static void read_trees(int stalled) {
  u64 now = nanoseconds(CLOCK_MONOTONIC);
  for (int i = 0; i < tree_count; i++) {
    struct tree *tree = &trees[i];
    if (!tree->asked || now - tree->asked > (tree->every ? (u64)tree->every : 30) * 1000000000u) {

      struct question *question = calloc(1, sizeof *question);
      question->tree = i;
      for (int p = 0; p < process_count && question->count < 64; p++)
        if (processes[p].tree == i) question->pids[question->count++] = processes[p].pid;
      tree->asked = now;
      write(questions[1], &question, sizeof question);
    }
    if (stalled) read_demand(&tree->demand, tree->used * 10000000, tree->threads, list_tree, tree);
    cpu_set_t set;
    if ((u64)(i + (int)ticks) % 20 == 0) sched_getaffinity(tree->root, sizeof set, &set);
  }
}

// MARK: The box

static struct { int stat, meminfo, pressures[3], disks, network, quota, period, maximum, self; } box;
static u64 box_used, box_memory, box_io, box_network;
static struct counters root;

static void keep_box(void) {
  char unified[PATH] = "";
  box.stat = keep("/proc", "stat");
  box.meminfo = keep("/proc", "meminfo");
  box.pressures[0] = keep("/proc", "pressure/cpu");
  box.pressures[1] = keep("/proc", "pressure/memory");
  box.pressures[2] = keep("/proc", "pressure/io");
  box.disks = keep("/proc", "diskstats");
  box.network = keep("/proc", "net/dev");
  box.self = keep("/proc", "self/statm");
  strcpy(unified, mounted[UNIFIED]);
  box.quota = is_legacy() ? keep(mounted[CPU], "cpu.cfs_quota_us") : keep(unified, "cpu.max");
  box.maximum = is_legacy() ? keep(mounted[MEMORY], "memory.limit_in_bytes") : keep(unified, "memory.max");
  keep_counters(&root, "/");
}

static int read_box(void) {
  static u64 last_stalled, last_time;
  read_counters(&root);
  if (once(box.stat) && SKIP("cpu ")) {
    for (int i = box_used = 0; i < 7; i++) {
      u64 value = number();
      if (i != 3 && i != 4) box_used += value;
    }
    for (next_line(); SKIP("cpu"); next_line()) number();
    for (int i = 0; i < 4; i++, next_line()) if (SKIP("processes ")) forks = number();
  }
  if (once(box.meminfo))
    for (; *at; next_line())
      if (SKIP("MemTotal:") || SKIP("MemFree:") || SKIP("Buffers:") || SKIP("Cached:") || SKIP("Shmem:") ||
          SKIP("SReclaimable:") || SKIP("SwapTotal:") || SKIP("SwapFree:"))
        box_memory += number();
  u64 stalled = read_pressure(box.pressures[0]).some, now = nanoseconds(CLOCK_MONOTONIC);
  read_pressure(box.pressures[1]);
  read_pressure(box.pressures[2]);
  if (whole(box.disks))
    for (; *at; next_line()) {
      u64 major = number(), minor = number();
      if (!counts(major, minor)) continue;
      at++;
      next_word();
      for (int i = 1; i <= 7; i++) {
        u64 value = number();
        if (i == 3 || i == 7) box_io += value * 512;
      }
    }
  if (whole(box.network)) {
    next_line();
    for (next_line(); *at; next_line()) {
      while (*at == ' ') at++;
      if (SKIP("lo:")) continue;
      at = strchrnul(at, ':');
      if (*at) at++;
      for (int i = 1; i <= 9; i++) {
        u64 value = number();
        if (i == 1 || i == 9) box_network += value;
      }
    }
  }
  single(box.quota);
  single(box.maximum);
  int is_stalled = last_time && (stalled - last_stalled) / 1e6 / ((now - last_time) / 1e9) >= 0.02;
  last_stalled = stalled;
  last_time = now;
  return is_stalled;
}

// MARK: A sample

static u64 used_by_jobs(void) {
  u64 sum = 0;
  for (int i = 0; i < job_count; i++) sum += jobs[i]->now.used;
  for (int i = 0; i < tree_count; i++) sum += trees[i].used * (1000000000u / (u64)sysconf(_SC_CLK_TCK));
  return sum;
}

static u64 walked;

static void sample(void) {
  char events[1 << 14];
  u64 now = nanoseconds(CLOCK_MONOTONIC);
  ticks++;
  int changed = 0;
  while (read(notifier, events, sizeof events) > 0) changed = 1;
  if (changed || !walked || now - walked > 10000000000u) walk("/", 0), walked = now;
  int stalled = read_box(), gone = 0;
  thread_budget = 2000;
  for (int i = 0; i < job_count; i++) {
    struct job *job = jobs[i];
    if (job->needs_refresh || ((u64)i + ticks) % 5 == 0) refresh(job);
    if (!read_counters(&job->now)) { job->path[0] = 0; gone = 1; continue; }
    read_throttling(job);
    if (job->is_held || (job->now.pressures[0] < 0 && stalled)) read_demand(&job->threads, job->now.used, job->now.threads, list_job, job);
  }
  for (int i = job_count - 1; gone && i >= 0; i--)
    if (!jobs[i]->path[0]) jobs[i] = jobs[--job_count];
  for (int i = 0; i < loose_count; i++)
    if (ticks <= 3 || ((u64)i + ticks) % 10 == 0) assess(&loose_groups[i], i == 0);
  sample_loose(ticks <= 3);
  read_trees(stalled);
  u64 used = used_by_jobs(), held = root.anonymous + root.shared;
  note_others(root.used > used ? root.used - used : 0, held, stalled ? sysconf(_SC_NPROCESSORS_ONLN) / 10.0 : 0.5);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  if (once(box.self)) number(), number();
}

int main(int count, char **arguments) {
  int samples = count > 1 ? atoi(arguments[1]) : 30, warm = count > 3 ? atoi(arguments[3]) : 12;
  double interval = count > 2 ? atof(arguments[2]) : 1;
  find_hierarchies();
  accounting = mounted[is_legacy() ? CPUACCT : UNIFIED];
  proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  notifier = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  keep_box();
  pthread_t thread;
  if (pipe2(questions, O_CLOEXEC) || pthread_create(&thread, NULL, answer, NULL)) return 1;
  u64 deadline = nanoseconds(CLOCK_MONOTONIC), cost = 0, before = 0, used = 0, start = 0;
  for (int i = 0; i < warm + samples; i++) {
    if (i == warm) {
      before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
      used = used_by_jobs();
      start = nanoseconds(CLOCK_MONOTONIC);
      cost = 0;
    }
    deadline += (u64)(interval * 1e9);
    struct timespec time = {(time_t)(deadline / 1000000000u), (long)(deadline % 1000000000u)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
    u64 began = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    sample();
    cost += nanoseconds(CLOCK_THREAD_CPUTIME_ID) - began;
  }
  u64 all = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before, members = 0, memory = 0;
  double seconds = (nanoseconds(CLOCK_MONOTONIC) - start) / 1e9;
  for (int i = 0; i < job_count; i++) {
    members += (u64)jobs[i]->processes;
    memory += jobs[i]->now.anonymous + jobs[i]->now.shared + jobs[i]->now.kernel_memory;
  }
  for (int i = 0; i < tree_count; i++) members += (u64)trees[i].members, memory += trees[i].memory;
  printf("{\"tick_us\": %.1f, \"process_us\": %.1f, \"jobs\": %d, \"processes\": %llu, \"cores\": %.3f, \"memory\": %llu}\n",
         cost / 1e3 / samples, all / 1e3 / samples, job_count + tree_count, (unsigned long long)members,
         (used_by_jobs() - used) / 1e9 / seconds, (unsigned long long)memory);
  return (limits ^ demanded ^ box_memory ^ box_io ^ box_network) == 1;
}
