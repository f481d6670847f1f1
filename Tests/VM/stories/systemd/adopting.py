"""Commands that run already are given scopes of their own, and units are changed through systemd."""

import json
import os
import shutil
import signal
import subprocess

from support import GROUPS, Story, as_user, eventually, named, read, run, snapshots

MANAGER = f"{GROUPS}/user.slice/user-1000.slice/user@1000.service"
# A child in a session of its own, and one whose parent has gone; all of them end together.
TREE = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
elif os.fork() == 0:
    if os.fork():
        os._exit(0)
print("ready", flush=True)
time.sleep(600)
"""


def processes(group):
    return {int(pid) for pid in read(f"{group}/cgroup.procs").split()}


class Adopting(Story):
    def tree(self, user=None):
        """A tree of three processes; its root and where it is."""
        # Something else stays in the session, which would end with its last process.
        command = ["sh", "-c", 'sleep 601 & exec setsid python3 -c "$0"', TREE]
        process = subprocess.Popen(as_user(command, user), stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        for _ in range(3):
            self.assertEqual(process.stdout.readline(), "ready\n")
        root = process.pid
        if user:
            # Below su and the login shell.
            root = int(run("pgrep", "-u", user, "-o", "-x", "python3").stdout.split()[0])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(run, "pkill", "-KILL", "-f", "time.sleep.600|sleep 601")
        return root, read(f"/proc/{root}/cgroup").split("::")[1]

    def adopt(self, *words, user=None, status=0):
        done = run("loadline", "adopt", *words, "--json", user=user)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout.splitlines()[-1]) if status == 0 else done.stderr

    def change(self, *words, user=None, status=0):
        done = run("loadline", *words, user=user)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_root_adopts_a_users_tree_and_limits_it(self):
        root, before = self.tree("dev")
        adopted = self.adopt(str(root), "--name", "theirs")
        group = f"{GROUPS}/system.slice/loadline-theirs.scope"
        self.assertEqual(adopted["left"], [])
        self.assertEqual(len(processes(group)), 3)
        shown = named(snapshots(2)[-1], "theirs")
        self.assertEqual((shown["source"], shown["owner"], shown["id"]), ("run", "dev", adopted["job_id"]))
        self.change("set", "theirs", "cores=0.5", "memory=64MiB", "cpus=1-2", "weight=50")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/memory.max"), str(64 << 20))
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "1-2")
        self.assertEqual(read(f"{group}/cpu.weight"), "50")
        # systemd knows: what it reloads it does not take back.
        run("systemctl", "daemon-reload")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.change("undo")
        self.assertEqual(read(f"{group}/cpu.max"), "max 100000")
        self.assertEqual(read(f"{group}/memory.max"), "max")
        self.change("freeze", "theirs")
        self.assertIn("frozen 1", read(f"{group}/cgroup.events"))
        self.change("thaw", "theirs")
        self.assertIn("frozen 0", read(f"{group}/cgroup.events"))
        self.assertEqual(len(processes(group)), 3)

    def test_undo_moves_the_processes_back_to_their_session(self):
        root, before = self.tree("dev")
        adopted = self.adopt(str(root), "--name", "back")
        undo = next(note for note in adopted["notes"] if "loadline undo" in note).split()[-1]
        group = f"{GROUPS}/system.slice/loadline-back.scope"
        self.assertNotEqual(read(f"/proc/{root}/cgroup").split("::")[1], before)
        self.change("undo", undo)
        self.assertEqual(read(f"/proc/{root}/cgroup").split("::")[1], before)
        self.assertGone(group)

    def kill_adopting(self, name, script, is_made):
        """Has loadline killed with -9 by what it runs to ask systemd for the scope, and recovers what that left."""
        root, before = self.tree()
        pids = run("pgrep", "-f", "time.sleep.600").stdout.split()
        self.assertEqual(len(pids), 3)
        group = f"{GROUPS}/system.slice/loadline-{name}.scope"
        shutil.copy("/usr/bin/busctl", "/run/busctl")
        with open("/run/asking", "w") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod("/run/asking", 0o755)
        asking = 'mount --bind /run/asking /usr/bin/busctl; exec loadline adopt "$@"'
        done = run("unshare", "--mount", "sh", "-c", asking, "sh", str(root), "--name", name)
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stdout + done.stderr)
        if is_made:
            self.assertTrue(eventually(lambda: os.path.isdir(group) and processes(group)))
        entry = json.loads(run("loadline", "log", "--count", "1", "--json").stdout)
        self.assertEqual((entry["kind"], entry["outcome"]), ("adopt", "unfinished"))
        self.assertIn("left unfinished", self.change("undo", status=3))
        self.change("undo", entry["id"])
        self.assertEqual({read(f"/proc/{pid}/cgroup").split("::")[1] for pid in pids}, {before})
        self.assertGone(group)
        self.assertIn("rolled-back", run("loadline", "log", "--count", "1", "--json").stdout)

    def test_an_adoption_that_is_killed_before_systemd_is_asked_is_recovered(self):
        self.kill_adopting("early", "kill -9 $PPID", is_made=False)

    def test_an_adoption_that_is_killed_while_systemd_makes_the_scope_is_recovered(self):
        self.kill_adopting("between", 'kill -9 $PPID; exec /run/busctl "$@"', is_made=True)

    def test_an_adoption_that_is_killed_when_the_scope_is_made_is_recovered(self):
        self.kill_adopting("late", '/run/busctl "$@"; kill -9 $PPID', is_made=True)

    def test_undo_says_when_the_session_has_gone(self):
        root, before = self.tree("dev")
        adopted = self.adopt(str(root), "--name", "orphaned")
        undo = next(note for note in adopted["notes"] if "loadline undo" in note).split()[-1]
        run("pkill", "-KILL", "-f", "sleep 601")
        self.assertGone(f"{GROUPS}{before}")
        group = f"{GROUPS}/system.slice/loadline-orphaned.scope"
        self.assertIn("is gone", self.change("undo", undo, status=3))
        self.assertEqual(len(processes(group)), 3)

    def test_a_lingering_user_adopts_what_they_started_and_limits_it(self):
        root, before = self.tree("dev")
        adopted = self.adopt(str(root), "--name", "own", user="dev")
        self.assertEqual(adopted["left"], [])
        group = f"{GROUPS}{read(f'/proc/{root}/cgroup').split('::')[1]}"
        self.assertTrue(group.startswith(MANAGER), group)
        self.assertEqual(len(processes(group)), 3)
        self.change("set", "own", "cores=0.5", "memory=64MiB", user="dev")
        self.assertEqual(read(f"{group}/cpu.max"), "50000 100000")
        self.assertEqual(read(f"{group}/memory.max"), str(64 << 20))
        refused = self.change("set", "own", "cpus=1-2", user="dev", status=3)
        self.assertIn("not delegated", refused)
        # Root asks the user's manager, as that user.
        self.change("set", "own", "cores=0.25")
        self.assertEqual(read(f"{group}/cpu.max"), "25000 100000")

    def test_a_user_without_linger_is_warned_and_must_say_that_it_may_end(self):
        run("loginctl", "disable-linger", "dev")
        self.addCleanup(run, "systemctl", "start", "user@1000.service")
        self.addCleanup(run, "loginctl", "enable-linger", "dev")
        # A login that keeps the manager.
        login = subprocess.Popen(as_user(["sleep", "600"], "dev"))
        self.addCleanup(login.wait)
        self.addCleanup(login.kill)
        self.assertTrue(eventually(lambda: os.path.exists("/run/user/1000/bus")))
        root, before = self.tree("dev")
        refused = self.adopt(str(root), "--name", "brief", user="dev", status=3)
        self.assertIn("loginctl enable-linger", refused)
        self.assertIn("--until-logout", refused)
        self.assertEqual(read(f"/proc/{root}/cgroup").split("::")[1], before)
        self.adopt(str(root), "--name", "brief", "--until-logout", user="dev")
        # What that means: with the last login the manager ends, and the job with it.
        run("loginctl", "terminate-user", "dev")
        self.assertTrue(eventually(lambda: not os.path.exists(f"/proc/{root}")))

    def test_a_service_is_changed_through_systemd(self):
        run("systemd-run", "--unit=serving", "-p", "CPUQuota=60%", "-p", "TasksMax=99", "sleep", "600")
        self.addCleanup(run, "systemctl", "kill", "-s", "KILL", "serving")
        group = f"{GROUPS}/system.slice/serving.service"
        job = None

        def found():
            nonlocal job
            job = named(snapshots(6)[-1], "serving")
            return job is not None

        if not eventually(found):
            self.skipTest("a service that does nothing is no job")
        self.change("set", "serving", "cores=1.5", "pids=50")
        self.assertEqual(read(f"{group}/cpu.max"), "150000 100000")
        self.assertEqual(read(f"{group}/pids.max"), "50")
        self.change("undo")
        self.assertEqual(read(f"{group}/cpu.max"), "60000 100000")
        self.assertEqual(read(f"{group}/pids.max"), "99")

    def test_a_user_may_not_change_what_is_the_systems(self):
        root, _ = self.tree()
        self.adopt(str(root), "--name", "roots")
        group = f"{GROUPS}/system.slice/loadline-roots.scope"
        before = read(f"{group}/cpu.max")
        refused = self.change("set", "roots", "cores=0.5", user="dev", status=3)
        self.assertIn("Only root", refused)
        self.assertEqual(read(f"{group}/cpu.max"), before)
