"""What the stories share: jobs to start, the kernel's own numbers, and loadline's answers."""

import json
import os
import subprocess
import sys
import time
import unittest

GROUPS = "/sys/fs/cgroup"
HAS_SYSTEMD = os.path.isdir("/run/systemd/system")
BUSY = "while :; do :; done"
# Holds so many MiB, says so, and ends when it reads a line.
STILL = "import sys; held = b'x' * (int(sys.argv[1]) << 20); print('ready', flush=True); sys.stdin.readline()"


def read(path):
    with open(path) as file:
        return file.read().strip()


def number(path, key=None):
    """The number in a file, or behind a key in it."""
    text = read(path)
    if key is None:
        return int(text)
    return next(int(line.split()[1]) for line in text.splitlines() if line.split()[0] == key)


def eventually(condition, seconds=60, pause=0.05):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def say(text):
    """A figure for whoever reads the output."""
    print(f"   {text}", file=sys.stderr, flush=True)


def run(*words, user=None, input=None, cwd=None):
    """Runs to the end; with `user`, in a login of theirs."""
    return subprocess.run(
        as_user(words, user), input=input, cwd=cwd, capture_output=True, text=True, timeout=120
    )


def as_user(words, user):
    if user is None:
        return list(words)
    # A login of its own: su opens a session with the system's manager.
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    return ["su", "-", user, "-c", quoted]


class Job:
    """A command started by `loadline run`, until its test is over."""

    def __init__(self, words, user=None, cwd=None):
        self.process = subprocess.Popen(
            as_user(["loadline", "run", *words], user),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd,
        )

    def line(self):
        """The next line that it says."""
        return self.process.stdout.readline().strip()

    def finish(self):
        """Lets it read a line, and waits for its end; its status."""
        self.process.communicate("\n", timeout=60)
        return self.process.returncode

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class Story(unittest.TestCase):
    def job(self, *words, user=None, cwd=None):
        job = Job(words, user, cwd)
        self.addCleanup(job.end)
        return job

    def still(self, *options, mebibytes=8, **where):
        """A job that holds memory and does nothing, once it does so."""
        job = self.job(*options, "--", "python3", "-c", STILL, str(mebibytes), **where)
        self.assertEqual(job.line(), "ready", job.process.poll() and job.process.stderr.read())
        return job

    def scope(self, name, *properties, command, cwd=None):
        """A command in a scope of systemd's; its cgroup."""
        unit = f"{name}.scope"
        options = [word for value in properties for word in ("-p", value)]
        words = ["systemd-run", "--scope", "--quiet", f"--unit={unit}", *options, "--", *command]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, cwd=cwd)
        self.addCleanup(process.wait)
        group = f"{GROUPS}/system.slice/{unit}"
        self.assertTrue(eventually(lambda: in_group(process.pid, group)), group)
        self.addCleanup(end_group, group)
        return group

    def group(self, *options, name, command, cwd=None):
        """A command in a group of loadline's own, where all of it ends with the test; its cgroup."""
        job = self.job("--name", name, *options, "--", *command, cwd=cwd)
        group = f"{GROUPS}/loadline/{name}"
        self.assertTrue(eventually(lambda: in_group(job.process.pid, group)), group)
        self.addCleanup(end_group, group)
        return group

    def assertGone(self, group):
        self.assertTrue(eventually(lambda: not os.path.exists(group)), f"{group} is still there")


def in_group(pid, group):
    return read(f"/proc/{pid}/cgroup") == f"0::{group.removeprefix(GROUPS)}"


def end_group(group):
    """Ends every process of a group, with those that were left by their parent."""
    with open(f"{group}/cgroup.kill", "w") as file:
        file.write("1")


def snapshots(count, interval=0.5):
    """So many samples, one after the other."""
    output = run("loadline", "snapshot", "--json", "--interval", str(interval), "--count", str(count))
    return [json.loads(line) for line in output.stdout.splitlines()]


def named(sample, name):
    """The job of that name in a sample."""
    return next((job for job in sample["jobs"] if job["name"] == name), None)
