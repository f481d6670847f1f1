"""A job on whose memory limit the kernel blocks: its page cache is under writeback to a disk that
stands still.

The disk is a loop device whose file lies on another loop device's file system, which is frozen. On
cgroup v1 a limit below the use waits for the writeback, for as long as that takes, in the kernel.
"""

import contextlib
import glob
import os
import subprocess
import time

from .load import LoadError

NAME = "loadline-bench-blocked"
MEBI = 1 << 20
# What the job has written and the kernel has not yet, and the limit that is below it.
DIRTY = 300
LIMIT = 2 << 30


class BlockedJob:
    def __init__(self, group, below, inside):
        self.group = group
        self.below = below
        self.inside = inside
        self.name = NAME
        self.writer = None

    def dirty(self):
        """Stops the disk, and fills the job's page cache with what is to be written there."""
        self.thaw()
        # A write that came through in the end stands.
        for file in ("memory.memsw.limit_in_bytes", "memory.limit_in_bytes"):
            with contextlib.suppress(FileNotFoundError):
                with open(f"{self.group}/{file}", "w") as limit:
                    limit.write(str(LIMIT))
        # Its blocks are found before the disk stands still.
        self.write("fsync").wait()
        run("fsfreeze", "-f", self.below)
        self.writer = self.write("notrunc")
        for _ in range(300):
            if self.unwritten() > DIRTY * MEBI * 2 // 3:
                return
            time.sleep(0.05)
        raise LoadError("the kernel keeps too little that is not written yet.")

    def write(self, how):
        return subprocess.Popen([
            "sh", "-c", f"echo $$ > {self.group}/cgroup.procs; exec dd if=/dev/zero "
            f"of={self.inside}/file bs=1M count={DIRTY} conv=notrunc,{how} status=none"])

    def unwritten(self):
        with open(f"{self.group}/memory.stat") as file:
            stat = dict(line.split() for line in file)
        return int(stat["dirty"]) + int(stat["writeback"])

    def thaw(self):
        run("fsfreeze", "-u", self.below, check=False)
        if self.writer:
            self.writer.wait()
            self.writer = None

    def is_being_limited(self):
        """Whether a thread of loadline is in the kernel because of a memory limit."""
        for stack in glob.glob("/proc/[0-9]*/task/[0-9]*/stack"):
            with contextlib.suppress(OSError):
                with open(stack) as file:
                    if "mem_cgroup_resize_max" in file.read():
                        return True
        return False

    def limit(self):
        with open(f"{self.group}/memory.limit_in_bytes") as file:
            return int(file.read())


def run(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode:
        raise LoadError(f"{command[0]}: {done.stderr.strip() or done.returncode}")


@contextlib.contextmanager
def blocked_job(program, directory):
    """The job, from when its disk is there until the block is left, which thaws and removes it all.

    Raises LoadError where it cannot be made: without root, loop devices, or the memory controller
    of cgroup v1.
    """
    group = f"/sys/fs/cgroup/memory/loadline/{NAME}"
    if not os.path.exists("/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        raise LoadError("there is no memory controller of cgroup v1 whose writes block.")
    below, inside = f"{directory}/below", f"{directory}/inside"
    with contextlib.ExitStack() as stack:
        for path in (below, inside):
            os.makedirs(path, exist_ok=True)
            stack.callback(os.rmdir, path)
        disk(f"{directory}/disk", below, 2 * DIRTY + 200, stack)
        disk(f"{below}/disk", inside, DIRTY + 100, stack)
        job = BlockedJob(group, below, inside)
        holder = subprocess.Popen(
            [*program.command, "run", "--name", NAME, "--memory", str(LIMIT), "--", "sleep", "600"],
            env=program.environment)
        stack.callback(holder.wait)
        stack.callback(holder.kill)
        wait_for(f"{group}/memory.limit_in_bytes")
        stack.callback(job.thaw)
        yield job


def disk(file, directory, mebibytes, stack):
    with open(file, "wb") as sparse:
        sparse.truncate(mebibytes * MEBI)
    stack.callback(os.remove, file)
    run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", file)
    run("mount", "-o", "loop", file, directory)
    stack.callback(unmount, directory)


def unmount(directory):
    for _ in range(100):
        if subprocess.run(["umount", directory], capture_output=True).returncode == 0:
            return
        time.sleep(0.1)


def wait_for(path):
    for _ in range(100):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    raise LoadError(f"{path} does not appear.")
