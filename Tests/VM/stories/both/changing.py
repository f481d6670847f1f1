"""An operator moves cores and memory between running jobs on cgroup v2, and takes it back."""

import json
import os
import time

from support import BUSY, GROUPS, Story, eventually, named, number, read, run, snapshots

LIMITS = ("cpu.max", "cpu.max.burst", "cpu.weight", "cpuset.cpus", "memory.high", "memory.max",
          "memory.swap.max", "io.max", "pids.max", "cgroup.freeze")


def limits(*names):
    """Every limit of these jobs, byte for byte."""
    found = {}
    for name in names:
        for file in LIMITS:
            path = f"{GROUPS}/loadline/{name}/{file}"
            if os.path.exists(path):
                with open(path, "rb") as content:
                    found[path] = content.read()
    return found


class Changing(Story):
    def change(self, *words, status=0):
        done = run("loadline", *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_every_knob_is_written_verified_and_taken_back(self):
        self.still("--name", "a", "--cores", "0.5", "--memory", "100MiB", "--cpus", "0-1")
        before = limits("a")
        self.change("set", "a", "cores=0.75", "weight=200", "cpus=2-3", "memory=80MiB", "pids=50")
        group = f"{GROUPS}/loadline/a"
        self.assertEqual(read(f"{group}/cpu.max"), "75000 100000")
        self.assertEqual(read(f"{group}/cpu.weight"), "200")
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "2-3")
        self.assertEqual(number(f"{group}/memory.max"), 80 << 20)
        self.assertEqual(read(f"{group}/pids.max"), "50")
        self.change("undo")
        self.assertEqual(limits("a"), before)

    def test_a_throttled_job_recovers_when_it_is_given_cores(self):
        self.job("--name", "starved", "--cores", "0.3", "--", "sh", "-c", BUSY)
        self.still("--name", "rich", "--cores", "1.5")
        throttled = lambda: named(snapshots(2)[-1], "starved")["cpu"]["throttled_share"]
        self.assertTrue(eventually(lambda: (throttled() or 0) > 0.5))
        before = limits("starved", "rich")
        self.change("move", "--from", "rich", "--to", "starved", "cores=1")
        self.assertEqual(read(f"{GROUPS}/loadline/rich/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{GROUPS}/loadline/starved/cpu.max"), "130000 100000")
        self.assertTrue(eventually(lambda: throttled() < 0.01))
        self.change("undo")
        self.assertEqual(limits("starved", "rich"), before)
        self.assertTrue(eventually(lambda: throttled() > 0.5))

    def test_a_memory_limit_below_what_is_held_is_refused_before_the_kernel_kills(self):
        job = self.still("--name", "holds", "--memory", "200MiB", mebibytes=64)
        before = limits("holds")
        said = self.change("set", "holds", "memory=32MiB", status=3)
        self.assertIn("holds", said)
        self.assertEqual(limits("holds"), before)
        self.assertEqual(number(f"{GROUPS}/loadline/holds/memory.events", "oom_kill"), 0)
        self.assertEqual(job.finish(), 0)

    def test_page_cache_in_the_way_of_a_memory_limit_is_reclaimed(self):
        # A disk of its own: what is on the tmpfs of a guest cannot be reclaimed.
        fill = "dd if=/dev/zero of=/scratch/cache bs=1M count=45 2>/dev/null; cat /scratch/cache >/dev/null; echo ready; read line"
        self.addCleanup(run, "rm", "-f", "/scratch/cache")
        job = self.job("--name", "cached", "--memory", "200MiB", "--", "sh", "-c", fill)
        self.assertEqual(job.line(), "ready")
        group = f"{GROUPS}/loadline/cached"
        self.assertGreater(number(f"{group}/memory.current"), 30 << 20)
        self.change("set", "cached", "memory=20MiB")
        self.assertEqual(number(f"{group}/memory.max"), 20 << 20)
        self.assertLessEqual(number(f"{group}/memory.current"), 20 << 20)
        self.assertEqual(number(f"{group}/memory.events", "oom_kill"), 0)
        self.assertEqual(job.finish(), 0)

    def test_a_core_set_that_is_not_there_is_refused(self):
        self.still("--name", "pinned", "--cpus", "0-1")
        before = limits("pinned")
        self.change("set", "pinned", "cpus=7", status=3)
        self.assertEqual(limits("pinned"), before)

    def test_what_somebody_else_changed_is_left_unless_forced(self):
        self.still("--name", "shared", "--cores", "1")
        self.change("set", "shared", "cores=0.5")
        path = f"{GROUPS}/loadline/shared/cpu.max"
        with open(path, "w") as file:
            file.write("70000 100000")
        said = self.change("undo", status=3)
        self.assertIn("changed by somebody else", said)
        self.assertEqual(read(path), "70000 100000")
        self.assertIn("changed by others", self.change("log"))
        self.change("undo", "--force")
        self.assertEqual(read(path), "100000 100000")

    def test_a_job_made_again_under_its_name_is_another_job(self):
        first = self.still("--name", "again", "--cores", "1")
        self.change("set", "again", "cores=0.5")
        first.finish()
        self.assertGone(f"{GROUPS}/loadline/again")
        self.still("--name", "again", "--cores", "1")
        self.change("undo", status=3)
        self.assertEqual(read(f"{GROUPS}/loadline/again/cpu.max"), "100000 100000")

    def test_a_frozen_job_stands_still(self):
        self.job("--name", "spins", "--", "sh", "-c", BUSY)
        stat = f"{GROUPS}/loadline/spins/cpu.stat"
        self.assertTrue(eventually(lambda: os.path.exists(stat) and number(stat, "usage_usec") > 100_000))
        self.change("freeze", "spins")
        used = number(stat, "usage_usec")
        time.sleep(0.5)
        self.assertEqual(number(stat, "usage_usec"), used)
        self.change("thaw", "spins")
        self.assertTrue(eventually(lambda: number(stat, "usage_usec") > used + 50_000))

    def test_a_report_for_scripts_is_one_object(self):
        self.still("--name", "json", "--cores", "1")
        report = json.loads(run("loadline", "set", "json", "cores=0.5", "--json").stdout)
        self.assertEqual(report["outcome"], "applied")
        self.assertEqual(report["changes"][0]["actual"], "0.5")
        self.assertEqual(report["changes"][0]["from"], "1")
