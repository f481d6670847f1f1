"""What systemd itself runs is on the screen with what systemd grants it, and neither disturbs the other."""

from support import BUSY, GROUPS, Story, eventually, named, read, run, snapshots


class Services(Story):
    def test_a_service_is_a_job_with_its_quota(self):
        run("systemd-run", "--unit=trainer", "-p", "CPUQuota=60%", "-p", "MemoryMax=100M", "sh", "-c", BUSY)
        self.addCleanup(run, "systemctl", "kill", "-s", "KILL", "trainer")
        job = None

        def found():
            nonlocal job
            job = named(snapshots(6)[-1], "trainer")
            return job is not None

        self.assertTrue(eventually(found))
        self.assertEqual(job["source"], "systemd")
        self.assertEqual(job["cpu"]["grant_cores"], 0.6)
        self.assertEqual(job["memory"]["grant_bytes"], 100 << 20)
        self.assertAlmostEqual(job["cpu"]["used_cores"], 0.6, delta=0.06)

    def test_systemd_leaves_the_groups_of_jobs_alone(self):
        group = f"{GROUPS}/loadline/kept"
        self.still(*"--name kept --cores 0.5 --memory 64MiB --cpus 1-2".split())
        run("systemctl", "daemon-reload")
        run("systemctl", "set-property", "--runtime", "user.slice", "CPUWeight=50")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/memory.max"), str(64 << 20))
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "1-2")
