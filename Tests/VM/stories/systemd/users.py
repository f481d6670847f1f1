"""An ordinary user starts jobs: in their systemd manager, with what was delegated to it, and without one."""

import os

from support import GROUPS, Story, eventually, named, read, run, snapshots

UNIT = "user@1000.service"
MANAGER = f"{GROUPS}/user.slice/user-1000.slice/{UNIT}"
DELEGATION = f"/etc/systemd/system/user@.service.d/test.conf"


class Users(Story):
    def restart_manager(self):
        run("systemctl", "daemon-reload")
        run("systemctl", "restart", UNIT)
        self.assertTrue(eventually(lambda: os.path.exists("/run/user/1000/bus")))

    def delegate(self, controllers):
        os.makedirs(os.path.dirname(DELEGATION), exist_ok=True)
        with open(DELEGATION, "w") as file:
            file.write(f"[Service]\nDelegate={controllers}\n")
        self.addCleanup(self.restart_manager)
        self.addCleanup(os.remove, DELEGATION)
        self.restart_manager()

    def stop_lingering(self):
        run("loginctl", "disable-linger", "dev")
        self.addCleanup(self.linger)

    def linger(self):
        run("loginctl", "enable-linger", "dev")
        # Not started by that while the one before is still ending.
        run("systemctl", "start", UNIT)
        self.assertTrue(eventually(lambda: os.path.exists("/run/user/1000/bus")))

    def test_a_job_is_a_scope_of_the_users_manager(self):
        group = f"{MANAGER}/app.slice/loadline-mine.scope"
        job = self.still("--name", "mine", "--cores", "0.5", "--memory", "64MiB", user="dev")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/memory.max"), str(64 << 20))
        self.assertEqual(read(f"{group}/memory.swap.max"), "0")
        shown = named(snapshots(2)[-1], "mine")
        self.assertEqual((shown["source"], shown["owner"]), ("run", "dev"))
        self.assertEqual(shown["cpu"]["grant_cores"], 0.5)
        self.assertEqual(shown["memory"]["budget_bytes"], 64 << 20)
        self.assertEqual(job.finish(), 0)
        self.assertGone(group)

    def test_what_is_not_delegated_is_said(self):
        job = run(
            *"loadline run --cpus 1-2 --io-read 4MB/s -- grep Cpus_allowed_list /proc/self/status".split(),
            user="dev",
        )
        self.assertEqual(job.stdout, "Cpus_allowed_list:\t1-2\n")
        self.assertEqual(
            job.stderr,
            "loadline run: not enforced: --io-read (your systemd manager does not have that controller); "
            "--cpus is an affinity, which the command can change.\n",
        )

    def test_with_every_controller_delegated_every_limit_is_enforced(self):
        self.delegate("cpu cpuset io memory pids")
        group = f"{MANAGER}/app.slice/loadline-every.scope"
        self.still(
            *"--name every --cores 0.5 --memory 64MiB --cpus 1-2 --io-read 4MB/s --weight 50".split(),
            user="dev",
        )
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "1-2")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/cpu.weight"), "50")
        self.assertIn("rbps=4000000", read(f"{group}/io.max"))
        doctor = run("loadline", "doctor", user="dev").stdout
        self.assertIn("ok       delegation", doctor)

    def test_without_linger_a_job_is_refused_unless_it_may_end_with_the_logout(self):
        self.stop_lingering()
        refused = run(*"loadline run --cores 0.5 -- true".split(), user="dev")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("loginctl enable-linger", refused.stderr)
        self.assertIn("--until-logout", refused.stderr)
        doctor = run("loadline", "doctor", user="dev").stdout
        self.assertIn("limited  linger", doctor)
        job = run(*"loadline run --until-logout --cores 0.5 -- cat /proc/self/cgroup".split(), user="dev")
        self.assertIn(f"/{UNIT}/app.slice/loadline-cat.scope", job.stdout)

    def test_without_a_manager_a_job_is_pinned_and_told_so(self):
        self.stop_lingering()
        run("systemctl", "stop", UNIT)
        self.assertTrue(eventually(lambda: not os.path.exists("/run/user/1000/systemd/private")))
        # Not a login, which would start the manager again.
        words = "runuser -u dev -- loadline run --cores 1 --memory 64MiB -- cat /proc/self/cgroup"
        job = run(*words.split())
        self.assertEqual(job.returncode, 0, job.stderr)
        self.assertNotIn("loadline", job.stdout)
        self.assertIn("not enforced: --memory (you may not make cgroups on this box)", job.stderr)
        self.assertIn("--cores 1 is an affinity to CPU", job.stderr)
