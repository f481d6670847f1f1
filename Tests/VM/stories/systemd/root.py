"""Root starts jobs: what is asked for is in the kernel's files, and nothing stays."""

import os
import re
import signal

from support import GROUPS, Story, eventually, read, run


def disk_of(path):
    device = os.stat(path).st_dev
    return f"{os.major(device)}:{os.minor(device)}"


def reaper_of(name):
    """The process that cleans up after a job."""
    found = run("pgrep", "-f", f"^loadline: reaper of {name}").stdout.split()
    return int(found[0]) if found else None


class Limits(Story):
    def test_every_limit_is_in_the_file_it_belongs_to(self):
        group = f"{GROUPS}/loadline/all"
        job = self.still(
            *"--name all --cores 0.5 --memory 64MiB --cpus 1-2 --io-read 4MB/s".split(), cwd="/scratch"
        )
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/memory.max"), str(64 << 20))
        self.assertEqual(read(f"{group}/memory.swap.max"), "0")
        self.assertEqual(read(f"{group}/cpuset.cpus"), "1-2")
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "1-2")
        self.assertEqual(
            read(f"{group}/io.max"), f"{disk_of('/scratch')} rbps=4000000 wbps=max riops=max wiops=max"
        )
        self.assertIn("Cpus_allowed_list:\t1-2\n", read(f"/proc/{job.process.pid}/status") + "\n")
        self.assertEqual(job.finish(), 0)
        self.assertGone(group)

    def test_reading_is_as_slow_as_was_asked_for(self):
        with open("/scratch/file", "wb") as file:
            file.write(b"x" * (8 << 20))
        os.sync()
        read_it = "dd if=/scratch/file of=/dev/null bs=1M iflag=direct"
        job = run("loadline", "run", "--io-read", "4MiB/s", "--", "sh", "-c", read_it, cwd="/scratch")
        seconds = float(re.search(r"copied, ([0-9.e-]+) s", job.stderr)[1])
        self.assertGreater(seconds, 1.5, job.stderr)

    def test_what_a_killed_reaper_leaves_is_swept_by_the_next_start(self):
        group = f"{GROUPS}/loadline/left"
        job = self.still("--name", "left")
        self.assertTrue(eventually(lambda: reaper_of("left")))
        os.kill(reaper_of("left"), signal.SIGKILL)
        self.assertEqual(job.finish(), 0)
        self.assertTrue(os.path.isdir(group))
        self.assertEqual(run("loadline", "run", "--name", "next", "--", "true").returncode, 0)
        self.assertGone(group)

    def test_a_job_is_a_group_and_the_next_one_of_its_name_is_refused(self):
        self.still("--name", "once")
        second = run("loadline", "run", "--name", "once", "--", "true")
        self.assertEqual(second.returncode, 3)
        self.assertIn("already running", second.stderr)

    def test_the_memory_limit_kills_only_the_job(self):
        script = "held = b'x' * (100 << 20)"
        job = run("loadline", "run", "--memory", "32MiB", "--", "python3", "-c", script)
        self.assertEqual(job.returncode, -signal.SIGKILL, job.stderr)
