"""What loadline says of a job and of the box, against the kernel's own files read beside it."""

import os
import time

from support import BUSY, GROUPS, Story, eventually, named, number, snapshots


class Numbers(Story):
    def test_cores_are_those_of_the_kernels_counter(self):
        self.job("--name", "busy", "--", "sh", "-c", BUSY)
        stat = f"{GROUPS}/loadline/busy/cpu.stat"
        self.assertTrue(eventually(lambda: os.path.exists(stat) and number(stat, "usage_usec") > 100_000))
        before, start = number(stat, "usage_usec"), time.monotonic()
        samples = [named(sample, "busy") for sample in snapshots(9)][1:]
        used = (number(stat, "usage_usec") - before) / 1e6 / (time.monotonic() - start)
        shown = [job["cpu"]["used_cores"] for job in samples]
        mean = sum(shown) / len(shown)
        self.assertAlmostEqual(mean, used, delta=0.03 * used, msg=f"{shown}")

    def test_memory_of_a_still_job_is_exact(self):
        group = f"{GROUPS}/loadline/still"
        self.still("--name", "still", "--memory", "200MiB", mebibytes=64)

        def counted():
            return number(f"{group}/memory.current"), number(f"{group}/memory.stat", "anon")

        # The kernel gathers its statistics for up to two seconds.
        for _ in range(5):
            before = counted()
            memory = named(snapshots(2, 2)[-1], "still")["memory"]
            if counted() == before:
                break
        self.assertEqual((memory["charged_bytes"], memory["anon_bytes"]), before)
        self.assertGreater(memory["anon_bytes"], 64 << 20)
        self.assertEqual(memory["grant_bytes"], 200 << 20)

    def test_a_quota_is_shown_with_how_often_it_ran_out(self):
        self.job("--name", "held", "--cores", "0.2", "--cpus", "1-2", "--", "sh", "-c", BUSY)
        stat = f"{GROUPS}/loadline/held/cpu.stat"
        self.assertTrue(eventually(lambda: os.path.exists(stat) and number(stat, "nr_periods") > 5))
        job = None

        def is_throttled():
            nonlocal job
            job = named(snapshots(8)[-1], "held")
            return "throttled" in job["state"]

        self.assertTrue(eventually(is_throttled), job)
        self.assertEqual(job["cpu"]["grant_cores"], 0.2)
        self.assertEqual(job["cpu"]["budget_cores"], 0.2)
        self.assertEqual(job["cpu"]["cpus"], "1-2")
        self.assertAlmostEqual(job["cpu"]["used_cores"], 0.2, delta=0.03)
        self.assertGreater(job["cpu"]["throttled_share"], 0.8)
        self.assertGreater(job["pressure"]["cpu_full"], 0.5)

    def test_the_box_has_its_processors_nodes_and_memory(self):
        box = snapshots(1)[-1]["box"]
        self.assertEqual(box["cores"], 4)
        self.assertEqual(box["numa_nodes"], 2)
        self.assertEqual(box["memory_bytes"], number("/proc/meminfo", "MemTotal:") << 10)
        self.assertFalse(box["container"])

    def test_nothing_is_missing_on_cgroup_v2(self):
        self.still("--name", "whole", "--cores", "1")
        sample = snapshots(2)[-1]
        self.assertEqual(sample["notices"], [])
        job = named(sample, "whole")
        self.assertEqual(job["source"], "run")
        self.assertEqual(job["owner"], "root")
        self.assertEqual(job["cgroup"], "/loadline/whole")
        self.assertEqual((job["processes"], job["threads"]), (1, 1))
        for part in ("pressure", "memory", "io"):
            known = {key for key, value in job[part].items() if value is not None}
            limits = {key for key in job[part] if "grant" in key or "budget" in key or key == "high_bytes"}
            self.assertEqual(set(job[part]) - limits - {"age_s"}, known - limits - {"age_s"}, part)
